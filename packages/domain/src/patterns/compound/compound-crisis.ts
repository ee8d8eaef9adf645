// Compound crisis, level 1: people of one first-level area are cut off, by a siege or by cut supply
// lines, and at the same time killed, attacked more than before, or starving. It reads the findings
// of the patterns for these, and stated phases of hunger (acute-hunger.ts).

import type { CompoundPattern } from '../../detection/compound.ts'
import { entryOf, type Input, type View } from '../../detection/compound-scope.ts'
import type { AnyPattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { namedOf } from '../../finding/named-evidence.ts'
import { isExercise } from '../../finding/situation.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { wordsOfCode } from '../../incident/incident-names.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { type Evidence, evidenceOf } from '../episode/episode-evidence.ts'
import { areSame } from '../episode/recent-cache.ts'
import { capitalised, countedText, listOf, wholeIntervalNote } from '../episode/wording.ts'
import { type AcuteHungerParameters, acuteHunger } from './acute-hunger.ts'

const source = 'patterns.md#compound-crisis'

export interface CompoundCrisisParameters extends AcuteHungerParameters {
  readonly cutOffPatterns: readonly string[]
  readonly violencePatterns: readonly string[]
  readonly escalateKinds: number
}

/** A finding as one of several concurrent situations: its kind, and how long it counts. */
interface CrisisFactor {
  readonly kind: string
  readonly cutsOff: boolean
  readonly fromMs: number
  readonly untilMs: number
  /** Its place among the inputs of its view. */
  readonly at: number
}

interface CrisisEpisode {
  readonly fromMs: number
  readonly untilMs: number
  /** When enough kinds first coincided to escalate, and which kind came last. */
  readonly third: { readonly atMs: number; readonly kind: string } | null
  readonly kindsMax: number
  readonly factors: readonly CrisisFactor[]
}

/** Maximum number of incidents named per situation, so that none crowds out another. */
const situationEvidenceMax = 50

export const compoundCrisis: CompoundPattern<CompoundCrisisParameters> = {
  id: 'compound-crisis',
  words: {
    says: 'People of one area are cut off, and violence or hunger is added: a rule over what other rules find.',
    levels: '`escalateKinds` concurrent kinds of situation.',
    ends: 'Fewer than two of them continue.',
    ...comesBackWithItsReports
  },
  outlastsSilence: true,
  parameters: {
    ...acuteHunger.parameters,
    cutOffPatterns: {
      default: ['siege', 'supply-line-interdiction'],
      unit: 'patterns',
      meaning: 'patterns that show that people are cut off',
      source
    },
    violencePatterns: {
      default: ['surge', 'mass-casualty', 'cumulative-deaths'],
      unit: 'patterns',
      meaning: 'patterns of which one must coincide with it, or else hunger',
      source
    },
    escalateKinds: {
      default: 3,
      unit: 'kinds',
      meaning: 'number of concurrent kinds of situation at which it escalates',
      source
    }
  },
  examples: [
    {
      name: 'a siege and hunger of phase 4 in one area are a compound crisis',
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
        {
          at: '2024-03-01',
          category: 'food-insecurity',
          tactics: ['hunger', 'other:ipc-4'],
          settlement: 'Ségou',
          admin1: 'ML-4'
        }
      ],
      horizon: '2024-03-20',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: true }]
    },
    {
      name: 'it ends when fewer than two of them continue',
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
        {
          at: '2024-03-01',
          category: 'food-insecurity',
          tactics: ['hunger', 'other:ipc-4'],
          settlement: 'Ségou',
          admin1: 'ML-4'
        }
      ],
      horizon: '2024-04-01',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: false }]
    },
    {
      name: 'a siege alone, with hunger in another area, is not a compound crisis',
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
        {
          at: '2024-03-01',
          category: 'food-insecurity',
          tactics: ['other:ipc-4'],
          settlement: 'Gao',
          admin1: 'ML-7'
        }
      ],
      horizon: '2024-03-20',
      expect: []
    }
  ],
  own: acuteHunger as unknown as AnyPattern,
  looksBack: ({ windowDays }) => ({ windowDays }),
  lookbackDays: ({ windowDays }) => windowDays,
  reads: (of, parameters) => kindOf(of, parameters) !== null,
  scopesOf: (input, parameters) => {
    if (kindOf(input, parameters) === null) return []
    const prefix = isExercise(input.finding) ? 'drill/' : ''
    return areasOf(input.finding).map(admin1 => `${prefix}${admin1}`)
  },
  tellsSame: areAlike,
  findings: (view, horizonMs, parameters) =>
    courseOf(view, parameters).map(e => findingOf(view, e, horizonMs, parameters)),
  nextChangeMs: (view, horizonMs, parameters) => {
    let nextMs = Number.POSITIVE_INFINITY
    for (const { untilMs } of courseOf(view, parameters))
      if (untilMs > horizonMs && untilMs < nextMs) nextMs = untilMs
    return Number.isFinite(nextMs) ? nextMs : null
  }
}

