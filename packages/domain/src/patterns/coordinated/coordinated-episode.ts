// The episode of a coordinated attack: how it grows burst by burst, how it goes back to an earlier
// one, and its finding.

import { type Finding, numberLevels } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import { compareIncidents, type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs, formatDay, hourMs } from '../../space-time/event-time.ts'
import { actorKey } from '../episode/actor-names.ts'
import { type Evidence, upToLimit } from '../episode/episode-evidence.ts'
import { EvidenceLog, type EvidenceMark } from '../episode/evidence-log.ts'
import {
  evidenceWith,
  type HiddenCount,
  noneBeside,
  telling,
  withTrigger
} from '../episode/hidden-count.ts'
import { nameOfPlace } from '../episode/same-place.ts'
import { countedText, listOf, statedName } from '../episode/wording.ts'
import type { AttackRate, Odds, RateTerms } from './attack-rate.ts'
import type { Burst } from './burst.ts'

export interface EpisodeTerms extends RateTerms {
  readonly apartKm: number
  readonly leaveHours: number
}

interface Mark {
  readonly atMs: number
  readonly reason: string
}

/** What the odds are computed from; `fixed`: they can no longer change. */
interface OddsSource extends Pick<Burst, 'week' | 'sites'> {
  readonly fixed?: Odds
}

/** An incident that the evidence counts without its name. */
type Counted = Pick<Incident, 'id' | 'fromMs'>

/** The episode after a burst. */
interface Step {
  /** Null: it lies before the rows. */
  readonly burst: Burst | null
  /** End of the last attack of a burst. */
  readonly lastMs: number
  readonly sites: number
  /** True if some burst may have more. */
  readonly isLeast: boolean
  /** The burst with the most sites. */
  readonly widest: OddsSource
  readonly marks: number
  /** What it counted without naming it, and what it named that was only counted before. */
  readonly counted: readonly Counted[]
  readonly renamed: readonly Counted[]
  readonly hidden: HiddenCount
  readonly triggers: EvidenceMark
  readonly support: EvidenceMark
}

/** An episode that began before the rows, as plain data. */
export interface SavedEpisode {
  readonly name: string
  readonly fromMs: number
  readonly enteredMs: number
  readonly lastMs: number
  readonly sites: number
  /** True if there may be more sites. Missing in snapshots of earlier versions. */
  readonly isLeast?: boolean
  readonly chance: number
  readonly perDay: number
  readonly marks: readonly Mark[]
  /** What is only counted, as far as a burst may still contain it. */
  readonly counted: readonly Counted[]
  /** What its sites count besides the triggers. */
  readonly hidden: HiddenCount
  readonly triggers: Evidence
  readonly support: Evidence
}

const capital = 'the capital'
const cutShort =
  'There were so many places that not all ways to choose among them were tried: more sites may lie apart. '

export class CoordinatedEpisode {
  readonly #terms: EpisodeTerms
  readonly #rate: AttackRate
  readonly #name: string
  readonly #fromMs: number
  readonly #enteredMs: number
  #entry: OddsSource
  readonly #marks: Mark[]
  readonly #triggers: EvidenceLog
  readonly #support: EvidenceLog
  /**
   * How often its evidence names an incident: twice only until a revised one has left all bursts.
   */
  readonly #known = new Map<string, number>()
  /** In order; the first is the entry, or what lies before the rows. */
  readonly #steps: Step[]
  /** What its evidence counts without its name, by id. */
  readonly #counted: Map<string, Counted>
  #told: { readonly toMs: number | null; readonly finding: Finding } | null = null

