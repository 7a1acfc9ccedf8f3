"""Lecture 3's losses, gradients, descents and optimizers equal Keras', and finite differences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from helpers import checks

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras import optimizers  # noqa: E402

SIZES = [(1, 1, 2), (2, 40, 3), (3, 300, 12)]  # seed, samples, classes


def answers(seed, n, classes):
    """Draw one-hot classes, and probabilities far enough from 0 that Keras does not clip them."""
    rng = np.random.default_rng(seed)
    p = 0.01 + rng.dirichlet(np.ones(classes), n)
    return np.eye(classes)[rng.integers(classes, size=n)], p / p.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("seed", "n", "classes"), SIZES)
def test_losses_are_keras_and_minus_the_log_likelihood(lecture, seed, n, classes):
    onehot, q = answers(seed, n, classes)
    y, p = onehot[:, 0], q[:, 0]
    numbers, guesses = np.random.default_rng(seed).normal(5, 3, (2, n))
    losses = keras.losses

    mse = lecture.get("mse")(numbers, guesses)
    assert_allclose(mse, losses.mean_squared_error(numbers, guesses))
    bell = stats.norm.logpdf(numbers, guesses, scale=np.sqrt(0.5))  # 2 sigma² = 1
    assert_allclose(mse, -bell.mean() - np.log(np.pi) / 2)

    binary = lecture.get("binary_crossentropy")(y, p)
    assert_allclose(binary, losses.BinaryCrossentropy(dtype="float64")(y, p))
    assert_allclose(binary, -stats.bernoulli.logpmf(y, p).mean())

    categorical = lecture.get("categorical_crossentropy")(onehot, q)
    assert_allclose(categorical, losses.CategoricalCrossentropy(dtype="float64")(onehot, q))
    assert_allclose(categorical, -stats.multinomial.logpmf(onehot, 1, q).mean())


@pytest.mark.parametrize("name", ["squared error", "cross-entropy"])
def test_slopes_behind_a_sigmoid(lecture, name):
    loss, slope = lecture.get("both")[name]
    sigmoid = lecture.get("sigmoid")
    z = np.random.default_rng(1).uniform(-15, 15, 60)
    chords = (loss(sigmoid(z + 1e-5)) - loss(sigmoid(z - 1e-5))) / 2e-5
    assert_allclose(slope(sigmoid(z)), chords, rtol=1e-6, atol=1e-9)
    variable = tf.Variable(z)
    with tf.GradientTape() as tape:
        p = tf.sigmoid(variable)
        theirs = (p - 1) ** 2 if name == "squared error" else -tf.math.log(p)
    assert_allclose(slope(sigmoid(z)), tape.gradient(theirs, variable), atol=1e-13)


@pytest.mark.parametrize(("seed", "n", "classes"), SIZES)
def test_softmax_gradient(lecture, seed, n, classes):
    rng = np.random.default_rng(seed)
    x, W = rng.normal(size=(n, 5)), rng.normal(size=(5, classes))
    y, _ = answers(seed, n, classes)
    risk, ours = lecture.get("softmax_risk"), lecture.get("softmax_gradient")(W, x, y)
    checks.gradient(lambda W: risk(W, x, y), ours, W)
    variable = tf.Variable(W)
    with tf.GradientTape() as tape:
        loss = keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64")(
            y, tf.matmul(x, variable)
        )
    assert_allclose(risk(W, x, y), loss, rtol=1e-12)
    assert_allclose(ours, tape.gradient(loss, variable), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_descent_into_a_parabola_multiplies_distances(lecture, seed):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(4, 6))
    values, vectors = np.linalg.eigh(H := A @ A.T)
    descend, lowest, start = lecture.get("descend"), rng.normal(size=4), rng.normal(size=4)
    for share in (0.1, 0.9, 1.1):  # of the largest rate, 2 / curvature
        lr = share * 2 / values.max()
        path = descend(lambda w: H @ (w - lowest), start, lr, 40)
        factors = (1 - lr * values) ** np.arange(41)[:, None]
        expected = lowest + (start - lowest) @ vectors * factors @ vectors.T
        assert_allclose(path, expected, rtol=1e-9, atol=1e-9)
        apart = np.linalg.norm(path - lowest, axis=1)
        assert (apart[-1] < apart[0]) == (share < 1)


def test_decay_is_keras_schedules(lecture):
    steps = np.random.default_rng(1).integers(0, 777, 30)
    exponential, cosine = lecture.follow("rates", T=777, ks=None, steps=steps, lines={})["rates"]
    schedules = optimizers.schedules  # which compute in float32
    theirs = [schedules.ExponentialDecay(0.2, 800, 0.1)(t) for t in steps]
    assert_allclose(exponential(steps), theirs, rtol=1e-6)
    assert_allclose(cosine(steps), [schedules.CosineDecay(0.2, 777)(t) for t in steps], atol=1e-7)


OPTIMIZERS = {  # the lecture's rule, its options, and Keras' optimizer
    "sgd": ("sgd", {}, optimizers.SGD),
    "momentum": ("momentum", {}, lambda lr: optimizers.SGD(lr, 0.9)),
    "momentum of 0.5": ("momentum", {"beta": 0.5}, lambda lr: optimizers.SGD(lr, 0.5)),
    "nesterov": ("nesterov", {}, lambda lr: optimizers.SGD(lr, 0.9, nesterov=True)),
    "nesterov of 0.5": (
        "nesterov",
        {"beta": 0.5},
        lambda lr: optimizers.SGD(lr, 0.5, nesterov=True),
    ),
    "adagrad": ("adagrad", {}, optimizers.Adagrad),
    "adagrad from 0": ("adagrad", {}, lambda lr: optimizers.Adagrad(lr, 0.0)),
    "rmsprop": ("rmsprop", {}, optimizers.RMSprop),
    "rmsprop of 0.99": ("rmsprop", {"rho": 0.99}, lambda lr: optimizers.RMSprop(lr, 0.99)),
    "adadelta": ("adadelta", {}, optimizers.Adadelta),
    "adadelta of 0.8": ("adadelta", {"rho": 0.8}, lambda lr: optimizers.Adadelta(lr, 0.8)),
    "adam": ("adam", {}, optimizers.Adam),
    "adam of 0.5, 0.9": (
        "adam",
        {"beta_1": 0.5, "beta_2": 0.9},
        lambda lr: optimizers.Adam(lr, 0.5, 0.9),
    ),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_keras(lecture, name, seed):
    rng = np.random.default_rng(seed)
    rule, options, make = OPTIMIZERS[name]
    rule, lr, twin = lecture.get(rule), 0.25, make(0.25)
    # The lecture's rule runs in float64, Keras in float32: each of 50 steps rounds a few times by
    # 6e-8 of what it adds or of the sum, and the errors partly cancel. Keras' 0.999 is off by up to
    # 3e-8, which is 3e-5 of Adam's first 1 - 0.999, and half of that of its root.
    tolerance = 2e-5 if name == "adam" else 1e-6
    size = 10.0 ** np.arange(-5, 4)  # epsilon matters for the small ones
    gradients = (rng.normal(size=(50, 3, 9)) * size).astype("float32")
    variable = keras.Variable(np.zeros((3, 9), "float32"))
    w, walked = np.zeros((3, 9)), np.zeros((3, 9))
    state = {"v": 0.0} if name == "adagrad from 0" else {}  # where epsilon is seen
    for g in gradients.astype(float):
        before, w = w, rule(w, g, state, lr, **options)
        walked += abs(w - before)
        twin.apply([g.astype("float32")], [variable])
        assert np.all(abs(variable.numpy() - w) <= tolerance * walked)


@pytest.mark.parametrize(("seed", "features"), [(1, 2), (2, 6)])
def test_newton_has_the_slopes_and_curvatures_of_a_sigmoid_node(lecture, seed, features):
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(442, features)), rng.normal(size=features)  # 442 as in the lecture
    given = {"x": x, "y": rng.random(442), "trace": []}
    node = lecture.get("node", **given)
    loss, g, r, slopes = node(w)
    assert_allclose(loss, np.mean(r**2))
    checks.gradient(lambda w: node(w)[0], g, w)
    nudges = 1e-5 * np.eye(features)
    J = np.transpose([node(w + n)[2] - node(w - n)[2] for n in nudges]) / 2e-5
    H = np.array([node(w + n)[1] - node(w - n)[1] for n in nudges]) / 2e-5
    assert_allclose(slopes, J, atol=1e-9)  # what Levenberg-Marquardt is given
    step = lecture.get("newton", **given)(w, g, {}, None) - w
    assert_allclose(H @ step, -g, rtol=1e-6, atol=1e-9)
