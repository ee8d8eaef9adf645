// Alerts whose support has grown since their last event, and nothing else: they wait for their next
// event, or for the first tick of a new day. Source: core-idea.md#from-findings-to-alerts.

import type { Finding } from '../finding/finding.ts'
import { freshSupport, supportChangeOf, type ToldTo } from '../finding/finding-difference.ts'
import { compareText } from '../incident/incident.ts'
import { type Handling, leastHandling, maySee, stricter, strictest } from '../report/handling.ts'
import { type AlertEntry, type News, newsOf, type RecordContext } from './alert-decision.ts'
import { toldAll } from './alert-parts.ts'

/**
 * Support that an event of what fewer may see has carried to them alone: its time would have told
 * the others of what is hidden.
 */
interface Carried {
  readonly contentKey: string
  readonly handling: Handling
  /** The least handling of those who were told. */
  readonly told: Handling
}

/** What waits of one alert. Plain data. */
export interface Waiting {
  /**
   * Those who were not told yet of support that they may see, by snapshots that do not say what
   * they were not told.
   */
  readonly owed: Handling | null
  /** Left out if nothing was. */
  readonly carried?: readonly Carried[]
  /** The least handling of a record that was not quiet and let the support grow; null: all were. */
  readonly live: Handling | null
}

export type WaitingSnapshot = readonly (readonly [string, Waiting])[]

const nothing: Waiting = { owed: null, live: null }

/** The event of an alert that waits, on the first tick of a day. */
export const allThatWaits = { event: 'revised', reason: null, quiet: 'unless-live' } as const

export class WaitingAlerts {
  #byId = new Map<string, Waiting>()
  /** The findings that alerts held before the current record, of those that hold another now. */
  readonly #heldBefore = new Map<string, Finding>()
  /** What was asked for last in the current record. */
  #asked: { readonly entry: AlertEntry; readonly news: News } | null = null

  get ids(): Iterable<string> {
    return this.#byId.keys()
  }

  get size(): number {
    return this.#byId.size
  }

