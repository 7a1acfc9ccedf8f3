# %% [markdown]
# # Exercise 2. Perceptrons and multilayer networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/02_perceptrons/02_perceptrons.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/02_perceptrons/02_perceptrons.ipynb)
#
# *60 minutes, 20 points. Everything here runs in a few seconds on any computer.*
#
# You build a network from its smallest parts: the boundary of a node, a layer, a softmax, and the
# forward pass through as many layers as you like. Fill in the cells that say `# YOUR CODE HERE` and
# delete the line that raises `NotImplementedError`, then run the checks below. A check stays silent
# when all is well. When it fails, read the last lines of its message: they say what was expected,
# what came, and often which misunderstanding leads there. Some cells hold further checks that run
# when you hand in; the comment in them says what they try. Tasks do not build on each other's code,
# so you can leave one out and come back to it. NumPy is all you need; loops are as welcome as
# one-liners.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# [lecture](../../lectures/02_perceptrons.ipynb) has all that is asked for here; the messages name
# the section to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks, figures

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

# exp overflows to inf, and inf / inf gives nan, without a warning: the checks look for them.
_ = np.seterr(all="ignore")


# Activations for the task on the forward pass. Each takes the array z of a whole layer.
def relu(z):
    return np.maximum(z, 0)


def linear(z):
    return z


def shares(z):
    """Return the squares as shares of their row's sum: like a softmax, it needs the whole layer."""
    return z**2 / np.sum(z**2, axis=-1, keepdims=True)


# %% [markdown]
# ## Task 1: boundary_side (4 points)
#
# A node in the plane has two weights $w$ and a bias $b$. Its decision boundary is the line
# $x \cdot w + b = 0$, and $w$ points to one of its sides. Write a function that says for each point
# on which side it lies, and how far from the line:
#
# - `points` has shape `(n, 2)`, one point a row. `weights` has shape `(2,)` and is not zero; `bias`
#   is a number.
# - The result has shape `(n,)`: for each point its **signed distance** from the line. That is its
#   distance (Euclidean, at right angles to the line), with a plus on the side that `weights` points
#   to, with a minus on the other, and 0 on the line itself.
# - `points` and `weights` stay as they were. They may hold whole numbers.
#
# ```python
# >>> points = np.array([[2.0, 1.0], [0.0, 0.0], [-1.0, 2.0]])
# >>> boundary_side(points, np.array([3.0, 4.0]), -5.0)
# array([ 1., -1.,  0.])
# ```


# %% nbgrader={"grade": false, "grade_id": "boundary_side", "locked": false, "schema_version": 3, "solution": true, "task": false}
def boundary_side(points, weights, bias):
    """Return the signed distances of points from a node's decision boundary.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        One point a row. Left unchanged.
    weights : ndarray, shape (2,)
        Not both zero. Left unchanged.
    bias : float

    Returns
    -------
    ndarray of float, shape (n,)
        Positive on the side that the weights point to, negative on the other, 0 on the boundary.
    """
    ### BEGIN SOLUTION
    return (points @ weights + bias) / np.linalg.norm(weights)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_boundary_side", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Four points and the line 3 x1 - 4 x2 + 10 = 0. The weights have length 5.
points = np.array([[1.0, 2.0], [0.0, 5.0], [2.0, 4.0], [-1.0, -2.0]])
weights = np.array([3.0, -4.0])
see = "02_perceptrons: One node"
points_given, weights_given = points.copy(), weights.copy()
result = checks.call(
    boundary_side,
    points_given,
    weights_given,
    10.0,
    what="boundary_side on four points",
    hint="points has one point a row, so points @ weights has one number for each.",
    see=see,
)
z = np.array([5.0, -10.0, 0.0, 15.0])
checks.shape(
    result,
    (4,),
    "boundary_side on four points",
    hint="Give one number for each point, in a vector and not a column. A sum over the two "
    "coordinates takes axis=1; a `return` inside a loop ends it at the first point.",
    see=see,
)
checks.close(
    result,
    [1.0, -2.0, 0.0, 3.0],
    "boundary_side(points, weights, 10)",
    mistakes=[
        (z, "These are the pre-activations z. For a distance, divide by the length of w."),
        (np.sign(z), "These are only the sides. How far are the points from the line?"),
        ([1.0, 2.0, 0.0, 3.0], "The distances are right; which side? Do without abs."),
        ([-1.0, 2.0, 0.0, -3.0], "The sides are swapped: w points to the side where z > 0."),
        ([-1.0, -4.0, -2.0, 1.0], "The bias is missing or counts nothing."),
        ([-3.0, -6.0, -4.0, -1.0], "The bias has the wrong sign: z is x . w + b."),
        ([9.0, 6.0, 8.0, 11.0], "Divide the whole of z by the length of w, the bias as well."),
        (z / 25, "You divided by w . w. The length of w is the root of that."),
        (z / 7, "The length of w is the root of the sum of squares, not a sum of |w|."),
        (z / 4, "The length of w is the root of the sum of squares, not its largest entry."),
        (-z, "The sum of the weights is no length: take the root of the sum of squares."),
        (1 / (1 + np.exp(-z)), "These are the node's probabilities. Distances are asked for."),
        (z / np.sqrt([5, 25, 20, 5]), "Divide by the length of w, not by that of the points."),
        (z / np.sqrt(55), "Divide by the length of w, not by that of all points."),
        (-z / 4, "That goes straight up to the line. The distance is at right angles to it."),
        (z / 3, "That goes sideways to the line. The distance is at right angles to it."),
        (z > 0, "These are only the sides. How far are the points from the line?"),
    ],
    hint="z = x . w + b tells the side; z divided by the length of w, the distance.",
    see=see,
)
checks.unchanged(points, points_given, "points")
checks.unchanged(weights, weights_given, "weights")

