import { changing } from "../../lab/engine/steps-of-log";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import { succeeded, unchanged } from "../../lab/demo/expect";
import { BARE, withBareProject, type BareProject } from "../bare-project";
import { inTurns } from "../in-turns";
import type { Project } from "../../lab/project";
import type { Bench, Measure, Measured, Table } from "../measure";
import { courseOf, partsOf, type Part } from "../profile";
import { watchProcesses } from "../watch-processes";
import { INSTALLED, withGateway } from "../with-gateway";
import type { Gateways } from "../../lab/gateways";

const NEXT = "1.0.1";

/** What a preview costs with checks, steps and evidence, over one of the same objects without. */
export const preview: Measure = {
  name: "preview",
  title: "Preview",
  about:
    "`pulumi preview` of an installed gateway, against a bare program that registers the same objects of the same chart from a file and does nothing else: no rendering, no look at the cluster, the database or the evidence, no checks, no steps. The bare program is loaded by tsx, as most are; this one from its bundle.",
  run: (bench) =>
    withGateway(bench, (gateways) =>
      withBareProject(bench, gateways, (bare) => measure(bench, gateways, bare)),
    ),
};

async function measure(bench: Bench, gateways: Gateways, bare: BareProject): Promise<Measured> {
  const registered = { ours: 0, other: 0 };
  const still = await inTurns(bench, [
    {
      title: "no change",
      ours: async () => {
        const { steps, seconds } = unchanged(await gateways.project.preview("staging"));
        registered.ours = steps.length;
        return seconds;
      },
      other: async () => {
        const { steps, seconds } = unchanged(await bare.project.preview(BARE));
        registered.other = steps.length;
        return seconds;
      },
    },
  ]);
  const profiles = await profile(bench, gateways.project, bare.project);
  await gateways.project.setVersion("staging", NEXT);
  await bare.setVersion(NEXT);
  const bump = await inTurns(bench, [
    {
      title: `${INSTALLED} to ${NEXT}`,
      ours: async () => changed(await gateways.project.preview("staging")).seconds,
      other: async () => changed(await bare.project.preview(BARE)).seconds,
    },
  ]);
  return {
    comparisons: [...still, ...bump],
    tables: profiles,
    facts: [
      "Where the time goes: the run of median length of those with no change that were watched; times count from the start of `pulumi`, and each process is looked at every 25 ms.",
      `This program registers ${registered.ours} resources, the bare one ${registered.other}; both show no change where there is none.`,
    ],
  };
}

const WATCHED = 3;

/** Where the time goes, by phase and by process, for this program and for the bare one. */
async function profile(bench: Bench, ours: Project, other: Project): Promise<readonly Table[]> {
  const watched = Math.min(bench.runs, WATCHED);
  const one = await watchPreview(ours, "staging", watched);
  const two = await watchPreview(other, BARE, watched);
  return [
    courseTable("this program", courseOf(one)),
    courseTable("compared with", courseOf(two)),
    partsTable("this program", one),
    partsTable("compared with", two),
  ];
}

/** The parts of the preview of median length. */
async function watchPreview(project: Project, stack: string, runs: number) {
  const taken: { readonly parts: readonly Part[]; readonly seconds: number }[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { pid, finished } = await project.start(["preview", "--stack", stack], { events: true });
    const [seen, { seconds }] = await Promise.all([
      watchProcesses(pid, finished),
      finished.then(unchanged),
    ]);
    taken.push({ parts: partsOf(seen), seconds });
  }
  const sorted = taken.toSorted((a, b) => a.seconds - b.seconds);
  return sorted[Math.floor(sorted.length / 2)]?.parts ?? [];
}

const courseTable = (side: string, course: ReturnType<typeof courseOf>): Table => ({
  head: [`${side}: phase`, "seconds"],
  rows: course.map(({ phase, seconds }) => [phase, seconds.toFixed(2)]),
});

const partsTable = (side: string, parts: readonly Part[]): Table => ({
  head: [`${side}: processes`, "from", "to", "processor seconds"],
  rows: [
    ...parts.map(({ part, from, to, cpu }) => [part, ...[from, to, cpu].map((n) => n.toFixed(2))]),
    ["all", "", "", parts.reduce((sum, { cpu }) => sum + cpu, 0).toFixed(2)],
  ],
});

/** The run, when it plans to change both Deployments. @throws Error with what it plans */
function changed(run: PulumiRun): PulumiRun {
  const plans = changing(succeeded(run).steps);
  if (plans.filter(({ name }) => /deployment/.test(name)).length === 2) return run;
  throw new Error(`expected both Deployments to change: ${JSON.stringify(plans)}`);
}
