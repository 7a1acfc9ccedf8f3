# %% [markdown]
# # 4. Backpropagation
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/04_backpropagation.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/04_backpropagation.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 3; the chain rule.*
#
# **After this lecture you can**
#
# - Follow the chain rule through a computation graph, forward and backward, with a pocket calculator
# - Derive the gradients of a hidden layer with sigmoid and cross-entropy, and read its error signals
# - Write the backward pass of a layer for a whole batch, and name the shape at each step
# - Check a gradient numerically, say which error to expect, and find a bug with it
# - Build a small autodiff engine, and get the same gradients from TensorFlow and Keras
# - Train a network written in NumPy on real digits, and measure where gradients vanish or explode

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import checks, datasets, figures, quizzes

# isort: split
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from ipywidgets import interact
from keras.layers import Dense
from scipy.special import expit as sigmoid, log_softmax
from threadpoolctl import threadpool_limits

rng = np.random.default_rng(0)

# %% [markdown]
# Lecture 3 walked downhill along the gradient. This one finds the gradient: exactly, and for all weights at once. You
# will compute it in seven ways, which all agree.
#
# ## The chain rule on a graph
#
# You change one weight a little. How much does the loss change? Between the two lie many small operations, each easy
# on its own. Draw them as a graph: a node for every number, an arrow from each operand to the result. On each arrow
# write the **local slope**: how fast the result changes with that operand alone. For $s = a + b$ both slopes are 1. For
# $e = s \cdot b$ the slope along $s$ is $b$, and along $b$ it is $s$.
#
# Now nudge $b$ by a small $\Delta$. It reaches $e$ on two paths: through $s$, which moves by $1 \cdot \Delta$, so that $e$
# moves by $b \cdot 1 \cdot \Delta$; and directly, by $s \cdot \Delta$. To first order in $\Delta$ the two effects add. This is the
# **chain rule** on a graph: *multiply along a path, add over paths*.
#
# $$\frac{d e}{d b} = \underbrace{\frac{\partial e}{\partial s} \cdot \frac{\partial s}{\partial b}}_{\text{through } s} + \underbrace{\frac{\partial e}{\partial b}}_{\text{direct}} = 3 \cdot 1 + 5 = 8 \qquad \text{for} \quad a = 2, \; b = 3, \; s = 5$$


# %%
def draw(ax, places, labels, title, new=()):  # labels of nodes "s", of edges "a s"
    for key, text in labels.items():
        start, end = np.array([places[name] for name in (key.split() * 2)[:2]])
        if " " in key:
            ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "shrinkB": 19}, zorder=1)
        look = {"color": figures.COLORS[1], "weight": "bold"} if key in new else {}
        look["bbox"] = {"fc": "w", "ec": "w" if " " in key else "0.5", "pad": 2}
        middle = start + (0.36 if key[0] == "x" else 0.5) * (end - start)
        ax.text(*middle, text, ha="center", va="center", **look)
    ax.set(title=title, xlim=(-0.35, 1.35), ylim=(-0.25, 1.25))
    ax.axis("off")


places = {"a": (0, 1), "b": (0, 0), "s": (0.6, 1), "e": (1.15, 0.4)}
slopes = {"a s": "1", "b s": "1", "s e": "b = 3", "b e": "s = 5"}
values = {"a": "a = 2", "b": "b = 3", "s": "s = 5", "e": "e = 15"}
grads = {"e": "e: 1", "s": "s: 3", "a": "a: 3 · 1", "b": "b: 3 · 1 + 1 · 5 = 8"}
fig, axes = plt.subplots(1, 2, figsize=(9, 2.8))
draw(axes[0], places, slopes | values, "forward: values, and a slope on each arrow")
draw(axes[1], places, slopes | grads, "backward: the slope of e along each node", grads)
figures.show(fig, alt="Forward a = 2, b = 3, s = 5, e = 15. Backward e 1, s 3, a 3, b 8.")

