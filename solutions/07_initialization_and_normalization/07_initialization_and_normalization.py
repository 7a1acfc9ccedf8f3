# %% [markdown]
# # Exercise 7. Initialization and normalization
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/07_initialization_and_normalization/07_initialization_and_normalization.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/07_initialization_and_normalization/07_initialization_and_normalization.ipynb)
#
# *75 minutes, 20 points. Prerequisites: [lecture 7](../../lectures/07_initialization_and_normalization.ipynb).
# Everything here runs in a few seconds on any computer.*
#
# You write what keeps a deep network trainable: an initializer, batch normalization in training and
# in prediction, and gradient clipping. NumPy is all you need; several checks hold your numbers
# against those of Keras. At the end you examine three sick networks.
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
from helpers import checks, figures

# isort: split
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")  # no advice about speed between your results
_ = tf.constant(0) + 1  # TensorFlow starts here, and not within a check

# Overflow and 0 / 0 give inf and nan without a warning: the checks look for them, and say more.
np.seterr(over="ignore", divide="ignore", invalid="ignore")


def keras_batch_norm(x, gamma, beta, eps, mean, var, momentum, training):
    """Run Keras' layer on x; return its output, moving mean and moving variance."""
    layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=eps)
    layer.build(x.shape)
    layer.set_weights([gamma, beta, mean, var])
    y = layer(x.astype("float32"), training=training)
    return keras.ops.convert_to_numpy(y), *layer.get_weights()[2:]


def variance_mistakes(n_in, n_out, scheme, distribution):
    """Return variances that misunderstandings give (task 1), each with what to say about it."""
    v = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}
    right, found = v.pop(scheme), []
    if scheme == "he":
        factor_2 = "ReLU sets half of the values to 0; the 2 of he makes up for it: 2 / n_in."
        found += [(v["lecun"], factor_2)]
        two_fans = "That is the two-fan form of older tables. He counts n_in alone: 2 / n_in."
        found += [(4 / (n_in + n_out), two_fans), (2 / n_out, "You took n_out. he counts n_in.")]
    if scheme == "lecun":
        found += [(1 / n_out, "You took n_out. lecun counts n_in.")]
    if scheme == "glorot":
        mean_of_fans = "The variance is 1 over the mean of the two, which is 2 / (n_in + n_out)."
        found += [(1 / (n_in + n_out), mean_of_fans)]
        brackets = "Without brackets n_out is added to the fraction: 2 / (n_in + n_out)."
        found += [(2 / n_in + n_out, brackets), (2 / n_in + n_out / 3, brackets)]
    found += [(value, f"That is the variance of {name}.") for name, value in v.items()]
    found += [
        (2 / (n_in * n_out), "You multiplied n_in and n_out."),
        (0.7737 * right, "You cut the normal distribution off. That takes variance away."),
        (right**0.5, "That is the root of the right variance: one root too many."),
        (1, "Not scaled at all: variance 1, whatever the layer's size."),
        (1 / 3, "Not scaled at all: numbers between -1 and 1, whatever the layer's size."),
    ]
    if distribution == "normal":
        root = "rng.normal takes the standard deviation, which is the root of the variance."
        limit = "You used the limit of the uniform distribution as a standard deviation."
        found += [(right**2, root), (3 * right, limit)]
    else:
        limit = "A uniform distribution on (-limit, limit) has the variance limit ** 2 / 3."
        found += [(right / 3, f"Your limit is the standard deviation. {limit}")]
        found += [(right**2 / 3, f"Your limit is the variance. {limit}")]
        found += [(right**2, "The variance belongs under the root, with the 3.")]
        found += [(3 * right**2, f"A root is missing. {limit} Solve that for the limit.")]
        found += [(4 * right, "width ** 2 / 12 is the variance, and the limit is half the width.")]
        found += [(3 * right, f"Your limit is 3 standard deviations. {limit}")]
    found += [(right**2 / 2, "The whole fraction goes under the root, not the 2 alone.")]
    below = "Does the whole fraction stand under the root, and not its denominator alone?"
    return [*found, (2 * right, f"That is twice too much. {below}"), (6 * right, below)]


# %% [markdown]
# ## Task 1: init_weights (4 points)
#
# A signal that is multiplied by twenty matrices in a row dies out or explodes, unless each matrix
# keeps its variance. Three recipes do that, each with zero mean:
#
# | scheme | variance of a weight | made for |
# |---|---|---|
# | `"glorot"` | $2 / (n_{in} + n_{out})$ | tanh and softmax; forward and backward at once |
# | `"he"` | $2 / n_{in}$ | ReLU and its relatives |
# | `"lecun"` | $1 / n_{in}$ | SELU, or no activation |
#
# Write `init_weights(rng, n_in, n_out, scheme, distribution)`.
#
# - `rng` is a NumPy `Generator`, as `np.random.default_rng(0)` makes it. Draw from it and from
#   nothing else, so that whoever calls can repeat the result.
# - `n_in` and `n_out` are whole numbers, the inputs and units of a dense layer.
# - `distribution` is `"normal"`, or `"uniform"`: every number between `-limit` and `limit` equally
#   likely, with the limit that gives the variance of the table. Work out this limit. (Keras cuts its
#   normal distributions off at two standard deviations, and widens them to make up for it. You need
#   not; if you do both, that is right, too.)
# - The result is an array of floats of shape `(n_in, n_out)`.
#
# ```python
# >>> weights = init_weights(np.random.default_rng(0), 800, 100, "he", "normal")
# >>> weights.shape
# (800, 100)
# >>> bool(0.00245 < weights.var() < 0.00255)      # 2 / 800 = 0.0025
# True
# ```


