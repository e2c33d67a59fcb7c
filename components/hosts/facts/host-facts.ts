import { X509Certificate } from "node:crypto";
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
  /** Sum of the binary that the last swap has kept. */
  readonly kept: string | undefined;
  readonly freeKiB: number | undefined;
  /** Tunnels through it that are open. */
  readonly tunnels: number | undefined;
  /** When its certificate ends, in milliseconds since 1970. */
  readonly certificateEnds: number | undefined;
  /** Binaries that did not come up here and were swapped back, oldest first. */
  readonly failed: readonly FailedBinary[];
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
    process: numberOf(said("MainPID")),
    isSwapping: said("swapping") === "yes",
    kept: said("kept"),
    freeKiB: numberOf(said("freeKiB")),
    tunnels: numberOf(said("tunnels")),
    certificateEnds: endOf(said("certificate")),
    failed: (lines.get("failed") ?? []).flatMap(failedOf),
  };
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = numberOf(text);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** When a certificate ends, in base64 of PEM; undefined for what is none. */
function endOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    const { validTo } = new X509Certificate(Buffer.from(text, "base64"));
    return Date.parse(validTo);
  } catch {
    return undefined;
  }
}

function failedOf(line: string): readonly FailedBinary[] {
  const [, sha256, release, at, reason] = /^([0-9a-f]{64}) (\S+) (\d+) (.+)$/.exec(line) ?? [];
  return sha256 === undefined || release === undefined || reason === undefined
    ? []
    : [{ sha256, release, at: Number(at) * 1000, reason }];
}
