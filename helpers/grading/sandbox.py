"""The sandbox: what of this machine a submission sees, and how much of it it may use.

A submission's kernel runs under bubblewrap. It sees the system's programs and libraries, this
Python, the package `helpers`, and one folder of its own in memory; it sees no other file, no other
process and no network. Nothing here runs the kernel: `helpers.grading.provisioner` does.
"""

from __future__ import annotations

import functools
import os
import platform
import secrets
import shutil
import site
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from helpers.course.errors import CourseError
from helpers.grading import seccomp
from helpers.grading.limits import MIB, Limits

HOME = "/tmp/home"  # in the sandbox; on the one file system there that can be written
COURSE = "/course"  # where `helpers` is in the sandbox
SHARED_MIB = 16  # of /dev/shm, for the locks and arrays of multiprocessing
OPEN_FILES = 1024
THREADS_PER_PROCESS = 32  # on average; and for the thread pools of libraries, ...
THREADS_PER_PROCESSOR = 8  # ... that many for each processor of this machine
STACKS_MIB = 40  # stacks that TensorFlow's thread pools reserve, per processor
CPU_GRACE = 5  # seconds between the signal that can be told apart and the one that cannot be caught
FIRST_USER, USERS = 0x60000000, 0x10000000  # numbers of users that no system gives out
CAP_SYS_ADMIN = 21
EXECUTABLES = "/usr/local/bin:/usr/bin:/bin"
# Libraries and programs. Where /lib and /bin are links into /usr, they become links.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# How libraries and fonts are found: nothing about this machine's people or services.
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime")


class SandboxMissing(CourseError):
    """There is no sandbox here, and grading without one was forbidden."""


