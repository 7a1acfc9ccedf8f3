# %% [markdown]
# Students leave the scale out or divide by d, take the softmax over the wrong axis, give forbidden keys
# the score 0 or the weight 0 too late, let exponentials overflow, or swap queries and keys.

# %% not_scaled kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 1, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Forgets the root."""
    scores = q @ k.T
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% divides_by_d kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 1, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Divides by d, not by its root."""
    scores = q @ k.T / q.shape[1]
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% root_of_the_number_of_keys kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """len(k) is the number of keys, not their length."""
    scores = q @ k.T / np.sqrt(len(k))
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% softmax_over_queries kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Columns add up to 1."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max(axis=0))
    return e / e.sum(axis=0)


# %% one_softmax_for_all kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Sums without an axis: the whole table adds up to 1."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max())
    return e / e.sum()


# %% keys_as_rows kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """k @ q.T: a row for each key."""
    scores = k @ q.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% a_sigmoid_for_each kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Looks at each key by itself."""
    weights = 1 / (1 + np.exp(-q @ k.T / np.sqrt(q.shape[1])))
    return weights if allowed is None else weights * allowed


# %% ignores_allowed kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Lets everybody look at everything."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% score_zero kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """A score of 0, whose exponential is 1."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = scores * allowed
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% weight_zero_too_late kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Sets weights to 0 behind the softmax; the others no longer add up to 1."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    return weights if allowed is None else weights * allowed


# %% shares_out_anew kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 1}
def attention_weights(q, k, allowed=None):
    """Divides again after setting to 0: right until a forbidden score is the largest by far."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    if allowed is not None:
        e = e * allowed
    return e / e.sum(axis=1, keepdims=True)


# %% minus_infinity_times_zero kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """0 * -inf is nan."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = scores + (1 - allowed) * -np.inf
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% true_means_forbidden kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Takes the mask the other way round."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, -1e9, scores)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% a_small_penalty kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 0, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Subtracts 5 from forbidden scores, which leaves them some weight."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, scores - 5)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% minus_a_thousand kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 1}
def attention_weights(q, k, allowed=None):
    """Takes -1000 for small enough, and some scores are as small."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, -1000)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% asks_where_with_none kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Leaves the case of None to np.where, which takes None for False: all scores are -1e9."""
    scores = np.where(allowed, q @ k.T / np.sqrt(q.shape[1]), -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% overflows kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 1}
def attention_weights(q, k, allowed=None):
    """Writes the formula down as it stands."""
    e = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    if allowed is not None:
        e = e * allowed
    return e / e.sum(axis=1, keepdims=True)


# %% subtracts_one_maximum kind="wrong" points={"test_attention_weights": 1, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 0, "test_attention_weights_hidden": 1}
def attention_weights(q, k, allowed=None):
    """Subtracts the largest score of the whole table."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max())
    return e / e.sum(axis=1, keepdims=True)


# %% scales_the_queries_in_place kind="wrong" points={"test_attention_weights": 0, "test_attention_weights_allowed": 1, "test_attention_weights_stable": 1, "test_attention_weights_hidden": 0}
def attention_weights(q, k, allowed=None):
    """Divides the caller's queries by the root."""
    q /= np.sqrt(q.shape[1])
    scores = q @ k.T
    if allowed is not None:
        scores = np.where(allowed, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% query_by_query kind="right"
import math


def attention_weights(q, k, allowed=None):
    """Goes through the queries in plain Python, over allowed keys only; gives back lists."""
    rows = []
    for i, query in enumerate(q):
        places = [j for j in range(len(k)) if allowed is None or allowed[i][j]]
        scores = {j: float(np.dot(query, k[j])) / math.sqrt(len(query)) for j in places}
        top = max(scores.values())
        powers = {j: math.exp(score - top) for j, score in scores.items()}
        rows.append([powers.get(j, 0.0) / sum(powers.values()) for j in range(len(k))])
    return rows


# %% scipy_in_float32 kind="right"
from scipy.special import softmax


def attention_weights(q, k, allowed=None):
    """SciPy's softmax with the lecture's -1e9, in float32."""
    root = np.float32(q.shape[-1]) ** np.float32(0.5)
    scores = np.einsum("id,jd->ij", q.astype("float32") / root, k.astype("float32"))
    return softmax(scores if allowed is None else np.where(allowed, scores, -1e9), axis=-1)


# %% differences_of_scores kind="right"
def attention_weights(q, k, allowed=None):
    """One over the sum of exp(other - own): no maximum needed, and no table of exponentials."""
    scores = q @ k.T / k.shape[1] ** 0.5
    mask = np.ones(scores.shape, dtype=bool) if allowed is None else allowed
    gaps = scores[:, None, :] - scores[:, :, None]  # query, own key, other key
    gaps = np.where(mask[:, None, :], gaps, -np.inf)
    return np.where(mask, 1 / np.exp(gaps).sum(axis=2), 0)
