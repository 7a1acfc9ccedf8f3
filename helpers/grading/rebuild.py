"""The notebook that is graded: the assignment's own cells, filled with a student's text.

A submission is bytes from a stranger. What counts of it is text: of solution cells, of written
answers, of code cells the student added. Everything else comes from the assignment's source.
"""

from __future__ import annotations

import copy
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    NbGraderPreprocessor,
)

from helpers.course.errors import CourseError
from helpers.course.notebooks import grade_id
from helpers.grading.verdicts import Status

MAX_BYTES = 16 * 2**20
MAX_CELLS = 2000
MAX_TEXT = 2**20  # characters of one cell

SETTINGS = ("grade", "solution", "locked", "task", "points", "schema_version")
TEXT_KEYS = ("source", "input", "code", "text")  # formats 1 to 3 had other names for it
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
DEFINED = re.compile(r"^(?:(?:async[ ]+)?def|class)[ ]+(\w+)|^(\w+)[ ]*=(?!=)", re.MULTILINE)

# What a detail says; one sentence serves all cells that it is true of.
CHANGED = "Not as in the assignment, and put back: {}."
RETAGGED = "Tags or settings not as in the assignment, and put back: {}."
DELETED = "Missing in your notebook, and put back: {}."
MOVED = "At another place than in the assignment, and moved back: {}."
UNMARKED = (
    "Without nbgrader's mark, which another program may have removed, and recognised all the "
    "same: {}."
)
COPIES = "More than once in your notebook; the first counts: {}."
NO_CELL = "No cell for this task in your notebook, so it counts as not answered: {}."
TOO_LONG = f"Left out, because nobody writes {MAX_TEXT:,} characters in a cell: {{}}."


class Malformed(CourseError):
    """The bytes are not a notebook; the text says what they are instead."""


@dataclass
class Rebuilt:
    """What became of a submission before it is run.

    Attributes
    ----------
    notebook : NotebookNode
        The assignment's cells with the student's text. ``cell.metadata["course"]`` has the cell's
        ``"role"`` (setup, solution, answer, test, prose, extra), and ``"untouched": True`` where a
        solution or an answer is blank or as it was released.
    details : list of str
        What was put back or left out, a sentence each.
    status : Status
        GRADED, RESTORED or MALFORMED; in the last case nothing of the student's is in it.
    """

    notebook: NotebookNode
    details: list[str] = field(default_factory=list)
    status: Status = Status.GRADED


@dataclass
class _Place:
    """A cell of the assignment, and where the submission has the cell that stands for it."""

    cell: NotebookNode
    release: str
    role: str
    name: str | None
    found: int | None = None

    @property
    def locked(self) -> bool:
        return self.role in ("setup", "test") and self.name is not None


class _Notes:
    """Which cells each sentence is about."""

    def __init__(self) -> None:
        self.restored = False
        self._about: dict[str, list[str]] = {}

    def add(self, sentence: str, name: str | None) -> None:
        names = self._about.setdefault(sentence, [])
        text = f"`{name}`" if name else "a cell of yours"
        if text not in names:
            names.append(text)

    def restore(self, sentence: str, name: str | None) -> None:
        self.restored = True
        self.add(sentence, name)

    def details(self) -> list[str]:
        return [sentence.format(_listed(names)) for sentence, names in self._about.items()]


def read_submission(data: bytes) -> NotebookNode:
    """Read a notebook as a student's file may be: any format, any encoding, any mistake.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    NotebookNode
        In the current format. Cells keep their type, text, id, tags and nbgrader's settings;
        outputs, attachments and all other metadata are gone.

    Raises
    ------
    Malformed
        If there is no notebook in it.
    """
    if not data.strip():
        raise Malformed("The file that you handed in is empty.")
    if len(data) > MAX_BYTES:
        raise Malformed(
            f"The file that you handed in is larger than {MAX_BYTES // 2**20} MiB. Clear all "
            "outputs in JupyterLab, save it, and hand it in again."
        )
    found = _cells(_parse(data))
    if len(found) > MAX_CELLS:
        raise Malformed(f"The notebook that you handed in has more than {MAX_CELLS:,} cells.")
    notebook, ids = new_notebook(), _Ids()
    notebook.cells = [_clean(cell, ids) for cell in found]
    return notebook


