import { z } from "zod";
import { saveInputSchema } from "../dumps/save-input";
import { cameBackSchema } from "../upgrade/plan/came-back";
import { platformFields } from "./open-platform";

/** Input of the backup step. Holds no secret: connection strings come in the environment. */
export const backupInputSchema = z.strictObject({
  ...saveInputSchema.shape,
  /** Set on a way back within a major: the database stays as it is, and no dump is needed. */
  cameBack: cameBackSchema.optional(),
  /** Takes one on the way back as well; one that cannot be taken is reported, and stops nothing. */
  onTheWayBack: z.boolean().default(false),
  /** Where the gateway runs, so that the manifest names its release. Without a namespace nobody is asked. */
  ...platformFields,
  namespace: platformFields.namespace.optional(),
  /** Labels of the gateway's pods, and the container whose image tag says which release runs. */
  gatewaySelector: z.record(z.string(), z.string()).optional(),
  gatewayContainer: z.string().min(1).optional(),
});

export type BackupInput = z.output<typeof backupInputSchema>;
