// An episode of repeat victimisation: its rows in order of the fold, what each made of it, and how
// it goes back.

import type { Finding } from '../../finding/finding.ts'
import { countUpTo } from '../../fold/sorted.ts'
import { compareIncidents, type Incident, type IncidentPlace } from '../../incident/incident.ts'
import { maySee } from '../../report/handling.ts'
import { dayMs } from '../../space-time/event-time.ts'
import type { NamedActor } from '../episode/actor-names.ts'
import { type Evidence, evidenceOf } from '../episode/episode-evidence.ts'
import { EvidenceLog, type EvidenceMark } from '../episode/evidence-log.ts'
import {
  counting,
  evidenceWith,
  type HiddenCount,
  noneBeside,
  telling,
  withTrigger
} from '../episode/hidden-count.ts'
import { compareRows, type FoldPlace } from '../episode/late-rows.ts'
import { areApart } from '../episode/same-place.ts'
import {
  deathsOf,
  mostDeaths,
  type RepeatVictimisationParameters,
  settlementsOf
} from './civilian-harm.ts'
import { type HarmMarkOfLevel, type HarmSaid, harmFinding, saidOf } from './harm-finding.ts'
import type { Opening } from './harm-openings.ts'
import type { HarmRow } from './harm-row.ts'
import { type KnownPlace, type PlacesOfEpisodes, placedAt } from './places-of-episodes.ts'

/** An episode of before the rows, as plain data. */
export interface SavedHarm {
  readonly entered: 'place' | 'perpetrator'
  readonly group: Readonly<Record<string, string>>
  readonly fromMs: number
  readonly enteredMs: number
  readonly lastMs: number
  readonly places: readonly IncidentPlace[]
  readonly perpetrators: readonly NamedActor[]
  readonly marks: readonly HarmMarkOfLevel[]
  /** Maximum deaths of one incident; null while none is known. */
  readonly deaths: number | null
  /** The first of the most open incidents whose deaths are known. */
  readonly deadly: Incident | null
  /** Ends of the attacks of the last window. */
  readonly recentMs: readonly number[]
  readonly most: number
  /** What the windows count besides the triggers. */
  readonly hidden: HiddenCount
  readonly triggers: Evidence
  readonly support: Evidence
}

type Measured = Pick<SavedHarm, 'lastMs' | 'deaths' | 'deadly' | 'most' | 'hidden'>

/** The episode after a row. */
interface Step extends Measured {
  readonly marks: number
  readonly places: number
  readonly triggers: EvidenceMark
  readonly support: EvidenceMark
}

/** A row whose places are others than before. */
export interface MovedPlaces {
  readonly row: HarmRow
  readonly before: readonly IncidentPlace[]
}

const anotherPlace = 'another place'
const moreDeaths = 'more deaths'
const noPlaces: readonly IncidentPlace[] = []

export class HarmEpisode {
  readonly #parameters: RepeatVictimisationParameters
  readonly #index: PlacesOfEpisodes<HarmEpisode>
  readonly #saved: SavedHarm
  /** Its place among the episodes: that of the row that opened it. */
  readonly begun: FoldPlace
  /** Null if it began before the rows. */
  opening: Opening | null
  /** Rows that it took, besides the one that opened it. */
  taken: readonly HarmRow[]
  /** Later ones, in order; those before the rows left it. */
  readonly members: HarmRow[] = []
  /** For each of the first members that are up to date. */
  readonly #steps: Step[] = []
  #base: Step
  /** Ends of the attacks of the last window when the last row passed. */
  #passedMs: readonly number[]
  /** Ends of attacks, in order. */
  #endsMs: number[]
  readonly #marks: HarmMarkOfLevel[]
  readonly #places: KnownPlace<HarmEpisode>[] = []
  readonly #triggers: EvidenceLog
  readonly #support: EvidenceLog
  /**
   * When it ends as far as its members are up to date. Kept, as it is asked of all around an
   * attack.
   */
  closesMs: number
  /** Until when it was open when all was up to date. */
  announcedMs: number
  #told: { readonly isEnded: boolean; readonly finding: Finding } | null = null
  #said: HarmSaid | null = null

