"""Finding things: two-character Chinese terms, initials, and nothing the reader may not see."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core import search
from core.models import SearchEntry
from core.search_index import Query, fold, initials, tokens
from members.models import Organization

SECRETARIAT, STRANGER = "secretariat", "stranger"


def visible_to(user):
    """Listed organizations are for everybody, the others for the secretariat."""
    return Organization.objects.all() if user == SECRETARIAT else Organization.objects.filter(active=True)


@pytest.fixture
def registered(monkeypatch):
    """Organizations alone, under a rule of this test, whatever their chapter has declared."""
    monkeypatch.setattr(search, "_registered", {})
    search.register(
        Organization,
        title="name_zh",
        text=("name_en", "uscc", "description_zh"),
        visible=visible_to,
        url="/{}/".format,
    )


@pytest.fixture
def fuzhou(registered, db):
    return organization(
        "福州高新区", description_zh="聚焦氢能、光电；服务台商、商会，保护知识产权。", name_en="Fuzhou HTZ"
    )


@pytest.fixture
def hidden(registered, db):
    return organization("示例氢能企业", description_zh="未公开", active=False)


def organization(name, **fields):
    code = f"unit-{Organization.objects.count()}"
    return Organization.objects.create(code=code, kind=Organization.Kind.COMPANY, name_zh=name, **fields)


def titles(text, user=SECRETARIAT, **options):
    return [hit.title for group in search.search(user, text, **options) for hit in group.hits]


# --- what is found ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "台商",
        "氢能",
        "知识产权",
        "识产",
        "福州高新区",
        "fzgxq",
        "FZ",
        "ｆｚｇｘｑ",
        "fuzhou",
        "Fuz",
        "htz",
        "福",
        "氢能 福州",
        "福州，氢能！",
        "fz 知识产权",
    ],
)
def test_an_organization_is_found_by(fuzhou, typed):
    assert titles(typed) == ["福州高新区"]


@pytest.mark.parametrize("typed", ["台商会", "能氢", "氢能 厦门", "gxq", "uzhou", "厦", "台商 zz"])
def test_an_organization_is_not_found_by(fuzhou, typed):
    assert titles(typed) == []


@pytest.mark.parametrize(
    "typed", ["", "  ", "%", "_", '"', "'", "' OR 1=1 --", '"*', "* AND", "|", ":*", "\\"]
)
def test_signs_of_a_query_language_are_only_signs(fuzhou, typed):
    assert titles(typed) == []


def test_a_short_number_means_itself_and_a_long_one_the_start_of_a_code(registered, db):
    organization("示例企业2026", uscc="91350100MA2XXXX123")
    assert titles("2026")
    assert not titles("202")
    assert titles("913501")
    assert titles("91350100ma2x")


def test_full_width_letters_and_digits_are_found_in_half_width(registered, db):
    organization("Ｈ３Ｃ示例", description_zh="ＡＩ＋制造")
    assert titles("h3c") == titles("ai") == titles("AI+制造") == ["Ｈ３Ｃ示例"]


def test_the_snippet_shows_the_place_that_was_found(registered, db):
    organization("示例企业", description_zh="一" * 200 + "氢能" + "二" * 200)
    (group,) = search.search(SECRETARIAT, "氢能")
    (hit,) = group.hits
    assert "氢能" in hit.snippet
    assert len(hit.snippet) <= search.SNIPPET + 2
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")


def test_the_latest_comes_first(registered, db):
    names = ["示例甲企业", "示例乙企业", "示例丙企业"]
    for name in names:
        organization(name)
    assert titles("示例") == names[::-1]
    assert titles("示例", limit=2) == names[:0:-1]


# --- who finds it -----------------------------------------------------------------------
def test_what_a_reader_may_not_see_is_neither_found_nor_counted(fuzhou, hidden):
    (everything,) = search.search(SECRETARIAT, "氢能")
    assert everything.count == 2
    (listed,) = search.search(STRANGER, "氢能")
    assert (listed.count, [hit.object_id for hit in listed.hits]) == (1, [fuzhou.pk])
    assert search.search(STRANGER, "示例") == []


def test_a_hidden_object_does_not_take_the_place_of_a_visible_one(fuzhou, hidden):
    assert titles("氢能", STRANGER, limit=1) == ["福州高新区"]


def test_counts_are_bounded(registered, db, monkeypatch):
    monkeypatch.setattr(search, "COUNT_LIMIT", 3)
    for n in range(4):
        organization(f"示例企业{n}")
    (group,) = search.search(SECRETARIAT, "示例", limit=2)
    assert (group.count, group.more, len(group.hits)) == (3, True, 2)


def test_only_the_kinds_asked_for_are_searched(fuzhou):
    assert (
        titles("氢能", kinds=["members.Organization"])
        == titles("氢能", kinds=[Organization])
        == ["福州高新区"]
    )
    assert titles("氢能", kinds=["core.event"]) == []
    assert titles("氢能", kinds=[]) == []


def test_the_number_of_queries_does_not_grow_with_the_hits(fuzhou, hidden, django_assert_num_queries):
    titles("氢能")
    for text, hits in (("台商", 1), ("氢能", 2)):
        with django_assert_num_queries(2):
            assert len(titles(text)) == hits


def test_hits_can_take_their_name_and_address_from_the_object(fuzhou, monkeypatch):
    search.register(Organization, title="name_zh", text="description_zh", visible=visible_to)
    monkeypatch.setattr(Organization, "get_absolute_url", lambda self: f"/by-object/{self.pk}/")
    (group,) = search.search(STRANGER, "氢能")
    assert [(hit.title, hit.url) for hit in group.hits] == [(str(fuzhou), f"/by-object/{fuzhou.pk}/")]
    assert group.label == str(Organization._meta.verbose_name_plural)


def test_a_list_is_restricted_by_its_search_box(fuzhou, hidden):
    companies = Organization.objects.all()
    assert set(search.filter(companies, "氢能")) == {fuzhou, hidden}
    assert list(search.filter(companies.filter(active=True), "氢能")) == [fuzhou]
    assert list(search.filter(companies, "fzgxq")) == [fuzhou]
    assert search.filter(companies, "  ").count() == 2
    assert search.filter(companies, "？！").count() == 0


# --- upkeep -----------------------------------------------------------------------------
def test_the_index_follows_every_change(fuzhou):
    fuzhou.description_zh = "低空经济"
    fuzhou.save()
    assert titles("低空") == ["福州高新区"]
    assert titles("氢能") == []
    fuzhou.delete()
    assert titles("低空") == []
    assert not SearchEntry.objects.exists()


def test_a_refused_change_leaves_the_index_as_it_was(fuzhou):
    with transaction.atomic():
        fuzhou.description_zh = "低空经济"
        fuzhou.save()
        assert titles("低空")
        transaction.set_rollback(True)
    assert titles("氢能") == ["福州高新区"]
    assert titles("低空") == []


def test_reindex_takes_in_what_sent_no_signal_and_drops_what_is_gone(fuzhou, hidden):
    Organization.objects.filter(pk=fuzhou.pk).update(description_zh="低空经济")
    Organization.objects.filter(pk=hidden.pk)._raw_delete(Organization.objects.db)
    before = SearchEntry.objects.get(object_id=fuzhou.pk).updated_at
    assert titles("低空") == []
    out = io.StringIO()
    call_command("reindex", stdout=out)
    assert out.getvalue() == "members.organization: 1\n"
    assert titles("低空") == ["福州高新区"]
    assert SearchEntry.objects.get().updated_at == before, "a known object keeps its place in the order"


def test_reindex_of_one_model_refuses_what_is_not_registered(fuzhou):
    call_command("reindex", "members.Organization", stdout=io.StringIO())
    for label in ("members.nothing", "core.Event"):
        with pytest.raises(CommandError):
            call_command("reindex", label)


def test_objects_written_in_bulk_can_be_indexed_in_one_go(registered, db):
    made = Organization.objects.bulk_create(
        Organization(code=f"bulk-{n}", kind=Organization.Kind.BANK, name_zh=f"示例银行{n}") for n in range(3)
    )
    search.index(*made)
    assert len(titles("银行")) == 3


def test_a_registered_date_orders_the_hits(registered, db):
    search.register(
        Organization,
        title="name_zh",
        text="name_en",
        visible=visible_to,
        url=str,
        date=lambda unit: timezone.datetime(int(unit.name_en), 1, 1).date(),
    )
    for year in ("2024", "2026", "2025"):
        organization(f"示例{year}", name_en=year)
    assert titles("示例") == ["示例2026", "示例2025", "示例2024"]


def test_the_database_keeps_its_own_index(db):
    """A migration that rebuilds the table on SQLite drops the triggers without a word."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_searchentry'"
            )
            names = {row[0] for row in cursor.fetchall()}
            assert names == {f"core_searchindex_{event}" for event in ("insert", "update", "delete")}
            cursor.execute(
                "INSERT INTO core_searchindex(core_searchindex, rank) VALUES ('integrity-check', 1)"
            )
        else:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'core_searchentry_document'")
            assert "gin (document)" in cursor.fetchone()[0]


