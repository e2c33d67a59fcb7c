import { join } from "node:path";
import type { Client } from "../../bamf/stage";
import type { PulumiRun } from "../../engine/pulumi-cli";
import {
  AGENTS_STACK as STACK,
  hostsOf,
  makeAgentsStage,
  SIX,
  type AgentsStage,
} from "../../hosts/agents";
import { tellQuietly } from "../actions";
import type { Demo, DemoStage } from "../demo-of-product";
import { blocksIn, lineOf, refused, succeeded, unchanged } from "../expect";

const OLD = "0.10.0";
const NEW = "0.11.0";
const TUNNELS = { c1: 2, w1: 4 } as const;

/** BAMF's agents on six hosts: canaries first, one of which fails; the rest after the cause is gone; and back by what each host has kept. */
export const agentsDemo: Demo = {
  scenes: 6,
  without: ["coredns", "prometheus", "versitygw"],
  play: async (stage) => {
    const agents = await makeAgentsStage(stage.lab, join(stage.lab.home, "demo-agents"), SIX);
    try {
      await play(agents, stage);
    } finally {
      // API and bridge are processes of this one, which would not end before them.
      if (!stage.keep) await agents.clear();
    }
    return { directory: agents.project.directory, namespace: "default" };
  },
};

async function play(agents: AgentsStage, stage: DemoStage): Promise<void> {
  const { story } = stage;
  const { up, edit, configure, preview, refusal, failing, releases } = actionsOf(agents, stage);
  const clients: Client[] = [];

  await story.play(`up at ${OLD}, which runs on six hosts`, async () => {
    lineOf((await up()).all, /the API hears 6 agents/);
    return { outcome: `verified, none swapped; ${await releases()}` };
  });
  await story.play(`preview ${NEW} with tunnels open`, async () => {
    for (const [name, tunnels] of Object.entries(TUNNELS))
      clients.push(await agents.hold(name, tunnels));
    await configure({ sessions: { policy: "cut", limitMinutes: 0 } });
    await edit(NEW);
    const run = await refusal(/BLOCK agent-tunnels/);
    return { outcome: `refused, all at once: ${blocksIn(run).join(", ")}` };
  });
  await story.play(`up ${NEW} with its consents, and a canary that fails`, async () => {
    const reason = "announced for tonight";
    await configure({
      notesRead: NEW,
      consents: {
        major: { release: NEW, reason },
        cut: { release: NEW, groups: { canary: TUNNELS.c1, web: TUNNELS.w1 }, reason },
      },
    });
    await agents.damage("c2");
    const run = await failing(/halted: c2 failed/);
    lineOf(run.all, /4 hosts not touched/);
    return { outcome: `halted; c2 back by itself; ${await releases()}` };
  });
  await story.play("up again, once the cause is gone", async () => {
    await refusal(/BLOCK failed-release at host c2/);
    await agents.mend("c2");
    await configure({ consents: { retry: { release: NEW, reason: "the cause is gone" } } });
    await up();
    return { outcome: `verified; ${await cutIn(agents)}; ${await releases()}` };
  });
  await story.play("preview again", async () => {
    unchanged(await preview());
    return { outcome: "0 changes" };
  });
  await story.play(`up back to ${OLD}, whose files are nowhere any more`, async () => {
    for (const client of clients) await client.stop();
    await agents.withdraw(OLD);
    await configure({ consents: null, notesRead: null });
    await edit(OLD);
    await up();
    unchanged(await preview());
    return { outcome: `verified, by the binary that each host has kept; ${await releases()}` };
  });
}

/** What an operator of these hosts does, told on the screen. */
function actionsOf({ project, running }: AgentsStage, { say }: DemoStage) {
  const options = { tell: tellQuietly(say) };
  return {
    up: async (): Promise<PulumiRun> => succeeded(await project.up(STACK, options)),
    edit: async (version: string) => {
      say(`Pulumi.${STACK}.yaml:\n${await project.setVersion(STACK, version, "bamfAgents")}`);
    },
    configure: async (more: object) => {
      say(`Pulumi.${STACK}.yaml:\n  gateways:bamfAgents: ${JSON.stringify(more)}`);
      await project.configure(STACK, { "gateways:bamfAgents": more });
    },
    preview: async () => succeeded(await project.preview(STACK, options)),
    refusal: async (reason: RegExp) => refused(await project.preview(STACK, options), reason),
    /** An `up` that ends with this reason. */
    failing: async (reason: RegExp) => refused(await project.up(STACK, options), reason),
    /** What runs where: `0.11.0 on 6 hosts`. */
    releases: async (): Promise<string> => {
      const found = Object.values(await running());
      const counts = [...new Set(found)].map((release) => {
        const count = found.filter((one) => one === release).length;
        return `${release} on ${count} of ${hostsOf(SIX).length} hosts`;
      });
      return counts.join(", ");
    },
  };
}

/** How many tunnels the last rollout has cut, as its evidence says. */
async function cutIn({ project }: AgentsStage): Promise<string> {
  const { bamfAgentsEvidence } = await project.outputs(STACK);
  const { replaced = {} } = bamfAgentsEvidence as {
    readonly replaced?: Readonly<Record<string, readonly { readonly cut?: number }[]>>;
  };
  const all = Object.values(replaced).flat();
  const cut = all.reduce((sum, one) => sum + (one.cut ?? 0), 0);
  return `${all.length} hosts swapped, ${cut} tunnels cut as consented`;
}
