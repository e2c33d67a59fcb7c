import { z } from "zod";
import { gatewayFields } from "../../config/schema";
import { isWithoutCredentials } from "../../config/words";
import type { OnHosts } from "../../hosts/gateway/settings";
import { followedFields, onlyOneTells, stackOfGateway } from "../apart/followed-api";

const API_URL = "an http or https URL without user and password";

/** What these agents belong to. */
const api = z
  .strictObject({
    ...followedFields("agents"),
    url: z
      .url({ protocol: /^https?$/, error: API_URL })
      .refine(isWithoutCredentials, API_URL)
      .optional()
      .describe(
        "URL of the API. With it, and with `BAMF_TOKEN` among `gateways:bamfAgentsSecrets` (a token of the role admin or audit), the verification asks whether it hears the agents.",
      ),
  })
  .refine(...onlyOneTells)
  .refine(...stackOfGateway);

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
