"""Small dense networks in NumPy, several seeds at once: a stack of nets with a leading axis.

Each step is the one that Keras takes (the tests compare the two), but a step of Keras costs more
than the arithmetic of 30 units on five images, and the decks' recipes take 100,000 of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit, softmax
from threadpoolctl import threadpool_limits

Inputs = Any  # an array of shape (rows, features), or a SciPy CSR matrix
Data = tuple[Inputs, np.ndarray]

SLOPES = {  # by what the unit returned
    "sigmoid": lambda h: h * (1 - h),
    "tanh": lambda h: 1 - h * h,
    "relu": lambda h: (h > 0).astype(h.dtype),
}
ACTIVATIONS = {"sigmoid": expit, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}
TINY = 1e-7  # Keras' epsilon
BN_EPSILON, BN_MOMENTUM = 1e-3, 0.99  # Keras' defaults
CHUNK = 5_000  # rows predicted at a time


@dataclass(frozen=True)
class Recipe:
    """What decides how a dense net is trained, in Keras' words."""

    widths: tuple[int, ...]
    hidden: str = "relu"
    loss: str = "cross-entropy"  # with softmax, or one sigmoid; or "squared", with sigmoids
    optimizer: str = "sgd"
    rate: float = 0.01
    batch: int = 32
    epochs: int = 1
    l2: float = 0.0
    dropout: float = 0.0
    batch_norm: bool = False  # after the hidden activation, as in S4
    cosine: bool = False  # the rate falls to 0 along a cosine

    def settings(self) -> dict[str, Any]:
        """Return what decides the numbers, as plain data."""
        return asdict(self)


@dataclass
class Outcome:
    """The trained stack, and what was seen on the way; the first axis is the net's."""

    net: Stack
    trainer: Trainer
    accuracy: np.ndarray  # (nets, epochs): running, while training, as Keras prints it
    val_loss: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    val_accuracy: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))


