"""A small transactional engine: tables in memory with the isolation that PostgreSQL calls READ COMMITTED.

A transaction sees what is committed now and its own writes. Before it writes a row or takes a unique word it locks
that row or word; where another open transaction holds the lock it waits for that one to end and looks again. A wait
that would close a circle of waiting transactions is a deadlock and ends the one that closes it. Committing applies all
writes in one step of the event loop, so that nobody ever sees half of them; rolling back merely forgets.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from streamcore.shared.errors import Conflict, Detail, TransactionAborted

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Word = tuple[str, Hashable]


@dataclass(frozen=True)
class Unique(Generic[V]):
    """A unique constraint: the word that a row takes (None for no word), and what to say when it is taken."""

    word: Callable[[V], Hashable | None]
    field: str
    message: str


class Table(Generic[K, V]):
    """Committed rows by key. ``unique`` maps a constraint's name to its rule, ``groups`` an index's name to its value.

    Rows are immutable values, so handing them out is safe.
    """

    def __init__(
        self,
        unique: Mapping[str, Unique[V]] | None = None,
        groups: Mapping[str, Callable[[V], Hashable]] | None = None,
    ) -> None:
        self.unique = unique or {}
        self.rows: dict[K, V] = {}
        self._groups = groups or {}
        self._owners: dict[Word, K] = {}
        self._members: dict[Word, dict[K, None]] = {}

    def owner(self, word: Word) -> K | None:
        """The key of the committed row that holds a unique word."""
        return self._owners.get(word)

    def group(self, name: str, value: Hashable) -> list[V]:
        """The committed rows whose index ``name`` has this value."""
        return [self.rows[key] for key in self._members.get((name, value), ())]

    def words(self, row: V) -> dict[str, Word]:
        """The unique words that a row takes, by constraint."""
        taken = ((name, rule.word(row)) for name, rule in self.unique.items())
        return {name: (name, word) for name, word in taken if word is not None}

    def apply(self, changes: Mapping[K, V | None]) -> None:
        """Make the changes (None deletes) in one step."""
        for key in changes:
            if (old := self.rows.pop(key, None)) is not None:
                self._unindex(key, old)
        for key, row in changes.items():
            if row is not None:
                self.rows[key] = row
                self._index(key, row)

    def _index(self, key: K, row: V) -> None:
        for word in self.words(row).values():
            self._owners[word] = key
        for name, value in self._groups.items():
            self._members.setdefault((name, value(row)), {})[key] = None

    def _unindex(self, key: K, row: V) -> None:
        for word in self.words(row).values():
            del self._owners[word]
        for name, value in self._groups.items():
            members = self._members[name, value(row)]
            del members[key]
            if not members:
                del self._members[name, value(row)]


class Locks:
    """Who holds which row or word."""

    def __init__(self) -> None:
        self._holders: dict[Hashable, Transaction] = {}

    def holder(self, resource: Hashable) -> "Transaction | None":
        return self._holders.get(resource)

    def take(self, transaction: "Transaction", resource: Hashable) -> None:
        self._holders[resource] = transaction

    def drop(self, resources: set[Hashable]) -> None:
        for resource in resources:
            del self._holders[resource]


@dataclass(eq=False)
class Transaction:
    """One open transaction. Its errors: `Conflict` for a taken word, `TransactionAborted` for a deadlock; after either
    it is good for nothing but rolling back, as on PostgreSQL."""

    locks: Locks
    _writes: dict[Table[Any, Any], dict[Any, Any]] = field(default_factory=dict)
    _held: set[Hashable] = field(default_factory=set)
    _waits_for: "Transaction | None" = None
    _let_go: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: bool = False
    _failed: bool = False

    def get(self, table: Table[K, V], key: K) -> V | None:
        """The row as this transaction sees it now."""
        self._require_usable()
        own: dict[K, V | None] = self._own(table)
        return own[key] if key in own else table.rows.get(key)

    def find(self, table: Table[K, V], constraint: str, word: Hashable) -> V | None:
        """The row that holds a unique word, as this transaction sees it now."""
        key = self._visible_owner(table, (constraint, word))
        return None if key is None else self.get(table, key)

    def scan(self, table: Table[K, V]) -> Iterator[tuple[K, V]]:
        """All rows as this transaction sees them now; do not suspend between them."""
        own: dict[K, V | None] = self._own(table)
        for key, row in table.rows.items():
            if key not in own:
                yield key, row
        for key, written in own.items():
            if written is not None:
                yield key, written

    async def lock(self, table: Table[K, V], key: K) -> V | None:
        """Lock a row (or its absence), waiting for whoever holds it, and return it as it is then."""
        await self._acquire((table, key))
        return self.get(table, key)

    def try_lock(self, table: Table[K, V], key: K) -> bool:
        """Lock a row unless another transaction holds it."""
        self._require_usable()
        if self.locks.holder((table, key)) not in (None, self):
            return False
        self._take((table, key))
        return True

    async def put(self, table: Table[K, V], key: K, row: V) -> None:
        """Write a row; `Conflict` where one of its unique words is taken."""
        old = await self.lock(table, key)
        before = {} if old is None else table.words(old)
        for name, word in table.words(row).items():
            if before.get(name) != word and not await self._win(table, key, word):
                self._failed = True
                rule = table.unique[name]
                raise Conflict(rule.message, details=[Detail(rule.field, rule.message, name)])
        await self._give_up(table, {*before.values()} - {*table.words(row).values()})
        self._own(table)[key] = row

    async def insert(self, table: Table[K, V], key: K, row: V) -> None:
        """Write a row that is not there yet; `Conflict` where its key or one of its words is taken."""
        if await self.lock(table, key) is not None:
            self._failed = True
            raise Conflict
        await self.put(table, key, row)

    async def insert_if_free(self, table: Table[K, V], key: K, row: V) -> bool:
        """Write a row unless its key or one of its words is taken; whether it was written."""
        held = set(self._held)
        free = await self.lock(table, key) is None
        for word in table.words(row).values():
            free = free and await self._win(table, key, word)
        if free:
            self._own(table)[key] = row
        else:
            self._release(self._held - held)
        return free

    def append(self, table: Table[K, V], key: K, row: V) -> None:
        """Write a row under a key that nobody else can choose, in a table without words: this never waits."""
        self._require_usable()
        self._own(table)[key] = row

    async def delete(self, table: Table[K, V], key: K) -> bool:
        """Delete a row; False where there is none."""
        held = set(self._held)
        old = await self.lock(table, key)
        if old is None:
            self._release(self._held - held)
            return False
        await self._give_up(table, {*table.words(old).values()})
        self._own(table)[key] = None
        return True

    def commit(self) -> None:
        """Make every write visible at once; `TransactionAborted` if a statement had failed."""
        self._require_usable()
        for table, changes in self._writes.items():
            table.apply(changes)
        self.end()

    def end(self) -> None:
        """Forget what is not committed and let go of all locks; ending twice is harmless."""
        self._ended = True
        self._writes.clear()
        self._release(self._held)

    def _own(self, table: Table[K, V]) -> dict[K, V | None]:
        return self._writes.setdefault(table, {})

    def _visible_owner(self, table: Table[K, V], word: Word) -> K | None:
        own = self._own(table)
        for key, row in own.items():
            if row is not None and table.words(row).get(word[0]) == word:
                return key
        owner = table.owner(word)
        return None if owner is None or owner in own else owner

    async def _win(self, table: Table[K, V], key: K, word: Word) -> bool:
        """Lock a word; False where another row keeps it. An owner that is being changed is waited for."""
        await self._acquire((table, "word", word))
        while (owner := self._visible_owner(table, word)) not in (None, key):
            changer = self.locks.holder((table, owner))
            if changer is None or changer is self or owner not in changer._own(table):
                return False
            await self._wait(changer)
        return True

    async def _give_up(self, table: Table[K, V], words: set[Word]) -> None:
        """Lock words that the row leaves, so that who wants them waits for this transaction."""
        for word in sorted(words, key=repr):
            await self._acquire((table, "word", word))

    async def _acquire(self, resource: Hashable) -> None:
        self._require_usable()
        while (holder := self.locks.holder(resource)) is not None and holder is not self:
            await self._wait(holder)
        self._take(resource)

    def _take(self, resource: Hashable) -> None:
        self.locks.take(self, resource)
        self._held.add(resource)

    def _release(self, resources: set[Hashable]) -> None:
        """Let go, and let all who wait for this transaction look again."""
        self.locks.drop(resources)
        self._held = self._held - resources
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def _wait(self, holder: "Transaction") -> None:
        """Until ``holder`` lets go of something; `TransactionAborted` if it waits, over others, for this one."""
        link: Transaction | None = holder
        while link is not None:
            if link is self:
                self._failed = True
                raise TransactionAborted
            link = link._waits_for
        self._waits_for = holder
        try:
            await holder._let_go.wait()
        finally:
            self._waits_for = None

    def _require_usable(self) -> None:
        if self._ended:
            raise RuntimeError("This transaction has ended.")
        if self._failed:
            raise TransactionAborted("This transaction has failed before and can only be rolled back.")
