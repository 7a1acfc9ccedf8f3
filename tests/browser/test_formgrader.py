"""An instructor looks at the graded class of the demo in nbgrader's Formgrader."""

import shutil

import pytest
from playwright.sync_api import expect

from helpers.course import notebooks
from helpers.grading import sandbox
from helpers.grading.classroom import Classroom
from helpers.grading.verdicts import Status, Verdict
from tests.browser.lab import START_MS
from tests.browser.server import running

NAME = "01_tensors"
STUDENT = "half_right"
POINTS = 20


@pytest.fixture(scope="module")
def results(graded):
    """Return each student's result, by name."""
    return {result.student: result for result in graded[1]}


@pytest.fixture(scope="module")
def formgrader(page, course, graded, tmp_path_factory):
    """Return Formgrader, opened from JupyterLab's menu in the folder of the graded class."""
    folder, _ = graded
    shutil.copy(course / "syllabus.yml", folder)  # by which `course lab` knows a course
    with running(folder, tmp_path_factory.mktemp("formgrader") / "state") as server:
        page.set_viewport_size({"width": 1600, "height": 1000})  # its tables are wide
        page.goto(server.lab())
        page.get_by_role("menuitem", name="Nbgrader", exact=True).click(timeout=START_MS)
        page.locator(".lm-Menu-item[data-command='nbgrader:open-formgrader']").click()
        yield page.frame_locator("#formgrader-iframe iframe")


@pytest.fixture(scope="module")
def row(formgrader):
    """Return a function that finds the row of Formgrader's table with a text in it."""

    def find(text):
        return formgrader.locator("#main-table tr").filter(has_text=text)

    return find


def test_the_assignment_is_listed_with_its_submissions(page, formgrader, row, results, snap):
    submissions = row(NAME).locator(".num-submissions")
    expect(submissions).to_have_text(str(len(results)), timeout=START_MS)
    expect(formgrader.locator(".alert")).to_have_count(0)  # such as: there is no exchange
    snap(page, "formgrader-1-assignments")


def test_everyone_has_the_expected_score(page, formgrader, row, results, snap):
    formgrader.get_by_role("link", name="Manage Students").click()
    for student, result in results.items():
        score = f"{result.expected or 0:g} / {POINTS}"  # what is no notebook has no points
        expect(row(student).locator(".score")).to_have_text(score, timeout=START_MS)
    snap(page, "formgrader-2-students")


def test_its_button_grades_in_the_sandbox_too(page, formgrader, row, graded, results, snap):
    folder, _ = graded
    notebook = folder / "autograded" / STUDENT / NAME / f"{NAME}.ipynb"
    notebook.unlink()
    formgrader.get_by_role("link", name="Manage Assignments").click()
    row(NAME).locator(".num-submissions a").click()
    row(STUDENT).locator(".autograde a").click()
    said = formgrader.locator("#success-modal")
    expect(said).to_contain_text("Successfully autograded", timeout=START_MS)
    snap(page, "formgrader-3-autograded")
    said.get_by_role("button", name="OK").click()
    verdict = Verdict.from_dict(notebooks.read(notebook).metadata["course"]["verdict"])
    assert verdict.status == Status.GRADED
    assert verdict.points == results[STUDENT].got
    if sandbox.available() is None:
        assert verdict.sandbox == "bubblewrap"


def test_a_submission_opens_for_grading(page, formgrader, row, graded, results, snap):
    formgrader.get_by_role("link", name="Manual Grading").click()
    row(NAME).get_by_role("link", name=NAME).click()
    expect(row(NAME).locator(".needs-manual-grade .glyphicon-ok")).to_be_visible()
    snap(page, "formgrader-4-notebooks")
    row(NAME).get_by_role("link", name=NAME).click()
    submission = row(STUDENT)
    expect(submission.locator(".score")).to_have_text(f"{results[STUDENT].expected:g} / {POINTS}")
    formgrader.get_by_role("button", name="Show All Names").click()
    snap(page, "formgrader-5-submissions")
    submission.get_by_role("link", name=STUDENT).click()
    for cell, points in Classroom(graded[0]).points(NAME)[STUDENT].items():
        shown = formgrader.locator(f"input.score#{cell}")
        expect(shown).to_have_attribute("placeholder", f"{points:g}")
    snap(page, "formgrader-6-submission")
    formgrader.locator("input.score").first.scroll_into_view_if_needed()
    snap(page, "formgrader-7-score")
