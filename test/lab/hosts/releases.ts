import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** File of a release for the machine of the lab. */
const ASSET = "bamf-agent-linux-amd64";

/** What the lab's agent is at each release: one program, told apart by what is behind its end. */
export interface Releases {
  readonly binary: (release: string) => Buffer;
  readonly sumOf: (release: string) => string;
  /** The release that has this sum; the sum itself if none has it. */
  readonly releaseOf: (sum: string) => string;
}

const sumOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Leaves the files of both releases in a folder, each release in one of its own. */
export async function publish(folder: string, program: Uint8Array): Promise<Releases> {
  const binary = (release: string) => Buffer.concat([program, Buffer.from(`\n${release}\n`)]);
  const releases = ["0.10.0", "0.11.0"];
  for (const release of releases) {
    await mkdir(join(folder, release), { recursive: true });
    await writeFile(join(folder, release, ASSET), binary(release));
    const list = `${sumOf(binary(release))}  ${ASSET}\n`;
    await writeFile(join(folder, release, "checksums.txt"), list);
  }
  const sums = new Map(releases.map((release) => [sumOf(binary(release)), release]));
  return {
    binary,
    sumOf: (release) => sumOf(binary(release)),
    releaseOf: (sum) => sums.get(sum.trim()) ?? sum,
  };
}

/** A server of the files of a folder. */
export interface FileServer {
  /** With `{version}` and `{asset}` in it. */
  readonly url: string;
  /** Has it answer all paths that match with an error page, and with status 200 as a portal does. @param which - @defaultValue none any more */
  readonly hide: (which?: RegExp) => void;
  /** Ends it; one that has ended is fine. */
  readonly stop: () => Promise<void>;
}

const PAGE =
  "<!doctype html><html><title>Not Found</title><body>There is no such file.</body></html>\n";

/** Serves a folder to whoever reaches the address, on a free port. */
export async function serve(folder: string, address: string): Promise<FileServer> {
  let hidden: RegExp | undefined;
  const server = createServer((request, answer) => {
    const path = new URL(request.url ?? "/", "http://here").pathname;
    const send = (status: number, type: string, content: Uint8Array | string) =>
      answer
        .writeHead(status, { "content-type": type, "content-length": content.length })
        .end(content);
    if (hidden?.test(path) === true) send(200, "text/html", PAGE);
    else
      readFile(join(folder, path)).then(
        (content) => send(200, "application/octet-stream", content),
        () => send(404, "text/html", PAGE),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/{version}/{asset}`,
    hide: (which) => {
      hidden = which;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
