"""An S3 store to try things on: moto's server as a process of its own; run by a fixture.

Usage: store.py PORT-FILE. One request at a time, so that a conditional put is one step, as in S3.
"""

import sys
import threading
from pathlib import Path

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def main(port_file: str) -> None:
    app = DomainDispatcherApplication(create_backend_app)
    one = threading.Lock()

    def in_turn(environ, start_response):
        with one:
            return list(app(environ, start_response))

    server = make_server("127.0.0.1", 0, in_turn, threaded=True)
    hidden = Path(f"{port_file}.new")
    hidden.write_text(str(server.server_port))
    hidden.replace(port_file)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
