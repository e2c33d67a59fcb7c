/** A release by its version, as a stack file asks for it. */
export type Release = string;

/** The release that the stack file asks for at that moment. */
export const WANTED = "the wanted one";

/** The release that the stack file asked for before the one that it asks for now: the line reverted. */
export const BEFORE = "the one before";

/** What may be killed of a run. */
export const PARTS = ["everything", "the CLI", "the plugin command", "the language host"] as const;
export type Part = (typeof PARTS)[number] | "the plugin docker";

/** When a run is killed: at a sign that its product knows, or after that many seconds. */
export type Moment = string | number;

/** What an operator of any product may do next. Each is possible at any time. */
export type Operation =
  | { readonly kind: "set the version"; readonly release: Release }
  | { readonly kind: "consent to the major"; readonly release: Release }
  | { readonly kind: "mistype a consent" }
  | { readonly kind: "take the consents back" }
  | { readonly kind: "edit the values"; readonly level: string }
  | { readonly kind: "ask for pods"; readonly replicas: number }
  | { readonly kind: "rotate a secret"; readonly value: number }
  | { readonly kind: "aim at another database" }
  | { readonly kind: "aim at the database of the pods" }
  | { readonly kind: "preview" }
  | { readonly kind: "up" }
  | { readonly kind: "up to a release"; readonly release: Release }
  /** Previews, consents to what the preview asks consent for, and runs. */
  | { readonly kind: "up to a release, as it is told"; readonly release: Release }
  | { readonly kind: "up, killed"; readonly part: Part; readonly when: Moment }
  | {
      readonly kind: "up to a release, as it is told, killed";
      readonly release: Release;
      readonly part: Part;
      readonly when: Moment;
    }
  | { readonly kind: "up, and meanwhile"; readonly deed: OfDocker; readonly when: Moment }
  | {
      readonly kind: "up to a release, as it is told, and meanwhile";
      readonly release: Release;
      readonly deed: OfDocker;
      readonly when: Moment;
    }
  /** Runs the same `up` as it is told, and where that does not end well, the line reverted: one of them has to. */
  | { readonly kind: "see it through" }
  | { readonly kind: "up by two at once" }
  | { readonly kind: "up of one step"; readonly step: string }
  | { readonly kind: "refresh" }
  | { readonly kind: "write rows" }
  | { readonly kind: "empty the backup folder" }
  | { readonly kind: "go to the other machine" }
  | { readonly kind: "scale by hand"; readonly replicas: number }
  | { readonly kind: "delete the budget by hand" }
  | { readonly kind: "delete the migration Job" }
  | { readonly kind: "take the right to create databases" }
  | { readonly kind: "give the right to create databases" }
  | OfSmoltbot
  | OfDocker
  | OfBamf;

/** What only an operator of smoltbot does. */
type OfSmoltbot = {
  readonly kind: "consent to a restore";
  readonly release: Release;
  /** Counted from the newest. */
  readonly dump: number;
};

/** What is done to a gateway on a Docker host. */
export type OfDocker =
  | { readonly kind: "stop by hand"; readonly role: string }
  | { readonly kind: "restart by hand"; readonly role: string }
  | { readonly kind: "remove by hand and refresh"; readonly role: string }
  | { readonly kind: "limit the front proxy"; readonly mebibytes: number }
  | { readonly kind: "limit Redis"; readonly mebibytes: number }
  | { readonly kind: "remove by hand"; readonly role: string }
  | { readonly kind: "the daemon is restarted" }
  /** With SIGKILL; it is started again after so many seconds. */
  | { readonly kind: "the daemon is killed"; readonly awaySeconds: number }
  /** Without it a daemon that comes back after a crash stops every container. */
  | { readonly kind: "switch live-restore"; readonly on: boolean }
  /** Of the Compose file that this gateway might once have had: its gateway and observer, on the port of ours. */
  | { readonly kind: "somebody runs compose up" }
  | { readonly kind: "what Compose made goes" }
  /** Into the stack file; that of the data stays. */
  | { readonly kind: "write another password" }
  | { readonly kind: "write the right password" }
  | { readonly kind: "the disk of the backups is full" }
  | { readonly kind: "the disk of the backups has room" };

/** Whether requests may fail because of what is done on a Docker host, until an `up` has ended well. */
export const takesAway = (deed: OfDocker): boolean =>
  deed.kind !== "somebody runs compose up" && !("role" in deed && deed.role === "observer");

/** What only operators and users of BAMF do. */
export type OfBamf =
  | {
      readonly kind: "consent to cut";
      readonly release: Release;
      readonly sessions: number;
    }
  | { readonly kind: "say what becomes of sessions"; readonly policy: "stop" | "cut" }
  /** What leads new tunnels elsewhere stays on: without it some begin on a bridge as it stops, and nobody could say which. */
  | { readonly kind: "switch the guard"; readonly on: boolean }
  | {
      readonly kind: "users open tunnels";
      readonly tunnels: number;
      /** Through an agent elsewhere, or through those of the chart. */
      readonly through: "foreign" | "chart";
    }
  | { readonly kind: "users go home" };

/** As a person would say it: `set the version to 2.0.0`. */
export function inWords({ kind, ...more }: Operation): string {
  const said: Readonly<Record<string, Detail>> = more;
  const details = Object.entries(said).map(([key, value]) => `${key} ${wordOf(value)}`);
  return details.length === 0 ? kind : `${kind} (${details.join(", ")})`;
}

type Detail = string | number | boolean | Operation;

const wordOf = (value: Detail): string =>
  typeof value === "object" ? inWords(value).replaceAll(/[()]/g, "") : String(value);
