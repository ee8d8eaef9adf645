// Under which alert another is listed: the one that gathers its area, then an episode of its area,
// then the widest that has reached its area or shares a trigger; of equally wide ones the older.

import { severities } from '@tocsin/contracts/theatre/severity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ListedAlert, OpenAlerts } from '../../src/render/part-of.ts'

interface Sketch extends Partial<Omit<ListedAlert, 'alertId' | 'firstSeq' | 'area'>> {
  readonly seq?: number
  readonly admin1?: readonly string[]
  readonly circle?: ListedAlert['area']['circle']
}

function alert(
  alertId: string,
  { seq = 1, admin1 = ['ML-4'], circle = null, ...more }: Sketch
): ListedAlert {
  const usual = { pattern: 'surge', status: 'provisional', severity: 'moderate' } as const
  const rest = { group: {}, drill: false, triggers: [], from: '2025-06-01', describes: false }
  return { ...usual, ...rest, ...more, area: { admin1, circle }, alertId, firstSeq: seq }
}

/** By alert, those that have one. */
function findParents(alerts: readonly ListedAlert[], open = new OpenAlerts()) {
  for (const each of alerts) open.put(each)
  const parents = new Map<string, string>()
  for (const { alertId } of alerts) {
    const parent = open.findParent(alertId)
    if (parent !== null) parents.set(alertId, parent)
  }
  return parents
}

/** The parent among alerts without a common trigger, and alerts that share one. */
function partOf(of: ListedAlert, others: readonly ListedAlert[], sharing: readonly ListedAlert[]) {
  const share = (each: ListedAlert) => ({ ...each, triggers: [1] })
  return findParents([share(of), ...others, ...sharing.map(share)]).get(of.alertId) ?? null
}

const front = alert('front', { group: { cell: '70:-25' } })
const surge = alert('surge', { group: { admin1: 'ML-4' } })
const crisis = alert('crisis', { pattern: 'compound-crisis', group: { admin1: 'ML-4' } })
const arc = alert('arc', { group: { theatre: 'all' }, admin1: ['ML-4', 'ML-5'] })

