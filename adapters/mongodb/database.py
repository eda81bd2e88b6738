"""The connection: one client a process, opened when told to, and every question bounded in time."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from inspect import isawaitable
from secrets import token_hex
from typing import Any, Literal, Protocol
from warnings import catch_warnings, simplefilter

import pymongo
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from adapters.mongodb.errors import DRIVER_ERRORS, unavailable
from adapters.mongodb.layout import Indexed, settle_layout
from adapters.mongodb.order_trips import OrderDocuments, OrderTrips
from adapters.mongodb.shared_call import SharedCall
from adapters.mongodb.stored_fields import Document
from domain.errors import InvalidValue
from ports.errors import RepositoryUnavailable

Driver = Literal["motor", "pymongo-async"]

_CLIENTS: Mapping[Driver, Any] = {"motor": AsyncIOMotorClient, "pymongo-async": AsyncMongoClient}
_ORDERS = "orders"
_DEFAULT_NAME = "payproof"
# Long enough to build the indexes over millions of orders that another tool has loaded.
_INDEXING_TIMEOUT_S = 3600.0


class Cursor(Protocol):
    """What both drivers' cursors have in common, as far as we use it."""

    def sort(self, keys: Sequence[tuple[str, int]], /) -> "Cursor": ...
    def limit(self, limit: int, /) -> "Cursor": ...
    def hint(self, index: str, /) -> "Cursor": ...
    async def to_list(self, length: int | None, /) -> list[Document]: ...


class Collection(Indexed, OrderDocuments, Protocol):
    """What both drivers' collections have in common, as far as we use it."""

    @property
    def read_concern(self) -> ReadConcern: ...
    @property
    def write_concern(self) -> WriteConcern: ...
    def find(self, query: Document, projection: Document, /) -> Cursor: ...
    async def count_documents(self, query: Document, /, **bounds: Any) -> int: ...
    async def estimated_document_count(self) -> int: ...


class MongoDatabase:
    """A MongoDB database named by a URL; `open` before use, `close` after.

    `timeout_s` bounds each question as a whole, the repeats within it included. The two drivers
    behave alike: motor is the default, `pymongo-async` its successor.
    """

    def __init__(
        self, url: str, *, driver: Driver = "motor", timeout_s: float = 2.0, max_pool_size: int = 50
    ) -> None:
        self._url = url
        self._driver: Driver = driver
        self._timeout_s = timeout_s
        self._max_pool_size = max_pool_size
        self._client: Any = None
        self._orders: Collection | None = None
        self._trips: OrderTrips | None = None
        self._claims_apart: bool | None = None  # until the indexes have been seen to
        self._settling: SharedCall[bool] = SharedCall()

    async def open(self) -> None:
        """Makes the client. Asks nobody: a database that is away now may come back later.

        Raises `InvalidValue`, without the URL, if no client can be made of it.
        """
        try:
            self._client = self._new_client()
            database = self._client.get_default_database(_DEFAULT_NAME)
        except (PyMongoError, UserWarning, ValueError, TypeError):
            raise InvalidValue("database_url", "is not a usable MongoDB address") from None
        # Set here, so that no option in the URL can weaken them: what we are told is written
        # survives a change of primary, and what we read is never rolled back.
        self._orders = database.get_collection(
            _ORDERS,
            codec_options=CodecOptions(tz_aware=True),
            read_preference=ReadPreference.PRIMARY,
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern("majority", j=True),
        )
        self._trips = OrderTrips(self._orders, apart=lambda: self.claims_apart)

    def _new_client(self) -> Any:
        with catch_warnings():
            # The driver ignores an option that it cannot read, and quotes it in a warning.
            simplefilter("error", UserWarning)
            return _CLIENTS[self._driver](
                self._url,
                appname="payproof",
                maxPoolSize=self._max_pool_size,
                # Half, so that an answer that does not come leaves time to read what happened.
                timeoutMS=round(self._timeout_s * 500),
            )

    async def close(self) -> None:
        """Closes all connections. Closing twice is fine."""
        await self._settling.end()
        client, self._client, self._orders = self._client, None, None
        trips, self._trips = self._trips, None
        if trips is not None:
            await trips.end()
        closing = client.close() if client is not None else None
        if isawaitable(closing):
            await closing

    async def create_indexes(self) -> None:
        """Creates what is missing of the indexes, however long it takes; existing ones stay."""
        orders = self._opened()
        try:
            await orders.database.command("ping")  # an hour is for building, not for waiting
            with pymongo.timeout(_INDEXING_TIMEOUT_S):
                self._claims_apart = await settle_layout(orders)
        except DRIVER_ERRORS as error:
            raise unavailable(error) from None

    @property
    def claims_apart(self) -> bool:
        """Whether payments are claimed before their order is written; known within a question."""
        return bool(self._claims_apart)

    @property
    def trips(self) -> OrderTrips:
        """How single orders are read and written; for use within a question."""
        if self._trips is None:
            raise RepositoryUnavailable("databaseClosed")
        return self._trips

    @asynccontextmanager
    async def question(self, timeout_s: float | None = None) -> AsyncIterator[Collection]:
        """The orders, for one question: errors of driver and time become the port's.

        A question about everything that is stored may be given a time of its own.

        The first questions of a process see to the indexes, once for them all: without them two
        orders could bind one payment.
        """
        orders = self._opened()
        try:
            async with asyncio.timeout(timeout_s or self._timeout_s):
                if self._claims_apart is None:
                    self._claims_apart = await self._settling(partial(settle_layout, orders))
                with nullcontext() if timeout_s is None else pymongo.timeout(timeout_s):
                    yield orders
        except TimeoutError:
            raise RepositoryUnavailable("databaseTimeout") from None
        except DRIVER_ERRORS as error:
            raise unavailable(error) from None

    def _opened(self) -> Collection:
        if self._orders is None:
            raise RepositoryUnavailable("databaseClosed")
        return self._orders


def beside(orders: Collection, name: str) -> Any:
    """Another collection of the same database, as strictly read and written as the orders."""
    return orders.database.get_collection(
        name, write_concern=orders.write_concern, read_concern=orders.read_concern
    )


def new_stamp() -> str:
    """What tells one write from all others, so that it is recognised after its reply is lost."""
    return token_hex(12)
