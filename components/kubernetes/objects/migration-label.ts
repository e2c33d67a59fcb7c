const COMPONENT = "app.kubernetes.io/component";

/** Values of that label of a Job that migrates: ours, and those that charts give their own. */
const MIGRATIONS = ["migration", "migrations"];

/** True for the labels of a Job that migrates. */
export const isMigration = (labels: Readonly<Record<string, string>>): boolean =>
  MIGRATIONS.includes(labels[COMPONENT] ?? "");

/** Selects the Jobs of an instance that migrate. */
export const migrationsOf = (instance: string): string =>
  `${COMPONENT} in (${MIGRATIONS.join(",")}),app.kubernetes.io/instance=${instance}`;

/** True if one Job is the other, or the same hook of another revision of its release: `bamf-migrations-7` and `bamf-migrations-1`. */
export const isSameHook = (job: string, hook: string): boolean =>
  withoutRevision(job) === withoutRevision(hook);

const withoutRevision = (name: string): string => name.replace(/-\d+$/, "");
