// What a hidden report can change in what others are told, for every pattern: nothing if it only
// supports; and if it counts, no finding that they see tells a number that it is in. Input: each
// pattern's examples, with more of their own kind. Source: decision 0033.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern, ExampleIncident, MachinePattern } from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { plainOf } from '../../src/finding/told-finding.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { patterns } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import type { ReportSketch } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'
import { moved } from '../told-again.ts'
import { foldAll, incidentFrom } from './pattern-fold.ts'

const runs = runsOf(60, 10)
const seen = { numbers: 0, words: 0, supported: 0 }

type Kind = 'public' | 'hidden'

function incidentOf(
  { actor, credibility, ...example }: ExampleIncident,
  id: string,
  days: number,
  kind: Kind
): Incident {
  const { at, to } = example
  return incidentFrom({
    source: 'wire-1',
    ...example,
    id,
    at: moved(at, days),
    ...(to === undefined ? {} : { to: moved(to, days) }),
    ...(actor === undefined ? {} : { actors: [actor] }),
    ...(credibility === undefined ? {} : { credibility: credibility as 2 }),
    handling: kind === 'public' ? 'public' : 'restricted'
  } as ReportSketch)
}

interface Course {
  readonly open: readonly Incident[]
  readonly hidden: readonly Incident[]
  readonly horizonMs: number
}

/**
 * An example that fires, with more public reports and hidden ones: what of one example, where of
 * another.
 */
function coursesOf({ examples }: AnyPattern): fc.Arbitrary<Course> {
  const firing = examples.filter(({ expect }) => expect.length > 0)
  const given = examples.flatMap(example => example.given)
  const ranges = [2, 10, 40, 120].map(most => fc.integer({ min: -most / 2, max: most }))
  const one = fc.record({ what: fc.nat(), where: fc.nat(), days: fc.oneof(...ranges) })
  const more = fc.array(one, { minLength: 1, maxLength: 10, size: 'max' })
  return fc
    .record({ of: fc.nat(), more, hidden: more, later: fc.integer({ min: 0, max: 3 }) })
    .map(drawn => {
      const example = firing[drawn.of % firing.length] as (typeof firing)[number]
      const [first] = example.given as [ExampleIncident]
      const from = (list: typeof drawn.more, kind: Kind) =>
        list.map(({ what, where, days }, i) => {
          const report = given[what % given.length] as ExampleIncident
          const place =
            what % 3 === 0 ? placeOf(given[where % given.length] as ExampleIncident) : {}
          const to = report.to === undefined ? {} : { to: lasting(report, first.at) }
          return incidentOf(
            { ...report, ...place, at: first.at, ...to },
            `${kind}-${i}`,
            days,
            kind
          )
        })
      const open = [
        ...example.given.map((one, i) => incidentOf(one, `given-${i}`, 0, 'public')),
        ...from(drawn.more, 'public')
      ]
      const hidden = from(drawn.hidden, 'hidden')
      const lastMs = Math.max(...[...open, ...hidden].map(({ toMs }) => toMs))
      return { open, hidden, horizonMs: lastMs + drawn.later * dayMs }
    })
}

function placeOf({
  settlement,
  admin1,
  country,
  lat,
  lon,
  radiusKm
}: ExampleIncident): Partial<ExampleIncident> {
  const place = { settlement, admin1, country, lat, lon, radiusKm }
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined))
}

/** The end of an interval as long as that of a report. */
function lasting({ at, to }: ExampleIncident, from: string): string {
  return formatTime(Date.parse(from) + Date.parse(to as string) - Date.parse(at)).slice(
    0,
    (to as string).length
  )
}

function found(
  pattern: AnyPattern,
  incidents: readonly Incident[],
  horizonMs: number
): readonly Finding[] {
  return foldAll(pattern as unknown as MachinePattern, incidents, horizonMs)
}

const isOpen = ({ handling }: Incident) => handling === 'public'
const seenByAll = (findings: readonly Finding[]) =>
  findings.filter(({ triggers }) => triggers.every(isOpen))

/**
 * Whose words rest on nothing but its triggers: a baseline, and how long it stays open, may rest on
 * more.
 */
