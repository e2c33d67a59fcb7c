import { expect, test } from "vitest";
import type { ClusterFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { adoption } from "../../../components/kubernetes/gates/adoption";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";
import { cluster, databaseFacts, workload } from "../../upgrade/gates/facts";
import { spoken, step } from "../../upgrade/gates/findings";

const at = "prod/smoltbot";
const record = { name: "sh.helm.release.v1.smoltbot.v3", revision: 3, status: "deployed" };
const first = (wanted: string, ...running: string[]) => planUpgrade({ wanted, running });
const unmended = {
  database: databaseFacts({ migrations: ["001.sql"] }),
  release: "smoltbot",
  deployment: "gateway",
  at,
  adoptAt: "gateways:smoltbot.adopt",
  versionAt: "gateways:smoltbot.version",
};
const rest = { ...unmended, mended: ["observer"] };
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

/** The way out that is named for records of these states, the newest first. */
const left = (statuses: readonly string[], mended: readonly string[]) => {
  const helmRecords = statuses.map((one, index) => ({
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
    ["pending-install"],
    [],
    /no helm runs .*delete the record sh\.helm\.release\.v1\.smoltbot\.v3 in prod\/smoltbot, and run the same helm install again/,
  ],
  [
    "an upgrade is",
    ["pending-upgrade", "failed", "superseded"],
    [],
    /no helm runs .*run helm rollback smoltbot 1 in prod\/smoltbot;/,
  ],
  [
    "an upgrade that has failed is",
    ["failed", "superseded"],
    [],
    /^run helm upgrade smoltbot in prod\/smoltbot once more with the values that it has, or helm rollback smoltbot 2 in prod\/smoltbot,/,
  ],
  [
    "one that waited for what never gets ready is",
    ["failed"],
    ["observer"],
    /and without --wait \(observer never gets ready\), or helm rollback,/,
  ],
  [
    "an upgrade is, after one that is deployed,",
    ["pending-upgrade", "deployed", "superseded"],
    [],
    /no helm runs .*run helm rollback smoltbot 2 in prod\/smoltbot;/,
  ],
  [
    "one that has failed is, and none before it was whole,",
    ["failed", "failed"],
    [],
    /once more with the values that it has, or helm rollback, then run again$/,
  ],
])(
  "the way out where %s on record follows from the records (T-37)",
  (_, statuses, mended, words) => {
    expect(left(statuses, mended)).toMatch(words);
  },
);

test("without a word about unwell workloads there are none", () => {
  const plan = first("1.0.0", "1.0.0");
  const failed = { ...record, status: "failed" };
  const unwell = workload({ name: "observer", ready: 0 });
  const look = cluster({ helmRecords: [failed], workloads: [unwell] });
  const [records, , observer] = adoption({ ...unmended, plan, cluster: look });
  expect(records?.fix).toMatch(/with the values that it has, or helm rollback/);
  expect(observer?.verdict).toBe("block");
});

test("the release that runs is said with its revision, its state and the chart that Helm has labelled it by (B-01)", () => {
  const labels = { "helm.sh/chart": "bamf-0.10.0" };
  const gateway = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "gateway", labels },
  };
  const other = (kind: string, name: string) => ({
    ...gateway,
    kind,
    metadata: { name, labels: { "helm.sh/chart": "other-9.9.9" } },
  });
  const look = cluster({ helmRecords: [record] });
  const plan = first("0.10.0", "0.10.0");
  const saidOf = (...objects: KubernetesObject[]) => {
    const adopted = observed({ objects, leftOver: [], secret: undefined });
    return spoken(adoption({ ...rest, plan, cluster: look, adopted }));
  };
  const others = [other("Service", "gateway"), other("Deployment", "observer")];
  expect(saidOf(...others, gateway)).toEqual([
    `${deployed} by chart bamf-0.10.0`,
    "pass gateways:smoltbot.version: 0.10.0, which runs",
  ]);
  const unlabelled = { ...gateway, metadata: { name: "gateway" } };
  const bare = { ...gateway, metadata: { name: "gateway", labels: {} } };
  for (const one of [unlabelled, bare]) expect(saidOf(...others, one)[0]).toBe(deployed);
  const unseen = unavailable("forbidden");
  expect(spoken(adoption({ ...rest, plan, cluster: look, adopted: unseen }))[0]).toBe(deployed);
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

test.each([
  [{ ready: 1 }, "1 of 2 pods ready"],
  [{ ready: 1, updated: 1 }, "1 of 2 pods ready"],
  [{ observed: false }, "2 of 2 pods ready"],
])("a gateway with %j is refused, since nothing else proves the release", (change, found) => {
  const findings = ask(first("1.0.0", "1.0.0"), { workloads: [workload(change)] });
  expect(spoken(findings)).toEqual([deployed, runs, `block Deployment/gateway: ${found}`]);
  expect(findings[2]?.expected).toMatch(/a gateway that serves/);
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
