import { stderr, stdout } from "node:process";
import { z } from "zod";
import { loadKind } from "../upgrade/load-kind";
import { redactorOf } from "../upgrade/redact";
import { isMap } from "../upgrade/values";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";

/** A step as the dispatcher sees it: checked input in, a plain value without a secret out. */
type Step = (input: unknown, io: StepIo) => Promise<unknown>;

/** Loaded by name, so that no step pays for the imports of another. */
const steps: Readonly<Record<string, () => Promise<Step>>> = {
  adoption: async () => {
    const [{ adoptionInputSchema }, { runAdoption }] = await Promise.all([
      import("./adoption-input"),
      import("./adoption"),
    ]);
    return (input, io) => runAdoption(adoptionInputSchema.parse(input), io);
  },
  backup: async () => {
    const [{ backupInputSchema }, { runBackup }] = await Promise.all([
      import("./backup-input"),
      import("./backup"),
    ]);
    return (input, io) => runBackup(backupInputSchema.parse(input), io);
  },
  restore: async () => {
    const [{ restoreInputSchema }, { runRestore }] = await Promise.all([
      import("./restore-input"),
      import("./restore"),
    ]);
    return (input, io) => runRestore(restoreInputSchema.parse(input), io);
  },
  schema: async () => {
    const [{ schemaInputSchema }, { runSchema }] = await Promise.all([
      import("./schema-input"),
      import("./schema"),
    ]);
    return (input, io) => runSchema(schemaInputSchema.parse(input), io);
  },
  sessions: async () => {
    const [{ sessionsInputSchema }, { runSessions }] = await Promise.all([
      import("./sessions-input"),
      import("./sessions"),
    ]);
    return (input, io) => runSessions(sessionsInputSchema.parse(input), io);
  },
  rollout: async () => {
    const [{ rolloutInputSchema }, { runRollout }] = await Promise.all([
      import("./rollout-input"),
      import("./rollout"),
    ]);
    return (input, io) => runRollout(rolloutInputSchema.parse(input), io);
  },
  verification: async () => {
    const [{ verificationInputSchema }, { runVerification }] = await Promise.all([
      import("./verification-input"),
      import("./verification"),
    ]);
    return (input, io) => runVerification(verificationInputSchema.parse(input), io);
  },
};

/** Steps on hosts, which have no platform: the program on each host does what one does. */
const stepsOnHosts: typeof steps = {
  rollout: async () => {
    const [{ hostsRolloutInputSchema }, { runHostsRollout }] = await Promise.all([
      import("../hosts/steps/rollout-input"),
      import("../hosts/steps/rollout"),
    ]);
    return (input, io) => runHostsRollout(hostsRolloutInputSchema.parse(input), io);
  },
  verification: async () => {
    const [{ hostsVerificationInputSchema }, { runHostsVerification }] = await Promise.all([
      import("../hosts/steps/verification-input"),
      import("../hosts/steps/verification"),
    ]);
    return (input, io) => runHostsVerification(hostsVerificationInputSchema.parse(input), io);
  },
};

/** Steps on this machine. */
const stepsOnMachine: typeof steps = {
  rollout: async () => {
    const { machineRolloutInputSchema, runMachineRollout } =
      await import("../hosts/machine/steps/rollout");
    return (input, io) => runMachineRollout(machineRolloutInputSchema.parse(input), io);
  },
  verification: async () => {
    const { machineVerificationInputSchema, runMachineVerification } =
      await import("../hosts/machine/steps/verification");
    return (input, io) => runMachineVerification(machineVerificationInputSchema.parse(input), io);
  },
};

/** Targets that have steps of their own. */
const stepsOf: Readonly<Record<string, typeof steps>> = {
  hosts: stepsOnHosts,
  machine: stepsOnMachine,
};

async function run(name: string, io: StepIo): Promise<string> {
  const input = readInput(io.env);
  const all = stepsOf[isMap(input) ? String(input["target"]) : ""] ?? steps;
  const step = await loadKind(all, name, `there is no step "${name}"`);
  return JSON.stringify(await step(input, io));
}

function readInput(env: NodeJS.ProcessEnv): unknown {
  try {
    return JSON.parse(env["GATEWAYS_STEP"] ?? "") as unknown;
  } catch {
    throw new StepFailure(
      "the environment holds no input",
      "put the step's input as JSON in GATEWAYS_STEP",
    );
  }
}

/** Why it failed, in words and with every fault: no stack trace, which nobody who operates a gateway can use. */
function explain(error: unknown, signal: AbortSignal): string {
  if (signal.aborted)
    return "stopped before it was done. Fix: run the upgrade again; it goes on from here";
  if (error instanceof z.ZodError)
    return `the step's input is wrong: ${error.issues
      .map(({ path, message }) => `${path.join(".") || "input"}: ${message}`)
      .join("; ")}`;
  return wordsOf(error);
}

async function main(name: string): Promise<void> {
  const asked = new AbortController();
  for (const sign of ["SIGTERM", "SIGINT"] as const)
    process.once(sign, () => {
      asked.abort(new Error(`asked to end by ${sign}`));
    });
  // All that a step says goes through here, whether it comes from a pod, the API server or PostgreSQL: a secret in it is hidden (law 6).
  const redact = redactorOf(process.env);
  // One message, one line: the engine shows each line as a message of its own.
  const say = (line: string) => stderr.write(`${redact(line).replaceAll("\n", " ")}\n`);
  const io: StepIo = { env: process.env, say, signal: asked.signal };
  const fail = (error: unknown) => {
    say(`${name}: ${explain(error, asked.signal)}`);
    process.exitCode = 1;
  };
  // An error for which nobody waits: Node would print it as it is, with the secrets in it.
  process.once("uncaughtException", (error) => {
    fail(error);
    process.exit();
  });
  try {
    stdout.write(`${await run(name, io)}\n`);
  } catch (error) {
    fail(error);
  }
}

void main(process.argv[2] ?? "");
