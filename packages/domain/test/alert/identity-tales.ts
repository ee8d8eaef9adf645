// Stories that test the identity of alerts with late reports, in the order of arrival. Folded in
// identity.test.ts; received by a partner in the notifier's tests.

import type { AlertEvent, AlertState } from '../../src/alert/alert.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

export type Deed =
  | { readonly tick: string }
  | { readonly report: ReportSketch }
  | { readonly withdraw: string }
  | { readonly acknowledge: string; readonly by: string }

/** What happened, in words, and the records of it. */
export type Step = readonly [words: string, ...deeds: readonly Deed[]]

export interface Tale {
  readonly rules: readonly string[]
  readonly start: string
  readonly sources: readonly string[]
  readonly steps: readonly Step[]
}

/** Letters for alerts, in the order of their first event. */
export class Letters {
  readonly #known = new Map<string, string>()

  of(alertId: string): string {
    const letter =
      this.#known.get(alertId) ?? String.fromCharCode('A'.charCodeAt(0) + this.#known.size)
    this.#known.set(alertId, letter)
    return letter
  }
}

/** `B2 retracted at 1, merged; update`: alert and revision, event, reason, and priority. */
export function wordsOf(event: AlertEvent, letters: Letters): string {
  if (event.type === 'alert.action-refused')
    throw new Error(`nobody is refused in these tales: ${event.data.reason}`)
  const { alertId, revision, levels, reason, notify } = event.data
  const kind = event.type.slice('alert.'.length)
  return `${letters.of(alertId)}${revision} ${kind} at ${levels.at(-1)?.level ?? 0}${reason === null ? '' : `, ${reason}`}; ${notify}`
}

export class ToldTale {
  readonly story: FoldStory
  readonly letters = new Letters()
  /** Each step in words, and its events. */
  readonly course: (readonly [string, ...string[]])[] = []

  constructor({ rules, start, sources, steps }: Tale) {
    this.story = new FoldStory({
      rules: defaultRules.filter(({ ruleId }) => rules.includes(ruleId)),
      start,
      sources
    })
    for (const [words, ...deeds] of steps) {
      const events = deeds.flatMap(deed => this.#do(deed))
      this.course.push([words, ...events.map(event => wordsOf(event, this.letters))])
    }
  }

  get events(): readonly AlertEvent[] {
    return this.story.events
  }

  alert(letter: string): AlertState {
    const found = this.story.standing().find(state => this.letters.of(state.alertId) === letter)
    if (!found) throw new Error(`no alert ${letter}`)
    return found
  }

  #do(deed: Deed): readonly AlertEvent[] {
    if ('tick' in deed) return this.story.tick(deed.tick)
    if ('withdraw' in deed) return this.story.withdraw(deed.withdraw)
    if ('acknowledge' in deed) return this.#acknowledge(deed)
    const told = { reportedAt: this.story.fold.now ?? formatTime(0), ...deed.report }
    return this.story.report(told)
  }

  #acknowledge({
    acknowledge,
    by
  }: {
    readonly acknowledge: string
    readonly by: string
  }): readonly AlertEvent[] {
    const { alertId, operatorRevision } = this.alert(acknowledge)
    const nothing = { until: null, note: null, to: null, text: null, disposition: null }
    const data = {
      actionId: `act-${by}-${operatorRevision}`,
      alertId,
      ifMatch: operatorRevision,
      by,
      action: 'acknowledge',
      ...nothing
    } as const
    return this.story.take({ type: 'operator.requested', data }).alerts
  }
}

const dioura = { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 } as const
const sirakorola = {
  settlement: 'Sirakorola',
  admin1: 'ML-2',
  lat: 13.28671,
  lon: -7.56982
} as const
const boulkessi = { settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 } as const
const sikasso = { settlement: 'Sikasso', admin1: 'ML-3', lat: 11.3176, lon: -5.6665 } as const
const segou = { settlement: 'Ségou', admin1: 'ML-4', lat: 13.4317, lon: -6.2157 } as const

const attack = (
  id: string,
  day: string,
  place: Partial<ReportSketch>,
  source = 'wire-1'
): Deed => ({
  report: { id, at: `2025-${day}`, source, ...place }
})

