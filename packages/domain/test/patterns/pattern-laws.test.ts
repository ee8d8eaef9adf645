// Laws of every pattern: results do not depend on the order of arrival, a withdrawn report leaves
// no trace, a snapshot anywhere changes nothing, setting a rule again loses and repeats nothing, a
// fold never changes a state, a later horizon alone changes no evidence, deaths in headlines lie
// within the alert's. Input: each pattern's examples, shifted, with noise; that it fires, too.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyCompoundPattern } from '../../src/detection/compound.ts'
import {
  type AnyPattern,
  type AnySteppedPattern,
  type ExampleIncident,
  hasAbsenceLevels,
  type PatternExample,
  resolveParameters
} from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { plainOf } from '../../src/finding/told-finding.ts'
import { momentAt } from '../../src/fold/moment.ts'
import {
  assembleIncident,
  compareIncidents,
  type Incident,
  viewOf
} from '../../src/incident/incident.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules,
  patterns
} from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion, SourceConfig, TheatrePayload } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime, parseSpan, parseTimeMs } from '../../src/space-time/event-time.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import {
  FoldStory,
  levelsOf,
  type ReportSketch,
  revisionOf,
  testDigest,
  throughText
} from '../fold-story.ts'
import { expectDeathsAsTold } from '../headline-deaths.ts'
import { runsOf, shareOf } from '../test-size.ts'
import { moved, toldAgain } from '../told-again.ts'
import { machineOver } from './machine-over.ts'

/** Reports used by one law over all its runs: patterns with long examples run less often. */
const reportsPerLaw = runsOf(800, 20)
const startDay = '2020-01-01'
const noiseMax = 8
let [momentsSeen, letGo, deathsTold] = [0, 0, 0]
const theatre = { id: 'sahel', countries: null, polygon: null, clock: 'replay' } as const

function sketchOf(
  { actor, credibility, ...example }: ExampleIncident,
  id: string,
  days: number
): ReportSketch {
  const { at, to } = example
  return {
    source: 'wire-1',
    ...example,
    id,
    at: moved(at, days),
    ...(to === undefined ? {} : { to: moved(to, days) }),
    ...(actor === undefined ? {} : { actors: [actor] }),
    ...(credibility === undefined ? {} : { credibility: credibility as 2 })
  } as ReportSketch
}

/** The subject of a law: a pattern, with the rules that a theatre needs for it. */
interface Subject {
  readonly id: string
  readonly examples: readonly PatternExample[]
  readonly rules: readonly RuleVersion[]
}

const firing = ({ examples }: Pick<Subject, 'examples'>) =>
  examples.filter(e => e.expect.length > 0)

interface Material {
  readonly reports: readonly ReportSketch[]
  readonly corrections: readonly ReportSketch[]
  /** Ids of reports that are withdrawn. */
  readonly withdrawn: readonly string[]
  /** Reports that arrive twice. */
  readonly repeated: readonly ReportSketch[]
  /** Days with a tick among the reports. */
  readonly ticks: readonly string[]
  readonly lastDay: string
}

/**
 * One or two examples at once, with noise made of their own incidents, corrections and withdrawals.
 */
