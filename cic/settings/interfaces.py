"""The API, sign-in, and Wagtail's part of the site."""

from .env import read

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cic.core.tokens.ScopedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["cic.core.api.MayUseAction"],
    "DEFAULT_RENDERER_CLASSES": ["cic.core.api.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cic.core.api.JSONNegotiation",
    "DEFAULT_PARSER_CLASSES": [
        "cic.core.api.StrictJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["cic.core.api.BurstThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "240/min", "user": "1200/min"},
    "DEFAULT_SCHEMA_CLASS": "cic.core.schema.DomainSchema",
    "EXCEPTION_HANDLER": "cic.core.api.problem_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": read("TRUSTED_PROXIES"),
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CIC tracker API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "DESCRIPTION": (
        "Everything the workspace can do, for programs. Reads start at what the caller may see; writes take a "
        "token with the scope `write` or a session, and `If-Match` with the ETag that was read. Every refusal "
        "is a problem detail (RFC 9457)."
    ),
    "PREPROCESSING_HOOKS": ["cic.core.schema.only_api"],
    # Enumerations stand where they are used: a shared one would need a made-up name for each state field.
    "POSTPROCESSING_HOOKS": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
# An unknown address gets a mail as well: what is queued says nothing about who is known.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Whoever did not do it themselves hears that password, address or second factor changed.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_ADAPTER = "cic.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "cic.accounts.SignupForm", "reset_password": "cic.accounts.ResetPasswordForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "cic.reset_links.ResetTokens"
SOCIALACCOUNT_ADAPTER = "cic.providers.ProviderAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": read("OIDC_NAME"),
                "client_id": read("OIDC_CLIENT_ID"),
                "secret": read("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": read("OIDC_SERVER_URL")},
            }
        ]
        if read("OIDC_SERVER_URL")
        else [],
    }
}
MFA_ADAPTER = "cic.factors.FactorAdapter"
MFA_FORMS = {
    "authenticate": "cic.factors.AuthenticateForm",
    "reauthenticate": "cic.factors.ReauthenticateForm",
    "activate_totp": "cic.factors.ActivateForm",
    "authenticate_webauthn": "cic.passkeys.AuthenticateForm",
    "login_webauthn": "cic.passkeys.LoginForm",
    "reauthenticate_webauthn": "cic.passkeys.ReauthenticateForm",
    "add_webauthn": "cic.passkeys.AddForm",
    "edit_webauthn": "cic.passkeys.NameForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
# A key that checks who holds it (a passkey) is password and second factor in one.
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers take http for a key on localhost only; there is nobody between.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not read("BASE_URL").startswith("https://")
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# Nobody signs in without a verified address; a second one may be added while a factor is there.
MFA_ALLOW_UNVERIFIED_EMAIL = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/workspace/"
LOGOUT_REDIRECT_URL = "/"

WAGTAIL_SITE_NAME = read("SITE_NAME")
WAGTAILADMIN_BASE_URL = read("BASE_URL")
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.media.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.media.ImageForm"
WAGTAILDOCS_EXTENSIONS = [
    "csv", "docx", "mp4", "odt", "ods", "pdf", "pptx", "txt", "vtt", "webm", "xlsx", "zip",
]  # fmt: skip
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_MODERATION_ENABLED = True
# Comments would be mailed within the request.
WAGTAILADMIN_COMMENTS_ENABLED = False
LINKS_CHECK_EXTERNAL = read("LINKS_CHECK_EXTERNAL")
