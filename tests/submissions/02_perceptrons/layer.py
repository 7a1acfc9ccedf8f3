# %% [markdown]
# Students forget the bias or add it after the activation, mix up activations and their formulas,
# transpose the weights, or write a sigmoid that becomes nan.

# %% forgets_the_bias kind="wrong" points={"test_layer": 0, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Multiplies and forgets to add."""
    z = x @ weights
    return {"sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "relu": np.maximum(z, 0)}.get(
        activation, z
    )


# %% adds_the_bias_last kind="wrong" points={"test_layer": 0, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Adds the bias behind the activation."""
    z = x @ weights
    return {"sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "relu": np.maximum(z, 0)}.get(
        activation, z
    ) + bias


# %% loses_the_minus_of_the_sigmoid kind="wrong" points={"test_layer": 1, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Writes exp(z) for exp(-z)."""
    z = x @ weights + bias
    return {"sigmoid": 1 / (1 + np.exp(z)), "tanh": np.tanh(z), "relu": np.maximum(z, 0)}.get(
        activation, z
    )


# %% has_a_sigmoid_that_overflows kind="wrong" points={"test_layer": 1, "test_layer_activations": 0, "test_layer_hidden": 1}
def layer(x, weights, bias, activation):
    """Uses exp(z) / (1 + exp(z)), which is inf / inf for large z."""
    z = x @ weights + bias
    return {
        "sigmoid": np.exp(z) / (1 + np.exp(z)),
        "tanh": np.tanh(z),
        "relu": np.maximum(z, 0),
    }.get(activation, z)


# %% transposes_the_weights kind="wrong" points={"test_layer": 0, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Keeps a node in each row of the weights."""
    z = x @ weights.T + bias
    return {"sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "relu": np.maximum(z, 0)}.get(
        activation, z
    )


# %% always_uses_relu kind="wrong" points={"test_layer": 0, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Does not look at the activation."""
    return np.maximum(x @ weights + bias, 0)


# %% knows_no_none kind="wrong" points={"test_layer": 0, "test_layer_activations": 1, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Returns nothing where there is no activation."""
    z = x @ weights + bias
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    elif activation == "tanh":
        return np.tanh(z)
    elif activation == "relu":
        return np.maximum(z, 0)


# %% adds_the_bias_to_rows kind="wrong" points={"test_layer": 0, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Turns the bias into a column."""
    z = x @ weights + bias.reshape(-1, 1)
    return {"sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "relu": np.maximum(z, 0)}.get(
        activation, z
    )


# %% clips_every_z kind="wrong" points={"test_layer": 1, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Keeps exp from overflowing, and cuts off what ReLU should let through."""
    z = np.clip(x @ weights + bias, -15, 15)
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    return np.maximum(z, 0) if activation == "relu" else z


# %% clips_z_at_500 kind="wrong" points={"test_layer": 1, "test_layer_activations": 0, "test_layer_hidden": 1}
def layer(x, weights, bias, activation):
    """Clips more generously: only pre-activations near 1000 show it."""
    z = np.clip(x @ weights + bias, -500, 500)
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    return np.maximum(z, 0) if activation == "relu" else z


# %% takes_else_for_the_rest kind="wrong" points={"test_layer": 0, "test_layer_activations": 0, "test_layer_hidden": 0}
def layer(x, weights, bias, activation):
    """Thinks that `else` is for what none of the ifs took: it belongs to the last one."""
    z = x @ weights + bias
    if activation == "relu":
        z = np.maximum(z, 0)
    if activation == "sigmoid":
        z = 1 / (1 + np.exp(-z))
    else:
        z = np.tanh(z)
    return z


# %% loops_over_nodes kind="right"
def layer(x, weights, bias, activation):
    """One node of one sample at a time, and lists."""
    import math

    functions = {
        "sigmoid": lambda z: 0.5 * (1 + math.tanh(z / 2)),
        "tanh": math.tanh,
        "relu": lambda z: z if z > 0 else 0.0,
        None: lambda z: z,
    }
    g = functions[activation]
    return [
        [
            g(float(sum(r * w for r, w in zip(row, weights[:, j])) + bias[j]))
            for j in range(len(bias))
        ]
        for row in x
    ]


# %% uses_float32_and_scipy kind="right"
def layer(x, weights, bias, activation):
    """Single precision, a transposed product, SciPy's sigmoid."""
    from scipy.special import expit

    z = np.dot(weights.T.astype("float32"), x.T.astype("float32")).T + bias.astype("float32")
    if activation is None:
        return z
    return {"sigmoid": expit, "tanh": np.tanh, "relu": lambda z: z * (z > 0)}[activation](z)
