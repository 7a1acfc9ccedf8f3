# %% [markdown]
# # 2. Perceptrons and multilayer networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/02_perceptrons.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/02_perceptrons.ipynb)
#
# *90 minutes. Prerequisites: lecture 1.*
#
# **After this lecture you can**
#
# - Compare representations of the same data by the accuracy that the same simple model reaches on them
# - Compute a node by hand, and read its decision boundary from its weights and its bias
# - Explain why a perceptron with a sigmoid is logistic regression, and fit one to six digits
# - Choose an activation function, differentiate it, and compute a softmax that never overflows
# - Write the forward pass of a dense network in sums and in matrices, and count its parameters
# - Show why layers need activations, and what width and depth do to a decision boundary

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import figures, playground, quizzes

import timeit
from itertools import pairwise

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import activations, layers
from numpy.testing import assert_allclose
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # these matrices are small: one core is the fastest
rng = np.random.default_rng(0)

# %% [markdown]
# You will build networks from their smallest part, the node, wire nodes into layers, and watch a net bend its
# boundary around data.
#
# ## Why learn features
#
# Why not give raw data to a simple model and be done? Monroe's lecture deck asks it of a clock. Its picture is a grid
# of pixels. You can also note where the tips of both hands are, or their angles. Are all three equally useful? We
# draw 4,000 clocks, photographed carelessly: place and size vary.


# %%
def direction(degrees):
    """Return unit vectors (..., 2) at clockwise angles from 12 o'clock."""
    return np.stack([np.sin(np.radians(degrees)), np.cos(np.radians(degrees))], axis=-1)


def draw_clocks(angles, middle, size):
    """Draw images (n, 24, 24) of clocks; angles (n, 2) are those of the hands."""
    ticks = np.arange(24) - 11.5
    pixels = np.stack(np.meshgrid(ticks, -ticks), -1) - middle[:, None, None]
    size = size[:, None, None]
    images = np.clip(1.2 - abs(np.linalg.norm(pixels, axis=-1) - size), 0, 1)
    for k, (length, width) in enumerate([(0.5, 1.8), (0.9, 1.4)]):
        hand = direction(angles[:, k])[:, None, None]
        along = np.clip(np.sum(pixels * hand, axis=-1), 0, length * size)
        off = np.linalg.norm(pixels - along[..., None] * hand, axis=-1)
        images = np.maximum(images, np.clip(width - off, 0, 1))
    return images


minutes = rng.uniform(0, 720, 4000)
angles = np.stack([minutes / 2, minutes % 60 * 6], axis=1)  # hour hand, minute hand
size, middle = rng.uniform(7, 8.5, 4000), rng.uniform(-2, 2, (4000, 2))
clocks = draw_clocks(angles, middle, size)
tips = (direction(angles) * [[0.5], [0.9]]).reshape(4000, 4)  # seen from the middle
titles = [f"{t // 60:.0f}:{t % 60:02.0f}" for t in np.floor(minutes[:10])]
fig = figures.image_grid(clocks[:10], titles, columns=10, size=0.9)
figures.show(fig, alt="Ten small clocks in different places, titled with their times.")
print(titles[0], "as angles", angles[0].round(), "as tips", tips[0].round(2))

# %% [markdown]
# Two questions: *Is it before six?* and *Has the minute hand passed the hour hand since the full hour?* Both get the
# same simple model, one node with a sigmoid. The next two sections open it; scikit-learn fits it.
#
# **Predict.** For which question will the tips do, and for which are angles needed?
#
# <details><summary>Answer</summary>
#
# Before six, the hour hand points to the right: one coordinate of its tip decides. The second question compares two
# angles, minute > hour. With angles that is a subtraction, and a weighted sum can do it. With tips it can't: an angle
# is no weighted sum of its sine and cosine.
#
# </details>

# %% tags=["nbval-ignore-output"]
minute_hand_passed = angles[:, 1] > angles[:, 0]
questions = {"before six?": minutes < 360, "minute hand passed?": minute_hand_passed}
views = {"pixels": clocks, "tips": tips, "angles": angles / 360}
views["pixels,\nin the middle"] = draw_clocks(angles, 0 * middle, size)
node = LogisticRegression(C=100, max_iter=5000)
fig, ax = plt.subplots(figsize=(6.5, 3.4))
for k, (name, answer) in enumerate(questions.items()):
    y, y_test = np.split(answer, 2)
    halves = [np.split(x.reshape(4000, -1), 2) for x in views.values()]
    fits = [node.fit(x, y).score(x_test, y_test) for x, x_test in halves]
    bars = ax.bar(np.arange(4) + 0.4 * k, fits, 0.38, label=name, hatch="/" * k, ec="w")
    ax.bar_label(bars, fmt="%.2f")
