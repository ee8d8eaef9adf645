// How alerts are folded into stories, and that stories kept as alerts change are those made at
// once.

import './support/a-page.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  filterIn,
  groupings,
  presetFilter,
  presets,
  sorts,
  wholeQueue
} from '../src/queue/queue-filter.ts'
import { listRows, rowIn, type Story, StoryBook } from '../src/queue/queue-rows.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import {
  isSelected,
  listAlerts,
  listUnlisted,
  rowsBetween,
  selectedMax,
  selecting
} from '../src/state/queue-state.ts'
import { anAlert, placedIn } from './support/an-alert.ts'
import { storiesOf } from './support/stories-of.ts'

const outline = (stories: readonly Story[]) =>
  stories.map(({ whole, parts }) => [whole.alertId, ...parts.map(({ alertId }) => alertId)])

describe('alerts that are parts of others', () => {
  const of = (alertId: string, partOf: string | null = null) => anAlert({ alertId, partOf })

  it.each<[string, ShownAlert[], string[]]>([
    ['under their whole', [of('a'), of('b', 'a')], ['a b']],
    ['under the outermost', [of('a'), of('b', 'a'), of('c', 'b')], ['a b c']],
    ['alone where their whole is not listed', [of('b', 'a'), of('c', 'b')], ['b c']],
    ['under the first where each is part of another', [of('b', 'a'), of('a', 'b')], ['a b']]
  ])('are %s', (_, alerts, shown) => {
    const stories = outline(storiesOf(alerts, 'grave', placedIn))
    expect(stories.map(story => story.sort().join(' ')).sort()).toEqual(shown)
  })
})

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const change = fc.record({
  alertId: fc.constantFrom(...ids),
  isGone: fc.boolean(),
  isListed: fc.boolean(),
  severity: fc.constantFrom('extreme' as const, 'severe' as const, 'minor' as const),
  partOf: fc.option(fc.constantFrom(...ids)),
  second: fc.integer({ min: 0, max: 9 })
})

describe('stories kept as alerts change', () => {
  it('are those that are made at once of what there is, and an unchanged story is the same object', () => {
    const changes = fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 })
    fc.assert(
      fc.property(changes, fc.constantFrom(...sorts), (batches, sort) => {
        const isListed = ({ status }: ShownAlert) => status !== 'resolved'
        const book = new StoryBook({ isListed, sort, placeOf: placedIn })
        const held = new Map<string, ShownAlert>()
        for (const batch of batches) {
          const before = new Set(book.stories)
          for (const { alertId, isGone, isListed: isShown, second, ...members } of batch) {
            const times = { detectedAt: `2026-03-01T12:00:0${second}.000Z` }
            const status = isShown ? 'confirmed' : 'resolved'
            if (isGone) held.delete(alertId)
            else held.set(alertId, anAlert({ alertId, ...members, times, status }))
          }
          const touched = new Set(batch.map(({ alertId }) => alertId))
          book.take(held, touched)
          const listed = [...held.values()].filter(isListed)
          expect(outline(book.stories)).toEqual(outline(storiesOf(listed, sort, placedIn)))
          expect(book.size).toBe(listed.length)
          const unfolded = new Set(['a', 'c'])
          const rows = listRows(book.stories, unfolded)
          const found = listed.map(({ alertId }) =>
            rowIn(book.findStory(alertId) as Story, alertId, unfolded)
          )
          expect(new Set(found.filter(row => row !== undefined))).toEqual(new Set(rows))
          for (const story of book.stories)
            expect([...before].find(each => isAsBefore(each, story)) ?? story).toBe(story)
        }
      })
    )
  })
})

function isAsBefore(before: Story, { whole, parts }: Story): boolean {
  return (
    before.whole === whole &&
    before.parts.length === parts.length &&
    parts.every(part => before.parts.includes(part))
  )
}

