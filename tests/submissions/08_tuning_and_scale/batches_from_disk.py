# %% [markdown]
# Students read or convert the whole file first, collect the batches before they return them, shuffle
# images and labels apart from each other or within batches only, and lose the last rows.

# %% converts_the_whole_file kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Converts first and indexes afterwards: the whole file as float32."""
    images = open_images().astype("float32") / 255
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[rows], labels[rows]

# %% np_array_around_the_file kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """np.array(...) around the file, to be on the safe side."""
    images = np.array(open_images())
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[rows].astype("float32") / 255, labels[rows]

# %% shuffles_the_images kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """images[order] is a copy of everything."""
    order = rng.permutation(len(labels))
    images, labels = open_images()[order], labels[order]
    for start in range(0, len(labels), batch_size):
        x = images[start : start + batch_size]
        yield x.astype("float32") / 255, labels[start : start + batch_size]

# %% collects_a_list kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Returns a list: all batches are in memory at once."""
    images, batches = open_images(), []
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        batches.append((images[rows].astype("float32") / 255, labels[rows]))
    return batches

# %% scales_within_the_loop_before_indexing kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """(images / 255)[rows] divides the whole file, once for each batch."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield (images / np.float32(255))[rows], labels[rows]

# %% reads_the_block_around_the_rows kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Reads from the smallest row to the largest in one go and picks from that."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        block = images[rows.min() : rows.max() + 1]
        yield block[rows - rows.min()].astype("float32") / 255, labels[rows]

# %% in_the_order_of_the_file kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Slices are faster, so it does not shuffle."""
    images = open_images()
    for start in range(0, len(labels), batch_size):
        rows = slice(start, start + batch_size)
        yield images[rows].astype("float32") / 255, labels[rows]

# %% shuffles_the_batches kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Draws the order of the batches; each holds neighbours."""
    images = open_images()
    starts = np.arange(0, len(labels), batch_size)
    for start in rng.permutation(starts):
        rows = slice(start, start + batch_size)
        yield images[rows].astype("float32") / 255, labels[rows]

# %% shuffles_within_each_batch kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Mixes the rows of a batch, which are neighbours in the file."""
    images = open_images()
    for start in range(0, len(labels), batch_size):
        rows = rng.permutation(np.arange(start, min(start + batch_size, len(labels))))
        yield images[rows].astype("float32") / 255, labels[rows]

# %% shuffles_in_a_buffer kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """A buffer of a few batches, as with a small buffer_size in tf.data: late rows come late."""
    images, n = open_images(), len(labels)
    buffer, order = [], []
    for row in range(n):
        buffer.append(row)
        if len(buffer) > 2 * batch_size:
            order.append(buffer.pop(rng.integers(len(buffer))))
    order = np.array(order + [int(row) for row in rng.permutation(buffer)])
    for start in range(0, n, batch_size):
        rows = order[start : start + batch_size]
        yield images[rows].astype("float32") / 255, labels[rows]

# %% draws_with_replacement kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Draws rows anew for each batch: some come twice, others never."""
    images, n = open_images(), len(labels)
    for start in range(0, n, batch_size):
        rows = rng.integers(n, size=min(batch_size, n - start))
        yield images[rows].astype("float32") / 255, labels[rows]

