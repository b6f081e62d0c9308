"""Runs the claims of a test file as one ctest."""

import pathlib
import sys
import tempfile
import unittest

from drive import places


class Claims(unittest.TestCase):
    """A test's claims; each method's first line says one. self.home is a folder that is gone afterwards."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="waybill-test-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def start(self, process):
        """Takes a process in; it is ended when the claim is."""
        self.addCleanup(process.__exit__, None, None, None)
        return process.__enter__()


def main(optional=False):
    """Exit 0 if all claims hold, 77 if none of the others failed but some could not be tried, else 1. optional: what they
    need may be missing wherever the tests run, continuous integration included."""
    outcome = unittest.main(module="__main__", exit=False, verbosity=2, buffer=False).result
    for reason in {reason for _, reason in outcome.skipped}:
        print(f"skipped: {reason}")
    if not outcome.wasSuccessful() or (outcome.skipped and places.PEERS_REQUIRED and not optional):
        sys.exit(1)
    sys.exit(77 if outcome.skipped else 0)
