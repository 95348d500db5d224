"""People and rights: users, groups as roles, keys, and the audit trail."""
