/**
 * An API object as it travels: JSON, so a moment is text (RFC 3339) and not a Date as in the client's own types.
 */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Json<T[Key]> }
      : T;

/** What the API server answers to a question for many objects. */
export interface List<T> {
  readonly items: readonly Json<T>[];
}
