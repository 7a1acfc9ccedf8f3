# %% [markdown]
# # Exercise 11. Recurrent networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/11_rnn/11_rnn.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/11_rnn/11_rnn.ipynb)
#
# *90 minutes, 20 points. Prerequisites: [lecture 11](../../lectures/11_rnn.ipynb). NumPy is all you
# need; everything here runs in a second on any computer.*
#
# You write what recurrent networks do: an LSTM's step with weights that come from another library,
# reading a batch of sequences some of whose steps are not real, the way back through an unrolled cell,
# and drawing the next letter with a temperature. At the end you find out what a net can remember.
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
from scipy.special import expit as sigmoid  # of numbers and of arrays; yours to use

# %% [markdown]
# ## Task 1: lstm_step (5 points)
#
# You are given a trained LSTM as an ONNX file, a format in which libraries exchange networks. Its
# weights are laid out otherwise than in Keras, so the lecture's function does not fit. (ONNX has two
# biases for each number; here they are added up already.) Write `lstm_step(x, h, c, W, U, b)`, one step
# of this LSTM for a batch of `n` samples:
#
# - `x` has shape `(n, d)`: the inputs of this step, samples in rows.
# - `h` and `c` have shape `(n, m)`: the old hidden state and the old cell state of `m` units.
# - `W` has shape `(4 * m, d)`, `U` has shape `(4 * m, m)`, `b` has shape `(4 * m,)`: one *row* for
#   each number to compute. Number `k` of sample `s` is `W[k] @ x[s] + U[k] @ h[s] + b[k]`. The rows
#   come in four blocks of `m`, a row for each unit: first the input gate, then the **output** gate,
#   then the **forget** gate, then the candidate.
#
# What happens to the four blocks is as in the lecture: the gates get a sigmoid (`sigmoid` is imported
# above), the candidate gets a tanh, and then, entry by entry,
#
# $$c_{\text{new}} = f \odot c + i \odot \tilde c, \qquad h_{\text{new}} = o \odot \tanh(c_{\text{new}}).$$
#
# Return the pair `(h_new, c_new)`, each of shape `(n, m)`. The arguments stay as they were.
#
# ```python
# >>> x, h, c = np.array([[1.0]]), np.array([[0.5]]), np.array([[0.8]])
# >>> W, U, b = np.zeros((4, 1)), np.zeros((4, 1)), np.array([0.0, 0.0, 0.0, 1.0])
# >>> h_new, c_new = lstm_step(x, h, c, W, U, b)
# >>> c_new.round(4), h_new.round(4)
# (array([[0.7808]]), array([[0.3267]]))
# ```
#
# All gates are half open here, at sigmoid(0) = 0.5: 0.5 · 0.8 + 0.5 · tanh(1) = 0.7808.


# %% nbgrader={"grade": false, "grade_id": "lstm_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lstm_step(x, h, c, W, U, b):
    """Do one step of an LSTM whose weights are laid out as in ONNX.

    Parameters
    ----------
    x : ndarray of float, shape (n, d)
        The inputs of this step.
    h, c : ndarray of float, shape (n, m)
        The old hidden state and the old cell state. Left unchanged.
    W : ndarray of float, shape (4 * m, d)
    U : ndarray of float, shape (4 * m, m)
    b : ndarray of float, shape (4 * m,)
        Rows in blocks of m: input gate, output gate, forget gate, candidate.

    Returns
    -------
    (ndarray of float, ndarray of float), each of shape (n, m)
        The new hidden state and the new cell state.
    """
    ### BEGIN SOLUTION
    i, o, f, candidate = np.split(x @ W.T + h @ U.T + b, 4, axis=1)
    c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(candidate)
    return sigmoid(o) * np.tanh(c_new), c_new
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_lstm_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One sample, one unit, two inputs. The bias is chosen so that the gates come out as round numbers.
x, h, c = np.array([[1.0, 2.0]]), np.array([[0.5]]), np.array([[0.8]])
W = np.array([[0.3, -0.2], [0.1, 0.4], [-0.5, 0.6], [0.2, 0.1]])
U = np.array([[0.4], [-0.6], [0.8], [-0.2]])
i, o, f, candidate = 0.2, 0.7, 0.9, 0.6
z = np.array([np.log(1 / 4), np.log(7 / 3), np.log(9.0), np.arctanh(candidate)])
from_x, from_h = np.array([-0.1, 0.9, 0.7, 0.4]), np.array([0.2, -0.3, 0.4, -0.1])
b = z - from_x - from_h
new_c = 0.84  # 0.9 * 0.8 + 0.2 * 0.6
new_h = o * np.tanh(new_c)
what = "lstm_step with gates i = 0.2, o = 0.7, f = 0.9 and candidate 0.6, from c = 0.8"
given = [array.copy() for array in (x, h, c, W, U, b)]
got = checks.call(
    lstm_step,
    *given,
    what=what,
    hint="W holds its weights in rows, (4 * m, d), and Keras in columns, (d, 4 * m). With samples "
    "in rows the product needs the transpose, x @ W.T. np.split cuts axis 0 unless you say axis=1.",
    see="11_rnn: LSTM and GRU, gate by gate",
)
checks.that(
    isinstance(got, tuple | list | np.ndarray) and len(got) == 2,
    f"{what} should return a pair, and did not.",
    hint="return h_new, c_new",
    see="11_rnn: LSTM and GRU, gate by gate",
)
for before, after, name in zip((x, h, c, W, U, b), given, "xhcWUb", strict=True):
    checks.unchanged(before, after, name, see="11_rnn: LSTM and GRU, gate by gate")
order = "The rows are in the order input, output, forget, candidate here, and not as in Keras: "
mistakes = [
    (new_h, "The pair is swapped: h_new comes first, then c_new."),
    (
        sigmoid(z[1]) * 0.8 + i * np.tanh(z[2]),
        f"{order}you took them for input, forget, candidate, output.",
    ),
    (o * 0.8 + i * candidate, f"{order}you took them for input, forget, output, candidate."),
    (
        i * 0.8 + o * np.tanh(z[2]),
        f"{order}you took them for forget, input, candidate, output.",
    ),
    (i * 0.8 + f * candidate, "Forget and input gate are swapped: f is for the old c."),
    (i * 0.8 + o * candidate, f"{order}you took them for forget, input, output, candidate."),
    (f * 0.8 + candidate, "The input gate is missing: the candidate is multiplied by i."),
    (0.8 + i * candidate, "The forget gate is missing: the old c is multiplied by f."),
    (
        f * 0.8 + (1 - f) * candidate,
        "That is the GRU's way, f and 1 - f. An LSTM has an input gate of its own.",
    ),
    (f * 0.8 + i * sigmoid(z[3]), "The candidate gets a tanh, not a sigmoid."),
    (f * 0.8 + i * z[3], "The candidate's tanh is missing."),
    (z[2] * 0.8 + z[0] * candidate, "The gates' sigmoids are missing."),
    (np.tanh(z[2]) * 0.8 + np.tanh(z[0]) * candidate, "Gates get a sigmoid, not a tanh."),
    (
        sigmoid(z[2] + 1) * 0.8 + i * candidate,
        "You added 1 to the forget gate. A forget bias of 1 is where training starts; this net is "
        "trained, and b holds what came of it.",
    ),
    (
        f * 0.8 + i * np.tanh(z[3] - from_h[3]),
        "The candidate sees the old hidden state, too: all four sums have h in them.",
    ),
    (f * 0.5 + i * candidate, "The forget gate keeps the old *cell* state c, and you took h."),
]
for wrong, advice in [
    (z - b, "The bias b is missing."),
    (z - from_h, "The old hidden state is missing: h @ U.T belongs in all four sums."),
    (z - from_x, "The input is missing: x @ W.T belongs in all four sums."),
    (z - from_h + 0.8 * U[:, 0], "The sums take the old hidden state h, and you took c."),
    (z + b, "The bias came in twice."),
]:
    gate = sigmoid(wrong)
    mistakes.append((gate[2] * 0.8 + gate[0] * np.tanh(wrong[3]), advice))
