import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LOST } from "../../docker/compose-file";
import type { ComposeStage } from "../../docker/compose-stage";
import { DOCKER_STACK as STACK } from "../../docker/stage";
import type { PulumiRun } from "../../engine/pulumi-cli";
import type { Overrides } from "../../engine/stack-file";
import type { LoadReport } from "../../load";
import { holdStreams } from "../../streams";
import { tellQuietly } from "../actions";
import type { DemoStage } from "../demo-of-product";
import { lossless, refused, succeeded } from "../expect";

/** What the scenes on a Docker host play on. */
export interface DockerDemoStage extends DemoStage {
  readonly gateway: ComposeStage;
}

const REQUESTS_PER_SECOND = 100;
/** Server-sent streams that are open all the while. */
const STREAMS = 20;
/** How long each of them lasts: within the drain limit of the stage. Unit: seconds. */
const STREAM_SECONDS = 15;

/** What an operator of one Docker host does, told on the screen. */
export function actionsOf({ gateway, say }: DockerDemoStage) {
  const { project } = gateway;
  const options = { tell: tellQuietly(say) };
  const up = async (): Promise<PulumiRun> => succeeded(await project.up(STACK, options));
  return {
    up,
    /** Changes the wanted release and shows the changed line. */
    edit: async (version: string) => {
      say(`Pulumi.${STACK}.yaml:\n${await project.setVersion(STACK, version)}`);
    },
    /** Changes other settings and shows them. */
    configure: async (smoltbot: Overrides) => {
      say(`Pulumi.${STACK}.yaml:\n  gateways:smoltbot: ${JSON.stringify(smoltbot)}`);
      await project.configure(STACK, { "gateways:smoltbot": smoltbot });
    },
    /** Gives the gateway a secret that Compose has given it so far. */
    giveLost: async () => {
      for (const [key, value] of Object.entries(LOST))
        await project.setSecret(STACK, `gateways:smoltbotSecrets.${key}`, value);
    },
    setSecret: (key: string, value: string) =>
      project.setSecret(STACK, `gateways:smoltbotSecrets.${key}`, value),
    preview: async () => succeeded(await project.preview(STACK, options)),
    /** A preview that is refused for this reason. */
    refusal: async (reason: RegExp) => refused(await project.preview(STACK, options), reason),
    /** An `up` during which no request is lost and no stream is cut. */
    upUnderLoad: async (): Promise<{
      readonly run: PulumiRun;
      readonly load: LoadReport;
      /** What became of the streams, in words. */
      readonly streams: string;
    }> => {
      const load = gateway.load(REQUESTS_PER_SECOND);
      const streams = holdStreams(gateway.url, STREAMS, STREAM_SECONDS);
      try {
        const run = await up();
        const { whole, cut } = await streams.stop();
        if (cut.length > 0) throw new Error(`${cut.length} streams were cut: ${cut.join("; ")}`);
        const words = `${STREAMS} streams open all the while: ${whole} ended whole, 0 cut`;
        return { run, load: lossless(await load.stop()), streams: words };
      } catch (error) {
        await Promise.all([load.stop(), streams.stop()]);
        throw error;
      }
    },
    /** File name of the newest dump that was taken before a release. */
    dumpBefore: async (release: string) =>
      (await readdir(join(project.directory, "backups")))
        .filter((name) => name.includes(`before-${release}`) && !name.endsWith(".json"))
        .sort()
        .at(-1) ?? "",
  };
}
