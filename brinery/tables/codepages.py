"""Which code page makes sense of a text: by how its letters stand in words.

Detectors need pages of prose; a table has a few accents in names. So each candidate is read
and weighed: letters of one alphabet in a word, capitals where they belong, few accents beside
each other, signs of money beside digits, and all letters from one language.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["CANDIDATES", "likeliness"]

CANDIDATES = (
    *("cp1252", "mac-roman", "cp850", "cp1250", "iso8859-2", "cp1254", "iso8859-15", "cp437"),
    *("cp852", "cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5", "cp1253", "iso8859-7"),
    *("cp1257", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
"""What is tried; of two that make as much sense the earlier is taken."""

_ALPHABETS = (
    *("äöüß", "àâæçéèêëîïôœùûü", "áéíóúüñ", "ãáâàçéêíóôõú", "àèéìòù", "åäöé", "æøåé", "ëïéèöü"),
    *("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž"),
    *("ăâîșşțţ", "çğıöşüâî", "āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
    *("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгдежзийклмнопрстуфхцчшщьюяєіїґ"),
    *("абвгдежзијклљмнњопрстћуфхцџђчш", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ"),
)
_WESTERN = frozenset("".join((*_ALPHABETS[:8], "ðýþ")))
_CENTRAL = frozenset("".join(_ALPHABETS[8:14]))
_RARE = frozenset("щъфэёцюьйхжшчгбзыђћџљњґєїβγδζθξφχψϊϋΐΰ")
_ORDINALS = frozenset("°ºª")
_MARKS = frozenset("€„“”…£§²³«»·½¼¾±%©®™µ´×–—‘’‚•†№¥¢¡¿")  # noqa: RUF001
_MONEY = frozenset("€£¥¢")
_SPACES = frozenset("\xa0\u202f")
_MOST = 3000  # letters that are looked at
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000-\u303f]")
_IN_TABLES = frozenset(
    "年月日時分秒名前氏性別男女住所電話番号郵便都道府県市区町村東京大阪北海広島金額合計税込価格数量単位商品"
    "顧客会社部門課長社員担当注文発送支払請求書済未確認備考区分種類状態開始終了有効無登録更新者売上利益費用"
    "人口回答評価満足度高中低小新旧上下左右本店支店山田佐藤鈴木高橋渡辺伊中村林加小吉田山本井上木村年齢職業"
    "时间姓别址电话号码邮编省县镇总价单产规格客户公司部门经理员订货发付款请求书状态开始结束有效无记录更新备注"
    "类型编号日期金额数量合计地区城市北京上海广州深圳天津重庆王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗销售收入"
    "成本利润增长率百分比已未确认退折扣折价国家省份中文英文学历职业婚否是的一了在人有我他这个们来到大里说时要就"
    "電話號碼郵遞區號客戶編號訂單發票總價單價數量備註臺北高雄台中新竹縣鄉鎮街路陳林黃張李王吳劉蔡楊許鄭謝"
)
_EAST_ASIA = ("han", "kana", "hangul")


def likeliness(text: str) -> float:
    """Say how much sense a text makes: about 2 for good words, below 0 for none.

    Parameters
    ----------
    text : str
        The lines, or some of them, that hold other than ASCII.
    """
    places = [at for at, letter in enumerate(text) if not letter.isascii()][:_MOST]
    if not places:
        return -9.0
    points = sum(_points(text, at) for at in places) / len(places)
    letters = [_small(text[at]) for at in places if _is_letter(text[at]) and not _alone(text, at)]
    odd = 0.5 * ("\xa4" in text)  # the sign of no currency: the euro has its place elsewhere
    return points + _one_language(letters) * len(letters) / len(places) - odd


def _small(letter: str) -> str:
    return "ı" if letter == "İ" else letter.lower()  # noqa: RUF001


def _is_letter(letter: str) -> bool:
    marks = 0x0E31 <= ord(letter) <= 0x0E4E  # of Thai, above and below the letters
    return (letter.isalpha() or marks) and letter not in _ORDINALS


def _alone(text: str, at: int) -> bool:
    if _script(text[at]) in _EAST_ASIA:
        return False
    return not (text[at - 1 : at].isalpha() and at) and not text[at + 1 : at + 2].isalpha()


def _points(text: str, at: int) -> float:
    before, letter, after = text[at - 1 : at] if at else "", text[at], text[at + 1 : at + 2]
    if _is_letter(letter):
        return _letter(before, letter, after)
    inside = before.isalpha() and after.isalpha()
    beside_digit = before.isdigit() or after.isdigit()
    if letter in _SPACES:
        return 1.5 if beside_digit else 0.5 if not inside else -0.5
    if letter in _ORDINALS:
        number = before in ("N", "n") and not after.isalpha()
        return 2.2 if number else 1.5 if before.isdigit() else 0.5
    if letter in _MONEY:
        if inside or (before.isdigit() and after.isdigit()):
            return -1.0
        return 1.6 if beside_digit or not before.strip() else 1.0
    if letter in "²³":
        return 2.0 if before in ("m", "M") and not after.isalpha() else 0.5
    if letter in "¡¿":
        return 1.0 if after.isalpha() and not before.isalnum() else -0.5
    if letter in _MARKS:
        return -0.8 if inside and letter not in "’‘´·" else 1.0  # noqa: RUF001
    if _FULL_WIDTH.match(letter):
        return 1.0
    return -1.5 if inside else -0.7


def _letter(before: str, letter: str, after: str) -> float:
    script = _script(letter)
    near = {_script(one) for one in (before, after) if one.isalpha()}
    if script in _EAST_ASIA:
        odd = any(one.isascii() and one.isalpha() for one in (before, after))
        return _use(letter) - 0.5 * odd
    if script == "odd":
        return -0.7
    if near - {script, *_EAST_ASIA}:
        return -1.5  # two alphabets in one word
    alone = not before.isalpha() and not after.isalpha()
    if alone:
        return -0.5 if before.isdigit() or after.isdigit() else 0.1
    if letter.isupper() and (before.islower() or (before.isalpha() and after.islower())):
        return -1.0
    if letter.islower() and (after.isupper() or (letter == "ς" and after.isalpha())):
        return -1.0
    if before == "z" and letter == "ł" and not after.isalpha():
        return 1.5  # the money of Poland
    if script != "latin":
        return 0.9
    beside = sum(one.isalpha() and not one.isascii() for one in (before, after))
    return (1.0, 0.5, -0.6)[beside]


@cache
def _script(letter: str) -> str:
    code = ord(letter)
    if not letter.isalpha():
        return "thai" if 0x0E31 <= code <= 0x0E4E else ""
    if code < 0x0250 or 0x1E00 <= code < 0x1F00:
        return "latin"
    for script, first, last in (
        ("greek", 0x0370, 0x03FF), ("cyrillic", 0x0400, 0x052F), ("other", 0x0590, 0x06FF),
        ("thai", 0x0E00, 0x0E7F), ("kana", 0x3040, 0x30FF), ("han", 0x4E00, 0x9FFF),
        ("hangul", 0xAC00, 0xD7A3),
    ):  # fmt: skip
        if first <= code <= last:
            return script
    return "odd"


@cache
def _use(letter: str) -> float:
    """Say how much a letter of East Asia is in use: in tables, at all, or hardly."""
    if letter in _IN_TABLES or _script(letter) == "kana":
        return 1.2
    if _script(letter) == "hangul":
        return 0.9
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("euc_jp", 0xB0, 0xCF)):
        try:
            code = letter.encode(encoding)
        except UnicodeEncodeError:
            continue
        if first <= code[0] <= last:
            return 0.7
    try:
        return 0.7 if 0xA4 <= letter.encode("big5")[0] <= 0xC6 else -0.4
    except UnicodeEncodeError:
        return -0.4


def _one_language(letters: list[str]) -> float:
    """Give the share of letters that one language has; less where it takes several."""
    if not letters:
        return 0.0
    if _script(letters[0]) not in ("latin", "cyrillic", "greek"):
        kinds = {_script(one) for one in letters}
        return 0.9 if kinds <= {"han", "kana"} or len(kinds) == 1 else 0.4
    best = max(sum(one in alphabet for one in letters) for alphabet in _ALPHABETS)
    western = 0.7 * sum(one in _WESTERN for one in letters)
    central = 0.5 * sum(one in _CENTRAL for one in letters)
    rare = sum(one in _RARE for one in letters)
    return (max(best, western, central) - 0.5 * rare) / len(letters)
