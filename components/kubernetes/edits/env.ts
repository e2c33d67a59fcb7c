import { editContainers, type Container, type Edit, type Workload } from "./workload";

/** A key of a Secret. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
  /** True if the container starts without it as well. */
  readonly optional?: boolean;
}

/** One variable of a container's environment. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: SecretKey; readonly [source: string]: unknown };
}

/** Changes the variables of every container of the pod that has any. */
export const editVariables = (change: (all: readonly Variable[]) => readonly Variable[]): Edit =>
  editContainers((container) => {
    const all = variablesOf(container);
    return all.length === 0 ? container : { ...container, env: change(all) };
  });

/**
 * Keeps the last of several variables with one name, as Kubernetes does for a pod. A server-side apply refuses such a list, so that nothing with one could be
 * applied (T-20).
 */
export const lastOfEach = (all: readonly Variable[]): readonly Variable[] =>
  all.filter(({ name }, index) => !all.slice(index + 1).some((later) => later.name === name));

/** Keys of Secrets that the containers of a pod read one by one. */
export const secretKeysOf = ({ spec }: Pick<Workload, "spec">): readonly SecretKey[] =>
  spec.template.spec.containers.flatMap((container) =>
    variablesOf(container).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
  );

const variablesOf = (container: Container): readonly Variable[] =>
  Array.isArray(container["env"]) ? (container["env"] as readonly Variable[]) : [];
