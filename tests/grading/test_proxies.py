"""What passes between the checker and a student's kernel, without a kernel in between."""

import functools

import keras
import numpy as np
import pytest

from helpers.grading import protocol
from helpers.grading.agent import Handles, answer
from helpers.grading.protocol import Decoder, ProtocolError, pack, unpack
from helpers.grading.proxies import Connection

STUDENT = """
import numpy as np

class Value:
    def __init__(self, data): self.data = data
    def __sub__(self, other): return Value(0.0)
    def __eq__(self, other): return True
    __hash__ = object.__hash__
    def __array__(self, dtype=None, copy=None): return np.array([self.data])

class Own(ValueError):
    pass

def same(x): return x
def adds(x): x += 1; return x
def collects(items, table): items.append(3); table["n"] = items
def counts(x):
    for number in range(3):
        x += 1
        yield number
def draws(rng): return rng.random()
def uses(function, x): return function(x)
def fails(): raise Own("mine")
def leaves(): raise SystemExit(3)
def ends(x): raise StopIteration
def huge(): return range(10**10)
def doubles():
    items = [0] * 10
    for _ in range(10):
        items = [items] * 10
    return items
number = 3
class Tunes:
    def __init__(self, model): self.model = model
    def step(self, sizes=(1,)):
        for size in sizes:
            self.model.set_weights([w + size for w in self.model.get_weights()])
    def weights(self): return self.model.get_weights()
class Keeps:
    def __init__(self, items): self.items = items
    def seen(self, other): other.append(0); return [list(item) for item in self.items]
"""


@pytest.fixture
def connection():
    """Return a connection to an agent that has the code above, in this process."""
    theirs, handles = {}, Handles()
    exec(STUDENT, theirs)
    return Connection(lambda frames: answer(frames, theirs, handles), {})


@pytest.fixture
def student(connection):
    """Return a function that gets one of the student's names."""
    return lambda name: connection.fetch([name])[name]


@pytest.mark.parametrize(
    "value",
    [
        None, True, 7, -(10**40), 0.1, 1 + 2j, "ä😀", b"\x00", (1, (2.5, None)),
        {"a": [1, 2], 3: {"b"}}, frozenset({1}), slice(1, None, 2), range(3), ...,
        np.dtype("float32"), np.float16(1.5), np.int64(3), np.float32, int,
    ],
    ids=repr,
)  # fmt: skip
def test_plain_data_comes_back_as_it_went(student, value):
    got = student("same")(value)
    assert type(got) is type(value) and got == value


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)), np.array(2.5), np.arange(6, dtype="uint8").reshape(2, 3).T,
        np.array([True, False]), np.array([1j]), np.array(["a", "bc"]),
        np.array([[1, 2], [3]], dtype=object),
    ],
    ids=lambda array: f"{array.dtype}-{array.shape}",
)  # fmt: skip
def test_arrays_keep_shape_dtype_and_values(student, array):
    got = student("same")(array)
    assert got is array  # as in one process: the result is the argument
    copy = student("same")([array])[0]
    assert copy.shape == array.shape and copy.dtype == array.dtype
    assert copy.tolist() == array.tolist()


def test_what_is_not_finite_travels_too(student):
    assert np.isnan(student("same")(float("nan")))
    assert student("same")(float("-inf")) == float("-inf")


def test_arguments_changed_in_place_are_seen_to_be(student):
    x, items, table = np.zeros(2), [1], {}
    assert student("adds")(x) is x and x.tolist() == [1, 1]
    student("collects")(items, table)
    assert items == [1, 3] and table["n"] is items


def test_an_iterator_changes_its_arguments_later_and_sees_changes(student):
    x = np.zeros(1)
    iterator = iter(student("counts")(x))
    assert next(iterator) == 0 and x.tolist() == [1]
    x[:] = 10
    assert list(iterator) == [1, 2] and x.tolist() == [12]


def test_a_keras_model_is_the_same_on_both_sides_however_often_it_changes(student):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    model.set_weights([np.zeros((2, 3)), np.zeros(3)])
    tunes = student("Tunes")(model)
    for steps in (1, 2, 3):
        tunes.step(np.array([0.25, 0.75]))
        np.testing.assert_array_equal(model.get_weights()[0], np.full((2, 3), steps))
    np.testing.assert_array_equal(tunes.weights()[1], np.full(3, 3))
    model.set_weights([np.ones((2, 3)), np.zeros(3)])
    np.testing.assert_array_equal(tunes.weights()[0], np.ones((2, 3)))


