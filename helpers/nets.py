"""Lecture 8's dense nets in NumPy, in Keras' form: those of `stacks`, trained epoch by epoch.

A net is a list of arrays W, b, W, b, ..., as Keras' `get_weights` gives them. ReLU stands between
the layers; softmax with cross-entropy comes at the end. Nets of equal widths can be trained at the
same time, as a stack: their arrays have one axis more, in front, as in lecture 6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from helpers import stacks

Net = list[np.ndarray]
Data = tuple[np.ndarray, np.ndarray]
Seeds = int | Sequence[int]


def initial(
    widths: Sequence[int], seeds: Seeds | np.random.Generator, old: Sequence[np.ndarray] = ()
) -> Net:
    """Draw a net's first weights as He does (lecture 7); its biases are 0.

    Parameters
    ----------
    widths : sequence of int
        Input, hidden layers, output: ``[64, 32, 10]``.
    seeds : int, Generator or sequence of int
        A sequence gives a stack: W of shape (seeds, n, m) and b of shape (seeds, 1, m).
    old : sequence of ndarray, optional
        The first arrays of a net that is trained already: copies of them are the first ones here.

    Returns
    -------
    list of float32 ndarray
    """
    if isinstance(seeds, Sequence):
        nets = zip(*(initial(widths, seed, old) for seed in seeds), strict=True)
        return [np.stack(arrays).reshape(len(seeds), -1, arrays[0].shape[-1]) for arrays in nets]
    rng, net = np.random.default_rng(seeds), []
    for n, m in pairwise(widths):
        net.append(rng.normal(0, np.sqrt(2 / n), (n, m)).astype("float32"))
        net.append(np.zeros(m, "float32"))
    net[: len(old)] = [array.copy() for array in old]
    return net


def logits(x: np.ndarray, net: Net) -> np.ndarray:
    """Return what enters the softmax.

    Parameters
    ----------
    x : ndarray of shape (n, features), or (nets, n, features) for a stack
    net : list of ndarray

    Returns
    -------
    ndarray of shape (n, classes), or (nets, n, classes) for a stack
    """
    return stacks.forward(x, _layers(net))[-1]["h"]


def gradients(x: np.ndarray, y: np.ndarray, net: Net, frozen: int = 0) -> Net:
    """Return the mean cross-entropy's gradient for each array that is not frozen.

    Parameters
    ----------
    x, y : ndarray
        Rows and their classes, as `epochs` describes them.
    net : list of ndarray
    frozen : int
        So many arrays at the front get none: two for each frozen layer.

    Returns
    -------
    list of ndarray
        Each of the shape of its array.
    """
    layers, below = _layers(net), frozen // 2
    kept = stacks.forward(x, layers)
    grads = stacks.backward(_slope(kept[-1]["h"], y), kept[below:], layers[below:])
    flat = [grad[key] for grad in grads for key in ("W", "b")]
    return [grad.reshape(array.shape) for grad, array in zip(flat, net[frozen:], strict=True)]


def epochs(
    net: Net,
    data: Data,
    number: int = 9,
    rate: float | np.ndarray = 0.1,
    batch: int = 32,
    seeds: Seeds = 0,
    frozen: int = 0,
) -> Iterator[Net]:
    """Train a net in place with gradient descent, and yield it after each epoch.

    Parameters
    ----------
    net : list of ndarray
        One net, or a stack of them.
    data : (x, y)
        Rows of shape (n, features) and their classes of shape (n,); or, for each net of a stack
        its own rows, of shape (nets, n, features) and (nets, n).
    number : int
        Of epochs.
    rate : float, or ndarray of shape (nets, 1, 1)
        Learning rate.
    batch : int
        Rows in a batch.
    seeds : int, or sequence of int
        For the order of the rows. A stack needs one seed for each of its nets.
    frozen : int
        So many arrays at the front stay as they are: two for each frozen layer.

    Yields
    ------
    list of ndarray
        The same net each time.
    """
    x, y = data
    rngs = [np.random.default_rng(seed) for seed in np.ravel(seeds)]
    nets, rate = np.arange(len(rngs))[:, None], np.asarray(rate, "float32")
    for _ in range(number):
        order = np.array([rng.permutation(y.shape[-1]) for rng in rngs])
        order = order if isinstance(seeds, Sequence) else order[0]
        for start in range(0, y.shape[-1], batch):
            rows = order[..., start : start + batch]
            here = rows if y.ndim == 1 else (nets, rows)
            for array, grad in zip(
                net[frozen:], gradients(x[here], y[here], net, frozen), strict=True
            ):
                grad *= rate
                array -= grad
        yield net


def train(net: Net, data: Data, number: int = 9, *args: Any, **options: Any) -> Net:
    """Train as `epochs` does, with the same arguments, to the end; return the net."""
    for _ in epochs(net, data, number, *args, **options):
        pass
    return net


def predict(x: np.ndarray, net: Net) -> np.ndarray:
    """Return the most likely class of each row.

    Parameters
    ----------
    x : ndarray of shape (n, features)
    net : list of ndarray

    Returns
    -------
    int ndarray of shape (n,), or (nets, n) for a stack
    """
    parts = [x[..., start : start + 1000, :] for start in range(0, x.shape[-2], 1000)]
    return np.concatenate([logits(part, net).argmax(axis=-1) for part in parts], axis=-1)


def accuracy(net: Net, data: Data) -> np.ndarray:
    """Return the share of right answers.

    Parameters
    ----------
    net : list of ndarray
    data : (x, y)
        Rows and their classes.

    Returns
    -------
    float, or ndarray of shape (nets,) for a stack
    """
    return np.mean(predict(data[0], net) == data[1], axis=-1)


def shrink(images: np.ndarray) -> np.ndarray:
    """Make MNIST's images rows of 8 x 8 numbers with mean about 0 and deviation about 1.

    Of 28 x 28 pixels, the inner 24 x 24 are averaged in squares of 3 x 3.

    Parameters
    ----------
    images : uint8 ndarray of shape (n, 28, 28)

    Returns
    -------
    float32 ndarray of shape (n, 64)
    """
    squares = images[:, 2:26, 2:26].reshape(-1, 8, 3, 8, 3)
    return (squares.mean(axis=(2, 4), dtype="float32").reshape(-1, 64) - 45) / 75


def per_class(data: Data, n: int, seeds: Seeds) -> Data:
    """Draw equally many rows of each class.

    Parameters
    ----------
    data : (x, y)
        Rows of shape (rows, features) and their classes of shape (rows,).
    n : int
        Rows of each class.
    seeds : int, or sequence of int
        A sequence draws for each net of a stack its own.

    Returns
    -------
    (x, y)
        As `epochs` takes them.
    """
    if isinstance(seeds, Sequence):
        draws = [per_class(data, n, seed) for seed in seeds]
        return np.stack([x for x, _ in draws]), np.stack([y for _, y in draws])
    x, y = data
    order = np.random.default_rng(seeds).permutation(len(y))
    rows = np.concatenate([order[y[order] == label][:n] for label in np.unique(y)])
    return x[rows], y[rows]


def in_keras(
    hidden: Sequence[Any],
    optimizer: Any,
    inputs: int = 64,
    one_hot: bool = False,
    weights: Net | None = None,
    **options: Any,
) -> Any:
    """Make Keras' version of such a net, compiled without what only pays on much data.

    Parameters
    ----------
    hidden : sequence of keras.layers.Layer
        The layers between the input and the ten logits.
    optimizer : keras.optimizers.Optimizer or str
    inputs : int
        Features of a row.
    one_hot : bool
        Whether a label comes as ten numbers, instead of as one.
    weights : list of ndarray, optional
        To start with.
    **options
        For Keras' `compile`: metrics, for example.

    Returns
    -------
    keras.Sequential
    """
    import keras  # here, because it takes seconds, and the rest does without it

    model = keras.Sequential([keras.Input((inputs,)), *hidden, keras.layers.Dense(10)])
    losses = keras.losses.SparseCategoricalCrossentropy, keras.losses.CategoricalCrossentropy
    model.compile(optimizer, losses[one_hot](from_logits=True), jit_compile=False, **options)
    model.optimizer.build(model.trainable_variables)  # else fit traces its graph twice
    if weights is not None:
        model.set_weights(weights)
    return model


def _layers(net: Net) -> list[stacks.Layer]:
    """Return the net as `stacks` takes it, with the same arrays."""
    return [{"W": W, "b": b} for W, b in zip(net[::2], net[1::2], strict=True)]


def _slope(scores: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the slope of `stacks.cross_entropy` in less time, because the loss is left out."""
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    p -= np.eye(p.shape[-1], dtype="float32")[y]
    p /= y.shape[-1]
    return p