  /**
   * The news of an alert. One decision asks for the same alert several times, and alerts never
   * change.
   */
  readonly newsOf = (entry: AlertEntry): News => {
    if (this.#asked?.entry !== entry)
      this.#asked = { entry, news: newsOf(entry, this.#toldTo(entry)) }
    return this.#asked.news
  }

  /** Notes that the current record gives an alert another finding. */
  noteHeld({ state, held }: AlertEntry, now: Finding | undefined): void {
    if (held !== null && now !== undefined && held.finding !== now)
      this.#heldBefore.set(state.alertId, held.finding)
  }

  /**
   * Notes that nothing of an alert is published with the current record; true if something of it
   * waits.
   */
  keep(entry: AlertEntry, context: RecordContext): boolean {
    const { alertId } = entry.state
    const waits =
      entry.held !== null && (this.#owed(entry) !== null || this.newsOf(entry).kind === 'support')
    if (!waits) this.#byId.delete(alertId)
    else this.#byId.set(alertId, { ...this.#of(entry), live: this.#liveWith(entry, context) })
    return waits
  }

  /**
   * Whether an event takes growth along that a live record brought, for all whom it concerns: to
   * others it would be louder by what is hidden from them.
   */
  tellsLive(entry: AlertEntry, concerns: Handling): boolean {
    const { live } = this.#of(entry)
    return live !== null && maySee(concerns, live) && maySee(concerns, this.concernsOf(entry, true))
  }

  /**
   * The least handling at which a revision of an alert changes anything. `all`: with the support
   * that waited.
   */
  concernsOf(entry: AlertEntry, all: boolean): Handling {
    const news = this.newsOf(entry)
    switch (news.kind) {
      case 'material':
        return 'public'
      case 'support':
        return (all ? leastHandling(news.any, this.#owed(entry)) : news.now) ?? strictest
      case 'none':
        return (all ? this.#owed(entry) : null) ?? strictest
      default:
        return news satisfies never
    }
  }

  /**
   * An alert with all of its growth, for an event that is not the machine's. It may hold growth
   * already, by an event for fewer: were it to carry only that, it would tell the others of what is
   * hidden.
   */
  withGrowth(entry: AlertEntry, revisions: RecordContext['revisions']): AlertEntry {
    const { alertId } = entry.state
    if (!this.#byId.has(alertId) || this.newsOf(entry).kind === 'material') return entry
    this.#byId.delete(alertId)
    return toldAll(entry, revisions)
  }

  /**
   * Notes that an event of an alert is published for the readers whom it concerns; `before` is the
   * alert before it.
   */
  publish(before: AlertEntry, concerns: Handling, context: RecordContext): void {
    const { alertId } = before.state
    // Whoever may not see the alert is owed nothing of it.
    const all = stricter(this.concernsOf(before, true), before.state.handling)
    if (before.held === null || maySee(all, concerns)) this.#byId.delete(alertId)
    else {
      const carried = this.#carriedBy(before, before.held.finding, concerns)
      // That it is for few takes nothing from how the others are told.
      this.#byId.set(alertId, {
        ...this.#of(before),
        carried,
        live: this.#liveWith(before, context)
      })
    }
    this.#asked = null
  }

  /**
   * What readers of some handlings have not been told of an alert's support, once an event has told
   * those whom it concerns.
   */
  #carriedBy(before: AlertEntry, now: Finding, concerns: Handling): readonly Carried[] {
    const { carried = [] } = this.#of(before)
    const again = carried.map(each => ({
      ...each,
      told: leastHandling(each.told, concerns) as Handling
    }))
    const fresh = freshSupport(before.published.finding, now)
    return [
      ...again,
      ...fresh.map(({ contentKey, handling }) => ({ contentKey, handling, told: concerns }))
    ].filter(each => !maySee(each.handling, each.told) && isIn(now, each))
  }

  /**
   * The least handling of those who have not been told yet of support that an event for fewer has
   * carried.
   */
  #owed(entry: AlertEntry): Handling | null {
    const { owed, carried = [] } = this.#of(entry)
    const finding = entry.held?.finding
    if (finding === undefined) return owed
    return carried.reduce(
      (least, each) => (isIn(finding, each) ? leastHandling(least, each.handling) : least),
      owed
    )
  }

  /** Support that is gone is news to those alone who had been told of it. */
  #toldTo(entry: AlertEntry): ToldTo | undefined {
    const { carried } = this.#of(entry)
    if (carried === undefined) return undefined
    return ({ contentKey, handling }) =>
      carried.find(each => each.contentKey === contentKey)?.told ?? handling
  }

  forget(alertId: string): void {
    this.#byId.delete(alertId)
  }

  /** Ends a record. */
  settle(): void {
    this.#heldBefore.clear()
    this.#asked = null
  }

  /** In order. */
  snapshot(): WaitingSnapshot {
    return [...this.#byId].sort((a, b) => compareText(a[0], b[0]))
  }

  restore(waiting: WaitingSnapshot): void {
    this.#byId = new Map(waiting)
  }

  #of({ state }: AlertEntry): Waiting {
    return this.#byId.get(state.alertId) ?? nothing
  }

  /**
   * The least handling of a record that let the support grow and was not quiet, the current one
   * among them.
   */
  #liveWith(entry: AlertEntry, { quiet, handling }: RecordContext): Handling | null {
    const { live } = this.#of(entry)
    return !quiet && this.#grew(entry) ? leastHandling(live, handling) : live
  }

  /**
   * True if the current record has brought what an alert would show: support that it takes away
   * makes the rest no louder.
   */
  #grew({ state, held }: AlertEntry): boolean {
    const before = this.#heldBefore.get(state.alertId)
    if (before === undefined || held === null) return false
    return supportChangeOf(held.finding, before)?.lost !== null
  }
}

function isIn({ support }: Finding, { contentKey }: Carried): boolean {
  return support.some(each => each.contentKey === contentKey)
}
