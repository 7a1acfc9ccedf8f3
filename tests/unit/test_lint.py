"""The lints find each trap that can be seen in a source, and are silent about the course itself."""

import json
from pathlib import Path

import pytest

from helpers.course import layout, lint_assignments, lint_lectures, notebooks, syllabus

ROOT = Path(__file__).parents[2]
NAME = "01_tensors"


@pytest.fixture
def course(tmp_path):
    """Make a copy of one lecture and its assignment that a test may spoil."""
    for path in (
        ROOT / "pyproject.toml",
        ROOT / "syllabus.yml",
        layout.lecture_source(ROOT, NAME),
        layout.lecture_source(ROOT, NAME).with_suffix(".ipynb"),
        layout.solution_source(ROOT, NAME),
    ):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return tmp_path


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the course no longer has {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lecture_problems(course):
    found = lint_lectures.findings(course, syllabus.load(course)[NAME])
    return "\n".join(f"{it.where}: {it.problem}" for it in found)


def assignment_problems(course):
    found = lint_assignments.findings(course, syllabus.load(course)[NAME])
    return "\n".join(f"{it.where}: {it.problem}" for it in found)


def test_the_course_itself_is_clean(course):
    assert lecture_problems(course) == ""
    assert assignment_problems(course) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# # 1. Tensors", "# # Tensors", "the first line is not"),
        ("[![Open in Colab]", "[![Colab]", "no launch badges"),
        ("Prerequisites:", "Before:", "neither minutes nor prerequisites"),
        ("import sys\n", "import os, sys\n", "not the set-up cell"),
        ("# ## Data as tensors", "# ### Data as tensors", "of level 3 follows one of level 1"),
        ("# ## Summary", "# ## The end", "the last sections are not"),
        ("# **Predict", "# Predict", "no **Predict** or **Think** prompt"),
        ("figures.show(", "plt.show(", "plt.show gives a figure without a description"),
    ],
)
def test_spoilt_lecture(course, old, new, said):
    path = layout.lecture_source(course, NAME)
    text = path.read_text(encoding="utf-8")
    if old == "# **Predict":  # a section may have several prompts
        text = text.replace("# **Think", "# Think").replace(old, new)
        path.write_text(text, encoding="utf-8")
    else:
        spoil(path, old, new)
    assert said in lecture_problems(course)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sections: [Data as tensors]", "sections: [Data as soup]", "objective “Name the axes"),
        ("named axes: Data as tensors", "named axes: Data as soup", "concept “named axes” names"),
        ("sections: [Data as tensors]", "sections: []", "names no section or no task"),
        ("tasks: [broadcast_shape]", "tasks: []", "names no section or no task"),
        ("tasks: [broadcast_shape]", "tasks: [broadcast]", "task that is not there: broadcast"),
    ],
)
def test_syllabus_that_promises_what_is_not_there(course, old, new, said):
    spoil(course / "syllabus.yml", old, new)
    assert said in lecture_problems(course)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("broadcast_shape: 4", "broadcast_shape: 5"),
        ("      compose: 3\n", ""),
        ("compose:", "two:"),
    ],
)
def test_syllabus_with_other_tasks_than_the_assignment(course, old, new):
    spoil(course / "syllabus.yml", old, new)
    assert "and syllabus.yml has" in assignment_problems(course)


def test_budget(course):
    path = layout.lecture_source(course, NAME)
    path.write_text(path.read_text(encoding="utf-8") + "\n# %%\n" + "x = 1\n" * 250)
    assert "lines of code, and it should be" in lecture_problems(course)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ({"output_type": "stream", "name": "stderr", "text": "W"}, "wrote to stderr"),
        ({"output_type": "stream", "name": "stdout", "text": "/home/someone/x"}, "a path of a"),
        ({"output_type": "stream", "name": "stdout", "text": "FutureWarning: no"}, "noise"),
        (
            {"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []},
            "ended with ValueError",
        ),
        (
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBO"}},
            "an image without a description",
        ),
    ],
)
def test_bad_outputs(course, output, said):
    path = layout.lecture_source(course, NAME).with_suffix(".ipynb")
    content = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in content["cells"] if cell["cell_type"] == "code")["outputs"] = [output]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert said in lecture_problems(course)


def first_test_cell(course):
    notebook = notebooks.read_source(layout.solution_source(course, NAME))
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    )


def add_to_first_test(course, line):
    cell = first_test_cell(course)
    spoil(layout.solution_source(course, NAME), cell.source, f"{cell.source}\n{line}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("3", "ends with an expression"),
        ("points", "ends with an expression"),
        ("key = lambda x: x", "cannot travel"),
        ("x = globals()", "uses globals"),
        ("x = get_ipython()", "uses get_ipython"),
        ("import os", "imports"),
        ("x = relu.__code__", "reaches into __code__"),
        ('checks.close(1, 1, see="01_tensors: Soup")', "names a section that is not there"),
    ],
)
def test_trap_in_a_test_cell(course, line, said):
    add_to_first_test(course, line)
    assert said in assignment_problems(course)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"schema_version": 3', '"schema_version": 2', "schema_version is not 3"),
        ('"grade_id": "setup", "locked": true', '"grade_id": "setup", "locked": false', "locked"),
        ('"grade_id": "imports"', '"grade_id": "setup"', "is used twice"),
        ('"grade_id": "imports"', '"grade_id": "The Imports"', "is not lower case"),
        ("### END SOLUTION", "", "not between ### BEGIN SOLUTION"),
        ("### BEGIN HIDDEN TESTS", "", "has no hidden test"),
        ("20 points", "many points", "does not name the minutes"),
    ],
)
def test_spoilt_assignment(course, old, new, said):
    spoil(layout.solution_source(course, NAME), old, new)
    assert said in assignment_problems(course)


def test_skip_tag_is_found(course):
    path = layout.solution_source(course, NAME)
    data = json.dumps(dict(first_test_cell(course).metadata["nbgrader"]))
    spoil(path, f"nbgrader={data}", f'nbgrader={data} tags=["skip-execution"]')
    assert "has tags" in assignment_problems(course)


def test_points_must_be_those_of_the_syllabus(course):
    spoil(layout.solution_source(course, NAME), '"points": 1', '"points": 2')
    problems = assignment_problems(course)
    assert "and syllabus.yml has" in problems and "21 points" in problems
