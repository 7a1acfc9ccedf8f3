"""Quizzes can be answered by clicking, and read where no script runs."""

import random

import pytest

from helpers import quizzes

LECTURE = "01_tensors"


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr("jupyterquiz.dynamic.display.display", outputs.append)
    monkeypatch.setattr(quizzes, "display", outputs.append)
    return outputs


def test_every_question_and_explanation_is_there_as_text(shown):
    quizzes.show(LECTURE)
    text = shown[-1].data
    assert text.count("<em>Right:") == len(quizzes.load(LECTURE))
    assert "<script" not in text


def test_the_same_quiz_gives_the_same_output_and_leaves_random_alone(shown):
    random.seed(1)
    quizzes.show(LECTURE)
    after = random.random()
    quizzes.show(LECTURE)
    random.seed(1)
    assert after == random.random()
    half = len(shown) // 2
    assert [it.data for it in shown[:half]] == [it.data for it in shown[half:]]


def test_unknown_lecture():
    with pytest.raises(ValueError, match="no quiz for lecture '99_nothing'"):
        quizzes.load("99_nothing")
