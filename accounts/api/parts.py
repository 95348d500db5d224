"""What many operations of the contract say alike stands in it once, as a part with a name.

Written out beside each operation, the problems alone were four fifths of the document, which
nobody could read or review any more.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from accounts.api.codes import Code
from accounts.api.problems import MEDIA_TYPE

# A parameter that fewer operations take is easier to read where it stands.
ENOUGH = 4
_PLACE = {code.value: place for place, code in enumerate(Code)}

Part = dict[str, Any]


def shared(result: Part, **_: Any) -> Part:
    """The last step of making the contract: problems, parameters and examples by their names."""
    components = result["components"]
    operations = [one for path in result["paths"].values() for one in path.values()]
    _name_examples(operations, components.setdefault("examples", {}))
    _name_problems(operations, components["examples"], components.setdefault("responses", {}))
    _name_parameters(operations, components.setdefault("parameters", {}))
    for name in ("examples", "parameters", "responses"):
        components[name] = dict(sorted(components[name].items()))
    return result


def written_out(whole: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the contract, itself and not its name."""
    while "$ref" in part:
        _, *way = part["$ref"].split("/")
        part = whole
        for step in way:
            part = part[step]
    return part


def _name_problems(operations: Iterable[Part], examples: Part, responses: Part) -> None:
    for one in operations:
        for status, answer in one["responses"].items():
            if problem := answer["content"].get(MEDIA_TYPE):
                told = {each["value"]["code"]: each for each in problem["examples"].values()}
                codes = sorted(told, key=_PLACE.__getitem__)
                examples.update(told)
                problem["examples"] = {code: _named("examples", code) for code in codes}
                answer["description"] = " ".join(
                    f"`{code}`: {Code(code).about.title}." for code in codes
                )
                name = "-".join(["Problem", status, *codes])
                responses[name] = answer
                one["responses"][status] = _named("responses", name)


def _name_examples(operations: Iterable[Part], examples: Part) -> None:
    """The example of a shape that several answers have."""
    contents = list(_good_contents(operations))
    known = Counter(_text(example) for content in contents for example in _examples(content))
    for content in contents:
        shape = content["schema"].get("$ref", "").rpartition("/")[2]
        for key, example in content["examples"].items():
            fits = shape not in examples or examples[shape] == example
            if shape and fits and known[_text(example)] > 1:
                examples[shape] = example
                content["examples"] = {**content["examples"], key: _named("examples", shape)}


def _good_contents(operations: Iterable[Part]) -> Iterator[Part]:
    for one in operations:
        for status, answer in one["responses"].items():
            if status.startswith("2"):
                yield from answer["content"].values()


def _examples(content: Part) -> Iterable[Part]:
    found: Iterable[Part] = content["examples"].values()
    return found


def _name_parameters(operations: list[Part], parameters: Part) -> None:
    known = Counter(_text(each) for one in operations for each in one.get("parameters", []))
    for one in operations:
        for place, each in enumerate(one.get("parameters", [])):
            if known[_text(each)] >= ENOUGH:
                must = each.get("required") and each["in"] != "path"
                name = f"{each['name']}-required" if must else each["name"]
                assert parameters.setdefault(name, each) == each
                one["parameters"][place] = _named("parameters", name)


def _named(kind: str, name: str) -> Part:
    return {"$ref": f"#/components/{kind}/{name}"}


def _text(part: Part) -> str:
    return json.dumps(part, sort_keys=True, default=str)
