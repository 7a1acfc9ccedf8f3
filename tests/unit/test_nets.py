"""The small nets learn by the right slopes, a stack is its nets, and Keras does the same."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from helpers import checks, nets


def problem(samples, widths, seed=1):
    """Draw rows with classes, and a net whose biases are not 0."""
    rng = np.random.default_rng(seed)
    net = [array + rng.normal(0, 0.3, array.shape) for array in nets.initial(widths, rng)]
    return rng.normal(size=(samples, widths[0])), rng.integers(widths[-1], size=samples), net


@pytest.mark.parametrize(("samples", "widths"), [(1, [3, 2]), (7, [4, 5, 3]), (12, [6, 5, 4, 3])])
def test_gradients_are_finite_differences(samples, widths):
    x, y, net = problem(samples, widths)

    def loss(k, array):
        z = nets.logits(x, [*net[:k], array, *net[k + 1 :]])
        return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(samples), y])

    grads = nets.gradients(x, y, net)
    for k, grad in enumerate(grads):
        checks.gradient(lambda array, k=k: loss(k, array), grad, net[k])
    for ours, theirs in zip(nets.gradients(x, y, net, frozen=2), grads[2:], strict=True):
        assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("samples", "shards"), [(12, 1), (12, 4), (30, 30)])
def test_the_mean_of_equal_shards_gradients_is_that_of_the_whole_batch(samples, shards):
    x, y, net = problem(samples, [4, 5, 3])
    parts = zip(np.split(x, shards), np.split(y, shards), strict=True)
    each = zip(*(nets.gradients(*part, net) for part in parts), strict=True)
    for whole, grads in zip(nets.gradients(x, y, net), each, strict=True):
        assert_allclose(np.mean(grads, axis=0), whole, atol=1e-12)


def test_a_softmax_of_large_logits_stays_finite():
    x, y, net = problem(5, [4, 3])
    assert all(np.isfinite(grad).all() for grad in nets.gradients(1e4 * x, y, net))


def test_initial_weights_keep_the_variance_and_biases_are_0():
    net = nets.initial([200, 300, 10], 0)
    assert [array.shape for array in net] == [(200, 300), (300,), (300, 10), (10,)]
    assert all(array.dtype == "float32" for array in net)
    assert net[0].var() == pytest.approx(2 / 200, rel=0.05)  # of 60,000 draws
    assert not net[1].any()
    assert_array_equal(net[0], nets.initial([200, 300, 10], np.random.default_rng(0))[0])


def test_a_net_can_start_with_copies_of_old_layers():
    old = nets.initial([5, 4, 3], 0)
    for seeds in (7, [7, 8]):
        new = nets.initial([5, 4, 6], seeds, old[:2])
        for layer, before in zip(new, old[:2], strict=False):
            for one in layer.reshape(-1, *before.shape):
                assert_array_equal(one, before)
            assert not np.shares_memory(layer, before)
        assert new[2].shape[-2:] == (4, 6)


@pytest.mark.parametrize("own_rows", [False, True])
@pytest.mark.parametrize("options", [{}, {"batch": 7, "frozen": 2}, {"rate": 0.5}])
def test_a_stack_learns_what_its_nets_learn_alone(own_rows, options):
    widths, seeds = [6, 8, 4], [3, 1, 2]
    x, y, _ = problem(50, widths)
    data = x.astype("float32"), y
    rows = nets.per_class(data, 5, seeds) if own_rows else data
    stack = nets.train(nets.initial(widths, seeds), rows, 3, seeds=seeds, **options)
    for k, seed in enumerate(seeds):
        own = (rows[0][k], rows[1][k]) if own_rows else data
        net = nets.train(nets.initial(widths, seed), own, 3, seeds=seed, **options)
        for layer, array in zip(stack, net, strict=True):
            assert_allclose(layer[k].reshape(array.shape), array, rtol=1e-5, atol=1e-6)
        assert nets.accuracy(stack, data)[k] == nets.accuracy(net, data)
        assert_array_equal(nets.predict(x, stack)[k], nets.predict(x, net))


def test_each_net_of_a_stack_can_have_its_own_rate():
    widths = [6, 8, 4]
    x, y, _ = problem(30, widths)
    rates = np.array([0.01, 0.3])
    stack = nets.initial(widths, [5, 5])
    nets.train(stack, (x, y), 2, rates[:, None, None], seeds=[5, 5])
    for k, rate in enumerate(rates):
        net = nets.train(nets.initial(widths, 5), (x, y), 2, rate, seeds=5)
        for layer, array in zip(stack, net, strict=True):
            assert_allclose(layer[k].reshape(array.shape), array, rtol=1e-5, atol=1e-6)


def test_epochs_yields_the_net_as_it_learns():
    x, y, _ = problem(40, [6, 8, 4])
    net = nets.initial([6, 8, 4], 0)
    before = net[0].copy()
    seen = [it[0].copy() for it in nets.epochs(net, (x, y), 3)]
    assert len(seen) == 3
    assert not np.array_equal(before, seen[0]) and not np.array_equal(seen[0], seen[1])
    assert_array_equal(seen[2], net[0])


@pytest.mark.parametrize("rows", [1, 1000, 2345])
def test_predict_is_the_largest_logit_for_any_number_of_rows(rows):
    x, _, net = problem(rows, [6, 5, 4])
    assert_array_equal(nets.predict(x, net), nets.logits(x, net).argmax(axis=1))


@pytest.mark.parametrize("n", [1, 3, 10])
def test_as_many_rows_of_each_class_are_drawn(n):
    rng = np.random.default_rng(1)
    data = rng.normal(size=(1000, 4)), rng.integers(10, size=1000)
    x, y = nets.per_class(data, n, 3)
    assert_array_equal(np.bincount(y), [n] * 10)
    assert len(np.unique(x, axis=0)) == 10 * n
    assert all(
        label in data[1][(data[0] == row).all(axis=1)] for row, label in zip(x, y, strict=True)
    )
    several = nets.per_class(data, n, [4, 3])
    assert_array_equal(several[0][1], x)
    assert not np.array_equal(several[0][0], x)


def test_shrinking_averages_squares_of_pixels():
    images = np.random.default_rng(0).integers(256, size=(3, 28, 28)).astype("uint8")
    small = nets.shrink(images)
    assert small.shape == (3, 64) and small.dtype == "float32"
    square = images[1, 5:8, 23:26].mean()  # the second row of squares, the last column
    assert small[1, 8 + 7] == pytest.approx((square - 45) / 75, abs=1e-6)


@pytest.mark.parametrize(("frozen", "depth"), [(0, 1), (0, 2), (2, 2), (4, 2)])
def test_keras_learns_the_same_with_and_without_frozen_layers(frozen, depth):
    keras = pytest.importorskip("keras")
    x, y, net = problem(50, [6, *[8] * depth, 10])
    x, net = x.astype("float32"), [array.astype("float32") for array in net]
    start = [array.copy() for array in net]
    dense = [keras.layers.Dense(8, "relu") for _ in range(depth)]
    for layer in dense[: frozen // 2]:
        layer.trainable = False
    twin = nets.in_keras(dense, keras.optimizers.SGD(0.2), inputs=6, weights=net)
    nets.train(net, (x, y), 3, 0.2, batch=16, seeds=9, frozen=frozen)
    rng = np.random.default_rng(9)
    for _ in range(3):
        order = rng.permutation(50)
        for rows in (order[:16], order[16:32], order[32:48], order[48:]):
            twin.train_on_batch(x[rows], y[rows])
    # float32: 12 steps from weights near 1, each rounded to about 1e-7
    for ours, theirs in zip(net, twin.get_weights(), strict=True):
        assert_allclose(ours, theirs, atol=5e-6)
    for k, (old, new) in enumerate(zip(start, net, strict=True)):
        assert np.array_equal(old, new) == (k < frozen)


def test_keras_version_takes_one_hot_labels_and_metrics():
    keras = pytest.importorskip("keras")
    x, y, net = problem(20, [6, 8, 10])
    dense = [keras.layers.Dense(8, "relu")]
    twin = nets.in_keras(dense, "sgd", 6, one_hot=True, weights=net, metrics=["accuracy"])
    loss, accuracy = twin.evaluate(x, np.eye(10)[y], verbose=0)
    z = nets.logits(x, net)
    by_hand = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(20), y])
    assert loss == pytest.approx(by_hand, rel=1e-5)
    assert accuracy == pytest.approx(nets.accuracy(net, (x, y)))
