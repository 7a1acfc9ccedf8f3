"""The decks' results: the trainer is Keras', runs are kept, the report says what was measured."""

import json
import time

import numpy as np
import pytest
from scipy import sparse

from helpers.course.errors import CourseError
from helpers.results import augmentation, data, dense, report, runs, studies, table, texts
from helpers.results import store as store_module
from helpers.results.catalogue import STUDIES
from helpers.results.store import Result, Store, fingerprint

RECIPE = dense.Recipe((6, 5, 3), "tanh", batch=4, epochs=3, rate=0.05)


@pytest.fixture
def few():
    draw = np.random.default_rng(0)
    return draw.normal(size=(12, 6)).astype(np.float32), draw.integers(0, 3, 12)


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "sgd"},
        {"optimizer": "adam", "batch_norm": True},
        {"optimizer": "rmsprop", "l2": 0.01},
        {"hidden": "sigmoid", "loss": "squared", "l2": 0.001, "rate": 1.0},
        {"hidden": "relu", "widths": (6, 5, 4, 1), "optimizer": "rmsprop"},
    ],
    ids=lambda change: "-".join(map(str, change.values())),
)
def test_every_step_is_the_one_that_keras_takes(few, change):
    import keras

    recipe = dense.Recipe(**{**RECIPE.settings(), **change})
    x, y = few
    one = recipe.widths[-1] == 1
    y = y % 2 if one else y
    squared = recipe.loss == "squared"
    net = dense.Stack(recipe, [0, 1])
    twin = keras.Sequential([keras.Input((6,))])
    penalty = keras.regularizers.L2(recipe.l2)
    for units in recipe.widths[1:-1]:
        twin.add(keras.layers.Dense(units, recipe.hidden, kernel_regularizer=penalty))
        if recipe.batch_norm:
            twin.add(keras.layers.BatchNormalization())
    last = "sigmoid" if one or squared else "softmax"
    twin.add(keras.layers.Dense(recipe.widths[-1], last, kernel_regularizer=penalty))
    loss = "binary_crossentropy" if one else "categorical_crossentropy"
    optimizers = {"sgd": "SGD", "adam": "Adam", "rmsprop": "RMSprop"}
    optimizer = getattr(keras.optimizers, optimizers[recipe.optimizer])(recipe.rate)
    twin.compile(optimizer, "mean_squared_error" if squared else loss)
    for w, layer in zip(
        range(len(net.W)), [it for it in twin.layers if hasattr(it, "units")], strict=True
    ):
        layer.set_weights([net.W[w][1], net.b[w][1, 0]])
    trainer = dense.Trainer(net, 100)
    draw = np.random.default_rng(0)
    for _ in range(5):
        trainer.step(x, np.stack([y, y]), draw)
        twin.train_on_batch(x, dense.targets(y, recipe.widths[-1]))
    # float32, five steps: differences stay around 1e-6; a wrong constant is seen at 1e-2
    np.testing.assert_allclose(net.predict(x)[1], twin.predict(x, verbose=0), atol=2e-4)
    ours, _ = net.evaluate(x, y)
    if not recipe.l2:
        theirs = twin.evaluate(x, dense.targets(y, recipe.widths[-1]), verbose=0)
        np.testing.assert_allclose(ours[1], theirs, rtol=1e-3)
    assert net.parameters == twin.count_params()


def test_sparse_rows_train_as_dense_ones_do(few):
    x, y = few
    one, other = (
        dense.fit(RECIPE, (rows, y), (rows, y), [0, 1]) for rows in (x, sparse.csr_matrix(x))
    )
    np.testing.assert_allclose(one.net.weights, other.net.weights, atol=1e-5)
    np.testing.assert_allclose(one.val_loss, other.val_loss, rtol=1e-4)


def test_a_net_does_not_depend_on_its_neighbours_in_the_stack(few):
    both = dense.fit(RECIPE, few, None, [3, 4])
    alone = dense.fit(RECIPE, few, None, [4])
    np.testing.assert_allclose(both.net.W[0][1], alone.net.W[0][0], atol=1e-6)
    assert not np.allclose(both.net.W[0][0], both.net.W[0][1])
    halves = dense.fit_two_at_a_time(RECIPE, few, None, [3, 4])
    np.testing.assert_allclose(halves[1].net.W[0][0], alone.net.W[0][0], atol=1e-6)


