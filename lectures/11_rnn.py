# %% [markdown]
# # 11. Recurrent networks
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/11_rnn.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/11_rnn.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 10*
#
# **After this lecture you can**
#
# - Read a sequence of any length with one recurrent cell, and show your NumPy cell equal to Keras' layer
# - Derive backpropagation through time, check it numerically, and explain why memory vanishes
# - Write an LSTM and a GRU step gate by gate, and measure how far back each cell remembers
# - Pad and mask sequences of unequal length, read them in both directions, and say what a recurrent reader costs
# - Train a character model of a novel, score it in bits against n-grams, and sample from it with a temperature
# - Read the attention map of a sequence-to-sequence net, and test a forecast against the seasonal naive one

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import checks, datasets, figures, quizzes

import re
import time
from collections import Counter

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from keras.optimizers import Adam
from keras.optimizers.schedules import CosineDecay
from keras.utils import pad_sequences
from numpy.lib.stride_tricks import sliding_window_view
from scipy.spatial.distance import cdist
from scipy.special import expit as sigmoid, log_softmax, softmax
from scipy.stats import ortho_group
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

keras.utils.set_random_seed(0)
tf.get_logger().setLevel("ERROR")  # no advice on speed among the results
keras.config.disable_interactive_logging()  # no progress bars
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
rng = np.random.default_rng(0)

# %% [markdown]
# A dense layer takes inputs of one size; a sentence has four words or forty. Read them in turn, and
# keep what you need in a few numbers.
#
# ## From vectors to sequences
#
# How can a rule with two weights read a number of any length? You do it when digits are dictated:
# shift what you have, $h$, by one place, and add the new digit. Elliott Ash's deck goes *from
# vectors to sequences* here: **recurrent** networks take any length.
#
# $$h_t = u \, h_{t-1} + w \, x_t, \quad h_0 = 0, \qquad \text{for } u = 10, \; w = 1: \quad 0 \xrightarrow{\; 1 \;} 1 \xrightarrow{\; 9 \;} 19 \xrightarrow{\; 8 \;} 198 \xrightarrow{\; 4 \;} 1984$$
#
# The same two weights serve at every step, as a filter's do at every place. The **state** $h_t$
# sums up all that was read. Order matters: 4, 8, 9, 1 gives 4891. With $u = 1$ both give 22: a bag
# of digits.
#
# **Predict.** With $u = 0.5$ and $w = 1$, how much does the first of twenty digits count in the end? And with $u = 2$?
#
# <details><summary>Answer</summary>
#
# It is multiplied by $u$ nineteen times. $0.5^{19}$, two millionths, is forgotten. $2^{19}$, half a
# million, exceeds all other factors together.
#
# </details>
#
# ## A recurrent cell, unrolled
#
# Make state and input vectors, the weights matrices, and bend the result to keep it bounded. With
# samples in rows, inputs of $d$ numbers and $m$ **units**, $W$ is $d \times m$ and $U$ is
# $m \times m$:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b), \quad h_0 = 0, \qquad h_0 \xrightarrow{\; x_1 \;} h_1 \xrightarrow{\; x_2 \;} h_2 \xrightarrow{\; x_3 \;} \cdots \xrightarrow{\; x_T \;} h_T$$
#
# On the right the cell is **unrolled**: a network as deep as the sequence is long, whose layers
# share their weights.


# %%
def simple_step(x, states, W, U, b):  # the cell: one input and the old state to the new one
    return (np.tanh(x @ W + states[0] @ U + b),)


def unroll(step, x, weights, mask=None):  # the loop: (n, T, d) to all states h, (n, T, m)
    states, shown = [np.zeros((len(x), len(weights[1])), x.dtype)] * 2, []
    for t in range(x.shape[1]):
        new = step(x[:, t], states, *weights)
        if mask is not None:  # see padding: where a step is not real, the state stays
            new = [np.where(mask[:, t, None], *pair) for pair in zip(new, states, strict=False)]
        states = new
        shown.append(states[0])
    return np.stack(shown, axis=1)


def random_weights(layer, d=3):  # random biases, too
    layer.build((None, None, d))
    layer.set_weights([rng.normal(0, 0.5, w.shape) for w in layer.get_weights()])
    return layer.get_weights()


simple = layers.SimpleRNN(4, return_sequences=True, dtype="float64")
start = random_weights(simple)
for length in (1, 4, 25):
    x = rng.normal(size=(2, length, 3))
    assert np.allclose(unroll(simple_step, x, start), simple(x), rtol=0, atol=1e-12)
    print(f"{length:2} steps, {simple.count_params()} weights: NumPy and Keras are equal")

