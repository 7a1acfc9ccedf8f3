"""The checks pass what is right in any style, and say what is wrong in words a student can use."""

import math as math_module  # `math` stays unknown, as to a student who has not imported it
import re

import numpy as np
import pytest

from helpers import checks


def message(check, *args, **kwargs):
    with pytest.raises(AssertionError) as caught:
        check(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize("got", [[1.0, 2.0], (1, 2), np.float32([1, 2]), np.array([1.0, 2.0])])
def test_close_takes_any_array_like(got):
    checks.close(got, np.array([1.0, 2.0]))


def test_close_takes_a_tensor():
    tf = pytest.importorskip("tensorflow")
    checks.close(tf.constant([1.0, 2.0]), np.array([1.0, 2.0]))


def test_close_does_not_broadcast():
    text = message(checks.close, 1.0, np.ones(3), "relu(x)")
    assert "shape of relu(x)" in text and "(3,)" in text


def test_close_names_first_difference():
    text = message(checks.close, [1.0, 2.0, 4.0], [1.0, 2.0, 3.0], "y")
    assert "index (2,)" in text


def test_close_finds_nan():
    assert "index (1,)" in message(checks.close, [1.0, np.nan], [1.0, 2.0])


def test_close_names_the_mistake_that_was_made():
    mistakes = [([3.0, 3.0], "You added."), ([1.0, 2.0], "You multiplied.")]
    text = message(checks.close, [1.0, 2.0], [5.0, 6.0], mistakes=mistakes, hint="Try again.")
    assert "You multiplied." in text and "You added." not in text and "Try again." not in text


def test_mistake_of_another_shape_is_recognised():
    text = message(
        checks.close, np.zeros((3, 2)), np.zeros((2, 3)), mistakes=[(np.zeros((3, 2)), "Turned.")]
    )
    assert "Turned." in text


def test_none_asks_for_return():
    for text in (message(checks.close, None, [1.0]), message(checks.equal, None, 3)):
        assert "path of your function return" in text and "print only shows" in text


def test_text_instead_of_numbers():
    assert "not an array of numbers" in message(checks.close, ["a", "b"], [1.0, 2.0])


def test_ragged_list_is_said_to_be_no_array():
    text = " ".join(message(checks.shape, [[1, 2], [3]], (2, 2)).split())
    assert "cannot be read as an array: its parts have different lengths." in text


def test_shape_and_dtype():
    checks.shape(np.zeros((2, 3)), (2, 3))
    checks.dtype(np.float32([1]), np.floating)
    checks.dtype(np.uint8([1]), "uint8")
    assert "(3, 2)" in message(checks.shape, np.zeros((2, 3)), (3, 2))
    assert "float32" in message(checks.dtype, np.float64([1]), "float32")


def test_equal_reads_tuples_lists_and_numpy_alike():
    checks.equal([1, 2], (1, 2))
    checks.equal(np.int64(3), 3)
    checks.equal((np.int64(3), [4]), [3, (4,)])
    assert "Got: 4" in message(checks.equal, 4, 3, "the count")


def test_equal_tells_a_text_from_what_prints_alike():
    text = message(checks.equal, "23860", 23860, "the count").splitlines()
    assert text == ["the count is a text.", "Expected: 23860", "Got: '23860'"]
    text = message(checks.equal, "None", None, "the name").splitlines()
    assert text == ["the name is a text.", "Expected: None", "Got: 'None'"]
    assert message(checks.equal, None, "a").splitlines()[:2] == [
        "the result is None.",
        "Expected: 'a'",
    ]


@pytest.mark.parametrize("make", [np.array, list])
def test_equal_says_where_long_data_differ(make):
    text = message(checks.equal, make([*range(299), 0]), make(range(300)))
    if make is list:
        assert "The first difference is at index 299." in text
    text = message(checks.equal, make([*range(150), 0, *range(151, 300)]), make(range(300)))
    assert "The first difference is at index 150." in text
    assert "first difference" not in message(checks.equal, [1, 2], [1, 3])


def test_equal_names_the_mistake():
    assert "Off by one." in message(checks.equal, 4, 3, mistakes=[(4, "Off by one.")])


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (np.float64(0.068), "Got: 0.068"),
        (np.float32(0.1), "Got: 0.1"),
        (np.float64(np.nan), "Got: nan"),
        (np.int64(3), "Got: 3"),
        (np.bool_(True), "Got: True"),
        ((np.float64(0.5), [np.uint8(7)]), "Got: (0.5, [7])"),
        ({"units": np.int64(10)}, "Got: {'units': 10}"),
        ({np.float64(-1e-30)}, "Got: {-1e-30}"),
        (np.array([np.int64(0), np.True_, None]), "Got: [0 True None]"),
    ],
)
def test_numpy_scalars_are_shown_as_plain_numbers(got, said):
    lines = message(checks.equal, got, "something else").splitlines()
    assert said in lines


