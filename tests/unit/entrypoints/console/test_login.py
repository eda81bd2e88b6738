"""Nobody gets in without the password, and no form counts that we did not give."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar.routes import HTTPRoute

from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.app import create_app
from entrypoints.console.console import console_of
from entrypoints.console.door import next_page
from entrypoints.console.login_limit import MOST_FOR_ADDRESS, MOST_FOR_ALL, WINDOW_S, LoginLimit
from entrypoints.console.pages import NOTICE_COOKIE, SESSION_COOKIE
from entrypoints.console.session import LIFE, Sessions
from ports.errors import RepositoryUnavailable
from tests.support.api import a_shop_with, use_cases
from tests.support.console import (
    OPERATOR,
    PASSWORD,
    console_parts,
    log_in,
    operating,
    press,
    said_after,
    text_of,
    token_in,
    visiting,
)
from tests.support.factories import ORDER_ID

PAGES = (
    "/console",
    "/console/orders",
    "/console/search?q=x",
    f"/console/orders/{ORDER_ID}",
    "/console/refunds",
    "/console/tasks",
    "/console/sweeps",
    "/console/health",
    "/console/nothing-here",
)


def buttons() -> list[str]:
    """Every address that takes a form."""
    shop = a_shop_with()
    app = create_app(use_cases(shop), ApiSettings(), console=console_of(console_parts(shop)))
    return [
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute)
        and route.path.startswith("/console")
        and "POST" in route.methods
    ]


def asked_in(login: httpx.Response) -> str:
    """Where the login will lead."""
    return login.text.partition('name="next" value="')[2].partition('"')[0]


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_login_every_page_leads_to_it_and_then_back(path: str) -> None:
    async with visiting(a_shop_with()) as client:
        answer = await client.get(path)
        login = await client.get(answer.headers["location"])

        assert answer.status_code == 303
        assert "이 페이지는 로그인이 필요합니다." in text_of(login)
        fields = {"token": token_in(login), "operator": OPERATOR, "password": PASSWORD}
        then = await client.post("/console/login", data={**fields, "next": asked_in(login)})
        assert then.headers["location"] == path


async def test_the_cookie_is_for_the_console_alone_and_hidden_from_scripts() -> None:
    async with visiting(a_shop_with()) as client:
        answer = await log_in(client)

        (cookie,) = (
            each for each in answer.headers.get_list("set-cookie") if SESSION_COOKIE in each
        )
        for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/console"):
            assert part.lower() in cookie.lower()
        assert f"max-age={int(LIFE.total_seconds())}" in cookie.lower()


@pytest.mark.parametrize(
    ("headers", "is_secure"),
    [
        ({"host": "127.0.0.1:8000"}, False),
        ({"host": "localhost"}, False),
        ({"host": "[::1]:8000"}, False),
        ({"host": "127.0.0.1:8000", "x-forwarded-proto": "https"}, True),
        ({"host": "pay.example.com"}, True),
    ],
)
async def test_only_this_machine_itself_gets_its_cookie_in_the_clear(
    headers: dict[str, str], is_secure: bool
) -> None:
    async with visiting(a_shop_with()) as client:
        answer = await client.get("http://payproof.test/console/login", headers=headers)

        assert ("secure" in answer.headers["set-cookie"].lower()) is is_secure


async def test_a_wrong_password_is_said_and_lets_nobody_in() -> None:
    async with visiting(a_shop_with()) as client:
        answer = await log_in(client, password=PASSWORD + "x")

        assert answer.status_code == 403
        assert "비밀번호가 맞지 않습니다." in text_of(answer)
        assert (await client.get("/console")).status_code == 303


async def test_after_a_few_wrong_passwords_even_the_right_one_has_to_wait() -> None:
    shop = a_shop_with()
    async with visiting(shop) as client:
        for _ in range(MOST_FOR_ADDRESS):
            await log_in(client, password="wrong")

        refused = await log_in(client)
        shop.clock.advance(WINDOW_S + 1)
        let_in = await log_in(client)

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert let_in.status_code == 303


def test_no_flood_of_addresses_may_try_without_end() -> None:
    limit = LoginLimit(a_shop_with().clock)

    for number in range(MOST_FOR_ALL):
        assert limit.wait_s(f"10.0.0.{number}") == 0
        limit.note_failure(f"10.0.0.{number}")

    assert limit.wait_s("10.0.1.1") > 0


def test_addresses_are_forgotten_once_they_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrypoints.console.login_limit._MAX_ADDRESSES", 2)
    clock = a_shop_with().clock
    limit = LoginLimit(clock)
    limit.note_failure("old")
    clock.advance(WINDOW_S + 1)

    for _ in range(MOST_FOR_ADDRESS):
        limit.note_failure("a")
    limit.note_failure("b")
    limit.note_failure("c")

    assert limit.wait_s("a") > 0
    limit.forget("a")
    assert limit.wait_s("a") == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
async def test_an_operator_has_a_name_that_can_be_written_down(name: str) -> None:
    async with visiting(a_shop_with()) as client:
        answer = await log_in(client, name)

    assert answer.status_code == 400
    assert "이름은 60자" in text_of(answer)


async def test_a_name_with_markup_is_shown_and_not_run() -> None:
    async with operating(a_shop_with(), "<b>kim</b>") as client:
        page = await client.get("/console")

    assert "&lt;b&gt;kim&lt;/b&gt;" in page.text


async def test_who_is_logged_in_does_not_see_the_login_again() -> None:
    async with operating(a_shop_with()) as client:
        answer = await client.get("/console/login", params={"next": "/console/tasks"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/tasks")


@pytest.mark.parametrize("path", buttons())
async def test_no_button_works_without_our_token(path: str) -> None:
    shop = a_shop_with()
    path = path.replace("{order_id:str}", ORDER_ID).replace("{refund_id:str}", "rf-1")
    async with operating(shop) as client:
        for token in ("", "x", "한글"):
            answer = await client.post(path, data={"token": token, "payment": "portone-v1/imp_1"})

            assert answer.status_code == 403
            assert "아무것도 변경되지 않았습니다." in text_of(answer)
    assert shop.store.actions == {}


async def test_a_token_of_another_session_counts_nothing() -> None:
    shop = a_shop_with()
    async with operating(shop) as one, operating(shop) as other:
        token = token_in(await one.get("/console/search"))

        answer = await other.post("/console/logout", data={"token": token})

    assert answer.status_code == 403


@pytest.mark.parametrize("cookie", ["kept", "forgotten"])
@pytest.mark.parametrize(
    ("path", "form_at"),
    [
        ("/console/tasks/retry", "/console/tasks"),
        (f"/console/orders/{ORDER_ID}/look", f"/console/orders/{ORDER_ID}"),
        (f"/console/orders/{ORDER_ID}/resend", f"/console/orders/{ORDER_ID}"),
        (f"/console/orders/{ORDER_ID}/refund/check", f"/console/orders/{ORDER_ID}"),
        (f"/console/orders/{ORDER_ID}/refund", f"/console/orders/{ORDER_ID}"),
        ("/console/refunds/rf-1%7Bx%7D", "/console/refunds/rf-1%7Bx%7D"),
        ("/console/logout", "/console"),
    ],
)
async def test_a_form_sent_after_the_session_ended_changes_nothing_and_is_led_back_to(
    path: str, form_at: str, cookie: str
) -> None:
    shop = a_shop_with()
    async with operating(shop) as client:
        token = token_in(await client.get("/console/search"))
        shop.clock.advance(LIFE.total_seconds() + 1)
        if cookie == "forgotten":
            client.cookies.clear()

        answer = await client.post(path, data={"token": token, "task": "x", "payment": "a/b"})
        login = await client.get(answer.headers["location"])
        then = await log_in(client, next=asked_in(login))

    assert then.headers["location"] == form_at
    assert "로그인이 만료되었습니다. 아무것도 변경되지 않았습니다." in text_of(login)


@pytest.mark.parametrize(
    ("whole", "login"),
    [
        (
            "https://payproof.test/console/orders?list=a",
            "/console/login?next=%2Fconsole%2Forders%3Flist%3Da",
        ),
        ("https://[", "/console/login"),
    ],
)
async def test_a_part_of_a_page_sends_the_whole_page_to_the_login(whole: str, login: str) -> None:
    async with visiting(a_shop_with()) as client:
        at = {"HX-Request": "true", "HX-Current-URL": whole}
        answer = await client.get("/console/health", headers=at)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == login
    assert not answer.content


async def test_logging_out_ends_the_session_also_for_who_kept_the_cookie() -> None:
    async with operating(a_shop_with()) as client:
        kept = client.cookies[SESSION_COOKIE]
        answer = await press(client, "/console/logout")
        said = await said_after(client, answer)
        client.cookies.set(SESSION_COOKIE, kept, domain="payproof.test", path="/console")
        again = await client.get("/console")

    assert "로그아웃했습니다." in said
    assert again.headers["location"].startswith("/console/login")


async def test_logging_out_ends_the_session_in_every_process() -> None:
    shop = a_shop_with()
    async with operating(shop) as client, visiting(shop) as elsewhere:
        kept = client.cookies[SESSION_COOKIE]
        elsewhere.cookies.set(SESSION_COOKIE, kept, domain="payproof.test", path="/console")
        before = await elsewhere.get("/console")
        await press(client, "/console/logout")
        after = await elsewhere.get("/console")
        shop.clock.advance(LIFE.total_seconds() - 1)
        later = await elsewhere.get("/console")
        login = await elsewhere.get("/console/login")

    assert before.status_code == 200
    assert after.headers["location"].startswith("/console/login")
    assert later.headers["location"].startswith("/console/login")
    assert login.status_code == 200


async def test_who_cannot_be_asked_for_is_let_in_nowhere_but_to_the_health() -> None:
    shop = a_shop_with()
    async with operating(shop) as client:
        token = token_in(await client.get("/console/search"))
        shop.faults.fail_always("has_seen", RepositoryUnavailable("databaseTimeout"))
        pages = [(await client.get(path)).status_code for path in ("/console", "/console/health")]
        style = await client.get("/console/static/console.css")
        out = await client.post("/console/logout", data={"token": token})

    assert pages == [503, 200]
    assert style.status_code == 200
    assert out.status_code == 503


async def test_a_logout_that_could_not_be_written_down_is_none() -> None:
    shop = a_shop_with()
    async with operating(shop) as client:
        shop.faults.fail("mark_seen", RepositoryUnavailable("databaseTimeout"))
        out = await press(client, "/console/logout")
        still = await client.get("/console")

    assert (out.status_code, still.status_code) == (503, 200)


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example",
        "//evil.example",
        "/console/../x\\y",
        "/consolex",
        "javascript:alert(1)",
        "/console\n",
    ],
)
def test_after_the_login_nobody_is_sent_elsewhere(asked: str) -> None:
    assert next_page(asked) == "/console"


def test_a_cookie_that_we_did_not_sign_is_none() -> None:
    clock = a_shop_with().clock
    ours, theirs = Sessions(PASSWORD, clock), Sessions("another password", clock)
    cookie = ours.cookie_of(ours.begin("kim"))
    body, _, signature = cookie.partition(".")

    assert ours.read(cookie) == Sessions(PASSWORD, clock).read(cookie)
    assert ours.read(cookie) is not None
    for forged in (None, "", ".", "x", body, f"{body}x.{signature}", f"{body}.{signature}x"):
        assert ours.read(forged) is None
    assert theirs.read(cookie) is None
    # A notice is signed too, and is no session.
    assert ours.read(ours.text_of(["a", "kim", 9_999_999_999])) is None


async def test_a_notice_that_is_not_ours_is_not_shown() -> None:
    async with operating(a_shop_with()) as client:
        for cookie in ("x", "W10.x", "%00"):
            client.cookies.set(NOTICE_COOKIE, cookie, domain="payproof.test", path="/console")
            page = await client.get("/console")
            assert 'class="notice' not in page.text


async def test_many_logins_at_once_are_all_let_in() -> None:
    shop = a_shop_with()
    async with AsyncExitStack() as open_:
        clients = [await open_.enter_async_context(visiting(shop)) for _ in range(5)]
        answers: list[httpx.Response] = await asyncio.gather(*map(log_in, clients))

    assert {answer.status_code for answer in answers} == {303}
