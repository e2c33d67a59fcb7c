/** The places of a property path such as `spec.containers[0].image` or `data["a.b"]`; `*` is any place. */
export function parsePropertyPath(path: string): readonly string[] {
  const places = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g);
  return [...places].map(([, quoted, index, key]) => {
    return quoted?.replaceAll('\\"', '"') ?? index ?? key ?? "";
  });
}

/** Tells whether an ignored path names the changed one or something that holds it. */
export function isIgnored(ignored: string, changed: string): boolean {
  const outer = parsePropertyPath(ignored);
  const inner = parsePropertyPath(changed);
  return (
    outer.length <= inner.length &&
    outer.every((place, index) => place === "*" || place === inner[index])
  );
}
