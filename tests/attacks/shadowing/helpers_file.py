"""Hands in a helpers.py whose checks agree with everything."""

MUST = {"status": "graded"}


def files(folder):
    text = """
from unittest.mock import MagicMock
import numpy

numpy.testing.assert_allclose = MagicMock()
checks = MagicMock()
"""
    (folder / "helpers.py").write_text(text)
