import type { Fault } from "./fault";

const bad: readonly unknown[] = ["error", "fatal"];

/**
 * Error lines of a log: JSON lines of level error or fatal, and what Node says about an error that nobody caught (S-18, S-19).
 * Source: `mnemom/smoltbot@33f9a5a`: one JSON object per line with timestamp, level, service and message.
 */
export function errorLines(lines: readonly string[], ignore: readonly RegExp[]): readonly string[] {
  return lines.filter((line) => isError(line) && !ignore.some((pattern) => pattern.test(line)));
}

function isError(line: string): boolean {
  try {
    const entry = JSON.parse(line) as { readonly level?: unknown } | null;
    return bad.includes(entry?.level);
  } catch {
    return /^(Uncaught|UnhandledPromiseRejection|Unhandled)/i.test(line);
  }
}

/**
 * Says how many error lines an instance has written, and the last three of them.
 *
 * @param instance - what it is called to the operator: `pod gateway-a`
 */
export function logFaults(instance: string, errors: readonly string[]): readonly Fault[] {
  if (errors.length === 0) return [];
  const last = errors.slice(-3).join(" | ");
  return [
    { kind: "log", text: `${instance} has logged ${errors.length} errors, at last: ${last}` },
  ];
}
