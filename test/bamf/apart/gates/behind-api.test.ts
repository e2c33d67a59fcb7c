import { expect, test } from "vitest";
import { behindApi } from "../../../../components/bamf/apart/gates/behind-api";
import { observed, unavailable } from "../../../../components/upgrade/observation";
import { spoken, step } from "../../../upgrade/gates/findings";

const at = "gateways:bamfAgents.api";
const words = "gateway bamf of stack prod";
const say = (
  api: Parameters<typeof behindApi>[0]["api"],
  plan = step("0.10.0", "0.11.0"),
  part: "host" | "cli" = "host",
) => spoken(behindApi({ plan, part, api, words, at }));

test("agents come to a release that the API has, or is past (B-31)", () => {
  expect(say(observed("0.11.0"))).toEqual([`pass ${at}: agents of 0.11.0 beside API 0.11.0`]);
  expect(say(observed("0.12.0"))).toEqual([`pass ${at}: agents of 0.11.0 beside API 0.12.0`]);
});

test("an API that is older, or was never verified, is brought there first (B-31, B-34)", () => {
  expect(say(observed("0.10.0"))).toEqual([`block ${at}: agent on hosts 0.11.0 beside API 0.10.0`]);
  expect(say(observed(undefined))).toEqual([
    `block ${at}: ${words} without evidence of any release`,
  ]);
});

test("an API of which nobody can tell is unknown, and one that the stack file does not name is told (B-31)", () => {
  expect(say(unavailable("no such stack"))).toEqual([
    `unknown ${at}: no look at the release of ${words}: no such stack`,
  ]);
  expect(say(undefined)).toEqual([
    `warn ${at}: agents of 0.11.0, and nothing that tells the release of their API`,
  ]);
});

test("going back is never stopped by it: that is the way out (B-31)", () => {
  const back = step("0.12.0", "0.11.0");
  for (const api of [observed("0.10.0"), observed(undefined), unavailable("no such stack")])
    expect(say(api, back)[0]).toMatch(/^warn /);
});

test("agents that are still older are not brought past their API where another one goes back (B-31)", () => {
  // A halted rollout has left one at 0.12.0; or it was verified, and all of them were put back by hand.
  for (const running of [["0.10.0", "0.12.0"], ["0.10.0"]]) {
    const plan = { ...step("0.12.0", "0.11.0"), running };
    expect(say(observed("0.10.0"), plan)).toEqual([
      `block ${at}: agent on hosts 0.11.0 beside API 0.10.0`,
    ]);
    expect(say(observed("0.11.0"), plan)[0]).toMatch(/^pass /);
  }
  const together = { ...step("0.12.0", "0.11.0"), running: ["0.11.0", "0.12.0"] };
  expect(say(observed("0.10.0"), together)[0]).toMatch(/^warn /);
});

test("a CLI is not brought past its API either (B-30)", () => {
  const plan = step("0.10.0", "0.11.0");
  expect(say(observed("0.11.0"), plan, "cli")).toEqual([
    `pass ${at}: CLI of 0.11.0 beside API 0.11.0`,
  ]);
  const findings = behindApi({ plan, part: "cli", api: observed("0.10.0"), words, at });
  expect(spoken(findings)).toEqual([`block ${at}: CLI 0.11.0 beside API 0.10.0`]);
  expect(findings[0]).toMatchObject({
    expected: "at most 0.10.0 (B-30)",
    fix: `bring ${words} to 0.11.0 first, then the CLI`,
  });
});
