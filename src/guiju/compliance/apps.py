"""Django's registration of this package."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Names the package to Django and joins its parts to what they follow; each part has a `set_up`."""

    name = "guiju.compliance"
    label = "compliance"
    verbose_name = "Compliance core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let each part listen to rows, moves and the clock."""
        from guiju.compliance import checks, graph, hearing, lists, rectify, risks

        for part in (graph, lists, risks, checks, rectify, hearing):
            part.set_up()
