package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// Stamps what each line of standard input asks for, and prints the metadata.
func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked struct {
			Metadata map[string]string `json:"metadata"`
			Queue    string            `json:"queue"`
			DueMs    int64             `json:"due_ms"`
			Attempt  int               `json:"attempt"`
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		stamp(asked.Metadata, asked.Queue, asked.DueMs, asked.Attempt)
		told, _ := json.Marshal(asked.Metadata)
		fmt.Printf("{\"event\":\"stamped\",\"metadata\":%s}\n", told)
	}
}
