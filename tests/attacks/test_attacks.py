"""Every attack gets the verdict that it must get, and nobody else is touched."""

from __future__ import annotations

import pytest

from helpers.grading import sandbox
from tests.attacks import attack, ours
from tests.attacks.attack import Attack
from tests.attacks.classroom import Classroom
from tests.attacks.runs import free_port
from tests.lacking import lacking

ATTACKS = attack.load()
pytestmark = pytest.mark.xdist_group("attacks")  # one process holds what they came to


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ours.Run:
    """Have a class graded in which everyone but two is an attacker."""
    if why := sandbox.available():
        lacking(why)
    folder = tmp_path_factory.mktemp("attacks")
    return ours.grade(Classroom.create(folder / "base"), folder / "ours", ATTACKS, free_port())


@pytest.mark.parametrize("each", ATTACKS, ids=lambda each: f"{each.family}/{each.name}")
def test_attack_gets_its_verdict(run: ours.Run, each: Attack) -> None:
    assert ours.faults(run, each) == []


def test_nobody_else_is_touched(run: ours.Run) -> None:
    assert run.problems == []


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 100
