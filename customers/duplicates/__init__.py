"""The same person twice among customers: found, shown, decided by people. It never blocks."""
