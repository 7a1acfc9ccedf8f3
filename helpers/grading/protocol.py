"""How values pass between the checker and the student's kernel: JSON and raw bytes, never pickle.

A message is a list of byte strings. The first is JSON text; the others are the bytes of arrays, to
which it refers by position. A value is a plain JSON scalar or a list whose first item says what it
is (see the two classes). Lists, dictionaries, sets, arrays, generators of random numbers and Keras
models can be changed in place by who receives them, so both sides number them alike, as slots:
after a call the changed ones travel back.

The checker never trusts what comes from the student's side: sizes, depth and types are bounded, and
a broken message raises `ProtocolError`.
"""

from __future__ import annotations

import functools
import importlib
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

SCALARS = (type(None), bool, str)
NUMERIC = "biufc"
MAX_DEPTH = 100
MAX_ITEMS = 1_000_000
# What the checker takes from the student's side by name: classes of values, as in a dtype.
NAMED_BY_STUDENT = {
    "builtins": (bool, bytes, complex, dict, float, frozenset, int, list, set, str, tuple),
    "numpy": (np.ndarray, *np.sctypeDict.values()),
}
MAX_TREE = 8 * 2**20  # bytes of JSON
MAX_KEYS = 10_000  # that are no text: such can be chosen so that looking one up takes for ever
BYTES_PER_ITEM = 64  # how much of an array weighs as much as an item of a list


class ProtocolError(Exception):
    """A message that breaks the rules above, or a value that cannot travel."""


def pack(tree: Any, buffers: list[bytes]) -> list[bytes]:
    """Return the byte strings of a message."""
    try:
        return [json.dumps(tree, ensure_ascii=True, allow_nan=False).encode("ascii"), *buffers]
    except (ValueError, TypeError, RecursionError) as error:
        raise ProtocolError(f"not a message: {error}") from None


def unpack(frames: list[bytes]) -> tuple[Any, list[bytes]]:
    """Return a message's tree and buffers.

    Raises
    ------
    ProtocolError
        If the first byte string is missing or no JSON.
    """
    if not frames or len(frames[0]) > MAX_TREE:
        raise ProtocolError("an empty message, or too large a one")
    try:
        return json.loads(bytes(frames[0])), [bytes(frame) for frame in frames[1:]]
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"no JSON: {error}") from None


