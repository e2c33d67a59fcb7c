import { expect, test } from "vitest";
import { valuesLayout } from "../../../components/bamf/gates/values-layout";
import { translateValues } from "../../../components/bamf/translate-values";
import type { Values } from "../../../components/upgrade/values";
import { spoken } from "../../upgrade/gates/findings";
import { INSTALLATION } from "../installation";
import { known } from "../known";

const at = "gateways:bamf.values";
const ask = (values: Values, wanted: string) =>
  valuesLayout({
    translation: translateValues(known, values, wanted),
    wanted,
    layout: wanted,
    at,
  });
const say = (values: Values, wanted: string) => spoken(ask(values, wanted));

test("values in the layout of the wanted release pass (T-27)", () => {
  expect(say(INSTALLATION["0.10.0-0.11.0"], "0.11.0")).toEqual([
    `pass ${at}: 22 values in the layout of 0.11.0`,
  ]);
});

test("values of an older layout are shown as a diff, a line for all that move together (T-27)", () => {
  const values = {
    api: { replicas: 4, config: { audit: { retention_days: 30 } } },
    bridge: { replicas: 3 },
    outpost: { name: "eu" },
    gateway: { hostname: "bamf.example.com" },
  };
  expect(say(values, "0.10.0")).toEqual([
    `warn ${at}.api: a value of another layout, which becomes core.api: replicas 4, config.audit.retention_days 30`,
    `warn ${at}.bridge: a value of another layout, which becomes edge.bridge: replicas 3`,
    `warn ${at}.outpost: a value of another layout, which becomes edge: name "eu"`,
  ]);
});

test("of many values that move together five are named and the others counted", () => {
  const config = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 };
  expect(say({ api: { config } }, "0.6.0")).toEqual([
    `warn ${at}.api: a value of another layout, which becomes core.api: config.a 1, config.b 2, config.c 3, config.d 4, config.e 5, 2 more`,
  ]);
});

test("a value that the wanted release reads no longer is told, with what it was (T-27)", () => {
  expect(say({ agent: { preStopSleepSeconds: 5 } }, "0.8.1")).toEqual([
    `warn ${at}.agent.preStopSleepSeconds: 5, which is left out: the image of the agent has no shell and no sleep, so the hook never ran`,
  ]);
});

test("a value under its old and its new name blocks, and both are named", () => {
  const findings = ask({ api: { replicas: 2 }, core: { api: { replicas: 3 } } }, "0.11.0");
  expect(spoken(findings)[0]).toBe(
    `block ${at}.api.replicas: a value that core.api.replicas sets as well: both are core.api.replicas`,
  );
  expect(findings[0]).toMatchObject({ fix: "keep one of them" });
});

test("a value that the wanted release cannot be told blocks", () => {
  expect(say({ core: { enabled: false } }, "0.5.0")).toEqual([
    `block ${at}.core.enabled: false cannot be said to 0.5.0: no release before 0.6.0 reads it`,
  ]);
});

test("for a release without a row the layout of the newest before it is taken, with a warning", () => {
  const translation = translateValues(known, { edge: { name: "eu" } }, "0.11.0");
  expect(spoken(valuesLayout({ translation, wanted: "0.12.0", layout: "0.11.0", at }))).toEqual([
    `warn ${at}: values in the layout of 0.11.0, since the catalogue has no row of 0.12.0`,
  ]);
});

test("where the catalogue has no row at all the values stay as they are, with a warning", () => {
  expect(say({ api: { replicas: 2 } }, "0.12.0")).toEqual([
    `warn ${at}: values that nobody translates, since the catalogue has no row of 0.12.0`,
  ]);
});

test("no secret is shown, in whatever value of the file it stands", () => {
  const secret = "s3cr3t-Value-0123456789";
  const values = {
    postgresql: { external: { password: secret } },
    proxy: { internalToken: secret, enabled: secret },
    api: { extraEnv: [{ name: "A", value: secret }] },
  };
  for (const wanted of ["0.4.0", "0.6.0", "0.11.0"])
    expect(JSON.stringify(ask(values, wanted))).not.toContain(secret);
});
