# %% [markdown]
# # Exercise 3. Losses and gradient descent
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/03_gradient_descent/03_gradient_descent.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/03_gradient_descent/03_gradient_descent.ipynb)
#
# *75 minutes, 20 points. Everything here runs in a few seconds on any computer.*
#
# You build a training loop piece by piece: the loss, its gradient, the batches, and two ways to take
# a step, number for number as Keras takes them. Fill in the cells that say `# YOUR CODE HERE` and
# delete the line that raises `NotImplementedError`, then run the checks below. A check stays silent
# when all is well. When it fails, read the last lines of its message: they say what was expected,
# what came, and often which misunderstanding leads there. Some cells hold further checks that run
# when you hand in; the comment in them says what they try. Tasks do not build on each other's code,
# so you can leave one out and come back to it. NumPy is all you need; loops are as welcome as
# one-liners.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# [lecture](../../lectures/03_gradient_descent.ipynb) has all that is asked for here; the messages
# name the section to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks, datasets, figures

from functools import partial
from itertools import islice

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit as sigmoid  # 1 / (1 + exp(-z)), safe for any z

# log(0) and 0/0 give inf and nan without a warning: the checks look for them.
_ = np.seterr(all="ignore")


# The rest of this cell serves the checks.
def mean_loss(parameters, x, y):
    """Return the mean binary cross-entropy; parameters are the weights and, last, the bias."""
    z = x @ parameters[:-1] + parameters[-1]
    return np.mean(np.logaddexp(0, z) - y * z)


def unpack(result, *names):
    """Take a function's result apart, or say which parts it should have."""
    one = isinstance(result, dict) or getattr(result, "ndim", 2) < 2  # no pair, whatever its length
    parts = tuple(result) if hasattr(result, "__len__") and not one else ()
    if len(parts) != len(names):
        wanted = ", ".join(names)
        advice = f"The last line is `return {wanted}`, with your own names, in this order."
        checks.fail(f"Your function should return ({wanted}).", got=repr(result), hint=advice)
    return parts


def first_items(batches):
    """Read a list or a generator; from one that never ends, the first thousand items."""
    return list(islice(batches, 1000))


def read_batches(function, x, y, batch_size, seed):
    """Call minibatches and return what comes as a list of pairs of arrays."""
    what = f"minibatches of {len(x)} samples with batch_size={batch_size}"
    see = "03_gradient_descent: Batches, mini-batches, single samples"
    batches = checks.call(function, x, y, batch_size, seed, what=what, see=see)
    advice = "Return a list of pairs (x_batch, y_batch), or yield the pairs one by one."
    if not hasattr(batches, "__iter__"):
        checks.fail(f"{what} gave nothing to loop over.", got=repr(batches), hint=advice, see=see)
    items = checks.call(first_items, batches, what=what, see=see)
    if len(items) == 1000:
        advice = "Go through the samples once; whoever calls you starts the next epoch."
        checks.fail(f"{what} does not end.", hint=advice, see=see)
    for item in items:
        if not hasattr(item, "__len__") or len(item) != 2:
            advice += " zip makes pairs of two lists; and a return inside a loop ends it at once."
            got = type(item).__name__ + (f" of {len(item)}" if hasattr(item, "__len__") else "")
            checks.fail(f"{what} gave an item that is not a pair.", "2 arrays", got, advice, see)
        if np.ndim(item[0]) != x.ndim or np.ndim(item[1]) != y.ndim:
            dims = f"arrays with {x.ndim} and {y.ndim} axes"
            got = f"{np.ndim(item[0])} and {np.ndim(item[1])} axes"
            advice = "A batch has the axes of x and of y, also when it holds one sample."
            checks.fail(f"{what}: a batch has the wrong axes.", dims, got, advice, see)
    return [(np.asarray(x_batch), np.asarray(y_batch)) for x_batch, y_batch in items]


# %% [markdown]
# ## Task 1: cross_entropy (4 points)
#
# A classifier says how probable it finds each class, and then the truth comes out. Cross-entropy
# charges the negative natural logarithm of what it gave to the true class. Write the mean of that
# over a batch:
#
# - `probabilities` is an array of shape `(n, num_classes)`; each row sums to 1. `labels` is an array
#   of `n` whole numbers, the true classes, counted from 0.
# - The result is one number: the mean loss of a sample.
# - A single true class with probability 0 would make the whole mean infinite. So count every
#   probability below `1e-7` as `1e-7`, as Keras does. (Adding `1e-7` to all of them is accepted,
#   too.)
# - Both arrays stay as they were.
#
# ```python
# >>> probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
# >>> print(round(cross_entropy(probabilities, np.array([0, 1])), 4))
# 0.4581
# ```
#
# That is the mean of 0.6931 and 0.2231, the losses of the two samples.


# %% nbgrader={"grade": false, "grade_id": "cross_entropy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cross_entropy(probabilities, labels):
    """Return the mean cross-entropy of a batch.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n, num_classes)
        Left unchanged.
    labels : ndarray of integers, shape (n,)
        From 0 to num_classes - 1. Left unchanged.

    Returns
    -------
    float
        Probabilities below 1e-7 count as 1e-7.
    """
    ### BEGIN SOLUTION
    true = probabilities[np.arange(len(labels)), labels]
    return -np.mean(np.log(np.maximum(true, 1e-7)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_cross_entropy", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Four samples, three classes. The losses of the samples are 0.35667, 1.20397, 0.69315, 1.89712.
probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5], [0.05, 0.15, 0.8]])
labels = np.array([0, 2, 2, 1])
loss = checks.call(
    cross_entropy,
    probabilities.copy(),
    labels.copy(),
    what="cross_entropy on four samples of three classes",
    hint="labels[i] is the number of row i's true class, not a row of zeros and a one. It says "
    "which column of row i counts.",
    see="03_gradient_descent: What a loss measures",
)
checks.close(
    loss,
    1.0377287,
    "cross_entropy(probabilities, labels)",
    mistakes=[
        (4.1509149, "That is the sum over the batch. Divide by the number of samples."),
        (0.3459096, "You divided by n * num_classes. Divide by the number of samples."),
        (1.3836383, "You divided by num_classes. Divide by the number of samples."),
        (-1.0377287, "The sign is wrong: log of a probability is negative, and a loss is not."),
        (1.4971261, "That is the logarithm to base 2. Take the natural one, np.log."),
        (0.4506799, "That is the logarithm to base 10. Take the natural one, np.log."),
        (0.8855191, "That is -log of the mean probability. Take the mean of the logs."),
        (
            [0.3566749, 1.2039728, 0.6931472, 1.8971200],
            "These are the losses of the samples; the mean?",
        ),
        (1.9342914, "You also charge for the other classes. Only the true class counts."),
        (0.6447638, "You also charge for the other classes. Only the true class counts."),
        (4.2169533, "You charge for all classes. Only the true class counts."),
        (1.4056511, "You charge for all classes. Only the true class counts."),
        (1.3306664, "Each row was charged for every label of the batch. Pair row i with label i."),
        (1.7988593, "You looked one column too far left: classes count from 0."),
        (0.5875, "That is a mean of 1 - probability. Where is the logarithm?"),
        (-0.4125, "That is a mean of probabilities. Where is the logarithm?"),
        (1.0501639, "These are probabilities already. Do not put them through a softmax again."),
        (0.6850000, "That is a squared error. Take -log of the true class's probability."),
        (0.2283333, "That is a squared error. Take -log of the true class's probability."),
        (0.3881250, "That is a squared error. Take -log of the true class's probability."),
        (0.5, "That is an accuracy or an error rate, not a cross-entropy."),
        (0.4459478, "That charges for the most probable class. Charge for the true one."),
        (0.8380886, "That is an entropy: -sum p log p knows nothing of the labels."),
        (0.3105015, "Do not weight by p: the truth is the label, so its weight is 1."),
        (5.0205587, "labels are class numbers. They choose a column; they are no factors."),
        (1.6735196, "labels are class numbers. They choose a column; they are no factors."),
        (1.1776327, "That is the formula for yes or no. Here labels[i] chooses among the columns."),
        (0.0891687, "Only the first sample is in it. Does a return stand inside the loop?"),
        (0.3566749, "Only the first sample is in it. Does a return stand inside the loop?"),
        (1.8971200, "Only the last sample is in it. Add the losses up, `total += ...`."),
        (0.4742800, "Only the last sample is in it. Add the losses up, `total += ...`."),
        (1.0377, "Do not round inside the function."),
        (1.038, "Do not round inside the function."),
        (1.04, "Do not round inside the function."),
    ],
    hint="Take each sample's probability of its true class, then -log, then the mean.",
    see="03_gradient_descent: What a loss measures",
)

