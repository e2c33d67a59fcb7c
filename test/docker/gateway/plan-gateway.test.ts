import { describe, expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import type { DockerFacts } from "../../../components/docker/gate-input";
import { planGateway } from "../../../components/docker/gateway/plan-gateway";
import { NO_DATA } from "../../../components/gateway/look-at-data";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { host, ours } from "../facts";

const evidence: Evidence = {
  version: "1.0.0",
  digests: {},
  configHash: "hash",
  schemaHead: "",
  verifiedAt: "2026-01-01T00:00:00.000Z",
  probes: { sent: 1, failed: 0 },
  restarts: 0,
};

const facts = (
  containers: readonly ContainerFacts[],
  change: Partial<DockerFacts> = {},
): DockerFacts => ({
  now: 0,
  host: host({ containers }),
  platforms: {},
  pulls: {},
  dataMajor: observed(undefined),
  images: {},
  ...NO_DATA,
  own: observed(evidence),
  staging: undefined,
  ...change,
});

const of = (role: string, release: string, change: Partial<ContainerFacts> = {}) => {
  const { labels, ...one } = ours(role, { name: `${role}-${release}` });
  return { ...one, labels: { ...labels, "gateways.release": release }, ...change };
};

const wantedOf = (gateway: string) => ({
  gateways: [gateway],
  proxy: "proxy-1.0.0",
});
const plan = (version: string, found: DockerFacts) =>
  planGateway({ project: "smoltbot", version, wanted: wantedOf("gateway-1.0.0") }, found);

const composeOf = (image: string): NonNullable<DockerFacts["compose"]> =>
  observed({
    network: "smoltbot_default",
    aliases: {},
    volumes: { database: "smoltbot_pgdata", cache: undefined },
    database: { name: "smoltbot", user: "smoltbot" },
    published: undefined,
    lost: [],
    changed: [],
    databaseImage: "postgres:16-alpine",
    image,
    parts: [{ service: "gateway", name: "smoltbot-gateway-1", isRunning: true }],
    unpublished: [],
    orphans: [],
    strangers: [],
  });

describe("the plan of a gateway on a Docker host", () => {
  test("asks for a hand-over back if a killed run has handed over, and what was verified is wanted again (S-14, T-46)", () => {
    const proxies = [of("proxy", "1.0.0"), of("proxy", "next")];
    const other = of("gateway", "1.0.0", { name: "gateway-other" });
    const all = [of("gateway", "1.0.0"), other];
    const askedFor = (
      containers: readonly ContainerFacts[],
      serving: readonly string[] | undefined,
      gateway = "gateway-1.0.0",
    ) => {
      const found = facts([], { host: host({ containers, serving }) });
      const wanted = wantedOf(gateway);
      return planGateway({ project: "smoltbot", version: "1.0.0", wanted }, found).occasion;
    };
    const [proxy] = proxies as [ContainerFacts];
    expect(askedFor([...all, proxy], ["gateway-1.0.0"])).toBe("");
    expect(askedFor([...all, proxy], ["gateway-1.0.0", "gateway-other"])).toMatch(
      /^requests at gateway-other;/,
    );
    expect(askedFor([...all, proxy], [])).toMatch(/^requests at not all of its gateways;/);
    expect(askedFor([...all, ...proxies], ["gateway-1.0.0"])).toMatch(/^requests at proxy-next;/);
    // What is still to be made is handed over to anyway.
    expect(askedFor([...all, ...proxies], ["gateway-other"], "gateway-new")).toBe("");
    expect(askedFor([of("gateway", "1.0.0"), { ...proxy, state: "exited" }], undefined)).toMatch(
      /^no container of proxy \(last started at 1970-01-01T00:00:00\.001Z\) ready;/,
    );
  });

  test("asks for nothing because of a gateway that no front proxy was ever told of (S-14)", () => {
    const containers = [of("gateway", "1.0.0"), of("gateway", "1.1.0")];
    const found = (serving?: readonly string[]) =>
      facts([], { host: host({ containers, serving }) });
    expect(plan("1.0.0", found(["gateway-1.0.0"])).occasion).toBe("");
    for (const serving of [["gateway-1.0.0", "gateway-1.1.0"], undefined])
      expect(plan("1.0.0", found(serving)).occasion).toMatch(/^1\.1\.0 running/);
  });

  test("is an install where nothing was verified and nothing runs", () => {
    expect(plan("1.0.0", facts([], { own: observed(undefined) })).change).toBe("install");
  });

  test("is an upgrade from what was verified and runs", () => {
    const found = plan("1.1.0", facts([of("gateway", "1.0.0", { health: "healthy" })]));
    expect(found).toMatchObject({ from: "1.0.0", to: "1.1.0", occasion: "" });
  });

  test("asks for a rollout if gateways of another release run beside the verified one", () => {
    const both = [of("gateway", "1.0.0", { health: "healthy" }), of("gateway", "1.1.0")];
    expect(plan("1.0.0", facts(both)).occasion).toMatch(/^1\.1\.0 running; last verified/);
  });

  test("asks for one if no gateway is ready, and if a restore has stopped one (S-44)", () => {
    const down = of("gateway", "1.0.0", { health: "unhealthy" });
    expect(plan("1.0.0", facts([down])).occasion).toMatch(/^no container of gateway ready/);
    const stopped = of("observer", "1.0.0", { state: "exited", restart: "no" });
    const serving = of("gateway", "1.0.0", { health: "healthy" });
    expect(plan("1.0.0", facts([serving, stopped])).occasion).toMatch(
      /^stopped by a restore \(observer-1\.0\.0 since 1970-01-01T00:00:00\.001Z\)/,
    );
  });

  test("asks for one if a gateway or the front proxy that was verified is gone, and not if this run makes it (I2)", () => {
    const whole = [of("gateway", "1.0.0", { health: "healthy" }), of("proxy", "1.0.0")];
    const askedFor = (containers: readonly ContainerFacts[], verified: boolean) =>
      planGateway(
        { project: "smoltbot", version: "1.0.0", verified, wanted: wantedOf("gateway-1.0.0") },
        facts(containers),
      ).occasion;
    expect(askedFor(whole, true)).toBe("");
    expect(askedFor(whole.slice(0, 1), true)).toMatch(/^no container of proxy-1\.0\.0 ready/);
    expect(askedFor([], true)).toMatch(/^no container of gateway-1\.0\.0 ready/);
    expect(askedFor([], false)).toBe("");
  });

  test("asks again if what was stopped has run since, and not in each run for what starts again and again by itself (S-14)", () => {
    const askedAt = (startedAt: number, state: ContainerFacts["state"] = "exited") =>
      plan("1.0.0", facts([of("gateway", "1.0.0", { state, startedAt })])).occasion;
    expect(askedAt(1)).not.toBe(askedAt(2));
    expect(askedAt(1, "restarting")).toBe(askedAt(2, "restarting"));
  });

  test("asks for one if Redis, the database or the observer was stopped, as a daemon does that comes back after a crash (S-14)", () => {
    const serving = of("gateway", "1.0.0", { health: "healthy" });
    for (const role of ["redis", "postgres", "observer"]) {
      const still = ours(role, { state: "exited" });
      expect(plan("1.0.0", facts([serving, still])).occasion).toMatch(
        new RegExp(`^no container of ${role} \\(last started at .*\\) ready`),
      );
      // That of the release before was stopped by the rollout.
      const next = ours(role, { name: "next" });
      expect(plan("1.0.0", facts([serving, still, next])).occasion).toBe("");
    }
  });

  test("asks for one if the line is set back after an upgrade that failed, and the rollout has stopped the wanted observer for the next one (S-14)", () => {
    const failed = [
      of("gateway", "1.0.0", { health: "healthy" }),
      of("gateway", "1.0.1", { health: "unhealthy" }),
      of("proxy", "1.0.0"),
      of("observer", "1.0.0", { state: "exited" }),
      of("observer", "1.0.1"),
    ];
    const wanted = { ...wantedOf("gateway-1.0.0"), others: ["observer-1.0.0"] };
    const found = facts([], { host: host({ containers: failed, serving: ["gateway-1.0.0"] }) });
    const asked = { project: "smoltbot", version: "1.0.0", verified: true, wanted };
    expect(planGateway(asked, found).occasion).toMatch(/^no container of observer-1\.0\.0 /);
  });

  test("asks for one if one of several gateways was stopped (S-14)", () => {
    const two = [
      of("gateway", "1.0.0", { name: "a", health: "healthy" }),
      of("gateway", "1.0.0", { name: "b", state: "exited" }),
      of("proxy", "1.0.0"),
    ];
    const wanted = { gateways: ["a", "b"], proxy: "proxy-1.0.0" };
    const found = facts([], { host: host({ containers: two, serving: ["a", "b"] }) });
    const asked = { project: "smoltbot", version: "1.0.0", verified: true, wanted };
    expect(planGateway(asked, found).occasion).toMatch(/^no container of b /);
  });

  test("asks for one if the database of what was verified is made anew in this run: its volume may be empty, and it was touched since (law 7)", () => {
    const whole = [of("gateway", "1.0.0", { health: "healthy" }), of("proxy", "1.0.0")];
    const asked = { project: "smoltbot", version: "1.0.0", wanted: wantedOf("gateway-1.0.0") };
    const askedFor = (verified: boolean) =>
      planGateway({ ...asked, verified }, facts(whole, { databaseAway: true })).occasion;
    expect(askedFor(true)).toMatch(/^no container of the database ready; last verified/);
    expect(askedFor(false)).toBe("");
  });

  test("asks for one if the database moves to another volume, which may be empty (law 7)", () => {
    const mounts = [{ kind: "volume", source: "old", path: "/data" }] as const;
    const own = [of("gateway", "1.0.0", { health: "healthy" }), of("proxy", "1.0.0")];
    const all = [...own, ours("postgres", { mounts })];
    const askedFor = (volume: string) => {
      const data = [{ name: "smoltbot-postgres", volumes: [{ volume, path: "/data" }] }];
      const wanted = { ...wantedOf("gateway-1.0.0"), data };
      return planGateway({ project: "smoltbot", version: "1.0.0", wanted }, facts(all)).occasion;
    };
    expect(askedFor("old")).toBe("");
    expect(askedFor("new")).toMatch(/^no container of volume new ready; last verified/);
  });

  test.each(["exited", "restarting"] as const)(
    "asks for one if the line is set back after another front proxy did not come up and is %s: its configuration lies where the wanted one finds it at its next start (T-46)",
    (state) => {
      const all = [
        of("gateway", "1.0.0", { health: "healthy" }),
        of("proxy", "1.0.0"),
        of("proxy", "next", { state, startedAt: Date.parse(evidence.verifiedAt) + 1 }),
      ];
      const found = facts([], { host: host({ containers: all, serving: ["gateway-1.0.0"] }) });
      const wanted = wantedOf("gateway-1.0.0");
      const asked = { project: "smoltbot", version: "1.0.0", verified: true, wanted };
      expect(planGateway(asked, found).occasion).toMatch(/^requests at proxy-next/);
    },
  );

  test.each([
    ["by the tag of its image", "ghcr.io/mnemom/gateway:1.1.0", "1.1.0"],
    ["by the stack file if the tag tells none", "docker-gateway", "1.0.0"],
  ])("takes what a Compose project runs for running while it is adopted, %s", (_, image, from) => {
    const found = plan("1.0.0", facts([], { own: observed(undefined), compose: composeOf(image) }));
    expect(found).toMatchObject({ from, to: "1.0.0" });
    expect(found.change === "none").toBe(from === "1.0.0");
  });

  test("takes nothing for stopped or down if nobody could look", () => {
    const unseen = facts([], { host: unavailable("no daemon") });
    expect(plan("1.0.0", unseen).occasion).toBe("");
  });
});
