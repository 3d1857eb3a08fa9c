"""Whatever the OpenAPI document allows, and much that it does not, ends in no fault of the gate."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from tests.service.conftest import Gate

FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
OPERATIONS = (
    ("POST", "/v1/check"),
    ("POST", "/v1/correct"),
    ("GET", "/v1/jobs/{job}"),
    ("DELETE", "/v1/jobs/{job}"),
    ("GET", "/v1/jobs/{job}/events"),
    ("GET", "/v1/brands"),
    ("GET", "/v1/brands/{name}"),
    ("GET", "/v1/brands/{name}/file"),
    ("PUT", "/v1/brands/{name}"),
    ("GET", "/v1/reports/{report}"),
    ("GET", "/v1/reports/{report}/files"),
    ("GET", "/v1/reports/{report}/files/{name}"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
)


@pytest.fixture(scope="module")
def document(gate: Gate) -> schemathesis.openapi.OpenApiSchema:
    return schemathesis.openapi.from_url(f"{gate.address}/openapi.json")


def test_the_document_lists_every_operation_that_is_tried(gate: Gate) -> None:
    paths = httpx.get(f"{gate.address}/openapi.json").json()["paths"]
    there = {(verb.upper(), path) for path, verbs in paths.items() for verb in verbs}
    assert there == {*OPERATIONS, ("GET", "/readyz")}


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_no_call_is_a_fault_of_the_gate(
    gate: Gate, document: schemathesis.openapi.OpenApiSchema, verb: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {gate.key}"}

    @given(case=document[path][verb].as_strategy())
    @FEW
    def attempt(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=[not_a_server_error])

    attempt()
