"""The contract: committed as it is generated, whole, and true of the addresses that there are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from accounts.api.codes import Code
from accounts.api.parts import written_out
from accounts.api.reference import chapters, contract
from config.environment import PROJECT
from tests.config.test_api_matrix import ROUTES

COMMITTED = PROJECT / "docs" / "openapi.yaml"


def plain(part: Any) -> Any:
    """A part of the contract with everything in it that stands elsewhere; not its shapes."""
    if isinstance(part, list):
        return [plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("$ref", "").startswith("#/components/schemas/"):
        return part
    return {name: plain(one) for name, one in written_out(contract(), part).items()}


WHOLE: list[tuple[str, str, dict[str, Any]]] = [
    (path, method, plain(one))
    for path, methods in contract()["paths"].items()
    for method, one in methods.items()
]
FORM = {"multipart/form-data"}
# The share tokens of a batch leave with its answer, and are kept nowhere.
NEVER_REPEATED = "takeBatchFile"
OPERATIONS = [pytest.param(*found, id=found[2]["operationId"]) for found in WHOLE]


def test_the_committed_contract_is_the_generated_one(tmp_path: Path) -> None:
    """`make contract` writes it anew; docs/api-changelog.md tells clients what changed."""
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    assert made.read_text("utf-8") == COMMITTED.read_text("utf-8")


def test_the_contract_speaks_of_every_address_and_of_no_other() -> None:
    said = {
        (method.upper(), path)
        for path, methods in contract()["paths"].items()
        for method in methods
    }
    there = {
        (method, route.path) for route in ROUTES if route.in_contract for method in route.methods
    }
    assert said == there


@pytest.mark.parametrize(("path", "method", "one"), OPERATIONS)
def test_each_operation_says_all_that_it_answers(
    path: str, method: str, one: dict[str, Any]
) -> None:
    assert one["summary"]
    assert {"401", "403", "429", "500", "503"} <= one["responses"].keys() or "bulk" in path
    for status, answer in one["responses"].items():
        assert "X-Request-Id" in answer["headers"]
        assert answer["description"]
        for content in answer["content"].values():
            assert content["examples"], status
            assert content["schema"]
    if "requestBody" in one:
        assert {"400", "413", "415"} <= one["responses"].keys()
        contents = one["requestBody"]["content"]
        first = next(iter(contents.values()))
        assert first.get("examples") or contents.keys() == FORM
    if "{" in path:
        assert "404" in one["responses"]
    if method == "post" and one["operationId"] != NEVER_REPEATED:
        assert any(each["name"] == "X-Idempotency-Key" for each in one["parameters"])
        assert "409" in one["responses"]


def test_what_operations_answer_alike_stands_in_the_contract_once() -> None:
    """Every problem is a named part, and no part is there that nobody names."""
    answers = [
        (status, answer)
        for methods in contract()["paths"].values()
        for one in methods.values()
        for status, answer in one["responses"].items()
    ]
    assert all("$ref" in answer for status, answer in answers if status[0] != "2")
    text = json.dumps(contract())
    for kind in ("examples", "parameters", "responses"):
        for name in contract()["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text
    assert len(COMMITTED.read_text("utf-8").splitlines()) < 25_000


def test_every_status_and_code_is_one_of_the_table() -> None:
    codes = {code.value: int(code.about.status) for code in Code}
    for problem in _problems():
        assert codes[problem["code"]] == problem["status"]
    assert {problem["code"] for problem in _problems()} == codes.keys() - {"method_not_allowed"}


def test_no_body_takes_a_field_that_it_does_not_name() -> None:
    shapes = contract()["components"]["schemas"]
    bodies = [
        content["schema"]["$ref"].rpartition("/")[2]
        for _, _, one in WHOLE
        for content in one.get("requestBody", {}).get("content", {}).values()
    ]
    assert bodies
    assert [name for name in bodies if shapes[name].get("additionalProperties") is not False] == []


def test_it_is_served_as_openapi_3_1(db: None) -> None:
    answer = Client().get("/api/schema")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert (
        yaml.safe_load(COMMITTED.read_text("utf-8"))["paths"].keys()
        == answer.json()["paths"].keys()
    )


def test_pages_tell_every_operation_without_anything_from_elsewhere(db: None) -> None:
    contents = _page("/api/docs/")
    for chapter in chapters():
        address = f"/api/docs/{chapter.anchor}/"
        page = _page(address)
        for operation in chapter.operations:
            assert f'id="{operation.anchor}"' in page
            assert f'href="{address}#{operation.anchor}"' in contents


def test_values_of_a_parameter_are_told_once_as_its_type() -> None:
    told = [
        field
        for chapter in chapters()
        for operation in chapter.operations
        for field in operation.parameters
    ]
    assert any(field.kind == "us · applicant · sumsub · donor" for field in told)
    assert [field for field in told if "* `" in field.words] == []


def test_every_form_carries_its_file_as_a_file() -> None:
    """Where it was a text (a URI), generated clients sent its name, and so did our curl."""
    shapes = contract()["components"]["schemas"]
    forms = [
        (one["operationId"], shapes[form["schema"]["$ref"].rpartition("/")[2]])
        for _, _, one in WHOLE
        for kind, form in one.get("requestBody", {}).get("content", {}).items()
        if {kind} == FORM
    ]
    assert len(forms) == 6
    for name, shape in forms:
        assert shape["properties"]["file"]["format"] == "binary", name
    told = [operation for chapter in chapters() for operation in chapter.operations]
    handing_in = next(one for one in told if one.anchor == "addDocument")
    assert "-F file=@salary-2026.pdf" in handing_in.curl


def test_what_holds_for_a_field_that_is_not_named_is_told() -> None:
    told = {one.anchor: one for chapter in chapters() for one in chapter.operations}
    starts = [
        field.words.rpartition("; ")[2]
        for name in ("createImport", "createBatch")
        for field in told[name].body
        if field.name == "start"
    ]
    assert starts == ["`true` if not named", "`false` if not named"]
    limit = next(one for one in told["listImports"].parameters if one.name == "limit")
    assert limit.words.endswith("`25` if not named")
    description = next(
        one for one in told["createWebhookEndpoint"].body if one.name == "description"
    )
    assert description.words == ""


def test_types_say_what_lists_hold_what_may_be_null_and_how_a_field_is_sent() -> None:
    told = {one.anchor: one for chapter in chapters() for one in chapter.operations}
    body = {field.name: (field.where, field.kind) for field in told["createImport"].body}
    assert body["level"] == ("body", "text")
    assert body["tokens"] == ("JSON", "list of text or object")
    assert body["tokens[].external_id"] == ("JSON", "text")
    assert body["file"] == ("form", "file")
    partner = {field.name: field.kind for field in told["createPartner"].body}
    assert partner["contacts[].email"] == "text"
    answer = {field.name: field.kind for field in told["readImport"].good_answers[0].fields}
    assert answer["finished_at"] == "time or null"
    assert answer["trust_review"] == "inherit · recheck · null"
    assert answer["unused_columns"] == "list of text"
    assert answer["created_at"] == "time"


def _page(address: str) -> str:
    answer = Client().get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert 'src="http' not in page
    assert "<script>" not in page
    return page


def test_a_chapter_that_is_none_is_not_found(db: None) -> None:
    assert Client().get("/api/docs/nonsense/").status_code == 404


def _problems() -> Iterator[dict[str, Any]]:
    for _, _, one in WHOLE:
        for answer in one["responses"].values():
            content = answer["content"].get("application/problem+json", {})
            for example in content.get("examples", {}).values():
                yield json.loads(json.dumps(example["value"]))
