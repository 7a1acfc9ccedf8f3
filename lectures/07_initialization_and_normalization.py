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
from helpers import datasets, figures, quizzes

from functools import partial
from itertools import pairwise

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import initializers as ki, layers
from scipy.special import expit as sigmoid
from scipy.stats import truncnorm
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # these nets are too small to share between cores
keras.utils.set_random_seed(0)
np.seterr(over="ignore", invalid="ignore")  # some nets here are meant to blow up
rng, same = np.random.default_rng(0), np.testing.assert_allclose


# ---- Plumbing: 3,000 pictures of clothes to train on, 1,000 to validate, halved ----
def halve(pictures):
    blocks = pictures.reshape(-1, 14, 2, 14, 2)
    return blocks.mean(axis=(2, 4), dtype="float32").reshape(-1, 196)


(pictures, labels), (x_test, y_test) = datasets.load_fashion_mnist()
rows = rng.permutation(4000)
pixels, labels = halve(pictures[rows]), labels[rows]
center, spread = pixels[:3000].mean(), pixels[:3000].std()
x, x_test = (pixels - center) / spread, (halve(x_test) - center) / spread
data, val, test = (x[:3000], labels[:3000]), (x[3000:], labels[3000:]), (x_test, y_test)


# ---- Plumbing: sizes, Keras and figures ----
def finish(losses):  # the mean of the last 20 steps; NaN counts as guessing
    return np.nan_to_num(losses[-20:].mean(axis=0), nan=np.log(10)).clip(max=np.log(10))


def rms(array):
    return np.sqrt(np.mean(array**2, axis=(-2, -1), dtype="float64"))


def keras_slopes(layer, z, up):
    """Return a layer's output, and the slopes along z, gamma and beta, if `up` comes from above."""
    with tf.GradientTape() as tape:
        tape.watch(z := tf.constant(z))
        out = layer(z, training=True)
    return out, *tape.gradient(out, [z, layer.gamma, layer.beta], tf.constant(up))


COMPILE = {"loss": "sparse_categorical_crossentropy", "jit_compile": False}  # starts sooner


def column(values):  # one number for each net
    return np.float32(values)[:, None, None]


# ---- The clinic's patients: read no further if you want to diagnose them yourself ----
raw = {"data": (pixels[:3000], labels[:3000]), "val": (pixels[3000:], val[1])}
patients = {
    "rate too high": {"rate": 0.7},
    "rate too low": {"rate": 1e-3},
    "weights of zero": {"rule": lambda n, m, w: 0 * w},
    "saturated sigmoids": {"act": "sigmoid", "rule": lambda n, m, w: 2 * w},
    "dead ReLUs, inputs not centred": {
        "data": (x[:3000] + 5, labels[:3000]),
        "val": (x[3000:] + 5, val[1]),
    },
    "pixels not scaled": {"rate": 1e-3, **raw},
    "over-fitting": {"data": (x[:100], labels[:100])},
    "labels in another order": {"data": (x[:500], np.roll(labels[:500], 1))},
}


def admit(act="relu", rule=None, data=data, val=val, rate=0.1):
    """Return a patient of the clinic: the trained net and its curves."""
    net = make([rule or he], [196, 64, 64, 64, 10])
    return net, act, val, *train(data, net, act, steps=300, rate=rate, val=val)


def named(names, values):
    return dict(zip(names, values, strict=True))


def smooth(losses):  # the first net's mean over ten steps in a row
    return losses[:, 0].reshape(-1, 10).mean(axis=1)


def hist(ax, groups, xlabel):
    bins = np.histogram_bin_edges(np.concatenate([np.ravel(v) for v in groups.values()]), 60)
    for (name, values), dash in zip(groups.items(), figures.DASHES, strict=False):
        ax.hist(np.ravel(values), bins, histtype="step", label=name, linestyle=dash)
    ax.set(xlabel=xlabel, ylabel="count")
    ax.legend(fontsize=8)