const wordsOf = ({
  group,
  fromMs,
  toMs,
  levels,
  measure: { name, value, baseline },
  headline,
  explanation
}: Finding) =>
  JSON.stringify([
    group,
    fromMs,
    name,
    value,
    baseline === null ? [levels, explanation, toMs === null ? headline : ''] : []
  ])
/** The same story: what it was compared with may have made it begin later. */
const restsOn = ({ group, toMs, levels, triggers }: Finding) =>
  JSON.stringify([group, toMs === null, levels[0]?.atMs, triggers.map(({ id }) => id)])
const allOf = (finding: Finding) => {
  const { situation: _, triggers, support, omitted: __, ...said } = plainOf(finding) as Finding
  return JSON.stringify({
    ...said,
    triggers: triggers.map(({ id }) => id),
    support: support.filter(isOpen).map(({ id }) => id)
  })
}

/** Attacks on these days, at one place if none is given. */
interface Story {
  readonly pattern: string
  readonly attack: Omit<ExampleIncident, 'at'>
  readonly open: readonly (number | readonly [day: number, other: Partial<ExampleIncident>])[]
  readonly hidden: Story['open'][number]
  /** What is told without the hidden attack, and with it. */
  readonly words: readonly [without: string, beside: string]
}

const konna = {
  category: 'attack',
  settlement: 'Konna',
  admin1: 'ML-5',
  country: 'ML',
  lat: 14.9,
  lon: -3.9
} as const
const site = (n: number) => ({ settlement: `Site ${n}`, lat: 14 + n, lon: -4 })
const area = (n: number) => ({
  settlement: `Town ${n}`,
  admin1: `ML-${n}`,
  lat: 11 + 2 * n,
  lon: -4
})

const stories: readonly Story[] = [
  {
    pattern: 'repeat-victimisation',
    attack: { ...konna, category: 'attack-on-civilians' },
    open: [0, 1, 2, 92, 93, 94],
    hidden: 91,
    words: ['3 attacks within 90 days', '4 attacks within 90 days']
  },
  {
    pattern: 'repeat-victimisation',
    attack: { ...konna, category: 'attack-on-civilians' },
    open: [0, 1, 2, 3, [92, { deaths: [9, 9, 9] }]],
    hidden: [91, { deaths: [5, 5, 5] }],
    words: ['4 attacks within 90 days', 'more deaths']
  },
  {
    pattern: 'near-repeat',
    attack: konna,
    open: [0, 5, 10, 12, 40, 41, 42, 43],
    hidden: 39,
    words: ['4 within 28 days', '5 within 28 days']
  },
  {
    pattern: 'front',
    attack: konna,
    open: [0, 0, 0, 0, 0, 0, 12, 24, 36, 38, 39],
    hidden: 37,
    words: ['8 attacks close together', '12 attacks close together']
  },
  {
    pattern: 'widening-arc',
    attack: konna,
    open: [
      [0, area(1)],
      [1, area(2)],
      [2, area(3)],
      [11, area(2)],
      [12, area(3)],
      [13, area(4)]
    ],
    hidden: [10, area(1)],
    words: ['Areas hit in 7 days: 3.', 'Areas hit in 7 days: 4.']
  },
  {
    pattern: 'coordinated-attack',
    attack: { ...konna, actor: 'JNIM' },
    open: [
      [0, site(1)],
      [0.1, site(2)],
      [0.2, site(3)],
      [1.6, site(5)],
      [1.7, site(6)],
      [1.8, site(7)]
    ],
    hidden: [1.5, site(4)],
    words: ['JNIM struck 3 sites', 'JNIM struck 4 sites']
  }
]

/** The attacks of a story; times of the day matter only to bursts. */
function attacksOf(
  { pattern, attack }: Pick<Story, 'pattern' | 'attack'>,
  days: Story['open'],
  kind: Kind
): Incident[] {
  return days.map((one, i) => {
    const [day, other] = typeof one === 'number' ? [one, {}] : one
    const at = formatTime(Date.parse('2025-01-01T00:00:00Z') + day * dayMs)
    const isTimed = pattern === 'coordinated-attack'
    return incidentOf(
      { ...attack, ...other, at: isTimed ? at : at.slice(0, 10) },
      `${kind}-${i}`,
      0,
      kind
    )
  })
}

