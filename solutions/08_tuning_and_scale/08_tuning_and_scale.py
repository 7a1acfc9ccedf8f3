# %% [markdown]
# # Exercise 8. Tuning and scale
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/08_tuning_and_scale/08_tuning_and_scale.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/08_tuning_and_scale/08_tuning_and_scale.ipynb)
#
# *90 minutes, 20 points. NumPy and Keras; everything here runs in half a minute on any computer.*
#
# You write the four tools of a search that you can trust: one that draws configurations, one that
# reads the results without flattering itself, one that feeds a network from a file too large for
# the memory, and one that reuses a trained network. Then you judge somebody else's search.
#
# Fill in the cells that say `# YOUR CODE HERE`, then run the checks below them. When a check fails,
# read the last lines of its message: they say what was expected, what came, and often which
# misunderstanding leads there. Some cells hold further checks that run when you hand in; the
# comment in them says what they try. Tasks do not build on each other's code, so you can leave one
# out and come back to it. Loops are as welcome as one-liners.
#
# The cell of imports below also defines what the checks use. Run it; you need not read it now. Each
# task says what it is given.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# [lecture](../../lectures/08_tuning_and_scale.ipynb) has all that is asked for here; the messages
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
import warnings
from functools import partial

import keras
import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")  # no advice about speed between your results
_ = tf.constant(0) + 1  # TensorFlow starts here, and not within a check
# A mean of nothing is nan without a warning: the checks look for nan, and say more.
warnings.simplefilter("ignore", RuntimeWarning)
# keras.Model(pretrained.inputs, ...) is as good as keras.Model(pretrained.input, ...).
warnings.filterwarnings("ignore", message="The structure of `inputs` doesn't match")


# Task 1: what the checks ask about numbers that were drawn.
def distance_from_uniform(values, low, high):
    """Return how far apart two shares come at most: of values below a point, and of the range."""
    places = np.sort((np.asarray(values, dtype=float) - low) / (high - low))
    steps = np.arange(len(places) + 1) / len(places)
    return float(max(np.max(steps[1:] - places), np.max(places - steps[:-1])))


def values_of(configurations, name):
    """Return what one hyperparameter is in each configuration."""
    return [configuration[name] for configuration in configurations]


def is_number(value):
    """Return whether a value is one number, Python's or NumPy's; True and False are none."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def drawn_by(search_space, space, n, rng, see):
    """Draw configurations, and check that they are n dicts with the space's names."""
    what = f"search_space(space, {n}, rng)"
    advice = (
        "`for name, (kind, *limits) in space.items()` takes the description apart. Among tuples "
    )
    advice += (
        "draw an index, values[rng.integers(len(values))]: rng.choice makes an array of a list."
    )
    found = checks.call(search_space, space, n, rng, what=what, hint=advice, see=see)
    if found is None or isinstance(found, dict) or not hasattr(found, "__len__"):
        advice = "Return a list of dicts: start with [], and append a dict for each configuration."
        got = "one dict" if isinstance(found, dict) else repr(found)
        checks.fail(f"{what} did not return a list.", "a list of dicts", got, advice, see)
    advice = "One dict for each configuration; n says how many. A return inside the loop ends it."
    checks.equal(len(found), n, f"The number of configurations from {what}", hint=advice, see=see)
    for one in found:
        advice = 'A dict has names: {"learning_rate": 0.003, "units": 64}. Take those of space.'
        if not isinstance(one, dict):
            problem = f"{what} gave a configuration that is no dict."
            checks.fail(problem, "a dict", f"{type(one).__name__}: {one!r}", advice, see)
        what_names = "The sorted list of a configuration's names"
        checks.equal(sorted(one), sorted(space), what_names, hint=advice, see=see)
        for name, value in one.items():
            if isinstance(value, np.ndarray | list):
                advice = (
                    "Draw one value for each configuration: a size, as in rng.uniform(low, high, "
                )
                advice += "n), makes an array; and so does rng.choice with a list of tuples."
                problem = f"{name} is several values at once, and it should be one."
                checks.fail(problem, "one value", value, advice, see)
    return list(found)


# Task 2: the test set.
def score_on_test(scores, opened, index):
    """Return what a configuration scores on the test set, and note that it was opened."""
    opened.append(int(index))
    return scores[index]


def chosen_by(best_of, scores, num_parameters, open_test, what, see):
    """Call best_of, and check that what comes is a dict with the four keys."""
    advice = (
        "open_test is a function: open_test(row) with one row number, in round brackets. And nan "
    )
    advice += "equals nothing, not even nan; np.isnan finds it."
    arguments = scores, num_parameters, open_test
    got = checks.call(best_of, *arguments, what=what, hint=advice, see=see)
    keys = ["best", "chosen", "test_score", "threshold"]
    if not isinstance(got, dict):
        advice = 'return {"best": best, "chosen": chosen, ...}'
        came = "None" if got is None else f"{type(got).__name__}: {got!r}"
        checks.fail(f"{what} did not return a dict.", keys, came, advice, see)
    if not set(keys) <= set(got):
        advice = "The keys must be spelled like these."
        checks.fail(f"A key is missing in the dict from {what}.", keys, list(got), advice, see)
    return got


# Task 3: an array that stays in a file.
END = object()


class WatchedFile(np.lib.mixins.NDArrayOperatorsMixin):
    """Behaves like np.load(path, mmap_mode="r"): indexing reads rows from the file.

    `log` notes which rows were read each time. Arithmetic on the whole reads the whole.
    """

    def __init__(self, rows, log):
        self._rows, self._log = rows, log
        self.shape, self.dtype, self.ndim = rows.shape, rows.dtype, rows.ndim

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, index):
        found = np.array(self._rows[index])
        along_rows = index[0] if isinstance(index, tuple) else index
        self._log.append(np.atleast_1d(np.arange(len(self))[along_rows]).ravel().tolist())
        return found

    def take(self, rows, axis=None, **_):
        return self[rows] if axis == 0 else self[:].take(rows, axis)

    def __array__(self, dtype=None, copy=None):
        return self[:] if dtype is None else self[:].astype(dtype)

    def __array_ufunc__(self, function, method, *inputs, **settings):
        inputs = [one[:] if isinstance(one, WatchedFile) else one for one in inputs]
        return getattr(function, method)(*inputs, **settings)

    def __getattr__(self, name):  # whatever else arrays can do
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self[:], name)


def read_epoch(function, images, labels, batch_size, rng, see):
    """Go through one epoch; return its batches, and what was read before each came."""
    what = f"batches_from_disk with {len(labels)} rows and batch_size={batch_size}"
    log, batches, read = [], [], []
    open_images = partial(WatchedFile, images, log)
    call = "open_images is a function: `images = open_images()` opens the file. Index what comes."
    arguments = open_images, labels, batch_size, rng
    epoch = checks.call(function, *arguments, what=what, hint=call, see=see)
    advice = "`yield x, y` inside the loop gives one batch after the other; `return` would end it."
    if epoch is None or isinstance(epoch, bool | int | float | str | dict):
        checks.fail(f"{what} gave nothing to loop over.", got=repr(epoch), hint=advice, see=see)
    items = checks.call(iter, epoch, what=what, hint=advice, see=see)
    while (item := checks.call(next, items, END, what=what, hint=call, see=see)) is not END:
        if isinstance(item, str) or not hasattr(item, "__len__") or len(item) != 2:
            got = type(item).__name__ + (f" of {len(item)}" if hasattr(item, "__len__") else "")
            problem = f"{what} gave an item that is not a pair."
            checks.fail(problem, "a pair (x, y) of arrays", got, advice, see)
        x, y = np.asarray(item[0]), np.asarray(item[1])
        if x.ndim != images.ndim or y.ndim != labels.ndim:
            axes = f"x with {images.ndim} axes, y with {labels.ndim}"
            problem, got = f"{what}: a batch has the wrong axes.", f"{x.ndim} and {y.ndim} axes"
            more = "A batch has the axes of the data, also when it holds one row."
            checks.fail(problem, axes, got, f"{more} {advice}", see)
        batches.append((x, y))
        read.append((sum(len(rows) for rows in log), max([0, *map(len, log)])))
        if len(batches) > len(labels) + 5:
            advice = "Go through the rows once; whoever calls you starts the next epoch."
            checks.fail(f"{what} does not end.", hint=advice, see=see)
    return batches, read


# Task 4: networks to start from. Real ones would be trained; for most checks random weights do.
# Every Dense has a name of its own, so that yours, which Keras names "dense", is not the second one.
def dense_network(num_inputs, widths, num_classes, seed):
    """Build a network of dense layers on rows of numbers."""
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input((num_inputs,))
    for place, units in enumerate(widths):
        x = keras.layers.Dense(units, activation="relu", name=f"old_{place}")(x)
    head = keras.layers.Dense(num_classes, activation="softmax", name="old_head")
    return keras.Model(inputs, head(x))


