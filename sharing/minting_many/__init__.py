"""Minting many: batches of applicants for one recipient, and the file that comes of each, once.

`storing` takes lines in and says what is known about them; `deeds` are what people do; `drain`
mints within the shared budget; `taking` lets the share tokens go and erases them here.
"""
