// Reporting blackout, level 1: a source falls silent about an area while it reports from others
// (source-silence.ts); an open siege there raises the level.

import type { CompoundPattern } from '../../detection/compound.ts'
import { entryOf, type Input } from '../../detection/compound-scope.ts'
import type { AnyPattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { namedOf } from '../../finding/named-evidence.ts'
import { isExercise } from '../../finding/situation.ts'
import { placesOf } from '../../incident/incident.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { evidenceOf } from '../episode/episode-evidence.ts'
import { listOf } from '../episode/wording.ts'
import type { SourceSilenceParameters } from '../silence/silence-parameters.ts'
import { silenceLookBack } from '../silence/silence-rate.ts'
import { sourceSilence } from '../silence/source-silence.ts'

export interface ReportingBlackoutParameters extends SourceSilenceParameters {
  readonly worsePatterns: readonly string[]
}

/** Maximum number of incidents of a siege that are named: those that triggered it. */
const siegeEvidenceMax = 20

export const reportingBlackout: CompoundPattern<ReportingBlackoutParameters> = {
  id: 'reporting-blackout',
  words: {
    says: 'A source has fallen silent about an area from which it used to report, and reports from others.',
    levels: '`escalateFactor` times as long; an open finding of `worsePatterns` there.',
    ends: 'Two reports from there.',
    ...comesBackWithItsReports
  },
  outlastsSilence: true,
  parameters: {
    ...sourceSilence.parameters,
    worsePatterns: {
      default: ['siege'],
      unit: 'patterns',
      meaning: 'patterns that escalate it when open in the area at the same time',
      source: 'patterns.md#reporting-blackout'
    }
  },
  examples: [
    {
      name: 'a source that reported from an area every week falls silent there and continues elsewhere',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 17)],
      horizon: '2025-06-20',
      expect: [{ group: { source: 'a', admin1: 'ML-5' }, level: 1, open: true }]
    },
    {
      name: 'three times as long escalates it',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 24)],
      horizon: '2025-06-20',
      expect: [{ group: { source: 'a', admin1: 'ML-5' }, level: 2, open: true }]
    },
    {
      name: 'two reports from there end it',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-5', 18, 19), ...weekly('ML-6', 1, 20)],
      horizon: '2025-06-20',
      expect: [{ group: { source: 'a', admin1: 'ML-5' }, level: 1, open: false }]
    },
    {
      name: 'a source that is silent everywhere raises nothing',
      given: [...weekly('ML-5', 1, 10), ...weekly('ML-6', 1, 10)],
      horizon: '2025-06-20',
      expect: []
    }
  ],
  own: sourceSilence as unknown as AnyPattern,
  looksBack: silenceLookBack,
  lookbackDays: () => 0,
  reads: ({ pattern }, { worsePatterns }) => worsePatterns.includes(pattern),
  scopesOf: ({ pattern, finding }, { worsePatterns }) => {
    const prefix = isExercise(finding) ? 'drill/' : ''
    if (pattern === sourceSilence.id) return [`${prefix}${finding.group.admin1}`]
    return worsePatterns.includes(pattern)
      ? areasOf(finding).map(admin1 => `${prefix}${admin1}`)
      : []
  },
  findings: ({ inputs }) => {
    const worse = inputs.filter(i => i.pattern !== sourceSilence.id)
    const silences = inputs.filter(i => i.pattern === sourceSilence.id).map(i => i.finding)
    return worse.length === 0 ? silences : silences.map(silence => worsened(silence, worse))
  },
  // Its own fold and the sieges report every change.
  nextChangeMs: () => null
}

/** For the examples: one report a week from an area. */
function weekly(admin1: string, first: number, last: number) {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    at: new Date(Date.UTC(2025, 0, (first + i) * 7)).toISOString().slice(0, 10),
    category: 'protest' as const,
    settlement: `Town of ${admin1}`,
    admin1,
    source: 'a'
  }))
}

function areasOf(finding: Finding): readonly string[] {
  const areas = finding.triggers
    .flatMap(placesOf)
    .flatMap(p => (p.areaCertain && p.admin1 !== null ? [p.admin1] : []))
  return [...new Set(areas)]
}

/**
 * A silence with the concurrent findings of its area: one more level from the moment at which both
 * were open.
 */
function worsened(silence: Finding, worse: readonly Input[]): Finding {
  const untilMs = silence.toMs ?? Number.POSITIVE_INFINITY
  const together = worse.filter(
    ({ finding }) =>
      entryOf(finding) < untilMs && (finding.toMs ?? Number.POSITIVE_INFINITY) > entryOf(silence)
  )
  if (together.length === 0) return silence
  const fromMs = Math.min(...together.map(({ finding }) => entryOf(finding)))
  const made = together.flatMap(({ finding }) =>
    namedOf(
      finding.triggers.filter(i => i.fromMs <= entryOf(finding)),
      siegeEvidenceMax
    )
  )
  const { kept, omitted } = evidenceOf([...silence.triggers, ...made])
  const places = [...new Set(together.map(({ finding }) => finding.group.settlement ?? 'a place'))]
  const levels = silence.levels.map(({ atMs, reason }) => ({ atMs, reason }))
  return {
    ...silence,
    levels: numberLevels([
      ...levels,
      { atMs: Math.max(entryOf(silence), fromMs), reason: 'siege in the same area' }
    ]),
    triggers: kept,
    omitted: silence.omitted + omitted,
    headline: `${silence.headline}, where ${listOf(places, 3)} ${places.length === 1 ? 'is' : 'are'} under siege`,
    explanation: `${silence.explanation} ${listOf(places, 3)} in the same area ${places.length === 1 ? 'is' : 'are'} under siege at the same time.`
  }
}
