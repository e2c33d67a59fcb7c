import { z } from "zod";
import { gatewayFields } from "../../config/schema";
import { isWithoutCredentials, text, version as releaseVersion } from "../../config/words";
import type { OnHosts } from "../../hosts/gateway/settings";

const API_URL = "an http or https URL without user and password";

/** What these agents belong to. */
const api = z
  .strictObject({
    gateway: text("name of a gateway")
      .optional()
      .describe(
        "Name of the gateway with the API, if this program upgrades it: agents may not be newer than what was verified of it last.",
      ),
    stack: text("name of a stack").optional().describe("Stack of that gateway. Default: this one."),
    release: releaseVersion
      .optional()
      .describe("Release of the API, if this program does not upgrade it. Nothing else tells it."),
    url: z
      .url({ protocol: /^https?$/, error: API_URL })
      .refine(isWithoutCredentials, API_URL)
      .optional()
      .describe(
        "URL of the API. With it, and with `BAMF_TOKEN` among `gateways:bamfAgentsSecrets` (a token of the role admin or audit), the verification asks whether it hears the agents.",
      ),
  })
  .refine(
    ({ gateway, release }) => gateway === undefined || release === undefined,
    "one of gateway and release: what was verified says more than a line",
  )
  .refine(
    ({ gateway, stack }) => stack === undefined || gateway !== undefined,
    "gateway too: the name of the gateway in that stack",
  );

const { version, catalogue, adopt, notesRead, consents, backup, rollout, verify } = gatewayFields;

/** Everything that a stack file may say about agents of BAMF wherever they run, in the order of the reference; a target leaves out what it does not have. */
export const bamfAgentsSchema = z.strictObject({
  version,
  catalogue,
  api: api
    .optional()
    .describe("The API that the agents belong to. Default: nothing tells its release."),
  adopt,
  notesRead,
  consents,
  backup,
  rollout,
  verify,
});

/** The same, with what hosts add and leave out. */
export type BamfAgentsConfig = OnHosts<z.infer<typeof bamfAgentsSchema>>;
