import { z } from "zod";
import { replicaRange } from "../../kubernetes/objects/replica-range";
import { changesNothing } from "../../upgrade/changes-nothing";
import type { Finding } from "../../upgrade/finding";
import type { Gate } from "../../upgrade/gate";
import { observed } from "../../upgrade/observation";
import { goesBack, isSettled } from "../../upgrade/plan/plan";
import { valueAt } from "../../upgrade/values";
import { bridgesSeen, podsOf, tagsOf, tunnelsSeen, type BamfInput } from "../bamf-input";
import { keysOfAll } from "../sessions/vouched-keys";
import { releaseOf } from "../catalogue";
import { PARTS } from "../time-limits";
import { agentRoll, fewerAgents } from "./agent-roll";
import { bridgeRoll } from "./bridge-roll";
import { bridgeRoom } from "./bridge-room";
import { timeLimits } from "./time-limits";

/** Tags of the bridges that run; none where nobody could look. */
const runningBridges = (input: BamfInput): readonly string[] =>
  input.facts.cluster.observed ? tagsOf(input.facts.cluster.value, input, "bridge") : [];

/** True if nothing is to change. */
const isSame = (input: BamfInput): boolean => isSettled(input.plan) && changesNothing(input);

const deployment = z.object({
  kind: z.literal("Deployment"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ replicas: z.number() }),
});

/** Agents that the number of the wanted release would stop, all of them where it has none. */
function tooManyAgents(input: BamfInput): readonly Finding[] {
  const { rendered, release, plan, facts, at } = input;
  const { names, wanted } = rendered;
  const range = replicaRange(release.rolledOut, names.agent);
  const seen = tunnelsSeen(input);
  const live = (facts.cluster.observed ? facts.cluster.value.live : []).flatMap(
    ({ content }) => deployment.safeParse(content).data ?? [],
  );
  return fewerAgents({
    running: range && live.find(({ metadata }) => metadata.name === names.agent)?.spec.replicas,
    most: range?.max ?? 0,
    seen: seen.observed ? observed(seen.value.agents) : seen,
    wayOut: goesBack(plan),
    roll: rollIn(input),
    at: `Deployment/${names.agent}`,
    valuesAt: at(`values.${wanted.placeOf("agent") ?? "agent"}`),
  });
}

/** What the stack file says about sessions. */
const rollIn = ({ settings, plan }: BamfInput) => ({
  sessions: settings.sessions,
  cut: settings.consents.cut,
  version: plan.to,
});

/** Whether the roll leaves sessions alone, and how long it may take. */
export const sessionGates: readonly Gate<BamfInput>[] = [
  {
    name: "bridge-room",
    question: "Is there a bridge for the tunnels of each other one, with room for them?",
    ask: (input) => {
      const { rendered, release, plan, at } = input;
      const { names, wanted, rendering } = rendered;
      const range = replicaRange(release.rolledOut, names.bridge);
      const bridge = wanted.placeOf("edge.bridge") ?? "bridge";
      const target = `${bridge}.autoscaling.targetTunnelsPerPod`.split(".");
      const perBridge = valueAt(wanted.values, target) ?? valueAt(rendering.defaults, target);
      return bridgeRoom({
        plan,
        bridges: bridgesSeen(input),
        tellTunnels: runningBridges(input).every(
          (tag) => releaseOf(rendered.known, tag)?.drain.vouched !== "not",
        ),
        declared: range?.min,
        most: range?.max,
        perBridge: typeof perBridge === "number" && perBridge > 0 ? perBridge : undefined,
        at: `StatefulSet/${names.bridge}`,
        valuesAt: at(`values.${bridge}`),
      });
    },
  },
  {
    name: "bridge-roll",
    question:
      "What happens to the sessions of a bridge that is replaced, and what is written for that?",
    ask: (input) => {
      const { rendered, plan, at, settings } = input;
      return bridgeRoll({
        roll: rollIn(input),
        keys: keysOfAll(
          rendered.known,
          [`api:${rendered.tag}`],
          [rendered.tag, ...runningBridges(input)].map((tag) => `bridge:${tag}`),
        ),
        rolls:
          rendered.rolls.bridge !== undefined &&
          plan.change !== "install" &&
          !isSame(input) &&
          !settings.adopt,
        at,
      });
    },
  },
  {
    name: "agent-roll",
    question:
      "What happens to the tunnels through an agent that is replaced, and what is written for that?",
    ask: (input) => {
      const { rendered, plan, at, settings } = input;
      const rolled = agentRoll({
        roll: rollIn(input),
        keys: keysOfAll(rendered.known, [`api:${rendered.tag}`], [`bridge:${rendered.tag}`]),
        rolls:
          rendered.rolls.agent !== undefined &&
          plan.change !== "install" &&
          !isSame(input) &&
          !settings.adopt,
        at,
      });
      return [...tooManyAgents(input), ...rolled];
    },
  },
  {
    name: "time-limits",
    question: "How long may the roll take if sessions stay?",
    ask: (input) => {
      const { rendered, settings } = input;
      const { policy, limitMinutes } = settings.sessions;
      return timeLimits({
        rolls: Object.fromEntries(
          PARTS.flatMap((part) => {
            const roll = rendered.rolls[part];
            const replicas = podsOf(input, part);
            return roll === undefined || replicas === 0 ? [] : [[part, { ...roll, replicas }]];
          }),
        ),
        waitSeconds: policy === "wait" ? undefined : limitMinutes * 60,
        // An adoption replaces no pod.
        settled: settings.adopt || isSame(input),
        at: input.at("version"),
      });
    },
  },
];
