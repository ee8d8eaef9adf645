// The finding of a settlement's loss: group, measure and wording. Pure values; territory-lost.ts
// decides what is lost.

import { type Finding, numberLevels } from '../../finding/finding.ts'
import { aroundSite } from '../../finding/finding-site.ts'
import type { Incident, Witness } from '../../incident/incident.ts'
import type { SettledPlace } from '../../report/one-settlement.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import type { NamedActor } from '../episode/actor-names.ts'
import type { Evidence } from '../episode/episode-evidence.ts'
import { recentCache } from '../episode/recent-cache.ts'
import { capitalised, countedText, listOf, statedName } from '../episode/wording.ts'
import { type Sign, signs, type TerritoryLostParameters } from './territory-signs.ts'
import { siteOfKey } from './territory-sites.ts'

/** Reports of a retaking since the last report of the loss. */
export interface Retaking {
  readonly by: readonly NamedActor[]
  readonly witnesses: readonly Witness[]
}

export interface Loss {
  readonly settlement: string
  /** Where it was told of first, and the key of that site. */
  readonly site: SettledPlace
  readonly key: string
  readonly name: string
  readonly fromMs: number
  readonly enteredMs: number
  readonly entered: string
  readonly seen: Readonly<Partial<Record<Sign, number>>>
  readonly holders: readonly NamedActor[]
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly retaking: Retaking | null
  readonly triggers: Evidence
  readonly support: Evidence
}

/** The group of a settlement that is lost, or nearly. */
export function groupOf(
  { key, site }: { readonly key: string; readonly site: SettledPlace },
  settlement: string,
  { drill }: Incident
): Finding['group'] {
  return {
    settlement,
    settlementId: site.settlement as string,
    ...siteOfKey(key, site),
    ...(drill ? { drill: 'true' } : {})
  }
}

export function signsMeasure(
  value: number,
  { signsMin }: TerritoryLostParameters
): Finding['measure'] {
  return { name: 'signs of rule by others', value, threshold: signsMin, baseline: null }
}

const described = recentCache<Loss, Finding>(64)

/** The finding of an open loss; an unchanged loss gives the same object. */
export function describeOpen(open: Loss, parameters: TerritoryLostParameters): Finding {
  return described(open, () => describe(open, null, parameters))
}

/** The finding of a loss, open or over. */
export function describe(
  open: Loss,
  toMs: number | null,
  parameters: TerritoryLostParameters
): Finding {
  const seen = signs.filter(sign => open.seen[sign] !== undefined)
  const isSeized = seen.includes('seized')
  const holders = listOf(open.holders.map(a => statedName(a.name)))
  const untilMs =
    toMs ?? (open.triggers.kept.at(-1) as Incident).toMs + parameters.bridgedGapDays * dayMs
  const first = open.triggers.kept[0] as Incident
  const day =
    first.toMs - first.fromMs < dayMs
      ? ''
      : ` The exact day is not known: between ${formatDay(first.fromMs)} and ${formatDay(first.toMs)}.`
  const { retakenSourcesMin: many } = parameters
  const sources = `${countedText(many, 'independent source')} ${many === 1 ? 'reports' : 'report'}`
  return {
    group: groupOf(open, open.name, first),
    situation: { keys: [open.settlement], around: aroundSite(open.site), untilMs },
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: open.entered }, ...open.marks]),
    measure: isSeized
      ? { name: 'seizures', value: 1, threshold: 1, baseline: null }
      : signsMeasure(seen.length, parameters),
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline: headlineOf(open, isSeized, holders, toMs),
    explanation:
      `${capitalised(seen.map(sign => `${sign} since ${formatDay(open.seen[sign] as number)}`).join(', '))}` +
      `${holders === '' ? '' : `, by ${holders}`}.${day} Threshold: a seizure, or ${parameters.signsMin} of ${signs.length} signs. ` +
      (toMs === null
        ? `The alert ends when ${sources} that it was retaken; a lack of reports does not end it.`
        : `${capitalised(sources)} that it was retaken${byWhom(open)}.`)
  }
}

function byWhom({ retaking }: Loss): string {
  return retaking === null || retaking.by.length === 0
    ? ''
    : ` by ${listOf(retaking.by.map(a => statedName(a.name)))}`
}

function headlineOf(open: Loss, isSeized: boolean, holders: string, toMs: number | null): string {
  if (toMs !== null) return `${open.name} was retaken${byWhom(open)}`
  const by = holders === '' ? (isSeized ? '' : ' by others') : ` by ${holders}`
  return `${open.name} lost since ${formatDay(open.fromMs)}: ${isSeized ? 'seized' : 'ruled'}${by}`
}
