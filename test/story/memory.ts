import { z } from "zod";
import type { ConfiguredTarget } from "../../components/config/keys";
import type { Declared } from "../../components/config/schema";
import { planUpgrade } from "../../components/upgrade/plan/plan";
import type { TargetKind } from "../../components/upgrade/prepare-gateways";
import { stubTarget } from "./stub-target";

/** What a stack file says below `memory`. */
const room = z.strictObject({ room: z.string("name of a room").describe("Its room.") });

/** A second target: rooms in memory, each for one gateway. */
export const memory: ConfiguredTarget & TargetKind<Declared<{ readonly name: string }>> = {
  name: "memory",
  fields: () => ({ memory: room.describe("Where in memory the gateway runs.") }),
  place: (settings: z.infer<typeof room>) => ({
    id: settings.room,
    words: `room ${settings.room}`,
    remedy: "give it another room",
  }),
  prepare: (gateways) =>
    Promise.resolve(
      gateways.map(({ config: { name, settings } }) => ({
        name,
        plan: planUpgrade({ wanted: settings.version, running: [] }),
        findings: [],
        unchanged: false,
        target: stubTarget(),
        history: [],
        lastBackup: undefined,
        identity: { stack: "memory", context: "memory" },
      })),
    ),
};
