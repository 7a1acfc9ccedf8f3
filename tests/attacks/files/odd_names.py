"""Hands in files with odd names beside the notebook: line ends, HTML, 250 characters, a dangling link."""

MUST = {"status": "graded"}


def files(folder):
    for name in (
        "a\nb",
        "<script>alert(1)</script>".replace("/", "\\"),
        "x" * 250,
        "-rf",
        "é\u202egnp.exe",
    ):
        (folder / name).write_text("x")
    (folder / "dangling").symlink_to("/nowhere")
    (folder / "home").symlink_to("/root")