def draw(ax, x, curves, xlabel, ylabel, title="", legend=8, **more):
    for (name, curve), marker in zip(curves.items(), figures.MARKERS, strict=False):
        ax.plot(x, curve, label=name, marker=marker, ms=4, markevery=max(1, len(x) // 10))
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, **more)
    if xlabel == "layer":
        ax.set_xticks([1, 5, 10, 15, 20])
    if legend:
        ax.legend(fontsize=legend)


# ---- The nets, as in lecture 4, in stacks ----
ACTIVATIONS = {  # with their slopes, from what goes in, h, and what comes out, a
    "sigmoid": (sigmoid, lambda h, a: a * (1 - a)),
    "tanh": (np.tanh, lambda h, a: 1 - a * a),
    "relu": (lambda h: np.maximum(h, 0), lambda h, a: h > 0),
    "leaky": (lambda h: np.maximum(h, 0.1 * h), lambda h, a: np.maximum(np.sign(h), 0.1)),
    "elu": (lambda h: np.where(h > 0, h, np.expm1(h)), lambda h, a: 1 + np.minimum(a, 0)),
}


def make(rules, widths, seed=0):
    """Return layers that hold one net for each rule, from the same draws."""
    draws, net = np.random.default_rng(seed), []
    for n, m in pairwise(widths):
        normal = draws.standard_normal((n, m)).astype("float32")
        W = np.stack([np.float32(rule(n, m, normal)) for rule in rules])
        W *= np.float32(0.1 if len(net) == len(widths) - 2 else 1)  # small scores: loss ln 10
        starts = {"b": 0, "gamma": 1, "mean": 0, "var": 1}
        new = {key: np.full((len(W), 1, m), value, "float32") for key, value in starts.items()}
        net.append({"W": W, **new})
    return net


def forward(x, net, act="relu", norm=None, training=True):
    """Return what each layer keeps for the way back; the last thing kept is the scores."""
    kept = []
    for layer in net:
        z, std = x @ layer["W"], 1
        if norm and layer is not net[-1]:  # later: normalization
            z, std = standardize(z, layer, norm, training)
        h = layer["gamma"] * z + layer["b"]
        kept.append((x, z, std, h))
        x = ACTIVATIONS[act][0](h)
    return kept


def backward(dh, kept, net, act="relu", norm=None):
    """Return the gradients of each layer, given the slope along the scores."""
    grads = []
    for k in reversed(range(len(net))):
        (x, z, std, _), layer, dz = kept[k], net[k], dh
        grads.insert(0, {"b": dh.sum(axis=-2, keepdims=True)})
        if norm and k < len(net) - 1:  # later: the same, backward
            grads[0]["gamma"] = (dh * z).sum(axis=-2, keepdims=True)
            dz = normalize_backward(dh * layer["gamma"], z, std, AXES[norm])
        grads[0]["W"] = x.swapaxes(-1, -2) @ dz
        if k:
            dh = dz @ layer["W"].swapaxes(-1, -2) * ACTIVATIONS[act][1](kept[k - 1][3], x)
    return grads


def cross_entropy(scores, y):
    """Return each net's mean loss, and its slope along the scores."""
    z = scores - scores.max(axis=-1, keepdims=True)
    wanted = np.eye(z.shape[-1], dtype="float32")[y]
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -(wanted * log_p).sum(axis=-1).mean(axis=-1), (np.exp(log_p) - wanted) / len(y)


def score(data, net, act="relu", norm=None):
    scores = forward(data[0], net, act, norm, training=False)[-1][-1]
    return cross_entropy(scores, data[1])[0], np.mean(scores.argmax(axis=-1) == data[1], axis=-1)


def length(grads):  # of each net's gradient, all arrays taken together
    return np.sqrt(sum((g**2).sum(axis=(1, 2), keepdims=True) for gs in grads for g in gs.values()))


def train(data, net, act="relu", norm=None, steps=200, rate=0.1, batch=64, **more):
    """Change the nets; return the loss of each batch, and on val at every tenth step."""
    (x, y), draws, moves, losses, checked = data, np.random.default_rng(0), {}, [], []
    for t in range(steps):
        rows = draws.integers(len(x), size=batch)
        kept = forward(more["spoil"](t, x[rows]) if "spoil" in more else x[rows], net, act, norm)
        loss, slope = cross_entropy(kept[-1][-1], y[rows])
        grads = backward(slope, kept, net, act, norm)
        eta = np.float32(rate(t) if callable(rate) else rate)
        if "clip" in more:  # see Gradient clipping
            eta = eta * np.minimum(1, more["clip"] / length(grads))
        for k, gs in enumerate(grads):
            for key, g in gs.items():
                step = eta * g
                if "momentum" in more:
                    step += more["momentum"] * moves.get((k, key), 0)
                    moves[k, key] = step
                net[k][key] -= step
        losses.append(loss)
        if "val" in more and t % 10 == 9:
            checked.append(score(more["val"], net, act, norm)[0])
    return np.array(losses), np.array(checked)


def measure(rules, act, widths):
    """Return the sizes of activations and gradients: (what, net, hidden layer)."""
    net = make(rules, widths)
    kept = forward(x[:256], net, act)
    grads = backward(cross_entropy(kept[-1][-1], labels[:256])[1], kept, net, act)
    sizes = [(rms(above[0]), rms(g["b"])) for above, g in zip(kept[1:], grads[:-1], strict=True)]
    return np.transpose(sizes, (1, 2, 0))


# %% [markdown]
# Most of lecture 4's deep stacks did not learn. Here they will, with weights of the right size, layers that keep the signal in range, and steps of the right length. As in lecture 6, each array has a leading axis for the net, so one pass serves a **stack** of small nets. In the last part of the cell above, `forward` and `backward` are lecture 4's, but for two lines marked *later*. What comes before is plumbing.
#
# ## Why zeros fail
#
# Biases start at 0. Why not the weights? If all are 0, ReLUs give out 0, so the output weights get the gradient $h^T dz = 0$; and the signal on its way back, $dz \, W^T$, is 0 too. Only the output bias can learn. If all weights of a layer are *equal* to some other number, gradients flow, but all units of the layer compute the same, get the same gradient, and stay twins for ever. Random weights **break the symmetry**.
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
he, glorot, zeros = (
    lambda n, m, w: w * (2 / n) ** 0.5,
    lambda n, m, w: w * (2 / (n + m)) ** 0.5,
    lambda n, m, w: 0 * w,
)

starts = {"zeros": zeros, "all equal": lambda n, m, w: 0 * w + 0.05, "zeros, sigmoid": zeros}
curves = {}
for name, rule in [*starts.items(), ("He", he)]:
    net = make([rule], [196, 32, 32, 10])
    curves[name] = smooth(train(data, net, name.partition(", ")[2] or "relu", steps=300)[0])
    units = [len(np.unique(layer["W"][0].round(5), axis=1).T) for layer in net[:2]]
    print(f"{name:15} loss {curves[name][-1]:.2f}, different units in the hidden layers: {units}")
fig, ax = plt.subplots()
draw(ax, np.arange(5, 300, 10), curves, "step", "loss")
figures.show(fig, "Zeros stay at 2.3, equal weights get to 2.1, random ones to 0.5.")

# %% [markdown]
# ## Xavier and He, derived
#
# How large should random weights be? So large that signals keep their size, in both directions. Let the $w_{ij}$ be independent of each other and of the inputs, with mean 0 and variance $v$. Square $z_j = \sum_i x_i w_{ij}$, a sum of $n_{\text{in}}$ terms, and take the mean:
#
# $$E[z_j^2] = \sum_i \sum_k E[x_i x_k] \, E[w_{ij} w_{kj}] = \sum_i E[x_i^2] \, v = n_{\text{in}} \, v \; E[x^2]$$
#
# Terms with $i \ne k$ vanish, since there $E[w_{ij} w_{kj}] = E[w_{ij}] \, E[w_{kj}] = 0$; for $i = k$ it is $E[w_{ij}^2] = v$.
#
# **Forward**, near 0 a tanh is about the identity, $a \approx z$. So size is kept if $n_{\text{in}} \, v = 1$. **Backward**, an input's slope is $\sum_j \delta_j w_{ij}$, a sum of $n_{\text{out}}$ terms: by the same steps, $n_{\text{out}} \, v = 1$. Unless the widths agree, both cannot hold. **Xavier** Glorot and Yoshua Bengio take the mean of both fans:
#
# $$v \cdot \tfrac{1}{2} (n_{\text{in}} + n_{\text{out}}) = 1 \quad \Rightarrow \quad v = \frac{2}{n_{\text{in}} + n_{\text{out}}}$$
#
# **ReLU** cuts half away. As $z$ is symmetric about 0, $E[a^2] = \frac{1}{2} E[z^2] = \frac{1}{2} n_{\text{in}} \, v \, E[x^2]$. Kaiming **He** and others therefore double:
#
# $$\tfrac{1}{2} n_{\text{in}} \, v = 1 \quad \Rightarrow \quad v = \frac{2}{n_{\text{in}}}$$
#
# Only the variance counts, the distribution hardly. **Uniform** on $[-r, r]$ has variance $\int_{-r}^{r} \frac{w^2}{2r} dw = \frac{r^2}{3}$, so Glorot's $r$ is $\sqrt{6 / (n_{\text{in}} + n_{\text{out}})}$: Keras' default. A **truncated** normal redraws what lies beyond two standard deviations, which shrinks the spread to 0.88; Keras makes up for it. **Orthogonal** weights, the $Q$ of a QR decomposition, have singular values of 1: no direction is stretched or lost.
#
# **Predict.** 300 inputs, 100 units. What standard deviations do Glorot and He give?
#
# <details><summary>Answer</summary>
#
# $\sqrt{2 / 400} = 0.071$ and $\sqrt{2 / 300} = 0.082$.
#
# </details>

# %%
shape, size, normal = (300, 100), np.sqrt(2 / (300 + 100)), rng.normal(size=(300, 100))
cut = truncnorm.rvs(-2, 2, size=shape, random_state=rng) / 0.8796
same_as_keras = {
    "normal": (size * normal, ki.VarianceScaling(1, "fan_avg", "untruncated_normal")),
    "truncated": (size * cut, ki.GlorotNormal()),
    "uniform": (np.sqrt(3) * size * rng.uniform(-1, 1, shape), ki.GlorotUniform()),
    "orthogonal": (np.linalg.qr(normal)[0], ki.Orthogonal()),
    "He": (np.sqrt(2 / 300) * cut, ki.HeNormal()),
}
for ours, theirs in same_as_keras.values():
    q = np.linspace(0.01, 0.99, 99)
    same(np.quantile(ours, q), np.quantile(theirs(shape), q), atol=0.05 * size)
print("ours and Keras' have the same distribution:", ", ".join(same_as_keras))
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2))
three = {name: same_as_keras[name][0] for name in ("normal", "truncated", "uniform")}
hist(axes[0], three, "weight")
stretch = {name: np.linalg.svd(same_as_keras[name][0])[1] for name in ("normal", "orthogonal")}
draw(axes[1], range(100), stretch, "number", "singular value", ylim=(0, 2))
figures.show(fig, "A bell, one with cut tails, a box. Singular values: falling, and all 1.")

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
RULES = {"normal 0.05": lambda n, m, w: 0.05 * w, "Glorot": glorot, "He": he}
RULES["orthogonal · √2"] = lambda n, m, w: 2**0.5 * np.linalg.qr(w)[0]
RULES["4 · Glorot"], RULES["normal 1"] = lambda n, m, w: 4 * glorot(n, m, w), lambda n, m, w: w
fig, axes = plt.subplots(2, 3, figsize=(10, 5.6), sharex=True, sharey="row")
look = {"legend": 0, "yscale": "log", "ylim": (1e-8, 1e8)}
for pair, act in zip(axes.T, kinds, strict=False):
    activations, gradients = measure(RULES.values(), act, deep)
    draw(pair[0], range(1, 21), named(RULES, activations), "layer", "activations", act, **look)
    draw(pair[1], range(1, 21), named(RULES, gradients), "layer", "gradients", act, **look)
