# %% [markdown]
# # 1. Tensors and tensor operations
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/01_tensors.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/01_tensors.ipynb)
#
# *75 minutes. Prerequisites: Python functions and lists; matrices from a first algebra course.*
#
# **After this lecture you can**
#
# - Name the axes of a table, a time series, images and video, and store each as a tensor
# - Change shape and dtype on purpose, and say what each change costs in memory and precision
# - Predict the shape and the values of element-wise operations with the broadcasting rules
# - Count the multiplications of dot and matrix products, and choose the cheaper order
# - Build a dense layer with loops, with NumPy and with Keras, and explain what it does to space
# - Prepare real images for a network by scaling, flattening and one-hot encoding

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import datasets, figures, quizzes

import timeit

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_sample_images, load_wine
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # NumPy on one core, as Python's loops are: fair and steady times
rng = np.random.default_rng(0)

# %% [markdown]
# This lecture takes one line of code apart: `relu(x @ W + b)`, a *dense layer*. You will write it with nothing but
# loops, see what it does to the plane, and at the end read handwritten digits with one, untrained.
#
# ## Data as tensors
#
# What does a network see when you show it a photo, a table or a film? Numbers, always. A **tensor** is a block
# of numbers of one type, arranged along **axes**. How many axes depends on what is stored:
#
# | axes | example | what each axis means |
# |---|---|---|
# | 0-D, a scalar | the alcohol of one wine | none |
# | 1-D, a vector | one wine, 13 measurements | (features) |
# | 2-D, a matrix | a table of wines | (samples, features) |
# | 3-D | time series: sunspots, cut into solar cycles | (samples, timesteps, features) |
# | 3-D | grey images: handwritten digits | (samples, height, width) |
# | 4-D | colour photos | (samples, height, width, channels) |
# | 5-D | video clips | (samples, frames, height, width, channels) |
#
# From the table on, the first axis counts samples. All of this is real data, except the camera movement: the two
# clips are made by sliding a window across photos. In the digits 255 is ink; we draw it black. They come as *training
# data* (`x_train`), to build with, and *test data* (`x_test`), kept apart to check the result.

