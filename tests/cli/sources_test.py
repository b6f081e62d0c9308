"""Traces read where they are: files of other tools."""

import gzip
import json

from drive import places
from drive.collector import waybill
from drive.runner import Claims, main

JAEGER = places.SOURCE_DIR / "tests" / "data" / "jaeger" / "documented_shape.json"


class Files(Claims):
    def file(self, name, content):
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def test_jaeger(self):
        """A trace that Jaeger's page has downloaded is shown with its wait, also packed, and by whatever name."""
        text = JAEGER.read_bytes()
        trace = json.dumps(json.loads(text)["data"][0])
        for path in (JAEGER, self.file("trace.txt", text), self.file("trace.gz", gzip.compress(text)), self.file("one.json", trace)):
            with self.subTest(path.name):
                shown = json.loads(waybill(self.home, "show", "--from", path, "--json").stdout)
                self.assertEqual(["deployment"], [wait["queue"] for wait in shown["waits"]])
                self.assertEqual(30_200_000_000, shown["waits"][0]["duration_ns"])
                self.assertIn("POST /api/deploy", waybill(self.home, "list", "--from", path).stdout)

    def test_wrong_files(self):
        """What is no file of traces is told in one line that says what was found."""
        for content, says in ((b"hello", "not a file of OTLP JSON"), (b'{"data":[{]}', "no readable file of Jaeger"),
                              (b'{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}', "Jaeger says: trace not found"),
                              (gzip.compress(b"{}")[:-4], "gzip"), (b'{"data":[]}', "no spans and no events"), (b"", "no spans")):
            with self.subTest(content=content):
                told = waybill(self.home, "show", "--from", self.file("x.json", content), code=1)
                self.assertIn(says, told.stderr)
                self.assertEqual(1, told.stderr.count("\n"), told.stderr)


if __name__ == "__main__":
    main()
