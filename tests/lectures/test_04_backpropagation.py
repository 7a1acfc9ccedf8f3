"""Lecture 4's seven ways to a gradient agree on other nets, and its engine is TensorFlow's tape."""

import ast
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from helpers import checks

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras.layers import Dense  # noqa: E402

PARTS = ["x", "w", "b", "v", "c"]


@pytest.mark.parametrize("seed", range(5))
def test_all_columns_of_the_table_are_equal(lecture, seed):
    rng = np.random.default_rng(seed)
    shapes = [(2,), (2, 2), (2,), (2,), ()]
    net = {k: rng.normal(size=shape).tolist() for k, shape in zip(PARTS, shapes, strict=True)}
    row = np.array([net["x"]])
    theta = np.concatenate([np.ravel(net[k]) for k in PARTS[1:]])

    Value = lecture.get("Value")
    x1, x2, t = *map(Value, net["x"]), [Value(number) for number in theta]
    space = lecture.follow("sums", y=1, pair=range(2), **net)
    sums = np.array(space["sums"])
    space = lecture.follow("differences", space, row=row, theta=theta)
    space = lecture.follow("engine", space, Value=Value, x1=x1, x2=x2, t=t)
    space = lecture.follow("stepped", space)

    assert np.linalg.norm(sums) > 0.01  # that of a net which is not sure already
    assert_allclose(space["matrices"], sums, rtol=1e-12, atol=1e-15)
    assert_allclose(space["engine"], sums, rtol=1e-12, atol=1e-15)
    assert_allclose(space["taped"], sums, rtol=1e-12, atol=1e-15)
    assert_allclose(space["differences"], sums, rtol=0, atol=1e-9)
    # A difference of float32 weights, which lie 2.4e-7 apart between 2 and 4.
    assert_allclose(space["stepped"], sums, rtol=1e-6, atol=5e-7)
    loss = space["tiny_loss"](theta)
    assert_allclose([space["loss"].numpy().item(), -np.log(space["p"])], loss, rtol=1e-12)


def test_the_engine_has_at_most_sixty_lines(lecture):
    (engine,) = [it.tree for it in lecture.statements if it.defines("Value")]
    assert isinstance(engine, ast.ClassDef)
    assert engine.end_lineno - engine.lineno + 1 <= 60


def grow(rng, leaves, length):
    """Return a random program: an operation and the places of its operands, line by line."""
    program = []
    for k in range(leaves, leaves + length):
        operation = str(rng.choice(["+", "*", "-", "sigmoid", "log"]))
        program.append((operation, *rng.integers(k, size=2).tolist()))
    return program


def run(program, leaves, sigmoid, log):
    """Run a program on the engine's numbers or on TensorFlow's."""
    values = list(leaves)
    for operation, i, j in program:
        a, b = values[i], values[j]  # often the same number
        match operation:
            case "+":
                values.append(a + b)
            case "*":
                values.append(sigmoid(a) * b)  # so that products do not run away
            case "-":
                values.append(-a)
            case "sigmoid":
                values.append(sigmoid(a))
            case "log":
                values.append(log(sigmoid(a)))
    total = values[-1]
    for value in values[:-1]:
        total = total + value * values[-1]  # so that all count
    return total


@pytest.mark.parametrize("seed", range(12))
def test_engine_is_gradient_tape_on_random_expressions(lecture, seed):
    rng = np.random.default_rng(seed)
    Value, numbers = lecture.get("Value"), rng.normal(size=4)
    program = grow(rng, 4, length=3 + 3 * seed)

    leaves = [Value(number) for number in numbers]
    result = run(program, leaves, Value.sigmoid, Value.log)
    result.backward()
    variables = [tf.Variable(number, dtype="float64") for number in numbers]
    with tf.GradientTape() as tape:
        theirs = run(program, variables, tf.sigmoid, tf.math.log)
    assert_allclose(result.data, theirs, rtol=1e-10)
    expected = np.array(tape.gradient(theirs, variables))
    size = abs(expected).max()  # a slope may be a small difference of large ones
    assert_allclose([leaf.grad for leaf in leaves], expected, rtol=1e-10, atol=1e-12 * size)
    result.backward()  # grad collects
    assert_allclose([leaf.grad for leaf in leaves], 2 * expected, rtol=1e-10, atol=2e-12 * size)


