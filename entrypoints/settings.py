"""Settings from the environment: read once, checked whole, refused with a line that names one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from domain.money import Money
from domain.payment import Mode
from entrypoints import setting_values as values

PREFIX = "PAYPROOF_"
_FILE = "_FILE"
_MAX_SECRET_FILE_BYTES = 64 * 1024
_MIN_CONSOLE_PASSWORD = 12
_AUTO_REFUND_CEILINGS = {
    "PAYMENT": values.amounts("100000 KRW,100 USD"),
    "DAY": values.amounts("1000000 KRW,1000 USD"),
}

Value = TypeVar("Value")


class SettingsError(Exception):
    """A setting that cannot be used. The message is one line, names it, and shows no secret."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class PortOneV1Settings:
    """What the PortOne V1 adapter needs. `base_url` is https, or http on loopback."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolapiSettings:
    """What the Solapi adapter needs. `sender` is digits; `base_url` is https, or loopback."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    sender: str
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantWebhookSettings:
    """Where the shop wants its events, and the secret of Standard Webhooks that signs them."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoRefundSettings:
    """What is given back without anybody asking, and above which amounts a person is asked."""

    surplus: bool
    forged: bool
    max_per_payment: tuple[Money, ...]
    max_per_day: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the service can be told. Times are in seconds.

    `solapi` is there when `notifier` says so.
    """

    host: str
    port: int
    database_url: str = field(repr=False)
    mongodb_driver: str
    mode: Mode
    api_key: str | None = field(repr=False)
    gateway: str
    portone_v1: PortOneV1Settings
    gateway_timeout_s: float
    notifier: str
    solapi: SolapiSettings | None
    merchant_webhook: MerchantWebhookSettings | None
    auto_refund: AutoRefundSettings
    worker_inline: bool
    preregister: bool
    reconcile_every_s: int
    success_url: str | None
    failure_url: str | None
    console_password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """Which database, and how MongoDB is spoken to, for a command that needs no gateway."""

    url: str = field(repr=False)
    mongodb_driver: str


