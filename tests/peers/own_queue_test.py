"""waybill on both sides of its SQLite queue, in processes of their own."""

from drive.runner import main
from journey import JourneyClaims


class OwnQueue(JourneyClaims):
    def test_two_processes(self):
        """A request and its task are one trace, and the wait between them is exact and true."""
        sent, started, shown = self.travel(self.own_web(), self.own_worker())
        self.check_story(shown, sent, started)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started)
        self.assertTrue(wait["exact"], wait)
        self.assertEqual(("deployment", "sqlite", "same_clock"), (wait["queue"], wait["system"], wait["basis"]))
        self.assertIn("behind report", shown["verdict"])

    def test_metadata_alone(self):
        """A worker that has nothing but the metadata shows a true wait too, by the sender's stamp."""
        worker = self.own_worker(PEER_METADATA_ALONE="1")
        sent, started, shown = self.travel(self.own_web(), worker)
        self.check_story(shown, sent, started)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started)
        self.assertEqual("producer_stamp", wait["basis"])

    def test_worker_clock_is_off(self):
        """A worker whose wall clock is 5 s off shows no exact wait, whether the queue stamps the message or its sender."""
        for metadata_alone in ({}, {"PEER_METADATA_ALONE": "1"}):
            for offset in (-5, 5):
                with self.subTest(offset=offset, **metadata_alone):
                    worker = self.own_worker(clock_offset=offset, **metadata_alone)
                    sent, started, shown = self.travel(self.own_web(), worker, busy=0.3)
                    self.assertFalse(self.wait_of(shown, sent, started)["exact"], shown["waits"])


if __name__ == "__main__":
    main()
