import { z } from "zod";
import { changesNothing } from "../../upgrade/changes-nothing";
import type { Gate } from "../../upgrade/gate";
import { isSettled } from "../../upgrade/plan/plan";
import { valueAt } from "../../upgrade/values";
import { bridgesSeen, podsOf, type BamfInput } from "../bamf-input";
import { PARTS } from "../time-limits";
import { bridgeRoom } from "./bridge-room";
import { timeLimits } from "./time-limits";

/** Whether the roll leaves sessions alone, and how long it may take. */
export const sessionGates: readonly Gate<BamfInput>[] = [
  {
    name: "bridge-room",
    question: "Is there a bridge for the tunnels of each other one, with room for them?",
    ask: (input) => {
      const { rendered, release, plan, at } = input;
      const { names, wanted, rendering } = rendered;
      const bridge = wanted.placeOf("edge.bridge") ?? "bridge";
      const target = `${bridge}.autoscaling.targetTunnelsPerPod`.split(".");
      const perBridge = valueAt(wanted.values, target) ?? valueAt(rendering.defaults, target);
      return bridgeRoom({
        plan,
        bridges: bridgesSeen(input),
        declared: fewest(release.rolledOut, names.bridge),
        perBridge: typeof perBridge === "number" && perBridge > 0 ? perBridge : undefined,
        at: `StatefulSet/${names.bridge}`,
        valuesAt: at(`values.${bridge}`),
      });
    },
  },
  {
    name: "time-limits",
    question: "How long may the roll take if sessions stay?",
    ask: (input) => {
      const { rendered, settings, plan } = input;
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
        settled: isSettled(plan) && changesNothing(input),
        at: input.at("version"),
      });
    },
  },
];

const stateful = z.object({
  kind: z.literal("StatefulSet"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ replicas: z.number().default(1) }),
});
const scaler = z.object({
  kind: z.literal("HorizontalPodAutoscaler"),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.literal("StatefulSet"), name: z.string() }),
    minReplicas: z.number().default(1),
  }),
});

/** Fewest pods that a StatefulSet declares: its own number, or the least of its autoscaler; undefined if there is none of the name. */
function fewest(objects: readonly object[], name: string): number | undefined {
  const found = objects
    .flatMap((object) => stateful.safeParse(object).data ?? [])
    .find(({ metadata }) => metadata.name === name);
  const scaled = objects
    .flatMap((object) => scaler.safeParse(object).data ?? [])
    .find(({ spec }) => spec.scaleTargetRef.name === name);
  return found && (scaled?.spec.minReplicas ?? found.spec.replicas);
}
