import time, cProfile, pstats
import pytest
from guiju.workflow.models import Task, Notice
from guiju.posture.models import RollupDay
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
def shot(page, name, full=True):
    page.wait_for_load_state("networkidle")
    page.screenshot(path=f"/tmp/shots/{name}.png", full_page=full)
    print("\n=====", name, page.url); print(page.locator("main").inner_text()[:2500])
def test_look(cast, seat, fits):
    from tests.e2e.journeys import house as houses
    p = cProfile.Profile(); t=time.time(); p.enable(); house = houses.build(cast); p.disable(); print("BUILD", time.time()-t)
    pstats.Stats(p).sort_stats("cumulative").print_stats(45)
    page = seat(house.cast.qian)
    for n, p in {"desk":"/","heat":"/u/HD/heat/?sort=all","tree":"/u/HD/posture/cn:cq-sasac:2023-7/tree/","past":"/u/HD/posture/cn:cq-sasac:2023-7/past/?reach=all","tasks":"/tasks/", "text":"/u/HD-01/posture/cn:cq-sasac:2023-7/text/", "late":"/u/HD/late/","cross":"/u/HD/crosswalk/"}.items():
        page.goto(p); shot(page, n); 
        try: fits(page)
        except AssertionError as e: print("FITS", e)
    page = seat(house.cast.mei)
    page.goto("/tasks/"); shot(page, "mtasks")
    page.locator(".gj-todo a", has_text="任务7").click()
    shot(page, "mtask")
    page.locator("a", has_text="登记到会议与听取汇报").first.click()
    page.wait_for_url("**/r/meetings/new**"); shot(page, "mform"); print(page.url)
    page.locator("main form button.btn-primary").click(); shot(page, "mform2")