# %% tags=["full-data"]
table = load_wine().data
years, spots = datasets.load_time_series("sunspots")
cycles = spots[: len(spots) // 11 * 11].reshape(-1, 11, 1)  # -1: as many as it takes
(x_train, y_train), (x_test, y_test) = datasets.load_mnist()
photos = np.stack(load_sample_images().images)
lefts = range(0, 320, 20)  # where the window starts in each frame
videos = np.stack([photos[:, 60:300:2, x : x + 320 : 2] for x in lefts], axis=1)

# Only drawing from here to figures.show
fig, axes = plt.subplot_mosaic("ABCD;EFGG", figsize=(10.5, 5))
blocks = (table[0, 0], table[0], table, cycles, x_train, photos, videos)
for ax, block in zip(axes.values(), blocks, strict=True):
    ax.set_title(f"{block.ndim}-D {block.shape}\n{block.dtype}")
    ax.grid(block.ndim == 1)
    ax.axis("on" if ax in (axes["B"], axes["C"], axes["D"]) else "off")
axes["A"].text(0.5, 0.5, f"{table[0, 0]:.2f}", ha="center", va="center", size=26)
axes["B"].bar(np.arange(13), table[0])
axes["B"].set(yscale="log", xlabel="feature", ylabel="value")
axes["C"].imshow(np.log10(table + 0.1), aspect="auto", cmap="viridis")
axes["C"].set(xlabel="feature", ylabel="sample")
axes["D"].plot(cycles[:3, :, 0].T, marker=".")
axes["D"].set(xlabel="timestep (year)", ylabel="sunspots, 3 cycles", xticks=[0, 5, 10])
axes["E"].imshow(np.hstack(np.hstack(x_train[:9].reshape(3, 3, 28, 28))), cmap="gray_r")
axes["F"].imshow(photos[0])
gap = ((0, 0), (0, 0), (0, 8), (0, 0))  # a white strip behind each frame
axes["G"].imshow(np.hstack(np.pad(videos[1, ::5], gap, constant_values=255)))
figures.show(fig, alt="A number, 13 bars, a heat map, 3 curves, digits, a photo, 4 video frames.")

# %% [markdown]
# A vector of 13 numbers is a *1-D tensor*, because it has one axis, yet a point in a *13-dimensional space*. In this
# course "2-D" counts axes.
#
# TensorFlow's `tf.Tensor` holds the same block of numbers. Arrays are handy for preparing data; tensors are what
# TensorFlow can differentiate and move to a GPU.

# %%
tensor = tf.constant(photos)
assert np.array_equal(tensor.numpy(), photos)
print("tf.Tensor:", tensor.shape, tensor.dtype.name, "with the numbers of the array")

# %% [markdown]
# **Think.** A **batch** is a group of samples handled together. You get a batch of 64 stereo recordings of 2 seconds,
# 16,000 measurements a second on either side. What is its shape, and what is each axis?
#
# <details><summary>Answer</summary>
#
# `(64, 32000, 2)`: (samples, timesteps, channels). Three axes, like the grey images: their number does not tell
# what they mean, so write it down.
#
# </details>
#
# ## Shape, dtype and axes
#
# How do you say "the average image"? You name the axis to average along, and **the axis you name is the axis that
# goes**. From 60 handwritten threes, `(60, 28, 28)`, comes one average image, or, with a row for each three, how its
# ink spreads over the width, or over the height:

# %% tags=["full-data"]
threes = x_train[y_train == 3][:60]
pictures = [threes.mean(axis=k) for k in range(3)]
# Only drawing from here to figures.show
names = [f"mean(axis={k}): {pictures[k].shape}" for k in range(3)]
fig = figures.image_grid(pictures, names, columns=3, size=2.5)
sides = [("height", "width"), ("image", "width"), ("image", "height")]
for ax, (down, across) in zip(fig.axes, sides, strict=True):
    ax.set(ylabel=down, xlabel=across)
    ax.axis("on")
    ax.grid(False)
figures.show(fig, alt="A blurred three; 60 rows with one dark band; 60 rows with three bands.")

# %% [markdown]
# **Predict.** Which shape has `threes.mean(axis=(1, 2))`? And with `keepdims=True`?
#
# <details><summary>Answer</summary>
#
# `(60,)`: height and width go, one number for each image is left, its mean ink. With `keepdims=True` those axes stay
# with length 1, `(60, 1, 1)`, and the result can be subtracted from the images. The next section says why.
#
# </details>
#
# ### Reshape, transpose, views and copies
#
# Memory is one long line of numbers. A shape says how to fold it: row by row, the last axis fastest.
# `reshape` folds the same line anew, and no number moves. `transpose` exchanges axes: the number at
# `[i, j]` is afterwards at `[j, i]`. Both can give the same shape. They do not give the same picture.

# %%
gray = photos[0].mean(axis=-1)  # the mean over the colour channels
pictures = [gray, gray.T, gray.reshape(640, 427)]
assert np.array_equal(tf.transpose(gray), pictures[1])
assert np.array_equal(tf.reshape(gray, (640, 427)), pictures[2])
names = ["gray (427, 640)", "gray.T (640, 427)", "gray.reshape(640, 427)"]
fig = figures.image_grid(pictures, names, columns=3, size=2.8, cmap="gray")
figures.show(fig, alt="A temple; its mirror image at the diagonal; two slanted ghosts of it.")

# %% [markdown]
# Folding anew is free, because NumPy gives a **view** where it can: a second shape on the same memory. A slice is a view
# too, so writing into it writes into the original. Choosing with a list or a mask, `a + b`, `a * b` and `.copy()` make
# new arrays. `a += b` and `a *= b` do not: they write into the memory of `a`. A `tf.Tensor` can't be written into.

# %%
batch = x_train[:4].copy()
row, chosen, folded = batch[0, 14], batch[[0, 2]], batch.reshape(4, 784)
row *= 0  # writes into batch; row * 0 makes a new array
print("after row *= 0, row 14 of image 0 in batch is", set(batch[0, 14].tolist()))
print("memory shared by slice, reshape, list, product:", end=" ")
print([np.shares_memory(batch, array) for array in (row, folded, chosen, row * 0)])
print("tf.Tensor can be written into:", hasattr(tf.constant(batch), "__setitem__"))

# %% [markdown]
# ### dtype: what a number costs and what it can hold
#
# Pixels come as `uint8`: whole numbers from 0 to 255, one byte each. Networks compute in `float32`, 4 bytes,
# about 7 significant digits. NumPy's default is `float64`, 8 bytes, about 16 digits: more than a network needs.
# `float32` can't even count past 2²⁴ = 16,777,216, so this course compares with `np.allclose`, up to a tolerance.

# %% tags=["full-data"]
for dtype in ("uint8", "float32", "float64"):
    print(f"{dtype:8} {x_train.size * np.dtype(dtype).itemsize / 1e6:6.1f} MB")
print(f"2^24 + 1 in float32: {np.float32(2**24) + np.float32(1):.0f}")

# %% [markdown]
# `uint8` has a nastier habit. In arrays, a sum above 255 starts again at 0, without a warning.
#
# **Predict.** You brighten a photo by adding 100 to each pixel, in `uint8`. What becomes of a sky of 230?
#
# <details><summary>Answer</summary>
#
# 230 + 100 = 330 = 256 + 74, so it gets the value 74: night falls. Convert to `float32` first, calculate, clip to
# 0 … 255, and convert back.
#
# </details>

# %%
wrapped = photos[0] + np.uint8(100)
assert np.array_equal(wrapped, tf.constant(photos[0]) + np.uint8(100))
clipped = np.clip(photos[0].astype("float32") + 100, 0, 255).astype("uint8")
names = ["original", "uint8 + 100", "float32 + 100, clipped"]
fig = figures.image_grid([photos[0], wrapped, clipped], names, columns=3, size=3)
figures.show(fig, alt="A temple; the same with a black sky, false colours; the same, brighter.")

# %% [markdown]
# ## Element-wise operations and broadcasting
#
# How do you treat a million numbers at once? An **element-wise** operation takes every entry on its
# own: the result has the shape of its inputs and costs one operation for each entry. ReLU is one:
# $\mathrm{relu}(x)_{ij} = \max(x_{ij}, 0)$. So is addition: $(x + y)_{ij} = x_{ij} + y_{ij}$.
#
# Addition needs two tensors of the same shape, or nearly: **broadcasting** stretches them, by three rules.
#
# 1. Write both shapes one above the other, aligned on the **right**.
# 2. Fill the shorter one with 1s on its left.
# 3. Each pair of lengths must be equal, or one of them must be 1. A length of 1 is repeated to match the other.
#
# `a[:, None]` gives `a` a new axis of length 1: a vector becomes a column. Hatched cells are the repeated ones:

# %%
matrix = np.arange(0, 120, 10).reshape(3, 4)
row, column = np.arange(4), np.arange(3)[:, None]
sums = [(a, b, a + b) for a, b in ((matrix, row), (matrix, column), (column, row))]
# Only drawing from here to figures.show
fig, axes = plt.subplots(3, 3, figsize=(8, 5.6))
for k, ax in enumerate(axes.flat):
    values = sums[k // 3][k % 3]
    figures.heatmap(ax, np.broadcast_to(values, (3, 4)))
    plt.setp(ax.images, alpha=0.5)
    plt.setp(ax.texts, color="black", zorder=5)
    rows, columns = np.atleast_2d(values).shape  # beyond these it is repeated
    for span, start, end in ((ax.axhspan, rows, 3), (ax.axvspan, columns, 4)):
        span(start - 0.5, end - 0.5, fc="white", ec="gray", lw=0, alpha=0.4, hatch="//")
    ax.set(title=f"{' +='[k % 3]} {values.shape}", xticks=[], yticks=[])
figures.show(fig, alt="A row repeated downwards, a column repeated sideways, and both at once.")
assert np.array_equal(tf.constant(matrix) + row, matrix + np.tile(row, (3, 1)))
print("TensorFlow's broadcasting equals NumPy's sum with the repeated row")

# %% [markdown]
# **Predict.** Which of these work, and with which shape: `(28, 28) + (10,)`, `(60, 28, 28) - (60, 1, 1)`,
# `(427, 640, 3) * (3,)`, `(427, 640, 3) * (427, 640)`?
#
# <details><summary>Answer</summary>
#
# The first fails: 28 against 10. The second gives `(60, 28, 28)`: each image minus a number of its own. The
# third gives `(427, 640, 3)`: each channel times its factor. The fourth fails, because aligned on the right
# 3 meets 640. Give the smaller one a last axis, `mask[:, :, None]`, and it works.
#
# </details>

# %% [markdown]
# Broadcasting says "for every pixel" or "for every channel" without a loop. Each edit of this photo is one product:

# %%
temple = photos[0].astype("float32")
tint = np.float32([1, 0.6, 0.3])
band = np.sin(np.linspace(0, np.pi, 427, dtype="float32"))[:, None, None]
spot = band * np.sin(np.linspace(0, np.pi, 640, dtype="float32"))[:, None]
edited = [temple * factor for factor in (tint, band, spot)]
assert np.array_equal(edited[2], tf.constant(temple) * tf.constant(spot))
names = [f"photo * {factor.shape}" for factor in (tint, band, spot)]
fig = figures.image_grid(np.uint8(edited), names, columns=3, size=3)
figures.show(fig, alt="A temple, tinted orange; dark above and below; dark at all four edges.")

# %% [markdown]
# ## Dot products and matrix products
#
# An element-wise operation never mixes two features. A network has to: which kind a wine is depends on several
# measurements together. The **dot product** mixes them, with a weight for each:
# $x \cdot w = \sum_{k=1}^{d} x_k w_k$, which takes $d$ multiplications.
#
# A **matrix product** is all dot products between the rows of one matrix and the columns of another:
#
# $$z_{ij} = \sum_{k=1}^{d} x_{ik} \, w_{kj}, \qquad (n, d) \; @ \; (d, m) \to (n, m)$$
#
# The inner lengths must agree, and they disappear. There are $n \cdot m$ results of $d$ multiplications each, so the
# whole takes $n \cdot d \cdot m$. In Python `@` is the matrix product. A 1-D vector may stand on either side:
# $(d,) \; @ \; (d, m) \to (m,)$ and $(n, d) \; @ \; (d,) \to (n,)$. Here are 4 samples with 3 features, and 2 columns
# of weights:

# %%
x = np.array([[1, 0, 2], [-1, 3, 1], [2, 1, 0], [0, -2, 1]])
W = np.array([[2, -1], [0, 1], [1, -2]])
# Only drawing from here to figures.show
fig, axes = plt.subplots(1, 3, figsize=(7.5, 3))
boxes = [((-0.5, 0.5), 3, 1), ((0.5, -0.5), 1, 3), ((0.5, 0.5), 1, 1)]
names = {"x": x, "@ W": W, "= x @ W": x @ W}
for ax, box, (name, values) in zip(axes, boxes, names.items(), strict=True):
    figures.heatmap(ax, values)
    ax.add_patch(plt.Rectangle(*box, fill=False, ec="#D55E00", lw=3, clip_on=False))
    ax.set(title=f"{name} {values.shape}", xticks=[], yticks=[])
fig.supxlabel("framed: (-1) · (-1) + 3 · 1 + 1 · (-2) = 2", fontsize=10)
figures.show(fig, alt="Framed: row 1 of x, column 1 of W, and cell (1, 1) of x @ W, which is 2.")


def loop_matmul(x, W):
    """Return x @ W and the number of multiplications."""
    z, count = np.zeros((x.shape[0], W.shape[1])), 0
    for i in range(x.shape[0]):
        for j in range(W.shape[1]):
            for k in range(x.shape[1]):
                z[i, j] += x[i, k] * W[k, j]
                count += 1
    return z, count


z, count = loop_matmul(x, W)
assert np.array_equal(z, x @ W) and np.array_equal(z, tf.matmul(x, W))
print(f"loops, @ and tf.matmul agree; {count} = 4 x 3 x 2 multiplications")

# %% [markdown]
# **Predict.** `A` and `B` have shape (1000, 1000), `v` has shape (1000,). `(A @ B) @ v` and `A @ (B @ v)` are the
# same vector. How many multiplications does each take?
#
# <details><summary>Answer</summary>
#
# The first: 1000³ for `A @ B`, then 1000² for the vector, about a thousand million. The second: 1000² twice, 500 times
# fewer. The time falls less: reading the matrices now takes longer than multiplying.
#
# </details>

# %% [markdown]
# Does the count predict the time? Double the side of square matrices, and the count grows eightfold.


# %% tags=["nbval-ignore-output"]
def seconds(times, function, *arguments):
    """Return the shortest of many times."""
    return min(timeit.repeat(lambda: function(*arguments), number=1, repeat=times))


fig, ax = plt.subplots()
runs = {"loops": (loop_matmul, (8, 16, 24)), "NumPy": (np.matmul, (128, 256, 512, 1024))}
for marker, (name, (function, sides)) in zip("os", runs.items(), strict=True):
    squares = [rng.random((n, n), dtype="float32") for n in sides]
    took = [seconds(30, function, square, square) for square in squares]
    ax.loglog(np.power(sides, 3.0), took, marker=marker, label=name)
# Only drawing from here to figures.show
ax.loglog([512, 2**30], [2e-7, 2e-7 * 2**21], color="0.6", ls=":", label="slope 1")
ax.set(xlabel="multiplications", ylabel="seconds")
ax.legend()
figures.show(fig, alt="Two lines rise with slope about 1; NumPy's lies far below the loops'.")
A, B, v = rng.random((1000, 1000)), rng.random((1000, 1000)), rng.random(1000)
assert np.allclose((A @ B) @ v, A @ (B @ v))
slow, quick = seconds(9, lambda: (A @ B) @ v), seconds(9, lambda: A @ (B @ v))
print(f"(A @ B) @ v: {slow * 1e3:.1f} ms, A @ (B @ v): {quick * 1e3:.2f} ms")

# %% [markdown]
# Yes, along each line: on these axes, time proportional to the count is a line of slope 1. But the two lines lie
# thousands of times apart.
#
# ## A dense layer from scratch
#
# What is a layer, then? Each **node** (Keras says *unit*) takes a dot product of the sample with weights of its own,
# adds a number of its own, the **bias**, and passes the sum through an **activation**: a function applied to each
# number, here ReLU; there may be none. With the weights of node $j$ in column $j$ of $W$, one line does it all:
#
# $$Y = \mathrm{relu}(X W + b), \qquad (n, d) \; @ \; (d, m) + (m,) \to (n, m)$$
#
# The bias is broadcast: the same for every sample, another for each node. First with loops alone, on the small
# `x` and `W` from above.


# %%
def loop_add(z, b):
    return np.array([[row[j] + b[j] for j in range(len(b))] for row in z])


def loop_relu(z):
    return np.array([[entry if entry > 0 else 0.0 for entry in row] for row in z])


def loop_dense(x, W, b):
    return loop_relu(loop_add(loop_matmul(x, W)[0], b))


def dense(x, W, b):
    return np.maximum(x @ W + b, 0)  # entry by entry; np.max would take the largest


b = np.array([-1, 2])
assert np.array_equal(loop_dense(x, W, b), dense(x, W, b))
for name, z in {"x @ W": x @ W, "+ b": x @ W + b, "relu": loop_dense(x, W, b)}.items():
    print(f"{name:6}", z.astype(int).tolist())

# %% [markdown]
# Now 8 real digits of 784 pixels, through 128 nodes.
#
# **Predict.** Loops or NumPy: both do 8 · 784 · 128 = 802,816 multiplications. By which factor do the times differ: 10,
# 100, 1,000 or more?
#
# <details><summary>Answer</summary>
#
# By thousands. For each multiplication the loop looks up types, makes number objects and checks bounds. NumPy hands
# the whole block to compiled code. So *vectorise*: say what to compute for the whole array.
#
# </details>

# %% tags=["nbval-ignore-output"]
eight = x_train[:8].reshape(8, 784) / 255
W1, b1 = rng.normal(0, 0.05, (784, 128)), rng.normal(0, 0.1, 128)
slow, quick = seconds(1, loop_dense, eight, W1, b1), seconds(99, dense, eight, W1, b1)
print(f"loops {slow:.2f} s, NumPy {quick * 1e3:.2f} ms, ratio {slow / quick:,.0f}")

# %% [markdown]
# $W$ and $b$ are the layer's **parameters**, the numbers that training will change; their number does not depend on the
# batch. Keras has this layer ready, with $W$ as its *kernel*. Given the same weights it gives the same numbers, but for
# the rounding of `float32`.
#
# Many texts write $W x + b$ instead, with a sample as *column* $x$ and the weights of node $j$ in *row* $j$. Since
# $(A B)^T = B^T A^T$, transposing turns one into the other:
#
# $$(W_{\text{col}} \, x)^T = x^T \, W_{\text{col}}^T, \qquad \text{so} \quad W = W_{\text{col}}^T$$
#
# Data tables, NumPy and Keras keep samples in rows, and so does this course: `x @ W + b`.

# %%
layer = keras.layers.Dense(128, activation="relu")
layer.build((None, 784))
layer.set_weights([W1, b1])
assert np.allclose(dense(eight, W1, b1), layer(eight), atol=1e-5)
assert np.allclose(dense(eight, W1, b1), tf.nn.relu(tf.matmul(eight, W1) + b1))
assert np.allclose(eight @ W1 + b1, [W1.T @ sample + b1 for sample in eight])
print("NumPy, TensorFlow, keras.layers.Dense and the column form agree")
print(f"{layer.count_params():,} parameters = 784 x 128 weights + 128 biases")

# %% [markdown]
# ## What a layer does to space
#
# What does such a sum of products mean? Let $|w| = \sqrt{w \cdot w}$ be the length of a weight vector and
# $u = w / |w|$ its direction, of length 1. Split a
# point into a part along it and a rest: $x = t u + r$, with $t = x \cdot u$. The rest is at right angles to $u$, because
#
# $$r \cdot u = (x - t u) \cdot u = x \cdot u - t \, (u \cdot u) = t - t = 0 .$$
#
# So $t$ tells how far along $w$ the point lies: its **projection**. And $x \cdot w = |w| \, (x \cdot u) = |w| \, t$. A node
# looks at the data from one direction, stretches what it sees by $|w|$, and is blind to everything at right angles.
# The direction decides what it can tell apart. Here a *cut* calls everything above one value of $t$ class 2, and the
# best cut counts. Always guessing class 1 is already right for 60 % of these wines, so 64 % tells next to nothing:

# %%
points, kind = table[59:, [6, 9]], load_wine().target[59:]  # flavanoids, colour intensity
points = (points - points.mean(axis=0)) / points.std(axis=0)
print(f"always guessing class 1: {np.mean(kind == 1):.0%} of {len(kind)} wines are right")
fig, axes = plt.subplots(1, 2, figsize=(8.5, 4.2), sharex=True, sharey=True)
for ax, w in zip(axes, ((-1, 1), (1, 1)), strict=True):
    u = np.array(w) / np.linalg.norm(w)
    t = points @ u
    feet = t[:, None] * u
    best = max(np.mean((t > cut) == (kind == 2)) for cut in t)
    # Only drawing from here to figures.show
    ax.plot(*np.stack([points, feet], axis=1).T, color="0.7", lw=0.5, ls="-")
    for k, color, marker in ((1, figures.COLORS[0], "o"), (2, figures.COLORS[1], "^")):
        ax.scatter(*points[kind == k].T, s=14, alpha=0.4, color=color, marker=marker)
        ax.scatter(*feet[kind == k].T, color=color, marker=marker, label=f"class {k}")
    ax.set(aspect="equal", title=f"w = {w}: the best cut gets {best:.0%} right")
    ax.set(xlabel="flavanoids", ylabel="colour intensity")
axes[1].legend()
figures.show(fig, alt="Projections of two kinds of wine: apart on (-1, 1), mixed on (1, 1).")

# %% [markdown]
# A layer makes one such measurement per node, so it moves every point somewhere else. Without an activation,
# $x \mapsto x W + b$ is an **affine map**. To read one, follow the unit vectors: $(1, 0) \, W$ is the first row of
# $W$ and $(0, 1) \, W$ the second. The rows of $W$ say where the axes go, and $b$ where the origin goes.
#
# **Predict.** `W = [[1, 0], [0.7, 1]]`. Where do the corners (1, 0), (0, 1) and (1, 1) of the unit square go? Which of the
# maps below is it?
#
# <details><summary>Answer</summary>
#
# To (1, 0), (0.7, 1) and their sum (1.7, 1). The bottom stays, the top is pushed to the right: the shear.
#
# </details>

# %% tags=["full-data"]
rows, columns = np.nonzero(x_train[y_train == 5][0] > 100)
ink = np.stack([columns - 13.5, 13.5 - rows], axis=1) / 7  # each dark pixel is a point
ticks, along = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 41), indexing="ij")
grid = np.concatenate([np.stack([ticks, along], -1), np.stack([along, ticks], -1)])
units, (c, s) = np.array([[0, 0], [1, 0], [0, 1]]), (np.cos(np.pi / 6), np.sin(np.pi / 6))
rotation, scaling = np.array([[c, s], [-s, c]]), np.array([[1.4, 0], [0, 0.6]])
shear, shift = np.array([[1, 0], [0.7, 1]]), np.array([0.8, 0.5])
split = np.array([[1, -1, 0, 0], [0, 0, 1, -1]])  # to x1, -x1, x2, -x2
join = np.array([[1, 0], [1, 0], [0, 1], [0, -1]])
maps = {
    "before": lambda x: x,
    "rotation": lambda x: x @ rotation,
    "scaling": lambda x: x @ scaling,
    "shear": lambda x: x @ shear,
    "translation": lambda x: x + shift,
    "all four in a row": lambda x: x @ rotation @ scaling @ shear + shift,
    "relu(x)": lambda x: np.maximum(x, 0),
    "relu(x @ split) @ join": lambda x: np.maximum(x @ split, 0) @ join,
}
# Only drawing from here to figures.show
fig, axes = plt.subplots(2, 4, figsize=(10.5, 4.7), sharex=True, sharey=True)
for ax, (title, move) in zip(axes.flat, maps.items(), strict=True):
    ax.plot(*move(grid).transpose(2, 1, 0), color="0.75", lw=0.7, ls="-", zorder=0)
    ax.scatter(*move(ink).T, s=5)
    tips = move(units)
    for k, color, lw in ((1, "#D55E00", 4), (2, "#009E73", 2)):
        arrow = {"arrowstyle": "->", "color": color, "lw": lw, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", tips[k], tips[0], arrowprops=arrow, zorder=3)
    ax.set(title=title, aspect="equal", xlim=(-3.7, 4.4), ylim=(-3.1, 3.1))
    ax.grid(False)
figures.show(
    fig,
    alt="A grid with a written 5. Affine maps keep its lines straight and parallel, ReLU "
    "presses three quarters flat, the last map folds the 5 onto its mirror image.",
)

# %% [markdown]
# The thick orange arrow is where $(1, 0)$ goes, the green one $(0, 1)$. Affine maps keep straight lines straight and
# parallel lines parallel, however many you put in a row. ReLU does not: it presses three quarters of the plane flat. Two ReLUs that look in opposite directions, added by a second layer, even
# *fold* the plane, since $|x_1| = \mathrm{relu}(x_1) + \mathrm{relu}(-x_1)$: in the last panel, `split` makes $x_1$ and
# $-x_1$, and `join` adds what ReLU leaves. No affine map can do that.
#
# ### Two linear layers are one
#
# Send a sample through two layers without activation. Distribute $W_2$ over the sum, then bracket the product anew:
#
# $$(x W_1 + b_1) W_2 + b_2 = (x W_1) W_2 + b_1 W_2 + b_2 = x \underbrace{(W_1 W_2)}_{W} + \underbrace{b_1 W_2 + b_2}_{b}$$
#
# A single layer is left. This is why networks have activations between their layers.

# %%
W2, b2 = rng.normal(0, 0.1, (128, 10)), rng.normal(0, 0.1, 10)
two = (eight @ W1 + b1) @ W2 + b2
assert np.allclose(two, eight @ (W1 @ W2) + (b1 @ W2 + b2))
assert not np.allclose(two, dense(eight, W1, b1) @ W2 + b2)
print(f"{100_480 + 1_290:,} parameters compute what {7_850:,} can; not with a ReLU between")

# %% [markdown]
# ## Preparing real images
#
# What stands between a file of digits and `x @ W + b`? Three steps. **Scale** the pixels from 0 … 255 to 0 … 1, as
# `float32`. **Flatten** each image of 28 × 28 into a row of 784, since a dense layer knows no height and width.
# **One-hot encode** the labels: class 4 of 10 becomes a row with a 1 in column 4 and 0 elsewhere. The labels are
# names, not amounts: a 9 is not three times a 3. In NumPy, row 4 of the unit matrix is just that row.

# %% tags=["full-data"]
x_rows = x_train[:1000].reshape(1000, -1).astype("float32") / 255
y = np.eye(10, dtype="float32")[y_train[:1000]]
keras_x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(x_train[:1000]))
assert np.allclose(x_rows, keras_x) and np.array_equal(y, tf.one_hot(y_train[:1000], 10))
assert np.array_equal(y, keras.utils.to_categorical(y_train[:1000], 10))
print("NumPy, TensorFlow and Keras agree:", x_rows.shape, x_rows.dtype, y.shape)
print("label", y_train[0], "->", y[0].astype(int))
for name, values in {"raw": x_rows * 255, "scaled": x_rows}.items():
    print(f"a layer's sums on {name:6} pixels: spread {np.std(values @ W1 + b1):6.2f}")

