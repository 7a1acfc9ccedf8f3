"""Assertions that teach: they say what was expected, what came, what the likely mistake is.

Every check raises `AssertionError` and nothing else. `see` names the lecture section to read
again, as ``"01_tensors: Broadcasting"``. `mistakes` are values that typical misunderstandings lead
to, each with the sentence a student should read who got exactly that value.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NoReturn

import numpy as np
from IPython import get_ipython

WIDTH = 76  # nbgrader's validator cuts longer lines off

# What an error's own words say about its cause, whatever the task. The first match counts.
FUNCTION = r"'?(\w*function\w*|method|numpy\.(ufunc|_Array\w+))\b'?"  # as errors name their types
NUMBER = r"(?:numpy\.)?(u?int|float|bool)[\d_]*'?"
ADVICE = {
    r"truth value of an": "`if`, `and` and max(...) need one truth value, and an array has one for "
    "each entry. Use np.maximum, np.where, a loop or np.any(...).",
    r"Cannot cast ufunc|same_kind": "`/=` and `+=` write into the array they are given, and its "
    "dtype cannot hold the result: whole numbers have no fractions. `a / b` and `a + b` make a new "
    "array.",
    r"bitwise_xor|for \^": "`^` is no power in Python; `**` is, as in x ** 2.",
    rf"((operand|instances).*|not|type) {FUNCTION}|{FUNCTION} object": "A function stands where a "
    "value is needed. Round brackets call it: activation(z), x.sum().",
    r"NoneType": "Something is None here. Was None passed, or does a function that you call return "
    "nothing? print only shows, rng.shuffle(x) and x.sort() change x: these return None.",
    r"'str' object is not callable": "A text is no function, so it cannot be called. Compare it: "
    '`activation == "relu"`, with the quotes.',
    r"not callable": "Round brackets behind a name call a function, and this is none. An index "
    "takes square brackets; a product needs `*` or `@`.",
    r"UnboundLocalError|free variable": "This name is used before it gets a value. Perhaps an `if` "
    "or a loop was not entered, or it hides a function of that name, as in `sum = sum(x)`.",
    r"name '(relu|sigmoid|tanh|softmax|linear)'": "Python does not know this name. A text needs "
    'quotes: `activation == "relu"`. A function is written or imported first, and NumPy\'s have '
    "`np.` in front: np.tanh(z).",
    r"NameError": "Python does not know this name. Is it spelled as where it was made? NumPy's "
    "functions have `np.` in front (np.log), modules are imported first (`import math`), and what "
    "another function makes stays in there.",
    r"only (0-dimensional|length-1|size-1) arrays|real number, not (list|tuple)": "One number is "
    "needed here, and several came. float(...), int(...) and the functions of `math` take single "
    "numbers; NumPy's take arrays: np.exp(z).",
    r"only integer scalar arrays|interpreted as an integer": "One whole number is needed here: a "
    "size, an index, or the second argument of np.max and np.sum, which is an axis. "
    "np.maximum(0, z) compares entry by entry.",
    rf"\b{NUMBER} (object is not [si]|has no len)|iterable.* {NUMBER}|0-d|unsized|scalar var": "A "
    "single number stands where several values were expected. Does a sum or a mean lack its axis=, "
    "or a loop its range(...)?",
    r"values to unpack": "There are more or fewer values than names to take them. An array counts "
    "as its rows; its shape has one number for each axis.",
    r"index out of range": "The last of n entries has the index n - 1, and an empty list has none. "
    "Assigning to an index makes no list longer; .append does.",
    r"element with a sequence": "An entry of an array takes one number, and a list makes an array "
    "only if its parts have one length.",
    r"math range|result out of range|int too large": "A number is too large for a float, which "
    "ends near 1.8e308: there math.exp stops and np.exp gives inf. exp(x) is safe for x <= 0.",
    r"RecursionError": "A function calls itself without end, or too deeply for Python. Does each "
    "call come nearer to a case that returns at once?",
}
ABOUT_SHAPES = r"shape|dimension|broadcast|out of bounds|size|axis|axes"
NONE = (
    "Does every path of your function return something? print only shows, rng.shuffle(x) and "
    "x.sort() change x: these return None."
)


def fail(
    problem: str,
    expected: Any = None,
    got: Any = None,
    hint: str | None = None,
    see: str | None = None,
) -> NoReturn:
    """Raise an `AssertionError` that names the problem and, where given, what to do about it.

    Raises
    ------
    AssertionError
        Always.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of the student's traceback
    parts = [_plainly(problem)]
    if expected is not None:
        parts.append(f"Expected: {_short(expected)}")
    if got is not None:
        parts.append(f"Got: {_short(got)}")
    if hint:
        parts.append(f"Hint: {hint}")
    if see:
        lecture, _, section = see.partition(": ")
        parts.append(f"Read again: lecture {lecture}, section “{section}”.")
    error: Any = AssertionError("\n".join(_wrap(part) for part in parts))
    error._render_traceback_ = lambda: _traceback(error)  # IPython asks for it
    raise error


