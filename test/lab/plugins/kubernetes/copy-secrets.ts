import { hasSecret, isMap, isSecret, secret } from "../protocol/values";
import type { PropertyMap, PropertyValue } from "../protocol/values";

/**
 * Marks in plain outputs what is secret in the inputs: maps are walked key by key, any other value that
 * holds a secret in the inputs is secret as a whole. `data` and `stringData` of a Secret always are.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (annotateSecrets)
 */
export function copySecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const result: Record<string, PropertyValue> = { ...outputs };
  if (outputs["kind"] === "Secret") {
    for (const key of ["data", "stringData"]) {
      if (result[key] !== undefined) result[key] = secret(result[key]);
    }
    return result;
  }
  for (const [key, input] of Object.entries(inputs)) {
    const output = result[key];
    if (output === undefined) continue;
    if (isMap(output) && isMap(input) && !isSecret(input)) result[key] = copySecrets(output, input);
    else if (hasSecret(input)) result[key] = secret(output);
  }
  return result;
}
