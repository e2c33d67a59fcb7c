import { expect, test } from "vitest";
import {
  isExcludedAttribute,
  isExcludedObject,
  withoutExcluded,
} from "../../components/dumps/exclusions";

const excluded = [
  "EVENT TRIGGER - audit",
  "EXTENSION - pg_cron",
  "SEQUENCE SET cron jobid_seq",
  "TABLE DATA cron job",
];
const kept = [
  ";",
  "; Archive created at 2026-11-28 02:00:00 UTC",
  "215; 1259 16386 TABLE public agents saver",
  "2; 3079 16400 EXTENSION - pg_cronies ",
  "3320; 0 16386 TABLE DATA public job saver",
  "3181; 3466 16401 EVENT TRIGGER - audited admin",
];

test("what is excluded is taken out of the list of an archive with its rows and comments, and nothing that is called alike", () => {
  const list = [
    ...kept,
    "3; 3079 16390 EXTENSION - pg_cron ",
    "3330; 0 0 COMMENT - EXTENSION pg_cron ",
    "3310; 0 16395 TABLE DATA cron job admin",
    "3340; 0 0 SEQUENCE SET cron jobid_seq admin",
    "3180; 3466 16400 EVENT TRIGGER - audit admin",
    "3341; 0 0 COMMENT - EVENT TRIGGER audit admin",
  ];
  expect(withoutExcluded(list.join("\n"), excluded).split("\n")).toEqual(kept);
});

test("what is excluded is not looked for in the copy", () => {
  expect(isExcludedObject("extension pg_cron", excluded)).toBe(true);
  expect(isExcludedObject("extension pg_trgm", excluded)).toBe(false);
  expect(isExcludedAttribute("event trigger audit of admin: ddl_command_end", excluded)).toBe(true);
  expect(isExcludedAttribute("comment on extension pg_cron: 0a1b", excluded)).toBe(true);
  expect(isExcludedAttribute("comment on extension pg_cronies: 0a1b", excluded)).toBe(false);
  expect(isExcludedAttribute("event trigger other of admin: ddl_command_end", excluded)).toBe(
    false,
  );
});
