"""Calls a service on this machine, as it could any other."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import socket

for address in ("127.0.0.1", "::1", "localhost"):
    try:
        with socket.create_connection((address, @PORT@), timeout=1) as connection:
            connection.sendall(b"the hidden tests are")
    except OSError:
        pass
"""
}
ALONE = True
