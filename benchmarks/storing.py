"""How fast a file of share tokens is read, sealed and stored, and how much memory that takes."""

import argparse
import hashlib
import os
import random
import resource
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from benchmarks.place import DATABASES, fresh_installation, machine

LETTERS = 90
LEVEL = "id-only"


def write_tokens(path: Path, rows: int) -> None:
    """A CSV of made-up share tokens in the shape Sumsub's have."""
    dice = random.Random(1)
    with path.open("w", encoding="ascii") as file:
        file.write("token\n")
        for _ in range(rows):
            letters = urlsafe_b64encode(dice.randbytes(LETTERS)).decode()
            file.write(f"_act-sbx-jwt-{letters}\n")


def stored(path: Path) -> int:
    """Store the file as an import, not started; its number."""
    from customers import intake, token_csv
    from customers.models import ImportSource

    options = intake.Options(level_name=LEVEL, source=ImportSource.COMMAND)
    with path.open("rb") as contents:
        return int(intake.store(token_csv.read(contents, max_rows=None), options).pk)


def measure(rows: int, database: str) -> None:
    """Print the figures of one database."""
    with fresh_installation(database):
        file = Path(os.environ["DATA_DIR"]) / "tokens.csv"
        write_tokens(file, rows)
        child = [sys.executable, "-m", "benchmarks.storing", "--child", str(file)]
        told = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True).stdout
        took, idle, most = (float(word) for word in told.split())
        copied = _copied(file)
    print(
        f"stored {rows} share tokens in {took:.1f} s, {rows / took:.0f} rows/s, "
        f"{most - idle:.0f} MB over the idle process; reading and hashing the bytes alone takes "
        f"{copied:.2f} s ({database}, {machine()})"
    )


def _copied(file: Path) -> float:
    began = time.perf_counter()
    for line in file.read_bytes().splitlines():
        hashlib.sha256(line).digest()
    return time.perf_counter() - began


def child(file: Path) -> None:
    """Store the file in this process: prints seconds, memory before and at its height in MB."""
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    idle = _memory_now()
    began = time.perf_counter()
    stored(file)
    took = time.perf_counter() - began
    print(took, idle, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _memory_now() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def main() -> None:
    """Read the wish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.child:
        child(wish.child)
    else:
        measure(wish.rows, wish.database)


if __name__ == "__main__":
    main()
