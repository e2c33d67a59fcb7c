import { describe, expect, test } from "vitest";
import type {
  KubernetesFacts,
  WorkloadFacts,
} from "../../../components/kubernetes/facts/cluster-facts";
import { planGateway } from "../../../components/kubernetes/gateway/plan-gateway";
import type { KubernetesRelease } from "../../../components/kubernetes/gateway/product";
import { RELEASE_LABEL } from "../../../components/kubernetes/objects/release-label";
import { isSettled } from "../../../components/upgrade/plan/plan";
import { cluster, workload } from "../../upgrade/gates/facts";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { knownHops } from "../../upgrade/plan/known-hops";

const atStake = { countable: true, total: 3, tables: [{ name: "places", rows: 3 }] } as const;

/** The plan for a release, after 0.4.0 was verified on r3, on a database at that revision. */
const plan = (
  version: string,
  head: string,
  known: Pick<KubernetesRelease, "hops"> = { hops: knownHops },
) => {
  const release = {
    ...{ version, ...known, names: { fullname: "gw", gateway: "api" } },
    availability: { selector: {} },
  } as unknown as KubernetesRelease;
  const verifiedAt = "2026-05-30T12:00:00Z";
  const facts = {
    ...{ cluster: unavailable("no answer"), restore: unavailable("no dumps"), atStake },
    own: observed({ version: "0.4.0", schemaHead: "r3", verifiedAt }),
    database: observed({ exists: true, migrations: [head] }),
  } as unknown as KubernetesFacts;
  return planGateway(release, facts, "api");
};

describe("the plan of a gateway whose product knows the way between its releases", () => {
  test("goes down with the image that is left, over the rows that were counted (B-27, B-29)", () => {
    expect(plan("0.1.0", "r3").restore).toMatchObject({
      ...{ kind: "downgrade", image: "0.4.0", revision: "r1", rows: atStake },
    });
  });

  test("leaves the database alone between releases of one schema", () => {
    expect(plan("0.3.0", "r3").cameBack).toMatchObject({ from: "0.4.0", schemaHead: "r3" });
  });

  test("takes a revision that the product knows for no stranger, and any other for one", () => {
    expect(plan("0.4.0", "r2").doubt).toBeUndefined();
    expect(plan("0.4.0", "r9").doubt).toMatchObject({ head: "r9" });
  });

  test("of a product that knows none asks the backups", () => {
    expect(plan("0.1.0", "r3", {}).restore).toMatchObject({
      kind: "unknown",
      reason: "no dumps",
    });
  });
});

describe("a gateway that stays at its release, while nobody can look at its database", () => {
  const seenAt = "2026-05-30T12:00:00.000Z";
  const planWith = (
    begunAt: string | undefined,
    { hops, more }: { hops?: KubernetesRelease["hops"]; more?: object } = {},
  ) => {
    const release = {
      ...{ version: "1.1.0", hops, names: { fullname: "gw", gateway: "api" } },
      availability: { selector: {} },
    } as unknown as KubernetesRelease;
    const job = { name: "migrate", labels: { [RELEASE_LABEL]: "2.0.0" }, reason: "", begunAt };
    const facts = {
      cluster: cluster({ jobs: [{ ...job, state: "complete" }] }),
      restore: observed({ dumps: [], candidate: undefined, risk: undefined }),
      // It came back from 1.2.0, so that nothing of an up needs the database.
      own: observed({
        ...{ version: "1.1.0", schemaHead: "007.sql", verifiedAt: "2026-05-30T13:00:00.000Z" },
        ...{ schemaSeenAt: seenAt, cameBack: { from: "1.2.0", schemaHead: "007.sql", seenAt } },
      }),
      database: unavailable("it does not answer"),
      ...more,
    } as unknown as KubernetesFacts;
    return planGateway(release, facts, "api");
  };

  test("is in doubt after a migration to a newer major that has begun since it was seen, as its Job tells (law 7)", () => {
    const plan = planWith("2026-05-30T12:30:00.000Z");
    expect(plan.doubt?.reason).toContain("a migration to 2.0.0 has begun since");
    expect(isSettled(plan)).toBe(false);
    expect(planWith(undefined).doubt).toBeDefined();
  });

  test("is settled beside the Job of a migration that a restore has undone before it was seen", () => {
    expect(isSettled(planWith("2026-05-30T11:30:00.000Z"))).toBe(true);
  });

  test("is in doubt if only the dump before that migration tells, unless no preview ever reaches the database", () => {
    const taken = { ...DUMP, takenAt: "2026-05-30T12:30:00.000Z" };
    const restore = observed({ dumps: [taken], candidate: undefined, risk: undefined });
    const isGone = { cluster: cluster({}), restore };
    expect(planWith("", { more: isGone }).doubt).toBeDefined();
    expect(planWith("", { more: { ...isGone, database: undefined } }).doubt).toBeUndefined();
  });

  test("is judged by its hops if its product knows them", () => {
    expect(planWith(undefined, { hops: knownHops }).doubt).toBeUndefined();
  });
});

const DUMP = {
  ...{ file: "before-2.0.0.dump.zst", release: "2.0.0", running: ["1.1.0"], rows: 1 },
  schemaHead: "007.sql",
};

test("a gateway one of whose workloads is held for a release that was never declared is rolled out and verified again, though it stays as it is (T-25)", () => {
  const occasionWith = (...workloads: readonly WorkloadFacts[]) => {
    const release = {
      ...{ version: "1.1.0", names: { fullname: "gw", gateway: "api" } },
      availability: { selector: {} },
    } as unknown as KubernetesRelease;
    const verifiedAt = "2026-05-30T13:00:00.000Z";
    const facts = {
      cluster: cluster({ workloads }),
      restore: unavailable("no dumps"),
      own: observed({ version: "1.1.0", schemaHead: "007.sql", verifiedAt }),
      database: observed({ exists: true, migrations: ["007.sql"] }),
    } as unknown as KubernetesFacts;
    return planGateway(release, facts, "api").occasion;
  };
  const agents = workload({ name: "agents", generation: 6 });
  expect(occasionWith(workload(), agents)).toBe("");
  expect(occasionWith(workload(), { ...agents, held: true })).toBe(
    "old pods held (agents at generation 6); last verified 2026-05-30T13:00:00.000Z",
  );
});
