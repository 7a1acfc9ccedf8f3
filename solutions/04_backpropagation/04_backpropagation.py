# %% [markdown]
# # Exercise 4. Backpropagation
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/04_backpropagation/04_backpropagation.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/04_backpropagation/04_backpropagation.ipynb)
#
# *90 minutes, 20 points. NumPy only; everything here runs in a few seconds on any computer.*
#
# You write the backward pass of each part of a network, a check for gradients, and a training loop.
# You also complete an autodiff engine and find a bug in somebody else's gradients. The way of
# working is the same throughout: write it, compare it with finite differences, and know which error
# to expect. Each task says which error a right answer gets.
#
# Fill in the cells that say `# YOUR CODE HERE`, then run the checks below them. When a check fails,
# read the last lines of its message: they say what was expected, what came, and often which
# misunderstanding leads there. Some cells hold further checks that run when you hand in; the
# comment in them says what they try. Tasks do not build on each other's code, so you can leave one
# out and come back to it. Loops are as welcome as one-liners.
#
# The cell of imports below holds what the tasks are given: real digits, forward passes, functions to
# differentiate. Run it; you need not read it now. Each task says what it uses.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# [lecture](../../lectures/04_backpropagation.ipynb) has all that is asked for here; the messages
# name the section to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks, datasets

# isort: split
import math
from functools import partial

import numpy as np

# Overflow and 0 / 0 give inf and nan without a warning: the checks look for them, and say more.
np.seterr(over="ignore", divide="ignore", invalid="ignore")

# Real handwritten digits: 64 pixels between 0 and 1 each, and the labels.
images, digit_labels = datasets.load_digits()
digits = images.reshape(-1, 64) / 16
digit_labels = digit_labels.astype("int64")


# Forward passes, each ending in one number (tasks 1 to 3).
def dense_loss(x, weights, bias, upstream):
    """Return a loss with the slopes `upstream` along the outputs of a dense layer."""
    return np.sum(upstream * (x @ weights + bias))


