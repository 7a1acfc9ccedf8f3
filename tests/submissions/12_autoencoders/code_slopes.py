# %% [markdown]
# Students give the slope along sigma or along the variance in place of that along log_var, forget
# one of the two ways in which the encoder's numbers reach the loss, the half, dz or beta, or turn
# the sign of the KL term round.

# %% slope_along_sigma kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """As the lecture writes it, dz/dsigma = eps: the slopes along sigma."""
    sigma = np.exp(log_var / 2)
    return dz + beta * mean, dz * eps + beta * (sigma - 1 / sigma)


# %% slope_along_the_variance kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Takes the slope along sigma squared."""
    sigma = np.exp(log_var / 2)
    return dz + beta * mean, dz * eps / (2 * sigma) + beta * (1 - 1 / sigma**2) / 2


# %% slope_along_log_sigma kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Forgets the half of log_var / 2, in both parts."""
    sigma = np.exp(log_var / 2)
    return dz + beta * mean, dz * eps * sigma + beta * (sigma**2 - 1)


# %% forgets_the_kl_term kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """The way through the draw alone."""
    return dz, dz * eps * np.exp(log_var / 2) / 2


# %% forgets_the_draw kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 1, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """A random draw has no slope, so only the KL term counts."""
    return beta * mean, beta * (np.exp(log_var) - 1) / 2


# %% forgets_the_draw_for_log_var kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 1, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """The pixels pull on the mean; on the variance only the KL term does."""
    return dz + beta * mean, beta * (np.exp(log_var) - 1) / 2


# %% forgets_beta kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """As if beta were 1."""
    return dz + mean, dz * eps * np.exp(log_var / 2) / 2 + (np.exp(log_var) - 1) / 2


# %% beta_for_both_terms kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 1, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Multiplies everything by beta."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + (np.exp(log_var) - 1) / 2
    return beta * (dz + mean), beta * d_log_var


# %% forgets_the_half_on_the_way_from_sigma kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """The KL term's slope along sigma, times sigma: the half of sigma / 2 is lost."""
    sigma = np.exp(log_var / 2)
    return dz + beta * mean, dz * eps * sigma / 2 + beta * (sigma - 1 / sigma) * sigma


# %% subtracts_the_kl_term kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """The bound is pixels minus KL, and its sign was turned once only."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 - beta * (np.exp(log_var) - 1) / 2
    return dz - beta * mean, d_log_var


# %% forgets_the_half_of_kl kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """2 mu and exp(log_var) - 1."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1)
    return dz + 2 * beta * mean, d_log_var


# %% forgets_the_logarithm_in_kl kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """The slope of exp(log_var) / 2, and -log_var is taken for a constant."""
    return dz + beta * mean, dz * eps * np.exp(log_var / 2) / 2 + beta * np.exp(log_var) / 2


# %% forgets_the_chain kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Slopes of z instead of slopes of the loss: dz is not used."""
    d_log_var = eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2
    return np.ones_like(dz) + beta * mean, d_log_var


# %% variance_in_the_draw kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 1, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Goes back through mean + exp(log_var) * eps."""
    return dz + beta * mean, dz * eps * np.exp(log_var) + beta * (np.exp(log_var) - 1) / 2


# %% noise_in_the_means_slope kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 1, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Multiplies by eps twice."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2
    return dz * eps + beta * mean, d_log_var


# %% multiplies_by_the_code kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 1, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Takes z for the part of z that depends on log_var."""
    z = mean + np.exp(log_var / 2) * eps
    return dz + beta * mean, dz * z / 2 + beta * (np.exp(log_var) - 1) / 2


# %% mean_over_the_batch kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """Keras takes a mean of the KL term, so it is divided by n."""
    n = len(mean)
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2 / n
    return dz + beta * mean / n, d_log_var


# %% sums_over_the_batch kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """As for a bias, whose slopes add up over the batch."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2
    return (dz + beta * mean).sum(axis=0), d_log_var.sum(axis=0)


# %% returns_the_pair_swapped kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """log_var first."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2
    return d_log_var, dz + beta * mean


# %% adds_to_dz_in_place kind="wrong" points={"test_code_slopes": 1, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """dz += saves an array, which is the caller's."""
    d_log_var = dz * eps * np.exp(log_var / 2) / 2 + beta * (np.exp(log_var) - 1) / 2
    dz += beta * mean
    return dz, d_log_var


# %% hard_codes_the_example kind="wrong" points={"test_code_slopes": 0, "test_code_slopes_kl": 0, "test_code_slopes_hidden": 0}
def code_slopes(mean, log_var, eps, dz, beta):
    """sigma = 2, as in the example."""
    return dz + beta * mean, dz * eps + beta * 1.5


# %% loops_and_the_math_module kind="right"
def code_slopes(mean, log_var, eps, dz, beta):
    """By way of sigma: slopes along sigma, then sigma's slope along log_var."""
    import math

    n, m = mean.shape
    first, second = [[0.0] * m for _ in range(n)], [[0.0] * m for _ in range(n)]
    for i in range(n):
        for j in range(m):
            sigma = math.sqrt(math.exp(log_var[i, j]))
            first[i][j] = dz[i, j] + beta * mean[i, j]
            second[i][j] = (dz[i, j] * eps[i, j] + beta * (sigma - 1 / sigma)) * sigma / 2
    return [first, second]


# %% float32_in_one_array kind="right"
def code_slopes(mean, log_var, eps, dz, beta):
    """float32 throughout, and one array of shape (2, n, m) for the pair."""
    mean, log_var, eps, dz = (a.astype("float32") for a in (mean, log_var, eps, dz))
    sigma = np.exp(log_var / 2)
    return np.stack([dz + beta * mean, 0.5 * (sigma * eps * dz + beta * (sigma * sigma - 1))])


# %% finite_differences kind="right"
def code_slopes(mean, log_var, eps, dz, beta):
    """Moves mean and log_var a little; dz turns a step of z into a step of the loss."""
    h, slopes = 1e-5, []
    for shift in [(h, 0.0), (0.0, h)]:
        total = 0
        for sign in (1, -1):
            a, b = mean + sign * shift[0], log_var + sign * shift[1]
            z = a + np.exp(b / 2) * eps
            total = total + sign * (dz * z + beta * (a**2 + np.exp(b) - 1 - b) / 2)
        slopes.append(total / (2 * h))
    return tuple(slopes)
