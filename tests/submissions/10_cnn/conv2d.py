# %% [markdown]
# Students turn the filter round, give each pixel its bias, treat the channels wrongly, swap rows and
# columns, take images or filters to be square, or forget the stride.

# %% turns_the_filter_round kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Turns the filter round in both directions, as in the books on signals."""
    w = w[::-1, ::-1]
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = x[top : top + w.shape[0], left : left + w.shape[1]]
        z[i, j, f] = np.sum(window * w[..., f]) + b[f]
    return z


# %% bias_for_each_pixel kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Adds the bias inside the sum, so it comes once for each pixel and channel of the window."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = x[top : top + w.shape[0], left : left + w.shape[1]]
        z[i, j, f] = np.sum(window * w[..., f] + b[f])
    return z


# %% bias_for_each_channel kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Convolves channel by channel, and adds the bias to each of them."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        for c in range(x.shape[2]):
            window = x[top : top + w.shape[0], left : left + w.shape[1], c]
            z[i, j, f] += np.sum(window * w[:, :, c, f]) + b[f]
    return z


# %% forgets_the_bias kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Only the sums."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        z[i, j, f] = np.sum(x[top : top + w.shape[0], left : left + w.shape[1]] * w[..., f])
    return z


# %% adds_channels_of_both_apart kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Makes a grey image and grey filters first, because colours are added anyway."""
    grey, flat = x.sum(axis=2), w.sum(axis=2)
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = grey[top : top + w.shape[0], left : left + w.shape[1]]
        z[i, j, f] = np.sum(window * flat[..., f]) + b[f]
    return z


# %% averages_the_channels kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Takes the mean over the channels, so that more of them do not make larger numbers."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        products = x[top : top + w.shape[0], left : left + w.shape[1]] * w[..., f]
        z[i, j, f] = products.mean(axis=2).sum() + b[f]
    return z


# %% uses_the_first_channel_only kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Tried on a grey image, where channel 0 is all there is."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = x[top : top + w.shape[0], left : left + w.shape[1], 0]
        z[i, j, f] = np.sum(window * w[:, :, 0, f]) + b[f]
    return z