# %% [markdown]
# The right panel is **backpropagation**. Start with 1 at the end, and walk against the arrows. Each node gathers what its
# arrows bring back, *adds it up*, and only then hands it on.
#
# **Think.** Ten layers of 100 nodes, each fully connected to the next, then one output. From one input lead 100¹⁰
# paths. Why is the backward walk cheap?
#
# <details><summary>Answer</summary>
#
# There are only about 100 · 100 · 10 = 100,000 arrows. Since a node adds up before it hands on, each arrow is used once,
# for *all* slopes together. Walking forward would take one walk for each input.
#
# </details>
#
# ## A tiny net by hand
#
# Can you do that for a network? Take a pocket calculator. A student attended many lectures, $x_1 = 2$, and spent some time
# on the project, $x_2 = 1$. She passed: $y = 1$. Two hidden nodes and the output node are sigmoids,
# $\sigma(z) = 1 / (1 + e^{-z})$, the loss is the cross-entropy, here $-\ln p$, and the weights are arbitrary:
#
# | forward | calculation | value |
# |---|---|---|
# | $z_1$ | $2 \cdot 1 + 1 \cdot (-0.5) - 0.5$ | $1$ |
# | $z_2$ | $2 \cdot (-0.5) + 1 \cdot 0.5 + 0.5$ | $0$ |
# | $h_1, \; h_2$ | $\sigma(1), \; \sigma(0)$ | $0.7311, \; 0.5$ |
# | $o$ | $0.7311 \cdot 1 + 0.5 \cdot (-2) + 0.5$ | $0.2311$ |
# | $p$ | $\sigma(0.2311)$ | $0.5575$ |
# | $\ell$ | $-\ln 0.5575$ | $0.5843$ |
#
# Now backward. The slope of $-\ln p$ is $-1/p$. The slope of a sigmoid is $\sigma'(z) = \sigma(z) \, (1 - \sigma(z))$, as in
# lecture 2. The slope of a product along one factor is the other factor.
#
# | backward | calculation | value |
# |---|---|---|
# | $\partial \ell / \partial p$ | $-1 / 0.5575$ | $-1.7937$ |
# | $\partial \ell / \partial o$ | $-1.7937 \cdot 0.5575 \cdot 0.4425$ | $-0.4425$ |
# | output weights | $-0.4425 \cdot 0.7311, \; -0.4425 \cdot 0.5$ | $-0.3235, \; -0.2212$ |
# | output bias | $-0.4425 \cdot 1$ | $-0.4425$ |
# | $\partial \ell / \partial h_1, \; \partial \ell / \partial h_2$ | $-0.4425 \cdot 1, \; -0.4425 \cdot (-2)$ | $-0.4425, \; 0.8850$ |
# | $\partial \ell / \partial z_1$ | $-0.4425 \cdot 0.7311 \cdot 0.2689$ | $-0.0870$ |
# | $\partial \ell / \partial z_2$ | $0.8850 \cdot 0.5 \cdot 0.5$ | $0.2212$ |
# | weights from $x_1$ | $-0.0870 \cdot 2, \; 0.2212 \cdot 2$ | $-0.1740, \; 0.4425$ |
# | weights from $x_2$ | $-0.0870 \cdot 1, \; 0.2212 \cdot 1$ | $-0.0870, \; 0.2212$ |
# | hidden biases | $-0.0870 \cdot 1, \; 0.2212 \cdot 1$ | $-0.0870, \; 0.2212$ |
#
# Python does the same sums. From here on `dw` is short for $\partial \ell / \partial w$.


# %%
x, y, pair = [2, 1], 1, range(2)
w, b = [[1, -0.5], [-0.5, 0.5]], [-0.5, 0.5]  # w[k][j]: from input k to hidden node j
v, c = [1, -2], 0.5
z = [x[0] * w[0][j] + x[1] * w[1][j] + b[j] for j in pair]
h = [sigmoid(z[j]) for j in pair]
o = h[0] * v[0] + h[1] * v[1] + c
p = sigmoid(o)
do = dc = -1 / p * p * (1 - p)
dv, dh = [do * h[j] for j in pair], [do * v[j] for j in pair]
dz = db = [dh[j] * h[j] * (1 - h[j]) for j in pair]
dw = [[dz[j] * x[k] for j in pair] for k in pair]
sums = [*dw[0], *dw[1], *db, *dv, dc]  # of w11, w12, w21, w22, b1, b2, v1, v2, c
print(f"p = {p:.4f}, loss = {-np.log(p):.4f}, and the nine slopes:", np.round(sums, 4))

# %% [markdown]
# ### The backward pass, step by step
#
# Slopes are in brackets, new ones orange. In a running notebook, a slider below goes through the same steps.

# %%
places = {"x1": (-0.2, 1), "x2": (-0.2, 0), "z1": (0.25, 1), "z2": (0.25, 0)}
places |= {"h1": (0.6, 1), "h2": (0.6, 0), "o": (0.9, 0.5), "loss": (1.22, 0.5)}
edges = ["x1 z1", "x1 z2", "x2 z1", "x2 z2", "h1 o", "h2 o"]
numbers = zip([*places, *edges], [*x, *z, *h, o, -np.log(p), *w[0], *w[1], *v], strict=True)
labels = {k: f"{n:g}" if k in edges else f"{k}\n{n:.3g}" for k, n in numbers}
labels |= {"z1 h1": "σ", "z2 h2": "σ", "o loss": ""}
stages = [("0. forward: values and weights; biases -0.5, 0.5 and 0.5", {})]
stages += [("1. do: slope of the loss, and of the output bias", {"o": do})]
stages += [("2. output weights: do · h", {"h1 o": dv[0], "h2 o": dv[1]})]
stages += [("3. dh: do · output weight", {"h1": dh[0], "h2": dh[1]})]
stages += [("4. dz: dh · h (1 − h), and of the hidden biases", {"z1": dz[0], "z2": dz[1]})]
stages += [("5. hidden weights: dz · x", dict(zip(edges[:4], dw[0] + dw[1], strict=True)))]


def draw_step(ax, step):
    known = {key: slope for _, new in stages[: step + 1] for key, slope in new.items()}
    shown = {key: f"{labels[key]}\n({slope:.3f})" for key, slope in known.items()}
    draw(ax, places, labels | shown, *stages[step])


fig, axes = plt.subplots(3, 2, figsize=(10, 10.2))
for step, ax in enumerate(axes.flat):
    draw_step(ax, step)
