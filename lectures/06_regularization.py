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

# %% tags=["full-data"]
from helpers import datasets, figures, quizzes, stacks

# isort: split
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from numpy.testing import assert_allclose
from scipy.special import entr, expit as sigmoid, softmax
from threadpoolctl import threadpool_limits

# Film reviews: unpacking them takes memory, so it is done before TensorFlow comes.
film_parts = zip((16_000, 5_000), datasets.load_imdb(5_000), strict=True)
film_data = [(stacks.multi_hot(x[:n], 5_000), y[:n]) for n, (x, y) in film_parts]
del film_parts
(images, labels), (x_test, y_test) = datasets.load_mnist()
images = images[:20_000].reshape(-1, 784).copy()  # a third, to save memory
x_test = x_test.reshape(-1, 784)
clothes = datasets.load_fashion_mnist()[1][0][:1000].reshape(-1, 784)

import keras
import tensorflow as tf
from keras.layers import Dense, Dropout
from keras.optimizers import SGD, Adam, AdamW
from keras.regularizers import L1, L2

threadpool_limits(1)
pool = ThreadPoolExecutor(2)  # the seeds are shared out between two cores
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
results = {}  # name: curves (seed, epoch, 4), test accuracy in % (seed), first layer

# %% [markdown]
# ## Over-fitting, shown
#
# A network can get every training image right and still be bad at its job. Erik Spence's deck has 500 handwritten digits and 30 sigmoid units: $(784 + 1) \cdot 30 + (30 + 1) \cdot 10 = 23{,}860$ weights and biases, almost 48 for each image. His training accuracy was 0.84, his test accuracy 0.62, on 100 test images.
#
# One run on 100 images says little. We run everything on five **seeds**. Each draws its own 500 training images, 500 for validation, and initial weights; all **10,000 test images** judge.
#
# `helpers.stacks` trains many small nets as one **stack**, by lecture 4's loops; read it. Before the last two axes comes one for the seed, and in weights another, for the regularizer. Nets that differ in the regularizer alone start alike. `train` hands over what this lecture explains, in the lines with a comment. A regularizer is one number, or a list with one for each net.


