"""One look for every figure of the course, and a `show` that insists on a description.

The colours are those of Okabe and Ito (2008), which people with the common forms of colour
blindness can tell apart; every series also gets a line style of its own as a second cue.
"""

from __future__ import annotations

import html
import io
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from IPython.display import HTML, Image, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
DASHES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]

STYLE: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=COLORS) + cycler(linestyle=DASHES),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "axes.grid": True,
    "grid.alpha": 0.3,
    "figure.figsize": (6.0, 3.6),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "image.cmap": "gray",
    "legend.frameon": False,
}
plt.rcParams.update(STYLE)


def show(fig: Figure, alt: str) -> None:
    """Display a figure with a description for readers who cannot see it, and close it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : str
        What to see in the figure, in a sentence or two: the shape of a curve, not "a plot".

    Raises
    ------
    ValueError
        If `alt` has fewer than 20 characters.
    """
    alt = " ".join(alt.split())
    if len(alt) < 20:
        raise ValueError(
            f"alt must say what to see in the figure (20 characters or more), got {alt!r}"
        )
    png = io.BytesIO()
    fig.savefig(png, format="png", bbox_inches="tight", metadata={"Software": None})
    plt.close(fig)
    display(Image(png.getvalue(), alt=alt))
    # JupyterLab shows no alt text of an output image, so the description is also there to unfold.
    display(HTML(f"<details><summary>Figure in words</summary>{html.escape(alt)}</details>"))


def image_grid(
    images: np.ndarray,
    titles: Sequence[str] | None = None,
    columns: int = 8,
    size: float = 1.0,
    cmap: str = "gray_r",
) -> Figure:
    """Draw images side by side.

    Parameters
    ----------
    images : ndarray of shape (n, height, width) or (n, height, width, 3)
    titles : sequence of n str, optional
    columns : int
        Images in a row.
    size : float
        Width of one image, in inches.
    cmap : str
        Colour map of grey images; by default ink is dark on white.
    """
    rows = -(-len(images) // columns)
    height = size * (1.25 if titles is not None else 1.0)
    fig, axes = plt.subplots(rows, columns, figsize=(columns * size, rows * height), squeeze=False)
    for index, ax in enumerate(axes.flat):
        ax.axis("off")
        if index < len(images):
            ax.imshow(images[index], cmap=cmap)
            if titles is not None:
                ax.set_title(titles[index], fontsize=8)
    return fig


def learning_curves(
    history: Mapping[str, Sequence[float]], metrics: Sequence[str] = ("loss", "accuracy")
) -> Figure:
    """Draw each metric, and its validation twin where there is one, over the epochs.

    Parameters
    ----------
    history : mapping from metric name to one number per epoch
        What Keras' `fit` returns in its `history` attribute.
    metrics : sequence of str
        One panel each.
    """
    fig, axes = plt.subplots(1, len(metrics), figsize=(4 * len(metrics), 3), squeeze=False)
    for ax, metric in zip(axes.flat, metrics, strict=True):
        epochs = np.arange(1, len(history[metric]) + 1)
        ax.plot(epochs, history[metric], marker=MARKERS[0], label="training")
        if f"val_{metric}" in history:
            ax.plot(epochs, history[f"val_{metric}"], marker=MARKERS[1], label="validation")
        ax.set(xlabel="epoch", ylabel=metric)
        ax.legend()
    return fig


def lines(
    ax: Axes,
    x: Sequence[Any],
    curves: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    legend: bool = True,
    **settings: Any,
) -> None:
    """Draw named curves, with a marker of its own on about ten points of each.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x : sequence of numbers or str
    curves : mapping from name to array of shape (len(x),) or (runs, len(x))
        Of several runs, two or more, the mean is drawn, with standard deviations as bars.
    xlabel, ylabel : str
    legend : bool
        Whether to show the names.
    **settings
        What `ax.set` takes: ``title="depth 2", yscale="log"``.
    """
    for (name, curve), marker in zip(curves.items(), cycle(MARKERS)):
        runs = np.atleast_2d(curve)
        style: dict[str, Any] = {"marker": marker, "ms": 4, "markevery": max(1, len(x) // 10)}
        (line,) = ax.plot(x, runs.mean(axis=0), label=name, **style)
        if len(runs) > 1:
            # With colour and dash given, bars take nothing from the cycle.
            bars: dict[str, Any] = {
                "fmt": "none",
                "color": line.get_color(),
                "ls": "-",
                "capsize": 2,
            }
            ax.errorbar(x, runs.mean(axis=0), runs.std(axis=0, ddof=1), **bars)
    if isinstance(x, range):  # of epochs or layers: no halves
        ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    ax.set(xlabel=xlabel, ylabel=ylabel, **settings)
    if legend:
        ax.legend(fontsize=8)


def histograms(
    ax: Axes, groups: Mapping[str, Any], xlabel: str, bins: Any = 60, **settings: Any
) -> None:
    """Draw the outlines of several histograms over the same bins.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    groups : mapping from name to array of any shape
    xlabel : str
    bins : int or array
        How many bins from the lowest to the highest value of all groups, or their edges.
    **settings
        What `ax.set` takes.
    """
    edges = np.histogram_bin_edges(np.concatenate([np.ravel(v) for v in groups.values()]), bins)
    for (name, values), dash in zip(groups.items(), cycle(DASHES)):
        ax.hist(np.ravel(values), list(edges), histtype="step", label=name, linestyle=dash)
    ax.set(xlabel=xlabel, ylabel="count", **settings)
    ax.legend(fontsize=8)


def heatmap(ax: Axes, values: np.ndarray, fmt: str = "g", cmap: str = "Blues") -> None:
    """Draw a matrix as coloured squares with its numbers written in.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    values : ndarray of shape (rows, columns)
    fmt : str
        Format specification of the numbers.
    cmap : str
        A sequential colour map that runs from light to dark.
    """
    values = np.asarray(values)
    ax.imshow(values, cmap=cmap)
    ax.grid(False)
    middle = (values.min() + values.max()) / 2
    for (row, column), value in np.ndenumerate(values):
        color = "white" if value > middle else "black"
        ax.text(column, row, format(value, fmt), ha="center", va="center", color=color, fontsize=8)
