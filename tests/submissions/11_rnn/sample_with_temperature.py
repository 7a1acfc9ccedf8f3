# %% [markdown]
# Students multiply by the temperature, apply it after the softmax, take the largest score, draw with a
# generator of their own, compare u with single probabilities, or let exp overflow.

# %% takes_the_largest kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Predicts instead of drawing."""
    return int(np.argmax(scores / temperature))


# %% draws_by_itself kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """The lecture's rng.choice: u is not needed, or so it seems."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(np.random.default_rng(0).choice(len(p), p=p / p.sum()))


# %% u_as_a_seed kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Takes u for a seed."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(np.random.default_rng(int(u * 1e6)).choice(len(p), p=p / p.sum()))


# %% multiplies_by_the_temperature kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Hot is large: multiplies."""
    p = np.exp((scores - np.max(scores)) * temperature)
    return int(np.sum(u >= np.cumsum(p / p.sum())[:-1]))


# %% ignores_the_temperature kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Draws from the softmax of the scores."""
    p = np.exp(scores - np.max(scores))
    return int(np.sum(u >= np.cumsum(p / p.sum())[:-1]))


# %% temperature_after_the_softmax kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Divides the probabilities by the temperature."""
    p = np.exp(scores - np.max(scores))
    return int(np.sum(u >= np.cumsum(p / p.sum() / temperature)[:-1]))


# %% divides_and_normalizes_again kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Divides the probabilities, then makes their sum 1 again: the temperature cancels."""
    p = np.exp(scores - np.max(scores))
    p = p / p.sum() / temperature
    p = p / p.sum()
    return int(np.sum(u >= np.cumsum(p)[:-1]))


# %% scores_taken_for_probabilities kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Divides the scores by their sum, without exp."""
    p = scores / temperature
    p = p / p.sum()
    return int(np.sum(u >= np.cumsum(p)[:-1]))


# %% overflows kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 1, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """exp of the scores as they are; its warning is switched off."""
    with np.errstate(all="ignore"):
        p = np.exp(scores / temperature)
        return int(np.sum(u >= np.cumsum(p / p.sum())[:-1]))


# %% compares_with_single_probabilities kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """The first sign whose own probability is above u."""
    p = np.exp((scores - np.max(scores)) / temperature)
    p = p / p.sum()
    for k in range(len(p)):
        if u < p[k]:
            return k
    return len(p) - 1


# %% searches_in_the_probabilities kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """np.searchsorted without the cumulative sum."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(np.searchsorted(p / p.sum(), u))


# %% left_where_pieces_meet kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 1, "test_sample_with_temperature_hidden": 2}
def sample_with_temperature(scores, temperature, u):
    """np.searchsorted as it comes, side="left": a meeting point goes to the left piece."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(np.searchsorted(np.cumsum(p / p.sum())[:-1], u))


# %% past_the_last_sign kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 2}
def sample_with_temperature(scores, temperature, u):
    """Trusts that the probabilities add up to 1: rounded, their last end may be u."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(np.searchsorted(np.cumsum(p / p.sum()), u, side="right"))


# %% first_end_above_u kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 2}
def sample_with_temperature(scores, temperature, u):
    """The first end above u; if rounding leaves none, np.argmax says 0."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(np.argmax(np.cumsum(p / p.sum()) > u))


# %% sorts_by_probability kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Lays the pieces out from the most to the least probable sign."""
    p = np.exp((scores - np.max(scores)) / temperature)
    p = p / p.sum()
    order = np.argsort(-p)
    return int(order[np.sum(u >= np.cumsum(p[order])[:-1])])


# %% starts_from_the_other_end kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Lays the pieces out from the last sign to the first."""
    p = np.exp((scores - np.max(scores)) / temperature)
    p = p / p.sum()
    return int(len(p) - 1 - np.sum(u >= np.cumsum(p[::-1])[:-1]))


# %% counts_from_one kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Numbers the signs from 1."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return int(1 + np.sum(u >= np.cumsum(p / p.sum())[:-1]))


# %% uniform kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Scales u up to an index, as for a fair die."""
    return int(u * len(scores))


# %% returns_the_probability kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Returns how probable the drawn sign is."""
    p = np.exp((scores - np.max(scores)) / temperature)
    p = p / p.sum()
    return float(p[np.sum(u >= np.cumsum(p)[:-1])])


# %% returns_probabilities kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Stops at the softmax."""
    p = np.exp((scores - np.max(scores)) / temperature)
    return p / p.sum()


# %% cools_in_place kind="wrong" points={"test_sample_with_temperature": 0, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """scores -= and /= write into the caller's array, which is colder at the next call."""
    scores -= scores.max()
    scores /= temperature
    p = np.exp(scores)
    return int(np.sum(u >= np.cumsum(p / p.sum())[:-1]))


# %% power_of_the_probabilities kind="wrong" points={"test_sample_with_temperature": 1, "test_sample_with_temperature_heat": 0, "test_sample_with_temperature_hidden": 0}
def sample_with_temperature(scores, temperature, u):
    """Knows that temperature is a power of the probabilities, and takes its inverse for it."""
    p = np.exp(scores - np.max(scores))
    p = (p / p.sum()) ** temperature
    return int(np.sum(u >= np.cumsum(p / p.sum())[:-1]))


# %% walks_along_the_line kind="right"
def sample_with_temperature(scores, temperature, u):
    """Takes pieces off u until it is used up; nothing is divided by the sum."""
    largest = max(scores)
    weights = [np.exp((score - largest) / temperature) for score in scores]
    left = u * sum(weights)
    for k, weight in enumerate(weights):
        if left < weight:
            return k
        left -= weight
    return len(weights) - 1


# %% search_sorted_in_float32 kind="right"
def sample_with_temperature(scores, temperature, u):
    """Bisection in the ends of the pieces, in float32; NumPy's own integer is returned."""
    z = (np.asarray(scores, "float32") / np.float32(temperature)).astype("float32")
    p = np.exp(z - z.max())
    ends = np.cumsum(p) / p.sum()
    return np.minimum(np.searchsorted(ends, np.float32(u), side="right"), len(p) - 1)


# %% ratios_of_all_pairs kind="right"
def sample_with_temperature(scores, temperature, u):
    """Each probability from the ratios of all scores to it, then a matrix for the sums."""
    scores = np.array(scores, dtype=float)
    with np.errstate(over="ignore"):
        p = 1 / np.exp((scores[None, :] - scores[:, None]) / temperature).sum(axis=1)
    ends = np.tri(len(p)) @ p
    return int(np.argmax(np.append(u < ends[:-1], True)))
