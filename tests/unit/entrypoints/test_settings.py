"""Settings: every name, its default, its secret file, and one clear line for each mistake."""

from pathlib import Path

import pytest

from domain.payment import Mode
from entrypoints.setting_values import is_loopback
from entrypoints.settings import Settings, SettingsError, load_settings

ENOUGH = {
    "PAYPROOF_PORTONE_V1_API_KEY": "key-1234",
    "PAYPROOF_PORTONE_V1_API_SECRET": "secret-1234",
}


def load(**more: str) -> Settings:
    return load_settings(ENOUGH | more)


def test_what_is_not_set_has_the_documented_default() -> None:
    settings = load()

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url == "sqlite:///payproof.db"
    assert settings.mode is Mode.LIVE
    assert settings.api_key is None
    assert settings.gateway == "portone-v1"
    assert [each.adapter.name for each in settings.gateways] == ["portone-v1"]
    assert settings.gateways[0].values["BASE_URL"] == "https://api.iamport.kr"
    assert settings.gateway_timeout_s == 5.0
    assert settings.notifier == "console"
    assert settings.worker_inline is True
    assert settings.preregister is False
    assert settings.reconcile_every_s == 300
    assert (settings.auto_refund.surplus, settings.auto_refund.forged) == (False, False)
    assert list(map(str, settings.auto_refund.max_per_payment)) == ["100000 KRW", "100.00 USD"]
    assert list(map(str, settings.auto_refund.max_per_day)) == ["1000000 KRW", "1000.00 USD"]
    assert settings.console_password is None
    assert settings.success_url is None
    assert settings.failure_url is None


def test_what_is_set_is_read() -> None:
    settings = load(
        PAYPROOF_HOST="0.0.0.0",
        PAYPROOF_PORT="0",
        PAYPROOF_DATABASE_URL="sqlite:////tmp/shop.db",
        PAYPROOF_MODE="test",
        PAYPROOF_API_KEY="shop-key",
        PAYPROOF_PORTONE_V1_BASE_URL="http://127.0.0.1:8090/",
        PAYPROOF_GATEWAY_TIMEOUT_S="2.5",
        PAYPROOF_WORKER="off",
        PAYPROOF_PREREGISTER="on",
        PAYPROOF_RECONCILE_EVERY_S="0",
        PAYPROOF_SUCCESS_URL="https://shop.example/thanks",
        PAYPROOF_FAILURE_URL="https://shop.example/sorry",
    )

    assert (settings.host, settings.port) == ("0.0.0.0", 0)
    assert settings.database_url == "sqlite:////tmp/shop.db"
    assert settings.mode is Mode.TEST
    assert settings.api_key == "shop-key"
    assert settings.gateways[0].values["BASE_URL"] == "http://127.0.0.1:8090"
    assert settings.gateway_timeout_s == 2.5
    assert settings.worker_inline is False
    assert settings.preregister is True
    assert settings.reconcile_every_s == 0
    assert settings.success_url == "https://shop.example/thanks"
    assert settings.failure_url == "https://shop.example/sorry"


def test_other_programs_names_are_left_alone() -> None:
    assert load(PATH="/bin", PORT="banana").port == 8000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PAYPROOF_API_KEYS", "x"),
        ("PAYPROOF_", "x"),
        ("PAYPROOF_HOST", ""),
        ("PAYPROOF_HOST", "a\nb"),
        ("PAYPROOF_PORT", "eighty"),
        ("PAYPROOF_PORT", "65536"),
        ("PAYPROOF_PORT", "-1"),
        ("PAYPROOF_PORT", "٨٠٠٠"),
        ("PAYPROOF_MODE", "production"),
        ("PAYPROOF_MODE", "unknown"),
        ("PAYPROOF_API_KEY", ""),
        ("PAYPROOF_API_KEY", "   "),
        ("PAYPROOF_API_KEY", "two\nlines"),
        ("PAYPROOF_CONSOLE_PASSWORD", "too short"),
        ("PAYPROOF_GATEWAY", "paypal"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "ftp://127.0.0.1"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "http://api.iamport.kr"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "http://127.0.0.1.evil.example"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://user:word@api.iamport.kr"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://api.iamport.kr/path"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://api.iamport.kr?x=1"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "http://["),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://[::g]"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://a b"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://a..b"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://user:word77"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://host:0"),
        ("PAYPROOF_PORTONE_V1_BASE_URL", "https://host:99999"),
        ("PAYPROOF_GATEWAY_TIMEOUT_S", "0"),
        ("PAYPROOF_GATEWAY_TIMEOUT_S", "61"),
        ("PAYPROOF_GATEWAY_TIMEOUT_S", "nan"),
        ("PAYPROOF_GATEWAY_TIMEOUT_S", "1e1"),
        ("PAYPROOF_NOTIFIER", "pigeon"),
        ("PAYPROOF_WORKER", "yes"),
        ("PAYPROOF_PREREGISTER", "yes"),
        ("PAYPROOF_RECONCILE_EVERY_S", "5.5"),
        ("PAYPROOF_AUTO_REFUND", "sometimes"),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_DAY", ""),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_DAY", "1000"),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_DAY", "1000 WON"),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_DAY", "1000 KRW;5 USD"),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_PAYMENT", "0.5 KRW"),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_PAYMENT", "-1 KRW"),
        ("PAYPROOF_AUTO_REFUND_MAX_PER_PAYMENT", "1 KRW,2 KRW"),
        ("PAYPROOF_SUCCESS_URL", "javascript:alert(1)"),
        ("PAYPROOF_FAILURE_URL", "/relative"),
        ("PAYPROOF_FAILURE_URL", "https://user:word77"),
        ("PAYPROOF_FAILURE_URL", "https://["),
    ],
)
def test_a_mistake_is_one_line_that_names_the_setting(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{name: text})

    assert str(caught.value).startswith(f"{name} ")
    assert "\n" not in str(caught.value)
    # What was set may hold a password, even in the wrong place.
    assert "word77" not in str(caught.value)


