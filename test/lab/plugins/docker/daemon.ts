import { request, type RequestOptions } from "node:http";
import { OverSsh } from "./over-ssh";

/** What a daemon answers; the body is JSON where it says so, else text. */
export interface DaemonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One Docker daemon. */
export interface DockerDaemon {
  /** Its address: `unix:///var/run/docker.sock`, `ssh://user@host`. */
  readonly host: string;
  /**
   * Sends one request of Docker's Engine API, such as `GET /containers/json`.
   *
   * @throws Error where no daemon answers; an answer that refuses is none
   */
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<DaemonAnswer>;
  /** As `ask`; @throws RefusedByDaemon with the daemon's own words where it refuses */
  readonly must: (method: string, path: string, options?: AskOptions) => Promise<unknown>;
}

export interface AskOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as an archive, instead of `body`. */
  readonly archive?: Uint8Array | NodeJS.ReadableStream;
  readonly signal?: AbortSignal;
  /** The answer is wanted as bytes. @defaultValue false */
  readonly raw?: boolean;
}

/** The daemon understood and refused: status 404 says that the thing is not there. */
export class RefusedByDaemon extends Error {
  constructor(
    readonly status: number,
    words: string,
  ) {
    super(`Error response from daemon: ${words}`);
    this.name = "RefusedByDaemon";
  }
}

/**
 * The daemon at an address, by its socket or through `docker system dial-stdio` on a host that `ssh` reaches.
 *
 * @param sshOptions - further options of `ssh`. @defaultValue none
 * @throws Error on any other kind of address
 */
export function daemonAt(host: string, sshOptions: readonly string[] = []): DockerDaemon {
  const where = waysTo(host, sshOptions);
  const ask: DockerDaemon["ask"] = (method, path, options = {}) =>
    send({ ...where(), method, path }, options);
  return {
    host,
    ask,
    must: async (method, path, options) => {
      const { status, body } = await ask(method, path, options);
      if (status < 400) return body;
      throw new RefusedByDaemon(status, wordsIn(body));
    },
  };
}

function waysTo(host: string, sshOptions: readonly string[]): () => RequestOptions {
  if (host.startsWith("unix://")) {
    const socketPath = host.slice("unix://".length);
    return () => ({ socketPath });
  }
  if (!host.startsWith("ssh://")) throw new Error(`${host} is no address that this plugin knows`);
  const { username, hostname, port } = new URL(host);
  const to = username === "" ? hostname : `${username}@${hostname}`;
  // As Docker's own client does it. Source: docker/cli@v28.5.2:cli/connhelper/connhelper.go.
  const words = [
    ...sshOptions,
    ...["-o", "ConnectTimeout=30", "-T"],
    ...(port === "" ? [] : ["-p", port]),
    ...["--", to, "docker", "system", "dial-stdio"],
  ];
  return () => ({ host: "docker", agent: new OverSsh(words) });
}

function send(
  where: RequestOptions,
  { body, archive, signal, raw }: AskOptions,
): Promise<DaemonAnswer> {
  const type = archive === undefined ? "application/json" : "application/x-tar";
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    Host: "docker",
    "Content-Type": type,
    ...(text === undefined ? {} : { "Content-Length": Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { ...where, headers, ...(signal === undefined ? {} : { signal }) },
      (got) => {
        const parts: Buffer[] = [];
        got.on("data", (part: Buffer) => parts.push(part));
        got.on("error", reject);
        got.on("end", () => {
          const said = Buffer.concat(parts);
          const isJson = got.headers["content-type"]?.startsWith("application/json") === true;
          resolve({
            status: got.statusCode ?? 0,
            body: raw === true ? said : read(said, isJson),
          });
        });
      },
    );
    sent.on("error", reject);
    if (archive === undefined || archive instanceof Uint8Array) sent.end(archive ?? text);
    else archive.on("error", (error: Error) => sent.destroy(error)).pipe(sent);
  });
}

/** The words of a refusal: `message` of its object, which a wanted answer in bytes has as well. */
function wordsIn(body: unknown): string {
  const read = Buffer.isBuffer(body) ? parsed(body.toString()) : body;
  const said = (read as { readonly message?: unknown } | null)?.message;
  return typeof said === "string" ? said : JSON.stringify(read);
}

/** A stream of JSON objects, one a line, is text. */
function read(said: Buffer, isJson: boolean): unknown {
  const text = said.toString();
  return isJson && text !== "" ? parsed(text) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
