// Promise 4: for reports within R and the same last tick, any order of arrival, with corrections,
// withdrawals and duplicates, ends in the same non-retracted findings. And a restored snapshot
// continues without a difference.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TheatrePayload, TheatreRecord } from '../../src/record/theatre-record.ts'
import { formatTime } from '../../src/space-time/event-time.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { comparable, FoldStory, levelsOf, testDigest, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'
import { lastWords, payloadsOf, storyRules } from './random-stories.ts'

const lastTick = '2025-06-01'
/**
 * The share of the long form: bugs planted in the machines are found within 20 runs of all of these, or in none of
 * 200.
 */
const part = 50
const runs = runsOf(1000, 2 * part)

/**
 * Records other than reports: settings, rules, pairs, and an officer's request for any current
 * alert.
 */
const wordOfPeople: fc.Arbitrary<TheatrePayload | ((story: FoldStory) => TheatrePayload)> =
  fc.oneof(
    fc
      .tuple(fc.constantFrom('wire-1', 'wire-2'), fc.constantFrom('A', 'D', 'F'))
      .map(([id, reliability]): TheatrePayload => {
        return {
          type: 'source.configured',
          data: {
            id,
            reliability: reliability as 'A',
            latenessDays: 3,
            cadenceDays: 60,
            archive: false
          }
        }
      }),
    fc.integer({ min: 2, max: 4 }).map((minPoints): TheatrePayload => {
      return {
        type: 'rule.configured',
        data: {
          ruleId: 'front',
          ruleVersion: minPoints,
          pattern: 'front',
          parameters: { minPoints }
        }
      }
    }),
    fc.constant<TheatrePayload>({ type: 'rule.removed', data: { ruleId: 'siege' } }),
    fc
      .constantFrom('0.0.1', '0.0.2')
      .map((engine): TheatrePayload => ({ type: 'engine.changed', data: { engine } })),
    fc
      .tuple(fc.nat(), fc.nat(), fc.boolean())
      .map(([a, b, same]) => (story: FoldStory): TheatrePayload => {
        const ids = story.records.flatMap(r =>
          r.type === 'report.received' ? [r.data.reportId] : ['none']
        )
        const pick = (n: number) => ids[n % ids.length] as string
        return {
          type: 'pair.declared',
          data: { reportIds: [pick(a), pick(b)], same, by: 'officer' }
        }
      }),
    fc
      .tuple(fc.nat(), fc.constantFrom('acknowledge', 'comment', 'resolve'))
      .map(([n, action]) => (story: FoldStory): TheatrePayload => {
        const alerts = story.standing()
        const alert = alerts[n % Math.max(1, alerts.length)]
        const request = {
          action,
          alertId: alert?.alertId ?? 'none',
          ifMatch: alert?.operatorRevision ?? 1,
          by: 'officer'
        }
        const blank = { until: null, note: null, to: null, text: 'seen', disposition: 'true' }
        return {
          type: 'operator.requested',
          data: { ...request, ...blank, actionId: `action-${story.records.length}` } as never
        }
      })
  )

/**
 * A log in which some records are repeated later, and where. Removed records cannot be recognised,
 * so within a short retention they are repeated before the next tick.
 */
function withRepeats(
  records: readonly TheatreRecord[],
  places: readonly (readonly [number, number])[],
  anywhere: boolean
): { log: TheatreRecord[]; repeated: Set<number> } {
  const log = records.map(record => ({ record, isRepeat: false }))
  for (const [which, howFar] of places) {
    const at = which % log.length
    const nextTick = log.findIndex(({ record }, i) => i > at && record.type === 'clock.ticked')
    const end = anywhere || nextTick < 0 ? log.length : nextTick
    const place = at + 1 + (howFar % Math.max(1, end - at))
    log.splice(place, 0, { record: (log[at] as (typeof log)[number]).record, isRepeat: true })
  }
  return {
    log: log.map(l => l.record),
    repeated: new Set(log.flatMap((l, i) => (l.isRepeat ? [i] : [])))
  }
}

/** What promise 4 compares: rule, group, window, reports, severity, levels. */
function findingsOf(story: FoldStory): string[] {
  return [...story.fold.alerts.entries]
    .filter(e => e.state.status !== 'retracted' && e.held !== null)
    .map(e =>
      JSON.stringify({
        rule: e.state.ruleId,
        group: e.state.group,
        window: e.state.window,
        reports: e.held?.finding.triggers.flatMap(i => i.reportIds).sort(),
        support: e.held?.finding.support.flatMap(i => i.reportIds).sort(),
        severity: e.state.severity,
        levels: levelsOf(e.state)
      })
    )
    .sort()
}

function tell(
  payloads: readonly (TheatrePayload | ((story: FoldStory) => TheatrePayload))[],
  retentionDays = 820
): FoldStory {
  const story = new FoldStory({ start: '2024-12-01', rules: storyRules })
  story.take({
    type: 'theatre.configured',
    data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays }
  })
  for (const p of payloads) story.take(typeof p === 'function' ? p(story) : p)
  story.tick(lastTick)
  // Pending events are published with the following records.
  for (let minute = 1; minute <= 4; minute++)
    story.tick(formatTime(Date.parse(lastTick) + minute * 60_000))
  return story
}

