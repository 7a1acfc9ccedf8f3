# %% [markdown]
# Students count steps for places, round the wrong way, use p once, let the number become negative,
# or think that "same" keeps the size with any stride.

# %% counts_steps kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Counts how often the window moves, without its first place."""
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return max((n + 2 * p - k) // stride, 0)


# %% adds_before_dividing kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """(n - k + 1) // stride: the brackets are in the wrong place."""
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return max((n + 2 * p - k + 1) // stride, 0)


# %% rounds_up kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Rounds up, so a window that hangs over the end is counted."""
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return max(-(-(n + 2 * p - k) // stride) + 1, 0)


# %% parts_of_a_place kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Divides with / and leaves it at that."""
    if padding == "same":
        return n / stride
    p = 0 if padding == "valid" else padding
    return max((n + 2 * p - k) / stride + 1, 0)


# %% a_float_that_is_whole kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 1, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Rounds with np.floor and np.ceil, which give floats."""
    if padding == "same":
        return float(np.ceil(n / stride))
    p = 0 if padding == "valid" else padding
    return float(max(np.floor((n + 2 * p - k) / stride) + 1, 0))


# %% same_keeps_the_size kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Takes "same" at its word."""
    if padding == "same":
        return n
    p = 0 if padding == "valid" else padding
    return max((n + 2 * p - k) // stride + 1, 0)


# %% same_rounds_down kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """n // stride, which is right whenever the stride divides n."""
    if padding == "same":
        return n // stride
    p = 0 if padding == "valid" else padding
    return max((n + 2 * p - k) // stride + 1, 0)


# %% same_pads_half_a_window kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 1, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """(k - 1) // 2 zeros on each side, which are too few for even windows."""
    p = (k - 1) // 2 if padding == "same" else 0 if padding == "valid" else padding
    return max((n + 2 * p - k) // stride + 1, 0)


# %% same_pads_too_much_for_even_windows kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 1, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """k // 2 zeros on each side, which are too many for even windows."""
    p = k // 2 if padding == "same" else 0 if padding == "valid" else padding
    return max((n + 2 * p - k) // stride + 1, 0)


# %% pads_once kind="wrong" points={"test_output_size": 1, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Adds p once: there is one argument for it."""
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return max((n + p - k) // stride + 1, 0)


# %% negative_places kind="wrong" points={"test_output_size": 1, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """The lecture's formula alone, which goes below 0."""
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return (n + 2 * p - k) // stride + 1


# %% cuts_towards_zero kind="wrong" points={"test_output_size": 1, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """int() of a negative fraction is 0, so a place appears where none is."""
    if padding == "same":
        return int(np.ceil(n / stride))
    p = 0 if padding == "valid" else padding
    return max(int((n + 2 * p - k) / stride) + 1, 0)


# %% at_least_one_place kind="wrong" points={"test_output_size": 1, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """A layer without outputs cannot be, so at least 1."""
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return max((n + 2 * p - k) // stride + 1, 1)


# %% forgets_the_stride kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Sizes as for stride 1."""
    if padding == "same":
        return n
    p = 0 if padding == "valid" else padding
    return max(n + 2 * p - k + 1, 0)


# %% knows_texts_only kind="wrong" points={"test_output_size": 1, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """Numbers as padding are treated as "valid"."""
    if padding == "same":
        return -(-n // stride)
    return max((n - k) // stride + 1, 0)


# %% rounds_to_the_nearest kind="wrong" points={"test_output_size": 0, "test_output_size_padding": 0, "test_output_size_hidden": 0}
def output_size(n, k, stride=1, padding="valid"):
    """round() in place of rounding down or up."""
    if padding == "same":
        return round(n / stride)
    p = 0 if padding == "valid" else padding
    return max(round((n + 2 * p - k) / stride) + 1, 0)


# %% counts_a_range kind="right"
def output_size(n, k, stride=1, padding="valid"):
    """The starts are a range, and its length is the answer."""
    if padding == "same":
        return len(range(0, n, stride))
    n += {"valid": 0}.get(padding, 2 * padding if padding != "valid" else 0)
    return len(range(0, n - k + 1, stride))


# %% slides_a_window kind="right"
def output_size(n, k, stride=1, padding="valid"):
    """Slides the window and counts; for "same" finds the zeros first."""
    longer = n
    if padding == "same":
        longer = max(n, (-(-n // stride) - 1) * stride + k)
        if k < stride and longer == n:
            return -(-n // stride)
    elif padding != "valid":
        longer += padding + padding
    places, start = 0, 0
    while start + k <= longer:
        places, start = places + 1, start + stride
    return places


# %% an_integer_of_numpy kind="right"
def output_size(n, k, stride=1, padding="valid"):
    """NumPy's floor division, and NumPy's own integer as the result."""
    if isinstance(padding, str) and padding == "same":
        return np.int64(np.ceil(n / stride))
    p = 0 if isinstance(padding, str) else padding
    return np.maximum(np.floor_divide(n + 2 * p - k, stride) + 1, 0)
