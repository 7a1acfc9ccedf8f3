# %% [markdown]
# Students turn the operands of reflected operations round, take local slopes at the result, and sort
# the graph so that a value hands on its slope before all paths have brought theirs.

# %% subtracts_the_wrong_way kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0.5, "test_finish_engine_hidden": 0}
class Value(Node):
    """Takes __rsub__ for self - other."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return self - other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% divides_the_wrong_way kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0.5, "test_finish_engine_hidden": 0}
class Value(Node):
    """Takes __rtruediv__ for self / other."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self / other

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% slope_of_tanh_at_the_input kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0.5, "test_finish_engine_hidden": 0}
class Value(Node):
    """Writes 1 - v**2, where v should be the result."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        return Value(math.tanh(self.data), [(self, 1 - self.data**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% keeps_the_exponent kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0.5, "test_finish_engine_hidden": 0}
class Value(Node):
    """Forgets to lower the exponent."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data**n)])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% lists_a_value_for_every_path kind="wrong" points={"test_finish_engine": 0.5, "test_finish_engine_order": 0, "test_finish_engine_hidden": 0}
class Value(Node):
    """Goes down every path and lists values as often as it meets them."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found = []
        for operand, _ in self.edges:
            found += operand.order()
        return found + [self]


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% sorts_level_by_level kind="wrong" points={"test_finish_engine": 0.5, "test_finish_engine_order": 0, "test_finish_engine_hidden": 0}
class Value(Node):
    """Lists values by their distance from the result: a shortcut comes too early."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found = [self]
        for value in found:
            for operand, _ in value.edges:
                if operand not in found:
                    found.append(operand)
        return found[::-1]


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% lists_before_visiting kind="wrong" points={"test_finish_engine": 0.5, "test_finish_engine_order": 0, "test_finish_engine_hidden": 0}
class Value(Node):
    """Lists a value when it is first met, and then its operands."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found = []

        def visit(value):
            if value not in found:
                found.append(value)
                for operand, _ in value.edges:
                    visit(operand)

        visit(self)
        return found[::-1]


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% lists_from_the_result_down kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0, "test_finish_engine_hidden": 0}
class Value(Node):
    """Right order, the wrong way round."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found[::-1]


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% goes_by_logarithms kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0.5, "test_finish_engine_hidden": 0}
class Value(Node):
    """Powers as exp(n log v), which has no logarithm for negative bases."""

    def __pow__(self, n):
        return (n * self.log()).exp()

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% multiplies_repeatedly kind="wrong" points={"test_finish_engine": 0, "test_finish_engine_order": 0.5, "test_finish_engine_hidden": 0}
class Value(Node):
    """Powers as repeated products, so whole positive exponents only; 1 / v written out."""

    def __pow__(self, n):
        result = Value(1)
        for _ in range(n):
            result = result * self
        return result

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return Value(other / self.data, [(self, -other / self.data**2)])

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% builds_from_other_operations kind="right"
class Value(Node):
    """tanh out of exp, differences out of sums; the graph grows, the slopes are the same."""

    def __pow__(self, n):
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])

    def tanh(self):
        e = (self * -2).exp()
        return (1 - e) / (1 + e)

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand, _ in value.edges:
                    visit(operand)
                found.append(value)

        visit(self)
        return found


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% removes_what_waits_for_nothing kind="right"
class Value(Node):
    """Kahn's algorithm: counts the users of each value, without recursion; returns a tuple."""

    def __pow__(self, n):
        power = self.data**n
        return Value(power, [(self, n * power / self.data if self.data else float(n == 1))])

    def tanh(self):
        x = self.data
        return Value(math.tanh(x), [(self, 1 / math.cosh(x) ** 2)])

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return other * self**-1

    def order(self):
        waiting, stack = {self: 0}, [self]
        while stack:
            for operand, _ in stack.pop().edges:
                if operand not in waiting:
                    waiting[operand] = 0
                    stack.append(operand)
                waiting[operand] += 1
        ready, done = [self], []
        while ready:
            value = ready.pop()
            done.append(value)
            for operand, _ in value.edges:
                waiting[operand] -= 1
                if waiting[operand] == 0:
                    ready.append(operand)
        return tuple(reversed(done))


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]

# %% asks_operands_for_their_lists kind="right"
class Value(Node):
    """Joins the operands' own lists, each value where it is met first; Python's floats for slopes."""

    def __pow__(self, n):
        return Value(self.data**n, ((self, n * self.data ** (n - 1)),))

    def tanh(self):
        return Value(math.tanh(self.data), [(self, 1 / math.cosh(self.data) ** 2)])

    def __rsub__(self, other):
        return Value(other - self.data, [(self, -1)])

    def __rtruediv__(self, other):
        return Value(other) / self

    def order(self):
        lists = [operand.order() for operand, _ in self.edges]
        return tuple(dict.fromkeys([*(value for each in lists for value in each), self]))


def value_and_slopes(function, numbers):
    """Return the value of a function of Values, and its slope along each of them."""
    inputs = [Value(number) for number in numbers]
    result = function(*inputs)
    result.backward()
    return result.data, [value.grad for value in inputs]