def softmax_cross_entropy(logits, labels):
    """Return the mean over the batch of -log(probability of the right class)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_total - shifted[np.arange(len(labels)), labels])


# Functions of an array, and their gradients (task 4).
def half_squares(x):
    return np.sum(x**2) / 2


def sum_of_cubes(x):
    return np.sum(x**3)


def three_squares(x):
    return 3 * x**2


def six_squares(x):
    return 6 * x**2


def neighbours(x):
    """Return the sum of the products of neighbours along the first axis."""
    return np.sum(x[1:] * x[:-1])


def neighbours_gradient(x):
    result = np.zeros_like(x)
    result[1:] += x[:-1]
    result[:-1] += x[1:]
    return result


def seven(x):
    return 7.0


# A network (task 5): 64 inputs, one tanh layer, one output for each digit, half the squared error.
def initialise(num_hiddens, seed):
    """Return weights and biases by name: W1, b1 (hidden layer), W2, b2 (outputs)."""
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, 1 / 8, (64, num_hiddens)),
        "b1": np.zeros(num_hiddens),
        "W2": rng.normal(0, 1 / np.sqrt(num_hiddens), (num_hiddens, 10)),
        "b2": np.zeros(10),
    }


def predict(x, params):
    """Return the outputs of the network, shape (n, 10)."""
    return np.tanh(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]


def loss_and_gradients(x, labels, params):
    """Return the mean loss of a batch, and its slopes by the names in params."""
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    misses = hidden @ params["W2"] + params["b2"] - np.eye(10)[labels]
    share = misses / len(x)
    signal = np.einsum("nk,jk,nj->nj", share, params["W2"], 1 - hidden**2)
    slopes = {
        "W1": np.einsum("ni,nj->ij", x, signal),
        "b1": np.einsum("nj->j", signal),
        "W2": np.einsum("nj,nk->jk", hidden, share),
        "b2": np.einsum("nk->k", share),
    }
    return float(np.sum(misses**2) / (2 * len(x))), slopes


# Expressions for the engine (task 6). They take the engine's values, and plain numbers too.
def tanh(a):
    return math.tanh(a) if isinstance(a, float) else a.tanh()


def exp(a):
    return math.exp(a) if isinstance(a, float) else a.exp()


def cube(a):
    return a**3


def one_over_square(a):
    return a**-2


def five_minus(a):
    return 5 - a


def two_over(a):
    return 2 / a


def lecture_example(a, b):
    return (a + b) * b


def node(x, w, b):
    return tanh(x * w + b)


def shortcut(a, b):
    h = a * a
    return (h * b + 1) * h


def shortcut_first(a, b):
    h = a * a
    return h * (h * b + 1)


def ladder(a):
    for _ in range(10):
        a = a + a
    return a


def residual_blocks(a, b):
    for _ in range(6):
        a = a + tanh(a * b) / 2
    return (1 - a) * a


def everything(a, b, c):
    s = tanh(a * b - 1 / c)
    t = (3 - s) ** 2 + exp(s) * c
    return t / (2 - s) - t**0.5 * b


# %% [markdown]
# ## Task 1: dense_backward (4 points)
#
# On the way forward a dense layer computes `z = x @ weights + bias`. On the way back it is handed
# `upstream`, the slope of the loss along each entry of `z`, from the layer behind it. It owes three
# answers: the slopes along its inputs (for the layer before it), its weights and its bias (for the
# update).
#
# - `x` has shape `(n, inputs)`, `weights` `(inputs, units)`, `upstream` `(n, units)`. All are
#   floating-point arrays and stay as they were. The bias is not needed.
# - The result is a tuple `(dx, dweights, dbias)` of shapes `(n, inputs)`, `(inputs, units)` and
#   `(units,)`: each slope has the shape of what it belongs to.
# - Whether the loss is a sum or a mean over the batch is already in `upstream`. Do not divide again.
#
# ```python
# >>> x = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
# >>> weights = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, -1.0]])
# >>> upstream = np.array([[1.0, 0.0], [2.0, 1.0]])
# >>> dense_backward(upstream, x, weights)
# (array([[ 1.,  2.,  0.],
#        [ 2.,  5., -1.]]), array([[1., 0.],
#        [4., 1.],
#        [6., 3.]]), array([3., 1.]))
# ```
#
# **Expected error.** The checks nudge every weight, bias and input by 0.00001 and compare. A right
# answer differs from the finite differences by less than 1e-8 (about 1e-6 if you work in float32).


# %% nbgrader={"grade": false, "grade_id": "dense_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_backward(upstream, x, weights):
    """Send slopes backward through a dense layer, ``z = x @ weights + bias``.

    Parameters
    ----------
    upstream : ndarray of float, shape (n, units)
        The slope of the loss along each entry of z.
    x : ndarray of float, shape (n, inputs)
        What the layer was given on the way forward.
    weights : ndarray of float, shape (inputs, units)

    Returns
    -------
    dx : ndarray of float, shape (n, inputs)
    dweights : ndarray of float, shape (inputs, units)
    dbias : ndarray of float, shape (units,)
    """
    ### BEGIN SOLUTION
    dx = upstream @ weights.T  # an input feeds every unit: add over units
    dweights = x.T @ upstream  # a weight meets every sample: add over samples
    dbias = upstream.sum(axis=0)
    return dx, dweights, dbias
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dense_backward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The slopes along the weights: 3 samples, 2 inputs, 4 units.
x = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
weights = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 1.0, 3.0]])
upstream = np.array([[1.0, 0.0, 2.0, 0.0], [0.0, 1.0, -1.0, 1.0], [1.0, 1.0, 0.0, 2.0]])
slopes = checks.call(
    dense_backward,
    upstream.copy(),
    x.copy(),
    weights.copy(),
    what="dense_backward on 3 samples, 2 inputs, 4 units",
    hint="Write the shapes next to each product: (3, 2) transposed is (2, 3). `@` multiplies "
    "matrices, `*` goes entry by entry.",
    see="04_backpropagation: A whole batch at once",
)
checks.that(
    isinstance(slopes, tuple | list) and len(slopes) == 3,
    "dense_backward must return three arrays: dx, dweights, dbias.",
    hint="`return dx, dweights, dbias` makes a tuple of three.",
    see="04_backpropagation: A whole batch at once",
)
right = np.array([[4.0, 3.0, 2.0, 6.0], [3.0, 0.0, 5.0, 1.0]])
mistakes = [
    (
        right.T,
        "That is the transpose. A slope has the shape of what it belongs to: (2, 4).",
    ),
    (
        right / 3,
        "You divided by the number of samples. If the loss is a mean, that is in upstream.",
    ),
    (right / 4, "You divided by the number of units. Paths are added, not averaged."),
    (-right, "The sign is wrong. This is the slope; the minus comes in the update."),
    (weights, "These are the weights themselves."),
    (right * weights, "Multiplied by the weights. The slope of x * w along w is x."),
    (
        [[5, 2], [-3, 3], [-1, 7]],
        "These are the slopes along x. Return dx first, then dweights, then dbias.",
    ),
    (
        [2, 2, 1, 3],
        "These are the slopes along the bias. The order is dx, dweights, dbias.",
    ),
    ([[4.0] * 4, [2.0] * 4], "The inputs are added up, but upstream is missing."),
    ([[2.0, 2.0, 1.0, 3.0]] * 2, "upstream is added up, but the inputs are missing."),
    (
        x.reshape(2, 3) @ upstream,
        "reshape fills rows in reading order, it does not transpose. Take x.T.",
    ),
    (
        [[0, 0, 4, 0], [0, 1, 0, 3]],
        "That is the slope for one sample less than there are.",
    ),
]
checks.close(
    slopes[1],
    right,
    "dweights",
    mistakes=mistakes,
    hint="A weight is used by every sample: add input times upstream over the samples.",
    see="04_backpropagation: A whole batch at once",
)
# Finite differences. 1e-5 leaves room for float32 and is far below any mistake.
numeric = checks.numeric_gradient(
    partial(dense_loss, x, bias=np.zeros(4), upstream=upstream), weights
)
gap = np.abs(np.asarray(slopes[1]) - numeric).max()
print(f"dweights and finite differences: largest difference {gap:.0e}")
checks.close(slopes[1], numeric, "dweights (expected: finite differences)", atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "test_dense_backward_bias", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The slopes along the bias; and the arrays that were given are as they were.
x = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
weights = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 1.0, 3.0]])
upstream = np.array([[1.0, 0.0, 2.0, 0.0], [0.0, 1.0, -1.0, 1.0], [1.0, 1.0, 0.0, 2.0]])
given = [upstream.copy(), x.copy(), weights.copy()]
slopes = checks.call(
    dense_backward,
    *given,
    what="dense_backward on 3 samples, 2 inputs, 4 units",
    hint="Write the shapes next to each product: (3, 2) transposed is (2, 3). `@` multiplies "
    "matrices, `*` goes entry by entry.",
    see="04_backpropagation: A whole batch at once",
)
checks.that(
    isinstance(slopes, tuple | list) and len(slopes) == 3,
    "dense_backward must return three arrays: dx, dweights, dbias.",
    hint="`return dx, dweights, dbias` makes a tuple of three.",
    see="04_backpropagation: A whole batch at once",
)
right = np.array([2.0, 2.0, 1.0, 3.0])
checks.close(
    slopes[2],
    right,
    "dbias",
    mistakes=[
        (
            right / 3,
            "You took the mean over the samples. Paths are added: take the sum.",
        ),
        (
            [[2, 2, 1, 3]],
            "dbias has the shape of the bias, (4,), without an axis of size 1.",
        ),
        (
            upstream,
            "There is one bias for all samples: add its slopes over the samples.",
        ),
        (
            [3, 1, 4],
            "You added over the units. Add over the samples: one slope per unit is left.",
        ),
        (right.sum(), "You added over everything. There is one bias for each unit."),
        (
            np.ones(4),
            "The slope of z along the bias is 1, but the loss is behind it: use upstream.",
        ),
        (np.full(4, 3.0), "The ones were added up, but upstream is missing."),
        (np.zeros(4), "All zero. The bias is added to z, so its slope is that of z."),
        (
            -right,
            "The sign is wrong. This is the slope; the minus comes in the update.",
        ),
        (
            [[4, 3, 2, 6], [3, 0, 5, 1]],
            "These are the weights' slopes. Return dbias last.",
        ),
        (
            [[5, 2], [-3, 3], [-1, 7]],
            "These are the inputs' slopes. Return dbias last.",
        ),
        (upstream[0], "That is the first sample alone. Add over all samples."),
    ],
    hint="Every sample's z contains the bias, with slope 1: add upstream over the samples.",
    see="04_backpropagation: A whole batch at once",
)
numeric = checks.numeric_gradient(partial(dense_loss, x, weights, upstream=upstream), np.ones(4))
gap = np.abs(np.asarray(slopes[2]) - numeric).max()
print(f"dbias and finite differences: largest difference {gap:.0e}")
checks.close(slopes[2], numeric, "dbias (expected: finite differences)", atol=1e-5)
for before, after, name in zip(
    [upstream, x, weights], given, ["upstream", "x", "weights"], strict=True
):
    checks.unchanged(before, after, name, see="04_backpropagation: A whole batch at once")

# %% nbgrader={"grade": true, "grade_id": "test_dense_backward_inputs", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The slopes along the inputs.
x = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
weights = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 1.0, 3.0]])
upstream = np.array([[1.0, 0.0, 2.0, 0.0], [0.0, 1.0, -1.0, 1.0], [1.0, 1.0, 0.0, 2.0]])
slopes = checks.call(
    dense_backward,
    upstream.copy(),
    x.copy(),
    weights.copy(),
    what="dense_backward on 3 samples, 2 inputs, 4 units",
    hint="Write the shapes next to each product: (3, 2) transposed is (2, 3). `@` multiplies "
    "matrices, `*` goes entry by entry.",
    see="04_backpropagation: A whole batch at once",
)
checks.that(
    isinstance(slopes, tuple | list) and len(slopes) == 3,
    "dense_backward must return three arrays: dx, dweights, dbias.",
    hint="`return dx, dweights, dbias` makes a tuple of three.",
    see="04_backpropagation: A whole batch at once",
)
right = np.array([[5.0, 2.0], [-3.0, 3.0], [-1.0, 7.0]])
checks.close(
    slopes[0],
    right,
    "dx",
    mistakes=[
        (right.T, "That is the transpose. dx has the shape of x, samples in rows."),
        (
            right / 3,
            "You divided by the number of samples. Each sample has its own row in dx.",
        ),
        (
            right / 4,
            "You divided by the number of units. Paths are added, not averaged.",
        ),
        (-right, "The sign is wrong. This is the slope, whatever it is used for."),
        (right * x, "Multiplied by x. The slope of x * w along x is w alone."),
        (
            right.sum(axis=0),
            "Do not add over samples: a sample's input feeds its own row only.",
        ),
        (
            np.tile(weights.sum(axis=1), (3, 1)),
            "The weights are added up, but upstream is missing.",
        ),
        (upstream.sum(axis=1)[:, None] * [[1, 1]], "The weights are missing."),
        (
            [[4, 3, 2, 6], [3, 0, 5, 1]],
            "These are the weights' slopes. Return dx first.",
        ),
        (x, "That is x itself."),
        (
            upstream @ weights.reshape(4, 2),
            "reshape fills rows in reading order, it does not transpose. Take weights.T.",
        ),
        (
            upstream,
            "That is upstream itself. It still has to pass through the weights.",
        ),
    ],
    hint="An input feeds every unit: add upstream times weight over the units, sample by sample.",
    see="04_backpropagation: A whole batch at once",
)
numeric = checks.numeric_gradient(
    partial(dense_loss, weights=weights, bias=np.zeros(4), upstream=upstream), x
)
gap = np.abs(np.asarray(slopes[0]) - numeric).max()
print(f"dx and finite differences: largest difference {gap:.0e}")
checks.close(slopes[0], numeric, "dx (expected: finite differences)", atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "test_dense_backward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: layers of many sizes, single samples and single units too, square arrays in
# which a forgotten transpose has the right shape; and that your function leaves its inputs alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for n, inputs, units in [
    (3, 3, 3),
    (1, 4, 2),
    (5, 1, 3),
    (6, 2, 1),
    (1, 1, 1),
    (40, 12, 7),
    (2, 9, 9),
]:
    what = f"dense_backward on {n} samples, {inputs} inputs, {units} units"
    x = rng.normal(size=(n, inputs))
    weights = rng.normal(size=(inputs, units))
    upstream = rng.normal(size=(n, units))
    given = [upstream.copy(), x.copy(), weights.copy()]
    slopes = checks.call(
        dense_backward,
        *given,
        what=what,
        hint="Keep both axes, also when one of them has size 1: use .T, and name the axis of sums.",
        see="04_backpropagation: A whole batch at once",
    )
    checks.that(
        isinstance(slopes, tuple | list) and len(slopes) == 3,
        "dense_backward must return three arrays: dx, dweights, dbias.",
        see="04_backpropagation: A whole batch at once",
    )
    for before, after, name in zip(
        [upstream, x, weights], given, ["upstream", "x", "weights"], strict=True
    ):
        checks.unchanged(before, after, name, see="04_backpropagation: A whole batch at once")
    right = [
        np.array([[row @ weights[k] for k in range(inputs)] for row in upstream]),
        sum(np.outer(x[i], upstream[i]) for i in range(n)),
        sum(upstream[i] for i in range(n)),
    ]
    transposed = "A transpose is missing. In a square array the shape does not show it."
    square = n == inputs == units
    mistakes = [[(right[0] / n, "Do not divide by the number of samples.")] for _ in range(3)]
    mistakes[1] = [(right[1] / n, "Add over samples, do not average.")]
    mistakes[2] = [(right[2] / n, "Add over samples, do not average.")]
    mistakes[2] += [(upstream.sum(axis=1), "Add over the samples, axis 0.")]
    if inputs == units:
        mistakes[0] += [(upstream @ weights, transposed)]
        mistakes[1] += [(right[1].T, transposed)]
    if square:
        mistakes[0] += [(right[0].T, transposed), (weights @ upstream, transposed)]
        mistakes[1] += [(x @ upstream, transposed), (upstream @ x, transposed)]
    # Sums of up to 40 products of numbers of size 1: float32 is off by at most 5e-6 (30 seeds).
    for got, expected, wrong, name in zip(
        slopes, right, mistakes, ["dx", "dweights", "dbias"], strict=True
    ):
        checks.close(
            got,
            expected,
            f"{name}, {what}",
            rtol=1e-4,
            atol=2e-5,
            mistakes=wrong,
            hint="Multiply along a path, add over paths. Keep both axes, also those of size 1.",
            see="04_backpropagation: A whole batch at once",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: relu_backward (2 points)
#
# A ReLU lets positive numbers through and holds back the others, `a = max(z, 0)`, entry by entry.
# Its slope is 1 where `z` is positive and 0 where it is negative. At exactly 0 there is a kink and
# no slope; take 0 there, as TensorFlow does and as the lecture did.
#
# - `upstream`, the slope of the loss along each entry of `a`, and `z`, what the ReLU was given on
#   the way forward, are floating-point arrays of the same shape, any shape. Both stay as they were.
# - The result has that shape, too: the slope of the loss along each entry of `z`.
#
# ```python
# >>> relu_backward(np.array([5.0, -6.0, 7.0]), np.array([0.5, 2.0, -1.0]))
# array([ 5., -6.,  0.])
# ```
#
# **Expected error.** None: nothing is rounded here. Finite differences would agree to about 1e-9,
# except where a nudge crosses the kink.


# %% nbgrader={"grade": false, "grade_id": "relu_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu_backward(upstream, z):
    """Send slopes backward through a ReLU, ``a = max(z, 0)``.

    Parameters
    ----------
    upstream : ndarray of float
        The slope of the loss along each entry of a.
    z : ndarray of float, same shape
        What the ReLU was given on the way forward.

    Returns
    -------
    ndarray of float, same shape
        The slope of the loss along each entry of z; 0 where z is 0.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, upstream, 0.0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_relu_backward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Signals of both signs meet nodes that are on, off, and exactly at 0.
