"""An httpx transport over aiohttp, with no more around an exchange than we need of it.

httpx's own is several times as dear, and to read each URL again costs as much as to send it.
"""

from typing import Final, Self

import aiohttp
import httpx
from yarl import URL

from adapters.outbound.origin import origin_of

# What httpx calls what aiohttp says, from the special to the general. Without the text and the
# cause, which carry the request, and so secrets.
_BROKEN: Final = (aiohttp.ClientError, OSError)
_NOT_HTTP: Final = aiohttp.ClientResponseError


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends requests as they are: follows nothing, keeps no cookie, unpacks no body.

    As in httpx's own transport, the request's extension "target" takes the place of the URL's
    path and query. Time limits are the caller's.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # Not waited for: bodies are there as a whole.
        content = request.read()
        target: bytes = request.extensions.get("target") or request.url.raw_path
        try:
            response = await self._session.request(
                request.method,
                # As it is: whoever builds a target has quoted it.
                URL(origin_of(request.url) + target.decode("ascii"), encoded=True),
                headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
                data=content or None,
                allow_redirects=False,
            )
        except _NOT_HTTP:
            raise httpx.RemoteProtocolError("not HTTP") from None
        except _BROKEN:
            raise httpx.NetworkError("broken") from None
        return httpx.Response(
            response.status, headers=response.raw_headers, stream=_Stream(response)
        )

    async def aclose(self) -> None:
        await self._session.close()


class _Stream(httpx.AsyncByteStream):
    """A body as it comes; one that is not read to its end takes its connection with it.

    Its own iterator: a generator, of which the loop keeps a list, costs as much as to read one.
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = await self._response.content.readany()
        except _BROKEN:
            raise httpx.ReadError("broken") from None
        if not chunk:
            raise StopAsyncIteration
        return chunk

    async def aclose(self) -> None:
        self._response.release()
