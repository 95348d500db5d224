"""Every deed that the code can write into the audit trail, read from its source.

A deed is the first argument of `audit.record` or `audit.drafted`. Where it is no literal it is
followed: constants and tables of the module, both arms of a conditional, f-strings, and parameters
back to everybody who calls the function.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path

from config.environment import PROJECT
from customers.models import RowState
from customers.models.row_states import TRANSITIONS

ROOMS = ("accounts", "sharing", "customers")
WRITERS = {"record", "drafted"}
# What only the running program knows: the end of a row is the deed's second word.
_ON_THE_WAY = {RowState.PENDING, RowState.SENDING, RowState.CHECKING}
_ENDS = frozenset().union(*TRANSITIONS.values()) - _ON_THE_WAY
BEYOND_READING = {("customers/redemption/settling.py", "row.state"): _ENDS}


class Unreadable(Exception):
    """A deed that this reading cannot follow: write it as a literal, or teach the reading."""


@dataclass(frozen=True)
class Module:
    """One file of the product."""

    path: str
    tree: ast.Module

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        """What names of the module stand for."""
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = node.value
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found[node.target.id] = node.value
        return found

    @cached_property
    def calls(self) -> list[tuple[ast.Call, ast.FunctionDef | None]]:
        """Every call, with the function it stands in."""
        return list(_calls(self.tree, None))


def deeds_in_code() -> dict[str, set[str]]:
    """Each deed, and the files that write it."""
    found: dict[str, set[str]] = {}
    for module in _modules():
        for call, inside in module.calls:
            if _is_writing(call):
                for deed in _values(call.args[0], module, inside):
                    found.setdefault(deed, set()).add(module.path)
    return found


@lru_cache
def _modules() -> tuple[Module, ...]:
    files = sorted(file for room in ROOMS for file in (PROJECT / room).rglob("*.py"))
    return tuple(
        Module(str(file.relative_to(PROJECT)), ast.parse(file.read_text("utf-8")))
        for file in files
        if "migrations" not in file.parts and file != PROJECT / "accounts" / "audit.py"
    )


def _calls(
    node: ast.AST, inside: ast.FunctionDef | None
) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, inside
        yield from _calls(child, child if isinstance(child, ast.FunctionDef) else inside)


def _is_writing(call: ast.Call) -> bool:
    written = call.func
    return (
        isinstance(written, ast.Attribute)
        and written.attr in WRITERS
        and isinstance(written.value, ast.Name)
        and written.value.id == "audit"
    )


def _values(node: ast.expr, module: Module, inside: ast.FunctionDef | None) -> set[str]:
    """Everything that an expression may be."""
    known = BEYOND_READING.get((module.path, ast.unparse(node)))
    if known is not None:
        return set(known)
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.JoinedStr):
        parts = [_values(part, module, inside) for part in node.values]
        return {"".join(chosen) for chosen in product(*parts)}
    if isinstance(node, ast.Name):
        return _named(node.id, module, inside)
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return _members(node.value, module, inside)
    return {deed for one in _alternatives(node, module) for deed in _values(one, module, inside)}


def _alternatives(node: ast.expr, module: Module) -> list[ast.expr]:
    """The expressions one of which this one is."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.FormattedValue | ast.Subscript):
        return [node.value]
    if isinstance(node, ast.Dict):
        return node.values
    raise Unreadable(f"{module.path}:{node.lineno}: {ast.unparse(node)}")


def _named(name: str, module: Module, inside: ast.FunctionDef | None) -> set[str]:
    """What a name stands for: a local, a parameter, or a constant here or where it comes from."""
    if inside is not None:
        for node in ast.walk(inside):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                return _values(node.value, module, inside)
        parameters = [*inside.args.posonlyargs, *inside.args.args, *inside.args.kwonlyargs]
        names = [one.arg for one in parameters]
        if name in names:
            return _given(inside, name, names.index(name), module)
    if name in module.constants:
        return _values(module.constants[name], module, None)
    for other in _modules():
        if name.isupper() and name in other.constants:
            return _values(other.constants[name], other, None)
    raise Unreadable(f"{module.path}: {name}")


def _given(function: ast.FunctionDef, name: str, place: int, module: Module) -> set[str]:
    """What callers give a parameter. A private function is called from its own file only."""
    found: set[str] = set()
    others = (module,) if function.name.startswith("_") else _modules()
    for other in others:
        for call, inside in other.calls:
            if _calls_by_name(call, function.name, module, other):
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                argument = given.get(name) or (call.args[place] if place < len(call.args) else None)
                if argument is not None:
                    found |= _values(argument, other, inside)
    if not found:
        raise Unreadable(f"{module.path}: nobody calls {function.name} with {name}")
    return found


def _calls_by_name(call: ast.Call, name: str, home: Module, other: Module) -> bool:
    """True for a call of that function, from its file or through its module's name."""
    stem = Path(home.path).stem
    if isinstance(call.func, ast.Name):
        return call.func.id == name and (other == home or _imports(other, stem, name))
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == name
        and ast.unparse(call.func.value) == stem
    )


def _imports(module: Module, stem: str, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").endswith(stem)
        and any(alias.name == name for alias in node.names)
        for node in module.tree.body
    )


def _members(node: ast.expr, module: Module, inside: ast.FunctionDef | None) -> set[str]:
    """The values of the enumeration that a parameter `x: Kind` of `x.value` belongs to."""
    if isinstance(node, ast.Name) and inside is not None:
        for one in [*inside.args.args, *inside.args.kwonlyargs]:
            if one.arg == node.id and isinstance(one.annotation, ast.Name):
                return _enumerated(one.annotation.id)
    raise Unreadable(f"{module.path}:{node.lineno}: {ast.unparse(node)}")


def _enumerated(kind: str) -> set[str]:
    for module in _modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == kind:
                given = (part.value for part in node.body if isinstance(part, ast.Assign))
                heads = (one.elts[0] if isinstance(one, ast.Tuple) else one for one in given)
                return {str(one.value) for one in heads if isinstance(one, ast.Constant)}
    raise Unreadable(kind)
