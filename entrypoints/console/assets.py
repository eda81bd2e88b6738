"""The files that pages are made with, all our own or vendored: nothing comes from elsewhere."""

from hashlib import sha256
from pathlib import Path

from litestar import route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from entrypoints.api.replies import READ, Answer

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".txt": b"text/plain; charset=utf-8",
}


class Assets:
    """Read once; each address names what is in the file, so a browser may keep it for good."""

    def __init__(self) -> None:
        self._files = {
            path.name: (_TYPES[path.suffix], path.read_bytes()) for path in _FOLDER.iterdir()
        }

    def address(self, name: str) -> str:
        """Where a page finds that file; raises `KeyError` if there is none."""
        return f"/console/static/{name}?v={sha256(self._files[name][1]).hexdigest()[:12]}"

    def route(self) -> HTTPRouteHandler:
        """`/console/static/…`: they hold nobody's data, so no session is needed."""

        @route("/static/{name:str}", http_method=READ, opt={"public": True, "for_anybody": True})
        async def show(name: FromPath[str]) -> ASGIApp:
            if name not in self._files:
                raise NotFoundException
            content_type, body = self._files[name]
            headers = (
                (b"content-type", content_type),
                (b"cache-control", b"public, max-age=31536000, immutable"),
                (b"x-content-type-options", b"nosniff"),
            )
            return Answer(200, body, headers)

        return show
