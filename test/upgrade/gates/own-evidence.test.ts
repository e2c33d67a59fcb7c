import { expect, test } from "vitest";
import { ownEvidence } from "../../../components/upgrade/gates/own-evidence";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "./findings";

const at = "stack prod";

test("a stack that has verified a release says which and when", () => {
  const own = observed({
    version: "1.1.0",
    digests: {},
    configHash: "",
    schemaHead: "",
    verifiedAt: "2026-06-01T00:00:00Z",
    probes: { sent: 20, failed: 0 },
    restarts: 0,
  });
  expect(spoken(ownEvidence({ own, at }))).toEqual([
    `pass ${at}: 1.1.0 verified at 2026-06-01T00:00:00Z`,
  ]);
});

test("a stack that has verified none yet passes", () => {
  expect(spoken(ownEvidence({ own: observed(undefined), at }))).toEqual([
    `pass ${at}: no release verified yet`,
  ]);
});

test("evidence that could not be read is unknown: an upgrade could be taken for an install", () => {
  expect(spoken(ownEvidence({ own: unavailable("the backend is away"), at }))).toEqual([
    `unknown ${at}: no look at this stack's own evidence: the backend is away`,
  ]);
});
