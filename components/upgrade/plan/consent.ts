/** The operator's word for one danger and for one release, so that it cannot be left switched on (law 5). */
export interface Consent {
  /** The release that is wanted. */
  readonly release: string;
  /** Why, as it shall stand in the report. */
  readonly reason: string;
}

/** The consent that a release runs on a schema whose origin nothing else shows. */
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

/** The word that the image of a newer release takes the schema down, while nothing may write to the database, and what that deletes be lost to the gateway. */
export interface DowngradeConsent extends Consent {
  /** The newer release, whose image runs it: `0.10.0`. */
  readonly from: string;
  /** The revision to which the schema goes down. */
  readonly revision: string;
  /** Names of the tables and columns that it deletes. @defaultValue none */
  readonly deletes?: readonly string[] | undefined;
}

/** All that the operator may consent to; what is left out is refused. */
export interface Consents {
  /** A release of another major. */
  readonly major?: Consent | undefined;
  readonly restore?: RestoreConsent | undefined;
  /** An upgrade across a major without a dump that the role could put back. */
  readonly noWayBack?: Consent | undefined;
  /** The proof of a large dump on the live server, though nobody can see whether that has room. */
  readonly scratch?: Consent | undefined;
  /** A migration on a backup that somebody else has taken. */
  readonly externalBackup?: Consent | undefined;
  /** The removal of the gateway. */
  readonly removal?: Consent | undefined;
  readonly schema?: SchemaConsent | undefined;
  /** Programs of the release before fail while the wanted one comes. */
  readonly window?: Consent | undefined;
  /** The wanted release deletes rows by itself. */
  readonly deletion?: Consent | undefined;
  readonly downgrade?: DowngradeConsent | undefined;
}
