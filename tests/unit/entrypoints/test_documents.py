"""The examples of the documents run as they stand."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXAMPLES = [
    (path, example)
    for path in ("README.md", "docs/embedding.md")
    for example in re.findall(r"```python\n(.*?)```", (ROOT / path).read_text(), re.DOTALL)
    if "async with" not in example and "my_adapters" not in example
]


@pytest.mark.parametrize(("path", "example"), EXAMPLES)
def test_example(path: str, example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "example.py"
    script.write_text(example)
    runpy.run_path(str(script))
    expected = {"README.md": "Ada's films\n"}.get(path)
    if expected:
        assert capsys.readouterr().out == expected


def test_the_embedding_example_is_short() -> None:
    (example,) = [example for path, example in EXAMPLES if path == "README.md"]
    assert len([line for line in example.splitlines() if line.strip()]) <= 15
