# %% [markdown]
# Students look at the last state only, as the lecture's loss does, multiply by the new state in place
# of the old one, forget tanh's slope or turn U round, take means, or stop one step early.

# %% loss_at_the_last_state_only kind="wrong" points={"test_unrolled_gradient": 1, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """The lecture's loop: the last state's slope goes back, the others are not asked."""
    dW, dU, db, delta = 0, 0, 0, slopes[:, -1]
    for t in reversed(range(x.shape[1])):
        dz = delta * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% each_slope_stays_at_its_step kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Treats each step as a dense layer with a loss of its own, and adds up."""
    dW, dU, db = 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = slopes[:, t] * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
    return dW, dU, db, dz @ U.T


# %% last_slope_twice kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Starts with the last slope and adds it again in the loop."""
    dW, dU, db, delta = 0, 0, 0, slopes[:, -1]
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% direct_slope_past_the_tanh kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Adds the direct slope inside the tanh, although it is along the state."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = delta * (1 - h[:, t + 1] ** 2) + slopes[:, t]
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% slopes_shifted_by_one kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Starts with the last slope and adds that of the step before a step too late."""
    dW, dU, db, delta = 0, 0, 0, slopes[:, -1]
    for t in reversed(range(x.shape[1])):
        dz = delta * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T + slopes[:, t]
    return dW, dU, db, delta


# %% last_slope_at_the_start kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Adds the slope of the step before, t - 1, which at t = 0 is the last one."""
    dW, dU, db, delta = 0, 0, 0, slopes[:, -1]
    for t in reversed(range(x.shape[1])):
        dz = delta * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T + slopes[:, t - 1]
    return dW, dU, db, delta


# %% multiplies_by_the_new_state kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """dU with the state that the step made."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t + 1].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% slope_at_the_old_state kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """1 - h² with the old state."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% forgets_the_slope_of_tanh kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """As if the cell were linear."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = delta + slopes[:, t]
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% slope_of_the_sigmoid kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """h (1 - h), which is the sigmoid's slope."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * h[:, t + 1] * (1 - h[:, t + 1])
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% takes_h_for_the_sum_inside kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Applies tanh to h once more: 1 - tanh(h)²."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - np.tanh(h[:, t + 1]) ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% turns_u_round kind="wrong" points={"test_unrolled_gradient": 1, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Goes back through U as it went forward: the shapes fit, since U is square."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U
    return dW, dU, db, delta


# %% turns_du_round kind="wrong" points={"test_unrolled_gradient": 1, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """dz.T @ h: this shape, too, fits."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + dz.T @ h[:, t], db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% keeps_the_last_steps_gradient kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Overwrites the gradients at each step instead of adding up."""
    delta = 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = x[:, t].T @ dz, h[:, t].T @ dz, dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% mean_over_steps kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """The copies of a weight agree on their mean."""
    dW, dU, db, delta = 0, 0, 0, 0
    T = x.shape[1]
    for t in reversed(range(T)):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz / T, dU + h[:, t].T @ dz / T, db + dz.sum(axis=0) / T
        delta = dz @ U.T
    return dW, dU, db, delta


