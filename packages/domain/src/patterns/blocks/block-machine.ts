// What count, distinct-count, sum and all-of share: a measure over the incidents of a window, an
// entry at one threshold, a leave below another, and levels between. The measure changes with event
// time alone: up when an incident begins, down when the window has passed its end. A late incident
// is folded from the last place before it until the window has passed it.

import { type NearMiss, nearShare } from '../../detection/near-miss.ts'
import type { MachinePattern } from '../../detection/pattern.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import { type Finding, roundMeasure } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import { type BlockBase, BlockEpisode, marksOf } from './block-episode.ts'
import {
  another,
  type BlockMeasure,
  type BlockParameters,
  closesAtMs,
  makeFinding
} from './block-finding.ts'
import { blockGroup, mayTrigger } from './block-groups.ts'
import { untilMs } from './event-window.ts'
import { type Amount, isNothing, type Member, MovingWindow } from './moving-window.ts'

/** The machines of a building block: a pattern without its id, parameters and scopes. */
export function blockMachine<P>(measure: BlockMeasure<P>): Pick<MachinePattern<P>, 'machine'> {
  return { machine: ground => new BlockMachine(ground, measure) }
}

/** The fold between two rows. */
interface Place {
  readonly window: MovingWindow
  /**
   * Index of the first row of the session that goes on, negative if it is before the rows; null for
   * none.
   */
  sessionFrom: number | null
  open: BlockEpisode | null
}

/** Stands before all rows. */
const beforeRows = -1

class BlockMachine<P> implements ScopeMachine {
  readonly #ground: ScopeGround<P>
  readonly #measure: BlockMeasure<P>
  readonly #p: BlockParameters
  readonly #isSession: boolean
  readonly #members = new Map<Incident, Member>()
  #base: BlockBase
  /** In order; the first may have begun before the rows, the last may be open. */
  #episodes: BlockEpisode[]
  /** Indexes of the rows that began a session, in order. */
  #sessions: number[] = []
  #end: Place
  /** Number of rows folded. */
  #folded = 0
  /** The longest stay of any incident, from its beginning to its leaving, ms. */
  #longestMs = 0
  /**
   * What came and went since the last fold, and when the last of it leaves its window, ms; null for
   * nothing.
   */
  readonly #came: Incident[] = []
  readonly #gone: Member[] = []
  #touchedUntilMs: number | null = null
  #list: readonly Finding[] = []
  /** How many of them, from the first, can't have become others since. */
  #settled = 0

  constructor(ground: ScopeGround<P>, measure: BlockMeasure<P>) {
    this.#ground = ground
    this.#measure = measure
    this.#p = measure.parametersOf(ground.parameters)
    this.#isSession = this.#p.window === 'session'
    this.#base = (ground.base as BlockBase | undefined) ?? {
      within: [],
      isSession: false,
      open: null,
      ended: []
    }
    for (const incident of this.#base.within) this.put(incident)
    this.#came.length = 0
    this.#end = this.#placeAt(0, this.#baseEpisode())
    this.#episodes = this.#end.open === null ? [] : [this.#end.open]
  }

  put(incident: Incident): void {
    const member = this.#memberOf(incident)
    this.#members.set(incident, member)
    this.#came.push(incident)
    this.#longestMs = Math.max(this.#longestMs, member.untilMs - incident.fromMs)
    this.#touchedUntilMs = Math.max(this.#touchedUntilMs ?? member.untilMs, member.untilMs)
  }

  take(incident: Incident): void {
    const member = this.#member(incident)
    this.#touchedUntilMs = Math.max(this.#touchedUntilMs ?? member.untilMs, member.untilMs)
    this.#members.delete(incident)
    const at = this.#came.lastIndexOf(incident)
    if (at === -1) this.#gone.push(member)
    else this.#came.splice(at, 1)
  }

