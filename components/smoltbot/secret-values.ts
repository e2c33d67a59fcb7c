import type { GatewaysConfig } from "../config/schema";

/** Every secret that the stack file gives one gateway: what must be hidden wherever text leaves the program. */
export const secretValues = ({
  smoltbotSecrets,
  smoltbotDatabaseUrl,
  smoltbotPrometheusToken,
}: Pick<
  GatewaysConfig,
  "smoltbotSecrets" | "smoltbotDatabaseUrl" | "smoltbotPrometheusToken"
>): readonly string[] =>
  [...Object.values(smoltbotSecrets), smoltbotDatabaseUrl, smoltbotPrometheusToken].filter(
    (value) => value !== undefined,
  );
