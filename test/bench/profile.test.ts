import { expect, test } from "vitest";
import { courseOf, partsOf } from "./profile";

const processes = [
  { command: "pulumi preview --stack staging ", from: 0, to: 2, cpu: 0.5 },
  {
    command: "/x/pulumi-language-nodejs -nodeargs=--import ./p.mjs 127.0.0.1:1 ",
    from: 0.2,
    to: 1.9,
    cpu: 0.1,
  },
  {
    command: "/usr/bin/node --import ./p.mjs /x/@pulumi/pulumi/cmd/run/index.js index.ts ",
    from: 0.4,
    to: 1.8,
    cpu: 0.4,
  },
  { command: "helm template a ", from: 0.8, to: 0.9, cpu: 0.1 },
  { command: "helm show all ", from: 0.7, to: 0.8, cpu: 0.1 },
  { command: "/usr/bin/node /c/plugins-1/kubernetes.js 127.0.0.1:1 ", from: 1.1, to: 2, cpu: 0.3 },
];

test("processes are summed up by what they are, in the order of their begin", () => {
  expect(partsOf(processes).map(({ part, from, to, cpu }) => [part, from, to, cpu])).toEqual([
    ["engine", 0, 2, 0.5],
    ["language host", 0.2, 1.9, 0.1],
    ["program (Node)", 0.4, 1.8, 0.4],
    ["Helm", 0.7, 0.9, 0.2],
    ["plugin kubernetes", 1.1, 2, 0.3],
  ]);
});

test("the phases of a run add up to the run", () => {
  const course = courseOf(partsOf(processes));
  expect(course.map(({ seconds }) => seconds.toFixed(1))).toEqual([
    "0.4",
    "0.3",
    "0.4",
    "0.7",
    "0.2",
  ]);
  expect(course.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(2);
});

test("a program that looks at nothing has one phase less", () => {
  const course = courseOf(partsOf(processes.filter(({ command }) => !command.startsWith("helm"))));
  expect(course.map(({ phase }) => phase)).toContain(
    "the program is loaded, until the first plugin starts",
  );
  expect(course).toHaveLength(4);
});
