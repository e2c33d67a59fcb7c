import { describe, expect, test } from "vitest";
import { hop, type HopArgs } from "../../../components/upgrade/gates/hop";
import { observed } from "../../../components/upgrade/observation";
import { hopsInPlan } from "../../../components/upgrade/plan/hops";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { knownHops } from "../plan/known-hops";
import { spoken, step } from "./findings";

const at = "gateways:bamf.consents";

const ask = (
  [verified, wanted, head]: readonly [verified: string, wanted: string, head: string],
  consents: HopArgs["consents"] = {},
  seen: string | undefined = head,
) => {
  const question = {
    ...{ hops: knownHops, wanted, migrations: observed([head]), migrated: [] },
    ...{
      present: [verified],
      atStake: { countable: true, total: 3, tables: [{ name: "places", rows: 3 }] } as const,
    },
  };
  const plan = planUpgrade({ wanted, verified, running: [verified], hops: hopsInPlan(question) });
  return hop({ plan, consents, head: seen, at });
};

const reason = "agreed";
const up = ["0.1.0", "0.3.0", "r1"] as const;
const down = ["0.2.0", "0.1.0", "r2"] as const;
const consent = { release: "0.1.0", from: "0.2.0", revision: "r1", deletes: ["places"], reason };

test("a product that knows nothing of the way hears nothing of it", () => {
  expect(spoken(hop({ plan: step("1.0.0", "2.0.0"), consents: {}, head: "", at }))).toEqual([]);
  expect(spoken(hop({ plan: step("2.0.0", "1.0.0"), consents: {}, head: "", at }))).toEqual([]);
});

test("a way up that breaks and deletes nothing passes, and one down that leaves the schema has no say", () => {
  const found = `pass ${at}: a way that breaks and deletes nothing`;
  expect(spoken(ask(["0.3.0", "0.4.0", "r3"]))).toEqual([found]);
  expect(spoken(ask(["0.4.0", "0.3.0", "r3"]))).toEqual([]);
});

describe("on the way up", () => {
  test("what fails meanwhile and what is deleted is refused without a consent each (T-26, T-36)", () => {
    const findings = ask(up);
    expect(spoken(findings)).toEqual([
      `block ${at}.window: an upgrade during which programs of the release before fail: 0.2.0: a table is renamed`,
      `block ${at}.deletion: a release that deletes rows by itself: 0.3.0: old rows go`,
    ]);
    expect(findings[0]?.fix).toBe(
      'choose a time at which that does little harm, and set consents.window to { release: "0.3.0", reason: "..." } in the stack file',
    );
  });

  test("a consent for this release lets it through, one for another does not", () => {
    const window = { release: "0.3.0", reason };
    const deletion = { release: "0.2.0", reason };
    expect(spoken(ask(up, { window, deletion }))).toEqual([
      `warn ${at}.window: an upgrade during which programs of the release before fail: 0.2.0: a table is renamed; with the operator's consent: agreed`,
      `block ${at}.deletion: a release that deletes rows by itself: 0.3.0: old rows go; and a consent for 0.2.0`,
    ]);
  });

  test("a release that is in no row is let on with a warning", () => {
    expect(spoken(ask(["0.4.0", "0.5.0", "r3"]))).toEqual([
      `warn ${at}: a way of which nothing is known: 0.5.0 is in no row`,
    ]);
  });

  test("a consent that the way does not need is reported, until it has done its work", () => {
    const window = { release: "0.4.0", reason };
    const left = `warn ${at}.window: a consent for 0.4.0, and a plan that does not need it`;
    expect(spoken(ask(["0.3.0", "0.4.0", "r3"], { window }))).toEqual([left]);
    expect(spoken(ask(["0.4.0", "0.4.0", "r3"], { window }))).toEqual([]);
  });
});

describe("on the way down (B-27, B-29, B-33)", () => {
  const found =
    "a rollback for which the image of 0.2.0 takes the schema down to r1, while nothing may write to the database. It deletes 3 rows (places 3), which are saved to a file beside the dumps first";

  test("a schema that has to go down is refused without a consent, with its rows and what to write", () => {
    const findings = ask(down);
    expect(spoken(findings)).toEqual([`block ${at}.downgrade: ${found}`]);
    expect(findings[0]?.fix).toBe(
      'set consents.downgrade to { release: "0.1.0", from: "0.2.0", revision: "r1", deletes: [places], reason: "..." } in the stack file',
    );
  });

  test("a consent that names release, image, revision and all that goes lets it through", () => {
    expect(spoken(ask(down, { downgrade: consent }))).toEqual([
      `warn ${at}.downgrade: ${found}; with the operator's consent: agreed`,
    ]);
  });

  test.each([
    ["another release", { ...consent, release: "0.1.1" }],
    ["another image", { ...consent, from: "0.3.0" }],
    ["another revision", { ...consent, revision: "r0" }],
    ["less than what goes", { ...consent, deletes: [] }],
  ])("a consent for %s opens nothing", (_, downgrade) => {
    expect(spoken(ask(down, { downgrade }))[0]).toMatch(
      /^block .*; and a consent for 0\.1\.[01] from /,
    );
  });

  test("a consent that has done its work may stay until the next release", () => {
    const done = ask(["0.1.0", "0.1.0", "r1"], { downgrade: consent });
    expect(spoken(done)).toEqual([`pass ${at}.downgrade: a schema that is at r1 already`]);
    expect(spoken(ask(["0.2.0", "0.1.0", "r1"], { downgrade: consent }))).toEqual([
      `pass ${at}.downgrade: a schema that is at r1 already`,
    ]);
  });

  test("a consent that nothing needs is refused; one for another release is reported", () => {
    const left = `${at}.downgrade: a consent for 0.3.0 from 0.4.0 to r1 over places, and a plan in which the schema does not go down`;
    const other = { ...consent, release: "0.3.0", from: "0.4.0" };
    expect(spoken(ask(["0.4.0", "0.3.0", "r3"], { downgrade: other }))).toEqual([`block ${left}`]);
    expect(spoken(ask(["0.3.0", "0.4.0", "r3"], { downgrade: other }))).toEqual([`warn ${left}`]);
  });

  test("where only the step can look, a consent that may have done its work is let on", () => {
    const stays = planUpgrade({ wanted: "0.1.0", verified: "0.1.0", running: ["0.1.0"] });
    const args = { plan: stays, consents: { downgrade: consent }, head: undefined, at };
    expect(spoken(hop(args))[0]).toMatch(/^warn /);
  });
});
