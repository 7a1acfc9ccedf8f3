"""The playground's net learns by the right slopes, is Keras' net, and is fast enough to watch."""

import functools
import io
import timeit

import numpy as np
import pytest
from PIL import Image

from helpers import checks, playground


@pytest.mark.parametrize("name", playground.DATA)
def test_data_have_two_classes_inside_the_picture(name):
    x, y = playground.data(name, n=120, seed=3)
    assert x.shape == (120, 2) and y.shape == (120,)
    assert set(y.tolist()) == {0, 1}
    assert abs(x).max() < playground.EDGE
    again, _ = playground.data(name, n=120, seed=3)
    assert np.array_equal(x, again)


def test_unknown_data_are_named():
    with pytest.raises(ValueError, match="two moons, XOR, circles, spirals"):
        playground.data("moon")


@pytest.mark.parametrize("activation", playground.ACTIVATIONS)
def test_a_step_uses_the_gradient_of_the_loss(activation):
    x, y = playground.data("two moons", n=20)
    net = playground.Net([2, 3, 3, 1], activation)
    start = [array + 0.1 for array in net.parameters]  # no ReLU at its kink
    net.parameters = list(start)
    net.step(x, y)

    def loss(values, k):
        moved = playground.Net([2, 3, 3, 1], activation)
        moved.parameters = [*start[:k], values, *start[k + 1 :]]
        return moved.score(x, y)[0]

    for k, array in enumerate(start):
        # After the first step the running mean of the gradient is a tenth of it.
        checks.gradient(functools.partial(loss, k=k), 10 * net.means[k], array)


def test_the_first_step_is_adams():
    x, y = playground.data("XOR", n=20)
    net = playground.Net([2, 4, 1], rate=0.05)
    start = [array.copy() for array in net.parameters]
    net.step(x, y)
    for old, new, mean in zip(start, net.parameters, net.means, strict=True):
        np.testing.assert_allclose(old - new, 0.05 * np.sign(mean), rtol=0.01)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_net_is_kerass_net(activation):
    keras = pytest.importorskip("keras")
    x, y = playground.data("spirals", n=60)
    net = playground.Net([2, 8, 8, 1], activation).fit(x, y, 50)
    dense = keras.layers.Dense
    hidden = [dense(8, activation), dense(8, activation)]
    twin = keras.Sequential([keras.Input((2,)), *hidden, dense(1, "sigmoid")])
    twin.set_weights(net.parameters)
    np.testing.assert_allclose(twin(x)[:, 0], net.probability(x), atol=1e-5)


def test_only_a_bend_learns_xor():
    x, y = playground.data("XOR")
    assert playground.Net([2, 8, 1], "tanh").fit(x, y, 300).score(x, y)[1] > 0.95
    assert playground.Net([2, 8, 1], "linear").fit(x, y, 300).score(x, y)[1] < 0.75


def test_the_picture_shows_the_sides_and_the_points():
    net = playground.Net([2, 1])
    net.parameters = [np.array([[9.0], [0.0]]), np.zeros(1)]  # class 1 is on the right
    image = playground.picture(net, np.array([[-1.0, 0.9]]), np.array([1]), side=200)
    left, right = (np.array(image.getpixel((column, 100)), int) for column in (20, 180))
    assert left[2] > left[0] and right[0] > right[2]  # blue, orange
    disc = image.getpixel((int(0.3 / 2.6 * 200), int(0.4 / 2.6 * 200)))
    assert disc == (213, 94, 0)  # a point of class 1 in the upper left


def test_controls_start_again_and_play_trains():
    game = playground.Playground()
    assert game.net.steps == 0 and "17 parameters" in game.note.value
    first = game.boundary.value
    assert "orange discs: class 1" in game.note.value
    assert Image.open(io.BytesIO(first)).size == (400, 400)
    game.play.value += 1
    assert game.net.steps == game.UPDATES and game.boundary.value != first
    game.choices["data"].value = "circles"
    game.choices["depth"].value = 0
    game.choices["activation"].value = "relu"
    assert game.net.steps == 0 and len(game.net.parameters) == 2
    weights = game.net.parameters[0].copy()
    game.again.click()
    assert not np.array_equal(weights, game.net.parameters[0])


def test_the_largest_net_is_fast_enough_to_watch():
    game = playground.Playground()
    game.choices["depth"].value, game.choices["width"].value = 4, 16
    assert min(timeit.repeat(game.frame, number=1, repeat=20)) < 0.1


def test_a_run_without_front_end_leaves_no_widget(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr(playground, "display", shown.append)
    playground.show()
    assert "Run this cell" in capsys.readouterr().out and not shown
    playground.show(live=True)
    assert len(shown) == 1 and not capsys.readouterr().out
