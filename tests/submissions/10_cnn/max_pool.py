# %% [markdown]
# Students take the mean, start from 0 so that negative numbers are lost, pool over the channels, keep
# what fills no window, or mix up size and stride.

# %% averages kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Average pooling: the mean says as much."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].mean(axis=(0, 1))
    return z


# %% starts_the_search_at_0 kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Starts the search for the largest at 0, so windows of negative numbers give 0."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j, c in np.ndindex(z.shape):
        for u, v in np.ndindex(size, size):
            z[i, j, c] = max(z[i, j, c], x[i * stride + u, j * stride + v, c])
    return z


# %% pools_over_channels kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 1, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """max() without axis: the largest of the window in all channels, written to each."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].max()
    return z


# %% loses_the_channels kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Pools over the channels, too, and returns a matrix."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = np.max(x[top : top + size, left : left + size])
    return z


# %% keeps_the_rest kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Lets the last windows hang over the edge; slices are short there, and nobody complains."""
    stride = stride or size
    rows, columns = -(-x.shape[0] // stride), -(-x.shape[1] // stride)
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return z


# %% ignores_the_stride kind="wrong" points={"test_max_pool": 1, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """The lecture's function: windows lie side by side whatever the stride."""
    rows, columns = x.shape[0] // size, x.shape[1] // size
    x = x[: rows * size, : columns * size]
    return x.reshape(rows, size, columns, size, -1).max(axis=(1, 3))


# %% stride_is_1_by_default kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """As for convolutions, no stride means 1."""
    stride = 1 if stride is None else stride
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return z


# %% window_as_large_as_the_stride kind="wrong" points={"test_max_pool": 1, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Takes windows of stride by stride at the right places."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + stride, left : left + stride].max(axis=(0, 1))
    return z


# %% counts_places_by_the_stride kind="wrong" points={"test_max_pool": 1, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """n // stride places: right as long as size and stride are equal."""
    stride = stride or size
    rows, columns = x.shape[0] // stride, x.shape[1] // stride
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return z


# %% misses_the_last_windows kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """range(0, n - size, stride) stops before the last start."""
    stride = stride or size
    tops, lefts = range(0, x.shape[0] - size, stride), range(0, x.shape[1] - size, stride)
    z = np.zeros((len(tops), len(lefts), x.shape[2]))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            z[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return z


# %% takes_images_to_be_square kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 1, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """As many columns as rows."""
    stride = stride or size
    places = (x.shape[0] - size) // stride + 1
    z = np.zeros((places, places, x.shape[2]))
    for i, j in np.ndindex(places, places):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return z


# %% largest_absolute_value kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """The strongest answer counts, whatever its sign."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]))
    for i, j, c in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = x[top : top + size, left : left + size, c].ravel()
        z[i, j, c] = window[np.argmax(np.abs(window))]
    return z


# %% reshapes_the_image_as_it_lies kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Cuts the numbers in the order of memory into groups of size * size."""
    rows, columns = x.shape[0] // size, x.shape[1] // size
    x = x[: rows * size, : columns * size]
    return x.reshape(rows, columns, size * size, -1).max(axis=2)


# %% keeps_every_second_pixel kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 0, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Halves the image by leaving pixels out."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    return x[::stride, ::stride][:rows, :columns]


# %% whole_numbers_only kind="wrong" points={"test_max_pool": 0, "test_max_pool_stride": 1, "test_max_pool_hidden": 0}
def max_pool(x, size=2, stride=None):
    """Makes room for pixels from 0 to 255: fractions are cut off."""
    stride = stride or size
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    z = np.zeros((rows, columns, x.shape[2]), dtype=int)
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        z[i, j] = x[top : top + size, left : left + size].max(axis=(0, 1))
    return z


# %% maximum_of_shifted_images kind="right"
def max_pool(x, size=2, stride=None):
    """Loops over the places of the window, and keeps the entrywise maximum."""
    step = size if stride is None else stride
    rows, columns = (x.shape[0] - size) // step + 1, (x.shape[1] - size) // step + 1
    z = np.full((rows, columns, x.shape[2]), -np.inf)
    for u, v in np.ndindex(size, size):
        z = np.maximum(z, x[u::step, v::step][:rows, :columns])
    return z


# %% view_of_windows_in_float32 kind="right"
def max_pool(x, size=2, stride=None):
    """sliding_window_view, and float32."""
    step = stride or size
    x = np.asarray(x, dtype="float32")
    view = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
    return view[::step, ::step].max(axis=(-2, -1))


# %% rows_first_then_columns kind="right"
def max_pool(x, size=2, stride=None):
    """The largest of a square is the largest of its rows' largest: two passes, into a list."""
    step = size if stride is None else stride
    tops, lefts = range(0, len(x) - size + 1, step), range(0, len(x[0]) - size + 1, step)
    bands = [np.max(x[top : top + size], axis=0) for top in tops]
    return [[band[left : left + size].max(axis=0) for left in lefts] for band in bands]