def test_training_can_go_on(few):
    first = dense.fit(RECIPE, few, None, [0, 1])
    weights = first.net.weights.copy()
    more = dense.fit(RECIPE, few, None, [0, 1], before=first)
    assert more.net is first.net and more.trainer.done == 2 * 3 * 3
    assert not np.array_equal(more.net.weights, weights)


def test_dropout_is_for_training_alone(few):
    net = dense.Stack(dense.Recipe((6, 2000, 3), dropout=0.5), [0])
    before = net.predict(few[0])
    assert np.array_equal(before, net.predict(few[0]))


def test_a_warp_of_nothing_is_the_image_itself():
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype(np.uint8)
    same = augmentation.Warp()(images, np.random.default_rng(0))
    np.testing.assert_allclose(same, images, atol=1e-2)


def test_warps_move_mirror_and_stay_in_range():
    images = np.zeros((200, 28, 28), np.uint8)
    images[:, 13:15, 5:7] = 255
    draw = np.random.default_rng(0)
    mirrored = augmentation.Warp(mirror=True)(images, draw)
    share = (mirrored[:, :, 14:].sum(axis=(1, 2)) > 0).mean()
    assert 0.35 < share < 0.65  # half of 200, within four standard deviations
    moved = augmentation.Warp(shift=2, turn=10, zoom=0.1, shear=0.1, bend=1)(images, draw)
    assert moved.shape == images.shape and moved.min() >= 0 and moved.max() <= 255.01
    assert len(np.unique(moved.argmax(axis=2).max(axis=1))) > 1


def test_pairs_of_words_are_counted_once_and_weighted_by_their_side():
    reviews = np.empty(4, object)
    for place, words in enumerate([[1, 5, 6, 5, 6], [1, 5, 6], [1, 7, 6], [1, 7, 6, 8]]):
        reviews[place] = np.array(words, np.int32)
    features = texts.Weighted(least=2)
    x = features.fit(reviews, np.array([1, 1, 0, 0]))
    pair = 1 << 32
    assert features.known.tolist() == [5, 6, 7, 6 * pair + 6, 8 * pair + 6]
    assert (features.weights[[0, 3]] > 0).all() and (features.weights[[2, 4]] < 0).all()
    np.testing.assert_allclose(np.sqrt(x.multiply(x).sum(axis=1)), 1, rtol=1e-6)
    assert features.transform(reviews[2:]).toarray().tolist() == x[2:].toarray().tolist()


def result(seeds, test):
    return Result(seeds, 2.0 * len(seeds), 100, {"test": test, "test_100": test})


def test_a_run_is_kept_until_its_settings_change(tmp_path):
    store = Store(tmp_path / "results")
    assert store.get("a", {"rate": 1}, [0]) is None
    store.put("a", {"rate": 1}, result([0], [0.5]))
    assert store.get("a", {"rate": 1}, [0]) == result([0], [0.5])
    assert store.get("a", {"rate": 2}, [0]) is None
    assert store.get("a", {"rate": 1}, [1]) is None
    store.path("a", [0]).write_text('{"hash": ')
    assert store.get("a", {"rate": 1}, [0]) is None
    assert [path.name for path in store.folder.iterdir()] == ["a-0.json"]  # no parts left


def test_others_are_measured_while_this_process_is_not():
    others = store_module.OtherProcesses()
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        pass
    assert 0 <= others.share() <= 1
    assert others.before[0] < others._now()[0]


def test_settings_have_one_hash_and_can_be_kept_as_json():
    for study in STUDIES.values():
        again = json.loads(json.dumps(study.key(), default=list))
        assert fingerprint(again) == fingerprint(study.key())
    assert len({fingerprint(study.key()) for study in STUDIES.values()}) == len(STUDIES)


def test_an_interrupted_study_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "require_full", lambda names: None)
    done = []

    def train(seeds, tick):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(seeds)
        tick()
        return result(seeds, [0.5] * len(seeds))

    study = studies.Study("a", "mnist", 3, 1, {"rate": 1}, train, at_once=False)
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        runs.carry_out(store, runs.plan(store, [study]))
    planned = runs.plan(store, [study])
    assert [item.result is None for item in planned] == [False, False, True]
    assert runs.ticks(planned) == 1 and runs.finished(store, [study]) == {}
    done.pop()
    started = []
    runs.carry_out(store, planned, started.append)
    assert done == [[0], [2]] and started == ["a, seed 2"]
    assert len(runs.finished(store, [study])["a"]) == 3


