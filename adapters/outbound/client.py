"""Connections to the outside world, of each adapter its own."""

import aiohttp
import httpx

from adapters.outbound.aiohttp_transport import AiohttpTransport
from adapters.outbound.http_client import HttpClient


def build_client() -> HttpClient:
    """A client for one adapter; whoever builds it closes it with `aclose`."""
    return HttpClient(_open_transport)


def _open_transport() -> AiohttpTransport:
    ssl_context = httpx.create_ssl_context(trust_env=False)
    return AiohttpTransport(
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=100, ssl=ssl_context),
            # Nothing is read from the environment, kept, unpacked, or given up by itself.
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(),
        )
    )