def find_bwrap() -> str | None:
    """Return where bubblewrap is, or None."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def available() -> str | None:
    """Tell whether submissions can be put into a sandbox here.

    Returns
    -------
    str or None
        None if they can; otherwise one line that says why not and what to do.
    """
    if sys.platform != "linux":
        return f"There is no bubblewrap for {platform.system()}: grade on Linux."
    program = find_bwrap()
    if program is None:
        return "bubblewrap is not installed: sudo apt install bubblewrap"
    return _try(program)


@functools.cache
def _try(program: str) -> str | None:
    """Start a sandbox around nothing, and return what is wrong with it."""
    missing = {"--size", "--die-with-parent", "--clearenv"} - _options(program)
    if missing:
        return (
            f"bubblewrap is too old (it lacks {', '.join(sorted(missing))}): install 0.7 or later"
        )
    user = separate_user()
    with tempfile.TemporaryDirectory() as folder:
        prefix = command(Limits(), Path(folder), user=user, program=program)
        try:
            run = subprocess.run(
                [*prefix, *limited(Limits(), ["true"], True, user)],
                env={},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=30,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"bubblewrap does not run: {error}"
    if run.returncode == 0:
        return None
    said = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
    return (
        f"bubblewrap does not work here ({said}): allow user namespaces (on Ubuntu: sudo sysctl "
        "kernel.apparmor_restrict_unprivileged_userns=0; in a container: run it privileged)"
    )


@functools.cache
def _options(program: str) -> frozenset[str]:
    """Return the options that this bubblewrap knows."""
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    words = (said.stdout + said.stderr).split()
    return frozenset(word for word in words if word.startswith("--"))


def command(
    limits: Limits,
    folder: Path,
    *,
    files: Mapping[str, Path] | None = None,
    environment: Mapping[str, str] | None = None,
    filter_fd: int | None = None,
    user: int | None = None,
    program: str | None = None,
) -> list[str]:
    """Return what to put before a command to run it in a sandbox.

    Parameters
    ----------
    limits : Limits
        How large the private folder is. The other limits are `limited`'s and the watchdog's.
    folder : Path
        A folder that the sandbox shares with us and may write to: the kernel's sockets.
    files : dict of Path, optional
        Files to lay into the working folder, read-only, by the name they get there.
    environment : dict of str, optional
        Every variable that is set in there.
    filter_fd : int, optional
        An open file with a filter of system calls (see `helpers.grading.seccomp`).
    user : int, optional
        What `separate_user` returned; `limited` needs it too.
    program : str, optional
        Where bubblewrap is.
    """
    program = program or find_bwrap() or "bwrap"
    shared = str(folder.resolve())
    options = [program, "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    if user is None:
        options += ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
        options += ["--disable-userns"] if "--disable-userns" in _options(program) else []
    else:
        options += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        options += ["--unshare-cgroup-try", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    for place in SYSTEM:
        options += _system(Path(place))
    for name in SETTINGS:
        options += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    options += ["--proc", "/proc", "--dev", "/dev"]
    options += ["--size", str(SHARED_MIB * MIB), "--perms", "1777", "--tmpfs", "/dev/shm"]
    options += ["--size", str(limits.folder_mib * MIB), "--perms", "1777", "--tmpfs", "/tmp"]
    for place in _folders_for(files or {}):
        options += ["--perms", "0777", "--dir", place]
    options += ["--chdir", HOME]
    options += python_mounts(_python_folders(), _private_folders())
    options += [*_way_to(COURSE + "/helpers"), "--ro-bind", str(_package()), COURSE + "/helpers"]
    options += [*_way_to(shared), "--bind", shared, shared]
    for name, path in (files or {}).items():
        options += ["--ro-bind", str(path), f"{HOME}/{checked_name(name)}"]
    # What bubblewrap itself made to hang all this on lies in memory without a limit; and where the
    # grader is root, the kernel's own settings in /proc/sys are the submission's to write.
    for place in ("/proc", "/dev", "/"):
        options += ["--remount-ro", place]
    options += ["--clearenv"]
    for name, value in (environment or {}).items():
        options += ["--setenv", name, value]
    if filter_fd is not None:
        options += ["--seccomp", str(filter_fd)]
    return [*options, "--"]


def _way_to(place: str) -> list[str]:
    """Return the options that make the folders above a place such that anyone may pass.

    Those that bubblewrap makes by itself are for its own user only.
    """
    parents = [str(it) for it in reversed(PurePosixPath(place).parents)][1:]
    return [word for it in parents for word in ("--perms", "0755", "--dir", it)]


def _folders_for(names: Iterable[str]) -> list[str]:
    """Return the working folder and those within it that files of these names need."""
    folders = {PurePosixPath(HOME)}
    for name in names:
        path = PurePosixPath(HOME) / checked_name(name)
        folders.update(it for it in path.parents if it.is_relative_to(HOME))
    return sorted(map(str, folders))


def _system(place: Path) -> list[str]:
    """Return the options that put one of the system's folders where it is outside."""
    if place.is_symlink():
        return ["--symlink", os.readlink(place), str(place)]
    return ["--ro-bind", str(place), str(place)] if place.is_dir() else []


def _package() -> Path:
    """Return the folder of the package `helpers`."""
    return Path(__file__).resolve().parents[1]


