"""Home: the two doors, the shelf at a glance, and the first start."""

from ui import first_start


def test_an_empty_shelf_says_what_to_do(serve, said, tmp_path):
    app = serve(tmp_path)
    assert "The shelf is empty. Build the first model" in said(app)
    assert {b.label: b.proto.type for b in app.button} == {
        "Use a model": "secondary",
        "Build a model": "primary",
    }


def test_a_user_has_one_door(serve, said, tmp_path):
    app = serve(tmp_path, role="user")
    assert [button.label for button in app.button] == ["Use a model"]
    assert "Once somebody has built a model" in said(app)


def test_the_first_door_opens_predict(serve, trained):
    app = serve(trained)
    assert [b.label for b in app.button if b.proto.type == "primary"] == ["Use a model"]
    app.button(key="home/use").click().run()
    assert not app.exception
    assert app.title[0].value == "Predict"


def test_every_model_is_shown_with_how_good_it_is(serve, said, trained):
    app = serve(trained)
    assert {"crunchy", "grams"} <= {one.value for one in app.subheader}
    assert "never seen" in said(app)


def test_a_broken_model_is_shown_with_its_words_and_hides_no_other(serve, broken_card):
    app = serve(broken_card)
    assert {"crunchy", "grams"} <= {one.value for one in app.subheader}
    assert len(app.warning) == 1
    assert [link.value for link in app.page_link].count("Predict with it") == 1


def test_examples_on_their_way_are_named(serve, said, tmp_path, monkeypatch):
    monkeypatch.setattr(first_start, "state", first_start.FirstStart(["one", "two"]))
    assert "is training one and two" in said(serve(tmp_path))


def test_examples_that_failed_are_not_kept_quiet(serve, said, tmp_path, monkeypatch):
    monkeypatch.setattr(first_start, "state", first_start.FirstStart([], "No room on the disk."))
    assert "No room on the disk." in said(serve(tmp_path))
