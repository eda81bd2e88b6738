"""The container tells the shop if the settings say where, and names a bad secret in a line."""

from dataclasses import replace
from pathlib import Path

import pytest
from dependency_injector import providers

from adapters.merchant_webhook.channel import MerchantWebhook
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.sqlite.order_repository import SqliteOrderRepository
from entrypoints.container import Container, open_container
from entrypoints.settings import Settings, SettingsError, load_settings

SHOP = {
    "PAYPROOF_MERCHANT_WEBHOOK_URL": "https://shop.example/hooks",
    "PAYPROOF_MERCHANT_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}


def load(**more: str) -> Settings:
    return load_settings(
        {"PAYPROOF_PORTONE_V1_API_KEY": "key", "PAYPROOF_PORTONE_V1_API_SECRET": "secret", **more}
    )


def in_folder(folder: Path) -> dict[str, str]:
    return {"PAYPROOF_DATABASE_URL": f"sqlite:///{folder / 'shop.db'}"}


async def test_a_shop_with_an_address_is_told(tmp_path: Path) -> None:
    async with open_container(load(**SHOP, **in_folder(tmp_path))) as container:
        assert isinstance(container.shop_channel(), MerchantWebhook)
        assert container.policy().tells_shop is True


async def test_a_shop_without_an_address_is_not(tmp_path: Path) -> None:
    async with open_container(load(**in_folder(tmp_path))) as container:
        assert container.shop_channel() is None
        assert container.policy().tells_shop is False


@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "hunter2 is no base64"])
async def test_a_bad_secret_is_one_line_at_the_start(tmp_path: Path, secret: str) -> None:
    bad = SHOP | {"PAYPROOF_MERCHANT_WEBHOOK_SECRET": secret}

    with pytest.raises(SettingsError) as raised:
        async with open_container(load(**bad, **in_folder(tmp_path))):
            pass

    line = str(raised.value)
    assert line.startswith("PAYPROOF_MERCHANT_WEBHOOK_SECRET must ")
    assert "\n" not in line
    assert secret not in line


async def test_a_bad_setting_of_the_sms_provider_is_one_line_at_the_start(tmp_path: Path) -> None:
    settings = load(
        PAYPROOF_NOTIFIER="solapi",
        PAYPROOF_SOLAPI_API_KEY="key",
        PAYPROOF_SOLAPI_API_SECRET="secret-of-solapi",
        PAYPROOF_SOLAPI_SENDER="02-1234-5678",
        **in_folder(tmp_path),
    )
    assert settings.solapi is not None
    # One that the settings would take and the adapter does not.
    bad = replace(settings, solapi=replace(settings.solapi, base_url="http://shop.example"))

    with pytest.raises(SettingsError, match=r"^PAYPROOF_SOLAPI_BASE_URL must be https"):
        async with open_container(bad):
            pass


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite:///x.db", SqliteOrderRepository),
        ("mongodb://127.0.0.1/x", MongoOrderRepository),
    ],
)
@pytest.mark.parametrize("driver", ["motor", "pymongo-async"])
def test_the_address_of_the_database_chooses_the_store(url: str, kind: type, driver: str) -> None:
    settings = load(PAYPROOF_DATABASE_URL=url, PAYPROOF_MONGODB_DRIVER=driver)

    container = Container(settings=providers.Object(settings))

    assert isinstance(container.orders(), kind)
