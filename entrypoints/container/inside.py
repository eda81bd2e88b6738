"""The use cases, each joined to the ports that it needs."""

from dependency_injector import providers

from application.approve_payment import ApprovePayment
from application.approve_refund import ApproveRefund
from application.audit_history import AuditHistory
from application.auto_refund import AutoRefund
from application.carry_out_refund import CarryOutRefund
from application.confirm_payment import ConfirmPayment
from application.keep_stray import KeepStray
from application.name_order import NameOrder
from application.question_budget import STRANGE_NAMES_PER_WINDOW, QuestionBudget
from application.read_board import ReadBoard
from application.read_order import ReadOrder
from application.receive_webhook import ReceiveWebhook
from application.recheck_payment import RecheckPayment
from application.register_order import RegisterOrder
from application.request_refund import RequestRefund
from application.resend_events import ResendEvents
from application.review_tasks import ReviewTasks
from application.run_tasks import RunTasks
from application.take_webhook import TakeWebhook
from application.verify_payment import VerifyPayment
from domain.auto_refund import Ceilings
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.use_cases import UseCases
from entrypoints.console.parts import ConsoleParts
from entrypoints.container.handlers import handlers_of
from entrypoints.container.outside import Outside
from entrypoints.container.sweeping import Sweeping, sweeping_of


