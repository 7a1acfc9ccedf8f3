# %% [markdown]
# # 8. Tuning and scale
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/08_tuning_and_scale.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/08_tuning_and_scale.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 7*
#
# **After this lecture you can**
#
# - Decide what to tune first and on which scale, and write a search space in code
# - Run grid search, random search and Hyperband on the same budget, and compare what they find
# - Measure by how much the best validation score flatters, and report a score that does not
# - Train on a file larger than the memory you allow, and say what precision and several machines change
# - Stop a training run, continue it from its file, and get the curve of an unbroken run
# - Reuse a pre-trained network on few labels by freezing and fine-tuning, and say when that pays

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import datasets, figures, nets, quizzes

import gc
import math
import tempfile
from pathlib import Path

import keras
import keras_tuner
import matplotlib.pyplot as plt
import numpy as np
import psutil
import tensorflow as tf
from keras import layers, optimizers
from keras.wrappers import SKLearnClassifier
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from threadpoolctl import threadpool_limits

tf.get_logger().setLevel("ERROR")  # no advice on speed among the results
keras.config.disable_interactive_logging()  # no progress bars
threadpool_limits(1)  # NumPy and TensorFlow shall not fight over the cores
np.seterr(over="ignore", invalid="ignore")  # some learning rates will be too high
gc.freeze()  # what was imported stays, so do not look for garbage in it
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
folder = Path(tempfile.mkdtemp())  # for models, searches and a large file

# %% [markdown]
# Lectures 6 and 7 gave you many knobs. Now set them without fooling yourself, and go on where memory, time or labels run out.
#
# ## What to tune first
#
# Gradient descent finds the weights. Who finds the learning rate, the number of layers, the batch size? You do: they are
# **hyperparameters**. Where do you start? `helpers/nets.py` has lecture 4's net in NumPy, and trains several seeds as one stack
# (lecture 6): a fraction of a second on digits of 8 × 8 pixels.
#
# Turn one knob at a time: 1,000 training images, 500 for validation, nine epochs, by default a rate of 0.1, one layer of 32 units
# and batches of 32. Error bars are standard deviations over three seeds: other initial weights, another order. That is the **noise
# between seeds**.
#
# **Predict.** Which knob matters most: learning rate, batch size, width or depth?
#
# <details><summary>Answer</summary>
#
# The learning rate, by far: only it goes from the best accuracy down to guessing. Batch size decides how many steps an epoch has. Width hardly matters once it is large enough; depth only adds noise here.
#
# </details>


# %% tags=["full-data"]
mnist, test = datasets.load_mnist()
images, labels = mnist[0][:20_000].copy(), mnist[1][:20_000]  # the copy frees the rest
small, test, mnist = nets.shrink(images), (nets.shrink(test[0]), test[1]), None  # 8 x 8
few, val = (small[:1000], labels[:1000]), (small[1000:1500], labels[1000:1500])


def run(seeds=(0, 1, 2), widths=(32,), **options):  # a net for each seed
    stack = nets.initial([64, *widths, 10], seeds)
    return nets.accuracy(nets.train(stack, few, seeds=seeds, **options), val)


# %% tags=["nbval-ignore-output"]
knobs = {"learning rate": {r: {"rate": r} for r in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)}}
knobs["batch size"] = {size: {"batch": size} for size in (16, 32, 64, 128, 256)}
knobs["width"] = {units: {"widths": (units,)} for units in (4, 8, 16, 32, 64, 128)}
knobs["depth"] = {depth: {"widths": (32,) * depth} for depth in range(1, 6)}
fig, axes = plt.subplots(1, 4, figsize=(11, 3), sharey=True, width_ratios=(5, 3, 4, 3))
for ax, (name, settings) in zip(axes, knobs.items(), strict=True):
    y = [run(**setting) for setting in settings.values()]
    ax.errorbar([*map(str, settings)], np.mean(y, 1), np.std(y, 1, ddof=1), marker="o", capsize=3)
    ax.set(xlabel=name, ylabel="validation accuracy" if name == "learning rate" else None)
figures.show(fig, alt="Only the learning rate sweeps from guessing to the best and back.")

# %% [markdown]
# Hence the usual order. **Learning rate** first, on a logarithmic scale, and again after other changes.
# **Capacity** next: double the width, add a layer, until validation stops improving. **Batch size** as memory and speed allow, with
# the rate along. Then **regularization** (lecture 6). The number of epochs is not searched: early stopping finds it.
#
# Ash's deck adds a custom: make layers like a **funnel**, fewer units each time, or just take 150 everywhere. Compare nets with
# three hidden layers and *about equally many parameters*, over ten seeds (± is the standard error of the mean).

