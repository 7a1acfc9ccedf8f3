# %% [markdown]
# Students take the statistics of the batch at hand, go on updating the averages, and repeat the
# mistakes with eps, gamma and beta.

# %% takes_the_batch kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Normalizes with the batch's own statistics, as in training."""
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta

# %% takes_the_batch_if_there_is_one kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Uses the moving averages for single samples only."""
    mean, var = (moving_mean, moving_var) if len(x) == 1 else (x.mean(axis=0), x.var(axis=0))
    return gamma * (x - mean) / np.sqrt(var + eps) + beta

# %% takes_the_batchs_mean kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """The moving variance, but the batch's mean."""
    return gamma * (x - x.mean(axis=0)) / np.sqrt(moving_var + eps) + beta

# %% takes_the_batchs_variance kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """The moving mean, but the batch's variance."""
    return gamma * (x - moving_mean) / np.sqrt(x.var(axis=0) + eps) + beta

# %% goes_on_updating kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Updates the averages in place before use."""
    moving_mean *= 0.99
    moving_mean += 0.01 * x.mean(axis=0)
    return gamma * (x - moving_mean) / np.sqrt(moving_var + eps) + beta

# %% forgets_gamma_and_beta kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Takes gamma and beta for a matter of training."""
    return (x - moving_mean) / np.sqrt(moving_var + eps)

# %% forgets_eps kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Leaves eps out."""
    return gamma * (x - moving_mean) / np.sqrt(moving_var) + beta

# %% fixes_eps kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Keras' default in place of the argument."""
    return gamma * (x - moving_mean) / np.sqrt(moving_var + 1e-3) + beta

# %% adds_eps_outside_the_root kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Adds eps to the deviation."""
    return gamma * (x - moving_mean) / (np.sqrt(moving_var) + eps) + beta

# %% divides_by_the_variance kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Forgets the root."""
    return gamma * (x - moving_mean) / (moving_var + eps) + beta

# %% squeezes_single_samples kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Gives one sample back without its axis."""
    return np.squeeze(gamma * (x - moving_mean) / np.sqrt(moving_var + eps) + beta)

# %% changes_x kind="wrong" points={"test_batch_norm_inference": 0, "test_batch_norm_inference_hidden": 0}
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Centres the batch in place."""
    x -= moving_mean
    return gamma * x / np.sqrt(moving_var + eps) + beta

# %% folds_into_one_layer kind="right"
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """A factor and a shift, as when the layer is folded into the dense one before it."""
    factor = gamma / np.sqrt(moving_var + eps)
    return x @ np.diag(factor) + (beta - factor * moving_mean)

# %% loops kind="right"
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """Sample by sample, nested lists."""
    columns = list(zip(moving_mean, moving_var, gamma, beta, strict=True))
    return [
        [g * (v - m) / (s + eps) ** 0.5 + b for v, (m, s, g, b) in zip(row, columns, strict=True)]
        for row in x
    ]

# %% float32_tensor kind="right"
def batch_norm_inference(x, moving_mean, moving_var, gamma, beta, eps):
    """TensorFlow's function, in float32."""
    values = [tf.cast(a, tf.float32) for a in (x, moving_mean, moving_var, beta, gamma)]
    return tf.nn.batch_normalization(*values, variance_epsilon=eps)
