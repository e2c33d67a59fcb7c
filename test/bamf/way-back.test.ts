import { describe, expect, test } from "vitest";
import type { BamfCatalogue } from "../../components/bamf/catalogue";
import { describeWayBack, wayBackBetween } from "../../components/bamf/way-back";
import { known } from "./known";

const between = (newer: string, older: string, catalogue: BamfCatalogue = known) =>
  wayBackBetween(catalogue, { newer, older });
const said = (newer: string, older: string) => describeWayBack(between(newer, older), older);

describe("the way back", () => {
  test("between releases of one schema is programs only", () => {
    expect(said("0.11.0", "0.10.0")).toBe("programs only; both releases know the same schema");
  });

  test("goes to a revision by the newer image, which alone knows the way", () => {
    expect(said("0.10.0", "0.9.1")).toBe(
      "the schema goes down to a2b3c4d5 by the image of 0.10.0 before 0.9.1 starts; no row is lost; outposts.latitude and outposts.longitude come back empty",
    );
  });

  test("names what it deletes as the newer release calls it", () => {
    const wayBack = between("0.11.0", "0.4.0");
    expect(wayBack).toMatchObject({ deletes: ["edge_tokens", "edges", "revoked_certificates"] });
  });

  test("names what comes back empty as the older release calls it", () => {
    const wayBack = between("0.10.0", "0.6.0");
    expect(wayBack).toMatchObject({ comesBackEmpty: ["outposts.latitude", "outposts.longitude"] });
    expect(between("0.10.0", "0.4.0")).toMatchObject({ comesBackEmpty: [] });
  });

  test("says so if the older programs would run on the newer schema, so that no row needs to go", () => {
    expect(said("0.6.0", "0.4.0")).toContain("0.4.0 would also run on the schema as it is");
    expect(between("0.7.0", "0.6.0")).toMatchObject({ schemaMayStay: false });
  });

  test("says which rows the newer programs have deleted by themselves", () => {
    expect(said("0.9.1", "0.8.5")).toContain("old rows of audit_logs stay deleted");
  });

  test("over a revision without a way down is the restore", () => {
    const revisions = known.revisions.map((one) =>
      one.id === "a2b3c4d5" ? { ...one, reversible: false } : one,
    );
    const catalogue = { ...known, revisions };
    expect(describeWayBack(between("0.7.0", "0.6.0", catalogue), "0.6.0")).toBe(
      "the backup has to be restored, since a2b3c4d5 has no way down: it adds the table revoked_certificates",
    );
    expect(between("0.8.0", "0.7.0", catalogue).kind).toBe("programs-only");
  });

  test.each([
    ["0.12.0", "0.11.0"],
    ["0.11.0", "0.8.7"],
  ])("from %s to %s is not guessed", (newer, older) => {
    expect(said(newer, older)).toMatch(
      /^not known: .* is not in the catalogue: read chart and image$/,
    );
  });
});