# %% tags=["nbval-ignore-output"]
shapes = {"funnel": (96, 48, 24), "constant": (62, 62, 62), "widening": (30, 60, 120)}
fig, ax = plt.subplots(figsize=(6, 2.6))
for k, (name, widths) in enumerate(shapes.items()):
    found = run(range(10), widths)
    ax.plot(found, [k] * 10, ls="", marker=figures.MARKERS[k])
    size = sum(map(np.size, nets.initial([64, *widths, 10], rng)))
    print(f"{name:9} {size:,} parameters: {found.mean():.3f} ± {found.std(ddof=1) / 10**0.5:.3f}")
ax.set(yticks=range(3), yticklabels=shapes, xlabel="validation accuracy", ylim=(2.5, -0.5))
figures.show(fig, alt="Ten dots for each shape: the three clouds overlap almost entirely.")

# %% [markdown]
# The shape decides less than the seed does. Constant width is one knob instead of three, so start there.
#
# ## Grid and random search
#
# How do you try several knobs? A **grid** tries all combinations of a few values. **Random search** draws every value
# anew for every trial. To draw a learning rate between $a$ and $b$, draw $t$ uniformly between $\log_{10} a$ and $\log_{10} b$, and
# take $r = 10^t$. Then
#
# $$P(r \le c) = P(t \le \log_{10} c) = \frac{\log_{10} c - \log_{10} a}{\log_{10} b - \log_{10} a},$$
#
# so every factor of ten gets the same share. Between 0.001 and 1, a third of the draws fall below 0.01; of uniform draws of
# $r$ itself, 0.9 %.
#
# The map shows accuracy over learning rate and batch size, with nine trials each.

# %% tags=["nbval-ignore-output"]
(fig, ax), rates, sizes = plt.subplots(), 10 ** np.arange(-3, 0.6, 0.5), 2 ** np.arange(4, 9)
values = [run([0] * 8, rate=rates[:, None, None], batch=size) for size in sizes]
grid = np.array([(rate, size) for rate in (0.003, 0.05, 0.9) for size in (20, 64, 200)])
random = 10 ** rng.uniform(np.log10([0.001, 16]), np.log10([3, 256]), (9, 2))
fig.colorbar(ax.pcolormesh(rates, sizes, values, cmap="cividis"), label="validation accuracy")
ax.loglog(*grid.T, "s", mfc="w", mec="k", label="grid")
ax.loglog(*random.T, "o", color=figures.COLORS[1], mec="k", label="random")
ax.set(xlabel="learning rate", ylabel="batch size")
ax.legend(labelcolor="w")
figures.show(fig, alt="Good rates form a leaning band. The grid tries 3 rates, random search 9.")

# %% [markdown]
# The good region is a band of rates that leans: larger batches want larger rates. The grid tries three rates, random search nine.
# When only some knobs matter, and you do not know which, random search wastes less.
#
# How many trials do you need? Call the best share $q$ of the space good. One draw misses it with probability $1 - q$, and
# $n$ independent draws all miss with $(1 - q)^n$. To hit with 95 % you need $(1 - q)^n \le 0.05$, that is
# $n \ge \ln 0.05 / \ln (1 - q)$: 59 trials for the best 5 %, *however many knobs there are*.
#
# **Think.** Why does a grid not scale to six knobs?
#
# <details><summary>Answer</summary>
#
# With three values each it has 3⁶ = 729 combinations, and still three learning rates.
#
# </details>
#
# ### With scikit-learn
#
# The decks wrap Keras as `KerasClassifier`, now in SciKeras only. In its place, Keras' own `SKLearnClassifier` takes a function of
# `X`, `y` and your knobs that returns a compiled model. (Compiling takes long, so ours does it once for each width.) The wrapper
# one-hot encodes the labels, so the loss is the categorical one. All knobs stand in one parameter, `model_kwargs`. Each setting is
# scored by **cross-validation**: split into three folds, train on two, score the third, in turn.


# %% tags=["nbval-ignore-output"]
def create(X, y, units, rate):
    if units not in models:
        dense = [layers.Dense(units, "relu")]
        models[units] = nets.in_keras(dense, "sgd", one_hot=True, metrics=["accuracy"])
    models[units].set_weights(nets.initial([64, units, 10], 0))
    models[units].optimizer.learning_rate = rate
    return models[units]


models, wrapper = {}, SKLearnClassifier(create)
settings = [{"units": u, "rate": r} for u in (16, 64) for r in (0.03, 0.5)]
drawn = rng.uniform((0, -3), (2, 0), (100, 2)).tolist()
drawn = [{"units": 16 * 4 ** int(u), "rate": round(10**r, 4)} for u, r in drawn]
grid = GridSearchCV(wrapper, {"model_kwargs": settings}, cv=3, refit=False)
chance = RandomizedSearchCV(wrapper, {"model_kwargs": drawn}, n_iter=6, cv=3, refit=False)
for search in (grid, chance):
    table = search.fit(*few, epochs=1, batch_size=20).cv_results_
    for setting, score in zip(table["params"], table["mean_test_score"], strict=True):
        print(f"{score:.3f} with", setting["model_kwargs"])