# %% takes_filters_to_be_square kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """len(w) is the height, and here it is the width as well."""
    k = len(w)
    rows, columns = ((n - k) // stride + 1 for n in x.shape[:2])
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = x[top : top + k, left : left + k]
        z[i, j, f] = np.sum(window * w[:, :k, :, f]) + b[f]
    return z


# %% takes_images_to_be_square kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """One size for rows and columns, that of the height."""
    places = (x.shape[0] - w.shape[0]) // stride + 1
    z = np.zeros((places, places, len(b)))
    for i in range(places):
        for j in range(places):
            top, left = i * stride, j * stride
            window = x[top : top + w.shape[0], left : left + w.shape[1]]
            z[i, j] = np.tensordot(window, w, axes=3) + b
    return z


# %% forgets_the_stride kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 1, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Leaves the stride out altogether."""
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        z[i, j, f] = np.sum(x[i : i + w.shape[0], j : j + w.shape[1]] * w[..., f]) + b[f]
    return z


# %% stride_in_the_size_only kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 1, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """The stride makes the map smaller, but the windows still start at i and j."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        z[i, j, f] = np.sum(x[i : i + w.shape[0], j : j + w.shape[1]] * w[..., f]) + b[f]
    return z


# %% stride_down_only kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 1, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """Moves down by the stride, and across by one."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = x.shape[1] - w.shape[1] + 1
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        window = x[i * stride : i * stride + w.shape[0], j : j + w.shape[1]]
        z[i, j, f] = np.sum(window * w[..., f]) + b[f]
    return z


# %% misses_the_last_windows kind="wrong" points={"test_conv2d": 0, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """(n - k) // stride places, without the one at the start."""
    rows = (x.shape[0] - w.shape[0]) // stride
    columns = (x.shape[1] - w.shape[1]) // stride
    z = np.zeros((rows, columns, len(b)))
    for i, j, f in np.ndindex(z.shape):
        top, left = i * stride, j * stride
        window = x[top : top + w.shape[0], left : left + w.shape[1]]
        z[i, j, f] = np.sum(window * w[..., f]) + b[f]
    return z


# %% adds_the_filters_up kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """One map for all filters: multiplies with the whole of w and adds everything."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.zeros((rows, columns, 1))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        window = x[top : top + w.shape[0], left : left + w.shape[1]]
        z[i, j, 0] = np.sum(window[..., None] * w) + b.sum()
    return z


# %% reshapes_the_filters_the_wrong_way kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """im2col with reshape(filters, -1).T: the numbers fit, and are another matrix."""
    down, across, channels, filters = w.shape
    view = np.lib.stride_tricks.sliding_window_view(x, (down, across), axis=(0, 1))
    view = np.moveaxis(view[::stride, ::stride], 2, -1)
    rows = view.reshape(-1, down * across * channels)
    z = rows @ w.reshape(filters, -1).T + b
    return z.reshape(*view.shape[:2], filters)


# %% windows_with_the_channels_first kind="wrong" points={"test_conv2d": 1, "test_conv2d_channels": 0, "test_conv2d_hidden": 0}
def conv2d(x, w, b, stride=1):
    """sliding_window_view puts the window last, behind the channels; w has the channels last."""
    down, across, channels, filters = w.shape
    view = np.lib.stride_tricks.sliding_window_view(x, (down, across), axis=(0, 1))
    view = view[::stride, ::stride]
    z = view.reshape(-1, down * across * channels) @ w.reshape(-1, filters) + b
    return z.reshape(*view.shape[:2], filters)


# %% one_product_of_windows kind="right"
def conv2d(x, w, b, stride=1):
    """im2col: every window a row, every filter a column."""
    down, across, channels, filters = w.shape
    view = np.lib.stride_tricks.sliding_window_view(x, (down, across), axis=(0, 1))
    view = np.moveaxis(view[::stride, ::stride], 2, -1)
    z = view.reshape(-1, down * across * channels) @ w.reshape(-1, filters)
    return z.reshape(*view.shape[:2], filters) + b


# %% adds_a_shifted_image_for_each_weight kind="right"
def conv2d(x, w, b, stride=1):
    """Loops over the filter's places: each adds a shifted image, its channels mixed."""
    rows = (x.shape[0] - w.shape[0]) // stride + 1
    columns = (x.shape[1] - w.shape[1]) // stride + 1
    z = np.tile(b.astype(float), (rows, columns, 1))
    for u, v in np.ndindex(w.shape[:2]):
        z = (
            z
            + x[u : u + rows * stride : stride, v : v + columns * stride : stride][:rows, :columns]
            @ w[u, v]
        )
    return z


# %% einsum_in_float32 kind="right"
def conv2d(x, w, b, stride=1):
    """float32, and einsum over window and channels."""
    x, w, b = (np.asarray(a, dtype=np.float32) for a in (x, w, b))
    view = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(0, 1))
    return np.einsum("ijcuv,uvcf->ijf", view[::stride, ::stride], w) + b


# %% six_loops_into_lists kind="right"
def conv2d(x, w, b, stride=1):
    """Plain Python all the way; a list of lists of lists comes back."""
    height, width, channels = x.shape
    down, across, _, filters = w.shape
    z = []
    for top in range(0, height - down + 1, stride):
        row = []
        for left in range(0, width - across + 1, stride):
            entry = []
            for f in range(filters):
                total = float(b[f])
                for u in range(down):
                    for v in range(across):
                        for c in range(channels):
                            total += float(x[top + u, left + v, c]) * float(w[u, v, c, f])
                entry.append(total)
            row.append(entry)
        z.append(row)
    return z