# %%
def train(data, val, seeds=(0,), widths=(784, 30, 10), epochs=60, batch=50, rate=1, every=10,
          act="sigmoid", loss=stacks.cross_entropy, descent=stacks.sgd, change=lambda x, draw: x,
          patience=0, units=10**6, l2=0, l1=0, drop=0):  # fmt: skip
    """Return nets, a mask of their units, and curves of loss and accuracy."""
    (x, y), curves, descend, waits = data, [], descent(rate), True
    recipe = np.array(np.broadcast_arrays([0], units, l2, l1, drop)[1:], "float32")
    units, l2, l1, drop = recipe.reshape(4, -1, *(1,) * (y.ndim + 1))  # axes: see above
    draw, noise = np.random.default_rng([*seeds, 0]), np.random.default_rng([*seeds, 1])

    def start(n, m):  # lecture 7
        return [draw.uniform(-1, 1, (*y.shape[:-1], n, m)) * np.sqrt(6 / (n + m))] * len(l2)

    def on(h):  # smaller networks
        return np.float32(np.arange(h.shape[-1]) < units)

    def dropout(h):
        return on(h) * (noise.random(h.shape, "float32") >= drop) / (1 - drop)

    def step(net, grads):
        for layer, grad in zip(net, grads, strict=True):
            grad["W"] += 2 * l2 * layer["W"] if l2.any() else 0  # L2
        descend(net, grads)
        for layer in net if l1.any() else []:
            layer["W"][:] = cut(layer["W"], rate * l1)  # L1

    best = deepcopy(net := stacks.make(widths, start))
    for epoch in range(1, epochs + 1):
        order = np.array_split(draw.permutation(y.shape[-1]), -(-y.shape[-1] // batch))
        changed = ((change(stacks.take(x, rows), noise), y[..., rows]) for rows in order)
        stacks.train(net, changed, step, act, mask=dropout, loss=loss)  # augmentation, dropout
        if epoch % every == 0 or epoch == epochs:
            seen = stacks.take(x, slice(2000)), y[..., :2000]
            curves.append(sum((stacks.score(*part, net, act, mask=on) for part in (seen, val)), ()))
            since = len(curves) - 1 - np.argmin([c[2] for c in curves], axis=0)
            lowest = (waits := waits & (since < patience)) & (since == 0)  # early stopping
            for old, new in zip(best, net, strict=True):
                old["W"][lowest], old["b"][lowest] = new["W"][lowest], new["b"][lowest]
    return best if patience else net, on, np.array(curves)


# %% [markdown]
# `study` starts training on all seeds; `report` waits, files the results and prints means, the test's with standard deviation.


# %%
def digits(seeds, n=500, scale=255, shuffled=False):
    """Return n training images for each seed, 500 for validation, and the test images in tenths."""
    draws = [np.random.default_rng(seed) for seed in seeds]
    rows = np.array([draw.permutation(len(images))[: n + 500] for draw in draws])
    x, y = images[rows] / np.float32(scale), labels[rows]
    y = draws[0].permuted(y, axis=1) if shuffled else y
    tenths = zip(np.split(x_test, 10), np.split(y_test, 10), strict=True)
    test = ((part / np.float32(scale), answers) for part, answers in tenths)  # saves memory
    return (x[:, :n], y[:, :n]), (x[:, n:], y[:, n:]), test


def study(names, data=digits, groups=((0, 1, 2), (3, 4)), **options):
    def run(seeds):
        *parts, test = data(seeds)
        net, on, curves = train(*parts, seeds, **options)
        act, shape = options.get("act", "sigmoid"), (len(names), len(seeds))
        right = [stacks.score(*part, net, act, mask=on)[1] for part in test]
        curves = np.moveaxis(curves.reshape(-1, 4, *shape), (2, 3), (0, 1))
        return curves, 100 * np.mean(right, axis=0).reshape(shape), net[0]["W"]

    return names, pool.map(run, groups)  # the groups wait for a free core


def report(*studies):
    for names, parts in studies:
        curves, test, W = zip(*parts, strict=True)
        curves, test = np.concatenate(curves, axis=1), np.concatenate(test, axis=1)
        for k, name in enumerate(names):
            results[name] = curves[k], test[k], W[0][k]
            right, loss = curves[k, :, -1, 1:3].mean(axis=0)
            print(f"{name:24} train {right:6.1%}  val loss {loss:.2f}", end="  ")
            print(f"test {test[k].mean():.1f} ± {test[k].std(ddof=1):.1f} %")


# %% [markdown]
# First Spence's choices, raw pixels up to 255 and squared error, then each repaired: pixels from 0 to 1; softmax and cross-entropy. (60 epochs, batches of 50, rate 0.1. Spence took 5, 0.01 and up to 1,000 epochs. `val loss` is always cross-entropy.)
#
# **Predict.** Which helps more, scaling the pixels or changing the loss?
#
# <details><summary>Answer</summary>
#
# Changing the loss, but neither does it alone. Raw pixels drive the hidden sigmoids to their flat ends. Squared error has slopes of at most $\frac{2}{10} \cdot \frac14$ of cross-entropy's (lecture 3): at a rate of 5 it gets there, too.
#
# </details>


# %% tags=["nbval-ignore-output"]
def squared(z, y):
    """Return the deck's loss behind sigmoids, and its slope along the scores."""
    p, wanted = sigmoid(z), np.eye(10, dtype="float32")[y]
    slope = (p - wanted) / y.shape[-1] * (0.2 * p * (1 - p))
    return ((p - wanted) ** 2).mean(axis=(-2, -1)), slope


kinds, four = {"squared error": squared, "cross-entropy": stacks.cross_entropy}.items(), []
for (pixels, scale), (name, loss) in product([("raw", 1), ("scaled", 255)], kinds):
    four += [study([f"{pixels}, {name}"], partial(digits, scale=scale), rate=0.1, loss=loss)]
report(*four, study(["scaled, squared, rate 5"], rate=5, loss=squared))

# %% [markdown]
# Spence's net did not lack regularization: it had not learnt its training images yet. Our baseline, **plain**, has both repairs and a rate of 1.

# %% tags=["nbval-ignore-output"]
report(study(["plain"], every=2))
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2))
for i, (ax, what) in enumerate(zip(axes, ("loss", "accuracy"), strict=True)):
    both = {"training": results["plain"][0][..., i], "validation": results["plain"][0][..., i + 2]}
    figures.lines(ax, range(2, 61, 2), both, "epoch", what)
figures.show(fig, "Training loss falls to 0, validation loss turns up a little; a gap stays.")

# %% [markdown]
# That is **over-fitting**: everything right in training, about 86% on test images. Validation accuracy does not fall, but validation *loss* slowly rises, as the net grows surer of its mistakes (lecture 5). **Regularization** seeks better answers on new data, even at the cost of training accuracy. **First make the training accuracy high, then regularize.**
#
# ## Capacity and smaller networks
#
# What can a net learn by heart? **Capacity** is how many different functions a model can be; the number of weights is its simplest measure. Test it where there is nothing to understand: the same images with *random* labels.
#
# **Predict.** What will training and test accuracy be for random labels, with 100 units?
#
# <details><summary>Answer</summary>
#
# Training comes close to 1: there is room for 500 answers. Test is about chance.
#
# </details>

# %% tags=["nbval-ignore-output"]
small = study(["2 units", "5 units", "10 units"], units=[2, 5, 10], widths=(784, 10, 10))
many = study(["100 units"], widths=(784, 100, 10))
report(small, many, study(["random labels"], partial(digits, shuffled=True), widths=(784, 100, 10)))