def released(source: NotebookNode) -> NotebookNode:
    """Return what students get: the source without solutions, hidden tests and marking schemes."""
    return _apply(_template(source), ClearHiddenTests, ClearMarkScheme, ComputeChecksums)


def rebuild(source: NotebookNode, data: bytes) -> Rebuilt:
    """Build the notebook that is graded.

    Parameters
    ----------
    source : NotebookNode
        The assignment with solutions and hidden tests, as in `solutions/`.
    data : bytes
        What the student handed in. Nothing in it makes this raise.

    Returns
    -------
    Rebuilt
    """
    notebook = _template(source)
    places = _places(notebook, released(source))
    try:
        cells = read_submission(data).cells
    except Malformed as error:
        for place in places:
            if place.role in ("solution", "answer"):
                _fill(place, "")
        return Rebuilt(notebook, [str(error)], Status.MALFORMED)
    notes = _Notes()
    _bound(places, cells, notes)
    _match(places, cells)
    _match_by_definition(places, cells)
    _compare(places, cells, notes)
    extras = _fill_in(places, cells, notes)
    notebook.cells = _with_extras(places, extras)
    return Rebuilt(notebook, notes.details(), Status.RESTORED if notes.restored else Status.GRADED)


# Reading: plain JSON into plain cells. nbformat's own reader trusts too much.


def _parse(data: bytes) -> Any:
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:  # an editor's old encoding; this one reads anything
        text = data.decode("latin-1")
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise Malformed(
            "The file that you handed in is not a notebook, or only part of one: it is not JSON."
        ) from error


def _cells(content: Any) -> list[dict[str, Any]]:
    if not isinstance(content, dict):
        raise Malformed("The file that you handed in is JSON, but not a notebook.")
    sheets = content.get("worksheets")  # formats 2 and 3
    holders = [content, *(sheets if isinstance(sheets, list) else [])]
    lists = [holder.get("cells") for holder in holders if isinstance(holder, dict)]
    if not any(isinstance(cells, list) for cells in lists):
        raise Malformed("The file that you handed in is JSON, but not a notebook: it has no cells.")
    return [
        cell
        for cells in lists
        if isinstance(cells, list)
        for cell in cells
        if isinstance(cell, dict)
    ]


class _Ids:
    """Hands out cell ids, each once: the wanted one where it is valid and free."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def give(self, wanted: Any, otherwise: str = "cell") -> str:
        if not isinstance(wanted, str) or not CELL_ID.fullmatch(wanted) or wanted in self._taken:
            numbers = (f"{otherwise}-{number}" for number in count(1))
            wanted = next(name for name in numbers if name not in self._taken)
        self._taken.add(wanted)
        return wanted


def _clean(cell: dict[str, Any], ids: _Ids) -> NotebookNode:
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kept: dict[str, Any] = {}
    settings = metadata.get("nbgrader")
    if isinstance(settings, dict):
        names = ("grade_id", *SETTINGS)
        kept["nbgrader"] = {name: _plain(settings[name]) for name in names if name in settings}
    tags = metadata.get("tags")
    if isinstance(tags, list):
        texts = (_well_formed(tag).replace(",", " ") for tag in tags if isinstance(tag, str))
        kept["tags"] = list(dict.fromkeys(filter(None, texts)))
    kind = cell.get("cell_type")
    clean = {
        "cell_type": kind if kind in ("code", "raw") else "markdown",
        "id": ids.give(cell.get("id", metadata.get("id"))),  # Colab keeps it in the metadata
        "metadata": kept,
        "source": _text(cell),
    }
    if kind == "code":
        clean |= {"execution_count": None, "outputs": []}
    return from_dict(clean)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _well_formed(value)
    return value if isinstance(value, bool | int | float) else None


def _text(cell: dict[str, Any]) -> str:
    text = next((cell[key] for key in TEXT_KEYS if key in cell), "")
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return _well_formed(text) if isinstance(text, str) else ""


def _well_formed(text: str) -> str:
    """Return a text that can be encoded and run: no half characters, no nulls, one line end."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")


# The assignment's own cells, by nbgrader's own preprocessors.