# %% [markdown]
# With `return_sequences=True` Keras returns all states: for a label at each step, or another
# recurrent layer on top. Without it, the last.
#
# **Predict.** How many weights has a cell with 3 inputs and 4 units? How many a dense layer from all 25 steps to 4 numbers?
#
# <details><summary>Answer</summary>
#
# $3 \cdot 4 + 4 \cdot 4 + 4 = 32$, for any length. The dense layer has $25 \cdot 3 \cdot 4 + 4 = 304$, and cannot read 26 steps.
#
# </details>
#
# ## Backpropagation through time
#
# How does an error at the end reach a weight that was used at every step? Backpropagate through the
# unrolled network as in lecture 4. Write $z_t$ for what is inside the tanh, $\delta_t$ for the
# loss's slope along $h_t$. A loss that looks at $h_T$ only gives $\delta_T$. One step back, in
# rows:
#
# $$\frac{\partial \ell}{\partial z_t} = \delta_t \odot (1 - h_t \odot h_t), \qquad \delta_{t-1} = \frac{\partial \ell}{\partial z_t} \, U^T,$$
#
# because tanh has the slope $1 - \tanh^2$, and $h_{t-1}$ enters $z_t$ through $U$. For the weights,
# pretend that each step has its own copy $U_t$, with a dense layer's gradient,
# $h_{t-1}^T \, \partial \ell / \partial z_t$. But the copies are one matrix: nudge $U$, and all
# move. The chain rule adds over paths:
#
# $$\frac{\partial \ell}{\partial U} = \sum_{t=1}^{T} h_{t-1}^T \frac{\partial \ell}{\partial z_t}, \qquad \frac{\partial \ell}{\partial W} = \sum_{t=1}^{T} x_t^T \frac{\partial \ell}{\partial z_t}, \qquad \frac{\partial \ell}{\partial b} = \sum_{t=1}^{T} \sum_{\text{rows}} \frac{\partial \ell}{\partial z_t} .$$
#
# If the loss also looks at $h_{t-1}$ directly, add that slope to $\delta_{t-1}$.


# %%
def bptt(x, h, delta, U):  # delta: slope of the loss along the last state
    dW, dU, db, deltas = 0, 0, 0, [delta]
    for t in reversed(range(x.shape[1])):
        dz, old = deltas[-1] * (1 - h[:, t] ** 2), h[:, t - 1] if t else 0 * h[:, 0]
        dW, dU, db = dW + x[:, t].T @ dz, dU + old.T @ dz, db + dz.sum(axis=0)
        deltas.append(dz @ U.T)
    return [dW, dU, db], deltas


def loss(array, k):  # half the sum of squared errors, with array as the k-th weight
    h = unroll(simple_step, x, [*start[:k], array, *start[k + 1 :]])
    return np.sum((h[:, -1] - y) ** 2) / 2


x, y = rng.normal(size=(2, 6, 3)), rng.normal(size=(2, 4))
h = unroll(simple_step, x, start)
grads, _ = bptt(x, h, h[:, -1] - y, start[1])
with tf.GradientTape() as tape:
    theirs = tf.reduce_sum((simple(x)[:, -1] - y) ** 2) / 2
for k, taped in enumerate(tape.gradient(theirs, simple.trainable_variables)):
    checks.gradient(lambda array, k=k: loss(array, k), grads[k], start[k], rtol=1e-7)
    assert np.allclose(grads[k], taped, rtol=0, atol=1e-12)
print("dW, dU, db: finite differences agree to 1e-7, Keras' gradient to 1e-12")

# %% [markdown]
# **Think.** What does `bptt` need, and the forward pass not?
#
# <details><summary>Answer</summary>
#
# All states $h_0$ to $h_T$, so memory grows with the length. Long texts are cut into pieces. The
# state may cross a cut, no gradient does: *truncated* backpropagation through time.
#
# </details>
#
# ## Vanishing memory
#
# How much of the error arrives $k$ steps back? Each step multiplies it by $\mathrm{diag}(1 - h_t^2) \, U^T$. Let $g$ be the largest factor by which $U$
# stretches a vector, its largest singular value. Since $1 - h^2 \le 1$,
#
# $$\lVert \delta_{T-k} \rVert \le g \, \lVert \delta_{T-k+1} \rVert \le \dots \le g^k \, \lVert \delta_T \rVert .$$
#
# For $g < 1$ it vanishes exponentially; for $g > 1$ it may explode.
#
# **Predict.** $U$ is a rotation: $g = 1$, and no vector gets shorter. Does the error survive 60 steps?
#
# <details><summary>Answer</summary>
#
# No. The bound is 1, but where a unit is not 0, its $1 - h^2$ is below 1. In the next cell a step
# keeps about $0.85$, and $0.85^{60} = 6 \cdot 10^{-5}$.
#
# </details>

# %%
x, delta = rng.normal(size=(16, 60, 8)), rng.normal(size=(16, 64))
W, rotation = rng.normal(0, 0.1, (8, 64)), ortho_group.rvs(64, random_state=0)
fig, ax = plt.subplots()
for g, marker in zip([0.5, 1, 1.5, 2], "os^D", strict=True):
    h = unroll(simple_step, x, [W, g * rotation, np.zeros(64)])
    sizes = [np.linalg.norm(d) for d in bptt(x, h, delta, g * rotation)[1]]
    ax.semilogy(sizes / sizes[0], marker=marker, markevery=10, label=f"g = {g}")
    print(f"g = {g:3}: after 60 steps {sizes[60] / sizes[0]:.0e}")
