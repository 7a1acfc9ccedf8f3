# %% [markdown]
# Students derive another loss's gradient, lose the mean or the sign, treat the bias as something other
# than a weight, or multiply out the chain rule's factors, so that certain mistakes get no slope.

# %% takes_the_sum kind="wrong" points={"test_logistic_gradient": 0, "test_logistic_gradient_bias": 0, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Adds up the samples and forgets to divide."""
    error = sigmoid(x @ weights + bias) - y
    return x.T @ error, np.sum(error)

# %% goes_downhill kind="wrong" points={"test_logistic_gradient": 0, "test_logistic_gradient_bias": 0, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Subtracts the prediction from the truth."""
    error = y - sigmoid(x @ weights + bias)
    return x.T @ error / len(x), np.mean(error)

# %% differentiates_the_squared_error kind="wrong" points={"test_logistic_gradient": 0, "test_logistic_gradient_bias": 0, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Takes the chain rule through the sigmoid for the squared error."""
    p = sigmoid(x @ weights + bias)
    error = (p - y) * p * (1 - p)
    return x.T @ error / len(x), np.mean(error)

# %% forgets_the_sigmoid kind="wrong" points={"test_logistic_gradient": 0, "test_logistic_gradient_bias": 0, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Uses the gradient of linear regression."""
    error = x @ weights + bias - y
    return x.T @ error / len(x), np.mean(error)

# %% sums_the_bias_only kind="wrong" points={"test_logistic_gradient": 1, "test_logistic_gradient_bias": 0, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Divides one of the two."""
    error = sigmoid(x @ weights + bias) - y
    return x.T @ error / len(x), np.sum(error)

# %% divides_zero_by_zero kind="wrong" points={"test_logistic_gradient": 1, "test_logistic_gradient_bias": 1, "test_logistic_gradient_numeric": 1, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Multiplies the chain rule's factors as they come; at p = 1 that is 0 / 0."""
    p = sigmoid(x @ weights + bias)
    error = (p - y) / (p * (1 - p)) * p * (1 - p)
    return x.T @ error / len(x), np.mean(error)

# %% loses_the_slope_of_certain_mistakes kind="wrong" points={"test_logistic_gradient": 1, "test_logistic_gradient_bias": 1, "test_logistic_gradient_numeric": 1, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Adds a small number below the line, which takes the slope from the worst mistakes."""
    p = sigmoid(x @ weights + bias)
    error = (-y / (p + 1e-7) + (1 - y) / (1 - p + 1e-7)) * p * (1 - p)
    return x.T @ error / len(x), np.mean(error)

# %% nudges_one_weight_at_a_time kind="wrong" points={"test_logistic_gradient": 1, "test_logistic_gradient_bias": 0, "test_logistic_gradient_numeric": 1, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Uses forward differences, which are slow and not exact."""
    def loss(w, b):
        p = np.clip(sigmoid(x @ w + b), 1e-12, 1 - 1e-12)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    here, h = loss(weights, bias), 1e-5
    steps = h * np.eye(len(weights))
    dweights = np.array([(loss(weights + s, bias) - here) / h for s in steps])
    return dweights, (loss(weights, bias + h) - here) / h

# %% broadcasts_a_column_against_a_row kind="wrong" points={"test_logistic_gradient": 0, "test_logistic_gradient_bias": 1, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Makes the predictions a column; minus y, of shape (n,), that is an n x n table."""
    p = sigmoid(x @ weights.reshape(-1, 1) + bias)
    error = p - y
    return (x.T @ error).mean(axis=1) , np.mean(error)

# %% takes_the_step_in_place kind="wrong" points={"test_logistic_gradient": 1, "test_logistic_gradient_bias": 1, "test_logistic_gradient_numeric": 0, "test_logistic_gradient_hidden": 1}
def logistic_gradient(x, y, weights, bias):
    """Takes the step at once, in the caller's array."""
    error = sigmoid(x @ weights + bias) - y
    dweights, dbias = x.T @ error / len(x), np.mean(error)
    weights -= 0.1 * dweights
    return dweights, dbias

# %% overflows_for_large_z kind="wrong" points={"test_logistic_gradient": 1, "test_logistic_gradient_bias": 1, "test_logistic_gradient_numeric": 1, "test_logistic_gradient_hidden": 0}
def logistic_gradient(x, y, weights, bias):
    """Writes its own sigmoid, which is inf / inf for large z."""
    exp_z = np.exp(x @ weights + bias)
    error = exp_z / (1 + exp_z) - y
    return x.T @ error / len(x), np.mean(error)

# %% loops_over_everything kind="right"
def logistic_gradient(x, y, weights, bias):
    """Two loops, the sigmoid from the tanh, and lists."""
    import math

    n, d = x.shape
    dweights, dbias = [0.0] * d, 0.0
    for i in range(n):
        z = bias
        for j in range(d):
            z += x[i][j] * weights[j]
        error = (1 + math.tanh(z / 2)) / 2 - y[i]
        for j in range(d):
            dweights[j] += error * x[i][j] / n
        dbias += error / n
    return dweights, dbias

# %% adds_a_column_of_ones kind="right"
def logistic_gradient(x, y, weights, bias):
    """float32, with the bias as the weight of a feature that is always 1."""
    x1 = np.column_stack([x, np.ones(len(x))]).astype("float32")
    w1 = np.append(weights, bias).astype("float32")
    p = 1 / (1 + np.exp(-(x1 @ w1)))
    gradient = ((p - y)[:, np.newaxis] * x1).mean(axis=0, dtype="float32")
    return gradient[:-1], gradient[-1]
