// The body of a withdrawal.

import { named, record } from '../format/format.ts'
import { line } from './posted-text.ts'

export const postedReason = line('a reason of 1 to 1000 characters on one line', 1000)

export const withdrawalFormat = record(
  { reason: postedReason },
  {
    ...named(
      'withdrawal.v1',
      'Withdrawal',
      'The body of a withdrawal: why the report no longer stands.'
    ),
    additionalProperties: false
  }
)
