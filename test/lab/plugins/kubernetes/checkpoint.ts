import { hasSecret, isMap, plainMap, secret, type PropertyMap } from "../protocol/values";
import { copySecrets } from "./copy-secrets";
import { isSecretKind } from "./kube-object";
import { at, mapAt, textAt, withoutAt } from "./paths";

/** What the state of a resource holds besides the live object. */
export interface Provenance {
  /** The `apiVersion` that the object was made with. */
  readonly initialApiVersion: string;
  /** Field manager that server-side apply uses for this resource. */
  readonly fieldManager: string;
}

/**
 * The state of a resource: the live object with `__inputs`, `__initialApiVersion` and `__fieldManager`,
 * secret where the inputs are.
 * @param source the inputs as the engine sent them, with secret marks
 */
export function toCheckpoint(
  inputs: PropertyMap,
  live: PropertyMap,
  source: PropertyMap,
  provenance: Provenance,
): PropertyMap {
  return {
    ...withEncodedSecrets(copySecrets(live, source), source),
    __inputs: copySecrets(inputs, source),
    __initialApiVersion: provenance.initialApiVersion,
    __fieldManager: provenance.fieldManager,
  };
}

// Text of a Secret comes back from the server as data: what was secret there is secret here.
function withEncodedSecrets(live: PropertyMap, source: PropertyMap): PropertyMap {
  const data = live["data"];
  if (!isSecretKind(live) || data === undefined || !hasSecret(source["stringData"])) return live;
  return { ...live, data: isMap(data) ? secret(data) : data };
}

/** The inputs and the live object of a state, without secret marks. */
export function fromCheckpoint(state: PropertyMap): {
  readonly inputs: PropertyMap;
  readonly live: PropertyMap;
} {
  const revealed = plainMap(state);
  const live = ["__inputs", "__initialApiVersion", "__fieldManager"].reduce(
    (left, key) => withoutAt(left, key),
    revealed,
  );
  return { inputs: mapAt(revealed, "__inputs"), live };
}

/** Where a state's object came from; `fallback` are inputs for states that say nothing. */
export function provenanceOf(state: PropertyMap, fallback: PropertyMap): Provenance {
  const stated = at(state, "__fieldManager");
  return {
    initialApiVersion: textAt(state, "__initialApiVersion") || textAt(fallback, "apiVersion"),
    fieldManager: typeof stated === "string" ? stated : "",
  };
}
