import type { ProcessSeen } from "./watch-processes";

/** Parts of a run of the engine by the command lines of their processes; the first that fits. */
const PARTS: readonly (readonly [part: string, command: RegExp])[] = [
  ["look for the SDK", /require\.resolve/],
  ["program (Node)", /@pulumi\/pulumi\/cmd\/run/],
  ["language host", /pulumi-language-nodejs/],
  ["plugin kubernetes", /pulumi-resource-kubernetes|\/kubernetes\.js /],
  ["plugin command", /pulumi-resource-command|\/command\.js /],
  ["Helm", /(^|\/)helm /],
  ["clients of the database", /(^|\/| )(psql|pg_dump) /],
  ["engine", /(^|\/)pulumi /],
];

/** One part of a run: seconds after its begin, and seconds of processor time. */
export interface Part {
  readonly part: string;
  readonly from: number;
  readonly to: number;
  readonly cpu: number;
}

/** Sums the processes of a run up by what they are, in the order in which they begin. */
export function partsOf(processes: readonly ProcessSeen[]): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const { command, from, to, cpu } of processes) {
    const part = PARTS.find(([, pattern]) => pattern.test(command))?.[0] ?? "other";
    const sum = parts.get(part) ?? { part, from, to, cpu: 0 };
    parts.set(part, {
      part,
      from: Math.min(sum.from, from),
      to: Math.max(sum.to, to),
      cpu: sum.cpu + cpu,
    });
  }
  return [...parts.values()].sort((one, other) => one.from - other.from);
}

/** The course of a run: what it was waiting for, and for how many seconds. */
export function courseOf(
  parts: readonly Part[],
): readonly { readonly phase: string; readonly seconds: number }[] {
  const at = (name: string) => parts.find(({ part }) => part === name);
  const [program, engine] = [at("program (Node)"), at("engine")];
  if (program === undefined || engine === undefined) return [];
  const looks = at("Helm")?.from;
  const plugin = at("plugin kubernetes")?.from ?? program.to;
  const ends: readonly (readonly [phase: string, end: number | undefined])[] = [
    ["the engine starts the program's process", program.from],
    ["the program is loaded, until it looks around", looks],
    [
      looks === undefined
        ? "the program is loaded, until the first plugin starts"
        : "it renders and looks, until the first plugin starts",
      plugin,
    ],
    ["plugins start and resources are registered", program.to],
    ["the engine ends", engine.to],
  ];
  let before = 0;
  return ends.flatMap(([phase, end]) => {
    if (end === undefined) return [];
    const seconds = end - before;
    before = end;
    return [{ phase, seconds }];
  });
}
