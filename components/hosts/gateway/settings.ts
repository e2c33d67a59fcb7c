import { z } from "zod";
import { consent, consentsSchema } from "../../config/consents-schema";
import type { ConfiguredTarget } from "../../config/keys";
import {
  seconds,
  secretFields,
  type Declared,
  type GatewayConfig,
  type GatewaySettings,
} from "../../config/schema";
import { text, whole } from "../../config/words";
import { hostsSchema, SKEW, takeOver, type HostsPlace } from "../settings";

/** What a stack file may say of a product because it runs on hosts. */
const hostsFields = () => ({
  hosts: hostsSchema.describe("Where it runs: hosts that are reached by SSH."),
  consents: consentsSchema
    .pick({ major: true })
    .extend({
      cut: consent
        .extend({
          groups: z
            .record(text("name of a group"), whole("tunnels", 0))
            .describe(
              "Most tunnels that may be cut for this release, by the name of the group. What earlier runs have cut for it counts, as the hosts have noted it.",
            ),
        })
        .optional()
        .describe(
          "Cuts tunnels that are still open at the limit of `sessions.limitMinutes`: every stop of an agent cuts all of its own.",
        ),
      retry: consent
        .optional()
        .describe("Tries a release again on hosts that have swapped it back. They remember it."),
      skew: consent.optional().describe(SKEW),
      takeOver,
    })
    .prefault({})
    .describe("Consents to one danger and one release each."),
  rollout: z
    .strictObject({
      readyWithinSeconds: seconds
        .default(20)
        .describe(
          "Longest wait for an agent to be ready after its start, in seconds. Then its host puts the earlier binary back by itself.",
        ),
    })
    .prefault({})
    .describe("How new agents take the place of old ones."),
  sessions: z
    .strictObject({
      policy: z
        .enum(["wait", "stop", "cut"], "wait, stop or cut")
        .default("stop")
        .describe(
          "What happens to tunnels that are still open through an agent at the limit: `wait` waits on, `stop` ends the run with the agent serving, `cut` ends them, with `consents.cut`.",
        ),
      limitMinutes: whole("minutes", 0)
        .default(30)
        .describe(
          "Longest wait for the tunnels of one host to end by themselves, in minutes. With 0 they get none: the policy decides at once.",
        ),
    })
    .prefault({})
    .describe("What happens to the tunnels through an agent that is swapped."),
  verify: z
    .strictObject({
      seconds: whole("seconds").default(10).describe("Seconds that the new agents are watched."),
    })
    .prefault({})
    .describe("How a new release is verified."),
});

type HostsFields = z.infer<z.ZodObject<ReturnType<typeof hostsFields>>>;

/** What a target on hosts leaves out: there is no database, and nothing to take over, since a binary is taken as it is. */
type Lacking = "adopt" | "backup" | "availability";

/** What a stack file says of a product on hosts. @typeParam Own - what the product lets it say */
export type OnHosts<Own extends GatewaySettings> = Omit<Own, keyof HostsFields | Lacking> &
  HostsFields;
/** The same, whatever the product. */
export type HostsSettings = OnHosts<GatewaySettings>;
/** Everything about one product on hosts, whatever it is. */
export type HostsConfig<Settings = HostsSettings> = GatewayConfig<Settings>;
/** A product on hosts, with what the stack file says of it. @typeParam P - the product */
export type HostsGateway<P> = Declared<P, HostsSettings>;

/** Hosts, as far as a stack file says something about them. */
export const configuredHosts: ConfiguredTarget = {
  name: "hosts",
  lacks: [
    "adopt",
    "backup",
    "DatabaseUrl",
    "ScratchUrl",
    "BackupCredentials",
    "BackupKey",
    "PrometheusToken",
  ],
  secrets: {
    Secrets: secretFields.Secrets.default({}).describe(
      "Secrets with which this program asks: one per variable, such as `BAMF_TOKEN`. None of them comes to a host.",
    ),
  },
  fields: () => hostsFields(),
  place: (place: HostsPlace) => ({
    id: addressesOf(place).sort().join(" "),
    words: `hosts ${Object.keys(place.inventory).join(", ")}`,
    remedy: "name each host once",
  }),
  clash: (one: HostsPlace, other: HostsPlace) => {
    const theirs = addressesOf(other);
    const shared = addressesOf(one).find((address) => theirs.includes(address));
    return shared === undefined
      ? undefined
      : {
          at: "inventory",
          words: `the host at ${shared}`,
          expected: "hosts of its own: one would put back what the other has swapped",
          fix: "name each host once",
        };
  },
};

/** Where SSH reaches each host. */
const addressesOf = ({ inventory, port: common }: HostsPlace): string[] =>
  Object.values(inventory).map(({ address, port = common }) => `${address}:${port}`);
