"""The small mistakes that a module can be given, one at a time."""

import ast
import re
from collections.abc import Iterator
from types import CodeType
from typing import cast

import attrs

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
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Continue, ast.Break)
_NAME = re.compile(r"[a-z][a-z_.-]*")  # a text that is a name, and not words for people
_SILENT = frozenset({"annotation", "returns", "decorator_list"})  # parts of a function that its calls never reach

Function = ast.FunctionDef | ast.AsyncFunctionDef


@attrs.frozen
class _Place:
    """Where a node is in its tree, and the statement that it is a part of."""

    statement: ast.stmt
    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@attrs.frozen(eq=False)
class Mistake:
    """One mistake: whose it is, where and what. The owner is a function, or a constant of the module.

    `lines` are those of the statements that lead to it.
    """

    owner: str
    what: str
    lines: frozenset[int]
    _tree: ast.Module = attrs.field(repr=False)
    _place: _Place = attrs.field(repr=False)
    _node: ast.AST = attrs.field(repr=False)

    @property
    def line(self) -> int:
        """Where it is."""
        return self._place.statement.lineno

    @property
    def function(self) -> str:
        """The name of the function or the constant alone; a constructor goes by the name of its class."""
        *_, name = self.owner.removesuffix(".__init__").split(".")
        return name

    @property
    def name(self) -> str:
        """What it is called in a report."""
        statement = self._place.statement
        where = "its arguments" if _is_words(statement) else f"`{ast.unparse(statement).partition(chr(10))[0]}`"
        return f"{self.owner}: {self.what}, in {where}"

    def compile(self) -> CodeType:
        """Return the module's code with it."""
        self._place.put(ast.fix_missing_locations(ast.copy_location(self._node, self._place.node)))
        try:
            return compile(self._tree, "<mistake>", "exec")
        finally:
            self._place.put(self._place.node)


def make_mistakes(source: str) -> Iterator[Mistake]:
    """Yield every mistake that can be made in the functions and the constants of a module."""
    tree = ast.parse(source)
    for owner, function in find_functions(tree.body):
        for place in _find_places(function, function.body[0]):
            for what, node in _change(place.node):
                yield Mistake(owner, what, frozenset({place.statement.lineno}), tree, place, node)
    for owner, constant in _find_constants(tree.body):
        lines = find_mentions(tree, owner)
        for place in _find_places(constant, constant):
            for what, node in _change(place.node):
                yield Mistake(owner, what, lines, tree, place, node)


def find_functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Yield the outermost functions and methods with their qualified names."""
    for node in body:
        if isinstance(node, Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from find_functions(node.body, f"{prefix}{node.name}.")


def _find_constants(body: list[ast.stmt]) -> Iterator[tuple[str, ast.Assign]]:
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node


def find_mentions(tree: ast.Module, name: str) -> frozenset[int]:
    """Return the lines of the statements in functions that mention a name."""
    places = [place for _, function in find_functions(tree.body) for place in _find_places(function, function.body[0])]
    nodes = [(place.statement.lineno, place.node) for place in places]
    return frozenset(line for line, node in nodes if isinstance(node, ast.Name) and node.id == name)


def _find_places(parent: ast.AST, statement: ast.stmt) -> Iterator[_Place]:
    """Yield every node below `parent`, with the innermost statement around it."""
    for field, index, node in _find_children(parent):
        at = node if isinstance(node, ast.stmt) else node.body[0] if isinstance(node, ast.ExceptHandler) else statement
        yield _Place(at, parent, field, index, node)
        yield from _find_places(node, at)


def _find_children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in _SILENT:
            continue
        parts = cast("list[object]", value if isinstance(value, list) else [value])
        for index, part in enumerate(parts):
            if isinstance(part, ast.AST):
                yield field, index if parts is value else None, part


def _change(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield what can stand in a node's place, each with a word for it."""
    if isinstance(node, ast.Compare):
        yield from _swap_comparisons(node)
    if isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in _SWAPS:
        yield _tell_swap(node.op), _copy(node, op=_SWAPS[type(node.op)]())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without `not`", node.operand
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield "the other way round", _copy(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Name) and node.id in _TWINS:
        yield f"`{node.id}` as `{_TWINS[node.id]}`", ast.Name(_TWINS[node.id], node.ctx)
    if isinstance(node, ast.Constant):
        yield from _change_constant(node.value)
    if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[0], ast.Raise):
        yield "lets the error pass", _copy(node, body=[ast.Raise()])
    if isinstance(node, ast.Return) and not _is_none(node.value):
        yield "returns nothing", ast.Return(ast.Constant(None))
    if isinstance(node, _DELETED) and not _is_words(node):
        yield "is missing", ast.Pass()


def _copy(node: ast.AST, **changes: object) -> ast.AST:
    """Return a node like `node` with other parts."""
    return type(node)(**{**dict(ast.iter_fields(node)), **changes})


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _tell_swap(old: ast.AST) -> str:
    return f"`{type(old).__name__}` as `{_SWAPS[type(old)].__name__}`"


def _swap_comparisons(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for index, old in enumerate(node.ops):
        ops: list[ast.AST] = list(node.ops)
        ops[index] = _SWAPS[type(old)]()
        yield _tell_swap(old), _copy(node, ops=ops)


def _change_constant(value: object) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(value, bool):
        yield f"{value} as {not value}", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield f"{value} as {value + 1}", ast.Constant(value + 1)
    elif isinstance(value, str) and _NAME.fullmatch(value):
        yield f"{value!r} as another", ast.Constant(f"x{value}")
    elif isinstance(value, bytes) and _NAME.fullmatch(value.decode("latin-1")):
        yield f"{value!r} as another", ast.Constant(b"x" + value)


def make_probes(source: str, path: str) -> CodeType:
    """Return a module's code in which every statement of a function adds its line to `REACHED` of that module."""
    tree = ast.parse(source)
    for _, function in find_functions(tree.body):
        for node in list(ast.walk(function)):
            for field in ("body", "orelse", "finalbody"):
                body = cast("list[ast.stmt] | ast.expr", getattr(node, field, []))
                if isinstance(body, list):
                    setattr(node, field, [part for statement in body for part in (_probe(statement), statement)])
    return compile(ast.fix_missing_locations(tree), path, "exec")


REACHED = "__reached__"


def _probe(statement: ast.stmt) -> ast.stmt:
    [probe] = ast.parse(f"{REACHED}.add({statement.lineno})").body
    return probe