checks.shape(
    got[1],
    (1, 1),
    f"c_new of {what}",
    hint="Samples are in rows, (n, m). If you compute with W @ x.T, units are in rows: then the "
    "bias needs a column, b[:, None], and the results a .T at the end.",
    see="11_rnn: LSTM and GRU, gate by gate",
)
checks.close(
    got[1],
    [[new_c]],
    f"c_new of {what}",
    mistakes=[([[np.ravel(wrong)[0]]], advice) for wrong, advice in mistakes],
    hint="f * c + i * candidate, entry by entry: 0.9 * 0.8 + 0.2 * 0.6.",
    see="11_rnn: LSTM and GRU, gate by gate",
)
checks.close(
    got[0],
    [[new_h]],
    f"h_new of {what}",
    mistakes=[
        ([[o * new_c]], "The tanh is missing: the output gate shows tanh(c_new)."),
        ([[np.tanh(new_c)]], "The output gate is missing: o * tanh(c_new)."),
        ([[o * np.tanh(0.8)]], "You showed the old cell state. h_new comes from the new one."),
        ([[o * sigmoid(new_c)]], "The cell state gets a tanh, not a sigmoid."),
        ([[np.tanh(o * new_c)]], "First the tanh of c_new, then the gate: o * tanh(c_new)."),
        ([[sigmoid(z[3]) * np.tanh(new_c)]], "The output gate is the second block, not the last."),
        ([[0.5]], "That is the old hidden state."),
    ],
    hint="o * tanh(c_new), entry by entry.",
    see="11_rnn: LSTM and GRU, gate by gate",
)

# %% nbgrader={"grade": true, "grade_id": "test_lstm_step_gates", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Three samples, two units, gates that are wide open (30) or closed (-30), each unit by itself.
n, d, m = 3, 4, 2
rng = np.random.default_rng(11)
x, h, c = rng.normal(size=(n, d)), rng.normal(size=(n, m)), rng.normal(size=(n, m))
for name, i, o, f, candidate, factor, added, shown in [
    ("i closed, f open: c is kept", [-30] * 2, [30] * 2, [30] * 2, [1, 2], [1] * 2, [0] * 2, 1),
    ("i open, f closed: c is new", [30] * 2, [30] * 2, [-30] * 2, [1, -2], [0] * 2, [1, -2], 1),
    ("i and f open: c adds up", [30] * 2, [30] * 2, [30] * 2, [1, -2], [1] * 2, [1, -2], 1),
    ("o closed: nothing is shown", [30] * 2, [-30] * 2, [30] * 2, [1, -2], [1] * 2, [1, -2], 0),
    ("the first unit keeps, the second takes new", [-30, 30], [30] * 2, [30, -30], [1, -2],
     [1, 0], [0, -2], 1),
]:  # fmt: skip
    what = f"lstm_step, W = U = 0, {name}"
    b = np.array([*i, *o, *f, *candidate], dtype=float)
    got = checks.call(
        lstm_step,
        x.copy(),
        h.copy(),
        c.copy(),
        np.zeros((4 * m, d)),
        np.zeros((4 * m, m)),
        b,
        what=what,
        hint="With samples in rows, the sums of all four blocks have the shape (n, 4 * m).",
        see="11_rnn: LSTM and GRU, gate by gate",
    )
    checks.that(
        isinstance(got, tuple | list | np.ndarray) and len(got) == 2,
        f"{what} should return a pair, and did not.",
        hint="return h_new, c_new",
        see="11_rnn: LSTM and GRU, gate by gate",
    )
    kept = np.array(factor) * c + np.tanh(added)
    apart = sigmoid(b.reshape(m, 4))  # the rows dealt out to the units one by one
    dealt = apart[:, 2] * c + apart[:, 0] * np.tanh(b.reshape(m, 4)[:, 3])
    checks.close(
        got[1],
        kept,
        f"c_new of {what}",
        mistakes=[
            (dealt, "You dealt the rows out one by one. The first m rows are all the input gate."),
            (kept.T, "Samples are in rows: (n, m), not (m, n)."),
            (shown * np.tanh(kept), "The pair is swapped: h_new comes first, then c_new."),
        ],
        hint="The rows 0 to m - 1 are the input gate of units 0 to m - 1, the next m the output "
        "gate, then forget gate and candidate.",
        see="11_rnn: LSTM and GRU, gate by gate",
    )
    checks.close(
        got[0],
        shown * np.tanh(kept),
        f"h_new of {what}",
        hint="o * tanh(c_new), entry by entry; the output gate has the rows m to 2 * m - 1.",
        see="11_rnn: LSTM and GRU, gate by gate",
    )

# Each candidate may look at the state of any unit: U[k] belongs to the number k to compute.
W, U, b = np.zeros((8, d)), np.zeros((8, m)), np.array([30.0, 30, 30, 30, -30, -30, 0, 0])
U[6, 1] = 1  # the candidate of unit 0 sees unit 1
what = "lstm_step where the candidate of unit 0 looks at unit 1"
got = checks.call(lstm_step, x, h, c.copy(), W, U, b, what=what)
seen = np.tanh(h)
checks.close(
    got[1],
    np.stack([seen[:, 1], np.zeros(n)], axis=1),
    f"c_new of {what}",
    mistakes=[
        (
            np.stack([np.zeros(n), seen[:, 0]], axis=1),
            "U is turned round: row k, U[k], is multiplied with h. Transpose each block, U.T.",
        )
    ],
    hint="Number k is the sum of U[k] * h[s] over the units of sample s: h @ U.T.",
    see="11_rnn: LSTM and GRU, gate by gate",
)

# Samples know nothing of each other, and the arguments stay as they were.
W, U, b = rng.normal(size=(8, d)), rng.normal(size=(8, m)), rng.normal(size=8)
given = [array.copy() for array in (x, h, c, W, U, b)]
got = checks.call(lstm_step, *given, what="lstm_step of three samples")
for before, after, name in zip((x, h, c, W, U, b), given, "xhcWUb", strict=True):
    checks.unchanged(before, after, name, see="11_rnn: LSTM and GRU, gate by gate")
for s in range(n):
    alone = checks.call(lstm_step, x[[s]], h[[s]], c[[s]], W, U, b, what="lstm_step of one sample")
    for one, batch, name in zip(alone, got, ["h_new", "c_new"], strict=True):
        checks.close(
            np.asarray(batch)[[s]],
            np.asarray(one),
            f"{name} of sample {s} in a batch (expected: as alone)",
            rtol=1e-4,
            atol=1e-6,
            hint="No sum, mean or softmax goes over the samples, axis 0.",
            see="11_rnn: LSTM and GRU, gate by gate",
        )

# %% nbgrader={"grade": true, "grade_id": "test_lstm_step_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of 1 to 7, up to 9 inputs and 6 units, against sums taken one by one;
# twenty steps after each other; and a memory that is kept for a hundred steps.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(110)
for n, d, m in [(1, 1, 1), (3, 2, 4), (2, 5, 3), (7, 1, 2), (4, 9, 6), (5, 3, 3), (3, 8, 2)]:
    what = f"lstm_step with n = {n}, d = {d}, m = {m}"
    x, h, c = rng.normal(size=(n, d)), rng.uniform(-1, 1, (n, m)), rng.normal(size=(n, m))
    W, U, b = rng.normal(size=(4 * m, d)), rng.normal(size=(4 * m, m)), rng.normal(size=4 * m)
    new_h, new_c = np.zeros((n, m)), np.zeros((n, m))
    for s, k in np.ndindex(n, m):
        z = [W[r] @ x[s] + U[r] @ h[s] + b[r] for r in (k, m + k, 2 * m + k, 3 * m + k)]
        i, o, f = (1 / (1 + np.exp(-value)) for value in z[:3])
        new_c[s, k] = f * c[s, k] + i * np.tanh(z[3])
        new_h[s, k] = o * np.tanh(new_c[s, k])
    given = [array.copy() for array in (x, h, c, W, U, b)]
    got = checks.call(lstm_step, *given, what=what)
    for before, after, name in zip((x, h, c, W, U, b), given, "xhcWUb", strict=True):
        checks.unchanged(before, after, name)
    # sums of at most fifteen products of order 1: float32 is good to 1e-5
    for one, right, name in zip(got, (new_h, new_c), ["h_new", "c_new"], strict=True):
        checks.close(
            one,
            right,
            f"{name} of {what}",
            rtol=1e-4,
            atol=1e-5,
            hint="Compare one unit of one sample with sums that you take by hand.",
            see="11_rnn: LSTM and GRU, gate by gate",
        )
