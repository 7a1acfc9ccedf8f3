# %% [markdown]
# # 7. Initialization and normalization
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/07_initialization_and_normalization.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/07_initialization_and_normalization.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 6*
#
# **After this lecture you can**
#
# - Say why zeros fail, derive Xavier's and He's initialization, and measure them layer by layer
# - Tell saturated units from dead ones, and choose an activation for a deep network
# - Write batch normalization forward and backward, and use moving averages in prediction
# - Say where batch normalization helps and where it does not, and what layer normalization does instead
# - Clip gradients, find a learning rate with a range test, and choose schedule, warm-up and batch size
# - Diagnose a sick learning curve, and confirm the cause with a measurement

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% tags=["full-data"]
from helpers import clinic, figures, quizzes, stacks
from helpers.stacks import batches, finish, forward, sgd, smooth, start, train

from functools import partial
from time import process_time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import initializers as ki, layers
from scipy.special import ndtr
from scipy.stats import truncnorm
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # these nets are too small to share between cores
keras.utils.set_random_seed(0)
np.seterr(over="ignore", invalid="ignore")  # some nets here are meant to blow up
rng, same = np.random.default_rng(0), np.testing.assert_allclose
COMPILE = {"loss": "sparse_categorical_crossentropy", "jit_compile": False}  # starts sooner


def named(names, values):
    return dict(zip(names, values, strict=True))


def keras_slopes(layer, z, up):
    """Return a layer's output, and the slopes along z, gamma and beta, if `up` comes from above."""
    with tf.GradientTape() as tape:
        tape.watch(z := tf.constant(z))
        out = layer(z, training=True)
    return out, *tape.gradient(out, [z, layer.gamma, layer.beta], tf.constant(up))


# Small pictures of clothes: 3,000 to train on, 1,000 to validate
pixels, x, labels, test = clinic.pictures(rng)
data, val = (x[:3000], labels[:3000]), (x[3000:], labels[3000:])

# %% [markdown]
# Most of lecture 4's deep stacks did not learn. Here they will, with the right weights, layers and steps. As in lecture 6, each array has a leading axis for the net, so one pass serves a **stack** of nets. `helpers.stacks` has lecture 4's loops for them.
#
# ## Why zeros fail
#
# Biases start at 0. Why not the weights? If all are 0, ReLUs give out 0, so the output weights get the gradient $h^T dz = 0$; and the signal on its way back, $dz \, W^T$, is 0 too. Only the output bias can learn. If the weights of every layer are *equal* to some other number, gradients flow, but all units of a layer compute the same, get the same gradient, and stay twins for ever. Random weights **break the symmetry**.
#
# **Predict.** With sigmoids and zero weights, hidden units give out 0.5, not 0. How many *different* units does each layer have after 300 steps?
#
# <details><summary>Answer</summary>
#
# One. The output weights do move, but all units of a layer share one history.
#
# </details>

# %% tags=["nbval-ignore-output"]
# a rule for weights takes the two fans and standard normal draws
he, glorot = lambda n, m, w: w * (2 / n) ** 0.5, lambda n, m, w: w * (2 / (n + m)) ** 0.5
zeros, equal = lambda n, m, w: 0 * w, lambda n, m, w: 0 * w + 0.05

starts = {"zeros": zeros, "all equal": equal, "zeros, sigmoid": zeros, "He": he}
curves, (fig, ax) = {}, plt.subplots()
for name, rule in starts.items():
    net, act = start([rule], [196, 32, 32, 10]), name.partition(", ")[2] or "relu"
    curves[name] = smooth(train(net, batches(*data, 300), act=act))
    units = [len(np.unique(layer["W"][0].round(5), axis=1).T) for layer in net[:2]]
    print(f"{name:15} loss {curves[name][-1]:.2f}, different units in the hidden layers: {units}")
figures.lines(ax, np.arange(5, 300, 10), curves, "step", "loss")
figures.show(fig, "Zeros, two lines in one, stay at 2.3; equal weights reach 2.1, random ones 0.5.")

