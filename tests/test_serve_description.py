"""The OpenAPI description against the service: schemathesis finds nothing."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from babelproof.detector import Detector
from babelproof.serve.app import make_app

OPERATIONS = (
    *("/v1/score POST", "/v1/gate POST", "/v1/text POST"),
    *("/v1/labels GET", "/healthz GET", "/readyz GET"),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_service_is_as_described(
    detector: Detector, operation: str, mode: GenerationMode
) -> None:
    path, method = operation.split()
    if mode is GenerationMode.NEGATIVE and method == "GET":
        pytest.skip("takes nothing that could be wrong")
    schema = schemathesis.openapi.from_asgi("/openapi.json", make_app(detector))
    cases = schema[path][method].as_strategy(generation_mode=mode)

    @given(case=cases)
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate()

    ask()