ax.set(xlabel="steps back from the loss", ylabel="error signal, relative", ylim=(1e-9, 1e6))
ax.legend()
figures.show(fig, alt="Straight falls for g = 0.5 and, slower, for 1; 1.5 and 2 rise.")

# %% [markdown]
# For $g > 1$ the tanh removes most of the bound. A signal of $10^{-4}$ drowns among those of the
# last steps: the weights learn from the recent past only. Against explosion, clip the gradient's
# norm as in lecture 7 (`clipnorm=1`, each matrix by itself). No clipping brings back what has
# vanished.
#
# ## LSTM and GRU, gate by gate
#
# What if the past were not multiplied by a matrix, but *kept*, and changed only where needed? The
# **LSTM** (long short-term memory) has a second state for this, the **cell state** $c_t$. Three
# **gates**, sigmoids between 0 and 1, decide what each unit writes ($i$), keeps ($f$), shows ($o$).
# Each has its own weights, and so has the candidate $\tilde c$:
#
# $$i = \sigma(x_t W_i + h_{t-1} U_i + b_i), \quad f, o \text{ likewise}, \quad \tilde c = \tanh(x_t W_c + h_{t-1} U_c + b_c), \quad c_t = f \odot c_{t-1} + i \odot \tilde c, \quad h_t = o \odot \tanh(c_t)$$
#
# Straight along the cell state, the slope of a step is $\partial c_t / \partial c_{t-1} = f$: no matrix, no tanh. Where $f = 1$ the error passes unharmed. Keras starts
# with a forget bias of 1, $f \approx \sigma(1) = 0.73$. To keep half over 40 steps takes $0.5^{1/40} = 0.983$, which can be learnt.
#
# The **GRU** (gated recurrent unit) makes do with one state and two gates: $z$ (a gate here, no
# sum) says how much is kept, $r$ how much of the past the candidate sees.
#
# $$z = \sigma(x_t W_z + b_z + h_{t-1} U_z + b_z'), \quad r \text{ likewise}, \quad \tilde h = \tanh(x_t W_h + b_h + r \odot (h_{t-1} U_h + b_h')), \quad h_t = z \odot h_{t-1} + (1 - z) \odot \tilde h$$
#
# Keras puts the gates' weights side by side, in the order $i, f, \tilde c, o$ and $z, r, \tilde h$.
# It resets *after* the product with $U$ (`reset_after=True`), hence two biases.


# %%
def lstm_step(x, states, W, U, b):
    i, f, new, o = np.split(x @ W + states[0] @ U + b, 4, axis=-1)
    c = sigmoid(f) * states[1] + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


def gru_step(x, states, W, U, b):
    z, r, new = np.split(x @ W + b[0], 3, axis=-1)
    z_h, r_h, new_h = np.split(states[0] @ U + b[1], 3, axis=-1)
    z, r = sigmoid(z + z_h), sigmoid(r + r_h)
    return (z * states[0] + (1 - z) * np.tanh(new + r * new_h),)


x, d, m = rng.normal(size=(5, 12, 3)), 3, 4
cells = {"simple": (layers.SimpleRNN, simple_step, d * m + m * m + m)}
cells["LSTM"] = layers.LSTM, lstm_step, 4 * (d * m + m * m + m)
cells["GRU"] = layers.GRU, gru_step, 3 * (d * m + m * m + 2 * m)
for name, (kind, step, size) in cells.items():
    layer = kind(m, return_sequences=True, dtype="float64")
    assert np.allclose(unroll(step, x, random_weights(layer)), layer(x), rtol=0, atol=1e-12)
    assert layer.count_params() == size
    print(f"{name:6} {size:3} parameters, NumPy and Keras are equal")

# %% [markdown]
# **Think.** Which $z$ and $r$ turn the GRU into the simple cell? Which make it ignore its input?
#
# <details><summary>Answer</summary>
#
# $z = 0$ and $r = 1$ leave the tanh of input, state and biases: the simple cell. With $z = 1$ the
# state stays, whatever comes.
#
# </details>
#
# ## How far back each remembers
#
# Do the gates help? A *copy task*: of random letters (four kinds), one carries a flag. At the end the net
# must **recall** it and ignore the others. Distances run from 1, the last letter, to 30, near ones
# more often. A simple cell, an LSTM and a GRU, 32 units each, learn at once.


# %% tags=["nbval-ignore-output"]
def recall_task(back, length):  # sequences with a flag that many steps back, their answers
    letters = rng.integers(4, size=(len(back), length))
    flag = np.arange(length) == length - back[:, None]
    return np.dstack([np.eye(4)[letters], flag]).astype("float32"), letters[flag]