function materialOf(subject: Pick<Subject, 'id' | 'examples'>): fc.Arbitrary<Material> {
  const examples = firing(subject)
  const pick = fc.nat()
  const noise = fc.record({
    of: pick,
    days: fc.integer({ min: -20, max: 20 }),
    source: fc.constantFrom('wire-2', 'wire-3')
  })
  const correction = fc.record({
    of: pick,
    days: fc.integer({ min: -2, max: 2 }),
    credibility: fc.constantFrom(2, 2, 5, 6)
  })
  return fc
    .record({
      examples: fc.array(fc.record({ of: pick, days: fc.integer({ min: 0, max: 12 }) }), {
        minLength: 1,
        maxLength: 2
      }),
      noise: fc.array(noise, { maxLength: noiseMax }),
      corrections: fc.array(correction, { maxLength: 3 }),
      withdrawn: fc.array(pick, { maxLength: 2 }),
      repeated: fc.array(pick, { maxLength: 3 }),
      ticks: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 })
    })
    .map(drawn => {
      const used = drawn.examples.map(({ of, days }) => ({
        example: examples[of % examples.length] as PatternExample,
        days
      }))
      const core = used.flatMap(({ example, days }, n) =>
        example.given.map((given, i) => sketchOf(given, `e${n}-${i}`, days))
      )
      const given = used.flatMap(({ example }) => example.given)
      const of = <T>(list: readonly T[], n: number) => list[n % list.length] as T
      const noisy = drawn.noise.map((n, i) => ({
        ...sketchOf(of(given, n.of), `n${i}`, n.days),
        source: n.source
      }))
      const reports = [...core, ...noisy]
      const corrections = drawn.corrections.map(({ of: n, days, credibility }, i) => {
        const report = of(reports, n)
        const reportedAt = formatTime(
          parseTimeMs((report.to ?? report.at).slice(0, 10)) + (i + 2) * dayMs
        )
        const shifted = {
          at: moved(report.at, days),
          ...(report.to === undefined ? {} : { to: moved(report.to, days) })
        }
        return { ...report, ...shifted, credibility: credibility as 2, reportedAt }
      })
      const ends = [...reports, ...corrections].map(r => (r.to ?? r.at).slice(0, 10))
      const horizons = used.map(({ example, days }) => moved(example.horizon, days).slice(0, 10))
      const lastDay = moved([...ends, ...horizons].sort().at(-1) as string, 5)
      return {
        reports,
        corrections,
        withdrawn: drawn.withdrawn.map(n => of([...noisy, ...reports], n).id),
        repeated: drawn.repeated.map(n => of(reports, n)),
        ticks: drawn.ticks.map(n => moved(lastDay, -n)),
        lastDay
      }
    })
}

const ruleOf = (id: string): RuleVersion => ({
  ruleId: id,
  ruleVersion: 1,
  pattern: id,
  parameters: {}
})
const received = (sketch: ReportSketch): TheatrePayload => ({
  type: 'report.received',
  data: revisionOf(sketch)
})

function payloadsOf(material: Material): TheatrePayload[] {
  return [
    ...[...material.reports, ...material.corrections, ...material.repeated].map(received),
    ...material.withdrawn.map((reportId): TheatrePayload => {
      return { type: 'report.withdrawn', data: { reportId, reason: 'wrong', lane: 'live' } }
    }),
    ...material.ticks.map(
      (to): TheatrePayload => ({
        type: 'clock.ticked',
        data: { to: `${to}T00:00:00.000Z`, gap: false }
      })
    )
  ]
}

/** A theatre with the subject's rules and a past long enough for every baseline. */
function storyOf({ rules }: Subject, material: Material): FoldStory {
  const named = material.reports.map(r => r.source as string)
  const sources = [...new Set(['wire-1', 'wire-2', 'wire-3', ...named])].sort()
  const story = new FoldStory({ start: startDay, rules, sources })
  story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 5000 } })
  story.report({
    id: 'long-ago',
    at: startDay,
    category: 'other',
    settlement: 'Diffa',
    admin1: 'NE-2',
    country: 'NE'
  })
  return story
}

function end(story: FoldStory, { lastDay }: Material): FoldStory {
  for (const { id: source } of story.fold.sources) {
    const place = { settlement: `Post ${source}`, admin1: 'NE-9', country: 'NE', lat: 20, lon: 12 }
    story.report({ id: `last-${source}`, source, at: lastDay, category: 'other', ...place })
  }
  story.tick(lastDay)
  // Pending events are published with the following records.
  for (let minute = 1; minute <= 4; minute++)
    story.tick(formatTime(Date.parse(lastDay) + minute * 60_000))
  return story
}

