"""What a submission can reach and use: real kernels in the real sandbox, attacked from inside."""

import ast
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from helpers.course.errors import CourseError
from helpers.grading import provisioner, sandbox, seccomp
from helpers.grading.limits import MIB, Limits
from helpers.grading.provisioner import NAME, SandboxProvisioner, kernel_manager
from tests.lacking import lacking

ROOT = Path(__file__).parents[2]
SECONDS = 30  # for anything a kernel is asked to do; it is done in far less


class Kernel:
    """A running kernel of a submission."""

    def __init__(self, limits: Limits, **options: object) -> None:
        self.manager = kernel_manager(limits, **options)  # type: ignore[arg-type]
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=SECONDS)
        except RuntimeError as error:
            raise AssertionError(f"no kernel: {error}: {self.provisioner.said}") from error

    @property
    def provisioner(self) -> SandboxProvisioner:
        assert isinstance(self.manager.provisioner, SandboxProvisioner)
        return self.manager.provisioner

    def run(self, code: str) -> tuple[str, str]:
        """Run code; return the text it printed, and the name of what it raised."""
        printed = []

        def listen(message: dict) -> None:
            printed.append(message["content"].get("text", ""))

        # By default ipykernel drops what is asked for in the moment after an error.
        reply = self.client.execute_interactive(
            code, output_hook=listen, timeout=SECONDS, stop_on_error=False
        )
        return "".join(printed), reply["content"].get("ename", "")

    def values(self, code: str) -> dict:
        """Run code that prints a dict."""
        text, error = self.run(code)
        assert not error, text
        return ast.literal_eval(text)

    def start(self, code: str) -> None:
        """Run code and do not wait for it."""
        self.client.execute(code, stop_on_error=False)

    def wait_for_death(self) -> None:
        until = time.monotonic() + SECONDS
        while self.manager.is_alive():
            assert time.monotonic() < until, "the kernel still runs"
            time.sleep(0.05)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@contextmanager
def kernel(limits: Limits | None = None, **options: object) -> Iterator[Kernel]:
    running = Kernel(limits or Limits(), **options)
    try:
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module", autouse=True)
def bubblewrap() -> None:
    reason = sandbox.available()
    if reason:
        lacking(reason)


@pytest.fixture(scope="module")
def inside() -> Iterator[Kernel]:
    """Return a kernel for attacks that must simply fail."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECRET", "swordfish")
        with kernel(files={"data/points.csv": b"1,2\n"}) as running:
            yield running


@pytest.fixture
def marker() -> str:
    """Return a number of seconds that no other process sleeps."""
    return f"9{uuid.uuid4().int % 10**12}"


def sleepers(marker: str) -> list[int]:
    """Return the processes on this machine that sleep this long; zombies do not."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cmdline()[-1:] == [marker]:
                found.append(process.pid)
        except psutil.Error:
            pass
    return found


def eventually(is_so: Callable[[], bool], seconds: float = SECONDS) -> bool:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


# What can be seen


def test_runs_in_the_sandbox_with_what_a_lecture_needs(inside: Kernel) -> None:
    assert inside.provisioner.sandboxed
    seen = inside.values(
        "import os, sys, warnings; import helpers.checks, numpy, tensorflow, matplotlib.pyplot\n"
        "print(dict(cwd=os.getcwd(), path=sys.path, helpers=helpers.__file__,"
        " tf=float(tensorflow.reduce_sum(numpy.ones(3))),"
        " file=open('data/points.csv').read(), uid=os.getuid()))"
    )
    assert seen["tf"] == 3.0
    assert seen["file"] == "1,2\n"
    assert seen["cwd"] == sandbox.HOME
    assert seen["cwd"] not in seen["path"] and "" not in seen["path"]
    assert seen["helpers"].startswith(sandbox.COURSE)
    assert seen["uid"] != 0


