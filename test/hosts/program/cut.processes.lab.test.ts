import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { outcome, type KillAt } from "./run-program";
import { stagedHost, sumOf, UNIT, type StagedHost } from "./staged-host";

let host: StagedHost;

beforeEach(async () => {
  host = await stagedHost();
});
afterEach(() => host.remove());

/** Serves the metrics of an agent with three tunnels. */
async function metrics(): Promise<{ readonly GATEWAYS_METRICS: string }> {
  const server = createServer((_request, reply) => {
    reply.end("# TYPE bamf_agent_active_tunnels gauge\nbamf_agent_active_tunnels 3\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { GATEWAYS_METRICS: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The time to come up is not what is asked here. */
const want = (binary: Buffer, release: string) => host.want(binary, release, "-", 300);

const cut = async () => (await host.run(["look", UNIT])).said.get("cut");

test("tunnels that a swap cuts are noted for its release, and until another one is there", async () => {
  const env = await metrics();
  expect(await cut()).toBeUndefined();
  await want(host.binaries.good, "0.11.0");
  expect(outcome((await host.run(["swap", UNIT], { env })).said)).toBe("swapped");
  expect(await cut()).toBe("0.11.0 3");
  // It is there: nothing is stopped.
  await host.run(["swap", UNIT], { env });
  expect(await cut()).toBe("0.11.0 3");
  await want(host.binaries.old, "0.10.0");
  expect(outcome((await host.run(["swap", UNIT], { env })).said)).toBe("swapped");
  expect(await cut()).toBe("0.10.0 3");
});

test("those of a release that is swapped back stay noted for it", async () => {
  await host.want(host.binaries.bad, "0.11.1");
  const { said } = await host.run(["swap", UNIT], { env: await metrics() });
  expect(outcome(said)).toBe("swapped-back");
  // Those that came through the agent while it was up count as well.
  expect(await cut()).toMatch(/^0\.11\.1 [1-9]/);
});

test("they are noted once, wherever the swap was killed, and not before their agent has gone", async () => {
  const env = await metrics();
  // Each third call is enough to meet all that comes before the note, between it and the restart, and after that.
  for (let call = 1; ; call += 3) {
    const { good, old } = host.binaries;
    await want(good, "0.11.0");
    const { killed } = await host.run(["swap", UNIT], { env, killAt: `${call}:after` as KillAt });
    const runs = await host.running();
    expect(await cut(), `killed after call ${call}`).toBe(
      runs === sumOf(old) ? undefined : "0.11.0 3",
    );
    expect(outcome((await host.run(["swap", UNIT], { env })).said)).toBe("swapped");
    expect(await cut(), `killed after call ${call}`).toBe("0.11.0 3");
    if (!killed) break;
    await host.remove();
    host = await stagedHost();
  }
});

test("whoever has a swap begin has them noted before it answers, so that the next run finds them", async () => {
  const systemdRun = join(host.folder, "path/systemd-run");
  await writeFile(systemdRun, "#!/bin/sh\n");
  await chmod(systemdRun, 0o755);
  await host.want(host.binaries.good);
  const words = ["start", UNIT, sumOf(host.binaries.good), "0.11.0", "-", "3"];
  expect(outcome((await host.run(words, { env: await metrics() })).said)).toBe("started");
  expect(await readFile(join(host.folder, "state", UNIT, "cut"), "utf8")).toMatch(
    /^0\.11\.0 \d+ \d+ [0-9a-f-]{36} 3\n$/,
  );
});
