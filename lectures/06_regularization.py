# %% [markdown]
# # 6. Regularization
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/06_regularization.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/06_regularization.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 5*
#
# **After this lecture you can**
#
# - Show over-fitting in curves, and say what capacity, more data and augmentation do to it
# - Derive what L2, L1 and elastic penalties do to each update, and count the weights that L1 removes
# - Tell weight decay from an L2 penalty, and say for which optimizers they are the same
# - Write dropout forward and backward, and prove that both ways of scaling agree
# - Use dropout at prediction time to measure how unsure a network is
# - Stop early with patience, and compare regularizers fairly, over seeds and against one baseline

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% tags=["nbval-ignore-output"]
from helpers import datasets, figures, quizzes

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from scipy import sparse
from scipy.special import expit as sigmoid, softmax
from scipy.stats import entropy
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits


def multi_hot(reviews, y):
    words = [np.unique(review) for review in reviews]
    starts = np.cumsum([0] + [len(w) for w in words])
    ones = np.ones(starts[-1], "float32"), np.concatenate(words), starts
    return sparse.csr_matrix(ones, shape=(len(words), 10_000)), y


# unpacking the film reviews takes memory, so do it before TensorFlow comes
reviews, test_reviews = itertools.starmap(multi_hot, datasets.load_imdb(10_000))

import keras
import tensorflow as tf
from keras import layers
from keras.regularizers import L1, L2

threadpool_limits(1)  # one core for each seed, two seeds at a time
keras.utils.set_random_seed(0)
rng, same = np.random.default_rng(0), np.testing.assert_allclose


def report(*names):
    for name in names:
        curves, test, _ = results[name]
        _, right, loss, _ = curves[:, -1].mean(axis=0)
        print(
            f"{name:24} train {100 * right:5.1f} %  val loss {loss:.3f}  test {test.mean():.1f} ± {test.std(ddof=1):.1f} %"
        )


def band(ax, x, values, k, **style):
    style |= {"color": figures.COLORS[k], "ls": figures.DASHES[k], "marker": figures.MARKERS[k]}
    ax.errorbar(x, values.mean(axis=0), values.std(axis=0, ddof=1), capsize=2, ms=4, **style)


# plumbing: data, five seeds at a time, a line and a curve with error bars for each net
(images, labels), (x_test, y_test) = datasets.load_mnist()
images, results = images[:20_000].copy(), {}  # a third, to save memory
x_test = x_test.reshape(-1, 784).astype("float32") / 255


def digits(seed, n=500, scale=255, shuffled=False):
    """Return n training images, 500 for validation, and the test images."""
    draw = np.random.default_rng(seed)
    rows = draw.permutation(len(images))
    parts = [(images[r].reshape(-1, 784), labels[r]) for r in (rows[500 : 500 + n], rows[:500])]
    (x, y), val = [(x.astype("float32") / scale, y) for x, y in parts]
    test = x_test if scale == 255 else x_test * np.float32(255 / scale)
    return (x, draw.permutation(y) if shuffled else y), val, (test, y_test)


def study(recipes, data=digits, seeds=5, **options):
    """File curves (seed, epoch, 4), test accuracy (seed) and one net under each name."""

    def run(seed):
        *parts, test = data(seed)
        W, b, alive, curves = train(*parts, [*recipes.values()], seed, **options)
        return curves, score(test, W, b, alive, options.get("relu", False))[1], W[0]

    with ThreadPoolExecutor(2) as pool:
        curves, tests, W = zip(*pool.map(run, range(seeds)), strict=True)
    for k, name in enumerate(recipes):
        results[name] = np.array(curves)[..., k], 100 * np.array(tests)[:, k], W[0][k]


def cut(w, amount):  # L1 needs it below
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


KEYS, DEFAULTS = ("l1", "l2", "drop", "units", "stop"), {"batch": 50, "lr": 1, "every": 99}


def chances(z):  # a sigmoid is a softmax with a 0 beside its score
    return softmax(z if z.shape[-1] > 1 else np.concatenate([0 * z, z], -1), axis=-1)


def score(data, *net):
    """Return each net's loss and accuracy."""
    p, y = chances(forward(data[0], *net)[2]), data[1]
    loss = -np.log(p[:, np.arange(len(y)), y] + 1e-12).mean(axis=1)
    return [loss, (p.argmax(axis=-1) == y).mean(axis=1)]


# %% [markdown]
# ## Over-fitting, shown
#
# A network can get every training image right and still be bad at its job. Erik Spence's deck shows it with 500 handwritten digits and 30 sigmoid units: $(784 + 1) \cdot 30 + (30 + 1) \cdot 10 = 23{,}860$ weights and biases, 47 for each image. His training accuracy was 0.84, his test accuracy 0.62, on 100 test images.
#
# One run says little. So we take five **seeds**; each draws its own 500 training images, 500 for validation, and initial weights. All **10,000 test images** judge. (The small sample has 1,000.)
#
# NumPy trains many small nets as one **stack**: each weight array gets a leading axis for the net, and broadcasting does the rest. Everything in `train` is from lectures 3 and 4, but for a few marked lines that this lecture explains.


