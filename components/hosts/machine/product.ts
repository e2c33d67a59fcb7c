import type { Finding } from "../../upgrade/finding";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import type { Followed } from "../gateway/product";
import type { MachineInput } from "./gate-input";
import type { MachineSettings } from "./settings";

/**
 * What is true of a product that is a program of this machine: data and functions that touch nothing. The functions are methods, so that products with settings of their own stand in one list.
 */
export interface MachineProduct<Settings extends MachineSettings = MachineSettings> {
  /** Key of its settings in a stack file. */
  readonly name: string;
  /** Name of the file of a release for each machine, as Node calls it: `{ "linux x64": "bamf-linux-amd64" }`. */
  readonly assets: Readonly<Record<string, string>>;
  /** Words that have the program tell its version as JSON. */
  readonly versionWords: readonly string[];
  /** Folder with the credentials of whoever uses it, below that one's home: `.bamf`. */
  readonly credentials: string;
  /** What is known of its releases. */
  catalogue(settings: Settings): Promise<Catalogue>;
  /** Undefined if the stack file names nothing that it follows. */
  follows(settings: Settings): Followed | undefined;
  /** What all its gates say. @param all - those of the stack on this machine, this one among them */
  ask(input: MachineInput, all: readonly MachineInput[]): readonly Finding[];
}