# %% [markdown]
# ## Xavier and He, derived
#
# How large should random weights be? So large that signals keep their size, in both directions. Let the $w_{ij}$ be independent of each other and of the inputs, with mean 0 and variance $v$. Square $z_j = \sum_i x_i w_{ij}$, a sum of $n_{\text{in}}$ terms, and take the mean:
#
# $$E[z_j^2] = \sum_i \sum_k E[x_i x_k] \, E[w_{ij} w_{kj}] = \sum_i E[x_i^2] \, v = n_{\text{in}} \, v \; E[x^2]$$
#
# Terms with $i \ne k$ vanish, since there $E[w_{ij} w_{kj}] = E[w_{ij}] \, E[w_{kj}] = 0$; for $i = k$ it is $E[w_{ij}^2] = v$.
#
# **Forward**, near 0 a tanh is about the identity, $a \approx z$. So size is kept if $n_{\text{in}} \, v = 1$ (LeCun's rule; SELU wants it, too). **Backward**, an input's slope is $\sum_j \delta_j w_{ij}$, a sum of $n_{\text{out}}$ terms: by the same steps, with $\delta_j$ taken as independent of $w_{ij}$, $n_{\text{out}} \, v = 1$. Unless the widths agree, both cannot hold. **Xavier** Glorot and Yoshua Bengio take the mean of both fans:
#
# $$v \cdot \tfrac{1}{2} (n_{\text{in}} + n_{\text{out}}) = 1 \quad \Rightarrow \quad v = \frac{2}{n_{\text{in}} + n_{\text{out}}}$$
#
# **ReLU** cuts half away. If weights are symmetric about 0, so is $z$, and $E[a^2] = \frac{1}{2} E[z^2] = \frac{1}{2} n_{\text{in}} \, v \, E[x^2]$. Kaiming **He** and others therefore double:
#
# $$\tfrac{1}{2} n_{\text{in}} \, v = 1 \quad \Rightarrow \quad v = \frac{2}{n_{\text{in}}}$$
#
# Only the variance counts here, not the distribution. **Uniform** on $[-r, r]$ has variance $\int_{-r}^{r} \frac{w^2}{2r} dw = \frac{r^2}{3}$, so Glorot's $r$ is $\sqrt{6 / (n_{\text{in}} + n_{\text{out}})}$: Keras' default. A **truncated** normal redraws what lies beyond two standard deviations, which shrinks the spread to 0.88; Keras makes up for it. **Orthogonal** weights, the $Q$ of a QR decomposition, have singular values of 1: if square, no direction is stretched or lost.
#
# **Predict.** 300 inputs, 100 units. What standard deviations do Glorot and He give?
#
# <details><summary>Answer</summary>
#
# $\sqrt{2 / 400} = 0.071$ and $\sqrt{2 / 300} = 0.082$.
#
# </details>

# %%
bent = {"normal": lambda w: w, "uniform": lambda w: 12**0.5 * (ndtr(w) - 0.5)}
bent["truncated"] = lambda w: truncnorm.ppf(ndtr(w), -2, 2) / 0.8796  # variance 1; ndtr is Φ
shape, q, w = (300, 100), np.linspace(0.01, 0.99, 99), rng.normal(size=(300, 100))
same_as_keras = {
    "normal": (glorot(*shape, w), ki.VarianceScaling(1, "fan_avg", "untruncated_normal")),
    "truncated": (glorot(*shape, bent["truncated"](w)), ki.GlorotNormal()),
    "uniform": (glorot(*shape, bent["uniform"](w)), ki.GlorotUniform()),
    "orthogonal": (np.linalg.qr(w)[0], ki.Orthogonal()),
    "He": (he(*shape, bent["truncated"](w)), ki.HeNormal()),
    "LeCun": (bent["truncated"](w) / 300**0.5, ki.LecunNormal()),
}
for ours, theirs in same_as_keras.values():
    same(np.quantile(ours, q), np.quantile(theirs(shape), q), atol=0.005)
print("ours and Keras' have the same distribution:", ", ".join(same_as_keras))
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2))
figures.histograms(axes[0], {k: glorot(*shape, bend(w)) for k, bend in bent.items()}, "weight")
stretch = {name: np.linalg.svd(same_as_keras[name][0])[1] for name in ("normal", "orthogonal")}
figures.lines(axes[1], range(100), stretch, "place by size", "singular value", ylim=(0, 2))
figures.show(fig, "A bell, a box, a bell with cut tails. Singular values: falling, and all 1.")

# %% [markdown]
# ## Twenty layers, measured
#
# Does the theory hold in a net of 20 hidden layers, 50 units each? Take the root mean square of each layer's activations, and of the gradients of its biases (its error signals, added up), before any training.
#
# **Predict.** ReLU with Glorot's weights, equal widths: by what factor does the signal change in one layer, and in 20?
#
# <details><summary>Answer</summary>
#
# $v = 1/n$, so $E[a^2]$ halves: a factor $\sqrt{1/2} = 0.71$, and $0.71^{20} \approx 0.001$.
#
# </details>


# %% tags=["nbval-ignore-output"]
deep, kinds = [196] + [50] * 20 + [10], ["sigmoid", "tanh", "relu", "elu"]
few = x[:256], labels[:256]
RULES = {"normal 0.05": lambda n, m, w: 0.05 * w, "Glorot": glorot, "He": he}
RULES["orthogonal · √2"] = lambda n, m, w: 2**0.5 * np.linalg.qr(w)[0]
RULES["4 · Glorot"], RULES["normal 1"] = lambda n, m, w: 4 * glorot(n, m, w), lambda n, m, w: w
fig, axes = plt.subplots(2, 4, figsize=(12, 5.6), sharex=True, sharey="row")
look = {"legend": False, "yscale": "log", "ylim": (1e-8, 1e8), "xticks": [1, 5, 10, 15, 20]}
for pair, act in zip(axes.T, kinds, strict=True):
    sizes = stacks.signals(*few, start(RULES.values(), deep), act)
    for ax, what, values in zip(pair, ("activations", "gradients"), sizes, strict=True):
        figures.lines(ax, range(1, 21), named(RULES, values), "layer", what, title=act, **look)
axes[0, 0].legend(fontsize=7, ncols=2)
figures.show(fig, "Sigmoid apart, He's and orthogonal lines are level. Glorot's sink with ReLU.")
net = start([lambda n, m, w, bend=bend: he(n, m, bend(w)) for bend in bent.values()], deep)
print("He, layer 20:", named(bent, stacks.signals(*few, net, "relu")[0][:, -1].round(2).tolist()))

