import { expect, test } from "vitest";
import { backupStore } from "../../../components/upgrade/gates/backup-store";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "./findings";

const at = "gateways:smoltbot.backup";
const keysAt = "gateways:smoltbotBackupKey";

test("a store that answers passes, with its place and what lies there (S-02)", () => {
  const say = (dumps: number) =>
    spoken(backupStore({ store: observed({ words: "s3://dumps/prod", dumps }), at, keysAt }));
  expect(say(1)).toEqual([`pass ${at}: s3://dumps/prod, with 1 proven dump`]);
  expect(say(0)).toEqual([`pass ${at}: s3://dumps/prod, with 0 proven dumps`]);
});

test("a store with dumps that no key here opens warns of them", () => {
  const store = observed({ words: "/srv/backups", dumps: 3, locked: 2 });
  expect(spoken(backupStore({ store, at, keysAt }))).toEqual([
    `warn ${at}: /srv/backups, with 3 proven dumps, 2 of them encrypted with a key that is not here`,
  ]);
});

test("a store that does not answer is unknown, never an empty one (law 7)", () => {
  expect(spoken(backupStore({ store: unavailable("connection refused."), at, keysAt }))).toEqual([
    `unknown ${at}: no look at the store of the dumps: connection refused`,
  ]);
});
