# %% [markdown]
# # 5. Training networks with Keras
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/05_keras.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/05_keras.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 4*
#
# **After this lecture you can**
#
# - Take images through the whole workflow, from loading to prediction, and say what each step decides
# - Check a model's parameter count and its predictions by hand
# - Choose the output activation and the loss that fit a task, and use logits safely
# - Read a confusion matrix, a reliability diagram and learning curves, and choose the number of epochs on validation data
# - Write one network in three ways, save it, load it and follow its training
# - Prepare text and tables for a network without leaking test data, and compare with a baseline

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import datasets, figures, quizzes

import tempfile
import timeit
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers, losses
from scipy import sparse
from scipy.special import softmax
from scipy.stats import zscore
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import ConfusionMatrixDisplay
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

keras.utils.set_random_seed(0)
tf.get_logger().setLevel("ERROR")  # no advice on speed among the results
folder = Path(tempfile.mkdtemp())  # for models and logs

# %% [markdown]
# ## The workflow, start to end
#
# In lecture 4 you wrote forward pass, backward pass and update yourself. Keras does that from a description. What is left for you to decide? Every project takes the same steps: **load** the data, **split** it, **preprocess** it, **define** the model, read its **summary**, **compile** it (choose optimizer, loss and metrics), **fit**, **evaluate**, **predict**. We take handwritten digits through all of them. They come with a test set; a sixth of the rest is kept for validation.

# %% tags=["full-data"]
(x_train, y_train), (x_test, y_test) = datasets.load_mnist()  # load
n = len(x_train) // 6  # split
x_val, y_val = x_train[:n], y_train[:n]
x_train, y_train = x_train[n : 3 * n].copy(), y_train[n : 3 * n]  # a third will do here
print("train", x_train.shape, x_train.dtype, " val", x_val.shape, " test", x_test.shape)
alt = "Eight handwritten digits, dark on white, each titled with its label."
figures.show(figures.image_grid(x_train[:8], y_train[:8].tolist()), alt)

# %% [markdown]
# To preprocess, scale the pixels from 0…255 to 0…1 and flatten each image to 784 numbers. Here both steps are layers of the model: they are saved with it, nobody can forget them, and the images stay `uint8`, a quarter of the memory of `float32`.


# %%
def image_net(units, steps=1):
    """Define and compile a net for 28 x 28 images; it does `steps` updates in one go."""
    preprocess = [keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten()]
    dense = [layers.Dense(units, activation="relu"), layers.Dense(10, activation="softmax")]
    model = keras.Sequential(preprocess + dense)
    loss = "sparse_categorical_crossentropy"  # labels are integers, not one-hot
    model.compile("rmsprop", loss, metrics=["accuracy"], steps_per_execution=steps)
    return model


digits = image_net(512)
digits.summary()

# %% [markdown]
# `None` in the summary is the batch axis: any number of images will do.
#
# **Predict.** We fit for 2 epochs with a batch size of 250, on 20,000 images. How often are the weights updated?
#
# <details><summary>Answer</summary>
#
# An epoch passes over all images once, in 20,000 / 250 = 80 batches. Each batch gives one update, so 2 epochs make 160. (The small sample has fewer.)
#
# </details>

# %% tags=["nbval-ignore-output"]
options = {"batch_size": 250, "epochs": 2, "validation_data": (x_val, y_val), "verbose": 0}
fit = digits.fit(x_train, y_train, **options)
print("updates:", int(digits.optimizer.iterations), end=", ")
print({name: np.round(values, 3).tolist() for name, values in fit.history.items()})
print("test loss, accuracy:", np.round(digits.evaluate(x_test, y_test, 500, verbose=0), 3))
probabilities = digits.predict(x_test[:8], verbose=0)
print("predict:", probabilities.shape, "row sums", probabilities.sum(axis=1).round(3))
print("classes", probabilities.argmax(axis=1), "labels", y_test[:8])

