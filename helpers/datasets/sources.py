"""Where the files come from: Keras' cache, Debian's folder, a download, or the offline sample.

Every file is hashed before it is used, so a damaged or half-downloaded one is never trained on.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import tempfile
import threading
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass, field
from pathlib import Path

BASE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
DEBIAN_DATASETS = Path("/usr/share/datasets")
SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "data"
CONNECT_SECONDS = 4.0
READ_SECONDS = 20.0
MODES = ("auto", "full", "sample")
MISSING, DAMAGED = "is not in Keras' cache", "in Keras' cache is damaged"


class DatasetUnavailable(RuntimeError):
    """A data set cannot be had; the message says what was tried and what to do."""


class DownloadFailed(Exception):
    """One file could not be downloaded; the message says why in a few words."""


@dataclass(frozen=True)
class Remote:
    """A data set that is too large for the course to bring along whole.

    `files` maps each file's path below Keras' ``datasets`` folder to its SHA-256;
    `debian_contents` to the SHA-256 of what is inside (Debian packs the same bytes again).
    """

    title: str
    files: dict[str, str]
    sample_file: str
    sample_text: str
    debian_contents: dict[str, str] = field(default_factory=dict)


MNIST = Remote(
    title="MNIST",
    files={"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
    sample_file="mnist.npz",
    sample_text="5,000 of the 70,000 images (4,000 to train, 1,000 to test)",
)
FASHION_MNIST = Remote(
    title="Fashion-MNIST",
    files={
        "fashion-mnist/train-images-idx3-ubyte.gz": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        "fashion-mnist/train-labels-idx1-ubyte.gz": (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        "fashion-mnist/t10k-images-idx3-ubyte.gz": (
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": (
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
    },
    sample_file="fashion_mnist.npz",
    sample_text="5,000 of the 70,000 images (4,000 to train, 1,000 to test)",
    debian_contents={
        "fashion-mnist/train-images-idx3-ubyte.gz": (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        "fashion-mnist/train-labels-idx1-ubyte.gz": (
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "fashion-mnist/t10k-images-idx3-ubyte.gz": (
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": (
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
    },
)
IMDB = Remote(
    title="IMDb",
    files={
        "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        "imdb_word_index.json": "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
    },
    sample_file="reviews.json.bz2",
    sample_text=(
        "5,000 food reviews, good or not (4,000 to train, 1,000 to test), "
        "stand in for the 50,000 film reviews, with a word index of their own"
    ),
)

_noticed: set[str] = set()  # data sets whose notice has been printed in this process
_network_is_up: bool | None = None  # None: not tried yet


@dataclass(frozen=True)
class Found:
    """Where a data set was found, and the checked bytes of its files."""

    source: str
    folder: Path
    files: dict[str, bytes]

    @property
    def is_sample(self) -> bool:
        """Whether this is the offline sample."""
        return self.source == "sample"


def course_data() -> str:
    """Return what ``COURSE_DATA`` asks for: 'auto', 'full' or 'sample'."""
    mode = os.environ.get("COURSE_DATA", "").strip().lower() or "auto"
    if mode not in MODES:
        raise ValueError(f"COURSE_DATA is {mode!r}; it can be one of: {', '.join(MODES)}.")
    return mode


def keras_datasets() -> Path:
    """Return the folder where Keras keeps its data sets."""
    home = os.environ.get("KERAS_HOME")
    if home:
        return Path(home).expanduser() / "datasets"
    user = Path.home()
    base = user if os.access(user, os.W_OK) else Path(tempfile.gettempdir())  # as Keras does
    return base / ".keras" / "datasets"


def find(data_set: Remote) -> Found:
    """Find a data set at the first source that has it whole and unharmed.

    Raises
    ------
    DatasetUnavailable
        If ``COURSE_DATA=full`` and neither this machine nor the network has it.
    ValueError
        If ``COURSE_DATA`` is none of 'auto', 'full', 'sample'.
    """
    mode = course_data()
    if mode == "sample":
        return _take_sample(data_set, "COURSE_DATA=sample")
    found, good, problems = look_locally(data_set)
    if found:
        return found
    try:
        files = _download_missing(data_set, good, problems)
        return Found("full (keras cache)", keras_datasets(), files)
    except DownloadFailed as failure:
        damaged = [name for name, problem in problems.items() if problem == DAMAGED]
        reasons = [*say_problems(dict.fromkeys(damaged, DAMAGED)), str(failure)]
    if mode == "auto":
        return _take_sample(data_set, " and ".join(reasons))
    raise DatasetUnavailable(
        f"{data_set.title} is not in {_places(data_set)}, and downloading it failed "
        f"({' and '.join(reasons)}): connect to the network, copy {', '.join(data_set.files)} "
        "into that folder, or set COURSE_DATA=auto to use the offline sample."
    )


def look_locally(data_set: Remote) -> tuple[Found | None, dict[str, bytes], dict[str, str]]:
    """Look in Keras' cache and in Debian's folder, without any network.

    Returns what was found whole (or None), the good files of the cache, and what is wrong with
    its others.
    """
    good, problems = _read_cache(data_set)
    if not problems:
        return Found("full (keras cache)", keras_datasets(), good), good, problems
    packed_again = _read_debian(data_set)
    if packed_again:
        return Found("full (debian)", DEBIAN_DATASETS, packed_again), good, problems
    return None, good, problems


def read_sample(name: str) -> bytes:
    """Read one file of the offline sample and hold it against its checksum."""
    try:
        sums = (SAMPLE_FOLDER / "SHA256SUMS").read_text("utf-8")
        content = (SAMPLE_FOLDER / name).read_bytes()
    except OSError as error:
        raise DatasetUnavailable(
            f"The course's own file {name} is missing: install the course again."
        ) from error
    known = {file: digest for digest, file in (line.split() for line in sums.splitlines())}
    if sha256(content) != known.get(name):
        raise DatasetUnavailable(
            f"The course's own file {name} is damaged: install the course again."
        )
    return content


def say_problems(problems: dict[str, str]) -> list[str]:
    """Put what is wrong with the cache's files into words."""
    return [f"{Path(name).name} {problem}" for name, problem in problems.items()]


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _places(data_set: Remote) -> str:
    debian = f" or {DEBIAN_DATASETS}" if data_set.debian_contents else ""
    return f"{keras_datasets()}{debian}"


