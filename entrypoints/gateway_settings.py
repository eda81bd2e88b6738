"""Settings of gateways: which are chosen, and what each says that it needs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from domain.errors import InvalidValue
from entrypoints import setting_values as values
from entrypoints.environment import Environment, SettingsError
from entrypoints.gateways import find_adapter, gateway_names
from ports.gateway_adapter import AdapterSetting, GatewayAdapter, SettingKind

_USUAL = "portone-v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredGateway:
    """A gateway that is chosen, and the text of its settings by their suffix."""

    adapter: GatewayAdapter
    values: Mapping[str, str] = field(repr=False)


def read_gateways(env: Environment) -> tuple[str, tuple[ConfiguredGateway, ...]]:
    """The gateway behind the addresses that name none, and all that are chosen."""
    named: tuple[str, ...] | None = env.read("PAYPROOF_GATEWAYS", values.names, None)
    default = env.read("PAYPROOF_GATEWAY", values.line, None)
    asked_by = "PAYPROOF_GATEWAYS" if named else "PAYPROOF_GATEWAY"
    chosen = named or (default or _USUAL,)
    gateways = tuple(_read_gateway(env, name, asked_by) for name in chosen)
    if default is None:
        default = _USUAL if _USUAL in chosen else chosen[0]
    if default not in chosen:
        raise SettingsError("PAYPROOF_GATEWAY", "must be one of PAYPROOF_GATEWAYS")
    return default, gateways


def names_of_all_gateways() -> frozenset[str]:
    """The names of all settings that any gateway has, chosen or not."""
    names: set[str] = set()
    for name in gateway_names():
        # One that cannot be loaded has no names that we know; nobody has chosen it.
        with suppress(SettingsError):
            adapter = find_adapter(name)
            names.update(_names_of(adapter) if adapter is not None else ())
    return frozenset(names)


def _names_of(adapter: GatewayAdapter) -> set[str]:
    names = {adapter.prefix + each.suffix for each in adapter.settings}
    secrets = [each for each in adapter.settings if each.kind is SettingKind.SECRET]
    return names | {f"{adapter.prefix}{each.suffix}_FILE" for each in secrets}


def _read_gateway(env: Environment, name: str, asked_by: str) -> ConfiguredGateway:
    adapter = find_adapter(name)
    if adapter is None:
        raise SettingsError(asked_by, f"must be {' or '.join(gateway_names())}")
    texts = {each.suffix: _read(env, adapter, each) for each in adapter.settings}
    given = {suffix: text for suffix, text in texts.items() if text is not None}
    return ConfiguredGateway(adapter=adapter, values=given)


def _read(env: Environment, adapter: GatewayAdapter, setting: AdapterSetting) -> str | None:
    name = adapter.prefix + setting.suffix
    if env.knows(name):
        raise SettingsError(name, f"cannot be a setting of {adapter.name}: it means another thing")
    if setting.kind is SettingKind.SECRET:
        text = env.optional_secret(name)
    else:
        is_url = setting.kind is SettingKind.SERVICE_URL
        text = env.read(name, values.service_url if is_url else values.line, None)
    if text is None:
        text = setting.default
    if text is None:
        if setting.is_needed:
            or_file = f", or {name}_FILE" if setting.kind is SettingKind.SECRET else ""
            raise SettingsError(name, f"is missing: set it{or_file}")
        return None
    try:
        setting.check(text)
    except InvalidValue as error:
        raise SettingsError(name, error.reason) from None
    return text