# --- words ------------------------------------------------------------------------------
def test_chinese_is_cut_into_overlapping_pairs():
    assert tokens("知识产权", "5G 基站").split() == ["知识", "识产", "产权", "|", "5g", "基站", "|", "zscq"]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("福州高新区", ["fzgxq"]),
        ("厦门火炬高新区", ["xmhjgxq"]),
        ("长乐（国家级）银行", ["clgjjyh", "cl", "gjj", "yh"]),
        ("5G基站", ["5gjz", "jz"]),
        ("Fuzhou", []),
    ],
)
def test_initials_of_a_title(title, found):
    assert initials(title) == found


def test_a_very_long_text_or_word_is_stored_all_the_same(registered, db):
    long = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(120_000))
    organization("示例企业", description_zh=long + " " + "x" * 5000)
    assert titles(long[50:60]) == ["示例企业"]


chinese = st.text(st.sampled_from("福州高新区厦门火炬ab1２Ａ，。 "), max_size=30)


@given(chinese, st.data())
def test_every_piece_of_a_run_of_characters_is_among_its_terms(text, data):
    stored = tokens(text, "").split()
    for needle in Query.parse(text).needles:
        assert needle in fold(text)
    for phrase in Query.parse(text).phrases:
        assert set(phrase) <= set(stored)
