import { expect, test } from "vitest";
import {
  sharedDatabase,
  type DatabaseUser,
} from "../../../components/upgrade/gates/shared-database";
import { spoken } from "./findings";

const at = "gateways:smoltbotSecrets.POSTGRES_URL";
const own: DatabaseUser = {
  gateway: "east",
  place: "db:5432/east",
  identity: { oid: "1", started: "5.000001" },
};
const west: DatabaseUser = { ...own, gateway: "west", place: "db:5432/west" };
const say = (...others: readonly DatabaseUser[]) => spoken(sharedDatabase({ own, others, at }));

test("gateways with a database each pass, also where nobody could look", () => {
  const other = { ...west, identity: { oid: "2", started: "5.000001" } };
  const passes = [`pass ${at}: no other gateway of this stack uses the database of east`];
  expect(say()).toEqual(passes);
  expect(say(other, { ...west, identity: undefined })).toEqual(passes);
  expect(say({ gateway: "north", place: undefined, identity: undefined })).toEqual(passes);
});

test("two gateways on one database are refused, and both are named (S-13, S-43)", () => {
  const refused = [`block ${at}: east and west use one database`];
  expect(say(west)).toEqual(refused);
  expect(say({ ...own, gateway: "west", identity: undefined })).toEqual(refused);
});

test("two gateways of which nobody tells a place are not taken for one (law 7)", () => {
  const user = (gateway: string) => ({ gateway, place: undefined, identity: undefined });
  expect(spoken(sharedDatabase({ own: user("a"), others: [user("b")], at: "here" }))).toEqual([
    "pass here: no other gateway of this stack uses the database of a",
  ]);
});
