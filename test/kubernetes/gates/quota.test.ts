import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quota } from "../../../components/kubernetes/gates/quota";
import { observed, unavailable } from "../../../components/upgrade/observation";
import {
  at,
  compute,
  container,
  MIB,
  passed,
  pod,
  say,
  sizes,
} from "../../upgrade/gates/admission-world";
import { cluster } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const inQuota = (found: string) => `block ${at}, ResourceQuota/compute: ${found}`;
describe("a quota", () => {
  test("that is not there lets every pod in (S-05)", () => {
    expect(say({})).toEqual([`pass ${at}: 1 more pod let in by its quotas and limit ranges`]);
  });

  test.each<[string, number, number, string, string]>([
    ["requests.cpu", 200, 299, "200m of 299m", "100m"],
    ["cpu", 200, 299, "200m of 299m", "100m"],
    ["requests.memory", 0, 255 * MIB, "0 MiB of 255 MiB", "256 MiB"],
    ["memory", 0, 255 * MIB, "0 MiB of 255 MiB", "256 MiB"],
    ["limits.cpu", 2000, 2999, "2000m of 2999m", "1000m"],
    ["limits.memory", MIB, 512 * MIB, "1 MiB of 512 MiB", "512 MiB"],
    ["pods", 3, 3, "3 of 3", "1"],
    ["count/pods", 3, 3, "3 of 3", "1"],
  ])("of %s that is used up refuses the pod, and says by how much (S-05)", (...row) => {
    const [resource, used, hard, room, more] = row;
    expect(say({ quotas: [compute({ [resource]: hard }, { [resource]: used })] })).toEqual([
      inQuota(
        `${resource} with ${room} used, and ${more} more for 1 pod of the rollout (a pod of gateway)`,
      ),
    ]);
    const enough = compute({ [resource]: 1e12 }, { [resource]: used });
    expect(say({ quotas: [enough] })).toEqual(passed);
  });

  test("counts what pods grow by, and not as pods of their own (S-05, S-06)", () => {
    const growth = { ...pod("gateway"), name: "what a pod of gateway grows by", growth: true };
    const used = { cpu: 200, pods: 2 };
    const rollout = [pod("gateway"), growth];
    expect(say({ quotas: [compute({ cpu: 400, pods: 3 }, used)], rollout })).toEqual(passed);
    expect(say({ quotas: [compute({ cpu: 399, pods: 3 }, used)], rollout })).toEqual([
      inQuota(
        "cpu with 200m of 399m used, and 200m more for 1 pod of the rollout (a pod of gateway and what a pod of gateway grows by)",
      ),
    ]);
  });

  test("that the pod just fills lets it in (S-05)", () => {
    expect(say({ quotas: [compute({ pods: 4, cpu: 300 }, { pods: 3, cpu: 200 })] })).toEqual(
      passed,
    );
  });

  test("says what to raise it to (S-05)", () => {
    const [finding] = quota({
      cluster: cluster({
        admission: observed({ quotas: [compute({ cpu: 250 }, { cpu: 200 })], limitRanges: [] }),
      }),
      demands: [{ chapter: "rollout", gateways: ["smoltbot"], pods: [pod("gateway")] }],
      at,
    });
    expect(finding?.expected).toBe("at least 300m");
    expect(finding?.fix).toBe(
      "raise cpu of the ResourceQuota compute to 300m, or lower what the pods ask for",
    );
  });

  test("counts the pods of a chapter together, and its chapters one after the other (S-05)", () => {
    const quotas = [compute({ cpu: 199, pods: 3 }, { pods: 2 })];
    expect(say({ quotas, rollout: [pod("gateway"), pod("observer")] })).toEqual([
      inQuota(
        "cpu with 0m of 199m used, and 200m more for 2 pods of the rollout (a pod of gateway and a pod of observer)",
      ),
      inQuota(
        "pods with 2 of 3 used, and 2 more for 2 pods of the rollout (a pod of gateway and a pod of observer)",
      ),
    ]);
    expect(say({ quotas, migration: [pod("the migration")] })[0]).toMatch(/^pass/);
  });

  test("of objects still counts the migration's pod while the rollout begins (S-05)", () => {
    const quotas = [compute({ "count/pods": 4 }, { "count/pods": 3 })];
    expect(say({ quotas, migration: [pod("the migration")] })).toEqual([
      inQuota(
        "count/pods with 4 of 4 used, and 1 more for 1 pod of the rollout (a pod of gateway)",
      ),
    ]);
  });

  test("of objects does not count a pod that is removed after its chapter (S-05)", () => {
    const quotas = [compute({ "count/pods": 4 }, { "count/pods": 3 })];
    const client = { ...pod("the database client"), removed: true };
    expect(say({ quotas, migration: [client] })[0]).toMatch(/^pass/);
  });

  test("counts an init container where that asks for more than the others (S-05)", () => {
    const init = container({ name: "init", role: "init", requests: { cpu: 300, memory: 0 } });
    const rollout = [pod("gateway", init, container())];
    expect(say({ quotas: [compute({ cpu: 300 })], rollout })).toEqual(passed);
    expect(say({ quotas: [compute({ cpu: 299 })], rollout })).toHaveLength(1);
  });

  test("refuses a container that does not name what it counts, however much room there is (S-05)", () => {
    const bare = container({ limits: {} });
    const quotas = [compute({ "limits.cpu": 1e6, "limits.memory": 1e12, "requests.cpu": 1e6 })];
    expect(say({ quotas, rollout: [pod("gateway", bare), pod("gateway", bare)] })).toEqual([
      inQuota(
        "container gateway of a pod of gateway without limits.cpu and limits.memory, which the quota counts",
      ),
    ]);
  });

  test("takes what a limit range gives by default (S-05)", () => {
    const rollout = [pod("gateway", container({ limits: {} }))];
    const limitRanges = [sizes({ defaultLimits: { cpu: 500 } })];
    expect(say({ quotas: [compute({ "limits.cpu": 500 })], limitRanges, rollout })).toEqual(passed);
    expect(say({ quotas: [compute({ "limits.cpu": 499 })], limitRanges, rollout })).toEqual([
      inQuota(
        "limits.cpu with 0m of 499m used, and 500m more for 1 pod of the rollout (a pod of gateway)",
      ),
    ]);
  });

  test("of pods with a deadline, at best effort or of a priority is left out (S-05)", () => {
    for (const scope of ["Terminating", "BestEffort", "PriorityClass", "CrossNamespacePodAffinity"])
      expect(say({ quotas: [compute({ pods: 0 }, {}, [scope])] })).toEqual(passed);
    const ours = ["NotTerminating", "NotBestEffort"];
    for (const scopes of [ours, ...ours.map((scope) => [scope])])
      expect(say({ quotas: [compute({ pods: 0 }, {}, scopes)] })).toEqual([
        inQuota("pods with 0 of 0 used, and 1 more for 1 pod of the rollout (a pod of gateway)"),
      ]);
  });

  test("of pods that ask for something does not count one that asks for nothing (S-05)", () => {
    const rollout = [pod("gateway", container({ requests: {}, limits: {} }))];
    const quotas = [compute({ pods: 0, "limits.cpu": 0 }, {}, ["NotBestEffort"])];
    expect(say({ quotas, rollout })).toEqual(passed);
  });

  test("of pods that ask for something counts one of which one container asks for one thing (S-05)", () => {
    const bare = container({ requests: {}, limits: {} });
    const quotas = [compute({ pods: 0 }, {}, ["NotBestEffort"])];
    for (const asks of [{ requests: { cpu: 1 } }, { limits: { memory: 1 } }]) {
      const rollout = [pod("gateway", bare, container({ requests: {}, limits: {}, ...asks }))];
      expect(say({ quotas, rollout })[0]).toMatch(/^block /);
    }
  });

  test("of something else is not judged (S-05)", () => {
    const hard = { "count/jobs.batch": 0, "requests.storage": 0, services: 0 };
    expect(say({ quotas: [compute(hard)] })).toEqual(passed);
  });
});

