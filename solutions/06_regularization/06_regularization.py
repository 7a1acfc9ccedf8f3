# %% [markdown]
# # Exercise 6. Regularization
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/06_regularization/06_regularization.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/06_regularization/06_regularization.ipynb)
#
# *90 minutes, 20 points. NumPy only; everything here runs in a few seconds on any computer.*
#
# You write the penalty that pulls weights towards zero, dropout on the way forward and on the way
# back, and a guard that ends training at the right moment and brings the best weights back. At the
# end you read the curves of four networks, and say which of them needs what.
#
# Fill in the cells that say `# YOUR CODE HERE`, then run the checks below them. When a check fails,
# read the last lines of its message: they say what was expected, what came, and often which
# misunderstanding leads there. Some cells hold further checks that run when you hand in; the
# comment in them says what they try. Tasks do not build on each other's code, so you can leave one
# out and come back to it. Loops are as welcome as one-liners.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# [lecture](../../lectures/06_regularization.ipynb) has all that is asked for here; the messages
# name the section to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks, figures

# isort: split
import math

import matplotlib.pyplot as plt
import numpy as np

# 0 / 0 and overflow give nan and inf without a warning: the checks look for them, and say more.
np.seterr(over="ignore", divide="ignore", invalid="ignore")


# What follows helps the checks; you need not read it. Each calls your code and looks at what comes.
def two(result, first, second, see):
    """Return a result that should be a pair."""
    checks.that(
        isinstance(result, tuple | list) and len(result) == 2,
        f"Your function must return two things, {first} and {second}"
        f"{'; it returned None' if result is None else ''}.",
        hint=f"`return {first}, {second}` makes a tuple of two. Does every path return one?",
        see=see,
    )
    return result


def penalty_and_slopes(function, params, lam, what):
    """Call l2_penalty; return the penalty and the list of slopes."""
    see = "06_regularization: L2: a penalty on large weights"
    result = checks.call(
        function,
        params,
        lam,
        what=what,
        hint="the layers' arrays have different shapes. Add up the squares of each with "
        "np.sum, and then these numbers.",
        see=see,
    )
    penalty, slopes = two(result, "penalty", "slopes", see)
    checks.that(
        isinstance(slopes, tuple | list) and len(slopes) > 0,
        f"The second result of {what} must be a list of arrays, the slopes.",
        hint="Start with an empty list, and append the slopes of one array after the other. The "
        "penalty, a number, comes first.",
        see=see,
    )
    return penalty, slopes


def one_for_each(slopes, params):
    """Check that there are as many slopes as arrays."""
    checks.that(
        len(slopes) == len(params),
        f"There are {len(params)} arrays in params, and slopes for {len(slopes)}.",
        hint="A bias has a slope, too: zero everywhere, as the penalty does not depend on it. "
        "Whoever updates goes through params and slopes side by side.",
        see="06_regularization: L2: a penalty on large weights",
    )


def dropped(function, x, rate, rng, what):
    """Call dropout_forward in training; return its output and its mask as arrays of 0 and 1."""
    see = "06_regularization: Dropout"
    result = checks.call(
        function,
        x,
        rate,
        True,
        rng,
        what=what,
        hint="the mask needs the shape of x, as rng.random(x.shape) has it.",
        see=see,
    )
    y, mask = two(result, "y", "mask", see)
    checks.shape(
        y,
        x.shape,
        f"y, of {what},",
        hint="y has the shape of x. x[mask] picks the kept entries out and loses their places; "
        "x * mask leaves them where they are.",
        see=see,
    )
    checks.that(
        mask is not None,
        f"The mask of {what} is None.",
        hint="In training, return the mask that you multiplied by: the way back needs it.",
        see=see,
    )
    checks.shape(
        mask,
        x.shape,
        f"the mask, of {what},",
        hint="Each entry of x is kept or dropped on its own, so the mask has the shape of x.",
        see=see,
    )
    mask = np.asarray(mask)
    checks.that(
        np.all((mask == 0) | (mask == 1)),
        f"The mask of {what} has other values than True and False.",
        hint="You returned the mask first. The order is y, mask."
        if np.all(np.isin(y, [0, 1]))
        else "The mask only says which entries were kept. Leave the factor out of it: whoever goes "
        "back knows the rate, and would scale twice.",
        see=see,
    )
    return np.asarray(y), mask.astype(int)


def start(kind, weights, patience, min_delta, what):
    """Make a stopper."""
    see = "06_regularization: Early stopping"
    return checks.call(kind, weights, patience, min_delta, what=f"Making {what}", see=see)


def stops(stopper, loss, what):
    """Tell a stopper about an epoch; return its answer."""
    see = "06_regularization: Early stopping"
    answer = checks.call(stopper.update, loss, what=f"update({loss}) of {what}", see=see)
    checks.that(
        answer is None or isinstance(answer, bool | np.bool_),  # the first check insists on a bool
        f"update({loss}) of {what} must return True (stop) or False (go on).",
        hint="`return self.waited >= self.patience`, for instance, gives one of the two.",
        see=see,
    )
    return bool(answer)


def stop_epoch(kind, losses, patience, min_delta=0.0):
    """Return after which epoch (from 1) EarlyStopping stops, None if never, and the stopper."""
    what = f"EarlyStopping with patience={patience}, min_delta={min_delta}"
    stopper = start(kind, [np.zeros((2, 3)), np.zeros(3)], patience, min_delta, what)
    for epoch, loss in enumerate(losses, start=1):
        if stops(stopper, loss, what):
            return epoch, stopper
    return None, stopper


def best_of(stopper):
    """Return a stopper's attributes best_epoch and best_loss."""
    for name in ("best_epoch", "best_loss"):
        checks.that(
            hasattr(stopper, name),
            f"Your EarlyStopping has no attribute {name}.",
            hint=f"Write it with self in front, self.{name}, and give it a first value in "
            "__init__.",
            see="06_regularization: Early stopping",
        )
    return stopper.best_epoch, stopper.best_loss


# %% [markdown]
# ## Task 1: l2_penalty (4 points)
#
# Large weights make sharp turns, so let them cost something. Write the term that is added to the
# loss, and what it adds to each slope. Take the definition of Keras' `L2(lam)`: `lam` times the sum
# of the squares, without a ½. It belongs to the weights of all layers, not to the biases.
#
# - `params` is a list of floating-point arrays as `model.get_weights()` gives it: for each layer
#   its weights and, if it has one, its bias. A bias has one axis; weights have two or more (those
#   of a layer for images have four). `lam` is a number, 0 or larger.
# - The result is a pair `(penalty, slopes)`. `penalty` is one number. `slopes` is a list with one
#   array for each array of `params`, of its shape: the slope of the penalty along it, 0 along a
#   bias.
# - Everything in `params` stays as it was.
#
# ```python
# >>> weights, bias = np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([0.5, 4.0])
# >>> l2_penalty([weights, bias], 0.1)
# (1.4000000000000001, [array([[ 0.2, -0.4],
#        [ 0. ,  0.6]]), array([0., 0.])])
# ```
#
# The weights' squares add up to 14. Last digits may differ from these.


# %% nbgrader={"grade": false, "grade_id": "l2_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def l2_penalty(params, lam):
    """Return the L2 penalty on a network's weights, and its slopes.

    Parameters
    ----------
    params : list of ndarray of float
        Weights (two axes or more) and biases (one axis). Left unchanged.
    lam : float
        The strength, 0 or larger.

    Returns
    -------
    penalty : float
        lam times the sum of the squares of all weights.
    slopes : list of ndarray of float
        Slope of the penalty along each array in params: same order, same shapes.
    """
    ### BEGIN SOLUTION
    penalty = 0.0
    slopes = []
    for param in params:
        if param.ndim > 1:
            penalty += lam * np.sum(param**2)
            slopes.append(2 * lam * param)
        else:
            slopes.append(np.zeros_like(param))
    return float(penalty), slopes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_l2_penalty", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The penalty itself: a net with 2 inputs, 3 hidden units and 1 output. The squares of the weights
