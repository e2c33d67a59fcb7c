/** Who follows a database: another one by its changes, or the whole server. */
export interface Follower {
  readonly kind: "logical slot" | "subscription" | "physical slot" | "replica";
  readonly name: string;
}

/** Those of them whom the operator has not named. */
export const unnamed = (
  followers: readonly Follower[],
  over: readonly string[],
): readonly Follower[] => followers.filter(({ name }) => !over.includes(name));

/** `logical slot debezium, replica standby` */
export const describeFollowers = (followers: readonly Follower[]): string =>
  followers.map(({ kind, name }) => `${kind} ${name}`).join(", ");
