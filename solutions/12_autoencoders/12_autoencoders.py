# %% [markdown]
# # Exercise 12. Autoencoders
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/12_autoencoders/12_autoencoders.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/12_autoencoders/12_autoencoders.ipynb)
#
# *90 minutes, 20 points. Prerequisites: [lecture 12](../../lectures/12_autoencoders.ipynb). NumPy is all
# you need; everything here runs in a second on any computer.*
#
# You set the weights of an autoencoder without training it, write what a variational autoencoder does
# with its codes, forwards and backwards, and choose the threshold of an anomaly detector so that a
# promise is kept. At the end you read a latent space, and what colleagues claim about it.
#
# Fill in the cells that say `# YOUR CODE HERE` and delete the line that raises
# `NotImplementedError`. Then run the checks below. When a check fails, read the last lines of its
# message: they say what was expected, what came, and often which misunderstanding leads there. Some
# cells hold further checks that run when you hand in; the comment in them says what they try. Tasks
# do not build on each other's code. Loops are as welcome as one-liners.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# messages name the section of the lecture to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks

# isort: split
import numpy as np
from scipy.linalg import subspace_angles
from scipy.stats import norm

# %% [markdown]
# ## Task 1: pca_autoencoder (4 points)
#
# A weather station measures `d` numbers and can send only `k` of them. Encoder and decoder are to be
# one dense layer each, without activation, and there is no time to train. You know what training would
# find, so set the weights at once. Write `pca_autoencoder(X, k)`:
#
# - `X` has shape `(n, d)`: the measurements, samples in rows. They are **not** centred. A temperature in
#   kelvin is far from 0. `n` may be smaller than `d`.
# - `k` is the length of the code, from 1 to `d`.
#
# Return four arrays `(W, b, V, c)`, for a network that takes measurements as they come:
#
# $$h = x W + b, \qquad \hat x = h V + c .$$
#
# `W` has shape `(d, k)`, `b` `(k,)`, `V` `(k, d)` and `c` `(d,)`. No other weights may give a smaller
# squared error over `X`. Many weights are equally good, and all of them count. `X` stays as it was.
#
# ```python
# >>> X = np.array([[1.0, 10.0], [3.0, 14.0], [5.0, 18.0]])
# >>> W, b, V, c = pca_autoencoder(X, 1)
# >>> ((X @ W + b) @ V + c).round(3)
# array([[ 1., 10.],
#        [ 3., 14.],
#        [ 5., 18.]])
# ```
#
# These three points lie on a line, so one number for each is enough. The line does not go through 0.


# %% nbgrader={"grade": false, "grade_id": "pca_autoencoder", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pca_autoencoder(X, k):
    """Set the weights of a linear autoencoder so that its squared error is the least possible.

    Parameters
    ----------
    X : ndarray of float, shape (n, d)
        Samples in rows, not centred. Left unchanged.
    k : int
        Length of the code, 1 <= k <= d.

    Returns
    -------
    W : ndarray of float, shape (d, k)
    b : ndarray of float, shape (k,)
        Weights and biases of the encoder, x @ W + b.
    V : ndarray of float, shape (k, d)
    c : ndarray of float, shape (d,)
        Weights and biases of the decoder, h @ V + c.
    """
    ### BEGIN SOLUTION
    mean = X.mean(axis=0)
    centred = X - mean
    W = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :k]
    return W, -mean @ W, W.T, mean
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_pca_autoencoder", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Four points around (3, -1, 2): two far out along (0, 0.6, 0.8), two a little to its sides.
mean, along = np.array([3.0, -1.0, 2.0]), np.array([0.0, 0.6, 0.8])
across = np.array([0.8, -0.48, 0.36])
X = mean + np.array([2 * along, -2 * along, 0.5 * across, -0.5 * across])
what = "pca_autoencoder of four points in space, k = 1"
given = X.copy()
got = checks.call(
    pca_autoencoder,
    given,
    1,
    what=what,
    hint="Samples are in rows: the mean over them is taken along axis 0.",
    see="12_autoencoders: A linear autoencoder is PCA",
)
checks.unchanged(X, given, "X", see="12_autoencoders: A linear autoencoder is PCA")
checks.that(
    isinstance(got, tuple | list) and len(got) == 4,
    f"{what} should return four arrays, and did not.",
    hint="return W, b, V, c",
    see="12_autoencoders: A linear autoencoder is PCA",
)
W, b, V, c = got
for array, expected, name, hint in [
    (W, (3, 1), "W", "Components as columns: one column for each of the k numbers."),
    (
        b,
        (1,),
        "b",
        "One bias for each of the k numbers of the code. Centring is x - mean, and behind W that "
        "is x @ W - mean @ W.",
    ),
    (V, (1, 3), "V", "One row for each number of the code, with d entries: W turned round."),
    (c, (3,), "c", "One bias for each of the d outputs."),
]:
    checks.shape(
        array,
        expected,
        f"{name} for d = 3 and k = 1",
        hint=hint,
        see="12_autoencoders: A linear autoencoder is PCA",
    )
output = (X @ np.asarray(W) + np.asarray(b)) @ np.asarray(V) + np.asarray(c)
centred, through = X - mean, np.outer(along, along)
origin = np.linalg.svd(X)[2][[0]]
grand = np.linalg.svd(X - X.mean())[2][[0]]
std = X.std(axis=0)
scaled = np.linalg.svd(centred / std)[2][[0]]
# one entry of each component, whose signs are a matter of chance
mixed = [[s * 0.48, t * 0.36, 0.8] for s in (1, -1) for t in (1, -1)]
mixed += [[0.0, 0.8, 0.6], [0.0, -0.8, 0.6]]
rows = "Eigenvectors are the *columns* of what np.linalg.eigh returns. np.linalg.svd has them as *rows*."
# 2e-3: weights found by an optimizer are welcome, too
checks.close(
    output,
    mean + centred @ through,
    "(X @ W + b) @ V + c for four points in space",
    rtol=1e-3,
    atol=2e-3,
    mistakes=[
        (
            X @ origin.T @ origin,
            "PCA needs centred data. Take the components of X - mean, and let the biases do the "
            "centring inside the network.",
        ),
        (
            mean + (X - mean) @ origin.T @ origin,
            "You centred with the biases, and took the components of X as it is.",
        ),
        (
            X @ through,
            "The components are right, and the network does not centre: both biases are missing.",
        ),
        (X @ through + mean, "The encoder's bias is missing: the network gets x, not x - mean."),
        (centred @ through, "The decoder's bias is missing: what was centred has to go back."),
        (
            mean + (X + mean) @ through,
            "The encoder's bias has the wrong sign: (x - mean) @ W is x @ W - mean @ W.",
        ),
        (
            mean + centred @ np.outer(across, across),
            "That is the direction in which the points vary least. np.linalg.eigh sorts its "
            "eigenvalues upwards: take the last columns.",
        ),
        (
            mean + 8 * centred @ through,
            "The code carries the eigenvalue. What the encoder multiplies by, the decoder divides "
            "by.",
        ),
        (
            mean + np.sqrt(8) * centred @ through,
            "The code carries the singular value. What the encoder multiplies by, the decoder "
            "divides by.",
        ),
        *[
            (
                mean + centred @ through / factor,
                "Divided by the singular value or the eigenvalue, the code has another scale, and "
                "the decoder has to undo it: W turned round does not.",
            )
            for factor in (np.sqrt(8), 8, np.sqrt(2), 2)
        ],
        (
            mean + centred / std @ scaled.T @ scaled * std,
            "You divided by the standard deviations first. Then other directions are the largest, "
            "and the squared error in the units of X is not the least.",
        ),
        *[(mean + centred @ np.outer(row, row), rows) for row in mixed],
        (np.tile(mean, (4, 1)), "The output is the mean for every sample: the code is lost."),
        (
            X.mean() + (X - X.mean()) @ grand.T @ grand,
            "X.mean() is one number. Each measurement has a mean of its own: axis=0.",
        ),
    ],
    hint="The best line goes through the mean of the points, along (0, 0.6, 0.8). Expected are the "
    "nearest points on this line.",
    see="12_autoencoders: A linear autoencoder is PCA",
)

