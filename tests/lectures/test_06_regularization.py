"""Lecture 6's nets are Keras', its two scalings of dropout one, and L2 is decay for SGD only."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras import optimizers  # noqa: E402
from keras.layers import Dense, Dropout  # noqa: E402
from keras.regularizers import L1, L2  # noqa: E402


def problem(seed, samples=60, inputs=8, classes=3, blank=0):
    """Draw images whose first pixels are blank, with classes, for training and validation."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2 * samples, inputs)).astype("float32")
    x[:, :blank] = 0
    y = rng.integers(classes, size=2 * samples)
    return (x[:samples], y[:samples]), (x[samples:], y[samples:])


def same_nets(ours, theirs, **tolerance):
    for mine, other in zip((*ours[0], *ours[1]), (*theirs[0], *theirs[1]), strict=True):
        assert_allclose(mine, other, **tolerance)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("widths", [(8, 6, 3), (8, 5, 4, 1)])
def test_a_stack_is_its_nets_one_by_one(lecture, seed, widths):
    train, recipes = (
        lecture.get("train"),
        {"l2": [0, 0.01, 0], "l1": [0, 0, 0.005], "units": [9, 9, 2]},
    )
    data, val = problem(seed, classes=max(2, widths[-1]))
    options = {"widths": widths, "epochs": 4, "batch": 20, "rate": 0.5, "relu": len(widths) > 3}
    W, b, _, curves = train(data, val, (seed,), **options, **recipes)
    for k in range(3):
        one = {key: values[k] for key, values in recipes.items()}
        *alone, _, curve = train(data, val, (seed,), **options, **one)
        same_nets([[w[k : k + 1] for w in W], [c[k : k + 1] for c in b]], alone, atol=1e-6)
        assert_allclose(curves[..., k : k + 1], curve, rtol=1e-4)
    assert np.abs(W[0][1] - W[0][0]).max() > 1e-3  # and they are not all the same net


KERAS = {  # options of train; the same in Keras: activations, loss, penalty, optimizer
    "plain": ({}, "sigmoid", "softmax", "sparse_categorical_crossentropy", None),
    "L2": ({"l2": 0.02}, "sigmoid", "softmax", "sparse_categorical_crossentropy", L2(0.02)),
    "squared error": ({"squared": True}, "sigmoid", "sigmoid", "mse", None),
    "films": ({"relu": True, "rmsprop": True}, "relu", "sigmoid", "binary_crossentropy", None),
}


@pytest.mark.parametrize("kind", KERAS)
def test_train_is_keras(lecture, kind):
    options, hidden, last, loss, penalty = KERAS[kind]
    units = 10 if kind == "squared error" else 1 if kind == "films" else 4
    train, (data, val) = lecture.get("train"), problem(1, classes=max(2, units))
    rate = 0.01 if kind == "films" else 0.5
    options = {**options, "widths": (8, 6, 5, units), "batch": 60, "rate": rate}
    W, b, *_ = start = train(data, val, (1,), **{**options, "epochs": 0})

    dense = [Dense(n, hidden, kernel_regularizer=penalty) for n in (6, 5)]
    dense.append(Dense(units, last, kernel_regularizer=penalty))
    net = keras.Sequential([keras.Input((8,)), *dense])
    net.set_weights([array for w, c in zip(W, b, strict=True) for array in (w[0], c[0, 0])])
    steps = optimizers.RMSprop(rate) if kind == "films" else optimizers.SGD(rate)
    net.compile(steps, loss, jit_compile=False)
    targets = np.eye(10)[data[1]] if loss == "mse" else data[1][:, None]
    net.fit(data[0], targets, batch_size=60, epochs=6, verbose=0)
    W, b, *_ = train(data, val, (1,), **{**options, "epochs": 6})
    theirs = net.get_weights()
    same_nets(
        (W, b), ([w[None] for w in theirs[::2]], [c[None, None] for c in theirs[1::2]]), atol=2e-5
    )
    assert np.abs(W[-1] - start[0][-1]).max() > 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_smaller_networks_are_a_part_of_the_wide_one(lecture, seed):
    data, val = problem(seed)
    widths = {"widths": (8, 6, 3), "batch": 20, "units": [2, 5]}
    (first, _), *_ = lecture.get("train")(data, val, (seed,), epochs=0, **widths)
    W, b, on, _ = lecture.get("train")(data, val, (seed,), epochs=3, **widths)
    for k, n in enumerate(widths["units"]):
        part = (
            [W[0][k : k + 1, :, :n], W[1][k : k + 1, :n]],
            [b[0][k : k + 1, :, :n], b[1][k : k + 1]],
        )
        small = lecture.get("forward")(data[0], *part, [1])[2]
        assert_allclose(lecture.get("forward")(data[0], W, b, on)[2][k], small[0], atol=1e-6)
        assert_array_equal(W[0][k, :, n:], first[k, :, n:])  # nothing to learn from


