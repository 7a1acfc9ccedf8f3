"""What the `course` command does with its options, and what it says when they make no sense."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.course import build, cli, execution, layout, syllabus, testing
from helpers.course.errors import CourseError

ROOT = Path(__file__).parents[2]
NAME = "01_tensors"


def course(*arguments: str) -> str:
    """Run the command, and return what it says; what a person can put right is raised."""
    done = CliRunner().invoke(cli.app, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the course's sources, without what is built from them, and go there."""
    for path in ("README.md", "pyproject.toml", "syllabus.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / path, tmp_path)
    for name in syllabus.load(ROOT):
        for path in (layout.lecture_source(ROOT, name), layout.solution_source(ROOT, name)):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def forbidden(*arguments: object, **options: object) -> None:
    raise AssertionError("this was not asked for")


def test_build_an_exercise_without_running_its_lecture(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "lecture", forbidden)
    said = course("build", NAME, "--only", "exercise")
    made = f"exercises/{NAME}/{NAME}.ipynb"
    assert made in said
    assert (copy / made).read_bytes() == (ROOT / made).read_bytes()
    assert [path.name for path in copy.glob("solutions/*/*.ipynb")] == [f"{NAME}.ipynb"]
    assert not list(copy.glob("lectures/*.ipynb"))


def test_build_a_lecture_without_its_exercise(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    monkeypatch.setattr(build, "assignment", forbidden)
    monkeypatch.setattr(
        build,
        "lecture",
        lambda root, name, on_cell: built.append(name) or execution.Run(7.0, 2**20),
    )
    assert f"lectures/{NAME}.ipynb" in course("build", NAME, "--only", "lecture")
    assert built == [NAME]


def test_an_unknown_step_is_answered_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [testing.Step(name, [], {}) for name in ("lint", "types")]
    monkeypatch.setattr(testing, "steps", lambda root: steps)
    monkeypatch.chdir(ROOT)
    with pytest.raises(CourseError, match="'units' in its name; there are lint, types"):
        course("test", "--only", "units")


def test_sample_without_verify_is_refused() -> None:
    with pytest.raises(CourseError, match="only with --verify"):
        course("regrade", NAME, "--sample", "3")


@pytest.mark.parametrize(
    "command", [command.callback.__name__ for command in cli.app.registered_commands]
)
def test_every_command_has_help(command: str) -> None:
    assert "Usage" in course(command, "--help")
