/**
 * By what name the gateway reports itself to the license server, and what its pods call their version; undefined if the stack file
 * leaves the default of the image, which says nothing about the release (T-10, T-11).
 */
export function instanceName({ config }: Readonly<Record<string, unknown>>): string | undefined {
  const name = (config as Readonly<Record<string, unknown>> | undefined)?.["GATEWAY_VERSION"];
  return typeof name === "string" && name !== "" ? name : undefined;
}