# %% [markdown]
# Why scale? Weights start small, but a sum over 784 raw pixels still runs into the hundreds. Lecture 3 shows what that
# does to learning. As `float32` the images take four times the memory: keep `uint8`, and scale each batch when needed.
#
# **Think.** You divide by 255. A colleague divides by the largest pixel of each image. What is lost?
#
# <details><summary>Answer</summary>
#
# The brightness: a faint image and a strong one look alike afterwards. A constant such as 255 is safe. Anything
# estimated, such as a mean, is estimated on the training data only and then used for all data.
#
# </details>
#
# ### A layer that reads digits, untrained
#
# A first classifier: guess the digit $j$ whose average image $m_j$ is nearest. Multiply out the squared distance:
#
# $$|x - m_j|^2 = |x|^2 - 2 \, x \cdot m_j + |m_j|^2$$
#
# $|x|^2$ is the same for every $j$, so it does not matter for the choice. Divide the rest by −2: the nearest average has
# the *largest* $x \cdot m_j - \tfrac{1}{2} |m_j|^2$. That is a dense layer without activation, with $m_j$ as column $j$
# of $W$ and $b_j = -\tfrac{1}{2} |m_j|^2$.

# %% tags=["full-data"]
means = np.float32([x_train[y_train == j].mean(axis=0) for j in range(10)]) / 255
W_digits, b_digits = means.reshape(10, 784).T, -0.5 * np.sum(means**2, axis=(1, 2))
test = x_test.reshape(len(x_test), 784).astype("float32") / 255
guess = np.argmax(test @ W_digits + b_digits, axis=1)
distances = np.sum((test[:50, None] - W_digits.T) ** 2, axis=2)  # (50, 1, 784) - (10, 784)
assert np.array_equal(distances.argmin(axis=1), guess[:50])
print(f"{np.mean(guess == y_test):.1%} of {len(test):,} test digits read correctly")
fig = figures.image_grid(means, [f"column {j}" for j in range(10)], columns=10, size=0.9)
figures.show(fig, alt="The columns of W as images: blurred averages of the digits 0 to 9.")