def that(condition: Any, problem: str, hint: str | None = None, see: str | None = None) -> None:
    """Check that something holds; `problem` says what is wrong when it does not."""
    __tracebackhide__ = True
    if not condition:
        fail(problem, hint=hint, see=see)


def shape(
    got: Any,
    expected: tuple[int, ...],
    what: str = "the result",
    hint: str | None = None,
    see: str | None = None,
) -> None:
    """Check the shape of anything that NumPy can read as an array."""
    __tracebackhide__ = True
    array = _array(got, what, see)
    if array.shape != tuple(expected):
        fail(f"The shape of {what} is wrong.", tuple(expected), array.shape, hint, see)


def dtype(
    got: Any,
    expected: Any,
    what: str = "the result",
    hint: str | None = None,
    see: str | None = None,
) -> None:
    """Check the dtype: an exact one (``"uint8"``) or a kind (``np.floating``)."""
    __tracebackhide__ = True
    array = _array(got, what, see)
    if not np.issubdtype(array.dtype, expected):
        name = getattr(expected, "__name__", str(expected))
        if isinstance(got, list | tuple):
            made = "" if name == "floating" else f", dtype='{name}'"
            hint = f"You returned a Python list; np.array(...{made}) turns it into an array."
        fail(f"The dtype of {what} is wrong.", name, str(array.dtype), hint, see)


def close(
    got: Any,
    expected: Any,
    what: str = "the result",
    rtol: float = 1e-5,
    atol: float = 1e-7,
    mistakes: Sequence[tuple[Any, str]] = (),
    hint: str | None = None,
    see: str | None = None,
) -> None:
    """Check shape and values, up to ``atol + rtol * abs(expected)``.

    Parameters
    ----------
    got, expected : array_like of numbers
    what : str
        What was computed, as it should stand in the message: ``"relu(x)"``.
    rtol, atol : float
        The defaults let float32 pass where the reference is float64.
    mistakes : sequence of (array_like, str)
        Wrong values that a known misunderstanding gives, and what to tell who has it.
    hint : str, optional
        Said when no known mistake matches.
    see : str, optional
        ``"lecture: Section"`` to read again.
    """
    __tracebackhide__ = True
    array = _array(got, what, see)
    expected = np.asarray(expected)
    if array.shape == expected.shape and _all_close(array, expected, rtol, atol):
        return  # before the mistakes: one of them may give the right values on some data
    for wrong, advice in mistakes:
        if array.shape == np.shape(wrong) and _all_close(array, wrong, rtol, atol):
            if array.shape == expected.shape:
                fail(f"The values of {what} are wrong.", expected, array, advice, see)
            shapes = f"{array.shape}, not {expected.shape}"
            fail(f"The shape of {what} is wrong: {shapes}.", expected, array, advice, see)
    shape(array, expected.shape, what, hint, see)
    where = np.argwhere(~np.isclose(array, expected, rtol, atol, equal_nan=True))[0]
    at = f" (first difference at index {tuple(map(int, where))})" if len(where) else ""
    problem = f"The values of {what} are wrong{at}."
    if array.dtype == np.float16 or _short(expected) == _short(array):  # print does not tell why
        largest = np.max(np.abs(np.subtract(array, expected, dtype=np.result_type(expected, 1.0))))
        problem += f" The largest difference is {largest:.1e}; your dtype is {array.dtype}."
    fail(problem, expected, array, hint, see)


