import { expect, test } from "vitest";
import { drawnSecrets } from "../../../components/bamf/gates/drawn-secrets";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { spoken } from "../../upgrade/gates/findings";

const [at, secretsAt] = ["gateways:bamf.values", "gateways:bamfSecrets"];
const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (name: string, content: object): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  ...content,
});
const ask = (
  objects: readonly KubernetesObject[],
  secrets: Readonly<Record<string, string>> = {},
) => drawnSecrets({ objects, secrets, at, secretsAt });

test("a chart that renders no Secret passes, and so does one with the values of the stack file (T-22)", () => {
  const words = "no Secret of the chart with a value that the stack file does not hold";
  expect(spoken(ask([]))).toEqual([`pass ${at}: ${words}`]);
  const objects = [
    secret("bamf-proxy-token", { data: { token: base64("mine") } }),
    secret("bamf-bridge-bootstrap", { stringData: { token: "mine too", empty: "" } }),
  ];
  expect(spoken(ask(objects, { A: "mine", B: "mine too" }))).toEqual([`pass ${at}: ${words}`]);
});

test("a token that the chart draws at every render blocks, and is not shown (T-22)", () => {
  const objects = [
    secret("bamf-proxy-token", { data: { token: base64("drawn-1") } }),
    secret("bamf-bridge-bootstrap", { stringData: { token: "drawn-2" } }),
  ];
  const words =
    "a value of token that the stack file does not hold: the chart draws it at every render, or it stands in the values";
  const findings = ask(objects, { A: "mine" });
  expect(spoken(findings)).toEqual([
    `block Secret/bamf-proxy-token: ${words}`,
    `block Secret/bamf-bridge-bootstrap: ${words}`,
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/drawn-\d|ZHJhd24/);
});
