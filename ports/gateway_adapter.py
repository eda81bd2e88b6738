"""What one gateway's package offers: its name, its settings, its words, and how to connect."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import InvalidValue
from domain.identifiers import check_gateway, check_payment_id
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection

_SUFFIX = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)


class SettingKind(StrEnum):
    """What the text of a setting is. A secret may lie in a file, and is never shown."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a kind of setting
    # https, or http to this very machine; without path, query and user
    SERVICE_URL = "serviceUrl"


def _take(_text: str) -> None:
    """Lets every text pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSetting:
    """One setting, named by what follows `PAYPROOF_<GATEWAY>_`; one line of text, never empty.

    One that is not needed and has no default may be left out. `check` raises `InvalidValue` for
    text that cannot be used; its reason goes on after the name, as in "must be digits".
    """

    suffix: str
    kind: SettingKind = SettingKind.TEXT
    is_needed: bool = False
    default: str | None = None
    check: Callable[[str], object] = _take

    def __post_init__(self) -> None:
        # A name that ends in _FILE is where a secret lies.
        if not _SUFFIX.fullmatch(self.suffix) or self.suffix.endswith("_FILE"):
            raise InvalidValue("suffix", "must be capital letters, digits and _, not with _FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionFields:
    """The gateway's own names of what a buyer's page brings back, in a body or in a query.

    Without `needs_order_id` a page may leave the order out: the gateway's answer names it.
    `approval_token` is the name of what `PaymentApproval.approve` wants besides, if anything.
    """

    payment_id: str
    order_id: str
    needs_order_id: bool = True
    approval_token: str | None = None

    def __post_init__(self) -> None:
        names = [self.payment_id, self.order_id, self.approval_token or "x", "client_token"]
        if not all(map(_FIELD.fullmatch, names)) or len(set(names)) < len(names):
            raise InvalidValue("completion", "must name its fields, each differently")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBody:
    """What the gateway sends, for whoever reads the description of our addresses."""

    fields: Mapping[str, object]
    may_be_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every gateway is given besides its settings. `timeout_s` is for one whole question."""

    clock: Clock
    timeout_s: float
    allow_test_payments: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAdapter:
    """A gateway as it can be chosen in settings.

    `connect` gets the text of each setting that is there, by its suffix, and asks nobody yet: what
    it opens, it opens at the first question, and `GatewayConnection.close` ends it. It may raise
    `InvalidValue` with a suffix, in small letters, as the field. `nobodys_payment_id` has the form
    of an id and names no payment: that the gateway does not know it shows that it lets us in.
    """

    name: str
    completion: CompletionFields
    connect: Callable[[Mapping[str, str], Surroundings], GatewayConnection] = field(repr=False)
    nobodys_payment_id: str
    settings: Sequence[AdapterSetting] = field(default=(), repr=False)
    webhook_sample: SampleBody = SampleBody(fields={})
    confirm_sample: SampleBody = SampleBody(fields={})

    def __post_init__(self) -> None:
        check_gateway(self.name)
        check_payment_id(self.nobodys_payment_id)
        suffixes = [each.suffix for each in self.settings]
        if len(set(suffixes)) < len(suffixes):
            raise InvalidValue("settings", "has one suffix twice")

    @property
    def prefix(self) -> str:
        """What the names of its settings begin with."""
        return f"PAYPROOF_{self.name.upper().replace('-', '_')}_"
