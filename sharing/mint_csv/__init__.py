"""Bytes to numbered lines: whom share tokens are to be minted for.

Everything stays text (leading zeros are kept), and every line that cannot be used comes back with
its fault. What may stand in the header: see `columns`.
"""

from sharing.csv_text.refusals import FileRefused
from sharing.mint_csv.lines import MintLine
from sharing.mint_csv.reading import MintFile, read, read_pasted

__all__ = ["FileRefused", "MintFile", "MintLine", "read", "read_pasted"]