# %% [markdown]
# About 0.93 of the test digits are right here. `fit` returns one number per epoch and metric, `evaluate` uses data that took no part in any decision, and `predict` returns *probabilities*: the class is the place of the largest.
#
# ## What the summary counts
#
# Next, a harder data set of the same shape: Fashion-MNIST, ten kinds of clothing, with 128 hidden units. A dense layer from $n$ inputs to $m$ units has one weight per pair and one bias per unit:
#
# $$(n + 1)\,m: \qquad (784 + 1)\cdot 128 = 100{,}480, \qquad (128 + 1)\cdot 10 = 1{,}290, \qquad \text{together } 101{,}770.$$
#
# **Think.** What do `Rescaling` and `Flatten` add to the count?
#
# <details><summary>Answer</summary>
#
# Nothing. They compute, but have nothing to learn.
#
# </details>
#
# Then train as Joaquin Vanschoren's slides do (Further reading; we call such slides *decks*): all 60,000 images, RMSprop, batches of 128, five epochs. The deck reports a test accuracy of 0.8824. 60,000 / 128, rounded up, makes 469 batches, so 5 · 469 = 2,345 updates. TensorFlow does 67 of them in one go, to save time.

# %% tags=["nbval-ignore-output"]
fashion = image_net(128, steps=67)
assert (784 + 1) * 128 + (128 + 1) * 10 == fashion.count_params() == 101_770
del digits, x_train, x_val  # make room
(x_train, y_train), (x_test, y_test) = datasets.load_fashion_mnist()
fashion.fit(x_train, y_train, batch_size=128, epochs=5, verbose=0)
print("test accuracy", round(fashion.evaluate(x_test, y_test, 500, verbose=0)[1], 4))

# %% [markdown]
# About 0.88 with the full data, as in the deck. Does the model compute anything beyond lecture 2's forward pass? Take out its four arrays and predict in NumPy (`softmax` here is SciPy's).

# %%
w1, b1, w2, b2 = fashion.get_weights()
flat = x_test[:1000].reshape(-1, 784) / 255
scores = np.maximum(flat @ w1 + b1, 0) @ w2 + b2
by_numpy = softmax(scores, axis=1)
probabilities = fashion.predict(x_test, batch_size=1000, verbose=0)
np.testing.assert_allclose(probabilities[:1000], by_numpy, atol=1e-5)
print("predict equals NumPy; shapes", w1.shape, b1.shape, w2.shape, b2.shape)

# %% [markdown]
# ## Output activation and loss by task
#
# The hidden layers do not know what the task is. The last activation sets which values can come out, and the loss says how far off they are.
#
# | task | example | units, activation | loss |
# |---|---|---|---|
# | binary | is the digit 5 or more? | 1, sigmoid | binary cross-entropy |
# | multi-class: one of $k$ | which digit? | $k$, softmax | categorical cross-entropy |
# | multi-label: any of $k$ | even? 5 or more? with a loop (0, 6, 8, 9)? | $k$, sigmoid | binary cross-entropy |
# | regression | how much ink? | 1 a number, none | mean squared error |
# | bounded regression | which share of the ink is on the left? | 1 a number, sigmoid | MSE or binary cross-entropy |
#
# We put all five questions to the same 8 × 8 digits, and two of them twice: with softmax for multi-label and with sigmoid for ink, on purpose. The seven nets share only the input, so one `fit` trains them side by side. “All right” counts the images whose every output is on its target's side of ½.
#
# **Predict.** A label counts as set if its output exceeds ½. For which digits can softmax never get all three labels right?
#
# <details><summary>Answer</summary>
#
# Softmax outputs sum to 1, so at most one exceeds ½. 0 (even, loop), 6 and 8 (all three) and 9 (5 or more, loop) have two labels or three: always wrong.
#
# </details>