describe('an alert', () => {
  it('of a place belongs to the one that gathers its area, before any episode of that area', () => {
    expect(partOf(front, [surge, crisis], [])).toBe('crisis')
    expect(partOf(front, [surge], [])).toBe('surge')
    expect(partOf(front, [], [])).toBeNull()
  })

  it('belongs to a wider episode only if that has reached all its areas or shares a trigger', () => {
    const inBoth = alert('both', { group: { cell: '70:-25' }, admin1: ['ML-4', 'ML-5'] })
    expect(partOf(inBoth, [arc], [])).toBe('arc')
    expect(
      partOf(alert('far', { group: { cell: '70:-25' }, admin1: ['ML-4', 'ML-6'] }), [arc], [])
    ).toBeNull()
    expect(partOf(front, [surge, arc], [])).toBe('surge')
    // A severe alert belongs here only to a more severe one.
    const [severe, extreme] = (['severe', 'extreme'] as const).map(severity =>
      alert(severity, { group: { theatre: 'all' }, admin1: ['ML-4', 'ML-5'], severity })
    ) as [ListedAlert, ListedAlert]
    const grave = alert('grave', { group: { cell: '70:-25' }, severity: 'severe' })
    expect(partOf(grave, [arc, severe], [])).toBeNull()
    expect(partOf(grave, [severe, extreme], [])).toBe('extreme')
    expect(partOf(grave, [], [arc])).toBe('arc')
    expect(partOf(front, [], [arc])).toBe('arc')
    expect(partOf(front, [surge], [arc])).toBe('surge')
    expect(partOf(arc, [], [front, surge])).toBeNull()
  })

  it('does not belong to one about a single actor or source in its area', () => {
    expect(
      partOf(front, [alert('new', { group: { actor: 'jnim', admin1: 'ML-4' } })], [])
    ).toBeNull()
  })

  it('about an area belongs to an older one about it, and of two that share a trigger the later belongs to the older', () => {
    const lasts = alert('lasts', { pattern: 'sustained-threat', group: { admin1: 'ML-4' }, seq: 5 })
    expect(partOf(lasts, [surge], [])).toBe('surge')
    expect(partOf(surge, [lasts], [])).toBeNull()
    const seen = alert('seen', {
      pattern: 'new-actor',
      group: { actor: 'jnim', admin1: 'ML-4' },
      seq: 5
    })
    expect(partOf(seen, [], [front])).toBe('front')
    expect(partOf(front, [], [seen])).toBeNull()
    // Of those that share a trigger the widest, even if a narrower one is more severe.
    const worse = alert('worse', { group: { settlement: 'Diosso' }, severity: 'extreme' })
    expect(partOf(seen, [], [worse, front, arc])).toBe('arc')
  })

  it('never belongs to an equally wide one that is less severe: grouping must not hide the most severe', () => {
    const massacre = alert('massacre', {
      pattern: 'mass-casualty',
      group: { settlement: 'Diosso' },
      severity: 'extreme',
      seq: 9
    })
    expect(partOf(massacre, [], [front])).toBeNull()
    expect(partOf(massacre, [surge], [front])).toBe('surge')
  })

  it('of two raised at once belongs to the other only after that one was published', () => {
    const unsaid = (id: string) =>
      alert(id, { group: { admin1: 'ML-4' }, seq: Number.MAX_SAFE_INTEGER })
    expect(partOf(unsaid('one'), [unsaid('two')], [])).toBeNull()
    expect(partOf(unsaid('two'), [alert('one', { group: { admin1: 'ML-4' }, seq: 7 })], [])).toBe(
      'one'
    )
  })

  it('of one event belongs to an older one of its kind in the area, while that is open and no less severe', () => {
    const massacre = (id: string, of: Partial<Sketch>) =>
      alert(id, { pattern: 'mass-casualty', group: { settlement: id }, seq: 5, ...of })
    const elder = massacre('elder', { seq: 1 })
    expect(partOf(massacre('later', {}), [elder], [])).toBe('elder')
    expect(partOf(massacre('later', {}), [elder, surge], [])).toBe('surge')
    expect(partOf(elder, [massacre('later', {})], [])).toBeNull()
    expect(partOf(massacre('worse', { severity: 'severe' }), [elder], [])).toBeNull()
    expect(partOf(massacre('elsewhere', { admin1: ['ML-5'] }), [elder], [])).toBeNull()
    expect(partOf(front, [elder], [])).toBeNull()
  })

  it('of a place belongs to a situation within 60 km of its circle that began before, however grave', () => {
    const situation = alert('situation', {
      pattern: 'cluster',
      severity: 'minor',
      circle: [14, -5, 20],
      from: '2025-06-02'
    })
    const grave = { pattern: 'siege', severity: 'extreme', admin1: ['ML-5'] } as const
    const after = { ...grave, from: '2025-06-02' }
    const near = alert('near', { ...after, circle: [14.6, -5, 10] })
    expect(partOf(near, [situation], [])).toBe('situation')
    expect(partOf(alert('far', { ...after, circle: [14.7, -5, 10] }), [situation], [])).toBeNull()
    expect(partOf(alert('before', { ...grave, circle: [14, -5, 1] }), [situation], [])).toBeNull()
    expect(partOf(alert('nowhere', after), [situation], [])).toBeNull()
    expect(partOf(situation, [near], [])).toBeNull()
    // What gathers the area has the situation too.
    const here = alert('here', { ...after, admin1: ['ML-4'], circle: [14, -5, 1] })
    expect(partOf(here, [situation, crisis], [])).toBe('crisis')
  })

  it('of a whole theatre belongs to the situation in which all of it lies, and not the situation to it', () => {
    const situation = alert('situation', {
      pattern: 'cluster',
      severity: 'extreme',
      circle: [14, -5, 20],
      triggers: [1]
    })
    const count = (circle: ListedAlert['area']['circle']) =>
      alert('count', { pattern: 'rare-count', group: { theatre: 'all' }, circle, triggers: [1] })
    expect([...findParents([situation, count([14, -5, 40])])]).toEqual([['count', 'situation']])
    expect([...findParents([situation, count([14, -5, 200])])]).toEqual([['situation', 'count']])
  })

  it('that describes belongs to the situation with which it shares any trigger, and nothing to it', () => {
    const situation = alert('situation', { pattern: 'cluster', severity: 'minor', triggers: [4] })
    const describing = { ...surge, describes: true, triggers: [3, 4, 5] }
    expect([...findParents([describing, situation, crisis])]).toEqual([
      ['surge', 'situation'],
      ['situation', 'crisis']
    ])
    expect([...findParents([describing, front])]).toEqual([])
    expect(partOf(front, [], [describing])).toBeNull()
  })

  it('never belongs to one that has ended, nor a drill to a real one', () => {
    for (const status of ['resolved', 'retracted'] as const) {
      expect(partOf(front, [alert('over', { group: { admin1: 'ML-4' }, status })], [])).toBeNull()
    }
    expect(
      partOf(alert('drill', { group: { cell: '70:-25' }, drill: true }), [surge], [])
    ).toBeNull()
  })
})

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
        'cluster',
        'mass-casualty',
        'compound-crisis',
        'widening-arc'
      ),
      status: fc.constantFrom('provisional', 'confirmed', 'resolved', 'retracted'),
      severity: fc.constantFrom(...severities),
      group,
      drill: fc.boolean(),
      describes: fc.boolean(),
      from: fc.constantFrom('2025-06-01', '2025-06-05'),
      lat: fc.constantFrom(14, 14.5, 16),
      triggers: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
      admin1: fc.uniqueArray(area, { maxLength: 3 })
    }),
    { maxLength: 12 }
  )
  .map(list =>
    list.map(
      ({ lat, admin1, ...alert }, i): ListedAlert => ({
        ...alert,
        alertId: `alert-${i}`,
        firstSeq: i,
        triggers: [...alert.triggers].sort((a, b) => a - b),
        area: {
          circle: [lat, -5, 10],
          admin1: [
            ...new Set([
              ...admin1,
              ...(alert.group.admin1 === undefined ? [] : [alert.group.admin1])
            ])
          ].sort()
        }
      })
    )
  )

