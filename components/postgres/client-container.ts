import { text } from "node:stream/consumers";
import type { ClientSpec, Container, ProgramHost } from "../upgrade/platform";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { startClient, type Client } from "./client";
import {
  CONNECTION,
  connectionEnvironment,
  connectionScript,
  leashScript,
} from "./connection-script";
import type { ContainerSource, JobSource } from "./database-source";

/** The container that a source of the form `job` asks for. */
export const clientSpec = (source: JobSource): ClientSpec => ({
  name: source.name,
  image: source.image,
  imagePullSecrets: source.imagePullSecrets,
  serviceAccount: source.serviceAccount,
  labels: source.labels,
  secret: { ...source.secret, variable: "DATABASE_URL" },
  environment: connectionEnvironment,
  script: connectionScript,
  folder: CONNECTION,
  readyCommand: ["cat", `${CONNECTION}/database`],
  startsWithinSeconds: source.startsWithinSeconds,
});

/**
 * Runs work with a container of our own that reaches the database, and removes it afterwards, whatever happens: it also ends when this
 * process does.
 *
 * @throws StepFailure if it does not start, with the reason in words.
 */
export async function withClientContainer<T>(
  source: JobSource,
  host: ProgramHost,
  io: StepIo,
  work: (source: ContainerSource) => Promise<T>,
): Promise<T> {
  let leash: Client | undefined;
  try {
    return await host.runClient(
      clientSpec(source),
      async (container) => {
        const held = (leash = hold(container, io));
        try {
          const database = await databaseOf(container, io);
          return await work({ kind: "container", container, database });
        } finally {
          held.stdin.end();
        }
      },
      io.signal,
    );
  } finally {
    leash?.kill();
  }
}

/** Ties the container's life to ours: its script ends with this input, and the container with it. */
function hold(container: Container, io: StepIo): Client {
  const leash = runIn(container, ["sh", "-c", leashScript], io);
  leash.stdout.resume();
  return leash;
}

async function databaseOf(container: Container, io: StepIo): Promise<string> {
  const client = runIn(container, ["cat", `${CONNECTION}/database`], io, io.signal);
  client.stdin.end();
  const [name, { code, words }] = await Promise.all([text(client.stdout), client.end]);
  if (code === 0 && name.trim() !== "") return name.replace(/\n$/, "");
  throw new StepFailure(
    `no program can be started in ${container.words}: ${words || "no reason given"}`,
    container.reachFix,
  );
}

const runIn = (
  container: Container,
  program: readonly string[],
  { env }: StepIo,
  signal?: AbortSignal,
): Client => startClient({ ...container.command(program), env, redact: (said) => said, signal });
