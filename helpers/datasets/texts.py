"""Texts: film and food reviews, novels, word vectors."""

from __future__ import annotations

import bz2
import io
import json
import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from helpers.datasets.images import Arrays
from helpers.datasets.sources import IMDB, find, read_sample

START, UNKNOWN, INDEX_FROM = 1, 2, 3  # Keras' conventions; 0 pads
MARKERS = {0: "<pad>", START: "<start>", UNKNOWN: "<unknown>", INDEX_FROM: "<unused>"}
SEED = 113  # the one of Keras' own loader, for the same order

Texts = tuple[tuple[list[str], np.ndarray], tuple[list[str], np.ndarray]]


def load_imdb(num_words: int | None = 10_000) -> Arrays:
    """Load the IMDb film reviews as integers, as ``keras.datasets.imdb`` does.

    The integers are 1 for the start of a review, 2 for a word outside the vocabulary, and the
    word's rank by frequency plus 3 for all others; 0 is left for padding.

    Parameters
    ----------
    num_words : int or None
        Keep integers below `num_words` only; those from there on become 2. None keeps all but
        the very last, as Keras' loader does.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Reviews, object arrays of shape (n,) that hold int32 arrays, one for each review (Keras
        has lists, which take five times the memory); labels, int64 of shape (n,), 1 for a good
        review, 0 for a bad one. 25,000 each. IMDb's reviews may not be
        passed on, so in the offline sample 4,000 and 1,000 food reviews (see `load_reviews`),
        turned into integers in the same way, stand in for them.

    Raises
    ------
    DatasetUnavailable
        If ``COURSE_DATA=full`` and the full data can neither be found nor downloaded.
    ValueError
        If ``COURSE_DATA`` has a value that is not known, or `num_words` is less than 2.

    Notes
    -----
    A. L. Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011.
    """
    if num_words is not None and num_words <= START:
        raise ValueError(f"num_words is {num_words}; it must be at least 2, or None for all words.")
    found = find(IMDB)
    rng = np.random.RandomState(SEED)  # shuffles the training part, then goes on with the test part
    if found.is_sample:
        (x_train, y_train), (x_test, y_test) = _parse_reviews(found.files[IMDB.sample_file])
        index = _rank_words(x_train)
        code = _code_table(index, num_words)
        train = [_to_ranks(text, index) for text in x_train], y_train.astype(np.int64)
        test = [_to_ranks(text, index) for text in x_test], y_test.astype(np.int64)
        return _encode(*train, code, rng), _encode(*test, code, rng)
    code = _code_table(json.loads(found.files["imdb_word_index.json"]), num_words)
    # Pickled lists; safe to unpickle, because the checksum says that they are the known ones.
    # One part after the other, because each takes hundreds of megabytes on its way.
    with np.load(io.BytesIO(found.files["imdb.npz"]), allow_pickle=True) as arrays:
        encoded_train = _encode(arrays["x_train"], arrays["y_train"], code, rng)
        encoded_test = _encode(arrays["x_test"], arrays["y_test"], code, rng)
    return encoded_train, encoded_test


def load_imdb_word_index() -> dict[str, int]:
    """Load the ranks of the words in `load_imdb`, from the same source.

    Returns
    -------
    dict of str to int
        1 for the most frequent word. `load_imdb` writes rank + 3.

    Raises
    ------
    DatasetUnavailable, ValueError
        As `load_imdb`.
    """
    found = find(IMDB)
    if found.is_sample:
        (x_train, _), _ = _parse_reviews(found.files[IMDB.sample_file])
        return _rank_words(x_train)
    return json.loads(found.files["imdb_word_index.json"])


def decode_review(sequence: Iterable[int], word_index: dict[str, int] | None = None) -> str:
    """Turn a review of `load_imdb` back into words.

    Parameters
    ----------
    sequence : iterable of int
        One review.
    word_index : dict of str to int, optional
        What `load_imdb_word_index` returned. Give it when decoding many reviews; without it,
        it is loaded each time.

    Returns
    -------
    str
        Words with spaces between them, and <pad>, <start>, <unknown> for 0, 1, 2.
    """
    index = load_imdb_word_index() if word_index is None else word_index
    words = {rank + INDEX_FROM: word for word, rank in index.items()} | MARKERS
    return " ".join(words.get(int(number), MARKERS[UNKNOWN]) for number in sequence)