def test_an_unknown_name_is_refused():
    with pytest.raises(CourseError, match="no result 's9'"):
        runs.choose(["s9"])
    assert [study.name for study in runs.choose(["s4-500"])] == ["s4-500"]


@pytest.mark.parametrize("mode", ["sample", "full"])
def test_without_the_full_data_one_line_says_so(monkeypatch, tmp_path, mode):
    monkeypatch.setenv("COURSE_DATA", mode)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    def none():
        raise data.datasets.DatasetUnavailable("no\nnetwork")

    monkeypatch.setitem(data.LOADERS, "imdb", none)
    with pytest.raises(CourseError, match=r"Results need the full data\b.*") as caught:
        data.require_full({"imdb"})
    assert "\n" not in str(caught.value)


def test_one_tiny_run_on_the_sample():
    recipe = dense.Recipe((784, 30, 10), "tanh", optimizer="adam", rate=0.01, epochs=3)
    study = studies.dense_images("tiny", recipe, count=500, seeds=3)
    ticks = []
    measured = study.train([0, 1, 2], lambda: ticks.append(1))
    assert len(ticks) == study.ticks == 6 and measured.parameters == 23_860
    assert measured.seeds == [0, 1, 2] and measured.seconds > 0
    assert {len(values) for values in measured.measures.values()} == {3}
    assert min(measured.measures["test"]) > 0.6  # 0.83 to 0.87 over 20 seeds; by chance 0.1


def test_standardized_pixels_do_not_depend_on_their_scale():
    recipe = dense.Recipe((784, 8, 10), optimizer="adam", rate=0.003, batch=50, epochs=2)
    tried = {"standardized": True, "as they are": False}
    found = {
        name: [
            studies.dense_images("tiny", recipe, count=500, seeds=2, scale=scale, standardize=on)
            .train([0, 1], lambda: None)
            .measures["test"]
            for scale in (1, 255)
        ]
        for name, on in tried.items()
    }
    assert np.allclose(*found["standardized"], atol=0.005)  # one of 200 images, by rounding
    assert not np.allclose(*found["as they are"], atol=0.05)


def test_a_spread_is_the_mean_and_the_standard_deviation():
    spread = report.Spread([0.5, 0.6, 0.7])
    assert f"{spread}" == "0.6000 ± 0.1000" and f"{spread:2m}" == "0.60"
    assert f"{report.Spread([23860])}" == "23,860.0000" and f"{report.Spread([0.5]):1}" == "0.5"


MEASURES = ["test", "test_100", "test_loss", "train", "train_first", "fitted", "val"]
MEASURES += ["val_loss_best", "val_loss_last", "val_loss_rise", "best_epoch"]


def everything_measured():
    names = set(report.named(table.ROWS, table.BEST))
    given = Result([0, 1], 20.0, 1234, {key: [0.25, 0.75] for key in MEASURES})
    return {name: report.Figures([given]) for name in names}


MACHINE = {"cores": 2, "processor": "a processor", "python": "3.11", "packages": {"numpy": "2"}}


def test_the_report_has_every_row_and_every_figure():
    text = report.render(table.ROWS, table.BEST, everything_measured(), [MACHINE])
    assert report.NOT_YET not in text and "{" not in text
    assert "0.5000 ± 0.3536" in text and "1,234" in text and "numpy 2" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(table.ROWS) + len(table.BEST) + 2
    for head, *body in (rows[: len(table.ROWS) + 1], rows[len(table.ROWS) + 1 :]):
        assert {row.count("|") for row in body} == {head.count("|")}
    assert [row.deck for row in table.ROWS] == ["S1"] * 2 + ["S2"] * 3 + ["S3"] + ["S4"] * 5


def test_the_report_says_what_has_not_run_and_asks_for_nothing_unknown():
    text = report.render(table.ROWS, table.BEST, {}, [MACHINE])
    assert text.count(report.NOT_YET) > len(table.ROWS)
    assert set(report.named(table.ROWS, table.BEST)) == set(STUDIES)
    with pytest.raises(KeyError):
        report.fill("{a[unknown]}", {"a": report.Figures([result([0], [0.5])])})
