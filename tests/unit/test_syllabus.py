"""The syllabus is read whole or refused with the place to mend."""

import pytest

from helpers.course import syllabus
from helpers.course.errors import CourseError

ONE = """
lectures:
  02_b: {number: 2, part: I, title: B, minutes: 60, prerequisites: none, objectives: [],
         concepts: {}, tasks: {t: 20}}
  01_a: {number: 1, part: I, title: A, minutes: 75, prerequisites: none, concepts: {c: S},
         objectives: [{text: Say what it is, sections: [S], tasks: [t]}], tasks: {t: 15, u: 5}}
"""


def test_load_sorts_by_number(tmp_path):
    (tmp_path / "syllabus.yml").write_text(ONE)
    lectures = syllabus.load(tmp_path)
    assert list(lectures) == ["01_a", "02_b"]
    assert lectures["01_a"].objectives[0].tasks == ("t",)
    assert sum(lectures["01_a"].tasks.values()) == syllabus.POINTS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title: B, ", ""), "lecture 02_b has no 'title'"),
        (("minutes: 60", "minutes: long"), "lecture 02_b cannot be read"),
        (("lectures:", "lectures: ["), "not valid YAML"),
        (("tasks: {t: 20}", "tasks: [t]"), "lecture 02_b cannot be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, change, said):
    (tmp_path / "syllabus.yml").write_text(ONE.replace(*change))
    with pytest.raises(CourseError, match=said):
        syllabus.load(tmp_path)


def test_readme_table_is_replaced_between_its_marks(tmp_path):
    (tmp_path / "syllabus.yml").write_text(ONE)
    readme = f"Before.\n\n{syllabus.TABLE_START}\nold\n{syllabus.TABLE_END}\n\nAfter.\n"
    fresh = syllabus.refresh(readme, syllabus.load(tmp_path))
    assert fresh.startswith("Before.") and fresh.endswith("After.\n") and "old" not in fresh
    assert "| 1 | [A](lectures/01_a.ipynb) | 75 | say what it is | [2 tasks, 20 points]" in fresh
    assert syllabus.refresh(fresh, syllabus.load(tmp_path)) == fresh
    with pytest.raises(CourseError, match="needs the lines"):
        syllabus.refresh("no marks", syllabus.load(tmp_path))
