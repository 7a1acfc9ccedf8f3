"""What every test may use."""

from pathlib import Path

import pytest

from helpers.course import demo

ROOT = Path(__file__).parents[1]
DEMONSTRATED = "01_tensors"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares a graded class, or a browser, in one process where tests run in several."""
    for item in items:
        if "browser" in item.path.parts or item.path.name == "test_demo.py":
            item.add_marker(pytest.mark.xdist_group("graded"))


@pytest.fixture(scope="session")
def course() -> Path:
    """Return the course's folder."""
    return ROOT


@pytest.fixture(scope="session")
def build_folder() -> Path:
    """Return the folder, outside git, where tests leave what a person may want to look at."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def graded(
    course: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[demo.Result]]:
    """Return the folder of the demo's class after it was graded, and everyone's points."""
    folder = tmp_path_factory.mktemp("graded") / "course"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", "sample")
        return folder, demo.run(course, folder, [DEMONSTRATED], on_step=str)
