"""What README promises in numbers and names is what the course has."""

import re
from pathlib import Path

import pytest

from helpers.course import cli

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "docs/teaching.md", "tests/attacks/README.md")


def flat(page: str) -> str:
    """Return a page's text with each run of white space as one space."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def test_the_numbers_of_attacks_are_the_tables() -> None:
    table = re.search(
        r"Of (\d+) attacks, (\d+) are held. Stock nbgrader was attacked with (\d+) of them, "
        r"of which (\d+) did something",
        flat("tests/attacks/TABLE.md"),
    )
    readme = re.search(
        r"each of the (\d+).* attacked with (\d+) of them, and (\d+) had an effect.*; "
        r"here all (\d+) are held",
        flat("README.md"),
    )
    assert table and readme
    attacks, held, tried, effective = table.groups()
    assert readme.groups() == (attacks, tried, effective, held)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_there(page: str) -> None:
    """`course x` and `make x`, wherever they stand as code."""
    text = (ROOT / page).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```[^\n]*\n.*?```|`[^`]+`", text, re.DOTALL))
    commands = {command.callback.__name__ for command in cli.app.registered_commands}
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text(), re.M))
    targets = {name for names in targets for name in names.split()}
    assert set(re.findall(r"\bcourse ([a-z]+)", code)) <= commands
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets
