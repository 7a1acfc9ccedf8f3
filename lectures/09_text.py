# %% [markdown]
# # 9. Text as vectors
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/lectures/09_text.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/lectures/09_text.ipynb)
#
# *90 minutes. Prerequisites: lectures 1 to 7*
#
# **After this lecture you can**
#
# - Turn text into tokens, counts, n-grams and TF-IDF, and get scikit-learn's numbers by hand
# - Say what an embedding layer computes, and what averaging its rows keeps and loses
# - Derive skip-gram with negative sampling, check its gradients, and train word vectors on six novels
# - Read GloVe as a factorisation, use real vectors for analogies, measure a bias in them, and place a misspelt word
# - Write self-attention in NumPy, equal to Keras' layer, and show how it moves a word's vector with its sentence
# - Compare six models of text fairly, by accuracy, seconds and parameters, and choose one

# %%
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %%
from helpers import checks, datasets, figures, quizzes

# isort: split
import itertools
import re
import time
from collections import Counter

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers, ops
from keras.utils import pad_sequences
from numpy.lib.stride_tricks import sliding_window_view
from scipy import sparse
from scipy.special import expit as sigmoid, softmax
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, normalize

tf.get_logger().setLevel("ERROR")  # no advice on speed among the results
keras.config.disable_interactive_logging()  # no progress bars
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
size, length, table = 10_000, 128, {}  # of film reviews: vocabulary, words read, results

# Words and sentences that later sections look at.
KINDS = {
    "relatives": "father sister mother brother daughter aunt uncle cousin",
    "numbers": "two three four five six eight seven ten",
    "times": "morning evening day night week month year hour",
    "feelings": "happy sorry glad pleased angry ashamed surprised grateful",
    "house": "room door house window table fire chair garden",
    "moves": "walked came went ran stood sat moved returned",
}
CITIES = "paris rome berlin madrid tokyo beijing moscow athens cairo vienna warsaw oslo"
STATES = "france italy germany spain japan china russia greece egypt austria poland norway"
FEMALE = "she her woman female girl daughter sister mother"
MALE = "he his man male boy son brother father"
HOME = "home parents children family cousins marriage wedding relatives"
WORK = "career business salary office management corporation professional executive"
JOBS = """captain boss architect philosopher engineer economist scientist lawyer judge
soldier pilot surgeon writer doctor teacher cook librarian dentist dancer nanny nurse"""
APPLES = """apple sold more phones and software than its rivals
the new apple computer runs a faster chip
shares of apple rose after the company reported profits
apple
drink a glass of apple juice with sugar
she baked a pie with apple and cinnamon
a ripe apple fell from the tree and rolled through the grass"""


# plumbing
def enter(name, start, verdict, parameters):  # a line of the table of results
    right, seconds = np.mean((verdict > 0) == y_test), time.perf_counter() - start
    table[name] = right, seconds, parameters
    print(f"{name}: test accuracy {right:.3f}, {seconds:.1f} s, {parameters:,} parameters")


def nearest(vectors, names, target, k=5, leave=()):  # by cosine
    order = np.argsort(-normalize(vectors) @ target)[: k + len(leave)]
    return [names[i] for i in order if names[i] not in leave][:k]


def add_rows(places, rows, size):  # one_hot(places).T @ rows
    ones, ends = np.ones(len(rows), "float32"), np.arange(len(rows) + 1)
    return sparse.csr_array((ones, places, ends), shape=(len(rows), size)).T @ rows


# %% [markdown]
# A review is a string of any length; a network takes a fixed number of floats. Each step between throws something away.
#
# ## Tokens, vocabulary, unknown words
#
# The units are **tokens**: here runs of a to z and digits, in lower case. The **vocabulary** numbers them by frequency, from 1. Words **out of vocabulary** share the number 0.
#
# **Predict.** 4,000 reviews of food have 13,512 different words. What share of the words in 1,000 *other* reviews is unknown? And with only the first 1,000?
#
# <details><summary>Answer</summary>
#
# About 3 % and 17 %: few words make up most of a text.
#
# </details>


# %%
def tokenize(text):
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)*", text.lower().replace("<br />", " "))


def encode(tokens, index):  # 0 for unknown words
    return np.array([index.get(token, 0) for token in tokens], dtype=int)


(texts, _), (test_texts, _) = datasets.load_reviews()
documents, unseen = [[tokenize(text) for text in part] for part in (texts, test_texts)]
frequency = Counter(word for document in documents for word in document)
index = {word: i for i, (word, _) in enumerate(frequency.most_common(), start=1)}
print(documents[0], "->", encode(documents[0], index), frequency.most_common(2))
ranks = np.concatenate([encode(document, index) for document in unseen])
limits, (fig, ax) = np.geomspace(10, len(index), 40), plt.subplots()
ax.semilogx(limits, [np.mean((ranks == 0) | (ranks > limit)) for limit in limits])
ax.set(xlabel="size of the vocabulary", ylabel="unknown words in new reviews", ylim=(0, 1))
figures.show(fig, alt="Unknown words: 0.77 with 10 words, 0.17 with 1,000, 0.03 with all.")

