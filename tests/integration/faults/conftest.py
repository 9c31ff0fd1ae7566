from pathlib import Path

import pytest

from tests.integration.flows.conftest import make_clip
from tests.integration.stacks import stack

__all__ = ["stack"]


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "short.mp4", "854x480", 4)
