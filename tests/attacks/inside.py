"""Runs a command that attacks may take over, and writes down what happened meanwhile.

``python -m tests.attacks.inside REPORT PORT MARK SECONDS COMMAND...``: listens on a port of this
machine as a service would, and looks for processes that are left when the command has ended.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil


def listen(server: socket.socket, heard: list[str]) -> None:
    """Note what visitors say."""
    with contextlib.suppress(OSError):
        while True:
            visitor, _ = server.accept()
            with visitor:
                visitor.settimeout(2)
                with contextlib.suppress(OSError):
                    heard.append(visitor.recv(200).decode(errors="replace").strip())


def watch(largest: list[int]) -> None:
    """Note how much memory the largest process held that we or our children started."""
    while True:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                largest[0] = max(largest[0], process.memory_info().rss >> 20)
        time.sleep(0.3)


def left(mark: str) -> list[int]:
    """Return the processes whose command line holds a mark, apart from ours."""
    ours = {process.pid for process in psutil.Process().parents()} | {psutil.Process().pid}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid not in ours and mark in " ".join(process.cmdline()):
                found.append(process.pid)
    return found


def main(report: str, port: str, mark: str, seconds: str, *command: str) -> None:
    """Run the command."""
    heard: list[str] = []
    largest = [0]
    threading.Thread(target=watch, args=(largest,), daemon=True).start()
    start = time.monotonic()
    with socket.create_server(("127.0.0.1", int(port))) as server:
        threading.Thread(target=listen, args=(server, heard), daemon=True).start()
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            try:
                said, _ = process.communicate(timeout=float(seconds))
            except subprocess.TimeoutExpired:
                process.kill()
                # What the command left behind may hold the pipe open.
                said, process.returncode = b"took too long", -9
        survivors = left(mark)
    for pid in survivors:
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).kill()
    found = {
        "code": process.returncode,
        "said": said.decode(errors="replace")[-200_000:],
        "heard": heard,
        "largest_mib": largest[0],
        "survivors": len(survivors),
        "seconds": round(time.monotonic() - start, 1),
    }
    Path(report).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
