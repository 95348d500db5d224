"""The work queue: what waits for a person, derived from the things themselves.

A task has no row of its own. It is there while its cause is, and ends with it; what people add to
it (who takes it, a day, putting it off, notes) is `customers.models.work`.
"""
