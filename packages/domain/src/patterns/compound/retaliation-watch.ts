// Retaliation watch, level 1: a settlement appealed, resisted or informed while an armed actor
// besieges or rules it. Any threat or attack there afterwards escalates. It reads sieges, lost
// territory, and what follows when settlements speak up (appeal-aftermath.ts).

import type { CompoundPattern } from '../../detection/compound.ts'
import { entryOf, type Input } from '../../detection/compound-scope.ts'
import type { AnyPattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { areAtOneSite } from '../../finding/finding-site.ts'
import { namedOf } from '../../finding/named-evidence.ts'
import { isExercise } from '../../finding/situation.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { evidenceOf } from '../episode/episode-evidence.ts'
import { countedText, listOf, wholeIntervalNote } from '../episode/wording.ts'
import {
  type AppealAftermathParameters,
  appealAftermath,
  isVoice,
  menaceOf,
  menacesNamedMax
} from './appeal-aftermath.ts'

export interface RetaliationWatchParameters extends AppealAftermathParameters {
  readonly holdingPatterns: readonly string[]
}

/**
 * Maximum number of incidents named that show who holds the settlement: those that triggered the
 * finding.
 */
const holdingEvidenceMax = 20

export const retaliationWatch: CompoundPattern<RetaliationWatchParameters> = {
  id: 'retaliation-watch',
  words: {
    says: 'A settlement under siege or the rule of others has appealed, resisted or informed, and may be punished for it.',
    levels: 'A threat or an attack there.',
    ends: '`quietDays` without a further appeal, threat or attack.',
    comesBack: 'The same settlement, within `quietDays` of the last report.',
    comesBackBy: 'settlement'
  },
  parameters: {
    ...appealAftermath.parameters,
    holdingPatterns: {
      default: ['siege', 'territory-lost'],
      unit: 'patterns',
      meaning: 'patterns whose findings show that an actor besieges or rules the settlement',
      source: 'patterns.md#retaliation-watch'
    }
  },
  examples: [
    {
      name: 'an appeal from a besieged settlement raises it, and an attack there escalates it',
      given: [
        {
          at: '2024-01-01',
          to: '2024-01-12',
          category: 'blockade',
          settlement: 'Diosso',
          admin1: 'ML-4'
        },
        {
          at: '2024-01-01',
          to: '2024-01-12',
          category: 'movement-denied',
          settlement: 'Diosso',
          admin1: 'ML-4',
          source: 'b'
        },
        { at: '2024-03-01', category: 'appeal', settlement: 'Diosso', admin1: 'ML-4' },
        { at: '2024-03-20', category: 'attack', settlement: 'Diosso', admin1: 'ML-4' }
      ],
      horizon: '2024-04-01',
      expect: [{ group: { settlement: 'Diosso' }, level: 2, open: true }]
    },
    {
      name: 'sixty quiet days end it',
      given: [
        {
          at: '2024-01-01',
          to: '2024-01-12',
          category: 'blockade',
          settlement: 'Diosso',
          admin1: 'ML-4'
        },
        {
          at: '2024-01-01',
          to: '2024-01-12',
          category: 'movement-denied',
          settlement: 'Diosso',
          admin1: 'ML-4',
          source: 'b'
        },
        { at: '2024-03-01', category: 'appeal', settlement: 'Diosso', admin1: 'ML-4' }
      ],
      horizon: '2024-05-02',
      expect: [{ group: { settlement: 'Diosso' }, level: 1, open: false }]
    },
    {
      name: 'an appeal from a settlement that nobody holds raises nothing',
      given: [
        { at: '2024-03-01', category: 'appeal', settlement: 'Diosso', admin1: 'ML-4' },
        { at: '2024-03-20', category: 'attack', settlement: 'Diosso', admin1: 'ML-4' }
      ],
      horizon: '2024-04-01',
      expect: []
    }
  ],
  own: appealAftermath as unknown as AnyPattern,
  looksBack: ({ quietDays }) => ({ quietDays }),
  lookbackDays: ({ quietDays }) => quietDays,
  reads: ({ pattern }, { holdingPatterns }) => holdingPatterns.includes(pattern),
  scopesOf: ({ pattern, finding }, parameters) => {
    const { settlementId } = finding.group
    if (settlementId === undefined) return []
    const isRead = pattern === appealAftermath.id || parameters.holdingPatterns.includes(pattern)
    return isRead ? [isExercise(finding) ? `drill/${settlementId}` : settlementId] : []
  },
  findings: ({ inputs }, _horizonMs, parameters) => {
    const holdings = inputs.filter(i => i.pattern !== appealAftermath.id)
    if (holdings.length === 0) return []
    const aftermaths = inputs.filter(i => i.pattern === appealAftermath.id)
    return aftermaths.flatMap(({ finding }) => watchOf(finding, holdings, parameters) ?? [])
  },
  // Its own fold reports every end.
  nextChangeMs: () => null
}

/**
 * The watch of one aftermath: from when the settlement first spoke up while it was held; null if
 * there was none.
 */
function watchOf(
  aftermath: Finding,
  holdings: readonly Input[],
  parameters: RetaliationWatchParameters
): Finding | null {
  for (const voice of aftermath.triggers.filter(i => isVoice(i, parameters))) {
    // If only that report shows that the place is held, there is one alert, of the siege or loss:
    // the report is its evidence.
    const held = holdings.filter(
      ({ finding }) =>
        entryOf(finding) <= voice.toMs &&
        (finding.toMs ?? voice.toMs) >= voice.fromMs &&
        areAtOneSite(aftermath.group.settlementId as string, finding, voice) &&
        finding.triggers.some(trigger => trigger.id !== voice.id)
    )
    if (held.length > 0) return describe(aftermath, voice, held, parameters)
  }
  return null
}

function describe(
  aftermath: Finding,
  voice: Incident,
  held: readonly Input[],
  parameters: RetaliationWatchParameters
): Finding {
  const enteredMs = Math.max(voice.fromMs, Math.min(...held.map(({ finding }) => entryOf(finding))))
  const since = aftermath.triggers.filter(i => i.fromMs >= voice.fromMs && i.toMs >= enteredMs)
  // A clash in which the settlement resisted is its own act, not a retaliation.
  const menaces = since.filter(i => menaceOf(i) !== null && !isVoice(i, parameters))
  const holding = held.flatMap(({ finding }) =>
    namedOf(
      finding.triggers.filter(i => i.fromMs <= entryOf(finding)),
      holdingEvidenceMax
    )
  )
  const { kept, omitted } = evidenceOf([...since, ...holding])
  const name = aftermath.group.settlement as string
  const untilMs =
    aftermath.toMs ?? Math.max(...since.map(i => i.toMs)) + parameters.quietDays * dayMs
  const marks = firstOfEach(menaces).map(i => ({
    atMs: Math.max(i.fromMs, enteredMs),
    reason: menaceOf(i) as string
  }))
  const worst = menaces.some(i => menaceOf(i) === 'attack') ? 'Attack on' : 'Threat against'
  return {
    group: aftermath.group,
    situation: aftermath.situation && {
      keys: [aftermath.group.settlementId as string],
      around: aftermath.situation.around,
      untilMs
    },
    fromMs: enteredMs,
    toMs: aftermath.toMs,
    levels: numberLevels([{ atMs: enteredMs, reason: 'spoke up while held' }, ...marks]),
    measure: {
      name: 'threats and attacks listed since it spoke up',
      value: menaces.length,
      threshold: 1,
      baseline: null
    },
    triggers: kept,
    support: aftermath.support,
    omitted: omitted + aftermath.omitted,
    headline:
      menaces.length === 0
        ? `${name} spoke up on ${formatDay(voice.fromMs)} while ${wordOf(held)}: retaliation may follow`
        : `${worst} ${name} after it spoke up while ${wordOf(held)}`,
    explanation:
      `${name} appealed, resisted or informed on ${formatDay(voice.fromMs)}, when it was ${wordOf(held)} (since ${formatDay(entryOf((held[0] as Input).finding))}). ` +
      `${menaces.length === 0 ? 'No threat or attack has been reported since; either would escalate the alert. ' : `Reported since then: ${menacesText(menaces)}. `}` +
      `The alert ends after ${countedText(parameters.quietDays, 'day')} without another appeal, act of resistance, threat or attack.${wholeIntervalNote(since)}`
  }
}

/** The first threat and the first attack: an escalator counts once. */
function firstOfEach(menaces: readonly Incident[]): Incident[] {
  return [...new Map(menaces.toReversed().map(i => [menaceOf(i), i])).values()]
}

/** The list for each appeal is bounded: at the maximum there may be more. */
function menacesText(menaces: readonly Incident[]): string {
  const counts = (['threat', 'attack'] as const).flatMap(kind => {
    const count = menaces.filter(i => menaceOf(i) === kind).length
    return count === 0
      ? []
      : [`${count >= menacesNamedMax ? 'at least ' : ''}${countedText(count, kind)}`]
  })
  return listOf(counts)
}

function wordOf(held: readonly Input[]): string {
  const words = held.map(({ pattern }) =>
    pattern === 'siege' ? 'under siege' : 'held by an armed actor'
  )
  return listOf([...new Set(words)])
}
