import { afterAll, beforeAll, expect } from "vitest";
import { containersOf, type Containers } from "../docker/containers";
import { dockerHost, ensureDockerHost } from "../docker/host";
import { bringDockerImages } from "../docker/images";
import { smallProgram, type SmallProgram } from "../engine/small-program";
import { changing, type Step } from "../engine/steps-of-log";
import { connectLab, type Lab } from "../lab";
import { readSettings } from "../settings";
import { daemonAt, type DockerDaemon } from "./docker/daemon";

/** Small programs that speak to the Docker host of the lab, whatever plugin the lab runs. */
export interface DockerTrial {
  readonly lab: () => Lab;
  readonly program: () => SmallProgram;
  /** Makes this the program: JavaScript, in which `provider` is that of the host. */
  readonly write: (source: string) => Promise<void>;
  /** Past the plugin. */
  readonly containers: Containers;
  readonly daemon: DockerDaemon;
  /** Gives the tests of the group that calls it a program of their own. */
  readonly inProgram: () => void;
}

/** Leaves the Docker host of the lab with all images before the tests of the file. */
export function dockerTrial(): DockerTrial {
  const settings = readSettings(process.env);
  const { url } = dockerHost(settings);
  let lab: Lab;
  let program: SmallProgram;
  beforeAll(async () => {
    lab = await connectLab();
    await ensureDockerHost(settings);
    await bringDockerImages(settings);
  });
  return {
    lab: () => lab,
    program: () => program,
    containers: containersOf(settings),
    daemon: daemonAt(url),
    write: (source) =>
      program.write(
        `const provider = new docker.Provider("host", { host: ${JSON.stringify(url)} });\n${source}`,
      ),
    inProgram: () => {
      beforeAll(async () => {
        program = await smallProgram(lab);
      });
      afterAll(async () => {
        await program.remove();
      });
    },
  };
}

/** What the engine did, or would do, with one resource. */
export const ops = (steps: readonly Step[], name: string): readonly string[] =>
  changing(steps).flatMap((step) => (step.name === name ? [step.op] : []));

/** What an update or a replacement of one resource changes, by property path. */
export const changesOf = (steps: readonly Step[], name: string): Step["changes"] =>
  Object.fromEntries(
    changing(steps).flatMap((step) => (step.name === name ? Object.entries(step.changes) : [])),
  );

/** The same run, which went well. */
export function ok<R extends { readonly exitCode: number | undefined; readonly all: string }>(
  run: R,
): R {
  expect(run.exitCode, run.all).toBe(0);
  return run;
}

/** A container that stays, of an image that has a shell. */
export const shell = (args: string, options = ""): string => `
  const one = new docker.Container("one", {
    image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sleep"], command: ["600"], ${args}
  }, { provider, ${options} });
  exports.name = one.name; exports.id = one.id;
`;
