# %% [markdown]
# # 10. Convolutional networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/10_cnn.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/10_cnn.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 9*
#
# **After this lecture you can**
#
# - Convolve a sequence and an image by hand, by loops, by a matrix product and with Keras, and show the results equal
# - Predict output sizes, parameter counts and receptive fields from kernel, stride, padding and channels
# - Pool feature maps, and test what a shift of the input does to convolution, to pooling and to a dense layer
# - Say which structure convolution builds in, and compare it fairly with dense and with separable layers
# - Train filters on text, and find the real n-grams that excite each of them in unseen reviews
# - Look into a trained network with feature maps, gradient ascent, occlusion and Grad-CAM, and test what a picture claims

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import datasets, figures, quizzes

import time
import timeit
from functools import partial

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from keras.losses import BinaryCrossentropy
from keras.utils import pad_sequences
from numpy.lib.stride_tricks import sliding_window_view

keras.utils.set_random_seed(0)
tf.get_logger().setLevel("ERROR")  # no advice on speed among the results
keras.config.disable_interactive_logging()  # no progress bars
rng = np.random.default_rng(0)
FAST = {"steps_per_execution": 20, "jit_compile": False}  # for compile

# %% [markdown]
# To a dense layer, a sleeve at the left edge and one two pixels further right are two different
# things. This lecture builds in what we know before any data: what matters is local, and may be
# anywhere.
#
# ## Sliding a filter along a sequence
#
# How can a few weights look at a long input? Let them slide. Elliott Ash's deck has the sequence 0,
# 3, 4, 5 and the **filter** {1, 2}. Lay it over the first two numbers, multiply, add, move on by
# one:
#
# | place | 0 | 3 | 4 | 5 | output |
# |---|---|---|---|---|---|
# | 0 | **0 · 1** | **3 · 2** | | | 6 |
# | 1 | | **3 · 1** | **4 · 2** | | 11 |
# | 2 | | | **4 · 1** | **5 · 2** | 14 |


# %%
def conv1d(x, w):  # the dot product at each place
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])


x, w = np.array([0.0, 3, 4, 5]), np.array([1.0, 2])
print("sequence", x, " filter", w, " output", conv1d(x, w))

# %% [markdown]
# $$z_i = \sum_{k=0}^{K-1} w_k \, x_{i+k}, \qquad i = 0, \dots, n - K$$
#
# This is **cross-correlation**; mathematicians' convolution turns the filter round first.
# Networks learn filters, so frameworks leave that out.
#
# **Predict.** `np.convolve` turns the filter round. What does it give at the three places
# (`"valid"`)?
#
# <details><summary>Answer</summary>
#
# With {2, 1}: $0 \cdot 2 + 3 \cdot 1 = 3$, then $3 \cdot 2 + 4 = 10$ and $4 \cdot 2 + 5 = 13$.
#
# </details>
#
# Who finds the weights? Gradient descent. Suppose you see only a sequence and its output. For the mean squared error over $m$ places with errors $e_i$, the slope along
# $w_k$ is $\frac{2}{m} \sum_i e_i \, x_{i+k}$. The sum is again a convolution, of $x$ with the
# errors.

# %%
layer = layers.Conv1D(1, kernel_size=2, use_bias=False)
layer.build((None, 4, 1))
layer.set_weights([w.reshape(2, 1, 1)])  # place, channel in, channel out
by_keras = np.ravel(layer(x.reshape(1, 4, 1)))
assert np.allclose([by_keras, np.correlate(x, w)], conv1d(x, w))
print("ours", conv1d(x, w), " Keras", by_keras, " np.convolve", np.convolve(x, w, "valid"))

signal, learnt = rng.normal(size=50), np.zeros(2)
for _ in range(100):
    errors = conv1d(signal, learnt) - conv1d(signal, w)
    learnt -= 0.1 * 2 / len(errors) * conv1d(signal, errors)
print("learnt from sequence and output:", learnt.round(4))

# %% [markdown]
# ## Filters over images
#
# In two dimensions a window of $K \times K$ pixels slides over rows and columns. A colour image, or
# a layer's output, has $C$ numbers at each place, its **channels**. A filter then has
# $K \cdot K \cdot C$ weights and adds up over channels too. Each filter makes one **feature map**,
# so $F$ filters make $F$ channels:
#
# $$z_{ijf} = b_f + \sum_{u=0}^{K-1} \sum_{v=0}^{K-1} \sum_{c=0}^{C-1} w_{uvcf} \; x_{i s + u, \; j s + v, \; c}$$
#
# The **stride** $s$ says by how many pixels the window moves, so far 1.