n, d, m = 3, 2, 4
W, U, b = rng.normal(0, 0.4, (16, d)), rng.normal(0, 0.4, (16, m)), rng.normal(0, 0.4, 16)
new_h, new_c = np.zeros((n, m)), np.zeros((n, m))
got = new_h, new_c
for t in range(20):
    x = rng.normal(size=(n, d))
    got = checks.call(lstm_step, x, *got, W, U, b, what=f"lstm_step, step {t} of 20")
    i, o, f, candidate = ((x @ W.T + new_h @ U.T + b)[:, k : k + m] for k in range(0, 16, m))
    new_c = sigmoid(f) * new_c + sigmoid(i) * np.tanh(candidate)
    new_h = sigmoid(o) * np.tanh(new_c)
    for one, right, name in zip(got, (new_h, new_c), ["h_new", "c_new"], strict=True):
        checks.close(
            one,
            right,
            f"{name} after step {t} of 20",
            rtol=1e-3,
            atol=1e-4,
            hint="h_new and c_new are the h and c of the next step.",
            see="11_rnn: LSTM and GRU, gate by gate",
        )
b = np.repeat([-30.0, 30.0, 30.0, 0.0], m)  # write nothing, show and keep all
kept = rng.normal(size=(n, m))
got = [np.zeros((n, m)), kept.copy()]
for _ in range(100):
    got = checks.call(lstm_step, rng.normal(size=(n, d)), *got, W, U, b, what="lstm_step")
