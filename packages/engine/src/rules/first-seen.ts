// The law of new-actor and new-tactic: something is seen in an area where it was not seen for a
// time, nor in the areas that touch it. A sighting in an uncertain area, or of poor credibility,
// neither raises nor makes it known.

import type { Incidents } from '../data/incidents.ts'
import { flag } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import {
  type AnyRuleDefinition,
  defineParameters,
  defineRule,
  type ParameterValues,
  type RuleDefinition
} from './definition.ts'
import { hasUsableGrade, isCertainArea, listCertainAreas } from './families.ts'
import type { ListValues } from './family.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { addKey, getFirst, getSecond, makeKey, makePair } from './keys.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'

const source = 'patterns.md#new-actor'

export const firstSeenParameters = defineParameters(source, {
  absentDays: [365, 'days', 'time without a sighting there or in areas that touch it', { min: 1 }],
  credibilityMax: [
    3,
    'Admiralty credibility',
    'worst credibility that raises it; 6, which cannot be judged, passes too',
    { min: 1, max: 5 }
  ],
  sourcesMin: [2, 'sources', 'independent sources, one of known grade, to escalate', { min: 2 }],
  agesOutDays: [365, 'days', 'how long it counts as new', { min: 1 }]
})
type FirstSeenParameters = ParameterValues<typeof firstSeenParameters>

/** Places of the examples: two settlements of an area. */
export const kayes = { settlement: 'Kayes', admin1: 'ML-1' }
export const nioro = { settlement: 'Nioro', admin1: 'ML-1' }

/** What a rule looks for: actors or tactics, as numbers. */
interface FirstSeen<P> extends Pick<RuleDefinition<P>, 'id' | 'parameters' | 'examples'> {
  /** Summary for an operations centre. */
  readonly says: string
  /** The member of the group that names it: `actor`. */
  readonly name: string
  /** How it comes to be known, and in French the first time too: `seen`. */
  readonly seen: { readonly en: string; readonly fr: string; readonly first: string }
  readonly makeList: (parameters: P) => ListValues
  readonly read: (incidents: Incidents, value: number) => string
}

/** Credibility that cannot be judged: it passes. */
const unknownCredibility = 6

const sourceCount = firstSlot
/** 1 once a source of known grade has reported it. */
const isGraded = firstSlot + 1
const confirmedDay = firstSlot + 2
const stateSize = firstSlot + 3

export function defineFirstSeen<P extends FirstSeenParameters>(
  definition: FirstSeen<P>
): AnyRuleDefinition {
  const { id, parameters, examples, says, name, seen, makeList, read } = definition
  return defineRule<P>({
    id,
    handbook: {
      says,
      levels: '`sourcesMin` independent sources, one of them of known grade.',
      ends: 'It has been known there for `agesOutDays`.',
      comesBack: comesBackWithItsReports
    },
    parameters,
    examples,
    texts: {
      en: {
        headline: `{${name}} first ${seen.en} in {area}[ {when}]`,
        why: `{${name}} was not ${seen.en} in {area}, nor in the areas that touch it, for {absentDays} days before {from}. Independent sources: {value}.`,
        ends: 'it has been known there for {agesOutDays} days',
        measure: 'independent sources',
        levels: [`first ${seen.en}`, '{sourcesMin} independent sources']
      },
      fr: {
        headline: `{${name}} : première apparition à {area}[ {when}]`,
        why: `{${name}} n’avait pas été ${seen.fr} à {area}, ni dans les régions voisines, pendant {absentDays} jours avant le {from}. Sources indépendantes : {value}.`,
        ends: 'il y est connu depuis {agesOutDays} jours',
        measure: 'sources indépendantes',
        levels: [seen.first, '{sourcesMin} sources indépendantes']
      }
    },
    // A single sighting by one source is news, and does not page.
    pagesFrom: 'severe',
    looksBack: ({ absentDays, agesOutDays }) => ({ absentDays, agesOutDays }),
    make(stated, base): DayRule {
      const { absentDays, credibilityMax, sourcesMin, agesOutDays } = stated
      const list = makeList(stated)
      return {
        ...base,
        // What is seen in an area is also known in the areas that touch it.
        family: {
          id: `first sightings of ${name}`,
          categories: ~0,
          sums: 'none',
          isCounted: (incidents, row) => {
            const credibility = incidents.columns.credibility[row]!
            const isCredible = credibility <= credibilityMax || credibility === unknownCredibility
            return isCredible && hasUsableGrade(incidents, row)
          },
          listKeys(incidents, row, into) {
            const values = list(incidents, row)
            if (values.length === 0) return
            for (const area of listCertainAreas(incidents, row))
              for (const around of [area, ...(incidents.reports.neighbourAreas.get(area) ?? [])])
                for (const value of values)
                  addKey(into, makeKey(incidents, row, makePair(value, around)))
          },
          readGroup: (incidents, pair) => ({
            [name]: read(incidents, getFirst(pair)),
            admin1: incidents.reports.names.getText(getSecond(pair))
          })
        },
        listPlaceNeeds: (incidents, row) =>
          list(incidents, row).length === 0 ? [] : [{ area: true }],
        stateSize,
        reachDays: Math.max(absentDays, agesOutDays),
        warmUpDays: absentDays,
        applyDay(state, view) {
          if (state[openedDay] === 0) {
            if (view.hasOverlapping(view.day - absentDays + 1, view.day - 1)) return
            const area = getSecond(view.scope.value)
            if (!view.someToday(row => isCertainArea(view.incidents, row, area))) return
            state[openedDay] = view.day
          }
          if (state[confirmedDay] !== 0) return
          const rows = listInArea(view, state[openedDay]!, view.day)
          const { flags } = view.incidents.columns
          state[sourceCount] = Math.min(view.countSources(rows), sourcesMin)
          if (rows.some(row => (flags[row]! & flag.gradeKnown) !== 0)) state[isGraded] = 1
          if (state[sourceCount] === sourcesMin && state[isGraded] === 1)
            state[confirmedDay] = view.day
        },
        getEndDay: state => state[openedDay]! + agesOutDays,
        listLevelDays: state => [state[confirmedDay]!],
        measure: state => ({ value: state[sourceCount]!, threshold: 1, baseline: null }),
        listTriggers: (state, view) =>
          listInArea(view, state[openedDay]!, state[confirmedDay]! || state[openedDay]!)
      }
    }
  })
}

/** Rows between two days in the area itself, not in one that touches it. */
function listInArea(view: DayView, from: number, to: number): readonly number[] {
  const area = getSecond(view.scope.value)
  const { incidents } = view
  return view.listRows(from, to).filter(row => isCertainArea(incidents, row, area))
}