# %% tags=["nbval-ignore-output"]
x8, y8 = datasets.load_digits()
x8 = x8.reshape(-1, 64).astype("float32") / 16
ink = x8.sum(axis=1, keepdims=True)
share = x8.reshape(-1, 8, 8)[:, :, :4].sum(axis=(1, 2))[:, None] / ink
many = np.stack([y8 % 2 == 0, y8 >= 5, np.isin(y8, [0, 6, 8, 9])], axis=1).astype("float32")
tasks = {  # name: target, units, activation, loss
    "binary": (many[:, 1:2], 1, "sigmoid", "binary_crossentropy"),
    "multi-class": (np.eye(10)[y8], 10, "softmax", "categorical_crossentropy"),
    "multi-label": (many, 3, "sigmoid", "binary_crossentropy"),
    "multi-label_wrong": (many, 3, "softmax", "categorical_crossentropy"),
    "ink": (ink, 1, "linear", "mean_squared_error"),
    "ink_wrong": (ink, 1, "sigmoid", "mean_squared_error"),
    "left_share": (share, 1, "sigmoid", "mean_squared_error"),
}
inputs, outputs = keras.Input((64,)), {}
for name, (_, units, activation, _) in tasks.items():
    hidden = layers.Dense(32, activation="relu")(inputs)
    outputs[name] = layers.Dense(units, activation=activation)(hidden)
seven = keras.Model(inputs, outputs)
seven_losses = {name: task[3] for name, task in tasks.items()}
seven.compile("rmsprop", seven_losses, steps_per_execution=60)
targets = {name: task[0][:1200] for name, task in tasks.items()}
seven.fit(x8[:1200], targets, epochs=7, batch_size=20, verbose=0)

for name, output in seven(x8[1200:]).items():  # a model can be called like a layer
    target, activation, output = tasks[name][0][1200:], tasks[name][2], output.numpy()
    print(f"{name:18}{activation:8} mean absolute error {abs(output - target).mean():6.3f}", end="")
    all_right = ((output > 0.5) == (target > 0.5)).all(axis=1).mean()
    print(f", all right in {all_right:.2f} of the images" if target.max() == 1 else "")

# %% [markdown]
# A wrong output does not crash. It trains, and stays wrong: the sigmoid cannot exceed 1, and the ink is about 20.
#
# ### Logits and probabilities, integers and one-hot
#
# Two choices look like different losses and are not. Labels may be integers (`sparse_…`) or one-hot rows. And the last layer may leave out its activation and return **logits**, the scores $z$ before softmax; the loss then takes `from_logits=True` and applies softmax itself. With $c$ the true class,
#
# $$-\log \operatorname{softmax}(z)_c = -\log \frac{e^{z_c}}{\sum_j e^{z_j}} = -z_c + \log \textstyle\sum_j e^{z_j}.$$
#
# The right-hand side is lecture 2's stable log-sum-exp. A probability can round to 0, whose logarithm does not exist; Keras clips it.

# %%
z = np.array([[2.0, -1.0, 0.5], [0.1, 0.2, 3.0]], dtype="float32")
p, integers, one_hot = softmax(z, axis=1), np.array([0, 1]), np.eye(3)[[0, 1]]
sparse_loss, loss = losses.SparseCategoricalCrossentropy, losses.CategoricalCrossentropy
# sparse_loss() makes a loss function; the second brackets call it.
four = [sparse_loss()(integers, p), sparse_loss(from_logits=True)(integers, z)]
four += [loss()(one_hot, p), loss(from_logits=True)(one_hot, z)]
print("the same loss four times:", np.round(four, 4))
np.testing.assert_allclose(four, four[0], rtol=1e-5)

z = tf.Variable([[60.0, 0.0, 0.0]])  # very sure of class 0, but the label is 1
for from_logits in (True, False):
    with tf.GradientTape() as tape:  # records, to differentiate (lecture 4)
        output = z if from_logits else tf.exp(z) / tf.reduce_sum(tf.exp(z))
        loss = sparse_loss(from_logits=from_logits)(np.array([1]), output)
    gradient = tape.gradient(loss, z).numpy()[0].round(3) + 0.0
    print(f"from_logits={from_logits!s:5}: loss {loss:.1f}, gradient {gradient}")

# %% [markdown]
# From logits the loss is 60, and a step against the gradient lowers score 0 and raises score 1. From probabilities that you computed yourself the loss stops at $16 = -\log 10^{-7}$, where Keras clips, and the gradient is zero: the worst mistake teaches nothing. (Behind its own softmax, as in our nets, Keras finds the logits by itself.) To predict from logits, apply softmax to them.
#
# ## Metrics, mistakes and confidence
#
# Accuracy is one number. *Which* mistakes does the fashion net make? A **confusion matrix** counts each pair of true class (row) and predicted class (column); what is right stands on the diagonal.
#
# **Predict.** Which of the ten classes will be mixed up most?
#
# <details><summary>Answer</summary>
#
# Those worn on the upper body: T-shirt, pullover, coat and above all shirt, which resembles the other three.
#
# </details>

