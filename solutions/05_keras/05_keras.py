# %% [markdown]
# # Exercise 5. Training networks with Keras
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/05_keras/05_keras.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/05_keras/05_keras.ipynb)
#
# *75 minutes, 20 points. Prerequisites: [lecture 5](../../lectures/05_keras.ipynb).*
#
# Fill in the cells that say `# YOUR CODE HERE` and delete the line that raises
# `NotImplementedError`. Then run the check below each of them: it stays silent when all is well,
# and says what went wrong when not. The tasks do not need each other, so do them in any order. Some
# checks are hidden; a comment tells what they try. When you have finished, restart the kernel, run
# everything, press **Validate** in JupyterLab, and hand in.
#
# Nearly every message names the section of the lecture to read again.

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
import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")  # no advice about speed between your results
_ = tf.constant(0) + 1  # TensorFlow starts here, and not within a check


def keras_name(name):
    """Return one spelling for "MSE", "mse", "mean_squared_error" and "MeanSquaredError"."""
    name = str(name).lower().replace("_", "")
    short = {"none": "linear", "bce": "binarycrossentropy"}
    short |= {"mse": "meansquarederror", "mae": "meanabsoluteerror"}
    return short.get(name, name)


# %% [markdown]
# ## Task 1: count_parameters (2 points)
#
# Before you train a network you want to know how big it is. `model.summary()` counts its
# parameters; you can do so on paper, and should, because a number you did not expect is the first
# sign of a network you did not mean.
#
# Write `count_parameters(layer_sizes)`. It takes the sizes of a network of dense layers, from the
# inputs to the outputs, as a list of ints, and returns the number of weights and biases as an int.
# The inputs are data and have no parameters of their own; a list with the inputs alone has none at
# all.
#
# **Example.** `count_parameters([784, 128, 10])` returns `101770`.


# %% nbgrader={"grade": false, "grade_id": "count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_parameters(layer_sizes):
    """Count the weights and biases of a network of dense layers.

    Parameters
    ----------
    layer_sizes : list of int
        Number of inputs, units of each hidden layer, number of outputs.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    total = 0
    for num_in, num_out in zip(layer_sizes[:-1], layer_sizes[1:], strict=True):
        total += (num_in + 1) * num_out  # a unit has a weight per input, and a bias
    return total
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_count_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: What the summary counts"
sizes = [784, 128, 10]
loop = "A list may have any number of sizes, not three alone: go through it with a loop."
dense = "A layer that gets n inputs and has m units has n * m weights and m biases."
got = checks.call(
    count_parameters,
    sizes,
    what="count_parameters([784, 128, 10])",
    hint="Three sizes make two layers: each size but the last has a next one.",
    see=see,
)
checks.equal(
    got,
    101_770,
    "count_parameters([784, 128, 10])",
    mistakes=[
        (784 * 128 + 128 * 10, "These are the weights. Each unit has a bias, too."),
        (101_770 + 784, "Inputs are numbers that come in: they have no bias."),
        (101_770 - 10, "The output units have biases, too."),
        (101_770 - 128, "The hidden units have biases, too."),
        (
            784 * 129 + 128 * 11,
            "A bias belongs to the unit that adds it up, not to the input: a layer has as many "
            "biases as outputs.",
        ),
        (
            785 * 129 + 129 * 11,
            "Only one side gets the + 1: (n + 1) * m is n * m weights and m biases.",
        ),
        (784 * 128 + 128 * 10 + 2, "A layer has one bias for each of its units, not one in all."),
        (784 * 128 + 128 * 10 + 1, "Each unit has a bias of its own, not the network one in all."),
        (785 * 129 * 11, "Add up the layers; do not multiply them."),
        (784 * 128 * 10, "Multiply two neighbours, not all sizes, and add up the layers."),
        (784 + 128 + 10, "These are the units. Each has a weight for every input it gets."),
        (785 * 128, "This is the first layer alone. The output layer has parameters, too."),
        (129 * 10, "This is the last layer alone. The hidden layer has parameters, too."),
        (
            785 * 128 + 785 * 10,
            "The output layer gets the 128 hidden units as its inputs, not the 784 pixels.",
        ),
        (
            101_770 + 11 * 784,
            "layer_sizes[-1] is the last entry: for i = 0, layer_sizes[i - 1] wraps around to it. "
            "Start with i = 1.",
        ),
        (784 + 128 + 128 + 10, "Python multiplies first: n + 1 * m is n + m. Write (n + 1) * m."),
        ([785 * 128, 129 * 10], "These are the counts of the layers. Add them up."),
    ],
    hint=dense + " Here are two such layers: add them up.",
    see=see,
)
checks.equal(
    sizes,
    [784, 128, 10],
    "The list that your function was given, after the call,",
    hint="`pop` and `del` take entries out of the caller's own list. Read it and leave it whole, "
    "or work on a copy: list(layer_sizes).",
    see=see,
)
# One unit that sees two inputs: two weights and a bias.
checks.equal(
    checks.call(count_parameters, [2, 1], what="count_parameters([2, 1])", hint=loop, see=see),
    3,
    "count_parameters([2, 1])",
    mistakes=[(101_770, loop)],
    hint=dense,
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_count_parameters_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The hidden tests try deeper networks, the smallest ones, and what Keras itself counts.
### BEGIN HIDDEN TESTS
see = "05_keras: What the summary counts"
alone = "Inputs alone make no layer, so there is nothing to learn."
checks.equal(
    checks.call(count_parameters, [5], what="count_parameters([5])", hint=alone, see=see),
    0,
    "count_parameters([5])",
    hint=alone,
    see=see,
)
for sizes in ([1, 1], [3, 1, 4], [7, 5, 3, 2], [4, 16, 16, 16, 1], [10_000, 16, 16, 1]):
    reference = keras.Sequential([keras.Input((sizes[0],))])
    for units in sizes[1:]:
        reference.add(keras.layers.Dense(units))
    argument = list(sizes)
    what = f"count_parameters({sizes})"
    checks.equal(
        checks.call(count_parameters, argument, what=what, see=see),
        reference.count_params(),
        f"{what}, against Keras' count_params(),",
        mistakes=[
            (
                sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True)),
                "These are the weights. Each unit has a bias, too.",
            ),
            ((sizes[0] + 1) * sizes[1], "Count every layer, not the first alone."),
        ],
        hint="Count layer by layer: each pair of neighbours in the list is one layer.",
        see=see,
    )
    checks.unchanged(sizes, argument, "layer_sizes", see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: train_validation_split (4 points)
#
# Keras' `validation_split=0.2` takes the *last* fifth of your rows, before any shuffling. On a file
# that is sorted by class this validates on classes that the network never saw in training. So draw
# the validation rows at random yourself.
#
# Write `train_validation_split(x, y, fraction, seed)`.
#
# - `x` is an array of shape `(n, ...)`, `y` an array of shape `(n,)` or `(n, ...)`; row `i` of `y`
#   belongs to row `i` of `x`.
# - `fraction` is between 0 and 1: the share of the rows that go to validation,
#   `round(fraction * n)` of them.
# - `seed` is an int: the same seed gives the same split, another seed another one.
# - Return four arrays: `x_train, y_train, x_val, y_val`. Every row stands in exactly one part, and
#   labels stay with their inputs. The order of rows within a part is up to you. Leave `x` and `y`
#   as they are.
#
# **Example.** With `x` of shape `(8, 3)` and `y` of shape `(8,)`,
# `train_validation_split(x, y, 0.25, seed=0)` returns arrays of the shapes `(6, 3)`, `(6,)`,
# `(2, 3)` and `(2,)`.


# %% nbgrader={"grade": false, "grade_id": "train_validation_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_validation_split(x, y, fraction, seed):
    """Split rows at random into a training and a validation part.

    Parameters
    ----------
    x : ndarray of shape (n, ...)
    y : ndarray of shape (n,) or (n, ...)
        Row i belongs to row i of `x`.
    fraction : float
        Share of the rows for validation; `round(fraction * n)` rows are taken.
    seed : int
        The same seed gives the same split.

    Returns
    -------
    x_train, y_train, x_val, y_val : ndarrays
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(x))
    num_val = round(fraction * len(x))
    val, train = order[:num_val], order[num_val:]
    return x[train], y[train], x[val], y[val]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_train_validation_split", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Validation data and the number of epochs"