/**
 * The episodes of an area, by the times of its view: a scope has one rule, whose parameters do not
 * change.
 */
const courses = new WeakMap<View['times'], readonly CrisisEpisode[]>()

function courseOf(
  { has, times, inputs }: View,
  parameters: CompoundCrisisParameters
): readonly CrisisEpisode[] {
  // Most areas have no siege or supply cut.
  if (!parameters.cutOffPatterns.some(has)) return quiet
  const known = courses.get(times)
  if (known !== undefined) return known
  const made = episodesOf(
    inputs.flatMap((input, at) => situationOf(input, at, parameters) ?? []),
    parameters
  )
  courses.set(times, made)
  return made
}

const quiet: readonly CrisisEpisode[] = []

/** Patterns of one kind are one situation, for example mass casualties and cumulative deaths. */
function kindOf(
  { pattern }: Pick<Input, 'pattern'>,
  { cutOffPatterns, violencePatterns }: CompoundCrisisParameters
): string | null {
  if (pattern === 'cumulative-deaths' && violencePatterns.includes(pattern)) return 'mass-casualty'
  const isRead =
    pattern === acuteHunger.id ||
    cutOffPatterns.includes(pattern) ||
    violencePatterns.includes(pattern)
  return isRead ? pattern : null
}

function situationOf(
  input: Input,
  at: number,
  parameters: CompoundCrisisParameters
): CrisisFactor | null {
  const { finding } = input
  const kind = kindOf(input, parameters)
  if (kind === null) return null
  const fromMs = entryOf(finding)
  const untilMs =
    finding.toMs === null
      ? Number.POSITIVE_INFINITY
      : Math.max(finding.toMs, fromMs + parameters.windowDays * dayMs)
  return { kind, cutsOff: parameters.cutOffPatterns.includes(input.pattern), fromMs, untilMs, at }
}

/**
 * The areas that a finding affects: that of its group, else those in which its incidents certainly
 * lie. For a hub both: its people are cut off wherever the roads were hit.
 */
function areasOf({ group, triggers }: Finding): readonly string[] {
  if (group.admin1 !== undefined && group.hub === undefined) return [group.admin1]
  const areas = certainAreasOf(triggers)
  return group.admin1 === undefined ? areas : [...new Set([group.admin1, ...areas])]
}

/**
 * The areas in which incidents certainly lie. A story that gains support alone keeps its list of
 * triggers.
 */
function certainAreasOf(triggers: Finding['triggers']): readonly string[] {
  const known = certainAreas.get(triggers)
  if (known !== undefined) return known
  const areas = new Set<string>()
  for (const incident of triggers)
    for (const { areaCertain, admin1 } of placesOf(incident))
      if (areaCertain && admin1 !== null) areas.add(admin1)
  const made = [...areas]
  certainAreas.set(triggers, made)
  return made
}

const certainAreas = new WeakMap<Finding['triggers'], readonly string[]>()

/**
 * The spans in which a situation that cuts off and one of another kind coincide. At one moment ends
 * are processed before beginnings.
 */
