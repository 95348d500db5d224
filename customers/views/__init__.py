"""The recipient's pages: add, imports, customers, applications, overview."""