def fit(model, x, y, loss, batch=64, epochs=1, parts=1, rate=0.01):  # seconds, losses
    clock, steps = time.perf_counter(), len(x[0] if isinstance(x, list) else x) // batch
    model.compile(Adam(CosineDecay(rate, epochs * steps), clipnorm=1.0), loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)  # else fit traces its graph twice
    run = model.fit(x, y, batch, epochs * parts, 0, steps_per_epoch=steps // parts)
    return time.perf_counter() - clock, run.history["loss"]


nets = {name: keras.Sequential([cells[name][0](32), layers.Dense(4)]) for name in cells}
shown = keras.Input((30, 5))
model = keras.Model(shown, keras.ops.stack([net(shown) for net in nets.values()], axis=1))
x, y = recall_task(np.exp(rng.uniform(0, np.log(31), 64 * 200)).astype(int), 30)
print(f"200 steps of three nets: {fit(model, x, y[:, None].repeat(3, axis=1), entropy)[0]:.1f} s")


def recall(name, x):  # all states, and the last scores: in NumPy, for any length
    *w, V, c = nets[name].get_weights()
    h = unroll(cells[name][1], x, w)
    return h, h[:, -1] @ V + c


# %% tags=["nbval-ignore-output"]
back = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 30, 40, 60, 80, 120])
x, y = recall_task(np.repeat(back, 100), 120)
fig, ax = plt.subplots()
for marker, name in zip("os^", cells, strict=True):
    share = (recall(name, x)[1].argmax(axis=1) == y).reshape(-1, 100).mean(axis=1)
    ax.semilogx(back, share, marker=marker, label=name)
    print(f"{name}, recalled:", dict(zip(back.tolist(), share.tolist(), strict=True)))
ax.plot([1, 120, np.nan, 30, 30], [0.25, 0.25, np.nan, 0, 1], "k:", lw=1)
ax.set(xlabel="steps back; dotted: guessing, practised", ylabel="share", ylim=(0, 1.05))
ax.legend()
figures.show(fig, alt="The simple cell falls to guessing, 0.25, by 8; LSTM and GRU are 1 up to 30.")

# %% [markdown]
# After 200 training steps the simple cell recalls less than half from two steps back; from about
# eight on it guesses. LSTM and GRU recall all up to 30, the farthest they practised; beyond, this
# LSTM fades. What does memory look like? Show a cell two sequences that differ *only in the flagged
# letter*, at step 10, and draw by how much each unit (down) differs at each of 60 steps (across;
# black is 0, the brightest 1 or more). The GRU's stripes flicker: a kept letter changes how each
# new one is answered.

# %% tags=["nbval-ignore-output"]
twins = recall_task(np.array([50]), 60)[0].repeat(2, axis=0)
twins[1, 10, :4] = np.roll(twins[0, 10, :4], 1)  # another letter under the flag
pictures = [np.abs(np.subtract(*recall(name, twins)[0])).T for name in cells]
fig = figures.image_grid(pictures, list(cells), columns=3, size=3, cmap="magma")
plt.setp([ax.images[0] for ax in fig.axes], clim=(0, 1))
figures.show(fig, alt="Bright from step 10: fades out for the simple cell, lasts for LSTM and GRU.")

# %% [markdown]
# **Think.** Is the simple cell *unable* to hold a letter for 30 steps?
#
# <details><summary>Answer</summary>
#
# No: suitable weights exist, for example units that excite themselves strongly. They are hard to
# *find*: little of the error signal reaches a distant letter, and it drowns among those of all
# nearer steps. In 200 training steps the gated cells found theirs, the simple one did not.
#
# </details>
#
# ## Padding, masking, both directions
#
# In a batch, one array, unequal sequences are filled up with zeros: **padding**. But each zero
# changes the state. A **mask** says which steps are real; where it is false, `unroll` carries the
# state over.

# %%
sequences = [rng.normal(size=(length, 3)) for length in (2, 6, 4)]
batch, front = (pad_sequences(sequences, padding=p, dtype="float64") for p in ("post", "pre"))
mask = np.arange(6) < np.array([[2], [6], [4]])
w = random_weights(layer := layers.GRU(4, dtype="float64"))
alone = np.concatenate([unroll(gru_step, one[None], w)[:, -1] for one in sequences])
masked = [unroll(gru_step, batch, w, mask)[:, -1], layer(batch, mask=mask)]
assert np.allclose(masked, alone, rtol=0, atol=1e-12)

w = random_weights(both := layers.Bidirectional(layers.GRU(4, dtype="float64")))
ways = [unroll(gru_step, batch, w[:3])[:, -1], unroll(gru_step, batch[:, ::-1], w[3:])[:, -1]]
assert np.allclose(np.concatenate(ways, axis=1), both(batch), rtol=0, atol=1e-6)
off = [np.abs(layer(padded) - alone).max(axis=1).round(2) for padded in (batch, front)]
print("NumPy and Keras agree. Off without a mask:", off[0], "with zeros in front:", off[1])