# %% [markdown]
# High training accuracy proves no understanding. A smaller net is the classical cure; here every cut costs test accuracy. Two units are an **information bottleneck**: ten classes must be told apart from two numbers; no later layer brings back what they drop. A hundred units do *not* hurt. So start wide enough.
#
# ## More data and augmentation
#
# The surest cure is more images. You can make some: **augmentation** changes inputs in ways that must not change the label. A digit moved by up to two pixels is the same digit, and new to a dense net.
#
# **Think.** Which of these keep a digit's label: moving, mirroring, turning by 10°, turning by 180°?
#
# <details><summary>Answer</summary>
#
# Moving and a small turn. A mirrored 2 is no 2, and a 6 turned by 180° is a 9. Augmentation tells the net what *you* know about the task.
#
# </details>


# %% tags=["nbval-ignore-output"]
def shift(x, draw, most=2):
    """Move each image up or down and left or right; what leaves comes in on the other side."""
    pictures = x.reshape(-1, 28, 28)
    down, right = draw.integers(-most, most + 1, (2, len(pictures), 1, 1))
    rows, columns = (np.arange(28)[:, None] - down) % 28, (np.arange(28) - right) % 28
    return pictures[np.arange(len(pictures))[:, None, None], rows, columns].reshape(x.shape)


