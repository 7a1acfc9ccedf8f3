"""What more passes over the novel bring to lecture 11's character model.

Run once, kept in 11_rnn.json after every pass. Takes some minutes on one core:
``COURSE_DATA=full python lectures/longer_runs/11_rnn.py``
"""

import json
import time
from pathlib import Path

from helpers import datasets

# isort: split
import keras
import numpy as np
from keras import layers

RESULTS = Path(__file__).with_suffix(".json")
SETTINGS = {
    "novel": "Pride and Prejudice, the first nine tenths",
    "unseen_characters": 256 * 260,
    "window": 50,
    "batch_size": 32,
    "optimizer": "Adam(0.02, clipnorm=1.0), cosine to 0",
    "seed": 0,
    "keras": keras.__version__,
}
RUNS = [(128, 1), (128, 4)]  # units, passes; the lecture's net makes half a pass


def build(units, signs):
    """Return the lecture's net with that many units."""
    stack = [layers.Embedding(signs, 32), layers.GRU(units, return_sequences=True)]
    return keras.Sequential([keras.Input((None,), dtype="int32"), *stack, layers.Dense(signs)])


def main():
    """Train, score after each pass in bits per character, and write the results down."""
    text = " ".join(datasets.load_novels()["Pride and Prejudice"].split())
    signs, codes = np.unique(list(text), return_inverse=True)
    cut, window, batch = len(codes) // 10 * 9, SETTINGS["window"], SETTINGS["batch_size"]
    unseen = codes[cut : cut + SETTINGS["unseen_characters"]].reshape(256, 260)
    steps = 376
    size = steps * batch * window
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    results = []
    for units, passes in RUNS:
        keras.utils.set_random_seed(SETTINGS["seed"])
        model = build(units, len(signs))
        rate = keras.optimizers.schedules.CosineDecay(0.02, passes * steps)
        model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), entropy, jit_compile=False)
        start = time.process_time()
        for done in range(1, passes + 1):
            at = 7 * (done - 1)  # each pass cuts the windows at other places
            x, y = (codes[k : k + size].reshape(-1, window) for k in (at, at + 1))
            model.fit(x, y, batch, 1, verbose=0)
            seconds = time.process_time() - start
            loss = model.evaluate(unseen[:, :-1], unseen[:, 1:], batch, verbose=0)
            run = {"units": units, "passes": done, "of": passes, "weights": model.count_params()}
            results.append(
                run | {"cpu_seconds": round(seconds), "bits": round(loss / np.log(2), 2)}
            )
            RESULTS.write_text(json.dumps({"settings": SETTINGS, "runs": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
