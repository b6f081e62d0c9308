"""Hands payloads, one JSON object a line, to Relay's own normaliser, and says of each whether Sentry would take it."""

import json
import sys

from sentry_relay.processing import StoreNormalizer

for line in sys.stdin:
    try:
        normalised = StoreNormalizer(project_id=1).normalize_event(json.loads(line))
        verdict = {"accepted": True, "notes": [normalised.get(key) for key in ("errors", "_meta") if normalised.get(key)],
                   "event": normalised}
    except Exception as problem:  # whatever it throws is a no
        verdict = {"accepted": False, "notes": [str(problem)]}
    print(json.dumps(verdict))
