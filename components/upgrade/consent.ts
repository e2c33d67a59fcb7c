/**
 * The operator's word that one step across a major may be taken. It names the release that it is for, so that it cannot be left
 * switched on (law 5).
 */
export interface MajorConsent {
  /** The release that is wanted. */
  readonly release: string;
  /** True where its notes were read (S-47). @defaultValue false */
  readonly notes?: boolean;
  /** True where the database may be put back to the backup, and what was written since be lost (S-44). @defaultValue false */
  readonly restore?: boolean;
}