def equal(
    got: Any,
    expected: Any,
    what: str = "the result",
    mistakes: Sequence[tuple[Any, str]] = (),
    hint: str | None = None,
    see: str | None = None,
) -> None:
    """Check plain data (numbers, text, tuples, lists, None) for equality; a list may be a tuple."""
    __tracebackhide__ = True
    if got is None and expected is not None:
        fail(f"{what} is None.", _quoted(expected), hint=NONE, see=see)
    plain = _plain(got)
    if plain != _plain(expected):
        advice = next((text for wrong, text in mistakes if plain == _plain(wrong)), hint)
        a_text = isinstance(got, str) and not isinstance(expected, str)
        problem = f"{what} is a text." if a_text else f"{what} is wrong."
        if isinstance(plain, list) and _short(got) == _short(expected):  # which leaves much out
            same = (one == other for one, other in zip(plain, _plain(expected), strict=False))
            problem += f" The first difference is at index {[*same, False].index(False)}."
        fail(problem, _quoted(expected), _quoted(got), advice, see)


def finite(
    got: Any, what: str = "the result", hint: str | None = None, see: str | None = None
) -> None:
    """Check that there is no NaN and no infinity."""
    __tracebackhide__ = True
    array = _array(got, what, see)
    if not np.all(np.isfinite(array)):
        fail(f"{what} has NaN or infinite values.", "finite numbers", array, hint, see)


def unchanged(before: Any, after: Any, what: str = "x", see: str | None = None) -> None:
    """Check that a function left its argument alone: `before` is a copy made before the call."""
    __tracebackhide__ = True
    before, after = np.asarray(before), np.asarray(after)
    if not np.array_equal(before, after):
        hint = "`+=`, `x[...] = ...`, shuffle(x) and x.sort() write into the given array."
        hint += " Make a new one instead."
        problem = f"Your function changed its argument {what} in place."
        if before.shape != after.shape:
            fail(problem, f"shape {before.shape}", f"shape {after.shape}", hint, see)
        if before.size > 20:  # a whole batch would hide the one thing to see
            index = tuple(map(int, np.argwhere(before != after)[0]))
            problem += f" The first changed entry has index {index}."
            before, after = before[index], after[index]
        fail(problem, before, after, hint, see)


def gradient(
    function: Callable[[np.ndarray], float],
    got: Any,
    x: np.ndarray,
    what: str = "the gradient",
    step: float = 1e-5,
    rtol: float = 1e-4,
    hint: str | None = None,
    see: str | None = None,
) -> None:
    """Check a gradient against central differences of the function at `x`.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `x`, returns a number.
    got : array_like of the shape of `x`
        The gradient to check.
    x : ndarray of float64
    step : float
        Half the distance of the two points. The error of central differences falls with its
        square, the rounding error of float64 grows with its inverse; 1e-5 balances the two.
    rtol : float
        Largest accepted ``norm(got - numeric) / (norm(got) + norm(numeric))``.
    """
    __tracebackhide__ = True
    shape(got, x.shape, what, hint, see)
    numeric = numeric_gradient(function, x, step)
    got = np.asarray(got, dtype=float)
    scale = np.linalg.norm(got) + np.linalg.norm(numeric)
    error = np.linalg.norm(got - numeric) / scale if scale > 0 else 0.0
    if not error <= rtol:
        fail(
            f"{what} disagrees with finite differences: "
            f"the relative error is {error:.1e}, and it should be at most {rtol:.0e}.",
            numeric,
            got,
            hint,
            see,
        )


def numeric_gradient(
    function: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-5
) -> np.ndarray:
    """Return the gradient by central differences, ``(f(x + h) - f(x - h)) / 2h`` for each entry."""
    x = np.array(x, dtype=float)
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + step
        above = float(function(x.copy()))
        x[index] = here - step
        below = float(function(x.copy()))
        x[index] = here
        result[index] = (above - below) / (2 * step)
    return result


