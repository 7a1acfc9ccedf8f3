# %% [markdown]
# Students forget that the data are not centred, or that the network has to do the centring itself:
# one bias or both are missing, or have the wrong sign. They take rows for columns, the smallest
# eigenvalues for the largest, or stretch the code without undoing it.

# %% does_not_centre kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Takes the components of X as it is; the biases are there and stay 0."""
    W = np.linalg.svd(X)[2][:k].T
    return W, np.zeros(k), W.T, np.zeros(X.shape[1])


# %% components_of_raw_data_biases_of_the_mean kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Centres in the network, but takes the second moments about 0."""
    mean = X.mean(axis=0)
    W = np.linalg.eigh(X.T @ X)[1][:, ::-1][:, :k]
    return W, -mean @ W, W.T, mean


# %% centres_outside_the_network kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Centres the data, as the lecture does, and thinks that no bias is needed then."""
    centred = X - X.mean(axis=0)
    W = np.linalg.svd(centred)[2][:k].T
    return W, np.zeros(k), W.T, np.zeros(X.shape[1])


# %% encoder_without_bias kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Adds the mean at the end, but the encoder gets raw numbers."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, np.zeros(k), W.T, mean


# %% decoder_without_bias kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Centres on the way in, and does not go back."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, -mean @ W, W.T, np.zeros(X.shape[1])


# %% bias_with_the_wrong_sign kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """+ mean @ W."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, mean @ W, W.T, mean


# %% minus_the_mean_as_encoder_bias kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """The encoder subtracts the mean, so its bias is -mean: d numbers."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, -mean, W.T, mean


# %% smallest_eigenvalues kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Believes that eigh sorts downwards, as svd does."""
    mean = X.mean(axis=0)
    centred = X - mean
    W = np.linalg.eigh(centred.T @ centred)[1][:, :k]
    return W, -mean @ W, W.T, mean


# %% rows_of_the_eigenvectors kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Takes rows of eigh's matrix for eigenvectors."""
    mean = X.mean(axis=0)
    vectors = np.linalg.eigh(np.cov(X.T, bias=True).reshape(X.shape[1], -1))[1]
    W = vectors[::-1][:k].T
    return W, -mean @ W, W.T, mean


# %% columns_of_svds_last_matrix kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """svd returns V transposed, and its first columns are taken."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:, :k]
    return W, -mean @ W, W.T, mean


# %% first_entry_of_each_component kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Thinks that svd's last matrix needs no turning round: components as columns, largest first."""
    mean = X.mean(axis=0)
    V = np.linalg.svd((X - mean).T @ (X - mean))[2].T[:k]
    return V.T, -V @ mean, V, mean


# %% standardizes_first kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Divides by the standard deviations, which changes what is largest, and undoes it behind."""
    mean, std = X.mean(axis=0), X.std(axis=0) + 1e-9
    W = np.linalg.svd((X - mean) / std)[2][:k].T
    encoder, decoder = W / std[:, None], W.T * std
    return encoder, -mean @ encoder, decoder, mean


# %% whitens_and_turns_round kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Divides the code by its singular values; the decoder is W turned round and does not undo it."""
    mean = X.mean(axis=0)
    _, s, Vt = np.linalg.svd(X - mean)
    s = np.append(s, np.ones(len(Vt)))[:k] + 1e-9
    W = Vt[:k].T / s
    return W, -mean @ W, W.T, mean


# %% one_mean_for_all kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """X.mean() is one number."""
    mean = X.mean()
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, -mean * W.sum(axis=0), W.T, np.full(X.shape[1], mean)


# %% mean_of_each_sample kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Takes the mean along the rows: axis=1."""
    mean = X.mean(axis=1, keepdims=True)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, (-mean.mean(axis=0) * W.sum(axis=0)), W.T, np.full(X.shape[1], mean.mean())


# %% decoder_not_turned_round kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """The same matrix for both layers."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, -mean @ W, W, mean


# %% components_as_rows_of_w kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Components in rows, as svd gives them, for x @ W."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k]
    return W, -W @ mean, W.T, mean


# %% one_component_only kind="wrong" points={"test_pca_autoencoder": 1, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Repeats the first component k times."""
    mean = X.mean(axis=0)
    W = np.repeat(np.linalg.svd(X - mean)[2][:1].T, k, axis=1)
    return W, -mean @ W, W.T / k, mean


# %% changes_x_in_place kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 1, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Saves an array by X -= mean."""
    mean = X.mean(axis=0)
    X -= mean
    W = np.linalg.svd(X)[2][:k].T
    return W, -mean @ W, W.T, mean


