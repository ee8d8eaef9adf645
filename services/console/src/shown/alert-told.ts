// Who was told of an alert, and what is held back of it, as officers are told.

import type { Silence } from './silence.ts'
import type { AlertTold } from './subscription.ts'

/** A silence that holds over an alert. */
export interface SilenceOver
  extends Pick<
    Silence,
    | 'id'
    | 'isForOne'
    | 'subscriptionId'
    | 'subscriber'
    | 'endsAt'
    | 'includesExtreme'
    | 'reason'
    | 'by'
  > {}

/**
 * Who was told of an alert, and the silences that hold back now what is told of it, the one that
 * ends last first.
 */
export interface AlertToldList {
  readonly items: readonly AlertTold[]
  /** Earlier suites do not tell them. */
  readonly silences?: readonly SilenceOver[]
}
