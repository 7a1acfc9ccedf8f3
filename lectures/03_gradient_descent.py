# %% [markdown]
# # 3. Losses and gradient descent
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/03_gradient_descent.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/03_gradient_descent.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 and 2; partial derivatives.*
#
# **After this lecture you can**
#
# - Derive squared error and both cross-entropies from a likelihood, and say what each of them measures
# - Explain with slopes why cross-entropy learns behind a sigmoid where squared error stands still
# - Derive the gradients of a linear and a logistic model, check them with finite differences, and count what each costs
# - Choose a learning rate, a batch size and a decay, and diagnose a learning curve that went wrong
# - Write momentum, Nesterov, AdaGrad, RMSprop, Adadelta and Adam in NumPy, number for number as Keras computes them
# - Compare second-order methods by what they evaluate, and tell local minima, saddles and plateaus apart

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import checks, datasets, figures, quizzes

from timeit import default_timer as clock, repeat

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from scipy import optimize
from scipy.special import expit as sigmoid, log_softmax
from sklearn.datasets import load_diabetes, load_wine
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # NumPy on one core, for steady times
rng, same = np.random.default_rng(0), np.testing.assert_allclose


def draw(ax, lines, xlabel, ylabel, scale="linear", **settings):
    ax = plt.subplots()[1] if ax is None else ax
    for (name, xy), marker in zip(lines.items(), figures.MARKERS, strict=False):
        ax.plot(*xy, marker=marker, markevery=0.1, ms=4, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale=scale, **settings)
    ax.legend(fontsize=8)
    return ax.figure


# %% [markdown]
# How does a network find its weights? Measure how wrong it is, ask which way is better, take a step.
#
# ## What a loss measures
#
# A model predicts, the truth comes out. How bad was it? A **loss** $\ell(\hat y, y)$ answers with one number for one
# sample. Its mean over the data is the **empirical risk**, the number that training makes small:
#
# $$J(w) = \frac{1}{n} \sum_{i=1}^{n} \ell(\hat y_i, y_i), \qquad \hat y_i = f(x_i; w)$$
#
# Which loss? Let the model state a *probability* for each answer, and choose the weights that make the answers that
# came most probable: **maximum likelihood**. For independent samples the probabilities multiply. The logarithm
# turns the product into a sum and keeps the place of the maximum, minus makes it a minimum, and $1/n$ does not move it:
#
# $$\max_w \prod_i P(y_i) \quad\Leftrightarrow\quad \min_w \; -\frac{1}{n} \sum_i \log P(y_i)$$
#
# How do answers scatter?
#
# **A number with Gaussian noise** ($P$ is a density): $P(y) = \frac{1}{\sigma\sqrt{2\pi}}\, e^{-(y - \hat y)^2 / 2\sigma^2}$, so
# $-\log P(y) = \frac{1}{2\sigma^2} (y - \hat y)^2 + \log(\sigma\sqrt{2\pi})$. For fixed $\sigma$ only
# $(y - \hat y)^2$ depends on the model: **squared error**; its mean is the MSE.
#
# **Yes or no (Bernoulli)**: $P(1) = p$ and $P(0) = 1 - p$, in one line
# $P(y) = p^y (1 - p)^{1 - y}$, so $-\log P(y) = -y \log p - (1 - y) \log(1 - p)$: **binary cross-entropy**.
#
# **One of $C$ classes (categorical)**, $y$ one-hot: $P(y) = \prod_c p_c^{\,y_c}$, so $-\log P(y) = -\sum_c y_c \log p_c$:
# **categorical cross-entropy**. Only the true class counts.
#
# **Predict.** A model without inputs makes the same guess for every wine. Which number minimises the MSE of the
# alcohol? Which $p$ the cross-entropy for "is it class 0"?
#
# <details><summary>Answer</summary>
#
# The mean, since $\frac{d}{dc} \frac{1}{n} \sum (c - y_i)^2 = 2 (c - \bar y)$ is 0 there. And the share $s$ of class 0:
# the derivative $-s/p + (1 - s)/(1 - p)$ is 0 for $p = s$. The loss decides *what* is learnt.
#
# </details>

# %%
alcohol, onehot = load_wine().data[:, 0], np.eye(3)[load_wine().target]


def mse(y, y_hat):
    return np.mean((y_hat - y) ** 2)


def binary_crossentropy(y, p):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def categorical_crossentropy(y, p):
    return -np.mean(np.sum(y * np.log(p), axis=-1))


