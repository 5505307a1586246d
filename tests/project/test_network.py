"""Tests speak to this machine only; should that guard ever be lost, this file says so."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
def test_a_test_cannot_reach_the_outside() -> None:
    outside = ("192.0.2.1", 9)  # an address reserved for documentation: nothing answers there
    with socket.socket() as client, pytest.raises(SocketConnectBlockedError):
        client.connect(outside)


def test_a_test_can_reach_its_own_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
