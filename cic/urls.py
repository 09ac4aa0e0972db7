"""Which address leads where? The composition root: the only module that knows every room."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

import cms.urls
import community.urls
import events.urls
import partners.urls
import pilots.urls
from cic.core.api import api_urls
from cic.core.api.routes import problem_kind
from cic.core.export_pages import ROUTES as EXPORTS
from cic.core.files import serve
from cic.core.health import livez, readyz
from cic.core.job_pages import ROUTES as JOBS
from cic.core.notification_pages import ROUTES as NOTIFICATIONS
from cic.core.notification_pages import unsubscribe
from cic.core.secret_pages import ROUTES as SECRETS
from cic.core.theme import theme
from cic.core.views import AuditPage
from cic.factors import AskPage, CodesFile, CodesPage, FactorsPage, SetUpPage, TakeDownPage
from cic.passkeys import ROUTES as PASSKEYS
from cic.providers import back, start
from cic.sessions import SessionsPage
from cms.context import around

ROOMS = (partners.urls, events.urls, pilots.urls, community.urls, cms.urls)
NAV = [
    entry
    for room in (pilots.urls, events.urls, partners.urls, community.urls, cms.urls)
    for entry in room.NAV
]
# Who draws what stands around the public pages of every room.
FRAME = around

workspace = [
    *(route for room in ROOMS for route in room.WORKSPACE),
    *EXPORTS,
    *NOTIFICATIONS,
    *SECRETS,
    *JOBS,
    path("audit/<str:label>/<int:pk>/", AuditPage.as_view(), name="audit"),
]
if settings.DEBUG:
    from cic.core.pieces import pieces

    workspace.append(path("pieces/", pieces, name="pieces"))

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("theme.css", theme, name="theme"),
    path("api/", include(api_urls([resource for room in ROOMS for resource in room.API], cms.urls.FOUND))),
    path("problems/<slug:code>", problem_kind, name="problem"),
    path("files/<uuid:pk>/<str:name>", serve, name="file"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("workspace/", include(workspace)),
    *pilots.urls.UNPREFIXED,
    path("accounts/sessions/", SessionsPage.as_view(), name="usersessions_list"),
    path("accounts/2fa/", FactorsPage.as_view(), name="mfa_index"),
    path("accounts/2fa/authenticate/", AskPage.as_view(), name="mfa_authenticate"),
    path("accounts/2fa/totp/activate/", SetUpPage.as_view(), name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", TakeDownPage.as_view(), name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", CodesPage.as_view(), name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", CodesFile.as_view(), name="mfa_download_recovery_codes"),
    *PASSKEYS,
    path("accounts/oidc/<str:provider_id>/login/", start, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/login/callback/", back, name="openid_connect_callback"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    # Wagtail's editor behind the room's own door, documents and pictures, and what exists once for all languages.
    *cms.urls.UNPREFIXED,
    *i18n_patterns(*events.urls.PUBLIC, *community.urls.PUBLIC, *cms.urls.PUBLIC),
]
