"""Lecture 2's perceptron, activations and nets equal scikit-learn's, TensorFlow's and Keras'."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras.layers import Dense  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

ACTIVATIONS = {
    "sigmoid": tf.nn.sigmoid,
    "tanh": tf.nn.tanh,
    "relu": tf.nn.relu,
    "leaky_relu": lambda z: tf.nn.leaky_relu(z, alpha=0.2),
    "elu": tf.nn.elu,
    "selu": tf.nn.selu,
    "softplus": tf.nn.softplus,
    "gelu": lambda z: tf.nn.gelu(z, approximate=False),
    "silu": tf.nn.silu,
}


@pytest.mark.parametrize(("seed", "n", "features"), [(1, 120, 2), (2, 300, 2), (3, 1000, 5)])
def test_newtons_fit_is_scikit_learns_to_six_digits(lecture, seed, n, features):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, features))
    p = scipy.special.expit(x @ rng.normal(size=features) + rng.normal())
    y = (rng.random(n) < p).astype(float)
    X = np.column_stack([x, np.ones(n)])
    w = lecture.follow("curvatures", X=X, w=np.zeros(features + 1), passed=y)["w"]
    reference = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12).fit(x, y)
    assert_allclose(w, [*reference.coef_[0], *reference.intercept_], rtol=1e-6)


def points(seed):
    """Draw places from close to far on both sides, none within 1e-3 of the kinks at 0."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1, 1], 400) * 10 ** rng.uniform(-3, 1.5, 400)


def test_every_activation_of_the_lecture_is_tested(lecture):
    assert set(lecture.get("bends")(np.zeros(1))) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("seed", [1, 2])
def test_an_activation_and_its_slope(lecture, name, seed):
    bends, z, h = lecture.get("bends"), points(seed), 1e-5
    g, slope = bends(z)[name]
    chord = (bends(z + h)[name][0] - bends(z - h)[name][0]) / (2 * h)
    # The chord is off by h² / 6 · g''' < 1e-10, and by rounding, 2e-16 · 32 / h < 1e-9.
    assert_allclose(slope, chord, rtol=0, atol=2e-9)
    variable = tf.Variable(z)
    with tf.GradientTape() as tape:
        theirs = ACTIVATIONS[name](variable)
    # TensorFlow has the 0.2 and the square root of 2 in these two as float32 only.
    tolerance = 1e-7 if name in ("leaky_relu", "gelu") else 1e-13
    assert_allclose(g, theirs, rtol=tolerance, atol=tolerance)
    assert_allclose(slope, tape.gradient(theirs, variable), rtol=tolerance, atol=tolerance)


def test_an_activation_far_out_neither_overflows_nor_warns(lecture):
    z = np.array([-1e4, -800, 800, 1e4])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        bends = lecture.get("bends")(z)
    for name, (g, slope) in bends.items():
        assert_allclose(g, ACTIVATIONS[name](z), err_msg=name)
        assert np.isfinite(slope).all(), name


def scores(seed, dtype, reach):
    return np.random.default_rng(seed).uniform(-reach, reach, (40, 7)).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("reach", [1e-3, 1, 100, 1e4, 1e30])
def test_softmax_and_log_sum_exp_at_any_scores(lecture, dtype, reach):
    softmax, log_softmax = lecture.get("softmax"), lecture.get("log_softmax")
    z = scores(1, dtype, reach)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        p, log_p = softmax(z), log_softmax(z)
    tolerance = 20 * np.finfo(dtype).eps  # seven numbers are added, a few times rounded
    assert p.dtype == log_p.dtype == dtype
    assert_allclose(p.sum(axis=1), 1, rtol=tolerance)
    assert_allclose(p, scipy.special.softmax(z, axis=1), rtol=tolerance)
    assert_allclose(p, tf.nn.softmax(z), rtol=tolerance, atol=np.finfo(dtype).tiny)
    # Near p = 1 the logarithm is near 0, and as uncertain as the sum near 1 is: eps itself.
    exact = scipy.special.log_softmax(z.astype(float), axis=1)
    assert_allclose(log_p, exact, rtol=tolerance, atol=tolerance)
    assert_allclose(log_p, tf.nn.log_softmax(z), rtol=tolerance, atol=tolerance)


