"""What every mailer does: subclass :class:`MailerContract` and give it a fixture ``post``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from email import policy
from email.parser import BytesParser

import pytest

from streamcore.shared.errors import Invalid
from streamcore.shared.mail import Mail, Mailer


@dataclass(frozen=True, slots=True)
class Received:
    """A message as its reader gets it. ``recipients`` are all whom it was sent to; lines end in ``\\n``."""

    message_id: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """``received`` gives what has arrived behind the mailer, in any order; repeats of an id may be one."""

    mailer: Mailer
    received: Callable[[], Awaitable[Sequence[Received]]]


def parse(body: bytes, recipients: Sequence[str] = ()) -> Received:
    """A message in its wire form; without an envelope the To header tells the recipients."""
    message = BytesParser(policy=policy.default).parsebytes(body)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    told = tuple(recipients) or tuple(each.addr_spec for each in message["To"].addresses)
    assert message["Message-ID"]
    return Received(
        message_id=str(message["Message-ID"]),
        recipients=told,
        subject=str(message["Subject"]),
        text=text.get_content().replace("\r\n", "\n"),
        html=None if html is None else html.get_content().replace("\r\n", "\n"),
    )


MAIL = Mail("welcome-1", "ann@example.org", "Welcome", "Hello Ann.\n")

TEXTS = [
    "",
    "one line",
    "two\nlines\n",
    "Grüße, 你好, 🎬\n",
    "before\n.\nafter\n",
    ".\n..\n.leading dots\n.",
    "x" * 5000,
    "a line that ends in a space \nand a tab\t\nFrom here\n",
    "trailing\n\n\n",
    "word " * 100_000,
]
SUBJECTS = [
    "Plain",
    "Grüße an 你好 🎬",
    "long " * 60 + "end",
    "=?utf-8?q?not_encoded?=",
    'quotes " and <angles>, commas',
]
ODD_IDS = ["a:b", "a@b", "a b", "a\r\nBcc: x@example.org", "<a>", "ключ", "x" * 500, "", ".", "../../etc/passwd", "a/b"]
BAD_ADDRESSES = [
    "",
    "ann",
    "@example.org",
    "ann@",
    "ann@example.org, bob@example.org",
    "ann@example.org bob@example.org",
    "ann@example.org;bob@example.org",
    "Ann <ann@example.org>",
    "<ann@example.org>",
    "ann@exam ple.org",
    "ann@@example.org",
    "ann@example.org\r\nBcc: bob@example.org",
    "ann@example.org\nBcc: bob@example.org",
    "ann\r@example.org",
    "ann\0@example.org",
    "ann@example.org> SIZE=1",
    "a" * 300 + "@example.org",
]
BAD_SUBJECTS = [
    "a\r\nBcc: bob@example.org",
    "a\nb",
    "a\rb",
    "a\r\n\r\nbody",
    "a\0b",
    "a\u2028b",
    "a\x85b",
    "a\x0bb",
    "\ud800",
]


def same_text(one: str | None, other: str | None) -> bool:
    """Whether a reader sees the same: a mail's text ends with its line."""
    return (one or "").rstrip("\n") == (other or "").rstrip("\n") and (one is None) == (other is None)


class MailerContract:
    """One message in, one message out, nothing added."""

    async def test_delivers_what_was_given(self, post: Post) -> None:
        await post.mailer.send(replace(MAIL, html="<p>Hello <b>Ann</b>.</p>\n"))
        [received] = await post.received()
        assert received.recipients == (MAIL.to,)
        assert received.subject == MAIL.subject
        assert same_text(received.text, MAIL.text)
        assert same_text(received.html, "<p>Hello <b>Ann</b>.</p>\n")

    async def test_adds_no_html_where_none_was_given(self, post: Post) -> None:
        await post.mailer.send(MAIL)
        assert [each.html for each in await post.received()] == [None]

    async def test_texts_arrive_unchanged(self, post: Post) -> None:
        for number, text in enumerate(TEXTS):
            await post.mailer.send(replace(MAIL, id=f"text-{number}", text=text, html=f"<p>{text}</p>"))
        received = await post.received()
        for text in TEXTS:
            assert any(same_text(each.text, text) and same_text(each.html, f"<p>{text}</p>") for each in received)

    async def test_subjects_arrive_unchanged(self, post: Post) -> None:
        for number, subject in enumerate(SUBJECTS):
            await post.mailer.send(replace(MAIL, id=f"subject-{number}", subject=subject))
        # what looks encoded may be told from it by a space that has no width
        arrived = sorted(each.subject.strip().replace("\u200b", "") for each in await post.received())
        assert arrived == sorted(SUBJECTS)

    async def test_the_message_id_is_that_of_the_mail(self, post: Post) -> None:
        for _ in range(2):
            await post.mailer.send(MAIL)
        await post.mailer.send(replace(MAIL, id="welcome-2"))
        received = await post.received()
        assert len({each.message_id for each in received}) == 2
        assert any(MAIL.id in each.message_id for each in received)

    async def test_odd_ids_are_told_apart_and_harm_nothing(self, post: Post) -> None:
        for id in ODD_IDS:
            await post.mailer.send(replace(MAIL, id=id, subject=f"about {len(id)} {hash(id)}"))
        received = await post.received()
        assert len(received) == len(ODD_IDS)
        assert len({each.message_id for each in received}) == len(ODD_IDS)
        assert {each.recipients for each in received} == {(MAIL.to,)}

    async def test_refuses_what_is_no_single_address(self, post: Post) -> None:
        for address in BAD_ADDRESSES:
            with pytest.raises(Invalid):
                await post.mailer.send(replace(MAIL, to=address))
        assert not await post.received()

    async def test_refuses_a_subject_that_would_be_more_than_a_subject(self, post: Post) -> None:
        for subject in BAD_SUBJECTS:
            with pytest.raises(Invalid):
                await post.mailer.send(replace(MAIL, subject=subject))
        assert not await post.received()

    async def test_many_at_once_all_arrive(self, post: Post) -> None:
        mails = [replace(MAIL, id=f"many-{n}", to=f"user{n}@example.org", text=f"for {n}") for n in range(30)]
        await asyncio.gather(*(post.mailer.send(mail) for mail in mails))
        received = await post.received()
        arrived = {(each.recipients, each.text.strip()) for each in received}
        assert arrived == {((mail.to,), mail.text) for mail in mails}

    async def test_has_taken_it_when_it_returns(self, post: Post) -> None:
        for number in range(3):
            await post.mailer.send(replace(MAIL, id=f"taken-{number}"))
            assert len(await post.received()) == number + 1

    async def test_answers_a_ping_and_closes_twice(self, post: Post) -> None:
        await post.mailer.ping()
        assert not await post.received()
        await post.mailer.close()
        await post.mailer.close()