# %% drops_the_last_rows kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """n // batch_size batches: what is left over gets lost."""
    images = open_images()
    order = rng.permutation(len(labels))
    for k in range(len(labels) // batch_size):
        rows = order[k * batch_size : (k + 1) * batch_size]
        yield images[rows].astype("float32") / 255, labels[rows]

# %% an_empty_batch_at_the_end kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """n // batch_size + 1 batches, also where there is nothing left."""
    images = open_images()
    order = rng.permutation(len(labels))
    for k in range(len(labels) // batch_size + 1):
        rows = order[k * batch_size : (k + 1) * batch_size]
        yield images[rows].astype("float32") / 255, labels[rows]

# %% two_orders kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Sorts the rows, which reads faster, and forgets the labels."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[np.sort(rows)].astype("float32") / 255, labels[rows]

# %% float64 kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """uint8 / 255 is float64."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[rows] / 255, labels[rows]

# %% forgets_to_scale kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """float32, but from 0 to 255."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[rows].astype("float32"), labels[rows]

# %% a_seed_of_its_own kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 1.5, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 1}
def batches_from_disk(open_images, labels, batch_size, rng):
    """The same order in every epoch."""
    images = open_images()
    order = np.random.default_rng(0).permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield images[rows].astype("float32") / 255, labels[rows]

# %% never_ends kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Goes on for ever, as Keras' old generators had to."""
    images = open_images()
    while True:
        order = rng.permutation(len(labels))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            yield images[rows].astype("float32") / 255, labels[rows]

# %% returns_in_the_loop kind="wrong" points={"test_batches_from_disk": 0, "test_batches_from_disk_values": 0, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 0, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """return where yield should be: the first batch, once."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        return images[rows].astype("float32") / 255, labels[rows]

# %% reads_each_batch_twice kind="wrong" points={"test_batches_from_disk": 1, "test_batches_from_disk_values": 0.5, "test_batches_from_disk_reads": 0, "test_batches_from_disk_shuffled": 1, "test_batches_from_disk_hidden": 0}
def batches_from_disk(open_images, labels, batch_size, rng):
    """Looks at the batch once to find its largest value, and reads it again."""
    images = open_images()
    order = rng.permutation(len(labels))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        if images[rows].max() > 1:
            yield images[rows].astype("float32") / 255, labels[rows]
        else:
            yield images[rows].astype("float32"), labels[rows]

# %% an_object_with_iter kind="right"
class Epoch:
    """A batch at a time, row by row from the file, sorted within the batch."""

    def __init__(self, images, labels, order, batch_size):
        self.images, self.labels, self.order, self.batch_size = images, labels, order, batch_size

    def __len__(self):
        return -(-len(self.order) // self.batch_size)

    def __iter__(self):
        for k in range(len(self)):
            rows = sorted(self.order[k * self.batch_size :][: self.batch_size])
            x = np.stack([self.images[row] for row in rows])
            yield np.divide(x, 255, dtype="float32"), self.labels[rows]


def batches_from_disk(open_images, labels, batch_size, rng):
    order = list(range(len(labels)))
    for i in range(len(order) - 1, 0, -1):  # Fisher and Yates
        j = int(rng.integers(i + 1))
        order[i], order[j] = order[j], order[i]
    return Epoch(open_images(), labels, order, batch_size)

# %% the_class_of_the_lecture kind="right"
class OnDisk(keras.utils.PyDataset):
    """The lecture's class, with its name, and the rows in place of its blocks in random order."""

    def __init__(self, open_file, y, batch, rng):
        super().__init__()
        self.open_file, self.y, self.batch = open_file, y, batch
        self.order = rng.permutation(len(y))

    def __len__(self):
        return int(np.ceil(len(self.y) / self.batch))

    def __getitem__(self, i):
        rows = self.order[i * self.batch : (i + 1) * self.batch]
        return self.open_file()[rows] / np.float32(255), self.y[rows]


def batches_from_disk(open_images, labels, batch_size, rng):
    return OnDisk(open_images, labels, batch_size, rng)

# %% a_keras_pydataset kind="right"
def batches_from_disk(open_images, labels, batch_size, rng):
    """What fit takes, too: batches by number, and an end."""

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return int(np.ceil(len(labels) / batch_size))

        def __getitem__(self, k):
            if k >= len(self):
                raise IndexError(k)
            rows = order[k * batch_size : (k + 1) * batch_size]
            return images[rows].astype("float32") / 255, labels[rows]

    images, order = open_images(), np.argsort(rng.random(len(labels)))
    return Batches()

# %% tensors_one_batch_ahead kind="right"
def batches_from_disk(open_images, labels, batch_size, rng):
    """tf.data cuts the row numbers into batches; the next batch is read before one is handed out."""
    order = np.arange(len(labels))
    rng.shuffle(order)
    ahead = None
    for rows in tf.data.Dataset.from_tensor_slices(order).batch(batch_size):
        images = open_images()  # opened anew: that costs nothing
        x = tf.cast(images.take(rows.numpy(), axis=0), tf.float32) / 255.0
        if ahead is not None:
            yield ahead
        ahead = x, tf.gather(labels, rows)
    yield ahead

# %% masks_and_integer_tuples kind="right"
def batches_from_disk(open_images, labels, batch_size, rng):
    """Each row gets the number of its batch by lot; a mask picks a batch's rows."""
    images = open_images()
    batch_of = rng.permuted(np.arange(len(labels)) // batch_size)
    return (
        (images[batch_of == k, ...].astype("float32") / 255, labels[batch_of == k])
        for k in range(batch_of.max() + 1)
    )
