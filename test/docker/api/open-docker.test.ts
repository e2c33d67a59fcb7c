import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { execute } from "../../../components/docker/api/execute";
import { isUnreached } from "../../../components/docker/api/is-gone";
import { openDocker } from "../../../components/docker/api/open-docker";
import { answer, insteadOfSsh } from "./stand-in-ssh";

const host = { host: "ssh://root@edge-1", hostKey: "edge-1 ssh-ed25519 AAAA" };

test("a host that lets nobody in is told in the words of ssh, whichever of its pipes ends first", async () => {
  await insteadOfSsh(
    "echo 'root@edge-1: Permission denied (publickey).' >&2; exec >&-; sleep 0.3; exit 255",
  );
  const docker = await openDocker(host);
  await expect(docker.ping()).rejects.toThrow("ssh root@edge-1: root@edge-1: Permission denied");
});

test("a host that answers is asked through ssh", async () => {
  await insteadOfSsh(`read -r line; ${answer("OK")}; sleep 0.1`);
  const docker = await openDocker(host);
  expect(String(await docker.ping())).toBe("OK");
});

test("a program whose output is cut with the connection has said less than it seems, whatever the daemon tells of its end (S-40)", async () => {
  await insteadOfSsh(`while read -r line; do case "$line" in
    */exec/e1/start*)
      printf 'HTTP/1.1 101 UPGRADED\\r\\nConnection: Upgrade\\r\\nUpgrade: tcp\\r\\n\\r\\n\\001\\000\\000\\000\\000\\000\\000\\011server '
      sleep 0.2; echo 'Connection to edge-1 closed by remote host.' >&2; exit 255 ;;
    *'GET /exec/e1/json '*) ${answer('{"ExitCode":0}')} ;;
    *'POST /containers/'*) ${answer('{"Id":"e1"}', "201 Created")} ;;
    esac; done`);
  const told = await execute(await openDocker(host), "proxy", ["true"]).catch(
    (error: unknown) => error,
  );
  expect(String(told)).toContain("ssh root@edge-1: Connection to edge-1 closed by remote host.");
  expect(isUnreached(told)).toBe(true);
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
