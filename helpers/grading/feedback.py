"""The page a student reads after grading, and how a stranger's text is made harmless.

nbgrader's own page shows hidden tests and passes a student's HTML through. This one is made by an
exporter of ours (`c.GenerateFeedback.exporter_class`): a report per task, and no script at all.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import GetGrades
from traitlets import default

from helpers.course.notebooks import grade_id
from helpers.grading.verdicts import CellVerdict, Status, Verdict

MAX_MARKDOWN = 50_000  # longer texts are shown as they were typed
MAX_SHOWN = 20_000  # characters of one output, or of one cell's code
MAX_IMAGE = 2 * 2**20  # characters of base64
SECRET = 8  # shorter lines of a hidden test, as `)`, say nothing

TAGS = nh3.ALLOWED_TAGS - {"area", "map"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)?", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ESCAPES = {"<": "&lt;", "!": "&#33;", "[": "&#91;"}
TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
CODE_SPAN = re.compile(r"`([^`]+)`")
POINTS = re.compile(r"\s*\(\d+ points?\)$")
READ_BY_NBGRADER = {"timestamp.txt", "submission_secret.txt"}  # by its release_feedback
LABEL = re.compile(r"(Expected|Got|Hint|Read again):(?: |$)")
HIDDEN = re.compile(r"BEGIN HIDDEN TESTS.*?END HIDDEN TESTS", re.DOTALL)


# A stranger's text, made harmless.


def plain_text(text: Any) -> str:
    """Return a text without colours, cursor moves and other invisible characters."""
    return CONTROL.sub("", ANSI.sub("", _joined(text)))


def clean_html(text: str) -> str:
    """Return HTML with its structure alone: no script, style, form, frame, or foreign image."""
    return nh3.clean(
        plain_text(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def markdown_to_html(text: str) -> str:
    """Return Markdown as harmless HTML; also a filter for Formgrader (`HTMLExporter.filters`)."""
    rendered = _rendered(text)
    return clean_html(f"<pre>{html.escape(text)}</pre>" if rendered is None else rendered)


def sanitise(notebook: NotebookNode) -> NotebookNode:
    """Make a graded notebook harmless where others than its author open it, as in Formgrader.

    Changes the notebook in place: outputs keep text, tables and pictures; HTML in written answers
    becomes text, and pictures from elsewhere become links.
    """
    for cell in notebook.cells:
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            outputs = (_clean_output(output) for output in cell.get("outputs", []))
            cell.outputs = [output for output in outputs if output]
        elif _role(cell) == "answer":
            cell.source = _harmless_markdown(cell.source)
    return notebook


def _harmless_markdown(text: str) -> str:
    """Return Markdown that any renderer may have; only what is hostile looks different in it."""
    text = TAG_LIKE.sub(ESCAPES["<"], text).replace("![", ESCAPES["!"] + "[")
    rendered = _rendered(text)
    if rendered is None:
        return "\n".join(f"    {line}" for line in text.split("\n"))  # as code
    return text.replace("[", ESCAPES["["]) if _Links(rendered).hostile else text


def _rendered(text: str) -> str | None:
    """Return Markdown as HTML, raw HTML in it included; None where that would not end well."""
    if len(text) <= MAX_MARKDOWN:
        with suppress(RecursionError):  # thousands of nested quotes
            return markdown2html_mistune(text)
    return None


def _unescaped(text: str) -> str:
    for plain, escaped in ESCAPES.items():
        text = text.replace(escaped, plain)
    return text


class _Links(HTMLParser):
    """Finds links that lead to anything but a page or an address."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hostile = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        links = [value or "" for name, value in attrs if name == "href"]
        self.hostile |= any(not LINK.match(link) and not link.startswith("#") for link in links)


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        kind, _, content = value.removeprefix("data:").partition(";base64,")
        return value if value.startswith("data:") and _is_image(kind, content) else None
    if attribute == "href":
        return value if LINK.match(value) else None
    return value


def _clean_output(output: Any) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        text = plain_text(output.get("text"))
        return from_dict({"output_type": "stream", "name": name, "text": text})
    if kind == "error":
        parts = {name: plain_text(output.get(name)) for name in ("ename", "evalue")}
        lines = output.get("traceback")
        lines = [plain_text(line) for line in lines] if isinstance(lines, list) else []
        return from_dict({"output_type": "error", **parts, "traceback": lines})
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, dict):
        return None
    kept = _clean_data(data)
    shown = {"output_type": "display_data", "data": kept, "metadata": {}}
    return from_dict(shown) if kept else None


