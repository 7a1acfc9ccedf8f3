# %% [markdown]
# # 12. Autoencoders
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/12_autoencoders.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/12_autoencoders.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 10*
#
# **After this lecture you can**
#
# - Flatten the Swiss roll by PCA, by Isomap and by an autoencoder, and measure how well each keeps neighbours
# - Show that a linear autoencoder finds the subspace of PCA, and measure the angles between the two
# - Train an autoencoder, split it into encoder and decoder, and compare deep, convolutional, sparse and denoising kinds
# - Draw a map of codes by t-SNE, and judge it by time and by trustworthiness
# - Detect anomalies by reconstruction error with a threshold set on normal data, read a ROC curve, and retrieve images by their codes
# - Derive and train a variational autoencoder, sample new images from it, and read its latent space

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import datasets, figures, quizzes

import gc
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers, ops
from scipy.linalg import toeplitz
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from scipy.stats import norm
from sklearn import metrics
from sklearn.datasets import make_swiss_roll
from sklearn.manifold import TSNE, Isomap, trustworthiness
from threadpoolctl import threadpool_limits

keras.utils.set_random_seed(0)
tf.get_logger().setLevel("ERROR")  # no advice on speed among the results
keras.config.disable_interactive_logging()  # no progress bars
rng = np.random.default_rng(0)
FAST = {"steps_per_execution": 40, "jit_compile": False}  # for compile
threadpool_limits(1, "blas")  # on small matrices two threads wait for each other


# plumbing
def run(net, x):  # in slices; `predict` would keep a graph, and its memory, for each net
    return np.concatenate([net(part) for part in np.array_split(x, 8)])


def draw_map(ax, z, kinds):  # points on the plane, coloured and named by their digit
    ax.scatter(*z.T, c=kinds, s=6, cmap="tab10")
    for c in range(10):
        own = z[kinds == c]
        middle = own[cdist(own, own).sum(axis=1).argmin()]  # least far from the others
        ax.text(*middle, c, size=11, weight="bold", ha="center")


def draw_digits(images, columns, names=(), low=0, cmap="gray_r"):  # in rows, on one scale
    tiles = np.reshape(images, (-1, columns, 28, 28)).swapaxes(1, 2).reshape(-1, 28 * columns)
    fig, ax = plt.subplots(figsize=(10, 10 * len(tiles) / tiles.shape[1]))
    ax.imshow(tiles, cmap=cmap, vmin=low, vmax=1)
    ax.set(xticks=[], yticks=14 + 28 * np.arange(len(names)), yticklabels=names, frame_on=False)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    return fig


# %% [markdown]
# An image of 28 × 28 pixels is a point in 784 dimensions. Digits fill hardly any of that space.
# This lecture looks for the few numbers that tell them apart, without labels.
#
# ## The Swiss roll
#
# Roll up a sheet of paper with dots on it. Each dot has three coordinates now, but two numbers
# still tell which it is: how far along the sheet, and how far across. Such a curved sheet is a
# **manifold**. Dots on neighbouring turns are near through the air and far along the paper, by
# their **geodesic distance**.
#
# **PCA** projects onto the plane in which the points vary most: it squashes the roll. **Isomap**
# unrolls it: join each point to its ten nearest, take shortest paths in this graph as distances,
# and lay the points out to fit. An **autoencoder** is a network trained to give back its input,
# through a middle too narrow to copy it:
#
# $$x \xrightarrow{\text{ encoder } f \; } h \xrightarrow{\text{ decoder } g \; } \hat x, \qquad \text{loss} = \frac{1}{n} \sum_i \lVert x_i - g(f(x_i)) \rVert^2$$
#
# The middle $h$ is the **code**: here two numbers for three.
#
# **Predict.** The autoencoder never hears of distances along the sheet. Must its map be as flat as Isomap's?
#
# <details><summary>Answer</summary>
#
# No. Every code from which the decoder can find the point is equally good: bent, folded up, or
# stretched until it looks torn.
#
# </details>


# %% tags=["nbval-ignore-output"]
def dense(*sizes, last=None):  # dense layers, with ReLU between them
    hidden = [layers.Dense(n, activation="relu") for n in sizes[1:-1]]
    return keras.Sequential([keras.Input(sizes[:1]), *hidden, layers.Dense(sizes[-1], last)])


def train(encoder, decoder, x, epochs, target=None, loss="binary_crossentropy", rate=0.005):
    model, start = keras.Sequential([encoder, decoder]), time.process_time()
    model.compile(keras.optimizers.Adam(rate), loss, **FAST)
    model.optimizer.build(model.trainable_variables)  # else fit traces its graph twice
    x = ops.convert_to_tensor(x)
    model.fit(x, x if target is None else target, batch_size=100, epochs=epochs, verbose=0)
    gc.collect()  # gives back the memory of graph and data
    return time.process_time() - start


