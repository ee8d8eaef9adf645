// Settings of the rules service only, with their units and limits.

import { type ConfigOf, integer } from '@tocsin/service-kit/settings/settings'

export const rulesSettings = {
  rules: {
    snapshotEveryRecords: integer({
      default: 1_000_000,
      min: 0,
      max: 10_000_000,
      doc: 'Records of a theatre after which its state is saved at the latest; 0 = no snapshots, every start folds the whole log.'
    }),
    pageRecordsMax: integer({
      default: 500,
      min: 1,
      max: 10_000,
      doc: 'Maximum number of records that are folded before their outputs are written.'
    }),
    tickCheckMs: integer({
      default: 1000,
      min: 10,
      max: 60_000,
      doc: 'Interval at which the wall clock is checked for a due tick, ms.'
    })
  }
}
export type RulesConfig = ConfigOf<typeof rulesSettings>
