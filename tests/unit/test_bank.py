"""The bank is read strictly, dealt out evenly and put into the right cells."""

import json

import pytest

from helpers.course import notebooks
from helpers.course.errors import CourseError
from helpers.grading import bank


def header(**data):
    return f"nbgrader={json.dumps(data)}"


NOTEBOOK = f"""# %% {header(grade=False, grade_id="relu", locked=False, solution=True)}
pass

# %% {header(grade=True, grade_id="test_relu", locked=True, points=2, solution=False)}
assert True

# %% {header(grade=True, grade_id="test_relu_hidden", locked=True, points=1, solution=False)}
assert True

# %% [markdown] {header(grade=True, grade_id="why", locked=False, points=3, solution=True)}
# Because.
"""
RIGHT = '# %% loops kind="right"\ndef relu(x): ...\n\n'
WRONG = '# %% sign kind="wrong" points={"test_relu": 0, "test_relu_hidden": 1}\nrelu = abs\n\n'


@pytest.fixture
def notebook(tmp_path):
    (tmp_path / "n.py").write_text(NOTEBOOK)
    return notebooks.read_source(tmp_path / "n.py")


def test_tasks(notebook):
    relu, why = bank.tasks(notebook)
    assert relu.points == {"test_relu": 2.0, "test_relu_hidden": 1.0} and not relu.written
    assert why.points == {"why": 3.0} and why.written


def test_read_and_pack(notebook, tmp_path):
    (tmp_path / "relu.py").write_text(RIGHT + WRONG)
    answers = bank.read(tmp_path, bank.tasks(notebook))
    assert [(it.name, it.right, sum(it.points.values())) for it in answers["relu"]] == [
        ("loops", True, 3.0),
        ("sign", False, 1.0),
    ]
    students = bank.pack({"relu": answers["relu"], "other": answers["relu"][:1]})
    assert [sorted(student) for student in students] == [["relu"], ["relu"]]


def test_fill_replaces_solution_cells_only(notebook):
    filled = bank.fill(notebook, {"relu": "relu = abs", "test_relu": "cheat"})
    assert [cell.source for cell in filled.cells][:2] == ["relu = abs", "assert True"]
    assert notebook.cells[0].source == "pass"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RIGHT.replace("right", "perhaps"), "needs a name and kind"),
        (WRONG.replace('"test_relu": 0, ', ""), "must give points for"),
        (WRONG.replace('"test_relu": 0', '"test_relu": 2'), "loses no point"),
    ],
)
def test_unclear_answers_are_refused(notebook, tmp_path, text, said):
    (tmp_path / "relu.py").write_text(text)
    with pytest.raises(CourseError, match=said):
        bank.read(tmp_path, bank.tasks(notebook))


def test_missing_file_is_named(notebook, tmp_path):
    with pytest.raises(CourseError, match="no answers to task relu"):
        bank.read(tmp_path, bank.tasks(notebook))
