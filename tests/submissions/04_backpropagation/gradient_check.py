# %% [markdown]
# Students take a one-sided difference, leave a nudge in place before the next one, divide by the
# wrong size, compare entry by entry, or give x back changed in its last digit.

# %% takes_a_forward_difference kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 0, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Nudges up only."""
    d = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above = x.copy()
        above[index] += step
        d[index] = (function(above) - function(x)) / step
    g = gradient(x)
    size = np.linalg.norm(g) + np.linalg.norm(d)
    return np.linalg.norm(g - d) / size if size else 0.0

# %% divides_by_one_step kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 0, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Nudges up and down, and divides by the step."""
    d = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += step
        below[index] -= step
        d[index] = (function(above) - function(below)) / step
    g = gradient(x)
    size = np.linalg.norm(g) + np.linalg.norm(d)
    return np.linalg.norm(g - d) / size if size else 0.0

# %% leaves_nudges_in_place kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 1, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Copies x once, and takes no nudge back before the next entry's."""
    d = np.zeros_like(x)
    nudged = x.copy()
    for index in np.ndindex(x.shape):
        nudged[index] += step
        above = function(nudged)
        nudged[index] -= 2 * step
        d[index] = (above - function(nudged)) / (2 * step)
    g = gradient(x)
    size = np.linalg.norm(g) + np.linalg.norm(d)
    return np.linalg.norm(g - d) / size if size else 0.0

# %% adds_and_takes_off_in_x kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 1, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Nudges x in place; adding and taking off again leaves another last digit."""
    d = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += step
        above = function(x)
        x[index] -= 2 * step
        below = function(x)
        x[index] += step
        d[index] = (above - below) / (2 * step)
    g = gradient(x)
    size = np.linalg.norm(g) + np.linalg.norm(d)
    return np.linalg.norm(g - d) / size if size else 0.0

# %% divides_by_the_numeric_size kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 0, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Another relative error: divided by the size of the differences."""
    d = checks.numeric_gradient(function, x, step)
    size = np.linalg.norm(d)
    return np.linalg.norm(gradient(x) - d) / size if size else 0.0

# %% takes_the_largest_entry kind="wrong" points={"test_gradient_check": 1, "test_gradient_check_bugs": 0, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Compares entry by entry and returns the worst."""
    d = checks.numeric_gradient(function, x, step)
    g = gradient(x)
    return np.max(np.abs(g - d) / np.maximum(np.abs(g) + np.abs(d), 1e-12))

# %% divides_zero_by_zero kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 1, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Gives NaN where both gradients are 0."""
    d = checks.numeric_gradient(function, x, step)
    g = gradient(x)
    return np.linalg.norm(g - d) / (np.linalg.norm(g) + np.linalg.norm(d))

# %% expects_a_vector kind="wrong" points={"test_gradient_check": 0, "test_gradient_check_bugs": 0, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Goes through the first axis only."""
    d = np.zeros_like(x)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += step
        below[i] -= step
        d[i] = (function(above) - function(below)) / (2 * step)
    g = gradient(x)
    size = np.linalg.norm(g) + np.linalg.norm(d)
    return np.linalg.norm(g - d) / size if size else 0.0

# %% has_a_step_of_its_own kind="wrong" points={"test_gradient_check": 1, "test_gradient_check_bugs": 0, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Knows that 1e-5 is best in float64, and ignores the argument."""
    d = checks.numeric_gradient(function, x, 1e-5)
    g = gradient(x)
    size = np.linalg.norm(g) + np.linalg.norm(d)
    return np.linalg.norm(g - d) / size if size else 0.0

# %% never_divides_by_less_than_one kind="wrong" points={"test_gradient_check": 1, "test_gradient_check_bugs": 1, "test_gradient_check_hidden": 0}
def gradient_check(function, gradient, x, step):
    """Avoids 0 / 0 with a floor of 1, so that small gradients always look right."""
    d = checks.numeric_gradient(function, x, step)
    g = gradient(x)
    return np.linalg.norm(g - d) / max(1.0, np.linalg.norm(g) + np.linalg.norm(d))

# %% stacks_nudges_as_rows kind="right"
def gradient_check(function, gradient, x, step):
    """Rows of the identity as nudges, one for each entry."""
    nudges = step * np.eye(x.size).reshape(x.size, *x.shape)
    d = np.array([function(x + n) - function(x - n) for n in nudges]) / (2 * step)
    g = np.ravel(gradient(x))
    size = np.sqrt(g @ g) + np.sqrt(d @ d)
    return np.sqrt(np.sum((g - d) ** 2)) / max(size, 1e-300)

# %% keeps_and_restores_entries kind="right"
def gradient_check(function, gradient, x, step):
    """Works in x itself, but keeps each entry and puts the very same number back."""
    differences = []
    for index in np.ndindex(*x.shape):
        kept = x[index]
        x[index] = kept + step
        above = function(x)
        x[index] = kept - step
        below = function(x)
        x[index] = kept
        differences.append(float(above - below) / step / 2)
    claimed = [float(value) for value in np.asarray(gradient(x)).flat]
    top = math.dist(claimed, differences)
    bottom = math.hypot(*claimed) + math.hypot(*differences)
    return 0.0 if bottom == 0 else top / bottom

# %% takes_the_course_s_differences kind="right"
def gradient_check(function, gradient, x, step):
    """Uses the helper of the course, and a guard as many programs have it; no axes are left."""
    d = checks.numeric_gradient(function, x, step)
    g = gradient(x)
    return np.array(np.linalg.norm(g - d) / (np.linalg.norm(g) + np.linalg.norm(d) + 1e-7))