# %% [markdown]
# Every vocabulary is too short. Characters are hardly ever unknown, but make long sequences. Language models take **word pieces**: frequent words whole, rare ones in parts.
#
# ## Bag of words and n-grams
#
# Word $j$ is **one-hot**: a 1 in place $j$, else 0. Added up over a review they give its counts, a **bag of words**. With 1 for every count above 0 it is lecture 5's **multi-hot** vector. A bag forgets order. **n-grams**, runs of $n$ words, keep some.
#
# **Predict.** 3 % of the words in new reviews are unseen. What about pairs and triples?
#
# <details><summary>Answer</summary>
#
# 31 % and 71 %: longer n-grams say more, and are met less often.
#
# </details>


# %%
def n_grams(tokens, n):
    return [" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


for n in (1, 2, 3):
    known = {gram for document in documents for gram in n_grams(document, n)}
    new = [gram not in known for document in unseen for gram in n_grams(document, n)]
    print(f"n = {n}: {len(known):7,} in training; never seen in new text: {np.mean(new):.2f}")

# %% [markdown]
# ## TF-IDF
#
# "the" occurs 11,817 times and says nothing. So weigh words by how few documents have them. Of $n$ documents let $\mathrm{df}_j$ contain word $j$. scikit-learn's **inverse document frequency** is
#
# $$\mathrm{idf}_j = \ln \frac{1 + n}{1 + \mathrm{df}_j} + 1 .$$
#
# The ones in the fraction add a document with every word: no division by 0. The last 1 keeps a word that is everywhere at weight 1. Multiply the counts (**term frequency**) by it, then divide each row by its length $\sqrt{\sum_j x_j^2}$: long reviews do not shout. By hand, for "good good coffee" among "good tea" and "bad tea":
#
# | word | count | df | idf | product | divided by 3.0821 |
# |---|---|---|---|---|---|
# | good | 2 | 2 | $\ln \frac{4}{3} + 1 = 1.2877$ | 2.5754 | 0.8356 |
# | coffee | 1 | 1 | $\ln \frac{4}{2} + 1 = 1.6931$ | 1.6931 | 0.5494 |
#
# **Think.** Suppose we divided by $\mathrm{df}_j$ itself. How much more would a typing error in one of 4,000 documents weigh than a word in all?
#
# <details><summary>Answer</summary>
#
# 4,000 times; with the logarithm, about 9.
#
# </details>


# %%
def count(reviews, size):  # sparse: how often each number occurs in each review
    rows = np.repeat(np.arange(len(reviews)), [len(review) for review in reviews])
    places = np.stack([rows, np.concatenate(reviews)]).astype("int32")
    return sparse.csr_array((np.ones(len(rows)), places), shape=(len(reviews), size))


def tf_idf(counts, train):  # document frequencies are those of the training part
    n, df = train.shape[0], (train > 0).sum(axis=0)
    return normalize(counts.multiply(np.log((1 + n) / (1 + df)) + 1).tocsr())


tiny = count([[0, 2], [0, 0, 1], [3, 2]], size=4)  # good 0, coffee 1, tea 2, bad 3
print(tf_idf(tiny, tiny).toarray().round(4))
counts = count([encode(document, index) for document in documents], len(index) + 1)[:, 1:]
theirs = TfidfVectorizer(analyzer=tokenize, vocabulary=list(index)).fit_transform(texts)
assert abs(tf_idf(counts, counts) - theirs).max() < 1e-12
print("equal to scikit-learn's:", theirs.shape, "with", theirs.nnz, "numbers above 0")

# %% [markdown]
# ## A linear baseline
#
# How far does one weight a word get? All models now read the last 128 words of the same film reviews, 10,000 for training, 5,000 for the test, in a vocabulary of 10,000. There 0 is padding, 1 a start, 2 any unknown word; known ones have rank plus 3. Three models are logistic regression (lecture 2) with an L2 penalty: on multi-hot bags, TF-IDF, and TF-IDF of words and pairs in 3 reviews or more. The test is weighed by the *training* part's frequencies.
#
# **Predict.** Which words get the largest weights?
#
# <details><summary>Answer</summary>
#
# Praise and complaint, mostly; but also "7" (a mark), "minutes" and "and". Weights show company, not cause.
#
# </details>


# %% tags=["nbval-ignore-output"]
def linear(name, make):  # make() returns both parts
    start, (x, x_new) = time.perf_counter(), make()
    model = LogisticRegression(solver="liblinear").fit(x, y_train)
    enter(name, start, model.decision_function(x_new), x.shape[1] + 1)
    return model.coef_[0]


def bags():  # the counts of both parts
    return [count(part, size) for part in (r_train, r_test)]


documents = unseen = known = None  # frees memory
(r_train, y_train), (r_test, y_test) = datasets.load_imdb(size)
r_train, y_train = [review[-length:] for review in r_train[:10_000]], y_train[:10_000]
r_test, y_test = [review[-length:] for review in r_test[:5_000]], y_test[:5_000]
words = {rank + 3: word for word, rank in datasets.load_imdb_word_index().items() if rank < size}
pairs = TfidfVectorizer(analyzer=lambda r: np.append(r, r[:-1] * size + r[1:]).tolist(), min_df=3)
linear("multi-hot bag", lambda: [bag.sign() for bag in bags()])
linear("TF-IDF with pairs", lambda: [pairs.fit_transform(r_train), pairs.transform(r_test)])
weights = linear("TF-IDF", lambda: [tf_idf(bag, both[0]) for both in [bags()] for bag in both])
for order in (np.argsort(-weights), np.argsort(weights)):
    print(*[f"{words.get(j, '-')} {weights[j]:+.1f}" for j in order[:12]])

# %% [markdown]
# ## Embedding layers
#
# To a linear model "great" and "superb" are as different as "great" and "tea". Can words share what they learn? Give each a short vector, a row of a matrix $E$. A one-hot vector times $E$ picks a row, so an **embedding layer** looks it up.
#
# The simplest use: each word casts a **vote** $e_j \cdot w + b$, and the verdict is the mean vote. For counts $x_j$ of $m$ words,
#
# $$\frac{1}{m} \sum_{\text{words}} (e_j \cdot w + b) = \frac{1}{m} \sum_j x_j \, (E w)_j + b .$$
#
# The right side is a linear model of the shares $x_j / m$, with weights $Ew$!
#
# **Think.** So averaged embeddings say nothing that a bag of words, divided by $m$, could not. Why might they still beat our bag?
#
# <details><summary>Answer</summary>
#
# Training from small rows, not for long, may regularize. And $E$ may be learnt without labels.
#
# </details>


# %% tags=["nbval-ignore-output"]
def votes_net(encode=False, dim=32):  # nets of the verdict, the mean vote, and of all votes
    tokens = keras.Input((length,), dtype="int32")
    real = ops.not_equal(tokens, 0)  # 0 is padding
    x = layers.Embedding(size, dim)(tokens)
    if encode:
        x = x + layers.Embedding(length, dim)(ops.cumsum(ops.ones_like(tokens), axis=1) - 1)
        attend = layers.MultiHeadAttention(1, dim)
        x = layers.LayerNormalization()(x + attend(x, x, attention_mask=real[:, None]))
        x = layers.LayerNormalization()(x + layers.Dense(dim)(layers.Dense(2 * dim, "gelu")(x)))
    votes, real = layers.Dense(1)(x)[..., 0], ops.cast(real, "float32")
    verdict = ops.sum(votes * real, axis=1) / ops.sum(real, axis=1)
    return keras.Model(tokens, verdict), keras.Model(tokens, votes)


def train(name, model, rate, epochs):
    start, loss = time.perf_counter(), keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)  # else fit traces its graph twice
    model.fit(x_train, y_train.astype("float32"), 64, epochs, verbose=0)
    enter(name, start, model.predict(x_test, 64), model.count_params())


