"""Has halves of characters, nulls and marks of writing direction in its code and answers."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": "text = '\ud800 \udfff \u202e \0'\nprint('\\ud800')\nraise ValueError('\\ud800' + text)\n",
    "mean_square": "def mean_square(values):\n    return '\\ud800'\n",
    "counter": "class Counter:\n    def add(self, word):\n        raise ValueError('\\udfff')\n    def count(self, word):\n        return '\\udfff'\n",
    "why": "half \ud83d of it",
}
