"""What is counted, in Prometheus' words. Routes are templates, so no id becomes a label."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from application.review_tasks import QueueSize
from domain.order import Trigger
from domain.tasks import TaskKind
from entrypoints.api.messages import StatusWord
from ports.task_desk import TaskState

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_SHOWN_STATES = (TaskState.WAITING, TaskState.LEASED, TaskState.PARKED)
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
            "payproof_tasks",
            "Tasks to be done (waiting, leased) or given up to a person (parked).",
            ("kind", "state"),
            registry=self._registry,
        )
        self._task_age = Gauge(
            "payproof_task_age_seconds",
            "How long the longest due task is due; 0 while none is.",
            ("kind",),
            registry=self._registry,
        )

    def count_request(self, method: str, route: str, http_status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, http_status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_verdict(self, trigger: Trigger, word: StatusWord) -> None:
        self._verdicts.labels(trigger.value, word.word).inc()

    def show_tasks(self, size: QueueSize | None) -> None:
        """Takes the numbers to show; none at all while they are not known."""
        self._tasks.clear()
        self._task_age.clear()
        if size is None:
            return
        # Zeros too: an alarm needs a number while all is well. A newer version's kinds come last.
        for kind in dict.fromkeys([*TaskKind, *(kind for kind, _ in size.tasks)]):
            self._task_age.labels(kind).set(size.age_s.get(kind, 0.0))
            for state in _SHOWN_STATES:
                self._tasks.labels(kind, state).set(size.tasks.get((kind, state), 0))

    def exposition(self) -> bytes:
        """All counts as text."""
        return generate_latest(self._registry)