ids = np.arange(40)  # each row carries its number, so that we can follow it
x, y = np.stack([ids, -ids], axis=1), 100 + ids
given = x.copy(), y.copy()
called = "train_validation_split(x, y, 0.25, 3)"
rows = "Index x and y with arrays of row numbers: x[[5, 0]] are rows 5 and 0."
parts = checks.call(train_validation_split, *given, 0.25, 3, what=called, hint=rows, see=see)
checks.that(
    isinstance(parts, (tuple, list)) and len(parts) == 4,
    "The function should return four arrays: x_train, y_train, x_val, y_val.",
    hint="No nested pairs: `return x_train, y_train, x_val, y_val`.",
    see=see,
)
x_train, y_train, x_val, y_val = parts
checks.that(
    np.ndim(y_train) == 1,
    "The second array should be y_train, but it has rows like x.",
    hint="The order is x_train, y_train, x_val, y_val; scikit-learn's function uses another one.",
    see=see,
)
swapped = "fraction is the share of the validation rows; the training part gets the rest."
rest = (
    "The training part gets every row that validation does not. Rows drawn with replacement are "
    "drawn twice at times, and then others are left over: `permutation` draws each one once."
)
checks.shape(x_val, (10, 2), "x_val, for 40 rows and fraction 0.25,", swapped, see)
checks.shape(y_val, (10,), "y_val, for 40 rows and fraction 0.25,", swapped, see)
checks.shape(x_train, (30, 2), "x_train, for 40 rows and fraction 0.25,", rest, see)
checks.shape(y_train, (30,), "y_train, for 40 rows and fraction 0.25,", rest, see)
checks.equal(
    np.sort(np.concatenate([np.asarray(x_train)[:, 0], np.asarray(x_val)[:, 0]])),
    ids,
    "The sorted list of all rows in both parts",
    hint="Each row belongs into exactly one part. Drawing with replacement, or drawing the two "
    "parts apart from each other, repeats some rows and loses others. A validation row that is "
    "also a training row tells nothing about new data.",
    see=see,
)
for name, rows, labels in [("train", x_train, y_train), ("val", x_val, y_val)]:
    checks.equal(
        labels,
        100 + np.asarray(rows)[:, 0],
        f"y_{name}, against the rows in x_{name},",
        hint="The labels no longer belong to their inputs. Shuffle the row numbers once and index "
        "x and y with the same numbers; two shuffles give two orders.",
        see=see,
    )
checks.unchanged(x, given[0], "x", see)
checks.unchanged(y, given[1], "y", see)

# %% nbgrader={"grade": true, "grade_id": "test_train_validation_split_random", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Validation data and the number of epochs"
ids = np.arange(40)
x, y = np.stack([ids, -ids], axis=1), 100 + ids
chosen = []
for seed in (0, 1, 2, 3, 4):
    first = train_validation_split(x.copy(), y.copy(), 0.25, seed)
    second = train_validation_split(x.copy(), y.copy(), 0.25, seed)
    for one, other in zip(first, second, strict=True):
        checks.equal(
            other,
            one,
            f"A second call with seed {seed}, against the first call,",
            hint="Make the generator from the seed within the function: "
            "`rng = np.random.default_rng(seed)`, and draw from it alone.",
            see=see,
        )
    checks.that(
        np.ndim(first[2]) == 2,
        "The third array should be x_val, but it has rows like y.",
        hint="The order is x_train, y_train, x_val, y_val.",
        see=see,
    )
    chosen.append(sorted(np.asarray(first[2])[:, 0].tolist()))
for rows in chosen:
    # 10 of 40 rows have 847,660,528 choices: at random, a run or a regular step does not happen.
    steps = set(np.diff(rows).tolist())
    checks.that(
        len(steps) > 1,
        f"The validation rows are not random: they are rows {rows[0]}, {rows[1]}, ..., {rows[-1]}.",
        hint="A block is what Keras' validation_split takes. In a file sorted by class, a block "
        "holds only some of the classes. Shuffle first, then cut.",
        see=see,
    )