describe('convergence', () => {
  it(`ends in the same findings for any arrival order (${runs} shuffles)`, () => {
    const found = new Map<string, number>()
    fc.assert(
      fc.property(
        payloadsOf(10, 32).chain(list =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray([...list, ...list.slice(0, 8)], {
              minLength: list.length + Math.min(8, list.length),
              maxLength: list.length + Math.min(8, list.length)
            })
          )
        ),
        ([list, shuffled]) => {
          const findings = findingsOf(tell(list))
          for (const { rule } of findings.map(text => JSON.parse(text) as { rule: string })) {
            found.set(rule, (found.get(rule) ?? 0) + 1)
          }
          expect(findingsOf(tell(shuffled))).toEqual(findings)
        }
      ),
      { numRuns: runs }
    )
    // Of a rule without findings the property would prove nothing.
    const seldom = storyRules.filter(
      ({ ruleId }) => (found.get(ruleId) ?? 0) < shareOf(10, 1000, 2 * part)
    )
    expect(seldom.map(({ ruleId }) => `${ruleId}: ${found.get(ruleId) ?? 0}`)).toEqual([])
  }, 600_000)

  it('leaves the findings as if a withdrawn report had never come', () => {
    fc.assert(
      fc.property(payloadsOf(3, 20), fc.nat(), (payloads, pick) => {
        const told = payloads.filter(p => p.type === 'report.received')
        fc.pre(told.length > 0)
        const victim = (told[pick % told.length] as (typeof told)[number]).data.reportId
        // A withdrawn report was heard: it shows how far its source has told. So each source has a
        // last word.
        const all = [...told, ...lastWords]
        const without = all.filter(p => p.data.reportId !== victim)
        const withdrawn: TheatrePayload[] = [
          ...all,
          { type: 'report.withdrawn', data: { reportId: victim, reason: 'wrong', lane: 'live' } }
        ]
        expect(findingsOf(tell(withdrawn))).toEqual(findingsOf(tell(without)))
      }),
      { numRuns: runsOf(200, part) }
    )
  }, 300_000)

  it('continues from a snapshot, taken anywhere and restored from its text, with the same events', () => {
    fc.assert(
      fc.property(
        payloadsOf(2, 24),
        fc.nat(),
        fc.constantFrom(20, 45, 820),
        (list, at, retentionDays) => {
          const whole = tell(list, retentionDays)
          const cut = at % whole.records.length
          const first = new TheatreFold('sahel', testDigest)
          for (const record of whole.records.slice(0, cut)) first.apply(record)
          const again = throughText(first)
          const outputs = whole.records.slice(cut).map(record => again.apply(record))
          expect(outputs).toEqual(whole.outputs.slice(cut))
          expect(comparable(again)).toEqual(comparable(whole.fold))
        }
      ),
      { numRuns: runsOf(500, part) }
    )
  }, 300_000)

  it('makes the same events, and no others, if the log repeats any records anywhere later', () => {
    let repeats = 0
    let said = 0
    fc.assert(
      fc.property(
        fc
          .tuple(payloadsOf(1, 20), payloadsOf(1, 20), fc.array(wordOfPeople, { maxLength: 12 }))
          .chain(([first, rest, words]) =>
            fc
              .shuffledSubarray([...rest, ...words], { minLength: rest.length + words.length })
              .map(mixed => [...first, ...mixed])
          ),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(20, 45, 820),
        (list, places, retentionDays) => {
          const once = tell(list, retentionDays)
          const { log, repeated } = withRepeats(once.records, places, retentionDays === 820)
          const again = new TheatreFold('sahel', testDigest)
          const outputs = log.map(record => again.apply(record))
          expect(outputs.filter((_, i) => !repeated.has(i))).toEqual(once.outputs)
          const idle = outputs.filter((_, i) => repeated.has(i))
          expect(idle.flatMap(o => [...o.alerts, ...o.incidents])).toEqual([])
          expect(comparable(again).slice(1)).toEqual(comparable(once.fold).slice(1))
          repeats += idle.length
          said += once.events.length
        }
      ),
      { numRuns: runsOf(500, part) }
    )
    expect(repeats).toBeGreaterThan(shareOf(500, 500, part))
    expect(said).toBeGreaterThan(shareOf(100, 500, part))
  }, 120_000)

  it('gives every event of one alert the next revision, and of the theatre the next seq', () => {
    fc.assert(
      fc.property(payloadsOf(2, 24), list => {
        const { events } = tell(list)
        expect(events.map(e => e.data.seq)).toEqual(events.map((_, i) => i + 1))
        const revisions = new Map<string, number>()
        for (const e of events) {
          if (e.type === 'alert.action-refused') continue
          expect(e.data.revision).toBe((revisions.get(e.data.alertId) ?? 0) + 1)
          revisions.set(e.data.alertId, e.data.revision)
        }
      }),
      { numRuns: runsOf(200, part) }
    )
  }, 300_000)
})
