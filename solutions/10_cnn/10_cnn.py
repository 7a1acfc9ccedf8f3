# %% [markdown]
# # Exercise 10. Convolutional networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/10_cnn/10_cnn.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/10_cnn/10_cnn.ipynb)
#
# *90 minutes, 20 points. Prerequisites: [lecture 10](../../lectures/10_cnn.ipynb). NumPy is all you
# need; everything here runs in a second on any computer.*
#
# You write what a convolutional network does on its way forward: a filter that slides along a
# sequence, filters that slide over an image with channels, and pooling. Then you do the arithmetic of
# anybody who designs one: how large is the next map, and which pixels does a number see? At the end
# you read a filter of a network that judges film reviews.
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

# %% [markdown]
# ## Task 1: conv1d (3 points)
#
# A filter lies on the first numbers of a sequence, multiplies, adds, and moves on. Write
# `conv1d(x, w, stride=1, padding="valid")` for a sequence `x` of shape `(n,)` and a filter `w` of
# shape `(k,)`. The result has shape `(n_out,)`; output number `i` belongs to the window that starts
# `i * stride` further right than the first one. As in Keras, the filter is *not* turned round.
#
# - `"valid"`: every window lies wholly on the sequence. The first starts at index 0. Here `n >= k`.
# - `"same"`: zeros are put around the sequence, just as many as the last of `ceil(n / stride)`
#   windows needs: `total = max((ceil(n / stride) - 1) * stride + k - n, 0)` zeros, `total // 2` of
#   them on the left and the rest on the right. Here `k` may be larger than `n`.
#
# `x` may hold whole numbers while `w` holds fractions. Both stay as they were.
#
# ```python
# >>> x, w = np.array([0.0, 3.0, 4.0, 5.0]), np.array([1.0, 2.0])
# >>> conv1d(x, w)
# array([ 6., 11., 14.])
# >>> conv1d(x, w, 2)
# array([ 6., 14.])
# >>> conv1d(x, w, 1, "same")
# array([ 6., 11., 14.,  5.])
# ```
#
# The last one has one zero on the right: 5 · 1 + 0 · 2 = 5.


# %% nbgrader={"grade": false, "grade_id": "conv1d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1d(x, w, stride=1, padding="valid"):
    """Slide a filter along a sequence (cross-correlation, as in Keras).

    Parameters
    ----------
    x : ndarray of numbers, shape (n,)
        The sequence. Left unchanged.
    w : ndarray of float, shape (k,)
        The filter. Left unchanged.
    stride : int, at least 1
        How far the window moves.
    padding : "valid" or "same"
        "valid" for no zeros; "same" for as many as give ceil(n / stride) outputs, with
        the odd one on the right.

    Returns
    -------
    ndarray of float, shape (n_out,)
    """
    ### BEGIN SOLUTION
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    starts = range(0, len(x) - k + 1, stride)
    return np.array([x[start : start + k] @ w for start in starts])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv1d", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Without padding: seven numbers, a filter of three, and strides of 1, 2 and 3.
x, w = np.array([1.0, 0.0, 2.0, 5.0, 3.0, 4.0, 7.0]), np.array([1.0, -1.0, 2.0])
every = np.array([5.0, 8.0, 3.0, 10.0, 13.0])
turned = np.array([4.0, 3.0, 2.0, 11.0, 9.0])
hanging = np.array([2.0, -1.0, 5.0, 8.0, 3.0, 10.0, 13.0, -3.0, 7.0])
for stride in [1, 2, 3]:
    what = f"conv1d(x, w, {stride}) with 7 numbers and a filter of 3"
    right, given_x, given_w = every[::stride], x.copy(), w.copy()
    got = checks.call(
        conv1d,
        given_x,
        given_w,
        stride,
        what=what,
        hint="The last window starts at n - k, or it would hang over the end.",
        see="10_cnn: Sliding a filter along a sequence",
    )
    checks.unchanged(x, given_x, "x", see="10_cnn: Sliding a filter along a sequence")
    checks.unchanged(w, given_w, "w", see="10_cnn: Sliding a filter along a sequence")
    checks.close(
        got,
        right,
        what,
        mistakes=[
            (turned[::stride], "The filter is turned round, as np.convolve does. Keras does not."),
            (every, "The stride is missing: you moved the window by 1 each time."),
            (
                every[: len(right)],
                "The number of outputs is right, but window i starts at i * stride, not at i.",
            ),
            (right[:-1], "The last window is missing: the last possible start is n - k itself."),
            (hanging[::stride], "Your windows hang over both ends. valid means: wholly inside."),
            (hanging[2::stride], "Your last windows hang over the end. valid: wholly inside."),
            (right / 3, "Add the products up; do not take their mean."),
            (right.sum(), "One number for each place: you added over the places as well."),
            (right[:, None], "The result has one axis, (n_out,), not two."),
            (right[None, :], "The result has one axis, (n_out,), not two."),
        ],
        hint="Output i is the sum of x[i * stride + j] * w[j] over the k places j of the filter.",
        see="10_cnn: Sliding a filter along a sequence",
    )

whole, half = np.array([1, 2, 3, 4]), np.array([0.5, 0.25])
checks.close(
    checks.call(
        conv1d,
        whole,
        half,
        what="conv1d of whole numbers with a filter of fractions",
        see="10_cnn: Sliding a filter along a sequence",
    ),
    [1.0, 1.75, 2.5],
    "conv1d of whole numbers with a filter of fractions",
    mistakes=[
        (
            [1, 1, 2],
            "The fractions are cut off: np.zeros_like(x) and dtype=x.dtype make an array of "
            "whole numbers if x is one. np.zeros(n_out) holds fractions.",
        )
    ],
    hint="The result is an array of float, whatever x holds.",
    see="10_cnn: Sliding a filter along a sequence",
)

