// Growth of support alone waits for the alert's next event or the first tick of a new day. All else
// is published at once: what is material, and support that is gone or corrected.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentOf } from '../../src/alert/alert-content.ts'
import type { AlertEntry } from '../../src/alert/alert-decision.ts'
import type { Finding } from '../../src/finding/finding.ts'
import type { TheatrePayload } from '../../src/record/theatre-record.ts'
import type { Handling } from '../../src/report/handling.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, revisionOf, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const besieged = { settlement: 'Diosso', handling: 'public' } as const
const trigger = (id: string, day: number, more: Partial<ReportSketch> = {}): ReportSketch => ({
  ...{ id, ...besieged, at: `2024-01-${String(day).padStart(2, '0')}`, category: 'blockade' },
  ...more
})
const support = (id: string, more: Partial<ReportSketch> = {}): ReportSketch =>
  trigger(id, 20, { category: 'appeal', ...more })

/** An open siege, in the morning of 25 January. */
function aSiege(lane: 'live' | 'backfill' = 'live'): FoldStory {
  const story = new FoldStory({ sources: [] })
  story.tick('2024-01-25T06:00:00.000Z')
  story.report(trigger('a', 1, { to: '2024-01-12', tactics: ['movement-denied'], lane }))
  expect(story.standing('siege')).toHaveLength(1)
  return story
}

const kinds = (events: FoldStory['events']) => events.map(({ type, data }) => [type, data.notify])
const namedIn = (events: FoldStory['events']) =>
  events.flatMap(({ data }) =>
    'evidence' in data ? [data.evidence.map(({ incidentId }) => incidentId).sort()] : []
  )
const concernsIn = (events: FoldStory['events']) =>
  events.map(({ data }) => 'concerns' in data && data.concerns)

describe('growth of support alone', () => {
  it('waits for the first tick of the next day, which is due then', () => {
    const story = aSiege()
    expect([
      ...story.report(support('b')),
      ...story.report(support('c', { source: 'wire-2', at: '2024-01-22' }))
    ]).toEqual([])
    expect(story.fold.nextDeadlineMs()).toBe(Date.parse('2024-01-26T00:00:00.000Z'))
    expect(story.tick('2024-01-25T23:59:00.000Z')).toEqual([])
    const said = story.tick('2024-01-26')
    expect([kinds(said), namedIn(said)]).toEqual([[['alert.revised', 'update']], [['a', 'b', 'c']]])
    expect(story.tick('2024-01-27')).toEqual([])
  })

  it('is quiet if an import brought it, also when the tick of the next day publishes it', () => {
    const story = aSiege('backfill')
    story.report(support('b', { lane: 'backfill' }))
    // A live report of something else makes it no louder.
    story.report({
      id: 'far',
      at: '2024-01-20',
      settlement: 'Gao',
      admin1: 'ML-7',
      lat: 16.2,
      lon: 0
    })
    expect(kinds(story.tick('2024-01-26'))).toEqual([['alert.revised', 'quiet']])
    story.report(support('c', { lane: 'backfill', at: '2024-01-21' }))
    story.report(support('d', { at: '2024-01-21', source: 'wire-2' }))
    expect(kinds(story.tick('2024-01-27'))).toEqual([['alert.revised', 'page']])
  })
})

describe('support that was published', () => {
  const published = () => {
    const story = aSiege()
    story.report(support('b'))
    story.tick('2024-01-26T06:00:00.000Z')
    return story
  }

  it('is withdrawn at once', () => {
    const said = published().withdraw('b')
    expect([kinds(said), namedIn(said)]).toEqual([[['alert.revised', 'update']], [['a']]])
  })
})

