# %% [markdown]
# Students multiply the matrices in the wrong order, add the two biases as they are, or treat rows
# as columns. With square matrices all of these have the right shape.

# %% multiplies_in_the_wrong_order kind="wrong" points={"test_compose": 0, "test_compose_bias": 1, "test_compose_hidden": 0}
def compose(first, second):
    """Puts the second map on the left, as with column vectors."""
    (w1, b1), (w2, b2) = first, second
    return w2 @ w1, b1 @ w2 + b2

# %% adds_the_biases kind="wrong" points={"test_compose": 1, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Forgets that the first bias passes through the second layer."""
    (w1, b1), (w2, b2) = first, second
    return w1 @ w2, b1 + b2

# %% drops_the_first_bias kind="wrong" points={"test_compose": 1, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Keeps the second bias only, since it comes last."""
    (w1, b1), (w2, b2) = first, second
    return w1 @ w2, b2.copy()

# %% takes_the_bias_for_a_column kind="wrong" points={"test_compose": 1, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Writes W2 b1, as algebra books do."""
    (w1, b1), (w2, b2) = first, second
    return w1 @ w2, w2 @ b1 + b2

# %% sends_both_biases_through kind="wrong" points={"test_compose": 1, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Puts the parentheses around both biases."""
    (w1, b1), (w2, b2) = first, second
    return w1 @ w2, (b1 + b2) @ w2

# %% multiplies_element_by_element kind="wrong" points={"test_compose": 0, "test_compose_bias": 1, "test_compose_hidden": 0}
def compose(first, second):
    """Takes * for the matrix product."""
    (w1, b1), (w2, b2) = first, second
    return w1 * w2, b1 @ w2 + b2

# %% swaps_the_layers kind="wrong" points={"test_compose": 0, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Applies the second layer first, reading f(g(x)) from left to right."""
    (w1, b1), (w2, b2) = first, second
    return w2 @ w1, b2 @ w1 + b1

# %% adds_into_the_given_bias kind="wrong" points={"test_compose": 1, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Uses += on the bias of the second layer, which belongs to the caller."""
    (w1, b1), (w2, b2) = first, second
    b2 += b1 @ w2
    return w1 @ w2, b2

# %% returns_a_row_matrix kind="wrong" points={"test_compose": 1, "test_compose_bias": 0, "test_compose_hidden": 0}
def compose(first, second):
    """Makes the bias a matrix with one row to be able to multiply it."""
    (w1, b1), (w2, b2) = first, second
    return w1 @ w2, b1.reshape(1, -1) @ w2 + b2

# %% sends_basis_vectors_through kind="right"
def compose(first, second):
    """Tries the two layers out: 0 shows the bias, the basis vectors show the weights."""
    def both(x):
        return (x @ first[0] + first[1]) @ second[0] + second[1]

    bias = both(np.zeros(len(first[0])))
    return both(np.eye(len(first[0]))) - bias, bias

# %% loops_over_lists kind="right"
def compose(first, second):
    """Sums in loops; weights and bias come back as lists."""
    (w1, b1), (w2, b2) = first, second
    inputs, hidden, outputs = len(w1), len(w2), len(b2)
    weights = [[0.0] * outputs for _ in range(inputs)]
    bias = [float(b) for b in b2]
    for k in range(outputs):
        for j in range(hidden):
            bias[k] += float(b1[j] * w2[j, k])
            for i in range(inputs):
                weights[i][k] += float(w1[i, j] * w2[j, k])
    return weights, bias

# %% works_in_float32 kind="right"
def compose(first, second):
    """Everything in float32."""
    (w1, b1), (w2, b2) = ([array.astype("float32") for array in layer] for layer in (first, second))
    return np.einsum("ij,jk->ik", w1, w2), np.einsum("j,jk->k", b1, w2) + b2
