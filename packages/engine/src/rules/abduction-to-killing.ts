// Abduction to killing: an abduction is an alert, and what becomes of the abducted moves the same
// alert. People with names are followed by the keys of their names, across all areas; people without
// by place and time. Limits: names that share no key are two people, and a report that names
// somebody is never linked to one that does not.

import type { Incidents } from '../data/incidents.ts'
import { formatDay, never } from '../data/time.ts'
import { statisticMask } from '../data/vocabulary.ts'
import { type AbductionCase, readCase } from './abduction-case.ts'
import {
  type Assessment,
  type Candidates,
  type ClusterRule,
  linkedOnly,
  notLinked,
  orderLevels
} from './cluster-rule.ts'
import { defineParameters, defineRule, type LookBack, ourChoice, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { hasUsableGrade } from './families.ts'
import type { Group } from './finding.ts'
import { addKey } from './keys.ts'
import { listFates, mayHaveFates, type PersonFate } from './person-fates.ts'
import {
  listSpots,
  readPlaceName,
  readSettlementGroup,
  shareSettlement
} from './place-of-incident.ts'

const source = 'patterns.md#abduction-to-killing'

interface AbductionAssessment extends Assessment {
  readonly case: AbductionCase
}

const tonka = { settlement: 'Tonka' }
const gao = { settlement: 'Gao', lat: 16.27, lon: -0.04 }
const hostageVideo = { tactics: ['hostage-video'] }

/** People of an example: key, kind and keys of further names. */
function nameVictims(
  ...people: readonly (readonly [key: string, kind?: string | null, ...aliasKeys: string[]])[]
) {
  const persons = people.map(([key, kind = null, ...aliasKeys]) => {
    return { key, role: null, kind, aliasKeys }
  })
  return { persons }
}

/** Kinds of people as reports name them, in French. */
const kindsInFrench: Readonly<Record<string, string>> = {
  'aid-worker': 'humanitaires',
  foreigner: 'étrangers',
  'public-figure': 'personnalités'
}

const parameters = defineParameters(source, {
  windowDays: [180, 'days', 'how long a case is followed after its last report'],
  nearKm: [10, 'km', 'unnamed victims within it are the same, at points as precise', ourChoice],
  nearDays: [14, 'days', 'and time within which they are the same', ourChoice],
  militaryKinds: [
    splitWords(
      'military soldier police gendarme security-force militia militant fighter combatant'
    ),
    'kinds',
    'kinds of targets that are not civilian: reports of these alone do not concern abducted civilians without names',
    ourChoice
  ],
  escalateKinds: [
    ['public-figure', 'foreigner', 'aid-worker'],
    'kinds',
    'kinds of people whose abduction escalates at once'
  ],
  proofOfLifeDays: [
    0,
    'days',
    'time without proof of life after which it escalates, once all live sources have reported later; 0 is never',
    { min: 0 }
  ]
})

export const abductionToKilling = defineRule({
  id: 'abduction-to-killing',
  handbook: {
    says: 'An abduction; what becomes of the abducted is part of the same alert.',
    levels:
      'One of `escalateKinds` among them; a killing; no proof of life for `proofOfLifeDays`, if that is not 0.',
    ends: 'A release, a body found, or `windowDays` without a report.',
    comesBack: 'Only its own reports: an outcome, or an abduction of the same people.'
  },
  parameters,
  examples: [
    makeExample(
      'a public figure is abducted and killed: one alert that escalates',
      [
        reportOn('2025-11-06/2025-11-07', 'abduction', tonka, nameVictims(['a', 'public-figure'])),
        reportOn('2025-11-08', 'killing', { tactics: ['execution'] }, tonka, nameVictims(['a']))
      ],
      expectOpen('2025-11-12', { settlement: 'Tonka', since: '2025-11-06' }, 3)
    ),
    makeExample(
      'a release ends it',
      [
        reportOn('2025-03-01', 'abduction', tonka, nameVictims(['b'])),
        reportOn('2025-04-01', 'release', { settlement: 'Gao' }, nameVictims(['b']))
      ],
      expectEnded('2025-04-02', { settlement: 'Tonka', since: '2025-03-01' })
    ),
    makeExample(
      'a release of people from two abductions ends both, and does not unite them',
      [
        reportOn('2025-03-01', 'abduction', tonka, nameVictims(['d'])),
        reportOn('2025-03-02', 'abduction', gao, nameVictims(['e', 'foreigner'])),
        reportOn('2025-04-01', 'release', gao, nameVictims(['d'], ['e']))
      ],
      expectEnded('2025-04-02', { settlement: 'Tonka', since: '2025-03-01' }),
      expectEnded('2025-04-02', { settlement: 'Gao', since: '2025-03-02' }, 2)
    ),
    makeExample(
      'a further name of the abducted connects the report of a killing',
      [
        reportOn('2025-03-01', 'abduction', tonka, nameVictims(['f'])),
        reportOn('2025-03-20', 'other', hostageVideo, nameVictims(['f', null, 'g'])),
        reportOn('2025-04-10', 'killing', tonka, nameVictims(['g']))
      ],
      expectOpen('2025-04-11', { settlement: 'Tonka', since: '2025-03-01' }, 2)
    ),
    makeExample(
      'a killing of somebody who was not abducted raises nothing',
      [
        reportOn('2025-03-01', 'killing', tonka, nameVictims(['c'])),
        reportOn('2025-03-02', 'killing', tonka)
      ],
      expectNone('2025-03-03')
    )
  ],
  texts: ({ escalateKinds }) => ({
    en: {
      headline: 'Abduction at {place}[ {when}]{value:|; at least one killed}',
      why: '{count} {count:incident tells|incidents tell} of the same people since {from}. With names they are followed by the keys of their names, in all areas; without, within {nearKm} km and {nearDays} days. People followed: {people}; no alert names them.',
      ends: 'all are released or found dead, or {windowDays} days pass without a report',
      measure: 'steps from abduction to killing',
      levels: [
        'abduction',
        ...escalateKinds.map(kind => `abducted: ${kind.replaceAll('-', ' ')}`),
        'killed'
      ]
    },
    fr: {
      headline: 'Enlèvement à {place}[ {when}]{value:| ; au moins un tué}',
      why: '{count} {count:incident concerne|incidents concernent} les mêmes personnes depuis le {from}. Celles dont le nom est connu sont suivies par la clé de ce nom, dans toutes les régions ; les autres à moins de {nearKm} km et {nearDays} jours. Personnes suivies : {people} ; aucune alerte ne les nomme.',
      ends: 'toutes sont libérées ou retrouvées mortes, ou {windowDays} jours passent sans nouvelle',
      measure: 'étapes de l’enlèvement à l’assassinat',
      levels: [
        'enlèvement',
        ...escalateKinds.map(kind => `enlevés : ${kindsInFrench[kind] ?? kind}`),
        'mort'
      ]
    }
  }),
  looksBack: ({ windowDays, nearDays, proofOfLifeDays }): LookBack =>
    proofOfLifeDays > windowDays ? { nearDays, proofOfLifeDays } : { nearDays, windowDays },
  make(parameters, base): ClusterRule<AbductionAssessment> {
    const { windowDays, nearKm, nearDays, escalateKinds, proofOfLifeDays } = parameters
    const military = new Set(parameters.militaryKinds)
    return {
      ...base,
      outlastsSilence: true,
      includes: (incidents, row) =>
        mayHaveFates(incidents, row) &&
        (incidents.columns.category[row]! & statisticMask) === 0 &&
        hasUsableGrade(incidents, row) &&
        listFates(incidents, row).length > 0,
      getMark: (incidents, row) => computeMark(listFates(incidents, row), military),
      linkKm: nearKm,
      linkDays: nearDays,
      listKeys: (incidents, row, into) => {
        const fates = listFates(incidents, row)
        for (const { keys } of fates) for (const key of keys) addKey(into, key * 2)
        if (fates.every(({ keys }) => keys.length > 0)) return
        for (const { settlement } of listSpots(incidents, row))
          if (settlement >= 0) into.push(settlement * 2 + 1)
      },
      getKeyLinkDays: key => (isPersonKey(key) ? longestDays : nearDays),
      getLink: candidates => {
        const { key, daysApart, markA, markB } = candidates
        if (isPersonKey(key)) {
          const areCores = (markA & markB & mark.core) !== 0
          return areCores && daysApart > windowDays ? notLinked : linkedOnly
        }
        return areSameNameless(candidates, nearDays) ? linkedOnly : notLinked
      },
      // An outcome belongs to the cases of its people, and does not connect them.
      canBeCore: bits => (bits & mark.core) !== 0,
      minPoints: [1],
      quietDays: windowDays,
      assess(cluster) {
        const found = readCase(cluster, windowDays)
        if (found === null) return null
        const { rows, takenDay, kindDays, aliveDay, deathDay, overDay } = found
        const absentDay = proofOfLifeDays > 0 ? aliveDay + proofOfLifeDays : never
        const laterDays = escalateKinds.map(kind => kindDays.get(kind) ?? 0)
        return {
          case: found,
          rows,
          ...orderLevels(takenDay, [...laterDays, deathDay === never ? 0 : deathDay]),
          absenceDay: absentDay < Math.min(deathDay, overDay) ? absentDay : never,
          ...(overDay === never ? {} : { overDay })
        }
      },
      measure: (_, found) => ({
        value: found.case.deathDay === never ? 1 : 2,
        threshold: 1,
        baseline: null
      }),
      listFacts: (_, found) => ({ people: found.case.taken.size }),
      readGroup: ({ incidents }, found) => readCaseGroup(incidents, found.case.firstRow)
    }
  }
})

/** Bits of the mark of an incident. The last ones are about people without names. */
const mark = {
  named: 1,
  /** It begins a case, or connects the names of one person. */
  core: 2,
  taken: 4,
  outcome: 8,
  knownKind: 16,
  military: 32,
  civilian: 64
} as const
const nameless = mark.taken | mark.outcome
/** An outcome may come years after an abduction, if there were reports in between. */
const longestDays = 3660

/** Alerts have many readers: keys of persons are not in them. */
function readCaseGroup(incidents: Incidents, row: number): Group {
  const since = formatDay(incidents.columns.fromDay[row]!)
  if (incidents.columns.settlement[row]! >= 0)
    return { ...readSettlementGroup(incidents, row), since }
  return { place: readPlaceName(incidents, row), since }
}

function isPersonKey(key: number): boolean {
  return key >= 0 && key % 2 === 0
}

function computeMark(fates: readonly PersonFate[], military: ReadonlySet<string>): number {
  const [only] = fates
  const connectsNames = fates.length === 1 && only!.keys.length > 1
  let bits = connectsNames ? mark.core : 0
  for (const { fate, keys, kinds } of fates) {
    if (fate === 'taken') bits |= mark.core
    if (keys.length > 0) {
      bits |= mark.named
      continue
    }
    bits |= fate === 'taken' ? mark.taken : mark.outcome
    for (const kind of kinds)
      bits |= mark.knownKind | (military.has(kind) ? mark.military : mark.civilian)
  }
  return bits
}

/** True if two incidents concern the same people without names. */
function areSameNameless(
  { incidents, a, b, markA, markB, daysApart, key }: Candidates,
  nearDays: number
): boolean {
  if (daysApart > nearDays || (markA & nameless) === 0 || (markB & nameless) === 0) return false
  if (key >= 0 && !shareSettlement(incidents, a, b)) return false
  const [isTakenA, isTakenB] = [(markA & mark.taken) !== 0, (markB & mark.taken) !== 0]
  if (isTakenA && isTakenB) return true
  if (!isTakenA && !isTakenB) return false
  const { fromDay } = incidents.columns
  const [taken, outcome] = isTakenA ? [a, b] : [b, a]
  const [kinds, others] = isTakenA ? [markA, markB] : [markB, markA]
  return fromDay[outcome]! >= fromDay[taken]! && mayBeSameKind(kinds, others)
}

/** A soldier who was killed is none of the people taken from a village, and the other way round. */
function mayBeSameKind(taken: number, others: number): boolean {
  if ((others & mark.knownKind) === 0) return true
  if ((others & mark.civilian) === 0) return (taken & mark.military) !== 0
  return (taken & mark.knownKind) === 0 || (taken & mark.civilian) !== 0
}
