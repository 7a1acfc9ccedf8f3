# %% [markdown]
# Students take the lecture's formula as it is, turn the two distributions round, forget the half,
# the -1 or a logarithm, do not measure distances in units of the prior, or take a mean for the sum.

# %% the_lectures_formula kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Compares with N(0, 1); the prior is not used."""
    return np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=1) / 2


# %% turned_round kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """KL(p || q)."""
    gap = (mean - prior_mean) ** 2
    ratio = (np.exp(prior_log_var) + gap) / np.exp(log_var)
    return np.sum(ratio - 1 - prior_log_var + log_var, axis=1) / 2


# %% difference_of_two_lecture_terms kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """The distance of the two as the difference of their distances to N(0, 1)."""
    first = np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=1) / 2
    return first - np.sum(prior_mean**2 + np.exp(prior_log_var) - 1 - prior_log_var, axis=1) / 2


# %% shifts_the_mean_only kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """The mean moves to mu - mu_p, and the prior's variance is forgotten."""
    return np.sum((mean - prior_mean) ** 2 + np.exp(log_var) - 1 - log_var, axis=1) / 2


# %% distance_not_in_units_of_the_prior kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Variances are compared, but the distance of the means is not divided."""
    a = log_var - prior_log_var
    return np.sum((mean - prior_mean) ** 2 + np.exp(a) - 1 - a, axis=1) / 2


# %% divides_by_sigma_once kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """The square of the distance over sigma_p, not over its square."""
    a = log_var - prior_log_var
    gap = (mean - prior_mean) ** 2 / np.exp(prior_log_var / 2)
    return np.sum(gap + np.exp(a) - 1 - a, axis=1) / 2


# %% measures_in_units_of_the_priors_variance kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """u = (z - mu_p) / sigma_p squared."""
    u, a = (mean - prior_mean) / np.exp(prior_log_var), log_var - prior_log_var
    return np.sum(u**2 + np.exp(a) - 1 - a, axis=1) / 2


# %% takes_half_the_priors_logarithm_off kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """z is divided by sigma_p, so log_var loses log sigma_p."""
    u, a = (mean - prior_mean) / np.exp(prior_log_var / 2), log_var - prior_log_var / 2
    return np.sum(u**2 + np.exp(a) - 1 - a, axis=1) / 2


# %% equals_cost_their_variance kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Leaves the -1 of the lecture to q's variance, which is not divided by the prior's."""
    gap = (mean - prior_mean) ** 2 / np.exp(prior_log_var)
    return np.sum(gap + np.exp(log_var) - 1 - log_var + prior_log_var, axis=1) / 2


# %% forgets_the_priors_logarithm kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Scales the two squares, and leaves - log_var as it was."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 - log_var, axis=1) / 2


# %% sign_of_the_logarithm kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """+ log_var - prior_log_var."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 + log_var - prior_log_var, axis=1) / 2


# %% halves_the_logarithm_again kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Takes log_var for 2 log_var."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 - (log_var - prior_log_var) / 2, axis=1) / 2


# %% forgets_minus_one kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Equal distributions would cost 0.5 for each number."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - log_var + prior_log_var, axis=1) / 2


# %% one_for_the_whole_code kind="wrong" points={"test_kl_between": 1, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Subtracts 1 once, behind the sum over the code."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return (np.sum(squares - log_var + prior_log_var, axis=1) - 1) / 2


# %% forgets_the_half kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """No half in front."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 - log_var + prior_log_var, axis=1)


# %% standard_deviation_for_variance kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """exp(log_var / 2) where the variance belongs."""
    a = log_var - prior_log_var
    gap = (mean - prior_mean) ** 2 / np.exp(prior_log_var)
    return np.sum(gap + np.exp(a / 2) - 1 - a, axis=1) / 2


# %% mean_over_the_code kind="wrong" points={"test_kl_between": 1, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """np.mean, as Keras' losses take it."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.mean(squares - 1 - log_var + prior_log_var, axis=1) / 2


# %% sums_over_the_batch kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """axis=0."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 - log_var + prior_log_var, axis=0) / 2


# %% one_number_for_all kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """A sum without axis."""
    squares = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 - log_var + prior_log_var) / 2


# %% prior_of_the_first_image kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Believes that all images share a prior."""
    p, log_p = prior_mean[0], prior_log_var[0]
    squares = ((mean - p) ** 2 + np.exp(log_var)) / np.exp(log_p)
    return np.sum(squares - 1 - log_var + log_p, axis=1) / 2


# %% shifts_the_mean_in_place kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """mean -= prior_mean writes into the encoder's output."""
    mean -= prior_mean
    squares = (mean**2 + np.exp(log_var)) / np.exp(prior_log_var)
    return np.sum(squares - 1 - log_var + prior_log_var, axis=1) / 2


# %% adds_a_little_to_each_variance kind="wrong" points={"test_kl_between": 1, "test_kl_between_properties": 1, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Makes variances of everything, with a little number so that no logarithm is of 0."""
    q, p = np.exp(log_var) + 1e-7, np.exp(prior_log_var) + 1e-7
    return np.sum((q + (mean - prior_mean) ** 2) / p - 1 - np.log(q / p), axis=1) / 2


# %% random_draws kind="wrong" points={"test_kl_between": 0, "test_kl_between_properties": 0, "test_kl_between_hidden": 0}
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """The mean over 1,000 draws is only near."""
    s, t = np.exp(log_var / 2), np.exp(prior_log_var / 2)
    z = mean + s * np.random.default_rng(0).normal(size=(1000, *mean.shape))
    return np.sum(norm.logpdf(z, mean, s) - norm.logpdf(z, prior_mean, t), axis=2).mean(axis=0)


# %% gauss_hermite_quadrature kind="right"
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Integrates log q - log p at three points, which is exact for parabolas."""
    ticks, weights = np.polynomial.hermite_e.hermegauss(3)
    s, t = np.exp(log_var / 2), np.exp(prior_log_var / 2)
    total = 0
    for tick, weight in zip(ticks, weights / weights.sum(), strict=True):
        z = mean + s * tick
        total = total + weight * (norm.logpdf(z, mean, s) - norm.logpdf(z, prior_mean, t))
    return total.sum(axis=1)


# %% loops_in_pure_python kind="right"
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """Sigmas and math.log, image by image; a list comes back."""
    import math

    result = []
    for rows in zip(mean, log_var, prior_mean, prior_log_var, strict=True):
        total = 0.0
        for a, b, c, d in zip(*rows, strict=True):
            s, t = math.exp(b / 2), math.exp(d / 2)
            total += math.log(t / s) + (s**2 + (a - c) ** 2) / (2 * t**2) - 0.5
        result.append(total)
    return result


# %% float32_in_units_of_the_prior kind="right"
def kl_between(mean, log_var, prior_mean, prior_log_var):
    """float32; u = (z - mu_p) / sigma_p, then the lecture's formula by einsum."""
    a, b, c, d = (x.astype("float32") for x in (mean, log_var, prior_mean, prior_log_var))
    u = (a - c) * np.exp(-d / 2)
    parts = 0.5 * (u * u + np.expm1(b - d) - (b - d))
    return np.einsum("nm->n", parts)