describe('support that not all may see', () => {
  const open = support('open', { source: 'wire-2', at: '2024-01-21' })
  const hidden = support('hidden', { handling: 'restricted', at: '2024-01-16' })

  it('waits for the next day as any other, for those who may see it', () => {
    const story = aSiege()
    story.report(hidden)
    expect(concernsIn(story.tick('2024-01-26'))).toEqual(['restricted'])
  })

  it('does not make what others may see any earlier when it goes, nor any later', () => {
    const story = aSiege()
    story.report(hidden)
    story.tick('2024-01-26T06:00:00.000Z')
    expect(story.report(open)).toEqual([])
    // Only those who may see the withdrawn report get an event by it.
    const gone = story.withdraw('hidden')
    expect([concernsIn(gone), namedIn(gone)]).toEqual([['restricted'], [['a', 'open']]])
    const next = throughText(story.fold).nextDeadlineMs()
    expect(next).toBe(Date.parse('2024-01-27T00:00:00.000Z'))
    const said = story.tick('2024-01-27')
    expect([concernsIn(said), namedIn(said), kinds(said)]).toEqual([
      ['public'],
      [['a', 'open']],
      [['alert.revised', 'update']]
    ])
    expect(story.tick('2024-01-28')).toEqual([])
  })

  it('is gone for those alone who had been told of it', () => {
    const story = aSiege()
    story.report(hidden)
    story.tick('2024-01-26T06:00:00.000Z')
    story.report(open)
    expect(concernsIn(story.withdraw('hidden'))).toEqual(['restricted'])
    story.fold = throughText(story.fold)
    expect(concernsIn(story.withdraw('open'))).toEqual(['restricted'])
    expect(story.tick('2024-01-27')).toEqual([])
  })
})

const settlements = ['Diosso', 'Tonka'] as const
const placeOf = (settlement: (typeof settlements)[number]) =>
  settlement === 'Diosso'
    ? { settlement, admin1: 'ML-4', lat: 13.88, lon: -5.36 }
    : { settlement, admin1: 'ML-6', lat: 16.13, lon: -5.36 }

/**
 * Streams about two places in which much is only support: appeals, ungraded reports, and reports of
 * the area.
 */
const sketch: fc.Arbitrary<ReportSketch> = fc
  .record({
    n: fc.integer({ min: 0, max: 24 }),
    day: fc.integer({ min: 0, max: 40 }),
    days: fc.constantFrom(0, 0, 0, 9),
    revision: fc.integer({ min: 0, max: 2 }),
    where: fc.constantFrom(...settlements),
    category: fc.constantFrom(
      'blockade',
      'movement-denied',
      'appeal',
      'appeal',
      'attack',
      'attack',
      'threat'
    ),
    credibility: fc.constantFrom(2, 2, 5),
    handling: fc.constantFrom<Handling>('public', 'public', 'internal', 'restricted'),
    lane: fc.constantFrom('live', 'live', 'backfill')
  })
  .map(({ n, day, days, revision, where, ...more }) => ({
    ...{ ...more, id: `r${n}`, source: `wire-${1 + (n % 3)}`, ...placeOf(where) },
    at: formatTime(startMs + day * dayMs).slice(0, 10),
    to: formatTime(startMs + (day + days) * dayMs).slice(0, 10),
    reportedAt: formatTime(startMs + (50 + revision) * dayMs)
  })) as fc.Arbitrary<ReportSketch>

const startMs = Date.parse('2024-01-01T00:00:00.000Z')
const step: fc.Arbitrary<{ readonly payload: TheatrePayload } | { readonly hours: number }> =
  fc.oneof(
    {
      weight: 8,
      arbitrary: sketch.map(one => ({
        payload: { type: 'report.received', data: revisionOf(one) } as const
      }))
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 24 }).map(n => {
        return {
          payload: {
            type: 'report.withdrawn',
            data: { reportId: `r${n}`, reason: 'wrong', lane: 'live' }
          } as const
        }
      })
    },
    { weight: 2, arbitrary: fc.constantFrom(1, 5, 20).map(hours => ({ hours })) }
  )
const steps = fc.array(step, { minLength: 10, maxLength: 60 })

/**
 * What readers rest on, without the support: by the finding itself, as an alert would state it
 * anew.
 */