axes[0, 0].legend(fontsize=7, ncols=2)
figures.show(fig, "Tanh is level with Glorot, ReLU with He, both with orthogonal. Others fan out.")

# %% [markdown]
# Level lines are good. Weights of 0.05, Keras' `RandomNormal`, lose every signal; weights of 1 blow up ReLU and hold tanh at its ends. The sigmoid's gradients fade whatever you do.
#
# Does size decide who *learns*? The better of two rates counts, and NaN counts as guessing, $\ln 10 = 2.30$.

# %% tags=["nbval-ignore-output"]
rates, best = column(np.tile([0.002, 0.01], len(RULES))), []
for act in kinds:
    net = make([rule for rule in RULES.values() for _ in range(2)], deep)
    losses = finish(train(data, net, act, batch=32, steps=100, rate=rates, momentum=0.9)[0])
    best.append(losses.reshape(-1, 2).min(axis=1))
fig, ax = plt.subplots(figsize=(5, 3.8))
figures.heatmap(ax, np.transpose(best), ".2f")
ax.set(title="loss after 100 steps", xticks=range(4), xticklabels=kinds)
ax.set_yticks(range(len(RULES)), RULES)
figures.show(fig, "Tanh, ReLU and ELU learn with He or orthogonal weights; others rarely.")