z = np.array([[1.5, -2.0, 0.0], [-0.5, 3.0, 0.25]])
upstream = np.array([[10.0, 20.0, 30.0], [-40.0, -50.0, 60.0]])
right = np.array([[10.0, 0.0, 0.0], [0.0, -50.0, 60.0]])
given = [upstream.copy(), z.copy()]
got = checks.call(
    relu_backward,
    *given,
    what="relu_backward on arrays of shape (2, 3)",
    hint="Both arrays have the same shape. Decide entry by entry, as np.where does.",
    see="04_backpropagation: A whole batch at once",
)
checks.close(
    got,
    right,
    "relu_backward(upstream, z)",
    mistakes=[
        (
            [[10, 0, 30], [0, -50, 60]],
            "At z = 0 take the slope 0. Did you write >= for >?",
        ),
        (
            [[10, 20, 30], [0, 0, 60]],
            "You asked whether upstream is positive. What counts is whether z was.",
        ),
        (
            [[10, 0, 0], [0, 0, 60]],
            "Negative signals were held back. A node that is on passes signals of either sign.",
        ),
        (
            [[0, 20, 30], [-40, 0, 0]],
            "That is the wrong way round: nodes that were on must pass.",
        ),
        (
            [[0, 20, 0], [-40, 0, 0]],
            "That is the wrong way round: nodes that were on must pass.",
        ),
        ([[1, 0, 0], [0, 1, 1]], "That is the ReLU's slope. Multiply it by upstream."),
        ([[1, 0, 1], [0, 1, 1]], "That is the ReLU's slope. Multiply it by upstream."),
        (
            upstream * z * (z > 0),
            "Multiplied by z. The slope of a ReLU is 1 or 0, not z.",
        ),
        (upstream * z, "Multiplied by z. The slope of a ReLU is 1 or 0, not z."),
        (z * (z > 0), "That is the forward pass, max(z, 0)."),
        (upstream, "upstream came through unchanged, also at nodes that were off."),
        (
            -right,
            "The sign is wrong. This is the slope; the minus comes in the update.",
        ),
        (upstream * np.sign(z), "The slope of a ReLU is 0 for negative z, not -1."),
        (
            upstream * np.where(z > 0, 1, 0.01),
            "That is a leaky ReLU. Here the slope is 0.",
        ),
        (
            right / 2,
            "Do not divide by the number of samples; that is in upstream already.",
        ),
        (
            [[10, 0, np.nan], [0, -50, 60]],
            "0 / 0 is nan. Ask whether z is positive, do not divide by it.",
        ),
        (
            [10, -50, 60],
            "upstream[z > 0] picks entries out, and their places are lost. Multiply by (z > 0).",
        ),
    ],
    hint="upstream where z is positive, 0 elsewhere.",
    see="04_backpropagation: A whole batch at once",
)
checks.unchanged(upstream, given[0], "upstream", see="04_backpropagation: A whole batch at once")
checks.unchanged(z, given[1], "z", see="04_backpropagation: A whole batch at once")
# The worked example: any number of axes, here one.
got = checks.call(
    relu_backward,
    np.array([5.0, -6.0, 7.0]),
    np.array([0.5, 2.0, -1.0]),
    what="relu_backward on arrays of shape (3,)",
    hint="The arrays may have any number of axes, here one. np.where takes all as they are; a "
    "loop can go through np.ndindex(z.shape).",
    see="04_backpropagation: A whole batch at once",
)
checks.close(
    got,
    [5.0, -6.0, 0.0],
    "relu_backward on the worked example",
    hint="The arrays may have any number of axes, here one. Decide entry by entry.",
    see="04_backpropagation: A whole batch at once",
)

