"""The tests of lossgd."""
