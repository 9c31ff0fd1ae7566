import uuid

from streamcore.shared.ids import is_id


def test_ids() -> None:
    id = str(uuid.uuid4())
    assert is_id(id)
    for text in ("", "x" * 36, id.upper(), "-" * 36, id.replace("-", ""), id + "\n", f" {id}", id[:-1] + "\u0663"):
        assert not is_id(text), text
