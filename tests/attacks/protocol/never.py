"""Never answers, whatever signal comes."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded with time-outs"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
while kind == "apply":
    try:
        time.sleep(3600)
    except BaseException:
        pass
""")
