import pytest

from brinery.tables.letters import title_of, ways

GERMAN = "Name;Ort;Preis\nMüller;Köln;€ 5\nÅsa;Århus;“ß”\n"


def test_the_way_that_was_found_comes_first_and_each_has_a_sample():
    first, *others = ways(GERMAN.encode("cp1252"), "cp1252")
    assert (first.encoding, first.title) == ("cp1252", "Western European (Windows-1252)")
    assert first.sample.startswith("Müller, Köln")
    other = next(one.sample for one in others if one.encoding == "cp1251")
    assert other.startswith("Mьller, Kцln")


def test_ways_that_make_the_same_of_the_file_are_one():
    data = "Müller;Köln\n".encode("cp1252")
    shown = [way.sample for way in ways(data, "cp1252")]
    assert len(set(shown)) == len(shown) > 3
    assert "cp1254" not in [way.encoding for way in ways(data, "cp1252")]


def test_the_cells_shown_are_those_that_tell_the_ways_apart():
    data = "Müller\n" * 50 + "Gyöngyös\nő\n"
    shown = {way.encoding: way.sample for way in ways(data.encode("cp1250"), "cp1250")}
    assert shown["cp1250"] == "Müller, Gyöngyös, ő"
    assert shown["cp1252"] == "Müller, Gyöngyös, õ"


def test_a_way_that_can_not_be_is_not_offered():
    offered = [way.encoding for way in ways(GERMAN.encode("cp1252"), "cp1252")]
    assert "utf-8" not in offered
    assert not {"utf-16-le", "iso8859-1"} & set(offered)  # one makes control codes of “


def test_of_a_file_with_bytes_that_fit_nowhere_the_found_way_is_still_shown():
    assert ways(b"M\xc3\xbcller;\xff\n", "utf-8")[0].sample.startswith("Müller")


@pytest.mark.parametrize(
    ("data", "found"), [(b"a;b\n1;2\n", "utf-8"), (GERMAN.encode("utf-16-le"), "utf-16-le")]
)
def test_where_nothing_could_be_otherwise_there_is_nothing_to_choose(data, found):
    assert ways(data, found) == ()


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("latin-1", "Western European (ISO 8859-1)"), ("utf8", "Unicode (UTF-8)"), ("x-1", "x-1")],
)
def test_an_encoding_has_a_name_in_words(encoding, title):
    assert title_of(encoding) == title
