import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { lossesOf, type Report } from "../../lab/bamf/report";
import { startUsers } from "../../lab/bamf/users";
import { succeeded } from "../../lab/demo/expect";
import type { Lab } from "../../lab/lab";
import { startLoad, type LoadReport } from "../../lab/load";
import { inTurns } from "../in-turns";
import type { Bench, Measure, Measured, Table } from "../measure";
import { underLoad, type Work } from "../under-load";
import { withBamfs, type TwoBamfs } from "../with-bamf";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
/** There and back: six rolls of each side. */
const MOST_RUNS = 3;
const PER_SECOND = 150;
/** To the API, for each side over all counted rolls. */
const REQUESTS = 100_000;
const USERS = { hold: 40, openEveryMs: 500 } as const;
/** A tunnel that has been silent for so long is called frozen. */
const FROZEN_MS = 6_000;

/** What becomes of open tunnels, of new ones and of the API's answers while BAMF is upgraded. */
export const tunnels: Measure = {
  name: "tunnels",
  title: "Upgrade of BAMF with tunnels open",
  about: `\`pulumi up\` from ${OLD} to ${NEW} and back, against \`helm upgrade --wait\` of the same chart to the same releases, each with two bridges, ${USERS.hold} tunnels that stay open from before to after it, a new one every ${USERS.openEveryMs} ms, and ${PER_SECOND} requests a second to the API. This program waits a minute for the tunnels of each bridge before it carries them over. Lost is a tunnel that was cut or that carried nothing any more. At most ${MOST_RUNS} runs.`,
  run: (bench) => withBamfs(bench, OLD, (bamfs) => measure(bench, bamfs)),
};

/** What the rolls of one side in one direction have come to, the warm-up first. */
interface Side {
  readonly title: string;
  readonly tunnels: Report[];
  readonly requests: LoadReport[];
}

const side = (title: string): Side => ({ title, tunnels: [], requests: [] });

async function measure(bench: Bench, bamfs: TwoBamfs): Promise<Measured> {
  const { lab } = bench;
  const { ours, other, helm } = bamfs;
  const runs = Math.min(bench.runs, MOST_RUNS);
  const least = REQUESTS / (runs * 2);
  const roll = (of: TwoBamfs["ours"], seen: Side, work: Work) => {
    const start = async () => startLoad(lab, await apiUrl(lab, of.namespace("prod")), PER_SECOND);
    const load = { start, perSecond: PER_SECOND, least };
    const loaded = underLoad(load, seen.requests, work);
    return () => withUsers(lab, of, seen.tunnels, loaded);
  };
  const up = (tag: string) => async () => {
    const release = tag.slice(1);
    const consents = { major: { release, reason: "a benchmark" } };
    await ours.project.configure("prod", { "gateways:bamf": { notesRead: release, consents } });
    await ours.want("prod", tag);
    succeeded(await ours.project.up("prod"));
  };
  const sides: Side[] = [];
  const contest = (title: string, tag: string) => {
    const [one, two] = [side(`${title}: this program`), side(`${title}: Helm`)];
    sides.push(one, two);
    return {
      title,
      ours: roll(ours, one, up(tag)),
      other: roll(other, two, () => helm.upgrade(tag)),
    };
  };
  const contests = [contest(`${OLD} to ${NEW}`, NEW), contest(`back to ${OLD}`, OLD)];
  const comparisons = await inTurns({ runs, say: bench.say }, contests);
  return { comparisons, tables: [tableOf(sides)], facts: [] };
}

/** Does the work with tunnels open, and adds what became of them to `seen`. */
async function withUsers(
  lab: Lab,
  of: TwoBamfs["ours"],
  seen: Report[],
  work: () => Promise<number>,
): Promise<number> {
  const users = await startUsers(lab, of.place("prod"), USERS);
  try {
    const seconds = await work();
    await pause(FROZEN_MS);
    seen.push(await users.report());
    return seconds;
  } finally {
    await users.stop();
  }
}

async function apiUrl({ env }: Lab, namespace: string): Promise<string> {
  const words = ["get", "service", "bamf-api", "--namespace", namespace];
  const { stdout } = await execa("kubectl", [...words, "--output=jsonpath={.spec.clusterIP}"], {
    env,
  });
  return `http://${stdout}:8000/ready`;
}

function tableOf(sides: readonly Side[]): Table {
  const sum = <T>(all: readonly T[], of: (one: T) => number) =>
    all.slice(1).reduce((total, one) => total + of(one), 0);
  const rows = sides.map(({ title, tunnels, requests }) => [
    title,
    sum(tunnels, ({ held }) => held.opened),
    sum(tunnels, (report) => lossesOf(report).cut + lossesOf(report).frozen),
    sum(tunnels, ({ passing }) => passing.opened + passing.failed),
    sum(tunnels, (report) => lossesOf(report).failedOpens),
    `${Math.max(...tunnels.slice(1).map((report) => lossesOf(report).longestStallMs))} ms`,
    sum(requests, ({ sent }) => sent),
    sum(requests, ({ failed }) => failed),
  ]);
  return {
    head: [
      ...["all counted rolls", "tunnels held", "lost", "new ones", "failed to open"],
      ...["longest stall", "API requests", "failed"],
    ],
    rows: rows.map((row) => row.map(String)),
  };
}
