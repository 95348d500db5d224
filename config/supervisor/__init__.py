"""`make run`: one process that starts everything a demo needs and leaves nothing behind."""
