"""An app of the tests' settings alone: how a test that commits leaves the database as it was."""
