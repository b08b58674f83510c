"""What a program sends: JSON, as far as it can be read and kept.

A module of its own, because DRF imports its parsers before :mod:`core.api` can be.
"""

import json

from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers


class JSONParser(parsers.JSONParser):
    """JSON that nests deeper than can be followed, or holds half a character (which no database stores), is broken."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            found = super().parse(stream, media_type, parser_context)
            json.dumps(found, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as broken:
            raise exceptions.ParseError(_("This is not well-formed JSON.")) from broken
        return found
