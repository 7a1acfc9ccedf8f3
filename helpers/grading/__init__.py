"""Grading that can be trusted; `nbgrader_config.py` and `course grade` use what is here."""

import sys

# nbformat imports jsonschema, which, where it finds this package, compiles a grammar for addresses
# in every alphabet: 2 to 3 s of each process, for a check that no notebook asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