points, turn = make_swiss_roll(1000, random_state=0)
along = (turn * np.sqrt(1 + turn**2) + np.arcsinh(turn)) / 2  # length of the spiral
sheet = np.stack([along, points[:, 1]], axis=1)
roll = ((points - points.mean(axis=0)) / points.std()).astype("float32")
encoder, decoder = dense(3, 64, 64, 2), dense(2, 64, 64, 3)
train(encoder, decoder, np.tile(roll, (90, 1)), 1, loss="mse", rate=0.003)  # 90 times each
maps = {"PCA": roll @ np.linalg.svd(roll)[2][:2].T}
maps["Isomap"] = Isomap(n_neighbors=10).fit_transform(roll)
maps["autoencoder"] = run(encoder, roll)

fig = plt.figure(figsize=(9, 6))
solid = {"projection": "3d", "title": "the roll", "elev": 8, "azim": -75}
fig.add_subplot(2, 2, 1, **solid).scatter(*roll.T, c=along, s=8, cmap="viridis")
for place, (name, z) in enumerate(maps.items(), start=2):
    fig.add_subplot(2, 2, place, title=name).scatter(*z.T, c=along, s=8, cmap="viridis")
figures.show(fig, alt="PCA: turns overlap. Isomap: a rectangle. Autoencoder: a bent, folded sheet.")

# %% [markdown]
# Colour is the length along the sheet. Are neighbours on the map real neighbours? Let $r(i, j)$ be
# the rank of point $j$ among the neighbours of $i$ in truth, 1 for the nearest. Go through the $k$
# nearest on the *map*, $N_i$. A stranger with rank $k + 5$ costs 5. Divided by the largest possible
# sum (if $k < n / 2$), and taken from 1, this is **trustworthiness**: 1 is perfect, 0 the worst.
#
# $$T = 1 - \frac{2}{n k \, (2n - 3k - 1)} \sum_{i=1}^n \sum_{j \in N_i} \max(0, \; r(i, j) - k)$$


# %% tags=["nbval-ignore-output"]
def trust(truth, z, k=10):  # are neighbours on the map z true neighbours?
    apart = [cdist(p, p) for p in (truth, z)]
    for d in apart:
        np.fill_diagonal(d, -1)  # nobody is nearer to you than yourself: rank 0
    by_truth, by_map = (d.argsort(axis=1) for d in apart)
    ranks = np.take_along_axis(by_truth.argsort(axis=1), by_map[:, 1 : k + 1], axis=1)
    n = len(z)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * np.maximum(ranks - k, 0).sum()


for name, z in (maps | {"at random": rng.random((1000, 2))}).items():
    assert np.isclose(trust(sheet, z), trustworthiness(sheet, z, n_neighbors=10))
    in_air, on_sheet = trust(roll, z), trust(sheet, z)
    print(f"{name:12} neighbours in the air {in_air:.3f}, on the sheet {on_sheet:.3f}")

# %% [markdown]
# Isomap is all but perfect, PCA lays turns over each other, and the autoencoder lies between: where
# its map brings two turns together, strangers become neighbours. $T$ sees neither true neighbours
# torn apart nor how far apart strangers are. But an autoencoder has a formula for new points, and a
# way back.
#
# ## A linear autoencoder is PCA
#
# Leave out the activations. Centre the data, $X$ of shape $(n, d)$, and let $H = XW$ be the codes
# of $k$ numbers and $\hat X = HV$ the output. The loss is $\frac{1}{n} \lVert XWV - X \rVert^2$,
# with the sum of all squares.
#
# All outputs lie in the space that the $k$ rows of $V$ span. Choose an orthonormal basis
# $v_1, \dots, v_k$ of it. Its point nearest to $x$ is the projection $\sum_j (x \cdot v_j) \, v_j$,
# and by Pythagoras what is left has the square $\lVert x \rVert^2 - \sum_j (x \cdot v_j)^2$. So the
# best loss for this space, which some $W$ and $V$ reach, is
#
# $$\frac{1}{n} \sum_i \lVert x_i \rVert^2 - \sum_{j=1}^k v_j^\top C v_j, \qquad C = \frac{1}{n} X^\top X .$$
#
# Let $u_1, u_2, \dots$ be the orthonormal eigenvectors of $C$, the **principal components**, with
# eigenvalues $\lambda_1 \ge \lambda_2 \ge \dots$ Then
#
# $$\sum_j v_j^\top C v_j = \sum_i \lambda_i c_i, \qquad c_i = \sum_{j=1}^k (u_i \cdot v_j)^2 .$$
#
# Each $c_i$ is the squared length of the projection of a unit vector, so it is between 0 and 1, and together they make $k$, the squared lengths of the $v_j$.
# To make the sum large, give 1 to the $k$ largest eigenvalues and 0 to the others. That is the space of the first $k$ principal components, and the only one if
# $\lambda_k > \lambda_{k+1}$. The loss that remains is $\lambda_{k+1} + \dots + \lambda_d$.
#
# Can descent find it? (No other minimum can catch it, only saddles: Baldi and Hornik.) NumPy's autoencoder uses
# L-BFGS (lecture 3), Keras' Adam. With the errors $R = XWV - X$, the slopes are those of lecture 4:
#
# $$\frac{\partial L}{\partial V} = \frac{2}{n} H^\top R, \qquad \frac{\partial L}{\partial W} = \frac{2}{n} X^\top R V^\top .$$