def _apply(notebook: NotebookNode, *preprocessors: type[NbGraderPreprocessor]) -> NotebookNode:
    notebook = copy.deepcopy(notebook)
    for preprocessor in preprocessors:
        notebook, _ = preprocessor().preprocess(notebook, {})
    return notebook


def _template(source: NotebookNode) -> NotebookNode:
    """Return the source without solutions, with hidden tests: what autograding starts from."""
    return _apply(source, LockCells, ClearSolutions, ClearOutput, ComputeChecksums)


def _places(template: NotebookNode, release: NotebookNode) -> list[_Place]:
    places = []
    for cell, shown in zip(template.cells, release.cells, strict=True):
        place = _Place(cell, shown.source, _role(cell), grade_id(cell))
        cell.metadata["course"] = {"role": place.role}
        places.append(place)
    return places


def _role(cell: NotebookNode) -> str:
    data = cell.metadata.get("nbgrader", {})
    if data.get("solution"):
        return "solution" if cell.cell_type == "code" else "answer"
    if cell.cell_type != "code":
        return "prose"
    return "test" if data.get("grade") else "setup"


# Which of the submission's cells stands for which of the assignment's.


def _match(places: list[_Place], cells: list[NotebookNode]) -> None:
    """Match by nbgrader's name; where that is lost, by cell id, then by text."""
    names = {place.name for place in places if place.name}
    nameless = [number for number, cell in enumerate(cells) if _name(cell) not in names]
    by_name = [number for number, cell in enumerate(cells) if _name(cell) in names]
    _claim(places, cells, by_name, lambda place: place.name, _name)
    _claim(places, cells, nameless, lambda place: place.cell.id, lambda cell: cell.id)
    _claim(
        places,
        cells,
        nameless,
        lambda place: _squeezed(place.release),
        lambda cell: _squeezed(cell.source),
    )


def _claim(
    places: list[_Place],
    cells: list[NotebookNode],
    numbers: list[int],
    key_of_place: Callable[[_Place], str | None],
    key_of_cell: Callable[[NotebookNode], str | None],
) -> None:
    free: dict[str, list[_Place]] = {}
    for place in places:
        key = key_of_place(place)
        if place.found is None and key:
            free.setdefault(key, []).append(place)
    taken = {place.found for place in places}
    for number in numbers:
        waiting = free.get(key_of_cell(cells[number]) or "")
        if number not in taken and waiting:
            waiting.pop(0).found = number


def _match_by_definition(places: list[_Place], cells: list[NotebookNode]) -> None:
    """Match solutions still missing to code at their place that defines what they should define."""
    names = {place.name for place in places if place.name}
    for number, gap in _unclaimed(places, cells):
        cell = cells[number]
        if cell.cell_type != "code" or _name(cell) in names:
            continue
        defined = _defined(cell.source)
        for place in places[gap.start : gap.stop]:
            wanted = _defined(place.release)
            if place.role == "solution" and place.found is None and wanted and wanted <= defined:
                place.found = number
                break


def _unclaimed(places: list[_Place], cells: list[NotebookNode]) -> Iterator[tuple[int, range]]:
    """Yield each cell that stands for none of the assignment's, and the places it stands between.

    The range starts behind the place that the cell before stands for, and ends at the next one.
    """
    claims = {place.found: number for number, place in enumerate(places)}
    following, ends = len(places), []
    for number in reversed(range(len(cells))):
        following = claims.get(number, following)
        ends.append(following)
    start = 0
    for number, end in enumerate(reversed(ends)):
        if number in claims:
            start = claims[number] + 1
        else:
            yield number, range(start, max(start, end))


def _name(cell: NotebookNode) -> str | None:
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _defined(text: str) -> set[str]:
    # Not the ast module: a stranger's text can make its parser run out of stack.
    return {function or name for function, name in DEFINED.findall(text)}


# What was changed that is not the student's to change.


def _compare(places: list[_Place], cells: list[NotebookNode], notes: _Notes) -> None:
    for place in places:
        if place.found is None:
            if place.locked:
                notes.restore(DELETED, place.name)
        elif place.name:
            _compare_cell(place, cells[place.found], notes)
    for place in _moved([place for place in places if place.name and place.found is not None]):
        notes.restore(MOVED, place.name)


