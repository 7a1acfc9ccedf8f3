"""The code of a lecture, taken from its source in pieces and run on other data than it shows."""

from __future__ import annotations

import ast
import builtins
import dis
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from helpers.course import layout, notebooks

DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


@dataclass(frozen=True)
class Statement:
    """A statement of a code cell's outer level, and the global names it has to do with."""

    cell: int
    tree: ast.stmt
    code: CodeType
    reads: frozenset[str]
    binds: frozenset[str]
    changes: frozenset[str]  # those it binds, and those it puts an item or attribute into

    def defines(self, name: str) -> bool:
        """Say whether this is the import, function or class of that name."""
        return isinstance(self.tree, DEFINITIONS) and name in self.binds


class Lecture:
    """A lecture's source, of which tests run what they name and what that needs."""

    def __init__(self, root: Path, name: str) -> None:
        path = layout.lecture_source(root, name)
        self.path = path.relative_to(root).as_posix()
        self.statements = tuple(_statements(path))

    def get(self, name: str, **given: Any) -> Any:
        """Return what a lecture defines under a name.

        Whatever the definition reads is looked up in the lecture too, unless it is given. Of the
        rest of the lecture nothing is run: no figure, no data set, no training.

        Raises
        ------
        LookupError
            If the name is gone, or stands for several things and is not given.
        """
        space = self._space(given)
        self._provide(name, space)
        return space[name]

    def follow(self, name: str, space: dict[str, Any] | None = None, **given: Any) -> dict:
        """Run the cell that works out `name`, up to there, and return all its names.

        Parameters
        ----------
        name : str
            A name that is bound in one cell of the lecture only.
        space : dict, optional
            What an earlier call returned, to go on from there.
        **given
            Other values than those in the lecture. Assignments to these names are left out.

        Raises
        ------
        LookupError
            If the name is gone or bound in several cells.
        """
        space = self._space({**(space or {}), **given})
        cell = self._definition(name)[-1].cell
        lines = [it for it in self.statements if it.cell == cell]
        last = max(i for i, it in enumerate(lines) if name in it.changes)
        for statement in lines[: last + 1]:
            known = statement.binds & given.keys()
            if known and isinstance(statement.tree, ASSIGNMENTS):
                if known != statement.binds:
                    raise LookupError(
                        f"{self.path}, line {statement.tree.lineno} also sets "
                        f"{sorted(statement.binds - known)}: give them as well."
                    )
                continue
            self._run(statement, space)
        return space

    def _space(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"__name__": f"lecture {self.path}", **given}

    def _run(self, statement: Statement, space: dict[str, Any]) -> None:
        for name in sorted(statement.reads - statement.binds):
            if any(name in it.binds for it in self.statements):
                self._provide(name, space)
        exec(statement.code, space)

    def _provide(self, name: str, space: dict[str, Any]) -> None:
        if name not in space:
            for statement in self._definition(name):
                self._run(statement, space)

    def _definition(self, name: str) -> list[Statement]:
        found = [it for it in self.statements if it.defines(name)]
        if not found:  # then a value: what makes and fills it
            found = [it for it in self.statements if name in it.changes]
        if not any(name in it.binds for it in found):
            raise LookupError(
                f"{self.path} no longer defines {name!r}. If it has another name now, "
                "use that one in this test too."
            )
        if len({it.cell for it in found}) > 1:
            numbers = ", ".join(str(it.tree.lineno) for it in found)
            raise LookupError(f"{self.path} sets {name!r} in lines {numbers}: give its value.")
        return found


def _statements(path: Path) -> Iterator[Statement]:
    text = path.read_text(encoding="utf-8")
    for number, cell in enumerate(notebooks.read_source(path).cells):
        if cell.cell_type != "code":
            continue
        module = ast.parse(cell.source)
        ast.increment_lineno(module, text[: max(text.find(cell.source), 0)].count("\n"))
        for tree in module.body:
            code = compile(ast.Module([tree], []), str(path), "exec")
            binds = frozenset(_operands(code, "STORE_NAME", "STORE_GLOBAL"))
            changes = binds
            if not isinstance(tree, DEFINITIONS):
                changes |= {
                    node.value.id
                    for node in ast.walk(tree)
                    if isinstance(node, ast.Subscript | ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and isinstance(node.value, ast.Name)
                }
            reads = frozenset(_reads(code)) - set(dir(builtins))
            yield Statement(number, tree, code, reads, binds, changes)


def _reads(code: CodeType) -> Iterator[str]:
    """Yield the names that code, and the functions in it, take from outside."""
    yield from _operands(code, "LOAD_NAME", "LOAD_GLOBAL")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _reads(constant)


def _operands(code: CodeType, *operations: str) -> Iterator[str]:
    return (it.argval for it in dis.get_instructions(code) if it.opname in operations)
