# %% [markdown]
# Students end the window one place early, look to one side, let a negative index count from the end,
# join the sentences, compare words where places count, or drop pairs that occur twice.

# %% looks_to_the_right kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Takes only the words behind the centre."""
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(i + 1, min(i + window + 1, len(words)))
    ]


# %% ends_one_early kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Forgets that range stops before its end."""
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(max(i - window, 0), min(i + window, len(words)))
        if i != j
    ]


# %% shifts_end_one_early kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Shifts a sentence by 1, 2, ... and stops before `window`: with a window of 1 nothing comes."""
    pairs = []
    for words in sentences:
        for k in range(1, window):
            for left, right in zip(words, words[k:], strict=False):
                pairs += [(left, right), (right, left)]
    return pairs


# %% keeps_the_centre kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Makes each word a context of itself."""
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(max(i - window, 0), min(i + window + 1, len(words)))
    ]


# %% compares_words kind="wrong" points={"test_skipgram_pairs": 1, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Leaves out equal words, where the centre's place is meant."""
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(max(i - window, 0), min(i + window + 1, len(words)))
        if words[i] != words[j]
    ]


# %% counts_from_the_end kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """A slice from a negative index starts at the end, and is mostly empty."""
    pairs = []
    for words in sentences:
        for i, centre in enumerate(words):
            for context in words[i - window : i] + words[i + 1 : i + window + 1]:
                pairs.append((centre, context))
    return pairs


# %% goes_round_the_ends kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Skips only what raises an IndexError; negative indices raise none."""
    pairs = []
    for words in sentences:
        for i in range(len(words)):
            for k in range(-window, window + 1):
                if k == 0:
                    continue
                try:
                    pairs.append((words[i], words[i + k]))
                except IndexError:
                    pass
    return pairs


# %% joins_the_sentences kind="wrong" points={"test_skipgram_pairs": 1, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """One long text, as if the full stops were not there."""
    words = [word for sentence in sentences for word in sentence]
    return [
        (words[i], words[j])
        for i in range(len(words))
        for j in range(max(i - window, 0), min(i + window + 1, len(words)))
        if i != j
    ]


# %% each_pair_once kind="wrong" points={"test_skipgram_pairs": 1, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """A set forgets how often a pair occurs."""
    pairs = set()
    for words in sentences:
        for i in range(len(words)):
            for j in range(max(i - window, 0), min(i + window + 1, len(words))):
                if i != j:
                    pairs.add((words[i], words[j]))
    return list(pairs)


# %% first_place_of_a_word kind="wrong" points={"test_skipgram_pairs": 1, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """words.index(word) is the first place of a word, not this one."""
    pairs = []
    for words in sentences:
        for centre in words:
            i = words.index(centre)
            for j in range(max(i - window, 0), min(i + window + 1, len(words))):
                if i != j:
                    pairs.append((centre, words[j]))
    return pairs


# %% at_the_distance_only kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Pairs words exactly `window` places apart."""
    pairs = []
    for words in sentences:
        for left, right in zip(words, words[window:], strict=False):
            pairs += [(left, right), (right, left)]
    return pairs


# %% full_windows_only kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Leaves out the words whose window hangs over an end."""
    pairs = []
    for words in sentences:
        for i in range(window, len(words) - window):
            for j in range(i - window, i + window + 1):
                if i != j:
                    pairs.append((words[i], words[j]))
    return pairs


# %% window_is_the_whole_width kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Halves the window: so many places on both sides together."""
    side = max(window // 2, 1)
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(max(i - side, 0), min(i + side + 1, len(words)))
        if i != j
    ]


# %% one_list_for_each_centre kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Gives each centre with the list of its contexts, not pairs."""
    return [
        (words[i], words[max(i - window, 0) : i] + words[i + 1 : i + window + 1])
        for words in sentences
        for i in range(len(words))
    ]


# %% a_generator kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Yields the pairs; the result is no list."""
    for words in sentences:
        for i in range(len(words)):
            for j in range(max(i - window, 0), min(i + window + 1, len(words))):
                if i != j:
                    yield words[i], words[j]


# %% empties_the_sentences kind="wrong" points={"test_skipgram_pairs": 0, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 0}
def skipgram_pairs(sentences, window):
    """Takes each first word out of the caller's list and pairs it with the next ones."""
    pairs = []
    for words in sentences:
        while words:
            first = words.pop(0)
            for other in words[:window]:
                pairs += [(first, other), (other, first)]
    return pairs


# %% no_pairs_is_none kind="wrong" points={"test_skipgram_pairs": 1, "test_skipgram_pairs_repeats": 0, "test_skipgram_pairs_hidden": 1}
def skipgram_pairs(sentences, window):
    """Returns None where there is nothing to return."""
    pairs = [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(max(i - window, 0), min(i + window + 1, len(words)))
        if i != j
    ]
    if pairs:
        return pairs


# %% shifted_texts kind="right"
def skipgram_pairs(sentences, window):
    """As the lecture does it: a sentence against itself, shifted; an array of two columns."""
    found = [np.zeros((0, 2), dtype=int)]
    for sentence in sentences:
        words = np.array(sentence, dtype=int)
        for k in range(1, min(window, len(words) - 1) + 1):
            left, right = words[:-k], words[k:]
            found += [np.column_stack([left, right]), np.column_stack([right, left])]
    return np.concatenate(found)


# %% a_table_of_distances kind="right"
def skipgram_pairs(sentences, window):
    """Marks all pairs of places in a square of distances, and looks them up; a list of lists."""
    pairs = []
    for words in sentences:
        places = np.arange(len(words))
        distance = np.abs(places[:, None] - places)
        for i, j in np.argwhere((distance > 0) & (distance <= window)):
            pairs.append([words[i], words[j]])
    return pairs


# %% first_word_and_the_rest kind="right"
def skipgram_pairs(sentences, window):
    """Recursion: the first word with its next ones, in both directions, then the rest."""
    if not sentences:
        return []
    first, *others = sentences
    if not first:
        return skipgram_pairs(others, window)
    word, *rest = first
    near = rest[:window]
    pairs = [(word, other) for other in near] + [(other, word) for other in near]
    return pairs + skipgram_pairs([rest, *others], window)
