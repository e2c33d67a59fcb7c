import { describe, expect, test } from "vitest";
import {
  decideRemaining,
  fixedOn,
  lookOf,
  whyNoRoom,
  type SeenBridge,
} from "../../../components/bamf/sessions/decide";
import { bridge } from "./seen";

const carrying = { timeIsOver: true, carries: true };
const policy = (name: "wait" | "stop" | "cut", cut = 0) => ({ policy: name, cut });

describe("tunnels that are open on a bridge", () => {
  test("are waited for while they have time to end by themselves", () => {
    const verdict = decideRemaining({ open: 3, fixed: 3 }, policy("cut", 9), {
      timeIsOver: false,
      carries: true,
    });
    expect(verdict).toEqual({ kind: "wait", open: 3 });
  });

  test("that all have ended let it go at once", () => {
    const verdict = decideRemaining({ open: 0, fixed: 0 }, policy("stop"), {
      timeIsOver: false,
      carries: true,
    });
    expect(verdict).toEqual({ kind: "go", carried: 0, cut: 0 });
  });

  test("are carried over after their time if each of them can be", () => {
    expect(decideRemaining({ open: 12, fixed: 0 }, policy("stop"), carrying)).toEqual({
      kind: "go",
      carried: 12,
      cut: 0,
    });
  });

  test("end the roll if some cannot be carried and the policy is to stop", () => {
    expect(decideRemaining({ open: 12, fixed: 2 }, policy("stop"), carrying)).toEqual({
      kind: "stop",
      reason:
        "2 of 12 tunnels are still open and cannot be carried to another bridge, and the policy is to stop then",
    });
  });

  test("are waited for without an end if the policy is to wait", () => {
    expect(decideRemaining({ open: 12, fixed: 2 }, policy("wait"), carrying)).toEqual({
      kind: "wait",
      open: 12,
    });
  });

  test("are cut up to the number of the consent, and those that can be carried are", () => {
    expect(decideRemaining({ open: 12, fixed: 2 }, policy("cut", 2), carrying)).toEqual({
      kind: "go",
      carried: 10,
      cut: 2,
    });
  });

  test("end the roll if they are more than the consent allows to cut", () => {
    expect(decideRemaining({ open: 12, fixed: 3 }, policy("cut", 2), carrying)).toMatchObject({
      kind: "stop",
      reason: expect.stringMatching(/3 of 12 .* and the consent allows to cut 2$/) as string,
    });
  });

  test("all count where nothing is carried", () => {
    const nothing = { timeIsOver: true, carries: false };
    expect(decideRemaining({ open: 12, fixed: 0 }, policy("cut", 11), nothing)).toMatchObject({
      kind: "stop",
      reason: "12 tunnels are still open, and the consent allows to cut 11",
    });
    expect(decideRemaining({ open: 12, fixed: 0 }, policy("cut", 12), nothing)).toEqual({
      kind: "go",
      carried: 0,
      cut: 12,
    });
  });
});

describe("tunnels that no other bridge can take over", () => {
  const fixed = (one: SeenBridge, ...others: SeenBridge[]) => fixedOn(one, [one, ...others]);

  test("are those that end at the bridge", () => {
    expect(fixed(bridge("a", 5, { metrics: { immovable: 2 } }))).toBe(2);
  });

  test("are those whose agent has lost its end", () => {
    expect(fixed(bridge("a", 5, { listed: { stuck: 1 } }))).toBe(1);
  });

  test("are those whose agents the API has not heard, once these have had their time", () => {
    const deaf = bridge("a", 5, { listed: { unheard: 4, stuck: 1 } });
    expect(fixedOn(deaf, [deaf], true)).toBe(5);
    expect(fixedOn(deaf, [deaf])).toBe(1);
  });

  test("are those that have no session, such as those older than a day", () => {
    expect(fixed(bridge("a", 5, { listed: { sessions: 3 } }))).toBe(2);
  });

  test("are not those whose session names the bridge that they have left", () => {
    const other = bridge("b", 4, { listed: { sessions: 6 } });
    expect(fixed(bridge("a", 5, { listed: { sessions: 3 } }), other)).toBe(0);
  });

  test("are unknown of a bridge that does not answer", () => {
    const silent = { ...bridge("a", 5), metrics: undefined };
    expect(lookOf(silent, [silent])).toBeUndefined();
  });
});

describe("a bridge that is to leave", () => {
  const leaving = bridge("a", 10);
  const why = (others: readonly SeenBridge[], most?: number) =>
    whyNoRoom(leaving, [leaving, ...others], most);

  test("may go if another one of its edge takes new tunnels (B-16)", () => {
    expect(why([bridge("b", 3)])).toBeUndefined();
  });

  test("may go to any other if it belongs to no edge, as one of a release before 0.10.0 beside a newer API", () => {
    const older = bridge("a", 10, { listed: { edge: undefined } });
    expect(whyNoRoom(older, [older, bridge("b", 0)], undefined)).toBeUndefined();
  });

  test.each([
    ["there is no other", [], "there is none"],
    [
      "the other is of another edge",
      [bridge("b", 0, { listed: { edge: "far" } })],
      "b belongs to edge far",
    ],
    [
      "the other is not registered",
      [bridge("b", 0, { listed: { registeredAt: undefined } })],
      "b is not registered",
    ],
    ["the other is stopping", [bridge("b", 0, { metrics: { draining: true } })], "b is stopping"],
    [
      "the other is cordoned itself",
      [bridge("b", 0, { listed: { score: 1e9 } })],
      "b is kept from new tunnels",
    ],
    ["nobody knows of the other", [{ ...bridge("b", 0), metrics: undefined }], "b does not answer"],
  ])("stays if %s", (_, others, found) => {
    expect(why(others)).toBe(`no other bridge of edge default takes new tunnels: ${found}`);
  });

  test("stays if the others have no room for its tunnels", () => {
    expect(why([bridge("b", 45)], 50)).toBe(
      "the other bridges of edge default have room for 50 tunnels, and 55 are open",
    );
    expect(why([bridge("b", 40)], 50)).toBeUndefined();
  });
});
