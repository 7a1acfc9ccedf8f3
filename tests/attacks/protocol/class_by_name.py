"""Says that its class is one of the checker's: a process, a mock, a test case, an exit."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "describe":
    names = ["ctypeslib.ctypes.CDLL", "f2py.subprocess.Popen", "_core.numeric.builtins.SystemExit", "testing._private.utils.unittest.TestCase", "memmap"]
    handles.told = getattr(handles, "told", -1) + 1
    return pack({name: ["named", "numpy", names[handles.told % 5]] for name in parts[0]}, [])
""")
