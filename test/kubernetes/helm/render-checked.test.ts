import { afterEach, expect, test, vi } from "vitest";
import { renderChecked, without } from "../../../components/kubernetes/helm/render-checked";
import * as render from "../../../components/kubernetes/helm/render";
import * as files from "../../../components/kubernetes/helm/values-schema";

const rendering: render.Rendering = {
  chart: { name: "c", version: "1.0.0", appVersion: "1.0.0" },
  defaults: {},
  objects: [],
  hooks: [],
  hookObjects: [],
};
const schema = {
  type: "object",
  properties: { a: { type: "integer" }, b: { type: "object", additionalProperties: false } },
};
const ask = (values: Readonly<Record<string, unknown>>) =>
  renderChecked({ chart: { path: "chart" }, release: "r", namespace: "n", values });

afterEach(() => {
  vi.restoreAllMocks();
});

/** Helm that refuses values of `a` which are no numbers, and a chart with that schema. */
function stub(found: files.ChartValues = { schema, defaults: {} }) {
  vi.spyOn(files, "readChartValues").mockResolvedValue(found);
  return vi
    .spyOn(render, "renderChart")
    .mockImplementation(({ values }) =>
      "a" in values && typeof values["a"] !== "number"
        ? Promise.reject(new Error("helm template: a: Invalid type"))
        : Promise.resolve(rendering),
    );
}

test("values that the schema takes are rendered once, and checked", async () => {
  const helm = stub();
  expect(await ask({ a: 1 })).toEqual({ rendering, check: { kind: "checked", faults: [] } });
  expect(helm).toHaveBeenCalledTimes(1);
});

test("values that the schema refuses are told, and the others rendered, so that every gate answers (T-27)", async () => {
  const helm = stub();
  const { check } = await ask({ a: "one", b: {}, c: 1 });
  expect(check).toMatchObject({ faults: [{ path: ["a"], kind: "other" }] });
  expect(helm.mock.calls.at(-1)?.[0].values).toEqual({ b: {}, c: 1 });
});

test("where Helm fails for another reason its own words are told", async () => {
  stub({ schema: undefined, defaults: {} });
  await expect(ask({ a: "one" })).rejects.toThrow("helm template: a: Invalid type");
});

test("a chart whose files cannot be read is rendered, and not checked", async () => {
  stub();
  vi.spyOn(files, "readChartValues").mockRejectedValue(new Error("helm pull: no such chart"));
  expect(await ask({})).toEqual({
    rendering,
    check: { kind: "unusable", reason: "helm pull: no such chart" },
  });
});

test("a value is taken out of a tree, and what is not there stays away", () => {
  expect(without({ a: { b: 1, c: 2 } }, ["a", "b"])).toEqual({ a: { c: 2 } });
  expect(without({ a: 1 }, ["b", "c"])).toEqual({ a: 1 });
  expect(without({ a: [1] }, ["a", "0"])).toEqual({});
});
