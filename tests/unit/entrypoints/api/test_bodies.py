import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from entrypoints.api.bodies import MAX_BODY_BYTES, decode_json
from tests.support.api import BY_SHOP, IDS, a_shop_with, asking
from tests.support.factories import a_payment

GOOD = json.dumps(IDS).encode()
JSON = "application/json"
# Every address that reads a body, and whatever is needed to be let in.
READERS = ("/orders", "/payments/complete", "/confirm/portone-v1", "/webhooks/portone-v1")

NOT_JSON = {
    "empty": b"",
    "blank": b"  ",
    "text": b"hello",
    "cut off": b'{"imp_uid": "imp_1"',
    "two values": b"{}{}",
    "not UTF-8": b'{"imp_uid": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"amount": NaN}',
    "Infinity": b'{"amount": -Infinity}',
    "half a surrogate pair": b'{"imp_uid": "\\ud83d"}',
    "the other half": b'{"imp_uid": "\\ude00"}',
    "half a pair as a name": b'{"\\ud83d": 1, "\\ud83d": 2}',
    "a raw control character": b'{"imp_uid": "\x00"}',
    "nested too deep": b"[" * 60_000,
    "objects nested too deep": b'{"a":' * 12_000,
    "an absurd exponent": b'{"amount": 1e99999999999999999999}',
    "an absurd integer": b'{"amount": ' + b"9" * 5000 + b"}",
    "single quotes": b"{'imp_uid': 1}",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}
NOT_AN_OBJECT = {
    "array": b"[]",
    "null": b"null",
    "text": b'"imp_1"',
    "number": b"12",
    "true": b"true",
}


async def post(path: str, body: bytes, content_type: str | None = JSON) -> httpx.Response:
    shop = a_shop_with()
    shop.gateway.put(a_payment())
    headers = BY_SHOP | ({} if content_type is None else {"Content-Type": content_type})
    async with asking(shop) as client:
        return await client.post(path, content=body, headers=headers)


@pytest.mark.parametrize("path", READERS)
@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
async def test_what_is_not_json_is_refused_clearly(path: str, body: bytes) -> None:
    answer = await post(path, body)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]


@pytest.mark.parametrize("path", READERS)
@pytest.mark.parametrize("body", NOT_AN_OBJECT.values(), ids=NOT_AN_OBJECT)
async def test_json_that_is_no_object_is_refused_clearly(path: str, body: bytes) -> None:
    answer = await post(path, body)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]


@pytest.mark.parametrize("path", READERS)
async def test_a_name_given_twice_is_refused(path: str) -> None:
    answer = await post(path, b'{"merchant_uid": "a", "imp_uid": "b", "imp_uid": "b"}')

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert len(answer.json()["errors"]) == 1


async def test_a_name_given_twice_is_named() -> None:
    answer = await post("/orders", b'{"customer": {"id": "a", "id": "b"}}')

    assert answer.json()["errors"] == [{"field": "id", "message": "is given more than once"}]


async def test_a_very_long_name_is_not_sent_back_whole() -> None:
    name = b'"' + b"n" * 20_000 + b'"'

    twice = await post("/payments/complete", b"{%b: 1, %b: 2}" % (name, name))
    unknown = await post(
        "/orders", b'{%b: 1, "order_id": "a", "amount": 1, "currency": "KRW"}' % name
    )

    for answer in (twice, unknown):
        assert answer.json()["errors"][0]["field"] == "n" * 100


@pytest.mark.parametrize("path", READERS)
async def test_a_body_above_64_kib_is_too_large(path: str) -> None:
    answer = await post(path, b" " * (MAX_BODY_BYTES + 1))

    assert (answer.status_code, answer.json()["status"]) == (413, "tooLarge")


@pytest.mark.parametrize("path", READERS)
async def test_a_body_without_an_announced_length_is_too_large_as_soon_as_it_is(path: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MAX_BODY_BYTES:
            sent += 10_000
            yield b" " * 10_000

    async with asking(a_shop_with()) as client:
        answer = await client.post(
            path, content=endless(), headers=BY_SHOP | {"Content-Type": JSON}
        )

    assert (answer.status_code, answer.json()["status"]) == (413, "tooLarge")
    assert sent < 3 * MAX_BODY_BYTES


async def test_a_body_of_64_kib_is_read() -> None:
    answer = await post("/payments/complete", GOOD.ljust(MAX_BODY_BYTES))

    assert answer.json()["status"] == "success"


@pytest.mark.parametrize(
    "content_type",
    [JSON, "Application/JSON; charset=utf-8", "application/vnd.shop+json", "", None],
)
async def test_json_is_read_under_each_of_its_names(content_type: str | None) -> None:
    answer = await post("/payments/complete", GOOD, content_type)

    assert answer.json()["status"] == "success"


@pytest.mark.parametrize("path", ["/orders", "/payments/complete", "/confirm/portone-v1"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
async def test_other_types_are_not_supported(path: str, content_type: str) -> None:
    answer = await post(path, GOOD, content_type)

    assert (answer.status_code, answer.json()["status"]) == (415, "unsupportedMediaType")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff=1",
        b"amount=%FF",
        b"amount",
        b"&".join(b"field-%d=1" % number for number in range(101)),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(body: bytes) -> None:
    answer = await post("/confirm/portone-v1", body, "application/x-www-form-urlencoded")

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_bytes_are_read_or_refused_and_nothing_else(body: bytes) -> None:
    with suppress(InvalidValue):
        decode_json(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_the_decoder_reads_what_the_standard_library_writes(value: Any) -> None:
    assert decode_json(json.dumps(value, ensure_ascii=False).encode()) == value
    assert decode_json(json.dumps(value).encode()) == value
