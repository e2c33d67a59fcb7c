import { DOCKER_STACK } from "../../lab/docker/stage";
import { lossless, succeeded } from "../../lab/demo/expect";
import { startLoad, type LoadReport } from "../../lab/load";
import { inTurns } from "../in-turns";
import { lossesOf } from "../losses";
import type { Bench, Comparison, Measure, Measured } from "../measure";
import { underLoad, type Work } from "../under-load";
import { withCompose, type DockerPair } from "../with-compose";

const OLD = "1.0.0";
const NEW = "1.1.0";
const MOST_RUNS = 3;
const PER_SECOND = 300;
/** For each side, over all counted runs and both directions. */
const REQUESTS = 100_000;
/** Limits of the front proxy in MiB: another one makes another container of it, which is its own upgrade. */
const PROXY_MEMORY = [128, 160] as const;

/** How long an upgrade on one Docker host takes, what it loses, and what the upgrade of the front proxy loses. */
export const docker: Measure = {
  name: "docker",
  title: "Upgrade and rollback on one Docker host",
  about: `\`pulumi up\` with the version changed and changed back, against \`docker compose up --detach\` of the same images on the same host until its gateway is ready again, each under ${PER_SECOND} requests a second, half of them on new connections; and the upgrade of the front proxy itself, of which Compose has none. The load begins before each operation and goes on after it until each side has had ${REQUESTS} requests in both directions, and as many in proportion for the proxy. This program takes and proves a backup, migrates, and verifies; Compose migrates. At most ${MOST_RUNS} runs; a single one is a try, in which the load ends with the operation.`,
  run: (bench) => withCompose(bench, OLD, (pair) => measure(bench, pair)),
};

interface Side {
  readonly title: string;
  readonly ours: LoadReport[];
  readonly other: LoadReport[];
}

const titled = (title: string): Side => ({ title, ours: [], other: [] });

async function measure(
  { lab, runs: wanted, say }: Bench,
  { ours, compose }: DockerPair,
): Promise<Measured> {
  const runs = Math.min(wanted, MOST_RUNS);
  const least = runs === 1 ? 0 : REQUESTS / (runs * 2);
  const load = (url: string) => ({
    start: () => Promise.resolve(startLoad(lab, `${url}/anthropic/v1/models`, PER_SECOND)),
    perSecond: PER_SECOND,
    least,
  });
  const [there, back] = [titled(`${OLD} to ${NEW}`), titled(`back to ${OLD}`)];
  const to =
    (version: string): Work =>
    async () => {
      await ours.project.setVersion(DOCKER_STACK, version);
      succeeded(await ours.project.up(DOCKER_STACK));
    };
  const contest = (side: Side, version: string) => ({
    title: side.title,
    ours: underLoad(load(ours.url), side.ours, to(version)),
    other: underLoad(load(compose.url), side.other, () => compose.up(version)),
  });
  const comparisons = await inTurns({ runs, say }, [contest(there, NEW), contest(back, OLD)]);
  const proxy = await upgradeProxy({ ours, load: load(ours.url), runs, say });
  for (const { ours: loads } of [there, back]) loads.slice(1).forEach(lossless);
  const losses = [there, back].map(
    ({ title, ours: one, other }) =>
      `${title}: ${lossesOf("this program", one.slice(1))}; ${lossesOf("Compose", other.slice(1))}.`,
  );
  return {
    comparisons: [...comparisons, proxy.comparison],
    facts: [...losses, proxy.fact, COMPOSE_FACT],
  };
}

const COMPOSE_FACT =
  process.env["LAB_COMPOSE"] === undefined
    ? "Compose is the lab's stand-in, which makes, stops, renames and starts containers by Docker's API in the order of Compose v2; LAB_COMPOSE=<program> takes a real one."
    : "Compose is the program that LAB_COMPOSE names.";

/** Lets the front proxy have a successor, in turns with the limit that it had. The first turn warms up and does not count. */
async function upgradeProxy({
  ours,
  load,
  runs,
  say,
}: Pick<DockerPair, "ours"> &
  Pick<Bench, "runs" | "say"> & {
    readonly load: Parameters<typeof underLoad>[0];
  }): Promise<{ readonly comparison: Comparison; readonly fact: string }> {
  const title = "the front proxy itself";
  const [loads, taken]: [LoadReport[], number[]] = [[], []];
  for (let turn = 0; turn <= runs; turn += 1) {
    const before = await ours.running("proxy");
    const seconds = await underLoad(load, loads, async () => {
      const memoryMiB = PROXY_MEMORY[(turn + 1) % 2];
      const limits = { proxy: { memoryMiB, cpus: 1 } };
      await ours.project.configure(DOCKER_STACK, { "gateways:smoltbot": { docker: { limits } } });
      succeeded(await ours.project.up(DOCKER_STACK));
    })();
    const after = await ours.running("proxy");
    if (after.length !== 1 || after[0] === before[0])
      throw new Error(`the front proxy has no successor: ${after.join(", ")}`);
    say(`${title}, ${turn === 0 ? "warm-up" : `${turn} of ${runs}`}: ${seconds.toFixed(2)} s`);
    if (turn > 0) taken.push(seconds);
  }
  loads.slice(1).forEach(lossless);
  return {
    comparison: { title, ours: taken },
    fact: `${title}: ${lossesOf("this program", loads.slice(1))}.`,
  };
}
