// A settlement followed at each of its sites: a name that the gazetteer lacks has one settlement id
// in its whole first-level area, and what happens at one end of it is no part of what happens at
// the other. Each site has a machine of its own, which is given the rows of that site; nearly
// always there is one, and it reads the rows themselves. Decision 0005.

import type { Finding } from '../finding/finding.ts'
import { atSite, siteMark } from '../finding/finding-site.ts'
import type { Checkpoint } from '../fold/checkpoints.ts'
import type { Moment } from '../fold/moment.ts'
import type { Incident } from '../incident/incident.ts'
import type { SettledPlace } from '../report/one-settlement.ts'
import type { Span } from '../space-time/event-time.ts'
import type { Point } from '../space-time/geometry.ts'
import { type FollowedRows, refoldFrom } from './followed-rows.ts'
import type { NearMiss } from './near-miss.ts'
import type { MakeMachine, ScopeGround, ScopeMachine } from './scope-machine.ts'
import { SiteDivision } from './site-division.ts'

/** A site that began before the rows. */
interface SiteBase {
  /** The point that was told first there; null: none was. */
  readonly point: Point | null
  readonly base: unknown
}

/** What is followed at one site. */
interface Followed extends FollowedRows {
  /** What the machine gave last, and how it is told. */
  told: {
    readonly given: readonly Finding[]
    readonly site: SettledPlace
    readonly list: readonly Finding[]
  } | null
}

export class SiteMachines<P> implements ScopeMachine {
  readonly #ground: ScopeGround<P>
  readonly #make: MakeMachine<P>
  readonly #division: SiteDivision
  /** By number of the site. */
  readonly #followed: Followed[]
  /** True while the machine of the only site reads the rows of the scope themselves. */
  #isWhole: boolean
  /** Number of rows that were divided. */
  #divided = 0
  #list: readonly Finding[] = []