def _python_folders() -> list[Path]:
    """Return the folders that this Python and its packages are in."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)}
    folders.add(Path(sys.executable).resolve().parent.parent)
    folders.update(_user_packages())
    folders |= {folder.resolve() for folder in folders}
    return sorted(folders)


def _user_packages() -> list[Path]:
    """Return the folder of ``pip install --user``, where this Python uses it."""
    folder = site.getusersitepackages()
    return [Path(folder)] if folder in sys.path and Path(folder).is_dir() else []


def _private_folders() -> list[Path]:
    """Return folders that must stay out of sight even where Python lies in or around them."""
    folders = {Path.home().resolve()}
    for folder in (_package().parent, Path.cwd().resolve()):
        if (folder / "nbgrader_config.py").exists():
            folders.add(folder)
    return sorted(folder for folder in folders if folder != Path("/"))


def python_mounts(folders: Sequence[Path], private: Sequence[Path]) -> list[str]:
    """Return the options that show Python's folders, but not private ones within them.

    Parameters
    ----------
    folders, private : list of Path
        A private folder within a shown one is covered; a shown one within that is shown again.

    Raises
    ------
    CourseError
        If a folder is both: Python was installed into the course's folder itself.
    """
    both = set(folders) & set(private)
    if both:
        raise CourseError(
            f"{min(both)} holds both this Python and things that no submission may see: put the "
            "environment into a folder of its own, .venv for instance."
        )
    system = [Path(place) for place in SYSTEM]

    def within(folder: Path, others: Sequence[Path]) -> bool:
        return any(folder != other and folder.is_relative_to(other) for other in others)

    shown = [
        it for it in folders if it not in system and (within(it, private) or not within(it, system))
    ]
    covered = [it for it in private if within(it, [*shown, *system])]
    options = []
    for folder in sorted(
        {*shown, *covered}, key=lambda it: (len(it.parts), it)
    ):  # outer ones first
        options += _way_to(str(folder))
        if folder in shown:
            options += ["--ro-bind", str(folder), str(folder)]
        else:
            options += ["--perms", "0755", "--tmpfs", str(folder)]
    for folder in covered:  # only now: what lies within had to be hung in
        options += ["--remount-ro", str(folder)]
    return options


def checked_name(name: str) -> str:
    """Return the name of a file of the working folder, if it is one.

    Raises
    ------
    CourseError
        If it would lead out of the folder.
    """
    parts = PurePosixPath(name).parts
    if not parts or parts[0] == "/" or ".." in parts or "\0" in name:
        raise CourseError(f"Not a file of the working folder: {name!r}")
    return str(PurePosixPath(name))


def variables(home: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return all the environment variables that a submission gets.

    Parameters
    ----------
    home : str
        Its working folder.
    extra : dict of str, optional
        Variables on top, or instead.
    """
    temporary = str(PurePosixPath(home).parent) if home == HOME else home
    path = [str(Path(sys.executable).parent), EXECUTABLES] if os.name != "nt" else [os.defpath]
    return {
        "HOME": home,
        "USER": "student",
        "LOGNAME": "student",
        "PATH": os.pathsep.join(path),
        "TMPDIR": temporary,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "COURSE_DATA": "sample",  # there is no network to fetch more
        "PYTHONHASHSEED": "0",  # so that a replay goes the same way
        "PYTHONSAFEPATH": "1",  # a numpy.py in the working folder is not NumPy
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_HOME": f"{home}/.keras",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "JUPYTER_PLATFORM_DIRS": "1",
        **(extra or {}),
    }


def python_path() -> str:
    """Return PYTHONPATH as it is in the sandbox: `helpers`, and packages of ``--user``."""
    return os.pathsep.join([COURSE, *map(str, _user_packages())])


def separate_user() -> int | None:
    """Return the number of a user that nobody is, for a grader who is root; otherwise None.

    In a user namespace a submission acts for the user who grades. Where that is root, Linux does
    not limit the number of its processes, and a fork bomb can take all numbers that there are.
    Root, on the other hand, can have it be somebody else, different for every submission.
    """
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        return None
    # Root of a container, with other users' numbers behind the scenes, is nobody special outside.
    if Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]:
        return None
    if not _may_hang_in():  # root of a container, held by other means
        return None
    # Without a user namespace of its own, only the filter keeps it from making one.
    if seccomp.program() is None or not all(map(_readable_by_all, _needed_files())):
        return None
    return FIRST_USER + secrets.randbelow(USERS)


