import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freeName, type Wanted } from "../../../components/docker/leftovers/free-name";

const OURS = { "gateways.instance": "smoltbot", "gateways.role": "gateway" };
const leftover = (labels: object, state = "running") => ({
  Id: "c0ffee",
  Name: "/smoltbot-gateway",
  Created: "2026-01-01T00:00:00Z",
  Image: "sha256:1",
  State: { Status: state },
  Config: { Image: "gateway:1", Labels: labels, StopTimeout: 20 },
  HostConfig: {},
});

/** A daemon with one container and networks, which remembers what it was told. */
async function daemonWith(world: {
  container?: object;
  networks?: readonly object[];
  /** True if containers run on each network. */
  inUse?: boolean;
}) {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  const socket = join(folder, "docker.sock");
  const told: string[] = [];
  let container = world.container;
  const server = createServer(({ method = "", url = "" }, answer) => {
    const say = (status: number, body?: unknown) => {
      answer.writeHead(status, { "content-type": "application/json" });
      answer.end(body === undefined ? "" : JSON.stringify(body));
    };
    if (method !== "GET") told.push(`${method} ${url}`);
    if (method === "DELETE" && url.startsWith("/containers/")) container = undefined;
    if (method === "DELETE" && world.inUse === true)
      say(403, { message: "error while removing network: smoltbot_default has active endpoints" });
    else if (method !== "GET") say(204);
    else if (url === "/networks") say(200, world.networks ?? []);
    else if (url.startsWith("/containers/json")) say(200, container ? [{ Id: "c0ffee" }] : []);
    else if (container === undefined) say(404, { message: "No such container" });
    else say(200, container);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const free = (wanted: Wanted) =>
    freeName({ address: { host: `unix://${socket}` }, gateway: "smoltbot", known: true })(wanted);
  return { told, free };
}

const gateway = { kind: "container", name: "smoltbot-gateway", role: "gateway" } as const;
const network = { kind: "network", name: "smoltbot_default" } as const;

test("a container of a killed run is stopped in its own time and removed, and never a volume with it (S-14)", async () => {
  const { told, free } = await daemonWith({ container: leftover(OURS) });
  expect(await free(gateway)).toMatch(/^removed container smoltbot-gateway, which a run has made/);
  expect(told).toEqual([
    "POST /containers/c0ffee/stop?t=20",
    "DELETE /containers/c0ffee?v=false&force=true",
  ]);
});

test("a container of somebody else is not touched, and the run ends with the reason and what to do", async () => {
  const { told, free } = await daemonWith({ container: leftover({}) });
  await expect(free(gateway)).rejects.toThrow(
    /container smoltbot-gateway is there.*Fix: .*docker rename smoltbot-gateway smoltbot-gateway-1/,
  );
  expect(told).toEqual([]);
});

test("a name that nothing has is not spoken of", async () => {
  const { told, free } = await daemonWith({});
  expect(await free(gateway)).toBeUndefined();
  expect(await free(network)).toBeUndefined();
  expect(told).toEqual([]);
});

test("a network of a killed run is removed, and each of its name: an older daemon makes several", async () => {
  const Labels = { "gateways.instance": "smoltbot" };
  const networks = ["n1", "n2"].map((Id) => ({ Id, Name: network.name, Labels }));
  const { told, free } = await daemonWith({
    networks: [...networks, { Id: "n3", Name: "another", Labels }],
  });
  expect(await free(network)).toMatch(/^removed network smoltbot_default/);
  expect(told).toEqual(["DELETE /networks/n1", "DELETE /networks/n2"]);
});

test("a network of somebody else is not touched, and may be named in the stack file", async () => {
  const { told, free } = await daemonWith({
    networks: [{ Id: "n1", Name: network.name, Labels: {} }],
  });
  await expect(free(network)).rejects.toThrow("name it in docker.network");
  expect(told).toEqual([]);
});

test("a network on which containers of this gateway run belongs to a stack whose state is lost, or to another one: the run ends with what to do (S-14)", async () => {
  const Labels = { "gateways.instance": "smoltbot" };
  const { free } = await daemonWith({
    networks: [{ Id: "n1", Name: network.name, Labels }],
    inUse: true,
  });
  await expect(free(network)).rejects.toThrow(
    /^network smoltbot_default is there and containers run on it, but this stack knows nothing of it\. Fix: run the stack that has made it/,
  );
});
