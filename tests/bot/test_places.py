"""Places: what the shipped tables say, and what residents mean when they write where they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.place_files import load_gazetteer, read_tables
from bot.place_names import sound
from bot.place_tables import CommuneRow, GateRow, PlaceTables, ProvinceRow
from bot.places import (
    SHOWN,
    Ambiguous,
    Exact,
    Found,
    Gazetteer,
    OldCommune,
    OldDistrict,
    OldProvince,
    Place,
    Unknown,
    fold,
    label,
)

TABLES = read_tables()
# Gates of our own, so that these tests do not hang on the list of gates.
GATES = [
    GateRow(
        "dinh-ba",
        "Dinh Bà",
        "cửa khẩu quốc tế Dinh Bà",
        "ច្រកទ្វារ Dinh Bà",
        "Dinh Bà Gate",
        "dong-thap",
        "29929",
    ),
    GateRow("thong-binh", "Thông Bình", "cửa khẩu phụ Thông Bình", "", "", "dong-thap", ""),
    GateRow("moc-bai", "Mộc Bài", "cửa khẩu quốc tế Mộc Bài", "", "", "tay-ninh", ""),
]
COUNTRY = Gazetteer(replace(TABLES, gates=GATES))


def find(text: str, home: str = "dong-thap") -> Found:
    return COUNTRY.find(text, home_province=home)


def names(places: tuple[Place, ...]) -> list[str]:
    return [place.name for place in places]


def place(code: str) -> Place:
    found = COUNTRY.get(code)
    assert found is not None
    return found


def outline(found: Found) -> str:
    """What was found, in one line."""
    match found:
        case Exact():
            return found.place.code
        case Ambiguous():
            return f"{found.total}? " + " ".join(each.code for each in found.places)
        case OldCommune():
            return f"{found.old_name} > " + " ".join(each.code for each in found.candidates)
        case OldDistrict():
            return f"{found.old_name} > " + " ".join(each.code for each in found.communes)
        case OldProvince():
            return f"{found.old_name} > {found.province.code}"
        case Unknown():
            return "unknown"


# --- the tables ---------------------------------------------------------------------------------------------


def test_the_country_has_34_provinces_and_3321_communes() -> None:  # F7.1
    assert len(COUNTRY.provinces()) == 34
    assert sum(len(COUNTRY.communes(each.province_slug)) for each in COUNTRY.provinces()) == 3321


@pytest.mark.parametrize(
    ("slug", "communes", "wards", "zones"),
    [
        ("dong-thap", 82, 20, 0),
        ("an-giang", 85, 14, 3),
        ("vinh-long", 105, 19, 0),
        ("ho-chi-minh", 54, 113, 1),
    ],
)  # F7.2, F7.3, F7.4, F7.6
def test_provinces_have_the_units_the_facts_say(slug: str, communes: int, wards: int, zones: int) -> None:
    kinds = [each.name.split(" ")[0] for each in COUNTRY.communes(slug)]
    assert (kinds.count("xã"), kinds.count("phường"), kinds.count("đặc")) == (communes, wards, zones)


def test_the_land_border_of_dong_thap() -> None:  # F7.7
    border = {each.name for each in COUNTRY.communes("dong-thap") if each.land_border}
    assert border == {
        "xã Tân Hồng", "xã Tân Thành", "xã Tân Hộ Cơ", "xã Thường Phước", "phường Hồng Ngự",
        "phường Thường Lạc",
    }  # fmt: skip


def test_the_coast_of_dong_thap_has_tan_dong() -> None:  # F7.7
    coast = {each.name for each in COUNTRY.communes("dong-thap") if each.coastal}
    assert coast == {"xã Tân Đông", "xã Gia Thuận", "xã Tân Điền", "xã Gò Công Đông", "xã Tân Phú Đông"}


def test_the_land_border_of_an_giang() -> None:  # F7.9
    border = {each.name for each in COUNTRY.communes("an-giang") if each.land_border}
    assert border == {
        "xã An Phú", "xã Nhơn Hội", "xã Khánh Bình", "xã Phú Hữu", "xã Vĩnh Xương", "xã Ba Chúc",
        "xã Vĩnh Gia", "xã Giang Thành", "xã Vĩnh Điều", "phường Châu Đốc", "phường Vĩnh Tế",
        "phường Tịnh Biên",
        "phường Thới Sơn", "phường Hà Tiên",
    }  # fmt: skip


def test_248_communes_lie_on_the_land_border() -> None:  # F4.24
    border = [each for row in COUNTRY.provinces() for each in COUNTRY.communes(row.code) if each.land_border]
    assert len(border) == 248
    assert all(each.border_with for each in border)


@pytest.mark.parametrize(
    ("today", "before"),
    [
        ("xã Tân Hồng", ["thị trấn Sa Rài", "xã Bình Phú", "xã Tân Công Chí"]),
        ("xã Tân Thành", ["xã Thông Bình", "xã Tân Thành A"]),
        ("xã Tân Hộ Cơ", ["xã Tân Thành B", "xã Tân Hộ Cơ"]),
        ("xã Thường Phước", ["xã Thường Phước 1", "xã Thường Phước 2", "thị trấn Thường Thới Tiền"]),
        ("phường Thường Lạc", ["phường An Lạc", "xã Thường Thới Hậu A", "xã Thường Lạc"]),
        ("phường Hồng Ngự", ["phường An Thạnh", "xã Tân Hội", "xã Bình Thạnh"]),
    ],
)  # F7.8
def test_border_communes_grew_from_these(today: str, before: list[str]) -> None:
    code = next(each.code for each in COUNTRY.communes("dong-thap") if each.name == today)
    districts = {row.code for row in TABLES.old_districts if row.name in ("Tân Hồng", "Hồng Ngự")}
    grew = {
        f"{row.level} {row.name}"
        for row in TABLES.old_communes
        if row.district in districts and f"c-{row.communes[0]}" == code
    }
    assert grew == set(before)


def test_codes_fit_buttons_and_deep_links() -> None:
    codes = [row.code for row in COUNTRY.provinces()]
    for slug in [row.province_slug for row in COUNTRY.provinces()]:
        codes += [each.code for each in (*COUNTRY.communes(slug), *COUNTRY.gates(slug))]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z0-9-]{3,24}", code) for code in codes)


def test_places_of_today_have_positions_inside_the_country() -> None:
    located = [row for row in TABLES.communes if row.latitude is not None and row.longitude is not None]
    assert len(TABLES.communes) - len(located) == 8
    assert all(7 < (row.latitude or 0) < 24 and 102 < (row.longitude or 0) < 118 for row in located)


# --- codes, parents, labels ---------------------------------------------------------------------------------


def test_a_place_by_its_start_payload() -> None:
    assert COUNTRY.resolve_start("g-dinh-ba") == place("g-dinh-ba")
    assert COUNTRY.resolve_start(" C-29938 ") == place("c-29938")
    assert COUNTRY.resolve_start("p-dong-thap") == place("p-dong-thap")


@pytest.mark.parametrize("payload", ["", "dinh-ba", "g-", "g-nowhere", "c-00000", "p-" + "x" * 60, "c-29938\n;"])
def test_a_payload_of_nobody_is_none(payload: str) -> None:
    assert COUNTRY.resolve_start(payload) is None


def test_parents() -> None:
    assert COUNTRY.parent("g-dinh-ba") == place("c-29929")  # F5.11: in xã Tân Hộ Cơ
    assert COUNTRY.parent("g-moc-bai") == place("p-tay-ninh")
    assert COUNTRY.parent("c-29938") == place("p-dong-thap")
    assert COUNTRY.parent("p-dong-thap") is None
    assert COUNTRY.parent("c-nowhere") is None


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("c-29938", "vi", "xã Tân Thành, tỉnh Đồng Tháp"),
        ("c-29938", "km", "ឃុំ Tân Thành, ខេត្ត Đồng Tháp"),
        ("c-29938", "en", "Tân Thành commune, Đồng Tháp Province"),
        ("c-29955", "en", "Hồng Ngự ward, Đồng Tháp Province"),
        ("p-ho-chi-minh", "en", "Hồ Chí Minh City"),
        ("p-dong-thap", "km", "ខេត្ត Đồng Tháp"),
        ("g-dinh-ba", "vi", "cửa khẩu quốc tế Dinh Bà"),
        ("g-dinh-ba", "km", "ច្រកទ្វារ Dinh Bà"),
        ("g-dinh-ba", "en", "Dinh Bà Gate"),
        ("g-moc-bai", "en", "cửa khẩu quốc tế Mộc Bài"),
    ],
)
def test_labels(code: str, language: str, expected: str) -> None:
    assert label(place(code), language) == expected


# --- what residents write -----------------------------------------------------------------------------------

TAN_THANH, TAN_THANH_DOT = "c-29938", "c-30157"  # xã Tân Thành, xã Tân Thạnh


def test_d7_without_marks_we_ask_and_show_the_home_province_only() -> None:
    found = find("toi o tan thanh")
    assert isinstance(found, Ambiguous)
    assert names(found.places) == ["xã Tân Thành", "xã Tân Thạnh"]
    assert found.total == 2
    assert {each.province_slug for each in found.places} == {"dong-thap"}


@pytest.mark.parametrize("text", ["Tân Thạnh", "tân thạnh", "Tôi ở Tân Thạnh", "xã Tân Thạnh", "TÂN THẠNH"])
def test_d7_typed_with_marks_is_taken_at_once(text: str) -> None:
    assert outline(find(text)) == TAN_THANH_DOT


def test_elsewhere_the_same_words_mean_that_provinces_commune() -> None:
    assert outline(find("toi o tan thanh", "an-giang")) == "c-31031"
    found = find("toi o tan thanh", "nowhere")
    assert isinstance(found, Ambiguous)
    assert (len(found.places), found.total) == (SHOWN, 15)


def test_marks_that_no_commune_of_the_home_province_has_are_asked_about() -> None:
    found = find("Tân Thành", "an-giang")  # An Giang has a Tân Thạnh, and former communes Tân Thành
    assert not isinstance(found, Exact)


def test_d8_an_old_district_leads_to_its_communes() -> None:
    found = find("nha o huyen tan hong")
    assert isinstance(found, OldDistrict)
    assert found.old_name == "huyện Tân Hồng"
    assert names(found.communes) == ["xã Tân Hồng", "xã Tân Hộ Cơ", "xã Tân Thành", "xã An Phước"]


def test_d8_an_old_commune_leads_to_its_unit_of_today() -> None:
    found = find("tan thanh b")
    assert isinstance(found, OldCommune)
    assert found.old_name == "xã Tân Thành B"
    assert names(found.candidates) == ["xã Tân Hộ Cơ"]
    assert found.districts == ("huyện Tân Hồng",)


def test_an_old_province_is_asked_about_with_its_namesake() -> None:
    found = find("o ben tre")
    assert isinstance(found, OldProvince)
    assert (found.old_name, found.province.code) == ("tỉnh Bến Tre", "p-vinh-long")
    assert names(found.same_name) == ["phường Bến Tre"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a commune of today comes before what had the same name; "huyện" says the district
        ("tân hồng", "c-29926"),
        ("tan hong", "c-29926"),
        ("tui ở ấp 2 xã thông bình", f"xã Thông Bình > {TAN_THANH}"),
        ("tx. hong ngu", "thành phố Hồng Ngự > c-29955 c-29954 c-29978"),
        ("TP Cao Lãnh", "thành phố Cao Lãnh > c-29869 c-29884 c-29888"),
        ("thị trấn Sa Rài", "thị trấn Sa Rài > c-29926"),
        ("huyện Hồng Ngự", "huyện Hồng Ngự > c-29971 c-29978 c-29983 c-29992 c-30154"),
        # addresses, smallest first or not
        ("Ấp 3, xã Bình Thạnh, TP Hồng Ngự, Đồng Tháp", "xã Bình Thạnh > c-29955"),
        ("xa binh thanh huyen cao lanh", "xã Bình Thạnh > c-30112"),
        ("tan thanh lai vung", "xã Tân Thành > c-30226"),
        ("phường 1 mỹ tho", "phường 1 > c-28261"),
        ("xã Tân Thành, huyện Tân Hồng, tỉnh Đồng Tháp", TAN_THANH),
        # a province named beats the home province
        ("tan thanh tay ninh", "2? c-25534 c-27826"),
        ("Tân Thành, Tây Ninh", "c-25534"),
        ("tan an long an", "c-27712"),
        ("chau thanh, ben tre", "huyện Châu Thành > c-28783 c-28807 c-28810 c-28840 c-28858 c-28861"),
        ("que an giang", "p-an-giang"),
        ("o an giang", "p-an-giang"),
        ("TPHCM", "p-ho-chi-minh"),
        ("tp cần thơ", "p-can-tho"),
        ("hue", "p-hue"),
        ("Bến Tre, Vĩnh Long", "tỉnh Bến Tre > p-vinh-long"),
        # a name that is no place there is never taken at once
        ("tân hồng an giang", "2? c-29926 p-an-giang"),
        # a name of the home province and a province: we ask
        ("phu tho", "2? c-30034 p-phu-tho"),
        # two spellings of one name
        ("mĩ tho", "c-28261"),
        ("thanh hoà", "c-28436"),
        # gates
        ("dinh ba", "g-dinh-ba"),
        ("Dinh Ba border gate", "g-dinh-ba"),
        ("ck moc bai", "g-moc-bai"),
        ("cửa khẩu thông bình", "g-thong-binh"),
        # Khmer level words and the names the Khmer press uses
        ("ខ្ញុំនៅឃុំ Tân Thành", TAN_THANH),
        ("ខ្ញុំនៅអានយ៉ាង", "p-an-giang"),
        # slips of the keyboard and of the ear, in the home province only
        ("thuong phuot", "c-29971"),
        ("xa tan thnah", "2? c-29938 c-30157"),
        ("tân hộ cơi", "c-29929"),
        ("tan my tranh", "xã Tân Mỹ Chánh > c-28273"),
        ("tanthanh", "2? c-29938 c-30157"),
        ("I live in Tan Ho Co commune, Dong Thap province", "c-29929"),
        ("vinh", "thành phố Vinh > c-16681 c-16690 c-16702 c-16708 c-16732 c-17920"),
    ],
)
def test_what_residents_write(text: str, expected: str) -> None:
    assert outline(find(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "ok", "khong biet", "hong biet", "cảm ơn", "cam on", "xin chào", "o dau vay", "🙂",
        "toi la nguoi campuchia",
        "xin giấy thông hành ở đâu", "gia vang hom nay bao nhieu mot chi vay ba con", "liên quân lag quá",
        "quyền lợi tổ tự quản đường biên", "xã Abcdef, Đồng Tháp", "giá làm hộ chiếu", "នៅឯណា",
    ],
)  # fmt: skip
def test_what_is_no_place(text: str) -> None:
    assert outline(find(text)) == "unknown"


def test_a_repaired_slip_is_not_certain() -> None:
    found = find("thuong phuot")
    assert isinstance(found, Exact)
    assert not found.certain
    spelt = find("thuong phuoc")
    assert isinstance(spelt, Exact)
    assert (spelt.place, spelt.certain) == (found.place, True)


def test_a_former_city_of_the_same_name_is_offered_beside_the_commune() -> None:
    found = find("cao lanh")
    assert isinstance(found, Exact)
    assert found.place.name == "phường Cao Lãnh"
    assert "phường Mỹ Trà" in names(found.also)


def test_namesakes_among_old_communes_name_their_districts() -> None:
    found = find("phường 1")
    assert isinstance(found, OldCommune)
    assert len(found.candidates) == len(found.districts) > 1
    assert found.districts[found.candidates.index(place("c-28261"))] == "thành phố Mỹ Tho"


def test_the_default_unit_of_a_divided_commune_comes_first() -> None:
    found = find("phú thuận b")
    assert isinstance(found, OldCommune)
    assert names(found.candidates) == ["xã Long Phú Thuận", "xã Tân Long"]


def test_units_mixed_up_by_name_were_taken_out() -> None:
    found = find("thành phố Mỹ Tho")
    assert isinstance(found, OldDistrict)
    assert "phường Cao Lãnh" not in names(found.communes)


def test_every_commune_is_found_by_its_full_name() -> None:
    for row in COUNTRY.provinces():
        for each in COUNTRY.communes(row.province_slug):
            assert outline(find(label(each, "vi"))) == each.code, label(each, "vi")


def test_every_commune_is_among_the_answers_without_marks() -> None:
    for row in COUNTRY.provinces():
        for each in COUNTRY.communes(row.province_slug)[::5]:
            found = find(fold(label(each, "vi")), "lao-cai")
            got = found.places if isinstance(found, Ambiguous) else (found.place,) if isinstance(found, Exact) else ()
            assert each in got, label(each, "vi")


def test_old_addresses_lead_to_their_units_of_today() -> None:
    districts = {row.code: row for row in TABLES.old_districts}
    provinces = {row.code: row for row in TABLES.old_provinces}
    for old in TABLES.old_communes[::23]:
        district = districts[old.district]
        province = provinces[district.old_province].name
        address = f"{old.level} {old.name}, {district.level} {district.name}, {province}"
        found = find(address)
        today = {f"c-{code}" for code in old.communes}
        if isinstance(found, Exact):
            assert found.place.code in today, address
        else:
            assert isinstance(found, OldCommune), address
            assert found.candidates[0].code == f"c-{old.communes[0]}", address


# --- inside longer questions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("danh sách xã biên giới An Giang", ["p-an-giang"]),
        ("Tôi người xã Tân Hộ Cơ, hay đi bên kia mua trái cây", ["c-29929"]),
        ("tui o huyen tan hong gio lam giay to o dau", ["p-dong-thap"]),
        ("cua khau dinh ba may gio dong cua", ["g-dinh-ba"]),
        ("bên kiên giang cũ có còn xét không", ["p-an-giang"]),
        ("bên Tịnh Biên, Châu Đốc giờ mấy chỗ đụng ranh", ["c-30520", "c-30316"]),
        ("xã Tân Thành có giáp biên giới không", ["c-29938"]),
        ("học phí đại học cần thơ năm nay", ["p-can-tho"]),
    ],
)
def test_places_inside_a_question(text: str, codes: list[str]) -> None:
    assert [each.code for each in COUNTRY.mentions(text, home_province="dong-thap").places] == codes


@pytest.mark.parametrize(
    "text",
    [
        "gia đình tôi có hai con", "ghe ko gắn cờ đỏ sao vàng bị gì", "rot so bao ai",
        "o lau bat hop phap ben dai loan",
        "bài thơ tặng vợ", "tối nay Việt Nam đá mấy giờ", "tien dien thang nay sao tang",
        "xã có hoà giải không", "vì hoà bình ổn định", "tan thanh", "khu vực biên giới là gì",
    ],
)  # fmt: skip
def test_words_that_only_look_like_places(text: str) -> None:
    assert COUNTRY.mentions(text).places == ()


# --- for any text -------------------------------------------------------------------------------------------

PIECES = """tân thành thạnh xã x. huyện tp tỉnh đồng tháp hồng ngự 1 b cũ ở , ấp tan thanh phuong ck dinh ba
ឃុំ Commune '"""
SYLLABLES = st.sampled_from(PIECES.split())
TEXTS = st.one_of(st.text(max_size=60), st.lists(SYLLABLES, max_size=9).map(" ".join))
HOMES = st.sampled_from(["dong-thap", "an-giang", "lao-cai", "nowhere", ""])