x_train, x_test = pad_sequences(r_train, length), pad_sequences(r_test, length)
average, _ = votes_net()
train("averaged embeddings", average, 0.015, 2)
E, w, b = average.get_weights()
votes = (E @ w)[:, 0] + b  # of all words of the vocabulary
assert np.allclose(average.predict(x_test), normalize(bags()[1], "l1") @ votes, atol=1e-3)
print(f"correlation of votes and TF-IDF's weights: {np.corrcoef(votes, weights)[0, 1]:.2f}")

# %% [markdown]
# ## Skip-gram: a word predicts its neighbours
#
# Words in the same company mean similar things. So, without labels, guess the company. **Skip-gram** takes a word, the *centre*, and predicts each word within a window around it, the *context*. Every word has two vectors, $u$ as a centre and $v$ as a context. With a softmax over the vocabulary,
#
# $$p(o \mid c) = \frac{e^{u_c \cdot v_o}}{\sum_w e^{u_c \cdot v_w}} .$$
#
# **CBOW** (continuous bag of words) goes the other way: the mean of the context's $u$ predicts the centre's $v$. Word2vec keeps the *input* vectors, $u$.
#
# **Think.** Why two vectors? What would $u = v$ do?
#
# <details><summary>Answer</summary>
#
# Hardly any word is its own neighbour: its product with itself should be small, but $u \cdot u$ is its length squared.
#
# </details>
#
# With a window of 1, "it is a" makes (it, is), (is, it), (is, a), (a, is). Jane Austen's six novels have 725,000 words, our lexicon those that occur at least 20 times. **Subsampling** first thins frequent words: one with share $s$ of the text stays with probability $\min(1, \sqrt{t / s})$, here with $t = 10^{-3}$. Windows of 3 lie on what is left, across ends of sentences; the exercise stops there.


# %%
def draw_pairs(text, share, rng, window=3, t=1e-3):  # subsampled, in random order
    text, found = text[rng.random(len(text)) < np.sqrt(t / share[text])], []
    for k in range(1, window + 1):
        found += [[text[:-k], text[k:]], [text[k:], text[:-k]]]
    return rng.permutation(np.concatenate(found, axis=1), axis=1)


novels = tokenize(" ".join(datasets.load_novels().values()).replace("_", " "))
lexicon = [word for word, times in Counter(novels).most_common() if times >= 20]
place = {word: i for i, word in enumerate(lexicon)}
text = np.array([place[word] for word in novels if word in place], dtype="uint16")
share = np.bincount(text) / len(text)
print(len(novels), [(lexicon[i], lexicon[j]) for i, j in draw_pairs(text, share, rng)[:, :6].T])
novels = pairs = None  # frees memory

