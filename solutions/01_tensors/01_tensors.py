# %% [markdown]
# # Exercise 1. Tensors and tensor operations
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/01_tensors/01_tensors.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/01_tensors/01_tensors.ipynb)
#
# *60 minutes, 20 points. Everything here runs in a few seconds on any computer.*
#
# You take a batch of images from raw bytes to the output of a layer, and you write each step
# yourself. Fill in the cells that say `# YOUR CODE HERE` (delete the line
# `raise NotImplementedError()` below it) and replace `YOUR ANSWER HERE` by your own words. Then run
# the check below the cell; no output means that it passed. When a check fails, read the last lines of its message: they say what was expected, what came, and often
# which misunderstanding leads there. Some cells hold further checks that run when you hand in; the
# comment in them says what they try. Tasks do not build on each other's code, so you can leave one
# out and come back to it. NumPy is all you need; loops are as welcome as one-liners.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. Its
# "Success!" speaks of the checks that you can see. Colab has no Validate: run all cells there. The
# [lecture](../../lectures/01_tensors.ipynb) has all that is asked for here; the messages name the
# section to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import checks, datasets

# Real handwritten digits for the checks: bytes of shape (500, 28, 28), labels of shape (500,).
digits, digit_labels = (array[:500].copy() for array in datasets.load_mnist()[0])

# %% [markdown]
# ## Task 1: prepare_images (3 points)
#
# A camera stores a pixel as a byte, a whole number from 0 (black) to 255 (white). A dense layer
# wants one row of small floating-point numbers per image. Write the function that stands between
# them:
#
# - `images` is a `uint8` array, either grey of shape `(n, height, width)` or in colour of shape
#   `(n, height, width, channels)`, of any size.
# - The result is a `float32` array with `n` rows. Row `i` holds the pixels of image `i` in the order
#   in which they are stored (line by line, pixel by pixel, the channels of a pixel together), scaled so that byte 0 becomes
#   0.0 and byte 255 becomes 1.0.
# - `images` itself stays as it was.
#
# ```python
# >>> prepare_images(np.array([[[0, 255], [51, 102]]], dtype="uint8"))
# array([[0. , 1. , 0.2, 0.4]], dtype=float32)
# ```


# %% nbgrader={"grade": false, "grade_id": "prepare_images", "locked": false, "schema_version": 3, "solution": true, "task": false}
def prepare_images(images):
    """Turn images of bytes into rows of numbers between 0 and 1.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width) or (n, height, width, channels)
        Left unchanged.

    Returns
    -------
    ndarray of float32, shape (n, number of values in an image)
        Byte 0 as 0.0 and byte 255 as 1.0; row i is image i.
    """
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1).astype("float32") / 255
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_prepare_images", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two images of 2 x 3 pixels. The brightest pixel has 204 of 255.
images = np.array([[[0, 51, 102], [153, 204, 0]], [[51, 51, 102], [0, 0, 102]]], dtype="uint8")
rows = checks.call(
    prepare_images,
    images.copy(),
    what="prepare_images on two images of 2 x 3 pixels",
    hint="Take the sizes from images.shape; 28 and 784 are the sizes of one data set.",
    see="01_tensors: Preparing real images",
)
right = np.array([[0.0, 0.2, 0.4, 0.6, 0.8, 0.0], [0.2, 0.2, 0.4, 0.0, 0.0, 0.4]])
checks.close(
    rows,
    right,
    "prepare_images(images)",
    mistakes=[
        (right * 255, "The pixels still run up to 255. Scale them to lie between 0 and 1."),
        (
            right * 0,
            "All zero: scaled bytes were put back into whole numbers, or `//` rounded down; use `/`.",
        ),
        (
            right / 0.8,
            "You divided by the brightest pixel of this batch. The same image must give the "
            "same row in every batch: divide by the largest possible byte.",
        ),
        (right.reshape(2, 2, 3), "The values are right. Now make each image one row."),
        (right.ravel(), "One long row. Keep the first axis: it counts the images."),
        (
            right.reshape(6, 2).T,
            "The shape is right, but rows mix pixels of several images: after reshape(-1, n) "
            "a transpose does not bring them back. Reshape to n rows at once.",
        ),
    ],
    hint="byte / 255, whatever else is in the batch; one image per row, in the stored order.",
    see="01_tensors: Preparing real images",
)

# %% nbgrader={"grade": true, "grade_id": "test_prepare_images_careful", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Real digits: the dtype, the range of the values, and that your function leaves its input alone.
# Then a colour image of 2 x 2 pixels with 3 channels each.
images = digits[:100].copy()
rows = checks.call(prepare_images, images, what="prepare_images on 100 digits")
checks.unchanged(digits[:100], images, "images", see="01_tensors: Shape, dtype and axes")
checks.shape(
    rows,
    (100, 784),
    "prepare_images(digits)",
    hint="An image of 28 x 28 pixels has 784 values; there is one row per image.",
    see="01_tensors: Preparing real images",
)
checks.dtype(
    rows,
    "float32",
    "prepare_images(digits)",
    hint="Say the dtype yourself, as in `.astype('float32')`: bytes divided by a Python number "
    "give float64, which takes twice the memory.",
    see="01_tensors: Shape, dtype and axes",
)
checks.close(
    [np.min(rows), np.max(rows)],
    [np.min(digits[:100]) / 255, np.max(digits[:100]) / 255],
    "the smallest and the largest number in prepare_images(digits)",
    mistakes=[([0, 0], "All zero: `//` rounds down; use `/`, and keep the decimals.")],
    hint="Byte 0 becomes 0.0 and byte 255 becomes 1.0.",
    see="01_tensors: Preparing real images",
)
colour = np.array([[[[255, 0, 51], [0, 102, 0]], [[153, 0, 0], [204, 51, 255]]]], dtype="uint8")
checks.close(
    checks.call(
        prepare_images,
        colour.copy(),
        what="prepare_images on a colour image of 2 x 2 x 3",
        hint="A colour image has one axis more than a grey one. Keep the first axis and put all "
        "others into one, however many there are.",
        see="01_tensors: Preparing real images",
    ),
    [[1.0, 0.0, 0.2, 0.0, 0.4, 0.0, 0.6, 0.0, 0.0, 0.8, 0.2, 1.0]],
    "prepare_images on a colour image of 2 x 2 x 3",
    mistakes=[
        ([[0.4, 2 / 15, 0.2, 2 / 3]], "Colours were averaged to grey. Keep the channels."),
        (
            [[1.0, 0.0, 0.6, 0.8, 0.0, 0.4, 0.0, 0.2, 0.2, 0.0, 0.0, 1.0]],
            "The channels come one after the other. Keep those of a pixel together.",
        ),
    ],
    hint="One row of 2 x 2 x 3 = 12 numbers, in the order in which they are stored.",
    see="01_tensors: Preparing real images",
)

