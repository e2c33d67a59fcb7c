import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readActivations, readLicense } from "../../components/smoltbot/license";

const encode = (text: string) => Buffer.from(text, "utf8").toString("base64url");
const signed = (payload: unknown) => `head.${encode(JSON.stringify(payload))}.signature`;
const token = (claims: object) => signed({ license_id: "lic-12345678", ...claims });

/** Letters of one to four bytes: every spelling of the last base64url digits comes up. */
const letter = fc.constantFrom("a", "?", "~", "ß", "é", "日", "😀");

describe("a license", () => {
  test.each([
    ["is not set", undefined],
    ["is empty", ""],
  ])("that %s is none, which readiness accepts (S-07)", (_, text) => {
    expect(readLicense(text)).toEqual({ kind: "none" });
  });

  test("with an end is read in milliseconds (S-07)", () => {
    expect(readLicense(token({ exp: 1_800_000_000 }))).toEqual({
      kind: "expires",
      end: 1_800_000_000_000,
    });
  });

  test.each([
    ["no exp", {}],
    ["exp null", { exp: null }],
    ["exp 0", { exp: 0 }],
    ["an exp beyond any date", { exp: 1e16 }],
  ])("with %s never expires (S-07)", (_, payload) => {
    expect(readLicense(token(payload))).toEqual({ kind: "endless" });
  });

  test("with an end before the epoch is expired (S-07)", () => {
    expect(readLicense(token({ exp: -5 }))).toEqual({ kind: "expires", end: 0 });
  });

  test.each([
    ["one part", "abc", "1 part instead of 3"],
    ["two parts", "a.b", "2 parts instead of 3"],
    ["four parts", "a.b.c.d", "4 parts instead of 3"],
    ["no base64url", "a.%%%.c", "its payload is no base64url"],
    [
      "no UTF-8",
      `a.${Buffer.from([0xff, 0xfe]).toString("base64url")}.c`,
      "its payload is no JSON",
    ],
    ["no JSON", `a.${encode("{exp")}.c`, "its payload is no JSON"],
    ["an empty payload", "a..c", "its payload is no JSON"],
    ["a payload that is no object", signed(7), "its payload is no JSON object"],
    ["a null payload", signed(null), "its payload is no JSON object"],
    ["no license_id", signed({ exp: 1 }), "its payload has no license_id"],
    ["an empty license_id", token({ license_id: "" }), "its payload has no license_id"],
    ["an end in words", token({ exp: "soon" }), "its exp is no number of seconds"],
  ])("of %s cannot be read, and says why (S-07)", (_, text, why) => {
    expect(readLicense(text)).toEqual({ kind: "unreadable", why });
  });

  test("in any spelling of base64url, with text of any script, keeps its end (S-07)", () => {
    fc.assert(
      fc.property(fc.string({ unit: letter }), fc.integer({ min: 1, max: 1e10 }), (plan, exp) => {
        expect(readLicense(token({ plan_id: plan, exp }))).toEqual({
          kind: "expires",
          end: exp * 1000,
        });
      }),
    );
  });

  test("never shows its content in what is read of it (S-07)", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12}$/), fc.integer({ min: 1 }), (secret, exp) => {
        for (const text of [token({ secret, exp }), `${secret}.${secret}`, `a.${secret}!.c`]) {
          expect(JSON.stringify(readLicense(text))).not.toContain(secret);
        }
      }),
    );
  });

  test.each([
    ["a limit is told", token({ max_activations: 3 }), 3],
    ["no limit is none", token({}), undefined],
    ["a limit of zero is none", token({ max_activations: 0 }), undefined],
    ["a limit in words is none", token({ max_activations: "3" }), undefined],
    ["a license that cannot be read has none", "a.b", undefined],
    ["no license has none", undefined, undefined],
  ])("for so many instances: %s (T-10)", (_, text, limit) => {
    expect(readActivations(text)).toBe(limit);
  });
});
