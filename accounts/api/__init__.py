"""What every resource of our API needs: keys, scopes, problems, lists, limits, idempotency."""
