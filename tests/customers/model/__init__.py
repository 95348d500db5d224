"""One row, Sumsub, the wire, time, people and workers as a graph of every state they can reach.

What the row engine does in it is done by the engine's own code on unsaved rows.
"""
