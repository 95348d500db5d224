"""The promises that the code makes about its own shape (docs/architecture.md)."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.environment import PROJECT

ROOMS = ("config", "customers", "sharing", "accounts", "sumsub", "outward")
NAMES_THAT_SAY_NOTHING = {"services", "utils", "helpers", "common", "manager", "base", "misc"}
LONGEST_FILE = 320
INDEX_ADDRESSES = ("pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs")
MACHINE_PATHS = ("/work/" + "main", "/work/" + "shared", "/root" + "/", "/opt/" + "pypi")
OTHERS_MODELS = re.compile(r"\b(?:Group|Authenticator|Permission)\.objects\.filter\(")
"""Models of Django and allauth: they have no named QuerySet methods of ours."""


def sources(tracked: list[Path], *rooms: str) -> Iterator[Path]:
    """Our modules, migrations excepted."""
    for file in tracked:
        parts = file.relative_to(PROJECT).parts
        if file.suffix == ".py" and parts[0] in rooms and "migrations" not in parts:
            yield file


def name(file: Path) -> str:
    return str(file.relative_to(PROJECT))


def test_rooms_are_entered_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_file_has_a_name_that_says_nothing(tracked: list[Path]) -> None:
    assert not [
        name(file) for file in sources(tracked, *ROOMS) if file.stem in NAMES_THAT_SAY_NOTHING
    ]


def test_no_file_holds_more_than_one_can_read(tracked: list[Path]) -> None:
    files = sources(tracked, *ROOMS, "tests", "benchmarks")
    lines = {name(file): len(file.read_text("utf-8").splitlines()) for file in files}
    assert not {file: count for file, count in lines.items() if count > LONGEST_FILE}


def test_nothing_is_imported_inside_a_function(tracked: list[Path]) -> None:
    found = [
        f"{name(file)}:{inner.lineno}"
        for file in sources(tracked, *ROOMS)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not found


def test_views_ask_for_rows_by_name_and_build_no_filters(tracked: list[Path]) -> None:
    views = [
        file
        for file in sources(tracked, "customers", "sharing", "accounts")
        if "views" in file.relative_to(PROJECT).parts or file.stem.endswith(("_page", "views"))
    ]
    assert views
    texts = {name(file): OTHERS_MODELS.sub("", file.read_text("utf-8")) for file in views}
    assert not [file for file, text in texts.items() if ".filter(" in text]


def test_no_package_registry_and_no_path_of_a_machine_is_committed(tracked: list[Path]) -> None:
    forbidden = re.compile("|".join(map(re.escape, INDEX_ADDRESSES + MACHINE_PATHS)))
    found = []
    for file in tracked:
        if file.suffix not in {".png", ".webp", ".ico", ".woff2"}:
            text = file.read_text("utf-8")
            found += [f"{name(file)}: {hit.group()}" for hit in forbidden.finditer(text)]
    assert not found


def test_nothing_is_left_to_do_later(tracked: list[Path]) -> None:
    word = re.compile(r"\b(?:TO" + "DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        name(f) for f in sources(tracked, *ROOMS, "tests") if word.search(f.read_text("utf-8"))
    ]
    assert not found


def test_nothing_of_ours_is_patched_in_tests(tracked: list[Path]) -> None:
    forbidden = re.compile(r"unittest\.mock|mock\.patch|monkeypatch\.setattr|mocker\b")
    tests = [file for file in sources(tracked, "tests") if file != Path(__file__)]
    assert not [name(file) for file in tests if forbidden.search(file.read_text("utf-8"))]


def test_pages_carry_no_inline_script_or_style(tracked: list[Path]) -> None:
    data_or_file = r"(?![^>]*(?:\bsrc=|type=\"application/json\"))"
    inline = re.compile(rf"<style\b|<script{data_or_file}|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    pages = [file for file in tracked if file.suffix == ".html" and "templates" in file.parts]
    assert pages
    assert not [name(file) for file in pages if inline.search(file.read_text("utf-8"))]


@pytest.mark.parametrize("file", ["base.txt", "dev.txt", "uv.txt"])
def test_every_requirement_is_pinned_by_version_and_hash(file: str) -> None:
    text = (PROJECT / "requirements" / file).read_text("utf-8")
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n[ \t].*)*", text, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)) > 0
    assert not [e.split()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e]


def test_what_tests_run_on_is_what_the_product_runs_on() -> None:
    pinned = re.compile(r"^([a-z0-9._-]+)(?:\[.*\])?==([^\s;\\]+)", re.MULTILINE)
    base, dev = (
        dict(pinned.findall((PROJECT / "requirements" / file).read_text("utf-8")))
        for file in ("base.txt", "dev.txt")
    )
    assert base
    assert {package: dev.get(package) for package in base} == base


def test_every_target_of_the_makefile_is_explained() -> None:
    command = ["make", "--no-print-directory", "help"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    explained = {line.split()[1] for line in done.stdout.splitlines()}
    assert explained == set(phony.group(1).split())