# %% [markdown]
# A line should be level in both rows. Weights of 0.05, Keras' `RandomNormal`, lose every signal at this width (at 800 they are He's); weights of 1 blow up ReLU and ELU, hold tanh at its ends. The sigmoid's gradients fade with all six. At equal widths Glorot's rule is LeCun's; tanh and ELU bear it. Glorot's variance shrinks ReLU's signal about a thousandfold; with He's, other distributions change it less than twofold.
#
# Does size decide who *learns*? The better of two rates counts, and NaN counts as guessing, $\ln 10 = 2.30$.


# %% tags=["nbval-ignore-output"]
rates, best, (fig, ax) = np.tile([0.002, 0.01], len(RULES)), [], plt.subplots(figsize=(5, 3.8))
for act in kinds:
    net = start([rule for rule in RULES.values() for _ in range(2)], deep)
    losses = finish(train(net, batches(*data, 100, 32), sgd(rates, 0.9), act))
    best.append(losses.reshape(-1, 2).min(axis=1))
figures.heatmap(ax, np.transpose(best), ".2f")
ax.set(xticks=range(4), xticklabels=kinds, yticks=range(6), yticklabels=RULES, title="final loss")
figures.show(fig, "Tanh, ReLU and ELU learn with He or orthogonal weights; others rarely.")

# %% [markdown]
# Orthogonal weights do best at this depth. Tanh likes He's larger weights better than Glorot's: its bend takes a little off in each layer.
#
# ## The deck's table, tested
#
# Elliott Ash's deck gives standard deviations by activation: for the logistic function $s = \sqrt{2 / (n_{\text{in}} + n_{\text{out}})}$, for tanh $4 s$, for ReLU $\sqrt{2} \, s$.
#
# The first two rows are swapped. Glorot's derivation needs $a \approx z$, which is tanh. The logistic function, $\sigma(z) = \frac12 + \frac12 \tanh \frac{z}{2}$, has slope $\frac14$ at 0, so *it* needs four times the weights.
#
# The ReLU row, $v = 4 / (n_{\text{in}} + n_{\text{out}})$, is an older form with two fans. It equals He's if the widths agree. Let widths alternate between $n$ and $m$. He's factor of $E[a^2]$ is $\frac12 n \cdot \frac2n = 1$ in each layer. The two-fan form gives, for two layers,
#
# $$\frac{n}{2} \cdot \frac{4}{n + m} \cdot \frac{m}{2} \cdot \frac{4}{n + m} = \frac{4 n m}{(n + m)^2} < 1 \quad \text{for } n \ne m .$$
#
# **Predict.** Widths of 200 and 50 in turn, 20 layers: by how much does the two-fan form shrink the activations?
#
# <details><summary>Answer</summary>
#
# $4 \cdot 200 \cdot 50 / 250^2 = 0.64$ for two layers in mean square, so 0.8 in size: $0.8^{10} \approx 0.11$.
#
# </details>

# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(1, 2, figsize=(9.5, 3.4))
pair, lines = {name: RULES[name] for name in ("Glorot", "4 · Glorot")}, {}
for act in ("tanh", "sigmoid"):
    sizes = stacks.signals(*few, start(pair.values(), deep), act)[1]
    for name, grads in named(pair, sizes).items():
        lines[f"{act}, {name}"] = grads / grads[-1]
        print(f"{act:8} {name:11} gradient of layer 1: {grads[0] / grads[-1]:.0e} times layer 20's")
figures.lines(axes[0], range(1, 21), lines, "layer", "gradient, layer 20 = 1", yscale="log")
net = start([lambda n, m, w: 2**0.5 * glorot(n, m, w), he], [196] + [200, 50] * 10 + [10])
sizes = named(["deck, two fans", "He"], stacks.signals(*few, net, "relu")[0])
figures.lines(axes[1], range(1, 21), sizes, "layer, 200 or 50 units", "activations", yscale="log")
figures.show(fig, "Tanh explodes with 4; sigmoid vanishes, less so with 4. Two fans fall.")

# %% [markdown]
# Four times ruins tanh and helps the logistic function, though not enough. Today's practice: He with ReLU and its kin, Glorot or, if deep, more with tanh, no sigmoids in hidden layers.
#
# ## Saturated and dead units
#
# A tanh or sigmoid unit with a large $|z|$ is **saturated**: its slope is almost 0, so no gradient passes. A ReLU has slope 0 for *every* negative $z$, which is fine as long as some images reach the other side. If none does, the unit gets no gradient: it is **dead**. The usual killer is a long step. **Leaky ReLU**, here $\max(0.1 z, z)$, and **ELU**, $e^z - 1$ for negative $z$, keep some slope there.
#
# **Predict.** Which of the three can have dead units, if *flat* means a slope below 0.05?
#
# <details><summary>Answer</summary>
#
# ReLU. Leaky ReLU never has a slope below 0.1. ELU has, below $z = -3$, so it can fall asleep, but it seldom does.
#
# </details>


# %% tags=["nbval-ignore-output"]
def flat(net, act, inputs):
    """Return, for each hidden layer, which slopes are below 0.05: (net, image, unit)."""
    return [slope < 0.05 for slope in stacks.slopes(inputs, net, act)]