figures.show(fig, alt="Slopes join the values, from the loss on the right back to the inputs.")


# %%
def show_step(step=0):
    fig, ax = plt.subplots(figsize=(6, 3.8))
    draw_step(ax, step)
    figures.show(fig, alt=f"Panel {step} of the figure above.")


if get_ipython().get_parent()["content"].get("allow_stdin"):  # someone is there
    interact(show_step, step=(0, 5))

# %% [markdown]
# **Predict.** Suppose she had failed, $y = 0$. The loss is then $-\ln(1 - p)$. What happens to the nine slopes?
#
# <details><summary>Answer</summary>
#
# The slope of $-\ln(1 - p)$ along $p$ is $1 / (1 - p)$. Times $p \, (1 - p)$ that leaves `do` = $p$ = 0.5575. Every slope has
# `do` as a factor, so each is multiplied by 0.5575 / −0.4425: all signs flip.
#
# </details>
#
# ## One hidden layer, in formulas
#
# Was it chance that −1.7937 · 0.5575 · 0.4425 is 0.5575 − 1? Do the same with letters, for any $x$ and $y$. Input
# $k$ goes to hidden node $j$ with weight $w_{kj}$, and node $j$ to the output with weight $v_j$:
#
# $$z_j = \sum_k x_k w_{kj} + b_j, \quad h_j = \sigma(z_j), \quad o = \sum_j h_j v_j + c, \quad p = \sigma(o), \quad \ell = -y \ln p - (1 - y) \ln (1 - p)$$
#
# **The output node.** Differentiate the loss along $p$, and bring both terms over one denominator:
#
# $$\frac{\partial \ell}{\partial p} = -\frac{y}{p} + \frac{1 - y}{1 - p} = \frac{-y (1 - p) + (1 - y) \, p}{p \, (1 - p)} = \frac{-y + y p + p - y p}{p \, (1 - p)} = \frac{p - y}{p \, (1 - p)}$$
#
# The sigmoid's slope, $\partial p / \partial o = p \, (1 - p)$, is exactly that denominator:
#
# $$\frac{\partial \ell}{\partial o} = \frac{\partial \ell}{\partial p} \cdot \frac{\partial p}{\partial o} = \frac{p - y}{p \, (1 - p)} \cdot p \, (1 - p) = p - y$$
#
# **The output weights.** In $o$, the weight $v_j$ is multiplied by $h_j$, and $c$ by 1:
#
# $$\frac{\partial \ell}{\partial v_j} = (p - y) \, h_j, \qquad \frac{\partial \ell}{\partial c} = p - y$$
#
# **The hidden nodes.** In $o$, the output $h_j$ is multiplied by $v_j$. In $h_j = \sigma(z_j)$ the slope is $h_j (1 - h_j)$:
#
# $$\frac{\partial \ell}{\partial h_j} = (p - y) \, v_j, \qquad \frac{\partial \ell}{\partial z_j} = \frac{\partial \ell}{\partial h_j} \cdot \frac{\partial h_j}{\partial z_j} = (p - y) \, v_j \, h_j (1 - h_j)$$
#
# **The hidden weights.** In $z_j$, the weight $w_{kj}$ is multiplied by $x_k$, and $b_j$ by 1:
#
# $$\frac{\partial \ell}{\partial w_{kj}} = (p - y) \, v_j \, h_j (1 - h_j) \, x_k, \qquad \frac{\partial \ell}{\partial b_j} = (p - y) \, v_j \, h_j (1 - h_j)$$
#
# With the sample as a row, and $v$ as a column `W2`, each is a line of NumPy.


# %%
def unpack(t):  # the 9 numbers of the tiny net as W1, b1, W2, b2
    return t[:4].reshape(2, 2), t[4:6], t[6:8].reshape(2, 1), t[8:]


def tiny_loss(t):
    W1, b1, W2, b2 = unpack(t)
    return -np.log(sigmoid(sigmoid(row @ W1 + b1) @ W2 + b2)).item()


row, theta = np.array([[2.0, 1.0]]), np.array([*w[0], *w[1], *b, *v, c])
W1, b1, W2, b2 = unpack(theta)
h = sigmoid(row @ W1 + b1)
do = sigmoid(h @ W2 + b2) - 1
dz = do @ W2.T * h * (1 - h)
matrices = np.concatenate([g.ravel() for g in (row.T @ dz, dz, h.T @ do, do)])
nudges = 1e-5 * np.eye(9)
differences = np.array([tiny_loss(theta + n) - tiny_loss(theta - n) for n in nudges]) / 2e-5
assert np.allclose([matrices, differences], [sums, sums], rtol=0, atol=1e-9)
print("dw12:", matrices[1].round(4), "by the deck:", (dc * p * (1 - p) * 0.25 * 2).round(4))

