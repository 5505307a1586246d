"""Django's registration of this package."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Names the package to Django and joins its parts to what they follow; each part has a `set_up`."""

    name = "guiju.governance"
    label = "governance"
    verbose_name = "Policies, bodies, duties, archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let each part listen to rows, moves and the clock."""
        from guiju.governance import archive, duties, intake, meetings, policies, reading

        for part in (policies, intake, reading, meetings, duties, archive):
            part.set_up()
