"""The decks' rows, each with its own set-up; the same kind of model improved; the best; linear."""

from __future__ import annotations

from typing import Any

from helpers.results import convolution, studies, texts
from helpers.results.augmentation import Warp
from helpers.results.dense import Recipe

Options = dict[str, Any]
FASHION = "fashion_mnist"
S1_IMAGES: Options = {"optimizer": "rmsprop", "rate": 0.001, "batch": 128, "epochs": 5}
IMDB_20: Options = {"optimizer": "rmsprop", "rate": 0.001, "batch": 512, "epochs": 20}
S4_500: Options = {
    "hidden": "sigmoid",
    "loss": "squared",
    "rate": 0.01,
    "batch": 5,
    "epochs": 1_000,
}
S4_MNIST: Options = {
    "hidden": "tanh",
    "optimizer": "adam",
    "rate": 0.001,
    "batch": 100,
    "epochs": 100,
}
IMDB_4: Options = {**IMDB_20, "epochs": 4}
RAW: Options = {"scale": 1}

AS_THE_DECKS = [
    studies.dense_images("s1-fashion", Recipe((784, 128, 10), **S1_IMAGES), FASHION),
    studies.dense_reviews("s1-imdb", Recipe((10_000, 16, 16, 1), **IMDB_4), held_out=False),
    studies.dense_reviews("s1-imdb-again", Recipe((10_000, 16, 16, 1), **IMDB_20), again=4),
    studies.dense_reviews("s2-imdb-16", Recipe((10_000, 16, 16, 1), **IMDB_20)),
    studies.dense_reviews("s2-imdb-4", Recipe((10_000, 4, 4, 1), **IMDB_20)),
    studies.dense_reviews("s2-imdb-l2", Recipe((10_000, 16, 16, 1), **IMDB_20, l2=0.001)),
    studies.dense_reviews("s2-imdb-dropout", Recipe((10_000, 16, 16, 1), **IMDB_20, dropout=0.5)),
    studies.dense_images("s2-mnist", Recipe((784, 512, 10), **S1_IMAGES)),
    studies.dense_reviews(
        "s3-imdb", Recipe((5_000, 16, 16, 1), **{**IMDB_4, "optimizer": "adam"}), words=5_000
    ),
    studies.dense_images("s4-500", Recipe((784, 30, 10), **S4_500), count=500, **RAW),
    studies.dense_images("s4-500-l2", Recipe((784, 30, 10), **S4_500, l2=0.001), count=500, **RAW),
    studies.dense_images(
        "s4-500-dropout", Recipe((784, 30, 10), **S4_500, dropout=0.2), count=500, **RAW
    ),
    studies.dense_images("s4-mnist", Recipe((784, 30, 10), **S4_MNIST), **RAW),
    studies.dense_images(
        "s4-mnist-squared",
        Recipe((784, 30, 10), **{**S4_MNIST, "epochs": 5}, loss="squared"),
        **RAW,
    ),
    studies.dense_images("s4-mnist-bn", Recipe((784, 30, 10), **S4_MNIST, batch_norm=True), **RAW),
]

FALLING: Options = {"optimizer": "adam", "cosine": True}
READING: Options = {**FALLING, "rate": 0.003, "batch": 512, "dropout": 0.5}
DIGITS = Warp(shift=2, turn=12, zoom=0.12, shear=0.15, bend=1.0)
CLOTHES = Warp(shift=1, mirror=True)
SAME_KIND = [  # in no more passes over the data
    studies.dense_images(
        "dense-fashion",
        Recipe((784, 128, 10), **FALLING, rate=0.002, batch=128, epochs=5),
        FASHION,
        standardize=True,
    ),
    studies.weighted_reviews(
        "dense-imdb",
        Recipe((16, 16, 1), **READING, epochs=4),
        texts.Weighted(pairs=False),
        words=10_000,
    ),
    studies.dense_images(
        "dense-mnist",
        Recipe((784, 512, 10), **FALLING, rate=0.002, batch=64, epochs=5, dropout=0.3),
    ),
    studies.dense_images(
        "dense-500",
        Recipe((784, 30, 10), "sigmoid", **FALLING, rate=0.01, batch=50, epochs=25, l2=3e-5),
        count=500,
        copies=40,
        warp=DIGITS,
    ),
    studies.dense_images(
        "dense-mnist-30",
        Recipe((784, 30, 10), "tanh", **FALLING, rate=0.003, batch=100, epochs=30, l2=1e-5),
    ),
]

LAYERS = (32, 64, 128)
BEST = [
    studies.convolutional(
        "cnn-500",
        convolution.Recipe(LAYERS, batch=50, repeats=10, epochs=20, warp=DIGITS),
        count=500,
        seeds=3,
    ),
    studies.convolutional("cnn-mnist", convolution.Recipe(LAYERS, epochs=4, warp=DIGITS)),
    studies.convolutional("cnn-fashion", convolution.Recipe(LAYERS, warp=CLOTHES), FASHION),
    studies.weighted_reviews(
        "pairs-imdb",
        Recipe((16, 16, 1), **READING, epochs=3),
        texts.Weighted(),
    ),
]

LINEAR = [
    studies.linear_images("linear-500", "mnist", 500),
    studies.linear_images("linear-mnist", "mnist"),
    studies.linear_images("linear-fashion", FASHION),
    studies.linear_reviews("linear-imdb", texts.Weighted(pairs=False, bayes=False)),
    studies.linear_reviews("linear-imdb-pairs", texts.Weighted(bayes=False)),
]

STUDIES = {study.name: study for study in [*AS_THE_DECKS, *SAME_KIND, *BEST, *LINEAR]}
