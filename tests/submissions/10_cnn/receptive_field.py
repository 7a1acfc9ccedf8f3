# %% [markdown]
# Students add windows up without the strides below, let a layer's own stride widen its own window, go
# through the stack from the wrong end, return a width, or give an end that is one too far.

# %% ignores_strides kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Each layer adds k - 1, as it does with stride 1."""
    width = 1 + sum(k - 1 for k, _ in stack)
    return i, i + width - 1


# %% ignores_strides_in_the_width kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Uses the strides for the place only."""
    distance = 1
    for _, stride in stack:
        distance *= stride
    return i * distance, i * distance + sum(k - 1 for k, _ in stack)


# %% own_stride_first kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Multiplies the distance by the layer's own stride before adding its window."""
    width = distance = 1
    for k, stride in stack:
        distance *= stride
        width += (k - 1) * distance
    return i * distance, i * distance + width - 1


# %% starts_at_the_wrong_end kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Takes the first pair for the highest layer."""
    width = distance = 1
    for k, stride in reversed(stack):
        width += (k - 1) * distance
        distance *= stride
    return i * distance, i * distance + width - 1


# %% end_one_too_far kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Gives the end as a slice has it, behind the last input."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return i * distance, i * distance + width


# %% returns_the_width kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Returns width and distance, as the lecture's function does."""
    width = distance = 1
    for k, stride in stack:
        width, distance = width + (k - 1) * distance, distance * stride
    return width, distance


# %% forgets_i kind="wrong" points={"test_receptive_field": 1, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """The field of number 0, whatever i."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return 0, width - 1


# %% fields_side_by_side kind="wrong" points={"test_receptive_field": 1, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Puts fields side by side, one width apart, as if they never overlapped."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return i * width, i * width + width - 1


# %% moves_by_i kind="wrong" points={"test_receptive_field": 1, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Number i starts at input i, as with stride 1."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return i, i + width - 1


# %% adds_whole_windows kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Adds k for each layer, so that shared inputs count twice."""
    width, distance = 0, 1
    for k, stride in stack:
        width += k * distance
        distance *= stride
    return i * distance, i * distance + max(width, 1) - 1


# %% centred_on_its_place kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Centres the field, as with "same"; negative indices are cut off."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return max(i * distance - width // 2, 0), i * distance + width // 2


# %% centred_with_negative_indices kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Centres the field as well, and lets it begin before the input."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance *= stride
    return i * distance - width // 2, i * distance + width // 2


# %% last_stride_only kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """The distance is the stride of the layer below, not the product of all below."""
    width, below, product = 1, 1, 1
    for k, stride in stack:
        width += (k - 1) * below
        below = stride
        product *= stride
    return i * product, i * product + width - 1


# %% strides_are_added kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 0, "test_receptive_field_hidden": 0}
def receptive_field(stack, i=0):
    """Adds strides where they multiply."""
    width = distance = 1
    for k, stride in stack:
        width += (k - 1) * distance
        distance += stride - 1
    return i * distance, i * distance + width - 1


# %% fails_without_layers kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 1, "test_receptive_field_hidden": 1}
def receptive_field(stack, i=0):
    """Starts with the first layer's window, and an empty stack has none."""
    (width, distance), *above = stack
    for k, stride in above:
        width += (k - 1) * distance
        distance *= stride
    return i * distance, i * distance + width - 1


# %% empties_the_stack kind="wrong" points={"test_receptive_field": 0, "test_receptive_field_place": 1, "test_receptive_field_hidden": 1}
def receptive_field(stack, i=0):
    """Takes the layers out of the list that it was given."""
    first = last = i
    while stack:
        k, stride = stack.pop()
        first, last = first * stride, last * stride + k - 1
    return first, last


# %% goes_down_from_the_top kind="right"
def receptive_field(stack, i=0):
    """Follows both ends down, layer by layer."""
    first = last = i
    for k, stride in stack[::-1]:
        first, last = first * stride, last * stride + k - 1
    return [first, last]


# %% asks_itself_for_the_layers_below kind="right"
def receptive_field(stack, i=0):
    """Recursion: the ends of the window, each one's own field in the layers below."""
    if not stack:
        return i, i
    *below, (k, stride) = stack
    return (
        receptive_field(below, i * stride)[0],
        receptive_field(below, i * stride + k - 1)[1],
    )


# %% products_of_numpy kind="right"
def receptive_field(stack, i=0):
    """np.cumprod gives the distances at once; the results are NumPy's integers."""
    table = np.array(stack, dtype=int).reshape(-1, 2)
    distances = np.concatenate([[1], np.cumprod(table[:, 1])])
    reach = np.sum((table[:, 0] - 1) * distances[:-1])
    return i * distances[-1], i * distances[-1] + reach
