# %% [markdown]
# Students reset to x in each turn, return inside the loop, treat the last layer differently, take
# the layers from the wrong end, or write for exactly two of them.

# %% always_starts_from_x kind="wrong" points={"test_forward": 0, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Gives every layer the network's input."""
    a = x
    for weights, bias, activation in layers:
        a = activation(x @ weights + bias)
    return a


# %% returns_inside_the_loop kind="wrong" points={"test_forward": 0, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Indents the return too far."""
    a = x
    for weights, bias, activation in layers:
        a = activation(a @ weights + bias)
        return a
    return a


# %% goes_backwards kind="wrong" points={"test_forward": 0, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Begins with the last layer."""
    a = x
    for weights, bias, activation in reversed(layers):
        a = activation(a @ weights + bias)
    return a


# %% leaves_the_last_layer_linear kind="wrong" points={"test_forward": 0, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Thinks that only hidden layers have activations."""
    a = x
    for k, (weights, bias, activation) in enumerate(layers):
        z = a @ weights + bias
        a = activation(z) if k < len(layers) - 1 else z
    return a


# %% adds_the_bias_after_the_activation kind="wrong" points={"test_forward": 0, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Leaves the bias out of z."""
    a = x
    for weights, bias, activation in layers:
        a = activation(a @ weights) + bias
    return a


# %% knows_exactly_two_layers kind="wrong" points={"test_forward": 1, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Works for the example."""
    (W1, b1, g1), (W2, b2, g2) = layers
    return g2(g1(x @ W1 + b1) @ W2 + b2)


# %% empties_the_list kind="wrong" points={"test_forward": 1, "test_forward_depth": 1, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Pops the layers from a list that belongs to the caller."""
    while layers:
        weights, bias, activation = layers.pop(0)
        x = activation(x @ weights + bias)
    return x


# %% uses_relu_everywhere kind="wrong" points={"test_forward": 1, "test_forward_depth": 0, "test_forward_properties": 1, "test_forward_hidden": 0}
def forward(x, layers):
    """Ignores the hidden layers' own activations."""
    a = x
    for weights, bias, activation in layers[:-1]:
        a = np.maximum(a @ weights + bias, 0)
    for weights, bias, activation in layers[-1:]:
        a = activation(a @ weights + bias)
    return a


# %% activates_before_the_weights kind="wrong" points={"test_forward": 0, "test_forward_depth": 0, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Applies each activation to what comes in; inputs that are not negative hide it in ReLU."""
    for weights, bias, activation in layers:
        x = activation(x) @ weights + bias
    return x


# %% activates_each_entry kind="wrong" points={"test_forward": 1, "test_forward_depth": 1, "test_forward_properties": 0, "test_forward_hidden": 0}
def forward(x, layers):
    """Calls the activation with single numbers, which is too little for a softmax."""
    for weights, bias, activation in layers:
        z = x @ weights + bias
        x = np.array([[activation(entry) for entry in row] for row in z])
    return x


# %% needs_a_layer kind="wrong" points={"test_forward": 1, "test_forward_depth": 0, "test_forward_properties": 1, "test_forward_hidden": 0}
def forward(x, layers):
    """Takes the first layer out of the loop, and stops where there is none."""
    weights, bias, activation = layers[0]
    a = activation(x @ weights + bias)
    for weights, bias, activation in layers[1:]:
        a = activation(a @ weights + bias)
    return a


# %% calls_itself kind="right"
def forward(x, layers):
    """The first layer, then a forward pass through the rest."""
    if not layers:
        return x
    weights, bias, activation = layers[0]
    return forward(activation(np.dot(x, weights) + bias), layers[1:])


# %% goes_sample_by_sample_in_float32 kind="right"
def forward(x, layers):
    """Sums for each sample and node, in single precision; rows are collected at the end."""
    rows = []
    for row in np.asarray(x, dtype="float32"):
        for weights, bias, activation in layers:
            z = [sum(row * weights[:, j]) + bias[j] for j in range(len(bias))]
            row = activation(np.array(z, dtype="float32"))
        rows.append(row)
    return np.stack(rows)
