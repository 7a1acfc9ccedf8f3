# %% [markdown]
# Students copy the lecture's step, whose gates stand in Keras' order and in columns; they mix the
# two states up, forget a tanh, a gate or the bias, or deal the rows out unit by unit.

# %% copies_the_lecture kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Takes the lecture's function over, in which the weights stand in columns."""
    i, f, new, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% order_of_keras kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Transposes, but keeps Keras' order: input, forget, candidate, output."""
    i, f, new, o = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% order_of_the_formulas kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Takes the gates in the order in which the lecture's formula names them: i, f, o."""
    i, f, o, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% swaps_forget_and_input kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """The input gate lets the old state in, or so the name sounds."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(i) * c + sigmoid(f) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% no_tanh_on_the_cell_state kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Shows the cell state as it is."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * c, c


# %% shows_the_old_cell_state kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Uses c before it was updated."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c_new


# %% sigmoid_for_the_candidate kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """One activation for all four blocks is shorter."""
    i, o, f, new = np.split(sigmoid(x @ W.T + h @ U.T + b), 4, axis=-1)
    c = f * c + i * new
    return o * np.tanh(c), c


# %% forgets_the_sigmoids kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Takes the sums themselves for gates."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = f * c + i * np.tanh(new)
    return o * np.tanh(c), c


# %% returns_the_pair_swapped kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Returns c first: it was computed first."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return c, sigmoid(o) * np.tanh(c)


# %% returns_the_hidden_state_only kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """The hidden state is what a layer gives out."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c)


# %% gru_instead kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Writes what is not kept, 1 - f, as a GRU does."""
    _, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f) * c + (1 - sigmoid(f)) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% adds_the_forget_bias_again kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 2, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Keras starts with a forget bias of 1, so it is added here, too."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% forgets_the_bias kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Leaves b out."""
    i, o, f, new = np.split(x @ W.T + h @ U.T, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% candidate_does_not_see_h kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """The candidate is the new input, so it is made of x alone."""
    m = h.shape[1]
    z = x @ W.T + h @ U.T + b
    c = sigmoid(z[:, 2 * m : 3 * m]) * c
    c = c + sigmoid(z[:, :m]) * np.tanh(x @ W[3 * m :].T + b[3 * m :])
    return sigmoid(z[:, m : 2 * m]) * np.tanh(c), c


# %% deals_the_rows_out kind="wrong" points={"test_lstm_step": 1, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Takes four rows after each other for one unit."""
    z = (x @ W.T + h @ U.T + b).reshape(len(x), -1, 4)
    c = sigmoid(z[..., 2]) * c + sigmoid(z[..., 0]) * np.tanh(z[..., 3])
    return sigmoid(z[..., 1]) * np.tanh(c), c


# %% turns_u_block_by_block kind="wrong" points={"test_lstm_step": 1, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Transposes W, but multiplies h with the square blocks of U as they are."""
    m = h.shape[1]
    parts = [x @ W[k * m :][:m].T + h @ U[k * m :][:m] + b[k * m :][:m] for k in range(4)]
    i, o, f = map(sigmoid, parts[:3])
    c = f * c + i * np.tanh(parts[3])
    return o * np.tanh(c), c


# %% units_in_rows kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Writes W[k] @ x[s] for all k and s at once; the bias then runs along the samples."""
    i, o, f, new = np.split(W @ x.T + U @ h.T + b, 4)
    c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c_new), c_new


# %% splits_the_samples kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """np.split without axis=1 cuts the samples in four."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4)
    c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c_new), c_new


# %% changes_c_in_place kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Saves an array: c *= and c += write into the caller's cell state."""
    i, o, f, new = np.split(x @ W.T + h @ U.T + b, 4, axis=-1)
    c *= sigmoid(f)
    c += sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% works_for_one_unit_only kind="wrong" points={"test_lstm_step": 1, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Takes columns 0 to 3 for the four gates, as in the example."""
    z = x @ W.T + h @ U.T + b
    c = sigmoid(z[:, 2:3]) * c + sigmoid(z[:, :1]) * np.tanh(z[:, 3:4])
    return sigmoid(z[:, 1:2]) * np.tanh(c), c


# %% hard_codes_the_example kind="wrong" points={"test_lstm_step": 0, "test_lstm_step_gates": 0, "test_lstm_step_hidden": 0}
def lstm_step(x, h, c, W, U, b):
    """Gates half open, as in the example."""
    c = 0.5 * c + 0.5 * np.tanh(b[3 * h.shape[1] :])
    return 0.5 * np.tanh(c), c


# %% one_product_for_both kind="right"
def lstm_step(x, h, c, W, U, b):
    """Puts x and h side by side, with a last column of ones for the bias."""
    seen = np.hstack([x, h, np.ones((len(x), 1))])
    z = np.einsum("sr,kr->ks", seen, np.hstack([W, U, b[:, None]]))
    i, o, f, new = z.reshape(4, -1, len(x))
    c_new = sigmoid(f).T * c + (sigmoid(i) * np.tanh(new)).T
    return [sigmoid(o).T * np.tanh(c_new), c_new]


# %% loops_over_samples_and_units kind="right"
def lstm_step(x, h, c, W, U, b):
    """Sums by loops, a sigmoid of its own made of tanh."""
    n, m = h.shape
    h_new, c_new = np.zeros((n, m)), np.zeros((n, m))
    for s in range(n):
        for k in range(m):
            z = []
            for row in (k, m + k, 2 * m + k, 3 * m + k):
                total = b[row]
                for j in range(len(x[s])):
                    total += W[row, j] * x[s, j]
                for j in range(m):
                    total += U[row, j] * h[s, j]
                z.append(total)
            i, o, f = [(1 + np.tanh(value / 2)) / 2 for value in z[:3]]
            c_new[s, k] = f * c[s, k] + i * np.tanh(z[3])
            h_new[s, k] = o * np.tanh(c_new[s, k])
    return h_new, c_new


# %% reorders_for_keras_in_float32 kind="right"
def lstm_step(x, h, c, W, U, b):
    """Brings the blocks into Keras' layout, then does what the lecture does, in float32."""
    order = [0, 2, 3, 1]
    W, U, b = ([np.split(a.astype("float32"), 4)[k] for k in order] for a in (W, U, b))
    W, U, b = np.concatenate(W).T, np.concatenate(U).T, np.concatenate(b)
    x, h, c = (a.astype("float32") for a in (x, h, c))
    i, f, new, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


# %% both_states_in_one_array kind="right"
def lstm_step(x, h, c, W, U, b):
    """A sigmoid by np.exp, and one array of shape (2, n, m) for the pair."""
    m = h.shape[1]
    z = (W @ x.T + U @ h.T).T + b
    gates = 1 / (1 + np.exp(-z[:, : 3 * m]))
    c_new = gates[:, 2 * m :] * c + gates[:, :m] * np.tanh(z[:, 3 * m :])
    return np.array([gates[:, m : 2 * m] * np.tanh(c_new), c_new])
