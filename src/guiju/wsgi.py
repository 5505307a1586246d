"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiju.settings")
os.umask(0o077)  # as the command line does
application = get_wsgi_application()
