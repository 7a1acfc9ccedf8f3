"""Each net of a stack learns by the right slopes, as Keras' net does, and as if it were alone."""

import functools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from helpers import checks, stacks

WIDTHS = [5, 4, 6, 3]


def problem(seed=0, samples=12, classes=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(samples, 5)), rng.integers(classes, size=samples)


def draw(seed=0, axes=(2,), widths=WIDTHS, dtype="float64"):
    """Draw a stack with biases that are not 0."""
    rng = np.random.default_rng(seed)
    net = stacks.make(widths, lambda n, m: rng.normal(0, n**-0.5, (*axes, n, m)))
    for layer in net:
        layer["b"] += rng.normal(0, 0.3, layer["b"].shape)
    return [{key: array.astype(dtype) for key, array in layer.items()} for layer in net]


def half(a):
    """Switch off every other unit: a dropout mask that is always the same."""
    return 2.0 * (np.arange(a.shape[-1]) % 2)


def copy(net):
    return [{key: array.copy() for key, array in layer.items()} for layer in net]


def alone(net, *where):
    """Copy one net of a stack, as a stack of one."""
    return [{key: array[where][None].copy() for key, array in layer.items()} for layer in net]


def places(net):
    """Return the arrays of a stack of one net, and their shapes, in Keras' order."""
    shapes = {"W": slice(-2, None), "b": slice(-1, None)}
    return [(layer, key, layer[key].shape[s]) for layer in net for key, s in shapes.items()]


def check_gradients(x, y, net, act, mask=None):
    """Compare the slopes of all nets, whose losses are added up, with finite differences."""
    kept = stacks.forward(x, net, act, mask=mask)
    _, slope = stacks.cross_entropy(kept[-1]["h"], y)
    grads = stacks.backward(slope, kept, net, act)

    def loss(values, k, key):
        moved = copy(net)
        moved[k][key] = values
        scores = stacks.forward(x, moved, act, mask=mask)[-1]["h"]
        return float(stacks.cross_entropy(scores, y)[0].sum())

    for k, grad in enumerate(grads):
        assert grad.keys() == {"W", "b"}
        for key in grad:
            checks.gradient(functools.partial(loss, k=k, key=key), grad[key], net[k][key])


@pytest.mark.parametrize("mask", [None, half])
@pytest.mark.parametrize("act", stacks.ACTIVATIONS)
def test_slopes_are_finite_differences(act, mask):
    check_gradients(*problem(), draw(), act, mask)


def test_slopes_of_nets_with_a_seed_and_images_of_their_own():
    (x1, y1), (x2, y2) = problem(1), problem(2)
    check_gradients(np.stack([x1, x2]), np.stack([y1, y2]), draw(axes=(2, 2)), "tanh")


def test_slopes_of_one_score_are_those_of_a_sigmoid():
    x, y = problem(classes=2)
    check_gradients(x, y, draw(widths=[5, 4, 1]), "sigmoid")
    z = np.linspace(-5, 5, 11)[:, None]
    loss, slope = stacks.cross_entropy(z, np.ones(11, int))
    assert_allclose(loss, np.log1p(np.exp(-z)).mean())
    assert_allclose(slope, (1 / (1 + np.exp(-z)) - 1) / 11)


def test_large_scores_do_not_overflow():
    loss, slope = stacks.cross_entropy(np.array([[1000.0, 0.0], [0.0, 1000.0]]), np.array([0, 0]))
    assert loss == 500 and np.isfinite(slope).all()


STEPS = {
    "sgd": (lambda: stacks.sgd(0.25), ("SGD", 0.25, {})),
    "momentum": (lambda: stacks.sgd(0.25, 0.5), ("SGD", 0.25, {"momentum": 0.5})),
    "rmsprop": (lambda: stacks.rmsprop(0.01), ("RMSprop", 0.01, {})),
}


