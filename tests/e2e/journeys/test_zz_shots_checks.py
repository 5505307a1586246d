import gettext
from datetime import timedelta
import pytest
from django.utils.translation import trans_real
from guiju.compliance.checks import finishing, running, making
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.access.actor import system
from tests.compliance import checkers
from tests.compliance.checkers import items, look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

def test_shots(cast, sit):
    with open('/tmp/checks/checks.mo','rb') as f: t=gettext.GNUTranslations(f)
    trans_real.translation('zh-hans')._catalog.update(t)
    p = checkers.make(cast)
    p.risks(6)
    import datetime
    with clock.simulate(datetime.datetime(2026,3,2,1,tzinfo=datetime.UTC)):
        p.plan(name="每月合同审查排查", cycle="month"); p.plan(unit=cast.group, all_levels=True, checker=None, cycle="quarter", name="全级次全方位合规风险排查")
    making.make_due(by=system("guiju"), on=clock.today()); making.mark_missed(by=system("guiju"), on=clock.today())
    run = p.run(p.plan(name="合同领域年度排查",cycle="year"))
    other = running.begin(run=p.run(p.plan(name="用印排查",cycle="year")), by=p.mei)
    for it in items(other): look(it, p.mei)
    finishing.finish(run=other, by=p.mei)
    shots = []
    def shoot(user, name, *paths):
        for w,h in ((390,844),(1366,800)):
            page = sit(user, width=w, height=h)
            for i,x in enumerate(paths):
                page.goto(x); page.wait_for_load_state("networkidle")
                page.screenshot(path=f"/tmp/checks/{name}-{i}-{w}.png", full_page=True)
    base="/u/HD-01/checks/"
    q=CheckRun.objects.filter(unit=cast.sub, title__startswith="全级次").order_by("-starts_on").first()
    shoot(cast.mei,"a",base,base+"plan/",base+"coverage/?plan=%s&period=%s"%(q.plan,q.period),f"{base}{run.uid}/")
    run=running.begin(run=run, by=p.mei)
    its=items(run)
    look(its[0],p.mei); look(its[1],p.mei,result="general",problem="两份采购合同未经审查就用印",owner=cast.wang,fix_due_on=clock.today()+timedelta(days=9))
    shoot(cast.mei,"b",f"{base}{run.uid}/",f"{base}{run.uid}/items/2/",f"{base}{run.uid}/items/3/",f"{base}{run.uid}/finish/")
    shoot(p.shen_user,"c",f"{base}{other.uid}/",f"{base}{other.uid}/sign/")
