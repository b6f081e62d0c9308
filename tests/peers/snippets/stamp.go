package main

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// The last thing before a message is sent, when the SDK has written its own headers into metadata.
// dueMillis: held back on purpose until then, since 1970; 0 for not at all. attempt: 1 for the first.
func stamp(metadata map[string]string, queue string, dueMillis int64, attempt int) {
	hash := fnv.New32a()
	hash.Write([]byte(queue))
	value := fmt.Sprintf("s=%d;q=%08x;n=%d", time.Now().UnixMilli(), hash.Sum32(), attempt)
	ids := strings.Split(metadata["sentry-trace"], "-")
	if w3c := strings.Split(metadata["traceparent"], "-"); len(w3c) > 2 {
		ids = w3c[1:]
	}
	if len(ids) > 1 {
		value += ";p=" + ids[1]
	}
	if dueMillis > 0 {
		value += fmt.Sprintf(";d=%d", dueMillis)
	}
	metadata["waybill"] = value
}