# %% [markdown]
# Heather Mattie's deck, where this hidden layer comes from, prints $(p - y) \, p \, (1 - p) \, h_j (1 - h_j) \, X_1$ for
# the last formula. The extra $p \, (1 - p)$, which is in its output weights too, belongs to the squared error
# $\frac{1}{2} (p - y)^2$; with cross-entropy it cancels. The output weight $v_j$ is missing, so that here even the sign is
# wrong. Its $a$ in $p = \sigma(a)$ should be $o$. A nudge of each weight, up and down by $10^{-5}$, shows who is right.
#
# **Think.** The hidden nodes get $\tanh$ in place of the sigmoid. Which factors change?
#
# <details><summary>Answer</summary>
#
# Only the activation's slope: $h_j (1 - h_j)$ becomes $1 - h_j^2$.
#
# </details>
#
# ## The demon and the error signal
#
# What does $\partial \ell / \partial z_2 = 0.22$ mean? Joaquin Vanschoren's deck imagines a demon who sits at a node and adds a
# small $\Delta$ to its input. The loss then changes by about $\partial \ell / \partial z_j \cdot \Delta$. A *good* demon wants the loss to
# fall, so it pushes against the sign of that slope, and works hardest where it is large. The slope is the node's
# **error signal**, $\delta_j = \partial \ell / \partial z_j$.
#
# In a real network the demon can only turn the weights into the node: $\partial \ell / \partial w_{kj} = \delta_j x_k$. Where
# $\delta_j > 0$, the node's input should fall: weights of positive inputs go down, weights of negative inputs go up.
#
# **Predict.** The demon may add 0.5 or −0.5 at *one* of $z_1$, $z_2$, $o$. What would you advise?
#
# <details><summary>Answer</summary>
#
# Add 0.5 at $o$, where the slope is −0.44: the loss falls by about 0.22, or a little less, since the loss is not as
# straight as its tangent. At $z_2$ it would be −0.5, for half as much.
#
# </details>

# %%
pushes = np.linspace(-2, 2, 41)
fig, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
for ax, (i, name) in zip(axes, {4: "z1", 5: "z2", 8: "o"}.items(), strict=True):
    losses = [tiny_loss(theta + push * np.eye(9)[i]) for push in pushes]
    slope, bend = matrices[i], (losses[21] - 2 * losses[20] + losses[19]) / 0.1**2
    ax.plot(pushes, losses, label="loss")
    ax.plot(pushes, losses[20] + slope * pushes, label="tangent at 0")
    title = f"slope {slope:.2f}, curvature {bend:.2f}"
    ax.set(xlabel=f"added to {name}", ylabel="loss", title=title)
axes[0].legend()
figures.show(fig, alt="Tangents at 0: gently down for z1, up for z2, steeply down for o.")

# %% [markdown]
# The same deck calls the gradient the *curvature* of the loss. It is the **slope**. The curvature says how fast the slope
# itself changes, so how far to trust the tangent; for many weights it is the Hessian of lecture 3.
#
# ## A whole batch at once
#
# How do you do this for 32 samples, 64 pixels, 16 hidden nodes and 10 classes, without a loop over samples? A layer computes
# $z_{ij} = \sum_k x_{ik} w_{kj} + b_j$ for sample $i$. Say the layer above has handed you `dz`, all the
# $\partial \ell / \partial z_{ij}$. Multiply along each path and add over the paths:
#
# $$\frac{\partial \ell}{\partial w_{kj}} = \sum_i x_{ik} \frac{\partial \ell}{\partial z_{ij}} = (X^T dZ)_{kj}, \qquad \frac{\partial \ell}{\partial b_j} = \sum_i \frac{\partial \ell}{\partial z_{ij}}, \qquad \frac{\partial \ell}{\partial x_{ik}} = \sum_j \frac{\partial \ell}{\partial z_{ij}} \, w_{kj} = (dZ \, W^T)_{ik}$$
#
# A weight's paths lead through all samples, an input's through all nodes. An activation works entry by entry, and so does
# its slope.
#
# For ten classes, a softmax $p_k = e^{o_k} / \sum_m e^{o_m}$ and the loss $\ell = -\sum_k y_k \ln p_k$ end the forward pass. Since
# $\ln p_k = o_k - \ln \sum_m e^{o_m}$, and the last logarithm's slope along $o_j$ is $e^{o_j} / \sum_m e^{o_m} = p_j$, the slope
# of $\ln p_k$ along $o_j$ is $[k = j] - p_j$, where the bracket is 1 if $k = j$ and otherwise 0. The $y_k$ add up to 1, so
#
# $$\frac{\partial \ell}{\partial o_j} = -\sum_k y_k \, ([k = j] - p_j) = -y_j + p_j \sum_k y_k = p_j - y_j .$$
#
# It's $p - y$ again. In code, subtract each row's maximum from its $o_k$ first, as SciPy's `log_softmax` does: $e^{1000}$
# overflows, while the common factor $e^{-\max}$ cancels in $p_k$. The mean over $n$ samples puts $1/n$ in front, once, at the start of the backward pass.
#
# | forward | shape | backward | shape |
# |---|---|---|---|
# | `x` | $(32, 64)$ | `do = (p - y) / n` | $(32, 10)$ |
# | `z = x @ W1 + b1` | $(32, 16)$ | `dW2 = h.T @ do` | $(16, 32) \; @ \; (32, 10) \to (16, 10)$ |
# | `h = relu(z)` | $(32, 16)$ | `db2 = do.sum(axis=0)` | $(10,)$ |
# | `o = h @ W2 + b2` | $(32, 10)$ | `dh = do @ W2.T` | $(32, 10) \; @ \; (10, 16) \to (32, 16)$ |
# | `p = softmax(o)` | $(32, 10)$ | `dz = dh * (z > 0)` | $(32, 16)$ |
# | `loss` | $()$ | `dW1 = x.T @ dz` | $(64, 32) \; @ \; (32, 16) \to (64, 16)$ |
#
# One loop forward and one backward serve any depth. The parameters are a list `[W1, b1, W2, b2, ...]`, as in Keras.

