"""The HTTP client of whoever has no connections of its own: shops, and providers of SMS."""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport


def build_client(*, max_connections: int = 100) -> httpx.AsyncClient:
    """A client for one adapter; whoever builds it closes it with `aclose`.

    It follows no redirect, reads no proxy or credentials from the environment, keeps no cookie,
    never unpacks a body, and has no time limit of its own: whoever asks limits each question as a
    whole. httpx logs every URL at INFO, so give the logger "httpx" the level WARNING.
    """
    ssl_context = httpx.create_ssl_context(trust_env=False)

    def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections, ssl=ssl_context),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    return httpx.AsyncClient(
        # Called at the first request, inside the loop that will use it.
        transport=AiohttpTransport(verify=ssl_context, client=open_session),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=None,  # noqa: S113 - see above
        follow_redirects=False,
        trust_env=False,
    )
