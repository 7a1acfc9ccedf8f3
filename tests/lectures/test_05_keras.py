"""Lecture 5's ways to say the same in Keras are the same, on other nets and other data."""

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose
from sklearn.preprocessing import MultiLabelBinarizer

keras = pytest.importorskip("keras")


def randomize(model, seed):
    rng = np.random.default_rng(seed)
    model.set_weights([0.1 * rng.normal(size=array.shape) for array in model.get_weights()])


@pytest.mark.parametrize(("seed", "units"), [(1, 4), (2, 32), (3, 200)])
def test_predict_is_the_forward_pass_in_numpy(lecture, seed, units):
    model = lecture.get("image_net")(units)
    randomize(model, seed)
    x = np.random.default_rng(seed).integers(256, size=(30, 28, 28), dtype="uint8")
    by_numpy = lecture.follow("by_numpy", fashion=model, x_test=x)["by_numpy"]
    # float32 sums of 784 products round by about 1e-7 of their terms, some of which are near 1
    assert_allclose(model.predict(x, verbose=0), by_numpy, atol=1e-5)
    assert by_numpy.std(axis=0).min() > 1e-3
    assert model.count_params() == (784 + 1) * units + (units + 1) * 10


@pytest.mark.parametrize(("seed", "n", "classes"), [(1, 1, 2), (2, 50, 4), (3, 20, 30)])
def test_the_same_loss_four_times(lecture, seed, n, classes):
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 3, (n, classes)).astype("float32")
    integers = rng.integers(classes, size=n)
    given = {"z": z, "p": scipy.special.softmax(z, axis=1), "integers": integers}
    four = lecture.follow("four", **given, one_hot=np.eye(classes)[integers])["four"]
    log_p = scipy.special.log_softmax(z.astype(float), axis=1)
    assert len(four) == 4
    assert_allclose(four, np.full(4, -log_p[np.arange(n), integers].mean()), rtol=2e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_three_ways_to_write_a_model(lecture, seed):
    space = lecture.follow("subclassed")
    x = np.random.default_rng(seed).normal(size=(9, 64)).astype("float32")
    models = [space[name] for name in ("sequential", "functional", "subclassed")]
    outputs = []
    for model in models:
        model(x)  # the subclass has weights only now
        randomize(model, seed)
        outputs.append(model(x))
    W1, b1, W2, b2 = (array.astype(float) for array in models[0].get_weights())
    by_hand = np.maximum(x @ W1 + b1, 0) @ W2 + b2
    for output in outputs:
        assert_allclose(output, by_hand, atol=1e-5)


@pytest.mark.parametrize(("seed", "size"), [(1, 5), (2, 40), (3, 10_000)])
def test_multi_hot(lecture, seed, size):
    rng = np.random.default_rng(seed)
    reviews = [rng.integers(size, size=rng.integers(1, 60)).tolist() for _ in range(25)]
    rows = lecture.get("multi_hot")(reviews, size)
    expected = MultiLabelBinarizer(classes=range(size)).fit_transform(reviews)
    assert np.array_equal(rows.toarray(), expected)
