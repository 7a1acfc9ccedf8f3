"""An attack: one small file in a family's folder; README.md here says what may stand in it."""

from __future__ import annotations

import copy
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from helpers.course import notebooks

HERE = Path(__file__).parent
ASSIGNMENT = "attacked"
SOURCE = HERE / "assignment" / f"{ASSIGNMENT}.py"
NOT_FAMILIES = ("assignment", "__pycache__")

RIGHT = {
    "dense": "def dense(x, weights, bias):\n    return x @ weights + bias\n",
    "mean_square": "def mean_square(values):\n    return sum(v**2 for v in values) / len(values)\n",
    "counter": """
class Counter:
    def __init__(self):
        self.heard = []

    def add(self, word):
        self.heard.append(word)

    def count(self, word):
        return self.heard.count(word)

    def words(self):
        return list(dict.fromkeys(self.heard))
""",
    "why": "Because it adds up.",
}
WRONG = {
    "dense": "def dense(x, weights, bias):\n    return x @ weights - bias\n",
    "mean_square": "def mean_square(values):\n    return sum(values)\n",
    "counter": """
class Counter:
    def add(self, word):
        pass

    def count(self, word):
        return -1

    def words(self):
        return None
""",
    "why": "Because it adds up.",
}
POINTS = {
    "test_dense": 1.0,
    "test_dense_hidden": 2.0,
    "test_mean_square": 1.0,
    "test_mean_square_hidden": 1.0,
    "test_counter": 1.0,
    "test_counter_hidden": 1.0,
    "why": None,  # for a person to mark
}


@dataclass(frozen=True)
class Attack:
    """One attack, and what it must come to.

    Attributes
    ----------
    family, name, tries : str
        Its folder and file, and the first line of its docstring.
    status : str
        The status it must get.
    points : dict
        The points of every graded cell.
    only_ours : str
        Why stock nbgrader is not attacked with it; empty if it is.
    alone : bool
        Whether it is known to harm others there, so that it is tried on a class of its own.
    """

    family: str
    name: str
    tries: str
    status: str
    points: dict[str, float | None]
    only_ours: str
    alone: bool
    _module: ModuleType = field(repr=False)

    @property
    def student(self) -> str:
        """Who hands it in; between two honest classmates, `amy` and `zoe`."""
        return f"{self.family}-{self.name}"

    def write(self, folder: Path, release: dict[str, Any], places: dict[str, str]) -> None:
        """Hand the attack in.

        Parameters
        ----------
        folder : Path
            The student's folder of this assignment.
        release : dict
            The notebook that students get.
        places : dict of str
            What stands for ``@COURSE@``, ``@HOME@``, ``@PORT@`` and ``@MARK@``.
        """
        others = RIGHT if getattr(self._module, "OTHERS", "wrong") == "right" else WRONG
        notebook = answered(release, {**others, **getattr(self._module, "ANSWERS", {})})
        tamper: Callable[[Any], Any] = getattr(self._module, "tamper", lambda notebook: None)
        changed = tamper(notebook)
        data = changed if isinstance(changed, bytes) else json.dumps(changed or notebook).encode()
        folder.mkdir(parents=True)
        for mark, place in places.items():
            data = data.replace(mark.encode(), place.encode())
        path = folder / f"{ASSIGNMENT}.ipynb"
        path.write_bytes(data)
        getattr(self._module, "files", lambda folder: None)(folder)


def load() -> list[Attack]:
    """Return all attacks, by family and name."""
    return [
        _load(path)
        for family in sorted(HERE.iterdir())
        if family.is_dir() and family.name not in NOT_FAMILIES
        for path in sorted(family.glob("[!_]*.py"))
    ]


def _load(path: Path) -> Attack:
    spec = importlib.util.spec_from_file_location(f"attack_{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.__doc__, path
    earned = dict.fromkeys(POINTS, 0.0) | {"why": None} | module.MUST.get("points", {})
    if getattr(module, "OTHERS", "wrong") == "right":
        earned = POINTS | module.MUST.get("points", {})
    return Attack(
        family=path.parent.name,
        name=path.stem,
        tries=module.__doc__.split("\n\n")[0].replace("\n", " ").strip().rstrip("."),
        status=module.MUST["status"],
        points=earned,
        only_ours=getattr(module, "ONLY_OURS", ""),
        alone=getattr(module, "ALONE", False),
        _module=module,
    )


def release() -> dict[str, Any]:
    """Return the notebook that students get, as plain JSON."""
    from helpers.grading import rebuild

    return json.loads(json.dumps(rebuild.released(notebooks.read_source(SOURCE))))


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a cell by its `grade_id`."""
    return next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def tests(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the test cells."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("test_")
    ]


def answered(notebook: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """Return a copy with the named cells' text replaced."""
    notebook = copy.deepcopy(notebook)
    for name, text in texts.items():
        cell(notebook, name)["source"] = text
    return notebook


def code(text: str, **metadata: Any) -> dict[str, Any]:
    """Return a code cell of a student's own."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "source": text,
        "outputs": [],
    }


def before_tests(notebook: dict[str, Any], text: str) -> None:
    """Put a code cell of the student's own right behind the imports."""
    place = notebook["cells"].index(cell(notebook, "imports"))
    new = code(text)
    new["id"] = "own-cell"
    notebook["cells"].insert(place + 1, new)
