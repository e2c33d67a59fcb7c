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
  live?: Parameters<typeof behindApi>[0]["live"],
) => spoken(behindApi({ plan, part, api, live, words, at }));

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
  const findings = behindApi({
    ...{ plan, part: "cli", words, at },
    api: observed("0.10.0"),
    live: undefined,
  });
  expect(spoken(findings)).toEqual([`block ${at}: CLI 0.11.0 beside API 0.10.0`]);
  expect(findings[0]).toMatchObject({
    expected: "at most 0.10.0 (B-30)",
    fix: `bring ${words} to 0.11.0 first, then the CLI; an API that this program does not upgrade is told by api.release`,
  });
});

test("what runs of the API decides, the oldest of it, also where a newer one was verified (B-30, B-31)", () => {
  const plan = step("0.10.0", "0.11.0");
  const beside = (...running: readonly string[]) =>
    say(observed("0.11.0"), plan, "cli", observed(running));
  expect(beside("0.11.0")).toEqual([`pass ${at}: CLI of 0.11.0 beside API 0.11.0, which runs now`]);
  expect(beside("0.11.0", "0.12.0")[0]).toMatch(/^pass .* 0\.11\.0 and 0\.12\.0, which runs now$/);
  for (const running of [["0.10.0"], ["0.11.0", "0.10.0"]])
    expect(beside(...running)).toEqual([
      `block ${at}: CLI 0.11.0 beside API 0.10.0, which runs now`,
    ]);
  expect(beside("nightly")[0]).toMatch(/^block .* API nightly, which cannot be compared/);
  // Going back is the way out.
  const back = say(observed("0.11.0"), step("0.12.0", "0.11.0"), "host", observed(["0.10.0"]));
  expect(back[0]).toMatch(/^warn .* which runs now$/);
});

test("a release of the API that runs and was not verified yet is not enough (B-34)", () => {
  const plan = step("0.10.0", "0.11.0");
  const [finding] = behindApi({
    ...{ plan, part: "host", words, at },
    api: observed("0.10.0"),
    live: observed(["0.11.0"]),
  });
  expect(finding).toMatchObject({
    verdict: "block",
    found: "agent on hosts 0.11.0 beside API 0.10.0, as it was verified last",
    fix: `bring ${words} to 0.11.0 first, and have it verified, then the agents; an API that this program does not upgrade is told by api.release`,
  });
  expect(say(observed(undefined), plan, "host", observed(["0.11.0"]))[0]).toMatch(/^block /);
});

test("where nobody can tell what runs of the API, what was verified of it last counts, and that is said (B-31)", () => {
  const plan = step("0.10.0", "0.11.0");
  const by = (live: Parameters<typeof say>[3], api = "0.11.0") =>
    say(observed(api), plan, "host", live);
  expect(by(unavailable("no route"))).toEqual([
    `warn ${at}: no look at what runs of ${words}: no route; API 0.11.0, as it was verified last, speaks for agents of 0.11.0`,
  ]);
  expect(by(observed([]))).toEqual([
    `warn ${at}: no pod of ${words} runs; API 0.11.0, as it was verified last, speaks for agents of 0.11.0`,
  ]);
  expect(by(unavailable("no route"), "0.10.0")).toEqual([
    `block ${at}: agent on hosts 0.11.0 beside API 0.10.0, as it was verified last`,
  ]);
});
