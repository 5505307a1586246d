"""The one settings file; everything that differs between installations comes from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlparse

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from guiju.lib import env

PACKAGE = Path(__file__).resolve().parent
HOME = Path(env.text("GUIJU_HOME", "var")).resolve()
KEYS = Path(env.text("GUIJU_KEYS", str(HOME / "keys"))).resolve()

DEBUG = env.flag("GUIJU_DEBUG")


def _secret() -> str:
    """The key of sessions and signatures of forms: from the environment, else one made on first use."""
    given = env.text("GUIJU_SECRET_KEY")
    if given:
        return given
    path = KEYS / "session.key"
    if not path.exists():
        KEYS.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Under a name of its own first: another process that starts now sees the whole key or none.
        draft = KEYS / f"session-{secrets.token_hex(8)}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            draft.replace(path)
        draft.unlink(missing_ok=True)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ImproperlyConfigured(f"{path} holds no key: delete the file, and a new one is made (all sign in again).")
    return key


def _database() -> dict[str, object]:
    """SQLite under GUIJU_HOME, or what DATABASE_URL names (postgresql://user:password@host:port/name)."""
    url = env.text("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "guiju.sqlite3",
            "OPTIONS": {
                # FULL, because NORMAL loses acknowledged writes in a power cut (ADR 0003). A cache may grow to 64 MB;
                # the limit is for all connections of the process together: beyond it each uses its own pages again.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                " PRAGMA soft_heap_limit=134217728; PRAGMA temp_store=MEMORY;",
                "transaction_mode": "IMMEDIATE",
                # Writers wait for one another; the longest, an import of 100,000 rows, takes some 20 s (ADR 0002).
                "timeout": 60,
            },
            # Opening costs more than an answer of the review gate (`bench/gate.py`). Each thread of the server keeps its
            # connection, so a server holds the file open: it is stopped before a copy is put back (`docs/operate.md`).
            "CONN_MAX_AGE": 60,
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("DATABASE_URL must begin with postgresql:// (or be left out for SQLite).")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        # sslmode, sslrootcert, options ...: what the address says beyond that goes to the driver as it stands.
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret()
DATABASES = {"default": _database()}
ALLOWED_HOSTS = env.words("GUIJU_HOSTS", "127.0.0.1,localhost,[::1]")
BASE_URL = env.text("GUIJU_BASE_URL", "http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []

INSTALLED_APPS = [
    "guiju.access",
    "guiju.org",
    "guiju.trail",
    "guiju.packs",
    "guiju.registers",
    "guiju.files",
    "guiju.jobs",
    "guiju.workflow",
    "guiju.posture",
    "guiju.compliance",
    "guiju.governance",
    "guiju.review",
    "guiju.web",
    "guiju.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before static files: drawings among them can hold scripts
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guiju.web.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guiju.access.middleware.PolicyMiddleware",
    "guiju.web.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "guiju.urls"
WSGI_APPLICATION = "guiju.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guiju.web.context.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "guiju.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = env.number("GUIJU_SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS and not env.flag("GUIJU_TLS_AT_PROXY", default=True)
if env.flag("GUIJU_TLS_AT_PROXY", default=True) and HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "guiju.web.errors.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

FILES_ROOT = HOME / "files"
FILE_UPLOAD_TEMP_DIR = str(HOME / "tmp")
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
UPLOAD_LIMIT = env.number("GUIJU_UPLOAD_MB", 50) * 2**20

# Where packs are read from: the repository's folder, the wheel's copy, and folders of the user's own.
PACK_DIRS = [path for path in (PACKAGE / "_packs", PACKAGE.parents[1] / "packs") if (path / "base").is_dir()][:1] + [
    Path(folder).resolve() for folder in env.words("GUIJU_PACK_DIRS")
]

# The name of this installation's log (C2SP origin). One that begins with DEMO may write history at simulated times.
LOG_ORIGIN = env.text("GUIJU_LOG_ORIGIN")
CHECKPOINT_DIR = Path(env.text("GUIJU_CHECKPOINTS", str(KEYS / "checkpoints"))).resolve()
EMBEDDED_WORKER = env.flag("GUIJU_EMBEDDED_WORKER", default=True)

# Hosts of other systems that may be told of reviews, as name or name:port (see `guiju.review.sending`).
WEBHOOK_HOSTS = env.words("GUIJU_WEBHOOK_HOSTS")

TASKS = {"default": {"BACKEND": "guiju.jobs.backend.LeasedBackend", "QUEUES": []}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "guiju"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []
if not HTTPS:
    # A laptop serves its own user on loopback; `guiju doctor` says what a server must set.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]


def _mail() -> dict[str, object]:
    """What GUIJU_MAIL_URL says: smtp://user:password@host:port?from=address, smtp+tls (STARTTLS), smtps (TLS)."""
    url = env.text("GUIJU_MAIL_URL")
    if not url:
        return {}
    parts = urlparse(url)
    sender = dict(parse_qsl(parts.query)).get("from", "")
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname or "@" not in sender:
        raise SystemExit("GUIJU_MAIL_URL must be like smtp+tls://user:password@host:587?from=guiju@example.com")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 30,
        "DEFAULT_FROM_EMAIL": sender,
        "MAIL_FROM": sender,
    }


EMAIL_BACKEND = env.text("GUIJU_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
# Whom the house's mail comes from; empty while it has no mail server, and then none is sent.
MAIL_FROM = ""
globals().update(_mail())
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("GUIJU_LOG_LEVEL", "WARNING")},
}
