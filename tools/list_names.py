"""List the names that honest estimators need and that the door's list does not have.

Run it as `python -m tools.list_names` after a new release of scikit-learn, numpy or
pandas. For each name that it prints, read the source: a name goes on the list in
`brinery/safety/table.py` only if it neither imports, opens, runs nor evaluates what it is
given, when it is called and when its state is set. `--all` prints the listed ones too.
"""

from __future__ import annotations

import argparse
import pickle
from collections import defaultdict

from brinery.safety.audit import audit
from tools.estimators import fitted


def main() -> None:
    """Print each name, whether it is on the list, and an estimator that needs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="print the listed names too")
    print_all = parser.parse_args().all
    users: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    n_estimators = 0
    for name, estimator, _ in fitted():
        n_estimators += 1
        for protocol in (0, 2, 5):
            for one in audit(pickle.dumps(estimator, protocol)).imports:
                users[one.module, one.name, one.allowed].append(name)
    for (module, name, allowed), names in sorted(users.items()):
        if print_all or not allowed:
            print(f"{'listed ' if allowed else 'MISSING'} {module} {name}  ({names[0]})")
    n_missing = sum(not allowed for _, _, allowed in users)
    print(f"{n_estimators} estimators, {len(users)} names, {n_missing} not on the list")


if __name__ == "__main__":
    main()
