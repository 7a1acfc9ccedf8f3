"""nbgrader's own commands work in the course as it is cloned."""

import csv
import getpass
import os
import shutil
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook

from helpers.course import notebooks
from helpers.grading.classroom import Classroom, with_scripts

NAME = "01_tensors"


@pytest.fixture(scope="module")
def classroom(course, tmp_path_factory):
    if os.name == "nt":
        pytest.skip("nbgrader has no exchange on Windows")
    room = Classroom.create(tmp_path_factory.mktemp("classroom") / "course", course, [NAME])
    # As in a clone: the exercise is released already, and there is no gradebook yet.
    shutil.copytree(course / "exercises" / NAME, room.root / "exercises" / NAME)
    return room


@pytest.fixture(scope="module")
def student_folder(classroom, tmp_path_factory):
    """Return a student's folder, with the same configuration and an exchange in common."""
    folder = tmp_path_factory.mktemp("student")
    shutil.copy(classroom.root / "nbgrader_config.py", folder)
    return folder


def nbgrader_as_student(classroom, folder, *arguments):
    environment = dict(
        with_scripts(),
        NBGRADER_EXCHANGE=str(classroom.root / "exchange"),
        JUPYTER_DATA_DIR=str(folder / "data"),
    )
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_whole_way_through_the_exchange(classroom, student_folder):
    released = classroom.root / "exercises" / NAME
    before = (released / f"{NAME}.ipynb").read_bytes()
    said = classroom.nbgrader("generate_assignment", NAME)
    assert "Skipping" not in said
    with Gradebook(f"sqlite:///{classroom.root / 'gradebook.db'}") as gradebook:
        assert gradebook.find_notebook(NAME, NAME).max_score == 20
    assert (released / f"{NAME}.ipynb").read_bytes() == before  # git has nothing to complain of
    assert sorted(path.name for path in released.iterdir()) == [f"{NAME}.ipynb"]
    assert "BEGIN SOLUTION" not in (released / f"{NAME}.ipynb").read_text()
    assert "HIDDEN TESTS" not in (released / f"{NAME}.ipynb").read_text()

    classroom.nbgrader("release_assignment", NAME)
    fetched = nbgrader_as_student(classroom, student_folder, "fetch_assignment", NAME)
    assert fetched.returncode == 0, fetched.stderr
    notebook = student_folder / NAME / f"{NAME}.ipynb"
    assert notebooks.read(notebook) == notebooks.read(released / f"{NAME}.ipynb")

    # nbgrader's exit code is 0 whatever it finds: its report is what counts.
    unsolved = nbgrader_as_student(classroom, student_folder, "validate", str(notebook))
    assert "VALIDATION FAILED ON" in unsolved.stdout and "NotImplementedError" in unsolved.stdout
    shutil.copy(classroom.root / "solutions" / NAME / f"{NAME}.ipynb", notebook)
    solved = nbgrader_as_student(classroom, student_folder, "validate", str(notebook))
    assert "Success! Your notebook passes all the tests." in solved.stdout, solved.stdout

    submitted = nbgrader_as_student(classroom, student_folder, "submit", NAME)
    assert submitted.returncode == 0, submitted.stderr
    classroom.nbgrader("collect", NAME)
    classroom.nbgrader("autograde", NAME)
    classroom.nbgrader("generate_feedback", NAME)
    classroom.nbgrader("release_feedback", NAME)
    classroom.nbgrader("export", "--to=grades.csv")

    student = getpass.getuser()
    assert (classroom.root / "feedback" / student / NAME / f"{NAME}.html").is_file()
    with open(classroom.root / "grades.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["student_id"] == student]
    tests = [points for cell, points in classroom.points(NAME)[student].items() if "test" in cell]
    assert [float(row["score"]) for row in rows] == [sum(tests)]
    assert [float(row["max_score"]) for row in rows] == [20.0]
