"""Quiz questions of the lectures: one YAML file each, shown with jupyterquiz and as plain text."""

from __future__ import annotations

import contextlib
import html
import random
from collections.abc import Iterator
from importlib import resources
from typing import Any

import yaml
from IPython import get_ipython
from IPython.display import HTML, Javascript, display
from jupyterquiz import display_quiz


def load(lecture: str) -> list[dict[str, Any]]:
    """Read the questions of a lecture.

    Parameters
    ----------
    lecture : str
        Its name, ``"01_tensors"``.

    Returns
    -------
    list of dict
        Each with `question` (str) and `answers`, a list of dict with `answer` (str), `correct`
        (bool) and `feedback` (str: why it is right or wrong).

    Raises
    ------
    ValueError
        If there is no quiz for that lecture.
    """
    path = resources.files(__name__) / f"{lecture}.yml"
    if not path.is_file():
        raise ValueError(f"there is no quiz for lecture {lecture!r}")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def show(lecture: str) -> None:
    """Show the quiz of a lecture, and the same questions as text where no script runs."""
    questions = load(lecture)
    # jupyterquiz draws the id of its element from `random`; a fixed one keeps the notebook's bytes
    # the same at each build, and the generator of the student is left as it was.
    state = random.getstate()
    random.seed(lecture)
    with _javascript_as("Run this cell to answer here."):
        display_quiz([{"type": "multiple_choice", **question} for question in questions])
    random.setstate(state)
    display(HTML(_as_text(questions)))


@contextlib.contextmanager
def _javascript_as(text: str) -> Iterator[None]:
    """Give scripts shown inside a text for where they do not run, as in a notebook just opened."""
    shell = get_ipython()
    if shell is None:
        yield
        return
    plain = shell.display_formatter.formatters["text/plain"]
    before = plain.for_type(Javascript, lambda _, printer, cycle: printer.text(text))
    try:
        yield
    finally:
        if before is None:
            plain.pop(Javascript)
        else:
            plain.for_type(Javascript, before)


def _as_text(questions: list[dict[str, Any]]) -> str:
    items = []
    for question in questions:
        answers = "".join(
            f"<li>{html.escape(answer['answer'])} <em>{'Right' if answer['correct'] else 'Wrong'}: "
            f"{html.escape(answer['feedback'])}</em></li>"
            for answer in question["answers"]
        )
        items.append(f"<li>{html.escape(question['question'])}<ul>{answers}</ul></li>")
    return (
        "<details><summary>The same questions as text, with the answers explained</summary>"
        f"<ol>{''.join(items)}</ol></details>"
    )
