"""Starts kernels for submissions: in a sandbox, within limits, watched.

It is a provisioner as jupyter_client knows them (entry point ``course-sandbox``), so that every
program that starts kernels can use it: nbgrader's commands through the kernel specification's
metadata, our own checker through `kernel_manager`.
"""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, Instance, Unicode, default, validate

from helpers.grading import sandbox, seccomp
from helpers.grading.limits import Limits
from helpers.grading.sandbox import SandboxMissing as SandboxMissing
from helpers.grading.watchdog import Namespace, Tree, Watchdog

NAME = "course-sandbox"
LONGEST_SOCKET = 100  # the system's limit is 107 characters, 103 on macOS
SAID = 4096  # how much is kept of what the kernel writes to its own stderr
SECONDS_TO_DIE = 1.0  # for the sandbox's first process, before jupyter_client waits for it
SECONDS_TO_GO = 10.0  # for the system to clear away a killed sandbox


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in the sandbox, or where there is none, within limits alone.

    Attributes
    ----------
    limits : Limits
        What the kernel may use; a dict of settings will do.
    require_sandbox : bool
        Whether to refuse to start a kernel where there is no sandbox.
    files : dict of bytes
        Files to lay into the working folder, read-only, by name.
    environment : dict of str
        Environment variables on top of those that `helpers.grading.sandbox.variables` gives.
    sandboxed : bool
        Whether the kernel is in a sandbox.
    """

    limits = AnyTrait(help="What the kernel may use.").tag(config=True)
    require_sandbox = Bool(False, help="Refuse to start without a sandbox.").tag(config=True)
    files = Dict(help="Files for the working folder, as bytes by name.").tag(config=True)
    environment = Dict(
        key_trait=Unicode(), value_trait=Unicode(), help="More environment variables."
    ).tag(config=True)

    sandboxed = False
    _earlier_peak = 0
    _folder: Path | None = None
    _processes: Namespace | Tree | None = None
    _watchdog: Watchdog | None = None
    _returncode: int | None = None
    _said = b""

    @default("limits")
    def _default_limits(self) -> Limits:
        return Limits()

    @validate("limits")
    def _to_limits(self, proposal: Mapping[str, Any]) -> Limits:
        value = proposal["value"]
        return value if isinstance(value, Limits) else Limits.of(value)

    @property
    def ended_because(self) -> str | None:
        """Which limit the kernel was killed for; None if for none, or if it runs.

        It is one of "memory", "processes", "cpu" and "folder".
        """
        if self._watchdog is not None and self._watchdog.reason:
            return self._watchdog.reason
        over_time = getattr(signal, "SIGXCPU", None)
        if over_time is not None and self._returncode in (128 + over_time, -over_time):
            return "cpu"
        return None

    @property
    def peak_bytes(self) -> int:
        """Most memory that the kernel and its children were seen to hold, over all restarts."""
        now = self._watchdog.peak_bytes if self._watchdog is not None else 0
        return max(self._earlier_peak, now)

    @property
    def said(self) -> str:
        """The end of what the kernel's process wrote to stderr, for finding out what went wrong."""
        return self._said.decode(errors="replace")

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Decide where the kernel runs, and have the connection go over sockets in a folder."""
        reason = sandbox.available()
        self.sandboxed = reason is None
        if reason and self.require_sandbox:
            raise SandboxMissing(f"No submission is run without a sandbox. {reason}")
        if reason:
            _warn_once(reason, self.log)
        if self._folder is None:
            self._folder = _short_folder()
            weakref.finalize(self, remove, self._folder)
        if self.parent is not None and os.name != "nt":
            self._use_sockets(self.parent)
        # Whatever was set for us (nbconvert hands on all our variables) is none of its business.
        kwargs = {name: kwargs[name] for name in kwargs if name == "extra_arguments"}
        return await super().pre_launch(**kwargs, env={})

    def _use_sockets(self, manager: KernelManager) -> None:
        place = self._place("sockets")
        manager.transport = "ipc"
        manager.cache_ports = False
        manager.connection_file = str(place / "k.json")
        manager.ip = str(place / "k")

    def _place(self, name: str) -> Path:
        """Return a folder within our private one; names are short because sockets' must be."""
        assert self._folder is not None
        place = self._folder / {"sockets": "s"}.get(name, name)
        place.mkdir(exist_ok=True, mode=0o700)
        return place

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel and the watchdog."""
        self._returncode, self._said = None, b""
        run = self._launch_in_sandbox if self.sandboxed else self._launch_within_limits
        info = await run(cmd)
        assert self.process is not None
        self._processes = (
            Namespace(self.process.pid)
            if self.sandboxed
            else Tree(self.process.pid, str(self._place("home")))
        )
        self._watchdog = Watchdog(
            self._processes,
            self.limits,
            kill=self._end,
            alive=functools.partial(_alive, self.process),
            sockets=self._place("sockets"),
            allowed=["k.json"],
            home=None if self.sandboxed else self._place("home"),
        )
        self._watchdog.start()
        reader = threading.Thread(target=self._listen, args=(self.process.stderr,), daemon=True)
        reader.start()
        return info

    async def _launch_in_sandbox(self, cmd: list[str]) -> KernelConnectionInfo:
        assert self._folder is not None
        extra = {"PYTHONPATH": sandbox.python_path(), **self.environment}
        files = {name: self._write(number) for number, name in enumerate(self.files)}
        fonts = sandbox.font_cache()
        if fonts is not None:
            files[f".matplotlib/{fonts.name}"] = fonts
        code = seccomp.program()
        filter_fd = _readable(code) if code else None
        user = sandbox.separate_user()
        prefix = sandbox.command(
            self.limits,
            self._place("sockets"),
            files=files,
            environment=sandbox.variables(sandbox.HOME, extra),
            filter_fd=filter_fd,
            user=user,
        )
        if user is not None:
            place = self._place("sockets")
            for path in (place, *place.iterdir()):
                os.chown(path, user, user)
        try:
            return await super().launch_kernel(
                [*sandbox.first_to_go(), *prefix, *sandbox.limited(self.limits, cmd, True, user)],
                env={},  # bubblewrap's own variables could be read in /proc/1
                cwd=str(self._folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=() if filter_fd is None else (filter_fd,),
            )
        finally:
            if filter_fd is not None:
                os.close(filter_fd)

    async def _launch_within_limits(self, cmd: list[str]) -> KernelConnectionInfo:
        home = self._place("home")
        for number, name in enumerate(self.files):
            target = home / sandbox.checked_name(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self._write(number), target)
        extra = {"PYTHONPATH": str(self._course()), **self.environment}
        if os.name == "nt":  # Python does not start there without
            extra["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
        return await super().launch_kernel(
            [*sandbox.first_to_go(), *sandbox.limited(self.limits, cmd, False)],
            env=sandbox.variables(str(home), extra),
            cwd=str(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def _write(self, number: int) -> Path:
        """Write one of the files where it can be fetched; its name is not ours to use."""
        path = self._place("files") / str(number)
        path.write_bytes(list(self.files.values())[number])
        path.chmod(0o644)  # whoever the kernel runs as
        return path

    def _course(self) -> Path:
        """Return a folder from which `helpers` and nothing else can be imported."""
        package = Path(sandbox.__file__).resolve().parents[1]
        if os.name == "nt":
            return package.parent
        link = self._place("course") / "helpers"
        if not link.is_symlink():
            link.symlink_to(package)
        return link.parent

    def _listen(self, stream: IO[bytes]) -> None:
        """Keep the end of what the kernel's process says; a full pipe would make it wait."""
        try:
            while chunk := os.read(stream.fileno(), 65536):
                self._said = (self._said + chunk)[-SAID:]
        except (OSError, ValueError):
            pass  # closed on our side

    async def poll(self) -> int | None:
        """Tell whether the kernel runs (None), and if not, its exit code."""
        result = await super().poll()
        if self.process is not None and result is not None:
            self._returncode = result
        return result

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and everything it started."""
        self._end()
        until = time.monotonic() + SECONDS_TO_DIE
        while await self.poll() is None and time.monotonic() < until:
            await asyncio.sleep(0.002)  # jupyter_client looks again after 0.1 s only

    async def terminate(self, restart: bool = False) -> None:
        """Kill as well: a submission has nothing to put in order, and could ignore the asking."""
        self._end()

    async def wait(self) -> int | None:
        """Wait until the kernel and everything that it started has ended."""
        result = await super().wait()
        until = time.monotonic() + SECONDS_TO_GO
        while self._processes is not None and time.monotonic() < until:
            self._processes.kill()
            if self._processes.gone():
                break
            await asyncio.sleep(0.01)
        self._stop_watching()
        return result

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder, unless it is started again."""
        await super().cleanup(restart=restart)
        self._end()
        self._stop_watching()
        if self._folder is not None:
            shutil.rmtree(self._folder / "home", ignore_errors=True)
            if not restart:
                remove(self._folder)
                self._folder = None

    def _end(self) -> None:
        """Kill everything now; called from the watchdog's thread as well."""
        if self._processes is not None:
            self._processes.kill()
        process = self.process
        if process is not None and process.poll() is None:
            try:
                # Until the sandbox is set up, its first process is only known by its group.
                os.killpg(process.pid, signal.SIGKILL)
            except (AttributeError, OSError):
                process.kill()

    def _stop_watching(self) -> None:
        if self._watchdog is not None:
            self._watchdog.stop()
            self._earlier_peak = self.peak_bytes
        if self._processes is not None:
            self._processes.close()