const juneArc: readonly Step[] = [
  [
    '2 June: an attack on Dioura the day before',
    { tick: '2025-06-02' },
    attack('dioura', '06-01', dioura)
  ],
  ['4 June: one on Sirakorola', { tick: '2025-06-04' }, attack('sirakorola', '06-03', sirakorola)],
  ['5 June: one on Boulkessi', { tick: '2025-06-05' }, attack('boulkessi', '06-04', boulkessi)]
]

const mayArc: readonly Step[] = [
  [
    'another source writes of May: Ségou on the 12th',
    attack('segou-may', '05-12', segou, 'wire-2')
  ],
  ['… Sirakorola on the 13th', attack('sirakorola-may', '05-13', sirakorola, 'wire-2')],
  ['… and Sikasso on the 14th', attack('sikasso-may', '05-14', sikasso, 'wire-2')]
]

/** An arc over Mali in June. Days later, late reports show another one in the middle of May. */
export const earlierArc: Tale = {
  rules: ['widening-arc'],
  start: '2025-01-01',
  sources: ['wire-1', 'wire-2'],
  steps: [
    ...juneArc,
    ['9 June: a day with post', { tick: '2025-06-09' }],
    ...mayArc,
    ['10 June: a day passes', { tick: '2025-06-10' }],
    ['10 June: the word of Sikasso in May is withdrawn', { withdraw: 'sikasso-may' }],
    ['30 June: three weeks without another attack', { tick: '2025-06-30' }]
  ]
}

/** The same, but May becomes known in August, when it is old news. */
export const arcOfLongAgo: Tale = {
  ...earlierArc,
  steps: [
    ...juneArc,
    ['1 August: a day with post', { tick: '2025-08-01' }],
    ...mayArc,
    ['2 August: a day passes', { tick: '2025-08-02' }]
  ]
}

const west = (id: string, day: string) =>
  attack(id, day, { lat: 14 + Number(day.slice(3)) * 0.004, lon: -5, admin1: 'ML-5' })
const east = (id: string, day: string) =>
  attack(id, day, { lat: 14 + Number(day.slice(3)) * 0.004, lon: -4.7, admin1: 'ML-5' })
/** On the road, within 20 km of either side. */
const between = (id: string, day: string, source = 'wire-1') =>
  attack(id, day, { lat: 14.016, lon: -4.85, admin1: 'ML-5' }, source)

/**
 * One front, until the attack that connected it is withdrawn: two. Then the attack is confirmed
 * after all.
 */
export const splitFront: Tale = {
  rules: ['front'],
  start: '2025-01-01',
  sources: [],
  steps: [
    [
      '5 March: two attacks in the west and one on the road',
      { tick: '2025-03-05' },
      west('w1', '03-01'),
      west('w2', '03-03'),
      between('road', '03-04')
    ],
    ['6 March: two in the east', { tick: '2025-03-06' }, east('e1', '03-02'), east('e2', '03-05')],
    [
      '7 March: one more on either side',
      { tick: '2025-03-07' },
      west('w3', '03-06'),
      east('e3', '03-06')
    ],
    ['7 March: an officer takes it', { acknowledge: 'A', by: 'officer-1' }],
    [
      '8 March: the wire withdraws the attack on the road',
      { tick: '2025-03-08' },
      { withdraw: 'road' }
    ],
    [
      '9 March: another source has seen it',
      { tick: '2025-03-09' },
      between('seen', '03-04', 'wire-2')
    ],
    ['10 March: that source withdraws it, too', { tick: '2025-03-10' }, { withdraw: 'seen' }]
  ]
}

