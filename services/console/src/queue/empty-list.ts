// Why a list shows nothing: nobody must take it for quiet where it is not known to be. Pure.

export type EmptyList =
  /** The page is not live, or open alerts are still coming. */
  | 'not-live'
  | 'loading'
  /** At the moment that is looked at, nothing was there. */
  | 'not-yet'
  | 'filtered'
  | 'quiet'

export interface ListSigns {
  readonly isLive: boolean
  /** All open alerts have come. */
  readonly isWhole: boolean
  readonly isThen: boolean
  readonly isNarrowed: boolean
  /** Closed ones are asked for, and have not come. */
  readonly lacksClosed: boolean
}

export function emptyListOf({
  isLive,
  isWhole,
  isThen,
  isNarrowed,
  lacksClosed
}: ListSigns): EmptyList {
  if (!isLive) return 'not-live'
  if (!isWhole || lacksClosed) return 'loading'
  if (isThen) return 'not-yet'
  return isNarrowed ? 'filtered' : 'quiet'
}
