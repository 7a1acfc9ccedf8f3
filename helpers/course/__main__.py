"""`python -m helpers.course` is the `course` command."""

from helpers.course.cli import main

main()