y, a, p, q = onehot[:, 0], np.full(178, 13.0), sigmoid(alcohol - 13), rng.dirichlet([1, 1, 1], 178)
ours = mse(alcohol, a), binary_crossentropy(y, p), categorical_crossentropy(onehot, q)
chances = np.exp(-((alcohol - a) ** 2)), np.where(y == 1, p, 1 - p), q[onehot == 1]
same(ours, -np.log(np.prod(chances, axis=1)) / 178)  # bell curve: 2 sigma² = 1, factor left out
binary, categorical = keras.losses.binary_crossentropy, keras.losses.categorical_crossentropy
theirs = keras.losses.mean_squared_error(alcohol, a), binary(y, p), categorical(onehot, q)
same(ours, [np.mean(loss) for loss in theirs], rtol=1e-5)
print(np.round(ours, 3), "equal -log likelihood / n, and Keras' losses")
c = np.linspace(0.01, 0.99, 99)
lines = {"MSE, alcohol 11 + 4c": (c, [mse(alcohol, 11 + 4 * v) for v in c])}
lines["binary, p = c"] = c, [binary_crossentropy(y, v) for v in c]
guesses = [[v, 0.6 * (1 - v), 0.4 * (1 - v)] for v in c]  # 0.6 : 0.4 as classes 1 and 2
lines["categorical, p0 = c"] = c, [categorical_crossentropy(onehot, v) for v in guesses]
label = f"c (mean: {(alcohol.mean() - 11) / 4:.2f}, share of class 0: {y.mean():.2f})"
fig = draw(None, lines, label, "loss of one guess for all wines")
figures.show(fig, "Three bowls: one lowest at the mean, two at the share of class 0.")

# %% [markdown]
# ## Why cross-entropy and not squared error
#
# Squared error can be computed for probabilities too. Why not use it? Because of what is left to learn from when the answer
# is *badly* wrong. Take one node, $z = x w$, $p = \sigma(z)$. From lecture 2,
# $\sigma'(z) = p (1 - p)$. By the chain rule,
#
# $$\frac{d}{dz} (p - y)^2 = 2 (p - y) \frac{dp}{dz} = 2 (p - y) \, p (1 - p)$$
#
# $$\frac{d}{dz} \big[ -y \log p - (1 - y) \log (1 - p) \big] = \Big( -\frac{y}{p} + \frac{1 - y}{1 - p} \Big) \frac{dp}{dz}
# = \frac{-y (1 - p) + (1 - y) p}{p (1 - p)} \, p (1 - p) = p - y$$
#
# Cross-entropy's denominator $p(1 - p)$ cancels the flat ends of the sigmoid. What stays is the error itself.
#
# **Predict.** $y = 1$, and the node is sure of the opposite: $z = -6$, so $p \approx 0.0025$. How steep are the two?
#
# <details><summary>Answer</summary>
#
# Squared error: $2 \cdot (-0.9975) \cdot 0.0025 \cdot 0.9975 \approx -0.005$. Cross-entropy: $-0.9975$, 200 times
# as steep. The worse the mistake, the less squared error learns from it.
#
# </details>

# %%
p, lines = sigmoid(z := np.linspace(-8, 4, 97)), [{}, {}, {}]  # losses and slopes for y = 1:
both = {"squared error": (lambda p: (p - 1) ** 2, lambda p: 2 * (p - 1) * p * (1 - p))}
both["cross-entropy"] = lambda p: -np.log(p), lambda p: p - 1
for name, (loss, slope) in both.items():
    checks.gradient(lambda z, loss=loss: loss(sigmoid(z)).sum(), slope(p), z)
    path = [-6.0]
    for _ in range(800):  # x = 1: walk against the slope
        path.append(path[-1] - slope(sigmoid(path[-1])))
    lines[0][name], lines[1][name] = (z, loss(p)), (z, slope(p))
    lines[2][name] = range(801), sigmoid(path)
fig, axes = plt.subplots(1, 3, figsize=(10.5, 3.1))
draw(axes[0], lines[0], "z", "loss for y = 1")
draw(axes[1], lines[1], "z", "slope of the loss")
draw(axes[2], lines[2], "step", "p, from z = -6")
figures.show(fig, "Squared error: no slope far left, a long wait. Cross-entropy: none of it.")

