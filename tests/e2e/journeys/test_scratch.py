import pytest
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
def test_hang(house, seat):
    page = seat(house.cast.qian, width=390, height=844)
    page.goto("/u/HD/heat/?sort=all")
    print(page.evaluate("""() => [...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>392).map(e=>e.tagName+'.'+e.className+' '+Math.round(e.getBoundingClientRect().right)+' '+getComputedStyle(e).overflowX).slice(0,12)"""))
    page.screenshot(path="/tmp/shots/heat390.png")
    page.goto("/u/HD/posture/"); page.screenshot(path="/tmp/shots/ans390.png", full_page=True)
