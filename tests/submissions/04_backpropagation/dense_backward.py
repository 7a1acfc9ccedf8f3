# %% [markdown]
# Students average where paths add up, add along the wrong axis, juggle transposes until the shapes
# fit, or keep an axis of size 1 in the bias.

# %% averages_over_the_batch kind="wrong" points={"test_dense_backward": 0, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Divides by n again, although the loss's backward pass has done so."""
    n = len(x)
    return upstream @ weights.T, x.T @ upstream / n, upstream.sum(axis=0) / n

# %% takes_the_mean_for_the_bias kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Takes the mean over samples for the bias only."""
    return upstream @ weights.T, x.T @ upstream, upstream.mean(axis=0)

# %% adds_over_units kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Adds along axis 1, which is over the units."""
    return upstream @ weights.T, x.T @ upstream, upstream.sum(axis=1)

# %% keeps_an_axis_in_the_bias kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """keepdims=True, so that dbias becomes a matrix with one row."""
    return upstream @ weights.T, x.T @ upstream, upstream.sum(axis=0, keepdims=True)

# %% forgets_to_add_for_the_bias kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """The slope of z along the bias is 1, so upstream is handed on as it is."""
    return upstream @ weights.T, x.T @ upstream, upstream

# %% transposes_the_weights_slope kind="wrong" points={"test_dense_backward": 0, "test_dense_backward_bias": 1, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Multiplies in the order that came to mind, and gets the transpose."""
    return upstream @ weights.T, upstream.T @ x, upstream.sum(axis=0)

# %% returns_in_another_order kind="wrong" points={"test_dense_backward": 0, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 0, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Returns the parameters first, as in the update."""
    return x.T @ upstream, upstream.sum(axis=0), upstream @ weights.T

# %% transposes_only_when_shapes_ask_for_it kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 1, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Tries the product without a transpose, and transposes if NumPy complains."""
    try:
        dx = upstream @ weights
    except ValueError:
        dx = upstream @ weights.T
    return dx, x.T @ upstream, upstream.sum(axis=0)

# %% squeezes_single_samples kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 1, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Tidies up axes of size 1, and with them the batch axis of a single sample."""
    return np.squeeze(upstream @ weights.T), x.T @ upstream, upstream.sum(axis=0)

# %% steps_at_once kind="wrong" points={"test_dense_backward": 0, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 0, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Turns the signs round already, as the step goes downhill."""
    return -(upstream @ weights.T), -(x.T @ upstream), -upstream.sum(axis=0)

# %% adds_up_in_the_first_row kind="wrong" points={"test_dense_backward": 1, "test_dense_backward_bias": 0, "test_dense_backward_inputs": 1, "test_dense_backward_hidden": 0}
def dense_backward(upstream, x, weights):
    """Adds the rows of upstream up, and forgets that a row is a view."""
    dx, dweights = upstream @ weights.T, x.T @ upstream
    dbias = upstream[0]
    for row in upstream[1:]:
        dbias += row
    return dx, dweights, dbias

# %% sums_in_loops kind="right"
def dense_backward(upstream, x, weights):
    """Adds over all paths in loops; gives back lists."""
    n, units = upstream.shape
    inputs = x.shape[1]
    dx = [[0.0] * inputs for _ in range(n)]
    dweights = [[0.0] * units for _ in range(inputs)]
    dbias = [0.0] * units
    for i in range(n):
        for j in range(units):
            dbias[j] += upstream[i, j]
            for k in range(inputs):
                dx[i][k] += upstream[i, j] * weights[k, j]
                dweights[k][j] += upstream[i, j] * x[i, k]
    return [dx, dweights, dbias]

# %% works_in_float32_with_einsum kind="right"
def dense_backward(upstream, x, weights):
    """float32, and einsum, which names the axes that are added over."""
    upstream, x, weights = (np.asarray(a, dtype="float32") for a in (upstream, x, weights))
    return (
        np.einsum("nj,kj->nk", upstream, weights),
        np.einsum("nk,nj->kj", x, upstream),
        np.einsum("nj->j", upstream),
    )
