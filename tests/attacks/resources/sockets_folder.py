"""Fills the folder with the kernel's sockets, which lies on the instructor's disk."""

MUST = {"status": "kernel died", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "nbgrader has no such folder"
ANSWERS = {
    "dense": """
import ipykernel.connect, os, time

folder = os.path.dirname(ipykernel.connect.get_connection_file())
with open(os.path.join(folder, "full"), "wb") as file:
    for _ in range(20):
        file.write(bytes(1_000_000))
time.sleep(10)
"""
}
