"""Lecture 9's counts, pairs, gradients and attention agree with references on other data."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from helpers import checks

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

WORDS = "tea coffee good bad not very the a is was hot cold cup leaf it's 12".split()  # noqa: SIM905


def some_texts(rng, number):
    """Draw texts of other lengths, the last of them of one unknown word."""
    texts = [" ".join(rng.choice(WORDS, rng.integers(1, 30))) for _ in range(number - 1)]
    return [*texts, "Quinoa!"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Good, GOOD tea.", ["good", "good", "tea"]),
        ("it's<br />12 cups -- and don't", ["it's", "12", "cups", "and", "don't"]),
        ("?!", []),
    ],
)
def test_tokens(lecture, text, tokens):
    assert lecture.get("tokenize")(text) == tokens


def test_unknown_words_share_the_number_zero(lecture):
    index = {"tea": 1, "good": 2}
    assert lecture.get("encode")(["good", "beer", "tea", "ale"], index).tolist() == [2, 0, 1, 0]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_n_grams_are_scikit_learns(lecture, n):
    tokens = ["not", "good", "at", "all", "not", "good"]
    vectorizer = CountVectorizer(ngram_range=(n, n), token_pattern=r"\S+")
    vectorizer.fit([" ".join(tokens)])
    grams = lecture.get("n_grams")(tokens, n)
    assert len(grams) == 7 - n
    assert set(grams) == set(vectorizer.vocabulary_)


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_tf_idf_are_scikit_learns(lecture, seed):
    rng = np.random.default_rng(seed)
    train, test = some_texts(rng, 40), some_texts(rng, 15)
    tokenize, count, tf_idf = (lecture.get(name) for name in ("tokenize", "count", "tf_idf"))
    index = {word: i for i, word in enumerate(WORDS, start=1)}
    ours = [
        count([lecture.get("encode")(tokenize(text), index) for text in part], 17)[:, 1:]
        for part in (train, test)
    ]
    counter = CountVectorizer(analyzer=tokenize, vocabulary=WORDS)
    assert abs(ours[0] - counter.transform(train)).max() == 0
    theirs = TfidfVectorizer(analyzer=tokenize, vocabulary=WORDS).fit(train)
    for part, texts in zip(ours, (train, test), strict=True):
        weighed = tf_idf(part, ours[0])
        assert_allclose(weighed.toarray(), theirs.transform(texts).toarray(), atol=1e-12)


def test_the_table_worked_out_by_hand(lecture):
    tiny = lecture.get("count")([[0, 2], [0, 0, 1], [3, 2]], 4)
    row = lecture.get("tf_idf")(tiny, tiny).toarray()[1]
    assert_allclose(row, [0.8356, 0.5494, 0, 0], atol=5e-5)


@pytest.mark.parametrize("window", [1, 2, 5])
def test_pairs_are_all_neighbours_within_the_window(lecture, window):
    rng = np.random.default_rng(window)
    text = rng.integers(6, size=50)
    # With t as large as this every word stays.
    found = lecture.get("draw_pairs")(text, np.full(6, 1 / 6), rng, window, t=1)
    expected = Counter(
        (int(text[i]), int(text[j]))
        for i in range(50)
        for j in range(50)
        if 1 <= abs(i - j) <= window
    )
    assert Counter(map(tuple, found.T.tolist())) == expected
    assert found[0].tolist() != sorted(found[0].tolist())  # shuffled


def test_subsampling_keeps_words_with_the_stated_probability(lecture):
    rng = np.random.default_rng(0)
    share = np.array([0.8, 0.15, 0.05])
    text = rng.choice(3, 20_000, p=share)
    found = lecture.get("draw_pairs")(text, share, rng, 1, t=0.05)
    kept = np.bincount(found[0], minlength=3) / 2 / np.bincount(text)
    # About 1,000 words or more stand behind each share: a standard error of 0.016 at most.
    assert_allclose(kept, np.sqrt(0.05 / share), atol=0.06)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("pairs", "negatives"), [(1, 5), (7, 3), (20, 8)])
def test_sampling_gradients_are_tape_and_differences(lecture, pairs, negatives, seed):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=(n, 6)) for n in (pairs, pairs, negatives)]
    loss, gradients = lecture.get("sampling_loss"), lecture.get("sampling_gradients")
    weight = 5 / negatives
    ours = gradients(*arrays, weight)

    u, v, noise = variables = [tf.Variable(array) for array in arrays]
    with tf.GradientTape() as tape:
        real = tf.nn.sigmoid_cross_entropy_with_logits(
            tf.ones(pairs, "float64"), tf.reduce_sum(u * v, axis=1)
        )
        scores = tf.matmul(u, noise, transpose_b=True)
        fake = tf.nn.sigmoid_cross_entropy_with_logits(tf.zeros_like(scores), scores)
        total = tf.reduce_sum(real) + weight * tf.reduce_sum(fake)
    assert_allclose(loss(*arrays, weight), total, rtol=1e-12)
    for mine, theirs in zip(ours, tape.gradient(total, variables), strict=True):
        assert_allclose(mine, theirs, rtol=1e-10, atol=1e-12)
    for k in range(3):
        checks.gradient(
            lambda x, k=k: loss(*arrays[:k], x, *arrays[k + 1 :], weight), ours[k], arrays[k]
        )
    alone = [gradients(arrays[0][[i]], arrays[1][[i]], arrays[2], weight) for i in range(pairs)]
    assert_allclose(ours[2], sum(single[2] for single in alone), atol=1e-12)


def test_loss_at_the_start(lecture):
    zeros = np.zeros((1, 50)), np.zeros((1, 50)), np.zeros((32, 50))
    assert_allclose(lecture.get("sampling_loss")(*zeros, 5 / 32), 6 * np.log(2))


def test_rows_are_added_at_their_places(lecture):
    rng = np.random.default_rng(1)
    places, rows, expected = rng.integers(5, size=40), rng.normal(size=(40, 3)), np.zeros((7, 3))
    np.add.at(expected, places, rows)
    assert_allclose(lecture.get("add_rows")(places, rows, 7), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("words", [1, 6])  # skip-gram, CBOW
def test_learn_goes_down_the_slope_of_the_mean_of_the_given_words(lecture, words):
    rng, batch = np.random.default_rng(words), 8
    start, limits = rng.normal(0, 0.5, (2, 7, 3)), np.cumsum(rng.random(7) + 0.1)
    given, wanted = rng.integers(7, size=(words, batch + 1)), rng.integers(7, size=batch + 1)
    loss = lecture.get("sampling_loss")
    noise = np.searchsorted(limits, np.random.default_rng(3).random(64) * limits[-1])

    def total(U, V):
        given_mean = U[given[:, :batch]].mean(axis=0)
        return loss(given_mean, V[wanted[:batch]], V[noise], 5 / 64)

    learn = lecture.get("learn", limits=limits)
    U, V, losses = learn(start.copy(), given, wanted, np.random.default_rng(3), batch)
    assert_allclose(losses, [total(*start) / batch], rtol=1e-6)
    for k, moved in enumerate((U, V)):
        slope = np.zeros((7, 3))
        for place in np.ndindex(7, 3):
            step = np.zeros((2, 7, 3))
            step[k][place] = 1e-5
            slope[place] = (total(*(start + step)) - total(*(start - step))) / 2e-5
        sums = 1e-3 + np.mean(slope**2, axis=1, keepdims=True)
        assert_allclose(moved - start[k], -0.2 * slope / np.sqrt(sums), rtol=1e-4, atol=1e-5)


def test_nearest_goes_by_cosine(lecture):
    vectors = np.array([[1.0, 0], [100, 100], [0, 2], [3, 0.1], [-5, 0]])
    nearest = lecture.get("nearest")
    assert nearest(vectors, list("abcde"), vectors[0], 3) == ["a", "d", "b"]
    assert nearest(vectors, list("abcde"), vectors[0], 2, leave=["a", "d"]) == ["b", "c"]


def test_skipgrams_optimum_is_the_logarithm_of_a_ratio(lecture):
    gradients = lecture.get("sampling_gradients")
    a, b = 12, 3  # real and made-up pairs of the same two words
    u, v = np.array([[1.0]]), np.array([[np.log(a / b)]])
    real, _, _ = gradients(u, v, v[:0])
    both, _, _ = gradients(u, v, v)
    assert_allclose(a * real + b * (both - real), 0, atol=1e-12)


def test_effect_size_and_chance(lecture):
    effect = lecture.get("effect")
    s = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
    # Of the 70 ways to choose four words of eight, 2 give a difference of 1.
    assert_allclose(effect(s), [1 / s.std(ddof=1), 2, 70])
    assert_allclose(effect(s[::-1].copy()), [-1 / s.std(ddof=1), 2, 70])
    assert effect(np.array([0.08, 0.09, -0.04, -0.01, -0.09, -0.08]))[1:] == (4, 20)
    rng = np.random.default_rng(3)
    values = [way / ways for _, way, ways in (effect(rng.normal(size=12)) for _ in range(60))]
    assert 0.3 < np.mean(values) < 0.7  # without any difference, every share is as likely


def attention_layer(rng, dim, heads, key_dim):
    """Return a Keras layer in float64 and its four matrices, drawn anew."""
    layer = keras.layers.MultiHeadAttention(heads, key_dim, use_bias=False, dtype="float64")
    layer.build((1, 2, dim), (1, 2, dim))
    weights = [rng.normal(size=array.shape) for array in layer.get_weights()]
    layer.set_weights(weights)
    return layer, weights


# Keras rounds 1 / sqrt(key_dim) to float32: exact for powers of four, so only these here.
@pytest.mark.parametrize("padding", [0, 1, 4])
@pytest.mark.parametrize(
    ("words", "dim", "heads", "key_dim"), [(5, 4, 1, 4), (6, 8, 2, 4), (9, 6, 3, 16)]
)
def test_self_attention_is_keras_layer(lecture, words, dim, heads, key_dim, padding):
    rng = np.random.default_rng(words + padding)
    layer, weights = attention_layer(rng, dim, heads, key_dim)
    x, real = rng.normal(size=(words, dim)), np.arange(words) >= padding
    theirs, shares = layer(
        x[None], x[None], attention_mask=np.tile(real, (1, words, 1)), return_attention_scores=True
    )
    self_attention = lecture.get("self_attention")
    ours, attention = self_attention(x, *weights, real)
    assert_allclose(ours, theirs[0], rtol=1e-9, atol=1e-11)
    assert_allclose(attention, shares[0], rtol=1e-9, atol=1e-12)
    assert_allclose(attention.sum(axis=-1), 1)
    assert_allclose(attention[..., ~real], 0)
    if not padding:
        assert_allclose(self_attention(x, *weights)[0], ours)
    changed = np.where(real[:, None], x, 7.0)  # what padding holds does not matter to the rest
    assert_allclose(self_attention(changed, *weights, real)[0][real], ours[real], atol=1e-11)


def test_attention_moves_along_when_words_are_shuffled(lecture):
    rng = np.random.default_rng(4)
    _, weights = attention_layer(rng, 6, 2, 3)
    x, order = rng.normal(size=(8, 6)), rng.permutation(8)
    self_attention = lecture.get("self_attention")
    outputs, attention = self_attention(x, *weights)
    moved, shares = self_attention(x[order], *weights)
    assert_allclose(moved, outputs[order], atol=1e-12)
    assert_allclose(shares, attention[:, order][:, :, order], atol=1e-12)


def test_context_is_the_plainest_attention(lecture):
    rng = np.random.default_rng(5)
    centred, sentence = rng.normal(size=(9, 50)), "she baked a pie with apple and cinnamon"
    known_at = {token: i for i, token in enumerate(sentence.split())}
    in_context = lecture.get("in_context", centred=centred, known_at=known_at)
    one = np.eye(50)
    ours, weights = lecture.get("self_attention")(centred[:8], *[one[:, None]] * 3, one[None])
    shares, vector = in_context(sentence, "apple")
    assert_allclose(shares, weights[0, 5], atol=1e-12)
    assert_allclose(vector, ours[5] / np.linalg.norm(ours[5]), atol=1e-12)
    shares, vector = in_context(sentence, "apple", scale=0)
    mean = centred[:8].mean(axis=0)
    assert_allclose(shares, np.full(8, 1 / 8), atol=1e-12)
    assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-12)


def make_nets(lecture, encode):
    """Return both nets of the lecture, on 50 words and 12 places."""
    keras.utils.set_random_seed(0)
    return lecture.get("votes_net", size=50, length=12)(encode, dim=8)


@pytest.mark.parametrize("encode", [False, True])
def test_verdict_is_the_mean_vote_of_real_words(lecture, encode):
    model, show_votes = make_nets(lecture, encode)
    rng = np.random.default_rng(6)
    x = rng.integers(1, 50, size=(6, 12))
    x[1, :5], x[2, :11] = 0, 0  # padding in front
    votes, real = show_votes.predict(x, verbose=0), x > 0
    expected = np.sum(votes * real, axis=1) / np.sum(real, axis=1)
    assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_averaged_embeddings_are_linear_in_the_counts(lecture):
    model, _ = make_nets(lecture, encode=False)
    rng = np.random.default_rng(7)
    reviews = [rng.integers(1, 50, size=n) for n in (1, 5, 12)]
    counts = lecture.get("count")(reviews, 50)
    table, w, b = model.get_weights()
    expected = counts @ (table @ w)[:, 0] / counts.sum(axis=1) + b
    x = keras.utils.pad_sequences(reviews, 12)
    assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_parameters_of_the_encoder(lecture):
    average = lecture.get("votes_net", size=10_000, length=128)()[0]
    encoder = lecture.get("votes_net", size=10_000, length=128)(encode=True)[0]
    assert average.count_params() == 320_033
    assert encoder.count_params() - average.count_params() == 12_640


def test_only_the_encoders_votes_depend_on_the_sentence(lecture):
    x = np.random.default_rng(8).integers(1, 50, size=(2, 12))
    x[1, -1] = x[0, -1]  # the same last word in two sentences
    for encode in (False, True):
        _, show_votes = make_nets(lecture, encode)
        votes = show_votes.predict(x, verbose=0)[:, -1]
        assert (abs(votes[0] - votes[1]) > 1e-6) == encode


def test_the_table_is_that_of_the_longer_run(course: Path):
    kept = json.loads((course / "lectures/longer_runs/09_text.json").read_text(encoding="utf-8"))
    source = (course / "lectures/09_text.py").read_text(encoding="utf-8")
    names = ["TF-IDF with pairs", "averaged embeddings", "Transformer encoder"]
    assert [run["model"] for run in kept["runs"]] == names
    ((reviews, words),) = {(run["reviews"], run["words"]) for run in kept["runs"]}
    tested = kept["settings"]["test_reviews"]
    head = f"{reviews:,} reviews, {words} words: accuracy on {tested:,}"
    assert f"| model | {head} | CPU seconds |" in source
    for run in kept["runs"]:
        assert "| {model} | {test:.3f} | {cpu_seconds} |".format(**run) in source