checks.close(
    got[1],
    kept,
    "the cell state after 100 steps with the input gate closed and the forget gate open",
    rtol=1e-4,
    atol=1e-5,
    hint="Where f is 1 and i is 0, nothing may change the cell state.",
    see="11_rnn: LSTM and GRU, gate by gate",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: read_with_mask (3 points)
#
# Sequences of unequal length share one array, so some of its steps are not real. Often these stand at
# the end, but also in front or, where a sensor was silent, in the middle. Write
# `read_with_mask(x, mask, W, U, b)`, which reads such a batch with a simple recurrent cell:
#
# - `x` has shape `(n, T, d)`: `n` sequences of `T` steps with `d` numbers each. What stands at a step
#   that is not real may be any number, not only 0.
# - `mask` has shape `(n, T)` and holds `True` where a step is real, `False` where it is not. Each
#   sequence has its own.
# - `W` has shape `(d, m)`, `U` `(m, m)`, `b` `(m,)`, laid out as in the lecture.
#
# Before the first step the state is 0. At a real step the new state is
# $\tanh(x_t W + h_{t-1} U + b)$; at any other the state stays as it was. Return all states, shape
# `(n, T, m)`. The arguments stay as they were.
#
# ```python
# >>> x = np.array([1.0, 99.0, 0.5]).reshape(1, 3, 1)
# >>> mask = np.array([[True, False, True]])
# >>> h = read_with_mask(x, mask, np.array([[1.0]]), np.array([[2.0]]), np.array([0.0]))
# >>> h[0, :, 0].round(3)
# array([0.762, 0.762, 0.966])
# ```
#
# The 99 is skipped: the last state is tanh(0.5 + 2 · 0.762).


# %% nbgrader={"grade": false, "grade_id": "read_with_mask", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_with_mask(x, mask, W, U, b):
    """Read sequences with a simple recurrent cell that skips steps which are not real.

    Parameters
    ----------
    x : ndarray of float, shape (n, T, d)
        The sequences. Left unchanged.
    mask : ndarray of bool, shape (n, T)
        True where a step is real.
    W : ndarray of float, shape (d, m)
    U : ndarray of float, shape (m, m)
    b : ndarray of float, shape (m,)

    Returns
    -------
    ndarray of float, shape (n, T, m)
        The state after each step.
    """
    ### BEGIN SOLUTION
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W + h @ U + b)
        h = np.where(mask[:, t, None], new, h)
        states.append(h)
    return np.stack(states, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_read_with_mask", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One sequence: all steps real, and then the last two not.
W, U, b = np.array([[1.0]]), np.array([[0.5]]), np.array([0.1])
values = np.array([1.0, -2.0, 3.0, 0.3])
h1 = np.tanh(1.1)
h2 = np.tanh(-1.9 + 0.5 * h1)
h3 = np.tanh(3.1 + 0.5 * h2)
h4 = np.tanh(0.4 + 0.5 * h3)
silent = np.tanh(0.1 + 0.5 * h2)
for mask, expected, mistakes in [
    (
        [True, True, True, True],
        [h1, h2, h3, h4],
        [
            (np.tanh(values + 0.1), "The old state is missing: h @ U is the cell's memory."),
            (np.zeros(4), "A real step is a True in the mask. You skipped the real ones."),
            (
                [h4] * 4,
                "All states are the same array: h[:] = ... writes into the one you stored. Make a "
                "new array at each step, h = np.where(...).",
            ),
        ],
    ),
    (
        [True, True, False, False],
        [h1, h2, h2, h2],
        [
            ([h1, h2, h3, h4], "The mask is not used: steps that are not real changed the state."),
            (
                [h1, h2, silent, np.tanh(0.1 + 0.5 * silent)],
                "Putting zeros into x is not enough: U and b still change the state. Keep the "
                "old state itself.",
            ),
            ([h1, h2, 0, 0], "The state became 0. It should stay as it was: the memory is kept."),
            (
                [0, 0, np.tanh(3.1), np.tanh(0.4 + 0.5 * np.tanh(3.1))],
                "A real step is a True in the mask. You skipped the real ones.",
            ),
            ([h1, h2], "The states of skipped steps are missing: repeat the last one there."),
            (
                [h1, h2, h1, h1],
                "You kept the state of one step earlier. Keep the newest one.",
            ),
        ],
    ),
]:
    what = f"read_with_mask with the mask {mask}"
    given_x, given_mask = values.reshape(1, 4, 1).copy(), np.array([mask])
    got = checks.call(
        read_with_mask,
        given_x,
        given_mask,
        W,
        U,
        b,
        what=what,
        hint="x[:, t] has shape (n, d), mask[:, t] has shape (n,), a state has shape (n, m).",
        see="11_rnn: Padding, masking, both directions",
    )
    checks.unchanged(
        values.reshape(1, 4, 1), given_x, "x", see="11_rnn: Padding, masking, both directions"
    )
    checks.unchanged([mask], given_mask, "mask", see="11_rnn: Padding, masking, both directions")
    checks.close(
        got,
        np.reshape(expected, (1, 4, 1)),
        what,
        mistakes=[
            *[(np.reshape(wrong, (1, -1, 1)), advice) for wrong, advice in mistakes],
            (np.reshape(expected[-1], (1, 1)), "Return the states of all steps, not the last one."),
            (np.reshape(expected, (4, 1)), "The axis of the sequences is missing: (n, T, m)."),
            (np.reshape(expected, (4, 1, 1)), "The sequences come first: (n, T, m)."),
            (np.reshape([0, *expected], (1, 5, 1)), "The state before step 0 is not asked for."),
            (np.reshape([0, *expected[:-1]], (1, 4, 1)), "Entry t is the state *after* step t."),
        ],
        hint="Work the states out one by one with pencil and paper, h = 0 before the first.",
        see="11_rnn: Padding, masking, both directions",
    )

# %% nbgrader={"grade": true, "grade_id": "test_read_with_mask_places", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Four sequences, each with a mask of its own: in front and behind, in the middle, everywhere, nowhere.
W, U, b = np.array([[1.0]]), np.array([[0.5]]), np.array([0.1])
values = np.array([[7, 1, -2, 7], [1, 7, -2, 3], [7, 7, 7, 7], [1, -2, 3, 0.3]])
mask = np.array([[0, 1, 1, 0], [1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]], dtype=bool)
h1 = np.tanh(1.1)
h2 = np.tanh(-1.9 + 0.5 * h1)
h3 = np.tanh(3.1 + 0.5 * h2)
h4 = np.tanh(0.4 + 0.5 * h3)
expected = [[0, h1, h2, h2], [h1, h1, h2, h3], [0, 0, 0, 0], [h1, h2, h3, h4]]
got = checks.call(
    read_with_mask,
    values[..., None],
    mask,
    W,
    U,
    b,
    what="read_with_mask of four sequences",
    hint="mask[:, t] has shape (n,) and a state (n, m): np.where needs one column, "
    "mask[:, t, None], or a loop over the sequences. `if` cannot decide for several at once.",
    see="11_rnn: Padding, masking, both directions",
)
checks.shape(
    got,
    (4, 4, 1),
    "read_with_mask of four sequences of four steps with one unit",
    hint="Return the states of all steps: (n, T, m).",
    see="11_rnn: Padding, masking, both directions",
)
names = ["the first and the last step", "the second step", "all steps", "no step"]
for row, name in enumerate(names):
    kinds = ["free", "zeroed", "forgot", "first", "until", "counted", "turned", "shown"]
    state, wrong = dict.fromkeys(kinds, 0.0), {kind: [] for kind in kinds}
    for t in range(4):
        real, new = mask[row, t], {}
        for kind in kinds:
            seen = values[row, t] * real if kind == "zeroed" else values[row, t]
            new[kind] = np.tanh(seen + 0.5 * state[kind] + 0.1)
        new["forgot"] *= real
        new["first"] = new["first"] if mask[0, t] else state["first"]
        new["until"] = new["until"] if mask[row, : t + 1].all() else state["until"]
        new["turned"] = state["turned"] if real else new["turned"]
        new["shown"] = new["free"] if real else state["shown"]
        new["counted"] = new["counted"] if t < mask[row].sum() else state["counted"]
        state = new
        for kind in kinds:
            wrong[kind].append(state[kind])
    front = [*np.array(expected[row])[mask[row]], *[expected[row][-1]] * 4][:4]
    checks.close(
        np.asarray(got)[row, :, 0],
        expected[row],
        f"the states of a sequence whose mask leaves out {name}",
        mistakes=[
            (wrong["free"], "The mask is not used here. Each sequence has a mask of its own."),
            (wrong["zeroed"], "Zeros in x are not enough: U and b still change the state."),
            (wrong["forgot"], "A skipped step set the state to 0. The memory should be kept."),
            (
                np.where(mask[row], wrong["free"], 0),
                "The state ran on unseen, and you only hid it. Keep the state itself.",
            ),
            (
                wrong["shown"],
                "The state ran on unseen, and you only hid it. Keep the state itself.",
            ),
            (wrong["turned"], "A real step is a True in the mask. You skipped the real ones."),
            (wrong["first"], "You used the mask of the first sequence for all of them."),
            (
                wrong["until"],
                "You stopped at the first step that is not real. Real ones may follow.",
            ),
            (
                wrong["counted"],
                "You read as many steps as there are real ones, but from the start. They may "
                "stand anywhere.",
            ),
            (front, "You moved the real steps to the front. Each state stays at its own step."),
        ],
        hint="Go through the four steps with pencil and paper: new where True, as before where "
        "False, 0 before the first.",
        see="11_rnn: Padding, masking, both directions",
    )

# %% nbgrader={"grade": true, "grade_id": "test_read_with_mask_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of 1 to 6, up to 12 steps and several units, with masks drawn at random;
# that rubbish at skipped steps changes nothing, and that each sequence is read as if it were alone.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(12)
for n, length, d, m, share in [
    (1, 1, 1, 1, 1.0),
    (2, 5, 3, 4, 0.5),
    (6, 12, 2, 3, 0.7),
    (3, 8, 1, 5, 0.3),
    (4, 4, 4, 4, 0.6),
    (5, 9, 3, 2, 0.0),
    (3, 3, 2, 6, 1.0),
]:
    what = f"read_with_mask with n = {n}, T = {length}, d = {d}, m = {m}"
    W, U, b = rng.normal(size=(d, m)), rng.normal(0, 0.5, (m, m)), rng.normal(size=m)
    x, mask = rng.normal(size=(n, length, d)), rng.random((n, length)) < share
    given = [array.copy() for array in (x, mask, W, U, b)]
    got = checks.call(read_with_mask, *given, what=what)
    for before, after, name in zip(
        (x, mask, W, U, b), given, ["x", "mask", "W", "U", "b"], strict=True
    ):
        checks.unchanged(before, after, name)
    expected = np.zeros((n, length, m))
    for s in range(n):
        h = np.zeros(m)
        for t in range(length):
            if mask[s, t]:
                h = np.tanh(W.T @ x[s, t] + U.T @ h + b)
            expected[s, t] = h
    # float32 is good to 1e-6 at each of twelve steps
    checks.close(
        got,
        expected,
        what,
        rtol=1e-4,
        atol=1e-4,
        mistakes=[(expected * mask[..., None], "The state stays where a step is not real.")],
        hint="Compare one sequence with what you work out by hand.",
        see="11_rnn: Padding, masking, both directions",
    )
    rubbish = np.where(mask[..., None], x, rng.choice([-1e3, 1e3, 5.0], size=x.shape))
    again = checks.call(read_with_mask, rubbish, mask, W, U, b, what=what)
    checks.close(
        again,
        expected,
        f"{what}, other numbers at the steps that are not real",
        rtol=1e-4,
        atol=1e-4,
        hint="What stands at a step that is not real must not reach the state.",
        see="11_rnn: Padding, masking, both directions",
    )
    for s in range(n):
        real = mask[s].sum()
        if real:
            alone = checks.call(
                read_with_mask,
                x[[s]][:, mask[s]],
                np.ones((1, real), dtype=bool),
                W,
                U,
                b,
                what="read_with_mask of one sequence alone",
            )
            checks.close(
                np.asarray(again)[s, -1],
                np.asarray(alone)[0, -1],
                "the last state in a padded batch (expected: as alone)",
                rtol=1e-4,
                atol=1e-4,
                hint="Padding and neighbours must not change what is read.",
                see="11_rnn: Padding, masking, both directions",
            )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: unrolled_gradient (4 points)
#
# A simple cell has read a batch, from a starting state that need not be 0. Steps are counted from 0
# here, as Python counts: $h_{t+1} = \tanh(x_t W + h_t U + b)$. The loss looks at *every* state, not only
# at the last one, because there is a label at each step. Write `unrolled_gradient(x, h, slopes, U)`,
# which goes back through the unrolled cell:
#
# - `x` has shape `(n, T, d)`: the inputs.
# - `h` has shape `(n, T + 1, m)`: the states. Step `t`, for `t` from 0 to `T - 1`, read `x[:, t]` and
#   made `h[:, t + 1]` of `h[:, t]`. So `h[:, 0]` is the starting state.
# - `slopes` has shape `(n, T, m)`: `slopes[:, t]` is the slope of the loss along `h[:, t + 1]` as far
#   as the loss looks at this state *directly*. What the state does to later states comes on top, and
#   that is your task. A step that the loss does not look at has zeros.
# - `U` has shape `(m, m)`. `W` and `b` are not needed: what they did is in `h`.
#
# Return `(dW, dU, db, dstart)`: the slopes of the loss along `W`, shape `(d, m)`, along `U`, along
# `b`, shape `(m,)`, and along the starting state `h[:, 0]`, shape `(n, m)`. A loss that should be a
# mean over samples has its `1 / n` in `slopes` already. The arguments stay as they were.
#
# ```python
# >>> x, h = np.array([2.0]).reshape(1, 1, 1), np.array([0.5, 0.6]).reshape(1, 2, 1)
# >>> slopes, U = np.array([1.0]).reshape(1, 1, 1), np.array([[3.0]])
# >>> [np.round(part, 2).tolist() for part in unrolled_gradient(x, h, slopes, U)]
# [[[1.28]], [[0.32]], [0.64], [[1.92]]]
# ```
#
# Inside the tanh the slope is 1 · (1 - 0.6²) = 0.64. `W` was multiplied by 2, `U` by 0.5, the bias by
# 1, and the starting state by 3.


# %% nbgrader={"grade": false, "grade_id": "unrolled_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unrolled_gradient(x, h, slopes, U):
    """Backpropagate through time, through a simple recurrent cell with tanh.

    Parameters
    ----------
    x : ndarray of float, shape (n, T, d)
        The inputs.
    h : ndarray of float, shape (n, T + 1, m)
        The states, the starting one first.
    slopes : ndarray of float, shape (n, T, m)
        The loss's direct slope along h[:, t + 1], for each t. Left unchanged.
    U : ndarray of float, shape (m, m)

    Returns
    -------
    (ndarray (d, m), ndarray (m, m), ndarray (m,), ndarray (n, m))
        The loss's slopes along W, U, b and the starting state h[:, 0].
    """
    ### BEGIN SOLUTION
    dW, dU, db = np.zeros((x.shape[2], len(U))), np.zeros(U.shape), np.zeros(len(U))
    delta = np.zeros(h[:, 0].shape)
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW += x[:, t].T @ dz
        dU += h[:, t].T @ dz
        db += dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_unrolled_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One unit, three steps, and a loss that looks at the last state only.
x, h = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.6, 0.0, 0.8])
U, steep = 2.0, 1 - h[1:] ** 2
names = ["dW", "dU", "db", "dstart"]
right = [3.4416, 0.8928, 2.0016, 1.8432]  # dz is 0.9216, 0.72, 0.36
what = "unrolled_gradient of three steps with one unit, loss at the last state"
given = [x.reshape(1, 3, 1), h.reshape(1, 4, 1), np.array([0.0, 0, 1]).reshape(1, 3, 1)]
got = checks.call(
    unrolled_gradient,
    *given,
    np.array([[U]]),
    what=what,
    hint="x[:, t] and dz have their samples in rows; a product x[:, t].T @ dz adds over them. "
    "x has T steps and h has T + 1 states.",
    see="11_rnn: Backpropagation through time",
)
checks.that(
    isinstance(got, tuple | list) and len(got) == 4,
    f"{what} should return four arrays, and did not.",
    hint="return dW, dU, db, dstart",
    see="11_rnn: Backpropagation through time",
)
for part, value, name, shape, mistakes in zip(
    got,
    right,
    names,
    [(1, 1), (1, 1), (1,), (1, 1)],
    [
        [
            (
                1.08,
                "Only the last step is there. All steps use the same W: their gradients add up.",
            ),
            (0.9216, "Only the first step is there. Add up over the steps."),
            (3.4416 / 3, "Add up over the steps; do not take their mean."),
            (11.0, "The slope of the tanh, 1 - h², is missing."),
            (
                9.56,
                "The last slope, too, goes through a tanh: dz is delta * (1 - h²) at every step.",
            ),
            (6.8832, "The last step's slope came in twice."),
            (
                6.7216,
                "slopes[:, t] came in again behind step t. It belongs to h[:, t + 1], so it is added "
                "before dz of step t, and once.",
            ),
            (0.48, "tanh has the slope 1 - h²; h * (1 - h) is that of the sigmoid."),
            (5.50463, "h is the tanh already: its slope is 1 - h², with no other tanh."),
            (2.52, "The first step is missing: the loop should come to t = 0."),
            (3.96, "tanh's slope, 1 - h², counts at every step again, not at the last one only."),
            (2.0304, "U is missing on the way back: delta goes through U.T to the step before."),
            (7.48, "1 - h² takes the *new* state of the step, h[:, t + 1]."),
        ],
        [
            (0.0, "Only the last step is there. All steps use the same U: their gradients add up."),
            (0.4608, "Only the first step is there. Add up over the steps."),
            (0.8928 / 3, "Add up over the steps; do not take their mean."),
            (
                0.9216 * 0.6 + 0.36 * 0.8,
                "U was multiplied by the *old* state, h[:, t], and you took the new one.",
            ),
            (0.432, "The first step is missing: the starting state counts, too."),
            (3.2, "The slope of the tanh, 1 - h², is missing."),
            (3.4416, "That is multiplied by x. U was multiplied by the old state, h[:, t]."),
        ],
        [
            (
                0.36,
                "Only the last step is there. All steps use the same b: their gradients add up.",
            ),
            (2.0016 / 3, "Add up over the steps; do not take their mean."),
            (7.0, "The slope of the tanh, 1 - h², is missing."),
        ],
        [
            (0.9216, "That is the slope inside the first tanh. One more product with U leads out."),
            (1.44, "One step too few: that is the slope along h[:, 1]."),
            (8.0, "The slope of the tanh, 1 - h², is missing."),
            (1.8432 * 0.75, "The starting state has no tanh in front of it that you know of."),
            (
                2.8432,
                "Nothing looks at the starting state directly. At t = 0, slopes[:, t - 1] is the "
                "*last* step.",
            ),
        ],
    ],
    strict=True,
):
    if name == "dW":  # a slip with the shapes of all is easiest seen at db
        checks.shape(
            got[2],
            (1,),
            f"db of {what}",
            hint="One number for each unit: add over samples and steps.",
            see="11_rnn: Backpropagation through time",
        )
    checks.close(
        part,
        np.full(shape, value),
        f"{name} of {what}",
        mistakes=[
            *[(np.full(shape, wrong), advice) for wrong, advice in mistakes],
            (np.full(shape, -value), "The sign is wrong."),
        ],
        hint="From the last step: delta is 1, dz is 0.36; delta is 0.72, dz is 0.72; delta is "
        "1.44, dz is 0.9216.",
        see="11_rnn: Backpropagation through time",
    )