# add up to 18 and 9, those of the biases to 14 and 25; the strength is 0.2.
params = [
    np.array([[1.0, -2.0, 0.0], [2.0, 0.0, 3.0]]),
    np.array([1.0, 2.0, -3.0]),
    np.array([[2.0], [-1.0], [2.0]]),
    np.array([5.0]),
]
penalty, slopes = penalty_and_slopes(
    l2_penalty, [p.copy() for p in params], 0.2, "l2_penalty of two layers, lam=0.2"
)
layers = "Add over all layers, and return behind the loop. (Weights may have a single column, too.)"
mean = "You took a mean. Add the squares up: L2 takes the sum."
root = "You took a root. L2 is the sum of squares as it is."
products = "A matrix product multiplies different weights, too. Square entry by entry: w**2."
largest = np.linalg.norm(params[0], 2)  # how far the matrix stretches a vector at most
checks.close(
    penalty,
    0.2 * (18 + 9),
    "the penalty of two layers, lam=0.2,",
    mistakes=[
        (0.2 * 66, "The biases' squares are in it. Leave biases alone: they make no turn sharper."),
        (
            0.1 * 27,
            "Keras' L2 has no ½ in front. (With ½ the same lam is half as strong.) Nor is the "
            "sum divided by the number of layers, here 2.",
        ),
        (0.1 * 66, "Keras' L2 has no ½ in front, and leaves the biases out."),
        (27, "That is the sum of squares. Multiply by lam."),
        (66, "Multiply by lam; and leave the biases out of the sum."),
        (27 / 2, "Keras' L2 has lam in front, and no ½."),
        (0.2**2 / 2 * 27, "lam comes in once, and no ½."),
        (0.2**2 * 27, "lam comes in once."),
        (0.2 * 18, f"That is the first layer alone. {layers}"),
        (0.2 * 9, f"That is the last layer alone. {layers}"),
        ([0.2 * 18, 0.2 * 9], "One number for the whole net: add the penalties of the layers."),
        ([3.6, 0, 1.8, 0], "One number for the whole net: add the penalties of the layers."),
        (
            0.2 * np.array([14, 13, 18]),
            "A number for each column is left. Python's sum adds up rows; np.sum adds up all "
            "entries.",
        ),
        (0.2 * 39, "These are the biases' squares. Penalize the weights: two axes or more."),
        (0.2 * (18 / 6 + 9 / 3), mean),
        (0.2 * 27 / 9, mean),
        (0.2 * 27 / 13, mean),
        (0.2 * 13, "Absolute values are L1. L2 takes squares."),
        (0.2 * 7, "The weights themselves are added up, and cancel. Square them first."),
        (0.2 * 27**0.5, root),
        (0.2 * (18**0.5 + 9**0.5), root),
        (0.2 * 49, "Square each weight, then add; not the other way round."),
        (0.2 * 25, "Square each weight, then add; not the other way round."),
        (0.2 * (22 + 9), products),
        (0.2 * (26 + 9), products),
        (
            0.2 * (largest**2 + 9),
            "np.linalg.norm(w, 2) of a matrix is something else: how far it stretches a vector at "
            "most. Square the entries and add them up.",
        ),
    ],
    hint="lam times the sum of the squares of all weights of both layers.",
    see="06_regularization: L2: a penalty on large weights",
)