checks.that(
    len({tuple(rows) for rows in chosen}) == 5,
    "Different seeds chose the same validation rows.",
    hint="The seed should reach the random generator, whatever its value; 0 is a seed, too.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_train_validation_split_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The hidden tests try images, one-hot labels and other dtypes, awkward fractions, whether the two
# parts still hold every row, and whether your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
see = "05_keras: Validation data and the number of epochs"
rest = "The training part gets every row that validation does not, each once."
whole = "Rows are chosen along axis 0; the other axes stay as they are."
for n, fraction, num_val in [
    (30, 0.2, 6),
    (100, 0.29, 29),
    (50, 0.58, 29),
    (7, 0.4, 3),
    (9, 0.9, 8),
]:
    ids = np.arange(n)
    images = np.zeros((n, 4, 5), "uint8") + ids[:, None, None].astype("uint8")
    one_hot = np.eye(n, dtype="float32")
    x, y = images.copy(), one_hot.copy()
    x_train, y_train, x_val, y_val = train_validation_split(x, y, fraction, 0)
    checks.unchanged(images, x, "x", see)
    checks.unchanged(one_hot, y, "y", see)
    checks.shape(
        x_val,
        (num_val, 4, 5),
        f"x_val, for {n} images and fraction {fraction},",
        "Take round(fraction * n) rows and keep the other axes as they are. int() cuts off: "
        "0.29 * 100 is 28.999999999999996 in floating point.",
        see,
    )
    checks.shape(
        x_train, (n - num_val, 4, 5), f"x_train, for {n} images and fraction {fraction},", rest, see
    )
    checks.shape(y_val, (num_val, n), "y_val, for one-hot labels,", whole, see)
    checks.shape(y_train, (n - num_val, n), "y_train, for one-hot labels,", rest, see)
    advice = "Rows are chosen by indexing; nothing needs to be converted on the way."
    for part in (x_train, x_val):
        checks.dtype(part, "uint8", "x_train or x_val, for uint8 images,", advice, see)
    for part in (y_train, y_val):
        checks.dtype(part, "float32", "y_train or y_val, for float32 labels,", advice, see)
    rows = np.concatenate([np.asarray(x_train), np.asarray(x_val)])
    labels = np.concatenate([np.asarray(y_train), np.asarray(y_val)]).argmax(axis=1)
    checks.equal(
        np.sort(rows[:, 0, 0]),
        ids,
        f"The sorted list of all rows in both parts, for n = {n},",
        hint="Each row belongs into exactly one part.",
        see=see,
    )
    checks.equal(
        labels,
        rows[:, 0, 0],
        f"The order of the labels, against that of the images, for n = {n},",
        hint="The labels no longer belong to their inputs. Index x and y with the same row numbers.",
        see=see,
    )
    checks.equal(
        rows,
        np.broadcast_to(rows[:, :1, :1], rows.shape),
        "An image",
        hint="Shuffle whole rows, axis 0 alone: an image must stay in one piece.",
        see=see,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: output_layer (3 points)
#
# The last layer and the loss follow from the question, not from taste. Write
# `output_layer(task, count)`, which returns a dict with the keys `"units"` (int), `"activation"`
# and `"loss"` (the names that Keras knows; for no activation, `None` or `"linear"`).
#
# | `task` | `count` | what the network answers | targets |
# |---|---|---|---|
# | `"binary"` | number of classes, always 2 | one number: the probability of class 1 | 0 or 1 |
# | `"multi-class"` | number of classes | one probability per class; exactly one class is true | the number of the class, an int |
# | `"multi-label"` | number of labels | one probability per label; none, some or all may be true | a 0 or 1 for each label |
# | `"regression"` | how many numbers to predict | any real numbers | real numbers |
# | `"bounded regression"` | how many numbers to predict | numbers between 0 and 1 | numbers between 0 and 1 |
#
# For both kinds of regression the loss is the mean squared error (for the bounded kind, binary
# cross-entropy is accepted as well). Any other `task` raises a `ValueError`.
#
# **Example.** `output_layer("multi-class", 10)` returns
# `{"units": 10, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}`.


# %% nbgrader={"grade": false, "grade_id": "output_layer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_layer(task, count):
    """Choose the output layer and the loss for a task.

    Parameters
    ----------
    task : str
        "binary", "multi-class", "multi-label", "regression" or "bounded regression".
    count : int
        Number of classes, of labels, or of numbers to predict.

    Returns
    -------
    dict
        "units" (int), "activation" (str or None) and "loss" (str).

    Raises
    ------
    ValueError
        If there is no such task.
    """
    ### BEGIN SOLUTION
    choices = {
        "binary": ("sigmoid", "binary_crossentropy"),
        "multi-class": ("softmax", "sparse_categorical_crossentropy"),
        "multi-label": ("sigmoid", "binary_crossentropy"),
        "regression": (None, "mse"),
        "bounded regression": ("sigmoid", "mse"),
    }
    if task not in choices:
        raise ValueError(f"task must be one of {', '.join(choices)}, got {task!r}")
    activation, loss = choices[task]
    return {"units": 1 if task == "binary" else count, "activation": activation, "loss": loss}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_output_layer", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Output activation and loss by task"
unbounded = "Without an activation a unit answers any number, a logit. A probability is asked for."
squares = (
    "However wrong a probability is, its squared error is at most 1, and where a wrong answer is "
    "sure of itself the slope is near 0. The loss for probabilities is a cross-entropy."
)
among = "Categorical cross-entropy, sparse or not, wants one true class among several units. "
one_unit, any_label = among + "Here is one unit.", among + "Here any number of labels may be true."
# For each task a count, and for each value the right one, what a wrong one means, and the reason.
for task, count, *wanted in [
    (
        "binary",
        2,
        (
            1,
            {2: "One probability p says it all: that of the other class is 1 - p."},
            "One number is asked for, the probability of class 1: one unit.",
        ),
        (
            "sigmoid",
            {"softmax": "A softmax over one unit always says 1.", "linear": unbounded},
            "One probability, free to be anything from 0 to 1: a sigmoid.",
        ),
        (
            "binarycrossentropy",
            {
                "meansquarederror": squares,
                "categoricalcrossentropy": one_unit,
                "sparsecategoricalcrossentropy": one_unit,
            },
            "One probability and a target of 0 or 1: binary cross-entropy.",
        ),
    ),
    (
        "multi-class",
        10,
        (10, {1: "A single unit has one answer. Ten classes need ten."}, "One unit per class."),
        (
            "softmax",
            {
                "sigmoid": "Ten sigmoids answer ten questions, each for itself, and need not sum to "
                "1. Exactly one class is true.",
                "linear": unbounded,
            },
            "Exactly one class is true, so the probabilities share out 1: softmax.",
        ),
        (
            "sparsecategoricalcrossentropy",
            {
                "categoricalcrossentropy": "This loss wants one-hot targets. Here a target is the "
                "number of the class: sparse_categorical_crossentropy takes these.",
                "binarycrossentropy": "Binary cross-entropy wants a 0 or 1 for each unit. Here a "
                "target is the number of the one true class.",
                "meansquarederror": squares,
            },
            "One true class, given by its number: sparse categorical cross-entropy.",
        ),
    ),
    (
        "multi-label",
        3,
        (3, {1: "A single unit answers one question. Each label is a question."}, "One per label."),
        (
            "sigmoid",
            {
                "softmax": "A softmax makes the labels compete: its answers sum to 1, so at most one "
                "exceeds 1/2. Here several labels may be true, or none.",
                "linear": unbounded,
            },
            "Each label is a yes-or-no question of its own: a sigmoid for each.",
        ),
        (
            "binarycrossentropy",
            {
                "categoricalcrossentropy": any_label,
                "sparsecategoricalcrossentropy": any_label,
                "meansquarederror": squares,
            },
            "Each label is a yes-or-no question of its own: binary cross-entropy.",
        ),
    ),
]:
    called = f'output_layer("{task}", {count})'
    advice = "The five tasks are spelled as in the table."
    answer = checks.call(output_layer, task, count, what=called, hint=advice, see=see)
    checks.that(
        isinstance(answer, dict),
        f"{called} should return a dict; it returned {answer}.",
        hint="Give each of the three values its name, and return them (do not print them): `return "
        '{"units": ..., "activation": ..., "loss": ...}`.',
        see=see,
    )
    checks.that(
        {"units", "activation", "loss"} <= set(answer),
        f'The dict of {called} should have the keys "units", "activation" and "loss"; it has '
        f"{list(answer)}.",
        hint="The keys are spelled as in the task, in small letters.",
        see=see,
    )
    for key in ("activation", "loss"):
        checks.that(
            answer[key] is None or isinstance(answer[key], str),
            f'The "{key}" of {called} should be a name, as text.',
            hint='The names that Keras knows, as in the example: "softmax", not the function, and '
            '"mse", not a loss object.',
            see=see,
        )
    given = [answer["units"], keras_name(answer["activation"]), keras_name(answer["loss"])]
    for key, value, (right, meanings, reason) in zip(
        ["units", "activation", "loss"], given, wanted, strict=True
    ):
        checks.that(
            value == right,
            f'The "{key}" of {called} does not fit the task: {answer}.',
            hint=next((text for wrong, text in meanings.items() if value == wrong), reason),
            see=see,
        )

# %% nbgrader={"grade": true, "grade_id": "test_output_layer_regression", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Output activation and loss by task"
answers = {  # what other activations answer
    "softmax": "Softmax answers lie between 0 and 1 and sum to 1",
    "relu": "A ReLU never answers less than 0, and has no upper end",
    "tanh": "A tanh answers between -1 and 1",
    "sigmoid": "A sigmoid cannot leave 0 to 1",
    "linear": "Without an activation a unit answers any number",
}
for task, activation, why, losses in [
    (
        "regression",
        "linear",
        "A target may be any real number, below 0 and far above 1: use no activation.",
        ["meansquarederror"],
    ),
    (
        "bounded regression",
        "sigmoid",
        "Each target lies between 0 and 1, and several need not sum to 1: a sigmoid, as for labels.",
        ["meansquarederror", "binarycrossentropy"],
    ),
]:
    for count in (1, 3):
        called = f'output_layer("{task}", {count})'
        advice = "The five tasks are spelled as in the table."
        answer = checks.call(output_layer, task, count, what=called, hint=advice, see=see)
        checks.that(
            isinstance(answer, dict) and {"units", "activation", "loss"} <= set(answer),
            f'{called} should be a dict with "units", "activation", "loss"; it is {answer}.',
            see=see,
        )
        checks.equal(
            answer["units"],
            count,
            f"The number of units of {called}",
            mistakes=[(1, "A regression may predict several numbers at once, here three.")],
            hint="One unit for each number to predict.",
            see=see,
        )
        given = keras_name(answer["activation"])
        checks.that(
            given == activation,
            f"The activation of {called} does not fit: {answer}.",
            hint=f"{answers[given]}. {why}" if given in answers else why,
            see=see,
        )
        loss = keras_name(answer["loss"])
        if loss == "meanabsoluteerror":
            why_not = "The mean absolute error is a loss for regression, too, but the task asks "
            why_not += "for the mean squared error."
        elif loss == "binarycrossentropy":
            why_not = (
                "Binary cross-entropy is for targets from 0 to 1; these are any real numbers. "
            )
            why_not += "The mean squared error compares them."
        else:
            why_not = "The targets are numbers and not classes: the mean squared error."
        checks.that(
            loss in losses,
            f"The loss of {called} does not fit: {answer}.",
            hint=why_not,
            see=see,
        )

# %% nbgrader={"grade": true, "grade_id": "test_output_layer_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The hidden tests try other counts of classes, labels and numbers, and tasks that do not exist.
### BEGIN HIDDEN TESTS
see = "05_keras: Output activation and loss by task"

for count in (1, 4, 20):
    answer = output_layer("multi-label", count)
    checks.that(
        isinstance(answer, dict) and {"units", "activation", "loss"} <= set(answer),
        f'output_layer("multi-label", {count}) should be a dict with "units", "activation", "loss".',
        see=see,
    )
    given = (answer["units"], keras_name(answer["activation"]), keras_name(answer["loss"]))
    checks.that(
        given == (count, "sigmoid", "binarycrossentropy"),
        f'output_layer("multi-label", {count}) does not fit the task: {answer}.',
        hint="Each label is a yes-or-no question of its own, and their probabilities need not sum "
        "to 1: a softmax would make the labels compete. So a sigmoid for each, and binary "
        "cross-entropy.",
        see=see,
    )
for task, count, units in [("binary", 2, 1), ("multi-class", 3, 3), ("regression", 7, 7)]:
    checks.equal(
        output_layer(task, count)["units"],
        units,
        f'The number of units of output_layer("{task}", {count})',
        hint="One unit per class, label or number; a binary task needs a single one.",
        see=see,
    )
for task in ("clustering", "", "regress", "multi"):
    checks.raises(
        ValueError,
        output_layer,
        task,
        3,
        what=f'output_layer("{task}", 3)',
        hint="A task that you do not know is a mistake of the caller. Say so: `raise ValueError(...)`.",
        see=see,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: build_classifier (3 points)
#
# Write `build_classifier(num_inputs, num_hiddens, num_classes)`. It returns a compiled Keras model
# that sorts vectors into classes:
#
# - one hidden dense layer with `num_hiddens` units and ReLU, then one dense layer whose answer is a
#   probability for each class, and nothing else (the inputs come scaled: add no `Rescaling`);
# - compiled with a loss for class numbers as targets (ints, not one-hot), with accuracy as a
#   metric, and with an optimizer and learning rate that learn in reasonable time: `"adam"` or
#   `"rmsprop"` as they come will do.
#
# A Sequential, a functional or a subclassed model: any of the three will do. The checks look only
# at what the model does: how many parameters it has, what it predicts, what its loss is, and
# whether it learns.
#
# **Example.** `build_classifier(784, 128, 10).predict(np.zeros((2, 784)), verbose=0)` has the shape
# `(2, 10)`, and each row sums to 1.


# %% nbgrader={"grade": false, "grade_id": "build_classifier", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_classifier(num_inputs, num_hiddens, num_classes):
    """Build and compile a classifier with one hidden layer.

    Parameters
    ----------
    num_inputs, num_hiddens, num_classes : int

    Returns
    -------
    keras.Model
        Takes (n, num_inputs), answers (n, num_classes): a probability for each class.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_build_classifier", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Three ways to write a model"
rng = np.random.default_rng(0)
for num_inputs, num_hiddens, num_classes in [(6, 5, 3), (4, 9, 7)]:
    x = rng.normal(size=(8, num_inputs)).astype("float32")
    model = checks.call(
        build_classifier,
        num_inputs,
        num_hiddens,
        num_classes,
        what=f"build_classifier({num_inputs}, {num_hiddens}, {num_classes})",
        hint="The inputs' shape is a tuple: keras.Input((num_inputs,)).",
        see=see,
    )
    checks.that(
        hasattr(model, "predict_on_batch"),
        "build_classifier should return a Keras model.",
        hint="`compile` and `fit` do not return the model: write `return model` in the last line.",
        see=see,
    )
    p = checks.call(
        model.predict_on_batch,
        x,
        what=f"Predicting for x of shape {x.shape}, with num_inputs={num_inputs},",
        hint="Take the sizes from the arguments num_inputs, num_hiddens and num_classes.",
        see=see,
    )
    checks.shape(
        p,
        (8, num_classes),
        f"predict(x), for x of shape {x.shape} and {num_classes} classes,",
        hint="The last layer needs one unit per class; the names of the three arguments say which is "
        "which.",
        see=see,
    )
    weights = num_inputs * num_hiddens + num_hiddens * num_classes
    checks.equal(
        int(model.count_params()),
        weights + num_hiddens + num_classes,
        f"count_params() of build_classifier({num_inputs}, {num_hiddens}, {num_classes})",
        mistakes=[
            (weights, "Your layers have no biases."),
            ((num_inputs + 1) * num_classes, "The hidden layer is missing."),
            (
                weights + num_hiddens + num_classes + (num_hiddens + 1) * num_hiddens,
                "There is one hidden layer too many.",
            ),
        ],
        hint="Two dense layers with biases: inputs to hidden units, hidden units to classes.",
        see="05_keras: What the summary counts",
    )
    p = np.asarray(p, dtype=float)
    sums = p.sum(axis=1)
    checks.that(
        bool(np.all(p >= 0)) and bool(np.allclose(sums, 1, atol=1e-4)),
        f"The answers are not probabilities: the first row is {p[0].round(3).tolist()} and sums to "
        f"{sums[0]:.3f}.",
        hint="A softmax in the last layer makes them positive and lets them sum to 1. A sigmoid "
        "for each class does not, and without an activation the answers are logits.",
        see="05_keras: Output activation and loss by task",
    )

# %% nbgrader={"grade": true, "grade_id": "test_build_classifier_compiled", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Output activation and loss by task"
rng = np.random.default_rng(1)
x, y = rng.normal(size=(64, 6)).astype("float32"), rng.integers(0, 5, size=64)
model = build_classifier(6, 16, 5)
checks.that(
    hasattr(model, "predict_on_batch"), "build_classifier should return a Keras model.", see=see
)
p = np.asarray(checks.call(model.predict_on_batch, x, what="Predicting", see=see), dtype=float)
checks.that(
    p.shape == (64, 5) and bool(np.all(p >= 0)) and bool(np.allclose(p.sum(axis=1), 1, atol=1e-4)),
    "The answers for 5 classes are not 5 probabilities that sum to 1, so their loss means nothing.",
    hint="Make the check before this one pass first.",
    see=see,
)
problem = None
try:
    result = model.evaluate(x, y, batch_size=64, verbose=0, return_dict=True)
except Exception as error:
    problem = str(error).strip().split("\n")[0][:200]
checks.that(
    problem is None,
    f"evaluate(x, y) with class numbers as y stops with an error: {problem}",
    hint="Did you call `compile`? And does the loss take class numbers? categorical_crossentropy "
    "wants one-hot targets; sparse_categorical_crossentropy takes the numbers.",
    see=see,
)
# Keras keeps probabilities 1e-7 away from 0 and 1 and works in float32: 1e-3 leaves ample room.
expected = -np.mean(np.log(np.clip(p[np.arange(64), y], 1e-7, 1)))
checks.close(
    result["loss"],
    expected,
    "the loss, against the mean of -log(probability of the true class),",
    rtol=1e-3,
    hint="For one true class among several the loss is the (sparse) categorical cross-entropy; "
    "mean squared error and binary cross-entropy take the class numbers for something else.",
    see=see,
)
named = [name for name in result if "acc" in name]
checks.that(
    bool(named),
    f"Accuracy is not among the metrics: evaluate reports only {sorted(result)}.",
    hint='Ask for it when you compile: `metrics=["accuracy"]`.',
    see="05_keras: The workflow, start to end",
)
checks.close(
    result[named[0]],
    np.mean(p.argmax(axis=1) == y),
    "the accuracy, against the share of rows whose most probable class is the true one,",
    atol=1e-5,
    hint='`metrics=["accuracy"]` lets Keras choose the accuracy that fits the loss; '
    "keras.metrics.Accuracy() compares class numbers with raw probabilities.",
    see="05_keras: Metrics, mistakes and confidence",
)

# %% nbgrader={"grade": true, "grade_id": "test_build_classifier_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The hidden tests try whether the hidden layer has a ReLU, and whether the model can learn 32
# random labels by heart in 300 steps: a model that cannot do that has a fault.
### BEGIN HIDDEN TESTS
see = "05_keras: Three ways to write a model"
# Along a straight line through the input space, the log-odds of two classes are straight pieces
# with a kink for each ReLU. Second differences are 0 up to rounding (measured: 4e-6) but for two
# at most at each of the 8 kinks: 79 - 16 of 79 are flat. Sigmoid, tanh, softmax, GELU, ELU and
# softplus bend nearly everywhere: at most 5 % are flat. (12 seeds each.)
rng = np.random.default_rng(0)
line = 0.5 * rng.normal(size=5) + np.linspace(-4, 4, 81)[:, None] * rng.normal(size=5)
model = build_classifier(5, 8, 3)
checks.that(
    hasattr(model, "predict_on_batch"), "build_classifier should return a Keras model.", see=see
)
p = checks.call(model.predict_on_batch, line.astype("float32"), what="Predicting", see=see)
p = np.asarray(p, dtype=float)
checks.that(
    p.shape == (81, 3) and bool(np.all(p > 0)) and bool(np.allclose(p.sum(axis=1), 1, atol=1e-4)),
    "The answers for 3 classes are not 3 probabilities that sum to 1.",
    hint="The last layer should have a softmax over one unit per class.",
    see="05_keras: Output activation and loss by task",
)
log_p = np.log(p)
bends = np.abs(np.diff(log_p[:, 1:] - log_p[:, :1], n=2, axis=0)).max(axis=1)
checks.that(
    np.max(bends) > 1e-4,
    "The log-odds of your model run along a straight line: it is a linear model.",
    hint="Without an activation in the hidden layer, two layers are no more than one. Dense has no "
    'activation unless you give it one: `activation="relu"`.',
    see=see,
)
checks.that(
    np.mean(bends < 2e-5) > 0.6,
    "The log-odds of your model bend everywhere; those of a ReLU network are straight with kinks.",
    hint="The hidden layer should have a ReLU, not a sigmoid, tanh or softmax.",
    see=see,
)
# With a single hidden unit, the log-odds are level wherever that unit is off: at one end of a line
# through the origin. A leaky ReLU slopes at both ends (by more than 9e-5 in 24 models). The best of
# three models counts, since biases that start at random can move the kink out of sight.
ends = np.array([-4.0, -3.9, 3.9, 4.0])[:, None] * rng.normal(size=5)
slopes = []
for _ in range(3):
    model = build_classifier(5, 1, 10)
    log_p = np.log(np.asarray(model.predict_on_batch(ends.astype("float32")), dtype=float))
    odds = log_p[:, 1:] - log_p[:, :1]
    slopes.append(min(np.abs(odds[1] - odds[0]).max(), np.abs(odds[3] - odds[2]).max()))
checks.that(
    min(slopes) < 1e-6,
    "A hidden unit of your model is never off: it answers to negative sums as well.",
    hint="The hidden layer should have a ReLU, max(0, z), and not a leaky ReLU.",
    see=see,
)
# 300 steps on one batch. Guessing costs log(4) = 1.39. Over 8 seeds: Adam, RMSprop, AdamW and
# Nadam end below 0.04, plain SGD below 0.61; a rate of 1e-4, or frozen weights, above 0.8.
rng = np.random.default_rng(1)
x, y = rng.normal(size=(32, 20)).astype("float32"), rng.integers(0, 4, size=32)
new_x, new_y = rng.normal(size=(200, 20)).astype("float32"), rng.integers(0, 4, size=200)
keras.utils.set_random_seed(0)
model = build_classifier(20, 64, 4)
problem = None
try:
    many_x, many_y = np.tile(x, (300, 1)), np.tile(y, 300)
    model.fit(many_x, many_y, batch_size=32, epochs=1, shuffle=False, verbose=0)
    result = model.evaluate(x, y, batch_size=32, verbose=0, return_dict=True)
    new_result = model.evaluate(new_x, new_y, batch_size=200, verbose=0, return_dict=True)
except Exception as error:
    problem = str(error).strip().split("\n")[0][:200]
checks.that(
    problem is None,
    f"fit(x, y) with class numbers as y stops with an error: {problem}",
    hint="Compile the model, with a loss that takes class numbers and not one-hot targets.",
    see="05_keras: The workflow, start to end",
)
checks.that(
    result["loss"] < 0.5 * np.log(4),
    f"After 300 steps on the same 32 rows the loss is {result['loss']:.2f}; guessing costs "
    f"{np.log(4):.2f}, and a sound model gets below 0.1.",
    hint="Look at the learning rate (Adam's default is 0.001), at trainable=False, and at weights "
    "that start at zero.",
    see="05_keras: The workflow, start to end",
)
# On new rows the loss is 2 to 6 for the usual optimizers, 20 for Adam with a rate of 0.1, and
# above 1,000 with a rate of 1 or more.
checks.that(
    new_result["loss"] < 100,
    f"After 300 steps the loss on new rows is {new_result['loss']:.3g}: the weights have exploded.",
    hint="The learning rate is far too large; leave the optimizer's default.",
    see="05_keras: The workflow, start to end",
)
# Where a ReLU cuts the logits off, classes share the logit 0: measured in 44 % of new rows and
# more. In sound models no two probabilities were equal, but for 2 % at a rate of 0.1.
p = np.sort(np.asarray(model.predict_on_batch(new_x), dtype=float), axis=1)
checks.that(
    np.mean(np.any(np.diff(p, axis=1) == 0, axis=1)) < 0.1,
    "On many rows two classes get exactly the same probability.",
    hint="A ReLU before the softmax cuts off all negative logits. It belongs into the hidden layer.",
    see="05_keras: Output activation and loss by task",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: confusion_matrix (2 points)
#
# An accuracy of 0.88 does not tell *which* mistakes a classifier makes. The confusion matrix does.
#
# Write `confusion_matrix(y_true, y_pred, num_classes)`. Both labels come as arrays or lists of ints
# from 0 to `num_classes - 1`, of any integer dtype (those of Fashion-MNIST are uint8). Return an
# int array of shape `(num_classes, num_classes)`: **row** `i`, **column** `j` counts the samples
# that *are* of class `i` and were *called* `j`. Write it yourself; don't import it.
#
# **Example.** With `y_true = [0, 0, 1, 1, 2, 2, 2]` and `y_pred = [0, 1, 1, 1, 2, 0, 2]`, three
# classes, the result is
#
# ```
# [[1 1 0]
#  [0 2 0]
#  [1 0 2]]
# ```


# %% nbgrader={"grade": false, "grade_id": "confusion_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def confusion_matrix(y_true, y_pred, num_classes):
    """Count how often each class was called what.

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (n,)
    num_classes : int

    Returns
    -------
    ndarray of int, shape (num_classes, num_classes)
        Rows are true classes, columns predicted ones.
    """
    ### BEGIN SOLUTION
    counts = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(counts, (np.asarray(y_true), np.asarray(y_pred)), 1)
    return counts
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_confusion_matrix", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Metrics, mistakes and confidence"
y_true, y_pred = [0, 0, 1, 1, 2, 2, 2], [0, 1, 1, 1, 2, 0, 2]
expected = np.array([[1, 1, 0], [0, 2, 0], [1, 0, 2]])
once = "`counts[y_true, y_pred] += 1` adds 1 only once to a cell that is named several times."
for kind, wrap in [("arrays", np.array), ("lists", list)]:
    got = checks.call(
        confusion_matrix,
        wrap(y_true),
        wrap(y_pred),
        3,
        what=f"confusion_matrix(y_true, y_pred, 3), with both labels as {kind},",
        hint="Lists have neither a dtype nor a shape; `np.asarray(y_true)` makes an array.",
        see=see,
    )
    checks.close(
        got,
        expected,
        f"confusion_matrix(y_true, y_pred, 3), with both labels as {kind},",
        mistakes=[
            (
                expected.T,
                "Rows are the true classes and columns the predicted ones; yours are turned.",
            ),
            (np.minimum(expected, 1), once),
            (
                expected / expected.sum(axis=1, keepdims=True),
                "These are shares; counts are asked for.",
            ),
            (expected / expected.sum(axis=0), "These are shares; counts are asked for."),
            (expected / expected.sum(), "These are shares; counts are asked for."),
            (
                np.roll(expected, -1, axis=(0, 1)),
                "Classes count from 0: class 0 has row 0 and column 0. You counted each sample one "
                "row further up and one column further left.",
            ),
            (
                np.zeros((3, 3)),
                "Nothing was counted. Did you write `y_true == i`? A list is compared as a whole, "
                "and is never equal to a number: make it an array first, with np.asarray.",
            ),
            (expected - np.diag(np.diag(expected)), "The diagonal counts what was right: keep it."),
            (
                np.diag(np.diag(expected)),
                "You counted what was right; the mistakes are the point of this matrix.",
            ),
        ],
        hint="Go through the samples one by one: row y_true[k], column y_pred[k], one more.",
        see=see,
    )
    checks.dtype(got, np.integer, "the matrix", "Counts are whole numbers: `dtype=int`.", see)

# %% nbgrader={"grade": true, "grade_id": "test_confusion_matrix_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The hidden tests try classes that do not occur, many classes and uint8 labels, many samples, and
# whether the sums are right and your function leaves its arguments alone.
### BEGIN HIDDEN TESTS
see = "05_keras: Metrics, mistakes and confidence"
rng = np.random.default_rng(0)
got = confusion_matrix(np.array([1, 1]), np.array([1, 2]), 5)
checks.shape(
    got,
    (5, 5),
    "the matrix, for five classes of which two occur,",
    hint="A class that does not occur in this batch still has its row and its column: take the "
    "size from num_classes, not from the labels.",
    see=see,
)
checks.close(np.asarray(got)[1, 1:3], np.array([1, 1]), "row 1, columns 1 and 2", see=see)
for num_classes, n, kind in [(2, 7, "int64"), (4, 5000, "int32"), (30, 2000, "uint8")]:
    y_true = rng.integers(0, num_classes, size=n).astype(kind)
    y_pred = np.where(rng.random(n) < 0.6, y_true, rng.integers(0, num_classes, size=n)).astype(
        kind
    )
    expected = np.zeros((num_classes, num_classes), dtype=int)
    for i, j in zip(y_true.tolist(), y_pred.tolist(), strict=True):
        expected[i, j] += 1
    before = y_true.copy(), y_pred.copy()
    got = np.asarray(confusion_matrix(y_true, y_pred, num_classes))
    checks.unchanged(before[0], y_true, "y_true", see)
    checks.unchanged(before[1], y_pred, "y_pred", see)
    checks.shape(got, (num_classes, num_classes), "the matrix", see=see)
    checks.equal(
        int(got.sum()),
        n,
        f"The sum of the matrix, for {n} samples,",
        hint="Every sample is counted once. Beware of `counts[y_true, y_pred] += 1` (a cell named "
        "twice gets one), and of counts or labels in uint8, whose numbers start over at 256.",
        see=see,
    )
    checks.close(
        got,
        expected,
        f"the matrix of {n} samples with {kind} labels",
        mistakes=[(expected.T, "Rows are the true classes and columns the predicted ones.")],
        hint="Arithmetic in uint8 starts over at 256: convert labels to int before you calculate "
        "with them.",
        see=see,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: multi_hot (3 points)
#
# A dense layer wants vectors of one length; reviews are lists of word numbers of any length. A
# multi-hot vector has one place per word of the vocabulary, and a 1 where that word occurs.
#
# Write `multi_hot(sequences, num_words)`. It takes a list (or object array) of `n` lists of ints
# and returns a float32 array of shape `(n, num_words)`, with a 1.0 in row `i`, column `j` where
# word `j` occurs in review `i`, however often, and 0.0 elsewhere. Numbers of `num_words` and more
# belong to rarer words: leave them out. A review may be empty.
#
# **Example.** `multi_hot([[1, 3, 3], [0]], 5)` returns
#
# ```
# [[0. 1. 0. 1. 0.]
#  [1. 0. 0. 0. 0.]]
# ```


# %% nbgrader={"grade": false, "grade_id": "multi_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multi_hot(sequences, num_words):
    """Turn lists of word numbers into vectors of zeros and ones.

    Parameters
    ----------
    sequences : list (or object array) of n lists of int
    num_words : int
        Size of the vocabulary; numbers from there on are left out.

    Returns
    -------
    ndarray of float32, shape (n, num_words)
    """
    ### BEGIN SOLUTION
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for row, sequence in zip(result, sequences, strict=True):
        words = np.asarray(sequence, dtype=int)
        row[words[words < num_words]] = 1
    return result
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_multi_hot", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Text: reviews as multi-hot vectors"
expected = np.array([[0, 1, 0, 1, 0], [1, 0, 0, 0, 0]], dtype="float32")
shapes = "Start from zeros of shape (number of reviews, num_words); row i belongs to review i."
what = "multi_hot([[1, 3, 3], [0]], 5)"
got = checks.call(multi_hot, [[1, 3, 3], [0]], 5, what=what, hint=shapes, see=see)
checks.that(
    not hasattr(got, "toarray"),
    "multi_hot returned a sparse matrix, and this task asks for an ordinary array.",
    hint="The lecture's multi_hot is sparse to save memory. Here, start from np.zeros.",
    see=see,
)
checks.close(
    got,
    expected,
    what,
    mistakes=[
        (
            expected[:, :4],
            "The largest word number here is 3, but num_words is 5: it sets the width, whatever "
            "words occur.",
        ),
        (
            np.array([[0, 1, 0, 2, 0], [1, 0, 0, 0, 0]]),
            "You counted. A multi-hot vector says whether a word occurs, not how often.",
        ),
        (
            np.array([[1, 0, 1, 0, 0], [0, 0, 0, 0, 1]]),
            "You moved the words by one: word j belongs into column j, counted from 0.",
        ),
        (
            np.array([[0, 1, 0, 1, 0], [0, 0, 0, 0, 0]]),
            "Number 0 is a word number like the others here: do not drop it.",
        ),
        (
            np.array([[1, 1, 0, 1, 0], [1, 1, 0, 1, 0]]),
            "Each review sets ones in its own row; you set them in every row.",
        ),
        (
            np.array([[0, 0.5, 0, 0.5, 0], [1, 0, 0, 0, 0]]),
            "These are shares; a multi-hot vector holds zeros and ones.",
        ),
        (
            np.array([[0, 1 / 3, 0, 2 / 3, 0], [1, 0, 0, 0, 0]]),
            "These are shares; a multi-hot vector holds zeros and ones.",
        ),
    ],
    hint=shapes,
    see=see,
)
checks.close(
    checks.call(multi_hot, [[2, 0], [1], [1, 1, 1]], 4, what="A second call", hint=shapes, see=see),
    np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 1, 0, 0]]),
    "multi_hot([[2, 0], [1], [1, 1, 1]], 4)",
    hint="The width is num_words, whatever words occur.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_multi_hot_rare_words", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
see = "05_keras: Text: reviews as multi-hot vectors"
reviews = [[0, 4, 2], [3, 9], [7]]
got = checks.call(
    multi_hot,
    reviews,
    4,
    what="multi_hot([[0, 4, 2], [3, 9], [7]], 4)",
    hint="Words with numbers of num_words and more have no column: skip them.",
    see=see,
)
checks.close(
    got,
    np.array([[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]),
    "multi_hot([[0, 4, 2], [3, 9], [7]], 4)",
    mistakes=[
        (
            np.array([[1, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 1]]),
            "The rare words went into the last column, which belongs to word 3. Leave them out.",
        ),
        (
            np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 0, 1]]),
            "The remainder of a division moves rare words onto common ones. Leave them out.",
        ),
        (
            np.array([[1, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]),
            "Word 3 is the last of the four and keeps its column: only num_words and more are rare.",
        ),
        (
            np.array([[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]),
            "A rare word is left out by itself: the words after it in its review still count.",
        ),
        (np.zeros((3, 4)), "Leave out the rare words alone, and not every review that has one."),
    ],
    hint="The columns are for words 0 to 3. Words 4, 7 and 9 are left out; the others stay.",
    see=see,
)
checks.equal(
    reviews,
    [[0, 4, 2], [3, 9], [7]],
    "The list of reviews, after the call,",
    hint="Your function changed the reviews that it was given. Filter words into a new list.",
    see=see,
)
checks.dtype(
    got,
    "float32",
    "the result",
    hint="Layers calculate in float32. NumPy's default float64 would take twice the memory: for "
    "25,000 reviews and 10,000 words 2 GB in place of 1.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_multi_hot_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The hidden tests try random reviews with rare words, empty reviews, an object array as the
# datasets have it, and whether your function leaves its argument alone.
### BEGIN HIDDEN TESTS
see = "05_keras: Text: reviews as multi-hot vectors"
rng = np.random.default_rng(0)
for n, num_words, largest in [(1, 1, 3), (6, 10, 10), (20, 50, 80), (5, 300, 200)]:
    reviews = [rng.integers(0, largest, size=length).tolist() for length in rng.integers(0, 40, n)]
    reviews[n // 2] = []
    expected = np.zeros((n, num_words))
    for i, review in enumerate(reviews):
        for word in review:
            if word < num_words:
                expected[i, word] = 1
    as_objects = np.empty(n, dtype=object)
    as_objects[:] = [list(review) for review in reviews]
    argument = [list(review) for review in reviews]
    advice = "Beware of empty reviews, and of words of num_words and more."
    what = f"multi_hot of {n} reviews, one of them empty, {num_words} words,"
    got = checks.call(multi_hot, argument, num_words, what=what, hint=advice, see=see)
    checks.that(
        argument == reviews,
        "Your function changed the reviews that it was given.",
        hint="Filter words into a new list, and leave the reviews as they are.",
        see=see,
    )
    what = "multi_hot of an object array, as the datasets have it,"
    other = checks.call(multi_hot, as_objects, num_words, what=what, see=see)
    for kind, result in [("a list", got), ("an object array", other)]:
        checks.close(
            result,
            expected,
            f"multi_hot of {n} reviews in {kind}, {num_words} words,",
            mistakes=[
                (
                    np.roll(expected, -1, axis=1),
                    "You moved the words by one: word j belongs into column j.",
                )
            ],
            hint="An empty review is a row of zeros, and words of num_words and more are left out.",
            see=see,
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 7: explain_curves (3 points)
#
# A network with 512 hidden ReLU units learned to tell clothes apart: 4,000 images of Fashion-MNIST
# to train on, 2,000 others for validation, Adam, batches of 64, 30 epochs. These are the numbers it
# gave. Run the cell to see them.

# %% nbgrader={"grade": false, "grade_id": "curves", "locked": true, "schema_version": 3, "solution": false, "task": false}
history = {
    "loss": [
        *(0.819, 0.529, 0.464, 0.416, 0.377, 0.346, 0.322, 0.299, 0.282, 0.261),
        *(0.247, 0.230, 0.217, 0.204, 0.195, 0.186, 0.178, 0.169, 0.171, 0.159),
        *(0.155, 0.136, 0.130, 0.124, 0.114, 0.110, 0.109, 0.099, 0.093, 0.097),
    ],
    "val_loss": [
        *(0.661, 0.561, 0.546, 0.513, 0.507, 0.500, 0.492, 0.513, 0.489, 0.502),
        *(0.496, 0.507, 0.500, 0.500, 0.505, 0.506, 0.523, 0.516, 0.545, 0.573),
        *(0.594, 0.605, 0.600, 0.594, 0.605, 0.625, 0.623, 0.644, 0.657, 0.611),
    ],
    "accuracy": [
        *(0.715, 0.813, 0.840, 0.854, 0.865, 0.878, 0.887, 0.895, 0.901, 0.908),
        *(0.915, 0.922, 0.926, 0.931, 0.937, 0.937, 0.941, 0.946, 0.943, 0.949),
        *(0.949, 0.955, 0.958, 0.961, 0.964, 0.966, 0.966, 0.971, 0.972, 0.970),
    ],
    "val_accuracy": [
        *(0.778, 0.816, 0.811, 0.827, 0.831, 0.834, 0.838, 0.826, 0.833, 0.835),
        *(0.835, 0.827, 0.835, 0.831, 0.829, 0.836, 0.830, 0.847, 0.842, 0.838),
        *(0.831, 0.830, 0.830, 0.835, 0.835, 0.836, 0.835, 0.836, 0.834, 0.843),
    ],
}
figures.show(
    figures.learning_curves(history),
    alt="Left: the training loss falls from 0.82 to 0.10 over 30 epochs; the validation loss falls "
    "to 0.49 at epoch 9, stays near 0.50 until epoch 16, then rises to 0.6 and above. Right: the "
    "training accuracy rises from 0.72 to 0.97; the validation accuracy is near 0.83 from epoch 5 "
    "on, highest with 0.847 at epoch 18.",
)
print("epoch      loss  val_loss  accuracy  val_accuracy")
for epoch, row in enumerate(zip(*history.values(), strict=True), start=1):
    print(f"{epoch:5}  {row[0]:8.3f}  {row[1]:8.3f}  {row[2]:8.3f}  {row[3]:12.3f}")

# %% [markdown]
# Answer in about 120 words:
#
# 1. How many epochs would you train for, and by which curve do you decide? (1 point)
# 2. What happens after that? Say what each of the two losses does, and how the validation loss can
#    rise while the validation accuracy stays where it was. (1 point)
# 3. What do you do next, and why should you not choose the epoch by the *test* accuracy? (1 point)
#
# A person marks this answer. A point is given for a choice or claim together with its reason; a
# number alone earns none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_curves", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** (1) About 9 epochs: there the validation loss is lowest, 0.489. It is nearly
# flat from epoch 7 to 14, so anything in that range is as good. Epoch 18 has the highest validation
# accuracy, but 0.847 against about 0.835 is a matter of 24 images of 2,000, and the neighbouring
# epochs do not bear it out: it is noise.
#
# (2) From then on the network over-fits. The training loss goes on falling, to 0.1, as it learns
# the 4,000 images by heart; the validation loss rises above 0.6. Accuracy only asks whether the
# most probable class is right. The loss also asks how sure the network was: on the images that it
# gets wrong it becomes ever more certain, and cross-entropy charges a lot for that.
#
# (3) Train again for 9 epochs (or keep the weights of the best epoch), then measure once on the
# test set. After that, try more data, a smaller network or regularization. Choosing the epoch on
# the test set fits a decision to it: its figure becomes too good and no longer tells what to expect
# on new data.
#
# **Rubric.**
#
# - 1 point: an epoch from 7 to 14, because the *validation* loss is lowest or flat there. Half a
#   point for epoch 18, if the reason is the validation accuracy, the quantity of interest. None for
#   the last epoch, or for a choice by the training curves.
# - 1 point: names over-fitting with both losses (training falls, validation rises: half a point),
#   and explains the flat accuracy by growing confidence in wrong answers (half a point).
# - 1 point: a sensible next step (train anew for that many epochs or restore the best weights; more
#   data, smaller network, regularization: half a point), and that a choice made on the test set
#   makes its estimate too good (half a point). "It is not allowed" without the reason earns
#   nothing.