# %% nbgrader={"grade": true, "grade_id": "test_relu_backward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: arrays with one to four axes, nodes that are all on or all off, tiny numbers, and
# that your function leaves its inputs alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
for size in [(5,), (4, 3), (1, 6), (2, 3, 4), (2, 5, 5, 3), (200, 30)]:
    for case in ["mixed", "all on", "all off", "all at 0", "tiny"]:
        what = f"relu_backward on arrays of shape {size}, nodes {case}"
        z = rng.normal(size=size)
        factor = {
            "all on": np.sign(z),
            "all off": -np.sign(z),
            "all at 0": 0.0,
            "tiny": 1e-6,
        }
        z = z * factor.get(case, 1.0)
        upstream = rng.normal(size=size)
        given = [upstream.copy(), z.copy()]
        got = checks.call(
            relu_backward,
            *given,
            what=what,
            hint="The arrays may have any number of axes. Decide entry by entry.",
            see="04_backpropagation: A whole batch at once",
        )
        checks.unchanged(upstream, given[0], "upstream")
        checks.unchanged(z, given[1], "z")
        right = np.array([s if v > 0 else 0.0 for s, v in zip(upstream.flat, z.flat, strict=True)])
        checks.close(  # float32 rounds numbers of size 1 by 1e-7 at most
            got,
            right.reshape(size),
            what,
            rtol=1e-6,
            atol=1e-7,
            mistakes=[
                (upstream * (z >= 0), "At z = 0 take the slope 0: > in place of >=."),
                (upstream * (upstream > 0), "Ask whether z is positive, not upstream."),
                (upstream * (upstream > 0) * (z > 0), "Negative signals pass, too."),
                (upstream * z * (z > 0), "The slope of a ReLU is 1 or 0, not z."),
                (
                    upstream * (z > 1e-3),
                    "However small, a positive z passes the signal on.",
                ),
            ],
            hint="upstream where z is positive, 0 elsewhere.",
            see="04_backpropagation: A whole batch at once",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: softmax_cross_entropy_backward (3 points)
#
# The backward pass starts here. The last layer's outputs, the logits, go through a softmax to
# probabilities, $p_k = e^{o_k} / \sum_m e^{o_m}$, and the loss is the **mean over the batch** of
# $-\ln p$ of the right class. (`softmax_cross_entropy` in the cell of imports is that loss.) Return its
# slope along each logit.
#
# - `logits` is a floating-point array of shape `(n, num_classes)`, one row per sample; `labels` is
#   an integer array of shape `(n,)`. Both stay as they were.
# - The result has the shape of `logits`. It must be right for logits of 1,000 or -1,000 as well,
#   without an overflow.
#
# ```python
# >>> logits = np.array([[0.0, 0.0], [0.0, np.log(3.0)]])
# >>> softmax_cross_entropy_backward(logits, np.array([0, 1]))
# array([[-0.25 ,  0.25 ],
#        [ 0.125, -0.125]])
# ```
#
# The probabilities are 1/2, 1/2 and 1/4, 3/4.
#
# **Expected error.** A right answer differs from the finite differences by less than 1e-9 (about
# 1e-7 if you work in float32).


# %% nbgrader={"grade": false, "grade_id": "softmax_cross_entropy_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_cross_entropy_backward(logits, labels):
    """Return the slope of the mean cross-entropy along each logit.

    Parameters
    ----------
    logits : ndarray of float, shape (n, num_classes)
    labels : ndarray of integers, shape (n,)
        The right class of each sample.

    Returns
    -------
    ndarray of float, shape (n, num_classes)
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    slopes = exponentials / exponentials.sum(axis=1, keepdims=True)
    slopes[np.arange(len(labels)), labels] -= 1
    return slopes / len(labels)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_softmax_cross_entropy_backward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two samples, three classes. The probabilities are 1/4, 1/2, 1/4 and 1/4, 1/4, 1/2.
logits = np.log([[1.0, 2.0, 1.0], [4.0, 4.0, 8.0]])
labels = np.array([1, 0])
p = np.array([[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]])
right = np.array([[0.125, -0.25, 0.125], [-0.375, 0.125, 0.25]])
given = [logits.copy(), labels.copy()]
got = checks.call(
    softmax_cross_entropy_backward,
    *given,
    what="softmax_cross_entropy_backward on 2 samples of 3 classes",
    hint="Sums and maxima over axis 1 need keepdims=True, to fit beside their rows. labels are "
    "class numbers, one for each row; one-hot rows are as long as the rows of logits.",
    see="04_backpropagation: A whole batch at once",
)
down = np.exp(logits) / np.exp(logits).sum(axis=0)
whole = np.exp(logits) / np.exp(logits).sum()
checks.close(
    got,
    right,
    "softmax_cross_entropy_backward(logits, labels)",
    mistakes=[
        (
            2 * right,
            "The loss is the mean over the batch: divide by the number of samples, once.",
        ),
        (right / 2, "Divided by the number of samples twice."),
        (
            right / 3,
            "Divided by the number of entries. The mean is over samples, not classes.",
        ),
        (2 * right / 3, "Divided by the number of classes. The mean is over samples."),
        (
            -right,
            "The sign is wrong: probability minus target, not the other way round.",
        ),
        (-2 * right, "The sign is wrong, and the mean over the batch is missing."),
        (
            p,
            "These are the probabilities. Take off 1 at the right class, then take the mean.",
        ),
        (p / 2, "The targets are missing: take off 1 at the right class."),
        (
            right * 2 * p * (1 - p) / 2,
            "The factor p (1 - p) belongs to the squared error. With cross-entropy it cancels.",
        ),
        (
            2 * right * p * (1 - p),
            "The factor p (1 - p) belongs to the squared error. With cross-entropy it cancels.",
        ),
        (
            [[0, -1, 0], [-2, 0, 0]],
            "This is the slope along p. Go on, through the softmax.",
        ),
        (
            [[0, -2, 0], [-4, 0, 0]],
            "This is the slope along p. Go on, through the softmax.",
        ),
        (
            [[0, -0.25, 0], [-0.375, 0, 0]],
            "Only the right class has a slope here. Every logit is in the softmax's denominator, "
            "so the other classes have one, too: their probability.",
        ),
        (
            [[0, -0.5, 0], [-0.75, 0, 0]],
            "Only the right class has a slope here. Every logit is in the softmax's denominator, "
            "so the other classes have one, too: their probability.",
        ),
        (
            (p - [[1, 1, 0], [1, 1, 0]]) / 2,
            "Each row lost a 1 at the labels of all samples. Pair row i with label i.",
        ),
        (
            (p - labels[:, None]) / 2,
            "The label itself was taken off. Take off 1 at its column.",
        ),
        (
            (down - [[0, 1, 0], [1, 0, 0]]) / 2,
            "The softmax runs over samples here. Each row must add up to 1: axis 1.",
        ),
        (
            (whole - [[0, 1, 0], [1, 0, 0]]) / 2,
            "The softmax runs over the whole batch. Each row must add up to 1: keep the axis.",
        ),
        ((logits - [[0, 1, 0], [1, 0, 0]]) / 2, "The softmax is missing."),
    ],
    hint="(probability - target) / n, where the target is 1 at the right class and 0 elsewhere.",
    see="04_backpropagation: A whole batch at once",
)
numeric = checks.numeric_gradient(partial(softmax_cross_entropy, labels=labels), logits)
gap = np.abs(np.asarray(got) - numeric).max()
print(f"your slopes and finite differences: largest difference {gap:.0e}")
checks.close(got, numeric, "your slopes (expected: finite differences)", atol=1e-6)
for before, after, name in zip([logits, labels], given, ["logits", "labels"], strict=True):
    checks.unchanged(before, after, name, see="04_backpropagation: A whole batch at once")
# The first sample alone: now the mean is over one sample.
got = checks.call(
    softmax_cross_entropy_backward,
    logits[:1].copy(),
    labels[:1].copy(),
    what="softmax_cross_entropy_backward on 1 sample of 3 classes",
    hint="Sums and maxima over axis 1 need keepdims=True, to fit beside their rows. labels are "
    "class numbers, one for each row; one-hot rows are as long as the rows of logits.",
    see="04_backpropagation: A whole batch at once",
)
checks.close(
    got,
    2 * right[:1],
    "softmax_cross_entropy_backward on 1 sample",
    mistakes=[(right[:1], "Divided by 2. Divide by the number of samples, here 1: len(logits).")],
    hint="(probability - target) / n, and here n is 1.",
    see="04_backpropagation: A whole batch at once",
)

# %% nbgrader={"grade": true, "grade_id": "test_softmax_cross_entropy_backward_stable", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Large logits. Sample 0 is right and very sure, sample 1 wavers between two classes, sample 2 among
# all, sample 3 has a class that is practically impossible. exp(-ln 3) is 1/3.
logits = np.array(
    [
        [1000.0, -1000.0, -1000.0],
        [0.0, 1000.0, 1000.0 - np.log(3)],
        [-900.0, -900.0, -900.0],
        [-1000.0, 0.0, 0.0],
    ]
)
labels = np.array([0, 2, 1, 2])
got = checks.call(
    softmax_cross_entropy_backward,
    logits.copy(),
    labels.copy(),
    what="softmax_cross_entropy_backward on logits of size 1000",
    hint="Sums and maxima over axis 1 need keepdims=True, to fit beside their rows. labels are "
    "class numbers, one for each row; one-hot rows are as long as the rows of logits.",
    see="04_backpropagation: A whole batch at once",
)
checks.finite(
    got,
    "softmax_cross_entropy_backward(logits, labels)",
    hint="exp(1000) is infinite, and exp(-900) is 0 in every class. Subtract each row's largest "
    "logit first; the probabilities do not change, since numerator and denominator share the "
    "factor.",
    see="04_backpropagation: A whole batch at once",
)
checks.shape(got, (4, 3), "softmax_cross_entropy_backward on logits of size 1000")
# The cell before has judged the mean; here the absolute values are scaled to add up to 1.
third = 1 / 3
right = np.array([[0, 0, 0], [0, 0.75, -0.75], [third, third - 1, third], [0, 0.5, -0.5]])
scaled = np.asarray(got) / max(np.sum(np.abs(got)), 1e-9)
checks.close(
    scaled,
    right / np.sum(np.abs(right)),
    "softmax_cross_entropy_backward on logits of size 1000, scaled",
    atol=1e-6,
    mistakes=[(-right / np.sum(np.abs(right)), "The sign is wrong: probability minus target.")],
    hint="Does the check above pass? If so: subtract each row's own largest logit, not that of the "
    "whole batch; do not clip logits or probabilities, and do not replace nan by a number.",
    see="04_backpropagation: A whole batch at once",
)

# %% nbgrader={"grade": true, "grade_id": "test_softmax_cross_entropy_backward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches and numbers of classes of many sizes against finite differences, one
# sample alone, the labels of real digits, and that your function leaves its inputs alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
batches = [(rng.integers(0, k, size=n), k) for n, k in [(1, 3), (4, 4), (6, 2), (3, 8), (2, 1)]]
batches += [(digit_labels[:9].copy(), 10), (np.array([2, 2, 2]), 3)]
for labels, k in batches:
    n = len(labels)
    what = f"the slopes for {n} samples, {k} classes"
    logits = 2 * rng.normal(size=(n, k))
    given = [logits.copy(), labels.copy()]
    got = checks.call(
        softmax_cross_entropy_backward,
        *given,
        what=what,
        hint="Take n and the number of classes from the shape of logits.",
        see="04_backpropagation: A whole batch at once",
    )
    checks.unchanged(logits, given[0], "logits", see="04_backpropagation: A whole batch at once")
    checks.unchanged(labels, given[1], "labels", see="04_backpropagation: A whole batch at once")
    numeric = checks.numeric_gradient(partial(softmax_cross_entropy, labels=labels), logits)
    # Finite differences are good to 1e-10 here, float32 answers to 1e-7; what a forgotten or a
    # doubled mean changes is above 1e-2.
    checks.close(
        got,
        numeric,
        what,
        rtol=1e-5,
        atol=5e-7,
        mistakes=[
            (
                numeric * n,
                "Take the mean over the batch: divide by the number of samples.",
            ),
            (numeric / n, "Divided by the number of samples twice."),
            (
                numeric * n / k,
                "Divided by the number of classes. The mean is over samples.",
            ),
            (-numeric, "The sign is wrong: probability minus target."),
        ],
        hint="(probability - target) / n, each row for itself.",
        see="04_backpropagation: A whole batch at once",
    )
    # A shift of all logits of a sample changes no probability.
    shifted = checks.call(
        softmax_cross_entropy_backward,
        logits + 30 * rng.normal(size=(n, 1)),
        labels.copy(),
        what=what,
    )
    checks.close(
        shifted,
        numeric,
        f"{what}, each sample's logits shifted",
        rtol=1e-3,
        atol=1e-5,  # float32 keeps logits of size 60 to 4e-6
        hint="The same number added to all logits of a sample must not change anything.",
        see="04_backpropagation: A whole batch at once",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: gradient_check (3 points)
#
# You have a function and what claims to be its gradient. Is it? Nudge each entry of `x` by `step`,
# up and down, and take the central difference for each, as in the lecture. That makes an array
# $d$ of the shape of `x`. Compare it with the claimed gradient $g$ by the relative error
#
# $$\frac{\lVert g - d \rVert}{\lVert g \rVert + \lVert d \rVert}, \qquad \lVert a \rVert = \sqrt{\textstyle\sum_i a_i^2}$$
#
# where the sums run over all entries, whatever the shape. If $g$ and $d$ are both zero throughout,
# they agree: the error is 0.
#
# - `function(x)` returns a number, `gradient(x)` an array of the shape of `x`. An entry's slope may
#   depend on all the other entries.
# - `x` is a `float64` array of any shape with at least one axis. It must come out of the check
#   exactly as it went in: adding a step and taking it off again may change the last digit.
#
# ```python
# >>> gradient_check(half_squares, np.copy, np.array([3.0, -4.0]), 1e-5)   # right: the gradient is x
# 9e-12       (or another number below 1e-9: it is rounding)
# >>> gradient_check(half_squares, np.abs, np.array([3.0, -4.0]), 1e-5)    # -4 became 4
# 0.8
# ```
#
# In the second line $g$ is (3, 4) and $d$ is (3, -4), so the error is 8 / (5 + 5).
#
# **Expected error.** With a step of 1e-5, a right gradient of a smooth function gets less than 1e-8.
# A wrong sign gets 1, a wrong factor of 2 gets 1/3.


# %% nbgrader={"grade": false, "grade_id": "gradient_check", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_check(function, gradient, x, step):
    """Return the relative error of a gradient against central differences.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of x, returns a number.
    gradient : callable
        Takes an array of the shape of x, returns the claimed gradient, an array too.
    x : ndarray of float64
        Where to check. Left exactly as it was.
    step : float
        How far to nudge each entry, up and down.

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    claimed = np.asarray(gradient(x.copy()))
    differences = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += step
        below[index] -= step
        differences[index] = (function(above) - function(below)) / (2 * step)
    size = np.linalg.norm(claimed) + np.linalg.norm(differences)
    return float(np.linalg.norm(claimed - differences) / size) if size > 0 else 0.0
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_gradient_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Right gradients. Wrong ones follow in the next cell; one is here, or "always 0" would pass.
for function, gradient, x, name in [
    (half_squares, np.copy, np.array([3.0, -4.0]), "half_squares, np.copy"),
    (
        sum_of_cubes,
        three_squares,
        np.array([0.5, -1.0, 2.0]),
        "sum_of_cubes, three_squares",
    ),
    (
        neighbours,
        neighbours_gradient,
        np.array([[1.0, 2.0, -1.0], [0.5, -3.0, 4.0]]),
        "neighbours, neighbours_gradient",
    ),
]:
    given = x.copy()
    what = f"gradient_check({name}, x of shape {x.shape}, 1e-5)"
    error = checks.call(
        gradient_check,
        function,
        gradient,
        given,
        1e-5,
        what=what,
        hint="x may have any number of axes: np.ndindex(x.shape) goes through all entries.",
        see="04_backpropagation: Checking a gradient",
    )
    checks.shape(
        error,
        (),
        what,
        hint="Return one number for the whole array, not one for each entry.",
        see="04_backpropagation: Checking a gradient",
    )
    print(f"{name}: {error:.0e}")
    checks.that(
        not isinstance(error, bool | np.bool_),
        f"{what} is {error}: a truth value, not a number.",
        hint="Return the error itself. Whoever asked decides how small is small enough.",
        see="04_backpropagation: Checking a gradient",
    )
    # What nudging all entries at once gives, and whole rows at once: sums of slopes.
    claimed = gradient(x)
    sums = [np.full_like(x, claimed.sum()), 0 * x + claimed.sum(axis=-1, keepdims=True)]
    at_once = [
        np.linalg.norm(claimed - d) / (np.linalg.norm(claimed) + np.linalg.norm(d)) for d in sums
    ]
    # Rounding divided by the step gives about 1e-11 here; 1e-8 is the limit that the task states.
    checks.close(
        error,
        0.0,
        what,
        rtol=0,
        atol=1e-8,
        mistakes=[
            (
                at_once[0],
                "All entries were nudged at once, which adds up all slopes. Nudge one at a time.",
            ),
            (
                at_once[1],
                "x[i] is a whole row, so the slopes of its entries are added up. Nudge one entry "
                "at a time: np.ndindex(x.shape) goes through all.",
            ),
            (
                1,
                "1 is what a wrong sign gets, or differences near 0. Was a copy nudged? `y = x` makes "
                "none. And `/ 2 * step` multiplies by step: write `/ (2 * step)`.",
            ),
            (
                1 / 3,
                "1/3 is what a factor of 2 gets. You went 2 * step in all: divide by that.",
            ),
            (
                7.07e-7,
                "That is a one-sided difference. Nudge up and down, and divide by 2 * step.",
            ),
        ],
        hint="This gradient is right. Check that every nudge is taken back before the next, and "
        "that you divide by 2 * step.",
        see="04_backpropagation: Checking a gradient",
    )
    checks.that(
        np.array_equal(x, given),
        "x came out changed, perhaps in its last digits only.",
        hint="Nudge a copy, or keep the entry and put that very number back: 3 + h - 2h + h is not "
        "always 3 to the last digit.",
        see="04_backpropagation: Checking a gradient",
    )
checks.close(
    checks.call(gradient_check, half_squares, np.negative, np.array([1.0, 2.0]), 1e-5),
    1.0,
    "gradient_check of a gradient with the wrong sign",
    mistakes=[
        (2, "You divided by the size of one gradient alone. Add both sizes."),
        (20**0.5, "That is the absolute error. Divide by the sizes of both gradients."),
        (0, "0 says that a gradient is right which has the wrong sign."),
    ],
    hint="norm(g - d) / (norm(g) + norm(d)) over all entries.",
    see="04_backpropagation: Checking a gradient",
)
error = checks.call(gradient_check, seven, np.zeros_like, np.array([1.0, 2.0]), 1e-5)
checks.finite(
    error,
    "gradient_check of a constant, whose gradient is 0 throughout,",
    hint="g and d are both 0 and agree: return 0, and do not divide 0 by 0.",
    see="04_backpropagation: Checking a gradient",
)
checks.close(
    error,
    0.0,
    "gradient_check of a constant, whose gradient is 0 throughout,",
    hint="g and d are both 0 and agree, so the error is 0.",
    see="04_backpropagation: Checking a gradient",
)

# %% nbgrader={"grade": true, "grade_id": "test_gradient_check_bugs", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Wrong gradients, and differences so coarse that their error shows.
for function, gradient, x, step, right, mistakes, name in [
    (
        sum_of_cubes,
        six_squares,
        np.array([1.0, 2.0]),
        1e-5,
        1 / 3,
        [
            (1, "You divided by the size of the differences alone. Add both sizes."),
            (
                0.5,
                "You divided by the size of the claimed gradient alone. Add both sizes.",
            ),
            (2 / 3, "You divided by the mean of the two sizes. Divide by their sum."),
            (0.2, "You left out the roots: norms, not sums of squares."),
            (
                153**0.5,
                "That is the absolute error. Divide by the sizes of both gradients.",
            ),
            (
                0,
                "0 says that a gradient is right which is twice too large. Did you divide by step "
                "alone? Between the two points lie 2 * step.",
            ),
            (
                np.hypot(3 - 3e-5, 12 - 6e-5) / (np.hypot(6, 24) + np.hypot(3 + 3e-5, 12 + 6e-5)),
                "That is a forward difference. Nudge up and down, and divide by 2 * step.",
            ),
            (1 / 9, "That is the square of the relative error."),
        ],
        "a gradient twice too large",
    ),
    (
        half_squares,
        np.abs,
        np.array([3.0, -4.0]),
        1e-5,
        0.8,
        [
            (
                1,
                "You compared entry by entry and took the largest. Take norms of whole arrays.",
            ),
            (0.5, "You took the mean over the entries. Take norms of whole arrays."),
            (
                8 / 14,
                "You added absolute values. The norm is the root of the sum of squares.",
            ),
            (64 / 50, "You left out the roots: norms, not sums of squares."),
            (1.6, "Divide by the sum of both sizes."),
            (0, "0 says that a gradient is right in which one sign is wrong."),
            (
                1 / 7,
                "That compares signed sums. Entries of opposite sign must not cancel.",
            ),
        ],
        "one wrong sign among two",
    ),
    (
        half_squares,
        np.abs,
        np.array([[1.0, 2.0], [-2.0, 1.0]]),
        1e-5,
        4 / (2 * 10**0.5),
        [
            (
                4 / (3 + 5**0.5),
                "norm(a, 2) of a matrix is its largest stretch, not the root of the sum of "
                "squares. Leave the 2 out.",
            ),
        ],
        "one wrong sign in a matrix",
    ),
    (
        sum_of_cubes,
        three_squares,
        np.array([1.0, 2.0]),
        0.5,
        np.hypot(0.25, 0.25) / (np.hypot(3, 12) + np.hypot(3.25, 12.25)),
        [
            (
                np.hypot(1.75, 3.25) / (np.hypot(3, 12) + np.hypot(4.75, 15.25)),
                "That is a forward difference. Nudge up and down, and divide by 2 * step.",
            ),
            (
                np.hypot(1.25, 2.75) / (np.hypot(3, 12) + np.hypot(1.75, 9.25)),
                "That is a backward difference. Nudge up and down, and divide by 2 * step.",
            ),
            (
                np.hypot(1 / 16, 1 / 16) / (np.hypot(3, 12) + np.hypot(3 + 1 / 16, 12 + 1 / 16)),
                "You nudged by half a step each way. Asked for is the whole step up and down.",
            ),
            (
                np.hypot(3.5, 12.5) / (np.hypot(3, 12) + np.hypot(6.5, 24.5)),
                "Between the two points lie 2 * step: divide by that.",
            ),
            (0, "Did you use a step of your own? Take the one you are given."),
        ],
        "a right gradient and a step of 0.5, where central differences are 3 x**2 + 0.25",
    ),
]:
    error = checks.call(
        gradient_check,
        function,
        gradient,
        x,
        step,
        what=f"gradient_check of {name}",
        see="04_backpropagation: Checking a gradient",
    )
    # 1e-6 is far above rounding (1e-10) and far below the distance of any mistake.
    checks.close(
        error,
        right,
        f"gradient_check of {name}",
        rtol=0,
        atol=1e-6,
        mistakes=mistakes,
        hint="norm(g - d) / (norm(g) + norm(d)) over all entries.",
        see="04_backpropagation: Checking a gradient",
    )

# %% nbgrader={"grade": true, "grade_id": "test_gradient_check_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: arrays with one to three axes, functions in which all entries work together,
# wrong entries among right ones, gradients that are small or 0 throughout, steps of several sizes,
# and that x comes out unchanged to the last bit.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
for size in [(1,), (7,), (3, 4), (4, 1), (2, 3, 2), (5, 2)]:
    for step in [0.1, 1e-5]:
        x = rng.normal(size=size)
        for function, claims, numeric in [
            (half_squares, [np.copy, np.negative, np.abs, np.zeros_like], x),
            (sum_of_cubes, [three_squares, six_squares, np.square], 3 * x**2 + step**2),
            (
                neighbours,
                [neighbours_gradient, np.copy, np.ones_like],
                neighbours_gradient(x),
            ),
            (seven, [np.zeros_like, np.copy], 0 * x),
            (np.sum, [np.ones_like, np.copy], np.ones_like(x)),
        ]:
            for gradient in claims:
                what = f"the error of a gradient at x of shape {size}, step {step:g}"
                given = x.copy()
                error = checks.call(
                    gradient_check,
                    function,
                    gradient,
                    given,
                    step,
                    what=what,
                    hint="x may have any number of axes, and any of them may have size 1.",
                    see="04_backpropagation: Checking a gradient",
                )
                checks.that(
                    np.array_equal(x, given),
                    f"x of shape {size} came out changed, perhaps in its last digits only.",
                    hint="Nudge a copy, or keep the entry and put that very number back.",
                    see="04_backpropagation: Checking a gradient",
                )
                checks.shape(
                    error,
                    (),
                    what,
                    hint="Return one number for the whole array.",
                    see="04_backpropagation: Checking a gradient",
                )
                claimed = gradient(x)
                sizes = np.sqrt(np.sum(claimed**2)) + np.sqrt(np.sum(numeric**2))
                right = np.sqrt(np.sum((claimed - numeric) ** 2)) / sizes if sizes > 0 else 0.0
                checks.finite(
                    error,
                    what,
                    hint="Where both gradients are 0 throughout, the error is 0, not 0 / 0.",
                    see="04_backpropagation: Checking a gradient",
                )
                # Rounding over the step: at most 1e-10 with these functions (30 seeds). A guard
                # of 1e-7 in the denominator changes less than 2e-6, mistakes far more at step 0.1.
                checks.close(
                    error,
                    right,
                    what,
                    rtol=0,
                    atol=2e-6,
                    mistakes=[(1 - right, "Is that the agreement in place of the error?")],
                    hint="Central differences of every entry, each nudge taken back before the "
                    "next; norm(g - d) / (norm(g) + norm(d)) over all entries.",
                    see="04_backpropagation: Checking a gradient",
                )
# A gradient may be small throughout and wrong all the same: the error is relative. A small number
# added to the denominator as a guard is fine, hence the generous tolerance.
for gradient, right in [(np.negative, 1.0), (np.copy, 0.0), (np.zeros_like, 1.0)]:
    x = 1e-4 * rng.normal(size=(3, 2))
    checks.close(
        checks.call(gradient_check, half_squares, gradient, x, 1e-5, what="gradient_check"),
        right,
        "the error of a gradient whose entries are all near 0.0001",
        rtol=0.01,
        atol=1e-6,
        hint="Divide by the sizes of the gradients whatever they are, except if both are 0.",
        see="04_backpropagation: Checking a gradient",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: train (4 points)
#
# `loss_and_gradients(x, labels, params)` in the cell of imports runs a small network forward and backward
# on a batch of digits and returns the mean loss and, in a dictionary with the names of `params`, its
# slopes. Write the loop around it: mini-batch gradient descent.
#
# - `x` has shape `(n, 64)` and `labels` shape `(n,)`. `params` is a dictionary of arrays. They all
#   stay as they were, the arrays inside `params` too.
# - `orders` says in which order to take the samples: one row for each epoch, with the indices of all
#   samples, shuffled anew. In each epoch, cut its row into batches of `batch_size` indices from the
#   left. The last batch of an epoch is smaller if `n` is not a multiple; no sample is lost.
# - For each batch compute the loss and slopes at the current parameters, note the loss, then step:
#   every parameter minus `lr` times its slope.
# - Return `(params, losses)`: a new dictionary with the trained arrays, and a list with the loss of
#   each batch, in order.
#
# ```python
# >>> params = initialise(num_hiddens=16, seed=0)
# >>> orders = np.array([[0, 1, 2, 3, 4], [3, 0, 4, 2, 1]])          # two epochs of five samples
# >>> trained, losses = train(digits[:5], digit_labels[:5], params, 0.05, 2, orders)
# >>> np.round(losses, 3)                                # three batches an epoch: 2, 2 and 1 samples
# array([1.092, 1.227, 0.727, 0.475, 0.671, 1.546])
# ```
#
# **Expected error.** None worth naming: the checks take the same steps, and the losses agree to
# 1e-12. A net that gets 20 digits only must learn them by heart; one that does not has a bug.


# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(x, labels, params, lr, batch_size, orders):
    """Train the network by mini-batch gradient descent.

    Parameters
    ----------
    x : ndarray of float, shape (n, 64)
    labels : ndarray of integers, shape (n,)
    params : dict of str to ndarray
        The weights and biases to start from, as `initialise` returns them. Left unchanged.
    lr : float
        The learning rate.
    batch_size : int
    orders : ndarray of integers, shape (num_epochs, n)
        For each epoch the indices of all samples, in the order in which to take them.

    Returns
    -------
    params : dict of str to ndarray
        The trained weights and biases.
    losses : list of float
        The mean loss of each batch before its step.
    """
    ### BEGIN SOLUTION
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] -= lr * slopes[name]
    return params, losses
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_train", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Twenty digits to learn by heart: the loss starts at that of the first batch, falls, and in the
# end every digit is read correctly.
rng = np.random.default_rng(0)
x, labels = digits[:20].copy(), digit_labels[:20].copy()
orders = np.array([rng.permutation(20) for _ in range(100)])
result = checks.call(
    train,
    x,
    labels,
    initialise(16, seed=0),
    0.1,
    5,
    orders,
    what="train on 20 digits",
    see="04_backpropagation: A network that learns to read digits",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 2 and isinstance(result[0], dict),
    "train must return a dictionary of parameters and a list of losses.",
    hint="`return params, losses` makes a tuple of two.",
    see="04_backpropagation: A network that learns to read digits",
)
trained, losses = result
checks.equal(sorted(trained), ["W1", "W2", "b1", "b2"], "The set of names in the trained params")
checks.shape(
    losses,
    (400,),
    "losses",
    hint="One loss for each batch: 100 epochs of 4 batches.",
    see="04_backpropagation: A network that learns to read digits",
)
losses = np.asarray(losses)
first = orders[0, :5]
start = initialise(16, seed=0)
slopes = loss_and_gradients(x[first], labels[first], start)[1]
stepped = {name: start[name] - 0.1 * slopes[name] for name in start}
checks.close(
    losses[0],
    loss_and_gradients(x[first], labels[first], initialise(16, seed=0))[0],
    "the first loss",
    mistakes=[
        (
            loss_and_gradients(x[:5], labels[:5], initialise(16, seed=0))[0],
            "That is the loss of samples 0 to 4. The first batch is orders[0, :5].",
        ),
        (
            loss_and_gradients(x[first], labels[:5], initialise(16, seed=0))[0],
            "Digits and labels are not in the same order. Index both with the same rows.",
        ),
        (
            loss_and_gradients(x, labels, initialise(16, seed=0))[0],
            "That is the loss of all samples. Note the loss of the batch.",
        ),
        (
            loss_and_gradients(x[first], labels[first], stepped)[0],
            "That is the loss after the step. Note it before.",
        ),
    ],
    hint="The loss of the first batch, orders[0, :5], before any step.",
    see="04_backpropagation: A network that learns to read digits",
)
print(f"mean loss: first epoch {losses[:4].mean():.3f}, last epoch {losses[-4:].mean():.3f}")
# Right loops end between 0.01 and 0.03 over 30 seeds.
checks.that(
    losses[-4:].mean() < 0.1,
    f"The loss ends at {losses[-4:].mean():.3g}, and it should be below 0.1: 20 digits and 100 "
    "epochs are enough to learn them by heart.",
    hint="If the loss grows, look at the sign of the step. If it stays, are the parameters that "
    "you change those you compute the slopes with? If it falls slowly, do all four of them "
    "change, by lr times the slope, after every batch?",
    see="04_backpropagation: A network that learns to read digits",
)
checks.equal(
    np.argmax(predict(x, trained), axis=1),
    labels,
    "What the trained network reads",
    hint="The losses are fine, so the network did learn. Return the parameters after the last step.",
    see="04_backpropagation: A network that learns to read digits",
)

# %% nbgrader={"grade": true, "grade_id": "test_train_batches", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# With a learning rate of 0 nothing changes, so each loss shows which samples were in its batch.
params = initialise(16, seed=1)
x, labels = digits[:7].copy(), digit_labels[:7].copy()
orders = np.array([[3, 0, 6, 2, 5, 1, 4], [6, 5, 4, 3, 2, 1, 0]])
result = checks.call(
    train,
    x,
    labels,
    params,
    0.0,
    3,
    orders,
    what="train on 7 digits, in batches of 3",
    see="04_backpropagation: A network that learns to read digits",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 2,
    "train must return a dictionary of parameters and a list of losses.",
    hint="`return params, losses` makes a tuple of two.",
    see="04_backpropagation: A network that learns to read digits",
)
batches = [[3, 0, 6], [2, 5, 1], [4], [6, 5, 4], [3, 2, 1], [0]]
right = [loss_and_gradients(x[rows], labels[rows], params)[0] for rows in batches]
unpaired = [
    loss_and_gradients(x[rows], labels[places], params)[0]
    for rows, places in zip(batches, [[0, 1, 2], [3, 4, 5], [6]] * 2, strict=True)
]
stored = [
    loss_and_gradients(x[rows], labels[rows], params)[0] for rows in [[0, 1, 2], [3, 4, 5], [6]] * 2
]
merged = [
    loss_and_gradients(x[rows], labels[rows], params)[0]
    for rows in [[3, 0, 6], [2, 5, 1, 4], [6, 5, 4], [3, 2, 1, 0]]
]
again = orders[0][orders[1]]  # the second order applied to what the first has left
other_cuts = [
    [*batches[:3], again[:3], again[3:6], again[6:]],
    [part for order in orders for part in np.array_split(order, 3)],
    np.split(orders.ravel(), [3, 6, 9, 12]),
]
reshuffled, even, run_on = [
    [loss_and_gradients(x[rows], labels[rows], params)[0] for rows in cuts] for cuts in other_cuts
]
whole = loss_and_gradients(x, labels, params)[0]
checks.close(
    result[1],
    right,
    "the losses at lr = 0",
    mistakes=[
        (
            [right[i] for i in (0, 1, 3, 4)],
            "The last batch of each epoch is lost. With 7 samples it has one sample; keep it.",
        ),
        (
            [right[i] for i in (0, 1, 2, 0, 1, 2)],
            "The second epoch must use the second order.",
        ),
        (
            [right[i] for i in (3, 4, 5, 3, 4, 5)],
            "The first epoch must use the first order.",
        ),
        (right[:3], "Only the first epoch is there."),
        (
            unpaired,
            "Digits and labels are not in the same order. Index both with the same rows.",
        ),
        (
            stored,
            "Samples are taken as stored. Take them in the order that `orders` says.",
        ),
        (
            merged,
            "The left-over sample joined the batch before. Make it a batch of its own.",
        ),
        (
            reshuffled,
            "The second epoch shuffled what the first had shuffled. Index the given x and labels.",
        ),
        (
            even,
            "Batches were made about equally large. Fill each, and leave the rest for the last.",
        ),
        (
            run_on,
            "A batch ran on across the end of the epoch. Cut each row of `orders` on its own.",
        ),
        ([whole] * 6, "Each loss is that of all samples. Compute it on the batch."),
        (
            [np.mean(right[:3]), np.mean(right[3:])],
            "There is one loss for each epoch. Note one for each batch.",
        ),
        ([whole] * 2, "There is one loss for each epoch. Note one for each batch."),
        (
            np.array(right) * [3, 3, 1, 3, 3, 1],
            "Each loss was multiplied by the size of its batch; it is a mean, keep it.",
        ),
        (
            np.array(right) / [1, 1, 3, 1, 1, 3],
            "The last batch is smaller: its mean is over the samples it has.",
        ),
    ],
    hint="Batches are [3, 0, 6], [2, 5, 1], [4], then [6, 5, 4], [3, 2, 1], [0].",
    see="04_backpropagation: A network that learns to read digits",
)

# %% nbgrader={"grade": true, "grade_id": "test_train_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A single step on one batch; and nothing that was given has changed.
params, given = initialise(16, seed=2), initialise(16, seed=2)
x, labels = digits[30:40].copy(), digit_labels[30:40].copy()
orders = np.arange(10)[None].copy()
result = checks.call(
    train,
    x,
    labels,
    given,
    0.5,
    10,
    orders,
    what="train for one step",
    see="04_backpropagation: A network that learns to read digits",
)
checks.that(
    isinstance(result, tuple | list) and len(result) == 2 and isinstance(result[0], dict),
    "train must return a dictionary of parameters and a list of losses.",
    hint="`return params, losses` makes a tuple of two.",
    see="04_backpropagation: A network that learns to read digits",
)
# The step itself, half of each slope. A float32 loop is off by 1e-7 here.
slopes = loss_and_gradients(x, labels, params)[1]
for name in ["b2", "W2", "b1", "W1"]:
    move = np.asarray(result[0][name]) - params[name]
    checks.close(
        move,
        -slopes[name] / 2,
        f"how {name} has moved",
        rtol=1e-4,
        atol=1e-6,
        mistakes=[
            (0 * move, f"{name} has not moved. All four parameters take the step."),
            (slopes[name] / 2, "That is uphill. Subtract."),
            (-slopes[name], "The learning rate, 0.5, is missing."),
            (
                -slopes[name] / 20,
                "Divided by the batch size: the slopes are of the mean already.",
            ),
            (
                -slopes[name] * 5,
                "Multiplied by the batch size: the slopes are of the mean, keep it.",
            ),
        ],
        hint="lr times the slope, computed once for all four before any of them has moved.",
        see="04_backpropagation: A network that learns to read digits",
    )
for name in ["W1", "b1", "W2", "b2"]:
    checks.that(
        np.array_equal(params[name], given[name]),
        f"Your function changed the parameters that it was given, {name} for one.",
        hint="Make a new dictionary with copies of the arrays first. dict(params) alone still holds "
        "the same arrays, and `-=` writes into them; `params[name] = ...` writes into the given "
        "dictionary.",
        see="04_backpropagation: A network that learns to read digits",
    )
checks.unchanged(digits[30:40], x, "x")
checks.unchanged(digit_labels[30:40], labels, "labels")
checks.unchanged(np.arange(10)[None], orders, "orders")

# %% nbgrader={"grade": true, "grade_id": "test_train_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: many batch sizes (1, all samples, more than there are, sizes that leave a rest),
# several epochs, learning rates and nets, against a reference step by step.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(5)
for n, batch_size, epochs, units, lr in [
    (12, 4, 3, 8, 0.05),
    (13, 4, 3, 5, 0.1),
    (5, 1, 2, 6, 0.03),
    (9, 9, 4, 16, 0.08),
    (6, 50, 3, 7, 0.1),
    (1, 2, 3, 4, 0.1),
    (61, 30, 2, 12, 0.1),
]:
    what = f"train on {n} digits, batch_size {batch_size}, {epochs} epochs"
    rows = rng.permutation(len(digits))[:n]
    x, labels = digits[rows], digit_labels[rows]
    params = initialise(units, seed=n)
    orders = np.array([rng.permutation(n) for _ in range(epochs)])
    given = [x.copy(), labels.copy(), {name: params[name].copy() for name in params}]
    given_orders = orders.copy()
    result = checks.call(
        train,
        *given,
        lr,
        batch_size,
        given_orders,
        what=what,
        see="04_backpropagation: A network that learns to read digits",
    )
    checks.that(
        isinstance(result, tuple | list) and len(result) == 2 and isinstance(result[0], dict),
        "train must return a dictionary of parameters and a list of losses.",
        see="04_backpropagation: A network that learns to read digits",
    )
    expected = {name: params[name].copy() for name in params}
    losses = []
    for order in orders:
        for start in range(0, n, batch_size):
            batch = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[batch], labels[batch], expected)
            losses.append(loss)
            expected = {name: expected[name] - lr * slopes[name] for name in expected}
    # The same steps in another order of rounding: 1e-14. In float32 at most 5e-6 (30 seeds).
    checks.close(
        result[1],
        losses,
        f"the losses, {what}",
        rtol=1e-3,
        atol=1e-5,
        hint=f"{len(losses)} losses, each before its step, at the parameters that the step before "
        "has left.",
        see="04_backpropagation: A network that learns to read digits",
    )
    for name in ["W1", "b1", "W2", "b2"]:
        checks.close(
            result[0][name],
            expected[name],
            f"{name} at the end, {what}",
            rtol=1e-3,
            atol=1e-5,
            hint="Return the parameters after the last step of the last epoch.",
            see="04_backpropagation: A network that learns to read digits",
        )
        checks.that(
            np.array_equal(params[name], given[2][name]),
            f"Your function changed the parameters that it was given, {name} for one.",
            hint="Make a new dictionary with copies of the arrays first.",
            see="04_backpropagation: A network that learns to read digits",
        )
    checks.unchanged(x, given[0], "x")
    checks.unchanged(labels, given[1], "labels")
    checks.unchanged(orders, given_orders, "orders")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: finish_engine (2 points)
