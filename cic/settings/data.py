"""Where rows, files, messages and cached values live. Embedded by default, real engines by setting."""

from urllib.parse import unquote, urlsplit

import environ

from .env import ROOT, VAR, read

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN: two writers queue instead of failing half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL, because NORMAL may lose acknowledged commits on power loss.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}

DATABASES = {"default": environ.Env.db_url_config(read("DATABASE_URL") or f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # A server that does not answer is an error page in three seconds, not a browser that waits.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)

_cache_url = read("CACHE_URL")
_shared = (
    {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _cache_url}
    if _cache_url
    # Throttles count across processes, so they may not live in one process's memory.
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
)
_memory = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": _shared if _cache_url else {"BACKEND": _memory},
    "shared": _shared,
    # Whole pages, so few of them in the memory of a process; a copy in each is at most as old as one alone.
    "pages": _shared
    if _cache_url
    else {"BACKEND": _memory, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 400}},
}
PUBLIC_CACHE_SECONDS = read("PUBLIC_CACHE_SECONDS")
# Where the words of records are looked for besides the database; http(s):// is understood as well.
SEARCH_URL = read("SEARCH_URL")
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# Files: nothing under MEDIA_ROOT is served by a web server; views check and stream.
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = VAR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "cic" / "static"]
STORAGES = {
    "default": {"BACKEND": "cic.core.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if _storage := read("STORAGE_URL"):
    _s3 = urlsplit(_storage)
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(_s3.username or ""),
            "secret_key": unquote(_s3.password or ""),
            "endpoint_url": f"https://{_s3.hostname}" + (f":{_s3.port}" if _s3.port else ""),
            "bucket_name": _s3.path.strip("/"),
            "querystring_auth": True,
            "querystring_expire": 300,
        },
    }

# Celery: a message only wakes a worker; the work itself is a row (cic.core.background).
CELERY_BROKER_URL = read("CELERY_BROKER_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 1800
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
JOB_LEASE_SECONDS = read("JOB_LEASE_SECONDS")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "lite": {"path": str(VAR / "broker.sqlite3"), "lease": JOB_LEASE_SECONDS, "polling_interval": 0.2},
    # A broker that hangs is given up after a second: a message only wakes, the row is the work.
    "redis": {"socket_timeout": 1, "socket_connect_timeout": 1, "visibility_timeout": 1860},
    "rediss": {"socket_timeout": 1, "socket_connect_timeout": 1, "visibility_timeout": 1860},
}.get(CELERY_BROKER_URL.partition("://")[0], {})

if _email := read("EMAIL_URL"):
    vars().update(environ.Env.email_url_config(_email))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = read("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
WEBHOOKS_ALLOW_PRIVATE = read("WEBHOOKS_ALLOW_PRIVATE")
UPLOAD_MAX_BYTES = read("UPLOAD_MAX_MB") * 1024 * 1024
SCANNER_URL = read("SCANNER_URL")
