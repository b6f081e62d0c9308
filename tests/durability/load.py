"""receive-load, the client of bench/receive: it writes down each 200 that it has read, and looks for those traces later."""

import json

from drive import places
from drive.processes import PATIENCE, Process


class Load(Process):
    """A load that is under way; outcome() waits for its end. With announce=1 the first 200 can be waited for."""

    def __init__(self, home, url, *options, **named):
        options += tuple(part for name, value in named.items() for part in (f"--{name.replace('_', '-')}", value))
        super().__init__([places.PROGRAMS / "receive-load", "--url", url, *options], home)

    def wait_for_acceptance(self):
        self.line("accepted")

    def outcome(self, within=PATIENCE):
        code = self.wait(within)
        assert code == 0, f"{self}: exit {code}{self._said()}"
        return json.loads(self.rest()[-1])


def load(home, url, *, within=PATIENCE, **named):
    """Runs a load to its end."""
    with Load(home, url, **named) as running:
        return running.outcome(within)


def assert_whole(test, outcome):
    """All traces that were asked for have all their acknowledged spans, each once."""
    test.assertEqual((outcome["asked"], ""), (outcome["whole"], outcome["first_problem"]))
