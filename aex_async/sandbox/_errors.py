"""How errors are told."""

import re
from http import HTTPStatus

from ._exchange import ProblemError, Request, Response, Row, json_response
from ._oddities import Oddities

_BEARER = re.compile(r"Bearer (\S+)")


def check_token(token: str | None, authorization: str) -> None:
    """Raise a `ProblemError` with status 401 unless the header holds the token; `None` admits any."""
    match = _BEARER.fullmatch(authorization)
    if match is None or token not in (None, match[1]):
        raise not_authenticated()


def not_authenticated() -> ProblemError:
    """Return the error of steps 1 to 7 for a token that is missing, wrong or expired: all look the same."""
    return ProblemError(401, ["Not Authenticated"])


def refusal(problem: ProblemError, oddities: Oddities, request: Request) -> Response:
    """Return the answer that tells of a problem."""
    if (
        oddities.login_redirect
        and problem.status == HTTPStatus.UNAUTHORIZED
        and "application/json" not in request.accept
    ):
        return Response(302, ((b"location", f"{request.base}/auth/identity".encode()),))
    return json_response(problem.status, _body(problem, oddities))


def _body(problem: ProblemError, oddities: Oddities) -> Row:
    code = (400 if problem.status == HTTPStatus.UNAUTHORIZED else 401) if oddities.code_mismatch else problem.status
    if isinstance(problem.errors, list):
        return {"code": code, "errors": problem.errors}
    texts = [f"{name} {text}" for name, found in problem.errors.items() for text in found]
    shapes: dict[str, Row] = {
        "fields": {"code": code, "errors": problem.errors, "full_errors": texts},
        "texts": {"code": code, "errors": {name: found[0] for name, found in problem.errors.items()}},
        "list": {"code": code, "errors": texts},
        "error": {"error": texts[0]},
    }
    return shapes[oddities.error_shape]
