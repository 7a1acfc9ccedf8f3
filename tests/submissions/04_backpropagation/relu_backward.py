# %% [markdown]
# Students ask about the sign of the signal in place of that of z, hold back negative signals, let
# signals pass at z = 0, or write into the arrays that they were given.

# %% masks_by_the_signal kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Asks whether the signal is positive; what counts is whether the node was on."""
    return upstream * (upstream > 0)

# %% holds_back_negative_signals kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Applies the ReLU to what passes, too."""
    return np.maximum(upstream, 0) * (z > 0)

# %% lets_signals_pass_at_zero kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Writes >=, so that nodes at exactly 0 count as on."""
    return upstream * (z >= 0)

# %% multiplies_by_z kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Takes the forward value for the slope."""
    return upstream * np.maximum(z, 0)

# %% forgets_the_signal kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Returns the slope of the ReLU alone."""
    return (z > 0).astype(float)

# %% is_the_forward_pass kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Applies a ReLU, going backward."""
    return np.maximum(upstream, 0)

# %% writes_into_the_signal kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Sets entries to 0 in the array that belongs to the caller."""
    upstream[z <= 0] = 0
    return upstream

# %% loops_over_two_axes kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Takes rows and columns for granted."""
    result = np.zeros(z.shape)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            if z[i, j] > 0:
                result[i, j] = upstream[i, j]
    return result

# %% asks_for_more_than_a_little kind="wrong" points={"test_relu_backward": 1, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Fears rounding, and takes a node for off that is barely on."""
    return np.where(z > 1e-3, upstream, 0.0)

# %% divides_the_forward_pass_by_z kind="wrong" points={"test_relu_backward": 0, "test_relu_backward_hidden": 0}
def relu_backward(upstream, z):
    """Takes a / z for the slope, which is 1 and 0, but 0 / 0 at the kink."""
    return upstream * np.maximum(z, 0) / z

# %% multiplies_by_a_mask kind="right"
def relu_backward(upstream, z):
    """A mask of bools as a factor, in float32."""
    return upstream.astype("float32") * (z > 0)

# %% loops_over_flat_arrays kind="right"
def relu_backward(upstream, z):
    """Plain loops over any number of axes."""
    passed = [s if v > 0 else 0.0 for s, v in zip(upstream.ravel(), z.ravel())]
    return np.array(passed).reshape(z.shape)

# %% uses_heaviside_on_a_copy kind="right"
def relu_backward(upstream, z):
    """NumPy's step function, whose second argument is its value at 0."""
    result = upstream.copy()
    result *= np.heaviside(z, 0.0)
    return result