#
# `Node` below is most of the lecture's engine: a number, and for each number it was made from, the
# local slope. It can add, multiply, subtract, divide, `exp` and `log`. Some operations are missing,
# and so is the sorted list that `backward` goes through. You write them in `Value`, a `Node` with
# everything. Make new values as `Node` does: `Value(number, [(operand, slope), ...])`.
#
# - `v ** n`, for a plain number `n` (whole, negative or a fraction), and `v.tanh()`.
# - `5 - v` and `2 / v`: Python tries `5`'s own subtraction first, and when that does not know what a
#   `Value` is, calls `v.__rsub__(5)`. In the same way `2 / v` becomes `v.__rtruediv__(2)`.
# - `v.order()`: the list of all values that `v` was made from, directly or through others, and `v`
#   itself. Each is there **once**, and after everything it was made from; so `v` comes last.
#
# `value_and_slopes` is ready. The checks use it: it makes values of plain numbers, computes a
# function of them, goes backward, and returns plain numbers.
#
# ```python
# >>> value_and_slopes(lecture_example, [2.0, 3.0])      # (a + b) * b
# (15.0, [3.0, 8.0])
# >>> value_and_slopes(two_over, [4.0])                  # 2 / a
# (0.5, [-0.125])
# ```
#
# **Expected error.** The engine differentiates exactly, so only rounding is left: about 1e-15. (The
# hidden checks compare with finite differences, which are good to 1e-9.)


