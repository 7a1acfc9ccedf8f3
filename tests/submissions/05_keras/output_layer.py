# %% [markdown]
# Output and loss: students use a softmax everywhere, two units for two classes, one-hot losses for
# class numbers, and a sigmoid or a cross-entropy for regression.

# %% softmax_everywhere kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 0, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # "The last layer is always a softmax."
    loss = "mse" if "regression" in task else "sparse_categorical_crossentropy"
    return {"units": count, "activation": "softmax", "loss": loss}

# %% two_units_for_two_classes kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # One unit per class, for two classes as well.
    table = {
        "binary": ("sigmoid", "binary_crossentropy"),
        "multi-class": ("softmax", "sparse_categorical_crossentropy"),
        "multi-label": ("sigmoid", "binary_crossentropy"),
        "regression": (None, "mse"),
        "bounded regression": ("sigmoid", "mse"),
    }
    if task not in table:
        raise ValueError(task)
    return {"units": count, "activation": table[task][0], "loss": table[task][1]}

# %% softmax_on_one_unit kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 1}
def output_layer(task, count):
    # A softmax over one unit is always 1.
    if task == "binary":
        return {"units": 1, "activation": "softmax", "loss": "binary_crossentropy"}
    if task == "multi-class":
        return {"units": count, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    if task == "multi-label":
        return {"units": count, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "regression":
        return {"units": count, "activation": None, "loss": "mse"}
    if task == "bounded regression":
        return {"units": count, "activation": "sigmoid", "loss": "mse"}
    raise ValueError("unknown task")

# %% one_hot_loss kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 1}
def output_layer(task, count):
    # Forgets that the targets are class numbers.
    if task == "binary":
        return {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "multi-class":
        return {"units": count, "activation": "softmax", "loss": "categorical_crossentropy"}
    if task == "multi-label":
        return {"units": count, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "regression":
        return {"units": count, "activation": None, "loss": "mse"}
    if task == "bounded regression":
        return {"units": count, "activation": "sigmoid", "loss": "mse"}
    raise ValueError("unknown task")

# %% softmax_for_labels kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # Takes several labels for several classes.
    if task == "binary":
        return {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task in ("multi-class", "multi-label"):
        return {"units": count, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    if task == "regression":
        return {"units": count, "activation": None, "loss": "mse"}
    if task == "bounded regression":
        return {"units": count, "activation": "sigmoid", "loss": "mse"}
    raise ValueError("unknown task")

# %% relu_for_regression kind="wrong" points={"test_output_layer": 1, "test_output_layer_regression": 0, "test_output_layer_hidden": 1}
def output_layer(task, count):
    # "ReLU for numbers": it never answers less than 0.
    if task == "binary":
        return {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "multi-class":
        return {"units": count, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    if task == "multi-label":
        return {"units": count, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "regression":
        return {"units": count, "activation": "relu", "loss": "mse"}
    if task == "bounded regression":
        return {"units": count, "activation": "sigmoid", "loss": "mse"}
    raise ValueError("unknown task")

# %% bounds_forgotten kind="wrong" points={"test_output_layer": 1, "test_output_layer_regression": 0, "test_output_layer_hidden": 1}
def output_layer(task, count):
    # Treats both kinds of regression alike.
    if task == "binary":
        return {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "multi-class":
        return {"units": count, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    if task == "multi-label":
        return {"units": count, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task.endswith("regression"):
        return {"units": count, "activation": "linear", "loss": "mse"}
    raise ValueError("unknown task")

# %% regression_has_one_output kind="wrong" points={"test_output_layer": 1, "test_output_layer_regression": 0, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # "Regression predicts one number."
    if task == "binary":
        return {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "multi-class":
        return {"units": count, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    if task == "multi-label":
        return {"units": count, "activation": "sigmoid", "loss": "binary_crossentropy"}
    if task == "regression":
        return {"units": 1, "activation": None, "loss": "mse"}
    if task == "bounded regression":
        return {"units": 1, "activation": "sigmoid", "loss": "mse"}
    raise ValueError("unknown task")

# %% labels_share_one_unit kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # "A yes-or-no answer needs one sigmoid": one for all labels together.
    table = {
        "binary": (1, "sigmoid", "binary_crossentropy"),
        "multi-class": (count, "softmax", "sparse_categorical_crossentropy"),
        "multi-label": (1, "sigmoid", "binary_crossentropy"),
        "regression": (count, None, "mse"),
        "bounded regression": (count, "sigmoid", "mse"),
    }
    if task not in table:
        raise ValueError(task)
    return dict(zip(("units", "activation", "loss"), table[task]))

# %% mean_absolute_error kind="wrong" points={"test_output_layer": 1, "test_output_layer_regression": 0, "test_output_layer_hidden": 1}
def output_layer(task, count):
    # Takes the metric of the lecture's regression for its loss.
    table = {
        "binary": (1, "sigmoid", "binary_crossentropy"),
        "multi-class": (count, "softmax", "sparse_categorical_crossentropy"),
        "multi-label": (count, "sigmoid", "binary_crossentropy"),
        "regression": (count, None, "mae"),
        "bounded regression": (count, "sigmoid", "mae"),
    }
    if task not in table:
        raise ValueError(task)
    return dict(zip(("units", "activation", "loss"), table[task]))

# %% unknown_tasks_pass kind="wrong" points={"test_output_layer": 1, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # "Everything else is bounded regression."
    if task == "binary":
        return {"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    elif task == "multi-class":
        return {"units": count, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}
    elif task == "multi-label":
        return {"units": count, "activation": "sigmoid", "loss": "binary_crossentropy"}
    elif task == "regression":
        return {"units": count, "activation": None, "loss": "mse"}
    else:
        return {"units": count, "activation": "sigmoid", "loss": "mse"}

# %% the_example_by_heart kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 0, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # The worked example and nothing else.
    return {"units": 10, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}

# %% a_tuple kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 0, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # The right choices, not in a dict.
    if task == "binary":
        return 1, "sigmoid", "binary_crossentropy"
    if task == "multi-class":
        return count, "softmax", "sparse_categorical_crossentropy"
    if task == "multi-label":
        return count, "sigmoid", "binary_crossentropy"
    if task == "regression":
        return count, None, "mse"
    if task == "bounded regression":
        return count, "sigmoid", "mse"
    raise ValueError("unknown task")

# %% logits_for_classes kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # "The loss applies the softmax": it does so from logits only, and no name says that.
    losses = {
        "binary": "binary_crossentropy",
        "multi-class": "sparse_categorical_crossentropy",
        "multi-label": "binary_crossentropy",
        "regression": "mse",
        "bounded regression": "mse",
    }
    if task not in losses:
        raise ValueError(task)
    activation = "sigmoid" if task == "bounded regression" else None
    return {"units": 1 if task == "binary" else count, "activation": activation, "loss": losses[task]}

# %% squared_error_for_all kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # The right activations, and one loss for everything.
    activations = {
        "binary": "sigmoid",
        "multi-class": "softmax",
        "multi-label": "sigmoid",
        "regression": None,
        "bounded regression": "sigmoid",
    }
    if task not in activations:
        raise ValueError(task)
    units = 1 if task == "binary" else count
    return {"units": units, "activation": activations[task], "loss": "mse"}

# %% categorical_loss_for_labels kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 1, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # Sigmoids for the labels, as is right, but "several units, so categorical".
    table = {
        "binary": (1, "sigmoid", "binary_crossentropy"),
        "multi-class": (count, "softmax", "sparse_categorical_crossentropy"),
        "multi-label": (count, "sigmoid", "categorical_crossentropy"),
        "regression": (count, None, "mse"),
        "bounded regression": (count, "sigmoid", "mse"),
    }
    if task not in table:
        raise ValueError(task)
    return dict(zip(("units", "activation", "loss"), table[task]))

# %% hands_out_objects kind="wrong" points={"test_output_layer": 0, "test_output_layer_regression": 0, "test_output_layer_hidden": 0}
def output_layer(task, count):
    # Functions and loss objects in place of their names.
    binary, squared = keras.losses.BinaryCrossentropy(), keras.losses.MeanSquaredError()
    sigmoid, softmax = keras.activations.sigmoid, keras.activations.softmax
    table = {
        "binary": (1, sigmoid, binary),
        "multi-class": (count, softmax, keras.losses.SparseCategoricalCrossentropy()),
        "multi-label": (count, sigmoid, binary),
        "regression": (count, None, squared),
        "bounded regression": (count, sigmoid, squared),
    }
    if task not in table:
        raise ValueError(task)
    return dict(zip(("units", "activation", "loss"), table[task]))

# %% other_spellings kind="right"
def output_layer(task, count):
    # Classes in place of functions, "linear" in place of None.
    match task:
        case "binary":
            return dict(units=1, activation="sigmoid", loss="BinaryCrossentropy")
        case "multi-class":
            return dict(
                units=count, activation="softmax", loss="SparseCategoricalCrossentropy"
            )
        case "multi-label":
            return dict(units=count, activation="sigmoid", loss="bce")
        case "regression":
            return dict(units=count, activation="linear", loss="MeanSquaredError")
        case "bounded regression":
            return dict(units=count, activation="sigmoid", loss="binary_crossentropy")
    raise ValueError(f"no such task: {task}")

# %% if_by_if kind="right"
def output_layer(task, count):
    # Fills the dict step by step, from the wrong tasks to the right ones.
    if task not in ["binary", "multi-class", "multi-label", "regression", "bounded regression"]:
        raise ValueError("I do not know " + task)
    answer = {"units": np.int64(count), "activation": "sigmoid", "loss": "mean_squared_error"}
    if task == "regression":
        answer["activation"] = None
    if task == "multi-class":
        answer["activation"] = "softmax"
        answer["loss"] = "sparse_categorical_crossentropy"
    if task in ("binary", "multi-label"):
        answer["loss"] = "binary_crossentropy"
    if task == "binary":
        answer["units"] = 1
    return answer