(fig, axes), rates = plt.subplots(1, 3, figsize=(11, 3.2)), [0.05, 0.1, 0.2, 0.4, 0.6]
outputs, dead, losses = forward(x[:256], start(RULES.values(), deep), "tanh")[9]["a"], {}, {}
figures.histograms(axes[0], {"Glorot": outputs[1], "4 · Glorot": outputs[4]}, "tanh, layer 10")
print("slopes below 0.05:", *(f"{np.mean(1 - outputs[k] ** 2 < 0.05):.0%}" for k in (1, 4)))
for act in ("relu", "leaky", "elu"):
    net = start([he] * 5, [196, 64, 64, 64, 64, 64, 10])
    losses[act] = finish(train(net, batches(*data), sgd(rates), act))
    dead[act] = np.mean([f.all(axis=1).mean(axis=1) for f in flat(net, act, val[0])], axis=0)
    dead[act][np.isnan(net[0]["W"]).any(axis=(1, 2))] = np.nan  # blown up: nothing to count
figures.lines(axes[1], rates, dead, "learning rate", "share of dead units")
figures.lines(axes[2], rates, losses, "learning rate", "loss after 200 steps")
figures.show(fig, "Large weights pile tanh up at ±1. At 0.6 a tenth of ReLUs dies; others blow up.")

# %% [markdown]
# A tenth of the ReLUs is dead at the highest rate, few at the others. Leaky ReLU and ELU do not die, but blow up sooner (middle lines end). At a good rate they are slightly better: the choice matters less than rate and weights.
#
# ## Batch normalization in training
#
# How to hold the size *after* the start? **Batch normalization** takes each unit's mean $m$ and variance over the $n$ images of the batch, standardises, and lets two learnt numbers per unit, $\gamma$ and $\beta$, set scale and centre anew:
#
# $$m = \frac1n \sum_i z_i, \qquad s^2 = \frac1n \sum_i (z_i - m)^2 + \varepsilon, \qquad \hat z_i = \frac{z_i - m}{s}, \qquad h_i = \gamma \hat z_i + \beta$$
#
# **Backward.** Let $d_i = \gamma \, \partial \ell / \partial h_i$ be the slope along $\hat z_i$. From $z_k$ three paths lead to the loss:
#
# - Directly: $d_k / s$.
# - Through $m$: $\partial m / \partial z_k = \frac1n$ and $\partial \hat z_i / \partial m = -\frac1s$, together $-\frac1s \cdot \frac1n \sum_i d_i$. ($s$ does not feel $m$, as $\sum_i (z_i - m) = 0$.)
# - Through $s$: from $2 s \, \frac{\partial s}{\partial z_k} = \frac2n (z_k - m)$ follows $\frac{\partial s}{\partial z_k} = \frac{\hat z_k}{n}$; and $\partial \hat z_i / \partial s = -\frac{\hat z_i}{s}$. Together $-\frac1s \, \hat z_k \cdot \frac1n \sum_i d_i \hat z_i$.
#
# $$\frac{\partial \ell}{\partial z_k} = \frac1s \Big( d_k - \overline{d} - \hat z_k \, \overline{d \, \hat z} \Big), \qquad \frac{\partial \ell}{\partial \gamma} = \sum_i \frac{\partial \ell}{\partial h_i} \hat z_i, \qquad \frac{\partial \ell}{\partial \beta} = \sum_i \frac{\partial \ell}{\partial h_i}$$
#
# The bars are means over the batch.
#
# **Think.** All $z_i$ of a unit grow by 5, or double. What happens to $\hat z$? Where does the formula say so?
#
# <details><summary>Answer</summary>
#
# Nothing (but for $\varepsilon$). So the slope along both changes must be 0: the formula takes the mean, and the part along $\hat z$, out of $d$.
#
# </details>

# %%
AXES = {"batch": -2, "layer": -1}  # over the images, or over the units of an image


def normalize(z, axis, epsilon=1e-3):
    mean, var = z.mean(axis=axis, keepdims=True), z.var(axis=axis, keepdims=True)
    std = np.sqrt(var + epsilon)
    return (z - mean) / std, std, mean, var


def normalize_backward(d, z_hat, std, axis):
    mean, tilt = (a.mean(axis=axis, keepdims=True) for a in (d, d * z_hat))
    return (d - mean - z_hat * tilt) / std


z, up = rng.gamma(2, 2, size=(2000, 3)) * [1, 3, 0.5] - [0, 9, 8], rng.normal(size=(2000, 3))
gamma, beta = np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, -1.0])
z_hat, std, *_ = normalize(z, axis=0)
dz = normalize_backward(gamma * up, z_hat, std, axis=0)
starts = [ki.Constant(values.tolist()) for values in (gamma, beta)]
starts = named(["gamma_initializer", "beta_initializer", "dtype"], [*starts, "float64"])
bn = layers.BatchNormalization(momentum=0.9, **starts)
ours = gamma * z_hat + beta, dz, (up * z_hat).sum(axis=0), up.sum(axis=0)
for mine, theirs in zip(ours, keras_slopes(bn, z, up), strict=True):
    same(theirs, mine, atol=1e-9)
print("forward and three gradients equal Keras'; dz adds up to", abs(dz.sum(axis=0)).round(9))
fig, axes = plt.subplots(1, 2, figsize=(9, 2.8))
figures.histograms(axes[0], named(["unit 1", "unit 2", "unit 3"], z.T), "z")
figures.histograms(axes[1], named(["unit 1", "unit 2", "unit 3"], z_hat.T), "ẑ")
figures.show(fig, "Three lopsided bumps apart; then all at 0 and equally wide, still lopsided.")

