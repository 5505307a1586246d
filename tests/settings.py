"""The product's settings, on data of the test process's own.

pytest-django reads settings before any conftest, so what must be set first is set here. Every worker has its own
folder (the plugin `requirements` removes it), and a GUIJU_HOME of the developer's is never touched.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TEST_HOME = Path(tempfile.mkdtemp(prefix="guiju-test-"))
for _name in ("tmp", "static"):
    (TEST_HOME / _name).mkdir()  # as `guiju init` makes them; WhiteNoise warns of a missing one

os.environ.update(
    GUIJU_HOME=str(TEST_HOME),
    GUIJU_LOG_ORIGIN="DEMO test",
    GUIJU_EMBEDDED_WORKER="0",
    GUIJU_EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
)
for _name in ("GUIJU_KEYS", "GUIJU_CHECKPOINTS", "GUIJU_PACK_DIRS", "GUIJU_BASE_URL", "GUIJU_HOSTS"):
    os.environ.pop(_name, None)

from guiju.settings import *  # noqa: E402, F403

# Signing in is not what most tests are about; the real hasher is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
