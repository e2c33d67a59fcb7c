import { describe, expect, test } from "vitest";
import { cordonKeys } from "../../components/bamf/cordon-keys";
import { known } from "./known";

const keys = (api: string, bridge: string) => cordonKeys(known, { api, bridge });

describe("the keys of a cordon", () => {
  test("are vouched for at 0.11.0, where they were seen at work", () => {
    expect(keys("0.11.0", "v0.11.0")).toMatchObject({
      kind: "vouched",
      ran: true,
      available: "bridges:available",
      edgeField: "edge",
      denied: "bamf:revoked_certs",
    });
  });

  test("are only read while a bridge of an older release is stopped", () => {
    expect(keys("0.11.0", "0.10.0")).toMatchObject({ ran: false, edgeField: "edge" });
  });

  test("name the edge as the release of the API does, since the API writes them", () => {
    expect(keys("0.9.1", "0.10.0")).toMatchObject({ edgeField: "outpost" });
    expect(keys("0.4.0", "0.5.0")).toMatchObject({ edgeField: undefined });
  });

  test("are without the list of revoked certificates where the API does not look into it", () => {
    expect(keys("0.7.0", "0.6.0")).toMatchObject({ denied: "bamf:revoked_certs" });
    expect(keys("0.6.0", "0.6.0")).toMatchObject({ kind: "vouched", denied: undefined });
  });

  test("are not vouched for where a bridge does not count its tunnels", () => {
    expect(keys("0.3.0", "0.2.1")).toEqual({
      kind: "not-vouched",
      reason: "0.2.1: the bridge counts its tunnels in no metric",
    });
  });

  test.each([
    ["0.12.0", "0.11.0"],
    ["0.11.0", "0.12.0"],
  ])("of a release without a row are unknown: API %s, bridge %s", (api, bridge) => {
    expect(keys(api, bridge)).toEqual({
      kind: "unknown",
      reason: "0.12.0 is not in the catalogue: read chart and image",
    });
  });
});
