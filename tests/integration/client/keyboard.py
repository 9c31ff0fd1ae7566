"""Somebody who has no pointer: every step is a key, and the focus is looked at after each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

# What is wrong with the focus as it stands; an empty string where one sees what has it, or will once a toast is gone.
_FAULT = """
() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return 'lost';
  const name = focused.outerHTML.slice(0, 160);
  if (!focused.checkVisibility({ visibilityProperty: true })) return `on something hidden: ${name}`;
  const { left, top, right, bottom } = focused.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `out of sight: ${name}`;
  const over = document.elementFromPoint(x, y);
  const own = focused.contains(over) || over?.contains(focused) || focused.closest('label')?.contains(over);
  if (!own && !over?.closest('[role=status]')) return `covered: ${name}`;
  for (let part = focused, up = 0; part && up < 5; part = part.parentElement, up++) {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(part);
    if (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && outlineColor !== 'rgba(0, 0, 0, 0)') return '';
  }
  return `not shown: ${name}`;
}
"""


@dataclass
class Keyboard:
    page: "Page"

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """In place of what the field holds."""
        await self.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def to(self, target: "Locator", *, key: str = "Tab", most: int = 60) -> None:
        """Press a key until ``target`` has the focus; at the end of the page it may begin anew, once."""
        await target.wait_for(state="attached")
        ends = 0
        for _ in range(most):
            await self.press(key)
            fault = await self.page.evaluate(_FAULT)
            ends += fault == "lost"
            if ends > 1 or fault not in ("", "lost"):
                raise AssertionError(f"The focus is {fault}")
            if await target.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"{most} times {key} do not lead to {target}")

    async def to_and(self, target: "Locator", *keys: str) -> None:
        await self.to(target)
        await self.press(*keys)

    async def keeps_focus(self) -> None:
        """After something that takes an element away, the focus is somewhere all the same."""
        await self.page.wait_for_function("() => ![null, document.body].includes(document.activeElement)")

    async def is_on(self, target: "Locator") -> None:
        handle = await target.element_handle()
        await self.page.wait_for_function("(element) => element === document.activeElement", arg=handle)
        fault = await self.page.evaluate(_FAULT)
        assert fault == "", f"The focus is {fault}"