# %% [markdown]
# Keras makes the mask if you ask: `Masking(0.0)` for numbers (any step of zeros),
# `Embedding(..., mask_zero=True)` for words. A **bidirectional** layer puts side by side the states
# of two cells, one from each end. Each step then knows what comes after it: fine for labelling a
# complete text, cheating for predicting the next letter.
#
# **Predict.** `pad_sequences` pads *in front* unless told otherwise. Does that hurt less without a mask?
#
# <details><summary>Answer</summary>
#
# Yes, as printed: in front, zeros meet a state with nothing to forget. Behind, the net must carry
# its verdict through all of them.
#
# </details>
#
# ## Reading reviews
#
# Elliott Ash's deck says that recurrent nets do not apply naturally to whole documents. Test it: is
# a food review "great", five stars? A bag of words, a CNN and a GRU get the first 60 words with
# GloVe vectors (lecture 9) of 4,000 reviews, the nets as these vectors, fixed.
#
# **Predict.** Which is the most accurate, which takes longest, and who notices if the words of the test reviews are shuffled?
#
# <details><summary>Answer</summary>
#
# Accuracy: see below. The bag cannot notice. The GRU takes longest: its 60 steps wait for each
# other, while a CNN's filters work on all places at once.
#
# </details>


# %%
def encode(texts):  # at most 60 words of each, as numbers
    found = [re.findall(r"n't|[a-z]+?(?=n't)|[a-z]+|[!?]", text.lower()) for text in texts]
    rows = [[number[word] for word in row if word in number][:60] for row in found]
    return pad_sequences(rows, 60, padding="post")


(said, great), (said_test, great_test) = datasets.load_reviews()
words, vectors = datasets.load_word_vectors()
number = {word: k for k, word in enumerate(words, start=1)}  # 0 pads
table = np.concatenate([np.zeros((1, 50), "float32"), vectors])
x, tests = encode(said), [encode(said_test)]
tests.append(np.array([[*rng.permutation(r[r > 0]), *r[r == 0]] for r in tests[0]]))
print(f"{np.mean(great_test):.1%} are great; {np.mean(x[:, -1] > 0):.0%} fill all 60 places")


# %% tags=["nbval-ignore-output"]
def report(name, seconds, size, predict):
    right = [np.mean((np.ravel(predict(test)) > 0.5) == great_test) for test in tests]
    print(f"{name:13}{size:6,} weights{seconds:5.1f} s, test and shuffled", np.round(right, 3))


clock, count = time.perf_counter(), CountVectorizer(analyzer=lambda r: r[r > 0], binary=True)
bag = make_pipeline(count, LogisticRegression(C=0.1, max_iter=200)).fit(x, great)
report("bag of words", time.perf_counter() - clock, bag[1].coef_.size, bag.predict)
convolution = [layers.Conv1D(32, 3, activation="relu"), layers.GlobalMaxPooling1D()]
for name, stack in {"CNN": convolution, "GRU": [layers.GRU(32)]}.items():
    glove = {"weights": table, "trainable": False, "mask_zero": name == "GRU"}
    stack = [layers.Embedding(*table.shape, **glove), *stack, layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((60,), dtype="int32"), *stack])
    seconds, _ = fit(model, x, great, "binary_crossentropy", batch=100, epochs=3, rate=0.005)
    report(name, seconds, model.count_params() - table.size, model)

# %% [markdown]
# Counting words took a fraction of a second and was at least as accurate as both nets. Two standard
# errors of such an accuracy are $2 \sqrt{0.75 \cdot 0.25 / 1000} = 0.027$, so shuffling did no sure
# harm. The deck has a point: on a few thousand reviews, four in ten cut at 60 words, order hardly
# pays for its cost.
#
# ## A character model of a novel
#
# Which letter comes next? A **language model** gives each sign a probability, given all signs
# before it, and so any text: $p(x_1, \dots, x_n) = \prod_t p(x_t \mid x_1, \dots, x_{t-1})$. It is
# scored by its surprise at unseen text, in **bits per character**, lecture 3's cross-entropy to
# base 2:
#
# $$-\frac{1}{n} \sum_{t=1}^{n} \log_2 p(x_t \mid x_1, \dots, x_{t-1})$$
#
# $k$ bits are as good as guessing among $2^k$ equally likely signs, the **perplexity**. Train on
# nine tenths of *Pride and Prejudice*, test on the last. First, count. An **n-gram** model looks at
# the $n - 1$ signs before. If this context occurred $N$ times, followed by $B$ different signs, let
# it ask the shorter context the more, the larger $B / N$ is (Witten and Bell):
#
# $$p_n(x) = \frac{\mathrm{count}(\text{context}, x) + B \, p_{n-1}(x)}{N + B}, \qquad p_0 = \frac{1}{74}, \qquad p_n = p_{n-1} \text{ where } N = 0$$

# %%
text = " ".join(datasets.load_novels()["Pride and Prejudice"].split())
signs, codes = np.unique(list(text), return_inverse=True)
cut, gram, p = len(codes) // 10 * 9, np.zeros_like(codes), 1 / len(signs)
bits = {"guessing": round(-np.log2(p).item(), 2)}
for n in range(1, 6):  # gram: which n-gram ends at each place, as a number
    context = np.roll(gram, 1)
    gram = np.unique(context * len(signs) + codes, return_inverse=True)[1]
    first, places = np.unique(gram[:cut], return_index=True)[1], {"minlength": len(codes)}
    N, B = (np.bincount(context[at], **places)[context] for at in (slice(cut), first))
    seen = np.bincount(gram[:cut], **places)[gram]
    p = np.where(N > 0, (seen + B * p) / np.maximum(N + B, 1), p)
    bits[f"{n}-gram"] = round(-np.log2(p[cut:]).mean().item(), 2)
