"""`python -m contract --tools FOLDER` holds the OpenAPI description against everything there is to hold it against."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from contract.cases import READINGS, meet_cases
from contract.generated import walk_generated
from contract.models import read_with_models
from contract.prism import walk_mock, walk_proxy
from contract.validators import validate_in_javascript, validate_in_python

_SHARE = 10  # of the cases of the first sandbox, for each other one


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every check and print its figure; the first that fails ends the run with its error."""
    parser = argparse.ArgumentParser(prog="python -m contract", description=__doc__)
    parser.add_argument("--tools", type=Path, required=True, help="the folder in which npm installed redocly and prism")
    parser.add_argument("--cases", type=int, default=10_000, help="how many cases the sandbox is to meet at least")
    parser.add_argument("--seed", type=int, default=1, help="decides the cases")
    chosen = parser.parse_args(arguments)
    validate_in_python()
    print("valid: openapi-spec-validator", flush=True)
    validate_in_javascript(chosen.tools)
    print("valid: Redocly, without a warning", flush=True)
    walk_generated(READINGS)
    print("walked: the sandbox, by a client that openapi-python-client generated", flush=True)
    print(
        f"read: {read_with_models(READINGS):,} answers, by models that datamodel-code-generator generated", flush=True
    )
    walk_mock(chosen.tools)
    print("walked: a mock by Prism", flush=True)
    walk_proxy(chosen.tools)
    print("walked: the sandbox behind Prism", flush=True)
    wanted = chosen.cases
    for name, oddities in READINGS.items():
        print(f"met: {meet_cases(oddities, wanted, chosen.seed):,} cases, with {name} readings", flush=True)
        wanted = chosen.cases // _SHARE


if __name__ == "__main__":
    main()
