# %% [markdown]
# Students leave out one of the three ones, count occurrences for documents, take n and df from the
# wrong list, divide by the wrong length, or get nan where nothing is known.

# %% counts_only kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Leaves the inverse document frequencies out."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    return counts / np.where(lengths > 0, lengths, 1)


# %% forgets_the_length kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Stops after the product."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    return counts * (np.log((1 + len(train)) / (1 + df)) + 1)


# %% no_last_one kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Forgets the 1 behind the logarithm."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * np.log((1 + len(train)) / (1 + df))
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% not_smoothed kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Takes n / df, which divides by 0 for a word of no document."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log(len(train) / df) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% smooths_df_only kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Adds 1 to df and not to n, as some textbooks do."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log(len(train) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% common_logarithm kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Takes log10 for ln."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log10((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% counts_occurrences kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """df as the number of times that a word occurs in all documents together."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(doc.count(word) for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% presence_for_counts kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Multi-hot vectors in place of counts."""
    hot = np.array([[word in doc for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = hot * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% frequencies_of_the_documents kind="wrong" points={"test_tf_idf": 1, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Takes n and df from what is to be weighed: fit_transform on the test part."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.sum(counts > 0, axis=0)
    weighed = counts * (np.log((1 + len(documents)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% n_of_the_documents kind="wrong" points={"test_tf_idf": 1, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """df from train, but n from the documents."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(documents)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% nothing_known_is_nan kind="wrong" points={"test_tf_idf": 1, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Divides by the length, also where it is 0."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    return weighed / np.linalg.norm(weighed, axis=1, keepdims=True)


# %% unknown_words_stop_it kind="wrong" points={"test_tf_idf": 1, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Looks every token up, and an unknown one is not there."""
    index = {word: j for j, word in enumerate(vocabulary)}
    counts, df = np.zeros((len(documents), len(index))), np.zeros(len(index))
    for i, doc in enumerate(documents):
        for word in doc:
            counts[i, index[word]] += 1
    for doc in train:
        for word in set(doc):
            df[index[word]] += 1
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% unknown_words_in_the_first_column kind="wrong" points={"test_tf_idf": 1, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Gives unknown words the number 0, as the lecture does, but column 0 has a word here."""
    index = {word: j for j, word in enumerate(vocabulary)}
    counts = np.zeros((len(documents), len(index)))
    for i, doc in enumerate(documents):
        for word in doc:
            counts[i, index.get(word, 0)] += 1
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% divides_columns kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Normalizes each word over the documents."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=0)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% divides_by_the_sum kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Takes the sum of a row for its length."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    sums = weighed.sum(axis=1, keepdims=True)
    return weighed / np.where(sums > 0, sums, 1)


# %% one_length_for_all kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """np.linalg.norm without an axis: the length of the whole table."""
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    return weighed / max(np.linalg.norm(weighed), 1e-12)


# %% sorts_the_vocabulary kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Sorts the words, and the caller's list with them."""
    vocabulary.sort()
    counts = np.array([[doc.count(word) for word in vocabulary] for doc in documents], float)
    df = np.array([sum(word in doc for doc in train) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% finds_words_inside_of_words kind="wrong" points={"test_tf_idf": 1, "test_tf_idf_new": 1, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Joins the tokens to a text and searches it: "tea" is in "teapot"."""
    texts, trained = [" ".join(doc) for doc in documents], [" ".join(doc) for doc in train]
    counts = np.array([[text.count(word) for word in vocabulary] for text in texts], float)
    df = np.array([sum(word in text for text in trained) for word in vocabulary])
    weighed = counts * (np.log((1 + len(train)) / (1 + df)) + 1)
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths > 0, lengths, 1)


# %% the_example_by_heart kind="wrong" points={"test_tf_idf": 0, "test_tf_idf_new": 0, "test_tf_idf_hidden": 0}
def tf_idf(documents, train, vocabulary):
    """Returns what the worked example shows."""
    return np.array([[0.57973867, 0.81480247, 0.0], [1.0, 0.0, 0.0]])[: len(documents)]


# %% dictionaries_and_loops kind="right"
import math
from collections import Counter


def tf_idf(documents, train, vocabulary):
    """Plain Python with a Counter for each document; gives back lists."""
    having = Counter(word for doc in train for word in set(doc))
    rows = []
    for doc in documents:
        times = Counter(doc)
        row = [
            times[word] * (math.log(1 + len(train)) - math.log(1 + having[word]) + 1)
            for word in vocabulary
        ]
        length = math.hypot(*row) or 1.0
        rows.append([value / length for value in row])
    return rows


# %% one_hot_products_in_float32 kind="right"
def tf_idf(documents, train, vocabulary):
    """One-hot rows added up for each document, in float32; unknown words get a column that goes."""
    index = {word: j for j, word in enumerate(vocabulary)}
    eye = np.eye(len(vocabulary) + 1, dtype="float32")[:, :-1]

    def bag(texts):
        places = [np.array([index.get(w, len(index)) for w in t], dtype=int) for t in texts]
        return np.stack([eye[row].sum(axis=0) for row in places])

    df = np.count_nonzero(bag(train), axis=0).astype("float32")
    weighed = bag(documents) * (1 - np.log((1 + df) / np.float32(1 + len(train))))
    squares = np.einsum("ij,ij->i", weighed, weighed)[:, None]
    return np.divide(weighed, np.sqrt(squares), out=np.zeros_like(weighed), where=squares > 0)


# %% asks_scikit_learn kind="right"
from sklearn.feature_extraction.text import TfidfVectorizer


def tf_idf(documents, train, vocabulary):
    """Leaves it to scikit-learn, whose numbers these are."""
    vectorizer = TfidfVectorizer(analyzer=list, vocabulary=list(vocabulary))
    return vectorizer.fit(train).transform(documents).toarray()