# %% nbgrader={"grade": true, "grade_id": "test_boundary_side_scale", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The same line may be written in many ways: with k w and k b for any k > 0 nothing changes, and
# with -w and -b the sides are swapped.
points = np.array([[0.5, 1.5], [-2.0, 3.0], [4.0, -1.0], [0.0, 0.0], [2.0, 2.0]])
weights = np.array([1.5, 2.0])
see = "02_perceptrons: One node"
once = checks.call(boundary_side, points.copy(), weights.copy(), -1.0, what="Five points", see=see)
checks.close(
    once,
    [1.1, 0.8, 1.2, -0.4, 2.4],
    "the signed distances of five points",
    hint="z = x . w + b for each point, all of it divided by the length of w, 2.5 here.",
    see=see,
)
for k in (0.01, 3.0, 200.0, -1.0, -5.0):
    result = checks.call(
        boundary_side, points.copy(), k * weights, -k, what=f"w and b times {k:g}", see=see
    )
    checks.close(
        result,
        np.sign(k) * np.asarray(once),
        f"the signed distances after w and b were multiplied by {k:g}",
        mistakes=[
            (k * np.asarray(once), "Your result grew with w. Divide by the length of w."),
            (once, "The sign got lost: now w points to the other side of the line."),
        ],
        hint="The line is the same, so are the distances; w points to the plus side.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_boundary_side_line", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Walk d along w from a point on the line: the signed distance is d. Walk along the line: still d.
# The first line is upright and the last one level; the second goes through the origin.
see = "02_perceptrons: One node"
for weights, bias in [([1.0, 0.0], 2.0), ([-0.6, 0.8], 0.0), ([5.0, 12.0], -13.0), ([0, -2], 7)]:
    weights = np.array(weights)
    unit = weights / np.linalg.norm(weights)
    along = np.array([-unit[1], unit[0]])
    foot = -bias / np.linalg.norm(weights) * unit
    for d in (0.0, 2.5, -0.75):
        points = np.array([foot + d * unit + t * along for t in (-3.0, 0.0, 1.0, 8.0)])
        result = checks.call(
            boundary_side, points, weights.copy(), bias, what="Points along a line", see=see
        )
        what = f"four points {d:g} from the line with w = {weights.tolist()}, b = {bias:g}"
        checks.finite(
            result,
            f"The result for {what}",
            hint="One of the weights is 0, so a division by it gives inf or nan. Divide by the "
            "length of w, which is not 0.",
            see=see,
        )
        checks.close(
            result,
            np.full(4, d),
            f"the signed distances of {what}",
            atol=1e-6,  # rounding of coordinates below 10, with room for float32
            mistakes=[
                (np.full(4, abs(d)), "The sign got lost: minus on the side that w points from."),
                (np.full(4, -d), "The sides are swapped: w points to the plus side."),
                (
                    np.full(4, d * np.linalg.norm(weights)),
                    "These are the pre-activations z. Divide by the length of w.",
                ),
            ],
            hint="It is (x . w + b) / |w|, the same wherever along the line a point is.",
            see=see,
        )

# %% nbgrader={"grade": true, "grade_id": "test_boundary_side_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: other lines, some of them upright or level, whole numbers, one point, two points
# and many, float32, and that your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
see = "02_perceptrons: One node"
for n, precision, line in [
    (1, "int64", (3, -4)),
    (2, "float64", (-2.6, -3.1)),
    (2, "int64", (-2, -5)),
    (2, "int64", (0, 3)),
    (3, "float32", (4.2, -0.3)),
    (4, "float64", (-0.5, 0)),
    (200, "float64", (0.02, 0.03)),
]:
    points = rng.uniform(-9, 9, size=(n, 2)).astype(precision)
    weights = np.array(line).astype(precision)
    bias = -3 if precision == "int64" else 1.75
    points_given, weights_given = points.copy(), weights.copy()
    what = f"boundary_side of points {points.shape} in {precision}"
    result = checks.call(boundary_side, points_given, weights_given, bias, what=what, see=see)
    right = []
    for point in points.tolist():
        z = sum(p * w for p, w in zip(point, weights.tolist(), strict=True)) + bias
        right.append(z / (weights.astype(float) ** 2).sum() ** 0.5)
    checks.close(
        result,
        right,
        what,
        atol=2e-5,  # float32 has 7 digits, and z is a difference of numbers up to 45
        mistakes=[
            (
                np.trunc(right),
                "Whole-number points made the result an array of whole numbers, which cuts the "
                "rest off. np.zeros(n) makes an array of float.",
            )
        ]
        if precision == "int64"
        else [],
        hint="(x . w + b) divided by the length of w, for each row of points.",
        see=see,
    )
    checks.unchanged(points, points_given, "points")
    checks.unchanged(weights, weights_given, "weights")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: layer (3 points)
#
# Nodes that read the same inputs form a dense layer. Write its output for a batch:
#
# - `x` has shape `(n, inputs)`, one sample a row. `weights` has shape `(inputs, nodes)`: column `j`
#   belongs to node `j`. `bias` has shape `(nodes,)`.
# - `activation` is the text `"sigmoid"`, `"tanh"` or `"relu"`, or `None` for no activation.
# - The result has shape `(n, nodes)`. Pre-activations may be as large as 1000 or as small as
#   −1000: there must be no `nan`.
# - `x`, `weights` and `bias` stay as they were. They may hold whole numbers.
#
# ```python
# >>> x = np.array([[1.0, 2.0]])
# >>> weights = np.array([[1.0, 0.0, -1.0], [0.5, 1.0, 0.0]])
# >>> layer(x, weights, np.array([0.0, -3.0, 0.5]), None)
# array([[ 2. , -1. , -0.5]])
# >>> layer(x, weights, np.array([0.0, -3.0, 0.5]), "relu")
# array([[2., 0., 0.]])
# ```


# %% nbgrader={"grade": false, "grade_id": "layer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer(x, weights, bias, activation):
    """Return the output of a dense layer for a batch.

    Parameters
    ----------
    x : ndarray, shape (n, inputs)
        Left unchanged.
    weights : ndarray, shape (inputs, nodes)
        Left unchanged.
    bias : ndarray, shape (nodes,)
        Left unchanged.
    activation : {"sigmoid", "tanh", "relu", None}

    Returns
    -------
    ndarray of float, shape (n, nodes)
    """
    ### BEGIN SOLUTION
    z = x @ weights + bias
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    if activation == "relu":
        return np.maximum(z, 0)
    return z
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_layer", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Three samples, two inputs, three nodes; without activation and with ReLU.
x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 3.0]])
weights = np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -1.0]])
bias = np.array([0.5, -1.0, 1.5])
see = "02_perceptrons: Layers and the forward pass"
x_given, weights_given, bias_given = x.copy(), weights.copy(), bias.copy()
z = np.array([[5.5, -1.0, 0.0], [0.5, 0.25, 0.5], [6.5, 0.5, -1.5]])
result = checks.call(
    layer,
    x_given,
    weights_given,
    bias_given,
    None,
    what="layer(x, weights, bias, None)",
    hint="x has a sample a row, weights a node a column: x @ weights, with no transpose.",
    see=see,
)
checks.that(
    result is not None,
    "layer(x, weights, bias, None) is None.",
    hint='Without an activation, return z itself. None is no text: it is not equal to "None".',
    see=see,
)
checks.close(
    result,
    z,
    "layer(x, weights, bias, None)",
    mistakes=[
        ([[5.0, 0.0, -1.5], [0.0, 1.25, -1.0], [6.0, 1.5, -3.0]], "The bias is missing."),
        ([[4.5, 1.0, -3.0], [-0.5, 2.25, -2.5], [5.5, 2.5, -4.5]], "Add the bias."),
        ([[6.0, -2.0, 1.5], [1.0, -0.75, 2.0], [7.0, -0.5, 0.0]], "Add the bias once only."),
        (
            [[5.5, 0.5, -1.0], [-1.0, 0.25, -2.0], [7.5, 3.0, -1.5]],
            "Each bias belongs to a node, so to a column, and you added it to a row.",
        ),
        (
            [[5.5, 0.0, 0.0], [0.5, 0.25, 0.5], [6.5, 0.5, 0.0]],
            "None means no activation, and you used ReLU.",
        ),
        (
            np.tanh(z),
            "None means no activation, and you used tanh. An `else` belongs to the last `if` "
            "only: write `elif` in between.",
        ),
        (1 / (1 + np.exp(-z)), "None means no activation, and you used the sigmoid."),
        ([5.5, -1.0, 0.0], "Only the first sample came out. All rows of x are asked for."),
    ],
    hint="z = x @ weights + bias, one row a sample, one column a node.",
    see=see,
)
checks.unchanged(x, x_given, "x")
checks.unchanged(weights, weights_given, "weights")
checks.unchanged(bias, bias_given, "bias")
see = "02_perceptrons: Activation functions"
result = checks.call(
    layer,
    x.copy(),
    weights.copy(),
    bias.copy(),
    "relu",
    what="A layer with ReLU",
    hint="np.maximum(z, 0) compares each entry of z with 0. In np.max the second argument is an "
    "axis.",
    see=see,
)
checks.close(
    result,
    [[5.5, 0.0, 0.0], [0.5, 0.25, 0.5], [6.5, 0.5, 0.0]],
    'layer(x, weights, bias, "relu")',
    mistakes=[
        (z, 'No activation was applied. The name is "relu", in small letters.'),
        (np.tanh(np.maximum(z, 0)), "ReLU, then tanh: write `elif`, so that one of them applies."),
        (
            [[5.5, -1.0, 1.5], [0.5, 0.25, 1.5], [6.5, 0.5, 1.5]],
            "The bias came after the activation. It is part of z.",
        ),
        (
            [[5.5, -1.0, 0.0], [1.5, -0.75, 1.0], [6.5, 0.5, -1.5]],
            "You applied ReLU to the inputs. Apply it to z.",
        ),
        ([[5.5, 1.0, 0.0], [0.5, 0.25, 0.5], [6.5, 0.5, 1.5]], "That is abs(z)."),
        ([[0.0, -1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, -1.5]], "That is min(z, 0)."),
        ([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [1.0, 1.0, 0.0]], "That is a step, not ReLU."),
        (
            [[5.5, -0.01, 0.0], [0.5, 0.25, 0.5], [6.5, 0.5, -0.015]],
            "That is the leaky ReLU. ReLU is 0 for negative z.",
        ),
        (6.5, "np.max finds the largest of all. np.maximum(z, 0) compares each with 0."),
        ([6.5, 0.5, 0.5], "np.max(z, 0) takes the largest of a column. Use np.maximum(z, 0)."),
    ],
    hint="ReLU keeps what is positive and turns the rest into 0.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_layer_activations", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The same layer with sigmoid and tanh, then pre-activations far from 0.
x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 3.0]])
weights = np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -1.0]])
bias = np.array([0.5, -1.0, 1.5])
see = "02_perceptrons: Activation functions"
z = np.array([[5.5, -1.0, 0.0], [0.5, 0.25, 0.5], [6.5, 0.5, -1.5]])
result = checks.call(
    layer, x.copy(), weights.copy(), bias.copy(), "sigmoid", what="A layer with sigmoid", see=see
)
checks.close(
    result,
    [
        [0.9959299, 0.2689414, 0.5],
        [0.6224593, 0.5621765, 0.6224593],
        [0.9984988, 0.6224593, 0.1824255],
    ],
    'layer(x, weights, bias, "sigmoid")',
    mistakes=[
        (z, "No activation was applied."),
        (1 / (1 + np.exp(z)), "The sign in the exponent is wrong: 1 / (1 + exp(-z))."),
        (1 / (1 - np.exp(-z)), "A plus: 1 / (1 + exp(-z))."),
        (np.tanh(z), "That is tanh."),
        (np.tanh(1 / (1 + np.exp(-z))), "The sigmoid, then tanh: write `elif` in between."),
        (np.maximum(z, 0), "That is ReLU."),
        (1 / (1 + np.exp(-(z - bias))) + bias, "The bias came after the activation."),
        (1 / (1 + np.exp(-(z - bias))), "The bias is missing."),
        (1 / 1 + np.exp(-z), "Brackets: 1 / (1 + exp(-z))."),
        (
            [
                [0.0040536, 0.1966119, 0.25],
                [0.2350037, 0.2461341, 0.2350037],
                [0.0014989, 0.2350037, 0.1491465],
            ],
            "That is the sigmoid's slope.",
        ),
    ],
    hint="1 / (1 + exp(-z)) of each entry of z.",
    see=see,
)
result = checks.call(
    layer, x.copy(), weights.copy(), bias.copy(), "tanh", what="A layer with tanh", see=see
)
checks.close(
    result,
    [
        [0.9999666, -0.7615942, 0.0],
        [0.4621172, 0.2449187, 0.4621172],
        [0.9999955, 0.4621172, -0.9051483],
    ],
    'layer(x, weights, bias, "tanh")',
    mistakes=[
        (z, "No activation was applied."),
        (np.tan(z), "That is the tangent. Use np.tanh."),
        (1 / (1 + np.exp(-z)), "That is the sigmoid."),
        (np.maximum(z, 0), "That is ReLU."),
        (np.tanh(z - bias) + bias, "The bias came after the activation. It is part of z."),
        (np.tanh(z - bias), "The bias is missing."),
        (2 / (1 + np.exp(-z)) - 1, "That is tanh(z / 2)."),
        (1 - np.tanh(z) ** 2, "That is the slope of tanh."),
    ],
    hint="np.tanh of each entry of z.",
    see=see,
)
z = np.array([[1000.0], [-1000.0], [0.0]])
for activation, far in [
    ("sigmoid", [1.0, 0.0, 0.5]),
    ("tanh", [1.0, -1.0, 0.0]),
    ("relu", [1000.0, 0.0, 0.0]),
]:
    what = f"{activation} at z = 1000, -1000 and 0"
    result = checks.call(
        layer,
        z.copy(),
        np.ones((1, 1)),
        np.zeros(1),
        activation,
        what=f"A layer of one node with {what}",
        hint="A layer may have any number of nodes: as many as the bias has entries.",
        see=see,
    )
    checks.finite(
        result,
        what,
        hint="exp(1000) is inf, and inf / inf is nan. 1 / (1 + exp(-z)) becomes 1 / inf, which "
        "is 0 as it should be, and NumPy's tanh is safe.",
        see=see,
    )
    checks.close(
        result,
        np.array(far)[:, None],
        what,
        mistakes=[
            (
                np.where(np.abs(far) == 1, 0, far)[:, None],
                "nan_to_num puts 0 where a nan was. Write it so that no nan arises.",
            )
        ],
        hint="Was z clipped or rounded? No activation needs it: 1 / (1 + exp(-z)) and NumPy's "
        "tanh take any z, and ReLU lets large numbers through as they are.",
        see=see,
    )


