import { setTimeout as pause } from "node:timers/promises";
import type { BamfGateways } from "../../bamf/gateways";
import type { BamfPlace } from "../../bamf/around";
import { tableOfBridges, type Report } from "../../bamf/report";
import { startUsers, type UsersOptions } from "../../bamf/users";
import { queryDatabase } from "../../database";
import type { PulumiRun } from "../../engine/pulumi-cli";
import type { Overrides } from "../../engine/stack-file";
import type { Stack } from "../../gateways";
import type { Lab } from "../../lab";
import type { Settings } from "../../settings";
import { tellQuietly } from "../actions";
import type { DemoStage } from "../demo-of-product";
import { refused, succeeded } from "../expect";
import { table } from "../table";

/** What the scenes with a program play on. */
export interface BamfStage extends DemoStage {
  readonly settings: Settings;
  /** Folder of the charts. */
  readonly charts: string;
  readonly gateways: BamfGateways;
}

/** Tunnels through all bridges, and new ones opened all the while. */
export const CROWD: UsersOptions = { hold: 200, openEveryMs: 250 };

/** A silence of this length is called frozen: before that nobody can tell. */
const FROZEN_MS = 5_000;

/** What was done while tunnels were open, and what became of them. */
export interface WithTunnels<T> {
  readonly done: T;
  readonly report: Report;
}

/** Keeps a crowd's tunnels open while something is done, and shows what became of them bridge by bridge. */
export async function withTunnels<T>(
  { lab, say }: { readonly lab: Lab; readonly say: (line: string) => void },
  place: BamfPlace,
  act: () => Promise<T>,
): Promise<WithTunnels<T>> {
  const users = await startUsers(lab, place, CROWD);
  try {
    const done = await act();
    await pause(FROZEN_MS + 1_000);
    const report = await users.report();
    for (const line of table(tableOfBridges(report))) say(line);
    return { done, report };
  } finally {
    await users.stop();
  }
}

/** What an operator does, told on the screen: editing a stack file, previewing, upgrading, looking into a database. */
export function actionsOf({ lab, gateways, say }: BamfStage) {
  const { project } = gateways;
  const options = { tell: tellQuietly(say) };
  const up = async (stack: Stack) => succeeded(await project.up(stack, options));
  return {
    up,
    /** Changes the wanted release and shows the changed line. */
    edit: async (stack: Stack, tag: string) => {
      say(`Pulumi.${stack}.yaml:\n${await gateways.want(stack, tag)}`);
    },
    /** Changes other settings and shows them. */
    configure: async (stack: Stack, bamf: Overrides) => {
      say(`Pulumi.${stack}.yaml:\n  gateways:bamf: ${JSON.stringify(bamf)}`);
      await project.configure(stack, { "gateways:bamf": bamf });
    },
    preview: async (stack: Stack, args: readonly string[] = []) =>
      succeeded(await project.preview(stack, { ...options, args })),
    /** A preview that is refused for this reason. */
    refusal: async (stack: Stack, reason: RegExp) =>
      refused(await project.preview(stack, options), reason),
    /** An `up` while the tunnels of a crowd are open. */
    upWithTunnels: (stack: Stack): Promise<WithTunnels<PulumiRun>> =>
      withTunnels({ lab, say }, gateways.place(stack), () => up(stack)),
    sql: (stack: Stack, query: string) => queryDatabase(lab, gateways.database(stack), query),
  };
}