class Stack:
    """Nets of one shape, each with its own weights, all in one flat array."""

    def __init__(self, recipe: Recipe, seeds: list[int]) -> None:
        self.recipe, self.count = recipe, len(seeds)
        shapes: list[tuple[int, ...]] = []
        for n, m in itertools.pairwise(recipe.widths):
            shapes += [(n, m), (1, m)]
        if recipe.batch_norm:
            shapes += [(1, m) for m in recipe.widths[1:-1] for _ in range(2)]
        self.shapes = [(self.count, *shape) for shape in shapes]
        self.weights = np.zeros(sum(int(np.prod(shape)) for shape in self.shapes), np.float32)
        views = self.views(self.weights)
        layers = len(recipe.widths) - 1
        self.W, self.b, norm = (
            views[: 2 * layers : 2],
            views[1 : 2 * layers : 2],
            views[2 * layers :],
        )
        self.gamma, self.beta = norm[::2], norm[1::2]
        for gamma in self.gamma:
            gamma[:] = 1
        hidden = recipe.widths[1:-1] if recipe.batch_norm else ()
        self.means = [np.zeros((self.count, 1, m), np.float32) for m in hidden]
        self.variances = [np.ones((self.count, 1, m), np.float32) for m in hidden]
        for net, seed in enumerate(seeds):
            draw = np.random.default_rng([seed, 0])
            for w in self.W:  # Glorot's uniform, Keras' default
                limit = np.sqrt(6 / sum(w.shape[1:]))
                w[net] = draw.uniform(-limit, limit, w.shape[1:])

    def views(self, flat: np.ndarray) -> list[np.ndarray]:
        """Return the parts of a flat array, one for each weight array, as views."""
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in self.shapes)])
        parts = zip(itertools.pairwise(ends), self.shapes, strict=True)
        return [flat[a:b].reshape(shape) for (a, b), shape in parts]

    @property
    def parameters(self) -> int:
        """Weights and biases of one net, and what batch normalization keeps."""
        kept = sum(mean[0].size * 2 for mean in self.means)
        return self.weights.size // self.count + kept

    def scores(self, x: Inputs) -> np.ndarray:
        """Return what enters the output's activation, without dropout."""
        h = x
        for k, (w, b) in enumerate(zip(self.W, self.b, strict=True)):
            z = times(h, w) + b
            if k == len(self.W) - 1:
                return z
            h = ACTIVATIONS[self.recipe.hidden](z)
            if self.recipe.batch_norm:
                scale = self.gamma[k] / np.sqrt(self.variances[k] + BN_EPSILON)
                h = (h - self.means[k]) * scale + self.beta[k]
        raise AssertionError("a net has at least one layer")

    def predict(self, x: Inputs) -> np.ndarray:
        """Return the outputs, an array of shape (nets, rows, units)."""
        parts = [self.scores(prepare(x[i : i + CHUNK])) for i in range(0, x.shape[0], CHUNK)]
        return outputs(np.concatenate(parts, axis=1), self.recipe)

    def evaluate(self, x: Inputs, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each net's loss (without penalties) and accuracy."""
        p = self.predict(x)
        target = targets(y, p.shape[-1])
        if self.recipe.loss == "squared":
            loss = ((p - target) ** 2).mean(axis=(1, 2))
        else:
            loss = -np.log(np.clip(np.where(target == 1, p, 1 - p), TINY, 1))
            loss = (loss if p.shape[-1] == 1 else loss * target).sum(axis=-1).mean(axis=-1)
        return loss, hits(p, y).mean(axis=1)


def times(x: Inputs, w: np.ndarray) -> np.ndarray:
    """Multiply inputs (the same for all nets, or a list or an axis of one each) by weights."""
    if isinstance(x, list):
        return np.stack([rows @ one for rows, one in zip(x, w, strict=True)])
    if sparse.issparse(x):
        return np.stack([x @ one for one in w])
    return x @ w


def prepare(x: Inputs) -> Inputs:
    """Return rows as float32."""
    return x if sparse.issparse(x) else x.astype(np.float32)


def targets(y: np.ndarray, units: int) -> np.ndarray:
    """Return labels as the outputs should be: one-hot, or a column of 0 and 1."""
    if units == 1:
        return y[..., None].astype(np.float32)
    return np.eye(units, dtype=np.float32)[y]


def outputs(z: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Apply the output's activation."""
    if recipe.loss == "squared" or z.shape[-1] == 1:
        return expit(z)
    return softmax(z, axis=-1)


def hits(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Tell which predictions are right."""
    return (p[..., 0] > 0.5) == y if p.shape[-1] == 1 else p.argmax(axis=-1) == y


class Trainer:
    """Takes one optimizer step after another on a stack."""

    def __init__(self, net: Stack, steps: int) -> None:
        self.net, self.recipe, self.steps, self.done = net, net.recipe, steps, 0
        self.gradient = np.zeros_like(net.weights)
        views, layers = net.views(self.gradient), len(net.W)
        self.gW, self.gb = views[: 2 * layers : 2], views[1 : 2 * layers : 2]
        self.ggamma, self.gbeta = views[2 * layers :: 2], views[2 * layers + 1 :: 2]
        self.m, self.v, self.room = (np.zeros_like(net.weights) for _ in range(3))

    def step(self, x: Inputs, y: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        """Take a step on a batch, `y` of shape (nets, rows); return which answers were right."""
        p = self._gradients(x, y, draw)
        self._update()
        return hits(p, y)

    def _gradients(self, x, y, draw) -> np.ndarray:
        net, recipe = self.net, self.recipe
        enters, backs, h = [x], [], x
        for k in range(len(net.W) - 1):
            h = ACTIVATIONS[recipe.hidden](times(h, net.W[k]) + net.b[k])
            back = [SLOPES[recipe.hidden](h)]
            if recipe.batch_norm:
                h, normal, scale = self._normalize(k, h)
                back += [normal, scale]
            if recipe.dropout:
                mask = draw.random(h.shape, np.float32) >= recipe.dropout
                mask = mask * np.float32(1 / (1 - recipe.dropout))
                h = h * mask
                back.append(mask)
            enters.append(h)
            backs.append(back)
        z = times(h, net.W[-1]) + net.b[-1]
        p = outputs(z, recipe)
        d = (p - targets(y, p.shape[-1])) / np.float32(y.shape[-1])
        if recipe.loss == "squared":
            d *= np.float32(2 / p.shape[-1]) * p * (1 - p)
        for k in reversed(range(len(net.W))):
            self._weight_gradient(k, enters[k], d)
            np.sum(d, axis=1, keepdims=True, out=self.gb[k])
            if k:
                d = d @ net.W[k].swapaxes(1, 2)
                back = backs[k - 1]
                if recipe.dropout:
                    d *= back[-1]
                if recipe.batch_norm:
                    d = self._denormalize(k - 1, d, *back[1:3])
                d *= back[0]
        return p

    def _weight_gradient(self, k: int, x: Any, d: np.ndarray) -> None:
        if isinstance(x, list) or sparse.issparse(x):
            for net, one in enumerate(d):
                self.gW[k][net] = (x[net] if isinstance(x, list) else x).T @ one
        else:
            np.matmul(x.swapaxes(-1, -2), d, out=self.gW[k])
        if self.recipe.l2:
            self.gW[k] += np.float32(2 * self.recipe.l2) * self.net.W[k]

    def _normalize(self, k: int, h: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        net = self.net
        mean, variance = h.mean(axis=1, keepdims=True), h.var(axis=1, keepdims=True)
        for moving, new in ((net.means[k], mean), (net.variances[k], variance)):
            moving *= BN_MOMENTUM
            moving += (1 - BN_MOMENTUM) * new
        scale = 1 / np.sqrt(variance + BN_EPSILON)
        normal = (h - mean) * scale
        return normal * net.gamma[k] + net.beta[k], normal, scale

    def _denormalize(self, k: int, d: np.ndarray, normal: np.ndarray, scale: np.ndarray):
        np.sum(d * normal, axis=1, keepdims=True, out=self.ggamma[k])
        np.sum(d, axis=1, keepdims=True, out=self.gbeta[k])
        d = d * self.net.gamma[k]
        along = (d * normal).mean(axis=1, keepdims=True)
        return scale * (d - d.mean(axis=1, keepdims=True) - normal * along)

    def _update(self) -> None:
        """Move all weights at once, as Keras' optimizers do, without new arrays."""
        w, g, m, v, room = self.net.weights, self.gradient, self.m, self.v, self.room
        rate = self.recipe.rate
        if self.recipe.cosine:
            rate *= 0.5 * (1 + np.cos(np.pi * self.done / self.steps))
        self.done += 1
        if self.recipe.optimizer == "sgd":
            np.multiply(g, np.float32(rate), out=room)
        elif self.recipe.optimizer == "rmsprop":
            np.multiply(g, g, out=room)
            v += np.float32(0.1) * (room - v)
            np.sqrt(v + np.float32(TINY), out=room)
            np.divide(g, room, out=room)
            room *= np.float32(rate)
        else:
            m += np.float32(0.1) * (g - m)
            np.multiply(g, g, out=room)
            room -= v
            room *= np.float32(0.001)
            v += room
            np.sqrt(v, out=room)
            room += np.float32(TINY)
            np.divide(m, room, out=room)
            room *= np.float32(rate * np.sqrt(1 - 0.999**self.done) / (1 - 0.9**self.done))
        w -= room


def fit(
    recipe: Recipe,
    train: Data,
    val: Data | None,
    seeds: list[int],
    on_epoch: Callable[[], None] = lambda: None,
    before: Outcome | None = None,
) -> Outcome:
    """Train one net for each seed: its own start, its own order of batches, the same data.

    With `before`, go on from there, as a second call of Keras' ``fit`` does.
    """
    x, y = train
    rows, batch = x.shape[0], recipe.batch
    steps = recipe.epochs * -(-rows // batch)
    trainer = before.trainer if before else Trainer(Stack(recipe, seeds), steps)
    net = trainer.net
    draws = [np.random.default_rng([seed, 1]) for seed in seeds]
    accuracy, curves = [], []
    for _ in range(recipe.epochs):
        order = np.stack([draw.permutation(rows) for draw in draws])
        right = np.zeros(len(seeds))
        for i in range(0, rows, batch):
            chosen = order[:, i : i + batch]
            part: Any = x[chosen] if isinstance(x, np.ndarray) else [x[one] for one in chosen]
            if isinstance(x, np.ndarray):
                part = part.astype(np.float32, copy=False)
            right += trainer.step(part, y[chosen], draws[0]).sum(axis=1)
        accuracy.append(right / rows)
        if val is not None:
            curves.append(net.evaluate(*val))
        on_epoch()
    outcome = Outcome(net, trainer, np.stack(accuracy, axis=1))
    if curves:
        outcome.val_loss, outcome.val_accuracy = np.stack(curves, axis=2)
    return outcome


def fit_two_at_a_time(
    recipe: Recipe,
    train: Data,
    val: Data | None,
    seeds: list[int],
    on_epoch: Callable[[], None] = lambda: None,
    before: Sequence[Outcome | None] = (None, None),
) -> list[Outcome]:
    """Train half of the nets on each of two cores, which share the memory that holds the data."""
    middle = -(-len(seeds) // 2)
    halves = [half for half in (seeds[:middle], seeds[middle:]) if half]
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        return list(
            pool.map(
                lambda half, first: fit(recipe, train, val, half, on_epoch, first),
                halves,
                before,
            )
        )
