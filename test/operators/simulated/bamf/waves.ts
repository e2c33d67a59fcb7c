import { vi } from "vitest";
import type { BamfNames } from "../../../../components/bamf/names";
import { agentRoll } from "../../../../components/bamf/sessions/agent-roll";
import { bridgeRoll } from "../../../../components/bamf/sessions/bridge-roll";
import { decideRemaining } from "../../../../components/bamf/sessions/decide";
import { wavesOf } from "../../../../components/bamf/waves";
import type { ReleaseWave } from "../../../../components/kubernetes/gateway/product";
import { oneByOneSchema } from "../../../../components/steps/rollout-input";
import { rollOneByOne } from "../../../../components/steps/rollout/roll-one-by-one";
import type { Plan } from "../../../../components/upgrade/plan/plan";
import { goesBack } from "../../../../components/upgrade/plan/plan";
import type { SessionPolicy } from "../../../../components/upgrade/sessions";
import { allowedCuts, platformOf } from "./bridge-pods";
import { sessionsIn } from "./bridges";
import type { WantedBamf } from "./decide";
import type { BamfRun } from "./run";
import { fitsBamf, passTime, tunnelsOn, type BamfWorld } from "./world";

/** Does the work of a step unless it was done for the same triggers. */
export type Step = (
  name: string,
  triggers: string,
  work: () => void | Promise<void>,
) => Promise<void>;

const NAMES: BamfNames = {
  fullname: "bamf",
  gateway: "api",
  bridge: "bridge",
  proxy: "proxy",
  web: "web",
  agent: "agent",
};

const labels = { app: "bamf" };

/** How long the replacement of a bridge may take, in seconds. */
const WITHIN = 120;

/** The waves of a release, by the program's own rules. */
const wavesIn = ({ file, without }: BamfWorld): readonly ReleaseWave[] => {
  const { sessions, version, consents } = file;
  const { cut: given } = consents;
  const cut =
    without === "a consent to cut counts for its release alone" && given !== undefined
      ? { ...given, release: version }
      : given;
  const about = { sessions, cut, version };
  const options = { api: { workload: "api", labels }, bridge: { labels } };
  return wavesOf(NAMES, ["api", "bridge", "proxy", "agent"], {
    bridges: bridgeRoll({ ...about, withinSeconds: WITHIN, options }),
    agents: agentRoll({ ...about, withinSeconds: WITHIN, options }),
  });
};

/** The chapter rollout: wave by wave, each applied, watched and, where asked, verified. */
export async function rollOutWaves(
  run: BamfRun,
  plan: Plan,
  release: WantedBamf,
  step: Step,
): Promise<void> {
  const { world } = run;
  for (const wave of wavesIn(world)) {
    const { name } = wave;
    const applied = appliedOf(world, name, release);
    if (wave.held === true)
      await step(`sessions-${name}`, applied, () => {
        // Before the first of them there is none to hold.
        if (world.agents !== undefined) world.heldSince ??= world.runs;
        run.pass("after the agents were held");
      });
    apply(run, name, applied, release);
    const touched = String(world.generation[name] ?? 0);
    await step(`rollout-${name}`, `${touched} | ${plan.occasion}`, () => watch(run, wave, plan));
    if (wave.verified === true) {
      await step(`verification-${name}`, `${applied} | ${touched} | ${plan.occasion}`, () => {
        if (world.serving !== world.file.version) throw new Error("the API does not serve");
      });
      run.pass("after the API was verified");
    }
  }
  run.pass("after the rollout");
}

/** What is declared of a wave: its release, and of the bridges their number. */
const appliedOf = (
  { file }: BamfWorld,
  wave: string,
  { bridges, configHash }: WantedBamf,
): string =>
  wave === "bridges" ? `${file.version} x ${bridges}` : wave === "api" ? configHash : file.version;

/** What the engine changes, and what the cluster makes of it by itself. */
function apply(run: BamfRun, wave: string, applied: string, release: WantedBamf): void {
  const { world } = run;
  if (world.declared[wave] !== applied) {
    world.declared = { ...world.declared, [wave]: applied };
    world.generation = { ...world.generation, [wave]: (world.generation[wave] ?? 0) + 1 };
    switch (wave) {
      case "api":
        // What the program in an API pod holds ends with its pod.
        world.holds = {};
        if (fitsBamf(world.file.version, world.head)) startApi(world, release);
        break;
      case "bridges":
        scaleBridges(run, release.bridges);
        break;
      case "proxy-and-web":
        world.proxies = world.file.version;
        break;
    }
  }
  if (wave === "api") run.pass("after the API was applied");
  if (wave === "bridges") run.pass("after the bridges were applied");
  if (wave === "agents") run.pass("after the agents were applied");
}

