import json
import os
import pickle

import pytest

from brinery.errors import SealBroken
from brinery.registry import seal
from brinery.registry.keys import key_id, keys_at


def edited(shelf, file, change, name="bread", version=1):
    place = shelf.file(name, version, file)
    place.write_bytes(change(place.read_bytes()))


def test_what_was_saved_is_whole(shelf):
    shelf.save()
    stored = shelf.shelf.open("bread@1")
    assert stored.pickled == shelf.file("bread", 1, "model.pkl").read_bytes()
    assert stored.schema is stored.card.schema
    keys = keys_at(shelf.settings.key_place)
    assert stored.card.sealed.key_id == key_id(keys.signing)


@pytest.mark.parametrize("at", [0, 5, 100, -1])
def test_one_flipped_bit(shelf, at):
    shelf.save()

    def flip(data):
        changed = bytearray(data)
        changed[at] ^= 1
        return bytes(changed)

    edited(shelf, "model.pkl", flip)
    with pytest.raises(
        SealBroken, match=r"bread@1, model.pkl: (The pickle was changed|Another pickle)"
    ):
        shelf.shelf.open("bread")


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_cut_short(shelf, kept):
    shelf.save()
    edited(shelf, "model.pkl", lambda data: data[:kept])
    with pytest.raises(SealBroken, match=r"bread@1, model.pkl: The pickle was cut short"):
        shelf.shelf.open("bread")


def test_another_versions_pickle(shelf):
    shelf.save(slope=2.0)
    shelf.save(slope=3.0)
    shelf.file("bread", 1, "model.pkl").write_bytes(
        shelf.file("bread", 2, "model.pkl").read_bytes()
    )
    with pytest.raises(
        SealBroken, match=r"is that of version 2, not of this one\. Put model.pkl back"
    ):
        shelf.shelf.open("bread@1")
    assert shelf.shelf.open("bread@2")


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.update(description="99 % right"),
        lambda fields: fields.update(a_field_of_our_own=1),
        lambda fields: fields.update(format=99),
        lambda fields: fields["schema"]["columns"][0].update(maximum=1e9),
        lambda fields: fields["sealed"].update(pickle_sha256="0" * 64),
        lambda fields: fields["sealed"].update(hmac=""),
        lambda fields: fields["sealed"].update(hmac=None),
    ],
)
def test_an_edited_card(shelf, change):
    shelf.save()

    def edit(data):
        fields = json.loads(data)
        change(fields)
        return json.dumps(fields).encode()

    edited(shelf, "card.json", edit)
    with pytest.raises(SealBroken, match=r"bread@1, card.json: The card was edited"):
        shelf.shelf.card("bread")
    with pytest.raises(SealBroken, match=r"card was edited"):
        shelf.shelf.open("bread")


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"sealed": {}}', b"{}"),
        b'{"sealed": {"hmac": "", "key_id": ""}, "format": Infinity}',
    ],
)
def test_a_card_that_cannot_be_read(shelf, raw):
    shelf.save()
    edited(shelf, "card.json", lambda _: raw)
    with pytest.raises(SealBroken, match=r"card can't be read\. Put card.json back"):
        shelf.shelf.card("bread")


def test_a_seal_that_is_no_text_is_not_the_cards(shelf):
    shelf.save()

    def edit(data):
        fields = json.loads(data)
        fields["sealed"]["hmac"] = "\udc80"
        return json.dumps(fields).encode()

    edited(shelf, "card.json", edit)
    with pytest.raises(SealBroken, match="card was edited"):
        shelf.shelf.card("bread")


def test_a_card_of_another_place(shelf):
    shelf.save()
    shelf.save()
    shelf.save("cake")
    edited(shelf, "card.json", lambda _: shelf.file("bread", 2, "card.json").read_bytes())
    with pytest.raises(SealBroken, match="is that of bread@2, not of this place"):
        shelf.shelf.open("bread@1")
    edited(shelf, "card.json", lambda _: shelf.file("cake", 1, "card.json").read_bytes())
    with pytest.raises(SealBroken, match="is that of cake@1, not of this place"):
        shelf.shelf.open("bread@1")


def test_another_key(shelf):
    shelf.save()
    shelf.settings.key_path.write_text("6b" * 32)
    with pytest.raises(SealBroken, match=r"sealed with another key.*Add the key"):
        shelf.shelf.open("bread")


def test_a_changed_proof(shelf):
    shelf.save()
    edited(shelf, "proof.parquet", lambda data: data + b" ")
    with pytest.raises(SealBroken, match=r"bread@1, proof.parquet: The proof was changed"):
        shelf.shelf.open("bread")


@pytest.mark.parametrize("file", ["model.pkl", "proof.parquet"])
def test_a_missing_file(shelf, file):
    shelf.save()
    shelf.file("bread", 1, file).unlink()
    with pytest.raises(SealBroken, match=rf"bread@1, {file}: The file is missing"):
        shelf.shelf.open("bread")


def test_a_hostile_pickle_in_its_place_is_named_and_not_run(shelf, tmp_path):
    mark = tmp_path / "ran"

    class Hostile:
        def __reduce__(self):
            return os.system, (f"touch {mark}",)

    shelf.save()
    edited(shelf, "model.pkl", lambda _: pickle.dumps(Hostile()))
    with pytest.raises(SealBroken, match=r"would use (posix|nt)\.system, which no model may"):
        shelf.shelf.open("bread")
    assert not mark.exists()


def test_unknown_fields_of_a_whole_card_are_kept(shelf):
    shelf.save()
    keys = keys_at(shelf.settings.key_place)
    card = shelf.shelf.card("bread")
    card.extra["colour"] = {"of": "crust"}
    raw = seal.sign(card, keys).to_json()
    assert seal.open_card(raw, keys, "bread", 1).extra == {"colour": {"of": "crust"}}


def test_a_card_of_a_later_release_is_told(shelf):
    shelf.save()
    keys = keys_at(shelf.settings.key_place)
    card = shelf.shelf.card("bread")
    object.__setattr__(card, "format", 99)
    with pytest.raises(SealBroken, match=r"later release of Brinery\. Update Brinery"):
        seal.open_card(seal.sign(card, keys).to_json(), keys, "bread", 1)
