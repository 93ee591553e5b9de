"""The tests of the losses. Each runs on every row of the table in `cases.py` that it applies to."""
