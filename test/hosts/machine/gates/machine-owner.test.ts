import { expect, test } from "vitest";
import { machineOwner } from "../../../../components/hosts/machine/gates/machine-owner";
import { unavailable } from "../../../../components/upgrade/observation";
import { spoken } from "../../../upgrade/gates/findings";
import { sum } from "../../agents";
import { asked, PATH } from "../machine";

const THEIRS = { stack: "gateways/staging", release: "0.10.0", at: Date.UTC(2026, 0, 2) };
const KEPT =
  "kept by stack gateways/staging, which wants 0.10.0 there since 2026-01-02T00:00:00.000Z";
const say = (...args: Parameters<typeof asked>) => spoken(machineOwner(asked(...args)));

test("a program of this stack, or one that no note says anything of, is fine", () => {
  expect(say()).toEqual([`pass ${PATH}: no note of another stack; gateways/prod notes itself`]);
  expect(say({ owner: { ...THEIRS, stack: "gateways/prod" } })).toEqual([
    `pass ${PATH}: of gateways/prod`,
  ]);
});

test("one that another stack keeps stops the run, with both ways out: two that name one path would put back what the other has put there", () => {
  const [finding] = machineOwner(asked({ owner: THEIRS, leadsTo: "/opt/bamf" }));
  expect(spoken([finding!])).toEqual([`block ${PATH}: ${KEPT}`]);
  expect(finding?.fix).toBe(
    "take it out of one of the two stack files; if it is no longer in that of gateways/staging, remove /opt/bamf.gateways-owner or consent at gateways:bamfCli.consents.takeOver",
  );
});

test("one that another stack keeps at the wanted release is told: nothing is put back yet", () => {
  expect(say({ owner: THEIRS, sha256: sum("b"), version: "0.11.0" })).toEqual([
    `warn ${PATH}: ${KEPT}, and at the wanted release`,
  ]);
});

test("one whose note says nothing is somebody's", () => {
  const owner = { stack: "unknown", release: "unknown", at: undefined };
  expect(say({ owner })).toEqual([`block ${PATH}: kept by a stack that its note does not name`]);
});

test("a consent that names the stack and the release takes it over, and one that names another stack does not", () => {
  const consented = (takeOver: string) => {
    const { settings } = asked();
    const consent = { release: "0.11.0", reason: "staging is gone", stack: takeOver };
    return say(
      { owner: THEIRS },
      {
        claim: { stack: "gateways/prod", takeOver },
        settings: { ...settings, consents: { takeOver: consent } },
      },
    );
  };
  expect(consented("gateways/staging")).toEqual([
    `warn ${PATH}: ${KEPT}; taken over, with the operator's consent: staging is gone`,
  ]);
  expect(consented("gateways/dev")).toEqual([`block ${PATH}: ${KEPT}`]);
});

test("of a machine that nobody could look at another gate speaks", () => {
  const { facts, ...rest } = asked();
  const blind = { ...facts, program: unavailable("too many open files") };
  expect(machineOwner({ ...rest, facts: blind })).toEqual([]);
});
