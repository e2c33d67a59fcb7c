import { expect, test } from "vitest";
import {
  skewOnTheWay,
  type SkewOnTheWayArgs,
} from "../../../../components/bamf/apart/gates/skew-on-the-way";
import { observed, unavailable } from "../../../../components/upgrade/observation";
import { spoken } from "../../../upgrade/gates/findings";

const at = "gateways:bamfAgents.version";
const consentAt = "gateways:bamfAgents.consents.skew";
const words = "gateway bamf of this stack";

/** Agents of two groups at 0.11.0, with an API of 0.11.0, and nothing that changes. */
const ask = (change: Partial<SkewOnTheWayArgs> = {}) =>
  skewOnTheWay({
    part: "host",
    fleets: [fleet("group canary", ["0.11.0"]), fleet("group web", ["0.11.0"])],
    to: "0.11.0",
    api: observed("0.11.0"),
    live: undefined,
    apiTo: "0.11.0",
    words,
    consent: undefined,
    at,
    consentAt,
    ...change,
  });
const fleet = (
  name: string,
  releases: readonly string[],
  more: Partial<SkewOnTheWayArgs["fleets"][number]> = {},
) => ({ name, releases, lastSeen: [], unknown: [], ...more });
const old = [fleet("group canary", ["0.10.0"]), fleet("group web", ["0.10.0"])];

test("a run that changes neither, the API alone or the agents alone within it is fine (B-31)", () => {
  expect(spoken(ask())).toEqual([
    `pass ${at}: agents at most of the API's release at every moment on the way of ${words} from 0.11.0 to 0.11.0, and theirs to 0.11.0`,
  ]);
  expect(spoken(ask({ fleets: old, to: "0.10.0", api: observed("0.10.0") }))[0]).toMatch(/^pass /);
  expect(spoken(ask({ fleets: old }))[0]).toMatch(/^pass /);
  expect(spoken(ask({ to: "0.10.0" }))[0]).toMatch(/^pass /);
  expect(spoken(ask({ fleets: old, to: "0.10.0", apiTo: "0.10.0" }))[0]).toMatch(/^pass /);
});

test("an API that goes back while its agents stay is refused, with the moment (B-31)", () => {
  const findings = ask({ apiTo: "0.10.0" });
  expect(spoken(findings)).toEqual([
    `block ${at}: group canary 0.11.0 beside API 0.10.0, in the way of ${words} to 0.10.0, with API at 0.10.0 and 0.11.0, group canary at 0.11.0, group web at 0.11.0`,
  ]);
  expect(findings[0]).toMatchObject({
    stands: true,
    expected: "at most 0.10.0 (B-31)",
    fix: `bring the agents to 0.10.0 or an older release first, with ${words} at 0.11.0, then ${words} back to 0.10.0; or consent to it for 0.10.0 at ${consentAt}`,
  });
});

test("both back in one run are refused: nobody knows which of them comes first (B-31, B-34)", () => {
  expect(spoken(ask({ to: "0.10.0", apiTo: "0.10.0" }))[0]).toMatch(/^block /);
});

test("both up in one run are refused too, with the API to go first (B-34)", () => {
  const [finding] = ask({ fleets: old, api: observed("0.10.0") });
  expect(finding).toMatchObject({
    verdict: "block",
    fix: `bring ${words} to 0.11.0 first, then the agents; or consent to it for 0.11.0 at ${consentAt}`,
  });
});

test("one host that a halted rollout has left at the newer release is enough (B-31)", () => {
  const fleets = [fleet("group canary", ["0.10.0", "0.11.0"]), fleet("group web", ["0.10.0"])];
  const [finding] = ask({ fleets, to: "0.10.0", apiTo: "0.10.0" });
  expect(finding?.found).toMatch(/^group canary 0\.11\.0 beside API 0\.10\.0/);
});

test("a consent that names the release of the API lets it go, and one for another release does not", () => {
  const consent = { release: "0.10.0", reason: "the API of 0.11.0 is down" };
  expect(spoken(ask({ apiTo: "0.10.0", consent }))[0]).toMatch(
    /^warn gateways:bamfAgents.consents/,
  );
  expect(spoken(ask({ apiTo: "0.9.0", consent }))[0]).toMatch(/^block /);
});

test("what is newer already is told and not refused where the run mends it, from either side", () => {
  const behind = { api: observed("0.10.0") };
  const [agentsBack] = ask({ ...behind, apiTo: "0.10.0", to: "0.10.0" });
  expect(agentsBack).toMatchObject({
    verdict: "warn",
    found: "group canary 0.11.0 beside API 0.10.0, now",
    fix: `nothing; this run brings the agents to 0.10.0 and ${words} to 0.10.0`,
  });
  expect(spoken(ask(behind))[0]).toMatch(/^warn /);
  expect(spoken(ask({ ...behind, apiTo: "0.9.0" }))[0]).toMatch(/^block /);
});

