"""The Python and TypeScript snippets of docs/other-sdks.md: our worker measures the wait from their stamp."""

import ast
import re
import subprocess
import sys
import unittest

from drive import places
from drive.runner import main
from snippet_claims import SNIPPETS, SnippetClaims, fields_of


class Python(SnippetClaims):
    def command(self):
        return [sys.executable, "-B", SNIPPETS / "print_stamped.py"]

    def test_fields(self):
        """Python: the stamp names the sender's span of either header, the queue, the due time and the attempt."""
        self.check_fields()

    def test_wait(self):
        """Python: the wait is from the stamp to the handler."""
        self.check_wait()

    def test_scheduled(self):
        """Python: a time that the message was held back on purpose is not waiting."""
        self.check_scheduled()

    def test_beside_the_sdk(self):
        """Python: beside the headers that OpenTelemetry's SDK itself writes."""
        told = subprocess.run([places.python_peer(), "-B", "-c", BESIDE_THE_SDK], cwd=SNIPPETS, check=True, capture_output=True, text=True)
        span, metadata = ast.literal_eval(told.stdout)
        self.assertEqual(span, fields_of(metadata)["p"])
        self.assertIn(span, metadata["traceparent"])


BESIDE_THE_SDK = """
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import TracerProvider
from stamp import stamp
with TracerProvider().get_tracer("app").start_as_current_span("send") as span:
    metadata = {}
    propagate.inject(metadata)
    stamp(metadata, "deployment")
    print((trace.format_span_id(span.get_span_context().span_id), metadata))
"""


def without_types(text):
    """The snippet as JavaScript: not every Node that is to be supported strips types itself."""
    annotation = r"\??: (?:Record<string, string>|string|number|void)"
    return re.sub(annotation, "", text)


class TypeScript(SnippetClaims):
    def command(self):
        try:
            subprocess.run(["node", "--version"], check=True, capture_output=True)
        except OSError:
            raise unittest.SkipTest("there is no node") from None
        module = self.home / "stamp.mjs"
        module.write_text(without_types((SNIPPETS / "stamp.ts").read_text()))
        return ["node", SNIPPETS / "print_stamped.mjs", module]

    def test_fields(self):
        """TypeScript: the stamp names the sender's span of either header, the queue, the due time and the attempt."""
        self.check_fields()

    def test_wait(self):
        """TypeScript: the wait is from the stamp to the handler."""
        self.check_wait()

    def test_scheduled(self):
        """TypeScript: a time that the message was held back on purpose is not waiting."""
        self.check_scheduled()


if __name__ == "__main__":
    main()