@pytest.mark.parametrize("act", ["sigmoid", "relu"])
@pytest.mark.parametrize("name", STEPS)
def test_training_is_keras_step_by_step(name, act):
    keras = pytest.importorskip("keras")
    step, (optimizer, rate, options) = STEPS[name][0](), STEPS[name][1]
    net, (x, y) = draw(3, (1,), dtype="float32"), problem(3, 40)
    x = x.astype("float32")
    dense = [keras.layers.Dense(n, act) for n in WIDTHS[1:-1]]
    twin = keras.Sequential([keras.Input((5,)), *dense, keras.layers.Dense(3)])
    twin.set_weights([layer[key][0].reshape(shape) for layer, key, shape in places(net)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    twin.compile(getattr(keras.optimizers, optimizer)(rate, **options), loss, jit_compile=False)
    for rows, answers in stacks.batches(x, y, 8, 16):
        losses = stacks.train(net, [(rows, answers)], step, act)
        assert_allclose(losses, [[twin.train_on_batch(rows, answers)]], rtol=1e-4)
        for (layer, key, shape), theirs in zip(places(net), twin.get_weights(), strict=True):
            assert_allclose(layer[key][0].reshape(shape), theirs, atol=2e-5)


def test_each_net_of_a_stack_learns_as_if_it_were_alone():
    data, stack, rates = problem(4, 40), draw(4, (3,)), [0.1, 0.5, 0.25]
    first = copy(stack)
    losses = stacks.train(stack, stacks.batches(*data, 20, 8), stacks.sgd(rates, 0.5))
    assert losses.shape == (20, 3)
    for k, rate in enumerate(rates):
        net = alone(first, k)
        own = stacks.train(net, stacks.batches(*data, 20, 8), stacks.sgd(rate, 0.5))
        assert_allclose(own[:, 0], losses[:, k], rtol=1e-9)
        assert_allclose(net[0]["W"][0], stack[0]["W"][k], rtol=1e-9)
        assert_allclose(stacks.score(*data, net)[0][0], stacks.score(*data, stack)[0][k])


def test_nets_of_a_seed_see_the_images_of_their_seed():
    parts, stack = [problem(seed, 20) for seed in (5, 6)], draw(5, (3, 2))
    x, y = (np.stack(arrays) for arrays in zip(*parts, strict=True))
    nets = [alone(stack, k, seed) for k in range(3) for seed in range(2)]
    losses = stacks.train(stack, [(x, y)] * 4)
    for number, net in enumerate(nets):
        own = stacks.train(net, [parts[number % 2]] * 4)
        assert_allclose(own[:, 0], losses[:, number // 2, number % 2])
    assert_array_equal(stacks.take(x, [3, 1])[1], parts[1][0][[3, 1]])
    loss, right = stacks.score(x, y, stack)
    assert loss.shape == right.shape == (3, 2)
    assert_allclose(right * 20, np.round(right * 20))


def test_sparse_inputs_are_the_same_inputs():
    texts = [np.array([4, 0, 4]), np.array([], int), np.array([1, 2, 3])]
    x, y = stacks.multi_hot(texts, 5), np.array([0, 1, 2])
    assert x.dtype == "float32"
    assert_array_equal(x.toarray(), [[1, 0, 0, 0, 1], [0] * 5, [0, 1, 1, 1, 0]])
    one, other = draw(6), draw(6)
    losses = stacks.train(one, [(stacks.take(x, [2, 1, 0]), y)] * 3)
    assert_allclose(losses, stacks.train(other, [(x.toarray()[::-1], y)] * 3), rtol=1e-6)
    assert_allclose(one[0]["W"], other[0]["W"], rtol=1e-6)
    assert sparse.issparse(stacks.take(x, slice(2)))


def test_a_unit_that_is_switched_off_gets_no_gradient():
    (x, y), net = problem(), draw()
    first = copy(net)
    stacks.train(net, [(x, y)] * 3, mask=half)
    assert_array_equal(net[0]["W"][..., ::2], first[0]["W"][..., ::2])
    assert_array_equal(net[1]["W"][:, ::2], first[1]["W"][:, ::2])
    assert (net[0]["W"][..., 1::2] != first[0]["W"][..., 1::2]).any()


def test_a_rate_may_change_from_step_to_step():
    (x, y), one, other = problem(), draw(), draw()
    stacks.train(one, [(x, y)] * 3, stacks.sgd(lambda t: [0.5, 0.25, 0.125][t]))
    for rate in (0.5, 0.25, 0.125):
        stacks.train(other, [(x, y)], stacks.sgd(rate))
    assert_array_equal(one[0]["W"], other[0]["W"])


def test_another_loss_may_be_given():
    (x, y), net = problem(), draw()
    first = copy(net)
    losses = stacks.train(net, [(x, y)], loss=lambda z, y: (np.zeros(2), np.zeros_like(z)))
    assert_array_equal(losses, [[0, 0]])
    assert_array_equal(net[0]["W"], first[0]["W"])


def test_normalization_is_what_is_given():
    calls = []

    def there(z, layer, training):
        calls.append(training)
        return 2 * z, 0.5

    def back(d, z_hat, std):
        return d / std

    (x, y), net, wide = problem(), draw(), draw()
    for layer in wide[:-1]:
        layer["W"] *= 2
    kept = stacks.forward(x, net, norm=(there, back))
    plain = stacks.forward(x, wide)
    assert_allclose(kept[-1]["h"], plain[-1]["h"])
    _, slope = stacks.cross_entropy(kept[-1]["h"], y)
    grads = stacks.backward(slope, kept, net, norm=(there, back))
    theirs = stacks.backward(slope, plain, wide)
    assert grads[0].keys() == {"W", "b", "gamma"} and grads[-1].keys() == {"W", "b"}
    assert_allclose(grads[0]["W"], 2 * theirs[0]["W"])  # the chain rule
    assert_allclose(grads[0]["gamma"], (net[0]["W"] * grads[0]["W"]).sum(axis=1, keepdims=True))
    stacks.score(x, y, net, norm=(there, back))
    assert calls == [True, True, False, False]


def test_make_wants_weights_of_the_right_shape():
    with pytest.raises(ValueError, match=r"weights\(5, 4\) must have shape \(\.\.\., 5, 4\)"):
        stacks.make(WIDTHS, lambda n, m: np.zeros((m, n)))


def test_an_unknown_activation_is_named():
    with pytest.raises(ValueError, match="'gelu'; there are sigmoid, tanh, relu"):
        stacks.forward(problem()[0], draw(), "gelu")


def test_start_gives_each_rule_the_same_draws():
    net = stacks.start((lambda n, m, w: w, lambda n, m, w: w * n), WIDTHS, seed=3)
    assert all(array.dtype == "float32" for layer in net for array in layer.values())
    for n, layer in zip(WIDTHS, net, strict=False):
        assert_allclose(layer["W"][1], n * layer["W"][0], rtol=1e-6)
        assert not layer["b"].any() and (layer["gamma"] == 1).all()
    assert 0.5 < net[0]["W"][0].std() < 2 and net[-1]["W"][0].std() < 0.2
    other = stacks.start([lambda n, m, w: w], WIDTHS, seed=4)
    assert (other[0]["W"][0] != net[0]["W"][0]).all()


def test_signals_are_the_root_mean_squares_of_each_layer():
    (x, y), net = problem(), draw()
    there, back = stacks.signals(x, y, net, "tanh")
    kept = stacks.forward(x, net, "tanh")
    grads = stacks.backward(stacks.cross_entropy(kept[-1]["h"], y)[1], kept, net, "tanh")
    assert there.shape == back.shape == (2, 2)  # nets, hidden layers
    assert_allclose(there[1, 0], np.sqrt(np.mean(kept[0]["a"][1] ** 2)))
    assert_allclose(back[0, 1], np.sqrt(np.mean(grads[1]["b"][0] ** 2)))
    first, second = stacks.slopes(x, net, "tanh")
    assert_allclose(first, 1 - kept[0]["a"] ** 2)
    assert second.shape == (2, 12, 6)


def test_losses_are_summed_up():
    losses = np.stack([np.arange(40.0) / 40, np.full(40, np.nan), np.full(40, 99.0)], axis=1)
    assert_allclose(stacks.finish(losses), [0.7375, np.log(10), np.log(10)])
    assert_allclose(stacks.smooth(losses), [0.1125, 0.3625, 0.6125, 0.8625])


def test_batches_are_the_same_each_time():
    x, y = problem(7, 30)
    one, other = (list(stacks.batches(x, y, 3, 4)) for _ in range(2))
    assert [rows.shape for rows, _ in one] == [(4, 5)] * 3
    for (rows, answers), (again, _) in zip(one, other, strict=True):
        assert_array_equal(rows, again)
        which = [np.flatnonzero((x == row).all(axis=1)).item() for row in rows]
        assert_array_equal(y[which], answers)
    assert not np.array_equal(one[0][0], one[1][0])
