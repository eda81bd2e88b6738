"""Bare JSON as an answer; what stands around it is each vendor's own."""

from aiohttp import web

from sandbox.machinery.exact_json import dumps


def json_answer(value: object, http_status: int = 200) -> web.Response:
    """Answer with bare JSON."""
    return json_bytes(dumps(value), http_status)


def json_bytes(body: bytes, http_status: int = 200) -> web.Response:
    """Answer with JSON that is written already."""
    return web.Response(
        body=body, status=http_status, content_type="application/json", charset="utf-8"
    )
