"""Do values look as the design language says, and do the tokens of both dark themes agree?"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from core.templatetags import alliance

ROOT = Path(__file__).resolve().parents[2]
NAMED_ICON = re.compile(r'{% icon "([a-z-]+)"')


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (Decimal("55500"), "5.55 万元"),
        (12_500_000, "1,250 万元"),
        (99_999_999, "10,000 万元"),
        (100_000_000, "1.00 亿元"),
        (None, "—"),
    ],
)
def test_money_is_shown_in_wan_and_from_one_yi_in_yi(yuan, text):
    assert alliance.money(yuan) == text


def test_money_reads_as_millions_in_english():
    with translation.override("en"):
        assert alliance.money(12_500_000) == "CNY 12.5 million"


def test_a_moment_far_away_shows_date_weekday_and_time():
    moment = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    assert ">2026-11-25（周三）14:00<" in alliance.moment(moment)


def test_a_moment_is_relative_only_within_a_day():
    assert "小时后" in alliance.when(timezone.now() + timedelta(hours=3))
    assert "小时后" not in alliance.when(timezone.now() + timedelta(hours=25))


def test_a_day_carries_its_weekday():
    assert alliance.day(date(2026, 11, 25)) == '<time datetime="2026-11-25">2026-11-25（周三）</time>'


def test_a_light_says_its_state_in_a_word_too():
    assert "逾期" in alliance.light("overdue")
    assert alliance.light("") == ""
    with pytest.raises(ValueError, match="purple"):
        alliance.light("purple")


def test_changing_one_key_of_the_address_keeps_the_others():
    request = RequestFactory().get("/", {"state": "called", "page": "3"})
    assert (
        Template("{% url_with page=4 %}").render(Context({"request": request})) == "?state=called&amp;page=4"
    )


def test_what_is_captured_stays_escaped():
    page = Template("{% capture part %}<b>{{ name }}</b>{% endcapture %}{{ part }}")
    assert page.render(Context({"name": "<i>"})) == "<b>&lt;i&gt;</b>"


def test_every_zone_gets_a_tile_of_its_own_and_north_is_up():
    from alliance.views.examples import ZONES

    places = alliance.tile_places(ZONES)
    cells = {(place["row"], place["column"]) for place in places}
    assert len(cells) == len(ZONES) == 11
    rows = {place["unit"]["short_en"]: place["row"] for place in places}
    assert (
        rows["Zherong High-tech Park"] < rows["Fuzhou High-tech Zone"] < rows["Xiamen Torch High-tech Zone"]
    )


class Question(forms.Form):
    name = forms.CharField(label="Name", help_text="As printed")
    day = forms.DateField(label="Day", required=False)


def test_a_refused_form_links_each_error_to_its_field_and_keeps_what_was_typed():
    shown = str(Question({"name": "", "day": "2026-11-25"}))
    assert 'href="#id_name"' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'value="2026-11-25"' in shown


def test_an_optional_field_is_marked_and_a_date_uses_the_native_picker():
    shown = str(Question())
    assert shown.count("（选填）") == 1
    assert 'type="date"' in shown


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (ROOT / "alliance/static" / alliance.SPRITE).read_text()
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    named = {
        name for page in (ROOT / "templates").rglob("*.html") for name in NAMED_ICON.findall(page.read_text())
    }
    assert named
    assert named <= drawn


def test_no_template_holds_inline_script_or_style():
    for page in (ROOT / "templates").rglob("*.html"):
        text = page.read_text()
        if "mail" in page.parts:
            continue
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=|[^>]*application/json)", text
        ), page


def test_the_system_dark_theme_and_the_chosen_one_are_the_same():
    tokens = (ROOT / "alliance/static/alliance/tokens.css").read_text()
    chosen = re.search(r'^\[data-bs-theme="dark"\] {(.*?)^}', tokens, re.S | re.M)[1]
    system = re.search(r":root:not\(\[data-bs-theme\]\) {(.*?)^  }", tokens, re.S | re.M)[1]
    assert chosen.split() == system.split()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "?pattern=home", "?pattern=list&rows=0", "?pattern=list&rows=2000&page=40"]
)
def test_the_style_guide_shows_every_part(client, query):
    from members.models import User

    client.force_login(User.objects.create_user("reader"))
    page = client.get(f"/styleguide/{query}")
    assert page.status_code == 200
    assert page.content.count(b"<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", ["detail", "verb", "form"])
def test_the_style_guide_shows_every_page_pattern_with_its_act(client, pattern):
    from members.models import User

    client.force_login(User.objects.create_user("reader"))
    page = client.get(f"/styleguide/?pattern={pattern}").content.decode()
    assert 'class="btn btn-primary' in page
    assert page.count("<h1") == 1


@pytest.mark.django_db
def test_a_verb_is_a_dialog_fragment_for_htmx_and_a_page_without_it(client):
    from members.models import User

    client.force_login(User.objects.create_user("reader"))
    fragment = client.get("/styleguide/?pattern=verb", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'id="verb-title"' in fragment
    assert "<html" in client.get("/styleguide/?pattern=verb").content.decode()