test("a host out of reach is told by what was verified of it last, and does not hold the API", () => {
  const fleets = [fleet("group web", ["0.10.0"], { lastSeen: ["0.11.0"] })];
  const [finding] = ask({ fleets, to: "0.10.0", apiTo: "0.10.0" });
  expect(finding).toMatchObject({ verdict: "warn" });
  expect(finding?.found).toMatch(/^out of reach, and as it was verified last group web 0\.11\.0/);
  expect(finding?.found).toMatch(/beside API 0\.10\.0, in the way of/);
});

test("hosts that nobody can tell the release of are told where the API goes back", () => {
  const fleets = [fleet("group web", ["0.10.0"], { unknown: ["w1", "w2"] })];
  const back = { fleets, to: "0.10.0", apiTo: "0.10.0" };
  expect(spoken(ask(back))).toEqual([
    `warn ${at}: nobody can tell the release of w1, w2, while the API goes back to 0.10.0`,
  ]);
  expect(spoken(ask({ ...back, apiTo: "0.11.0" }))[0]).toMatch(/^pass /);
});

test("a CLI is held to its API in the same way (B-30)", () => {
  const fleets = [fleet("CLI at /usr/local/bin/bamf", ["0.11.0"])];
  const [finding] = ask({ part: "cli", fleets, apiTo: "0.10.0" });
  expect(finding).toMatchObject({ verdict: "block", expected: "at most 0.10.0 (B-30)" });
});

test("an API of another stack, one of no release yet, and one that nobody could look at are left to the gate behind-api", () => {
  for (const change of [
    { apiTo: undefined },
    { api: undefined },
    { api: observed(undefined) },
    { api: unavailable("no such stack") },
  ])
    expect(ask(change)).toEqual([]);
});

test("fifty groups of hundreds of hosts are searched as one: of each release two show what all can", () => {
  const fleets = Array.from({ length: 50 }, (_, index) =>
    fleet(
      `group ${index}`,
      Array.from({ length: 500 }, (_, host) => (host % 2 === 0 ? "0.10.0" : "0.11.0")),
    ),
  );
  expect(spoken(ask({ fleets, to: "0.11.0" }))[0]).toMatch(/^pass /);
  expect(ask({ fleets, apiTo: "0.10.0" })[0]?.found).toMatch(
    /^agents 0\.11\.0 beside API 0\.10\.0/,
  );
});

test("what nobody knows, or is not there yet, comes to the wanted release too: an API that goes back below it is refused (B-30, B-31)", () => {
  const unknown = [fleet("group web", [], { unknown: ["w1"] })];
  const [finding] = ask({ fleets: unknown, apiTo: "0.10.0" });
  expect(finding).toMatchObject({ verdict: "block", expected: "at most 0.10.0 (B-31)" });
  expect(finding?.found).toMatch(/^group web 0\.11\.0 beside API 0\.10\.0, in the way of /);
  const none = { part: "cli", fleets: [fleet("CLI at /usr/local/bin/bamf", [])] } as const;
  expect(spoken(ask({ ...none, apiTo: "0.10.0" }))[0]).toMatch(
    /^block .*CLI.* 0\.11\.0 beside API/,
  );
  expect(spoken(ask({ ...none, apiTo: "0.10.0", to: "0.10.0" }))[0]).toMatch(/^pass /);
  // Of an API that is not as new yet the gate behind-api speaks.
  expect(spoken(ask({ ...none, api: observed("0.10.0") }))[0]).toMatch(/^pass /);
});

test("what runs of the API decides and not what was verified of it last, each release of it by itself (B-31)", () => {
  // Somebody has put it back by hand, or a way back was cut off: what was verified says nothing of that.
  const back = { live: observed(["0.10.0"]), apiTo: "0.10.0", to: "0.10.0" };
  expect(spoken(ask({ ...back, fleets: old }))[0]).toMatch(
    /^pass .* from 0\.10\.0 to 0\.10\.0, and theirs to 0\.10\.0$/,
  );
  expect(spoken(ask(back))[0]).toMatch(/^warn .* 0\.11\.0 beside API 0\.10\.0, now$/);
  const cut = { live: observed(["0.11.0", "0.10.0"]), apiTo: "0.10.0" };
  expect(spoken(ask(cut))[0]).toMatch(/^block .* 0\.11\.0 beside API 0\.10\.0, now$/);
  expect(spoken(ask({ ...cut, fleets: old, to: "0.10.0" }))[0]).toMatch(
    /^pass .* from 0\.10\.0 and 0\.11\.0 to 0\.10\.0/,
  );
  // Of one that was never verified as well.
  const unverified = { api: observed(undefined), live: observed(["0.11.0"]), apiTo: "0.10.0" };
  expect(spoken(ask(unverified))[0]).toMatch(/^block .* in the way of /);
});

test("where nobody can tell what runs of the API, what was verified of it last counts (B-31)", () => {
  for (const live of [unavailable("no route"), observed([]), observed(["nightly"])])
    expect(spoken(ask({ live, apiTo: "0.10.0" }))).toEqual(spoken(ask({ apiTo: "0.10.0" })));
});
