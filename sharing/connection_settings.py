"""What the settings of the connection tell by themselves, before anything is sent."""

import ipaddress
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from sharing.findings import Finding, Kind
from sharing.gateway import Connection


def settings_findings(here: Connection) -> Iterator[Finding]:
    yield _environment(here)
    if not here.client_id:
        yield Finding(
            Kind.WARN,
            "Client id not set",
            "Donors need it to make share tokens for us. Whoever runs the server sets "
            "SUMSUB_CLIENT_ID to the one that Sumsub's dashboard shows.",
        )
    else:
        yield Finding(Kind.OK, "Client id", f"Donors make share tokens for {here.client_id}.")


def _environment(here: Connection) -> Finding:
    local = _is_local(here.base_url)
    if here.environment == "production" and local:
        return Finding(
            Kind.BAD,
            "Production app token, local address",
            "The app token is a production one and the address is this machine's. Whoever runs "
            "the server corrects SUMSUB_BASE_URL or SUMSUB_APP_TOKEN.",
        )
    if not local and urlsplit(here.base_url).scheme != "https":
        return Finding(
            Kind.BAD,
            "Connection not encrypted",
            "SUMSUB_BASE_URL begins with http, so share tokens would travel in clear. Whoever "
            "runs the server changes it to https.",
        )
    return _ENVIRONMENTS[here.environment](local)


def _sandbox(local: bool) -> Finding:
    where = "our local sandbox on this machine" if local else "Sumsub's test mode"
    return Finding(
        Kind.OK, "Sandbox", f"The app token is a sandbox one, for {where}. No person is real."
    )


def _unmarked(_: bool) -> Finding:
    return Finding(
        Kind.WARN,
        "Environment unknown",
        "The app token does not say whether it is a sandbox or a production one. Treat it as "
        "production, or make a new one in Sumsub's dashboard.",
    )


_ENVIRONMENTS: dict[str, Callable[[bool], Finding]] = {
    "sandbox": _sandbox,
    "production": lambda _: Finding(
        Kind.OK, "Production", "The app token is a production one. Persons are real."
    ),
    "unknown": _unmarked,
}


def _is_local(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def no_address(here: Connection) -> Finding:
    return Finding(
        Kind.BAD,
        "Address not usable",
        f"“{here.base_url}” is no address such as https://api.sumsub.com. Whoever runs the server "
        "corrects SUMSUB_BASE_URL.",
    )


def last_four(here: Connection) -> str:
    """All that is ever shown of the app token."""
    token = here.credentials.app_token
    return f"…{token[-4:]}" if len(token) > 8 else "…"
