# %% [markdown]
# # Exercise 9. Text as vectors
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/neural-networks-course/neural-networks-course/blob/main/exercises/09_text/09_text.ipynb) [![Launch Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/neural-networks-course/neural-networks-course/main?urlpath=lab/tree/exercises/09_text/09_text.ipynb)
#
# *90 minutes, 20 points. Prerequisites: [lecture 9](../../lectures/09_text.ipynb). NumPy is all you
# need; everything here runs in a second on any computer.*
#
# You write the parts that turn text into vectors: the weights of TF-IDF, the pairs that skip-gram
# learns from, its loss with negative sampling, one step of its training, and the weights of
# attention. At the end you judge what three colleagues say about a bias in word vectors.
#
# Fill in the cells that say `# YOUR CODE HERE` and delete the line that raises
# `NotImplementedError`. Then run the checks below. When a check fails, read the last lines of its
# message: they say what was expected, what came, and often which misunderstanding leads there. Some
# cells hold further checks that run when you hand in; the comment in them says what they try. Tasks
# do not build on each other's code. Loops are as welcome as one-liners.
#
# Before you hand in, restart the kernel, run everything and press **Validate** in JupyterLab. The
# messages name the section of the lecture to read again.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Set-up: on Colab, install the course's helpers. Its TensorFlow stays as it is.
import sys

COURSE = "git+https://github.com/neural-networks-course/neural-networks-course@main"
if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", f"install --quiet {COURSE}")

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks

# isort: split
import copy

import numpy as np

# Overflow and 0 / 0 give inf and nan without a warning: the checks look for them, and say more.
_ = np.seterr(over="ignore", divide="ignore", invalid="ignore")

# %% [markdown]
# ## Task 1: tf_idf (4 points)
#
# Which words tell a document from the others? Write `tf_idf(documents, train, vocabulary)`.
#
# - `documents` and `train` are lists of documents. A document is a list of tokens, such as
#   `["hot", "tea"]`.
# - `vocabulary` is a list of different words. Word `j` belongs to column `j` of the result. All other
#   words are unknown: they count for nothing.
# - The result is a plain array, not a sparse one, of shape `(len(documents), len(vocabulary))`: the
#   counts of the words in each of `documents`, times their inverse document frequencies, each row
#   divided by its length.
#
# As in the lecture, $\mathrm{idf}_j = \ln \frac{1 + n}{1 + \mathrm{df}_j} + 1$ and the length is
# $\sqrt{\sum_j x_j^2}$. Both $n$ and $\mathrm{df}_j$, the number of documents that contain the word,
# come from `train` alone, whatever is in `documents`. A document without a known word becomes a
# row of zeros. The arguments stay as they were.
#
# ```python
# >>> train, vocabulary = [["hot", "tea"], ["tea"]], ["tea", "hot", "milk"]
# >>> tf_idf(train, train, vocabulary)
# array([[0.57973867, 0.81480247, 0.        ],
#        [1.        , 0.        , 0.        ]])
# >>> tf_idf([["milk", "sugar", "milk"]], train, vocabulary)
# array([[0., 0., 1.]])
# ```
#
# In the first row "tea", which is in both documents, weighs 1, and "hot" weighs $\ln \frac{3}{2} + 1 =
# 1.4055$. The length of (1, 1.4055, 0) is 1.7249.


# %% nbgrader={"grade": false, "grade_id": "tf_idf", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tf_idf(documents, train, vocabulary):
    """Weigh the words of documents by how few training documents have them.

    Parameters
    ----------
    documents : list of list of str
        The documents to turn into vectors, as tokens. Left unchanged.
    train : list of list of str, at least one document
        The documents that n and the document frequencies come from. Left unchanged.
    vocabulary : list of str
        The known words, in the order of the columns. Left unchanged.

    Returns
    -------
    ndarray of float, shape (len(documents), len(vocabulary))
        Rows of length 1, or of zeros where a document has no known word.
    """
    ### BEGIN SOLUTION
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.sqrt(np.sum(weighed**2, axis=1, keepdims=True))
    return weighed / np.where(lengths > 0, lengths, 1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_tf_idf", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Four documents, weighed by themselves. The inverse document frequencies of tea, good, bad and
# coffee are those of words in 2, 3, 1 and 1 of 4 documents.
train = [["good", "good", "coffee"], ["good", "tea"], ["bad", "tea"], ["good"]]
vocabulary = ["tea", "good", "bad", "coffee"]
given = copy.deepcopy([train, vocabulary])
what = "tf_idf(train, train, vocabulary), four documents and four words"
got = checks.call(
    tf_idf,
    given[0],
    given[0],
    given[1],
    what=what,
    hint="One row for each document, one column for each word of the vocabulary.",
    see="09_text: TF-IDF",
)
checks.that(
    given == [train, vocabulary],
    "Your function changed its arguments.",
    hint="Lists that are handed in belong to the caller: sort or shorten a copy of them.",
    see="09_text: TF-IDF",
)
checks.that(
    not hasattr(got, "toarray"),
    "tf_idf returned a sparse array.",
    hint="The tests take plain arrays; result.toarray() makes one of it.",
    see="09_text: TF-IDF",
)
counts = np.array([[0, 2, 0, 1], [1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0]])
df, total = np.array([2, 3, 1, 1]), np.array([2, 4, 1, 1])
idf = np.array([1.5108256237659907, 1.2231435513142097, 1.916290731874155, 1.916290731874155])

right = np.array(
    [
        [0.0, 0.7872162982, 0.0, 0.6166684942],
        [0.7772211620, 0.6292275146, 0.0, 0.0],
        [0.6191302964, 0.0, 0.7852882757, 0.0],
        [0.0, 1.0, 0.0, 0.0],
    ]
)
order, weighed = np.argsort(vocabulary), counts * idf
unscaled = [  # a mistake before the last step each
    (counts, "The inverse document frequencies are missing."),
    ((counts > 0) * idf, "Count how often a word occurs, not just whether it does."),
    (counts * (idf - 1), "The 1 behind the logarithm is missing in idf."),
    (counts * (np.log(4 / df) + 1), "The ones in the fraction are missing in idf."),
    (counts * np.log(4 / df), "All three ones are missing in idf."),
    (
        counts * (np.log(5 / (1 + total)) + 1),
        "df is the number of documents that contain a word. You counted how often it occurs: "
        "twice in one document is one document.",
    ),
    (counts * (np.log(4 / (1 + df)) + 1), "Add 1 to n, too: ln((1 + n) / (1 + df))."),
    (counts * (np.log(5 / df) + 1), "Add 1 to df, too: ln((1 + n) / (1 + df))."),
    (counts * (np.log10(5 / (1 + df)) + 1), "ln is np.log; np.log10 has another base."),
    (counts * (np.log2(5 / (1 + df)) + 1), "ln is np.log; np.log2 has another base."),
    (counts * (np.log((1 + df) / 5) + 1), "The fraction in idf is upside down."),
    (counts / df, "That divides by df itself. Take the logarithm, as in the lecture."),
    (counts * idf**2, "The inverse document frequencies came in twice."),
]
checks.close(
    got,
    right,
    what,
    mistakes=[
        *[(rows / np.linalg.norm(rows, axis=1, keepdims=True), text) for rows, text in unscaled],
        (counts, "These are the counts. Weigh them, then divide each row by its length."),
        (weighed, "The last step is missing: divide each row by its length."),
        (
            weighed / np.linalg.norm(weighed, axis=0),
            "You divided each column by its length. Each document, a row, gets length 1.",
        ),
        (
            weighed / np.linalg.norm(weighed, axis=1),
            "The lengths were laid along the columns. They belong to rows: keepdims=True gives them "
            "the shape (n, 1).",
        ),
        (
            weighed / np.linalg.norm(weighed),
            "You divided by the length of the whole table. Each row has a length of its own.",
        ),
        (
            weighed / np.sum(weighed, axis=1, keepdims=True),
            "You divided each row by its sum. Its length is the root of the sum of squares.",
        ),
        (
            weighed / np.sum(weighed**2, axis=1, keepdims=True),
            "The root is missing: the length is the root of the sum of squares.",
        ),
        (
            counts / np.linalg.norm(counts, axis=1, keepdims=True) * idf,
            "First weigh, then divide by the length: the rows need length 1.",
        ),
        (right[:, order], "The columns have the order of vocabulary. You sorted the words."),
        (right.T, "Documents are rows and words are columns."),
    ],
    hint="Compare one row by hand: counts, times idf, divided by the root of the sum of squares.",
    see="09_text: TF-IDF",
)

# %% nbgrader={"grade": true, "grade_id": "test_tf_idf_new", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# New documents: unknown words, words that no training document has, and nothing known at all.
train = [["good", "tea"], ["bad", "tea"], ["good", "good", "sugar"]]
vocabulary = ["milk", "tea", "good"]
documents = [["tea", "tea", "good"], ["milk", "beer", "good", "beer"], ["beer"], []]
given = copy.deepcopy([documents, train, vocabulary])
what = "tf_idf(documents, train, vocabulary) for documents that are not in train"
got = checks.call(
    tf_idf,
    *given,
    what=what,
    hint="Words that are not in the vocabulary have no column: leave them out. idf has one number for "
    "each column, the lengths have one for each row: there keepdims=True helps.",
    see="09_text: Tokens, vocabulary, unknown words",
)
checks.that(
    given == [documents, train, vocabulary],
    "Your function changed its arguments.",
    hint="Lists that are handed in belong to the caller: sort or shorten a copy of them.",
    see="09_text: TF-IDF",
)
checks.shape(
    got,
    (4, 3),
    what,
    hint="A row for each of documents, a column for each word of vocabulary, and none for others.",
    see="09_text: Tokens, vocabulary, unknown words",
)
checks.finite(
    got,
    what,
    hint="A document without a known word has length 0, and 0 / 0 is nan: its row stays zeros. A word "
    "that no training document has has the df 0: hence the 1 + df in the formula.",
    see="09_text: TF-IDF",
)
right = np.array(
    [
        [0.0, 0.8944271910, 0.4472135955],
        [0.8800467300, 0.0, 0.4748870951],
        [0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0],
    ]
)
counts = np.array([[0, 2, 1], [1, 0, 1], [0, 0, 0], [0, 0, 0]])
rows = [  # what other n and df lead to, each row still to be divided by its length
    (counts, "The inverse document frequencies are missing."),
    *[
        (counts * (np.log((1 + n) / (1 + np.array(df))) + 1), text)
        for n, df, text in [
            (4, [1, 1, 2], "n and df come from train, not from the documents that are weighed."),
            (4, [0, 2, 2], "n is the number of documents in train, not in documents."),
            (3, [1, 1, 2], "df comes from train, too, not from the documents."),
            (7, [1, 3, 4], "n and df come from train alone. You counted both lists."),
        ]
    ],
]
checks.close(
    got,
    right,
    what,
    mistakes=[
        (weighed / np.maximum(np.linalg.norm(weighed, axis=1, keepdims=True), 1e-9), text)
        for weighed, text in rows
    ],
    hint="Does the check above pass? If so: df is 0, 2 and 2 here, for milk, tea and good. Unknown "
    "words add nothing, neither to a row nor to its length.",
    see="09_text: TF-IDF",
)

# %% nbgrader={"grade": true, "grade_id": "test_tf_idf_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: documents of many lengths against sums taken one by one; words inside of other
# words; that order inside a document and a text said twice change nothing, that columns move with
# the vocabulary, and that a document's row does not depend on the others beside it.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(9)
words = ["tea", "teapot", "a", "te", "good", "goodness", "not", "cup"]
for n, m, longest, known in [(1, 1, 3, 3), (5, 4, 6, 5), (30, 12, 20, 7), (4, 9, 2, 1)]:
    train = [rng.choice(words, rng.integers(0, longest)).tolist() for _ in range(n)]
    documents = [rng.choice(words, rng.integers(0, longest)).tolist() for _ in range(m)]
    vocabulary = rng.permutation(words)[:known].tolist()
    given = copy.deepcopy([documents, train, vocabulary])
    what = f"tf_idf of {m} documents, {n} in train, {known} words"
    expected = np.zeros((m, known))
    for i, document in enumerate(documents):
        for j, word in enumerate(vocabulary):
            having = len([1 for other in train if word in other])
            idf = np.log(1 + n) - np.log(1 + having) + 1
            expected[i, j] = idf * len([1 for token in document if token == word])
        if expected[i].any():
            expected[i] /= np.sum(expected[i] ** 2) ** 0.5
    got = checks.call(tf_idf, *given, what=what)
    checks.that(given == [documents, train, vocabulary], "Your function changed its arguments.")
    # products of numbers of order 1: float32 is good to 1e-6
    checks.close(
        got,
        expected,
        what,
        atol=1e-6,
        hint='Tokens are compared whole: "tea" is neither "teapot" nor "te".',
        see="09_text: TF-IDF",
    )
    rows = np.asarray(got)
    checks.close(
        checks.call(tf_idf, [d[::-1] for d in documents], train, vocabulary, what=what),
        rows,
        f"{what}, each document read backwards",
        atol=1e-6,
        hint="A bag of words forgets the order.",
        see="09_text: Bag of words and n-grams",
    )
    checks.close(
        checks.call(tf_idf, [d + d for d in documents], train, vocabulary, what=what),
        rows,
        f"{what}, each document said twice",
        atol=1e-6,
        hint="The division by the length takes it out: long documents do not shout.",
        see="09_text: TF-IDF",
    )
    checks.close(
        checks.call(tf_idf, documents, train, vocabulary[::-1], what=what),
        rows[:, ::-1],
        f"{what}, the vocabulary turned round",
        atol=1e-6,
        hint="Column j belongs to word j of the vocabulary.",
        see="09_text: Tokens, vocabulary, unknown words",
    )
    checks.close(
        checks.call(tf_idf, documents[-1:], train, vocabulary, what=what),
        rows[-1:],
        f"{what}, the last document alone",
        atol=1e-6,
        hint="A row depends on its own document and on train, not on its neighbours.",
        see="09_text: TF-IDF",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: skipgram_pairs (3 points)
#
# Skip-gram learns from pairs: a word, the centre, and a word near it, the context. Write
# `skipgram_pairs(sentences, window)`.
#
# - `sentences` is a list of sentences. A sentence is a list of the numbers of its words.
# - Each word of each sentence is the centre once. Its contexts are the words at most `window` places
#   to its left or right *in the same sentence*. Pairs do not reach over the end of a sentence. Near
#   an end there are fewer contexts.
# - The result is an array or a list of shape `(n_pairs, 2)`: a row `(centre, context)` for each
#   pair, in any order. A pair that occurs several times is listed several times. If there is no
#   pair at all, an empty list will do.
#
# What counts is the *place*. A word is no context of its own place; but in "very very" each of the
# two is a context of the other. The sentences stay as they were.
#
# ```python
# >>> skipgram_pairs([[4, 7, 5], [7, 7]], 1)
# [(4, 7), (7, 4), (7, 5), (5, 7), (7, 7), (7, 7)]
# ```


# %% nbgrader={"grade": false, "grade_id": "skipgram_pairs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def skipgram_pairs(sentences, window):
    """List all pairs of a word and a word near it.

    Parameters
    ----------
    sentences : list of list of int
        The numbers of the words. Sentences may be empty. Left unchanged.
    window : int, at least 1
        The largest distance of a context from its centre.

    Returns
    -------
    list of tuple, or ndarray of int, shape (n_pairs, 2)
        A row (centre, context) for each pair, in any order.
    """
    ### BEGIN SOLUTION
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(max(i - window, 0), min(i + window + 1, len(words)))
        if i != j
    ]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_skipgram_pairs", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One sentence of four different words, windows of 1, 2 and 3.
see = "09_text: Skip-gram: a word predicts its neighbours"
near = [[4, 7], [7, 4], [7, 5], [5, 7], [5, 9], [9, 5]]
two_away, far = [[4, 5], [5, 4], [7, 9], [9, 7]], [[4, 9], [9, 4]]
itself = [[4, 4], [7, 7], [5, 5], [9, 9]]
for window, expected, too_few, too_many in [
    (1, near, [], near + two_away),
    (2, near + two_away, near, near + two_away + far),
    (3, near + two_away + far, near + two_away, []),
]:
    what = f"skipgram_pairs([[4, 7, 5, 9]], {window})"
    given = [[4, 7, 5, 9]]
    got = checks.call(
        skipgram_pairs,
        given,
        window,
        what=what,
        hint="Contexts left of the first word or right of the last one do not exist.",
        see=see,
    )
    checks.equal(
        given,
        [[4, 7, 5, 9]],
        "The list of sentences after the call",
        hint="pop, remove, sort and += change the list that is handed in. Go through its places.",
        see=see,
    )
    rows = np.asarray(got, dtype=object)
    checks.that(
        rows.ndim != 1 or rows.size > 0,
        f"{what} is empty.",
        hint="Four words have pairs. Does your window end too early? range(a, b) stops before b.",
        see=see,
    )
    checks.that(
        rows.ndim == 2 and rows.shape[1] == 2,
        f"{what} is not a list of pairs.",
        hint="Return a list of (centre, context), or an array with two columns. A generator or zip "
        "becomes one by list(...).",
        see=see,
    )
    to_the_right = [[a, b] for a, b in expected if [4, 7, 5, 9].index(a) < [4, 7, 5, 9].index(b)]
    to_the_left = [[b, a] for a, b in to_the_right]
    checks.equal(
        sorted(rows.tolist()),
        sorted(expected),
        f"{what}, sorted,",
        mistakes=[
            (sorted(to_the_right), "Contexts stand on both sides; you looked to the right only."),
            (
                sorted(to_the_left),
                "Only contexts to the left came, and they stand on both sides. Does your window end "
                "too early to the right? range(a, b) stops before b.",
            ),
            (
                sorted(expected + itself),
                "A word is no context of its own place: leave the centre itself out.",
            ),
            (sorted(too_few), "Your window ends too early. range(a, b) stops before b."),
            (sorted(too_many), "Your window is too wide: `window` places on each side."),
            (
                sorted(set(map(tuple, to_the_left + too_few))),
                "To the right your window ends too early: range(a, b) stops before b.",
            ),
            (
                sorted(two_away),
                "Only the words at distance `window`? All those nearer are contexts, too.",
            ),
            (sorted(far), "Only the words at distance `window`? Nearer ones are contexts, too."),
            (
                sorted([a, b] for a, b in expected if a in [7, 5]),
                "The words at the ends are centres, too, with fewer contexts.",
            ),
            (sorted(expected + expected), "Each pair came twice. Each place is the centre once."),
        ],
        hint="For place i the contexts are at i - window, ..., i + window, without i itself and "
        "without places beyond the ends. A negative index would count from the end.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_skipgram_pairs_repeats", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Several sentences, words that occur more than once, a sentence of one word, and an empty one.
see = "09_text: Skip-gram: a word predicts its neighbours"
across = sorted([[1, 2], [2, 1], [3, 3], [3, 3], [2, 3], [3, 2]])
for sentences, window, expected, mistakes in [
    ([[1, 2], [3, 3]], 1, [[1, 2], [2, 1], [3, 3], [3, 3]], []),
    ([[6], [], [8, 9]], 2, [[8, 9], [9, 8]], []),
    (
        [[5, 2, 5, 8]],
        1,
        [[5, 2], [2, 5], [2, 5], [5, 2], [5, 8], [8, 5]],
        [
            (
                sorted([[5, 2], [2, 5], [2, 5], [5, 2], [8, 5]]),
                "words.index(word) finds the first place only. Use enumerate or range(len(words)).",
            ),
        ],
    ),
    ([[2, 2, 2]], 2, [[2, 2]] * 6, []),
    ([[7], [3]], 4, [], [([[3, 7], [7, 3]], "Pairs must not reach into the next sentence.")]),
]:
    what, given = f"skipgram_pairs({sentences}, {window})", copy.deepcopy(sentences)
    got = checks.call(
        skipgram_pairs,
        given,
        window,
        what=what,
        hint="Sentences may hold one word or none, and then give no pairs.",
        see=see,
    )
    checks.equal(
        given,
        sentences,
        "The list of sentences after the call",
        hint="pop, remove, sort and += change the list that is handed in. Go through its places.",
        see=see,
    )
    rows = np.asarray(got, dtype=object)
    checks.that(
        got is not None and (rows.size == 0 or (rows.ndim == 2 and rows.shape[1] == 2)),
        f"{what} is not a list of pairs.",
        hint="Return a list of (centre, context), or an array with two columns, and an empty list "
        "if there are no pairs.",
        see=see,
    )
    pairs = sorted(rows.tolist()) if rows.size else []
    once = sorted(set(map(tuple, expected)))
    checks.equal(
        pairs,
        sorted(expected),
        f"{what}, sorted,",
        mistakes=[
            *mistakes,
            (across, "Pairs must not reach into the next sentence."),
            (once, "A pair that occurs several times counts several times: no set, no dict."),
            (
                sorted([a, b] for a, b in expected if a != b),
                "Leave out the centre's own place, not every equal word: compare i and j.",
            ),
        ],
        hint="Does the check above pass? If so: go through each sentence by itself, and through its "
        "places rather than its words.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_skipgram_pairs_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: random sentences and windows up to longer than the sentences, against a search
# through all pairs of places; that no word's number counts, and that sentences add up.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(19)
for number, longest, words, window in [
    (1, 9, 20, 1),
    (3, 8, 5, 2),
    (6, 12, 3, 4),
    (2, 5, 9, 30),
    (8, 2, 4, 3),
]:
    sentences = [rng.integers(words, size=rng.integers(0, longest + 1)).tolist()] * 2
    sentences += [rng.integers(words, size=rng.integers(1, longest + 1)).tolist()]
    sentences += [rng.integers(words, size=longest).tolist() for _ in range(number)]
    expected = []
    for sentence in sentences:
        for i in range(len(sentence)):
            for j in range(len(sentence)):
                if 1 <= abs(i - j) <= window:
                    expected.append([sentence[i], sentence[j]])
    given = copy.deepcopy(sentences)
    what = f"skipgram_pairs of {len(sentences)} sentences, window {window}"
    got = checks.call(skipgram_pairs, given, window, what=what)
    checks.equal(given, sentences, "The list of sentences after the call")
    checks.shape(
        got,
        (len(expected), 2),
        what,
        hint="Check the two ends of the sentence, and windows longer than it.",
        see="09_text: Skip-gram: a word predicts its neighbours",
    )
    checks.equal(
        sorted(np.asarray(got).tolist()),
        sorted(expected),
        f"{what}, sorted,",
        hint="Check the two ends of the sentence, and windows longer than it.",
        see="09_text: Skip-gram: a word predicts its neighbours",
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: negative_sampling_loss (3 points)
#
# Is a pair real, or made up? Write `negative_sampling_loss(u, v, negatives)`: the loss of a batch of
# `n` real pairs, each with `K` negative words of its own (in the lecture a batch shared them).
#
# - `u` has shape `(n, d)`: the vectors of the centres. `v` has shape `(n, d)`: those of their
#   contexts, row by row. `negatives` has shape `(n, K, d)`: `negatives[i, k]` is the vector of the
#   negative word number `k` of pair `i`.
# - The loss of pair `i` is $-\ln \sigma(u_i \cdot v_i) - \sum_k \ln \sigma(-u_i \cdot v_{n_{ik}})$,
#   where $v_{n_{ik}}$ is `negatives[i, k]`. The result is one number, the **sum over the pairs**.
#   All terms count once; the lecture's weight 5/64 is not needed here.
#
# It must also be right for products of 1,000 or -1,000, where `np.exp(1000)` is infinite. The way out:
# $-\ln \sigma(z) = \ln(1 + e^{-z})$, and `np.logaddexp`. The arguments stay as they were.
#
# ```python
# >>> u, v = np.array([[1.0, 0.0]]), np.array([[np.log(3), 2.0]])
# >>> negatives = np.array([[[0.0, 1.0], [-np.log(3), 5.0]]])
# >>> round(float(negative_sampling_loss(u, v, negatives)), 4)
# 1.2685
# ```
#
# The products are ln 3, 0 and -ln 3. So the net takes the real pair for real with probability 3/4, and
# the made-up ones with 1/2 and 1/4. The loss is $-\ln \frac{3}{4} - \ln \frac{1}{2} - \ln \frac{3}{4}$.


# %% nbgrader={"grade": false, "grade_id": "negative_sampling_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def negative_sampling_loss(u, v, negatives):
    """Return the loss of skip-gram with negative sampling, summed over a batch of pairs.

    Parameters
    ----------
    u : ndarray of float, shape (n, d)
        The vectors of the centres.
    v : ndarray of float, shape (n, d)
        The vectors of the contexts.
    negatives : ndarray of float, shape (n, K, d)
        The vectors of the K negative words of each pair.

    Returns
    -------
    float
    """
    ### BEGIN SOLUTION
    real = np.sum(u * v, axis=1)
    fake = np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, -real).sum() + np.logaddexp(0, fake).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_negative_sampling_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two pairs, three negatives each. The pairs are taken for real with probabilities 3/4 and 1/8, the
# made-up ones with 1/2, 3/4, 1/8 and 7/8, 1/2, 3/4.
three, seven = np.log(3), np.log(7)
u, v = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[three, 0.5], [-2.0, -seven]])
negatives = np.array(
    [
        [[0.0, 1.0], [three, -0.5], [-seven, 2.0]],
        [[1.5, seven], [-1.0, 0.0], [0.3, three]],
    ]
)
p, q = np.array([3 / 4, 1 / 8]), np.array([[1 / 2, 3 / 4, 1 / 8], [7 / 8, 1 / 2, 3 / 4]])
right = np.log(4 / 3) + np.log(8) + np.log(2) + np.log(4) + np.log(8 / 7)
right = right + np.log(8) + np.log(2) + np.log(4)
given = [u.copy(), v.copy(), negatives.copy()]
what = "negative_sampling_loss of two pairs with three negatives each"
got = checks.call(
    negative_sampling_loss,
    *given,
    what=what,
    hint="u and v have two axes, (n, d); negatives has three, (n, K, d). u[:, None] has the shape "
    "(n, 1, d), which stretches along K.",
    see="09_text: Negative sampling",
)
for before, after, name in zip([u, v, negatives], given, ["u", "v", "negatives"], strict=True):
    checks.unchanged(before, after, name, see="09_text: Negative sampling")
each = -np.log(p) - np.log(1 - q).sum(axis=1)
pull, push = -np.log(p).sum(), -np.log(1 - q).sum()
all_real = 1 / (1 + np.exp(-u @ v.T))
all_fake = 1 / (1 + np.exp(-u @ negatives.reshape(-1, 2).T))
first_fake = 1 / (1 + np.exp(-u @ negatives[0].T))
odds, other_odds = p / (1 - p), q / (1 - q)
checks.close(
    got,
    right,
    what,
    mistakes=[
        (each, "One number for each pair. Add them up."),
        (right / 2, "That is the mean over the pairs. The sum is asked for, as in the lecture."),
        (right / 8, "That is the mean over all products. Add up."),
        (pull + push / 3, "Add the negatives up; do not take their mean."),
        (pull / 2 + push / 6, "You took means. Add up, over pairs and negatives."),
        (pull / 2 + push / 2, "That is the mean over the pairs. The sum is asked for."),
        (-right, "The sign is wrong: a loss is at least 0."),
        (pull, "The negatives are missing."),
        (push, "The real pairs are missing."),
        (pull - push, "The logarithms of the negatives are subtracted, like the first one."),
        (
            pull - np.log(q).sum(),
            "The minus inside the sigmoid is missing: for a made-up pair the right answer is no, "
            "with probability sigma(-z).",
        ),
        (
            -np.log(1 - p).sum() + push,
            "For a real pair the right answer is yes, with probability sigma(z), not sigma(-z).",
        ),
        (
            -np.log(1 - p).sum() - np.log(q).sum(),
            "The signs inside both sigmoids are swapped: real pairs have sigma(z).",
        ),
        (
            -np.log(all_real).sum() + push,
            "u @ v.T multiplies every centre with every context. Pair row i with row i.",
        ),
        (
            pull - np.log(1 - all_fake).sum(),
            "Each pair has negatives of its own: negatives[i] belongs to u[i] alone.",
        ),
        (
            pull - np.log(1 - first_fake).sum(),
            "You used the negatives of the first pair for all. Pair i has negatives[i].",
        ),
        (right / np.log(2), "ln is np.log; np.log2 has another base."),
        (right / np.log(10), "ln is np.log; np.log10 has another base."),
        (
            -np.sum(np.log(odds / (odds + other_odds.sum(axis=1)))),
            "That is a softmax over the context and the negatives. Here each product goes through "
            "a sigmoid of its own.",
        ),
        (
            -np.log(p).sum() + q.sum(),
            "The logarithm of the negatives is missing.",
        ),
    ],
    hint="One product for each pair, K products with its negatives, each through -ln(sigma(...)), "
    "and everything added up.",
    see="09_text: Negative sampling",
)

# %% nbgrader={"grade": true, "grade_id": "test_negative_sampling_loss_stable", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Large products: -1000 for a real pair costs 1000, 800 for a made-up one costs 800. Sure and right
# costs nothing.
see = "09_text: Negative sampling"
for u, v, negatives, expected in [
    ([[100.0]], [[-10.0]], [[[-10.0]]], 1000.0),
    ([[100.0]], [[10.0]], [[[8.0]]], 800.0),
    ([[100.0]], [[10.0]], [[[-10.0], [-9.0]]], 0.0),
    (
        [[1.0, 10.0], [0.0, 50.0]],
        [[100.0, -90.0], [3.0, 20.0]],
        [[[0.0, 70.0]], [[9.0, 7.0]]],
        1850,
    ),
]:
    u, v, negatives = np.array(u), np.array(v), np.array(negatives)
    products = [np.sum(u * v, axis=1).tolist(), np.sum(u[:, None] * negatives, axis=2).tolist()]
    what = f"negative_sampling_loss, products {products[0]} of real, {products[1]} of made-up pairs"
    got = checks.call(
        negative_sampling_loss,
        u,
        v,
        negatives,
        what=what,
        hint="u and v have two axes, (n, d); negatives has three, (n, K, d).",
        see=see,
    )
    checks.finite(
        got,
        what,
        hint="exp(1000) is infinite, and the logarithm of 0 is, too. Use np.logaddexp(0, -z) for "
        "-ln sigma(z), and never take a sigmoid.",
        see=see,
    )
    checks.close(
        got,
        expected,
        what,
        mistakes=[(expected / len(u), "That is the mean over the pairs. The sum is asked for.")],
        atol=1e-6,
        hint="Does the check above pass? If so: do not cut products or probabilities off (np.clip, "
        "+ 1e-7), since a loss of 1000 has to come out as 1000. Use np.logaddexp(0, -z) for "
        "-ln sigma(z).",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_negative_sampling_loss_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: batches of many sizes against sums taken one by one; ln 2 for each product at the
# start; that turning all vectors, or the order of pairs and negatives, changes nothing, that batches
# add up, and that made-up pairs cost more the closer they are.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(29)
see = "09_text: Negative sampling"
for n, number, d in [(1, 1, 1), (4, 1, 3), (1, 5, 2), (3, 3, 3), (7, 2, 10), (20, 6, 4)]:
    u, v = rng.normal(size=(2, n, d))
    negatives = rng.normal(size=(n, number, d))
    what = f"negative_sampling_loss with u {u.shape} and negatives {negatives.shape}"
    expected = 0.0
    for i in range(n):
        expected += np.log(1 + np.exp(-np.dot(u[i], v[i])))
        for k in range(number):
            expected += np.log(1 + np.exp(np.dot(u[i], negatives[i, k])))
    given = [u.copy(), v.copy(), negatives.copy()]
    got = checks.call(negative_sampling_loss, *given, what=what)
    for before, after, name in zip([u, v, negatives], given, "uvn", strict=True):
        checks.unchanged(before, after, {"n": "negatives"}.get(name, name))
    # at most 140 terms of order 1: float32 is good to a relative 1e-5
    checks.close(
        got, expected, what, rtol=5e-5, hint="Pair by pair, negative by negative.", see=see
    )
    zero = checks.call(negative_sampling_loss, 0 * u, v, negatives, what=what)
    checks.close(
        zero,
        n * (1 + number) * np.log(2),
        f"{what} where u is 0",
        hint="Each of the n (1 + K) products is 0 and costs ln 2.",
        see=see,
    )
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    turned = checks.call(negative_sampling_loss, u @ turn, v @ turn, negatives @ turn, what=what)
    checks.close(
        turned,
        expected,
        f"{what} with all vectors turned alike",
        rtol=5e-5,
        hint="Only dot products count, and they stay the same.",
        see=see,
    )
    order, other = rng.permutation(n), rng.permutation(number)
    mixed = checks.call(
        negative_sampling_loss, u[order], v[order], negatives[order][:, other], what=what
    )
    checks.close(mixed, expected, f"{what} in another order", rtol=5e-5, see=see)
    half = n // 2
    if half:
        parts = [
            float(checks.call(negative_sampling_loss, u[s], v[s], negatives[s], what=what))
            for s in (slice(None, half), slice(half, None))
        ]
        checks.close(sum(parts), expected, f"{what}, in two parts", rtol=5e-5, see=see)
    closer = checks.call(negative_sampling_loss, u, v, negatives + u[:, None], what=what)
    checks.that(
        float(closer) > float(got),
        "The loss must grow when made-up pairs come closer to the centre.",
        see=see,
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: skipgram_step (3 points)
#
# Now learn. `U` and `V` hold the vectors of all words, a row for each word: `U` as a centre, `V` as a
# context or a negative. Write `skipgram_step(U, V, centres, contexts, negatives, rate)`: one step
# of plain gradient descent on the loss of task 3, **summed** over the batch.
#
# - `U` and `V` are arrays of float of shape `(words, d)`. They stay as they were.
# - `centres` and `contexts` are arrays of int of shape `(n,)`, `negatives` of shape `(n, K)`: the
#   numbers of words, which are rows of `U` or `V`.
# - The result is a pair, the new `U` and the new `V`: old array minus `rate` times its slope. All
#   slopes are taken at the old `U` and `V`. Rows that no pair uses keep their values.
#
# A word may occur several times in a batch: as the centre of several pairs, as a context and as a
# negative, even twice among the negatives of one pair. Its slopes **add up**. Mind that
# `U[centres] -= ...` writes to each row only once, however often its number is in `centres`;
# `np.add.at(U, centres, rows)` adds every row, and a loop does so, too.
#
# The lecture's slopes for one pair, in words: each product has an *error*, its probability minus 1 if
# the pair is real, minus 0 if it is made up. Each of the two vectors in a product gets the error
# times the other vector.
#
# ```python
# >>> U = np.array([[1.0, 0.0], [5.0, 5.0]])
# >>> V = np.array([[0.0, 2.0], [np.log(3), 0.0]])
# >>> new_U, new_V = skipgram_step(U, V, np.array([0]), np.array([0]), np.array([[1]]), 0.1)
# >>> new_U
# array([[0.91760408, 0.1       ],
#        [5.        , 5.        ]])
# >>> new_V
# array([[0.05      , 2.        ],
#        [1.02361229, 0.        ]])
# ```
#
# Word 0 is the centre and the context, word 1 is the negative. The errors are 1/2 - 1 and 3/4 - 0.


# %% nbgrader={"grade": false, "grade_id": "skipgram_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Take one step of gradient descent on the loss of negative sampling.

    Parameters
    ----------
    U : ndarray of float, shape (words, d)
        The vectors of words as centres. Left unchanged.
    V : ndarray of float, shape (words, d)
        The vectors of words as contexts and as negatives. Left unchanged.
    centres, contexts : ndarray of int, shape (n,)
        The numbers of the words of the real pairs.
    negatives : ndarray of int, shape (n, K)
        The numbers of the K negative words of each pair.
    rate : float
        The learning rate.

    Returns
    -------
    tuple of two ndarrays of float, shape (words, d)
        The new U and the new V.
    """
    ### BEGIN SOLUTION
    words = np.concatenate([contexts[:, None], negatives], axis=1)  # (n, 1 + K)
    products = np.einsum("nd,nkd->nk", U[centres], V[words])
    errors = 1 / (1 + np.exp(-products))
    errors[:, 0] -= 1  # the real pairs
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, -rate * errors[:, :, None] * U[centres][:, None])
    return new_U, new_V
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_skipgram_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One pair, two negatives, all different: centre 2, context 1, negatives 0 and 3. The products are
# -ln 3, ln 3 and 0, so the probabilities are 1/4, 3/4 and 1/2.
see, rate, three = "09_text: Negative sampling", 0.4, np.log(3)
U = np.array([[4.0, 1.0], [3.0, -2.0], [1.0, 0.0], [0.0, 5.0], [2.0, 2.0]])
V = np.array([[three, 1.0], [-three, 2.0], [6.0, 3.0], [0.0, -1.0], [1.0, 7.0]])
slope_U, slope_V = np.zeros((2, 5, 2))
slope_U[2] = [1.5 * three, -1.25]
slope_V[[1, 0, 3], 0] = [-0.75, 0.75, 0.5]
given = [U.copy(), V.copy(), np.array([2]), np.array([1]), np.array([[0, 3]])]
what = "skipgram_step with centre 2, context 1 and negatives 0 and 3"
got = checks.call(
    skipgram_step,
    *given,
    rate,
    what=what,
    hint="U[centres] has the shape (n, d), V[contexts] too, and V[negatives] the shape (n, K, d).",
    see=see,
)
checks.unchanged(U, given[0], "U", see=see)
checks.unchanged(V, given[1], "V", see=see)
checks.that(
    isinstance(got, tuple | list | np.ndarray) and len(got) == 2,
    "skipgram_step must return two arrays.",
    hint="return new_U, new_V",
    see=see,
)
no_negatives, without_1, not_all, all_real = np.zeros((4, 5, 2))
no_negatives[2], without_1[2] = [0.75 * three, -1.5], [0.5 * three, 0.75]
not_all[2], all_real[2] = [0.75 * three, 0.25], [0.5 * three, -1.25]
checks.close(
    got[0],
    U - rate * slope_U,
    f"the new U of {what}",
    mistakes=[
        (U, "U did not change. The centre's vector learns, too."),
        (U - slope_U, "The learning rate is missing."),
        (U + rate * slope_U, "The sign is wrong: go against the slope."),
        (slope_U, "That is the slope of U. Return U minus rate times the slope."),
        (U - rate * slope_U / 3, "Add the slopes of the three products; do not take their mean."),
        (U - rate * no_negatives, "The negatives are missing in the slope along U."),
        (U - rate * not_all, "The real pair is missing, or counts as made up."),
        (
            U - rate * without_1,
            "The error of the real pair is its probability minus 1; you took the probability.",
        ),
        (
            U - rate * all_real,
            "You took 1 off all errors. Only the real pair has it; negatives keep their probability.",
        ),
        (V - rate * slope_V, "The two results are swapped: first U, then V."),
    ],
    hint="The centre's slope is the sum of error times vector, over the context and the negatives, "
    "with their old vectors in V.",
    see=see,
)
after_U = np.zeros((5, 2))
after_U[[1, 0, 3]] = np.outer([-0.75, 0.75, 0.5], [1.0 - rate * 1.5 * three, rate * 1.25])
checks.close(
    got[1],
    V - rate * slope_V,
    f"the new V of {what}",
    mistakes=[
        (V, "V did not change. The context and the negatives learn, too."),
        (V - slope_V, "The learning rate is missing."),
        (V + rate * slope_V, "The sign is wrong: go against the slope."),
        (slope_V, "That is the slope of V. Return V minus rate times the slope."),
        (V - rate * after_U, "V learns from the old U. You had changed U before."),
        (
            V - rate * slope_V * (np.arange(5) == 1)[:, None],
            "The negatives did not move. Each gets its error times the centre's vector.",
        ),
        (
            V - rate * slope_V * (np.arange(5) != 1)[:, None],
            "The context did not move. It gets its error times the centre's vector.",
        ),
        (
            V - rate * np.where((np.arange(5) == 1)[:, None], [0.25, 0.0], slope_V),
            "The error of the real pair is its probability minus 1; you took the probability.",
        ),
        (
            V - rate * np.where((np.arange(5) == 1)[:, None], slope_V, -slope_V),
            "The negatives moved towards the centre. Their error is the probability itself.",
        ),
    ],
    hint="Context and negatives get their errors times the old vector of the centre in U.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_skipgram_step_repeats", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two pairs with the same centre, word 2, and three negatives each. Word 1 is the context of one pair
# and a negative of the other. Word 0 is a negative twice, word 4 three times: their slopes add up.
see, rate, three, seven = "09_text: Training on six novels", 0.2, np.log(3), np.log(7)
U = np.array([[4.0, 1.0], [3.0, -2.0], [1.0, 0.0], [0.0, 5.0], [2.0, 2.0]])
V = np.array([[three, 1.0], [-three, 2.0], [6.0, 3.0], [seven, -1.0], [0.0, 7.0]])
negatives = np.array([[0, 0, 4], [1, 4, 4]])
given = [U.copy(), V.copy(), np.array([2, 2]), np.array([1, 3]), negatives.copy()]
what = "skipgram_step with two pairs of the same centre"
got = checks.call(
    skipgram_step,
    *given,
    rate,
    what=what,
    hint="U[centres] has the shape (n, d), V[contexts] too, and V[negatives] the shape (n, K, d). "
    "Errors of shape (n, K, 1) need centres of shape (n, 1, d): U[centres][:, None].",
    see=see,
)
checks.unchanged(U, given[0], "U", see=see)
checks.unchanged(V, given[1], "V", see=see)
checks.that(
    isinstance(got, tuple | list | np.ndarray) and len(got) == 2,
    "skipgram_step must return two arrays.",
    hint="return new_U, new_V",
    see=see,
)
along = np.zeros((5, 2))
along[2] = [2 * three - 0.75 * seven, 12.375]
first, second = np.array([2.25 * three, 3.5]), np.array([-0.25 * three - seven / 8, 7.625])
slope_U, last_U, mean_U, first_U, slope_V = np.zeros((5, 5, 2))
slope_U[2], last_U[2], first_U[2] = first + second, second, first
mean_U[2] = (first + second) / 2
slope_V[:, 0] = [1.5, -0.5, 0.0, -0.125, 1.5]
lost = (
    "Both pairs have the centre 2, and one of its two slopes was lost. new_U[centres] -= ... writes "
    "once to each row. Use np.add.at or a loop."
)
checks.close(
    got[0],
    U - rate * slope_U,
    f"the new U of {what}",
    mistakes=[
        (U - rate * last_U, lost),
        (U - rate * first_U, lost),
        (
            U - rate * along,
            "An error belongs to a pair, a row. Yours were laid along the columns: errors[:, None] has "
            "the shape (n, 1).",
        ),
        (U - rate * mean_U, "The loss is the sum over the pairs: do not divide by their number."),
        (U + rate * slope_U, "The sign is wrong: go against the slope."),
        (U - slope_U, "The learning rate is missing."),
    ],
    hint="Does the check above pass? If so: take both slopes at the old U and V, and add them. If you "
    "go through the pairs in a loop, read from U and V and write into copies.",
    see=see,
)
v_within = slope_V.copy()  # repeats in one pair lost
v_within[[0, 4], 0] = 0.75, 1.0
v_lost = slope_V.copy()
v_lost[[0, 4], 0] = 0.75, 0.5
v_last = v_lost.copy()
v_last[1, 0] = 0.25
v_first = v_lost.copy()
v_first[1, 0] = -0.75
lost = (
    "Word 0 is a negative twice and word 4 three times, and slopes were lost. new_V[negatives] -= ... "
    "writes once to each row. Use np.add.at or a loop."
)
checks.close(
    got[1],
    V - rate * slope_V,
    f"the new V of {what}",
    mistakes=[
        (V - rate * v_lost, lost),
        (V - rate * v_last, lost),
        (V - rate * v_first, lost),
        (
            V - rate * v_within,
            "A word may be a negative of one pair twice, and one of the two slopes was lost. Go "
            "through the negatives one by one, too, or use np.add.at.",
        ),
        (
            V - rate * slope_V / 2,
            "The loss is the sum over the pairs: do not divide by their number.",
        ),
        (V + rate * slope_V, "The sign is wrong: go against the slope."),
        (V - slope_V, "The learning rate is missing."),
    ],
    hint="Word 1 gets -3/4 as a context and 1/4 as a negative, each times the old vector of word 2. "
    "Read from U and V, write into copies.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_skipgram_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: the changes against finite differences of the loss, for batches of many sizes with
# words that occur often; that unused words stay, that the changes of a batch are those of its pairs
# added up, and that many steps learn which of two groups of words belong together.
### BEGIN HIDDEN TESTS
rng, see = np.random.default_rng(39), "09_text: Negative sampling"

for words, d, n, number in [(3, 2, 1, 1), (4, 3, 5, 2), (6, 1, 3, 4), (5, 4, 12, 3), (9, 2, 2, 5)]:
    U, V = rng.normal(size=(2, words, d))
    centres, contexts = rng.integers(words, size=(2, n))
    negatives, rate = rng.integers(words, size=(n, number)), rng.uniform(0.05, 0.5)
    what = f"skipgram_step with {n} pairs, {number} negatives each, of {words} words"
    given = [U.copy(), V.copy(), centres.copy(), contexts.copy(), negatives.copy()]
    got = checks.call(skipgram_step, *given, rate, what=what)
    names = ["U", "V", "centres", "contexts", "negatives"]
    for before, after, name in zip([U, V, centres, contexts, negatives], given, names, strict=True):
        checks.unchanged(before, after, name)
    new = [np.asarray(got[0], dtype=float), np.asarray(got[1], dtype=float)]
    checks.shape(new[0], (words, d), f"the new U of {what}")
    checks.shape(new[1], (words, d), f"the new V of {what}")
    for which, name in enumerate("UV"):
        slopes = np.zeros((words, d))
        for index in np.ndindex(words, d):  # central differences of the loss
            losses = []
            for step in [1e-5, -1e-5]:
                nudged = [U.copy(), V.copy()]
                nudged[which][index] += step
                u = nudged[0][centres]
                real = np.sum(u * nudged[1][contexts], axis=1)
                fake = np.sum(u[:, None] * nudged[1][negatives], axis=2)
                losses.append(np.logaddexp(0, -real).sum() + np.logaddexp(0, fake).sum())
            slopes[index] = (losses[0] - losses[1]) / 2e-5
        # float32 rounds vectors of order 1 by 1e-7, which is divided by a rate of 0.05 or more
        checks.close(
            ([U, V][which] - new[which]) / rate,
            slopes,
            f"({name} - new {name}) / rate of {what} (expected: finite differences of the loss)",
            rtol=1e-4,
            atol=5e-5,
            hint="Each product's error times the other vector; slopes of the same word add up.",
            see=see,
        )
    for array, after, used in [
        (U, new[0], centres),
        (V, new[1], np.append(contexts, negatives)),
    ]:
        rest = np.setdiff1d(np.arange(words), used)
        checks.close(
            after[rest],
            array[rest],
            f"the rows of words that {what} does not use",
            atol=1e-6,
            see=see,
        )
    moved = np.zeros((2, words, d))
    for i in range(n):
        one = checks.call(
            skipgram_step,
            U,
            V,
            centres[[i]],
            contexts[[i]],
            negatives[[i]],
            rate,
            what="skipgram_step with one pair",
        )
        moved += [np.asarray(one[0]) - U, np.asarray(one[1]) - V]
    for array, after, change, name in zip([U, V], new, moved, "UV", strict=True):
        checks.close(
            after,
            array + change,
            f"the new {name} of {what} (expected: the changes by single pairs, added up)",
            rtol=1e-4,
            atol=1e-5,
            see=see,
        )
# words 0 to 3 keep company with each other, and so do 4 to 7
U, V = rng.normal(0, 0.1, size=(2, 8, 3))
for _ in range(60):
    centres = rng.integers(8, size=32)
    contexts = centres // 4 * 4 + rng.integers(4, size=32)
    negatives = rng.integers(8, size=(32, 3))
    got = checks.call(
        skipgram_step, U, V, centres, contexts, negatives, 0.1, what="skipgram_step, many times"
    )
    U, V = np.asarray(got[0], dtype=float), np.asarray(got[1], dtype=float)
cosines = U @ U.T / np.outer(np.linalg.norm(U, axis=1), np.linalg.norm(U, axis=1))
together = np.equal.outer(np.arange(8) // 4, np.arange(8) // 4)
others = together & ~np.eye(8, dtype=bool)  # without each word's cosine with itself
# over 300 seeds the difference was at least 0.58
checks.that(
    cosines[others].mean() > cosines[~together].mean() + 0.3,
    "After 60 steps words of the same company are not near each other.",
    hint="Real pairs pull their vectors together, made-up ones push them apart.",
    see="09_text: Training on six novels",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: attention_weights (4 points)
#
# From which words does each word take, and how much? Write `attention_weights(q, k, allowed=None)`
# for one head.
#
# - `q` has shape `(n_q, d)`: a query in each row. `k` has shape `(n_k, d)`: a key in each row. `n_q`
#   and `n_k` may differ.
# - `allowed` is `None`, or an array of bool of shape `(n_q, n_k)`: `allowed[i, j]` says whether query
#   `i` may look at key `j`. Padding is a column of `False`. In GPT, which looks backward only, row
#   `i` is `True` up to column `i`. Each row has at least one `True`.
# - The result has shape `(n_q, n_k)`. Row `i` is the softmax of $q_i \cdot k_j / \sqrt{d}$ over all
#   `j` that are allowed. What is not allowed has weight 0, so the allowed weights add up to 1.
#
# It must also be right for scores of 1,000 or -1,000, and whatever the keys hold that are not allowed.
# The arguments stay as they were.
#
# ```python
# >>> q, k = np.array([[2.0, 0.0, 0.0, 0.0]]), np.zeros((3, 4))
# >>> k[:, 0] = 0.0, np.log(2), np.log(5)
# >>> attention_weights(q, k)
# array([[0.125, 0.25 , 0.625]])
# >>> attention_weights(q, k, np.array([[True, False, True]]))
# array([[0.16666667, 0.        , 0.83333333]])
# ```
#
# The products are 0, 2 ln 2 and 2 ln 5; divided by $\sqrt{4}$ and through the exponential they are 1,
# 2 and 5, of 8.


# %% nbgrader={"grade": false, "grade_id": "attention_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attention_weights(q, k, allowed=None):
    """Return how much each query takes from each key.

    Parameters
    ----------
    q : ndarray of float, shape (n_q, d)
        The queries, one in each row.
    k : ndarray of float, shape (n_k, d)
        The keys, one in each row.
    allowed : ndarray of bool, shape (n_q, n_k), optional
        Which keys each query may look at; all of them if None.

    Returns
    -------
    ndarray of float, shape (n_q, n_k)
        Rows that add up to 1.
    """
    ### BEGIN SOLUTION
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_attention_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two queries and three keys of four numbers, all keys allowed.
see = "09_text: Self-attention"
q = np.array([[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]])
k = np.zeros((3, 4))
k[:, 0], k[:, 1] = np.log([1.0, 2.0, 5.0]), np.log([3.0, 1.0, 4.0])
k[:, 2] = [9.0, -5.0, 2.0]
given = [q.copy(), k.copy()]
what = "attention_weights of 2 queries and 3 keys"
got = checks.call(
    attention_weights,
    *given,
    what=what,
    hint="q has the shape (n_q, d), k has (n_k, d): the products of all rows are q @ k.T. Sums and "
    "maxima over axis 1 need keepdims=True, to fit beside their rows.",
    see=see,
)
checks.unchanged(q, given[0], "q", see=see)
checks.unchanged(k, given[1], "k", see=see)
e = np.array([[1.0, 2.0, 5.0], [3.0, 1.0, 4.0]])

root = "The root is that of d, the length of a key or query, not of their number."
wrong_axis = (
    "The softmax runs over the wrong axis. A word's weights add up to 1 over the words that it takes "
    "from: each row does."
)
powers = [  # exponentials, the axis over which they are shared out, and what went wrong
    (e**2, 1, "The scores are not scaled: divide the products by the root of d."),
    (e**0.5, 1, "You divided by d. Divide by its root."),
    (e ** (2 / 3**0.5), 1, root),
    (e ** (2 / 2**0.5), 1, root),
    (e**4, 1, "You multiplied by the root of d. Divide by it."),
    (e, 0, wrong_axis),
    (e**2, 0, "Wrong axis (each row must add up to 1), and not scaled."),
    (e.T, 0, "Queries are rows and keys are columns: q @ k.T."),
    (e.T, 1, "That is k @ q.T: here queries are the rows and keys the columns."),
    (e, None, "Each row adds up to 1 by itself, not the whole table."),
]
checks.close(
    got,
    [[1 / 8, 2 / 8, 5 / 8], [3 / 8, 1 / 8, 4 / 8]],
    what,
    mistakes=[
        *[(a / a.sum(axis=axis, keepdims=True), text) for a, axis, text in powers],
        (
            np.full((2, 3), 1 / 3),
            "All weights are equal. Is allowed None here? np.where takes None for False; then leave "
            "the scores as they are.",
        ),
        (e, "The exponentials are not divided by their sum: each row adds up to 1."),
        (np.log(e), "These are the scores. Put each row through a softmax."),
        (2 * np.log(e), "These are the products. Scale them, then a softmax for each row."),
        (e / (1 + e), "A sigmoid treats each key alone. A softmax shares 1 out among the keys."),
        (
            e / e.sum(axis=1, keepdims=True) @ k,
            "Only the weights are asked for, not the mean of keys or values.",
        ),
    ],
    hint="Products q @ k.T, divided by the root of d, then a softmax over each row.",
    see=see,
)

# %% nbgrader={"grade": true, "grade_id": "test_attention_weights_allowed", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Padding, looking backward only, and each with its own keys. d is 1 here, so the root changes nothing.
see = "09_text: Self-attention"
q, k = np.array([[1.0], [1.0], [2.0]]), np.log([[2.0], [3.0], [5.0]])
e = np.array([[2.0, 3.0, 5.0], [2.0, 3.0, 5.0], [4.0, 9.0, 25.0]])
padding = np.array([[True, True, False]] * 3)
backward = np.array([[True, False, False], [True, True, False], [True, True, True]])
own = np.array([[False, True, True], [True, False, True], [False, True, False]])
for name, allowed, expected in [
    ("padding in the last place", padding, [[2 / 5, 3 / 5, 0]] * 2 + [[4 / 13, 9 / 13, 0]]),
    (
        "each looking backward only",
        backward,
        [[1, 0, 0], [2 / 5, 3 / 5, 0], [4 / 38, 9 / 38, 25 / 38]],
    ),
    ("some keys for each", own, [[0, 3 / 8, 5 / 8], [2 / 7, 0, 5 / 7], [0, 1, 0]]),
]:
    what = f"attention_weights with {name}"
    given = [q.copy(), k.copy(), allowed.copy()]
    got = checks.call(
        attention_weights,
        *given,
        what=what,
        hint="allowed has the shape of the scores, (n_q, n_k). np.where(allowed, scores, -1e9) "
        "keeps the scores that are allowed.",
        see=see,
    )
    for before, after, argument in zip([q, k, allowed], given, "qka", strict=True):
        checks.unchanged(before, after, {"a": "allowed"}.get(argument, argument), see=see)
    checks.finite(
        got,
        what,
        hint="Infinity minus infinity, and 0 times infinity, are nan. np.where(allowed, scores, "
        "-1e9) is safe.",
        see=see,
    )
    whole = e / e.sum(axis=1, keepdims=True)
    lost = e * allowed
    zero_scores = np.where(allowed, e, 1.0)
    swapped = np.where(allowed, 0.0, e) + 1e-300
    across = np.where(allowed.T, e, 0.0) + 1e-300
    checks.close(
        got,
        expected,
        what,
        mistakes=[
            (whole, "allowed changes nothing in your function."),
            (
                whole * allowed,
                "You set weights to 0 behind the softmax, and the rest no longer adds up to 1. Take "
                "keys out before it: score -1e9.",
            ),
            (
                zero_scores / zero_scores.sum(axis=1, keepdims=True),
                "A score of 0 is not a weight of 0: exp(0) is 1. Keys that are not allowed get the "
                "score -1e9.",
            ),
            (
                swapped / swapped.sum(axis=1, keepdims=True),
                "True and False are swapped: True means that the query may look.",
            ),
            (
                across / across.sum(axis=1, keepdims=True),
                "allowed is transposed: row i belongs to query i, column j to key j.",
            ),
            (lost, "The exponentials are not divided by their sum."),
        ],
        hint="Does the check above pass? If so: give the score -1e9 to all that is not allowed, before "
        "the softmax. Its exponential is then 0.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_attention_weights_stable", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Large scores: 1000 and more, -1000 and less, and a key that is not allowed and has the largest of all.
see = "09_text: Self-attention"
for name, q, k, allowed, expected in [
    ("scores 1000, 1000, 0", [[1.0]], [[1000.0], [1000.0], [0.0]], None, [[0.5, 0.5, 0.0]]),
    ("scores -900, -900", [[1.0]], [[-900.0], [-900.0]], None, [[0.5, 0.5]]),
    (
        "scores 1000, 0 for one query and 1, 0 for another",
        [[1000.0], [1.0]],
        [[1.0], [0.0]],
        None,
        [[1.0, 0.0], [0.7310585786, 0.2689414214]],
    ),
    (
        "scores -1000, -1000 and 1000, the last one not allowed",
        [[1.0]],
        [[-1000.0], [-1000.0], [1000.0]],
        [[True, True, False]],
        [[0.5, 0.5, 0.0]],
    ),
]:
    what = f"attention_weights for {name}"
    got = checks.call(
        attention_weights,
        np.array(q),
        np.array(k),
        None if allowed is None else np.array(allowed),
        what=what,
        hint="Sums and maxima over axis 1 need keepdims=True, to fit beside their rows.",
        see=see,
    )
    checks.finite(
        got,
        what,
        hint="exp(1000) is infinite and exp(-900) is 0. Subtract the largest score of each row "
        "before the exponential: the weights stay the same. Take keys out that are not allowed "
        "before you look for the largest.",
        see=see,
    )
    checks.close(
        got,
        expected,
        what,
        atol=1e-6,
        hint="Do the checks above pass? If so: subtract each row's own largest allowed score. What is "
        "not allowed needs a score far below all others, -1e9. Do not cut scores off, and do not "
        "replace nan by a number.",
        see=see,
    )

# %% nbgrader={"grade": true, "grade_id": "test_attention_weights_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: queries and keys of many sizes with and without `allowed`, against sums taken one by
# one; that rows add up to 1, that weights move along when words are shuffled, that one vector added
# to all keys changes nothing, and that keys that are not allowed do not matter.
### BEGIN HIDDEN TESTS
rng, see = np.random.default_rng(49), "09_text: Self-attention"
for n_q, n_k, d in [(1, 1, 1), (3, 3, 3), (2, 6, 4), (7, 2, 5), (5, 5, 16), (4, 9, 50)]:
    for masked in [False, True]:
        q, k = rng.normal(size=(n_q, d)), rng.normal(size=(n_k, d))
        allowed = rng.random((n_q, n_k)) < 0.5 if masked else np.full((n_q, n_k), True)
        allowed[np.arange(n_q), rng.integers(n_k, size=n_q)] = True
        what = f"attention_weights of q {q.shape} and k {k.shape}"
        what += " with some keys allowed" if masked else ""
        expected = np.zeros((n_q, n_k))
        for i in range(n_q):
            for j in range(n_k):
                if allowed[i, j]:
                    expected[i, j] = np.exp(np.sum(q[i] * k[j]) / d**0.5)
            expected[i] /= expected[i].sum()
        mask = allowed if masked else None
        given = [q.copy(), k.copy(), None if mask is None else mask.copy()]
        got = checks.call(attention_weights, *given, what=what)
        checks.unchanged(q, given[0], "q")
        checks.unchanged(k, given[1], "k")
        if masked:
            checks.unchanged(allowed, given[2], "allowed")
        # weights between 0 and 1 from scores of order 1: float32 is good to 1e-6
        checks.close(got, expected, what, rtol=1e-4, atol=1e-5, see=see)
        checks.close(np.sum(np.asarray(got), axis=1), np.ones(n_q), f"row sums of {what}", see=see)
        rows, columns = rng.permutation(n_q), rng.permutation(n_k)
        moved = checks.call(
            attention_weights,
            q[rows],
            k[columns],
            allowed[rows][:, columns] if masked else None,
            what=what,
        )
        checks.close(
            moved,
            expected[rows][:, columns],
            f"{what}, shuffled",
            rtol=1e-4,
            atol=1e-5,
            hint="Nothing depends on where a word stands.",
            see=see,
        )
        shifted = checks.call(attention_weights, q, k + rng.normal(size=d), mask, what=what)
        checks.close(
            shifted,
            expected,
            f"{what}, one vector added to all keys",
            rtol=1e-3,
            atol=1e-5,
            hint="It adds the same to all scores of a query, and a softmax takes that out.",
            see=see,
        )
        if masked:
            allowed[:, -1], allowed[:, 0] = False, True
            ends = k.copy()
            ends[-1] = 100 * rng.normal(size=d)
            if n_k > 1:
                pair = [
                    checks.call(attention_weights, q, keys, allowed, what=what)
                    for keys in (k, ends)
                ]
                checks.close(
                    pair[1],
                    np.asarray(pair[0]),
                    f"{what}, padding changed",
                    rtol=1e-4,
                    atol=1e-5,
                    hint="What padding holds must not matter.",
                    see=see,
                )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: explain_bias (3 points)
#
# The numbers here come from the lecture's GloVe vectors, rounded. As there, $s$ is a word's mean cosine
# with eight female words minus that with eight male ones.
#
# | word of home | $s$ | | word of work | $s$ |
# |---|---|---|---|---|
# | parents | 0.08 | | business | -0.01 |
# | wedding | 0.09 | | salary | -0.09 |
# | home | -0.04 | | career | -0.08 |
#
# | question | nearest words, with their cosines |
# |---|---|
# | doctor - man + woman | doctor 0.90, nurse 0.84, child 0.76, pregnant 0.76 |
# | nurse - woman + man | nurse 0.88, doctor 0.81, trained 0.71, officer 0.71 |
# | surgeon - man + woman | surgeon 0.91, dentist 0.78, physician 0.77, nurse 0.76 |
# | scientist - man + woman | scientist 0.89, researcher 0.86, psychologist 0.79, biologist 0.77 |
#
# Three colleagues speak. Judge each claim in a few sentences. You may compute in a cell of your own.
#
# 1. *(1 point)* "Home leans female against work. I measured it with these six words, and the effect
#    size is large: 1.33 (standard deviation with `ddof=1`)." How large is the difference of the two
#    means of $s$? In how many of the 20 ways to deal six words into two groups of three is it at least
#    as large, in either direction? (Compare in hundredths, 8, 9, -4, ...: two equal differences of
#    floats may differ in the last digit.) What follows for the claim? Could three words of each kind
#    ever get below a chance of 0.05? What did the lecture do about it?
# 2. *(1 point)* "Man is to doctor as woman is to nurse: these vectors take all women for nurses." Where
#    does "nurse" stand in the table, and what rule makes it the answer? Judge with all four questions.
#    How would you measure a bias better?
# 3. *(1 point)* "We rank applications for a job by the cosine of their mean word vector with
#    'executive'. The vectors only repeat how people write, and nobody told the program who is a woman;
#    so it treats all alike." The $s$ of "executive" is -0.08. How can two applications that differ in
#    a word or two get different ranks? Describe an experiment that would show it, and say what you would
#    compare. Would it be enough to delete "she" and "her" from the applications?
#
# Each part is marked in quarters of a point, for what is found and for the reasons.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_bias", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# 1. The means are 0.13 / 3 = 0.043 and -0.18 / 3 = -0.06, so the difference is 0.103. Of the 20 ways, 4
#    give at least that: parents and wedding together with "home" (0.103) or with "business" (0.123),
#    and the same with the two groups exchanged. So chance alone does it in 4 / 20 = 0.2 of all deals: these
#    six words show no more than a hint, however large the effect size. It divides by the spread of six
#    words and does not know how few they are. Three words of each kind cannot do better than 2 / 20 =
#    0.1, if all words of one kind are above all of the other. The lecture took eight of each kind, which
#    can be dealt in 12,870 ways, of which only 6 give as large a difference. The claim is right, but not
#    by these six words.
# 2. The nearest word is "doctor" itself. It is a word of the question, and by custom those are not
#    allowed; "nurse" is the nearest of the rest. So "doctor" could not be the answer, whatever the vectors
#    say. "nurse - woman + man" gives "nurse", then "doctor", and for surgeon and scientist the words
#    behind the question's own are other jobs of the same kind (dentist, physician, researcher); "nurse"
#    is fourth for surgeon and not in the list for scientist. So "all women are nurses" is not in these
#    numbers. Still, the step from man to woman brings "nurse", "child" and "pregnant" near "doctor",
#    which says something about the text. Better: allow all words, ask for many jobs in both directions,
#    fix the words before looking, and compare mean cosines with many female and male words and with
#    words dealt at random, as with $s$.
# 3. The mean moves with each of its words. Words that lean female, "she", "daughter", the name of a
#    women's college or sport, pull it away from a word that leans male, such as "executive", though
#    they say nothing about the work; so the cosine falls. Nobody needs to tell the program: the vectors
#    have learnt it from what people wrote, and repeating that *is* the harm, as it now decides on jobs.
#    Experiment: take many real applications, write each a second time with only such words exchanged
#    ("he" for "she", "son" for "daughter", one first name for another), rank both, and compare pair
#    by pair: the mean difference of cosine and rank, and whether it is beyond chance. The same for words
#    that should not matter shows how much any change does. Deleting "she" and "her" is not enough: names,
#    "mother", "maternity", clubs and colleges lean as well, and so do other words that go with them.
#
# **Rubric**
#
# - Part 1: 0.103 (0.25); 4 of 20 (0.25; 2 of 20 if only one direction is counted, with that said, is
#   fine); six words do not show it, since 0.2 is no small chance, whatever the effect size (0.25); three
#   each cannot get below 0.1, and the lecture took more words (0.25).
# - Part 2: the nearest is "doctor", which the custom forbids (0.25); the other questions stay with their
#   own words and kinds of jobs, so the claim is too strong (0.25); yet there is a lean, "nurse", "child",
#   "pregnant" (0.25); a better measure: all words allowed, both directions, many words chosen before,
#   or $s$ with deals at random (0.25, one is enough).
# - Part 3: words that lean pull the mean, so that the cosine with "executive" falls (0.25); pairs of
#   applications that differ only in such words (0.25), compared by cosine or rank over many pairs
#   (0.25); other words lean as well, with an example, so deleting two is not enough (0.25).