ax.axhline(0.5, color="black", ls=":", label="tossing a coin")
ax.set(ylabel="accuracy on 2,000 others", ylim=(0, 1.45), yticks=np.linspace(0, 1, 6))
ax.set_xticks(np.arange(4) + 0.2, list(views))
ax.legend(loc="upper center", ncols=3, fontsize="small")
figures.show(fig, alt="Accuracy rises from pixels to tips to angles; centring helps.")

# %% [markdown]
# Same clocks, same model, yet the accuracy on the second question ran from about 0.65 to 1. Which **representation**
# is good depends on the question. Even a better photo is one: with every clock in the middle, pixels do well. But
# somebody had to think of angles. For faces or speech nobody knows the right features; hidden layers *learn* them
# from examples. At the end, one does so for the tips.
#
# ## One node
#
# What does a node compute? It multiplies each input by a **weight**, adds a **bias**, and sends the sum $z$, the
# *pre-activation*, through an **activation function** $g$:
#
# $$z = x_1 w_1 + \dots + x_m w_m + b = x \cdot w + b, \qquad a = g(z)$$
#
# Its output $a$ is its *activation*. Weights and biases are the **parameters**, which training finds. Some texts draw
# the bias as the weight $w_0$ of an extra input 1. Node, unit and neuron mean the same.
#
# **Will I pass this class?** Let $x_1$ be lectures attended, $x_2$ project hours in tens. Say $w = (0.5, 1)$,
# $b = -5.5$ and $g(z) = 1 / (1 + e^{-z})$, the **sigmoid**, which squeezes any number between 0 and 1. With 5
# lectures and 40 hours, $z = 5 \cdot 0.5 + 4 \cdot 1 - 5.5 = 1$ and $a = 1 / (1 + e^{-1}) \approx 0.73$: likely.
#
# ### Reading the boundary
#
# The node is undecided, $a = \frac12$, where $z = 0$. Here that is $x_2 = 5.5 - 0.5 \, x_1$, a straight line, the
# **decision boundary**. It meets the axes at $-b / w_2 = 5.5$ and $-b / w_1 = 11$. Walk along it by $d$, and $z$
# stays 0, so $d \cdot w = 0$: the boundary is at right angles to $w$. Walk from it along $w$ by a distance $t$, and
# $z$ grows from 0 to $t \, (w / |w|) \cdot w = t \, |w|$. So $w$ points to the side of class 1, the sign of $z$ tells
# the side, and $z / |w|$ is the signed distance from the line.
#
# **Predict.** You multiply $w$ and $b$ by 3. What happens to the line, and to the probabilities?
#
# <details><summary>Answer</summary>
#
# The line stays: $3z = 0$ exactly where $z = 0$. The probabilities move away from ½: 5 lectures and 40 hours now give
# $1 / (1 + e^{-3}) \approx 0.95$. The length of $w$ says how *sure* the node is.
#
# </details>
#
# The 300 students below are made up; chance, with the node's probability, decided who passed.


# %%
def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))  # 1 / (1 + exp(-z)), without overflow


w, b = np.array([0.5, 1.0]), -5.5
students = np.stack([rng.integers(0, 13, 300), rng.uniform(0, 7, 300)], axis=1)
passed = (rng.random(300) < sigmoid(students @ w + b)).astype(float)
plane = np.stack(np.meshgrid(np.linspace(0, 12, 241), np.linspace(7, 0, 141)), axis=-1)
fig, axes = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
for ax, k in zip(axes, (1, 3), strict=True):
    p = sigmoid(plane @ (k * w) + k * b)
    shade = ax.imshow(p, "RdYlBu_r", alpha=0.5, extent=(0, 12, 0, 7), vmin=0, vmax=1)
    ax.axline((0, 5.5), (11, 0), color="black")
    ax.annotate("w", (5, 3), (6.1, 5.2), arrowprops={"arrowstyle": "<|-", "lw": 3})
    ax.set(title=f"w = {k * w}, b = {k * b}", xlabel="lectures", ylabel="hours / 10")
for kind, name, marker in ((0, "failed", "s"), (1, "passed", "o")):
    axes[0].scatter(*students[passed == kind].T, 14, marker=marker, label=name)
axes[0].legend(loc="lower left", framealpha=0.9, frameon=True)
fig.colorbar(shade, ax=axes, label="probability to pass")
figures.show(fig, alt="A slanted boundary, w at right angles; beside it a steeper one.")
z = np.array([[5, 4], [2, 2]]) @ w + b
print("z", z, "a", sigmoid(z).round(3), "distance", (z / np.linalg.norm(w)).round(2))

