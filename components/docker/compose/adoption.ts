/** A service that keeps data. */
export interface ComposeStore {
  readonly service: string;
  /** Where its container has them. */
  readonly path: string;
  /** What this program calls the container that takes its place. */
  readonly role: string;
}

/** What a product's services are called in its Compose file, and where they keep their data. */
export interface ComposeForm {
  readonly database: ComposeStore & {
    /** Variable with the password of its role. */
    readonly password: string;
  };
  readonly cache: ComposeStore;
  /** Service that owns the published port, and its port in the container. */
  readonly gateway: { readonly service: string; readonly port: number };
  /** Service whose environment the other programs share as well. */
  readonly observer: { readonly service: string };
  /** Services that ran once, and that newer files lack. */
  readonly finished: readonly string[];
  /** Variables of the gateway's container that the image, Compose or this program sets, and no operator. */
  readonly notSecrets: readonly string[];
}

/** What this program takes over of a Compose project, and what it leaves. No secret is part of it. */
export interface ComposeAdoption {
  /** Name of the network by which the services find each other. */
  readonly network: string;
  /** Names by which each service is found there, the service's own first. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Names of the volumes: taken as they are, never made anew. */
  readonly volumes: { readonly database: string; readonly cache: string | undefined };
  /** What the database is called, and who owns it, as its volume was made. */
  readonly database: { readonly name: string; readonly user: string };
  /** Where requests come in today. */
  readonly published: { readonly address: string; readonly port: number } | undefined;
  /** Names of the variables that the gateway has and the stack file has not. */
  readonly lost: readonly string[];
  /** Names of those that both have with different values, that of the database's password among them. */
  readonly changed: readonly string[];
  /** Image of the database, as it was asked for. */
  readonly databaseImage: string;
  /** Image of the gateway, as it was asked for; undefined if its container is gone. */
  readonly image: string | undefined;
  /** Containers that ours take the place of. */
  readonly parts: readonly ComposePart[];
  /** Ports that only Compose publishes, each with its container: `0.0.0.0:5432 of smoltbot-postgres-1`. */
  readonly unpublished: readonly string[];
  /** Containers of services that ran once and are in no newer file. */
  readonly orphans: readonly string[];
  /** Containers of services that this program knows nothing of: they stay, and Compose keeps them. */
  readonly strangers: readonly string[];
}

/** A container of the project that is stopped, and one of ours started for it. */
export interface ComposePart {
  readonly service: string;
  readonly name: string;
  readonly isRunning: boolean;
}

/** Why a project cannot be taken over, in words; nothing of it is touched. */
export type AdoptionRefusal = readonly {
  readonly at: string;
  readonly found: string;
  readonly fix: string;
}[];

/** True if the project cannot be taken over. */
export const isRefusal = (answer: ComposeAdoption | AdoptionRefusal): answer is AdoptionRefusal =>
  Array.isArray(answer);