# %% [markdown]
# ## Negative sampling
#
# That softmax adds up thousands of terms for each pair. Ask an easier question: *is this pair real, or made up?* To each real pair draw $K$ **negative** words $n_1, \dots, n_K$, and let a sigmoid tell them apart, by cross-entropy:
#
# $$\ell = -\ln \sigma(u \cdot v) - \sum_{k=1}^{K} \ln \sigma(-u \cdot v_{n_k})$$
#
# The slope of $-\ln \sigma(z)$ is $\sigma(z) - 1$, since $\sigma' = \sigma (1 - \sigma)$; that of $-\ln \sigma(-z)$ is $\sigma(z)$. The chain rule gives the rest:
#
# $$\frac{\partial \ell}{\partial u} = (\sigma(u \cdot v) - 1) \, v + \sum_k \sigma(u \cdot v_{n_k}) \, v_{n_k}, \qquad \frac{\partial \ell}{\partial v} = (\sigma(u \cdot v) - 1) \, u, \qquad \frac{\partial \ell}{\partial v_{n_k}} = \sigma(u \cdot v_{n_k}) \, u$$
#
# A real pair pulls its vectors together, a made-up one pushes them apart. Negatives are drawn in proportion to $s^{0.75}$, which lifts rare words. A batch shares 64 negatives of weight $5 / 64$, as if each pair had five: one matrix product scores them all.
#
# **Predict.** At the start all products are about 0. What is the loss of a pair with $K = 5$?
#
# <details><summary>Answer</summary>
#
# $-\ln \frac{1}{2}$, six times: $6 \ln 2 = 4.16$.
#
# </details>


# %%
def sampling_loss(u, v, noise, weight=1.0):  # inputs (n, d), targets (n, d), noise (m, d)
    real, fake = np.sum(u * v, axis=1), u @ noise.T
    return np.logaddexp(0, -real).sum() + weight * np.logaddexp(0, fake).sum()


def sampling_gradients(u, v, noise, weight=1.0):
    pull = sigmoid(np.sum(u * v, axis=1))[:, None] - 1
    push = weight * sigmoid(u @ noise.T)
    return pull * v + push @ noise, pull * u, push.T @ u


a = [rng.normal(size=(n, 4)) for n in (6, 6, 5)]
for k, grad in enumerate(sampling_gradients(*a)):
    checks.gradient(lambda x, k=k: sampling_loss(*a[:k], x, *a[k + 1 :]), grad, a[k])
print(f"right; at 0 a loss of {sampling_loss(0 * a[0][:1], a[1][:1], a[2]):.4f}")

# %% [markdown]
# ## Training on six novels
#
# Once through the text, 50 numbers a word, AdaGrad (lecture 3) with one sum a row. `learn` gets one word for skip-gram, six for CBOW: a sixth of the steps. A word twice in a batch gets both gradients: `add_rows` multiplies by transposed one-hot rows. Targets and negatives, rows of the same $V$, move in one step, to weigh as in the loss.


# %% tags=["nbval-ignore-output"]
def learn(vectors, given, wanted, draw, batch=1024):  # c words given, (c, n), for each wanted
    start, (U, V), losses = time.perf_counter(), vectors, []
    sums, weight = np.full((2, len(U), 1), 1e-3, "float32"), np.float32(5 / 64)  # 64 share for 5
    for i in range(0, len(wanted) - batch, batch):
        inputs, target = given[:, i : i + batch], wanted[i : i + batch]
        noise = np.searchsorted(limits, draw.random(64) * limits[-1])
        parts = U[inputs].mean(axis=0), V[target], V[noise], weight
        if i % (10 * batch) == 0:
            losses.append(sampling_loss(*parts) / batch)
        for_u, *for_v = sampling_gradients(*parts)
        for_u = np.tile(for_u / len(inputs), (len(inputs), 1))  # each word has 1 / c of the mean
        updates = [(U, inputs.ravel(), for_u), (V, np.append(target, noise), np.vstack(for_v))]
        for k, (array, rows, slope) in enumerate(updates):
            slope = add_rows(rows, slope, len(U))
            sums[k] += np.mean(slope**2, axis=1, keepdims=True)
            array -= 0.2 * slope / np.sqrt(sums[k])
    print(f"c = {len(given)}: {len(wanted) // batch:,} steps, {time.perf_counter() - start:.1f} s")
    return U, V, losses


limits, first = np.cumsum(share**0.75), rng.normal(0, 0.1, (2, len(lexicon), 50))
drawn = draw_pairs(text, share, rng)
U, V, losses = learn(first.astype("float32"), drawn[:1], drawn[1], rng)
p, q = np.bincount(drawn[1]) / drawn.shape[1], 5 * share**0.75 / limits[-1]
print(f"skip-gram's loss {losses[0]:.2f}, {np.mean(losses[-40:]):.2f}", end="; ")
print(f"knowing only frequencies {p @ np.log1p(q / p) + q @ np.log1p(p / q):.2f}")
for word in ("sister", "three", "carriage", "happy", "thousand", "london"):
    print(word, "->", *nearest(U, lexicon, U[place[word]], leave=[word]))
other = np.random.default_rng(1)
thinned = text[other.random(len(text)) < np.sqrt(1e-3 / share[text])]
windows = other.permutation(sliding_window_view(thinned, 7)).T
C = learn(first.astype("float32"), np.delete(windows, 3, axis=0), windows[3], other)[0]