def test_a_message_shows_plain_numbers():
    text = message(checks.fail, f"It has {[np.int64(3)]}.", hint="Write np.float32(3).")
    assert text.splitlines() == ["It has [3].", "Hint: Write np.float32(3)."]
    assert "Got: KeyError: 3" in message(checks.call, {}.__getitem__, np.int64(3))


def test_finite_and_unchanged():
    checks.finite([1.0])
    checks.unchanged([1.0], [1.0])
    assert "NaN" in message(checks.finite, [np.nan])
    assert "in place" in message(checks.unchanged, [1.0], [2.0])


def cube(x):
    return float((x**3).sum())


def test_gradient():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    checks.gradient(cube, 3 * x**2, x)
    assert "finite differences" in message(checks.gradient, cube, -3 * x**2, x)
    assert "shape" in message(checks.gradient, cube, x[0], x)


def test_zero_gradient_is_accepted():
    checks.gradient(np.ptp, np.zeros(1), np.array([1.0]))


def test_numeric_gradient_leaves_its_point_alone():
    x = np.array([1.0, 2.0])
    checks.numeric_gradient(cube, x)
    assert x.tolist() == [1.0, 2.0]


def refuse(error):
    raise error


def test_raises():
    checks.raises(ValueError, refuse, ValueError("no"))
    assert "wrong exception" in message(checks.raises, ValueError, refuse, KeyError("no"))
    assert "should raise ValueError" in message(checks.raises, ValueError, float, 1)
    with pytest.raises(NotImplementedError):
        checks.raises(ValueError, refuse, NotImplementedError())


def test_messages_fit_the_validator_and_name_the_section():
    text = message(checks.close, np.arange(40.0), np.ones(40), hint="long " * 40, see="01_x: Dots")
    assert all(len(line) <= checks.WIDTH for line in text.splitlines())
    assert "Read again: lecture 01_x, section “Dots”." in text


def test_a_right_answer_passes_even_where_a_mistake_gives_the_same():
    checks.close([0.0], [0.0], mistakes=[([0.0], "You forgot the sign.")])


def unfinished():
    raise NotImplementedError


def test_call_returns_the_result_and_explains_a_crash():
    assert checks.call(max, 1, 2) == 2
    text = message(checks.call, float, "x", what="parse", hint="Give a number.", see="01_x: Dots")
    assert "parse" in text and "ValueError" in text and "Give a number." in text
    with pytest.raises(NotImplementedError):
        checks.call(unfinished)


def no_items():
    for item in []:
        last = item
    return last


def calls_itself(x):
    return calls_itself(x)