# %% nbgrader={"grade": true, "grade_id": "test_l2_penalty_slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The slopes along the weights, by formula and by finite differences.
matrix = np.array([[1.0, -2.0, 0.0], [0.5, 3.0, -1.0]])
penalty, slopes = penalty_and_slopes(
    l2_penalty, [matrix.copy(), np.array([1.0, 2.0, -3.0])], 0.3, "l2_penalty, lam=0.3"
)
right = 0.6 * matrix
checks.close(
    slopes[0],
    right,
    "the slopes along the weights, lam=0.3,",
    mistakes=[
        (0.3 * matrix, "The slope of w squared is 2 w. No ½ stands in front to cancel the 2."),
        (2 * matrix, "lam is missing: the penalty has it as a factor, and so has its slope."),
        (matrix, "That is the slope of ½ w squared. Take that of lam times w squared."),
        (-right, "The sign is wrong. This is the slope; the minus comes in the update."),
        (0.3 * np.sign(matrix), "lam times the sign is the slope of L1. Squares give 2 w."),
        (0.6 * np.abs(matrix), "A negative weight has a negative slope: no absolute values."),
        (0.3 * matrix**2, "These are the terms of the penalty. Take their slopes."),
        (0.6 * matrix**2, "The slope of w squared is 2 w: the power falls by one."),
        (matrix - right, "That is a step already. Return the slope; the update is not asked."),
        (right / 6, "You divided by the number of weights. The penalty is a sum, not a mean."),
        (right / 2, "You divided by a size. The penalty is a sum, not a mean."),
        (right / 3, "You divided by a size. The penalty is a sum, not a mean."),
        (right.T, "A slope has the shape of what it belongs to. Don't transpose."),
        (np.full((2, 3), right.sum()), "Each weight has a slope of its own. Don't add them up."),
        (right.sum(), "Each weight has a slope of its own. Don't add them up."),
        (np.zeros((2, 3)), "All zero, as for a bias. Weights are what has two axes or more."),
    ],
    hint="Each weight occurs in one term, lam * w**2. Take the slope of that term along w.",
    see="06_regularization: L2: a penalty on large weights",
)
# Finite differences, all weights at once, as each has a term of its own. Those of a parabola are
# exact but for rounding; 1e-5 leaves room for float32.
numeric = 0.3 * ((matrix + 1e-5) ** 2 - (matrix - 1e-5) ** 2) / 2e-5
gap = np.abs(np.asarray(slopes[0]) - numeric).max()
print(f"slopes and finite differences: largest difference {gap:.0e}")
checks.close(slopes[0], numeric, "the slopes (expected: finite differences)", atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "test_l2_penalty_biases", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The slopes along the biases; and params is as it was.
params = [
    np.array([[1.0, -2.0, 0.0], [2.0, 0.0, 3.0]]),
    np.array([1.0, 2.0, -3.0]),
    np.array([[2.0], [-1.0], [2.0]]),
    np.array([5.0]),
]
given = [p.copy() for p in params]
penalty, slopes = penalty_and_slopes(l2_penalty, given, 0.3, "l2_penalty of two layers, lam=0.3")
one_for_each(slopes, params)
biases = "You penalize the biases, too. This penalty is for weights; a bias has a single axis."
for i, what in [(1, "the hidden layer's bias"), (3, "the last layer's bias")]:
    checks.that(
        slopes[i] is not None,
        f"The slopes along {what} are None.",
        hint="The slope is 0, and that is a number: np.zeros in the shape of the bias.",
        see="06_regularization: L2: a penalty on large weights",
    )
    checks.close(
        slopes[i],
        np.zeros(len(params[i])),
        f"the slopes along {what}",
        mistakes=[
            (0.6 * params[i], biases),
            (0.3 * params[i], biases),
            (2 * params[i], biases),
            (0.3 * np.sign(params[i]), biases),
            (0, "0 is right, but in the shape of the bias: one for each of its entries."),
            (params[i], "That is the bias itself. The slope of the penalty along it is 0."),
        ],
        hint="The penalty does not depend on a bias, so its slope along each entry is 0.",
        see="06_regularization: L2: a penalty on large weights",
    )
checks.that(
    len(given) == 4,
    "Your function changed the list params itself.",
    hint="Make a new list for the slopes: append and pop change the given one.",
    see="06_regularization: L2: a penalty on large weights",
)
for i, (before, after) in enumerate(zip(params, given, strict=True)):
    checks.unchanged(
        before, after, f"params[{i}]", see="06_regularization: L2: a penalty on large weights"
    )

# %% nbgrader={"grade": true, "grade_id": "test_l2_penalty_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: layers without a bias, weights of other shapes (one column, one row, four axes),
# lam=0, float32, and what a step of gradient descent does with your slopes.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
see = "06_regularization: L2: a penalty on large weights"
for shapes, lam in [
    ([(4, 3), (3,), (3, 2), (2,)], 0.01),
    ([(5, 4), (4, 4), (4, 1)], 0.2),  # no biases at all
    ([(6, 2), (2, 3), (3,)], 1.5),  # a layer without a bias, then one with
    ([(3, 3, 1, 2), (2,), (8, 1), (1,)], 0.1),  # a layer for images
    ([(1, 1), (1,), (1, 7), (7,)], 0.1),
    ([(4, 3), (3,)], 0.0),
]:
    for kind in ("float64", "float32"):
        params = [rng.normal(1, 2, size).astype(kind) for size in shapes]
        given = [p.copy() for p in params]
        what = f"l2_penalty of arrays of shapes {shapes}, lam={lam}"
        penalty, slopes = penalty_and_slopes(l2_penalty, given, lam, what)
        one_for_each(slopes, params)
        exact = [p.astype(float) * (p.ndim > 1) for p in params]
        checks.close(
            penalty,
            lam * sum(np.sum(p**2) for p in exact),
            f"the penalty, of {what},",
            rtol=1e-4,  # a sum in float32 is good to about 1e-6; forgetting one weight is not
            hint="Tell biases by their one axis: not every layer has one, and weights may have "
            "four axes, or a single row.",
            see=see,
        )
        for i, slope in enumerate(slopes):
            checks.close(
                slope,
                2 * lam * exact[i],
                f"slopes[{i}], of {what},",
                hint="Tell biases by their one axis: not every layer has one, and weights may have "
                "four axes, or a single row.",
                see=see,
            )
            checks.unchanged(params[i], given[i], f"params[{i}]", see=see)
            checks.close(
                params[i] - 0.1 * np.asarray(slope),
                params[i] * (1 - 0.2 * lam * (params[i].ndim > 1)),
                f"params[{i}] after a step with learning rate 0.1, of {what},",
                hint="A step with L2 alone multiplies each weight by 1 - 2 * rate * lam.",
                rtol=1e-4,
                atol=1e-6,
                see=see,
            )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: dropout_forward (4 points)
#
# A team in which everybody relies on one colleague is in trouble when that colleague is ill.
# Dropout sends units home at random, so that the others learn to do without. Write it as Keras does
# it today, with the scaling in training ("inverted" dropout):
#
# - `x` is a floating-point array of any shape, `rate` the probability that an entry is dropped,
#   from 0 up to but not including 1.
# - With `training=True`, each entry is dropped (set to 0) or kept on its own, by random numbers
#   from the generator `rng`, and kept ones are scaled so that the mean over all masks is `x` again.
#   Return the pair `(y, mask)`, both of the shape of `x`; `mask` is `True` where an entry was kept.
# - With `training=False`, nothing is random and nothing is scaled: return `(x, None)`. There `rng`
#   may be `None`, too.
# - `x` stays as it was. Take random numbers from `rng` alone; make no generator of your own. Any
#   way of drawing that gives the right probabilities is right.
#
# ```python
# >>> x = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
# >>> y, mask = dropout_forward(x, 0.5, True, np.random.default_rng(1))
# >>> print(y)
# [[ 2.  4.  0.  8.]
#  [ 0.  0. 14.  0.]]
# >>> print(mask)
# [[ True  True False  True]
#  [False False  True False]]
# ```
#
# Your mask may be another one, but each entry of `y` is 0 or twice that of `x`.


# %% nbgrader={"grade": false, "grade_id": "dropout_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_forward(x, rate, training, rng):
    """Drop entries at random in training; do nothing in prediction.

    Parameters
    ----------
    x : ndarray of float, any shape
        Left unchanged.
    rate : float
        Probability that an entry is dropped: 0 <= rate < 1.
    training : bool
    rng : numpy.random.Generator, or None in prediction
        Where the random numbers come from.

    Returns
    -------
    y : ndarray of float, shape of x
    mask : ndarray of bool, shape of x, or None in prediction
        True where an entry was kept.
    """
    ### BEGIN SOLUTION
    if not training:
        return x, None
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dropout_forward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What happens to kept and to dropped entries: 40 x 30 numbers between 1 and 2, rate 0.75.
x = np.random.default_rng(5).uniform(1, 2, (40, 30))
given = x.copy()
what = "dropout_forward with rate 0.75"
y, mask = dropped(dropout_forward, given, 0.75, np.random.default_rng(0), what)
checks.that(
    not np.any(y < 0),
    "Some of y is negative, and x is positive everywhere.",
    hint="`x * mask / 1 - rate` divides by 1 and then takes off the rate. Put brackets, "
    "as in / (1 - rate).",
    see="06_regularization: Dropout",
)
nonzero = y != 0
checks.that(
    np.any(nonzero),
    "With rate 0.75, all of 1,200 entries were dropped.",
    hint="A share of 1 - rate is kept. Random numbers from 0 to 1 are below 0.75 in three of "
    "four cases.",
    see="06_regularization: Dropout",
)
checks.close(
    y[nonzero],
    4 * x[nonzero],
    "the entries of y that are not 0, with rate 0.75,",
    mistakes=[
        (
            x[nonzero],
            "Kept entries are not scaled. Then training gives smaller sums than prediction, "
            "and prediction would have to mend it, as in older texts. Scale in training, "
            "by 1 / (1 - rate).",
        ),
        (x[nonzero] / 0.75, "You divided by the rate. Divide by the share that is kept: 1 - rate."),
        (
            x[nonzero] * 0.25,
            "You multiplied by 1 - rate. Divide: fewer are left, so each counts more.",
        ),
        (x[nonzero] * 0.75, "You multiplied by the rate. Divide by 1 - rate: fewer are left."),
        (np.full(nonzero.sum(), 4.0), "These are the factors. Multiply x by them."),
        (np.ones(nonzero.sum()), "That is the mask. Multiply x by it, and scale."),
        (16 * x[nonzero], "You scaled twice."),
        (
            x[nonzero] / nonzero.mean(),
            "You divided by the share that this one mask kept. Divide by the probability, "
            "1 - rate: then the mean over all masks is x.",
        ),
    ],
    hint="Each entry is either 0 or x / (1 - rate), here four times x.",
    see="06_regularization: Dropout",
)
checks.that(
    not np.array_equal(mask, 1 - nonzero),
    "The mask is True where entries were dropped.",
    hint="mask says what was kept: it is True where y is not 0.",
    see="06_regularization: Dropout",
)
checks.that(
    np.array_equal(mask, nonzero),
    f"The mask is not that of y: they differ in {np.sum(mask != nonzero)} of {x.size} entries.",
    hint="Draw one mask, give it a name, multiply by it, and return it. Who draws again gets "
    "another.",
    see="06_regularization: Dropout",
)
checks.unchanged(x, given, see="06_regularization: Dropout")

# %% nbgrader={"grade": true, "grade_id": "test_dropout_forward_random", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# How many are dropped, which, and where the random numbers come from. A right answer fails one of
# these checks by chance less than once in a million runs: bounds are six standard deviations wide.
x = np.random.default_rng(5).uniform(1, 2, (200, 100))
y, mask = dropped(
    dropout_forward, x.copy(), 0.5, np.random.default_rng(2), "dropout_forward, rate 0.5"
)
rows, columns, share = np.mean(mask, axis=1), np.mean(mask, axis=0), np.mean(mask)
checks.that(
    np.all(np.abs(columns - share) < 0.25),
    "In some columns far more was dropped than in others: a unit has the same fate in all rows.",
    hint="The mask must be drawn for each image and unit, so in the shape of the whole x.",
    see="06_regularization: Dropout",
)
checks.that(
    np.all(np.abs(rows - share) < 0.32),
    "In some rows far more was dropped than in others: all units of an image have the same fate.",
    hint="The mask must be drawn for each image and unit, so in the shape of the whole x.",
    see="06_regularization: Dropout",
)
for rate in [0.2, 0.7]:
    y, mask = dropped(
        dropout_forward, x.copy(), rate, np.random.default_rng(1), f"dropout_forward, rate {rate}"
    )
    checks.close(
        np.mean(y == 0),
        rate,
        f"the share of 20,000 entries that were dropped, with rate {rate},",
        rtol=0,
        atol=0.02,  # the standard deviation is at most 0.0033
        mistakes=[
            (
                1 - rate,
                "You keep with probability rate. The rate is the probability to be dropped.",
            ),
            (
                0,
                "Hardly any entry of y is 0, although training is True. Are your random numbers from 0 "
                "to 1, like the rate?",
            ),
            (1, "Everything was dropped."),
            (0.5, "Half are dropped, whatever the rate. Compare random numbers with the rate."),
        ],
        hint="rng.random(shape) gives numbers from 0 to 1; a share of `rate` of them is below "
        "`rate`.",
        see="06_regularization: Dropout",
    )
rng = np.random.default_rng(3)
first = dropped(dropout_forward, x.copy(), 0.5, rng, "dropout_forward, rate 0.5")[0]
second = dropped(dropout_forward, x.copy(), 0.5, rng, "dropout_forward, called again")[0]
print(f"dropped with rate 0.5: {np.mean(first == 0):.2f}")
checks.that(
    np.any(first != second),
    "Two calls, one after the other, dropped the very same entries.",
    hint="A generator made or seeded inside the function starts anew in each call. Use the "
    "given rng, which goes on where it was.",
    see="06_regularization: Dropout",
)
again = dropped(
    dropout_forward, x.copy(), 0.5, np.random.default_rng(3), "dropout_forward, rate 0.5"
)[0]
checks.that(
    np.array_equal(first, again),
    "Two generators of the same seed gave different masks.",
    hint="Take the random numbers from rng. np.random.rand, and generators of your own, cannot be "
    "repeated by whoever calls you.",
    see="06_regularization: Dropout",
)

# %% nbgrader={"grade": true, "grade_id": "test_dropout_forward_prediction", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# In prediction nothing happens, whatever the rate; with rate 0 nothing happens in training.
x = np.array([[1.0, -2.0, 3.0], [5.0, 0.5, -1.5]])
for rate in [0.75, 0.2]:
    for rng, what in [
        (np.random.default_rng(0), f"dropout_forward with training=False, rate {rate}"),
        (
            None,
            "dropout_forward, training=False, rng=None (ask for training before you draw), "
            f"rate {rate}",
        ),
    ]:
        result = checks.call(
            dropout_forward, x.copy(), rate, False, rng, what=what, see="06_regularization: Dropout"
        )
        y, mask = two(result, "y", "mask", "06_regularization: Dropout")
        checks.close(
            y,
            x,
            f"y, with training=False and rate {rate},",
            mistakes=[
                (
                    x * (1 - rate),
                    "You scaled in prediction: the decks' way. Here training has done the scaling.",
                ),
                (x / (1 - rate), "You scaled in prediction. Kept entries are scaled in training."),
            ],
            hint="Prediction uses all units as they are: y is x. Is `training` asked for at all?",
            see="06_regularization: Dropout",
        )
        checks.that(
            mask is None,
            "In prediction the mask must be None.",
            hint="No mask was drawn. None tells the way back that nothing was scaled either.",
            see="06_regularization: Dropout",
        )
y, mask = dropped(
    dropout_forward, x.copy(), 0.0, np.random.default_rng(0), "dropout_forward, rate 0"
)
checks.close(
    y,
    x,
    "y, in training with rate 0,",
    mistakes=[(0 * x, "Everything was dropped. The rate is the probability to be *dropped*: 0.")],
    hint="The rate is the probability to be dropped. With 0 all are kept, and none is scaled.",
    see="06_regularization: Dropout",
)
checks.that(
    np.all(mask),
    "With rate 0 everything is kept, so the mask is True everywhere.",
    see="06_regularization: Dropout",
)

# %% nbgrader={"grade": true, "grade_id": "test_dropout_forward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: other shapes and rates, float32, entries that are 0 or negative before dropout
# (as behind a ReLU), and over many calls, whether each entry is drawn on its own and the mean is
# x.
### BEGIN HIDDEN TESTS
see = "06_regularization: Dropout"
draw = np.random.default_rng(6)
for size, rate in [((2000,), 0.3), ((20, 8, 8, 3), 0.5), ((500, 4), 0.9), ((1, 3000), 0.1)]:
    for kind in ("float64", "float32"):
        x = np.maximum(draw.normal(size=size), 0).astype(kind)  # half are 0, as behind a ReLU
        given, what = x.copy(), f"dropout_forward of {size} {kind} numbers, rate {rate}"
        y, mask = dropped(dropout_forward, given, rate, np.random.default_rng(7), what)
        checks.close(y, x * mask / (1 - rate), f"y, of {what},", see=see)
        n, spread = x.size, np.sqrt(rate * (1 - rate))
        checks.close(
            mask.mean(),
            1 - rate,
            f"the share of True in the mask, of {what} (half of x was 0 before),",
            rtol=0,
            atol=6 * spread / np.sqrt(n),
            hint="An entry that is 0 in x can be kept. Return the mask that was drawn; it "
            "cannot be read off y.",
            see=see,
        )
        checks.unchanged(x, given, see=see)
# Six numbers, 200 times. The number that is kept is 3 in the mean, with a standard deviation of
# 1.2, so the mean of 200 has one of 0.09; a right answer shows four or more different numbers.
x, rng = np.array([[-4.0, -2.0, -1.0], [1.0, 2.0, 4.0]]), np.random.default_rng(8)
outputs, masks = [], []
for _ in range(200):
    y, mask = dropped(dropout_forward, x.copy(), 0.5, rng, "dropout_forward of six numbers")
    outputs.append(y)
    masks.append(mask)
counts = np.sum(masks, axis=(1, 2))
checks.that(
    len(set(counts.tolist())) >= 4,
    f"Of six numbers always {sorted(set(counts.tolist()))} were kept, in 200 calls with rate 0.5.",
    hint="Each entry is dropped on its own; how many are dropped is random, too.",
    see=see,
)
checks.close(
    np.mean(outputs, axis=0) / x,
    np.ones((2, 3)),
    "the mean of 200 outputs, divided by x,",
    rtol=0,
    atol=0.5,  # each has a standard deviation of 1 / sqrt(200) = 0.07
    hint="Over many masks the mean of y is x, for each entry.",
    see=see,
)
for kind in ("float64", "float32"):
    y = two(
        checks.call(dropout_forward, x.astype(kind), 0.9, False, None, what="prediction", see=see),
        *("y", "mask", see),
    )[0]
    checks.close(y, x, "y in prediction", see=see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: dropout_backward (3 points)
#
# On the way back, the layer behind hands over `upstream`, the slope of the loss along each output
# of dropout. Hand on the slope along each *input*.
#
# - `upstream` is a floating-point array of any shape. `mask` is what the forward pass returned:
#   booleans of the same shape, `True` where an entry was kept; or `None`, if it was in prediction,
#   where dropout returned `x` as it is. (Ask `mask is None`; `==` compares entry by entry.) `rate`
#   is the same as in the forward pass.
# - The result is an array of the shape of `upstream`. `upstream` and `mask` stay as they were.
#
# ```python
# >>> upstream = np.array([[1.0, 2.0, 3.0], [0.5, 1.0, -1.5]])
# >>> mask = np.array([[True, False, True], [False, True, True]])
# >>> dropout_backward(upstream, mask, 0.5)
# array([[ 2.,  0.,  6.],
#        [ 0.,  2., -3.]])
# ```
#
# Ask yourself: if this input grows by a little, by how much does the output grow?


# %% nbgrader={"grade": false, "grade_id": "dropout_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_backward(upstream, mask, rate):
    """Send slopes backward through dropout.

    Parameters
    ----------
    upstream : ndarray of float, any shape
        The slope of the loss along each output of the forward pass. Left unchanged.
    mask : ndarray of bool, shape of upstream, or None
        Which entries the forward pass kept; None if it was in prediction. Left unchanged.
    rate : float
        The rate of the forward pass.

    Returns
    -------
    ndarray of float, shape of upstream
        The slope of the loss along each input.
    """
    ### BEGIN SOLUTION
    if mask is None:
        return upstream
    return upstream * mask / (1 - rate)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dropout_backward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Training, rate 0.75: kept entries count four times on the way forward.
upstream = np.array([[1.0, 2.0, 3.0, 0.5], [4.0, 1.0, -1.0, 5.0], [2.0, -0.5, 6.0, 1.5]])
mask = np.array([[1, 0, 1, 1], [0, 0, 1, 0], [0, 1, 0, 0]]) == 1
given = [upstream.copy(), mask.copy()]
got = checks.call(
    dropout_backward,
    *given,
    0.75,
    what="dropout_backward with rate 0.75",
    hint="To ask whether there is a mask, write `mask is None`: `mask == None` and `not mask` look at "
    "each entry.",
    see="06_regularization: Dropout",
)
checks.close(
    got,
    upstream * mask / 0.25,
    "dropout_backward, rate 0.75,",
    mistakes=[
        (
            upstream * mask,
            "The factor is missing. A kept entry was divided by 1 - rate on the way forward, "
            "so its slope is divided by it, too.",
        ),
        (upstream / 0.25, "The mask is missing: a dropped entry had no part in the loss."),
        (upstream, "Mask and factor are missing: the slope passes what x passed."),
        (
            upstream * mask * 0.25,
            "On the way back the factor is not undone. Forward y = 4 x, so dy/dx = 4.",
        ),
        (upstream * mask / 0.75, "You divided by the rate. Divide by 1 - rate, as in forward."),
        (upstream * mask * 0.75, "You multiplied by the rate. Divide by 1 - rate, as in forward."),
        (
            upstream * ~mask / 0.25,
            "You pass the slopes of the dropped entries. True means kept.",
        ),
        (upstream * ~mask, "You pass the slopes of the dropped entries. True means kept."),
        (
            upstream * mask - 0.75,
            "`/ 1 - rate` divides by 1 and then takes off the rate. Put brackets: / (1 - rate).",
        ),
        (upstream / mask / 0.25, "You divided by the mask: 1 / 0 is infinite. Multiply by it."),
        (upstream[mask] / 0.25, "upstream[mask] loses the places. Multiply: upstream * mask."),
        (mask / 0.25, "That is dy/dx. Multiply by upstream: the chain rule."),
        (upstream * mask / 0.0625, "You divided by 1 - rate twice."),
        (
            (upstream * mask / 0.25).sum(axis=0),
            "Each entry of x has a slope of its own. Don't add over the rows.",
        ),
    ],
    hint="Forward, each entry of x was multiplied by a number: one if it was kept, another if it was "
    "dropped. The slope along it is upstream times that number. The mask is the given one; a new one "
    "belongs to another network.",
    see="06_regularization: Dropout",
)
checks.unchanged(upstream, given[0], "upstream", see="06_regularization: Dropout")
checks.unchanged(mask, given[1], "mask", see="06_regularization: Dropout")

# %% nbgrader={"grade": true, "grade_id": "test_dropout_backward_prediction", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Prediction: the mask is None, and the forward pass returned x as it was.
upstream = np.array([[1.0, -2.0, 3.0], [4.0, 0.0, -1.0]])
for rate in [0.75, 0.2]:
    got = checks.call(
        dropout_backward,
        upstream.copy(),
        None,
        rate,
        what=f"dropout_backward with mask=None (the forward pass predicted), rate {rate}",
        see="06_regularization: Dropout",
    )
    checks.close(
        got,
        upstream,
        f"dropout_backward with mask=None, rate {rate},",
        mistakes=[
            (upstream / (1 - rate), "Nothing was scaled on the way forward, so don't scale here."),
            (upstream * (1 - rate), "Nothing was scaled on the way forward, so don't scale here."),
            (np.zeros_like(upstream), "None is no mask that drops all: nothing was dropped."),
        ],
        hint="Forward y = x, so dy/dx = 1 and upstream passes as it is.",
        see="06_regularization: Dropout",
    )

# %% nbgrader={"grade": true, "grade_id": "test_dropout_backward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: finite differences through a forward pass with the same mask, other shapes and
# rates, float32, masks that keep everything or nothing.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
see = "06_regularization: Dropout"
for size, rate in [((7,), 0.3), ((4, 5), 0.5), ((2, 3, 3, 2), 0.1), ((1, 1), 0.9), ((3, 6), 0.0)]:
    x = rng.normal(size=size)
    for mask, told in [
        (rng.random(size) >= rate, "a random mask"),
        (np.ones(size, dtype=bool), "a mask that keeps everything"),
        (np.zeros(size, dtype=bool), "a mask that drops everything"),
    ]:
        # The loss is half the sum of the squares of y, so its slope along y is y itself; and
        # since each input has a term of its own, one difference gives all slopes along x.
        factor = mask / (1 - rate)
        upstream = x * factor
        numeric = (((x + 1e-5) * factor) ** 2 - ((x - 1e-5) * factor) ** 2) / 4e-5
        what = f"dropout_backward with {told}, shape {size}, rate {rate},"
        for kind in ("float64", "float32"):
            given = upstream.astype(kind), mask.copy()
            got = checks.call(dropout_backward, *given, rate, what=what, see=see)
            # Differences of a parabola are exact but for rounding: 1e-9 here, 1e-5 in float32.
            checks.close(
                got,
                numeric,
                f"{what} (expected: finite differences)",
                rtol=1e-4,
                atol=1e-5,
                hint="A kept entry is scaled, also if all were kept.",
                see=see,
            )
            checks.unchanged(upstream.astype(kind), given[0], "upstream", see=see)
            checks.unchanged(mask, given[1], "mask", see=see)
    free = rng.normal(size=size)  # slopes that are not 0 where entries were dropped
    mask = rng.random(size) >= 0.5
    got = checks.call(dropout_backward, free.copy(), mask.copy(), rate, what="training", see=see)
    checks.close(got, free * mask / (1 - rate), f"the slopes, shape {size}, rate {rate},", see=see)
    got = checks.call(dropout_backward, free.copy(), None, rate, what="prediction", see=see)
    checks.close(got, free, f"the slopes with mask=None, shape {size}, rate {rate},", see=see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: early_stopping (5 points)
#
# A night guard watches the validation loss while you sleep. After each epoch it is told the loss,
# and says whether to stop. It keeps a copy of the best weights, and brings them back when asked.
# Write the class `EarlyStopping`:
#
# - `EarlyStopping(weights, patience, min_delta)`: `weights` is the list of the network's arrays.
#   Training changes these very arrays in place (`w -= rate * slope`), so they hold other numbers
#   after each epoch. `patience` is a whole number, 1 or larger; `min_delta` is 0 or larger.
# - `update(loss)` is called after each epoch and returns `True` (stop) or `False` (go on). An epoch
#   is an **improvement** if its loss is lower than `best_loss` by *more* than `min_delta`. After
#   `patience` epochs in a row without improvement, it is time to stop.
# - `best_epoch` and `best_loss` are the number and the loss of the last epoch that was an
#   improvement. Epochs are counted from 1. Before the first improvement they are `None` and
#   `math.inf`.
# - `restore()` writes the weights of that epoch back into the arrays, in place. (It is only called
#   after an improvement.)
# - Training can break, and then the loss is `nan` ("not a number"). Such an epoch is no
#   improvement, but not the end either: it counts like any other epoch without improvement.
#
# ```python
# >>> w = np.array([0.0, 0.0])
# >>> stopper = EarlyStopping([w], 2, 0.0)
# >>> for loss in [0.9, 0.6, 0.7, 0.5, 0.55, 0.6, 0.4]:
# ...     w += 1  # "training"
# ...     if stopper.update(loss):
# ...         break
# >>> print(w, stopper.best_epoch, stopper.best_loss)
# [6. 6.] 4 0.5
# >>> stopper.restore()
# >>> print(w)
# [4. 4.]
# ```
#
# It stopped after epoch 6, as 5 and 6 were no improvement over epoch 4, and never saw the 0.4.
#
# Two things about Python: what your object must remember from call to call goes into `self`, with a
# first value in `__init__`. And comparisons with `nan` are `False`: `nan < 0.5`, `nan >= 0.5`, even
# `nan == nan`.


# %% nbgrader={"grade": false, "grade_id": "early_stopping", "locked": false, "schema_version": 3, "solution": true, "task": false}
class EarlyStopping:
    """Says when to stop training, and keeps a copy of the best weights.

    Parameters
    ----------
    weights : list of ndarray of float
        The network's arrays, which training changes in place.
    patience : int
        Stop after so many epochs in a row without improvement.
    min_delta : float
        A loss is an improvement if it is lower than the best by more than this.

    Attributes
    ----------
    best_epoch : int or None
        Number of the last epoch that was an improvement, counted from 1; None before.
    best_loss : float
        Its loss; math.inf before.
    """

    def __init__(self, weights, patience, min_delta):
        """Keep what is needed; nothing has been seen yet."""
        ### BEGIN SOLUTION
        self.weights = weights
        self.patience = patience
        self.min_delta = min_delta
        self.epoch = 0
        self.waited = 0
        self.best_epoch = None
        self.best_loss = math.inf
        self.best_weights = None
        ### END SOLUTION

    def update(self, loss):
        """Take note of an epoch's validation loss; return True if it is time to stop."""
        ### BEGIN SOLUTION
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_epoch = self.epoch
            self.best_weights = [w.copy() for w in self.weights]
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience
        ### END SOLUTION

    def restore(self):
        """Write the weights of the best epoch back into the network's arrays, in place."""
        ### BEGIN SOLUTION
        for w, kept in zip(self.weights, self.best_weights, strict=True):
            w[...] = kept
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_early_stopping", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When it stops, with min_delta=0. Epochs 2 and 5 improve on epoch 1 and 2; 3 and 4, and 6 to 9,
# do not.
history = [1.0, 0.8, 0.9, 0.85, 0.7, 0.75, 0.72, 0.71, 0.73]
longer = "You stop one epoch too late. patience=1 stops after the first epoch without improvement."
sooner = "You stop one epoch too soon. Count epochs without improvement only, from 0."
at_once = "You stop at the first epoch without improvement, whatever the patience."
previous = (
    "Do you compare with the epoch before? Compare with the best so far: 0.85 is above 0.8. Or "
    "does the count start anew in each call? It belongs into self."
)
first = (
    "1.0 is an improvement: best_loss starts from math.inf, and the count of epochs without "
    "improvement from 0."
)
own = (
    "It stops at once. Does it know what another stopper has seen? What it remembers belongs "
    "into self, and gets its first value in __init__."
)
total = "Only epochs in a row count. Set the count back to 0 when there is an improvement."
upwards = "You take a higher loss for an improvement. Lower is better."
for limit, right, mistakes in [
    (1, 3, [(4, longer), (2, upwards), (1, first)]),
    (2, 4, [(None, previous), (8, longer), (3, at_once), (6, total), (1, own)]),
    (3, 8, [(6, total), (9, longer), (4, sooner), (3, at_once), (None, previous), (1, own)]),
    (5, None, [(8, total), (9, sooner), (3, at_once), (1, own)]),
]:
    stopped, stopper = stop_epoch(EarlyStopping, history, limit)
    if stopped is None and right is not None:
        advice = next((text for wrong, text in mistakes if wrong is None), None)
        checks.fail(
            f"With patience={limit} and losses {history} it never says stop.",
            f"stop after epoch {right}",
            hint=advice
            or "After an improvement count from 0 again, and return True when the count "
            "has reached patience.",
            see="06_regularization: Early stopping",
        )
    checks.equal(
        "never" if stopped is None else stopped,
        "never" if right is None else right,
        f"The epoch after which it stops, with patience={limit} and losses {history},",
        mistakes=[(wrong, text) for wrong, text in mistakes if wrong is not None],
        hint="After an improvement count from 0 again; otherwise add 1, and stop when the "
        "count has reached patience.",
        see="06_regularization: Early stopping",
    )
stopper = start(EarlyStopping, [np.zeros(2)], 2, 0.0, "EarlyStopping with patience=2")
checks.that(
    checks.call(stopper.update, 1.0, what="update(1.0)", see="06_regularization: Early stopping")
    is not None,
    "update(1.0) must return False (go on), and returns None.",
    hint="Every path through update needs its return. `return self.waited >= self.patience`, for "
    "instance, gives True or False.",
    see="06_regularization: Early stopping",
)
stopped, stopper = stop_epoch(EarlyStopping, [0.5, 0.5, 0.5, 0.5], 2)
checks.that(
    stopped == 3,
    f"With losses 0.5, 0.5, 0.5, 0.5 and patience=2 it should stop after epoch 3, and "
    f"{'does not stop' if stopped is None else f'stops after epoch {stopped}'}.",
    hint="The same loss again is no improvement: compare with <, not with <=.",
    see="06_regularization: Early stopping",
)

# %% nbgrader={"grade": true, "grade_id": "test_early_stopping_best", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The best epoch and its loss, and min_delta. All numbers here are exact in binary, so that rounding
# plays no part.
stopped, stopper = stop_epoch(EarlyStopping, [1.0, 0.75, 0.875, 0.5, 0.625], 10)
number, value = best_of(stopper)
checks.that(
    number is not None,
    "best_epoch is still None after losses 1.0, 0.75, 0.875, 0.5, 0.625.",
    hint="Set it at every improvement, with self in front: `best_epoch = ...` alone makes a "
    "name that is gone when update ends.",
    see="06_regularization: Early stopping",
)
checks.equal(
    number,
    4,
    "best_epoch after losses 1.0, 0.75, 0.875, 0.5, 0.625",
    mistakes=[
        (3, "You count epochs from 0. The first one has the number 1."),
        (5, "That is the last epoch, or counted one too high. The lowest loss is the fourth."),
        (1, "It has not moved since the first epoch. Every improvement sets it anew."),
    ],
    hint="Epoch 4 has the lowest loss. Each stopper counts for itself: what it remembers "
    "belongs into self, with a first value in __init__.",
    see="06_regularization: Early stopping",
)
checks.close(
    value,
    0.5,
    "best_loss after losses 1.0, 0.75, 0.875, 0.5, 0.625",
    mistakes=[
        (0.625, "That is the last loss. Keep the best one."),
        (1.0, "That is the first or the largest loss. The best one is the lowest."),
        (math.inf, "It is still inf. Set self.best_loss with every improvement."),
    ],
    see="06_regularization: Early stopping",
)
history = [2.0, 1.875, 1.75, 1.625, 1.5]
told = f"with losses {history} and min_delta=0.25"
stopped, stopper = stop_epoch(EarlyStopping, history, 10, 0.25)
number, value = best_of(stopper)
checks.equal(
    number,
    4,
    f"best_epoch, {told},",
    mistakes=[
        (
            5,
            "Either each loss was compared with the one before, or with the lowest so far: "
            "compare with best_loss, that of the last improvement. Or min_delta has the wrong "
            "sign, or <= stands for <: it is loss < best_loss - min_delta.",
        ),
        (
            3,
            "1.75 is lower than 2.0 by 0.25 and no more: compare with <, not with <=. (Or do you "
            "count epochs from 0?)",
        ),
        (1, "1.625 is lower than 2.0 by more than 0.25: an improvement."),
    ],
    hint="1.625 is the first loss that is lower than 2.0 by more than 0.25.",
    see="06_regularization: Early stopping",
)
checks.close(
    value,
    1.625,
    f"best_loss, {told},",
    mistakes=[
        (1.5, "1.5 is lower than 1.625, but not by more than 0.25: keep the loss of best_epoch."),
        (1.375, "Keep the loss as it came; take min_delta off when you compare."),
    ],
    see="06_regularization: Early stopping",
)

# %% nbgrader={"grade": true, "grade_id": "test_early_stopping_nan", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Losses that are nan. In between, a nan counts as a high loss does: your class should stop at the
# same time if 9.0 stands in its place.
nan = math.nan
for history, limit in [
    ([0.5, nan, 0.25, 0.375], 2),
    ([0.5, nan, nan, 0.25], 2),
    ([0.5, 0.75, nan, 0.25, 0.375], 2),
    ([0.5, nan, 0.25], 1),
]:
    high = [9.0 if math.isnan(value) else value for value in history]
    right, stopper = stop_epoch(EarlyStopping, high, limit)
    stopped, stopper = stop_epoch(EarlyStopping, history, limit)
    if stopped != right:
        checks.fail(
            f"With losses {history} and patience={limit} it does not stop when it does with "
            f"{high}.",
            f"stop after epoch {right}" if right else "no stop",
            f"stop after epoch {stopped}" if stopped else "no stop",
            hint="A nan is an epoch without improvement like any other: not the end, not an "
            "improvement, and not left out. Beware: `loss >= best` is False for nan, so an "
            "`else` behind it takes nan for an improvement. Ask whether the loss *is* lower.",
            see="06_regularization: Early stopping",
        )
# What is best does not depend on patience; 10 is never reached here.
for history, lowest in [
    ([0.5, nan, 0.25, 0.375], 0.25),
    ([0.5, nan, nan, 0.75], 0.5),
    ([nan, 0.5, 0.25, 0.375], 0.25),
]:
    stopped, stopper = stop_epoch(EarlyStopping, history, 10)
    number, value = best_of(stopper)
    checks.close(
        value,
        lowest,
        f"best_loss after losses {history}",
        mistakes=[
            (
                nan,
                "Nothing is below nan, so nothing would ever improve again. Start from "
                "math.inf, not from the first loss, and ask whether the loss *is* lower, not "
                "whether it is *not* higher.",
            ),
            (0, "No loss is below 0: nothing would ever improve. Start from math.inf."),
            (math.inf, "inf is the value before the first improvement. nan is none, numbers are."),
        ],
        hint="The loss of the last improvement; nan is none.",
        see="06_regularization: Early stopping",
    )
stopped, stopper = stop_epoch(EarlyStopping, [nan, nan], 10)
number, value = best_of(stopper)
checks.that(
    number is None,
    f"best_epoch is {number} after losses nan, nan, and should be None.",
    hint="That is its value before the first improvement, so __init__ sets it to None. (An epoch "
    "counter is another attribute.)"
    if number == 0
    else "nan is no improvement, not even in the first epoch.",
    see="06_regularization: Early stopping",
)
checks.that(
    value is not None and value == math.inf,
    f"best_loss is {value} after losses nan, nan, and should be math.inf.",
    hint="That is its value before the first improvement, so __init__ sets it to math.inf.",
    see="06_regularization: Early stopping",
)

# %% nbgrader={"grade": true, "grade_id": "test_early_stopping_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The weights: after epoch k the first array holds k, the second 10 k. Epoch 2 is the best of
# four; then half an epoch more is trained, of which the stopper is not told.
w, b = np.zeros((2, 3)), np.zeros(3)
network = [w, b]
stopper = start(EarlyStopping, network, 2, 0.0, "EarlyStopping with patience=2")
for k, value in enumerate([0.9, 0.5, 0.6, 0.7], start=1):
    w[...] = k  # "training" writes into the same arrays
    b[...] = 10 * k
    stops(stopper, value, "EarlyStopping with patience=2")
w[...], b[...] = 5, 50
result = checks.call(stopper.restore, what="restore()", see="06_regularization: Early stopping")
returned = isinstance(result, list | tuple) and len(result) == 2 and np.all(w == 5)
checks.that(
    not returned,
    "restore() returns the right weights, but the network's own arrays are as they were.",
    hint="Write into them: `w[...] = kept`, or np.copyto(w, kept), for each pair.",
    see="06_regularization: Early stopping",
)
checks.that(
    network[0] is w or np.any(network[0] != 2),
    "restore() put other arrays into the list. The network still calculates with its own.",
    hint="`weights[i] = kept` exchanges an entry of the list. `weights[i][...] = kept` writes the "
    "numbers into the array.",
    see="06_regularization: Early stopping",
)
anew = "Copy again at every improvement, in update, and only then."
for array, name, unit, same in [
    (
        w,
        "first",
        1.0,
        "These are the weights as they were when restore() was called. Either what you kept "
        "are the arrays themselves, which training went on changing: the copy of a list holds "
        "the same arrays, so copy each of them, [w.copy() for w in weights]. Or restore() does "
        "not write into the network's arrays: `w[...] = kept` does, while `w = kept` and "
        "`self.weights = kept` give a name another array. (And if __init__ copies the arrays, nothing "
        "after it sees the network's own: keep the list as it was given.)",
    ),
    (
        b,
        "second",
        10.0,
        "The first array was restored, and this one was not. Go through all arrays of the list.",
    ),
]:
    checks.close(
        array,
        np.full(array.shape, 2 * unit),
        f"the {name} array after restore(), where epoch 2 of 4 was best,",
        mistakes=[
            (np.full(array.shape, 5 * unit), same),
            (
                np.full(array.shape, 4 * unit),
                f"These are the weights of epoch 4, which was no improvement. {anew}",
            ),
            (
                np.full(array.shape, 3 * unit),
                f"These are the weights of epoch 3, which was no improvement. {anew}",
            ),
            (np.full(array.shape, unit), f"These are the weights of the first epoch. {anew}"),
            (np.zeros(array.shape), f"These are the weights from before training. {anew}"),
        ],
        hint="Copy all arrays at every improvement, and write the copies back in restore().",
        see="06_regularization: Early stopping",
    )

# %% nbgrader={"grade": true, "grade_id": "test_early_stopping_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: random losses with all patiences against another way of counting, losses below
# 0 and as NumPy's numbers, two stoppers at once, and training that goes on after restore().
### BEGIN HIDDEN TESTS
see = "06_regularization: Early stopping"
rng = np.random.default_rng(9)
for trial in range(30):
    # multiples of 1/8: differences are exact, so ties with min_delta are ties in every right answer
    history = (rng.integers(-16, 17, size=rng.integers(1, 13)) / 8).tolist()
    if trial % 3 == 0:
        history[rng.integers(len(history))] = math.nan
    if trial % 5 == 0:
        history = [np.float32(value) for value in history]
    limit, delta = int(rng.integers(1, 5)), float(rng.choice([0.0, 0.125, 0.5]))
    told = f"losses {[float(value) for value in history]}, patience={limit}, min_delta={delta}"
    improved, right_stop = [], None  # the epochs that were improvements, by looking back each time
    for number, value in enumerate(history, start=1):
        if value + delta < (history[improved[-1] - 1] if improved else math.inf):
            improved.append(number)
        if number - (improved[-1] if improved else 0) == limit:
            right_stop = number
            break
    right_epoch = improved[-1] if improved else None
    right_loss = history[right_epoch - 1] if improved else math.inf
    stopped, stopper = stop_epoch(EarlyStopping, history, limit, delta)
    checks.that(
        stopped == right_stop,
        f"It stops after epoch {stopped}, and should after {right_stop} (None: never): {told}.",
        see=see,
    )
    number, value = best_of(stopper)
    checks.that(
        number == right_epoch,
        f"best_epoch is {number}, and should be {right_epoch}: {told}.",
        see=see,
    )
    checks.close(value, right_loss, f"best_loss, {told},", see=see)
# Two networks trained in turns.
w1, w2, b2 = np.zeros(2), np.zeros((2, 2)), np.zeros(1)
first = start(EarlyStopping, [w1], 2, 0.0, "a first EarlyStopping")
second = start(EarlyStopping, [w2, b2], 3, 0.0, "a second EarlyStopping")
answers = []
for k, (a, c) in enumerate(zip([0.5, 0.6, 0.4, 0.5], [3.0, 2.0, 4.0, 1.0], strict=True), start=1):
    w1[...] = k
    w2[...] = 10 * k
    b2[...] = 100 * k
    answers.append((stops(first, a, "the first of two"), stops(second, c, "the second of two")))
checks.that(
    not any(any(pair) for pair in answers) and best_of(first)[0] == 3 and best_of(second)[0] == 4,
    "Two stoppers for two networks disturb each other.",
    hint="What an object remembers belongs into self, in __init__; not into the class, nor into "
    "global variables.",
    see=see,
)
# Training goes on after restore(), gets worse, and the best weights are called for again.
checks.call(first.restore, what="restore()", see=see)
checks.close(w1, np.full(2, 3.0), "the weights after restore()", see=see)
w1 += 5
stops(first, 0.9, "EarlyStopping after restore()")
checks.call(first.restore, what="restore() for the second time", see=see)
checks.close(
    w1,
    np.full(2, 3.0),
    "the weights after a second restore()",
    hint="restore() must leave the kept copy as it is, and not hand it out.",
    see=see,
)
w2[...] = b2[...] = -1
checks.call(second.restore, what="restore()", see=see)
checks.close(w2, np.full((2, 2), 40.0), "the second network's first array", see=see)
checks.close(b2, np.full(1, 400.0), "the second network's second array", see=see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: choose_regularizer (4 points)
#
# A network with 256 hidden ReLU units learned to tell clothes apart, four times: the same 1,000
# images of Fashion-MNIST to train on, the same 2,000 others for validation, the same start, Adam,
# 20 epochs. Only the regularization differed: **none**; **dropout** with rate 0.7 behind the hidden
# layer; a **light** L2 penalty (0.002) and a **heavy** one (0.03) on all weights. Run the cell to
# see the curves as Keras reported them.

# %% nbgrader={"grade": false, "grade_id": "curves", "locked": true, "schema_version": 3, "solution": false, "task": false}
runs = {
    "A": {
        "loss": [
            *(1.722, 1.111, 0.949, 0.906, 0.804, 0.735, 0.723, 0.656, 0.695, 0.618),
            *(0.609, 0.576, 0.601, 0.555, 0.516, 0.529, 0.487, 0.482, 0.451, 0.447),
        ],
        "val_loss": [
            *(1.034, 0.867, 0.782, 0.729, 0.719, 0.675, 0.652, 0.637, 0.657, 0.620),
            *(0.612, 0.608, 0.605, 0.600, 0.601, 0.576, 0.572, 0.580, 0.563, 0.556),
        ],
        "accuracy": [
            *(0.416, 0.635, 0.671, 0.697, 0.721, 0.743, 0.753, 0.771, 0.752, 0.792),
            *(0.794, 0.811, 0.802, 0.800, 0.824, 0.819, 0.838, 0.841, 0.863, 0.841),
        ],
        "val_accuracy": [
            *(0.663, 0.696, 0.725, 0.744, 0.742, 0.758, 0.787, 0.783, 0.772, 0.785),
            *(0.794, 0.787, 0.789, 0.791, 0.784, 0.799, 0.805, 0.802, 0.805, 0.812),
        ],
    },
    "B": {
        "loss": [
            *(9.862, 4.577, 2.631, 1.874, 1.544, 1.387, 1.310, 1.273, 1.254, 1.232),
            *(1.212, 1.196, 1.186, 1.179, 1.174, 1.171, 1.168, 1.165, 1.163, 1.161),
        ],
        "val_loss": [
            *(6.304, 3.322, 2.211, 1.747, 1.529, 1.417, 1.353, 1.311, 1.280, 1.257),
            *(1.243, 1.235, 1.230, 1.226, 1.222, 1.220, 1.217, 1.215, 1.213, 1.211),
        ],
        "accuracy": [
            *(0.594, 0.758, 0.794, 0.804, 0.805, 0.808, 0.808, 0.800, 0.795, 0.796),
            *(0.805, 0.808, 0.810, 0.816, 0.815, 0.812, 0.811, 0.810, 0.810, 0.812),
        ],
        "val_accuracy": [
            *(0.666, 0.733, 0.747, 0.755, 0.752, 0.756, 0.751, 0.760, 0.772, 0.780),
            *(0.782, 0.784, 0.781, 0.781, 0.780, 0.778, 0.777, 0.777, 0.775, 0.772),
        ],
    },
    "C": {
        "loss": [
            *(1.190, 0.663, 0.556, 0.497, 0.456, 0.403, 0.362, 0.330, 0.302, 0.282),
            *(0.260, 0.249, 0.235, 0.228, 0.217, 0.200, 0.186, 0.171, 0.156, 0.140),
        ],
        "val_loss": [
            *(0.828, 0.701, 0.628, 0.603, 0.624, 0.608, 0.591, 0.579, 0.570, 0.568),
            *(0.570, 0.580, 0.601, 0.624, 0.673, 0.641, 0.642, 0.609, 0.606, 0.623),
        ],
        "accuracy": [
            *(0.600, 0.792, 0.819, 0.847, 0.851, 0.867, 0.887, 0.897, 0.902, 0.909),
            *(0.921, 0.927, 0.929, 0.935, 0.933, 0.944, 0.946, 0.951, 0.957, 0.960),
        ],
        "val_accuracy": [
            *(0.711, 0.766, 0.789, 0.799, 0.775, 0.787, 0.790, 0.796, 0.803, 0.803),
            *(0.807, 0.805, 0.802, 0.799, 0.794, 0.804, 0.805, 0.812, 0.814, 0.813),
        ],
    },
    "D": {
        "loss": [
            *(1.933, 1.300, 1.128, 1.022, 0.946, 0.891, 0.832, 0.777, 0.732, 0.694),
            *(0.661, 0.634, 0.608, 0.587, 0.564, 0.545, 0.526, 0.511, 0.497, 0.486),
        ],
        "val_loss": [
            *(1.511, 1.306, 1.183, 1.108, 1.060, 1.055, 1.034, 0.995, 0.972, 0.950),
            *(0.926, 0.916, 0.896, 0.884, 0.871, 0.868, 0.862, 0.852, 0.842, 0.842),
        ],
        "accuracy": [
            *(0.600, 0.796, 0.823, 0.845, 0.861, 0.863, 0.868, 0.886, 0.894, 0.899),
            *(0.906, 0.915, 0.918, 0.925, 0.931, 0.935, 0.940, 0.943, 0.946, 0.944),
        ],
        "val_accuracy": [
            *(0.702, 0.762, 0.784, 0.792, 0.794, 0.780, 0.781, 0.791, 0.792, 0.797),
            *(0.800, 0.799, 0.802, 0.802, 0.801, 0.800, 0.798, 0.798, 0.802, 0.802),
        ],
    },
}
fig, axes = plt.subplots(2, 4, figsize=(11, 5), sharex=True, sharey="row")
epochs = np.arange(1, 21)
for column, (name, curves) in enumerate(runs.items()):
    for row, (metric, limits) in enumerate([("loss", (0, 2)), ("accuracy", (0.4, 1))]):
        ax = axes[row, column]
        ax.plot(epochs, curves[metric], marker="o", markersize=3, label="training")
        ax.plot(epochs, curves[f"val_{metric}"], marker="s", markersize=3, label="validation")
        ax.set(ylim=limits, xticks=[1, 5, 10, 15, 20])
    axes[0, column].set_title(f"run {name}")
    axes[1, column].set_xlabel("epoch")
axes[0, 0].set_ylabel("loss")
axes[1, 0].set_ylabel("accuracy")
axes[0, 0].legend()
figures.show(
    fig,
    alt="Losses above, accuracies below, circles for training and squares for validation. A: "
    "both losses fall to the end, training from 1.7 to 0.45, validation from 1.0 to 0.56; for "
    "nine epochs validation is the better one of the two. B: both losses come from above 6 and "
    "are level near 1.2 from epoch 12; the accuracies are level near 0.81 and 0.78. C: the "
    "training loss falls to 0.14; the validation loss falls to 0.57 at epoch 10, rises to 0.67 "
    "at epoch 15 and ends at 0.62; the accuracies reach 0.96 and 0.81. D: both losses fall to "
    "the end, to 0.49 and 0.84; the accuracies reach 0.94 and 0.80.",
)
for metric in ("loss", "accuracy"):
    print(f"{metric}: training and validation")
    print("epoch" + "".join(f"  run {name}        " for name in runs))
    for i in range(20):
        cells = (f"  {c[metric][i]:.3f} {c['val_' + metric][i]:.3f}  " for c in runs.values())
        print(f"{i + 1:5}" + "".join(cells))

# %% [markdown]
# Answer in about 200 words:
#
# 1. Which run has no regularization, and what tells you so? After which epoch would early stopping
#    with `patience=3` (on the validation loss, `min_delta=0`) have ended it, and which epoch's
#    weights would it have restored? (1 point)
# 2. Which run has dropout? For nine epochs its net is better on images that it has never seen than
#    on those that it learns from. How can that be, without any mistake? What do you try next with
#    this run? (1 point)
# 3. Which run has the heavy penalty? What is its illness called, which two numbers or curves show
#    it, and what do you try next? (1 point)
# 4. The run that is left has the light penalty. A colleague says: "After 20 epochs its validation
#    loss is 0.842, and without regularization it is 0.623. The penalty did harm." The squares of
#    its weights added up to 134.6 after the last epoch. Calculate what the colleague should
#    compare, and judge. (1 point)
#
# A person marks this answer. A claim earns its points together with the reason that you see in the
# figure or in the numbers; a letter alone earns none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "choose_regularizer", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** (1) Run C. Nothing holds it back: its training loss falls to 0.14, by far the
# lowest, and its training accuracy reaches 0.96, the highest of all, while its validation loss
# turns at epoch 10 and rises: over-fitting. The lowest validation loss, 0.568, is that of epoch 10;
# 11, 12 and 13 are above it, so with patience 3 training ends after epoch 13, and the weights of
# epoch 10 come back.
#
# (2) Run A. In training, 70% of the hidden units are switched off, so the reported training loss
# and accuracy are those of a thinned net; validation uses all units. (Besides, the training figures
# are a mean over the epoch, while the net still improved.) The gap is still small, and both losses
# still fall after 20 epochs: train longer, with early stopping. A lower rate is worth a try, too.
#
# (3) Run B: under-fitting. Its training accuracy stays at 0.81, where run C reaches 0.96 with the
# same net; the validation accuracy is level at 0.78, close below; both losses are level at 1.2 from
# epoch 12 on. So neither more epochs nor more regularization nor early stopping will help: the
# penalty forbids the weights that are needed. Make it weaker, ten times at first.
#
# (4) Run D. Keras adds the penalty to both losses that it reports, so 0.842 is not the
# cross-entropy. The penalty is 0.002 * 134.6 = 0.269, and without it the validation loss is 0.573:
# *below* C's 0.623 at the same epoch, and about C's best, 0.568. The penalty did no harm to the
# loss. It did not help the accuracy either: 0.802 against 0.813 is a matter of 22 images of 2,000,
# in one run each. To decide, compare cross-entropy or accuracy, over several seeds.
#
# **Rubric.**
#
# - 1 point: run C, with the training curves that go furthest and the validation loss that turns
#   (half a point; a quarter for one of the two); ends after 13, restores 10 (half a point; a
#   quarter if one of the two numbers is right).
# - 1 point: run A, with units dropped in training only, so that the training figures are those of a
#   weaker net (half a point); longer training, since both losses still fall, or a lower rate with
#   that reason (half a point). "Validation images are easier" or "a leak" earns nothing. The mean
#   over the epoch alone earns a quarter.
# - 1 point: run B, under-fitting (a quarter); a low training accuracy and hardly a gap, or level
#   curves (a quarter); a weaker penalty (half a point). Longer training, more data or dropout as
#   next step earns nothing.
# - 1 point: the penalty is part of both reported losses (a quarter); 0.842 - 0.269 = 0.573, from
#   0.573 to 0.574 (a quarter); compared with 0.623, so no harm (a quarter); a caution: accuracies
#   nearly equal, one run only, or C's best epoch is as good (a quarter).