def image_network(shape, num_classes, seed):
    """Build a network on images, with dropout and batch normalization."""
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input(shape)
    for layer in [
        keras.layers.Flatten(),
        keras.layers.Dense(8, activation="relu", name="old_0"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(6, activation="tanh", name="old_1"),
        normalization := keras.layers.BatchNormalization(),
        keras.layers.Dense(num_classes, activation="softmax", name="old_head"),
    ]:
        x = layer(x)
    rng = np.random.default_rng(seed)
    normalization.set_weights([rng.uniform(0.5, 2, size=6) for _ in range(4)])
    return keras.Model(inputs, x)


def reaches_the_head(model, x):
    """Return what comes to the last layer of a network."""
    return np.asarray(keras.Model(model.inputs[0], model.layers[-2].output)(x))


# %% [markdown]
# ## Task 1: search_space (4 points)
#
# A random search starts with configurations. Write `search_space(space, n, rng)`, which draws `n` of
# them, each independent of the others, from a description such as this:
#
# ```python
# space = {
#     "learning_rate": ("log", 1e-5, 1e-1),
#     "dropout": ("uniform", 0.0, 0.5),
#     "units": ("doubling", 16, 256),
#     "activation": ("choice", ["relu", "elu", "tanh"]),
# }
# ```
#
# - `("uniform", low, high)`: a number between `low` and `high`, every place equally likely.
# - `("log", low, high)`: a number between `low` and `high` whose *logarithm* is uniform. A rate between
#   0.00001 and 0.0001 is as likely as one between 0.01 and 0.1.
# - `("doubling", low, high)`: one of the whole numbers `low`, `2 * low`, `4 * low`, ... that do not
#   exceed `high`, each equally likely; for 16 and 256 these are 16, 32, 64, 128 and 256. It must be
#   an int, since `Dense(64.0)` stops with an error.
# - `("choice", values)`: one of the values, each equally likely, as it stands in the list: a text, a
#   number, `None`, a tuple.
#
# `space` has any names and any number of them, and stays as it was. `rng` is a NumPy generator
# (`np.random.default_rng(...)`); draw from it alone, so that a search can be repeated. Return a list
# of `n` dicts. Do not round: a grid in disguise tries fewer rates.
#
# ```python
# >>> search_space(space, 2, np.random.default_rng(0))
# [{'learning_rate': 0.003536..., 'dropout': 0.134..., 'units': 16, 'activation': 'tanh'},
#  {'learning_rate': 0.00011..., 'dropout': 0.48..., 'units': 64, 'activation': 'relu'}]
# ```
#
# Yours will be other numbers, as they depend on the order in which you draw.


# %% nbgrader={"grade": false, "grade_id": "search_space", "locked": false, "schema_version": 3, "solution": true, "task": false}
def search_space(space, n, rng):
    """Draw configurations for a random search.

    Parameters
    ----------
    space : dict of str to tuple
        ("uniform", low, high), ("log", low, high), ("doubling", low, high) or ("choice", values).
    n : int
        How many configurations to draw.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    list of dict
        Each with the names in `space`.
    """
    ### BEGIN SOLUTION
    configurations = []
    for _ in range(n):
        configuration = {}
        for name, (kind, *limits) in space.items():
            if kind == "uniform":
                value = rng.uniform(*limits)
            elif kind == "log":
                value = float(np.exp(rng.uniform(*np.log(limits))))
            elif kind == "doubling":
                sizes = [limits[0]]
                while 2 * sizes[-1] <= limits[1]:
                    sizes.append(2 * sizes[-1])
                value = sizes[rng.integers(len(sizes))]
            else:
                value = limits[0][rng.integers(len(limits[0]))]
            configuration[name] = value
        configurations.append(configuration)
    return configurations
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_search_space", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The form: names, ranges, and values of the right kind.
see = "08_tuning_and_scale: Grid and random search"
space = {
    "learning_rate": ("log", 1e-5, 1e-1),
    "dropout": ("uniform", 0.0, 0.5),
    "units": ("doubling", 16, 256),
    "activation": ("choice", ["relu", "elu", "tanh"]),
}
for n in [1, 3, 200]:
    found = drawn_by(search_space, dict(space), n, np.random.default_rng(n), see)
    for one in found:
        rate, dropout, units, activation = (one[name] for name in space)
        for name, value, low, high in [
            ("learning_rate", rate, 1e-5, 1e-1),
            ("dropout", dropout, 0.0, 0.5),
        ]:
            checks.that(
                is_number(value),
                f"{name} should be one number, and it is {value!r}.",
                hint="Draw one number for each configuration: rng.uniform(low, high) without a size.",
                see=see,
            )
            checks.that(
                low * 0.9999 <= value <= high * 1.0001,  # room for float32
                f"{name} should be between {low:g} and {high:g}, and it is {value:.3g}.",
                hint="Draw the logarithm, then take it back: np.exp belongs to np.log, 10 ** to "
                "np.log10. low and high are the numbers themselves, not their exponents."
                if name == "learning_rate"
                else "rng.uniform(low, high) draws between two numbers; rng.random() between 0 and 1.",
                see="08_tuning_and_scale: Grid and random search",
            )
        checks.that(
            isinstance(units, int | np.integer) and not isinstance(units, bool),
            f"units should be an int, and it is {units!r}.",
            hint="Keras stops at Dense(64.0). int(...) makes a whole number; and a value drawn between "
            "two sizes is none of the sizes.",
            see=see,
        )
        checks.that(
            int(units) in (16, 32, 64, 128, 256),
            f"units should be 16, 32, 64, 128 or 256, and it is {units}.",
            hint="Each size is twice the one before, starting at low. Choose among these alone.",
            see=see,
        )
        checks.that(
            isinstance(activation, str) and activation in ("relu", "elu", "tanh"),
            f"activation should be 'relu', 'elu' or 'tanh', and it is {activation!r}.",
            hint='("choice", values) holds a list: draw one of its values, not the list.',
            see=see,
        )

# %% nbgrader={"grade": true, "grade_id": "test_search_space_log", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# 2,000 learning rates between 0.00001 and 0.1: each of the four decades should get a quarter.
see = "08_tuning_and_scale: Grid and random search"
space = {"learning_rate": ("log", 1e-5, 1e-1), "units": ("doubling", 16, 256)}
found = drawn_by(search_space, dict(space), 2000, np.random.default_rng(1), see)
rates = values_of(found, "learning_rate")
checks.that(
    all(is_number(rate) for rate in rates) and min(rates) > 0,
    "A learning rate is no positive number.",
    hint="Make the check before this one pass first.",
    see=see,
)
distinct = len(set(np.asarray(rates, dtype=float).tolist()))
checks.that(
    distinct > 1,
    "All configurations have the same learning rate.",
    hint="Draw anew for each configuration, inside the loop; and make a new dict each time, as "
    "[one] * n repeats a single dict.",
    see=see,
)
checks.that(
    distinct > 1900,
    f"There are only {distinct} different learning rates in 2,000 configurations.",
    hint="Any number in the range may come. Powers of ten alone, or rounded numbers, are a grid.",
    see="08_tuning_and_scale: Grid and random search",
)
exponents = np.log10(np.asarray(rates, dtype=float))
checks.that(
    min(exponents) > -5.001 and max(exponents) < -0.999,
    f"Learning rates run from {min(rates):.1e} to {max(rates):.1e}, not from 0.00001 to 0.1.",
    hint="np.exp takes back np.log, and 10 ** takes back np.log10. Between the logarithms of low and "
    "high, draw uniformly: a normal distribution has no limits.",
    see=see,
)
counts = np.histogram(np.clip(exponents, -4.99, -1.01), bins=[-5, -4, -3, -2, -1])[0]
shares = (counts / 2000).round(3)
print("share of learning rates per decade, from the smallest:", shares)
# A fair share is 0.25 with a standard deviation of 0.01. The largest distance between the drawn
# and the uniform distribution exceeds 0.062 by chance once in a million answers (Kolmogorov).
if shares[3] > 0.6:
    advice = (
        "You drew the rate itself uniformly: nine tenths of the range lie between 0.01 and 0.1. "
    )
    advice += "Draw its logarithm uniformly."
elif shares[0] > 0.6:
    advice = "Nine in ten rates are tiny. Is that one over a uniform number? Draw the logarithm."
elif max(shares[1], shares[2]) > 0.35:
    advice = "Too many lie in the middle. The logarithm should be uniform, not normal."
else:
    advice = "Draw the logarithm, uniformly between those of low and high; then take it back."
checks.that(
    distance_from_uniform(exponents, -5, -1) < 0.062,
    f"The learning rates do not share out evenly over the decades: {shares.tolist()}.",
    hint=advice,
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_search_space_fair", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# All values equally likely, nothing depends on anything else, and the generator decides alone.
see = "08_tuning_and_scale: Grid and random search"
space = {
    "learning_rate": ("log", 1e-5, 1e-1),
    "dropout": ("uniform", 0.0, 0.5),
    "units": ("doubling", 16, 256),
    "activation": ("choice", ["relu", "elu", "tanh"]),
}
found = drawn_by(search_space, dict(space), 2000, np.random.default_rng(2), see)
for name, values in [("units", [16, 32, 64, 128, 256]), ("activation", ["relu", "elu", "tanh"])]:
    came = values_of(found, name)
    shares = [came.count(value) / 2000 for value in values]
    if sum(shares) < 0.99:
        advice = "Other values came as well. Make the first check pass first."
    elif max(shares) == 1:
        advice = "Draw anew for each configuration, and fill a new dict each time."
    elif shares[-1] == 0:
        advice = "The last one never comes: rng.integers(a, b) stops before b."
    elif len(shares) > 3 and max(shares[0], shares[-1]) < 0.16 and min(shares[1:-1]) > 0.2:
        advice = "Both ends get half a share. Rounding a uniform number does that; rng.integers does not."
    elif shares[0] == 0:
        advice = "The first one never comes. Does the list start at low, the index at 0?"
    elif name == "units" and shares[-1] + shares[-2] > 0.6:
        advice = (
            "Draw which doubling it is, uniformly. A number drawn between 16 and 256 and then cut "
        )
        advice += "down to a size is mostly one of the large ones."
    else:
        advice = "rng.integers(len(values)) draws an index, each equally likely."
    # Shares vary by 0.009 (one in five) and 0.011 (one in three): 0.06 is five times that.
    checks.that(
        max(abs(share - 1 / len(values)) for share in shares) < 0.06,
        f"{name} should be each of {values} in a share of {1 / len(values):.2f} of the "
        f"configurations; in 2,000 the shares are {np.round(shares, 3).tolist()}.",
        hint=advice,
        see=see,
    )
dropout = np.asarray(values_of(found, "dropout"), dtype=float)
checks.that(
    len(set(dropout.tolist())) > 1900,
    f"There are only {len(set(dropout.tolist()))} different dropout rates in 2,000 configurations.",
    hint="Any number in the range may come. Rounded numbers, or a choice from a list, are a grid.",
    see=see,
)
checks.that(
    distance_from_uniform(dropout, 0, 0.5) < 0.062,
    f"Dropout rates do not spread evenly from 0 to 0.5: a quarter is below "
    f"{np.quantile(dropout, 0.25):.3f}, half below {np.median(dropout):.3f}.",
    hint='("uniform", low, high) is about the number itself: rng.uniform(low, high).',
    see=see,
)
# Independent columns of 2,000 have correlations within 0.022 (one standard deviation) of 0.
numbers = {
    "learning_rate": np.argsort(np.argsort(np.asarray(values_of(found, "learning_rate"), float))),
    "dropout": dropout,
    "units": np.log2(np.asarray(values_of(found, "units"), dtype=float)),
    "activation": np.array([len(name) for name in values_of(found, "activation")], dtype=float),
    "activation is relu": np.array(
        [name == "relu" for name in values_of(found, "activation")], float
    ),
}
names = list(numbers)
for i, first in enumerate(names):
    for second in names[:i]:
        if first != "activation is relu" or second != "activation":
            between = np.corrcoef(numbers[first], numbers[second])[0, 1]
            checks.that(
                abs(between) < 0.13,
                f"{second} and {first} go together: their correlation is {between:.2f}.",
                hint="Draw a number of its own for each hyperparameter. If one number, or one "
                "generator made anew, decides on several, most combinations never come.",
                see=see,
            )
    after = np.corrcoef(numbers[first][1:], numbers[first][:-1])[0, 1]
    checks.that(
        abs(after) < 0.13,
        f"{first} in one configuration tells about the next: their correlation is {after:.2f}.",
        hint="Is the list sorted, or a grid? Each configuration is drawn on its own.",
        see=see,
    )
# The generator decides, and goes on.
few = drawn_by(search_space, dict(space), 8, np.random.default_rng(5), see)
again = drawn_by(search_space, dict(space), 8, np.random.default_rng(5), see)
checks.that(
    [tuple(one[name] for name in space) for one in few]
    == [tuple(one[name] for name in space) for one in again],
    "Two generators with the same seed led to different configurations.",
    hint="Draw from `rng` alone, not from np.random, random or a generator without a seed.",
    see=see,
)
rng = np.random.default_rng(5)
few, more = (drawn_by(search_space, dict(space), 8, rng, see) for _ in range(2))
checks.that(
    values_of(few, "learning_rate") != values_of(more, "learning_rate"),
    "A second call with the same generator repeats the configurations of the first.",
    hint="Draw from `rng` as it comes: it goes on where it was. Do not make one with a fixed seed.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_search_space_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: other spaces with other names and ranges, choices of every type, sizes where the
# last doubling falls short of the limit, no configuration at all, and that `space` stays as it was.
### BEGIN HIDDEN TESTS
see = "08_tuning_and_scale: Grid and random search"
for space, values in [
    ({"batch_size": ("doubling", 3, 50)}, [3, 6, 12, 24, 48]),
    ({"width": ("doubling", 10, 20)}, [10, 20]),
    ({"layers": ("doubling", 1, 1)}, [1]),
    ({"layers": ("doubling", 5, 9)}, [5]),
    ({"maximum norm": ("choice", [None, 1.0, "auto"])}, [None, 1.0, "auto"]),
    ({"hiddens": ("choice", [(64,), (64, 32)])}, [(64,), (64, 32)]),
    ({"hiddens": ("choice", [(64, 64), (32, 32)])}, [(64, 64), (32, 32)]),
    ({"batch norm": ("choice", [False, True])}, [False, True]),
    ({"optimizer": ("choice", ["adam"])}, ["adam"]),
]:
    ((name, (kind, *_)),) = space.items()
    given = dict(space)
    found = drawn_by(search_space, given, 600, np.random.default_rng(3), see)
    checks.that(given == space, "Your function changed `space`.", see=see)
    came = values_of(found, name)
    for value in came:
        advice = "rng.choice turns a list into an array, in which all values are of one type: "
        advice += "None and 1.0 may become texts, tuples rows. Draw an index instead."
        if kind == "doubling":
            advice = (
                "low, 2 * low, 4 * low, ..., as long as that does not exceed high. low need not "
            )
            advice += "be a power of two."
        known = not isinstance(value, np.ndarray | list) and value in values
        checks.that(known, f"{space} gave {value!r}.", hint=advice, see=see)
        checks.that(
            kind != "doubling" or isinstance(value, int | np.integer),
            f"{space} gave {value!r}, and a size must be an int.",
            hint="int(...) makes a whole number.",
            see=see,
        )
    # The standard deviation of a share among 600 is 0.02 at most.
    for value in values:
        share = sum(one == value for one in came) / 600
        checks.that(
            abs(share - 1 / len(values)) < 0.11,
            f"{space} gave {value!r} in a share of {share:.2f} of 600 configurations, not in "
            f"{1 / len(values):.2f}.",
            hint="Each value is equally likely, the last one, too.",
            see=see,
        )
# Distances from the uniform distribution among 600 exceed 0.11 once in a million.
for kind, low, high in [
    ("log", 1e-3, 1e3),
    ("log", 0.5, 0.8),
    ("log", 2, 3000),
    ("uniform", -3.0, 1.0),
    ("uniform", 100, 101),
]:
    space = {"a": (kind, low, high), "b": (kind, low, high)}
    found = drawn_by(search_space, dict(space), 600, np.random.default_rng(4), see)
    for name in space:
        came = np.array([float(value) for value in values_of(found, name)])
        inside = bool(np.all((came > low - 1e-4 * abs(low)) & (came < high + 1e-4 * abs(high))))
        checks.that(
            inside, f"{space[name]} gave a number outside.", hint="Use low and high.", see=see
        )
        if kind == "log":
            distance = distance_from_uniform(np.log(came), np.log(low), np.log(high))
        else:
            distance = distance_from_uniform(came, low, high)
        checks.that(
            distance < 0.11,
            f"{space[name]} does not give every part of its range its share.",
            hint="For log, the logarithm is uniform; for uniform, the number itself is.",
            see=see,
        )
    checks.that(
        values_of(found, "a") != values_of(found, "b"),
        "Two hyperparameters with the same range got the same numbers.",
        hint="Draw a number of its own for each name.",
        see=see,
    )
space = {"learning_rate": ("log", 1e-4, 1e-2)}
none = drawn_by(search_space, dict(space), 0, np.random.default_rng(0), see)
checks.equal(len(none), 0, "The number of configurations for n = 0", see=see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: best_of (4 points)
#
# The search is over. Each configuration was trained several times, with other seeds, and `scores` has
# a validation accuracy for each run. Some runs diverged and gave `nan`. Which configuration do you
# take? The largest number in the table is the luckiest run, and small differences are noise. Follow
# the **one-standard-error rule**:
#
# 1. A configuration with a `nan` is out: it fails now and then, and the mean of the runs that survived
#    hides that. If all are out, raise a `ValueError`.
# 2. `best` is the configuration with the highest mean over its runs.
# 3. The mean of $m$ runs has the standard error $s / \sqrt{m}$, where $s$ is their standard deviation
#    with $m - 1$ in the denominator. `threshold` is the mean of `best` less its own standard error.
# 4. `chosen` is the configuration with the fewest parameters among those whose mean is at least
#    `threshold`; among equally small ones, the one with the higher mean.
# 5. Only now comes the test set. `open_test(index)` trains a configuration once more and returns its
#    test accuracy. Call it once, for `chosen`: that is the number to report.
#
# - `scores` is an array of shape `(num_configurations, num_runs)` with at least two runs;
#   `num_parameters` an array of whole numbers, shape `(num_configurations,)`. Both stay as they were.
# - Return a dict with the keys `"best"` and `"chosen"` (row numbers), `"threshold"` and
#   `"test_score"` (numbers).
#
# ```python
# >>> scores = np.array([[0.90, 0.92, 0.94], [0.95, 0.90, 0.85], [0.91, 0.91, 0.91]])
# >>> best_of(scores, np.array([5000, 300, 1000]), open_test)   # open_test(2) returns 0.904
# {'best': 0, 'chosen': 2, 'threshold': 0.9084..., 'test_score': 0.904}
# ```
#
# The first has a mean of 0.92 and a standard error of $0.02 / \sqrt{3}$, about 0.0115. The third, with a
# mean of 0.91, is as good as far as you can tell, and smaller. The second had the luckiest run.


# %% nbgrader={"grade": false, "grade_id": "best_of", "locked": false, "schema_version": 3, "solution": true, "task": false}
def best_of(scores, num_parameters, open_test):
    """Choose a configuration by the one-standard-error rule, and test it once.

    Parameters
    ----------
    scores : ndarray of float, shape (num_configurations, num_runs)
        Validation accuracies; nan for a run that failed.
    num_parameters : ndarray of int, shape (num_configurations,)
    open_test : callable
        Given a row number, returns that configuration's test accuracy.

    Returns
    -------
    dict
        "best" and "chosen" (int), "threshold" and "test_score" (float).

    Raises
    ------
    ValueError
        If every configuration has a nan.
    """
    ### BEGIN SOLUTION
    means = scores.mean(axis=1)  # nan where a run is nan
    if np.all(np.isnan(means)):
        raise ValueError("every configuration has a failed run")
    best = int(np.nanargmax(means))
    error = scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    threshold = means[best] - error
    good = np.flatnonzero(means >= threshold)  # nan is not >= anything
    chosen = int(min(good, key=lambda row: (num_parameters[row], -means[row])))
    return {
        "best": best,
        "chosen": chosen,
        "threshold": float(threshold),
        "test_score": open_test(chosen),
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_best_of", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# "best": the highest mean, without those that failed.
see = "08_tuning_and_scale: The winner's score flatters"
lucky = [[0.80, 0.85, 0.99], [0.91, 0.91, 0.91], [0.86, 0.87, 0.88], [0.90, 0.92, 0.94]]
failed = [[np.nan, 0.99, 0.98], [0.90, 0.92, 0.94], [0.91, 0.90, 0.92], [0.95, 0.96, np.nan]]
for scores, sizes, right, mistakes in [
    (
        lucky,
        [300, 1000, 200, 5000],
        3,
        [
            (0, "Row 0 has the luckiest single run. Take the mean of each row."),
            (1, "That is the row whose worst run is best, or the chosen one. Take the mean."),
            (
                2,
                "Row 2 has the lowest mean. These are accuracies, so higher is better; and "
                "mean(axis=1) has one mean for each row, axis=0 one for each seed.",
            ),
        ],
    ),
    (
        failed,
        [100, 4000, 8000, 200],
        1,
        [
            (
                0,
                "Row 0 has a nan, so it is out. np.argmax takes nan for the largest, np.nanmean hides "
                "the runs that failed, and dropping rows first shifts the numbers of the rest.",
            ),
            (3, "Row 3 has a nan, so it is out; a mean of the runs that survived hides that."),
            (2, "Row 1 has the higher mean, 0.92 against 0.91."),
        ],
    ),
]:
    scores, sizes, opened = np.array(scores), np.array(sizes), []
    given = [scores.copy(), sizes.copy()]
    open_test = partial(score_on_test, [0.88, 0.87, 0.89, 0.86], opened)
    what = f"best_of with the scores {scores.tolist()}"
    got = chosen_by(best_of, *given, open_test, what, see)
    checks.equal(
        got["best"],
        right,
        f"best, for the scores {scores.tolist()},",
        mistakes=[
            *mistakes,
            (scores[right].mean(), "That is the mean itself. best is a row number: np.argmax."),
        ],
        hint="The number of the row with the highest mean, counted from 0.",
        see=see,
    )
    if not np.array_equal(scores, given[0], equal_nan=True):
        checks.unchanged(scores, given[0], "scores", see)
    checks.unchanged(sizes, given[1], "num_parameters", see)

# %% nbgrader={"grade": true, "grade_id": "test_best_of_threshold", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# "threshold": the mean of the best less its standard error.
see = "08_tuning_and_scale: The winner's score flatters"
for scores, best in [
    ([[0.905, 0.935, 0.965], [0.94, 0.94, 0.94], [0.93, 0.95, 0.97], [0.91, 0.90, 0.92]], 2),
    ([[0.80, 0.90, 0.85, 0.81], [0.50, 0.60, 0.55, 0.51]], 0),
]:
    scores = np.array(scores)
    sizes, opened = np.arange(len(scores)) + 5, []
    open_test = partial(score_on_test, [0.88, 0.87, 0.89, 0.86], opened)
    what = f"best_of with the scores {scores.tolist()}"
    got = chosen_by(best_of, scores.copy(), sizes.copy(), open_test, what, see)
    runs, m = scores[best], scores.shape[1]
    middle, s = runs.mean(), runs.std(ddof=1)
    checks.close(
        got["threshold"],
        middle - s / np.sqrt(m),
        f"threshold, for the scores {scores.tolist()},",
        rtol=1e-5,  # room for float32; the mistakes below differ by more than 1e-3
        mistakes=[
            (
                middle - s,
                "That is a standard deviation: how far single runs spread. A mean of m runs is "
                "steadier: divide by the square root of m.",
            ),
            (
                middle - runs.std() / np.sqrt(m),
                "NumPy's std divides by m. With so few runs that is too small: ddof=1.",
            ),
            (middle - runs.std(), "ddof=1 is missing, and the square root of m."),
            (middle - s / m, "Divide by the square root of m, not by m."),
            (np.median(runs) - s / np.sqrt(m), "That starts at the median. Take the mean."),
            (middle - runs.var(ddof=1) / m, "That is the variance. Take the square root."),
            (middle - s / np.sqrt(len(scores)), "m is the number of runs, not of configurations."),
            (s / np.sqrt(m), "That is the standard error. Take it off the mean of best."),
            (middle + s / np.sqrt(m), "Less its standard error, not more."),
            (middle, "That is the mean of best. Take its standard error off."),
            (
                scores[:, np.argmax(scores.mean(axis=0))].mean()
                - scores[:, np.argmax(scores.mean(axis=0))].std(ddof=1) / np.sqrt(len(scores)),
                "You averaged over configurations. Each row is one: mean(axis=1).",
            ),
            (runs.max() - s / np.sqrt(m), "Start at the mean of best, not at its best run."),
            (middle - scores.std(ddof=1) / np.sqrt(scores.size), "Use the runs of best alone."),
            (
                middle - scores.mean(axis=1).std(ddof=1) / np.sqrt(len(scores)),
                "That is how the means of configurations differ. Use the runs of best alone.",
            ),
        ],
        hint="The mean of best, less s / sqrt(m), where s is the standard deviation of its m runs.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_best_of_chosen", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# "chosen": the smallest of those that are as good as the best, and the test set opened for it alone.
see = "08_tuning_and_scale: The winner's score flatters"
spread = [[0.905, 0.935, 0.965], [0.94, 0.94, 0.94], [0.93, 0.95, 0.97], [0.91, 0.90, 0.92]]
ties = [[0.93, 0.95, 0.97], [0.942, 0.943, 0.941], [0.946, 0.946, 0.946], [0.50, 0.52, 0.51]]
failed = [[0.93, 0.95, 0.97], [np.nan, 0.95, 0.95], [0.945, 0.945, 0.945], [0.94, 0.94, np.nan]]
for scores, sizes, right, mistakes in [
    (
        spread,
        [5000, 20_000, 90_000, 700],
        1,
        [
            (2, "That is best. Row 1 is as good within the standard error, and smaller."),
            (
                0,
                "Row 0 has a mean of 0.935, and threshold is 0.938. Compare the mean itself with "
                "threshold, without its own error, and not its luckiest run. (Or is 0 a place in a "
                "shorter list, that of the rows which reach threshold? Look up which row stands there.)",
            ),
            (3, "That is the smallest of all. Only those that reach threshold are in question."),
        ],
    ),
    (
        ties,
        [90_000, 3000, 3000, 10],
        2,
        [
            (1, "Rows 1 and 2 are equally small. The tie goes to the higher mean, row 2."),
            (0, "That is best. Rows 1 and 2 are as good, and smaller."),
            (3, "That is the smallest of all. Only those that reach threshold are in question."),
        ],
    ),
    (
        failed,
        [90_000, 5, 3000, 5],
        2,
        [
            (
                1,
                "Row 1 has a nan, so it is out, here too. (Or is 1 a place in a list without the rows "
                "that failed? Look up which row stands there.)",
            ),
            (3, "Row 3 has a nan, so it is out, here too."),
            (0, "That is best. Row 2 is as good, and smaller."),
        ],
    ),
]:
    scores, opened = np.array(scores), []
    tested = [0.91, 0.92, 0.93, 0.94]
    open_test = partial(score_on_test, tested, opened)
    what = f"best_of with the scores {scores.tolist()} and sizes {sizes}"
    got = chosen_by(best_of, scores.copy(), np.array(sizes), open_test, what, see)
    checks.equal(
        got["chosen"],
        right,
        f"chosen, for the scores {scores.tolist()} and sizes {sizes},",
        mistakes=mistakes,
        hint="Among the rows whose mean is at least threshold, the one with the fewest parameters.",
        see=see,
    )
    checks.that(
        len(opened) > 0,
        "The test set was not opened: test_score cannot be known.",
        hint="open_test(chosen) returns it.",
        see=see,
    )
    if len(set(opened)) > 1:
        advice = (
            "A test score that was looked at for several configurations is one more validation "
        )
        advice += "score: sooner or later it decides. Open it last, for chosen alone."
    else:
        advice = "Open it for chosen, not for best."
    checks.that(
        set(opened) == {right},
        f"The test set was opened for the rows {opened}, and it should be for row {right} alone.",
        hint=advice,
        see=see,
    )
    checks.that(
        len(opened) == 1,
        f"The test set was opened {len(opened)} times for row {right}.",
        hint="Each call trains the configuration again. Call once and keep what it returns.",
        see=see,
    )
    checks.close(
        got["test_score"],
        tested[right],
        "test_score",
        mistakes=[
            (np.nanmax(scores[right]), "That is a validation score. Return what open_test gave."),
            (np.nanmean(scores[right]), "That is a validation score. Return what open_test gave."),
        ],
        hint="Return what open_test(chosen) returned.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_best_of_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: random tables of many sizes, configurations that never vary, everything failed,
# the best in any place, and that your function leaves its inputs alone.
### BEGIN HIDDEN TESTS
see = "08_tuning_and_scale: The winner's score flatters"
rng = np.random.default_rng(0)
tables = [
    (np.full((3, 4), 0.5), np.array([30, 20, 10])),
    (np.array([[0.75, 0.75], [0.5, 0.5]]), np.array([9, 1])),
    (np.array([[0.25, 0.75]]), np.array([7])),
    (np.array([[np.nan, np.nan], [0.5, 0.75], [0.5, np.nan]]), np.array([1, 8, 2])),
]
for rows, runs in [(5, 3), (12, 2), (3, 8), (40, 5), (8, 4), (20, 10)]:
    for _ in range(4):
        scores = rng.normal(rng.normal(0.8, 0.02, (rows, 1)), 0.02, (rows, runs))
        if rows > 5:
            scores[rng.integers(rows, size=rows // 4), rng.integers(runs)] = np.nan
        tables.append((scores, 16 * rng.integers(1, 5, size=rows)))
for scores, sizes in tables:
    means = scores.mean(axis=1)
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = [row for row in range(len(scores)) if means[row] >= threshold]
    chosen = min((sizes[row], -means[row], row) for row in good)[2]
    same = bool(np.all(scores == scores[0, 0]))  # any of them has the highest mean
    tested, opened = rng.uniform(0.7, 0.8, len(scores)).tolist(), []
    given = [scores.copy(), sizes.copy()]
    open_test = partial(score_on_test, tested, opened)
    what = f"{scores.shape[0]} configurations, {scores.shape[1]} runs"
    got = chosen_by(best_of, *given, open_test, f"best_of with {what}", see)
    if not np.array_equal(scores, given[0], equal_nan=True):
        checks.unchanged(scores, given[0], "scores", see)
    checks.unchanged(sizes, given[1], "num_parameters", see)
    if not same:
        checks.equal(got["best"], best, f"best, for {what},", hint="The highest mean.", see=see)
    checks.close(got["threshold"], threshold, f"threshold, for {what},", see=see)
    checks.equal(
        got["chosen"],
        chosen,
        f"chosen, for {what},",
        hint="The smallest whose mean is at least threshold; of equally small ones, the better.",
        see=see,
    )
    checks.equal(
        opened,
        [chosen],
        f"The list of rows for which the test set was opened, for {what},",
        hint="Call open_test once, for chosen.",
        see=see,
    )
    checks.close(got["test_score"], tested[chosen], f"test_score, for {what},", see=see)
checks.raises(
    ValueError,
    best_of,
    np.array([[np.nan, 0.9], [0.8, np.nan]]),
    np.array([3, 4]),
    partial(score_on_test, [0.5, 0.5], []),
    what="best_of where every configuration has a nan",
    see=see,
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: batches_from_disk (5 points)
#
# The images are in a file of 40 GB, your computer has 8. Read the rows of one batch, convert them,
# hand them to the network, forget them. Write `batches_from_disk(open_images, labels, batch_size,
# rng)`, which goes through one epoch:
#
# - `open_images()` opens the file and returns the images, as `np.load(path, mmap_mode="r")` does:
#   `images.shape` and `len(images)` cost nothing, `images[rows]` reads these rows into an ordinary
#   array (`rows` may be a number, a slice, or an array or list of row numbers). Anything done to
#   `images` as a whole reads all of it, `images.astype(...)` for example.
# - They are `uint8`, shape `(n, ...)`, one image per row. `labels` is an array of shape `(n,)` in
#   memory.
# - `yield` pairs `(x, y)` of `batch_size` rows: `x` is `float32` with values from 0 to 1 (divide by
#   255), and `y` holds the labels of the same rows. When `batch_size` does not divide `n`, the last
#   batch holds what is left; no batch is empty.
# - Every row comes exactly once, in an order shuffled over the whole file. `rng` (a NumPy generator)
#   decides on the order, so the next epoch with the same `rng` has another one.
# - A batch is read when it is asked for: when it comes, no more has been read than it, the ones before
#   it and, if you like, the next one. No row is read twice.
#
# ```python
# >>> open_images = partial(np.load, "images.npy", mmap_mode="r")   # say, 10 images of 28 x 28
# >>> for x, y in batches_from_disk(open_images, labels, 4, np.random.default_rng(0)):
# ...     print(x.shape, x.dtype, y)
# (4, 28, 28) float32 [4 6 2 7]
# (4, 28, 28) float32 [3 5 9 0]
# (2, 28, 28) float32 [8 1]
# ```
#
# Here the labels are 0 to 9 in the order of the file; your order may be another one. Any iterable of
# batches is accepted, also an object with `__iter__`; `yield` is the shortest way.


# %% nbgrader={"grade": false, "grade_id": "batches_from_disk", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Go through a file of images once, in random order, a batch at a time.

    Parameters
    ----------
    open_images : callable
        Without arguments; returns the uint8 images, shape (n, ...), read when indexed.
    labels : ndarray of int, shape (n,)
    batch_size : int
        At least 1; may be larger than n.
    rng : numpy.random.Generator
        Decides on the order.

    Yields
    ------
    x : ndarray of float32, shape (batch_size, ...) or less in the last batch
    y : ndarray of int, shape (batch_size,) or less in the last batch
    """
    ### BEGIN SOLUTION
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[rows].astype("float32") / 255, labels[rows]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_batches_from_disk", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Every row once, with its label. The first pixel of image i is i, its label 1000 + i.
see = "08_tuning_and_scale: Data larger than memory"
for n, batch_size, sizes in [(10, 4, [4, 4, 2]), (12, 3, [3, 3, 3, 3])]:
    images = np.full((n, 2, 3), 200, "uint8")
    images[:, 0, 0] = np.arange(n)
    labels = 1000 + np.arange(n)
    given = [images.copy(), labels.copy()]
    batches, reads = read_epoch(
        batches_from_disk, *given, batch_size, np.random.default_rng(0), see
    )
    what = f"with {n} rows and batch_size={batch_size}"
    checks.equal(
        [len(y) for x, y in batches],
        sizes,
        f"The list of the batches' sizes, {what},",
        mistakes=[
            ([4, 4], "The last two rows got lost. Give them a smaller batch."),
            ([3, 3, 3], "The last batch got lost: range() stops before its end."),
            ([*sizes, 0], "The last batch is empty. Stop when no row is left."),
            ([4, 4, 4], "You filled up the last batch, so some rows come twice."),
            ([n], "Only one batch came. Does a return stand inside the loop, or all in one?"),
            ([batch_size], "Only one batch came. Does a return stand inside the loop?"),
            ([3, 3, 2, 2], "batch_size is the size of a batch, not the number of batches."),
            ([4, 3, 3], "batch_size is the size of a batch, not the number of batches."),
            ([1] * n, "Each batch holds one row. Put batch_size of them together."),
            (
                [min(batch_size, n - start) for start in range(n)],
                "The batches overlap. Let their start move on by batch_size.",
            ),
        ],
        hint="Full batches of batch_size rows, and a last one with what is left.",
        see=see,
    )
    for x, y in batches:
        checks.shape(x, (len(y), 2, 3), f"x, {what},", "Rows are along axis 0; keep the rest.", see)
    came = np.concatenate([y for x, y in batches])
    checks.equal(
        sorted(came.tolist()),
        labels.tolist(),
        f"The sorted list of all labels that came, {what},",
        hint="Each row must come exactly once. Shuffle the numbers 0 ... n - 1 once; drawing rows "
        "anew for each batch, or with replacement, takes some twice and leaves others out.",
        see=see,
    )
    first_pixels = np.concatenate([x[:, 0, 0] for x, y in batches]).astype(float)
    if np.max(first_pixels) <= 1:  # the next cell judges the scale
        first_pixels = first_pixels * 255
    checks.that(
        sorted(np.round(first_pixels).astype(int).tolist()) == list(range(n)),
        f"The first pixels of the images that came, times 255, are "
        f"{np.round(first_pixels).astype(int).tolist()}; they should be 0 to {n - 1} in some order.",
        hint="Each image once, its pixels divided by 255 and nothing else. // drops the fraction.",
        see=see,
    )
    checks.equal(
        np.round(first_pixels).astype(int).tolist(),
        (came - 1000).tolist(),
        f"The list of images that came with these labels, {what},",
        hint="Images and labels were separated. Index both with the same row numbers. If you sort "
        "the rows to read them faster, sort the labels' rows as well.",
        see=see,
    )
    checks.unchanged(images, given[0], "images", see)
    checks.unchanged(labels, given[1], "labels", see)

# %% nbgrader={"grade": true, "grade_id": "test_batches_from_disk_values", "locked": true, "points": 0.5, "schema_version": 3, "solution": false, "task": false}
# float32 between 0 and 1.
see = "08_tuning_and_scale: Data larger than memory"
images = np.repeat(np.array([[0, 51, 102, 153, 204, 255]], "uint8"), 6, axis=0)
batches, reads = read_epoch(
    batches_from_disk, images, np.arange(6), 4, np.random.default_rng(0), see
)
checks.that(len(batches) > 0, "No batch came.", hint="yield x, y for each batch.", see=see)
for x, _ in batches:
    right = np.full((len(x), 1), 1.0) * [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    checks.close(
        x,
        right,
        "x, for rows of 0, 51, 102, 153, 204, 255,",
        rtol=1e-5,
        mistakes=[
            (right * 255, "The pixels are not scaled. Divide by 255."),
            (right * 255 / 256, "Divide by 255, the largest value, not by 256."),
            (np.floor(right), "// drops the fraction, and so does uint8 after the division."),
            (right * 2 - 1, "That is from -1 to 1. Divide by 255 alone."),
            (right / 255, "Divided by 255 twice. Is the division in place, or in a loop?"),
        ],
        hint="images[rows], as float32, divided by 255.",
        see=see,
    )
    checks.dtype(
        x,
        "float32",
        "x",
        hint="uint8 / 255 is float64: twice the memory, for digits that Keras throws away. Convert "
        'the batch: images[rows].astype("float32") / 255.',
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_batches_from_disk_reads", "locked": true, "points": 1.5, "schema_version": 3, "solution": false, "task": false}
# What is read, and when: a log notes each row that leaves the file.
see = "08_tuning_and_scale: Data larger than memory"
images = np.arange(200, dtype="uint8")[:, np.newaxis] + np.zeros((1, 5), "uint8")
for batch_size in [10, 32]:
    batches, reads = read_epoch(
        batches_from_disk, images, np.arange(200), batch_size, np.random.default_rng(1), see
    )
    checks.that(len(batches) > 1, "Fewer than two batches came.", hint="yield each batch.", see=see)
    what = f"With 200 rows in the file and batch_size={batch_size}"
    checks.that(
        reads[-1][0] > 0,
        "No row was read from the file.",
        hint="Index what open_images() returns: images[rows].",
        see=see,
    )
    rows, largest = reads[0]
    if largest == 200:
        advice = (
            "One line reads the whole file. It is one that converts before it indexes, such as "
        )
        advice += (
            "images.astype(...)[rows] or np.array(images), or that shuffles the images in place "
        )
        advice += "of their row numbers, images[order]. Index first, with the rows of one batch."
    else:
        advice = (
            "You collect all batches before you hand out the first. `yield` in place of `append` "
        )
        advice += "hands out one, and goes on when the next is asked for."
    checks.that(
        rows < 200,
        f"{what}, {rows} rows were read before the first batch came.",
        hint=advice,
        see=see,
    )
    handed_out = 0
    for k, ((_, y), (rows, _)) in enumerate(zip(batches, reads, strict=True)):
        # One batch ahead is allowed, and a few rows to see what they look like.
        handed_out += len(y)
        allowed = min(200, handed_out + batch_size)
        checks.that(
            rows <= allowed + 3,
            f"{what}, {rows} rows were read before batch {k} came; with one batch ahead it would be "
            f"{allowed}.",
            hint="Each indexing reads anew. Index the images once in each batch, with its rows alone, "
            "keep what comes, and read no row twice. (tf.data may prepare more than one batch ahead, also "
            "by itself; `yield` does not.)",
            see=see,
        )

# %% nbgrader={"grade": true, "grade_id": "test_batches_from_disk_shuffled", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The order: over the whole file, from rng, another one in the next epoch.
see = "08_tuning_and_scale: Data larger than memory"
images = np.arange(100, dtype="uint8")[:, np.newaxis] + np.zeros((1, 5), "uint8")
orders = {}
for seed in [0, 1, 2]:
    rng = np.random.default_rng(seed)
    for epoch in [0, 1]:
        batches, reads = read_epoch(batches_from_disk, images, np.arange(100), 10, rng, see)
        checks.that(len(batches) > 0, "No batch came.", hint="yield each batch.", see=see)
        order = np.concatenate([y for x, y in batches])
        orders[seed, epoch] = order.tolist()
        checks.that(
            orders[seed, epoch] != list(range(100)),
            "The rows came in the order of the file.",
            hint="Files are often sorted by class. Shuffle the row numbers first.",
            see=see,
        )
        checks.that(
            any(len(set(y // 10)) > 1 for x, y in batches),
            "Each batch holds ten rows that are neighbours in the file.",
            hint="You shuffle within batches, or the batches. Shuffle the row numbers of the whole "
            "file, then cut them into batches.",
            see=see,
        )
        # A random order of 100 has a correlation of 0 with the file's, with a standard deviation of
        # 0.1; and 2 neighbours that are neighbours in the file.
        along = np.corrcoef(order, np.arange(len(order)))[0, 1]
        checks.that(
            abs(along) < 0.55 and np.sum(np.abs(np.diff(order)) == 1) < 20,
            "The order still follows the file's: early rows come early, or neighbours stay together.",
            hint="A shuffle within a buffer, or of blocks, mixes neighbours only. Shuffle the row "
            "numbers of the whole file: they fit into memory, even if the images do not. Sort at most "
            "within one batch.",
            see=see,
        )
    checks.that(
        orders[seed, 0] != orders[seed, 1],
        "The second epoch with the same rng has the same order as the first.",
        hint="Draw from `rng` as it comes: rng.permutation(n). A generator with a fixed seed starts "
        "anew each time.",
        see=see,
    )
    rng = np.random.default_rng(seed)
    batches, reads = read_epoch(batches_from_disk, images, np.arange(100), 10, rng, see)
    checks.equal(
        np.concatenate([y for x, y in batches]).tolist(),
        orders[seed, 0],
        f"The order of the rows, again with np.random.default_rng({seed}),",
        hint="Let `rng` alone decide, not np.random.shuffle or a generator without a seed.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_batches_from_disk_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: images of other shapes, real digits, batches of one row, batches larger than the
# file, labels that repeat, and all of the above at once.
### BEGIN HIDDEN TESTS
see = "08_tuning_and_scale: Data larger than memory"
digits, digit_labels = datasets.load_digits()
digits = np.asarray(digits)[:150].reshape(150, 8, 8).astype("uint8")
rng = np.random.default_rng(4)
for images, labels, batch_size in [
    (digits, np.asarray(digit_labels)[:150].astype("int64"), 32),
    (rng.integers(0, 256, (7, 4, 4, 3), dtype="uint8"), np.array([1, 0, 1, 0, 1, 0, 1]), 1),
    (rng.integers(0, 256, (5, 6), dtype="uint8"), np.arange(5), 8),
    (rng.integers(0, 256, (1, 3), dtype="uint8"), np.array([4]), 1),
    (rng.integers(0, 256, (64, 3), dtype="uint8"), np.arange(64)[::-1].copy(), 64),
    (rng.integers(0, 256, (65, 3), dtype="uint8"), np.arange(65), 16),
]:
    n = len(labels)
    what = f"with images of shape {images.shape} and batch_size={batch_size}"
    given = [images.copy(), labels.copy()]
    batches, reads = read_epoch(
        batches_from_disk, *given, batch_size, np.random.default_rng(6), see
    )
    checks.equal(
        [len(y) for x, y in batches],
        [min(batch_size, n - start) for start in range(0, n, batch_size)],
        f"The list of the batches' sizes, {what},",
        hint="Full batches, and a last one with what is left; none that is empty.",
        see=see,
    )
    for x, y in batches:
        checks.shape(x, (len(y), *images.shape[1:]), f"x, {what},", see=see)
        checks.dtype(x, "float32", f"x, {what},", see=see)
    came = np.concatenate([x for x, y in batches]).reshape(n, -1) * 255
    pairs = np.column_stack([np.round(came), np.concatenate([y for x, y in batches])]).tolist()
    checks.that(
        sorted(pairs) == sorted(np.column_stack([images.reshape(n, -1), labels]).tolist()),
        f"The images that came, times 255, and their labels are not those of the file, {what}.",
        hint="Each image once, divided by 255, with the label of its row.",
        see=see,
    )
    checks.that(
        reads[-1][0] <= n + 3,
        f"{reads[-1][0]} rows were read for an epoch of {n}, {what}.",
        hint="Index the images once in each batch.",
        see=see,
    )
    checks.unchanged(images, given[0], "images", see)
    checks.unchanged(labels, given[1], "labels", see)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: fine_tune (4 points)
#
# You have a network that was trained on many labels, and a new question with few. Keep what it has
# learnt, and train a new head. Write `fine_tune(pretrained, num_classes, num_thawed, learning_rate)`,
# which returns a compiled Keras model:
#
# - `pretrained` is a Keras model, one layer after the other. Its last layer, the head, is a `Dense`
#   with a softmax over the *old* classes. `pretrained.layers` lists all of them.
# - Your model has all layers of `pretrained` but the head, **with their weights**, and then a new
#   `Dense` with a softmax over `num_classes` classes, whose weights start at random. (It may share
#   layers with `pretrained`.)
# - All the old layers are frozen but the last `num_thawed` of them before the head. With 0 the new head
#   alone is trained, with 1 the layer before it as well, and so on. Every layer in `pretrained.layers`
#   counts, also one without weights.
# - It is compiled with Adam at the given `learning_rate`, a loss for class numbers (ints, not one-hot)
#   and accuracy as a metric.
#
# **Example.** `pretrained` goes 64 inputs, 64 units, 32 units, 10 classes. Then
# `fine_tune(pretrained, 2, 0, 0.01)` has $32 \cdot 2 + 2 = 66$ trainable parameters, and
# `fine_tune(pretrained, 2, 1, 0.0001)` has $64 \cdot 32 + 32 = 2080$ more.


# %% nbgrader={"grade": false, "grade_id": "fine_tune", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Put a new head on a trained network and freeze the rest.

    Parameters
    ----------
    pretrained : keras.Model
        Layers one after the other; the last is a Dense with a softmax.
    num_classes : int
        How many classes the new head tells apart.
    num_thawed : int
        How many layers before the head stay trainable.
    learning_rate : float

    Returns
    -------
    keras.Model
        Compiled.
    """
    ### BEGIN SOLUTION
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_fine_tune", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A new head on the old layers: sizes, probabilities, and what comes out of the old layers.
see = "08_tuning_and_scale: Transfer learning"
rng = np.random.default_rng(0)
for widths, old_classes, num_classes in [([9, 7], 5, 3), ([8], 4, 6), ([6, 5, 4], 3, 3)]:
    pretrained = dense_network(10, widths, old_classes, seed=num_classes)
    x = rng.normal(size=(16, 10)).astype("float32")
    features = reaches_the_head(pretrained, x)
    weights = [np.array(weight) for weight in pretrained.get_weights()]
    what = f"for {old_classes} old and {num_classes} new classes"
    model = checks.call(
        fine_tune, pretrained, num_classes, 0, 0.01, what=f"fine_tune {what}", see=see
    )
    checks.that(
        hasattr(model, "predict_on_batch"),
        "fine_tune should return a Keras model.",
        hint="`compile` does not return the model: write `return model` in the last line.",
        see=see,
    )
    p = checks.call(model, x, what=f"Predicting, {what},", see=see)
    checks.shape(
        p,
        (16, num_classes),
        f"predict(x), {what},",
        hint="The old head must go, and the new one needs num_classes units. "
        "`pretrained.layers.pop()` only changes a copy of the list.",
        see=see,
    )
    p = np.asarray(p, dtype=float)
    checks.that(
        bool(np.all(p >= 0)) and bool(np.allclose(p.sum(axis=1), 1, atol=1e-4)),
        f"The answers are not probabilities: the first row is {p[0].round(3).tolist()}.",
        hint='The new head needs activation="softmax".',
        see=see,
    )
    new_weights = [np.array(weight) for weight in model.get_weights()]
    advice = "The new head comes after the last layer before the old head: "
    advice += (
        "pretrained.layers[-2].output. On top of the old head it would see old_classes numbers."
    )
    checks.equal(
        [list(weight.shape) for weight in new_weights],
        [list(weight.shape) for weight in weights[:-2]]
        + [[features.shape[1], num_classes], [num_classes]],
        f"The list of the shapes of your model's weights, {what},",
        mistakes=[
            (
                [list(weight.shape) for weight in weights]
                + [[old_classes, num_classes], [num_classes]],
                "The old head is still there, and yours came on top of it. " + advice,
            ),
            (
                [list(weight.shape) for weight in weights[:-4]]
                + [[weights[-4].shape[0], num_classes], [num_classes]],
                "One layer too many was cut off: drop the head alone.",
            ),
        ],
        hint=advice,
        see=see,
    )
    for before, after in zip(weights[:-2], new_weights[:-2], strict=True):
        checks.that(
            bool(np.array_equal(before, after)),
            "The old layers have other weights than before.",
            hint="Take the layers as they are. clone_model, from_config and new layers start with "
            "random weights; set_weights(...get_weights()) copies what was learnt.",
            see=see,
        )
    checks.that(
        new_weights[-2].shape != weights[-2].shape
        or not np.array_equal(new_weights[-2], weights[-2]),
        f"The new head has the weights of the old one, {what}.",
        hint="Other classes, other weights, also when there are equally many: make a new Dense.",
        see=see,
    )
    logits = features @ new_weights[-2] + new_weights[-1]
    right = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    checks.close(  # measured: 2e-7
        p,
        right,
        f"the probabilities, against a softmax of what reaches the old head, {what},",
        rtol=1e-3,
        atol=1e-5,
        hint="The old layers should stand in the same order with the same activations, and nothing "
        "between them and the new head.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_fine_tune_frozen", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What is trained and what is not: 20 steps, and then every weight compared with what it was.
see = "08_tuning_and_scale: Transfer learning"
rng = np.random.default_rng(1)
x, y = rng.normal(size=(32, 10)).astype("float32"), rng.integers(0, 4, size=32)
for num_thawed in [0, 2, 1]:
    pretrained = dense_network(10, [9, 8, 7], 5, seed=num_thawed)
    what = f"with num_thawed={num_thawed}"
    model = checks.call(
        fine_tune, pretrained, 4, num_thawed, 0.01, what=f"fine_tune {what}", see=see
    )
    checks.that(
        hasattr(model, "predict_on_batch"), "fine_tune should return a Keras model.", see=see
    )
    checks.equal(
        len(model.get_weights()),
        8,
        f"The number of weights and biases, {what},",
        hint="Three old layers and a new head. Make the check before this one pass first.",
        see=see,
    )
    advice = (
        "layer.trainable = False for the old layers but the last num_thawed; True for the rest. "
    )
    trainable = [list(np.shape(weight)) for weight in model.trainable_weights]
    if [4] not in trainable:
        advice = "The new head is frozen. Freeze the old layers alone."
    elif len(trainable) == 8 and num_thawed == 0:
        advice = (
            "Nothing is frozen. Note that layers[-0:] is the whole list and layers[:-0] an empty "
        )
        advice += "one, since -0 is 0. Count from the front: len(layers) - num_thawed."
    elif len(trainable) == 8:
        advice = "Nothing is frozen. " + advice
    elif len(trainable) == 2 and num_thawed > 0:
        advice = "All old layers are frozen, whatever num_thawed says. " + advice
    elif len(trainable) < 2 + 2 * num_thawed:
        advice = (
            f"num_thawed={num_thawed} is about the old layers; the new head comes on top. " + advice
        )
    checks.equal(
        len(trainable),
        2 + 2 * num_thawed,
        f"The number of trainable weights and biases, {what},",
        hint=advice,
        see=see,
    )
    before = [np.array(weight) for weight in model.get_weights()]
    checks.call(
        partial(model.fit, np.tile(x, (20, 1)), np.tile(y, 20), batch_size=32, verbose=0),
        what=f"fit, {what},",
        hint="Compile the model with a loss for class numbers, not for one-hot targets, and with "
        '`metrics=["accuracy"]` by its name: in third place compile expects loss_weights.',
        see=see,
    )
    after = [np.array(weight) for weight in model.get_weights()]
    moved = [not np.array_equal(one, other) for one, other in zip(before, after, strict=True)]
    checks.equal(
        moved,
        [place >= 6 - 2 * num_thawed for place in range(8)],
        f"The list of what moved in 20 steps (layer by layer, weights, bias), {what},",
        hint="The last of the old layers are thawed, not the first; and Keras takes the "
        "flags when the model is compiled, so set them before.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_fine_tune_learns", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Does it learn? A network that tells ten digits apart is asked for even or odd, and sees two
# labelled images of each digit.
see = "08_tuning_and_scale: Transfer learning"
for rate in [0.01, 0.0001]:
    small = dense_network(4, [3], 2, seed=0)
    model = checks.call(fine_tune, small, 2, 1, rate, what=f"fine_tune with rate {rate}", see=see)
    optimizer = getattr(model, "optimizer", None)
    checks.that(
        optimizer is not None,
        "The model is not compiled, or not a model.",
        hint="model.compile(optimizer, loss, metrics=[...]), and then `return model`.",
        see=see,
    )
    kind = str(optimizer.name).lower().replace("_", "")  # adam_1, adam_w, ...
    checks.that(
        "adam" in kind and not any(other in kind for other in ("adamw", "adamax", "nadam")),
        f"The optimizer is {optimizer.name}, not Adam.",
        hint="keras.optimizers.Adam(learning_rate). (AdamW is Adam with weight decay: it moves even "
        "weights that the loss leaves alone.)"
        if "adamw" in kind
        else "keras.optimizers.Adam(learning_rate)",
        see=see,
    )
    checks.close(
        float(optimizer.learning_rate),
        rate,
        "the optimizer's learning rate",
        rtol=1e-4,
        mistakes=[(0.001, 'That is Adam\'s default: "adam" as a text does not know your rate.')],
        hint="keras.optimizers.Adam(learning_rate). Thawed layers need a small one, so that a few "
        "labels do not undo what many have taught.",
        see=see,
    )
digits, digit_labels = datasets.load_digits()
digits = np.asarray(digits, dtype="float32").reshape(-1, 64) / 16
digit_labels = np.asarray(digit_labels).astype("int64")
odd = digit_labels % 2
pretrained = dense_network(64, [64, 32], 10, seed=0)
pretrained.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
steps = np.tile(np.arange(1000), 10)  # ten times through the first 1,000 images
pretrained.fit(digits[steps], digit_labels[steps], batch_size=50, verbose=0)
few = [1000 + np.flatnonzero(digit_labels[1000:] == label)[:2] for label in range(10)]
few = np.concatenate(few)
rest = np.setdiff1d(np.arange(1000, len(digits)), few)
model = checks.call(fine_tune, pretrained, 2, 0, 0.01, what="fine_tune on digits", see=see)
checks.that(hasattr(model, "predict_on_batch"), "fine_tune should return a Keras model.", see=see)
evaluate = model.evaluate
steps = np.tile(few, 200)  # 200 steps, each on all 20 images
checks.call(
    partial(model.fit, digits[steps], odd[steps], batch_size=20, shuffle=False, verbose=0),
    what="fit with class numbers",
    hint="Compile the model. categorical_crossentropy wants one-hot targets; "
    "sparse_categorical_crossentropy takes class numbers. Pass metrics by name: in third place compile "
    "expects loss_weights.",
    see=see,
)
result = checks.call(
    partial(evaluate, digits[rest], odd[rest], verbose=0, return_dict=True),
    what="evaluate with class numbers",
    see=see,
)
p = np.asarray(model(digits[rest]), dtype=float)
checks.that(
    p.shape == (len(rest), 2) and bool(np.allclose(p.sum(axis=1), 1, atol=1e-4)),
    "The answers are not two probabilities that sum to 1.",
    hint="The new head is a Dense with as many units as classes and a softmax.",
    see=see,
)
accuracy = np.mean(p.argmax(axis=1) == odd[rest])
# Measured: 0.83 to 0.90 over 32 heads on 4 pre-trained networks; 0.67 to 0.72 where the old layers
# are random; 0.76 to 0.79 where everything is trained from scratch; 0.5 for a guess.
print(f"after 200 steps on 20 images: {accuracy:.2f} of the other {len(rest)} images are right")
print("the same network trained from scratch on these 20 images: about 0.78")
checks.that(
    accuracy > 0.75,
    f"After 200 steps on 20 images, {accuracy:.2f} of the other images are right; a guess gets 0.5.",
    hint="Are the old layers' weights still there, is the new head trainable, and does Adam have "
    "the given learning rate?",
    see=see,
)
right = p[np.arange(len(rest)), odd[rest]]
checks.close(  # Keras works in float32 and keeps probabilities 1e-7 away from 0
    result["loss"],
    -np.mean(np.log(np.clip(right, 1e-7, 1))),
    "the loss, against the mean of -log(probability of the true class),",
    rtol=1e-2,
    hint="The loss for class numbers is sparse categorical cross-entropy. The head has its softmax "
    "already: from_logits=True would take it once more.",
    see=see,
)
named = [name for name in result if "acc" in name]
checks.that(
    bool(named),
    f"Accuracy is not among the metrics: evaluate reports only {sorted(result)}.",
    hint='Ask for it when you compile: `metrics=["accuracy"]`.',
    see=see,
)
checks.close(result[named[0]], accuracy, "the accuracy that Keras reports", atol=1e-2, see=see)

# %% nbgrader={"grade": true, "grade_id": "test_fine_tune_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: images as inputs, dropout and batch normalization among the old layers (its
# moving averages are frozen with it), as many new classes as old ones, and layers thawed among them.
### BEGIN HIDDEN TESTS
see = "08_tuning_and_scale: Transfer learning"
rng = np.random.default_rng(2)
x, y = rng.normal(size=(32, 4, 4)).astype("float32"), rng.integers(0, 3, size=32)
# Thawed layers, counted from the head: batch normalization, Dense(6), dropout, Dense(8).
for num_thawed, moving in [(0, []), (2, range(2, 8)), (3, range(2, 8))]:
    pretrained = image_network((4, 4), 3, seed=num_thawed)
    features = reaches_the_head(pretrained, x)
    weights = [np.array(weight) for weight in pretrained.get_weights()]
    what = f"with dropout and batch normalization, num_thawed={num_thawed}"
    model = checks.call(
        fine_tune, pretrained, 3, num_thawed, 0.01, what=f"fine_tune {what}", see=see
    )
    checks.that(
        hasattr(model, "predict_on_batch"), "fine_tune should return a Keras model.", see=see
    )
    p = np.asarray(checks.call(model, x, what=f"Predicting, {what},", see=see), dtype=float)
    before = [np.array(weight) for weight in model.get_weights()]
    checks.equal(
        [list(weight.shape) for weight in before],
        [list(weight.shape) for weight in weights],
        f"The list of the shapes of your model's weights, {what}, 3 old and 3 new classes,",
        hint="All layers but the head, then a new head.",
        see=see,
    )
    for one, other in zip(weights[:-2], before[:-2], strict=True):
        checks.that(
            bool(np.array_equal(one, other)),
            f"The old layers have other weights than before, {what}.",
            hint="set_weights(...get_weights()) copies moving averages as well.",
            see=see,
        )
    checks.that(
        not np.array_equal(weights[-2], before[-2]),
        "The new head has the weights of the old one.",
        hint="Make a new Dense, also when there are as many classes as before.",
        see=see,
    )
    logits = features @ before[-2] + before[-1]
    right = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    checks.close(
        p,
        right,
        f"the probabilities, against a softmax of what reaches the old head, {what},",
        rtol=1e-3,
        atol=1e-5,
        hint="Keep every old layer: Flatten, dropout and batch normalization as well. Do not fix "
        "training=True.",
        see=see,
    )
    checks.call(partial(model.fit, x, y, batch_size=2, verbose=0), what=f"fit, {what},", see=see)
    after = [np.array(weight) for weight in model.get_weights()]
    moved = [not np.array_equal(one, other) for one, other in zip(before, after, strict=True)]
    checks.equal(
        moved,
        [place in moving for place in range(8)] + [True, True],
        f"The list of what moved in 16 steps (Dense, Dense, batch normalization, head), {what},",
        hint="Freeze whole layers, of every kind. A batch normalization that is not frozen changes "
        "its moving averages whenever the network is trained.",
        see=see,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: explain_search (3 points)
#
# A colleague has tuned a classifier overnight and writes:
#
# > I drew 200 configurations, the learning rate uniformly between 0 and 0.1, the rest as usual, and
# > trained each once. The best one gets **0.938** on my 500 validation images. The eight configurations
# > with a learning rate below 0.004 were the eight best, so the search has clearly worked. I then looked
# > at these eight on the 10,000 test images: they get between 0.896 and 0.905. I report the third, with
# > a test accuracy of **0.905**. Its training was interrupted, by the way: I built the model anew,
# > compiled it, loaded the saved weights and went on with `fit`. The loss jumped up at first and needed
# > two epochs to come back, but so be it.
#
# A share that is measured on $n$ images has a standard error of $\sqrt{p (1 - p) / n}$. If 200
# configurations all had a true accuracy of 0.9, the best of them would get about 0.935 on 500 images.
#
# 1. *(1 point)* Calculate the standard error of an accuracy of 0.9 on 500 images and on 10,000. What
#    do they say about 0.938, and about the differences among the eight on the test images? Is 0.905 an
#    honest number to report?
# 2. *(1 point)* What is wrong with the way the learning rate was drawn? How many of the 200 trials
#    fell below 0.004, and how would you draw it? Then say how you would spend the *same budget* of 200
#    trainings, and when you would open the test set.
# 3. *(1 point)* Why did the loss jump when the training went on? What should have been saved, and how
#    do you find out whether a continued run is the same as an unbroken one?
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_search", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# 1. On 500 images the standard error is $\sqrt{0.9 \cdot 0.1 / 500}$, about 0.013; on 10,000 it is 0.003.
#    The best of 200 lies almost three standard errors above the truth by luck alone: 0.938 is what
#    200 configurations of 0.9 would give, so it says nothing about this one being better than 0.9. The
#    test set agrees: 0.896 to 0.905. Among the eight, a range of 0.009 is three standard errors of 0.003,
#    which is about what the best and the worst of eight equal ones differ by; the third need not be any
#    better than the others. And 0.905 was *chosen* on the test images, as the best of eight, so it
#    flatters, too, if by little (about 0.004). The test set has become a second validation set. Honest
#    would be the test accuracy of the configuration that validation had chosen, or to say that it is the
#    best of eight.
# 2. Uniformly between 0 and 0.1, a share of 0.004 / 0.1 = 4 % falls below 0.004: 8 of 200. The other 192
#    trainings tried rates that are too large, and between 0.00001 and 0.001 (two decades) there were about
#    two. Draw the logarithm uniformly, say from 0.00001 to 0.1; the best region then gets more than
#    half. With the same budget: perhaps 100 configurations trained once (or for few epochs, as Hyperband
#    does) to find the region, then the ten best ten times each, with other seeds and other splits
#    (cross-validation), compared by their means with standard errors; among those that are as good, the
#    smallest. A larger validation set shrinks the noise, too. The test set is opened once, at the end,
#    for the one that was chosen.
# 3. The weights are not all: Adam keeps running means of the gradients and of their squares, and the
#    number of steps, for its bias correction. Compiling anew starts them at zero, so the first steps have
#    the wrong sizes and the loss jumps. A learning-rate schedule and the number of the epoch start anew
#    as well. Save the whole model, with the optimizer's state (`model.save("run.keras")`, or the callback
#    `BackupAndRestore`), load it and go on without compiling. To find out: train six epochs in one go, and
#    three, stop, restart, three, with the same seeds and the same order of the data; the curves must
#    lie on each other.
#
# **Rubric**
#
# - Part 1: 0.013 and 0.003 (0.25); 0.938 is what luck gives to the best of 200, no sign of a better
#   configuration (0.25); the eight differ by no more than noise (0.25); 0.905 was selected on the test
#   set, so it is not honest without saying so (0.25). "0.938 is over-fitting of the training data"
#   loses the second.
# - Part 2: 4 %, or 8 of 200, and the logarithm in place of the rate (0.25); several seeds or folds for
#   the better ones, paid for with fewer configurations (0.25); a comparison by means with their errors,
#   or a rule that takes the noise into account (0.25); the test set once, at the end, for one (0.25). An
#   answer that needs more than 200 trainings loses the second.
# - Part 3: the optimizer's state was lost (0.25), with what Adam keeps in it (0.25); save the whole model
#   or use BackupAndRestore, and do not compile anew (0.25); compare with an unbroken run under the same
#   seeds (0.25). "The weights were not loaded" is not what a loss that comes back in two epochs
#   shows, and loses the first.
