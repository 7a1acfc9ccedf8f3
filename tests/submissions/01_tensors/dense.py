# %% [markdown]
# Students transpose what needs no transpose, lose the bias or add it along the wrong axis, take
# np.max for np.maximum, or apply the ReLU always, never, too early or to the input.

# %% transposes_the_weights kind="wrong" points={"test_dense": 0, "test_dense_relu": 0, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Thinks that each unit has a row of weights, as in W x."""
    output = x @ weights.T + bias
    return np.maximum(output, 0) if activation == "relu" else output

# %% forgets_the_bias kind="wrong" points={"test_dense": 0, "test_dense_relu": 0, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Leaves the bias out."""
    output = x @ weights
    return np.maximum(output, 0) if activation == "relu" else output

# %% adds_the_bias_down_the_samples kind="wrong" points={"test_dense": 0, "test_dense_relu": 0, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Makes the bias a column, which broadcasts along the wrong axis."""
    output = x @ weights + bias[:, np.newaxis]
    return np.maximum(output, 0) if activation == "relu" else output

# %% adds_the_bias_once_per_input kind="wrong" points={"test_dense": 0, "test_dense_relu": 0, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Adds the bias in the innermost loop, so that every input brings it along."""
    output = np.zeros((len(x), len(bias)))
    for i in range(len(x)):
        for j in range(len(bias)):
            for k in range(len(weights)):
                output[i, j] += x[i, k] * weights[k, j] + bias[j]
    return np.maximum(output, 0) if activation == "relu" else output

# %% cuts_decimals kind="wrong" points={"test_dense": 0, "test_dense_relu": 1, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Makes room for the result with whole numbers, which cut what is written into them."""
    output = np.zeros((len(x), len(bias)), dtype=int)
    for i in range(len(x)):
        for j in range(len(bias)):
            output[i, j] = np.sum(x[i] * weights[:, j]) + bias[j]
            if activation == "relu":
                output[i, j] = max(output[i, j], 0)
    return output

# %% always_applies_relu kind="wrong" points={"test_dense": 0, "test_dense_relu": 1, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Does not look at the argument."""
    return np.maximum(x @ weights + bias, 0)

# %% adds_the_bias_after_relu kind="wrong" points={"test_dense": 1, "test_dense_relu": 0, "test_dense_properties": 1, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Applies the ReLU to the product and adds the bias then."""
    output = x @ weights
    if activation == "relu":
        output = np.maximum(output, 0)
    return output + bias

# %% takes_max_for_maximum kind="wrong" points={"test_dense": 1, "test_dense_relu": 0, "test_dense_properties": 1, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Calls np.max(z, 0), where 0 is the axis."""
    output = x @ weights + bias
    return np.max(output, 0) if activation == "relu" else output

# %% centres_x_in_place kind="wrong" points={"test_dense": 1, "test_dense_relu": 1, "test_dense_properties": 0, "test_dense_hidden": 0}
def dense(x, weights, bias, activation=None):
    """Centres the data and makes up for it in the bias; `-=` spoils the caller's x."""
    mean = x.mean(axis=0)
    x -= mean
    output = x @ weights + mean @ weights + bias
    return np.maximum(output, 0) if activation == "relu" else output

# %% loops_and_lists kind="right"
def dense(x, weights, bias, activation=None):
    """Three loops in plain Python; the result is a list of lists."""
    output = []
    for row in x.tolist():
        units = []
        for column, b in zip(weights.T.tolist(), bias.tolist()):
            z = b
            for value, weight in zip(row, column):
                z += value * weight
            units.append(max(z, 0.0) if activation == "relu" else z)
        output.append(units)
    return output

# %% works_in_float32 kind="right"
def dense(x, weights, bias, activation=None):
    """Converts everything to float32, as networks do, and sums in another order."""
    products = x.astype("float32")[:, :, None] * weights.astype("float32")
    output = products[:, ::-1].sum(axis=1, dtype="float32") + bias.astype("float32")
    return output * (output > 0) if activation == "relu" else output

# %% asks_keras kind="right"
def dense(x, weights, bias, activation=None):
    """A Keras layer with these weights."""
    import keras

    layer = keras.layers.Dense(len(bias), activation=activation)
    layer.build((None, len(weights)))
    layer.set_weights([weights, bias])
    return layer(x)
