"""The pattern of a chapter as rules: `python -m tests.chapters` says what to do in which cell."""
