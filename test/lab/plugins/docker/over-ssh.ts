import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";

/** Connections to a daemon through `ssh`, one run of it for each. Where `ssh` ends with an error, its own words are that of the request. */
export class OverSsh extends Agent {
  /** @param words - arguments of `ssh`, the command on the host among them */
  constructor(private readonly words: readonly string[]) {
    super({ keepAlive: false });
  }

  override createConnection(): Duplex {
    const ssh = spawn("ssh", this.words, { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    const stream = new Duplex({
      read: () => ssh.stdout.resume(),
      write: (part: Buffer, _, done) => ssh.stdin.write(part, done),
      final: (done) => ssh.stdin.end(done),
      destroy: (error, done) => {
        ssh.kill();
        done(error);
      },
    });
    ssh.stdin.on("error", () => undefined);
    ssh.stderr.on("data", (text: Buffer) => (said += text.toString()));
    ssh.stdout.on("data", (part: Buffer) => {
      if (!stream.push(part)) ssh.stdout.pause();
    });
    ssh.on("error", (error) => stream.destroy(error));
    // Not before it is known how it ended: whoever asks would be told that nobody answered, and not why.
    ssh.on("close", (code) => {
      if (code === 0) stream.push(null);
      else stream.destroy(this.failure(code, said));
    });
    const still = (): Duplex => stream;
    // What an HTTP client asks of a socket, and two pipes have not.
    return Object.assign(stream, {
      setTimeout: still,
      setNoDelay: still,
      setKeepAlive: still,
      ref: still,
      unref: still,
    });
  }

  /** Source: docker/cli@v28.5.2:cli/connhelper/commandconn/commandconn.go. */
  private failure(code: number | null, said: string): Error {
    return new Error(
      `command [ssh ${this.words.join(" ")}] has exited with exit status ${code ?? "unknown"}, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=${said.trim()}`,
    );
  }
}
