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

/** The same function of an object, asked once for each, and forgotten with its object. */
export function rememberEach<Key extends object, Value extends object | string>(
  make: (key: Key) => Value,
): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
