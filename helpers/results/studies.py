"""What is trained: for each name the data, the recipe and the seeds, and how to measure it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from helpers.results import convolution, data, dense, texts
from helpers.results.augmentation import Warp
from helpers.results.store import Result

Tick = Callable[[], None]
VERSION = 1  # raise it when the training code changes so that the numbers may


@dataclass(frozen=True)
class Study:
    """Models that differ in their seeds alone; trained at once, or a run for each seed."""

    name: str
    needs: str  # the data set
    seeds: int
    ticks: int  # in one run, for the progress bar
    settings: dict[str, Any]  # all that decides the numbers
    train: Callable[[list[int], Tick], Result]
    at_once: bool = True

    def runs(self) -> list[list[int]]:
        """Return the seeds of each run."""
        seeds = list(range(self.seeds))
        return [seeds] if self.at_once else [[seed] for seed in seeds]

    def key(self) -> dict[str, Any]:
        """Return the settings, with what holds for all studies."""
        return {"study": self.name, "version": VERSION, **self.settings}


def dense_images(
    name: str,
    recipe: dense.Recipe,
    needs: str = "mnist",
    count: int | None = None,
    scale: float = 255,
    seeds: int = 4,
    copies: int = 0,
    warp: Warp | None = None,
    standardize: bool = False,
) -> Study:
    """Dense nets on images; `scale` is what pixels are divided by.

    With `copies`, each training image is replaced by that many, all changed by `warp`. With
    `standardize`, each pixel's mean over the training images is 0 and its deviation about 1.
    """

    def train(seeds: list[int], tick: Tick) -> Result:
        (x, y), (x_test, y_test) = data.images(needs)
        x, y = x[:count], y[:count]
        start = time.perf_counter()
        if warp:
            x, y = (np.repeat(part, copies, axis=0) for part in (x, y))
            x = warp(x, np.random.default_rng(0))
        x, x_test = (
            part.reshape(len(part), -1).astype(np.float32) / np.float32(scale)
            for part in (x, x_test)
        )
        if standardize:  # a pixel that is nearly always black must not become loud
            mean, deviation = x.mean(axis=0), x.std(axis=0) + np.float32(10 / scale)
            x, x_test = ((part - mean) / deviation for part in (x, x_test))
        halves = dense.fit_two_at_a_time(recipe, (x, y), None, seeds, tick)
        seconds = time.perf_counter() - start

        def measure(nets: dense.Outcome) -> dict[str, np.ndarray]:
            right = dense.hits(nets.net.predict(x_test), y_test)
            return {
                "test": right.mean(axis=1),
                "test_100": right[:, :100].mean(axis=1),
                "train": nets.accuracy[:, -1],
                "train_first": nets.accuracy[:, 0],
                "fitted": nets.net.evaluate(x, y)[1],
            }

        return _join(halves, seeds, seconds, measure)

    settings = {"data": needs, "count": count, "scale": scale, "recipe": recipe.settings()}
    if warp:
        settings |= {"copies": copies, "warp": asdict(warp)}
    if standardize:
        settings["standardize"] = True
    return Study(name, needs, seeds, 2 * recipe.epochs, settings, train)


def dense_reviews(
    name: str,
    recipe: dense.Recipe,
    words: int = 10_000,
    held_out: bool = True,
    seeds: int = 4,
    again: int = 0,
) -> Study:
    """Dense nets on reviews, a 0 or 1 for each word; with or without 10,000 for validation.

    With `again`, that many epochs more follow, on all reviews.
    """

    def train(seeds: list[int], tick: Tick) -> Result:
        (x, y), (x_test, y_test) = data.multi_hot(words)
        val = None
        if held_out:
            val = x[: data.VALIDATION_REVIEWS], y[: data.VALIDATION_REVIEWS]
            x, y = x[data.VALIDATION_REVIEWS :], y[data.VALIDATION_REVIEWS :]
        start = time.perf_counter()
        halves = dense.fit_two_at_a_time(recipe, (x, y), val, seeds, tick)
        if again:
            whole = data.multi_hot(words)[0]
            more = replace(recipe, epochs=again)
            halves = dense.fit_two_at_a_time(more, whole, val, seeds, tick, halves)
        seconds = time.perf_counter() - start

        def measure(nets: dense.Outcome) -> dict[str, np.ndarray]:
            loss, accuracy = nets.net.evaluate(x_test, y_test)
            measures = {"test": accuracy, "test_loss": loss, "train": nets.accuracy[:, -1]}
            if held_out:
                measures |= {
                    "val": nets.val_accuracy[:, -1],
                    "val_loss_best": nets.val_loss.min(axis=1),
                    "val_loss_last": nets.val_loss[:, -1],
                    "val_loss_rise": nets.val_loss[:, -1] - nets.val_loss.min(axis=1),
                    "best_epoch": 1.0 + nets.val_loss.argmin(axis=1),
                }
            return measures

        return _join(halves, seeds, seconds, measure)

    settings = {"data": "imdb", "words": words, "held_out": held_out, "recipe": recipe.settings()}
    return Study(name, "imdb", seeds, 2 * recipe.epochs, settings, train)


def _join(
    halves: list[dense.Outcome],
    seeds: list[int],
    seconds: float,
    measure: Callable[[dense.Outcome], dict[str, np.ndarray]],
) -> Result:
    measured = [measure(half) for half in halves]
    measures = {
        key: np.concatenate([half[key] for half in measured]).tolist() for key in measured[0]
    }
    return Result(seeds, seconds, halves[0].net.parameters, measures)


def weighted_reviews(
    name: str,
    recipe: dense.Recipe,
    features: texts.Weighted,
    words: int | None = None,
    seeds: int = 4,
) -> Study:
    """Dense nets on weighted words, or words and pairs; `recipe.widths` without the inputs."""

    def train(seeds: list[int], tick: Tick) -> Result:
        (reviews, y), (test_reviews, y_test) = data.reviews(words)
        start = time.perf_counter()
        x = features.fit(reviews, y)
        sized = replace(recipe, widths=(x.shape[1], *recipe.widths))
        halves = dense.fit_two_at_a_time(sized, (x, y), None, seeds, tick)
        seconds = time.perf_counter() - start
        x_test = features.transform(test_reviews)

        def measure(nets: dense.Outcome) -> dict[str, np.ndarray]:
            loss, accuracy = nets.net.evaluate(x_test, y_test)
            return {"test": accuracy, "test_loss": loss, "train": nets.accuracy[:, -1]}

        return _join(halves, seeds, seconds, measure)

    settings = {"data": "imdb", "words": words, "recipe": recipe.settings()}
    settings["features"] = asdict(features)
    return Study(name, "imdb", seeds, 2 * recipe.epochs, settings, train)


def convolutional(
    name: str,
    recipe: convolution.Recipe,
    needs: str = "mnist",
    count: int | None = None,
    seeds: int = 2,
) -> Study:
    """Return convolutional nets on images, each trained on its own, on all cores."""

    def train(seeds: list[int], tick: Tick) -> Result:
        (x, y), (x_test, y_test) = data.images(needs)
        convolution.load_keras()  # loading the library is not training
        start = time.perf_counter()
        nets = [convolution.fit(recipe, (x[:count], y[:count]), seed, tick) for seed in seeds]
        seconds = time.perf_counter() - start
        answers = np.stack([convolution.predict(net, x_test, recipe.warp.mirror) for net in nets])
        right = dense.hits(answers, y_test)
        measures = {"test": right.mean(axis=1), "test_100": right[:, :100].mean(axis=1)}
        plain = {key: values.tolist() for key, values in measures.items()}
        return Result(seeds, seconds, nets[0].count_params(), plain)

    settings = {"data": needs, "count": count, "recipe": recipe.settings()}
    return Study(name, needs, seeds, recipe.epochs, settings, train, at_once=False)


def linear_images(name: str, needs: str, count: int | None = None) -> Study:
    """Logistic regression on pixels, scikit-learn's."""
    options = {"max_iter": 100}
    choices = [0.01, 0.1, 1.0, 10.0] if count else [1.0]

    def train(seeds: list[int], tick: Tick) -> Result:
        from sklearn.linear_model import LogisticRegression

        (x, y), (x_test, y_test) = data.images(needs)
        x, x_test = (part.reshape(len(part), -1) / np.float32(255) for part in (x[:count], x_test))
        model = LogisticRegression(**options)
        return _fit_linear(model, choices, (x, y[:count]), (x_test, y_test), tick)

    settings = {"data": needs, "count": count, "model": "LogisticRegression", "C": choices}
    return Study(name, needs, 1, 1, {**settings, "options": options}, train)


