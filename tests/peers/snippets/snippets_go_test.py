"""The Go snippet of docs/other-sdks.md: our worker measures the wait from its stamp."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from drive import places
from drive.processes import plain_environment
from drive.runner import main
from snippet_claims import SNIPPETS, SnippetClaims


class Go(SnippetClaims):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("go"):
            raise unittest.SkipTest("there is no go")
        folder = tempfile.TemporaryDirectory(prefix="waybill-go-")
        cls.addClassCleanup(folder.cleanup)
        cls.program = pathlib.Path(folder.name) / "print_stamped"
        # Nothing of other modules and nothing from the network. What is compiled of Go's own is kept for the next time.
        environment = {**plain_environment(folder.name), "GOTOOLCHAIN": "local", "GOPROXY": "off",
                       "GOCACHE": str(places.BINARY_DIR / "go-cache")}
        built = subprocess.run(["go", "build", "-o", cls.program, SNIPPETS / "stamp.go", SNIPPETS / "print_stamped.go"],
                               env=environment, cwd=folder.name, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if built.returncode != 0:
            raise AssertionError(built.stdout)

    def command(self):
        return [self.program]

    def test_stamp(self):
        """Go: the stamp names the sender's span of either header, the queue, the due time and the attempt."""
        self.check_fields()

    def test_wait(self):
        """Go: the wait is from the stamp to the handler."""
        self.check_wait()

    def test_scheduled(self):
        """Go: a time that the message was held back on purpose is not waiting."""
        self.check_scheduled()


if __name__ == "__main__":
    main(optional=True)
