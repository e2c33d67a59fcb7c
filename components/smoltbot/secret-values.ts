import type { GatewaysConfig } from "../config/schema";

/** Every secret that the stack file gives one gateway: what must be hidden wherever text leaves the program. */
export const secretValues = ({
  smoltbotSecrets,
  smoltbotDatabaseUrl,
  smoltbotScratchUrl,
  smoltbotPrometheusToken,
}: Pick<
  GatewaysConfig,
  "smoltbotSecrets" | "smoltbotDatabaseUrl" | "smoltbotScratchUrl" | "smoltbotPrometheusToken"
>): readonly string[] =>
  [
    ...Object.values(smoltbotSecrets),
    smoltbotDatabaseUrl,
    smoltbotScratchUrl,
    smoltbotPrometheusToken,
  ].filter((value) => value !== undefined);
