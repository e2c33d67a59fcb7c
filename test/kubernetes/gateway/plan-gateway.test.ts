import { describe, expect, test } from "vitest";
import type { KubernetesFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { planGateway } from "../../../components/kubernetes/gateway/plan-gateway";
import type { KubernetesRelease } from "../../../components/kubernetes/gateway/product";
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