# %% [markdown]
# Orthogonal weights do best at this depth. Tanh likes He's larger weights better than Glorot's: its bend takes a little off in each layer.
#
# ## The deck's table, tested
#
# Elliott Ash's deck gives standard deviations by activation: for the logistic function $s = \sqrt{2 / (n_{\text{in}} + n_{\text{out}})}$, for tanh $4 s$, for ReLU $\sqrt{2} \, s$. Is it right?
#
# The first two rows have changed places. Glorot's derivation needs $a \approx z$, which is tanh. The logistic function, $\sigma(z) = \frac12 + \frac12 \tanh \frac{z}{2}$, has slope $\frac14$ at 0, so *it* needs four times the weights.
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
    for name, grads in named(pair, measure(pair.values(), act, deep)[1]).items():
        lines[f"{act}, {name}"] = grads / grads[-1]
        print(f"{act:8} {name:11} gradient of layer 1: {grads[0] / grads[-1]:.0e} times layer 20's")
draw(axes[0], range(1, 21), lines, "layer", "gradient, layer 20 = 1", yscale="log")
rules = {"deck, two fans": lambda n, m, w: 2**0.5 * glorot(n, m, w), "He": he}
sizes = measure(rules.values(), "relu", [196] + [200, 50] * 10 + [10])[0]
look = {"title": "ReLU, widths 200 and 50 in turn", "yscale": "log"}
draw(axes[1], range(1, 21), named(rules, sizes), "layer", "activations", **look)
figures.show(fig, "Tanh explodes with 4; sigmoid vanishes, less so with 4. Two fans fall.")