# %% [markdown]
# Spence's deck says values become Gaussian. They get mean 0 and variance 1, but keep their shape. Its explanation why it helps, "covariate shift", is disputed; that longer steps become possible is not.
#
# ## Batch normalization in prediction
#
# A prediction must not depend on its batch. So training keeps **moving averages** with momentum $\mu$, 0.99 in Keras, and prediction uses them instead. With $v$ for the batch's variance:
#
# $$M \leftarrow \mu M + (1 - \mu) \, m, \qquad V \leftarrow \mu V + (1 - \mu) \, v$$
#
# They start at $M = 0$, $V = 1$, and after $t$ steps $\mu^t$ of the start is left.
#
# **Predict.** How much of the start is left after 60 steps with momentum 0.99? With 0.9?
#
# <details><summary>Answer</summary>
#
# $0.99^{60} = 0.55$: more than half. $0.9^{60} = 0.002$. If training has few steps, lower the momentum.
#
# </details>


# %%
def standardize(z, layer, training, norm):
    """Return z standardised, and what it was divided by; training moves the averages."""
    if norm == "batch" and not training:
        std = np.sqrt(layer["var"] + 1e-3)
        return (z - layer["mean"]) / std, std
    z_hat, std, mean, var = normalize(z, AXES[norm])
    if norm == "batch":
        layer["mean"] += 0.1 * (mean - layer["mean"])
        layer["var"] += 0.1 * (var - layer["var"])
    return z_hat, std


ours = {"mean": np.zeros((1, 3)), "var": np.ones((1, 3))}
standardize(z, ours, True, "batch")  # one step; Keras' layer has made one, too
same([bn.moving_mean, bn.moving_variance], [ours["mean"][0], ours["var"][0]])
same(bn(z, training=False), gamma * standardize(z, ours, False, "batch")[0] + beta)
same(normalize(z + 5, axis=0)[0], z_hat)
print("moving averages and predictions equal Keras'; a bias in front changes nothing")
h, W = np.maximum(rng.normal(size=(4000, 100)), 0), rng.normal(size=(100, 50))
more = np.var(h * (rng.random(h.shape) < 0.5) / 0.5 @ W, axis=0) / np.var(h @ W, axis=0)
print(f"dropout 0.5 in front: variance {more.mean():.1f} times as large in training")

# %% [markdown]
# So a bias in front is useless, and $\beta$ does its job: write `Dense(..., use_bias=False)`. And **dropout in front** raises the variance in training only, so the moving averages mislead: put it behind the last normalization.
#
# ## Where batch normalization helps
#
# **Predict.** Where will batch normalization be *worse* than none?
#
# <details><summary>Answer</summary>
#
# With tiny batches: of two images, $\hat z$ is about ±1, whatever they show. And at low rates.
#
# </details>

# %% tags=["nbval-ignore-output"]
(fig, axes), sizes = plt.subplots(1, 3, figsize=(11, 3.4)), [2, 4, 16, 64]
rates, curves, norms = [0.01, 0.03, 0.1, 0.3, 1, 3], [{}, {}, {}], {"none": None}
for name, axis in AXES.items():  # forward and backward, as stacks takes them
    norms[name] = partial(standardize, norm=name), partial(normalize_backward, axis=axis)
ticks = [process_time()]
for name, norm in norms.items():
    for panel, hidden in enumerate([2, 20]):
        net = start([he] * 6, [196] + [50] * hidden + [10])
        curves[panel][name] = finish(train(net, batches(*data, 100, 32), sgd(rates), norm=norm))
    nets = {size: start([he] * 2, [196, 64, 64, 10]) for size in sizes}
    for size, net in nets.items():
        train(net, batches(*data, 200, size), sgd([0.02, 0.1]), norm=norm)
    curves[2][name] = [stacks.score(*val, net, norm=norm)[0].min() for net in nets.values()]
    ticks.append(process_time())
figures.lines(axes[0], rates, curves[0], "rate", "loss", title="2 hidden layers", xscale="log")
figures.lines(axes[1], rates, curves[1], "rate", "loss", title="20 hidden layers", xscale="log")
figures.lines(axes[2], [*map(str, sizes)], curves[2], "images in a batch", "validation loss")
figures.show(fig, "At high rates batch norm alone learns; with batches of 2 it is worst.")
print("time, none = 1: batch, layer", (np.diff(ticks)[1:] / np.diff(ticks)[0]).round(1))

# %% [markdown]
# Batch normalization stands long steps, and needs them: at low rates it is slower. In NumPy its steps take about twice as long. In one run, each at its best rate, the deep net gains much, the shallow one little.
#
# Ash's deck puts it *before* the activation, Spence's *after*: with 30 tanh units and Adam, his accuracy in epoch 1 rose from 0.458 to 0.711, but without it his losses are squared errors. His net, on our pictures:

# %% tags=["nbval-ignore-output"]
pictures = {"raw": pixels[:3000], "standardised": x[:3000]}
tanh, BN = partial(layers.Activation, "tanh"), partial(layers.BatchNormalization, momentum=0.9)
for place, parts in {"none": [tanh], "before": [BN, tanh], "after": [tanh, BN]}.items():
    hidden = [layers.Dense(30, use_bias=place != "before"), *(part() for part in parts)]
    model = keras.Sequential([keras.Input((196,)), *hidden, layers.Dense(10, "softmax")])
    model.compile("adam", metrics=["accuracy"], **COMPILE)
    model.optimizer.build(model.trainable_variables)
    state = [(v, v.numpy()) for v in [*model.variables, *model.optimizer.variables]]
    for kind, images in pictures.items():
        for v, first in state:  # both kinds start alike
            v.assign(first)
        h = model.fit(images, labels[:3000], 100, 4, verbose=0).history["accuracy"]
        print(f"{place:6} {kind:12} epoch 1: {h[0]:.2f}, epoch 4: {h[3]:.2f}")