# %% [markdown]
# Three of the six rates are too low for one epoch. The best comes close to the grid's best, and whoever chose the grid had seen the map.
#
# ## Hyperband
#
# A hopeless learning rate shows after one epoch. Why pay for nine? **Successive halving** starts many settings, keeps the best third, trains
# those three times as long, and so on. We train 100 random settings to the end once, and can then replay any
# search on their curves. Here are nine.

# %% tags=["nbval-ignore-output"]
curves, right = np.zeros((100, 9)), np.zeros((100, 9, len(test[1])), bool)
for k in range(100):
    rate, batch = 10 ** rng.uniform(-3, 0.5), int(2 ** rng.uniform(4, 7))
    net = nets.initial([64, *[int(2 ** rng.uniform(3, 7))] * rng.integers(1, 4), 10], rng)
    for epoch, _ in enumerate(nets.epochs(net, few, 9, rate, batch)):
        curves[k, epoch] = nets.accuracy(net, val)
        if epoch in (0, 2, 8):  # where searches stop
            right[k, epoch] = nets.predict(test[0], net) == test[1]
tests = right.mean(axis=2)

alive, fig, ax = np.arange(9), *plt.subplots()
for before, after in ((0, 1), (0, 3), (2, 9)):
    ax.plot(range(before + 1, after + 1), curves[alive, before:after].T, "C0.-")
    alive = alive[np.argsort(-curves[alive, after - 1])][: math.ceil(len(alive) / 3)]
ax.set(xlabel="epoch", ylabel="validation accuracy", xticks=range(1, 10))
figures.show(fig, alt="Nine settings start; three go on after epoch 1, one after epoch 3.")
rank, last = np.sum(curves[:9, 0] >= curves[curves[:9, -1].argmax(), 0]), curves[:9, -1]
print(f"survivor {last[alive[0]]:.3f}; best of the nine {last.max():.3f}, no. {rank} after epoch 1")

# %% [markdown]
# That took 9 · 1 + 3 · 2 + 1 · 6 = 21 epochs instead of 81. Each round has a third of the settings and three times the epochs, so
# *all rounds cost about the same*. The weak spot: a slow starter is thrown out although it might win. Here it would have: the best
# of the nine was only fifth after epoch 1. **Hyperband** hedges. It runs several halvings, called brackets: the first starts many
# settings for one epoch, the next fewer for three, the last only a few for the full time, which is random search. KerasTuner's rule
# fits in three lines.


# %%
def bracket(number, longest=9, factor=3):  # each round's number of settings and last epoch
    last = math.ceil(1 + math.log(longest, factor)) / (number + 1)
    powers = [factor**left for left in range(number, -1, -1)]
    return [(math.ceil(last * power), math.ceil(longest / power)) for power in powers]


print(*map(bracket, (2, 1, 0)), sep="\n")

# %% [markdown]
# That is 75 epochs in all. Give random search as many, again and again with the settings in another order.
#
# **Predict.** Who leads early, and who in the end?
#
# <details><summary>Answer</summary>
#
# Hyperband: while random search finishes its first two settings, Hyperband has looked at nine. In the end they come
# close, because random search has seen a good one too.
#
# </details>


# %% tags=["nbval-ignore-output"]
def hyperband(order):  # yield a setting, the epoch that it goes on from, and where to
    for number, start in ((2, 0), (1, 9), (0, 14)):
        before, alive = 0, order[start:]
        for size, epoch in bracket(number):
            alive = alive[:size]
            yield from ((k, before, epoch) for k in alive)
            alive, before = alive[np.argsort(-curves[alive, epoch - 1])], epoch


def replay(events):  # the test accuracy of the best so far, for each number of epochs spent
    spent, best, path = 0, 0, np.full(76, 0.1)
    for k, before, epoch in events:
        spent += epoch - before
        if spent <= 75 and curves[k, epoch - 1] > best:
            best, path[spent:] = curves[k, epoch - 1], tests[k, epoch - 1]
    return path


orders, fig, ax = [rng.permutation(100) for _ in range(300)], *plt.subplots()
for name in ("random search", "Hyperband"):
    search = hyperband if name == "Hyperband" else lambda order: ((k, 0, 9) for k in order)
    paths = np.array([replay(search(order)) for order in orders])
    ax.plot(paths.mean(axis=0), label=name)
    ax.fill_between(range(76), *np.percentile(paths, (10, 90), axis=0), alpha=0.15)
    print(f"{name:13} after 21 and 75 epochs:", np.round(paths[:, [21, 75]].mean(axis=0), 3))
