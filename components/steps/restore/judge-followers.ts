import { describeFollowers, unnamed, type Follower } from "../../upgrade/followers";
import { StepFailure } from "../../upgrade/step-io";

/**
 * Refuses to put another database in the place of one that others follow, but for those whom the operator has named: what reads its changes would go on
 * reading those of the database that is left.
 *
 * @throws StepFailure
 */
export function judgeFollowers(
  followers: readonly Follower[],
  over: readonly string[],
  database: string,
): void {
  const found = unnamed(followers, over);
  if (found.length === 0) return;
  throw new StepFailure(
    `database ${database} is followed: ${describeFollowers(found)}`,
    `stop or move what follows it, or add over: [${found.map(({ name }) => name).join(", ")}] to consents.restore`,
  );
}
