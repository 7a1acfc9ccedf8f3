"""Small networks to play with, in NumPy: they learn so fast that you can watch.

`Net.step` is the business of lectures 3 and 4: backpropagation, then one update with Adam.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import ipywidgets as widgets
import numpy as np
from IPython import get_ipython
from IPython.display import display
from PIL import Image, ImageDraw
from scipy.special import expit
from sklearn.datasets import make_moons

from helpers.figures import COLORS

# Each activation, and its derivative written in terms of its own output a.
ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "sigmoid": (expit, lambda a: a * (1 - a)),
    "linear": (lambda z: z, np.ones_like),
}
DATA = ("two moons", "XOR", "circles", "spirals")
EDGE = 1.3  # pictures show -EDGE ... EDGE in both directions


def data(name: str, n: int = 200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Make points of two classes: `x` of shape (n, 2) within -1.3 ... 1.3, `y` of shape (n,)."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    if name == "two moons":
        x, y = make_moons(n, noise=0.15, random_state=seed)
        x = (x - [0.5, 0.25]) / 1.5
    elif name == "XOR":
        x = rng.uniform(0.08, 1, (n, 2)) * rng.choice([-1, 1], (n, 2))
        y = (x[:, 0] * x[:, 1] < 0).astype(int)
    elif name in ("circles", "spirals"):
        angle, radius = rng.uniform(0, 2 * np.pi, n), np.where(y, 0.9, 0.4)
        if name == "spirals":
            turn = 8 * np.sqrt(rng.random(n))
            angle, radius = turn + np.pi * y, 0.15 + turn / 8
        x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        x += rng.normal(0, 0.05, (n, 2))
    else:
        raise ValueError(f"there is no data set {name!r}; there are {', '.join(DATA)}")
    return x, y


class Net:
    """A dense network for two classes: hidden layers, then one sigmoid node.

    Parameters
    ----------
    widths : sequence of int
        Nodes in each layer, input and output included: ``[2, 4, 4, 1]``.
    activation : {"tanh", "relu", "sigmoid", "linear"}
        Of the hidden layers.
    rate : float
        Learning rate.
    seed : int
        For the random weights at the start.
    """

    def __init__(
        self, widths: Sequence[int], activation: str = "tanh", rate: float = 0.03, seed: int = 0
    ) -> None:
        rng = np.random.default_rng(seed)
        self.activation, self.rate, self.steps = activation, rate, 0
        self.parameters: list[np.ndarray] = []  # W, b, W, b, ... as Keras keeps them
        for n, m in pairwise(widths):
            self.parameters += [rng.normal(0, np.sqrt(1.5 / n), (n, m)), np.zeros(m)]
        self.means = [np.zeros_like(array) for array in self.parameters]
        self.squares = [np.zeros_like(array) for array in self.parameters]

    def forward(self, x: np.ndarray) -> list[np.ndarray]:
        """Return what each layer gives, from `x` to the output node before its sigmoid."""
        g, _ = ACTIVATIONS[self.activation]
        layers = [x]
        for W, b in zip(self.parameters[:-2:2], self.parameters[1:-2:2], strict=True):
            layers.append(g(layers[-1] @ W + b))
        layers.append(layers[-1] @ self.parameters[-2] + self.parameters[-1])
        return layers

    def probability(self, x: np.ndarray) -> np.ndarray:
        """Return the probability of class 1 for each row of `x`."""
        return expit(self.forward(x)[-1][:, 0])

    def score(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Return the mean cross-entropy, and the share of rows that are classified right."""
        z = self.forward(x)[-1][:, 0]
        return float(np.mean(np.logaddexp(0, z) - y * z)), float(np.mean((z > 0) == y))

    def step(self, x: np.ndarray, y: np.ndarray) -> None:
        """Change all parameters a little, so that `y` becomes more probable."""
        _, slope = ACTIVATIONS[self.activation]
        layers = self.forward(x)
        error = (expit(layers.pop()) - y[:, None]) / len(x)
        gradients: list[np.ndarray] = []
        for W, a in zip(self.parameters[-2::-2], reversed(layers), strict=True):
            gradients = [a.T @ error, error.sum(axis=0), *gradients]
            error = (error @ W.T) * slope(a)
        self.steps += 1
        for k, gradient in enumerate(gradients):
            self.means[k] = 0.9 * self.means[k] + 0.1 * gradient
            self.squares[k] = 0.99 * self.squares[k] + 0.01 * gradient**2
            mean = self.means[k] / (1 - 0.9**self.steps)
            square = self.squares[k] / (1 - 0.99**self.steps)
            self.parameters[k] = self.parameters[k] - self.rate * mean / (np.sqrt(square) + 1e-8)

    def fit(self, x: np.ndarray, y: np.ndarray, steps: int) -> Net:
        """Take many steps; return the net itself."""
        for _ in range(steps):
            self.step(x, y)
        return self