# %%
SLOPES = {"sigmoid": lambda a: a * (1 - a), "relu": lambda a: a > 0, "buggy": lambda a: a >= 0}


def backward(x, y, params, kind="relu"):
    """Return the mean loss, its gradients, and the error signal dz of each layer."""
    activate = sigmoid if kind == "sigmoid" else lambda z: np.maximum(z, 0)
    inputs, grads, signals = [x], [], []
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        inputs.append(activate(inputs[-1] @ W + b))
    log_p = log_softmax(inputs[-1] @ params[-2] + params[-1], axis=1)
    dz = (np.exp(log_p) - y) / len(x)
    for W, a in zip(params[-2::-2], inputs[::-1], strict=True):
        grads = [a.T @ dz, dz.sum(axis=0), *grads]
        signals = [dz, *signals]
        dz = dz @ W.T * SLOPES[kind](a)  # the slope in terms of the output a (unused at x)
    return -np.mean(np.sum(y * log_p, axis=1)), grads, signals


def initial(shapes, g=2.0):
    """Draw weights with variance g / inputs; biases are 0."""
    return [a for n, m in shapes for a in (rng.normal(0, (g / n) ** 0.5, (n, m)), np.zeros(m))]


images, classes = datasets.load_digits()
digits, targets = images.reshape(-1, 64) / 16, np.eye(10)[classes]
x, y, params = digits[:32], targets[:32], initial([(64, 16), (16, 10)])
singles = [backward(x[i : i + 1], y[i : i + 1], params)[1] for i in range(32)]
for grad, array, *those in zip(backward(x, y, params)[1], params, *singles, strict=True):
    assert grad.shape == array.shape and np.allclose(grad, np.mean(those, axis=0), atol=1e-12)
print("the batch's gradient is the mean of 32 single ones:", [a.shape for a in params])

# %% [markdown]
# **Predict.** The forward product $(n, d) \; @ \; (d, m)$ takes $n \cdot d \cdot m$ multiplications. How many does the backward pass of
# the layer take?
#
# <details><summary>Answer</summary>
#
# `x.T @ dz` and `dz @ W.T` take $n \cdot d \cdot m$ each, so twice the forward pass. Nudging every weight up and down
# takes $2 \, d \, m$ forward passes.
#
# </details>
#
# ## Checking a gradient
#
# How do you know that your formulas are right? Nudge, and compare. Taylor's formula, up and down by $h$, reads
#
# $$\ell(w \pm h) = \ell \pm h \, \ell' + \tfrac{h^2}{2} \ell'' \pm \tfrac{h^3}{6} \ell''' + \dots, \qquad \text{so} \quad \frac{\ell(w + h) - \ell(w - h)}{2 h} = \ell' + \tfrac{h^2}{6} \ell''' + \dots$$
#
# Even powers cancel, and the error falls with $h^2$. A one-sided difference keeps $\frac{h}{2} \ell''$. But a loss is known
# only up to rounding, $\varepsilon \, |\ell|$, and dividing by $h$ makes about $\varepsilon / h$ of that. The sum of both errors is
# smallest where $h^2 \approx \varepsilon / h$, at $h \approx \sqrt[3]{\varepsilon}$: about $10^{-5}$ in float64
# ($\varepsilon \approx 2 \cdot 10^{-16}$) and $5 \cdot 10^{-3}$ in float32 ($\varepsilon \approx 10^{-7}$). Compare arrays by their
# **relative error**, $|g - g'| / (|g| + |g'|)$.
#
# `checks.numeric_gradient` nudges entry by entry, as you did for the tiny net. One entry of `SLOPES` has a bug planted in it.
#
# **Predict.** `"buggy"` says `a >= 0` in place of `a > 0`, and `a` is the *output* of the ReLU. Which of `W1`, `b1`, `W2`,
# `b2` get wrong gradients? Will you notice while training?
#
# <details><summary>Answer</summary>
#
# The output of a ReLU is never negative, so signals pass through nodes that are switched off. `W2` and `b2` come before
# the mask on the way back and stay right, `W1` and `b1` come out wrong. The loss still falls, only less.
#
# </details>


# %% tags=["nbval-ignore-output"]
def check(x, y, params, kind="relu", i=1, step=1e-5, dtype="float64"):
    """Return the relative error of the gradient of params[i]."""

    def loss(array):  # with array in place of params[i]
        few = [a.astype(dtype) for a in (x, y, *params[:i], array, *params[i + 1 :])]
        return backward(few[0], few[1], few[2:], kind)[0]

    grad = backward(x, y, params, kind)[1][i]
    numeric = checks.numeric_gradient(loss, params[i], step)
    return np.linalg.norm(grad - numeric) / (np.linalg.norm(grad) + np.linalg.norm(numeric))


