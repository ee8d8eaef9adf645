// How alerts are folded into stories, and that stories kept as alerts change are those made at
// once.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presetFilter, presets } from '../src/queue/presets.ts'
import { filterIn, type Grouping, groupings, sorts, wholeQueue } from '../src/queue/queue-filter.ts'
import { rowIn, rowsOf } from '../src/queue/queue-rows.ts'
import {
  alertsOf,
  isSelected,
  rowsBetween,
  selectedMax,
  selecting,
  unlistedOf
} from '../src/queue/selection.ts'
import type { Story } from '../src/queue/story.ts'
import { StoryBook } from '../src/queue/story-book.ts'
import { sharersMax } from '../src/queue/story-links.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { anAlert, placedIn } from './support/an-alert.ts'
import { storiesOf } from './support/stories-of.ts'

const on = (...incidents: readonly string[]) =>
  incidents.map(incidentId => ({
    incidentId,
    role: 'trigger' as const,
    handling: 'public' as const
  }))
const ofRule = (ruleId: string, incidents: readonly string[], more: Partial<ShownAlert> = {}) =>
  anAlert({ alertId: ruleId, ruleId, evidence: on(...incidents), ...more })
const outline = (stories: readonly Story[]) =>
  stories.map(({ whole, parts }) => [whole.alertId, ...parts.map(({ alertId }) => alertId)])
const folded = (...alerts: readonly ShownAlert[]) => outline(storiesOf(alerts, 'grave', placedIn))

describe('alerts that rest on the same incidents', () => {
  it('are one story, under the one that rests on most of them', () => {
    expect(folded(ofRule('repeat', ['i1', 'i2', 'i3']), ofRule('massacre', ['i3']))).toEqual([
      ['repeat', 'massacre']
    ])
    expect(
      folded(ofRule('front', ['i1', 'i2', 'i3', 'i4']), ofRule('surge', ['i2', 'i3', 'i9']))
    ).toEqual([['front', 'surge']])
  })
  it('that rest on as many are under the gravest', () => {
    expect(folded(ofRule('a', ['i1']), ofRule('b', ['i1'], { severity: 'extreme' }))).toEqual([
      ['b', 'a']
    ])
  })
  it('are apart where they share half or less, where one rule says so, and where one is an exercise', () => {
    expect(folded(ofRule('a', ['i1', 'i2']), ofRule('b', ['i2', 'i3']))).toHaveLength(2)
    expect(folded(ofRule('a', ['i1']), ofRule('a', ['i1'], { alertId: 'a2' }))).toHaveLength(2)
    expect(folded(ofRule('a', ['i1']), ofRule('b', ['i1'], { drill: true }))).toHaveLength(2)
    expect(folded(ofRule('a', ['i1']), ofRule('b', ['i1'], { theatre: 'coast' }))).toHaveLength(2)
  })
  it('stand under their whole first, if it is listed', () => {
    const alerts = [
      ofRule('a', ['i1', 'i2', 'i3']),
      ofRule('b', ['i1'], { partOf: 'c' }),
      ofRule('c', ['i7'])
    ]
    expect(folded(...alerts).map(each => each.toSorted())).toContainEqual(['b', 'c'])
  })
  it('are not compared where more share an incident than can be told apart', () => {
    const many = Array.from({ length: sharersMax + 1 }, (_, i) => ofRule(`r${i}`, ['capital']))
    expect(folded(...many)).toHaveLength(many.length)
  })
})

