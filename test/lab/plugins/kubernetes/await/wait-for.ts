import { unsupported } from "../options";
import { mapsAt, textAt } from "../paths";
import type { Judge } from "./judge";

/**
 * The rule of a `pulumi.com/waitFor` annotation: `condition=Type[=Status]`, or a JSON list of such.
 * @throws Error for a `jsonpath=` expression, which is refused, and for anything else.
 */
export function waitForJudge(annotation: string): Judge {
  const wanted = listOf(annotation).map(parse);
  return (live) => {
    const missing = wanted.filter(({ type, status }) => {
      const found = mapsAt(live, "status", "conditions").find(
        (condition) => textAt(condition, "type").toLowerCase() === type.toLowerCase(),
      );
      return textAt(found, "status").toLowerCase() !== status.toLowerCase();
    });
    const waits = missing.map(({ type, status }) => `Waiting for condition ${type}=${status}`);
    return { isReady: missing.length === 0, status: waits.join("; ") };
  };
}

function listOf(annotation: string): readonly string[] {
  if (!annotation.trimStart().startsWith("[")) return [annotation];
  const parsed: unknown = JSON.parse(annotation);
  return Array.isArray(parsed) ? parsed.map(String) : [annotation];
}

function parse(expression: string): { readonly type: string; readonly status: string } {
  if (expression.startsWith("jsonpath=")) throw new Error(unsupported('waitFor with "jsonpath="'));
  const [prefix, type = "", status = "True"] = expression.split("=");
  if (prefix !== "condition") {
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
  }
  return { type, status };
}