  constructor(
    saved: SavedHarm,
    begun: FoldPlace,
    index: PlacesOfEpisodes<HarmEpisode>,
    parameters: RepeatVictimisationParameters
  ) {
    this.#parameters = parameters
    this.#index = index
    this.#saved = saved
    this.begun = begun
    this.opening = null
    this.taken = []
    this.#passedMs = saved.recentMs
    this.#endsMs = [...saved.recentMs].sort((a, b) => a - b)
    this.#marks = [...saved.marks]
    this.#triggers = new EvidenceLog(saved.triggers)
    this.#support = new EvidenceLog(saved.support)
    for (const place of saved.places) this.#learn(place, begun)
    this.#base = this.#step(saved)
    this.closesMs = this.#closesAfter(this.#base)
    this.announcedMs = this.closesMs
    index.addActors(this)
  }

  static opened(
    row: HarmRow,
    opening: Opening,
    index: PlacesOfEpisodes<HarmEpisode>,
    parameters: RepeatVictimisationParameters
  ) {
    const { entered, group, earlier, places, perpetrators } = opening
    const incidents = [...earlier, row].map(({ incident }) => incident).sort(compareIncidents)
    const last = incidents.at(-1) as (typeof incidents)[0]
    const saved: SavedHarm = {
      entered,
      group: { ...group, ...(last.drill ? { drill: 'true' } : {}) },
      fromMs: incidents.reduce((least, i) => Math.min(least, i.fromMs), last.fromMs),
      enteredMs: last.fromMs,
      lastMs: incidents.reduce((most, i) => Math.max(most, i.toMs), last.toMs),
      places,
      perpetrators,
      marks: [],
      deaths: mostDeaths(incidents),
      deadly: incidents.reduce(mostOpenDeaths, null),
      recentMs: incidents.map(i => i.toMs),
      most: entered === 'place' ? incidents.length : places.length,
      hidden: noneBeside(incidents),
      triggers: evidenceOf(incidents),
      support: { kept: [], omitted: 0 }
    }
    const episode = new HarmEpisode(saved, row, index, parameters)
    episode.opening = opening
    return episode
  }

  get group(): SavedHarm['group'] {
    return this.#saved.group
  }

  get perpetrators(): readonly NamedActor[] {
    return this.#saved.perpetrators
  }

  get places(): readonly KnownPlace<HarmEpisode>[] {
    return this.#places
  }