describe('of any alerts', () => {
  it('open ones alone have a parent and are one', () => {
    fc.assert(
      fc.property(alerts, all => {
        const open = all.filter(({ status }) => status === 'provisional' || status === 'confirmed')
        const ids = new Set(open.map(({ alertId }) => alertId))
        for (const [child, parent] of findParents(all))
          expect([ids.has(child), ids.has(parent), child === parent]).toEqual([true, true, false])
      }),
      { numRuns: 300 }
    )
  })

  it('the parents are the same whatever the alerts were before, and whenever somebody asked', () => {
    fc.assert(
      fc.property(alerts, alerts, fc.nat({ max: 12 }), (before, all, asked) => {
        const open = new OpenAlerts()
        findParents(before, open)
        findParents(all.slice(0, asked), open)
        for (const { alertId } of before.slice(all.length)) open.delete(alertId)
        expect([...findParents(all, open)]).toEqual([...findParents(all)])
      }),
      { numRuns: 300 }
    )
  })

  it('none is its own ancestor', () => {
    fc.assert(
      fc.property(alerts, all => {
        const parents = findParents(all)
        for (const child of parents.keys()) {
          let ancestor = parents.get(child)
          for (let step = 0; step < all.length && ancestor !== undefined; step++)
            ancestor = parents.get(ancestor)
          expect(ancestor).toBeUndefined()
        }
      }),
      { numRuns: 300 }
    )
  })
})
