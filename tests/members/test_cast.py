"""The world itself: it can be built, grown to eleven, and entered by both doors."""


def test_the_cast_has_three_zones_and_grows_to_eleven_in_order(cast):
    assert list(cast.zones) == ["fuzhou", "xiamen-torch", "quanzhou"]
    assert len(cast.all_eleven()) == 11
    assert cast.delegate_of("zherong").unit == cast.zones["zherong"]
    assert cast.delegate_of("fuzhou") == cast.chair


def test_each_person_acts_for_the_unit_named(cast):
    assert cast.editor.unit == cast.zones["xiamen-torch"]
    assert cast.editor.role == "editor"
    assert cast.stranger.unit is None


def test_a_unit_has_its_group_and_letters_from_the_first_save(cast):
    unit = cast.zones["xiamen-torch"]
    assert unit.group.name == "unit:xiamen-torch"
    assert unit.pinyin == "xia men huo ju gao xin qu"
    assert unit.initials == "xmhjgxq"