# %% [markdown]
# Squared error waits for hundreds of steps on a **plateau**. Spence's deck trains sigmoid outputs with squared error, on
# unscaled pixels up to 255: large pixels make large $z$, on the flat ends, from the start. Scale, and take the loss that
# fits the output: binary cross-entropy for a sigmoid, categorical for a softmax.
#
# ## Changing one weight at a time
#
# How do you make $J$ smaller? The naive way: make one weight a little larger, then a little smaller, keep what is
# best, go on to the next. That takes two forward passes for each weight. They also tell a slope, by **finite differences**:
#
# $$\frac{\partial J}{\partial w_k} \approx \frac{J(w_k + h) - J(w_k)}{h} \;\text{(forward)}, \qquad
# \frac{J(w_k + h) - J(w_k - h)}{2h} \;\text{(central)}$$
#
# Taylor's $J(w \pm h) = J \pm h J' + \frac{h^2}{2} J'' \pm \frac{h^3}{6} J''' + \dots$ says how good they are. The
# forward one is off by about $\frac{h}{2} J''$. In the central one even terms cancel, which leaves $\frac{h^2}{6} J'''$.
# But a tiny $h$ subtracts nearly equal numbers, and their rounding errors get divided by $h$.
#
# ### The slope for all weights at once
#
# Better to derive it. The **gradient** $\nabla J$ is the vector of all partial derivatives. Append a 1 to every
# sample, and the bias is one more weight: $z_i = \sum_k x_{ik} w_k$, so $\partial z_i / \partial w_k = x_{ik}$.
#
# *Linear model*, $\hat y = z$, MSE: $\frac{\partial J}{\partial w_k} = \frac{1}{n} \sum_i 2 (\hat y_i - y_i) \, x_{ik}$;
# for all $k$ at once, $\nabla J = \frac{2}{n} X^T (\hat y - y)$.
#
# *Logistic model*, binary cross-entropy: the slope in $z$ was $p - y$, so
# $\frac{\partial J}{\partial w_k} = \frac{1}{n} \sum_i (p_i - y_i) \, x_{ik}$, or $\nabla J = \frac{1}{n} X^T (p - y)$.
#
# *Softmax model*, $Z = X W$, categorical cross-entropy. Since $\log p_c = z_c - \log \sum_m e^{z_m}$ and $\sum_c y_c = 1$,
#
# $$\ell = -\sum_c y_c \Big( z_c - \log \sum_m e^{z_m} \Big) = -\sum_c y_c z_c + \log \sum_m e^{z_m}$$
#
# $$\frac{\partial \ell}{\partial z_j} = -y_j + \frac{e^{z_j}}{\sum_m e^{z_m}} = p_j - y_j, \qquad \nabla J = \frac{1}{n} X^T (P - Y)$$
#
# Input times error, each time: one matrix product, whatever the number of weights.
#
# **Predict.** Digits of 8 × 8 pixels and ten classes make 650 weights. How many forward passes does one naive
# round take? How does that compare with a gradient?
#
# <details><summary>Answer</summary>
#
# 2 · 650 = 1,300. The gradient takes one pass and one more product of that size: hundreds of times cheaper. With
# 101,770 weights a round takes 203,540 passes.
#
# </details>

# %% tags=["nbval-ignore-output"]
digits, digit_labels = datasets.load_digits()
x, y = np.c_[digits[:500].reshape(-1, 64) / 16, np.ones(500)], np.eye(10)[digit_labels[:500]]


def softmax_risk(W, x, y):
    return -np.mean(np.sum(y * log_softmax(x @ W, axis=1), axis=1))


def softmax_gradient(W, x, y):
    return x.T @ (np.exp(log_softmax(x @ W, axis=1)) - y) / len(x)


W, J, start = np.zeros((65, 10)), np.log(10), clock()
for k in range(1300):
    nudged = W.copy()
    nudged.flat[k // 2] += 0.3 * (-1) ** k
    if (loss := softmax_risk(nudged, x, y)) < J:
        W, J = nudged, loss
print(f"naive: loss {J:.2f} after 1,300 passes, {clock() - start:.3f} s")
W, steps, start = np.zeros((65, 10)), 0, clock()
while softmax_risk(W, x, y) > J:
    W, steps = W - softmax_gradient(W, x, y), steps + 1
print(f"gradient: as low after {steps} steps, {clock() - start:.3f} s")

# %% [markdown]
# Is the formula right? TensorFlow agrees, and finite differences do as far as $h$ lets them:

# %% tags=["nbval-ignore-output"]
W, unit = rng.normal(0, 0.3, (65, 10)), np.eye(650)[203].reshape(65, 10)
g, V = softmax_gradient(W, x, y), tf.Variable(W)
with tf.GradientTape() as tape:  # lecture 4 says how TensorFlow does it
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, tf.matmul(x, V)))
same(g, tape.gradient(loss, V), atol=1e-12)
print("the formula equals TensorFlow's gradient")
for h in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11):
    above, here, below = (softmax_risk(W + s * h * unit, x, y) for s in (1, 0, -1))
    forward, central = (above - here) / h - g[20, 3], (above - below) / (2 * h) - g[20, 3]
    print(f"h = {h:.0e}: forward off by {abs(forward):.0e}, central by {abs(central):.0e}")

# %% [markdown]
# ## Gradient descent
#
# Which way is down? Take a step of length $s$ in a direction $d$ of length 1. Taylor's formula for many weights:
#
# $$J(w + s d) \approx J(w) + s \underbrace{\nabla J \cdot d}_{\text{slope along } d} + \tfrac{1}{2} s^2 \underbrace{d^T H d}_{\text{curvature along } d},
# \qquad H_{kl} = \frac{\partial^2 J}{\partial w_k \, \partial w_l}$$
#
# The slope is $\nabla J \cdot d = |\nabla J| \cos\theta$, lowest for $\cos\theta = -1$: straight against the gradient.
# Vanschoren's deck calls the gradient the curvature of the loss. It is the *slope*; the curvature
# is in the **Hessian** $H$. The slope says where to go, the curvature how far you can trust it.
#
# **Gradient descent:** start somewhere; compute $g = \nabla J(w)$; step, $w \leftarrow w - \eta \, g$; repeat until $|g|$ is small
# or your time is up. $\eta$ is the **learning rate**, `lr` in code.
#
# **Think.** Why must the step be small, if $-g$ is the steepest way down?
#
# <details><summary>Answer</summary>
#
# It is the steepest way *here*. The next term grows with the square of the step: with upward curvature the loss
# turns and rises again.
#
# </details>
#
# One step on the digits, and what slope and curvature at its start foretell:


# %%
def sgd(w, g, state, lr):
    return w - lr * g