def noise(rng, steps, sizes):
    """Draw gradients of these sizes, each once with either sign, so that their mean is 0."""
    half = rng.uniform(0.5, 1.5, (steps, len(sizes))) * rng.choice([-1, 1], (steps, len(sizes)))
    return np.stack([half * sizes, -half * sizes], axis=-1).astype("float32")


def follow(optimizer, gradients, penalty=0.0):
    """Return the mean weight of each pair that starts at 1 and gets these gradients."""
    w = keras.Variable(np.ones(gradients.shape[1:]))
    for g in gradients:
        optimizer.apply([g + penalty * w], [w])
    return w.numpy()


@pytest.mark.parametrize(("rate", "decay"), [(0.04, 0.5), (0.1, 0.2)])
def test_l2_is_weight_decay_for_sgd_and_not_for_adam(rate, decay):
    sizes = np.array([0.01, 0.3, 1, 10])
    gradients = noise(np.random.default_rng(0), 30, sizes)
    by_penalty = follow(optimizers.SGD(rate), gradients, decay)
    by_decay = follow(optimizers.SGD(rate, weight_decay=decay), gradients)
    assert_allclose(by_penalty, by_decay, atol=1e-4)
    shrunk = (1 - rate * decay) ** 30
    assert_allclose(by_decay.mean(axis=1), shrunk, atol=1e-4)

    adamw = follow(optimizers.AdamW(rate, weight_decay=decay), gradients).mean(axis=1)
    assert_allclose(adamw, shrunk, atol=1e-4)  # whatever the gradient
    adam = follow(optimizers.Adam(rate), gradients, decay).mean(axis=1)
    assert (np.diff(adam) > 0.05).all()  # the larger the gradient, the less it decays
    assert adam[0] < shrunk - 0.1 and adam[-1] > shrunk + 0.1


@pytest.mark.parametrize("lam", [0.1, 0.5, 2.0])
def test_shrinkage_finds_the_lowest_point(lecture, lam):
    space = lecture.follow("shrunk", a=np.linspace(-4, 4, 33), lam=lam, w=np.linspace(-4, 4, 8001))
    for best, penalty in space["shrunk"].values():
        loss = 0.5 * (space["w"] - space["a"][:, None]) ** 2 + penalty
        assert_allclose(best, space["w"][loss.argmin(axis=1)], atol=1e-3)
    zeros = {name: np.mean(best == 0) for name, (best, _) in space["shrunk"].items()}
    assert zeros["L1"] == zeros["elastic"] == np.mean(abs(space["a"]) <= lam)
    assert zeros["L2"] == 1 / 33  # where a is 0 itself


def test_only_l1_with_its_own_step_leaves_zeros(lecture):
    blank, options = 3, {"widths": (8, 6, 3), "epochs": 60, "batch": 20, "rate": 0.5}
    data, val = problem(0, blank=blank)
    recipes = {"l1": [0, 0, 0.01, 0.005], "l2": [0, 0.01, 0, 0.01]}
    first = lecture.get("train")(data, val, (0,), **{**options, "epochs": 0})[0][0]
    W = lecture.get("train")(data, val, (0,), **options, **recipes)[0][0]
    assert_array_equal(W[0, :blank], first[0, :blank])  # no gradient, no penalty: as at the start
    factor = (1 - 2 * 0.5 * 0.01) ** 180
    assert_allclose(W[1, :blank], factor * first[0, :blank], rtol=1e-4)
    assert not (W[:2] == 0).any()
    assert (W[2:, :blank] == 0).all()  # L1 and elastic
    assert (W[2, blank:] == 0).any()

    layer = Dense(6, "sigmoid", kernel_regularizer=L1(0.01))
    net = keras.Sequential([keras.Input((8,)), layer, Dense(3, "softmax")])
    net.compile(optimizers.SGD(0.5), "sparse_categorical_crossentropy", jit_compile=False)
    x, y = data
    net.fit(np.tile(x, (150, 1)), np.tile(y, 150), batch_size=60, shuffle=False, verbose=0)
    kernel = layer.kernel.numpy()[:blank]
    assert abs(kernel).max() < 0.006 and (kernel != 0).all()  # it jumps across, by 0.005 a step


def one_layer(seed, units=7):
    """Draw a net with one hidden layer, as a stack of one, and inputs."""
    rng = np.random.default_rng(seed)
    W = [rng.normal(size=(1, 4, units)), rng.normal(size=(1, units, 3))]
    return rng.normal(size=(5, 4)), W, [rng.normal(size=(1, 1, units)), rng.normal(size=(1, 1, 3))]


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("seed", range(2))
def test_both_scalings_of_dropout_are_one_net(lecture, seed, p):
    x, W, b = one_layer(seed)
    forward = lecture.get("forward")
    decks = [W[0], W[1] / (1 - p)]  # in training m h meets U, and V is (1 - p) U
    plain, mean = forward(x, W, b, [1])[2], 0
    for mask in np.array(list(product([0.0, 1.0], repeat=7))):
        keras_way = forward(x, W, b, [mask / (1 - p)])[2]
        assert_allclose(forward(x, decks, b, [mask])[2], keras_way, rtol=1e-10, atol=1e-12)
        mean = mean + np.prod(np.where(mask == 1, 1 - p, p)) * keras_way
    assert_allclose(mean, plain, rtol=1e-10, atol=1e-12)  # inverted dropout: equal in expectation
    decks_predict = forward(x, decks, b, [1 - p])[2]
    assert_allclose(decks_predict, plain, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.75])
def test_dropout_forward_and_backward_are_keras(rate):
    h = tf.Variable(np.random.default_rng(0).uniform(0.1, 1, (40, 50)), dtype="float32")
    with tf.GradientTape() as tape:
        out = Dropout(rate, seed=1)(h, training=True)
    mask = out.numpy() != 0
    assert_allclose(out, mask * h.numpy() / (1 - rate), rtol=1e-6)
    assert_allclose(tape.gradient(out, h), mask / (1 - rate), rtol=1e-6)
    assert_allclose(mask.mean(), 1 - rate, atol=0.05)  # 4.4 standard deviations or more
    assert_array_equal(Dropout(rate)(h, training=False), h)


@pytest.mark.parametrize("seed", range(3))
def test_all_masks_vote_as_one_pass_does(lecture, seed):
    x, W, b = one_layer(seed)
    forward, chances = lecture.get("forward"), lecture.get("chances")
    masks = np.array(list(product([0.0, 1.0], repeat=7)))
    votes = np.stack([chances(forward(x, W, b, [mask])[2][0]) for mask in masks])
    vote = np.exp(np.log(votes).mean(axis=0))
    one = chances(forward(x, W, b, [0.5])[2][0])
    assert_allclose(vote / vote.sum(axis=-1, keepdims=True), one, rtol=1e-10)


