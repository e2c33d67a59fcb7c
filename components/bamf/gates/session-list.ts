import { replicaRange } from "../../kubernetes/objects/replica-range";
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
        declared: replicaRange(release.rolledOut, names.bridge)?.min,
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
