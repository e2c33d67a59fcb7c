import { describe, expect, test } from "vitest";
import { keysOfAll } from "../../../components/bamf/sessions/vouched-keys";
import { known } from "../known";

const keys = (apis: readonly string[], bridges: readonly string[]) =>
  keysOfAll(
    known,
    apis.map((tag) => `ghcr.io/mattrobinsonsre/bamf-api:${tag}`),
    bridges.map((tag) => `mirror.example:5000/bamf-bridge:${tag}`),
  );

describe("the keys that a roll may write", () => {
  test("are those of the releases that run", () => {
    expect(keys(["v0.11.0"], ["v0.11.0"])).toMatchObject({ kind: "vouched", ran: true });
  });

  test("were only read where one of the bridges is of a release that nobody has run", () => {
    expect(keys(["v0.11.0"], ["v0.11.0", "v0.10.0"])).toMatchObject({
      kind: "vouched",
      ran: false,
    });
  });

  test("are none where one that runs is not vouched for", () => {
    expect(keys(["v0.3.0"], ["v0.3.0", "v0.2.1"])).toMatchObject({ kind: "not-vouched" });
    expect(keys(["v0.11.0", "v0.12.0"], ["v0.11.0"])).toMatchObject({ kind: "unknown" });
  });

  test("are none where nothing runs whose release could be read", () => {
    expect(keys([], ["v0.11.0"])).toMatchObject({ kind: "unknown" });
    expect(keysOfAll(known, ["api@sha256:1"], ["bridge:v0.11.0"])).toMatchObject({
      kind: "unknown",
    });
  });
});
