# %% [markdown]
# Students lose the last batch or the pairing of digits and labels, take the same order in every
# epoch, step uphill or before all slopes are known, and change the parameters they were given.

# %% loses_the_last_batch kind="wrong" points={"test_train": 1, "test_train_batches": 0, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Counts whole batches only."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order) - batch_size + 1, batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - lr * slopes[name]
    return params, losses

# %% shuffles_digits_only kind="wrong" points={"test_train": 0, "test_train_batches": 0, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Puts the digits into the new order and leaves the labels where they were."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[start : start + batch_size], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - lr * slopes[name]
    return params, losses

# %% ignores_the_orders kind="wrong" points={"test_train": 0, "test_train_batches": 0, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Takes samples as they are stored."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = slice(start, start + batch_size)
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - lr * slopes[name]
    return params, losses

# %% uses_the_first_order_only kind="wrong" points={"test_train": 1, "test_train_batches": 0, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Shuffles once and keeps that order for all epochs."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = orders[0][start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - lr * slopes[name]
    return params, losses

# %% steps_uphill kind="wrong" points={"test_train": 0, "test_train_batches": 1, "test_train_step": 0, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Adds the slope."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] + lr * slopes[name]
    return params, losses

# %% divides_by_the_batch_again kind="wrong" points={"test_train": 0, "test_train_batches": 1, "test_train_step": 0, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Divides by the batch size, though the loss is a mean already."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - lr * slopes[name] / batch_size
    return params, losses

# %% changes_the_given_arrays kind="wrong" points={"test_train": 1, "test_train_batches": 1, "test_train_step": 0, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """dict(params) copies the dictionary, and -= writes into the same arrays."""
    params = dict(params)
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] -= lr * slopes[name]
    return params, losses

# %% computes_slopes_at_the_start kind="wrong" points={"test_train": 0, "test_train_batches": 1, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Takes every slope at the parameters that were given."""
    new = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in new:
                new[name] = new[name] - lr * slopes[name]
    return new, losses

# %% keeps_the_loss_after_the_step kind="wrong" points={"test_train": 0, "test_train_batches": 1, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Notes the loss of the batch when the step is done."""
    params = {name: array.copy() for name, array in params.items()}
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            slopes = loss_and_gradients(x[rows], labels[rows], params)[1]
            for name in params:
                params[name] = params[name] - lr * slopes[name]
            losses.append(loss_and_gradients(x[rows], labels[rows], params)[0])
    return params, losses

# %% writes_into_the_given_dictionary kind="wrong" points={"test_train": 1, "test_train_batches": 1, "test_train_step": 0, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Makes new arrays, and puts them into the dictionary of the caller."""
    losses = []
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - lr * slopes[name]
    return params, losses

# %% runs_on_across_epochs kind="wrong" points={"test_train": 1, "test_train_batches": 0, "test_train_step": 1, "test_train_hidden": 0}
def train(x, labels, params, lr, batch_size, orders):
    """Takes all orders as one long line and cuts that into batches."""
    params, losses = {name: array.copy() for name, array in params.items()}, []
    line = orders.ravel()
    for start in range(0, len(line), batch_size):
        rows = line[start : start + batch_size]
        loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
        losses.append(loss)
        for name in params:
            params[name] -= lr * slopes[name]
    return params, losses

# %% pops_indices_from_a_list kind="right"
def train(x, labels, params, lr, batch_size, orders):
    """Takes batches off a list until it is empty; losses come back as an array."""
    new, losses = dict(params), []
    for order in orders.tolist():
        while order:
            batch, order = order[:batch_size], order[batch_size:]
            loss, slopes = loss_and_gradients(x[batch], labels[batch], new)
            losses.append(loss)
            new = {name: new[name] - lr * slopes[name] for name in new}
    return new, np.array(losses)

# %% works_in_float32 kind="right"
def train(x, labels, params, lr, batch_size, orders):
    """float32 throughout, and batches by np.split."""
    params = {name: array.astype("float32") for name, array in params.items()}
    x = x.astype("float32")
    losses = []
    for order in orders:
        for rows in np.split(order, np.arange(batch_size, len(order), batch_size)):
            loss, slopes = loss_and_gradients(x[rows], labels[rows], params)
            losses.append(np.float32(loss))
            for name, slope in slopes.items():
                params[name] -= np.float32(lr) * slope.astype("float32")
    return params, losses
