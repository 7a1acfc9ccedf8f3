# %% [markdown]
# Students go along the wrong axis, take n - 1, put eps in the wrong place, leave gamma and beta
# out or swap them, return the deviation for the variance, and centre x in place.

# %% goes_over_units kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Statistics along axis 1, which is layer normalization."""
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% goes_over_axis_1_without_keepdims kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Statistics along axis 1: the shapes do not even fit."""
    mean, var = x.mean(axis=1), x.var(axis=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% one_mean_for_everything kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Forgets the axis."""
    mean, var = x.mean(), x.var()
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% divides_by_n_minus_1 kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Takes the variance of a sample, as statistics courses do."""
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).sum(axis=0) / (len(x) - 1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% adds_eps_outside_the_root kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Adds eps to the deviation."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, mean, var

# %% forgets_eps kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Divides by the deviation: 0 / 0 for a dead unit."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var) + beta, mean, var

# %% fixes_eps kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 1, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Uses Keras' default in place of the argument."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + 1e-3) + beta, mean, var

# %% divides_by_the_variance kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Forgets the root."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / (var + eps) + beta, mean, var

# %% forgets_gamma_and_beta kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Stops after normalizing."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return (x - mean) / np.sqrt(var + eps), mean, var

# %% forgets_beta kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Scales and does not shift."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps), mean, var

# %% swaps_gamma_and_beta kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Takes beta for the factor."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return beta * (x - mean) / np.sqrt(var + eps) + gamma, mean, var

# %% scales_beta_too kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Brackets around the wrong sum."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * ((x - mean) / np.sqrt(var + eps) + beta), mean, var

# %% returns_the_deviation kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 2, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Calls the root var, and returns it."""
    mean = x.mean(axis=0)
    var = np.sqrt(x.var(axis=0) + eps)
    return gamma * (x - mean) / var + beta, mean, var

# %% returns_the_variance_with_eps kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 2, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Adds eps to var once and for all."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    var = var + eps
    return gamma * (x - mean) / np.sqrt(var) + beta, mean, var

# %% returns_statistics_of_the_output kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 2, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Returns mean and variance after normalizing."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    z = (x - mean) / np.sqrt(var + eps)
    return gamma * z + beta, z.mean(axis=0), z.var(axis=0)

# %% keeps_an_axis kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 2, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """keepdims=True, so that the statistics are matrices with one row."""
    mean, var = x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% returns_y_only kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Forgets the statistics."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta

# %% returns_another_order kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Statistics first."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return mean, var, gamma * (x - mean) / np.sqrt(var + eps) + beta

# %% centres_x_in_place kind="wrong" points={"test_batch_norm_forward": 1, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 1, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Writes into the batch that it was given."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    x -= mean
    x /= np.sqrt(var + eps)
    return gamma * x + beta, mean, var

# %% knows_the_example kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Returns the worked example."""
    y = np.array([[-1.5, 0.8], [0.5, -1.6], [0.5, 0.8], [0.5, 0.0]])
    return y, np.array([10.0, 8.0]), np.array([3.0, 24.0])

# %% mean_square_for_variance kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Takes the mean of x ** 2 for the variance."""
    mean, var = x.mean(axis=0), (x**2).mean(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% subtracts_the_mean_from_the_mean_square kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """E[x^2] - E[x]^2, without the last square."""
    mean = x.mean(axis=0)
    var = (x**2).mean(axis=0) - mean
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% takes_mean_distances kind="wrong" points={"test_batch_norm_forward": 0, "test_batch_norm_forward_output": 0, "test_batch_norm_forward_keras": 0, "test_batch_norm_forward_hidden": 0}
def batch_norm_forward(x, gamma, beta, eps):
    """Absolute values in place of squares."""
    mean = x.mean(axis=0)
    var = np.abs(x - mean).mean(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var

# %% loops kind="right"
def batch_norm_forward(x, gamma, beta, eps):
    """Unit by unit with Python numbers, lists at the end."""
    n, d = x.shape
    y, means, variances = [[0.0] * d for _ in range(n)], [], []
    for j in range(d):
        column = [float(v) for v in x[:, j]]
        mean = sum(column) / n
        var = sum((v - mean) ** 2 for v in column) / n
        for i in range(n):
            y[i][j] = gamma[j] * (column[i] - mean) / (var + eps) ** 0.5 + beta[j]
        means.append(mean)
        variances.append(var)
    return y, means, variances

# %% float32_tensors kind="right"
def batch_norm_forward(x, gamma, beta, eps):
    """TensorFlow's moments and batch_normalization, in float32."""
    x = tf.constant(x, dtype=tf.float32)
    gamma, beta = tf.cast(gamma, tf.float32), tf.cast(beta, tf.float32)
    mean, var = tf.nn.moments(x, axes=[0])
    return tf.nn.batch_normalization(x, mean, var, beta, gamma, eps), mean, var

# %% one_factor_and_one_shift kind="right"
def batch_norm_forward(x, gamma, beta, eps):
    """The variance as mean of squares less square of mean; a factor and a shift."""
    mean = np.ones(len(x)) @ x / len(x)
    var = np.einsum("ij,ij->j", x, x) / len(x) - mean**2
    factor = gamma * (np.maximum(var, 0) + eps) ** -0.5
    return [factor * x + (beta - factor * mean), mean, var]