# %% [markdown]
# ## A perceptron is logistic regression
#
# A single node is called a **perceptron**. Rosenblatt's of 1958 had a step for $g$; Vanschoren's deck means the bare
# sum, Monroe's any $g$. With a sigmoid it is logistic regression. How do you find the weights from the 300 students
# alone? Choose those that make what happened most probable.
#
# A student with $y = 1$ had the probability $p = \sigma(z)$, one with $y = 0$ had $1 - p$. Multiply over all students
# and take $-\log$: the product becomes a sum, to be made small. Since
# $1 - p = e^{-z} / (1 + e^{-z}) = 1 / (1 + e^z)$, failing adds $-\log(1 - p) = \log(1 + e^z)$. Passing adds
# $-\log p = \log(1 + e^{-z}) = \log(e^{-z} (e^z + 1)) = \log(1 + e^z) - z$. One formula serves both:
#
# $$L = \sum_i \log(1 + e^{z_i}) - y_i z_i, \qquad \frac{\partial L}{\partial z_i} = \frac{e^{z_i}}{1 + e^{z_i}} - y_i = p_i - y_i$$
#
# Write the bias as a third weight, with a column of ones in $X$. Then $z = X w$, and weight $j$ reaches $z_i$ through
# $x_{ij}$, so $\partial L / \partial w_j = \sum_i (p_i - y_i) \, x_{ij}$: the slopes are $X^T (p - y)$. Differentiate
# once more. With $\sigma' = \sigma (1 - \sigma)$ from the next section,
# $\partial p_i / \partial w_k = p_i (1 - p_i) \, x_{ik}$, so the curvatures are
# $H = X^T \mathrm{diag}(p (1 - p)) \, X$. **Newton's method** takes $L$ for the parabola with these slopes and
# curvatures, jumps by $d$ to its lowest point, where $X^T (p - y) + H d = 0$, and repeats.
#
# **Predict.** How many jumps until six digits stand: about 6, 60 or 600?
#
# <details><summary>Answer</summary>
#
# Six here: close to the solution each jump doubles the number of right digits. Networks take smaller steps all the
# same, since with a million weights $H$ has $10^{12}$ entries (lecture 3).
#
# </details>

# %%
X, w = np.column_stack([students, np.ones(300)]), np.zeros(3)
for step in range(1, 9):
    p = sigmoid(X @ w)
    slopes, curvatures = X.T @ (p - passed), (X.T * (p * (1 - p))) @ X
    w = w - np.linalg.solve(curvatures, slopes)
    print(step, w.round(8))
node = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12)
node.fit(students, passed)
by_sklearn = np.append(node.coef_, node.intercept_)
assert_allclose(w, by_sklearn, rtol=1e-7)
perceptron = keras.Sequential([keras.Input((2,)), layers.Dense(1, "sigmoid")])
perceptron.set_weights([w[:2, None], w[2:]])
assert_allclose(perceptron(students)[:, 0], sigmoid(X @ w), atol=1e-6)
print("scikit-learn:", by_sklearn.round(8), "and a Keras node agree")

# %% [markdown]
# The fit comes near $(0.5, 1, -5.5)$, from which the outcomes were drawn, without ever seeing it. Can $p$ be taken at
# its word? Sort the students by $z$, cut them into ten groups, and count.

# %%
z = X @ w
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(np.sort(z), sigmoid(np.sort(z)), label="the node's probability")
tenths = [(z[k].mean(), passed[k].mean()) for k in np.array_split(np.argsort(z), 10)]
ax.plot(*np.transpose(tenths), "s", ls="", label="share who passed, by tenths")
ax.plot(z, passed, "|", color="0.5", ls="", label="a student: failed 0, passed 1")
ax.set(xlabel="z = x · w + b", ylabel="probability to pass")
ax.legend()
figures.show(fig, alt="An S-shaped curve from 0 to 1; ten shares lie close to it.")

# %% [markdown]
# ## Activation functions
#
# Which $g$ should a node use? What counts is its shape and its slope $g'$, because training moves weights by slopes.
# For $\sigma = (1 + e^{-z})^{-1}$ the chain rule gives
#
# $$\sigma' = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{(1 + e^{-z}) - 1}{1 + e^{-z}} = \sigma \, (1 - \sigma),$$
#
# and softplus has $(\log(1 + e^z))' = e^z / (1 + e^z) = \sigma$. As $\tanh z = 2 \sigma(2z) - 1$, its slope is
# $4 \sigma (1 - \sigma) = 1 - (2 \sigma - 1)^2 = 1 - \tanh^2 z$, with $\sigma$ at $2z$. GELU and SiLU take the
# product rule; $\Phi$ is the normal distribution function, $\varphi = \Phi'$ its density. SELU's
# $\lambda \approx 1.0507$ and $\alpha \approx 1.6733$ keep a layer's output near mean 0, variance 1, if it starts
# with suitable weights (lecture 7).
#
# | name | $g(z)$ | $g'(z)$ | where it is used today |
# |---|---|---|---|
# | sigmoid | $1 / (1 + e^{-z})$ | $\sigma (1 - \sigma)$ | output for yes or no, gates (lecture 11) |
# | tanh | $\tanh z$ | $1 - \tanh^2 z$ | recurrent cells, small nets |
# | ReLU | $\max(z, 0)$ | 0 or 1 | hidden layers: try it first |
# | leaky ReLU | $z$, or $0.2 z$ below 0 | 1 or 0.2 | where ReLU nodes die |
# | ELU | $z$, or $e^z - 1$ below 0 | 1 or $e^z$ | hidden layers, smoother |
# | SELU | $\lambda z$, or $\lambda \alpha (e^z - 1)$ | $\lambda$ or $\lambda \alpha e^z$ | deep dense nets without normalization |
# | softplus | $\log(1 + e^z)$ | $\sigma$ | outputs that must be positive |
# | GELU | $z \, \Phi(z)$ | $\Phi(z) + z \, \varphi(z)$ | Transformers (lecture 9) |
# | SiLU | $z \, \sigma(z)$ | $\sigma + z \sigma (1 - \sigma)$ | recent vision and language models |
#
# Check each against the slope of a short chord, $(g(z + h) - g(z - h)) / (2h)$, and against Keras.


