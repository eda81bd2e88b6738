"""Connections to the outside world: a transport of httpx, and a client around it."""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport


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


def build_client(*, max_connections: int = 100) -> httpx.AsyncClient:
    """A client for one adapter; whoever builds it closes it with `aclose`.

    It follows no redirect and has no time limit of its own: whoever asks limits each question as a
    whole. httpx logs every URL at INFO, so give the logger "httpx" the level WARNING.
    """
    return httpx.AsyncClient(
        transport=open_transport(max_connections=max_connections),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=None,  # noqa: S113 - see above
        follow_redirects=False,
        trust_env=False,
    )