# %% tags=["nbval-ignore-output"]
def linear_loss(weights, x, k):  # the loss of XWV, and its slopes, as one vector
    w, v = weights.reshape(2, -1, k)
    errors = x @ w @ v.T - x  # v has its rows as columns, like w
    slopes = [x.T @ errors @ v, errors.T @ x @ w]
    return np.sum(errors**2) / len(x), 2 / len(x) * np.ravel(slopes)


def angles(a, b):  # principal angles between the columns of a and of b, in degrees
    bases = [np.linalg.qr(m.astype(float))[0] for m in (a, b)]
    cosines = np.linalg.svd(bases[0].T @ bases[1])[1]
    return np.degrees(np.arccos(np.clip(cosines, 0, 1)))


digits, k = datasets.load_digits()[0].reshape(-1, 64) / 16, 6
digits -= digits.mean(axis=0)
values, vectors = np.linalg.eigh(digits.T @ digits / len(digits))  # sorted upwards
components = vectors[:, : -k - 1 : -1]

start = rng.normal(0, 0.1, 2 * 64 * k)
found = minimize(linear_loss, start, (digits, k), jac=True, method="L-BFGS-B")
print(f"loss that PCA leaves {values[:-k].sum():.4f}, and NumPy's autoencoder {found.fun:.4f}")
encoder, decoder = (dense(*pair) for pair in [(64, k), (k, 64)])
decay = keras.optimizers.schedules.CosineDecay(0.03, 30 * 18)
train(encoder, decoder, digits, 30, loss="mse", rate=decay)
w, v = found.x.reshape(2, 64, k)
for space in (v, decoder.get_weights()[0].T):
    apart = angles(space, components)
    assert apart.max() < 2
    print(f"angles between PCA's space and the decoder's {apart.round(2)} degrees")

code, mix = digits @ w, rng.normal(size=(k, k))  # codes mixed, and the mix undone
assert np.allclose(code @ mix @ np.linalg.inv(mix) @ v.T, code @ v.T)

# %% [markdown]
# **Principal angles** compare two spaces: the smallest angle between a direction of each, then the
# next in what is left. All are 0 if the spaces are equal: nearly so for both decoders. Only the *space* is determined: mix the codes, let the decoder undo it, and the output is
# the same.
#
# **Think.** Some pixels of these digits are always blank. Are the encoder's weights for them determined?
#
# <details><summary>Answer</summary>
#
# No. They multiply 0 after centring, so they stay as they started.
#
# </details>
#
# ## Thirty-two numbers for an image
#
# Now with activations. Elliott Ash's deck squeezes its inputs, here MNIST's 784 pixels, through 32 ReLU units, with a sigmoid at the output and binary cross-entropy as the loss. With a grey pixel $t$ and an output $p$ its slope is
#
# $$\frac{\partial}{\partial p} \big( -t \log p - (1 - t) \log(1 - p) \big) = -\frac{t}{p} + \frac{1 - t}{1 - p} = \frac{p - t}{p \, (1 - p)} ,$$
#
# so $p = t$ is the best, though the loss there is not 0. Build the whole network, then split it: Keras makes a model from any tensor to any later one.
#
# **Predict.** PCA with 32 components leaves the least squared error of all linear autoencoders on
# the digits it is made from. Will the 32 units beat it on unseen ones?
#
# <details><summary>Answer</summary>
#
# They could, not being linear, if training gets them there.
#
# </details>

# %% tags=["nbval-ignore-output"]
(x, labels), (x_test, y_test) = datasets.load_mnist()
data, labels = tf.constant(x[:4_000].reshape(-1, 784) / np.float32(255)), labels[:4_000]
x = np.asarray(data)  # the same numbers in the same place
x_test, y_test = x_test[:2_000].reshape(-1, 784) / np.float32(255), y_test[:2_000]
mean = x.mean(axis=0)
basis = np.linalg.eigh((x - mean).T @ (x - mean))[1][:, ::-1]


def pca(x):  # through 32 numbers and back
    return mean + (x - mean) @ basis[:, :32] @ basis[:, :32].T


def through(pair, x):
    return run(pair[1], run(pair[0], x))


def missed(out):  # squared error of a pixel of unseen digits
    return np.mean((out - x_test) ** 2)


pixels = keras.Input((784,))
code = layers.Dense(32, activation="relu")(pixels)
output = layers.Dense(784, activation="sigmoid")(code)
whole = keras.Model(pixels, output)
shallow = keras.Model(pixels, code), keras.Model(code, output)
seconds = train(*shallow, data, 18)
assert np.allclose(through(shallow, x_test), run(whole, x_test), atol=1e-6)

print(f"error of PCA {missed(pca(x_test)):.4f}, of 32 units {missed(run(whole, x_test)):.4f}")
first = [np.argmax(y_test == c) for c in range(10)]
rows = [x_test[first], pca(x_test[first]), run(whole, x_test[first])]
fig = draw_digits(rows, 10, ["digit", "PCA", "32 units"])
figures.show(fig, alt="Ten digits; by PCA, with grey shadows; by 32 units, the 8 and 9 broken.")