# %% tags=["nbval-ignore-output"]
names, guesses = datasets.FASHION_NAMES, probabilities.argmax(axis=1)
confidence, right = probabilities.max(axis=1), guesses == y_test
fig, ax = plt.subplots(figsize=(6, 5.4))
style = {"xticks_rotation": 45, "cmap": "Blues", "colorbar": False, "ax": ax}
ConfusionMatrixDisplay.from_predictions(y_test, guesses, display_labels=names, **style)
ax.grid(False)
figures.show(fig, "Confusion matrix. Most counts lie on the diagonal; shirts spread the widest.")
trousers, shirts = (right[y_test == i].mean() for i in (1, 6))
print(f"recall of trousers {trousers:.2f}, of shirts {shirts:.2f}")

# %% [markdown]
# A number on the diagonal divided by the sum of its row is the *recall* of that class, the share of its images that are found: here higher for trousers than for shirts. Now look at the mistakes themselves, the most confident first: doubtful labels and odd images.

# %% tags=["nbval-ignore-output"]
worst = np.argsort(np.where(right, 0, -confidence))[:12]
titles = [f"{names[guesses[i]]} {confidence[i]:.2f}\ntrue: {names[y_test[i]]}" for i in worst]
alt = "The twelve most confident mistakes, titled with prediction, probability and label."
figures.show(figures.image_grid(x_test[worst], titles, columns=6, size=1.4), alt)

# %% [markdown]
# Can such probabilities be trusted? A net is **calibrated** if, of the images to which it gives a probability of 0.8, a share of 0.8 is right. A **reliability diagram** groups the test images by confidence (the largest probability), here at 0.5, 0.6, 0.7, 0.8 and 0.9, and compares.

# %% tags=["nbval-ignore-output"]
number = np.digitize(confidence, [0.5, 0.6, 0.7, 0.8, 0.9])  # of the group, 0 to 5
groups = [number == k for k in range(6)]
claimed = [confidence[group].mean() for group in groups]
fig, ax = plt.subplots(figsize=(4.5, 3.6))
ax.plot([0.4, 1], [0.4, 1], "k:", label="calibrated")
ax.plot(claimed, [right[group].mean() for group in groups], "o-", label="fashion net")
ax.set(xlabel="mean confidence", ylabel="share that is right")
ax.legend()
figures.show(fig, "The share that is right rises with confidence, near the dotted diagonal.")
print(f"mean confidence {confidence.mean():.3f}, accuracy {right.mean():.3f}")

# %% [markdown]
# With the full data, mean confidence and accuracy nearly agree: cross-entropy rewards honest probabilities. Does that last?
#
# ## Validation data and the number of epochs
#
# How long should you train? The training loss cannot tell, because it keeps falling. A **validation set** takes no part in the updates, so its loss shows when the net begins to learn its training images by heart. To see that soon, train on 1,000 images only, for 15 epochs. A callback notes the predictions for 2,000 *test* images after each epoch, for use below.

# %% tags=["nbval-ignore-output"]
few = 1000
x_train, y_train = x_train[: 2 * few].copy(), y_train[: 2 * few]
del seven, flat, probabilities
x_few, y_few, x_val, y_val = x_train[:few], y_train[:few], x_train[few:], y_train[few:]
options = {"batch_size": 25, "validation_data": (x_val, y_val), "validation_batch_size": few}
options["verbose"] = 0
long, answers = image_net(128, steps=40), []
note = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda *_: answers.append(np.argmax(long(x_test[:2000]), axis=1))
)
history = long.fit(x_few, y_few, epochs=15, callbacks=[note], **options).history
best = int(np.argmin(history["val_loss"])) + 1
fig = figures.learning_curves(history)
for ax in fig.axes:
    ax.axvline(best, color="black", linestyle=":")
alt = f"Training loss keeps falling; validation loss is lowest at epoch {best}, then rises."
figures.show(fig, alt)

