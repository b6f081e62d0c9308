"""Stamps what each line of standard input asks for, and prints the metadata."""

import json
import sys

import stamp

for line in sys.stdin:
    asked = json.loads(line)
    stamp.stamp(asked["metadata"], asked["queue"], asked["due_ms"], asked["attempt"])
    print(json.dumps({"event": "stamped", "metadata": asked["metadata"]}, separators=(",", ":")), flush=True)