# %% [markdown]
# Near means a large **cosine**, $u \cdot u' / (|u| \, |u'|)$. To answer always “real: 1 in 6” costs $\ln 6 + 5 \ln \frac{6}{5} = 2.70$. Knowing only word frequencies costs 2.68; the loss ends at 2.65. Most company is chance; the small rest places the words.
#
# **Predict.** Of 48 words of six kinds, how often is the nearest other of the same kind? By chance, 7 in 47.
#
# <details><summary>Answer</summary>
#
# 0.92; with CBOW, in fewer steps, 0.81. What mingles on the map, with 2 of 50 directions, may lie apart.
#
# </details>

# %% tags=["nbval-ignore-output"]
kind, names = np.arange(48) // 8, " ".join(KINDS.values()).split()
for name, vectors in {"CBOW": C, "skip-gram": U}.items():
    chosen = normalize([vectors[place[word]] for word in names])
    best = (chosen @ chosen.T - 2 * np.eye(48)).argmax(axis=1)
    print(f"{name}: nearest word of the same kind: {np.mean(kind[best] == kind):.2f}")
fig, ax = plt.subplots(figsize=(8, 7))
for n, (x, y) in enumerate(PCA(2).fit_transform(chosen)):
    ax.plot(x, y, figures.MARKERS[n // 8], color=figures.COLORS[n // 8])
    ax.text(x, y, f"  {names[n]}  ", ha=("left", "right")[n % 2], va="center", fontsize=8)
ax.set(xlabel="first principal component", ylabel="second")
ax.legend(ax.lines[::8], KINDS)
figures.show(fig, alt="Numbers upper right, people and feelings left; movements and house mingle.")

# %% [markdown]
# ## GloVe: factorising counts
#
# These vectors know only how often words meet. Let $a$ be the number of real pairs $(c, o)$, and $b$ that of made-up ones. With $z = u_c \cdot v_o$ their share of the loss is $-a \ln \sigma(z) - b \ln \sigma(-z)$. Its slope, $a (\sigma(z) - 1) + b \, \sigma(z)$, is 0 at
#
# $$\sigma(z) = \frac{a}{a + b}, \qquad \text{that is at} \quad z = \ln \frac{a}{b} .$$
#
# So skip-gram's products aim, as far as 50 numbers allow, at the logarithm of a ratio, real pairs over made-up ones. (The cell's last line checks frequent pairs.) **GloVe** fits logarithms of counts. Let $X_{ij}$ count how often words $i$ and $j$ meet; we take skip-gram's pairs. Minimise
#
# $$J = \sum_{X_{ij} > 0} f(X_{ij}) \, (u_i \cdot v_j + a_i + b_j - \ln X_{ij})^2, \qquad f(x) = \min(1, (x / 50)^{3/4}) .$$
#
# $f$ trusts frequent pairs more, up to a limit. It is a low-rank approximation of *logarithms*, weighted.
#
# **Predict.** How much of the variance of $\ln X_{ij}$, weighted by $f$, do the biases of 400 frequent words explain? How much with 25 numbers a word?
#
# <details><summary>Answer</summary>
#
# 0.68, then 0.85. Biases know only frequencies, not who meets whom. (But 25 numbers explain 0.34 of pure noise.)
#
# </details>


# %% tags=["nbval-ignore-output"]
m, inside = 400, drawn[:, (drawn < 400).all(axis=0)]  # the most frequent words
X = np.bincount([m, 1] @ inside, minlength=m**2).reshape(m, m)
f, logs, noise = np.minimum(1, (X / 50) ** 0.75), np.log(X + 1e-9), rng.normal(size=(m, m))
for dim, what, goal in ((0, "ln X", logs), (25, "ln X", logs), (25, "noise", noise)):
    params = [rng.normal(0, 0.1, n) for n in [(m, dim), (dim, m), (m, 1), (1, m)]]  # U, Vᵀ, a, b
    sums = [0 * array + 1e-3 for array in params]  # AdaGrad again
    for _ in range(400):
        error = params[0] @ params[1] + params[2] + params[3] - goal
        slopes = (g := f * error) @ params[1].T, params[0].T @ g, g.sum(1)[:, None], g.sum(0)
        for array, total, slope in zip(params, sums, slopes, strict=True):
            total += slope**2
            array -= 0.3 * slope / np.sqrt(total)
    explained = 1 - np.sum(f * error**2) / np.sum(f * (goal - np.average(goal, weights=f)) ** 2)
    print(f"{dim:2} numbers for each word explain {explained:.2f} of the variance of {what}")
both = U[:m] @ V[:m].T, logs - np.log(np.bincount(drawn[0])[:m, None] * q[:m])
print("u · v and ln(a / b) correlate:", np.corrcoef(*[z[X >= 10] for z in both])[0, 1].round(2))

# %% [markdown]
# ## Analogies and a measured bias
#
# Real GloVe vectors come from six billion words of Wikipedia and news; here are 50 numbers each for 20,000. Steps between them carry meaning: $\text{king} - \text{man} + \text{woman}$ should land near "queen".
#
# **Predict.** $\text{France} - \text{Paris} + \text{Rome}$, and so on for 12 capitals: 132 questions. By custom the question's three words may not be answers. What if they may?
#
# <details><summary>Answer</summary>
#
# 0.90 are right by the custom, 0.69 without: in one of five a word of the question hides the answer, as "king" hides "queen".
#
# </details>


# %%
def of(names):  # vectors of length 1
    return unit[[known_at[name] for name in names.split()]]


known, vectors = datasets.load_word_vectors()
known_at, unit = {word: i for i, word in enumerate(known)}, normalize(vectors)
print("king - man + woman ->", *nearest(unit, known, np.array([-1, 1, 1]) @ of("man king woman")))
i, j = np.nonzero(1 - np.eye(12))  # city i is to state i as city j is to ...
cosines = (of(STATES)[i] - of(CITIES)[i] + of(CITIES)[j]) @ unit.T
where = np.array([known_at[name] for name in f"{CITIES} {STATES}".split()])
print(f"132 questions: {np.mean(cosines.argmax(axis=1) == where[12 + j]):.2f} right", end=", ")
cosines[np.arange(132), where[[i, 12 + i, j]]] = -9
print(f"without the question's words {np.mean(cosines.argmax(axis=1) == where[12 + j]):.2f}")

# %% [markdown]
# ### A measured bias
#
# Vectors learn from what people wrote, prejudices included. For a word, let $s$ be its mean cosine with eight female words minus that with eight male ones. Two sets of words, of home and work, differ by the **effect size**: the difference of their means of $s$, divided by the standard deviation of all (`ddof=1`). Is that chance? Deal the 16 words out in all 12,870 ways, and count differences at least as large, either way (Caliskan and others).


# %%
def lean(names):  # above 0: nearer to the female words
    return np.mean(of(names) @ of(FEMALE).T, axis=1) - np.mean(of(names) @ of(MALE).T, axis=1)


def effect(s):  # size for the first half of s against the second; ways as large, of how many
    halves = np.array(list(itertools.combinations(range(len(s)), len(s) // 2)))
    gaps = 2 * (s[halves].mean(axis=1) - s.mean())  # mean of a half less that of the rest
    return gaps[0] / s.std(ddof=1), np.sum(abs(gaps) > abs(gaps[0]) - 1e-6), len(gaps)


print("effect size {:.2f}; as large in {} of {:,} ways".format(*effect(lean(f"{HOME} {WORK}"))))
fig, ax = plt.subplots(figsize=(6, 4.4))
ax.barh(np.array(JOBS.split())[np.argsort(lean(JOBS))], np.sort(lean(JOBS)))
ax.set(xlabel="mean cosine with female words minus that with male words")
figures.show(fig, alt="Captain and boss lean to the male words; nanny and nurse to the female.")

# %% [markdown]
# Home leans female against work, far beyond chance. A program that ranks applications by such vectors passes it on.
#
# ## Character n-grams
#
# Which vector has "goverment"? It is missing. Cut it into **character n-grams**, ends marked: "apple" gives `<ap`, `app`, `ppl`, `ple`, `le>`. In **FastText** a word's vector is the sum of its n-grams' vectors, and of its own if known, learnt by skip-gram. Cheaper: fit them by ridge regression (L2, lecture 6), so that a word's scaled sum comes near its GloVe vector.
#
# **Predict.** In the 400 most frequent words of seven letters or more, double the fourth letter, or drop the last but two. For how many is the right word among the ten nearest of 18,508?
#
# <details><summary>Answer</summary>
#
# Nearly all, and about four in five.
#
# </details>


# %% tags=["nbval-ignore-output"]
plain = [word for word in known if word.isalpha() and len(word) > 2]
cutter = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, dtype="float32")
speller = make_pipeline(cutter, Normalizer(), Ridge(solver="lsqr", max_iter=10))
composed = normalize(speller.fit(plain, of(" ".join(plain))).predict(plain))
long = [i for i, word in enumerate(plain) if len(word) >= 7][:400]
for name, a, b in [("doubled", 4, 3), ("dropped", -3, -2)]:
    near = speller.predict([plain[i][:a] + plain[i][b:] for i in long]) @ composed.T
    above = np.sum(near > near[range(400), long][:, None], axis=1)  # who is nearer
    print(name, len(plain), *[f"within {k}: {np.mean(above < k):.2f}" for k in (1, 10)])
for typo in ("goverment", "beautifull", "definately"):
    print(typo, "->", *nearest(composed, plain, speller.predict([typo])[0]))

# %% [markdown]
# ## Self-attention
#
# So far "apple" has one vector, whatever stands beside it. Can a word look around? In **self-attention** each word, a row $x_i$, asks with a **query** $q_i = x_i W_q$, is found by its **key** $k_i = x_i W_k$, and hands over its **value** $v_i = x_i W_v$:
#
# $$\alpha_{ij} = \mathrm{softmax}_j \Big( \frac{q_i \cdot k_j}{\sqrt{d_k}} \Big), \qquad y_i = \sum_j \alpha_{ij} \, v_j$$
#
# Why the root? If the $d_k$ entries of $q$ and $k$ are independent with mean 0 and variance 1, each product of two has these too, and their sum variance $d_k$. Divided by $\sqrt{d_k}$, scores keep variance 1, and the softmax does not pick a single word.
#
# Several **heads** do this side by side; $W_o$ adds up what they found. Padding gets the score $-10^9$, so weight 0.
#
# **Predict.** Shuffle the words of a sentence. What happens to the outputs?
#
# <details><summary>Answer</summary>
#
# They are shuffled along: the formula knows no places. So Transformers add a vector for the position.
#
# </details>


# %%
def self_attention(x, Wq, Wk, Wv, Wo, real=None):
    # x (n, d); Wq, Wk, Wv (d, heads, k); Wo (heads, k, d); real (n,) is False for padding
    q, k, v = (np.einsum("nd,dhk->hnk", x, W) for W in (Wq, Wk, Wv))
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    weights = softmax(scores if real is None else np.where(real, scores, -1e9), axis=-1)
    return np.einsum("hnk,hkd->nd", weights @ v, Wo), weights


x, mask, order = rng.normal(size=(7, 12)), np.arange(7) < 5, rng.permutation(7)
layer = layers.MultiHeadAttention(3, key_dim=4, use_bias=False, dtype="float64")
theirs = layer(x[None], x[None], attention_mask=np.tile(mask, (1, 7, 1)))
ours, attention = self_attention(x, *layer.get_weights(), mask)
moved, _ = self_attention(x[order], *layer.get_weights(), mask[order])
assert np.allclose([theirs[0], moved[np.argsort(order)]], ours, rtol=0, atol=1e-12)
print("equal to Keras, and shuffled along; weights add up to", attention.sum(axis=-1)[0].round(6))

# %% [markdown]
# ## One word, two meanings
#
# Does that tell meanings apart? Take the plainest attention: nothing learnt, one head, $q = k = v = x$, a GloVe vector less the mean of all. Each word becomes a mean of its sentence, in which words like itself weigh most.
#
# **Think.** "she baked a pie with apple and cinnamon": from which words will "apple" take, and where does its vector move?
#
# <details><summary>Answer</summary>
#
# From itself most of all, then from words with large products: "cinnamon", "pie", "baked". It moves to the fruit, beside "software" to the company.
#
# </details>


# %%
def in_context(sentence, word, scale=50**-0.5):  # the word's weights, and its new vector
    x = centred[[known_at[token] for token in sentence.split()]]
    weights = softmax(scale * x @ x.T, axis=1)[sentence.split().index(word)]
    return weights, normalize([weights @ x])[0]


centred = vectors - vectors.mean(axis=0)  # what all words share tells nothing apart
sentences, ends = APPLES.split("\n"), [known_at["microsoft"], known_at["fruit"]]
fig, ax = plt.subplots(figsize=(8, 3))
for scale, marker in ((0, "s"), (50**-0.5, "o")):  # 0: all weights are equal
    found = [in_context(sentence, "apple", scale) for sentence in sentences]
    sides = np.array([vector for _, vector in found]) @ normalize(centred[ends]).T @ [1, -1]
    assert min(sides[:3]) > sides[3] > max(sides[4:])
    ax.plot(sides[::-1], sentences[::-1], marker)
ax.set(xlabel="cosine with “microsoft” minus cosine with “fruit”")
ax.legend(["plain mean", "attention"])
figures.show(fig, alt="Company right of 0.2, fruit left of 0, there the plain means furthest.")
for k in (0, 3, 5):
    print(sentences[k], found[k][0].round(2), "->", *nearest(centred, known, found[k][1], 6))

# %% [markdown]
# The meanings lie on two sides of the word alone. Such a vector is **contextual**. (A plain mean passes this test too; attention leaves half of the word in its place.) Missing are order and *learnt* matrices. Three models of 2018 learn them from text alone, by guessing words:
#
# | model | made of | guesses | sees |
# |---|---|---|---|
# | ELMo | LSTMs (lecture 11) in both directions | next word, and previous one | left and right, separately |
# | GPT | Transformer, attending backward only | next word | left |
# | BERT | Transformer encoder | words that were masked | both sides at once |
#
# Trained once, they serve many tasks: GPT and BERT are fine-tuned (lecture 8); ELMo's frozen vectors feed another network.
#
# ## A Transformer encoder
#
# The rest of a Transformer, once, is in `votes_net(encode=True)`. Add a learnt vector for each **position**. Attend, and *add* the result to $x$: a **residual connection**, which lets slopes past the attention. Normalize each word's vector (lecture 7). Then a small dense net for each word, with GELU (lecture 2), again added and normalized. Words vote as before, but now in context.
#
# **Predict.** How many parameters does that add to 320,033, with $d = 32$ numbers a word, 128 positions, one head, 64 hidden units?
#
# <details><summary>Answer</summary>
#
# Positions $128 \cdot 32 = 4096$; attention, four matrices with biases, $4 \, (32 \cdot 32 + 32) = 4224$; dense $(32 + 1) \cdot 64 + (64 + 1) \cdot 32 = 4192$; normalizations $2 \cdot 64 = 128$. Together 12,640.
#
# </details>
#
# The averaging net always gives "good" one vote. Look at the encoder's in bad and good reviews. Then replace the word before each by "very" or "not".

# %% tags=["nbval-ignore-output"]
drawn = inside = cutter = speller = near = None  # frees memory
encoder, show_votes = votes_net(encode=True)
train("Transformer encoder", encoder, 0.004, 1)
good, very, no = [next(j for j in words if words[j] == word) for word in ("good", "very", "not")]
rows, places = (found[:800] for found in np.nonzero(x_test[:, 1:] == good))
at, seen = np.arange(length) == places[:, None], x_test[rows]
puts = [seen, np.where(at, very, seen), np.where(at, no, seen)]
cast = [show_votes.predict(put)[range(len(rows)), places + 1] for put in puts]
print("mean vote as written, after very, after not:", *[f"{np.mean(v):.2f}" for v in cast])
fig, ax = plt.subplots()
ax.hist([cast[0][y_test[rows] == k] for k in (0, 1)], 16, label=["bad reviews", "good reviews"])
ax.set(xlabel="vote of “good”", ylabel="times")
ax.legend()
figures.show(fig, alt="Bars of the votes of good, -5 to 6: in good reviews further right.")

# %% [markdown]
# In good reviews "good" counts for more: attention brings it its company. A "not" in front hardly changes that vote: the review's mood moves it, not this rule of grammar.
#
# ## Six models in one table
#
# One is missing: **pre-trained vectors**. Average a review's GloVe vectors, zeros for words without one, and fit 51 numbers (not counting the vectors' million). TF-IDF gets two rows.
#
# **Predict.** Which model wins on 10,000 reviews? Which would you choose?
#
# <details><summary>Answer</summary>
#
# Plain TF-IDF: as good as the networks, in a fraction of the time.
#
# </details>

# %% tags=["nbval-ignore-output"]
given = np.vstack([vectors, 0 * vectors[:1]])[[known_at.get(words.get(j), -1) for j in range(size)]]
linear("pre-trained, averaged", lambda: [normalize(b, "l1") @ given for b in bags()])
fig, ax = plt.subplots(figsize=(8, 3.6))
for k, (name, (right, seconds, parameters)) in enumerate(table.items()):
    error = 1.96 * np.sqrt(right * (1 - right) / len(y_test))
    print(f"{name:22} {right:.3f} ± {error:.3f} {seconds:6.1f} s {parameters:8,} parameters")
    ax.errorbar(seconds, right, error, marker=figures.MARKERS[k], ls="", label=name)
ax.set(xscale="log", xlim=(0.1, 100), xlabel="seconds to train and test", ylabel="test accuracy")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
figures.show(fig, alt="From 0.83 to 0.86, the encoder slowest; pre-trained vectors far below.")

# %% [markdown]
# The ± are 95 % intervals for the choice of test reviews alone; no setting was searched on validation data. A mean of general vectors says little about praise. The encoder can say more, but 10,000 reviews do not teach it: hence pre-training. Longer, batch 32 (`longer_runs/09_text.py`):
#
# | model | 25,000 reviews, 200 words: accuracy on 10,000 | CPU seconds |
# |---|---|---|
# | TF-IDF with pairs | 0.887 | 13 |
# | averaged embeddings | 0.864 | 13 |
# | Transformer encoder | 0.878 | 69 |
#
# ## Common mistakes
#
# **No offset.** `load_imdb` writes rank plus 3. **Averaging the padding.** Without a mask, it votes too. **Softmax over the wrong axis.** A word's weights add up to 1 over the words it takes *from*.

# %% tags=["nbval-ignore-output"]
for offset in (3, 0):
    print(f"offset {offset}:", *[words.get(j + 3 - offset, "-") for j in r_test[0][:9].tolist()])
for to in (40, 128, 512):
    print(f"padded to {to}: mean vote {np.mean(votes[pad_sequences([r_test[0][-40:]], to)]):+.2f}")
print("axis=0, sums of rows:", softmax(rng.normal(size=(7, 7)), axis=0).sum(axis=1).round(2))

# %% [markdown]
# ## Quiz

# %%
quizzes.show("09_text")

# %% [markdown]
# ## Summary
#
# - Counts forget order; n-grams keep some, and are soon unseen. TF-IDF lifts words of few documents.
# - An embedding layer looks up rows. Averaged into one output, it is linear in the words' shares.
# - Skip-gram guesses neighbours; negative sampling tells real pairs from made-up ones.
# - GloVe factorises logarithms of counts. Its vectors answer analogies, and carry measurable biases. Character n-grams give unseen words a vector.
# - Self-attention takes by query and key, so a word's vector moves with its sentence; order must be added.
# - Compare on the same texts: accuracy with its error, seconds, parameters. Begin with the linear model.
#
# ## Exercise
#
# [Exercise 9](../exercises/09_text/09_text.ipynb): TF-IDF, skip-gram's pairs, the loss of negative sampling, attention weights, and a bias to explain.
#
# ## Further reading
#
# - Joaquin Vanschoren, *Neural Networks* (deck, Eindhoven). Elliott Ash, *Neural Nets II* (deck, Bocconi, 2018): n-grams.
# - Tomas Mikolov and others, "Distributed representations of words and phrases", *NeurIPS* (2013); Omer Levy and Yoav Goldberg, "Neural word embedding as implicit matrix factorization", *NeurIPS* (2014).
# - Jeffrey Pennington and others, "GloVe", *EMNLP* (2014); Piotr Bojanowski and others, "Enriching word vectors with subword information", *TACL* (2017).
# - Aylin Caliskan and others, "Semantics derived automatically from language corpora contain human-like biases", *Science* (2017).
# - Ashish Vaswani and others, "Attention is all you need", *NeurIPS* (2017); Jacob Devlin and others, "BERT", *NAACL* (2019).
