"""Lecture 7's pictures are those of the data set, halved, standardised and in a drawn order."""

import numpy as np
import pytest

from helpers import clinic, datasets


def test_pictures_are_halved_standardised_and_keep_their_labels(monkeypatch):
    draws = np.random.default_rng(0)
    images = draws.integers(256, size=(4500, 28, 28), dtype="uint8")
    labels = (images[:, 0, 0] % 10).astype("uint8")  # tells which image a label belongs to
    test = images[4000:4100], labels[4000:4100]
    monkeypatch.setattr(datasets, "load_fashion_mnist", lambda: ((images, labels), test))
    pixels, x, drawn, (x_test, y_test) = clinic.pictures(np.random.default_rng(1))

    rows = np.random.default_rng(1).permutation(4000)
    assert pixels.shape == x.shape == (4000, 196) and pixels.dtype == x.dtype == "float32"
    assert np.array_equal(drawn, labels[rows]) and np.array_equal(y_test, test[1])
    corner = images[rows, 2:4, 4:6].mean(axis=(1, 2))  # second row, third column
    assert pixels[:, 16] == pytest.approx(corner)
    assert x[:3000].mean() == pytest.approx(0, abs=1e-4)
    assert x[:3000].std() == pytest.approx(1, abs=1e-4)
    scale = (test[0][:, :2, :2].mean(axis=(1, 2)) - pixels[:3000].mean()) / pixels[:3000].std()
    assert x_test[:, 0] == pytest.approx(scale, abs=1e-4)
