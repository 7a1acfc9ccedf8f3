"""Lecture 7's nets, normalization and clipping equal Keras'; its initializers keep their word."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from helpers import checks, clinic, stacks

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras import layers  # noqa: E402

AXIS = {"batch": 0, "layer": -1}
KINDS = {
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "relu": tf.nn.relu,
    "leaky": lambda h: tf.nn.leaky_relu(h, 0.1),
    "elu": tf.nn.elu,
}


def batch(seed, shape):
    """Draw values of uneven size and place, and slopes that come from above."""
    rng = np.random.default_rng(seed)
    z = rng.gamma(2, 2, size=shape) * rng.uniform(0.1, 5, shape[1]) - rng.normal(0, 4, shape[1])
    return z, rng.normal(size=shape)


def keras_layer(norm, gamma, beta, **options):
    made = {"batch": layers.BatchNormalization, "layer": layers.LayerNormalization}[norm]
    layer = made(dtype="float64", **options)
    layer.build((None, len(gamma)))
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    return layer


@pytest.mark.parametrize("norm", ["batch", "layer"])
@pytest.mark.parametrize(("seed", "shape"), [(0, (2, 3)), (1, (32, 1)), (2, (7, 5)), (3, (64, 20))])
def test_normalization_is_that_of_keras_forward_and_backward(lecture, norm, seed, shape):
    z, up = batch(seed, shape)
    gamma, beta = np.random.default_rng(seed).normal(size=(2, shape[1]))
    layer = keras_layer(norm, gamma, beta)
    with tf.GradientTape() as tape:
        tape.watch(inputs := tf.constant(z))
        out = layer(inputs, training=True)
    slopes = tape.gradient(out, [inputs, layer.gamma, layer.beta], tf.constant(up))

    z_hat, std, *_ = lecture.get("normalize")(z, AXIS[norm])
    dz = lecture.get("normalize_backward")(gamma * up, z_hat, std, AXIS[norm])
    assert_allclose(gamma * z_hat + beta, out, rtol=1e-9, atol=1e-11)
    for mine, theirs in zip([dz, (up * z_hat).sum(0), up.sum(0)], slopes, strict=True):
        assert_allclose(mine, theirs, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("axis", [0, -1])
def test_backward_is_finite_differences(lecture, axis):
    z, up = batch(5, (6, 4))
    normalize, normalize_backward = lecture.get("normalize"), lecture.get("normalize_backward")
    z_hat, std, *_ = normalize(z, axis)
    dz = normalize_backward(up, z_hat, std, axis)
    checks.gradient(lambda moved: float(np.sum(up * normalize(moved, axis)[0])), dz, z)
    assert_allclose(dz.sum(axis=axis), 0, atol=1e-12)  # a shift of all z changes nothing


@pytest.mark.parametrize("seed", range(3))
def test_moving_averages_and_predictions_are_those_of_keras(lecture, seed):
    standardize = lecture.get("standardize")
    layer = keras_layer("batch", np.ones(4), np.zeros(4), momentum=0.9)
    ours = {"mean": np.zeros((1, 4)), "var": np.ones((1, 4))}
    for step in range(12):
        z, _ = batch(20 * seed + step, (16, 4))
        assert_allclose(standardize(z, ours, True, "batch")[0], layer(z, training=True), atol=1e-9)
        assert_allclose(ours["mean"][0], layer.moving_mean, rtol=1e-6)
        assert_allclose(ours["var"][0], layer.moving_variance, rtol=1e-6)
        z_hat, _ = standardize(z[:1], ours, False, "batch")
        assert_allclose(z_hat, layer(z[:1], training=False), rtol=1e-6, atol=1e-9)


def pair(lecture, norm):
    """Return normalization forward and backward, as `stacks` takes it."""
    if norm is None:
        return None
    backward = partial(lecture.get("normalize_backward"), axis=lecture.get("AXES")[norm])
    return partial(lecture.get("standardize"), norm=norm), backward


def stack(seed, widths, nets=2):
    """Draw a stack of nets in float64."""
    rng = np.random.default_rng(seed)
    made = []
    for n, m in pairwise(widths):
        layer = {"W": rng.normal(0, n**-0.5, (nets, n, m)), "b": rng.normal(0, 0.3, (nets, 1, m))}
        layer |= {"gamma": rng.uniform(0.5, 2, (nets, 1, m))}
        made.append(layer | {"mean": np.zeros((nets, 1, m)), "var": np.ones((nets, 1, m))})
    made[-1]["gamma"][:] = 1  # no normalization there
    return made


@pytest.mark.parametrize("norm", [None, "batch", "layer"])
@pytest.mark.parametrize("act", list(KINDS))
def test_a_stack_of_nets_is_tape_net_by_net(lecture, act, norm):
    rng = np.random.default_rng(1)
    x, y, net = rng.normal(size=(9, 6)), rng.integers(3, size=9), stack(2, [6, 5, 4, 3])
    kept = stacks.forward(x, net, act, pair(lecture, norm))
    loss, slope = stacks.cross_entropy(kept[-1]["h"], y)
    grads = stacks.backward(slope, kept, net, act, pair(lecture, norm))
    for k in range(2):
        variables = [
            {key: tf.Variable(layer[key][k]) for key in ("W", "b", "gamma")} for layer in net
        ]
        with tf.GradientTape() as tape:
            a = tf.constant(x)
            for i, layer in enumerate(variables):
                h = a @ layer["W"]
                if norm and i < 2:
                    mean, var = tf.nn.moments(h, [AXIS[norm]], keepdims=True)
                    h = (h - mean) / tf.sqrt(var + 1e-3) * layer["gamma"]
                h += layer["b"]
                a = KINDS[act](h)
            one_hot = tf.one_hot(y, 3, dtype="float64")
            theirs = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(one_hot, h))
        assert_allclose(loss[k], theirs, rtol=1e-6)
        for mine, layer in zip(grads, tape.gradient(theirs, variables), strict=True):
            for key, grad in mine.items():
                assert_allclose(grad[k], layer[key], rtol=1e-6, atol=1e-9, err_msg=key)


@pytest.mark.parametrize(
    ("norm", "most"),
    [(None, 0.05), ("batch", None), ("batch", 0.05)],
)
def test_training_with_clipping_or_momentum_follows_keras(lecture, norm, most):
    rng = np.random.default_rng(3)
    data = rng.normal(size=(40, 6)), rng.integers(3, size=40)
    net = stack(4, [6, 5, 3], nets=1)
    parts = [layers.Dense(5, use_bias=norm is None, dtype="float64")]
    if norm:
        parts.append(layers.BatchNormalization(momentum=0.9, dtype="float64"))
    parts += [layers.Activation("tanh", dtype="float64"), layers.Dense(3, dtype="float64")]
    twin = keras.Sequential([keras.Input((6,), dtype="float64"), *parts])
    first = [net[0]["W"][0], *([net[0]["gamma"][0, 0]] if norm else []), net[0]["b"][0, 0]]
    moving = [np.zeros(5), np.ones(5)] if norm else []
    twin.set_weights([*first, *moving, net[1]["W"][0], net[1]["b"][0, 0]])
    if most:  # at the lecture's rate
        optimizer, clip = keras.optimizers.SGD(0.1, global_clipnorm=most), lecture.get("clip")
        step = partial(clip, most=most)
    else:  # a rate that float32, in which Keras keeps it, has exactly
        optimizer, step = keras.optimizers.SGD(0.25, 0.5), stacks.sgd(0.25, 0.5)
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
    twin.compile(optimizer, entropy, jit_compile=False)
    batches = stacks.batches(*data, 12, 8)
    stacks.train(net, batches, step, "tanh", pair(lecture, norm))
    draws = np.random.default_rng(0)
    for _ in range(12):
        rows = draws.integers(40, size=8)
        twin.train_on_batch(data[0][rows], data[1][rows])
    theirs = [layer.get_weights() for layer in twin.layers if layer.weights]
    assert_allclose(net[0]["W"][0], theirs[0][0], rtol=1e-5, atol=1e-6)
    assert_allclose(net[-1]["W"][0], theirs[-1][0], rtol=1e-5, atol=1e-6)
    assert_allclose(net[-1]["b"][0, 0], theirs[-1][1], rtol=1e-5, atol=1e-6)
    if norm:
        ours = [net[0][key][0, 0] for key in ("gamma", "b", "mean", "var")]
        assert_allclose(ours, theirs[1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_initializers_have_the_distributions_of_keras(lecture, seed):
    keras.utils.set_random_seed(seed)
    pairs = lecture.follow("same_as_keras", rng=np.random.default_rng(seed))["same_as_keras"]
    spread = dict.fromkeys(("normal", "truncated", "uniform"), (2 / 400) ** 0.5)
    spread |= {"orthogonal": 300**-0.5, "He": (2 / 300) ** 0.5, "LeCun": 300**-0.5}
    assert pairs.keys() == spread.keys()
    q = np.linspace(0.01, 0.99, 99)
    for name, (ours, theirs) in pairs.items():
        assert ours.std() == pytest.approx(spread[name], rel=0.015), name
        quantiles = np.quantile(ours, q), np.quantile(theirs(ours.shape), q)
        assert_allclose(*quantiles, atol=0.1 * spread[name], err_msg=name)
    for weights in pairs["orthogonal"][0], pairs["orthogonal"][1]((300, 100)):
        assert_allclose(np.transpose(weights) @ weights, np.eye(100), atol=1e-5)


def test_he_keeps_the_size_with_each_distribution_and_lecun_does_with_tanh(lecture):
    he, bent = lecture.get("he"), lecture.get("bent")
    sizes = [growth(lambda n, m, w, b=b: he(n, m, b(w)), [200] * 12)[0] for b in bent.values()]
    assert min(sizes) > 0.6 and max(sizes) < 1.6
    forward, backward = growth(lambda n, m, w: w / n**0.5, [200] * 12, "tanh")
    assert 0.3 < forward < 1 and 0.2 < backward < 2


def growth(rule, widths, act="relu"):
    """Return the size of signals in the last hidden layer over that in the second."""
    x = np.random.default_rng(0).normal(size=(300, 100)).astype("float32")
    net = stacks.start([rule], [100, *widths, 10])
    sizes = stacks.signals(x, np.arange(300) % 10, net, act)
    return sizes[:, 0, -1] / sizes[:, 0, 1]


def test_he_keeps_the_size_where_glorot_and_two_fans_lose_it(lecture):
    he, glorot = lecture.get("he"), lecture.get("glorot")
    assert 0.6 < growth(he, [200] * 12)[0] < 1.6
    assert growth(glorot, [200] * 12)[0] < 0.07  # 0.71 in each of ten layers: 0.03
    assert 0.6 < growth(he, [200, 50] * 6)[0] < 1.6

    def two_fans(n, m, w):
        return 2**0.5 * glorot(n, m, w)

    assert 0.2 < growth(two_fans, [200, 50] * 6)[0] < 0.55  # 0.8 in each of five pairs: 0.33


def test_logistic_needs_the_four_and_tanh_does_not(lecture):
    glorot = lecture.get("glorot")

    def four(n, m, w):
        return 4 * glorot(n, m, w)

    widths = [100] * 12
    assert 0.2 < growth(glorot, widths, "tanh")[1] < 5  # gradients, last over second
    assert growth(four, widths, "tanh")[1] < 0.05  # they explode on the way back
    vanishing = [growth(rule, widths, "sigmoid")[1] for rule in (glorot, four)]
    assert vanishing[0] > 100 * vanishing[1] > 100


def test_flat_finds_dead_units(lecture):
    net = stack(6, [6, 5, 4, 3])
    net[0]["b"][0, 0, :2] = -100  # two units of the first net's first layer
    x = np.random.default_rng(7).normal(size=(50, 6))
    first, *_ = lecture.get("flat")(net, "relu", x)
    assert first.all(axis=1)[0, :2].all()
    assert lecture.get("flat")(net, "leaky", x)[0].sum() == 0


def test_every_patient_of_the_clinic_differs_in_its_own_way(lecture):
    x, labels = np.random.default_rng(8).normal(size=(4000, 196)), np.arange(4000) % 10
    healthy, *sick = clinic.patients(100 + x, x, labels, lecture.get("he")).values()
    differences = [
        {key for key in what.keys() | healthy.keys() if not same(what.get(key), healthy.get(key))}
        for what in sick
    ]
    inputs, slow, weights = {"data", "val"}, {"rate"}, {"rule"}
    less = {"data"}
    expected = [slow, slow, weights, weights | {"act"}, inputs, inputs | slow, less, less]
    assert differences == expected


def same(one, other):
    if isinstance(one, tuple):
        return all(np.array_equal(*arrays) for arrays in zip(one, other, strict=True))
    return one is other or one == other


def test_a_patient_is_admitted_with_net_and_curves(lecture):
    rng = np.random.default_rng(9)
    data = rng.normal(size=(200, 6)).astype("float32"), rng.integers(10, size=200)
    net, act, val, losses, checked = clinic.admit(lecture.get("he"), data, data, "tanh")
    assert act == "tanh" and val is data and [layer["W"].shape[-1] for layer in net][-1] == 10
    assert losses.shape == (300, 1) and checked.shape == (30, 1)
    assert losses[-1] < losses[0] and checked[-1] < checked[0]
    assert_allclose(stacks.score(*val, net, act)[0], checked[-1])
