import type Docker from "dockerode";
import { z } from "zod";

/** What is read of `GET /system/df`. Source: `moby/moby@v24.0.7:api/swagger.yaml` (SystemDataUsage). */
const usage = z.object({
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        UsageData: z.object({ Size: z.number() }).nullish(),
      }),
    )
    .nullish(),
});

/**
 * Whether a volume that no container has is empty: PostgreSQL's data never is. The daemon counts its files, which takes as long as it is large; false if it does
 * not tell. Changes nothing.
 */
export async function isEmptyVolume(docker: Docker, name: string): Promise<boolean> {
  const { data } = usage.safeParse(await docker.df());
  const found = data?.Volumes?.find((one) => one.Name === name);
  return found?.UsageData?.Size === 0;
}