def test_what_a_check_puts_into_an_argument_later_arrives(student):
    items, new = [[1]], [2]
    keeps = student("Keeps")(items)
    items.append(new)
    assert keeps.seen(new) == [[1], [2, 0]]
    items.append([3])
    for zeros in (1, 2, 3):
        other = []
        assert keeps.seen(new) == [[1], [2, *[0] * (zeros + 1)], [3]]
        assert keeps.seen(other) == keeps.seen([]) and other == [0]
    assert items == [[1], [2, 0, 0, 0, 0], [3]]


def test_a_generator_of_random_numbers_goes_on_where_the_student_left_it(student):
    rng, reference = np.random.default_rng(5), np.random.default_rng(5)
    assert student("draws")(rng) == reference.random()
    assert rng.random() == reference.random()


def test_functions_travel_by_name(student):
    assert student("uses")(np.tanh, 0.0) == 0
    assert student("uses")(functools.partial(np.add, 2), 1) == 3
    assert student("uses")(student("adds"), np.zeros(1)).tolist() == [1]
    with pytest.raises(TypeError, match="cannot travel"):
        student("uses")(lambda x: x, 1)


def test_an_object_that_equals_everything_equals_nothing(student):
    value = student("Value")(3)
    assert value.data == 3 and isinstance(value, student("Value"))
    assert value == value and value != 3 and value != student("Value")(3)
    assert np.asarray(value).tolist() == [3]
    with pytest.raises(TypeError):
        value - 3
    with pytest.raises(TypeError):
        np.ones(1) - value
    with pytest.raises(TypeError):
        bool(value)


def test_errors_keep_the_class_that_a_check_may_ask_for(student):
    with pytest.raises(ValueError, match="mine"):
        student("fails")()
    with pytest.raises(RuntimeError, match="SystemExit"):
        student("leaves")()
    with pytest.raises(RuntimeError, match="StopIteration"):  # would end a check's own loop
        list(map(student("ends"), [1]))


def test_results_that_only_look_small_are_refused(student):
    for name in ("huge", "doubles"):
        with pytest.raises(ProtocolError, match="items"):
            student(name)()


def test_a_missing_name_is_left_out_and_data_is_data(connection):
    assert connection.fetch(["number", "nothing"]) == {"number": 3}


@pytest.mark.parametrize(
    "tree",
    [
        [], [1], {"a": 1}, ["unknown"], ["slot", 0], ["slot", -1], ["float", "x"],
        ["new", 0, ["array", "<f8", [2], 0]], ["new", 0, ["array", "|O", [1], 0]],
        ["new", 0, ["array", "<f8", [-1], 0]], ["new", 0, ["objects", "O", [5]]],
        ["new", 0, ["keras", "{}"]], ["new", 0, ["rng", {"bit_generator": "os"}]],
        ["named", "os", "system"], ["named", "numpy", "ctypeslib.ctypes.CDLL"],
        ["partial", ["named", "builtins", "int"], ["tuple"], ["tuple"]],
        ["set", ["new", 0, ["list"]]], ["new", 0, ["set", ["new", 1, ["list"]]]],
        ["range", 0, 10**12, 1], ["tensor", "<f8", [10**9], 0],
    ],
    ids=str,
)  # fmt: skip
def test_a_broken_message_is_refused(tree):
    with pytest.raises(ProtocolError):
        Decoder([b"1234567"], handle=lambda parts: None, namespace={}).decode(tree)


def test_depth_and_size_of_a_message_are_bounded():
    deep = ["tuple"]
    for _ in range(200):
        deep = ["tuple", deep]
    with pytest.raises(ProtocolError, match="deep"):
        Decoder([], handle=lambda parts: None, namespace={}).decode(deep)
    for frames in ([], [b"[" * 100_000], [b"{"], [b" " * (protocol.MAX_TREE + 1)], [b"\xff"]):
        with pytest.raises(ProtocolError):
            unpack(frames)


@pytest.mark.parametrize(
    "lie",
    [
        ["ok"], ["ok", 1], ["ok", [], 1], ["ok", [[0]], 1, 0.0, []],
        ["ok", [[7, ["list"]]], 1, 0.0, []],
        ["ok", [[0, ["array", "<f8", [3], 0]]], 1, 0.0, []], ["stop", []], {"a": 1}, None, 3,
        ["raised", [], "x"], ["handle", 99, []],
    ],
    ids=str,
)  # fmt: skip
def test_a_lying_agent_is_found_out(lie):
    def ask(frames):
        question, _ = unpack(frames)
        named = {"f": ["handle", 0, ["builtins.function"]]}
        return pack(named if question[0] == "describe" else lie, [b"\0" * 24])

    function = Connection(ask, {}).fetch(["f"])["f"]
    with pytest.raises(ProtocolError):
        function(np.zeros(2))
