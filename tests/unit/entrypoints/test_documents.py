"""The examples of the documents that stand for themselves run as they stand, in memory."""

import runpy
from pathlib import Path

import pytest

from tests.documents import PAGES, ROOT, fences

EXAMPLES = [
    pytest.param(page, fence.text, id=f"{page.relative_to(ROOT)}:{fence.line}")
    for page in PAGES
    for fence in fences(page)
    if fence.language == "python" and not fence.title
]
PRINTED = {"README.md": "Ada's films\n", "docs/testing.md": "an hour later\n"}


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_example(page: Path, example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "example.py"
    script.write_text(example)
    runpy.run_path(str(script))
    printed = capsys.readouterr().out
    assert printed == PRINTED.get(str(page.relative_to(ROOT)), printed)


def test_the_embedding_example_is_short() -> None:
    (example,) = [fence.text for fence in fences(ROOT / "README.md") if fence.language == "python"]
    assert len([line for line in example.splitlines() if line.strip()]) <= 15
