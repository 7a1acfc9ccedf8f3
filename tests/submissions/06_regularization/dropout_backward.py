# %% [markdown]
# Students forget the factor or the mask, undo the factor on the way back, divide by the rate, draw a new
# mask, turn the mask round, or scale in prediction, where nothing was scaled on the way forward.

# %% forgets_the_factor kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Slopes pass where values passed, as they are."""
    if mask is None:
        return upstream
    return upstream * mask

# %% forgets_the_mask kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """All entries were divided by 1 - rate."""
    if mask is None:
        return upstream
    return upstream / (1 - rate)

# %% undoes_the_factor kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Backward is the opposite of forward, so multiply by 1 - rate."""
    if mask is None:
        return upstream
    return upstream * mask * (1 - rate)

# %% divides_by_the_rate kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Takes the rate for the probability to keep."""
    if mask is None:
        return upstream
    return upstream * mask / rate

# %% passes_what_was_dropped kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Takes True for dropped."""
    if mask is None:
        return upstream
    return np.where(mask, 0.0, upstream / (1 - rate))

# %% draws_a_new_mask kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Dropout again on the way back, with a mask of its own."""
    if mask is None:
        return upstream
    mask = np.random.default_rng(0).random(upstream.shape) >= rate
    return upstream * mask / (1 - rate)

# %% scales_in_prediction kind="wrong" points={"test_dropout_backward": 1, "test_dropout_backward_prediction": 0, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Always scales."""
    if mask is None:
        return upstream / (1 - rate)
    return upstream * mask / (1 - rate)

# %% scales_down_in_prediction kind="wrong" points={"test_dropout_backward": 1, "test_dropout_backward_prediction": 0, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """The decks' factor, backward."""
    if mask is None:
        return upstream * (1 - rate)
    return upstream * mask / (1 - rate)

# %% gives_nothing_in_prediction kind="wrong" points={"test_dropout_backward": 1, "test_dropout_backward_prediction": 0, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Without a mask nothing is learned, so the slope is 0."""
    if mask is None:
        return np.zeros_like(upstream)
    return upstream * mask / (1 - rate)

# %% does_not_know_prediction kind="wrong" points={"test_dropout_backward": 1, "test_dropout_backward_prediction": 0, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Multiplies by None."""
    return upstream * mask / (1 - rate)

# %% writes_into_upstream kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 1}
def dropout_backward(upstream, mask, rate):
    """Sets dropped slopes to 0 in the given array."""
    if mask is None:
        return upstream
    upstream[~mask] = 0
    return upstream / (1 - rate)

# %% takes_a_full_mask_for_prediction kind="wrong" points={"test_dropout_backward": 1, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """If everything was kept, nothing was scaled."""
    if mask is None or mask.all():
        return upstream
    return upstream * mask / (1 - rate)

# %% scales_by_the_share_of_this_mask kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Divides by the share that this mask kept."""
    if mask is None:
        return upstream
    return upstream * mask / max(mask.mean(), 1e-9)

# %% forgets_upstream kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 0, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """Returns dy/dx, and leaves the chain rule to others."""
    if mask is None:
        return np.ones_like(upstream)
    return mask / (1 - rate)

# %% compares_the_mask_with_none kind="wrong" points={"test_dropout_backward": 0, "test_dropout_backward_prediction": 1, "test_dropout_backward_hidden": 0}
def dropout_backward(upstream, mask, rate):
    """`not mask` is no question to an array."""
    if not mask:
        return upstream
    return upstream * mask / (1 - rate)

# %% goes_entry_by_entry kind="right"
def dropout_backward(upstream, mask, rate):
    """A loop over the entries, nested lists for the result."""
    result = np.zeros(upstream.shape)
    for index in np.ndindex(upstream.shape):
        if mask is None:
            result[index] = upstream[index]
        elif mask[index]:
            result[index] = upstream[index] / (1 - rate)
    return result.tolist()

# %% multiplies_by_a_factor_in_float32 kind="right"
def dropout_backward(upstream, mask, rate):
    """float32, with one array of factors for both cases."""
    factor = np.ones(1) if mask is None else mask / (1 - rate)
    return np.float32(upstream) * factor.astype("float32")

# %% fills_what_was_kept kind="right"
def dropout_backward(upstream, mask, rate):
    """Starts with zeros and fills in the kept ones by their index."""
    if mask is None:
        return upstream.copy()
    result = np.zeros_like(upstream)
    result[mask] = upstream[mask] * (1 / (1 - rate))
    return result
