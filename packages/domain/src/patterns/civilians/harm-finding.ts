// What an episode of repeat victimisation says.

import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import type { Incident, IncidentPlace } from '../../incident/incident.ts'
import { formatDay } from '../../space-time/event-time.ts'
import type { NamedActor } from '../episode/actor-names.ts'
import { nameOfPlace } from '../episode/same-place.ts'
import {
  areaBeside,
  besidePlace,
  countedText,
  listOf,
  spanWords,
  statedName,
  unlessTooLong,
  wholeIntervalNote
} from '../episode/wording.ts'
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
  readonly perpetrators: readonly NamedActor[]
  readonly at: readonly { readonly place: IncidentPlace }[]
  readonly marks: readonly HarmMarkOfLevel[]
  readonly most: number
  readonly triggers: readonly Incident[]
  readonly isEnded: boolean
}

/** What a growing episode says in one version and mostly in the next: its words are made once. */
export interface HarmSaid {
  readonly story: HarmStory
  readonly telling: Pick<Finding, 'levels' | 'measure' | 'headline' | 'explanation'>
}

/**
 * What it says now. `before`: what it said last; of its places and marks there are only more since.
 */
export function saidOf(
  story: HarmStory,
  before: HarmSaid | null,
  parameters: RepeatVictimisationParameters
): HarmSaid {
  const last = before?.story
  const isSame =
    last?.isEnded === story.isEnded &&
    last.most === story.most &&
    last.triggers === story.triggers &&
    last.at.length === story.at.length &&
    last.marks.length === story.marks.length
  if (before !== null && isSame) return before
  const kept = { ...story, at: [...story.at], marks: [...story.marks] }
  return { story: kept, telling: tellingOf(kept, parameters) }
}

function tellingOf(
  story: HarmStory,
  parameters: RepeatVictimisationParameters
): HarmSaid['telling'] {
  const { windowDays, areaWindowDays, incidentsMin, settlementsMin, quietDays, placeKm } =
    parameters
  const { entered, group, fromMs, enteredMs, at, perpetrators, marks, most, triggers, isEnded } =
    story
  const atPlace = entered === 'place'
  const names = () => at.map(({ place }) => nameOfPlace(place))
  const where = () => besidePlace(listOf(names(), 4), 'at')
  const by = () =>
    perpetrators.length === 0 ? '' : ` by ${listOf(perpetrators.map(a => statedName(a.name)))}`
  const area = () => (group.admin1 === undefined ? '' : ` ${areaBeside(group.admin1, names())}`)
  const measured = () =>
    atPlace
      ? `${countedText(most, 'attack')} within ${windowDays} days`
      : countedText(most, 'settlement')
  let headline: string | null = null
  let explanation: string | null = null
  return {
    levels: numberLevels([
      {
        atMs: enteredMs,
        reason: atPlace ? `${incidentsMin} attacks on one place` : `${settlementsMin} settlements`
      },
      ...marks
    ]),
    measure: {
      name: atPlace
        ? `attacks on civilians in ${windowDays} days`
        : 'settlements hit by one perpetrator',
      value: most,
      threshold: atPlace ? incidentsMin : settlementsMin,
      baseline: null
    },
    get headline() {
      const since = atPlace ? '' : ` since ${formatDay(fromMs)}`
      headline ??= isEnded
        ? `No attacks on civilians ${where()}${area()} for ${quietDays} days`
        : `Civilians attacked repeatedly ${where()}${area()}${by()}: ${measured()}${since}`
      return headline
    },
    get explanation() {
      explanation ??=
        `Civilians were attacked ${where()}${by()} ${spanWords(fromMs, enteredMs)}: ${measured()}. ` +
        (atPlace
          ? `Threshold: ${countedText(incidentsMin, 'attack')} on one settlement, or on places at most ${placeKm} km apart. `
          : `Threshold: ${countedText(settlementsMin, 'settlement')} in one area within ${countedText(areaWindowDays, 'day')}, by the same perpetrator. Places count separately if one source names both, or if they are certainly different. `) +
        `The alert ends after ${countedText(quietDays, 'day')} without another attack.` +
        wholeIntervalNote(triggers, unlessTooLong)
      return explanation
    }
  }
}

export function harmFinding(
  { story: { group, fromMs, isEnded }, telling }: HarmSaid,
  closesMs: number,
  evidence: Pick<Finding, 'triggers' | 'support' | 'omitted'>,
  { placeKm }: RepeatVictimisationParameters
): Finding {
  const { levels, measure } = telling
  const { triggers, support, omitted } = evidence
  const situation = situationAt(triggers[0], placeKm, closesMs, group.perpetrator)
  const toMs = isEnded ? closesMs : null
  const told = { group, situation, fromMs, toMs, levels, measure, triggers, support, omitted }
  return new ToldFinding(told, () => telling)
}