class Encoder:
    """Turns values into trees and buffers.

    Parameters
    ----------
    handle : callable
        Given an object that does not travel, returns the tree that stands for it, or raises.
    namespace : dict
        The notebook's names: its functions travel by name, as the module ``__main__``.
    slots : list, optional
        Objects that have numbers already, shared with the other side.
    classes_only : bool
        Whether functions stay behind handles, and only classes travel by name.
    opaque : tuple of type
        Classes whose instances are handles, whatever they say of themselves.
    """

    def __init__(
        self,
        handle: Callable[[Any], list],
        namespace: Mapping[str, Any],
        slots: list[Any] | None = None,
        classes_only: bool = False,
        opaque: tuple[type, ...] = (),
    ) -> None:
        self.slots: list[Any] = list(slots or ())
        self.buffers: list[bytes] = []
        self._numbers = {id(value): number for number, value in enumerate(self.slots)}
        self._handle = handle
        self._namespace = namespace
        self._classes_only = classes_only
        self._opaque = opaque

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the tree of a value; what it holds in bytes is added to `buffers`."""
        if depth > MAX_DEPTH:
            raise ProtocolError(f"nested more than {MAX_DEPTH} deep")
        if type(value) in self._opaque:
            return self._handle(value)
        if id(value) in self._numbers:
            return ["slot", self._numbers[id(value)]]
        try:
            plain = self._plain(value, depth)
        except ProtocolError:
            raise
        except Exception:  # it says of itself what it is not
            return self._handle(value)
        if plain is not None or value is None:
            return plain
        if self._classes_only and is_keras_model(value):  # a student's model stays where it is
            return self._handle(value)
        if is_mutable(value):
            self._numbers[id(value)] = number = len(self.slots)
            self.slots.append(value)
            return ["new", number, self.content(value, depth)]
        named = self._named(value, depth)
        return named if named is not None else self._handle(value)

    def content(self, value: Any, depth: int = 0) -> list:
        """Return the tree of what is in a mutable value."""
        if isinstance(value, np.ndarray):
            return self._array(value, depth)
        if isinstance(value, list):
            return ["list", *(self.encode(item, depth + 1) for item in value)]
        if isinstance(value, dict):
            pairs = ([self.encode(item, depth + 1) for item in pair] for pair in value.items())
            return ["dict", *pairs]
        if isinstance(value, set):
            return ["set", *(self.encode(item, depth + 1) for item in sorted(value, key=repr))]
        if isinstance(value, np.random.Generator):
            return ["rng", _plain_state(value.bit_generator.state)]
        return self._keras_model(value)

    def _plain(self, value: Any, depth: int) -> Any:
        """Return the tree of a value that cannot be changed, or None."""
        if isinstance(value, np.generic) and value.dtype.kind in NUMERIC:
            array = np.asarray(value)
            return ["scalar", array.dtype.str, self._bytes(array.tobytes())]
        # The base class is asked, so that a class of the student's own arrives as what it holds.
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return int.__int__(value)
        if isinstance(value, float):
            return ["float", float.hex(float.__float__(value))]
        if isinstance(value, complex):
            return ["complex", float.hex(value.real), float.hex(value.imag)]
        if isinstance(value, bytes):
            return ["bytes", self._bytes(bytes(value))]
        if isinstance(value, tuple):
            return ["tuple", *(self.encode(item, depth + 1) for item in tuple.__iter__(value))]
        if isinstance(value, frozenset):
            items = sorted(value, key=repr)
            return ["frozenset", *(self.encode(item, depth + 1) for item in items)]
        if isinstance(value, slice):
            parts = (value.start, value.stop, value.step)
            return ["slice", *(self.encode(item, depth + 1) for item in parts)]
        if isinstance(value, range):
            return ["range", value.start, value.stop, value.step]
        if value is Ellipsis:
            return ["ellipsis"]
        if isinstance(value, np.dtype) and value.kind in NUMERIC:
            return ["dtype", value.str]
        if is_tensor(value):
            array = np.asarray(value)
            if array.dtype.kind in NUMERIC:
                return ["tensor", array.dtype.str, list(array.shape), self._bytes(array.tobytes())]
        return None

    def _array(self, value: np.ndarray, depth: int) -> list:
        array = np.asarray(value)
        shape = [int(size) for size in array.shape]
        if array.dtype.kind in NUMERIC:
            return ["array", array.dtype.str, shape, self._bytes(array.tobytes())]
        items = (self.encode(item, depth + 1) for item in array.ravel().tolist())
        return ["objects", array.dtype.kind, shape, *items]

    def _named(self, value: Any, depth: int) -> list | None:
        if isinstance(value, functools.partial) and not self._classes_only:
            parts = (value.func, tuple(value.args), dict(value.keywords))
            return ["partial", *(self.encode(part, depth + 1) for part in parts)]
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(value, np.ufunc):
            module, name = "numpy", value.__name__
        if not isinstance(module, str) or not isinstance(name, str):
            return None
        if self._classes_only:
            known = any(value is kind for kind in NAMED_BY_STUDENT.get(module, ()))
            return ["named", module, name] if known else None
        if self._namespace.get(name) is value:
            return ["named", "__main__", name]
        return ["named", module, name] if resolve(module, name) is value else None

    def _keras_model(self, model: Any) -> list:
        import keras

        # No slots for copies of the weights: they are not what either side holds.
        weights = [self._array(np.asarray(weight), 0) for weight in model.get_weights()]
        return ["keras", json.dumps(keras.saving.serialize_keras_object(model)), *weights]

    def _bytes(self, data: bytes) -> int:
        self.buffers.append(data)
        return len(self.buffers) - 1


class Decoder:
    """Turns trees and buffers back into values, and refuses what is not as it should be.

    Parameters
    ----------
    buffers : list of bytes
    handle : callable
        Given the items of a handle's tree, returns the object that it stands for.
    namespace : dict
        Where names of the module ``__main__`` are looked up.
    slots : list, optional
        Objects that have numbers already, shared with the other side.
    trusted : bool
        Whether functions are imported by name and Keras models are built; never in the checker.
    """

    def __init__(
        self,
        buffers: list[bytes],
        handle: Callable[[list], Any],
        namespace: Mapping[str, Any],
        slots: list[Any] | None = None,
        trusted: bool = False,
    ) -> None:
        self.slots: dict[int, Any] = dict(enumerate(slots or ()))
        self._buffers = buffers
        self._handle = handle
        self._namespace = namespace
        self._trusted = trusted
        self._items = 0
        self._weights: dict[int, int] = {}  # how many items each slot holds, all in all

    def decode(self, tree: Any, depth: int = 0) -> Any:
        """Return the value of a tree.

        Raises
        ------
        ProtocolError
            If the tree is none, or too deep or too large.
        """
        self._count(1)
        if depth > MAX_DEPTH + 1:
            raise ProtocolError("too deep")
        if tree is None or isinstance(tree, bool | int | str):
            return tree
        if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
            raise ProtocolError("not a value")
        kind, *parts = tree
        try:
            return self._decode(kind, parts, depth)
        except ProtocolError:
            raise
        except RecursionError:
            raise ProtocolError("too deep") from None
        except Exception as error:  # whatever a wrong tree leads to
            raise ProtocolError(f"a broken {kind[:20]!r}: {error}") from None

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > MAX_ITEMS:
            raise ProtocolError(f"more than {MAX_ITEMS:,} items")

    def _decode(self, kind: str, parts: list, depth: int) -> Any:
        if kind == "slot":  # however often a value is used: it counts each time
            self._count(self._weights.get(_whole(parts[0]), 0))
            return self.slots[parts[0]]
        if kind == "new":
            return self._new(_whole(parts[0]), parts[1], depth)
        if kind == "handle":
            return self._handle(parts)
        if kind == "float":
            return float.fromhex(parts[0])
        if kind == "complex":
            return complex(float.fromhex(parts[0]), float.fromhex(parts[1]))
        if kind == "bytes":
            return self._buffers[_whole(parts[0])]
        if kind == "scalar":
            return self._numbers(parts[0], [], parts[1])[()]
        if kind == "tensor":
            return _as_tensor(self._numbers(*parts))
        if kind == "dtype":
            return _dtype(parts[0])
        if kind == "range":
            numbers = range(*(_integer(part) for part in parts))
            self._count(len(numbers))
            return numbers
        if kind == "ellipsis":
            return Ellipsis
        if kind == "named":
            return self._named(*parts)
        if kind in ("tuple", "frozenset", "slice"):
            items = [self.decode(part, depth + 1) for part in parts]
            if kind == "slice":
                return slice(*items)
            if kind == "tuple":
                return tuple(items)
            _check_keys(items)
            return frozenset(items)
        if kind == "partial" and self._trusted:
            function, args, keywords = (self.decode(part, depth + 1) for part in parts)
            return functools.partial(function, *args, **keywords)
        raise ProtocolError(f"an unknown kind, {kind[:20]!r}")

    def _new(self, number: int, content: Any, depth: int) -> Any:
        """Make a mutable value; lists and dictionaries may hold themselves."""
        if number in self.slots or not isinstance(content, list) or not content:
            raise ProtocolError("a slot used twice, or without content")
        before = self._items
        value = self._make(number, content, depth)
        held = getattr(value, "nbytes", 0) // BYTES_PER_ITEM
        self._weights[number] = self._items - before + held
        return value

    def _make(self, number: int, content: list, depth: int) -> Any:
        kind = content[0]
        if kind in ("list", "dict", "set"):
            empty: Any = {"list": list, "dict": dict, "set": set}[kind]()
            self.slots[number] = empty
            self.restore(empty, content, depth)
            return empty
        value: Any
        if kind == "array":
            value = self._numbers(*content[1:]).copy()
        elif kind == "objects":
            value = np.empty(_shape(content[2]), dtype=object)
            items = [self.decode(item, depth + 1) for item in content[3:]]
            if len(items) != value.size:
                raise ProtocolError("an array with too few or too many items")
            for index, item in enumerate(items):
                value.flat[index] = item
            if content[1] in "US":
                value = value.astype(str if content[1] == "U" else bytes)
        elif kind == "rng":
            value = np.random.Generator(_bit_generator(content[1]))
        elif kind == "keras" and self._trusted:
            value = self._keras_model(content[1], content[2:])
        else:
            raise ProtocolError("an unknown kind of slot")
        self.slots[number] = value
        return value

    def restore(self, value: Any, content: list, depth: int = 0) -> None:
        """Change a mutable value in place, so that it holds what `content` says."""
        kind, *parts = content
        if kind == "list" and isinstance(value, list):
            value[:] = [self.decode(part, depth + 1) for part in parts]
        elif kind == "dict" and isinstance(value, dict):
            pairs = [[self.decode(item, depth + 1) for item in pair] for pair in parts]
            _check_keys([key for key, _ in pairs])
            value.clear()
            value.update((key, item) for key, item in pairs)
        elif kind == "set" and isinstance(value, set):
            items = [self.decode(part, depth + 1) for part in parts]
            _check_keys(items)
            value.clear()
            value.update(items)
        elif kind == "array" and isinstance(value, np.ndarray):
            changed = self._numbers(*parts)
            if changed.shape != value.shape:
                if changed.size != value.size:
                    raise ProtocolError("an array that was given another size")
                value.shape = changed.shape
            value[...] = changed
        elif kind == "objects" and isinstance(value, np.ndarray):
            for index, part in enumerate(parts[2:]):
                value.flat[index] = self.decode(part, depth + 1)
        elif kind == "rng" and isinstance(value, np.random.Generator):
            value.bit_generator.state = parts[0]
        elif kind == "keras":
            value.set_weights([self._numbers(*part[1:]) for part in parts[1:]])
        else:
            raise ProtocolError("an argument that became something else")

    def _numbers(self, dtype: str, shape: list, buffer: int) -> np.ndarray:
        data, sizes = self._buffers[_whole(buffer)], _shape(shape)
        kind = _dtype(dtype)
        if math.prod(sizes) * kind.itemsize != len(data):
            raise ProtocolError("an array whose bytes do not fit its shape")
        return np.frombuffer(data, dtype=kind).reshape(sizes)

    def _named(self, module: str, name: str) -> Any:
        if not self._trusted:
            for kind in NAMED_BY_STUDENT.get(module, ()):
                if getattr(kind, "__name__", None) == name:
                    return kind
            raise ProtocolError("a name that is not known")
        if module == "__main__":
            if name not in self._namespace:
                raise ProtocolError(f"the notebook has no {name}")
            return self._namespace[name]
        importlib.import_module(module)
        return resolve(module, name)

    def _keras_model(self, text: str, weights: list) -> Any:
        import keras

        model = keras.saving.deserialize_keras_object(
            json.loads(text), custom_objects=dict(self._namespace)
        )
        model.set_weights([self._numbers(*weight[1:]) for weight in weights])
        return model


def slots_of(numbers: Iterable[int], live: Mapping[int, list[Any]]) -> list[Any]:
    """Return the objects that have slots because of some handles, each once."""
    found = {id(slot): slot for number in numbers for slot in live.get(number, ())}
    return list(found.values())


def snapshot(
    slots: list[Any], handle: Callable[[Any], list], namespace: Mapping[str, Any], **settings: Any
) -> list[tuple[Any, list[bytes]]]:
    """Return what is in each slot now, to be compared later."""
    found = []
    for slot in slots:
        encoder = Encoder(handle, namespace, slots, **settings)
        found.append((encoder.content(slot), encoder.buffers))
    return found


def is_mutable(value: Any) -> bool:
    """Return whether a value travels as a slot: it can be changed in place."""
    return isinstance(value, np.ndarray | list | dict | set | np.random.Generator) or (
        is_keras_model(value)
    )


def is_keras_model(value: Any) -> bool:
    """Return whether a value is a Keras model; does not import Keras."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def is_tensor(value: Any) -> bool:
    """Return whether a value is a tensor or a variable of TensorFlow or Keras, without import."""
    tensorflow, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
    try:
        return (
            tensorflow is not None and isinstance(value, tensorflow.Tensor | tensorflow.Variable)
        ) or (keras is not None and isinstance(value, keras.Variable))
    except AttributeError:  # half imported
        return False