# %% mean_over_samples kind="wrong" points={"test_unrolled_gradient": 1, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Divides by n, which the loss has done already."""
    n = len(x)
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU = dW + x[:, t].T @ dz / n, dU + h[:, t].T @ dz / n
        db = db + dz.mean(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% does_not_add_over_samples_for_the_bias kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """The bias has slope 1, so dz is added as it is."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz
        delta = dz @ U.T
    return dW, dU, db, delta


# %% goes_forward kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Runs from the first step to the last: slopes go to later steps."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in range(x.shape[1]):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% stops_before_the_first_step kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """range(T - 1, 0, -1) leaves step 0 out."""
    dW, dU = np.zeros((x.shape[2], len(U))), np.zeros(U.shape)
    db, delta = np.zeros(len(U)), np.zeros((len(x), len(U)))
    for t in range(x.shape[1] - 1, 0, -1):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% start_was_zero kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Takes 0 for the state before the first step, as in the lecture."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        old = h[:, t] if t else 0 * h[:, 0]
        dW, dU, db = dW + x[:, t].T @ dz, dU + old.T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db, delta


# %% start_inside_the_tanh kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Returns the first step's dz: U is not passed once more."""
    dW, dU, db, dz = 0, 0, 0, 0 * h[:, 0]
    for t in reversed(range(x.shape[1])):
        dz = (dz @ U.T + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
    return dW, dU, db, dz


# %% forgets_the_start kind="wrong" points={"test_unrolled_gradient": 0, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Returns the three gradients of the weights."""
    dW, dU, db, delta = 0, 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = (delta + slopes[:, t]) * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        delta = dz @ U.T
    return dW, dU, db


# %% adds_into_slopes kind="wrong" points={"test_unrolled_gradient": 1, "test_unrolled_gradient_slopes": 0, "test_unrolled_gradient_hidden": 0}
def unrolled_gradient(x, h, slopes, U):
    """Adds what comes from behind into the caller's slopes."""
    dW, dU, db = 0, 0, 0
    for t in reversed(range(x.shape[1])):
        dz = slopes[:, t] * (1 - h[:, t + 1] ** 2)
        dW, dU, db = dW + x[:, t].T @ dz, dU + h[:, t].T @ dz, db + dz.sum(axis=0)
        if t > 0:
            slopes[:, t - 1] += dz @ U.T
    return dW, dU, db, dz @ U.T


# %% all_steps_first_then_one_product kind="right"
def unrolled_gradient(x, h, slopes, U):
    """Finds dz at all steps, then adds over samples and steps with einsum."""
    steep, dz = 1 - h[:, 1:] ** 2, np.zeros(slopes.shape)
    later = np.zeros(h[:, 0].shape)
    for t in range(x.shape[1] - 1, -1, -1):
        dz[:, t] = steep[:, t] * (slopes[:, t] + later)
        later = np.einsum("nj,ij->ni", dz[:, t], U)
    dW = np.einsum("nti,ntj->ij", x, dz)
    dU = np.einsum("nti,ntj->ij", h[:, :-1], dz)
    return dW, dU, dz.sum(axis=(0, 1)), later


# %% forward_in_time_for_each_loss kind="right"
def unrolled_gradient(x, h, slopes, U):
    """For each state that the loss looks at, walks back to the start anew; sample by sample."""
    n, T, d = x.shape
    m = len(U)
    dW, dU, db, start = np.zeros((d, m)), np.zeros((m, m)), np.zeros(m), np.zeros((n, m))
    for s in range(n):
        for looked in range(T):
            delta = slopes[s, looked].copy()
            for t in range(looked, -1, -1):
                dz = delta * (1 - h[s, t + 1]) * (1 + h[s, t + 1])
                dW += np.outer(x[s, t], dz)
                dU += np.outer(h[s, t], dz)
                db += dz
                delta = U @ dz
            start[s] += delta
    return [dW, dU, db, start]


# %% in_float32_with_ones kind="right"
def unrolled_gradient(x, h, slopes, U):
    """One matrix for W, U and b: inputs, old states and ones side by side, in float32."""
    x, h, slopes, U = (a.astype(np.float32) for a in (x, h, slopes, U))
    n, T, d = x.shape
    seen = np.concatenate([x, h[:, :-1], np.ones((n, T, 1), np.float32)], axis=2)
    total, back = np.zeros((seen.shape[2], len(U)), np.float32), np.zeros_like(h[:, 0])
    for t in range(T)[::-1]:
        dz = (slopes[:, t] + back) * (1 - np.square(h[:, t + 1]))
        total += seen[:, t].T @ dz
        back = dz @ U.T
    return total[:d], total[d:-1], total[-1], back