# %% nbgrader={"grade": true, "grade_id": "test_prepare_images_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: single images, grey and in colour, of many sizes, very dark ones too.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for size in [
    (1, 5, 5),
    (7, 3, 4),
    (3, 28, 28),
    (4, 2, 3, 3),
    (1, 6, 4, 3),
    (3, 1, 2, 4),
]:
    images = rng.integers(0, 200, size=size, dtype="uint8")
    what = f"prepare_images on images of shape {size}"
    colour = len(size) == 4
    rows = checks.call(
        prepare_images,
        images.copy(),
        what=what,
        hint="A colour image has one axis more than a grey one. Keep the first axis and put all "
        "others into one, however many there are."
        if colour
        else "Take the sizes from images.shape; 28 and 784 are the sizes of one data set.",
        see="01_tensors: Preparing real images",
    )
    right = np.array([[byte / 255 for byte in image.ravel()] for image in images])
    mistakes = [(right / right.max(), "Divide by 255, not by the brightest pixel of the batch.")]
    if colour:
        mean = images.mean(axis=-1).reshape(size[0], -1) / 255
        mistakes += [
            (
                mean,
                "Colours were averaged to grey. Keep the channels: they are values, too.",
            ),
            (
                images[..., 0].reshape(size[0], -1) / 255,
                "Only the first channel is there.",
            ),
            (
                np.moveaxis(images, -1, 1).reshape(size[0], -1) / 255,
                "Keep the stored order.",
            ),
        ]
    checks.close(
        rows,
        right,
        what,
        mistakes=mistakes,
        hint="Take the sizes from images.shape, and keep all values of an image in its row.",
        see="01_tensors: Preparing real images",
    )
# Almost black images: bytes 0 and 1 only, and 0 only.
for images in [np.eye(3, dtype="uint8")[None], np.zeros((2, 2, 2), dtype="uint8")]:
    rows = checks.call(prepare_images, images.copy(), what="prepare_images on dark images")
    checks.close(
        rows,
        images.reshape(len(images), -1) / 255,
        "prepare_images of images with bytes 0 and 1 only",
        mistakes=[(images.reshape(len(images), -1), "A byte of 1 is nearly black, not white.")],
        hint="Divide by 255 always; do not guess from the values.",
        see="01_tensors: Preparing real images",
    )