# %% nbgrader={"grade": false, "grade_id": "engine", "locked": true, "schema_version": 3, "solution": false, "task": false}
class Node:
    """A number that remembers which numbers it was made from, and the slope along each."""

    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = float(data), 0.0, list(edges)

    def wrap(self, other):
        """Return a plain number as a node; leave a node as it is."""
        return other if isinstance(other, Node) else type(self)(other)

    def __add__(self, other):
        other = self.wrap(other)
        return type(self)(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = self.wrap(other)
        return type(self)(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -1 * self.wrap(other)

    def __truediv__(self, other):
        return self * self.wrap(other) ** -1

    def exp(self):
        result = math.exp(self.data)
        return type(self)(result, [(self, result)])

    def log(self):
        return type(self)(math.log(self.data), [(self, 1 / self.data)])

    def backward(self):
        """Set the grad of every node behind this one to the slope of this one along it."""
        order = self.order()
        slopes = dict.fromkeys(order, 0.0)
        slopes[self] = 1.0
        for node in reversed(order):
            node.grad += slopes[node]
            for operand, slope in node.edges:
                slopes[operand] += slope * slopes[node]


# %% nbgrader={"grade": false, "grade_id": "finish_engine", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Value(Node):
    """A Node with the operations that were missing."""

    def __pow__(self, n):
        """Return self to the power of n, a plain number."""
        ### BEGIN SOLUTION
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])
        ### END SOLUTION

    def tanh(self):
        """Return the hyperbolic tangent."""
        ### BEGIN SOLUTION
        result = math.tanh(self.data)
        return Value(result, [(self, 1 - result**2)])
        ### END SOLUTION

    def __rsub__(self, other):
        """Return other - self, where other is a plain number."""
        ### BEGIN SOLUTION
        return -self + other
        ### END SOLUTION

    def __rtruediv__(self, other):
        """Return other / self, where other is a plain number."""
        ### BEGIN SOLUTION
        return other * self**-1
        ### END SOLUTION

    def order(self):
        """Return all values behind this one and itself, operands before results."""
        ### BEGIN SOLUTION
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found
        ### END SOLUTION


