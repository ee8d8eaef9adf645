// Random records of a theatre, for laws that must hold for any. Reports drawn one by one seldom
// make a situation of more than one kind, so a story also has plots: what belongs together in one
// kind of situation, told by any sources in any quality.

import fc from 'fast-check'
import { blocks, defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion, TheatrePayload } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

const storyStartMs = Date.parse('2025-01-01T00:00:00.000Z')

/** Every pattern of the catalogue and every building block, over incidents and over findings. */
export const storyRules: readonly RuleVersion[] = [
  ...defaultRules,
  ...defaultCompoundRules,
  ...['rare-count', ...blocks.map(({ id }) => id)].map(id => rule(id, {})),
  rule('findings-count', { of: ['siege', 'front', 'territory-lost', 'mass-casualty'] }),
  rule('findings-distinct-count', { of: ['siege', 'surge', 'new-actor', 'near-repeat'] }),
  rule('findings-sum', { of: ['mass-casualty'] }),
  rule('findings-sequence', {
    of: [],
    steps: ['"other:finding-mass-casualty" in tactics', '"other:finding-new-actor" in tactics']
  }),
  rule('findings-all-of', {
    of: [],
    steps: ['"other:finding-front" in tactics', '"other:finding-abduction-to-killing" in tactics']
  }),
  rule('findings-absence', { of: ['new-tactic'], expected: ['true'] })
]

function rule(pattern: string, parameters: RuleVersion['parameters']): RuleVersion {
  return { ruleId: pattern, ruleVersion: 1, pattern, parameters }
}

const sources = ['wire-1', 'wire-2', 'wire-3', 'undeclared'] as const
const armed = [
  'JNIM',
  'ISSP',
  'Katiba Macina',
  'Armed Forces of Mali',
  'Unidentified armed group'
] as const
const states = ['France', 'Germany', 'United States', 'Japan', 'Canada'] as const