def load_reviews() -> Texts:
    """Load 5,000 reviews of food as text. They come with the course.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        4,000 and 1,000 reviews as lists of str (some with ``<br />`` in them); labels, uint8 of
        shape (n,), 1 for "great" (five stars), 0 for any other score.

    Raises
    ------
    DatasetUnavailable
        If the course's file is missing or damaged.

    Notes
    -----
    Amazon fine food reviews, J. McAuley and J. Leskovec, "From Amateurs to Connoisseurs:
    Modeling the Evolution of User Expertise through Online Reviews", WWW 2013; drawn from them as
    ``small_fine_foods`` in the R package modeldata (MIT).
    """
    return _parse_reviews(read_sample("reviews.json.bz2"))


def load_novels() -> dict[str, str]:
    """Load the six novels of Jane Austen in full. They come with the course.

    Returns
    -------
    dict of str to str
        Title to text, four million characters in all; lines of about 70 characters, an empty
        line between paragraphs.

    Raises
    ------
    DatasetUnavailable
        If the course's file is missing or damaged.

    Notes
    -----
    Public domain, from the R package janeaustenr (J. Silge, MIT).
    """
    return json.loads(bz2.decompress(read_sample("novels.json.bz2")))


def load_word_vectors() -> tuple[list[str], np.ndarray]:
    """Load GloVe vectors of the 20,000 most frequent words. They come with the course.

    Returns
    -------
    words : list of str
        In lower case, the most frequent first; punctuation marks are words, too.
    vectors : float32 array of shape (20000, 50)
        One row for each word, rounded to 1/64 to save space: cosines move by 0.01 at most.

    Raises
    ------
    DatasetUnavailable
        If the course's file is missing or damaged.

    Notes
    -----
    J. Pennington, R. Socher and C. Manning, "GloVe: Global Vectors for Word Representation",
    EMNLP 2014; trained on Wikipedia 2014 and Gigaword 5 (6 billion tokens, 400,000 words), PDDL.
    """
    with np.load(io.BytesIO(read_sample("glove_50d.npz")), allow_pickle=False) as arrays:
        words = arrays["words"].tobytes().decode("utf-8").split("\n")
        return words, arrays["vectors"].astype(np.float32)


def _parse_reviews(content: bytes) -> Texts:
    parts = json.loads(bz2.decompress(content))
    train, test = (
        (parts[part]["texts"], np.array(parts[part]["labels"], np.uint8))
        for part in ("train", "test")
    )
    return train, test


def _split_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)*", text.lower().replace("<br />", " "))


def _rank_words(texts: Iterable[str]) -> dict[str, int]:
    """Rank words by how often they occur, 1 for the most frequent; ties alphabetically."""
    counts = Counter(word for text in texts for word in _split_words(text))
    by_frequency = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: rank for rank, word in enumerate(by_frequency, start=1)}


def _to_ranks(text: str, index: dict[str, int]) -> list[int]:
    """Words that the training part does not have are left out, as in Keras' file."""
    return [index[word] for word in _split_words(text) if word in index]


def _code_table(index: dict[str, int], num_words: int | None) -> list[int]:
    """Return what each rank is written as: shifted by 3, and 2 beyond the vocabulary."""
    largest = max(index.values())
    limit = largest + INDEX_FROM if num_words is None else num_words
    shifted = range(INDEX_FROM, largest + INDEX_FROM + 1)
    return [number if number < limit else UNKNOWN for number in shifted]


def _encode(
    reviews: list[list[int]] | np.ndarray,
    labels: np.ndarray,
    code: list[int],
    rng: np.random.RandomState,
) -> tuple[np.ndarray, np.ndarray]:
    """Shuffle as Keras does, mark the start, write every rank by the table; empties `reviews`."""
    order = np.arange(len(reviews))
    rng.shuffle(order)
    encoded = np.empty(len(reviews), dtype=object)
    for place, source in enumerate(order.tolist()):
        encoded[place] = np.array([START, *map(code.__getitem__, reviews[source])], np.int32)
        reviews[source] = []  # makes room: the ranks as they were read take 120 MB
    return encoded, labels[order]
