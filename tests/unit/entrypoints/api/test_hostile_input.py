"""Schemathesis makes up requests from our own description, good and bad, and reads every answer."""

from collections import Counter
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import BaseSchema, GenerationMode

from entrypoints.api.openapi.document import openapi_document
from tests.support.api import API_KEY, FACE, NEVER_SHOWN, a_shop_with, an_app
from tests.support.factories import GATEWAY, a_payment

CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]
# Good requests to every address, and bad ones wherever there is something to get wrong.
REQUESTS = [
    (method, path, mode)
    for path, operations in msgspec.json.decode(openapi_document([FACE], GATEWAY))["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or {"parameters", "requestBody"} & operation.keys()
]


@pytest.fixture(scope="module")
def description() -> BaseSchema:
    shop = a_shop_with()
    shop.gateway.put(a_payment())
    return schemathesis.openapi.from_asgi("/schema", an_app(shop))


@pytest.mark.parametrize(("method", "path", "mode"), REQUESTS)
def test_whatever_is_sent_has_an_answer_of_its_description(
    description: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    operation = description[path][method.upper()]
    codes: Counter[int] = Counter()

    @settings(
        max_examples=40, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {API_KEY}"})
        codes[answer.status_code] += 1

        case.validate_response(answer, checks=CHECKS)
        assert not [secret for secret in NEVER_SHOWN if secret in answer.text]

    ask()

    # A run in which every good request was refused would have tried next to nothing.
    assert set(codes) - {400} if mode is GenerationMode.POSITIVE else codes