const incident = fc.constantFrom('i1', 'i2', 'i3', 'i4', 'i5')
const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const change = fc.record({
  alertId: fc.constantFrom(...ids),
  isGone: fc.boolean(),
  isListed: fc.boolean(),
  ruleId: fc.constantFrom('r1', 'r2', 'r3'),
  severity: fc.constantFrom('extreme' as const, 'severe' as const, 'minor' as const),
  partOf: fc.option(fc.constantFrom(...ids)),
  incidents: fc.uniqueArray(incident, { maxLength: 4 }),
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
          for (const {
            alertId,
            isGone,
            isListed: isShown,
            incidents,
            second,
            ...members
          } of batch) {
            const times = { detectedAt: `2026-03-01T12:00:0${second}.000Z` }
            const status = isShown ? 'confirmed' : 'resolved'
            if (isGone) held.delete(alertId)
            else
              held.set(
                alertId,
                anAlert({ alertId, ...members, evidence: on(...incidents), times, status })
              )
          }
          const touched = new Set(batch.map(({ alertId }) => alertId))
          book.take(held, touched)
          const listed = [...held.values()].filter(isListed)
          expect(outline(book.stories)).toEqual(outline(storiesOf(listed, sort, placedIn)))
          expect(book.size).toBe(listed.length)
          const unfolded = new Set(['a', 'c'])
          const rows = rowsOf(book.stories, unfolded)
          const found = listed.map(({ alertId }) =>
            rowIn(book.storyOf(alertId) as Story, alertId, unfolded)
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
    expect(
      rowsOf(stories, new Set(), 'rule').map(({ alert, group }) => [
        alert.alertId,
        group?.key ?? null,
        group?.count
      ])
    ).toEqual([
      ['a', 'x', 3],
      ['d', null, undefined],
      ['c', 'z', 1]
    ])
    for (const by of groupings) expect(rowsOf(stories, new Set(), by)).toHaveLength(3)
  })
  it.each([
    ['country', 'ML'],
    ['area', 'ML-4'],
    ['rule', 'siege'],
    ['owner', 'Ben'],
    ['severity', 'moderate']
  ] as const)('by %s say %s', (by: Grouping, key) => {
    const operator = { acknowledgedBy: 'Ama', assignedTo: 'Ben' }
    const [row] = rowsOf(storiesOf([anAlert({ operator })], 'grave', placedIn), new Set(), by)
    expect(row?.group).toEqual({ key, count: 1, worst: 'moderate' })
  })
})

describe('a selection', () => {
  const rows = rowsOf(
    storiesOf(
      ['a', 'b', 'c', 'd'].map(alertId => anAlert({ alertId, operatorRevision: 3 })),
      'grave',
      placedIn
    ),
    new Set()
  )
  it('holds the revision that was seen, not that of later', () => {
    const first = selecting(new Map(), rows.slice(0, 1), true)
    const moved = rows
      .slice(0, 1)
      .map(row => ({ ...row, alert: { ...row.alert, operatorRevision: 9 } }))
    expect([...selecting(first, moved, true)]).toEqual([['a', 3]])
  })
  it('reaches from one row to another, whichever stands first', () => {
    const between = (from: string | null, to: string) =>
      rowsBetween(rows, from, to).map(({ alert }) => alert.alertId)
    expect([
      between('b', 'd'),
      between('d', 'b'),
      between(null, 'c'),
      between('gone', 'c'),
      between('a', 'gone')
    ]).toEqual([['b', 'c', 'd'], ['b', 'c', 'd'], ['c'], ['c'], []])
  })
  it('of a folded row holds what is folded under it, of an unfolded one the row alone', () => {
    const stories = storiesOf(
      [anAlert({ alertId: 'whole' }), anAlert({ alertId: 'part', partOf: 'whole' })],
      'grave',
      placedIn
    )
    const [closed] = rowsOf(stories, new Set()) as [(typeof rows)[number]]
    const [open] = rowsOf(stories, new Set(['whole'])) as [(typeof rows)[number]]
    expect([alertsOf(closed).length, alertsOf(open).length]).toEqual([2, 1])
    const both = selecting(new Map(), [closed], true)
    expect([isSelected(both, closed), isSelected(selecting(both, [open], false), closed)]).toEqual([
      true,
      false
    ])
  })
  it('says what of it stands in no row any more: another filter is set, or it has closed', () => {
    const stories = storiesOf(
      [anAlert({ alertId: 'whole' }), anAlert({ alertId: 'part', partOf: 'whole' })],
      'grave',
      placedIn
    )
    const both = selecting(
      selecting(new Map(), rows.slice(0, 2), true),
      rowsOf(stories, new Set()),
      true
    )
    expect(unlistedOf(both, rows)).toEqual(['whole', 'part'])
    expect(unlistedOf(both, rowsOf(stories, new Set()))).toEqual(['a', 'b'])
    expect(unlistedOf(both, [...rows, ...rowsOf(stories, new Set(['whole']))])).toEqual([])
    expect(unlistedOf(both, [])).toEqual(['a', 'b', 'whole', 'part'])
  })
  it('has a maximum', () => {
    const many = storiesOf(
      Array.from({ length: selectedMax + 5 }, (_, i) => anAlert({ alertId: `n${i}` })),
      'grave',
      placedIn
    )
    expect(selecting(new Map(), rowsOf(many, new Set()), true).size).toBe(selectedMax)
  })
})

describe('presets', () => {
  it('are addresses, and leave the headings as they are', () => {
    const now = { ...filterIn(new URLSearchParams('country=ML&q=x')), group: 'owner' as const }
    expect(presetFilter('mine', now)).toEqual({ ...wholeQueue, holder: 'mine', group: 'owner' })
    expect(new Set(presets.map(preset => JSON.stringify(presetFilter(preset, now)))).size).toBe(
      presets.length
    )
  })
})
