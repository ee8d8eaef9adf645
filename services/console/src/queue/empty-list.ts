// Why a list is empty: it must not look like quiet where quiet is not known. Pure.

export type EmptyList =
  /** The page is not live, or open alerts are still coming. */
  'not-live' | 'loading' | 'filtered' | 'quiet'

export interface ListSigns {
  readonly isLive: boolean
  /** All open alerts have come. */
  readonly isWhole: boolean
  readonly isNarrowed: boolean
  /** Closed ones are asked for, and have not come. */
  readonly lacksClosed: boolean
}

export function makeEmptyList({ isLive, isWhole, isNarrowed, lacksClosed }: ListSigns): EmptyList {
  if (!isLive) return 'not-live'
  if (!isWhole || lacksClosed) return 'loading'
  return isNarrowed ? 'filtered' : 'quiet'
}