  private constructor(
    saved: SavedEpisode,
    entry: OddsSource,
    widest: OddsSource,
    rate: AttackRate,
    terms: EpisodeTerms
  ) {
    this.#terms = terms
    this.#rate = rate
    this.#name = saved.name
    this.#fromMs = saved.fromMs
    this.#enteredMs = saved.enteredMs
    this.#entry = entry
    this.#marks = [...saved.marks]
    this.#triggers = new EvidenceLog(saved.triggers)
    this.#support = new EvidenceLog(saved.support)
    for (const incident of [...saved.triggers.kept, ...saved.support.kept]) this.#know(incident, 1)
    this.#counted = new Map(saved.counted.map(one => [one.id, one]))
    const { lastMs, sites, isLeast = false, hidden } = saved
    this.#steps = [this.#step({ burst: null, lastMs, sites, isLeast, widest, hidden })]
  }

  /** A new episode of the actor with this key. */
  static entered(
    burst: Burst,
    actor: string,
    rate: AttackRate,
    terms: EpisodeTerms
  ): CoordinatedEpisode {
    const { newest, sites, isLeast } = burst
    const members = burst.members.all()
    const episode = new CoordinatedEpisode(
      {
        name: newest.actors.find(({ name }) => actorKey(name) === actor)?.name.trim() ?? actor,
        fromMs: Math.min(...members.map(i => i.fromMs)),
        enteredMs: newest.fromMs,
        lastMs: Math.max(...members.map(i => i.toMs)),
        sites,
        isLeast,
        chance: 0,
        perDay: 0,
        marks: reasonsOf(sites, members, terms).map(reason => ({ atMs: newest.fromMs, reason })),
        counted: [],
        hidden: noneBeside(members),
        // Each is there once.
        triggers: upToLimit(members.toSorted(compareIncidents)),
        support: { kept: [], omitted: 0 }
      },
      burst,
      burst,
      rate,
      terms
    )
    episode.#steps[0] = { ...(episode.#steps[0] as Step), burst }
    return episode
  }

  static restored(saved: SavedEpisode, rate: AttackRate, terms: EpisodeTerms): CoordinatedEpisode {
    const { chance, perDay, sites } = saved
    const fixed = { week: 0, sites, fixed: { chance, perDay } }
    return new CoordinatedEpisode(saved, fixed, fixed, rate, terms)
  }

  /** The burst that it began with; null if that lies before the rows. */
  get entry(): Burst | null {
    return (this.#steps[0] as Step).burst
  }

  /** True if it lies before the rows as a whole. */
  get isPast(): boolean {
    return this.#last.burst === null
  }

  get closesMs(): number {
    return this.#last.lastMs + this.#terms.leaveHours * hourMs
  }

  get #last(): Step {
    return this.#steps.at(-1) as Step
  }

