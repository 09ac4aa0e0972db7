"""The security baseline. `BASE_URL` with https switches on what needs TLS."""

from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from .env import read

BASE_URL = read("BASE_URL").rstrip("/")
_base = urlsplit(BASE_URL)
_tls = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname or "127.0.0.1", *read("ALLOWED_HOSTS")]
if not _tls:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
USE_X_FORWARDED_HOST = False
TRUSTED_PROXIES = read("TRUSTED_PROXIES")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = _tls
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _tls
SECURE_HSTS_PRELOAD = _tls
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if _tls else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _tls else "csrf"
CSRF_FAILURE_VIEW = "cic.core.errors.csrf_failure"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name")},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
_asked = read("STAFF_SECOND_FACTOR")
STAFF_SECOND_FACTOR = _tls if _asked == "" else _asked
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

_oidc = urlsplit(read("OIDC_SERVER_URL"))
_tiles = urlsplit(read("TILE_URL"))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Maps over the pictures of a map server, where the installation names one.
        "img-src": [SELF, "data:", *([f"{_tiles.scheme}://{_tiles.netloc}"] if _tiles.netloc else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # A form that leads on to the city's own sign-in.
        "form-action": [SELF, *([f"{_oidc.scheme}://{_oidc.netloc}"] if _oidc.netloc else [])],
        "frame-ancestors": [NONE],
    },
}
# Wagtail's editor writes inline scripts and styles; it alone gets a wider policy.
CSP_EDITOR_DIRECTIVES = {
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
    "frame-src": [SELF],
}