def _read_cache(data_set: Remote) -> tuple[dict[str, bytes], dict[str, str]]:
    good, problems = {}, {}
    for name, known in data_set.files.items():
        try:
            content = (keras_datasets() / name).read_bytes()
        except OSError:
            problems[name] = MISSING
            continue
        if sha256(content) == known:
            good[name] = content
        else:
            problems[name] = DAMAGED
    return good, problems


def _read_debian(data_set: Remote) -> dict[str, bytes]:
    """Return the files of the Debian package, unpacked, or nothing unless all are right."""
    files = {}
    for name, known in data_set.debian_contents.items():
        try:
            content = gzip.decompress((DEBIAN_DATASETS / name).read_bytes())
        except (OSError, EOFError, zlib.error):
            return {}
        if sha256(content) != known:
            return {}
        files[name] = content
    return files


def _take_sample(data_set: Remote, reason: str) -> Found:
    content = read_sample(data_set.sample_file)
    if data_set.title not in _noticed:
        # On stdout: anything on stderr costs points in an nbgrader test cell.
        print(f"{data_set.title}: {reason}, so this is the offline sample: {data_set.sample_text}.")
        _noticed.add(data_set.title)
    return Found("sample", SAMPLE_FOLDER, {data_set.sample_file: content})


def _download_missing(
    data_set: Remote, good: dict[str, bytes], problems: dict[str, str]
) -> dict[str, bytes]:
    if not _network():
        raise DownloadFailed("there is no network")
    files = dict(good)
    for name, problem in problems.items():
        if problem == DAMAGED:
            print(f"{data_set.title}: {Path(name).name} {DAMAGED}, so it is fetched again.")
        files[name] = _download(name, data_set.files[name])
    return {name: files[name] for name in data_set.files}


def _network() -> bool:
    """Tell whether the download server answers; asked once per process.

    Asked in a thread, because looking up a name can hang far longer than any socket's timeout.
    """
    global _network_is_up
    if _network_is_up is None:
        answers: list[bool] = []
        asking = threading.Thread(target=_ask_server, args=(answers,), daemon=True)
        asking.start()
        asking.join(CONNECT_SECONDS + 1)
        _network_is_up = bool(answers)
    return _network_is_up


def _ask_server(answers: list[bool]) -> None:
    try:
        request = urllib.request.Request(BASE_URL, method="HEAD")
        urllib.request.urlopen(request, timeout=CONNECT_SECONDS).close()
    except urllib.error.HTTPError:
        pass  # an error page is an answer, too
    except (OSError, ValueError):
        return
    answers.append(True)


def _download(name: str, known: str) -> bytes:
    """Download one file into Keras' cache and return its checked bytes.

    pooch writes to a temporary file and moves it into place only when the checksum is right.
    """
    import pooch  # here, because it takes a while to import and is seldom needed
    from tqdm import tqdm

    global _network_is_up
    pooch.get_logger().setLevel("ERROR")  # its messages would go to stderr
    target = keras_datasets() / name
    _check_writable(target.parent)
    reason, cut_off = "", False
    for _ in range(2):  # a line that broke once often holds the second time
        # On stdout like every message. pooch sets the true total, and needs one that is not 0.
        with tqdm(desc=target.name, total=1, unit="B", unit_scale=True, file=sys.stdout) as bar:
            downloader = pooch.HTTPDownloader(
                progressbar=bar, chunk_size=1 << 16, timeout=(CONNECT_SECONDS, READ_SECONDS)
            )
            try:
                pooch.retrieve(
                    BASE_URL + target.name,
                    known_hash=f"sha256:{known}",
                    fname=target.name,
                    path=target.parent,
                    downloader=downloader,
                )
                return target.read_bytes()
            except ValueError:
                reason = f"{target.name} came with a wrong checksum"
            except OSError as error:  # every error of a connection is one
                cut_off = getattr(error, "response", None) is None
                if cut_off:
                    reason = f"the download of {target.name} broke off"
                else:
                    reason = f"the server does not give out {target.name}"
    if cut_off:
        _network_is_up = False  # so that the next data set does not wait for it again
    raise DownloadFailed(reason)


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise DownloadFailed("Keras' cache cannot be written to") from error
