# %% [markdown]
# Students penalize the biases, too, bring a ½ that Keras does not have, take L1 or a mean for L2, forget
# the 2 of the slope, and tell biases by their place or their size rather than by their axes.

# %% penalizes_biases_too kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 0, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """All parameters are weights."""
    return lam * sum(np.sum(p**2) for p in params), [2 * lam * p for p in params]

# %% halves_the_penalty kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """lam / 2 times the squares, as in many books, so that the 2 cancels."""
    weights = [p for p in params if p.ndim > 1]
    penalty = lam / 2 * sum(np.sum(w**2) for w in weights)
    return penalty, [lam * p if p.ndim > 1 else np.zeros_like(p) for p in params]

# %% forgets_the_two_of_the_slope kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """The penalty is right; its slope is taken as lam * w."""
    penalty = lam * sum(np.sum(p**2) for p in params if p.ndim > 1)
    return penalty, [lam * p * (p.ndim > 1) for p in params]

# %% takes_absolute_values kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Mixes up L1 and L2."""
    penalty = lam * sum(np.sum(np.abs(p)) for p in params if p.ndim > 1)
    return penalty, [lam * np.sign(p) * (p.ndim > 1) for p in params]

# %% takes_the_mean kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Averages the squares, so that large nets are not penalized more."""
    penalty = lam * sum(np.mean(p**2) for p in params if p.ndim > 1)
    return penalty, [2 * lam * p / p.size if p.ndim > 1 else 0 * p for p in params]

# %% takes_the_norm kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """The L2 norm has a root."""
    penalty = lam * sum(np.linalg.norm(p) for p in params if p.ndim > 1)
    return penalty, [2 * lam * p if p.ndim > 1 else 0 * p for p in params]

# %% leaves_biases_out_of_the_list kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 0, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Slopes for the weights only, as biases have none."""
    weights = [p for p in params if p.ndim > 1]
    return lam * sum(np.sum(w**2) for w in weights), [2 * lam * w for w in weights]

# %% gives_a_single_zero_for_a_bias kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 0, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """0 is 0, whatever its shape."""
    penalty, slopes = 0.0, []
    for p in params:
        if p.ndim == 1:
            slopes.append(0.0)
        else:
            penalty += lam * (p**2).sum()
            slopes.append(2 * lam * p)
    return penalty, slopes

# %% takes_every_second_array kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Weights and biases alternate, don't they?"""
    penalty = lam * sum(np.sum(w**2) for w in params[::2])
    return penalty, [2 * lam * p if i % 2 == 0 else 0 * p for i, p in enumerate(params)]

# %% takes_two_axes_only kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Weights are matrices; the ones with four axes are overlooked."""
    penalty = lam * sum(np.sum(p**2) for p in params if p.ndim == 2)
    return penalty, [2 * lam * p if p.ndim == 2 else 0 * p for p in params]

# %% takes_thin_arrays_for_biases kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """A bias has a single row or column, so anything with a 1 in its shape is one."""
    thin = [1 in p.shape or p.ndim == 1 for p in params]
    penalty = lam * sum(np.sum(p**2) for p, t in zip(params, thin) if not t)
    return penalty, [0 * p if t else 2 * lam * p for p, t in zip(params, thin)]

# %% penalizes_the_first_layer_only kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Returns inside the loop."""
    slopes = [2 * lam * p if p.ndim > 1 else np.zeros_like(p) for p in params]
    for p in params:
        if p.ndim > 1:
            return lam * np.sum(p**2), slopes

# %% returns_steps kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Turns the slope round, as weights must get smaller."""
    penalty = lam * sum(np.sum(p**2) for p in params if p.ndim > 1)
    return penalty, [-2 * lam * p if p.ndim > 1 else 0 * p for p in params]

# %% squares_in_place kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 0, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Saves memory: the slopes are written over the weights."""
    penalty, slopes = 0.0, []
    for p in params:
        if p.ndim > 1:
            penalty += lam * np.sum(p**2)
            p *= 2 * lam
            slopes.append(p)
        else:
            slopes.append(np.zeros(len(p)))
    return penalty, slopes

# %% one_penalty_for_each_layer kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Gives a list of penalties, one for each layer."""
    penalties = [lam * np.sum(p**2) for p in params if p.ndim > 1]
    return penalties, [2 * lam * p if p.ndim > 1 else 0 * p for p in params]

# %% forgets_lam_in_the_slope kind="wrong" points={"test_l2_penalty": 1, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """The slope of w squared is 2 w, and that is that."""
    penalty = lam * sum(np.sum(p**2) for p in params if p.ndim > 1)
    return penalty, [2 * p if p.ndim > 1 else 0 * p for p in params]

# %% puts_a_half_for_lam kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 0, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """Half the sum of the squares, whatever the strength."""
    penalty = 0.5 * sum(np.sum(p**2) for p in params if p.ndim > 1)
    return penalty, [p.copy() if p.ndim > 1 else np.zeros_like(p) for p in params]

# %% adds_up_with_pythons_sum kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """sum adds up the rows of a matrix, and leaves a number for each column."""
    penalty = lam * sum(sum(p**2) for p in params if p.ndim > 1)
    return penalty, [2 * lam * p if p.ndim > 1 else 0 * p for p in params]

# %% squares_by_a_matrix_product kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """The square of a matrix is W @ W.T."""
    penalty = lam * sum(np.sum(p @ p.T) for p in params if p.ndim > 1)
    return penalty, [2 * lam * p if p.ndim > 1 else 0 * p for p in params]

# %% takes_the_2_norm_of_a_matrix kind="wrong" points={"test_l2_penalty": 0, "test_l2_penalty_slopes": 1, "test_l2_penalty_biases": 1, "test_l2_penalty_hidden": 0}
def l2_penalty(params, lam):
    """L2 is the norm of order 2; for a matrix, NumPy means its largest singular value."""
    penalty = lam * sum(np.linalg.norm(p, 2) ** 2 for p in params if p.ndim > 1)
    return penalty, [2 * lam * p if p.ndim > 1 else 0 * p for p in params]

# %% loops_over_entries kind="right"
def l2_penalty(params, lam):
    """Entry by entry, nested lists are left to NumPy; a tuple of slopes."""
    penalty, slopes = 0, []
    for param in params:
        slope = np.zeros(param.shape)
        if len(param.shape) >= 2:
            for index, w in np.ndenumerate(param):
                penalty = penalty + lam * w * w
                slope[index] = lam * w + lam * w
        slopes.append(slope)
    return penalty, tuple(slopes)

# %% dots_flat_float32_vectors kind="right"
def l2_penalty(params, lam):
    """float32; the square of a vector as its product with itself; lists for slopes."""
    penalty = np.float32(0)
    slopes = []
    for param in params:
        flat = np.float32(lam * (param.ndim != 1)) * param.astype("float32").ravel()
        penalty += flat @ param.astype("float32").ravel()
        slopes.append((2 * flat).reshape(param.shape).tolist())
    return np.array(penalty), slopes

# %% switches_biases_off_by_a_factor kind="right"
def l2_penalty(params, lam):
    """A strength for each array, 0 for biases; norms squared."""
    strengths = [lam if np.ndim(p) > 1 else 0.0 for p in params]
    penalty = sum(s * np.linalg.norm(p) ** 2 for s, p in zip(strengths, params))
    return [penalty, [2 * s * p for s, p in zip(strengths, params)]]
