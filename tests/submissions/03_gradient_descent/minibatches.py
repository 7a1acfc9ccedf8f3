# %% [markdown]
# Students lose samples or take some twice, separate labels from their samples, shuffle too little, or
# forget that the caller's arrays and the seed matter.

# %% does_not_shuffle kind="wrong" points={"test_minibatches": 1, "test_minibatches_shuffled": 0, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Deals out the samples in the stored order."""
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]

# %% drops_the_rest kind="wrong" points={"test_minibatches": 0, "test_minibatches_shuffled": 1, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Deals out full batches only."""
    order = np.random.default_rng(seed).permutation(len(x))
    for i in range(len(x) // batch_size):
        chosen = order[i * batch_size : (i + 1) * batch_size]
        yield x[chosen], y[chosen]

# %% adds_an_empty_batch kind="wrong" points={"test_minibatches": 0, "test_minibatches_shuffled": 1, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Adds a batch for the rest, also when there is none."""
    order = np.random.default_rng(seed).permutation(len(x))
    return [
        (x[order[i * batch_size : (i + 1) * batch_size]], y[order[i * batch_size : (i + 1) * batch_size]])
        for i in range(len(x) // batch_size + 1)
    ]

# %% shuffles_x_and_y_apart kind="wrong" points={"test_minibatches": 0, "test_minibatches_shuffled": 1, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Shuffles samples and labels one after the other, each its own way."""
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(x), rng.permutation(y)
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]

# %% shuffles_the_callers_arrays kind="wrong" points={"test_minibatches": 1, "test_minibatches_shuffled": 0, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Shuffles in place, both the same way: the pairs are right, the caller's data is not."""
    np.random.default_rng(seed).shuffle(x)
    np.random.default_rng(seed).shuffle(y)
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]

# %% draws_with_replacement kind="wrong" points={"test_minibatches": 0, "test_minibatches_shuffled": 1, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Draws each batch anew from all samples."""
    rng = np.random.default_rng(seed)
    left = len(x)
    while left > 0:
        chosen = rng.integers(0, len(x), size=min(batch_size, left))
        left -= len(chosen)
        yield x[chosen], y[chosen]

# %% forgets_the_seed kind="wrong" points={"test_minibatches": 1, "test_minibatches_shuffled": 0, "test_minibatches_hidden": 1}
def minibatches(x, y, batch_size, seed):
    """Shuffles differently at each call."""
    order = np.random.default_rng().permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], y[chosen]

# %% shuffles_the_batches_only kind="wrong" points={"test_minibatches": 1, "test_minibatches_shuffled": 0, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Shuffles where the batches start; neighbours stay together."""
    starts = np.arange(0, len(x), batch_size)
    short = starts[-1]
    starts = np.random.default_rng(seed).permutation(starts[:-1]).tolist() + [short]
    for start in starts:
        yield x[start : start + batch_size], y[start : start + batch_size]

# %% expects_a_table_and_a_row_of_labels kind="wrong" points={"test_minibatches": 1, "test_minibatches_shuffled": 1, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Glues x and y together into one table, which images and one-hot labels do not fit."""
    table = np.random.default_rng(seed).permutation(np.column_stack([x, y]))
    for start in range(0, len(x), batch_size):
        batch = table[start : start + batch_size]
        yield batch[:, :-1], batch[:, -1]

# %% never_ends kind="wrong" points={"test_minibatches": 0, "test_minibatches_shuffled": 0, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Goes on for ever, as generators for a fit over several epochs do."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            chosen = order[start : start + batch_size]
            yield x[chosen], y[chosen]

# %% makes_labels_whole_numbers kind="wrong" points={"test_minibatches": 1, "test_minibatches_shuffled": 1, "test_minibatches_hidden": 0}
def minibatches(x, y, batch_size, seed):
    """Thinks that labels are always class numbers, and makes integers of them."""
    order = np.random.default_rng(seed).permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], y[chosen].astype(int)

# %% slices_a_shuffled_list kind="right"
def minibatches(x, y, batch_size, seed):
    """A list, the standard library's shuffle, and a while loop."""
    import random

    order = list(range(len(x)))
    random.Random(seed).shuffle(order)
    batches = []
    while order:
        now, order = order[:batch_size], order[batch_size:]
        batches.append([np.array([x[i] for i in now]), np.array([y[i] for i in now])])
    return batches

# %% shuffles_copies_and_splits kind="right"
def minibatches(x, y, batch_size, seed):
    """Shuffles a copy of each with the same seed and cuts both with np.split."""
    cuts = range(batch_size, len(x), batch_size)
    parts = []
    for array in (x.copy(), y.copy()):
        np.random.seed(seed)
        np.random.shuffle(array)
        parts.append(np.split(array, cuts))
    return zip(*parts)