# %% [markdown]
# Past the dotted line accuracy hardly moves while the validation loss creeps up: about as many mistakes, made with more confidence. `EarlyStopping` watches for that point. It stops once the validation loss has not improved for `patience` epochs, and puts the best weights back.

# %% tags=["nbval-ignore-output"]
stop = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
short = image_net(128, steps=40)
history = short.fit(x_few, y_few, epochs=15, callbacks=[stop], **options).history
print("epochs", len(history["loss"]), "best", np.argmin(history["val_loss"]) + 1)
for name, model in [("15 epochs", long), ("stopped early", short)]:
    loss, accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
    sure = np.max(model(x_test[:2000]), axis=1).mean()
    print(f"{name:14} test loss {loss:.3f}, accuracy {accuracy:.3f}, confidence {sure:.3f}")

# %% [markdown]
# So calibration does not last: the longer run is surer of itself at about the same accuracy.
#
# ### Why not stop on the test set?
#
# Ash's deck says to stop training when *test-set* accuracy falls. Then the test set takes part in training: you report the epoch that happens to suit it. Choose the epoch that is best on 200 random test images, then compare its accuracy on those 200 with its accuracy on all the other, fresh ones. Repeat a thousand times.
#
# **Predict.** Which of the two accuracies is higher on average?
#
# <details><summary>Answer</summary>
#
# The one on the 200 images that did the choosing. The best of many epochs picks up luck as well as skill, and luck does not carry over to fresh images.
#
# </details>

# %% tags=["nbval-ignore-output"]
hits = (np.array(answers[3:]) == y_test[:2000]).astype("float32")  # from epoch 4 on
rng, gaps = np.random.default_rng(0), []
for _ in range(1000):
    order = rng.permutation(hits.shape[1])
    chosen = hits[hits[:, order[:200]].mean(axis=1).argmax()]
    gaps.append(100 * (chosen[order[:200]].mean() - chosen[order[200:]].mean()))
mean = np.mean(gaps)
fig, ax = plt.subplots()
ax.hist(gaps, bins=15, edgecolor="white")
ax.axvline(mean, color=figures.COLORS[1], label=f"mean, {mean:.1f}")
ax.set(xlabel="reported minus fresh accuracy, in points", ylabel="repetitions")
ax.legend()
figures.show(fig, f"A wide histogram; its mean, {mean:.1f} points, lies to the right of zero.")

# %% [markdown]
# On average the reported accuracy is too high, by the mean in the legend. Single repetitions scatter widely. So: training data for the weights, validation data for every choice, test data once, at the end.
#
# ## Three ways to write a model
#
# `Sequential` is a list of layers. The **functional** style calls layers on tensors, so that a model can branch, as the seven nets did. A **subclass** writes the forward pass as a Python method.
#
# **Think.** Will the three predict differently, once they hold the same weights?
#
# <details><summary>Answer</summary>
#
# No: three descriptions of one computation. The cell asserts it.
#
# </details>


# %%
class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.scores = layers.Dense(32, activation="relu"), layers.Dense(10)

    def call(self, inputs):
        return self.scores(self.hidden(inputs))


dense = [layers.Dense(32, activation="relu"), layers.Dense(10)]
sequential = keras.Sequential([keras.Input((64,)), *dense])
inputs = keras.Input((64,))
hidden = layers.Dense(32, activation="relu")(inputs)
functional = keras.Model(inputs, layers.Dense(10)(hidden))
subclassed = Subclassed()
print("arrays in the subclass before its first call:", len(subclassed.weights))
subclassed(x8[:1])
for model in (functional, subclassed):
    model.set_weights(sequential.get_weights())
    np.testing.assert_allclose(model(x8), sequential(x8), atol=1e-5)
print("same weights, same outputs;", functional.count_params(), "parameters each")

# %% [markdown]
# Take the first that suffices. Of the first two Keras knows the graph of layers; a subclass may contain loops and conditions, and has weights only after its first call.
#
# ## Saving, loading and watching
#
# A `.keras` file holds the model's configuration, its weights and the optimizer's state: here 101,770 parameters of 4 bytes, and as much again for RMSprop. `ModelCheckpoint` writes one during training, here whenever the validation loss improves; we let the longer run go on for that. `TensorBoard` logs curves to watch in a browser meanwhile, with `tensorboard --logdir FOLDER`.
#
# **Think.** What would be lost without the optimizer's state?
#
# <details><summary>Answer</summary>
#
# Nothing for `predict`. But RMSprop keeps a running mean of squared gradients for each weight (lecture 3); with it, `fit` goes on after loading undisturbed.
#
# </details>