def _clean_data(data: dict[str, Any]) -> dict[str, str]:
    kept = {}
    for kind in IMAGES:
        if kind in data and _is_image(kind, _joined(data[kind])):
            kept[kind] = _joined(data[kind])
    if "text/html" in data:
        kept["text/html"] = clean_html(_joined(data["text/html"]))
    elif "text/markdown" in data:
        kept["text/html"] = markdown_to_html(_joined(data["text/markdown"]))
    if "text/plain" in data:
        kept["text/plain"] = plain_text(data["text/plain"])
    return kept


def _is_image(kind: str, content: str) -> bool:
    if kind not in IMAGES or len(content) > MAX_IMAGE:
        return False
    try:
        data = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return data.startswith(IMAGES[kind])


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


# What the page says.


@dataclass
class Part:
    """A part of a check's message: what is wrong, Expected, Got, Hint or Read again."""

    label: str
    text: str


@dataclass
class Check:
    """A graded cell, as the student reads of it."""

    verdict: CellVerdict
    about: str
    points: float
    code: str = ""
    comment: str = ""
    by_person: bool = False
    message: list[Part] = field(default_factory=list)
    traceback: str = ""

    @property
    def lesson(self) -> str:
        """The one sentence to take away: the hint where there is one, else the problem."""
        parts = {part.label: part.text for part in reversed(self.message)}
        return parts.get("Hint") or parts.get("") or "A check did not pass."


@dataclass
class Work:
    """A cell that the student wrote: its text, and what it printed and drew."""

    label: str
    source: str
    outputs: list[Markup]
    answer: Markup | None = None


@dataclass
class TaskReport:
    """A task with its checks and the student's cells."""

    title: str
    name: str
    untouched: bool = False
    checks: list[Check] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    comment: Markup | None = None

    @property
    def points(self) -> float:
        """What the task earned."""
        return sum(check.points for check in self.checks)

    @property
    def maximum(self) -> float:
        """What it can earn."""
        return sum(check.verdict.maximum for check in self.checks)

    @property
    def waiting(self) -> float:
        """What a person still has to mark."""
        return sum(check.verdict.maximum for check in self.checks if _waits(check))

    @property
    def failed(self) -> list[Check]:
        """The checks to read about, each message once."""
        found: dict[str, Check] = {}
        for check in self.checks:
            if check.verdict.outcome in ("failed", "not run") and not self.untouched:
                text = check.verdict.message
                if text and text in found:
                    found[text].about += f"\n{check.about}"
                else:
                    found[text or check.verdict.name] = check
        return list(found.values())

    @property
    def state(self) -> str:
        """Name the state: right, wrong, waiting or untouched."""
        if self.untouched and not self.points:
            return "untouched"
        if self.waiting:
            return "waiting"
        return "right" if self.points >= self.maximum else "wrong"

    @property
    def summary(self) -> str:
        """The task in one line."""
        if self.state == "untouched":
            return "There is no answer yet."
        if self.state == "waiting":
            return "A person marks this, and has not yet."
        if self.state == "right":
            return "Right."
        passed = sum(check.verdict.outcome == "passed" for check in self.checks)
        some = f"{passed} of {len(self.checks)} checks passed. " if passed else ""
        return some + (self.failed[0].lesson if self.failed else "Not all points; see below.")


@dataclass
class Report:
    """All that the page shows."""

    title: str
    points: float
    maximum: float
    penalty: float
    verdict: Verdict | None
    tasks: list[TaskReport]

    @property
    def waiting(self) -> float:
        """What a person still has to mark."""
        return sum(task.waiting for task in self.tasks)

    @property
    def notice(self) -> str:
        """What the status means, where there is something to say."""
        graded = self.verdict is None or self.verdict.status == Status.GRADED
        return "" if graded or self.verdict is None else self.verdict.sentence


