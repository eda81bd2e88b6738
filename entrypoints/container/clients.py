"""Connections to the outside world, of each adapter its own."""

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from adapters.outbound.http_client import HttpClient


def open_transport(*, max_connections: int = 100) -> AiohttpTransport:
    """Connections of one adapter; whoever opens them closes them with `aclose`.

    They read no proxy or credentials from the environment, keep no cookie and never unpack a body.
    """
    ssl_context = httpx.create_ssl_context(trust_env=False)

    def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections, ssl=ssl_context),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    # Called at the first request, inside the loop that will use it.
    return AiohttpTransport(verify=ssl_context, client=open_session)


def build_client() -> HttpClient:
    """A client for one adapter; whoever builds it closes it with `aclose`."""
    return HttpClient(open_transport)