function statedOf({ finding, severities }: NonNullable<AlertEntry['held']>) {
  const {
    evidence: _e,
    evidenceOmitted: _o,
    explanation: _x,
    ...stated
  } = contentOf(finding, severities, noRevisions).shown
  // A change of id alone is no news.
  const levels = stated.levels.map(({ incidentId: _, ...level }) => level)
  return {
    ...stated,
    levels,
    explanation: finding.explanation,
    triggers: finding.triggers.map(({ contentKey }) => contentKey)
  }
}

const noRevisions = { revisionOf: () => 1, changes: 0, changedSince: () => null }
const supportOf = ({ support: list, omitted }: Finding) => ({
  omitted,
  keys: list.map(({ contentKey }) => contentKey).sort()
})

/**
 * Plays a stream and calls `check` after each record for what stands then. Gives the number of
 * alerts that waited.
 */
function play(
  story: FoldStory,
  stream: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  check: () => void
) {
  let [nowMs, waited] = [startMs + 50 * dayMs, 0]
  story.tick(formatTime(nowMs))
  for (const settlement of settlements) {
    story.report(
      trigger(`siege-${settlement}`, 1, {
        to: '2024-01-30',
        tactics: ['movement-denied'],
        ...placeOf(settlement)
      })
    )
  }
  for (const one of stream) {
    if ('hours' in one) nowMs += one.hours * 3_600_000
    if ('payload' in one) story.take(one.payload)
    else story.tick(formatTime(nowMs))
    // One record makes one event of an alert at most: the rest comes with the next, here before the
    // day is over.
    while (story.fold.alerts.hasMoreToSay) story.tick(formatTime(++nowMs))
    if (story.fold.alerts.nextTellMs(nowMs) !== null) waited += 1
    check()
  }
  return { waited, nextDayMs: (Math.floor(nowMs / dayMs) + 1) * dayMs }
}

const aStory = () => new FoldStory({ start: '2023-06-01' })
const entriesOf = (story: FoldStory) => [...story.fold.alerts.entries]

describe('any stream', () => {
  it('publishes at once what is material, and support that is gone; the first tick of the next day leaves nothing unsaid', () => {
    let waits = 0
    fc.assert(
      fc.property(steps, stream => {
        const story = aStory()
        const { waited, nextDayMs } = play(story, stream, () => {
          for (const { held, published, state } of entriesOf(story)) {
            expect(state.status === 'retracted').toBe(held === null)
            if (held === null) continue
            expect(statedOf(published)).toEqual(statedOf(held))
            expect(state).toMatchObject({
              severity: statedOf(held).severity,
              headline: statedOf(held).headline
            })
            expect(supportOf(held.finding).keys).toEqual(
              expect.arrayContaining(supportOf(published.finding).keys)
            )
          }
        })
        waits += waited
        story.tick(formatTime(nextDayMs))
        for (let ms = nextDayMs; story.fold.alerts.hasMoreToSay; ) story.tick(formatTime(++ms))
        expect(story.fold.alerts.nextTellMs(nextDayMs)).toBeNull()
        for (const { held, published, state } of entriesOf(story)) {
          if (held === null) continue
          expect(statedOf(published)).toEqual(statedOf(held))
          expect(supportOf(published.finding)).toEqual(supportOf(held.finding))
          const { triggers, support: named, omitted } = held.finding
          expect(state.evidence.length + state.evidenceOmitted).toBe(
            triggers.length + named.length + omitted
          )
        }
      }),
      { numRuns: runsOf(300, 10) }
    )
    expect(waits).toBeGreaterThan(shareOf(300, 300, 10))
  })

  it('makes the same events if it is restored from its snapshot after any record', () => {
    let waits = 0
    fc.assert(
      fc.property(steps, stream => {
        const [whole, restored] = [aStory(), aStory()]
        waits += play(whole, stream, () => {}).waited
        play(restored, stream, () => {
          restored.fold = throughText(restored.fold)
        })
        expect(restored.events).toEqual(whole.events)
      }),
      { numRuns: runsOf(60, 10) }
    )
    expect(waits).toBeGreaterThan(shareOf(60, 60, 10))
  })
})
