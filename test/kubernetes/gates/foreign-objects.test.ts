import { expect, test } from "vitest";
import type { LiveObject } from "../../../components/kubernetes/facts/cluster-facts";
import { foreignObjects } from "../../../components/kubernetes/gates/foreign-objects";
import { unavailable } from "../../../components/upgrade/observation";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { cluster, live } from "../../upgrade/gates/facts";
import { spoken, step } from "../../upgrade/gates/findings";

const at = "staging/smoltbot";
const install = step(undefined, "1.1.0");
const say = (objects: readonly LiveObject[], plan = install, adopt?: boolean) =>
  spoken(foreignObjects({ cluster: cluster({ live: objects }), plan, adopt, at }));
const helm = live({ helmRelease: "smoltbot", managers: ["helm"] });
const refusal = "1 object of the Helm release smoltbot: Deployment/gateway";

test("an empty namespace passes", () => {
  expect(say([])).toEqual([`pass ${at}: no object of somebody else`]);
});

test("what an earlier run made passes: a first install that was cut off goes on", () => {
  expect(say([live()])).toEqual([`pass ${at}: no object of somebody else`]);
});

test("a namespace that was there before passes", () => {
  expect(say([live({ key: "v1/Namespace/smoltbot/smoltbot", managers: ["kubectl"] })])).toEqual([
    `pass ${at}: no object of somebody else`,
  ]);
});

test("objects of a Helm release are refused, with its name (T-37)", () => {
  expect(say([helm])).toEqual([`block ${at}: ${refusal}`]);
});

test("objects of a Helm release that Pulumi runs are refused as well (T-37)", () => {
  expect(say([live({ helmRelease: "smoltbot" })])).toEqual([`block ${at}: ${refusal}`]);
});

test("a release that runs and was never verified here is refused as well", () => {
  expect(say([helm], planUpgrade({ wanted: "1.2.0", running: ["1.1.0"] }))).toEqual([
    `block ${at}: ${refusal}`,
  ]);
});

test("what the operator wants taken over is told, and that created means taken over", () => {
  expect(say([helm], install, true)).toEqual([`warn ${at}: ${refusal}`]);
  const look = cluster({ live: [helm] });
  const [finding] = foreignObjects({ cluster: look, plan: install, adopt: true, at });
  expect(finding?.fix).toMatch(/what is shown as created is taken over under its name/);
});

test("each owner is told apart, and long lists are cut", () => {
  const many = Array.from({ length: 7 }, (_, index) =>
    live({ key: `v1/Secret/smoltbot/s${index}`, managers: ["kubectl-client-side-apply"] }),
  );
  expect(say([helm, ...many])).toEqual([
    `block ${at}: ${refusal}`,
    `block ${at}: 7 objects of somebody else: Secret/s0, Secret/s1, Secret/s2, Secret/s3, Secret/s4 and 2 more`,
  ]);
});

test("a stack that has verified a release is not asked again", () => {
  expect(say([helm], step("1.1.0", "1.2.0"))).toEqual([`pass ${at}: a release of this stack`]);
});

test("objects that could not be seen are unknown, with the reason", () => {
  expect(spoken(foreignObjects({ cluster: unavailable("forbidden"), plan: install, at }))).toEqual([
    `unknown ${at}: no look at the objects: forbidden`,
  ]);
});

test("five names are told whole", () => {
  const five = Array.from({ length: 5 }, (_, index) =>
    live({ key: `v1/Secret/smoltbot/s${index}`, managers: [] }),
  );
  expect(say(five)).toEqual([
    `block ${at}: 5 objects of somebody else: Secret/s0, Secret/s1, Secret/s2, Secret/s3, Secret/s4`,
  ]);
});
