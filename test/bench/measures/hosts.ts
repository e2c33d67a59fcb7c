import { execa, type Options } from "execa";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ASSET, stagedHosts, type StagedHosts } from "../../hosts/program/staged-hosts";
import { until } from "../../lab/until";
import { inTurns } from "../in-turns";
import type { Bench, Measure, Measured } from "../measure";
import { watchPeak, type Peak } from "../watch-peak";

const CHECKOUT = dirname(dirname(dirname(import.meta.dirname)));
const [OLD, NEW] = ["0.10.0", "0.11.0"] as const;
/** `BENCH_HOSTS=5 npm run bench -- hosts` tries it with fewer. */
const HOSTS = Number(process.env["BENCH_HOSTS"] ?? 50);
const AT_ONCE = 10;
const MOST_RUNS = 3;

/** What the guide has an operator do on each host. Source: BAMF's upgrade guide, VM Agents; the path is that of a staged host. */
const GUIDE = [
  `curl -sSL "$URL" -o "$FOLDER/usr/bin/bamf-agent.new"`,
  `mv "$FOLDER/usr/bin/bamf-agent.new" "$FOLDER/usr/bin/bamf-agent"`,
  `chmod +x "$FOLDER/usr/bin/bamf-agent"`,
  "systemctl restart bamf-agent",
].join(" && ");

/** What a rollout over many hosts takes. */
export const hosts: Measure = {
  name: "hosts",
  title: "Agents on hosts",
  about: `The steps that bring ${HOSTS} agents on hosts to another release, a canary first and then ${AT_ONCE} at a time, against a shell loop that runs the guide's commands by ssh on one host after the other, and looks at nothing. Both fetch the file of the release on each host from one server. The hosts are staged on this machine: stand-ins for ssh and systemd, without a network, encryption or a login, and an agent that sleeps; so the seconds are those of the programs on both ends, and all hosts share the processors of this machine. At most ${MOST_RUNS} runs.`,
  run: async (bench) => {
    const names = Array.from({ length: HOSTS }, (_, index) => `h${index + 1}`);
    // As long as on a real host: five looks after the restart, a second apart.
    const staged = await stagedHosts(names, { GATEWAYS_LOOKS: "5", GATEWAYS_PAUSE: "1" });
    const server = createServer(({ url = "" }, answer) => {
      readFile(join(staged.assets, url)).then(
        (content) => answer.end(content),
        () => answer.writeHead(404).end(),
      );
    });
    try {
      const port = await new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address();
          resolve(address !== null && typeof address === "object" ? address.port : 0);
        });
      });
      return await measure(bench, { names, staged, at: `http://127.0.0.1:${port}` });
    } finally {
      server.close();
      await staged.remove();
    }
  },
};

/** Hosts, and the server of the files of releases. */
interface Field {
  readonly names: readonly string[];
  readonly staged: StagedHosts;
  readonly at: string;
}

async function measure({ runs, say }: Bench, field: Field): Promise<Measured> {
  const seen = { ours: [] as Peak[], other: [] as Peak[] };
  const comparisons = await inTurns({ runs: Math.min(runs, MOST_RUNS), say }, [
    {
      title: `${HOSTS} hosts`,
      ours: () =>
        timed(field, NEW, async () => {
          const waves = [field.names.slice(0, 1), field.names];
          for (const hosts of waves) seen.ours.push(await step(field, hosts));
        }),
      // Back, so that each run of this program finds the hosts as the one before did, with nothing of the new release kept.
      other: () => timed(field, OLD, async () => void seen.other.push(await loop(field))),
    },
  ]);
  const most = (peaks: readonly Peak[], of: (peak: Peak) => number) => Math.max(...peaks.map(of));
  const row = (title: string, peaks: readonly Peak[]) => [
    title,
    `${Math.round(most(peaks, ({ memoryKiB }) => memoryKiB) / 1024)} MiB`,
    String(most(peaks, ({ children }) => children)),
  ];
  return {
    comparisons,
    tables: [
      {
        head: ["at its worst, all runs", "memory of the process", "connections at once"],
        rows: [row("a step of this program", seen.ours), row("the shell loop", seen.other)],
      },
    ],
    facts: [
      "Of the seconds of this program each host waits five for five looks at its new agent; the loop waits for none, keeps no old binary, and would have gone on past one that does not come up.",
    ],
  };
}

/** Seconds of the work alone. @throws Error if it has not brought all hosts to the release */
async function timed({ staged }: Field, release: string, work: () => Promise<void>) {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  await until(
    `all hosts run ${release}`,
    async () => (await staged.running()).every((one) => one === release),
    { seconds: 10 },
  );
  return seconds;
}

/** The rollout's step, as `pulumi up` runs it for a group once those before it are there. */
function step({ names, staged, at }: Field, hosts: readonly string[]): Promise<Peak> {
  const canary = { name: "canary", size: 1, mayMiss: 0, hosts: names.slice(0, 1) };
  const rest = { name: "web", size: AT_ONCE, mayMiss: 0, hosts: hosts.slice(1) };
  const input = {
    target: "hosts",
    release: NEW,
    groups: hosts.length === 1 ? [canary] : [canary, rest],
    hosts: Object.fromEntries(
      hosts.map((name) => [
        name,
        { name, address: name, port: 22, user: "root", hostKey: "none", unit: "bamf-agent" },
      ]),
    ),
    answerWithinSeconds: 60,
    assets: { x86_64: ASSET, aarch64: ASSET },
    sums: { [ASSET]: staged.sumOf(NEW) },
    claim: { stack: "gateways/bench" },
    from: { url: `${at}/{version}/{asset}` },
    ready: "-",
    readyWithinSeconds: 60,
    // The sleeping agent does not say how many tunnels it has.
    tunnels: { policy: "cut", limitSeconds: 0, consented: { canary: 0, web: 0 } },
  };
  return watched("node", ["components/start/step.mjs", "rollout"], {
    cwd: CHECKOUT,
    env: { ...staged.env, GATEWAYS_STEP: JSON.stringify(input) },
  });
}

function loop({ names, staged, at }: Field): Promise<Peak> {
  const script = `for host; do ssh "root@$host" "URL='${at}/${OLD}/${ASSET}'; $GUIDE" || exit 1; done`;
  return watched("sh", ["-c", script, "sh", ...names], { env: { ...staged.env, GUIDE } });
}

async function watched(program: string, words: readonly string[], options: Options) {
  const run = execa(program, [...words], options);
  return watchPeak(run.pid ?? 0, run);
}
