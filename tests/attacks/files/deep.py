"""Hands in 200,000 brackets."""

MUST = {"status": "malformed", "points": {"why": 0.0}}


def tamper(notebook):
    return b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
