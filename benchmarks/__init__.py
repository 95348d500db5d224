"""Scripts that print the figures of the README: `make bench`."""
