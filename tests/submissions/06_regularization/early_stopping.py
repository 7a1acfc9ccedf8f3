# %% [markdown]
# Students keep the arrays where a copy is needed, exchange a list's entries for writing into arrays, never
# set the count back, compare with the epoch before, let small gains become the best, stop one epoch too
# late, and let nan become the best loss.

# %% keeps_the_arrays_themselves kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Keeps a reference to the list."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss, self.kept = None, math.inf, None

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = self.weights
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% copies_the_list_only kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """weights.copy() copies the list; the arrays in it are the same."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss, self.kept = None, math.inf, None

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = self.weights.copy()
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% copies_at_the_start_only kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Makes the copy in __init__, and never again."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf
        self.kept = [w.copy() for w in weights]

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% copies_every_epoch kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Copies before it asks whether the epoch was any good."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        self.kept = [w.copy() for w in self.weights]
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% restores_the_list_only kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Puts the copies into the list; the network's arrays stay as they were."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for i, kept in enumerate(self.kept):
            self.weights[i] = kept

# %% restores_its_own_attribute kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Gives self.weights another value, which the network never sees."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        self.weights = self.kept

# %% returns_the_best_weights kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Hands out the copies in place of writing them back."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        return self.kept

# %% restores_the_first_array_only kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Keeps the weights, and forgets the bias."""

    def __init__(self, weights, patience, min_delta):
        self.w, self.patience, self.min_delta = weights[0], patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = self.w.copy()
        return self.waited >= self.patience

    def restore(self):
        self.w[...] = self.kept

# %% never_sets_the_count_back kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Counts all epochs without improvement, in a row or not."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss = self.epoch, loss
            self.kept = [w.copy() for w in self.weights]
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% stops_one_epoch_too_late kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Stops when patience is exceeded."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited > self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% stops_one_epoch_too_soon kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Counts the improvement itself as the first epoch of waiting."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 1
            self.kept = [w.copy() for w in self.weights]
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% compares_with_the_epoch_before kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """An improvement is a loss below the last one."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited, self.last = 0, 0, math.inf
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if loss < self.last - self.min_delta:
            self.waited = 0
        else:
            self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss = self.epoch, loss
            self.kept = [w.copy() for w in self.weights]
        self.last = loss
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% lets_small_gains_become_the_best kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 0, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """min_delta decides on the waiting alone; the best is the lowest of all."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.waited = 0
        else:
            self.waited += 1
        if loss < self.best_loss:
            self.best_epoch, self.best_loss = self.epoch, loss
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% adds_min_delta kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 0, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """The wrong sign: a little worse is an improvement, too."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss + self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% takes_equal_for_better kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 0, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """<= in place of <."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss <= self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% takes_higher_for_better kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 0, "test_early_stopping_nan": 0, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Written for accuracies."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, -math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss > self.best_loss + self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% takes_nan_for_better kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Asks whether the loss is not better; nan answers no to that."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if loss >= self.best_loss - self.min_delta:
            self.waited += 1
        else:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% starts_from_the_first_loss kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """The first loss is the best so far, whatever it is; nan stays so for ever."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if self.epoch == 1 or loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% stops_at_nan kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Training is broken, so stop at once."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        if math.isnan(loss):
            return True
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% skips_nan kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Pretends that an epoch with nan never happened."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        if np.isnan(loss):
            return False
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% counts_epochs_from_zero kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 0, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Raises the number after it has been used."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        self.epoch += 1
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% returns_only_when_it_stops kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 1}
class EarlyStopping:
    """Returns True, or nothing."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        if self.waited >= self.patience:
            return True

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% remembers_in_the_class kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 0, "test_early_stopping_nan": 0, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Lists that belong to the class: all stoppers share them, also those of other nets."""

    losses, best = [], []

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta

    @property
    def best_epoch(self):
        return self.best[-1][0] if self.best else None

    @property
    def best_loss(self):
        return self.best[-1][1] if self.best else math.inf

    def update(self, loss):
        self.losses.append(loss)
        if loss < self.best_loss - self.min_delta:
            self.best.append((len(self.losses), loss, [w.copy() for w in self.weights]))
        return len(self.losses) - (self.best_epoch or 0) >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.best[-1][2]):
            w[...] = kept

# %% remembers_in_globals kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
kept_weights = []


class EarlyStopping:
    """The copies go into a global list, which the next stopper's training overwrites."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            kept_weights[:] = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, kept_weights):
            w[...] = kept