# %% nbgrader={"grade": true, "grade_id": "test_pca_autoencoder_space", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Data of several sizes, far from 0: the outputs' mean, the space that V spans, and the error that is left.
rng = np.random.default_rng(12)
for n, d, k in [(40, 3, 1), (30, 5, 2), (60, 4, 3), (25, 6, 2)]:
    what = f"pca_autoencoder with n = {n}, d = {d}, k = {k}"
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    X = rng.normal(size=(n, d)) * 2.0 ** -np.arange(d) @ turn + rng.normal(0, 20, d)
    mean = X.mean(axis=0)
    values, vectors = np.linalg.eigh((X - mean).T @ (X - mean) / n)
    components, best = vectors[:, ::-1][:, :k], values[: d - k].sum()
    got = checks.call(pca_autoencoder, X.copy(), k, what=what)
    checks.that(
        isinstance(got, tuple | list) and len(got) == 4, f"{what} should return W, b, V, c."
    )
    W, b, V, c = (np.asarray(array) for array in got)
    for array, expected, name in [
        (W, (d, k), "W"),
        (b, (k,), "b"),
        (V, (k, d), "V"),
        (c, (d,), "c"),
    ]:
        checks.shape(
            array,
            expected,
            f"{name} of {what}",
            see="12_autoencoders: A linear autoencoder is PCA",
        )
    output = (X @ W + b) @ V + c
    checks.close(
        output.mean(axis=0),
        mean,
        f"the mean of the outputs for {what} (expected: the mean of X)",
        rtol=1e-3,
        atol=1e-2,
        hint="The biases have to centre the data on the way in and to undo it on the way out. What "
        "must leave the network when the mean goes in?",
        see="12_autoencoders: A linear autoencoder is PCA",
    )
    checks.that(
        np.linalg.matrix_rank(V.astype(float)) == k,
        f"{what}: the rows of V span fewer than {k} dimensions.",
        hint="Each number of the code has a direction of its own.",
        see="12_autoencoders: A linear autoencoder is PCA",
    )
    angles = np.degrees(subspace_angles(V.T.astype(float), components))
    checks.that(
        angles.max() < 2,
        f"{what}: the rows of V do not span the space of the first k principal components. The "
        f"largest angle between the two spaces is {angles.max():.1f} degrees.",
        hint="Eigenvectors are the *columns* of what np.linalg.eigh returns, sorted upwards; "
        "np.linalg.svd returns them as *rows*, sorted downwards. Both need X - mean, not divided "
        "by anything.",
        see="12_autoencoders: A linear autoencoder is PCA",
    )
    error = np.sum((output - X) ** 2) / n
    checks.that(
        error <= best * 1.001 + 1e-4 * values.sum(),
        f"{what}: the squared error of a sample is {error:.4g}, and {best:.4g} is possible.",
        hint="V spans the right space, so the code does not fit it: W @ V should be the projection "
        "onto this space. If you stretch the code, the decoder has to undo it.",
        see="12_autoencoders: A linear autoencoder is PCA",
    )

# %% nbgrader={"grade": true, "grade_id": "test_pca_autoencoder_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: fewer samples than measurements, a code as long as the input, measurements that
# never change, and means in the hundreds; X stays as it was.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(120)
for n, d, k, far, silent in [
    (50, 2, 1, 300.0, 0),
    (20, 7, 3, 5.0, 0),
    (6, 9, 2, 10.0, 0),
    (40, 4, 4, 10.0, 0),
    (30, 6, 2, 10.0, 2),
    (80, 8, 5, 0.0, 1),
    (15, 1, 1, 100.0, 0),
    (200, 10, 1, 50.0, 0),
]:
    what = f"pca_autoencoder with n = {n}, d = {d}, k = {k}, means of about {far:g}"
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    X = rng.normal(size=(n, d)) * 1.7 ** -np.arange(d) @ turn
    X[:, d - silent :] = 0
    X += rng.normal(0, 1, d) * far
    mean = X.mean(axis=0)
    values, vectors = np.linalg.eigh((X - mean).T @ (X - mean) / n)
    projection = vectors[:, d - k :] @ vectors[:, d - k :].T
    given = X.copy()
    got = checks.call(pca_autoencoder, given, k, what=what)
    checks.unchanged(X, given, "X")
    checks.that(
        isinstance(got, tuple | list) and len(got) == 4, f"{what} should return W, b, V, c."
    )
    W, b, V, c = (np.asarray(array) for array in got)
    for array, expected, name in [
        (W, (d, k), "W"),
        (b, (k,), "b"),
        (V, (k, d), "V"),
        (c, (d,), "c"),
    ]:
        checks.shape(array, expected, f"{name} of {what}")
    output = (X @ W + b) @ V + c
    spread = np.sqrt(values.sum())
    # an optimizer may stop a little early, and float32 has seven digits of means in the hundreds
    checks.close(
        output,
        mean + (X - mean) @ projection,
        f"(X @ W + b) @ V + c for {what}",
        rtol=0,
        atol=0.02 * spread,
        hint="Work with X - mean, take the k directions in which it varies most, and put the "
        "centring into the biases.",
        see="12_autoencoders: A linear autoencoder is PCA",
    )
    error = np.sum((output - X) ** 2) / n
    best = values[: d - k].sum()
    checks.that(
        error <= best * 1.001 + 1e-4 * values.sum(),
        f"{what}: the squared error of a sample is {error:.4g}, and {best:.4g} is possible.",
        see="12_autoencoders: A linear autoencoder is PCA",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: draw_codes (2 points)
#
# The encoder of a variational autoencoder says for each image where its code may lie: a normal
# distribution for each number of the code, with a mean and a variance. The variance comes as its
# logarithm. To see how sure the encoder is, you want not one but `s` codes for each image. Write
# `draw_codes(mean, log_var, eps)`:
#
# - `mean` and `log_var` have shape `(n, m)`: $\mu$ and $\log \sigma^2$ of the `m` numbers of `n` codes.
# - `eps` has shape `(s, n, m)`: the noise, drawn from $N(0, 1)$ for you. Draw none yourself.
#
# Return the codes, shape `(s, n, m)`, made of this noise by reparameterisation. The arguments stay as
# they were.
#
# ```python
# >>> draw_codes(np.array([[5.0]]), np.array([[0.0]]), np.array([[[0.3]], [[-1.0]]])).ravel()
# array([5.3, 4. ])
# ```
#
# One image, one number, two draws.


# %% nbgrader={"grade": false, "grade_id": "draw_codes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def draw_codes(mean, log_var, eps):
    """Make codes of given noise.

    Parameters
    ----------
    mean, log_var : ndarray of float, shape (n, m)
        Mean and logarithm of the variance of each number of each code. Left unchanged.
    eps : ndarray of float, shape (s, n, m)
        Noise from N(0, 1), s draws for each code. Left unchanged.

    Returns
    -------
    ndarray of float, shape (s, n, m)
        The codes.
    """
    ### BEGIN SOLUTION
    return mean + np.exp(log_var / 2) * eps
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_draw_codes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two images, two numbers, three draws; the standard deviations are 1, 2, 0.5 and 3.
mean = np.array([[1.0, -2.0], [0.0, 3.0]])
sigma = np.array([[1.0, 2.0], [0.5, 3.0]])
log_var = 2 * np.log(sigma)
eps = np.array([[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]], [[-2.0, 0.5], [1.5, -1.0]]])
what = "draw_codes with sigma = [[1, 2], [0.5, 3]]"
given = [array.copy() for array in (mean, log_var, eps)]
got = checks.call(
    draw_codes,
    *given,
    what=what,
    hint="(n, m) and (s, n, m) fit together as they are: broadcasting repeats the former s times.",
    see="12_autoencoders: A code that is a distribution",
)
for before, after, name in zip(
    (mean, log_var, eps), given, ["mean", "log_var", "eps"], strict=True
):
    checks.unchanged(before, after, name, see="12_autoencoders: A code that is a distribution")
with np.errstate(invalid="ignore"):
    no_number = mean + np.sqrt(log_var) * eps  # nan, where log_var is negative
