import { setTimeout as sleep } from "node:timers/promises";
import { secretsOfGateway } from "../../lab/gateways";
import { PARTS_OF_A_RUN } from "../../lab/engine/parts-of-a-run";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import { changing } from "../../lab/engine/steps-of-log";
import {
  changeMachine,
  emptyBackups,
  kubectl,
  lookAround,
  otherDatabase,
  writtenDown,
  type Operated,
  type Sight,
} from "./gateway";
import {
  brokenByAnyRun,
  secretsSeen,
  verdictsAgree,
  wantedIsServed,
  type Ended,
  type Happened,
} from "./laws";
import type { Operation, Part } from "./operation";

/** How an operation ended, and the laws that it broke. */
export interface Outcome {
  readonly ended: string;
  readonly broken: readonly string[];
}

const STACK = "prod";
const DATABASE_URL = "gateways:smoltbotDatabaseUrl";
const REASON = "drawn";
const WORKS: Outcome = { ended: "done", broken: [] };

const done = async (work: Promise<unknown>): Promise<Outcome> => {
  await work;
  return WORKS;
};

/** Does it on the lab, and looks for a broken law where the program ran. */
export async function carryOut(operated: Operated, operation: Operation): Promise<Outcome> {
  const { stage, file } = operated;
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure(STACK, { "gateways:smoltbot": smoltbot });
  switch (operation.kind) {
    case "set the version":
      file.release = operation.release;
      return done(stage.project.setVersion(STACK, operation.release));
    case "consent to the major":
      return done(
        configure({ consents: { major: { release: operation.release, reason: REASON } } }),
      );
    case "consent to a restore": {
      const { release } = operation;
      const dump =
        (await lookAround(operated)).dumps.at(-1 - operation.dump)?.file ??
        "smoltbot-prod-20260102t030405z-before-1.0.0.dump.zst";
      file.restore = { release, dump };
      return done(configure({ consents: { restore: { release, dump, reason: REASON } } }));
    }
    case "mistype a consent":
      file.restore = undefined;
      return done(configure({ consents: { restore: null, major: { relaese: "2.0.0" } } }));
    case "take the consents back":
      file.restore = undefined;
      return done(configure({ consents: null }));
    case "edit the values":
      return done(configure({ values: { config: { LOG_LEVEL: operation.level } } }));
    case "ask for pods":
      file.replicas = operation.replicas;
      return done(configure({ availability: { replicas: operation.replicas } }));
    case "rotate a secret":
      return done(
        stage.project.setSecret(
          STACK,
          "gateways:smoltbotSecrets.ANTHROPIC_API_KEY",
          `anthropic key number ${operation.value}`,
        ),
      );
    case "aim at another database": {
      const url = new URL(secretsOfGateway(stage.lab, stage, STACK)[DATABASE_URL] ?? "");
      const role = stage.database(STACK);
      const other = await otherDatabase(stage.lab, role, decodeURIComponent(url.password));
      url.pathname = `/${other}`;
      return done(stage.project.setSecret(STACK, DATABASE_URL, url.href));
    }
    case "aim at the database of the pods": {
      const url = secretsOfGateway(stage.lab, stage, STACK)[DATABASE_URL] ?? "";
      return done(stage.project.setSecret(STACK, DATABASE_URL, url));
    }
    case "write rows":
      return done(stage.seed(STACK, 3));
    case "empty the backup folder":
      return done(emptyBackups(operated));
    case "go to the other machine":
      return done(changeMachine(operated));
    case "scale by hand":
      return done(
        kubectl(
          operated,
          ...["scale", "deployment", operated.deployment, `--replicas=${operation.replicas}`],
        ),
      );
    case "delete the budget by hand":
      return done(kubectl(operated, "delete", "poddisruptionbudgets", "--all"));
    case "delete the migration Job":
      return done(kubectl(operated, "delete", "jobs", "--all"));
    case "take the right to create databases":
    case "give the right to create databases": {
      const right = operation.kind.startsWith("take") ? "NOCREATEDB" : "CREATEDB";
      return done(stage.sql(STACK, `ALTER ROLE "${stage.database(STACK)}" ${right}`));
    }
    case "up to a release":
      await carryOut(operated, { kind: "set the version", release: operation.release });
      return runProgram(operated, { kind: "up" });
    default:
      return runProgram(operated, operation);
  }
}

