"""Lecture 8's brackets are KerasTuner's; files, stops and frozen layers change no result."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from helpers import nets

keras = pytest.importorskip("keras")
keras_tuner = pytest.importorskip("keras_tuner")

from sklearn.base import clone  # noqa: E402
from sklearn.model_selection import GridSearchCV, StratifiedKFold  # noqa: E402


@pytest.mark.parametrize(("longest", "factor"), [(9, 3), (6, 3), (27, 3), (100, 3), (16, 2)])
def test_brackets_are_those_of_keras_tuner(lecture, longest, factor):
    oracle = keras_tuner.oracles.HyperbandOracle("val_loss", max_epochs=longest, factor=factor)
    bracket = lecture.get("bracket")
    for number in range(oracle._get_num_brackets()):
        expected = [
            (oracle._get_size(number, k), oracle._get_epochs(number, k))
            for k in range(oracle._get_num_rounds(number))
        ]
        assert bracket(number, longest, factor) == expected


@pytest.mark.parametrize("seed", range(5))
def test_hyperband_goes_on_with_the_best_and_spends_75_epochs(lecture, seed):
    rng = np.random.default_rng(seed)
    curves, order = rng.random((40, 9)), rng.permutation(40)
    events = list(lecture.get("hyperband", curves=curves)(order))
    assert sum(after - before for _, before, after in events) == 75
    firsts = [k for k, before, _ in events if before == 0]
    assert len(set(firsts)) == len(firsts) == 17
    trained = {}
    for k, before, after in events:
        assert trained.get(k, 0) == before < after
        trained[k] = after
    third = [k for k, before, _ in events[:12] if before == 1]
    assert sorted(third) == sorted(order[:9][np.argsort(-curves[order[:9], 0])[:3]])


def test_replay_keeps_the_test_score_of_the_best_so_far(lecture):
    curves, tests = np.zeros((3, 9)), np.zeros((3, 9))
    curves[:, -1], tests[:, -1] = [0.7, 0.9, 0.8], [0.6, 0.85, 0.95]
    path = lecture.get("replay", curves=curves, tests=tests)((k, 0, 9) for k in range(3))
    assert_allclose(path[:9], 0.1)
    assert_allclose(path[9:18], 0.6)
    assert_allclose(path[18:], 0.85)  # the third is better on the test set, which nobody knows


@pytest.mark.parametrize(("n", "m"), [(2, 50), (20, 200), (100, 800)])
def test_the_best_of_equals_stays_below_the_bound(n, m):
    scores = np.random.default_rng(0).binomial(m, 0.85, (4000, n)) / m
    luck, sigma = scores.max(axis=1).mean() - 0.85, math.sqrt(0.85 * 0.15 / m)
    assert 0.4 * sigma < luck < sigma * math.sqrt(2 * math.log(n))


@pytest.mark.parametrize(("rows", "batch"), [(100, 50), (230, 45), (301, 64), (4, 7), (1, 1)])
def test_a_file_is_read_row_by_row_once_an_epoch(lecture, tmp_path, rows, batch):
    pixels = np.random.default_rng(0).integers(256, size=(rows, 784)).astype("uint8")
    path, y = tmp_path / "x.npy", np.arange(rows)
    np.save(path, pixels)
    data = lecture.get("OnDisk")(lambda: np.load(path, mmap_mode="r"), y, batch)
    epochs = []
    for _ in range(2):
        batches = [data[i] for i in range(len(data))]
        assert all(0 < len(x) <= batch and x.dtype == "float32" for x, _ in batches)
        seen = np.concatenate([labels for _, labels in batches])
        assert_array_equal(np.sort(seen), y)
        assert_allclose(np.concatenate([x for x, _ in batches]), pixels[seen] / 255, rtol=1e-6)
        epochs.append(seen.tolist())
        data.on_epoch_end()
    assert rows < 200 or epochs[0] != epochs[1]


def test_tf_data_gives_the_same_batches(lecture):
    pixels = np.random.default_rng(0).integers(256, size=(23, 784)).astype("uint8")
    data = lecture.get("OnDisk")(lambda: pixels, np.arange(23).astype("uint8"), 5)
    batches = list(lecture.get("pipeline")(data))
    assert len(batches) == len(data) == 5
    for i, (x, y) in enumerate(batches):
        assert_array_equal(x, data[i][0])
        assert_array_equal(y, data[i][1])


def test_transfer_starts_from_the_old_layers_and_freezes_them_first(lecture, monkeypatch):
    few, val = few_and_val()
    old, calls = nets.initial([64, 64, 64, 5], 1)[:4], []

    def train(net, data, number, rate=0.1, **options):
        calls.append(([array.copy() for array in net], data, rate, options))
        return net

    monkeypatch.setattr(nets, "train", train)
    found = lecture.get("transfer", few=few, test=val)(old, 2)
    assert found.shape == (3,)
    for k, array in enumerate(old):
        for copy in calls[0][0][k]:
            assert_array_equal(copy.reshape(array.shape), array)
    assert [options.get("frozen", 0) for *_, options in calls] == [4, 0]
    assert calls[1][2] < calls[0][2]  # fine-tuning is done with a smaller rate
    for _, (_, y), _, _ in calls:
        assert all(np.array_equal(np.bincount(one), [2] * 10) for one in y)


def few_and_val():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(150, 64)).astype("float32")
    y = (x[:, :10].argmax(axis=1)).astype("uint8")
    return (x[:100], y[:100]), (x[100:], y[100:])


def test_a_saved_model_goes_on_with_the_unbroken_curve(lecture, tmp_path):
    few, _ = few_and_val()
    adam_net, go_on = lecture.get("adam_net"), lecture.get("go_on", few=few)
    start = nets.initial([64, 64, 10], 0)
    curve, model = go_on(adam_net(start), 3), adam_net(start)
    half, weights = go_on(model, 1), model.get_weights()
    model.save(tmp_path / "all.keras")
    whole = go_on(keras.saving.load_model(tmp_path / "all.keras"), 3, initial_epoch=1)
    assert_allclose(half + whole, curve, rtol=1e-5)
    fresh = adam_net(weights)
    assert np.abs(np.subtract(go_on(fresh, 3, initial_epoch=1), curve[1:])).max() > 1e-3


RUN = """
import json, os, sys
from pathlib import Path
import keras
import numpy as np
from helpers import nets
from tests.lectures.source import Lecture