# %% tags=["nbval-ignore-output"]
fashion.save(folder / "fashion.keras")
loaded = keras.saving.load_model(folder / "fashion.keras")
np.testing.assert_array_equal(loaded(x_val), fashion(x_val))
print("same predictions; updates so far:", int(loaded.optimizer.iterations), end="; ")
print(f"{(folder / 'fashion.keras').stat().st_size / 1e6:.2f} MB")

watch = keras.callbacks.TensorBoard(folder)
keep = keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True)
more = long.fit(x_few, y_few, epochs=3, callbacks=[keep, watch], **options).history
best = keras.saving.load_model(folder / "best.keras").evaluate(x_val, y_val, verbose=0)
print("val_loss from fit", np.round(more["val_loss"], 4), f"checkpoint {best[0]:.4f}")
log = EventAccumulator(str(folder / "train")).Reload().Tensors("epoch_loss")
logged = [tf.make_ndarray(event.tensor_proto) for event in log]
print("loss from fit", np.round(more["loss"], 4), "in the log", np.round(logged, 4))
fashion = loaded = long = short = model = None  # make room for the reviews ...
keras.utils.clear_session()  # ... and let Keras forget these nets

# %% [markdown]
# ## Text: reviews as multi-hot vectors
#
# IMDb holds 25,000 film reviews for training and as many for testing, labelled 1 for good and 0 for bad. A network needs numbers in a fixed shape; reviews are words, any number of them. The data set already gives each word a number, by its frequency rank; words beyond the 10,000 most frequent all become 2. The simplest encoding is the **multi-hot vector**: one place per word of the vocabulary, 1 where the word occurs, else 0. Order and repetition are lost.
#
# **Predict.** How much memory do 25,000 such rows for 10,000 words take as `float32`?
#
# <details><summary>Answer</summary>
#
# 25,000 × 10,000 × 4 bytes = 1 GB, almost all of it zeros.
#
# </details>
#
# So keep only the places of the ones. A **sparse matrix** in row format stores all word numbers in one long array, `indices`, and in `starts` where each review begins. Each 1 takes 5 bytes: one for itself, four for its column. For the test, 10,000 reviews will do.


# %% tags=["nbval-ignore-output"]
def multi_hot(reviews, size=10_000):
    """Return a sparse matrix: a row per review, with ones in the columns of its words."""
    words = [np.unique(review) for review in reviews]  # a word that occurs twice counts once
    starts = np.cumsum([0] + [len(found) for found in words])
    ones = np.ones(starts[-1], "uint8")
    return sparse.csr_matrix((ones, np.concatenate(words), starts), shape=(len(reviews), size))


(reviews, y_reviews), (test_reviews, y_test_reviews) = datasets.load_imdb(10_000)
print(datasets.decode_review(reviews[0])[:80], "...", reviews[0][:6], "label", y_reviews[0])
x_reviews = multi_hot(reviews)
assert set(x_reviews[0].indices) == set(reviews[0])
del reviews
x_test_reviews, y_test_reviews = multi_hot(test_reviews[:10_000]), y_test_reviews[:10_000]
del test_reviews
print(f"MB: dense {4e-6 * np.prod(x_reviews.shape):.0f}, sparse {5e-6 * x_reviews.nnz:.0f}")

# %% [markdown]
# The net is the decks' 16-16-1 for a binary task: RMSprop, batches of 512, 4 epochs. Vanschoren's deck reports a test accuracy of 0.8604. `fit` is two loops, over epochs and batches; written out, only one batch at a time is dense. (`fit` also shuffles before each epoch; these reviews come shuffled.)

# %% tags=["nbval-ignore-output"]
reviewer = [layers.Dense(16, activation="relu") for _ in range(2)]
reviewer = keras.Sequential([*reviewer, layers.Dense(1, activation="sigmoid")])
reviewer.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
for _ in range(4):
    for i in range(0, len(y_reviews), 512):
        rows = x_reviews[i : i + 512].toarray()
        reviewer.train_on_batch(rows, y_reviews[i : i + 512])