# %% nbgrader={"grade": true, "grade_id": "test_unrolled_gradient_slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A loss that looks at every state; several samples, inputs and units.
x, h = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.6, 0.0, 0.8])
given = [x.reshape(1, 3, 1), h.reshape(1, 4, 1), np.array([2.0, -1, 2]).reshape(1, 3, 1)]
kept = [array.copy() for array in given]
what = "unrolled_gradient of three steps with one unit and slopes 2, -1 and 2"
got = checks.call(unrolled_gradient, *given, np.array([[2.0]]), what=what)
checks.that(
    isinstance(got, tuple | list) and len(got) == 4,
    f"{what} should return four arrays, and did not.",
    hint="return dW, dU, db, dstart",
    see="11_rnn: Backpropagation through time",
)
for before, after, name in zip(kept, given, ["x", "h", "slopes"], strict=True):
    checks.unchanged(before, after, name, see="11_rnn: Backpropagation through time")
checks.close(
    got[2],
    [3.0032],  # dz is 1.8432, 0.44, 0.72
    f"db of {what}",
    mistakes=[
        ([4.0032], "Only the last step's slope is used: the loss looks at the other states, too."),
        (
            [1.0],
            "Each slope stayed at its own step. What comes from the step behind is added to it.",
        ),
        (
            [10.84],
            "The direct slope, too, goes through the tanh of its own step: add it before you "
            "multiply by 1 - h².",
        ),
        ([7.0064], "The last step's slope came in twice."),
        (
            [6.0048],
            "You let all slopes start at the last step. Each joins at the step of its own state.",
        ),
        *[
            (
                [shifted],
                "The slopes are shifted by one step: slopes[:, t] belongs to h[:, t + 1], the state "
                "that step t made, so it is added before dz of step t.",
            )
            for shifted in [3.8384, 7.9232]
        ],
    ],
    hint="From the last step: delta is 2, dz is 0.72; delta is 1.44 - 1, dz is 0.44; delta is "
    "0.88 + 2, dz is 2.88 * 0.64 = 1.8432.",
    see="11_rnn: Backpropagation through time",
)

