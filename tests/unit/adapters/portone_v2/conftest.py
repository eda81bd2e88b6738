"""A session that asks whoever a test names."""

from collections.abc import Callable

import pytest

from adapters.outbound.http_client import HttpClient
from adapters.portone_v2.session import Session
from tests.unit.adapters.portone_v2.samples import STORE

# For questions that are answered, however busy the machine.
PATIENT_S = 20.0

MakeSession = Callable[[str], Session]


@pytest.fixture
def make_session(client: HttpClient) -> MakeSession:
    """Make sessions with a made-up secret."""

    def make(base_url: str) -> Session:
        return Session(client, api_secret="made-up", store_id=STORE, base_url=base_url)

    return make
