"""The pages of minting many: the list, a new batch, one batch, and what is done to it."""
