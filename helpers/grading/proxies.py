"""What the checker has in place of a student's objects: proxies that ask the student's kernel.

Plain data that comes back is judged here, on this side. What an object claims about itself is
never a verdict: two proxies are equal only if they stand for the same object, and none is equal to
plain data, so an object that "equals everything" equals nothing. For the same reason a proxy knows
no arithmetic: what the student's `-` makes of an expected value is no measure of a difference.
"""

from __future__ import annotations

import builtins
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from helpers.grading.protocol import (
    Decoder,
    Encoder,
    ProtocolError,
    pack,
    slots_of,
    snapshot,
    unpack,
)

NAME_LIMIT, TEXT_LIMIT = 200, 2000
OWN_OR_PLAIN = ("builtins", "__main__", "numpy", "helpers")


class StudentIteration:
    """An iterator of the student's, asked for one item at a time."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return _apply(self._proxy, "next")


class Proxy:
    """Stands for an object in the student's kernel: a function, a class, an instance, a model."""

    __array_ufunc__ = None  # `array - proxy` is an error, too

    def __init__(self, connection: Connection, number: int, kinds: list[str]) -> None:
        object.__setattr__(self, "_course", (connection, number, kinds))

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # type: ignore[override]
        """The first of the object's classes that is known here, so that `isinstance` works."""
        for name in object.__getattribute__(self, "_course")[2]:
            kind = _known_class(name)
            if kind is not None:
                return kind
        return Proxy

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _apply(self, "call", *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__name__", "__doc__"):
            raise AttributeError(name)  # NumPy and others look for these; nothing may answer them
        return _apply(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _apply(self, "setattr", name, value)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        raise TypeError(f"True or False was expected here, not {self!r}")

    def __repr__(self) -> str:
        text = _apply(self, "repr")
        return text[:TEXT_LIMIT] if isinstance(text, str) else "an object"

    def __str__(self) -> str:
        text = _apply(self, "str")
        return text[:TEXT_LIMIT] if isinstance(text, str) else "an object"

    def __len__(self) -> int:
        return _of_kind(_apply(self, "len"), int)

    def __iter__(self) -> Iterator:
        iterator = _apply(self, "iter")
        return StudentIteration(iterator) if type(iterator) is Proxy else iter(iterator)

    def __next__(self) -> Any:
        return _apply(self, "next")

    def __contains__(self, item: Any) -> bool:
        return _of_kind(_apply(self, "contains", item), bool)

    def __getitem__(self, index: Any) -> Any:
        return _apply(self, "getitem", index)

    def __setitem__(self, index: Any, value: Any) -> None:
        _apply(self, "setitem", index, value)

    def __instancecheck__(self, value: Any) -> bool:
        return type(value) is Proxy and _of_kind(_apply(value, "isinstance", self), bool)

    def __float__(self) -> float:
        return _of_kind(_apply(self, "float"), float)

    def __int__(self) -> int:
        return _of_kind(_apply(self, "int"), int)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = _apply(self, "array")
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "biufc":
            raise TypeError(f"{self!r} is no array of numbers")
        return array if dtype is None else array.astype(dtype)


OPAQUE = (Proxy, StudentIteration)


class Connection:
    """Speaks with the agent in a student's kernel.

    Parameters
    ----------
    ask : callable
        Sends a request's byte strings, returns the reply's.
    namespace : dict
        The names of the checker's notebook.
    """

    def __init__(
        self, ask: Callable[[list[bytes]], list[bytes]], namespace: dict[str, Any]
    ) -> None:
        self._ask = ask
        self._namespace = namespace
        self._proxies: weakref.WeakValueDictionary[int, Proxy] = weakref.WeakValueDictionary()
        # By a handle's number, arguments that its object may change later; and by the id of each,
        # what was in it when both sides agreed.
        self._live: dict[int, list[Any]] = {}
        self._seen: dict[int, tuple[Any, list[bytes]]] = {}
        self.student_seconds = 0.0  # as the agent says; for statistics alone
        self.where = ""  # the lines of the student's code that the last error went through

    def forget(self) -> None:
        """Forget the objects of a kernel that is gone: a new one counts anew."""
        self._proxies.clear()
        self._live, self._seen = {}, {}

    def fetch(self, names: Iterable[str]) -> dict[str, Any]:
        """Return what the student's notebook has under these names; missing ones are left out."""
        wanted = sorted(names)
        self._live, self._seen = {}, {}
        if not wanted:
            return {}
        tree, buffers = unpack(self._ask(pack(["describe", wanted], [])))
        if not isinstance(tree, dict):
            raise ProtocolError("not an answer")
        decoder = self._decoder(buffers, [])
        return {name: decoder.decode(tree[name]) for name in wanted if name in tree}

    def apply(self, name: str, args: tuple, kwargs: dict[str, Any] | None = None) -> Any:
        """Have the student's kernel apply an operator, and return the result or raise its error."""
        numbers = [_number(it) for it in (*args, *(kwargs or {}).values()) if type(it) in OPAQUE]
        live = slots_of(numbers, self._live)
        encoder = Encoder(self._handle, self._namespace, live, opaque=OPAQUE)
        tree = ["apply", name, encoder.encode(args), encoder.encode(tuple((kwargs or {}).items()))]
        updates = [
            [number, encoder.content(slot)]
            for number, (slot, now) in enumerate(zip(live, self._look(live), strict=True))
            if now != self._seen.get(id(slot))
        ]
        slots = list(encoder.slots)  # with what the updates brought: the other side counts it, too
        answer, buffers = unpack(self._ask(pack([*tree, numbers, updates], encoder.buffers)))
        if not isinstance(answer, list) or len(answer) < 2 or not isinstance(answer[1], list):
            raise ProtocolError("not an answer")
        decoder = self._decoder(buffers, slots)
        for change in answer[1]:
            self._change(change, slots, decoder)
        given = answer[-1] if answer[0] == "ok" and isinstance(answer[-1], list) else []
        if given and slots:
            self._live.update((number, slots) for number in given if isinstance(number, int))
        if given or live:
            self._seen.update(zip(map(id, slots), self._look(slots), strict=True))
        return self._result(name, answer, decoder)

    def _look(self, slots: list[Any]) -> list[tuple[Any, list[bytes]]]:
        return snapshot(slots, self._handle, self._namespace, opaque=OPAQUE)

    def _change(self, change: Any, slots: list[Any], decoder: Decoder) -> None:
        """Change an argument as the student's code did."""
        try:
            number, content = change
            decoder.restore(slots[number], content)
        except ProtocolError:
            raise
        except Exception as error:  # no such argument, another kind of value, another shape
            raise ProtocolError(f"a change that does not fit: {error}") from None

    def _result(self, operator: str, answer: list, decoder: Decoder) -> Any:
        kind, *parts = answer
        if kind == "stop" and operator == "next":
            raise StopIteration
        if kind == "ok" and len(parts) == 4:
            self._count(parts[2])
            return decoder.decode(parts[1])
        if kind == "raised" and len(parts) == 6 and isinstance(parts[1], list):
            self._count(parts[5])
            self.where = str(parts[4])[:TEXT_LIMIT]
            raise _error(parts[1], str(parts[2])[:TEXT_LIMIT], parts[3])
        raise ProtocolError("not an answer")

    def _count(self, seconds: Any) -> None:
        if isinstance(seconds, float) and 0 <= seconds < 3600:
            self.student_seconds += seconds

    def _decoder(self, buffers: list[bytes], slots: list) -> Decoder:
        return Decoder(buffers, self._proxy, self._namespace, slots)

    def _handle(self, value: Any) -> list:
        if type(value) in OPAQUE and _connection(value) is self:
            return ["handle", _number(value)]
        raise TypeError(f"A check passed on what cannot travel to the student's side: {value!r}")

    def _proxy(self, parts: list) -> Proxy:
        number, kinds = parts
        if not isinstance(number, int) or not isinstance(kinds, list):
            raise ProtocolError("not a handle")
        proxy = self._proxies.get(number)
        if proxy is None:
            names = [str(kind)[:NAME_LIMIT] for kind in kinds[:20]]
            self._proxies[number] = proxy = Proxy(self, number, names)
        return proxy


def _connection(value: Proxy | StudentIteration) -> Connection:
    return _about(value)[0]


def _number(value: Proxy | StudentIteration) -> int:
    return _about(value)[1]


def _about(value: Proxy | StudentIteration) -> tuple[Connection, int, list[str]]:
    proxy = value._proxy if type(value) is StudentIteration else value
    return object.__getattribute__(proxy, "_course")


def _apply(proxy: Proxy, operator: str, *args: Any, **kwargs: Any) -> Any:
    return _connection(proxy).apply(operator, (proxy, *args), kwargs)


def _of_kind(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, got {value!r}")
    return value


def _known_class(name: str) -> type | None:
    """Return an imported library's class, never one of plain data: those travel as they are."""
    module, _, attribute = name.rpartition(".")
    kind = getattr(sys.modules.get(module), attribute, None)
    known = isinstance(kind, type) and module.split(".")[0] not in OWN_OR_PLAIN
    return kind if known else None


def _error(classes: Any, text: str, told: Any) -> BaseException:
    """Make the error that the student's code raised, of the built-in class nearest to it."""
    for name in classes if isinstance(classes, list) else ():
        kind = getattr(builtins, str(name), None)
        if kind in (StopIteration, StopAsyncIteration):
            break  # it would end the loop of a check, too, and leave its rest undone
        if isinstance(kind, type) and issubclass(kind, Exception):
            # A class of its own, because some built-in ones take other arguments than a text.
            members = {"__init__": _init, "__str__": _str, "from_student": True}
            own = type(kind.__name__, (kind,), members)
            return own(told[:TEXT_LIMIT] if isinstance(told, str) else text)
    name = classes[0] if isinstance(classes, list) and classes else "BaseException"
    error = RuntimeError(f"{str(name)[:NAME_LIMIT]}: {text}")
    error.from_student = True  # type: ignore[attr-defined]
    return error


def _init(self: Exception, text: str) -> None:
    self.text = text  # type: ignore[attr-defined]


def _str(self: Exception) -> str:
    return self.text  # type: ignore[attr-defined]
