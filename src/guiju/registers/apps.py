"""Django's registration of this package."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.registers"
    label = "registers"
    verbose_name = "Registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer units and people as registers, tell the trail about entries, and follow the loading of packs."""
        from guiju.jobs import schedule
        from guiju.packs import changes
        from guiju.registers import catalogue, filewords, organisation, tasks, telling

        organisation.set_up()
        telling.set_up()
        changes.listen(catalogue.clear)
        filewords.set_up()
        schedule.every_day("registers.sweep_imports", 3, tasks.sweep_imports, minute=20)
