"""What data there is on this machine; used by ``course doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from helpers.datasets.sources import (
    DAMAGED,
    FASHION_MNIST,
    IMDB,
    MISSING,
    MNIST,
    SAMPLE_FOLDER,
    DatasetUnavailable,
    Remote,
    course_data,
    look_locally,
    read_sample,
    say_problems,
)


class DatasetInfo(NamedTuple):
    """One line of the table that `describe` returns."""

    name: str  # as in the loader: 'mnist' for load_mnist
    # 'full (keras cache)', 'full (debian)', 'full (course)', 'full (scikit-learn)', 'sample' or
    # 'missing'
    source: str
    path: Path | None  # folder or file in use
    size: int  # bytes on the disk
    note: str  # what it holds, or what is wrong


def describe() -> list[DatasetInfo]:
    """Tell which data sets are here in full and which as the sample. Never downloads.

    Returns
    -------
    list of DatasetInfo
        In the order of the loaders' names. A data set that is not here in full counts as
        'sample' under ``COURSE_DATA=auto`` (its loader tries to download first) and as
        'missing' under ``COURSE_DATA=full``; so does a file of the course that is damaged.

    Raises
    ------
    ValueError
        If ``COURSE_DATA`` is none of 'auto', 'full', 'sample'.
    """
    import sklearn.datasets

    digits = Path(sklearn.datasets.__file__).parent / "data" / "digits.csv.gz"
    return [
        _remote("mnist", MNIST),
        _remote("fashion_mnist", FASHION_MNIST),
        _remote("imdb", IMDB),
        DatasetInfo(
            "digits",
            "full (scikit-learn)",
            digits,
            digits.stat().st_size if digits.exists() else 0,
            "1,797 images of 8x8",
        ),
        _own("reviews", "reviews.json.bz2", "full (course)", "5,000 food reviews"),
        _own("novels", "novels.json.bz2", "full (course)", "six novels by Jane Austen"),
        _own("word_vectors", "glove_50d.npz", "sample", "20,000 of GloVe's 400,000 words"),
        _own("time_series: co2", "co2.csv", "full (course)", "weekly, 1958 to 2001"),
        _own("time_series: sunspots", "sunspots.csv", "full (course)", "yearly, 1700 to 2008"),
    ]


def _own(name: str, file: str, source: str, note: str) -> DatasetInfo:
    try:
        return DatasetInfo(name, source, SAMPLE_FOLDER / file, len(read_sample(file)), note)
    except DatasetUnavailable as error:
        return DatasetInfo(name, "missing", SAMPLE_FOLDER / file, 0, str(error))


def _remote(name: str, data_set: Remote) -> DatasetInfo:
    mode = course_data()
    if mode == "sample":
        return _own(name, data_set.sample_file, "sample", data_set.sample_text)
    found, _, problems = look_locally(data_set)
    damaged = {file: problem for file, problem in problems.items() if problem == DAMAGED}
    wrong = "; ".join(say_problems(damaged)) or (MISSING if problems and not found else "")
    if found:
        paths = [found.folder / file for file in data_set.files]
        place = paths[0] if len(paths) == 1 else paths[0].parent
        return DatasetInfo(name, found.source, place, sum(p.stat().st_size for p in paths), wrong)
    if mode == "full":
        return DatasetInfo(name, "missing", None, 0, wrong)
    return _own(name, data_set.sample_file, "sample", f"{wrong}; {data_set.sample_text}")
