"""Engines broken on purpose: the checker must catch each of them.

`python -m tests.chaos.broken VARIANT -m celery …` (or a script) runs a program with one mistake put
into the engine. The product knows nothing of this: each variant is a module here that replaces a
function of it, in the processes of that run only.
"""