# %% nbgrader={"grade": true, "grade_id": "test_layer_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: layers and batches of many sizes, all activations, float32, whole numbers, and
# that your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
for n, inputs, nodes, precision in [
    (1, 1, 1, "float64"),
    (1, 5, 3, "float64"),
    (4, 4, 4, "float64"),
    (7, 3, 7, "float32"),
    (50, 20, 1, "float32"),
    (3, 2, 6, "int64"),
]:
    for activation in ("sigmoid", "tanh", "relu", None):
        x = rng.uniform(-3, 3, size=(n, inputs)).astype(precision)
        weights = rng.uniform(-3, 3, size=(inputs, nodes)).astype(precision)
        bias = rng.uniform(-3, 3, size=nodes).astype(precision)
        x_given, weights_given, bias_given = x.copy(), weights.copy(), bias.copy()
        what = f"layer with x {x.shape}, {nodes} nodes, {activation}, in {precision}"
        see = "02_perceptrons: Layers and the forward pass"
        result = checks.call(
            layer, x_given, weights_given, bias_given, activation, what=what, see=see
        )
        z = np.sum(x.astype(float)[:, :, None] * weights.astype(float), axis=1) + bias
        right = z
        if activation == "sigmoid":
            right = 0.5 + 0.5 * np.tanh(z / 2)
        if activation == "tanh":
            right = 1 - 2 / (1 + np.exp(2 * z))
        if activation == "relu":
            right = np.where(z > 0, z, 0)
        # 20 products of up to 9 each, summed in float32
        checks.close(
            result,
            right,
            what,
            rtol=1e-4,
            atol=5e-5,
            mistakes=[
                (
                    np.trunc(right),
                    "Whole-number data made the result an array of whole numbers, which cuts the "
                    "rest off. np.zeros((n, nodes)) makes an array of float.",
                )
            ]
            if precision == "int64"
            else [],
            hint="x @ weights + bias, then the activation of each entry.",
            see=see,
        )
        checks.unchanged(x, x_given, "x")
        checks.unchanged(weights, weights_given, "weights")
        checks.unchanged(bias, bias_given, "bias")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: softmax (4 points)
