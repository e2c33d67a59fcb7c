import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { clusterEyes } from "../cluster-eyes";
import { queryDatabase } from "../database";
import type { PulumiRun } from "../engine/pulumi-cli";
import type { Overrides } from "../engine/stack-file";
import type { Gateways, Stack } from "../gateways";
import type { Lab } from "../lab";
import { startLoad, type LoadReport } from "../load";
import { lossless, refused, succeeded } from "./expect";
import type { Story } from "./story";

/** What the scenes of a demo play on. */
export interface Stage {
  readonly lab: Lab;
  readonly gateways: Gateways;
  readonly story: Story;
  readonly say: (line: string) => void;
}

const REQUESTS_PER_SECOND = 100;
const SERVICE = "smoltbot-mnemom-gateway";

/** What an operator does, told on the screen: editing a stack file, previewing, upgrading, looking into a database. */
export function actionsOf({ lab, gateways, say }: Stage) {
  const { project } = gateways;
  const options = { tell: tellQuietly(say) };
  const up = async (stack: Stack) => succeeded(await project.up(stack, options));
  return {
    up,
    /** Changes the wanted release and shows the changed line. */
    edit: async (stack: Stack, version: string) => {
      say(`Pulumi.${stack}.yaml:\n${await project.setVersion(stack, version)}`);
    },
    /** Changes other settings and shows them. */
    configure: async (stack: Stack, smoltbot: Overrides) => {
      say(`Pulumi.${stack}.yaml:\n  gateways:smoltbot: ${JSON.stringify(smoltbot)}`);
      await project.configure(stack, { "gateways:smoltbot": smoltbot });
    },
    preview: async (stack: Stack, args: readonly string[] = []) =>
      succeeded(await project.preview(stack, { ...options, args })),
    /** A preview that is refused for this reason. */
    refusal: async (stack: Stack, reason: RegExp) =>
      refused(await project.preview(stack, options), reason),
    /** An `up` during which no request is lost. */
    upUnderLoad: async (
      stack: Stack,
    ): Promise<{ readonly run: PulumiRun; readonly load: LoadReport }> => {
      const load = startLoad(lab, await gatewayUrl(lab, gateways, stack), REQUESTS_PER_SECOND);
      try {
        const run = await up(stack);
        return { run, load: lossless(await load.stop()) };
      } catch (error) {
        await load.stop();
        throw error;
      }
    },
    sql: (stack: Stack, query: string) => queryDatabase(lab, gateways.database(stack), query),
    /** File name of the newest dump that was taken before a release. */
    dumpBefore: async (stack: Stack, release: string) => {
      const names = await readdir(join(project.directory, "backups"));
      const dumps = names.filter(
        (name) => name.includes(`-${stack}-`) && /before-/.test(name) && !name.endsWith(".json"),
      );
      return (
        dumps
          .filter((name) => name.includes(`before-${release}`))
          .sort()
          .at(-1) ?? ""
      );
    },
  };
}

async function gatewayUrl(lab: Lab, gateways: Gateways, stack: Stack): Promise<string> {
  const eyes = clusterEyes(lab, gateways.namespace(stack));
  const service = await eyes.object<KubernetesObject & { spec?: { clusterIP?: string } }>(
    "Service",
    SERVICE,
  );
  return `http://${service?.spec?.clusterIP ?? ""}:8787/anthropic/v1/messages`;
}

/** The CLI's lines without its dots and without what it says again. */
export function tellQuietly(say: (line: string) => void): (line: string) => void {
  let last = "";
  return (line) => {
    if (line.startsWith("@") || line.trim() === "" || line === last) return;
    last = line;
    say(`  ${line}`);
  };
}
