import { expect, test } from "vitest";
import type { ClusterFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { adoption } from "../../../components/kubernetes/gates/adoption";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";
import { cluster, databaseFacts, workload } from "../../upgrade/gates/facts";
import { spoken, step } from "../../upgrade/gates/findings";

const at = "prod/smoltbot";
const record = { name: "sh.helm.release.v1.smoltbot.v3", revision: 3, status: "deployed" };
const first = (wanted: string, ...running: string[]) => planUpgrade({ wanted, running });
const rest = {
  database: databaseFacts({ migrations: ["001.sql"] }),
  release: "smoltbot",
  deployment: "gateway",
  mended: ["observer"],
  at,
  adoptAt: "gateways:smoltbot.adopt",
  versionAt: "gateways:smoltbot.version",
};
const ask = (plan: Plan, change: Partial<ClusterFacts> = {}) =>
  adoption({ plan, cluster: cluster({ helmRecords: [record], ...change }), ...rest });
const say = (...args: Parameters<typeof ask>) => spoken(ask(...args));
const deployed = "pass Helm release smoltbot, revision 3: deployed";
const runs = "pass gateways:smoltbot.version: 1.0.0, which runs";

test("a finished install whose release is wanted passes", () => {
  expect(say(first("1.0.0", "1.0.0"))).toEqual([deployed, runs]);
});

test.each(["failed", "pending-install", "pending-upgrade", "pending-rollback", "uninstalling"])(
  "an install that Helm left %s is refused (T-37)",
  (status) => {
    expect(say(first("1.0.0", "1.0.0"), { helmRecords: [{ ...record, status }] })).toEqual([
      `block Helm release smoltbot, revision 3: status ${status}`,
      runs,
    ]);
  },
);

const left = (status: string, mended: readonly string[] = [], ...earlier: string[]) => {
  const helmRecords = [status, ...earlier].map((one, index) => ({
    name: `sh.helm.release.v1.smoltbot.v${3 - index}`,
    revision: 3 - index,
    status: one,
  }));
  const look = cluster({ helmRecords });
  return adoption({ plan: first("1.0.0", "1.0.0"), cluster: look, ...rest, mended })[0]?.fix;
};

test.each([
  [
    "a first install is",
    left("pending-install"),
    /no helm runs .*delete the record sh\.helm\.release\.v1\.smoltbot\.v3, and run the same helm install again/,
  ],
  [
    "an upgrade is",
    left("pending-upgrade", [], "failed", "superseded"),
    /no helm runs .*run helm rollback smoltbot 1;/,
  ],
  [
    "an upgrade that has failed is",
    left("failed", [], "superseded"),
    /^run helm upgrade smoltbot once more with the values that it has, or helm rollback smoltbot 2,/,
  ],
  [
    "one that waited for what never gets ready is",
    left("failed", ["observer"]),
    /and without --wait \(observer never gets ready\), or helm rollback,/,
  ],
])("the way out where %s on record follows from the records (T-37)", (_, fix, words) => {
  expect(fix).toMatch(words);
});

test("the release that runs is said with its revision, its state and the chart that Helm has labelled it by (B-01)", () => {
  const labels = { "helm.sh/chart": "bamf-0.10.0" };
  const gateway = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "gateway", labels },
  };
  const service = { ...gateway, kind: "Service", metadata: { name: "gateway" } };
  const adopted = observed({ objects: [service, gateway], leftOver: [], secret: undefined });
  const look = cluster({ helmRecords: [record] });
  const plan = first("0.10.0", "0.10.0");
  expect(spoken(adoption({ ...rest, plan, cluster: look, adopted }))).toEqual([
    `${deployed} by chart bamf-0.10.0`,
    "pass gateways:smoltbot.version: 0.10.0, which runs",
  ]);
});

test("a namespace without records of Helm is refused", () => {
  expect(say(first("1.0.0", "1.0.0"), { helmRecords: [] })[0]).toBe(
    `block ${at}: no records of a Helm release smoltbot`,
  );
});

