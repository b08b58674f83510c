"""Is a unified social credit code (统一社会信用代码) well formed?

GB 32100-2015: 18 characters, of which the first two say who registered it and as what, the next six are the division
code, nine are the organization code, and the last is a check character over the first 17, modulo 31. The organization
code has a check character of its own (GB 11714-1997, modulo 11); codes issued by mistake exist, so a wrong one is
only worth a warning.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: The letters I, O, S, V and Z are left out because they look like digits.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_character(first_17: str) -> str:
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def checked(text: str) -> str:
    """The code in capitals without spaces. Raises ValidationError with the reason when it cannot be one."""
    code = re.sub(r"[\s-]", "", text).upper()
    if len(code) != 18:
        raise ValidationError(_("The code has 18 characters; %(n)d were given.") % {"n": len(code)})
    if not FORM.fullmatch(code):
        raise ValidationError(
            _("The code holds digits and capital letters other than I, O, S, V, Z; places 3 to 8 are digits.")
        )
    if check_character(code[:17]) != code[17]:
        raise ValidationError(
            _("The last character does not fit the others. Please compare it with the licence.")
        )
    return code


def doubt(code: str) -> str:
    """A sentence when the organization code inside a well-formed code fails its own check; else empty."""
    inner = code[8:17]
    total = sum(int(letter, 36) * weight for letter, weight in zip(inner[:8], INNER_WEIGHTS, strict=True))
    wanted = "0123456789X0"[(11 - total % 11)]
    if inner[8] != wanted:
        return _(
            "The organization code inside (places 9 to 17) fails its own check. Please compare with the licence."
        )
    return ""
