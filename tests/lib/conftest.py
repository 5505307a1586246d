"""Library tests look at the English messages, whatever language the product speaks by default."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield
