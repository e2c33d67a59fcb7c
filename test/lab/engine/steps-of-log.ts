/** One thing that the engine did (or, in a preview, would do) with one resource. */
export interface Step {
  /** `same`, `create`, `update`, `delete`, `create-replacement`, `replace`, `delete-replaced`, `read`, ... */
  readonly op: string;
  readonly urn: string;
  /** Pulumi type token. */
  readonly type: string;
  /** Pulumi name. */
  readonly name: string;
  /** How it ended; `begun` when the run ended first. */
  readonly end: "done" | "failed" | "begun";
  /** By property path: what kind of change, e.g. `update` or `add-replace`. */
  readonly changes: Readonly<Record<string, string>>;
}

/** A message of the engine or of a provider that stays on the screen. */
export interface Diagnostic {
  readonly severity: "info" | "info#err" | "warning" | "error";
  /** Empty for messages about no resource. */
  readonly urn: string;
  readonly message: string;
}

/** What an event log tells. */
export interface EngineLog {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  /** Status lines that resources showed while they were at work, in order. */
  readonly progress: readonly { readonly urn: string; readonly message: string }[];
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly diagnosticEvent?: {
    readonly severity: string;
    readonly urn?: string;
    readonly message: string;
    readonly ephemeral?: boolean;
  };
}

/**
 * Reads what a run of the CLI wrote with `--event-log`; a line that a killed run left half written
 * is passed over.
 *
 * Source: pulumi/pulumi@v3.245.0:sdk/go/common/apitype/events.go.
 */
export function readEngineLog(text: string): EngineLog {
  const steps = new Map<string, Step>();
  const messages: (Diagnostic & { readonly ephemeral: boolean })[] = [];
  for (const event of text.split("\n").flatMap(parseLine)) {
    record(steps, event.resourcePreEvent?.metadata, "begun");
    record(steps, event.resOutputsEvent?.metadata, "done");
    record(steps, event.resOpFailedEvent?.metadata, "failed");
    const said = event.diagnosticEvent;
    if (said === undefined || said.severity === "debug") continue;
    const { urn = "", message, ephemeral = false } = said;
    messages.push({ severity: said.severity as Diagnostic["severity"], urn, message, ephemeral });
  }
  return {
    steps: [...steps.values()],
    diagnostics: messages.filter(({ ephemeral }) => !ephemeral),
    progress: messages.filter(({ ephemeral }) => ephemeral),
  };
}

/** The steps that change something: neither `same` nor `read`, nor a provider's own bookkeeping. */
export function changing(steps: readonly Step[]): readonly Step[] {
  return steps.filter(
    ({ op, type }) =>
      !["same", "read", "refresh"].includes(op) && !type.startsWith("pulumi:providers:"),
  );
}

function record(steps: Map<string, Step>, about: Metadata | undefined, end: Step["end"]): void {
  if (about === undefined) return;
  const { op, urn, type, detailedDiff } = about;
  const key = `${op} ${urn}`;
  // A failure is also followed by an event with the outputs of what is there so far.
  if (steps.get(key)?.end === "failed") return;
  const changes = Object.entries(detailedDiff ?? {}).map(([path, diff]) => [path, diff.diffKind]);
  const name = urn.split("::").slice(3).join("::");
  steps.set(key, {
    op,
    urn,
    type,
    name,
    end,
    changes: Object.fromEntries(changes) as Step["changes"],
  });
}

function parseLine(line: string): readonly EngineEvent[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as EngineEvent];
  } catch {
    return [];
  }
}
