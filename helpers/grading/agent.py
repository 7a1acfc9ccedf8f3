"""The kernel that runs a submission: IPython's, with one more request, to ask what it defined.

This runs on the student's side, so nothing here is trusted: expected values and tests never come
here, only names and arguments.
"""

from __future__ import annotations

import linecache
import operator
import time
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell

from helpers.grading.protocol import (
    Decoder,
    Encoder,
    pack,
    slots_of,
    snapshot,
    unpack,
)

REQUEST, REPLY = "course_request", "course_reply"
MAX_GIVEN = 1000

OPERATORS: dict[str, Callable[..., Any]] = {
    "call": lambda function, *args, **kwargs: function(*args, **kwargs),
    "array": np.asarray,
    **{f.__name__: f for f in (getattr, setattr, iter, next, len, repr, str, isinstance)},
    **{kind.__name__: kind for kind in (int, float, complex)},
    **{name: getattr(operator, name) for name in ("getitem", "setitem", "contains")},
}


class Handles:
    """Numbers for objects that stay here, so that the checker can speak of them.

    Attributes
    ----------
    given : list of int
        The numbers that were spoken of.
    live : dict
        By number: the arguments of the call that gave the object, as an iterator, which may change
        them later.
    """

    def __init__(self) -> None:
        self.given: list[int] = []
        self.live: dict[int, list[Any]] = {}
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}

    def tree(self, value: Any) -> list:
        """Return what stands for an object: its number, and the names of its classes."""
        number = self._numbers.setdefault(id(value), len(self._objects))
        self.given.append(number)
        if number == len(self._objects):
            self._objects.append(value)
        kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(value).__mro__[:20]]
        return ["handle", number, kinds]

    def value(self, parts: list) -> Any:
        """Return the object that a tree stands for."""
        return self._objects[parts[0]]


class SubmissionShell(ZMQInteractiveShell):
    """IPython's shell, in which `exit()` ends a cell as it ends a script."""

    def ask_exit(self) -> None:
        """Stop the cell at once; the kernel would end later, in the middle of an innocent cell."""
        raise SystemExit


class SubmissionKernel(IPythonKernel):
    """IPython's kernel, which also answers `course_request`."""

    shell_class = SubmissionShell  # type: ignore[assignment]

    msg_types = [*IPythonKernel.msg_types, REQUEST]  # type: ignore[misc]  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.handles = Handles()

    def course_request(self, stream: Any, ident: Any, parent: dict) -> None:
        """Answer one question after the other on the channel for input, until one is empty.

        Each has a number, which its answer repeats. A request of its own for each question would
        take ten times as long, since requests and their status pass through other threads.
        """
        assert self.shell is not None and self.session is not None
        serving = True
        while serving:
            try:
                sender, number, *question = self.stdin_socket.recv_multipart()
                serving = bool(question)
                if serving:
                    found = answer_whatever_happens(question, self.shell.user_ns, self.handles)
                    self.stdin_socket.send_multipart([sender, number, *found])
            except KeyboardInterrupt:  # it came too late for the student's code, which has ended
                continue
        self.session.send(stream, REPLY, {}, parent, ident=ident)


def answer_whatever_happens(
    question: list[bytes], namespace: dict[str, Any], handles: Handles
) -> list[bytes]:
    """Return the answer to a question, even if the student's objects cannot be read."""
    try:
        return answer(question, namespace, handles)
    except Exception:
        return pack(["raised", [], ["TypeError"], "the result cannot be read", None, "", 0.0], [])


def answer(frames: list[bytes], namespace: dict[str, Any], handles: Handles) -> list[bytes]:
    """Return the answer to a question: what names hold, or what an operator gives.

    Questions are ``["describe", [names]]`` and ``["apply", operator, args, kwargs, handles,
    updates]``. Answers are ``["ok", changes, result, seconds, given]``, ``["stop", changes]`` where
    an iterator ends, and ``["raised", changes, classes, text, own, where, seconds]``. `changes` are
    the arguments that were changed in place: pairs of a slot and its content; `updates` are the
    same the other way round. `given` are the numbers of objects in the result: they may change the
    arguments later, so these have slots again whenever one of `handles` is such a number.
    """
    (kind, *parts), buffers = unpack(frames)
    if kind == "describe":
        handles.live = {}
        encoder = Encoder(handles.tree, namespace, classes_only=True)
        found = {name: namespace[name] for name in parts[0] if name in namespace}
        return pack(
            {name: _encoded(encoder, value) for name, value in found.items()}, encoder.buffers
        )

    name, args_tree, kwargs_tree, numbers, updates = parts
    live = slots_of(numbers, handles.live)
    decoder = Decoder(buffers, handles.value, namespace, live, trusted=True)
    args, kwargs = decoder.decode(args_tree), dict(decoder.decode(kwargs_tree))
    for number, content in updates:  # which may hold what is an argument as well
        decoder.restore(live[number], content)
    slots = [decoder.slots[number] for number in range(len(decoder.slots))]
    before = snapshot(slots, handles.tree, namespace, classes_only=True)
    start = time.perf_counter()
    error, result = None, None
    try:
        result = OPERATORS[name](*args, **kwargs)
    except BaseException as raised:  # a student's exit is an answer, too
        error = raised
    seconds = time.perf_counter() - start

    after = snapshot(slots, handles.tree, namespace, classes_only=True)
    encoder = Encoder(handles.tree, namespace, slots, classes_only=True)
    changes = [
        [number, encoder.content(slot)]
        for number, (slot, now) in enumerate(zip(slots, after, strict=True))
        if now != before[number]
    ]
    if isinstance(error, StopIteration) and name == "next":
        return pack(["stop", changes], encoder.buffers)
    if error is None:
        try:
            handles.given = []
            tree = encoder.encode(result)
            given = handles.given[:MAX_GIVEN]
            handles.live.update(dict.fromkeys(given, slots))
            return pack(["ok", changes, tree, seconds, given], encoder.buffers)
        except Exception as cannot_travel:
            error = TypeError(f"the result cannot be read: {cannot_travel}")
    classes = [kind.__qualname__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    text = f"{type(error).__name__}: {error}" if type(error).__module__ != "builtins" else None
    told = [classes, str(error), text, _where(error)]
    return pack(["raised", changes, *told, seconds], encoder.buffers)


def _encoded(encoder: Encoder, value: Any) -> Any:
    try:
        return encoder.encode(value)
    except Exception:
        return ["unreadable"]


def _where(error: BaseException) -> str:
    """Return the lines of the student's own cells that an error went through."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython"):
            source = linecache.getline(frame.filename, frame.lineno or 0).strip()
            lines.append(f"line {frame.lineno}, in {frame.name}: {source}")
    return "\n".join(lines[-10:])[:2000]
