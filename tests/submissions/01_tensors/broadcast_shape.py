# %% [markdown]
# Students line shapes up at the first axis, lose axes where zip stops, take the larger size without
# looking whether the sizes fit, or forget that the two arguments may come either way round.

# %% lines_up_at_the_first_axis kind="wrong" points={"test_broadcast_shape": 0, "test_broadcast_shape_errors": 0, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Puts the axes of size 1 behind the shorter shape instead of in front."""
    n = max(len(a), len(b))
    a = a + (1,) * (n - len(a))
    b = b + (1,) * (n - len(b))
    result = []
    for i, j in zip(a, b):
        if i != j and i != 1 and j != 1:
            raise ValueError("shapes do not fit")
        result.append(j if i == 1 else i)
    return tuple(result)

# %% loses_axes_in_zip kind="wrong" points={"test_broadcast_shape": 0, "test_broadcast_shape_errors": 1, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Starts at the last axis, but stops where the shorter shape ends."""
    result = []
    for i, j in zip(reversed(a), reversed(b)):
        if i != j and i != 1 and j != 1:
            raise ValueError("shapes do not fit")
        result.insert(0, j if i == 1 else i)
    return tuple(result)

# %% never_refuses kind="wrong" points={"test_broadcast_shape": 1, "test_broadcast_shape_errors": 0, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Takes the larger size everywhere and leaves out the check."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + a
    b = (1,) * (n - len(b)) + b
    return tuple(max(i, j) for i, j in zip(a, b))

# %% takes_the_larger_size kind="wrong" points={"test_broadcast_shape": 1, "test_broadcast_shape_errors": 1, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 1}
def broadcast_shape(a, b):
    """Takes the larger of 1 and the other size; a size of 0 is not larger than 1."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + a
    b = (1,) * (n - len(b)) + b
    for i, j in zip(a, b):
        if i != j and i != 1 and j != 1:
            raise ValueError("shapes do not fit")
    return tuple(max(i, j) for i, j in zip(a, b))

# %% repeats_multiples kind="wrong" points={"test_broadcast_shape": 1, "test_broadcast_shape_errors": 0, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Thinks that 2 can be repeated to fill 4."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + a
    b = (1,) * (n - len(b)) + b
    for i, j in zip(a, b):
        if max(i, j) % max(min(i, j), 1) != 0:
            raise ValueError("shapes do not fit")
    return tuple(max(i, j) for i, j in zip(a, b))

# %% stretches_only_the_second kind="wrong" points={"test_broadcast_shape": 0, "test_broadcast_shape_errors": 1, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Thinks that the second shape is stretched to fit the first, as in `x += b`."""
    padded = (1,) * (len(a) - len(b)) + b
    if len(padded) != len(a):
        raise ValueError("shapes do not fit")
    for i, j in zip(a, padded):
        if j != 1 and i != j:
            raise ValueError("shapes do not fit")
    return a

# %% returns_none kind="wrong" points={"test_broadcast_shape": 1, "test_broadcast_shape_errors": 0, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Returns None for shapes that do not fit instead of raising."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + a
    b = (1,) * (n - len(b)) + b
    for i, j in zip(a, b):
        if i != j and i != 1 and j != 1:
            return None
    return tuple(j if i == 1 else i for i, j in zip(a, b))

# %% looks_at_the_last_axis_only kind="wrong" points={"test_broadcast_shape": 1, "test_broadcast_shape_errors": 0, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 0}
def broadcast_shape(a, b):
    """Checks one axis and takes the larger size on the others."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + a
    b = (1,) * (n - len(b)) + b
    if n and a[-1] != b[-1] and a[-1] != 1 and b[-1] != 1:
        raise ValueError("shapes do not fit")
    return tuple(max(i, j) for i, j in zip(a, b))

# %% lets_zero_be_stretched kind="wrong" points={"test_broadcast_shape": 1, "test_broadcast_shape_errors": 1, "test_broadcast_shape_edges": 0, "test_broadcast_shape_hidden": 1}
def broadcast_shape(a, b):
    """Treats a size of 0 like a size of 1."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + a
    b = (1,) * (n - len(b)) + b
    for i, j in zip(a, b):
        if i != j and i > 1 and j > 1:
            raise ValueError("shapes do not fit")
    return tuple(j if i == 1 else i for i, j in zip(a, b))

# %% recursion kind="right"
def broadcast_shape(a, b):
    """Peels off the last axis of both and calls itself for the rest."""
    if not a or not b:
        return a or b
    *rest_a, i = a
    *rest_b, j = b
    if i == 1 or i == j:
        last = j
    elif j == 1:
        last = i
    else:
        raise ValueError(f"{i} and {j} do not fit")
    return (*broadcast_shape(tuple(rest_a), tuple(rest_b)), last)

# %% sets_of_sizes kind="right"
def broadcast_shape(a, b):
    """On each axis at most one size may be left when the ones are taken away; returns a list."""
    n = max(len(a), len(b))
    result = []
    for k in range(-n, 0):
        sizes = {shape[k] for shape in (a, b) if -k <= len(shape)} - {1}
        if len(sizes) > 1:
            raise ValueError("shapes do not fit")
        result.append(sizes.pop() if sizes else 1)
    return result

# %% asks_numpy_with_empty_strides kind="right"
def broadcast_shape(a, b):
    """Lets NumPy broadcast two arrays; NumPy's own error is a ValueError."""
    return np.broadcast(np.empty(a), np.empty(b)).shape