ax.set(xlabel="epochs spent", ylabel="test accuracy of the chosen net")
ax.legend(loc="lower right")
figures.show(fig, alt="Hyperband's curve rises first; random search comes close later.")

# %% [markdown]
# The bands hold the middle 80 % of 300 searches. Now KerasTuner itself. The search space stands inside the function that builds the
# model: `hp.Choice` and `hp.Float` draw a value and remember its name. At three epochs at most, random search spends 12 epochs on
# four settings, Hyperband 11 on six trainings.


# %% tags=["nbval-ignore-output"]
def hyper(hp):
    return create(*few, hp.Choice("units", [16, 64]), hp.Float("rate", 1e-3, 3, sampling="log"))


one_hot, checked = (few[0], np.eye(10)[few[1]]), (val[0], np.eye(10)[val[1]])
some = keras_tuner.RandomSearch(hyper, "val_accuracy", max_trials=4, seed=1, directory=folder / "s")
halved = keras_tuner.Hyperband(hyper, "val_accuracy", max_epochs=3, seed=2, directory=folder / "h")
for tuner in (some, halved):
    tuner.search(*one_hot, epochs=3, batch_size=40, validation_data=checked, verbose=0)
    best = max(tuner.oracle.trials.values(), key=lambda trial: trial.score)
    print(f"{type(tuner).__name__:12} {best.score:.3f}, rate {best.hyperparameters['rate']:.3f}")
ran = sorted(trial.hyperparameters["tuner/epochs"] for trial in halved.oracle.trials.values())
print(f"Hyperband's trainings end after {ran} epochs, as in", *bracket(1, 3), *bracket(0, 3))

# %% [markdown]
# Here random search drew the better rate. One search each only shows how to call the tool; who leads, the 300 replays say.
#
# ## The winner's score flatters
#
# Your best setting has the highest validation accuracy of all. Is it worth that on new images? Suppose $n$ nets are *equally good*:
# each gets an image right with probability $p$. On $m$ validation images, a score scatters around $p$ with standard deviation
# $\sigma = \sqrt{p (1 - p) / m}$. You report the highest. Write the scores as $p + \sigma g_i$, where $g_i$ is about standard
# normal, and let $M = \max_i g_i$. For any $t > 0$,
#
# $$e^{t E[M]} \le E[e^{t M}] \le \sum_{i=1}^{n} E[e^{t g_i}] = n \, e^{t^2 / 2}.$$
#
# The first step is Jensen's inequality, as $e^x$ is convex. In the second, $e^{tM}$ is one of the $n$ positive terms. The last is
# $E[e^{t g}] = e^{t^2/2}$ of a standard normal. Take logarithms and divide by $t$: $E[M] \le \frac{\ln n}{t} + \frac{t}{2}$. The slope along $t$,
# $-\frac{\ln n}{t^2} + \frac{1}{2}$, is 0 at $t = \sqrt{2 \ln n}$, and there both terms are $\frac{1}{2} \sqrt{2 \ln n}$:
#
# $$E[\text{best score}] \le p + \sigma \sqrt{2 \ln n}.$$
#
# **Predict.** 100 equally good nets with $p = 0.85$, and 200 validation images: at most what does the best seem to be worth?
#
# <details><summary>Answer</summary>
#
# $\sigma = \sqrt{0.85 \cdot 0.15 / 200} = 0.025$ and $\sqrt{2 \ln 100} = 3.03$: at most 0.927. The simulation says about 0.91. All are
# worth 0.85.
#
# </details>
#
# Real settings are not equally good, so part of the winner's lead is deserved. Our 100 nets have answered all test
# images. Take $m$ of these for validation, choose the best of $n$ nets on them, and look at the *other* test images.

# %% tags=["nbval-ignore-output"]
counts, p, answered = [1, 2, 5, 10, 20, 50, 100], 0.85, right[:, -1].T.astype("float32")
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
for marker, m in zip("os^", (50, 200, 800), strict=True):
    coins = rng.binomial(m, p, (300, 100)) / m
    luck, gaps = [coins[:, :n].max(axis=1).mean() - p for n in counts], []
    axes[0].plot(counts, luck, marker=marker, label=f"{m} images")
    axes[0].plot(counts, np.sqrt(2 * np.log(counts) * p * (1 - p) / m), color="0.5", ls=":")
    drawn = rng.permuted(np.tile(np.arange(len(answered)) < m, (100, 1)), axis=1)  # 100 times m
    scores, worths = drawn @ answered / m, ~drawn @ answered / (len(answered) - m)
    for score, worth in zip(scores, worths, strict=True):
        best = [max(rng.choice(100, n, replace=False), key=score.item) for n in counts]
        gaps.append(score[best] - worth[best])
    axes[1].plot(counts, np.mean(gaps, axis=0), marker=marker)
    print(f"{m} images, best of 100: equals {luck[-1]:+.3f}, ours {np.mean(gaps, 0)[-1]:+.3f}")