checks.close(
    got,
    [mean + sigma, mean, [[-1.0, -1.0], [0.75, 0.0]]],
    what,
    atol=1e-5,
    mistakes=[
        (
            mean + sigma**2 * eps,
            "You multiplied by the variance exp(log_var). The noise is stretched by the standard "
            "deviation, its root.",
        ),
        (mean + log_var * eps, "log_var is the logarithm of the variance, not sigma itself."),
        (mean + log_var / 2 * eps, "log_var / 2 is the logarithm of sigma. Take its exp."),
        (
            mean + np.exp(2 * log_var) * eps,
            "sigma is the root of the variance: exp(log_var / 2), not exp(2 * log_var).",
        ),
        (
            no_number,
            "A logarithm can be negative, and has no root then. sigma is exp(log_var / 2), which is "
            "never nan.",
        ),
        (mean + np.exp(sigma) * eps, "sigma is exp(log_var / 2), with one exp."),
        (mean + eps / sigma, "The sign inside exp is turned round: sigma is exp(log_var / 2)."),
        (mean + eps, "The standard deviation is missing: mu + sigma * eps."),
        (sigma * eps, "The mean is missing: mu + sigma * eps."),
        (sigma**2 * eps, "The mean is missing, and sigma is the root of the variance."),
        (mean - sigma * eps, "mu + sigma * eps. Yours has the same distribution, but turns the "
         "noise that was given round."),
        (
            (mean + eps) * sigma,
            "Only the noise is multiplied by sigma, not the mean.",
        ),
        (
            mean + sigma * eps[0],
            "Each of the s draws has noise of its own: the result has shape (s, n, m).",
        ),
        (
            (mean + sigma * eps).mean(axis=0),
            "You took the mean over the draws. Return all of them: (s, n, m).",
        ),
        (
            np.moveaxis(mean + sigma * eps, 0, 1),
            "The draws come first: (s, n, m).",
        ),
    ],
    hint="mu + sigma * eps, entry by entry, with the noise that is given and no other. Where eps "
    "is 0, the code is the mean.",
    see="12_autoencoders: A code that is a distribution",
)  # fmt: skip