# %% [markdown]
# Measured, four times ruins tanh and helps the logistic function, though not enough. Today's practice: He with ReLU and its kin, Glorot with tanh, no sigmoids in hidden layers.
#
# ## Saturated and dead units
#
# A tanh or sigmoid unit with a large $|z|$ is **saturated**: its slope is almost 0, so no gradient passes. A ReLU has slope 0 for *every* negative $z$, which is fine as long as some images reach the other side. If none does, the unit gets no gradient at all: it is **dead**. The usual killer is a long step. **Leaky ReLU**, here $\max(0.1 z, z)$, and **ELU**, $e^z - 1$ for negative $z$, keep some slope there.
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
    kept = forward(inputs, net, act)
    pairs = zip(kept, kept[1:], strict=False)
    return [ACTIVATIONS[act][1](this[3], above[0]) < 0.05 for this, above in pairs]


fig, axes = plt.subplots(1, 3, figsize=(11, 3.2))
outputs = forward(x[:256], make(RULES.values(), deep), "tanh")[10][0]
hist(axes[0], {"Glorot": outputs[1], "4 · Glorot": outputs[4]}, "output of tanh, layer 10")
print("slopes below 0.05:", *(f"{np.mean(1 - outputs[k] ** 2 < 0.05):.0%}" for k in (1, 4)))
rates, dead, losses = [0.05, 0.1, 0.2, 0.4, 0.6], {}, {}
for act in ("relu", "leaky", "elu"):
    net = make([he] * 5, [196, 64, 64, 64, 64, 64, 10])
    losses[act] = finish(train(data, net, act, steps=200, rate=column(rates))[0])
    dead[act] = np.mean([f.all(axis=1).mean(axis=1) for f in flat(net, act, val[0])], axis=0)
draw(axes[1], rates, dead, "learning rate", "share of dead units")
draw(axes[2], rates, losses, "learning rate", "loss after 200 steps")
figures.show(fig, "Large weights pile tanh up at ±1. ReLUs die at high rates, the others do not.")

# %% [markdown]
# ReLUs die as the rate goes up. But on the right, leaky ReLU and ELU blow up sooner. At a good rate they are slightly better: the choice among the three matters less than rate and weights.
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
hist(axes[0], named(["unit 1", "unit 2", "unit 3"], z.T), "z")
hist(axes[1], named(["unit 1", "unit 2", "unit 3"], z_hat.T), "ẑ")
figures.show(fig, "Three lopsided bumps apart; then all at 0 and equally wide, still lopsided.")

# %% [markdown]
# Erik Spence's deck says that the values become Gaussian. They get mean 0 and variance 1, but keep their shape. Its reason why this works, "covariate shift", is disputed; that longer steps become possible is not.
#
# ## Batch normalization in prediction
#
# A prediction must not depend on the other images in the batch. So training keeps **moving averages** with momentum $\mu$, 0.99 in Keras, and prediction uses them instead. With $v$ for the batch's variance:
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
def standardize(z, layer, norm, training):
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
standardize(z, ours, "batch", training=True)  # one step; Keras' layer has made one, too
same([bn.moving_mean, bn.moving_variance], [ours["mean"][0], ours["var"][0]])
same(bn(z, training=False), gamma * standardize(z, ours, "batch", False)[0] + beta)
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
# Two hidden layers or 20, at several learning rates; then batches of several sizes.
#
# **Predict.** Where will batch normalization be *worse* than none?
#
# <details><summary>Answer</summary>
#
# With tiny batches: of two images, $\hat z$ is about ±1, whatever they show. And at low rates.
#
# </details>

# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(1, 3, figsize=(11, 3.4))
rates, sizes = [0.01, 0.03, 0.1, 0.3, 1, 3], [2, 4, 16, 64]
curves, norms = [{}, {}, {}], {"none": None, "batch": "batch", "layer": "layer"}
for name, norm in norms.items():
    for panel, hidden in enumerate([2, 20]):
        net = make([he] * 6, [196] + [50] * hidden + [10])
        losses, _ = train(data, net, norm=norm, rate=column(rates), steps=100, batch=32)
        curves[panel][name] = finish(losses)
    nets = {size: make([he] * 2, [196, 64, 64, 10]) for size in sizes}
    for size, net in nets.items():
        train(data, net, norm=norm, rate=column([0.02, 0.1]), batch=size)
    curves[2][name] = [score(val, net, norm=norm)[0].min() for net in nets.values()]
