"""A stand-in for Sumsub's API on this machine: real wire format, invented people.

Start it with ``python -m sumsub.sandbox --port 8001``, or from Python with
:func:`sumsub.sandbox.process.start`. The rules follow Sumsub's public documentation; where
that is silent the choice made here is a switch of the scenario (see :mod:`.scenario`).
"""
