"""Django's registration of this package."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.org"
    label = "org"
    verbose_name = "Organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the trail tell of units and people and compare them with what it told."""
        from guiju.org import telling

        telling.set_up()
