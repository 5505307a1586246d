"""Django's registration of this package."""

from django.apps import AppConfig


class PostureConfig(AppConfig):
    """Names the package to Django and joins it to what it follows."""

    name = "guiju.posture"
    label = "posture"
    verbose_name = "Posture"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make tests and relations known to the loader of packs, and follow packs, rows and units."""
        from guiju.jobs import schedule
        from guiju.org import changes as units
        from guiju.packs import changes as packs
        from guiju.packs import factnames, testnames
        from guiju.posture import duties, engine, facts, proving, tasks, telling
        from guiju.posture.evidence import TESTS
        from guiju.registers import changes as rows
        from guiju.workflow import stages

        for name in facts.RELATIONS:
            factnames.register(name, facts.names(name))
        for test in TESTS.values():
            reads = [row.relation for row in test.reads]
            testnames.register(test.name, test.Params, reads, test.strength.code, test.label, describe=test.described)
        packs.listen(engine.on_packs_loaded)
        rows.listen(engine.on_rows_changed)
        units.listen(engine.on_units_changed)
        # After the engine: tasks follow what it has found.
        packs.listen(duties.on_packs_loaded)
        rows.listen(proving.on_rows_changed)
        units.listen(duties.on_units_changed)
        stages.register(duties.stages_of)
        # Shortly after midnight, before anybody looks at what a new day has changed.
        schedule.every_day("posture.nightly", 0, tasks.nightly, minute=5)
        schedule.every_day("posture.duties", 0, tasks.duties, minute=30)
        telling.set_up()
