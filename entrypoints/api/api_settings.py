"""The settings that the HTTP interface itself needs."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """`api_key` None means that the order endpoints answer 401 to everyone."""

    api_key: str | None = field(default=None, repr=False)
    default_gateway: str = "portone-v1"
    success_url: str | None = None
    failure_url: str | None = None
