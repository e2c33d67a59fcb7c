import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inspect } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDocker } from "../../../components/docker/api/open-docker";

const host = { host: "ssh://root@edge-1", hostKey: "edge-1 ssh-ed25519 AAAA" };

/** Puts a program in the place of ssh. */
async function instead(script: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssh-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "ssh"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
}

test("a host that lets nobody in is told in the words of ssh, whichever of its pipes ends first", async () => {
  await instead(
    "echo 'root@edge-1: Permission denied (publickey).' >&2; exec >&-; sleep 0.3; exit 255",
  );
  const docker = await openDocker(host);
  await expect(docker.ping()).rejects.toThrow("ssh root@edge-1: root@edge-1: Permission denied");
});

test("a host that answers is asked through ssh", async () => {
  const answer = String.raw`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK`;
  await instead(`read line; printf '${answer}'; sleep 0.1`);
  const docker = await openDocker(host);
  expect(String(await docker.ping())).toBe("OK");
});

test("what a request hangs on is not printed for each request", async () => {
  const folder = await mkdtemp(join(tmpdir(), "daemon-"));
  const socket = join(folder, "docker.sock");
  const daemon = createServer((_, response) => response.end("OK")).listen(socket);
  onTestFinished(async () => {
    daemon.close();
    await rm(folder, { recursive: true });
  });
  const docker = await openDocker({ host: `unix://${socket}` });
  const { agent } = docker.modem as unknown as { readonly agent: object };
  await Promise.all([docker.ping(), docker.ping()]);
  expect(inspect({ agent }, { showHidden: true, depth: null })).toBe("{ agent: DaemonAgent }");
});
