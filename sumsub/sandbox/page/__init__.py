"""The page for people at the sandbox's root: what is here, and how to try it out."""
