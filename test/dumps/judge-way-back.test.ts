import { expect, test } from "vitest";
import { judgeWayBack } from "../../components/dumps/judge-way-back";

const dump = {
  path: "/dumps/one",
  release: "2.0.0",
  running: ["1.2.0"],
  noWayBack: ['must be member of role "other"'],
};

test("an upgrade across a major is refused on a dump that the role could not put back (S-44, law 5)", () => {
  expect(() => {
    judgeWayBack(dump, { mayLackWayBack: false });
  }).toThrow(
    '/dumps/one is proven, but this role could not put it in the place of the live database: must be member of role "other"; going back from 2.0.0 would need that',
  );
});

test.each([
  ["the dump can be put back", { noWayBack: undefined }, false],
  ["the operator has consented", {}, true],
  ["nothing crosses a major", { running: ["2.1.0"] }, false],
  ["a newer major is left: the restore itself is what is wanted", { running: ["3.0.0"] }, false],
  ["nothing runs", { running: [] }, false],
])("it goes on where %s", (_, change, mayLackWayBack) => {
  expect(() => {
    judgeWayBack({ ...dump, ...change }, { mayLackWayBack });
  }).not.toThrow();
});
