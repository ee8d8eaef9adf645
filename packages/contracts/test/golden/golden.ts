// What golden data of a record are.

export interface Golden {
  readonly event: string
  /** At least one holds every optional or nullable part filled. */
  readonly good: readonly object[]
  /** Changes of the first good one, by path with dots, that must be refused. */
  readonly bad: readonly { readonly why: string; readonly at: string; readonly value: unknown }[]
}
