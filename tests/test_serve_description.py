"""The OpenAPI description against the service: schemathesis finds nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from babelproof.detector import Detector
from babelproof.serve.app import make_app


@pytest.fixture
def described(detector: Detector) -> Iterator[object]:
    yield schemathesis.openapi.from_asgi("/openapi.json", make_app(detector))


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_service_is_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate()