# %% [markdown]
# Most digits survive in 32 numbers, 4 percent of their pixels; the 8 and the 9 hardly do. The
# errors are close after so little training.
#
# ## Deep, convolutional, sparse, denoising
#
# A **deep** autoencoder has hidden layers in encoder and decoder, so that it can bend. A
# **convolutional** one shrinks 28 × 28 to 7 × 7 by strides, and its decoder grows it again by
# **transposed convolution**. As in lecture 10, a convolution is a matrix $A$; with stride 2 and a
# filter of 3 it takes 7 numbers to 3. Its transpose takes 3 numbers to 7: each lays down a copy of
# the filter, times this number, two places further on, and overlaps add. (**Upsampling** repeats
# each pixel, then convolves: no chequered patterns by uneven overlap.)

# %%
matrix = toeplitz([2.0, 0, 0, 0, 0], [2, 3, 5, 0, 0, 0, 0])[::2]  # filter {2, 3, 5}, stride 2
grow = layers.Conv1DTranspose(1, 3, strides=2, use_bias=False)
grow.build((None, 3, 1))
grow.set_weights([np.reshape([2.0, 3, 5], (3, 1, 1))])
small = np.array([1.0, 10, 100])
assert np.allclose(np.ravel(grow(small.reshape(1, 3, 1))), matrix.T @ small)
print(matrix.T @ small, "by both")

# %% [markdown]
# **Predict.** All have codes of 32 numbers, and train for 18, 12 and 5 epochs. Which rebuilds
# unseen digits best, and which costs most?
#
# <details><summary>Answer</summary>
#
# The deep one, here. The convolutional one costs most: its few weights are used at many places. Five
# epochs are too few for it.
#
# </details>


# %% tags=["nbval-ignore-output"]
def conv_pair():
    options = {"strides": 2, "padding": "same", "activation": "relu"}
    down = [layers.Conv2D(8, 3, **options), layers.Conv2D(16, 3, **options)]
    down = [layers.Reshape((28, 28, 1)), *down, layers.Flatten(), layers.Dense(32)]
    up = [layers.Dense(7 * 7 * 16, activation="relu"), layers.Reshape((7, 7, 16))]
    up += [layers.Conv2DTranspose(8, 3, **options)]
    up += [layers.Conv2DTranspose(1, 3, **options | {"activation": "sigmoid"}), layers.Flatten()]
    return [keras.Sequential([keras.Input((n,)), *p]) for n, p in [(784, down), (32, up)]]


deep = dense(784, 192, 32), dense(32, 192, 784, last="sigmoid")  # no ReLU on this code
pairs = {"32 units": shallow, "deep": deep, "convolutional": conv_pair()}
for (name, pair), epochs in zip(pairs.items(), [18, 12, 5], strict=True):
    took = seconds if name == "32 units" else train(*pair, data, epochs)
    size, error = sum(part.count_params() for part in pair), missed(through(pair, x_test))
    print(f"{name:13}{size:8,} weights, {epochs:2} epochs, {took:.1f} CPU s, error {error:.4f}")

# %% [markdown]
# A longer run (`longer_runs/12_autoencoders.py`) has all images, and rate 0.002:
#
# | net | images | epochs | CPU seconds | squared error |
# |---|---|---|---|---|
# | PCA | 60,000 | 0 | 2 | 0.0168 |
# | 32 units | 60,000 | 10 | 14 | 0.0103 |
# | deep | 60,000 | 10 | 30 | 0.0059 |
# | convolutional | 60,000 | 5 | 48 | 0.0066 |
#
# Depth pays, and the convolutional net comes close to the deep one, with a sixth of its parameters.
# With all images, 32 units leave PCA far behind.
#
# A code can also be wide, if it is **sparse**: an L1 penalty on the activities (lecture 6) lets few
# units speak at a time.


# %% tags=["nbval-ignore-output"]
code = layers.Dense(128, "relu", activity_regularizer=keras.regularizers.L1(3e-4))
sparse = keras.Sequential([keras.Input((784,)), code]), dense(128, 784, last="sigmoid")
train(*sparse, data, 8)
active = np.mean(run(sparse[0], x_test) > 0, axis=0)  # how often each unit speaks
print(f"{active.mean():.2f} of the units active, error {missed(through(sparse, x_test)):.4f}")
atoms = sparse[1].get_weights()[0][np.argsort(-active)[:24]]
fig = draw_digits(atoms / np.abs(atoms).max(axis=1)[:, None], 12, low=-1, cmap="PuOr")
figures.show(fig, alt="24 sparse units: loops, hooks and strokes in purple, orange around them.")

# %% [markdown]
# About 40 of 128 units speak at a time: more than the deep net's 32 numbers, for about the same
# error. Purple is ink, orange takes ink away.
#
# A **denoising** autoencoder gets a spoilt image and must give back the clean one. Copying does not help it.


