"""The page says what was right and what to do next, shows no hidden test, and runs nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat.v4 import new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook

from helpers.course import notebooks
from helpers.grading import feedback, rebuild
from helpers.grading.classroom import COURSE_ID, Classroom, with_scripts
from helpers.grading.verdicts import SENTENCES, CellVerdict, Status, Verdict
from tests.grading.exercise import SECRET, answered, code, pack, release, source
from tests.lacking import lacking

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
WRONG = "def double(x):\n    return x ** 2"
MESSAGE = (
    "The values of double are wrong.\nExpected: 42\nGot: \n[[441 1]\n [  1 1]]\n"
    "Hint: That is the square. Two times a number is\n  the number plus itself.\n"
    "Read again: lecture 01_tensors, section “Broadcasting”."
)
HOSTILE = [
    "<script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "<svg onload=\"document.title='taken'\"><script>1</script></svg>",
    "<iframe srcdoc=\"<script>parent.document.title='taken'</script>\"></iframe>",
    "<a href=\"javascript:document.title='taken'\">click</a>",
    "[click](javascript:document.title='taken')",
    "[click](JaVaScRiPt:document.title='taken')",
    "![x](javascript:document.title='taken')",
    "[click](&#106;avascript:document.title='taken')",
    "[click][1]\n\n[1]: javascript:document.title='taken'",
    "[click](< javascript:document.title='taken'>)",
    "<javascript:document.title='taken'>",
    "[click](//example.org)",
    '<a href="data:text/html,<script>1</script>">click</a>',
    '<form action="https://example.org"><input name="password"><button>go</button></form>',
    "<style>body { display: none }</style>",
    '<p style="position: fixed; inset: 0; background: url(https://example.org)">over all</p>',
    '<meta http-equiv="refresh" content="0; url=https://example.org">',
    '<link rel="stylesheet" href="https://example.org/a.css"><base href="https://example.org">',
    '<object data="https://example.org"></object><embed src="https://example.org">',
    '<img src="https://example.org/track.png">',
    '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1'
    " onerror=document.title='taken'&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='taken'>\">",
    "$\\href{javascript:document.title='taken'}{x}$",
    "</pre></div></body><script>document.title='taken'</script>",
    "<!-- --!> <script>document.title='taken'</script> -->",
    "&lt;script&gt;document.title='taken'&lt;/script&gt;",
    "```html\n</code></pre><script>document.title='taken'</script>\n```",
    "<details open ontoggle=\"document.title='taken'\">x</details>",
    "<video autoplay onplay=\"document.title='taken'\"><source src=x></video>",
    "\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\x1b[31mred\x1b[0m",
]
SHELL = "<style></style>" + "<meta>" * 4
ALLOWED = {"http-equiv", "content", "name", "charset", "lang", "class", "id", "href", "title"} | {
    *("open", "src", "alt", "rel", "scope", "colspan", "rowspan", "start", "align")
}


@pytest.fixture
def assignment(tmp_path):
    return source(tmp_path)


def graded(assignment, texts=None, outputs=(), message=MESSAGE, extra="", **changes):
    """Return a graded notebook: two checks of `double` failed, one of them hidden."""
    work = answered(release(assignment), **{"double": WRONG, **(texts or {})})
    work["cells"].append(code(extra))
    notebook = rebuild.rebuild(assignment, pack(work)).notebook
    for cell in notebook.cells:
        if cell.metadata.course.role in ("solution", "extra"):
            cell.outputs = list(outputs)
        elif cell.cell_type == "code":
            cell.outputs = [new_output("error", ename="E", evalue=SECRET, traceback=[SECRET])]
    verdict = Verdict(
        "exercise",
        "ada",
        cells=[
            CellVerdict("test_double", 0.0, 1.0, "failed", message),
            CellVerdict("test_double_hidden", 0.0, 2.0, "failed", f"{message}!", hidden=True),
            CellVerdict("test_halve", 1.0, 1.0, "passed"),
            CellVerdict("explain", None, 2.0, "to mark"),
        ],
    )
    for name, value in changes.items():
        setattr(verdict, name, value)
    notebook.metadata["course"] = {"verdict": json.loads(verdict.to_json())}
    return notebook


def page(notebook, **resources):
    html, _ = feedback.FeedbackExporter().from_notebook_node(notebook, {"nbgrader": resources})
    return html


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.texts = set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def assert_harmless(html):
    elements = Elements(html)
    assert not elements.tags & set(
        ["script", "iframe", "object", "embed", "form", "input", "button", "link", "base", "svg"]
    )
    assert len(re.findall("<style", html)) == 1 and len(re.findall("<meta", html)) == 4
    for tag, name, value in elements.attributes:
        assert name in ALLOWED, (tag, name)
        if name == "href":
            assert re.match(r"#|https?:|mailto:", value)
        if name == "src":
            assert re.match(r"data:image/(png|jpeg);base64,", value)


# What it says.


def test_a_student_reads_what_to_do(assignment):
    text = Elements(page(graded(assignment, {"explain": "It grows."}))).text
    assert "Exercise 0. Doubles 1 of 6 points ; 2 more can come when a person" in text
    assert "Task 1: double 0 of 3 points ✗ That is the square. Two times a number is the" in text
    assert "Task 2: halve 1 of 1 point ✓ Right." in text
    assert "Task 3: explain up to 2 … A person marks this, and has not yet." in text
    assert "Two numbers. The values of double are wrong. Expected: 42 Got: [[441 1] [ 1 1]]" in text
    assert "Hint: That is the square. Two times a number is the number plus itself." in text
    assert "Read again: lecture 01_tensors, section “Broadcasting”." in text
    assert "1 more check that did not pass When you hand in: arrays." in text
    assert "assert double(2) == 4" in text  # the visible check may be run again
    assert WRONG.split("\n")[1].strip() in text and "It grows." in text


def test_the_check_can_be_run_again_but_not_the_hidden_one(assignment):
    task = feedback.report(graded(assignment), {}).tasks[0]
    assert [check.code for check in task.checks] == ["# Two numbers.\nassert double(2) == 4", ""]
    assert task.checks[1].about == "When you hand in: arrays."


@pytest.mark.parametrize("status", [it for it in Status if it != Status.GRADED])
def test_status_and_details_are_told(assignment, status):
    details = ["Not as in the assignment, and put back: `test_double`."]
    html = page(graded(assignment, status=status, details=details))
    assert SENTENCES[status] in Elements(html).text
    assert "put back: <code>test_double</code>." in html


def test_nothing_is_said_of_a_status_without_news(assignment):
    assert SENTENCES[Status.GRADED] not in page(graded(assignment))


def test_untouched_task_says_so_once(assignment):
    stub = next(cell for cell in release(assignment)["cells"] if cell["id"] == "double")["source"]
    task = feedback.report(graded(assignment, {"double": stub}), {}).tasks[0]
    assert task.state == "untouched" and task.failed == []


def test_same_message_is_read_once(assignment):
    notebook = graded(assignment)
    for cell in notebook.metadata.course.verdict["cells"]:
        cell["message"] = "The same."
    (check,) = feedback.report(notebook, {}).tasks[0].failed
    assert check.about == "Two numbers.\nWhen you hand in: arrays."


def test_points_and_comments_of_a_person_count(assignment):
    notebook = graded(assignment, {"explain": "It grows."})
    marks = next(cell for cell in notebook.cells if cell.id == "explain").metadata.nbgrader
    marks |= {"score": 1.5, "by_person": True, "comment": "One reason is *missing*. <script>"}
    html = page(notebook, score=2.5, max_score=6.0, late_penalty=1.0)
    assert "2.5 of 6 points" in html and "; 1 less because it came late" in Elements(html).text
    assert "1.5 of 2 points" in html and "<em>missing</em>" in html
    assert_harmless(html)


def test_without_a_verdict_the_gradebook_speaks(assignment):
    notebook = graded(assignment)
    del notebook.metadata["course"]
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader["score"] = 1.0
        cell.metadata.pop("course")
    text = Elements(page(notebook)).text
    assert "Task 1: double 2 of 3 points ✗ 1 of 2 checks passed." in text


# What it does not say.


def test_no_hidden_test_and_no_solution(assignment):
    """Neither the cell, nor what it printed, nor a message or traceback shows a hidden line."""
    leaks = f"{MESSAGE}\n----> 3 {SECRET}\nin double"
    outputs = [
        new_output("stream", text=f"{SECRET}\nmine"),
        new_output("display_data", {"text/html": f"<b>{SECRET}</b>", "text/plain": SECRET}),
        new_output("error", ename="E", evalue="no", traceback=[f"\x1b[31m{SECRET}\x1b[0m", "mine"]),
    ]
    notebook = graded(assignment, outputs=outputs, message=leaks)
    for cell in notebook.metadata.course.verdict["cells"]:
        cell["student_traceback"] = f"double(x), line 2\n{SECRET}"
    text = Elements(page(notebook)).text
    assert SECRET not in text and "np.array([21])" not in text and "HIDDEN" not in text
    assert "model answer" not in text.lower() and "Rubric" not in text
    assert "mine" in text and "Where your code stopped: double(x), line 2" in text


def test_no_line_of_any_assignment_is_shown(course):
    """On each assignment of the course, with every check failing, in its own words."""
    found = sorted((course / "solutions").glob("*/*.ipynb"))
    assert found
    for path in found:
        assignment = notebooks.read(path)
        exercise = rebuild.released(assignment)
        public = "\n".join(cell.source for cell in exercise.cells)
        private = {
            line.strip()
            for cell in assignment.cells
            for line in cell.source.split("\n")
            if len(line.strip()) >= 12 and line.strip() not in public
        }
        everything = "\n".join(cell.source for cell in assignment.cells if "test" in cell.id)
        notebook = rebuild.rebuild(assignment, nbformat.writes(exercise).encode()).notebook
        verdict = Verdict(path.stem, "ada")
        for cell in notebook.cells:
            if cell.metadata.course.role == "solution":
                cell.source = "pass"
                cell.metadata.course.pop("untouched")
            if cell.metadata.get("nbgrader", {}).get("grade"):
                name = cell.metadata.nbgrader.grade_id
                verdict.cells.append(CellVerdict(name, 0.0, 1.0, "failed", everything))
        notebook.metadata["course"] = {"verdict": json.loads(verdict.to_json())}
        text = Elements(page(notebook)).text
        assert [line for line in private if " ".join(line.split()) in text] == []


# What it does not do.


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless_wherever_it_stands(assignment, text):
    image = {"image/png": text, "image/jpeg": text, "image/svg+xml": text}
    outputs = [
        new_output("stream", text=text),
        new_output("display_data", {"text/html": text}, metadata={"text/html": {"isolated": True}}),
        new_output("display_data", {"text/markdown": text}),
        new_output("display_data", {"text/latex": text, "application/javascript": text}),
        new_output("display_data", {"text/vnd.mermaid": text, "text/plain": text, **image}),
        new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    notebook = graded(
        assignment,
        {"double": text, "explain": text},
        outputs,
        message=f"{text}\nHint: {text}",
        details=[text],
        extra=text,
    )
    notebook.metadata |= {"title": text, "widgets": {text: text}}
    for cell in notebook.metadata.course.verdict["cells"]:
        cell["student_traceback"] = text
    html = page(notebook)
    assert_harmless(html)
    assert "\x1b" not in html and "\x07" not in html


def test_chromium_runs_nothing(assignment, tmp_path):
    """With the policy that forbids all scripts taken out, there is still none that runs."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("Chromium, to open a page of feedback (Debian: apt-get install chromium)")
    everything = "\n\n".join(HOSTILE)
    outputs = [
        new_output("display_data", {kind: text})
        for text in HOSTILE
        for kind in ("text/html", "text/markdown")
    ]
    html = page(graded(assignment, {"explain": everything}, outputs, message=everything))
    policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', html)
    assert policy and "default-src 'none'" in policy[0]
    path = tmp_path / "page.html"
    path.write_text(html.replace(policy[0], ""), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    command = [chromium, *flags, "--virtual-time-budget=2000", "--dump-dom", path.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "<title>Exercise 0. Doubles: feedback</title>" in shown
    assert_harmless(shown.replace("<head>", f"<head>{policy[0]}"))


def test_figures_and_tables_stay(assignment):
    table = (
        '<style scoped>td {}</style><table border="1" class="dataframe"><tr><td>7</td></tr></table>'
    )
    outputs = [
        new_output("display_data", {"image/png": f"{PIXEL}\n", "text/plain": "<Figure>"}),
        new_output("execute_result", {"text/html": table, "text/plain": "7"}),
        new_output("stream", text="\x1b[1mloss\x1b[0m 0.5"),
    ]
    html = page(graded(assignment, outputs=outputs))
    assert f'src="data:image/png;base64,{PIXEL}"' in html
    assert "<td>7</td>" in html and "dataframe" not in html and "loss 0.5" in html


def test_what_is_no_image_is_not_shown(assignment):
    outputs = [new_output("display_data", {"image/png": "PHN2Zz4=", "text/plain": "no picture"})]
    html = page(graded(assignment, outputs=outputs))
    assert "<img" not in html and "no picture" in html


def written(text):
    """Return a notebook with one written answer."""
    cell = new_markdown_cell(text, metadata={"course": {"role": "answer"}})
    return new_notebook(cells=[cell])


@pytest.mark.parametrize(
    "text", ["[" * 40_000, "> " * 20_000 + "x", "*a " * 15_000, "<div>" * 9_000, "![" * 20_000]
)
def test_markdown_made_to_take_long_does_not(text):
    start = time.perf_counter()
    assert feedback.markdown_to_html(text)
    assert markdown2html_mistune(feedback.sanitise(written(text)).cells[0].source)
    assert time.perf_counter() - start < 5


def test_sanitised_notebook_is_harmless_in_formgrader(assignment):
    """What a grader opens has no script either, and the answer can still be read."""
    outputs = [new_output("display_data", {"text/html": text}) for text in HOSTILE]
    answer = "\n\n".join(["if a < b, it grows", *HOSTILE])
    notebook = feedback.sanitise(graded(assignment, {"explain": answer}, outputs))
    nbformat.validate(notebook)
    assert SECRET in notebook.cells[5].source  # graders see the hidden tests
    explain = next(cell for cell in notebook.cells if cell.id == "explain").source
    assert "if a < b, it grows" in explain
    rendered = Elements(markdown2html_mistune(explain))
    assert not rendered.tags & {"script", "svg", "img", "iframe", "form", "meta", "style"}
    for tag, name, value in rendered.attributes:
        assert not name.startswith("on")
        assert name != "href" or value.startswith("https://example.org"), (tag, value)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert set(output.get("data", {})) <= {"text/html", "text/plain", "image/png"}
            assert_harmless(SHELL + output.get("data", {}).get("text/html", ""))
    text = Elements(page(notebook)).text
    assert "if a < b, it grows" in text and "&lt;" not in text.replace("&lt;script&gt;", "")


def test_sanitised_answer_of_an_honest_student_is_as_it_was(assignment):
    answer = "See [this](https://example.org): `a[0] < b`, $x_{[1]}$ and\n\n> a quote\n\n- *a list*"
    notebook = feedback.sanitise(graded(assignment, {"explain": answer}))
    assert next(cell for cell in notebook.cells if cell.id == "explain").source == answer


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgrader_generates_it(course, tmp_path, monkeypatch):
    """`nbgrader generate_feedback` writes our page with the gradebook's points, and that alone."""
    name = "exercise"
    room = Classroom(tmp_path / "course")
    room.root.mkdir()
    settings = (course / "nbgrader_config.py").read_text(encoding="utf-8")
    (room.root / "nbgrader_config.py").write_text(settings + CONFIGURATION, encoding="utf-8")
    folder = room.root / "autograded" / "ada" / name
    folder.mkdir(parents=True)
    notebook = graded(source(tmp_path), {"explain": "It grows."})
    notebooks.write(notebook, folder / f"{name}.ipynb")
    (folder / "answers").mkdir()
    (folder / "answers" / "key.csv").write_text("secret")
    (folder / "evil.html").write_text("<script>1</script>")
    monkeypatch.setenv("PATH", with_scripts()["PATH"])
    with Gradebook(f"sqlite:///{room.root / 'gradebook.db'}", COURSE_ID) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_assignment(name)
        gradebook.add_notebook(name, name)
        for cell in notebook.cells:
            marks = cell.metadata.get("nbgrader", {})
            here = (marks.get("grade_id"), name, name)
            if marks.get("grade"):
                gradebook.add_grade_cell(*here, max_score=marks["points"], cell_type=cell.cell_type)
            if marks.get("solution"):
                gradebook.add_solution_cell(*here)
        gradebook.add_submission(name, "ada")
        gradebook.find_grade("test_halve", name, name, "ada").auto_score = 1.0
        gradebook.find_grade("explain", name, name, "ada").manual_score = 2.0
        gradebook.find_comment("explain", name, name, "ada").manual_comment = "Well put."
        gradebook.find_comment("halve", name, name, "ada").auto_comment = "No response."
        gradebook.db.commit()
    room.nbgrader("generate_feedback", name)
    written = [path for path in (room.root / "feedback").rglob("*") if path.is_file()]
    assert [path.name for path in written] == [f"{name}.html"]
    text = Elements(written[0].read_text(encoding="utf-8")).text
    assert "3 of 6 points ." in text and "Your instructor writes: Well put." in text
    assert text.count("Your instructor writes") == 1 and "No response" not in text
    assert "Task 3: explain 2 of 2 points ✓ Right." in text


CONFIGURATION = """
from helpers.grading.feedback import Feedback
c.GenerateFeedback.preprocessors = [Feedback]
c.GenerateFeedback.exporter_class = "helpers.grading.feedback.FeedbackExporter"
c.GenerateFeedback.post_convert_hook = "helpers.grading.feedback.pages_only"
"""
