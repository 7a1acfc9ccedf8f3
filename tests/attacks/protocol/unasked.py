"""Answers requests that were never made, thousands of times, before each answer."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
kernel = get_ipython().kernel
parent = {"header": {"msg_id": "never", "msg_type": "course_request"}, "msg_id": "never", "msg_type": "course_request", "metadata": {}, "content": {}, "parent_header": {}}
for stream in getattr(kernel, "shell_streams", None) or [kernel.shell_stream]:
    for _ in range(300):
        kernel.session.send(stream, "course_reply", {}, parent, ident=getattr(kernel, "_parent_ident", {}).get("shell", [b""]), buffers=[b'["ok", [], true, 0.0]'])
""")
