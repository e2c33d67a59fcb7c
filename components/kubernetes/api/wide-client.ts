import { once } from "../../upgrade/once";
import type { Call, ClusterClient } from "./client";

/** A question about one namespace: how it is asked about all of them, and what of the answer belongs to this one. */
interface WideQuestion {
  readonly path: string;
  readonly namespace: string;
  /** Name of the object that is meant; undefined if all of the namespace are. */
  readonly name: string | undefined;
}

/** As much of a list as is read here. */
interface List {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly items: readonly Item[];
}

interface Item {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

const INSIDE =
  /^(\/api\/v1|\/apis\/[^/?]+\/[^/?]+)\/namespaces\/([^/?]+)\/([^/?]+)(?:\/([^/?]+))?(?:\?(.*))?$/;

/** Secrets of other namespaces are nobody's business, not even by their names. */
const NEVER_WIDE: ReadonlySet<string> = new Set(["secrets"]);

/**
 * The same client for many gateways of one cluster: what is asked about a namespace is asked once about all of them, by the same selector or by the name of
 * the object, and each gateway has its own part of the answer. Where the role may not ask so, or the answer does not come, each namespace is
 * asked by itself, and what that says counts.
 */
export function wideClient(client: ClusterClient): ClusterClient {
  const everywhere = once((path: string) =>
    client.get<List>(path).then(
      (list) => list,
      () => undefined,
    ),
  );
  const ask = async (path: string, call: Call | undefined): Promise<Answer | undefined> => {
    const question = call === undefined ? wideQuestion(path) : undefined;
    const list = question && (await everywhere(question.path));
    return list && answerTo(question, list);
  };
  return {
    ...client,
    get: async <T>(path: string, call?: Call) => {
      const answer = await ask(path, call);
      // How a missing object is refused, the API server says itself.
      return answer?.value === undefined ? client.get<T>(path, call) : (answer.value as T);
    },
    find: async <T>(path: string, call?: Call) => {
      const answer = await ask(path, call);
      return answer === undefined ? client.find<T>(path, call) : (answer.value as T | undefined);
    },
  };
}

/** Undefined if it is about no namespace, or about Secrets. */
function wideQuestion(path: string): WideQuestion | undefined {
  const [, root = "", namespace = "", plural = "", name, query] = INSIDE.exec(path) ?? [];
  if (root === "" || NEVER_WIDE.has(plural)) return undefined;
  if (name === undefined)
    return { path: `${root}/${plural}${query === undefined ? "" : `?${query}`}`, namespace, name };
  if (query !== undefined) return undefined;
  return { path: `${root}/${plural}?fieldSelector=metadata.name%3D${name}`, namespace, name };
}

interface Answer {
  /** Undefined if there is no such object. */
  readonly value: unknown;
}

function answerTo({ namespace, name }: WideQuestion, list: List): Answer {
  const items = list.items.filter(({ metadata }) => metadata?.namespace === namespace);
  if (name === undefined) return { value: { ...list, items } };
  const [found] = items;
  // What every item of a list has in common is said once, by the list.
  const { apiVersion, kind = "" } = list;
  return { value: found && { apiVersion, kind: kind.replace(/List$/, ""), ...found } };
}