class Container(Outside):
    """Every part of the service, each built once and only when something needs it."""

    budget: providers.Provider[QuestionBudget] = providers.Singleton(QuestionBudget, Outside.clock)
    strange_names: providers.Provider[QuestionBudget] = providers.Singleton(
        QuestionBudget, Outside.clock, questions_per_window=STRANGE_NAMES_PER_WINDOW
    )
    verify_payment: providers.Provider[VerifyPayment] = providers.Singleton(
        VerifyPayment,
        orders=Outside.orders,
        tasks=Outside.tasks,
        gateways=Outside.gateways,
        clock=Outside.clock,
        policy=Outside.policy,
        budget=budget,
        approve=providers.Singleton(
            ApprovePayment,
            Outside.orders,
            Outside.approvals,
            Outside.gateways,
            Outside.clock,
            Outside.policy,
        ),
    )
    name_order: providers.Provider[NameOrder] = providers.Singleton(
        NameOrder, Outside.orders, Outside.gateways, budget, strange_names
    )
    receive_webhook: providers.Provider[ReceiveWebhook] = providers.Singleton(
        ReceiveWebhook, verify_payment, Outside.tasks, Outside.clock
    )
    take_webhook: providers.Provider[TakeWebhook] = providers.Singleton(
        TakeWebhook,
        receive_webhook,
        name_order,
        Outside.orders,
        Outside.searches,
        providers.Singleton(lambda store: store.seen_webhooks, Outside.store),
        Outside.clock,
        budget,
        strange_names,
    )
    register_order: providers.Provider[RegisterOrder] = providers.Singleton(
        RegisterOrder,
        Outside.orders,
        Outside.tasks,
        Outside.strays,
        Outside.tokens,
        Outside.clock,
        register_at=providers.Callable(
            lambda settings: settings.gateway if settings.preregister else None, Outside.settings
        ),
    )
    confirm_payment: providers.Provider[ConfirmPayment] = providers.Singleton(
        ConfirmPayment, Outside.orders, Outside.clock
    )
    request_refund: providers.Provider[RequestRefund] = providers.Singleton(
        RequestRefund, Outside.orders, Outside.gateways, Outside.desks, Outside.clock
    )
    carry_out_refund: providers.Provider[CarryOutRefund] = providers.Singleton(
        CarryOutRefund,
        Outside.orders,
        Outside.tasks,
        Outside.gateways,
        Outside.desks,
        Outside.clock,
        Outside.policy,
    )
    auto_refund: providers.Provider[AutoRefund] = providers.Singleton(
        AutoRefund,
        orders=Outside.orders,
        tasks=Outside.tasks,
        gateways=Outside.gateways,
        request_refund=request_refund,
        allowance=providers.Singleton(lambda store: store.allowance, Outside.store),
        clock=Outside.clock,
        policy=Outside.policy,
        ceilings=providers.Singleton(
            lambda settings: Ceilings(
                per_payment=settings.auto_refund.max_per_payment,
                per_day=settings.auto_refund.max_per_day,
            ),
            Outside.settings,
        ),
    )
    approve_refund: providers.Provider[ApproveRefund] = providers.Singleton(
        ApproveRefund, Outside.orders, Outside.clock
    )
    audit_history: providers.Provider[AuditHistory] = providers.Singleton(
        AuditHistory, Outside.orders
    )
    read_order: providers.Provider[ReadOrder] = providers.Singleton(
        ReadOrder, Outside.orders, Outside.clock
    )
    review_tasks: providers.Provider[ReviewTasks] = providers.Singleton(
        ReviewTasks, Outside.task_desk, Outside.clock
    )
    resend_events: providers.Provider[ResendEvents] = providers.Singleton(
        ResendEvents, Outside.task_desk, Outside.tasks, Outside.clock
    )
    keep_stray: providers.Provider[KeepStray] = providers.Singleton(
        KeepStray, Outside.strays, Outside.notifier, Outside.clock, Outside.policy
    )
    sweeping: providers.Provider[Sweeping] = providers.Singleton(
        sweeping_of,
        Outside.settings,
        Outside.connections,
        Outside.store,
        verify_payment,
        keep_stray,
        Outside.clock,
        Outside.policy,
    )
    run_tasks: providers.Provider[RunTasks] = providers.Singleton(
        RunTasks,
        tasks=Outside.tasks,
        handlers=providers.Singleton(
            handlers_of,
            orders=Outside.orders,
            buyer_notifier=Outside.buyer_notifier,
            notifier=Outside.notifier,
            recheck=providers.Singleton(
                RecheckPayment, verify_payment, Outside.gateways, Outside.strays, keep_stray
            ),
            shop=Outside.shop_channel,
            carry_out_refund=carry_out_refund,
            auto_refund=auto_refund,
            connections=Outside.connections,
        ),
        clock=Outside.clock,
    )

    api_settings: providers.Provider[ApiSettings] = providers.Singleton(
        lambda settings: ApiSettings(
            api_key=settings.api_key,
            default_gateway=settings.gateway,
            success_url=settings.success_url,
            failure_url=settings.failure_url,
        ),
        Outside.settings,
    )
    inline_worker: providers.Provider[RunTasks | None] = providers.Singleton(
        lambda settings, run_tasks: run_tasks if settings.worker_inline else None,
        Outside.settings,
        run_tasks,
    )
    console_parts: providers.Provider[ConsoleParts | None] = providers.Singleton(
        lambda settings, parts: (
            parts(password=settings.console_password) if settings.console_password else None
        ),
        Outside.settings,
        providers.Factory(
            ConsoleParts,
            clock=Outside.clock,
            read_order=read_order,
            read_board=providers.Singleton(
                ReadBoard, Outside.board, Outside.orders, Outside.gateways, Outside.clock
            ),
            verify_payment=verify_payment,
            request_refund=request_refund,
            approve_refund=approve_refund,
            review_tasks=review_tasks,
            resend_events=resend_events,
            tells_shop=Outside.policy.provided.tells_shop,
            board=Outside.board,
            orders=Outside.orders,
            desk=Outside.task_desk,
            sweeps=Outside.store.provided.sweeps,
            seen_webhooks=Outside.store.provided.seen_webhooks,
            actions=Outside.store.provided.actions,
            gateways=Outside.gateways,
            nobodys_payments=providers.Callable(
                lambda settings: {
                    each.adapter.name: each.adapter.nobodys_payment_id for each in settings.gateways
                },
                Outside.settings,
            ),
            worker=inline_worker,
        ).provider,
    )
    use_cases: providers.Provider[UseCases] = providers.Singleton(
        UseCases,
        register_order=register_order,
        read_order=read_order,
        verify_payment=verify_payment,
        name_order=name_order,
        take_webhook=take_webhook,
        confirm_payment=confirm_payment,
        request_refund=request_refund,
        faces=Outside.faces,
        orders=Outside.orders,
        review_tasks=review_tasks,
        worker=inline_worker,
    )
