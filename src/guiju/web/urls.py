"""Pages, by the thing they are about."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from guiju.web import finder, fulltext, urls_workflow
from guiju.web.admin import accounts, grants, jobs, me, trail
from guiju.web.compliance import home as compliance
from guiju.web.desks import views as desks
from guiju.web.packs import changes
from guiju.web.packs import textpage as texts
from guiju.web.packs import views as packs
from guiju.web.posture import adoption, answers, crosswalk, finding, heat, judging, late, levels, overview, past
from guiju.web.posture import tree as posture_tree
from guiju.web.units import attributes, joining, page, people, tree
from guiju.web.verify.urls import scan_urls

units_urls: list[URLPattern | URLResolver] = [
    path("", tree.tree, name="unit-tree"),
    path("<str:code>/", page.page, name="unit"),
    path("<str:code>/children/", tree.children, name="unit-children"),
    path("<str:code>/attributes/<str:attribute_code>/", attributes.attribute, name="unit-attribute"),
    path("<str:code>/", include("guiju.web.compliance.urls")),
    path("<str:code>/", include("guiju.web.governance.urls")),
    path("<str:code>/review/", include("guiju.web.review.urls")),
    path("<str:code>/adopt/", adoption.adopt, name="adopt"),
    path("<str:code>/adoptions/<uuid:uid>/end/", adoption.end, name="adoption-end"),
    path("<str:code>/adopt/preview/", adoption.preview, name="adopt-preview"),
    path("<str:code>/heat/", heat.heat, name="unit-heat"),
    path("<str:code>/crosswalk/", crosswalk.crosswalk, name="unit-crosswalk"),
    path("<str:code>/late/", late.late, name="unit-late"),
    path("<str:code>/reports/", include("guiju.web.urls_documents")),
    path("<str:code>/posture/", answers.of_unit, name="unit-posture"),
    path("<str:code>/posture/<str:urn>/", overview.pack, name="posture-pack"),
    path("<str:code>/posture/<str:urn>/text/", texts.of_unit, name="posture-text"),
    path("<str:code>/posture/<str:urn>/changes/", changes.of_unit, name="posture-changes"),
    path("<str:code>/posture/<str:urn>/past/", past.past, name="posture-past"),
    path("<str:code>/posture/<str:urn>/tree/", posture_tree.tree, name="posture-tree"),
    path("<str:code>/posture/<str:urn>/levels/", levels.levels, name="posture-levels"),
    path("<str:code>/posture/<str:urn>/levels/<str:requirement>/", levels.units, name="posture-units"),
    path("<str:code>/posture/<str:urn>/<str:requirement>/judge/", judging.judge, name="judge"),
    path("<str:code>/posture/<str:urn>/<str:requirement>/", finding.finding, name="finding"),
]

admin_urls = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new_account, name="account-new"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("grants/", grants.grants, name="grants"),
    path("grants/new/", grants.give, name="grant-new"),
    path("grants/accounts/", grants.grant_accounts, name="grant-accounts"),
    path("grants/units/", grants.grant_units, name="grant-units"),
    path("grants/<uuid:uid>/withdraw/", grants.withdraw, name="grant-withdraw"),
    path("roles/", grants.roles, name="roles"),
]

urlpatterns = [
    path("", desks.desk, name="desk"),
    path("find/", finder.find, name="find"),
    path("search/", fulltext.full_text, name="full-text"),
    path("switch/", finder.units, name="unit-find"),
    path("switch/<str:code>/", finder.switch, name="unit-switch"),
    path("u/", include(units_urls)),
    path("people/", people.people, name="people"),
    path("people/<uuid:uid>/", people.person, name="person"),
    path("people/<uuid:uid>/account/", joining.join, name="person-account"),
    path("posture/", overview.home, name="posture"),
    path("work/<slug:part>/", compliance.home, name="compliance-home"),
    path("packs/", packs.packs, name="packs"),
    path("packs/<str:urn>/", packs.pack, name="pack"),
    path("packs/<str:urn>/text/", texts.text, name="pack-text"),
    path("packs/<str:urn>/changes/", changes.changes, name="pack-changes"),
    path("trail/", trail.events, name="trail"),
    path("trail/check/", trail.check, name="trail-check"),
    path("admin/", include(admin_urls)),
    path("me/", me.me, name="me"),
    path("reading/", include("guiju.web.governance.reading.own_urls")),
    path("review/", include("guiju.web.review.own_urls")),
    path("verify/", include("guiju.web.verify.urls")),
    path("pass/", include(scan_urls)),
    path("me/language/", me.language, name="me-language"),
    path("language/", me.language_here, name="language"),
    path("me/tokens/new/", me.new_token, name="token-new"),
    path("me/tokens/<uuid:uid>/revoke/", me.revoke, name="token-revoke"),
    path("tasks/", include(urls_workflow.task_urls)),
    path("calendar/", include(urls_workflow.calendar_urls)),
    path("jobs/<uuid:uid>/", jobs.job, name="job"),
    path("r/", include("guiju.web.urls_registers")),
]
