"""A student opens a lecture in JupyterLab, runs it and answers its quiz."""

import pytest
from playwright.sync_api import expect

from helpers import quizzes
from tests.browser.lab import ERROR, Lab

NAME = "01_tensors"


@pytest.fixture(scope="module")
def lab(page, server, snap):
    """Return the lecture after it has run from top to bottom."""
    lab = Lab(page, server, f"lectures/{NAME}.ipynb")
    snap(page, "lecture-1-opened")
    lab.run_all()
    return lab


@pytest.fixture(scope="module")
def saved(lab):
    """Return the code cells of the lecture as JupyterLab saved it."""
    return [cell for cell in lab.save().cells if cell.cell_type == "code"]


def test_every_cell_ran_without_error(lab, saved):
    assert lab.outputs.locator(ERROR).all_inner_texts() == []
    outputs = [output for cell in saved for output in cell.outputs]
    assert [it for it in outputs if it.output_type == "error"] == []
    assert [it for it in outputs if it.get("name") == "stderr"] == []
    assert [cell.execution_count for cell in saved] == list(range(1, len(saved) + 1))


def test_every_figure_is_on_the_page(lab, saved, snap):
    figures = sum(cell.source.count("figures.show(") for cell in saved)
    assert figures > 0
    images = lab.outputs.locator("img")
    expect(images).to_have_count(figures)
    for number in range(figures):
        images.nth(number).scroll_into_view_if_needed()
        assert images.nth(number).evaluate("it => it.naturalWidth") > 100
        snap(lab.page, f"lecture-2-figure-{number + 1:02}")


def test_nobody_is_asked_about_news_or_updates(lab):
    expect(lab.page.locator(".Toastify__toast")).to_have_count(0)


def test_formulas_are_typeset(lab):
    assert lab.broken_formulas() == []


def test_the_quiz_answers(lab, snap):
    quiz = lab.outputs.locator(".Quiz")
    questions = quizzes.load(NAME)
    expect(quiz).to_have_count(len(questions))
    for number, question in enumerate(questions):
        shown = quiz.nth(number)
        for right in (False, True):
            answer = next(it for it in question["answers"] if it["correct"] == right)
            shown.locator(".MCButton").filter(has_text=answer["answer"]).first.click()
            expect(shown.locator(".Feedback")).to_have_text(answer["feedback"])
            if number == 0:
                snap(lab.page, f"lecture-3-quiz-{'right' if right else 'wrong'}")