# %% returns_codes_and_outputs kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """Runs the network instead of returning its weights."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    codes = (X - mean) @ W
    return codes, codes @ W.T + mean


# %% hard_codes_the_example kind="wrong" points={"test_pca_autoencoder": 0, "test_pca_autoencoder_space": 0, "test_pca_autoencoder_hidden": 0}
def pca_autoencoder(X, k):
    """A line with slope 2, as in the example."""
    d, mean = X.shape[1], X.mean(axis=0)
    W = np.zeros((d, k))
    W[0, 0] = 1.0
    V = np.zeros((k, d))
    V[0, :2] = [1.0, 2.0][:d]
    return W, -mean @ W, V, mean


# %% svd_in_float32 kind="right"
def pca_autoencoder(X, k):
    """Rounds to float32 after centring; returns lists."""
    mean = X.mean(axis=0)
    W = np.linalg.svd((X - mean).astype("float32"))[2][:k].T
    return [W, (-mean @ W).astype("float32"), W.T, mean.astype("float32")]


# %% the_svd_without_spare_rows kind="right"
def pca_autoencoder(X, k):
    """The small svd where it has enough rows, and the full one where samples are too few."""
    mean = X.mean(axis=0)
    few = k > len(X)
    W = np.linalg.svd(X - mean, full_matrices=few)[2][:k].T
    return W, -mean @ W, W.T, mean


# %% all_biases_in_the_decoder kind="right"
def pca_autoencoder(X, k):
    """b = 0; the decoder adds what of the mean the projection loses."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    return W, np.zeros(k), W.T, mean - mean @ W @ W.T


# %% any_mix_of_the_codes kind="right"
def pca_autoencoder(X, k):
    """Codes turned, stretched and shifted; the decoder undoes all of it."""
    mean = X.mean(axis=0)
    W = np.linalg.svd(X - mean)[2][:k].T
    mix = np.random.default_rng(0).normal(size=(k, k)) + 3 * np.eye(k)
    b, back = np.arange(k) - mean @ W @ mix, np.linalg.inv(mix)
    return W @ mix, b, back @ W.T, mean - np.arange(k) @ back @ W.T


# %% trains_by_turns kind="right"
def pca_autoencoder(X, k):
    """Finds codes for the decoder, then a decoder for the codes, by least squares, 500 times."""
    mean = X.mean(axis=0)
    Z = X - mean
    V = np.random.default_rng(1).normal(size=(k, X.shape[1]))
    for _ in range(500):
        codes = np.linalg.lstsq(V.T, Z.T, rcond=None)[0].T
        V = np.linalg.lstsq(codes, Z, rcond=None)[0]
    W = np.linalg.pinv(V)
    return W, -mean @ W, V, mean


# %% power_iteration_one_by_one kind="right"
def pca_autoencoder(X, k):
    """One direction after the other: multiply by the covariance, again and again."""
    mean = X.mean(axis=0)
    C = (X - mean).T @ (X - mean) / len(X)
    found = []
    for j in range(k):
        v = np.random.default_rng(j).normal(size=len(C))
        for _ in range(3000):
            new = C @ v
            if np.linalg.norm(new) < 1e-12:
                new = v
            v = new / np.linalg.norm(new)
        found.append(v)
        C = C - np.outer(v, v) * (v @ C @ v)
    W = np.linalg.qr(np.array(found).T)[0]
    return W, -W.T @ mean, W.T, mean


# %% unit_variance_undone kind="right"
def pca_autoencoder(X, k):
    """Codes of variance 1 where there is any, by way of the samples' own products, X X^T."""
    mean = X.mean(axis=0)
    Z = X - mean
    values, vectors = np.linalg.eigh(Z.T @ Z / len(Z))
    scale = np.sqrt(np.maximum(values[-k:], 1e-6))
    W, V = vectors[:, -k:] / scale, (vectors[:, -k:] * scale).T
    return W, -np.dot(W.T, mean), V, mean


# %% trains_as_the_lecture_does kind="right"
def pca_autoencoder(X, k):
    """Minimizes the loss with the lecture's slopes, from random weights, and adds the biases."""
    from scipy.optimize import minimize

    mean = X.mean(axis=0)
    Z = X - mean

    def loss(weights):
        w, v = weights.reshape(2, -1, k)
        errors = Z @ w @ v.T - Z
        slopes = np.ravel([Z.T @ errors @ v, errors.T @ Z @ w])
        return np.sum(errors**2) / len(Z), 2 / len(Z) * slopes

    start = np.random.default_rng(0).normal(0, 0.1, 2 * X.shape[1] * k)
    W, V = minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(2, -1, k)
    return W, -mean @ W, V.T, mean
