import { expect, test, vi } from "vitest";
import { isUnreached } from "../../../components/docker/api/is-gone";
import { openDocker, withDaemon } from "../../../components/docker/api/open-docker";
import { throughSsh } from "../../../components/docker/api/through-ssh";
import { sshHost } from "../../../components/ssh/options";
import { answer, insteadOfSsh } from "./stand-in-ssh";

const host = { host: "ssh://root@edge-1", hostKey: "edge-1 ssh-ed25519 AAAA" };
const HANGS_UP =
  "echo 'kex_exchange_identification: Connection closed by remote host' >&2; exit 255";

test("a host that hangs up before the login, as one does to which too many come at once, is tried again, and hears the question once", async () => {
  const { begun } = await insteadOfSsh(`
    [ "$(wc -c <"$here/begun")" -lt 3 ] && { ${HANGS_UP}; }
    read -r line; case "$line" in 'GET /_ping '*) ${answer("OK")};; esac; cat >/dev/null`);
  await expect(withDaemon(host, async (docker) => String(await docker.ping()))).resolves.toBe("OK");
  expect(await begun()).toBe(3);
});

test("a host that hangs up again and again is given up, in the words of ssh", async () => {
  const { begun } = await insteadOfSsh(HANGS_UP);
  const stream = throughSsh(sshHost(host.host, host.hostKey)!, { triesAfterMs: [1, 1] });
  const told = await new Promise<Error>((resolve) => stream.on("error", resolve).write("?"));
  expect(told.message).toContain("ssh root@edge-1: kex_exchange_identification: Connection closed");
  expect(isUnreached(told)).toBe(true);
  expect(await begun()).toBe(3);
});

test("a host that lets nobody in is asked once", async () => {
  const { begun } = await insteadOfSsh("echo 'Permission denied (publickey).' >&2; exit 255");
  const docker = await openDocker(host);
  await expect(docker.ping()).rejects.toThrow("ssh root@edge-1: Permission denied (publickey).");
  expect(await begun()).toBe(1);
});

test("one login serves for many questions, one after the other, and ends with the work", async () => {
  const { begun, told } = await insteadOfSsh(
    `while read -r line; do case "$line" in 'GET /_ping '*) ${answer("OK")};; esac; done`,
  );
  const said = await withDaemon(host, async (docker) => [
    String(await docker.ping()),
    String(await docker.ping()),
    String(await docker.ping()),
  ]);
  expect(said).toEqual(["OK", "OK", "OK"]);
  expect(await begun()).toBe(1);
  await vi.waitFor(async () => {
    expect(await told()).toBe(1);
  });
});

test("a machine without ssh is told so", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const docker = await openDocker(host);
  await expect(docker.ping()).rejects.toThrow("ssh root@edge-1: the program ssh is not installed");
  vi.unstubAllEnvs();
});
