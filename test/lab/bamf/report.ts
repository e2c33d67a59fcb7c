/** What a client says about its tunnels: `internal/client/report.go`. */
export interface Report {
  readonly held: Count;
  readonly passing: Count;
  readonly bridges: Readonly<Record<string, Count>>;
  readonly tunnels: readonly About[];
}

export interface Count {
  readonly opened: number;
  readonly failed: number;
  readonly kept: number;
  readonly cut: number;
  readonly frozen: number;
  readonly longestStallMs: number;
}

export interface About {
  readonly number: number;
  readonly state: "opening" | "open" | "ended" | "cut" | "failed" | "frozen";
  readonly why?: string;
  readonly bridges: readonly string[];
  readonly messages: number;
  readonly stallMs: number;
  readonly silentMs: number;
  readonly held: boolean;
  /** When it was asked for, in ISO 8601. */
  readonly openedAt: string;
  /** Undefined while it is open. */
  readonly endedAt?: string;
}

/** How a report stands, by what users notice: tunnels that were cut or froze, and new ones that could not be opened. */
export interface Losses {
  readonly cut: number;
  readonly frozen: number;
  readonly failedOpens: number;
  readonly longestStallMs: number;
}

export const lossesOf = ({ held, passing }: Report): Losses => ({
  cut: held.cut + passing.cut,
  frozen: held.frozen + passing.frozen,
  failedOpens: held.failed + passing.failed,
  longestStallMs: Math.max(held.longestStallMs, passing.longestStallMs),
});

/** A stall that a person would call a disconnect. */
const LONGEST_STALL_MS = 5000;

/** The report, if no tunnel was lost and none stood still for long. @throws Error with the losses, and with the tunnels that they are about */
export function withoutLoss(report: Report): Report {
  const losses = lossesOf(report);
  const { longestStallMs, ...counts } = losses;
  const isWell =
    Object.values(counts).every((count) => count === 0) && longestStallMs < LONGEST_STALL_MS;
  if (isWell) return report;
  const lost = report.tunnels.filter(
    ({ state, stallMs }) =>
      ["cut", "frozen", "failed"].includes(state) || stallMs >= LONGEST_STALL_MS,
  );
  throw new Error(
    `tunnels were lost: ${JSON.stringify(losses)}; ${JSON.stringify(lost.slice(0, 5))}`,
  );
}

/** A table of what became of the tunnels, by the bridge on which each was opened; the stall is that of the bridge which they left. */
export function tableOfBridges({ bridges, held, passing }: Report): readonly (readonly string[])[] {
  const row = (name: string, { opened, failed, kept, cut, frozen, longestStallMs }: Count) => [
    name,
    ...[opened, failed, kept, cut, frozen].map(String),
    `${longestStallMs} ms`,
  ];
  const sorted = Object.entries(bridges).sort(([one], [two]) => one.localeCompare(two));
  return [
    ["tunnels", "opened", "failed opens", "kept", "cut", "frozen", "longest stall"],
    ...sorted.map(([name, count]) => row(`on bridge ${name.split(".")[0] ?? name}`, count)),
    row("held all the while", held),
    row("opened meanwhile", passing),
  ];
}
