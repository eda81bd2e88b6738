"""Settings from the environment: read once, checked whole, refused with a line that names one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.money import Money
from domain.payment import Mode
from entrypoints import setting_values as values
from entrypoints.environment import Environment, SettingsError
from entrypoints.gateway_settings import ConfiguredGateway, names_of_all_gateways, read_gateways

_MIN_CONSOLE_PASSWORD = 12
_AUTO_REFUND_CEILINGS = {
    "PAYMENT": values.amounts("100000 KRW,100 USD"),
    "DAY": values.amounts("1000000 KRW,1000 USD"),
}

__all__ = ["Settings", "SettingsError", "load_database_settings", "load_settings"]


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

    `gateways` are those that payments may come from; `gateway` is the one behind the addresses
    that name none. `solapi` is there when `notifier` says so.
    """

    host: str
    port: int
    database_url: str = field(repr=False)
    mongodb_driver: str
    mode: Mode
    api_key: str | None = field(repr=False)
    gateway: str
    gateways: tuple[ConfiguredGateway, ...]
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
    return _read_database(Environment(environ))


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings, or `SettingsError` for the first that is unknown, missing or unreadable."""
    env = Environment(environ)
    notifier = env.read("PAYPROOF_NOTIFIER", values.one_of("console", "solapi"), "console")
    database = _read_database(env)
    gateway, gateways = read_gateways(env)
    settings = Settings(
        host=env.read("PAYPROOF_HOST", values.line, "127.0.0.1"),
        port=env.read("PAYPROOF_PORT", values.whole(0, 65535), 8000),
        database_url=database.url,
        mongodb_driver=database.mongodb_driver,
        mode=Mode(env.read("PAYPROOF_MODE", values.one_of("live", "test"), "live")),
        api_key=env.optional_secret("PAYPROOF_API_KEY"),
        gateway=gateway,
        gateways=gateways,
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
    _refuse_unknown(env)
    return settings


def _refuse_unknown(env: Environment) -> None:
    unknown = env.unknown()
    # Asked only now: the settings of a gateway that is not chosen are no mistake.
    others = names_of_all_gateways() if unknown else frozenset()
    for name in unknown:
        if name not in others:
            shown = name if name.isprintable() else ascii(name)
            raise SettingsError(shown, "is not a setting of payproof: is it misspelt?")


def _read_solapi(env: Environment, *, is_wanted: bool) -> SolapiSettings | None:
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


def _read_auto_refund(env: Environment) -> AutoRefundSettings:
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


def _read_merchant_webhook(env: Environment) -> MerchantWebhookSettings | None:
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


def _read_console_password(env: Environment) -> str | None:
    """It opens refunds to whoever knows it, so a short one is refused."""
    password = env.optional_secret("PAYPROOF_CONSOLE_PASSWORD")
    if password is not None and len(password) < _MIN_CONSOLE_PASSWORD:
        raise SettingsError(
            "PAYPROOF_CONSOLE_PASSWORD", f"must have at least {_MIN_CONSOLE_PASSWORD} characters"
        )
    return password


def _read_database(env: Environment) -> DatabaseSettings:
    return DatabaseSettings(
        url=env.secret("PAYPROOF_DATABASE_URL", "sqlite:///payproof.db"),
        mongodb_driver=env.read(
            "PAYPROOF_MONGODB_DRIVER", values.one_of("motor", "pymongo-async"), "motor"
        ),
    )