/** Old rows go where the release deletes them by itself, and no value says otherwise. */
function startApi(world: BamfWorld, { deletesAudit }: WantedBamf): void {
  const before = world.serving;
  const { version, consents } = world.file;
  world.serving = version;
  world.stopped = false;
  if (["0.6.0", "0.7.0"].includes(version) || !deletesAudit) return;
  const isNew = before !== undefined && ["0.6.0", "0.7.0"].includes(before);
  if (isNew && world.audit.length > 0 && consents.deletion?.release !== version)
    world.broken.push(`${version} deletes rows without a consent`);
  world.audit = [];
}

/** The controller of the bridges takes those away that are too many, from the last on, and makes those that are missing at the release that runs. */
function scaleBridges({ world }: BamfRun, wanted: number): void {
  const names = Array.from({ length: wanted }, (_, index) => `bridge-${index}`);
  const gone = Object.keys(world.bridges).filter((name) => !names.includes(name));
  for (const name of gone) {
    const tunnels = tunnelsOn(world, name).length;
    const about = { run: world.runs, where: name, tunnels, late: 0, allowed: allowedCuts(world) };
    world.cuts.push({ by: "fewer bridges", ...about });
    world.tunnels = world.tunnels.filter(({ bridge }) => bridge !== name);
  }
  const running = Object.values(world.bridges).map(({ release }) => release);
  const release = running[0] ?? world.file.version;
  world.bridges = Object.fromEntries(
    names.map((name) => [
      name,
      world.bridges[name] ?? { release, since: world.now, cordoned: false },
    ]),
  );
}

/** The old agents of the chart stop, and with them what runs through them; the new ones are there by then. */
function stopOldAgents({ world }: BamfRun, plan: Plan): void {
  const { version } = world.file;
  const tunnels = world.tunnels.filter(({ ofChart }) => ofChart);
  if (world.agents !== undefined && world.agents !== version)
    world.cuts.push({
      by: "the agents",
      run: world.runs,
      where: "agent",
      tunnels: tunnels.length,
      late: 0,
      allowed: allowedCuts(world),
    });
  if (world.agents !== version)
    world.tunnels = world.tunnels.filter((one) => !tunnels.includes(one));
  world.agents = version;
  if (world.serving !== version && !goesBack(plan))
    world.broken.push(`agents of ${version} beside the API ${world.serving ?? "that is away"}`);
}

async function watch(run: BamfRun, { name, oneByOne }: ReleaseWave, plan: Plan): Promise<void> {
  const { world } = run;
  const { version } = world.file;
  if (name === "api") {
    if (!fitsBamf(version, world.head)) throw new Error("its pods never get ready");
    world.serving = version;
    world.stopped = false;
  }
  if (oneByOne === undefined) return;
  if (name === "agents") {
    world.heldSince = undefined;
    if (world.agents !== version) endTunnelsOfAgents(run, policyOf(oneByOne));
    run.pass("after the tunnels of the agents have ended");
    stopOldAgents(run, plan);
    return;
  }
  const io = { env: {}, say: () => undefined };
  const task = { ...oneByOneSchema.parse(oneByOne), unschedulableWithinSeconds: 10 };
  const platform = platformOf(run, version);
  const replaced = await rollOneByOne(platform, "bridge", task, io, () =>
    Promise.resolve(sessionsIn(run)),
  );
  for (const { instance, atStop, lost } of replaced) {
    const cut = world.cuts.findLast((one) => one.by === "a stop" && one.where === instance);
    if (atStop !== undefined && cut !== undefined && (lost ?? 0) < cut.tunnels - cut.late)
      world.broken.push(`${cut.tunnels} tunnels of ${instance} were cut, and ${lost ?? 0} told`);
  }
}

const policyOf = ({
  policy = "stop",
  cut = 0,
  limitSeconds = 0,
}: NonNullable<ReleaseWave["oneByOne"]>): SessionPolicy => ({
  policy,
  cut,
  limitSeconds,
  cordon: false,
  carry: false,
});

/** As `prepareAgent`, in the time of the world. */
function endTunnelsOfAgents({ world, goOn }: BamfRun, policy: SessionPolicy): void {
  if (world.agents === undefined) return;
  const end = world.now + policy.limitSeconds * 1000;
  for (;;) {
    const open = world.tunnels.filter(({ ofChart }) => ofChart).length;
    const timing = { timeIsOver: world.now >= end, carries: false };
    const verdict = decideRemaining({ open, fixed: open }, policy, timing);
    if (verdict.kind === "stop")
      throw new Error(`agent keeps its release, since ${verdict.reason}`);
    if (verdict.kind === "go") return;
    goOn();
    passTime(world, 1000);
    vi.setSystemTime(world.now);
  }
}
