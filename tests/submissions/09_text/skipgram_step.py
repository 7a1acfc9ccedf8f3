# %% [markdown]
# Students lose slopes of words that occur twice, update V by the new U, forget the minus 1 of the real
# pair or the rate, go up the slope, take a mean, or change the caller's arrays.

# %% writes_once_to_each_row kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """new_U[centres] -= ... keeps only the last slope of a word."""
    u, v, n = U[centres], V[contexts], V[negatives]
    real = 1 / (1 + np.exp(-np.sum(u * v, axis=1))) - 1
    fake = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", u, n)))
    new_U, new_V = U.copy(), V.copy()
    new_U[centres] -= rate * (real[:, None] * v + np.einsum("nk,nkd->nd", fake, n))
    new_V[contexts] -= rate * real[:, None] * u
    new_V[negatives] -= rate * fake[:, :, None] * u[:, None]
    return new_U, new_V


# %% adds_up_in_U_only kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """np.add.at for the centres, and forgotten for the negatives."""
    u, v, n = U[centres], V[contexts], V[negatives]
    real = 1 / (1 + np.exp(-np.sum(u * v, axis=1))) - 1
    fake = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", u, n)))
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * (real[:, None] * v + np.einsum("nk,nkd->nd", fake, n)))
    new_V[contexts] -= rate * real[:, None] * u
    new_V[negatives] -= rate * fake[:, :, None] * u[:, None]
    return new_U, new_V


# %% pair_after_pair kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """A step for each pair, which sees what the pairs before have changed."""
    U, V = U.copy(), V.copy()
    for c, o, others in zip(centres, contexts, negatives, strict=True):
        words = np.append(o, others)
        errors = 1 / (1 + np.exp(-V[words] @ U[c])) - (np.arange(len(words)) == 0)
        slope, u = errors @ V[words], U[c].copy()
        np.add.at(V, words, -rate * np.outer(errors, u))
        U[c] -= rate * slope
    return U, V


# %% a_centre_for_each_negative kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Lays the centres along the negatives, which fits for one pair, or as many as negatives."""
    u, v, n = U[centres], V[contexts], V[negatives]
    real = 1 / (1 + np.exp(-np.sum(u * v, axis=1))) - 1
    fake = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", u, n)))
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * (real[:, None] * v + np.einsum("nk,nkd->nd", fake, n)))
    np.add.at(new_V, contexts, -rate * real[:, None] * u)
    np.add.at(new_V, negatives, -rate * fake[..., None] * u)
    return new_U, new_V


# %% errors_along_the_columns kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Forgets [:, None] behind the errors, which fits for one pair, or as many as columns."""
    u, v, n = U[centres], V[contexts], V[negatives]
    real = 1 / (1 + np.exp(-np.sum(u * v, axis=1))) - 1
    fake = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", u, n)))
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * (real * v + np.einsum("nk,nkd->nd", fake, n)))
    np.add.at(new_V, contexts, -rate * real[:, None] * u)
    np.add.at(new_V, negatives, -rate * fake[..., None] * u[:, None])
    return new_U, new_V


# %% repeats_in_a_pair_lost kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Loops over the pairs, and writes the negatives of each pair all at once."""
    new_U, new_V = U.copy(), V.copy()
    for c, o, others in zip(centres, contexts, negatives, strict=True):
        real = 1 / (1 + np.exp(-U[c] @ V[o])) - 1
        fake = 1 / (1 + np.exp(-V[others] @ U[c]))
        new_U[c] -= rate * (real * V[o] + fake @ V[others])
        new_V[o] -= rate * real * U[c]
        new_V[others] -= rate * np.outer(fake, U[c])
    return new_U, new_V


# %% V_learns_from_the_new_U kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Updates U first, then takes the centre's vector from it."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, -rate * errors[:, :, None] * new_U[centres][:, None])
    return new_U, new_V


# %% no_minus_one kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Treats the real pair like a made-up one."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, -rate * errors[:, :, None] * U[centres][:, None])
    return new_U, new_V


# %% minus_one_for_all kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Takes 1 off everywhere, so that negatives are pulled, too."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words]))) - 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, -rate * errors[:, :, None] * U[centres][:, None])
    return new_U, new_V


# %% goes_up kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Adds the slopes."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, rate * errors[:, :, None] * U[centres][:, None])
    return new_U, new_V


# %% forgets_the_rate kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Subtracts the slopes themselves."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, -errors[:, :, None] * U[centres][:, None])
    return new_U, new_V


