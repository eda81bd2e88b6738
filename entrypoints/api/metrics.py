"""What is counted, in Prometheus' words. Routes are templates, so no id becomes a label."""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from domain.order import Trigger
from entrypoints.api.messages import StatusWord

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
# A verification asks the gateway: tens of milliseconds on a good day, seconds on a bad one.
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        PlatformCollector(registry=self._registry)
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "payproof_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "payproof_http_request_seconds",
            "Time to answer a request.",
            ("method", "route"),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._verdicts = Counter(
            "payproof_verdicts",
            "Verdicts told to whoever asked; a webhook is only told that it is accepted.",
            ("trigger", "outcome"),
            registry=self._registry,
        )
        self._tasks = Gauge(
            "payproof_tasks", "Tasks by state.", ("state",), registry=self._registry
        )

    def count_request(self, method: str, route: str, http_status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, http_status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_verdict(self, trigger: Trigger, word: StatusWord) -> None:
        self._verdicts.labels(trigger.value, word.word).inc()

    def show_tasks(self, count_by_state: Mapping[str, int]) -> None:
        """Takes the counts to show; none at all while they are not known."""
        self._tasks.clear()
        for state, count in count_by_state.items():
            self._tasks.labels(state).set(count)

    def exposition(self) -> bytes:
        """All counts as text."""
        return generate_latest(self._registry)
