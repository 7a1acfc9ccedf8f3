# %% [markdown]
# Students use another library's or another method's velocity, take the two lines in the wrong order,
# or lose the velocity between steps.

# %% adds_the_gradient kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Goes uphill."""
    velocity = momentum * velocity + lr * gradient
    return weights + velocity, velocity

# %% keeps_the_rate_out_of_the_velocity kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Uses PyTorch's form, whose velocity is another quantity."""
    velocity = momentum * velocity + gradient
    return weights - lr * velocity, velocity

# %% averages_the_gradients kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Takes a running mean, as Adam does, so its steps are too short."""
    velocity = momentum * velocity - lr * (1 - momentum) * gradient
    return weights + velocity, velocity

# %% moves_by_the_old_velocity kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Takes the two lines in the wrong order."""
    weights = weights + velocity
    velocity = momentum * velocity - lr * gradient
    return weights, velocity

# %% forgets_to_return_the_new_velocity kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Computes the new velocity and returns the old one, so it never builds up."""
    new_velocity = momentum * velocity - lr * gradient
    return weights + new_velocity, velocity

# %% takes_nesterovs_step kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Looks ahead, as nesterov=True does."""
    velocity = momentum * velocity - lr * gradient
    return weights + momentum * velocity - lr * gradient, velocity

# %% works_in_place kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Writes into the arrays it was given."""
    velocity *= momentum
    velocity -= lr * gradient
    weights += velocity
    return weights, velocity

# %% forgets_momentum kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Is plain gradient descent."""
    velocity = -lr * gradient
    return weights + velocity, velocity

# %% hard_codes_the_momentum kind="wrong" points={"test_momentum_step": 0, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Writes the usual 0.9 into the code."""
    velocity = 0.9 * velocity - lr * gradient
    return weights + velocity, velocity

# %% takes_no_momentum_for_a_missing_one kind="wrong" points={"test_momentum_step": 1, "test_momentum_step_hidden": 0}
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Fills in a default where momentum is 0, since 0 counts as false."""
    velocity = (momentum or 0.9) * velocity - lr * gradient
    return weights + velocity, velocity

# %% loops_over_entries kind="right"
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Goes through the entries one by one and returns a list of two."""
    new_weights, new_velocity = np.empty_like(weights), np.empty_like(velocity)
    for index in np.ndindex(weights.shape):
        new_velocity[index] = momentum * velocity[index] - lr * gradient[index]
        new_weights[index] = weights[index] + new_velocity[index]
    return [new_weights, new_velocity]

# %% works_in_float32 kind="right"
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Another order of the same terms, in float32, both results in one array."""
    w, v, g = (np.asarray(a, dtype="float32") for a in (weights, velocity, gradient))
    step = lr * g - momentum * v
    return np.stack([w - step, -step])

# %% reads_the_velocity_off_the_move kind="right"
def momentum_step(weights, velocity, gradient, lr, momentum):
    """Moves first, and takes for the velocity how far the weights went."""
    moved = weights - lr * gradient + momentum * velocity
    return [moved, moved - weights]