# With both new states at 0 the tanh has slope 1, so that everything can be counted.
n, d, m = 3, 2, 4
rng = np.random.default_rng(21)
x, h, slopes = rng.normal(size=(n, 2, d)), np.zeros((n, 3, m)), np.zeros((n, 2, m))
h[:, 0, 2] = 1  # the starting state, and only its unit 2
slopes[:, 1, 0], U = [1.0, 2.0, 3.0], np.zeros((m, m))
U[1, 0], U[3, 1] = 5, 2  # old unit 1 enters new unit 0, old unit 3 enters new unit 1
what = "unrolled_gradient, U[1, 0] = 5, U[3, 1] = 2, loss at unit 0 of the last state"
got = checks.call(
    unrolled_gradient,
    x,
    h,
    slopes,
    U,
    what=what,
    hint="n = 3, T = 2, d = 2, m = 4: x[:, t] is (3, 2), dz is (3, 4), dW is (2, 4).",
    see="11_rnn: Backpropagation through time",
)
checks.that(
    isinstance(got, tuple | list) and len(got) == 4,
    f"{what} should return four arrays, and did not.",
    hint="return dW, dU, db, dstart",
    see="11_rnn: Backpropagation through time",
)
for part, shape, name in zip(
    got, [(d, m), (m, m), (m,), (n, m)], ["dW", "dU", "db", "dstart"], strict=True
):
    checks.shape(
        part,
        shape,
        f"{name} with n = 3, d = 2, m = 4",
        hint="dW, dU and db are as large as W, U and b; dstart is as large as h[:, 0].",
        see="11_rnn: Backpropagation through time",
    )
checks.close(
    got[2],
    [6.0, 30.0, 0.0, 0.0],
    f"db of {what}",
    mistakes=[
        ([2, 10, 0, 0], "Add over the samples; do not take their mean."),
        (
            [6, 0, 0, 0],
            "U is turned round: what comes out of unit 0 goes back to unit 1, dz @ U.T.",
        ),
        ([3, 15, 0, 0], "Add over the steps; do not take their mean."),
    ],
    hint="Unit 0 got 1 + 2 + 3 at the last step, and unit 1 five times that at the step before.",
    see="11_rnn: Backpropagation through time",
)
checks.close(
    np.asarray(got[0])[:, 0],
    slopes[:, 1, 0] @ x[:, 1],
    f"dW[:, 0] of {what}",
    rtol=1e-4,
    atol=1e-5,
    mistakes=[
        (slopes[:, 1, 0] @ x[:, 1] / n, "Add over the samples; do not take their mean."),
        (slopes[:, 1, 0] @ x[:, 0], "Step t read x[:, t]: slopes[:, t] goes with x[:, t]."),
    ],
    hint="Unit 0's slope at the last step, times the input of this step, added over the samples.",
    see="11_rnn: Backpropagation through time",
)
expected = np.zeros((m, m))
expected[2, 1] = 30
checks.close(
    got[1],
    expected,
    f"dU of {what}, where only h[:, 0, 2] = 1",
    mistakes=[(expected.T, "dU is turned round: the old state has the rows, h[:, t].T @ dz.")],
    hint="dU[2, 1] is the old unit 2, which is 1, times the slope at unit 1, added over samples.",
    see="11_rnn: Backpropagation through time",
)
expected = np.zeros((n, m))
expected[:, 3] = [10, 20, 30]
checks.close(
    got[3],
    expected,
    f"dstart of {what}",
    hint="Each sample has its row. From unit 0 by 5 to unit 1, from there by 2 to unit 3.",
    see="11_rnn: Backpropagation through time",
)

# %% nbgrader={"grade": true, "grade_id": "test_unrolled_gradient_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: against finite differences of all four, for batches of 1 to 4, 1 to 7 steps and
# several sizes; that samples add up, and that a loss does not depend on what comes after it.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(31)
for n, length, d, m in [(1, 1, 1, 1), (2, 3, 2, 3), (4, 2, 3, 2), (1, 7, 1, 4), (3, 5, 4, 1)]:
    what = f"unrolled_gradient with n = {n}, T = {length}, d = {d}, m = {m}"
    x, slopes = rng.normal(size=(n, length, d)), rng.normal(size=(n, length, m))
    slopes *= rng.random(length)[:, None] < 0.7
    slopes[:, -1] += 1
    weights = [
        rng.normal(size=(d, m)),
        rng.normal(size=(m, m)),
        rng.normal(size=m),
        rng.uniform(-0.9, 0.9, (n, m)),
    ]
    numeric, states = [np.zeros(array.shape) for array in weights], None
    for k, slope in enumerate(numeric):
        for index in [None, *np.ndindex(slope.shape)]:
            for nudge in [1e-5, -1e-5]:
                W, U, b, start = (array.copy() for array in weights)
                if index is not None:
                    (W, U, b, start)[k][index] += nudge
                h = [start]
                for t in range(length):
                    h.append(np.tanh(x[:, t] @ W + h[-1] @ U + b))
                h = np.stack(h, axis=1)
                if index is None:
                    states = h
                else:
                    slope[index] += np.sum(slopes * h[:, 1:]) * nudge / 2e-10
    given = [array.copy() for array in (x, states, slopes, weights[1])]
    got = checks.call(unrolled_gradient, *given, what=what)
    for before, after, name in zip(
        (x, states, slopes, weights[1]), given, ["x", "h", "slopes", "U"], strict=True
    ):
        checks.unchanged(before, after, name)
    # finite differences are good to 1e-9 here, float32 to 1e-5 after seven steps
    for part, slope, name in zip(got, numeric, ["dW", "dU", "db", "dstart"], strict=True):
        checks.close(
            part,
            slope,
            f"{name} of {what} (expected: finite differences)",
            rtol=1e-3,
            atol=1e-3,
            hint="Check with one unit and two steps, by hand.",
            see="11_rnn: Backpropagation through time",
        )
    pieces = [
        checks.call(
            unrolled_gradient, x[[s]], states[[s]], slopes[[s]], weights[1], what="one sample"
        )
        for s in range(n)
    ]
    for k, name in enumerate(["dW", "dU", "db"]):
        checks.close(
            np.sum([np.asarray(piece[k]) for piece in pieces], axis=0),
            np.asarray(got[k]),
            f"{name} added over samples one by one (expected: of the batch)",
            rtol=1e-3,
            atol=1e-3,
            hint="Add over the samples; slopes holds a mean's 1 / n already.",
            see="11_rnn: Backpropagation through time",
        )
