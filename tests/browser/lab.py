"""JupyterLab as a student uses it: open, run, type, validate, save."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, Response, expect

from helpers.course import notebooks
from tests.browser.server import Server

START_MS = 60_000  # JupyterLab and a kernel, on a busy machine
RUN_MS = 180_000  # a whole notebook

# How JupyterLab marks what came on stderr, and errors too.
ERROR = "[data-mime-type='application/vnd.jupyter.stderr']"
# Every cell has its number, or an error stopped the rest.
RUN_HAS_ENDED = """error => {
    const notebook = document.querySelector('.jp-Notebook');
    const prompts = [...notebook.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    return prompts.every(it => /^\\[\\d+\\]:$/.test(it.textContent.trim()))
        || notebook.querySelector(error) !== null;
}"""

# Formulas that MathJax could not read, and text in which it did not see a formula's end.
BROKEN_FORMULAS = """cells => cells.flatMap(cell => {
    const broken = [...cell.querySelectorAll("merror, mtext[mathcolor='red']")];
    const rest = cell.cloneNode(true);
    rest.querySelectorAll('code, mjx-container').forEach(it => it.remove());
    return [...broken, ...(rest.textContent.includes('$') ? [rest] : [])]
        .map(it => it.textContent);
})"""


class Lab:
    """A notebook open in JupyterLab."""

    def __init__(self, page: Page, server: Server, path: str) -> None:
        self.page = page
        self.path: Path = server.folder / path
        page.goto(server.lab(path))
        self.cells.first.wait_for(timeout=START_MS)
        page.locator(".jp-Spinner").wait_for(state="detached", timeout=START_MS)
        self.wait_until_idle(START_MS)

    @property
    def cells(self) -> Locator:
        """The notebook's cells, in order."""
        return self.page.locator(".jp-Notebook .jp-Cell")

    @property
    def outputs(self) -> Locator:
        """What the cells gave out."""
        return self.page.locator(".jp-Notebook .jp-Cell-outputArea")

    def wait_until_idle(self, timeout: int) -> None:
        """Wait until the kernel is there and has nothing left to do."""
        status = self.page.locator("#jp-main-statusbar")
        expect(status).to_contain_text("Python 3 (ipykernel) | Idle", timeout=timeout)

    def menu(self, name: str, command: str) -> None:
        """Choose a command from the menu bar."""
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        self.page.locator(f".lm-Menu-item[data-command='{command}']").click()

    def run_all(self) -> None:
        """Run all cells from the menu, and wait until the last one, or an error."""
        self.menu("Edit", "editmenu:clear-all")
        expect(self.outputs.locator(".jp-OutputArea-output")).to_have_count(0)
        self.menu("Run", "runmenu:run-all")
        self.page.wait_for_function(RUN_HAS_ENDED, arg=ERROR, timeout=RUN_MS)
        self.wait_until_idle(RUN_MS)

    def retype(self, grade_id: str, text: str) -> None:
        """Replace the text of a cell, with the keyboard."""
        names = [notebooks.grade_id(cell) for cell in self.read().cells]
        editor = self.cells.nth(names.index(grade_id)).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)

    def validate(self) -> Locator:
        """Press nbgrader's Validate, and return the dialog with its verdict."""
        self.page.get_by_role("button", name="Validate", exact=True).click()
        dialog = self.page.locator(".jp-Dialog")
        expect(dialog).to_contain_text("Validation Results", timeout=RUN_MS)
        return dialog

    def close(self, dialog: Locator) -> None:
        """Answer a dialog with Ok."""
        dialog.get_by_role("button", name="Ok", exact=True).click()
        dialog.wait_for(state="detached")

    def read(self) -> NotebookNode:
        """Return the notebook as it lies in the folder."""
        return notebooks.read(self.path)

    def broken_formulas(self) -> list[str]:
        """Return the formulas that are not typeset, after waiting for the first that is."""
        markdown = self.page.locator(".jp-Notebook .jp-MarkdownOutput")
        expect(markdown.locator("mjx-container").first).to_be_attached()
        return markdown.evaluate_all(BROKEN_FORMULAS)

    def save(self) -> NotebookNode:
        """Save from the menu, and return what was saved."""

        def is_save(response: Response) -> bool:
            return response.request.method == "PUT" and "/api/contents/" in response.url

        with self.page.expect_response(is_save, timeout=START_MS) as answer:
            self.menu("File", "docmanager:save")
        assert answer.value.ok, f"saving failed with status {answer.value.status}"
        return self.read()
