"""Reading the environment: `NAME`, else the file named by `NAME_FILE`, else DATA_DIR/local.env.

`local.env` is what `make run` wrote for this installation (the local sandbox's address and
credentials); a value in the real environment always wins.
"""

import os
from pathlib import Path

import environ

PROJECT = Path(__file__).resolve().parent.parent

env = environ.Env()


def data_directory() -> Path:
    """DATA_DIR as an absolute path; relative ones are taken from the project's folder."""
    return (PROJECT / os.environ.get("DATA_DIR", "var")).resolve()


def load_local_values(data_dir: Path) -> None:
    """Take over what DATA_DIR/local.env knows and the real environment does not say.

    Whoever brings an app token brings a connection of their own: then nothing of the local
    sandbox's connection is taken.
    """
    local = data_dir / "local.env"
    if not local.is_file():
        return
    own_connection = _is_said("SUMSUB_APP_TOKEN")
    for line in local.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        foreign = own_connection and name.startswith("SUMSUB_")
        if name.isidentifier() and not foreign and not _is_said(name):
            os.environ[name] = value.strip("'")


def _is_said(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def secret(name: str, default: str = "") -> str:
    """The value of NAME, or the stripped contents of the file that NAME_FILE points to.

    Raises OSError when NAME_FILE names a file that cannot be read: a deployment that meant to
    give a secret must not start without it.
    """
    path = os.environ.get(f"{name}_FILE")
    if path and not os.environ.get(name):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)
