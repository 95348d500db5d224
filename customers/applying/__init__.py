"""Completing, submitting and deciding applications: deeds that pages, the API and links share."""
