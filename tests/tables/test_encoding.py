import codecs

import pytest

from brinery.errors import ReadError
from brinery.tables.encoding import to_utf8
from brinery.tables.reading import read

TEXT = "Name,Ort\nMüller,Köln\nÅsa,Århus\n€ 5,“x”\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
)
def test_unicode_is_certain(data):
    assert to_utf8(data)[:2] == (TEXT.encode(), ())


@pytest.mark.parametrize(
    ("text", "encoding", "title"),
    [
        (TEXT, "cp1252", "Windows-1252"),
        ("São Paulo,João\nnaïve,café\n", "cp1252", "Windows-1252"),
        ("Fare,Cost\nBus,£5\nTaxi,£12.40\n", "cp1252", "Windows-1252"),
        ("Cost (£),Total (£k)\n5,7\n", "cp1252", "Windows-1252"),
        (
            "Trip,Days\nOslo \u2013 Bergen,7 \u2013 8 May\n\u2018First\u2019 class,£99\n",
            "cp1252",
            "Windows-1252",
        ),
        ("Betrag,Menge\n1\u00a0234 €,5 m³\n12\u00a0500 €,20 °C\n", "cp1252", "Windows-1252"),
        ("Pers,M/Ж\nИван,М\nАнна,Ж\n", "cp1251", "Windows-1251"),  # noqa: RUF001
        ("Łódź,Kraków\nGdańsk,Świętokrzyskie\nPoznań,Wrocław\n", "cp1250", "Windows-1250"),
        ("Москва,Иванов\nСанкт-Петербург,Петров\n", "cp1251", "Windows-1251"),  # noqa: RUF001
        ("Αθήνα,Παπαδόπουλος\nΘεσσαλονίκη,Γεωργίου\n", "cp1253", "Windows-1253"),  # noqa: RUF001
        ("東京都,田中\n大阪府,鈴木\n北海道,佐藤\n", "cp932", "Shift JIS"),
        ("北京,王伟\n上海,李娜\n广州,张敏\n", "gb18030", "GB 18030"),
        ("Umsatz €;Anteil\n1;2\n", "cp1252", "Windows-1252"),
        ("Price\n£8.58\n£9.10\n", "cp1252", "Windows-1252"),
        ("a;b\n43,2\xa0%;1\n", "mac_roman", "(Mac)"),
        ("Name;Ort\nMüller KG;Köln\nWeiß AG;Bonn\n", "cp1252", "Windows-1252"),
        ("Name,City\nChloé Brown,Bath\n", "cp1252", "Windows-1252"),
        ("a,b\nRückruf,1\n", "mac_roman", "(Mac)"),
        ("Сумма;Количество\n1;2\n", "koi8-r", "KOI8-R"),
        ("Müşteri;Şehir\nAyşe;Muğla\n", "cp1254", "Windows-1254"),
    ],
)
def test_other_encodings_are_guessed_and_said(text, encoding, title):
    found, notes, _ = to_utf8(text.encode(encoding))
    assert found.decode() == text
    assert len(notes) == 1
    assert title in notes[0]


def test_letters_that_were_converted_twice_are_put_right():
    text = "id,name\n1,Müller\n2,Größe\n3,Éric Á\n4,5 €\n"
    shown = text.encode().decode("cp1252", errors="replace").replace("\ufffd", "\x81")
    table = read(shown.encode())
    assert table.to_pandas()["name"].tolist() == ["Müller", "Größe", "Éric Á", "5 €"]
    assert table.notes == (
        "Letters had been converted twice and were put right: “MÃ¼ller” is “Müller”.",
    )
    assert read(text.encode()).notes == ()
    both = text + "5,MÃ¼ller\n"
    assert read(both.encode()).to_pandas()["name"][4] == "MÃ¼ller"


def test_one_wrong_byte_is_not_unicode():
    _, notes, _ = to_utf8(b"a,b\n\xc3\xa9,\xe9\n")
    assert len(notes) == 1


def test_pairs_of_chinese_letters_are_not_taken_for_utf8():
    text = "Phone;折扣;客户编号;金额\n1;2;3;4\n"
    assert to_utf8(text.encode("gb18030"))[0].decode() == text


@pytest.mark.parametrize("end", [b"\x1a", b"\0", b"\0" * 512])
@pytest.mark.parametrize("start", [b"", codecs.BOM_UTF8])
def test_signs_behind_the_end_are_left_out(start, end):
    text, notes, _ = to_utf8(start + b"a,b\n1,2\n" + end)
    assert text == b"a,b\n1,2\n"
    assert "behind the end" in notes[0]


def test_an_encoding_that_is_given_is_taken():
    assert to_utf8("é".encode("mac_roman"), encoding="mac_roman")[0] == "é".encode()
    with pytest.raises(ReadError, match="can't be read as “ascii”"):
        to_utf8("é".encode(), encoding="ascii")
    with pytest.raises(ReadError, match="can't be read as “klingon”"):
        to_utf8(b"a", encoding="klingon")


@pytest.mark.parametrize("data", [b"a,b\n1,\0\n", bytes(range(256)) * 8, b"\x01\x02\x03\x04" * 50])
def test_what_is_not_text_is_refused(data):
    with pytest.raises(ReadError, match="is not text"):
        to_utf8(data, name="x.csv")
