import { describe, expect, test } from "vitest";
import { copyProperties } from "../../components/postgres/copy-properties";
import type { DatabaseProperties } from "../../components/postgres/live-database";

const wanted: DatabaseProperties = {
  ...{ owner: "app", tablespace: "pg_default", limit: -1, grants: null },
  settings: [
    { role: "", setting: "app.jwt_secret=s3cret-of-prod" },
    { role: "api", setting: "search_path=app, public" },
  ],
};

/** Copies to a database that is found to have other properties afterwards. */
const copy = (found: DatabaseProperties) =>
  copyProperties(
    {
      query: (sql) => Promise.resolve(sql.startsWith("SELECT") ? [JSON.stringify(found)] : []),
      close: () => Promise.resolve(),
    },
    "shop_restoring_1f2e3d4c",
    wanted,
  );

describe("a restored database", () => {
  test("that took all of the live one's properties is as it should be (S-44)", async () => {
    await expect(copy(wanted)).resolves.toBeUndefined();
  });

  test("that did not is refused by the names of what differs: a setting of a database may be a secret (law 6)", async () => {
    const other = { role: "", setting: "app.jwt_secret=s3cret-of-before" };
    const said = await copy({ ...wanted, owner: "root", settings: [other] }).then(String, String);
    expect(said).toBe(
      "StepFailure: the new database did not take these of the live one: owner root instead of app, setting app.jwt_secret, setting search_path of role api. Fix: give the restore a connection string of the owner's or an administrator's role.",
    );
  });

  test("that got what the live one does not have is refused, too (S-44)", async () => {
    const more = { role: "api", setting: "work_mem=5MB" };
    const grants = [{ to: "", privilege: "CONNECT", grantable: false }];
    const found = {
      ...wanted,
      limit: 3,
      tablespace: "fast",
      grants,
      settings: [...wanted.settings, more],
    };
    const said = await copy(found).then(String, String);
    expect(said).toContain(
      "tablespace fast instead of pg_default, limit of connections 3 instead of -1, privileges on it, setting work_mem of role api.",
    );
  });
});
