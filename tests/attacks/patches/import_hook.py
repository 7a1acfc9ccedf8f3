"""Installs an import hook that hands out mocks."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import builtins, sys
from unittest.mock import MagicMock

real = builtins.__import__
builtins.__import__ = lambda name, *args: MagicMock() if "check" in name or "test" in name else real(name, *args)
checks = MagicMock()
np = MagicMock()

def dense(x, weights, bias):
    return MagicMock()
"""
}