def call(
    function: Callable[..., Any],
    *args: Any,
    what: str = "The call",
    hint: str | None = None,
    see: str | None = None,
) -> Any:
    """Call a function and return its result; where it stops with an error, say what to think of.

    The student's own traceback stays above the message, since it shows the line to look at. What
    the error says decides on the advice. `hint` is for errors that speak of shapes or values, and
    comes second where nothing is known of the error.
    """
    __tracebackhide__ = True
    try:
        return function(*args)
    except NotImplementedError:  # an untouched stub: say so, not "stopped with an error"
        raise
    except Exception as error:  # whatever the student's code may raise
        problem, text = f"{what} stopped with an error.", f"{type(error).__name__}: {error}"
        advice = next((ADVICE[pattern] for pattern in ADVICE if re.search(pattern, text)), None)
        if advice and isinstance(error, NameError | TypeError | AttributeError):
            fail(problem, got=text, hint=advice)  # a slip: the task has nothing to do with it
        if advice:
            hint = f"{advice} {hint}" if hint else advice
        elif not (hint and re.search(ABOUT_SHAPES, text)):
            look = "Python stopped in your function: look at the line with the arrow further up."
            hint = f"{look} If that line looks right: {hint}" if hint else look
        fail(problem, got=text, hint=hint, see=see)


def raises(
    exception: type[Exception],
    function: Callable[..., Any],
    *args: Any,
    what: str = "The call",
    hint: str | None = None,
    see: str | None = None,
) -> None:
    """Check that a call raises the exception it should raise for bad input."""
    __tracebackhide__ = True
    try:
        result = function(*args)
    except NotImplementedError:  # an untouched stub: say so, not "the wrong exception"
        raise
    except exception:
        return
    except Exception as error:  # any other exception is the finding
        fail(f"{what} raised the wrong exception.", exception.__name__, repr(error), hint, see)
    got = "None" if result is None else result
    fail(f"{what} should raise {exception.__name__}.", exception.__name__, got, hint, see)


def _traceback(error: BaseException) -> list[str]:
    """Return what IPython prints for an error, down to the test cell and not into this module."""
    frames, part = [], error.__traceback__
    while part is not None:
        if part.tb_frame.f_globals.get("__name__") != __name__:
            frames.append(part)
        part = part.tb_next
    shown = None
    for part in reversed(frames):
        shown = TracebackType(shown, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return get_ipython().InteractiveTB.structured_traceback(type(error), error, shown)


def _array(value: Any, what: str, see: str | None) -> np.ndarray:
    __tracebackhide__ = True
    if value is None:
        fail(f"{what} is None.", hint=NONE, see=see)
    try:
        array = np.asarray(value)
    except Exception as error:  # ragged lists, exotic objects
        why = "its parts have different lengths" if "inhomogeneous" in str(error) else error
        fail(f"{what} cannot be read as an array: {why}.", see=see)
    if array.dtype.kind not in "biufc":  # text, objects, dates
        fail(f"{what} is not an array of numbers.", got=value, see=see)
    return array


def _all_close(got: Any, expected: Any, rtol: float, atol: float) -> bool:
    try:
        return bool(np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True))
    except TypeError:  # text against numbers
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic) or hasattr(value, "numpy"):
        value = np.asarray(value).tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _quoted(value: Any) -> Any:
    """Return text in quotes, since '3' is not 3, and None as text, since `fail` leaves None out."""
    return repr(value) if value is None or isinstance(value, str) else value


def _short(value: Any) -> str:
    if isinstance(value, str):
        return _plainly(value)
    if isinstance(value, np.ndarray):
        text = _plainly(np.array2string(value, precision=5, threshold=20, edgeitems=3))
        return text if "\n" not in text else "\n" + text
    text = _plainly(repr(value))
    return text if len(text) <= 300 else text[:300] + " ..."


def _plainly(text: str) -> str:
    """Write Python's own numbers for NumPy 2's, whose repr names their type: 0 for np.int64(0)."""
    return re.sub(r"\bnp\.(?:(?:u?int|float)\d+\(([-+.\w]+)\)|(True|False)_)", r"\1\2", text)


def _wrap(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent="  ", break_long_words=False)
        for line in text.split("\n")
    )
