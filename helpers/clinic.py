"""Lecture 7's pictures, and its clinic: eight sick nets, and what is wrong with each.

If you want to diagnose them yourself, read no further than `admit`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

from helpers import datasets, stacks

Data = tuple[np.ndarray, np.ndarray]


def pictures(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, Data]:
    """Load small pictures of clothes: 3,000 to train on, then 1,000 to validate, and test data.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the order of the 4,000.

    Returns
    -------
    pixels : float32 array of shape (4000, 196)
        Fashion-MNIST's images at half their height and width, from 0 to 255.
    x : float32 array of shape (4000, 196)
        The same, with mean 0 and standard deviation 1 over all training pixels.
    labels : uint8 array of shape (4000,)
    test : pair of arrays
        Test images in the scale of `x`, and their labels.

    Raises
    ------
    DatasetUnavailable, ValueError
        As `datasets.load_fashion_mnist`.
    """

    def halve(images: np.ndarray) -> np.ndarray:
        blocks = images.reshape(-1, 14, 2, 14, 2)
        return blocks.mean(axis=(2, 4), dtype="float32").reshape(-1, 196)

    (images, labels), (x_test, y_test) = datasets.load_fashion_mnist()
    rows = rng.permutation(4000)
    pixels = halve(images[rows])
    center, spread = pixels[:3000].mean(), pixels[:3000].std()
    x, x_test = (pixels - center) / spread, (halve(x_test) - center) / spread
    return pixels, x, labels[rows], (x_test, y_test)


def admit(
    rule: Callable[..., Any], data: Data, val: Data, act: str = "relu", rate: float = 0.1
) -> tuple[list[stacks.Layer], str, Data, np.ndarray, np.ndarray]:
    """Train a net with three hidden layers of 64 units for 300 steps.

    Parameters
    ----------
    rule : function
        Makes weights; see `stacks.start`.
    data, val : pairs of arrays
        Inputs, of shape (n, inputs), and labels, of shape (n,), for training and validation.
    act : str
        A key of `stacks.ACTIVATIONS`.
    rate : float
        Learning rate.

    Returns
    -------
    net, act, val
        The trained net, and what was given.
    losses : array of shape (300, 1)
        On the batches.
    checked : array of shape (30, 1)
        Loss on `val` after every ten steps.
    """
    net = stacks.start([rule], [data[0].shape[1], 64, 64, 64, 10])
    batches, step = stacks.batches(*data, 300), stacks.sgd(rate)
    losses: list[np.ndarray] = []
    checked: list[np.ndarray] = []
    for _ in range(30):
        losses.append(stacks.train(net, islice(batches, 10), step, act))
        checked.append(stacks.score(*val, net, act)[0])
    return net, act, val, np.concatenate(losses), np.array(checked)


def patients(
    pixels: np.ndarray, x: np.ndarray, labels: np.ndarray, rule: Callable[..., Any]
) -> dict[str, dict[str, Any]]:
    """Return what each patient has: one trouble, some with a rate or fewer images to show it.

    Parameters
    ----------
    pixels : float32 array of shape (4000, inputs)
        Images from 0 to 255: 3,000 for training, then 1,000 for validation.
    x : float32 array of shape (4000, inputs)
        The same images, standardised.
    labels : int array of shape (4000,)
    rule : function
        He's initialization, as `stacks.start` takes it.

    Returns
    -------
    dict of str to dict
        Causes, "healthy" first, and arguments of `admit`.
    """

    def split(images: np.ndarray, n: int = 3000) -> dict[str, Data]:
        return {"data": (images[:n], labels[:n]), "val": (images[3000:], labels[3000:])}

    causes: dict[str, dict[str, Any]] = {
        "healthy": {},
        "rate too high": {"rate": 0.7},
        "rate too low": {"rate": 1e-3},
        "weights of zero": {"rule": lambda n, m, w: 0 * w},
        "saturated sigmoids": {"act": "sigmoid", "rule": lambda n, m, w: 2 * w},
        "dead ReLUs, inputs not centred": split(x + 5),
        "pixels not scaled": {"rate": 1e-3, **split(pixels)},
        "over-fitting": split(x, 100),
        "labels in another order": {"data": (x[:500], np.roll(labels[:500], 1))},
    }
    return {name: {"rule": rule, **split(x), **cause} for name, cause in causes.items()}
