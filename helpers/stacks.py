"""Several small dense nets trained at once in NumPy: lecture 4's loops, with more axes.

A stack of nets is a list of layers, a layer a dict of float arrays: weights `W` of shape
(..., inputs, units), biases `b` of shape (..., 1, units). The axes in front stand for the nets, in
lecture 6 (regularizers, seeds), in lecture 7 (nets,). Broadcasting does the rest: inputs of shape
(n, inputs) go to every net, inputs of shape (seeds, n, inputs) to the nets of their seed. Inputs
may also be a SciPy sparse matrix of shape (n, inputs); then nets have one axis in front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, pairwise
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit

Layer = dict[str, np.ndarray]
Grads = list[Layer]
Step = Callable[[list[Layer], Grads], None]
Rule = Callable[[int, int, np.ndarray], Any]
Norm = tuple[Callable[..., Any], Callable[..., Any]]

# Each activation, and its slope in terms of what goes in, h, and what comes out, a.
ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sigmoid": (expit, lambda h, a: a * (1 - a)),
    "tanh": (np.tanh, lambda h, a: 1 - a * a),
    "relu": (lambda h: np.maximum(h, 0), lambda h, a: h > 0),
    "leaky": (lambda h: np.maximum(h, 0.1 * h), lambda h, a: np.maximum(np.sign(h), 0.1)),
    "elu": (lambda h: np.where(h > 0, h, np.expm1(h)), lambda h, a: 1 + np.minimum(a, 0)),
}


def make(widths: Sequence[int], weights: Callable[[int, int], Any]) -> list[Layer]:
    """Make the layers of a stack.

    Parameters
    ----------
    widths : sequence of int
        Units in each layer, inputs and outputs included: ``[784, 30, 10]``.
    weights : function
        ``weights(n, m)`` gives the weights of a layer with n inputs and m units, for all nets: an
        array of shape (..., n, m), or a list of such arrays. Called for one layer after the other.

    Returns
    -------
    list of dict
        Float32 arrays of each layer: `W`; `b`, zeros; and, for normalization, `gamma` and `var`,
        ones, and `mean`, zeros, all three shaped like `b`.

    Raises
    ------
    ValueError
        If `weights` gives another shape.
    """
    net = []
    for n, m in pairwise(widths):
        W = np.array(weights(n, m), "float32")
        if W.shape[-2:] != (n, m):
            raise ValueError(f"weights({n}, {m}) must have shape (..., {n}, {m}), got {W.shape}")
        starts = {"b": 0, "gamma": 1, "mean": 0, "var": 1}
        row = (*W.shape[:-2], 1, m)
        net.append({"W": W, **{key: np.full(row, v, "float32") for key, v in starts.items()}})
    return net


def start(rules: Iterable[Rule], widths: Sequence[int], seed: int = 0) -> list[Layer]:
    """Make a stack with a net for each rule, from the same draws.

    Parameters
    ----------
    rules : iterable of function
        ``rule(n, m, normal)`` gives the weights, of shape (n, m), of a layer with n inputs and m
        units; `normal`, float32 of that shape, are standard normal draws.
    widths : sequence of int
        See `make`.
    seed : int
        For the draws.

    Returns
    -------
    list of dict
        See `make`. Weights of the last layer are a tenth of what the rule gives, so that scores are
        small at first, and the loss is that of guessing.
    """
    draws, rules = np.random.default_rng(seed), list(rules)

    def weights(n: int, m: int) -> list[np.ndarray]:
        normal = draws.standard_normal((n, m)).astype("float32")
        return [np.asarray(rule(n, m, normal), "float32") for rule in rules]

    net = make(widths, weights)
    net[-1]["W"] *= np.float32(0.1)
    return net


def forward(
    x: Any,
    net: list[Layer],
    act: str = "relu",
    norm: Norm | None = None,
    mask: Callable[[np.ndarray], Any] | None = None,
    training: bool = True,
) -> list[Layer]:
    """Run all nets on the same rows.

    Parameters
    ----------
    x : array of shape (..., n, inputs), or sparse matrix of shape (n, inputs)
    net : list of dict
        See `make`.
    act : str
        Activation of the hidden layers, a key of `ACTIVATIONS`.
    norm : pair of functions, optional
        Normalization of what enters the hidden layers, forward and backward: the first returns
        `z_hat` and `std` for ``(z, layer, training)``, the second the slope along z for
        ``(slope along z_hat, z_hat, std)``.
    mask : function, optional
        Given the outputs of a hidden layer, returns what to multiply them by: dropout.
    training : bool
        Handed on to `norm`.

    Returns
    -------
    list of dict
        For each layer, what the way back needs: its input `x`; `h`, of shape (..., n, units), which
        enters the activation; in hidden layers `a`, which comes out, and, where used, `z` (z_hat),
        `std` and `mask`. The last layer's `h` are the scores.

    Raises
    ------
    ValueError
        If there is no such activation.
    """
    activate, _ = _activation(act)
    kept = []
    for layer in net:
        hidden, keep = layer is not net[-1], {"x": x}
        h = _times(x, layer["W"])
        if norm and hidden:
            keep["z"], keep["std"] = norm[0](h, layer, training)
            h = layer["gamma"] * keep["z"]
        h += layer["b"]
        keep["h"] = h
        if hidden:
            x = keep["a"] = activate(h)
        if mask and hidden:
            keep["mask"] = mask(x)
            x = keep["mask"] * x
        kept.append(keep)
    return kept


def backward(
    slope: np.ndarray,
    kept: list[Layer],
    net: list[Layer],
    act: str = "relu",
    norm: Norm | None = None,
) -> Grads:
    """Return the gradients of each layer, given the slope along the scores.

    Parameters
    ----------
    slope : array of shape (..., n, outputs)
    kept : list of dict
        What `forward` returned.
    net, act, norm
        As in `forward`.

    Returns
    -------
    list of dict
        For each layer `W` and `b`, with `norm` in hidden layers also `gamma`, shaped like the
        layer's own arrays.
    """
    _, bend = _activation(act)
    grads: Grads = []
    for k in reversed(range(len(net))):
        layer, keep, grad = net[k], kept[k], {"b": slope.sum(axis=-2, keepdims=True)}
        if norm and "std" in keep:
            grad["gamma"] = (slope * keep["z"]).sum(axis=-2, keepdims=True)
            slope = norm[1](slope * layer["gamma"], keep["z"], keep["std"])
        grad["W"] = _times(_turned(keep["x"]), slope)
        grads.insert(0, grad)
        if k:
            below = kept[k - 1]
            local = bend(below["h"], below["a"])
            local = below["mask"] * local if "mask" in below else local
            slope = slope @ _turned(layer["W"]) * local
    return grads


def cross_entropy(scores: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each net's mean loss, and its slope along the scores.

    Parameters
    ----------
    scores : array of shape (..., n, classes)
        What enters the softmax. A single score enters a sigmoid: it is that of class 1.
    y : int array of shape (n,) or (seeds, n)
        True classes.
    """
    outputs = scores.shape[-1]
    if outputs == 1:  # a sigmoid is a softmax with a 0 beside the score
        scores = np.concatenate([0 * scores, scores], axis=-1)
    z = scores - scores.max(axis=-1, keepdims=True)
    wanted = np.eye(z.shape[-1], dtype="float32")[y]
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    slope = (np.exp(log_p) - wanted) / y.shape[-1]
    return -(wanted * log_p).sum(axis=-1).mean(axis=-1), slope[..., -outputs:]