function toldBy(findings: readonly Finding[]): string {
  const reasons = ({ levels }: Finding) => levels.map(({ reason }) => reason)
  return findings
    .flatMap(finding => [finding.headline, finding.explanation, ...reasons(finding)])
    .join(' ')
}

describe('a hidden attack', () => {
  it.each(stories)('that a number counts hides the number with it: $pattern, "$words.1"', story => {
    const pattern = patterns.get(story.pattern) as AnyPattern
    const [open, hidden] = [
      attacksOf(story, story.open, 'public'),
      attacksOf(story, [story.hidden], 'hidden')
    ]
    const horizonMs = Math.max(...open.map(({ toMs }) => toMs))
    const without = toldBy(seenByAll(found(pattern, open, horizonMs)))
    expect(story.words.map(words => without.includes(words))).toEqual([true, false])
    const beside = found(pattern, [...open, ...hidden], horizonMs)
    expect(toldBy(beside)).toContain(story.words[1])
    expect(seenByAll(beside)).toEqual([])
    for (const { triggers, support } of beside)
      expect(support.filter(one => triggers.includes(one))).toEqual([])
  })

  it('that only supports does not begin an arc by its time', () => {
    const story = { pattern: 'widening-arc', attack: konna }
    const far = [-9, { ...area(9), lat: 24 }] as const
    const open = attacksOf(
      story,
      [[-9, area(1)], far, [0, area(1)], [0, area(2)], [0, area(3)]],
      'public'
    )
    // When it comes the window before holds nothing far apart any more.
    const [rumour] = attacksOf(story, [[6, area(1)]], 'hidden') as [Incident]
    const arcs = (incidents: readonly Incident[]) =>
      found(patterns.get('widening-arc') as AnyPattern, incidents, rumour.toMs)
    expect(arcs([...open, rumour])).toHaveLength(1)
    expect(arcs([...open, { ...rumour, passesGrade: false }])).toEqual([])
  })
})

describe.each([...patterns.values()])('$id', pattern => {
  const courses = coursesOf(pattern)

  it('tells no number that counts what is hidden from those who read it', () => {
    fc.assert(
      fc.property(courses, ({ open, hidden, horizonMs }) => {
        const without = found(pattern, open, horizonMs)
        for (const finding of seenByAll(found(pattern, [...open, ...hidden], horizonMs))) {
          const { name, value } = finding.measure
          // What is hidden may have told two stories apart: then the reports of this one tell its
          // number.
          const own = found(
            pattern,
            [...finding.triggers, ...finding.support].filter(isOpen),
            horizonMs
          )
          const greatest = Math.max(
            ...[...without, ...own]
              .filter(({ measure }) => measure.name === name)
              .map(({ measure }) => measure.value)
          )
          expect(value).toBeLessThanOrEqual(greatest)
          seen.numbers += 1
        }
      }),
      { numRuns: runs }
    )
  })

  it('tells the same words of the same reports', () => {
    fc.assert(
      fc.property(courses, ({ open, hidden, horizonMs }) => {
        const without = found(pattern, open, horizonMs)
        for (const finding of seenByAll(found(pattern, [...open, ...hidden], horizonMs))) {
          const same = without.filter(one => restsOn(one) === restsOn(finding))
          if (same.length === 0) continue
          expect(same.map(wordsOf)).toContain(wordsOf(finding))
          seen.words += 1
        }
      }),
      { numRuns: runs }
    )
  })

  it('is not changed by what is hidden and only supports', () => {
    fc.assert(
      fc.property(courses, ({ open, hidden, horizonMs }) => {
        const rumours = hidden.map(incident => ({ ...incident, passesGrade: false }))
        const told = found(pattern, [...open, ...rumours], horizonMs).map(allOf)
        expect(told).toEqual(found(pattern, open, horizonMs).map(allOf))
        seen.supported += told.length
      }),
      { numRuns: runs }
    )
  })
})

it('cover findings that all may see', () => {
  expect(seen.numbers).toBeGreaterThan(runs)
  expect(seen.words).toBeGreaterThan(runs)
  expect(seen.supported).toBeGreaterThan(runs)
})