more = [study([f"{n:,} images"], partial(digits, n=n), epochs=30_000 // n) for n in (1000, 2000)]
report(study(["shifted"], change=shift), *more)  # equally many updates
moved = shift(np.repeat(images[:1], 8, axis=0), rng).reshape(-1, 28, 28)
figures.show(figures.image_grid(moved, cmap="gray"), "One digit, moved a little in eight squares.")

# %% [markdown]
# Shifts are worth about three points, four times as many images nearly five. Keras' `RandomTranslation`, with `fill_mode="constant"`, does this in training only.
#
# ## L2: a penalty on large weights
#
# Sharp turns need large weights. Let them cost something: add a **penalty** to the loss $J$. Keras' `L2(lam)` adds the sum of squares:
#
# $$J_{\text{new}} = J + \lambda \sum_j w_j^2, \qquad \frac{\partial J_{\text{new}}}{\partial w} = \frac{\partial J}{\partial w} + 2 \lambda w$$
#
# $$w \leftarrow w - \eta \Big( \frac{\partial J}{\partial w} + 2 \lambda w \Big) = (1 - 2 \eta \lambda)\, w - \eta \frac{\partial J}{\partial w}$$
#
# Every step first multiplies the weight by a number just below 1. Hence the name **weight decay**. (Spence's formula has $\frac{\lambda}{2}$, Keras' `l2` has no ½: twice the decay.)
#
# What does it do to the result? Let $a$ be the best weight without penalty and $J = \frac12 (w - a)^2$. With L2 the slope $w - a + 2 \lambda w$ is 0 at $w = a / (1 + 2\lambda)$: here all weights shrink by the same *factor*. **L1** adds $\lambda |w|$. For positive $w$ the slope is $w - a + \lambda$, zero at $w = a - \lambda$; for negative $w$ it is $w - a - \lambda$, zero at $w = a + \lambda$. If $|a| \le \lambda$ neither has the right sign, and the minimum is the kink, $w = 0$. So L1 takes the same *amount* off all weights, and sets small ones to zero. **Elastic** (`L1L2`) does first that, then the factor.
#
# **Predict.** $\lambda = 0.5$. Where does each put a weight of $a = 0.4$, where one of $a = 3$?
#
# <details><summary>Answer</summary>
#
# L2: $0.4 / 2 = 0.2$ and $1.5$. L1: 0 and $2.5$. Elastic: 0 and $2.5 / 2 = 1.25$.
#
# </details>


# %%
def cut(w, amount):  # L1: take it off the size of each weight, and stop at zero
    return w - np.clip(w, -amount, amount)


a, lam, w = np.linspace(-3, 3, 61), 0.5, np.linspace(-3, 3, 6001)
shrunk = {"L2": (a / (1 + 2 * lam), lam * w**2), "L1": (cut(a, lam), lam * abs(w))}
shrunk["elastic"] = cut(a, lam) / (1 + 2 * lam), lam * (abs(w) + w**2)
for best, penalty in shrunk.values():
    lowest = (0.5 * (w - a[:, None]) ** 2 + penalty).argmin(axis=1)
    assert_allclose(best, w[lowest], atol=1e-3)  # the formula finds the lowest point
curves, (fig, ax) = {name: best for name, (best, _) in shrunk.items()}, plt.subplots()
figures.lines(ax, a, curves, "best weight without penalty, a", "weight with penalty")
figures.show(fig, "L2: a flatter line through 0. L1, elastic: exactly 0 around 0.")

# %% [markdown]
# In Keras, each layer takes up to three penalties: on its **kernel** (the weights), **bias** and **activity** (its outputs, averaged over the batch; L1 there keeps most units quiet).

# %%
options = {"kernel_regularizer": L2(0.1), "bias_regularizer": L1(0.2)}
layer = Dense(3, bias_initializer="ones", activity_regularizer=L1(0.3), **options)
out = layer(rng.normal(size=(4, 5))).numpy()
by_hand = 0.1 * (layer.kernel.numpy() ** 2).sum(), 0.2 * 3, 0.3 * abs(out).sum() / 4
assert_allclose(sorted(map(float, layer.losses)), sorted(by_hand), rtol=1e-5)

data, val, _ = digits([0])
start, *_ = train(data, val, epochs=0)  # where a net starts
few, ENTROPY = (data[0][0], data[1][0]), "sparse_categorical_crossentropy"  # of the only seed


def twin(penalty=None):
    """Return Keras' version of our net, with the same start."""
    hidden = Dense(30, "sigmoid", kernel_regularizer=penalty)
    last = Dense(10, "softmax", kernel_regularizer=penalty)
    net = keras.Sequential([keras.Input((784,)), hidden, last])
    net.set_weights([layer[key].squeeze() for layer in start for key in ("W", "b")])
    net.compile(SGD(1.0), ENTROPY, steps_per_execution=10, jit_compile=False)
    return net


net, ours = twin(L2(0.01)), train(data, val, epochs=5, batch=500, l2=0.01)[0]
net.fit(*few, batch_size=500, epochs=5, verbose=0)
assert_allclose(net.layers[0].kernel, ours[0]["W"][0, 0], atol=1e-5)
print("the three penalties are as computed; five updates with L2 equal ours")

# %% tags=["nbval-ignore-output"]
report(study(["L2 0.0003", "L2 0.003"], l2=[0.0003, 0.003]))

# %% [markdown]
# A little L2 lowers the validation *loss*, as calmer weights make calmer probabilities; accuracy hardly moves. Too much, and the net no longer learns all training images: **under-fitting**.
#
# ## Weight decay, SGD and Adam
#
# Adam divides the gradient by its typical size (lecture 3), and the penalty's $2\lambda w$ with it: weights with large gradients hardly decay. **Decoupled** weight decay multiplies the weight itself and leaves the gradient alone; with Adam that is **AdamW**. Keras' `weight_decay=d` multiplies by $1 - \eta d$, which for SGD without momentum is L2 with $d = 2 \lambda$.
#
# **Predict.** The loss says nothing about a weight: its gradient is pure noise, of size $s$. It starts at 1. How far does it decay for $s = 0.01$, and for $s = 10$, under each of the four?
#
# <details><summary>Answer</summary>
#
# SGD and AdamW do not care about $s$. In Adam, for small $s$ the penalty *is* the gradient and is blown up to full steps: the weight goes to 0. For large $s$ it drowns.
#
# </details>

# %%
sizes, d = np.repeat([0.01, 0.1, 0.3, 1, 3, 10], 400), 0.5
noise = rng.uniform(0.5, 1.5, (50, 2400)) * rng.choice([-1, 1], (50, 2400)) * sizes
noise[:, 1::2] = -noise[:, ::2]  # in pairs, so that their mean shows the decay alone
four = {"SGD, L2": SGD(0.04), "SGD, decay": SGD(0.04, weight_decay=d)}
four |= {"Adam, L2": Adam(0.04), "AdamW": AdamW(0.04, weight_decay=d)}
left, (fig, ax) = {}, plt.subplots()
for name, optimizer in four.items():
    w = keras.Variable(np.ones(2400))
    for g in noise.astype("float32"):
        optimizer.apply([g + d * w if "L2" in name else g], [w])  # d is 2 λ
    left[name] = w.numpy().reshape(6, 400).mean(axis=1)
assert_allclose(left["SGD, L2"], left["SGD, decay"], atol=1e-4)
figures.lines(ax, sizes[::400], left, "size of gradient", "mean weight left", xscale="log")
figures.show(fig, "Three lines coincide at 0.36; Adam with L2 rises from just below 0 to 0.9.")
print("for SGD, L2 and weight decay leave the same weights")

# %% [markdown]
# With Adam, use `AdamW` if decay is what you mean. The decks' "L2, also called weight decay" holds for plain SGD.
#
# ## L1 and elastic: weights that vanish
#
# L1's slope is $\pm\lambda$ however small the weight, so a gradient step does not stop at 0: it jumps across, and back. So `train`, after the step, takes $\eta\lambda$ off every weight and stops at zero (`cut`): a **proximal** step. Keras' `L1` uses the plain gradient.
#
# **Think.** Many pixels are blank in all 500 images. What becomes of *their* weights without a penalty, with L2 and with L1?
#
# <details><summary>Answer</summary>
#
# Their input is 0, so their gradient is 0. Without a penalty they keep their random start, which adds noise where a test image has ink. L2 shrinks them, L1 makes them exactly 0.
#
# </details>

# %% tags=["nbval-ignore-output"]
report(study(["L1 0.0003", "elastic"], l1=[0.0003, 0.0001], l2=[0, 0.0003]))
net = twin(L1(0.0003))
net.fit(*(np.concatenate([part] * 10) for part in few), batch_size=50, epochs=6, verbose=0)
names = "plain", "L2 0.003", "L1 0.0003", "elastic"
maps = {name: results[name][2][0] for name in names} | {"Keras L1": net.layers[0].kernel.numpy()}
for name, w in maps.items():
    print(f"{name:10} exactly 0: {np.mean(w == 0):.2f}  below 0.001: {np.mean(abs(w) < 1e-3):.2f}")
fig, axes = plt.subplots(3, 6, figsize=(7.5, 4))
for ax, (name, unit) in zip(axes.flat, product(names[:3], range(6)), strict=True):
    ax.imshow(maps[name][:, unit].reshape(28, 28), cmap="RdBu", vmin=-0.4, vmax=0.4)
    ax.set(xticks=[], yticks=[], ylabel="" if unit else name)
figures.show(fig, "Six units' weights: speckled; with L2 fainter; with L1 mostly empty.")

# %% [markdown]
# More than half of the first layer's weights are exactly 0. Keras' L1 makes 65% tiny, but none *exactly* 0: for a **sparse** net, set tiny ones to 0.
#
# ## Dropout
#
# How to keep a net from relying on single units? **Dropout** removes units at random: for each image and update, a hidden unit is set to 0 with probability $p$, the *rate*.
#
# The next layer's sums get smaller, so something must be scaled. With mask $m$ (1 with probability $1 - p$, else 0) and output $h$:
#
# | | in training | in prediction |
# |---|---|---|
# | the decks | $m\,h$ | $(1 - p)\, h$ |
# | Keras, **inverted dropout** | $m\,h / (1 - p)$ | $h$ |
#
# Either way training and prediction agree in expectation: $E[m] = 1 - p$, so $E[m h] = (1 - p) h$ and $E[m h / (1 - p)] = h$. They are even the *same* net: if the decks' next layer has weights $U$ and Keras' $V = (1 - p)\, U$, every forward pass is equal, mask by mask. (But at equal rates $V / (1 - p)$ moves $1 / (1 - p)^2$ times as far as $U$.) In the figure, a row is an image, a column a unit.
#
# **Predict.** And backward? An output was multiplied by $m / (1 - p)$. What is the gradient of a dropped one?
#
# <details><summary>Answer</summary>
#
# It is multiplied by the *same* mask and factor, since $\partial (m h / (1 - p)) / \partial h = m / (1 - p)$. A dropped unit gets 0: it does not learn from this image.
#
# </details>

# %% tags=["nbval-ignore-output"]
h, rate = tf.Variable(sigmoid(rng.normal(size=(12, 30))), dtype="float32"), 0.4
with tf.GradientTape() as tape:
    out = Dropout(rate, seed=3)(h, training=True)
slope, h, mask = tape.gradient(out, h), h.numpy(), out.numpy() != 0  # the mask Keras drew
assert_allclose([out, slope], [mask * h / (1 - rate), mask / (1 - rate)], rtol=1e-6)

V = (1 - rate) * (U := rng.normal(size=(30, 10)))  # next layer: Keras', the decks'
assert_allclose((mask * h) @ U, (mask * h / (1 - rate)) @ V, atol=1e-5)  # in training
assert_allclose(((1 - rate) * h) @ U, h @ V, atol=1e-5)  # in prediction
masks = rng.random((5_000, 12, 30), "float32") >= rate
assert_allclose((masks * h).mean(axis=0), (1 - rate) * h, atol=0.03)
print("equal: Keras and formulas; both nets; the mean of 5,000 masks and (1 - p) h")
alt = "Shaded squares with white holes, in other places in each row."
figures.show(figures.image_grid(out.numpy()[None], columns=1, size=5, cmap="Blues"), alt)

# %% [markdown]
# **The ensemble reading.** Each mask is a net of its own; $n$ units have $2^n$. Predicting without masks takes their vote. For $p = \frac12$ and one hidden layer that is exact: scores are linear in the mask, so their mean over all masks is the score of $h / 2$, and softmax turns it into the *geometric* mean of the probabilities, scaled to add up to 1.

# %%
h, U = h[0, :10], U[:10]
all_masks = np.array(list(product([0, 1], repeat=10)))
votes = softmax((all_masks * h) @ U, axis=1)
vote = np.exp(np.log(votes).mean(axis=0))
assert_allclose(vote / vote.sum(), softmax(0.5 * h @ U), atol=1e-6)
print(f"{len(votes):,} nets vote as one pass without masks does")

# %% [markdown]
# Several rates; then dropout of *inputs*: erased pixels.

# %% tags=["nbval-ignore-output"]
small = study([f"30 units, dropout {p}" for p in (0.2, 0.5, 0.8)], drop=[0.2, 0.5, 0.8])
many = study(["100 units, dropout 0.5"], drop=0.5, widths=(784, 100, 10))
erased = {"change": lambda x, draw: x * (draw.random(x.shape, "float32") > 0.3) / 0.7}
report(small, many, study(["inputs dropped, 0.3"], **erased))

# %% [markdown]
# Thirty units gain nothing, 0.8 is too much; the wide layer profits, and erasing pixels helps.
#
# ## Monte Carlo dropout
#
# Show a digit net a boot: it must answer with a digit. **Monte Carlo dropout** keeps the masks on when predicting and asks many times. Where the answers differ, the model does not know. (Gal and Ghahramani: each mask is a sample of plausible weights, so this is approximate Bayesian inference.) Uncertainty is the **entropy** $-\sum_c \bar p_c \log \bar p_c$ of the mean prediction $\bar p$: 0 if sure, $\log 10 \approx 2.3$ if clueless.
#
# **Think.** How would you score whether uncertainty tells digits from clothes?
#
# <details><summary>Answer</summary>
#
# How often is a random garment less certain than a random digit? That is the area under the ROC curve (AUC): ½ is guessing.
#
# </details>

# %% tags=["nbval-ignore-output"]
hidden = Dense(128, "relu"), Dropout(0.5), Dense(128, "relu"), Dropout(0.5)
mc = keras.Sequential([keras.Input((784,)), *hidden, Dense(10, "softmax")])
mc.compile("adam", ENTROPY, steps_per_execution=20, jit_compile=False)
mc.fit(*(part[0] for part in digits([0], 2500)[0]), batch_size=50, epochs=10, verbose=0)

both = np.concatenate([x_test[:1000], clothes]) / np.float32(255)
answers = np.array([mc(both, training=True) for _ in range(40)])  # (40, 2000, 10)
answers = {"masks off": mc(both).numpy(), "40 masks": answers.mean(axis=0)}
bins, (fig, axes) = np.linspace(0, 2.3, 26), plt.subplots(1, 2, figsize=(8, 3))
for ax, (name, p) in zip(axes, answers.items(), strict=True):
    digit, garment = entr(p).sum(axis=1).reshape(2, 1000)  # entr(p) is -p log p
    kinds = {"digits": digit, "clothes": garment}
    figures.histograms(ax, kinds, "uncertainty", bins, title=name, yscale="log")
    auc = np.mean(garment[:, None] > digit)
    print(f"{name:9} digits {digit.mean():.2f}  clothes {garment.mean():.2f}  AUC {auc:.2f}")
figures.show(fig, "Masks off: digits pile up at 0, clothes lie anywhere. On: both move right.")

# %% [markdown]
# Uncertainty is higher on clothes. But masks raise it as much on digits, and the plain softmax's AUC is nearly the same. No threshold catches every boot.
#
# ## Noise as a regularizer
#
# Why should noise help? Take a linear node, and add noise $\epsilon$ with mean 0 and variance $\sigma^2$ to each input, independently:
#
# $$E\big[(w \cdot (x + \epsilon) - y)^2\big] = (w \cdot x - y)^2 + 2 (w \cdot x - y) \underbrace{E[w \cdot \epsilon]}_{0} + \underbrace{E[(w \cdot \epsilon)^2]}_{\sigma^2 \sum_j w_j^2}$$
#
# Here noise on the inputs *is* an L2 penalty with $\lambda = \sigma^2$.

# %%
x = rng.normal(size=(100, 5))
y = x @ [3, -2, 1, 0, 0] + rng.normal(size=100)
noisy = np.tile(x, (2000, 1)) + 0.7 * rng.standard_normal((200_000, 5))
by_noise = np.linalg.lstsq(noisy, np.tile(y, 2000))[0]
by_l2 = np.linalg.solve(x.T @ x + 100 * 0.7**2 * np.eye(5), x.T @ y)
assert_allclose(by_noise, by_l2, atol=0.05)
print("noisy inputs", by_noise.round(2), " L2 penalty", by_l2.round(2))

# %% [markdown]
# **SGD** has noise of its own: each batch gives a slightly different gradient, a small batch more so. Noise throws weights out of *narrow* minima sooner than out of wide ones, and in a wide one, many hold, new data do less harm. Here 4,000 weights start between −3 and 2 and walk down the loss $\min\big((w + 1)^2, \; 20\,(w - 1)^2\big)$, whose minima are equally deep.
#
# **Predict.** Without noise, about a quarter ends in the narrow minimum, at 1. And with noise?
#
# <details><summary>Answer</summary>
#
# Far fewer: those that start there get thrown out, and few return.
#
# </details>

# %% tags=["nbval-ignore-output"]
for noise in (0, 8):
    w = rng.uniform(-3, 2, 4000)
    for _ in range(2000):
        narrow = (w + 1) ** 2 > 20 * (w - 1) ** 2
        w -= 0.02 * (np.where(narrow, 40 * w - 40, 2 * w + 2) + noise * rng.normal(size=4000))
    print(f"noise {noise:2}: {narrow.mean():.0%} end in the narrow minimum")
report(*(study([f"batches of {n}"], batch=n, epochs=6 * n // 5) for n in (5, 20)))  # 600 updates

# %% [markdown]
# On the digits it hardly shows: batches of 5, 20 and 50 test nearly alike, though those of 5 made only six epochs.
#
# ## Film reviews: four nets
#
# Mattie's and Vanschoren's decks regularize the 16-16-1 net for film reviews (lecture 5) by a smaller net, 4-4-1, by L2 with 0.001, and by dropout 0.5 behind both hidden layers. Mattie's validation loss turns at epoch 6, for 4-4-1 at epoch 10, and L2 resists best. Here are five runs each, on 8,000 reviews and 5,000 commonest words (RMSprop, batches of 512).
#
# **Think.** Whose validation loss will be lowest at its best epoch, and whose after the last?
#
# <details><summary>Answer</summary>
#
# Dropout both times, but by little. At the end slow learners such as 4-4-1 look good: compare minima.
#
# </details>


# %% tags=["nbval-ignore-output"]
def films(seeds):
    (x, y), test = film_data
    rows = np.random.default_rng(seeds).permutation(len(y))[:10_000]
    val, rows = np.split(rows, [len(rows) // 5])
    return (x[rows], y[rows]), (x[val], y[val]), [test]


names = "16-16-1", "4-4-1", "L2", "dropout"
how = {"widths": (5_000, 16, 16, 1), "act": "relu", "descent": stacks.rmsprop, "rate": 0.0015}
how |= {"units": [16, 4, 16, 16], "l2": [0, 0, 0.001, 0], "drop": [0, 0, 0, 0.5]}
report(study(names, films, zip(range(5)), epochs=10, batch=512, every=1, **how))
losses, (fig, ax) = {name: results[name][0][..., 2] for name in names}, plt.subplots()
for name in names:
    low = losses[name].mean(axis=0)
    print(f"{name:8} lowest validation loss {low.min():.3f}, in epoch {low.argmin() + 1}")
figures.lines(ax, range(1, 11), losses, "epoch", "validation loss")
figures.show(fig, "16-16-1 and L2 turn up after epoch 6; dropout falls, then stays; 4-4-1 falls.")

# %% [markdown]
# The plain net turns early and ends worst, as in both decks; 4-4-1 has no minimum yet. L2 turns, too, but ends lower. Dropout's minimum is lowest. But look at the spread.
#
# ## Early stopping
#
# **Early stopping** keeps the weights of the best epoch so far. Curves are bumpy: it waits until `patience` epochs in a row have brought nothing better, stops, and *restores the best weights*. Ash's deck says to stop when *test* accuracy falls, which flatters (lecture 5): watch validation data, as its own code does. Vanschoren's reads 4 epochs off a validation curve by eye.
#
# **Predict.** The validation losses are 0.9, 0.6, 0.7, 0.5, 0.55, 0.6, 0.4. After which epoch do patience 1 and 2 stop, and which weights are restored?
#
# <details><summary>Answer</summary>
#
# Patience 1: after epoch 3 (0.7 is no improvement), back to epoch 2. Patience 2: after epoch 6, back to epoch 4. Only a patience of 3 gets to see the 0.4.
#
# </details>

# %%
for patience in (1, 2, 3):
    toy = keras.Sequential([keras.Input((1,)), Dense(1, use_bias=False)])
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    stop.set_model(toy)
    stop.on_train_begin()
    toy.stop_training = False
    for epoch, loss in enumerate([0.9, 0.6, 0.7, 0.5, 0.55, 0.6, 0.4], start=1):
        toy.set_weights([np.array([[epoch]])])  # the weight tells the epoch
        stop.on_epoch_end(epoch, {"val_loss": loss})
        if toy.stop_training:
            break
    stop.on_train_end()
    print(f"patience {patience}: {epoch} of 7 epochs, best {toy.get_weights()[0].item():.0f}")

# %% tags=["nbval-ignore-output"]
report(study(["early stopping"], every=1, patience=5))
for loss in results["early stopping"][0][..., 2]:
    ended = next(n for n in range(6, 61) if loss[:n].argmin() == n - 6)
    print(f"stops after {ended} of 60 epochs, keeps {ended - 5}; best of all {loss.argmin() + 1}")

# %% [markdown]
# The stack trains on, but a stopped net keeps no later weights. The stops come after 23 to 32 of 60 epochs. Two seeds keep the best of all; three miss a later one. (Train and val loss above are epoch 60's.)
#
# ## All on one chart
#
# A fair comparison changes one thing at a time: same images, same start (where widths agree), same number of updates. Take the *difference to plain* in each seed, so that easy and hard draws cancel. The bars are 95% confidence intervals of the mean difference, $\pm 2.78\, s / \sqrt 5$ (Student's $t$ for five seeds). One row combines 100 units, shifts and dropout, for 100 epochs.
#
# **Predict.** How many of these intervals will exclude 0?
#
# <details><summary>Answer</summary>
#
# Ten do. Above: more data, real or made, and the combination; by little, the wide net with dropout and the erased pixels; by a hair, batches of 20. Below: the small net, L1 and, just, elastic. One of 15 may do so by luck.
#
# </details>

# %% tags=["nbval-ignore-output"]
report(study(["all together"], change=shift, drop=0.2, epochs=100, widths=(784, 100, 10)))
names = "10 units", "100 units", "L2 0.0003", "L2 0.003", "L1 0.0003", "elastic"
names += "30 units, dropout 0.5", "100 units, dropout 0.5", "inputs dropped, 0.3"
names += "batches of 20", "early stopping", "shifted", "1,000 images", "2,000 images"
gains = {name: results[name][1] - results["plain"][1] for name in [*names, "all together"]}
fig, ax = plt.subplots(figsize=(7, 4.6))
for name in sorted(gains, key=lambda name: gains[name].mean()):
    mean, half = gains[name].mean(), 2.78 * gains[name].std(ddof=1) / np.sqrt(5)
    ax.errorbar(mean, name, xerr=half, fmt="o", capsize=3, color="C0")
    print(f"{name:24} {mean:+.2f} ± {half:.2f}", "" if abs(mean) > half else " includes 0")
ax.axvline(0, color="black", linestyle=":")
ax.set(xlabel="test accuracy minus plain's, in points")
figures.show(fig, "10 units and L1 left of 0, five bars across it, more images far right.")

# %% [markdown]
# With 500 images the combination gains about six points. What to try, in order:
#
# 1. Check that the net can learn its training data. If not, do not regularize.
# 2. More data; then harmless augmentation.
# 3. Early stopping: no clear gain here, but half the epochs.
# 4. A wide net with dropout. Weight decay gained nothing here: L2 0.0003 lies at 0, 0.003 if anything below. Practice still adds a little, with Adam by AdamW.
# 5. L1 if you want zeros; a smaller net if it must be small.
#
# Choose strengths on validation data.
#
# ## Common mistakes
#
# **Dropout left on when predicting**: answers change from call to call. **The penalty read as loss**: Keras adds penalties to `loss` *and* `val_loss`, so a regularized curve lies higher though the net is no worse.

# %% tags=["nbval-ignore-output"]
twice = [mc(both[:1000], training=True).numpy().argmax(axis=1) for _ in range(2)]
print(f"masks on: {np.mean(twice[0] != twice[1]):.0%} answer differently when asked again")
net = twin(L2(0.01))
bare = float(keras.losses.SparseCategoricalCrossentropy()(few[1], net(few[0])))
print(f"bare loss {bare:.2f}, reported {net.evaluate(*few, verbose=0):.2f}")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("06_regularization")

# %% [markdown]
# ## Summary
#
# - Over-fitting is a gap between training and new data. More data closes it best.
# - L2 multiplies weights by $1 - 2\eta\lambda$; L1 takes off $\eta\lambda$ and leaves zeros if the step stops there; elastic does both.
# - Weight decay equals L2 for plain SGD. With Adam, L2 spares weights with large gradients; AdamW does not.
# - Dropout multiplies by $m / (1 - p)$, forward and backward.
# - Masks left on measure uncertainty.
# - Stop on validation data, with patience; compare in pairs, over seeds.
#
# ## Exercise
#
# In [exercise 6](../exercises/06_regularization/06_regularization.ipynb) you write L2, dropout and early stopping, and choose a regularizer from curves.
#
# ## Further reading
#
# - Erik Spence, *Neural network programming: improving things* (deck, SciNet, 2022): 500 images.
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven, undated): film reviews.
# - Heather Mattie, *Python with Keras* (deck, Harvard, 2020): 16-16-1 against 4-4-1.
# - Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018): early stopping.
# - Yarin Gal and Zoubin Ghahramani, "Dropout as a Bayesian approximation", *ICML* (2016).
# - Ilya Loshchilov and Frank Hutter, "Decoupled weight decay regularization", *ICLR* (2019).
# - Chiyuan Zhang and others, "Understanding deep learning requires rethinking generalization", *ICLR* (2017).
