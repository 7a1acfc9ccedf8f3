# %% [markdown]
# Multi-hot vectors: students count words, move them by one, clip rare words into the last column,
# or leave NumPy's float64.

# %% counts_words kind="wrong" points={"test_multi_hot": 0, "test_multi_hot_rare_words": 1, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Bag of words with counts.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            if word < num_words:
                result[i, word] += 1
    return result

# %% moved_by_one kind="wrong" points={"test_multi_hot": 0, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # "Words are counted from 1": word 0 wraps around to the last column.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            if word <= num_words:
                result[i, word - 1] = 1
    return result

# %% rare_words_crash kind="wrong" points={"test_multi_hot": 1, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Forgets that there are words beyond the vocabulary.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            result[i, word] = 1
    return result

# %% rare_words_clipped kind="wrong" points={"test_multi_hot": 1, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Puts every rare word into the last column.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            result[i, min(word, num_words - 1)] = 1
    return result

# %% width_from_the_words kind="wrong" points={"test_multi_hot": 0, "test_multi_hot_rare_words": 1, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # As wide as the largest word number that occurs.
    width = max((w for s in sequences for w in s if w < num_words), default=0) + 1
    result = np.zeros((len(sequences), width), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            if word < width:
                result[i, word] = 1
    return result

# %% sparse_as_in_the_lecture kind="wrong" points={"test_multi_hot": 0, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Copies the lecture's function: sparse, and with nothing done about rare words.
    from scipy import sparse

    words = [np.unique(sequence) for sequence in sequences]
    starts = np.cumsum([0] + [len(found) for found in words])
    ones = np.ones(starts[-1], "uint8")
    return sparse.csr_matrix((ones, np.concatenate(words), starts), shape=(len(words), num_words))

# %% all_rows kind="wrong" points={"test_multi_hot": 0, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # A colon where the number of the review should stand.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for sequence in sequences:
        for word in sequence:
            if word < num_words:
                result[:, word] = 1
    return result

# %% double_precision kind="wrong" points={"test_multi_hot": 1, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 1}
def multi_hot(sequences, num_words):
    # np.zeros makes float64 unless told otherwise.
    result = np.zeros((len(sequences), num_words))
    for i, sequence in enumerate(sequences):
        for word in sequence:
            if word < num_words:
                result[i, word] = 1
    return result

# %% off_by_one_at_the_end kind="wrong" points={"test_multi_hot": 1, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Leaves out the last word of the vocabulary, too.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            if word < num_words - 1:
                result[i, word] = 1
    return result

# %% empties_the_reviews kind="wrong" points={"test_multi_hot": 1, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Removes the rare words from the caller's reviews.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        sequence[:] = [word for word in sequence if word < num_words]
        result[i, sequence] = 1
    return result

# %% stops_at_a_rare_word kind="wrong" points={"test_multi_hot": 1, "test_multi_hot_rare_words": 0, "test_multi_hot_hidden": 0}
def multi_hot(sequences, num_words):
    # Leaves the loop at the first rare word, where it should go on with the next.
    result = np.zeros((len(sequences), num_words), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            if word >= num_words:
                break
            result[i, word] = 1
    return result

# %% sets kind="right"
def multi_hot(sequences, num_words):
    # Asks of every column whether its word occurs.
    rows = [set(sequence) for sequence in sequences]
    return np.array([[word in row for word in range(num_words)] for row in rows], dtype=np.float32)

# %% counts_then_clips kind="right"
def multi_hot(sequences, num_words):
    # Counts, then cuts off at 1.
    rows = []
    for sequence in sequences:
        words = [int(word) for word in sequence]
        rows.append(np.bincount(words, minlength=num_words)[:num_words])
    return np.minimum(rows, 1).astype("float32")

# %% tensorflow_rows kind="right"
def multi_hot(sequences, num_words):
    # One-hot vectors of TensorFlow: numbers beyond the depth are rows of zeros. A tensor comes back.
    rows = []
    for sequence in sequences:
        words = tf.constant(list(sequence), dtype=tf.int32)
        ones = tf.one_hot(words, num_words)
        rows.append(tf.reduce_max(tf.concat([ones, tf.zeros((1, num_words))], axis=0), axis=0))
    return tf.stack(rows)