# %% nbgrader={"grade": true, "grade_id": "test_draw_codes_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: one to 2000 draws of several sizes; the same noise twice; noise of 0; and log_var
# from -40 to 40.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(121)
for s, n, m, scale in [(1, 1, 1, 1), (2000, 3, 2, 2), (5, 4, 4, 10), (3, 3, 3, 3), (1, 6, 3, 1)]:
    what = f"draw_codes with s = {s}, n = {n}, m = {m}"
    mean, log_var = rng.normal(0, 3, (n, m)), rng.uniform(-4, 4, (n, m)) * scale
    eps = rng.normal(size=(s, n, m))
    given = [array.copy() for array in (mean, log_var, eps)]
    got = checks.call(draw_codes, *given, what=what)
    for before, after, name in zip(
        (mean, log_var, eps), given, ["mean", "log_var", "eps"], strict=True
    ):
        checks.unchanged(before, after, name)
    checks.shape(got, (s, n, m), what, see="12_autoencoders: A code that is a distribution")
    # float32 is good to 1e-6, of a mean or of exp(20) times the noise
    checks.close(
        got,
        mean + np.sqrt(np.exp(log_var)) * eps,
        what,
        rtol=1e-4,
        atol=1e-4,
        hint="Entry by entry: the mean, plus the standard deviation times the noise.",
        see="12_autoencoders: A code that is a distribution",
    )
    again = checks.call(draw_codes, *given, what=what)
    checks.close(
        again,
        np.asarray(got),
        f"{what}, called again with the same noise (expected: the same codes)",
        hint="All randomness is in eps. Draw no noise yourself.",
        see="12_autoencoders: A code that is a distribution",
    )
    checks.close(
        checks.call(draw_codes, mean, log_var, 0 * eps, what=what),
        np.broadcast_to(mean, (s, n, m)),
        f"{what}, with noise of 0 (expected: the means)",
        atol=1e-5,
        see="12_autoencoders: A code that is a distribution",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: code_slopes (4 points)
#
# Now the way back. The loss of a variational autoencoder for a batch is
#
# $$L = P(z) + \beta \sum_{i=1}^n \mathrm{KL}_i, \qquad z = \mu + \sigma \varepsilon ,$$
#
# where $P$ is what the pixels cost, summed over the batch, and $\mathrm{KL}_i$ is the lecture's
# Kullback-Leibler term of image $i$, between its $N(\mu, \sigma^2)$ and $N(0, 1)$, summed over the
# numbers of the code. The weight $\beta$ says how much it counts. Backpropagation through the decoder
# is done already, and you get the slopes of $P$ along $z$. Write
# `code_slopes(mean, log_var, eps, dz, beta)`:
#
# - `mean`, `log_var` and `eps` have shape `(n, m)`: $\mu$, $\log \sigma^2$ and the noise of one draw.
# - `dz` has shape `(n, m)`: the slopes $\partial P / \partial z$.
# - `beta` is a number, 0 or more.
#
# Return the pair `(d_mean, d_log_var)`, each of shape `(n, m)`: the slopes of $L$ along `mean` and along
# `log_var`. Nothing here is a mean over the batch. The arguments stay as they were.
#
# ```python
# >>> mean, log_var = np.array([[2.0]]), np.array([[np.log(4)]])
# >>> eps, dz = np.array([[0.5]]), np.array([[3.0]])
# >>> d_mean, d_log_var = code_slopes(mean, log_var, eps, dz, 0.1)
# >>> d_mean.round(3), d_log_var.round(3)
# (array([[3.2]]), array([[1.65]]))
# ```
#
# Here $\sigma = 2$. If `log_var` grows by a small $\delta$, then $z$ grows by $0.5 \, \delta$ and the pixels
# cost $1.5 \, \delta$ more; the KL term grows by $1.5 \, \delta$, and a tenth of that counts.


# %% nbgrader={"grade": false, "grade_id": "code_slopes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def code_slopes(mean, log_var, eps, dz, beta):
    """Go back through the draw of a code, and through the Kullback-Leibler term.

    Parameters
    ----------
    mean, log_var : ndarray of float, shape (n, m)
        What the encoder gave out. Left unchanged.
    eps : ndarray of float, shape (n, m)
        The noise of the draw. Left unchanged.
    dz : ndarray of float, shape (n, m)
        Slopes of the pixels' loss along the drawn codes. Left unchanged.
    beta : float
        Weight of the Kullback-Leibler term.

    Returns
    -------
    (ndarray of float, ndarray of float), each of shape (n, m)
        Slopes of the whole loss along mean and along log_var.
    """
    ### BEGIN SOLUTION
    d_mean = dz + beta * mean
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2
    return d_mean, d_log_var
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_code_slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The draw alone, with beta = 0: two images, two numbers; the standard deviations are 1, 2, 0.5 and 3.
mean, sigma = np.array([[1.0, -2.0], [0.4, 3.0]]), np.array([[1.0, 2.0], [0.5, 3.0]])
eps, dz = np.array([[0.8, -1.2], [2.0, 0.3]]), np.array([[2.0, 1.5], [-3.0, 0.7]])
log_var = 2 * np.log(sigma)
what = "code_slopes with beta = 0"
given = [array.copy() for array in (mean, log_var, eps, dz)]
got = checks.call(
    code_slopes,
    *given,
    0.0,
    what=what,
    hint="Everything goes entry by entry: no matrix products, no sums.",
    see="12_autoencoders: A code that is a distribution",
)
checks.that(
    isinstance(got, tuple | list | np.ndarray) and len(got) == 2,
    f"{what} should return a pair, and did not.",
    hint="return d_mean, d_log_var",
    see="12_autoencoders: A code that is a distribution",
)
for before, after, name in zip(
    (mean, log_var, eps, dz), given, ["mean", "log_var", "eps", "dz"], strict=True
):
    checks.unchanged(before, after, name, see="12_autoencoders: A code that is a distribution")
# numbers, not formulas: those are yours to find
d_mean, d_log_var = [[2.0, 1.5], [-3.0, 0.7]], np.array([[0.8, -1.8], [-1.5, 0.315]])
checks.close(
    got[0],
    d_mean,
    f"d_mean of {what}",
    atol=1e-5,
    mistakes=[
        (d_log_var, "The pair is swapped: d_mean comes first, then d_log_var."),
        (
            [[1.6, -1.8], [-6.0, 0.21]],
            "z = mu + sigma * eps grows as fast as mu does: the factor is 1, not eps.",
        ),
        (
            [[2.0, 3.0], [-1.5, 2.1]],
            "z = mu + sigma * eps grows as fast as mu does: the factor is 1, not sigma.",
        ),
        ([[2.0, -3.0], [-1.2, 2.1]], "z grows as fast as mu does: the factor is 1, not mu."),
        ([[3.0, -0.5], [-2.6, 3.7]], "beta is 0 here, so the KL term must not count."),
        (
            np.zeros((2, 2)),
            "beta is 0 here, and takes away the KL term alone: does it multiply dz, too? The draw "
            "does let slopes through: z grows as fast as mu does.",
        ),
        (np.ones((2, 2)), "That is the slope of z along mu. By the chain rule, multiply by dz."),
        ([[1.0, 0.75], [-1.5, 0.35]], "Nothing here is a mean over the batch."),
        ([[-1.0, 2.2], [-1.0, 2.2]], "Each image has a mean of its own: no sums."),
        ([-1.0, 2.2], "Each image has a mean of its own: no sum over the batch."),
    ],
    hint="The chain rule: slope of P along z, times slope of z along mu.",
    see="12_autoencoders: A code that is a distribution",
)
checks.close(
    got[1],
    d_log_var,
    f"d_log_var of {what}",
    atol=1e-5,
    mistakes=[
        (
            [[1.6, -1.8], [-6.0, 0.21]],
            "That is the slope along sigma. Along log_var: sigma is exp(log_var / 2).",
        ),
        (2 * d_log_var, "A half is missing: the slope of exp(log_var / 2) has one."),
        (
            [[0.8, -0.45], [-6.0, 0.035]],
            "That is the slope along the variance. Along its *logarithm* z has the slope "
            "sigma / 2 * eps.",
        ),
        (
            [[0.8, -0.9], [-3.0, 0.105]],
            "The factor sigma is missing: the slope of exp(a / 2) is exp(a / 2) / 2.",
        ),
        ([[0.8, -3.6], [-0.75, 0.945]], "exp(log_var / 2) is sigma. You took the variance."),
        ([[1.6, -7.2], [-1.5, 1.89]], "That would be the slope of mean + exp(log_var) * eps."),
        ([[1.0, 1.5], [-0.75, 1.05]], "The noise is missing: z = mu + sigma * eps."),
        (
            [[0.4, -1.2], [0.5, 0.45]],
            "That is the slope of z along log_var. By the chain rule, multiply by dz.",
        ),
        (
            [[1.8, -3.3], [-2.1, 1.365]],
            "The mean does not depend on log_var: its part of z has no slope here.",
        ),
        (
            np.zeros((2, 2)),
            "beta is 0 here, and takes away the KL term alone: does it multiply dz, too? The draw "
            "does let slopes through: sigma depends on log_var.",
        ),
        ([[0.8, -0.3], [-1.875, 4.315]], "beta is 0 here, so the KL term must not count."),
        (-d_log_var, "The sign is turned round."),
        (d_log_var / 2, "Nothing here is a mean over the batch. Or is there a half too many?"),
    ],
    hint="The chain rule: slope of P along z, times slope of z along log_var, where "
    "z = mean + exp(log_var / 2) * eps.",
    see="12_autoencoders: A code that is a distribution",
)

# %% nbgrader={"grade": true, "grade_id": "test_code_slopes_kl", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The KL term alone, with dz = 0: three images, two numbers. Where mu = 0 and sigma = 1 it has no slope.
mean = np.array([[0.0, 1.0], [-2.0, 0.5], [0.0, 3.0]])
sigma = np.array([[1.0, 1.0], [2.0, 0.5], [3.0, 0.1]])
log_var, eps = 2 * np.log(sigma), np.array([[0.8, -1.2], [2.0, 0.3], [-0.5, 1.0]])
# both slopes for beta = 1, and what comes of typical mistakes: numbers, not formulas
d_mean = np.array([[0.0, 1.0], [-2.0, 0.5], [0.0, 3.0]])
d_log_var = np.array([[0.0, 0.0], [1.5, -0.375], [4.0, -0.495]])
slips = [
    (
        [[0.0, 0.0], [0.375, -1.5], [0.444444, -49.5]],
        "That is the slope along the variance. Along its logarithm a: take the slope of "
        "(exp(a) - 1 - a) / 2.",
    ),
    (
        [[0.0, 0.0], [1.5, -1.5], [2.666667, -9.9]],
        "That is the slope along sigma. Along a = log_var: take the slope of (exp(a) - 1 - a) / 2.",
    ),
    (
        [[0.0, 0.0], [0.806853, 0.318147], [2.901388, 1.807585]],
        "That is the term itself. Take its slope.",
    ),
    (d_log_var + 0.5, "The slope of -log_var is -1, and it is missing."),
    ([[0.0, 0.0], [0.5, -0.25], [1.0, -0.45]], "exp(log_var) is the variance, not sigma."),
    (
        [[0.5, 0.5], [3.5, -0.25], [8.5, -0.49]],
        "The slope of exp(a) along a is exp(a): no 2 comes in front.",
    ),
    (
        [[-0.5, -0.5], [0.193147, 0.193147], [0.598612, 1.802585]],
        "sigma² is exp(log_var).",
    ),
]
for beta in [1.0, 0.25]:
    what = f"code_slopes with dz = 0 and beta = {beta:g}"
    given = [array.copy() for array in (mean, log_var, eps, 0 * eps)]
    got = checks.call(code_slopes, *given, beta, what=what)
    for before, after, name in zip(
        (mean, log_var, eps, 0 * eps), given, ["mean", "log_var", "eps", "dz"], strict=True
    ):
        checks.unchanged(before, after, name)
    checks.that(
        isinstance(got, tuple | list | np.ndarray) and len(got) == 2,
        f"{what} should return a pair, and did not.",
        hint="return d_mean, d_log_var",
    )
    checks.close(
        got[0],
        beta * d_mean,
        f"d_mean of {what}",
        atol=1e-5,
        mistakes=[
            (np.zeros((3, 2)), "The KL term is missing: it has a slope of its own along mu."),
            (2 * beta * d_mean, "The half in front of the KL term is missing."),
            (-beta * d_mean, "The sign is turned round: the KL term is *added* to the loss."),
            (d_mean, "beta is not used."),
            (
                beta * np.array([[0.0, 0.5], [2.0, 0.125], [0.0, 4.5]]),
                "That is the term itself. Its slope along mu is asked for.",
            ),
            (beta * d_mean / 3, "Nothing here is a mean over the batch."),
            (beta * d_mean / 2, "The slope of mu² is 2 mu, and the half cancels the 2."),
            (beta * d_log_var, "The pair is swapped: d_mean comes first, then d_log_var."),
            (beta * np.ones((3, 2)), "The slope of mu² / 2 along mu is mu."),
        ],
        hint="KL = (mu² + sigma² - 1 - log sigma²) / 2 for each number. Take its slope along mu.",
        see="12_autoencoders: A code that is a distribution",
    )
    checks.close(
        got[1],
        beta * d_log_var,
        f"d_log_var of {what}",
        atol=1e-5,
        mistakes=[
            (np.zeros((3, 2)), "The KL term is missing: it has a slope of its own along log_var."),
            (
                2 * beta * d_log_var,
                "A half is missing: the one in front of the KL term, or, if you went by sigma, that "
                "of sigma = exp(log_var / 2), whose slope is sigma / 2.",
            ),
            (-beta * d_log_var, "The sign is turned round: the KL term is *added* to the loss."),
            (d_log_var, "beta is not used."),
            (beta * d_log_var / 3, "Nothing here is a mean over the batch."),
            *[(beta * np.array(wrong), advice) for wrong, advice in slips],
        ],
        hint="With a = log_var, KL = (mu² + exp(a) - 1 - a) / 2 for each number. Take its slope "
        "along a.",
        see="12_autoencoders: A code that is a distribution",
    )

# %% nbgrader={"grade": true, "grade_id": "test_code_slopes_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: several sizes and weights beta, against finite differences of a loss whose pixels'
# part is a sum of sines of the codes.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(122)
for n, m, beta in [(1, 1, 1.0), (2, 3, 0.5), (5, 2, 4.0), (3, 3, 0.0), (4, 1, 1.0), (6, 5, 0.01)]:
    mean, log_var = rng.normal(0, 1.5, (n, m)), rng.uniform(-3, 2, (n, m))
    eps, factor = rng.normal(size=(n, m)), rng.normal(0, 2, (n, m))
    dz = factor * np.cos(mean + np.exp(log_var / 2) * eps)
    what = f"code_slopes with n = {n}, m = {m}, beta = {beta:g}"
    given = [array.copy() for array in (mean, log_var, eps, dz)]
    got = checks.call(code_slopes, *given, beta, what=what)
    for before, after, name in zip(
        (mean, log_var, eps, dz), given, ["mean", "log_var", "eps", "dz"], strict=True
    ):
        checks.unchanged(before, after, name)
    # every entry matters for its own term of the loss alone, so all can be moved at once
    losses, step = {}, 1e-5
    for name, move_mean, move_log_var in [
        ("mean up", step, 0),
        ("mean down", -step, 0),
        ("log_var up", 0, step),
        ("log_var down", 0, -step),
    ]:
        a, b = mean + move_mean, log_var + move_log_var
        pixels = factor * np.sin(a + np.exp(b / 2) * eps)
        losses[name] = pixels + beta * (a**2 + np.exp(b) - 1 - b) / 2
    for one, name in zip(got, ["mean", "log_var"], strict=True):
        # differences are good to 1e-9, float32 to 1e-6 of numbers up to 20
        checks.close(
            one,
            (losses[f"{name} up"] - losses[f"{name} down"]) / (2 * step),
            f"d_{name} of {what}",
            rtol=1e-4,
            atol=2e-5,
            hint="Move one entry by a hundred-thousandth, and look at what the loss does: the pixels "
            "by way of z, and beta times the KL term directly.",
            see="12_autoencoders: A code that is a distribution",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: kl_between (3 points)
#
# Your digits come with labels, and you want to order a new 7, not any new digit. So each label gets a
# place of its own among the codes: in place of $N(0, 1)$, the codes of an image should look like
# $N(\mu_p, \sigma_p^2)$, its **prior**, where $\mu_p$ and $\sigma_p$ belong to its label. Now the
# Kullback-Leibler term has to compare two normal distributions. Write
# `kl_between(mean, log_var, prior_mean, prior_log_var)`:
#
# - `mean`, `log_var`, both of shape `(n, m)`: what the encoder says, $q = N(\mu, \sigma^2)$.
# - `prior_mean`, `prior_log_var`, both of shape `(n, m)`: where the codes should lie,
#   $p = N(\mu_p, \sigma_p^2)$.
#
# Return $\mathrm{KL}(q \parallel p)$, summed over the numbers of the code, one for each image: shape
# `(n,)`. Work the mean under $q$ out; an estimate from random draws is not exact enough. The arguments
# stay as they were.
#
# Start from $\mathbb{E}_q [\log q(z) - \log p(z)]$ as the lecture does. Or measure $z$ in other units: the
# number $u = (z - \mu_p) / \sigma_p$ tells as much as $z$ does, so the KL stays the same, and in these
# units $p$ is $N(0, 1)$. What are mean and variance of $u$ under $q$?
#
# ```python
# >>> mean, log_var = np.array([[1.0, 0.0]]), np.array([[0.0, 0.0]])
# >>> prior_mean, prior_log_var = np.array([[0.0, 0.0]]), np.array([[0.0, np.log(4)]])
# >>> kl_between(mean, log_var, prior_mean, prior_log_var).round(3)
# array([0.818])
# ```
#
# The first number brings 0.5, since its mean is off by 1; the second 0.318, since its prior is twice as
# wide.


# %% nbgrader={"grade": false, "grade_id": "kl_between", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Compare the encoder's normal distributions with those where codes should lie.

    Parameters
    ----------
    mean, log_var : ndarray of float, shape (n, m)
        Mean and logarithm of the variance of q. Left unchanged.
    prior_mean, prior_log_var : ndarray of float, shape (n, m)
        Mean and logarithm of the variance of p. Left unchanged.

    Returns
    -------
    ndarray of float, shape (n,)
        KL(q || p) of each code.
    """
    ### BEGIN SOLUTION
    mean = (mean - prior_mean) / np.exp(prior_log_var / 2)
    log_var = log_var - prior_log_var
    return np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=1) / 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_kl_between", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One number for each of five images: once nothing differs, once the mean, once the spread, then both.
mean, sigma = np.array([2.0, 2.0, 0.0, -1.0, 3.0]), np.array([0.5, 2.0, 3.0, 0.5, 1.0])
prior_mean, prior_sigma = np.array([2.0, 1.0, 0.0, 2.0, 1.0]), np.array([0.5, 2.0, 1.0, 2.0, 0.5])
# what has to come, and below what comes of typical mistakes: numbers, not formulas
expected = np.array([0.0, 0.125, 2.90139, 2.04254, 8.80685])
given = [mean[:, None], 2 * np.log(sigma)[:, None]]
given += [prior_mean[:, None], 2 * np.log(prior_sigma)[:, None]]
copies = [array.copy() for array in given]
what = "kl_between with one number for each of five images"
got = checks.call(
    kl_between,
    *copies,
    what=what,
    hint="Everything goes entry by entry, and then a sum goes over the code, axis 1.",
    see="12_autoencoders: A code that is a distribution",
)
for before, after, name in zip(
    given, copies, ["mean", "log_var", "prior_mean", "prior_log_var"], strict=True
):
    checks.unchanged(before, after, name, see="12_autoencoders: A code that is a distribution")
checks.close(
    got,
    expected,
    what,
    rtol=1e-4,
    atol=1e-5,
    mistakes=[
        (
            [2.31815, 2.80685, 2.90139, 0.81815, 4.5],
            "That compares with N(0, 1), as the lecture does. Here each image has a prior of "
            "its own.",
        ),
        (
            [0.31815, 1.30685, 2.90139, 4.81815, 2.0],
            "The prior's mean is used, and its variance is not.",
        ),
        (
            [0.0, 0.125, 0.65417, 24.11371, 2.31815],
            "You turned the two round: KL(q || p) takes the mean over q, the encoder's.",
        ),
        (2 * expected, "The half is missing."),
        (expected + 0.5, "The -1 is missing. Two equal distributions must give 0."),
        (-expected, "The sign is turned round: a KL is never negative."),
        (
            [0.0, 0.125, 5.09861, -0.73004, 10.19315],
            "The logarithm has the wrong sign: + log of the prior's variance, - log of q's.",
        ),
        (
            [0.0, 0.5, 2.90139, 5.41754, 2.80685],
            "The distance of the means is measured in units of the prior's sigma: divide its "
            "square by the prior's variance.",
        ),
        (
            [0.0, 0.25, 2.90139, 3.16754, 4.80685],
            "You divided the square of the distance by sigma_p. It belongs to the variance.",
        ),
        (
            [0.0, 0.03125, 2.90139, 1.19879, 32.80685],
            "Your unit is the prior's variance. u = (z - mu_p) / sigma_p, with sigma_p = "
            "exp(prior_log_var / 2).",
        ),
        (
            [0.09657, 0.27843, 2.90139, 1.72722, 8.15343],
            "Dividing z by sigma_p divides the variance by sigma_p**2: its logarithm loses "
            "prior_log_var, whole.",
        ),
        (
            [-0.375, 2.0, 2.90139, 5.51129, 1.30685],
            "Distance and variance are both measured in units of the prior: divide by its "
            "variance.",
        ),
        (
            [0.69315, -0.56815, 2.90139, 1.3494, 9.5],
            "The logarithm of the prior's variance is missing.",
        ),
        (
            [0.0, 0.125, 3.45069, 1.3494, 9.15343],
            "log_var is the logarithm of the variance, which is 2 log sigma. No further half.",
        ),
        (
            [0.0, 0.125, -0.09861, 2.13629, 7.80685],
            "exp(log_var) is the variance; you took the standard deviation.",
        ),
        ([0.0, 0.25, 2.90139, 0.16754, 2.80685], "The distance of the means comes as a square."),
        (
            [0.0, 0.375, 2.90139, 0.54254, 16.80685],
            "The square of a difference is not the difference of the squares.",
        ),
        (
            [0.0, 1.5, 2.90139, -1.98871, 3.68185],
            "KLs cannot be subtracted: the difference of two distances to N(0, 1) is not the "
            "distance of the two.",
        ),
        (expected[:, None], "One number for each image, shape (n,): sum over the code, axis 1."),
        (expected.sum(), "One number for each image: sum over the code, axis 1, not over all."),
        ([expected.sum()], "The sum goes over the code, axis 1, and not over the images."),
        (expected.mean(), "One number for each image: no mean over the batch."),
    ],
    hint="log q - log p has three parts: the logarithms of the two sigmas, and the two squares. Their "
    "means under q are known: E (z - mu)² = sigma², and E (z - mu_p)² = sigma² + (mu - mu_p)².",
    see="12_autoencoders: A code that is a distribution",
)

# %% nbgrader={"grade": true, "grade_id": "test_kl_between_properties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Several numbers: N(0, 1) as in the lecture, sums over the code, nothing for equals, other units.
rng = np.random.default_rng(124)
n, m = 4, 3
mean, log_var, prior_mean, prior_log_var = rng.normal(size=(4, n, m))
zero = np.zeros((n, m))
tolerance = {"rtol": 1e-4, "atol": 1e-5}  # float32 passes
see = "12_autoencoders: A code that is a distribution"
given = [array.copy() for array in (mean, log_var, zero, zero)]
got = checks.call(kl_between, *given, what="kl_between with N(0, 1) as prior")
plain = (mean**2 + np.exp(log_var) - 1 - log_var) / 2
checks.close(
    got,
    plain.sum(axis=1),
    "kl_between with N(0, 1) as prior (expected: the lecture's formula)",
    **tolerance,
    mistakes=[
        (plain.mean(axis=1), "The numbers of a code add up: a sum over axis 1, not a mean."),
        (plain.sum(axis=0), "The sum goes over the code, axis 1, and not over the images."),
        (plain, "One number for each image: sum over the code, axis 1."),
        (plain.sum(), "One number for each image: sum over the code, axis 1, not over all."),
    ],
    hint="With mu_p = 0 and sigma_p = 1 nothing else than the lecture's formula may be left.",
    see=see,
)
given = [array.copy() for array in (mean, log_var, mean, log_var)]
got = checks.call(kl_between, *given, what="kl_between of equals")
hint = "q = p costs 0. Every term has to cancel; try it with one number."
checks.close(got, np.zeros(n), "kl_between of equals", **tolerance, hint=hint, see=see)
given = [array.copy() for array in (mean, log_var, prior_mean, prior_log_var)]
whole = checks.call(kl_between, *given, what="kl_between")
for before, after in zip((mean, log_var, prior_mean, prior_log_var), given, strict=True):
    checks.unchanged(before, after, "array", see=see)
parts = [
    np.asarray(
        checks.call(
            kl_between,
            mean[:, [j]],
            log_var[:, [j]],
            prior_mean[:, [j]],
            prior_log_var[:, [j]],
            what="kl_between of one number of the code",
        )
    )
    for j in range(m)
]
checks.close(
    whole,
    np.sum(parts, axis=0),
    "kl_between of three numbers (expected: the sum of one at a time)",
    **tolerance,
    hint="The numbers of a code add up: a sum over axis 1, not a mean.",
    see=see,
)
for i in range(n):
    arrays = [array[[i]] for array in (mean, log_var, prior_mean, prior_log_var)]
    alone = checks.call(kl_between, *arrays, what="kl_between of one image")
    checks.close(
        alone,
        np.asarray(whole)[[i]],
        f"kl_between of image {i} alone (expected: as in a batch)",
        **tolerance,
        hint="Images know nothing of each other.",
        see=see,
    )
factor, shift = 10.0, 7.0
units = [factor * mean + shift, log_var + 2 * np.log(factor)]
units += [factor * prior_mean + shift, prior_log_var + 2 * np.log(factor)]
got = checks.call(kl_between, *units, what="kl_between in other units")
checks.close(
    got,
    np.asarray(whole),
    "kl_between with z in other units, 10 z + 7 (expected: as before)",
    **tolerance,
    hint="Measured in units of the prior, nothing changes: divide the squared distance of the "
    "means and q's variance by the prior's variance.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_kl_between_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: 1 to 6 images and codes of 1 to 5 numbers against numerical integration, and
# distributions as narrow as exp(-30) and as wide as exp(15).
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(125)
ticks = np.linspace(-12, 12, 6001)  # in units of q's sigma; the trapezoids are exact to 1e-10
weights = norm.pdf(ticks) * (ticks[1] - ticks[0])
for n, m in [(1, 1), (3, 2), (2, 5), (6, 3), (4, 4)]:
    mean, prior_mean = rng.normal(0, 2, (2, n, m))
    log_var, prior_log_var = rng.uniform(-3, 2, (2, n, m))
    z = mean[..., None] + np.exp(log_var / 2)[..., None] * ticks
    log_q = norm.logpdf(z, mean[..., None], np.exp(log_var / 2)[..., None])
    log_p = norm.logpdf(z, prior_mean[..., None], np.exp(prior_log_var / 2)[..., None])
    expected = np.sum((log_q - log_p) * weights, axis=(1, 2))
    given = [array.copy() for array in (mean, log_var, prior_mean, prior_log_var)]
    what = f"kl_between with n = {n}, m = {m}"
    got = checks.call(kl_between, *given, what=what)
    for before, after, name in zip(
        (mean, log_var, prior_mean, prior_log_var),
        given,
        ["mean", "log_var", "prior_mean", "prior_log_var"],
        strict=True,
    ):
        checks.unchanged(before, after, name)
    checks.close(
        got,
        expected,
        f"{what} (expected: by numerical integration)",
        rtol=1e-4,
        atol=1e-4,
        hint="Integrate q(z) (log q(z) - log p(z)) for one number, and compare part by part.",
        see="12_autoencoders: A code that is a distribution",
    )
for log_var, prior_log_var, expected in [
    (-60.0, 0.0, 29.5),
    (-60.0, -60.0, 0.0),
    (3.0, 30.0, 13.0),
]:
    arrays = [np.full((2, 1), value) for value in (1.0, log_var, 1.0, prior_log_var)]
    what = f"kl_between with log_var = {log_var:g} and prior_log_var = {prior_log_var:g}"
    checks.close(
        checks.call(kl_between, *arrays, what=what),
        [expected] * 2,
        what,
        rtol=1e-4,
        atol=1e-4,
        hint="Use log_var itself where a logarithm is needed.",
        see="12_autoencoders: A code that is a distribution",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: alarm_report (3 points)
#
# An autoencoder watches a machine; its reconstruction error is a score for strangeness. The alarm goes off
# when a score lies **above** the threshold. A score equal to the threshold gives no alarm. The contract
# says: "Of the normal scores that we gave you, at most the share `share` lies above the threshold." Within
# that promise the threshold should be as low as possible, to miss as little as possible.
#
# Some scores occur more than once, and there may be few of them. `np.quantile` as the lecture calls it
# puts the threshold between two scores, and with few scores it can break the promise. Write
# `alarm_report(normal, fresh, odd, share)`:
#
# - `normal`, `fresh`, `odd` are arrays of shape `(n,)`, `(f,)`, `(a,)`: scores of normal days on which the
#   threshold is set, of other normal days, and of days on which the machine was broken.
# - `share` is a number, at least 0 and below 1.
#
# Return three numbers `(threshold, false_alarms, found)`:
#
# - `threshold`: the smallest of the scores in `normal` that keeps the promise;
# - `false_alarms`: the share of the fresh normal days with an alarm, between 0 and 1;
# - `found`: the share of the broken days with an alarm, between 0 and 1.
#
# The arrays are not sorted, and stay as they were.
#
# ```python
# >>> normal = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
# >>> alarm_report(normal, np.array([2.0, 4.5]), np.array([4.0, 6.0, 9.0, 8.0]), 0.3)
# (4.0, 0.5, 0.75)
# ```
#
# One of five scores lies above 4, a share of 0.2. Above 3 it would be 0.4, more than 0.3. (How NumPy
# writes the three numbers does not matter.) Count rather than compute an index: `0.29 * 100` is
# 28.999999999999996.


# %% nbgrader={"grade": false, "grade_id": "alarm_report", "locked": false, "schema_version": 3, "solution": true, "task": false}
def alarm_report(normal, fresh, odd, share):
    """Set a threshold on normal scores, and measure what it does on others.

    Parameters
    ----------
    normal : ndarray of float, shape (n,)
        Scores of normal days, on which the threshold is set. Left unchanged.
    fresh : ndarray of float, shape (f,)
        Scores of other normal days. Left unchanged.
    odd : ndarray of float, shape (a,)
        Scores of days on which the machine was broken. Left unchanged.
    share : float
        The largest share of `normal` that may lie above the threshold, 0 <= share < 1.

    Returns
    -------
    threshold : float
        The smallest score in `normal` with at most this share of `normal` above it.
    false_alarms : float
        The share of `fresh` above the threshold.
    found : float
        The share of `odd` above the threshold.
    """
    ### BEGIN SOLUTION
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_alarm_report", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Ten normal scores, 1 to 10; ten fresh ones; four of broken days.
normal = np.array([4.0, 9.0, 1.0, 10.0, 7.0, 2.0, 6.0, 3.0, 8.0, 5.0])
fresh = np.array([9.5, 0.5, 3.0, 12.0, 8.5, 6.0, 9.0, 2.0, 11.0, 10.5])
odd = np.array([8.0, 30.0, 9.2, 11.0])
for share, threshold, false_alarms, found in [
    (0.1, 9.0, 0.4, 0.75),
    (0.25, 8.0, 0.6, 0.75),
    (0.0, 10.0, 0.3, 0.5),
]:
    what = f"alarm_report with the normal scores 1, 2, ..., 10 and share = {share:g}"
    given = [array.copy() for array in (normal, fresh, odd)]
    got = checks.call(
        alarm_report,
        *given,
        share,
        what=what,
        hint="normal > score is an array of True and False, and its mean is a share.",
        see="12_autoencoders: Anomalies",
    )
    for before, after, name in zip(
        (normal, fresh, odd), given, ["normal", "fresh", "odd"], strict=True
    ):
        checks.unchanged(before, after, name, see="12_autoencoders: Anomalies")
    checks.that(
        isinstance(got, tuple | list | np.ndarray) and len(got) == 3,
        f"{what} should return three numbers, and did not.",
        hint="return threshold, false_alarms, found",
        see="12_autoencoders: Anomalies",
    )
    other = "The threshold is set on `normal` alone, and you used other scores."
    others = [np.concatenate([normal, fresh]), np.concatenate([normal, fresh, odd]), fresh]
    ranked = np.sort(normal)
    between = "np.quantile puts the threshold between two scores. A score of normal was asked for."
    checks.close(
        got[0],
        threshold,
        f"the threshold of {what}",
        mistakes=[
            (
                np.quantile(normal, 1 - share, method="higher"),
                "That is one score too high: also a lower one keeps the promise.",
            ),
            (np.quantile(normal, 1 - share), between),
            (
                np.quantile(normal, share),
                "That is the low end: anomalies have *large* scores. At most `share` lies above.",
            ),
            (
                ranked[int(share * 10)],
                "That is the low end: anomalies have *large* scores. At most `share` lies above.",
            ),
            (
                ranked[max(int(share * 10) - 1, 0)],
                "That is the low end: anomalies have *large* scores. At most `share` lies above.",
            ),
            (
                ranked[-int(share * 10)],
                "One off: the last but k has k scores above it and stands at index -k - 1.",
            ),
            (
                ranked[max(-int(share * 10) - 2, -10)],
                "One too low: a share larger than `share` lies above it. A score equal to the "
                "threshold is no alarm.",
            ),
            *[(min(t for t in s if np.mean(s > t) <= share), other) for s in others],
            (np.quantile(odd, share), "The threshold comes from normal days, never from broken."),
            (
                normal.mean() + 2 * normal.std(),
                "Two standard deviations promise a share only for a normal distribution.",
            ),
            (
                normal[int(10 - 1 - share * 10)],
                "The scores are not sorted.",
            ),
            (threshold - 1, "A larger share than `share` lies above this threshold."),
        ],
        hint="Go through the scores: for each, which share of `normal` lies above it?",
        see="12_autoencoders: Anomalies",
    )
    counts = "A share is wanted, between 0 and 1: divide by the number of days."
    for one, expected, scores, name in [
        (got[1], false_alarms, fresh, "false_alarms"),
        (got[2], found, odd, "found"),
    ]:
        mistakes = [
            (np.sum(scores > threshold), counts),
            (100 * expected, "A share is wanted, between 0 and 1, not a percentage."),
            (1 - expected, "That is the share without an alarm."),
            (np.mean(scores >= threshold), "An alarm needs a score *above* the threshold: >."),
            (np.mean(scores < threshold), "That is the share below the threshold."),
        ]
        if name == "false_alarms":
            mistakes += [
                (np.mean(normal > threshold), "Measure false alarms on the fresh normal days."),
                (found, "false_alarms comes before found."),
            ]
        else:
            alarms = np.sum(fresh > threshold) + np.sum(odd > threshold)
            mistakes += [
                (
                    np.sum(odd > threshold) / alarms,
                    "That is the share of the alarms that are right. The share of the broken days "
                    "that are found was asked for.",
                ),
                (false_alarms, "false_alarms comes before found."),
                (np.sum(odd > threshold) / 14, "Divide by the number of broken days alone."),
            ]
        checks.close(
            one,
            expected,
            f"{name} of {what}",
            mistakes=mistakes,
            hint=f"Of the {len(scores)} scores, how many lie above {threshold:g}?",
            see="12_autoencoders: Anomalies",
        )

# %% nbgrader={"grade": true, "grade_id": "test_alarm_report_ties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Scores that occur more than once, and scores that are few.
for normal, share, threshold in [
    ([2.0, 1.0, 2.0, 3.0, 2.0], 0.25, 2.0),
    ([2.0, 1.0, 2.0, 3.0, 2.0], 0.5, 2.0),
    ([2.0, 1.0, 2.0, 3.0, 2.0], 0.75, 2.0),
    ([5.0, 5.0, 5.0, 5.0], 0.5, 5.0),
    ([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 7.0], 0.2, 7.0),
    ([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 7.0], 0.25, 0.0),
    ([3.0, 1.0, 2.0, 5.0, 4.0], 0.3, 4.0),
    ([10.0, 30.0, 20.0], 0.4, 20.0),
    ([10.0, 30.0, 20.0], 0.3, 30.0),
    ([6.0], 0.9, 6.0),
]:
    what = f"alarm_report with normal = {normal} and share = {share:g}"
    normal, scores = np.array(normal), np.array([-1.0, *normal, 100.0, threshold])
    got = checks.call(alarm_report, normal.copy(), scores, scores[::2], share, what=what)
    checks.that(
        isinstance(got, tuple | list | np.ndarray) and len(got) == 3,
        f"{what} should return three numbers, and did not.",
        hint="return threshold, false_alarms, found",
        see="12_autoencoders: Anomalies",
    )
    repeated = "A score that occurs three times counts three times. (If you used np.unique: it "
    repeated += "counts repeated scores once.)"
    too_low = f"A larger share than `share` lies above this threshold. {repeated}"
    too_high = "This keeps the promise, but a lower score does, too. One equal to the threshold is "
    too_high += f"not above it. {repeated}"
    checks.close(
        got[0],
        threshold,
        f"the threshold of {what}",
        mistakes=[
            (
                np.quantile(normal, 1 - share),
                "np.quantile puts the threshold between two scores, and with few scores more than "
                "`share` can lie above. A score of normal was asked for.",
            ),
            *[(t, too_low) for t in normal[normal < threshold]],
            *[(t, too_high) for t in normal[normal > threshold]],
        ],
        hint="Go through the scores: for each, which share of `normal` lies above it?",
        see="12_autoencoders: Anomalies",
    )  # fmt: skip
    for one, days, name in [(got[1], scores, "false_alarms"), (got[2], scores[::2], "found")]:
        checks.close(
            one,
            np.mean(days > threshold),
            f"{name} of {what}, scores of these days {days.tolist()}",
            mistakes=[
                (np.mean(days >= threshold), "An alarm needs a score *above* the threshold: >."),
                (np.mean(normal > threshold), "Measure it on the days that it speaks of."),
                (np.sum(days > threshold), "A share is wanted: divide by the number of days."),
                (np.mean(days <= threshold), "That is the share without an alarm."),
            ],
            hint=f"Of the {len(days)} scores, how many lie above {threshold:g}?",
            see="12_autoencoders: Anomalies",
        )

# %% nbgrader={"grade": true, "grade_id": "test_alarm_report_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: 1 to 500 scores with and without repetitions, negative ones too, and shares from 0
# to 0.95: the promise is kept, no lower score keeps it, and the two shares are counted one by one.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(126)
for n, f, a, digits, share in [
    (1, 3, 2, 3, 0.5),
    (7, 5, 9, 3, 0.17),
    (20, 10, 10, 0, 0.2),
    (61, 40, 7, 1, 0.05),
    (100, 50, 30, 3, 0.03),
    (500, 200, 50, 1, 0.011),
    (40, 8, 8, 0, 0.65),
    (33, 20, 11, 2, 0.95),
    (12, 4, 3, 3, 0.0),
    (200, 100, 5, 2, 0.004),
]:
    normal = rng.normal(0, 2, n).round(digits) + 0.0
    fresh, odd = rng.normal(0, 2, f).round(digits) + 0.0, rng.normal(2, 2, a).round(digits) + 0.0
    ordered = sorted(normal.tolist())
    threshold = ordered[-1]
    for score in reversed(ordered):
        if sum(other > score for other in ordered) / n > share:
            break
        threshold = score
    what = f"alarm_report with {n} normal scores and share = {share:g}"
    given = [array.copy() for array in (normal, fresh, odd)]
    got = checks.call(alarm_report, *given, share, what=what)
    for before, after, name in zip(
        (normal, fresh, odd), given, ["normal", "fresh", "odd"], strict=True
    ):
        checks.unchanged(before, after, name)
    rates = [sum(score > threshold for score in days) / len(days) for days in (fresh, odd)]
    for one, expected, name in zip(
        got, [threshold, *rates], ["threshold", "false_alarms", "found"], strict=True
    ):
        checks.close(
            one,
            expected,
            f"{name} of {what}",
            hint="The smallest score with at most this share of all scores above it, repetitions "
            "counted; an alarm is a score above the threshold.",
            see="12_autoencoders: Anomalies",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: read_latent_space (4 points)
#
# A variational autoencoder with three numbers for a code was trained on images of handwritten digits, and
# its encoder then gave $\mu$ and $\sigma$ of 5,000 unseen images. (The numbers are made simple for this
# exercise. Each $\mu$ has the mean 0, and $\sigma$ is nearly the same for all images.)
#
# | number | standard deviation of $\mu$ over the images | $\sigma$ | what a walk along it shows |
# |---|---|---|---|
# | 1 | 0.99 | 0.1 | the digit changes |
# | 2 | 0.87 | 0.5 | an upright digit leans over to the right |
# | 3 | 0.02 | 1.0 | the image stays as it is |
#
# Answer in a few sentences each, with the numbers that you work out:
#
# 1. *(1 point)* What does each of the three numbers cost in the KL term, in the mean over the images? (The
#    mean of $\mu^2$ is the square of its standard deviation.) "Number 3 has the largest $\sigma$, so it says
#    most about an image", says a colleague. What is right instead, and why did the training choose this
#    $\sigma$? Why does the walk along number 3 show nothing?
# 2. *(1 point)* To make new images, one colleague feeds the decoder with codes drawn from $N(0, 1)$. Show
#    by the table that these have about the mean and variance of the codes that the encoder draws for images,
#    and say what the table leaves open. Another draws from $N(0, 5^2)$, "for more variety". A third feeds
#    codes from $N(0, 1)$ to the decoder of an ordinary autoencoder, trained without a KL term. What goes
#    wrong for these two?
# 3. *(1 point)* A map of the codes by t-SNE has an island for most digits. "The island of the 0 is furthest
#    from the island of the 1, so these two differ most", somebody reads from it. "And all is right with the
#    map, since its trustworthiness, measured against the codes with $k = 10$, is 0.99." What does the map
#    show, and what does it not? What does the 0.99 say, and what could still be wrong with the map? What
#    would you measure to find out whether 0 and 1 differ most?
# 4. *(1 point)* "Number 2 *is* the slant", the report says, with a picture of one walk along number 2, from
#    one image of a 7. Why is that too little? Describe an experiment that measures it: what is varied, what
#    is kept the same, what is measured, and which outcome would show that the sentence is wrong. If the same
#    network is trained again from other starting weights, must one number be the slant again? Why?
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "read_latent_space", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# 1. $\mathrm{KL} = (\mu^2 + \sigma^2 - 1 - \log \sigma^2) / 2$. Number 1: $(0.980 + 0.01 - 1 + 4.605) / 2 =
#    2.30$. Number 2: $(0.757 + 0.25 - 1 + 1.386) / 2 = 0.70$. Number 3: $(0.0004 + 1 - 1 - 0) / 2 = 0.0002$.
#    Number 3 says nothing: its $\mu$ is nearly the same for all images, and the noise of 1 hides the little
#    that differs. Number 1 says most: its means lie 0.99 apart, known to 0.1. A number that does not help
#    the decoder saves no cross-entropy, so the KL term alone decides, and that is least at
#    $\mu = 0, \sigma = 1$. In training the decoder got pure noise there, and learnt to ignore it. So
#    nothing changes on a walk.
# 2. Over all images a code has the variance of its means plus its own: $0.980 + 0.01 = 0.99$,
#    $0.757 + 0.25 = 1.01$ and $0.0004 + 1 = 1.00$, all about 1, with mean 0. That is what $N(0, 1)$ has. The
#    table leaves the shape open: the codes of all images can leave gaps between kinds of digits, or their
#    numbers can hang together, so some draws fall where hardly an image lies. From $N(0, 5^2)$ most codes lie
#    further out than 2, where hardly any training code was: what the decoder makes there was never trained,
#    and is no variety. Without a KL term nothing makes codes look like $N(0, 1)$: they lie at other places and
#    scales and leave gaps, so drawn codes miss them and the outputs are scribbles.
# 3. It shows who is near whom: points on one island have neighbouring codes. Gaps between islands mean
#    little, since pairs that are no neighbours in the data cost little wherever they are put, and sizes mean
#    little, since the Gaussian is wider where points lie thinly. The 0.99 says that the ten nearest on the map
#    are nearly all true neighbours *among the codes*. It does not say that true neighbours stay together: an
#    island can be torn in two, and trustworthiness does not mind. Nor does it speak of large distances, or of
#    whether near codes mean similar images. To compare digits, measure without the map: mean distances between
#    images, or between codes, of 0 and 1 and of every other pair of digits.
# 4. One image and one walk, looked at by eye: other images may do something else, other numbers may slant
#    too, and number 2 may change more than the slant. Experiment: encode 500 unseen images of all digits,
#    move number 2 by the same steps from -2 to 2, keep numbers 1 and 3 as they are, decode, and measure
#    the slant of each output (the angle of the direction in which its ink varies most) and other things,
#    such as the amount of ink or whether a classifier still sees the same digit. Do the same with numbers 1
#    and 3. The sentence is wrong if the slant does not rise with number 2 for most images, if number 1 changes it
#    as much, or if number 2 changes much else. No, it need not be so again. Nothing in the loss names the slant.
#    The numbers can change places or signs at no cost, and another start may end where the slant is spread over
#    several numbers, or where it comes together with something else.
#
# **Rubric**
#
# - Part 1: 2.30, 0.70 and 0 (0.5; one error costs 0.25; 2.3, 0.69 and 0.0002 are fine); number 3 says nothing, as its
#   means hardly differ or drown in noise, or number 1 says most (0.25; "small sigma means sure" alone is enough if
#   number 3's empty means are named); the KL term is least at sigma = 1 where nothing is told, or the decoder learnt
#   to ignore noise (0.25).
# - Part 2: variance of the means plus sigma squared, about 1 for each number (0.25; not for naming the KL term alone);
#   mean and variance leave the shape open: gaps, or numbers that hang together (0.25); codes far out were never trained
#   (0.25); without KL codes lie anywhere, with gaps (0.25).
# - Part 3: neighbours yes, gaps and sizes no (0.25); 0.99: neighbours on the map are neighbours among the codes (0.25);
#   one thing that it does not see: torn islands, large distances, codes that are no good (0.25); distances measured on
#   images or codes for all pairs of digits (0.25). "Run t-SNE again" alone measures no such thing.
# - Part 4: one image, or number 1 and other changes not looked at (0.25); number 2 varied over many images, others
#   kept, the slant as a number (0.25); an outcome that would refute the sentence (0.25); no, since no term of
#   the loss ties a number to a meaning: numbers can be exchanged, or mixed (0.25; "N(0, I) looks the same in all
#   directions" counts, too, though a turned code may need noise that hangs together, which this encoder cannot give).
