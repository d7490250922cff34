"""List what honest estimators need and the door does not let in yet: names, and refusals.

Run it as `python -m tools.list_names` after a new release of scikit-learn, numpy or
pandas. For each name that it prints, read the source: a name goes on the list in
`brinery/safety/table.py` only if it neither imports, opens, runs nor evaluates what it is
given, when it is called and when its state is set. Then the models that the door refuses
though all their names are listed: a new state, parameter or form, for which a builder or a
rule has to be widened. `--all` prints the listed names too.
"""

from __future__ import annotations

import argparse
import itertools
import pickle
from collections import defaultdict

from brinery.errors import UnsafePickle
from brinery.safety import door
from brinery.safety.audit import audit
from tools.estimators import fitted
from tools.variants import variants


def main() -> None:
    """Print each name, whether it is on the list, and an estimator that needs it; then refusals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="print the listed names too")
    print_all = parser.parse_args().all
    users: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    n_estimators = 0
    refused: dict[str, list[str]] = defaultdict(list)
    for name, estimator, _ in itertools.chain(fitted(), variants()):
        n_estimators += 1
        for protocol in (0, 2, 5):
            pickled = pickle.dumps(estimator, protocol)
            found = audit(pickled)
            for one in found.imports:
                users[one.module, one.name, one.allowed].append(name)
            try:
                door.load(pickled)
            except UnsafePickle as error:
                if all(one.allowed for one in found.imports):
                    refused[error.problem].append(f"{name}, protocol {protocol}")
    for (module, name, allowed), names in sorted(users.items()):
        if print_all or not allowed:
            print(f"{'listed ' if allowed else 'MISSING'} {module} {name}  ({names[0]})")
    for problem, names in sorted(refused.items()):
        print(f"REFUSED {problem}  ({names[0]}, {len(names)} in all)")
    n_missing = sum(not allowed for _, _, allowed in users)
    print(
        f"{n_estimators} estimators, {len(users)} names, {n_missing} not on the list, "
        f"{sum(map(len, refused.values()))} refused"
    )


if __name__ == "__main__":
    main()
