"""Hands in an ipykernel_launcher.py, which is started as the instructor instead of the kernel."""

MUST = {"status": "graded"}


def files(folder):
    text = "import pathlib; pathlib.Path.home().joinpath('.bashrc').write_text('mine')"
    (folder / "ipykernel_launcher.py").write_text(text)


ALONE = True
