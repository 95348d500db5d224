"""Webhooks to the company's own systems: an outbox beside the deeds, and deliveries out of it."""
