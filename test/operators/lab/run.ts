import { setTimeout as sleep } from "node:timers/promises";
import { PARTS_OF_A_RUN } from "../../lab/engine/parts-of-a-run";
import type { PulumiRun, RunningPulumi } from "../../lab/engine/pulumi-cli";
import { changing } from "../../lab/engine/steps-of-log";
import { until } from "../../lab/until";
import { STACK, type Operated } from "./gateway";
import type { Ended } from "./laws";
import type { Moment, OfDocker, Operation, Part } from "./operation";

/** Operations that run the program. */
export type Run = Extract<
  Operation,
  {
    kind:
      | "preview"
      | "refresh"
      | "up"
      | "up, killed"
      | "up, and meanwhile"
      | "up by two at once"
      | "up of one step";
  }
>;

/** What a run of the program came to. */
export interface Ran {
  readonly runs: readonly PulumiRun[];
  readonly killed: boolean;
  /** What was done meanwhile; undefined if nothing was, or the run had ended before. */
  readonly deed?: OfDocker;
}

/** How the runs of one operation ended, together. */
export function endOf(runs: readonly PulumiRun[]): Ended {
  if (runs.some(({ exitCode }) => exitCode === 0)) return { kind: "ended well" };
  // What gates refuse, a stack file with a fault, and a stack that is locked: in none of them is anything begun.
  const refused = runs.every(({ steps }) => changing(steps).length === 0);
  return { kind: refused ? "refused" : "failed" };
}

/** Runs the program as the operation says, to its end. */
export async function run(operated: Operated, operation: Run): Promise<Ran> {
  const { project } = operated.stage;
  const { product } = operated.facts;
  switch (operation.kind) {
    case "preview":
      return alone(project.preview(STACK));
    case "refresh":
      return alone(project.refresh(STACK));
    case "up":
      return alone(project.up(STACK));
    case "up of one step":
      return alone(project.up(STACK, { args: ["--target", `**${product}-${operation.step}`] }));
    case "up by two at once":
      return {
        killed: false,
        runs: await Promise.all([project.up(STACK), sleep(1500).then(() => project.up(STACK))]),
      };
    case "up, killed":
      return runAndKill(operated, operation);
    case "up, and meanwhile":
      return runAndMeddle(operated, operation);
  }
}

const alone = async (running: Promise<PulumiRun>): Promise<Ran> => ({
  killed: false,
  runs: [await running],
});

async function runAndKill(
  operated: Operated,
  { when, part }: { readonly when: Moment; readonly part: Part },
): Promise<Ran> {
  const { project } = operated.stage;
  const reached = await comesTo(operated, when);
  const under = await project.startUp(STACK);
  const early = await Promise.race([under.finished, reached(under)]);
  if (early !== undefined) return { killed: false, runs: [early] };
  await kill(under, part);
  const ended = await under.finished;
  await project.cancel(STACK);
  return { runs: [ended], killed: true };
}

async function runAndMeddle(
  operated: Operated,
  { when, deed }: { readonly when: Moment; readonly deed: OfDocker },
): Promise<Ran> {
  const reached = await comesTo(operated, when);
  const under = await operated.stage.project.startUp(STACK);
  const early = await Promise.race([under.finished, reached(under)]);
  if (early !== undefined) return { killed: false, runs: [early] };
  await operated.carryOut(deed);
  return { runs: [await under.finished], killed: false, deed };
}

/** Longer than any run takes: one that never comes to a sign has ended by then. In seconds. */
const LONGEST = 300;

/** Resolves once the run has come to that moment; never where it ends before. */
async function comesTo(
  { stage, facts }: Operated,
  when: Moment,
): Promise<(under: RunningPulumi) => Promise<undefined>> {
  const migrations = async () => (await stage.sql(STACK, facts.sql.migrations)).split("\n");
  const before = await migrations();
  const isMigrated = async () => (await migrations()).some((name) => !before.includes(name));
  const signs: typeof facts.signs = {
    "a dump is proven": (under, { seconds }) => under.said(/proven: \d+ rows/, seconds),
    "the schema is migrated": (_, patience) => until(String(when), isMigrated, patience),
    ...facts.signs,
  };
  return async (under) => {
    if (typeof when === "number") {
      await sleep(when * 1000);
      return undefined;
    }
    const sign = signs[when];
    if (sign === undefined) throw new Error(`${facts.product} comes to no ${when}`);
    return sign(under, patienceWith(under)).then(
      () => undefined,
      () => new Promise<undefined>(() => undefined),
    );
  };
}

function patienceWith(under: RunningPulumi) {
  let over: string | undefined;
  void under.finished.then(() => (over = "the run has ended"));
  return { seconds: LONGEST, hopeless: () => Promise.resolve(over) };
}

async function kill(under: RunningPulumi, part: Part): Promise<void> {
  if (part === "everything") await under.killTree();
  else if (part === "the CLI") await under.killCli();
  // A part that is not there yet, or not any more, is a kill of nothing.
  else await under.killPart(PARTS_OF_A_RUN[part]).catch(() => []);
}
