import { X509Certificate } from "node:crypto";
import { ownerNote, type OwnerNote } from "../plan/owner";
import { valueOf, type HostLines } from "./host-lines";

/** What a look at the agent of one host has found; undefined is what the host did not say. */
export interface HostFacts {
  /** As `uname -m` says it: `x86_64`. */
  readonly machine: string | undefined;
  /** Its clock, in milliseconds since 1970. */
  readonly clock: number | undefined;
  readonly unit: UnitFacts;
  /** The binary that the unit starts, past symbolic links (T-32). */
  readonly binary: string | undefined;
  readonly sha256: string | undefined;
  /** Sum of what the running process executes; another one than `sha256` if the file was changed and not started. */
  readonly running: string | undefined;
  /** Path of what it executes; another one than `binary` if that only starts it. */
  readonly executes: string | undefined;
  /** Number of that process; another one after each restart. */
  readonly process: number | undefined;
  /** True while a swap is at work there, which a run has left that was killed. */
  readonly isSwapping: boolean;
  /** Sum of the binary of a swap that has no verdict; one that is not at work was cut off, such as by a loss of power. */
  readonly begun: string | undefined;
  /** Sum of the binary that the last swap has kept. */
  readonly kept: string | undefined;
  /** Room beside the binary, with what an earlier run has brought there and not swapped: the next one takes that, or its room. */
  readonly freeKiB: number | undefined;
  /** Room for what is noted below `/var/lib/gateways`, with what is kept for root. */
  readonly notesFreeKiB: number | undefined;
  /** Folders into which a swap writes, and to which nothing can be written. */
  readonly readOnly: readonly string[];
  /** Why a new binary cannot get what the file of the old one has beside its content, such as capabilities; undefined if it can. */
  readonly cannotGive: string | undefined;
  /** Tunnels through it that are open; none of one that is down. */
  readonly tunnels: number | undefined;
  /** Tunnels that swaps to a release have cut there, by the release; also those that were cut off, or swapped back. */
  readonly cut: Readonly<Record<string, number>>;
  /** When its certificate began and when it ends, in milliseconds since 1970. */
  readonly certificateBegins: number | undefined;
  readonly certificateEnds: number | undefined;
  /** A second instance beside it, which takes its new tunnels while those of the first one end; undefined if there is none. */
  readonly beside: BesideFacts | undefined;
  /** Why none can run here; undefined if one can, or nobody has asked. */
  readonly cannotBeside: string | undefined;
  /** Binaries that did not come up here and were swapped back, oldest first. */
  readonly failed: readonly FailedBinary[];
  /** Which stack keeps it at a release; undefined if no note says so. */
  readonly owner: OwnerNote | undefined;
}

export interface UnitFacts {
  /** False if systemd knows no such unit. */
  readonly isThere: boolean;
  /** `active`, `failed`, ... */
  readonly state: string;
  /** `enabled`, `disabled`, ... */
  readonly enabled: string;
  readonly user: string;
}

export interface BesideFacts {
  /** Sum of what it executes. */
  readonly sha256: string;
  /** `leads`: new tunnels go to it; `leaves`: they go to the agent of the unit, and it ends with its last one. Undefined while it comes up. */
  readonly phase: "leads" | "leaves" | undefined;
  /** At most so many are open through it: it has no metrics of its own, and they are counted from outside. */
  readonly tunnels: number | undefined;
}

export interface FailedBinary {
  readonly sha256: string;
  readonly release: string;
  /** In milliseconds since 1970, by the clock of the host. */
  readonly at: number;
  readonly reason: string;
}

/** Reads what the program of a host has printed. */
export function hostFacts(lines: HostLines): HostFacts {
  const said = (name: string) => valueOf(lines, name);
  const life = lifeOf(said("certificate"));
  const main = numberOf(said("MainPID"));
  return {
    machine: said("machine"),
    clock: secondsOf(said("now")),
    unit: {
      isThere: said("LoadState") === "loaded",
      state: said("ActiveState") ?? "unknown",
      enabled: said("UnitFileState") ?? "unknown",
      user: said("User") ?? "root",
    },
    binary: said("binary"),
    sha256: said("sha256"),
    running: said("running"),
    executes: said("executes"),
    process: main,
    isSwapping: said("swapping") === "yes",
    begun: said("begun"),
    kept: said("kept"),
    freeKiB: sumOf(numberOf(said("freeKiB")), numberOf(said("stagedKiB"))),
    notesFreeKiB: numberOf(said("notesFreeKiB")),
    readOnly: [...new Set(lines.get("readOnly") ?? [])],
    cannotGive: said("cannotGive"),
    // Through an agent that is down there is none.
    tunnels: numberOf(said("tunnels")) ?? (main === 0 ? 0 : undefined),
    cut: Object.fromEntries((lines.get("cut") ?? []).flatMap(cutOf)),
    certificateBegins: life?.begins,
    certificateEnds: life?.ends,
    beside: besideOf(lines),
    cannotBeside: said("cannotBeside"),
    failed: (lines.get("failed") ?? []).flatMap(failedOf),
    owner: said("owner.there") === "yes" ? ownerNote(lines, "owner.") : undefined,
  };
}

const PHASES = ["leads", "leaves"] as const;

function besideOf(lines: HostLines): BesideFacts | undefined {
  const sha256 = valueOf(lines, "beside");
  if (sha256 === undefined) return undefined;
  const phase = valueOf(lines, "besidePhase");
  const tunnels = numberOf(valueOf(lines, "besideTunnels"));
  return { sha256, phase: PHASES.find((one) => one === phase), tunnels };
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const sumOf = (free: number | undefined, staged = 0): number | undefined =>
  free === undefined ? undefined : free + staged;

function secondsOf(text: string | undefined): number | undefined {
  const seconds = numberOf(text);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** From when to when a certificate is good, in base64 of PEM; undefined for what is none. */
function lifeOf(text: string | undefined) {
  if (text === undefined) return undefined;
  try {
    const { validFrom, validTo } = new X509Certificate(Buffer.from(text, "base64"));
    return { begins: Date.parse(validFrom), ends: Date.parse(validTo) };
  } catch {
    return undefined;
  }
}

function cutOf(line: string): readonly (readonly [string, number])[] {
  const [, release, tunnels] = /^(\S+) (\d+)$/.exec(line) ?? [];
  return release === undefined ? [] : [[release, Number(tunnels)]];
}

function failedOf(line: string): readonly FailedBinary[] {
  const [, sha256, release, at, reason] = /^([0-9a-f]{64}) (\S+) (\d+) (.+)$/.exec(line) ?? [];
  return sha256 === undefined || release === undefined || reason === undefined
    ? []
    : [{ sha256, release, at: Number(at) * 1000, reason }];
}