# %% tags=["nbval-ignore-output"]
def spoil(x):  # noise with standard deviation 0.5, and back between 0 and 1
    return (x + 0.5 * rng.standard_normal(x.shape, dtype="float32")).clip(0, 1)


cleaner = dense(784, 192, 32), dense(32, 192, 784, last="sigmoid")
train(*cleaner, spoil(x), 10, target=data)  # noise drawn once; fresh noise would teach more
noisy = spoil(x_test)
results = {"as it is": noisy, "PCA": pca(noisy).clip(0, 1)}
results |= {"deep": through(deep, noisy), "denoising": through(cleaner, noisy)}
for name, out in results.items():
    print(f"{name:10} squared error to the clean image {missed(out):.4f}")
fig = draw_digits([out[first] for out in results.values()], 10, list(results))
del results, out  # gives back memory
figures.show(fig, alt="Noisy digits; PCA: grey; deep: smudges; denoised: smooth, the 6 with a bar.")

# %% [markdown]
# The deep net takes noise for strokes. PCA averages much of it away, and the denoising net does
# best. But it draws what it expects: look at 5 and 6.
#
# ## Maps of codes
#
# To draw 32 numbers, **t-SNE** lays points out on a plane. For each pair it computes $p_{ij}$, how
# likely they are neighbours in the data, by a Gaussian wide enough for about 30 neighbours (the
# **perplexity**). On the map it computes $q_{ij} \propto (1 + \lVert z_i - z_j \rVert^2)^{-1}$, and
# it moves the points downhill on
#
# $$\mathrm{KL}(P \parallel Q) = \sum_{i \ne j} p_{ij} \log \frac{p_{ij}}{q_{ij}} .$$
#
# A pair near in the data ($p$ large) and far on the map ($q$ small) costs much, so neighbours stay
# together. Other pairs have $p \approx 0$, far or very far: the loss hardly knows how wide a *gap*
# should be. And the Gaussian is wider where points lie thinly, so a loose group is drawn about as
# densely as a tight one. So sizes of islands and gaps mean little. The deck compresses first,
# since t-SNE is slow.
#
# **Predict.** On 400 digits, will t-SNE on 32 codes be much faster than on 784 pixels?
#
# <details><summary>Answer</summary>
#
# Hardly. The dimension counts once, in finding neighbours. Then points move hundreds of times,
# in the plane.
#
# </details>


# %% tags=["nbval-ignore-output"]
some, kinds, (fig, axes) = x_test[:400], y_test[:400], plt.subplots(1, 2, figsize=(10, 4.6))
sources = {"pixels": some, "codes": run(deep[0], some)}
for ax, (name, these) in zip(axes, sources.items(), strict=True):
    start = time.process_time()
    z = TSNE(max_iter=500, random_state=0).fit_transform(these)
    took, near = time.process_time() - start, cdist(z, z).argsort(axis=1)[:, 1:11]
    same = np.mean(kinds[near] == kinds[:, None])
    print(f"{name}: {took:.1f} CPU s, trust {trust(some, z):.3f}, same digit {same:.3f}")
    draw_map(ax, z, kinds)
    ax.set(title=f"t-SNE on {name}", xticks=[], yticks=[])
figures.show(fig, alt="Two maps: 1 holds together, 4 and 9 mix, 3 and 5 touch.")

# %% [markdown]
# Hardly faster, and the codes' training comes on top. Their map is a little less true to the
# pixels, and brings the same digits together better. The longer run (1,000 steps):
#
# | map | images | CPU seconds | trustworthiness |
# |---|---|---|---|
# | t-SNE on pixels | 3,000 | 22 | 0.969 |
# | t-SNE on codes | 3,000 | 22 | 0.967 |
#
# ## Anomalies
#
# A network that has only seen digits rebuilds other things badly, one hopes. So its error is a
# score for strangeness: **anomaly detection** without an anomaly to learn from. The deep net never
# saw these: digits turned by 90 degrees, and mirrored.
#
# Choose the **threshold** from normal data alone: 95 percent of the first half of the test digits
# stay under it. Then about 5 percent of new ones should be false alarms. The **ROC curve** shows,
# for all thresholds, the share of anomalies found against that of false alarms. The area under it,
# **AUC**, is the probability that a random anomaly scores higher than a random normal image. Chance
# has 0.5.
#
# **Predict.** Which kind will be harder to find?
#
# <details><summary>Answer</summary>
#
# Mirrored digits: their strokes are those of digits, leaning the other way. A turned digit often
# has strokes where no digit has any.
#
# </details>


# %% tags=["nbval-ignore-output"]
def roc(normal, odd):  # shares of false alarms and of anomalies found, for each threshold
    cuts = np.append(np.inf, np.unique(np.append(normal, odd))[::-1])
    return [np.mean(scores >= cuts[:, None], axis=1) for scores in (normal, odd)]


def strangeness(images):
    flat = images.reshape(-1, 784)
    return np.mean((through(deep, flat) - flat) ** 2, axis=1)


