/** How the wanted release relates to the one that was last verified or that runs (smoltbot guide, "Breaking Changes Policy"). */
export type Change =
  | "install"
  | "none"
  | "patch"
  | "minor"
  | "major"
  | "rollback"
  | "rollback-across-major";

/** The way back, decided before anything is touched. */
export type WayBack =
  | { readonly kind: "nothing-to-undo" }
  | { readonly kind: "programs-only" }
  | { readonly kind: "restore" };

/** The plan of one upgrade: a plain value, known in preview. */
export interface Plan {
  readonly change: Change;
  /** The release that we come from; undefined on a first install. */
  readonly from: string | undefined;
  /** The wanted release. */
  readonly to: string;
  /** True where two releases run side by side: an earlier upgrade did not finish. */
  readonly unfinished: boolean;
  /** What reverting the stack file would take once this plan is carried out. */
  readonly wayBack: WayBack;
}
