import { rememberEach } from "../upgrade/remember";
import { z } from "zod";
import {
  gatewayFields,
  promotionSchema,
  secretFields,
  type GatewayConfig,
  type GatewaySettings,
} from "./schema";

/** A product, as far as a stack file says something about it. */
export interface ConfiguredProduct {
  /** Key of its settings; begins the names of its secret keys. */
  readonly name: string;
  /** Names of the targets that it can run in. */
  readonly targets: readonly string[];
  /** What a stack file may say below that key, wherever the gateway runs. */
  readonly settings: z.ZodType<GatewaySettings> & { readonly shape: Fields };
}

/** What may stand in a tree of a stack file, key by key. */
export type Fields = Readonly<Record<string, z.ZodType>>;

/** Where exactly a gateway runs. */
export interface Place {
  /** The same for two gateways that would take each other's objects away. */
  readonly id: string;
  /** For a fault: `release smoltbot in namespace eu`. */
  readonly words: string;
  /** What gives a gateway another place: `give it another namespace`. */
  readonly remedy: string;
}

/** What two gateways beside each other both have and cannot. */
export interface Clash {
  /** Key of it below that of the target: `publish.port`. */
  readonly at: string;
  /** `port 8787 of the host` */
  readonly words: string;
  readonly expected: string;
  readonly fix: string;
}

/** A target, as far as a stack file says something about it. Methods, so that targets with settings of their own stand in one list. */
export interface ConfiguredTarget {
  /** Key by which the settings of a gateway name it: `kubernetes`. */
  readonly name: string;
  /** Fields of a product, and keys with secrets by what stands behind its name, that nothing reads here: `values`, `DatabaseUrl`. @defaultValue none */
  readonly lacks?: readonly string[];
  /** Keys with secrets that say something else here than elsewhere, by what stands behind the name of the product. @defaultValue none */
  readonly secrets?: Fields;
  /** What stands below that key, and fields of every gateway that can say more here than elsewhere. */
  fields(product: ConfiguredProduct): Fields;
  /** @param settings - what {@link fields} has read below the key of the target */
  place(settings: unknown): Place;
  /** What two gateways in different places both have and cannot; undefined if they get on. @defaultValue they always do */
  clash?(one: unknown, other: unknown): Clash | undefined;
}

/** Those of the targets that a product can run in. */
export const targetsOf = (
  { targets: names }: ConfiguredProduct,
  targets: readonly ConfiguredTarget[],
): readonly ConfiguredTarget[] => targets.filter(({ name }) => names.includes(name));

/** The keys of a product that hold secrets: `smoltbotSecrets`, `smoltbotDatabaseUrl`, ... */
export const secretKeysOf = (product: string): readonly string[] =>
  Object.keys(secretFields).map((suffix) => product + suffix);

/** Everything that a stack file may say about a gateway of that product in that target. Closed: an unknown key is a fault. */
const settingsIn = (product: ConfiguredProduct, target: ConfiguredTarget) => {
  const { [target.name]: place, ...further } = target.fields(product);
  const { lacks = [] } = target;
  const own = Object.entries(product.settings.shape).filter(([key]) => !lacks.includes(key));
  return z.strictObject({
    // The order of faults and of the reference: what, where, and all else.
    version: gatewayFields.version,
    ...(place && { [target.name]: place }),
    ...Object.fromEntries(own),
    ...further,
  });
};

/** The keys with secrets that something reads in that target. */
const secretsIn = ({ lacks = [], secrets = {} }: ConfiguredTarget): Fields =>
  Object.fromEntries(
    Object.entries({ ...secretFields, ...secrets }).filter(([suffix]) => !lacks.includes(suffix)),
  );

const makeKeysSchema = (product: ConfiguredProduct, target: ConfiguredTarget) =>
  z.strictObject({
    [product.name]: settingsIn(product, target).describe(
      "The gateway of this stack, or what all its gateways share.",
    ),
    ...Object.fromEntries(
      Object.entries(secretsIn(target)).map(([suffix, schema]) => [product.name + suffix, schema]),
    ),
    promotion: promotionSchema
      .optional()
      .describe("Which stack proves a release before this stack takes it. Default: none."),
  });

type KeysSchema = ReturnType<typeof makeKeysSchema>;

/** zod prepares each schema at its first use, which takes longer than reading a gateway with it. */
const schemasOf = rememberEach((product: ConfiguredProduct) =>
  rememberEach((target: ConfiguredTarget) => makeKeysSchema(product, target)),
);

/** All keys of the stack file that describe one gateway of a product in a target, without their `gateways:` prefix. */
export const keysSchema = (product: ConfiguredProduct, target: ConfiguredTarget): KeysSchema =>
  schemasOf(product)(target);

/**
 * What the rest of the program reads, without the words of the stack file.
 *
 * @param keys - as {@link keysSchema} has read them
 */
export function gatewayConfig<Settings>(
  name: string,
  keys: Readonly<Record<string, unknown>>,
  product: string,
): GatewayConfig<Settings> {
  const named = (suffix: string) => keys[product + suffix];
  return {
    name,
    settings: named(""),
    secrets: named("Secrets"),
    databaseUrl: named("DatabaseUrl"),
    scratchUrl: named("ScratchUrl"),
    backupCredentials: named("BackupCredentials"),
    backupKey: named("BackupKey"),
    prometheusToken: named("PrometheusToken"),
    promotion: keys["promotion"],
  } as GatewayConfig<Settings>;
}
