"""Hands in JSON that is no notebook."""

MUST = {"status": "malformed", "points": {"why": 0.0}}


def tamper(notebook):
    return b'[{"cells": []}]'