function tell(
  subject: Subject,
  material: Material,
  payloads: readonly TheatrePayload[]
): FoldStory {
  const story = storyOf(subject, material)
  for (const payload of payloads) story.take(payload)
  return end(story, material)
}

/** Compared by promise 4: rule, group, window, reports, severity, levels. */
function findingsOf(story: FoldStory, ruleId: string): string[] {
  return [...story.fold.alerts.entries]
    .filter(e => e.state.ruleId === ruleId && e.state.status !== 'retracted' && e.held !== null)
    .map(e =>
      JSON.stringify({
        rule: e.state.ruleId,
        group: e.state.group,
        window: e.state.window,
        reports: e.held?.finding.triggers.flatMap(i => i.reportIds).sort(),
        support: e.held?.finding.support.flatMap(i => i.reportIds).sort(),
        measure: e.state.measure,
        severity: e.state.severity,
        levels: levelsOf(e.state)
      })
    )
    .sort()
}

const raisedIn = (said: readonly string[]) =>
  said.filter(line => line.startsWith('alert.raised')).sort()

/** The incidents of each scope, in order of the fold. */
function scopesOf(pattern: AnyPattern, { reports }: Material): Map<string, Incident[]> {
  const parameters = resolveParameters(pattern, {})
  const incidents = reports
    .map(sketch => revisionOf(sketch))
    .map(revision => assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')]))
    .sort(compareIncidents)
  const scopes = new Map<string, Incident[]>()
  for (const incident of incidents)
    for (const scope of pattern.scopesOf(incident, parameters))
      scopes.set(scope, [...(scopes.get(scope) ?? []), incident])
  return scopes
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

const idsOf = (incidents: Finding['triggers']) => incidents.map(({ id }) => id)
const withoutIncidents = (f: Finding) => ({
  ...plainOf(f),
  triggers: idsOf(f.triggers),
  support: idsOf(f.support)
})

/** The parts of a finding that a horizon alone may not change. */
const evidenceOf = ({ group, fromMs, measure, triggers, support, omitted }: Finding) =>
  JSON.stringify({
    group,
    fromMs,
    measure,
    triggers: triggers.map(i => i.id),
    support: support.map(i => i.id),
    omitted
  })

/**
 * Number of runs of a law: patterns with long examples and theatres with many rules run less often.
 */
function runs(
  subject: Pick<Subject, 'id' | 'examples'> & { rules?: Subject['rules'] },
  most: number
): { numRuns: number } {
  const longest = Math.max(...firing(subject).map(e => e.given.length)) + noiseMax
  const share = (subject.rules?.length ?? 1) > 1 ? 4 : 1
  return { numRuns: Math.max(3, Math.min(most, Math.floor(reportsPerLaw / longest / share))) }
}

function holdsInATheatre(subject: Subject): void {
  const material = materialOf(subject)

  it('ends in the same findings in any order of arrival', () => {
    let fired = 0
    let told = 0
    const drawn = material.chain(m => {
      const payloads = payloadsOf(m)
      const shuffled = fc.shuffledSubarray(payloads, {
        minLength: payloads.length,
        maxLength: payloads.length
      })
      return fc.tuple(fc.constant(m), fc.constant(payloads), shuffled)
    })
    fc.assert(
      fc.property(drawn, ([m, payloads, shuffled]) => {
        const straight = tell(subject, m, payloads)
        deathsTold += expectDeathsAsTold(straight.events)
        const found = findingsOf(straight, subject.id)
        expect(findingsOf(tell(subject, m, shuffled), subject.id)).toEqual(found)
        told += 1
        fired += Math.min(1, found.length)
      }),
      runs(subject, 50)
    )
    // `absence` fires in two of five stories: a fifth of 50 is missed by chance in one run of 200,
    // a tenth in one of 100,000.
    expect(fired).toBeGreaterThan(told / 10)
  })

  it('keeps no trace of a withdrawn report', () => {
    fc.assert(
      fc.property(material, fc.nat(), (m, n) => {
        const { id: reportId } = m.reports[n % m.reports.length] as ReportSketch
        const all = payloadsOf(m)
        const without = all.filter(p => !('reportId' in p.data) || p.data.reportId !== reportId)
        const withdrawal: TheatrePayload = {
          type: 'report.withdrawn',
          data: { reportId, reason: 'wrong', lane: 'live' }
        }
        expect(findingsOf(tell(subject, m, [...all, withdrawal]), subject.id)).toEqual(
          findingsOf(tell(subject, m, without), subject.id)
        )
      }),
      runs(subject, 30)
    )
  })

  it('continues from its snapshot, taken after every single record and restored from its text', () => {
    fc.assert(
      fc.property(material, m => {
        const straight = tell(subject, m, payloadsOf(m))
        let fold = new TheatreFold('sahel', testDigest)
        const outputs = straight.records.map(record => {
          const output = fold.apply(record)
          fold = throughText(fold)
          return output
        })
        expect(outputs).toEqual(straight.outputs)
      }),
      runs(subject, 4)
    )
  })

  it('continues from its snapshots while the boundary passes everything, and the same is reported again', () => {
    fc.assert(
      fc.property(material, fc.constantFrom(468, 820), fc.nat(12), (m, retentionDays, offset) => {
        const story = storyOf(subject, m)
        const { fold: straight } = story
        story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays } })
        for (const payload of payloadsOf(m)) story.take(payload)
        for (const payload of toldAgain(m, retentionDays)) story.take(payload)
        let fold = new TheatreFold('sahel', testDigest)
        const outputs = story.records.map((record, i) => {
          const output = fold.apply(record)
          if ((i + offset) % 13 === 0) fold = throughText(fold)
          return output
        })
        expect(outputs).toEqual(story.outputs)
        letGo +=
          straight.reportCount <
          story.records.filter(({ type }) => type === 'report.received').length / 2
            ? 1
            : 0
      }),
      runs(subject, 4)
    )
  })

  it('loses and repeats nothing when its rule is set again unchanged', () => {
    fc.assert(
      fc.property(material, fc.nat(), (m, n) => {
        const payloads = payloadsOf(m)
        const rule = subject.rules.find(r => r.pattern === subject.id) as RuleVersion
        const at = n % (payloads.length + 1)
        const courseWith = (between: TheatrePayload) => {
          const story = storyOf(subject, m)
          for (const payload of payloads.slice(0, at)) story.take(payload)
          story.take(between, 'between')
          for (const payload of payloads.slice(at)) story.take(payload)
          end(story, m)
          const said = story.events.map(e =>
            e.type === 'alert.action-refused' ? e.type : `${e.type} ${e.data.alertId}`
          )
          return { said, found: findingsOf(story, subject.id) }
        }
        const source = storyOf(subject, m).fold.sources[0] as SourceConfig
        // A source that is set again unchanged gives no news; pending events are still published.
        const control = courseWith({ type: 'source.configured', data: source })
        expect(courseWith({ type: 'rule.configured', data: rule })).toEqual(control)
        // Another version with the same content folds everything again: the same findings, and no
        // new alert.
        const again = courseWith({ type: 'rule.configured', data: { ...rule, ruleVersion: 2 } })
        expect(again.found).toEqual(control.found)
        expect(raisedIn(again.said)).toEqual(raisedIn(control.said))
      }),
      runs(subject, 10)
    )
  })
}