# %% nbgrader={"grade": true, "grade_id": "test_conv1d_same", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# "same": six numbers, filters of three, two and four, some strides, and a filter longer than x.
x = np.array([1.0, 0.0, 2.0, 5.0, 3.0, 4.0])
other_side = "The odd zero goes to the right: total // 2 on the left, the rest on the right."
slices = (
    "With this stride fewer zeros are needed: total depends on the stride. You padded as for "
    "stride 1."
)
no_stride = "You moved the window by 1: the stride counts with padding, too."
one_side = "All zeros are on one side. Half of them go to the left, total // 2."
for sequence, w, stride, expected, mistakes in [
    (
        x,
        [1.0, -1.0, 2.0],
        1,
        [-1.0, 5.0, 8.0, 3.0, 10.0, -1.0],
        [
            ([5.0, 8.0, 3.0, 10.0], 'That is "valid": the zeros are missing.'),
            ([5.0, 8.0, 3.0, 10.0, -1.0, 4.0], one_side),
            ([2.0, -1.0, 5.0, 8.0, 3.0, 10.0], one_side),
            ([0.0, 5.0, 8.0, 3.0, 10.0, 7.0], "You repeated the outer numbers. Put zeros there."),
            ([-1.0, 4.0, 3.0, 2.0, 11.0, 2.0], "The filter is turned round. Keras does not."),
            (
                [0.0, 5.0, 8.0, 3.0, 10.0, 0.0],
                "The zeros go around x, not around the result, and no ReLU follows.",
            ),
            ([5.0, 8.0, 3.0, 10.0, 0.0, 0.0], "The zeros go around x, not around the result."),
            ([2.0, -1.0, 5.0, 8.0, 3.0, 10.0, -1.0, 4.0], "Too many zeros: k - 1 in all here."),
        ],
    ),
    (
        x,
        [1.0, 2.0],
        1,
        [1.0, 4.0, 12.0, 11.0, 11.0, 4.0],
        [
            ([2, 1, 4, 12, 11, 11], other_side),
            (
                [1, 4, 12, 11, 11],
                "As many zeros on each side only does for odd filters. One is missing.",
            ),
            (
                [2, 1, 4, 12, 11, 11, 4],
                "As many zeros on each side only does for odd filters. One is too many.",
            ),
        ],
    ),
    (
        x,
        [1.0, -1.0, 2.0],
        2,
        [5.0, 3.0, -1.0],
        [
            ([-1.0, 8.0, 10.0], slices),
            ([5.0, 3.0], 'That is "valid": the zeros are missing.'),
            ([5.0, 8.0, 3.0, 10.0, -1.0], no_stride),
            ([-1.0, 5.0, 8.0, 3.0, 10.0, -1.0], no_stride),
            ([5.0, 8.0, 3.0], "The number is right, but window i starts at i * stride, not at i."),
        ],
    ),
    (
        x,
        [1.0, 2.0],
        3,
        [1.0, 11.0],
        [([2.0, 12.0], slices)],
    ),
    (
        x,
        [1.0, 0.0, 0.0, 1.0],
        1,
        [2.0, 6.0, 3.0, 6.0, 5.0, 3.0],
        [
            ([0, 2, 6, 3, 6, 5], other_side),
            ([6, 3, 6, 5, 3, 4], one_side),
            ([1, 0, 2, 6, 3, 6], one_side),
            (
                [2, 6, 3, 6, 5],
                "As many zeros on each side only does for odd filters. One is missing.",
            ),
        ],
    ),
    (x[:2], [1.0, 2.0, 3.0, 4.0, 5.0], 1, [3.0, 2.0], []),
]:
    w = np.array(w)
    what = f'conv1d(x, w, {stride}, "same"), {len(sequence)} numbers, filter of {len(w)}'
    given = sequence.copy()
    got = checks.call(
        conv1d,
        given,
        w,
        stride,
        "same",
        what=what,
        hint='With "same" there are ceil(n / stride) windows on the padded sequence, and the '
        "number of zeros is never negative: max(..., 0).",
        see="10_cnn: Stride, padding and channels",
    )
    checks.unchanged(sequence, given, "x", see="10_cnn: Stride, padding and channels")
    checks.close(
        got,
        expected,
        what,
        mistakes=mistakes,
        hint="Count the zeros by hand: the first window starts total // 2 before the sequence.",
        see="10_cnn: Stride, padding and channels",
    )

# %% nbgrader={"grade": true, "grade_id": "test_conv1d_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: sequences of 1 to 40 numbers, filters of 1 to 9, strides up to 7, both paddings,
# against sums taken one by one; that the result shifts with x, and that it is linear in x.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(10)
for n, k, stride in [
    (1, 1, 1),
    (9, 9, 1),
    (9, 2, 2),
    (10, 3, 2),
    (11, 4, 3),
    (40, 9, 5),
    (12, 1, 4),
    (13, 6, 1),
    (20, 5, 4),
    (7, 3, 7),
    (8, 7, 2),
]:
    for padding in ["valid", "same"]:
        what = f'conv1d(x, w, {stride}, "{padding}") with {n} numbers and a filter of {k}'
        x, w = rng.normal(size=n), rng.normal(size=k)
        places, left = (n - k) // stride + 1, 0
        if padding == "same":
            places = (n + stride - 1) // stride
            left = max((places - 1) * stride + k - n, 0) // 2
        expected = np.zeros(places)
        for i in range(places):
            for j in range(k):
                at = i * stride + j - left
                if 0 <= at < n:
                    expected[i] += x[at] * w[j]
        given_x, given_w = x.copy(), w.copy()
        got = checks.call(conv1d, given_x, given_w, stride, padding, what=what)
        checks.unchanged(x, given_x, "x")
        checks.unchanged(w, given_w, "w")
        # sums of at most nine products of order 1: float32 is good to 1e-6
        checks.close(
            got,
            expected,
            what,
            rtol=1e-5,
            atol=1e-5,
            hint="Compare window by window with a sum that you take by hand.",
            see="10_cnn: Stride, padding and channels",
        )
