"""Figures come with a description, and are closed once they are shown."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers import figures


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(figures, "display", outputs.append)
    return outputs


def test_show_gives_image_and_words(shown):
    fig, ax = plt.subplots()
    ax.plot([0, 1])
    figures.show(fig, alt="A straight line that rises from 0 < x to 1.")
    image, words = shown
    data, metadata = image._repr_mimebundle_()
    assert data["image/png"].startswith("iVBOR")
    assert metadata["image/png"]["alt"] == "A straight line that rises from 0 < x to 1."
    assert "0 &lt; x" in words.data
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize("alt", ["", "a plot", "   too    short   "])
def test_show_insists_on_a_description(shown, alt):
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="what to see"):
        figures.show(fig, alt=alt)
    assert not shown
    plt.close(fig)


def test_image_grid_has_a_panel_for_each_image_and_hides_the_rest():
    fig = figures.image_grid(np.zeros((5, 4, 4)), titles=list("abcde"), columns=3)
    assert [len(ax.images) for ax in fig.axes] == [1, 1, 1, 1, 1, 0]
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "c", "d", "e", ""]
    plt.close(fig)


def test_learning_curves_pair_training_and_validation():
    fig = figures.learning_curves({"loss": [3, 2], "val_loss": [4, 5], "accuracy": [0.1, 0.2]})
    loss, accuracy = fig.axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert loss.lines[1].get_ydata().tolist() == [4, 5]
    assert len(accuracy.lines) == 1
    plt.close(fig)


def test_lines_differ_in_colour_and_in_dash():
    fig, ax = plt.subplots()
    lines = [ax.plot([0, 1])[0] for _ in range(4)]
    assert len({line.get_color() for line in lines}) == 4
    assert len({line.get_linestyle() for line in lines}) == 4
    plt.close(fig)


def test_lines_have_names_and_markers_and_settings():
    fig, ax = plt.subplots()
    figures.lines(ax, range(30), {"a": np.arange(30), "b": np.ones(30)}, "x", "y", yscale="log")
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert [line.get_marker() for line in ax.lines] == figures.MARKERS[:2]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("x", "y", "log")
    assert [text.get_text() for text in ax.get_legend().texts] == ["a", "b"]
    plt.close(fig)


def test_lines_of_several_runs_are_means_with_bars_in_their_colour():
    fig, ax = plt.subplots()
    runs = np.array([[1.0, 2.0], [3.0, 6.0]])
    figures.lines(ax, ["p", "q"], {"a": runs, "b": 2 * runs}, "x", "y", legend=False)
    means = [line for line in ax.lines if not line.get_label().startswith("_")]
    np.testing.assert_allclose([line.get_ydata() for line in means], [[2, 4], [4, 8]])
    assert [line.get_color() for line in means] == figures.COLORS[:2]
    (up, _), *_ = ax.collections[0].get_segments()
    np.testing.assert_allclose(up[1], 2 - np.sqrt(2))
    assert ax.get_legend() is None
    plt.close(fig)


def test_histograms_share_their_bins():
    fig, ax = plt.subplots()
    figures.histograms(ax, {"a": [[0, 1], [2, 3]], "b": [4]}, "value", bins=4, title="both")
    first, second = (patch.get_path().vertices for patch in ax.patches)
    assert first[0, 0] == second[0, 0] and set(first[:, 0]) == {0, 1, 2, 3, 4}
    assert (ax.get_xlabel(), ax.get_title()) == ("value", "both")
    plt.close(fig)


def test_heatmap_writes_every_number():
    fig, ax = plt.subplots()
    figures.heatmap(ax, [[1, 2], [3, 40]], fmt="d")
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3", "40"]
    plt.close(fig)