# %%
def relu(z):
    return np.maximum(z, 0)


def bends(z):
    """Return g(z) and g'(z) of each activation, under its name in Keras."""
    s, e, on = sigmoid(z), np.exp(np.minimum(z, 0)), z > 0
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return {
        "sigmoid": (s, s * (1 - s)),
        "tanh": (np.tanh(z), 1 - np.tanh(z) ** 2),
        "relu": (relu(z), on),
        "leaky_relu": (np.where(on, z, 0.2 * z), np.where(on, 1, 0.2)),
        "elu": (relu(z) + e - 1, e),
        "selu": (scale * (relu(z) + alpha * (e - 1)), scale * np.where(on, 1, alpha * e)),
        "softplus": (np.logaddexp(0, z), s),
        "gelu": (z * norm.cdf(z), norm.cdf(z) + z * norm.pdf(z)),
        "silu": (z * s, s + z * s * (1 - s)),
    }


z, h = np.linspace(-4, 4, 200), 1e-5  # 200 points, so that none is at a kink
fig, axes = plt.subplots(3, 3, figsize=(9, 6), sharex=True, sharey=True)
for ax, (name, (g, slope)) in zip(axes.flat, bends(z).items(), strict=True):
    chord = (bends(z + h)[name][0] - bends(z - h)[name][0]) / (2 * h)
    assert_allclose(slope, chord, atol=1e-8)
    assert_allclose(getattr(activations, name)(np.float32(z)), g, atol=1e-6)
    ax.plot(z, np.stack([g, slope], axis=1), label=["g", "g'"])
    ax.set(title=name, ylim=(-2, 3))
axes[0, 0].legend(loc="upper left")
figures.show(fig, alt="Sigmoid and tanh flatten on both sides, the others on the left.")
print("all nine: g' equals the chords to 1e-8, g equals Keras to 1e-6")

# %% [markdown]
# Sigmoid and tanh **saturate**: far from 0 their slope vanishes, and learning with it. The sigmoid's is never above
# ¼, and ten such factors are less than a millionth (lecture 4). Tanh has slope 1 at 0, but saturates too: Spence's
# deck is wrong that its slopes don't vanish. A ReLU node keeps slope 1 on one side, and **dies** if $z < 0$ for all
# data: slope 0, no way back. Leaky ReLU and the smooth ones leave one.
#
# **Think.** An output node predicts a profit, which can be any number. Which $g$ fits?
#
# <details><summary>Answer</summary>
#
# None: $g(z) = z$, `"linear"` in Keras. Sigmoid can't leave 0 … 1, ReLU can't go below 0. The task decides.
#
# </details>
#
# ## Softmax, computed safely
#
# How does a layer choose among classes? Give each class a node, and turn the scores $z_1, \dots, z_m$ into
# probabilities: make them positive with $e^z$, divide by the sum. **Softmax** is an activation of a layer, not of a
# node. A constant subtracted from all scores changes nothing:
#
# $$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}, \qquad \frac{e^{z_i - c}}{\sum_k e^{z_k - c}} = \frac{e^{z_i} e^{-c}}{e^{-c} \sum_k e^{z_k}} = p_i$$
#
# Spence's deck "always" ends a classifier with softmax. That is right where exactly one class is true; where several
# may be, each node takes a sigmoid (lecture 5). With two classes, subtract $z_2$:
# $p_1 = e^{z_1 - z_2} / (e^{z_1 - z_2} + 1) = \sigma(z_1 - z_2)$, the sigmoid again. For the derivative of $p_i$ with
# respect to $z_j$, let $S = \sum_k e^{z_k}$. By the quotient rule, $j = i$ gives
# $(e^{z_i} S - e^{z_i} e^{z_i}) / S^2 = p_i (1 - p_i)$. For $j \neq i$ the numerator is constant, and
# $-e^{z_i} e^{z_j} / S^2 = -p_i \, p_j$ is left. As a matrix: $\mathrm{diag}(p) - p \, p^T$.
#
# **Predict.** In `float32`, $e^{89}$ is too large and becomes infinite. What does the formula give for the scores
# (100, 0)?
#
# <details><summary>Answer</summary>
#
# `inf / inf`, which is NaN, for class 1, and 0 for class 2. Subtract the largest score first: the largest power is
# then $e^0 = 1$, the sum is between 1 and $m$, and nothing overflows.
#
# </details>