for padding in ["valid", "same"]:
    signal, w = np.zeros(30), rng.normal(size=5)
    signal[8:20] = rng.normal(size=12)
    plain = checks.call(conv1d, signal, w, 1, padding, what="conv1d")
    moved = checks.call(conv1d, np.roll(signal, 3), w, 1, padding, what="conv1d")
    checks.close(
        moved,
        np.roll(np.asarray(plain), 3),
        "conv1d of a sequence shifted by 3 (expected: its result shifted by 3)",
        rtol=1e-5,
        atol=1e-5,
        hint="The same weights at every place: the result must shift with the sequence.",
        see="10_cnn: Translation equivariance",
    )
    other = rng.normal(size=30)
    third = checks.call(conv1d, other, w, 1, padding, what="conv1d")
    both = checks.call(conv1d, 2 * signal - 3 * other, w, 1, padding, what="conv1d")
    checks.close(
        both,
        2 * np.asarray(plain) - 3 * np.asarray(third),
        "conv1d of 2 * x - 3 * y (expected: the same mix of the two results)",
        rtol=1e-4,
        atol=1e-4,
        hint="Products and sums alone: nothing is cut off, squared or made positive.",
        see="10_cnn: Translation equivariance",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: conv2d (4 points)
#
# An image has rows, columns and channels, and a layer has several filters. Write
# `conv2d(x, w, b, stride=1)` without padding:
#
# - `x` has shape `(height, width, channels)`,
# - `w` has shape `(k_height, k_width, channels, filters)`, as Keras stores it. Images and filters
#   need not be square, and no filter is larger than the image.
# - `b` has shape `(filters,)`: one bias for each filter.
# - The result has shape `(rows, columns, filters)`. Entry `[i, j, f]` is `b[f]` plus the sum, over
#   the window whose upper left corner is at row `i * stride`, column `j * stride` and over *all*
#   channels, of the products with filter `f`. The filter is not turned round.
#
# The arguments stay as they were.
#
# ```python
# >>> x = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]).reshape(2, 3, 1)
# >>> w = np.array([[1.0, 0.0], [0.0, 1.0]]).reshape(2, 2, 1, 1)
# >>> z = conv2d(x, w, np.array([5.0]))
# >>> z.shape
# (1, 2, 1)
# >>> z[..., 0]
# array([[ 7., 10.]])
# ```
#
# The first window holds 1, 2 and 0, 1; the filter takes the upper left and the lower right number:
# 1 + 1, and 5 of bias.


# %% nbgrader={"grade": false, "grade_id": "conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d(x, w, b, stride=1):
    """Slide filters over an image with channels (cross-correlation, no padding).

    Parameters
    ----------
    x : ndarray of float, shape (height, width, channels)
    w : ndarray of float, shape (k_height, k_width, channels, filters)
    b : ndarray of float, shape (filters,)
        One bias for each filter.
    stride : int, at least 1
        How far the window moves, down and across.

    Returns
    -------
    ndarray of float, shape (rows, columns, filters)
    """
    ### BEGIN SOLUTION
    down, across, _, filters = w.shape
    rows = (x.shape[0] - down) // stride + 1
    columns = (x.shape[1] - across) // stride + 1
    z = np.zeros((rows, columns, filters))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = x[top : top + down, left : left + across]
            z[i, j] = np.tensordot(window, w, axes=3) + b
    return z
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv2d", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One channel, one filter: a grey image of 3 × 4, a filter of 2 × 2, a bias of 10, two strides.
x = np.array([[1.0, 2.0, 0.0, 1.0], [0.0, 1.0, 3.0, 2.0], [2.0, 1.0, 0.0, 1.0]])[..., None]
w, b = np.array([[1.0, -1.0], [2.0, 0.0]]).reshape(2, 2, 1, 1), np.array([10.0])
sums = np.array([[-1.0, 4.0, 5.0], [3.0, 0.0, 1.0]])
turned = np.array([[5.0, 2.0, 1.0], [1.0, 5.0, 5.0]])
mirrored = np.array([[5.0, 1.0, -1.0], [0.0, 6.0, 7.0]])
for stride in [1, 2]:
    what = f"conv2d(x, w, b, {stride}), a 3 × 4 image and a 2 × 2 filter"
    right = 10 + sums[::stride, ::stride, None]
    given = [x.copy(), w.copy(), b.copy()]
    got = checks.call(
        conv2d,
        *given,
        stride,
        what=what,
        hint="x has the axes row, column, channel; w has row, column, channel, filter.",
        see="10_cnn: Filters over images",
    )
    for before, after, name in zip([x, w, b], given, "xwb", strict=True):
        checks.unchanged(before, after, name, see="10_cnn: Filters over images")
    checks.close(
        got,
        right,
        what,
        mistakes=[
            (right - 10, "The bias is missing: each sum gets b[f] once."),
            (right + 30, "The bias came in once for each pixel of the window. Add it once."),
            (
                10 + turned[::stride, ::stride, None],
                "The filter is turned round, as in a mathematician's convolution. Keras does not.",
            ),
            (
                10 + mirrored[::stride, ::stride, None],
                "Rows and columns of the filter are swapped: w[u, v] goes with x[i + u, j + v].",
            ),
            (10 + sums[..., None], "The stride is missing."),
            (
                10 + sums[: right.shape[0], : right.shape[1], None],
                "The size is right, but the windows start at i * stride and j * stride.",
            ),
            (right[..., 0], "The axis of the filters is missing. It stays, even for one filter."),
            (right[None], "There is no batch here: the result is (rows, columns, filters)."),
            (10 + (right - 10) / 4, "Add the products up; do not take their mean."),
            (right.swapaxes(0, 1), "Rows and columns of the result are swapped."),
            (right[:-1, :-1], "The last row and column are missing: + 1 in their number."),
            (right[:, :2], "Count rows and columns apart: images need not be square."),
            (right[:, :1], "Count rows and columns apart: images need not be square."),
            (10 + sums[::stride, :, None], "The stride is missing on the way across."),
            (10 + sums[:, ::stride, None], "The stride is missing on the way down."),
        ],
        hint="Multiply window and filter entry by entry, add everything up, add b[f] once.",
        see="10_cnn: Filters over images",
    )

# %% nbgrader={"grade": true, "grade_id": "test_conv2d_channels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Channels and filters. A 1 × 1 filter mixes the channels of each pixel: a dense layer for pixels.
rng = np.random.default_rng(1)
x, w, b = rng.normal(size=(3, 4, 3)), rng.normal(size=(1, 1, 3, 2)), rng.normal(size=2)
what = "conv2d of an image (3, 4, 3) with 1 × 1 filters (1, 1, 3, 2)"
mix = x @ w[0, 0]
got = checks.call(
    conv2d,
    x,
    w,
    b,
    what=what,
    hint="w[..., f] is filter f, with the axes row, column, channel: those of a window of x.",
    see="10_cnn: Filters over images",
)
checks.close(
    got,
    mix + b,
    what,
    mistakes=[
        (mix, "The biases are missing."),
        (mix + b[0], "Filter f gets its own bias b[f]; you gave all the first one."),
        (mix + b.sum(), "Filter f gets its own bias b[f], not the sum of them all."),
        (mix + 3 * b, "The bias came in once for each channel. Add it once."),
        (mix / 3 + b, "Add over the channels; you took their mean."),
        (x[..., :1] * w[0, 0, 0] + b, "Only the first channel was used. Add over all of them."),
        (
            x.sum(axis=2, keepdims=True) * w[0, 0].sum(axis=0) + b,
            "You added the channels of x and those of w apart. Each channel has its own weights: "
            "multiply first, then add.",
        ),
        (
            x.sum(axis=2, keepdims=True) * w[0, 0, 0] + b,
            "You added the channels before multiplying. Each channel has weights of its own.",
        ),
        (np.sum(mix + b, axis=2), "You added over the filters. Each makes a map of its own."),
        (
            np.sum(mix + b, axis=2, keepdims=True),
            "You added over the filters. Each makes a map of its own.",
        ),
        (np.moveaxis(mix + b, 2, 0), "The filters are the last axis of the result."),
        ((mix + b)[..., :1], "Only the first filter was used."),
    ],
    hint="Each filter adds over all channels, and has one bias. The matrix of a 1 × 1 filter is "
    "w[0, 0], of shape (channels, filters).",
    see="10_cnn: Filters over images",
)

# A filter that is 1 at one place and in one channel, else 0, picks that number of each window.
x, w = rng.normal(size=(4, 6, 2)), np.zeros((2, 3, 2, 3))
picks = [(0, 0, 0), (1, 2, 1), (0, 2, 0)]
for f, (u, v, c) in enumerate(picks):
    w[u, v, c, f] = 1
got = checks.call(
    conv2d,
    x,
    w,
    np.zeros(3),
    what="conv2d of an image (4, 6, 2) with filters of 2 × 3, (2, 3, 2, 3)",
    hint="Windows are as high as w.shape[0] and as wide as w.shape[1].",
    see="10_cnn: Filters over images",
)
checks.shape(
    got,
    (3, 4, 3),
    "conv2d of an image (4, 6, 2) with filters of 2 × 3, (2, 3, 2, 3)",
    hint="A 2 × 3 window has 4 - 2 + 1 places down and 6 - 3 + 1 across, for each of 3 filters.",
    see="10_cnn: Stride, padding and channels",
)
for f, (u, v, c) in enumerate(picks):
    checks.close(
        np.asarray(got)[..., f],
        x[u : u + 3, v : v + 4, c],
        f"the map of a filter that is 1 at [{u}, {v}] in channel {c}",
        mistakes=[
            (
                x[1 - u : 4 - u, 2 - v : 6 - v, c],
                "The filter is turned round: w[u, v] goes with x[i + u, j + v].",
            ),
            (
                x[u : u + 3, v : v + 4, 1 - c],
                "The channels are mixed up: weight c belongs to channel c of the image.",
            ),
        ],
        hint="This filter picks x[i + u, j + v, c] of each window. For a matrix product, bring each "
        "window into the order of w first: row, column, channel.",
        see="10_cnn: Filters over images",
    )

# %% nbgrader={"grade": true, "grade_id": "test_conv2d_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: images, filters, channels and strides of many sizes, against sums taken one by
# one; that maps shift with the image, are linear in it, and that a black image gives the bias.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(20)
for (height, width), (down, across), channels, filters, stride in [
    ((5, 5), (3, 3), 1, 1, 1),
    ((6, 4), (2, 3), 3, 2, 1),
    ((4, 7), (3, 2), 2, 5, 2),
    ((8, 8), (3, 3), 4, 4, 2),
    ((7, 9), (1, 4), 3, 3, 3),
    ((3, 5), (3, 5), 2, 6, 1),
    ((5, 8), (5, 1), 1, 3, 2),
    ((9, 6), (2, 2), 5, 1, 4),
]:
    x, b = rng.normal(size=(height, width, channels)), rng.normal(size=filters)
    w = rng.normal(size=(down, across, channels, filters))
    what = f"conv2d of x {x.shape} with w {w.shape}, stride {stride}"
    rows, columns = (height - down) // stride + 1, (width - across) // stride + 1
    expected = np.zeros((rows, columns, filters))
    for i, j, f in np.ndindex(rows, columns, filters):
        for u, v, c in np.ndindex(down, across, channels):
            expected[i, j, f] += x[i * stride + u, j * stride + v, c] * w[u, v, c, f]
    given = [x.copy(), w.copy(), b.copy()]
    got = checks.call(conv2d, *given, stride, what=what)
    for before, after, name in zip([x, w, b], given, "xwb", strict=True):
        checks.unchanged(before, after, name)
    # sums of at most 36 products of order 1: float32 is good to 1e-5
    checks.close(
        got,
        expected + b,
        what,
        rtol=1e-4,
        atol=5e-5,
        mistakes=[(expected, "The biases are missing.")],
        hint="Compare one entry with a sum that you take by hand: window, channels, bias.",
        see="10_cnn: Filters over images",
    )
w, b = rng.normal(size=(3, 3, 2, 4)), rng.normal(size=4)
photo, other = np.zeros((14, 15, 2)), rng.normal(size=(14, 15, 2))
photo[4:8, 4:9] = rng.normal(size=(4, 5, 2))
plain = np.asarray(checks.call(conv2d, photo, w, b, what="conv2d"))
for shift in [(1, 0), (0, 2), (2, 3)]:
    moved = checks.call(conv2d, np.roll(photo, shift, axis=(0, 1)), w, b, what="conv2d")
    checks.close(
        moved,
        np.roll(plain, shift, axis=(0, 1)),
        f"conv2d of an image shifted by {shift} (expected: the maps shifted)",
        rtol=1e-4,
        atol=5e-5,
        hint="The same filter at every place: maps shift with the image.",
        see="10_cnn: Translation equivariance",
    )
zeros = np.zeros(4)
parts = [np.asarray(checks.call(conv2d, a, w, zeros, what="conv2d")) for a in (photo, other)]
mixed = checks.call(conv2d, 2 * photo - 3 * other, w, zeros, what="conv2d")
checks.close(
    mixed,
    2 * parts[0] - 3 * parts[1],
    "conv2d of 2 * x - 3 * y without bias (expected: the same mix of the maps)",
    rtol=1e-4,
    atol=2e-4,
    hint="Products and sums alone: nothing is cut off, squared or made positive.",
    see="10_cnn: Translation equivariance",
)
black = checks.call(conv2d, np.zeros((5, 6, 2)), w, b, what="conv2d of a black image")
checks.close(
    black,
    np.broadcast_to(b, (3, 4, 4)),
    "conv2d of a black image",
    hint="Only the biases are left, one for each filter.",
    see="10_cnn: Filters over images",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: max_pool (3 points)
#
# "Is it here, roughly?" Write `max_pool(x, size=2, stride=None)`. `x` has shape
# `(height, width, channels)`; a window of `size` × `size` moves by `stride`, and by `size` if
# `stride` is `None`. Of each window and in each channel by itself the largest number stays. Windows
# lie wholly on the image: rows and columns that fill no window are left out. With a stride below
# the size windows overlap, with one above it there are gaps. The result has shape
# `(rows, columns, channels)`; `x` stays as it was.
#
# ```python
# >>> x = np.array([[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 7.0]]).reshape(2, 4, 1)
# >>> max_pool(x)[..., 0]
# array([[5., 9.]])
# >>> max_pool(x, 2, 1)[..., 0]
# array([[5., 9., 9.]])
# ```


# %% nbgrader={"grade": false, "grade_id": "max_pool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_pool(x, size=2, stride=None):
    """Keep the largest number of each window, in each channel.

    Parameters
    ----------
    x : ndarray of float, shape (height, width, channels)
        Left unchanged.
    size : int
        Height and width of the window, at most those of the image.
    stride : int, optional
        How far the window moves, down and across; `size` if it is None.

    Returns
    -------
    ndarray of float, shape (rows, columns, channels)
    """
    ### BEGIN SOLUTION
    stride = size if stride is None else stride
    rows, columns = ((n - size) // stride + 1 for n in x.shape[:2])
    pooled = np.zeros((rows, columns, x.shape[2]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            pooled[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return pooled
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_max_pool", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Windows of 2 × 2: negative numbers, two channels, and an image with an odd row and column.
one = [[1.0, -2.0, 3.0, 0.0], [4.5, -1.0, -5.0, 2.0], [-7.0, -3.0, -1.0, -4.0], [-2.0, -9, -6, -8]]
one = np.array(one)
x = np.stack([one, -one], axis=-1)
given = x.copy()
got = checks.call(
    max_pool,
    given,
    what="max_pool(x) of an image (4, 4, 2)",
    hint="x has the axes row, column, channel. max(axis=(0, 1)) of a window leaves its channels.",
    see="10_cnn: Pooling and receptive fields",
)
checks.unchanged(x, given, "x", see="10_cnn: Pooling and receptive fields")
largest = np.array([[[4.5, 2.0], [3.0, 5.0]], [[-2.0, 9.0], [-1.0, 8.0]]])
smallest = -largest[..., ::-1]
overlapping = [[[4.5, 2.0], [3.0, 5.0], [3.0, 5.0]], [[4.5, 7.0], [-1.0, 5.0], [2.0, 5.0]]]
overlapping += [[[-2.0, 9.0], [-1.0, 9.0], [-1.0, 8.0]]]
means = np.array([[0.625, 0.0], [-5.25, -4.75]])
checks.close(
    got,
    largest,
    "max_pool(x) of an image (4, 4, 2)",
    mistakes=[
        (np.stack([means, -means], axis=-1), "That is average pooling. Take the largest number."),
        (np.maximum(largest, 0), "Negative numbers became 0. A window may be negative throughout."),
        (smallest, "That is the smallest number of each window."),
        (
            np.trunc(largest),
            "The fractions are cut off: an array of dtype int cannot hold them.",
        ),
        (
            np.where(-smallest > largest, smallest, largest),
            "You compare absolute values. The largest of -7, -3, -2, -9 is -2.",
        ),
        (largest.max(axis=2), "The largest over all channels. Each channel is pooled by itself."),
        (
            largest.max(axis=2, keepdims=True),
            "The largest over all channels. Each channel is pooled by itself.",
        ),
        (
            np.broadcast_to(largest.max(axis=2, keepdims=True), (2, 2, 2)),
            "The largest over all channels. Each channel is pooled by itself.",
        ),
        (x[::2, ::2], "You kept the upper left number of each window."),
        (overlapping, "The stride is 1. If it is None, the window moves by its size."),
        (largest[:-1, :-1], "The last windows are missing: one starts at n - size."),
        (
            x.reshape(2, 2, 4, 2).max(axis=2),
            "reshape takes numbers row by row, so a group of four is no square. Split the rows "
            "and the columns each into groups: (2, 2, 2, 2, channels).",
        ),
        (largest[..., 0], "Only the first channel is there."),
        (np.moveaxis(largest, 2, 0), "The channels are the last axis of the result."),
        (x.max(axis=(0, 1)), "That is global pooling: one number for a whole channel."),
        (
            np.full((2, 2, 2), [4.5, 9.0]),
            "Each window got the largest number of its whole channel.",
        ),
    ],
    hint="Take the window x[top : top + size, left : left + size], and its largest number.",
    see="10_cnn: Pooling and receptive fields",
)

x = np.arange(35.0).reshape(5, 7, 1)
inside = np.array([[8.0, 10.0, 12.0], [22.0, 24.0, 26.0]])
outside = np.array([[8.0, 10, 12, 13], [22, 24, 26, 27], [29, 31, 33, 34]])
checks.close(
    checks.call(
        max_pool,
        x,
        what="max_pool(x) of an image (5, 7, 1)",
        hint="The last row and column fill no window of 2 × 2. Leave them out.",
        see="10_cnn: Pooling and receptive fields",
    ),
    inside[..., None],
    "max_pool(x) of an image (5, 7, 1)",
    mistakes=[
        (outside[..., None], "Windows hang over the edge. What fills no window is left out."),
        (inside[:, :-1, None], "Count rows and columns apart: here more windows fit across."),
        (inside[:-1, :-1, None], "The last windows are missing: (n - size) // stride + 1 fit."),
        (inside, "The axis of the channels is missing. It stays, even for one channel."),
    ],
    hint="Whole windows only: two down and three across.",
    see="10_cnn: Pooling and receptive fields",
)

# %% nbgrader={"grade": true, "grade_id": "test_max_pool_stride", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Another size, windows that overlap, and windows with gaps, on a ramp that rises or falls.
ramp = np.arange(25.0).reshape(5, 5, 1)
for size, stride, rising, falling in [
    (3, None, [[12.0]], [[0.0]]),
    (3, 2, [[12.0, 14.0], [22.0, 24.0]], [[0.0, -2.0], [-10.0, -12.0]]),
    (4, 1, [[18.0, 19.0], [23.0, 24.0]], [[0.0, -1.0], [-5.0, -6.0]]),
    (2, 3, [[6.0, 9.0], [21.0, 24.0]], [[0.0, -3.0], [-15.0, -18.0]]),
    (1, 4, [[0.0, 4.0], [20.0, 24.0]], [[0.0, -4.0], [-20.0, -24.0]]),
]:
    for x, expected, name in [(ramp, rising, "rising"), (-ramp, falling, "falling")]:
        what = f"max_pool(x, {size}, {stride}) of a {name} ramp, 5 × 5"
        got = checks.call(
            max_pool,
            x,
            size,
            stride,
            what=what,
            hint="With stride None the window moves by its size; else by the stride given.",
            see="10_cnn: Pooling and receptive fields",
        )
        if size == 3 and stride == 2:
            swapped = [[6.0]] if name == "rising" else [[0.0]]
            small = [[6.0, 8], [16, 18]] if name == "rising" else [[0.0, -2], [-10, -12]]
            by_size = [[12.0]] if name == "rising" else [[0.0]]
            mistakes = [
                (
                    np.array(by_size)[..., None],
                    "The stride was not used (or the last windows are missing).",
                ),
                (np.array(small)[..., None], "The window has `size` rows, not `stride` rows."),
                (np.array(swapped)[..., None], "Size and stride are swapped."),
            ]
        else:
            mistakes = []
        checks.close(
            got,
            np.array(expected)[..., None],
            what,
            mistakes=mistakes,
            hint="A window starts at every i * stride with i * stride + size <= height.",
            see="10_cnn: Pooling and receptive fields",
        )

# %% nbgrader={"grade": true, "grade_id": "test_max_pool_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: images, channels, sizes and strides of many kinds, against windows searched one
# by one; what a shift by the stride does, and what adding a constant does.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(30)
for (height, width), channels, size, stride in [
    ((1, 1), 1, 1, None),
    ((6, 6), 1, 2, None),
    ((5, 8), 3, 2, None),
    ((7, 4), 2, 3, None),
    ((8, 3), 4, 3, 1),
    ((9, 9), 2, 3, 2),
    ((6, 11), 3, 2, 4),
    ((4, 4), 5, 4, None),
    ((10, 5), 1, 5, 3),
]:
    x = rng.normal(-2, 1, (height, width, channels))
    step = stride or size
    rows, columns = (height - size) // step + 1, (width - size) // step + 1
    expected = np.full((rows, columns, channels), -np.inf)
    for i, j, c in np.ndindex(rows, columns, channels):
        for u, v in np.ndindex(size, size):
            expected[i, j, c] = max(expected[i, j, c], x[i * step + u, j * step + v, c])
    what = f"max_pool(x, {size}, {stride}) of x {x.shape}"
    given = x.copy()
    got = checks.call(max_pool, given, size, stride, what=what)
    checks.unchanged(x, given, "x")
    checks.close(
        got,
        expected,
        what,
        rtol=1e-6,
        atol=1e-6,  # nothing is calculated: float32 rounds the numbers themselves
        hint="Whole windows only, each channel by itself, and negative numbers are numbers.",
        see="10_cnn: Pooling and receptive fields",
    )
    higher = checks.call(max_pool, x - 7, size, stride, what=what)
    checks.close(
        higher,
        expected - 7,
        f"{what}, all numbers less by 7 (expected: the result less by 7)",
        atol=1e-6,
        see="10_cnn: Pooling and receptive fields",
    )
image = np.zeros((16, 18, 2))
image[4:9, 3:10] = rng.uniform(1, 2, (5, 7, 2))
for size, stride in [(2, None), (3, 2), (3, None), (2, 1)]:
    step = stride or size
    plain = np.asarray(checks.call(max_pool, image, size, stride, what="max_pool"))
    moved = np.asarray(
        checks.call(max_pool, np.roll(image, step, axis=1), size, stride, what="max_pool")
    )
    checks.close(
        moved[:, 1:],
        plain[:, :-1],
        f"max_pool of size {size} on an image shifted by its stride (expected: a shift by one)",
        rtol=1e-6,
        hint="A shift by the stride moves the map by one place.",
        see="10_cnn: Translation equivariance",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: output_size (3 points)
#
# Before anybody trains a network, its sizes have to fit. Write
# `output_size(n, k, stride=1, padding="valid")`: how many places a window of `k` has on `n` numbers.
# `padding` is one of
#
# - `"valid"`: no zeros,
# - `"same"`: as many zeros as Keras adds, so that there are `ceil(n / stride)` places,
# - a whole number `p`, at least 0: `p` zeros on *each* side.
#
# All numbers are at least 1 (`p` at least 0). Where the window is longer than the padded sequence it
# has no place at all: the answer is then 0. The result is an `int`.
#
# ```python
# >>> output_size(28, 3)
# 26
# >>> output_size(28, 3, 2, "same")
# 14
# >>> output_size(28, 5, 2, 2)
# 14
# ```


# %% nbgrader={"grade": false, "grade_id": "output_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_size(n, k, stride=1, padding="valid"):
    """Return how many places a window has on a sequence.

    Parameters
    ----------
    n : int
        Length of the sequence: height or width of an image.
    k : int
        Length of the window.
    stride : int
        How far the window moves.
    padding : "valid", "same" or int
        No zeros; as many as Keras adds for "same"; or this many zeros on each side.

    Returns
    -------
    int
        0 where the window fits nowhere.
    """
    ### BEGIN SOLUTION
    if padding == "same":
        return (n + stride - 1) // stride
    zeros = 0 if padding == "valid" else 2 * padding
    return max((n + zeros - k) // stride + 1, 0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_output_size", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# "valid" and "same", for windows that fit.
for n, k, stride, valid, same in [
    (28, 5, 1, 24, 28),
    (28, 3, 2, 13, 14),
    (7, 3, 2, 3, 4),
    (10, 1, 3, 4, 4),
    (10, 10, 1, 1, 10),
    (10, 4, 5, 2, 2),
    (9, 4, 3, 2, 3),
    (224, 7, 2, 109, 112),
]:
    for padding, expected in [("valid", valid), ("same", same)]:
        what = f'output_size({n}, {k}, {stride}, "{padding}")'
        got = checks.call(
            output_size,
            n,
            k,
            stride,
            padding,
            what=what,
            hint='padding is the text "valid" or "same", or a whole number.',
            see="10_cnn: Stride, padding and channels",
        )
        mistakes = [
            (
                (n - k + 1) // stride,
                "The first place needs no step: divide n - k by the stride first, then add 1.",
            ),
            (
                (n - k) // stride,
                "Places are counted, not steps between them: the one at 0 counts, too.",
            ),
            (n - k + 1, "The stride is missing."),
            (-(-(n - k) // stride) + 1, "Round down: a window that hangs over the end is none."),
            ((n - k) / stride + 1, "A part of a place is none: round down, with //."),
        ]
        if padding == "same":
            half = (n + 2 * ((k - 1) // 2) - k) // stride + 1
            more = (n + 2 * (k // 2) - k) // stride + 1
            mistakes = [
                (n, 'The size stays only with stride 1. "same" gives ceil(n / stride).'),
                (n // stride, "Round up: -(-n // stride), or math.ceil(n / stride)."),
                (n / stride, "Round up: -(-n // stride), or math.ceil(n / stride)."),
                (half, "(k - 1) // 2 zeros on each side are too few for an even window."),
                (more, "k // 2 zeros on each side are too many for an even window."),
                (valid, 'That is "valid".'),
            ]
        checks.equal(
            got,
            expected,
            what,
            mistakes=mistakes,
            hint="Write down where the windows start: 0, stride, 2 * stride, ... Count them.",
            see="10_cnn: Stride, padding and channels",
        )
        checks.that(
            isinstance(got, int | np.integer),
            f"{what} is {got!r}, and not an int: a layer cannot have a part of a place.",
            hint="`//` divides whole numbers and gives a whole number; `/` gives a float.",
            see="10_cnn: Stride, padding and channels",
        )

# %% nbgrader={"grade": true, "grade_id": "test_output_size_padding", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A number of zeros on each side, and windows that fit nowhere.
for n, k, stride, padding, expected in [
    (28, 5, 1, 2, 28),
    (28, 3, 2, 1, 14),
    (32, 11, 4, 2, 7),
    (28, 5, 2, 0, 12),
    (6, 3, 1, 5, 14),
    (5, 7, 1, 1, 1),
    (5, 7, 1, 0, 0),
    (5, 7, 1, "valid", 0),
    (4, 5, 2, "valid", 0),
    (2, 9, 3, "valid", 0),
    (1, 7, 2, 2, 0),
    (5, 7, 2, "same", 3),
]:
    name = f'"{padding}"' if isinstance(padding, str) else padding
    what = f"output_size({n}, {k}, {stride}, {name})"
    got = checks.call(
        output_size,
        n,
        k,
        stride,
        padding,
        what=what,
        hint="padding may be a text or a number: ask for the texts first.",
        see="10_cnn: Stride, padding and channels",
    )
    p = 0 if isinstance(padding, str) else padding
    mistakes = [
        (
            (n + 2 * p - k + 1) // stride,
            "The first place needs no step: divide by the stride first, then add 1.",
        ),
        ((n + p - k) // stride + 1, "p zeros on each side are 2 * p in all."),
        (n + 2 * p - k + 1, "The stride is missing."),
        ((n + 2 * p - k) / stride + 1, "A part of a place is none: round down, with //."),
        (-(-(n + 2 * p - k) // stride) + 1, "Round down: a window that hangs over is none."),
        (round((n + 2 * p - k) / stride) + 1, "Round down with //; do not round to the nearest."),
        ((n - k) // stride + 1, "The zeros are missing: they make the sequence 2 * p longer."),
        ((n + 2 * p - k) // stride, "+ 1: the place at the very start counts, too."),
    ]
    if padding == "same":
        mistakes = [
            (n, 'The size stays only with stride 1. "same" gives ceil(n / stride).'),
            (0, '"same" adds zeros until the window fits: ceil(n / stride) places.'),
            (2, "Round up: -(-n // stride), or math.ceil(n / stride)."),
            (2.5, "Round up: -(-n // stride), or math.ceil(n / stride)."),
        ]
    elif expected == 0:
        mistakes = [
            (
                (n + 2 * p - k) // stride + 1,
                "A number of places is never negative: 0 where the window does not fit.",
            ),
            (
                int((n + 2 * p - k) / stride) + 1,
                "int(...) cuts towards zero: int(-0.5) is 0. `//` rounds down, and a window that "
                "does not fit has 0 places.",
            ),
            (1, "The window is longer than the sequence: it has no place, not one."),
        ]
    checks.equal(
        got,
        expected,
        what,
        mistakes=mistakes,
        hint="n + 2 * p numbers in all. The last start is n + 2 * p - k, if that is not negative.",
        see="10_cnn: Stride, padding and channels",
    )

# %% nbgrader={"grade": true, "grade_id": "test_output_size_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: all n up to 20, windows up to 9, strides up to 5 and paddings up to 3, against
# starts counted one by one.
### BEGIN HIDDEN TESTS
for n in range(1, 21):
    for k, stride in [(1, 1), (2, 1), (3, 1), (1, 3), (2, 2), (3, 2), (4, 3), (5, 5), (9, 4)]:
        for padding in ["valid", "same", 0, 1, 3]:
            if padding == "same":
                expected = len(range(0, n, stride))
            else:
                longer = n + (0 if padding == "valid" else 2 * padding)
                expected = sum(start + k <= longer for start in range(0, longer, stride))
            name = f'"{padding}"' if isinstance(padding, str) else padding
            what = f"output_size({n}, {k}, {stride}, {name})"
            got = checks.call(output_size, n, k, stride, padding, what=what)
            checks.equal(
                got,
                expected,
                what,
                hint="Count the starts 0, stride, 2 * stride, ... whose window still fits.",
                see="10_cnn: Stride, padding and channels",
            )
            checks.that(isinstance(got, int | np.integer), f"{what} is {got!r}, and not an int.")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: receptive_field (3 points)
#
# A number deep in the network says "sleeve". Which pixels has it seen? Write
# `receptive_field(stack, i=0)` for a stack of convolutions and pooling layers along one axis, all
# without padding. `stack` is a list with a pair `(k, stride)` for each layer, from the input upwards;
# it may be empty. Return `(first, last)`: the indices of the first and of the last input that number
# `i` of the *last* layer depends on, both counted from 0. How long the input is does not matter here.
#
# ```python
# >>> receptive_field([(3, 1), (3, 1)])
# (0, 4)
# >>> receptive_field([(2, 2)], 3)
# (6, 7)
# ```
#
# Two filters of three see five inputs: 0 to 4. Number 3 behind 2 × 2 pooling sees the fourth pair.


# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(stack, i=0):
    """Return the first and the last input that a number of the last layer depends on.

    Parameters
    ----------
    stack : list of (int, int)
        Window and stride of each layer, the one next to the input first. No padding.
    i : int, at least 0
        Index of the number in the last layer.

    Returns
    -------
    (int, int)
        Indices of the first and the last input, the last one included.
    """
    ### BEGIN SOLUTION
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return i * distance, i * distance + width - 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_receptive_field", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# What number 0 sees: the width of the field.
no_stride = "The strides below a layer spread its window: neighbours lie their product apart."
own_stride = (
    "A layer's own stride does not widen its own window. It spreads those of the layers above: "
    "multiply the distance by it after adding."
)
from_above = "The list starts at the input: the first pair is the lowest layer."
included = "`last` is the last input that counts, not the one behind it."
for stack, last, mistakes in [
    ([(3, 1)], 2, []),
    ([], 0, []),
    ([(3, 1), (3, 1)], 4, [(5, "The two windows share inputs: each adds k - 1, not k.")]),
    ([(1, 1), (1, 4)], 0, []),
    ([(3, 2)], 2, [(4, own_stride)]),
    ([(3, 1), (3, 2)], 4, [(6, from_above)]),
    ([(3, 2), (3, 1)], 6, [(4, no_stride), (8, own_stride)]),
    (
        [(5, 2), (2, 2), (3, 1)],
        14,
        [
            (7, no_stride),
            (20, own_stride),
            (10, "The distances multiply: 2 * 2, not the last 2."),
            (12, "Strides multiply; you added them: 2 * 2 = 4 inputs lie between neighbours."),
        ],
    ),
    ([(7, 4), (3, 1), (3, 1)], 22, [(10, no_stride), (34, own_stride)]),
]:
    what = f"receptive_field({stack})"
    given = list(stack)
    got = checks.call(
        receptive_field,
        given,
        what=what,
        hint="`for k, stride in stack` takes the pairs apart. An empty stack has none.",
        see="10_cnn: Pooling and receptive fields",
    )
    checks.equal(
        given,
        stack,
        "the list that you were given, after the call,",
        hint="pop, append and reverse change the caller's list. Go through it, or copy it first.",
    )
    more = [
        (last + 1, included),
        (last // 2, "It is not centred: it starts at 0 and ends at width - 1."),
    ]
    if not stack:
        more = [(1, included), (-1, "With no layer, number 0 is input 0 itself: (0, 0).")]
    checks.equal(
        got,
        (0, last),
        what,
        mistakes=[
            *[((0, wrong), advice) for wrong, advice in [*mistakes, *more]],
            ((-(last // 2), last // 2), "It is not centred: without padding it starts at 0."),
            (last + 1, "That is the width. Return the first and the last index."),
            ((last + 1, 1), "That is width and distance. Return the first and the last index."),
            ((last, 0), "The first comes first."),
        ],
        hint="Draw the layers as rows of dots and follow the lines down to the input.",
        see="10_cnn: Pooling and receptive fields",
    )

# %% nbgrader={"grade": true, "grade_id": "test_receptive_field_place", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other numbers than the first: where the field lies.
from_above = "The list starts at the input: the first pair is the lowest layer."
for stack, i, first, last, distance in [
    ([(3, 1)], 5, 5, 7, 1),
    ([(2, 2)], 3, 6, 7, 2),
    ([(2, 2), (2, 2)], 2, 8, 11, 4),
    ([(3, 2), (3, 1)], 1, 2, 8, 2),
    ([(3, 1), (3, 2)], 4, 8, 12, 2),
    ([(5, 2), (2, 2), (3, 1)], 3, 12, 26, 4),
    ([(2, 5)], 2, 10, 11, 5),
]:
    what = f"receptive_field({stack}, {i})"
    got = checks.call(
        receptive_field, stack, i, what=what, see="10_cnn: Pooling and receptive fields"
    )
    width = last - first
    checks.equal(
        got,
        (first, last),
        what,
        mistakes=[
            ((0, width), "i is not used: that is the field of number 0."),
            ((i, i + width), "Neighbours in the last layer lie further apart: strides multiply."),
            (
                (i * (width + 1), i * (width + 1) + width),
                "Fields overlap or leave gaps: they start a product of strides apart, not a width.",
            ),
            (
                (first, last + 1),
                "`last` is the last input that counts, not the one behind it, and a layer's own "
                "stride does not widen its own window.",
            ),
            *([((first, width), "`last` moves with i, too.")] if distance == 1 else []),
            *([((2, 6), from_above)] if stack == [(3, 2), (3, 1)] else []),
            (
                (first, first + sum(k - 1 for k, _ in stack)),
                "The strides below a layer spread its window: neighbours lie their product apart.",
            ),
            (
                (first - distance, last - distance),
                "Too early: i is counted from 0, and without padding the field starts at its "
                "first input and is not centred on it.",
            ),
            (
                (first - (width + 1) // 2, first + (width + 1) // 2),
                "Without padding the field starts at its first input and is not centred on it.",
            ),
        ],
        hint="Where does the field of number 1 start, and where that of number 2? By how much does "
        "it move each time?",
        see="10_cnn: Pooling and receptive fields",
    )

# %% nbgrader={"grade": true, "grade_id": "test_receptive_field_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: stacks of one to eight layers with windows of 1 to 10 and strides of 1 to 3, and
# numbers up to 50, against paths followed down one by one.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(50)
for depth in [1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8]:
    # a window is at least as large as its stride here: every input in between counts
    strides = rng.integers(1, 4 if depth < 5 else 3, depth)
    stack = [(int(s + rng.integers(0, 8 if depth < 4 else 3)), int(s)) for s in strides]
    for i in [0, 1, 7, 50]:
        seen = {i}
        for k, stride in reversed(stack):
            seen = {at * stride + j for at in seen for j in range(k)}
        what = f"receptive_field({stack}, {i})"
        got = checks.call(receptive_field, list(stack), i, what=what)
        checks.equal(
            got,
            (min(seen), max(seen)),
            what,
            hint="Go down from number i: it sees the numbers i * stride to i * stride + k - 1 of "
            "the layer below.",
            see="10_cnn: Pooling and receptive fields",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: explain_filter (4 points)
#
# A network judges film reviews. Words become vectors, filters over three words slide along the
# review, a ReLU follows, and global max pooling keeps one number of each filter. Each of these numbers
# times a weight is added to the score; a positive score means a good review. One of the filters has
# the weight -0.8.
#
# Before its ReLU, a filter only adds: one dot product for each of its three places, and the bias,
# here -1.0. So for each word you can tell what it brings at each place (numbers made simple for this
# exercise):
#
# | word | place 1 | place 2 | place 3 | | word | place 1 | place 2 | place 3 |
# |---|---|---|---|---|---|---|---|---|
# | not | 1.6 | 0.2 | 0.1 | | bad | 0.1 | 0.9 | 0.3 |
# | never | 1.5 | 0.1 | 0.0 | | good | 0.0 | 0.8 | 0.2 |
# | was | 0.2 | 0.1 | 0.1 | | worth | 0.1 | 1.1 | 0.2 |
# | all | 0.0 | 0.1 | 0.3 | | watching | 0.0 | 0.2 | 0.4 |
# | at | 0.1 | 0.0 | 0.2 | | film | 0.0 | 0.1 | 0.1 |
#
# A colleague asked the filter which trigrams of the reviews that it was *trained* on excite it most,
# and got "not worth watching", "never worth watching", "not bad at", "not good at". "Read the
# network's mind!", the colleague says, "it understands negation." Answer in a few sentences each:
#
# 1. *(1 point)* What comes out behind the ReLU for "not worth watching", "all worth watching", "not
#    bad at" and "was not bad"? What kind of trigram does the filter look for, and which of its places
#    does most (in the table: where do the words differ most)? Say which of your numbers show it.
# 2. *(1 point)* Review A is "was not bad at all". Review B is "not worth watching film not worth
#    watching". By how much does the filter change the score of each? What does max pooling make of the
#    repetition in B, and what goes wrong with A, and why?
# 3. *(1 point)* Another colleague looks at the filter's weights, 3 places × 50 embedding dimensions,
#    finds the largest at each place in dimensions 14, 4 and 36, and reads the words with these
#    numbers: "this the they". What is wrong with that? Why will this method never find "watching",
#    word number 149?
# 4. *(1 point)* Does the list of four trigrams show that the network understands negation? Name two
#    things that speak against it or are not tested, and for each an experiment that would test it.
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_filter", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# 1. "not worth watching": 1.6 + 1.1 + 0.4 - 1.0 = 2.1. "all worth watching": 0.0 + 1.1 + 0.4 - 1.0 =
#    0.5. "not bad at": 1.6 + 0.9 + 0.2 - 1.0 = 1.7. "was not bad": 0.2 + 0.2 + 0.3 - 1.0 = -0.3, and 0
#    behind the ReLU. The filter looks for a "not" or "never" that is followed at once by a word of
#    judgement. Place 1 does most: the words differ by up to 1.6 there, by 1.1 at place 2 and 0.4 at
#    place 3, and exchanging "not" for "all" takes 1.6 of 2.1 away. Inside the window the place
#    matters: the same "not" and "bad" one place later give 0.
# 2. A has the windows "was not bad" (0), "not bad at" (1.7) and "bad at all" (0.1 + 0.0 + 0.3 - 1.0 <
#    0, so 0). The largest is 1.7, and the score changes by -0.8 · 1.7 = -1.36. In B "not worth
#    watching" gives 2.1 twice and nothing gives more, so the score changes by -0.8 · 2.1 = -1.68. Max
#    pooling keeps one number: the second time adds nothing, and where it stood is forgotten. A is mild
#    praise and is pushed towards bad nearly as much as B. The filter adds what each place brings:
#    "not" brings its 1.6 whatever follows, and "bad" and "good" bring nearly the same (0.9 and 0.8).
#    So "not bad" and "not good" look alike to it.
# 3. The index of a weight counts the dimensions of the embedding, not words. A dimension belongs to all
#    words and no word is its own dimension. Such an index is below 50, so the method only ever finds
#    words with numbers below 50, which are the most frequent ones; 149 cannot come out. Right is to
#    take the filter's products with whole word vectors, or to let it read real trigrams and rank
#    them by what comes out.
# 4. No. The list shows four phrases that excite one filter. (a) They come from training reviews, which
#    the filter may have learnt by heart: rank the trigrams of reviews that it has not seen. (b) "not"
#    alone might do it: exchange one word at a time, "not bad at" against "not good at", and see
#    whether the output follows the meaning. It hardly changes (1.7 and 1.6). (c) Four phrases may be
#    rare: take the 50 unseen reviews that excite it most, and count the good ones. (d) A negation further
#    away than two words is outside the window: try "not a film that is good".
#
# **Rubric**
#
# - Part 1: the four numbers 2.1, 0.5, 1.7 and 0 (0.5; one error costs 0.25, and -0.3 for 0 is one);
#   negation followed by a judgement (0.25); place 1 does most, shown by the table's differences, by
#   "not" against "all", or by "was not bad" (0.25).
# - Part 2: -1.36 and -1.68 (0.25); the repetition adds nothing, because only the largest counts (0.25);
#   A is praise and pushed towards bad (0.25), because contributions are added and "bad" and "good"
#   bring about the same behind "not" (0.25). A score of -3.36 for B means that the pooling was taken for
#   a sum and loses the first two.
# - Part 3: the index counts dimensions, not words (0.25), and a dimension is shared by all words (0.25);
#   the index stays below 50 (0.25); what to do instead: products with word vectors or real trigrams
#   ranked (0.25).
# - Part 4: two objections (0.25 each), each with an experiment that could come out either way (0.25
#   each). "Needs more data" or "look at more filters" without saying what would be measured is none.