def load_database_settings(environ: Mapping[str, str]) -> DatabaseSettings:
    """These alone, or `SettingsError`; the others are neither needed nor judged."""
    return _read_database(_Environment(environ))


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings, or `SettingsError` for the first that is unknown, missing or unreadable."""
    env = _Environment(environ)
    notifier = env.read("PAYPROOF_NOTIFIER", values.one_of("console", "solapi"), "console")
    database = _read_database(env)
    settings = Settings(
        host=env.read("PAYPROOF_HOST", values.line, "127.0.0.1"),
        port=env.read("PAYPROOF_PORT", values.whole(0, 65535), 8000),
        database_url=database.url,
        mongodb_driver=database.mongodb_driver,
        mode=Mode(env.read("PAYPROOF_MODE", values.one_of("live", "test"), "live")),
        api_key=env.optional_secret("PAYPROOF_API_KEY"),
        gateway=env.read("PAYPROOF_GATEWAY", values.one_of("portone-v1"), "portone-v1"),
        portone_v1=PortOneV1Settings(
            api_key=env.secret("PAYPROOF_PORTONE_V1_API_KEY"),
            api_secret=env.secret("PAYPROOF_PORTONE_V1_API_SECRET"),
            base_url=env.read(
                "PAYPROOF_PORTONE_V1_BASE_URL", values.service_url, "https://api.iamport.kr"
            ),
        ),
        gateway_timeout_s=env.read("PAYPROOF_GATEWAY_TIMEOUT_S", values.seconds(0.1, 60), 5.0),
        notifier=notifier,
        solapi=_read_solapi(env, is_wanted=notifier == "solapi"),
        merchant_webhook=_read_merchant_webhook(env),
        auto_refund=_read_auto_refund(env),
        worker_inline=env.read("PAYPROOF_WORKER", values.one_of("inline", "off"), "inline")
        == "inline",
        preregister=env.read("PAYPROOF_PREREGISTER", values.one_of("on", "off"), "off") == "on",
        reconcile_every_s=env.read("PAYPROOF_RECONCILE_EVERY_S", values.whole(0, 86_400), 300),
        success_url=env.read("PAYPROOF_SUCCESS_URL", values.page_url, None),
        failure_url=env.read("PAYPROOF_FAILURE_URL", values.page_url, None),
        console_password=_read_console_password(env),
    )
    if (settings.success_url is None) != (settings.failure_url is None):
        missing = "SUCCESS" if settings.success_url is None else "FAILURE"
        raise SettingsError(f"PAYPROOF_{missing}_URL", "is missing: set both pages or neither")
    env.refuse_unknown()
    return settings


def _read_solapi(env: "_Environment", *, is_wanted: bool) -> SolapiSettings | None:
    """All or nothing; read even when it is not wanted, since its names are no mistake then."""
    api_key = env.optional_secret("PAYPROOF_SOLAPI_API_KEY")
    api_secret = env.optional_secret("PAYPROOF_SOLAPI_API_SECRET")
    sender = env.read("PAYPROOF_SOLAPI_SENDER", values.sender, None)
    base_url = env.read("PAYPROOF_SOLAPI_BASE_URL", values.service_url, "https://api.solapi.com")
    if api_key is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", api_key, re.ASCII):
        raise SettingsError("PAYPROOF_SOLAPI_API_KEY", "must be letters, digits and . _ -")
    if not is_wanted:
        return None
    given = {"API_KEY": api_key, "API_SECRET": api_secret, "SENDER": sender}
    if api_key is None or api_secret is None or sender is None:
        missing = next(name for name, text in given.items() if text is None)
        raise SettingsError(
            f"PAYPROOF_SOLAPI_{missing}", "is missing: PAYPROOF_NOTIFIER=solapi needs it"
        )
    return SolapiSettings(api_key=api_key, api_secret=api_secret, sender=sender, base_url=base_url)


def _read_auto_refund(env: "_Environment") -> AutoRefundSettings:
    words = values.one_of("off", "surplus", "forged", "all")
    policy = env.read("PAYPROOF_AUTO_REFUND", words, "off")
    ceilings = {
        name: env.read(f"PAYPROOF_AUTO_REFUND_MAX_PER_{name}", values.amounts, default)
        for name, default in _AUTO_REFUND_CEILINGS.items()
    }
    return AutoRefundSettings(
        surplus=policy in ("surplus", "all"),
        forged=policy in ("forged", "all"),
        max_per_payment=ceilings["PAYMENT"],
        max_per_day=ceilings["DAY"],
    )


def _read_merchant_webhook(env: "_Environment") -> MerchantWebhookSettings | None:
    url = env.read("PAYPROOF_MERCHANT_WEBHOOK_URL", values.page_url, None)
    secret = env.optional_secret("PAYPROOF_MERCHANT_WEBHOOK_SECRET")
    if (url is None) != (secret is None):
        missing = "URL" if url is None else "SECRET"
        raise SettingsError(
            f"PAYPROOF_MERCHANT_WEBHOOK_{missing}",
            "is missing: set both URL and secret, or neither",
        )
    return (
        None if url is None or secret is None else MerchantWebhookSettings(url=url, secret=secret)
    )


def _read_console_password(env: "_Environment") -> str | None:
    """It opens refunds to whoever knows it, so a short one is refused."""
    password = env.optional_secret("PAYPROOF_CONSOLE_PASSWORD")
    if password is not None and len(password) < _MIN_CONSOLE_PASSWORD:
        raise SettingsError(
            "PAYPROOF_CONSOLE_PASSWORD", f"must have at least {_MIN_CONSOLE_PASSWORD} characters"
        )
    return password


def _read_database(env: "_Environment") -> DatabaseSettings:
    return DatabaseSettings(
        url=env.secret("PAYPROOF_DATABASE_URL", "sqlite:///payproof.db"),
        mongodb_driver=env.read(
            "PAYPROOF_MONGODB_DRIVER", values.one_of("motor", "pymongo-async"), "motor"
        ),
    )


class _Environment:
    """Reads names and remembers them, so that whatever is left over is a mistake."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()

    def read(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        self._known.add(name)
        text = self._environ.get(name)
        if text is None:
            return default
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(name, str(error)) from None

    def secret(self, name: str, default: str | None = None) -> str:
        text = self.optional_secret(name)
        if text is None and default is None:
            raise SettingsError(name, f"is missing: set it, or {name}{_FILE}")
        return text or default or ""

    def optional_secret(self, name: str) -> str | None:
        self._known.update((name, name + _FILE))
        text, path = self._environ.get(name), self._environ.get(name + _FILE)
        if text is not None and path is not None:
            raise SettingsError(name, f"is set twice: also by {name}{_FILE}")
        if path is not None:
            text = _read_secret_file(name + _FILE, path)
        if text is None:
            return None
        if not text.strip() or not text.isprintable():
            raise SettingsError(name, "is empty or not one line of text")
        return text

    def refuse_unknown(self) -> None:
        given = {name for name in self._environ if name.startswith(PREFIX)}
        for name in sorted(given - self._known):
            shown = name if name.isprintable() else ascii(name)
            raise SettingsError(shown, "is not a setting of payproof: is it misspelt?")


def _read_secret_file(name: str, path: str) -> str:
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SettingsError(name, "names a file that cannot be read") from None
    if len(raw) > _MAX_SECRET_FILE_BYTES:
        raise SettingsError(name, "names a file too large for a secret")
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingsError(name, "names a file that is not UTF-8 text") from None
