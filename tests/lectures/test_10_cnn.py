"""Lecture 10's ways to convolve agree on other data, and so do its sizes, fields and maps."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras import layers  # noqa: E402


def conv_layer(rng, shape, filters, size, stride, padding="valid"):
    """Return a Keras layer in float64 and its weights."""
    layer = layers.Conv2D(filters, size, stride, padding=padding, dtype="float64")
    layer.build((None, *shape))
    w, b = rng.normal(size=(size, size, shape[-1], filters)), rng.normal(size=filters)
    layer.set_weights([w, b])
    return layer, w, b


def test_the_decks_example(lecture):
    out = lecture.get("conv1d")(np.array([0, 3, 4, 5]), np.array([1, 2]))
    assert_allclose(out, [6, 11, 14])


@pytest.mark.parametrize(("length", "size"), [(5, 1), (5, 5), (17, 3), (40, 8)])
def test_conv1d_is_numpys_correlation_and_keras(lecture, length, size):
    rng = np.random.default_rng(length)
    x, w = rng.normal(size=length), rng.normal(size=size)
    out = lecture.get("conv1d")(x, w)
    assert_allclose(out, np.correlate(x, w), rtol=1e-12, atol=1e-12)
    layer = layers.Conv1D(1, size, use_bias=False, dtype="float64")
    layer.build((None, length, 1))
    layer.set_weights([w.reshape(-1, 1, 1)])
    assert_allclose(np.ravel(layer(x.reshape(1, -1, 1))), out, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_convolution_is_a_banded_matrix_product(lecture, seed):
    rng = np.random.default_rng(seed)
    signal, w = rng.normal(size=12), rng.normal(size=3)
    matrix = lecture.follow("matrix", signal=signal, w=w)["matrix"]
    assert matrix.shape == (10, 12)
    for i, row in enumerate(matrix):  # local, and shared
        assert_allclose(row, np.concatenate([np.zeros(i), w, np.zeros(9 - i)]))
    loops = lecture.get("conv1d")(signal, w)
    assert_allclose(matrix @ signal, loops, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("w", [[1.0, 2], [-3, 0.5], [0.5, -1]])
def test_a_filter_is_learnt_from_its_output(lecture, w):
    space = lecture.follow("learnt", w=np.array(w), x=np.array([0.0, 3, 4, 5]))
    assert_allclose(space["learnt"], w, atol=1e-3)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 1), (3, 1), (3, 2), (4, 3), (5, 2)])
def test_loops_product_and_keras_are_equal(lecture, size, stride, seed):
    rng = np.random.default_rng(seed)
    height, width, channels, filters = rng.integers([5, 5, 1, 1], [12, 12, 5, 5])
    x = rng.normal(size=(height, width, channels))
    layer, w, b = conv_layer(rng, x.shape, int(filters), size, stride)
    loops = lecture.get("conv2d")(x, w, b, stride)
    assert loops.shape[0] == (height - size) // stride + 1
    assert_allclose(lecture.get("conv_product")(x, w, b, stride), loops, atol=1e-12)
    assert_allclose(layer(x[None])[0], loops, atol=1e-12)


@pytest.mark.parametrize(("size", "padding"), [(3, 1), (5, 2), (7, 3)])
def test_padding_is_keras_same_at_stride_one(lecture, size, padding):
    rng = np.random.default_rng(size)
    x = rng.normal(size=(8, 9, 2))
    layer, w, b = conv_layer(rng, x.shape, 3, size, 1, "same")
    for name in ("conv2d", "conv_product"):
        assert_allclose(lecture.get(name)(x, w, b, 1, padding), layer(x[None])[0], atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_convolution_moves_with_its_input(lecture, stride):
    rng = np.random.default_rng(stride)
    x, w = np.zeros((20, 20, 2)), rng.normal(size=(3, 3, 2, 4))
    x[6:12, 6:12] = rng.normal(size=(6, 6, 2))
    conv2d, b = lecture.get("conv2d"), rng.normal(size=4)
    plain = conv2d(x, w, b, stride)
    moved = conv2d(np.roll(x, stride, axis=1), w, b, stride)
    assert_allclose(moved, np.roll(plain, 1, axis=1), atol=1e-12)
    if stride > 1:
        moved = conv2d(np.roll(x, 1, axis=1), w, b, stride)
        assert abs(moved - plain).max() > 0.1
        assert abs(moved - np.roll(plain, 1, axis=1)).max() > 0.1


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("shape", [(6, 6, 1), (7, 11, 3), (9, 8, 2)])
def test_max_pool_is_keras(lecture, shape, size):
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    assert_allclose(lecture.get("max_pool")(x, size), layers.MaxPooling2D(size)(x[None])[0])


STACKS = [[(3, 1)], [(3, 1), (3, 1)], [(5, 2), (3, 1)], [(3, 2), (2, 2), (3, 1)], [(1, 1), (4, 3)]]


@pytest.mark.parametrize("stack", STACKS)
def test_receptive_field_is_where_slopes_are(lecture, stack):
    width, distance = lecture.get("receptive_field")(stack)
    ones = {"kernel_initializer": "ones", "use_bias": False}
    model = keras.Sequential([layers.Conv1D(1, size, stride, **ones) for size, stride in stack])
    x = tf.ones((1, 60, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        pair = model(x)[0, 2:4, 0]
    slopes = np.array(tape.jacobian(pair, x))[:, 0, :, 0]
    places = [np.flatnonzero(row) for row in slopes]
    assert np.ptp(places[0]) + 1 == width
    assert places[1][0] - places[0][0] == distance


def test_grad_cam_follows_its_formula(lecture):
    keras.utils.set_random_seed(1)
    model = lecture.get("conv_net")()
    x = np.random.default_rng(1).uniform(0, 255, (3, 28, 28, 1)).astype("float32")
    eye = lecture.get("see")(model)
    before, maps, scores = map(np.array, eye(x))
    assert_allclose(maps, np.maximum(before, 0))
    # Behind the maps is one dense layer, so the slopes are its weights.
    weights = model.layers[-1].get_weights()[0].reshape(7, 7, 32, 10)
    alpha = weights.mean(axis=(0, 1))[:, scores.argmax(axis=1)]
    expected = np.maximum(np.einsum("nijf,fn->nij", maps, alpha), 0)
    assert_allclose(lecture.get("grad_cam")(eye, x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("head", [layers.GlobalMaxPooling2D, layers.GlobalAveragePooling2D])
def test_grad_cam_of_pooled_maps_weighs_them_like_the_score(lecture, head):
    keras.utils.set_random_seed(3)
    model = lecture.get("conv_net")(20, head)
    x = np.random.default_rng(3).uniform(0, 255, (4, 28, 28, 1)).astype("float32")
    eye = lecture.get("see")(model)
    _, maps, scores = map(np.array, eye(x))
    # A map has one weight in the score, whatever the place; the mean spreads it over 49 places.
    weights = model.layers[-1].get_weights()[0][:, scores.argmax(axis=1)]
    expected = np.maximum(np.einsum("nijf,fn->nij", maps, weights / 49), 0)
    assert_allclose(lecture.get("grad_cam")(eye, x), expected, rtol=1e-4, atol=1e-5)


def test_occlusion_of_nothing_costs_nothing(lecture):
    keras.utils.set_random_seed(2)
    model = lecture.get("conv_net")()
    x = np.zeros((28, 28, 1), "uint8")
    x[20:, 20:] = 200
    heat = lecture.get("occlusion")(model, x)
    assert_allclose(heat[:4, :], 0, atol=1e-6)  # covers only what is 0 already
    assert abs(heat[4:, 4:]).max() > 1e-4


def test_the_three_nets_have_like_many_parameters(lecture):
    dense = 784 * 26 + 26 + 26 * 10 + 10
    conv_net = lecture.get("conv_net")
    for model in (conv_net(), conv_net(130, layers.GlobalMaxPooling2D)):
        assert abs(model.count_params() / dense - 1) < 0.01


def test_the_table_is_that_of_the_longer_run(course: Path):
    kept = json.loads((course / "lectures/longer_runs/10_cnn.json").read_text(encoding="utf-8"))
    source = (course / "lectures/10_cnn.py").read_text(encoding="utf-8")
    settings = [(10_000, 3), (60_000, 5)]
    assert "| net | 10,000 images, 3 epochs | 60,000 images, 5 epochs |" in source
    for net in ("dense", "CNN", "pooled CNN"):
        runs = {(r["images"], r["epochs"]): r for r in kept["runs"] if r["net"] == net}
        cells = ["{test:.3f}, {cpu_seconds} s".format(**runs[key]) for key in settings]
        assert f"| {net} | {cells[0]} | {cells[1]} |" in source


def test_the_table_of_text_filters_is_that_of_the_longer_run(course: Path):
    kept = json.loads((course / "lectures/longer_runs/10_cnn.json").read_text(encoding="utf-8"))
    source = (course / "lectures/10_cnn.py").read_text(encoding="utf-8")
    assert kept["settings"]["text"]["train_reviews"] == 25_000
    assert "| full: accuracy ± deviation, fastest epoch's CPU seconds | separable |" in source
    for filters, name in [(32, "32"), (250, "250, then 25 hidden")]:
        cells = []
        for separable in (False, True):
            runs = [
                r for r in kept["text"] if (r["filters"], r["separable"]) == (filters, separable)
            ]
            assert sorted(run["seed"] for run in runs) == [0, 1, 2]
            tests = [run["test"] for run in runs]
            seconds = min(run["cpu_seconds_an_epoch"] for run in runs)
            cells.append(f"{np.mean(tests):.3f} ± {np.std(tests, ddof=1):.3f}, {seconds:.1f} s")
        assert f"| {name} | {cells[0]} | {cells[1]} |" in source
