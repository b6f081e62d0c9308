// Stamps what each line of standard input asks for, and prints the metadata. Its argument: the module with stamp().
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { stamp } = await import(pathToFileURL(process.argv[2]).href);
for await (const line of createInterface({ input: process.stdin })) {
  const { metadata, queue, due_ms, attempt } = JSON.parse(line);
  stamp(metadata, queue, due_ms, attempt);
  console.log(JSON.stringify({ event: "stamped", metadata }));
}
