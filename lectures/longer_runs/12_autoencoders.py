"""What more images and epochs bring to lecture 12's nets; kept in 12_autoencoders.json.

Takes some minutes on one core: ``COURSE_DATA=full python lectures/longer_runs/12_autoencoders.py``
A run that is in the file, with these settings, is not made again.
"""

import json
import time
from pathlib import Path

from helpers import datasets

# isort: split
import keras
import numpy as np
from keras import layers
from sklearn.manifold import TSNE, trustworthiness

RESULTS = Path(__file__).with_suffix(".json")
SETTINGS = {
    "test_images": 10_000,
    "batch_size": 100,
    "optimizer": "Adam(0.002)",
    "loss": "binary cross-entropy",
    "tsne_images": 3_000,
    "tsne_steps": 1000,
    "seed": 0,
    "keras": keras.__version__,
}
RUNS = [
    ("PCA", 60_000, 0),  # to 32 components and back
    ("32 units", 60_000, 10),
    ("deep", 60_000, 10),
    ("convolutional", 60_000, 5),
    ("t-SNE on pixels", 3_000, 0),
    ("t-SNE on codes", 3_000, 0),
]


def dense(*sizes, last=None):
    """Return the lecture's stack of dense layers."""
    hidden = [layers.Dense(n, activation="relu") for n in sizes[1:-1]]
    return keras.Sequential([keras.Input(sizes[:1]), *hidden, layers.Dense(sizes[-1], last)])


def pca(x, x_test):
    """Send unseen images through 32 components of the others."""
    mean = x.mean(axis=0)
    basis = np.linalg.eigh((x - mean).T @ (x - mean))[1][:, -32:]
    return mean + (x_test - mean) @ basis @ basis.T


def build(name):
    """Return the encoder and the decoder of that name."""
    if name == "32 units":
        return dense(784, 32, last="relu"), dense(32, 784, last="sigmoid")
    if name == "deep":
        return dense(784, 192, 32), dense(32, 192, 784, last="sigmoid")
    options = {"strides": 2, "padding": "same", "activation": "relu"}
    down = [layers.Conv2D(8, 3, **options), layers.Conv2D(16, 3, **options)]
    down = [layers.Reshape((28, 28, 1)), *down, layers.Flatten(), layers.Dense(32)]
    up = [layers.Dense(7 * 7 * 16, activation="relu"), layers.Reshape((7, 7, 16))]
    up += [layers.Conv2DTranspose(8, 3, **options)]
    up += [layers.Conv2DTranspose(1, 3, **options | {"activation": "sigmoid"}), layers.Flatten()]
    return [keras.Sequential([keras.Input((n,)), *p]) for n, p in [(784, down), (32, up)]]


def main():
    """Train, test, and write the results down after each run."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    results = kept["runs"] if kept.get("settings") == SETTINGS else []
    (x, _), (x_test, _) = datasets.load_mnist()
    assert (len(x), len(x_test)) == (60_000, SETTINGS["test_images"]), "not the full data"
    x, x_test = (a.reshape(-1, 784) / np.float32(255) for a in (x, x_test))
    encoder = None
    for name, images, epochs in RUNS:
        known = any(name == run["net"] for run in results)
        if known and (name != "deep" or len(results) == len(RUNS)):
            continue  # the codes for t-SNE are those of the deep net
        keras.utils.set_random_seed(SETTINGS["seed"])
        start = time.process_time()
        run = {"net": name, "images": images}
        if name == "PCA":
            out = pca(x[:images], x_test)
            seconds = time.process_time() - start
            run |= {"epochs": epochs, "error": round(float(np.mean((out - x_test) ** 2)), 4)}
        elif epochs:
            pair = build(name)
            encoder = pair[0] if name == "deep" else encoder
            model, batch = keras.Sequential(pair), SETTINGS["batch_size"]
            adam = keras.optimizers.Adam(0.002)
            options = {"steps_per_execution": 20, "jit_compile": False}
            model.compile(adam, "binary_crossentropy", **options)
            model.fit(x[:images], x[:images], batch, epochs, verbose=0)
            seconds = time.process_time() - start
            error = np.mean((model.predict(x_test, 500, verbose=0) - x_test) ** 2)
            run |= {"epochs": epochs, "error": round(float(error), 4)}
        else:
            some = x_test[:images]
            data = some if name.endswith("pixels") else encoder.predict(some, 500, verbose=0)
            start = time.process_time()
            z = TSNE(max_iter=SETTINGS["tsne_steps"], random_state=0).fit_transform(data)
            seconds = time.process_time() - start
            run |= {"trust": round(float(trustworthiness(some, z, n_neighbors=10)), 3)}
        results = [r for r in results if r["net"] != name] + [run | {"cpu_seconds": round(seconds)}]
        results.sort(key=lambda run: [name for name, _, _ in RUNS].index(run["net"]))
        RESULTS.write_text(json.dumps({"settings": SETTINGS, "runs": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
