"""Reviews as sparse matrices: words that occur, and pairs of words weighted by what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

Reviews = np.ndarray  # of arrays of whole numbers, as `load_imdb` returns
START = 1  # marks where a review begins


def multi_hot(reviews: Reviews, words: int) -> sparse.csr_matrix:
    """Return a row for each review, with a 1 for each word in it, however often."""
    return _ones([np.unique(review) for review in reviews], words)


def _ones(columns: list[np.ndarray], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in columns)])
    ones = np.ones(ends[-1], np.float32)
    return sparse.csr_matrix((ones, np.concatenate(columns), ends), shape=(len(columns), width))


@dataclass
class Weighted:
    """Words and pairs of neighbours as features, weighted by Naive Bayes.

    A feature is kept if at least `least` training reviews have it. Its weight is the logarithm of
    how much more frequent it is among good reviews than among bad ones (S. Wang and C. Manning,
    "Baselines and Bigrams", ACL 2012); each review's row then has length 1.
    """

    least: int = 3
    pairs: bool = True
    bayes: bool = True  # False: TF-IDF in place of Naive Bayes

    def fit(self, reviews: Reviews, labels: np.ndarray) -> sparse.csr_matrix:
        """Choose and weight features on training reviews; return their matrix."""
        codes = [self._codes(review) for review in reviews]
        known, counts = np.unique(np.concatenate(codes), return_counts=True)
        self.known = known[counts >= self.least]
        ones = self._matrix(codes)
        if self.bayes:
            good, bad = (np.asarray(ones[labels == label].sum(axis=0))[0] + 1 for label in (1, 0))
            self.weights = np.log(good / good.sum()) - np.log(bad / bad.sum())
        else:
            found = np.asarray(ones.sum(axis=0))[0]
            self.weights = np.log((1 + len(reviews)) / (1 + found)) + 1
        return self._weigh(ones)

    def transform(self, reviews: Reviews) -> sparse.csr_matrix:
        """Return other reviews' matrix; what training did not have is left out."""
        return self._weigh(self._matrix([self._codes(review) for review in reviews]))

    def _codes(self, review: np.ndarray) -> np.ndarray:
        words = review[1 if len(review) and review[0] == START else 0 :].astype(np.int64)
        if not self.pairs:
            return np.unique(words)
        return np.unique(np.concatenate([words, (words[:-1] + 1 << 32) + words[1:]]))

    def _matrix(self, codes: list[np.ndarray]) -> sparse.csr_matrix:
        places = [np.searchsorted(self.known, row) for row in codes]
        last = len(self.known) - 1
        found = [
            place[self.known[np.minimum(place, last)] == row]
            for place, row in zip(places, codes, strict=True)
        ]
        return _ones(found, len(self.known))

    def _weigh(self, ones: sparse.csr_matrix) -> sparse.csr_matrix:
        return normalize(ones.multiply(self.weights.astype(np.float32)).tocsr())
