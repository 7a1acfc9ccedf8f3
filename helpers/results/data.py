"""The full data, or one sentence that says why not; loaded once."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import sparse

from helpers import datasets
from helpers.course.errors import CourseError
from helpers.results import texts

LOADERS: dict[str, Callable] = {
    "mnist": datasets.load_mnist,
    "fashion_mnist": datasets.load_fashion_mnist,
    "imdb": datasets.load_imdb,
}
TITLES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "imdb": "IMDb"}
FORBIDDEN = "Results need the full data, and COURSE_DATA=sample forbids them."
VALIDATION_REVIEWS = 10_000  # the first ones, as in the decks


def require_full(names: set[str]) -> None:
    """See that data sets are here in full; download them if they are not.

    Raises
    ------
    CourseError
        In one line, if one cannot be had.
    """
    if os.environ.get("COURSE_DATA") == "sample":
        raise CourseError(FORBIDDEN)
    os.environ["COURSE_DATA"] = "full"
    found = {info.name for info in datasets.describe() if info.source.startswith("full")}
    for name in sorted(names - found):
        try:
            LOADERS[name]()
        except datasets.DatasetUnavailable:
            raise CourseError(
                f"Results need the full data: {TITLES[name]} is not here and could not be "
                "downloaded. COURSE_FULL_DATA may name a folder that has it."
            ) from None


@lru_cache(1)
def images(name: str) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return images as they are stored, from 0 to 255, and labels."""
    return LOADERS[name]()


@lru_cache(1)
def reviews(words: int | None):
    """Return reviews as whole numbers, and labels."""
    return datasets.load_imdb(words)


@lru_cache(1)
def multi_hot(words: int) -> tuple[tuple[sparse.csr_matrix, np.ndarray], ...]:
    """Return the training and the test reviews as the decks encode them."""
    (x, y), (x_test, y_test) = datasets.load_imdb(words)
    return (texts.multi_hot(x, words), y), (texts.multi_hot(x_test, words), y_test)