describe.each([...patterns.values()])('$id', pattern => {
  holdsInATheatre({ id: pattern.id, examples: pattern.examples, rules: [ruleOf(pattern.id)] })
  const material = materialOf(pattern)

  it.runIf('step' in pattern)(
    'does not change the given state, and its states survive serialization',
    () => {
      const stepped = pattern as AnySteppedPattern
      const parameters = frozen(resolveParameters(pattern, {}))
      fc.assert(
        fc.property(material, m => {
          for (const [scope, incidents] of scopesOf(pattern, m)) {
            let [state, read] = [frozen(stepped.initial(scope)), stepped.initial(scope)]
            for (const incident of incidents) {
              state = frozen(stepped.step(state, frozen(incident), parameters))
              read = JSON.parse(JSON.stringify(stepped.step(read, incident, parameters)))
              const atMs = incident.toMs
              const found = stepped.findings(state, atMs, parameters, []).map(withoutIncidents)
              expect(stepped.findings(read, atMs, parameters, []).map(withoutIncidents)).toEqual(
                found
              )
            }
          }
        }),
        runs(pattern, 20)
      )
    }
  )

  it('changes neither evidence nor measure by a later horizon alone, and nothing before the moment that it names', () => {
    const parameters = resolveParameters(pattern, {})
    fc.assert(
      fc.property(material, fc.integer({ min: 0, max: 5 }), (m, back) => {
        for (const [scope, incidents] of scopesOf(pattern, m)) {
          const machine = machineOver(pattern, { scope, parameters }, incidents)
          let atMs = Math.max(...incidents.map(i => i.fromMs)) - back * dayMs
          const findings = (ms: number) => machine.findings(momentAt(ms))
          for (let turns = 0; turns < 12; turns++) {
            const next = [
              machine.nextChangeMs(momentAt(atMs)),
              machine.nextAbsenceMs?.(atMs) ?? null
            ]
            const nextMs = Math.min(...next.filter(ms => ms !== null))
            const before = findings(atMs)
            const still = Number.isFinite(nextMs) ? nextMs - 1 : atMs + 3000 * dayMs
            expect(findings(still).map(withoutIncidents)).toEqual(before.map(withoutIncidents))
            if (!Number.isFinite(nextMs)) break
            expect(nextMs).toBeGreaterThan(atMs)
            const after = findings(nextMs)
            const [old, now] = [before.map(evidenceOf), after.map(evidenceOf)]
            // Absence makes findings of its own; existing ones do not change.
            const mayAppear = pattern.clock === 'watermark' || hasAbsenceLevels(pattern)
            expect(mayAppear ? now.filter(text => old.includes(text)) : now).toEqual(old)
            atMs = nextMs
            momentsSeen += 1
          }
        }
      }),
      runs(pattern, 30)
    )
  })
})

