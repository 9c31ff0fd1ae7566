"""What no file of the repository may hold, and what no module may be called."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Each word is put together here, so that this file does not hold it.
FORBIDDEN = {
    "a package index": ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org"],
    "a path of one machine": [
        "(?<![.\\w-])/work" + "/",
        "/opt/" + "(wheels|pypi)",
        "(?<![.\\w-])/root" + "/",
        "/home/" + "[a-z]",
    ],
    "a tool that made it": ["sub" + "-?agent", "\\.lib" + "rary/", "farm" + "-(bench|studio)"],
}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}


def files() -> list[Path]:
    """Every file that is, or would be, under version control."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_holds_a_forbidden_word() -> None:
    patterns = {what: re.compile("|".join(words), re.IGNORECASE) for what, words in FORBIDDEN.items()}
    found = []
    for path in files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for what, pattern in patterns.items():
            match = pattern.search(text)
            if match:
                found.append(f"{path.relative_to(ROOT)} names {what}: {match[0]}")
    assert not found


def test_locks_hold_versions_and_hashes_only() -> None:
    line = re.compile(r"[a-z0-9-]+==[\w.+]+( ; [\w ='<>.!()]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?")
    for lock in (ROOT / "requirements").glob("*.txt"):
        strange = [text for text in lock.read_text().splitlines() if not line.fullmatch(text)]
        assert not strange, lock.name


def test_the_project_itself_is_never_looked_up_by_name() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"^streamcore\b", lock.read_text(), re.MULTILINE), lock.name


def test_modules_are_named_for_what_they_hold() -> None:
    vague = [path for path in files() if path.suffix == ".py" and VAGUE_NAMES & {path.stem, *path.parent.parts}]
    assert not vague
