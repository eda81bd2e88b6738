"""A client of adapters that a function answers, and no network."""

from collections.abc import Callable

import httpx

from adapters.outbound.http_client import HttpClient

Answer = Callable[[httpx.Request], httpx.Response]


def answered_by(answer: Answer) -> HttpClient:
    """The function sees each request with its whole URL, as a server reads it."""

    def shown_whole(request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(raw_path=request.extensions["target"])
        return answer(request)

    return HttpClient(lambda: httpx.MockTransport(shown_whole))