# %% nbgrader={"grade": false, "grade_id": "init_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Draw the first weights of a dense layer.

    Parameters
    ----------
    rng : numpy.random.Generator
        The one source of random numbers.
    n_in, n_out : int
        Inputs and units of the layer.
    scheme : str
        "glorot", "he" or "lecun": which variance a weight has.
    distribution : str
        "normal" or "uniform", in either case with mean 0.

    Returns
    -------
    ndarray of float, shape (n_in, n_out)
    """
    ### BEGIN SOLUTION
    fan = {"glorot": (n_in + n_out) / 2, "he": n_in / 2, "lecun": n_in}[scheme]
    variance = 1 / fan
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)  # a uniform distribution has the variance limit**2 / 3
    return rng.uniform(-limit, limit, (n_in, n_out))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_init_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Normal distributions for a layer of 500 inputs and 80 units: shape, mean, variance, bell.
for seed, scheme in enumerate(["lecun", "he", "glorot"]):
    what = f'init_weights(rng, 500, 80, "{scheme}", "normal")'
    rng = np.random.default_rng(seed)
    weights = checks.call(
        init_weights,
        *(rng, 500, 80, scheme, "normal"),
        what=what,
        hint="rng.normal(mean, deviation, shape) makes the whole array at once.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    checks.shape(
        weights,
        (500, 80),
        what,
        hint="A row for each input, a column for each unit: draw with size=(n_in, n_out).",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    checks.finite(weights, what, hint="Did you divide by 0, or take the root of a negative?")
    weights = np.asarray(weights, dtype=float)
    checks.that(
        len(np.unique(weights)) > 0.9 * weights.size,
        f"{what}: many weights are the same number.",
        hint="Draw every weight by itself: ask for the shape (n_in, n_out). Units with the same "
        "weights learn the same.",
        see="07_initialization_and_normalization: Why zeros fail",
    )
    # 40,000 numbers: their mean strays by 0.005 standard deviations, their variance by 0.7 %. The
    # tolerances are more than six times that.
    checks.that(
        abs(weights.mean()) < 0.035 * weights.std(),
        f"{what}: the mean is {weights.mean():.4f}. It should be 0.",
        hint="rng.normal takes the mean first: rng.normal(0, deviation, shape).",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    checks.close(
        weights.var(),
        {"lecun": 1 / 500, "he": 2 / 500, "glorot": 2 / 580}[scheme],
        f"the variance of {what}",
        rtol=0.05,
        mistakes=variance_mistakes(500, 80, scheme, "normal"),
        hint="From the table to the variance, from the variance to the standard deviation (its "
        "root), from there to rng.normal.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    # Beyond 1.732 standard deviations lie 8.3 % (with Keras' cut 8.6 %), give or take 0.15 %.
    beyond = np.mean(np.abs(weights) > np.sqrt(3) * weights.std())
    checks.that(
        0.07 < beyond < 0.1,
        f"{what} has the right variance, but the numbers are not from a normal distribution.",
        hint='The argument distribution decides: "normal" goes with rng.normal.',
        see="07_initialization_and_normalization: Xavier and He, derived",
    )

# %% nbgrader={"grade": true, "grade_id": "test_init_weights_uniform", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Uniform distributions for a layer of 80 inputs and 500 units: variance and limits.
for seed, scheme in enumerate(["lecun", "he", "glorot"]):
    what = f'init_weights(rng, 80, 500, "{scheme}", "uniform")'
    rng = np.random.default_rng(seed)
    weights = checks.call(
        init_weights,
        *(rng, 80, 500, scheme, "uniform"),
        what=what,
        hint="rng.uniform(-limit, limit, shape) makes the whole array at once.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    checks.shape(
        weights,
        (80, 500),
        what,
        hint="A row for each input, a column for each unit: draw with size=(n_in, n_out).",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    checks.finite(weights, what, hint="Did you divide by 0, or take the root of a negative?")
    weights = np.asarray(weights, dtype=float)
    checks.that(
        len(np.unique(weights)) > 0.9 * weights.size,
        f"{what}: many weights are the same number.",
        hint="Draw every weight by itself: ask for the shape (n_in, n_out).",
        see="07_initialization_and_normalization: Why zeros fail",
    )
    checks.that(  # tolerances as for the normal distribution
        abs(weights.mean()) < 0.035 * weights.std(),
        f"{what}: the mean is {weights.mean():.4f}. It should be 0.",
        hint="Half of the weights are negative: draw between -limit and limit, not between 0 "
        "and limit.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    right = {"lecun": 1 / 80, "he": 2 / 80, "glorot": 2 / 580}[scheme]
    checks.close(
        weights.var(),
        right,
        f"the variance of {what}",
        rtol=0.05,
        mistakes=variance_mistakes(80, 500, scheme, "uniform"),
        hint="Numbers between -limit and limit have the variance limit ** 2 / 3. Set that equal "
        "to the variance of the table, and solve for the limit.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    inner = np.mean(np.abs(weights) < np.sqrt(3 * right) / 2)  # half, give or take 0.25 %
    checks.that(
        np.abs(weights).max() < 1.001 * np.sqrt(3 * right) and abs(inner - 0.5) < 0.02,
        f"{what} has the right variance, but the numbers are not uniform.",
        hint='The argument distribution decides: "uniform" goes with rng.uniform, and then no '
        "number lies beyond the limit.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )

# %% nbgrader={"grade": true, "grade_id": "test_init_weights_stack", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Who calls decides on the random numbers: the same Generator, the same weights; then new ones.
for distribution in ["normal", "uniform"]:
    what = f'init_weights(rng, 4, 3, "he", "{distribution}")'
    one, other = np.random.default_rng(7), np.random.default_rng(7)
    first = checks.call(init_weights, one, 4, 3, "he", distribution, what=what)
    again = checks.call(init_weights, other, 4, 3, "he", distribution, what=what)
    second = checks.call(init_weights, one, 4, 3, "he", distribution, what=what)
    checks.shape(first, (4, 3), what, hint="Draw with size=(n_in, n_out).")
    checks.that(
        np.ptp(first) > 0,
        f"{what}: all weights are the same number.",
        hint="Draw every weight by itself: ask for the shape (n_in, n_out).",
        see="07_initialization_and_normalization: Why zeros fail",
    )
    checks.that(
        np.array_equal(first, again),
        f"{what}: two Generators with the same seed gave different weights.",
        hint="Draw from the argument, rng.normal or rng.uniform. np.random.normal and a new "
        "default_rng() are other sources.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
    checks.that(
        not np.array_equal(first, second),
        f"{what}: a second call with the same Generator gave the same weights once more.",
        hint="You start a Generator of your own in each call, so all layers would be alike. Draw "
        "from the argument rng.",
        see="07_initialization_and_normalization: Xavier and He, derived",
    )
# Twenty layers, 300 and 200 units in turn. What comes out is as large as what went in, give or take
# a factor of 2 from seed to seed; the tolerance is a factor of 20. Wrong factors reach a million.
for scheme, distribution in [("he", "normal"), ("he", "uniform"), ("lecun", "normal")]:
    rng = np.random.default_rng(1)
    h = rng.normal(size=(200, 300))
    for layer in range(20):
        n_in, n_out = (300, 200) if layer % 2 == 0 else (200, 300)
        weights = checks.call(
            init_weights,
            *(rng, n_in, n_out, scheme, distribution),
            what=f"init_weights for layer {layer + 1} of 20",
        )
        checks.shape(
            weights,
            (n_in, n_out),
            f"the weights of layer {layer + 1} of 20",
            hint="A row for each input, a column for each unit: draw with size=(n_in, n_out).",
        )
        h = h @ np.asarray(weights, dtype=float)
        if scheme == "he":
            h = np.maximum(h, 0)
    size = float(np.mean(h**2))
    print(f"{scheme}, {distribution}: mean square 1.00 at the input, {size:.2f} after 20 layers")
    checks.that(
        0.05 < size < 20,
        f"{scheme}, {distribution}: after 20 layers the mean square is {size:.1e}, not about 1.",
        hint="Each layer multiplies the mean square by n_in times the variance of a weight; a ReLU "
        "halves it. These factors must make 1.",
        see="07_initialization_and_normalization: Twenty layers, measured",
    )

# %% nbgrader={"grade": true, "grade_id": "test_init_weights_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: all schemes and both distributions for wide, narrow, square and tiny layers.
### BEGIN HIDDEN TESTS
for n_in, n_out, draws in [(1000, 40, 1), (30, 900, 1), (200, 200, 1), (64, 10, 50), (3, 5, 200)]:
    for scheme in ["glorot", "he", "lecun"]:
        for distribution in ["normal", "uniform"]:
            what = f'init_weights(rng, {n_in}, {n_out}, "{scheme}", "{distribution}")'
            rng = np.random.default_rng(n_in + n_out)
            found = []
            for _ in range(draws):
                weights = checks.call(init_weights, rng, n_in, n_out, scheme, distribution)
                checks.shape(weights, (n_in, n_out), what)
                found.append(np.asarray(weights, dtype=float))
            drawn = np.array(found).ravel()
            checks.finite(drawn, what)
            checks.that(
                len(np.unique(drawn)) > 0.9 * drawn.size,
                f"{what}: many weights are the same number.",
                hint="Draw every weight by itself, from the argument rng.",
            )
            # At least 27,000 numbers, or 3,000 of the tiny layer: six times what chance moves.
            few = drawn.size < 20000
            checks.that(
                abs(drawn.mean()) < (0.11 if few else 0.04) * drawn.std(),
                f"{what}: the mean is {drawn.mean():.4f}. It should be 0.",
            )
            right = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
            checks.close(
                drawn.var(),
                right,
                f"the variance of {what}",
                rtol=0.15 if few else 0.055,
                mistakes=variance_mistakes(n_in, n_out, scheme, distribution),
                see="07_initialization_and_normalization: Xavier and He, derived",
            )
            beyond = np.mean(np.abs(drawn) > 1.0001 * np.sqrt(3 * right))
            checks.that(
                0.05 < beyond < 0.12 if distribution == "normal" else beyond == 0,
                f"{what} has the right variance, but another distribution.",
                hint="The argument distribution decides between rng.normal and rng.uniform.",
            )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: batch_norm_forward (5 points)
#
# Batch normalization does not trust the weights to keep the variance; it sets it, for each unit and
# each batch anew. While training, it takes the batch's own mean and variance of each unit, and lets
# the network choose another scale and centre, `gamma` and `beta`:
#
# $$\mu_j = \frac1n \sum_i x_{ij}, \qquad
#   \sigma_j^2 = \frac1n \sum_i (x_{ij} - \mu_j)^2, \qquad
#   y_{ij} = \gamma_j\, \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \epsilon}} + \beta_j$$
#
# Write `batch_norm_forward(x, gamma, beta, eps)`.
#
# - `x` has shape `(n, d)`: n samples, d units. `gamma` and `beta` have shape `(d,)`. All are arrays
#   of floats and stay as they were. `eps` is a small number above 0.
# - The result is a tuple `(y, mean, var)` of shapes `(n, d)`, `(d,)` and `(d,)`. The variance divides
#   by n, as in the formula and in Keras, and comes back without `eps`.
# - A unit that says the same for every sample has variance 0; its output is then just `beta`.
#
# ```python
# >>> x = np.array([[7.0, 12.0], [11.0, 0.0], [11.0, 12.0], [11.0, 8.0]])
# >>> y, mean, var = batch_norm_forward(x, np.ones(2), np.zeros(2), 1.0)
# >>> print(mean, var)
# [10.  8.] [ 3. 24.]
# >>> print(y.round(3))
# [[-1.5  0.8]
#  [ 0.5 -1.6]
#  [ 0.5  0.8]
#  [ 0.5  0. ]]
# ```
#
# An `eps` of 1 is far too large for real work, but shows where `eps` stands: the roots are
# $\sqrt{3 + 1} = 2$ and $\sqrt{24 + 1} = 5$.


# %% nbgrader={"grade": false, "grade_id": "batch_norm_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_norm_forward(x, gamma, beta, eps):
    """Normalize each unit over the batch, as batch normalization does while training.

    Parameters
    ----------
    x : ndarray of float, shape (n, d)
        n samples of d units.
    gamma, beta : ndarray of float, shape (d,)
        Scale and centre of each unit after normalization.
    eps : float
        Keeps the division from dividing by 0.

    Returns
    -------
    y : ndarray of float, shape (n, d)
    mean, var : ndarray of float, shape (d,)
        The batch's statistics; var divides by n and is without eps.
    """
    ### BEGIN SOLUTION
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, mean, var
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_batch_norm_forward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The statistics of 4 samples of 3 units.
x = np.array([[1.0, 12.0, -1.0], [5.0, 0.0, 3.0], [5.0, 12.0, 3.0], [9.0, 8.0, 3.0]])
result = checks.call(
    batch_norm_forward,
    *(x.copy(), np.ones(3), np.zeros(3), 0.001),
    what="batch_norm_forward on x of shape (4, 3)",
    hint="One mean and one variance for each column, along axis 0. These, gamma and beta have the "
    "shape (3,), which fits (4, 3) entry by entry, with - and *.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 3,
    "batch_norm_forward must return three arrays: y, mean, var.",
    hint="`return y, mean, var` makes a tuple of three.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
over_units = (
    "You went over the units of each sample; that is layer normalization. Axis 0 goes over "
)
over_units += "the batch."
checks.close(
    result[1],
    [5.0, 8.0, 2.0],
    "mean",
    mistakes=[
        (x.mean(axis=1), over_units),
        (x.mean(axis=1, keepdims=True), over_units),
        (5.0, "That is one mean for everything. Each unit, or column, has its own: axis=0."),
        ([20.0, 32.0, 8.0], "That is the sum. Divide by the number of samples."),
        ([[5.0, 8.0, 2.0]], "Without keepdims, please: shape (3,)."),
        ([8.0, 24.0, 3.0], "That is the variance. The order is y, mean, var."),
        ([0.0, 0.0, 0.0], "That is the mean after normalization. Return the mean of x."),
        (x - [5.0, 8.0, 2.0], "That is x less its mean. Return the mean."),
        (
            [20 / 3, 32 / 3, 8 / 3],
            "You divided by the number of units (3) or by n - 1. Divide by n.",
        ),
    ],
    hint="The mean of each column.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
checks.close(
    result[2],
    [8.0, 24.0, 3.0],
    "var",
    mistakes=[
        ([32 / 3, 32.0, 4.0], "You divided by n - 1. Here, and in Keras, it is n (ddof=0)."),
        (np.sqrt([8.0, 24.0, 3.0]), "That is the standard deviation. Return the variance."),
        (np.sqrt([8.001, 24.001, 3.001]), "That is the divisor. Return the variance."),
        ([8.001, 24.001, 3.001], "Return the variance without eps; eps belongs to the division."),
        ([32.0, 96.0, 12.0], "That is the sum of squares. Divide by the number of samples."),
        ([33.0, 88.0, 7.0], "That is the mean square. Subtract the mean first."),
        ([28.0, 80.0, 5.0], "From the mean square goes the *square* of the mean."),
        ([2.0, 4.0, 1.5], "These are mean distances from the mean. Square them before the mean."),
        (x.var(axis=1), over_units),
        (x.var(axis=1, keepdims=True), over_units),
        (x.var(), "That is one variance for everything. Each unit has its own: axis=0."),
        ([[8.0, 24.0, 3.0]], "Without keepdims, please: shape (3,)."),
        ([8 / 8.001, 24 / 24.001, 3 / 3.001], "That is the variance of y. Return that of x."),
        ([5.0, 8.0, 2.0], "That is the mean. The order is y, mean, var."),
        (np.zeros(3), "Square the differences first; they alone have the mean 0."),
    ],
    hint="The mean of (x - mean) ** 2 in each column.",
    see="07_initialization_and_normalization: Batch normalization in training",
)

# %% nbgrader={"grade": true, "grade_id": "test_batch_norm_forward_output", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The output, with an eps that is large enough to see: the roots of var + eps are 3, 5 and 2.
x = np.array([[1.0, 12.0, -1.0], [5.0, 0.0, 3.0], [5.0, 12.0, 3.0], [9.0, 8.0, 3.0]])
gamma, beta = np.array([3.0, 10.0, 2.0]), np.array([1.0, 0.0, -1.0])
given = [x.copy(), gamma.copy(), beta.copy()]
result = checks.call(
    batch_norm_forward,
    *(*given, 1.0),
    what="batch_norm_forward on x of shape (4, 3)",
    hint="One mean and one variance for each column, along axis 0. These, gamma and beta have the "
    "shape (3,), which fits (4, 3) entry by entry, with - and *.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 3,
    "batch_norm_forward must return three arrays: y, mean, var.",
    hint="`return y, mean, var` makes a tuple of three.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
right = np.array([[-3.0, 8.0, -4.0], [1.0, -16.0, 0.0], [1.0, 8.0, 0.0], [5.0, 0.0, 0.0]])
d, v = x - [5, 8, 2], np.array([8, 24, 3])
rows = x - x.mean(axis=1, keepdims=True)
checks.close(
    result[0],
    right,
    "y",
    mistakes=[
        (gamma * d / (np.sqrt(v) + 1) + beta, "eps goes under the root: sqrt(var + eps)."),
        (gamma * d / np.sqrt(v) + beta, "Where is eps? It is added to the variance."),
        (gamma * d / np.sqrt(v + 0.001) + beta, "Use the argument eps, here 1.0."),
        (gamma * d / (v + 1) + beta, "Divide by the root of the variance, not by it."),
        (gamma * d / np.sqrt(v + 1), "beta is missing."),
        (d / np.sqrt(v + 1) + beta, "gamma is missing."),
        (d / np.sqrt(v + 1), "gamma and beta are missing."),
        (gamma * (d / np.sqrt(v + 1) + beta), "gamma first, then beta: gamma * z + beta."),
        (d / np.sqrt(v + 1) / gamma + beta, "Multiply by gamma; you divided by it."),
        (beta * d / np.sqrt(v + 1) + gamma, "gamma is the factor, and beta is added."),
        (d / np.sqrt(v + 1) * gamma - beta, "beta is added, not subtracted."),
        (gamma * x / np.sqrt(v + 1) + beta, "Subtract the mean first."),
        (gamma * d + beta, "You centred and did not divide."),
        (gamma * x + beta, "Normalize first: subtract the mean, divide by the root."),
        (gamma * (d / np.sqrt(v) + 1) + beta, "Brackets: eps goes under the root."),
        (gamma * d / np.sqrt(v) + 1 + beta, "Brackets: eps goes under the root."),
        (d / np.sqrt(v), "eps, gamma and beta are missing."),
        (gamma * d / np.sqrt([34, 89, 8]) + beta, "The variance is not the mean of x ** 2."),
        ([5, 8, 2], "That is the mean. The order is y, mean, var."),
        (v, "That is the variance. The order is y, mean, var."),
        (right.T, "That is y transposed. The rows stay samples, the columns units."),
        (gamma * d / np.sqrt(v * 4 / 3 + 1) + beta, "The variance divides by n, not by n - 1."),
        (gamma * (d / np.sqrt(v + 1) ** 2) + beta, "Divide by the root of var + eps, not by it."),
        (gamma * x - [5, 8, 2] / np.sqrt(v + 1) + beta, "Brackets: (x - mean) / root."),
        (x - [5, 8, 2] / np.sqrt(v + 1) * gamma + beta, "Brackets: (x - mean) / root."),
        (
            gamma * rows / np.sqrt(x.var(axis=1, keepdims=True) + 1) + beta,
            "You normalized each sample over its units; that is layer normalization. Axis 0 goes "
            "over the batch.",
        ),
        (
            gamma * (x - x.mean()) / np.sqrt(x.var() + 1) + beta,
            "One mean for everything. Each unit, or column, has its own: axis=0.",
        ),
    ],
    hint="Column by column: (x - mean) / sqrt(var + eps), then times gamma, plus beta.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
for before, after, name in zip([x, gamma, beta], given, ["x", "gamma", "beta"], strict=True):
    checks.unchanged(before, after, name)

# %% nbgrader={"grade": true, "grade_id": "test_batch_norm_forward_keras", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Against Keras' layer while training: 64 samples of 5 units, the last of them dead (always 0).
rng = np.random.default_rng(1)
x = rng.normal([3, 0, -1, 0.1, 0], [2, 1, 0.3, 0.05, 0], (64, 5))
gamma, beta = rng.normal(1, 0.5, 5), rng.normal(size=5)
result = checks.call(
    batch_norm_forward,
    *(x.copy(), gamma.copy(), beta.copy(), 0.001),
    what="batch_norm_forward on x of shape (64, 5)",
    hint="One mean and one variance for each column: statistics along axis 0.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 3,
    "batch_norm_forward must return three arrays: y, mean, var.",
    hint="`return y, mean, var` makes a tuple of three.",
)
checks.finite(
    result[0],
    "y",
    hint="The last unit is always 0 and has variance 0. eps keeps its root from being 0.",
    see="07_initialization_and_normalization: Batch normalization in training",
)
# With momentum 0 the layer's moving averages are the last batch's statistics. Keras calculates in
# float32; over many seeds it strays from float64 by less than 5e-6.
zeros = np.zeros(5)
expected = keras_batch_norm(x, gamma, beta, 0.001, zeros, zeros, momentum=0.0, training=True)
for got, right, name in zip(result, expected, ["y", "mean", "var"], strict=True):
    checks.close(
        got,
        right,
        f"{name} (expected: Keras' layer)",
        rtol=1e-4,
        atol=5e-5,
        hint="The formula of the task, column by column. A wrong var may divide by n - 1, a wrong y "
        "have eps outside the root.",
        see="07_initialization_and_normalization: Batch normalization in training",
    )
    print(f"{name}: largest difference from Keras {np.abs(np.subtract(got, right)).max():.0e}")

# %% nbgrader={"grade": true, "grade_id": "test_batch_norm_forward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of one to 200 samples, one to 30 units, several eps; what the mean and
# the variance of y are; batches in another order, moved and stretched.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
for n, d, eps in [
    (1, 1, 1e-3),
    (1, 4, 0.5),
    (2, 3, 0.1),
    (5, 5, 1e-3),
    (50, 1, 0.01),
    (200, 30, 1),
]:
    what = f"batch_norm_forward on x of shape ({n}, {d}), eps {eps}"
    x = rng.normal(rng.normal(size=d), rng.uniform(0.2, 3, size=d), (n, d))
    gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
    given = [x.copy(), gamma.copy(), beta.copy()]
    result = checks.call(batch_norm_forward, *given, eps, what=what)
    checks.that(
        isinstance(result, tuple | list) and len(result) == 3,
        "batch_norm_forward must return three arrays: y, mean, var.",
    )
    for before, after, name in zip([x, gamma, beta], given, ["x", "gamma", "beta"], strict=True):
        checks.unchanged(before, after, name)
    columns = [sorted(map(float, column)) for column in x.T]
    mean = np.array([sum(column) / n for column in columns])
    squares = [sum((v - m) ** 2 for v in column) for column, m in zip(columns, mean, strict=True)]
    var = np.array(squares) / n
    # float32 rounds by 1e-7 of the size of x, which is below 20; small batches with a small eps
    # make that larger by up to 30 (1 / sqrt(eps)).
    checks.close(result[1], mean, f"mean of {what}", rtol=1e-4, atol=1e-5)
    checks.close(result[2], var, f"var of {what}", rtol=1e-4, atol=1e-5)
    y = np.asarray(result[0], dtype=float)
    expected = np.array(
        [
            [gamma[j] * (x[i, j] - mean[j]) / (var[j] + eps) ** 0.5 + beta[j] for j in range(d)]
            for i in range(n)
        ]
    )
    checks.close(
        y,
        expected,
        f"y of {what}",
        rtol=1e-4,
        atol=2e-4,
        see="07_initialization_and_normalization: Batch normalization in training",
    )
    checks.close(y.mean(axis=0), beta, "the mean of y over the batch", rtol=1e-4, atol=2e-4)
    spread = gamma**2 * var / (var + eps)
    checks.close(y.var(axis=0), spread, "the variance of y over the batch", rtol=1e-3, atol=1e-4)
    order = rng.permutation(n)
    shuffled = checks.call(batch_norm_forward, x[order], gamma, beta, eps, what=what)
    checks.close(shuffled[0], y[order], "y of a shuffled batch", rtol=1e-4, atol=2e-4)
    moved = checks.call(batch_norm_forward, 4 * x + 2, gamma, beta, 16 * eps, what=what)
    checks.close(
        moved[0],
        y,
        "y of 4 x + 2 (with 16 times the eps, it is that of x)",
        rtol=1e-4,
        atol=2e-4,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: update_moving (2 points)
#
# When the network is used, there may be one single sample, and no batch to take a mean of. So the
# layer keeps a moving average of each batch's statistics while it trains. After every batch Keras
# takes the share `momentum` of the old average and the rest from the new batch:
#
# $$m \leftarrow \text{momentum} \cdot m + (1 - \text{momentum}) \cdot b$$
#
# A large momentum means a long memory. (PyTorch calls the share of the *new* batch momentum: its 0.1
# is Keras' 0.9.)
#
# Write `update_moving(moving, batch, momentum)`. `moving` and `batch` are arrays of floats of the
# same shape, the old average and the batch's statistic; `momentum` is a number from 0 to 1. The
# result is a new array, the new average. The arguments stay as they were.
#
# ```python
# >>> update_moving(np.array([0.0, 10.0]), np.array([10.0, 20.0]), 0.75)
# array([ 2.5, 12.5])
# ```


# %% nbgrader={"grade": false, "grade_id": "update_moving", "locked": false, "schema_version": 3, "solution": true, "task": false}
def update_moving(moving, batch, momentum):
    """Take one batch's statistic into a moving average, as Keras does.

    Parameters
    ----------
    moving : ndarray of float
        The average so far.
    batch : ndarray of float, same shape
        The statistic of this batch: its means or its variances.
    momentum : float
        The share of the old average.

    Returns
    -------
    ndarray of float, same shape
        A new array; the arguments are left unchanged.
    """
    ### BEGIN SOLUTION
    return momentum * moving + (1 - momentum) * batch
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_update_moving", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One update of three averages, with momentum 0.9.
moving, batch = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.0, -1.5])
given = [moving.copy(), batch.copy()]
got = checks.call(
    update_moving,
    *(*given, 0.9),
    what="update_moving on arrays of shape (3,)",
    hint="Three arrays of the same shape, entry by entry.",
    see="07_initialization_and_normalization: Batch normalization in prediction",
)
checks.close(
    got,
    [1.2, -1.8, 0.3],
    "update_moving(moving, batch, 0.9)",
    mistakes=[
        (
            [2.8, -0.2, -1.3],
            "The shares are swapped: momentum goes with the old average. (You wrote PyTorch's rule.)",
        ),
        ([3.9, -1.8, -1.05], "The batch's share is 1 - momentum, so that the shares make 1."),
        ([1.3, -2.0, 0.35], "The old average keeps the share momentum only."),
        ([2.0, -1.0, -0.5], "That is the plain mean of the two. Use momentum."),
        ([1.38, -1.62, 0.12], "You applied the update to the average twice."),
        ([0.6, -1.8, 0.6], "The shares are added, not subtracted."),
        ([0.8, -2.2, 0.7], "It moves away from the batch. Turn the sign: it should come nearer."),
        ([3.0, 0.0, -1.5], "That is the batch alone. The old average has a share, too."),
        ([1.0, -2.0, 0.5], "The average did not move. Return the new one."),
        ([0.9, -1.8, 0.45], "Add the batch's share."),
        ([0.3, 0.0, -0.15], "Add the share of the old average."),
        ([1.02, -1.98, 0.48], "momentum is the argument, here 0.9; 0.99 is Keras' default."),
    ],
    hint="momentum times the old average, plus 1 - momentum times the batch's statistic.",
    see="07_initialization_and_normalization: Batch normalization in prediction",
)
for before, after, name in zip([moving, batch], given, ["moving", "batch"], strict=True):
    checks.unchanged(before, after, name)

# %% nbgrader={"grade": true, "grade_id": "test_update_moving_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: one to 40 units, momentum from 0 to 1, and many batches in a row, against the
# moving averages of Keras' layer.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
for d, momentum in [(1, 0.99), (4, 0.9), (40, 0.5), (3, 0.0), (3, 1.0)]:
    what = f"update_moving on arrays of shape ({d},), momentum {momentum}"
    mean, var = np.zeros(d), np.ones(d)  # as Keras starts
    keras_mean, keras_var = mean, var
    ones = np.ones(d)
    for _ in range(6):
        x = rng.normal(3 * rng.normal(size=d), 2, (20, d))
        given = [mean.copy(), x.mean(axis=0)]
        new_mean = checks.call(update_moving, *given, momentum, what=what)
        checks.unchanged(mean, given[0], "moving")
        checks.unchanged(x.mean(axis=0), given[1], "batch")
        new_var = checks.call(update_moving, var, x.var(axis=0), momentum, what=what)
        _, keras_mean, keras_var = keras_batch_norm(
            x, ones, ones, 0.001, keras_mean, keras_var, momentum, training=True
        )
        # float32 in Keras: 1e-7 of numbers up to 20, six times over
        for got, expected, name in [
            (new_mean, keras_mean, "mean"),
            (new_var, keras_var, "variance"),
        ]:
            checks.close(
                got,
                expected,
                f"the moving {name} after {what} (expected: Keras')",
                rtol=1e-4,
                atol=5e-5,
                see="07_initialization_and_normalization: Batch normalization in prediction",
            )
        mean, var = np.asarray(new_mean, dtype=float), np.asarray(new_var, dtype=float)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: batch_norm_inference (2 points)
#
# In prediction the moving averages take the place of the batch's statistics. What comes out for a
# sample then depends on this sample alone, and not on who happens to be in the batch with it.
#
# Write `batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps)`. `x` has shape `(n, d)`,
# where n may be 1; the other four arrays have shape `(d,)`. The result has shape `(n, d)`. The
# formula is that of task 2, with other statistics. The arguments stay as they were: nothing is
# learnt in prediction.
#
# ```python
# >>> x = np.array([[4.0, 5.0]])
# >>> mean, var = np.array([1.0, 5.0]), np.array([8.0, 3.0])
# >>> batch_norm_inference(x, mean, var, np.ones(2), np.array([0.0, 7.0]), 1.0)
# array([[1., 7.]])
# ```


# %% nbgrader={"grade": false, "grade_id": "batch_norm_inference", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Normalize with moving averages, as batch normalization does in prediction.

    Parameters
    ----------
    x : ndarray of float, shape (n, d)
    moving_mean, moving_var : ndarray of float, shape (d,)
        Averages over the batches of training.
    gamma, beta : ndarray of float, shape (d,)
        Scale and centre of each unit after normalization.
    eps : float

    Returns
    -------
    ndarray of float, shape (n, d)
    """
    ### BEGIN SOLUTION
    return gamma * (x - moving_mean) / np.sqrt(moving_var + eps) + beta
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_batch_norm_inference", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Three samples together, then each alone: the same numbers. The roots of var + eps are 3, 5.
x = np.array([[1.0, 0.0], [7.0, 10.0], [4.0, -5.0]])
arguments = [x, np.array([4.0, 5.0]), np.array([8.0, 24.0]), np.array([3.0, 10.0])]
arguments += [np.array([1.0, 2.0])]
given = [array.copy() for array in arguments]
got = checks.call(
    batch_norm_inference,
    *(*given, 1.0),
    what="batch_norm_inference on x of shape (3, 2)",
    hint="Arrays of shape (2,) go along the columns of (3, 2): no axis is needed.",
    see="07_initialization_and_normalization: Batch normalization in prediction",
)
for before, after, name in zip(
    arguments, given, ["x", "moving_mean", "moving_var", "gamma", "beta"], strict=True
):
    checks.unchanged(
        before,
        after,
        name,
        see="07_initialization_and_normalization: Batch normalization in prediction",
    )