# %% nbgrader={"grade": true, "grade_id": "test_cross_entropy_zero", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Three samples with zeros in them. The first model was certain, and wrong: -log(1e-7) is 16.118.
probabilities = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.2, 0.8, 0.0]])
labels = np.array([1, 0, 1])
probabilities_given, labels_given = probabilities.copy(), labels.copy()
loss = checks.call(
    cross_entropy,
    probabilities_given,
    labels_given,
    what="cross_entropy with probabilities of exactly 0",
    hint="Take the number of classes from probabilities.shape: no sample here is of class 2.",
    see="03_gradient_descent: What a loss measures",
)
checks.finite(
    loss,
    "cross_entropy with probabilities of exactly 0",
    hint="log(0) is -inf, and 0 * -inf is nan. Raise the probabilities to 1e-7 before the log.",
    see="03_gradient_descent: Common mistakes",
)
checks.close(
    loss,
    5.4470797,
    "cross_entropy with probabilities of exactly 0",
    atol=1e-6,  # clipped at 1 - 1e-7 as well, as Keras does, a certain right answer costs 1e-7
    mistakes=[
        (0.0743812, "A certain wrong answer cost nothing. It must cost most of all."),
        (0.1115718, "You left the sample out whose true class got 0. It must cost 16.118."),
        (0.2231436, "You left samples out. Each of the three counts."),
        (0.4077145, "That counts a probability of 0 as 1. It must cost 16.118."),
        (5.3726985, "Only the first sample is in it. Does a return stand inside the loop?"),
        (16.3412391, "That is the sum. Take the mean."),
        (1.8156932, "You divided by n * num_classes. Divide by the number of samples."),
        (9.1829115, "Each row was charged for every label. Pair row i with label i."),
        (16.7289561, "labels are class numbers. They choose a column; they are no factors."),
        *[
            ((0.2231436 - np.log(other)) / 3, f"You raised 0 to {other:g}. Here it is 1e-7.")
            for other in (1e-5, 1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 2.2204e-16)
        ],
    ],
    hint="The three losses are 16.118, which is -log(1e-7), 0 and 0.22314. The result is their "
    "mean.",
    see="03_gradient_descent: Common mistakes",
)
checks.unchanged(probabilities, probabilities_given, "probabilities")
checks.unchanged(labels, labels_given, "labels")

# %% nbgrader={"grade": true, "grade_id": "test_cross_entropy_properties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What must hold for any batch. Knowing nothing costs log(num_classes).
for n, num_classes in [(6, 3), (1, 2), (5, 10), (4, 4)]:
    labels = np.arange(n) % num_classes
    loss = checks.call(
        cross_entropy,
        np.full((n, num_classes), 1 / num_classes),
        labels.copy(),
        what=f"cross_entropy with probabilities of shape ({n}, {num_classes})",
        hint="Take both sizes from probabilities.shape; some classes may not occur in labels.",
        see="03_gradient_descent: What a loss measures",
    )
    checks.close(
        loss,
        np.log(num_classes),
        f"the loss of uniform rows, shape ({n}, {num_classes}) (expected: log {num_classes})",
        mistakes=[
            (
                num_classes * np.log(num_classes),
                "Every class was charged. Take their number from probabilities.shape, not from "
                "the labels, where some may be missing.",
            ),
            (np.log(num_classes) / num_classes, "Divide by the number of samples only."),
        ],
        hint="Each sample costs log(num_classes), so their mean does, too.",
        see="03_gradient_descent: What a loss measures",
    )
# The same samples in another order, or all of them twice, have the same mean loss.
probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.2, 0.8], [0.75, 0.25]])
labels = np.array([0, 0, 1, 1, 1])
once = checks.call(cross_entropy, probabilities.copy(), labels.copy(), what="A batch of five")
checks.shape(once, (), "cross_entropy of a batch of five", hint="Return one number.")
checks.close(
    checks.call(cross_entropy, probabilities[::-1].copy(), labels[::-1].copy(), what="A batch"),
    once,
    "the loss of the same samples in reversed order",
    hint="Row i belongs to labels[i], and each sample counts the same.",
    see="03_gradient_descent: What a loss measures",
)
checks.close(
    checks.call(cross_entropy, np.tile(probabilities, (2, 1)), np.tile(labels, 2), what="A batch"),
    once,
    "the loss of a batch in which each sample comes twice",
    mistakes=[(2 * np.asarray(once), "It doubled: you sum over the batch. Take the mean.")],
    hint="A mean does not depend on the size of the batch.",
    see="03_gradient_descent: What a loss measures",
)
# How the rest is shared among the wrong classes does not matter.
checks.close(
    checks.call(cross_entropy, np.array([[0.3, 0.69, 0.01]]), np.array([0]), what="One sample"),
    checks.call(cross_entropy, np.array([[0.3, 0.35, 0.35]]), np.array([0]), what="One sample"),
    "the loss of [0.3, 0.69, 0.01] with label 0 (expected: that of [0.3, 0.35, 0.35])",
    hint="Only the true class's probability counts.",
    see="03_gradient_descent: What a loss measures",
)

# %% nbgrader={"grade": true, "grade_id": "test_cross_entropy_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of many sizes, labels of several integer types, float32, tiny
# probabilities, and that your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
for n, num_classes, kind, precision in [
    (1, 2, "int64", "float64"),
    (7, 3, "uint8", "float64"),
    (5, 5, "int32", "float32"),
    (300, 10, "uint8", "float32"),
    (40, 120, "uint8", "float64"),
]:
    rows = rng.uniform(0.2, 1.0, size=(n, num_classes))
    rows = (rows / rows.sum(axis=1, keepdims=True)).astype(precision)
    labels = rng.integers(0, num_classes, size=n).astype(kind)
    rows_given, labels_given = rows.copy(), labels.copy()
    what = f"cross_entropy of shape ({n}, {num_classes}) in {precision}, labels in {kind}"
    loss = checks.call(
        cross_entropy, rows_given, labels_given, what=what, hint="Take the sizes from the arrays."
    )
    right = 0.0
    for row, label in zip(rows.tolist(), labels.tolist(), strict=True):
        right -= float(np.log(row[label])) / n
    # rtol: float32 logarithms are good to 1e-6; 1e-7 added to 0.002 changes the log by 1e-5 of it.
    checks.close(
        loss,
        right,
        what,
        rtol=3e-5,
        mistakes=[(right * n, "That is the sum. Take the mean over the batch.")],
        hint="The mean over the rows of -log(row[label]).",
        see="03_gradient_descent: What a loss measures",
    )
    checks.unchanged(rows, rows_given, "probabilities")
    checks.unchanged(labels, labels_given, "labels")
# Tiny is not zero, and is raised to 1e-7 as well; a certain right answer costs nothing.
for tiny, precision in [(1e-12, "float64"), (1e-20, "float32"), (0.0, "float32")]:
    rows = np.array([[tiny, 1 - tiny], [1.0, 0.0]], dtype=precision)
    what = f"the loss of two samples whose true classes got {tiny:g} and 1"
    loss = checks.call(cross_entropy, rows, np.array([0, 0]), what=what)
    checks.close(
        loss,
        16.1180957 / 2,
        what,
        atol=1e-6,
        mistakes=[
            (-np.log(max(tiny, 1e-300)) / 2, "Count everything below 1e-7 as 1e-7."),
            (7.9711925, "You raised it to float32's own epsilon, 1.19e-7. Here it is 1e-7."),
        ],
        hint="Count everything below 1e-7 as 1e-7, not only exact zeros.",
        see="03_gradient_descent: Common mistakes",
    )
