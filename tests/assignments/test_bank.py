"""Every answer in the bank gets exactly its points, from `course grade` and from nbgrader alone."""

import json
import os
from pathlib import Path

import pytest

from helpers.course import notebooks, syllabus
from helpers.grading import bank, proof

ASSIGNMENTS = list(syllabus.load(Path(__file__).parents[2]))
# nbgrader alone takes minutes for each, one submission after the other: some, or all on demand.
COMPARED = ASSIGNMENTS if os.environ.get("COURSE_STOCK") == "all" else ASSIGNMENTS[::8]
WRONG_ANSWERS, RIGHT_ANSWERS = 5, 2  # at least so many for every task


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_false_accept_and_no_false_reject(assignment, course, tmp_path, build_folder):
    result = proof.prove(course, assignment, tmp_path / "course")
    counts = build_folder / "bank" / f"{assignment}.json"
    counts.parent.mkdir(exist_ok=True)
    counts.write_text(json.dumps(result.counts()))
    assert result.false_accepts == []
    assert result.false_rejects == []


@pytest.mark.parametrize("assignment", COMPARED)
def test_nbgrader_as_it_comes_gives_honest_work_the_same(assignment, course, tmp_path):
    result = proof.prove(course, assignment, tmp_path / "course", as_it_comes=True)
    assert result.false_accepts == []
    assert result.false_rejects == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_bank_is_rich_enough(assignment, course):
    solved = notebooks.read(course / "solutions" / assignment / f"{assignment}.ipynb")
    answers = bank.read(course / "tests" / "submissions" / assignment, bank.tasks(solved))
    for task, found in answers.items():
        right = sum(answer.right for answer in found)
        assert right >= RIGHT_ANSWERS, f"{task} has {right} right answers"
        assert len(found) - right >= WRONG_ANSWERS, f"{task} has {len(found) - right} wrong answers"
        assert len({answer.name for answer in found}) == len(found), f"{task}: a name is used twice"
        assert len({answer.source for answer in found}) == len(found), f"{task}: the same twice"
