import type { Recovered } from "../../upgrade/sessions";
import type { RedisSide } from "./bridges";

/**
 * Gives back what a killed run has left, and takes up the bridge that it had told to stop: its tunnels are held until it is back. Where nothing may be written
 * nothing is looked for either.
 *
 * @param isGone - whether a bridge is none of those that there are to be: an autoscaler may have taken it away before it was back
 */
export async function recover(
  redis: RedisSide | undefined,
  isGone: (bridge: string) => Promise<boolean> = () => Promise.resolve(false),
): Promise<Recovered> {
  if (redis === undefined) return { said: [] };
  const { marks } = await redis.look();
  const left = Object.entries(marks).flatMap(([field, { leaving }]) =>
    field.startsWith("bridge ") ? [{ name: field.slice("bridge ".length), leaving }] : [],
  );
  const said: string[] = [];
  for (const { name } of left.filter((one) => !one.leaving)) {
    await redis.giveBack(name);
    said.push(`an earlier run has kept new tunnels off ${name}; it takes them again`);
  }
  for (const { name } of left.filter((one) => one.leaving)) {
    if (await isGone(name)) {
      await redis.giveBack(name);
      said.push(`an earlier run has told ${name} to stop, which is none of the bridges any more`);
      continue;
    }
    if (!(await redis.adopt(name))) continue;
    said.push(`an earlier run has told ${name} to stop; this one goes on with it`);
    // There is never more than one: the next has its turn once this one is back.
    return { said, stopping: name };
  }
  await redis.giveBackRest();
  return { said };
}