for ax, name in zip(axes, ("equally good nets (dotted: bound)", "our 100 settings"), strict=True):
    ax.set(xscale="log", xlabel="settings compared", title=name, ylabel="best score − its worth")
axes[0].legend()
figures.show(fig, alt="The flattery grows with the settings, and shrinks with more images.")
for name, k in (("winner", curves[:, -1].argmax()), ("mean above 0.7", curves[:, -1] > 0.7)):
    print(f"{name}: validation {curves[k, -1].mean():.3f}, test {tests[k, -1].mean():.3f}")

# %% [markdown]
# The flattery grows slowly with the number of settings, and shrinks with the root of the number of images; for our unequal nets,
# faster. It is an average: with the full data, our 500 validation images happen to be hard ones, and the winner does better on the
# test set. So choose on validation data, then *measure the winner once on test data* that took no part. Treat settings within one
# $\sigma$ of the best as equal, and take the cheapest.
#
# ## Data larger than memory
#
# `fit` takes arrays, and arrays take memory. What if the file is larger? Ash's deck maps it with `memmap('X.pkl')`. But a pickle is
# no plain array (see Common mistakes). An `.npy` file is: a short header with shape and dtype, then the numbers. We write one in
# pieces: digits, shifted at random.

# %%
path, n = folder / "digits.npy", 90_000
disk, answers = np.lib.format.open_memmap(path, "w+", "uint8", (n, 784)), np.empty(n, "uint8")
for start in range(0, n, 5000):
    rows = rng.integers(len(images), size=5000)
    moved = np.roll(images[rows], rng.integers(-2, 3, 2), axis=(1, 2))
    disk[start : start + 5000], answers[start : start + 5000] = moved.reshape(-1, 784), labels[rows]
del disk  # closes the file
print(f"{path.stat().st_size / 1e6:.0f} MB on disk, {4 * 784 * n / 1e6:.0f} MB as float32")

# %% [markdown]
# A **memory map** looks like an array, but reads a page of the file, and its neighbours, only when you touch it. A
# `keras.utils.PyDataset` tells `fit` how many batches there are, and makes the one that is asked for, scaled to float32. `tf.data`
# can do the same, and prepare two ahead. We shuffle *blocks* of 100 neighbours: a batch of scattered rows would, with neighbours,
# bring in almost the whole file.


# %%
class OnDisk(keras.utils.PyDataset):
    def __init__(self, open_file, y, batch=1000):
        super().__init__()
        self.open_file, self.y, self.batch, self.rng = open_file, y, batch, np.random.default_rng(0)
        self.on_epoch_end()

    def on_epoch_end(self):  # blocks of 100 rows, in a new order
        starts = 100 * self.rng.permutation(math.ceil(len(self.y) / 100))
        order = (starts[:, None] + np.arange(100)).ravel()
        self.order = order[order < len(self.y)]

    def __len__(self):
        return math.ceil(len(self.y) / self.batch)  # the last batch may be smaller

    def __getitem__(self, i):
        rows = self.order[i * self.batch : (i + 1) * self.batch]
        return self.open_file()[rows] / np.float32(255), self.y[rows]


def pipeline(data):
    def read(i):
        x, y = tf.numpy_function(data.__getitem__, [i], ("float32", "uint8"))
        return tf.ensure_shape(x, (None, 784)), tf.ensure_shape(y, (None,))

    data.on_epoch_end()  # fit does it for a PyDataset; here the order is fixed from now on
    return tf.data.Dataset.range(len(data)).map(read).prefetch(2)


# %% [markdown]
# Four times one epoch, from the same weights, on the same batches: the file opened for each batch, `tf.data`, one map left
# open, and the whole file loaded. We allow 40 MB on top of what is held after a short first `fit`.
#
# **Think.** Why not open the map just once?
#
# <details><summary>Answer</summary>
#
# Pages that were touched count as your process's memory while the map is open. The system may take them back when memory runs short, so they do
# little harm. But a cloud that bills by it cannot tell. Closing the map gives them back at once.
#
# </details>

