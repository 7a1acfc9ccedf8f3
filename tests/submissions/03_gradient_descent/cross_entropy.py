# %% [markdown]
# Students sum for the mean, count zeros of the one-hot table in it, charge for the wrong classes as
# well, pair rows with the wrong labels, or meet log(0) with something that makes the worst mistakes
# free.

# %% takes_the_sum kind="wrong" points={"test_cross_entropy": 0, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 0, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Adds up the batch and forgets to divide."""
    true = probabilities[np.arange(len(labels)), labels]
    return -np.sum(np.log(np.maximum(true, 1e-7)))

# %% averages_over_classes_too kind="wrong" points={"test_cross_entropy": 0, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 0, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Takes np.mean of the whole one-hot table, zeros and all."""
    one_hot = np.eye(probabilities.shape[1])[labels]
    return -np.mean(one_hot * np.log(np.clip(probabilities, 1e-7, 1)))

# %% forgets_the_minus kind="wrong" points={"test_cross_entropy": 0, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 0, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Leaves the logarithm's sign as it is."""
    true = probabilities[np.arange(len(labels)), labels]
    return np.mean(np.log(np.maximum(true, 1e-7)))

# %% averages_before_the_log kind="wrong" points={"test_cross_entropy": 0, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 1, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Takes the mean first; log and mean do not commute."""
    true = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.maximum(np.mean(true), 1e-7))

# %% pairs_every_row_with_every_label kind="wrong" points={"test_cross_entropy": 0, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 1, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Expects probabilities[:, labels] to pick one number in each row."""
    return -np.mean(np.log(np.maximum(probabilities[:, labels], 1e-7)))

# %% charges_for_the_other_classes kind="wrong" points={"test_cross_entropy": 0, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 0, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Uses the binary formula for each class."""
    p = np.clip(probabilities, 1e-7, 1 - 1e-7)
    t = np.eye(p.shape[1])[labels]
    return -np.mean(np.sum(t * np.log(p) + (1 - t) * np.log(1 - p), axis=1))

# %% is_not_safe_at_zero kind="wrong" points={"test_cross_entropy": 1, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 1, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Does not think of log(0)."""
    return -np.mean(np.log(probabilities[np.arange(len(labels)), labels]))

# %% makes_infinite_losses_free kind="wrong" points={"test_cross_entropy": 1, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 1, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Lets nan_to_num make the worst mistakes free."""
    true = probabilities[np.arange(len(labels)), labels]
    return np.mean(-np.nan_to_num(np.log(true), neginf=0.0))

# %% clips_in_place kind="wrong" points={"test_cross_entropy": 1, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 1, "test_cross_entropy_hidden": 1}
def cross_entropy(probabilities, labels):
    """Clips the array that belongs to the caller."""
    probabilities[probabilities < 1e-7] = 1e-7
    return -np.mean(np.log(probabilities[np.arange(len(labels)), labels]))

# %% takes_classes_from_the_batch kind="wrong" points={"test_cross_entropy": 1, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 0, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Builds one-hot labels with as many columns as the largest label asks for."""
    one_hot = np.eye(labels.max() + 1)[labels]
    return -np.mean(np.sum(one_hot * np.log(np.maximum(probabilities, 1e-7)), axis=1))

# %% sorts_the_labels_in_place kind="wrong" points={"test_cross_entropy": 1, "test_cross_entropy_zero": 0, "test_cross_entropy_properties": 1, "test_cross_entropy_hidden": 0}
def cross_entropy(probabilities, labels):
    """Puts the classes into order first, rows along with them, and the caller's labels too."""
    rows = probabilities[np.argsort(labels, kind="stable")]
    labels.sort()
    return -np.mean(np.log(np.maximum(rows[np.arange(len(labels)), labels], 1e-7)))

# %% loops_over_samples kind="right"
def cross_entropy(probabilities, labels):
    """A plain loop and the standard library."""
    import math

    total = 0.0
    for row, label in zip(probabilities, labels):
        total -= math.log(max(float(row[label]), 1e-7))
    return total / len(labels)

# %% adds_a_little_in_float32 kind="right"
def cross_entropy(probabilities, labels):
    """One-hot labels, float32, and 1e-7 added instead of a clip."""
    one_hot = np.eye(probabilities.shape[1], dtype="float32")[labels]
    logs = np.log(probabilities.astype("float32") + np.float32(1e-7))
    return -np.sum(one_hot * logs) / np.float32(len(labels))
