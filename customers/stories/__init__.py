"""The whole story of a customer: every strand of it in one list."""