def test_other_files_do_not_exist_inside(inside: Kernel, tmp_path: Path) -> None:
    secret = tmp_path / "gradebook.db"
    secret.write_text("points")
    paths = [
        secret,
        ROOT / "solutions",
        ROOT / "tests",
        ROOT / ".git",
        ROOT / "nbgrader_config.py",
        ROOT / "helpers" / "checks.py",  # it is there, but elsewhere
        "/etc/passwd",
        "/etc/shadow",
        "/etc/hostname",
        "/sys",
        "/run",
        "/var",
        "/boot",
        "/dev/vda",
        "/dev/mem",
        "/dev/kvm",
        "/course/tests",
        Path.home() / ".ssh",
        Path.home() / ".bashrc",
    ]
    names = [str(path) for path in paths]
    seen = inside.values(f"import os; print({{name: os.path.exists(name) for name in {names}}})")
    assert [name for name in seen if seen[name]] == []
    homes = inside.values(
        f"print({{name: os.listdir(name) for name in ['/', {str(ROOT)!r}, '/course', '/tmp']"
        " if os.path.exists(name)})"
    )
    assert homes["/course"] == ["helpers"]
    assert set(homes.get(str(ROOT), [])) <= {".venv"}
    assert len(homes["/tmp"]) == 2 + (str(ROOT).startswith("/tmp/"))  # home, and the sockets


def test_environment_is_our_own(inside: Kernel) -> None:
    ours = set(sandbox.variables("")) | {"PYTHONPATH", "PWD"}
    seen = inside.values("""
def read(name):
    try:
        return open(name).read().split("\\0")
    except OSError as error:
        return []  # where root grades, the sandbox's first process is another user's
print({pid: read(f"/proc/{pid}/environ") for pid in ("self", "1")})
""")
    assert {pair.split("=")[0] for pair in seen["self"]} - {""} <= ours
    assert {pair.split("=")[0] for pair in seen["1"]} - {""} <= {"JPY_PARENT_PID", "PWD"}
    assert inside.values("import os; print(dict(os.environ))").get("COURSE_SECRET") is None


def test_nothing_outside_can_be_written(inside: Kernel) -> None:
    places = ["/", "/usr", "/etc", "/course", "/course/helpers", "/dev", "/proc", sys.prefix]
    files = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness", "/proc/self/mem"]
    files += ["/proc/sysrq-trigger", "/course/helpers/checks.py", sys.executable]
    seen = inside.values(f"""
import os
def attempt(name, flags):
    try:
        os.close(os.open(name, flags))
        return "written"
    except OSError as error:
        return error.strerror
result = {{place: attempt(place + "/x", os.O_WRONLY | os.O_CREAT) for place in {places}}}
result |= {{name: attempt(name, os.O_WRONLY) for name in {files}}}
result["home"] = attempt("x.txt", os.O_WRONLY | os.O_CREAT)
result["temporary"] = attempt("/tmp/x.txt", os.O_WRONLY | os.O_CREAT)
print(result)
""")
    assert [name for name in seen if seen[name] == "written"] == ["home", "temporary"]


