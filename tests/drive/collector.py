"""A real waybill serve for a test, and waybill's own words about what it has stored."""

import json
import subprocess

from drive import places
from drive.processes import PATIENCE, Process, plain_environment


class Collector(Process):
    def __init__(self, home, *options, listen="127.0.0.1:0", store=None, **environment):
        self.home = home
        self.store = store or home / "store"
        super().__init__([places.WAYBILL, "serve", "--store", self.store, "--listen", listen, *options], home, **environment)
        try:
            told = self.line("listening on ").split("listening on ")[1]
        except AssertionError:
            self.__exit__()
            raise
        self.url = told.split(" ")[0]
        self.grpc_address = told.split(" and on ")[1].split(" ")[0] if "(OTLP/gRPC)" in told else None

    def show(self, trace, *options):
        """The JSON of one trace."""
        return json.loads(waybill(self.home, "show", trace, "--from", self.url, "--json", *options).stdout)

    def list(self):
        """The JSON of each trace, the newest first."""
        shown = waybill(self.home, "list", "--from", self.url, "--json")
        return [json.loads(line) for line in shown.stdout.split("\n") if line]


def waybill(home, *arguments, code=0, text=True, stdin=subprocess.DEVNULL, **environment):
    """Runs the program to its end. Its exit code is part of what is expected."""
    done = subprocess.run([str(places.WAYBILL), *map(str, arguments)], capture_output=True, text=text,
                          timeout=PATIENCE, stdin=stdin, env=plain_environment(home, **environment))
    said = f"waybill {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout!s}{done.stderr!s}"
    assert done.returncode == code, f"expected exit {code}, but {said}"
    return done
