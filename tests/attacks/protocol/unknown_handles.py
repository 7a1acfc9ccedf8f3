"""Hands out handles that do not exist, of classes that it made up or that exist here."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "describe":
    kinds = ["numpy.ndarray", "builtins.float", "unittest.mock.MagicMock", "os.path", "enum.IntEnum", "x" * 10_000, "..", "helpers.checks"]
    return pack({name: ["handle", 10**9 + number, kinds] for number, name in enumerate(parts[0])}, [])
return pack(["ok", [], ["handle", -1, ["http.HTTPStatus", "collections.OrderedDict"]], 0.0], [])
""")