# %%
def forward(x, W, b, masks, relu=False):
    """Return what enters each layer, the slopes of the hidden units, and the scores."""
    enters, slopes, z = [x], [], np.stack([x @ w for w in W[0]]) + b[0]
    for w, c, mask in zip(W[1:], b[1:], masks, strict=True):
        h = np.maximum(z, 0) if relu else sigmoid(z)
        slopes.append(mask * ((h > 0) if relu else h * (1 - h)))
        enters.append(mask * h)
        z = enters[-1] @ w + c
    return enters, slopes, z


# %%
def train(data, val, recipes, seed=0, widths=(784, 30, 10), epochs=40, change=None, **more):
    """Train one net for each recipe: same images, same start, same order of batches."""
    (x, y), more, count, relu = data, DEFAULTS | more, len(recipes), more.get("relu", False)
    values = [[recipe.get(key, 0) for recipe in recipes] for key in KEYS]
    l1, l2, drop, units, stop = np.array(values, "float32")[..., None, None]
    draw, mask_draw = (np.random.default_rng([seed, i]) for i in (0, 1))
    net, v, curves, best = [], {}, [], np.full(count, np.inf)
    for n, m in itertools.pairwise(widths):  # Glorot's initial weights, see lecture 7
        w = (draw.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))).astype("float32")
        net += [np.repeat(w[None], count, axis=0), np.zeros((count, 1, m), "float32")]
    W, b, kept, some = net[::2], net[1::2], [p.copy() for p in net], (x[:2000], y[:2000])
    alive = [np.float32(np.arange(m) < np.where(units, units, m)) for m in widths[1:-1]]  # units
    for epoch in range(epochs):
        order = draw.permutation(x.shape[0])
        for i in range(0, len(order), more["batch"]):
            rows, masks = order[i : i + more["batch"]], []
            xb = change(x[rows], draw) if change else x[rows]
            for on in alive:  # dropout
                keep = mask_draw.random((count, len(rows), on.shape[-1]), "float32") >= drop
                masks.append(on * keep / (1 - drop))
            enters, slopes, z = forward(xb, W, b, masks, relu)
            p = sigmoid(z) if "squared" in more else chances(z)
            d = (p - np.eye(p.shape[-1], dtype="float32")[y[rows]])[..., -widths[-1] :] / len(rows)
            d *= 0.2 * p * (1 - p) if "squared" in more else 1  # squared error: the deck's loss
            for k in reversed(range(len(W))):
                g = enters[k].swapaxes(1, 2) @ d if k else np.stack([xb.T @ one for one in d])
                g += 2 * l2 * W[k] if l2.any() else 0  # L2
                steps = (W[k], g), (b[k], d.sum(axis=1, keepdims=True))
                d = d @ W[k].swapaxes(1, 2) * slopes[k - 1] if k else d
                for w, g in steps:
                    if "rmsprop" in more:  # lecture 3
                        v[id(w)] = 0.9 * v.get(id(w), 0) + 0.1 * g * g
                        g /= np.sqrt(v[id(w)] + 1e-7)
                    w -= more["lr"] * g
                if l1.any():  # L1: pull to zero, and stop there
                    W[k][:] = cut(W[k], more["lr"] * l1)
        if epoch % more["every"] == 0 or epoch == epochs - 1:
            curves.append(sum((score(set_, W, b, alive, relu) for set_ in (some, val)), []))
            better, best = curves[-1][2] < best, np.minimum(best, curves[-1][2])
            for old, new in zip(kept, net, strict=True):  # early stopping keeps the best weights
                old[better] = new[better]
    for old, new in zip(kept, net, strict=True):
        new[:] = np.where(stop, old, new)
    return W, b, alive, np.array(curves)


# %% [markdown]
# First Spence's choices: raw pixels up to 255, squared error. Then each repaired: pixels from 0 to 1; softmax and cross-entropy. (Two seeds, 60 epochs, batches of 50, rate 0.1. Spence took batches of 5, a rate of 0.01 and 1,000 epochs.) Last our baseline **plain**: both repairs, 40 epochs, rate 1.
#
# **Predict.** Which helps more, scaling the pixels or changing the loss?
#
# <details><summary>Answer</summary>
#
# The loss, but neither does it alone. Raw pixels drive the sigmoids to their flat ends, and squared error learns next to nothing behind a sigmoid (lecture 3), with scaled pixels too.
#
# </details>

# %% tags=["nbval-ignore-output"]
options = {"lr": 0.1, "epochs": 60, "seeds": 2}
for pixels, scale in [("raw", 1), ("scaled", 255)]:
    for loss, extra in [("squared error", {"squared": True}), ("cross-entropy", {})]:
        study({f"{pixels}, {loss}": {}}, partial(digits, scale=scale), **options, **extra)
        report(f"{pixels}, {loss}")