def linear_reviews(name: str, features: texts.Weighted) -> Study:
    """Linear support vector machine on weighted words, scikit-learn's."""
    choices = [0.03, 0.1, 0.3, 1.0]

    def train(seeds: list[int], tick: Tick) -> Result:
        from sklearn.svm import LinearSVC

        (reviews, y), (test_reviews, y_test) = data.reviews(None)
        start = time.perf_counter()
        x = features.fit(reviews, y)
        spent = time.perf_counter() - start
        x_test = features.transform(test_reviews)
        model = LinearSVC(random_state=0)
        return _fit_linear(model, choices, (x, y), (x_test, y_test), tick, spent)

    settings: dict[str, Any] = {"data": "imdb", "model": "LinearSVC", "C": choices}
    settings["features"] = asdict(features)
    return Study(name, "imdb", 1, 1, settings, train)


def _fit_linear(
    model: Any,
    choices: list[float],
    train: dense.Data,
    test: dense.Data,
    tick: Tick,
    spent: float = 0,
) -> Result:
    """Fit with the regularization that cross-validation likes best."""
    from sklearn.model_selection import GridSearchCV

    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops at max_iter, as it is meant to
        if len(choices) > 1:
            model = GridSearchCV(model, {"C": choices}, cv=3).fit(*train).best_estimator_
        else:
            model.set_params(C=choices[0]).fit(*train)
    seconds = time.perf_counter() - start + spent
    tick()
    measures = {"test": [model.score(*test)], "train": [model.score(*train)], "C": [model.C]}
    return Result([0], seconds, model.coef_.size + model.intercept_.size, measures)
