"""An agent that lies, for the attacks of this family."""

PRELUDE = """
import helpers.grading.agent as agent
from helpers.grading.protocol import pack, unpack
import itertools, json, struct, time

honest = agent.answer

def lie(frames, namespace, handles):
    (kind, *parts), buffers = unpack(frames)
{body}
    return honest(frames, namespace, handles)

agent.answer = lie

def dense(x, weights, bias):
    return x
"""


def lying(body: str) -> dict[str, str]:
    """Return answers whose kernel's agent runs `body` first, which may return any frames."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return {"dense": PRELUDE.replace("{body}", lines)}