study({"plain": {}, "early stopping": {"stop": 1}}, every=2)
report("plain")
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2))
for i, what in enumerate(["training", "training", "validation", "validation"]):
    band(axes[i % 2], np.r_[1:40:2, 40], results["plain"][0][..., i], i // 2, label=what)
    axes[i % 2].set(xlabel="epoch", ylabel=("loss", "accuracy")[i % 2])
axes[1].legend()
figures.show(fig, "Training loss falls to 0, validation loss turns up; the accuracies stay apart.")

# %% [markdown]
# That is **over-fitting**: 100% in training, about 86% on test images. The validation accuracy does not fall here; the *loss* rises, as the net grows surer of its mistakes (lecture 5). Most of what Spence's net lacked was not regularization: it had not learnt its training images yet. **First make the training accuracy high, then regularize.**
#
# ## Capacity and smaller networks
#
# What can a net learn by heart? **Capacity** is how many different functions a model can be; the number of weights is its simplest measure. Test it on a task with nothing to understand: the same images with *random* labels.
#
# **Predict.** What will training and test accuracy be for random labels, with 100 units?
#
# <details><summary>Answer</summary>
#
# Training comes close to 1: there is room for 500 arbitrary answers. Test is about chance. High training accuracy proves no understanding.
#
# </details>

# %% tags=["nbval-ignore-output"]
wide = {"widths": (784, 100, 10)}
study({f"{n} units": {"units": n} for n in (2, 5, 10)})
study({"100 units": {}}, **wide)
study({"random labels": {}}, partial(digits, shuffled=True), 2, epochs=60, **wide)
report("2 units", "5 units", "10 units", "plain", "100 units", "random labels")

# %% [markdown]
# A smaller net is the classical cure, but here every cut costs test accuracy. Two units are an **information bottleneck**: ten classes must be told apart from two numbers, and what is dropped there no later layer brings back. Too wide does *not* hurt. Today's practice: start wide enough, then regularize.
#
# ## More data and augmentation
#
# The surest cure is more images. If you have none, make some: **augmentation** changes inputs in ways that must not change the label. A digit moved by up to two pixels is the same digit, and new to a dense net.
#
# **Think.** Which of these keep the label of a digit: moving it, mirroring it, turning it by 10°, turning it by 180°?
#
# <details><summary>Answer</summary>
#
# Moving and a small turn. A mirrored 2 is no 2, and a 6 turned by 180° is a 9. Augmentation tells the net what *you* know about the task.
#
# </details>


# %% tags=["nbval-ignore-output"]
def shift(x, rng, most=2):
    down, right = rng.integers(-most, most + 1, (2, len(x), 1, 1))
    rows, columns = np.arange(28)[:, None] - down, np.arange(28) - right
    picture = np.arange(len(x))[:, None, None]  # the margin is empty, so let it wrap around
    return x.reshape(-1, 28, 28)[picture, rows % 28, columns % 28].reshape(len(x), -1)


study({"shifted": {}}, change=shift)
for n in (1000, 2000):  # equally many updates
    study({f"{n:,} images": {}}, partial(digits, n=n), epochs=20_000 // n)
report("plain", "shifted", "1,000 images", "2,000 images")
moved = shift(np.repeat(digits(0)[0][0][:1], 8, axis=0), rng)
fig = figures.image_grid(moved.reshape(-1, 28, 28))
figures.show(fig, "One digit eight times, each a little further left, right, up or down.")

# %% [markdown]
# Shifts are worth nearly two points here, four times as many images about four. The shifted net's training accuracy has dropped, too: it never sees the same picture twice, and is not done after 40 epochs. Keras' `RandomTranslation` does this, in training only.
#
# ## L2: a penalty on large weights
#
# Sharp turns need large weights. Let them cost something: add a **penalty** to the loss $J$. Keras' `L2(lam)` adds the sum of squares:
#
# $$J_{\text{new}} = J + \lambda \sum_j w_j^2, \qquad \frac{\partial J_{\text{new}}}{\partial w} = \frac{\partial J}{\partial w} + 2 \lambda w$$
#
# $$w \leftarrow w - \eta \Big( \frac{\partial J}{\partial w} + 2 \lambda w \Big) = (1 - 2 \eta \lambda)\, w - \eta \frac{\partial J}{\partial w}$$
#
# Every step first multiplies the weight by a number just below 1. Hence the name **weight decay**. (Spence writes $\frac{\lambda}{2} \sum w^2$ and calls Keras' `l2(0.001)`, which has no ½: twice the decay.)
#
# What does it do to the result? Let $a$ be the best weight without penalty and $J = \frac12 (w - a)^2$. With L2 the slope $w - a + 2 \lambda w$ is 0 at $w = a / (1 + 2\lambda)$: all weights shrink by the same *factor*. **L1** adds $\lambda |w|$. For positive $w$ the slope is $w - a + \lambda$, zero at $w = a - \lambda$; for negative $w$ it is $w - a - \lambda$, zero at $w = a + \lambda$. If $|a| \le \lambda$ neither has the right sign, and the minimum is the kink, $w = 0$. So L1 takes the same *amount* off all weights, and sets small ones to zero. **Elastic** (`L1L2`) does first that, then the factor.
#
# **Predict.** $\lambda = 0.5$. Where does each put a weight of $a = 0.4$, where one of $a = 3$?
#
# <details><summary>Answer</summary>
#
# L2: $0.4 / 2 = 0.2$ and $1.5$. L1: 0 and $2.5$.
#
# </details>

# %%
a, lam, w, fig = np.linspace(-3, 3, 61), 0.5, np.linspace(-3, 3, 6001), plt.figure()
curves = {"L2": (a / (1 + 2 * lam), lam * w**2), "L1": (cut(a, lam), lam * abs(w))}
curves["elastic"] = cut(a, lam) / (1 + 2 * lam), lam * (abs(w) + w**2)
for (name, (best, penalty)), marker in zip(curves.items(), figures.MARKERS, strict=False):
    lowest = (0.5 * (w - a[:, None]) ** 2 + penalty).argmin(axis=1)
    same(best, w[lowest], atol=1e-3)  # the formula finds the lowest point
    plt.plot(a, best, marker=marker, markevery=6, label=name)
plt.gca().set(xlabel="best weight without penalty, a", ylabel="weight with penalty")
plt.legend()
figures.show(fig, "L2 is a flatter line through 0; L1 and elastic are exactly 0 around 0.")

# %% [markdown]
# In Keras, each layer takes up to three penalties: on its **kernel** (the weights), its **bias** and its **activity** (its outputs, averaged over the batch; L1 there keeps most units quiet). Biases are usually left alone. The cell checks what Keras adds up, and that five of its updates equal ours.

# %%
options = {"kernel_regularizer": L2(0.1), "bias_regularizer": L1(0.2)}
layer = layers.Dense(3, bias_initializer="ones", activity_regularizer=L1(0.3), **options)
out = layer(rng.normal(size=(4, 5))).numpy()
ours = 0.1 * np.sum(layer.kernel.numpy() ** 2), 0.2 * 3, 0.3 * np.abs(out).sum() / 4
same(sorted(map(float, layer.losses)), sorted(ours), rtol=1e-5)


def twin(penalty):
    units, fast = {30: "sigmoid", 10: "softmax"}.items(), {"steps_per_execution": 10}
    dense = [layers.Dense(n, act, kernel_regularizer=penalty) for n, act in units]
    net = keras.Sequential([keras.Input((784,)), *dense])
    net.set_weights([start[0][0], biases[0][0, 0], start[1][0], biases[1][0, 0]])
    net.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy", **fast)
    return net


data, val, _ = digits(0)
start, biases, *_ = train(data, val, [{}], epochs=0)
ours, net = train(data, val, [{"l2": 0.01}], epochs=5, batch=500)[0], twin(L2(0.01))
net.fit(*data, batch_size=500, epochs=5, verbose=0)
same(net.layers[0].kernel, ours[0][0], atol=1e-5)
print("kernel, bias and activity penalties as computed; five updates with L2 equal ours")

# %% tags=["nbval-ignore-output"]
study({"L2 0.0003": {"l2": 3e-4}, "L2 0.003": {"l2": 3e-3}})
report("plain", "L2 0.0003", "L2 0.003")

# %% [markdown]
# A little L2 lowers the validation *loss*, as calmer weights make calmer probabilities; the accuracy hardly moves. Too much and the net no longer learns all its training images: **under-fitting** begins.
#
# ## Weight decay, SGD and Adam
#
# That was plain SGD. Adam divides the gradient by its typical size (lecture 3), and the penalty's $2\lambda w$ with it: weights with large gradients hardly decay. **Decoupled** weight decay multiplies the weight itself and leaves the gradient alone; with Adam that is **AdamW**. Keras' `weight_decay=d` multiplies by $1 - \eta d$, which for SGD is L2 with $d = 2 \lambda$.
#
# **Predict.** The loss says nothing about a weight: its gradient is pure noise, of size $s$. It starts at 1. How far does it decay for $s = 0.01$, and for $s = 10$, under each of the four?
#
# <details><summary>Answer</summary>
#
# SGD and AdamW do not care about $s$. In Adam, for small $s$ the penalty *is* the gradient and is blown up to full steps: the weight goes to 0. For large $s$ it drowns.
#
# </details>

# %%
sizes, d, ko = np.repeat([0.01, 0.1, 0.3, 1, 3, 10], 400), 0.5, keras.optimizers
noise = rng.uniform(0.5, 1.5, (200, 2400)) * rng.choice([-1, 1], (200, 2400)) * sizes
noise[:, 1::2] = -noise[:, ::2]  # pairs, so that their mean shows the decay alone
variants = [("SGD, L2", ko.SGD(0.01), d), ("SGD, weight decay", ko.SGD(0.01, weight_decay=d), 0)]
variants += [("Adam, L2", ko.Adam(0.01), d), ("AdamW", ko.AdamW(0.01, weight_decay=d), 0)]
left, fig = [], plt.figure()
for (name, optimizer, l2), marker in zip(variants, figures.MARKERS, strict=False):
    w = keras.Variable(np.ones(2400))
    for g in noise.astype("float32"):
        optimizer.apply([g + l2 * w], [w])
    left.append(w.numpy().reshape(6, 400).mean(axis=1))
    plt.plot(sizes[::400], left[-1], marker=marker, label=name)
same(left[0], left[1], atol=1e-4)  # for SGD, L2 and weight decay agree
plt.gca().set(xscale="log", xlabel="size of the gradient", ylabel="mean weight after 200 steps")
plt.legend()
figures.show(fig, "Level lines, but for Adam with L2: that rises from 0 to near 1.")

# %% [markdown]
# With Adam, use `weight_decay` or `AdamW` if decay is what you mean. The decks' "L2, also called weight decay" holds for SGD.
#
# ## L1 and elastic: weights that vanish
#
# L1's slope is $\pm\lambda$ however small the weight, so a gradient step does not stop at 0: it jumps across, and back. So `train`, after the step, takes $\eta\lambda$ off every weight and stops at zero: a **proximal** step. Keras' `L1` uses the plain gradient.
#
# **Think.** Many pixels are blank in all 500 images. What becomes of *their* weights without a penalty, with L2 and with L1?
#
# <details><summary>Answer</summary>
#
# Their input is 0, so the loss has gradient 0 (input times error). Without a penalty they keep their random start, ready to add noise where a test image has ink. L2 shrinks them, L1 makes them exactly 0.
#
# </details>

# %% tags=["nbval-ignore-output"]
study({"L1 0.0003": {"l1": 3e-4}, "elastic": {"l1": 1e-4, "l2": 3e-4}})
names, net = ("plain", "L2 0.003", "L1 0.0003", "elastic"), twin(L1(3e-4))
report(*names)
net.fit(*data, batch_size=50, epochs=40, verbose=0)
maps = {name: results[name][2] for name in names} | {"Keras L1": net.layers[0].kernel.numpy()}
for name, w in maps.items():
    print(f"{name:10} exactly 0: {np.mean(w == 0):.2f}  below 0.001: {np.mean(abs(w) < 1e-3):.2f}")
fig, axes = plt.subplots(3, 6, figsize=(7.5, 4))
for ax, (name, unit) in zip(axes.flat, itertools.product(names[:3], range(6)), strict=True):
    ax.imshow(maps[name][:, unit].reshape(28, 28), cmap="RdBu", vmin=-0.4, vmax=0.4)
    ax.set(xticks=[], yticks=[], ylabel="" if unit else name)
figures.show(fig, "Weights of six units: speckled to the edge; L2 fainter; L1 mostly empty.")

# %% [markdown]
# About half of the first layer's weights are exactly 0, at a small price. Keras' L1 leaves as many weights tiny, but none *exactly* 0: for a **sparse** net, set those below a threshold to 0 yourself.
#
# ## Dropout
#
# How to keep a net from relying on single units? **Dropout** removes units at random: for each image and update, a hidden unit is set to 0 with probability $p$, the *rate*.
#
# That makes the next layer's sums smaller, so something must be scaled. With mask $m$ (1 with probability $1 - p$, else 0) and unit $h$:
#
# | | in training | in prediction |
# |---|---|---|
# | the decks | $m\,h$ | $(1 - p)\, h$ |
# | Keras, **inverted dropout** | $m\,h / (1 - p)$ | $h$ |
#
# Either way training and prediction agree in expectation: $E[m] = 1 - p$, so $E[m h] = (1 - p) h$ and $E[m h / (1 - p)] = h$. They are even the *same* net: if the decks' next layer has weights $U$ and Keras' $V = (1 - p)\, U$, every forward pass is equal, mask by mask.
#
# **Predict.** And backward? A unit's output was multiplied by $m / (1 - p)$. What is the gradient of a dropped one?
#
# <details><summary>Answer</summary>
#
# It is multiplied by the *same* mask and factor, since $\partial (m h / (1 - p)) / \partial h = m / (1 - p)$. A dropped unit gets 0: it took no part, so it does not learn from this image.
#
# </details>

# %% tags=["nbval-ignore-output"]
h, rate = tf.Variable(sigmoid(rng.normal(size=(12, 30))), dtype="float32"), 0.4
with tf.GradientTape() as tape:
    out = layers.Dropout(rate, seed=3)(h, training=True)
mask, gradient, h = out.numpy() != 0, tape.gradient(out, h), h.numpy()  # != 0: Keras kept it
same(out, h * mask / (1 - rate), rtol=1e-6)
same(gradient, mask / (1 - rate), rtol=1e-6)
V = (1 - rate) * (U := rng.normal(size=(30, 10)))
same((h * mask) @ U, (h * mask / (1 - rate)) @ V, atol=1e-5)  # in training
same(((1 - rate) * h) @ U, h @ V, atol=1e-5)  # in prediction
masked = (rng.random((20_000, 12, 30), "float32") >= rate) * h
same(masked.mean(axis=0), (1 - rate) * h, atol=0.02)
print("equal: Keras and the formulas, both nets, and the mean of 20,000 masks and (1 - p) h")
fig, ax = plt.subplots(figsize=(6, 2.6), subplot_kw={"xlabel": "hidden unit", "ylabel": "image"})
ax.imshow(out, cmap="Blues", aspect="auto")
figures.show(fig, "A table of shaded squares with white holes, no two rows with the same holes.")

# %% [markdown]
# **The ensemble reading.** Each mask is a net of its own; $n$ units have $2^n$, with shared weights. Predicting without masks takes their vote. For $p = \frac12$ and one hidden layer that is exact: scores are linear in the mask, so their mean over all masks is the score of $h / 2$, and softmax turns it into the *geometric* mean of the probabilities, scaled to sum 1. Ten units have 1,024 nets:

# %%
h, U = h[0, :10], U[:10]
all_masks = np.array(list(itertools.product([0, 1], repeat=10)))
votes = softmax((all_masks * h) @ U, axis=1)
vote = np.exp(np.log(votes).mean(axis=0))
same(vote / vote.sum(), softmax(0.5 * h @ U), atol=1e-6)
print(f"{len(votes):,} nets vote as one pass does:", (vote / vote.sum()).round(3)[:5])

# %% [markdown]
# Now the rate, for 30 units and for 100, and dropout of *inputs*: it erases pixels.

# %% tags=["nbval-ignore-output"]
(fig, ax), erased = plt.subplots(), "inputs dropped, 0.3"
for k, (n, rates) in enumerate([(30, (0.2, 0.5, 0.8)), (100, (0.5,))]):
    recipes = {f"{n} units, dropout {p}": {"drop": p} for p in rates}
    study(recipes, widths=(784, n, 10))
    test = np.array([results[name][1] for name in ["100 units" if k else "plain", *recipes]])
    band(ax, np.array([0, *rates]) + 0.01 * k, test.T, k, label=f"{n} units")
ax.set(xlabel="rate", ylabel="test accuracy in %")
ax.legend()
figures.show(fig, "Hardly a difference for 30 units until 0.8 hurts; 100 units gain a little.")
study({erased: {}}, change=lambda x, draw: x * (draw.random(x.shape, "float32") > 0.3) / 0.7)
study({"all together": {"drop": 0.2}}, change=shift, epochs=80, **wide)  # for the last chart
report("plain", erased, "100 units", "100 units, dropout 0.5")

# %% [markdown]
# Thirty units have little to spare; wide layers profit, and so does erasing pixels. Start with 0.5 for wide layers, 0.2 for inputs or narrow ones.
#
# ## Monte Carlo dropout
#
# Show a digit net a boot: it must answer with a digit. **Monte Carlo dropout** keeps the masks on when predicting and asks many times. Where the answers differ, the model does not know. (Gal and Ghahramani: approximate Bayesian inference, each mask a sample of plausible weights.) Uncertainty is the **entropy** $-\sum_c \bar p_c \log \bar p_c$ of the mean prediction $\bar p$: 0 if sure, $\log 10 \approx 2.3$ if clueless.
#
# **Think.** How would you score whether uncertainty tells digits from clothes?
#
# <details><summary>Answer</summary>
#
# How often is a random garment less certain than a random digit? That is the area under the ROC curve (AUC): ½ is guessing, 1 perfect.
#
# </details>

# %% tags=["nbval-ignore-output"]
clothes = datasets.load_fashion_mnist()[1][0][:1000].reshape(-1, 784).astype("float32") / 255
dense = [layers.Dense(128, "relu"), layers.Dropout(0.5), layers.Dense(128, "relu")]
dense += [layers.Dropout(0.5), layers.Dense(10, "softmax")]
net = keras.Sequential([keras.Input((784,)), *dense])
net.compile("adam", "sparse_categorical_crossentropy", steps_per_execution=20)
(few, y_few), *_ = digits(0, n=2500)
net.fit(few, y_few, batch_size=50, epochs=10, verbose=0)

both, (fig, axes) = np.concatenate([x_test[:1000], clothes]), plt.subplots(1, 3, figsize=(10, 3))
passes = np.array([net(both, training=True) for _ in range(40)])
uncertain = {
    "masks off": entropy(net(both).numpy(), axis=-1),
    "40 masks": entropy(passes.mean(axis=0), axis=-1),
}
uncertain["disagreement"] = uncertain["40 masks"] - entropy(passes, axis=-1).mean(axis=0)
for ax, (name, values) in zip(axes, uncertain.items(), strict=True):
    ax.hist(values[:1000], 25, (0, 2.3), label="digits", alpha=0.5)
    ax.hist(values[1000:], 25, (0, 2.3), label="clothes", histtype="step", lw=2)
    ax.set(xlabel="uncertainty", ylabel="images", title=name, yscale="log")
    auc, means = roc_auc_score(np.repeat([0, 1], 1000), values), values.reshape(2, -1).mean(axis=1)
    print(f"{name:13} digits {means[0]:.2f}  clothes {means[1]:.2f}  AUC {auc:.3f}")
axes[0].legend()
figures.show(fig, "Digits pile up near 0; clothes spread to high values, further with masks on.")

# %% [markdown]
# Uncertainty rises clearly on clothes. **Disagreement** is the entropy of the mean minus the mean entropy of the single answers; it rises, too. But the plain softmax has nearly the same AUC here, and no threshold catches every boot.
#
# ## Noise as a regularizer
#
# Dropout is noise. Why should noise help? Take a linear node, and add noise $\epsilon$ with mean 0 and variance $\sigma^2$ to each input, independently:
#
# $$E\big[(w \cdot (x + \epsilon) - y)^2\big] = (w \cdot x - y)^2 + 2 (w \cdot x - y) \underbrace{E[w \cdot \epsilon]}_{0} + \underbrace{E[(w \cdot \epsilon)^2]}_{\sigma^2 \sum_j w_j^2}$$
#
# Noise on the inputs *is* an L2 penalty with $\lambda = \sigma^2$. The noise of **SGD**, from drawing batches, is harder to compute. At a constant rate the weights wander around a minimum, the wider the larger $\eta / B$ (Mandt and others read that as approximate Bayesian inference), so narrow minima cannot hold them.
#
# **Predict.** The same number of updates at the same rate, in batches of 5, 20 and 50. Which tests best?
#
# <details><summary>Answer</summary>
#
# Not the noisiest: batches of 5 see 2,000 images in all, and at this rate their noise hurts. Between 20 and 50 there is no clear difference. SGD's noise can help; here it does not show.
#
# </details>

# %% tags=["nbval-ignore-output"]
y = (x := rng.normal(size=(100, 5))) @ [3, -2, 1, 0, 0] + rng.normal(size=100)
noisy = np.tile(x, (2000, 1)) + 0.7 * rng.standard_normal((200_000, 5))
print("weights, noisy inputs:", np.linalg.lstsq(noisy, np.tile(y, 2000))[0].round(3))
print("weights, L2 penalty:  ", np.linalg.solve(x.T @ x + 49 * np.eye(5), x.T @ y).round(3))
for batch in (5, 20):  # 400 updates, as plain
    study({f"batches of {batch}": {}}, batch=batch, epochs=batch * 4 // 5)
report("batches of 5", "batches of 20", "plain")

# %% [markdown]
# ## Film reviews: four nets
#
# Mattie's and Vanschoren's decks regularize the 16-16-1 net for film reviews (lecture 5) by a smaller net, 4-4-1, by L2 with 0.001, and by dropout 0.5 behind both hidden layers, in one run each. Mattie's validation loss turns at epoch 6, for 4-4-1 at epoch 10, and L2 resists best. Here are five runs of each: RMSprop, batches of 512, 8,000 reviews, 1.5 times Keras' learning rate.
#
# **Think.** Whose validation loss would you expect to be lowest at its best epoch, and whose after the last?
#
# <details><summary>Answer</summary>
#
# At best, dropout, but by little. After the last epoch, whoever learns slowest looks best: 4-4-1 has not turned yet. Compare minima.
#
# </details>


# %% tags=["nbval-ignore-output"]
def films(seed):
    rows = np.random.default_rng(seed).permutation(len(reviews[1]))[:12_000]
    split = rows[len(rows) // 3 :], rows[: len(rows) // 3], slice(4000)
    return [(x[r], y[r]) for (x, y), r in zip([reviews, reviews, test_reviews], split, strict=True)]


four = {"16-16-1": {}, "4-4-1": {"units": 4}, "L2": {"l2": 1e-3}, "dropout": {"drop": 0.5}}
options = {"batch": 512, "lr": 0.0015, "relu": True, "rmsprop": True, "every": 1}
study(four, films, widths=(10_000, 16, 16, 1), epochs=12, **options)
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4))
for k, name in enumerate(four):
    for ax, column, part in [(axes[0], 0, "training"), (axes[1], 2, "validation")]:
        band(ax, np.arange(1, 13), results[name][0][..., column], k, label=name)
        ax.set(xlabel="epoch", ylabel=f"{part} loss")
    mean, test = results[name][0][..., 2].mean(axis=0), results[name][1]
    text = f"lowest {mean.min():.3f} in epoch {mean.argmin() + 1:2}, last {mean[-1]:.3f}"
    print(f"{name:8} {text}, test {test.mean():.1f} ± {test.std(ddof=1):.1f} %")
axes[0].legend()
figures.show(fig, "Validation losses fall, then turn: 16-16-1 early, dropout late, 4-4-1 not yet.")

# %% [markdown]
# The plain net turns first and worst, as in both decks, and 4-4-1 much later. L2 turns about as soon and then rises less. Dropout has the lowest minimum. But look at the test spread before naming a winner.
#
# ## Early stopping
#
# **Early stopping** keeps the weights of the best epoch so far. Curves are bumpy: it waits until `patience` epochs in a row have brought nothing better, stops, and *restores the best weights*. Ash's deck watches the test set, which flatters (lecture 5). Watch validation data. It works like a penalty: weights need time to grow.
#
# **Predict.** The validation losses are 0.9, 0.6, 0.7, 0.5, 0.55, 0.6, 0.4. After which epoch does patience 1 stop, after which patience 2, and which weights are restored?
#
# <details><summary>Answer</summary>
#
# Patience 1: after epoch 3 (0.7 is no improvement), back to epoch 2. Patience 2: after epoch 6, back to epoch 4. It never sees the 0.4.
#
# </details>

# %% tags=["nbval-ignore-output"]
losses = results["16-16-1"][0][0, :, 2]
for patience in (1, 2, 4):
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])  # any will do
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    stop.set_model(model)
    stop.on_train_begin()
    for t, loss in enumerate(losses, 1):
        stop.on_epoch_end(t, {"val_loss": loss})
        if model.stop_training:
            break
    assert stop.best_epoch == 1 + losses[:t].argmin()
    print(f"patience {patience}: last epoch {t}, back to epoch {stop.best_epoch}", end="; ")