  constructor(settlement: string, make: MakeMachine<P>, ground: ScopeGround<P>) {
    this.#ground = ground
    this.#make = make
    const { sites } = (ground.base as { readonly sites: readonly SiteBase[] } | undefined) ?? {
      sites: []
    }
    this.#division = new SiteDivision(
      settlement,
      ground.rows,
      sites.map(({ point }) => point)
    )
    this.#isWhole = sites.length < 2
    if (this.#isWhole)
      this.#followed = [
        { machine: make({ ...ground, base: sites[0]?.base }), rows: [], told: null }
      ]
    else this.#followed = sites.map(({ base }) => this.#follow(base))
  }

  #follow(base: unknown): Followed {
    const rows: Incident[] = []
    return { machine: this.#make({ ...this.#ground, rows, base }), rows, told: null }
  }

  get #first(): ScopeMachine {
    return (this.#followed[0] as Followed).machine
  }

  put(incident: Incident): void {
    this.#division.see(incident)
    if (this.#isWhole) this.#first.put?.(incident)
  }

  take(incident: Incident): void {
    if (this.#isWhole) this.#first.take?.(incident)
  }

  refold(from: number, span: Span): boolean {
    const isMoved = this.#division.divide(from)
    if (this.#isWhole && this.#division.sites.length > 1) {
      this.#isWhole = false
      this.#followed[0] = this.#follow(this.#first.base())
      this.#refoldEach(0)
      return true
    }
    const isOther = this.#isWhole ? this.#first.refold(from, span) : this.#refoldEach(from)
    this.#divided = this.#ground.rows.length
    return isOther || isMoved
  }

  /** Gives each site the rows that it has now. */
  #refoldEach(from: number): boolean {
    const { rows } = this.#ground
    const { sites } = this.#division
    while (this.#followed.length > sites.length) this.#followed.pop()
    while (this.#followed.length < sites.length) this.#followed.push(this.#follow(undefined))
    const isAtEnd = from === this.#divided
    this.#divided = rows.length
    let isOther = false
    for (const [site, followed] of this.#followed.entries()) {
      const start = isAtEnd ? followed.rows.length : this.#countBefore(from, site)
      const now: Incident[] = []
      for (let row = from; row < rows.length; row++)
        if (this.#division.isAt(row, site)) now.push(rows[row] as Incident)
      if (refoldFrom(followed, start, now)) isOther = true
    }
    return isOther
  }

  #countBefore(end: number, site: number): number {
    let count = 0
    for (let row = 0; row < end; row++) if (this.#division.isAt(row, site)) count += 1
    return count
  }

  findings(moment: Moment): readonly Finding[] {
    const lists = this.#followed.map((followed, i) => toldAt(followed, this.#siteOf(i), i, moment))
    const list = lists.length === 1 ? (lists[0] as readonly Finding[]) : lists.flat()
    const before = this.#list
    if (list === before) return before
    if (list.length !== before.length || list.some((finding, i) => finding !== before[i]))
      this.#list = list
    return this.#list
  }

  #siteOf(number: number): SettledPlace {
    return this.#division.sites[number] as SettledPlace
  }

  nextChangeMs(moment: Moment): number | null {
    return this.#earliest(machine => machine.nextChangeMs(moment))
  }

  nextAbsenceMs(watermarkMs: number | null): number | null {
    return this.#earliest(machine => machine.nextAbsenceMs?.(watermarkMs) ?? null)
  }

  #earliest(momentOf: (machine: ScopeMachine) => number | null): number | null {
    if (this.#isWhole) return momentOf(this.#first)
    const all = this.#followed.flatMap(({ machine }) => momentOf(machine) ?? [])
    return all.length === 0 ? null : Math.min(...all)
  }

  nearly(moment: Moment): readonly NearMiss[] {
    return this.#followed.flatMap(({ machine }, i) =>
      (machine.nearly?.(moment) ?? []).map(miss => ({
        ...miss,
        group: { ...miss.group, ...siteMark(this.#siteOf(i), i) }
      }))
    )
  }

  passBefore(count: number): void {
    if (this.#isWhole) this.#first.passBefore(count)
    else {
      const passed = this.#followed.map((_, i) => this.#countBefore(count, i))
      for (const [i, { machine, rows }] of this.#followed.entries()) {
        if (passed[i] === 0) continue
        machine.passBefore(passed[i] as number)
        rows.splice(0, passed[i])
      }
    }
    this.#division.passBefore(count)
    this.#divided -= count
  }

  forget(beforeMs: number): void {
    for (const { machine } of this.#followed) machine.forget(beforeMs)
    if (this.#isWhole) return
    // Its incidents can neither be withdrawn nor come again, and it says nothing: where it was no
    // longer counts.
    for (let i = this.#followed.length - 1; i > 0; i--) {
      const { rows, machine } = this.#followed[i] as Followed
      if (rows.length > 0 || !machine.isBlank()) continue
      this.#followed.splice(i, 1)
      this.#division.forget(i)
    }
  }

  base(): unknown {
    const sites = this.#division.pointsBefore.map((point, i) => ({
      point,
      base: (this.#followed[i] as Followed).machine.base()
    }))
    const [first] = sites
    return sites.length === 1 && first?.point === null && first.base === undefined
      ? undefined
      : { sites }
  }

  isBlank(): boolean {
    return this.#followed.every(({ machine }) => machine.isBlank())
  }

  /** Of several sites all is folded again. */
  states(): Checkpoint[] {
    return this.#isWhole ? (this.#first.states?.() ?? []) : []
  }

  resume(states: readonly Checkpoint[]): boolean {
    this.#division.divide(0)
    this.#divided = this.#ground.rows.length
    return (
      this.#isWhole && this.#division.sites.length === 1 && this.#first.resume?.(states) === true
    )
  }
}

/** The findings of a site; the same list if its machine gives the same. */
function toldAt(
  followed: Followed,
  site: SettledPlace,
  number: number,
  moment: Moment
): readonly Finding[] {
  const given = followed.machine.findings(moment)
  const { told } = followed
  if (told?.given === given && told.site === site) return told.list
  const list = given.map(finding => atSite(finding, site, number))
  followed.told = { given, site, list }
  return list
}
