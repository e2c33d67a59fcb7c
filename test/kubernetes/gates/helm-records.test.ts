import { expect, test } from "vitest";
import { helmRecords } from "../../../components/kubernetes/gates/helm-records";
import { readRecords } from "../../../components/kubernetes/helm/helm-records";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster } from "../../upgrade/gates/facts";
import { spoken, step } from "../../upgrade/gates/findings";

const at = "prod/smoltbot";
const place = { context: "prod", namespace: "smoltbot", release: "smoltbot" };
const record = (version: string, status: string) => ({
  metadata: { name: `sh.helm.release.v1.smoltbot.v${version}`, labels: { version, status } },
});
const records = readRecords({
  items: [record("9", "superseded"), record("10", "deployed")],
});
const ask = (found = records, plan = step("1.0.0", "1.0.0")) =>
  helmRecords({ cluster: cluster({ helmRecords: found }), plan, place, at });

test("records of an adopted release are warned of, with the command that retires them", () => {
  expect(spoken(ask())).toEqual([
    `warn ${at}: 2 records of the Helm release smoltbot, which this stack has taken over`,
  ]);
  const [finding] = ask();
  expect(finding?.fix).toBe(
    "run kubectl --context prod --namespace smoltbot delete secret sh.helm.release.v1.smoltbot.v10 sh.helm.release.v1.smoltbot.v9",
  );
  expect(finding?.expected).toMatch(/helm uninstall smoltbot would delete the running gateway/);
});

test("records pass before the first verification: they prove what is adopted", () => {
  expect(spoken(ask(records, step(undefined, "1.0.0")))).toEqual([
    `pass ${at}: 2 records of the Helm release smoltbot`,
  ]);
});

test("a namespace without records passes", () => {
  expect(spoken(ask([]))).toEqual([`pass ${at}: no records of Helm`]);
});

test("records that could not be seen are unknown, with the reason", () => {
  const plan = step("1.0.0", "1.0.0");
  expect(spoken(helmRecords({ cluster: unavailable("forbidden"), plan, place, at }))).toEqual([
    `unknown ${at}: no look at Helm's records: forbidden`,
  ]);
});

test("no records at all come as null and are none", () => {
  expect(readRecords({ items: null })).toEqual([]);
});

test("records are read newest first, by number and not by name", () => {
  expect(records.map(({ revision, status }) => [revision, status])).toEqual([
    [10, "deployed"],
    [9, "superseded"],
  ]);
});