@settings(max_examples=150, deadline=None)
@given(TEXTS, HOMES)
def test_any_text_is_answered(text: str, home: str) -> None:
    found = find(text, home)
    if isinstance(found, Ambiguous):
        assert 2 <= len(found.places) <= SHOWN
        assert len(found.places) <= found.total
        assert len(set(found.places)) == len(found.places)
    if isinstance(found, OldCommune):
        assert len(found.candidates) == len(found.districts) > 0
    if isinstance(found, OldDistrict):
        assert found.communes
    mentioned = COUNTRY.mentions(text, home_province=home).places
    assert len(set(mentioned)) == len(mentioned)
    named = {place.province_slug for place in mentioned if place.kind == "province"}
    assert COUNTRY.mentions(text, home_province=home).provinces == named


NAMED = sorted({row.name for row in TABLES.provinces} | {row.name for row in TABLES.old_districts})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(SYLLABLES, st.sampled_from(NAMED)), max_size=6), st.booleans(), HOMES)
def test_the_glance_for_provinces_overlooks_none(words: list[str], bare: bool, home: str) -> None:
    text = fold(" ".join(words)) if bare else " ".join(words)
    mentioned = COUNTRY.mentions(text, home_province=home).places
    named = {place.province_slug for place in mentioned if place.kind == "province"}
    assert COUNTRY.mentions(text, home_province=home).provinces == named


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", folded)
    assert sound(folded).isascii()


