import { expect, test } from "vitest";
import {
  editVariables,
  lastOfEach,
  secretKeysOf,
  type Variable,
} from "../../../components/kubernetes/edits/env";
import type { Workload } from "../../../components/kubernetes/edits/workload";

const secret: Variable = {
  name: "TOKEN",
  valueFrom: { secretKeyRef: { name: "own", key: "token" } },
};
const workload: Workload = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "a" },
  spec: {
    template: {
      spec: {
        containers: [
          { name: "first", image: "a:1", env: [secret, { name: "PLAIN", value: "1" }] },
          { name: "second", image: "b:1" },
        ],
      },
    },
  },
};

test("variables are changed in each container that has any, and a container without stays without", () => {
  const edited = editVariables((all) => all.slice(0, 1))(workload).spec.template.spec.containers;
  expect(edited).toEqual([
    { name: "first", image: "a:1", env: [secret] },
    { name: "second", image: "b:1" },
  ]);
});

test("of several variables with one name the last stays, in its place", () => {
  const all = [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
    { name: "A", value: "3" },
  ];
  expect(lastOfEach(all)).toEqual(all.slice(1));
});

test("keys of Secrets that are read one by one are found in all containers", () => {
  expect(secretKeysOf(workload)).toEqual([{ name: "own", key: "token" }]);
});
