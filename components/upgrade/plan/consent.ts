/** The operator's word for one danger and for one release, so that it cannot be left switched on (law 5). */
export interface Consent {
  /** The release that is wanted. */
  readonly release: string;
  /** Why, as it shall stand in the report. */
  readonly reason: string;
}

/** The word that a release runs on a schema of which nothing else tells where it came from. */
export interface SchemaConsent extends Consent {
  /** Last migration that the database holds, or "". */
  readonly head: string;
}

/** The word that the database may be put back to a dump, and what was written since be lost (S-44). */
export interface RestoreConsent extends Consent {
  /** File name of the dump. */
  readonly dump: string;
  /** Names of slots, subscriptions and replicas that follow the database and may be left behind. @defaultValue none */
  readonly over?: readonly string[] | undefined;
}
