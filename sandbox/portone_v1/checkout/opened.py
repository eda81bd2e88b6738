"""A payment window as it was asked for: by whom, for what, and where the buyer goes afterwards."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.machinery.control_fields import ControlError
from sandbox.machinery.exact_json import JsonObject, dumps, loads
from sandbox.machinery.loopback import why_not_callable
from sandbox.portone_v1.control_opening import Opening, read_opening
from sandbox.portone_v1.world import World

# Nobody has more windows open at once; the oldest is forgotten.
_MOST_OPEN: Final = 1000
_AS_THE_CONTROL_API: Final = ("amount", "currency", "merchant_uid", "notice_url", "pay_method")
# What the vendor keeps of the buyer and the goods, with the lengths it allows.
_KEPT_TEXTS: Final = {
    "name": 40,
    "buyer_name": 16,
    "buyer_email": 64,
    "buyer_tel": 16,
    "buyer_addr": 128,
    "buyer_postcode": 8,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """Where the buyer came from: a page that waits for a callback, or that wants a redirect."""

    origin: str
    redirect: str | None

    @property
    def framed_by(self) -> str:
        """The page that may hold the window in a frame, as a policy says it."""
        return self.origin if self.redirect is None else "'none'"

    @property
    def form_leads_to(self) -> str:
        """The site where the window's form may end, as a policy says it."""
        if self.redirect is None:
            return ""
        parts = urlsplit(self.redirect)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(slots=True, kw_only=True)
class OpenWindow:
    """A window of one payment. Its result is made once, however often its buttons are pressed."""

    imp_uid: str
    way_back: WayBack
    confirm_url: str | None
    result: JsonObject | None = field(default=None)
    way_back_is_lost: bool = False


class OpenWindows:
    """The windows that somebody may still end, by the payment's id."""

    def __init__(self) -> None:
        """Start with none."""
        self._windows: OrderedDict[str, OpenWindow] = OrderedDict()

    def keep(self, window: OpenWindow) -> None:
        """Remember a window."""
        self._windows[window.imp_uid] = window
        if len(self._windows) > _MOST_OPEN:
            self._windows.popitem(last=False)

    def get(self, imp_uid: str) -> OpenWindow:
        """Find a window."""
        try:
            return self._windows[imp_uid]
        except KeyError:
            raise ControlError(404, "no such payment window") from None


def read_way_back(form: Mapping[str, Any], world: World) -> WayBack:
    """Read where the buyer came from; no page elsewhere may be named."""
    opener, redirect = _text(form, "opener"), _text(form, "way_back") or None
    for name, url in (("opener", opener), ("m_redirect_url", redirect)):
        objection = None if url is None else why_not_callable(url, allow_remote=world.allow_remote)
        if objection is not None:
            raise ControlError(400, f"{name} {objection}")
    parts = urlsplit(opener)
    return WayBack(origin=f"{parts.scheme}://{parts.netloc}", redirect=redirect)


def read_params(form: Mapping[str, Any]) -> JsonObject:
    """Read what the page gave to `request_pay`."""
    try:
        params = loads(_text(form, "params"))
    except ValueError:
        raise ControlError(400, "params are not JSON") from None
    if not isinstance(params, dict):
        raise ControlError(400, "params must be an object")
    return params


def read_request(params: JsonObject, way_back: WayBack, world: World) -> Opening:
    """Read the payment that the page asks for; what the vendor would ignore is ignored."""
    kept: JsonObject = {"channel": "pc" if way_back.redirect is None else "mobile"}
    for name, limit in _KEPT_TEXTS.items():
        if isinstance(params.get(name), str):
            kept[name] = params[name][:limit]
    if params.get("custom_data") is not None:
        kept["custom_data"] = dumps(params["custom_data"]).decode()
    asked = {name: params[name] for name in _AS_THE_CONTROL_API if params.get(name) is not None}
    return read_opening(
        asked | {"issue": False, "enforce_prepared": True, "overrides": kept}, world
    )


def _text(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
