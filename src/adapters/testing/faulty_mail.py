"""Mailers with one fault each, named for it; the contract must fail on every one of them."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from adapters.memory.mail import MemoryMailer
from streamcore.shared.errors import Invalid
from streamcore.shared.mail import Mail


class LosesHtml(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, html=None))


class MakesHtmlUp(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, html=mail.html or f"<p>{mail.text}</p>"))


class ChecksNothing(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class LetsHeadersIn(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, subject="checked"))
        self.sent[-1] = mail


class TakesSeveralRecipients(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        for address in mail.to.split(","):
            await super().send(replace(mail, to=address.strip()))


class SwallowsRefusals(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        try:
            await super().send(mail)
        except Invalid:
            return


class MakesItsOwnIds(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, id=str(uuid4())))


class ConfusesIds(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, id="".join(filter(str.isalnum, mail.id))))


class WritesAsciiOnly(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        plain = mail.text.encode("ascii", "replace").decode()
        await super().send(replace(mail, text=plain))


class WritesAsciiSubjectsOnly(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, subject=mail.subject.encode("ascii", "replace").decode()))


class CutsLongLines(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        lines = [line[:998] for line in mail.text.split("\n")]
        await super().send(replace(mail, text="\n".join(lines)))


class StopsAtALoneDot(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        await super().send(replace(mail, text=mail.text.split("\n.\n")[0]))


class EatsLeadingDots(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        lines = [line.removeprefix(".") for line in mail.text.split("\n")]
        await super().send(replace(mail, text="\n".join(lines)))


class SendsLater(MemoryMailer):
    async def send(self, mail: Mail) -> None:
        later = super().send
        asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(later(mail)))


class MixesUpWhatIsSentAtOnce(MemoryMailer):
    _now: Mail

    async def send(self, mail: Mail) -> None:
        self._now = mail
        await asyncio.sleep(0)
        await super().send(replace(mail, to=self._now.to))


class SendsAPing(MemoryMailer):
    async def ping(self) -> None:
        await self.send(Mail("ping", "ping@example.org", "ping", "ping"))


FAULTY_MAILERS: tuple[type[MemoryMailer], ...] = (
    LosesHtml,
    MakesHtmlUp,
    ChecksNothing,
    LetsHeadersIn,
    TakesSeveralRecipients,
    SwallowsRefusals,
    MakesItsOwnIds,
    ConfusesIds,
    WritesAsciiOnly,
    WritesAsciiSubjectsOnly,
    CutsLongLines,
    StopsAtALoneDot,
    EatsLeadingDots,
    SendsLater,
    MixesUpWhatIsSentAtOnce,
    SendsAPing,
)
