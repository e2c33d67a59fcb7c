import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues } from "../../../components/kubernetes/helm/compare-values";
import type { Values } from "../../../components/upgrade/values";

const compare = (values: Values, after: Values, before?: Values, open: readonly string[] = []) =>
  compareValues({ values, after, before, open });
const nothing = { removed: [], unknown: [], mismatched: [], changed: [], added: [] };

test("values that the chart names are no news (S-23)", () => {
  const chart = { image: { tag: "" }, hosts: [{ host: "a" }] };
  expect(compare({ image: { tag: "1.1.0" }, hosts: [] }, chart, chart)).toEqual(nothing);
});

test("a key that the target chart dropped is told apart from one that never was (S-23)", () => {
  const before = { old: { name: "" }, kept: 1 };
  expect(compare({ old: { name: "x" }, odl: 1, kept: 2 }, { kept: 1 }, before)).toEqual({
    ...nothing,
    removed: [["old"]],
    unknown: [["odl"]],
  });
});

test("without the chart before, what is gone cannot be told from what never was (S-23)", () => {
  expect(compare({ old: 1 }, { kept: 1 })).toEqual({ ...nothing, unknown: [["old"]] });
});

test("a map that is empty by default, or open by name, takes any key; one key deeper is looked at (S-23)", () => {
  const chart = { labels: {}, secrets: { values: { KEY: "" }, existing: "" } };
  const values = { labels: { a: 1 }, secrets: { values: { OWN: "x" }, exsting: "y" } };
  expect(compare(values, chart, chart, ["secrets.values"])).toEqual({
    ...nothing,
    unknown: [["secrets", "exsting"]],
  });
});

test("a plain value where the chart has a map is told, null is Helm's way to remove one (S-23)", () => {
  const chart = { redis: { auth: { on: true } }, pdb: { on: true } };
  expect(compare({ redis: { auth: "yes" }, pdb: null }, chart, chart)).toEqual({
    ...nothing,
    mismatched: [["redis", "auth"]],
  });
});

test("a default that changes is told where the operator does not set it (S-06, S-23)", () => {
  const before = { cpu: "100m", memory: "256Mi", args: ["a", { b: 1 }], env: { a: 1 } };
  const after = { cpu: "200m", memory: "512Mi", args: ["a", { b: 1 }], env: { a: 1 } };
  expect(compare({ memory: "1Gi" }, after, before)).toEqual({
    ...nothing,
    changed: [{ path: ["cpu"], before: "100m", after: "200m" }],
  });
});

test("lists and maps that differ within are changes (S-23)", () => {
  const changed = (before: unknown, after: unknown) =>
    compare({}, { key: after }, { key: before }).changed.length;
  expect(changed([1, 2], [1])).toBe(1);
  expect(changed([{ a: 1 }], [{ a: 1, b: 2 }])).toBe(1);
  expect(changed([{ a: 1 }], [{ b: 1 }])).toBe(1);
  expect(changed([{ a: 1, b: 1 }], [{ a: 1, b: 2 }])).toBe(1);
  expect(changed({}, [])).toBe(1);
  expect(changed([], {})).toBe(1);
  expect(changed([], "")).toBe(1);
});

test("a default that is new is told (S-23)", () => {
  expect(compare({}, { a: { b: 1, c: {} } }, { a: { b: 1 } })).toEqual({
    ...nothing,
    added: [["a", "c"]],
  });
});

const tree = fc.letrec<{ map: Values; value: unknown }>((tie) => ({
  map: fc.dictionary(fc.stringMatching(/^[a-c]$/), tie("value"), { maxKeys: 3 }),
  value: fc.oneof({ depthSize: "small" }, fc.nat(2), fc.constant(""), tie("map")),
})).map;

test("a chart compared with itself, and with its own defaults as values, is no news (S-23)", () => {
  fc.assert(
    fc.property(tree, (chart) => {
      expect(compare(chart, chart, chart)).toEqual(nothing);
      expect(compare({}, chart, chart)).toEqual(nothing);
    }),
  );
});

test("what is new on the way there is never a change as well (S-23)", () => {
  fc.assert(
    fc.property(tree, tree, tree, (values, after, before) => {
      const { changed, added } = compare(values, after, before);
      const names = changed.map(({ path }) => path.join("."));
      expect(added.filter((path) => names.includes(path.join(".")))).toEqual([]);
    }),
  );
});
