// The form of a record's golden data.

export interface Golden {
  readonly event: string
  /** At least one has every optional or nullable member filled. */
  readonly good: readonly object[]
  /** Changes of the first good one, by dotted path, that must be refused. */
  readonly bad: readonly { readonly why: string; readonly at: string; readonly value: unknown }[]
}
