# %% [markdown]
# Students leave the old head on, lose the weights on the way, slice with -0, freeze the head or the
# wrong end, and compile with defaults.

# %% head_on_top_of_the_head kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Puts the new head on the old probabilities."""
    old = pretrained.layers
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - 1 - num_thawed and place < len(old) - 1
    outputs = keras.layers.Dense(num_classes, activation="softmax")(pretrained.output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% pops_from_a_copy_of_the_list kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """pretrained.layers.pop() takes the head off a list, not off the model."""
    pretrained.layers.pop()
    old = pretrained.layers
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    model = keras.Sequential([pretrained, keras.layers.Dense(num_classes, activation="softmax")])
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% clones_without_weights kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """clone_model makes the same layers with new random weights."""
    keras.utils.set_random_seed(3)
    copy = keras.models.clone_model(pretrained)
    old = copy.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(copy.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% freezes_nothing kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """A new head, and everything is trained."""
    keras.utils.set_random_seed(1)
    outputs = keras.layers.Dense(num_classes, activation="softmax")(pretrained.layers[-2].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% slices_with_minus_zero kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """old[:-0] is empty, so with num_thawed = 0 nothing is frozen."""
    keras.utils.set_random_seed(1)
    old = pretrained.layers[:-1]
    for layer in old[:-num_thawed]:
        layer.trainable = False
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% freezes_the_head kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Sets the whole new model to trainable = False, then thaws the last ones of the old."""
    old = pretrained.layers[:-1]
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    for layer in model.layers:
        layer.trainable = False
    for layer in old[len(old) - num_thawed :]:
        layer.trainable = True
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% freezes_the_last_ones kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Thaws the layers next to the inputs."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place <= num_thawed and place > 0
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% ignores_num_thawed kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Freezes all old layers, whatever was asked."""
    base = keras.Model(pretrained.input, pretrained.layers[-2].output)
    base.trainable = False
    model = keras.Sequential([base, keras.layers.Dense(num_classes, activation="softmax")])
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% counts_the_new_head kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Counts from the end of the new model, so one old layer too few is thawed."""
    outputs = keras.layers.Dense(num_classes, activation="softmax")(pretrained.layers[-2].output)
    model = keras.Model(pretrained.input, outputs)
    for place, layer in enumerate(model.layers):
        layer.trainable = place >= len(model.layers) - max(num_thawed, 1)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% freezes_dense_layers_only kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Forgets that batch normalization has something to learn as well."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        if isinstance(layer, keras.layers.Dense):
            layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% keeps_dense_layers_only kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Puts the old Dense layers into a new model and leaves the others out."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    x = inputs = keras.Input(pretrained.input_shape[1:])
    for layer in old:
        if isinstance(layer, keras.layers.Dense | keras.layers.Flatten):
            x = layer(x)
    model = keras.Model(inputs, keras.layers.Dense(num_classes, activation="softmax")(x))
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% forgets_to_compile kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Returns the model as it was built."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    return keras.Model(pretrained.input, outputs)

# %% adam_as_it_comes kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 1}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """"adam" has a rate of its own."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% adamw_for_adam kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 1}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Takes the better Adam of lecture 6, which was not asked for."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    optimizer = keras.optimizers.AdamW(learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% metrics_in_third_place kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """In compile's third place stand loss_weights."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"])
    return model

# %% one_hot_loss kind="wrong" points={"test_fine_tune": 1, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """categorical_crossentropy wants one-hot targets."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate), "categorical_crossentropy", metrics=["accuracy"]
    )
    return model

# %% head_without_softmax kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Logits, and a loss that takes them for probabilities."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes)(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% cuts_off_one_layer_too_many kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Takes layers[-2] for the head."""
    old = pretrained.layers[:-2]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% keeps_the_head_where_it_fits kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 1, "test_fine_tune_learns": 1, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """With as many new classes as old ones, goes on with the old head."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    if pretrained.output_shape[-1] == num_classes:
        outputs = pretrained.output
    else:
        outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    model = keras.Model(pretrained.input, outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% returns_what_compile_returns kind="wrong" points={"test_fine_tune": 0, "test_fine_tune_frozen": 0, "test_fine_tune_learns": 0, "test_fine_tune_hidden": 0}
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """compile returns None."""
    old = pretrained.layers[:-1]
    for place, layer in enumerate(old):
        layer.trainable = place >= len(old) - num_thawed
    outputs = keras.layers.Dense(num_classes, activation="softmax")(old[-1].output)
    return keras.Model(pretrained.input, outputs).compile(
        keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy"
    )

# %% a_copy_in_a_sequential kind="right"
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Copies layers and weights, so that the network which was given stays as it is."""
    copy = keras.models.clone_model(pretrained)
    copy.set_weights(pretrained.get_weights())
    model = keras.Sequential([keras.Input(pretrained.input_shape[1:])])
    old = [layer for layer in copy.layers if not isinstance(layer, keras.layers.InputLayer)][:-1]
    for left, layer in zip(range(len(old) - num_thawed, -num_thawed, -1), old, strict=True):
        layer.trainable = left <= 0
        model.add(layer)
    model.add(keras.layers.Dense(num_classes))
    model.add(keras.layers.Softmax())
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    return model

# %% the_old_network_as_one_layer kind="right"
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """The old layers make one model, which is the first layer of the new one."""
    base = keras.Model(pretrained.input, pretrained.layers[-2].output)
    base.trainable = False
    if num_thawed > 0:
        base.trainable = True
        for layer in base.layers[:-num_thawed]:
            layer.trainable = False
    inputs = keras.Input(pretrained.input_shape[1:])
    head = keras.layers.Dense(num_classes, "softmax", kernel_initializer="he_normal")
    model = keras.Model(inputs, head(base(inputs)))
    model.compile(
        keras.optimizers.Adam(learning_rate, beta_1=0.8),
        loss="sparse_categorical_crossentropy",
        metrics=["acc"],
    )
    return model

# %% thaws_layers_of_a_frozen_base kind="right"
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """Freezes the old layers as one model, as the lecture does, and thaws some of its layers."""
    base = keras.Sequential(pretrained.layers[:-1])
    base.trainable = False
    for layer in base.layers[len(base.layers) - num_thawed :]:
        layer.trainable = True
    model = keras.Sequential([base, keras.layers.Dense(num_classes, "softmax")])
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% the_list_of_inputs kind="right"
def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    """pretrained.inputs is a list of one; Keras warns when an array comes in place of it."""
    outputs = keras.layers.Dense(num_classes, "softmax")(pretrained.layers[-2].output)
    model = keras.Model(pretrained.inputs, outputs)
    for layer in model.layers[: len(model.layers) - 1 - num_thawed]:
        layer.trainable = False
    model.compile(
        keras.optimizers.Adam(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %% a_class_of_its_own kind="right"
class Tuned(keras.Model):
    """Calls the old layers one after the other, then the new head."""

    def __init__(self, old, num_classes):
        super().__init__()
        self.old = old
        self.head = keras.layers.Dense(num_classes, activation="softmax")

    def call(self, x, training=False):
        for layer in self.old:
            mode = {"training": training} if isinstance(layer, keras.layers.Dropout) else {}
            x = layer(x, **mode)
        return self.head(x)


def fine_tune(pretrained, num_classes, num_thawed, learning_rate):
    old = [layer for layer in pretrained.layers[:-1] if layer.__class__.__name__ != "InputLayer"]
    for layer in old:
        layer.trainable = False
    for layer in list(reversed(old))[:num_thawed]:
        layer.trainable = True
    model = Tuned(old, num_classes)
    model(np.zeros((1, *pretrained.input_shape[1:]), "float32"))  # makes the head's weights
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
