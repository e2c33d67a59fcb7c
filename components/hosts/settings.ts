import { z } from "zod";
import { isTree } from "../config/merge";
import { consent } from "../config/consents-schema";
import { matching, text, whole } from "../config/words";

const hostName = matching(
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
  "a name of lower case letters, digits, . and -",
);
const userName = matching(/^[a-z_][a-z0-9_-]*$/, "the name of a user");
const port = whole("a port").max(65_535, "a port: at most 65535");
const hostKey = matching(
  /^(\S+ )?(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]+( .*)?$/,
  "a public key of the host, as ssh-keyscan prints it: ssh-ed25519 AAAA...",
);

const host = z.strictObject({
  address: matching(/^[A-Za-z0-9.:-]+$/, "a name or an address of the host").describe(
    "Name or address by which SSH reaches it.",
  ),
  group: text("the name of one of the groups").describe("Group with which it changes."),
  hostKey: hostKey.describe("Its public key. No other one is trusted, and nobody is asked."),
  user: userName.optional().describe("Who comes by SSH. Default: `user` of all hosts."),
  port: port.optional().describe("Port of SSH. Default: `port` of all hosts."),
  unit: text("the name of a unit")
    .optional()
    .describe("Unit of systemd. Default: `unit` of all hosts."),
  beside: z
    .boolean("true or false")
    .optional()
    .describe(
      "Whether a second instance may run beside its agent. Default: `beside` of all hosts.",
    ),
  labels: z
    .record(z.string(), z.string("a text"))
    .default({})
    .describe("What else is known of it, for people and for its product."),
});

const group = z.strictObject({
  name: text("the name of a group").describe("Its name."),
  size: whole("hosts").default(5).describe("Most hosts of it that change at one time."),
  mayMiss: whole("percent", 0)
    .max(50, "percent: at most 50")
    .default(10)
    .describe(
      "Share of its hosts that may be out of reach, in percent. None of the first group may.",
    ),
});

/** What the consent to be newer than an API is for. */
export const SKEW =
  "Lets the gateway that `api` names come to an older release than what follows it, for as long as that takes. It names that release of the gateway.";

/** The consent to take over what another stack keeps at a release. */
export const takeOver = consent
  .extend({
    stack: text("a stack as the preview names it, such as gateways/staging").describe(
      "Stack that keeps it so far, as the preview names it: `gateways/staging`.",
    ),
  })
  .optional()
  .describe(
    "Takes over what another stack keeps at a release by its note there, so that this one does from now on.",
  );

/** Where a release comes from: `{version}` and `{asset}` stand for its version and the name of a file. */
export const assetsSchema = z
  .strictObject({
    url: matching(/^https?:\/\/[^\s@]+$/, "a URL without credentials")
      .optional()
      .describe(
        "URL of each file, with `{version}` and `{asset}` in it. It is fetched from where the program runs: by each host, or for the CLI by this machine.",
      ),
    folder: text("path of a folder")
      .optional()
      .describe(
        "Folder of this machine with the files, `{version}` in it; it sends them to the hosts.",
      ),
  })
  .refine(
    ({ url, folder }) => (url === undefined) !== (folder === undefined),
    "exactly one of url and folder",
  )
  .refine(
    ({ url = "{version}{asset}" }) => url.includes("{version}") && url.includes("{asset}"),
    "url: one with {version} and {asset} in it, since each release has files of its own",
  );

/** What is asked of groups and inventory is asked whatever else is wrong, as far as they are such: all faults of a stack file are named at once. */
const ASKED: z.core.$ZodSuperRefineParams = {
  when: ({ value }) =>
    isTree(value) &&
    Array.isArray(value["groups"]) &&
    value["groups"].every(isTree) &&
    isTree(value["inventory"]) &&
    Object.values(value["inventory"]).every(isTree),
};

/** Hosts on which agents run, as a stack file names them. Every fault is named at its place. */
export const hostsSchema = z
  .strictObject({
    user: userName
      .default("root")
      .describe("Who comes by SSH. Another one than root needs sudo without a password."),
    port: port.default(22).describe("Port of SSH."),
    identity: text("path of a private key")
      .optional()
      .describe(
        "Private key of whoever comes. Default: an SSH agent, or what ssh finds by itself.",
      ),
    unit: text("the name of a unit")
      .default("bamf-agent")
      .describe("Unit of systemd that runs the agent."),
    beside: z
      .boolean("true or false")
      .default(false)
      .describe(
        "Whether a second instance of an agent, with the new binary, runs beside the old one while the tunnels of that one end: new ones go there. A host on which none can run waits as without.",
      ),
    answerWithinSeconds: whole("seconds")
      .default(15)
      .describe("Longest look at one host, in seconds. One that takes longer is out of reach."),
    assets: assetsSchema.describe("Where a release comes from."),
    groups: z
      .array(group)
      .min(1, "a list of at least one group")
      .describe(
        "Groups in the order in which they change. All hosts of the first one come back before the next begins: a few canaries.",
      ),
    inventory: z
      .record(hostName, host)
      .refine((hosts) => Object.keys(hosts).length > 0, "at least one host")
      .describe("The hosts, by their names."),
  })
  .superRefine(({ groups, inventory, port: common }, context) => {
    const fault = (path: readonly PropertyKey[], message: string) => {
      context.addIssue({ code: "custom", path: [...path], message });
    };
    const names = groups.map(({ name }) => name);
    groups.forEach(({ name }, index) => {
      if (names.indexOf(name) !== index)
        fault(["groups", index, "name"], "a name that no other group has");
      if (!Object.values(inventory).some((one) => one.group === name))
        fault(["groups", index, "name"], "a group that at least one host of the inventory names");
    });
    const places = new Map<string, string>();
    for (const [name, { group: of, address, port: own = common }] of Object.entries(inventory)) {
      if (!names.includes(of))
        fault(["inventory", name, "group"], `one of the groups: ${names.join(", ")}`);
      const place = `${address} port ${own}`;
      const other = places.get(place);
      if (other === undefined) places.set(place, name);
      else fault(["inventory", name, "address"], `an address of its own; ${other} has this one`);
    }
  }, ASKED);

/** The same, with every default filled in. */
export type HostsPlace = z.infer<typeof hostsSchema>;
