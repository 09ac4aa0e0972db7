"""Where is the public face reached: by everybody, in the workspace, by programs, and by those who write it?"""

from typing import Any

from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import authenticate_with_password as with_password
from wagtail.urls import serve_pattern
from wagtail.utils.urlpatterns import decorate_urlpatterns
from wagtail.views import authenticate_with_password

from cic.core.caching import FRESH_SECONDS
from cic.core.context import NavEntry
from cms.door import closed, doorkeeper, sign_in, sign_out
from cms.models import CallPage, CasePage, CentrePage, SectionPage, StoryPage, TextPage
from cms.views import case_writing, cases, embedding, opendata, previews, sharing, steps
from cms.views.case_files import case_data, case_table
from cms.views.feeds import CasesFeed, EventsFeed, NewsFeed, PilotsFeed, RecordFeed, served
from cms.views.languages import TranslationsPage
from cms.views.machines import SITEMAPS, robots, security_policy, security_txt
from cms.views.playing import document
from cms.views.roles import by_reference, by_role, found_page
from cms.views.serving import picture, root, serve_page
from cms.views.translating import TranslatingPage, po_file, submit

API: list[tuple[str, Any]] = []
# Pages that the search finds: noun to model, and where one of them is read.
FOUND = {
    "cases": (CasePage, "casepage_detail"),
    "stories": (StoryPage, "storypage_detail"),
    "calls": (CallPage, "callpage_detail"),
    "site-pages": (TextPage, "textpage_detail"),
    "sections": (SectionPage, "sectionpage_detail"),
    "centre-texts": (CentrePage, "centrepage_detail"),
}

WORKSPACE = [
    path("trials/<int:pk>/case/", cases.PreparePage.as_view(), name="cms_case_prepare"),
    path("cases/", cases.CaseList.as_view(), name="cms_case_list"),
    path("cases/<int:pk>/", cases.CaseDetail.as_view(), name="cms_case_detail"),
    path("cases/<int:pk>/edit/", case_writing.CaseEdit.as_view(), name="cms_case_edit"),
    path("cases/<int:pk>/preview/", cases.preview_case, name="cms_case_preview"),
    path("cases/<int:pk>/photos/", case_writing.PhotosPage.as_view(), name="cms_case_photos"),
    path("cases/<int:pk>/translate/", case_writing.TranslatePage.as_view(), name="cms_case_translate"),
    path("cases/<int:pk>/ask/", steps.AskPage.as_view(), name="cms_case_ask"),
    path("cases/<int:pk>/approve/", steps.ApprovePage.as_view(), name="cms_case_approve"),
    path("cases/<int:pk>/return/", steps.ReturnPage.as_view(), name="cms_case_return"),
    path("cases/<int:pk>/withdraw/", steps.WithdrawPage.as_view(), name="cms_case_withdraw"),
    path("cases/<int:pk>/findings/<slug:fingerprint>/", steps.WaivePage.as_view(), name="cms_case_waive"),
    path("pages/<int:pk>/preview-links/", previews.PreviewLinks.as_view(), name="cms_preview_links"),
    path("site-pages/<int:pk>/translation/", TranslatingPage.as_view(), name="cms_page_translation"),
    path("site-pages/<int:pk>/translation.po", po_file, name="cms_page_po"),
    path("preview-links/<int:pk>/end/", previews.EndPreviewLink.as_view(), name="cms_preview_link_end"),
    path("translations/", TranslationsPage.as_view(), name="cms_translations"),
]

NAV = [
    NavEntry(_("Public site"), _("Public cases"), "cms_case_list", "cms.view_case"),
    NavEntry(_("Public site"), _("Translations"), "cms_translations", "cms.view_untranslated"),
]

# Wagtail's side doors and second back offices, closed before its own addresses are reached.
CLOSED = [
    path("login/", sign_in, name="closed-login"),
    path("logout/", sign_out, name="closed-logout"),
    re_path(r"^(?:users|groups|sites|locales|workflows|reports|password_reset|account)(?:/.*)?$", closed),
    re_path(r"^failwhale/$", closed),
]
# Wagtail's own asks there whether somebody translates at all, not whether they may see this page.
GUARDED = decorate_urlpatterns([path("translation/submit/page/<int:page_id>/", submit)], doorkeeper)
EDITOR = [*CLOSED, *GUARDED, *decorate_urlpatterns(wagtailadmin_urls.urlpatterns, doorkeeper)]

sitemaps = {"sitemaps": SITEMAPS}
fresh = cache_control(public=True, max_age=FRESH_SECONDS)

# Addresses that exist once, not once for each language.
UNPREFIXED = [
    path("", root, name="root"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security"),
    path(
        "sitemap.xml",
        fresh(sitemap_views.index),
        {**sitemaps, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path("sitemap-<slug:section>.xml", fresh(sitemap_views.sitemap), sitemaps, name="sitemap-part"),
    path("media/images/<path:name>", picture, name="picture"),
    path(
        "documents/<int:document_id>/<path:document_filename>",
        document,
        name="wagtaildocs_serve",
    ),
    path("share/<slug:language>/<slug:kind>/<slug:name>.png", sharing.picture, name="share"),
    path("preview/<slug:token>/", previews.shared, name="cms_shared_preview"),
    path("embed/<slug:language>/pilots/<slug:name>/", embedding.trial_card, name="embed"),
    path("embed/<slug:language>/cases/<slug:name>/", embedding.case_card, name="embed-case"),
    path("embed/<slug:language>/figures/<slug:name>/", embedding.figures_card, name="embed-figures"),
    path("embed/<slug:language>/trials/<slug:name>/", embedding.programme_card, name="embed-trials"),
    path("oembed", embedding.oembed, name="oembed"),
    path("data/catalog.<slug:name>", opendata.catalogue_file, name="catalogue"),
    path("data/<slug:key>.<slug:name>", opendata.download, name="data-file"),
    path("admin/", include(EDITOR)),
    path(
        "restricted/<int:page_view_restriction_id>/<int:page_id>/",
        authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    path("restricted/login/", sign_in, name="wagtailcore_login"),
    path(
        "documents/restricted/<int:restriction_id>/",
        with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
]

PUBLIC = [
    path("help/", by_role, {"role": "help"}, name="help"),
    path("accessibility/", by_role, {"role": "accessibility"}, name="accessibility"),
    path("privacy/", by_role, {"role": "privacy"}, name="privacy"),
    path("security/", security_policy, name="security_policy"),
    path("record/<str:reference>/", by_reference, name="public_record"),
    *(
        path(f"record/{noun}/<int:pk>/", found_page, {"model": model}, name=name)
        for noun, (model, name) in FOUND.items()
    ),
    *(
        path(f"feeds/{address}.{form}", served(feed, form), name=f"feed-{name}-{form}")
        for name, feed, address in (
            ("cases", CasesFeed, "cases"),
            ("pilots", PilotsFeed, "pilots"),
            ("news", NewsFeed, "news"),
            ("events", EventsFeed, "events"),
            ("record", RecordFeed, "records/<str:reference>"),
        )
        for form in ("atom", "json")
    ),
    path("data/", opendata.overview, name="data"),
    path("data/<slug:key>/", opendata.dictionary, name="dictionary"),
    path("data/cases/<slug:slug>.json", case_data, name="case-data"),
    path("data/cases/<slug:slug>.csv", case_table, name="case-table"),
    # Last: what nothing else answers is a page.
    re_path(serve_pattern, serve_page, name="wagtail_serve"),
]
