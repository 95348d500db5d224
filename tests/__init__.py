"""Sentences about behaviour. Nothing of ours is patched; the far end is the local sandbox."""
