"""The data sets: shapes, sources, damaged files, modes, the offline sample."""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import datasets
from helpers.datasets import images, sources, status

ROOT = Path(__file__).parents[2]
DATA = ROOT / "helpers" / "data"


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """Give each test an empty cache, no Debian folder, no network, and nothing remembered."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sources, "DEBIAN_DATASETS", tmp_path / "debian")
    with socket.socket() as free:  # a port where nobody listens
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(sources, "BASE_URL", f"http://127.0.0.1:{port}/")
    monkeypatch.setattr(sources, "_network_is_up", None)
    monkeypatch.setattr(sources, "_noticed", set())


@pytest.fixture
def cache(tmp_path):
    """Return Keras' folder for data sets, made and empty."""
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def small_mnist(monkeypatch):
    """Let `load_mnist` expect a tiny file of ours as the full data; return its bytes."""
    rng = np.random.default_rng(0)
    buffer = io.BytesIO()
    np.savez(
        buffer,
        x_train=rng.integers(0, 256, (70, 28, 28), np.uint8),
        y_train=rng.integers(0, 10, 70, np.uint8),
        x_test=rng.integers(0, 256, (7, 28, 28), np.uint8),
        y_test=rng.integers(0, 10, 7, np.uint8),
    )
    content = buffer.getvalue()
    small = replace(sources.MNIST, files={"mnist.npz": sources.sha256(content)})
    for module in (images, status):
        monkeypatch.setattr(module, "MNIST", small)
    return content