def score(
    x: Any,
    y: np.ndarray,
    net: list[Layer],
    act: str = "relu",
    norm: Norm | None = None,
    mask: Callable[[np.ndarray], Any] | None = None,
) -> tuple[Any, Any]:
    """Return each net's mean cross-entropy and accuracy on (x, y), in prediction.

    The activation, normalization and mask are as `forward` takes them.
    """
    scores = forward(x, net, act, norm, mask, training=False)[-1]["h"]
    loss, _ = cross_entropy(scores, y)
    guess = scores.argmax(axis=-1) if scores.shape[-1] > 1 else scores[..., 0] > 0
    return loss, np.mean(guess == y, axis=-1)


def sgd(rate: Any = 0.1, momentum: float = 0.0) -> Step:
    """Return gradient descent, a function that `train` calls with nets and gradients.

    Parameters
    ----------
    rate : float, array or function
        Learning rate; an array has one for each net, in the shape of the axes in front. A function
        gives either for step 0, 1, ...
    momentum : float
        From 0 (none) to 1, excluded.
    """
    moves: dict[tuple[int, str], np.ndarray] = {}
    steps = count()

    def step(net: list[Layer], grads: Grads) -> None:
        eta = np.asarray(rate(next(steps)) if callable(rate) else rate, "float32")[..., None, None]
        for k, key, array, move in _pairs(net, grads):
            move *= eta
            if momentum:
                move += momentum * moves.get((k, key), 0)
                moves[k, key] = move
            array -= move

    return step


def rmsprop(rate: float = 0.001) -> Step:
    """Return Keras' RMSprop (lecture 3), a function that `train` calls with nets and gradients."""
    squares: dict[tuple[int, str], np.ndarray] = {}

    def step(net: list[Layer], grads: Grads) -> None:
        for k, key, array, g in _pairs(net, grads):
            v = squares.setdefault((k, key), np.zeros_like(g))
            v += 0.1 * (g * g - v)
            g /= np.sqrt(v + 1e-7)
            array -= rate * g

    return step


