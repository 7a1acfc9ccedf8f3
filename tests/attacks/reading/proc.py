"""Reads the memory, files and environment of other processes in /proc."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
from pathlib import Path

for process in Path("/proc").glob("[0-9]*"):
    for name in ("environ", "cmdline"):
        try:
            print(process.name, (process / name).read_bytes().replace(b"\\0", b" ").decode(errors="replace"))
        except OSError:
            pass
"""
}