def picture(net: Net, x: np.ndarray, y: np.ndarray, side: int = 400) -> Image.Image:
    """Paint where a net says class 0 (blue) and class 1 (orange), with the points on top.

    The surer the net, the stronger the colour; white is the boundary. Points of class 0 are
    squares, points of class 1 are discs.
    """
    blue, orange = (np.array([int(c[k : k + 2], 16) for k in (1, 3, 5)]) for c in COLORS[:2])
    ticks = np.linspace(-EDGE, EDGE, 64)
    grid = np.stack(np.meshgrid(ticks, -ticks), axis=-1).reshape(-1, 2)
    sure = (2 * net.probability(grid) - 1)[:, None]
    tint = 255 + 0.55 * abs(sure) * (np.where(sure > 0, orange, blue) - 255)
    image = Image.fromarray(tint.reshape(64, 64, 3).astype("uint8"))
    image = image.resize((side, side), Image.Resampling.BICUBIC)
    draw, radius = ImageDraw.Draw(image), side / 75
    for (left, up), kind in zip(x, y, strict=True):
        column, row = (left + EDGE) / (2 * EDGE) * side, (EDGE - up) / (2 * EDGE) * side
        box = (column - radius, row - radius, column + radius, row + radius)
        shape = draw.ellipse if kind else draw.rectangle
        shape(box, fill=tuple(orange if kind else blue), outline="white")
    return image


def png(net: Net, x: np.ndarray, y: np.ndarray) -> bytes:
    """Return the picture as a browser takes it."""
    buffer = io.BytesIO()
    picture(net, x, y).save(buffer, "PNG", compress_level=1)  # little compression, but fast
    return buffer.getvalue()


class Playground:
    """Controls, a picture of the boundary, and a net that learns while `play` runs."""

    UPDATES = 10  # training steps between two pictures

    def __init__(self) -> None:
        def menu(name: str, options: Sequence[Any], value: Any) -> widgets.Dropdown:
            return widgets.Dropdown(options=options, value=value, description=name)

        self.choices = {
            "data": menu("data", DATA, "two moons"),
            "depth": menu("hidden layers", range(5), 1),
            "width": menu("width", (1, 2, 3, 4, 6, 8, 16), 4),
            "activation": menu("activation", tuple(ACTIVATIONS), "tanh"),
            "rate": menu("learning rate", (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), 0.03),
        }
        self.play = widgets.Play(interval=100, max=10**6, show_repeat=False)
        self.again = widgets.Button(description="New weights")
        self.boundary = widgets.Image(format="png", width=360, height=360)
        self.note = widgets.HTML()
        self.seed = 0
        for choice in self.choices.values():
            choice.style.description_width = "8em"
            choice.observe(self.restart, "value")
        self.again.on_click(self.reseed)
        self.play.observe(self.frame, "value")
        controls = [*self.choices.values(), self.play, self.again, self.note]
        self.widget = widgets.HBox([widgets.VBox(controls), self.boundary])
        self.restart()

    def restart(self, _: Any = None) -> None:
        """Start again from random weights, with what the menus say."""
        chosen = {name: choice.value for name, choice in self.choices.items()}
        self.x, self.y = data(chosen["data"])
        widths = [2, *[chosen["width"]] * chosen["depth"], 1]
        self.net = Net(widths, chosen["activation"], chosen["rate"], self.seed)
        self.draw()

    def reseed(self, _: Any = None) -> None:
        """Start again from other random weights."""
        self.seed += 1
        self.restart()

    def frame(self, _: Any = None) -> None:
        """Take a few training steps and show where they led."""
        self.net.fit(self.x, self.y, self.UPDATES)
        self.draw()

    def draw(self) -> None:
        """Show the boundary, the loss and the accuracy."""
        self.boundary.value = png(self.net, self.x, self.y)
        loss, accuracy = self.net.score(self.x, self.y)
        count = sum(array.size for array in self.net.parameters)
        step = f"step {self.net.steps}" if self.net.steps else "press ▶ to train"
        # An image widget has no description of its own, and fails in the browser with a tooltip.
        legend = "blue squares: class 0, orange discs: class 1"
        score = f"loss {loss:.3f}, {accuracy:.0%} right"
        self.note.value = f"{count} parameters, {step}<br>{score}<br>{legend}"


def show(live: bool | None = None) -> None:
    """Show the playground where somebody can click; elsewhere, say how to get there.

    Programs that only run a notebook send no metadata along with a cell, front ends do. Without
    this, a saved notebook would hold a dead widget. `live` overrides the guess.
    """
    shell = get_ipython()
    if live is None:
        live = bool(shell and shell.get_parent().get("metadata"))
    if live:
        display(Playground().widget)
    else:
        print("Run this cell in JupyterLab, Jupyter Notebook or Colab to play.")
        print("If you did and see no buttons, run playground.show(live=True).")
