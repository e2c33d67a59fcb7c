import { expect, test } from "vitest";
import { postgresMajor } from "../../../components/docker/gates/postgres-major";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbot.docker";
const volume = "smoltbot_pgdata";
const ask = (found: string | undefined, image: string) =>
  postgresMajor({ data: observed(found), volume, image, at });
const say = (found: string | undefined, image: string) => spoken(ask(found, image));

test.each([
  ["16", "postgres:16-alpine"],
  ["16", "postgres:16.4@sha256:0123"],
  ["17", "registry.example:5000/library/postgres:17"],
  ["9.6", "postgres:9.6.24"],
  ["9.10", "postgres:9.10.1"],
  ["9", "postgres:9"],
  ["10", "postgres:10.23"],
  ["16", "postgres:v16.1"],
])("data of PostgreSQL %s passes with %s", (found, image) => {
  expect(say(found, image)).toEqual([`pass ${at}: PostgreSQL ${found}, as in volume ${volume}`]);
});

test("an image of another major is refused, with the way to change it", () => {
  const [finding] = ask("16", "postgres:17-alpine");
  expect(spoken([finding!])).toEqual([
    `block ${at}: image postgres:17-alpine for volume ${volume}, whose data is of PostgreSQL 16`,
  ]);
  expect(finding?.fix).toMatch(
    /dump the database, restore it into a new volume as .* says .*, name volume and image in one change/,
  );
  expect(say("17", "postgres:16-alpine")[0]).toMatch(/^block/);
});

test("a volume that nobody can look into is unknown, and stops nothing where this run makes the container that was there (S-14)", () => {
  const data = unavailable("no container has it");
  const image = "postgres:16-alpine";
  const findings = postgresMajor({ data, away: true, volume, image, at });
  expect(spoken(findings)).toEqual([
    `warn ${at}: volume ${volume}, into which nobody can look before this run has made or started the container of the database`,
  ]);
  expect(spoken(postgresMajor({ data, volume, image, at }))[0]).toMatch(/^unknown/);
});

test("a volume without data passes with whatever major", () => {
  expect(say(undefined, "postgres:16-alpine")).toEqual([
    `pass ${at}: volume ${volume} without data, for PostgreSQL 16`,
  ]);
});

test("an image whose tag tells no major is unknown, and so is data that nobody could look at", () => {
  expect(say("16", "postgres:alpine")).toEqual([
    `unknown ${at}: image postgres:alpine, whose tag does not tell the major of its PostgreSQL`,
  ]);
  expect(say(undefined, "postgres:alpine3.20")[0]).toMatch(/^unknown/);
  expect(say("16", "postgres")[0]).toMatch(/^unknown/);
  expect(
    spoken(
      postgresMajor({ data: unavailable("permission denied"), volume, image: "postgres:16", at }),
    ),
  ).toEqual([`unknown ${at}: no look at PG_VERSION in volume ${volume}: permission denied`]);
});
