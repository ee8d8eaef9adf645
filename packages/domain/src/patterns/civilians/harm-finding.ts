// What an episode of repeat victimisation says.

import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import type { IncidentPlace } from '../../incident/incident.ts'
import { formatDay } from '../../space-time/event-time.ts'
import type { NamedActor } from '../episode/actor-names.ts'
import { nameOfPlace } from '../episode/same-place.ts'
import { areaBeside, countedText, listOf, spanWords, statedName, unlessTooLong, wholeIntervalNote } from '../episode/wording.ts'
import type { RepeatVictimisationParameters } from './civilian-harm.ts'

export interface HarmMarkOfLevel {
  readonly atMs: number
  readonly reason: string
}

/** An episode at one moment, as its finding tells it. */
export interface HarmStory {
  /** What opened it: attacks on one place, or the places of one perpetrator. */
  readonly entered: 'place' | 'perpetrator'
  readonly group: Readonly<Record<string, string>>
  readonly fromMs: number
  readonly enteredMs: number
  readonly closesMs: number
  readonly at: readonly { readonly place: IncidentPlace }[]
  readonly perpetrators: readonly NamedActor[]
  readonly marks: readonly HarmMarkOfLevel[]
  readonly most: number
  readonly evidence: Pick<Finding, 'triggers' | 'support' | 'omitted'>
}

export function harmFinding(story: HarmStory, isEnded: boolean, parameters: RepeatVictimisationParameters): Finding {
  const { windowDays, areaWindowDays, incidentsMin, settlementsMin, quietDays, placeKm } = parameters
  const { entered, group, fromMs, enteredMs, closesMs, at, perpetrators, marks, most, evidence } = story
  const { triggers, support, omitted } = evidence
  const atPlace = entered === 'place'
  const names = () => at.map(({ place }) => nameOfPlace(place))
  const where = () => listOf(names(), 4)
  const by = () => (perpetrators.length === 0 ? '' : ` by ${listOf(perpetrators.map(a => statedName(a.name)))}`)
  const area = () => (group.admin1 === undefined ? '' : ` ${areaBeside(group.admin1, names())}`)
  const measured = () => (atPlace ? `${countedText(most, 'attack')} within ${windowDays} days` : countedText(most, 'settlement'))
  // A growing episode is compared with its next version, which is mostly worded the same: each is worded once.
  let headline: string | null = null
  return {
    group,
    situation: situationAt(triggers[0], placeKm, closesMs, group.perpetrator),
    fromMs,
    toMs: isEnded ? closesMs : null,
    levels: numberLevels([
      { atMs: enteredMs, reason: atPlace ? `${incidentsMin} attacks on one place` : `${settlementsMin} settlements` },
      ...marks
    ]),
    measure: {
      name: atPlace ? `attacks on civilians in ${windowDays} days` : 'settlements hit by one perpetrator',
      value: most,
      threshold: atPlace ? incidentsMin : settlementsMin,
      baseline: null
    },
    triggers,
    support,
    omitted,
    get headline() {
      const since = atPlace ? '' : ` since ${formatDay(fromMs)}`
      headline ??= isEnded
        ? `No attacks on civilians at ${where()}${area()} for ${quietDays} days`
        : `Civilians attacked repeatedly at ${where()}${area()}${by()}: ${measured()}${since}`
      return headline
    },
    get explanation() {
      return (
        `Civilians were attacked at ${where()}${by()} ${spanWords(fromMs, enteredMs)}: ${measured()}. ` +
        (atPlace
          ? `Threshold: ${countedText(incidentsMin, 'attack')} on one settlement, or on places at most ${placeKm} km apart. `
          : `Threshold: ${countedText(settlementsMin, 'settlement')} in one area within ${countedText(areaWindowDays, 'day')}, by the same perpetrator. Places count separately if one source names both, or if they are certainly different. `) +
        `The alert ends after ${countedText(quietDays, 'day')} without another attack.` +
        wholeIntervalNote(triggers, unlessTooLong)
      )
    }
  }
}
