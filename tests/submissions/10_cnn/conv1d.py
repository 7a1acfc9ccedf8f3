# %% [markdown]
# Students turn the filter round, put all zeros on one side or the odd one on the wrong side, pad as
# for stride 1, miss the last window, or cut fractions off with an array of whole numbers.

# %% turns_the_filter_round kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Convolution is np.convolve, after all."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.convolve(x, w, "valid")[::stride]


# %% pads_on_the_right_only kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Appends all the zeros at the end: so many outputs come, as there should."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.concatenate([x, np.zeros(total)])
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k + 1, stride)])


# %% odd_zero_on_the_left kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Puts the larger half of the zeros on the left."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total - total // 2, total // 2))
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k + 1, stride)])


# %% forgets_the_stride kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Uses the stride for the zeros only, and moves by one."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.array([x[i : i + k] @ w for i in range(len(x) - k + 1)])


# %% right_number_of_neighbouring_windows kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Divides the number of outputs by the stride, but starts output i at i."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.array([x[i : i + k] @ w for i in range((len(x) - k) // stride + 1)])


# %% misses_the_last_window kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """range(0, n - k) ends one start too early."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k, stride)])


# %% pads_as_for_stride_1 kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Convolves with stride 1 and keeps every stride-th output; with "same" the zeros differ."""
    k = len(w)
    if padding == "same":
        x = np.pad(x, ((k - 1) // 2, k - 1 - (k - 1) // 2))
    return np.array([x[i : i + k] @ w for i in range(len(x) - k + 1)])[::stride]


# %% as_many_zeros_on_each_side kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """k // 2 zeros on each side, which only does for odd filters and stride 1."""
    k = len(w)
    if padding == "same":
        x = np.pad(x, k // 2)
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k + 1, stride)])


# %% too_few_zeros_for_even_filters kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """(k - 1) // 2 zeros on each side, the lecture's p, which even filters cannot do with."""
    k = len(w)
    if padding == "same":
        x = np.pad(x, (k - 1) // 2)
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k + 1, stride)])


# %% whole_numbers_stay_whole kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 1, "test_conv1d_hidden": 1}
def conv1d(x, w, stride=1, padding="valid"):
    """Makes room for the result in the dtype of x, which cuts fractions off."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    z = np.zeros((len(x) - k) // stride + 1, dtype=x.dtype)
    for i in range(len(z)):
        z[i] = np.sum(x[i * stride : i * stride + k] * w)
    return z


# %% repeats_the_edge kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Pads with the outer numbers: zeros seem to be made up."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2), mode="edge")
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k + 1, stride)])


# %% ignores_the_padding kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Stops at what the lecture's loop does."""
    return np.array([x[i : i + len(w)] @ w for i in range(0, len(x) - len(w) + 1, stride)])


# %% number_of_zeros_may_be_negative kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Without max(..., 0): a stride above the filter's length asks for less than no zeros."""
    n, k = len(x), len(w)
    if padding == "same":
        total = (-(-n // stride) - 1) * stride + k - n
        x = np.pad(x, (total // 2, total - total // 2))
    return np.array([x[i : i + k] @ w for i in range(0, len(x) - k + 1, stride)])


# %% takes_the_mean kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """A filter is a weighted average, so take the mean of the products."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.array([np.mean(x[i : i + k] * w) for i in range(0, len(x) - k + 1, stride)])


# %% cuts_below_zero kind="wrong" points={"test_conv1d": 1, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """Adds the ReLU that always follows."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.array([max(x[i : i + k] @ w, 0) for i in range(0, len(x) - k + 1, stride)])


# %% works_for_the_example_only kind="wrong" points={"test_conv1d": 0, "test_conv1d_same": 0, "test_conv1d_hidden": 0}
def conv1d(x, w, stride=1, padding="valid"):
    """The filter of the example has two places, so two products are enough."""
    if padding == "same":
        x = np.append(x, 0.0)
    return (x[:-1] * w[0] + x[1:] * w[1])[::stride]


# %% adds_a_shifted_copy_for_each_weight kind="right"
def conv1d(x, w, stride=1, padding="valid"):
    """Loops over the filter: each weight adds one shifted slice of the sequence."""
    n, k = x.shape[0], w.shape[0]
    places, left = (n - k) // stride + 1, 0
    if padding == "same":
        places = int(np.ceil(n / stride))
        left = max((places - 1) * stride + k - n, 0) // 2
    long = np.zeros(left + n + k + stride)
    long[left : left + n] = x
    z = np.zeros(places)
    for j in range(k):
        z += w[j] * long[j : j + (places - 1) * stride + 1 : stride]
    return z


# %% sums_in_python_into_a_list kind="right"
def conv1d(x, w, stride=1, padding="valid"):
    """No padding at all: skips what lies outside. Plain Python, a list comes back."""
    n, k = len(x), len(w)
    left, places = 0, (n - k + stride) // stride
    if padding == "same":
        places = (n - 1) // stride + 1
        left = max((places - 1) * stride + k - n, 0) // 2
    z = []
    for i in range(places):
        total = 0.0
        for j in range(k):
            at = i * stride + j - left
            if 0 <= at < n:
                total += float(x[at]) * float(w[j])
        z.append(total)
    return z


# %% matrix_product_of_windows_in_float32 kind="right"
def conv1d(x, w, stride=1, padding="valid"):
    """im2col in float32: windows are rows, and one product does the rest."""
    x, w = np.asarray(x, dtype="float32"), np.asarray(w, dtype="float32")
    if padding == "same":
        need = max((-(-x.size // stride) - 1) * stride + w.size - x.size, 0)
        x = np.pad(x, (need // 2, need - need // 2))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.size)[::stride]
    return windows @ w


# %% convolves_with_the_filter_turned_twice kind="right"
def conv1d(x, w, stride=1, padding="valid"):
    """np.convolve turns the filter round; turned beforehand, it comes out as it was."""
    n, k = len(x), len(w)
    if padding == "same":
        total = max((int(np.ceil(n / stride)) - 1) * stride + k - n, 0)
        x = np.pad(x, (total // 2, total - total // 2))
    return np.convolve(x, w[::-1], mode="valid")[::stride]
