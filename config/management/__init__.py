"""Commands that set up an installation."""
