"""Lecture 12's measures, slopes and its two terms equal those of libraries and of calculus."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.linalg import subspace_angles, toeplitz
from scipy.optimize import check_grad, minimize
from scipy.stats import norm
from sklearn import metrics
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras import layers  # noqa: E402

DRAWS = [(0.0, 1.0), (1.5, 0.5), (-2.0, 0.1), (0.3, 3.0)]


@pytest.mark.parametrize(("n", "k"), [(40, 3), (120, 10), (300, 25)])
def test_trust_is_scikit_learns(lecture, n, k):
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 5))
    for z in (x[:, :2], rng.normal(size=(n, 2)), x + rng.normal(0, 0.2, x.shape)):
        expected = trustworthiness(x, z, n_neighbors=k)
        assert_allclose(lecture.get("trust")(x, z, k), expected, rtol=1e-9)
    assert lecture.get("trust")(x, 3 * x + 1, k) == 1


def test_slopes_of_the_linear_autoencoder(lecture):
    rng = np.random.default_rng(0)
    x, loss = rng.normal(size=(20, 7)), lecture.get("linear_loss")
    for k in (1, 3):
        weights = rng.normal(size=2 * 7 * k)
        numeric = check_grad(lambda v: loss(v, x, k)[0], lambda v: loss(v, x, k)[1], weights)  # noqa: B023
        assert numeric < 1e-4 * np.linalg.norm(loss(weights, x, k)[1])
        start = tf.Variable(weights)
        with tf.GradientTape() as tape:
            w, v = tf.unstack(tf.reshape(start, (2, 7, k)))
            value = tf.reduce_sum((x @ w @ tf.transpose(v) - x) ** 2) / len(x)
        assert_allclose(loss(weights, x, k)[0], value)
        assert_allclose(loss(weights, x, k)[1], tape.gradient(value, start))


@pytest.mark.parametrize(("shape", "k"), [((50, 8), 2), ((200, 12), 5), ((30, 6), 1)])
def test_the_linear_autoencoders_space_is_that_of_pca(lecture, shape, k):
    rng = np.random.default_rng(k)
    x = rng.normal(size=shape) * 0.7 ** np.arange(shape[1]) @ rng.normal(size=(shape[1],) * 2)
    x -= x.mean(axis=0)
    loss, start = lecture.get("linear_loss"), rng.normal(0, 0.1, 2 * shape[1] * k)
    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": 1e-10}
    found = minimize(loss, start, (x, k), "L-BFGS-B", jac=True, options=options)
    pca = PCA(k).fit(x)
    rest = np.sum((x - pca.inverse_transform(pca.transform(x))) ** 2) / len(x)
    assert_allclose(found.fun, rest, rtol=1e-6)
    decoder = found.x.reshape(2, shape[1], k)[1]
    assert lecture.get("angles")(decoder, pca.components_.T).max() < 0.1


def test_angles_are_scipys(lecture):
    rng = np.random.default_rng(3)
    for d, k in [(4, 2), (9, 4), (20, 1)]:
        a, b = rng.normal(size=(2, d, k))
        expected = np.degrees(subspace_angles(a, b))[::-1]
        assert_allclose(lecture.get("angles")(a, b), expected, atol=1e-5)
        assert_allclose(lecture.get("angles")(a, a @ rng.normal(size=(k, k))), 0, atol=1e-5)
    flat = np.eye(3)[:, :2]
    tilted = np.array([[1, 0], [0, np.cos(0.5)], [0, np.sin(0.5)]])
    assert_allclose(lecture.get("angles")(flat, tilted), [0, np.degrees(0.5)], atol=1e-5)


@pytest.mark.parametrize(("size", "stride", "places"), [(3, 2, 4), (2, 1, 5), (5, 3, 3)])
def test_transposed_convolution_is_the_transposed_matrix(size, stride, places):
    rng = np.random.default_rng(size)
    w, n = rng.normal(size=size), (places - 1) * stride + size
    column = np.append(w[0], np.zeros(n - size))
    matrix = toeplitz(column, np.append(w, np.zeros(n - size)))[::stride]
    shrink = layers.Conv1D(1, size, stride, use_bias=False, dtype="float64")
    grow = layers.Conv1DTranspose(1, size, stride, use_bias=False, dtype="float64")
    for layer, length in [(shrink, n), (grow, places)]:
        layer.build((None, length, 1))
        layer.set_weights([w.reshape(-1, 1, 1)])
    x, z = rng.normal(size=n), rng.normal(size=places)
    assert_allclose(np.ravel(shrink(x.reshape(1, -1, 1))), matrix @ x)
    assert_allclose(np.ravel(grow(z.reshape(1, -1, 1))), matrix.T @ z)


@pytest.mark.parametrize("seed", range(4))
def test_roc_is_scikit_learns(lecture, seed):
    rng = np.random.default_rng(seed)
    normal, odd = rng.normal(0, 1, 80), rng.normal(seed / 2, 1.5, 50)
    if seed == 3:  # ties
        normal, odd = normal.round(), odd.round()
    false, hits = lecture.get("roc")(normal, odd)
    assert (false[0], hits[0], false[-1], hits[-1]) == (0, 0, 1, 1)
    truth, scores = np.arange(130) >= 80, np.concatenate([normal, odd])
    area = np.trapezoid(hits, false)
    assert_allclose(area, metrics.roc_auc_score(truth, scores))
    order = np.mean((odd[:, None] > normal) + 0.5 * (odd[:, None] == normal))
    assert_allclose(area, order)
    kept = metrics.roc_curve(truth, scores, drop_intermediate=False)
    assert_allclose([false, hits], kept[:2])


@pytest.mark.parametrize(("mu", "sigma"), DRAWS)
def test_kl_is_its_integral_and_the_layers_loss(lecture, mu, sigma):
    log_var = 2 * np.log(sigma)

    def integrand(z):
        return norm.pdf(z, mu, sigma) * (norm.logpdf(z, mu, sigma) - norm.logpdf(z))

    reach = 12 * sigma
    area = quad(integrand, mu - reach, mu + reach, points=[mu], limit=200)[0]
    assert_allclose(lecture.get("kl")(np.array([mu]), np.array([log_var])), area, atol=1e-7)
    layer = lecture.get("Draw")()
    drawn = np.array(layer(np.full((40_000, 1), mu), np.full((40_000, 1), log_var)))
    assert_allclose(layer.losses[0], area, rtol=1e-5, atol=1e-5)
    # The mean of 40,000 draws is off by sigma / 200; six times that hardly ever happens.
    assert abs(drawn.mean() - mu) < 6 * sigma / 200
    assert abs(drawn.std() / sigma - 1) < 6 / 280


def test_kl_adds_over_the_code(lecture):
    rng = np.random.default_rng(5)
    means, log_vars = rng.normal(size=(2, 6, 3))
    expected = [[lecture.get("kl")(m[None], v[None]) for m, v in zip(*pair, strict=True)]
                for pair in zip(means, log_vars, strict=True)]  # fmt: skip
    assert_allclose(lecture.get("kl")(means, log_vars), np.sum(expected, axis=1))
    layer = lecture.get("Draw")()
    layer(means, log_vars)
    assert_allclose(layer.losses[0], lecture.get("kl")(means, log_vars).mean(), rtol=1e-5)


def test_slopes_go_through_the_draw(lecture):
    mean, log_var = tf.Variable([[0.5, -1.0]]), tf.Variable([[0.2, -0.4]])
    layer = lecture.get("Draw")()
    with tf.GradientTape(persistent=True) as tape:
        code = layer(mean, log_var)
        total = tf.reduce_sum(code)
    assert_allclose(tape.gradient(total, mean), [[1, 1]])
    # z = mean + exp(log_var / 2) noise, so its slope along log_var is (z - mean) / 2.
    assert_allclose(tape.gradient(total, log_var), (code - mean) / 2, rtol=1e-5)


def test_the_vaes_loss_is_the_sum_of_its_two_terms(lecture):
    keras.utils.set_random_seed(0)
    model, encoder, _ = lecture.get("build_vae")(size=3)
    x = np.random.default_rng(0).uniform(size=(20, 784)).astype("float32")
    log = model.evaluate(x, x, batch_size=20, verbose=0, return_dict=True)
    cost = lecture.get("kl")(*encoder.predict(x, verbose=0)).mean()
    assert_allclose(log["loss"] - log["pixels_lost"], cost, atol=1e-3)
    out = np.random.default_rng(1).uniform(0.1, 0.9, (20, 784))
    by_hand = -np.sum(x * np.log(out) + (1 - x) * np.log(1 - out), axis=1)
    assert_allclose(lecture.get("pixels_lost")(x, out), by_hand, rtol=1e-4)


def test_the_halves_make_the_whole(lecture):
    encoder, decoder = lecture.get("dense")(9, 6, 2), lecture.get("dense")(2, 6, 9)
    x = np.random.default_rng(0).normal(size=(5, 9)).astype("float32")
    whole = keras.Sequential([encoder, decoder])
    through = lecture.get("through")((encoder, decoder), x)
    assert_allclose(through, whole(x), rtol=1e-5, atol=1e-6)


def test_the_tables_are_those_of_the_longer_run(course: Path):
    kept = json.loads(
        (course / "lectures/longer_runs/12_autoencoders.json").read_text(encoding="utf-8")
    )
    source = (course / "lectures/12_autoencoders.py").read_text(encoding="utf-8")
    for run in kept["runs"]:
        if "error" in run:
            row = "| {net} | {images:,} | {epochs} | {cpu_seconds} | {error:.4f} |"
        else:
            row = "| {net} | {images:,} | {cpu_seconds} | {trust:.3f} |"
        assert row.format(**run) in source