half = len(x_test) // 2
known, upright = x_test[:half], x_test[half:].reshape(-1, 28, 28)
odd = {"turned": np.rot90(upright, axes=(1, 2)), "mirrored": upright[:, :, ::-1]}
threshold, new = np.quantile(strangeness(known), 0.95), strangeness(upright)
fig, ax = plt.subplots(figsize=(5.5, 4))
for marker, (kind, images) in zip("os", odd.items(), strict=True):
    scores = strangeness(images)
    false, hits = roc(new, scores)
    area = np.trapezoid(hits, false)
    alarms, found = (np.mean(values > threshold) for values in (new, scores))
    both = np.concatenate([new, scores])
    assert np.isclose(area, metrics.roc_auc_score(np.arange(2 * half) >= half, both))
    print(f"{kind}: AUC {area:.3f}, found {found:.2f}, false alarms {alarms:.3f}")
    ax.plot(false, hits, label=f"{kind}, AUC {area:.2f}")
    ax.plot(alarms, found, marker, color="black")
ax.set(xlabel="false alarms", ylabel="anomalies found")
ax.legend()
figures.show(fig, alt="Two curves above the diagonal; that of turned digits is higher.")

# %% [markdown]
# The black marks are the threshold: about 7 percent false alarms. More than half of the turned digits are found, but only a third of the mirrored ones. A low error is no proof of normality.
#
# **Think.** Of the parts on a line, 1 in 1,000 is broken. A detector finds them all, with 5 percent false alarms. How many alarms are right?
#
# <details><summary>Answer</summary>
#
# Of 1,000 parts, 1 is found, and about 50 others raise an alarm: 2 percent. For rare anomalies the threshold must be much higher.
#
# </details>
#
# ## Retrieval
#
# **Retrieval** compares codes instead of pixels. Training digits are the library, 200 unseen ones
# the questions, once clean and once noisy. Of the ten nearest, how many show the same digit?
#
# **Predict.** Noise changes every pixel. Which suffers more from it: nearest pixels, or the
# denoising encoder's codes?
#
# <details><summary>Answer</summary>
#
# The codes. In pixels, noise adds nearly the same to every *squared* distance, so the nearest
# hardly change.
#
# </details>

# %% tags=["nbval-ignore-output"]
looks = {"784 pixels": lambda x: x, "deep codes": lambda x: run(deep[0], x)}
looks["denoising codes"] = lambda x: run(cleaner[0], x)
found = {}
for name, look in looks.items():
    shares = []
    for asked in (x_test[:200], noisy[:200]):
        found[name] = cdist(look(asked), look(x)).argsort(axis=1)[:, :10].copy()
        shares.append(np.mean(labels[found[name]] == y_test[:200, None]))
    print(f"{name}: same digit {shares[0]:.2f} if clean, {shares[1]:.2f} if noisy")

five = [found[name][:, :5] for name in ("784 pixels", "denoising codes")]
asked = [c for c in first if c < 200][2:5]
fig = draw_digits([np.vstack([noisy[c], x[five[0][c]], x[five[1][c]]]) for c in asked], 11)
fig.axes[0].set(xticks=[14, 98, 238], xticklabels=["asked", "five by pixels", "five by codes"])
figures.show(fig, alt="Three noisy digits; beside each five like it by pixels, and five by codes.")

# %% [markdown]
# On clean digits, 32 numbers answer as well as 784. On noisy ones, the deep net's codes break down, training against noise repairs most of it, and pixels hardly suffer.
#
# ## A code that is a distribution
#
# Can a decoder invent digits from random codes? An autoencoder's codes lie anywhere. A
# **variational autoencoder** (VAE) gives them a place. It says how an image comes about: draw a
# code $z$ from the normal distribution $p(z) = N(0, I)$, and let the decoder give for each pixel
# the probability of ink. Given $z$ the pixels are independent, so these multiply to $p(x \mid z)$.
# We want this to make the training images likely. For one image,
#
# $$\log p(x) = \log \int p(x \mid z) \, p(z) \, dz .$$
#
# Nearly all $z$ have nothing to do with $x$. So let the encoder propose codes: for each image a
# normal distribution $q(z) = N(\mu, \sigma^2)$, with $\mu$ and $\log \sigma^2$ as its outputs.
# Multiply and divide by $q$, and use that the logarithm of a mean is at least the mean of
# logarithms (Jensen):
#
# $$\log p(x) = \log \mathbb{E}_q \left[ p(x \mid z) \frac{p(z)}{q(z)} \right] \ge \underbrace{\mathbb{E}_q \log p(x \mid z)}_{-\text{ cross-entropy of the pixels}} - \underbrace{\mathbb{E}_q \log \frac{q(z)}{p(z)}}_{\mathrm{KL}(q \parallel p)} .$$
#
# The loss is the right side with its sign turned. Its first term wants codes that tell images
# apart; its second, the **Kullback-Leibler** term, wants them all to look like $N(0, 1)$. The
# numbers of a code are drawn independently, so KL terms add up. For one, the normal densities give
#
# $$\mathrm{KL} = \mathbb{E}_q \left[ -\log \sigma - \frac{(z - \mu)^2}{2 \sigma^2} + \frac{z^2}{2} \right] = -\log \sigma - \frac12 + \frac{\mu^2 + \sigma^2}{2} = \frac{1}{2} \left( \mu^2 + \sigma^2 - 1 - \log \sigma^2 \right),$$
#
# because $\mathbb{E}_q (z - \mu)^2 = \sigma^2$ and $\mathbb{E}_q z^2 = \mu^2 + \sigma^2$. It is 0 for $\mu = 0$, $\sigma = 1$.
#
# But a random draw has no slope along $\mu$ and $\sigma$. **Reparameterise**: draw $\varepsilon$
# from $N(0, 1)$, and set $z = \mu + \sigma \varepsilon$. Now $\partial z / \partial \mu = 1$,
# $\partial z / \partial \sigma = \varepsilon$. Test it with $\mathbb{E} z^2 = \mu^2 + \sigma^2$,
# whose slopes must be $2 \mu$ and $2 \sigma$.


