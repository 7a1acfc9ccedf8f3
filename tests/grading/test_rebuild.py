"""The graded notebook is the assignment's, whatever was handed in; students give text alone."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import nbformat
import pytest

from helpers.course import notebooks
from helpers.grading import rebuild
from helpers.grading.verdicts import Status
from tests.grading.exercise import SECRET, answered, cell, code, pack, prose, release, source

RIGHT = "def double(x):\n    return 2 * x"


@pytest.fixture
def assignment(tmp_path):
    return source(tmp_path)


@pytest.fixture
def work(assignment):
    """Return a student's notebook as plain JSON, with one task answered."""
    return answered(release(assignment), double=RIGHT)


def text_of(rebuilt, name):
    return next(it.source for it in rebuilt.notebook.cells if notebooks.grade_id(it) == name)


def extras(rebuilt):
    """Return own cells, each with the name or text of the cell before it."""
    cells = rebuilt.notebook.cells
    return [
        (notebooks.grade_id(before) or before.source, it.source)
        for before, it in pairwise(cells)
        if it.metadata.course.role == "extra"
    ]


def assert_faithful(rebuilt, assignment):
    """Hold a rebuilt notebook to the assignment: only students' own text may be different."""
    nbformat.validate(rebuilt.notebook)
    ours = [it for it in rebuilt.notebook.cells if it.metadata.course.role != "extra"]
    assert [it.id for it in ours] == [it.id for it in assignment.cells]
    for got, wanted in zip(ours, assignment.cells, strict=True):
        assert got.cell_type == wanted.cell_type
        if got.metadata.course.role not in ("solution", "answer"):
            assert got.source == wanted.source
        marks = wanted.metadata.get("nbgrader", {})
        assert {name: got.metadata.nbgrader[name] for name in marks} == marks
        assert set(got.metadata) <= {"nbgrader", "course", "deletable", "editable"}
        assert not got.get("outputs") and "attachments" not in got
    assert rebuilt.notebook.metadata == assignment.metadata


# Honest work arrives.


def test_release_has_neither_solution_nor_hidden_test(assignment):
    texts = "\n".join(it.source for it in rebuild.released(assignment).cells)
    assert SECRET not in texts and "model answer" not in texts and "Rubric" not in texts
    assert "# When you hand in: arrays." in texts and "raise NotImplementedError()" in texts


def test_release_is_what_nbgrader_released(course):
    """Our release is nbgrader's own, cell by cell."""
    name = "01_tensors"
    assignment = notebooks.read(course / "solutions" / name / f"{name}.ipynb")
    exercise = notebooks.read(course / "exercises" / name / f"{name}.ipynb")
    assert rebuild.released(assignment).cells == exercise.cells


def test_answers_arrive_and_everything_else_is_ours(assignment, work):
    result = rebuild.rebuild(assignment, pack(work))
    assert result.status == Status.GRADED and result.details == []
    assert_faithful(result, assignment)
    assert text_of(result, "double") == RIGHT
    roles = " ".join(it.metadata.course.role for it in result.notebook.cells)
    assert roles == "prose setup prose solution test test prose solution test prose answer"
    untouched = [it for it in result.notebook.cells if it.metadata.course.get("untouched")]
    assert [notebooks.grade_id(it) for it in untouched] == ["halve", "explain"]


def test_what_jupyterlab_writes_is_no_change(assignment, work):
    for number, it in enumerate(work["cells"]):
        it["metadata"] |= {
            "collapsed": True,
            "scrolled": "auto",
            "slideshow": {"slide_type": "skip"},
            "editable": True,
            "deletable": True,
            "jp-MarkdownHeadingCollapsed": True,
            "execution": {"iopub.status.busy": "now"},
            "trusted": True,
        }
        it["source"] = [f"{line}  \n" for line in it["source"].split("\n")]
        if it["cell_type"] == "code":
            it["execution_count"] = number
            it["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    work["metadata"] = {"kernelspec": {"name": "other", "display_name": "Other"}}
    result = rebuild.rebuild(assignment, pack(work))
    assert result.status == Status.GRADED and result.details == []
    assert_faithful(result, assignment)


def test_own_code_cells_stay_where_they_stood(assignment, work):
    cells = work["cells"]
    cells.insert(4, code("helper = 1", tags=["raises-exception"]))
    cells.insert(0, code("first = 0"))
    cells.append(code("last = 2"))
    cells.insert(2, prose("my notes"))
    result = rebuild.rebuild(assignment, pack(work))
    assert result.status == Status.GRADED and result.details == []
    assert_faithful(result, assignment)
    assert extras(result) == [("double", "helper = 1"), ("explain", "last = 2")]
    first = result.notebook.cells[0]
    assert first.source == "first = 0" and first.metadata == {"course": {"role": "extra"}}


def test_wrong_cell_type_of_an_answer_is_forgiven(assignment, work):
    cell(work, "double")["cell_type"] = "markdown"
    cell(work, "explain").update(cell_type="raw", source="Because.")
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "double") == RIGHT and text_of(result, "explain") == "Because."
    assert_faithful(result, assignment)


