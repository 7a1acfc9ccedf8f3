"""Lecture 6's nets are Keras', its two scalings of dropout one, and L2 is decay for SGD only."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax

from helpers import stacks

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


def weights(net, *where):
    """Return the weights and biases of one net of a stack, in Keras' order and shapes."""
    return [array for layer in net for array in (layer["W"][where], layer["b"][where][0])]


def same(ours, theirs, **tolerance):
    for mine, other in zip(ours, theirs, strict=True):
        assert_allclose(mine, other, **tolerance)


def scores(x, net, mask=None):
    return stacks.forward(x, net, "sigmoid", mask=mask)[-1]["h"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("widths", [(8, 6, 3), (8, 5, 4, 1)])
def test_a_stack_is_its_nets_one_by_one(lecture, seed, widths):
    train, recipes = lecture.get("train"), {"l2": [0, 0.01, 0], "l1": [0, 0, 0.005]}
    recipes["units"] = [9, 9, 2]
    data, val = problem(seed, classes=max(2, widths[-1]))
    act = "relu" if len(widths) > 3 else "sigmoid"
    options = {"widths": widths, "epochs": 4, "batch": 20, "rate": 0.5, "act": act}
    net, _, curves = train(data, val, (seed,), **options, **recipes)
    for k in range(3):
        one = {key: values[k] for key, values in recipes.items()}
        alone, _, curve = train(data, val, (seed,), **options, **one)
        same(weights(net, k), weights(alone, 0), atol=1e-6)
        assert_allclose(curves[..., k : k + 1], curve, rtol=1e-4)
    assert np.abs(net[0]["W"][1] - net[0]["W"][0]).max() > 1e-3  # and they are not all the same net


KERAS = {  # activations, loss, penalty in Keras
    "plain": ("sigmoid", "softmax", "sparse_categorical_crossentropy", None),
    "L2": ("sigmoid", "softmax", "sparse_categorical_crossentropy", L2(0.02)),
    "squared error": ("sigmoid", "sigmoid", "mse", None),
    "films": ("relu", "sigmoid", "binary_crossentropy", None),
}


@pytest.mark.parametrize("kind", KERAS)
def test_train_is_keras(lecture, kind):
    hidden, last, loss, penalty = KERAS[kind]
    units = 10 if kind == "squared error" else 1 if kind == "films" else 4
    train, (data, val) = lecture.get("train"), problem(1, classes=max(2, units))
    rate = 0.01 if kind == "films" else 0.5
    options = {"act": hidden, "widths": (8, 6, 5, units), "batch": 60, "rate": rate}
    options |= {
        "plain": {},
        "L2": {"l2": 0.02},
        "squared error": {"loss": lecture.get("squared")},
        "films": {"descent": stacks.rmsprop},
    }[kind]
    start, *_ = train(data, val, (1,), **{**options, "epochs": 0})

    dense = [Dense(n, hidden, kernel_regularizer=penalty) for n in (6, 5)]
    dense.append(Dense(units, last, kernel_regularizer=penalty))
    net = keras.Sequential([keras.Input((8,)), *dense])
    net.set_weights(weights(start, 0))
    steps = optimizers.RMSprop(rate) if kind == "films" else optimizers.SGD(rate)
    net.compile(steps, loss, jit_compile=False)
    targets = np.eye(10)[data[1]] if loss == "mse" else data[1][:, None]
    net.fit(data[0], targets, batch_size=60, epochs=6, verbose=0)
    ours, *_ = train(data, val, (1,), **{**options, "epochs": 6})
    same(weights(ours, 0), net.get_weights(), atol=2e-5)
    assert np.abs(ours[-1]["W"] - start[-1]["W"]).max() > 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_smaller_networks_are_a_part_of_the_wide_one(lecture, seed):
    data, val = problem(seed)
    options = {"widths": (8, 6, 3), "batch": 20, "units": [2, 5]}
    first, *_ = lecture.get("train")(data, val, (seed,), epochs=0, **options)
    net, on, _ = lecture.get("train")(data, val, (seed,), epochs=3, **options)
    for k, n in enumerate(options["units"]):
        hidden, last = ({key: array[k : k + 1] for key, array in layer.items()} for layer in net)
        small = {"W": hidden["W"][..., :n], "b": hidden["b"][..., :n]}
        part = [small, {"W": last["W"][:, :n], "b": last["b"]}]
        assert_allclose(scores(data[0], net, on)[k], scores(data[0], part)[0], atol=1e-6)
        assert_array_equal(net[0]["W"][k, :, n:], first[0]["W"][k, :, n:])  # nothing to learn from


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
    first = lecture.get("train")(data, val, (0,), **{**options, "epochs": 0})[0][0]["W"]
    W = lecture.get("train")(data, val, (0,), **options, **recipes)[0][0]["W"]
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
    x, b = rng.normal(size=(5, 4)), [rng.normal(size=(1, 1, n)) for n in (units, 3)]
    return x, [{"W": w, "b": c} for w, c in zip(W, b, strict=True)]


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("seed", range(2))
def test_both_scalings_of_dropout_are_one_net(seed, p):
    x, net = one_layer(seed)
    decks = [net[0], {**net[1], "W": net[1]["W"] / (1 - p)}]  # m h meets U, and V is (1 - p) U
    plain, mean, tolerance = scores(x, net), 0, {"rtol": 1e-10, "atol": 1e-12}
    for mask in np.array(list(product([0.0, 1.0], repeat=7))):
        keras_way = scores(x, net, lambda h, mask=mask: mask / (1 - p))
        assert_allclose(scores(x, decks, lambda h, mask=mask: mask), keras_way, **tolerance)
        mean = mean + np.prod(np.where(mask == 1, 1 - p, p)) * keras_way
    assert_allclose(mean, plain, **tolerance)  # inverted dropout: equal in expectation
    assert_allclose(scores(x, decks, lambda h: 1 - p), plain, **tolerance)  # the decks predict


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
def test_all_masks_vote_as_one_pass_does(seed):
    x, net = one_layer(seed)
    masks = np.array(list(product([0.0, 1.0], repeat=7)))
    votes = [softmax(scores(x, net, lambda h, mask=mask: mask)[0], axis=-1) for mask in masks]
    vote = np.exp(np.log(votes).mean(axis=0))
    one = softmax(scores(x, net, lambda h: 0.5)[0], axis=-1)
    assert_allclose(vote / vote.sum(axis=-1, keepdims=True), one, rtol=1e-10)


@pytest.mark.parametrize("rate", [0.2, 0.6])
def test_train_drops_units_at_the_rate_and_scales_the_others(lecture, monkeypatch, rate):
    masks, (data, val) = [], problem(0, samples=400)
    forward = stacks.forward

    def watch(*arguments, **options):
        kept = forward(*arguments, **options)
        masks.extend(keep["mask"] for keep in kept[:-1])
        return kept

    monkeypatch.setattr(stacks, "forward", watch)
    options = {"widths": (8, 30, 20, 3), "epochs": 1, "batch": 400, "every": 9}
    lecture.get("train")(data, val, (0,), **options, drop=[0, rate])
    for mask, units in zip(masks[:2], (30, 20), strict=True):
        assert mask.shape == (2, 400, units)
        assert (mask[0] == 1).all()
        assert_allclose(np.unique(mask[1]), [0, 1 / (1 - rate)], rtol=1e-6)
        assert_allclose(mask[1].mean(), 1, atol=0.1)  # 5 standard deviations or more
    for mask in masks[2:]:  # scoring: nothing is dropped
        assert (mask == 1).all()


def test_noise_on_the_inputs_is_an_l2_penalty():
    rng = np.random.default_rng(0)
    x, w, y, sigma = rng.normal(size=6), rng.normal(size=6), 0.7, 0.3
    signs = np.array(list(product([-1, 1], repeat=6)))  # a noise of which all values are known
    noisy = ((x + sigma * signs) @ w - y) ** 2
    assert_allclose(noisy.mean(), (x @ w - y) ** 2 + sigma**2 * w @ w, rtol=1e-12)


@pytest.mark.parametrize("patience", [1, 2, 5, 40])
@pytest.mark.parametrize("seed", range(3))
def test_patience_returns_the_weights_that_stopping_would_keep(lecture, seed, patience):
    data, val = problem(seed)
    options = {"widths": (8, 12, 3), "epochs": 40, "batch": 20, "every": 1, "l2": [0, 0.03]}
    train = lecture.get("train")
    kept, on, curves = train(data, val, (seed,), patience=patience, **options)
    last, _, same_curves = train(data, val, (seed,), **options)
    assert_array_equal(curves, same_curves)  # it changes nothing but what is kept
    scored = stacks.score(*val, kept, "sigmoid", mask=on)[0]
    for k, losses in enumerate(curves[:, 2].T):
        waited = [t - losses[: t + 1].argmin() for t in range(40)]
        end = waited.index(patience) if patience in waited else 39
        assert_allclose(scored[k], losses[: end + 1].min(), rtol=1e-6)
        if patience == 40:  # never stops: the best of all, and labels are random here
            assert_allclose(scored[k], losses.min(), rtol=1e-6)
    assert curves[:, 2, 0].argmin() < 39
    final = stacks.score(*val, last, "sigmoid", mask=on)[0]
    assert_allclose(final, curves[-1, 2], rtol=1e-6)


def test_the_epochs_printed_are_those_of_keras(lecture):
    losses = np.random.default_rng(0).permuted(np.tile(np.linspace(1, 0.1, 60), (20, 1)), axis=1)
    for row in losses:
        stop = keras.callbacks.EarlyStopping(patience=5)
        stop.set_model(net := keras.Sequential([keras.Input((1,)), Dense(1)]))
        stop.on_train_begin()
        net.stop_training = False
        epochs = 0
        while not net.stop_training:
            stop.on_epoch_end(epochs, {"val_loss": row[epochs]})
            epochs += 1
        curves = np.zeros((1, 60, 4))
        curves[..., 2] = row
        nothing = {"report": lambda *a: None, "study": lambda *a, **k: None}
        given = {"early stopping": (curves, None, None)}
        assert lecture.follow("ended", results=given, **nothing)["ended"] == epochs


PENALTIES = {  # what each adds, for the layer and its outputs on a batch
    "kernel": lambda layer, out: (layer.kernel.numpy() ** 2).sum(),
    "bias": lambda layer, out: (layer.bias.numpy() ** 2).sum(),
    "activity": lambda layer, out: (out**2).sum() / len(out),  # the mean over the batch
}


@pytest.mark.parametrize("n", [1, 4, 9])
@pytest.mark.parametrize("what", PENALTIES)
def test_each_penalty_adds_what_the_lecture_says(what, n):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(n, 5)).astype("float32"), rng.normal(size=(n, 3)).astype("float32")
    arrays = [rng.normal(size=(5, 3)), rng.normal(size=3)]
    losses = []
    for options in ({}, {f"{what}_regularizer": L2(0.3)}, {f"{what}_regularizer": L1(0.3)}):
        layer = Dense(3, **options)
        net = keras.Sequential([keras.Input((5,)), layer])
        net.set_weights(arrays)
        net.compile("sgd", "mse", jit_compile=False)
        losses.append(net.evaluate(x, y, batch_size=n, verbose=0))
    out = x @ arrays[0] + arrays[1]
    assert_allclose(losses[1] - losses[0], 0.3 * PENALTIES[what](layer, out), rtol=1e-4)
    sizes = {"kernel": abs(arrays[0]), "bias": abs(arrays[1]), "activity": abs(out) / n}
    assert_allclose(losses[2] - losses[0], 0.3 * sizes[what].sum(), rtol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_three_penalties_are_the_lectures_sum(lecture, seed):
    space = lecture.follow("by_hand", rng=np.random.default_rng(seed))
    found = sorted(map(float, space["layer"].losses))
    assert_allclose(found, sorted(space["by_hand"]), rtol=1e-5)
    assert min(found) > 0.1 and len(found) == 3


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


def test_each_seed_of_a_stack_learns_from_its_own_images(lecture):
    train, options = lecture.get("train"), {"widths": (8, 6, 3), "batch": 60, "rate": 0.5}
    parts = zip(*(problem(seed) for seed in (1, 2)), strict=True)
    data, val = ([np.stack(arrays) for arrays in zip(*part, strict=True)] for part in parts)
    start, *_ = train(data, val, (1, 2), **options, epochs=0)
    stack, _, curves = train(data, val, (1, 2), **options, epochs=4, l2=[0, 0.02])
    assert np.abs(start[0]["W"][0, 0] - start[0]["W"][0, 1]).max() > 0.1  # starts of their own
    for k, (penalty, seed) in enumerate(product([None, L2(0.02)], range(2))):
        dense = Dense(6, "sigmoid", kernel_regularizer=penalty)
        last = Dense(3, "softmax", kernel_regularizer=penalty)
        net = keras.Sequential([keras.Input((8,)), dense, last])
        net.set_weights(weights(start, 0, seed))
        net.compile(optimizers.SGD(0.5), "sparse_categorical_crossentropy", jit_compile=False)
        net.fit(data[0][seed], data[1][seed], batch_size=60, epochs=4, verbose=0)
        same(weights(stack, k // 2, seed), net.get_weights(), atol=2e-5)
        loss = curves[-1, 2, k // 2, seed]
        p = softmax(scores(val[0], stack)[k // 2, seed], axis=-1)[np.arange(60), val[1][seed]]
        assert_allclose(loss, -np.log(p).mean(), rtol=1e-4)
