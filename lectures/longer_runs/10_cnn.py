"""What more data and filters bring to lecture 10's nets; run once, kept in 10_cnn.json.

Takes some minutes on one core: ``COURSE_DATA=full python lectures/longer_runs/10_cnn.py``
Runs that stand in the file already, with these settings, are not made again.
"""

import json
import time
from pathlib import Path

from helpers import datasets

# isort: split
import keras
import numpy as np
from keras import layers
from keras.utils import pad_sequences

RESULTS = Path(__file__).with_suffix(".json")
SETTINGS = {
    "images": {"test_images": 10_000, "batch_size": 64, "rate": 0.003, "seed": 0},
    "text": {
        "train_reviews": 25_000,
        "test_reviews": 10_000,
        "vocabulary": 5_000,
        "words": 150,
        "epochs": 2,
        "batch_size": 64,
        "rate": 0.002,
    },
    "keras": keras.__version__,
}
NETS = ["dense", "CNN", "pooled CNN"]
IMAGE_RUNS = [
    {"net": name, "images": images, "epochs": epochs}
    for images, epochs in [(10_000, 3), (60_000, 5)]
    for name in NETS
]
TEXT_RUNS = [
    {"filters": filters, "separable": separable, "seed": seed}
    for filters in (32, 250)  # the lecture's, and Ash's deck's with its hidden layer
    for separable in (False, True)
    for seed in (0, 1, 2)
]


def image_net(name):
    """Return one of the lecture's nets for Fashion-MNIST."""
    if name == "dense":
        stack = [layers.Flatten(), layers.Dense(26, activation="relu")]
    else:
        pooled = name == "pooled CNN"
        stack = [layers.Conv2D(16, 5, 2, "same", activation="relu"), layers.MaxPooling2D()]
        stack += [layers.Conv2D(130 if pooled else 32, 3, 1, "same"), layers.ReLU()]
        stack += [layers.GlobalMaxPooling2D() if pooled else layers.Flatten()]
    inputs = [keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)]
    return keras.Sequential([*inputs, *stack, layers.Dense(10)])


def text_net(filters, separable):
    """Return the lecture's net for reviews; with 250 filters, the deck's hidden layer of 25."""
    convolution = layers.SeparableConv1D if separable else layers.Conv1D
    inputs = keras.Input((SETTINGS["text"]["words"],), dtype="int32")
    stack = [layers.Embedding(SETTINGS["text"]["vocabulary"], 50)]
    stack += [convolution(filters, 3, activation="relu"), layers.GlobalMaxPooling1D()]
    stack += [layers.Dense(25, activation="relu")] if filters == 250 else []
    return keras.Sequential([inputs, *stack, layers.Dense(1)])


def train(model, loss, rate, batch, x, y, epochs, **options):
    """Train; return the CPU seconds of each epoch."""
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False, **options)
    model.optimizer.build(model.trainable_variables)
    seconds = []
    for _ in range(epochs):
        start = time.process_time()
        model.fit(x, y, batch_size=batch, verbose=0)
        seconds.append(time.process_time() - start)
    return seconds


def train_image_net(run, train_part, test_part):
    """Return the CPU seconds and the share of test images that one net gets right."""
    keras.utils.set_random_seed(SETTINGS["images"]["seed"])
    model, loss = image_net(run["net"]), keras.losses.SparseCategoricalCrossentropy(True)
    x, y = (array[: run["images"]] for array in train_part)
    batch, rate = SETTINGS["images"]["batch_size"], SETTINGS["images"]["rate"]
    seconds = train(model, loss, rate, batch, x, y, run["epochs"], steps_per_execution=20)
    right = model.predict(test_part[0], 500, verbose=0).argmax(axis=1) == test_part[1]
    return {"cpu_seconds": round(sum(seconds)), "test": round(float(np.mean(right)), 3)}


def train_text_net(run, train_part, test_part):
    """Return the CPU seconds of the fastest epoch and the share of test reviews right."""
    keras.utils.set_random_seed(run["seed"])
    model = text_net(run["filters"], run["separable"])
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    text = SETTINGS["text"]
    seconds = train(model, loss, text["rate"], text["batch_size"], *train_part, text["epochs"])
    right = (model.predict(test_part[0], 500, verbose=0)[:, 0] > 0) == test_part[1]
    return {"cpu_seconds_an_epoch": round(min(seconds), 1), "test": round(float(right.mean()), 4)}


def reviews():
    """Return both parts of the reviews, each cut or padded to as many words."""
    text = SETTINGS["text"]
    train_part, test_part = datasets.load_imdb(text["vocabulary"])
    x, x_test = (pad_sequences(part[0], text["words"]) for part in (train_part, test_part))
    y, y_test = (part[1].astype("float32") for part in (train_part, test_part))
    assert len(x) == text["train_reviews"], "not the full data"
    return (x, y), (x_test[: text["test_reviews"]], y_test[: text["test_reviews"]])


def main():
    """Train, test, and write the results down after each run."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if kept.get("settings") != SETTINGS:
        kept = {"settings": SETTINGS, "runs": [], "text": []}
    (x_train, y_train), (x_test, y_test) = datasets.load_fashion_mnist()
    assert len(x_train) == 60_000, "not the full data"
    images = (x_train[..., None], y_train), (x_test[..., None], y_test)
    parts = [("runs", IMAGE_RUNS, train_image_net, images)]
    parts += [("text", TEXT_RUNS, train_text_net, reviews())]
    for part, runs, make, data in parts:
        for run in runs:
            if not any(run.items() <= done.items() for done in kept[part]):
                kept[part].append(run | make(run, *data))
                print(kept[part][-1])
                RESULTS.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
