"""waybill serve, killed and stopped at any moment under eight clients: what they have read a 200 for is whole afterwards."""

import os
import random
import signal
import time

from drive import places
from drive.collector import Collector
from drive.processes import Process
from drive.runner import Claims, main
from load import Load, assert_whole, load

ROUNDS = int(os.environ.get("WAYBILL_KILL_ROUNDS", "100"))
SEED = int(os.environ.get("WAYBILL_KILL_SEED", random.SystemRandom().getrandbits(32)))
BATCHES = (8, 8, 32, 100)


class HastyServer(Process):
    def __init__(self, home, store):
        super().__init__([places.PROGRAMS / "faulty-serve", "hasty", store], home)
        self.url = self.line("listening on ").split("listening on ")[1].split(" ")[0]


class Killed(Claims):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}: WAYBILL_KILL_SEED repeats the moments", flush=True)
        self.chance = random.Random(SEED)
        self.first = 0
        self.journals = []

    def kill_under_load(self, server):
        """Loads it, kills it at a random moment, and returns the journal of what was acknowledged until then."""
        journal = self.home / f"acknowledged-{len(self.journals)}"
        batch = self.chance.choice(BATCHES)
        apart = self.chance.choice((0, 0, 5))
        with Load(self.home, server.url, connections=8, batch=batch, apart=apart, first=self.first, seconds=20,
                  acknowledged=journal, announce=1) as clients:
            clients.wait_for_acceptance()
            time.sleep(self.chance.uniform(0, 0.3))
            server.interrupt(signal.SIGKILL)
            outcome = clients.outcome()
        self.first += 1_000_000
        self.journals.append(journal)
        return journal, outcome

    def check(self, server, journal, count=0):
        return load(self.home, server.url, only_check=journal, check=count, connections=8)

    def test_kill(self):
        """Killed in the middle of anything, again and again, it starts on the same store and has all that it acknowledged."""
        acknowledged = checked = 0
        store = self.home / "store"
        for number in range(ROUNDS):
            # Small slices, so that kills also come while one is put in order and the next is begun; and room for all that a
            # quick machine sends, or the first rounds would have expired at the end.
            options = ("--max-disk", "512MiB", *(("--sync-full",) if self.chance.random() < 0.3 else ()))
            with Collector(self.home, *options, store=store) as server:
                if self.journals:
                    now = self.check(server, self.journals[-1])
                    assert_whole(self, now)
                    checked += now["asked"]
                    assert_whole(self, self.check(server, self.chance.choice(self.journals), 20))
                if self.chance.random() < 0.05:  # also while it only starts and repairs what the last kill left
                    server.interrupt(signal.SIGKILL)
                    continue
                _, outcome = self.kill_under_load(server)
                acknowledged += outcome["status_200"]
                self.assertEqual((0, 0), (outcome["other_status"], outcome["partial"]), outcome)
                for told in server.rest_of_errors():  # a kill may have come just as a slice was made
                    self.assertIn("is empty: the last server ended just as it made it", told)
            if number % 20 == 19:
                print(f"  {number + 1} rounds, {acknowledged} requests acknowledged, {checked} traces whole", flush=True)
        with Collector(self.home, store=store) as server:
            for journal in self.journals:
                assert_whole(self, self.check(server, journal, 30))

    def test_hasty(self):
        """A server that acknowledges before it commits is caught by the same kills: this test can fail."""
        for number in range(20):
            store = self.home / f"store-{number}"
            with HastyServer(self.home, store) as server:
                journal, _ = self.kill_under_load(server)
            with Collector(self.home, store=store) as server:
                outcome = self.check(server, journal)
                if outcome["whole"] < outcome["asked"]:
                    print(f"  caught in round {number + 1}: {outcome['asked'] - outcome['whole']} of {outcome['asked']} traces lost")
                    return
        self.fail("20 kills of a server that acknowledges too early, and nothing acknowledged was missed")

    def test_stop(self):
        """Ended by SIGTERM under load it answers what has begun, exits with 0 and has all that it acknowledged."""
        store, journal = self.home / "store", self.home / "acknowledged"
        for number in range(5):
            with Collector(self.home, store=store) as server, \
                    Load(self.home, server.url, connections=8, batch=200, first=number * 1_000_000, seconds=20,
                         acknowledged=journal, announce=1) as clients:
                clients.wait_for_acceptance()
                time.sleep(self.chance.uniform(0, 0.3))
                self.assertEqual(0, server.interrupt(signal.SIGTERM))
                outcome = clients.outcome()
                self.assertEqual([], server.rest_of_errors())
            self.assertGreater(outcome["status_200"], 0)
            self.assertEqual((0, 0), (outcome["other_status"], outcome["partial"]), outcome)
            # A request that meets the closing of its idle connection was never begun; all others are answered.
            self.assertLessEqual(outcome["unanswered"], 8)
            with Collector(self.home, store=store) as server:
                assert_whole(self, self.check(server, journal))


if __name__ == "__main__":
    main()
