"""A student opens an exercise, presses Validate, answers wrong, and then right."""

import pytest
from playwright.sync_api import expect

from helpers.course import layout, notebooks
from helpers.grading import bank
from tests.browser.lab import Lab

NAME = "01_tensors"
PATH = f"exercises/{NAME}/{NAME}.ipynb"


@pytest.fixture(scope="module")
def solved(course):
    return notebooks.read(course / "solutions" / NAME / f"{NAME}.ipynb")


@pytest.fixture(scope="module")
def released(course):
    return notebooks.read(layout.exercise(course, NAME))


@pytest.fixture(scope="module")
def checks(solved):
    """Return the source of each check that a student can see, by its name."""
    graded = [name for task in bank.tasks(solved) if not task.written for name in task.points]
    sources = {notebooks.grade_id(cell): cell.source.strip() for cell in solved.cells}
    return {name: sources[name] for name in graded if "HIDDEN TESTS" not in sources[name]}


def failures(dialog):
    """Return what the dialog of Validate shows: failed checks, and the error of each."""
    texts = [text.strip() for text in dialog.locator("pre").all_inner_texts()]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def test_validate_names_every_check_of_an_unsolved_exercise(page, server, checks, snap):
    lab = Lab(page, server, PATH)
    snap(page, "exercise-1-opened")
    dialog = lab.validate()
    snap(page, "exercise-2-unsolved")
    failed = failures(dialog)
    assert failed.pop("YOUR ANSWER HERE") == "You did not provide a response."
    assert set(failed) == set(checks.values())
    assert all("NotImplementedError" in error for error in failed.values())


def test_a_wrong_answer_is_explained_and_the_right_one_passes(
    page, server, course, solved, released, checks, snap
):
    tasks = bank.tasks(solved)
    task = tasks[0].name
    answers = bank.read(course / "tests" / "submissions" / NAME, tasks)[task]
    wrong = next(it for it in answers if any(it.points.get(name) == 0 for name in checks))
    model = {notebooks.grade_id(cell): cell.source for cell in solved.cells}
    others = {name: text for name, text in model.items() if name != task}
    notebooks.write(bank.fill(released, others), server.folder / PATH)
    lab = Lab(page, server, PATH)

    lab.retype(task, wrong.source)
    snap(page, "exercise-3-wrong-typed")
    dialog = lab.validate()
    dialog.locator("pre").last.evaluate("it => it.scrollIntoView(false)")
    snap(page, "exercise-4-wrong-validated")
    failed = failures(dialog)
    assert set(failed) == {checks[name] for name in checks if wrong.points.get(name) == 0}
    for error in failed.values():
        assert "AssertionError: The " in error
        assert f"Read again: lecture {NAME}, section" in error
    lab.close(dialog)

    lab.retype(task, model[task])
    dialog = lab.validate()
    snap(page, "exercise-5-right-validated")
    expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
    texts = {notebooks.grade_id(cell): cell.source for cell in lab.read().cells}
    assert texts[task] == model[task]
