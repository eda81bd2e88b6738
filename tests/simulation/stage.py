"""A small world whose actors do as a script says, for scenarios that are run again and again."""

from collections import Counter
from collections.abc import Awaitable, Callable

from application.register_order import Sale
from application.verify_payment import Knock
from domain.order import Trigger
from domain.payment import PaymentStatus
from domain.refund import Requester
from domain.refund_request import RefundRequest
from tests.simulation.actors import (
    browser,
    buyer,
    confirm,
    knocks,
    operator,
    refunds,
    shop_backend,
    webhook,
)
from tests.simulation.actors.sweep import sweep
from tests.simulation.actors.worker import run_due
from tests.simulation.cast import a_sale
from tests.simulation.character import Character
from tests.simulation.dice import Dice
from tests.simulation.gateway_model import Envelope
from tests.simulation.ledger import Acknowledged, Violation
from tests.simulation.lies import Liar
from tests.simulation.lives import Step
from tests.simulation.loop import NeverEnds, NothingToWaitFor, SeededLoop, pause
from tests.simulation.process import Machine
from tests.simulation.purchase import Purchase
from tests.simulation.rest import come_to_rest, work
from tests.simulation.run import ended, logs_going_to
from tests.simulation.scene import Scene
from tests.simulation.scripted import ScriptedFates
from tests.simulation.trace import Trace
from tests.simulation.world import Giving, World