positive = []
for i in range(0, len(y_test_reviews), 512):
    positive.extend(reviewer.predict_on_batch(x_test_reviews[i : i + 512].toarray())[:, 0])
accuracy = ((np.array(positive) > 0.5) == y_test_reviews).mean()
print(f"{reviewer.count_params():,} parameters, test accuracy {accuracy:.4f}")
del reviewer, x_reviews, x_test_reviews, rows
keras.utils.clear_session()

# %% [markdown]
# About 0.88 here with the full data. Lecture 9 asks what such a net has learned about single words.
#
# ## A regression task
#
# 442 diabetes patients: age, sex, body mass index, blood pressure, six blood values, and how far the disease progressed in a year, from 25 to 346. The columns have different scales, so **standardise** them: subtract the mean, divide by the standard deviation. Take both from the *training* rows only; otherwise test data leaks into the model. The `Normalization` layer does it inside the model; the cell asserts that it equals $(x - \bar{x}) / s$.
#
# A mean absolute error (MAE) says little alone. Compare it with two baselines: always predicting the training mean, and linear regression.
#
# **Think.** What should the last activation be?
#
# <details><summary>Answer</summary>
#
# None. We also standardise the target for training, so that the net need not first learn to output numbers near 150, and undo that for predictions.
#
# </details>

# %% tags=["nbval-ignore-output"]
table, y = load_diabetes(return_X_y=True, scaled=False)
order = np.random.default_rng(0).permutation(len(table))
train, test = order[:342], order[342:]
standardise = layers.Normalization()
standardise.adapt(table[train])
np.testing.assert_allclose(standardise(table[train]), zscore(table[train]), atol=1e-4)

dense = [layers.Dense(16, activation="relu"), layers.Dense(1)]
net = keras.Sequential([keras.Input((10,)), standardise, *dense])
net.compile(keras.optimizers.Adam(0.01), "mean_squared_error")
mean, std = y[train].mean(), y[train].std()
net.fit(table[train], (y[train] - mean) / std, epochs=10, batch_size=32, verbose=0)
by_net = net(table[test]).numpy()[:, 0] * std + mean
by_line = LinearRegression().fit(table[train], y[train]).predict(table[test])
for name, guess in [("training mean", mean), ("linear regression", by_line), ("net", by_net)]:
    print(f"{name:18} MAE {abs(guess - y[test]).mean():5.1f}")

# %% [markdown]
# Both models beat the mean clearly, and the net is hardly different from a straight line: 342 rows do not hold much more.
#
# ## Where training runs: CPU and GPU
#
# Keras code names no device: it runs on a GPU if TensorFlow sees one, else on the CPU. Only *some* of the work can be done side by side. Within one update, the products of all images and units are independent. The updates are not: each needs the weights that the one before has left.
#
# **Predict.** An epoch has the same number of images whatever the batch size. What happens to its time as the batch grows from 8 to 2,000? And if the layer is 8 times as wide?
#
# <details><summary>Answer</summary>
#
# Small batches mean many updates, each with a fixed cost: the time falls steeply, then ever more slowly. A narrow layer pays much for the fixed cost, so the wide one takes less than 8 times as long.
#
# </details>

# %% tags=["nbval-ignore-output"]
print("devices:", [device.device_type for device in tf.config.list_physical_devices()])
narrow, wide = image_net(128), image_net(1024)
for model, batch in [(narrow, 8), (narrow, 64), (narrow, 512), (narrow, 2000), (wide, 512)]:
    x, y = x_train[:batch], y_train[:batch]
    model.train_on_batch(x, y)  # compiles on the first call
    took = timeit.repeat(lambda m=model, x=x, y=y: m.train_on_batch(x, y), number=1, repeat=10)
    units, epoch = model.layers[2].units, min(took) * 60_000 / batch
    print(f"{units:4} units, batch {batch:4}: {epoch:6.1f} s per epoch of 60,000 images")

