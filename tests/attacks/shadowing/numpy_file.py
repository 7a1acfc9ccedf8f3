"""Hands in a numpy.py, which Python finds before NumPy."""

MUST = {"status": "graded"}


def files(folder):
    text = """
from unittest.mock import MagicMock
import sys
print("SECRET-HOME")
sys.modules["numpy"] = MagicMock()
"""
    (folder / "numpy.py").write_text(text)
