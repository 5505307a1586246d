"""Django's registration of this package."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Names the package to Django."""

    name = "guiju.files"
    label = "files"
    verbose_name = "Files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the trail compare stored files with what it told of them."""
        from guiju.files import store
        from guiju.trail import verify

        verify.register_reconciler("file", store.live, ids=store.digests)