# %% [markdown]
# One run each. Before the tanh it undoes the pixels' scale: both rows agree. Behind a saturated tanh it comes too late: no gain. Standardised, all end alike.
#
# ## Layer normalization
#
# And if batches are tiny? **Layer normalization** takes mean and variance over the *units* of one image: the same `normalize`, forward and backward, with `axis=-1`. There are no moving averages; training and prediction are alike.
#
# **Think.** Which of the two for batches of 2? For a layer with one unit?
#
# <details><summary>Answer</summary>
#
# Layer normalization for tiny batches, and in Transformers (lecture 9). With one unit it is useless: the unit is its own mean, so $\hat z = 0$.
#
# </details>

# %%
(z_hat, std, *_), ln = normalize(z, axis=-1), layers.LayerNormalization(**starts)
out, theirs, *_ = keras_slopes(ln, z, up)
same(out, gamma * z_hat + beta)
same(theirs, normalize_backward(gamma * up, z_hat, std, axis=-1), atol=1e-12)
print("forward and gradient of layer normalization equal Keras'")
for name, layer in [("layer", ln), ("batch", bn)]:
    apart = np.abs(layer(z[:1], training=True) - layer(z, training=True)[:1]).max()
    print(f"{name} normalization: a row alone or among 2,000, difference {apart:.1f}")

# %% [markdown]
# ## Gradient clipping
#
# One wild batch can throw the weights far. **Clipping** shortens the step: if the gradient's length $\lVert g \rVert$ is above $c$, take $g \cdot c / \lVert g \rVert$. Keras' `clipnorm` does so for each array by itself. `global_clipnorm`, like our `clip`, takes the length over *all* arrays. That keeps the step's direction.
#
# **Predict.** Two arrays' gradients are $(3, 4)$ and $(12)$. What is left with `clipnorm=6.5`, what with `global_clipnorm=6.5`?
#
# <details><summary>Answer</summary>
#
# The first has length 5 and stays, the second becomes 6.5. Together it is $\sqrt{25 + 144} = 13$, so all are halved: $(1.5, 2)$ and $(6)$.
#
# </details>


# %% tags=["nbval-ignore-output"]
def clip(net, grads, most=2.0):
    """Take a step, a shorter one if the gradient's length, over all arrays, is above `most`."""
    squares = sum((g**2).sum(axis=(1, 2)) for grad in grads for g in grad.values())
    sgd(0.1 * np.minimum(1, most / np.sqrt(squares)))(net, grads)


for option, expected in [("clipnorm", [3, 4, 6.5]), ("global_clipnorm", [1.5, 2, 6])]:
    weights = [keras.Variable([0.0, 0.0]), keras.Variable([0.0])]
    optimizer = keras.optimizers.SGD(1.0, **{option: 6.5})
    optimizer.apply([tf.constant([3.0, 4.0]), tf.constant([12.0])], weights)
    same(-np.concatenate(weights), expected, rtol=1e-6)
    print(f"{option}: (3, 4) and (12) become", -np.concatenate(weights))
spoilt, curves, (fig, ax) = [*batches(*data)], {}, plt.subplots()
spoilt[100] = 100 * spoilt[100][0], spoilt[100][1]
for name, step in {"no clipping": sgd(0.1), "global norm 2": clip}.items():
    curves[name] = smooth(train(start([he], [196, 64, 64, 64, 10]), spoilt, step))
figures.lines(ax, np.arange(5, 200, 10), curves, "step", "loss", yscale="log", ylim=(0.1, 1e3))
figures.show(fig, "At step 100 the mean of ten losses is 130, then above 1; clipped, it is back.")

# %% [markdown]
# In batch 100 somebody forgot to scale; the net has not got over it. Take a $c$ above the usual length. Recurrent nets (lecture 11) need it most.
#
# ## Range test, schedules and warm-up
#
# Which rate to begin with? In a **range test** the rate grows exponentially through one short run. Choose a third to a tenth of where the loss turns up. Then let the rate fall: by steps, exponentially or along a cosine (lecture 3). **Warm-up** first raises it in a straight line from near 0, because with fresh weights slopes are steep and change fast. On the right, weights are 1.4 times He's, so that they are.
#
# **Predict.** What will warm-up do to the highest rate that a deep net can stand?
#
# <details><summary>Answer</summary>
#
# Raise it. At low rates it makes little difference.
#
# </details>

