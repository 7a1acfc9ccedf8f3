"""Helpers that the course's notebooks import; `course` and `grading` are for its authors."""

import ctypes
import os
import sys

# TensorFlow reads these once, when it is first imported. Its start-up log would fill a student's
# screen, and oneDNN's reordered sums would give other last digits on another processor.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

# glibc keeps what each of TensorFlow's threads has freed in a pool of its own. Two pools instead of
# eight for each core save about a tenth of a notebook's memory; Binder gives it 1 GiB.
M_ARENA_MAX = -8
if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt"):
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
