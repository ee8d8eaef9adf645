// Golden data of the records that have a second version.

import type { AlertDifference, AlertState } from '@tocsin/domain/alert/alert'
import type { Golden } from './golden.ts'
import { goldenRecords } from './records.ts'

export const secondGolden: readonly Golden[] = goldenRecords
  .filter(({ event }) => event.startsWith('alert.') && event !== 'alert.action-refused')
  .map(({ event, good, bad }) => ({
    event,
    good: (good as readonly AlertState[]).map(byDifference),
    bad: [
      ...bad.filter(({ at }) => !at.startsWith('evidence')),
      { why: 'a change at no place', at: 'evidenceChanges.0.at', value: -1 },
      { why: 'a role that does not exist', at: 'evidenceChanges.0.added.0.role', value: 'witness' },
      { why: 'half a piece of support', at: 'evidenceCounts.support.public', value: 0.5 }
    ]
  }))

function byDifference({ evidence, evidenceLost: _, ...rest }: AlertState): AlertDifference {
  return {
    ...rest,
    evidenceChanges: [{ at: 3, removed: ['i0'], added: evidence }],
    evidenceCounts: { triggers: 4, support: { public: 1, partners: 0, internal: 2, restricted: 0 } },
    evidenceCheck: 4_503_599_627_370_495
  }
}
