"""What the driven tests share: processes that end with their test, a collector, peers of other languages, and the runner."""
