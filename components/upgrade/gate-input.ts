import type { ConfigPaths } from "./config-paths";
import type { Subject, WantedRelease } from "./evidence/compare-evidence";
import type { CoreFacts } from "./facts";
import type { UrlRule } from "./gates/connection-urls";
import type { TagForm } from "./gates/image-names";
import type { BreakGlass } from "./gates/staging-evidence";
import type { NamedImage } from "./image-name";
import type { Catalogue } from "./plan/catalogue";
import type { Consents } from "./plan/consent";
import type { Plan } from "./plan/plan";
import type { Values } from "./values";

/** What is true of a product wherever it runs, as data. */
export interface ProductRules {
  /** What is known about its releases. */
  readonly catalogue: Catalogue;
  /** Secrets without which a program of the wanted release does not start. */
  readonly requiredKeys: readonly string[];
  /** Tag form per last part of the repository: `{ gateway: "plain", migrate: "v" }`. */
  readonly tagForms: Readonly<Record<string, TagForm>>;
  /** Form of the URLs among its secrets. */
  readonly urlRules: readonly UrlRule[];
  /** False of programs that a verification sends no request to: those of hosts. @defaultValue true */
  readonly isProbed?: boolean;
}

/** What the stack file says that gates ask about wherever the product runs. */
export interface CoreSettings {
  readonly consents: Consents;
  /** The release whose notes somebody has read. */
  readonly notesRead?: string | undefined;
  /** Takes what runs over as it is. */
  readonly adopt: boolean;
  /** The operator's own values. */
  readonly values: Values;
  readonly backup: {
    readonly maxAgeMinutes: number;
    readonly unseenRoomGiB: number;
    /** What a restore leaves out. */
    readonly exclude: {
      readonly eventTriggers: readonly string[];
      readonly extensions: readonly string[];
    };
  };
  readonly verify: {
    readonly prometheus?: { readonly baselineMinutes: number } | undefined;
  };
}

/** Which stack goes first, and what it proves. */
export interface Promotion {
  readonly from: string;
  readonly soakHours: number;
  readonly mustMatch: readonly Subject[];
  readonly breakGlass?: BreakGlass | undefined;
}

/** The wanted release, as much of it as gates ask about wherever it runs. */
export interface CoreRelease extends Pick<WantedRelease, "chart" | "settings"> {
  /** Every image that would run, the migration's as well. */
  readonly images: readonly NamedImage[];
  /** That of a newer release which takes the schema down, if the stack file consents to it. @defaultValue none */
  readonly downgradeImages?: readonly NamedImage[] | undefined;
  /** Hash over everything that would be rolled out. */
  readonly configHash: string;
}

/** The databases that the stack file names, free of secrets. */
export interface NamedDatabases {
  /** Name of the one that the backup saves; undefined if none is told. */
  readonly saved: string | undefined;
  /** Config path of it. */
  readonly savedAt: string;
  /** Name of the one that the product and its migration use; undefined if none is told. */
  readonly used: string | undefined;
  /** Config path of it. */
  readonly usedAt: string;
  /** Host, port and name of the one in use; undefined if none is told. */
  readonly usedPlace: string | undefined;
  /** True if both are read from one key of one Secret. */
  readonly sameKey: boolean;
  /** What to do where the two differ. @defaultValue name the one as the other */
  readonly remedy?: string;
}

/** Of a product without a database. */
export const NO_DATABASES: NamedDatabases = {
  saved: undefined,
  savedAt: "",
  used: undefined,
  usedAt: "",
  usedPlace: undefined,
  sameKey: false,
};

/** Everything that gates are asked about which hold wherever the product runs. */
export interface CoreInput extends ConfigPaths {
  /** Name of the gateway in its stack. */
  readonly name: string;
  readonly product: ProductRules;
  readonly settings: CoreSettings;
  /** Environment of its programs. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Undefined if this stack follows none. */
  readonly promotion: Promotion | undefined;
  readonly databases: NamedDatabases;
  readonly release: CoreRelease;
  readonly facts: CoreFacts;
  readonly plan: Plan;
  /** Names of its instances that run, as Prometheus knows them; undefined if nobody could look. */
  readonly running: readonly string[] | undefined;
  /** What `pulumi destroy` deletes of it, and what it leaves. */
  readonly removal: { readonly takes: string; readonly leaves: string };
}
