# %% [markdown]
# The confusion matrix: students turn it, count a repeated pair once (fancy indexing), take its size
# from the labels, or return shares.

# %% turned kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # Predicted classes in the rows.
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(y_true, y_pred):
        counts[p, t] += 1
    return counts

# %% counts_each_pair_once kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # Fancy indexing buffers: a pair that occurs twice still adds 1.
    counts = np.zeros((num_classes, num_classes), dtype=int)
    counts[y_true, y_pred] += 1
    return counts

# %% size_from_the_labels kind="wrong" points={"test_confusion_matrix": 1, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # The largest label that occurs is taken for the last class.
    n = max(max(y_true), max(y_pred)) + 1
    counts = np.zeros((n, n), dtype=int)
    for t, p in zip(y_true, y_pred):
        counts[t, p] += 1
    return counts

# %% shares kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # Divides each row by its sum.
    counts = np.zeros((num_classes, num_classes))
    np.add.at(counts, (y_true, y_pred), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

# %% only_the_mistakes kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # "Confusions are the wrong answers": the diagonal stays empty.
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(y_true, y_pred):
        if t != p:
            counts[t, p] += 1
    return counts

# %% uint8_overflow kind="wrong" points={"test_confusion_matrix": 1, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # Numbers the cells in the labels' own dtype: uint8 starts over at 256.
    cell = np.asarray(y_true) * num_classes + np.asarray(y_pred)
    return np.bincount(cell, minlength=num_classes**2).reshape(num_classes, num_classes)

# %% classes_from_one kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # Counts classes from 1: class 0 lands in the last row and column.
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(y_true, y_pred):
        counts[int(t) - 1, int(p) - 1] += 1
    return counts

# %% the_example_by_heart kind="wrong" points={"test_confusion_matrix": 1, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # The worked example.
    return np.array([[1, 1, 0], [0, 2, 0], [1, 0, 2]])

# %% compares_lists kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 1}
def confusion_matrix(y_true, y_pred, num_classes):
    # `==` goes entry by entry for arrays, but a list is never equal to a number.
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for i in range(num_classes):
        for j in range(num_classes):
            counts[i, j] = np.sum((y_true == i) & (y_pred == j))
    return counts

# %% needs_arrays kind="wrong" points={"test_confusion_matrix": 0, "test_confusion_matrix_hidden": 1}
def confusion_matrix(y_true, y_pred, num_classes):
    # Converts the labels as arrays do; a list has no astype.
    cell = y_true.astype(int) * num_classes + y_pred.astype(int)
    return np.bincount(cell, minlength=num_classes**2).reshape(num_classes, num_classes)

# %% bincount kind="right"
def confusion_matrix(y_true, y_pred, num_classes):
    # One number per cell, counted in one go; labels made int first.
    cell = np.array(y_true, dtype=int) * num_classes + np.array(y_pred, dtype=int)
    return np.bincount(cell, minlength=num_classes * num_classes).reshape(num_classes, -1)

# %% one_hot_product kind="right"
def confusion_matrix(y_true, y_pred, num_classes):
    # A product of one-hot matrices counts pairs.
    eye = np.eye(num_classes, dtype="int64")
    return eye[y_true].T @ eye[y_pred]

# %% tensorflow_counts kind="right"
def confusion_matrix(y_true, y_pred, num_classes):
    # Asks TensorFlow; a tensor comes back.
    return tf.math.confusion_matrix(y_true, y_pred, num_classes=num_classes)

# %% comparing_classes kind="right"
def confusion_matrix(y_true, y_pred, num_classes):
    # Nested lists, cell by cell.
    pairs = list(zip(list(y_true), list(y_pred)))
    return [
        [sum(t == i and p == j for t, p in pairs) for j in range(num_classes)]
        for i in range(num_classes)
    ]

# %% counts_in_uint8 kind="wrong" points={"test_confusion_matrix": 1, "test_confusion_matrix_hidden": 0}
def confusion_matrix(y_true, y_pred, num_classes):
    # Saves memory where there is none to save: counts start over at 256.
    counts = np.zeros((num_classes, num_classes), dtype=np.uint8)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts
