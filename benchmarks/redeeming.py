"""How fast rows are redeemed: at Sumsub's limit, and without one."""

import io
import sys
import time

from benchmarks.place import fresh_installation, machine
from sumsub.sandbox.process import Sandbox, start

AT_THE_LIMIT = ("50/5s", 300)
WITHOUT_LIMIT = ("none", 3000)


def settings(far_end: Sandbox, limit: str) -> dict[str, str]:
    """The connection to the sandbox's recipient."""
    workspace = far_end.recipient
    return {
        "SUMSUB_BASE_URL": far_end.url,
        "SUMSUB_APP_TOKEN": workspace.app_token,
        "SUMSUB_SECRET_KEY": workspace.secret_key,
        "SUMSUB_CLIENT_ID": workspace.client_id,
        "SUMSUB_POST_LIMIT": limit,
        "SUMSUB_GET_LIMIT": "none" if limit == "none" else "300/5s",
    }


def run(limit: str, rows: int) -> None:
    """Redeem so many rows under a limit and print the figures."""
    gets = "none" if limit == "none" else None
    with (
        start(applicants=rows, post_limit=limit, get_limit=gets) as far_end,
        fresh_installation(**settings(far_end, limit)),
    ):
        from customers import intake, redemption, token_csv
        from customers.models import Import, ImportSource

        contents = io.BytesIO(far_end.tokens_csv(rows, "outcome=approved").encode())
        options = intake.Options(level_name="id-only", source=ImportSource.COMMAND)
        stored = intake.store(token_csv.read(contents, max_rows=None), options)
        intake.start(stored.pk, by=None)
        mine = Import.objects.undecided().filter(pk=stored.pk)
        began, cpu = time.perf_counter(), time.process_time()
        redemption.drain(until=lambda: not mine.exists())
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        throttled = sum(event["event"] == "throttled" for event in far_end.ledger())
    print(
        f"limit {limit}: {rows} rows in {took:.1f} s, {rows / took:.1f} rows/s, "
        f"{cpu / rows * 1000:.2f} CPU-ms a row, {throttled} answers 429 ({machine()})"
    )


if __name__ == "__main__":
    run(*(WITHOUT_LIMIT if "without-limit" in sys.argv else AT_THE_LIMIT))