#
# The last layer of a classifier gives each class a score. Softmax turns the scores of a sample into
# probabilities: positive numbers that sum to 1. Write one that never overflows:
#
# - `z` has shape `(n, num_classes)`, one sample a row, or shape `(num_classes,)` for a single
#   sample. The result has the shape of `z`, and each *sample's* probabilities sum to 1.
# - Scores may be as large as 10,000 or as small as −10,000, and both may occur in one batch. There
#   must be no `nan`. A probability too small for a float is 0.
# - `z` stays as it was. It may hold whole numbers.
#
# ```python
# >>> softmax(np.array([[1.0, 3.0], [2.0, 2.0]])).round(4)
# array([[0.1192, 0.8808],
#        [0.5   , 0.5   ]])
# ```


# %% nbgrader={"grade": false, "grade_id": "softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax(z):
    """Turn scores into probabilities.

    Parameters
    ----------
    z : ndarray, shape (n, num_classes) or (num_classes,)
        Any finite scores. Left unchanged.

    Returns
    -------
    ndarray of float, of the shape of z
        Positive or 0; the probabilities of a sample sum to 1.
    """
    ### BEGIN SOLUTION
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_softmax", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two samples, three classes.
z = np.array([[2.0, 1.0, 0.0], [0.5, -1.0, 1.0]])
see = "02_perceptrons: Softmax, computed safely"
given = z.copy()
result = checks.call(
    softmax,
    given,
    what="softmax of scores of shape (2, 3)",
    hint="A sum over each row has shape (2,); keepdims=True makes it (2, 1), to divide by.",
    see=see,
)
checks.close(
    result,
    [[0.6652410, 0.2447285, 0.0900306], [0.3482074, 0.0776956, 0.5740970]],
    "softmax(z)",
    mistakes=[
        (
            [[0.8175745, 0.8807971, 0.2689414], [0.1824255, 0.1192029, 0.7310586]],
            "The columns sum to 1. Sum over the classes of a sample, the last axis.",
        ),
        (
            [[0.4664154, 0.1715846, 0.0631225], [0.1040713, 0.0232215, 0.1715846]],
            "You divided by the sum over the whole batch. Each sample has its own sum.",
        ),
        (
            [[7.3890561, 2.7182818, 1.0], [1.6487213, 0.3678794, 2.7182818]],
            "These are the powers. Divide by their sum.",
        ),
        (
            [[1.0, 0.3678794, 0.1353353], [0.6065307, 0.1353353, 1.0]],
            "The maximum is subtracted. Now divide by the sum of the powers.",
        ),
        (
            [[0.6666667, 0.3333333, 0.0], [1.0, -2.0, 2.0]],
            "Where is the exponential? It makes all scores positive.",
        ),
        (
            [[0.6666667, 0.3333333, 0.0], [0.2, 0.4, 0.4]],
            "Take exp, not abs: a lower score must get a lower probability.",
        ),
        (
            [[0.0900306, 0.2447285, 0.6652410], [0.1642516, 0.7361247, 0.0996236]],
            "The sign in the exponent is wrong: a higher score, a higher probability.",
        ),
        (
            [[0.8807971, 0.7310586, 0.5], [0.6224593, 0.2689414, 0.7310586]],
            "That is the sigmoid of each score. Softmax compares the scores of a sample.",
        ),
        (
            [[-0.4076060, -1.4076060, -2.4076060], [-1.0549569, -2.5549569, -0.5549569]],
            "That is the logarithm of softmax.",
        ),
        (
            [[0.5714286, 0.2857143, 0.1428571], [0.3613021, 0.1277396, 0.5109583]],
            "These are powers of 2. Take powers of e, np.exp.",
        ),
        (
            [[1.9957229, 0.7341854, 0.2700917], [1.0446223, 0.2330867, 1.7222910]],
            "You divided by the mean of the powers. Divide by their sum.",
        ),
        (
            [[0.4505932, 0.2959091, 0.2534977], [0.3315182, 0.2529447, 0.4155372]],
            "That is softmax done twice.",
        ),
        (
            [[0.5064804, 0.3071959, 0.1863237], [0.3482074, 0.0776956, 0.5740970]],
            "You divided the scores by the largest one. Subtract it.",
        ),
        (
            [[0.9310341, 0.3425085, 0.1260018], [0.5151595, 0.1149473, 0.8493546]],
            "You divided by the length of the vector of powers. Divide by their sum.",
        ),
    ],
    hint="exp of each score, divided by the sum of its row's exps.",
    see=see,
)
checks.unchanged(z, given, "z")

