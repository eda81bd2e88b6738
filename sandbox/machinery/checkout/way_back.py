"""Where a buyer came from, and goes when the payment window has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.machinery.control_fields import ControlError
from sandbox.machinery.loopback import why_not_callable


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """A page that waits to be told, or that wants the browser to come back by redirect.

    `redirect_failed` is where failures go; the vendors that know but one address use that.
    """

    origin: str
    redirect: str | None
    redirect_failed: str | None

    @classmethod
    def read(cls, form: Mapping[str, Any], *, allow_remote: bool) -> Self:
        """Read it from a form; no page elsewhere may be named."""
        opener = text_in(form, "opener")
        redirect = text_in(form, "way_back") or None
        failed = text_in(form, "way_back_failed") or redirect
        for url in (opener, redirect, failed):
            objection = None if url is None else why_not_callable(url, allow_remote=allow_remote)
            if objection is not None:
                raise ControlError(400, f"the way back {objection}")
        return cls(origin=_site(opener), redirect=redirect, redirect_failed=failed)

    @property
    def framed_by(self) -> str:
        """The page that may hold the window in a frame, as a policy says it."""
        return self.origin if self.redirect is None else "'none'"

    @property
    def form_leads_to(self) -> str:
        """The sites where the window's form may end, as a policy says it."""
        urls = {url for url in (self.redirect, self.redirect_failed) if url is not None}
        return " ".join(sorted({_site(url) for url in urls}))


def with_query(url: str, added: Mapping[str, Any]) -> str:
    """Add to an address what a browser is to bring; None is left out."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [(name, str(value)) for name, value in added.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(query)))


def text_in(form: Mapping[str, Any], name: str) -> str:
    """Read a text of a form; a file or nothing is empty."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