# %% tags=["nbval-ignore-output"]
model, memory, ends = nets.in_keras([layers.Dense(32, "relu")], "sgd", inputs=784), [], []
note, more, (fig, ax) = keras.callbacks.Callback(), {}, plt.subplots()
note.on_train_batch_end = lambda batch, logs: memory.append(psutil.Process().memory_info().rss)
model.fit(OnDisk(lambda: np.load(path, "r"), answers[:5000]), callbacks=[note], verbose=0)
for k, way in enumerate(("opened for each batch", "tf.data", "left open", "loaded whole")):
    file = np.load(path, "r" if k == 2 else None) if k > 1 else None
    data = OnDisk(lambda file=file: np.load(path, "r") if file is None else file, answers)
    model.set_weights(nets.initial([784, 32, 10], 0))
    model.fit(pipeline(data) if k == 1 else data, shuffle=False, callbacks=[note], verbose=0)
    ends.append(np.concatenate([array.ravel() for array in model.get_weights()]))
    more[way] = np.subtract(memory[-len(data) :], memory[4]) / 1e6  # than after the first fit
    ax.plot(more[way], label=way, marker=figures.MARKERS[k], markevery=20)
    file = data.open_file = None  # closes the map, or gives the memory back
np.testing.assert_allclose(ends, ends[:1] * 4, atol=1e-5)
assert np.max([*more.values()][:2]) < 40 or sys.platform != "linux"  # others count otherwise
ax.axhline(40, color="k", ls=":", label="allowed")
ax.set(xlabel="batch of 1,000 images", ylabel="MB more than at the start", ylim=(-10, 110))
ax.legend(fontsize=8, loc="upper left", ncols=3)
figures.show(fig, alt="Only the runs that open the map per batch stay below 40 MB.")
print("same weights; peaks in MB:", {way: round(max(y)) for way, y in more.items()})

# %% [markdown]
# Opened for each batch, the map stays below 40 MB, and the weights are those of the run that loaded everything.
#
# ## Stop and continue
#
# Cloud sessions end. What must you save to go on as if nothing had happened? The weights; and Adam (lecture 3) has running means
# $m$ and $v$, and a step count. Suppose that you lose them. At the first new step, $t = 1$,
#
# $$\hat m = \frac{(1 - \beta_1) \, g}{1 - \beta_1} = g, \qquad \hat v = \frac{(1 - \beta_2) \, g^2}{1 - \beta_2} = g^2, \qquad \text{step} = \eta \, \frac{\hat m}{\sqrt{\hat v}} = \eta \, \mathrm{sign}(g):$$
#
# *every* weight moves by the full learning rate, even where the gradient is almost nothing.
#
# **Predict.** A run of 15 epochs is stopped after 10. How does the curve go on with the whole model saved, and how with the weights alone?
#
# <details><summary>Answer</summary>
#
# With the whole model, as without a break: a `.keras` file holds the optimizer's state too. With the weights alone, the loss first jumps up (and later happens to end lower).
#
# </details>


# %% tags=["nbval-ignore-output"]
def adam_net(weights):
    return nets.in_keras([layers.Dense(64, "relu")], optimizers.Adam(0.01), weights=weights)


def go_on(model, epochs, **more):
    return model.fit(*few, 100, epochs, verbose=0, shuffle=False, **more).history["loss"]


start, (fig, ax) = nets.initial([64, 64, 10], 0), plt.subplots()
curve, model = go_on(adam_net(start), 15), adam_net(start)
half = go_on(model, 10)
model.save(folder / "all.keras")
whole = go_on(keras.saving.load_model(folder / "all.keras"), 15, initial_epoch=10)
bump = go_on(adam_net(model.get_weights()), 15, initial_epoch=10)  # Adam starts anew
np.testing.assert_allclose(half + whole, curve, atol=1e-4)
ax.semilogy(range(1, 16), curve, lw=5, alpha=0.3, label="unbroken")
for rest, marker, name in ((whole, "s", "whole model"), (bump, "^", "weights alone, new Adam")):
    ax.semilogy(range(10, 16), half[-1:] + rest, marker=marker, label=name)
    print(f"{name}: up to {np.abs(np.subtract(rest, curve[10:])).max():.4f} off the curve")
ax.set(xlabel="epoch", ylabel="training loss")
ax.legend()
figures.show(fig, alt="The loaded model runs on the unbroken curve. Weights alone: a bump.")

# %% [markdown]
# Two more things belong to the state. The **epoch**: with `initial_epoch=10`, `epochs=15` is the total, and schedules see
# the right number. And **random numbers**: the order of the batches and dropout's masks come from generators that the file does not hold (in Keras 3.15). We did without both.
#
# A **callback** steps in at fixed moments of training. `BackupAndRestore` saves weights, optimizer and epoch after each epoch, and looks for them when `fit` starts. Our own one fails after 10.


# %% tags=["nbval-ignore-output"]
backup = keras.callbacks.BackupAndRestore(folder / "backup")
failure = keras.callbacks.LambdaCallback(lambda epoch, logs: 1 / (epoch - 10))
try:
    go_on(adam_net(start), 15, callbacks=[backup, failure])
except ZeroDivisionError:
    after = go_on(adam_net(start), 15, callbacks=[backup])  # the same script, run again
np.testing.assert_allclose(after, curve[10:], atol=1e-4)
print(f"{len(after)} epochs were left, and the curve is the same")

# %% [markdown]
# ## Transfer learning
#
# Suppose that someone has sorted 18,500 digits into five drawers: 0 and 1 in the first, 2 and 3 in the second, and so on. You need
# the digits, and label ten of each. A net that has learned the *drawers* already knows which strokes matter. **Transfer learning**
# keeps its hidden layers, puts a new last layer on top, and goes on.
#
# First **freeze** the old layers and train the new one alone: the gradients that its random weights send back mean nothing yet.
# Then **fine-tune** all layers with a small learning rate. In NumPy, freezing means not to update those arrays. In Keras it is
# `trainable = False`, before `compile`.

# %% tags=["nbval-ignore-output"]
old = nets.train(nets.initial([64, 64, 64, 5], rng), (small[1500:], labels[1500:] // 2), 6)
ten, net = nets.per_class(few, 10, 0), [*old[:4], *nets.initial([64, 10], rng)]
base = keras.Sequential([keras.Input((64,)), *[layers.Dense(64, "relu") for _ in range(2)]])
base.trainable = False  # before compile
model = nets.in_keras([base], optimizers.SGD(0.2), weights=net)
model.fit(*ten, 100, 20, shuffle=False, verbose=0)  # all in one batch
nets.train(net, ten, 20, 0.2, batch=100, frozen=4)
for ours, theirs in zip(net, model.get_weights(), strict=True):
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
print(f"NumPy and Keras agree: test accuracy {nets.accuracy(net, test):.3f}", end=", ")

base.trainable = True  # and compile again
model.compile(optimizers.SGD(0.02), model.loss, jit_compile=False)
model.fit(*ten, batch_size=32, epochs=20, verbose=0)
print(f"fine-tuned {nets.accuracy(model.get_weights(), test):.3f}")

# %% [markdown]
# Is any old task good enough? Compare training from scratch, the drawers, the drawers with nothing frozen, and ten sorts of clothes from Fashion-MNIST.
#
# **Predict.** Which start is best at ten labels a class, and which at 40?
#
# <details><summary>Answer</summary>
#
# The drawers, by far at ten, by less at 40: to sort them, the net had to tell digits apart. With nothing frozen they help less. Clothes do harm.
#
# </details>

# %% tags=["nbval-ignore-output"]
x, y = [array[:20_000] for array in datasets.load_fashion_mnist()[0]]
other = nets.train(nets.initial([64, 64, 64, 10], rng), (nets.shrink(x), y), 6)


def transfer(old, n, seeds=range(3), freeze=True):
    net, data = nets.initial([64, 64, 64, 10], seeds, old), nets.per_class(few, n, seeds)
    nets.train(net, data, 40, seeds=seeds, frozen=len(old) * freeze)
    return nets.accuracy(nets.train(net, data, 40, 0.02 if old else 0.1, seeds=seeds), test)


sizes, (fig, ax) = [1, 3, 10, 40], plt.subplots()
starts = {"scratch": [], "drawers": old[:4], "clothes": other[:4], "nothing frozen": old[:4]}
for name, before in starts.items():
    found = [transfer(before, n, freeze=name != "nothing frozen") for n in sizes]
    ax.errorbar(sizes, np.mean(found, 1), np.std(found, 1, ddof=1), marker=".", label=name)
    print(f"{name:14} ten labels a class: {np.mean(found[2]):.3f} ± {np.std(found[2], ddof=1):.3f}")
ax.set(xscale="log", xticks=sizes, xticklabels=sizes, xlabel="labels a class", ylabel="accuracy")
ax.legend()
figures.show(fig, alt="The drawers lead, most with few labels, then nothing frozen; clothes last.")

# %% [markdown]
# Transfer pays when labels are few *and* the old task needs what the new one needs.
#
# ## Faster and wider
#
# **Mixed precision** computes in 16 bits, several times faster on GPUs and with half the
# memory for activations. The weights stay float32, so that small updates are not lost. But float16 has nothing between 0 and about $6 \cdot 10^{-8}$, and
# some gradients are smaller. **Loss scaling** multiplies the loss, and so all gradients, by a large number before the backward pass, and divides
# afterwards. `keras.config.set_dtype_policy("mixed_float16")` switches both on. (bfloat16 has float32's range and needs no scaling.)
#
# **Think.** Why can the scale not simply be a million?
#
# <details><summary>Answer</summary>
#
# float16 ends at 65,504: large gradients would become infinite. Keras raises the scale now and then, and lowers
# it at an infinity.
#
# </details>

# %% tags=["nbval-ignore-output"]
nets.train(net, few, 60, 0.5)  # until little is left to learn
grads = np.concatenate([grad.ravel() for grad in nets.gradients(*few, net)])
lost = [np.mean(np.float16(scale * grads[grads != 0]) == 0) for scale in (1, 1024)]
print(f"become 0 in float16: {lost[0]:.1%}, with the loss scaled {lost[1]:.2%}")

# %% [markdown]
# **Data parallelism** cuts a batch of $n$ samples into $k$ equal shards, one for each device. All hold the same weights. The loss is a mean (batch normalization apart), so its gradient is a mean of the shards' gradients:
#
# $$\frac{1}{n} \sum_{i=1}^{n} \nabla \ell_i = \frac{1}{k} \sum_{j=1}^{k} \Big( \frac{k}{n} \sum_{i \in \text{shard } j} \nabla \ell_i \Big).$$
#
# The devices exchange gradients, average them, and take the same step. In TensorFlow that is `tf.distribute.MirroredStrategy`.

# %%
shards = [nets.gradients(*part, net) for part in zip(*(np.split(a, 4) for a in few), strict=True)]
for whole, parts in zip(nets.gradients(*few, net), zip(*shards, strict=True), strict=True):
    np.testing.assert_allclose(np.mean(parts, axis=0), whole, atol=1e-6)
print("the mean of four shards' gradients is the gradient of the whole batch")

# %% [markdown]
# A step takes $T / k$ for computing plus the time of the exchange, which does not shrink: small nets gain nothing. And $k$ devices
# usually mean $k$ times the batch: tune the learning rate again.
#
# ## Common mistakes
#
# **Options that a search forgets.** scikit-learn clones the wrapper for each fold, and in Keras 3.15 the clone has lost `fit_kwargs`. Pass
# them to the search's `fit`. **A pickle read as a memory map.** You get the pickle's own bytes as
# numbers. **A sorted file with a small shuffle buffer.** `shuffle(1000)` mixes neighbours only. **A change of `trainable` without
# `compile`.** `fit` goes on with the step that it has built.

# %% tags=["nbval-ignore-output"]
print("cloned:", clone(SKLearnClassifier(create, fit_kwargs={"epochs": 4})).fit_kwargs)

np.arange(5).dump(folder / "X.pkl")
print("0 1 2 3 4 from a pickle:", np.memmap(folder / "X.pkl", "int64", "r", shape=5))

batches = tf.data.Dataset.from_tensor_slices(np.sort(labels)).shuffle(1000).batch(100)
print("labels in the first batch of a sorted file:", np.unique(next(iter(batches))))

base.trainable, before = False, base.get_weights()[0]
model.fit(*ten, verbose=0)
print("frozen without compile, but moved:", np.any(base.get_weights()[0] != before))

# %% [markdown]
# And the most frequent one: choosing on the test set. The maximum of many test scores is no test score.
#
# ## Quiz

# %%
quizzes.show("08_tuning_and_scale")

# %% [markdown]
# ## Summary
#
# - Tune the learning rate first, on a logarithmic scale, then capacity, batch size and regularization. A search space is a function that draws
#   a value for each knob.
# - Random search tries a new value of each knob in each trial; 59 trials hit the best 5 % with probability 0.95. Hyperband stops hopeless settings early, and
#   leads while the budget is small.
# - The best of $n$ scores flatters by up to $\sigma \sqrt{2 \ln n}$. Measure the winner once on test data.
# - A memory map and a `PyDataset` keep one batch in memory, and give the same weights. float16 needs loss scaling; devices average
#   their gradients.
# - Weights, the optimizer's state, the epoch and random numbers make the state of a run. A `.keras` file keeps the first two, `BackupAndRestore` three.
# - Freeze, train the new layer, fine-tune. It pays with few labels and a related old task.
#
# ## Exercise
#
# [Exercise 8](../exercises/08_tuning_and_scale/08_tuning_and_scale.ipynb): write a search space, measure how much the best of many flatters, read
# a file in batches, fine-tune a network, and explain a search.
#
# ## Further reading
#
# - Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018): funnel, `memmap`, grid search.
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven, undated): scikit-learn and KerasTuner.
# - Heather Mattie, *Python with Keras* (deck, Harvard, 2020): transfer learning.
# - James Bergstra and Yoshua Bengio, "Random search for hyper-parameter optimization", *JMLR* 13 (2012).
# - Lisha Li and others, "Hyperband: a novel bandit-based approach to hyperparameter optimization", *JMLR* 18 (2018).
# - Paulius Micikevicius and others, "Mixed precision training" (2018).
# - Google's [Tuning Playbook](https://github.com/google-research/tuning_playbook) (2023).
