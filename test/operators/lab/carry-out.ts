import type { Overrides } from "../../lab/engine/stack-file";
import {
  changeMachine,
  emptyBackups,
  lookAround,
  STACK,
  writtenDown,
  type Operated,
  type Sight,
} from "./gateway";
import { brokenByAnyRun, secretsSeen, verdictsAgree, wantedIsServed, type Happened } from "./laws";
import { doAsTold } from "./do-as-told";
import { BEFORE, type Operation, type Release } from "./operation";
import { endOf, run, type Run } from "./run";

/** How an operation ended, and the laws that it broke. */
export interface Outcome {
  readonly ended: string;
  readonly broken: readonly string[];
}

const REASON = "drawn";
const WORKS: Outcome = { ended: "done", broken: [] };

const done = async (work: Promise<unknown>): Promise<Outcome> => {
  await work;
  return WORKS;
};

/** Writes the version into the stack file. */
async function want({ stage, file, facts }: Operated, wish: Release): Promise<void> {
  const release = wish === BEFORE ? file.before : wish;
  if (release !== file.release) file.before = file.release;
  file.release = release;
  await stage.project.setVersion(STACK, release, facts.product);
}

/** Does it on the lab, and looks for a broken law where the program ran. */
export async function carryOut(operated: Operated, operation: Operation): Promise<Outcome> {
  const { stage, file, facts } = operated;
  const { product } = facts;
  const configure = (settings: Overrides) =>
    stage.project.configure(STACK, { [`gateways:${product}`]: settings });
  switch (operation.kind) {
    case "set the version":
      await want(operated, operation.release);
      return WORKS;
    case "consent to the major":
      return done(
        configure({ consents: { major: { release: operation.release, reason: REASON } } }),
      );
    case "mistype a consent":
      file.restore = undefined;
      return done(configure({ consents: { restore: null, major: { relaese: "2.0.0" } } }));
    case "take the consents back":
      Object.assign(file, { restore: undefined, downgrade: undefined, cut: undefined });
      return done(configure({ consents: null }));
    case "edit the values":
      return done(configure(facts.edits.level(operation.level)));
    case "ask for pods":
      file.replicas = operation.replicas;
      return done(configure(facts.edits.replicas(operation.replicas)));
    case "rotate a secret":
      return done(
        stage.project.setSecret(
          STACK,
          `gateways:${product}Secrets.${facts.rotated}`,
          `drawn-key-number-${operation.value}`,
        ),
      );
    case "write rows":
      return done(stage.sql(STACK, facts.sql.write));
    case "empty the backup folder":
      return done(emptyBackups(operated));
    case "go to the other machine":
      return done(changeMachine(operated));
    case "up to a release":
      await want(operated, operation.release);
      return runProgram(operated, { kind: "up" });
    case "up to a release, as it is told":
      await want(operated, operation.release);
      await doAsTold(operated);
      return runProgram(operated, { kind: "up" });
    case "up to a release, as it is told, killed":
      await want(operated, operation.release);
      await doAsTold(operated);
      return runProgram(operated, { ...operation, kind: "up, killed" });
    case "up":
    case "up, killed":
    case "up by two at once":
    case "up of one step":
    case "preview":
    case "refresh":
      return runProgram(operated, operation);
    default:
      return { ended: await operated.carryOut(operation), broken: [] };
  }
}

/** Runs the program, with a look at everything before and after it. */
async function runProgram(operated: Operated, operation: Run): Promise<Outcome> {
  const { stage, secrets, facts } = operated;
  const lookAgain = await operated.beforeRun();
  const before = await lookAround(operated);
  const preview = operation.kind === "up" ? await stage.project.preview(STACK) : undefined;
  const { runs, killed } = await run(operated, operation);
  const said = [preview, ...runs].map((one) => one?.all ?? "").join("\n");
  const after = await lookAround(operated);
  const ended = killed ? ({ kind: "killed" } as const) : endOf(runs);
  const file = { ...operated.file };
  const whole = operation.kind === "up" || operation.kind === "up by two at once";
  const happened: Happened = { before, after, ended, said, preview, file, facts, whole };
  const reads = operation.kind === "preview" || operation.kind === "refresh";
  return {
    ended: ended.kind,
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

/** I2 with the evidence as the stack tells it, and a preview that has nothing left to do. */
async function leavesNothing(
  { stage, facts }: Operated,
  happened: Happened,
): Promise<readonly string[]> {
  const outputs = await stage.project.outputs(STACK);
  const evidence = outputs[`${facts.product}Evidence`] as { readonly version?: string } | undefined;
  const next = await stage.project.preview(STACK);
  const left = next.steps.filter(({ op }) => op !== "same" && op !== "read");
  return [
    ...wantedIsServed(happened, evidence?.version),
    ...(next.exitCode === 0 && left.length === 0
      ? []
      : [`I2: exit 0, and the next preview has ${left.map(({ urn }) => urn).join(", ")} left`]),
  ];
}