draw(axes[0], rates, curves[0], "learning rate", "loss", "2 hidden layers", xscale="log")
draw(axes[1], rates, curves[1], "learning rate", "loss", "20 hidden layers", xscale="log")
draw(axes[2], [*map(str, sizes)], curves[2], "images in a batch", "validation loss")
figures.show(fig, "At high rates batch norm alone learns; with batches of 2 it is worst.")

# %% [markdown]
# Batch normalization stands long steps, and needs them: at low rates it is slower. Each at its best rate, the deep net gains much, the shallow one little.
#
# Ash's deck puts it *before* the activation, Spence's *after*: with 30 tanh units and Adam, his accuracy in epoch 1 rose from 0.458 to 0.711, with the same end. His net, on our pictures:

# %% tags=["nbval-ignore-output"]
pictures = {"raw": pixels[:3000], "standardised": x[:3000]}
for place in ("none", "before", "after"):
    dense, tanh = layers.Dense(30, use_bias=place != "before"), layers.Activation("tanh")
    extra = [] if place == "none" else [layers.BatchNormalization(momentum=0.9)]
    parts = [dense, *extra, tanh] if place == "before" else [dense, tanh, *extra]
    model = keras.Sequential([keras.Input((196,)), *parts, layers.Dense(10, "softmax")])
    model.compile("adam", metrics=["accuracy"], **COMPILE)
    model.optimizer.build(model.trainable_variables)
    state = [(v, v.numpy()) for v in [*model.variables, *model.optimizer.variables]]
    for kind, images in pictures.items():
        for v, start in state:  # both kinds start alike
            v.assign(start)
        h = model.fit(images, labels[:3000], 100, 4, verbose=0).history["accuracy"]
        print(f"{place:6} {kind:12} epoch 1: {h[0]:.2f}, epoch 4: {h[3]:.2f}")

# %% [markdown]
# Before the tanh it makes up for raw pixels; behind a saturated tanh it comes too late. With standardised inputs little is left to gain.
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
z_hat, std, *_ = normalize(z, axis=-1)
ln = layers.LayerNormalization(**starts)
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
# One wild batch can throw the weights far away. **Clipping** shortens the step: if the gradient's length $\lVert g \rVert$ is above $c$, take $g \cdot c / \lVert g \rVert$. Keras' `clipnorm` does so for each array by itself. `global_clipnorm`, like our `train`, takes the length over *all* arrays. That keeps the direction of the step as a whole.
#
# **Predict.** Two arrays' gradients are $(3, 4)$ and $(12)$. What is left with `clipnorm=6.5`, what with `global_clipnorm=6.5`?
#
# <details><summary>Answer</summary>
#
# The first has length 5 and stays, the second becomes 6.5. Together it is $\sqrt{25 + 144} = 13$, so all are halved: $(1.5, 2)$ and $(6)$.
#
# </details>

# %% tags=["nbval-ignore-output"]
for option, expected in [("clipnorm", [3, 4, 6.5]), ("global_clipnorm", [1.5, 2, 6])]:
    weights = [keras.Variable([0.0, 0.0]), keras.Variable([0.0])]
    optimizer = keras.optimizers.SGD(1.0, **{option: 6.5})
    optimizer.apply([tf.constant([3.0, 4.0]), tf.constant([12.0])], weights)
    same(-np.concatenate(weights), expected, rtol=1e-6)
    print(f"{option}: (3, 4) and (12) become", -np.concatenate(weights))
spoil, curves = lambda t, images: images * np.float32(100 if t == 100 else 1), {}
for name, clip in {"no clipping": 1e30, "global norm 2": 2.0}.items():
    net = make([he], [196, 64, 64, 64, 10])
    curves[name] = smooth(train(data, net, spoil=spoil, clip=clip)[0])
fig, ax = plt.subplots()
draw(ax, np.arange(5, 200, 10), curves, "step", "loss", yscale="log", ylim=(0.1, 1e3))
figures.show(fig, "At step 100 one loss jumps to 100 and stays above 1; clipped, it is soon back.")

# %% [markdown]
# In batch 100 somebody forgot to scale; the net has not got over it. Take a $c$ a little above the usual length, so that it acts only in emergencies. Recurrent nets (lecture 11) need it most.
#
# ## Range test, schedules and warm-up
#
# Which rate to begin with? In a **range test** the rate grows exponentially through one short run. Choose three to ten times less than where the loss turns up. Then let the rate fall: by steps, exponentially or along a cosine (lecture 3). **Warm-up** first raises it in a straight line from near 0, because with fresh weights slopes are steep and change fast. On the right, weights are 1.4 times He's, so that they are.
#
# **Predict.** What will warm-up do to the highest rate that a deep net can stand?
#
# <details><summary>Answer</summary>
#
# Raise it. At low rates it makes little difference.
#
# </details>

