import { spawn } from "node:child_process";
import { quoted, sshOptions } from "../../ssh/options";
import { patience } from "../../upgrade/patience";

/** A host, and how it is reached. */
export interface HostAddress {
  /** Its name in the inventory. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Its public key: no other one is trusted, and nobody is asked. */
  readonly hostKey: string;
  /** File with the private key of whoever comes. @defaultValue what an SSH agent or the configuration of this machine has */
  readonly identity?: string | undefined;
}

/** A host that did not answer, or a program on it that failed. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";

  constructor(
    /** The words of ssh or of the program, in one line. */
    readonly reason: string,
    /** True if nobody knows whether the program has run: the connection ended before it did. */
    readonly isUnreachable: boolean,
  ) {
    super(reason);
  }
}

/** How a program is run. */
export interface RunOnHost {
  /** Its standard input. @defaultValue nothing */
  readonly input?: string | Uint8Array;
  /** Longest wait for its end, in seconds. @defaultValue 15 */
  readonly limitSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/** ssh ends with it for faults of its own. Source: ssh(1), EXIT STATUS. */
const SSH_FAULT = 255;

/**
 * Hosts that are reached side by side: a jump host refuses some of more than ten logins that are under way.
 *
 * Source: OpenSSH, sshd_config(5): MaxStartups, 10:30:100 by default.
 */
export const HOSTS_AT_ONCE = 8;

/** A look that takes longer is given up. */
export const LOOK_SECONDS = 15;

/**
 * Runs a program on a host as root, by `ssh` and, unless root itself comes, by `sudo -n`, which asks for no password.
 *
 * @param words - the program and its arguments, each kept as it is
 * @returns what it has printed
 * @throws HostFailure if the host does not answer in time, refuses, or the program fails
 */
export async function runOnHost(
  host: HostAddress,
  words: readonly string[],
  { input = "", limitSeconds = LOOK_SECONDS, signal }: RunOnHost = {},
): Promise<string> {
  const child = spawn(
    "ssh",
    [...optionsOf(host), "--", `${host.user}@${host.address}`, commandOf(host, words)],
    {
      signal,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  let [out, said, isLate] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
  child.stderr
    .setEncoding("utf8")
    .on("data", (part: string) => (said = (said + part).slice(-2000)));
  // A host that refuses reads nothing; its exit code says why.
  child.stdin.on("error", () => undefined).end(input);
  // What ssh has started to get past a jump host outlives it, and would hold these for as long as that one says nothing.
  const letGo = () => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const limit = patience(limitSeconds * 1000, () => {
    isLate = true;
    child.kill("SIGKILL");
    letGo();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  }).finally(() => {
    limit.end();
    letGo();
  });
  if (isLate) throw new HostFailure(`no answer within ${limitSeconds} s`, true);
  if (code === 0) return out;
  const reason = lastLine(said) ?? lastLine(out) ?? `it ended with ${String(code)}`;
  throw new HostFailure(reason, code === SSH_FAULT || code === null);
}

const optionsOf = ({ port, hostKey, identity }: HostAddress): readonly string[] => [
  ...sshOptions({ port: String(port), hostKey }),
  ...["-o", "LogLevel=ERROR"],
  ...(identity === undefined ? [] : ["-i", identity, "-o", "IdentitiesOnly=yes"]),
];

const commandOf = ({ user }: HostAddress, words: readonly string[]): string =>
  [...(user === "root" ? [] : ["sudo", "-n"]), ...words].map(quoted).join(" ");

const lastLine = (text: string): string | undefined =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