# %% mean_over_pairs kind="wrong" points={"test_skipgram_step": 1, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Divides by the number of pairs, as for a mean loss."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    errors /= len(centres)
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, words, -rate * errors[:, :, None] * U[centres][:, None])
    return new_U, new_V


# %% negatives_stay kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Lets negatives push the centre away, and does not move them."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(new_V, contexts, -rate * errors[:, :1] * U[centres])
    return new_U, new_V


# %% pulls_only kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Leaves the negatives out altogether."""
    u, v = U[centres], V[contexts]
    errors = 1 / (1 + np.exp(-np.sum(u * v, axis=1, keepdims=True))) - 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * errors * v)
    np.add.at(new_V, contexts, -rate * errors * u)
    return new_U, new_V


# %% changes_the_given_arrays kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Updates in place, as training loops do."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    u, others = U[centres], V[words]
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", u, others)))
    errors[:, 0] -= 1
    np.add.at(U, centres, -rate * np.einsum("nk,nkd->nd", errors, others))
    np.add.at(V, words, -rate * errors[:, :, None] * u[:, None])
    return U, V


# %% returns_the_slopes kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Returns slopes in place of new arrays."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    slope_U, slope_V = np.zeros_like(U), np.zeros_like(V)
    np.add.at(slope_U, centres, np.einsum("nk,nkd->nd", errors, V[words]))
    np.add.at(slope_V, words, errors[:, :, None] * U[centres][:, None])
    return slope_U, slope_V


# %% returns_U_only kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Forgets the second result."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], V[words])))
    errors[:, 0] -= 1
    new_U = U.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, V[words]))
    return new_U


# %% one_set_of_vectors kind="wrong" points={"test_skipgram_step": 0, "test_skipgram_step_repeats": 0, "test_skipgram_step_hidden": 0}
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Looks contexts and negatives up in U, too."""
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    errors = 1 / (1 + np.exp(-np.einsum("nd,nkd->nk", U[centres], U[words])))
    errors[:, 0] -= 1
    new_U, new_V = U.copy(), V.copy()
    np.add.at(new_U, centres, -rate * np.einsum("nk,nkd->nd", errors, U[words]))
    np.add.at(new_V, words, -rate * errors[:, :, None] * U[centres][:, None])
    return new_U, new_V


# %% pair_by_pair_into_copies kind="right"
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Loops over pairs and words, reads from the old arrays, writes into copies."""
    new_U, new_V = np.array(U), np.array(V)
    for c, o, others in zip(centres, contexts, negatives, strict=True):
        for word, label in [(o, 1), *((other, 0) for other in others)]:
            error = 1 / (1 + np.exp(-np.dot(U[c], V[word]))) - label
            new_U[c] -= rate * error * V[word]
            new_V[word] -= rate * error * U[c]
    return new_U, new_V


# %% one_hot_products_in_float32 kind="right"
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Adds rows by a product with transposed one-hot rows, as in the lecture; in float32."""
    U, V = U.astype("float32"), V.astype("float32")
    words = np.concatenate([contexts[:, None], negatives], axis=1)
    centre_hot, word_hot = np.eye(len(U), dtype="float32")[centres], np.eye(len(U))[words]
    word_hot = word_hot.astype("float32")
    u, others = centre_hot @ U, word_hot @ V
    errors = np.float32(0.5) * (1 + np.tanh(np.sum(u[:, None] * others, axis=2) / 2))
    errors -= np.arange(words.shape[1]) == 0
    slope_U = centre_hot.T @ np.sum(errors[..., None] * others, axis=1)
    slope_V = np.tensordot(word_hot * errors[..., None], u, axes=((0,), (0,))).sum(axis=0)
    return [U - np.float32(rate) * slope_U, V - np.float32(rate) * slope_V]


# %% a_square_of_errors kind="right"
def skipgram_step(U, V, centres, contexts, negatives, rate):
    """Counts how often each pair of words is real and made up; the rest is two matrix products."""
    p = 1 / (1 + np.exp(-U @ V.T))
    real, made_up = np.zeros_like(p), np.zeros_like(p)
    np.add.at(real, (centres, contexts), 1)
    np.add.at(made_up, (np.repeat(centres, negatives.shape[1]), negatives.ravel()), 1)
    errors = real * (p - 1) + made_up * p
    return np.stack([U - rate * errors @ V, V - rate * errors.T @ U])
