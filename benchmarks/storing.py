"""How long a file of share tokens takes to be read, sealed and stored."""

import io
import secrets
import time

from benchmarks.place import fresh_installation, machine

ROWS = 100_000


def token_file() -> io.BytesIO:
    """A CSV of made-up share tokens in the shape Sumsub's have."""
    lines = "\n".join(f"_act-sbx-jwt-{secrets.token_urlsafe(90)}" for _ in range(ROWS))
    return io.BytesIO(f"token\n{lines}\n".encode())


def main() -> None:
    """Print the figure."""
    with fresh_installation():
        from customers import intake, token_csv
        from customers.models import ImportSource

        contents = token_file()
        began = time.perf_counter()
        options = intake.Options(level_name="id-only", source=ImportSource.COMMAND)
        intake.store(token_csv.read(contents, max_rows=None), options)
        took = time.perf_counter() - began
    print(f"stored {ROWS} rows in {took:.1f} s, {ROWS / took:.0f} rows/s ({machine()})")


if __name__ == "__main__":
    main()
