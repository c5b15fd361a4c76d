"""The small mistakes that a function can be given, one at a time."""

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from types import CodeType

from attrs import frozen

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break)
_NAME = re.compile(r"[a-z][a-z_.-]*")  # a text that is a name, and not words for people


@frozen
class Mistake:
    """One mistake: where it is, what it is, and the module's code with it."""

    function: str
    line: int
    what: str
    code: CodeType


def make_mistakes(source: str, name: str) -> Iterator[Mistake]:
    """Yield every mistake that can be made in the functions of a module."""
    tree = ast.parse(source)
    for qualified, function in _find_functions(tree.body):
        for index, node in enumerate(ast.walk(function)):
            for number, (what, _) in enumerate(_change(node)):
                spoilt = deepcopy(tree)
                twin = dict(_find_functions(spoilt.body))[qualified]
                site = list(ast.walk(twin))[index]
                _replace(twin, site, list(_change(site))[number][1])
                ast.fix_missing_locations(spoilt)
                line = getattr(node, "lineno", function.lineno)
                yield Mistake(qualified, line, what, compile(spoilt, name, "exec"))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _find_functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Yield the outermost functions and methods with their qualified names."""
    for node in body:
        if isinstance(node, Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _find_functions(node.body, f"{prefix}{node.name}.")


def _change(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield what can stand in a node's place, each with a word for it."""
    if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp | ast.AugAssign):
        yield from _swap_operator(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without `not`", node.operand
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        turned = deepcopy(node)
        turned.test = ast.UnaryOp(ast.Not(), node.test)
        yield "the other way round", turned
    if isinstance(node, ast.Constant):
        yield from _change_constant(node.value)
    if isinstance(node, ast.Return) and not _is_none(node.value):
        yield "returns nothing", ast.Return(ast.Constant(None))
    if isinstance(node, _DELETED) and not _is_words(node):
        yield f"without `{ast.unparse(node)[:60]}`", ast.Pass()


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _swap_operator(node: ast.Compare | ast.BoolOp | ast.BinOp | ast.AugAssign) -> Iterator[tuple[str, ast.AST]]:
    old = node.ops[0] if isinstance(node, ast.Compare) else node.op
    new = _SWAPS.get(type(old))
    if new is not None:
        swapped: ast.AST = deepcopy(node)
        if isinstance(swapped, ast.Compare):
            swapped.ops[0] = new()  # type: ignore[call-overload]
        else:
            swapped.op = new()  # type: ignore[attr-defined]
        yield f"`{type(old).__name__}` as `{new.__name__}`", swapped


def _change_constant(value: object) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(value, bool):
        yield f"{value} as {not value}", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield f"{value} as {value + 1}", ast.Constant(value + 1)
    elif isinstance(value, str) and _NAME.fullmatch(value):
        yield f"{value!r} as another", ast.Constant(f"{value}_")


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put `new` in the place of `old`."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list):
                items: list[object] = value  # pyright: ignore[reportUnknownVariableType]
                setattr(parent, field, [new if item is old else item for item in items])


def find_code(code: CodeType, qualified: str) -> CodeType | None:
    """Return the code of a function within the code of its module."""
    found: CodeType | None = code
    for name in qualified.split("."):
        parts = [] if found is None else [part for part in found.co_consts if isinstance(part, CodeType)]
        found = next((part for part in parts if part.co_name == name), None)
    return found
