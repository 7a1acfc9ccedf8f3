# %% [markdown]
# Students stop at z, forget that the bias is divided too, take abs, or measure the length of w by
# another rule, which goes unseen where w is a unit vector.

# %% returns_the_pre_activation kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Takes z for the distance."""
    return points @ weights + bias


# %% returns_only_the_sides kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Thinks that the side is all that is asked for."""
    return np.sign(points @ weights + bias)


# %% takes_the_absolute_value kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Knows that distances are not negative."""
    return np.abs(points @ weights + bias) / np.linalg.norm(weights)


# %% forgets_the_bias kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Lets every line pass through the origin."""
    return points @ weights / np.linalg.norm(weights)


# %% divides_before_adding_the_bias kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Makes w a unit vector and leaves b as it was."""
    return points @ (weights / np.linalg.norm(weights)) + bias


# %% divides_by_the_square kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Forgets the root in the length of w."""
    return (points @ weights + bias) / (weights @ weights)


# %% divides_by_the_sum_of_weights kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Takes the sum of absolute values for the length."""
    return (points @ weights + bias) / np.sum(np.abs(weights))


# %% scales_the_weights_in_place kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 1, "test_boundary_side_line": 1, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Divides the array that belongs to the caller."""
    length = np.linalg.norm(weights)
    weights[:] = weights / length
    return points @ weights + bias / length


# %% goes_straight_up_to_the_line kind="wrong" points={"test_boundary_side": 0, "test_boundary_side_scale": 0, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Measures along the second axis, as one reads a plot."""
    line = (-bias - weights[0] * points[:, 0]) / weights[1]
    return points[:, 1] - line


# %% starts_where_the_line_meets_an_axis kind="wrong" points={"test_boundary_side": 1, "test_boundary_side_scale": 1, "test_boundary_side_line": 0, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Projects from (0, -b / w2), a point that an upright line does not have."""
    start = np.array([0, -bias / weights[1]])
    return (points - start) @ weights / np.linalg.norm(weights)


# %% keeps_whole_numbers kind="wrong" points={"test_boundary_side": 1, "test_boundary_side_scale": 1, "test_boundary_side_line": 1, "test_boundary_side_hidden": 0}
def boundary_side(points, weights, bias):
    """Writes into an array of the points' dtype, which cuts distances to whole numbers."""
    distances = np.zeros_like(points[:, 0])
    for i, point in enumerate(points):
        distances[i] = (point @ weights + bias) / np.linalg.norm(weights)
    return distances


# %% measures_from_the_nearest_point kind="right"
def boundary_side(points, weights, bias):
    """Goes from a point of the line, along the unit vector."""
    unit = weights / np.hypot(weights[0], weights[1])
    foot = -bias * weights / np.dot(weights, weights)
    return [float(np.dot(point - foot, unit)) for point in points]


# %% loops_in_float32 kind="right"
def boundary_side(points, weights, bias):
    """A loop, in single precision."""
    result = np.zeros(len(points), dtype="float32")
    length = (float(weights[0]) ** 2 + float(weights[1]) ** 2) ** 0.5
    for i in range(len(points)):
        result[i] = (points[i][0] * weights[0] + points[i][1] * weights[1] + bias) / length
    return result