def test_missing_answers_are_empty_and_noted(assignment, work):
    work["cells"] = [
        it
        for it in work["cells"]
        if it["metadata"].get("nbgrader", {}).get("grade_id") not in ("double", "explain")
    ]
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "double") == text_of(result, "explain") == ""
    assert result.details == [
        "No cell for this task in your notebook, so it counts as not answered: `double`, `explain`."
    ]
    assert_faithful(result, assignment)


@pytest.mark.parametrize("kept", ["ids", "colab", "nothing"])
def test_marks_lost_in_another_program(assignment, work, kept):
    """Cells whose nbgrader metadata is gone are known by id, by text, by what they define."""
    for it in work["cells"]:
        it["metadata"] = {"id": it["id"]} if kept == "colab" else {}
        if kept != "ids":
            del it["id"]
    work["cells"][-1]["source"] = "Because I say so."
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "double") == RIGHT and text_of(result, "explain") == "Because I say so."
    assert_faithful(result, assignment)
    assert result.status == Status.RESTORED and not extras(result)


def test_lost_solution_that_cannot_be_told_runs_where_it_stood(assignment, work):
    it = cell(work, "double")
    it["metadata"], it["id"], it["source"] = {}, "fresh", "from math import inf\ndouble: object"
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "double") == ""
    assert extras(result) == [("## Task 1: double (3 points)", it["source"])]


def test_written_answer_goes_on_in_cells_below(assignment, work):
    work["cells"] += [prose("First reason."), prose("Second reason.")]
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "explain") == "First reason.\n\nSecond reason."
    assert "untouched" not in result.notebook.cells[-1].metadata.course


# Everything else is put back.


def change_text(work):
    cell(work, "test_double")["source"] = "pass"


def change_hidden_test(work):
    cell(work, "test_double_hidden")["source"] += "\nraise SystemExit"


def change_setup(work):
    cell(work, "imports")["source"] += "\nimport os"


def skip_by_tag(work):
    cell(work, "test_double")["metadata"]["tags"] = ["skip-execution"]


def swallow_by_tag(work):
    cell(work, "test_double")["metadata"]["tags"] = ["raises-exception"]


def make_markdown(work):
    cell(work, "test_double")["cell_type"] = "markdown"


def make_raw(work):
    cell(work, "test_double")["cell_type"] = "raw"


def invent_cell_type(work):
    cell(work, "test_double")["cell_type"] = ["code"]


def delete(work):
    work["cells"].remove(cell(work, "test_double"))


def move(work):
    it = cell(work, "test_double")
    work["cells"].remove(it)
    work["cells"].insert(0, it)


def duplicate(work):
    work["cells"].append(cell(work, "test_double") | {"source": "pass"})


