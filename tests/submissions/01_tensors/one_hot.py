# %% [markdown]
# Students take the number of classes from the labels they happen to see, count classes from 1, swap
# the axes, or trust NumPy's indexing to refuse bad labels: it takes -1 for the last class.

# %% counts_classes_in_the_batch kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 0, "test_one_hot_hidden": 0}
def one_hot(labels, num_classes):
    """Takes the largest label for the last class."""
    return np.eye(labels.max() + 1, dtype="float32")[labels]

# %% counts_from_one kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 0, "test_one_hot_hidden": 0}
def one_hot(labels, num_classes):
    """Thinks that the first class is class 1."""
    if np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError("no such class")
    encoded = np.zeros((len(labels), num_classes), dtype="float32")
    for i, label in enumerate(labels):
        if not 1 <= label <= num_classes:
            raise ValueError("no such class")
        encoded[i, label - 1] = 1
    return encoded

# %% puts_samples_in_columns kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 0, "test_one_hot_hidden": 0}
def one_hot(labels, num_classes):
    """Swaps the axes."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    encoded = np.zeros((num_classes, len(labels)), dtype="float32")
    encoded[labels, np.arange(len(labels))] = 1
    return encoded

# %% sets_whole_columns kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 1, "test_one_hot_hidden": 0}
def one_hot(labels, num_classes):
    """Expects encoded[:, labels] to pair each row with its label; it takes every row for each."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    encoded = np.zeros((len(labels), num_classes), dtype="float32")
    encoded[:, labels] = 1
    return encoded

# %% returns_inside_the_loop kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 0, "test_one_hot_hidden": 0}
def one_hot(labels, num_classes):
    """Indents the return as far as the line that fills a row."""
    encoded = np.zeros((len(labels), num_classes), dtype="float32")
    for i, label in enumerate(labels):
        if label < 0 or label >= num_classes:
            raise ValueError(f"label {label} is no class")
        encoded[i, label] = 1
        return encoded

# %% trusts_the_index kind="wrong" points={"test_one_hot": 1, "test_one_hot_bad_labels": 0, "test_one_hot_hidden": 1}
def one_hot(labels, num_classes):
    """Relies on NumPy to refuse bad labels; it raises IndexError for 5 and takes -1 for the last."""
    return np.eye(num_classes, dtype="float32")[labels]

# %% forgets_negative_labels kind="wrong" points={"test_one_hot": 1, "test_one_hot_bad_labels": 0, "test_one_hot_hidden": 1}
def one_hot(labels, num_classes):
    """Looks for labels that are too large only."""
    if labels.max() >= num_classes:
        raise ValueError("no such class")
    return np.eye(num_classes, dtype="float32")[labels]

# %% leaves_float64 kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 1, "test_one_hot_hidden": 1}
def one_hot(labels, num_classes):
    """Forgets that np.eye makes float64."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    return np.eye(num_classes)[labels]

# %% changes_the_labels kind="wrong" points={"test_one_hot": 0, "test_one_hot_bad_labels": 1, "test_one_hot_hidden": 0}
def one_hot(labels, num_classes):
    """Turns labels into positions in the flat result; `+=` does that to the caller's labels."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    encoded = np.zeros((len(labels), num_classes), dtype="float32")
    labels += num_classes * np.arange(len(labels), dtype=labels.dtype)
    encoded.flat[labels] = 1
    return encoded

# %% compares_with_each_class kind="right"
def one_hot(labels, num_classes):
    """Broadcasting: a column of labels against a row of classes."""
    hits = labels[:, np.newaxis] == np.arange(num_classes)
    if not hits.any(axis=1).all():
        raise ValueError("a label is no class")
    return hits.astype(np.float32)

# %% loops_over_lists kind="right"
def one_hot(labels, num_classes):
    """Lists and loops only, with an array at the end."""
    rows = []
    for label in labels:
        if label not in range(num_classes):
            raise ValueError(f"label {label} is no class")
        rows.append([1.0 if column == label else 0.0 for column in range(num_classes)])
    return np.array(rows, dtype="float32")

# %% uses_tensorflow kind="right"
def one_hot(labels, num_classes):
    """TensorFlow's own; it makes rows of zeros of bad labels, so these are looked for first."""
    import tensorflow as tf

    for label in labels:
        if label < 0 or label >= num_classes:
            raise ValueError("a label is no class")
    return tf.one_hot(labels, num_classes)
