import { expect, test } from "vitest";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { extendHistory } from "../../../components/upgrade/evidence/history";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { readEvidence, readHistory } from "../../../components/upgrade/evidence/read-evidence";

const evidence = (version: string, day: number): Evidence => ({
  version,
  digests: {},
  configHash: "hash",
  schemaHead: "002.sql",
  verifiedAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  probes: { sent: 1, failed: 0 },
  restarts: 0,
});

test("a verified release joins the history as its last entry, once (S-43)", () => {
  const first = extendHistory([], evidence("1.0.0", 1));
  const second = extendHistory(first, evidence("1.1.0", 2));
  expect(second.map(({ version }) => version)).toEqual(["1.0.0", "1.1.0"]);
  expect(extendHistory(second, evidence("1.1.0", 2))).toEqual(second);
});

test("a history forgets its oldest entries before it grows without end (S-43)", () => {
  const days = Array.from({ length: 30 }, (_, index) => evidence("1.0.0", index + 1));
  const history = days.reduce<readonly Evidence[]>(extendHistory, []);
  expect(history).toEqual(days.slice(-20));
});

test("an output that is no evidence is no look at all, and leaves the rest of a history readable", () => {
  const outputs = observed({ own: { version: 1 }, past: [evidence("1.0.0", 1), "rubbish"] });
  expect(readEvidence(outputs, "own")).toMatchObject({ observed: false });
  expect(readEvidence(outputs, "none")).toEqual(observed(undefined));
  expect(readEvidence(unavailable("no stack"), "own")).toEqual(unavailable("no stack"));
  expect(readHistory(outputs, "past")).toEqual([evidence("1.0.0", 1)]);
  expect(readHistory(unavailable("no stack"), "past")).toEqual([]);
});