folder, stop = Path(sys.argv[1]), int(sys.argv[2])
lecture = Lecture(Path.cwd(), "08_tuning_and_scale")
rng = np.random.default_rng(0)
few = rng.normal(size=(300, 64)).astype("float32"), rng.integers(10, size=300)
note = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: os._exit(9) if epoch == stop else None,
    on_epoch_end=lambda epoch, logs: print(json.dumps([epoch, logs["loss"]]), flush=True),
)
backup = keras.callbacks.BackupAndRestore(folder)
model = lecture.get("adam_net")(nets.initial([64, 64, 10], 0))
lecture.get("go_on", few=few)(model, 6, callbacks=[backup, note])
"""


def test_a_process_that_is_stopped_is_continued_by_a_new_one(course, tmp_path):
    def run(folder, stop, code):
        command = [sys.executable, "-c", RUN, str(tmp_path / folder), str(stop)]
        ended = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120)
        assert ended.returncode == code, ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("[")]

    before, after = run("backup", 4, 9), run("backup", -1, 0)
    assert [epoch for epoch, _ in before] == [0, 1, 2, 3]
    assert [epoch for epoch, _ in after] == [4, 5]
    assert_allclose(before + after, run("unbroken", -1, 0), rtol=1e-5)


def test_grid_search_is_cross_validation_and_needs_its_options_in_fit(lecture):
    few, _ = few_and_val()
    create = lecture.get("create", models={})
    wrapper = lecture.get("wrapper", create=create)
    assert clone(type(wrapper)(create, fit_kwargs={"epochs": 2})).fit_kwargs is None
    setting, folds = {"units": 8, "rate": 0.3}, StratifiedKFold(2)
    search = GridSearchCV(wrapper, {"model_kwargs": [setting]}, cv=folds, refit=False)
    fit = {"epochs": 2, "batch_size": 10, "shuffle": False, "verbose": 0}
    search.fit(*few, **fit)
    one_hot = np.eye(10)[few[1]]
    for k, (rows, rest) in enumerate(folds.split(*few)):
        model = create(few[0], one_hot, **setting)
        model.fit(few[0][rows], one_hot[rows], **fit)
        by_hand = nets.accuracy(model.get_weights(), (few[0][rest], few[1][rest]))
        assert search.cv_results_[f"split{k}_test_score"][0] == pytest.approx(by_hand, abs=0.021)
