"""Every scene of the demo can be computed, by both FFmpegs."""

import subprocess
from pathlib import Path

import pytest

from entrypoints.demo.fill import scenes
from entrypoints.demo.scenes import Scene


@pytest.mark.parametrize("scene", [scene for _, scene in scenes()], ids=lambda scene: scene.title.replace(" ", "-"))
def test_it_can_be_computed(scene: Scene, binary: Path) -> None:
    command = [str(binary), "-v", "error", "-filter_complex", scene.graph(), "-map", "[v]", "-map", "[a]"]
    done = subprocess.run(
        [*command, "-frames:v", "2", "-t", "0.1", "-f", "framecrc", "-"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    frames = [line.split(",") for line in done.stdout.splitlines() if not line.startswith("#")]
    assert sum(int(frame[0]) == 0 for frame in frames) == 2
    assert any(int(frame[0]) == 1 for frame in frames)