# %% nbgrader={"grade": true, "grade_id": "test_softmax_safe", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Scores far from 0: large, very negative, and both in one batch.
see = "02_perceptrons: Softmax, computed safely"
p = np.array([0.2689414, 0.7310586])  # for scores that differ by 1
for rows in [[[1000, 1001]], [[-1001, -1000]], [[1000, 1001], [-1001, -1000], [0, 1]]]:
    z = np.array(rows, dtype=float)
    what = f"softmax({rows})"
    result = checks.call(softmax, z.copy(), what=what, see=see)
    checks.finite(
        result,
        what,
        hint="exp(1000) is inf, and exp(-1000) is 0. Subtract from each row its own maximum "
        "first: that changes nothing in the result.",
        see=see,
    )
    checks.close(
        result,
        np.tile(p, (len(rows), 1)),
        what,
        rtol=3e-4,  # near 1000, numbers in float32 are 6e-5 apart, and exp passes that on
        mistakes=[
            (np.full(z.shape, 0.5), "Clipping makes different scores equal. Subtract instead."),
            (np.zeros(z.shape), "All powers are 0: subtract each row's own maximum first."),
        ],
        hint="Subtract from each row its own maximum; clipping or rounding loses the difference.",
        see=see,
    )
what = "softmax([[10000, 0, -10000]])"
result = checks.call(softmax, np.array([[10000.0, 0.0, -10000.0]]), what=what, see=see)
hint = "Subtract the largest score, not the smallest or the mean: then no exponent is above 0."
checks.finite(result, what, hint=hint, see=see)
checks.close(result, [[1.0, 0.0, 0.0]], what, hint=hint, see=see)