# %% tags=["full-data"]
def conv2d(x, w, b, stride=1, padding=0):  # shapes (h, w, C), (K, K, C, F), (F,)
    x, size = np.pad(x, [(padding, padding), (padding, padding), (0, 0)]), len(w)
    places = [(n - size) // stride + 1 for n in x.shape[:2]]
    z = np.zeros((*places, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        z[i, j, f] = b[f] + np.sum(x[top : top + size, left : left + size] * w[..., f])
    return z


(x_train, y_train), (x_test, y_test) = datasets.load_fashion_mnist()
x_train, y_train = x_train[:10_000, ..., None].copy(), y_train[:10_000]
x_test, y_test = x_test[:2_000, ..., None].copy(), y_test[:2_000]
left = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
edges = np.stack([left, left.T, np.ones((3, 3)) / 9], axis=-1)[:, :, None, :]
boot = x_test[np.argmax(y_test == 9)] / 255
pictures = [boot[..., 0], *np.moveaxis(conv2d(boot, edges, np.zeros(3)), -1, 0)]
titles = ["28 × 28", *[f"{name}, 26 × 26" for name in ("vertical", "horizontal", "mean")]]
fig = figures.image_grid(pictures, titles, columns=4, size=2, cmap="gray")
figures.show(fig, alt="A boot; its vertical edges; its horizontal edges; a blurred boot.")

# %% [markdown]
# The first filter subtracts what is right of a pixel from what is left of it. Where nothing
# changes, it gives 0, the background's grey. Going right (second map: down), dark to light comes
# out black, light to dark white.
#
# **Think.** A filter finds a sleeve anywhere. What can it *not* tell the layer above, if its map is
# averaged?
#
# <details><summary>Answer</summary>
#
# Where the sleeve was.
#
# </details>
#
# ## Stride, padding and channels
#
# How large is the feature map? Put $p$ zeros on either side: **padding**. The window starts at 0,
# $s$, $2s$, ..., and last at $n + 2p - K$ at most, or it would hang over. With 7 numbers and
# $K = 3$, windows start at 0 to 4; with $s = 2$ at 0, 2 and 4. The number of starts is
#
# $$n_{\text{out}} = \left\lfloor \frac{n + 2p - K}{s} \right\rfloor + 1 .$$
#
# Keras says `"valid"` for $p = 0$. With `"same"` it adds the *fewest* zeros that give
# $\lceil n / s \rceil$ places, in all $\max((\lceil n / s \rceil - 1) \, s + K - n, \; 0)$; an odd
# one goes to the right and bottom. With $s = 1$ and odd $K$ that is $p = (K - 1) / 2$, and size
# stays.

# %%
print(" n  K  s  Keras' valid and same   by formula   parameters for 8 channels to 16")
for n, size, s in [(28, 3, 1), (28, 5, 2), (27, 3, 2), (9, 4, 3)]:
    made = [layers.Conv2D(16, size, s, padding=p) for p in ("valid", "same")]
    sizes = [layer(np.zeros((1, n, n, 8))).shape[1] for layer in made]
    formula, count = [(n - size) // s + 1, -(-n // s)], (size * size * 8 + 1) * 16
    assert sizes == formula and count == made[0].count_params()
    print(f"{n:2} {size:2} {s:2}   {sizes!s:22} {formula!s:12} {count:,}")
assert len(conv2d(boot, edges, np.zeros(3), 2, 2)) == (28 + 2 * 2 - 3) // 2 + 1  # p = 2

# %% [markdown]
# The **parameters** do not depend on the image's size: $K \cdot K \cdot C$ weights and one bias for each filter, so
# $(K^2 C + 1) \, F$. The multiplications do: $K^2 C F$ for each of the $n_{\text{out}}^2$ places.
#
# **Predict.** A layer of 32 filters, 3 × 3, gets 16 channels of 7 × 7. How many parameters and,
# with `"same"`, multiplications has it?
#
# <details><summary>Answer</summary>
#
# $(9 \cdot 16 + 1) \cdot 32 = 4640$ parameters, and $9 \cdot 16 \cdot 32 \cdot 49 = 225{,}792$ multiplications. A dense layer from 784 numbers to 1,568
# would have 1.2 million of both.
#
# </details>
#
# ## Loops, a matrix product and Keras
#
# Why are frameworks faster than these loops? One way: copy every window into a *row* of a matrix,
# called **im2col**. The filters become the columns of another, and the convolution is one matrix
# product.


# %%
def im2col(x, size, stride=1):  # windows as rows, and how many down and across
    windows = sliding_window_view(x, (size, size, x.shape[2]))[::stride, ::stride, 0]
    return windows.reshape(-1, size * size * x.shape[2]), windows.shape[:2]


def conv_product(x, w, b, stride=1, padding=0):  # what conv2d does
    x = np.pad(x, [(padding, padding), (padding, padding), (0, 0)])
    rows, places = im2col(x, len(w), stride)
    return (rows @ w.reshape(-1, len(b)) + b).reshape(*places, len(b))


print("2 × 2 windows of 0 to 8:", im2col(np.arange(9).reshape(3, 3, 1), 2)[0].tolist())

# %%
for n, channels, filters, size, stride in [(7, 1, 2, 3, 1), (9, 3, 4, 3, 2), (12, 5, 6, 5, 3)]:
    x = rng.normal(size=(n, n + 2, channels))
    w, b = rng.normal(size=(size, size, channels, filters)), rng.normal(size=filters)
    layer = layers.Conv2D(filters, size, stride, dtype="float64")
    layer.build((None, *x.shape))
    layer.set_weights([w, b])
    loops, product = conv2d(x, w, b, stride), conv_product(x, w, b, stride)
    assert np.allclose([product, layer(x[None])[0]], loops, rtol=0, atol=1e-12)
    print(f"{x.shape} to {loops.shape}: loops, product and Keras are equal")

# %% tags=["nbval-ignore-output"]
x, w, b = rng.normal(size=(28, 28, 8)), rng.normal(size=(3, 3, 8, 16)), np.zeros(16)
times = [timeit.timeit(lambda f=f: f(x, w, b), number=1) for f in (conv2d, conv_product)]
print("loops {:.2f} ms, matrix product {:.2f} ms".format(*np.multiply(1000, times)))

# %% [markdown]
# **Think.** What does im2col pay for its speed?
#
# <details><summary>Answer</summary>
#
# Memory: with stride 1 each pixel is in up to $K^2$ windows, so for 3 × 3 the matrix is up to nine
# times the image.
#
# </details>
#
# ## Pooling and receptive fields
#
# How does a network get from edges to a shoe? By seeing more. **Max pooling** keeps the largest of
# each 2 × 2 block: *is it here, roughly?* Average pooling takes the mean. Both halve the size,
# rounded down, without parameters. **Global** pooling keeps one number of a whole map.
#
# After some layers, one number depends on many pixels: its **receptive field**. Let $r$ be its
# width, and $d$ the distance in pixels between neighbours on the map, at first both 1. A layer with
# window $K$ and stride $s$ sees $K$ neighbours, the first and the last $(K - 1) \, d$ pixels apart,
# so
#
# $$r \leftarrow r + (K - 1) \, d, \qquad d \leftarrow s \, d .$$
#
# **Predict.** Our network will have a 5 × 5 convolution with stride 2, 2 × 2 pooling with stride 2, and a 3 × 3 convolution. How many
# pixels does a number at its end see?
#
# <details><summary>Answer</summary>
#
# $r = 1 + 4 \cdot 1 = 5$, $d = 2$; then $5 + 1 \cdot 2 = 7$, $d = 4$; then $7 + 2 \cdot 4 = 15$.
#
# </details>


# %%
def max_pool(x, size=2):  # the largest of each block, in each channel
    rows, columns = x.shape[0] // size, x.shape[1] // size
    x = x[: rows * size, : columns * size]  # what is left over is left out
    return x.reshape(rows, size, columns, size, -1).max(axis=(1, 3))


def receptive_field(stack):  # width and distance after layers (window, stride)
    r = d = 1
    for size, stride in stack:
        r, d = r + (size - 1) * d, d * stride
    return r, d


x = rng.normal(size=(7, 9, 2))
assert np.allclose(max_pool(x), layers.MaxPooling2D()(x[None])[0])


def conv_net(filters=32, head=layers.Flatten):
    stack = [layers.Rescaling(1 / 255), layers.Conv2D(16, 5, 2, "same", activation="relu")]
    stack += [layers.MaxPooling2D(), layers.Conv2D(filters, 3, 1, "same"), layers.ReLU()]
    return keras.Sequential([keras.Input((28, 28, 1)), *stack, head(), layers.Dense(10)])


def see(model):  # the last maps before and after their ReLU, and the ten scores
    return keras.Model(model.inputs[0], [*[model.layers[k].output for k in (3, 4)], *model.outputs])


noise = tf.Variable(rng.normal(0, 255, (200, 28, 28, 1)), dtype="float32")
fresh, sizes = see(conv_net()), [(5, 2), (2, 2), (3, 1)]
with tf.GradientTape() as tape:
    centre = tf.reduce_sum(fresh(noise)[1][:, 3, 3])
seen = np.abs(tape.gradient(centre, noise)).mean(axis=0)[..., 0]
across, down = (np.ptp(np.flatnonzero(seen.sum(axis=k))) + 1 for k in (0, 1))
assert across == down == receptive_field(sizes)[0]
print(f"by formula {receptive_field(sizes)[0]}, measured {across} × {down} pixels")
fig = figures.image_grid([seen], ["mean |slope|, 28 × 28"], columns=1, size=3, cmap="viridis")
figures.show(fig, alt="Slopes fill a square of 15 by 15 pixels; weak at its edge, striped within.")

# %% [markdown]
# The slope's size along each pixel, averaged over 200 noise images, is exactly 0 outside a square
# of 15 pixels. Inside, more paths lead to the middle; the stripes come from stride 2.
#
# ## Translation equivariance
#
# What have we built in? A convolution *is* a dense layer with two restrictions. Most weights are 0,
# as each output sees only its neighbourhood: **local**. All rows have the same few weights, one
# place further: **shared**.

# %%
signal, w = rng.normal(size=12), np.array([-2.0, 1, 2])
matrix = sum(w[k] * np.eye(10, 12, k) for k in range(3))
assert np.allclose(matrix @ signal, conv1d(signal, w))
pair, titles = [rng.normal(size=(10, 12)), matrix], ["dense: 120 weights", "convolution: 3"]
fig = figures.image_grid(pair, titles, columns=2, size=3, cmap="PuOr")
figures.show(fig, alt="A full matrix of random weights; beside it, three diagonals, else white.")

# %% [markdown]
# Shared weights make the map shift along with the input. The layer is **translation equivariant**.
# Write $(Tx)_i = x_{i-1}$ for a shift by one. Then, away from borders,
#
# $$\mathrm{conv}(Tx)_i = \sum_k w_k \, (Tx)_{i+k} = \sum_k w_k \, x_{(i - 1) + k} = \mathrm{conv}(x)_{i-1} = (T \, \mathrm{conv}(x))_i .$$
#
# **Predict.** Which layers pass this test for a shift of one pixel: a 3 × 3 convolution, one with stride 2, 2 × 2 max pooling, a dense layer?
# And for two pixels?
#
# <details><summary>Answer</summary>
#
# For one pixel only the first. Stride 2 and pooling start windows at every second place, so a shift
# by one shows them other numbers. Two pixels move their map by exactly one place. A dense layer
# always fails.
#
# </details>

# %%
photo = np.pad(rng.normal(size=(1, 20, 20, 1)), [(0, 0), (8, 12), (8, 12), (0, 0)])
stack = [layers.Flatten(), layers.Dense(1600), layers.Reshape((40, 40, 1))]
kinds = {"dense": (keras.Sequential(stack), 1), "max pooling": (layers.MaxPooling2D(), 2)}
kinds |= {f"convolution, stride {s}": (layers.Conv2D(4, 3, s, padding="same"), s) for s in (1, 2)}
print("difference of layer(shifted) and shifted(layer), for 1, 2 and 4 pixels")
for name, (layer, stride) in kinds.items():
    plain, gaps = np.array(layer(photo)), []
    for shift in (1, 2, 4):
        gap = layer(np.roll(photo, shift, axis=2)) - np.roll(plain, shift // stride, axis=2)
        gaps.append(np.linalg.norm(gap) / np.linalg.norm(plain))
    print(f"{name:21}", *("  equal" if gap < 1e-6 else f"{gap:7.2f}" for gap in gaps))
    assert name == "dense" or max(gaps[stride - 1 :]) < 1e-6
peaks = [np.max(kinds["convolution, stride 1"][0](np.roll(photo, k, 2))) for k in (0, 1)]
print("stride 1: global maximum {:.3f}, after a shift by 1 {:.3f}".format(*peaks))

# %% [markdown]
# Equivariance is not **invariance**: the map moves. Its global maximum stays (last line): global
# pooling forgets the place. Heather Mattie's deck calls this structure built in: where it fits,
# there is less to learn.
#
# ## A CNN against a dense net
#
# Does it help? Compare three nets with *nearly equal parameter counts*, on the same 10,000 clothes, for
# three epochs: a dense net; a CNN whose 7 × 7 maps go into a dense layer; and a CNN with more
# filters that keeps only each map's largest number.

# %% tags=["nbval-ignore-output"]
hidden = [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(26, activation="relu")]
nets = {"dense": keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Dense(10)])}
nets |= {"CNN": conv_net(), "pooled CNN": conv_net(130, layers.GlobalMaxPooling2D)}
loss, (fig, ax) = keras.losses.SparseCategoricalCrossentropy(from_logits=True), plt.subplots()
for marker, (name, model) in zip("so^", nets.items(), strict=True):
    model.compile(keras.optimizers.Adam(0.003), loss, **FAST)
    model.optimizer.build(model.trainable_variables)  # else fit traces its graph twice
    fit = partial(model.fit, x_train, y_train, batch_size=64, epochs=3, verbose=0)
    seconds = timeit.timeit(fit, timer=time.process_time, number=1)
    moved = (layers.ZeroPadding2D(((0, 0), (k, 0)))(x_test)[:, :, :28] for k in range(7))
    right = [np.mean(model.predict(m, 500).argmax(axis=1) == y_test) for m in moved]
    ax.plot(right, marker=marker, label=name)
    print(f"{name:10} {model.count_params():,} parameters, {seconds:4.1f} CPU s", end=", ")
    print("accuracy at shifts 0, 2, 4:", *np.round(right[:5:2], 2))
ax.set(xlabel="test images shifted by (pixels)", ylabel="accuracy", ylim=(0, 1))
ax.legend()
figures.show(fig, alt="Dense net and CNN fall to about 0.2; the pooled CNN stays above 0.6.")

# %% [markdown]
# Unshifted clothes are read best by the CNN, about 0.87 against 0.84 for the dense net and 0.85 for
# the pooled one (one run each: 0.01 proves nothing). It pays in time: few weights, used at many
# places. Four pixels to the side, about 0.2 is left for the dense net, 0.3 for the CNN, 0.77 for
# the pooled CNN.
#
# **Think.** Convolution is equivariant. Why does the CNN fall at all, and why is the pooled CNN better at 4 pixels than at 2?
#
# <details><summary>Answer</summary>
#
# The CNN's dense layer has a weight for each place of the 7 × 7 map, and has only seen centred
# clothes. The pooled CNN forgets the place. Its strides multiply to 4: only shifts by 4 move its
# maps by whole places. What still changes is at the border.
#
# </details>
#
# A longer run (`longer_runs/10_cnn.py`), on all test images, with CPU seconds:
#
# | net | 10,000 images, 3 epochs | 60,000 images, 5 epochs |
# |---|---|---|
# | dense | 0.821, 1 s | 0.851, 4 s |
# | CNN | 0.856, 4 s | 0.890, 39 s |
# | pooled CNN | 0.850, 5 s | 0.886, 50 s |
#
# All gain three to four hundredths.
#
# ## Filters for text
#
# Can a filter read? A review is a sequence of words, each with a vector: 50 channels. A filter over
# three words has 150 weights and looks for a kind of **trigram**. **Global max pooling** then asks:
# how strongly was it found, anywhere?
#
# Elliott Ash's deck takes 250 such filters and a hidden layer of 25. Ours takes 32 and none, so
# that each has one weight in the verdict, whose sign tells (nothing is negative after a ReLU)
# whether it speaks for a good or a bad review.

# %% tags=["nbval-ignore-output"]
vocabulary, length = 5_000, 150
(r_train, c_train), (r_test, c_test) = datasets.load_imdb(vocabulary)
r_train, r_test = pad_sequences(r_train[:5000], length), pad_sequences(r_test[:2000], length)
c_train, c_test = c_train[:5000].astype("float32"), c_test[:2000].astype("float32")
words = {rank + 3: word for word, rank in datasets.load_imdb_word_index().items()}
words = [words.get(number, "-") for number in range(vocabulary)]


def text_net(layer):  # words to vectors, filters, global maximum, score
    keras.utils.set_random_seed(0)
    stack = [layers.Embedding(vocabulary, 50), layer, layers.GlobalMaxPooling1D()]
    model = keras.Sequential([keras.Input((length,), dtype="int32"), *stack, layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.002), BinaryCrossentropy(from_logits=True), **FAST)
    model.optimizer.build(model.trainable_variables)

    def epoch():
        model.fit(r_train, c_train, batch_size=64, verbose=0)

    seconds = timeit.repeat(epoch, timer=time.process_time, repeat=4, number=1)
    right, count = np.mean((model.predict(r_test, 500)[:, 0] > 0) == c_test), layer.count_params()
    print(f"{count:,} filter parameters, {min(seconds):.2f} CPU s an epoch, test {right:.2f}")
    return model, min(seconds)


reader, full = text_net(layers.Conv1D(32, 3, activation="relu"))

# %% [markdown]
# **Think.** Reviews are cut to their last 150 words, and "not" stands 20 words before "good". Can a
# filter find out?
#
# <details><summary>Answer</summary>
#
# No: its receptive field is three words.
#
# </details>
#
# ## The n-grams behind a filter
#
# What does a filter look for? The deck takes the largest weight at each place and reads its
# *index* as a word's number. But that index counts embedding dimensions, not words: here it is below
# 50, so the "words" are always among the most frequent. Ask the filter instead: rank the *real*
# trigrams of unseen reviews by how strongly they excite it.

# %% tags=["nbval-ignore-output"]
verdict = np.ravel(reader.layers[3].kernel)
listen = keras.Model(reader.inputs[0], reader.layers[1].output)
activity = listen.predict(r_test[:1000], 100)  # review, place, filter
windows = sliding_window_view(r_test[:1000], 3, axis=1).reshape(-1, 3)
known = sliding_window_view(r_train, 3, axis=1)  # a view, not a copy


def top_trigrams(f, count=5):  # in unseen reviews; * if training never had it
    found = {}
    for n in np.argsort(-activity[..., f], axis=None)[:500]:
        if len(found) < count and windows[n].min() > 3:  # whole words only
            star = "*" * (not np.any(np.all(known == windows[n], axis=2)))
            found[" ".join(words[k] for k in windows[n]) + star] = n
    return list(found)


strongest = np.argsort(verdict)
for f in [*strongest[-3:][::-1], *strongest[:3]]:
    print(f"{verdict[f]:+.2f}: {', '.join(top_trigrams(f))}")
numbers = np.abs(reader.layers[1].kernel[..., strongest[-1]]).argmax(axis=1).tolist()
print("the deck's reading of the first:", numbers, [words[k] for k in numbers])

# %% [markdown]
# Filters with positive weights answer mostly to praise, the others mostly to complaints. Training
# has read no phrase with a star. That takes no similar vectors: a filter adds one dot product per
# place, so "perfect" at the third excites it whatever stands before.
#
# A handful of phrases is no proof. Of 1,000 unseen reviews, take the 50 that excite a filter most.
# How many are good?

# %% tags=["nbval-ignore-output"]
pooled = activity.max(axis=1)
share = np.array([c_test[np.argsort(-pooled[:, f])[:50]].mean() for f in range(32)])
sides = {"all": verdict != 0, "weight below 0": verdict < 0, "weight above 0": verdict > 0}
for name, side in sides.items():
    print(f"{name:15} correlation {np.corrcoef(verdict[side], share[side])[0, 1]:5.2f}")
fig, ax = plt.subplots(figsize=(7, 4))
ax.plot(verdict, share, "o", alpha=0.6)
for f, side in zip(strongest[[0, -1]], ["left", "right"], strict=True):
    at, text = (verdict[f], share[f]), top_trigrams(f, 1)[0]
    ax.annotate(text, at, (at[0], 0.52), ha=side, arrowprops={"arrowstyle": "->"})
ax.set(xlabel="weight in the verdict", ylabel="share of good reviews in top 50", ylim=(0, 1))
figures.show(fig, alt="Two clouds: left at most 0.24 good, right at least 0.54; neither rises.")

# %% [markdown]
# The high correlation is the gap between two clouds; within them it is 0.1. A weight's *sign*
# tells what its filter listens for, its *size* hardly anything.
#
# **Think.** A filter's best trigram is "funny and excellent". What does that say, and what not?
#
# <details><summary>Answer</summary>
#
# That this trigram excites it, perhaps through "excellent" alone. What excites a filter most may be rare.
#
# </details>
#
# ## Separable convolution
#
# Must every filter have its own weight for every channel and place? A **separable** convolution
# makes do with products: first a small filter for each channel by itself ($K \cdot C$ weights),
# then a mix of the channels at each place ($C \cdot F$ weights). For 50 channels and 32 filters of
# three words, that is $150 + 1600 + 32 = 1782$ parameters in place of $(150 + 1) \cdot 32 = 4832$.
#
# **Predict.** The deck says: similar accuracy, faster training. With little over a third of the
# multiplications, will an epoch take a third of the time?
#
# <details><summary>Answer</summary>
#
# Hardly: the convolution is not all the work.
#
# </details>

# %% tags=["nbval-ignore-output"]
_, separable = text_net(layers.SeparableConv1D(32, 3, activation="relu"))
print(f"an epoch takes {separable / full:.0%} of the full convolution's time")

# %% [markdown]
# Three seeds on all 25,000 reviews (longer run):
#
# | filters | full: accuracy ± deviation, fastest epoch's CPU seconds | separable |
# |---|---|---|
# | 32 | 0.867 ± 0.004, 5.5 s | 0.859 ± 0.003, 4.4 s |
# | 250, then 25 hidden | 0.867 ± 0.005, 12.0 s | 0.856 ± 0.008, 8.7 s |
#
# Separable loses about 0.01 and saves about a quarter of the time. The deck's size brings nothing.
#
# ## How a network sees
#
# What do the image filters do? Here are pictures and their seven busiest **feature maps** of 16,
# each on its own scale.

# %% tags=["nbval-ignore-output"]
activity = None  # makes room for maps of images
cnn = nets["pooled CNN"]
chosen = [np.argmax(y_test == k) for k in (9, 8, 3)]
maps = keras.Model(cnn.inputs[0], cnn.layers[1].output)(x_test[chosen]).numpy()
busy = np.argsort(-maps.mean(axis=(0, 1, 2)))[:7]
pictures = [p for k in range(3) for p in [x_test[chosen[k], ..., 0], *maps[k, ..., busy]]]
fig = figures.image_grid(pictures, columns=8, size=1.15, cmap="magma")
figures.show(fig, alt="Boot, bag and dress, each with seven maps: filled shapes or bright edges.")

# %% [markdown]
# Some filters answer to surfaces, others to edges on one side; two also to empty background.
# Which picture excites a filter *most*? Start with noise, and climb: **gradient ascent** on the
# pixels, with fixed weights. Each picture is blurred a little first, against noise. Of 130
# filters, here are the 8 with the strongest answers: a pattern of the receptive field's size, 15 ×
# 15 pixels, above the three real patches of unseen clothes that excite its filter most.

# %% tags=["nbval-ignore-output"]
eye, early = see(cnn), keras.Model(cnn.inputs[0], cnn.layers[3].output)
deep = early.predict(x_test[:500], 100)  # before the ReLU: its slope never goes flat
lively = np.argsort(-deep.max(axis=(0, 1, 2)))[:8].astype("int32")
image = tf.Variable(rng.uniform(0, 50, (8, 28, 28, 1)), dtype="float32")
which = np.stack([np.arange(8), [3] * 8, [3] * 8, lively], axis=1)
for _ in range(100):
    with tf.GradientTape() as tape:
        smooth = tf.nn.avg_pool2d(image, 3, 1, "SAME")
        score = tf.gather_nd(early(smooth), which)
    slope = tape.gradient(score, image)
    step = 8 * slope / tf.math.reduce_std(slope, axis=(1, 2, 3), keepdims=True)
    image.assign(tf.clip_by_value(image + step, 0, 255))
gain = score / deep.max(axis=(0, 1, 2))[lively]
print(f"patterns excite {min(gain):.1f} to {max(gain):.1f} times as much as the best real patch")

patches = list(smooth.numpy()[:, 7:22, 7:22, 0])
frame = np.pad(x_test[..., 0], [(0, 0), (5, 6), (5, 6)])
for rank, f in np.ndindex(3, 8):
    maps = deep[..., lively[f]]
    n = maps.max(axis=(1, 2)).argsort()[-1 - rank]
    i, j = 4 * np.array(np.unravel_index(maps[n].argmax(), (7, 7)))
    patches.append(frame[n, i : i + 15, j : j + 15])
patches = [np.pad(patch, 1, constant_values=128) for patch in patches]
fig = figures.image_grid(patches, columns=8, size=1.1)
figures.show(fig, alt="Eight patterns, each above three patches: collars, shoes, trouser legs.")

# %% [markdown]
# Several patterns show what their patches share: the curve of a shoe, the gap between two legs. But
# some excite less than real patches: a climb can end on a low hill, and patterns are blurred.
#
# **Think.** Why look at real patches as well?
#
# <details><summary>Answer</summary>
#
# The pattern shows what the filter *could* answer to; only patches that exist decide anything.
#
# </details>
#
# ## Which pixels decide
#
# Why "bag"? **Occlusion** covers a square of 8 × 8 pixels, place by place, and notes how much of
# the class's probability is lost. **Grad-CAM** asks the gradient: let $A_f$ be the maps of the last
# convolution and $o$ the class's score. A map matters by its mean slope, and the heat is the
# weighted sum, as far as it speaks *for* the class:
#
# $$\alpha_f = \frac{1}{49} \sum_{ij} \frac{\partial o}{\partial A_{ijf}}, \qquad H_{ij} = \mathrm{relu} \Big( \sum_f \alpha_f A_{ijf} \Big)$$
#
# **Predict.** Which needs more forward passes?
#
# <details><summary>Answer</summary>
#
# Occlusion: one for each of 49 places, one uncovered. Grad-CAM needs one, and one backward pass.
#
# </details>


# %% tags=["nbval-ignore-output"]
def occlusion(model, x):  # what covering each square costs the class
    copies = np.repeat(x[None], 50, axis=0)  # the last one stays as it is
    for place, (i, j) in enumerate(np.ndindex(7, 7)):
        copies[place, max(4 * i - 2, 0) : 4 * i + 6, max(4 * j - 2, 0) : 4 * j + 6] = 0
    p = tf.nn.softmax(model(copies)).numpy()
    return (p[-1].max() - p[:-1, p[-1].argmax()]).reshape(7, 7)


def grad_cam(eye, images):  # heat maps of the predicted classes
    with tf.GradientTape() as tape:
        _, maps, scores = eye(images)
        score = tf.reduce_max(scores, axis=1)  # each image has its own
    alpha = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(alpha * maps, axis=-1)).numpy()


sure = tf.nn.softmax(cnn.predict(x_test, 500)).numpy()
chosen = [np.argmax((y_test == k) & (abs(sure[:, k] - 0.8) < 0.1)) for k in (9, 8, 1, 0, 5, 3)]
hot = [*[occlusion(cnn, x_test[n]) for n in chosen], *grad_cam(eye, x_test[chosen])]
pictures = [x_test[n] / 255 * [-1, -1, -1] + 1 for n in chosen]
for heat, picture in zip(hot, pictures * 2, strict=True):
    heat = np.kron(np.maximum(heat, 0) / (heat.max() + 1e-9), np.ones((4, 4)))
    pictures.append((0.5 + 0.5 * picture) * plt.cm.Reds(heat)[..., :3])
titles = [f"{datasets.FASHION_NAMES[y_test[n]]}, {sure[n].max():.2f}" for n in chosen]
titles += [f"occlusion, up to {heat.max():.2f}" for heat in hot[:6]] + ["Grad-CAM"] * 6
fig = figures.image_grid(pictures, titles, columns=6, size=1.5)
figures.show(fig, alt="Six clothes; occlusion heats parts of them, Grad-CAM also what is beside.")

# %% [markdown]
# Each map has its own scale; an occlusion map's title says what its dark red costs. Occlusion heats
# parts of the garment or its edge, Grad-CAM often what lies beside it: its cells see 15 × 15 pixels,
# and say only roughly where. Test the maps on 200 images: set the six hottest of 49 cells to 0, and see
# what is left of the probability. Compare with six random cells and the six of most ink: a map that
# only finds the garment looks good too.

# %% tags=["nbval-ignore-output"]
few, heats = x_test[:200], {"random": rng.random((200, 7, 7))}
heats |= {"most ink": few.reshape(200, 7, 4, 7, 4).mean((2, 4)), "Grad-CAM": grad_cam(eye, few)}
heats["occlusion"] = np.stack([occlusion(cnn, x) for x in few])
empty = {k: sum(not m.any() for m in grad_cam(see(nets[k]), few)) for k in [*nets][1:]}
print("empty maps of Grad-CAM, of 200:", empty)
print(f"probability {sure[:200].max(axis=1).mean():.2f}; with cells cut out, ± standard error:")
for name, heat in heats.items():
    rank = heat.reshape(200, 49).argsort(axis=1).argsort(axis=1).reshape(200, 7, 7)
    keep = np.kron(rank < 43, np.ones((1, 4, 4)))[..., None]
    p = tf.nn.softmax(cnn.predict(few * keep, 100)).numpy()
    p = p[np.arange(200), sure[:200].argmax(axis=1)]
    print(f"{name:10} {p.mean():.2f} ± {p.std() / len(p) ** 0.5:.2f}")

# %% [markdown]
# Occlusion finds what the decision hangs on; it asked nearly this. Grad-CAM does a little better
# than chance, and worse than ink. With a dense layer behind the maps, most of its heat maps are
# even *empty*: there a map has 49 weights, and if their mean is negative, it counts against the
# class everywhere. With global max pooling it has one; but the score hears only the map's largest
# number, and Grad-CAM counts every cell. Only with global *average* pooling is nothing lost. A
# plausible picture is no evidence.
#
# ## Common mistakes
#
# **No channel axis.** A grey image still has one channel. Keras wants it last. **"same" is not
# always $p = (K-1)/2$.** With stride 2 and an even size, an odd window gets one zero more on the
# right.

# %% tags=["full-data"]
try:
    layers.Conv2D(4, 3)(np.zeros((1, 28, 28)))
except ValueError as error:
    print("no channel axis:", str(error).split(": ", 1)[-1][:70])
layer = layers.Conv2D(1, 3, 2, padding="same", kernel_initializer="ones")
ours, keras_own = conv2d(boot, np.ones((3, 3, 1, 1)), np.zeros(1), 2, 1), layer(boot[None])[0]
print(f"same, stride 2: {keras_own[9, 9, 0]:.2f}; padding 1 all round: {ours[9, 9, 0]:.2f}")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("10_cnn")

# %% [markdown]
# ## Summary
#
# - A filter slides, multiplies and adds. Loops, a matrix product (im2col) and Keras agree.
# - Output size $\lfloor (n + 2p - K) / s \rfloor + 1$, parameters $(K^2 C + 1) F$, receptive field $r + (K - 1) d$ with $d \leftarrow s d$.
# - Convolution shifts along with its input; strides and pooling do so for multiples of the stride, a dense layer never.
# - It is a dense layer with local and shared weights. With nearly as many parameters it read
#   clothes better, in more time; global pooling made it bear shifts; separable layers save
#   parameters, but little time.
# - Text filters look for kinds of n-grams. Rank real, unseen n-grams by activation; a weight's
#   index is no word.
# - Feature maps and gradient ascent show what excites. Heat maps *claim* to show what decides: cut
#   out what they mark, and compare with random cells and ink.
#
# ## Exercise
#
# [Exercise 10](../exercises/10_cnn/10_cnn.ipynb): write convolution, max pooling, output sizes and
# receptive fields, and explain a text filter.
#
# ## Further reading
#
# - Elliott Ash, *Neural Nets II* (lecture deck, Bocconi, 2018): text CNNs.
# - Heather Mattie, *Python with Keras* (lecture deck, Harvard T.H. Chan School of Public
#   Health, 2020).
# - Yann LeCun and others, "Gradient-based learning applied to document recognition", *Proceedings of the IEEE* 86 (1998).
# - Yoon Kim, "Convolutional neural networks for sentence classification", *EMNLP* (2014).
# - Alon Jacovi, Oren Sar Shalom and Yoav Goldberg, "Understanding convolutional neural networks for text classification", *BlackboxNLP* (2018).
# - Matthew Zeiler and Rob Fergus, "Visualizing and understanding convolutional networks", *ECCV* (2014): occlusion.
# - Ramprasaath Selvaraju and others, "Grad-CAM", *ICCV* (2017).
# - François Chollet, "Xception: deep learning with depthwise separable convolutions", *CVPR* (2017).