print(f"{len(codes):,} characters, {len(signs)} signs; bits on unseen text:", bits)

# %% [markdown]
# Now a GRU with 128 units reads half of the same text, once, in windows of 50 characters,
# each from an empty state, and guesses each next one.
#
# **Predict.** After some seconds of training, who wins: the GRU or counting four signs back?
#
# <details><summary>Answer</summary>
#
# Counting. A table learns at one glance what four signs tell. The GRU must search.
#
# </details>

# %% tags=["nbval-ignore-output"]
size = 188 * 32 * 50
x, y = (codes[k : size + k].reshape(-1, 50).astype("int32") for k in (0, 1))
stack = [layers.Embedding(len(signs), 32), layers.GRU(128, return_sequences=True)]
model = keras.Sequential([keras.Input((50,), dtype="int32"), *stack, layers.Dense(len(signs))])
seconds, losses = fit(model, x, y, entropy, batch=32, parts=4, rate=0.02)
E, *weights, V, c = model.get_weights()


def surprise(x, tau=1):  # in bits, of each sign but the first, given those before; in NumPy
    log_p = log_softmax((unroll(gru_step, E[x[:, :-1]], weights) @ V + c) / tau, axis=-1)
    return -np.take_along_axis(log_p, x[:, 1:, None], axis=-1)[..., 0] / np.log(2)


unseen = codes[cut : cut + 256 * 260].reshape(8, 32, 260)
bits["GRU"] = np.mean([*map(surprise, unseen)])
print(f"GRU: {bits['GRU']:.2f} bits; {model.count_params():,} weights, {seconds:.0f} s")
fig, ax = plt.subplots()
ax.plot(size / 4000 * np.arange(1, 5), losses / np.log(2), "o-", label="GRU, in training")
ax.hlines([*bits.values()], 0, size / 1000, ["0.6"] * 6 + ["C0"], ":", label="unseen; blue: GRU")
ax.secondary_yaxis("right").set_yticks([*bits.values()][:-1], [*bits][:-1])
ax.set(xlabel="thousand characters read", ylabel="bits per character")
ax.legend()
figures.show(fig, alt="Training falls from 3.6 to 2.5 bits; unseen: GRU between 3-gram and 4-gram.")

# %% [markdown]
# On unseen text the GRU passes the trigram, but not the 4-gram. What would more computation bring? A
# longer run (`longer_runs/11_rnn.py`, made once; above, time is by the clock) says:
#
# | passes over the novel | bits, unseen text | CPU seconds |
# |---|---|---|
# | 1 | 2.12 | 16 |
# | 4 | 1.84 | 62 |
#
# Four passes leave the 4-gram behind and come near the 5-gram.
#
# ## Sampling with a temperature
#
# A language model writes: draw a sign from its probabilities, feed it back, repeat. A
# **temperature** $\tau$ sharpens or flattens lecture 4's scores $o_k$:
#
# $$p_k = \frac{e^{o_k / \tau}}{\sum_j e^{o_j / \tau}}, \qquad \frac{p_j}{p_k} = e^{(o_j - o_k) / \tau}$$
#
# Halving $\tau$ squares every ratio. For $\tau \to 0$ only the largest is left; for $\tau \to \infty$ all are equal.


# %% tags=["nbval-ignore-output"]
def spell(text):
    return np.searchsorted(signs, list(text))[None]


def write(text, temperature, length=200):
    h = unroll(gru_step, E[spell(text)], weights)[:, -1]
    for _ in range(length):
        text += rng.choice(signs, p=softmax((h[0] @ V + c).astype(float) / temperature))
        (h,) = gru_step(E[spell(text[-1])[0]], (h,), *weights)
    return text


for tau in (0.3, 0.7, 1, 1.4):
    score = surprise(unseen[0], tau).mean()
    print(f"{tau}: unseen text takes {score:.2f} bits. {write('Mr. Darcy was ', tau, 150)}\n")

# %% [markdown]
# Cold, the text is safe and repeats itself; hot, its words fall apart. The deck lets a net predict
# the **next word**. A word is signs and a space, its probability the product of theirs. Rank 300
# frequent words.

# %% tags=["nbval-ignore-output"]
frequent = [word for word, _ in Counter(re.findall("(?<= )[a-z]+(?= )", text)).most_common(300)]
for prompt in ("She was ", "I am very ", "in the course of the "):
    p = {w: 2 ** -surprise(spell(f"{prompt}{w} "))[0, len(prompt) - 1 :].sum() for w in frequent}
    print(f"{prompt}…", *sorted(p, key=p.get)[:-6:-1])

