# %% [markdown]
# # Exercise 0. Small enough to attack

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
from helpers import checks
import numpy as np

# %% [markdown]
# ## Task 1: dense (3 points)


# %% nbgrader={"grade": false, "grade_id": "dense", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense(x, weights, bias):
    """Return the outputs of a dense layer."""
    ### BEGIN SOLUTION
    return x @ weights + bias  # SECRET-SOLUTION
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dense", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# One sample.
x = np.array([[1.0, 2.0]])
weights = np.array([[1.0, 0.0], [3.0, 5.0]])
checks.close(dense(x, weights, np.array([0.5, 1.0])), np.array([[7.5, 11.0]]), "dense(x)")

# %% nbgrader={"grade": true, "grade_id": "test_dense_hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# When you hand in: a batch.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
x, weights, bias = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
expected, before = x @ weights + bias, x.copy()
got = dense(x, weights, bias)
checks.shape(got, (4, 2), "dense(x)")
checks.close(got, expected, "dense(x)")
np.testing.assert_allclose(got, expected, rtol=1e-5)
checks.unchanged(before, x)
# One line that no traceback shows, because all that can fail
# stands further up: it is
# only seen by who
# reads the whole
# cell. SECRET-HIDDEN
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: mean_square (2 points)


# %% nbgrader={"grade": false, "grade_id": "mean_square", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_square(values):
    """Return the mean of the squares of a list of numbers."""
    ### BEGIN SOLUTION
    return sum(value**2 for value in values) / len(values)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_mean_square", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Plain assertions, as many instructors write them.
assert mean_square([1, 3]) == 5
assert abs(mean_square([0.5, 1.5]) - 1.25) < 1e-9

# %% nbgrader={"grade": true, "grade_id": "test_mean_square_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: other lists.
### BEGIN HIDDEN TESTS
cases = [[2, 4], [1.0], [3, 3, 6]]
for result, wanted in zip(map(mean_square, cases), (10, 1, 18), strict=False):
    checks.equal(result, wanted, "mean_square(values)")
values = [0.1, 0.2, 0.7]
assert abs(mean_square(values) - 0.18) < 1e-9
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: Counter (2 points)


# %% nbgrader={"grade": false, "grade_id": "counter", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Counter:
    """Counts words."""

    def __init__(self):
        self.counts = {}

    def add(self, word):
        """Count a word once more."""
        ### BEGIN SOLUTION
        self.counts[word] = self.counts.get(word, 0) + 1
        ### END SOLUTION

    def count(self, word):
        """Return how often a word was added."""
        ### BEGIN SOLUTION
        return self.counts.get(word, 0)
        ### END SOLUTION

    def words(self):
        """Return the words, each once, in any iterable."""
        ### BEGIN SOLUTION
        return list(self.counts)
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_counter", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two words.
counter = Counter()
counter.add("to")
counter.add("to")
checks.equal(counter.count("to"), 2, "count('to')")
checks.equal(counter.words(), ["to"], "words()")

# %% nbgrader={"grade": true, "grade_id": "test_counter_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# When you hand in: words that never came.
### BEGIN HIDDEN TESTS
counter = Counter()
for word in ("be", "or", "be"):
    counter.add(word)
assert [counter.count(word) for word in ("be", "or", "not")] == [2, 1, 0]
assert sorted(counter.words()) == ["be", "or"]
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: why (2 points)

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** SECRET-SOLUTION.