# %% [markdown]
# About 80 %, with a `W` that was simply written down. Each node measures how much the image looks like "its" digit.
# Better weights exist, and finding them is the subject of this course.
#
# ## Common mistakes
#
# **A column minus a row.** Shapes `(n, 1)` and `(n,)` broadcast to `(n, n)`, silently, and perfect predictions get an
# error of 2.5. **`*` for `@`.** It runs, and is something else. **Images not flattened.** NumPy stops, but a new Keras
# layer takes the last axis, 28, for the features and goes on.

# %%
target = np.array([1.0, 2.0, 3.0, 4.0])
column = target[:, None]  # what a model with one output node returns: (4, 1)
for name, error in {"wrong": column - target, "right": column[:, 0] - target}.items():
    print(name, error.shape, "mean square", np.mean(error**2))
print("*:", (column * target).shape, "@:", (column.T @ target).shape)
try:
    x_train[:5] @ W_digits
except ValueError as error:
    print("not flattened:", str(error).split(",")[0])
print("Keras:", keras.layers.Dense(10)(x_train[:5] / 255).shape, "instead of (5, 10)")

# %% [markdown]
# **Two dtypes in one operation.** NumPy takes the larger type, and your data quietly doubles in size. TensorFlow refuses
# two tensors of different dtype (a NumPy array it converts).
# **Scaling back into integers.** A fraction put into `uint8` is cut to 0. **One-hot without the number of classes.** A
# batch without the last classes gets too few columns.

