# %% [markdown]
# Students take the logarithm of the variance for sigma or for log sigma, forget the root or the
# mean, draw noise of their own although it is an argument, or use one draw for all.

# %% variance_for_the_standard_deviation kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """exp(log_var), without the root."""
    return mean + np.exp(log_var) * eps


# %% log_var_as_sigma kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Takes the second output of the encoder for sigma."""
    return mean + log_var * eps


# %% root_of_the_logarithm kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Takes log_var for the variance: its root is nan wherever it is negative."""
    with np.errstate(invalid="ignore"):
        return mean + np.sqrt(log_var) * eps


# %% forgets_exp kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Half of the logarithm, and no exp."""
    return mean + log_var / 2 * eps


# %% squares_instead_of_taking_the_root kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """exp(log_var * 2)."""
    return mean + np.exp(log_var * 2) * eps


# %% wrong_sign_in_exp kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """exp(-log_var / 2), as in the density's exponent."""
    return mean + np.exp(-log_var / 2) * eps


# %% forgets_sigma kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Noise of size 1 for all."""
    return mean + eps + 0 * log_var


# %% forgets_the_mean kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Noise of the right size around 0."""
    return np.exp(log_var / 2) * eps


# %% stretches_the_mean_too kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """A bracket too much."""
    return (mean + eps) * np.exp(log_var / 2)


# %% draws_noise_of_its_own kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Uses eps for its shape only."""
    return mean + np.exp(log_var / 2) * np.random.default_rng().normal(size=eps.shape)


# %% draws_from_the_normal_distribution kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """The distribution is right; no slope would pass, and eps is not used."""
    return np.random.default_rng(0).normal(mean, np.exp(log_var / 2), size=eps.shape)


# %% one_draw_for_each_image kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Uses the first draw alone."""
    return mean + np.exp(log_var / 2) * eps[0]


# %% mean_over_the_draws kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Averages the draws."""
    return (mean + np.exp(log_var / 2) * eps).mean(axis=0)


# %% normalizes_the_noise kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Makes the noise exactly N(0, 1) over the draws first."""
    noise = (eps - eps.mean(axis=0)) / (eps.std(axis=0) + 1e-9)
    return mean + np.exp(log_var / 2) * noise


# %% clips_sigma kind="wrong" points={"test_draw_codes": 1, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Keeps log_var between -10 and 10, for safety."""
    return mean + np.exp(np.clip(log_var, -10, 10) / 2) * eps


# %% one_sigma_for_the_batch kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """The mean variance for everybody."""
    return mean + np.sqrt(np.exp(log_var).mean()) * eps


# %% changes_the_noise_in_place kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Saves an array: eps *= ..., eps += ..."""
    eps *= np.exp(log_var / 2)
    eps += mean
    return eps


# %% subtracts_the_noise kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """Symmetric, so the sign should not matter. It does: the noise is given."""
    return mean - np.exp(log_var / 2) * eps


# %% hard_codes_the_example kind="wrong" points={"test_draw_codes": 0, "test_draw_codes_hidden": 0}
def draw_codes(mean, log_var, eps):
    """5 plus the noise."""
    return 5.0 + eps


# %% loops_over_everything kind="right"
def draw_codes(mean, log_var, eps):
    """Three loops and the math module; lists come back."""
    import math

    codes = eps.tolist()
    for draw in codes:
        for i, row in enumerate(draw):
            for j, noise in enumerate(row):
                row[j] = mean[i, j] + math.sqrt(math.exp(log_var[i, j])) * noise
    return codes


# %% float32_and_a_root kind="right"
def draw_codes(mean, log_var, eps):
    """The root of the variance, in float32."""
    variance = np.exp(log_var.astype("float32"))
    return mean.astype("float32") + np.sqrt(variance) * eps.astype("float32")


# %% one_draw_after_the_other kind="right"
def draw_codes(mean, log_var, eps):
    """A power of e for sigma, and a list of draws that is stacked."""
    sigma = np.e ** (0.5 * log_var)
    return np.stack([np.add(mean, np.multiply(sigma, noise)) for noise in eps])
