import { expect, test } from "vitest";
import { hostOwner } from "../../../components/hosts/gates/host-owner";
import { spoken } from "../../upgrade/gates/findings";
import { claim, seen, sum, wantedOn } from "../agents";

const THEIRS = { stack: "gateways/staging", release: "0.10.0", at: undefined };
const say = (hosts: Parameters<typeof hostOwner>[0]["hosts"]) =>
  spoken(hostOwner({ hosts, wantedOn, claim, consent: undefined, consentAt: "consents.takeOver" }));

test("hosts of this stack, or without a note, are fine", () => {
  expect(say([seen("c1"), seen("c2")])).toEqual([
    "pass 2 hosts: no note of another stack; gateways/prod notes itself",
  ]);
  expect(say([seen("c1", { owner: { ...THEIRS, ...claim } })])).toEqual([
    "pass host c1: of gateways/prod",
  ]);
  expect(say([])).toEqual([]);
});

test("one that another stack keeps stops the run, and is told where it has the wanted release already", () => {
  const there = { owner: THEIRS, sha256: sum("b"), running: sum("b") };
  expect(say([seen("c1"), seen("c2", { owner: THEIRS }), seen("w1", there, "web")])).toEqual([
    "block host c2: kept by stack gateways/staging, which wants 0.10.0 there",
    "warn host w1: kept by stack gateways/staging, which wants 0.10.0 there, and at the wanted release",
  ]);
});
