// Settings of the rules service only, with their units and limits.

import { type ConfigOf, constant, integer } from '@tocsin/service/settings/settings'

export const rulesSettings = {
  rules: {
    snapshotEveryRecords: integer({
      default: 1_000_000,
      min: 0,
      max: 10_000_000,
      doc: 'Records of a theatre after which its state is saved at the latest; 0 = no snapshots, every start folds the whole log.'
    }),
    /** Records that are folded before their outputs are written: a page is some milliseconds. */
    pageRecordsMax: constant(500),
    /** The wall clock is checked for a due tick; ticks are at minutes, ms. */
    tickCheckMs: constant(1000)
  }
}
export type RulesConfig = ConfigOf<typeof rulesSettings>
