"""Has its children ask for memory, a little each."""

MUST = {"status": "out of memory"}
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import os, time

for _ in range(10):
    if os.fork() == 0:
        held = bytearray(b"1") * 200_000_000
        time.sleep(20)
        os._exit(0)
time.sleep(20)
"""
}
