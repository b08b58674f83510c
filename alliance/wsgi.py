"""The door web servers use."""

import os
import sys

from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
application = get_wsgi_application()

# A web server starts without manage.py, which otherwise runs this check.
if refusals := run_checks(tags=["accounts"], databases=["default"]):
    sys.exit("\n".join(map(str, refusals)))