# %%
def naive_softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def softmax(z):
    return naive_softmax(z - z.max(axis=-1, keepdims=True))


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


z = np.array([2.0, 1.0, -1.0])
p = softmax(z)
assert_allclose(p, activations.softmax(z[None])[0], rtol=1e-6)
assert_allclose(p, softmax(z + 1000))
assert_allclose(softmax(z[:2])[0], sigmoid(z[0] - z[1]))
chords = [(softmax(z + d) - softmax(z - d)) / (2 * h) for d in h * np.eye(3)]
assert_allclose(chords, np.diag(p) - np.outer(p, p), atol=1e-9)
print(p.round(4), "equal to Keras, the same after a shift, derivative checked")

z = np.linspace([0, 0], [150, 0], 301, dtype="float32")
with np.errstate(all="ignore"):
    logs = {"naive": np.log(naive_softmax(z)), "max subtracted": np.log(softmax(z))}
logs["log-sum-exp"] = log_softmax(z)
assert_allclose(log_softmax(z), activations.log_softmax(z), rtol=1e-6)
fig, ax = plt.subplots(figsize=(6, 3))
for width, (name, log) in zip((10, 5, 1.5), logs.items(), strict=True):
    ax.plot(z[:, 0], -log[:, 1], "-", lw=width, solid_capstyle="butt", label=name)
ax.set(xlabel="score of class 1; class 2 has 0", ylabel="−log p₂")
ax.legend()
figures.show(fig, alt="A line: naive ends near 88, max subtracted near 104, the third at 150.")

# %% [markdown]
# Subtracting the maximum saves the probabilities, but not their logarithm, which training needs: near 104 $p_2$
# rounds to 0. So simplify first: $\log p_i = z_i - \log \sum_k e^{z_k}$. The last term, the **log-sum-exp**, is
# $c + \log \sum_k e^{z_k - c}$, safe with $c = \max_k z_k$.
#
# ## Layers and the forward pass
#
# How do nodes make a network? Nodes that read the same inputs form a **layer**, **dense** if each reads all; alone,
# it is a *multi-output* perceptron. The input layer only holds $x$. Layers between it and the output layer are
# **hidden**; with several of them a net is **deep**. Monroe's deck calls a net with one hidden layer *single-layer*,
# Keras counts two, because the output layer computes too. We say "one hidden layer".

# %%
nets = {"multi-output": [3, 2], "one hidden layer": [3, 4, 2], "deep": [3, 4, 4, 2]}
fig, axes = plt.subplots(1, 3, figsize=(10, 2.8), width_ratios=[1, 2, 3], sharey=True)
for ax, (name, widths) in zip(axes, nets.items(), strict=True):
    rows = [np.arange(n) - (n - 1) / 2 for n in widths]
    for k, (n, y) in enumerate(zip(widths, rows, strict=True)):
        for start in rows[k - 1] if k else []:
            ax.plot([k - 1, k], [[start] * n, y], color="0.7", lw=0.8, ls="-", zorder=0)
        ax.scatter([k] * n, y, 320, figures.COLORS[k and 2], marker="o" if k else "s")
        ax.text(k, -2.3, f"$a^{{({k})}}$" if k else "$x$", ha="center")
    ax.set(title=name, xlim=(-0.4, len(widths) - 0.6), ylim=(-2.5, 2.1))
    ax.axis("off")
figures.show(fig, alt="Inputs joined to outputs; with a column of four between; with two.")

# %% [markdown]
# A superscript in brackets counts layers; the input is $a^{(0)} = x$. Weight $w^{(k)}_{ij}$ leads from node $i$ of
# layer $k - 1$ to node $j$ of layer $k$, which has $n_k$ nodes. First node by node, then for a batch with samples in
# rows:
#
# $$z^{(k)}_j = \sum_{i=1}^{n_{k-1}} a^{(k-1)}_i w^{(k)}_{ij} + b^{(k)}_j, \qquad a^{(k)}_j = g(z^{(k)}_j)$$
#
# $$Z^{(k)} = A^{(k-1)} W^{(k)} + b^{(k)}, \qquad A^{(k)} = g(Z^{(k)})$$
#
# The sum over $i$ is a row of $A^{(k-1)}$ times a column of $W^{(k)}$, so both say the same. Layer by layer, this is
# the **forward pass**. (Mattie's deck names the last sum $o$ but puts an $a$ into its sigmoid: read
# $1 / (1 + e^{-o})$.)
#
# **Think.** A batch has shape (5, 3). What are the shapes of all $W$, $b$ and $A$ in the deep net 3-4-4-2?
#
# <details><summary>Answer</summary>
#
# $W$: (3, 4), (4, 4), (4, 2). $b$: (4,), (4,), (2,). $A$: (5, 4), (5, 4), (5, 2). No weight touches the samples'
# axis: each sample passes through on its own.
#
# </details>


