"""Hands in sitecustomize.py, usercustomize.py and a `.pth` file."""

MUST = {"status": "graded"}


def files(folder):
    for name in ("sitecustomize.py", "usercustomize.py", "random.py", "mine.pth"):
        (folder / name).write_text(
            "import pathlib; pathlib.Path.home().joinpath('.bashrc').write_text('mine')"
        )