def _alive(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


@functools.cache
def _warn_once(reason: str, log: Any) -> None:
    log.warning("Submissions run without a sandbox, within limits alone. %s", reason)


def _readable(data: bytes) -> int:
    """Return an open file from which a program that we start can read some bytes."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        file.seek(0)
        return os.dup(file.fileno())


def _short_folder() -> Path:
    """Make a private folder whose path leaves room for a socket's name."""
    base = Path(tempfile.gettempdir()).resolve()
    if len(str(base / "nn-1234567-12345678" / "s" / "k-1")) > LONGEST_SOCKET and os.name != "nt":
        base = Path("/tmp").resolve()
    _sweep(base)
    return Path(tempfile.mkdtemp(prefix=f"nn-{os.getpid()}-", dir=base))


@functools.cache
def _sweep(base: Path) -> None:
    """Remove the folders of graders that were killed before they could do it themselves."""
    for folder in base.glob("nn-*-*"):
        owner = folder.name.split("-")[1]
        try:
            ours = hasattr(os, "getuid") and folder.lstat().st_uid == os.getuid()
        except OSError:
            continue
        if ours and owner.isdigit() and not psutil.pid_exists(int(owner)):
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder that a submission could write to, however deep it was nested."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    except (OSError, RecursionError):
        if os.name != "nt":
            subprocess.run(["rm", "-rf", "--", str(folder)], check=False, capture_output=True)


class OneSpec(KernelSpecManager):
    """Knows one kernel specification, whatever is asked for."""

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the one there is."""
        return self.spec


def kernel_spec(
    kernel_class: str | type | None = None,
    extra_arguments: Sequence[str] = (),
    **settings: Any,
) -> KernelSpec:
    """Return the specification of a submission's kernel.

    Parameters
    ----------
    kernel_class : str or type, optional
        The ipykernel subclass to use; it must be importable in the sandbox.
    extra_arguments : list of str
        More arguments for ipykernel.
    **settings
        Traits of `SandboxProvisioner`.
    """
    arguments = [
        "-f",
        "{connection_file}",
        "--InteractiveShellApp.ignore_cwd=True",
        "--HistoryManager.enabled=False",
        *extra_arguments,
    ]
    if kernel_class is not None:
        name = (
            kernel_class
            if isinstance(kernel_class, str)
            else f"{kernel_class.__module__}.{kernel_class.__qualname__}"
        )
        arguments.append(f"--IPKernelApp.kernel_class={name}")
    return KernelSpec(
        argv=[sys.executable, "-P", "-m", "ipykernel_launcher", *arguments],
        display_name="A submission's Python",
        language="python",
        interrupt_mode="message",
        metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": settings}},
    )


def kernel_manager(
    limits: Limits,
    *,
    require_sandbox: bool = False,
    files: Mapping[str, bytes] | None = None,
    kernel_class: str | type | None = None,
    extra_arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> KernelManager:
    """Return a manager whose `start_kernel` starts a submission's kernel.

    The kernel ends with the thread that started it: bubblewrap's way to leave nothing behind when
    the grader dies.

    Parameters
    ----------
    limits : Limits
    require_sandbox : bool
        Whether starting fails, with `SandboxMissing`, where there is no sandbox.
    files : dict of bytes, optional
        Files for the working folder.
    kernel_class, extra_arguments
        See `kernel_spec`.
    environment : dict of str, optional
        More environment variables.
    """
    spec = kernel_spec(
        kernel_class,
        extra_arguments,
        limits=limits,
        require_sandbox=require_sandbox,
        files=dict(files or {}),
        environment=dict(environment or {}),
    )
    return KernelManager(kernel_name="submission", kernel_spec_manager=OneSpec(spec=spec))
