"""The same source gives the same bytes, and a cell's id does not change when others do."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers.course import build, execution, layout, notebooks, syllabus
from helpers.course.errors import CourseError

ROOT = Path(__file__).parents[2]

SOURCE = """# %% [markdown]
# # Title

# %% nbgrader={"grade": false, "grade_id": "relu", "locked": false, "solution": true}
x = 1

# %%
print(x)

# %%
print(x)
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "n.py"
    path.write_text(SOURCE)
    return path


def test_bytes_are_stable(source, tmp_path):
    for name in "ab":
        notebooks.write(notebooks.read_source(source), tmp_path / f"{name}.ipynb")
    assert (tmp_path / "a.ipynb").read_bytes() == (tmp_path / "b.ipynb").read_bytes()


def test_ids_come_from_grade_id_or_content(source):
    before = [cell.id for cell in notebooks.read_source(source).cells]
    assert before[1] == "relu" and len(set(before)) == 4
    source.write_text("# %% [markdown]\n# New first cell\n\n" + SOURCE)
    assert [cell.id for cell in notebooks.read_source(source).cells][1:] == before


def test_first_difference_names_the_cell(source, tmp_path):
    built = tmp_path / "n.ipynb"
    assert build.first_difference(built, notebooks.read_source(source)) == "the notebook is missing"
    notebooks.write(notebooks.read_source(source), built)
    assert build.first_difference(built, notebooks.read_source(source)) is None
    source.write_text(SOURCE.replace("x = 1", "x = 2"))
    where = build.first_difference(built, notebooks.read_source(source))
    assert where == "cell 1 (“relu: x = 2”) differs in its source"
    source.write_text(SOURCE + "\n# %%\nprint(3)\n")
    where = build.first_difference(built, notebooks.read_source(source))
    assert where == "4 cells, and its source has 5"


def test_outputs_are_no_drift(source, tmp_path):
    built = tmp_path / "n.ipynb"
    notebook = notebooks.read_source(source)
    run = execution.execute(notebook, tmp_path)
    assert run.seconds > 0 and run.peak_bytes > 10_000_000
    notebooks.write(notebook, built)
    assert notebooks.read(built).cells[2].outputs[0].text == "1\n"
    assert build.first_difference(built, notebooks.read_source(source)) is None


def test_failing_cell_is_named(source, tmp_path):
    source.write_text(SOURCE.replace("x = 1", "x = 1 / 0"))
    with pytest.raises(CourseError, match="The cell “relu: x = 1 / 0” failed"):
        execution.execute(notebooks.read_source(source), tmp_path)


@pytest.mark.parametrize("name", list(syllabus.load(ROOT)))
def test_an_assignment_edited_in_jupyterlab_syncs_back_to_its_source(name, tmp_path):
    """Saving the paired notebook gives a source that makes the same notebook."""
    source = layout.solution_source(ROOT, name)
    (tmp_path / "jupytext.toml").write_bytes((ROOT / "solutions" / "jupytext.toml").read_bytes())
    notebook = notebooks.read_source(source)
    notebooks.write(notebook, tmp_path / f"{name}.ipynb")
    command = [sys.executable, "-m", "jupytext", "--sync", f"{name}.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert notebooks.read_source(tmp_path / f"{name}.py") == notebook
