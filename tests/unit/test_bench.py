"""The bench of notebooks: what counts as within budget, and how fast the machine was."""

import json

import pytest

from helpers.course import bench


def measured(seconds=30.0, peak=2**29, loop=0.2):
    return bench.Measurement("lectures/01_tensors", "sample", seconds, peak, loop)


@pytest.mark.parametrize(
    ("item", "within"),
    [
        (measured(), True),
        (measured(seconds=60.0, peak=2**30), True),
        (measured(seconds=60.1), False),
        (measured(peak=2**30 + 1), False),
    ],
)
def test_the_budget_is_a_minute_and_a_gibibyte(item, within):
    assert item.within_budget is within


def test_paces_are_relative_to_the_fastest_moment():
    items = [measured(loop=0.5), measured(loop=0.25), measured(loop=0.3)]
    assert bench.paces(items) == pytest.approx([2, 1, 1.2])
    assert bench.rows(items)[0] == {
        "notebook": "lectures/01_tensors",
        "data": "sample",
        "seconds": 30.0,
        "peak_bytes": 2**29,
        "loop_seconds": 0.5,
        "pace": 2.0,
        "within_budget": True,
    }
    assert bench.paces([]) == []


def test_a_run_measures_a_notebook_and_the_machine_around_it(course):
    item = next(bench.run(course, ["01_tensors"], ["sample"], lambda _: None))
    assert item.seconds > item.loop_seconds > 0
    assert item.peak_bytes > 50 * 2**20


@pytest.mark.parametrize("before", [None, "", "[1]", "no JSON"])
def test_parts_that_are_not_measured_now_stay(tmp_path, before):
    file = tmp_path / "build" / "bench.json"
    if before is not None:
        file.parent.mkdir()
        file.write_text(before)
    bench.save(file, grading=[{"name": "a"}])
    bench.save(file, notebooks=[])
    assert json.loads(file.read_text()) == {"grading": [{"name": "a"}], "notebooks": []}
