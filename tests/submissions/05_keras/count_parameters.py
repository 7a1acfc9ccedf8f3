# %% [markdown]
# Counting parameters: students forget the biases, or some of them, give the inputs a bias, or
# count units in place of weights.

# %% forgets_the_biases kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # "Each unit is connected to each unit of the layer before."
    return sum(a * b for a, b in zip(layer_sizes, layer_sizes[1:]))

# %% biases_for_the_inputs kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # "Every unit has a bias", and the inputs taken for units.
    weights = sum(a * b for a, b in zip(layer_sizes, layer_sizes[1:]))
    return weights + sum(layer_sizes)

# %% no_bias_in_the_output kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Off by one: the slice of the units with a bias loses the last layer.
    weights = sum(a * b for a, b in zip(layer_sizes, layer_sizes[1:]))
    return weights + sum(layer_sizes[1:-1])

# %% one_bias_per_layer kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # "The bias is one number that is added to the layer."
    total = 0
    for i in range(1, len(layer_sizes)):
        total += layer_sizes[i - 1] * layer_sizes[i] + 1
    return total

# %% bias_on_the_wrong_side kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # The + 1 stands with the outputs: a bias per input.
    return sum(a * (b + 1) for a, b in zip(layer_sizes, layer_sizes[1:]))

# %% counts_units kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Takes units for parameters.
    return sum(layer_sizes)

# %% always_one_hidden_layer kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # "A network has an input, a hidden and an output layer." [2, 1] stops it with a ValueError.
    n, h, k = layer_sizes
    return (n + 1) * h + (h + 1) * k

# %% the_examples_by_heart kind="wrong" points={"test_count_parameters": 1, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Makes the visible check silent, no more.
    return 101_770 if layer_sizes[0] == 784 else 3

# %% empties_the_list kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Takes the caller's list apart while counting.
    total = 0
    while len(layer_sizes) > 1:
        num_in = layer_sizes.pop(0)
        total += (num_in + 1) * layer_sizes[0]
    return total

# %% wraps_around_to_the_last_size kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Starts with i = 0, where layer_sizes[i - 1] is the last entry.
    total = 0
    for i in range(len(layer_sizes)):
        total += (layer_sizes[i - 1] + 1) * layer_sizes[i]
    return total

# %% forgets_the_brackets kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # "+ 1 * m" adds m once, and n is never multiplied.
    return sum(n + 1 * m for n, m in zip(layer_sizes, layer_sizes[1:]))

# %% sees_the_inputs_everywhere kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Gives each layer the data for its inputs, and not the layer before.
    return sum((layer_sizes[0] + 1) * units for units in layer_sizes[1:])

# %% returns_the_first_layer kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # The return stands in the loop. [2, 1] is right; [5] gives None.
    for n, m in zip(layer_sizes, layer_sizes[1:]):
        return (n + 1) * m

# %% returns_a_text kind="wrong" points={"test_count_parameters": 0, "test_count_parameters_hidden": 0}
def count_parameters(layer_sizes):
    # Formats the number as the summary does, without the comma.
    return f"{sum((n + 1) * m for n, m in zip(layer_sizes, layer_sizes[1:]))}"

# %% asks_keras kind="right"
def count_parameters(layer_sizes):
    # Builds the network and lets it count.
    if len(layer_sizes) == 1:
        return 0
    model = keras.Sequential([keras.Input((layer_sizes[0],))])
    for units in layer_sizes[1:]:
        model.add(keras.layers.Dense(units))
    return model.count_params()

# %% array_arithmetic kind="right"
def count_parameters(layer_sizes):
    # A dot product of the sizes with their neighbours; a NumPy integer comes back.
    sizes = np.array(layer_sizes)
    return (sizes[:-1] + 1) @ sizes[1:]

# %% recursion kind="right"
def count_parameters(layer_sizes):
    # The first layer, and then the rest of the network.
    if len(layer_sizes) < 2:
        return 0
    first, second, *rest = layer_sizes
    return (first + 1) * second + count_parameters([second, *rest])