# %%
def forward_sums(a, net):
    """Return the output for one sample a, node by node; net is a list of (W, b, g)."""
    for W, b, g in net:
        z = [sum(a[i] * W[i, j] for i in range(len(a))) + b[j] for j in range(len(b))]
        a = g(np.array(z))
    return a


def forward(a, net):
    """Return the output for a batch a with samples in rows."""
    for W, b, g in net:
        a = g(a @ W + b)
    return a


sizes = [(3, 4, relu), (4, 4, np.tanh), (4, 2, softmax)]
net = [(rng.normal(size=(n, m)), rng.normal(size=m), g) for n, m, g in sizes]
twin = [layers.Dense(4, "relu"), layers.Dense(4, "tanh"), layers.Dense(2, "softmax")]
twin = keras.Sequential([keras.Input((3,)), *twin])
twin.set_weights([array for W, b, _ in net for array in (W, b)])
x = rng.normal(size=(5, 3))
assert_allclose(forward(x, net), [forward_sums(row, net) for row in x])
assert_allclose(forward(x, net), twin(x), atol=1e-6)
print("sums, matrices and Keras agree; the first row:", forward(x, net)[0].round(4))

# %% [markdown]
# ## Counting parameters
#
# How much must training find? Each node of layer $k$ has a weight for each node before it, and a bias:
#
# $$\text{parameters} = \sum_{k=1}^{K} (n_{k-1} + 1) \, n_k$$
#
# Spence's net for digits, 784-30-10, has $785 \cdot 30 + 31 \cdot 10 = 23{,}860$. Monroe's for film reviews,
# 5000-16-16-1, has $5001 \cdot 16 + 17 \cdot 16 + 17 \cdot 1 = 80{,}016 + 272 + 17 = 80{,}305$.
#
# **Predict.** Which has more, 784-30-10 or the deeper 784-20-20-20-10?
#
# <details><summary>Answer</summary>
#
# The first. $785 \cdot 20 + 2 \cdot 21 \cdot 20 + 21 \cdot 10 = 16{,}750$. Where the input is wide, the first layer
# holds nearly all parameters, and further narrow ones cost little.
#
# </details>


# %%
def num_parameters(widths):
    return sum((n + 1) * m for n, m in pairwise(widths))


for widths in ([784, 30, 10], [784, 20, 20, 20, 10], [5000, 16, 16, 1]):
    dense = [layers.Dense(n, name=f"dense_{k}") for k, n in enumerate(widths[1:], 1)]
    model = keras.Sequential([keras.Input((widths[0],)), *dense], name="reviews")
    assert num_parameters(widths) == model.count_params()
    print(widths, f"{num_parameters(widths):,}")
model.summary()  # of the last one

# %% [markdown]
# `None` is the batch: it has any length, and no parameters. Each parameter takes 4 bytes, 314 KB in all.
#
# ## Why depth needs a bend
#
# Are all those activations necessary? Lecture 1 multiplied out two layers without them. More collapse one at a time:
# if the first $k - 1$ together are $x W + b$, then layer $k$ makes it
# $(x W + b) W^{(k)} + b^{(k)} = x \, (W W^{(k)}) + (b W^{(k)} + b^{(k)})$. A deep net without activations is a single
# layer, and draws straight boundaries.
#
# A line is too little even for four points. **XOR** is 1 if exactly one of two inputs is 1. If a line could do it,
# with $z > 0$ for class 1 and $z < 0$ for class 0, then
#
# $$b < 0, \qquad w_1 + b > 0, \qquad w_2 + b > 0, \qquad w_1 + w_2 + b < 0$$
#
# The middle two add up to $w_1 + w_2 + 2b > 0$, the outer two to $w_1 + w_2 + 2b < 0$. Both can't hold. Two hidden
# ReLU nodes suffice:
#
# $$a_1 = \mathrm{relu}(x_1 + x_2), \qquad a_2 = \mathrm{relu}(x_1 + x_2 - 1), \qquad z = a_1 - 2 a_2 - \tfrac12$$
#
# **Predict.** Where do the hidden nodes take the four points, and why does a line do there?
#
# <details><summary>Answer</summary>
#
# (0, 0) stays. (0, 1) and (1, 0) both go to (1, 0). (1, 1) goes to (2, 1). The two points of class 1 have become one,
# and a line can cut it off from the others: the right panel.
#
# </details>


# %%
linear = [(rng.normal(size=(2, 2)), rng.normal(size=2), np.positive) for _ in range(10)]
W, b = np.eye(2), np.zeros(2)
for W_k, b_k, _ in linear:  # np.positive(z) is z: no activation
    W, b = W @ W_k, b @ W_k + b_k
