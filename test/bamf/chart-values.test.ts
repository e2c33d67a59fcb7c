import { describe, expect, test } from "vitest";
import { chartValues, tagOf } from "../../components/bamf/chart-values";
import { bamfNames } from "../../components/bamf/names";
import { wantedValues } from "../../components/bamf/wanted-values";
import type { Values } from "../../components/upgrade/values";
import { INSTALLATION } from "./installation";
import { known } from "./known";

const given = (values: Values, version = "0.11.0") =>
  chartValues(
    wantedValues(known, { version, values }),
    bamfNames("bamf", values),
    tagOf(known, version),
  );
const image = (version: string) => ({ image: { tag: `v${version}` } });

describe("what the chart of a release is given", () => {
  test("is the operator's values, and what the program decides above them (T-21, T-22)", () => {
    const values = {
      core: { api: { replicas: 3, image: { tag: "latest" } }, migrations: { enabled: false } },
      gateway: { hostname: "bamf.example" },
    };
    expect(given(values)).toEqual({
      core: {
        api: { replicas: 3, ...image("0.11.0") },
        web: image("0.11.0"),
        migrations: { enabled: true },
      },
      edge: {
        bridge: {
          ...image("0.11.0"),
          bootstrap: { tokenSecret: "bamf", tokenKey: "BAMF_BRIDGE_BOOTSTRAP_TOKEN" },
        },
        proxy: image("0.11.0"),
      },
      agent: {
        ...image("0.11.0"),
        joinTokenSecret: "bamf",
        joinTokenKey: "BAMF_JOIN_TOKEN",
      },
      gateway: { hostname: "bamf.example" },
    });
  });

  test("stands where the layout of that release has it: under outpost before 0.10.0 (T-27)", () => {
    const { outpost, edge } = given({}, "0.9.1");
    expect(edge).toBeUndefined();
    expect(outpost).toMatchObject({ bridge: image("0.9.1"), proxy: image("0.9.1") });
    expect(given({}, "0.5.0")).toMatchObject({
      api: image("0.5.0"),
      migrations: { enabled: true },
    });
  });

  test.each(Object.entries(INSTALLATION))(
    "of a values file of %s, whose Secret of the bridges is the operator's own, keeps that with its key (T-22)",
    (_, values) => {
      const { edge } = given(values) as { edge: { bridge: { bootstrap: unknown } } };
      expect(edge.bridge.bootstrap).toEqual({ tokenSecret: "bridge-token" });
    },
  );

  test("leaves agents at an older release if the operator says so, which nothing else may be (B-31, B-32)", () => {
    const agent = { image: { tag: "v0.10.0" } };
    expect(given({ agent, core: { api: agent } })).toMatchObject({
      agent,
      core: { api: image("0.11.0") },
    });
  });
});

describe("the values of a release that has no row", () => {
  test("have the layout of the newest release before it, and its tag has a v", () => {
    const wanted = wantedValues(known, { version: "0.12.0", values: { outpost: { name: "eu" } } });
    expect(wanted.layout).toBe("0.11.0");
    expect(wanted.values).toEqual({ edge: { name: "eu" } });
    expect(tagOf(known, "0.12.0")).toBe("v0.12.0");
  });

  test("stay as they are if it is older than all that is known", () => {
    const nothing = { revisions: [], releases: [] };
    const wanted = wantedValues(nothing, { version: "0.12.0", values: { outpost: {} } });
    expect(wanted).toMatchObject({ layout: undefined, values: { outpost: {} } });
    expect(wanted.translation.kind).toBe("unknown");
  });
});
