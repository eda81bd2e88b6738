"""The gateways there are: ours, a line each, and those that other packages bring along."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points

from entrypoints.environment import SettingsError
from ports.gateway_adapter import GatewayAdapter

# Under this group a package of its own names its gateway, and where its `GatewayAdapter` is:
# toss = "their_package.adapter:ADAPTER"
ENTRY_POINTS = "payproof.gateways"

# Where each has its `ADAPTER`. Loaded when it is chosen, so that the others cost nothing.
_BUILT_IN: Mapping[str, str] = {
    "portone-v1": "adapters.portone_v1.adapter",
    "portone-v2": "adapters.portone_v2.adapter",
    "stripe": "adapters.stripe.adapter",
    "toss": "adapters.toss.adapter",
}


def gateway_names() -> list[str]:
    """The names that can be chosen, ours first."""
    others = {each.name for each in entry_points(group=ENTRY_POINTS)} - _BUILT_IN.keys()
    return [*_BUILT_IN, *sorted(others)]


def find_adapter(name: str) -> GatewayAdapter | None:
    """The adapter of that name; None if there is none. Ours hide others of the same name.

    Raises `SettingsError` for one that cannot be loaded, or is none.
    """
    try:
        if name in _BUILT_IN:
            adapter = import_module(_BUILT_IN[name]).ADAPTER
        else:
            found = entry_points(group=ENTRY_POINTS, name=name)
            if not found:
                return None
            adapter = next(iter(found)).load()
    except Exception as error:  # noqa: BLE001 - another's package may fail in any way
        raise _unusable(name, f"cannot be loaded ({type(error).__name__})") from None
    if not isinstance(adapter, GatewayAdapter) or adapter.name != name:
        raise _unusable(name, "is not a gateway's adapter of that name")
    return adapter


def _unusable(name: str, reason: str) -> SettingsError:
    return SettingsError("PAYPROOF_GATEWAYS", f"names {name}, which {reason}")