def _compare_cell(place: _Place, cell: NotebookNode, notes: _Notes) -> None:
    if place.locked and (
        cell.cell_type != place.cell.cell_type or not _same(cell.source, place.release)
    ):
        notes.restore(CHANGED, place.name)
    if _name(cell) is None:
        notes.restore(UNMARKED, place.name)
        return
    ours, theirs = place.cell.metadata["nbgrader"], cell.metadata["nbgrader"]
    tags = set(place.cell.metadata.get("tags", [])), set(cell.metadata.get("tags", []))
    settings = any(
        (theirs.get(name) or 0) != (ours.get(name) or 0) for name in ("grade_id", *SETTINGS)
    )
    if settings or (place.locked and tags[0] != tags[1]):
        notes.restore(RETAGGED, place.name)


def _moved(places: list[_Place]) -> list[_Place]:
    """Return the fewest places whose cells, taken out, leave the others in the right order."""
    lasts: list[int] = []  # where the best run of each length ends
    lengths = []
    for place in places:
        length = bisect_left(lasts, place.found or 0)
        lasts[length : length + 1] = [place.found or 0]
        lengths.append(length)
    wanted, moved = len(lasts) - 1, []
    for place, length in zip(reversed(places), reversed(lengths), strict=True):
        if length == wanted:
            wanted -= 1
        else:
            moved.append(place)
    return moved[::-1]


# What the student wrote.


def _bound(places: list[_Place], cells: list[NotebookNode], notes: _Notes) -> None:
    names = {place.name for place in places}
    for cell in cells:
        if len(cell.source) > MAX_TEXT:
            cell.source = ""
            notes.add(TOO_LONG, _name(cell) if _name(cell) in names else None)


def _fill_in(
    places: list[_Place], cells: list[NotebookNode], notes: _Notes
) -> dict[int, list[str]]:
    """Put the student's text into its places; return the code to add before each place."""
    extras: dict[int, list[str]] = {}
    texts: dict[int, str] = {}
    for index, place in enumerate(places):
        theirs = "" if place.found is None else cells[place.found].source
        if place.role in ("solution", "answer"):
            texts[index] = theirs
        elif place.role == "setup" and not place.locked and not _same(theirs, place.release):
            extras[index + 1] = [theirs]  # code that the assignment invites to play with
    by_name = {place.name: place for place in places if place.name}
    for number, gap in _unclaimed(places, cells):
        cell = cells[number]
        original = by_name.get(_name(cell) or "")
        if original and original.role != "solution":
            notes.restore(COPIES, original.name)
        elif original and _same(cell.source, original.release):
            continue  # a stray copy of the stub would undo the answer above it
        elif cell.cell_type == "code":
            extras.setdefault(gap.start, []).append(cell.source)
        elif cell.cell_type == "markdown":
            _add_to_answer(places, gap, texts, cell.source)
    for index, text in texts.items():
        if places[index].found is None and not text.strip():
            notes.add(NO_CELL, places[index].name)
        _fill(places[index], text)
    return extras


def _add_to_answer(places: list[_Place], gap: range, texts: dict[int, str], more: str) -> None:
    """Add a text cell to the written answer it continues, or whose lost cell it stands for."""
    missing = (index for index in gap if index in texts and places[index].found is None)
    answer = gap.start - 1 if gap.start - 1 in texts else next(missing, None)
    if answer is None or places[answer].role != "answer" or not more.strip():
        return
    before = "" if _same(texts[answer], places[answer].release) else texts[answer]
    texts[answer] = f"{before}\n\n{more}" if before.strip() else more


def _fill(place: _Place, text: str) -> None:
    place.cell.source = text
    if not text.strip() or _same(text, place.release):
        place.cell.metadata["course"]["untouched"] = True


def _with_extras(places: list[_Place], extras: dict[int, list[str]]) -> list[NotebookNode]:
    ids = _Ids(place.cell.id for place in places)
    cells: list[NotebookNode] = []
    for index in range(len(places) + 1):
        for text in filter(str.strip, extras.get(index, [])):
            metadata = {"course": {"role": "extra"}}
            cells.append(new_code_cell(text, metadata=metadata, id=ids.give(None, "extra")))
        if index < len(places):
            cells.append(places[index].cell)
    return cells


def _same(text: str, other: str) -> bool:
    return _squeezed(text) == _squeezed(other)


def _listed(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
