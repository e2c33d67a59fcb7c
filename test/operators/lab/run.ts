import { setTimeout as sleep } from "node:timers/promises";
import { PARTS_OF_A_RUN } from "../../lab/engine/parts-of-a-run";
import type { PulumiRun, RunningPulumi } from "../../lab/engine/pulumi-cli";
import { changing } from "../../lab/engine/steps-of-log";
import { until } from "../../lab/until";
import { STACK, type Operated } from "./gateway";
import type { Ended } from "./laws";
import type { Moment, Operation, Part } from "./operation";

/** Operations that run the program. */
export type Run = Extract<
  Operation,
  { kind: "preview" | "refresh" | "up" | "up, killed" | "up by two at once" | "up of one step" }
>;

/** How the runs of one operation ended, together. */
export function endOf(runs: readonly PulumiRun[]): Ended {
  if (runs.some(({ exitCode }) => exitCode === 0)) return { kind: "ended well" };
  // What gates refuse, a stack file with a fault, and a stack that is locked: in none of them is anything begun.
  const refused = runs.every(({ steps }) => changing(steps).length === 0);
  return { kind: refused ? "refused" : "failed" };
}

/** Runs the program as the operation says, to its end. */
export async function run(
  operated: Operated,
  operation: Run,
): Promise<{ readonly runs: readonly PulumiRun[]; readonly killed: boolean }> {
  const { project } = operated.stage;
  const { product } = operated.facts;
  switch (operation.kind) {
    case "preview":
      return { runs: [await project.preview(STACK)], killed: false };
    case "refresh":
      return { runs: [await project.refresh(STACK)], killed: false };
    case "up":
      return { runs: [await project.up(STACK)], killed: false };
    case "up of one step": {
      const target = ["--target", `**${product}-${operation.step}`];
      return { runs: [await project.up(STACK, { args: target })], killed: false };
    }
    case "up by two at once":
      return {
        runs: await Promise.all([project.up(STACK), sleep(1500).then(() => project.up(STACK))]),
        killed: false,
      };
    case "up, killed":
      return runAndKill(operated, operation);
  }
}

async function runAndKill(
  operated: Operated,
  { when, part }: { readonly when: Moment; readonly part: Part },
) {
  const { project } = operated.stage;
  const reached = await comesTo(operated, when);
  const under = await project.startUp(STACK);
  const early = await Promise.race([under.finished, reached(under)]);
  if (early !== undefined) return { runs: [early], killed: false };
  await kill(under, part);
  const ended = await under.finished;
  await project.cancel(STACK);
  return { runs: [ended], killed: true };
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
