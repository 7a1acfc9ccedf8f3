"""The one exception that a command reports as a sentence instead of a traceback."""


class CourseError(Exception):
    """Something a person can put right; its text says what was wrong and what to do."""
