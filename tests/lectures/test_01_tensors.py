"""Lecture 1's loops, its preprocessing and its untrained classifier equal the libraries' own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neighbors import NearestCentroid

keras = pytest.importorskip("keras")


@pytest.mark.parametrize(("seed", "n", "d", "m"), [(1, 1, 1, 1), (2, 3, 5, 2), (3, 4, 2, 6)])
def test_loops_are_a_keras_layer(lecture, seed, n, d, m):
    rng = np.random.default_rng(seed)
    x, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
    product, count = lecture.get("loop_matmul")(x, W)
    assert_allclose(product, x @ W, rtol=1e-12, atol=1e-14)
    assert count == n * d * m
    layer = keras.layers.Dense(m, "relu", dtype="float64")
    layer.build((None, d))
    layer.set_weights([W, b])
    for name in ("loop_dense", "dense"):
        assert_allclose(lecture.get(name)(x, W, b), layer(x), rtol=1e-12, atol=1e-14)
    assert layer.count_params() == (d + 1) * m


def images(seed, n):
    rng = np.random.default_rng(seed)
    return rng.integers(256, size=(n, 28, 28), dtype="uint8"), rng.integers(10, size=n)


def test_prepared_images_are_keras(lecture):
    x, labels = images(1, 1000)
    space = lecture.follow("keras_x", x_train=x, y_train=labels)
    layers = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
    assert space["x_rows"].dtype == space["y"].dtype == "float32"
    assert_allclose(space["x_rows"], keras.Sequential(layers)(x), rtol=1e-6)
    assert np.array_equal(space["y"], keras.utils.to_categorical(labels, 10))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_layer_that_was_written_down_finds_the_nearest_mean(lecture, seed):
    (x, labels), (x_test, y_test) = images(seed, 300), images(seed + 10, 80)
    given = {"x_train": x, "y_train": labels, "x_test": x_test, "y_test": y_test}
    space = lecture.follow("distances", **given)
    nearest = NearestCentroid().fit(x.reshape(-1, 784) / 255, labels)
    expected = nearest.predict(x_test.reshape(-1, 784) / 255)
    assert np.array_equal(space["guess"], expected)
    assert np.array_equal(space["distances"].argmin(axis=1), expected[:50])
