"""The recipient's half of the API: imports, rows, customers, applications, the bulk call."""