def descend(gradient, w, lr, steps, rule=sgd):
    path, state = [w], {}  # the state is for rules to come
    for _ in range(steps):
        path.append(rule(path[-1], gradient(path[-1]), state, lr))
    return np.array(path)


W, t = np.zeros((65, 10)), np.linspace(0, 40, 50)
g, J = softmax_gradient(W, x, y), softmax_risk(W, x, y)
slope, bend = -np.sum(g**2), np.sum(g * (softmax_gradient(W + 1e-4 * g, x, y) - g)) / 1e-4
lines = {"loss": (t, [softmax_risk(W - lr * g, x, y) for lr in t])}
lines["slope alone"] = t, J + slope * t
lines["slope and curvature"] = t, J + slope * t + bend / 2 * t**2
fig = draw(None, lines, "learning rate", "loss after one step", ylim=(0, 4))
figures.show(
    fig, "The loss falls, turns and rises; the tangent leaves it soon, the parabola later."
)

# %% [markdown]
# ## The learning rate
#
# How long may a step be? Where the loss is an exact parabola there is an answer. With minimum $w^*$ the gradient is
# $H (w - w^*)$, so a step gives
#
# $$w_{t+1} - w^* = w_t - w^* - \eta H (w_t - w^*) = (I - \eta H)(w_t - w^*)$$
#
# Along an eigenvector of $H$, with curvature $\lambda$, every step multiplies the distance to the minimum by $1 - \eta \lambda$.
# It shrinks if $|1 - \eta \lambda| < 1$, that is, for $0 < \eta < 2 / \lambda$. The steepest direction sets the
# limit, $2 / \lambda_{\max}$, and the flattest one makes you wait.
#
# A real one: the course of a disease, predicted by a linear model from two blood values, centred and scaled to spread 1. Its
# Hessian: differentiate $\frac{2}{n} \sum_i (\hat y_i - y_i) x_{ik}$ by $w_l$, which leaves
# $\frac{2}{n} \sum_i x_{ik} x_{il}$, twice the correlation of the two. They correlate by 0.9, so the valley is long.
#
# **Predict.** Its eigenvalues are 3.79 and 0.21. What happens at $\eta$ = 0.01, 0.26, 0.5 and 0.54?
#
# <details><summary>Answer</summary>
#
# The limit is 2 / 3.79 = 0.527. At 0.01 the flat direction keeps a factor of 0.998: hundreds of steps. 0.26 is
# $1 / \lambda_{\max}$: the steep direction is done at once. At 0.5 the steep factor is −0.9: it jumps from side
# to side and still converges. At 0.54 it is −1.05: each jump is longer than the last.
#
# </details>
#
# Beside these walks stands a softmax model of 4,000 pictures of clothes. Its curvature changes from place to place, so with
# a rate that is too large it need not fly off. It jumps about.


# %% tags=["full-data"]
def landscape(ax, f, path, title):
    a, b = np.meshgrid(*[np.linspace(-2, 2, 80)] * 2)
    ax.contour(a, b, f(a, b), f(a, b).max() * np.linspace(0, 1, 15) ** 3, colors="0.7")
    ax.plot(*path.T, marker=".", lw=1)
    ax.set(xlim=(-2, 2), ylim=(-2, 2), xticks=[], yticks=[], title=title)


people = load_diabetes()
H = 2 * np.corrcoef(people.data[:, 4:6].T)
(values, vectors), lines = np.linalg.eigh(H), {}
print("Hessian", *H.round(2), "eigenvalues", values.round(2))
fig, axes = plt.subplot_mosaic("ABE;CDE", figsize=(10.5, 5), width_ratios=[1, 1, 1.7])
for name, lr in {"A": 0.01, "B": 0.26, "C": 0.5, "D": 0.54}.items():
    path = descend(lambda v: H @ v, np.array([-1.5, 1.0]), lr, 30)
    same(path[1:] @ vectors, path[:-1] @ vectors * (1 - lr * values), atol=1e-12)
    landscape(axes[name], lambda a, b: a * a + H[0, 1] * a * b + b * b, path, f"lr = {lr}")
(clothes, kinds), _ = datasets.load_fashion_mnist()
x = np.c_[clothes[:4000].reshape(-1, 784) / 255, np.ones(4000)].astype("float32")
y = np.eye(10, dtype="float32")[kinds[:4000]]
for lr in (0.001, 0.1, 1):
    path = descend(lambda W: softmax_gradient(W, x, y), np.zeros((785, 10), "f4"), lr, 40)
    lines[f"lr = {lr}"] = range(41), [softmax_risk(W, x, y) for W in path]
draw(axes["E"], lines, "step", "loss", "log", title="4,000 pictures of clothes")
figures.show(fig, "Walks: stuck, inwards, zigzag in, zigzag out. Losses: level, falling, jumping.")

