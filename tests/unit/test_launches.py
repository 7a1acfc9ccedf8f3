"""Badges and the set-up cell come from one configured address."""

from pathlib import Path

from helpers.course import launches

ROOT = Path(__file__).parents[2]
REPOSITORY = launches.Repository("https://github.com/someone/somewhere", "dev")


def test_badges_name_repository_branch_and_notebook():
    line = launches.badges(REPOSITORY, "lectures/01_x.ipynb")
    assert "colab.research.google.com/github/someone/somewhere/blob/dev/lectures/01_x.ipynb" in line
    assert "mybinder.org/v2/gh/someone/somewhere/dev?urlpath=lab/tree/lectures/01_x.ipynb" in line
    assert line.startswith(launches.BADGES_START)


def test_setup_cell_is_python_and_installs_only_on_colab():
    code = launches.setup_cell(REPOSITORY)
    compile(code, "setup", "exec")
    installed = []

    class Shell:
        def run_line_magic(self, *arguments):
            installed.append(arguments)

    exec(code, {"get_ipython": Shell})
    assert installed == []
    import sys
    import types

    sys.modules["google.colab"] = types.ModuleType("google.colab")
    try:
        exec(code, {"get_ipython": Shell})
    finally:
        del sys.modules["google.colab"]
    assert installed == [
        ("pip", "install --quiet git+https://github.com/someone/somewhere@dev"),
    ]


def test_refresh_follows_a_new_address_and_is_stable():
    old = launches.Repository("https://github.com/old/place")
    source = (
        "# %% [markdown]\n# # 1. Title\n#\n"
        f"# {launches.badges(old, 'lectures/01_x.ipynb')}\n\n# %%\n{launches.setup_cell(old)}\n\n"
        "# %%\nx = 1\n"
    )
    fresh = launches.refresh(source, REPOSITORY, "lectures/01_x.ipynb")
    assert "old/place" not in fresh
    assert launches.badges(REPOSITORY, "lectures/01_x.ipynb") in fresh
    assert launches.setup_cell(REPOSITORY) in fresh
    assert fresh.endswith("\n\n# %%\nx = 1\n")
    assert launches.refresh(fresh, REPOSITORY, "lectures/01_x.ipynb") == fresh


def test_configured_address_is_pyprojects():
    assert launches.configured(ROOT).url.startswith("https://github.com/")
    assert launches.configured(ROOT).slug.count("/") == 1