def test_where_naive_softmax_and_the_logarithm_of_softmax_fail(lecture):
    z = scores(2, "float32", 300)
    with np.errstate(all="ignore"):
        assert np.isnan(lecture.get("naive_softmax")(z)).any()
        assert np.isinf(np.log(lecture.get("softmax")(z))).any()
    assert np.isfinite(lecture.get("log_softmax")(z)).all()


def test_softmax_forgets_a_shift_and_is_the_sigmoid_of_two(lecture):
    softmax, z = lecture.get("softmax"), scores(3, "float64", 30)
    assert_allclose(softmax(z + 1000), softmax(z), rtol=1e-11)  # 1000 costs four digits
    assert_allclose(softmax(z[:, :2])[:, 0], lecture.get("sigmoid")(z[:, 0] - z[:, 1]))


def random_net(lecture, seed, widths, names):
    """Return a net as the lecture's list of (W, b, g), and Keras' with the same weights."""
    functions = {name: lecture.get(name) for name in ("relu", "sigmoid", "softmax")}
    functions |= {"tanh": np.tanh, "linear": np.positive}
    rng = np.random.default_rng(seed)
    net = [
        (rng.normal(size=(n, m)), rng.normal(size=m), functions[name])
        for (n, m), name in zip(pairwise(widths), names, strict=True)
    ]
    dense = [Dense(m, name, dtype="float64") for m, name in zip(widths[1:], names, strict=True)]
    twin = keras.Sequential([keras.Input((widths[0],), dtype="float64"), *dense])
    twin.set_weights([array for W, b, _ in net for array in (W, b)])
    return net, twin


@pytest.mark.parametrize(
    ("seed", "batch", "widths", "names"),
    [
        (1, 1, [1, 1], ["sigmoid"]),
        (2, 6, [5, 3], ["softmax"]),
        (3, 4, [2, 8, 1], ["relu", "sigmoid"]),
        (4, 9, [7, 2, 5, 3], ["tanh", "relu", "linear"]),
        (5, 3, [4, 6, 6, 6, 6, 2], ["relu", "sigmoid", "tanh", "linear", "softmax"]),
    ],
)
def test_forward_pass_is_keras(lecture, seed, batch, widths, names):
    net, twin = random_net(lecture, seed, widths, names)
    x = np.random.default_rng(seed + 100).normal(size=(batch, widths[0]))
    by_matrices = lecture.get("forward")(x, net)
    forward_sums = lecture.get("forward_sums")
    assert_allclose(by_matrices, [forward_sums(row, net) for row in x], rtol=1e-11, atol=1e-13)
    assert_allclose(by_matrices, twin(x), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("seed", range(8))
def test_parameters_are_counted_as_keras_does(lecture, seed):
    rng = np.random.default_rng(seed)
    widths = rng.integers(1, 300, size=rng.integers(2, 7)).tolist()
    model = keras.Sequential([keras.Input((widths[0],)), *map(Dense, widths[1:])])
    assert lecture.get("num_parameters")(widths) == model.count_params()


@pytest.mark.parametrize(("seed", "depth", "width"), [(1, 1, 3), (2, 4, 5), (3, 25, 2)])
def test_linear_layers_are_one_affine_map(lecture, seed, depth, width):
    rng = np.random.default_rng(seed)
    shape = (depth, width, width)
    weights = rng.normal(size=shape) / np.sqrt(width), rng.normal(size=shape[:2])
    linear = [(W, b, np.positive) for W, b in zip(*weights, strict=True)]
    start = {"W": np.eye(width), "b": np.zeros(width)}
    one = lecture.follow("W_k", linear=linear, **start)
    x = rng.normal(size=(6, width))
    deep = lecture.get("forward")(x, linear)
    assert_allclose(deep, x @ one["W"] + one["b"], rtol=1e-9, atol=1e-12)
    bent = [(W, b, lecture.get("relu")) for W, b, _ in linear]
    assert not np.allclose(lecture.get("forward")(x, bent), deep)


def test_the_xor_net_is_a_fold_everywhere(lecture):
    space = lecture.follow("output", x=np.zeros((1, 2)))
    x = np.random.default_rng(4).uniform(-1, 2, (50, 2))
    z = space["forward"](x, [space["hidden"], space["output"]])[:, 0]
    s = x.sum(axis=1)
    assert_allclose(z, np.interp(s, [-5, 0, 1, 5], [-0.5, -0.5, 0.5, -3.5]), atol=1e-12)
    assert np.array_equal(z > 0, (s > 0.5) & (s < 1.5))