def rename(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["grade_id"] = "test_nothing"


def rename_to_another(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["grade_id"] = "test_halve"


def rename_oddly(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["grade_id"] = {"a": [1]}


def drop_marks(work):
    del cell(work, "test_double")["metadata"]["nbgrader"]


def make_marks_odd(work):
    cell(work, "test_double")["metadata"] = ["nbgrader"]


def ungrade(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["grade"] = False


def unlock(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["locked"] = False


def call_it_a_solution(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["solution"] = True


def give_more_points(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["points"] = 1000


def give_nan_points(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["points"] = float("nan")


def grade_the_solution(work):
    cell(work, "double")["metadata"]["nbgrader"] |= {"grade": True, "points": 100}


def old_schema(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["schema_version"] = 1


def future_schema(work):
    cell(work, "test_double")["metadata"]["nbgrader"]["schema_version"] = 99


TRICKS = [
    change_text,
    change_hidden_test,
    change_setup,
    skip_by_tag,
    swallow_by_tag,
    make_markdown,
    make_raw,
    invent_cell_type,
    delete,
    move,
    duplicate,
    rename,
    rename_to_another,
    rename_oddly,
    drop_marks,
    make_marks_odd,
    ungrade,
    unlock,
    call_it_a_solution,
    give_more_points,
    give_nan_points,
    grade_the_solution,
    old_schema,
    future_schema,
]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_trick_is_undone_and_named(assignment, work, trick):
    trick(work)
    result = rebuild.rebuild(assignment, pack(work))
    assert result.status == Status.RESTORED
    assert_faithful(result, assignment)
    assert text_of(result, "double") == RIGHT
    names = ("`test_double`", "`test_double_hidden`", "`imports`", "`double`", "`test_halve`")
    assert len(result.details) >= 1 and any(name in result.details[0] for name in names)


def test_move_names_the_moved_cell_alone(assignment, work):
    move(work)
    assert rebuild.rebuild(assignment, pack(work)).details == [
        "At another place than in the assignment, and moved back: `test_double`."
    ]


def test_second_solution_runs_after_the_first_and_a_stray_stub_does_not(assignment, work):
    stub = cell(release(assignment), "double")
    position = work["cells"].index(cell(work, "double")) + 1
    work["cells"][position:position] = [stub, stub | {"source": "double = abs"}]
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "double") == RIGHT
    assert extras(result) == [("double", "double = abs")]


def test_too_long_text_is_left_out(assignment, work):
    cell(work, "double")["source"] = "#" * (rebuild.MAX_TEXT + 1)
    result = rebuild.rebuild(assignment, pack(work))
    assert text_of(result, "double") == ""
    assert "Left out" in result.details[0] and "`double`" in result.details[0]


def test_malformed_work_is_an_empty_assignment_with_one_sentence(assignment):
    result = rebuild.rebuild(assignment, b"PK\x03\x04")
    assert result.status == Status.MALFORMED and len(result.details) == 1
    assert_faithful(result, assignment)
    assert text_of(result, "double") == text_of(result, "explain") == ""


# Reading bytes.


def nested(depth):
    return b'{"cells": ' + b"[" * depth + b"]" * depth + b"}"


MALFORMED = {
    "empty": b"",
    "blank": b" \n\t ",
    "huge": b" " * (rebuild.MAX_BYTES + 1),
    "zip": b"PK\x03\x04\x00\x00",
    "nulls": bytes(1000),
    "noise": random.Random(0).randbytes(1000),
    "HTML": b"<!DOCTYPE html><html></html>",
    "Python": b"def double(x):\n    return 2 * x\n",
    "cut off": b'{"cells": [{"cell_type": "co',
    "trailing comma": b'{"cells": [],}',
    "two documents": b'{"cells": []}{"cells": []}',
    "list": b"[]",
    "text": b'"cells"',
    "number": b"1e999",
    "NaN": b"NaN",
    "null": b"null",
    "no cells": b'{"nbformat": 4}',
    "cells is a dict": b'{"cells": {"0": {}}}',
    "cells is a number": b'{"cells": 3}',
    "cells is null": b'{"cells": null, "worksheets": null}',
    "sheets of nothing": b'{"worksheets": [1, null, []]}',
    "deep list": nested(200_000),
    "deep dict": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "endless number": b'{"cells": [], "a": ' + b"9" * 100_000 + b"}",
    "UTF-16 cut in half": '{"cells": []}'.encode("utf-16")[:-1],
    "BOM alone": b"\xef\xbb\xbf",
    "too many cells": b'{"cells": [' + b"{}," * rebuild.MAX_CELLS + b"{}]}",
    "gzip": b"\x1f\x8b\x08\x00",
    "single quotes": b"{'cells': []}",
    "comment": b'// a notebook\n{"cells": []}',
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(data):
    with pytest.raises(rebuild.Malformed, match=r"^The .* that you handed in .*\.$"):
        rebuild.read_submission(data)


def one(**changes):
    return {"cells": [{"cell_type": "code", "metadata": {}, "source": "x = 1", **changes}]}


TOLERATED = {
    "4.0": {**one(), "nbformat": 4, "nbformat_minor": 0},
    "4.5": {**one(id="abc"), "nbformat": 4, "nbformat_minor": 5},
    "future": {**one(), "nbformat": 9, "nbformat_minor": "new"},
    "3": {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]},
    "2": {"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]},
    "1": {"nbformat": 1, "cells": [{"cell_type": "code", "code": "x = 1"}]},
    "source is a list": one(source=["x ", "= ", "1"]),
    "list with odd items": one(source=["x = 1", None, 3, {}]),
    "odd neighbours": {"cells": [None, 3, "x", [], *one()["cells"]]},
    "bare": {"cells": [{"cell_type": "code", "source": "x = 1"}]},
    "metadata is a list": one(metadata=[1]),
    "metadata is null": one(metadata=None),
    "nbgrader is a text": one(metadata={"nbgrader": "yes"}),
    "marks of odd types": one(metadata={"nbgrader": {"grade_id": [1], "points": {"a": 1}}}),
    "tags of odd types": one(metadata={"tags": [1, None, "a", "a", "b,c", ["d"], ""]}),
    "tags is a dict": one(metadata={"tags": {"skip-execution": True}}),
    "id is a number": one(id=7),
    "id is too long": one(id="x" * 100),
    "id is odd": one(id="<script>"),
    "outputs is a number": one(outputs=3),
    "outputs of odd types": one(outputs=[None, {"data": 3}]),
    "attachments": one(attachments={"a": 1}),
    "NaN in metadata": {**one(), "metadata": {"a": float("nan"), "b": float("-inf")}},
    "metadata is missing": one(),
    "Windows line ends": one(source="x = 1\r\n"),
}


@pytest.mark.parametrize("content", TOLERATED.values(), ids=TOLERATED.keys())
def test_tolerated(content):
    notebook = rebuild.read_submission(pack(content))
    nbformat.validate(notebook)
    (it,) = notebook.cells
    assert it.cell_type == "code" and it.source.strip() == "x = 1"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"]
)
def test_encodings(encoding):
    data = json.dumps(one(source="name = 'José'"), ensure_ascii=False).encode(encoding)
    assert rebuild.read_submission(data).cells[0].source == "name = 'José'"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udfff", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_characters_that_cannot_be_run_are_replaced(text, read):
    notebook = rebuild.read_submission(pack(one(source=text)))
    assert notebook.cells[0].source == read
    assert notebook.cells[0].source.encode()


def test_ids_are_unique():
    cells = [{"cell_type": "code", "source": str(n), "id": "same"} for n in range(5)]
    notebook = rebuild.read_submission(pack({"cells": [*cells, {"id": "cell-1"}]}))
    nbformat.validate(notebook)
    assert len({it.id for it in notebook.cells}) == 6


def test_nothing_but_malformed_is_raised(assignment, work):
    """Bytes of a real notebook, damaged at random, are rebuilt or refused."""
    draw = random.Random(1)
    data = pack(work)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(draw.randint(1, 5)):
            start = draw.randrange(len(damaged))
            damaged[start : start + draw.randint(0, 40)] = draw.randbytes(draw.randint(0, 3))
        assert_faithful(rebuild.rebuild(assignment, bytes(damaged)), assignment)


VALUES = [None, True, -1, 1e308, float("nan"), "", "x\ud800", [], [[]], {}, {"cells": []}]


def test_any_value_in_any_place(assignment, work):
    """Each value in the notebook is replaced by each odd one in turn."""

    def places(value):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in list(items):
            yield value, key
            if isinstance(inner, dict | list):
                yield from places(inner)

    work["cells"] = [*work["cells"][1:4], code("own = 1", tags=["a"])]
    for container, key in list(places(work)):
        kept = container[key]
        for value in VALUES[:: 1 if key in ("cells", "nbgrader", "grade_id", "source") else 5]:
            container[key] = value
            assert_faithful(rebuild.rebuild(assignment, pack(work)), assignment)
        container[key] = kept
