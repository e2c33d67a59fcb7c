import { describe, expect, test } from "vitest";
import type { ConfiguredProduct } from "../../components/config/keys";
import { parseConfig } from "../../components/config/parse";
import { configuredDocker, type DockerConfig } from "../../components/docker/gateway/settings";
import { prepareOnDocker } from "../../components/docker/gateway/prepare";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { smoltbotOnDocker } from "../../components/smoltbot/docker/product";
import { smoltbot } from "../../components/smoltbot/product";
import { record } from "../story/recorder";

const SECRETS = {
  POSTGRES_PASSWORD: "p",
  SUPABASE_URL: "http://rest:1",
  SUPABASE_KEY: "k",
  SUPABASE_JWT_SECRET: "j",
  ANTHROPIC_API_KEY: "a",
};
const hostKey = "ssh-ed25519 AAAA";

const parse = (instances: Readonly<Record<string, object>>) =>
  parseConfig<ConfiguredProduct>(
    Object.fromEntries(
      Object.entries({
        smoltbot: { version: "1.0.0" },
        smoltbotSecrets: SECRETS,
        instances: Object.fromEntries(
          Object.entries(instances).map(([name, docker]) => [name, { docker }]),
        ),
      }).map(([key, value]) => [`gateways:${key}`, JSON.stringify(value)]),
    ),
    [smoltbot],
    [configuredKubernetes, configuredDocker],
  );
const faultsIn = (instances: Readonly<Record<string, object>>) => {
  const parsed = parse(instances);
  return "faults" in parsed ? parsed.faults.map(({ at, found }) => `${at}: ${found}`) : [];
};
const gatewaysIn = (instances: Readonly<Record<string, object>>) => {
  const parsed = parse(instances);
  if ("faults" in parsed) return expect.fail(JSON.stringify(parsed.faults));
  return parsed.gateways.map(({ config }) => ({
    product: smoltbotOnDocker,
    config: config as unknown as DockerConfig,
  }));
};

describe("a stack file with gateways on Docker hosts", () => {
  test("gives each host the same names and ports, and several gateways of one host their own", () => {
    const edge = { host: "ssh://root@edge-1", hostKey };
    expect(faultsIn({ eu: {}, us: edge, ap: { ...edge, host: "ssh://root@edge-2" } })).toEqual([]);
    expect(faultsIn({ eu: {}, us: { project: "us", publish: { port: 8788 } } })).toEqual([]);
    const addresses = ["10.0.0.1", "10.0.0.2"];
    const [eu, us] = addresses.map((address) => ({
      publish: { address },
      project: `p-${address.at(-1) ?? ""}`,
    }));
    expect(faultsIn({ eu: eu!, us: us! })).toEqual([]);
  });

  test("is refused where two of one host publish one port, whichever way the host is named (T-46)", () => {
    const found = "port 8787 of the host, which eu has";
    const at = "gateways:instances.us.docker.publish.port";
    expect(faultsIn({ eu: {}, us: { project: "us" } })).toEqual([`${at}: ${found}`]);
    expect(faultsIn({ eu: {}, us: { project: "us", publish: { address: "127.0.0.1" } } })).toEqual([
      `${at}: ${found}`,
    ]);
    expect(faultsIn({ eu: {}, us: { project: "us", host: "unix:///run/docker.sock" } })).toEqual([
      `${at}: ${found}`,
    ]);
    const [root, ops] = ["ssh://root@edge-1", "ssh://ops@Edge-1:22"];
    expect(
      faultsIn({ eu: { host: root, hostKey }, us: { host: ops, hostKey, project: "us" } }),
    ).toEqual([`${at}: ${found}`]);
  });

  test("is refused where two of one host have one project, one volume, or a port inside and outside", () => {
    const other = { publish: { port: 8788 } };
    expect(faultsIn({ eu: {}, us: other })).toEqual([
      "gateways:instances.us.docker: project smoltbot on unix:///var/run/docker.sock, where eu is",
    ]);
    const volumes = { database: "smoltbot_pgdata" };
    expect(faultsIn({ eu: {}, us: { ...other, project: "us", volumes } })).toEqual([
      "gateways:instances.us.docker.volumes: volume smoltbot_pgdata, which eu has",
    ]);
    const network = "common";
    expect(faultsIn({ eu: { network }, us: { ...other, project: "us", network } })).toEqual([
      "gateways:instances.us.docker.network: network common, which eu has",
    ]);
    expect(
      faultsIn({ eu: {}, us: { project: "us", publish: { port: 18_787 }, innerPort: 1 } }),
    ).toEqual([
      "gateways:instances.us.docker.innerPort: port 18787 of the host, once as innerPort and once as publish.port, which eu has",
    ]);
  });
});

test("what a chart has among its values is named as the stack file of a Docker host has it, and two projects of one host are not taken for one database", async () => {
  const host = "unix:///nowhere/us.sock";
  const gateways = gatewaysIn({
    us: { host },
    ap: { host, project: "ap", publish: { port: 8788 } },
  });
  const said: (readonly string[])[] = [];
  await record(async () => {
    for (const { name, findings } of await prepareOnDocker(gateways))
      said.push([
        name,
        ...findings
          .filter(({ gate }) => ["license-instance", "shared-database"].includes(gate))
          .map(({ gate, verdict, at }) => `${verdict} ${gate}: ${at}`),
      ]);
  });
  const place = (name: string) => `gateways:instances.${name}.docker.environment.GATEWAY_VERSION`;
  expect(said).toEqual(
    ["us", "ap"].map((name) => [
      name,
      expect.stringMatching(/^pass shared-database: /) as string,
      `pass license-instance: ${place(name)}`,
    ]),
  );
});

test("each gateway of a stack goes to its own host, by a provider of that host's name; a host that does not answer is unknown to its own gateway alone", async () => {
  const gateways = gatewaysIn({
    eu: { host: "unix:///nowhere/eu.sock" },
    us: { host: "unix:///nowhere/us.sock" },
    ap: { host: "unix:///nowhere/us.sock", project: "ap", publish: { port: 8788 } },
  });
  const daemons: (readonly string[])[] = [];
  const all = await record(async () => {
    const prepared = await prepareOnDocker(gateways);
    for (const { name, findings, target } of prepared) {
      daemons.push([
        name,
        ...findings
          .filter(({ gate }) => gate === "daemon")
          .map(({ at, verdict }) => `${verdict} ${at}`),
      ]);
      target.configuration(name, target.connect().options);
    }
  });
  expect(daemons).toEqual([
    ["eu", "unknown Docker at unix:///nowhere/eu.sock"],
    ["us", "unknown Docker at unix:///nowhere/us.sock"],
    ["ap", "unknown Docker at unix:///nowhere/us.sock"],
  ]);
  expect(
    all
      .filter(({ type }) => type === "pulumi:providers:docker")
      .map(({ name, inputs }) => [name, inputs["host"]]),
  ).toEqual([
    ["host-unix:///nowhere/eu.sock", "unix:///nowhere/eu.sock"],
    ["host-unix:///nowhere/us.sock", "unix:///nowhere/us.sock"],
  ]);
  const providers = Object.fromEntries(
    all
      .filter(({ name }) => name.endsWith("-network"))
      .map(({ name, options }) => [name, options["provider"]]),
  );
  expect(Object.keys(providers).sort()).toEqual(["ap-network", "eu-network", "us-network"]);
  expect(providers["us-network"]).toBe("host-unix:///nowhere/us.sock");
  expect(providers["ap-network"]).toBe("host-unix:///nowhere/us.sock");
  expect(providers["eu-network"]).toBe("host-unix:///nowhere/eu.sock");
});
