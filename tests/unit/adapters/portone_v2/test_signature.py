"""Signatures are judged as the vendor's own kit and the standard's library judge them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import standardwebhooks.webhooks as standard
from hypothesis import given
from hypothesis import strategies as st
from portone_server_sdk import webhook as kit

from adapters.memory.clock import ManualClock
from adapters.portone_v2.signature import TOLERANCE_S, Signatures, read_secrets
from domain.errors import InvalidValue
from ports.errors import WebhookNotAuthentic
from tests.unit.adapters.portone_v2.samples import KEY, NOW_S, SECRET, fixture, signed

VECTORS: list[dict[str, Any]] = json.loads(fixture("portone_v2_webhook/signature_vectors.json"))
OTHER_KEY = bytes(range(32, 64))
BODY = b'{"type":"Transaction.Paid"}'
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def ours(secrets: str, headers: Mapping[str, str], body: bytes, now_s: float) -> bool:
    clock = ManualClock(datetime.fromtimestamp(now_s, UTC))
    try:
        Signatures(read_secrets(secrets), clock).check(headers, body)
    except WebhookNotAuthentic:
        return False
    return True


@contextmanager
def at(now_s: float) -> Iterator[None]:
    """Lets both libraries believe that it is that time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kit, "time", SimpleNamespace(time=lambda: now_s))
        moment = datetime.fromtimestamp(now_s, UTC)
        clock = SimpleNamespace(now=lambda tz=None: moment, fromtimestamp=datetime.fromtimestamp)
        patch.setattr(standard, "datetime", clock)
        yield


def theirs(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> tuple[bool, bool]:
    """What the kit and the standard's library say; whatever they raise is a no."""
    verdicts = []
    with at(now_s):
        for verify in (
            lambda: kit.verify(secret, body.decode(), headers),
            lambda: standard.Webhook(secret).verify(body.decode(), dict(headers)),
        ):
            try:
                verify()
            except Exception:  # noqa: BLE001 - they raise whatever comes up from below
                verdicts.append(False)
            else:
                verdicts.append(True)
    return verdicts[0], verdicts[1]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_every_vector_is_judged_as_expected_by_all_three(vector: dict[str, Any]) -> None:
    body = vector["body"].encode()
    is_expected = vector["expect"] == "ok"

    verdict = ours(vector["secret"], vector["headers"], body, vector["now"])

    assert verdict is is_expected
    assert theirs(vector["secret"], vector["headers"], body, vector["now"]) == (verdict, verdict)


@given(
    body=st.dictionaries(st.text(), st.text() | st.integers()).map(
        lambda it: json.dumps(it, ensure_ascii=False).encode("utf-8", "replace")
    ),
    key=st.binary(min_size=24, max_size=64),
    message_id=st.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True),
    skew_s=st.integers(-2 * TOLERANCE_S, 2 * TOLERANCE_S),
)
def test_what_is_signed_is_judged_alike(
    body: bytes, key: bytes, message_id: str, skew_s: int
) -> None:
    from base64 import b64encode

    secret = b64encode(key).decode()
    headers = signed(body, key=key, message_id=message_id, at_s=NOW_S + skew_s)

    verdict = ours(secret, headers, body, NOW_S)

    assert verdict is (abs(skew_s) <= TOLERANCE_S)
    assert theirs(secret, headers, body, NOW_S) == (verdict, verdict)


@given(
    name=st.sampled_from(HEADERS),
    text=st.text(max_size=80) | st.sampled_from(["", "v1,", "v1", ",", "v1,====", "-1", "1e9"]),
)
def test_no_odd_header_is_let_in_that_a_library_would_not(name: str, text: str) -> None:
    headers = signed(BODY) | {name: text}

    if ours(SECRET, headers, BODY, NOW_S):
        assert theirs(SECRET, headers, BODY, NOW_S) == (True, True)


