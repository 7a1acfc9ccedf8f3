# %% [markdown]
# Students swap the shares, as PyTorch does, forget one of them, take plain means, or write into
# the old average.

# %% swaps_the_shares kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """PyTorch's rule: momentum is the share of the new batch."""
    return (1 - momentum) * moving + momentum * batch

# %% adds_the_whole_batch kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """As momentum in gradient descent: the batch is added in full."""
    return momentum * moving + batch

# %% keeps_the_whole_average kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Adds a share of the batch to the average and takes nothing away."""
    return moving + (1 - momentum) * batch

# %% takes_the_plain_mean kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """The mean of old and new."""
    return (moving + batch) / 2

# %% forgets_the_past kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """The last batch counts."""
    return batch.copy()

# %% fixes_the_momentum kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Uses Keras' default."""
    return 0.99 * moving + 0.01 * batch

# %% subtracts kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Turns a sign round."""
    return momentum * moving - (1 - momentum) * batch

# %% forgets_the_old_share kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Returns the batch's part only."""
    return (1 - momentum) * batch

# %% updates_in_place kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Changes the old average."""
    moving *= momentum
    moving += (1 - momentum) * batch
    return moving

# %% returns_nothing kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Updates in place and has no return."""
    moving[:] = momentum * moving + (1 - momentum) * batch

# %% does_not_move kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Calculates and returns the old average."""
    new = momentum * moving + (1 - momentum) * batch
    return moving

# %% updates_twice kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """Applies the rule to its own result."""
    new = momentum * moving + (1 - momentum) * batch
    return momentum * new + (1 - momentum) * batch

# %% steps_away_from_the_batch kind="wrong" points={"test_update_moving": 0, "test_update_moving_hidden": 0}
def update_moving(moving, batch, momentum):
    """The short form with a minus, as in gradient descent."""
    return moving - (1 - momentum) * (batch - moving)

# %% steps_towards_the_batch kind="right"
def update_moving(moving, batch, momentum):
    """The same rule as a step of length 1 - momentum towards the batch."""
    return moving + (1 - momentum) * (batch - moving)

# %% loops kind="right"
def update_moving(moving, batch, momentum):
    """Number by number, a list."""
    return [momentum * old + (1 - momentum) * new for old, new in zip(moving, batch, strict=True)]

# %% float32 kind="right"
def update_moving(moving, batch, momentum):
    """In float32, with a matrix product of the shares."""
    shares = np.array([momentum, 1 - momentum], dtype=np.float32)
    return shares @ np.stack([moving, batch]).astype(np.float32)
