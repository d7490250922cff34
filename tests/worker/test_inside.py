from brinery.worker import inside


def test_outside_a_worker_nothing_listens():
    inside.say({"done": 1})


def test_a_listener_hears_only_its_own_block():
    said = []
    with inside.listening(said.append):
        inside.say({"done": 1})
    inside.say({"done": 2})
    assert said == [{"done": 1}]


def test_all_cores_says_how_many_there_are():
    with inside.all_cores() as n_cores:
        assert n_cores >= 1
