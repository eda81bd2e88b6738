"""Who talks with the sandbox in these tests: a client of the vendor, and a shop."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aiohttp import ClientSession

from sandbox.machinery.exact_json import loads
from sandbox.portone_v1 import RunningSandbox


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def payment(self) -> dict[str, Any]:
        assert self.body["code"] == 0, self.body
        return dict(self.body["response"])


class Vendor:
    """A client of the vendor's API, with a token; JSON comes back with exact numbers."""

    def __init__(self, session: ClientSession, running: RunningSandbox) -> None:
        self.session = session
        self.base_url = running.base_url
        self.credentials = {"imp_key": running.api_key, "imp_secret": running.api_secret}
        self.headers: dict[str, str] = {}

    async def token(self) -> dict[str, Any]:
        answer = await self.call("POST", "/users/getToken", json=self.credentials)
        assert answer.status == 200, answer
        return dict(answer.body["response"])

    async def authorise(self) -> None:
        self.headers = {"Authorization": f"Bearer {(await self.token())['access_token']}"}

    async def call(self, method: str, path: str, **options: Any) -> Answer:
        options.setdefault("headers", self.headers)
        async with self.session.request(method, f"{self.base_url}{path}", **options) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json"
            return Answer(
                response.status,
                loads(raw) if is_json and raw else raw,
                dict(response.headers),
            )

    async def get(self, path: str, **query: Any) -> Answer:
        return await self.call("GET", path, params=query)

    async def cancel(self, **body: Any) -> Answer:
        exact = {k: float(v) if isinstance(v, Decimal) else v for k, v in body.items()}
        return await self.call("POST", "/payments/cancel", json=exact)