class Stage:
    """The world of one script. Everybody acts on the first machine, unless told otherwise."""

    def __init__(self, loop: SeededLoop, fates: ScriptedFates, *, traced: bool = False) -> None:
        self.fates = fates
        self.sales: dict[str, Sale] = {}
        # Webhooks that were written, and are on their way.
        self.messages: list[Envelope] = []
        self.counts: Counter[str] = Counter()
        self.trace = Trace(wanted=traced)
        self.world = World(loop, fates, Liar(), self.trace, self.counts)
        self.machine = Machine(self.world, "m1")
        self.scene = Scene(self.world, [self.machine], Dice(0))
        self.scene.pace = 1.0

    def is_at(self, character: Character) -> None:
        """The shop's gateway is this one; nobody has paid there yet."""
        self.world.is_at(character)
        self.machine.restart()

    def gives_back(self, giving: Giving) -> None:
        """The shop has us give money back, from now on."""
        self.world.giving, self.world.policy = giving, giving.policy
        self.machine.restart()

    def beside(self) -> Scene:
        """The same world, seen from a machine of its own."""
        scene = Scene(self.world, [Machine(self.world, "m2")], Dice(1))
        scene.pace = self.scene.pace
        return scene

    def payment(self, letter: str = "a") -> Purchase:
        """A payment that was made before, by its letter."""
        return next(each for each in self.scene.purchases if each.payment_id.endswith(letter))

    async def sells(self, number: int = 1, *, registers: bool = True) -> Sale:
        """An order of the shop, registered unless that is to come later."""
        sale = a_sale(number)
        self.sales[sale.order_id] = sale
        self.world.gateway.order_ids.append(sale.order_id)
        if registers:
            await self.register(sale)
        return sale

    async def register(self, sale: Sale) -> None:
        await shop_backend.register(self.scene, sale, begins_after_s=0, again=False)

    def pays(self, sale: Sale, *steps: Step, letter: str = "a") -> Purchase:
        """A payment of the whole order, as far as these steps."""
        purchase = Purchase(
            payment_id=f"imp_{sale.order_id[-1]}{letter}",
            sale=sale,
            order_id=sale.order_id,
            total=sale.amount,
        )
        return self.goes_on(purchase, *steps)

    def forges(
        self, purchase: Purchase, forge: Callable[[Purchase], Purchase], *steps: Step
    ) -> Purchase:
        """The same payment, forged in one way, as far as these steps."""
        self.scene.purchases.remove(purchase)
        return self.goes_on(forge(purchase), *steps)

    def goes_on(self, purchase: Purchase, *steps: Step) -> Purchase:
        """The payment's next states."""
        if not any(known.payment_id == purchase.payment_id for known in self.scene.purchases):
            self.scene.purchases.append(purchase)
        for step in steps:
            buyer.becomes(self.scene, purchase, step)
        return purchase

    async def webhook(self, purchase: Purchase, scene: Scene | None = None) -> None:
        """Word of the payment as it is now; nobody sends it again."""
        await self.deliver(purchase, self.written(purchase), scene)

    def written(self, purchase: Purchase, action: str | None = None) -> Envelope:
        """The webhook that tells of the payment as it is now, and what brought it there."""
        life = self.world.gateway.lives.get(purchase.payment_id)
        claimed = PaymentStatus.PAID if life is None else life[-1].status
        return webhook.write(self.scene, purchase.order_id, purchase.payment_id, claimed, action)

    async def deliver(
        self, purchase: Purchase, envelope: Envelope, scene: Scene | None = None
    ) -> bool:
        """Whether the webhook was accepted."""
        return await knocks.deliver_webhook(
            scene or self.scene, purchase.order_id, purchase.payment_id, envelope
        )

    async def deliver_until_accepted(self, purchase: Purchase, envelope: Envelope) -> None:
        """As often as the process dies before it says so."""
        while not await self.deliver(purchase, envelope):
            await self.passes(1)

    def allows(self, purchase: Purchase, step: Step) -> None:
        """The buyer has allowed it: at our word it comes to this step."""
        if not any(known.payment_id == purchase.payment_id for known in self.scene.purchases):
            self.scene.purchases.append(purchase)
        buyer.allow(self.scene, purchase, step)

    def must_see(self, purchase: Purchase) -> None:
        """A look at the payment as it is now is stored, so it must be seen in the end."""
        latest = len(self.world.gateway.lives[purchase.payment_id]) - 1
        key = self.world.gateway.key_of(purchase.payment_id)
        promise = Acknowledged(purchase.order_id, key, latest)
        self.world.ledger.acknowledged.append(promise)

    async def browser(
        self,
        purchase: Purchase,
        scene: Scene | None = None,
        *,
        sale: Sale | None = None,
        trigger: Trigger = Trigger.BROWSER,
    ) -> None:
        """The buyer's page asks, perhaps for another order than it is of."""
        token = buyer.token_of(self.world, purchase.payment_id)
        await browser.ask(
            scene or self.scene, sale or purchase.sale, purchase.payment_id, trigger, token
        )

    async def asks_once(self, purchase: Purchase) -> None:
        """The buyer's page asks, and leaves, whatever the answer is."""
        knock = Knock(
            order_id=purchase.sale.order_id,
            key=self.world.gateway.key_of(purchase.payment_id),
            trigger=Trigger.BROWSER,
            approval_token=buyer.token_of(self.world, purchase.payment_id),
        )
        await knocks.ask_for_verdict(self.world, self.machine, knock)

    async def confirms(self, purchase: Purchase) -> None:
        await confirm.ask(self.scene, purchase)

    async def wants_back(
        self, purchase: Purchase, number: int | None = None, *, key: str = "key"
    ) -> None:
        """The shop asks until it has an answer, as often as the process dies before it."""
        request = RefundRequest(
            order_id=purchase.sale.order_id,
            key=self.world.gateway.key_of(purchase.payment_id),
            number=number,
            reason="changed their mind",
            requested_by=Requester.SHOP,
            idempotency_key=key,
        )
        while not await refunds.ask_once(self.world, self.scene.machine(), request):
            await self.passes(1)

    async def approves(self) -> None:
        """A person lets go on whatever waits."""
        await refunds.decide_on_waiting(self.world, self.machine, approves=True)

    async def one_round(self, scene: Scene | None = None) -> None:
        """A worker looks once."""
        await run_due((scene or self.scene).machines[0])

    async def works(self) -> None:
        """Workers work until nothing waits, however long that takes."""
        await work(self.world, self.machine)

    async def sweeps(self, scene: Scene | None = None) -> None:
        await sweep((scene or self.scene).machines[0])

    async def operator(self) -> None:
        await operator.decide_on_parked(self.world, self.machine)

    async def passes(self, seconds: float) -> None:
        await pause(seconds)


Script = Callable[[Stage], Awaitable[None]]


def play(
    script: Script,
    fates: ScriptedFates,
    *,
    loop: SeededLoop | None = None,
    before_rest: Callable[[], None] = lambda: None,
    traced: bool = False,
) -> tuple[list[Violation], list[str]]:
    """Plays a script to its end and to rest; the promises broken in it, and its trace."""
    # Whoever was ready first goes on first, so that a script is the same run each time.
    loop = loop or SeededLoop(lambda _ready: 0)
    stage = Stage(loop, fates, traced=traced)

    async def story() -> None:
        await script(stage)
        before_rest()
        await come_to_rest(stage.scene)

    ledger = stage.world.ledger
    with logs_going_to(ledger), ended(loop):
        try:
            loop.run_until_complete(story())
        except (NeverEnds, NothingToWaitFor) as error:
            ledger.report("I7 all comes to rest", type(error).__name__)
        except Exception:
            if not ledger.violations:
                raise
    return ledger.violations, stage.trace.lines
