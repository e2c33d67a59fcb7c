import { describe, expect, test } from "vitest";
import {
  isElsewhere,
  sameCluster,
  type SameClusterArgs,
} from "../../../components/kubernetes/gates/same-cluster";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster, workload } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "context prod";
const ask = (changes: Partial<SameClusterArgs>) =>
  sameCluster({
    cluster: cluster({ uid: "c-1" }),
    identity: { cluster: "c-1" },
    verified: "1.0.0",
    at,
    ...changes,
  });

describe("the cluster of a gateway", () => {
  test("is known again by its uid, by whatever context", () => {
    expect(spoken(ask({}))).toEqual([`pass ${at}: the cluster of this stack, c-1`]);
  });

  test("is not another one, also where the same release runs there: nothing is touched, and the way to move it is said", () => {
    const [finding] = ask({ cluster: cluster({ uid: "c-2" }) });
    expect(finding).toMatchObject({
      verdict: "block",
      found: "another cluster, c-2",
      expected: "cluster c-1, in which this stack has installed its gateway",
    });
    expect(finding?.fix).toMatch(/removal there and an install here \(docs\/with-pulumi-itself/);
  });

  test("is taken down at the first look, before an install and beside a gateway that an earlier program has installed", () => {
    const words = [`pass ${at}: cluster c-1, from now on the one of this stack`];
    const fresh = { identity: undefined, verified: undefined };
    expect(spoken(ask({ ...fresh, cluster: cluster({ uid: "c-1", workloads: [] }) }))).toEqual(
      words,
    );
    expect(spoken(ask({ identity: undefined }))).toEqual(words);
    expect(spoken(ask({ identity: {} }))).toEqual(words);
  });

  test("is not one without any workload of the gateway, where no record tells which one it was", () => {
    const empty = cluster({ uid: "c-2", workloads: [] });
    expect(spoken(ask({ identity: undefined, cluster: empty }))).toEqual([
      `block ${at}: a cluster without any workload of the gateway, although this stack has verified 1.0.0`,
    ]);
  });

  test("whose workloads are gone is still the one on record", () => {
    expect(spoken(ask({ cluster: cluster({ uid: "c-1", workloads: [] }) }))).toEqual([
      `pass ${at}: the cluster of this stack, c-1`,
    ]);
  });

  test("cannot be told by a role that may not read it: a warning before there is a record, and no look after it", () => {
    const blind = cluster({ workloads: [workload()] });
    expect(spoken(ask({ identity: {}, cluster: blind }))).toEqual([
      `warn ${at}: no right to tell this cluster from another one`,
    ]);
    expect(spoken(ask({ cluster: blind }))).toEqual([
      `unknown ${at}: no right to tell this cluster from another one`,
    ]);
  });

  test("that does not answer is unknown", () => {
    expect(spoken(ask({ cluster: unavailable("no route") }))).toEqual([
      `unknown ${at}: no look at the cluster's identity: no route`,
    ]);
  });
});

test("a stack file aims elsewhere only where both clusters are known and differ", () => {
  const aims = (uid: string | undefined, recorded: string | undefined) =>
    isElsewhere({
      cluster: cluster({ uid }),
      identity: recorded === undefined ? undefined : { cluster: recorded },
    });
  expect(aims("c-2", "c-1")).toBe(true);
  expect(aims("c-1", "c-1")).toBe(false);
  expect(aims("c-1", undefined)).toBe(false);
  expect(aims(undefined, "c-1")).toBe(false);
});
