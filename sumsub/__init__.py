"""Sumsub's language: calls, records, errors and webhooks. Knows neither Django nor us.

`sumsub.client` makes calls, `sumsub.calls` builds them, `sumsub.records` is what comes back,
`sumsub.errors` is what may go wrong, `sumsub.webhooks` reads what Sumsub sends on its own.
Nothing is imported here: the sandbox starts without loading an HTTP client.
"""
