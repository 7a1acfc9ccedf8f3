"""Answers requests that were never made, before each answer to one that was."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
kernel = get_ipython().kernel
message = {"msg_id": "never", "msg_type": "course_request"}
parent = {**message, "header": message, "parent_header": {}, "metadata": {}, "content": {}}
who = getattr(kernel, "_parent_ident", {}).get("shell", [b""])
for stream in getattr(kernel, "shell_streams", None) or [kernel.shell_stream]:
    for _ in range(50):
        answer = b'["ok", [], true, 0.0]'
        kernel.session.send(stream, "course_reply", {}, parent, ident=who, buffers=[answer])
""")
