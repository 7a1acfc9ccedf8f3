"""A lecture runs as it does on Colab: set-up cell first, in a Python that has all but the course.

What stands in for Colab: a virtual environment that sees the packages installed here, but not the
course; a kernel in which ``google.colab`` has been imported before the first cell; and a clone of
this repository in place of the published one. The cells are run as students get them, but for that
address. Nothing is downloaded, so it also passes without a network.
"""

import json
import os
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.course import launches
from tests.lacking import lacking

ROOT = Path(__file__).parents[2]
REPOSITORY = launches.configured(ROOT)
OURS = "neural_networks_course"
LECTURE = ROOT / "lectures" / "01_tensors.ipynb"
BUILT = sorted([*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("exercises/*/*.ipynb")])


@dataclass
class Colab:
    """The stand-in: its Python, what was there before, and where notebooks run."""

    python: Path
    preinstalled: Path
    content: Path
    clone: str

    def packages(self) -> dict[str, str]:
        """Return the installed packages' versions, as pip sees them."""
        command = [self.python, "-m", "pip", "list", "--format=json"]
        listed = subprocess.run(
            command, cwd=self.content, capture_output=True, text=True, timeout=120, check=True
        )
        return {package["name"]: package["version"] for package in json.loads(listed.stdout)}

    def own_packages(self) -> set[str]:
        """Return what stands in the environment's own site-packages, which starts out bare."""
        return {path.name for path in self.site_packages.iterdir()}

    @property
    def site_packages(self) -> Path:
        (folder,) = self.python.parents[1].glob("lib/python*/site-packages")
        return folder

    def run(self, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """Run a notebook's cells in a kernel of the environment; an error in a cell is raised."""
        for cell in notebook.cells:
            cell.source = cell.source.replace(REPOSITORY.url, self.clone)
        resources = {"metadata": {"path": str(self.content)}}
        client = NotebookClient(notebook, timeout=300, kernel_name="colab", resources=resources)
        return client.execute()


@pytest.fixture
def colab(tmp_path, monkeypatch) -> Colab:
    if os.name == "nt":
        lacking("symbolic links are needed to make a stand-in for Colab")
    environment = tmp_path / "venv"
    venv.create(environment, symlinks=True, with_pip=False)
    stand_in = Colab(
        python=environment / "bin" / "python",
        preinstalled=tmp_path / "preinstalled",
        content=tmp_path / "content",
        clone=f"file://{clone(tmp_path / 'clone')}",
    )
    stand_in.content.mkdir()
    preinstall(stand_in.preinstalled)
    # A folder on the path, not the environment's own site-packages: pip never removes what is
    # outside its environment, so that whatever a wrong set-up cell does, .venv stays as it is.
    (stand_in.site_packages / "preinstalled.pth").write_text(f"{stand_in.preinstalled}\n")

    kernel = tmp_path / "jupyter" / "kernels" / "colab" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    command = [str(stand_in.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Colab", "language": "python"}
    kernel.write_text(json.dumps(spec))
    startup = tmp_path / "ipython" / "profile_default" / "startup" / "00-colab.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("import google.colab\n")

    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("COURSE_DATA", "sample")
    # The cell stays as it is; pip is kept off the network by its settings. What a build needs
    # (setuptools) is taken from the pins instead of being downloaded into an isolated folder, and
    # whatever else the course would make pip fetch fails here for want of an index.
    # "0" means *no* isolation: pip reads these variables as the value of `build_isolation`.
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return stand_in


def clone(folder: Path) -> Path:
    """Make a repository of the work tree as it would be committed, on the published branch."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        lacking("this is not a clone, or git is not installed")

    def git(*arguments: str, cwd: Path = folder) -> str:
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        command = ["git", *identity, *arguments]
        run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
        return run.stdout

    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():  # a deleted file is still listed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git("init", "--quiet", f"--initial-branch={REPOSITORY.branch}")
    git("add", "--all")
    git("commit", "--quiet", "--no-verify", "--message=clone")
    return folder


def preinstall(folder: Path) -> None:
    """Fill a folder with what is installed here, the course left out, and a ``google.colab``."""
    folder.mkdir()
    here = Path(nbformat.__file__).parents[1]
    for entry in here.iterdir():
        if OURS in entry.name or entry.suffix == ".pth" or entry.name == "google":
            continue
        if entry.name.startswith("tensorflow_cpu-"):
            # Colab's is called tensorflow. Were the course to ask for tensorflow-cpu, a second
            # TensorFlow would be installed there: here it must not be found either.
            renamed = folder / entry.name.replace("tensorflow_cpu-", "tensorflow-")
            shutil.copytree(entry, renamed)
            metadata = renamed / "METADATA"
            text = metadata.read_text(encoding="utf-8")
            assert "\nName: tensorflow" in text
            name = (
                "Name: tensorflow_cpu" if "Name: tensorflow_cpu" in text else "Name: tensorflow-cpu"
            )
            metadata.write_text(text.replace(name, "Name: tensorflow"), encoding="utf-8")
        else:
            (folder / entry.name).symlink_to(entry)
    google = folder / "google"
    google.mkdir()
    if (here / "google").is_dir():  # protobuf's: a namespace that several packages share
        for entry in (here / "google").iterdir():
            (google / entry.name).symlink_to(entry)
    (google / "colab").mkdir()
    (google / "colab" / "__init__.py").write_text("")


def first_code(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return next(cell for cell in notebook.cells if cell.cell_type == "code")


PROBE = """\
import sys, helpers, tensorflow
print(helpers.__file__, tensorflow.__version__, "google.colab" in sys.modules, sep="\\n")"""


def test_a_lecture_runs_on_colab_and_tensorflow_stays_as_it_was(colab):
    if not LECTURE.is_file():
        lacking("lectures/01_tensors.ipynb is not built (course build)")
    notebook = nbformat.read(LECTURE, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
    before, bare = colab.packages(), colab.own_packages()
    assert OURS.replace("_", "-") not in before, "the stand-in has the course already"
    tensorflows = {name: version for name, version in before.items() if "tensorflow" in name}
    assert set(tensorflows) == {"tensorflow"}

    executed = colab.run(notebook)

    # The course came into the environment, and nothing else did or changed.
    after = colab.packages()
    version = after.pop(OURS.replace("_", "-"))
    assert after == before
    installed = colab.own_packages() - bare
    assert installed == {"helpers", f"{OURS}-{version}.dist-info"}
    # The notebook used that copy, and the TensorFlow that was there.
    place, tensorflow, faked = executed.cells[-1].outputs[0].text.split()
    assert Path(place) == colab.site_packages / "helpers" / "__init__.py"
    assert tensorflow == tensorflows["tensorflow"]
    assert faked == "True"


def test_without_the_set_up_cell_the_course_is_not_there(colab):
    """The stand-in is clean: what the test above finds was brought by the set-up cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PROBE)])
    with pytest.raises(Exception, match="No module named 'helpers'"):
        colab.run(notebook)