assert_allclose(forward(x[:, :2], linear), x[:, :2] @ W + b)
print("ten layers without activation, 60 parameters = one layer with 6")
corners, xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
hidden = (np.ones((2, 2)), np.array([0, -1]), relu)
output = (np.array([[1], [-2]]), np.array([-0.5]), np.positive)
print("z at the four corners:", forward(corners, [hidden, output])[:, 0])
fig, axes = plt.subplots(1, 2, figsize=(8.4, 3))
bent = forward(corners, [hidden])
panels = [("x", corners, -1, [0.5, 1.5]), ("a", bent, 0.5, [-0.25])]
for ax, (name, points, slope, starts) in zip(axes, panels, strict=True):
    for start in starts:  # z = 0 on these lines
        ax.axline((0, start), slope=slope, color="black")
    for kind, marker in ((0, "s"), (1, "o")):
        ax.scatter(*points[xor == kind].T, 80, marker=marker, label=f"XOR = {kind}")
    ax.set(xlabel=f"{name}₁", ylabel=f"{name}₂", xlim=(-0.5, 2.5), ylim=(-0.5, 1.5))
axes[1].legend(loc="upper left")
figures.show(fig, alt="Left, two lines enclose both discs; right, one line cuts them off.")

# %% [markdown]
# ### Two moons
# Now trained nets: `Net` from `helpers/playground.py`, with a sigmoid node at the end. How its `fit` finds weights is
# the story of lectures 3 and 4. Here one node, eight hidden nodes *without* activation, and eight with ReLU face two
# moons. Squares are class 0, discs class 1. At the end our `forward` runs on the last net's weights.

# %% tags=["nbval-ignore-output"]
moons, moon = playground.data("two moons", n=300)
fig, axes = plt.subplots(1, 3, figsize=(10, 3.5))
kinds = (([2, 1], "linear"), ([2, 8, 1], "linear"), ([2, 8, 1], "relu"))
for ax, (widths, g) in zip(axes, kinds, strict=True):
    net = playground.Net(widths, g).fit(moons, moon, steps=600)
    ax.imshow(playground.picture(net, moons, moon), extent=[-1.3, 1.3] * 2)
    right = f"{net.score(moons, moon)[1]:.3f} right"
    ax.set(title=f"{widths} {g}: {right}", xlabel="x₁", ylabel="x₂")
figures.show(fig, alt="Twice the same straight line; eight ReLU nodes follow the moons.")
W1, b1, W2, b2 = net.parameters
by_hand = forward(moons, [(W1, b1, relu), (W2, b2, sigmoid)])
assert_allclose(by_hand[:, 0], net.probability(moons))

# %% [markdown]
# ## Width, depth and decision boundaries
#
# What do more nodes buy, and what do more layers? With one hidden layer, the boundary can bend only where it crosses
# a ReLU node's line $z = 0$: **width** is how many such lines there are. **Depth** bends what is already bent. Fold a
# strip of paper in half three times, and one cut becomes eight. Two ReLU nodes fold 0 … 1 in half:
# $t(x) = 2 \, \mathrm{relu}(x) - 4 \, \mathrm{relu}(x - \frac12)$ rises to 1 at ½ and falls back.
#
# **Predict.** Five such layers in a row: how many straight pieces? How many ReLU nodes does *one* hidden layer need
# for as many?
#
# <details><summary>Answer</summary>
#
# $2^5 = 32$ pieces, from 10 nodes. One layer needs at least 31: along a line each node bends the output at one place,
# and 32 pieces meet in 31 places.
#
# </details>

# %%
x = folded = np.linspace(0, 1, 2**10 + 1)
fig, axes = plt.subplots(1, 5, figsize=(10, 2.2), sharey=True)
for k, ax in enumerate(axes, 1):
    folded = 2 * relu(folded) - 4 * relu(folded - 0.5)
    pieces = 1 + np.count_nonzero(np.diff(np.diff(folded)))
    assert pieces == 2**k
    ax.plot(x, folded)
    ax.set(title=f"{k} layer{'s'[: k > 1]}: {pieces} pieces", xlabel="x", xticks=[0, 1])
figures.show(fig, alt="Tents side by side: one, then two, four, eight, sixteen.")

# %% [markdown]
# What a net *can* express is one thing, what training finds another. So train, on two spirals, with ReLU, 1,500 steps
# each.

# %% tags=["nbval-ignore-output"]
spirals, arm = playground.data("spirals")
fig, axes = plt.subplots(3, 4, figsize=(9.5, 7.8))
for (row, column), ax in np.ndenumerate(axes):
    depth, width = row + 1, (2, 4, 8, 16)[column]
    widths = [2, *[width] * depth, 1]
    net = playground.Net(widths, "relu", rate=0.02).fit(spirals, arm, steps=1500)
    ax.imshow(playground.picture(net, spirals, arm))
    right = f"{num_parameters(widths)} par., {net.score(spirals, arm)[1]:.2f}"
    ax.set_title(f"{depth} x {width}: {right}", fontsize=9)
    ax.axis("off")
figures.show(fig, alt="3 rows, 1 to 3 layers; 4 columns, 2 to 16 nodes: wide nets fit.")

# %% [markdown]
# Two nodes in a layer are too few at each depth; wide nets all succeed, with different boundaries far from the
# points. So close a fit may follow noise too: lecture 6. Now play: choose a net and press ▶.

# %% tags=["nbval-ignore-output"]
playground.show()

# %% [markdown]
# Try XOR with 1, 2, 3 hidden nodes: how often do *New weights* get stuck? Spirals with `linear`. Learning rates 0.001
# and 1. Even the largest net is fast enough to feel live:

# %% tags=["nbval-ignore-output"]
net = playground.Net([2, 16, 16, 16, 16, 1])
step = timeit.repeat(lambda: net.step(spirals, arm), number=1, repeat=50)
draw = timeit.repeat(lambda: playground.png(net, spirals, arm), number=1, repeat=50)
print(f"a training step {1000 * min(step):.1f} ms, a picture {1000 * min(draw):.1f} ms")
assert min(step) + min(draw) < 0.1

# %% [markdown]
# ### Back to the clocks
#
# From the tips, one node could not tell whether the minute hand had passed. A hidden layer can:

# %% tags=["nbval-ignore-output"]
for widths in ([4, 1], [4, 16, 1]):
    net = playground.Net(widths, "relu", rate=0.01)
    net.fit(tips[:2000], minute_hand_passed[:2000], steps=600)
    print(widths, f"{net.score(tips[2000:], minute_hand_passed[2000:])[1]:.3f} right")

# %% [markdown]
# About 0.75 for one node, above 0.99 with 16 hidden ones: they have learned what the angles gave us for free.
#
# ## Common mistakes
#
# **Softmax on one node.** It is always 1; one node takes a sigmoid. **Softmax along the wrong axis.** Columns sum to
# 1, rows do not. **scikit-learn's default as "the" logistic regression.** It shrinks the weights; `C=np.inf` does
# not.

# %%
z = np.array([[2.0, 1.0], [-3.0, 0.0], [0.0, 4.0]])
print("softmax on one node:", softmax(z[:, :1]).ravel())
print("over axis 0, the rows sum to", softmax(z.T).T.sum(axis=1).round(2))
default = LogisticRegression().fit(students, passed)
print("default", default.coef_.round(3), "without penalty", node.coef_.round(3))

# %% [markdown]
# **No bias.** Then the boundary must pass through the origin. The share that is right, with and without:

# %%
no_bias = LogisticRegression(C=np.inf, fit_intercept=False).fit(students, passed)
print("right:", [round(k.score(students, passed), 2) for k in (node, no_bias)])

# %% [markdown]
# ## Quiz

# %%
quizzes.show("02_perceptrons")

# %% [markdown]
# ## Summary
#
# - One model got from about 0.65 to 1 on the same clocks, depending on the representation. Hidden layers learn one.
# - A node computes $g(x \cdot w + b)$. Its boundary $x \cdot w + b = 0$ is at right angles to $w$, which points to
#   class 1; $z / |w|$ is the signed distance.
# - With a sigmoid, a perceptron is logistic regression: Newton's method, scikit-learn and Keras agree.
# - Try ReLU first in hidden layers; the task decides on the output's activation. Saturated nodes don't learn.
#   Subtract the maximum before a softmax; use log-sum-exp for its logarithm.
# - The forward pass repeats $A^{(k)} = g(A^{(k-1)} W^{(k)} + b^{(k)})$; layer $k$ has $(n_{k-1} + 1) \, n_k$
#   parameters.
# - Without activations, any depth draws one line. With them, width offers bends and depth multiplies them.
#
# ## Exercise
#
# [Exercise 2](../exercises/02_perceptrons/02_perceptrons.ipynb) asks for the side of a boundary, a dense layer, a
# safe softmax, a forward pass, a parameter count, and a written comparison of representations.
#
# ## Further reading
#
# - The decks: Burt L. Monroe and Sam Bestvater, *Introduction to Neural Nets* (Essex Summer School, 2021): the clock
#   (after François Chollet), "Will I pass this class?" (after MIT 6.S191). Joaquin Vanschoren, *Neural Networks*
#   (Eindhoven University of Technology, undated). Heather Mattie, *Python with Keras* (Harvard, 2020). Elliott Ash,
#   *Neural Nets II* (Bocconi, 2018). Erik Spence, *Neural network programming: improving things* (SciNet, 2022).
# - Frank Rosenblatt, "The perceptron", *Psychological Review* 65 (1958), 386–408. Marvin Minsky and Seymour Papert,
#   *Perceptrons* (1969): its limits.
# - Guido Montúfar and others, "On the number of linear regions of deep neural networks", *NeurIPS* (2014): depth as
#   folding.
# - [TensorFlow Playground](https://playground.tensorflow.org).