# Every sample has its share in the mean, whichever class it is of.
base = np.full((6, 3), 1 / 3)
labels = np.array([0, 1, 2, 2, 1, 0])
for i in range(6):
    rows = base.copy()
    rows[i] = 0.25
    rows[i, labels[i]] = 0.5
    loss = checks.call(cross_entropy, rows, labels.copy(), what="cross_entropy of six samples")
    checks.close(
        loss,
        (5 * np.log(3) + np.log(2)) / 6,
        f"the loss when sample {i} of six has 0.5 and the others 1/3",
        hint="All six samples count, and all the same.",
        see="03_gradient_descent: What a loss measures",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: logistic_gradient (4 points)
#
# A logistic regression predicts $p_i = \sigma(x_i \cdot w + b)$, the probability that sample $i$ is a
# "yes". Its loss is the mean binary cross-entropy,
#
# $$J(w, b) = -\frac{1}{n} \sum_{i=1}^{n} \big[\, y_i \log p_i + (1 - y_i) \log(1 - p_i) \,\big].$$
#
# To descend you need the slope of $J$ along each weight and along the bias. Work the derivative out
# on paper until nothing is left to divide by: that is faster than finite differences, and it holds
# where $p$ has reached 0 or 1. `sigmoid` is imported above and
# safe for any $z$; `np.exp(800)` is not.
#
# - `x` is an array of shape `(n, d)`, samples in rows; `y` one of shape `(n,)` with 0.0 and 1.0;
#   `weights` one of shape `(d,)`; `bias` is a number.
# - The result is a pair: `dweights` of shape `(d,)`, and `dbias`, a number.
# - All arrays stay as they were.
#
# ```python
# >>> x = np.array([[2.0, 0.0], [0.0, 4.0], [2.0, 2.0], [0.0, 0.0]])
# >>> y = np.array([1.0, 0.0, 0.0, 0.0])
# >>> dweights, dbias = logistic_gradient(x, y, np.array([0.0, 0.0]), 0.0)
# >>> print(dweights, dbias)
# [0.   0.75] 0.25
# ```


# %% nbgrader={"grade": false, "grade_id": "logistic_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logistic_gradient(x, y, weights, bias):
    """Return the gradient of the mean binary cross-entropy of a logistic regression.

    Parameters
    ----------
    x : ndarray of float, shape (n, d)
    y : ndarray of float, shape (n,)
        0.0 or 1.0.
    weights : ndarray of float, shape (d,)
    bias : float

    Returns
    -------
    dweights : ndarray of float, shape (d,)
    dbias : float
    """
    ### BEGIN SOLUTION
    error = sigmoid(x @ weights + bias) - y
    return x.T @ error / len(x), np.mean(error)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_logistic_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Five samples with three features: the gradient with respect to the weights.
x = np.array([[1.0, 2, -1], [0, -1, 3], [2, 0, 1], [-2, 1, 0], [1, 1, 1]])
y = np.array([1.0, 0, 1, 0, 0])
result = checks.call(
    logistic_gradient,
    x.copy(),
    y.copy(),
    np.array([0.5, -0.25, 1.0]),
    -0.5,
    what="logistic_gradient on five samples with three features",
    hint="Samples are in rows: x @ weights has one number for each sample, as y does.",
    see="03_gradient_descent: Changing one weight at a time",
)
dweights, dbias = unpack(result, "dweights", "dbias")
right = np.array([-0.1598682, -0.3495673, 0.8268135])
checks.close(
    dweights,
    right,
    "dweights",
    mistakes=[
        (right[:, np.newaxis], "The values are right, but dweights has the shape (d,) of weights."),
        (5 * right, "That is the gradient of the sum. The loss is a mean: divide by n."),
        (5 * right / 3, "You divided by the number of features. Divide by that of samples."),
        (-right, "The sign is wrong: this is the way downhill. The gradient points uphill."),
        (-5 * right, "The sign is wrong, and it is a sum; the gradient of the mean is asked for."),
        (
            [-0.0131422, -0.0260593, 0.0803936],
            "A factor p (1 - p) is left over: that belongs to squared error. With cross-entropy "
            "it cancels.",
        ),
        (
            [-0.0262844, -0.0521187, 0.1607873],
            "That is the gradient of the squared error. With cross-entropy p (1 - p) cancels.",
        ),
        ([0.55, -1.75, 2.4], "Put x @ weights + bias through the sigmoid first."),
        ([0.0, -0.4, 1.0], "Use the probabilities themselves; do not round them to 0 or 1."),
        ([-0.127513, -0.284958, 0.855435], "You forgot the bias in the prediction."),
        ([-0.1127731, -0.2098334, 0.8659244], "You subtracted the bias. It is added."),
        ([0.4401318, 0.0504327, 0.8268135], "Where is y? The error is what p differs from y by."),
        (2 * right, "There is a factor 2 too much: nothing is squared in this loss."),
        (right / 3, "You divided by x.size, n * d. Divide by the number of samples, len(x)."),
        (
            [-1.4316995, -4.6630472, 11.4606909],
            "That is the slope in p. The way to z has another factor, dp/dz = p (1 - p), which "
            "cancels the denominators.",
        ),
        (
            [-0.2239865, -0.2516596, 0.7669837],
            "x * weights has an entry for each feature. z is their sum: x @ weights + bias.",
        ),
        (
            [0.6598682, 0.0995673, 0.1731865],
            "These are the weights after a step. Return the slopes alone; steps come later.",
        ),
        (
            [0.3401318, -0.5995673, 1.8268135],
            "These are the weights after a step uphill. Return the slopes alone.",
        ),
        (0.1534278, "That is dbias. Return (dweights, dbias), in this order."),
        (0.1057927, "You averaged over everything. Average over the samples only, axis=0."),
    ],
    hint="How much does each sample's loss change with z, and z with each weight? Then the mean. "
    "The lecture has it under “The slope for all weights at once”.",
    see="03_gradient_descent: Changing one weight at a time",
)

# %% nbgrader={"grade": true, "grade_id": "test_logistic_gradient_bias", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The same five samples: the slope along the bias, which is one number.
x = np.array([[1.0, 2, -1], [0, -1, 3], [2, 0, 1], [-2, 1, 0], [1, 1, 1]])
y = np.array([1.0, 0, 1, 0, 0])
result = checks.call(
    logistic_gradient,
    x.copy(),
    y.copy(),
    np.array([0.5, -0.25, 1.0]),
    -0.5,
    what="logistic_gradient on five samples with three features",
    hint="Samples are in rows: x @ weights has one number for each sample, as y does.",
    see="03_gradient_descent: Changing one weight at a time",
)
dweights, dbias = unpack(result, "dweights", "dbias")
checks.close(
    dbias,
    0.1534278,
    "dbias",
    mistakes=[
        (0.7671392, "That is a sum over the samples. The loss is a mean: divide by n."),
        (0.2557131, "You divided by the number of features. Divide by that of samples."),
        (-0.1534278, "The sign is wrong: the gradient points uphill."),
        (-0.7671392, "The sign is wrong, and it is a sum; the loss is a mean."),
        ([0.1534278], "The value is right. Return a number, not an array with one."),
        (
            [-0.8175745, 0.9399134, -0.1824255, 0.1480472, 0.6791787],
            "That is one number for each sample. The bias is shared, so take their mean.",
        ),
        (0.2224823, "You forgot the bias in the prediction."),
        (0.0141198, "A factor p (1 - p) is left over; with cross-entropy it cancels."),
        (0.0282396, "That belongs to squared error; with cross-entropy p (1 - p) cancels."),
        (0.3173780, "That sums over the features. The bias multiplies none of them."),
        (0.1057927, "That averages dweights. The bias multiplies no feature."),
        (-0.05, "Put x @ weights + bias through the sigmoid first."),
        (0, "The bias is a parameter like any other; its slope is not 0."),
        (2.8457173, "That is the slope in p. Its way to z has another factor, p (1 - p)."),
        (0.0424934, "x * weights has an entry for each feature. z is their sum."),
        (0.0511426, "You divided by x.size, n * d. Divide by the number of samples, len(x)."),
        (-0.6534278, "That is the bias after a step. Return its slope alone."),
        (
            [-0.1598682, -0.3495673, 0.8268135],
            "That is dweights. Return (dweights, dbias), in this order.",
        ),
    ],
    hint="The bias acts like a weight on a feature that is always 1.",
    see="03_gradient_descent: Changing one weight at a time",
)
# With all parameters 0, every sample gets 0.5: the slope is 0.5 minus the share of "yes".
for share in [0.0, 0.25, 0.5, 1.0]:
    y = (np.arange(8) < 8 * share).astype(float)
    result = checks.call(
        logistic_gradient, np.ones((8, 2)), y, np.zeros(2), 0.0, what="logistic_gradient at zero"
    )
    dweights, dbias = unpack(result, "dweights", "dbias")
    checks.close(
        dbias,
        0.5 - share,
        f"dbias at weights 0 and bias 0, with a share of {share} of yes",
        hint="All eight samples have p = 0.5.",
        see="03_gradient_descent: Changing one weight at a time",
    )

# %% nbgrader={"grade": true, "grade_id": "test_logistic_gradient_numeric", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Your gradient against central differences of the loss, on batches of several sizes. The error of
# the differences is about 1e-9, that of float32 at most 4e-5; a mistake shows from 1e-2 on.
rng = np.random.default_rng(0)
for n, d in [(1, 1), (1, 4), (6, 1), (3, 3), (20, 5), (4, 12)]:
    x, y = rng.normal(size=(n, d)), rng.integers(0, 2, size=n).astype(float)
    weights, bias = rng.normal(size=d), float(rng.normal())
    arguments = x.copy(), y.copy(), weights.copy(), bias
    what = f"logistic_gradient with x of shape ({n}, {d})"
    result = checks.call(
        logistic_gradient,
        *arguments,
        what=what,
        hint="Samples are in rows, n of them; take n and d from x.shape.",
        see="03_gradient_descent: Changing one weight at a time",
    )
    dweights, dbias = unpack(result, "dweights", "dbias")
    checks.shape(
        dweights,
        (d,),
        f"dweights for x of shape ({n}, {d})",
        hint="dweights has the shape of weights. Beware of columns: an array of shape (n, 1) "
        "minus one of shape (n,) is a table of n x n numbers.",
        see="03_gradient_descent: Changing one weight at a time",
    )
    checks.shape(dbias, (), f"dbias for x of shape ({n}, {d})", hint="Return one number.")
    checks.gradient(
        partial(mean_loss, x=x, y=y),
        np.append(dweights, dbias),
        np.append(weights, bias),
        f"(dweights, dbias) for x of shape ({n}, {d})",
        hint="Work out the derivative of the loss of one sample, then take the mean. The lecture has "
        "it under “The slope for all weights at once”.",
        see="03_gradient_descent: Changing one weight at a time",
    )
    for before, after, name in zip((x, y, weights), arguments, ("x", "y", "weights"), strict=False):
        checks.unchanged(before, after, name)

# %% nbgrader={"grade": true, "grade_id": "test_logistic_gradient_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: samples on which the model is certain and right, or certain and wrong, with z up
# to 800; large features; the same batch twice; float32; real digits, on which a descent must arrive.
### BEGIN HIDDEN TESTS
see = "03_gradient_descent: Why cross-entropy and not squared error"
# Certain models: sigmoid(40) is 1.0 in floating point. A wrong one must get the full slope. At 800
# exp(z) overflows, and exp(z) / (1 + exp(z)) is not a number.
cases = [(40.0, 0.0), (-40.0, 1.0), (40.0, 1.0), (-40.0, 0.0), (25.0, 0.0), (-60.0, 1.0)]
for z, target in [*cases, (800.0, 0.0), (-800.0, 1.0)]:
    x, y = np.array([[2.0, -1.0], [1.0, 1.0]]), np.array([target, 1.0])
    result = checks.call(
        logistic_gradient,
        x.copy(),
        y.copy(),
        np.array([z / 3, -z / 3]),
        0.0,
        what=f"logistic_gradient on a sample with x @ weights = {z:g}",
        hint="Use `sigmoid` from the imports cell: math.exp(800) is an error.",
        see=see,
    )
    dweights, dbias = unpack(result, "dweights", "dbias")
    error = (1.0 if z > 0 else 0.0) - target
    what = f"a sample with x @ weights = {z:g} and y = {target:g}, and one in the middle"
    advice = (
        "The model is certain. Where p (1 - p) is 0 you cannot divide by it, and a small number "
        "added there takes the slope away just where the model is most wrong. Cancel on paper."
    )
    if abs(z) > 700:
        advice = "exp(800) is inf, and inf / inf is nan. Use `sigmoid` from the imports cell."
    checks.finite(dweights, f"dweights for {what}", hint=advice, see=see)
    checks.close(
        dweights,
        [error - 0.25, -error / 2 - 0.25],
        f"dweights for {what}",
        rtol=1e-4,
        atol=1e-6,
        mistakes=[([-0.25, -0.25], advice if error else "The model is right about this sample.")],
        hint="Two samples: a certain one, and one with p = 0.5 and y = 1. Is this the mean of both?",
        see=see,
    )
    checks.close(dbias, error / 2 - 0.25, f"dbias for {what}", rtol=1e-4, atol=1e-6, see=see)
# Large features (a year, a price) and tiny weights.
rng = np.random.default_rng(5)
x, y = rng.normal(size=(30, 4)) * [1, 100, 1e4, 0.01], rng.integers(0, 2, 30).astype(float)
weights, bias = np.array([1.0, 0.01, 1e-4, 10.0]), 0.3
result = checks.call(
    logistic_gradient, x.copy(), y.copy(), weights.copy(), bias, what="Features of many sizes"
)
dweights, dbias = unpack(result, "dweights", "dbias")
right = np.zeros(5)
for row, target in zip(x, y, strict=True):
    error = 1 / (1 + np.exp(-(sum(row * weights) + bias))) - target
    right += error * np.append(row, 1.0) / 30
# rtol: float32 sums of 30 numbers are good to 1e-6 of the largest; here nothing cancels below 1 %.
checks.close(
    np.append(dweights, dbias),
    right,
    "(dweights, dbias) with features of very different sizes",
    rtol=1e-4,
    hint="Use the derivative itself, not finite differences: no one step fits all features here.",
    see="03_gradient_descent: Changing one weight at a time",
)
# A batch in which each sample comes twice has the same mean, and so the same gradient.
result = checks.call(
    logistic_gradient,
    np.vstack([x, x]),
    np.append(y, y),
    weights.copy(),
    bias,
    what="Each sample twice",
)
dweights, dbias = unpack(result, "dweights", "dbias")
checks.close(
    np.append(dweights, dbias),
    right,
    "(dweights, dbias) of a batch in which each sample comes twice",
    rtol=1e-4,
    hint="Divide by the number of samples in this batch.",
    see="03_gradient_descent: Changing one weight at a time",
)
# Zeros and ones of the real digits, in float32: 100 steps of gradient descent from zero.
wanted = np.flatnonzero(datasets.load_digits()[1] < 2)
x = (datasets.load_digits()[0][wanted].reshape(-1, 64) / 16).astype("float32")
y = datasets.load_digits()[1][wanted].astype("float32")
weights, bias = np.zeros(64, dtype="float32"), 0.0
for _step in range(100):
    result = checks.call(
        logistic_gradient, x.copy(), y.copy(), weights.copy(), bias, what="A step on real digits"
    )
    dweights, dbias = unpack(result, "dweights", "dbias")
    checks.shape(dweights, (64,), "dweights for images of 64 pixels")
    weights = (weights - 0.5 * np.asarray(dweights)).astype("float32")
    bias = float(bias - 0.5 * np.asarray(dbias))
checks.that(
    np.mean((x @ weights + bias > 0) == (y > 0.5)) > 0.98,
    "100 steps along your gradient do not learn to tell zeros from ones.",
    hint="Along the negative gradient the loss must fall.",
    see="03_gradient_descent: Gradient descent",
)
checks.that(
    mean_loss(np.append(weights, bias), x, y) < 0.05,
    "After 100 steps along your gradient the loss on zeros and ones is still 0.05 or more.",
    hint="The direction is right, but is its length?",
    see="03_gradient_descent: Gradient descent",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: minibatches (3 points)
#
# An **epoch** shows every sample to the model once, a few at a time. Write the function that deals
# them out:
#
# - `x` and `y` are arrays with the same number of rows; row `i` of both belongs to sample `i`. They
#   may have any number of axes (images, one-hot labels). Both stay as they were.
# - Shuffle the samples, then deal out pairs `(x_batch, y_batch)` of `batch_size` samples each. Return
#   a list of the pairs, or `yield` them one after the other, as you like.
# - Every sample comes exactly once, with its own label. When `batch_size` does not divide the number
#   of samples, the last batch holds what is left. No batch is empty.
# - The order is random, but decided by the whole number `seed`: the same seed gives the same batches
#   again, another seed another order.
#
# ```python
# >>> x, y = np.arange(10).reshape(5, 2), np.array([0, 1, 2, 3, 4])
# >>> for x_batch, y_batch in minibatches(x, y, 2, seed=0):
# ...     print(x_batch.tolist(), y_batch.tolist())
# [[4, 5], [8, 9]] [2, 4]
# [[6, 7], [0, 1]] [3, 0]
# [[2, 3]] [1]
# ```
#
# Your order may be another one; batches of 2, 2 and 1 samples it must be.


# %% nbgrader={"grade": false, "grade_id": "minibatches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def minibatches(x, y, batch_size, seed):
    """Deal out all samples in random order, `batch_size` at a time.

    Parameters
    ----------
    x, y : ndarray with the same number of rows
        Left unchanged.
    batch_size : int
        At least 1; may be larger than the number of samples.
    seed : int
        Decides the order.

    Returns
    -------
    iterable of (x_batch, y_batch)
        The last pair may hold fewer samples.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], y[chosen]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_minibatches", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Ten samples in batches of three, then six in batches of two: nothing lost, nothing mixed up.
# Sample i has the row [i, 10 i] and the label 100 + i.
for n, batch_size, sizes in [(10, 3, [3, 3, 3, 1]), (6, 2, [2, 2, 2])]:
    x = np.arange(n)[:, np.newaxis] * [1.0, 10.0]
    y = 100 + np.arange(n)
    batches = read_batches(minibatches, x.copy(), y.copy(), batch_size, 0)
    what = f"with {n} samples and batch_size={batch_size}"
    checks.equal(
        [len(x_batch) for x_batch, y_batch in batches],
        sizes,
        f"The list of the batches' sizes, {what},",
        mistakes=[
            ([3, 3, 3], "The last samples got lost. Give them a smaller batch."),
            ([2, 2], "The last batch got lost: range() stops before its end."),
            ([2, 2, 2, 0], "The last batch is empty. Stop when no sample is left."),
            ([3, 3, 3, 3], "You filled up the last batch, so some samples come twice."),
            ([3, 3, 2, 2], "Every batch but the last holds batch_size samples."),
            ([4, 3, 3], "batch_size is the size of a batch, not the number of batches."),
            ([3, 3], "batch_size is the size of a batch, not the number of batches."),
            ([batch_size], "Only one batch came. Does a return stand inside the loop?"),
            (
                [min(batch_size, n - start) for start in range(n)],
                "The batches overlap. Let their start move on by batch_size.",
            ),
            ([1] * n, "Each batch holds one sample. Put batch_size of them together."),
        ],
        hint="Full batches of batch_size samples, and a last one with what is left.",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )
    for x_batch, y_batch in batches:
        checks.shape(x_batch, (len(x_batch), 2), f"x_batch, {what}")
        checks.shape(y_batch, (len(x_batch),), f"y_batch, {what}")
    rows = np.concatenate([x_batch for x_batch, y_batch in batches])
    paired = np.concatenate([y_batch for x_batch, y_batch in batches])
    checks.equal(
        sorted(rows[:, 0].tolist()),
        x[:, 0].tolist(),
        f"The list of all samples that came, sorted, {what},",
        hint="Each sample must come exactly once. Shuffle the numbers 0 ... n - 1 once; drawing "
        "anew for each batch, or with replacement, takes some twice and leaves others out.",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )
    checks.close(rows[:, 1], 10 * rows[:, 0], f"the second column, {what}", hint="Keep rows whole.")
    checks.equal(
        paired.tolist(),
        (100 + rows[:, 0]).astype(int).tolist(),
        f"The list of labels that came with these samples, {what},",
        hint="Samples and labels were separated. Put both into the same order: shuffle the numbers "
        "of the samples once, and index x and y with them.",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )

# %% nbgrader={"grade": true, "grade_id": "test_minibatches_shuffled", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Sixty samples, three seeds: shuffled, and the same again for the same seed. A right shuffle fails
# one of these checks by chance less than once in a hundred thousand runs.
x, y = np.arange(60).reshape(60, 1), np.arange(60)
orders = {}
for seed in [0, 1, 12345]:
    x_given, y_given = x.copy(), y.copy()
    batches = read_batches(minibatches, x_given, y_given, 6, seed)
    checks.unchanged(
        x, x_given, "x", see="03_gradient_descent: Batches, mini-batches, single samples"
    )
    checks.unchanged(
        y, y_given, "y", see="03_gradient_descent: Batches, mini-batches, single samples"
    )
    order = orders[seed] = np.concatenate([y_batch.ravel() for x_batch, y_batch in batches])
    checks.that(
        order.tolist() != y.tolist(),
        f"With seed {seed} the samples came in the order in which they are stored.",
        hint="Data sets are often sorted by class. Shuffle before you deal out.",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )
    checks.that(
        any(set(y_batch.ravel() // 6) != {i} for i, (x_batch, y_batch) in enumerate(batches)),
        f"With seed {seed} the first batch holds the first samples, the second the next, and so on.",
        hint="You shuffle within each batch. Shuffle all samples, then cut into batches.",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )
    checks.that(
        sum(np.abs(np.diff(order)) == 1) < 15,
        f"With seed {seed} most samples still follow the neighbour they are stored next to.",
        hint="You shuffle the order of the batches, or turn the data round. Shuffle the samples.",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )
for seed in [12345, 0]:
    batches = read_batches(minibatches, x.copy(), y.copy(), 6, seed)
    again = np.concatenate([y_batch.ravel() for x_batch, y_batch in batches])
    checks.equal(
        again.tolist(),
        orders[seed].tolist(),
        f"The order of the samples in a second call with seed {seed}",
        hint="Make the generator inside your function: np.random.default_rng(seed).",
        see="03_gradient_descent: Batches, mini-batches, single samples",
    )
checks.that(
    orders[0].tolist() != orders[1].tolist() and orders[1].tolist() != orders[12345].tolist(),
    "Two different seeds gave the same order.",
    hint="Pass `seed` to the random generator: every epoch needs an order of its own.",
    see="03_gradient_descent: Batches, mini-batches, single samples",
)

# %% nbgrader={"grade": true, "grade_id": "test_minibatches_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of one, batches larger than the data, images with one-hot or softened
# labels, several seeds, and that your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
see = "03_gradient_descent: Batches, mini-batches, single samples"
for n, batch_size, seed in [(5, 1, 0), (5, 5, 1), (7, 20, 2), (1, 1, 3), (64, 16, 4), (65, 16, 5)]:
    # Images of 3 x 2 bytes, of which the first holds the sample's number; one-hot labels, softened:
    # 0.75 for the class, and the rest shared.
    x = np.zeros((n, 3, 2), dtype="uint8")
    x[:, 0, 0] = np.arange(n)
    x[:, 2, 1] = 200 - np.arange(n)
    y = 1 / 12 + 2 / 3 * np.eye(4, dtype="float32")[np.arange(n) % 4]
    x_given, y_given = x.copy(), y.copy()
    batches = read_batches(minibatches, x_given, y_given, batch_size, seed)
    what = f"with {n} images and batch_size={batch_size}"
    sizes = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    checks.equal(
        [len(x_batch) for x_batch, y_batch in batches],
        sizes,
        f"The list of the batches' sizes, {what},",
        hint="A batch_size larger than the data gives one batch; none is empty.",
        see=see,
    )
    for x_batch, y_batch in batches:
        checks.shape(x_batch, (len(x_batch), 3, 2), f"x_batch, {what}", see=see)
        checks.shape(y_batch, (len(x_batch), 4), f"y_batch, {what}", see=see)
    rows = np.concatenate([x_batch for x_batch, y_batch in batches])
    paired = np.concatenate([y_batch for x_batch, y_batch in batches])
    came = rows[:, 0, 0].astype(int)
    checks.equal(
        sorted(came.tolist()),
        list(range(n)),
        f"The list of the samples that came, {what},",
        hint="Each sample must come exactly once.",
        see=see,
    )
    checks.close(rows, x[came], f"the images, {what}", hint="Leave the images whole.", see=see)
    checks.close(
        paired,
        y[came],
        f"the labels of these images, {what}",
        mistakes=[(np.floor(y[came]), "Labels may be any numbers. Leave their dtype alone.")],
        hint="Put x and y into the same order.",
        see=see,
    )
    checks.unchanged(x, x_given, "x", see=see)
    checks.unchanged(y, y_given, "y", see=see)
# Over many seeds, every sample is as often in the first batch of 4 as any other: each 100 times of
# 400, give or take 9. A fair shuffle strays by 60 less than once in a hundred million runs.
x, y = np.arange(16.0).reshape(16, 1), np.arange(16)
counts = np.zeros(16)
for seed in range(400):
    pairs = checks.call(first_items, checks.call(minibatches, x.copy(), y.copy(), 4, seed))
    counts[np.asarray(pairs[0][1])] += 1
checks.that(
    np.all(np.abs(counts - 100) < 60),
    "Over 400 seeds some samples come first much more often than others.",
    hint="Use rng.permutation: it makes every order equally likely.",
    see="03_gradient_descent: Batches, mini-batches, single samples",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: momentum_step (2 points)
#
# Plain descent forgets each step as soon as it is taken. With momentum a **velocity** keeps a part of
# all earlier ones. Write one step as `keras.optimizers.SGD(learning_rate=lr, momentum=momentum)`
# takes it: first a part `momentum` of the old velocity is kept and the learning rate times the
# gradient is subtracted from it; then the weights move by the *new* velocity.
#
# - `weights`, `velocity` and `gradient` are floating-point arrays of the same shape, any shape. They
#   stay as they were. `lr` and `momentum` are numbers.
# - The result is the pair `(weights, velocity)` after the step.
#
# ```python
# >>> momentum_step(np.array([1.0]), np.array([-0.2]), np.array([2.0]), 0.1, 0.5)
# (array([0.7]), array([-0.3]))
# ```


# %% nbgrader={"grade": false, "grade_id": "momentum_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Take one step of gradient descent with momentum, as Keras' SGD does.

    Parameters
    ----------
    weights, velocity, gradient : ndarray of float, all of one shape
        Left unchanged.
    lr, momentum : float

    Returns
    -------
    weights, velocity : ndarray of float, of the same shape
        After the step.
    """
    ### BEGIN SOLUTION
    velocity = momentum * velocity - lr * gradient
    return weights + velocity, velocity
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_momentum_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One step from a velocity that is already there, then three steps against Keras' own numbers.
arguments = (
    np.array([1.0, -2.0, 0.5, 3.0]),
    np.array([0.2, -0.1, 0.0, 0.4]),
    np.array([0.5, -1.0, 0.25, 2.0]),
)
given = [array.copy() for array in arguments]
result = checks.call(momentum_step, *given, 0.2, 0.7, what="momentum_step of four weights")
weights, velocity = unpack(result, "weights", "velocity")
for before, after, name in zip(arguments, given, ("weights", "velocity", "gradient"), strict=True):
    checks.unchanged(before, after, name, see="03_gradient_descent: Momentum and adaptive rates")
checks.close(
    velocity,
    [0.04, 0.13, -0.05, -0.12],
    "the new velocity",
    mistakes=[
        ([0.24, -0.27, 0.05, 0.68], "You added the gradient. Downhill is the other way."),
        (
            [0.29, -0.37, 0.075, 0.88],
            "That is a running mean, as in Adam. Here the gradient's share is -lr.",
        ),
        ([-0.01, 0.23, -0.075, -0.32], "The gradient's share is lr, not 1 - momentum."),
        (
            [0.64, -1.07, 0.25, 2.28],
            "You leave the rate to the second line, as some libraries do. In Keras it is in the "
            "velocity.",
        ),
        ([-0.36, 0.93, -0.25, -1.72], "You left the learning rate out."),
        ([0.11, -0.01, -0.015, 0.16], "The gradient's share is lr, not lr * (1 - momentum)."),
        ([0.07, 0.07, -0.035, 0.0], "momentum is for the old velocity, not for the gradient."),
        ([-0.04, 0.17, -0.05, -0.28], "You swapped momentum and 1 - momentum."),
        ([-0.072, 0.186, -0.05, -0.344], "lr is for the gradient, not for the old velocity."),
        ([0.13, 0.01, -0.025, 0.16], "Use the arguments lr and momentum, not 0.1 and 0.9."),
        ([0.08, 0.11, -0.05, -0.04], "Use the argument momentum, not 0.9."),
        ([0.2, -0.1, 0.0, 0.4], "That is the old velocity. Return the new one."),
        ([-0.1, 0.2, -0.05, -0.4], "The old velocity is lost: keep momentum times it."),
        ([1.04, -1.87, 0.45, 2.88], "That is the weights' place. Return (weights, velocity)."),
        ([0.1, 0.1, -0.05, 0.0], "All of the old velocity is kept. Keep momentum times it."),
    ],
    hint="Keep momentum times the old velocity, and subtract lr times the gradient.",
    see="03_gradient_descent: Momentum and adaptive rates",
)
checks.close(
    weights,
    [1.04, -1.87, 0.45, 2.88],
    "the new weights",
    mistakes=[
        ([1.2, -2.1, 0.5, 3.4], "You moved by the old velocity. Move by the new one."),
        ([0.96, -2.13, 0.55, 3.12], "You subtracted the velocity. It points downhill: add it."),
        ([1.008, -1.974, 0.49, 2.976], "lr is in the velocity already; do not apply it twice."),
        ([0.992, -2.026, 0.51, 3.024], "lr is in the velocity already. Add the velocity."),
        ([0.94, -1.67, 0.4, 2.48], "lr * gradient is in the velocity already: you took it twice."),
        ([1.028, -1.909, 0.465, 2.916], "momentum is in the velocity already. Add all of it."),
        ([0.928, -1.709, 0.415, 2.516], "That is Nesterov's form. Here, move by the velocity."),
        ([0.9, -1.8, 0.45, 2.6], "You moved along the gradient alone. Move by the velocity."),
        ([1.0, -2.0, 0.5, 3.0], "The weights did not move."),
    ],
    hint="The weights move by the new velocity.",
    see="03_gradient_descent: Momentum and adaptive rates",
)
# These came from keras.optimizers.SGD(0.2, momentum=0.7), in float32: hence five digits.
gradients = [[0.5, -1.0, 0.25, 2.0], [0.5, 0.5, -0.75, 1.0], [-0.25, 1.5, 0.5, 1.0]]
keras_weights = [
    [0.9, -1.8, 0.45, 2.6],
    [0.73, -1.76, 0.565, 2.12],
    [0.661, -2.032, 0.5455, 1.584],
]
weights, velocity = np.array([1.0, -2.0, 0.5, 3.0]), np.zeros(4)
for step in range(3):
    gradient = np.array(gradients[step])
    result = checks.call(
        momentum_step, weights, velocity, gradient, 0.2, 0.7, what=f"Step {step + 1} of three"
    )
    weights, velocity = unpack(result, "weights", "velocity")
    checks.close(
        weights,
        keras_weights[step],
        f"the weights after step {step + 1} (expected: Keras')",
        hint="Each step starts from the velocity that the one before returned.",
        see="03_gradient_descent: Momentum and adaptive rates",
    )

# %% nbgrader={"grade": true, "grade_id": "test_momentum_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: other rates and momenta (also 0), arrays of other shapes, many steps, and that
# your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
see = "03_gradient_descent: Momentum and adaptive rates"
rng = np.random.default_rng(7)
for shape, lr, momentum in [
    ((5,), 0.01, 0.9),
    ((1,), 1.0, 0.5),
    ((3, 4), 0.3, 0.99),
    ((2, 3, 2), 0.05, 0.0),
    ((2, 2), 0.0, 0.7),
]:
    start = rng.normal(size=shape)
    weights, velocity = start.copy(), np.zeros(shape)
    gradients = rng.normal(size=(20, *shape))
    for step in range(20):
        given = [weights.copy(), velocity.copy(), gradients[step].copy()]
        result = checks.call(
            momentum_step,
            *given,
            lr,
            momentum,
            what=f"momentum_step with arrays of shape {shape}",
            hint="Any shape will do: nothing here needs a loop over entries.",
            see=see,
        )
        for before, after, name in zip(
            [weights, velocity, gradients[step]],
            given,
            ("weights", "velocity", "gradient"),
            strict=True,
        ):
            checks.unchanged(before, after, name, see=see)
        weights, velocity = (
            np.array(part, dtype=float) for part in unpack(result, "weights", "velocity")
        )
        # Unrolled: each gradient so far is in the velocity, momentum times less for each step since.
        expected = np.zeros(shape)
        for past in range(step + 1):
            expected = expected - lr * momentum ** (step - past) * gradients[past]
        start = start + expected
        what = f"after step {step + 1} with lr={lr} and momentum={momentum}"
        # 20 steps in float32 are good to about 1e-6.
        advice = "Use the arguments lr and momentum, and the velocity that is given."
        checks.close(
            velocity, expected, f"the velocity {what}", rtol=1e-4, atol=1e-5, hint=advice, see=see
        )
        advice = "The weights move by the whole new velocity, and by nothing else."
        checks.close(
            weights, start, f"the weights {what}", rtol=1e-4, atol=1e-5, hint=advice, see=see
        )
# Down a steady slope the velocity grows towards lr * gradient / (1 - momentum).
weights, velocity = np.zeros(2), np.zeros(2)
for _step in range(60):
    result = checks.call(
        momentum_step, weights, velocity, np.array([1.0, -2.0]), 0.1, 0.8, what="A steady slope"
    )
    weights, velocity = unpack(result, "weights", "velocity")
checks.close(
    velocity,
    [-0.5, 1.0],
    "the velocity after 60 steps down a steady slope (lr=0.1, momentum=0.8)",
    rtol=1e-4,
    see=see,
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: adam_step (4 points)
#
# Adam keeps two running means for each weight: `m` of its gradients, `v` of their squares. It moves
# along the first, divided by the root of the second, so that a weight with small gradients takes
# steps as long as one with large gradients. Both means start at 0 and are too small at first; a
# correction makes up for that:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
#   v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \qquad
#   w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}, \qquad
#   \hat m = \frac{m}{1 - \beta_1^t}, \quad \hat v = \frac{v}{1 - \beta_2^t}$$
#
# - `weights`, `m`, `v` and `gradient` are floating-point arrays of the same shape, any shape. They
#   stay as they were.
# - `step` is $t$, the number of this step, counted from 1. `lr` is $\eta$; `beta_1`, `beta_2` and
#   `epsilon` are numbers.
# - The result is `(weights, m, v)` after the step. `m` and `v` are kept *uncorrected*: the next step
#   corrects them anew.
#
# Keras adds `epsilon` to $\sqrt v$ before the correction, not after. Both forms are right here.
#
# ```python
# >>> w, m, v = adam_step(np.ones(1), np.zeros(1), np.zeros(1), np.array([2.0]), 1, lr=0.1)
# >>> print(w.round(4), m.round(4), v.round(4))
# [0.9] [0.2] [0.004]
# ```


# %% nbgrader={"grade": false, "grade_id": "adam_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Take one step of Adam.

    Parameters
    ----------
    weights, m, v, gradient : ndarray of float, all of one shape
        Left unchanged.
    step : int
        The number of this step; the first is 1.
    lr, beta_1, beta_2, epsilon : float

    Returns
    -------
    weights, m, v : ndarray of float, of the same shape
        After the step; m and v without the correction.
    """
    ### BEGIN SOLUTION
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    m_hat = m / (1 - beta_1**step)
    v_hat = v / (1 - beta_2**step)
    return weights - lr * m_hat / (np.sqrt(v_hat) + epsilon), m, v
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_adam_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The running means after one step from values that are already there (beta_1 is 0.8, beta_2 0.99).
arguments = (
    np.array([1.0, -2.0, 0.5, 3.0]),
    np.array([0.2, -0.1, 0.4, 0.0]),
    np.array([0.04, 0.5, 1.0, 0.01]),
    np.array([0.5, -1.0, -3.0, 0.2]),
)
given = [array.copy() for array in arguments]
result = checks.call(
    adam_step,
    *given,
    *(4, 0.1, 0.8, 0.99, 1e-7),
    what="adam_step of four weights",
    see="03_gradient_descent: Momentum and adaptive rates",
)
weights, m, v = unpack(result, "weights", "m", "v")
for before, after, name in zip(arguments, given, ("weights", "m", "v", "gradient"), strict=True):
    checks.unchanged(before, after, name, see="03_gradient_descent: Momentum and adaptive rates")
checks.close(
    m,
    [0.26, -0.28, -0.28, 0.04],
    "the new m",
    mistakes=[
        (
            [0.4403794, -0.4742547, -0.4742547, 0.0677507],
            "Return m itself. Its correction is for this step.",
        ),
        ([0.44, -0.82, -2.32, 0.16], "You swapped beta_1 and 1 - beta_1."),
        ([0.66, -1.08, -2.68, 0.2], "The gradient's share is 1 - beta_1."),
        ([0.203, -0.109, 0.366, 0.002], "m goes with beta_1, and v with beta_2."),
        ([0.23, -0.19, 0.06, 0.02], "Use the argument beta_1; 0.9 is only its default."),
        ([0.21, 0.12, 2.12, 0.008], "m is the mean of the gradients, v that of their squares."),
        ([0.2, -0.1, 0.4, 0.0], "That is the old m. Return the new one."),
        (
            [0.06, 0.12, 0.92, -0.04],
            "You subtracted the gradient. Its sign turns in the last line.",
        ),
    ],
    hint="A part beta_1 of the old m, and 1 - beta_1 of the gradient.",
    see="03_gradient_descent: Momentum and adaptive rates",
)
checks.close(
    v,
    [0.0421, 0.505, 1.08, 0.0103],
    "the new v",
    mistakes=[
        (
            [1.0684197, 12.8159610, 27.4083919, 0.2613948],
            "Return v itself. Its correction is for this step.",
        ),
        ([0.04021, 0.5005, 1.008, 0.01003], "Use the argument beta_2; 0.999 is its default."),
        ([0.0446, 0.485, 0.96, 0.0119], "v is the mean of the squared gradients."),
        ([0.0446, 0.505, 1.02, 0.0119], "v is the mean of squares, not of sizes."),
        ([0.2479, 0.995, 8.92, 0.0397], "You swapped beta_2 and 1 - beta_2."),
        ([0.2896, 1.495, 9.99, 0.0499], "The gradient's share is 1 - beta_2."),
        ([0.082, 0.6, 2.6, 0.016], "v goes with beta_2, and m with beta_1."),
        ([0.039625, 0.4951, 0.9909, 0.009904], "(1 - beta_2) is not squared, but the gradient is."),
        ([0.040276, 0.495784, 0.990784, 0.009916], "Square the gradient, not the new m."),
        ([0.04, 0.5, 1.0, 0.01], "That is the old v. Return the new one."),
    ],
    hint="A part beta_2 of the old v, and 1 - beta_2 of the squared gradient.",
    see="03_gradient_descent: Momentum and adaptive rates",
)

# %% nbgrader={"grade": true, "grade_id": "test_adam_step_first", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The first step has the length lr along every weight, whether its slope is 1000 or 0.05.
gradient = np.array([1000.0, 3.0, -0.2, 0.05])
for lr in [0.001, 0.1]:
    result = checks.call(
        adam_step,
        np.zeros(4),
        np.zeros(4),
        np.zeros(4),
        gradient.copy(),
        *(1, lr, 0.9, 0.999, 1e-7),
        what="The first step of Adam",
        hint="With step 1, beta ** step is beta; neither correction divides by 0.",
        see="03_gradient_descent: Momentum and adaptive rates",
    )
    weights, m, v = unpack(result, "weights", "m", "v")
    signs = np.array([-1.0, -1.0, 1.0, -1.0])
    checks.finite(
        weights,
        "the weights after the first step",
        hint="0 / 0, or the root of a negative number. The first step is step 1, not 0; and the "
        "corrections need brackets: m / (1 - beta_1**step).",
        see="03_gradient_descent: Momentum and adaptive rates",
    )
    # rtol: where epsilon is added changes the last of these by 6e-5, float32 powers by as much.
    checks.close(
        weights,
        lr * signs,
        f"the first step (expected: {lr} against each slope)",
        rtol=1e-3,
        mistakes=[
            (-lr * signs, "That goes uphill. Subtract."),
            (3.1622777 * lr * signs, "You left out the correction of m and v by the step."),
            (31.622777 * lr * signs, "You correct m and not v. Both start at 0."),
            (0.1 * lr * signs, "You correct v and not m. Both start at 0."),
            (
                0.5263158 * 3.1622777 * lr * signs,
                "v is not corrected, and the first step is step 1.",
            ),
            (0.7441368 * lr * signs, "You count one step too many: the first is step 1."),
            (10 * lr * signs, "You correct m twice, or kept the corrected m."),
            (1000 * lr * signs, "m is corrected with beta_1, and v with beta_2."),
            (0 * signs, "The weights did not move. Move by the new m and v, not the old ones."),
            (signs, "Where is the learning rate?"),
            (-lr * gradient, "That is plain gradient descent. Divide by the root of v."),
            (-lr / gradient, "You divide by v. Divide by its root."),
        ],
        hint="At step 1 the corrected m is the gradient, and the corrected v is its square.",
        see="03_gradient_descent: Momentum and adaptive rates",
    )

# %% nbgrader={"grade": true, "grade_id": "test_adam_step_keras", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Three steps against the numbers of keras.optimizers.Adam(0.1), which calculates in float32. Then
# one with an epsilon large enough to see.
gradients = [[0.5, -1.0, 0.25, 2.0], [0.5, 0.5, -0.75, 1.0], [-0.25, 1.5, 0.5, 1.0]]
keras_weights = [
    [0.900001, -1.900001, 0.400002, 2.900001],
    [0.800003, -1.873368, 0.449420, 2.806784],
    [0.748438, -1.912306, 0.447541, 2.714916],
]
weights, m, v = np.array([1.0, -2.0, 0.5, 3.0]), np.zeros(4), np.zeros(4)
for step in [1, 2, 3]:
    result = checks.call(
        adam_step,
        *(weights, m, v),
        np.array(gradients[step - 1]),
        *(step, 0.1, 0.9, 0.999, 1e-7),
        what=f"Step {step} of Adam",
        see="03_gradient_descent: Momentum and adaptive rates",
    )
    weights, m, v = unpack(result, "weights", "m", "v")
    checks.finite(
        weights,
        f"the weights after step {step}",
        hint="0 / 0, or the root of a negative number. Each correction divides by a power, in "
        "brackets: 1 - beta**step. 1 - beta * step falls below 0.",
        see="03_gradient_descent: Momentum and adaptive rates",
    )
    # atol: a thousandth of lr, since Keras' float32 powers are good to 1e-4 of a step.
    checks.close(
        weights,
        keras_weights[step - 1],
        f"the weights after step {step} (expected: Keras')",
        rtol=1e-5,
        atol=1e-4,
        mistakes=[
            (
                [0.765616, -1.864209, 0.466411, 2.774730],
                "You correct with 1 - beta, right at step 1 only. It is 1 - beta ** step.",
            ),
            ([0.710000, -1.849396, 0.493896, 2.722886], "m is corrected by 1 - beta_1 ** step."),
            ([0.829272, -1.881162, 0.434953, 2.834068], "v is corrected by 1 - beta_2 ** step."),
            ([0.800003, -1.963255, 0.534137, 2.836745], "Move along m, not along the gradient."),
            ([0.800003, -1.857895, 0.436842, 2.752632], "Divide by the root of v, not by |g|."),
            ([0.876468, -1.879991, 0.385937, 2.877637], "Return m and v without the correction."),
        ],
        hint="Return m and v uncorrected, and correct with the powers beta ** step.",
        see="03_gradient_descent: Momentum and adaptive rates",
    )
# So late a step that both corrections are 1: now the paper's and Keras' epsilon are the same.
result = checks.call(
    adam_step,
    *(np.array([1.0]), np.array([0.3]), np.array([0.04]), np.array([0.3])),
    *(5000, 0.1, 0.9, 0.95, 0.05),
    what="adam_step with epsilon=0.05",
    see="03_gradient_descent: Momentum and adaptive rates",
)
weights = unpack(result, "weights", "m", "v")[0]
checks.close(
    weights,
    [0.8828835],
    "the weight after a late step with epsilon=0.05",
    mistakes=[
        ([0.9013606], "Add epsilon to the root, not under it."),
        ([0.9044786], "x / a + b divides by a alone. Put the root and epsilon in brackets."),
        ([0.8544786], "Epsilon is missing, or you wrote 1e-7 in its place."),
        ([0.8078835], "Add epsilon to the root; do not subtract it."),
    ],
    hint="Add epsilon to the root of v, and divide by the sum.",
    see="03_gradient_descent: Momentum and adaptive rates",
)


# %% nbgrader={"grade": true, "grade_id": "test_adam_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: other rates, betas and epsilons, slopes of 0, late steps, arrays of other shapes,
# many steps, and that your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
see = "03_gradient_descent: Momentum and adaptive rates"
rng = np.random.default_rng(11)
for shape, lr, beta_1, beta_2 in [
    ((4,), 0.01, 0.9, 0.999),
    ((1,), 1.0, 0.5, 0.9),
    ((3, 2), 0.1, 0.0, 0.99),
    ((2, 3, 2), 0.003, 0.8, 0.95),
]:
    start = rng.normal(size=shape)
    weights, m, v = start.copy(), np.zeros(shape), np.zeros(shape)
    # Slopes of size 0.5 to 2, so that epsilon does not matter, wherever it is added.
    gradients = rng.uniform(0.5, 2.0, (25, *shape)) * rng.choice([-1, 1], (25, *shape))
    for step in range(1, 26):
        before = [weights, m, v, gradients[step - 1]]
        given = [array.copy() for array in before]
        result = checks.call(
            adam_step,
            *given,
            *(step, lr, beta_1, beta_2, 1e-8),
            what=f"adam_step with arrays of shape {shape}",
            see=see,
        )
        for old, new, name in zip(before, given, ("weights", "m", "v", "gradient"), strict=True):
            checks.unchanged(old, new, name, see=see)
        parts = unpack(result, "weights", "m", "v")
        weights, m, v = (np.array(part, dtype=float) for part in parts)
        # Unrolled: running means are weighted means of all gradients so far.
        shares_1 = np.array([beta_1 ** (step - past) for past in range(1, step + 1)])
        shares_2 = np.array([beta_2 ** (step - past) for past in range(1, step + 1)])
        seen = gradients[:step]
        mean = np.tensordot(shares_1 / shares_1.sum(), seen, axes=1)
        square = np.tensordot(shares_2 / shares_2.sum(), seen**2, axes=1)
        start = start - lr * mean / np.sqrt(square)
        what = f"after step {step}, with beta_1={beta_1} and beta_2={beta_2}"
        right_m = np.tensordot(shares_1 * (1 - beta_1), seen, axes=1)
        right_v = np.tensordot(shares_2 * (1 - beta_2), seen**2, axes=1)
        advice = "Use the arguments beta_1 and beta_2; 0.9 and 0.999 are only their defaults."
        checks.close(m, right_m, f"m {what}", rtol=1e-4, atol=1e-5, hint=advice, see=see)
        checks.close(v, right_v, f"v {what}", rtol=1e-4, atol=1e-5, hint=advice, see=see)
        # In float32, 1 - 0.999 is good to 5e-5, and each step adds as much of lr.
        checks.close(
            weights,
            start,
            f"the weights {what}",
            rtol=1e-5,
            atol=lr * (1e-4 * step + 1e-4),
            hint="lr times m / (1 - beta_1**step), divided by the root of v / (1 - beta_2**step); "
            "with the arguments as they are given.",
            see=see,
        )
# So late a step that the corrections are 1: now the paper's and Keras' epsilon are the same.
for m, v, epsilon in [(0.02, 1e-4, 1e-3), (-0.5, 0.25, 0.5), (0.3, 0.0009, 0.01)]:
    result = checks.call(
        adam_step,
        np.array([1.0]),
        np.array([m]),
        np.array([v]),
        np.array([m]),
        *(5000, 0.1, 0.9, 0.95, epsilon),
        what="adam_step at step 5000",
        see=see,
    )
    weights = unpack(result, "weights", "m", "v")[0]
    v_new = 0.95 * v + 0.05 * m**2
    checks.close(
        weights,
        [1 - 0.1 * m / (v_new**0.5 + epsilon)],
        f"the weight after step 5000 with epsilon={epsilon}",
        rtol=1e-5,
        mistakes=[
            ([1 - 0.1 * m / (v_new + epsilon) ** 0.5], "Add epsilon to the root, not under it."),
            ([1 - 0.1 * m / v_new**0.5], "You left epsilon out, or wrote a number in its place."),
            ([1 - 0.1 * m / (v_new**0.5 + 1e-7)], "Use the argument epsilon, not 1e-7."),
        ],
        hint="Add epsilon to the root of v.",
        see=see,
    )
# A weight without a slope stays where it is: 0 / (0 + epsilon) is 0.
result = checks.call(
    adam_step,
    np.array([2.0, -1.0]),
    np.zeros(2),
    np.zeros(2),
    np.array([0.0, 1.0]),
    *(1, 0.1, 0.9, 0.999, 1e-7),
    what="adam_step with a slope of 0",
    see=see,
)
weights = unpack(result, "weights", "m", "v")[0]
checks.finite(weights, "weights with slopes 0 and 1", hint="epsilon keeps you from 0 / 0.", see=see)
checks.close(weights, [2.0, -1.1], "weights with slopes 0 and 1", rtol=1e-4, see=see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: diagnose_curve (3 points)
#
# A network with 64 hidden ReLU units learned to tell clothes apart, on 4,000 images of Fashion-MNIST
# with mini-batches of 32 and a momentum of 0.9. It was trained three times for 20 epochs, from the
# same weights and with the same batches. Only the learning rate differed: in one run it was too
# small, in one too large, and in one it was divided by ten after some epoch. Run the cell to see the
# loss on the training images after each epoch; epoch 0 is before training.

# %% nbgrader={"grade": false, "grade_id": "curves", "locked": true, "schema_version": 3, "solution": false, "task": false}
runs = {
    "A": [
        *(2.427, 0.725, 0.644, 0.619, 0.689, 0.675, 0.625, 0.769, 0.764, 0.678, 0.852),
        *(0.987, 0.745, 0.661, 0.686, 0.650, 0.799, 0.701, 0.719, 0.605, 0.700),
    ],
    "B": [
        *(2.427, 0.709, 0.569, 0.445, 0.464, 0.366, 0.372, 0.323, 0.391, 0.279, 0.260),
        *(0.261, 0.271, 0.250, 0.244, 0.245, 0.236, 0.231, 0.233, 0.233, 0.226),
    ],
    "C": [
        *(2.427, 2.224, 2.101, 2.001, 1.906, 1.815, 1.730, 1.651, 1.577, 1.508, 1.445),
        *(1.389, 1.338, 1.293, 1.253, 1.217, 1.185, 1.156, 1.130, 1.106, 1.084),
    ],
}
fig, ax = plt.subplots()
for (name, losses), marker in zip(runs.items(), figures.MARKERS, strict=False):
    ax.plot(losses, marker=marker, markersize=4, label=f"run {name}")
ax.set(xlabel="epoch", ylabel="training loss", xticks=range(0, 21, 2), ylim=(0, 2.5))
ax.legend()
figures.show(
    fig,
    alt="Training loss over 20 epochs, all from 2.43. Run A drops to 0.73 in one epoch, then jumps "
    "up and down between 0.6 and 1.0. Run B drops to 0.71 and goes on falling in small jumps to 0.39 "
    "at epoch 8; in epoch 9 it falls to 0.28, then creeps down to 0.23. Run C falls smoothly all the "
    "way to 1.08 and is still falling at the end.",
)
print("epoch  run A  run B  run C")
for epoch, losses in enumerate(zip(*runs.values(), strict=True)):
    print(f"{epoch:5}  {losses[0]:.3f}  {losses[1]:.3f}  {losses[2]:.3f}")

# %% [markdown]
# Answer in about 150 words:
#
# 1. In which run was the learning rate too small? Which two things in its curve tell you, and what
#    do you try next? (1 point)
# 2. In which run was it too large? Its first epoch looks excellent: what happens in it, and why does
#    the loss stop falling afterwards? What do you try next? (1 point)
# 3. After which epoch was the rate of the third run divided by ten? Why does the loss fall at once,
#    although the steps have become shorter, and why not begin with the small rate? (1 point)
#
# A person marks this answer. A claim earns its points together with the reason that you see in the
# figure or in the numbers; a letter alone earns none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "diagnose_curve", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** (1) Run C (the rate was 0.0001). Its loss falls in every epoch, smoothly, and is
# still falling when training ends; and it is slow: after 20 epochs it stands at 1.08, and the
# other two got below that within one. Every step goes the right way and is too short. Try a rate ten times as
# large, and again, until the curve becomes restless. Waiting longer would help too, but at many
# times the cost.
#
# (2) Run A (0.1). The large steps cross the easy part of the way in one epoch, from 2.43 to 0.73. Then
# they are too long for the valley: each jumps to the other side of it and lands as high as before,
# up to 0.99 in epoch 11, so the loss jumps about between 0.6 and 1.0 and makes no progress. More
# epochs will not help. Divide the rate by three or ten, or let it decay.
#
# (3) Run B, after epoch 8 (0.03, then 0.003): in epoch 9 the loss falls from 0.391 to 0.279, and the
# curve is nearly smooth from there on. Before, the steps, which are noisy since each sees 32 images
# only, kept throwing the weights about near the valley's floor; shorter steps average the noise out
# and let them sink towards it. They would have been too short for the way there: with 0.003 from
# the start the loss is still 0.38 after 20 epochs, against 0.23. Long steps early to get near, short
# ones late to settle.
#
# **Rubric.**
#
# - 1 point: run C, seen in a smooth curve that still falls and in its slowness beside the others
#   (half a point; a quarter for one of the two), and a larger rate next, with a factor or a search
#   (half a point). "Train longer" alone earns a quarter of a point.
# - 1 point: run A, with the steps overshooting, jumping across the valley or not settling (half a
#   point), and a smaller rate or decay next (half a point). "Over-fitting" is no reason: these are
#   training losses. Calling it divergence is half right: the loss stays below its start.
# - 1 point: after epoch 8 (9 if the drop is described), read from the drop and the calm after it (a
#   quarter); shorter steps calm the noise or the zigzag (half a point); a small rate from the start
#   is slow, as run C shows (a quarter).
