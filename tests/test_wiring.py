from __future__ import annotations

import subprocess
import sys

from vernacular.settings import Settings
from vernacular.wiring import Wiring


def test_each_part_is_made_once_and_anew_after_closing() -> None:
    wiring = Wiring(Settings(database_url="sqlite://", host_url="http://127.0.0.1:1"))
    store, assistants = wiring.store, wiring.assistants
    assert wiring.store is store
    assert wiring.assistants is assistants
    wiring.close()
    assert wiring.store is not store
    wiring.close()


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    heavy = ("sqlalchemy", "httpx", "fastapi", "argon2", "starlette")
    program = (
        "import sys; import vernacular.wiring, vernacular.cli.people, vernacular.cli.keys;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
