"""Lecture 11's cells and gradients are Keras' on other data; its counts and scores add up."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import softmax

from helpers import checks

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras import layers  # noqa: E402

KINDS = {
    "simple_step": layers.SimpleRNN,
    "lstm_step": layers.LSTM,
    "gru_step": layers.GRU,
}
SHAPES = [(1, 1, 1, 1), (2, 7, 3, 5), (5, 20, 4, 2)]  # samples, steps, inputs, units


def filled(layer, d, rng):
    """Build a layer for d inputs, with random weights and biases, and return these."""
    layer.build((None, None, d))
    layer.set_weights([rng.normal(0, 0.6, w.shape) for w in layer.get_weights()])
    return layer.get_weights()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", KINDS)
def test_cells_are_keras_cells(lecture, name, shape):
    n, length, d, m = shape
    rng = np.random.default_rng(length)
    layer = KINDS[name](m, return_sequences=True, dtype="float64")
    weights, x = filled(layer, d, rng), rng.normal(size=(n, length, d))
    h = lecture.get("unroll")(lecture.get(name), x, weights)
    assert h.shape == (n, length, m)
    assert_allclose(h, layer(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_a_mask_carries_the_state_over(lecture, name):
    rng = np.random.default_rng(3)
    layer = KINDS[name](4, return_sequences=True, dtype="float64")
    weights, x = filled(layer, 2, rng), rng.normal(size=(6, 9, 2))
    mask = np.arange(9) < np.array([1, 3, 9, 5, 8, 2])[:, None]
    step, unroll = lecture.get(name), lecture.get("unroll")
    h = unroll(step, x, weights, mask)
    assert_allclose(h, layer(x, mask=mask), rtol=0, atol=1e-12)
    for row, inputs, length in zip(h, x, mask.sum(axis=1), strict=True):
        alone = unroll(step, inputs[None, :length], weights)[0, -1]
        assert_allclose(row[-1], alone, rtol=0, atol=1e-12)
    gaps = rng.random((6, 9)) < 0.5  # also in the middle
    gaps[:, 0] = True
    assert_allclose(unroll(step, x, weights, gaps), layer(x, mask=gaps), rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_bptt_is_tape_and_finite_differences(lecture, shape):
    n, length, d, m = shape
    rng = np.random.default_rng(length + 1)
    layer = layers.SimpleRNN(m, return_sequences=True, dtype="float64")
    weights = filled(layer, d, rng)
    x, v = rng.normal(size=(n, length, d)), rng.normal(size=(n, m))
    step, unroll = lecture.get("simple_step"), lecture.get("unroll")
    h = unroll(step, x, weights)
    grads, deltas = lecture.get("bptt")(x, h, v, weights[1])  # of the sum of v times h_T
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(inputs)[:, -1] * v)
    for ours, theirs in zip(grads, tape.gradient(loss, layer.weights), strict=True):
        assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    for k, array in enumerate(weights):

        def moved(array, k=k):
            parts = [*weights[:k], array, *weights[k + 1 :]]
            return float(np.sum(unroll(step, x, parts)[:, -1] * v))

        checks.gradient(moved, grads[k], array, rtol=1e-6)
    assert len(deltas) == length + 1
    for here, before in pairwise(deltas):  # the bound of the lecture
        stretch = np.linalg.norm(weights[1], 2)
        assert np.linalg.norm(before) <= stretch * np.linalg.norm(here) * (1 + 1e-12)


def test_reading_both_ways_is_keras_bidirectional(lecture):
    rng = np.random.default_rng(5)
    both = layers.Bidirectional(layers.GRU(3, dtype="float64"), dtype="float64")
    w, x = filled(both, 4, rng), rng.normal(size=(3, 8, 4))
    step, unroll = lecture.get("gru_step"), lecture.get("unroll")
    ways = [unroll(step, x, w[:3])[:, -1], unroll(step, x[:, ::-1], w[3:])[:, -1]]
    assert_allclose(np.concatenate(ways, axis=1), both(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_recall_asks_for_the_flagged_letter(lecture, seed):
    rng = np.random.default_rng(seed)
    back = rng.integers(1, 13, size=50)
    x, y = lecture.get("recall_task", rng=rng)(back, 12)
    assert x.shape == (50, 12, 5)
    assert_allclose(x[..., :4].sum(axis=2), 1)
    assert_allclose(x[..., 4].sum(axis=1), 1)
    flagged = x[np.arange(50), 12 - back]
    assert_allclose(flagged[:, 4], 1)
    assert (flagged[:, :4].argmax(axis=1) == y).all()


def witten_bell(text, cut, longest):
    """Return p of each sign of a text read in a circle, counted before `cut`, by dictionaries."""
    circle = text[-longest:] + text
    p = [1 / len(set(text))] * len(text)
    for n in range(1, longest + 1):
        grams = [circle[t + longest - n + 1 : t + longest + 1] for t in range(len(text))]
        seen = Counter(grams[:cut])
        contexts, kinds = Counter(), Counter()
        for gram, count in seen.items():
            contexts[gram[:-1]] += count
            kinds[gram[:-1]] += 1
        for t, gram in enumerate(grams):
            total, different = contexts[gram[:-1]], kinds[gram[:-1]]
            if total:
                p[t] = (seen[gram] + different * p[t]) / (total + different)
    return p


def test_ngrams_are_witten_bells(lecture):
    rng = np.random.default_rng(7)
    text = "".join(rng.choice(list("abca da "), size=400))
    space = lecture.follow("gram", text=text)
    cut = space["cut"]
    for longest in (1, 2, 5):
        p = witten_bell(text, cut, longest)
        bits = -np.mean(np.log2(p[cut:]))
        assert_allclose(space["bits"][f"{longest}-gram"], bits, atol=0.005 + 1e-9)  # rounded
    assert_allclose(space["p"], p, rtol=1e-10)


@pytest.fixture
def small_model(lecture):
    """Return the pieces of a language model of five signs with random weights."""
    rng = np.random.default_rng(11)
    shapes = [(3, 12), (4, 12), (2, 12)]
    return {
        "signs": np.array(list(" abcd")),
        "E": rng.normal(size=(5, 3)),
        "weights": [rng.normal(size=shape) for shape in shapes],
        "V": rng.normal(size=(4, 5)),
        "c": rng.normal(size=5),
    }


def test_surprise_is_bits_of_a_probability(lecture, small_model):
    parts = {name: small_model[name] for name in ("E", "weights", "V", "c")}
    surprise = lecture.get("surprise", **parts)
    endings = np.array([[2, 0, 1, k] for k in range(5)])
    bits = surprise(endings)
    assert bits.shape == (5, 3)
    assert_allclose(np.sum(2 ** -bits[:, -1]), 1)
    assert_allclose(bits[:, :2], np.repeat(bits[:1, :2], 5, axis=0))  # no look ahead


def test_temperature_of_writing(lecture, small_model):
    h = np.zeros((1, 4))
    step = lecture.get("gru_step")
    (h,) = step(small_model["E"][[1]], (h,), *small_model["weights"])
    scores = (h @ small_model["V"] + small_model["c"])[0]
    write = lecture.get("write", rng=np.random.default_rng(0), **small_model)
    greedy = write("a", 1e-4, 6)
    assert greedy.startswith("a")
    assert len(greedy) == 7
    assert greedy[1] == small_model["signs"][scores.argmax()]
    assert greedy == write("a", 1e-4, 6)
    for temperature in (0.5, 1.0, 2.0):
        drawn = Counter(write("a", temperature, 1)[1] for _ in range(2000))
        shares = [drawn[sign] / 2000 for sign in small_model["signs"]]
        assert_allclose(shares, softmax(scores / temperature), atol=0.05)  # 4 standard errors


def test_dates_are_spelled_and_taught(lecture):
    space = lecture.follow("before")
    alphabet, iso, before = space["alphabet"], space["iso"], space["before"]
    for k in (0, 1, 2, 3, 6699):
        assert "".join(alphabet[iso[k]]) == str(space["days"][k])
        assert "".join(alphabet[space["heard"][k]]).rstrip() == space["spoken"][k]
    assert (before[:, 0] == len(alphabet)).all()
    assert (before[:, 1:] == iso[:, :-1]).all()
    assert len(set(space["days"].astype(str))) == len(space["days"])  # no test date is trained


def test_attention_is_the_lectures_formula():
    rng = np.random.default_rng(13)
    q, e = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4))
    mask = np.arange(5) < np.array([[5], [3]])
    layer = layers.Attention(dtype="float64")
    context, look = layer([q, e], mask=[None, mask], return_attention_scores=True)
    match = np.where(mask[:, None], q @ np.swapaxes(e, 1, 2), -np.inf)
    assert_allclose(look, softmax(match, axis=2), atol=1e-12)
    assert_allclose(context, softmax(match, axis=2) @ e, atol=1e-12)


def test_no_forecast_is_trained_on_its_test_years(lecture):
    space = lecture.follow("past")
    dates, now = space["dates"], space["now"]
    months = dates[12:]
    last_seen = months[now[space["past"]].max() + 11]
    assert last_seen == np.datetime64("1989-12")
    assert months[now[space["test"]].min()] == np.datetime64("1990-01")
    known, future, growth = space["known"], space["future"], space["growth"]
    k = np.flatnonzero(space["test"])[5]
    assert_allclose(known[k], growth[now[k] - 24 : now[k]])
    assert_allclose(future[k], growth[now[k] : now[k] + 12])
    # A forecast of no growth is the seasonal naive one.
    level, ahead = space["level"], now[k] + 12 + np.arange(12)
    assert_allclose(level[ahead - 12] + future[k], level[ahead])


def test_the_table_is_that_of_the_longer_run(course: Path):
    kept = json.loads((course / "lectures/longer_runs/11_rnn.json").read_text(encoding="utf-8"))
    source = (course / "lectures/11_rnn.py").read_text(encoding="utf-8")
    assert "| passes over the novel | bits, unseen text | CPU seconds |" in source
    ends = [run for run in kept["runs"] if run["passes"] == run["of"]]
    assert [run["passes"] for run in ends] == [1, 4]
    for run in ends:
        assert "| {passes} | {bits:.2f} | {cpu_seconds} |".format(**run) in source
