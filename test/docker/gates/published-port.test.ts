import { expect, test } from "vitest";
import type { HostFacts } from "../../../components/docker/facts/host-facts";
import { publishedPort } from "../../../components/docker/gates/published-port";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { composed, container, host, ours } from "../facts";

const at = "Docker at ssh://root@edge-1";
const say = (change: Partial<HostFacts>, adopted?: string, address = "0.0.0.0") =>
  spoken(
    publishedPort({
      host: host(change),
      gateway: "smoltbot",
      published: { address, port: 8787 },
      adopted,
      stopSeconds: 20,
      at,
    }),
  );
const port = (address = "0.0.0.0", hostPort = 8787) => ({ address, hostPort, port: 8787 });

test("a port on which nobody listens passes (T-46)", () => {
  expect(say({})).toEqual([`pass ${at}: 0.0.0.0:8787, which is free`]);
  expect(say({ containers: [container({ ports: [port("0.0.0.0", 8788)] })] })).toEqual([
    `pass ${at}: 0.0.0.0:8787, which is free`,
  ]);
});

test("the front proxy in the network of the host is the owner, although Docker gives no port on (T-46)", () => {
  const listeners = observed([{ address: "0.0.0.0", port: 8787 }]);
  expect(say({ containers: [ours("proxy", { networks: { host: [] } })], listeners })).toEqual([
    `pass ${at}: 0.0.0.0:8787, which the front proxy has`,
  ]);
  expect(say({ containers: [ours("proxy", { state: "exited" })], listeners })[0]).toMatch(/^block/);
});

test("a front proxy that has another port is not the owner of one that the stack file names anew (T-46)", () => {
  const has = (bind: string) =>
    ours("proxy", {
      labels: {
        "gateways.instance": "smoltbot",
        "gateways.role": "proxy",
        "gateways.bind": bind,
      },
    });
  const listeners = observed([{ address: "0.0.0.0", port: 8787 }]);
  expect(say({ containers: [has("0.0.0.0:9090")], listeners })).toEqual([
    `block ${at}: 0.0.0.0:8787, on which a program listens that is no container`,
  ]);
  expect(say({ containers: [has("0.0.0.0:9090")] })).toEqual([
    `pass ${at}: 0.0.0.0:8787, which is free`,
  ]);
  for (const bind of ["0.0.0.0:8787", ":::8787"])
    expect(say({ containers: [has(bind)], listeners })).toEqual([
      `pass ${at}: 0.0.0.0:8787, which the front proxy has`,
    ]);
});

test("a container of somebody else on it is refused, also one that waits for its restart (T-46)", () => {
  const blocked = [`block ${at}: 0.0.0.0:8787, which container somebody has`];
  expect(say({ containers: [container({ ports: [port()] })] })).toEqual(blocked);
  expect(say({ containers: [container({ ports: [port("::")], state: "restarting" })] })).toEqual(
    blocked,
  );
  expect(say({ containers: [container({ ports: [port("127.0.0.1")] })] })).toEqual(blocked);
  expect(say({ containers: [container({ ports: [port()], state: "exited" })] })).toEqual([
    `pass ${at}: 0.0.0.0:8787, which is free`,
  ]);
});

test("each container that has the port on one of its addresses is named (T-46)", () => {
  const containers = [
    ours("proxy", { ports: [port("10.0.0.5")] }),
    container({ ports: [port("127.0.0.1")] }),
  ];
  expect(say({ containers })).toEqual([
    `pass ${at}: 0.0.0.0:8787, which the front proxy has`,
    `block ${at}: 0.0.0.0:8787, which container somebody has`,
  ]);
});

test("two addresses of a host do not meet on one port (T-46)", () => {
  const containers = [container({ ports: [port("127.0.0.1")] })];
  expect(say({ containers }, undefined, "10.0.0.5")).toEqual([
    `pass ${at}: 10.0.0.5:8787, which is free`,
  ]);
});