# %% forgets_self kind="wrong" points={"test_early_stopping": 0, "test_early_stopping_best": 0, "test_early_stopping_nan": 1, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """best_epoch and the count are names of the method, gone with each call."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.best_loss, self.best_epoch, self.epoch = math.inf, None, 0

    def update(self, loss):
        waited = 0
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            best_epoch = self.epoch
            self.best_loss = loss
            self.kept = [w.copy() for w in self.weights]
        else:
            waited += 1
        return waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% counts_before_the_first_epoch_as_epoch_0 kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Starts best_epoch from 0, so that the difference of two numbers tells how long it waited."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.best_epoch, self.best_loss = 0, 0, math.inf

    def update(self, loss):
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss = self.epoch, loss
            self.kept = [w.copy() for w in self.weights]
        return self.epoch - self.best_epoch >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% starts_best_loss_from_none kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 0, "test_early_stopping_weights": 1, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """None means that there is no best loss yet, as for best_epoch."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, None

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        first = self.best_loss is None and not math.isnan(loss)
        if first or (self.best_loss is not None and loss < self.best_loss - self.min_delta):
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% works_on_copies kind="wrong" points={"test_early_stopping": 1, "test_early_stopping_best": 1, "test_early_stopping_nan": 1, "test_early_stopping_weights": 0, "test_early_stopping_hidden": 0}
class EarlyStopping:
    """Keeps copies in __init__ already, lest anything changes, and so never sees the network again."""

    def __init__(self, weights, patience, min_delta):
        self.weights = [w.copy() for w in weights]
        self.patience, self.min_delta = patience, min_delta
        self.epoch, self.waited = 0, 0
        self.best_epoch, self.best_loss = None, math.inf

    def update(self, loss):
        self.epoch += 1
        self.waited += 1
        if loss < self.best_loss - self.min_delta:
            self.best_epoch, self.best_loss, self.waited = self.epoch, loss, 0
            self.kept = [w.copy() for w in self.weights]
        return self.waited >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.kept):
            w[...] = kept

# %% keeps_all_losses kind="right"
class EarlyStopping:
    """Keeps the history, and counts backward from now; NumPy's copyto."""

    def __init__(self, weights, patience, min_delta):
        self.network = weights
        self.settings = {"patience": patience, "min_delta": min_delta}
        self.losses, self.improvements, self.best_loss, self.best_epoch = [], [], math.inf, None

    def update(self, loss):
        self.losses.append(loss)
        if self.best_loss - loss > self.settings["min_delta"]:
            self.best_loss, self.best_epoch = loss, len(self.losses)
            self.copies = {i: np.array(w, copy=True) for i, w in enumerate(self.network)}
        since = len(self.losses) - (self.best_epoch if self.best_epoch is not None else 0)
        return np.bool_(since >= self.settings["patience"])

    def restore(self):
        for i, w in enumerate(self.network):
            np.copyto(w, self.copies[i])

# %% counts_down_from_patience kind="right"
class EarlyStopping:
    """Patience as a supply that is used up; nan becomes inf; weights as one flat vector."""

    def __init__(self, weights, patience, min_delta):
        self._arrays, self._full, self._least = list(weights), patience, min_delta
        self._left, self._epoch = patience, 0
        self.best_epoch, self.best_loss = None, float("inf")

    def update(self, loss):
        self._epoch = self._epoch + 1
        loss = float("inf") if np.isnan(loss) else float(loss)
        if loss + self._least < self.best_loss:
            self.best_epoch, self.best_loss = self._epoch, loss
            self._flat = np.concatenate([array.ravel() for array in self._arrays])
            self._left = self._full
            return False
        self._left -= 1
        if self._left <= 0:
            return True
        return False

    def restore(self):
        start = 0
        for array in self._arrays:
            array[:] = self._flat[start : start + array.size].reshape(array.shape)
            start += array.size

# %% derives_from_a_base_class kind="right"
class Memory:
    """What is remembered, in a class of its own; deep copies, in-place arithmetic to restore."""

    def __init__(self, epoch=None, loss=math.inf, weights=()):
        from copy import deepcopy

        self.epoch, self.loss, self.weights = epoch, loss, deepcopy(list(weights))


class EarlyStopping:
    """Says when to stop, with properties for what is asked from outside."""

    def __init__(self, weights, patience, min_delta):
        self.weights, self.patience, self.min_delta = weights, patience, min_delta
        self.memory, self.now = Memory(), 0

    @property
    def best_epoch(self):
        return self.memory.epoch

    @property
    def best_loss(self):
        return self.memory.loss

    def update(self, loss):
        self.now += 1
        improved = not math.isnan(loss) and loss < self.memory.loss - self.min_delta
        if improved:
            self.memory, self.last = Memory(self.now, loss, self.weights), self.now
        return not improved and self.now - (self.memory.epoch or 0) >= self.patience

    def restore(self):
        for w, kept in zip(self.weights, self.memory.weights):
            w *= 0
            w += kept
