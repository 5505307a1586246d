"""Django's registration of this package."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Names the package to Django and joins its parts to what they follow."""

    name = "guiju.review"
    label = "review"
    verbose_name = "Compliance review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let verification of the trail know of matters, and the clock of passes that end."""
        from guiju import review

        review.set_up()