def batches(
    x: np.ndarray, y: np.ndarray, steps: int = 200, size: int = 64, seed: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield `steps` batches of `size` random rows of x, of shape (n, inputs), and of y."""
    draws = np.random.default_rng(seed)
    for _ in range(steps):
        rows = draws.integers(len(x), size=size)
        yield x[rows], y[rows]


def train(
    net: list[Layer],
    batches: Iterable[tuple[Any, np.ndarray]],
    step: Step | None = None,
    act: str = "relu",
    norm: Norm | None = None,
    mask: Callable[[np.ndarray], Any] | None = None,
    loss: Callable[..., tuple[Any, Any]] = cross_entropy,
) -> np.ndarray:
    """Change all nets in place, a step for each batch: lecture 4's loop.

    Parameters
    ----------
    net : list of dict
        See `make`.
    batches : iterable of (x, y)
        As `forward` and `cross_entropy` take them.
    step : function, optional
        ``step(net, grads)`` changes the nets, and may change the gradients, too; by default
        ``sgd(0.1)``.
    act, norm, mask
        As in `forward`.
    loss : function
        Returns losses, and slopes along the scores, like `cross_entropy`.

    Returns
    -------
    array of shape (batches, ...)
        Each net's loss on each batch, before the step.
    """
    step = step or sgd(0.1)
    losses = []
    for x, y in batches:
        kept = forward(x, net, act, norm, mask)
        now, slope = loss(kept[-1]["h"], y)
        step(net, backward(slope, kept, net, act, norm))
        losses.append(now)
    return np.array(losses)


def signals(x: np.ndarray, y: np.ndarray, net: list[Layer], act: str) -> np.ndarray:
    """Measure the signals of each hidden layer, on the way there and on the way back.

    Parameters
    ----------
    x, y, net, act
        As in `score`.

    Returns
    -------
    float64 array of shape (2, ..., hidden layers)
        Root mean squares of the activations, and of the gradients of the biases.
    """
    kept = forward(x, net, act)
    grads = backward(cross_entropy(kept[-1]["h"], y)[1], kept, net, act)
    pairs = [(keep["a"], grad["b"]) for keep, grad in zip(kept[:-1], grads[:-1], strict=True)]
    means = [[np.mean(s**2, axis=(-2, -1), dtype="float64") for s in pair] for pair in pairs]
    return np.moveaxis(np.sqrt(means), 0, -1)


def slopes(x: np.ndarray, net: list[Layer], act: str) -> list[np.ndarray]:
    """Return the slopes of each hidden layer's activation, arrays of shape (..., n, units)."""
    _, bend = _activation(act)
    return [bend(keep["h"], keep["a"]) for keep in forward(x, net, act)[:-1]]


def finish(losses: np.ndarray, classes: int = 10) -> np.ndarray:
    """Return the mean of the last 20 of a run's losses; NaN, and more, count as guessing."""
    guessing = np.log(classes)
    return np.nan_to_num(losses[-20:].mean(axis=0), nan=guessing).clip(max=guessing)


def smooth(losses: np.ndarray) -> np.ndarray:
    """Return the means of ten losses in a row, of shape (batches / 10,), of the first net."""
    return losses[:, 0].reshape(-1, 10).mean(axis=1)


def take(x: Any, rows: Any) -> Any:
    """Return rows of inputs as `forward` takes them: the same ones for each seed."""
    return x[rows] if sparse.issparse(x) else x[..., rows, :]


def multi_hot(texts: Iterable[np.ndarray], words: int) -> sparse.csr_matrix:
    """Return texts as inputs: a row each, with ones in the columns of the words that occur.

    Parameters
    ----------
    texts : iterable of int arrays
        Word numbers from 0 to `words` - 1.
    words : int
        Number of columns.

    Returns
    -------
    float32 SciPy sparse matrix of shape (texts, words)
    """
    texts = list(texts)
    starts, columns = np.cumsum([0] + [len(text) for text in texts]), np.concatenate(texts)
    ones = np.ones(len(columns), "float32"), columns, starts
    matrix = sparse.csr_matrix(ones, shape=(len(texts), words))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _activation(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if name not in ACTIVATIONS:
        raise ValueError(f"there is no activation {name!r}; there are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def _pairs(net: list[Layer], grads: Grads) -> Iterator[tuple[int, str, np.ndarray, np.ndarray]]:
    """Yield number and name of each array that has a gradient, the array and the gradient."""
    for k, (layer, grad) in enumerate(zip(net, grads, strict=True)):
        for key, g in grad.items():
            yield k, key, layer[key], g


def _times(x: Any, W: np.ndarray) -> np.ndarray:
    """Return x @ W; a sparse matrix takes the weights of all nets side by side."""
    if sparse.issparse(x):
        return np.stack(np.split(x @ np.hstack(list(W)), len(W), axis=1))
    return x @ W


def _turned(x: Any) -> Any:
    return x.T if sparse.issparse(x) else x.swapaxes(-1, -2)
