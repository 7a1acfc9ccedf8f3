# %% [markdown]
# Splitting: students cut without shuffling, shuffle x and y apart, forget the seed, draw with
# replacement, or return the parts in another order.

# %% cuts_without_shuffling kind="wrong" points={"test_train_validation_split": 1, "test_train_validation_split_random": 0, "test_train_validation_split_hidden": 2}
def train_validation_split(x, y, fraction, seed):
    # "The last rows are as good as any", as Keras' validation_split has it.
    cut = len(x) - round(fraction * len(x))
    return x[:cut], y[:cut], x[cut:], y[cut:]

# %% two_shuffles kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # Shuffles x, then y, with a generator that has moved on in between.
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(x), rng.permutation(y)
    k = round(fraction * len(x))
    return x[k:], y[k:], x[:k], y[:k]

# %% shuffles_only_x kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # Forgets that the labels have to move along.
    x = np.random.default_rng(seed).permutation(x)
    k = round(fraction * len(x))
    return x[k:], y[k:], x[:k], y[:k]

# %% shuffles_in_place kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # The same order twice, but the caller's arrays are shuffled.
    np.random.default_rng(seed).shuffle(x)
    np.random.default_rng(seed).shuffle(y)
    k = round(fraction * len(x))
    return x[k:], y[k:], x[:k], y[:k]

# %% forgets_the_seed kind="wrong" points={"test_train_validation_split": 1, "test_train_validation_split_random": 0, "test_train_validation_split_hidden": 2}
def train_validation_split(x, y, fraction, seed):
    # Random, and never twice the same.
    order = np.random.default_rng().permutation(len(x))
    k = round(fraction * len(x))
    return x[order[k:]], y[order[k:]], x[order[:k]], y[order[:k]]

# %% fixed_seed kind="wrong" points={"test_train_validation_split": 1, "test_train_validation_split_random": 0, "test_train_validation_split_hidden": 2}
def train_validation_split(x, y, fraction, seed):
    # "The seed is always 42."
    order = np.random.default_rng(42).permutation(len(x))
    k = round(fraction * len(x))
    return x[order[k:]], y[order[k:]], x[order[:k]], y[order[:k]]

# %% draws_with_replacement kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # Draws validation rows with repetition, and trains on all rows that are left.
    rng = np.random.default_rng(seed)
    val = rng.integers(0, len(x), size=round(fraction * len(x)))
    train = np.setdiff1d(np.arange(len(x)), val)
    return x[train], y[train], x[val], y[val]

# %% trains_on_validation_rows kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # Draws each part for itself: they overlap.
    rng = np.random.default_rng(seed)
    k = round(fraction * len(x))
    val = rng.choice(len(x), size=k, replace=False)
    train = rng.choice(len(x), size=len(x) - k, replace=False)
    return x[train], y[train], x[val], y[val]

# %% fraction_for_training kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # Reads the fraction as the share of the training part.
    order = np.random.default_rng(seed).permutation(len(x))
    k = round(fraction * len(x))
    return x[order[:k]], y[order[:k]], x[order[k:]], y[order[k:]]

# %% order_of_scikit_learn kind="wrong" points={"test_train_validation_split": 0, "test_train_validation_split_random": 0, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # x_train, x_val, y_train, y_val, as another library returns them.
    order = np.random.default_rng(seed).permutation(len(x))
    k = round(fraction * len(x))
    return x[order[k:]], x[order[:k]], y[order[k:]], y[order[:k]]

# %% cuts_off_the_fraction kind="wrong" points={"test_train_validation_split": 1, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # int() for round(): one row short where 0.29 * 100 is 28.999999999999996.
    order = np.random.default_rng(seed).permutation(len(x))
    k = int(fraction * len(x))
    return x[order[k:]], y[order[k:]], x[order[:k]], y[order[:k]]

# %% flattens_and_converts kind="wrong" points={"test_train_validation_split": 1, "test_train_validation_split_random": 1, "test_train_validation_split_hidden": 0}
def train_validation_split(x, y, fraction, seed):
    # Prepares the inputs on the way, which nobody asked for.
    x = x.reshape(len(x), -1).astype("float32")
    order = np.random.default_rng(seed).permutation(len(x))
    k = round(fraction * len(x))
    return x[order[k:]], y[order[k:]], x[order[:k]], y[order[:k]]

# %% scikit_learn kind="right"
def train_validation_split(x, y, fraction, seed):
    # Another library does the work; its order of results is put right.
    from sklearn.model_selection import train_test_split

    x_train, x_val, y_train, y_val = train_test_split(
        x, y, test_size=round(fraction * len(x)), random_state=seed
    )
    return x_train, y_train, x_val, y_val

# %% mask_keeps_the_order kind="right"
def train_validation_split(x, y, fraction, seed):
    # Draws the validation rows without replacement; a mask keeps the others in their order.
    np.random.seed(seed)
    chosen = np.zeros(len(x), dtype=bool)
    chosen[np.random.choice(len(x), size=round(fraction * len(x)), replace=False)] = True
    return x[~chosen], y[~chosen], x[chosen], y[chosen]

# %% python_lists kind="right"
def train_validation_split(x, y, fraction, seed):
    # Shuffles a list of numbers with Python's own generator; a list comes back, not a tuple.
    import random

    order = list(range(len(x)))
    random.Random(seed).shuffle(order)
    k = len(x) - round(fraction * len(x))
    parts = []
    for rows in (order[:k], order[k:]):
        parts.append(np.array([x[i] for i in rows]))
        parts.append(np.array([y[i] for i in rows]))
    return parts

# %% sorts_random_keys kind="right"
def train_validation_split(x, y, fraction, seed):
    # Sorting random numbers makes a random order; TensorFlow gathers the rows.
    order = np.argsort(np.random.RandomState(seed).rand(len(x)))
    train, val = np.split(order, [len(x) - round(fraction * len(x))])
    return tuple(tf.gather(a, rows) for rows in (train, val) for a in (x, y))
