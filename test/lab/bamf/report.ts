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
}
