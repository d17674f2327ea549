/** Names an operator, and knows the types of its keys and values: made by `view`. */
export interface StateHandle<in out K, in V> {
  /** The name of the operator. */
  readonly name: string;
  /**
   * So that the compiler tells handles of other types apart.
   * @internal
   */
  readonly types?: (key: K, value: V) => K;
}
