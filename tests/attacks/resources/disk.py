"""Fills every folder it can write to (1 GiB at most)."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import os

for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/run"):
    for number in range(12):
        try:
            with open(f"{folder}/@MARK@-{number}", "wb") as file:
                file.write(bytes(16_000_000))
        except OSError:
            break
"""
}