n, length, d, m = 2, 6, 3, 2
U, x, h = rng.normal(size=(m, m)), rng.normal(size=(n, 6, d)), rng.uniform(-0.9, 0.9, (n, 7, m))
slopes = np.zeros((n, length, m))
slopes[:, 2] = rng.normal(size=(n, m))
long = checks.call(unrolled_gradient, x, h, slopes, U, what="unrolled_gradient")
short = checks.call(
    unrolled_gradient, x[:, :3], h[:, :4], slopes[:, :3], U, what="unrolled_gradient"
)
for one, other, name in zip(long, short, ["dW", "dU", "db", "dstart"], strict=True):
    checks.close(
        one,
        np.asarray(other),
        f"{name} of six steps when the loss looks at step 2 only (expected: of three steps)",
        rtol=1e-4,
        atol=1e-5,
        hint="Steps after the one that the loss looks at get no slope.",
        see="11_rnn: Backpropagation through time",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: sample_with_temperature (4 points)
#
# A language model has given a score to each sign that may come next. Write
# `sample_with_temperature(scores, temperature, u)`, which draws one of them. `scores` has shape
# `(k,)`, `temperature` is a number above 0. The probabilities are those of the lecture, softmax of
# the scores divided by the temperature.
#
# To draw, a program needs chance, and `u` is it: a number from 0 up to, but not including, 1, each as
# likely as any other, such as `rng.random()` gives. Put the probabilities side by side on the line
# from 0 to 1: sign 0 gets the piece from 0 to $p_0$, sign 1 the piece from $p_0$ to $p_0 + p_1$, and so
# on; where two pieces meet, the number belongs to the right one. Return the index of the sign in
# whose piece `u` lies, an `int`. Rounding must not lead past the last sign. So the same `u` gives the
# same sign, and your function draws no random numbers of its own.
#
# Scores may be large (1000, say), negative or whole numbers, and the temperature may be as small as
# 0.01: nothing must overflow, and `scores` stays as it was.
#
# ```python
# >>> scores = np.log([0.1, 0.4, 0.2, 0.3])
# >>> sample_with_temperature(scores, 1.0, 0.05), sample_with_temperature(scores, 1.0, 0.69)
# (0, 2)
# >>> sample_with_temperature(scores, 0.5, 0.05)
# 1
# ```
#
# At a temperature of 1 the pieces end at 0.1, 0.5, 0.7 and 1. At 0.5 the small probabilities shrink:
# they are 0.033, 0.533, 0.133 and 0.3, so 0.05 lies in the piece of sign 1.


# %% nbgrader={"grade": false, "grade_id": "sample_with_temperature", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample_with_temperature(scores, temperature, u):
    """Draw a sign from a language model's scores.

    Parameters
    ----------
    scores : ndarray of numbers, shape (k,)
        One score for each sign. Left unchanged.
    temperature : float, above 0
        Below 1 it sharpens the probabilities, above 1 it flattens them.
    u : float, from 0 up to 1, 1 excluded
        The chance: a number in which all parts of the line are equally likely.

    Returns
    -------
    int
        The index of the sign in whose piece of the line from 0 to 1 u lies.
    """
    ### BEGIN SOLUTION
    p = np.exp((scores - np.max(scores)) / temperature)
    ends = np.cumsum(p / p.sum())
    return int(np.sum(u >= ends[:-1]))  # so many pieces lie to the left of u
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_sample_with_temperature", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A temperature of 1: twenty values of u, evenly spread from 0.025 to 0.975; and where two pieces
# meet.
scores = np.log([0.1, 0.4, 0.2, 0.3])
given, drawn = scores.copy(), []
for u in np.arange(0.025, 1, 0.05):
    what = f"sample_with_temperature(scores, 1.0, {u:.3f})"
    got = checks.call(
        sample_with_temperature,
        given,
        1.0,
        float(u),
        what=what,
        hint="scores has one axis, of k signs; u is a single number.",
        see="11_rnn: Sampling with a temperature",
    )
    checks.shape(
        got,
        (),
        what,
        hint="One sign is drawn: return its index, a single number.",
        see="11_rnn: Sampling with a temperature",
    )
    checks.dtype(
        got,
        np.integer,
        what,
        hint="Return the sign's index, an int, and not its probability.",
        see="11_rnn: Sampling with a temperature",
    )
    drawn.append(int(got))
checks.unchanged(scores, given, "scores", see="11_rnn: Sampling with a temperature")
right = np.repeat([0, 1, 2, 3], [2, 8, 4, 6])
hint = "The pieces end at 0.1, 0.5, 0.7 and 1. Scores are not probabilities: softmax comes first."
if len(set(drawn)) == 1:
    hint = "Each u gave the same sign: u is not used. It is all the chance there is."
elif drawn != sorted(drawn):
    hint = (
        "A larger u never gives an earlier sign, since the pieces lie side by side. u is all the "
        "chance there is: no generator, and u is no seed."
    )
checks.equal(
    drawn,
    right.tolist(),
    "what you draw with u = 0.025, 0.075, ..., 0.975 at temperature 1",
    mistakes=[
        ([1] * 20, "The largest score was taken each time. Each sign has a chance: use u."),
        (
            np.repeat([0, 1, 2, 3], 5).tolist(),
            "Each sign came equally often: that uses u and no probabilities.",
        ),
        (
            (right + 1).tolist(),
            "The index is one too large: sign 0 has the piece from 0 to p[0].",
        ),
        (
            np.repeat([1, 3, 2, 0], [8, 6, 4, 2]).tolist(),
            "You sorted the probabilities. The pieces lie in the order of the signs.",
        ),
        (
            np.repeat([0, 2, 3, 1], [2, 4, 6, 8]).tolist(),
            "You sorted the probabilities. The pieces lie in the order of the signs.",
        ),
        (
            np.repeat([3, 2, 1, 0], [6, 4, 8, 2]).tolist(),
            "The pieces start with sign 0 at 0, and yours start with the last sign.",
        ),
        (
            np.repeat([3, 2, 1, 0], [2, 8, 4, 6]).tolist(),
            "The index is counted from the wrong end.",
        ),
        *[
            (
                np.repeat(signs, counts).tolist(),
                "You compared u with each probability by itself. Compare it with the ends of the "
                "pieces, p[0], p[0] + p[1], ...",
            )
            for signs, counts in [([0, 1, 3], [2, 6, 12]), ([0, 1, 3, 4], [2, 2, 2, 14])]
        ],
        (
            np.repeat([0, 1, 2, 3], [8, 3, 5, 4]).tolist(),
            "You used the scores themselves for probabilities: the softmax takes exp of them.",
        ),
    ],
    hint=hint,
    see="11_rnn: Sampling with a temperature",
)
got = checks.call(sample_with_temperature, np.zeros(2), 1.0, 0.5, what="Two equal scores, u = 0.5")
checks.equal(
    got,
    1,
    "sample_with_temperature([0, 0], 1.0, 0.5)",
    mistakes=[
        (
            0,
            "The pieces meet at 0.5, and this number belongs to the right one: sign 0 has what is "
            'smaller than 0.5. np.searchsorted needs side="right".',
        )
    ],
    hint="The pieces go from 0 to 0.5 and from 0.5 to 1.",
    see="11_rnn: Sampling with a temperature",
)

# %% nbgrader={"grade": true, "grade_id": "test_sample_with_temperature_heat", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other temperatures, with the same twenty values of u; and the largest u there is, at 1.
scores = np.log([0.1, 0.4, 0.2, 0.3])
ignored = np.repeat([0, 1, 2, 3], [2, 8, 4, 6]).tolist()
cold = np.repeat([0, 1, 2, 3], [1, 10, 3, 6]).tolist()
hot = np.repeat([0, 1, 2, 3], [3, 7, 4, 6]).tolist()
turned = "A low temperature sharpens. You multiplied the scores by it: divide."
after = (
    "The temperature comes in after the softmax, and your pieces do not fill the line from 0 to 1. "
    "Divide the scores, then take the softmax."
)
for temperature, expected, mistakes in [
    (0.5, cold, [(hot, turned), (np.repeat([0, 1], [4, 16]).tolist(), after)]),
    (
        2.0,
        hot,
        [
            (cold, turned),
            (np.repeat([0, 1, 2, 3], [1, 4, 2, 13]).tolist(), after),
            (np.repeat([0, 1, 2, 3, 4], [1, 4, 2, 3, 10]).tolist(), after),
        ],
    ),
    (
        0.1,
        np.repeat([1, 3], [19, 1]).tolist(),
        [([1] * 20, "The runner-up has 5 % left at this temperature. You took the largest.")],
    ),
    (50.0, np.repeat([0, 1, 2, 3], 5).tolist(), []),
]:
    drawn = []
    for u in np.arange(0.025, 1, 0.05):
        what = f"sample_with_temperature(scores, {temperature}, {u:.3f})"
        got = checks.call(
            sample_with_temperature,
            scores,
            temperature,
            float(u),
            what=what,
            see="11_rnn: Sampling with a temperature",
        )
        checks.shape(got, (), what, see="11_rnn: Sampling with a temperature")
        drawn.append(int(got))
    checks.equal(
        drawn,
        expected,
        f"what you draw with u = 0.025, 0.075, ..., 0.975 at temperature {temperature}",
        mistakes=[
            *mistakes,
            (ignored, "The temperature is not used."),
            ([1] * 20, "The largest score was taken each time. Each sign has a chance: use u."),
        ],
        hint="softmax(scores / temperature): close to the largest alone when cold, all nearly "
        "equal when hot.",
        see="11_rnn: Sampling with a temperature",
    )
largest = 1 - 2**-53  # the last float before 1; ten times 0.1, added up, comes no further
what = "sample_with_temperature of ten equal scores, u = 0.9999999999999999"
got = checks.call(sample_with_temperature, np.zeros(10), 1.0, largest, what=what)
past = (
    "Rounded, the last piece may end a little below 1, and then no end is larger than u. What is "
    "behind all other pieces belongs to the last sign, index k - 1."
)
checks.equal(
    got,
    9,
    what,
    mistakes=[(10, past), (0, past), (-1, past)],
    hint=past,
    see="11_rnn: Sampling with a temperature",
)

# %% nbgrader={"grade": true, "grade_id": "test_sample_with_temperature_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: 1 to 40 signs and temperatures from 0.01 to 100 against a softmax; that a number
# added to all scores changes nothing; and scores of 1000 and -1000, all without overflow.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(40)
for k, temperature, spread, shift in [
    (1, 1.0, 1.0, 0.0),
    (2, 0.7, 1.0, 0.0),
    (5, 0.3, 2.0, 1000.0),
    (12, 1.0, 1.0, -1000.0),
    (40, 1.3, 3.0, 0.0),
    (7, 0.05, 0.2, 800.0),
    (6, 100.0, 30.0, -2000.0),
    (4, 0.01, 0.02, 0.0),
]:
    scores = rng.normal(0, spread, k).round(3) + shift
    p = np.exp((scores - shift) / temperature)
    ends = np.cumsum(p / p.sum())
    given = scores.copy()
    for u in np.append(rng.random(40), 0.0):
        what = f"sample_with_temperature({k} scores near {shift:g}, {temperature}, {u:.4f})"
        if np.abs(ends[:-1] - u).min(initial=1) < 5e-3:
            continue  # too near to an end of a piece for float32 with scores near 1000
        got = checks.call(sample_with_temperature, given, temperature, float(u), what=what)
        checks.unchanged(scores, given, "scores")
        checks.dtype(got, np.integer, what, hint="Return an index, an int.")
        checks.equal(
            got,
            int(np.searchsorted(ends, u)) if u > 0 else 0,
            what,
            hint="Work out softmax(scores / temperature) and the ends of the pieces."
            if shift == 0
            else "Take the largest score off all of them first: exp of a large number overflows, "
            "and only differences count.",
            see="11_rnn: Sampling with a temperature",
        )
for scores, temperature, piece in [
    (np.array([1000.0, 999.0, -1000.0]), 0.01, 0),
    (np.array([-1000.0, 0.0, 1000.0, 0.0]), 1.0, 2),
    (np.array([3, 7, 2, 6]), 0.05, 1),
    (np.array([-900.0, -880.0]), 0.5, 1),
]:
    for u in [0.02, 0.5, 0.98]:
        what = f"sample_with_temperature({scores.tolist()}, {temperature}, {u})"
        got = checks.call(sample_with_temperature, scores, temperature, u, what=what)
        checks.equal(
            got,
            piece,
            what,
            hint="Take the largest score off all of them first, in a new array.",
            see="11_rnn: Sampling with a temperature",
        )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: explain_memory (4 points)
#
# A machine writes a log: every second a row of numbers. Whoever reads a log of 60 seconds is to say at
# its end whether a certain valve was opened. In some logs it never is; where it is, most often near the
# end, now and then in the first seconds. A team trains recurrent nets on such logs; the verdict is made
# from the last state. Answer in a few sentences each, with the numbers that you work out:
#
# 1. *(1 point)* The first net is a simple cell whose matrix $U$ is a rotation times 0.95: it makes each
#    vector shorter by the factor 0.95. By which factor is the error signal multiplied *at most* on its
#    way back over 60 steps? "Then we take the rotation itself, factor 1, and nothing is lost", says
#    one colleague. "Or we clip the gradient's norm", says another. What is wrong with each?
# 2. *(1 point)* The second net is an LSTM. As Keras starts it, its forget bias is 1; take all else in
#    the forget gate's sum for 0. Straight along the cell state, which factor is left over 60 steps when
#    training begins? Is that larger than the bound of part 1, and what has the LSTM gained? Which value of
#    the forget gate would keep half over 60 steps, and at which number inside its sigmoid?
# 3. *(1 point)* Some logs are shorter. The team fills them up with zeros *behind*, without a mask, and
#    the verdict on a log of 20 seconds is poor, although nothing in it is old. What happens in the
#    40 steps of zeros, even though the input is 0? Name two remedies. A colleague gives the net attention
#    over all 60 states, so that nothing has to be carried to the end, and says that no mask is needed then.
#    Is that so? What would the attention map show?
# 4. *(1 point)* The trained LSTM is right on 91 % of the test logs. "So it remembers over 60 steps", they
#    write. Which simple rule, one that never looks far back, should they compare it with, and why does the
#    sentence not follow? Describe an experiment with the trained net that measures how far back it
#    remembers: what is varied, what is kept the same, what is measured, and which outcome would show that
#    the sentence is wrong.
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_memory", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# 1. Each step back multiplies by $\mathrm{diag}(1 - h^2) \, U^T$. The rotation does not change a length and
#    $1 - h^2 \le 1$, so at most $0.95^{60} = 0.046$ is left. With the factor 1 the bound is 1, but it is only
#    a bound: wherever a unit is not 0, $1 - h^2 < 1$, and sixty such factors still make a small number.
#    Clipping makes a gradient smaller that is too large. It cannot bring back what has vanished: the share
#    of the early steps in the gradient stays as tiny as it was.
# 2. $f = \sigma(1) = 0.731$, and $0.731^{60} = 7 \cdot 10^{-9}$: far less than the bound 0.046. So at the
#    start nothing is won. What is gained is that $f$ can be *learnt*, for each unit and from the data at
#    each step: along the cell state a step multiplies by $f$ alone, with no matrix and no tanh, and $f$
#    can come as near to 1 as is needed. Half is kept at $f = 0.5^{1/60} = 0.9885$, and
#    $\sigma(a) = f$ at $a = \ln(f / (1 - f)) = 4.46$.
# 3. An input of 0 does not stop the cell: bias and $U$ go on changing the state at each step, and the forget
#    gate lets it fade (at $f = 0.9$, for example, $0.9^{40} = 0.015$ is left). The verdict is made from a
#    state that has read 40 steps of nothing. Remedies: a mask, so that the state stays as it was where a
#    step is not real; zeros in front instead of behind, where there is nothing to forget yet; or taking the
#    state after step 20, the last real one. Attention needs the mask as well: its softmax gives each of the
#    60 states a share, also the 40 made of padding. The map would show weight in the columns of seconds that
#    never were; with a mask their weights are 0 and the rest add up to 1.
# 4. To compare with: a rule that looks at the last ten seconds only, say. Where the valve is opened, that is
#    mostly near the end, so such a rule is right on most logs, too, and a net that forgets after ten steps
#    could reach 91 %. (The more frequent verdict, always given, looks nowhere and is the least to beat.)
#    The experiment: take real logs without an
#    opened valve, put the same opening in at 1, 5, 10, ... 60 steps before the end, equally often at each
#    distance, and change nothing else. Measure the share of right verdicts for each distance. The sentence
#    is wrong if the share falls, before 60, to what the net says of logs with no opening at all. Or show the
#    net twins that differ in that one second only, and measure by how much the last states or the scores
#    differ, against the distance: no difference, no memory.
#
# **Rubric**
#
# - Part 1: 0.95 to the power of 60, about 0.05 (0.25); the factors $1 - h^2$, at most 1, make the 0.046 a bound and
#   still shrink the signal when U does not (0.5; half of it for naming the tanh without saying that its slope is below
#   1 away from 0); clipping only shortens what is too long (0.25).
# - Part 2: 0.731 and about 7e-9 (0.25; anything from 6e-9 to 8e-9); not larger at the start (0.25), but the gate can be
#   learnt and nothing else multiplies on this way (0.25); 0.9885 and 4.46 (0.25; 0.99 and 4.4 to 4.6 are fine).
# - Part 3: bias and U, or the forget gate, go on changing the state (0.25); two remedies (0.25 for both; "train longer"
#   is none); attention needs the mask, because the softmax gives padding a share, too (0.25); the map would show
#   weight at steps that are not real (0.25).
# - Part 4: a simple rule to compare with, and why it does well: openings are mostly near the end (0.25); the distance is
#   varied and all else kept (0.25); shares, or differences of twins, measured for each distance (0.25); an outcome that
#   would refute the sentence (0.25). "Test on more logs" measures no distance and is none.
