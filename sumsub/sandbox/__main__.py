"""``python -m sumsub.sandbox``: start a local Sumsub sandbox and serve until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import json
import logging
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

from sumsub.sandbox.engine import Engine, Options
from sumsub.sandbox.population import MOST_APPLICANTS
from sumsub.sandbox.ratelimit import Limit, parse_limit
from sumsub.sandbox.running import serve
from sumsub.sandbox.scenario import Scenario, ScenarioError, Switches, parse_scenario
from sumsub.sandbox.store import StateInUse, StateOfAnotherVersion
from sumsub.sandbox.targets import unfit

log = logging.getLogger("sumsub.sandbox")


class CannotStart(Exception):
    """One sentence for the person who started us."""


def main(arguments: list[str] | None = None) -> int:
    """Run the server; returns the exit status: 0 after a signal, 1 when it could not start."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="sandbox: %(message)s")
    try:
        engine = _engine(args)
        _calm_the_collector()
        _run(serve(engine, args.host, args.port, _announcer(engine, as_json=args.json)))
    except CannotStart as error:
        log.error("%s", error)
        return 1
    except OSError as error:
        log.error(
            "Cannot listen on %s port %s: %s. Choose another with --port.",
            args.host,
            args.port,
            error.strerror or "not available",
        )
        return 1
    engine.store.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sumsub.sandbox", description="A stand-in for Sumsub's API on this machine."
    )
    parser.add_argument("--port", type=_port, required=True, help="0 takes any free port")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep everything in DIR")
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="faults and switches, JSON")
    parser.add_argument("--applicants", type=_count, default=200, metavar="N", help="default 200")
    parser.add_argument("--post-limit", type=_limit, metavar="50/5s", help="none: unlimited")
    parser.add_argument("--get-limit", type=_limit, metavar="300/5s", help="none: unlimited")
    parser.add_argument(
        "--webhook-url", type=_webhook_url, default="", metavar="URL", help="recipient's webhooks"
    )
    parser.add_argument(
        "--seed",
        type=_text,
        help="same seed, same people and credentials; default: the scenario's seed",
    )
    parser.add_argument("--json", action="store_true", help="print URL and credentials as JSON")
    return parser


def _port(text: str) -> int:
    return _up_to(65_535, text, "a port is a number from 0 to 65535")


def _count(text: str) -> int:
    return _up_to(MOST_APPLICANTS, text, f"must be a number from 0 to {MOST_APPLICANTS}")


def _up_to(most: int, text: str, otherwise: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most):
        raise argparse.ArgumentTypeError(otherwise)
    return int(text)


def _text(text: str) -> str:
    if not text.isprintable():  # half of a character that the terminal could not decode
        raise argparse.ArgumentTypeError("must be printable text")
    return text


def _webhook_url(text: str) -> str:
    why = unfit(text) if text else ""
    if why:
        raise argparse.ArgumentTypeError(why)
    return text


def _limit(text: str) -> tuple[Limit | None]:
    """In a tuple, so that a flag that says none differs from no flag."""
    try:
        return (parse_limit(text),)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _engine(args: argparse.Namespace) -> Engine:
    scenario = _scenario(args.scenario, Switches())
    flags = {name: flag[0] for name in ("post_limit", "get_limit") if (flag := getattr(args, name))}
    options = Options(
        state=args.state,
        seed=_seed(args.seed, scenario),
        applicants=args.applicants,
        scenario=replace(scenario, switches=replace(scenario.switches, **flags)),
        webhook_url=args.webhook_url,
        host=args.host,
    )
    try:
        return Engine(options)
    except StateOfAnotherVersion:
        raise CannotStart(
            f"The state in {args.state} was kept by another version of the sandbox."
            " Delete that directory, or choose another with --state."
        ) from None
    except StateInUse:
        raise CannotStart(f"Another sandbox is using {args.state}. Stop it first.") from None
    except OSError as error:
        raise CannotStart(f"Cannot use {args.state}: {error.strerror}.") from None


def _seed(wanted: str | None, scenario: Scenario) -> str | None:
    """The seed of people and credentials: the flag's, else that of the scenario's dice."""
    if wanted is None and scenario.seed is not None:
        return str(scenario.seed)
    return wanted


def _scenario(file: Path | None, base: Switches) -> Scenario:
    if file is None:
        return Scenario(base)
    try:
        return parse_scenario(file.read_bytes(), base)
    except OSError as error:
        raise CannotStart(f"Cannot read the scenario {file}: {error.strerror}.") from None
    except ScenarioError as error:
        raise CannotStart(f"The scenario {file} cannot be used, {error}") from None


def _announcer(engine: Engine, *, as_json: bool) -> Callable[[str], None]:
    def announce(url: str) -> None:
        log.info("listening on %s", url)
        if as_json:
            print(json.dumps({"url": url, "workspaces": _workspaces(engine)}), flush=True)

    return announce


def _workspaces(engine: Engine) -> list[dict[str, object]]:
    return [
        {
            "name": workspace.name,
            "client_id": workspace.client_id,
            "app_token": workspace.app_token,
            "secret_key": workspace.secret_key,
            "webhook_secret": workspace.webhook_secret,
            "levels": [level.name for level in workspace.levels],
        }
        for workspace in engine.directory.all
    ]


def _calm_the_collector() -> None:
    """Requests leave no cycles behind, so looking for them often only costs time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _run(work: Coroutine[object, object, None]) -> None:
    """On uvloop where it is installed: twice as many calls a second."""
    if importlib.util.find_spec("uvloop") is None:
        asyncio.run(work)
        return
    uvloop = importlib.import_module("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


if __name__ == "__main__":
    sys.exit(main())
