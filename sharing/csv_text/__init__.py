"""Bytes to lines: what reading any CSV file shares, whether it lists share tokens or people."""