@given(position=st.integers(0, len(BODY) - 1), flip=st.integers(1, 255))
def test_no_changed_byte_is_let_in(position: int, flip: int) -> None:
    changed = bytearray(BODY)
    changed[position] ^= flip

    assert not ours(SECRET, signed(BODY), bytes(changed), NOW_S)


@pytest.mark.parametrize("missing", HEADERS)
def test_what_is_unsigned_is_not_let_in(missing: str) -> None:
    headers = {name: text for name, text in signed(BODY).items() if name != missing}

    assert not ours(SECRET, headers, BODY, NOW_S)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v1",
        "v1,",
        "v1,é",
        "v1,not base64",
        "v1,AAAA",
        "v1," + "A" * 43,
        "v2,{right}",
        "v1a,{right}",
        "V1,{right}",
        "v1,{right}\n",
        "v1, {right}",
        "v1;{right}",
        "{right}",
        "v1,{right}" + " v1,x" * 1000,
    ],
)
def test_a_malformed_signature_is_not_let_in(signature: str) -> None:
    headers = signed(BODY)
    right = headers["webhook-signature"].removeprefix("v1,")

    text = signature.format(right=right)

    assert not ours(SECRET, headers | {"webhook-signature": text}, BODY, NOW_S)


@pytest.mark.parametrize(
    "text", ["", " 1700000000", "1700000000.0", "+1700000000", "\u0661700000000", "9" * 5000, "-1"]
)
def test_a_malformed_time_is_not_let_in(text: str) -> None:
    assert not ours(SECRET, signed(BODY) | {"webhook-timestamp": text}, BODY, NOW_S)


@pytest.mark.parametrize("text", ["é", "a b", "a\n", "x" * 201])
def test_a_malformed_id_is_not_let_in(text: str) -> None:
    assert not ours(SECRET, signed(BODY) | {"webhook-id": text}, BODY, NOW_S)


@pytest.mark.parametrize("skew_s", [-TOLERANCE_S, 0, TOLERANCE_S])
def test_the_window_is_open_both_ways_and_no_further(skew_s: int) -> None:
    headers = signed(BODY, at_s=NOW_S + skew_s)
    beyond_s = 1 if skew_s >= 0 else -1

    assert ours(SECRET, headers, BODY, NOW_S)
    if skew_s:
        further = signed(BODY, at_s=NOW_S + skew_s + beyond_s)
        assert not ours(SECRET, further, BODY, NOW_S)


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
@pytest.mark.parametrize("separator", [" ", ",", ", "])
def test_either_secret_is_right_while_one_is_replaced(key: bytes, separator: str) -> None:
    other = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
    headers = signed(BODY, key=key)

    assert ours(separator.join([SECRET, other]), headers, BODY, NOW_S)
    assert ours(separator.join([other, SECRET]), headers, BODY, NOW_S)


def test_one_right_signature_among_several_is_enough() -> None:
    right = signed(BODY)["webhook-signature"]
    wrong = signed(BODY, key=OTHER_KEY)["webhook-signature"]

    for text in (f"{wrong} {right}", f"{right} {wrong}", f"v1,%%% {right}"):
        assert ours(SECRET, signed(BODY) | {"webhook-signature": text}, BODY, NOW_S)


def test_the_messages_own_id_is_given() -> None:
    clock = ManualClock(datetime.fromtimestamp(NOW_S, UTC))

    assert Signatures([KEY], clock).check(signed(BODY, message_id="msg_7"), BODY) == "msg_7"


@pytest.mark.parametrize("text", ["", "  ", ",", "whsec_", "whsec_é", "not base64!", "AAA"])
def test_secrets_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as error:
        read_secrets(text)

    assert error.value.field == "webhook_secrets"
    assert "AAA" not in str(error.value)


def test_more_secrets_than_anybody_has_are_refused() -> None:
    with pytest.raises(InvalidValue):
        read_secrets(" ".join([SECRET] * 5))