d, m, v = x - [4, 5], np.array([4, 5]), np.array([8, 24])
gamma, beta = np.array([3, 10]), np.array([1, 2])
own = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1) + beta
checks.close(
    got,
    [[-2.0, -8.0], [4.0, 12.0], [1.0, -18.0]],
    "batch_norm_inference(x, moving_mean, moving_var, gamma, beta, 1.0)",
    mistakes=[
        (own, "You took the statistics of this batch. In prediction the moving ones count."),
        (
            gamma * (x - x.mean(axis=0)) / np.sqrt(v + 1) + beta,
            "The mean is this batch's. Take moving_mean.",
        ),
        (
            gamma * d / np.sqrt(x.var(axis=0) + 1) + beta,
            "The variance is this batch's. Take moving_var.",
        ),
        (gamma * d / (np.sqrt(v) + 1) + beta, "eps goes under the root: sqrt(var + eps)."),
        (gamma * d / np.sqrt(v) + beta, "Where is eps? It is added to the variance."),
        (gamma * d / np.sqrt(v + 0.001) + beta, "Use the argument eps, here 1.0."),
        (gamma * d / (v + 1) + beta, "Divide by the root of the variance, not by it."),
        (gamma * d / v + beta, "Divide by the root of the variance plus eps."),
        (gamma * d / np.sqrt(v + 1), "beta is missing."),
        (d / np.sqrt(v + 1) + beta, "gamma is missing."),
        (d / np.sqrt(v + 1), "gamma and beta are missing: they are used in prediction, too."),
        (gamma * (d / np.sqrt(v + 1) + beta), "gamma first, then beta: gamma * z + beta."),
        (beta * d / np.sqrt(v + 1) + gamma, "gamma is the factor, and beta is added."),
        (gamma * x / np.sqrt(v + 1) + beta, "Subtract the moving mean first."),
        (gamma * (x - v) / np.sqrt(m + 1) + beta, "Mean and variance are swapped."),
        (gamma * d / np.sqrt(v) + 1 + beta, "Brackets: eps goes under the root."),
        (gamma * (d / np.sqrt(v) + 1) + beta, "Brackets: eps goes under the root."),
        ([1, -14 / 3], "That is the mean over the samples. Each sample keeps its own row."),
        (gamma * d + beta, "You centred and did not divide."),
        (gamma * x + beta, "Normalize first: subtract the mean, divide by the root."),
    ],
    hint="(x - moving_mean) / sqrt(moving_var + eps), then times gamma, plus beta.",
    see="07_initialization_and_normalization: Batch normalization in prediction",
)
for row in range(3):
    alone = checks.call(
        batch_norm_inference,
        *(x[row : row + 1].copy(), *given[1:], 1.0),
        what="batch_norm_inference on x of shape (1, 2)",
        hint="One sample is a batch of shape (1, 2), and so is its result.",
        see="07_initialization_and_normalization: Batch normalization in prediction",
    )
    checks.shape(
        alone,
        (1, 2),
        f"the result for sample {row} alone",
        hint="One sample is a batch of shape (1, 2), and so is its result: keep the axis.",
    )
    checks.close(
        alone,
        np.asarray(got)[row : row + 1],
        f"sample {row} alone",
        hint="A sample gets another result alone than in a batch. In prediction it must not.",
        see="07_initialization_and_normalization: Batch normalization in prediction",
    )