def descend(x, y, params, kind="relu", steps=300, rate=0.1):
    """Change params step by step, and yield each batch and its loss."""
    for _ in range(steps):
        rows = rng.integers(len(x), size=64)
        loss, grads, _ = backward(x[rows], y[rows], params, kind)
        for array, grad in zip(params, grads, strict=True):
            array -= rate * grad
        yield x[rows], y[rows], loss


start = initial([(64, 16), (16, 10)])
for kind in ("relu", "buggy"):
    errors = [check(x, y, params, kind, i) for i in range(4)]
    assert (max(errors[:2]) < 1e-7) == (kind == "relu") and max(errors[2:]) < 1e-7
    print(kind, "W1 {:.0e}, b1 {:.0e}, W2 {:.0e}, b2 {:.0e}".format(*errors), end="; ")
    copies = [array.copy() for array in start]
    losses = [loss for *_, loss in descend(digits, targets, copies, kind)]
    print(f"training: loss {losses[0]:.2f} to {np.mean(losses[-20:]):.2f}")

# %% [markdown]
# So expect, in float64 with $h = 10^{-5}$: below $10^{-7}$ all is well, above $10^{-3}$ there is a bug. In between, look for
# what spoils a check. In **float32** the rounding is so coarse that with this $h$ a right gradient looks wrong. And at a
# **kink**, when a nudge carries some $z$ across the 0 of its ReLU, the quotient mixes the slopes of both sides.

# %%
steps = np.logspace(-10, -0.5, 39)
fig, ax = plt.subplots()
for kind, to in [("sigmoid", "float64"), ("sigmoid", "float32"), ("relu", "float64")]:
    ax.loglog(steps, [check(x, y, params, kind, 1, h, to) for h in steps], label=f"{kind}, {to}")
ax.set(xlabel="step h", ylabel="relative error of db1", ylim=(1e-12, 5))
ax.legend()
figures.show(fig, alt="V-shaped errors, float32 the worst. ReLU's jumps at the first kink.")

# %% [markdown]
# ReLU jumps at the first step that reaches a kink. A smaller step, or other data, helps; where $z$ is exactly 0, no step
# does. Check in float64, on a few samples, before you train for hours.
#
# ## An autodiff engine in 60 lines
#
# Must you derive every layer yourself? No: the first section was a recipe, and a computer can follow it. Each `Value` keeps
# its number and, for each operand, the local slope. `backward` lists all numbers so that each comes after its operands, then
# goes through the list in reverse, multiplies and adds. The tiny net needs five operations; the exercise adds more.


# %%
class Value:
    """A number that remembers its operands, and its slope along each."""

    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = float(data), 0.0, edges

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __neg__(self):
        return Value(-self.data, [(self, -1.0)])

    def log(self):
        return Value(np.log(self.data), [(self, 1 / self.data)])

    def sigmoid(self):
        a = sigmoid(self.data)
        return Value(a, [(self, a * (1 - a))])

    def backward(self):
        """Add, to the grad of each number behind this one, the slope along it."""
        slopes = {}  # remembers the order in which numbers are put in

        def visit(value):
            if value not in slopes:
                for operand, _ in value.edges:
                    visit(operand)
                slopes[value] = 0.0

        visit(self)
        slopes[self] = 1.0
        for value in reversed(slopes):
            value.grad += slopes[value]
            for operand, slope in value.edges:
                slopes[operand] += slope * slopes[value]


# %%
a, b = Value(2), Value(3)
e = (a + b) * b
e.backward()
x1, x2, t = Value(2), Value(1), [Value(number) for number in theta]
h1, h2 = [(x1 * t[j] + x2 * t[2 + j] + t[4 + j]).sigmoid() for j in range(2)]
loss = -(h1 * t[6] + h2 * t[7] + t[8]).sigmoid().log()
loss.backward()
engine = np.array([value.grad for value in t])
assert (e.data, a.grad, b.grad) == (15, 3, 8) and np.allclose(engine, sums, rtol=0, atol=1e-12)
print(f"loss {loss.data:.4f}; 8 for the first graph, and the 9 slopes of the net")

# %% [markdown]
# **Think.** In `a + a` both operands are the same. Does the engine get the slope right? And why does it sort first?
#
# <details><summary>Answer</summary>
#
# Yes: `slopes[operand] +=` runs twice and makes 2. With `=` it would be 1, a classic bug. Without the order, a node could
# hand on its slope before all its paths have arrived.
#
# </details>
#
# ## One table, all columns equal
#
# How do the real tools compare? TensorFlow's `tf.GradientTape` is such an engine, with arrays for numbers: it records the
# operations in its `with` block and walks back. Keras uses it in `fit` and keeps the gradient to itself. But with plain
# gradient descent and a learning rate of 1, the weights before minus those after *are* the gradient.
#
# **Predict.** Keras works in float32. To how many decimals will its column agree?
#
# <details><summary>Answer</summary>
#
# To about six. Around 1, float32 numbers lie about $10^{-7}$ apart, and the column is a difference of such numbers.
#
# </details>

# %%
W1, b1, W2, b2 = variables = [tf.Variable(array) for array in unpack(theta)]
with tf.GradientTape() as tape:
    loss = -tf.math.log(tf.sigmoid(tf.sigmoid(row @ W1 + b1) @ W2 + b2))
