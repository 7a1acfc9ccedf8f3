"""What makes a notebook open elsewhere: launch badges and the set-up cell, from one address."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

BADGES_START = "[![Open in Colab]"
SETUP_MARK = "# Set-up"


@dataclass(frozen=True)
class Repository:
    """Where the course is published: ``https://github.com/owner/name``, and its branch."""

    url: str
    branch: str = "main"

    @property
    def slug(self) -> str:
        """Owner and name, ``owner/name``."""
        return "/".join(self.url.rstrip("/").split("/")[-2:])

    @property
    def pip(self) -> str:
        """What pip installs the course from."""
        return f"git+{self.url}@{self.branch}"


def configured(root: Path) -> Repository:
    """Read the address from pyproject.toml, the one place where it stands."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Repository(project["urls"]["Repository"])


def badges(repository: Repository, notebook: str) -> str:
    """Return the Markdown line of launch badges of a notebook (its path in the repository)."""
    colab = (
        "https://colab.research.google.com/github/"
        f"{repository.slug}/blob/{repository.branch}/{notebook}"
    )
    binder = f"https://mybinder.org/v2/gh/{repository.slug}/{repository.branch}?urlpath=lab/tree/{notebook}"
    return (
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab}) "
        f"[![Launch Binder](https://mybinder.org/badge_logo.svg)]({binder})"
    )


def setup_cell(repository: Repository) -> str:
    """Return the code that a notebook runs first; it does nothing where the course is installed."""
    return (
        f"{SETUP_MARK}: on Colab, install the course's helpers. Its TensorFlow stays as it is.\n"
        "import sys\n\n"
        f'COURSE = "{repository.pip}"\n'
        'if "google.colab" in sys.modules:\n'
        '    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")'
    )


def refresh(source: str, repository: Repository, notebook: str) -> str:
    """Return a notebook's text source with badges and set-up address as they should be."""
    line = "# " + badges(repository, notebook)
    source = re.sub(rf"^# {re.escape(BADGES_START)}.*$", lambda _: line, source, flags=re.MULTILINE)
    setup = setup_cell(repository)
    return re.sub(
        rf"^{SETUP_MARK}:.*?^    get_ipython\(\).*?\)$",
        lambda _: setup,
        source,
        flags=re.MULTILINE | re.DOTALL,
    )