report("plain", "early stopping")

# %% [markdown]
# ## All on one chart
#
# A fair comparison changes one thing at a time: same images, same start, same number of updates. Then take the *difference to plain* in each seed: easy and hard draws of images cancel. The bars are 95% confidence intervals of the mean difference, $\pm 2.78\, s / \sqrt 5$ (Student's $t$ for five seeds). The last row combines 100 units, shifts and some dropout, for 80 epochs.
#
# **Predict.** How many of these intervals will exclude 0?
#
# <details><summary>Answer</summary>
#
# Those of more data, real or made, and of the combination: clearly above 0. Small nets are clearly below. Penalties, early stopping and dropout in a narrow net stay near 0.
#
# </details>

# %% tags=["nbval-ignore-output"]
names = "10 units", "100 units", "L2 0.0003", "L2 0.003", "L1 0.0003", "elastic", "early stopping"
names += "batches of 20", "30 units, dropout 0.5", "100 units, dropout 0.5", erased
names += "shifted", "1,000 images", "2,000 images", "all together"
gains = {name: results[name][1] - results["plain"][1] for name in names}
fig, ax = plt.subplots(figsize=(7, 4.6))
for name in sorted(names, key=lambda name: gains[name].mean()):
    style = {"xerr": 2.78 * gains[name].std(ddof=1) / np.sqrt(5), "fmt": "o", "capsize": 3}
    ax.errorbar(gains[name].mean(), name, color="C0", **style)
ax.axvline(0, color="black", linestyle=":")
ax.set(xlabel="test accuracy minus plain's, in points")
figures.show(fig, "Small nets left of 0, penalties about 0, shifts and more images far right.")

# %% [markdown]
# With 500 labelled images the combination gains about five points. What to try, in order:
#
# 1. Check that the net can learn its training data. If not, do not regularize.
# 2. More data; then augmentation that you know to be harmless.
# 3. Early stopping, which also saves time.
# 4. A wide net with dropout, and some weight decay (with Adam: AdamW).
# 5. L1 if you want zeros; a smaller net if it must be small.
#
# Choose strengths on validation data.
#
# ## Common mistakes
#
# **Dropout left on when predicting**: answers change from call to call. **The penalty read as loss**: Keras adds penalties to `loss` *and* `val_loss`, so a regularized curve lies higher though the net is no worse. Compare the bare loss or the accuracy.

# %% tags=["nbval-ignore-output"]
twice = [net(x_test[:500], training=True).numpy().argmax(axis=1) for _ in range(2)]
print(f"masks on: {np.mean(twice[0] != twice[1]):.0%} answer differently when asked again")
net = twin(L2(0.01))
bare = float(keras.losses.SparseCategoricalCrossentropy()(data[1], net(data[0])))
print(f"bare loss {bare:.2f}, reported {net.evaluate(*data, verbose=0):.2f}")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("06_regularization")