def test_noise_on_the_inputs_is_an_l2_penalty():
    rng = np.random.default_rng(0)
    x, w, y, sigma = rng.normal(size=6), rng.normal(size=6), 0.7, 0.3
    signs = np.array(list(product([-1, 1], repeat=6)))  # a noise of which all values are known
    noisy = ((x + sigma * signs) @ w - y) ** 2
    assert_allclose(noisy.mean(), (x @ w - y) ** 2 + sigma**2 * w @ w, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_keep_best_returns_the_weights_of_the_best_epoch(lecture, seed):
    data, val = problem(seed)
    options = {"widths": (8, 12, 3), "epochs": 40, "batch": 20, "every": 1}
    W, b, on, curves = lecture.get("train")(data, val, (seed,), keep_best=True, **options)
    losses = curves[:, 2, 0]
    assert losses.argmin() < 39  # labels are random here, so that it over-fits
    assert_allclose(lecture.get("score")(val, W, b, on)[0], losses.min(), rtol=1e-6)
    *last, _ = lecture.get("train")(data, val, (seed,), **options)
    assert_allclose(lecture.get("score")(val, *last)[0], losses[-1], rtol=1e-6)


def test_keras_stops_as_the_lecture_says_and_restores_the_best():
    data, val = problem(1)
    net = keras.Sequential([keras.Input((8,)), Dense(30, "relu"), Dense(3, "softmax")])
    net.compile(optimizers.Adam(0.1), "sparse_categorical_crossentropy", jit_compile=False)
    start = net.get_weights()
    for patience in (1, 3):
        net.set_weights(start)
        stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        fit = net.fit(*data, 30, 60, verbose=0, validation_data=val, callbacks=[stop])
        losses = np.array(fit.history["val_loss"])
        waited = [t - losses[: t + 1].argmin() for t in range(len(losses))]
        assert waited[-1] == patience == max(waited)  # it stops there, and not before
        assert_allclose(net.evaluate(*val, verbose=0), losses.min(), rtol=1e-5)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_shift_moves_whole_images(lecture, most):
    rng = np.random.default_rng(0)
    x = np.zeros((20, 28, 28), "float32")
    x[:, 5:-5, 5:-5] = rng.random((20, 18, 18))
    moved = lecture.get("shift")(x.reshape(20, 784), rng, most).reshape(20, 28, 28)
    ways = list(product(range(-most, most + 1), repeat=2))
    rolled = np.stack([np.roll(x, way, axis=(1, 2)) for way in ways])
    found = (rolled == moved).all(axis=(2, 3))
    assert found.any(axis=0).all()
    assert most == 0 or len(set(found.argmax(axis=0))) > 3  # in different directions


def test_chances_of_one_score_are_a_sigmoid(lecture):
    z = np.linspace(-5, 5, 11)[:, None]
    p = lecture.get("chances")(z)
    assert_allclose(p[:, 1:], 1 / (1 + np.exp(-z)), rtol=1e-12)
    many = np.random.default_rng(0).normal(size=(4, 3))
    assert_allclose(lecture.get("chances")(many), softmax(many, axis=1), rtol=1e-12)


def test_each_seed_of_a_stack_learns_from_its_own_images(lecture):
    train, options = lecture.get("train"), {"widths": (8, 6, 3), "batch": 60, "rate": 0.5}
    parts = zip(*(problem(seed) for seed in (1, 2)), strict=True)
    data, val = ([np.stack(arrays) for arrays in zip(*part, strict=True)] for part in parts)
    (W1, W2), (b1, b2), *_ = train(data, val, (1, 2), **options, epochs=0)
    W, b, _, curves = train(data, val, (1, 2), **options, epochs=4, l2=[0, 0.02])
    assert np.abs(W1[0, 0] - W1[0, 1]).max() > 0.1  # starts of their own
    for k, (penalty, seed) in enumerate(product([None, L2(0.02)], range(2))):
        dense = Dense(6, "sigmoid", kernel_regularizer=penalty)
        last = Dense(3, "softmax", kernel_regularizer=penalty)
        net = keras.Sequential([keras.Input((8,)), dense, last])
        net.set_weights([W1[0, seed], b1[0, seed, 0], W2[0, seed], b2[0, seed, 0]])
        net.compile(optimizers.SGD(0.5), "sparse_categorical_crossentropy", jit_compile=False)
        net.fit(data[0][seed], data[1][seed], batch_size=60, epochs=4, verbose=0)
        ours = [array[k // 2, seed] for pair in zip(W, b, strict=True) for array in pair]
        for mine, theirs in zip(ours, net.get_weights(), strict=True):
            assert_allclose(np.squeeze(mine), np.squeeze(theirs), atol=2e-5)
        loss = curves[-1, 2, k // 2, seed]
        z = lecture.get("forward")(val[0], W, b, [1])[2][k // 2, seed]
        p = softmax(z, axis=-1)[np.arange(60), val[1][seed]]
        assert_allclose(loss, -np.log(p).mean(), rtol=1e-4)