@pytest.mark.parametrize("name", ["PAYPROOF_A\nB", "PAYPROOF_\udcff"])
def test_an_odd_name_is_still_one_line_that_can_be_printed(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{name: "x"})

    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", sorted(ENOUGH))
def test_a_missing_secret_is_named(name: str) -> None:
    environ = {other: text for other, text in ENOUGH.items() if other != name}

    with pytest.raises(SettingsError, match=f"{name} is missing"):
        load_settings(environ)


def test_one_result_page_without_the_other_is_refused() -> None:
    with pytest.raises(SettingsError, match="PAYPROOF_FAILURE_URL is missing"):
        load(PAYPROOF_SUCCESS_URL="https://shop.example/thanks")
    with pytest.raises(SettingsError, match="PAYPROOF_SUCCESS_URL is missing"):
        load(PAYPROOF_FAILURE_URL="https://shop.example/sorry")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")

    settings = load(PAYPROOF_API_KEY_FILE=str(secret))

    assert settings.api_key == "from-a-file"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")

    with pytest.raises(SettingsError, match="PAYPROOF_API_KEY is set twice"):
        load(PAYPROOF_API_KEY="here", PAYPROOF_API_KEY_FILE=str(secret))


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 70_000, b"a\nb\n"])
def test_a_secret_file_with_odd_content_is_refused(tmp_path: Path, content: bytes) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(content)

    with pytest.raises(SettingsError, match=r"^PAYPROOF_API_KEY"):
        load(PAYPROOF_API_KEY_FILE=str(secret))


@pytest.mark.parametrize("path", ["/nowhere/at/all", "/", "a\0b"])
def test_a_secret_file_that_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match="PAYPROOF_API_KEY_FILE names a file"):
        load(PAYPROOF_API_KEY_FILE=path)


def test_no_secret_shows_in_the_settings_text() -> None:
    text = repr(
        load(
            PAYPROOF_CONSOLE_PASSWORD="console-password-77",
            PAYPROOF_API_KEY="shop-key-77",
            PAYPROOF_DATABASE_URL="mongodb://u:pw77@h/n",
        )
    )

    assert not any(secret in text for secret in ("77", "key-1234", "secret-1234"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("x", False)],
)
def test_only_this_machine_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


SOLAPI = {
    "PAYPROOF_NOTIFIER": "solapi",
    "PAYPROOF_SOLAPI_API_KEY": "NCS-key",
    "PAYPROOF_SOLAPI_API_SECRET": "hush",
    "PAYPROOF_SOLAPI_SENDER": "02-1234-5678",
}


def test_messages_may_go_by_solapi() -> None:
    solapi = load(**SOLAPI).solapi

    assert solapi is not None
    assert (solapi.api_key, solapi.api_secret, solapi.sender) == ("NCS-key", "hush", "0212345678")
    assert solapi.base_url == "https://api.solapi.com"
    assert "NCS-key" not in repr(solapi)
    assert "hush" not in repr(solapi)