# %% [markdown]
# The favourites are frequent words, whatever the prompt; some fit by luck.
#
# **Think.** At which temperature is the model's text, statistically, most like the novel?
#
# <details><summary>Answer</summary>
#
# At 1, sign by sign: there unseen text takes the fewest bits, as training fitted these very
# probabilities. Below, signs are drawn too safely, above too wildly. Over long stretches even 1 is
# wilder than the novel: the model knows less than its author.
#
# </details>
#
# ## Sequence to sequence with attention
#
# Can a net turn one sequence into another? Write dates as ISO 8601 does: "september 30, 2026"
# becomes "2026-09-30". An **encoder** reads. A **decoder** writes sign by sign, and each sign
# written is its next input. In training it gets the *right* previous sign, so that all steps are
# learnt at once: **teacher forcing**.
#
# In the first such nets only the encoder's last state passed over: a bottleneck. With **attention**
# the decoder looks back at *all* encoder states $e_1, \dots, e_S$ at each step. Its own state $q$
# is the query, and the best matches count most, as in lecture 9:
#
# $$\alpha_s = \frac{e^{q \cdot e_s}}{\sum_r e^{q \cdot e_r}}, \qquad \text{context} = \sum_s \alpha_s e_s$$
#
# Context and $q$ together score the next sign. Apart from the signs already written, whatever our
# decoder knows of the date comes through attention.

# %%
days = rng.permutation(np.arange("1900-01-01", "2100-01-01", dtype="datetime64[D]"))[:6700]
forms = ["%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%b %d %Y"]
spoken = [day.astype(object).strftime(forms[k % 4]).lower() for k, day in enumerate(days)]
grid = np.array([list(f"{a:18}{b}") for a, b in zip(spoken, days, strict=True)])
alphabet, numbers = np.unique(grid, return_inverse=True)  # 0, any blank: masked
heard, iso = np.split(numbers.reshape(grid.shape).astype("int32"), [18], axis=1)
before = np.insert(iso, 0, len(alphabet), axis=1)[:, :-1]  # a start sign, then the teacher
print(*[f"{spoken[k]} → {days[k]}" for k in range(4)], sep="; ")

# %% tags=["nbval-ignore-output"]
source, target = (keras.Input(a.shape[1:], dtype="int32") for a in (heard, before))
embed = [layers.Embedding(len(alphabet) + 1, 16, mask_zero=m) for m in (True, False)]
e = layers.Bidirectional(layers.GRU(32, return_sequences=True))(embed[0](source))
q = layers.GRU(64, return_sequences=True)(embed[1](target))
context, look = layers.Attention()([q, e], return_attention_scores=True)
scores = layers.Dense(len(alphabet))(layers.Concatenate()([q, context]))
model, inside = (keras.Model([source, target], o) for o in (scores, [scores, look, q, e]))
seconds, _ = fit(model, [heard[:6400], before[:6400]], iso[:6400], entropy, 80, 2, rate=0.02)

written = np.full((300, 11), len(alphabet), "int32")
for t in range(10):  # no teacher any more: each sign is the net's own
    scores, look, q, e = inside.predict_on_batch([heard[6400:], written[:, :10]])
    written[:, t + 1] = scores[:, t].argmax(axis=1)
match = np.where(heard[6400:, None] > 0, q @ np.swapaxes(e, 1, 2), -np.inf)
assert np.allclose(softmax(match, axis=2), look, rtol=0, atol=1e-4)
right = np.mean((written[:, 1:] == iso[6400:]).all(axis=1))
print(f"{right:.1%} of 300 new dates completely right, after {seconds:.0f} s of training")

# %% tags=["nbval-ignore-output"]
fig, axes = plt.subplots(1, 4, figsize=(13, 3.4))
for k, ax in enumerate(axes):
    ax.imshow(look[k], cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(18), f"{spoken[6400 + k]:18}")
    ax.set_yticks(range(10), alphabet[written[k, 1:]])
    ax.grid(False)
figures.show(fig, alt="Dark: the year's rows at its digits, the month's at or by name or digits.")

# %% [markdown]
# Rows are signs written, columns signs read, dark blue is 1. Blanks are masked, those inside a date
# too: no attention there. Nobody told the net to copy the year's last digits, and to take a
# month's number from its name.
#
# **Predict.** In "05.05.1948", how can the decoder tell the month's 5 from the day's? It only compares $q$ with $e_s$.
#
# <details><summary>Answer</summary>
#
# $e_s$ is no letter but a state: the encoder has read what stands before and, from the other side,
# what stands behind. "Digit between the dots" can be written into it.
#
# </details>
#
# ## Forecasting carbon dioxide
#
# Does a recurrent net forecast a real series better than a simple rule? Take Mauna Loa's monthly
# carbon dioxide. Train on what was known by the end of 1989; then, from each month on, forecast the
# next twelve. The rule to beat is the **seasonal naive** one: next May will be like last May,
# $\hat y_{t+h} = y_{t+h-12}$. A fairer rival adds the last year's growth, $g_t = y_t - y_{t-12}$.
# Net and linear model read 24 months of growth and forecast the next 12 at once, from which $y$
# follows.
#
# **Predict.** The net gets 320 windows. Who loses: naive, naive with growth, linear, GRU?
#
# <details><summary>Answer</summary>
#
# The naive rule is worst by far, always a year's growth too low.
#
# </details>