taped = np.concatenate([np.ravel(grad) for grad in tape.gradient(loss, variables)])

model = keras.Sequential([keras.Input((2,)), Dense(2, "sigmoid"), Dense(1, "sigmoid")])
model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy", jit_compile=False)
model.set_weights(unpack(theta))
model.train_on_batch(row, np.array([[1.0]]))
stepped = theta - np.concatenate([array.ravel() for array in model.get_weights()])

hand = [-0.1740, 0.4425, -0.0870, 0.2212, -0.0870, 0.2212, -0.3235, -0.2212, -0.4425]
columns = [hand, sums, matrices, differences, engine, taped, stepped]
tolerances = [1e-4, 0, 1e-12, 1e-9, 1e-12, 1e-12, 1e-6]
print("          hand      sums  matrices    nudged    engine      tape     Keras")
names = ["dw11", "dw12", "dw21", "dw22", "db1", "db2", "dv1", "dv2", "dc"]
for name, *numbers in zip(names, *columns, strict=True):
    print(f"{name:4}", *(f"{number:9.4f}" for number in numbers))
    assert np.all(np.abs(np.array(numbers) - numbers[1]) <= tolerances), name
print("±   ", *(f"{tolerance:9.0e}" for tolerance in tolerances), " is accepted")

# %% [markdown]
# ## A network that learns to read digits
#
# Does it work on real data? In lecture 1 a layer that was written down read 82 % of the digits. Now let weights learn:
# 784 pixels, 32 ReLU nodes, 10 classes. Twice a Keras twin, in float32 and in float64, gets its start and
# batches.
#
# **Predict.** After 500 steps, how far apart are the weights of NumPy and of each twin?
#
# <details><summary>Answer</summary>
#
# If the gradients are the same, only rounding differs: about $10^{-15}$ in float64. In float32 it starts near $10^{-7}$ and
# drifts to $10^{-6}$, since each step starts from slightly different weights. Any true difference in method would show
# in the float64 curve at once.
#
# </details>


# %% tags=["nbval-ignore-output"]
threadpool_limits(1)  # NumPy and TensorFlow shall not fight over the cores
(x_train, y_train), (x_test, y_test) = datasets.load_mnist()
x = x_train[:20_000].reshape(-1, 784) / np.float32(255)
y = np.eye(10, dtype="float32")[y_train[:20_000]]
fig, ax = plt.subplots()
start = initial([(784, 32), (32, 10)])
for dtype, tolerance in [("float64", 1e-10), ("float32", 1e-4)]:
    params, apart = [array.copy() for array in start], []
    keras.config.set_dtype_policy(dtype)
    twin = keras.Sequential([keras.Input((784,)), Dense(32, "relu"), Dense(10)])
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True, dtype=dtype)
    twin.compile(keras.optimizers.SGD(0.25), entropy, jit_compile=False)
    twin.set_weights(params)
    for *batch, _ in descend(x, y, params, steps=500, rate=0.25):
        twin.train_on_batch(*batch)
        pairs = zip(params, twin.get_weights(), strict=True)
        apart.append(max(np.abs(ours - theirs).max() for ours, theirs in pairs))
    assert max(apart) < tolerance
    ax.semilogy(apart, label=f"Keras in {dtype}")
ax.set(xlabel="step", ylabel="largest difference of any weight", ylim=(1e-18, 1e-3))
ax.legend()
figures.show(fig, alt="NumPy's weights stay within 1e-14 of Keras' in float64, 1e-5 in float32.")
W1, b1, W2, b2 = params
scores = np.maximum(x_test.reshape(-1, 784) / 255 @ W1 + b1, 0) @ W2 + b2
print(f"{np.mean(scores.argmax(axis=1) == y_test):.1%} of the test digits read correctly")

# %%
fig = figures.image_grid(W1.T[:16].reshape(16, 28, 28), columns=8, size=1.1, cmap="PuOr")
for ax in fig.axes:
    ax.images[0].set_clim(-0.3, 0.3)  # white is 0
figures.show(fig, alt="The weights into 16 hidden nodes as images: strokes and blobs.")

# %% [markdown]
# About 0.92 here, and no library for the gradients. Purple pixels push a hidden node up, orange ones down.
#
# ## Vanishing and exploding gradients
#
# If two layers are good, are twelve better? Walk back through one layer: $\delta \to (\delta \, W^T) \odot \sigma'(z)$, where $\odot$ multiplies
# entry by entry. For the sigmoid, $\sigma' = a (1 - a) = \frac{1}{4} - (a - \frac{1}{2})^2 \le \frac{1}{4}$. Let $W$ be $n \times n$, its
# entries independent with mean 0 and variance $g / n$. Each entry of $\delta \, W^T$ is a sum of $n$ terms, so its mean square is
# $n \cdot \frac{g}{n} = g$ times that of $\delta$. A layer multiplies the size of the signal by about
#
# $$\sqrt{g \cdot \mathrm{mean} \; \sigma'(z)^2}, \qquad \text{sigmoid: at most } \tfrac{1}{4} \sqrt{g}, \qquad \text{ReLU: } \sqrt{\tfrac{g}{2}},$$
#
# the latter because half of its slopes are 1 and half 0. Below 1, layer after layer, the signal **vanishes**. Above 1, it
# **explodes**.
#
# **Predict.** With $g = 1$, how much is left of a signal ten sigmoid layers further back? Do larger weights help?
#
# <details><summary>Answer</summary>
#
# About $1 / 4^{10}$, a millionth. With $g = 16$ the bound is 1, but large weights make large $z$, where the sigmoid is
# flat, so it still shrinks. ReLU with $g = 2$, He's initialization, has a factor of 1; with $g = 8$ it doubles in each layer.
#
# </details>

# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8))
for kind, g in [("sigmoid", 1), ("sigmoid", 16), ("relu", 2), ("relu", 8)]:
    params = initial([(64, 64)] * 11 + [(64, 10)], g)
    size = [np.linalg.norm(dz) for dz in backward(digits, targets, params, kind)[2]]
    axes[0].semilogy(range(1, 13), size, marker=".", label=f"{kind}, g = {g}")
    steps = descend(digits, targets, params, kind, 2 if g == 8 else 300, 0.05)
    losses = [loss for *_, loss in steps]
    print(f"{kind:7} g = {g:2}: a layer multiplies by {(size[0] / size[-2]) ** 0.1:.2f};", end=" ")
    print(f"the loss is {losses[0]:.2g}, after a step {losses[1]:.2g}")
    axes[1].plot(losses if g != 8 else [])
axes[0].set(xlabel="layer", ylabel="norm of the error signal", title="before training")
axes[1].set(xlabel="step", ylabel="loss of the batch", title="training")
axes[0].legend(fontsize=8, loc="lower right")
figures.show(fig, alt="Back from layer 12, sigmoid signals fall. Only ReLU, g = 2, learns.")

# %% [markdown]
# The first layers of the sigmoid stack are told next to nothing, and the loss stays at $\ln 10 \approx 2.30$, that of guessing.
# ReLU, initial weights of the right size, normalization and clipped gradients are the cures. Lecture 7 measures them.
#
# ## Common mistakes
#
# **Input for output.** The sigmoid's slope is $a (1 - a)$ of its *output*. **Adding up without resetting.** `grad` collects over
# calls, in our engine as in PyTorch. **Leaving the maximum in.** The softmax overflows. **Leaving the tape.** What NumPy does inside the block is not recorded.

# %%
print(f"a (1 − a) with z = 0.5 for a: 0.25, not {sigmoid(0.5) * (1 - sigmoid(0.5)):.4f}")
e.backward()
print(f"second backward without resetting: {b.grad:.0f} instead of 8")
with np.errstate(over="ignore", invalid="ignore"):
    naive = np.exp([1000.0, 0.0]) / np.sum(np.exp([1000.0, 0.0]))
print(f"softmax with the maximum left in: {naive}, not {np.exp(log_softmax([1000.0, 0.0]))}")
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    loss = x * np.square(x.numpy())
print(f"NumPy on the tape: slope of x³ at 3 is {tape.gradient(loss, x):.0f} instead of 27")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("04_backpropagation")

# %% [markdown]
# ## Summary
#
# - On a graph, multiply slopes along a path and add over paths. Walking back, each arrow is used once for all weights.
# - With sigmoid or softmax and cross-entropy, the pass starts with $p - y$. A hidden node's error signal,
#   $\delta_j = (p - y) \, v_j \, h_j (1 - h_j)$, is the slope of the loss along $z_j$; times an input it is a weight's slope.
# - For a batch: `dW = x.T @ dz`, `db = dz.sum(axis=0)`, `dx = dz @ W.T`, each shaped like what it belongs to.
# - In float64 with $h = 10^{-5}$, expect errors below $10^{-7}$. Float32 and kinks spoil them. Wrong gradients still learn.
# - An engine needs local slopes, an order and a walk back. TensorFlow and Keras find the same numbers.
# - NumPy follows Keras weight for weight. Deep sigmoid stacks lose their gradient layer by layer; large weights blow it up.
#
# ## Exercise
#
# [Exercise 4](../exercises/04_backpropagation/04_backpropagation.ipynb): write the backward passes of a dense layer, of ReLU and
# of softmax with cross-entropy, check gradients, train a network, finish an engine, and explain a bug.
#
# ## Further reading
#
# - Joaquin Vanschoren, *Neural Networks* (lecture deck, Eindhoven University of Technology, undated): the demon.
# - Heather Mattie, *Python with Keras* (lecture deck, Harvard T.H. Chan School of Public Health, 2020): one hidden layer.
# - Burt L. Monroe, *Introduction to Neural Nets* (lecture deck, Essex Summer School, 2021): the student who passes.
# - Erik Spence, *Improving things* (lecture deck, SciNet, 2022): vanishing and exploding gradients.
# - David Rumelhart, Geoffrey Hinton and Ronald Williams, "Learning representations by back-propagating errors", *Nature* 323
#   (1986).
# - Atılım Güneş Baydin and others, "Automatic differentiation in machine learning: a survey", *JMLR* 18 (2018).
# - Andrej Karpathy, [micrograd](https://github.com/karpathy/micrograd) (2020): another small engine.
