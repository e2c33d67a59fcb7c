import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { Duplex } from "node:stream";
import { sshOptions, type SshHost } from "../../ssh/options";

/** Pauses before a login that was refused is tried again, each up to so many milliseconds. */
const TRIES_AFTER_MS = [500, 1000, 2000, 4000];

/** Most bytes that are kept for another try. */
const MOST_KEPT = 1024 * 1024;

/**
 * What ssh says of a host that hangs up before anybody has logged in, as one does that has many who are about to. Source: OpenSSH, kex.c; sshd_config(5), MaxStartups,
 * PerSourcePenalties.
 */
const HANGS_UP = /^(kex|ssh)_exchange_identification: /m;

/** How often another run of ssh is tried. */
export interface ThroughOptions {
  /** @defaultValue four more tries within eight seconds */
  readonly triesAfterMs?: readonly number[];
}

/**
 * One run of ssh as a connection to the daemon of a host. It ends once it is known how ssh has ended: whoever waits for an answer would be told before that nobody gave one, and
 * not why. A host that hangs up before the login is tried again: nobody there has heard the question.
 */
export function throughSsh(
  ssh: SshHost,
  { triesAfterMs = TRIES_AFTER_MS }: ThroughOptions = {},
): Duplex {
  const connection = new SshConnection(ssh, triesAfterMs);
  // What an HTTP client asks of a socket, and a pair of pipes has not.
  const asSocket = { setTimeout: () => connection, setNoDelay: () => connection };
  return Object.assign(connection, asSocket, { setKeepAlive: () => connection });
}

class SshConnection extends Duplex {
  readonly #ssh: SshHost;
  readonly #triesAfterMs: readonly number[];
  #child: ChildProcessWithoutNullStreams;
  #tries = 0;
  #next: NodeJS.Timeout | undefined;
  /** What was written while nobody is known to have heard it; undefined once somebody may have. */
  #unheard: Buffer[] | undefined = [];
  #isEnded = false;

  constructor(ssh: SshHost, triesAfterMs: readonly number[]) {
    super();
    this.#ssh = ssh;
    this.#triesAfterMs = triesAfterMs;
    this.#child = this.#start();
  }

  #start(): ChildProcessWithoutNullStreams {
    const { target } = this.#ssh;
    const args = [...sshOptions(this.#ssh), "--", target, "docker", "system", "dial-stdio"];
    const child = spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    // Where it has ended, its exit code says why.
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (part: Buffer) => {
      this.#unheard = undefined;
      if (!this.push(part)) child.stdout.pause();
    });
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => (said = (said + text).slice(0, 2000)));
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT" ? "the program ssh is not installed" : error.message;
      this.destroy(new Error(`ssh ${target}: ${missing}`));
    });
    child.on("close", (code) => {
      this.#closed(code, said.trim());
    });
    return child;
  }

  #closed(code: number | null, said: string): void {
    if (this.destroyed) return;
    if (code === 0) {
      this.push(null);
      return;
    }
    const pause = this.#triesAfterMs[this.#tries];
    if (pause !== undefined && this.#unheard !== undefined && HANGS_UP.test(said)) {
      this.#tries += 1;
      // Others who were refused come again as well, and not at the same moment.
      this.#next = setTimeout(
        () => {
          this.#again();
        },
        pause * (0.5 + Math.random() / 2),
      );
      return;
    }
    const line = said.split("\n").at(-1) ?? "";
    this.destroy(new Error(`ssh ${this.#ssh.target}: ${line || `exit code ${code}`}`));
  }

  #again(): void {
    this.#child = this.#start();
    for (const part of this.#unheard ?? []) this.#child.stdin.write(part);
    if (this.#isEnded) this.#child.stdin.end();
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(part: Buffer, _: BufferEncoding, done: () => void): void {
    this.#unheard?.push(part);
    if ((this.#unheard ?? []).reduce((sum, { length }) => sum + length, 0) > MOST_KEPT)
      this.#unheard = undefined;
    // Of one that reads no more, its end says why.
    this.#child.stdin.write(part, () => {
      done();
    });
  }

  override _final(done: () => void): void {
    this.#isEnded = true;
    this.#child.stdin.end(() => {
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#next);
    this.#child.kill();
    done(error);
  }

  /** Keeps the program from its end, as a socket does. */
  ref(): this {
    return this.#hold("ref");
  }

  /** Lets the program end, as a socket that nobody waits for does; ssh ends with it. */
  unref(): this {
    return this.#hold("unref");
  }

  #hold(how: "ref" | "unref"): this {
    this.#child[how]();
    const { stdin, stdout, stderr } = this.#child;
    // They are sockets; the types of Node do not say so.
    for (const pipe of [stdin, stdout, stderr] as unknown as Record<typeof how, () => void>[])
      pipe[how]();
    return this;
  }
}