test("the gateway of the Compose project that is taken over costs a moment, which is told; without adopt it is refused (T-46)", () => {
  const containers = [composed("gateway", { ports: [port()] })];
  expect(say({ containers }, "smoltbot")).toEqual([
    `warn ${at}: 0.0.0.0:8787, which smoltbot-gateway-1 of the Compose project smoltbot has: it is stopped once the new gateways are ready, and the front proxy starts at once: new requests are refused while those that are open there end, at most 20 s, and for about a second more`,
  ]);
  expect(say({ containers })).toEqual([
    `block ${at}: 0.0.0.0:8787, which container smoltbot-gateway-1 has of the Compose project smoltbot`,
  ]);
});

test("only the proxy of this gateway owns the port without a word of Docker, and only the project that is taken over may lose it (T-46)", () => {
  const listeners = observed([{ address: "0.0.0.0", port: 8787 }]);
  const labels = { "gateways.instance": "another", "gateways.role": "proxy" };
  for (const one of [ours("gateway"), ours("proxy", { labels })])
    expect(say({ containers: [one], listeners })[0]).toMatch(/^block .*no container$/);
  const bound = ours("proxy", { labels: { ...labels, "gateways.bind": "0.0.0.0:8787" } });
  expect(say({ containers: [bound], listeners })[0]).toMatch(
    /^block .*which container .* has, the front proxy of the gateway another$/,
  );
  expect(say({ containers: [ours("gateway", { ports: [port()] })] })[0]).toMatch(/^block/);
  expect(say({ containers: [ours("proxy", { labels, ports: [port()] })] })[0]).toMatch(/^block/);
  expect(say({ containers: [composed("gateway", { ports: [port()] })] }, "another")[0]).toMatch(
    /^block/,
  );
});

test("a port among several, and at the very address that is wanted, is the one; a container that is paused has it (T-46)", () => {
  const blocked = /^block .*which container somebody has$/;
  const several = [port("0.0.0.0", 9000), port()];
  expect(say({ containers: [container({ ports: several })] })[0]).toMatch(blocked);
  const paused = container({ ports: [port()], state: "paused" });
  expect(say({ containers: [paused] })[0]).toMatch(blocked);
  const same = [container({ ports: [port("10.0.0.5")] })];
  expect(say({ containers: same }, undefined, "10.0.0.5")[0]).toMatch(blocked);
  expect(say({ containers: [container({ ports: [port()] })] }, undefined, "10.0.0.5")[0]).toMatch(
    blocked,
  );
});

test("a program that is no container is refused (T-46)", () => {
  expect(say({ listeners: observed([{ address: "::", port: 8787 }]) })).toEqual([
    `block ${at}: 0.0.0.0:8787, on which a program listens that is no container`,
  ]);
});

test("without a look at the listeners, or at the daemon, it is unknown (T-46)", () => {
  expect(say({ listeners: unavailable("no ss on the host") })).toEqual([
    `unknown ${at}: no look at what listens on the ports of the host: no ss on the host`,
  ]);
  const args = {
    gateway: "smoltbot",
    published: { address: "0.0.0.0", port: 8787 },
    adopted: undefined,
    stopSeconds: 20,
    at,
  };
  expect(spoken(publishedPort({ host: unavailable("refused"), ...args }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});

test("a port that needs privileges is refused, which the front proxy has not, also where a Compose project that is taken over has it (T-46)", () => {
  const ask = (lowestPort: number | undefined, adopted?: string) =>
    publishedPort({
      host: host({
        lowestPort,
        containers: [composed("gateway", { ports: [port("0.0.0.0", 80)] })],
      }),
      gateway: "smoltbot",
      published: { address: "0.0.0.0", port: 80 },
      adopted,
      stopSeconds: 20,
      at,
    }).map(({ verdict }) => verdict);
  expect(ask(1024, "smoltbot")).toEqual(["block"]);
  expect(ask(80, "smoltbot")).toEqual(["warn"]);
  expect(ask(undefined, "smoltbot")).toEqual(["warn"]);
});