const places = [
  { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
  { settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 },
  { settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 },
  { settlement: 'Diosso', admin1: 'ML-4', lat: 13.88321, lon: -5.36211 },
  { settlement: 'Tonka', admin1: 'ML-6', lat: 16.12886, lon: -3.74776 },
  {
    settlement: 'Djibo',
    admin1: 'BF-12',
    country: 'BF',
    lat: 14.0994,
    lon: -1.62554,
    seat: 'admin2'
  }
] as const

/** On two roads into the capital, and in it. */
const bamako = {
  north: { settlement: 'Kati', admin1: 'ML-2', lat: 13.55, lon: -8.05 },
  south: { settlement: 'Bougouni', admin1: 'ML-3', lat: 11.75, lon: -7.6 },
  itself: { settlement: 'Bamako', admin1: 'ML-BKO', lat: 12.65, lon: -8.0 }
} as const

/**
 * What a report of a plot tells: `day` from the day of the plot, `on` from its place, `by` from its
 * actor; `lasts` days.
 */
interface Telling extends Omit<ReportSketch, 'id' | 'at' | 'source' | 'actors'> {
  readonly day: number
  readonly on?: number
  readonly by?: number
  readonly issuer?: number
  readonly lasts?: number
}

/**
 * One way of telling: by whom, as what report, how well. The same id in two plots is a correction.
 */
const manner = fc.record({
  n: fc.integer({ min: 0, max: 60 }),
  revision: fc.integer({ min: 0, max: 2 }),
  source: fc.constantFrom(...sources),
  jitter: fc.integer({ min: 0, max: 3 }),
  shift: fc.constantFrom(0, 0, 0, 0, 1, 3),
  days: fc.constantFrom(0, 0, 0, 0, 1, 9),
  copy: fc.integer({ min: 0, max: 40 }),
  credibility: fc.constantFrom(2, 2, 2, 3, 3, 3, 6, 5),
  handling: fc.constantFrom('internal', 'internal', 'internal', 'public', 'partners', 'restricted'),
  drill: fc.constantFrom(false, false, false, false, false, false, false, true)
})
type Manner = typeof manner extends fc.Arbitrary<infer Drawn> ? Drawn : never

/** Of some a report knows the name under which another is told of. */
const person = (
  key: string,
  role: string | null,
  kind: string | null,
  alias: string | null = null
) => {
  return { key, role, kind, aliasKeys: alias === null ? [] : [alias] }
}
const weeks = (count: number) => Array.from({ length: count }, (_, i) => i * 7)
const longBefore: readonly Telling[] = [{ day: -500, category: 'protest' }]

/** Each kind of situation, given a number that tells several of one kind apart. */
const plots: readonly ((v: number) => readonly Telling[])[] = [
  // An abduction, of a named person or of nobody named, and what became of them.
  v => [
    {
      day: 0,
      category: 'abduction',
      persons: [person(`p${v}`, 'abducted', v % 2 ? 'public-figure' : null)],
      by: 0
    },
    {
      day: 6,
      category: 'other',
      tactics: ['hostage-video'],
      persons: [person(`p${v}`, null, null, `p${(v * 5) % 12}`)]
    },
    {
      day: 9,
      on: v % 2,
      category: v % 3 ? 'killing' : 'release',
      persons: [person(`p${v}`, null, 'teacher')],
      deaths: 1
    }
  ],
  v => [
    { day: 0, category: 'abduction', targets: ['civilians'], by: 0 },
    { day: 4, category: 'abduction', unnamed: [{ role: 'abducted', kind: 'aid-worker' }] },
    { day: 7, category: v % 2 ? 'release' : 'killing', targets: ['civilians'] }
  ],
  // States tell their people to leave, and lower their advice.
  v => [
    ...[0, 1, 2, 3].map(
      i =>
        ({
          day: i * 2,
          category: 'advisory',
          issuer: i + v,
          tactics: v % 3 ? [] : ['ordered-departure']
        }) as const
    ),
    ...[0, 1].map(
      i =>
        ({ day: 30 + i, category: 'advisory', issuer: i + v, tactics: ['other:lowered'] }) as const
    )
  ],
  // A settlement is taken, by seizure or by rule and closed roads, speaks up, and is punished; it
  // may be retaken.
  v => [
    {
      day: 0,
      category: v % 2 ? 'territory-seized' : 'imposed-rule',
      tactics: v % 2 ? [] : ['tax'],
      by: 0,
      radiusKm: 2
    },
    { day: 3, category: 'other', tactics: ['other:forces-shut-out'] },
    { day: 10, category: v % 3 ? 'appeal' : 'clash', tactics: v % 3 ? [] : ['other:resistance'] },
    { day: 14, category: 'threat', by: 0 },
    { day: 18, category: 'attack', by: 0, deaths: v % 5 },
    { day: 40, category: 'clash', tactics: ['other:retaken'], by: 3 }
  ],
  // A place is cut off, hungers, and speaks up; then access comes back.
  v => [
    { day: 0, category: 'blockade', tactics: ['encirclement'], lasts: 10 },
    { day: 2, category: 'movement-denied', lasts: 12 },
    { day: 9, category: 'aid-denied', tactics: ['hunger'] },
    { day: 16, category: 'food-insecurity', tactics: [v % 2 ? 'other:ipc-4' : 'other:ipc-5'] },
    { day: 20, category: 'appeal' },
    { day: 25, category: 'attack', by: 0 },
    ...(v % 3 ? [] : ([{ day: 45, category: 'access-restored' }] as const))
  ],
  // The roads of a capital.
  v => [
    {
      day: 0,
      category: 'blockade',
      tactics: [v % 4 ? 'road-block' : 'fuel-blockade'],
      ...bamako.north
    },
    { day: 3, category: 'ambush', tactics: ['convoy'], by: 0, ...bamako.south },
    { day: 8, category: 'school-closure', ...bamako.itself },
    { day: 30, category: 'other', tactics: ['other:delivery'], ...bamako.itself }
  ],
  // Many deaths at once, told by two, and more in the weeks after.
  v => [
    {
      day: 0,
      category: 'attack-on-civilians',
      targets: ['civilians'],
      deaths: [9 + v, 12 + v, 60],
      by: 0
    },
    {
      day: 0,
      category: 'killing',
      tactics: ['execution', 'mass-grave'],
      deaths: [null, 20, 30],
      by: 0
    },
    { day: 12, category: 'attack', deaths: 9, by: 1 }
  ],
  // Civilians of one settlement, and of the next, again and again by the same.
  () =>
    [0, 15, 30, 44].map(day => ({
      day,
      on: day === 44 ? 1 : 0,
      category: 'attack-on-civilians',
      targets: ['civilians'],
      by: 0
    })),
  // Attacks of one day far apart, by one actor; then more of them a month later.
  () => [
    ...longBefore,
    ...[0, 30].flatMap(day =>
      [0, 1, 2, 3, 4].map(on => ({ day, on, category: 'attack', by: 0 }) as const)
    )
  ],
  // The same, over a week: the actor widens its reach.
  () =>
    [0, 1, 3, 4, 5].map(on => ({
      day: on,
      on,
      category: on % 2 ? 'ambush' : 'explosion',
      tactics: ['ied'],
      by: 0
    })),
  // A burst in an area that was quiet, at one place.
  () => [
    ...longBefore,
    { day: -40, category: 'attack' },
    ...[0, 1, 2, 4, 5, 6].map(
      day => ({ day, category: day % 2 ? 'attack' : 'clash', by: 0 }) as const
    )
  ],
  // An actor and a tactic that nobody has seen there.
  v => [
    ...longBefore,
    { day: 0, category: 'attack', tactics: ['drone'], by: v },
    { day: 5, category: 'looting', by: v }
  ],
  // A source writes of one area each week, then only of another.
  () => [
    ...weeks(9).map(day => ({ day, category: 'protest' }) as const),
    ...weeks(16).map(day => ({ day, on: 3, category: 'protest' }) as const)
  ],
  // A threat that is carried out, and people who flee.
  () => [
    { day: 0, category: 'threat', by: 0 },
    { day: 10, category: 'arson', by: 0 },
    { day: 12, category: 'attack', by: 0 },
    { day: 15, category: 'displacement', tactics: ['mass-displacement'] },
    { day: 20, category: 'statistic', deaths: 300 }
  ]
]
/** Plots that one source tells: who is silent is known by who spoke. */
const toldByOne: ReadonlySet<number> = new Set([12])

function sketchOf(
  telling: Telling,
  m: Manner,
  base: { day: number; place: number; actor: number; source: string }
): ReportSketch {
  const { day, on = 0, by, issuer, lasts = 0, ...told } = telling
  const { seat, ...place } = {
    seat: undefined,
    ...places[(base.place + on) % places.length]
  } as (typeof places)[5]
  const fromMs = storyStartMs + (base.day + day + m.shift) * dayMs
  const toMs = fromMs + (lasts + m.days) * dayMs
  const actors =
    issuer === undefined
      ? by === undefined
        ? []
        : [armed[(base.actor + by) % armed.length]]
      : [states[issuer % states.length]]
  const at = { ...place, ...(seat ? { seat } : {}), ...told }
  return {
    id: `rep-${base.source}-${m.n}`,
    source: base.source,
    at: formatTime(fromMs).slice(0, 10),
    to: formatTime(toMs).slice(0, 10),
    reportedAt: formatTime(toMs + (m.revision * 3 + (m.n % 5)) * dayMs),
    ...at,
    lat: (at.lat as number) + m.jitter * 0.04,
    ...(m.copy < 4 ? { narrative: `text ${m.copy}` } : {}),
    actors: actors as string[],
    credibility: m.credibility as 2,
    handling: m.handling as 'internal',
    drill: m.drill
  }
}

const received = (sketch: ReportSketch): TheatrePayload => ({
  type: 'report.received',
  data: revisionOf(sketch)
})

/** The reports of one situation. */
const plot: fc.Arbitrary<TheatrePayload[]> = fc
  .record({
    which: fc.integer({ min: 0, max: plots.length - 1 }),
    v: fc.integer({ min: 0, max: 11 }),
    day: fc.integer({ min: 0, max: 100 }),
    place: fc.integer({ min: 0, max: places.length - 1 }),
    actor: fc.integer({ min: 0, max: armed.length - 1 }),
    source: fc.constantFrom(...sources),
    exact: fc.boolean()
  })
  .chain(({ which, v, exact, ...base }) => {
    const tellings = (plots[which] as (typeof plots)[number])(v)
    const isByOne = toldByOne.has(which)
    return fc
      .array(manner, { minLength: tellings.length, maxLength: tellings.length })
      .map(manners =>
        tellings.map((telling, i) => {
          const drawn = manners[i] as Manner
          const m: Manner = exact ? { ...drawn, shift: 0, days: 0 } : drawn
          // Months that end on the last tick's day, told by one source: its reports are no
          // corrections of each other.
          return received(
            isByOne
              ? sketchOf(
                  telling,
                  { ...m, n: 100 + i, days: 0, revision: 0 },
                  { ...base, day: base.day % 30 }
                )
              : sketchOf(telling, m, { ...base, source: m.source })
          )
        })
      )
  })

/** A report drawn by itself. */
const sketch: fc.Arbitrary<ReportSketch> = fc
  .record({
    n: fc.integer({ min: 0, max: 30 }),
    revision: fc.integer({ min: 0, max: 2 }),
    source: fc.constantFrom(...sources),
    day: fc.integer({ min: 0, max: 100 }),
    days: fc.constantFrom(0, 0, 0, 1, 9, 40),
    place: fc.integer({ min: 0, max: places.length - 1 }),
    jitter: fc.integer({ min: 0, max: 3 }),
    category: fc.constantFrom(
      'attack',
      'attack',
      'ambush',
      'blockade',
      'movement-denied',
      'aid-denied',
      'access-restored',
      'killing'
    ),
    copy: fc.boolean(),
    credibility: fc.constantFrom(2, 3, 6, 5)
  })
  .map(r => {
    const place = places[r.place] as (typeof places)[number]
    return {
      id: `rep-${r.source}-${r.n}`,
      source: r.source,
      at: formatTime(storyStartMs + r.day * dayMs).slice(0, 10),
      to: formatTime(storyStartMs + (r.day + r.days) * dayMs).slice(0, 10),
      reportedAt: formatTime(storyStartMs + (r.day + r.days + r.revision * 3 + (r.n % 5)) * dayMs),
      category: r.category,
      ...place,
      lat: place.lat + r.jitter * 0.04,
      ...(r.copy ? { narrative: `text ${r.day % 7}` } : {}),
      ...(r.n % 3 === 0 ? { actors: ['JNIM'], targets: ['civilians'], deaths: r.n } : {}),
      credibility: r.credibility
    } as ReportSketch
  })

/** A report, a withdrawal or a tick. */
const payload: fc.Arbitrary<TheatrePayload> = fc.oneof(
  { weight: 8, arbitrary: sketch.map(received) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...sources), fc.integer({ min: 0, max: 60 })).map(
      ([s, n]) =>
        ({
          type: 'report.withdrawn',
          data: { reportId: `rep-${s}-${n}`, reason: 'wrong', lane: 'live' }
        }) as TheatrePayload
    )
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 140 }).map(
      d =>
        ({
          type: 'clock.ticked',
          data: { to: formatTime(storyStartMs + d * dayMs), gap: false }
        }) as TheatrePayload
    )
  }
)

/** Each source tells something at the end, so that all are heard up to there. */
export const lastWords: readonly Extract<TheatrePayload, { type: 'report.received' }>[] =
  sources.map(source => {
    const id = `last-${source}`
    return {
      type: 'report.received',
      data: revisionOf({ id, source, at: '2025-05-31', category: 'protest', handling: 'public' })
    }
  })

/** Payloads one by one, with plots among them. */
export function payloadsOf(minLength: number, maxLength: number): fc.Arbitrary<TheatrePayload[]> {
  const part = fc.oneof(
    { weight: 4, arbitrary: payload.map(p => [p]) },
    { weight: 1, arbitrary: plot }
  )
  return fc.array(part, { minLength, maxLength }).map(parts => parts.flat())
}
