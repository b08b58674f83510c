"""Social credit codes: which are well formed, and why others are not."""

import pytest
from django.core.exceptions import ValidationError

from members import uscc


@pytest.mark.parametrize("code", ["91350100M000100Y43", "911100001000050001", "93350100M0001ABCX8"])
def test_codes_whose_last_character_does_not_fit_are_refused(code):
    wrong = next(letter for letter in uscc.ALPHABET if letter != uscc.check_character(code[:17]))
    with pytest.raises(ValidationError):
        uscc.checked(code[:17] + wrong)


@pytest.mark.parametrize(
    "code",
    # Published examples: the standard's own 91350100M000100Y43, Tencent, Alibaba, Baidu, and a foundation ("53…").
    ["91350100M000100Y43", "9144030071526726XG", "91330100799655058B", "91110000802100433B"],
)
def test_published_codes_are_accepted(code):
    assert uscc.checked(f" {code.lower()} ") == code
    assert uscc.doubt(code) == ""


def test_letters_are_allowed_in_the_first_two_places_only_before_the_division_code():
    first_17 = "N2350100MF0123456"
    assert uscc.checked(first_17 + uscc.check_character(first_17)).startswith("N2")
    with pytest.raises(ValidationError, match="3"):
        uscc.checked("91A50100M000100Y43")


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_that_look_like_digits_never_occur(letter):
    with pytest.raises(ValidationError):
        uscc.checked(f"9135010{letter}M000100Y43")


def test_a_wrong_inner_code_is_only_a_warning():
    first_17 = "91350100M000100Y5"
    code = first_17 + uscc.check_character(first_17)
    assert uscc.checked(code) == code
    assert uscc.doubt(code)


def test_the_number_of_characters_given_is_said():
    with pytest.raises(ValidationError, match="17"):
        uscc.checked("91350100M000100Y4")