class Feedback(GetGrades):
    """Puts the gradebook's points and comments into a notebook, and whether a person gave them."""

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["by_person"] = grade.manual_score is not None

    def _get_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        comment = self.gradebook.find_comment(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        # What a person wrote; the "No response." of an untouched cell is nbgrader's own.
        cell.metadata.nbgrader["comment"] = comment.manual_comment


class FeedbackExporter(Exporter):
    """Makes the page from a graded notebook: `c.GenerateFeedback.exporter_class`."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # as nbconvert's own exporters do
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return page(report(notebook, resources.get("nbgrader", {}))), resources


def pages_only(assignment: str, student: str, notebooks: list[str]) -> None:
    """Keep only pages in the feedback folder: `c.GenerateFeedback.post_convert_hook`.

    nbgrader copies every other file of the graded folder there, the assignment's own included.
    """
    kept = {Path(notebook).stem + ".html" for notebook in notebooks} | READ_BY_NBGRADER
    for folder in {Path(notebook).parent for notebook in notebooks}:
        target = Path("feedback", folder.parent.name, folder.name)
        for path in sorted(target.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.parent != target or path.name not in kept:
                path.unlink()


def report(notebook: NotebookNode, resources: dict[str, Any]) -> Report:
    """Read what the page shows from a graded notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With the verdict in its metadata and, where there is a gradebook, `Feedback`'s points.
    resources : dict
        nbgrader's: the score with its late penalty, and the notebook's name.
    """
    stored = notebook.metadata.get("course", {}).get("verdict")
    verdict = Verdict.from_json(json.dumps(stored)) if stored else None
    if verdict:
        verdict.details = [plain_text(sentence) for sentence in verdict.details]
    tasks = _tasks(notebook, {cell.name: cell for cell in verdict.cells} if verdict else {})
    points = resources.get("score", sum(task.points for task in tasks))
    maximum = resources.get("max_score", sum(task.maximum for task in tasks))
    title = _heading(notebook.cells, "# ") or resources.get("notebook", "Your work")
    return Report(title, points, maximum, resources.get("late_penalty", 0.0), verdict, tasks)


def page(content: Report) -> str:
    """Return the page as HTML."""
    return _environment().get_template("feedback.html").render(report=content)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("helpers.grading"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code_spans"] = lambda text: Markup(
        CODE_SPAN.sub(r"<code>\1</code>", html.escape(text))
    )
    environment.filters["points"] = lambda value: f"{round(float(value), 2):g}"
    return environment


def _tasks(notebook: NotebookNode, verdicts: dict[str, CellVerdict]) -> list[TaskReport]:
    secrets = _secrets(notebook)
    tasks: list[TaskReport] = []
    title = ""  # the heading of the next task
    before: list[Work] = []  # the student's cells between that and the task's solution
    for cell in notebook.cells:
        role, data = _role(cell), cell.metadata.get("nbgrader", {})
        if role == "prose":
            title = POINTS.sub("", _heading([cell], "## ")) or title
        if role in ("solution", "answer"):
            untouched = cell.metadata.get("course", {}).get("untouched", False)
            tasks.append(TaskReport(title or grade_id(cell) or "", str(grade_id(cell)), untouched))
            tasks[-1].work, before, title = before, [], ""
            comment = data.get("comment")
            tasks[-1].comment = Markup(markdown_to_html(comment)) if comment else None
        if role in ("solution", "answer", "extra") and cell.source.strip():
            target = before if title or not tasks else tasks[-1].work
            target.append(_work(cell, role, secrets))
        if data.get("grade") and tasks:
            tasks[-1].checks.append(_check(cell, verdicts, secrets))
    return [task for task in tasks if task.checks]


def _check(cell: NotebookNode, verdicts: dict[str, CellVerdict], secrets: re.Pattern[str]) -> Check:
    data = cell.metadata["nbgrader"]
    maximum = float(data.get("points") or 0.0)
    score = data.get("score")
    verdict = verdicts.get(data["grade_id"]) or CellVerdict(
        data["grade_id"],
        score,
        maximum,
        "to mark" if data.get("solution") else "passed" if score == maximum else "failed",
    )
    points = float(score if score is not None else verdict.points or 0.0)
    visible = _visible(cell.source)
    comments = re.match(r"(?:#.*\n?)*", visible)
    check = Check(
        verdict,
        about=re.sub(r"^# ?", "", comments[0] if comments else "", flags=re.MULTILINE).strip(),
        points=points,
        code="" if data.get("solution") or visible != cell.source else visible,
        by_person=bool(data.get("by_person")),
        message=_parts(_redact(plain_text(verdict.message), secrets)),
        traceback=_cut(_redact(plain_text(verdict.student_traceback), secrets)),
    )
    return check


def _work(cell: NotebookNode, role: str, secrets: re.Pattern[str]) -> Work:
    if role == "answer":
        text = _unescaped(cell.source)  # `sanitise` may have been here
        return Work("Your answer", text, [], Markup(markdown_to_html(text)))
    outputs = (_clean_output(output) for output in cell.get("outputs", []))
    shown = [_shown(output, secrets) for output in outputs if output]
    label = "Your code" if role == "solution" else "A cell of your own"
    return Work(label, _cut(plain_text(cell.source)), [output for output in shown if output])


def _shown(output: NotebookNode, secrets: re.Pattern[str]) -> Markup:
    """Return one cleaned output as HTML."""
    if output.output_type == "stream":
        return _pre(output.text, secrets)
    if output.output_type == "error":
        return _pre("\n".join(output.traceback) or f"{output.ename}: {output.evalue}", secrets)
    for kind in IMAGES:
        if kind in output.data:
            source = "".join(output.data[kind].split())
            return Markup('<img src="data:{};base64,{}" alt="A figure of your cell">').format(
                kind, source
            )
    text = output.data.get("text/html", "")
    if text and len(text) <= MAX_SHOWN and not secrets.search(text):
        return Markup(f'<div class="rich">{text}</div>')
    return _pre(output.data.get("text/plain", ""), secrets)


def _pre(text: str, secrets: re.Pattern[str]) -> Markup:
    text = _cut(_redact(text, secrets)).strip("\n")
    return Markup("<pre>{}</pre>").format(text) if text.strip() else Markup("")


def _parts(message: str) -> list[Part]:
    """Take a message of `helpers.checks` apart at its labels; any other is one part."""
    parts = [Part("", "")]
    for line in message.strip("\n").split("\n"):
        match = LABEL.match(line)
        if match:
            parts.append(Part(match[1], line[match.end() :]))
        elif parts[-1].label in ("Expected", "Got"):
            parts[-1].text += (
                f"\n{line}" if parts[-1].text else line
            )  # an array has lines of its own
        else:  # what `checks` wrapped flows again
            parts[-1].text += f" {line.strip()}" if parts[-1].text else line.strip()
    return [part for part in parts if part.text.strip()]


def _visible(source: str) -> str:
    """Return a test cell's text without its hidden part, markers included."""
    lines, hidden = [], False
    for line in source.split("\n"):
        hidden = hidden or "BEGIN HIDDEN TESTS" in line
        if not hidden:
            lines.append(line)
        hidden = hidden and "END HIDDEN TESTS" not in line
    return "\n".join(lines)


def _secrets(notebook: NotebookNode) -> re.Pattern[str]:
    """Return a pattern for the lines that stand in hidden tests only, as text and as HTML."""
    tests = [cell.source for cell in notebook.cells if _role(cell) == "test"]
    hidden = {
        line.strip() for text in tests for part in HIDDEN.findall(text) for line in part.split("\n")
    }
    known = {line.strip() for text in tests for line in _visible(text).split("\n")}
    secrets = [line for line in hidden - known if len(line) >= SECRET]
    shapes = {shape for line in secrets for shape in (line, html.escape(line, quote=False))}
    return re.compile("|".join(map(re.escape, sorted(shapes))) or r"(?!)")


def _redact(text: str, secrets: re.Pattern[str]) -> str:
    return "\n".join(line for line in text.split("\n") if not secrets.search(line))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "\n(and so on)"


def _heading(cells: Iterable[NotebookNode], mark: str) -> str:
    for cell in cells:
        if _role(cell) == "prose":
            for line in cell.source.split("\n"):
                if line.startswith(mark):
                    return line.removeprefix(mark).strip()
    return ""


def _role(cell: NotebookNode) -> str:
    """Return a cell's role; nbgrader's marks tell it where ours are missing."""
    data = cell.metadata.get("nbgrader", {})
    role = cell.metadata.get("course", {}).get("role")
    if role:
        return role
    if data.get("solution"):
        return "solution" if cell.cell_type == "code" else "answer"
    if cell.cell_type != "code":
        return "prose"
    return "test" if data.get("grade") else "setup"


def _waits(check: Check) -> bool:
    return check.verdict.outcome == "to mark" and not check.by_person and not check.points
