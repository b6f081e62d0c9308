// The last thing before a message is sent, when the SDK has written its own headers into metadata.
export function stamp(metadata: Record<string, string>, queue: string, dueMs?: number, attempt?: number): void {
  const ids = metadata["traceparent"]?.split("-").slice(1) ?? metadata["sentry-trace"]?.split("-") ?? [];
  const fields = [`s=${Date.now()}`];
  if (ids[1]) fields.push(`p=${ids[1]}`);
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(queue)) hash = Math.imul(hash ^ byte, 16777619);
  fields.push(`q=${(hash >>> 0).toString(16).padStart(8, "0")}`);
  if (dueMs) fields.push(`d=${dueMs}`); // held back on purpose until then, ms since 1970
  if (attempt) fields.push(`n=${attempt}`); // 1 for the first
  metadata["waybill"] = fields.join(";");
}
