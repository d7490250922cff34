"""What threads that fit side by side say of it."""

import warnings

from brinery.evaluation.threads import quiet_threads


def test_nothing_is_told_where_another_thread_emptied_the_filters():
    with warnings.catch_warnings(record=True) as told, quiet_threads():
        warnings.resetwarnings()
        warnings.warn("as scikit-learn does where it finds none", UserWarning, stacklevel=1)
    assert told == []


def test_what_is_told_afterwards_is_as_before():
    before = warnings.filters[:], warnings.showwarning
    with quiet_threads():
        pass
    assert (warnings.filters[:], warnings.showwarning) == before
