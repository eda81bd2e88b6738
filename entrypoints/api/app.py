"""Builds the HTTP application out of the use cases."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from litestar import Litestar

from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.bodies import MAX_BODY_BYTES
from entrypoints.api.confirm import confirm_routes
from entrypoints.api.errors import answering_errors
from entrypoints.api.health import health_routes
from entrypoints.api.metrics import Metrics
from entrypoints.api.observation import observed
from entrypoints.api.openapi.document import openapi_document
from entrypoints.api.operations import metrics_route, schema_route
from entrypoints.api.orders import order_routes
from entrypoints.api.payments import payment_routes
from entrypoints.api.refunds import refund_route
from entrypoints.api.use_cases import UseCases
from entrypoints.api.webhooks import webhook_routes
from entrypoints.console.mount import Console

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app(
    use_cases: UseCases,
    settings: ApiSettings,
    lifespan: Lifespan | None = None,
    console: Console | None = None,
) -> Litestar:
    """The application; `lifespan` is entered when it starts and left when it stops."""
    metrics = Metrics()
    app = Litestar(
        [
            *order_routes(use_cases, settings),
            refund_route(use_cases, settings),
            *payment_routes(use_cases, settings, metrics),
            *webhook_routes(use_cases, metrics),
            *confirm_routes(use_cases),
            *health_routes(use_cases),
            metrics_route(use_cases, metrics),
            schema_route(openapi_document(use_cases.faces.values(), settings.default_gateway)),
            *([] if console is None else [console.routes]),
        ],
        template_config=None if console is None else console.templates,
        exception_handlers=answering_errors(),
        request_max_body_size=MAX_BODY_BYTES,
        lifespan=[] if lifespan is None else [lifespan],
        # Logs are set up by the command; the document is ours, for it tells what our own reading
        # of bodies takes; and no variable of the environment may switch on debug pages.
        logging_config=None,
        openapi_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    # From outside of the routing, so that requests which no route takes are counted too.
    app.asgi_handler = observed(app.asgi_handler, metrics)
    return app