type Run = Extract<
  Operation,
  { kind: "preview" | "refresh" | "up" | "up, killed" | "up by two at once" | "up of one step" }
>;

/** Runs the program, with a look at everything before and after it. */
async function runProgram(operated: Operated, operation: Run): Promise<Outcome> {
  const { stage, secrets } = operated;
  const before = await lookAround(operated);
  const preview = operation.kind === "up" ? await stage.project.preview(STACK) : undefined;
  const { runs, killed } = await run(operated, operation);
  const said = [preview, ...runs].map((one) => one?.all ?? "").join("\n");
  const after = await lookAround(operated);
  const ended = killed ? ({ kind: "killed" } as const) : endOf(runs);
  const file = { ...operated.file };
  const happened: Happened = { before, after, ended, said, preview, file };
  const whole = operation.kind === "up" || operation.kind === "up by two at once";
  const reads = operation.kind === "preview" || operation.kind === "refresh";
  return {
    ended: ended.kind,
    broken: [
      ...(reads ? [] : brokenByAnyRun(happened)),
      ...(reads && isTouched(before, after) ? [`a ${operation.kind} changed something`] : []),
      ...verdictsAgree(happened),
      ...(whole && ended.kind === "ended well" ? await leavesNothing(operated, happened) : []),
      ...secretsSeen(`${said}\n${await writtenDown(operated)}`, secrets),
    ],
  };
}

/** Whether anything differs that somebody must have written; which pods are ready may be a matter of the moment. */
const isTouched = (before: Sight, after: Sight): boolean =>
  JSON.stringify({ ...before, serving: [] }) !== JSON.stringify({ ...after, serving: [] });

/** I2 with the evidence as the stack tells it, and a preview that has nothing left to do. */
async function leavesNothing({ stage }: Operated, happened: Happened): Promise<readonly string[]> {
  const outputs = await stage.project.outputs(STACK);
  const evidence = outputs["smoltbotEvidence"] as { readonly version?: string } | undefined;
  const next = await stage.project.preview(STACK);
  const left = next.steps.filter(({ op }) => op !== "same" && op !== "read");
  return [
    ...wantedIsServed(happened, evidence?.version),
    ...(next.exitCode === 0 && left.length === 0
      ? []
      : [`I2: exit 0, and the next preview has ${left.map(({ urn }) => urn).join(", ")} left`]),
  ];
}

function endOf(runs: readonly PulumiRun[]): Ended {
  if (runs.some(({ exitCode }) => exitCode === 0)) return { kind: "ended well" };
  // What gates refuse, a stack file with a fault, and a stack that is locked: in none of them is anything begun.
  const refused = runs.every(({ steps }) => changing(steps).length === 0);
  return { kind: refused ? "refused" : "failed" };
}

async function run(
  { stage }: Operated,
  operation: Run,
): Promise<{ readonly runs: readonly PulumiRun[]; readonly killed: boolean }> {
  const { project } = stage;
  switch (operation.kind) {
    case "preview":
      return { runs: [await project.preview(STACK)], killed: false };
    case "refresh":
      return { runs: [await project.refresh(STACK)], killed: false };
    case "up":
      return { runs: [await project.up(STACK)], killed: false };
    case "up of one step": {
      const target = ["--target", `**smoltbot-${operation.step}`];
      return { runs: [await project.up(STACK, { args: target })], killed: false };
    }
    case "up by two at once":
      return {
        runs: await Promise.all([project.up(STACK), sleep(1500).then(() => project.up(STACK))]),
        killed: false,
      };
    case "up, killed": {
      const under = await project.startUp(STACK);
      const early = await Promise.race([under.finished, sleep(operation.after * 1000)]);
      if (early !== undefined) return { runs: [early], killed: false };
      await kill(under, operation.part);
      const ended = await under.finished;
      await project.cancel(STACK);
      return { runs: [ended], killed: true };
    }
  }
}

async function kill(
  under: Awaited<ReturnType<Operated["stage"]["project"]["startUp"]>>,
  part: Part,
): Promise<void> {
  if (part === "everything") await under.killTree();
  else if (part === "the CLI") await under.killCli();
  // A part that is not there yet, or not any more, is a kill of nothing.
  else await under.killPart(PARTS_OF_A_RUN[part]).catch(() => []);
}
