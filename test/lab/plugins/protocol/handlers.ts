import type { EngineLog } from "./engine-log";
import type { PropertyMap } from "./values";

/** What every request about a resource carries. */
export interface ResourceCall {
  readonly urn: string;
  /** Pulumi type token, e.g. `command:local:Command`. */
  readonly type: string;
  /** Pulumi name, the last part of the URN. */
  readonly name: string;
  /** Messages to the person at the terminal, under this resource. */
  readonly log: EngineLog;
  /** Aborted when the engine cancels, goes away, or the plugin is told to stop. */
  readonly signal: AbortSignal;
}

/** A request to check inputs. */
export interface CheckCall extends ResourceCall {
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  readonly randomSeed: Uint8Array;
}

/** Checked inputs, or what is wrong with them. */
export interface CheckAnswer {
  readonly inputs: PropertyMap;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

/** A request to compare; `olds` are the last outputs. */
export interface DiffCall extends ResourceCall {
  readonly id: string;
  readonly olds: PropertyMap;
  readonly oldInputs: PropertyMap;
  readonly news: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

/** One kind of change of one property, as the preview shows it. */
export type ChangeKind =
  "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** The outcome of a comparison. */
export interface DiffAnswer {
  readonly changes: boolean;
  /** Top-level properties or paths that force a replacement. @defaultValue none */
  readonly replaces?: readonly string[];
  /** @defaultValue false */
  readonly deleteBeforeReplace?: boolean;
  /** By property path. @defaultValue no detailed diff is sent */
  readonly detailedDiff?: Readonly<
    Record<string, { readonly kind: ChangeKind; readonly inputDiff?: boolean }>
  >;
  /** Changed top-level properties. @defaultValue none */
  readonly diffs?: readonly string[];
  /** Properties that an update never changes. @defaultValue none */
  readonly stables?: readonly string[];
}

/** A request to create; nothing may be changed when `preview` is set. */
export interface CreateCall extends ResourceCall {
  readonly inputs: PropertyMap;
  readonly preview: boolean;
  /** From `customTimeouts`; seconds, 0 = none was given. */
  readonly timeoutSeconds: number;
}

/** A request to update; nothing may be changed when `preview` is set. */
export interface UpdateCall extends ResourceCall {
  readonly id: string;
  readonly olds: PropertyMap;
  readonly oldInputs: PropertyMap;
  readonly news: PropertyMap;
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
  /** From `customTimeouts`; seconds, 0 = none was given. */
  readonly timeoutSeconds: number;
}

/** A request to read live state: a refresh (with the last outputs) or an import (without). */
export interface ReadCall extends ResourceCall {
  readonly id: string;
  readonly olds: PropertyMap;
  readonly oldInputs: PropertyMap;
}

/** Live state; an empty id says that the resource is gone. */
export interface ReadAnswer {
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap;
}

/** A request to delete. */
export interface DeleteCall extends ResourceCall {
  readonly id: string;
  readonly olds: PropertyMap;
  readonly oldInputs: PropertyMap;
  /** From `customTimeouts`; seconds, 0 = none was given. */
  readonly timeoutSeconds: number;
}

/** A call of a function. */
export interface InvokeCall {
  readonly token: string;
  readonly args: PropertyMap;
  readonly log: EngineLog;
  readonly signal: AbortSignal;
}

/** What a provider can do; whatever is left out is answered by "unimplemented" or, for configuration, accepted. */
export interface ProviderHandlers {
  /** Version of the plugin, as in its folder's name. */
  readonly version: string;
  /** Whether secrets come marked; else they come bare, and the engine marks each property that holds one by itself. @defaultValue true */
  readonly acceptSecrets?: boolean;
  readonly checkConfig?: (call: CheckCall) => Promise<CheckAnswer>;
  readonly diffConfig?: (call: DiffCall) => Promise<DiffAnswer>;
  readonly configure?: (args: PropertyMap) => Promise<void>;
  readonly check: (call: CheckCall) => Promise<CheckAnswer>;
  readonly diff: (call: DiffCall) => Promise<DiffAnswer>;
  readonly create: (
    call: CreateCall,
  ) => Promise<{ readonly id: string; readonly outputs: PropertyMap }>;
  readonly update: (call: UpdateCall) => Promise<PropertyMap>;
  readonly read: (call: ReadCall) => Promise<ReadAnswer>;
  readonly delete: (call: DeleteCall) => Promise<void>;
  readonly invoke?: (call: InvokeCall) => Promise<PropertyMap>;
  /** Type of a remote component that a program asks for: there to refuse it in clear words. */
  readonly construct?: (type: string) => Promise<never>;
}