  refold(from: number): boolean {
    const { rows } = this.#ground
    const untilMs = this.#touchedUntilMs ?? Number.POSITIVE_INFINITY
    this.#touchedUntilMs = null
    const isLast = from === rows.length - 1 && this.#folded === from
    const more = rows.length - this.#folded
    this.#folded = rows.length
    const isOther = isLast ? this.#goOn(from) : this.#again(from, more, untilMs)
    this.#came.length = this.#gone.length = 0
    return isOther
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    const { ended } = this.#base
    const count = ended.length + this.#episodes.length
    let list = count === this.#list.length ? null : this.#list.slice(0, this.#settled)
    for (let i = this.#settled; i < count; i++) {
      const finding =
        ended[i] ?? this.#findingAt(this.#episodes[i - ended.length] as BlockEpisode, horizonMs)
      if (list === null && finding !== this.#list[i]) list = this.#list.slice(0, i)
      list?.push(finding)
    }
    this.#settled = this.#end.open === null ? count : count - 1
    if (list !== null) this.#list = list
    return this.#list
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    const closesMs = this.#end.open?.numbers.closesMs ?? null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  }

  /** Near miss: a window that holds most of its threshold. */
  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    const [measure, p, { parameters, scope, rows }] = [this.#measure, this.#p, this.#ground]
    const { open, window, sessionFrom } = this.#end
    if (open !== null && open.numbers.closesMs > horizonMs) return []
    if (this.#isSession && window.lastMs < horizonMs) return []
    const staying = this.#within(rows.length - 1, horizonMs, sessionFrom).filter(
      ({ amount }) => amount !== null
    )
    const tally = new MovingWindow()
    for (const member of staying) tally.add(member)
    const value = tally.total
    const isNear = value >= p.threshold * nearShare || measure.isNear?.(value, parameters) === true
    if (staying.length === 0 || !isNear || value >= p.threshold) return []
    const incidents = staying.map(({ incident }) => incident)
    const amounts = staying.map(({ amount }) => amount as Amount)
    return [
      {
        group: blockGroup(scope, p.groupBy, incidents),
        measure: { name: measure.name(parameters), value, threshold: p.threshold, baseline: null },
        lacks:
          measure.lacks?.(amounts, parameters) ??
          another(measure.words(roundMeasure(p.threshold - value), parameters)),
        incidents
      }
    ]
  }

  passBefore(count: number): void {
    const { rows } = this.#ground
    const { fromMs } = rows[count - 1] as Incident
    const [start, known] = this.#openBefore(count)
    // Only a session, or an episode that is not known there, needs the window.
    const isKnown = start === count && !this.#isSession
    const { open, sessionFrom } = isKnown
      ? { open: known, sessionFrom: null }
      : this.#placeBefore(count)
    const within = this.#within(count - 1, fromMs, sessionFrom).map(({ incident }) => incident)
    const begun = this.#episodes.filter(({ entry }) => entry < count)
    const ended = open === null ? begun : begun.slice(0, -1)
    const endedFindings = ended.map(episode => this.#findingOf(episode, episode.numbers.closesMs))
    for (const incident of this.#base.within) this.#members.delete(incident)
    for (let i = 0; i < count; i++) this.#members.delete(rows[i] as Incident)
    for (const incident of within) this.#members.set(incident, this.#memberOf(incident))
    this.#base = {
      within,
      isSession: sessionFrom !== null,
      open: open?.data() ?? null,
      ended: [...this.#base.ended, ...endedFindings]
    }
    this.#episodes.splice(0, ended.length)
    for (const episode of this.#episodes) episode.shift(-count)
    this.#sessions = this.#sessions.flatMap(at => (at < count ? [] : [at - count]))
    if (this.#end.sessionFrom !== null)
      this.#end.sessionFrom = Math.max(beforeRows, this.#end.sessionFrom - count)
    this.#folded -= count
  }

  forget(beforeMs: number): void {
    const { within, ended } = this.#base
    // An incident may have begun up to a year before a boundary that it ended behind.
    const oldestMs = beforeMs - 366 * dayMs
    const young = within.filter(
      incident => incident.toMs >= oldestMs || this.#member(incident).untilMs >= oldestMs
    )
    const kept = notEndedBefore(ended, beforeMs)
    if (young.length === within.length && kept === ended) return
    this.#settled = 0
    for (const incident of within) if (!young.includes(incident)) this.#members.delete(incident)
    this.#base = { ...this.#base, within: young, ended: kept }
    // A session counts all of its incidents: without its oldest it is folded again.
    if (this.#isSession && young.length < within.length) this.#again(0, 0, Number.POSITIVE_INFINITY)
  }

  base(): unknown {
    return this.isBlank() ? undefined : this.#base
  }

  isBlank(): boolean {
    const { within, open, ended } = this.#base
    return within.length === 0 && open === null && ended.length === 0
  }

  #member(incident: Incident): Member {
    return this.#members.get(incident) ?? this.#memberOf(incident)
  }

  #memberOf(incident: Incident): Member {
    const { scope, parameters } = this.#ground
    const amount = mayTrigger(incident, scope, this.#p.groupBy)
      ? this.#measure.amountOf(incident, scope, parameters)
      : null
    const member = {
      incident,
      untilMs: untilMs(incident, this.#p),
      amount: isNothing(amount) ? null : amount
    }
    if (member.amount === null) return member
    const [deaths, places] = [
      this.#measure.deathsOf?.(incident),
      this.#measure.placesOf?.(incident, scope, parameters)
    ]
    if (places !== undefined) return { ...member, places }
    return deaths === undefined ? member : { ...member, deaths }
  }

  #baseEpisode(): BlockEpisode | null {
    return this.#base.open === null ? null : new BlockEpisode(beforeRows, this.#base.open)
  }

  /** The usual: one incident at the end. */
  #goOn(index: number): boolean {
    const before = this.#end.open
    this.#step(this.#end, index, this.#sessions)
    const { open } = this.#end
    if (open !== null && open !== before) this.#episodes.push(open)
    return before !== null || open !== null
  }

  /**
   * Folds from a changed row until what follows is as it was; there are `more` rows than before.
   */
  #again(from: number, more: number, untilMs: number): boolean {
    const { rows } = this.#ground
    const old = this.#episodes
    const place = this.#rewound(from) ?? this.#placeBefore(from)
    let first = old.length
    while (first > 0 && (old[first - 1] as BlockEpisode).entry >= from) first -= 1
    const fresh: BlockEpisode[] = []
    if (place.open !== null) {
      // It goes on in another way, or in the same.
      first -= 1
      fresh.push(place.open)
    }
    this.#settled = Math.min(this.#settled, this.#base.ended.length + first)
    const sessions = this.#sessions.filter(at => at < from)
    let next = first
    for (let i = from; i < rows.length; i++) {
      const { fromMs } = rows[i] as Incident
      if (fromMs > untilMs) {
        while (next < old.length && (old[next] as BlockEpisode).entry + more < i) next += 1
        const was = old[next - 1]
        const wasClosed =
          next === first || was === undefined || this.#isPast(was.numbers.closesMs, fromMs)
        this.#closeWhenDue(place, fromMs)
        const isFree = !this.#isSession || place.window.lastMs < fromMs
        if (place.open === null && wasClosed && isFree) {
          const rest = old.slice(next)
          this.#episodes = [...old.slice(0, first), ...fresh, ...rest]
          this.#sessions = [
            ...sessions,
            ...this.#sessions.flatMap(at => (at + more < i ? [] : [at + more]))
          ]
          if (this.#end.sessionFrom !== null)
            this.#end.sessionFrom = this.#sessions.at(-1) ?? beforeRows
          if (more !== 0) for (const episode of rest) episode.shift(more)
          return next > first || fresh.length > 0
        }
      }
      const before = place.open
      this.#step(place, i, sessions)
      if (place.open !== null && place.open !== before) fresh.push(place.open)
    }
    this.#end = place
    this.#sessions = sessions
    this.#episodes = [...old.slice(0, first), ...fresh]
    return old.length > first || fresh.length > 0
  }

  /**
   * The fold before a row, if all from it on are of one moment, as are those that went: the end is
   * taken back. Reports of one day mostly lie so. Null, and no change, if that is not so or not
   * known.
   */
  #rewound(index: number): Place | null {
    const { rows } = this.#ground
    const row = rows[index]
    const isOtherMoment = ({ fromMs }: Incident) => fromMs !== row?.fromMs
    if (this.#isSession || row === undefined || isOtherMoment(rows.at(-1) as Incident)) return null
    if (this.#gone.some(({ incident }) => isOtherMoment(incident))) return null
    const { open, window } = this.#end
    const episode = this.#episodes.findLast(({ entry }) => entry < index)
    const isOpen = episode !== undefined && episode === open
    if (isOpen ? !episode.rewind(index) : !this.#isOverBefore(episode, index)) return null
    const came = new Set(this.#came)
    for (let i = index; i < rows.length; i++)
      if (!came.has(rows[i] as Incident)) window.takeOut(this.#member(rows[i] as Incident))
    for (const member of this.#gone) window.takeOut(member)
    return { window, sessionFrom: null, open: isOpen ? episode : null }
  }

  /** True if an episode, if there is one, was over when the row before one began. */
  #isOverBefore(episode: BlockEpisode | undefined, index: number): boolean {
    if (episode === undefined) return true
    const before = this.#ground.rows[index - 1]
    return (
      before !== undefined &&
      episode.entry < index - 1 &&
      this.#isPast(episode.numbers.closesMs, before.fromMs)
    )
  }

  /**
   * The fold before a row that is or was the first to change: all rows before it were folded as
   * they are.
   */
  #placeBefore(index: number): Place {
    const [start, open] = this.#openBefore(index)
    const place = this.#placeAt(start, open)
    for (let i = start; i < index; i++) this.#step(place, i, [])
    return place
  }

  /** The episode that is open before a row, or before one from which it can be folded. */
  #openBefore(index: number): readonly [number, BlockEpisode | null] {
    const episode = this.#episodes.findLast(({ entry }) => entry < index)
    if (episode === undefined || this.#isOverBefore(episode, index)) return [index, null]
    const known = episode.atMost(index)
    if (known !== null) return [known.count, known.episode]
    return episode.entry >= 0 ? [episode.entry, null] : [0, this.#baseEpisode()]
  }

  /** The fold before a row at which an episode, or none, is open. */
  #placeAt(index: number, open: BlockEpisode | null): Place {
    const begun = this.#sessions.findLast(at => at < index)
    const sessionFrom = this.#isSession
      ? (begun ?? (this.#base.isSession ? beforeRows : null))
      : null
    const window = new MovingWindow()
    const atMs = this.#ground.rows[index - 1]?.fromMs ?? Number.NEGATIVE_INFINITY
    for (const member of this.#within(index - 1, atMs, sessionFrom))
      if (member.amount !== null) window.add(member)
    // A row that only supports ends a session that is over, and begins none.
    if (sessionFrom === null || window.lastMs >= atMs) return { window, sessionFrom, open }
    return { window: new MovingWindow(), sessionFrom: null, open }
  }

  #step(place: Place, index: number, sessions: number[]): void {
    const [p, measure, { parameters, work, rows }] = [this.#p, this.#measure, this.#ground]
    const incident = rows[index] as Incident
    const atMs = incident.fromMs
    work.steps += 1
    this.#closeWhenDue(place, atMs)
    const { window } = place
    if (!this.#isSession) window.moveTo(atMs)
    else if (window.lastMs < atMs) {
      window.clear()
      place.sessionFrom = null
    }
    const member = this.#member(incident)
    if (this.#isSession && place.sessionFrom === null) {
      // An incident that only supports begins no session.
      if (member.amount === null) return
      place.sessionFrom = index
      sessions.push(index)
    }
    if (member.amount !== null) window.add(member)
    const value = window.total
    const passed = p.levels.filter(level => value >= level).length
    if (place.open === null) {
      if (member.amount === null || value < p.threshold) return
      const marks = marksOf(passed + 1, atMs, measure.words(value, parameters))
      place.open = BlockEpisode.begun(
        index,
        this.#within(index, atMs, place.sessionFrom),
        marks,
        value
      )
    } else if (member.amount === null) place.open.addSupport(incident)
    else {
      const more = passed - place.open.numbers.passed
      place.open.addTrigger(
        incident,
        value,
        more > 0 ? marksOf(more, atMs, measure.words(value, parameters)) : []
      )
    }
    const deaths =
      member.amount === null || measure.deathsOf === undefined ? undefined : window.deaths
    place.open.closes(closesAtMs(window, atMs, p), deaths, index + 1)
  }

  #closeWhenDue(place: Place, atMs: number): void {
    if (place.open !== null && this.#isPast(place.open.numbers.closesMs, atMs)) place.open = null
  }

  /**
   * True if what closes at a moment is over when an incident begins: a tumbling window excludes its
   * end, others do not.
   */
  #isPast(closesMs: number, atMs: number): boolean {
    return this.#p.window === 'tumbling' ? closesMs <= atMs : closesMs < atMs
  }

  /**
   * Members up to a row that are in the window at a moment, in order of the fold; of a session all
   * of it.
   */
  #within(index: number, atMs: number, sessionFrom: number | null): Member[] {
    const { rows } = this.#ground
    const found: Member[] = []
    if (this.#isSession) {
      if (sessionFrom === null) return found
      if (sessionFrom < 0)
        for (const incident of this.#base.within) found.push(this.#member(incident))
      for (let i = Math.max(0, sessionFrom); i <= index; i++)
        found.push(this.#member(rows[i] as Incident))
      return found
    }
    for (let i = index; i >= 0; i--) {
      const row = rows[i] as Incident
      if (row.fromMs + this.#longestMs <= atMs) break
      const member = this.#member(row)
      if (member.untilMs > atMs) found.push(member)
    }
    for (const incident of this.#base.within.toReversed()) {
      const member = this.#member(incident)
      if (member.untilMs > atMs) found.push(member)
    }
    return found.reverse()
  }

  #findingAt(episode: BlockEpisode, horizonMs: number): Finding {
    const { closesMs } = episode.numbers
    return this.#findingOf(
      episode,
      episode !== this.#end.open || closesMs <= horizonMs ? closesMs : null
    )
  }

  #findingOf(episode: BlockEpisode, toMs: number | null): Finding {
    const { made, version } = episode
    if (made !== null && made.version === version && made.toMs === toMs) return made.finding
    const finding = makeFinding(episode, toMs, this.#ground, this.#measure, this.#p)
    episode.made = { version, toMs, finding }
    return finding
  }
}
