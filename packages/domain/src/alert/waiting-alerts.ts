// Alerts whose support has grown since their last event, and nothing else: they wait for their next event, or for the first tick
// of a new day. Source: core-idea.md#from-findings-to-alerts; decision 0046.

import type { Finding } from '../finding/finding.ts'
import { supportChangeOf } from '../finding/finding-difference.ts'
import { compareText } from '../incident/incident.ts'
import { type Handling, leastHandling, maySee, stricter, strictest } from '../report/handling.ts'
import { type AlertEntry, type News, newsOf, type RecordContext } from './alert-decision.ts'
import { toldAll } from './alert-parts.ts'

/** What waits of one alert. Plain data. */
export interface Waiting {
  /**
   * An event of what fewer may see has carried support that these readers may see, too, but not to them: its time would have told
   * them of what is hidden. Null: nothing of that kind.
   */
  readonly owed: Handling | null
  /** The least handling of a record that was not quiet and let the support grow; null: all were. */
  readonly live: Handling | null
}

export type WaitingSnapshot = readonly (readonly [string, Waiting])[]

const nothing: Waiting = { owed: null, live: null }

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

  /** The news of an alert. One decision asks for the same alert several times, and alerts never change. */
  readonly newsOf = (entry: AlertEntry): News => {
    if (this.#asked?.entry !== entry) this.#asked = { entry, news: newsOf(entry) }
    return this.#asked.news
  }

  /** Notes that the current record gives an alert another finding. */
  noteHeld({ state, held }: AlertEntry, now: Finding | undefined): void {
    if (held !== null && now !== undefined && held.finding !== now) this.#heldBefore.set(state.alertId, held.finding)
  }

  /** Notes that nothing of an alert is published with the current record; true if something of it waits. */
  keep(entry: AlertEntry, { quiet, handling }: RecordContext): boolean {
    const { alertId } = entry.state
    const { owed, live } = this.#of(entry)
    const waits = entry.held !== null && (owed !== null || this.newsOf(entry).kind === 'support')
    if (!waits) this.#byId.delete(alertId)
    else this.#byId.set(alertId, { owed, live: !quiet && this.#grew(entry) ? leastHandling(live, handling) : live })
    return waits
  }

  /** The event of an alert that waits, on the first tick of a day. Quiet if nobody is told of its growth by a live record. */
  decide(entry: AlertEntry): { event: 'revised'; reason: null; quiet?: true } {
    const { live } = this.#of(entry)
    const isLive = live !== null && maySee(this.concernsOf(entry, true), live)
    return isLive ? { event: 'revised', reason: null } : { event: 'revised', reason: null, quiet: true }
  }

  /** The least handling at which a revision of an alert changes anything. `all`: with the support that waited. */
  concernsOf(entry: AlertEntry, all: boolean): Handling {
    const news = this.newsOf(entry)
    switch (news.kind) {
      case 'material':
        return 'public'
      case 'support':
        return (all ? leastHandling(news.any, this.#of(entry).owed) : news.now) ?? strictest
      case 'none':
        return (all ? this.#of(entry).owed : null) ?? strictest
      default:
        return news satisfies never
    }
  }

  /**
   * An alert with all of its growth, for an event that is not the machine's. It may hold growth already, by an event for fewer:
   * were it to carry only that, it would tell the others of what is hidden.
   */
  withGrowth(entry: AlertEntry, revisions: RecordContext['revisions']): AlertEntry {
    const { alertId } = entry.state
    if (!this.#byId.has(alertId) || this.newsOf(entry).kind === 'material') return entry
    this.#byId.delete(alertId)
    return toldAll(entry, revisions)
  }

  /** Notes that an event of an alert is published for the readers whom it concerns; `before` is the alert before it. */
  publish(before: AlertEntry, concerns: Handling): void {
    const { alertId } = before.state
    const waiting = this.#of(before)
    // Whoever may not see the alert is owed nothing of it.
    const all = stricter(this.concernsOf(before, true), before.state.handling)
    if (before.held === null || maySee(all, concerns)) this.#byId.delete(alertId)
    else this.#byId.set(alertId, { ...waiting, owed: all })
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

  /** True if the current record has brought what an alert would show: support that it takes away makes the rest no louder. */
  #grew({ state, held }: AlertEntry): boolean {
    const before = this.#heldBefore.get(state.alertId)
    if (before === undefined || held === null) return false
    return supportChangeOf(held.finding, before)?.lost !== null
  }
}
