// Parents in lists are those of the present engine, for any open alerts.

import { type Grouped, groundOf, partOf } from '@tocsin/domain/alert/alert-grouping'
import { severities } from '@tocsin/domain/record/severity'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findParents, type ListedAlert } from '../../src/render/part-of.ts'

const areas = ['ML-1', 'ML-2', 'ML-3']
const area = fc.constantFrom(...areas)
const group = fc.oneof(
  area.map(admin1 => ({ admin1 })),
  fc.record({ actor: fc.constant('Katiba'), admin1: area }),
  fc.constantFrom<Record<string, string>>(
    { theatre: 'all' },
    { country: 'ML' },
    {},
    { settlement: 'Diosso' }
  )
)
const alerts = fc
  .array(
    fc.record({
      pattern: fc.constantFrom(
        'surge',
        'front',
        'mass-casualty',
        'compound-crisis',
        'widening-arc'
      ),
      status: fc.constantFrom('provisional', 'confirmed', 'resolved', 'retracted'),
      severity: fc.constantFrom(...severities),
      group,
      drill: fc.boolean(),
      triggers: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
      admin1: fc.uniqueArray(area, { maxLength: 3 })
    }),
    { maxLength: 12 }
  )
  .map(list =>
    list.map(
      (alert, i): ListedAlert => ({
        ...alert,
        alertId: `alert-${i}`,
        firstSeq: i,
        triggers: [...alert.triggers].sort((a, b) => a - b),
        admin1: [
          ...new Set([
            ...alert.admin1,
            ...(alert.group.admin1 === undefined ? [] : [alert.group.admin1])
          ])
        ].sort()
      })
    )
  )

function makeGrouped({ firstSeq, admin1, ...alert }: ListedAlert): Grouped {
  const place = { country: [], admin1, circle: null, settlement: null }
  return { state: { ...alert, area: place, handling: 'public' }, firstSeq }
}

function findPresentParent(alert: ListedAlert, all: readonly ListedAlert[]): string | null {
  const { triggers } = alert
  const ends = triggers.length === 0 ? [] : [triggers[0]!, triggers.at(-1)!]
  const others = all.map(makeGrouped)
  const inArea = others.filter(({ state }) => groundOf(state) !== undefined)
  const sharing = all.filter(other => other.triggers.some(trigger => ends.includes(trigger)))
  return partOf(makeGrouped(alert), inArea, sharing.map(makeGrouped))
}

it('gives each open alert the parent that the present engine gives', () => {
  fc.assert(
    fc.property(alerts, all => {
      const parents = findParents(all)
      for (const alert of all) {
        if (alert.status === 'resolved' || alert.status === 'retracted')
          expect(parents.has(alert.alertId)).toBe(false)
        else expect(parents.get(alert.alertId) ?? null).toBe(findPresentParent(alert, all))
        const alone = findParents(all, new Set([alert.alertId]))
        expect([...alone]).toEqual([...parents].filter(([child]) => child === alert.alertId))
      }
    }),
    { numRuns: 1000 }
  )
})