# %% nbgrader={"grade": true, "grade_id": "test_batch_norm_inference_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: one to 100 samples, one to 20 units, against Keras' layer in prediction; moving
# averages far from the batch's own; and that a second call gives the same.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
for n, d, eps in [(1, 1, 1e-3), (1, 6, 0.1), (6, 6, 1e-3), (3, 2, 1.0), (100, 20, 1e-3)]:
    what = f"batch_norm_inference on x of shape ({n}, {d}), eps {eps}"
    x = rng.normal(2, 3, (n, d))
    mean, var = rng.normal(size=d), rng.uniform(0.2, 5, d)
    gamma, beta = rng.normal(1, 0.5, d), rng.normal(size=d)
    arguments = [x, mean, var, gamma, beta]
    given = [array.copy() for array in arguments]
    got = checks.call(batch_norm_inference, *given, eps, what=what)
    again = checks.call(batch_norm_inference, *given, eps, what=what)
    for before, after, name in zip(
        arguments, given, ["x", "moving_mean", "moving_var", "gamma", "beta"], strict=True
    ):
        checks.unchanged(before, after, name)
    expected = keras_batch_norm(x, gamma, beta, eps, mean, var, momentum=0.9, training=False)[0]
    # Keras calculates in float32: 1e-7 of numbers up to 50, over a root of 0.45 or more
    for result in [got, again]:
        checks.close(
            result,
            expected,
            f"{what} (expected: Keras' layer)",
            rtol=1e-4,
            atol=5e-5,
            see="07_initialization_and_normalization: Batch normalization in prediction",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: clip_gradients (3 points)
#
# One freak batch can send the weights so far away that they never come back. Clipping by the global
# norm puts a bound on the length of a step without turning it: join the gradients of *all* arrays
# into one long vector, and take its length
#
# $$g = \sqrt{\sum_k \sum_i g_{k,i}^2}.$$
#
# If it is larger than `max_norm`, every gradient is multiplied by the same factor, such that the
# length becomes `max_norm`. If not, they stay as they are.
#
# Write `clip_gradients(gradients, max_norm)`. `gradients` is a list of arrays of floats, of any
# shapes; `max_norm` is a number above 0. The result is a new list of new arrays, in the same order
# and of the same shapes, also where nothing had to be clipped. The given list and arrays stay as
# they were.
#
# ```python
# >>> clip_gradients([np.array([3.0, 0.0]), np.array([[4.0]])], 1.0)
# [array([0.6, 0. ]), array([[0.8]])]
# >>> clip_gradients([np.array([3.0, 0.0]), np.array([[4.0]])], 6.0)
# [array([3., 0.]), array([[4.]])]
# ```


# %% nbgrader={"grade": false, "grade_id": "clip_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip_gradients(gradients, max_norm):
    """Shorten gradients whose global norm is too large.

    Parameters
    ----------
    gradients : list of ndarray of float
        One array for each weight array, of any shapes.
    max_norm : float
        The largest length of all gradients together.

    Returns
    -------
    list of ndarray of float, of the same shapes
        New arrays, also if nothing is clipped.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [gradient * factor for gradient in gradients]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_clip_gradients", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Gradients of length 10 together: a matrix of length 6, a bias of length 8. At most 5 are allowed.
matrix, bias = np.array([[2.0, -4.0, 0.0], [4.0, 0.0, 0.0]]), np.array([0.0, -8.0])
result = checks.call(
    clip_gradients,
    *([matrix.copy(), bias.copy()], 5.0),
    what="clip_gradients on arrays of shapes (2, 3) and (2,)",
    hint="The arrays have different shapes, so no single array can hold them. Go through the list, "
    "and add up the sums of squares.",
    see="07_initialization_and_normalization: Gradient clipping",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 2,
    "clip_gradients must return a list with an array for each one given.",
    see="07_initialization_and_normalization: Gradient clipping",
)
checks.that(
    not (isinstance(result[0], list | tuple) and np.ndim(result[1]) == 0),
    "clip_gradients returned a list and a number.",
    hint="Return the list of gradients alone. (tf.clip_by_global_norm gives the norm, too.)",
    see="07_initialization_and_normalization: Gradient clipping",
)
checks.shape(result[0], (2, 3), "the first clipped gradient")
checks.shape(result[1], (2,), "the second clipped gradient")
joined = np.array([2.0, -4.0, 0.0, 4.0, 0.0, 0.0, 0.0, -8.0])
by_array = "You clipped each array by itself. One norm, that of all arrays together, counts."
not_all = "Not all entries are in your norm: those of every array belong to it."
of_mean = "That is the root of a mean. Take the root of the sum of squares."
stretch = np.linalg.norm(matrix, 2)
checks.close(
    np.concatenate([np.ravel(result[0]), np.ravel(result[1])]),
    joined / 2,
    "the clipped gradients, joined,",
    mistakes=[
        (joined * np.repeat([5 / 6, 5 / 8], [6, 2]), by_array),
        (np.clip(joined, -5, 5), "You clipped entry by entry. Use one factor for all entries."),
        (joined * 5 / 14, "You added the norms. Add up the squares, and take one root."),
        (joined * 5 / 18, "You added up sizes. The norm is the root of the sum of squares."),
        (joined * 5 / 100, "A root is missing: the norm is 10, and 100 is its square."),
        (joined * 5 / 8, not_all),
        (joined * 5 / 6, not_all),
        (joined / 10, "That has length 1. Multiply by max_norm, too."),
        (joined * 5, "You multiplied by max_norm. Divide by the norm, too."),
        (joined * 2, "The factor is the wrong way round. It is max_norm / norm."),
        (
            joined,
            "Nothing was clipped, but the norm, the root of all squares added up, is 10. (In a "
            "loop over gradients, `g = ...` changes no list: append to a new one.)",
        ),
        (joined * 0, "All were thrown away. Make them shorter, in the same direction."),
        (joined * 5 / np.sqrt(100 / 8), of_mean),
        (joined * 5 / np.sqrt(100 / 2), of_mean),
        (
            joined * 5 / np.sqrt(stretch**2 + 64),
            "np.linalg.norm(g, 2) of a matrix is something else: how far it stretches a vector at "
            "most. Leave the 2 out, or take the root of the sum of squares.",
        ),
        (joined * np.sqrt(0.5), "One root too many in the factor: max_norm / norm."),
        (joined / 4, "The factor, 5 / 10, was applied twice."),
        (-joined / 2, "The sign is turned. Clipping keeps the direction."),
    ],
    hint="One factor for all arrays: max_norm / norm, here 5 / 10.",
    see="07_initialization_and_normalization: Gradient clipping",
)

# %% nbgrader={"grade": true, "grade_id": "test_clip_gradients_below", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# At or below the limit nothing is clipped, zeros stay zeros, and the arrays are new ones.
matrix, bias = np.array([[2.0, -4.0, 0.0], [4.0, 0.0, 0.0]]), np.array([0.0, -8.0])
for case, scale, max_norm in [
    ("the norm is 10, the limit 20", 1.0, 20.0),
    ("the norm is 10, and so is the limit", 1.0, 10.0),
    ("all gradients are 0", 0.0, 1.0),
    ("the norm is 20, the limit 14", 2.0, 14.0),  # the first array alone has 12, the second 16
]:
    before = [matrix * scale, bias * scale]
    given = [array.copy() for array in before]
    first, second = given
    result = checks.call(
        clip_gradients,
        *(given, max_norm),
        what=f"clip_gradients ({case})",
        hint="Go through the list, and add up the sums of squares. Divide by the norm only where it "
        "is larger than max_norm: it can be 0.",
        see="07_initialization_and_normalization: Gradient clipping",
    )
    checks.that(
        isinstance(result, tuple | list) and len(result) == 2,
        f"clip_gradients ({case}) must return a list with an array for each one given.",
        hint="Return a list on every path, also where nothing is clipped.",
        see="07_initialization_and_normalization: Gradient clipping",
    )
    for got, gradient, name in zip(result, before, ["first", "second"], strict=True):
        short_enough = [
            (gradient * 2, "You stretched it to the limit. What is short enough stays as it is."),
            (gradient / 10 * max_norm, "What is short enough stays as it is."),
            (gradient / 2, "Clip only if the norm is larger than max_norm."),
            (gradient * 0, "It was thrown away, although it is short enough."),
        ]
        too_long = [
            (
                gradient,
                "It was not clipped, but the norm of all arrays together is 20, larger than 14. That "
                "norm decides for every array, also for one that is short by itself.",
            ),
            (gradient / 20, "That has length 1. Multiply by max_norm, too."),
            (gradient * 20 / max_norm, "The factor is the wrong way round. It is max_norm / norm."),
            (gradient * 0, "It was thrown away. Make it shorter, in the same direction."),
            (
                gradient * max_norm / np.linalg.norm(gradient) if scale else gradient,
                "You clipped each array by itself. One norm, that of all arrays together, counts.",
            ),
        ]
        checks.finite(
            got,
            f"the {name} gradient ({case})",
            hint="0 / 0 is nan. Divide by the norm only if it is larger than max_norm.",
            see="07_initialization_and_normalization: Gradient clipping",
        )
        checks.close(
            got,
            gradient * min(1.0, max_norm / (10 * scale) if scale else 1.0),
            f"the {name} gradient ({case})",
            mistakes=too_long if scale == 2.0 else short_enough,
            hint="The norm is the root of the sum of all squares; with it, calculate the factor "
            "max_norm / norm where the norm is larger than max_norm.",
            see="07_initialization_and_normalization: Gradient clipping",
        )
    checks.that(
        result is not given and len(given) == 2 and given[0] is first and given[1] is second,
        f"clip_gradients ({case}) changed or returned the given list.",
        hint="Collect the results in a new list: the caller may still need the old one.",
        see="07_initialization_and_normalization: Gradient clipping",
    )
    checks.unchanged(before[0], first, "gradients[0]")
    checks.unchanged(before[1], second, "gradients[1]")
    checks.that(
        result[0] is not first and result[1] is not second,
        f"clip_gradients ({case}) returned the very arrays that it was given.",
        hint="Return copies: gradient.copy(), or gradient * 1.0. Else who changes the result "
        "changes the gradients, too.",
        see="07_initialization_and_normalization: Gradient clipping",
    )

# %% nbgrader={"grade": true, "grade_id": "test_clip_gradients_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: one to six arrays of any shape, long and short gradients, several limits; the
# length of the result, and its direction.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(5)
for shapes in [
    [(4,)],
    [(3, 2), (2,)],
    [(1,)],
    [(), (3,)],
    [(2, 3, 4), (5,), (1, 6), (7, 1), (2, 2)],
]:
    for size in [1e-4, 1.0, 300.0]:
        for max_norm in [0.01, 1.0, 30.0]:
            what = f"clip_gradients on shapes {shapes}, max_norm {max_norm}"
            before = [np.array(rng.normal(size=shape) * size) for shape in shapes]
            given = [array.copy() for array in before]
            result = checks.call(clip_gradients, given, max_norm, what=what)
            checks.that(
                isinstance(result, tuple | list) and len(result) == len(shapes),
                f"{what} must return a list with an array for each one given.",
            )
            norm = sum(float(v) ** 2 for array in before for v in array.flat) ** 0.5
            factor = max_norm / norm if norm > max_norm else 1.0
            for got, gradient, old in zip(result, before, given, strict=True):
                checks.unchanged(gradient, old, "gradients")
                checks.close(
                    got,
                    gradient * factor,
                    what,
                    rtol=1e-5,
                    atol=1e-6 * min(norm, max_norm),
                    hint="One factor for all arrays, max_norm / norm, and only where it is needed.",
                    see="07_initialization_and_normalization: Gradient clipping",
                )
            length = sum(float(np.sum(np.square(array))) for array in result) ** 0.5
            checks.close(length, min(norm, max_norm), f"the norm of {what}", rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: diagnose (4 points)
#
# Three colleagues bring networks that do not learn to read digits as they should. Each is a
# classifier of 64 pixels (scaled to 0 ... 1) into 10 classes, trained on 1,400 images and
# validated on 397. Run the cell for their curves; everything in them was measured.
#
# **Patient A** has ten hidden layers of 64 ReLU units. The weights were drawn from a normal
# distribution with mean 0 and standard deviation 0.05, the biases are 0. SGD, learning rate 0.1.
# The colleague has also tried a learning rate of 1: the loss stays where it is. Before the first
# step, the root of the mean square of each layer's output was
#
# | layer | input | 1 | 2 | 3 | 4 | 5 | 10 |
# |---|---|---|---|---|---|---|---|
# | root mean square | 0.49 | 0.12 | 0.033 | 0.0092 | 0.0028 | 0.00071 | 0.0000012 |
#
# and the gradient of every weight matrix had a norm below 0.000001.
#
# **Patient B** has three hidden layers of 64 ReLU units with He's weights, and learns by SGD with
# momentum 0.9 and a learning rate of 0.02, in batches of 35. You see steps 100 to 140; before,
# all looks as from 100 to 119. The loss and the gradient of a step are those of its batch, taken
# *before* the weights move. Of the 64 units in the last hidden layer, 3 gave 0 for every training
# image after step 119, and 64 at the end of training. The colleague lets it run on "until it
# recovers".
#
# **Patient C** has three hidden layers of 64 units with batch normalization (`momentum=0.999`),
# and trains for ten epochs of 14 batches. "It over-fits terribly", says the colleague, "98 % in
# training and 46 % in validation. I will add dropout." You have had the *training* images
# evaluated once more after each epoch with `model.evaluate`, which is the third line of the
# figure.
#
# Answer in a few sentences each:
#
# 1. *(1 point)* Patient A: what is the cause? Calculate from the widths and the standard
#    deviation by which factor each layer multiplies the root mean square, and compare. What would
#    you change, to which number, and why is a larger learning rate no remedy?
# 2. *(1.5 points)* Patient B: was the network sick before step 120? What happened at step 120,
#    and what in the figure shows it? Why does waiting not help? What would you have done before
#    training, with which number, and what would you do with the network now?
# 3. *(1.5 points)* Patient C: what in the figure shows that it is *not* over-fitting? What is the
#    cause? Calculate how large the share of the moving averages' start values still is after the
#    ten epochs. What would you change, and how would you check that you are right?
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% nbgrader={"grade": false, "grade_id": "sick_curves", "locked": true, "schema_version": 3, "solution": false, "task": false}
fig, ax = plt.subplots()
loss = [2.302, 2.302, 2.301, 2.301, 2.301, 2.301, 2.301, 2.301, 2.301, 2.301, 2.301, 2.301]
val_loss = [2.306, 2.308, 2.309, 2.31, 2.31, 2.311, 2.311, 2.311, 2.311, 2.311, 2.311, 2.311]
ax.plot(range(1, 13), loss, marker="o", label="training")
ax.plot(range(1, 13), val_loss, marker="s", label="validation")
ax.axhline(np.log(10), color="black", linestyle=":", label="log(10), guessing")
ax.set(title="Patient A", xlabel="epoch", ylabel="loss", ylim=(0, 2.6))
ax.legend(loc="lower left")
figures.show(
    fig,
    alt="Patient A: training loss (2.30) and validation loss (2.31) are flat from the first epoch "
    "to the twelfth, at the logarithm of 10, which guessing gives.",
)

loss = [0.0912, 0.288, 0.236, 0.216, 0.224, 0.15, 0.233, 0.196, 0.443, 0.256, 0.325, 0.218]
loss += [0.228, 0.258, 0.157, 0.804, 0.331, 0.173, 0.258, 0.251, 1810, 20.2, 167, 126, 11.6]
loss += [2.31, 12.3, 2.31, 13.6, 2.31, 2.3, 2.29, 2.28, 2.3, 2.3, 2.33, 2.3, 2.33, 2.33, 2.28, 2.29]
norms = [0.703, 1.59, 2.15, 1.68, 1.18, 0.954, 1.74, 1.87, 2.67, 1.75, 2.12, 1.34, 1.71, 2.38]
norms += [1.93, 4.9, 1.78, 0.836, 1.92, 1.94, 1770, 77.6, 209, 278, 88.1, 0.113, 242, 0.199, 486]
norms += [0.104, 0.133, 0.151, 0.22, 0.138, 0.138, 0.173, 0.149, 0.194, 0.137, 0.158, 0.144]
fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharex=True)
for ax, values in zip(axes, [loss, norms], strict=True):
    ax.plot(range(100, 141), values, marker="o", markersize=3)
    ax.set(xlabel="step", yscale="log", ylim=(0.03, 5000))
axes[0].set_ylabel("loss of the batch")
axes[1].set_ylabel("norm of its gradient")
axes[0].axhline(np.log(10), color="black", linestyle=":", label="log(10), guessing")
axes[0].legend()
fig.suptitle("Patient B")
figures.show(
    fig,
    alt="Patient B: to step 119 the loss lies around 0.25 and the gradient's norm around 2, at most "
    "4.9. At step 120 the loss is 1810 and the norm 1770. Both stay high and jagged for eight steps. "
    "From step 130 on the loss is 2.3, the value of guessing, and the norm 0.15.",
)

curves = {
    "training, while fitting": [0.29, 0.78, 0.90, 0.93, 0.95, 0.96, 0.97, 0.97, 0.98, 0.98],
    "validation": [0.22, 0.34, 0.41, 0.44, 0.45, 0.46, 0.46, 0.46, 0.46, 0.46],
    "training, evaluate": [0.23, 0.38, 0.45, 0.48, 0.49, 0.50, 0.50, 0.51, 0.51, 0.51],
}
fig, ax = plt.subplots()
for (name, values), marker in zip(curves.items(), "osD", strict=True):
    ax.plot(range(1, 11), values, marker=marker, label=name)
ax.set(title="Patient C", xlabel="epoch", ylabel="accuracy", ylim=(0, 1.03))
ax.legend(loc="lower right")
figures.show(
    fig,
    alt="Patient C: the training accuracy reported by fit rises from 0.29 to 0.98 in ten epochs. "
    "The validation accuracy stays at 0.46 from the sixth epoch on. The same training images, given "
    "to evaluate, reach only 0.51.",
)

# %% [markdown] nbgrader={"grade": true, "grade_id": "diagnose", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# 1. The first weights are too small, so the signal vanishes on its way. A layer multiplies the
#    mean square by n_in times the variance of a weight, and ReLU halves it: the root mean square
#    goes down by $\sqrt{64 \cdot 0.05^2 / 2} = 0.28$ a layer, and the table shows just that
#    (0.033 / 0.12 = 0.28, 0.0092 / 0.033 = 0.28). After ten layers the output says nothing about
#    the image, and what comes back is as small. I would draw the weights with He's standard
#    deviation, $\sqrt{2 / 64} = 0.18$, so that the factor is 1 (batch normalization between the
#    layers would help, too). A gradient below 0.000001 times a learning rate of 1 is still
#    nothing, next to weights of 0.05; only the last biases learn, and they can learn how frequent
#    the classes are, no more.
# 2. It was healthy: the loss was 0.25 and the norms below 5. At step 120 came a freak batch: its
#    loss is 1810 *before* the weights move, so the batch is to blame and not yet the network. Its
#    gradient is 1770 long, some thousand times the usual, and the step as well (momentum repeats
#    it). That threw the weights so far that all units of the last hidden layer give 0 for every
#    image: dead ReLUs. Their gradient is 0, nothing but the last biases moves, the loss is that
#    of guessing: waiting cannot help. Clipping by the global norm to 5, or 3, touches no healthy
#    step and makes the freak one no longer than those (and whoever reads the data should look for
#    that batch). Now: go back to the weights saved before step 120, or start anew, with clipping.
# 3. The same training images have 98 % while fitting and only 51 % in `evaluate`, without any new
#    image: that is no over-fitting. Against that, validation (46 %) is close to them. What
#    differs is the statistics: while fitting batch normalization uses the batch's, in `evaluate`
#    the moving averages. With momentum 0.999 they are far behind: after 10 · 14 = 140 batches the
#    start values 0 and 1 still have a share of $0.999^{140} = 0.87$. I would set the momentum to
#    0.9 ($0.9^{14} = 0.23$ after one epoch), or train much longer. To check: compare
#    `moving_mean` and `moving_variance` with a batch's statistics, or call the model on the
#    validation images with `training=True`: if I am right, the accuracy is then high (I did: it
#    is 97 %).
#
# **Rubric**
#
# - Part 1 (1 point): weights too small, the signal vanishes from layer to layer (0.25); the
#   factor 0.28, with the half of the ReLU, compared with the table (0.25; "0.4" without the half:
#   nothing); He's 0.177, or batch normalization with reason (0.25); why no larger learning rate:
#   the gradient is practically 0, or at a rate of 1 nothing happened *because* of that (0.25).
#   "Sigmoid saturates" or "dead ReLUs" is not what the table shows and loses the first quarter.
# - Part 2 (1.5 points): healthy before, with loss or norms as evidence (0.25); one batch with a
#   gradient about a thousand times the usual (0.25), and its loss was large before the step, so
#   it came from the batch (0.25); the ReLUs are dead, so no gradient comes through and waiting is
#   in vain (0.25); clipping by global norm with a limit between about 2 and 20, with reason
#   (0.25; "a smaller learning rate" alone: nothing, a step 1,000 times too long stays too long);
#   saved weights or a new start (0.25).
# - Part 3 (1.5 points): the same training images are bad in `evaluate` (0.25), and validation
#   differs from them by little (0.25); moving averages that lag behind, against the batch's
#   statistics (0.25); $0.999^{140} = 0.87$ (0.25; the share per epoch, or a wrong number of
#   steps: nothing); smaller momentum or many more steps (0.25; dropout: nothing); a check that
#   would tell, such as `training=True`, or the moving averages beside a batch's (0.25).
