# %% [markdown]
# Students take a mean for the sum, turn signs inside or outside of the sigmoid, share negatives among
# all pairs, multiply every centre with every context, or let the exponential overflow.

# %% mean_over_pairs kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Takes the mean over the pairs, as most losses do."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.mean(np.logaddexp(0, -real) + np.logaddexp(0, fake).sum(axis=1))


# %% mean_over_negatives kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 1, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Weighs the negatives as one, so that they count as much as the real pair."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.sum(np.logaddexp(0, -real) + np.logaddexp(0, fake).mean(axis=1))


# %% one_loss_for_each_pair kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Does not add up over the pairs."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, -real) + np.logaddexp(0, fake).sum(axis=1)


# %% no_minus_inside kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Treats made-up pairs as real ones."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, -real).sum() + np.logaddexp(0, -fake).sum()


# %% signs_swapped kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Takes ln(1 + e^z) for -ln sigma(z)."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, real).sum() + np.logaddexp(0, -fake).sum()


# %% no_minus_in_front kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """The log-likelihood, which is to grow, in place of the loss."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return -np.logaddexp(0, -real).sum() - np.logaddexp(0, fake).sum()


# %% subtracts_the_negatives kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Reads the formula's second minus once more than it stands."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, -real).sum() - np.logaddexp(0, fake).sum()


# %% forgets_the_negatives kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Looks at the real pairs alone."""
    return np.logaddexp(0, -np.sum(u * v, axis=1)).sum()


# %% all_centres_with_all_contexts kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """u @ v.T: every centre with every context of the batch."""
    real, fake = u @ v.T, np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, -real).sum() + np.logaddexp(0, fake).sum()


# %% shares_all_negatives kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Gives each pair the negatives of all, as the lecture's batches do."""
    real, fake = np.sum(u * v, axis=1), u @ negatives.reshape(-1, u.shape[1]).T
    return np.logaddexp(0, -real).sum() + np.logaddexp(0, fake).sum()


# %% shares_the_first_negatives kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Gives each pair the negatives of the first."""
    real, fake = np.sum(u * v, axis=1), u @ negatives[0].T
    return np.logaddexp(0, -real).sum() + np.logaddexp(0, fake).sum()


# %% a_softmax kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """A softmax over the context and its negatives, a different loss."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    everything = np.concatenate([real[:, None], fake], axis=1)
    top = everything.max(axis=1)
    return np.sum(top + np.log(np.exp(everything - top[:, None]).sum(axis=1)) - real)


# %% overflows kind="wrong" points={"test_negative_sampling_loss": 1, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 1}
def negative_sampling_loss(u, v, negatives):
    """Writes the formula down as it stands: the sigmoid of -1000 is 0."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return -np.log(1 / (1 + np.exp(-real))).sum() - np.log(1 / (1 + np.exp(fake))).sum()


# %% a_little_more_than_zero kind="wrong" points={"test_negative_sampling_loss": 1, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 1}
def negative_sampling_loss(u, v, negatives):
    """Adds 1e-12 to the probabilities, so that no loss is above 27.6."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    yes, no = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(fake))
    return -np.log(yes + 1e-12).sum() - np.log(no + 1e-12).sum()


# %% cuts_products_off kind="wrong" points={"test_negative_sampling_loss": 1, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 1}
def negative_sampling_loss(u, v, negatives):
    """Cuts products off at 500, where the exponential is still finite."""
    real = np.clip(np.sum(u * v, axis=1), -500, 500)
    fake = np.clip(np.einsum("nd,nkd->nk", u, negatives), -500, 500)
    return np.log(1 + np.exp(-real)).sum() + np.log(1 + np.exp(fake)).sum()


# %% turns_negatives_in_place kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 1, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Changes the sign of the caller's negatives, to treat all products alike."""
    negatives *= -1
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return np.logaddexp(0, -real).sum() + np.logaddexp(0, -fake).sum()


# %% binary_logarithms kind="wrong" points={"test_negative_sampling_loss": 0, "test_negative_sampling_loss_stable": 0, "test_negative_sampling_loss_hidden": 0}
def negative_sampling_loss(u, v, negatives):
    """Measures in bits."""
    real, fake = np.sum(u * v, axis=1), np.einsum("nd,nkd->nk", u, negatives)
    return (np.logaddexp(0, -real).sum() + np.logaddexp(0, fake).sum()) / np.log(2)


# %% pair_by_pair kind="right"
import math


def negative_sampling_loss(u, v, negatives):
    """Plain Python, product by product, with log1p on the safe side of 0."""

    def cost(z):  # -ln sigma(z)
        return math.log1p(math.exp(-z)) if z > 0 else -z + math.log1p(math.exp(z))

    total = 0.0
    for centre, context, made_up in zip(u.tolist(), v.tolist(), negatives.tolist(), strict=True):
        total += cost(sum(a * b for a, b in zip(centre, context, strict=True)))
        for other in made_up:
            total += cost(-sum(a * b for a, b in zip(centre, other, strict=True)))
    return total


# %% labels_and_one_product_in_float32 kind="right"
def negative_sampling_loss(u, v, negatives):
    """One product for all, signs +1 and -1, in float32."""
    others = np.concatenate([v[:, None], negatives], axis=1).astype("float32")
    products = (others @ u.astype("float32")[:, :, None])[..., 0]
    signs = np.where(np.arange(products.shape[1]) == 0, 1, -1).astype("float32")
    return np.logaddexp(np.float32(0), -signs * products).sum(dtype="float32")


# %% scipy_knows_it kind="right"
from scipy.special import log_expit


def negative_sampling_loss(u, v, negatives):
    """SciPy's logarithm of the sigmoid; the products are diagonals of larger ones."""
    real = np.diagonal(u @ v.T)
    fake = np.stack([negatives[i] @ u[i] for i in range(len(u))])
    return -(np.sum(log_expit(real)) + np.sum(log_expit(-fake)))
