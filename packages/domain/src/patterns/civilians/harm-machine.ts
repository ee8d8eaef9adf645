// The attacks on civilians of one scope, which come and go at any moment, and the episodes that
// they make.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { ScopeRows } from '../machine/scope-rows.ts'
import type { RepeatVictimisationParameters } from './civilian-harm.ts'
import type { SavedHarm } from './harm-episode.ts'
import { HarmFold } from './harm-fold.ts'
import { HarmRow } from './harm-row.ts'
import { ListedHarm } from './listed-harm.ts'
import { nearVictimisation } from './near-victimisation.ts'

/** What lies before the rows. */
interface Base {
  /** Latest beginning of an incident; null if none has passed. */
  readonly endedByMs: number | null
  /** Attacks in no episode, in order of the fold. */
  readonly loose: readonly Incident[]
  readonly episodes: readonly SavedHarm[]
}

/** The longest window that a rule may ask for. */
const longestWindowDays = 366

export class HarmMachine implements ScopeMachine {
  readonly #parameters: RepeatVictimisationParameters
  readonly #incidents: readonly Incident[]
  readonly #rows: ScopeRows<HarmRow>
  readonly #listed = new ListedHarm()
  readonly #fold: HarmFold
  /** Beginning of the last incident; the last moment asked for. */
  #lastMs = Number.NEGATIVE_INFINITY
  #horizonMs = Number.NEGATIVE_INFINITY
  #base: Base | null = null

  constructor({ parameters, rows, work, base }: ScopeGround<RepeatVictimisationParameters>) {
    this.#parameters = parameters
    this.#incidents = rows
    this.#rows = new ScopeRows(rows, incident => new HarmRow(incident, parameters))
    this.#fold = new HarmFold({ parameters, work, rowOf: id => this.#rows.get(id) }, this.#listed)
    if (base !== undefined) this.#restore(base as Base)
  }

  #restore({ endedByMs, loose, episodes }: Base): void {
    this.#fold.endedByMs = endedByMs ?? Number.NEGATIVE_INFINITY
    for (const incident of loose) {
      const row = new HarmRow(incident, this.#parameters)
      row.passed = this.#rows.nextPassed()
      this.#fold.restoreLoose(row)
    }
    for (const saved of episodes) {
      const { fromMs } = saved
      this.#fold.restore(saved, {
        fromMs,
        toMs: fromMs,
        late: 0,
        passed: this.#rows.nextPassed(),
        incident: { id: '' }
      })
    }
  }

  put(incident: Incident): void {
    this.#rows.put(incident)
  }

  take(incident: Incident): void {
    this.#rows.take(incident)
  }

  refold(from: number): boolean {
    const { gone, come, isSettled } = this.#rows.takeChange(from)
    this.#fold.loosen()
    for (const row of gone) this.#fold.go(row)
    for (const row of come) this.#fold.come(row)
    if (isSettled) this.#fold.move(this.#rows.takeOutOfPlace())
    this.#fold.settle()
    this.#lastMs = this.#incidents.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY
    return this.#listed.isChangedAt(this.#nowMs)
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    this.#horizonMs = horizonMs
    return this.#listed.at(this.#nowMs)
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    this.#horizonMs = horizonMs
    this.#listed.at(this.#nowMs)
    return this.#listed.nextEndMs(this.#nowMs)
  }

  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    const sinceMs = horizonMs - 2 * this.#parameters.windowDays * dayMs
    let at = this.#incidents.length
    while (at > 0 && (this.#incidents[at - 1] as Incident).fromMs >= sinceMs) at -= 1
    const rows = this.#incidents.slice(at).flatMap(({ id }) => this.#rows.get(id) ?? [])
    const loose = [...this.#fold.passedLoose(), ...rows].filter(
      ({ state, takenBy }) => state === 'loose' && takenBy === null
    )
    return nearVictimisation(
      loose.map(({ incident }) => incident),
      horizonMs,
      this.#parameters
    )
  }

  passBefore(count: number): void {
    this.#fold.pass(this.#rows.pass(count))
    this.#base = null
  }

  forget(beforeMs: number): void {
    // No window still to come contains what ended so long before the base.
    this.#fold.forgetLoose(beforeMs - longestWindowDays * dayMs)
    const endedMs = Math.min(beforeMs, this.#fold.endedByMs + 1)
    for (const episode of this.#listed.takeEndedBefore(endedMs)) this.#fold.forget(episode)
    this.#base = null
  }

  base(): Base {
    this.#base ??= this.#saved()
    return this.#base
  }

  #saved(): Base {
    const { endedByMs } = this.#fold
    const isLoose = ({ takenBy }: HarmRow) => takenBy === null || takenBy.passed === 0
    return {
      endedByMs: Number.isFinite(endedByMs) ? endedByMs : null,
      loose: this.#fold
        .passedLoose()
        .filter(isLoose)
        .map(({ incident }) => incident),
      episodes: this.#listed.episodes.flatMap(episode => episode.saved() ?? [])
    }
  }

  isBlank(): boolean {
    const { loose, episodes } = this.base()
    return loose.length + episodes.length === 0
  }

  /** What no tick has reached may still show what ended before it. */
  get #nowMs(): number {
    return Math.max(this.#horizonMs, this.#lastMs, this.#fold.endedByMs)
  }
}
