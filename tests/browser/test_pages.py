"""What people read without JupyterLab: a lecture as a web page, and a student's feedback."""

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from helpers.course import notebooks

NAME = "01_tensors"
STUDENT = "half_right"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def lecture(course, tmp_path_factory):
    """Return the address of the committed lecture as a web page."""
    html, _ = HTMLExporter().from_filename(str(course / "lectures" / f"{NAME}.ipynb"))
    path = tmp_path_factory.mktemp("page") / f"{NAME}.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_lecture_reads_as_a_page(page, lecture, size, course, snap):
    page.set_viewport_size(size)
    page.goto(lecture, wait_until="domcontentloaded")
    code = [
        cell
        for cell in notebooks.read(course / "lectures" / f"{NAME}.ipynb").cells
        if cell.cell_type == "code"
    ]
    images = page.locator(".jp-OutputArea img")
    expect(images).to_have_count(sum(cell.source.count("figures.show(") for cell in code))
    for image in images.all():
        assert len(image.get_attribute("alt") or "") >= 20
        assert image.evaluate("it => it.naturalWidth") > 100
    snap(page, f"page-lecture-{size['width']}", full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"the page is {overflow} pixels wider than the screen"


def test_feedback_shows_points_and_what_was_wrong(page, graded, snap):
    folder, results = graded
    expected = next(result.expected for result in results if result.student == STUDENT)
    page.set_viewport_size(DESK)
    path = folder / "feedback" / STUDENT / NAME / f"{NAME}.html"
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    expect(page.locator("body")).to_contain_text(f"{expected:g} of 20 points")
    expect(page.locator("body")).to_contain_text("The values of prepare_images(images) are wrong")
    snap(page, "page-feedback", full_page=True)
