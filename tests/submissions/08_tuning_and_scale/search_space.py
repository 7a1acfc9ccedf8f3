# %% [markdown]
# Students draw the rate itself in place of its logarithm, mix up the two logarithms, leave out the
# last size, let one random number decide on everything, and trust rng.choice with any list.

# %% draws_the_rate_itself kind="wrong" points={"test_search_space": 1, "test_search_space_log": 0, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Takes "log" for a name and draws uniformly."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind in ("uniform", "log"):
                one[name] = rng.uniform(rest[0], rest[1])
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[rng.integers(len(sizes))]
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% mixes_the_logarithms kind="wrong" points={"test_search_space": 0, "test_search_space_log": 0, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Takes log10 on the way in and exp on the way out."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(np.log10(rest[0]), np.log10(rest[1])))
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[rng.integers(len(sizes))]
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% powers_of_ten_only kind="wrong" points={"test_search_space": 1, "test_search_space_log": 0, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Draws a whole exponent: five learning rates in all."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                low, high = np.log10(rest[0]), np.log10(rest[1])
                one[name] = 10.0 ** rng.integers(round(low), round(high) + 1)
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[rng.integers(len(sizes))]
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% rounds_to_five_digits kind="wrong" points={"test_search_space": 1, "test_search_space_log": 0, "test_search_space_fair": 1, "test_search_space_hidden": 1}
def search_space(space, n, rng):
    """Rounds for a tidy table, and the small rates collapse."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = round(rng.uniform(*rest), 5)
            elif kind == "log":
                one[name] = round(np.exp(rng.uniform(*np.log(rest))), 5)
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[rng.integers(len(sizes))]
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% misses_the_last_size kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """rng.integers stops before its end, so 256 never comes."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                steps = int(np.log2(rest[1] / rest[0]))
                one[name] = rest[0] * 2 ** (rng.integers(0, steps) if steps else 0)
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% any_whole_number kind="wrong" points={"test_search_space": 0, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Draws sizes between low and high, not the doublings."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                one[name] = int(rng.integers(rest[0], rest[1] + 1))
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% nearest_power_of_a_uniform_number kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Draws the size itself and cuts it down to a doubling: mostly a large one."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                wish, size = rng.uniform(*rest), rest[0]
                while 2 * size <= wish:
                    size *= 2
                one[name] = size
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% sizes_as_floats kind="wrong" points={"test_search_space": 0, "test_search_space_log": 1, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """2 ** (a float) is a float."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                steps = np.floor(np.log2(rest[1] / rest[0]))
                one[name] = rest[0] * 2.0 ** rng.integers(0, steps + 1)
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% draws_one_and_repeats_it kind="wrong" points={"test_search_space": 1, "test_search_space_log": 0, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """[one] * n is the same dict n times."""
    one = {}
    for name, (kind, *rest) in space.items():
        if kind == "uniform":
            one[name] = rng.uniform(*rest)
        elif kind == "log":
            one[name] = np.exp(rng.uniform(*np.log(rest)))
        elif kind == "doubling":
            sizes = [rest[0]]
            while 2 * sizes[-1] <= rest[1]:
                sizes.append(2 * sizes[-1])
            one[name] = sizes[rng.integers(len(sizes))]
        else:
            one[name] = rest[0][rng.integers(len(rest[0]))]
    return [one] * n

# %% fills_one_dict_again_and_again kind="wrong" points={"test_search_space": 1, "test_search_space_log": 0, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """The dict is made before the loop, so the list holds the last draw n times."""
    configurations, one = [], {}
    for _ in range(n):
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[rng.integers(len(sizes))]
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% one_number_for_everything kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """One random number per configuration says how far up each range it lies."""
    configurations = []
    for _ in range(n):
        u, one = rng.random(), {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rest[0] + u * (rest[1] - rest[0])
            elif kind == "log":
                one[name] = rest[0] * (rest[1] / rest[0]) ** u
            elif kind == "doubling":
                steps = int(np.log2(rest[1] / rest[0])) + 1
                one[name] = rest[0] * 2 ** int(u * steps)
            else:
                one[name] = rest[0][int(u * len(rest[0]))]
        configurations.append(one)
    return configurations

# %% a_generator_of_its_own kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 1}
def search_space(space, n, rng):
    """Makes a generator with a fixed seed "to be reproducible" and leaves rng alone."""
    rng = np.random.default_rng(42)
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[rng.integers(len(sizes))]
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% draws_from_the_global_generator kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 1}
def search_space(space, n, rng):
    """np.random in place of rng: nobody can repeat the search."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = np.random.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(np.random.uniform(*np.log(rest)))
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = sizes[np.random.randint(len(sizes))]
            else:
                one[name] = rest[0][np.random.randint(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% trusts_choice_with_any_list kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """rng.choice makes an array of the values, which tuples do not survive."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                sizes = [rest[0]]
                while 2 * sizes[-1] <= rest[1]:
                    sizes.append(2 * sizes[-1])
                one[name] = int(rng.choice(sizes))
            else:
                one[name] = rng.choice(rest[0])
        configurations.append(one)
    return configurations

# %% knows_only_the_example kind="wrong" points={"test_search_space": 1, "test_search_space_log": 0, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Writes the example's ranges into the code."""
    return [
        {
            "learning_rate": 10 ** rng.uniform(-5, -1),
            "dropout": rng.uniform(0, 0.5),
            "units": int(2 ** rng.integers(4, 9)),
            "activation": ["relu", "elu", "tanh"][rng.integers(3)],
        }
        for _ in range(n)
    ]

# %% powers_of_two_up_to_the_limit kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 1, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Rounds the logarithms of both limits, which need not be whole."""
    configurations = []
    for _ in range(n):
        one = {}
        for name, (kind, *rest) in space.items():
            if kind == "uniform":
                one[name] = rng.uniform(*rest)
            elif kind == "log":
                one[name] = np.exp(rng.uniform(*np.log(rest)))
            elif kind == "doubling":
                low, high = np.log2(rest)
                one[name] = int(2 ** rng.integers(round(low), round(high) + 1))
            else:
                one[name] = rest[0][rng.integers(len(rest[0]))]
        configurations.append(one)
    return configurations

# %% a_grid_in_order kind="wrong" points={"test_search_space": 1, "test_search_space_log": 1, "test_search_space_fair": 0, "test_search_space_hidden": 0}
def search_space(space, n, rng):
    """Evenly spaced values, smallest first, are no random search."""
    columns = {}
    for name, (kind, *rest) in space.items():
        if kind == "uniform":
            columns[name] = np.linspace(rest[0], rest[1], n)
        elif kind == "log":
            columns[name] = np.geomspace(rest[0], rest[1], n)
        elif kind == "doubling":
            sizes = [rest[0]]
            while 2 * sizes[-1] <= rest[1]:
                sizes.append(2 * sizes[-1])
            columns[name] = [sizes[rng.integers(len(sizes))] for _ in range(n)]
        else:
            columns[name] = [rest[0][rng.integers(len(rest[0]))] for _ in range(n)]
    return [{name: values[i] for name, values in columns.items()} for i in range(n)]

# %% one_helper_for_each_draw kind="right"
def draw(kind, limits, rng):
    """One value for one description."""
    if kind == "uniform":
        return float(rng.uniform(*limits))
    if kind == "log":
        return float(np.exp(rng.uniform(*np.log(limits))))
    values = limits[0] if kind == "choice" else [limits[0]]
    while kind == "doubling" and 2 * values[-1] <= limits[1]:
        values.append(2 * values[-1])
    return values[rng.integers(len(values))]


def column(name, kind, limits, n, rng):
    return [(name, draw(kind, limits, rng)) for _ in range(n)]


def search_space(space, n, rng):
    columns = [column(name, kind, limits, n, rng) for name, (kind, *limits) in space.items()]
    return [dict(row) for row in zip(*columns)] if columns else [{} for _ in range(n)]

# %% all_columns_at_once kind="right"
def search_space(space, n, rng):
    """Draws a whole column for each name, in powers of ten, and zips the columns."""
    columns = []
    for kind, *rest in space.values():
        if kind == "uniform":
            columns.append(rng.uniform(rest[0], rest[1], n))
        elif kind == "log":
            columns.append(10 ** rng.uniform(np.log10(rest[0]), np.log10(rest[1]), n))
        elif kind == "doubling":
            steps = (rest[1] // rest[0]).bit_length()
            columns.append(rest[0] * 2 ** rng.integers(0, steps, n))
        else:
            columns.append([rest[0][i] for i in rng.integers(0, len(rest[0]), n)])
    return [dict(zip(space, row, strict=True)) for row in zip(*columns, strict=True)]

# %% scikit_learns_sampler kind="right"
from scipy import stats
from sklearn.model_selection import ParameterSampler


def search_space(space, n, rng):
    """Has scikit-learn draw, with a seed from rng."""
    if n == 0:
        return []
    distributions = {"no name": stats.uniform()}  # it repeats no combination of lists alone
    for name, (kind, *rest) in space.items():
        if kind == "uniform":
            distributions[name] = stats.uniform(rest[0], rest[1] - rest[0])
        elif kind == "log":
            distributions[name] = stats.loguniform(rest[0], rest[1])
        elif kind == "doubling":
            distributions[name] = [rest[0] * 2**k for k in range(20) if rest[0] * 2**k <= rest[1]]
        else:
            distributions[name] = list(rest[0])
    drawn = ParameterSampler(distributions, n, random_state=int(rng.integers(2**31)))
    return [{name: one[name] for name in space} for one in drawn]

# %% throws_dice_until_it_fits kind="right"
def search_space(space, n, rng):
    """Works with rng.random() alone: inverse of the distribution function, rejection, float32."""

    def draw(kind, *rest):
        if kind == "choice":
            return rest[0][int(rng.random() * len(rest[0]))]
        low, high = rest
        if kind == "uniform":
            return low * (1 - (u := rng.random())) + high * u
        if kind == "log":
            return np.float32(low * (high / low) ** rng.random())
        while True:  # a size between low and 2 ** 20 * low, thrown away if too large
            size = low << int(rng.random() * 20)
            if size <= high:
                return size

    return [{name: draw(*what) for name, what in space.items()} for _ in range(n)]