describe.each(
  defaultCompoundRules.map(rule => compoundPatterns.get(rule.pattern) as AnyCompoundPattern)
)('$id', ({ id, examples }) => {
  holdsInATheatre({ id, examples, rules: [...defaultRules, ...defaultCompoundRules] })
})

describe.each([
  ['findings-count', { threshold: 1 }],
  ['findings-distinct-count', { threshold: 1, field: 'admin1' }],
  ['findings-all-of', { steps: ['"other:finding-count" in tactics'] }],
  [
    'findings-sequence',
    { steps: ['"other:finding-count" in tactics', { absent: 'category == "attack"', days: 1 }] }
  ],
  ['findings-absence', { expected: ['"other:finding-count" in tactics'], days: 1 }]
] as const)('%s', (id, parameters) => {
  const level0 = { ...ruleOf('count'), parameters: { windowDays: 5, threshold: 2 } }
  const examples = (patterns.get('count') as AnyPattern).examples
  holdsInATheatre({ id, examples, rules: [level0, { ...ruleOf(id), parameters }] })
})

it('cover moments that patterns name, and times beyond retention', () => {
  expect(momentsSeen).toBeGreaterThan(shareOf(200, 800, 20))
  expect(letGo).toBeGreaterThan(shareOf(20, 800, 20))
})

it('cover deaths in headlines, which lay within those that their alerts stated', () => {
  expect(deathsTold).toBeGreaterThan(shareOf(100, 800, 20))
})
