# %% [markdown]
# Students forget the biases, give the inputs biases too, stop a layer early, or write for three
# widths.

# %% forgets_the_biases kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Counts the lines of the drawing."""
    return sum(n * m for n, m in zip(widths, widths[1:]))


# %% gives_inputs_a_bias kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Adds a bias for every circle of the drawing."""
    return sum(n * m for n, m in zip(widths, widths[1:])) + sum(widths)


# %% counts_a_bias_a_layer kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """One bias for each layer."""
    return sum(n * m + 1 for n, m in zip(widths, widths[1:]))


# %% stops_before_the_output kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Off by one: the last layer is not counted."""
    return sum((widths[k] + 1) * widths[k + 1] for k in range(len(widths) - 2))


# %% knows_one_hidden_layer kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Works for three widths."""
    return (widths[0] + 1) * widths[1] + (widths[1] + 1) * widths[2]


# %% adds_one_to_the_wrong_side kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Gives each node of the layer before a bias, not each node of this one."""
    return sum(n * (m + 1) for n, m in zip(widths, widths[1:]))


# %% pops_the_widths kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Empties the list of the caller."""
    total, before = 0, widths.pop(0)
    while widths:
        after = widths.pop(0)
        total += (before + 1) * after
        before = after
    return total


# %% wraps_around_to_the_last_width kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Starts at index 0, where widths[k - 1] is the last width."""
    return sum((widths[k - 1] + 1) * widths[k] for k in range(len(widths)))


# %% forgets_the_brackets kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Writes n + 1 * m for (n + 1) * m."""
    return sum(n + 1 * m for n, m in zip(widths, widths[1:], strict=False))


# %% returns_a_text kind="wrong" points={"test_num_parameters": 0, "test_num_parameters_hidden": 0}
def num_parameters(widths):
    """Gives the number the look that the lecture prints."""
    return f"{sum((n + 1) * m for n, m in zip(widths, widths[1:], strict=False))}"


# %% counts_entries_of_arrays kind="right"
def num_parameters(widths):
    """Makes the arrays and asks for their sizes."""
    total = np.int64(0)
    for n, m in zip(widths[:-1], widths[1:]):
        total += np.empty((n, m)).size + np.empty(m).size
    return total


# %% calls_itself kind="right"
def num_parameters(widths):
    """The first layer and the rest."""
    if len(widths) < 2:
        return 0
    return (widths[0] + 1) * widths[1] + num_parameters(widths[1:])


# %% multiplies_vectors kind="right"
def num_parameters(widths):
    """One dot product, of NumPy's whole numbers."""
    widths = np.array(widths)
    return (widths[:-1] + 1) @ widths[1:]
