"""The vendor's words: what a request says, and what each answer means."""

import re
from enum import Enum, auto
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from adapters.solapi.sms import Sms
from ports.errors import NotifierRefused, NotifierUnavailable, PortError

SEND_PATH: Final = "/messages/v4/send-many/detail"
LIST_PATH: Final = "/messages/v4/list"
PAGE_SIZE: Final = 100

_Answer = TypeVar("_Answer")
_STATUS: Final = re.compile(r"[1-4][0-9]{3}", re.ASCII)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
# A field of our own on each message; the vendor keeps up to 100 letters and shows them again.
_REFERENCE_FIELD: Final = "payproof"

# What cannot be the buyer's fault may be mended by the shop or the vendor, and is tried again.
_FAILURES: Final[dict[str, tuple[type[PortError], str]]] = {
    "1011": (NotifierRefused, "number-refused"),
    "1028": (NotifierRefused, "letters-refused"),
    "1029": (NotifierRefused, "letters-refused"),
    "1031": (NotifierRefused, "too-long"),
    "1058": (NotifierRefused, "number-unreachable"),
    "1060": (NotifierRefused, "number-blocked"),
    "1061": (NotifierRefused, "number-opted-out"),
    "2060": (NotifierRefused, "number-blocked"),
    "2061": (NotifierRefused, "number-opted-out"),
    "3010": (NotifierRefused, "number-refused"),
    "1020": (NotifierUnavailable, "credentials"),
    "1030": (NotifierUnavailable, "balance"),
    "2230": (NotifierUnavailable, "balance"),
    "1062": (NotifierUnavailable, "sender-unregistered"),
    "2062": (NotifierUnavailable, "sender-unregistered"),
    "1064": (NotifierUnavailable, "account-blocked"),
    "2063": (NotifierUnavailable, "account-blocked"),
    "2064": (NotifierUnavailable, "account-blocked"),
}
_HTTP_FAILURES: Final = {401: "credentials", 402: "balance", 403: "credentials"}
_NAMED_FAILURES: Final = {
    "RequestTimeTooSkewed": "clock",
    # The library below asks a question again, as it was, if the line breaks at once.
    "DuplicatedSignature": "signature-reused",
}


class Standing(Enum):
    """What became of a message that the vendor has in its list."""

    TAKEN = auto()
    FAILED = auto()
    IN_DOUBT = auto()


class _Count(msgspec.Struct, rename="camel"):
    registered_success: int


class _Group(msgspec.Struct):
    count: _Count


class _Failure(msgspec.Struct, rename="camel"):
    status_code: str


class _Sent(msgspec.Struct, rename="camel"):
    group_info: _Group
    failed_message_list: list[_Failure] = []


class _Listed(msgspec.Struct, rename="camel"):
    # Of other programs' messages: whatever they hold must not hide ours.
    status_code: Any = None
    custom_fields: Any = None


class _Page(msgspec.Struct, rename="camel"):
    message_list: dict[str, _Listed] | list[_Listed]
    next_key: str | None = None


class _Refusal(msgspec.Struct, rename="camel"):
    error_code: str = ""


def reference_of(message_id: str) -> str:
    """The id as the vendor keeps it: always 64 letters, however long ours is."""
    return sha256(message_id.encode()).hexdigest()


def send_body(sms: Sms, sender: str, reference: str) -> bytes:
    """The request for one message."""
    message = {
        "to": sms.to,
        "from": sender,
        "text": sms.text,
        "type": sms.type,
        "autoTypeDetect": False,
        "customFields": {_REFERENCE_FIELD: reference},
    }
    return msgspec.json.encode({"messages": [message], "allowDuplicates": False})


def check_sent(body: bytes) -> None:
    """Returns if the answer says that the one message was taken; raises what it says otherwise."""
    sent = _decoded(body, _Sent)
    if sent.failed_message_list:
        raise _failure(sent.failed_message_list[0].status_code)
    if sent.group_info.count.registered_success != 1:
        raise NotifierUnavailable("answer")


def list_query(to: str, start_key: str | None) -> dict[str, str]:
    """The question for the messages to one number, newest first or from a key on."""
    query = {"to": to, "limit": str(PAGE_SIZE)}
    return query if start_key is None else query | {"startKey": start_key}


def read_page(body: bytes, reference: str) -> tuple[set[Standing], str | None]:
    """How the messages with that reference stand, and the key of the next page if there is one."""
    page = _decoded(body, _Page)
    if page.next_key is not None and not _KEY.fullmatch(page.next_key):
        raise NotifierUnavailable("answer")
    messages = page.message_list
    listed = messages.values() if isinstance(messages, dict) else messages
    standings = {_standing(each.status_code) for each in listed if _refers(each, reference)}
    return standings, page.next_key if messages else None


def check_http(status: int, body: bytes) -> None:
    """Returns for HTTP 200; anything else is tried again later, after a look at the list."""
    if status == 200:
        return
    try:
        error_code = msgspec.json.decode(body, type=_Refusal).error_code
    except (msgspec.DecodeError, UnicodeDecodeError):
        error_code = ""
    by_status = _HTTP_FAILURES.get(status, f"http-{status}")
    raise NotifierUnavailable(_NAMED_FAILURES.get(error_code, by_status))


def _standing(status_code: object) -> Standing:
    """1xxx and 2xxx failed before any carrier had it, but for 2000; later it is out of our hands.

    What a carrier could not deliver was taken all the same: to send it again is not ours to decide.
    """
    if not isinstance(status_code, str) or not _STATUS.fullmatch(status_code):
        return Standing.IN_DOUBT
    return Standing.TAKEN if status_code == "2000" or status_code >= "3" else Standing.FAILED


def _refers(listed: _Listed, reference: str) -> bool:
    fields = listed.custom_fields
    return isinstance(fields, dict) and fields.get(_REFERENCE_FIELD) == reference


def _failure(status_code: str) -> PortError:
    if not _STATUS.fullmatch(status_code):
        return NotifierUnavailable("answer")
    kind, code = _FAILURES.get(status_code, (NotifierUnavailable, f"status-{status_code}"))
    return kind(code)


def _decoded(body: bytes, kind: type[_Answer]) -> _Answer:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotifierUnavailable("answer") from None
