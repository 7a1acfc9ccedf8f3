# %% [markdown]
# A classifier: students forget to compile, to return the model, the activation of the hidden layer
# or the metric, mix up softmax and logits, and take a loss for one-hot targets.

# %% forgets_to_compile kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Defines the layers and stops there.
    return keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )

# %% returns_what_compile_returns kind="wrong" points={"test_build_classifier": 0, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Chains the calls: compile returns None.
    return keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    ).compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

# %% no_hidden_activation kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 1, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Trusts that Dense comes with an activation.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% sigmoid_in_the_middle kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 1, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # The activation of another decade.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="sigmoid"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% one_hot_loss kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # categorical_crossentropy wants one-hot targets.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model

# %% sigmoid_outputs kind="wrong" points={"test_build_classifier": 0, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # A yes or no for each class: the probabilities do not share out 1.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="sigmoid"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% logits kind="wrong" points={"test_build_classifier": 0, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Sound practice, but predict answers with logits where probabilities are asked for.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model

# %% no_metric kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 1}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Compiles with a loss alone.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model

# %% tiny_learning_rate kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 1, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # "Small steps are safe."
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(learning_rate=1e-6)
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% two_hidden_layers kind="wrong" points={"test_build_classifier": 0, "test_build_classifier_compiled": 1, "test_build_classifier_hidden": 1}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Takes the inputs for a layer of its own and adds a hidden layer for them.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_hiddens, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% sizes_of_mnist kind="wrong" points={"test_build_classifier": 0, "test_build_classifier_compiled": 0, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Copies the lecture's network, sizes and all.
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% functional_rmsprop kind="right"
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Functional, activations as layers, another optimizer, the loss as an object.
    x = keras.Input(shape=(num_inputs,), name="pixels")
    h = keras.layers.ReLU()(keras.layers.Dense(num_hiddens, kernel_initializer="he_normal")(x))
    p = keras.layers.Softmax()(keras.layers.Dense(num_classes)(h))
    model = keras.Model(x, p)
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="acc")],
    )
    return model

# %% subclassed kind="right"
def build_classifier(num_inputs, num_hiddens, num_classes):
    # A class of its own; its weights appear with the first batch.
    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = keras.layers.Dense(num_hiddens)
            self.out = keras.layers.Dense(num_classes)

        def call(self, x):
            return keras.ops.softmax(self.out(keras.ops.relu(self.hidden(x))))

    model = Classifier()
    model.compile("nadam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% sgd_with_momentum kind="right"
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Layers added one by one, and plain gradient descent with momentum.
    model = keras.Sequential()
    model.add(keras.Input((num_inputs,)))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(num_hiddens, "relu", bias_initializer="random_normal"))
    model.add(keras.layers.Dense(num_classes, "softmax"))
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        keras.losses.sparse_categorical_crossentropy,
        metrics=["sparse_categorical_accuracy"],
    )
    return model

# %% leaky_hidden_units kind="wrong" points={"test_build_classifier": 1, "test_build_classifier_compiled": 1, "test_build_classifier_hidden": 0}
def build_classifier(num_inputs, num_hiddens, num_classes):
    # Takes one member of the ReLU family for another.
    model = keras.Sequential(
        [
            keras.Input((num_inputs,)),
            keras.layers.Dense(num_hiddens, activation="leaky_relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