def resolve(module: str, name: str) -> Any:
    """Return what an imported module has under a name (`A.b` for a class' attribute), or None."""
    found = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _check_keys(keys: list) -> None:
    if len(keys) > MAX_KEYS and not all(isinstance(key, str) for key in keys):
        raise ProtocolError(f"more than {MAX_KEYS:,} keys")


def _as_tensor(array: np.ndarray) -> Any:
    tensorflow = sys.modules.get("tensorflow")
    return array.copy() if tensorflow is None else tensorflow.constant(array)


def _dtype(text: Any) -> np.dtype:
    dtype = np.dtype(str(text)[:10])
    if dtype.kind not in NUMERIC:
        raise ProtocolError("not a dtype of numbers")
    return dtype


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ProtocolError("not a number of a buffer or slot")
    return value


def _integer(value: Any) -> int:
    if not isinstance(value, int) or abs(value) > 2**62:
        raise ProtocolError("not a whole number of this size")
    return value


def _shape(sizes: Any) -> tuple[int, ...]:
    if not isinstance(sizes, list) or len(sizes) > 32:
        raise ProtocolError("not a shape")
    shape = tuple(_whole(size) for size in sizes)
    if math.prod(shape) > 2**40:
        raise ProtocolError("too large a shape")
    return shape


def _plain_state(state: Any) -> Any:
    """Return a bit generator's state with NumPy's numbers as Python's, so that JSON takes it."""
    if isinstance(state, dict):
        return {str(key): _plain_state(value) for key, value in state.items()}
    if isinstance(state, np.ndarray | np.generic):
        return state.tolist()
    return state


def _bit_generator(state: dict) -> np.random.BitGenerator:
    kinds = {
        kind.__name__: kind
        for kind in (
            np.random.PCG64,
            np.random.MT19937,
            np.random.Philox,
            np.random.SFC64,
            np.random.PCG64DXSM,
        )
    }
    generator = kinds[state["bit_generator"]]()
    generator.state = state  # type: ignore[assignment]
    return generator
