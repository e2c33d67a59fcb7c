import type { Finding } from "../../upgrade/finding";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import type { HostsInput } from "../gate-input";
import type { HostsConfig, HostsSettings } from "./settings";

/** What this product may not be newer than: a gateway of a stack of this project, or a release that the stack file tells. */
export type Followed =
  | {
      /** @defaultValue this stack */
      readonly stack: string | undefined;
      /** Its name there. */
      readonly gateway: string;
    }
  | { readonly release: string };

/** What only the product can look at once its new agents run. */
export interface ProductChecks {
  /** As `components/checks.ts` lists it. */
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * What is true of a product on hosts: data and functions that touch nothing. The functions are methods, so that products with settings of their own stand in one list.
 */
export interface HostsProduct<Settings extends HostsSettings = HostsSettings> {
  /** Key of its settings in a stack file. */
  readonly name: string;
  /** Name of the file of a release for each machine, as `uname -m` calls it: `{ x86_64: "bamf-agent-linux-amd64" }`. */
  readonly assets: Readonly<Record<string, string>>;
  /** Address on each host that answers 200 once its agent is ready; `-` for none. */
  readonly ready: string;
  /** What is known of its releases. */
  catalogue(settings: Settings): Promise<Catalogue>;
  /** Undefined if the stack file names nothing that it follows. */
  follows(settings: Settings): Followed | undefined;
  /** Undefined if it has nothing to check, or no way to. */
  checks(config: HostsConfig<Settings>): ProductChecks | undefined;
  /** What all its gates say. @param all - those of the stack that run on hosts, this one among them */
  ask(input: HostsInput, all: readonly HostsInput[]): readonly Finding[];
}