test("all faults are told at once (S-05)", () => {
  const faults = say({
    quotas: [compute({ pods: 0, "requests.storage": 1, cpu: 50 })],
    limitRanges: [sizes({ max: { cpu: 1, memory: 1 } })],
  });
  expect(faults).toHaveLength(4);
});

test("quotas that may not be listed are a warning in every run (S-05)", () => {
  const demands = [{ chapter: "rollout", gateways: ["smoltbot"], pods: [pod("gateway")] }];
  const look = cluster({ admission: unavailable("resourcequotas is forbidden.") });
  expect(spoken(quota({ cluster: look, demands, at }))).toEqual([
    `warn ${at}: quotas and limit ranges that could not be listed: resourcequotas is forbidden`,
  ]);
  expect(spoken(quota({ cluster: look, demands: [], at }))).toEqual([]);
});

test("a cluster that could not be seen is unknown (S-05)", () => {
  expect(spoken(quota({ cluster: unavailable("connection refused"), demands: [], at }))).toEqual([
    `unknown ${at}: no look at the quotas: connection refused`,
  ]);
});

test("whatever passes stays within the quota, and one pod less never turns a pass into a refusal (S-05)", () => {
  const pods = fc.array(fc.nat(400), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pods, fc.nat(1000), fc.nat(1000), (sizesOfPods, used, hard) => {
      const rollout = sizesOfPods.map((cpu) => pod("gateway", container({ requests: { cpu } })));
      const quotas = [compute({ cpu: hard }, { cpu: used })];
      if (say({ quotas, rollout })[0]?.startsWith("block") === true) return;
      const wanted = sizesOfPods.reduce((sum, cpu) => sum + cpu, 0);
      expect(wanted === 0 || used + wanted <= hard).toBe(true);
      expect(say({ quotas, rollout: rollout.slice(1) })[0]).toMatch(/^pass/);
    }),
  );
});
