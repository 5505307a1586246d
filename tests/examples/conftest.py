"""The installation as a real server, and the examples as an integrator would run them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.review.house import office_system

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session", autouse=True)
def _on_the_path() -> Iterator[None]:
    """Both folders, as the sandbox itself puts them there."""
    added = [str(EXAMPLES / "sandbox_oa"), str(EXAMPLES)]
    sys.path[:0] = added
    yield
    for one in added:
        sys.path.remove(one)


@pytest.fixture
def client_file() -> ModuleType:
    """The one file that integrators take."""
    import gate_client

    return gate_client


@pytest.fixture
def oa_token(cast: Cast) -> Caller:
    """The token of the subsidiary's office system."""
    return office_system(cast)


@pytest.fixture
def gate(live_server: LiveServer, oa_token: Caller, client_file: ModuleType, tmp_path: Path) -> Any:
    """The gate as the office system sees it."""
    return client_file.Gate(
        f"{live_server.url}/api/v1", oa_token.secret, "oa", "HD-01", journal=tmp_path / "journal.jsonl", timeout=60.0
    )


@pytest.fixture
def office(gate: Any, tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """The sandbox, serving; its address and itself."""
    from office import Office, server
    from store import Store

    here = Office(Store(tmp_path / "oa"), gate)
    serving = server(here, 0)
    thread = Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_address[1]}", here
    serving.shutdown()
    serving.server_close()
    thread.join()
