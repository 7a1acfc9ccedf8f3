"""Tests get what a lecture defines and what that needs, and hear of it when a name is gone."""

import pytest

from tests.lectures.source import Lecture

TEXT = """# %% [markdown]
# # A lecture

# %%
from math import sqrt

rng, table = None, {}
table["root"] = sqrt
print("a definition needs no printing")


# %%
def half(x):
    x["local"] = 1
    return x / two


two = 2
total = 1 / 0

# %%
n, w = 3, 0
for step in range(n):
    w = w + step * table["root"](4)
result = w / two
late = result.gone

# %%
class Node:
    x = 4

    def root(self):
        return table["root"](self.x)


x, w = 1, 2
"""


@pytest.fixture
def lecture(tmp_path):
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures" / "01_a.py").write_text(TEXT)
    return Lecture(tmp_path, "01_a")


def test_what_a_definition_needs_comes_with_it(lecture, capsys):
    assert lecture.get("Node")().root() == 2
    assert lecture.get("table")["root"](9) == 3
    assert capsys.readouterr().out == ""


def test_a_given_value_comes_before_the_lectures(lecture):
    assert lecture.get("two", two=5) == 5
    assert lecture.get("result", w=8) == 4


def test_a_cell_is_followed_up_to_a_name(lecture):
    assert lecture.follow("result")["w"] == 6
    space = lecture.follow("result", n=5, w=100)
    assert (space["w"], space["result"]) == (120, 60)
    assert lecture.follow("result", space, n=0, w=space["result"])["result"] == 30


@pytest.mark.parametrize("take", [Lecture.get, Lecture.follow])
def test_a_name_that_is_gone_is_named(lecture, take):
    with pytest.raises(LookupError, match=r"lectures/01_a.py no longer defines 'quarter'"):
        take(lecture, "quarter")


def test_a_name_with_several_meanings_is_asked_for(lecture):
    with pytest.raises(LookupError, match=r"sets 'w' in lines 22, 23, 36: give its value"):
        lecture.get("w")
    with pytest.raises(LookupError, match=r"line 22 also sets \['n'\]: give them as well"):
        lecture.follow("result", w=1)


def test_an_error_shows_the_lectures_line(lecture):
    with pytest.raises(ZeroDivisionError) as caught:
        lecture.follow("total")
    assert caught.traceback[-1].lineno + 1 == 19
