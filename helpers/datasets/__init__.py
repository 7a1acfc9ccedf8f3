"""The course's data as NumPy arrays, in the shapes that Keras' own loaders return.

>>> from helpers.datasets import load_mnist
>>> (x_train, y_train), (x_test, y_test) = load_mnist()  # doctest: +SKIP

MNIST, Fashion-MNIST and IMDb are looked for in Keras' cache, then (Fashion-MNIST) in Debian's
folder, then downloaded; where there is no network, the small offline sample that comes with the
course stands in and one printed line says so. The environment variable ``COURSE_DATA`` decides:
``auto`` (the default) is what has just been said, ``full`` never takes the sample, ``sample``
always does. All other data sets come with the course, whatever ``COURSE_DATA`` says.
"""

from helpers.datasets.images import FASHION_NAMES, load_digits, load_fashion_mnist, load_mnist
from helpers.datasets.series import load_time_series
from helpers.datasets.sources import DatasetUnavailable
from helpers.datasets.status import DatasetInfo, describe
from helpers.datasets.texts import (
    decode_review,
    load_imdb,
    load_imdb_word_index,
    load_novels,
    load_reviews,
    load_word_vectors,
)

__all__ = [
    "FASHION_NAMES",
    "DatasetInfo",
    "DatasetUnavailable",
    "decode_review",
    "describe",
    "load_digits",
    "load_fashion_mnist",
    "load_imdb",
    "load_imdb_word_index",
    "load_mnist",
    "load_novels",
    "load_reviews",
    "load_time_series",
    "load_word_vectors",
]
