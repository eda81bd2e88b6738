"""What each answer of the vendor means: sent, never to be sent, or not known."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.solapi.wire import Standing, check_http, check_sent, read_page, reference_of
from ports.errors import NotifierRefused, NotifierUnavailable, PortError

REFERENCE = reference_of("message-1")
OURS = {"payproof": REFERENCE}


def sent(taken: int, *status_codes: str) -> bytes:
    failed = [{"statusCode": code, "to": "01012345678"} for code in status_codes]
    counts = {"total": 1, "registeredSuccess": taken}
    answer = {"groupInfo": {"count": counts}, "failedMessageList": failed}
    return json.dumps(answer).encode()


def page(*messages: Any, **more: Any) -> bytes:
    listed = {f"M4V{n}": message for n, message in enumerate(messages)}
    return json.dumps({"messageList": listed, "limit": 100} | more).encode()


def test_one_message_registered_is_sent() -> None:
    check_sent(sent(1))


@pytest.mark.parametrize(
    ("status_code", "error", "code"),
    [
        ("1060", NotifierRefused, "number-blocked"),
        ("1061", NotifierRefused, "number-opted-out"),
        ("1058", NotifierRefused, "number-unreachable"),
        ("1011", NotifierRefused, "number-refused"),
        ("3010", NotifierRefused, "number-refused"),
        ("1029", NotifierRefused, "letters-refused"),
        ("1031", NotifierRefused, "too-long"),
        ("1030", NotifierUnavailable, "balance"),
        ("2230", NotifierUnavailable, "balance"),
        ("1020", NotifierUnavailable, "credentials"),
        ("1062", NotifierUnavailable, "sender-unregistered"),
        ("1064", NotifierUnavailable, "account-blocked"),
        ("1024", NotifierUnavailable, "status-1024"),
        ("1999", NotifierUnavailable, "status-1999"),
        ("01012345678", NotifierUnavailable, "answer"),
    ],
)
def test_a_failure_is_the_numbers_or_is_tried_again(
    status_code: str, error: type[PortError], code: str
) -> None:
    with pytest.raises(error) as raised:
        check_sent(sent(0, status_code))

    assert raised.value.code == code


NONSENSE = [
    b"",
    b"[]",
    b"null",
    b"\xff",
    b'{"groupInfo": {}}',
    b'{"groupInfo": {"count": {"registeredSuccess": "1"}}}',
    b'{"groupInfo": {"count": {"registeredSuccess": true}}}',
    b'{"failedMessageList": []}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", [*NONSENSE, sent(0), sent(2)])
def test_an_answer_that_does_not_say_so_is_no_success(body: bytes) -> None:
    with pytest.raises(NotifierUnavailable, match="answer"):
        check_sent(body)


@pytest.mark.parametrize(
    ("status_code", "standing"),
    [
        ("2000", Standing.TAKEN),
        ("3000", Standing.TAKEN),
        ("3010", Standing.TAKEN),
        ("4000", Standing.TAKEN),
        ("1030", Standing.FAILED),
        ("2230", Standing.FAILED),
        ("TEST1000", Standing.IN_DOUBT),
        ("5000", Standing.IN_DOUBT),
        (None, Standing.IN_DOUBT),
        (2000, Standing.IN_DOUBT),
    ],
)
def test_a_listed_message_was_taken_or_failed_or_is_in_doubt(
    status_code: object, standing: Standing
) -> None:
    body = page({"statusCode": status_code, "customFields": OURS})

    assert read_page(body, REFERENCE) == ({standing}, None)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"customFields": None},
        {"customFields": []},
        {"customFields": {"payproof": 5}},
        {"customFields": {"payproof": reference_of("message-2")}, "statusCode": "2000"},
        {"customFields": {"other": REFERENCE}, "statusCode": "2000"},
    ],
)
def test_messages_of_others_say_nothing(other: dict[str, Any]) -> None:
    assert read_page(page(other), REFERENCE) == (set(), None)


def test_all_messages_with_our_reference_count() -> None:
    failed, taken = ({"statusCode": code, "customFields": OURS} for code in ("1030", "2000"))

    standings, next_key = read_page(page(failed, {}, taken, nextKey="M4V9"), REFERENCE)

    assert standings == {Standing.FAILED, Standing.TAKEN}
    assert next_key == "M4V9"


@pytest.mark.parametrize("empty", [b'{"messageList": {}}', b'{"messageList": [], "nextKey": "a"}'])
def test_an_empty_page_is_the_last(empty: bytes) -> None:
    assert read_page(empty, REFERENCE) == (set(), None)


@pytest.mark.parametrize(
    "body",
    [*NONSENSE, b'{"messageList": {"a": 5}}', page({}, nextKey="../x"), page({}, nextKey="a&to=1")],
)
def test_a_list_that_cannot_be_read_is_no_empty_list(body: bytes) -> None:
    with pytest.raises(NotifierUnavailable, match="answer"):
        read_page(body, REFERENCE)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, b'{"errorCode": "SignatureDoesNotMatch"}', "credentials"),
        (403, b'{"errorCode": "RequestTimeTooSkewed"}', "clock"),
        (403, b'{"errorCode": "DuplicatedSignature"}', "signature-reused"),
        (403, b'{"errorCode": ["clock"]}', "credentials"),
        (401, b"", "credentials"),
        (402, b'{"errorCode": 5}', "balance"),
        (400, b'{"errorCode": "ValidationError"}', "http-400"),
        (429, b"\xff", "http-429"),
        (500, b"<html>", "http-500"),
        (201, b"{}", "http-201"),
        (302, b"[]", "http-302"),
    ],
)
def test_all_but_http_200_is_tried_again_later(status: int, body: bytes, code: str) -> None:
    with pytest.raises(NotifierUnavailable) as raised:
        check_http(status, body)

    assert raised.value.code == code


@given(st.text(), st.text())
def test_a_reference_names_one_message_and_fits_the_vendors_field(one: str, other: str) -> None:
    references = {reference_of(one), reference_of(other)}

    assert all(len(reference) <= 100 and reference.isascii() for reference in references)
    assert len(references) == len({one, other})