def problem(seed, samples, widths):
    """Draw a batch with one-hot classes, and parameters, biases too."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(samples, widths[0])), np.eye(widths[-1])
    params = [
        rng.normal(size=shape)
        for n, m in pairwise(widths)
        for shape in ((n, m), m)  # W and b
    ]
    return x, y[rng.integers(widths[-1], size=samples)], params


NETS = [(1, 1, [3, 2]), (2, 7, [4, 5, 3]), (3, 20, [6, 5, 4, 3, 2])]  # seed, samples, widths


@pytest.mark.parametrize("kind", ["sigmoid", "relu"])
@pytest.mark.parametrize(("seed", "samples", "widths"), NETS)
def test_backward_is_tape_and_finite_differences(lecture, seed, samples, widths, kind):
    x, y, params = problem(seed, samples, widths)
    backward = lecture.get("backward")
    loss, grads, signals = backward(x, y, params, kind)

    variables = [tf.Variable(array) for array in params]
    # Zeros that are added to every z: the slopes along them are the error signals.
    demons = [tf.Variable(np.zeros((samples, m))) for m in widths[1:]]
    activate = {"sigmoid": tf.sigmoid, "relu": tf.nn.relu}[kind]
    with tf.GradientTape() as tape:
        a = tf.constant(x)
        for k, demon in enumerate(demons):
            z = a @ variables[2 * k] + variables[2 * k + 1] + demon
            a = activate(z)
        theirs = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, z))
    assert_allclose(loss, theirs, rtol=1e-12)
    expected = tape.gradient(theirs, [*variables, *demons])
    for ours, reference in zip([*grads, *signals], expected, strict=True):
        assert ours.shape == reference.shape
        assert_allclose(ours, reference, rtol=1e-9, atol=1e-13)

    for k, array in enumerate(params):
        checks.gradient(
            lambda moved, k=k: backward(x, y, [*params[:k], moved, *params[k + 1 :]], kind)[0],
            grads[k],
            array,
        )


@pytest.mark.parametrize(("kind", "bug"), [("sigmoid", None), ("relu", None), ("buggy", "buggy")])
@pytest.mark.parametrize(("seed", "widths"), [(1, [5, 8, 3]), (2, [4, 6, 7, 2])])
def test_gradient_check_finds_a_planted_bug(lecture, seed, widths, kind, bug):
    x, y, params = problem(seed, 12, widths)
    check = lecture.get("check")
    errors = [check(x, y, params, kind, i) for i in range(len(params))]
    before, last = errors[:-2], errors[-2:]
    assert max(last) < 1e-7
    assert min(before) > 1e-3 if bug else max(before) < 1e-7


def test_gradient_check_finds_other_bugs(lecture):
    x, y, params = problem(3, 12, [5, 8, 3])
    slopes = {
        "sigmoid": lambda a: a,  # 1 - a forgotten
        "relu": lambda a: -1.0 * (a > 0),  # a sign
    }
    for kind in slopes:
        check = lecture.get("check", SLOPES=slopes)
        assert check(x, y, params, kind, 0) > 1e-2
        assert check(x, y, params, kind, 2) < 1e-7


@pytest.mark.parametrize(
    ("seed", "widths", "kind"),
    [(1, [9, 7, 4], "relu"), (2, [6, 8, 5, 3], "relu"), (3, [6, 8, 5, 3], "sigmoid")],
)
def test_a_numpy_net_follows_its_keras_twin(lecture, seed, widths, kind):
    rng = np.random.default_rng(seed)
    x, y, params = problem(seed, 500, widths)
    rate = 0.25  # the same number in float32, in which Keras keeps it
    dense = [Dense(m, kind, dtype="float64") for m in widths[1:-1]]
    dense.append(Dense(widths[-1], dtype="float64"))
    twin = keras.Sequential([keras.Input((widths[0],), dtype="float64"), *dense])
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64")
    twin.compile(keras.optimizers.SGD(rate), entropy, jit_compile=False)
    twin.set_weights(params)
    start = [array.copy() for array in params]
    for *batch, _ in lecture.get("descend", rng=rng)(x, y, params, kind, 25, rate):
        twin.train_on_batch(*batch)
        for ours, theirs in zip(params, twin.get_weights(), strict=True):
            assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)
    for old, new in zip(start, params, strict=True):
        assert abs(new - old).max() > 0.01  # they all went somewhere
