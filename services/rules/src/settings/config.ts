// Settings of the rules service only, with their units and limits.

import { type ConfigOf, constant } from '@tocsin/service/settings/settings'

export const rulesSettings = {
  rules: {
    /** After so many records a theatre's state is saved at the latest; 0: never. */
    snapshotEveryRecords: constant(1_000_000),
    /** Records that are folded before their outputs are written: a page is some milliseconds. */
    pageRecordsMax: constant(500),
    /** The wall clock is checked for a due tick; ticks are at minutes, ms. */
    tickCheckMs: constant(1000)
  }
}
export type RulesConfig = ConfigOf<typeof rulesSettings>
