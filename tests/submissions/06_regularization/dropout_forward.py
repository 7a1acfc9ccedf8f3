# %% [markdown]
# Students keep with the probability to drop, scale in prediction as older texts do, divide by the rate,
# draw one mask for a whole row or column, draw from another generator, and read the mask off the result.

# %% keeps_with_the_rate kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Turns the comparison round, so a share of `rate` stays."""
    if not training:
        return x, None
    mask = rng.random(x.shape) < rate
    return x * mask / (1 - rate), mask

# %% does_not_scale kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Drops, and leaves the scale to others."""
    if not training:
        return x, None
    mask = rng.random(x.shape) >= rate
    return x * mask, mask

# %% scales_in_prediction kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """The decks' way: masks in training, the factor 1 - rate in prediction."""
    if not training:
        return x * (1 - rate), None
    mask = rng.random(x.shape) >= rate
    return x * mask, mask

# %% scales_in_both kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Inverted dropout, and the decks' factor on top."""
    if not training:
        return x * (1 - rate), None
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% divides_by_the_rate kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Takes `rate` for the probability to keep when scaling; avoids 0 / 0."""
    if not training or rate == 0:
        return x, None if not training else np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) >= rate
    return x * mask / rate, mask

# %% multiplies_by_the_kept_share kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Fewer units, so a smaller factor."""
    if not training:
        return x, None
    mask = rng.random(x.shape) >= rate
    return x * mask * (1 - rate), mask

# %% leaves_dropout_on kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Ignores `training`."""
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% draws_before_it_asks kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Draws a mask in any case, also when there is no generator."""
    mask = rng.random(x.shape) >= rate
    if not training:
        return x, None
    return x * mask / (1 - rate), mask

# %% one_mask_for_all_rows kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Draws one row, and broadcasting gives every image the same units."""
    if not training:
        return x, None
    mask = np.broadcast_to(rng.random(x.shape[-1]) >= rate, x.shape)
    return x * mask / (1 - rate), mask

# %% drops_whole_rows kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """One random number for each image."""
    if not training:
        return x, None
    draws = rng.random(len(x)).reshape(-1, *[1] * (x.ndim - 1))
    mask = np.ones(x.shape, dtype=bool) & (draws >= rate)
    return x * mask / (1 - rate), mask

# %% drops_an_exact_number kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Shuffles a mask with exactly the right number of zeros."""
    if not training:
        return x, None
    flat = np.arange(x.size) >= round(rate * x.size)
    mask = rng.permutation(flat).reshape(x.shape)
    return x * mask / (1 - rate), mask

# %% makes_a_generator_of_its_own kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Seeds inside, so that results can be repeated."""
    if not training:
        return x, None
    rng = np.random.default_rng(0)
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% uses_the_global_generator kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 1}
def dropout_forward(x, rate, training, rng):
    """np.random as in older code; rng is not used."""
    if not training:
        return x, None
    mask = np.random.rand(*x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% drops_in_place kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Writes zeros into the given array."""
    if not training:
        return x, None
    mask = rng.random(x.shape) >= rate
    x[~mask] = 0
    return x / (1 - rate), mask

# %% reads_the_mask_off_the_result kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """What is not 0 was kept; forgets the zeros behind a ReLU."""
    if not training:
        return x, None
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    return y, y != 0

# %% returns_the_factors kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Returns the mask with the scaling in it."""
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * mask, mask

# %% returns_what_was_dropped kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """The mask is True where an entry was masked."""
    if not training:
        return x, None
    mask = rng.random(x.shape) < rate
    return np.where(mask, 0, x / (1 - rate)), mask

# %% draws_twice kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """One mask for y, and a second one to return."""
    if not training:
        return x, None
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    return y, rng.random(x.shape) >= rate

# %% scales_by_the_share_of_this_mask kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Divides by the share that this mask happens to keep."""
    if not training:
        return x, None
    mask = rng.random(x.shape) >= rate
    return x * mask / max(mask.mean(), 1 / x.size), mask

# %% returns_y_alone kind="wrong" points={"test_dropout_forward": 0, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Forgets the mask."""
    if not training:
        return x
    return x * (rng.random(x.shape) >= rate) / (1 - rate)

# %% drops_half_whatever_the_rate kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Draws zeros and ones with equal chances."""
    if not training:
        return x, None
    mask = rng.integers(0, 2, x.shape) == 1
    return x * mask / (1 - rate), mask

# %% gives_a_mask_in_prediction kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 1, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 1}
def dropout_forward(x, rate, training, rng):
    """In prediction all are kept, so the mask is True everywhere."""
    if not training:
        return x, np.ones_like(x, dtype=bool)
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% draws_normal_numbers kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 0, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Compares bell-shaped numbers with the rate."""
    if not training:
        return x, None
    mask = rng.normal(size=x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% takes_the_rate_for_per_cent kind="wrong" points={"test_dropout_forward": 1, "test_dropout_forward_random": 0, "test_dropout_forward_prediction": 1, "test_dropout_forward_hidden": 0}
def dropout_forward(x, rate, training, rng):
    """Compares whole numbers from 0 to 99 with a rate below 1: nearly everything is kept."""
    if not training:
        return x, None
    mask = rng.integers(0, 100, x.shape) >= rate
    return x * mask / (1 - rate), mask

# %% keeps_below_the_kept_share kind="right"
def dropout_forward(x, rate, training, rng):
    """rng.random < keep, in float32; a list for the pair."""
    keep = 1.0 - rate
    if training:
        mask = rng.random(x.shape, dtype="float32") < keep
        return [np.where(mask, x / keep, 0.0), mask]
    return [x.copy(), None]

# %% draws_binomial_numbers kind="right"
def dropout_forward(x, rate, training, rng):
    """Coins from rng.binomial; the mask holds 0 and 1."""
    if training is False:
        return x, None
    mask = rng.binomial(1, 1 - rate, size=x.shape)
    y = x.copy()
    y[mask == 0] = 0
    y /= 1 - rate
    return y, mask

# %% chooses_from_two kind="right"
def dropout_forward(x, rate, training, rng):
    """rng.choice between False and True, with probabilities."""
    if not training:
        return x, None
    mask = rng.choice([False, True], size=x.shape, p=[rate, 1 - rate])
    return np.multiply(x, mask) * (1 / (1 - rate)), mask

# %% asks_entry_by_entry kind="right"
def dropout_forward(x, rate, training, rng):
    """A loop over all entries, from the last to the first; float masks."""
    y, mask = np.array(x), np.ones(x.shape)
    if not training:
        return y, None
    for index in reversed(list(np.ndindex(x.shape))):
        if rng.uniform() < rate:
            y[index], mask[index] = 0, 0
        else:
            y[index] = y[index] / (1 - rate)
    return y, mask

# %% draws_whole_numbers kind="right"
def dropout_forward(x, rate, training, rng):
    """Whole numbers up to a million in place of fractions; works on a flat copy."""
    if not training:
        return x, None
    million = 1_000_000
    mask = rng.integers(million, size=x.size) >= rate * million
    flat = np.zeros(x.size, dtype=x.dtype)
    flat[mask] = x.ravel()[mask] / (1 - rate)
    return flat.reshape(x.shape), mask.reshape(x.shape)
