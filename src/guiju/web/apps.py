"""Django's registration of this package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.web"
    label = "web"
    verbose_name = "Web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell where tasks lead that records and runs have made."""
        from guiju.web import compliance, governance, review

        compliance.set_up()
        governance.set_up()
        review.set_up()