# %%
def kl(mean, log_var):  # between N(mean, variance) and N(0, 1), summed over the code
    return np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1) / 2


class Draw(layers.Layer):  # a code from each distribution, and what it costs
    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(0)

    def call(self, mean, log_var):
        variance = ops.exp(log_var)
        self.add_loss(ops.mean(ops.sum(mean**2 + variance - 1 - log_var, axis=-1)) / 2)
        noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
        return mean + ops.sqrt(variance) * noise


mu, sigma, z = 1.5, 0.5, np.linspace(-6, 6, 10_001)
q, log_q = norm.pdf(z, mu, sigma), norm.logpdf(z, mu, sigma)
area = np.trapezoid(q * (log_q - norm.logpdf(z)), z)
layer = Draw()
layer(np.full((20_000, 1), mu), np.full((20_000, 1), 2 * np.log(sigma)))
assert np.allclose([area, layer.losses[0]], kl(np.array([mu]), 2 * np.log([sigma])), rtol=1e-4)
print(f"KL by formula, by integration and by the layer: {area:.4f}")

noise = rng.normal(size=200_000)
slopes = [np.mean(2 * (mu + sigma * noise) * step) for step in (1, noise)]
assert np.allclose(slopes, [2 * mu, 2 * sigma], atol=0.05)
print(f"slopes by sampling {np.round(slopes, 1)}, by calculus {[2 * mu, 2 * sigma]}")

# %% [markdown]
# **Predict.** The two terms over the epochs: both fall?
#
# <details><summary>Answer</summary>
#
# The cross-entropy falls. The KL term falls, then climbs a little: telling
# images apart costs.
#
# </details>


# %% tags=["nbval-ignore-output"]
def pixels_lost(truth, out):  # cross-entropy, summed over the pixels of an image
    return 784 * keras.losses.binary_crossentropy(truth, out)


def build_vae(size=2, lost=pixels_lost):
    pixels = keras.Input((784,))
    hidden = layers.Dense(128, activation="relu")(pixels)
    both = [layers.Dense(size, kernel_initializer="zeros")(hidden) for _ in range(2)]
    encoder, decoder = keras.Model(pixels, both), dense(size, 128, 784, last="sigmoid")
    model = keras.Model(pixels, decoder(Draw()(*both)))
    model.compile(keras.optimizers.Adam(0.003), lost, metrics=[lost], **FAST)
    model.optimizer.build(model.trainable_variables)
    return model, encoder, decoder


vae, encoder, decoder = build_vae()
log = vae.fit(data, data, 100, 16, verbose=0).history
lost, (fig, axes) = np.array(log["pixels_lost"]), plt.subplots(1, 2, figsize=(9, 3.2))
terms = {"cross-entropy of an image": lost, "KL term": log["loss"] - lost}
for ax, (name, values) in zip(axes, terms.items(), strict=True):
    ax.plot(np.arange(1, len(lost) + 1), values, marker="o")
    ax.set(xlabel="epoch", ylabel=name)
figures.show(fig, alt="The cross-entropy falls; the KL term drops, and at the end climbs a little.")

# %% [markdown]
# ## New images and a walk
#
# Decode draws from $N(0, 1)$. The deep autoencoder gets random codes with the mean and covariance of its own.

# %% tags=["nbval-ignore-output"]
codes = run(deep[0], x)
random = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), 24)
made = [run(decoder, rng.normal(size=(24, 2))), run(deep[1], random)]
fig = draw_digits(made, 12, ["VAE", "", "deep", ""])
figures.show(fig, alt="Two rows of soft digits, mostly 8 and 9, by the VAE; two of broken ones.")

# %% [markdown]
# Many of the VAE's look like digits, though not all kinds turn up; most of the deep net's
# are pieces of several. But the VAE draws only 2 numbers, the deep net 32.
#
# **Predict.** Why are they softer than real digits?
#
# <details><summary>Answer</summary>
#
# Each code stands for several digits, and the best output is their mean.
#
# </details>
#
# Two numbers show the whole **latent space**. Left, the means $\mu$ of unseen digits, with a square;
# right, what the decoder makes of a grid of codes in it, nearly nine tenths of $N(0, I)$. Digits outside, like most 1s, are rare among random codes: the KL term only pulls
# towards $N(0, I)$.

