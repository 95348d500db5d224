"""Stores something for every id in an address of the API, and prints the ids as JSON."""

import json

import django

django.setup()

from tests.parts.all_things import all_things  # noqa: E402

if __name__ == "__main__":
    print(json.dumps(all_things()))