class Server:
    """A file server on this machine that counts its requests and can break off."""

    def __init__(self, folder: Path) -> None:
        self.gets: list[str] = []
        self.break_off = False
        outer = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                outer.gets.append(self.path)
                if not outer.break_off:
                    return super().do_GET()
                content = (folder / self.path.lstrip("/")).read_bytes()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
                return None

            def log_message(self, *_):
                pass

        handler = functools.partial(Handler, directory=str(folder))
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/"


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Serve a folder, `server.folder`, in place of Keras' download site."""
    folder = tmp_path / "site"
    folder.mkdir()
    site = Server(folder)
    site.folder = folder
    thread = threading.Thread(target=site.http.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr(sources, "BASE_URL", site.url)
    yield site
    site.http.shutdown()
    site.http.server_close()


def check_images(loaded, train, test):
    (x_train, y_train), (x_test, y_test) = loaded
    assert x_train.shape == (train, 28, 28) and x_test.shape == (test, 28, 28)
    assert y_train.shape == (train,) and y_test.shape == (test,)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert x_train.max() == 255 and x_train.min() == 0
    assert x_train.flags.writeable


# The offline sample.


@pytest.mark.parametrize("load", [datasets.load_mnist, datasets.load_fashion_mnist])
def test_sample_images(load):
    loaded = load()
    check_images(loaded, 4000, 1000)
    (x_train, y_train), (x_test, y_test) = loaded
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10
    assert len(np.unique(y_train[:100])) == 10, "in random order, not class after class"
    test_set = {image.tobytes() for image in x_test}
    assert not any(image.tobytes() in test_set for image in x_train)


def test_sample_is_small_and_as_listed():
    listed = dict(reversed(line.split()) for line in (DATA / "SHA256SUMS").read_text().splitlines())
    kept = {p.name for p in DATA.iterdir() if p.is_file()}
    assert kept == {*listed, "SHA256SUMS", "README.md", "make_sample.py"}
    for name, digest in listed.items():
        assert sources.sha256((DATA / name).read_bytes()) == digest
    sizes = [(DATA / name).stat().st_size for name in kept]
    assert sum(sizes) <= 6_000_000 and max(sizes) <= 4_000_000
    readme = (DATA / "README.md").read_text()
    for name in listed:
        size = (DATA / name).stat().st_size
        assert f"| `{name}` | {size:,} |" in readme


def test_damaged_sample_is_refused(monkeypatch, tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    broken = tmp_path / "data" / "mnist.npz"
    content = bytearray(broken.read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(content)
    monkeypatch.setattr(sources, "SAMPLE_FOLDER", tmp_path / "data")
    with pytest.raises(datasets.DatasetUnavailable, match=r"mnist\.npz is damaged"):
        datasets.load_mnist()
    (tmp_path / "data" / "novels.json.bz2").unlink()
    with pytest.raises(datasets.DatasetUnavailable, match="missing"):
        datasets.load_novels()


def test_sample_imdb_follows_keras_conventions():
    (x_train, y_train), (x_test, y_test) = datasets.load_imdb(num_words=500)
    assert x_train.shape == y_train.shape == (4000,) and x_test.shape == y_test.shape == (1000,)
    assert x_train.dtype == object and x_train[0].dtype == np.int32 and x_train[0].ndim == 1
    assert y_train.dtype == np.int64 and set(y_train) == {0, 1}
    numbers = [n for review in [*x_train, *x_test] for n in review.tolist()]
    assert all(review[0] == 1 and 1 not in review[1:] for review in x_train)
    assert min(numbers) == 1 and max(numbers) == 499 and 3 not in numbers and 2 in numbers
    index = datasets.load_imdb_word_index()
    assert sorted(index.values()) == list(range(1, len(index) + 1))
    assert index["the"] == 1


def test_sample_imdb_is_the_food_reviews():
    (x_train, y_train), _ = datasets.load_imdb(num_words=None)
    (texts, labels), _ = datasets.load_reviews()
    index = datasets.load_imdb_word_index()
    order = np.arange(len(texts))
    np.random.RandomState(113).shuffle(order)
    assert (y_train == labels[order]).all()
    largest = max(max(review) for review in x_train)
    assert largest == max(index.values()) + 2, "as Keras, without a limit the last word is cut"
    decoded = datasets.decode_review(x_train[0], index)
    original = texts[order[0]].lower()
    assert decoded.startswith("<start> ")
    assert all(word in original for word in decoded.split()[1:10])


def test_decode_review_marks():
    words = datasets.decode_review([0, 1, 4, 2, np.int64(5), 3, 99], {"good": 1, "film": 2})
    assert words == "<pad> <start> good <unknown> film <unused> <unknown>"


def test_num_words_too_small():
    with pytest.raises(ValueError, match="num_words is 1"):
        datasets.load_imdb(num_words=1)


# What comes with the course.


def test_digits():
    x, y = datasets.load_digits()
    assert x.shape == (1797, 8, 8) and x.dtype == np.uint8 and (x.min(), x.max()) == (0, 16)
    assert y.shape == (1797,) and y.dtype == np.uint8 and set(y) == set(range(10))


def test_reviews():
    (x_train, y_train), (x_test, y_test) = datasets.load_reviews()
    assert len(x_train) == 4000 and len(x_test) == 1000
    assert y_train.shape == (4000,) and y_test.shape == (1000,) and y_train.dtype == np.uint8
    assert all(isinstance(text, str) and text for text in x_train)
    praise = np.array(["delicious" in text.lower() for text in x_train])
    assert y_train[praise].mean() > y_train.mean() + 0.05, "the labels go with the texts"


def test_novels():
    novels = datasets.load_novels()
    assert len(novels) == 6 and sum(map(len, novels.values())) > 4_000_000
    assert "It is a truth universally acknowledged" in novels["Pride and Prejudice"]
    assert novels["Emma"].rstrip().endswith("FINIS")


def test_word_vectors():
    words, vectors = datasets.load_word_vectors()
    assert len(words) == len(set(words)) == 20_000 and words[0] == "the"
    assert vectors.shape == (20_000, 50) and vectors.dtype == np.float32
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    row = {word: i for i, word in enumerate(words)}
    near = np.argsort(-unit @ (unit[row["king"]] - unit[row["man"]] + unit[row["woman"]]))
    assert "queen" in [words[i] for i in near[:3]]


def test_time_series():
    months, co2 = datasets.load_time_series("co2")
    assert months.dtype == np.dtype("datetime64[M]") and co2.shape == months.shape == (526,)
    assert (np.diff(months).astype(int) == 1).all() and np.isfinite(co2).all()
    assert 310 < co2.min() < 320 and 370 < co2.max() < 380
    days, weekly = datasets.load_time_series("co2_weekly")
    assert weekly.shape == days.shape == (2284,) and np.isnan(weekly).sum() == 59
    in_april = days.astype("datetime64[M]") == np.datetime64("1958-04")
    assert co2[1] == pytest.approx(np.nanmean(weekly[in_april]))
    years, spots = datasets.load_time_series("sunspots")
    assert years[[0, -1]].tolist() == [1700, 2008] and spots.shape == (309,)
    assert spots.dtype == np.float64 and spots[0] == 5
    with pytest.raises(ValueError, match="no series 'weather'"):
        datasets.load_time_series("weather")


# Modes and the one line.


def test_notice_once_and_on_stdout(capfd):
    datasets.load_mnist()
    datasets.load_mnist()
    datasets.load_imdb()
    datasets.load_imdb_word_index()
    out, err = capfd.readouterr()
    assert err == ""
    first, second = out.splitlines()
    assert first.startswith("MNIST: there is no network") and "5,000 of the 70,000" in first
    assert second.startswith("IMDb: there is no network") and "food reviews" in second


def test_sample_mode_ignores_the_cache(monkeypatch, cache, small_mnist, capsys):
    (cache / "mnist.npz").write_bytes(small_mnist)
    check_images(datasets.load_mnist(), 70, 7)
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("COURSE_DATA", "sample")
    check_images(datasets.load_mnist(), 4000, 1000)
    assert "COURSE_DATA=sample" in capsys.readouterr().out


@pytest.mark.parametrize(
    "load", [datasets.load_mnist, datasets.load_fashion_mnist, datasets.load_imdb]
)
def test_full_mode_without_network_is_one_clear_error(monkeypatch, load):
    monkeypatch.setenv("COURSE_DATA", "full")
    with pytest.raises(datasets.DatasetUnavailable) as raised:
        load()
    message = str(raised.value)
    assert "\n" not in message and "no network" in message and "COURSE_DATA=auto" in message
    assert str(sources.keras_datasets()) in message


def test_unknown_mode(monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "everything")
    for ask in (datasets.load_mnist, datasets.load_imdb_word_index, datasets.describe):
        with pytest.raises(ValueError, match="auto, full, sample"):
            ask()


def test_offline_is_asked_once_and_never_hangs(monkeypatch):
    asked = []

    def hang(answers):
        asked.append(1)
        time.sleep(60)

    monkeypatch.setattr(sources, "_ask_server", hang)
    monkeypatch.setattr(sources, "CONNECT_SECONDS", -0.8)
    started = time.perf_counter()
    datasets.load_mnist()
    datasets.load_fashion_mnist()
    assert time.perf_counter() - started < 10 and asked == [1]


def test_importing_needs_no_tensorflow():
    code = (
        "import sys, helpers.datasets; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == ["False", "False"]


# The cache and the download.


def test_keras_home(monkeypatch, tmp_path):
    assert sources.keras_datasets() == tmp_path / "keras" / "datasets"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert sources.keras_datasets() == tmp_path / ".keras" / "datasets"


def test_download(server, small_mnist, capfd):
    (server.folder / "mnist.npz").write_bytes(small_mnist)
    check_images(datasets.load_mnist(), 70, 7)
    assert (sources.keras_datasets() / "mnist.npz").read_bytes() == small_mnist
    out, err = capfd.readouterr()
    assert err == "" and "mnist.npz" in out, "the progress bar goes to stdout"
    datasets.load_mnist()
    assert server.gets == ["/mnist.npz"], "the second time it is in the cache"


@pytest.mark.parametrize("harm", ["flipped", "half", "empty"])
def test_damaged_cache_is_fetched_again(server, cache, small_mnist, harm, capsys):
    (server.folder / "mnist.npz").write_bytes(small_mnist)
    flipped = bytearray(small_mnist)
    flipped[5000] ^= 1
    broken = {"flipped": bytes(flipped), "half": small_mnist[:9000], "empty": b""}[harm]
    (cache / "mnist.npz").write_bytes(broken)
    check_images(datasets.load_mnist(), 70, 7)
    assert (cache / "mnist.npz").read_bytes() == small_mnist
    assert "MNIST: mnist.npz in Keras' cache is damaged, so it is fetched again." in (
        capsys.readouterr().out
    )


def test_damaged_cache_without_network_is_never_used(monkeypatch, cache, small_mnist, capsys):
    flipped = bytearray(small_mnist)
    flipped[5000] ^= 1
    (cache / "mnist.npz").write_bytes(flipped)
    check_images(datasets.load_mnist(), 4000, 1000)
    (line,) = capsys.readouterr().out.splitlines()
    assert "mnist.npz in Keras' cache is damaged and there is no network" in line
    monkeypatch.setenv("COURSE_DATA", "full")
    with pytest.raises(datasets.DatasetUnavailable, match="is damaged and there is no network"):
        datasets.load_mnist()


def test_wrong_download_is_tried_twice_and_not_kept(server, small_mnist, capfd):
    (server.folder / "mnist.npz").write_bytes(small_mnist[:-1] + b"x")
    check_images(datasets.load_mnist(), 4000, 1000)
    assert server.gets == ["/mnist.npz"] * 2
    assert list(sources.keras_datasets().iterdir()) == []
    out, err = capfd.readouterr()
    assert "mnist.npz came with a wrong checksum, so this is the offline sample" in out
    assert err == ""


def test_download_that_breaks_off(server, small_mnist, capfd):
    (server.folder / "mnist.npz").write_bytes(small_mnist)
    server.break_off = True
    check_images(datasets.load_mnist(), 4000, 1000)
    assert list(sources.keras_datasets().iterdir()) == []
    out, err = capfd.readouterr()
    assert "broke off" in out or "wrong checksum" in out
    assert err == ""


def test_server_without_the_file(server, small_mnist, capsys):
    check_images(datasets.load_mnist(), 4000, 1000)
    assert "the server does not give out mnist.npz" in capsys.readouterr().out


def test_cache_that_cannot_be_written(server, tmp_path, small_mnist, capsys):
    (tmp_path / "keras").write_text("a file where a folder should be")
    check_images(datasets.load_mnist(), 4000, 1000)
    assert "cannot be written to" in capsys.readouterr().out


def test_fashion_mnist_from_debian_packed_in_its_own_way(monkeypatch, tmp_path, capsys):
    rng = np.random.default_rng(1)
    arrays = [
        rng.integers(0, 256, (60, 28, 28), np.uint8),
        rng.integers(0, 10, 60, np.uint8),
        rng.integers(0, 256, (6, 28, 28), np.uint8),
        rng.integers(0, 10, 6, np.uint8),
    ]
    contents = {}
    for name, array in zip(sources.FASHION_MNIST.files, arrays, strict=True):
        head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
        path = sources.DEBIAN_DATASETS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(head + array.tobytes(), 1))
        contents[name] = sources.sha256(head + array.tobytes())
    small = replace(sources.FASHION_MNIST, debian_contents=contents)
    for module in (images, status):
        monkeypatch.setattr(module, "FASHION_MNIST", small)
    loaded = datasets.load_fashion_mnist()
    check_images(loaded, 60, 6)
    assert all(
        (got == want).all()
        for got, want in zip([a for part in loaded for a in part], arrays, strict=True)
    )
    assert {d.name: d.source for d in datasets.describe()}["fashion_mnist"] == "full (debian)"
    assert capsys.readouterr().out == ""
    path.write_bytes(path.read_bytes()[:-9])  # half of it is worth nothing
    check_images(datasets.load_fashion_mnist(), 4000, 1000)


# The table for `course doctor`.


def test_describe(monkeypatch, server, cache, small_mnist):
    (server.folder / "mnist.npz").write_bytes(small_mnist)
    here = {d.name: d for d in datasets.describe()}
    assert here["mnist"].source == here["imdb"].source == "sample"
    assert here["mnist"].path == DATA / "mnist.npz" and here["mnist"].path.is_file()
    assert here["mnist"].size == here["mnist"].path.stat().st_size
    assert here["word_vectors"].source == "sample" and here["novels"].source == "full (course)"
    (cache / "mnist.npz").write_bytes(small_mnist)
    full = datasets.describe()[0]
    assert (full.source, full.path) == ("full (keras cache)", cache / "mnist.npz")
    assert full.size == len(small_mnist)
    (cache / "mnist.npz").write_bytes(small_mnist[:-1])
    assert "is damaged" in datasets.describe()[0].note
    monkeypatch.setenv("COURSE_DATA", "full")
    assert datasets.describe()[0].source == "missing"
    assert server.gets == [], "it never downloads"


# Against Keras' own loaders, on the full data.

COMPARE = """
import json
import numpy as np
import keras
from helpers import datasets

def same(ours, theirs):
    for a, b in zip([a for p in ours for a in p], [b for p in theirs for b in p], strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape, (a.dtype, b.dtype, a.shape, b.shape)
        pairs = zip(a, b, strict=True)
        assert all(x.tolist() == y for x, y in pairs) if a.dtype == object else (a == b).all()

same(datasets.load_mnist(), keras.datasets.mnist.load_data())
same(datasets.load_fashion_mnist(), keras.datasets.fashion_mnist.load_data())
same(datasets.load_imdb(), keras.datasets.imdb.load_data(num_words=10_000))
assert datasets.load_imdb_word_index() == keras.datasets.imdb.get_word_index()
(x, _), _ = datasets.load_imdb()
print(json.dumps(datasets.decode_review(x[0])))
"""


def test_full_data_equals_keras(tmp_path):
    folder = os.environ.get("COURSE_FULL_DATA")
    if not folder or not Path(folder, "datasets", "mnist.npz").is_file():
        pytest.skip("COURSE_FULL_DATA names no folder with the full data (datasets/mnist.npz, ...)")
    home = tmp_path / "keras"
    for source in Path(folder, "datasets").rglob("*"):
        if source.is_file():
            target = home / "datasets" / source.relative_to(Path(folder, "datasets"))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)  # the bytes only: the source may be read-only
    environment = {**os.environ, "KERAS_HOME": str(home), "COURSE_DATA": "full"}
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    run = subprocess.run(
        [sys.executable, "-c", COMPARE], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    decoded = json.loads(run.stdout.splitlines()[-1])
    assert decoded.startswith("<start> this film was just brilliant casting location")