  grow(burst: Burst): void {
    const { newest, sites } = burst
    const { lastMs, sites: before, widest } = this.#last
    // What the burst before it had is known.
    const last = this.#last.burst
    const others = last === null ? burst.members.all() : burst.members.since(last.members)
    const reasons = reasonsOf(sites, others, this.#terms).filter(
      reason => !this.#marks.some(m => m.reason === reason)
    )
    const moves = reasons.length > 0 || sites > before
    const isFresh = (i: Incident) =>
      i === newest || (!this.#known.has(i.id) && (moves || !this.#counted.has(i.id)))
    const [counted, renamed]: [Counted[], Counted[]] = [[], []]
    const fresh = (moves ? burst.members.all() : others).filter(isFresh).sort(compareIncidents)
    for (const incident of fresh) {
      // What was only counted so far is named by a burst that moves the episode.
      if (this.#counted.delete(incident.id)) {
        this.#support.uncount()
        renamed.push(incident)
      }
      const isNamed = moves ? this.#triggers.add(incident) : this.#support.addSupport(incident)
      if (isNamed) this.#know(incident, 1)
      else {
        this.#counted.set(incident.id, incident)
        counted.push(incident)
      }
    }
    for (const reason of reasons) this.#marks.push({ atMs: newest.fromMs, reason })
    const [most, broadest] = sites > before ? [sites, burst] : [before, widest]
    const hidden = moves ? tellingSites(this.#last.hidden, burst, fresh) : this.#last.hidden
    const isLeast = this.#last.isLeast || burst.isLeast
    const after = {
      burst,
      lastMs: Math.max(lastMs, newest.toMs),
      sites: most,
      isLeast,
      widest: broadest,
      hidden
    }
    this.#steps.push(this.#step(after, counted, renamed))
    this.#told = null
  }

  /** Goes back to before the bursts from this index on, at least to its entry. */
  rewind(index: number): void {
    const { length } = this.#steps
    while (this.#steps.length > 1 && (this.#last.burst?.index ?? -1) >= index)
      this.#uncount(this.#steps.pop() as Step, this.#counted)
    if (this.#steps.length === length) return
    const { triggers, support, marks } = this.#last
    for (const incident of [...this.#triggers.rewind(triggers), ...this.#support.rewind(support)])
      this.#know(incident, -1)
    this.#marks.splice(marks)
    this.#told = null
  }

  /**
   * The bursts before this index are before the rows from now on: what rests on them stays as it
   * is.
   */
  passBefore(index: number): void {
    const first = this.#steps.findLastIndex(({ burst }) => burst === null || burst.index < index)
    if (first === -1 || this.#steps[first]?.burst === null) return
    const fixed = this.#fixed((this.#steps[first] as Step).widest)
    const { widest } = this.#steps[first] as Step
    this.#entry = this.#fixed(this.#entry)
    this.#steps.splice(0, first)
    for (const [i, step] of this.#steps.entries()) {
      const isFirst = i === 0
      this.#steps[i] = {
        ...step,
        burst: isFirst ? null : step.burst,
        widest: step.widest === widest ? fixed : step.widest
      }
    }
  }

  /** The part of it that lies before the rows; null if none does. */
  saved(): SavedEpisode | null {
    const [first] = this.#steps as [Step]
    if (first.burst !== null) return null
    const { lastMs, sites, isLeast, widest, marks, hidden, triggers, support } = first
    const counted = new Map(this.#counted)
    const stillMs = lastMs - dayMs - this.#terms.windowHours * hourMs
    for (const step of this.#steps.slice(1).reverse()) this.#uncount(step, counted)
    return {
      name: this.#name,
      fromMs: this.#fromMs,
      enteredMs: this.#enteredMs,
      lastMs,
      sites,
      ...(isLeast ? { isLeast } : {}),
      chance: this.#oddsOf(widest).chance,
      perDay: this.#oddsOf(this.#entry).perDay,
      marks: this.#marks.slice(0, marks),
      counted: [...counted.values()].flatMap(({ id, fromMs }) =>
        fromMs >= stillMs ? [{ id, fromMs }] : []
      ),
      hidden,
      triggers: this.#triggers.at(triggers),
      support: this.#support.at(support)
    }
  }

  /** The rate of some weeks has changed. True if its finding is another. */
  rateMoved(fromWeek: number, toWeek: number): boolean {
    const isIn = ({ week, fixed }: OddsSource) =>
      fixed === undefined && week >= fromWeek && week <= toWeek
    if (!isIn(this.#entry) && !isIn(this.#last.widest)) return false
    this.#told = null
    return true
  }

  /** Its finding, ended at `toMs` or open; the same object while nothing in it has changed. */
  finding(toMs: number | null): Finding {
    if (this.#told?.toMs !== toMs || this.#told === null)
      this.#told = { toMs, finding: this.#describe(toMs) }
    return this.#told.finding
  }

  #step(
    after: Pick<Step, 'burst' | 'lastMs' | 'sites' | 'isLeast' | 'widest' | 'hidden'>,
    counted: readonly Counted[] = [],
    renamed: readonly Counted[] = []
  ): Step {
    const { mark: triggers } = this.#triggers
    const { mark: support } = this.#support
    return { ...after, marks: this.#marks.length, counted, renamed, triggers, support }
  }

  /** Takes back what a step counted and named. */
  #uncount({ counted, renamed }: Step, from: Map<string, Counted>): void {
    for (const { id } of counted) from.delete(id)
    for (const one of renamed) from.set(one.id, one)
  }

  #know({ id }: Incident, by: 1 | -1): void {
    const times = (this.#known.get(id) ?? 0) + by
    if (times === 0) this.#known.delete(id)
    else this.#known.set(id, times)
  }

  #oddsOf({ week, sites, fixed }: OddsSource): Odds {
    return fixed ?? this.#rate.oddsOf(week, sites)
  }

  #fixed(source: OddsSource): OddsSource {
    const { week, sites } = source
    return { week, sites, fixed: this.#oddsOf(source) }
  }

  #describe(toMs: number | null): Finding {
    const { windowHours, apartKm, sitesMin, alpha, leaveHours, rateDays, escalateSites } =
      this.#terms
    const [name, fromMs] = [this.#name, this.#fromMs]
    const { sites, isLeast, widest, hidden } = this.#last
    const omitted = this.#triggers.omitted + this.#support.omitted
    const evidence = evidenceWith(hidden, {
      triggers: this.#triggers.named,
      support: this.#support.named,
      omitted
    })
    const { triggers } = evidence
    const { chance } = this.#oddsOf(widest)
    const { perDay } = this.#oddsOf(this.#entry)
    const isFull = sites >= Math.max(sitesMin, escalateSites)
    const isCut = isLeast && !isFull
    const many = isFull ? `${sites} or more` : isCut ? `at least ${sites}` : `${sites}`
    const plain = {
      group: { actor: name, ...(triggers[0]?.drill ? { drill: 'true' } : {}) },
      // The same actor on the same day may strike at the other end of the theatre.
      situation: null,
      fromMs,
      toMs,
      levels: numberLevels([
        { atMs: this.#enteredMs, reason: `${sitesMin} sites` },
        ...this.#marks
      ]),
      measure: {
        name: `sites ${apartKm} km apart in ${windowHours} hours`,
        value: sites,
        threshold: sitesMin,
        baseline: perDay
      },
      ...evidence
    }
    return new ToldFinding(plain, () => {
      const places = [...new Set(triggers.flatMap(i => placesOf(i).map(nameOfPlace)))]
      return {
        headline: `${statedName(name)} struck ${many} sites far apart within ${windowHours} hours, from ${formatDay(fromMs)}: ${listOf(places, 5)}`,
        explanation:
          `${statedName(name)} struck ${many} sites at least ${apartKm} km apart within ${countedText(windowHours, 'hour')}, from ${formatDay(fromMs)}. Threshold: ${sitesMin}. ` +
          `It made ${rateText(perDay)} in the ${rateDays} days before. At that rate the probability that so many coincide by chance is ` +
          `${chance < 0.0001 ? 'less than 0.0001' : chance.toFixed(4)}; the limit is ${alpha}. Only attacks dated to the day count. ` +
          `${isCut ? cutShort : ''}The alert ends after ${countedText(leaveHours, 'hour')} without another attack.`
      }
    })
  }
}

/** Whoever reads how many sites were struck may read of all. */
function tellingSites(
  before: HiddenCount,
  { newest, members }: Burst,
  fresh: readonly Incident[]
): HiddenCount {
  return telling(
    fresh.reduce(withTrigger, before),
    newest,
    members.all().toSorted(compareIncidents)
  )
}

function reasonsOf(
  sites: number,
  attacks: readonly Incident[],
  { escalateSites }: RateTerms
): string[] {
  return [
    ...(sites >= escalateSites ? [`${escalateSites} sites`] : []),
    ...(attacks.some(hasCapital) ? [capital] : [])
  ]
}

function hasCapital(incident: Incident): boolean {
  return placesOf(incident).some(({ seat }) => seat === 'country')
}

function rateText(perDay: number): string {
  return perDay === 0
    ? 'no attacks'
    : `${perDay < 0.01 ? 'fewer than 0.01' : perDay.toFixed(2)} attacks a day`
}
