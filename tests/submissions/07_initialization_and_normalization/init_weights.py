# %% [markdown]
# Students hand the variance where the standard deviation goes, take the standard deviation for
# the limit, mix up the fans and the schemes, or draw from another source than the Generator they
# were given.

# %% passes_the_variance kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 1, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Takes rng.normal's second argument for the variance."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, variance, (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% takes_the_deviation_for_the_limit kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Draws uniform numbers between minus and plus one standard deviation."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% takes_the_width_for_the_limit kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Knows width ** 2 / 12, and takes the whole width for the limit."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(12 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% draws_between_0_and_the_limit kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Forgets the negative half: rng.random() times the limit."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    return np.sqrt(3 * variance) * rng.random((n_in, n_out))

# %% forgets_the_root_of_the_limit kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """The limit is 3 times the variance."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    return rng.uniform(-3 * variance, 3 * variance, (n_in, n_out))

# %% counts_outputs kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Takes n_out for the fan of he and lecun."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_out, "lecun": 1 / n_out}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% uses_two_fans_for_he kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Takes the two-fan form of older tables for ReLU."""
    fans = n_in + n_out
    variance = {"glorot": 2 / fans, "he": 4 / fans, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% forgets_the_2_of_he kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """One over n_in for ReLU, too."""
    fan = {"glorot": (n_in + n_out) / 2, "he": n_in, "lecun": n_in}[scheme]
    variance = 1 / fan
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% adds_the_fans_of_glorot kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """One over the sum of the fans, without the 2."""
    variance = {"glorot": 1 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% takes_the_root_of_the_2_alone kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Writes sqrt(2) / n for sqrt(2 / n)."""
    fan = {"glorot": n_in + n_out, "he": n_in, "lecun": n_in}[scheme]
    factor = {"glorot": 2, "he": 2, "lecun": 1}[scheme]
    deviation = np.sqrt(factor) / fan
    if distribution == "normal":
        return rng.normal(0, deviation, (n_in, n_out))
    limit = np.sqrt(3) * deviation
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% cuts_off_without_making_up kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 1, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Draws again what lies beyond two deviations, which takes variance away."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        deviation = np.sqrt(variance)
        weights = rng.normal(0, deviation, (n_in, n_out))
        while (far := np.abs(weights) > 2 * deviation).any():
            weights[far] = rng.normal(0, deviation, far.sum())
        return weights
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% always_normal kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Overlooks the argument distribution."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    return rng.normal(0, np.sqrt(variance), (n_in, n_out))

# %% always_uniform kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 1, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Knows Keras' default for Dense only."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% does_not_scale kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Standard normal and plain uniform numbers."""
    if distribution == "normal":
        return rng.standard_normal((n_in, n_out))
    return rng.uniform(-1, 1, (n_in, n_out))

# %% swaps_the_axes kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """A row for each unit, as PyTorch stores it."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_out, n_in))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_out, n_in))

# %% draws_from_the_global_source kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 1, "test_init_weights_stack": 0, "test_init_weights_hidden": 1}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Uses np.random.normal, as older code does, and leaves rng alone."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return np.random.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return np.random.uniform(-limit, limit, (n_in, n_out))

# %% starts_its_own_generator kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 1, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Makes everything repeatable with a seed inside the function."""
    rng = np.random.default_rng(42)
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(variance), (n_in, n_out))
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% one_number_for_each_unit kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Draws a row and repeats it for each input."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return np.tile(rng.normal(0, np.sqrt(variance), n_out), (n_in, 1))
    limit = np.sqrt(3 * variance)
    return np.tile(rng.uniform(-limit, limit, n_out), (n_in, 1))

# %% tosses_coins kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 1, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Plus or minus one deviation: the right variance, but no bell."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        noise = 1e-6 * rng.normal(size=(n_in, n_out))
        return np.sqrt(variance) * (rng.choice([-1.0, 1.0], (n_in, n_out)) + noise)
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% zeros kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Starts at zero, and forgets that all units stay alike."""
    return np.zeros((n_in, n_out))

# %% forgets_brackets_around_the_fans kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Writes the fraction as it is spoken: 2 over n_in plus n_out."""
    v = {"glorot": 2 / n_in + n_out, "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(v), (n_in, n_out))
    return rng.uniform(-np.sqrt(3 * v), np.sqrt(3 * v), (n_in, n_out))

# %% forgets_brackets_in_the_limit kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 1, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """The same in the limit: the root of 6 over n_in plus n_out."""
    v = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(v), (n_in, n_out))
    limit = np.sqrt(6 / n_in + n_out) if scheme == "glorot" else np.sqrt(3 * v)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% takes_the_root_of_the_denominator_alone kind="wrong" points={"test_init_weights": 0, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Writes 2 / sqrt(n) for sqrt(2 / n), and 6 / sqrt(n) for sqrt(6 / n)."""
    above, n = {"glorot": (2, n_in + n_out), "he": (2, n_in), "lecun": (1, n_in)}[scheme]
    if distribution == "normal":
        return rng.normal(0, above / np.sqrt(n), (n_in, n_out))
    limit = 3 * above / np.sqrt(n)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% takes_the_root_of_the_limits_denominator_alone kind="wrong" points={"test_init_weights": 1, "test_init_weights_uniform": 0, "test_init_weights_stack": 0, "test_init_weights_hidden": 0}
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Has the normal distribution right, and 6 / sqrt(n) for the limit sqrt(6 / n)."""
    above, n = {"glorot": (2, n_in + n_out), "he": (2, n_in), "lecun": (1, n_in)}[scheme]
    if distribution == "normal":
        return rng.normal(0, np.sqrt(above / n), (n_in, n_out))
    limit = np.sqrt(3 / n) if scheme == "lecun" else 6 / np.sqrt(n)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% cuts_off_as_keras kind="right"
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Keras' way: cut off at two deviations, widened beforehand to make up for it."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        deviation = np.sqrt(variance) / 0.87962566103423978
        weights = rng.normal(0, deviation, (n_in, n_out))
        while (far := np.abs(weights) > 2 * deviation).any():
            weights[far] = rng.normal(0, deviation, far.sum())
        return weights
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% loops_in_float32 kind="right"
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Row by row, with float32 numbers from standard distributions."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    rng = np.random.default_rng(rng)  # the same Generator again
    weights = np.empty((n_in, n_out), dtype=np.float32)
    for i in range(n_in):
        if distribution == "normal":
            weights[i] = np.sqrt(variance) * rng.standard_normal(n_out)
        else:
            weights[i] = np.sqrt(12 * variance) * (rng.random(n_out, dtype="float32") - 0.5)
    return weights

# %% draws_the_transpose kind="right"
def init_weights(rng, n_in, n_out, scheme, distribution):
    """Draws another order of axes and turns it; the numbers are as random."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "uniform":
        limit = (3 * variance) ** 0.5
        return rng.uniform(-limit, limit, (n_out, n_in)).T
    radius = np.sqrt(-2 * np.log(1 - rng.random((n_out, n_in))))
    return (variance**0.5 * radius * np.cos(2 * np.pi * rng.random((n_out, n_in)))).T

# %% returns_a_tensor kind="right"
def init_weights(rng, n_in, n_out, scheme, distribution):
    """A float32 tensor of TensorFlow's."""
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "normal":
        weights = rng.normal(0, np.sqrt(variance), (n_in, n_out))
    else:
        limit = np.sqrt(3 * variance)
        weights = rng.uniform(-limit, limit, (n_in, n_out))
    return tf.constant(weights, dtype=tf.float32)