# %%
print("NumPy: float32 * float64 =", (np.ones(2, "float32") * np.ones(2)).dtype)
try:
    tf.ones(2) * tf.constant(np.ones(2))
except tf.errors.InvalidArgumentError as error:
    print("TensorFlow:", str(error).split("[")[0])
print("pixel 200 / 255 as uint8:", (np.array([200]) / 255).astype("uint8")[0])
print("columns:", keras.utils.to_categorical([0, 3, 1]).shape[1], "instead of 10")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("01_tensors")

# %% [markdown]
# ## Summary
#
# - Tables have 2 axes, time series and grey images 3, colour images 4, video 5. The first counts samples.
# - `reshape` folds the same numbers anew, `transpose` exchanges axes, a reduction removes the axis you name. Slices are
#   views. `uint8` wraps around, networks use `float32`.
# - Broadcasting aligns shapes on the right; lengths must be equal or 1, and 1 is repeated.
# - $(n, d) \; @ \; (d, m)$ takes $n \cdot d \cdot m$ multiplications, and the brackets can change the count a lot.
# - A dense layer is `relu(x @ W + b)`; loops, NumPy, TensorFlow and Keras agree, loops far slower. A dot product
#   projects, affine maps keep lines straight, two of them make one, and ReLU bends.
# - Scale images to 0 … 1, flatten them, one-hot encode the labels.
#
# ## Exercise
#
# [Exercise 1](../exercises/01_tensors/01_tensors.ipynb) asks you to prepare images
# and labels, work out broadcast shapes, write a dense layer, merge two, and explain what a layer costs.
#
# ## Further reading
#
# - Joaquin Vanschoren, *Neural Networks* (lecture deck, Eindhoven University of Technology, undated): tensors, layers,
#   the geometric reading.
# - Heather Mattie, *Python with Keras* (lecture deck, Harvard T.H. Chan School of Public Health, 2020): preparing images.
# - Charles R. Harris and others, "Array programming with NumPy", *Nature* 585 (2020), 357–362.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, *Deep Learning* (2016), chapter 2: the linear algebra used here.
