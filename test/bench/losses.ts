import type { LoadReport } from "../lab/load";

/** What one side did under load, in one sentence; both numbers and the slowest answer over all its runs. */
export function lossesOf(side: string, loads: readonly LoadReport[]): string {
  const sum = (one: "sent" | "failed" | "resent") =>
    loads.reduce((total, load) => total + load[one], 0);
  const slowest = Math.max(0, ...loads.map(({ slowestMs }) => slowestMs));
  return `${side} lost ${sum("failed")} of ${sum("sent")} requests${reasons(loads)} and sent ${sum("resent")} again, the slowest took ${Math.round(slowest)} ms`;
}

function reasons(loads: readonly LoadReport[]): string {
  const counts = new Map<string, number>();
  for (const [reason, count] of loads.flatMap(({ byError }) => Object.entries(byError)))
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  const told = [...counts].map(([reason, count]) => `${reason}: ${count}`);
  return told.length === 0 ? "" : ` (${told.join(", ")})`;
}