# %% tags=["nbval-ignore-output"]
means, log_vars = map(np.asarray, encoder(x_test))
both = means.var(axis=0) + np.exp(log_vars).mean(axis=0)
print(f"sigma in the middle {np.median(np.exp(log_vars / 2)):.2f}, variances", both.round(1))
ticks = norm.ppf(np.linspace(0.03, 0.97, 14))
grid = np.stack(np.meshgrid(ticks, ticks[::-1]), axis=-1).reshape(-1, 2)
tiles = run(decoder, grid).reshape(14, 14, 28, 28).swapaxes(1, 2).reshape(392, 392)
fig, axes = plt.subplots(1, 2, figsize=(10, 5))
draw_map(axes[0], means, y_test)
axes[0].add_patch(plt.Rectangle(ticks[[0, 0]], *2 * ticks[[-1, -1]], fill=False))
axes[0].set(xlim=(-4.5, 4.5), ylim=(-4.5, 4.5), xlabel="first number", ylabel="second number")
axes[1].imshow(tiles, cmap="gray_r")
axes[1].axis("off")
figures.show(fig, alt="0 and 1 lie apart, most 1s outside the square; outputs change smoothly.")

# %% [markdown]
# Each image takes a small cloud of codes, so the decoder also knows what lies close by. Where
# clouds overlap, a **latent walk** along the line between two codes changes one digit into another.

# %% tags=["nbval-ignore-output"]
ends, steps = [first[c] for c in (0, 7)], np.linspace(0, 1, 10)[:, None]
fig = draw_digits(run(decoder, means[ends[0]] * (1 - steps) + means[ends[1]] * steps), 10)
figures.show(fig, alt="A 0 turns step by step into a 9, and that nearly into a 7.")

# %% [markdown]
# Over all images, two variances of the codes add: that of $\mu$, and the mean of $\sigma^2$. Their
# sums, printed above, exceed the 1 of $N(0, 1)$. Which number shows what is chance: exchange them, and the loss is the
# same.
#
# ## Common mistakes
#
# **The mean over pixels against the sum over codes.** Keras' cross-entropy is a mean over the 784
# pixels. Next to it the KL term is 784 times too heavy, and the codes give up: **posterior
# collapse**, one blurred image for every code. (Below after 5 epochs, the other 16.)
# **Pixels from 0 to 255** with a sigmoid: $1 - t$ is negative, the loss falls below 0, and solid
# ink beats a good reconstruction.

# %% tags=["nbval-ignore-output"]
lazy, *lazy_parts = build_vae(lost="binary_crossentropy")
lazy.fit(data, data, 100, 5, verbose=0)
for name, (to_code, back) in [("sum", (encoder, decoder)), ("mean", lazy_parts)]:
    spread, samples = np.std(to_code(x_test)[0]), run(back, rng.normal(size=(200, 2)))
    print(f"{name}: codes spread {spread:.2f}, samples {samples.std(axis=0).mean():.3f} a pixel")
some = x_test[:100]
for name, out in [("reconstructions", run(whole, some)), ("solid ink", 0 * some + 0.999)]:
    loss = np.mean(keras.losses.binary_crossentropy(255 * some, out))
    print(f"pixels from 0 to 255: loss of {name} {loss:.0f}")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("12_autoencoders")

# %% [markdown]
# ## Summary
#
# - PCA squashes the Swiss roll, Isomap unrolls it, an autoencoder may bend and stretch. Trustworthiness counts strangers among neighbours.
# - A linear autoencoder spans the space of the first principal components, in any mix.
# - Depth helped most; an L1 penalty keeps most units silent; denoising nets cannot copy.
# - t-SNE draws neighbours. Compressing first hardly made it faster.
# - The error marks anomalies: threshold from normal data, all thresholds in the ROC curve. Codes also retrieve.
# - A VAE's loss is cross-entropy plus KL. Reparameterising lets slopes through the draw, and random codes become new images.
#
# ## Exercise
#
# [Exercise 12](../exercises/12_autoencoders/12_autoencoders.ipynb): PCA by an autoencoder, the draw and the KL term, a threshold, a latent space.
#
# ## Further reading
#
# - Elliott Ash, *Neural Nets II* (lecture deck, Bocconi, 2018).
# - Baldi and Hornik, "Neural networks and principal component analysis", *Neural Networks* 2 (1989).
# - Tenenbaum, de Silva and Langford, "A global geometric framework for nonlinear dimensionality reduction", *Science* 290 (2000): Isomap.
# - Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", *Science* 313 (2006).
# - Vincent and others, "Extracting and composing robust features with denoising autoencoders", *ICML* (2008).
# - Van der Maaten and Hinton, "Visualizing data using t-SNE", *JMLR* 9 (2008); Venna and Kaski on trustworthiness, *ICANN* (2001).
# - Kingma and Welling, "Auto-encoding variational Bayes", *ICLR* (2014).