# This is ready; leave it as it is.
def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them.

    Parameters
    ----------
    function : callable
        Takes as many Values as there are numbers, returns a Value.
    numbers : list of float

    Returns
    -------
    (float, list of float)
    """
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]


# %% nbgrader={"grade": true, "grade_id": "test_finish_engine", "locked": true, "points": 0.5, "schema_version": 3, "solution": false, "task": false}
# The missing operations, each on its own.
t = np.tanh(0.5)
power = "The slope of v ** n is n * v ** (n - 1)."
nothing = (
    "No slope has arrived. In order(), operands come before results, and the result itself is last: "
    "backward goes through the list in reverse."
)
for function, text, number, value, slope, wrong_values, wrong_slopes in [
    (cube, "a ** 3", 2.0, 8.0, 12.0, [], [(4, power), (24, power), (3, power), (6, power)]),
    (cube, "a ** 3", -2.0, -8.0, 12.0, [(8, "-2 * -2 * -2 is -8.")], [(-12, power)]),
    (
        one_over_square,
        "a ** -2",
        2.0,
        0.25,
        -0.25,
        [],
        [(-1, power), (-0.5, power), (0.25, power)],
    ),
    (
        tanh,
        "a.tanh()",
        0.5,
        t,
        1 - t**2,
        [],
        [
            (0.75, "The slope of tanh is 1 - tanh(v)**2: take the result, not v."),
            (
                t * (1 - t),
                "t * (1 - t) is the slope of the sigmoid. For tanh it is 1 - t**2.",
            ),
            (1 - t, "Square the result: 1 - t**2."),
            (1, "The local slope is missing: 1 - t**2."),
        ],
    ),
    (
        five_minus,
        "5 - a",
        2.0,
        3.0,
        -1.0,
        [
            (
                -3,
                "That is a - 5. For 5 - a Python calls a.__rsub__(5): self stands on the right.",
            )
        ],
        [(1, "5 - a falls as a grows: the slope is -1.")],
    ),
    (
        two_over,
        "2 / a",
        4.0,
        0.5,
        -0.125,
        [
            (
                2,
                "That is a / 2. For 2 / a Python calls a.__rtruediv__(2): self stands below.",
            )
        ],
        [
            (0.125, "2 / a falls as a grows: the slope is negative."),
            (-0.0625, "-2 / a**2, not -1."),
        ],
    ),
]:
    what = f"{text} at {number}"
    got = checks.call(
        value_and_slopes,
        function,
        [number],
        what=what,
        hint="A KeyError from backward means that a value is missing in order(); a TypeError or "
        "AttributeError that an operation is, or that order() holds pairs: edges are pairs. A "
        "RecursionError: `other - self` calls __rsub__, and so does that call. A math domain "
        "error: negative numbers have powers, but no logarithm. Every path must return a Value.",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )
    checks.that(
        isinstance(got, tuple | list) and len(got) == 2,
        "value_and_slopes was changed: it returns a value and a list of slopes.",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )
    checks.close(
        got[0],
        value,
        f"the value of {what}",
        mistakes=wrong_values,
        hint="This is the forward pass: nothing but the number.",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )
    checks.close(
        got[1],
        [slope],
        f"the slopes of {what}",
        mistakes=[([wrong], advice) for wrong, advice in [*wrong_slopes, (0, nothing)]],
        hint="Make the result as Node does: Value(number, [(operand, slope)]). If all operations "
        "look right, look at order().",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )

# %% nbgrader={"grade": true, "grade_id": "test_finish_engine_order", "locked": true, "points": 0.5, "schema_version": 3, "solution": false, "task": false}
# Graphs in which a value is used more than once. They need + and * only, and order().
early = (
    "A value handed on its slope before all paths had brought theirs. In order(), a value comes "
    "after everything it was made from, on whichever path you get there."
)
twice = "Some value is in order() more than once, so its slope was handed on more than once."
nothing = (
    "No slope has arrived. In order(), operands come before results, and the result itself is last: "
    "backward goes through the list in reverse."
)
for function, text, numbers, value, slopes, mistakes in [
    (
        lecture_example,
        "(a + b) * b",
        [2.0, 3.0],
        15.0,
        [3.0, 8.0],
        [([3.0, 13.0], twice)],
    ),
    (ladder, "a + a, ten times over", [1.0], 1024.0, [1024.0], []),
    (
        shortcut,
        "(h * b + 1) * h, h = a * a",
        [1.0, 2.0],
        3.0,
        [10.0, 1.0],
        [([6.0, 1.0], early), ([4.0, 1.0], early), ([16.0, 1.0], twice)],
    ),
    (
        shortcut_first,
        "h * (h * b + 1), h = a * a",
        [1.0, 2.0],
        3.0,
        [10.0, 1.0],
        [([6.0, 1.0], early), ([4.0, 1.0], early), ([16.0, 1.0], twice)],
    ),
]:
    what = f"{text} at {numbers}"
    got = checks.call(
        value_and_slopes,
        function,
        numbers,
        what=what,
        hint="A KeyError from backward means that a value is missing in order(); a TypeError or "
        "AttributeError that an operation is, or that order() holds pairs: edges are pairs. A "
        "RecursionError: `other - self` calls __rsub__, and so does that call. Every path must "
        "return a Value.",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )
    checks.that(
        isinstance(got, tuple | list) and len(got) == 2,
        "value_and_slopes was changed: it returns a value and a list of slopes.",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )
    checks.close(got[0], value, f"the value of {what}")
    checks.close(
        got[1],
        slopes,
        f"the slopes of {what}",
        mistakes=[*mistakes, ([0.0] * len(numbers), nothing)],
        hint="Look at order(): each value once, after everything it was made from.",
        see="04_backpropagation: An autodiff engine in 60 lines",
    )

# %% nbgrader={"grade": true, "grade_id": "test_finish_engine_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: negative bases, fractions and other powers, values used many times and at many
# depths, constants, and a long expression of everything, against finite differences.
### BEGIN HIDDEN TESTS
cases = [
    (cube, "a ** 3", [[-1.5], [0.0], [0.3]]),
    (one_over_square, "a ** -2", [[-0.5], [3.0]]),
    (tanh, "a.tanh()", [[-2.0], [0.0], [1.3]]),
    (five_minus, "5 - a", [[-3.0], [5.0]]),
    (two_over, "2 / a", [[-4.0], [0.7]]),
    (shortcut, "(h * b + 1) * h, h = a * a", [[0.7, -1.3], [-2.0, 0.4]]),
    (shortcut_first, "h * (h * b + 1), h = a * a", [[0.7, -1.3], [-2.0, 0.4]]),
    (ladder, "a + a, ten times over", [[0.5], [-3.0]]),
    (residual_blocks, "a chain of blocks with shortcuts", [[0.5, -0.8], [-1.0, 0.3]]),
    (
        everything,
        "a long expression",
        [[0.4, 0.9, 1.7], [-1.2, 0.5, -2.5], [2.0, 0.1, 0.6]],
    ),
]
for function, text, points in cases:
    for numbers in points:
        what = f"{text} at {numbers}"
        got = checks.call(
            value_and_slopes,
            function,
            list(numbers),
            what=what,
            see="04_backpropagation: An autodiff engine in 60 lines",
        )
        checks.that(
            isinstance(got, tuple | list) and len(got) == 2,
            "value_and_slopes was changed: it returns a value and a list of slopes.",
            see="04_backpropagation: An autodiff engine in 60 lines",
        )
        exact = function(*numbers)
        checks.close(
            got[0],
            exact,
            f"the value of {what}",
            see="04_backpropagation: An autodiff engine in 60 lines",
        )
        numeric = []
        for i in range(len(numbers)):
            up, down = list(numbers), list(numbers)
            up[i] += 1e-5
            down[i] -= 1e-5
            change = function(*up) - function(*down)
            numeric.append(change / 2e-5)
        # Central differences are good to 1e-8 of the size of the slopes here; a lost or doubled
        # path is off by more than 1 % in all of these points.
        checks.close(
            got[1],
            numeric,
            f"the slopes of {what}",
            rtol=1e-5,
            atol=1e-6,
            hint="Each value once in order(), after everything it was made from. A constant is a "
            "value, too. Local slopes belong to the operand, at the operand's own number.",
            see="04_backpropagation: An autodiff engine in 60 lines",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 7: explain_bug (2 points)
#
# A colleague has written a network of three dense layers with a ReLU after each of the first two
# (`z1 = x @ W1 + b1`, `h1 = relu(z1)`, `z2 = h1 @ W2 + b2`, `h2 = relu(z2)`, `o = h2 @ W3 + b3`, then
# softmax and mean cross-entropy). Training works, "only a bit slowly". You run a gradient check in
# float64 with a step of 1e-5, also for the signals in between, and get these relative errors, in the
# order of the backward pass:
#
# | array | relative error | | array | relative error |
# |---|---|---|---|---|
# | `do` | 4e-11 | | `db2` | 8e-01 |
# | `dW3` | 8e-11 | | `dh1` | 5e-01 |
# | `db3` | 5e-11 | | `dz1` | 5e-01 |
# | `dh2` | 4e-11 | | `dW1` | 8e-01 |
# | `dz2` | 4e-01 | | `db1` | 8e-01 |
# | `dW2` | 8e-01 | | | |
#
# So you print one sample's five nodes of the second hidden layer:
#
# | node | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | `z2` | 0.29 | -3.08 | 0.21 | 1.73 | -0.15 |
# | `dh2`, colleague's | -0.147 | 0.016 | -0.026 | 0.025 | 0.008 |
# | `dz2`, colleague's | 0 | 0.016 | 0 | 0.025 | 0.008 |
# | `dz2`, finite differences | -0.147 | 0 | -0.026 | 0.025 | 0 |
#
# Answer in a few sentences each:
#
# 1. *(1 point)* In which step of the backward pass is the bug? Which lines of the code has the first
#    table cleared, which not, and what does it tell you about the lines that compute `dW1` and `db1`?
# 2. *(1 point)* What is the mistake? Show it with two nodes of the second table that go wrong in
#    different ways, and write the right line. Why does the falling loss not prove the gradient right?
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_bug", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# 1. The bug is in the step from `dh2` to `dz2`, the backward pass of the second ReLU: `dh2` goes in
#    right (4e-11 is rounding) and `dz2` comes out wrong (0.4). Cleared are the lines for `do`, `dW3`,
#    `db3` and `dh2`: their results are right. Everything after `dz2` is computed from it and is wrong
#    in any case, so large errors in `dW2`, `db2`, `dh1`, `dz1`, `dW1` and `db1` accuse nobody and
#    clear nobody. The lines for `dW1` and `db1` may be right or wrong; mend `dz2` and check again.
# 2. The colleague asked whether the *signal* is positive, `dz2 = dh2 * (dh2 > 0)`, in place of
#    whether the node was on: the colleague's row is the positive part of `dh2`. Node 1 was on
#    (`z2` = 0.29), so its signal of -0.147 should pass; it was stopped because it is negative. (Node
#    3 is alike.) Node 2 was off (`z2` = -3.08), so its signal should stop; 0.016 passed because it is
#    positive. (Node 5 is alike.) Right is `dz2 = dh2 * (z2 > 0)`. Node 4 is right by luck, both are
#    positive. The loss falls because the last layer gets its right gradient and learns, and because
#    a wrong direction still goes downhill as long as it forms less than a right angle with the
#    right one. A falling loss says "downhill", not "the gradient".
#
# **Rubric**
#
# - Part 1: the second ReLU, from `dh2` to `dz2` (0.25), because what goes in is right and what comes
#   out is wrong (0.25); `do`, `dW3`, `db3`, `dh2` cleared (0.25); nothing can be said about `dW1` and
#   `db1`, since they are computed from a wrong `dz2` (0.25). "Layer 2" without the ReLU loses the
#   first 0.25. "All layers below are wrong, too" loses the last.
# - Part 2: the sign of the signal was asked for instead of that of `z2` (0.25), shown with a node that
#   was stopped and one that passed wrongly, 1 or 3 and 2 or 5 (0.25); the right line, with `z2 > 0` or
#   `h2 > 0` (0.25); a reason why the loss can fall all the same: the last layer is right, or a wrong
#   direction can go downhill, too (0.25). "A missing mask" or "`>=` for `>`" is not what the nodes
#   show and loses the first two.
