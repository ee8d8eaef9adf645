// Abduction to killing: an abduction is an alert, and what becomes of the abducted moves the same
// alert. People are followed by the keys of their names, across all areas, in one scope for the
// theatre: reports name one person differently, and only a fold that has all keys can connect them.
// People without names are followed by place and time alone, in a scope per first-level area.
// Limits: names that share no key are two people; a report that names somebody is never linked to
// one that does not, nor are reports without names across the border of an area.

import { type Layers, layered, layerOf } from '../../detection/layered.ts'
import type { Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { namesMax, situationOf } from '../../finding/situation.ts'
import { compareText, type Incident, placesOf } from '../../incident/incident.ts'
import { wordsOfCode } from '../../incident/incident-names.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs, formatDay, formatTime } from '../../space-time/event-time.ts'
import { itemsNeeded } from '../episode/prune-ended.ts'
import {
  besidePlace,
  countedText,
  listOf,
  placeName,
  wholeIntervalNote
} from '../episode/wording.ts'
import {
  type AbductionCase,
  type CaseEnd,
  isDeath,
  isOfCase,
  type Nearness,
  newCase,
  unitedCase,
  withFate,
  withSupport,
  withTaken
} from './abduction-case.ts'
import { casesOf, withCases } from './cases-by-key.ts'
import { fatesOf, type PersonFate } from './person-fates.ts'

const source = 'patterns.md#abduction-to-killing'

export interface AbductionParameters extends Nearness {
  readonly windowDays: number
  readonly escalateKinds: readonly string[]
  readonly proofOfLifeDays: number
}

/** All cases. While it is the same object, so are the findings. */
interface Book {
  /** In order of their beginning. */
  readonly open: readonly AbductionCase[]
  readonly closed: readonly AbductionCase[]
  /** No case ends by time before this. */
  readonly dueMs: number
}

interface AbductionState {
  readonly book: Book
  /** Recent killings and releases: an abduction of the same days may follow them in the fold. */
  readonly waiting: readonly Incident[]
}

/** Maximum number of open cases; above it the one without news for the longest time is closed. */
export const casesMax = 5_000

/**
 * In layers: a name joins only what the same readers may see, so that nobody can test a name
 * against hidden reports.
 */
export const abductionToKilling: Pattern<AbductionParameters, Layers<AbductionState>> = layered<
  AbductionParameters,
  AbductionState
>({
  id: 'abduction-to-killing',
  words: {
    says: 'An abduction; what becomes of the abducted is part of the same alert.',
    levels:
      'One of `escalateKinds` among them; a killing; no proof of life for `proofOfLifeDays`, if that is not 0.',
    ends: 'A release, a body found, or `windowDays` without a report.',
    comesBack:
      'A person of the same name, within `windowDays` of the last report; for people without names only its own reports.',
    comesBackBy: 'person'
  },
  outlastsSilence: true,
  parameters: {
    windowDays: {
      default: 180,
      unit: 'days',
      meaning: 'how long a case is followed after its last report',
      source
    },
    nearKm: {
      default: 10,
      unit: 'km',
      meaning: 'distance within which victims without names are the same, at places that precise',
      source: 'our choice'
    },
    nearDays: {
      default: 14,
      unit: 'days',
      meaning: 'and time within which they are the same',
      source: 'our choice'
    },
    militaryKinds: {
      default: [
        'military',
        'soldier',
        'police',
        'gendarme',
        'security-force',
        'militia',
        'militant',
        'fighter',
        'combatant'
      ],
      unit: 'kinds',
      meaning:
        'kinds of targets that are not civilian: reports of these alone do not concern abducted civilians without names',
      source: 'our choice'
    },
    escalateKinds: {
      default: ['public-figure', 'foreigner', 'aid-worker'],
      unit: 'kinds',
      meaning: 'kinds of people whose abduction escalates at once',
      source
    },
    proofOfLifeDays: {
      default: 0,
      unit: 'days',
      meaning:
        'time without proof of life after which it escalates, once all live sources have reported later; 0 is never',
      source,
      min: 0
    }
  },
  looksBack: ({ windowDays: w, nearDays, proofOfLifeDays: p }) =>
    p > w ? { nearDays, proofOfLifeDays: p } : { nearDays, windowDays: w },
  examples: [
    {
      name: 'a public figure is abducted and killed: one alert that escalates',
      given: [
        {
          at: '2025-11-06',
          to: '2025-11-07',
          category: 'abduction',
          settlement: 'Tonka',
          persons: [victim('a', 'public-figure')]
        },
        {
          at: '2025-11-08',
          category: 'killing',
          tactics: ['execution'],
          settlement: 'Tonka',
          persons: [victim('a', null)]
        }
      ],
      horizon: '2025-11-12',
      expect: [{ group: { settlement: 'Tonka', since: '2025-11-06' }, level: 3, open: true }]
    },
    {
      name: 'a release ends it',
      given: [
        {
          at: '2025-03-01',
          category: 'abduction',
          settlement: 'Tonka',
          persons: [victim('b', null)]
        },
        { at: '2025-04-01', category: 'release', settlement: 'Gao', persons: [victim('b', null)] }
      ],
      horizon: '2025-04-02',
      expect: [{ group: { settlement: 'Tonka', since: '2025-03-01' }, level: 1, open: false }]
    },
    {
      name: 'a killing of somebody who was not abducted raises nothing',
      given: [
        {
          at: '2025-03-01',
          category: 'killing',
          settlement: 'Tonka',
          persons: [victim('c', null)]
        },
        { at: '2025-03-02', category: 'killing', settlement: 'Tonka' }
      ],
      horizon: '2025-03-03',
      expect: []
    }
  ],
  scopesOf: incident => {
    const [fate] = incident.category === 'statistic' ? [] : fatesOf(incident)
    if (fate === undefined) return []
    const scopes =
      fate.keys.length > 0 ? ['named'] : areasOf(incident, fate).map(area => `nameless/${area}`)
    return incident.drill ? scopes.map(scope => `drill/${scope}`) : scopes
  },
  initial: () => ({ book: emptyBook, waiting: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state.book, incident.fromMs, parameters)
    const still = itemsNeeded(state.waiting, i => i.toMs >= incident.fromMs)
    const fates = fatesOf(incident)
    const begun = begin(current, incident, fates.filter(isTaken), still, parameters)
    const outcomes = fates.filter(fate => !isTaken(fate))
    const followed = followAll(begun, incident, outcomes, parameters)
    const waits = outcomes.length > 0 && incident.passesGrade && incident.toMs > incident.fromMs
    const [book, waiting] = [
      withoutEnded(followed, parameters, current.open),
      waits ? [...still, incident] : still
    ]
    return book === state.book && waiting === state.waiting ? state : { book, waiting }
  },
  tellsTheSame: (a, b) => a.book === b.book,
  findings: ({ book }, horizonMs, parameters, _unheard, watermarkMs = null) =>
    findingsOf(closeWhenDue(book, horizonMs, parameters), watermarkMs, parameters),
  nextChangeMs: ({ book }, horizonMs, parameters) => {
    const { open } = closeWhenDue(book, horizonMs, parameters)
    return open.length === 0 ? null : dueOf(open, parameters)
  },
  nextAbsenceMs: ({ book }, watermarkMs, parameters) => {
    if (parameters.proofOfLifeDays === 0) return null
    const silent = [...book.open, ...book.closed].map(c => absentAtMs(c, parameters))
    return least(
      silent.filter(ms => ms !== null).filter(ms => watermarkMs === null || ms > watermarkMs)
    )
  },
  forget: (state, beforeMs) => {
    const closed = itemsNeeded(state.book.closed, c => (c.end?.atMs ?? 0) >= beforeMs)
    const waiting = itemsNeeded(state.waiting, i => i.toMs >= beforeMs)
    if (closed === state.book.closed && waiting === state.waiting) return state
    return { book: closed === state.book.closed ? state.book : { ...state.book, closed }, waiting }
  }
})

const noCases: readonly AbductionCase[] = []
const emptyBook: Book = { open: [], closed: [], dueMs: Number.MAX_SAFE_INTEGER }

/** A case without names lies where it began; a fate is taken in each of its places. */
function areasOf(incident: Incident, { fate }: PersonFate): readonly string[] {
  const places = fate === 'taken' ? [incident.place] : placesOf(incident)
  return [...new Set(places.map(p => p.admin1 ?? p.country ?? '?'))]
}

function victim(key: string, kind: string | null) {
  return { key, role: null, kind, aliasKeys: [] }
}

function isTaken({ fate }: PersonFate): boolean {
  return fate === 'taken'
}

/**
 * The state after an abduction: it continues the cases that know the people, or begins one, which
 * takes the fates that were waiting.
 */
function begin(
  book: Book,
  incident: Incident,
  taken: readonly PersonFate[],
  waiting: readonly Incident[],
  parameters: AbductionParameters
): Book {
  if (taken.length === 0) return book
  const known = casesOf(book.open, incident, taken, parameters)
  if (!incident.passesGrade)
    return replaced(
      book,
      known,
      known.map(c => withSupport(c, incident))
    )
  const isNew = known.length === 0
  const told = withTaken(
    isNew ? newCase(incident, taken) : unitedCase(known),
    incident,
    taken,
    parameters.escalateKinds
  )
  const heard = isNew ? waiting.reduce((c, i) => hearing(c, i, parameters), told) : told
  return {
    ...replaced(book, known, [heard]),
    dueMs: Math.min(book.dueMs, closesAtMs(heard, parameters))
  }
}

/** A case that has just begun, after an incident of the same days that preceded it in the fold. */
function hearing(
  begun: AbductionCase,
  incident: Incident,
  parameters: AbductionParameters
): AbductionCase {
  const fates = fatesOf(incident).filter(fate => !isTaken(fate))
  return fates.reduce((c, fate) => {
    const isTheirs = c.end === null && isOfCase(c, incident, fate, parameters)
    return isTheirs ? withFate(c, incident, fate, Math.max(c.fromMs, incident.fromMs)) : c
  }, begun)
}

/** Up to this number of fates in one incident, each is compared with each case. */
const fatesFew = 8

/**
 * The state after several fates. Most names of a long list are in no case: those are skipped
 * without a comparison each.
 */
function followAll(
  book: Book,
  incident: Incident,
  fates: readonly PersonFate[],
  parameters: AbductionParameters
): Book {
  if (fates.length <= fatesFew)
    return fates.reduce((all, fate) => follow(all, incident, fate, parameters), book)
  const known = new Set(book.open.flatMap(c => c.victims.flatMap(v => v.keys)))
  let now = book
  for (const fate of fates) {
    if (fate.keys.length > 0 && !fate.keys.some(key => known.has(key))) continue
    const next = follow(now, incident, fate, parameters)
    // Its other names are known from now on.
    if (next !== now) for (const key of fate.keys) known.add(key)
    now = next
  }
  return now
}

/** The state after one fate. A person without a name is one of those who were taken there last. */
function follow(
  book: Book,
  incident: Incident,
  fate: PersonFate,
  parameters: AbductionParameters
): Book {
  const knowing = casesOf(book.open, incident, [fate], parameters).filter(c => c.end === null)
  const known = fate.keys.length === 0 ? knowing.slice(-1) : knowing
  if (known.length === 0) return book
  return incident.passesGrade
    ? replaced(book, known, [withFate(unitedCase(known), incident, fate, incident.fromMs)])
    : replaced(
        book,
        known,
        known.map(c => withSupport(c, incident))
      )
}

/** Replaces cases by others. */
function replaced(
  book: Book,
  before: readonly AbductionCase[],
  now: readonly AbductionCase[]
): Book {
  return before.length + now.length === 0
    ? book
    : { ...book, open: withCases(book.open, before, now) }
}

function closesAtMs({ lastMs }: AbductionCase, { windowDays }: AbductionParameters): number {
  return lastMs + windowDays * dayMs
}

/** The first moment at which a case ends by time: later reports only postpone it. */
function dueOf(open: readonly AbductionCase[], parameters: AbductionParameters): number {
  let dueMs = Number.MAX_SAFE_INTEGER
  for (const c of open) dueMs = Math.min(dueMs, closesAtMs(c, parameters))
  return dueMs
}

function closeWhenDue(book: Book, nowMs: number, parameters: AbductionParameters): Book {
  if (book.dueMs > nowMs) return book
  const ended = book.open.map(c =>
    closesAtMs(c, parameters) > nowMs ? c : unheardOf(c, closesAtMs(c, parameters))
  )
  return withoutEnded({ ...book, open: ended, dueMs: dueOf(book.open, parameters) }, parameters)
}

function unheardOf(
  open: AbductionCase,
  atMs: number,
  reason: CaseEnd = 'no further reports'
): AbductionCase {
  return { ...open, end: { atMs, reason } }
}

/**
 * Closes the cases that have ended, and those above the limit. `asBefore`: cases in the places that
 * they have there have not ended.
 */
function withoutEnded(
  book: Book,
  parameters: AbductionParameters,
  asBefore: readonly AbductionCase[] = noCases
): Book {
  const excess = book.open.length > casesMax ? longestUnheard(book.open) : null
  if (excess === null && book.open.every((c, i) => c === asBefore[i] || c.end === null)) return book
  const all = book.open.map(c => (c === excess ? unheardOf(c, c.lastMs, 'too many cases') : c))
  const [open, ended] = [all.filter(c => c.end === null), all.filter(c => c.end !== null)]
  return { open, closed: [...book.closed, ...ended], dueMs: dueOf(open, parameters) }
}

function longestUnheard(open: readonly AbductionCase[]): AbductionCase {
  return open.reduce((a, b) => (b.lastMs < a.lastMs ? b : a))
}

/**
 * When `proofOfLifeDays` without proof of life are over; null if never, or only after the end or a
 * death.
 */
function absentAtMs(
  { aliveMs, marks, end }: AbductionCase,
  { proofOfLifeDays }: AbductionParameters
): number | null {
  if (proofOfLifeDays === 0) return null
  const atMs = aliveMs + proofOfLifeDays * dayMs
  const diedMs = marks.find(m => isDeath(m.reason))?.atMs ?? Number.POSITIVE_INFINITY
  return atMs < Math.min(diedMs, end?.atMs ?? Number.POSITIVE_INFINITY) ? atMs : null
}

const seen = new WeakMap<Book, readonly Finding[]>()

/** The same list while no case changes. */
function findingsOf(
  book: Book,
  watermarkMs: number | null,
  parameters: AbductionParameters
): readonly Finding[] {
  const known = parameters.proofOfLifeDays === 0 ? seen.get(book) : undefined
  if (known) return known
  const findings = [...book.closed, ...book.open].map(c => {
    const absentMs = absentAtMs(c, parameters)
    return describeOnce(
      c,
      absentMs !== null && watermarkMs !== null && watermarkMs >= absentMs ? absentMs : null,
      parameters
    )
  })
  if (parameters.proofOfLifeDays === 0) seen.set(book, findings)
  return findings
}

const described = new WeakMap<
  AbductionCase,
  { readonly absentMs: number | null; readonly finding: Finding }
>()

function describeOnce(
  one: AbductionCase,
  absentMs: number | null,
  parameters: AbductionParameters
): Finding {
  const known = described.get(one)
  if (known?.absentMs === absentMs) return known.finding
  const finding = describe(one, absentMs, parameters)
  described.set(one, { absentMs, finding })
  return finding
}

function describe(
  one: AbductionCase,
  absentMs: number | null,
  parameters: AbductionParameters
): Finding {
  const { person, place, victims, end, triggers, support } = one
  const where =
    placeName(place) ?? (place.country === null ? 'an unknown place' : countryName(place.country))
  const absent =
    absentMs === null
      ? []
      : [
          {
            atMs: absentMs,
            reason: `${countedText(parameters.proofOfLifeDays, 'day')} without proof of life`
          }
        ]
  // Alerts have many readers: a person's key, which is the same everywhere, is not in them.
  const group: Record<string, string> = {
    ...(place.settlement === null
      ? { place: where }
      : { settlement: where, settlementId: place.settlement }),
    since: formatTime(one.fromMs).slice(0, 10)
  }
  return {
    group,
    situation: situationOf(keysOf(one), end?.atMs ?? closesAtMs(one, parameters)),
    fromMs: one.fromMs,
    toMs: end?.atMs ?? null,
    levels: numberLevels([{ atMs: one.fromMs, reason: 'abduction' }, ...one.marks, ...absent]),
    measure: {
      name: 'steps from abduction to killing',
      value: one.isDead ? 2 : 1,
      threshold: 1,
      baseline: null
    },
    triggers: triggers.kept,
    support: support.kept,
    omitted: triggers.omitted + support.omitted,
    layer: layerOf(triggers.kept),
    headline: `Abduction ${besidePlace(where, 'at')} on ${formatDay(one.fromMs)}: ${wordOf(one, parameters)}`,
    explanation:
      (person === null
        ? `The victims are not named; incidents are linked by place and time, within ${parameters.nearKm} km and ${countedText(parameters.nearDays, 'day')}. `
        : `${victims.length === 1 ? 'One person is' : `${victims.length} people are`} tracked by name, in all areas. `) +
      `${one.marks.length === 0 ? 'No escalation has been reported' : `Escalation: ${listOf(one.marks.map(m => `${m.reason} (${formatDay(m.atMs)})`))}`}. ` +
      (end?.reason === 'too many cases'
        ? `The case is no longer tracked: above ${casesMax} cases, the one without reports for the longest time is closed. `
        : '') +
      `The alert ends when ${victims.length === 1 && person !== null ? 'the victim is' : 'all victims are'} released or found dead, or ${countedText(parameters.windowDays, 'day')} after the last report.${wholeIntervalNote(triggers.kept)}`
  }
}

/**
 * The keys that identify the situation, no more than are used; people without names are identified
 * by reports alone.
 */
function keysOf({ victims }: AbductionCase): readonly string[] {
  const found: string[] = []
  for (const { keys } of victims) {
    if (found.length >= namesMax) break
    for (const key of keys) found.push(`person ${key}`)
  }
  return found
}

const ends = {
  released: 'released',
  'found dead': 'found dead',
  'no further reports': 'no further reports',
  'too many cases': 'no longer tracked'
} as const

function wordOf(
  { person, victims, kinds, isDead, end }: AbductionCase,
  { escalateKinds }: AbductionParameters
): string {
  const grave = kinds.filter(kind => escalateKinds.includes(kind)).sort(compareText)
  const kind = grave.length === 0 ? null : listOf(grave.map(wordsOfCode))
  const count =
    person === null
      ? 'victims not named'
      : victims.length === 1
        ? 'one person'
        : `${victims.length} people`
  const fate =
    end && end.reason !== 'no further reports'
      ? ends[end.reason]
      : isDead
        ? 'killed'
        : end
          ? ends[end.reason]
          : 'taken'
  // Of several people a case does not keep who of them died.
  const isOfOne =
    !isDead || (person !== null && victims.length === 1) || fate === ends['too many cases']
  return `${count}${kind === null ? '' : ` (${kind})`}, ${isOfOne ? fate : `at least one ${fate === 'killed' ? fate : 'dead'}`}`
}

function least(moments: readonly number[]): number | null {
  return moments.length === 0 ? null : Math.min(...moments)
}