  get #last(): Step {
    return this.#steps.at(-1) ?? this.#base
  }

  /** True if all its members are up to date. */
  get isCurrent(): boolean {
    return this.#steps.length === this.members.length
  }

  /** True if it is open when a row comes; all members before that must be up to date. */
  isOpenFor(row: FoldPlace, nowMs: number): boolean {
    if (compareRows(this.begun, row) >= 0) return false
    let at = this.#steps.length
    while (at > 0 && compareRows(this.members[at - 1] as HarmRow, row) >= 0) at -= 1
    return this.#closesAfter(this.#steps[at - 1] ?? this.#base) > nowMs
  }

  add(row: HarmRow): void {
    let at = this.members.length
    while (at > 0 && compareRows(this.members[at - 1] as HarmRow, row) > 0) at -= 1
    this.#rewind(at)
    this.members.splice(at, 0, row)
  }

  remove(row: HarmRow): void {
    const at = this.members.lastIndexOf(row)
    this.#rewind(at)
    this.members.splice(at, 1)
  }

  /** It is no episode any more. */
  vanish(): void {
    for (const place of this.#places) this.#index.remove(place)
    this.#index.removeActors(this)
  }

  /**
   * Brings the members before a row up to date; null: all. What would have ended by a moment has
   * ended, whatever comes. Gives those whose places are others, and those that come after its end
   * now: they left it.
   */
  catchUp(until: HarmRow | null, endedByMs: number): { moved: MovedPlaces[]; left: HarmRow[] } {
    const moved: MovedPlaces[] = []
    while (this.#steps.length < this.members.length) {
      const row = this.members[this.#steps.length] as HarmRow
      if (until !== null && compareRows(row, until) >= 0) break
      if (this.closesMs <= Math.max(row.fromMs, endedByMs))
        return { moved, left: this.members.splice(this.#steps.length) }
      const before = row.added
      this.#grow(row)
      if (before.length !== row.added.length || before.some((place, i) => place !== row.added[i]))
        moved.push({ row, before })
    }
    return { moved, left: [] }
  }

  #grow(row: HarmRow): void {
    const { incident, grows } = row
    const last = this.#last
    const { deaths, most } = last
    this.#told = null
    row.added = noPlaces
    if (!grows) {
      this.#support.addSupport(incident)
      this.#steps.push(this.#step(last))
      return
    }
    const { entered, group } = this.#saved
    const hit = settlementsOf(
      [incident],
      entered === 'perpetrator' ? (group.admin1 ?? null) : null,
      this.#parameters
    )
    row.added = this.#fresh(hit)
    for (const place of row.added) this.#learn(place, row)
    const died = deathsOf(incident)
    const isDeadlier = died !== null && deaths !== null && died > deaths
    if (row.added.length > 0) this.#tellsFirst(anotherPlace, row)
    const tellsDeaths = isDeadlier && this.#tellsFirst(moreDeaths, row)
    insertNumber(this.#endsMs, row.toMs)
    const reached = Math.max(
      most,
      entered === 'place' ? this.#recentAt(row.fromMs) : this.#places.length
    )
    const isTrigger = tellsDeaths || row.added.length > 0 || reached > most
    if (isTrigger) this.#triggers.add(incident)
    else this.#support.addSupport(incident)
    const deadliest = died === null ? deaths : Math.max(died, deaths ?? died)
    let hidden = this.#hiddenIn(row)
    if (isTrigger)
      hidden = reached > most ? telling(hidden, incident) : withTrigger(hidden, incident)
    // That more died than before tells that a number was known before.
    if (tellsDeaths && last.deadly !== null) hidden = telling(hidden, incident, [last.deadly])
    const deadly = mostOpenDeaths(last.deadly, incident)
    const lastMs = Math.max(last.lastMs, row.toMs)
    this.#steps.push(this.#step({ lastMs, deaths: deadliest, deadly, most: reached, hidden }))
    this.closesMs = this.#closesAfter(this.#last)
  }

  /** Marks a reason unless it was told before. */
  #tellsFirst(reason: string, { fromMs }: HarmRow): boolean {
    if (this.#marks.some(mark => mark.reason === reason)) return false
    this.#marks.push({ atMs: fromMs, reason })
    return true
  }

  #hiddenIn({ incident, fromMs }: HarmRow): HiddenCount {
    const { hidden } = this.#last
    // Of the places of a perpetrator each is told by its trigger.
    if (this.#saved.entered === 'perpetrator') return hidden
    return counting(hidden, incident, fromMs - this.#parameters.windowDays * dayMs)
  }

  /** Places that are certainly none of its own. */
  #fresh(hit: readonly IncidentPlace[]): readonly IncidentPlace[] {
    const { placeKm } = this.#parameters
    const isFresh = (place: IncidentPlace) => {
      for (const known of this.#places)
        if (!areApart(known.place, place, placeKm, false)) return false
      return true
    }
    return hit.length === 1 && !isFresh(hit[0] as IncidentPlace) ? noPlaces : hit.filter(isFresh)
  }

  #recentAt(ms: number): number {
    const sinceMs = ms - this.#parameters.windowDays * dayMs
    return this.#endsMs.length - countUpTo(this.#endsMs, sinceMs)
  }

  #learn(place: IncidentPlace, since: FoldPlace): void {
    const known = placedAt(this, place, since, this.#parameters.placeKm)
    this.#places.push(known)
    this.#index.add(known)
  }

  /** Goes back to before the member at an index. */
  #rewind(at: number): void {
    if (at >= this.#steps.length) return
    this.#told = null
    this.#said = null
    for (let i = at; i < this.#steps.length; i++) {
      const { grows, toMs } = this.members[i] as HarmRow
      if (grows) this.#endsMs.splice(countUpTo(this.#endsMs, toMs) - 1, 1)
    }
    this.#steps.splice(at)
    this.closesMs = this.#closesAfter(this.#last)
    const { marks, places, triggers, support } = this.#last
    this.#marks.splice(marks)
    for (const known of this.#places.splice(places)) this.#index.remove(known)
    this.#triggers.rewind(triggers)
    this.#support.rewind(support)
  }

  #step({ lastMs, deaths, deadly, most, hidden }: Measured): Step {
    const { mark: triggers } = this.#triggers
    const { mark: support } = this.#support
    return {
      lastMs,
      deaths,
      deadly,
      most,
      hidden,
      marks: this.#marks.length,
      places: this.#places.length,
      triggers,
      support
    }
  }

  #closesAfter({ lastMs }: Step): number {
    return lastMs + this.#parameters.quietDays * dayMs
  }

  /** The first members may have left the rows: what they made of it stays. */
  passBefore(): void {
    if (this.begun.passed === 0) return
    this.opening = null
    this.taken = []
    const count = this.members.findLastIndex(({ passed }) => passed > 0) + 1
    if (count === 0) return
    this.#base = this.#steps[count - 1] as Step
    this.#steps.splice(0, count)
    // The last first: each sees only what its window contains.
    const recent: number[] = []
    let sinceMs = Number.NEGATIVE_INFINITY
    for (const { grows, fromMs, toMs } of this.members.splice(0, count).reverse()) {
      if (!grows) continue
      if (toMs > sinceMs) recent.push(toMs)
      sinceMs = Math.max(sinceMs, fromMs - this.#parameters.windowDays * dayMs)
    }
    this.#passedMs = [...this.#passedMs.filter(ms => ms > sinceMs), ...recent.reverse()]
    this.#endsMs = [...this.#passedMs]
    for (const { grows, toMs } of this.members) if (grows) this.#endsMs.push(toMs)
    this.#endsMs.sort((a, b) => a - b)
  }

  /** The part of it that lies before the rows; null if none does. */
  saved(): SavedHarm | null {
    if (this.begun.passed === 0) return null
    const { lastMs, deaths, deadly, most, hidden, marks, places, triggers, support } = this.#base
    return {
      ...this.#saved,
      lastMs,
      deaths,
      deadly,
      most,
      hidden,
      recentMs: this.#passedMs,
      places: this.#places.slice(0, places).map(({ place }) => place),
      marks: this.#marks.slice(0, marks),
      triggers: this.#triggers.at(triggers),
      support: this.#support.at(support)
    }
  }

  /** The same object as long as nothing that it says has changed. */
  finding(isEnded: boolean): Finding {
    if (this.#told?.isEnded === isEnded) return this.#told.finding
    const omitted = this.#triggers.omitted + this.#support.omitted
    const told = { triggers: this.#triggers.named, support: this.#support.named, omitted }
    const evidence = evidenceWith(this.#last.hidden, told)
    const { entered, group, fromMs, enteredMs, perpetrators } = this.#saved
    const [at, marks, most] = [this.#places, this.#marks, this.#last.most]
    const { triggers } = evidence
    const story = {
      entered,
      group,
      fromMs,
      enteredMs,
      perpetrators,
      at,
      marks,
      most,
      triggers,
      isEnded
    }
    this.#said = saidOf(story, this.#said, this.#parameters)
    const finding = harmFinding(this.#said, this.closesMs, evidence, this.#parameters)
    this.#told = { isEnded, finding }
    return finding
  }
}

/** Of two incidents the more open one whose deaths are known; of equals the first. */
function mostOpenDeaths(known: Incident | null, incident: Incident): Incident | null {
  if (deathsOf(incident) === null) return known
  return known !== null && maySee(incident.handling, known.handling) ? known : incident
}

function insertNumber(list: number[], value: number): void {
  if ((list.at(-1) ?? value) <= value) list.push(value)
  else list.splice(countUpTo(list, value), 0, value)
}
