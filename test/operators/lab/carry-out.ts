import { secretsOfGateway } from "../../lab/gateways";
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
import { brokenByAnyRun, secretsSeen, verdictsAgree, wantedIsServed, type Happened } from "./laws";
import { doAsTold } from "./do-as-told";
import { BEFORE, WANTED, type Operation, type Wish } from "./operation";
import { endOf, run, STACK, type Run } from "./run";

/** How an operation ended, and the laws that it broke. */
export interface Outcome {
  readonly ended: string;
  readonly broken: readonly string[];
}

const DATABASE_URL = "gateways:smoltbotDatabaseUrl";
const REASON = "drawn";
/** In a table that both majors have. */
const THREE_ROWS = `INSERT INTO agents (agent_hash, name)
  SELECT md5(random()::text), 'late ' || md5(random()::text) FROM generate_series(1, 3)`;
const WORKS: Outcome = { ended: "done", broken: [] };

const done = async (work: Promise<unknown>): Promise<Outcome> => {
  await work;
  return WORKS;
};

/** Writes the version into the stack file. */
async function want({ stage, file }: Operated, wish: Wish): Promise<void> {
  const release = wish === BEFORE ? file.before : wish;
  if (release !== file.release) file.before = file.release;
  file.release = release;
  await stage.project.setVersion(STACK, release);
}

/** Does it on the lab, and looks for a broken law where the program ran. */
export async function carryOut(operated: Operated, operation: Operation): Promise<Outcome> {
  const { stage, file } = operated;
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure(STACK, { "gateways:smoltbot": smoltbot });
  switch (operation.kind) {
    case "set the version":
      await want(operated, operation.release);
      return WORKS;
    case "consent to the major":
      return done(
        configure({ consents: { major: { release: operation.release, reason: REASON } } }),
      );
    case "consent to a restore": {
      const release = operation.release === WANTED ? file.release : operation.release;
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
      return done(stage.sql(STACK, THREE_ROWS));
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
    default:
      return runProgram(operated, operation);
  }
}

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