def _may_hang_in() -> bool:
    """Tell whether this process may mount file systems without a user namespace."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> CAP_SYS_ADMIN & 1)
    return False


@functools.cache
def _needed_files() -> list[Path]:
    """Return files and folders that a kernel reads, enough to see how they were installed."""
    folders = [*_python_folders(), *map(Path, site.getsitepackages())]
    tops = [it for folder in folders if folder.is_dir() for it in (folder, *folder.iterdir())]
    return [*tops, _package(), *_package().rglob("*.py"), *_package().rglob("*.yml")]


def _readable_by_all(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return True  # a broken link, or gone meanwhile: nobody can read it
    return mode & 0o005 == 0o005 if stat.S_ISDIR(mode) else bool(mode & 0o004)


def limited(
    limits: Limits, arguments: Sequence[str], sandboxed: bool, user: int | None = None
) -> list[str]:
    """Return a command that sets limits on itself before it becomes another.

    These stop at once what the watchdog would see a moment later. A shell sets them, because
    Python can only do so between fork and exec, where it must not be when it has threads.

    Parameters
    ----------
    limits : Limits
    arguments : list of str
        The command to become.
    sandboxed : bool
        Whether threads are counted apart from the grader's own: in a user namespace, or for a
        separate user.
    user : int, optional
        What `separate_user` returned.
    """
    if os.name == "nt":
        return list(arguments)
    data_mib = limits.memory_mib * 5 // 4 + 512 + STACKS_MIB * (os.cpu_count() or 1)
    settings = [
        "ulimit -c 0",
        f"ulimit -n {OPEN_FILES}",
        f"ulimit -f {limits.folder_mib * (MIB // 512)}",
        f"ulimit -d {data_mib * 1024}",  # an array far too large is a MemoryError, not a death
        f"ulimit -t {limits.cpu_seconds + CPU_GRACE}",
        f"ulimit -S -t {limits.cpu_seconds}",
    ]
    if user is not None or (sandboxed and _counts_per_namespace()):
        tasks = most_threads(limits)
        settings.append(f"ulimit -u {tasks} || ulimit -p {tasks}")  # bash's name, dash's name
    script = "{ " + "; ".join(settings) + '; } 2>/dev/null; exec "$@"'
    become = []
    if user is not None:
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        become += ["--inh-caps=-all"]
    return ["/bin/sh", "-c", script, "sh", *become, *arguments]


def most_threads(limits: Limits) -> int:
    """Return how many threads all of a submission's processes may have together."""
    processors = os.cpu_count() or 1
    return limits.processes * THREADS_PER_PROCESS + processors * THREADS_PER_PROCESSOR


def first_to_go() -> list[str]:
    """Return what to put before a command that has to go first if the machine lacks memory."""
    if sys.platform != "linux":
        return []
    script = '{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null; exec "$@"'
    return ["/bin/sh", "-c", script, "sh"]


def _counts_per_namespace() -> bool:
    """Tell whether RLIMIT_NPROC counts within a user namespace; before Linux 5.14 it did not."""
    try:
        major, minor = platform.release().split(".")[:2]
        return (int(major), int("".join(filter(str.isdigit, minor)))) >= (5, 14)
    except ValueError:
        return False


def font_cache() -> Path | None:
    """Return matplotlib's list of fonts, made once for all kernels; it takes seconds to make.

    The list is made by a kernel's own Python with a clean folder, so that fonts of the grader's
    own, which the sandbox does not show, are not on it.
    """
    try:
        from importlib.metadata import version

        place = _cache_folder() / f"matplotlib-{version('matplotlib')}"
        if not any(place.glob("fontlist-*.json")):
            _make_font_cache(place)
        return next(place.glob("fontlist-*.json"), None)
    except (ImportError, OSError, subprocess.SubprocessError):
        return None  # each kernel makes its own: slower, not wrong


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "neural-networks-course"


def _make_font_cache(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        subprocess.run(
            [sys.executable, "-P", "-c", "import matplotlib.font_manager"],
            env=variables(scratch, {"MPLCONFIGDIR": scratch}),
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=True,
        )
        place.mkdir(exist_ok=True)
        for made in Path(scratch).glob("fontlist-*.json"):
            made.replace(place / made.name)  # at once or not at all: others may be doing the same
