"""The checker's side of a student's kernel: start it, run cells, send requests, end it.

Everything that comes from the kernel is bounded in time and size before it is looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import nbformat
import zmq
from nbformat import NotebookNode

from helpers.grading import agent
from helpers.grading.limits import MIB, Limits
from helpers.grading.provisioner import kernel_manager
from helpers.grading.verdicts import Status

EXECUTE = {
    "silent": False,
    "store_history": False,
    "user_expressions": {},
    "allow_stdin": False,
    "stop_on_error": False,
}
START_SECONDS = 60
GRACE_SECONDS = 3.0  # how long an interrupted kernel has to answer before it is killed
DRAIN_SECONDS = 3.0  # how long to wait for output once a cell has ended
ENDING_SECONDS = 1.0  # how long an ending kernel may seem alive
READY_SECONDS = 0.1  # the same while the channel for output is not connected: it may be lost
MAX_PARTS = 100_000
WAITING = 50  # messages that may wait for us; there may be something large in each
T = TypeVar("T")
KERNEL_CLASS = f"{agent.__name__}.{agent.SubmissionKernel.__name__}"
REASONS = {"memory": Status.OUT_OF_MEMORY, "cpu": Status.TIMED_OUT, "wall": Status.TIMED_OUT}


class KernelGone(Exception):
    """The student's kernel ended, or had to be ended; `status` says what it comes to."""

    def __init__(self, status: Status, why: str) -> None:
        super().__init__(why)
        self.status = status


