"""Nothing unreviewed is carried out: matters, their way along a route, the veto, the signed pass, the gate, the leaks.

`states` is the one table of what leads where. A matter that is through stands in the register `reviews` as a row of
the ledger; the tests of documents read it there.
"""


def set_up() -> None:
    """Join the parts to what they follow."""
    from guiju.jobs import schedule
    from guiju.registers import changes
    from guiju.review import desk, late, leaks, ledger, resolutions, sentences, staying, tasks, telling, webhooks
    from guiju.workflow.routes import seating

    changes.listen(ledger.guard)
    changes.listen(staying.on_rows)
    schedule.every_day("review.staying", 0, tasks.nightly, minute=20)
    seating.register_leaders(resolutions.leaders)
    sentences.set_up()
    telling.set_up()
    late.set_up()
    webhooks.set_up()
    leaks.set_up()
    desk.set_up()