# %% [markdown]
# ## Summary
#
# - Over-fitting is a gap between training and new data; more data and augmentation close it best.
# - L2 multiplies weights by $1 - 2\eta\lambda$; L1 takes off $\eta\lambda$ and leaves zeros if the step stops there; elastic does both.
# - Weight decay equals L2 for SGD. With Adam, L2 spares weights with large gradients; AdamW does not.
# - Dropout multiplies by $m / (1 - p)$, forward and backward; the decks' scaling is the same net.
# - Masks left on measure uncertainty, which rises on images of another kind.
# - Stop on validation data, with patience; compare in pairs, over seeds.
#
# ## Exercise
#
# In [exercise 6](../exercises/06_regularization/06_regularization.ipynb) you write an L2 penalty, dropout forward and backward, and early stopping, and choose a regularizer from curves.
#
# ## Further reading
#
# - Erik Spence, *Neural network programming: improving things* (deck, SciNet, 2022): 500 images and 30 sigmoid units, L2, dropout.
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven University of Technology, undated): film reviews, capacity, a recap.
# - Heather Mattie, *Python with Keras* (deck, Harvard, 2020): penalties, stochastic regularization, 16-16-1 against 4-4-1.
# - Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018): sparse models, dropout, early stopping.
# - Yarin Gal and Zoubin Ghahramani, "Dropout as a Bayesian approximation", *ICML* (2016).
# - Ilya Loshchilov and Frank Hutter, "Decoupled weight decay regularization", *ICLR* (2019).
# - Chiyuan Zhang and others, "Understanding deep learning requires rethinking generalization", *ICLR* (2017).
