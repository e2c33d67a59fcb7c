import { lookAround, STACK, writtenDown, type Operated, type Sight } from "./gateway";
import { brokenByAnyRun, secretsSeen, verdictsAgree, wantedIsServed, type Happened } from "./laws";
import { takesAway } from "./operation";
import { endOf, run, type Run } from "./run";

/** How an operation ended, and the laws that it broke. */
export interface Outcome {
  readonly ended: string;
  readonly broken: readonly string[];
}

/** The same of one that runs the program. */
export interface Told extends Outcome {
  /** All output. */
  readonly said: string;
}

/** Runs the program, with a look at everything before and after it. */
export async function runProgram(operated: Operated, operation: Run): Promise<Told> {
  const { stage, secrets, facts } = operated;
  const lookAgain = await operated.beforeRun();
  const before = await lookAround(operated);
  const preview = operation.kind === "up" ? await stage.project.preview(STACK) : undefined;
  const { runs, killed, deed } = await run(operated, operation);
  const said = [preview, ...runs].map((one) => one?.all ?? "").join("\n");
  const after = await lookAround(operated);
  const ended = killed ? ({ kind: "killed" } as const) : endOf(runs);
  const file = { ...operated.file };
  const whole = operation.kind === "up" || operation.kind === "up by two at once";
  const happened: Happened = {
    ...{ before, after, ended, said, preview, file, facts, whole },
    takenAway: deed !== undefined && takesAway(deed),
  };
  const reads = operation.kind === "preview" || operation.kind === "refresh";
  return {
    ended:
      operation.kind === "up, and meanwhile" && deed === undefined
        ? `${ended.kind} before`
        : ended.kind,
    said,
    broken: [
      ...(reads ? [] : brokenByAnyRun(happened)),
      ...(reads && isTouched(before, after) ? [`a ${operation.kind} changed something`] : []),
      ...verdictsAgree(happened),
      ...(await lookAgain(happened)),
      ...(whole && ended.kind === "ended well" ? await leavesNothing(operated, happened) : []),
      ...secretsSeen(`${said}\n${await writtenDown(operated)}`, secrets),
    ],
  };
}

/** Whether anything differs that somebody must have written; which pods are ready may be a matter of the moment. */
const isTouched = (before: Sight, after: Sight): boolean =>
  JSON.stringify({ ...before, serving: [] }) !== JSON.stringify({ ...after, serving: [] });

/** The release of which the stack has evidence, as its outputs tell. */
export async function verifiedRelease({ stage, facts }: Operated): Promise<string | undefined> {
  const outputs = await stage.project.outputs(STACK);
  const evidence = outputs[`${facts.product}Evidence`] as { readonly version?: string } | undefined;
  return evidence?.version;
}

/** I2 with the evidence as the stack tells it, and a preview that has nothing left to do. */
async function leavesNothing(operated: Operated, happened: Happened): Promise<readonly string[]> {
  const { stage } = operated;
  const verified = await verifiedRelease(operated);
  const next = await stage.project.preview(STACK);
  const left = next.steps.filter(({ op }) => op !== "same" && op !== "read");
  return [
    ...wantedIsServed(happened, verified),
    ...(next.exitCode === 0 && left.length === 0
      ? []
      : [`I2: exit 0, and the next preview has ${left.map(({ urn }) => urn).join(", ")} left`]),
  ];
}
