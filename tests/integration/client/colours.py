"""What somebody sees, in colours."""

import asyncio
import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Locator

Colour = tuple[int, int, int]
_TOLERANCE = 60

# Of the middle of it: there may be a frame around.
_MEAN = """
async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  canvas.drawImage(picture, 0, 0);
  const [left, top] = [picture.width >> 2, picture.height >> 2];
  const { data } = canvas.getImageData(left, top, left * 2, top * 2);
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at++) if (at % 4 < 3) sums[at % 4] += data[at];
  return sums.map((sum) => Math.round((sum * 4) / data.length));
}
"""


async def until_seen(part: "Locator", meant: Colour) -> None:
    """Wait until a part of the page has this mean colour."""
    seen: list[int] = []
    for _ in range(50):
        png = base64.b64encode(await part.screenshot()).decode()
        seen = await part.page.evaluate(_MEAN, png)
        if all(abs(one - other) < _TOLERANCE for one, other in zip(seen, meant, strict=True)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"it is {seen}")
