# %% [markdown]
# Students sum over the wrong axis or over all, know no vector, or overflow; of those who subtract a
# maximum, some take that of the whole batch, which lets the lower samples vanish.

# %% overflows kind="wrong" points={"test_softmax": 1, "test_softmax_safe": 0, "test_softmax_properties": 1, "test_softmax_hidden": 0}
def softmax(z):
    """Writes down the formula."""
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


# %% sums_over_the_batch kind="wrong" points={"test_softmax": 0, "test_softmax_safe": 0, "test_softmax_properties": 0, "test_softmax_hidden": 0}
def softmax(z):
    """Makes the columns sum to 1."""
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


# %% sums_over_everything kind="wrong" points={"test_softmax": 0, "test_softmax_safe": 0, "test_softmax_properties": 0, "test_softmax_hidden": 0}
def softmax(z):
    """Forgets the axis: right for a single sample."""
    powers = np.exp(z - z.max())
    return powers / powers.sum()


# %% subtracts_the_largest_of_the_batch kind="wrong" points={"test_softmax": 1, "test_softmax_safe": 0, "test_softmax_properties": 1, "test_softmax_hidden": 0}
def softmax(z):
    """One maximum for all samples: those far below it become 0 / 0."""
    powers = np.exp(z - np.max(z))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% clips_the_scores kind="wrong" points={"test_softmax": 1, "test_softmax_safe": 0, "test_softmax_properties": 1, "test_softmax_hidden": 0}
def softmax(z):
    """Keeps exp from overflowing, at the price of the differences."""
    powers = np.exp(np.clip(z, -500, 500))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% knows_no_vectors kind="wrong" points={"test_softmax": 1, "test_softmax_safe": 1, "test_softmax_properties": 0, "test_softmax_hidden": 0}
def softmax(z):
    """Writes axis 1, which a single sample does not have."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% forgets_to_divide kind="wrong" points={"test_softmax": 0, "test_softmax_safe": 0, "test_softmax_properties": 0, "test_softmax_hidden": 0}
def softmax(z):
    """Makes the scores safe and positive, but no probabilities."""
    return np.exp(z - z.max(axis=-1, keepdims=True))


# %% subtracts_in_place kind="wrong" points={"test_softmax": 0, "test_softmax_safe": 1, "test_softmax_properties": 1, "test_softmax_hidden": 0}
def softmax(z):
    """Changes the scores of the caller."""
    z[...] = z - z.max(axis=-1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


# %% subtracts_the_mean kind="wrong" points={"test_softmax": 1, "test_softmax_safe": 0, "test_softmax_properties": 1, "test_softmax_hidden": 0}
def softmax(z):
    """Knows that any constant may be subtracted, and takes one that leaves large exponents."""
    powers = np.exp(z - z.mean(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% keeps_whole_numbers kind="wrong" points={"test_softmax": 1, "test_softmax_safe": 1, "test_softmax_properties": 1, "test_softmax_hidden": 0}
def softmax(z):
    """Writes the probabilities into an array of the scores' dtype."""
    p = np.zeros_like(z)
    p[...] = np.exp(z - z.max(axis=-1, keepdims=True))
    p[...] = p / p.sum(axis=-1, keepdims=True)
    return p


# %% compares_all_pairs kind="right"
def softmax(z):
    """1 / sum of exp(z_k - z_i): inf in the denominator is a probability of 0."""
    return 1 / np.sum(np.exp(z[..., None, :] - z[..., :, None]), axis=-1)


# %% loops_and_returns_lists kind="right"
def softmax(z):
    """Plain Python, a sample at a time, by log-sum-exp."""
    import math

    if np.ndim(z) == 2:
        return [softmax(row) for row in z]
    top = float(max(z))
    log_sum = top + math.log(sum(math.exp(float(score) - top) for score in z))
    return [math.exp(float(score) - log_sum) for score in z]


# %% subtracts_log_sum_exp_in_float32 kind="right"
def softmax(z):
    """The exponential of the lecture's log-softmax, as coarse as float32 is near 1000."""
    z = np.asarray(z, "float32")
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))