describe('headings', () => {
  it('stand above the first row of each group, in the order of the list, and count parts too', () => {
    const stories = storiesOf(
      [
        anAlert({ alertId: 'a', severity: 'extreme', ruleId: 'x' }),
        anAlert({ alertId: 'b', severity: 'minor', ruleId: 'y', partOf: 'a' }),
        anAlert({ alertId: 'c', severity: 'severe', ruleId: 'z' }),
        anAlert({ alertId: 'd', severity: 'minor', ruleId: 'x' })
      ],
      'grave',
      placedIn
    )
    const rows = listRows(stories, new Set(), 'rule')
    expect(rows.map(({ alert, group }) => [alert.alertId, group?.key, group?.count])).toEqual([
      ['a', 'x', 3],
      ['d', undefined, undefined],
      ['c', 'z', 1]
    ])
    for (const by of groupings) expect(listRows(stories, new Set(), by)).toHaveLength(3)
  })
  it.each([
    ['country', 'ML'],
    ['area', 'ML-4'],
    ['rule', 'siege'],
    ['owner', 'Ben'],
    ['severity', 'moderate']
  ] as const)('by %s say %s', (by, key) => {
    const alert = anAlert({ operator: { acknowledgedBy: 'Ama', assignedTo: 'Ben' } })
    const [row] = listRows(storiesOf([alert], 'grave', placedIn), new Set(), by)
    expect(row?.group).toEqual({ key, count: 1, worst: 'moderate' })
  })
})

describe('a selection', () => {
  const rowsFor = (alerts: readonly ShownAlert[], ...unfolded: readonly string[]) =>
    listRows(storiesOf(alerts, 'grave', placedIn), new Set(unfolded))
  const rows = rowsFor(
    ['a', 'b', 'c', 'd'].map(alertId => anAlert({ alertId, operatorRevision: 3 }))
  )
  const story = [anAlert({ alertId: 'whole' }), anAlert({ alertId: 'part', partOf: 'whole' })]
  const [closed, opened] = [rowsFor(story), rowsFor(story, 'whole')]

  it('holds the revision that was seen, not that of later', () => {
    const [row] = rows as [(typeof rows)[0]]
    const first = selecting(new Map(), [row], true)
    const moved = { ...row, alert: { ...row.alert, operatorRevision: 9 } }
    expect([...selecting(first, [moved], true)]).toEqual([['a', 3]])
  })
  it.each([
    ['b', 'd', 'b c d'],
    ['d', 'b', 'b c d'],
    [null, 'c', 'c'],
    ['gone', 'c', 'c'],
    ['a', 'gone', '']
  ])('reaches from one row to another, whichever stands first: %s to %s', (from, to, reached) => {
    const ids = rowsBetween(rows, from, to).map(({ alert }) => alert.alertId)
    expect(ids.join(' ')).toBe(reached)
  })
  it('of a folded row holds what is folded under it, of an unfolded one the row alone', () => {
    const [folded, open] = [closed[0], opened[0]] as [(typeof rows)[0], (typeof rows)[0]]
    expect([listAlerts(folded).length, listAlerts(open).length]).toEqual([2, 1])
    const both = selecting(new Map(), [folded], true)
    expect(isSelected(both, folded)).toBe(true)
    expect(isSelected(selecting(both, [open], false), folded)).toBe(false)
  })
  it('says what of it stands in no row any more: another filter is set, or it has closed', () => {
    const all = selecting(selecting(new Map(), rows.slice(0, 2), true), closed, true)
    expect(listUnlisted(all, rows)).toEqual(['whole', 'part'])
    expect(listUnlisted(all, closed)).toEqual(['a', 'b'])
    expect(listUnlisted(all, [...rows, ...opened])).toEqual([])
    expect(listUnlisted(all, [])).toEqual(['a', 'b', 'whole', 'part'])
  })
  it('has a maximum', () => {
    const many = Array.from({ length: selectedMax + 5 }, (_, i) => anAlert({ alertId: `n${i}` }))
    expect(selecting(new Map(), rowsFor(many), true).size).toBe(selectedMax)
  })
})

describe('presets', () => {
  it('are addresses, and leave the headings as they are', () => {
    const now = { ...filterIn(new URLSearchParams('country=ML&q=x')), group: 'owner' as const }
    expect(presetFilter('mine', now)).toEqual({ ...wholeQueue, owner: ['me'], group: 'owner' })
    expect(new Set(presets.map(preset => JSON.stringify(presetFilter(preset, now)))).size).toBe(
      presets.length
    )
  })
})
