"""Sends output that is not as the format says: numbers for texts, lists for contents."""

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = {
    "dense": """
kernel = get_ipython().kernel
socket = kernel.iopub_socket
parent = kernel.get_parent()
for kind in ("status", "stream", "display_data", "execute_result", "error"):
    for content in ([], 5, "x", {}, {"name": 5, "text": []}, {"data": 5, "metadata": []}, {"execution_state": []}, {"ename": {}, "evalue": 1, "traceback": 7}):
        kernel.session.send(socket, kind, content, parent=parent)
        kernel.session.send(socket, kind, content, parent={"header": [1, 2]})
"""
}