test.each([
  [["1.0.0"], "1.1.0, while 1.0.0 runs"],
  [["1.0.0", "1.1.0"], "1.1.0, while 1.0.0 and 1.1.0 runs"],
  [["latest"], "1.1.0, while nothing that names a release runs"],
  [[], "1.1.0, while nothing that names a release runs"],
])("with %j running another release is refused", (running, found) => {
  expect(say(first("1.1.0", ...running))).toEqual([
    deployed,
    `block gateways:smoltbot.version: ${found}`,
  ]);
});

test("while two releases run, neither can be adopted, and the way out is to finish with Helm; one that runs alone is to be named", () => {
  const fixOf = (wanted: string, ...running: string[]) =>
    adoption({
      plan: first(wanted, ...running),
      cluster: cluster({ helmRecords: [record] }),
      ...rest,
    }).at(-1)?.fix;
  expect(fixOf("1.1.0", "1.0.0")).toBe(
    "set the version to 1.0.0 and adopt it; upgrade to 1.1.0 afterwards",
  );
  const finish = "finish what Helm has begun, so that one release runs, then adopt it";
  expect(fixOf("1.0.0", "1.0.0", "1.1.0")).toBe(finish);
  expect(fixOf("1.0.0")).toBe(finish);
});

test.each([
  ["is not there", undefined],
  ["could not be seen", unavailable("refused")],
])("a database that %s is told nothing of", (_, database) => {
  const look = cluster({ helmRecords: [record] });
  const plan = first("1.0.0", "1.0.0");
  expect(spoken(adoption({ ...rest, plan, cluster: look, database }))).toEqual([deployed, runs]);
});

test("a gateway that does not serve is refused, since nothing else proves the release", () => {
  expect(say(first("1.0.0", "1.0.0"), { workloads: [workload({ ready: 1 })] })).toEqual([
    deployed,
    runs,
    "block Deployment/gateway: 1 of 2 pods ready",
  ]);
});

test("an observer that never gets ready is told and taken over (T-01)", () => {
  const observer = workload({ name: "observer", desired: 1, updated: 1, ready: 0, probed: true });
  expect(say(first("1.0.0", "1.0.0"), { workloads: [observer] })).toEqual([
    deployed,
    runs,
    "warn Deployment/observer: 0 of 1 pods ready: as the chart ships it, it is probed on a port that it never opens",
  ]);
});

test.each([
  ["is not ready", { ready: 1 }, "1 of 2 pods ready"],
  ["is between two revisions", { updated: 1 }, "2 of 2 pods ready, 1 of them up to date"],
])(
  "any other workload that %s is refused: an adoption would wait for it, and replaces no pod",
  (_, change, found) => {
    const bridge = workload({ kind: "StatefulSet", name: "bridge", ...change });
    const findings = ask(first("1.0.0", "1.0.0"), { workloads: [bridge] });
    expect(spoken(findings).at(-1)).toBe(`block StatefulSet/bridge: ${found}`);
    expect(findings.at(-1)?.expected).toMatch(/an adoption neither mends nor replaces one/);
  },
);

test.each([[undefined], [[]]])(
  "a database with the migrations %j on record is told",
  (migrations) => {
    const found = { ...rest, database: databaseFacts({ migrations }) };
    const look = cluster({ helmRecords: [record] });
    expect(
      spoken(adoption({ plan: first("1.0.0", "1.0.0"), cluster: look, ...found })).at(-1),
    ).toBe("warn database mnemom: no migration on record, though a release runs on it");
  },
);

test("once verified, the line is to be removed, and no upgrade comes while it stands", () => {
  const found = "adopt: true, though 1.0.0 is adopted and verified";
  expect(say(step("1.0.0", "1.0.0"))).toEqual([`warn gateways:smoltbot.adopt: ${found}`]);
  expect(say(step("1.0.0", "1.1.0"))).toEqual([
    `block gateways:smoltbot.adopt: ${found}, beside an upgrade to 1.1.0`,
  ]);
});

test("an install that could not be seen is unknown, with the reason", () => {
  const plan = first("1.0.0", "1.0.0");
  expect(spoken(adoption({ plan, cluster: unavailable("forbidden"), ...rest }))).toEqual([
    `unknown ${at}: no look at the install by Helm: forbidden`,
  ]);
});
