/**
 * The same function of a text, which reads each text once: gateways of one stack are made from the same files. Whoever is given a value shares it, so that
 * nobody may change it.
 *
 * @param read - depends on the text alone
 */
export function remember<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}
