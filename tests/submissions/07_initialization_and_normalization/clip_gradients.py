# %% [markdown]
# Students clip array by array or entry by entry, forget the root or the limit, divide by 0, scale
# what is short enough, and hand back the arrays that they were given.

# %% clips_each_array kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Each array has its own norm: Keras' clipnorm, not global_clipnorm."""
    result = []
    for g in gradients:
        norm = np.linalg.norm(g)
        result.append(g * (max_norm / norm) if norm > max_norm else g.copy())
    return result

# %% clips_entries kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Clips every entry: Keras' clipvalue."""
    return [np.clip(g, -max_norm, max_norm) for g in gradients]

# %% always_scales kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Scales to max_norm whatever the norm is, and divides by 0 for zeros."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * (max_norm / norm) for g in gradients]

# %% always_scales_safely kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """A small number saves the division, but short gradients are stretched."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * max_norm / (norm + 1e-12) for g in gradients]

# %% forgets_the_root kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Compares and divides by the square of the norm."""
    norm = sum(np.sum(g**2) for g in gradients)
    return [g * min(1.0, max_norm / norm) if norm else g.copy() for g in gradients]

# %% adds_norms kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """The sum of the arrays' norms."""
    norm = sum(np.linalg.norm(g) for g in gradients)
    return [g * max_norm / norm if norm > max_norm else g.copy() for g in gradients]

# %% adds_sizes kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """The sum of absolute values."""
    norm = sum(np.abs(g).sum() for g in gradients)
    return [g * max_norm / norm if norm > max_norm else g.copy() for g in gradients]

# %% takes_a_mean kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """The root of the mean of squares."""
    entries = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.sqrt(np.mean(entries**2))
    return [g * max_norm / norm if norm > max_norm else g.copy() for g in gradients]

# %% shortens_to_1 kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Divides by the norm and forgets to multiply by the limit."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g / norm if norm > max_norm else g.copy() for g in gradients]

# %% returns_the_same_arrays kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 1}
def clip_gradients(gradients, max_norm):
    """Hands the given arrays back where nothing is clipped."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm <= max_norm:
        return gradients
    return [g * max_norm / norm for g in gradients]

# %% returns_a_new_list_of_old_arrays kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 1}
def clip_gradients(gradients, max_norm):
    """A new list, but the old arrays in it."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm <= max_norm:
        return list(gradients)
    return [g * max_norm / norm for g in gradients]

# %% scales_in_place kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Writes the short gradients over the long ones."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > max_norm:
        for g in gradients:
            g *= max_norm / norm
    return [g.copy() for g in gradients]

# %% replaces_list_entries kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Puts the new arrays into the list that it was given."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = max_norm / norm if norm > max_norm else 1.0
    for i in range(len(gradients)):
        gradients[i] = gradients[i] * factor
    return list(gradients)

# %% divides_zeros kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 1}
def clip_gradients(gradients, max_norm):
    """Calculates the factor first: 0 / 0 for zero gradients."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = np.minimum(max_norm / norm, 1.0) if norm != max_norm else 1.0
    return [g * (factor * norm / norm) for g in gradients]

# %% turns_the_factor_round kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Multiplies by norm / max_norm."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * norm / max_norm if norm > max_norm else g.copy() for g in gradients]

# %% drops_long_gradients kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Skips the step in place of shortening it."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [np.zeros_like(g) if norm > max_norm else g.copy() for g in gradients]

# %% forgets_to_return_short_ones kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Returns on one path only."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > max_norm:
        return [g * max_norm / norm for g in gradients]

# %% makes_one_array kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """Tries to put arrays of different shapes into one."""
    norm = np.linalg.norm(np.array(gradients))
    return [g * min(1.0, max_norm / norm) for g in gradients]

# %% clips_only_what_is_long_by_itself kind="wrong" points={"test_clip_gradients": 1, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """The factor is that of all arrays, but each array's own norm decides whether it is needed."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * max_norm / norm if np.linalg.norm(g) > max_norm else g.copy() for g in gradients]

# %% returns_the_norm_too kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """tf.clip_by_global_norm returns a pair, and so does this."""
    return tf.clip_by_global_norm([tf.constant(g) for g in gradients], max_norm)

# %% takes_the_2_norm_of_a_matrix kind="wrong" points={"test_clip_gradients": 0, "test_clip_gradients_below": 0, "test_clip_gradients_hidden": 0}
def clip_gradients(gradients, max_norm):
    """The length is the norm of order 2; for a matrix, NumPy means its largest singular value."""
    norm = np.sqrt(sum(np.linalg.norm(g, 2) ** 2 for g in gradients))
    return [g * max_norm / norm if norm > max_norm else g.copy() for g in gradients]

# %% uses_tensorflow kind="right"
def clip_gradients(gradients, max_norm):
    """TensorFlow's own function, in float32."""
    tensors = [tf.constant(g, dtype=tf.float32) for g in gradients]
    clipped, _ = tf.clip_by_global_norm(tensors, max_norm)
    return [tensor.numpy() for tensor in clipped]

# %% divides_by_a_ratio kind="right"
def clip_gradients(gradients, max_norm):
    """Divides by max(1, norm / max_norm), without asking; a tuple."""
    flat = np.concatenate([np.ravel(g) for g in gradients])
    return tuple(g / max(1.0, np.linalg.norm(flat) / max_norm) for g in gradients)

# %% loops kind="right"
def clip_gradients(gradients, max_norm):
    """Entry by entry."""
    total = 0.0
    for g in gradients:
        for index in np.ndindex(g.shape):
            total += float(g[index]) ** 2
    result = []
    for g in gradients:
        new = np.array(g)
        if total > max_norm**2:
            for index in np.ndindex(g.shape):
                new[index] = g[index] * max_norm / total**0.5
        result.append(new)
    return result
