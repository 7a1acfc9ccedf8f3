"""What more images and epochs bring to lecture 10's three nets; run once, kept in 10_cnn.json.

Takes some minutes on one core: ``COURSE_DATA=full python lectures/longer_runs/10_cnn.py``
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
    "test_images": 10_000,
    "batch_size": 64,
    "optimizer": "Adam(0.003)",
    "seed": 0,
    "keras": keras.__version__,
}
NETS = ["dense", "CNN", "pooled CNN"]
RUNS = [(name, images, epochs) for images, epochs in [(10_000, 3), (60_000, 5)] for name in NETS]


def build(name):
    """Return one of the lecture's nets."""
    if name == "dense":
        stack = [layers.Flatten(), layers.Dense(26, activation="relu")]
    else:
        pooled = name == "pooled CNN"
        stack = [layers.Conv2D(16, 5, 2, "same", activation="relu"), layers.MaxPooling2D()]
        stack += [layers.Conv2D(130 if pooled else 32, 3, 1, "same"), layers.ReLU()]
        stack += [layers.GlobalMaxPooling2D() if pooled else layers.Flatten()]
    inputs = [keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)]
    return keras.Sequential([*inputs, *stack, layers.Dense(10)])


def main():
    """Train, test, and write the results down after each run."""
    (x_train, y_train), (x_test, y_test) = datasets.load_fashion_mnist()
    x_train, x_test = x_train[..., None], x_test[..., None]
    results = []
    for name, images, epochs in RUNS:
        keras.utils.set_random_seed(SETTINGS["seed"])
        model = build(name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False, steps_per_execution=20)
        start = time.process_time()
        batch = SETTINGS["batch_size"]
        model.fit(x_train[:images], y_train[:images], batch, epochs, verbose=0)
        seconds = time.process_time() - start
        right = np.mean(model.predict(x_test, 500, verbose=0).argmax(axis=1) == y_test)
        run = {"net": name, "images": images, "epochs": epochs}
        results.append(run | {"cpu_seconds": round(seconds), "test": round(float(right), 3)})
        RESULTS.write_text(json.dumps({"settings": SETTINGS, "runs": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