def test_there_is_no_network(inside: Kernel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        name = f"course-{uuid.uuid4()}"
        with socket.socket(socket.AF_UNIX) as abstract:
            abstract.bind(f"\0{name}")
            abstract.listen()
            seen = inside.values(f"""
import socket
def attempt(family, address, kind=socket.SOCK_STREAM):
    try:
        with socket.socket(family, kind) as s:
            s.settimeout(2)
            s.connect(address)
            return "connected"
    except OSError as error:
        return str(error)
print(dict(
    loopback=attempt(socket.AF_INET, ("127.0.0.1", {port})),
    outside=attempt(socket.AF_INET, ("192.0.2.1", 80)),
    datagram=attempt(socket.AF_INET, ("192.0.2.1", 53), socket.SOCK_DGRAM),
    six=attempt(socket.AF_INET6, ("2001:db8::1", 80)),
    abstract=attempt(socket.AF_UNIX, "\\0{name}"),
    host=attempt(40, (2, 1234)),
    interfaces=[name for _, name in socket.if_nameindex()],
))
""")
    assert "connected" not in seen.values()
    assert seen["interfaces"] == ["lo"]
    assert "not supported" in seen["host"]


def test_other_processes_cannot_be_seen_or_signalled(inside: Kernel) -> None:
    me, other = os.getpid(), os.getppid()
    seen = inside.values(f"""
import os, signal
def attempt(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return "sent"
    except OSError as error:
        return error.strerror
pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
first = attempt(1)  # whatever the answer, nothing happens to it
print(dict(pids=pids, me=os.getpid(), grader=attempt({me}), shell=attempt({other})))
""")
    assert seen["pids"] == [1, seen["me"]]
    assert seen["grader"] == seen["shell"] == "No such process"
    assert inside.manager.is_alive()


@pytest.mark.parametrize(
    "call",
    [
        "ptrace(16, 1, 0, 0)",
        "unshare(0x10000000)",
        "setns(0, 0)",
        'mount(b"none", b"/tmp", b"tmpfs", 0, None)',
        "memfd_create(b'x', 0)",
        "shmget(0, 1 << 20, 0o1600)",
        "syscall(425, 1, 0)",  # io_uring_setup
        "syscall(435, 0, 0)",  # clone3
    ],
)
def test_calls_that_lead_out_are_refused(inside: Kernel, call: str) -> None:
    if seccomp.program() is None:
        lacking("no filter of system calls for this processor")
    seen = inside.values(
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"print(dict(result=libc.{call}, error=os.strerror(ctypes.get_errno())))"
    )
    assert seen["result"] == -1
    assert seen["error"] in ("Operation not permitted", "Function not implemented")


def test_working_folder_does_not_shadow_modules(inside: Kernel) -> None:
    _, error = inside.run(
        "from pathlib import Path\nPath('shadow.py').write_text('print(1)')\nimport shadow"
    )
    assert error == "ModuleNotFoundError"
    _, error = inside.run(
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import shadow'], check=True)"
    )
    assert error == "CalledProcessError"


def test_ordinary_things_work(inside: Kernel) -> None:
    seen = inside.values("""
import multiprocessing, os, tempfile, threading, getpass
from concurrent.futures import ThreadPoolExecutor
with tempfile.TemporaryFile() as file:
    written = file.write(b"x")
with multiprocessing.get_context("fork").Pool(2) as pool:
    squares = pool.map(abs, [-1, -2])
with ThreadPoolExecutor(4) as threads:
    more = list(threads.map(abs, [-3]))
null = os.system("true > /dev/null")
print(dict(written=written, squares=squares, more=more, null=null, who=getpass.getuser()))
""")
    expected = {"written": 1, "squares": [1, 2], "more": [3], "null": 0, "who": "student"}
    assert seen == expected


def test_is_interrupted_by_message(inside: Kernel) -> None:
    inside.start("import time\nwhile True: time.sleep(0.01)")
    time.sleep(0.3)
    inside.manager.interrupt_kernel()
    reply = inside.client.get_shell_msg(timeout=SECONDS)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert inside.run("print(1)") == ("1\n", "")


def test_disk_cannot_be_filled(inside: Kernel) -> None:
    seen = inside.values("""
import os
def fill(folder):
    written, part = 0, b"x" * 2**20
    try:
        for number in range(400):
            with open(f"{folder}/filler{number}", "wb", buffering=0) as file:
                for _ in range(64):
                    written += file.write(part)
    except OSError as error:
        reason = error.strerror
    for name in os.listdir(folder):
        if name.startswith("filler"):
            os.remove(f"{folder}/{name}")
    return written // 2**20, reason
def one_large():
    try:
        with open("large", "wb") as file:
            file.truncate(2**40)
    except OSError as error:
        return error.strerror
print(dict(home=fill("."), shared=fill("/dev/shm"), large=one_large()))
""")
    folder = Limits().folder_mib
    assert folder // 2 < seen["home"][0] <= folder
    assert seen["home"][1] == "No space left on device"
    assert seen["shared"][0] <= sandbox.SHARED_MIB
    assert seen["large"] == "File too large"


# What can be used


SMALL = Limits(memory_mib=400)


def test_array_far_too_large_is_an_error_and_no_death() -> None:
    with kernel(SMALL) as running:
        _, error = running.run("import numpy as np; np.ones(100 * 2**30, np.uint8)")
        assert error in ("MemoryError", "_ArrayMemoryError")
        assert running.run("print(1)") == ("1\n", "")
        assert running.provisioner.ended_because is None
        assert 10 * MIB < running.provisioner.peak_bytes < 400 * MIB


LEAK = """
import time
kept = []
while True:
    kept.append(bytearray(4 * 2**20))
    time.sleep(0.002)
"""
CHILDREN = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = os.urandom(2**20) * 90
        time.sleep(1000)
time.sleep(1000)
"""
FORK_BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
THREADS = """
import threading, time
count = 0
try:
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        count += 1
except RuntimeError as error:
    print(dict(count=count, error=str(error)))
"""
BUSY = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
SOCKETS = """
import glob
folder = glob.glob("/tmp/*/s")[0]
for number in range(10**6):
    open(f"{folder}/{number}", "wb").write(b"x" * 2**20)
"""
DEEP = """
import glob, os
os.chdir(glob.glob("/tmp/*/s")[0])
while True:
    os.mkdir("d")
    os.chdir("d")
"""


@pytest.mark.parametrize(
    ("code", "limits", "reason"),
    [
        pytest.param(LEAK, SMALL, "memory", id="slow leak"),
        pytest.param(CHILDREN, SMALL, "memory", id="many children"),
        pytest.param(FORK_BOMB, SMALL, "processes", id="fork bomb"),
        pytest.param(BUSY, Limits(cpu_seconds=2), "cpu", id="busy, deaf to the signal"),
        pytest.param(SOCKETS, SMALL, "folder", id="our own folder filled"),
        pytest.param(DEEP, SMALL, "folder", id="our own folder nested"),
    ],
)
def test_too_much_is_killed_with_all_its_processes(
    code: str, limits: Limits, reason: str, marker: str
) -> None:
    with kernel(limits) as running:
        folder = running.provisioner._folder
        running.run(f"import subprocess; subprocess.Popen(['sleep', '{marker}'])")
        assert len(sleepers(marker)) == 1
        running.start(code)
        running.wait_for_death()
        assert running.provisioner.ended_because == reason
        assert running.provisioner.peak_bytes < 1500 * MIB
    assert sleepers(marker) == []
    assert folder is not None and not folder.exists()


def test_threads_run_out() -> None:
    limits = Limits(processes=2)
    with kernel(limits) as running:
        seen = running.values(THREADS)
        assert seen["error"] == "can't start new thread"
        assert seen["count"] <= sandbox.most_threads(limits)


def test_kernel_starts_again_after_it_was_killed() -> None:
    with kernel(Limits(memory_mib=200)) as running:
        running.start(LEAK)
        running.wait_for_death()
        assert running.provisioner.ended_because == "memory"
        running.manager.restart_kernel(now=True)
        running.client.wait_for_ready(timeout=SECONDS)
        assert running.provisioner.ended_because is None
        assert running.run("print(1)") == ("1\n", "")
        assert running.provisioner.peak_bytes > 200 * MIB


# What stays behind

DETACH = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 50)
        os.execvp("sleep", ["sleep", "{marker}"])
    os._exit(0)
time.sleep(0.5)
"""


def test_detached_process_ends_with_the_kernel(marker: str) -> None:
    with kernel() as running:
        running.run(DETACH.format(marker=marker))
        assert len(sleepers(marker)) == 1
    assert sleepers(marker) == []


def test_detached_process_ends_when_the_kernel_exits(marker: str) -> None:
    with kernel() as running:
        running.run(DETACH.format(marker=marker))
        running.start("import os; os._exit(3)")
        running.wait_for_death()
        assert running.provisioner.ended_because is None
        assert eventually(lambda: sleepers(marker) == [], 5)


GRADER = """
from helpers.grading.limits import Limits
from tests.grading.test_sandbox import DETACH, Kernel
running = Kernel(Limits())
running.run(DETACH.format(marker="{marker}"))
print("ready", flush=True)
input()
"""


def test_nothing_is_left_when_the_grader_is_killed(marker: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GRADER.format(marker=marker)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as grader:
        assert grader.stdout is not None and grader.stdout.readline() == "ready\n"
        assert len(sleepers(marker)) == 1
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        assert eventually(lambda: sleepers(marker) == [], 5)
    left = list(Path(tempfile.gettempdir()).glob(f"nn-{grader.pid}-*"))
    assert len(left) == 1
    provisioner._sweep.cache_clear()
    provisioner._sweep(Path(tempfile.gettempdir()))
    assert not left[0].exists()


# Where there is no sandbox


@pytest.fixture
def no_bwrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find_bwrap", lambda: None)


def test_limits_alone(no_bwrap: None, monkeypatch: pytest.MonkeyPatch, marker: str) -> None:
    monkeypatch.setenv("COURSE_SECRET", "swordfish")
    with kernel(SMALL, files={"data/points.csv": b"1,2\n"}) as running:
        folder = running.provisioner._folder
        assert not running.provisioner.sandboxed
        seen = running.values(
            "import os, sys, helpers, numpy\n"
            "print(dict(secret='COURSE_SECRET' in os.environ, home=os.environ['HOME'],"
            " cwd=os.getcwd(), path=sys.path, file=open('data/points.csv').read()))"
        )
        assert not seen["secret"]
        assert seen["cwd"] == seen["home"] == f"{folder}/home"
        assert seen["file"] == "1,2\n"
        assert str(ROOT) not in seen["path"] and "" not in seen["path"]
        running.run(DETACH.format(marker=marker))
        assert len(sleepers(marker)) == 1
        running.start(LEAK)
        running.wait_for_death()
        assert running.provisioner.ended_because == "memory"
    assert sleepers(marker) == []
    assert folder is not None and not folder.exists()


def test_sandbox_can_be_required(no_bwrap: None) -> None:
    manager = kernel_manager(Limits(), require_sandbox=True)
    with pytest.raises(sandbox.SandboxMissing, match="apt install bubblewrap"):
        manager.start_kernel()


def test_says_why_there_is_no_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(script: str) -> str:
        program = tmp_path / f"bwrap{len(list(tmp_path.iterdir()))}"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(sandbox, "find_bwrap", lambda: str(program))
        return sandbox.available() or ""

    assert "too old" in said("echo --clearenv")
    options = "[ $1 = --help ] && echo --size --die-with-parent --clearenv && exit"
    assert "(No permissions)" in said(f"{options}; echo No permissions >&2; exit 1")
    assert "give up" not in said(options)
    monkeypatch.setattr(sandbox, "find_bwrap", lambda: None)
    assert "not installed" in (sandbox.available() or "")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Linux" in (sandbox.available() or "")


# The parts


def test_is_registered_with_jupyter() -> None:
    from importlib.metadata import entry_points

    (entry,) = entry_points(group="jupyter_client.kernel_provisioners", name=NAME)
    assert entry.load() is SandboxProvisioner


def test_private_folders_within_pythons_are_covered() -> None:
    mounts = sandbox.python_mounts(
        [Path("/opt/python"), Path("/opt/python/course/.venv"), Path("/usr")],
        [Path("/opt/python/course"), Path("/home/me"), Path("/usr/local/course")],
    )
    shown = [mounts[i + 1] for i, word in enumerate(mounts) if word in ("--ro-bind", "--tmpfs")]
    assert shown == [
        "/opt/python",
        "/opt/python/course",
        "/usr/local/course",
        "/opt/python/course/.venv",
    ]
    assert mounts[-4:] == [
        "--remount-ro",
        "/opt/python/course",
        "--remount-ro",
        "/usr/local/course",
    ]
    with pytest.raises(CourseError, match="folder of its own"):
        sandbox.python_mounts([Path("/course")], [Path("/course")])


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x"])
def test_files_stay_in_the_working_folder(name: str) -> None:
    with pytest.raises(CourseError, match="working folder"):
        sandbox.checked_name(name)


def test_settings_become_limits() -> None:
    assert SandboxProvisioner(limits={"memory_mib": 300}).limits == Limits(memory_mib=300)
    with pytest.raises(CourseError, match="no limit"):
        SandboxProvisioner(limits={"memory": 300})


def test_filter_is_made_for_known_processors_only() -> None:
    for machine in seccomp.ARCHITECTURES:
        program = seccomp.program(machine)
        assert program is not None and len(program) % 8 == 0
    assert seccomp.program("riscv64") is None