Z, TEXT, NOTHING, NUMBER = np.array([1.0, 2.0]), "relu", None, 3
SLIPS = [
    (lambda: np.array([1, 2]).__itruediv__(2), "make a new array"),
    (lambda: TEXT(Z), '== "relu"'),
    (lambda: Z(0), "square brackets"),
    (lambda: relu, "needs quotes"),  # noqa: F821
    (lambda: math.exp(0), "`import math`"),  # noqa: F821
    (lambda: dz, "spelled as where it was made"),  # noqa: F821
    (no_items, "an `if` or a loop was not entered"),
    (lambda: NOTHING[0], "Something is None"),
    (lambda: NOTHING + Z, "print only shows"),
    (lambda: NOTHING.shape, "rng.shuffle(x)"),
    (lambda: NOTHING(Z), "Something is None"),
    (lambda: NUMBER[0], "A single number stands"),
    (lambda: list(Z.sum()), "axis="),
    (lambda: max(*Z.sum()), "axis="),
    (lambda: list(range(*Z.sum())), "axis="),
    (lambda: [i for i, _ in Z], "A single number stands"),
    (lambda: len(np.float64(3)), "A single number stands"),
    (lambda: math_module.exp(Z), "NumPy's take arrays"),
    (lambda: int(Z), "NumPy's take arrays"),
    (lambda: np.max(0, Z), "np.maximum(0, z)"),
    (lambda: [1, 2][Z], "an index"),
    (lambda: range(2.0), "One whole number"),
    (lambda: Z ^ 2, "`**`"),
    (lambda: 2.0 ^ 2, "`**`"),
    (lambda: cube[Z], "activation(z)"),
    (lambda: cube * Z, "activation(z)"),
    (lambda: Z - Z.max, "x.sum()"),
    (lambda: np.tanh * Z, "activation(z)"),
    (lambda: np.sum < 2, "activation(z)"),
    (lambda: -cube, "activation(z)"),
    (lambda: np.exp(cube), "activation(z)"),
]
VALUES = [
    (lambda: max(0, Z), "np.any"),
    (lambda: [i for i, _ in [(1, 2, 3)]], "more or fewer values"),
    (lambda: [i for i, _ in [Z.shape]], "one number for each axis"),
    (lambda: [][0], "an empty list has none"),
    (lambda: Z.__setitem__(0, [1, 2]), "takes one number"),
    (lambda: np.array([[1], [1, 2]]), "have one length"),
    (lambda: math_module.exp(1000), "np.exp gives inf"),
    (lambda: 10.0**400, "1.8e308"),
    (lambda: calls_itself(1), "calls itself"),
]


@pytest.mark.parametrize(("function", "advice"), SLIPS + VALUES)
def test_call_reads_the_error(function, advice):
    text = " ".join(message(checks.call, function, hint="Mind the axes.").split())
    assert advice in text
    # A wrong name or kind has nothing to do with the task; a wrong value may have.
    assert ("Mind the axes." in text) == ((function, advice) in VALUES)


@pytest.mark.parametrize(
    "function",
    [
        lambda: Z @ np.ones(3),
        lambda: cube(Z, Z, Z),
        lambda: (lambda x, function: 0)(1),
        lambda: {}["function"],
        lambda: Z.method,
        lambda: len(zip([], [], strict=True)),
        lambda: [1] - [2],
        lambda: Z[5],
    ],
)
def test_call_gives_no_advice_that_does_not_fit(function):
    with pytest.raises(Exception) as caught:
        function()
    error = f"{caught.type.__name__}: {caught.value}"
    assert not [pattern for pattern in checks.ADVICE if re.search(pattern, error)]


def test_call_gives_the_hint_of_the_task():
    shapes = message(checks.call, refuse, ValueError("shapes (2,) (3,)"), hint="Mind the axes.")
    assert "arrow" not in shapes and "Hint: Mind the axes." in shapes
    other = " ".join(message(checks.call, refuse, KeyError("no"), hint="Mind the axes.").split())
    assert "the arrow further up. If that line looks right: Mind the axes." in other
    assert "arrow" in message(checks.call, refuse, KeyError("no"))


def test_mistake_of_another_shape_is_said_to_be_one():
    mistakes = [(np.zeros(6), "Flat.")]
    text = message(checks.close, np.zeros(6), np.zeros((2, 3)), "rows", mistakes=mistakes)
    assert "The shape of rows is wrong: (6,), not (2, 3)." in text and "Flat." in text


def test_values_that_print_alike_are_told_apart():
    text = " ".join(message(checks.close, np.float16([0.3]), [0.3], rtol=1e-6).split())
    assert "largest difference is 4.9e-05; your dtype is float16" in text
    assert "largest difference" not in message(checks.close, [1.0], [2.0])


def test_dtype_of_a_list():
    text = " ".join(message(checks.dtype, [0.5], "float32", hint="Another.").split())
    assert "np.array(..., dtype='float32')" in text and "Another." not in text


def fail_like_a_test_cell():
    checks.close(1.0, 2.0)


def test_traceback_ends_at_the_test_cell():
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    try:
        with pytest.raises(AssertionError) as caught:
            fail_like_a_test_cell()
        shown = "\n".join(caught.value._render_traceback_())
    finally:
        shell.clear_instance()
    assert "fail_like_a_test_cell" in shown and "Expected: 2." in shown
    assert "in fail(" not in shown and "raise error" not in shown
