import type { z } from "zod";

/** How one can tell from outside whether a product works. */
export interface Health {
  /** Port on which its pods or processes listen. */
  readonly port: number;
  /** Path that answers once it is ready, and says which of its checks fails. */
  readonly ready: string;
  /** Counter of requests with a label `status`. */
  readonly requestsMetric: string;
}

/** What is true of a product wherever it runs: data and pure functions. */
export interface Product<Settings = unknown> {
  /** Key of its settings in a stack file, and name of the gateway where the stack has only one: `smoltbot`. */
  readonly name: string;
  /** Names of the targets that it can run in: `kubernetes`. */
  readonly targets: readonly string[];
  /** What a stack file may say below that key, wherever the gateway runs: its fields, to which a target adds its own. An unknown key is a fault. */
  readonly settings: z.ZodType<Settings> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  readonly health: Health;
  /** Name of the container that carries its release; others beside it have versions of their own. */
  readonly container: string;
}