def test_a_course_that_asked_for_tensorflow_cpu_would_be_found_out(colab):
    """The stand-in takes no second TensorFlow quietly: what the first test asserts can fail."""
    pyproject = Path(colab.clone.removeprefix("file://")) / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    changed = text.replace("dependencies = [\n", 'dependencies = [\n    "tensorflow-cpu",\n', 1)
    assert changed != text
    pyproject.write_text(changed, encoding="utf-8")
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(
        ["git", *identity, "commit", "--quiet", "--all", "--message=asks for TensorFlow"],
        cwd=pyproject.parent,
        check=True,
    )
    cells = [nbformat.v4.new_code_cell(code) for code in (launches.setup_cell(REPOSITORY), PROBE)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with pytest.raises(Exception, match="No module named 'helpers'"):
        colab.run(notebook)
    said = "".join(output.get("text", "") for output in notebook.cells[0].outputs)
    assert "No matching distribution found for tensorflow-cpu" in said


def test_every_built_notebook_begins_with_badges_and_the_set_up_cell():
    if not BUILT:
        lacking("no notebook is built (course build)")
    for path in BUILT:
        notebook = nbformat.read(path, as_version=4)
        name = path.relative_to(ROOT).as_posix()
        assert first_code(notebook).source == launches.setup_cell(REPOSITORY), name
        assert launches.badges(REPOSITORY, name) in notebook.cells[0].source, name


def test_the_address_stands_the_same_in_the_citation():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'repository-code: "{REPOSITORY.url}"' in citation