# %% [markdown]
# ## Batches, mini-batches, single samples
#
# Do you need all samples for one step? $\nabla J$ is a mean over samples. The mean over a random **batch** of $B$ of them
# has the same expected value. *Batch* gradient descent takes all samples, *stochastic* gradient descent one, *mini-batch*
# descent something between. One pass through the shuffled data, each sample used once, is an **epoch**.
#
# The price is noise. The variance of a mean of $B$ independent values is $1 / B$ of a single one's, so the typical error of
# the gradient falls as $1 / \sqrt{B}$: four times the work for half the noise. Hardware pulls the other way: one
# product with 64 rows takes far less than 64 with one row. Overhead comes once, $W$ is fetched once, and a GPU handles all
# rows in parallel.
#
# **Predict.** Which loss falls fastest per second: with batches of 1, of 64, or of all 4,000 pictures?
#
# <details><summary>Answer</summary>
#
# 64. All at once gives perfect gradients, but few. One at a time gives many, each with the
# overhead of a call, and so noisy that they need a tenth of the rate.
#
# </details>


# %% tags=["nbval-ignore-output"]
def train(size, rate, steps):
    order = np.concatenate([rng.permutation(4000) for _ in range(steps * size // 4000 + 1)])
    W, curve, start = np.zeros((785, 10), "float32"), [], clock()
    for t in range(steps):
        rows = order[t * size : (t + 1) * size]
        W -= np.float32(rate(t)) * softmax_gradient(W, x[rows], y[rows])
        if t % (steps // 50) == 0:
            curve.append((clock() - start, softmax_risk(W, x, y)))
    return np.transpose(curve)


W, sizes, noise, cost, lines = np.zeros((785, 10), "float32"), 4 ** np.arange(6), [], [], {}
for size in sizes:
    draws = rng.integers(4000, size=(50, size))
    parts = np.array([softmax_gradient(W, x[rows], y[rows]) for rows in draws])
    cost.append(min(repeat(lambda r=draws[0]: softmax_gradient(W, x[r], y[r]), number=1)) / size)
    noise.append(np.linalg.norm(parts - softmax_gradient(W, x, y), axis=(1, 2)).mean())
for size, lr, steps in ((1, 0.01, 6000), (64, 0.1, 1500), (4000, 0.1, 50)):
    lines[f"B = {size:,}"] = curve = train(size, lambda t, lr=lr: lr, steps)
    print(f"B = {size:5,}: {steps:6,} steps, {curve[0, -1]:.1f} s, loss {curve[1, -1]:.3f}")
fig, axes = plt.subplots(1, 3, figsize=(11, 3.3))
errors = {"measured": (sizes, noise), "1 / sqrt(B)": (sizes, noise[0] / sizes**0.5)}
draw(axes[0], errors, "batch size B", "error of the gradient", "log", xscale="log")
draw(axes[1], {"time": (sizes, cost)}, "batch size B", "s per sample", "log", xscale="log")
draw(axes[2], lines, "seconds", "loss", xlim=(0, 1))
figures.show(fig, "Error falls as 1 / sqrt(B), so does time per sample; B = 64 learns fastest.")

# %% [markdown]
# ### Learning-rate decay
#
# With a constant rate, small batches (8 here) never rest: near the minimum the gradient shrinks, its noise does not. So let the rate
# fall with step $t$: exponentially, $\eta_t = \eta_0 \, r^{t / s}$, or along a cosine,
# $\eta_t = \frac{\eta_0}{2} \big( 1 + \cos \frac{\pi t}{T} \big)$, today's usual choice where the length $T$ is known.

# %% tags=["nbval-ignore-output"]
T, ks, steps, lines = 2000, keras.optimizers.schedules, np.arange(0, 2000, 40), {}
rates = lambda t: 0.2 * 0.1 ** (t / 800), lambda t: 0.1 + 0.1 * np.cos(np.pi * t / T)
same(rates[0](steps), [ks.ExponentialDecay(0.2, 800, 0.1)(t) for t in steps], rtol=1e-5)
same(rates[1](steps), [ks.CosineDecay(0.2, T)(t) for t in steps], atol=1e-6)
for name, rate in zip(("exponential", "cosine", "constant"), (*rates, lambda t: 0.2), strict=True):
    lines[name] = steps, train(8, rate, T)[1]
figures.show(draw(None, lines, "step", "loss", "log"), "A ragged curve; two that calm down lower.")

# %% [markdown]
# ## Momentum and adaptive rates
#
# A valley punishes plain descent: steep across, flat along, and one rate for both. **Momentum** sums up
# past steps: what alternates cancels, what persists adds up, to $1 / (1 - \beta)$ times a step. **Adaptive rates** divide
# each weight's step by the typical size of *its own* gradients. Here is every rule as Keras computes it. All operations
# are element-wise, states start at 0 unless noted, and $\epsilon = 10^{-7}$.
#
# | rule | state | update |
# |---|---|---|
# | momentum | $m \leftarrow \beta m - \eta g$ | $w \leftarrow w + m$ |
# | Nesterov | $m \leftarrow \beta m - \eta g$ | $w \leftarrow w + \beta m - \eta g$ |
# | AdaGrad | $v \leftarrow v + g^2$, from 0.1 | $w \leftarrow w - \eta \, g / \sqrt{v + \epsilon}$ |
# | RMSprop | $v \leftarrow \rho v + (1 - \rho) g^2$ | $w \leftarrow w - \eta \, g / \sqrt{v + \epsilon}$ |
# | Adadelta | $v$ as RMSprop; $d = g \sqrt{u + \epsilon} / \sqrt{v + \epsilon}$, then $u \leftarrow \rho u + (1 - \rho) d^2$ | $w \leftarrow w - \eta \, d$ |
# | Adam | $m \leftarrow \beta_1 m + (1 - \beta_1) g$, $\; v \leftarrow \beta_2 v + (1 - \beta_2) g^2$ | $w \leftarrow w - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \, m / (\sqrt{v} + \epsilon)$ |
#
# Nesterov measures the gradient after the momentum step; Keras stores that looked-ahead point, hence the form.
# AdaGrad only ever adds, so its steps shrink for good; RMSprop forgets. Adadelta estimates a step's length from past
# steps. Adam is momentum with RMSprop's scale. Its averages start at 0 and are too small at first: for a constant
# $g$, $m_t = (1 - \beta_1)(1 + \beta_1 + \dots + \beta_1^{t-1}) g = (1 - \beta_1^t) g$. Dividing by $1 - \beta_1^t$, and likewise for $v$, is the
# **bias correction**. (The paper adds $\epsilon$ after correcting $v$, Keras before: it matters only where gradients vanish.)
#
# **Predict.** How long is Adam's very first step for a weight with $g = 1000$, and for one with $g = 0.001$?
#
# <details><summary>Answer</summary>
#
# About $\eta$, both times: after correction $m / \sqrt{v} = g / |g|$. Adam's $\eta$ is the length of a step, not a factor of the
# gradient. That is why one default, 0.001, serves so many nets.
#
# </details>


# %%
def momentum(w, g, state, lr, beta=0.9):
    m = state["m"] = beta * state.get("m", 0) - lr * g
    return w + m


def nesterov(w, g, state, lr, beta=0.9):
    m = state["m"] = beta * state.get("m", 0) - lr * g
    return w + beta * m - lr * g


def adagrad(w, g, state, lr):
    v = state["v"] = state.get("v", 0.1) + g**2
    return w - lr * g / np.sqrt(v + 1e-7)


def rmsprop(w, g, state, lr, rho=0.9):
    v = state["v"] = rho * state.get("v", 0) + (1 - rho) * g**2
    return w - lr * g / np.sqrt(v + 1e-7)


def adadelta(w, g, state, lr, rho=0.95):
    v = state["v"] = rho * state.get("v", 0) + (1 - rho) * g**2
    d = g * np.sqrt(state.get("u", 0) + 1e-7) / np.sqrt(v + 1e-7)
    state["u"] = rho * state.get("u", 0) + (1 - rho) * d**2
    return w - lr * d


def adam(w, g, state, lr, beta_1=0.9, beta_2=0.999):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    corrected = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - corrected * m / (np.sqrt(v) + 1e-7)


# %% [markdown]
# Now all cross a bent valley, $0.1 (1 - a)^2 + (b - a^2)^2$, steep across and almost
# flat along, lowest at the cross. Each has a rate that suits it. Beside each walks its Keras twin with the same
# gradients; after every step both must stand at the same place. Which rule wins depends on the landscape; Adam is today's usual start.


# %%
def bent(a, b):
    return 0.1 * (1 - a) ** 2 + (b - a**2) ** 2


def bent_gradient(w):
    return np.array([0.2 * (w[0] - 1) - 4 * w[0] * (w[1] - w[0] ** 2), 2 * (w[1] - w[0] ** 2)])


ko, lines, start = keras.optimizers, {}, np.array([-1.4, 1.5], "float32")
twins = {sgd: ko.SGD(0.1), momentum: ko.SGD(0.1, 0.9), nesterov: ko.SGD(0.1, 0.9, nesterov=True)}
twins |= {adagrad: ko.Adagrad(1.0), rmsprop: ko.RMSprop(0.03), adadelta: ko.Adadelta(30.0)}
twins[adam], (fig, axes) = ko.Adam(0.3), plt.subplots(2, 4, figsize=(11, 5.6))
for ax, (rule, twin) in zip(axes.flat, twins.items(), strict=False):
    lr, variable = float(twin.learning_rate), keras.Variable(start)
    walk = descend(bent_gradient, start, lr, 200, rule)
    for w in walk:
        same(variable, w, rtol=1e-4, atol=1e-5)
        twin.apply([bent_gradient(w)], [variable])
    landscape(ax, bent, walk, f"{rule.__name__}, lr = {lr:.2g}")
    ax.plot(1, 1, "kX")
    lines[rule.__name__] = range(201), np.maximum(bent(*walk.T), 1e-8)
print(f"{len(twins)} rules equal Keras' optimizers in each of 200 steps")
draw(axes[1, 3], lines, "step", "loss", "log", ylim=(1e-8, 1e8))
figures.show(
    fig, "Seven walks round a bend; momentum, Nesterov and Adam get to its end, others lag."
)

# %% [markdown]
# ## Second-order methods
#
# If the curvature says how far to trust a slope, why not use it? Minimise the parabola
# $J + g \cdot d + \frac{1}{2} d^T H d$ itself: its gradient in $d$ is $g + H d$, which is 0 for $d = -H^{-1} g$. That is
# **Newton-Raphson**: no learning rate, and right in one step if $J$ is a parabola.
#
# Others get the effect without $H$. **Conjugate gradient** takes directions that do not undo each other,
# $d_i^T H d_j = 0$, found from one gradient to the next, with a search for
# each step's length. **L-BFGS** estimates $H^{-1}$ from the latest changes of the gradient.
# **Levenberg-Marquardt** needs a sum of squares, $J = \frac{1}{n} \sum r_i^2$, as squared error is. For a sigmoid node
# with squared error, $r = p - y$. Write $s = p (1 - p)$; then $\partial r / \partial w_k = s \, x_k$,
# $\frac{ds}{dz} = \frac{dp}{dz} (1 - 2p) = s (1 - 2p)$, and the product rule gives
#
# $$g_k = \frac{2}{n} \sum r s \, x_k, \qquad
# H_{kl} = \frac{2}{n} \sum \big[ \underbrace{s^2}_{\text{kept}} + \underbrace{r s (1 - 2p)}_{\text{left out}} \big] x_k x_l$$
#
# The second term is small where residuals are. Levenberg-Marquardt leaves it out and adds $\mu I$: a large $\mu$ makes short
# gradient steps, a small one nearly Newton steps.
#
# The problem: the disease's course, scaled to 0 … 1, from ten measurements, by one sigmoid node.
#
# **Predict.** Order the methods by evaluations until the loss is within $10^{-8}$ of its minimum.
#
# <details><summary>Answer</summary>
#
# The more they know of the curvature, the fewer: Levenberg-Marquardt and Newton (its Hessians counted too), L-BFGS,
# conjugate gradient, momentum, plain descent. From a handful to thousands.
#
# </details>

# %% tags=["nbval-ignore-output"]
x = np.c_[people.data / people.data.std(axis=0), np.ones(442)]
y, trace, zero = (people.target - 24) / (347 - 24), [], np.zeros(11)


def node(w):
    p = sigmoid(x @ w)
    r, slopes = p - y, x * (p * (1 - p))[:, None]
    trace.append(np.mean(r**2))  # every evaluation counts
    return trace[-1], 2 / 442 * slopes.T @ r, r, slopes


def newton(w, g, state, lr):
    _, _, r, slopes = node(w)  # p is r + y
    H = 2 / 442 * (slopes.T @ slopes + (slopes.T * r * (1 - 2 * (r + y))) @ x)
    return w - np.linalg.solve(H, g)


def walk(steps, rule):
    return descend(lambda w: node(w)[1], zero, 2.0, steps, rule)


def scipy(method):
    return optimize.minimize(lambda w: node(w)[:2], zero, jac=True, method=method, tol=1e-12)


def levenberg():
    return optimize.least_squares(lambda w: node(w)[2], zero, lambda w: node(w)[3], method="lm")


names = "gradient descent", "momentum", "conjugate gradient", "L-BFGS", "Newton", "Lev.-Marquardt"
runs = [lambda: walk(6000, sgd), lambda: walk(1000, momentum), lambda: scipy("CG")]
runs += [lambda: scipy("L-BFGS-B"), lambda: walk(8, newton), levenberg]
lowest, lines = scipy("BFGS").fun, {}
for name, run in zip(names, runs, strict=True):
    trace.clear()
    run()
    lines[name] = np.arange(len(trace)) + 1, np.minimum.accumulate(trace) - lowest + 1e-11
    print(f"{name:20} {np.argmax(lines[name][1] < 1e-8) + 1:5,} evaluations")
print(f"Hessian of 101,770 weights: {101_770**2 * 4 / 1e9:.1f} GB")
fig = draw(None, lines, "evaluations", "loss above minimum", "log", xscale="log", xlim=(1, 1e6))
figures.show(fig, "Falling curves: Newton and Levenberg-Marquardt first, plain descent last.")

# %% [markdown]
# So why are networks not trained this way? A net for small images has 101,770 weights. Its Hessian has the *square* of that
# many entries, over 41 GB as `float32`, and Newton solves such a system in *each* step. L-BFGS and conjugate gradient store
# little, but compare gradients between steps: mini-batch noise spoils them. Adam keeps two numbers per weight. On small
# problems they win by far.
#
# ## Loss landscapes
#
# What if the loss is no bowl? A place with no slope need not be the goal. The Hessian's eigenvalues
# tell. All positive: a **minimum**, maybe only
# a *local* one. All negative: a maximum. Both signs: a **saddle**, down in some directions. All near zero: a **plateau**, as behind the saturated sigmoid above.
#
# *Local minima.* Fit a wave to the yearly sunspots. For a given period, least squares finds the best amplitudes, so the loss is a
# curve over the period alone. SciPy descends it from 100 random periods; the crosses show where it ends.
#
# *A saddle.* Two linear nodes in a row, $\hat y = a b x$, at $x = y = 1$: $J = (ab - 1)^2$. At (0, 0) both slopes
# vanish (from nearby, Newton would walk in), and
# $H = \begin{pmatrix} 0 & -2 \\ -2 & 0 \end{pmatrix}$ has the eigenvalues ±2.
#
# **Think.** From a random start, a descent finds the 11-year cycle in a share $s$ of runs. How likely do $k$ **restarts**
# find it? Why should saddles outnumber minima in many dimensions?
#
# <details><summary>Answer</summary>
#
# $1 - (1 - s)^k$: all $k$ must fail to miss it. At a minimum *all* $d$ eigenvalues must be positive. Were their signs
# coin flips, that would have probability $2^{-d}$. So expect saddles.
#
# </details>

# %% tags=["nbval-ignore-output"]
_, spots = datasets.load_time_series("sunspots")
t, curve = np.arange(len(spots)), (spots - spots.mean()) / spots.std()


def wave_risk(period):  # with the best a and b
    waves = np.c_[np.sin(2 * np.pi * t / period), np.cos(2 * np.pi * t / period)]
    return mse(curve, waves @ np.linalg.lstsq(waves, curve, rcond=None)[0])


ends = [optimize.minimize(wave_risk, start).x[0] for start in rng.uniform(6, 30, 100)]
share = np.mean(np.abs(np.subtract(ends, 11)) < 0.1)
print(f"{share:.0%} of 100 starts end at 11 years; 20 restarts: {1 - (1 - share) ** 20:.0%}")
v, (fig, axes) = np.linspace(6, 30, 500), plt.subplots(1, 2, figsize=(9, 3.6))
axes[0].plot(v, [*map(wave_risk, v)], "-", ends, [*map(wave_risk, ends)], "kx", ms=5)
axes[0].set(xlabel="period in years", ylabel="loss")
path = descend(lambda w: 2 * (w[0] * w[1] - 1) * w[::-1], np.array([-1.5, 1.51]), 0.05, 99)
landscape(axes[1], lambda a, b: (a * b - 1) ** 2, path, "past a saddle")
figures.show(fig, "A loss with many dips, crosses in them; a path that turns at a saddle.")

# %% [markdown]
# ## Common mistakes
#
# **The logarithm of 0.** A probability that rounds to 0 or 1 gives infinities and NaN. Keras clips $p$ at $10^{-7}$ and
# $1 - 10^{-7}$, and so understates the mistake. Compute from $z$ instead: here
# $\log(1 + e^{z})$ and $\log(1 + e^{-z})$, in Keras `from_logits=True`. **The sum instead of the mean.** The gradient grows with
# the number of samples, and a rate that was right throws the node onto its plateau. **Uphill.** A forgotten minus.

# %%
with np.errstate(all="ignore"):
    truth, p = np.array([0.0, 1.0]), sigmoid(np.array([40.0, 40.0]))
    print(f"from p: {binary_crossentropy(truth, p)}, in Keras {binary(truth, p):.2f}")
print("from z:", np.logaddexp(0, [40, -40]).mean())
for name, n in {"mean": 1, "sum": 442, "uphill": -1}.items():
    path = descend(lambda w, n=n: n * node(w)[1], zero, 2.0, 300)
    print(f"{name}: loss {node(path[-1])[0]:.3f} after 300 steps")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("03_gradient_descent")

# %% [markdown]
# ## Summary
#
# - A loss is minus the log-probability of what happened: squared error for Gaussian noise, binary cross-entropy for yes or no,
#   categorical for classes. Its mean over the data is the empirical risk.
# - Behind a sigmoid, squared error's slope has a factor $p (1 - p)$ that dies when the node is sure and wrong. With
#   cross-entropy the slope is $p - y$.
# - The gradient is input times error. Changing weights one by one takes two passes *for each*; finite differences are for checking.
# - Descent converges for rates below $2 / \lambda_{\max}$. Mini-batches trade noise, $1 / \sqrt{B}$, for many cheap steps; decay
#   quiets it. A level curve: the rate is too small, or a plateau. A jumping one: too large.
# - Momentum adds up what persists, adaptive rules scale each weight. Seven rules matched Keras' step by step.
# - Newton and its relatives win on small problems; a net's Hessian does not fit. Local minima call for restarts, saddles and
#   plateaus for patience.
#
# ## Exercise
#
# In [exercise 3](../exercises/03_gradient_descent/03_gradient_descent.ipynb) you write a loss, a gradient, mini-batches that lose
# no sample, momentum and Adam, and diagnose a learning curve.
#
# ## Further reading
#
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven University of Technology, undated): the naive update, SGD.
# - Burt L. Monroe, *Introduction to Neural Nets* (deck, Essex Summer School, 2021): losses, rates, mini-batches.
# - Erik Spence, *Neural network programming: improving things* (deck, SciNet, 2022): losses, second-order methods.
# - Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018); Heather Mattie, *Python with Keras* (deck, Harvard, 2020).
# - Diederik Kingma and Jimmy Ba, "Adam: a method for stochastic optimization", *ICLR* (2015).
# - Léon Bottou, Frank Curtis and Jorge Nocedal, "Optimization methods for large-scale machine learning", *SIAM Review* 60 (2018).
# - Yann Dauphin and others, "Identifying and attacking the saddle point problem", *NeurIPS* (2014).
