"""Whether everybody can use a page as it stands: what axe finds, and what reaches beyond the sides of the screen."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "e2e" / "node_modules" / "axe-core" / "axe.min.js"
_VIOLATIONS = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`));
}
"""
# What lies in a box that scrolls or clips is that box's matter.
_TOO_WIDE = """
() => {
  const inBox = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== 'visible') return true;
    }
    return false;
  };
  const tooWide = (element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !inBox(element);
  const found = [...document.body.querySelectorAll('*')].filter(tooWide);
  window.scrollTo(1000, window.scrollY);
  const scrolled = window.scrollX > 0 ? [`the page scrolls by ${window.scrollX} px`] : [];
  window.scrollTo(0, window.scrollY);
  return [...scrolled, ...found.map((element) => `too wide: ${element.outerHTML.slice(0, 160)}`)];
}
"""


async def violations(page: "Page") -> list[str]:
    """What axe finds. Its script goes past the page's own policy, which would not let it in."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE.read_text())
    found: list[str] = await page.evaluate(_VIOLATIONS)
    return found


async def too_wide(page: "Page") -> list[str]:
    """What makes one scroll sideways, once the page has taken its shape after a change of the screen."""
    found: list[str] = []
    for _ in range(10):
        found = await page.evaluate(_TOO_WIDE)
        if not found:
            break
        await page.wait_for_timeout(100)
    return found
