import { expect, test } from "vitest";
import { webPods } from "../../../components/bamf/gates/web-pods";
import type { Values } from "../../../components/upgrade/values";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:bamf.values";
const deployment = "bamf-web";
const web = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: deployment } };
const say = (values: Values, running: readonly string[] = [], workloads = [] as (typeof web)[]) =>
  spoken(webPods({ workloads, running, deployment, values, at }));

test("a release without web pods passes, and nothing waits for any (T-33)", () => {
  expect(say({ core: { web: { standalone: false } } })).toEqual([
    "pass Deployment/bamf-web: no web pods, so that nothing waits for any",
  ]);
});

test("web pods of their own pass (T-33)", () => {
  expect(say({ core: { web: { standalone: true, replicas: 3 } } }, [], [web])).toEqual([
    "pass Deployment/bamf-web: web pods of their own",
  ]);
});

test("values for web pods that are not made are told, in either layout (T-33)", () => {
  const words = "replicas, resources for web pods that are not made, since standalone is not true";
  const values = { resources: {}, replicas: 3 };
  expect(say({ core: { web: values } })).toEqual([`warn ${at}.core.web: ${words}`]);
  expect(say({ web: values })).toEqual([`warn ${at}.web: ${words}`]);
});

test("web pods that run and would be taken away are told (T-33)", () => {
  expect(say({}, [deployment])).toEqual([
    "warn Deployment/bamf-web: web pods that run, and that this release takes away",
  ]);
});
