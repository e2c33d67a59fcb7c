import { describe, expect, test } from "vitest";
import {
  describeTranslation,
  translateValues,
  type Translation,
} from "../../components/bamf/translate-values";
import type { Values } from "../../components/upgrade/values";
import { INSTALLATION } from "./installation";
import { known } from "./known";

const translate = (values: Values, wanted: string): Translation => {
  const found = translateValues(known, values, wanted);
  if (found.kind === "unknown") throw new Error(found.reason);
  return found;
};

describe("a translation", () => {
  test("of values in the wanted layout changes nothing", () => {
    const values = INSTALLATION["0.10.0-0.11.0"];
    const { changes, values: after } = translate(values, "0.11.0");
    expect(changes.every(({ kind }) => kind === "left")).toBe(true);
    expect(after).toEqual(values);
  });

  test("moves a value over all layouts at once, and says from where to where", () => {
    expect(translate({ bridge: { replicas: 3 } }, "0.10.0")).toEqual({
      kind: "translated",
      changes: [{ kind: "moved", from: "bridge.replicas", to: "edge.bridge.replicas", shown: "3" }],
      conflicts: [],
      values: { edge: { bridge: { replicas: 3 } } },
    });
  });

  test("leaves out what the release reads no longer, and says why", () => {
    const { changes, values } = translate({ agent: { preStopSleepSeconds: 5 } }, "0.8.1");
    expect(changes).toEqual([
      {
        kind: "removed",
        from: "agent.preStopSleepSeconds",
        shown: "5",
        why: "the image of the agent has no shell and no sleep, so the hook never ran",
      },
    ]);
    expect(values).toEqual({});
    expect(translate({ agent: { preStopSleepSeconds: 5 } }, "0.8.0").values).toEqual({
      agent: { preStopSleepSeconds: 5 },
    });
  });

  test("leaves a value that nobody knows where it is, for the chart's schema to judge", () => {
    const values = { core: { api: { replcias: 2 } } };
    expect(translate(values, "0.11.0").values).toEqual(values);
  });

  test("of a value by its old and its new name is a conflict that names both", () => {
    const { conflicts } = translate(
      { api: { replicas: 2 }, core: { api: { replicas: 3 } } },
      "0.11.0",
    );
    expect(conflicts).toEqual([
      {
        names: ["api.replicas", "core.api.replicas"],
        why: "both are core.api.replicas",
        fix: "keep one of them",
      },
    ]);
  });

  test("of a plain value where another name sets keys below it is a conflict as well", () => {
    const { conflicts } = translate({ api: null, core: { api: { replicas: 3 } } }, "0.11.0");
    expect(conflicts.map(({ names }) => names)).toEqual([["api", "core.api.replicas"]]);
  });

  test("merges a file that mixes layouts where no name stands twice", () => {
    const values = { outpost: { name: "eu" }, edge: { proxy: {} }, bridge: { replicas: 2 } };
    expect(translate(values, "0.11.0")).toMatchObject({
      conflicts: [],
      values: { edge: { name: "eu", proxy: {}, bridge: { replicas: 2 } } },
    });
  });

  test.each([
    ["a name for all objects", { fullnameOverride: "gate" }, "0.6.0", "fullnameOverride"],
    ["a proxy that is off", { proxy: { enabled: false } }, "0.6.0", "proxy.enabled"],
    ["an install without a core", { core: { enabled: false } }, "0.5.0", "core.enabled"],
  ])("stops at %s, which the wanted release cannot be told", (_, values, wanted, name) => {
    const { conflicts } = translate(values, wanted);
    expect(conflicts.map(({ names }) => names)).toEqual([[name]]);
    expect(describeTranslation(translate(values, wanted))[0]).toContain(
      `cannot be said to ${wanted}`,
    );
  });

  test.each([
    [{ fullnameOverride: "gate" }, "0.4.0"],
    [{ fullnameOverride: "gate" }, "0.8.5"],
  ])("keeps a name for all objects where the chart takes it: %j at %s", (values, wanted) => {
    expect(translate(values, wanted)).toMatchObject({ values, conflicts: [] });
  });

  test("going back leaves out what no older release reads, audit rows kept for ever among it", () => {
    const audit = (days: number) => ({
      core: { api: { config: { audit: { retention_days: days } } } },
    });
    expect(translate(audit(0), "0.8.5").values).toEqual({});
    expect(translate(audit(30), "0.8.5").values).toEqual(audit(30));
    expect(translate({ gateway: { m2m: { enabled: true } } }, "0.9.1").changes).toMatchObject([
      { kind: "removed", from: "gateway.m2m.enabled", why: "no release before 0.10.0 reads it" },
    ]);
  });

  test("keeps keys with dots in them whole", () => {
    const podLabels = { "example.com/team": "a" };
    const { changes, values } = translate({ bridge: { podLabels } }, "0.6.0");
    expect(values).toEqual({ outpost: { bridge: { podLabels } } });
    expect(changes).toMatchObject([{ to: 'outpost.bridge.podLabels."example.com/team"' }]);
  });

  test("for a release without a row is not guessed", () => {
    expect(translateValues(known, {}, "0.12.0")).toEqual({
      kind: "unknown",
      reason: "0.12.0 is not in the catalogue: read chart and image",
    });
  });
});

describe("the shown diff", () => {
  const secret = "s3cr3t-Value-0123456789";

  test("names each move and removal, and counts what stays", () => {
    const values = { web: { standalone: true }, agent: { replicas: 1, preStopSleepSeconds: 5 } };
    expect(describeTranslation(translate(values, "0.8.1"))).toEqual([
      "web.standalone becomes core.web.standalone: true",
      "agent.preStopSleepSeconds is left out (5): the image of the agent has no shell and no sleep, so the hook never ran",
      "1 more stay where they are",
    ]);
  });

  test("holds no secret, in whatever value of the file it stands", () => {
    const values = {
      postgresql: { external: { password: secret, host: `postgres://u:${secret}@db` } },
      proxy: { internalToken: secret, enabled: secret, logLevel: secret },
      bridge: { bootstrap: { token: secret }, podAnnotations: { note: secret } },
      api: { extraEnv: [{ name: "A", value: secret }], config: { log_level: `x ${secret}` } },
      bootstrap: { adminPassword: secret },
      fullnameOverride: secret,
    };
    for (const wanted of ["0.4.0", "0.6.0", "0.11.0"]) {
      const translation = translate(values, wanted);
      const { changes, conflicts } = translation;
      expect(describeTranslation(translation).join("\n")).not.toContain(secret);
      expect(JSON.stringify({ changes, conflicts })).not.toContain(secret);
    }
  });
});