# %% [markdown]
# A GPU has thousands of arithmetic units. It helps where one update holds much independent work: wide layers, large batches, convolutions. The printed list says which devices made this page. Run the cell on Colab with a GPU and compare. But do not choose the batch for speed alone; lecture 7 measures what it does to the test error.
#
# ## Common mistakes
#
# **A loss that does not match the output.** Probabilities passed with `from_logits=True` go through softmax twice: not even perfect ones get below 1.46. (Of a softmax *layer*, Keras takes note and only warns.) Integer labels do not fit the one-hot loss at all.

# %%
labels, perfect = np.array([3, 1]), np.eye(10, dtype="float32")[[3, 1]]
print("softmax twice: loss", np.round(sparse_loss(from_logits=True)(labels, perfect), 2))
try:
    losses.CategoricalCrossentropy()(labels, perfect)
except ValueError as error:
    print("integer labels:", str(error).splitlines()[0][:80])

# %% [markdown]
# **Raw pixels, and sorted validation data.** The first model leaves its pixels at 0…255. The second gets data sorted by label with `validation_split=0.1`, which takes the *last* tenth, *before* it shuffles.

# %% tags=["nbval-ignore-output"]
raw = image_net(128)
raw.layers[0].scale = 1.0  # instead of 1 / 255
bad = raw.fit(x_few, y_few, epochs=3, **options).history
print("validation loss, raw pixels", np.round(bad["val_loss"], 2), end=", ")
print("scaled", np.round(history["val_loss"][:3], 2))

order = np.argsort(y_few)
fit = image_net(128).fit(x_few[order], y_few[order], validation_split=0.1, verbose=0)
print("validation labels", np.unique(y_few[order][-few // 10 :]), end=", ")
print("validation accuracy", np.round(fit.history["val_accuracy"], 3), end=", ")
print("unsorted", np.round(history["val_accuracy"][:1], 3))

# %% [markdown]
# The last tenth holds only the highest labels, hardly met in training. Shuffle before you split.
#
# **Recipes from older texts.** Changed since the decks:
#
# | then | now |
# |---|---|
# | `Dense(128, input_shape=(784,))` | `keras.Input((784,))` as first entry |
# | `metrics=["acc"]`, `val_acc` | `"accuracy"`, `val_accuracy` |
# | `predict_proba`, `predict_classes` | `predict`, then `argmax(axis=1)` |
# | `model.save("m.h5")` | `model.save("m.keras")` |
# | `keras.layers.normalization` | `keras.layers` |
# | `KerasClassifier` | `keras.wrappers.SKLearnClassifier` (lecture 8) |
#
# ## Quiz

# %%
quizzes.show("05_keras")

# %% [markdown]
# ## Summary
#
# - The workflow runs from load to predict; preprocessing belongs in the model.
# - A dense layer has $(n+1)\,m$ parameters, and `predict` is the forward pass you know.
# - The task decides the last activation and the loss. Logits with `from_logits=True` keep the gradient alive, whatever computes the probabilities.
# - Look at the confusion matrix, the mistakes and the confidence. Choose epochs on validation data; the test set comes last, and once.
# - Sequential, functional and subclassed models compute the same. A `.keras` file keeps weights and optimizer.
# - Text becomes multi-hot rows; tables are standardised with training statistics; a baseline says what a figure is worth.
#
# ## Exercise
#
# In [exercise 5](../exercises/05_keras/05_keras.ipynb) you build pieces of this workflow yourself and learn at once whether they are right.
#
# ## Further reading
#
# - Joaquin Vanschoren, *Neural Networks* (Eindhoven University of Technology): Fashion-MNIST with 128 units, IMDb, the number of epochs.
# - Heather Mattie, *Python with Keras* (Harvard T.H. Chan School of Public Health, 2020): the workflow, MNIST with 512 units, outputs and losses.
# - Elliott Ash, *Neural Nets II* (Bocconi, 2018): losses by task, early stopping.
# - Burt L. Monroe, *Introduction to Neural Nets* (Essex Summer School, 2021): IMDb with 16-16-1.
# - François Chollet, *Deep Learning with Python* (2nd edition, 2021), and the [Keras guides](https://keras.io/guides/).
# - Chuan Guo and others, *On Calibration of Modern Neural Networks* (2017).