# %% tags=["nbval-ignore-output"]
medium, T, t, peaks = [196] + [64] * 8 + [10], 150, np.arange(150), [0.02, 0.05, 0.1, 0.2]
ramp, half = 1e-4 * 1e4 ** (t / T), lambda part: (1 + np.cos(np.pi * part)) / 2  # 1 down to 0
run = smooth(train(start([he], medium), batches(*data, T), sgd(lambda t: ramp[t], 0.9)))
shapes = {"constant": t**0, "steps": 0.3 ** (t // 50), "cosine": half(t / T)}
shapes["warm-up, cosine"] = np.where(t < 50, (t + 1) / 50, half((t - 50) / (T - 50)))
table, ends = np.array([peak * shape for peak in peaks for shape in shapes.values()]), []
for seed in range(3):
    net = start([lambda n, m, w: 1.4 * he(n, m, w)] * 16, medium, seed)
    ends.append(finish(train(net, batches(*data, T, 32), sgd(lambda t: table[:, t]))))
ends = named(shapes, np.mean(ends, axis=0).reshape(4, 4).T)
fig, axes = plt.subplots(1, 3, figsize=(11, 3.2))
figures.lines(axes[0], ramp[5::10], {"range test": run}, "rate", "loss", xscale="log", ylim=(0, 4))
figures.lines(axes[1], t, shapes, "step", "share of the peak rate")
figures.lines(axes[2], peaks, ends, "peak rate", "loss at the end, 1.4 · He", legend=False)
figures.show(fig, "Range test: a valley near 0.03. At high peaks warm-up alone still learns.")

# %% [markdown]
# With momentum 0.9 the loss turns up beyond 0.03, so 0.01 is a sound start. Warm-up lets the net stand several times the rate.
#
# ## Batch size and the generalization gap
#
# Large batches are said to generalize worse: the **generalization gap**. But in as many epochs they take fewer steps. The usual cure raises the rate with the batch, as much as it or as its root.
#
# **Predict.** Eight epochs at a constant rate. Test accuracy falls with the batch: is that over-fitting?
#
# <details><summary>Answer</summary>
#
# No: few short steps have learnt less, so *training* accuracy falls too.
#
# </details>

# %% tags=["nbval-ignore-output"]
sizes, powers, right = [16, 64, 256, 1024], [0, 0.5, 1], []
for size in sizes:
    net = start([lambda n, m, w: he(n, m, rng.standard_normal((n, m)))] * 9, [196, 64, 10])
    rates = [0.05 * (size / 16) ** power for power in powers] * 3
    train(net, batches(*data, 8 * 3000 // size, size), sgd(rates))
    right.append([stacks.score(*part, net)[1].reshape(3, 3).mean(axis=0) for part in (data, test)])
right, names = np.transpose(right, (1, 2, 0)), ["rate 0.05", "rate ∝ √batch", "rate ∝ batch"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for ax, part, values in zip(axes, ("training accuracy", "test accuracy"), right, strict=True):
    figures.lines(ax, [*map(str, sizes)], named(names, values), "images in a batch", part)
figures.show(fig, "All fall with the batch; rate ∝ batch least, until it collapses at 1,024.")
print("training minus test, rate ∝ √batch:", (right[0] - right[1])[1].round(3))

# %% [markdown]
# Per epoch, small batches win here. Training minus test shrinks, but so it does in any net that has learnt less: the claim is about nets trained equally far. Raise the rate with the batch, not too far, and judge by test error and clock.
#
# ## The default recipe, then and now
#
# Ash's deck recommends (2018): He, ELU, batch normalization, dropout, Adam, no schedule. Today: He; ReLU or GELU, $z \, \Phi(z)$ with the normal distribution function $\Phi$; layer normalization (in convolutional nets, batch normalization); little dropout; AdamW; warm-up and cosine.
#
# **Think.** Two hidden layers of 64 units, dropout of 0.5 behind each, 6 epochs. What might go wrong?
#
# <details><summary>Answer</summary>
#
# Half of a small net vanishes, twice over: it under-fits. And dropout stands in front of the next batch normalization.
#
# </details>


# %% tags=["nbval-ignore-output"]
def recipe(act, norm=layers.Identity, drop=0.0, decay=None, rate=2e-3):
    """Return the test accuracy of a net with two hidden layers."""
    keras.utils.set_random_seed(0)
    dense = partial(layers.Dense, 64, kernel_initializer="he_normal")
    block = [dense, norm, partial(layers.Activation, act), partial(layers.Dropout, drop)]
    hidden = [make() for make in 2 * block]
    model = keras.Sequential([keras.Input((196,)), *hidden, layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.Adam(rate, weight_decay=decay), **COMPILE)  # with decay: AdamW
    model.optimizer.build(model.trainable_variables)  # else fit traces its graph twice
    model.fit(*data, batch_size=100, epochs=6, verbose=0)
    return np.mean(model(test[0]).numpy().argmax(axis=1) == test[1])


warm = keras.optimizers.schedules.CosineDecay(0.0, 150, warmup_target=5e-3, warmup_steps=30)
print(f"He, ReLU, Adam, no more  {recipe('relu'):.3f}")
print(f"deck's, dropout 0.5      {recipe('elu', BN, 0.5):.3f}")
print(f"deck's, dropout 0.1      {recipe('elu', BN, 0.1):.3f}")
print(f"today's, dropout 0.1     {recipe('gelu', layers.LayerNormalization, 0.1, 0.05, warm):.3f}")

# %% [markdown]
# Dropout of 0.5 costs points here: it is for wide nets and long training. The others are close; another seed can change their order.
#
# ## A clinic of eight sick curves
#
# Spence's deck names local minima, exploding and vanishing gradients. Most troubles are simpler. The healthy net has three hidden layers of 64 ReLUs and rate 0.1; each patient has *one* trouble, some with another rate, weights or fewer images to show it. They are in `helpers.clinic`; do not read it yet.


# %% tags=["nbval-ignore-output"]
patients, found = clinic.patients(pixels, x, labels, he), {}
drawn = np.random.default_rng(4).permutation([*patients][1:])
letters = {"healthy": "healthy"} | named("ABCDEFGH", drawn)
ward = {letter: clinic.admit(**patients[name]) for letter, name in letters.items()}
fig, axes = plt.subplots(3, 3, figsize=(10, 7), sharex=True)
for ax, (letter, (*_, losses, checked)) in zip(axes.flat, ward.items(), strict=True):
    both = {"training": smooth(losses), "validation": checked[:, 0]}
    figures.lines(ax, np.arange(10, 301, 10), both, "step", "loss", False, title=letter)
    ax.axhline(np.log(10), color="0.5", linestyle=":")
    ax.set_ylim(0, max(3, 1.1 * min(9, both["training"].max())))
axes[0, 0].legend()
figures.show(fig, "Nine loss curves: one healthy, eight sick. Dotted: guessing, 2.30.")

# %% [markdown]
# **Think.** Diagnose A to H. Is the start 2.30? Does training fall? Where is validation? The next cell measures what curves cannot tell: the share of flat slopes, of dead units, and how many first-layer units differ.
#
# <details><summary>Answer</summary>
#
# A: rate too low; slow. B: weights of zero; exactly 2.30, one different unit. C: rate too high; jumps, kills units. D: labels in another order; slowly learnt by heart, while validation rises above 2.30. E: dead ReLUs; it shoots up, then sticks at 2.30: inputs that all lie around 5 push all weights of a unit the same way. F: pixels not scaled; it starts ten times too high. G: saturated sigmoids; slow, most slopes flat. H: over-fitting; the gap opens after a good start.
#
# </details>

# %% tags=["nbval-ignore-output"]
print("             start        end  validation     flat       dead  different")
for letter, (net, act, (inputs, _), losses, checked) in ward.items():
    sleepy, units = flat(net, act, inputs), np.unique(net[0]["W"][0].round(5), axis=1).shape[1]
    numbers = [losses[0, 0], losses[-20:].mean(), checked[-1, 0], np.mean(sleepy)]
    found[letter] = [*numbers, np.mean([f.all(axis=1) for f in sleepy]), units]
    print(f"{letter:8}", *(f"{number:9.2f}" for number in found[letter][:5]), f"{units:9}")
assert found["F"][0] > 10 and found["A"][1] > 1.8  # starts high; learns slowly
assert min(found["C"][3], found["G"][3]) > 0.7 > found["healthy"][3]  # most slopes flat
assert found["E"][4] > 0.5 and found["B"][5] == 1  # dead units; equal units
assert all(found[letter][2] - found[letter][1] > 1 for letter in "DH")  # gaps

# %% [markdown]
# ## Common mistakes
#
# **Softmax twice**, in the last layer and, by `from_logits=True`, in the loss: it cannot get far down. **One seeded initializer for several layers**: the same weights in each. **One image with `training=True`**: batch normalization subtracts the image from itself.

# %% tags=["nbval-ignore-output"]
perfect, shared = np.eye(10, dtype="float32")[labels[:100]], ki.HeNormal(seed=0)
twice = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels[:100], perfect)
print(f"softmax twice: a perfect answer costs {float(twice):.3f} = ln(e + 9) - 1, not 0")
print("one seeded initializer: same weights?", np.array_equal(shared((50, 50)), shared((50, 50))))
print("one image, training=True:", bn(z[:1], training=True).numpy()[0], "is β, whatever it shows")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("07_initialization_and_normalization")

# %% [markdown]
# ## Summary
#
# - Zeros or equal weights leave all units of a layer alike. Signals keep their size with $v = 2 / (n_{\text{in}} + n_{\text{out}})$ for tanh (Glorot), $v = 2 / n_{\text{in}}$ for ReLU (He).
# - A saturated unit is flat for large $|z|$, a dead ReLU for every image. Deep nets want ReLU, its kin, or tanh.
# - Batch normalization standardises each unit over the batch; backward, the slope loses its mean and its part along $\hat z$. Prediction uses moving averages.
# - It helps deep nets, high rates and bad scales, little elsewhere, and harms tiny batches. Layer normalization works within one image.
# - Clip by the global norm; find the rate with a range test; warm up, then let it fall; raise it with the batch.
# - Read a curve's start, training line and gap. Then measure: flat, dead, different units.
#
# ## Exercise
#
# In [exercise 7](../exercises/07_initialization_and_normalization/07_initialization_and_normalization.ipynb) you write initializers, batch normalization, its moving averages, and clipping, and diagnose curves.
#
# ## Further reading
#
# - Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018): the table of initializers, the default recipe.
# - Erik Spence, *Neural network programming: improving things* (deck, SciNet, 2022): maladies, batch normalization.
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven, undated): learning rate and batch size.
# - Heather Mattie, *Python with Keras* (deck, Harvard, 2020): initial weights.
# - Xavier Glorot and Yoshua Bengio, "Understanding the difficulty of training deep feedforward neural networks", *AISTATS* (2010).
# - Kaiming He and others, "Delving deep into rectifiers", *ICCV* (2015).
# - Sergey Ioffe and Christian Szegedy, "Batch normalization", *ICML* (2015); Shibani Santurkar and others, "How does batch normalization help optimization?", *NeurIPS* (2018).
# - Jimmy Ba, Jamie Kiros and Geoffrey Hinton, "Layer normalization" (2016).
# - Leslie Smith, "Cyclical learning rates for training neural networks", *WACV* (2017): the range test.
