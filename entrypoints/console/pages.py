"""Makes pages out of templates, with what every page needs, and nothing that a browser may keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.datastructures import Cookie
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Response, Template
from litestar.template.config import TemplateConfig

from entrypoints.api.bodies import AnyRequest
from entrypoints.api.language import header, language_of
from entrypoints.api.replies import SAFE_HEADERS
from entrypoints.console import shown
from entrypoints.console.assets import Assets
from entrypoints.console.session import Session, Sessions
from entrypoints.console.words import Words
from entrypoints.setting_values import is_loopback

SESSION_COOKIE = "payproof_console"
NOTICE_COOKIE = "payproof_console_notice"
_NOTICE_LIFE_S = 60
# Our own files alone: no outside address, no inline script or style, no frame around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    **{name.decode(): value.decode() for name, value in SAFE_HEADERS},
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    # One page in two languages.
    "vary": "Accept-Language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What came of a button: a sentence of ours, with words of the record in it."""

    key: str
    tone: str = "good"
    group: str = ""
    word: str = ""

    def sentence(self, words: Words) -> str:
        said = words.of(self.group, self.word) if self.group else self.word
        return words(self.key, outcome=said, why=said, status=said)


class Pages:
    """Answers with pages and with ways to other pages."""

    def __init__(self, sessions: Sessions, *, tells_shop: bool) -> None:
        self.sessions = sessions
        self.assets = Assets()
        self._tells_shop = tells_shop
        engine = JinjaTemplateEngine.from_environment(_environment())
        self.templates = TemplateConfig(instance=engine)

    def page(
        self,
        request: AnyRequest,
        name: str,
        context: Mapping[str, Any],
        *,
        http_status: int = 200,
        notice: Notice | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Template:
        """The page of that template; a notice that waits in a cookie is shown, and forgotten."""
        words = Words(language_of(request.scope))
        waiting = notice or _read_notice(
            self.sessions.read_text(request.cookies.get(NOTICE_COOKIE))
        )
        session: Session | None = request.scope["state"].get("session")
        return Template(
            f"{name}.html",
            context={
                "t": words,
                "here": name,
                "session": session,
                "token": "" if session is None else self.sessions.token_of(session),
                "notice": None if waiting is None else waiting.sentence(words),
                "tone": "" if waiting is None else waiting.tone,
                "query": "",
                "asset": self.assets.address,
                "tells_shop": self._tells_shop,
                **context,
            },
            status_code=http_status,
            headers={**_HEADERS, **(headers or {})},
            cookies=[] if waiting is None else [self.cookie(request, NOTICE_COOKIE, "", 0)],
        )

    def go(self, request: AnyRequest, path: str, notice: Notice | None = None) -> Redirect:
        """On to a page of ours, which then shows the notice."""
        cookies = []
        if notice is not None:
            said = self.sessions.text_of([notice.key, notice.tone, notice.group, notice.word])
            cookies.append(self.cookie(request, NOTICE_COOKIE, said, _NOTICE_LIFE_S))
        return Redirect(path, status_code=303, headers=dict(_HEADERS), cookies=cookies)

    def leave(self, path: str) -> Response[bytes]:
        """To a part of a page that cannot be shown: has the browser go on with the whole page."""
        headers = {**_HEADERS, "hx-redirect": path}
        return Response(b"", status_code=401, media_type="text/html", headers=headers)

    def cookie(self, request: AnyRequest, name: str, value: str, life_s: int) -> Cookie:
        """A cookie for the console alone, never sent from another site or read by a script."""
        return Cookie(
            key=name,
            value=value,
            max_age=life_s,
            path="/console",
            httponly=True,
            samesite="strict",
            secure=_is_secure(request),
        )


@cache
def _environment() -> Environment:
    """The templates, each made ready once."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": shown.money,
        "moment": shown.moment,
        "minute": shown.minute,
    }
    environment.globals |= {"minor": shown.minor}
    return environment


def _is_secure(request: AnyRequest) -> bool:
    """Whether the browser speaks to us by https, as it must from anywhere but this machine."""
    if (
        header(request.scope, b"x-forwarded-proto") == b"https"
        or request.scope["scheme"] == "https"
    ):
        return True
    host = (header(request.scope, b"host") or b"").decode("latin-1")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return not is_loopback(name)


def _read_notice(said: object) -> Notice | None:
    match said:
        case [str(key), str(tone), str(group), str(word)]:
            return Notice(key=key, tone=tone, group=group, word=word)
        case _:
            return None