function episodesOf(
  situations: readonly CrisisFactor[],
  parameters: CompoundCrisisParameters
): CrisisEpisode[] {
  const lasting = situations.filter(s => s.untilMs > s.fromMs)
  const begins = lasting.toSorted((a, b) => a.fromMs - b.fromMs)
  const ends = lasting.toSorted((a, b) => a.untilMs - b.untilMs)
  const present = new Presence()
  const episodes: Omit<CrisisEpisode, 'factors'>[] = []
  let open: Omit<CrisisEpisode, 'factors'> | null = null
  for (let [begun, ended] = [0, 0]; begun < begins.length || ended < ends.length; ) {
    const atMs = Math.min(
      begins[begun]?.fromMs ?? Number.POSITIVE_INFINITY,
      ends[ended]?.untilMs ?? Number.POSITIVE_INFINITY
    )
    for (let s = ends[ended]; s !== undefined && s.untilMs <= atMs; s = ends[ended]) {
      present.end(s)
      ended += 1
    }
    for (let s = begins[begun]; s !== undefined && s.fromMs <= atMs; s = begins[begun]) {
      present.begin(s)
      begun += 1
    }
    if (open && present.kinds < 2) {
      episodes.push({ ...open, untilMs: atMs })
      open = null
    }
    if (!open && present.enters)
      open = {
        fromMs: atMs,
        untilMs: Number.POSITIVE_INFINITY,
        third: null,
        kindsMax: present.kinds
      }
    if (!open) continue
    const isThird: boolean = open.third === null && present.kinds >= parameters.escalateKinds
    const third: CrisisEpisode['third'] = isThird
      ? { atMs, kind: latestAt(atMs, lasting).kind }
      : open.third
    open = { ...open, third, kindsMax: Math.max(open.kindsMax, present.kinds) }
  }
  if (open) episodes.push(open)
  return episodes.map(e => ({
    ...e,
    factors: situations.filter(s => s.fromMs < e.untilMs && s.untilMs > e.fromMs)
  }))
}

/** The situations that are present at one moment, counted by kind. */
class Presence {
  readonly #countByKind = new Map<string, number>()
  #cutOff = 0
  #others = 0

  get kinds(): number {
    return this.#countByKind.size
  }

  /** True if one cuts off and another does not. */
  get enters(): boolean {
    return this.#cutOff > 0 && this.#others > 0
  }

  begin({ kind, cutsOff }: CrisisFactor): void {
    this.#countByKind.set(kind, (this.#countByKind.get(kind) ?? 0) + 1)
    if (cutsOff) this.#cutOff += 1
    else this.#others += 1
  }