# An image's row must not depend on its neighbours in the batch. rtol: the same float32 division.
images = digits[:20] // 2
together = checks.call(prepare_images, images.copy(), what="prepare_images on dark digits")
checks.close(
    checks.call(prepare_images, images[4:5].copy(), what="prepare_images on one digit"),
    np.asarray(together)[4:5],
    "an image alone (expected: its row in a batch of 20)",
    rtol=1e-6,
    hint="Divide by 255, not by anything computed from the batch.",
    see="01_tensors: Preparing real images",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: one_hot (3 points)
#
# The label of a digit is a number from 0 to 9, but a 9 is not three times a 3. One-hot encoding
# takes the order out: each class gets a column, and each row is 0 except for a 1 in the column of
# its class.
#
# - `labels` is an array of whole numbers of shape `(n,)`, `n` at least 1, each from 0 to `num_classes - 1`.
# - The result is a `float32` array of shape `(n, num_classes)`, also when some classes do not occur
#   in `labels`. `labels` itself stays as it was.
# - A label outside 0 ... `num_classes - 1` is an error in the data, and nobody should have to find
#   it weeks later in a bad model: raise a `ValueError`, as in
#   `raise ValueError(f"label {label} is no class")`. This line stops the function and reports the
#   error.
#
# ```python
# >>> one_hot(np.array([1, 0, 1, 3]), 4)
# array([[0., 1., 0., 0.],
#        [1., 0., 0., 0.],
#        [0., 1., 0., 0.],
#        [0., 0., 0., 1.]], dtype=float32)
# ```


# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(labels, num_classes):
    """Encode class labels as rows with a single 1.

    Parameters
    ----------
    labels : ndarray of integers, shape (n,)
        Left unchanged.
    num_classes : int

    Returns
    -------
    ndarray of float32, shape (n, num_classes)

    Raises
    ------
    ValueError
        If a label is negative, or is `num_classes` or more.
    """
    ### BEGIN SOLUTION
    if np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError(f"labels must lie between 0 and {num_classes - 1}, got {labels}")
    encoded = np.zeros((len(labels), num_classes), dtype="float32")
    encoded[np.arange(len(labels)), labels] = 1
    return encoded
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_one_hot", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
labels = np.array([2, 0, 3])
encoded = checks.call(
    one_hot,
    labels,
    5,
    what="one_hot([2, 0, 3], 5)",
    hint="Classes count from 0, and there are `num_classes` of them.",
    see="01_tensors: Preparing real images",
)
right = np.array([[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 1, 0]])
checks.close(
    encoded,
    right,
    "one_hot([2, 0, 3], 5)",
    mistakes=[
        (
            right[:, :4],
            "There are as many columns as the largest label asks for. A batch without the last "
            "classes must still have `num_classes` columns.",
        ),
        (right.T, "Classes are in rows and samples in columns. Put samples in rows."),
        (np.roll(right, -1, axis=1), "The 1 is a column too far left: classes count from 0."),
        (right * [[2], [0], [3]], "The label itself stands there. Put a 1 whatever the class."),
        (right * [[1], [0], [0]], "Only the first row is filled: is your return inside the loop?"),
        (
            np.array([[1, 0, 1, 1, 0]] * 3),
            "Each row got the 1s of all labels: encoded[:, labels] takes these columns in every "
            "row. Pair row i with label i, in a loop or as encoded[np.arange(n), labels].",
        ),
    ],
    hint="Each row has one 1, in the column whose number is the label.",
    see="01_tensors: Preparing real images",
)
checks.dtype(
    encoded,
    "float32",
    "one_hot([2, 0, 3], 5)",
    hint="`np.zeros` and `np.eye` make float64 unless you give them a dtype.",
    see="01_tensors: Shape, dtype and axes",
)
checks.unchanged(np.array([2, 0, 3]), labels, "labels", see="01_tensors: Shape, dtype and axes")

# %% nbgrader={"grade": true, "grade_id": "test_one_hot_bad_labels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Labels that are no class. Good ones must still pass, or this cell tells nothing.
checks.shape(
    checks.call(
        one_hot,
        np.array([0, 4]),
        5,
        what="one_hot([0, 4], 5)",
        hint="0 and 4 are both fine here: raise only for labels that are no class.",
        see="01_tensors: Preparing real images",
    ),
    (2, 5),
    "one_hot([0, 4], 5)",
    hint="0 and 4 are both fine here; the result has one row per label, one column per class.",
    see="01_tensors: Preparing real images",
)
checks.raises(
    ValueError,
    one_hot,
    np.array([0, 5, 1]),
    5,
    what="one_hot([0, 5, 1], 5)",
    hint="Five classes have the labels 0 to 4. Look at the labels first and `raise "
    "ValueError(...)` yourself: an error from deep inside would be of another type, and a "
    "printed message or a row of zeros is easily missed.",
)
checks.raises(
    ValueError,
    one_hot,
    np.array([2, -1]),
    5,
    what="one_hot([2, -1], 5)",
    hint="As an index -1 means the last one, so NumPy takes it without a word and the sample "
    "lands in class 4. Look for labels below 0 yourself.",
)

# %% nbgrader={"grade": true, "grade_id": "test_one_hot_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: real labels, and batches of many sizes in which classes are missing.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
batches = [(digit_labels, 10), (digit_labels[:1], 10), (np.array([0, 0, 0]), 1)]
batches += [(rng.integers(0, k - 1, size=n), k) for n, k in [(1, 3), (4, 4), (20, 7), (9, 30)]]
for labels, k in batches:
    what = f"one_hot of {len(labels)} labels in {k} classes"
    given = labels.copy()
    encoded = checks.call(
        one_hot,
        given,
        k,
        what=what,
        hint="Take the number of rows from labels and the number of columns from num_classes.",
        see="01_tensors: Preparing real images",
    )
    checks.shape(
        encoded,
        (len(labels), k),
        what,
        hint="Take the number of rows from labels and the number of columns from num_classes.",
        see="01_tensors: Preparing real images",
    )
    encoded = np.asarray(encoded, dtype=float)
    # A row that sums to 1 and holds the 1 at its label holds nothing but zeros elsewhere, unless
    # numbers below 0 make up for others; so the smallest is looked at as well.
    n = len(labels)
    for value, expected, name in [
        (encoded.sum(axis=1), np.ones(n), "the sum of each row"),
        (encoded[np.arange(n), labels], np.ones(n), "the value in the label's column"),
        (encoded.min(), 0 if k > 1 else 1, "the smallest value"),
        (
            encoded.sum(axis=0),
            np.bincount(labels, minlength=k),
            "the sum of each column",
        ),
    ]:
        checks.close(
            value,
            expected,
            f"{name}, {what}",
            hint="Each row has one 1, in the column whose number is the label, and else zeros.",
            see="01_tensors: Preparing real images",
        )
    checks.unchanged(labels, given, "labels", see="01_tensors: Shape, dtype and axes")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: broadcast_shape (4 points)
#
# Broadcasting is what lets a bias of shape `(512,)` be added to a batch of shape `(128, 512)`. It
# is also what makes some bugs silent, so be sure of its rules. Write the function that says which
# shape the result of an element-wise operation has, and refuses where NumPy refuses:
#
# 1. If one shape has fewer axes, put axes of size 1 in front of it until both have as many.
# 2. Compare axis by axis. Two sizes fit if they are equal or if one of them is 1.
# 3. The result has the other size where one of them is 1, and else the size both have. If any pair
#    does not fit, `raise ValueError(f"shapes {a} and {b} do not fit")`, which stops the function.
#
# A size may be 0 (a batch in which nothing is left), and the rules hold for it as they stand. `()`
# is the shape of a single number. A list will do in place of the tuple. NumPy has all this as
# `np.broadcast_shapes`: it is allowed, but teaches you nothing.
#
# ```python
# >>> broadcast_shape((128, 512), (512,))
# (128, 512)
# >>> broadcast_shape((4, 1), (3,))
# (4, 3)
# >>> broadcast_shape((128, 512), (128,))
# ValueError: shapes (128, 512) and (128,) do not fit
# ```


# %% nbgrader={"grade": false, "grade_id": "broadcast_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def broadcast_shape(a, b):
    """Return the shape to which two shapes broadcast.

    Parameters
    ----------
    a, b : tuple of int

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    ### BEGIN SOLUTION
    axes = max(len(a), len(b))
    padded_a = (1,) * (axes - len(a)) + a
    padded_b = (1,) * (axes - len(b)) + b
    shape = []
    for size_a, size_b in zip(padded_a, padded_b, strict=True):
        if size_a != size_b and size_a != 1 and size_b != 1:
            raise ValueError(f"shapes {a} and {b} do not fit")
        shape.append(size_b if size_a == 1 else size_a)
    return tuple(shape)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_broadcast_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Shapes with as many axes, and a shorter one beside a longer one.
zipped = "Axes of the longer shape are lost. Python's zip stops at the shorter of the two."
turned = "The sizes are in reverse order."
one = "That is one of the two shapes. On each axis a 1 gives way to the other size."
left = "Shapes are lined up at their last axis: axes of size 1 are added in front, not behind."
cases = [
    ((2, 3), (2, 3), (2, 3), [((3, 2), turned)]),
    ((3, 1), (1, 4), (3, 4), [((4, 3), turned), ((3, 1), one), ((1, 4), one)]),
    ((5, 3), (3,), (5, 3), [((3,), zipped), ((3, 5), turned), ((5,), zipped)]),
    ((3,), (5, 3), (5, 3), [((3,), zipped), ((3, 5), turned)]),
    (
        (4, 1),
        (3,),
        (4, 3),
        [((3,), zipped), ((3, 4), turned), ((3, 1), left), ((4, 1), one)],
    ),
    ((3,), (3, 1), (3, 3), [((3, 1), left), ((3,), zipped)]),
    ((2, 3, 4), (3, 1), (2, 3, 4), [((4, 3, 2), turned), ((3, 4), zipped)]),
]
for a, b, right, mistakes in cases:
    what = f"broadcast_shape({a}, {b})"
    got = checks.call(
        broadcast_shape,
        a,
        b,
        what=what,
        hint="These two fit. Line the shapes up at their last axis, put 1s in front of the shorter "
        "one, then compare.",
        see="01_tensors: Element-wise operations and broadcasting",
    )
    checks.equal(
        got,
        right,
        what,
        mistakes=mistakes,
        hint="Line the shapes up at their last axis; on each axis 1 gives way to the other size.",
        see="01_tensors: Element-wise operations and broadcasting",
    )

# %% nbgrader={"grade": true, "grade_id": "test_broadcast_shape_errors", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Shapes that do not fit. A pair that does fit comes first, or this cell would tell nothing.
checks.equal(
    checks.call(
        broadcast_shape,
        (2, 3),
        (1, 3),
        what="broadcast_shape((2, 3), (1, 3))",
        hint="These two fit: raise only where sizes differ and neither is 1.",
        see="01_tensors: Element-wise operations and broadcasting",
    ),
    (2, 3),
    "broadcast_shape((2, 3), (1, 3))",
    see="01_tensors: Element-wise operations and broadcasting",
)
for a, b, hint in [
    (
        (2,),
        (3,),
        "2 and 3 differ and neither is 1: raise a ValueError; do not return or print.",
    ),
    ((4,), (2,), "4 is a multiple of 2, but broadcasting repeats only axes of size 1."),
    (
        (5, 3),
        (5,),
        "Lined up at the last axis, 3 stands above 5. Only 1s in front are added.",
    ),
    (
        (2, 3),
        (3, 2),
        "The sizes are the same, but their order counts: 3 meets 2, then 2 meets 3.",
    ),
    ((3, 2, 4), (2, 2, 4), "Look at every axis, the first one too."),
    ((2, 4), (2, 3), "Look at every axis, the last one too."),
    (
        (2, 3, 4),
        (2, 1, 5),
        "One axis fits thanks to a 1; that does not help the last one.",
    ),
]:
    for x, y in [(a, b), (b, a)]:
        checks.raises(
            ValueError,
            broadcast_shape,
            x,
            y,
            what=f"broadcast_shape({x}, {y})",
            hint=hint,
            see="01_tensors: Element-wise operations and broadcasting",
        )

# %% nbgrader={"grade": true, "grade_id": "test_broadcast_shape_edges", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The edges of the rules: single numbers, ones, and sizes of 0.
zero = "max(1, 0) is 1, but the rule says: where one size is 1, the result has the other size."
for a, b, right in [
    ((), (), ()),
    ((), (2, 3), (2, 3)),
    ((4,), (), (4,)),
    ((1,), (1, 1), (1, 1)),
    ((0,), (1,), (0,)),
    ((1, 3), (0, 3), (0, 3)),
    ((0, 3), (3,), (0, 3)),
]:
    what = f"broadcast_shape({a}, {b})"
    got = checks.call(
        broadcast_shape,
        a,
        b,
        what=what,
        hint="These two fit by the rules as they stand, also for 0 and for () with no axes.",
        see="01_tensors: Element-wise operations and broadcasting",
    )
    ones = tuple(max(size, 1) for size in right)
    checks.equal(
        got,
        right,
        what,
        mistakes=[(ones, zero)] if 0 in right else [],
        hint="The rules hold for these shapes as they stand.",
        see="01_tensors: Element-wise operations and broadcasting",
    )
checks.raises(
    ValueError,
    broadcast_shape,
    (2, 3),
    (0, 3),
    what="broadcast_shape((2, 3), (0, 3))",
    hint="0 and 2 differ and neither is 1. Only a 1 can be stretched, a 0 cannot.",
    see="01_tensors: Element-wise operations and broadcasting",
)

# %% nbgrader={"grade": true, "grade_id": "test_broadcast_shape_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: many pairs of shapes with up to five axes, both ways round, against NumPy.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
pairs = [
    ((7, 1, 5, 1, 2), (3, 1, 4, 1)),
    ((6, 5, 4, 3), (5, 1, 3)),
    ((8, 1, 6, 1), (7, 1, 5)),
    ((3, 1, 1, 1), (2, 1, 1, 1)),
    ((4, 2, 1, 1, 1), (4, 3, 1, 1, 1)),
]
for _ in range(60):
    a = tuple(int(size) for size in rng.integers(1, 4, size=rng.integers(0, 5)))
    near = [size if rng.random() < 0.55 else 1 for size in a[rng.integers(0, len(a) + 1) :]]
    if near and rng.random() < 0.4:
        near[rng.integers(len(near))] = int(rng.integers(1, 5))
    pairs.append((a, tuple(near)))
for first, second in pairs:
    for a, b in [(first, second), (second, first)]:
        what = f"broadcast_shape({a}, {b})"
        try:
            right = np.broadcast_shapes(a, b)
        except ValueError:
            right = None
        if right is None:
            checks.raises(
                ValueError,
                broadcast_shape,
                a,
                b,
                what=what,
                hint="Two sizes on one axis differ and neither is 1.",
                see="01_tensors: Element-wise operations and broadcasting",
            )
        else:
            got = checks.call(
                broadcast_shape,
                a,
                b,
                what=what,
                hint="These two fit: lined up at the last axis, sizes are equal or one is 1.",
                see="01_tensors: Element-wise operations and broadcasting",
            )
            checks.equal(
                got,
                right,
                what,
                hint="Line the shapes up at their last axis; 1 gives way to the other size.",
                see="01_tensors: Element-wise operations and broadcasting",
            )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: dense (4 points)
#
# The layer that this course will use most takes a batch $X$ with samples in rows, weights $W$ with
# one column for each of its units (the nodes of the lecture; Keras says *units*), and one bias per
# unit, $\mathbf{b}$. It returns
#
# $$f(XW + \mathbf{b})$$
#
# where $f$ is the activation function, applied to each number: either nothing at all (`None`) or
# the ReLU, $\max(z, 0)$.
#
# - `x` has shape `(n, inputs)`, `weights` `(inputs, units)`, `bias` `(units,)`.
# - `activation` is `None` or `"relu"`.
# - The result has shape `(n, units)`, and none of the three arrays is changed.
#
# ```python
# >>> x = np.array([[1.0, 2.0, 3.0]])
# >>> weights = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
# >>> bias = np.array([0.5, 0.5])
# >>> dense(x, weights, bias)
# array([[ 4.5, -0.5]])
# >>> dense(x, weights, bias, "relu")
# array([[4.5, 0. ]])
# ```


# %% nbgrader={"grade": false, "grade_id": "dense", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense(x, weights, bias, activation=None):
    """Compute the output of a dense layer for a batch.

    Parameters
    ----------
    x : ndarray of float, shape (n, inputs)
    weights : ndarray of float, shape (inputs, units)
    bias : ndarray of float, shape (units,)
    activation : None or "relu"

    Returns
    -------
    ndarray of float, shape (n, units)
    """
    ### BEGIN SOLUTION
    output = x @ weights + bias
    if activation == "relu":
        output = np.maximum(output, 0)
    return output
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dense", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two samples, two inputs, two units, no activation: numbers you can follow on paper.
x = np.array([[1.0, 2.0], [3.0, -1.0]])
weights = np.array([[2.0, 0.0], [1.0, -3.0]])
bias = np.array([10.5, -1.0])
checks.close(
    checks.call(dense, x.copy(), weights.copy(), bias.copy(), what="dense(x, weights, bias)"),
    [[14.5, -7.0], [15.5, 2.0]],
    "dense(x, weights, bias)",
    mistakes=[
        ([[4.0, -6.0], [5.0, 3.0]], "The bias is missing."),
        (
            [[12.5, -6.0], [16.5, 5.0]],
            "You used the transpose of the weights. Each unit has a column of weights: output j "
            "is the dot product of a row of x with column j.",
        ),
        ([[12.5, -1.0], [13.5, 2.0]], "You multiplied element by element: no dot product."),
        ([[14.5, 4.5], [4.0, 2.0]], "The bias went down the samples. Each unit has its own."),
        (
            [[25.0, -8.0], [26.0, 1.0]],
            "The bias was added once per input. Add it once, after the sum.",
        ),
        ([[14.5, 15.5], [-7.0, 2.0]], "Samples became columns. Keep them in rows."),
        ([[14, -7], [15, 2]], "Decimals were cut: your result array holds whole numbers."),
    ],
    hint="Output j of a sample is the dot product of its row of x with column j of the weights, "
    "plus bias j.",
    see="01_tensors: A dense layer from scratch",
)

# %% nbgrader={"grade": true, "grade_id": "test_dense_relu", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The same layer with ReLU.
x = np.array([[1.0, 2.0], [3.0, -1.0]])
weights = np.array([[2.0, 0.0], [1.0, -3.0]])
bias = np.array([10.0, -1.0])
what = 'dense(x, weights, bias, "relu")'
checks.close(
    checks.call(
        dense,
        x.copy(),
        weights.copy(),
        bias.copy(),
        "relu",
        what=what,
        hint="np.max takes the maximum of an array and wants an axis as its second argument; "
        "np.maximum compares two arrays element by element.",
        see="01_tensors: A dense layer from scratch",
    ),
    [[14.0, 0.0], [15.0, 2.0]],
    what,
    mistakes=[
        ([[14.0, -7.0], [15.0, 2.0]], 'Nothing was done for activation="relu".'),
        ([[14.0, -1.0], [15.0, 2.0]], "The ReLU comes last, after the bias has been added."),
        (
            [15.0, 2.0],
            "np.max(z, 0) is the maximum along axis 0; np.maximum(z, 0) compares each "
            "number with 0.",
        ),
        ([14.0, 15.0, 2.0], "A mask drops entries; ReLU keeps them as 0."),
        ([[14.0, 7.0], [15.0, 2.0]], "Negative numbers become 0; their sign is not just dropped."),
        (
            [[1.0, 0.0], [1.0, 1.0]],
            "Only 0 and 1 are left. ReLU returns the positive numbers themselves, without a limit.",
        ),
    ],
    hint="x times weights plus bias, then max(z, 0) of each number. If the check without "
    "activation fails as well, begin there.",
    see="01_tensors: A dense layer from scratch",
)

# %% nbgrader={"grade": true, "grade_id": "test_dense_properties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What must hold for any layer, here of 6 inputs and 4 units, without activation.
rng = np.random.default_rng(4)
x, weights, bias = rng.normal(size=(5, 6)), rng.normal(size=(6, 4)), rng.normal(size=4)
given = [x.copy(), weights.copy(), bias.copy()]
output = checks.call(
    dense,
    *given,
    what="dense on x (5, 6), weights (6, 4), bias (4,)",
    hint="x has 6 columns and weights 6 rows: these two axes belong together. The bias has "
    "one entry per column of the output.",
    see="01_tensors: A dense layer from scratch",
)
checks.shape(
    output,
    (5, 4),
    "the output for 5 samples and 4 units",
    hint="One row per sample, one column per unit.",
    see="01_tensors: A dense layer from scratch",
)
for before, after, name in zip([x, weights, bias], given, ["x", "weights", "bias"], strict=True):
    checks.unchanged(before, after, name, see="01_tensors: Shape, dtype and axes")
# rtol and atol here and below: sums of float32 numbers of size 1 agree to about 1e-6.
output = np.asarray(output)
checks.close(
    checks.call(dense, x[2:3].copy(), weights.copy(), bias.copy(), what="dense on one sample"),
    output[2:3],
    "the output for sample 2 alone (expected: its row in the batch)",
    rtol=1e-4,
    atol=1e-5,
    hint="Samples must not influence each other.",
    see="01_tensors: A dense layer from scratch",
)
checks.close(
    checks.call(dense, x.copy(), np.zeros((6, 4)), bias.copy(), what="dense with zero weights"),
    [bias] * 5,
    "the output with all weights 0",
    rtol=1e-4,
    atol=1e-5,
    mistakes=[(np.maximum([bias] * 5, 0), "A ReLU was applied, but activation is None here.")],
    hint="With weights 0 only the bias is left, the same for every sample.",
    see="01_tensors: A dense layer from scratch",
)
checks.close(
    checks.call(dense, x.copy(), np.eye(6), np.zeros(6), what="dense with identity weights"),
    x,
    "the output with the identity matrix as weights and bias 0",
    rtol=1e-4,
    atol=1e-5,
    mistakes=[(np.maximum(x, 0), "A ReLU was applied, but activation is None here.")],
    hint="With these weights unit j copies input j.",
    see="01_tensors: A dense layer from scratch",
)

# %% nbgrader={"grade": true, "grade_id": "test_dense_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: layers of many sizes with and without ReLU, and real digits in float32.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(5)
pixels = digits.reshape(len(digits), -1).astype("float32") / np.float32(255)
layers = [
    (rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k))
    for n, d, k in [(1, 1, 1), (6, 4, 3), (3, 3, 3), (2, 7, 7), (1, 5, 8), (9, 2, 1)]
]
glorot = np.sqrt(6 / (784 + 32))
layers.append(
    (
        pixels[:64],
        rng.uniform(-glorot, glorot, size=(784, 32)).astype("float32"),
        rng.normal(size=32).astype("float32"),
    )
)
for x, weights, bias in layers:
    exact = [array.astype("float64") for array in (x, weights, bias)]
    z = exact[0] @ exact[1] + exact[2]
    for activation in [None, "relu"]:
        what = f"dense on x {x.shape}, weights {weights.shape}, activation {activation!r}"
        given = [x.copy(), weights.copy(), bias.copy()]
        got = checks.call(
            dense,
            *given,
            activation,
            what=what,
            hint="The columns of x and the rows of weights belong together; one bias per unit.",
            see="01_tensors: A dense layer from scratch",
        )
        mistakes = [(z - exact[2], "The bias is missing.")]
        if np.any(z < 0):
            relu = np.maximum(z, 0)
            mistakes += [(relu, "Apply the ReLU only when asked.")] if activation is None else []
            mistakes += [(z, "The ReLU is missing.")] if activation else []
        if activation and np.any(z != z.clip(0, 1)) and np.any(z > 1):
            mistakes += [(z.clip(0, 1), "The ReLU has no upper limit.")]
        # Calibrated on 784 inputs and 30 seeds: float32 sums in several orders are off by at most
        # 4e-6, a fourteenth of what is allowed here; a lost bias is off by about 1.
        checks.close(
            got,
            np.maximum(z, 0) if activation else z,
            what,
            rtol=1e-4,
            atol=1e-5,
            mistakes=mistakes,
            hint="f(x times weights plus bias), with one bias per unit.",
            see="01_tensors: A dense layer from scratch",
        )
        for before, after, name in zip(
            [x, weights, bias], given, ["x", "weights", "bias"], strict=True
        ):
            checks.unchanged(before, after, name, see="01_tensors: Shape, dtype and axes")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: compose (3 points)
#
# Without its activation, a dense layer is an affine map: it turns and stretches space (the
# weights), then shifts it (the bias). Do that twice, and the result is again one affine map.
# Compute it: given two layers, return the one layer that does what the first and then the second
# do, for every `x`.
#
# - `first` is a pair `(weights, bias)` with shapes `(inputs, hidden)` and `(hidden,)`; `second` is
#   such a pair with shapes `(hidden, outputs)` and `(outputs,)`. They are used as in task 4:
#   `x @ weights + bias`.
# - The result is a pair `(weights, bias)` with shapes `(inputs, outputs)` and `(outputs,)`. The
#   given arrays stay as they were.
#
# ```python
# >>> shift_right = (np.eye(2), np.array([3.0, 0.0]))
# >>> quarter_turn = (np.array([[0.0, 1.0], [-1.0, 0.0]]), np.zeros(2))
# >>> compose(shift_right, quarter_turn)
# (array([[ 0.,  1.],
#        [-1.,  0.]]), array([0., 3.]))
# ```
#
# A shift to the right and then a quarter turn to the left is the same as the turn first and a
# shift *upwards* after it.


# %% nbgrader={"grade": false, "grade_id": "compose", "locked": false, "schema_version": 3, "solution": true, "task": false}
def compose(first, second):
    """Merge two affine layers into one.

    Parameters
    ----------
    first : (ndarray of float, shape (inputs, hidden), ndarray of float, shape (hidden,))
        Weights and bias of the layer that comes first.
    second : (ndarray of float, shape (hidden, outputs), ndarray of float, shape (outputs,))
        Weights and bias of the layer that comes second.

    Returns
    -------
    (ndarray of float, shape (inputs, outputs), ndarray of float, shape (outputs,))
        Weights and bias of the one layer that equals both.
    """
    ### BEGIN SOLUTION
    first_weights, first_bias = first
    second_weights, second_bias = second
    # (x @ W1 + b1) @ W2 + b2 = x @ (W1 @ W2) + (b1 @ W2 + b2)
    return first_weights @ second_weights, first_bias @ second_weights + second_bias
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_compose", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The weights of the merged layer.
first = (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0]))
second = (np.array([[0.0, 1.0], [3.0, 0.0]]), np.array([5.0, -2.0]))
merged = checks.call(compose, first, second, what="compose(first, second)")
checks.that(
    isinstance(merged, tuple | list) and len(merged) == 2,
    "compose must return two arrays, weights and bias.",
    hint="`return weights, bias` makes a pair.",
    see="01_tensors: What a layer does to space",
)
checks.close(
    merged[0],
    [[6.0, 1.0], [3.0, 0.0]],
    "the weights of compose(first, second)",
    mistakes=[
        (
            [[0.0, 1.0], [3.0, 6.0]],
            "These are the weights for the second layer first. Write out (x @ W1 + b1) @ W2 + b2: "
            "W1 stands to the left of W2.",
        ),
        ([[0.0, 2.0], [0.0, 0.0]], "You multiplied element by element. Use the matrix product."),
        ([[1.0, 3.0], [3.0, 1.0]], "You added the weights. One layer after the other multiplies."),
        ([[0.0, 3.0], [1.0, 6.0]], "That is a transposed product. Nothing needs a transpose here."),
        ([2.0, -1.0], "Return the weights first, then the bias."),
    ],
    hint="Multiply out (x @ W1 + b1) @ W2 + b2. What stands behind x?",
    see="01_tensors: What a layer does to space",
)

# %% nbgrader={"grade": true, "grade_id": "test_compose_bias", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The bias of the merged layer. What was given must stay as it was.
first = (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0]))
second = (np.array([[0.0, 1.0], [3.0, 0.0]]), np.array([5.0, -2.0]))
merged = checks.call(compose, first, second, what="compose(first, second)")
checks.that(
    isinstance(merged, tuple | list) and len(merged) == 2,
    "compose must return two arrays, weights and bias.",
    hint="`return weights, bias` makes a pair.",
    see="01_tensors: What a layer does to space",
)
reread = "01_tensors: Shape, dtype and axes"
checks.unchanged([[1, 2], [0, 1]], first[0], "first[0]", see=reread)
checks.unchanged([1, -1], first[1], "first[1]", see=reread)
checks.unchanged([[0, 1], [3, 0]], second[0], "second[0]", see=reread)
checks.unchanged([5, -2], second[1], "second[1]", see=reread)
checks.close(
    merged[1],
    [2.0, -1.0],
    "the bias of compose(first, second)",
    mistakes=[
        (
            [6.0, -3.0],
            "You added the two biases. The first one passes through the second layer's weights "
            "before the second is added.",
        ),
        ([5.0, -2.0], "The first bias is missing. It passes through the second layer."),
        ([-3.0, 1.0], "The second bias is missing."),
        ([4.0, 1.0], "W2 @ b1 takes b1 for a column. Rows stand on the left: b1 @ W2."),
        ([-9.0, 6.0], "Only the first bias passes through W2; the second is added after it."),
        ([[2.0, -1.0]], "The bias has one axis, (2,): return a vector, not a matrix."),
    ],
    hint="Set x to 0 in (x @ W1 + b1) @ W2 + b2. What is left?",
    see="01_tensors: What a layer does to space",
)

# %% nbgrader={"grade": true, "grade_id": "test_compose_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: layers of many sizes, the same points sent both ways, three layers in a row.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(6)
for inputs, hidden, outputs in [
    (2, 2, 2),
    (3, 5, 2),
    (1, 4, 1),
    (6, 1, 3),
    (4, 4, 4),
    (7, 3, 9),
]:
    what = f"compose(layer {inputs} to {hidden}, layer {hidden} to {outputs})"
    first = (rng.normal(size=(inputs, hidden)), -np.abs(rng.normal(size=hidden)))
    second = (rng.normal(size=(hidden, outputs)), rng.normal(size=outputs))
    third = (rng.normal(size=(outputs, 2)), rng.normal(size=2))
    given = (
        tuple(array.copy() for array in first),
        tuple(array.copy() for array in second),
    )
    merged = checks.call(
        compose,
        *given,
        what=what,
        hint="The layers need not be square. Nothing needs a transpose.",
        see="01_tensors: What a layer does to space",
    )
    checks.that(
        isinstance(merged, tuple | list) and len(merged) == 2,
        "compose must return two arrays, weights and bias.",
        see="01_tensors: What a layer does to space",
    )
    for index, right, name in [
        (0, (inputs, outputs), "weights"),
        (1, (outputs,), "bias"),
    ]:
        checks.shape(
            merged[index],
            right,
            f"the {name} of {what}",
            hint="The merged layer has the inputs of the first and the outputs of the second.",
            see="01_tensors: What a layer does to space",
        )
    x = rng.normal(size=(4, inputs))
    (w1, b1), (w2, b2) = first, second
    mistakes = [
        (x @ w1 @ w2 + b2, "The first bias is missing."),
        (x @ w1 @ w2 + b1 @ w2, "The second bias is missing."),
        (
            x @ w1 @ w2 + np.maximum(b1, 0) @ w2 + b2,
            "A ReLU was applied to the first bias. There is no activation here.",
        ),
    ]
    if inputs == hidden == outputs:
        mistakes += [
            (x @ w2 @ w1 + b2 @ w1 + b1, "This is the second layer first."),
            (x @ w2 @ w1 + b1 @ w2 + b2, "W1 stands to the left of W2."),
            (x @ w1 @ w2 + w2 @ b1 + b2, "W2 @ b1 takes b1 for a column: b1 @ W2."),
            (x @ w1 @ w2 + b1 + b2, "The first bias passes through the second layer."),
        ]
    # Sums of at most 9 products of numbers of size 1, two layers deep: in float32 the error
    # stays below 1e-5. A lost bias is off by about 1.
    checks.close(
        x @ np.asarray(merged[0]) + np.asarray(merged[1]),
        (x @ w1 + b1) @ w2 + b2,
        f"four points sent through {what}",
        rtol=1e-4,
        atol=2e-5,
        mistakes=mistakes,
        hint="The merged layer must do for every x what the two do one after the other.",
        see="01_tensors: What a layer does to space",
    )
    for layer, copy, name in [(first, given[0], "first"), (second, given[1], "second")]:
        for index in [0, 1]:
            checks.unchanged(
                layer[index],
                copy[index],
                f"{name}[{index}]",
                see="01_tensors: Shape, dtype and axes",
            )
    # What came back may be lists or tensors; compose is promised arrays.
    merged = np.asarray(merged[0]), np.asarray(merged[1])
    later = checks.call(compose, second, third, what=what)
    later = np.asarray(later[0]), np.asarray(later[1])
    left = checks.call(compose, merged, third, what="compose of the result and a third layer")
    right = checks.call(compose, first, later, what="compose of three layers")
    for index, name in enumerate(["weights", "bias"]):
        checks.close(
            left[index],
            np.asarray(right[index]),
            f"the {name} of three layers, merged from the left and from the right",
            rtol=1e-4,
            atol=1e-4,
            hint="However three layers are merged, the result does the same.",
            see="01_tensors: What a layer does to space",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: explain_cost (3 points)
#
# A dense layer takes images of 28 × 28 pixels to 512 units with ReLU. It works in float32, in
# batches of 128 images. Answer in a few sentences each, and show how you got your numbers:
#
# 1. *(1 point)* How many numbers does the layer learn, and how many bytes do they take? What happens
#    to both if the batch is made twice as large, and why?
# 2. *(1 point)* How many multiplications does the matrix product take for one batch? Compare that
#    with the work of adding the bias and applying the ReLU. What happens to these numbers if the
#    batch is made twice as large?
# 3. *(1 point)* Suppose somebody drops the ReLU. Then they put a second dense layer of 512 units
#    behind the first, also without activation, "to make the network more powerful". What does the
#    second layer cost, in parameters and in multiplications per batch? Which functions can the two
#    layers compute that the one layer without ReLU cannot, and why?
#
# Each part is marked in quarters of a point: for the right numbers with the way to them, and for the
# reasons. A slip in arithmetic on a right way that you show costs nothing.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_cost", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# 1. One weight for each pair of pixel and unit, 784 × 512 = 401,408, and one bias per unit, 512:
#    together 401,920 numbers. A float32 takes 4 bytes, so 1,607,680 bytes, about 1.6 MB. Neither
#    depends on the batch: every image meets the same weights. (What does grow is the memory for the
#    batch and for its 128 × 512 outputs.)
# 2. Each of the 128 × 512 outputs is a dot product of length 784: 128 × 512 × 784 = 51,380,224,
#    about 51 million multiplications (and about as many additions). Bias and ReLU take one
#    operation each for each output, together 2 × 128 × 512 = 131,072: about a quarter of a per
#    cent. The matrix product is practically all of the work. With a batch twice as large all of
#    these double; the work for each image stays the same.
# 3. The second layer has 512 × 512 + 512 = 262,656 more numbers to learn, about 1.05 MB, and takes
#    128 × 512 × 512 = 33,554,432, about 34 million, more multiplications for each batch. There is
#    no function that only the two can compute: (x W1 + b1) W2 + b2 = x (W1 W2) + (b1 W2 + b2), which
#    is one affine layer from 784 to 512, and the one layer without ReLU can be any of these. A
#    non-linear function between the layers, such as the ReLU, is what makes the second layer worth
#    its cost.
#
# **Rubric** (a slip in arithmetic on a right way that is shown costs nothing)
#
# - Part 1: 401,920 (0.25), 1.6 MB or 4 bytes times their own number (0.25), both stay the same,
#   with a reason (0.5). Leaving out the biases loses only the first 0.25.
# - Part 2: 51 million or the product that gives it (0.5), bias and ReLU far below one per cent, by
#   their own numbers (0.25), everything doubles (0.25). Counting additions too (about 103 million
#   operations) is right if said so.
# - Part 3: the cost, 262,656 and 33.6 million or the products that give them (0.25 for both; leaving
#   out the biases costs nothing here), no new functions (0.25), the reason: two affine maps are one,
#   by formula or in words (0.5). "It will over-fit" or "it is
#   slower" is no reason.
