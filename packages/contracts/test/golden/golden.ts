// The form of a record's golden data, and the part of it that definitions of settings give.

import { optionalNames, type Recorded, type Settings } from '@tocsin/domain/format/setting'

export interface Golden {
  readonly event: string
  /** At least one has every optional or nullable member filled. */
  readonly good: readonly object[]
  /** Changes of the first good one, by dotted path, that must be refused. */
  readonly bad: readonly { readonly why: string; readonly at: string; readonly value: unknown }[]
}

/** Examples of settings: of those that every record has, and of all. */
export function examplesOf<S extends Settings>(settings: S): { readonly needed: Recorded<S>; readonly all: Recorded<S> } {
  const all = Object.entries(settings).map(([name, { example }]) => [name, example] as const)
  const needed = all.filter(([name]) => !optionalNames(settings).includes(name))
  return { needed: Object.fromEntries(needed) as Recorded<S>, all: Object.fromEntries(all) as Recorded<S> }
}