  end({ kind, cutsOff }: CrisisFactor): void {
    const left = (this.#countByKind.get(kind) ?? 0) - 1
    if (left > 0) this.#countByKind.set(kind, left)
    else this.#countByKind.delete(kind)
    if (cutsOff) this.#cutOff -= 1
    else this.#others -= 1
  }
}

/** The situation that began last of those present. */
function latestAt(atMs: number, situations: readonly CrisisFactor[]): CrisisFactor {
  const present = situations.filter(s => s.fromMs <= atMs && s.untilMs > atMs)
  return present.reduce((latest, s) => (s.fromMs > latest.fromMs ? s : latest))
}

/** What the finding of an episode was made of. */
interface ToldCrisis {
  readonly factors: readonly CrisisFactor[]
  /** For each factor. */
  readonly findings: readonly Finding[]
  /** For each factor, the incidents that it may name. */
  readonly named: readonly (readonly Incident[])[]
  readonly evidence: Evidence
  readonly words: () => Pick<Finding, 'headline' | 'explanation'>
}

const toldOf = new WeakMap<Finding, ToldCrisis>()

/**
 * The finding of an episode. What it was made of and has not changed is not made again: an area has
 * years of situations.
 */
function findingOf(
  view: View,
  episode: CrisisEpisode,
  horizonMs: number,
  parameters: CompoundCrisisParameters
): Finding {
  const { fromMs, untilMs, factors } = episode
  const toMs = untilMs <= horizonMs ? untilMs : null
  const findings = factors.map(({ at }) => (view.inputs[at] as Input).finding)
  const standing = view.before.find(finding => finding.fromMs === fromMs && finding.toMs === toMs)
  const known = standing && toldOf.get(standing)
  // The same list of factors has the same groups in the same places.
  const before = known?.factors === factors ? known : null
  if (before?.findings.every((finding, i) => areAlike(finding, findings[i] as Finding)))
    return standing as Finding
  const admin1 = view.scope.replace(/^drill\//, '')
  const told = toldAfter(before, admin1, episode, findings, parameters)
  const finding = describe(told, admin1, episode, toMs, parameters)
  toldOf.set(finding, told)
  return finding
}

/**
 * True for two findings of one group of which the same is told here. Support, levels and measure
 * are not.
 */
function areAlike(a: Finding, b: Finding): boolean {
  if (a === b) return true
  const isOfOneTime = a.toMs === b.toMs && entryOf(a) === entryOf(b)
  return (
    isOfOneTime &&
    a.omitted === b.omitted &&
    (a.triggers === b.triggers || areSame(a.triggers, b.triggers))
  )
}

function toldAfter(
  before: ToldCrisis | null,
  admin1: string,
  { factors, kindsMax }: CrisisEpisode,
  findings: readonly Finding[],
  parameters: CompoundCrisisParameters
): ToldCrisis {
  const named = findings.map(({ triggers }, i) =>
    triggers === before?.findings[i]?.triggers
      ? (before.named[i] as readonly Incident[])
      : namedOf(triggers, situationEvidenceMax)
  )
  const isNamedAlike = before?.named.every(
    (list, i) => list === named[i] || areSame(list, named[i] as readonly Incident[])
  )
  if (before !== null && isNamedAlike) return { ...before, findings, named }
  const evidence = evidenceOf(named.flat())
  let words: ReturnType<ToldCrisis['words']> | null = null
  const groups = findings.map(({ group }) => group)
  const make = () => {
    words ??= wordsOf(admin1, kindsMax, { factors, groups }, evidence.kept, parameters)
    return words
  }
  return { factors, findings, named, evidence, words: make }
}

function describe(
  { findings, named, evidence, words }: ToldCrisis,
  admin1: string,
  { fromMs, third, kindsMax }: CrisisEpisode,
  toMs: number | null,
  { escalateKinds }: CompoundCrisisParameters
): Finding {
  const unnamed = findings.reduce(
    (sum, f, i) => sum + f.triggers.length - (named[i]?.length ?? 0) + f.omitted,
    0
  )
  return new ToldFinding(
    {
      group: { admin1 },
      // An area does not identify a situation.
      situation: null,
      fromMs,
      toMs,
      levels: numberLevels([
        { atMs: fromMs, reason: 'cut off, with violence or hunger' },
        ...(third
          ? [
              {
                atMs: third.atMs,
                reason: `${countedText(escalateKinds, 'kind')} of situation at once`
              }
            ]
          : [])
      ]),
      measure: {
        name: 'kinds of situation at once',
        value: kindsMax,
        threshold: 2,
        baseline: null
      },
      triggers: evidence.kept,
      support: [],
      omitted: evidence.omitted + unnamed
    },
    words
  )
}

function wordsOf(
  admin1: string,
  kindsMax: number,
  {
    factors,
    groups
  }: { readonly factors: readonly CrisisFactor[]; readonly groups: readonly Finding['group'][] },
  kept: readonly Incident[],
  { escalateKinds, windowDays }: CompoundCrisisParameters
): Pick<Finding, 'headline' | 'explanation'> {
  // Each name appears once, with its earliest start.
  const began = new Map<string, number>()
  for (const [i, { kind, fromMs }] of factors.entries()) {
    const name = nameOf(kind, groups[i] as Finding['group'])
    began.set(name, Math.min(fromMs, began.get(name) ?? fromMs))
  }
  const names = [...began.keys()]
  const dated = names.map(name => `${name} since ${formatDay(began.get(name) as number)}`)
  return {
    headline: `Compound crisis in ${areaInCountry(admin1)}: ${listOf(names, 4)}`,
    explanation:
      `${capitalised(listOf(dated, 8))}. Kinds of situation at once: ${kindsMax}. Threshold: 2, of which one cuts people off; escalation at ${escalateKinds}. ` +
      `Each counts from its start until it ends, and for at least ${countedText(windowDays, 'day')}. ` +
      `The alert ends when fewer than 2 continue.${wholeIntervalNote(kept)}`
  }
}

const kindNames: Readonly<Record<string, string>> = {
  siege: 'a siege',
  'supply-line-interdiction': 'cut supply lines',
  surge: 'a surge of attacks',
  'mass-casualty': 'many deaths',
  'acute-hunger': 'hunger at IPC phase 4 or worse'
}

/** `a siege (Diosso)`: without numbers that change with time alone. */
function nameOf(kind: string, { settlement, hub }: Finding['group']): string {
  const where = settlement ?? hub ?? null
  return `${kindNames[kind] ?? wordsOfCode(kind)}${where === null ? '' : ` (${where})`}`
}
