"""Which settings can an installation change? One table, the only reader of os.environ."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()


@dataclass(frozen=True)
class Setting:
    """One row of the README's settings table."""

    name: str
    type: str
    default: Any
    meaning: str


TABLE = [
    Setting(
        "VAR_DIR",
        "path",
        "var",
        "Where database, files, logs and the secret key of an embedded installation live",
    ),
    Setting(
        "SECRET_KEY",
        "str",
        "",
        "Signs sessions and links; at least 50 characters. Empty: read from VAR_DIR/secret-key",
    ),
    Setting("DEBUG", "bool", False, "Tracebacks and the living page of pieces; refused outside 127.0.0.1"),
    Setting(
        "BASE_URL",
        "str",
        "http://127.0.0.1:8000",
        "The address people use. https switches on secure cookies, redirects and HSTS",
    ),
    Setting("ALLOWED_HOSTS", "list", [], "Further host names to answer to, besides that of BASE_URL"),
    Setting("TRUSTED_PROXIES", "int", 0, "How many reverse proxies stand in front and set X-Forwarded-For"),
    Setting("DATABASE_URL", "url", "", "PostgreSQL or SQLite. Empty: SQLite under VAR_DIR"),
    Setting(
        "CELERY_BROKER_URL", "url", "lite://", "Redis or RabbitMQ. lite:// is the embedded broker on SQLite"
    ),
    Setting(
        "JOB_LEASE_SECONDS",
        "int",
        60,
        "After how long the work of a worker that gives no more sign of life goes to another",
    ),
    Setting(
        "CACHE_URL",
        "url",
        "",
        "Redis. Empty: memory of each process, and the database for what processes share",
    ),
    Setting(
        "PUBLIC_CACHE_SECONDS",
        "int",
        30,
        "How long a public page may be shown again without asking the database; 0: never",
    ),
    Setting(
        "SEARCH_URL",
        "url",
        "",
        "opensearch://user:password@host:9200/index, or opensearchs:// for TLS. Empty: the database's own full-text index",
    ),
    Setting("STORAGE_URL", "url", "", "s3://key:secret@host/bucket for files. Empty: VAR_DIR/media"),
    Setting(
        "EMAIL_URL",
        "url",
        "",
        "smtp://user:password@host:port, or smtp+tls://. Empty: mails are written to VAR_DIR/mail",
    ),
    Setting("DEFAULT_FROM_EMAIL", "str", "CIC tracker <no-reply@localhost>", "Sender of every mail"),
    Setting(
        "CONTACT_EMAIL",
        "str",
        "",
        "Where people write about accessibility, privacy and security. Empty: no address is shown",
    ),
    Setting("PUBLISHER_NAME", "str", "", "Who publishes the open data. Empty: CITY_NAME"),
    Setting(
        "PUBLISHER_URI",
        "str",
        "",
        "Its URI in the national directory of public bodies. Empty: a name within the catalogue",
    ),
    Setting(
        "SECURITY_TXT_EXPIRES",
        "str",
        "",
        "Last day of security.txt, such as 2027-06-30; warned of 60 days before. Empty: a year from the day this version was checked",
    ),
    Setting("LANGUAGE_CODE", "str", "ca", "Language of the installation, one of LANGUAGES"),
    Setting(
        "LANGUAGES",
        "list",
        ["ca", "es", "en", "fr"],
        "Languages people read and write here, by code. What is not translated into one is in LANGUAGE_CODE",
    ),
    Setting(
        "TRANSLATION_URL",
        "url",
        "",
        "Translation service that speaks LibreTranslate's POST /translate. Empty: no machine translates",
    ),
    Setting("TRANSLATION_KEY", "str", "", "Key for that service"),
    Setting("TIME_ZONE", "str", "Europe/Madrid", "IANA zone in which days begin and end"),
    Setting("CITY_NAME", "str", "Barcelona", "Shown beside hours and in the header"),
    Setting("SITE_NAME", "str", "CIC", "Name of the installation"),
    Setting("ACCENT_COLOUR", "str", "#0a6460", "Accent of the interface; contrast is checked at start"),
    Setting("LOG_LEVEL", "str", "INFO", "DEBUG, INFO, WARNING or ERROR; logs are JSON lines on stderr"),
    Setting(
        "WEBHOOKS_ALLOW_PRIVATE",
        "bool",
        False,
        "Webhooks may go to http, any port and the installation's own network",
    ),
    Setting(
        "LINKS_CHECK_EXTERNAL",
        "bool",
        False,
        "The report on links asks other sites too, once a day, whether they still answer",
    ),
    Setting(
        "STAFF_SECOND_FACTOR",
        "bool",
        "",
        "Whoever works for the city sets up a second factor before anything of the workspace opens. Unset: where BASE_URL has https",
    ),
    Setting(
        "OIDC_SERVER_URL",
        "url",
        "",
        "Issuer of the city's own sign-in (OpenID Connect). Empty: none is offered",
    ),
    Setting("OIDC_CLIENT_ID", "str", "", "Name under which that provider knows this installation"),
    Setting("OIDC_CLIENT_SECRET", "str", "", "Secret it gave this installation"),
    Setting("OIDC_NAME", "str", "City account", "What the button to it says"),
    Setting("UPLOAD_MAX_MB", "int", 25, "Largest file accepted, in megabytes"),
    Setting(
        "SCANNER_URL",
        "url",
        "",
        "ClamAV's daemon, which sees each file before anybody else: clamd://host:3310 or clamd+unix:///path. Empty: none",
    ),
    Setting(
        "FIRST_ANSWER_DAYS",
        "int",
        30,
        "Days within which who sends an idea is answered; a centre may say another number",
    ),
    Setting("AGREEMENT_MAX_YEARS", "int", 4, "Longest first term of an agreement (Llei 40/2015, art. 49.h)"),
    Setting("AGREEMENT_EXTENSION_MAX_YEARS", "int", 4, "Longest sum of extensions (Llei 40/2015, art. 49.h)"),
    Setting("AGREEMENT_NOTICE_DAYS", "int", 90, "Notice period proposed for a new agreement, in days"),
    Setting(
        "AGREEMENT_PUBLIC_FIELDS",
        "list",
        ["signed_on", "parties", "object", "obligations", "term", "modifications", "execution"],
        "What the public register shows of an agreement (Llei 19/2013, art. 8.1.b)",
    ),
    Setting(
        "COMMENTS",
        "str",
        "before",
        "Comments of the public: off, or read by a moderator before or after they are shown",
    ),
    Setting(
        "TILE_URL",
        "str",
        "",
        "Pictures beneath the maps, such as https://tiles.example.org/{z}/{x}/{y}.png. Empty: outlines of our own, "
        "and no foreign host",
    ),
    Setting("TILE_CREDIT", "str", "", "Whom those pictures are owed to, shown beneath each map"),
    Setting("FIFTH_HELIX", "str", "environment", "Reading of the fifth helix: environment or media"),
]
_BY_NAME = {row.name: row for row in TABLE}
_ENVIRON = environ.Env()


def read(name: str) -> Any:
    """Value of one row of TABLE, from the environment or its default.

    Raises: ImproperlyConfigured when the text does not have the row's type.
    """
    row = _BY_NAME[name]
    raw = os.environ.get(name)
    if raw is None or (raw == "" and row.type != "str"):
        return row.default
    parse = {"bool": _ENVIRON.bool, "int": _ENVIRON.int, "list": _ENVIRON.list}.get(row.type, _ENVIRON.str)
    try:
        return parse(name)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be of type {row.type}, not {raw!r}") from error


def secret_key() -> str:
    """SECRET_KEY, or the key that `make up` wrote under VAR_DIR.

    Raises: ImproperlyConfigured when there is neither: a key is never made up here.
    """
    if key := read("SECRET_KEY"):
        return key
    kept = VAR / "secret-key"
    if kept.exists():
        return kept.read_text().strip()
    raise ImproperlyConfigured("Set SECRET_KEY, or run `make up` once: it writes a key to var/secret-key.")
