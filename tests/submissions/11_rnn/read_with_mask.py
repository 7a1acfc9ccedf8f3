# %% [markdown]
# Students put zeros into the inputs, set the state to 0 at skipped steps, hide what ran on unseen, or
# take padding to stand at the end only and to be the same for all sequences.

# %% ignores_the_mask kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Reads all steps: padding is 0 anyway."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


# %% puts_zeros_into_x kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """An input of 0 cannot do anything, or so it seems."""
    x = x * mask[..., None]
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


# %% sets_the_state_to_zero kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Multiplies the new state with the mask."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b) * mask[:, t, None]
        states.append(h)
    return np.stack(states, axis=1)


# %% hides_the_states kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Reads everything, and puts zeros over the skipped states at the end."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1) * mask[..., None]


# %% shows_old_states_but_runs_on kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Shows the last real state at skipped steps, but goes on with the new one."""
    h, states = np.zeros((len(x), len(b))), []
    shown = h
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        shown = np.where(mask[:, t, None], h, shown)
        states.append(shown)
    return np.stack(states, axis=1)


# %% mask_the_wrong_way_round kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Takes True for "masked out"."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W + h @ U + b)
        h = np.where(mask[:, t, None], h, new)
        states.append(h)
    return np.stack(states, axis=1)


# %% stops_at_the_first_gap kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Takes padding to stand at the end: after the first False nothing is read."""
    mask = np.logical_and.accumulate(mask, axis=1)
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U + b), h)
        states.append(h)
    return np.stack(states, axis=1)


# %% counts_the_real_steps kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Reads as many steps from the start as the mask has Trues."""
    lengths = mask.sum(axis=1)
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.where((t < lengths)[:, None], np.tanh(x[:, t] @ W + h @ U + b), h)
        states.append(h)
    return np.stack(states, axis=1)


# %% first_mask_for_all kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Asks the first sequence's mask only, because `if` wants one truth value."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        if mask[0, t]:
            h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


# %% truth_value_of_an_array kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """`if` with the masks of all sequences."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        if mask[:, t]:
            h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


# %% mask_without_a_column kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """np.where with a mask of shape (n,), which is taken for a row."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t], np.tanh(x[:, t] @ W + h @ U + b), h)
        states.append(h)
    return np.stack(states, axis=1)


# %% one_array_for_all_states kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """h[:] = ... writes into the array that the list holds already."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h[:] = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U + b), h)
        states.append(h)
    return np.stack(states, axis=1)


# %% moves_the_real_steps_to_the_front kind="wrong" points={"test_read_with_mask": 1, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Cuts the real steps out, reads them, and fills up behind with the last state."""
    states = np.zeros((*mask.shape, len(b)))
    for s in range(len(x)):
        h = np.zeros(len(b))
        real = x[s, mask[s]]
        for t in range(len(real)):
            h = np.tanh(real[t] @ W + h @ U + b)
            states[s, t] = h
        states[s, len(real) :] = h
    return states


# %% leaves_skipped_steps_out kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 1, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Appends a state only where some sequence has a real step."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        if mask[:, t].any():
            h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U + b), h)
            states.append(h)
    return np.stack(states, axis=1)


# %% returns_the_last_state kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Returns what a layer returns without return_sequences."""
    h = np.zeros((len(x), len(b)))
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U + b), h)
    return h


# %% steps_come_first kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Makes an array of the list of states, in which steps are the first axis."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U + b), h)
        states.append(h)
    return np.array(states)


# %% starts_with_the_last_state kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """At t = 0 the index t - 1 is the last state, which for a moment holds the bias' tanh."""
    states = np.tanh(np.tile(b, (*mask.shape, 1)))
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W + states[:, t - 1] @ U + b)
        states[:, t] = np.where(mask[:, t, None], new, states[:, t - 1])
    return states


# %% forgets_the_old_state kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 0, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """A dense layer at each step, with the mask: no memory."""
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + b), h)
        states.append(h)
    return np.stack(states, axis=1)


# %% cleans_x_in_place kind="wrong" points={"test_read_with_mask": 0, "test_read_with_mask_places": 1, "test_read_with_mask_hidden": 0}
def read_with_mask(x, mask, W, U, b):
    """Carries the state over, but first wipes the padding in the caller's array."""
    x[~mask] = 0
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U + b), h)
        states.append(h)
    return np.stack(states, axis=1)


# %% adds_up_with_the_mask_as_numbers kind="right"
def read_with_mask(x, mask, W, U, b):
    """Moves the state by what is new, times 0 or 1; inputs' products in advance."""
    fed = x @ W + b
    states = np.zeros((x.shape[0], x.shape[1] + 1, len(b)))
    for t, real in enumerate(mask.T.astype(float)):
        old = states[:, t]
        states[:, t + 1] = old + real[:, None] * (np.tanh(fed[:, t] + old @ U) - old)
    return states[:, 1:]


# %% one_sequence_after_the_other kind="right"
def read_with_mask(x, mask, W, U, b):
    """Plain loops and a plain `if`; a nested list is returned."""
    batch = []
    for s in range(len(x)):
        h, states = np.zeros(len(b)), []
        for t in range(len(x[s])):
            if mask[s][t]:
                h = np.tanh(W.T @ x[s][t] + U.T @ h + b)
            states.append(h.tolist())
        batch.append(states)
    return batch


# %% only_the_real_rows_in_float32 kind="right"
def read_with_mask(x, mask, W, U, b):
    """Writes into the rows of real sequences only, with boolean indices, in float32."""
    x, W, U, b = (a.astype("float32") for a in (x, W, U, b))
    h = np.zeros((len(x), len(b)), "float32")
    states = np.empty((*mask.shape, len(b)), "float32")
    for t in range(mask.shape[1]):
        real = mask[:, t]
        h[real] = np.tanh(x[real, t] @ W + h[real] @ U + b)
        states[:, t] = h
    return states
