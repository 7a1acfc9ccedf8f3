"""What all reviews and more words bring to lecture 9's models; run once, kept in 09_text.json.

Takes some minutes on one core: ``COURSE_DATA=full python lectures/longer_runs/09_text.py``
Runs that stand in the file already, with these settings, are not made again.
"""

import json
import time
from pathlib import Path

from helpers import datasets

# isort: split
import keras
import numpy as np
from keras import layers, ops
from keras.utils import pad_sequences
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

RESULTS = Path(__file__).with_suffix(".json")
SIZE = 10_000
SETTINGS = {
    "vocabulary": SIZE,
    "test_reviews": 10_000,
    "batch_size": 32,
    "seed": 0,
    "keras": keras.__version__,
}
# Name, training reviews, words of each, learning rate of Adam, epochs.
RUNS = [
    ("TF-IDF with pairs", 25_000, 200, None, None),
    ("averaged embeddings", 25_000, 200, 0.01, 2),
    ("Transformer encoder", 25_000, 200, 0.004, 1),
]


def build(encode, length, dim=32):
    """Return the lecture's net, whose verdict is the mean vote of its words."""
    tokens = keras.Input((length,), dtype="int32")
    real = ops.not_equal(tokens, 0)
    x = layers.Embedding(SIZE, dim)(tokens)
    if encode:
        x = x + layers.Embedding(length, dim)(ops.cumsum(ops.ones_like(tokens), axis=1) - 1)
        attend = layers.MultiHeadAttention(1, dim)
        x = layers.LayerNormalization()(x + attend(x, x, attention_mask=real[:, None]))
        hidden = layers.Dense(2 * dim, "gelu")(x)
        x = layers.LayerNormalization()(x + layers.Dense(dim)(hidden))
    votes, real = layers.Dense(1)(x)[..., 0], ops.cast(real, "float32")
    return keras.Model(tokens, ops.sum(votes * real, axis=1) / ops.sum(real, axis=1))


def linear(train, y_train, test):
    """Return the verdicts of logistic regression on words and pairs."""
    pairs = TfidfVectorizer(
        analyzer=lambda r: np.append(r, r[:-1] * SIZE + r[1:]).tolist(), min_df=3
    )
    model = LogisticRegression(solver="liblinear").fit(pairs.fit_transform(train), y_train)
    return model.decision_function(pairs.transform(test))


def net(name, length, rate, epochs, train, y_train, test):
    """Return the verdicts of one of the nets."""
    keras.utils.set_random_seed(SETTINGS["seed"])
    model = build("encoder" in name, length)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    x, y = pad_sequences(train, length), y_train.astype("float32")
    model.fit(x, y, SETTINGS["batch_size"], epochs, verbose=0)
    return model.predict(pad_sequences(test, length), verbose=0)


def main():
    """Train, test, and write the results down after each run."""
    (r_train, y_train), (r_test, y_test) = datasets.load_imdb(SIZE)
    assert len(r_train) == len(y_test) == 25_000, "not the full data"
    y_test = y_test[: SETTINGS["test_reviews"]]
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    runs = kept["runs"] if kept.get("settings") == SETTINGS else []
    for name, reviews, length, rate, epochs in RUNS:
        run = {"model": name, "reviews": reviews, "words": length, "rate": rate, "epochs": epochs}
        if any(run.items() <= done.items() for done in runs):
            continue
        train = [review[-length:] for review in r_train[:reviews]]
        test = [review[-length:] for review in r_test[: len(y_test)]]
        start = time.process_time()
        if rate is None:
            verdict = linear(train, y_train[:reviews], test)
        else:
            verdict = net(name, length, rate, epochs, train, y_train[:reviews], test)
        seconds = round(time.process_time() - start)
        right = round(float(np.mean((verdict > 0) == y_test)), 3)
        runs.append(run | {"cpu_seconds": seconds, "test": right})
        RESULTS.write_text(json.dumps({"settings": SETTINGS, "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