class Interrupted(Exception):
    """The student's code took too long or printed too much, and let itself be stopped."""

    def __init__(self, status: Status, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass
class Output:
    """What code printed and displayed, up to a limit."""

    outputs: list[NotebookNode] = field(default_factory=list)
    size: int = 0  # characters that came, kept or not
    kept: int = 0
    flooded: bool = False


@dataclass(frozen=True)
class Message:
    """A message of the kernel's that is shaped as Jupyter's protocol says."""

    kind: str
    answers: str  # the request's id
    content: dict
    buffers: list
    whole: dict


class StudentKernel:
    """A kernel in the sandbox that holds what a submission defines.

    Parameters
    ----------
    limits : Limits
    require_sandbox : bool
        Whether to refuse where bubblewrap is missing.
    files : mapping of str to bytes, optional
        What lies in the kernel's folder.
    """

    def __init__(
        self,
        limits: Limits,
        require_sandbox: bool = False,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.limits = limits
        self.peak_bytes = 0
        self.start_seconds = 0.0
        self.sandboxed = False
        self._settings: dict[str, Any] = {"require_sandbox": require_sandbox, "files": files}
        self._serving = False  # whether the agent waits for questions
        self._number = 0  # of the last question
        self._manager: Any = None
        self._client: Any = None
        self._context: zmq.Context | None = None
        self._cuts: Any = None  # tells when the output is cut off

    @property
    def running(self) -> bool:
        """Whether there is a kernel."""
        return self._manager is not None

    def start(self) -> None:
        """Start the kernel and wait until it answers.

        Raises
        ------
        KernelGone
            If it does not.
        SandboxMissing
            If there has to be a sandbox and there is none.
        """
        start = time.perf_counter()
        arguments = ["--IPKernelApp.log_level=CRITICAL"]
        self._manager = kernel_manager(
            self.limits, kernel_class=KERNEL_CLASS, extra_arguments=arguments, **self._settings
        )
        self._manager.start_kernel()
        self._serving = False
        self.sandboxed = self._manager.provisioner.sandboxed
        self._context = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, self.limits.message_mib * MIB)
        self._context.setsockopt(zmq.RCVHWM, WAITING)
        self._client = self._manager.client(context=self._context)
        self._client.start_channels(hb=False)
        output = self._client.iopub_channel.socket
        self._cuts = output.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        try:
            self._wait_until_ready(start + START_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.start_seconds += time.perf_counter() - start

    def _wait_until_ready(self, deadline: float) -> None:
        """Ask until both channels answer: output would be lost before its channel is connected."""
        told = Output()
        while not told.size:
            if time.perf_counter() > deadline:
                raise KernelGone(Status.NOT_GRADED, "did not start")
            sent = self._send("execute_request", {**EXECUTE, "code": "print('ready')"})
            self._collect(sent, time.perf_counter() + 1.0, told, READY_SECONDS)

    def run(self, source: str) -> Output:
        """Run one of the student's cells; an error of its own is part of the output.

        Raises
        ------
        Interrupted
            If it took too long or printed too much, and stopped when told to.
        KernelGone
            If the kernel ended, or would not stop and was ended.
        """
        if self._serving:
            self._client.stdin_channel.socket.send(b"end")
            self._serving = False
        if self._cuts.poll(0):  # of what a check's call printed
            self._see_cut()
        sent, output = self._send("execute_request", {**EXECUTE, "code": source}), Output()
        try:
            self._within(
                self.limits.cell_seconds, lambda *until: self._collect(sent, *until), output
            )
        except Interrupted as stopped:
            if not self._answers():
                self.stop()
                raise KernelGone(stopped.status, f"{stopped} and broke its kernel") from None
            raise
        if output.flooded:
            raise Interrupted(Status.FLOODED, "printed too much")
        return output

    def ask(self, frames: Sequence[bytes], seconds: float | None = None) -> list[bytes]:
        """Ask the agent a question and return its answer; see `agent.answer`.

        Raises
        ------
        Interrupted, KernelGone
            As for `run`.
        """
        if not self._serving:
            self._send(agent.REQUEST, {})
            self._serving = True
        self._number += 1
        number = str(self._number).encode()
        self._client.stdin_channel.socket.send_multipart([number, *frames])
        seconds = self.limits.call_seconds if seconds is None else seconds
        return self._within(seconds, lambda *until: self._answer(number, *until), Output())

    def stop(self) -> None:
        """End the kernel and everything that it started; safe to call twice."""
        if self._manager is None:
            return
        self.peak_bytes = max(self.peak_bytes, self._peak())
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
        self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
        self._manager = None
        if self._context is not None:
            self._context.destroy(linger=0)
            self._context = None

    def _peak(self) -> int:
        provisioner = self._manager.provisioner
        return getattr(provisioner, "peak_bytes", 0) if provisioner is not None else 0

    def _within(
        self, seconds: float, collect: Callable[[float, Output], T | None], output: Output
    ) -> T:
        """Collect what comes back; stop code that takes too long or prints too much."""
        reply = collect(time.perf_counter() + seconds, output)
        if reply is not None:
            return reply
        flooded = output.flooded or output.size > self.limits.flood_mib * MIB
        status = Status.FLOODED if flooded else Status.TIMED_OUT
        why = "printed too much" if flooded else f"took longer than {seconds:.3g} s"
        self._manager.interrupt_kernel()
        try:
            stopped = collect(time.perf_counter() + GRACE_SECONDS, Output()) is not None
        except KernelGone as gone:
            if gone.status == Status.DIED:  # of our interrupt
                raise KernelGone(status, why) from None
            raise
        if not stopped:
            self.stop()
            raise KernelGone(status, f"{why} and could not be stopped")
        raise Interrupted(status, why)

    def _answers(self) -> bool:
        """Whether the kernel works on: an interrupt just after the code has ended may break it."""
        with suppress(KernelGone):
            sent = self._send("execute_request", {**EXECUTE, "code": "pass"})
            until = time.perf_counter() + GRACE_SECONDS
            return self._collect(sent, until, Output(), READY_SECONDS) is not None
        return False

    def _send(self, kind: str, content: dict) -> str:
        """Send a request, and return its id."""
        session = self._client.session
        message = session.msg(kind, content)
        session.send(self._client.shell_channel.socket, message)
        return message["header"]["msg_id"]

    def _answer(self, number: bytes, deadline: float, output: Output) -> list[bytes] | None:
        """Wait for the answer with a number; None where it does not come."""
        answers, iopub = self._client.stdin_channel.socket, self._client.iopub_channel.socket
        for socket in self._arriving(deadline, answers, iopub, self._cuts):
            if socket is self._cuts:  # perhaps of an earlier call: no reason to stop this one
                self._see_cut()
                continue
            parts = self._receive(socket)
            if socket is answers and parts[0] == number:
                return parts[1:]
            if socket is iopub:  # what a check's calls print is measured, and not kept
                output.size += 0 if parts[0].endswith(b".status") else sum(map(len, parts))
                if output.size > self.limits.flood_mib * MIB:
                    return None
        return None

    def _collect(
        self, sent: str, deadline: float, output: Output, drain: float = DRAIN_SECONDS
    ) -> Message | None:
        """Wait for a reply, and for the output that belongs to it; None where it does not come."""
        shell, iopub = self._client.shell_channel.socket, self._client.iopub_channel.socket
        reply, idle = None, False
        for socket in self._arriving(deadline, shell, iopub, self._cuts):
            if socket is self._cuts:
                self._see_cut()
                output.flooded = True
                return None
            if socket is shell:
                message = self._parse(self._receive(shell))
                if message is not None and message.answers == sent:
                    reply = message
                    break
            else:
                idle = self._read_output(iopub, sent, output) or idle
                if output.size > self.limits.flood_mib * MIB:
                    return None
        until = time.perf_counter() + (0 if idle or reply is None else drain)
        lost = False
        for socket in self._arriving(until, iopub, self._cuts):
            if lost := socket is self._cuts:
                self._see_cut()
                break
            if idle := self._read_output(iopub, sent, output):
                break
        # In a flood some output is lost on the way, the word that all has come with it.
        lost = lost or (not idle and output.size > 0)
        output.flooded = lost or output.size > self.limits.flood_mib * MIB
        return reply

    def _arriving(self, deadline: float, *sockets: Any) -> Iterator[Any]:
        """Give the sockets on which something arrives, in turn, until the deadline.

        Raises
        ------
        KernelGone
            If the kernel ended.
        """
        poller = zmq.Poller()
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        while (left := deadline - time.perf_counter()) > 0:
            ready = dict(poller.poll(int(min(100.0, 1000 * left)) + 1))
            if not ready and not self._alive():
                raise self._gone()
            yield from (socket for socket in sockets if socket in ready)

    def _see_cut(self) -> None:
        """Connect the output again, which ZeroMQ does not do itself after a message too large.

        Raises
        ------
        KernelGone
            If it was cut off because the kernel ended.
        """
        self._cuts.recv_multipart()
        until = time.perf_counter() + ENDING_SECONDS
        while time.perf_counter() < until:
            if not self._alive():
                raise self._gone()
            time.sleep(0.05)
        output = self._client.iopub_channel.socket
        address = output.getsockopt(zmq.LAST_ENDPOINT)
        output.disconnect(address)
        output.connect(address)

    def _receive(self, socket: Any) -> list[bytes]:
        """Return the parts of one message; their number and size is bounded."""
        parts: list[bytes] = []
        size = 0
        while not parts or socket.getsockopt(zmq.RCVMORE):
            parts.append(socket.recv())
            size += len(parts[-1])
            if size > self.limits.message_mib * MIB or len(parts) > MAX_PARTS:
                self.stop()
                raise KernelGone(Status.DIED, "sent more than it may")
        return parts

    def _parse(self, parts: list[bytes]) -> Message | None:
        """Return the message that parts make, or None if they make none."""
        session = self._client.session
        try:
            message = session.deserialize(session.feed_identities(parts)[1])
            answers, content = message["parent_header"].get("msg_id"), message["content"]
            content.get("text")
        except Exception:  # not signed, not JSON, not shaped as the protocol says
            return None
        return Message(message["msg_type"], answers, content, message["buffers"], message)

    def _read_output(self, socket: Any, sent: str, output: Output) -> bool:
        """Add a message to the output; return whether it says that the kernel is idle again."""
        parts = self._receive(socket)
        message = self._parse(parts)
        if message is None:
            return False
        if message.kind == "status":
            return message.answers == sent and message.content.get("execution_state") == "idle"
        if message.kind not in ("stream", "display_data", "execute_result", "error"):
            return False
        size = sum(map(len, parts))
        output.size += size
        if message.answers == sent and output.kept + size <= self.limits.output_kib * 1024:
            with suppress(Exception):  # not shaped as the format says
                add(output.outputs, nbformat.v4.output_from_msg(message.whole))
                output.kept += size
        return False

    def _alive(self) -> bool:
        return self._manager is not None and bool(self._manager.is_alive())

    def _gone(self) -> KernelGone:
        because = getattr(self._manager.provisioner, "ended_because", None)
        self.stop()
        if because in REASONS:
            return KernelGone(REASONS[because], f"went over its limit of {because}")
        if because:
            return KernelGone(Status.DIED, f"went over its limit of {because}")
        return KernelGone(Status.DIED, "ended Python")


def add(outputs: list[NotebookNode], new: NotebookNode) -> None:
    """Append an output; text of the same stream is joined, as a notebook shows it."""
    last = outputs[-1] if outputs else None
    if (
        last is not None
        and new.output_type == last.output_type == "stream"
        and new.name == last.name
    ):
        last.text += new.text
    else:
        outputs.append(new)