# %% tags=["nbval-ignore-output"]
dates, level = datasets.load_time_series("co2")
growth = level[12:] - level[:-12]
first = int(np.flatnonzero(dates[12:] == np.datetime64("1990-01"))[0])
known, future = np.split(sliding_window_view(growth, 36), [24], axis=1)
now = np.arange(24, 24 + len(known))  # the first month to forecast
past, test = now + 12 <= first, now >= first
forecasts = {"seasonal naive": 0 * future[test], "with growth": known[test, -1:]}
forecasts["linear"] = Ridge(1.0).fit(known[past], future[past]).predict(known[test])
model = keras.Sequential([keras.Input((24, 1)), layers.GRU(16), layers.Dense(12)])
fit(model, known[past][-320:, :, None], future[past][-320:], "mse", batch=64, epochs=18)
forecasts["GRU"] = model(known[test, :, None]).numpy()

fig, axes = plt.subplots(1, 2, figsize=(11, 3.6))
year, k = np.arange(12), 96  # the forecast made in December 1997
for marker, (name, forecast) in zip("osD^", forecasts.items(), strict=True):
    error = np.abs(forecast - future[test]).mean(axis=0)
    print(f"{name} {error.mean():.2f} ppm", end="; ")
    axes[0].plot(year + 1, error, marker=marker, label=name)
    axes[1].plot(year + 1, level[first + k + year] + forecast[k], marker=marker, ms=4)
axes[1].plot(year + 1, level[first + k + 12 + year], "k-", lw=5, alpha=0.3)
axes[0].set(xlabel="months ahead", ylabel="mean absolute error, ppm", ylim=(0, None))
axes[1].set(xlabel="month of 1998", ylabel="CO₂, ppm; broad: measured")
axes[0].legend()
figures.show(fig, alt="Left: naive flat at 1.5, others rise from under 0.4. Right: 1998, all low.")

# %% [markdown]
# On average the GRU beats the seasonal naive rule by far, and the fairer one too (not in the
# first months). It does *not* beat the linear model: 320 overlapping windows are few for a net.
# None saw the growth of 1998 coming.
#
# ## Common mistakes
#
# **Windows split at random.** Forecast what followed the most similar training window. Neighbours
# share 35 of their 36 months, so in a mixed split the test has been seen. Allow only windows that
# share none ("apart"), and the gain is gone. **Nats for bits.** Keras' loss is in nats; divide by $\ln 2$.

# %% tags=["nbval-ignore-output"]
apart, far = np.abs(now[:, None] - now), cdist(known, known)
mix = np.isin(now, rng.choice(now, past.sum(), replace=False))
splits = {"in time": (past, test, 0), "mixed": (mix, ~mix, 0), "apart": (mix, ~mix, 36)}
for name, (seen, rest, months) in splits.items():
    near = np.where(apart < months, np.inf, far)[rest][:, seen].argmin(axis=1)
    print(f"split {name}: {np.abs(future[seen][near] - future[rest]).mean():.2f} ppm", end="; ")
print(f"{bits['GRU']:.2f} bits are {bits['GRU'] * np.log(2):.2f} nats")

# %% [markdown]
# ## Quiz

# %%
quizzes.show("11_rnn")

# %% [markdown]
# ## Summary
#
# - A recurrent cell uses the same weights at every step and sums up the past in its state.
# - Walk back through the unrolled cell, multiply by $\mathrm{diag}(1 - h^2) \, U^T$, add up the gradients of all steps. The product vanishes or explodes.
# - LSTM and GRU keep a state and change it through gates. In 200 steps they learnt to recall for longer than they had practised, the simple cell hardly at all.
# - Pad, and mask what is padding. A bidirectional layer reads from both ends. Reading in order costs most, and need not beat counting words.
# - Score a language model in bits on unseen text, beside counting. A temperature below 1 sharpens, above 1 flattens.
# - Attention looks back at every input step, and its map can be read. A forecast must beat the seasonal naive rule *and* its simple cousins.
#
# ## Exercise
#
# [Exercise 11](../exercises/11_rnn/11_rnn.ipynb): an LSTM step, masks, sampling, an unrolled cell's
# gradient, and what a net remembers.
#
# ## Further reading
#
# - Elliott Ash, *Neural Nets II* (lecture deck, Bocconi, 2018).
# - Yoshua Bengio and others, "Learning long-term dependencies with gradient descent is difficult", *IEEE Transactions on Neural Networks* 5 (1994).
# - Sepp Hochreiter and Jürgen Schmidhuber, "Long short-term memory", *Neural Computation* 9 (1997), still without forget gate.
# - Kyunghyun Cho and others, "Learning phrase representations using RNN encoder-decoder", *EMNLP* (2014): the GRU.
# - Dzmitry Bahdanau and others, "Neural machine translation by jointly learning to align and translate", *ICLR* (2015): a net scores matches.
# - Rob Hyndman and George Athanasopoulos, *Forecasting: principles and practice* (2021).
