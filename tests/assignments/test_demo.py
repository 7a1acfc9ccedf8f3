"""The demo grades a whole class, and says of each grade whether it is as expected."""

from helpers.course import demo

NAME = "01_tensors"


def test_every_kind_of_student_gets_the_grade_the_bank_says(graded):
    _, results = graded
    assert {result.student for result in results} >= {
        "all_right", "unusual_but_right", "half_right", "all_wrong", "untouched",
        "one_cell_raises", "not_a_notebook",
    }  # fmt: skip
    assert [result for result in results if not result.right] == []
    got = {result.student: result.got for result in results}
    assert got["all_right"] == results[0].maximum and got["untouched"] == 0
    assert got["not_a_notebook"] == 0
    assert 0 < got["half_right"] < got["all_right"]


def test_feedback_and_grades_are_written(graded):
    folder, results = graded
    for result in results:
        page = folder / "feedback" / result.student / NAME / f"{NAME}.html"
        assert page.is_file(), result.student
    assert "all_right" in (folder / "grades.csv").read_text()


def test_feedback_tells_a_student_what_was_wrong(graded):
    folder, _ = graded
    page = (folder / "feedback" / "all_wrong" / NAME / f"{NAME}.html").read_text()
    assert "Read again" in page and "Your code" in page
    unreadable = (folder / "feedback" / "not_a_notebook" / NAME / f"{NAME}.html").read_text()
    assert "not a notebook that can be read" in unreadable


def test_a_wrong_grade_is_not_right():
    result = demo.Result("s", NAME, expected=3.0, got=4.0, maximum=5.0, to_mark=0)
    assert not result.right