# %% tags=["nbval-ignore-output"]
medium, T, peaks = [196] + [64] * 8 + [10], 150, [0.02, 0.05, 0.1, 0.2]
ramp = 1e-4 * 1e4 ** (np.arange(T) / T)
found = smooth(train(data, make([he], medium), rate=lambda t: ramp[t], momentum=0.9, steps=T)[0])
t, half = np.arange(T), lambda part: (1 + np.cos(np.pi * part)) / 2  # 1 down to 0
shapes = {"constant": t**0, "steps": 0.3 ** (t // 50), "cosine": half(t / T)}
shapes["warm-up, cosine"] = np.where(t < 50, (t + 1) / 50, half((t - 50) / (T - 50)))
table, ends = column([peak * shape for peak in peaks for shape in shapes.values()]), []
for seed in range(3):
    net = make([lambda n, m, w: 1.4 * he(n, m, w)] * 16, medium, seed)
    ends.append(finish(train(data, net, rate=lambda t: table[..., t], steps=T, batch=32)[0]))
ends = named(shapes, np.mean(ends, axis=0).reshape(4, 4).T)
fig, axes = plt.subplots(1, 3, figsize=(11, 3.2))
axes[0].semilogx(ramp[5::10], found)
axes[0].set(xlabel="learning rate", ylabel="loss", title="range test", ylim=(0, 4))
draw(axes[1], t, shapes, "step", "share of the peak rate", "schedules")
draw(axes[2], peaks, ends, "peak rate", "loss at the end", "weights 1.4 · He", legend=0)
figures.show(fig, "Range test: a valley near 0.03. At high peaks warm-up alone still learns.")

# %% [markdown]
# The loss turns up beyond 0.03 here, so 0.01 is a sound start. Warm-up lets the net stand several times the rate. Keras' `CosineDecay` has `warmup_target` and `warmup_steps`.
#
# ## Batch size and the generalization gap
#
# Large batches are said to generalize worse: the **generalization gap**. But for the same number of epochs they take fewer steps. The usual cure raises the rate with the batch, as much as it or as its root.
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
    net = make([lambda n, m, w: he(n, m, rng.standard_normal((n, m)))] * 9, [196, 64, 10])
    rates = column([0.05 * (size / 16) ** power for power in powers] * 3)
    train(data, net, steps=8 * 3000 // size, batch=size, rate=rates)
    right.append([score(part, net)[1].reshape(3, 3).mean(axis=0) for part in (data, test)])
right, names = np.transpose(right, (1, 2, 0)), ["rate 0.05", "rate ∝ √batch", "rate ∝ batch"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for ax, part, values in zip(axes, ("training", "test"), right, strict=True):
    draw(ax, [*map(str, sizes)], named(names, values), "images in a batch", f"{part} accuracy")
figures.show(fig, "All fall with the batch; rate ∝ √batch least; rate ∝ batch collapses at 1,024.")
print("training minus test, rate ∝ √batch:", (right[0] - right[1])[1].round(3))

# %% [markdown]
# Per epoch, small batches win here. But the gap between training and test does *not* grow with the batch. Raise the rate with it, not too far, and judge by test error and clock.
#
# ## The default recipe, then and now
#
# Ash's deck recommends, as of 2018: He, ELU, batch normalization, dropout, Adam, no schedule. Today: He; ReLU or GELU, $z \, \Phi(z)$ with the normal distribution function $\Phi$, a smooth ReLU; layer normalization; little dropout; AdamW; warm-up and cosine.
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
    hidden = []
    for _ in range(2):
        hidden += [layers.Dense(64, kernel_initializer="he_normal"), norm()]
        hidden += [layers.Activation(act), layers.Dropout(drop)]
    model = keras.Sequential([keras.Input((196,)), *hidden, layers.Dense(10, "softmax")])
    adam = keras.optimizers.Adam(rate, weight_decay=decay)  # with decay it is AdamW
    model.compile(adam, **COMPILE)
    model.fit(*data, batch_size=100, epochs=6, verbose=0)
    return np.mean(model(test[0]).numpy().argmax(axis=1) == test[1])


batch_norm = partial(layers.BatchNormalization, momentum=0.9)
warm = keras.optimizers.schedules.CosineDecay(0.0, 150, warmup_target=5e-3, warmup_steps=30)
print(f"He, ReLU, Adam, no more  {recipe('relu'):.3f}")
print(f"deck's, dropout 0.5      {recipe('elu', batch_norm, 0.5):.3f}")
print(f"deck's, dropout 0.1      {recipe('elu', batch_norm, 0.1):.3f}")
print(f"today's, dropout 0.1     {recipe('gelu', layers.LayerNormalization, 0.1, 0.05, warm):.3f}")

# %% [markdown]
# Dropout of 0.5 everywhere costs points here: it is for wide nets and long training. The others are close; another seed can change their order (lecture 6).
#
# ## A clinic of eight sick curves
#
# Spence's deck names local minima, exploding and vanishing gradients. Most troubles are simpler. The healthy net has three hidden layers of 64 ReLUs and rate 0.1; each patient differs in *one* thing. They are defined in the first cell, and the letters are drawn by lot.

# %% tags=["nbval-ignore-output"]
letters = named("ABCDEFGH", np.random.default_rng(4).permutation(list(patients)))
ward = {"healthy": admit()} | {key: admit(**patients[name]) for key, name in letters.items()}
fig, axes = plt.subplots(3, 3, figsize=(10, 7), sharex=True)
for ax, (letter, (*_, losses, checked)) in zip(axes.flat, ward.items(), strict=True):
    both = {"training": smooth(losses), "validation": checked[:, 0]}
    draw(ax, np.arange(10, 301, 10), both, "step", "loss", letter, legend=0)
    ax.axhline(np.log(10), color="0.5", linestyle=":")
    ax.set_ylim(0, max(3, 1.1 * min(9, both["training"].max())))
axes[0, 0].legend()
figures.show(fig, "Nine loss curves: one healthy, eight sick. Dotted: guessing, 2.30.")

# %% [markdown]
# **Think.** Diagnose A to H. Is the start 2.30? Does training fall? Where is validation? The next cell measures what curves cannot tell: the share of flat slopes, of dead units, and how many first-layer units differ.
#
# <details><summary>Answer</summary>
#
# A: rate too low; healthy, but slow. B: weights of zero; exactly 2.30, one different unit. C: rate too high; jumps. D: labels in another order; learnt by heart, while validation rises above 2.30. E: dead ReLUs; it shoots up, then sticks at 2.30: inputs that all lie around 5 push all weights of a unit the same way. F: pixels not scaled; it starts ten times too high. G: saturated sigmoids; slow, most slopes flat. H: over-fitting; the gap opens after a good start.
#
# </details>

# %% tags=["nbval-ignore-output"]
print("             start        end  validation     flat       dead  different")
for letter, (net, act, (inputs, _), losses, checked) in ward.items():
    sleepy, units = flat(net, act, inputs), np.unique(net[0]["W"][0].round(5), axis=1).shape[1]
    numbers = [losses[0, 0], losses[-20:].mean(), checked[-1, 0], np.mean(sleepy)]
    numbers += [np.mean([f.all(axis=1) for f in sleepy])]
    print(f"{letter:8}", *(f"{number:9.2f}" for number in numbers), f"{units:9}")

# %% [markdown]
# ## Common mistakes
#
# **Softmax twice**, in the last layer and, by `from_logits=True`, in the loss: it cannot get far down. **One seeded initializer for several layers**: the same weights in each. **One image with `training=True`**: batch normalization subtracts the image from itself.

# %% tags=["nbval-ignore-output"]
perfect = np.eye(10, dtype="float32")[labels[:100]]  # the best that a softmax can give out
twice = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels[:100], perfect)
print(f"softmax twice: a perfect answer costs {float(twice):.3f} = ln(e + 9) - 1, not 0")
shared = ki.HeNormal(seed=0)
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
# In [exercise 7](../exercises/07_initialization_and_normalization/07_initialization_and_normalization.ipynb) you write initializers that keep the variance, batch normalization, its moving averages, and clipping, and diagnose sick curves.
#
# ## Further reading
#
# - Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018): the table of initializers, the default recipe.
# - Erik Spence, *Neural network programming: improving things* (deck, SciNet, 2022): maladies, batch normalization.
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven University of Technology, undated): learning rate and batch size.
# - Heather Mattie, *Python with Keras* (deck, Harvard, 2020): initial weights.
# - Xavier Glorot and Yoshua Bengio, "Understanding the difficulty of training deep feedforward neural networks", *AISTATS* (2010).
# - Kaiming He and others, "Delving deep into rectifiers", *ICCV* (2015).
# - Sergey Ioffe and Christian Szegedy, "Batch normalization", *ICML* (2015); Shibani Santurkar and others, "How does batch normalization help optimization?", *NeurIPS* (2018).
# - Jimmy Ba, Jamie Kiros and Geoffrey Hinton, "Layer normalization" (2016).
# - Leslie Smith, "Cyclical learning rates for training neural networks", *WACV* (2017): the range test.
