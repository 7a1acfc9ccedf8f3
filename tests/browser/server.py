"""A JupyterLab server of the tests' own, ended together with all that it started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

TOKEN = "the-tests-know-it"
START_SECONDS = 90
STOP_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the folder that it shows."""

    address: str
    folder: Path

    def lab(self, path: str = "") -> str:
        """Return the address of JupyterLab without earlier tabs, with a notebook open in it."""
        tree = f"/tree/{path}" if path else ""
        return f"{self.address}/lab{tree}?reset&token={TOKEN}"


@contextmanager
def running(folder: Path, state: Path) -> Iterator[Server]:
    """Run `course lab` in a course's folder, on a free port and without opening a browser.

    Parameters
    ----------
    folder : Path
        A course: it has a syllabus.yml.
    state : Path
        A new folder for settings and the log; nothing of the user's own is read or written.
    """
    log = state / "server.log"
    state.mkdir(parents=True)
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "helpers.course", "lab"],
            cwd=folder,
            env=_environment(state),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Server(_address(process, state / "runtime", log), folder)
        finally:
            _end(process)


def _environment(state: Path) -> dict[str, str]:
    options = {"port": 0, "open_browser": False, "allow_root": True}
    _write(state / "config" / "jupyter_server_config.json", {"ServerApp": options})
    return {
        **os.environ,
        "COURSE_DATA": "sample",
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
        "IPYTHONDIR": str(state / "ipython"),
        "NBGRADER_EXCHANGE": str(state / "exchange"),
    }


def _write(path: Path, content: dict[str, object]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def _address(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait for the file in which a server that has started says where it listens."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        for path in runtime.glob("jpserver-*.json"):
            with suppress(json.JSONDecodeError):  # half written
                return f"http://127.0.0.1:{json.loads(path.read_text())['port']}"
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    family = []
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()  # the server ends its kernels and itself
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.kill()
