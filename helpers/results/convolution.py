"""Small convolutional networks in Keras, each on both cores."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from helpers.results.augmentation import Warp

CHUNK = 2_000


@dataclass(frozen=True)
class Recipe:
    """What decides how a convolutional net is trained."""

    filters: tuple[int, ...]  # of each convolution
    units: int = 128
    dropout: float = 0.3
    rate: float = 0.0015  # at its highest: it rises over a tenth of the steps, then falls to 0
    batch: int = 64
    epochs: int = 6
    repeats: int = 1  # changed copies of each image in an epoch
    warp: Warp = field(default_factory=Warp)

    def settings(self) -> dict[str, Any]:
        """Return what decides the numbers, as plain data."""
        return asdict(self)


def load_keras():
    """Import Keras so that convolutions take half the time on a CPU, without TensorFlow's log."""
    if "tensorflow" not in sys.modules:
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
        sys.stderr.flush()
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        try:
            import tensorflow  # noqa: F401
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
    import keras

    return keras


def build(recipe: Recipe, steps: int):
    """Return a compiled Keras model: convolutions with max-pooling between, then a dense layer.

    The dense layer alone is batch-normalized. To normalize the feature maps as well took half as
    long again on a CPU, and more epochs were better use of that time.
    """
    keras = load_keras()
    layers = keras.layers
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, filters in enumerate(recipe.filters):
        if number:
            model.add(layers.MaxPooling2D())
        model.add(
            layers.Conv2D(
                filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"
            )
        )
    model.add(layers.Flatten())
    model.add(layers.Dropout(recipe.dropout))
    model.add(layers.Dense(recipe.units, use_bias=False))
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Activation("relu"))
    model.add(layers.Dropout(recipe.dropout))
    model.add(layers.Dense(10, activation="softmax"))
    warm = steps // 10
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 10, steps - warm, warmup_target=recipe.rate, warmup_steps=warm
    )
    model.compile(
        keras.optimizers.Adam(rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model


def fit(
    recipe: Recipe,
    train: tuple[np.ndarray, np.ndarray],
    seed: int,
    on_epoch: Callable[[], None] = lambda: None,
):
    """Train one net on images from 0 to 255, changed anew in each epoch."""
    keras = load_keras()
    keras.utils.set_random_seed(seed)
    draw = np.random.default_rng(seed)
    x, y = train
    x, y = np.repeat(x, recipe.repeats, axis=0), np.repeat(y, recipe.repeats)
    model = build(recipe, recipe.epochs * -(-len(x) // recipe.batch))
    for _ in range(recipe.epochs):
        changed = recipe.warp(x, draw)[..., None] / np.float32(255)
        model.fit(changed, y, batch_size=recipe.batch, verbose=0)
        on_epoch()
    return model


def predict(model, x: np.ndarray, mirrored: bool = False) -> np.ndarray:
    """Return probabilities for images from 0 to 255; of each and its mirror image, the mean."""
    if mirrored:
        return (predict(model, x) + predict(model, x[:, :, ::-1])) / 2
    parts = (x[i : i + CHUNK, ..., None] for i in range(0, len(x), CHUNK))
    return np.concatenate(
        [np.asarray(model(part.astype(np.float32) / 255, training=False)) for part in parts]
    )
