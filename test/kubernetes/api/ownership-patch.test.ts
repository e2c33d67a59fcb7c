import { expect, test } from "vitest";
import { ownershipPatch } from "../../../components/kubernetes/api/ownership-patch";

type Metadata = Parameters<typeof ownershipPatch>[0];

const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation,
  time: "2026-06-01T12:00:00Z",
  fieldsV1,
  ...more,
});
const ours = entry("pulumi-kubernetes-1a2b3c4d", "Apply", { "f:data": { "f:A": {} } });
const helms = entry("helm", "Update", { "f:data": { ".": {}, "f:A": {}, "f:OLD": {} } });
const controllers = entry("kube-controller-manager", "Update", { "f:metadata": {} });
const metadata = (...managedFields: object[]): Metadata => ({
  name: "gateway",
  resourceVersion: "7",
  managedFields,
});

test("fields of Helm's become ours, and nobody else's do", () => {
  expect(ownershipPatch(metadata(helms, controllers, ours))).toEqual([
    {
      op: "replace",
      path: "/metadata/managedFields",
      value: [
        controllers,
        { ...ours, fieldsV1: { "f:data": { ".": {}, "f:A": {}, "f:OLD": {} } } },
      ],
    },
    { op: "replace", path: "/metadata/resourceVersion", value: "7" },
  ]);
});

test("a field that a later chart drops is owned by nobody else then", () => {
  const [fields] = ownershipPatch(metadata(helms, ours));
  const managers = (fields?.value as readonly { manager: string }[]).map(({ manager }) => manager);
  expect(managers).toEqual([ours.manager]);
});

test("what an up that was killed has applied becomes that of the last one", () => {
  const dead = entry(
    "pulumi-kubernetes-00000000",
    "Apply",
    { "f:x": {} },
    { time: "2026-06-01T11:00:00Z" },
  );
  const [fields] = ownershipPatch(metadata(ours, dead));
  expect(fields?.value).toEqual([{ ...ours, fieldsV1: { "f:data": { "f:A": {} }, "f:x": {} } }]);
});

test("Helm's claim on the object goes, so that no helm install takes it back", () => {
  const annotations = { "meta.helm.sh/release-name": "smoltbot", other: "stays" };
  expect(ownershipPatch({ ...metadata(ours), annotations }).at(-1)).toEqual({
    op: "remove",
    path: "/metadata/annotations/meta.helm.sh~1release-name",
  });
});

test.each([
  ["that is ours already", metadata(controllers, ours)],
  ["that no up has applied yet", metadata(helms, controllers)],
  ["that records nobody", { name: "gateway" }],
])("an object %s is left alone", (_, found) => {
  expect(ownershipPatch(found)).toEqual([]);
});

test("a status that Helm's field manager wrote is no field to take", () => {
  const status = entry("helm", "Update", { "f:status": {} }, { subresource: "status" });
  expect(ownershipPatch(metadata(status, ours))).toEqual([]);
});