def test_solapis_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    given = {name: text for name, text in SOLAPI.items() if name != "PAYPROOF_SOLAPI_API_SECRET"}

    solapi = load(**given, PAYPROOF_SOLAPI_API_SECRET_FILE=str(tmp_path / "secret")).solapi

    assert solapi is not None
    assert solapi.api_secret == "from a file"


@pytest.mark.parametrize("missing", sorted(SOLAPI.keys() - {"PAYPROOF_NOTIFIER"}))
def test_solapi_needs_all_its_settings(missing: str) -> None:
    given = {name: text for name, text in SOLAPI.items() if name != missing}

    with pytest.raises(SettingsError) as raised:
        load(**given)

    assert str(raised.value) == f"{missing} is missing: PAYPROOF_NOTIFIER=solapi needs it"


def test_solapis_settings_wait_unused_while_messages_are_printed() -> None:
    assert load(**SOLAPI | {"PAYPROOF_NOTIFIER": "console"}).solapi is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PAYPROOF_NOTIFIER", "sms"),
        ("PAYPROOF_SOLAPI_API_KEY", "a, salt=b"),
        ("PAYPROOF_SOLAPI_API_SECRET", " "),
        ("PAYPROOF_SOLAPI_SENDER", "+82 2 1234 5678"),
        ("PAYPROOF_SOLAPI_SENDER", "shop"),
        ("PAYPROOF_SOLAPI_BASE_URL", "http://api.solapi.com"),
        ("PAYPROOF_SOLAPI_BASE_URL", "https://api.solapi.com/messages"),
    ],
)
def test_a_mistake_about_solapi_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} ") as raised:
        load(**SOLAPI | {name: text})

    assert "hush" not in str(raised.value)


SHOP = {
    "PAYPROOF_MERCHANT_WEBHOOK_URL": "https://shop.example/hooks?from=payproof",
    "PAYPROOF_MERCHANT_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}


def test_a_shop_is_told_nothing_unless_it_says_where() -> None:
    assert load().merchant_webhook is None


def test_a_shop_may_be_told() -> None:
    webhook = load(**SHOP).merchant_webhook

    assert webhook is not None
    assert [webhook.url, webhook.secret] == list(SHOP.values())
    assert "MfKQ9r8" not in repr(load(**SHOP))


def test_the_shops_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whsec_x\n")
    given = {"PAYPROOF_MERCHANT_WEBHOOK_URL": SHOP["PAYPROOF_MERCHANT_WEBHOOK_URL"]}

    webhook = load(
        **given, PAYPROOF_MERCHANT_WEBHOOK_SECRET_FILE=str(tmp_path / "secret")
    ).merchant_webhook

    assert webhook is not None
    assert webhook.secret == "whsec_x"


@pytest.mark.parametrize("missing", SHOP)
def test_where_and_secret_come_together(missing: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(**{name: text for name, text in SHOP.items() if name != missing})

    assert str(raised.value) == f"{missing} is missing: set both URL and secret, or neither"


@pytest.mark.parametrize("url", ["", "shop.example/hooks", "ftp://shop.example/", "https://"])
def test_the_shop_is_told_at_an_address(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^PAYPROOF_MERCHANT_WEBHOOK_URL "):
        load(**SHOP | {"PAYPROOF_MERCHANT_WEBHOOK_URL": url})


def test_the_driver_of_mongodb_may_be_chosen() -> None:
    assert load().mongodb_driver == "motor"
    assert load(PAYPROOF_MONGODB_DRIVER="pymongo-async").mongodb_driver == "pymongo-async"
    with pytest.raises(SettingsError, match=r"^PAYPROOF_MONGODB_DRIVER must be "):
        load(PAYPROOF_MONGODB_DRIVER="mongoengine")


@pytest.mark.parametrize(
    ("word", "surplus", "forged"),
    [
        ("off", False, False),
        ("surplus", True, False),
        ("forged", False, True),
        ("all", True, True),
    ],
)
def test_what_is_given_back_unasked_is_a_word(word: str, surplus: bool, forged: bool) -> None:
    settings = load(
        PAYPROOF_AUTO_REFUND=word,
        PAYPROOF_AUTO_REFUND_MAX_PER_PAYMENT="5000 KRW",
        PAYPROOF_AUTO_REFUND_MAX_PER_DAY=" 20000 KRW , 14.20 USD ",
    )

    assert (settings.auto_refund.surplus, settings.auto_refund.forged) == (surplus, forged)
    assert list(map(str, settings.auto_refund.max_per_payment)) == ["5000 KRW"]
    assert list(map(str, settings.auto_refund.max_per_day)) == ["20000 KRW", "14.20 USD"]
