# %% [markdown]
# Students forget the mean or take it over all entries, turn the sign round, keep a factor p (1 - p)
# from the squared error, run the softmax over the wrong axis, or let it overflow.

# %% forgets_the_mean kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 1, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """Gives the slope of the sum over the batch."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p - np.eye(logits.shape[1])[labels]

# %% subtracts_the_other_way kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """Target minus probability."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (np.eye(logits.shape[1])[labels] - p) / len(labels)

# %% keeps_a_factor_of_the_squared_error kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """Multiplies by the slope of a sigmoid, which cross-entropy cancels."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) * p * (1 - p) / len(labels)

# %% takes_one_off_in_every_row kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """p[:, labels] takes these columns in every row."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[:, labels] -= 1
    return p / len(labels)

# %% softmax_over_samples kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """Normalises each column."""
    e = np.exp(logits - logits.max(axis=0))
    p = e / e.sum(axis=0)
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)

# %% overflows kind="wrong" points={"test_softmax_cross_entropy_backward": 1, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 1}
def softmax_cross_entropy_backward(logits, labels):
    """Writes the formula down as it stands: exp(1000) is infinite."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)

# %% clips_the_logits kind="wrong" points={"test_softmax_cross_entropy_backward": 1, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 1}
def softmax_cross_entropy_backward(logits, labels):
    """Cuts large logits off, which also makes different ones alike."""
    e = np.exp(np.clip(logits, -500, 500))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)

# %% shifts_the_whole_batch kind="wrong" points={"test_softmax_cross_entropy_backward": 1, "test_softmax_cross_entropy_backward_stable": 0, "test_softmax_cross_entropy_backward_hidden": 1}
def softmax_cross_entropy_backward(logits, labels):
    """Subtracts the largest logit of the whole batch, and guards against 0 / 0."""
    e = np.exp(logits - logits.max())
    p = e / (e.sum(axis=1, keepdims=True) + 1e-300)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)

# %% shifts_the_logits_in_place kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 1, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """Subtracts the largest logit in the array that belongs to the caller."""
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)

# %% divides_by_the_two_of_the_example kind="wrong" points={"test_softmax_cross_entropy_backward": 0, "test_softmax_cross_entropy_backward_stable": 1, "test_softmax_cross_entropy_backward_hidden": 0}
def softmax_cross_entropy_backward(logits, labels):
    """Divides by 2, the number of samples of the worked example."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / 2

# %% loops_over_samples kind="right"
def softmax_cross_entropy_backward(logits, labels):
    """One sample at a time, in plain Python; gives back a list."""
    rows = []
    for row, label in zip(logits, labels):
        top = max(row)
        e = [math.exp(value - top) for value in row]
        rows.append([(v / sum(e) - (k == label)) / len(labels) for k, v in enumerate(e)])
    return rows

# %% logarithms_in_float32 kind="right"
def softmax_cross_entropy_backward(logits, labels):
    """By way of log p, and in float32."""
    logits = logits.astype("float32")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    target = labels[:, None] == np.arange(logits.shape[1])
    return (np.exp(log_p) - target) / np.float32(len(labels))

# %% lets_tensorflow_do_it kind="right"
import tensorflow as tf


def softmax_cross_entropy_backward(logits, labels):
    """Asks a tape, and returns its float32 tensor; it takes labels of 32 or 64 bits only."""
    logits = tf.Variable(logits, dtype=tf.float32)
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, logits)