@settings(max_examples=100, deadline=None)
@given(st.lists(SYLLABLES, max_size=7).map(" ".join), HOMES)
def test_decomposed_letters_mean_the_same(text: str, home: str) -> None:
    assert find(unicodedata.normalize("NFD", text), home) == find(text, home)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(TABLES.communes), st.sampled_from(["{}", "toi o {}", "Tôi ở {} nha", "nhà ở ấp 3, {}"]))
def test_a_commune_is_found_in_its_own_province_by_its_name(row: CommuneRow, phrase: str) -> None:
    home = place(f"c-{row.code}").province_slug
    assert outline(find(phrase.format(f"{row.level} {row.name}"), home)) == f"c-{row.code}"


def test_a_country_without_history_or_gates_works() -> None:
    small = Gazetteer(
        PlaceTables(
            provinces=[ProvinceRow("01", "mot", "tỉnh", "Một Nơi")],
            communes=[CommuneRow("00001", "xã", "Vườn Dừa", "01", None, None, ("KH",), False)],
        )
    )
    assert outline(small.find("vuon dua", home_province="mot")) == "c-00001"
    assert small.gates("mot") == ()
    assert small.provinces()[0].land_border


# --- the shipped whole, and time ----------------------------------------------------------------------------


def test_the_shipped_gates_stand_in_their_provinces() -> None:
    shipped = load_gazetteer()
    for gate in (gate for row in shipped.provinces() for gate in shipped.gates(row.province_slug)):
        parent = shipped.parent(gate.code)
        assert parent is not None
        assert parent.province_slug == gate.province_slug
        assert gate in _places_of(shipped.find(gate.name, home_province=gate.province_slug)), gate.name
        assert label(gate, "km")
        assert label(gate, "en")


def _places_of(found: Found) -> tuple[Place, ...]:
    return found.places if isinstance(found, Ambiguous) else (found.place,) if isinstance(found, Exact) else ()
