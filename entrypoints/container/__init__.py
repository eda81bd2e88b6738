"""The composition root: the only place that names adapters. It opens nothing unasked."""

from entrypoints.container.inside import Container
from entrypoints.container.opening import open_container, open_gateways

__all__ = ["Container", "open_container", "open_gateways"]