# %% nbgrader={"grade": true, "grade_id": "test_softmax_properties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What must hold for any scores; a single sample comes as a vector.
z = np.array([[0.3, -1.2, 2.0, 0.0], [1.0, 1.0, 1.0, 1.0], [-3.0, 2.5, 0.1, -0.4]])
see = "02_perceptrons: Softmax, computed safely"
p = checks.call(softmax, z.copy(), what="softmax of shape (3, 4)", see=see)
checks.shape(p, (3, 4), "softmax of shape (3, 4)", see=see)
checks.close(np.sum(p, axis=1), np.ones(3), "the sum of each row of softmax(z)", see=see)
checks.close(
    checks.call(softmax, z + np.array([[5.0], [-70.0], [0.25]]), what="Shifted scores", see=see),
    p,
    "softmax after a number was added to all scores of a sample",
    hint="The constant cancels: only differences of scores count.",
    see=see,
)
checks.close(
    checks.call(softmax, z[:, ::-1].copy(), what="softmax", see=see),
    np.asarray(p)[:, ::-1],
    "softmax with the classes in reversed order",
    hint="The probabilities move with their scores. Do not sort.",
    see=see,
)
for i in range(3):
    one = checks.call(
        softmax,
        z[i].copy(),
        what="softmax of one sample, shape (4,)",
        hint="A vector has no axis 1. axis=-1 is the last axis, for one axis as for two.",
        see=see,
    )
    checks.close(
        one,
        np.asarray(p)[i],
        "softmax of one sample, shape (4,) (expected: its row in the batch)",
        hint="The result has the shape of z, and does not depend on the rest of the batch.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_softmax_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of many sizes, one class, whole numbers, float32, scores far apart in
# one batch, and that your function leaves its argument alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(6)
see = "02_perceptrons: Softmax, computed safely"
for shape, spread, precision in [
    ((5, 5), 3, "float64"),
    ((1, 7), 3, "float64"),
    ((4, 1), 900, "float64"),
    ((6,), 5, "float64"),
    ((2,), 2000, "float64"),
    ((9, 3), 5, "int64"),
    ((4, 4), 3000, "float64"),
    ((4,), 9000, "int64"),
    ((100, 10), 4, "float32"),
    ((8, 2), 200, "float32"),
]:
    z = rng.uniform(-spread, spread, size=shape).astype(precision)
    given = z.copy()
    what = f"softmax of shape {shape} in {precision}, scores to {spread}"
    result = checks.call(softmax, given, what=what, see=see)
    rows = z.astype(float).reshape(-1, shape[-1])
    # 1 / p_i = sum_k exp(z_k - z_i): another way to the same numbers, inf for p = 0
    right = [[1 / np.sum(np.exp(row - score)) for score in row] for row in rows]
    checks.close(
        result,
        np.reshape(right, shape),
        what,
        rtol=2e-4,  # a float32 score of 200 is good to 1e-5, and exp passes that on
        atol=1e-6,
        mistakes=[
            (
                np.trunc(np.reshape(right, shape)),
                "Whole-number scores made the result an array of whole numbers, which cuts the "
                "rest off. np.zeros(z.shape) makes an array of float.",
            )
        ]
        if precision == "int64"
        else [],
        hint="Subtract each sample's maximum, take exp, divide by the sample's sum.",
        see=see,
    )
    checks.unchanged(z, given, "z")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: forward (4 points)
#
# A network is a list of layers, and the forward pass goes through them from first to last: the
# output of one is the input of the next. Write it for any number of layers:
#
# - `x` has shape `(n, inputs)`, one sample a row.
# - `layers` is a list of triples `(weights, bias, activation)`, in the order in which the data pass
#   through them. `weights` has shape `(n_before, n_after)`, `bias` has shape `(n_after,)`.
# - `activation` is a *function* here, such as `np.tanh`, or `relu` and `linear` from the imports
#   cell. Call it once with the array of all pre-activations of the layer, as in `activation(z)`.
# - The result is the output of the last layer. With an empty list it is `x` itself.
# - `x` and `layers` stay as they were.
#
# ```python
# >>> first = (np.array([[1.0, -1.0]]), np.array([0.0, 1.0]), relu)
# >>> second = (np.array([[1.0], [10.0]]), np.array([0.5]), linear)
# >>> forward(np.array([[2.0], [-3.0]]), [first, second])
# array([[ 2.5],
#        [40.5]])
# ```


# %% nbgrader={"grade": false, "grade_id": "forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward(x, layers):
    """Return the output of a dense network for a batch.

    Parameters
    ----------
    x : ndarray, shape (n, inputs)
        Left unchanged.
    layers : list of (weights, bias, activation)
        Arrays of shapes (n_before, n_after) and (n_after,), and a function of an array.
        Left unchanged.

    Returns
    -------
    ndarray, shape (n, outputs)
        x itself if there are no layers.
    """
    ### BEGIN SOLUTION
    a = x
    for weights, bias, activation in layers:
        a = activation(a @ weights + bias)
    return a
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_forward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# XOR, computed by two hidden ReLU nodes. The second net ends with a tanh.
x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
see = "02_perceptrons: Layers and the forward pass"
hidden = (np.ones((2, 2)), np.array([0.0, -1.0]), relu)
output = (np.array([[1.0], [-2.0]]), np.array([-0.5]))
result = checks.call(
    forward,
    x.copy(),
    [hidden, (*output, linear)],
    what="forward through two layers",
    hint="The output of a layer is the input of the next: a @ weights, where a starts as x.",
    see=see,
)
checks.close(
    result,
    [[-0.5], [0.5], [0.5], [-0.5]],
    "the XOR net's output for its four inputs",
    mistakes=[
        (
            [[1.5], [0.5], [0.5], [-0.5]],
            "The hidden layer's ReLU must get z = a @ weights + bias. Is it missing, before the "
            "weights, or before the bias?",
        ),
        ([[0.0], [0.5], [0.5], [0.0]], "The last layer has its own activation, linear here."),
        ([[0.0], [1.0], [1.0], [0.0]], "The biases are not all there: the last one is missing."),
        ([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 1.0]], "You stopped after the first layer."),
        ([[-0.5], [-2.5], [0.5], [-1.5]], "The last layer reads x. Give it what came before."),
        ([[-0.5], [-1.5], [-1.5], [-2.5]], "The biases of the hidden layer are missing."),
        ([[0.0], [-1.0], [-1.0], [-2.0]], "The biases are missing."),
    ],
    hint="For each layer: a @ weights + bias, then its own activation of that.",
    see=see,
)
result = checks.call(forward, x.copy(), [hidden, (*output, np.tanh)], what="forward", see=see)
checks.close(
    result,
    [[-0.4621172], [0.4621172], [0.4621172], [-0.4621172]],
    "the output of the same net with tanh at its end",
    mistakes=[
        ([[-0.5], [0.5], [0.5], [-0.5]], "The last layer's activation is missing."),
        ([[-0.4318059], [0.4318059], [0.4318059], [-0.4318059]], "You applied tanh twice."),
    ],
    hint="Each layer has its own activation, the last one as well.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_forward_depth", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# No layer, one layer, three, and twenty. Doubling and adding 1 do not commute: order counts.
x = np.array([[1.0], [-2.0]])
see = "02_perceptrons: Layers and the forward pass"
double = (np.array([[2.0]]), np.array([0.0]), linear)
add_one = (np.array([[1.0]]), np.array([1.0]), linear)
square = (np.array([[1.0]]), np.array([0.0]), np.square)
square_next = (np.array([[1.0]]), np.array([1.0]), np.square)
for layers, right, name in [
    ([], [[1.0], [-2.0]], "no layer, where the answer is x"),
    ([double], [[2.0], [-4.0]], "doubling"),
    ([square], [[1.0], [4.0]], "squaring"),
    ([double, add_one], [[3.0], [-3.0]], "doubling, then adding 1"),
    ([add_one, double], [[4.0], [-2.0]], "adding 1, then doubling"),
    ([add_one, square, double], [[8.0], [2.0]], "adding 1, squaring, doubling"),
    ([double, square, add_one], [[5.0], [17.0]], "doubling, squaring, adding 1"),
    ([square_next, double], [[8.0], [2.0]], "adding 1 and squaring in one, doubling"),
    ([add_one] * 20, [[21.0], [18.0]], "adding 1, twenty times"),
]:
    result = checks.call(
        forward, x.copy(), list(layers), what=f"A net with the layers: {name}", see=see
    )
    checks.close(
        result,
        right,
        f"the output of a net with the layers: {name}",
        mistakes=[([[1.0], [-2.0]], "That is x itself: no layer was applied.")],
        hint="Start with a = x, go through the whole list from first to last, return a after it.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_forward_properties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A deep net of widths 3, 5, 2, 4: each sample passes on its own, and all arguments stay.
rng = np.random.default_rng(0)
see = "02_perceptrons: Layers and the forward pass"
x = rng.normal(size=(6, 3))
widths, functions = [3, 5, 2, 4], [np.tanh, relu, shares]
layers = [
    (rng.normal(size=(n, m)), rng.uniform(0.5, 1.5, size=m), g)
    for n, m, g in zip(widths, widths[1:], functions, strict=False)
]
x_given, given = x.copy(), [(weights.copy(), bias.copy(), g) for weights, bias, g in layers]
what = "forward through widths 3, 5, 2, 4"
result = checks.call(forward, x_given, given, what=what, see=see)
checks.unchanged(x, x_given, "x")
checks.that(
    len(given) == 3,
    "Your function changed the list of layers.",
    hint="`pop` takes layers out of the list that you were given. Loop over the list instead.",
)
for (weights, bias, _), (weights_given, bias_given, _) in zip(layers, given, strict=True):
    checks.unchanged(weights, weights_given, "layers (weights)")
    checks.unchanged(bias, bias_given, "layers (bias)")
checks.shape(result, (6, 4), "the output for 6 samples", see=see)
checks.close(
    np.sum(result, axis=1),
    np.ones(6),
    "the rows' sums behind shares, which makes rows sum to 1",
    hint="Call the activation with the whole array, samples in rows, and return what it gives.",
    see=see,
)
for i in range(6):
    one = checks.call(forward, x[i : i + 1].copy(), list(layers), what="One sample", see=see)
    checks.close(
        one, np.asarray(result)[i : i + 1], f"sample {i} alone (expected: as in the batch)", see=see
    )
middle = checks.call(forward, x.copy(), layers[:2], what="The first two layers", see=see)
checks.close(
    checks.call(forward, np.asarray(middle).copy(), layers[2:], what="The last layer", see=see),
    result,
    "the last layer's output for what the first two give (expected: as all at once)",
    hint="A forward pass in two parts is the same forward pass.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_forward_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: nets of many depths and widths with all kinds of activations, float32, and that
# your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(8)
see = "02_perceptrons: Layers and the forward pass"
for n, widths, functions, precision in [
    (4, [2, 3], [np.tanh], "float64"),
    (1, [1, 1, 1], [relu, np.tanh], "float64"),
    (3, [3, 3, 3, 3], [np.sin, np.abs, linear], "float64"),
    (5, [4, 6, 2], [relu, shares], "float32"),
    (7, [2, 8, 8, 8, 8, 3], [np.tanh, relu, np.sin, np.tanh, shares], "float32"),
    (2, [5, 1, 5], [np.abs, np.exp], "float64"),
    (3, [4], [], "float64"),
]:
    x = rng.normal(size=(n, widths[0])).astype(precision)
    layers = [
        (
            rng.uniform(-1, 1, size=(before, after)).astype(precision),
            rng.uniform(0.2, 1, size=after).astype(precision),
            g,
        )
        for before, after, g in zip(widths, widths[1:], functions, strict=False)
    ]
    x_given, given = x.copy(), [(weights.copy(), bias.copy(), g) for weights, bias, g in layers]
    what = f"forward of {n} samples through widths {widths} in {precision}"
    result = checks.call(forward, x_given, given, what=what, see=see)
    right = x.astype(float)
    for weights, bias, g in layers:
        z = np.sum(right[:, :, None] * weights.astype(float), axis=1) + bias
        right = g(z)
    # float32: five layers of width 8, each good to about 1e-6, none of them steep
    checks.close(result, right, what, rtol=1e-4, atol=2e-5, see=see)
    checks.unchanged(x, x_given, "x")
    checks.that(len(given) == len(layers), "Your function changed the list of layers.")
    for (weights, bias, _), (weights_given, bias_given, _) in zip(layers, given, strict=True):
        checks.unchanged(weights, weights_given, "layers (weights)")
        checks.unchanged(bias, bias_given, "layers (bias)")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: num_parameters (2 points)
#
# How many numbers does training have to find? Write a function for dense networks:
#
# - `widths` is a list of whole numbers: the number of inputs, then the number of nodes of each layer
#   from the first hidden one to the output. Every node has a bias; inputs have none.
# - The result is a whole number. With the inputs alone, as in `[5]`, it is 0.
# - `widths` stays as it was.
#
# ```python
# >>> num_parameters([3, 4, 2])
# 26
# ```
#
# That is 3 · 4 + 4 for the hidden layer and 4 · 2 + 2 for the output.


# %% nbgrader={"grade": false, "grade_id": "num_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def num_parameters(widths):
    """Count the weights and biases of a dense network.

    Parameters
    ----------
    widths : list of int
        The number of inputs, then the number of nodes of each layer. Left unchanged.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    total = 0
    for before, after in zip(widths, widths[1:], strict=False):
        total += (before + 1) * after
    return total
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_num_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A network for digits, a deeper one, a single node, and no layer at all.
see = "02_perceptrons: Counting parameters"
missing = "The biases are missing: each node has one."
inputs = "Inputs are no nodes, so they have no bias."
product = "Layers add up. You multiplied their numbers of weights."
for widths, right, mistakes in [
    (
        [784, 30, 10],
        23860,
        [
            (23820, missing),
            (24644, inputs),
            (23822, "Each node has its own bias, not each layer."),
            (24634, "You counted a bias for each node of the layer before. Count this layer's."),
            (23550, "Go to the last layer: the output has parameters as well."),
            (32484, "At index 0 widths[-1] is the last width. The first layer has index 1."),
            (854, "`n + 1 * m` is n + m. Write brackets: (n + 1) * m."),
            (31400, "A node has a weight for each node just before it, not for each input."),
            (235200, product),
            (235240, product),
            ([23550, 310], "Add up the numbers of the layers."),
            (40, "These are the nodes. Each has weights and a bias."),
            ("23860", "That is a text. Return a number."),
        ],
    ),
    (
        [5, 4, 3, 2],
        47,
        [(38, missing), (52, inputs), (720, product), (24, "Go to the last layer.")],
    ),
    ([2, 1], 3, [(2, missing), (5, inputs)]),
    ([5], 0, [(5, inputs), (6, inputs)]),
]:
    given = list(widths)
    result = checks.call(num_parameters, given, what=f"num_parameters({widths})", see=see)
    checks.equal(
        result,
        right,
        f"num_parameters({widths})",
        mistakes,
        hint="Each node has a weight for every node of the layer before, and a bias.",
        see=see,
    )
    checks.equal(
        given,
        widths,
        "Your argument widths after the call",
        hint="`pop`, `sort` and assignments to widths[...] change the given list. Only read it.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_num_parameters_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: networks of many depths and widths, and that widths stays as it was.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(10)
see = "02_perceptrons: Counting parameters"
for depth in (0, 1, 2, 3, 4, 7, 30):
    widths = rng.integers(1, 60, size=depth + 1).tolist()
    right = 0
    for k in range(depth):
        right += np.zeros((widths[k], widths[k + 1])).size + np.zeros(widths[k + 1]).size
    given = list(widths)
    result = checks.call(num_parameters, given, what=f"num_parameters({widths})", see=see)
    checks.equal(
        result,
        right,
        f"num_parameters({widths})",
        hint="Add up (n_before + 1) * n_after over the layers.",
        see=see,
    )
    checks.equal(
        given,
        widths,
        "Your argument widths after the call",
        hint="`pop`, `sort` and assignments to widths[...] change the given list. Only read it.",
        see=see,
    )
for widths, right in [([5000, 16, 16, 1], 80305), ([7, 7, 7], 112), ([1, 1], 2)]:
    result = checks.call(num_parameters, list(widths), what=f"num_parameters({widths})", see=see)
    checks.equal(result, right, f"num_parameters({widths})", see=see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: explain_representation (3 points)
#
# *Does the minute hand point to the upper half of the clock?* Run the cell. It draws 1,600 clocks
# and writes each down in three ways: as an image of 12 × 12 pixels (the clock is not always in the
# middle), as the coordinates of the tips of both hands relative to the clock's middle, and as the
# angles of both hands, clockwise from 12 o'clock. Then one node with a sigmoid learns the answer
# from 800 clocks, and is tried on the other 800.

# %% nbgrader={"grade": false, "grade_id": "clocks", "locked": true, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(0)
minutes = rng.uniform(0, 720, 1600)
angles = np.stack([minutes / 2, minutes % 60 * 6], axis=1)  # hour hand, minute hand
directions = np.stack([np.sin(np.radians(angles)), np.cos(np.radians(angles))], axis=-1)
tips = (directions * [[0.5], [0.9]]).reshape(1600, 4)
middle = rng.uniform(-0.4, 0.4, size=(1600, 1, 1, 2))
ticks = np.linspace(-1.3, 1.3, 12)
places = np.stack(np.meshgrid(ticks, -ticks), axis=-1) - middle
images = np.zeros((1600, 12, 12))
for k, length in enumerate([0.5, 0.9]):
    hand = directions[:, k, None, None]
    along = np.clip(np.sum(places * hand, axis=-1), 0, length)
    off = np.linalg.norm(places - along[..., None] * hand, axis=-1)
    images = np.maximum(images, np.clip(1.5 - off / 0.13, 0, 1))

upper = tips[:, 3] > 0
representations = {"pixels": images.reshape(1600, 144), "tips": tips, "angles": angles / 360}
for name, numbers in representations.items():
    node = LogisticRegression(C=100, max_iter=5000).fit(numbers[:800], upper[:800])
    accuracy = node.score(numbers[800:], upper[800:])
    print(f"{name:8} {numbers.shape[1]:4} numbers a clock, accuracy of one node {accuracy:.2f}")

fig, axes = plt.subplots(1, 3, figsize=(10, 3.4), width_ratios=[0.8, 1, 1], layout="constrained")
axes[0].imshow(images[:4].reshape(2, 2, 12, 12).swapaxes(1, 2).reshape(24, 24), cmap="gray_r")
axes[0].set(title="pixels: four clocks", xticks=[11.5], yticks=[11.5])
axes[0].tick_params(labelbottom=False, labelleft=False)
for kind, marker in ((True, "o"), (False, "s")):
    shown = np.flatnonzero(upper == kind)[:150]
    style = {"s": 14, "marker": marker, "label": "upper half" if kind else "lower half"}
    axes[1].scatter(tips[shown, 2], tips[shown, 3], **style)
    axes[2].scatter(angles[shown, 0], angles[shown, 1], **style)
axes[1].set(title="tips: the minute hand", xlabel="to the right", ylabel="up", aspect="equal")
axes[2].set(title="angles, in degrees", xlabel="hour hand", ylabel="minute hand")
axes[2].set(xticks=[0, 180, 360], yticks=[0, 90, 180, 270, 360])
axes[1].legend(loc="center", fontsize="small")
figures.show(
    fig,
    alt="Left: four small clocks, not all in the middle of their image. Middle: the tips of minute "
    "hands form a circle, those in the upper half discs, those in the lower half squares. Right: "
    "hour angle against minute angle; discs lie below 90 and above 270 degrees, squares between.",
)

# %% [markdown]
# Answer in about 150 words:
#
# 1. Which representation suits this question best, and why? Write down weights and a bias, for the
#    four numbers of that representation, with which one node answers it. (1 point)
# 2. The angles hold the same information. Why does the node fail on them, and why would more data
#    or longer training not help? And why is a node on the pixels not perfect either? (1 point)
# 3. Somebody puts a hidden layer with ReLU between the angles and the node. What does it add? Say
#    what two hidden nodes could compute so that the output node can answer. (1 point)
#
# A person marks this answer. A claim earns its points together with the reason that you see in the
# figure or in the numbers; a name alone earns none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_representation", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** (1) The tips. "In the upper half" means that the upward coordinate of the minute
# hand's tip is positive, and that is one of the four numbers: a straight line, up = 0, separates the
# discs from the squares. With the numbers in the order hour right, hour up, minute right, minute up,
# $w = (0, 0, 0, 1)$ and $b = 0$ answer the question, and so does any positive multiple.
#
# (2) The upper half is two bands in the plane of angles, below 90 and above 270 degrees, with the
# other class between them. A node draws one straight line, so it can cut off one band and not both.
# No weights separate the classes; data and training only choose among the weights there are, so the
# accuracy stays near a coin's. In the pixels, the same hand lights other pixels when the clock is
# shifted, and a pixel does not tell which hand it belongs to. A node has one fixed weight a pixel.
#
# (3) Its bends. With $m$ the minute hand's angle, $a_1 = \mathrm{relu}(m - 180)$ and
# $a_2 = \mathrm{relu}(180 - m)$ add up to the distance from pointing straight down. Then
# $z = a_1 + a_2 - 90$ is positive for $m$ below 90 and above 270. In the plane of $a_1$ and $a_2$ one
# line is enough. The hidden layer learns a representation; without ReLU it would still be one line.
#
# **Rubric.**
#
# - 1 point: the tips, because one of their numbers decides or a straight line separates the classes
#   (half a point); a weight above 0 for the minute hand's upward coordinate, 0 for the others, and
#   bias 0 (half a point).
# - 1 point: two bands with the other class between, or 0 and 360 degrees being the same direction at
#   opposite ends of the scale, and one line cannot separate that, whatever the data (three
#   quarters; half a point without the last part); shifted clocks or mixed-up hands for the pixels (a
#   quarter).
# - 1 point: a bent boundary or new features in which a line suffices (half a point); two hidden
#   nodes that work, in formulas or clear words, such as one that is active above 270 degrees and one
#   below 90 (half a point). "More parameters" alone earns nothing.
