"""The losses against other libraries: `make test-peers`."""