/** Two fronts; then a late report from the road between them. */
export const mergedFronts: Tale = {
  rules: ['front'],
  start: '2025-01-01',
  sources: [],
  steps: [
    [
      '6 March: three attacks in the west',
      { tick: '2025-03-06' },
      west('w1', '03-01'),
      west('w2', '03-03'),
      west('w3', '03-05')
    ],
    [
      '7 March: three in the east',
      { tick: '2025-03-07' },
      east('e1', '03-02'),
      east('e2', '03-04'),
      east('e3', '03-06')
    ],
    ['7 March: an officer takes the one in the east', { acknowledge: 'B', by: 'officer-1' }],
    [
      '12 March: it becomes known that the road between them was hit on the 4th',
      { tick: '2025-03-12' },
      between('road', '03-04')
    ],
    ['13 March: one more in the east', { tick: '2025-03-13' }, east('e4', '03-12')],
    ['14 March: the road is withdrawn', { tick: '2025-03-14' }, { withdraw: 'road' }]
  ]
}

const diosso = { settlement: 'Diosso', admin1: 'ML-4' } as const
const access = (id: string, day: string, source: string): Deed => ({
  report: { id, at: `2024-${day}`, source, category: 'access-restored', ...diosso }
})

/**
 * One long siege, until two sources report late that convoys came through for weeks in May: two
 * sieges.
 */
export const twoSieges: Tale = {
  rules: ['siege'],
  start: '2023-12-01',
  sources: ['wire-1', 'wire-2', 'convoy', 'mayor'],
  steps: [
    [
      '15 January: a blockade since New Year',
      { tick: '2024-01-15' },
      {
        report: {
          id: 'new-year',
          at: '2024-01-01',
          to: '2024-01-14',
          category: 'blockade',
          tactics: ['movement-denied'],
          ...diosso
        }
      }
    ],
    ['20 February: a month of it', { tick: '2024-02-20' }],
    [
      '20 August: blockaded, it is told again',
      { tick: '2024-08-20' },
      {
        report: {
          id: 'august',
          at: '2024-08-01',
          to: '2024-08-19',
          category: 'blockade',
          tactics: ['movement-denied'],
          source: 'wire-2',
          ...diosso
        }
      }
    ],
    [
      '25 August: the convoys tell that they came through from 3 May on',
      { tick: '2024-08-25' },
      access('convoy', '05-03', 'convoy')
    ],
    ['26 August: so does the mayor', { tick: '2024-08-26' }, access('mayor', '05-05', 'mayor')],
    ['27 August: a day passes', { tick: '2024-08-27' }],
    ['28 August: the mayor never wrote that', { tick: '2024-08-28' }, { withdraw: 'mayor' }]
  ]
}

const victim = (key: string, aliasKeys: readonly string[] = []) => ({
  key,
  role: 'captured' as const,
  kind: null,
  aliasKeys
})
const taken = (
  id: string,
  day: string,
  person: ReturnType<typeof victim>,
  place: Partial<ReportSketch>,
  category: 'abduction' | 'release' | 'killing' = 'abduction',
  source = 'wire-1'
): Deed => ({
  report: { id, at: `2025-${day}`, source, category, persons: [person], ...place }
})

/**
 * A woman is abducted; two cases, by two names, prove to be one; a release closes it, and its
 * withdrawal reopens it.
 */
export const abduction: Tale = {
  rules: ['abduction-to-killing'],
  start: '2025-01-01',
  sources: [],
  steps: [
    [
      '4 March: a nurse is taken near Dioura',
      { tick: '2025-03-04' },
      taken('nurse', '03-03', victim('nurse'), dioura)
    ],
    [
      '8 March: a woman is taken, it says, near Boulkessi',
      { tick: '2025-03-08' },
      taken('woman', '03-05', victim('woman'), boulkessi, 'abduction', 'wire-2')
    ],
    [
      '20 March: a third source names the nurse by both names',
      { tick: '2025-03-20' },
      taken('both', '03-04', victim('nurse', ['woman']), dioura, 'abduction', 'wire-3')
    ],
    [
      '1 April: she is free',
      { tick: '2025-04-01' },
      taken('free', '03-31', victim('nurse'), segou, 'release')
    ],
    ['3 April: she is not: the wire withdraws it', { tick: '2025-04-03' }, { withdraw: 'free' }],
    [
      '9 April: she was killed',
      { tick: '2025-04-09' },
      taken('killed', '04-08', victim('woman'), segou, 'killing')
    ]
  ]
}
