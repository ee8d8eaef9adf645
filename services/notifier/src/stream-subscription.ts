// One subscription of a connection: first it catches up from the log, then it is live; when its client reads too slowly it catches up again.
// Every frame carries its cursor and that of the frame before.

import { matchesFilter } from '@tocsin/domain/alert-filter'
import { EventLogError } from '@tocsin/event-log/errors'
import { isHeld, recordsBehind } from './alert-cursors.ts'
import type { AlertRecord } from './alert-index.ts'
import type { Audience, Standing } from './audience.ts'
import { behind, furthest, hasPassed, type Positions } from './positions.ts'
import type { VisibleAlert } from './reader-view.ts'
import { judgeRecord, renderFor, shownTo, standingBefore, stateInView } from './record-judging.ts'
import type { StreamHub, Subscriber } from './stream-hub.ts'
import { alertFrame, heartbeatFrame, subscribedFrame } from './stream-protocol.ts'
import type { StreamSession } from './stream-session.ts'

/** Records of one step of catching up. */
const catchUpStep = 200

export class StreamSubscription implements Subscriber {
  readonly audience: Audience
  readonly #session: StreamSession
  readonly #id: string
  #positions: Positions = []
  #scanned: Positions = []
  #cursor = ''
  #isEnded = false

  constructor(session: StreamSession, id: string, audience: Audience) {
    this.#session = session
    this.#id = id
    this.audience = audience
  }

  get positions(): Positions {
    return this.#positions
  }

  get scanned(): Positions {
    return this.#scanned
  }

  /** Answers `subscribed` and lets events follow. Where the log can't be asked, the client is told to come back. */
  async begin(from: string): Promise<void> {
    const { metrics } = this.#hub.deps
    const start = from === 'latest' ? null : await this.#startAt(from).catch((error: unknown) => this.#lost(error))
    if (this.#isEnded) return
    metrics.recoveries.inc({ recovered: String(start !== null) })
    if (start === null) this.#beginWithSnapshot()
    else this.#beginAt(start)
  }

  push(record: AlertRecord, encodedEvent: string, positions: Positions, cursor: string): void {
    if (this.#session.isFull) this.#fallBehind(record)
    else this.#tell(encodedEvent, positions, cursor)
  }

  /** The client reads more slowly than events come: they are read from the log from here on, as it takes them. */
  #fallBehind({ partition, position }: AlertRecord): void {
    this.#hub.leave(this)
    this.#scanned = this.#hub.deps.journal().end.map((end, i) => (i === partition ? position : end))
    void this.#catchUp()
  }

  #tell(encodedEvent: string, positions: Positions, cursor: string): void {
    const { clock } = this.#hub.deps
    const prev = this.#cursor
    this.#move(positions, cursor)
    this.#session.send(alertFrame(this.#id, encodedEvent, cursor, prev, new Date(clock.nowMs()).toISOString()), 'alert')
  }

  heartbeat(positions: Positions, cursor: string): void {
    if (this.#session.isFull) return
    const prev = this.#cursor
    this.#move(positions, cursor)
    this.#session.send(heartbeatFrame(this.#id, cursor, prev, new Date(this.#hub.deps.clock.nowMs()).toISOString()), 'heartbeat')
  }

  end(): void {
    this.#isEnded = true
    this.#hub.leave(this)
  }

  get #hub(): StreamHub {
    return this.#session.hub
  }

  /** Where to go on from; null when the client can't be brought up from there and must take the state anew. */
  async #startAt(from: string): Promise<Positions | null> {
    const { log, cursors, settings } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    if (from === 'earliest') return journal.start
    const opened = cursors.open(from)
    if (opened.kind === 'foreign' || !(await isHeld(log, journal, opened.positions))) return null
    if (hasPassed(opened.positions, journal.endInView(this.audience.view))) return opened.positions
    return recordsBehind(journal, opened.positions) > settings.catchUpRecordsMax ? null : opened.positions
  }

  /** Position first, then the data: both are read in one go, so nothing falls between them. */
  #beginWithSnapshot(): void {
    const { settings, cursors, alerts } = this.#hub.deps
    const journal = this.#hub.deps.journal()
    const { view, filter } = this.audience
    const snapshot: VisibleAlert[] = []
    for (const entry of alerts.openAlerts()) {
      const shown = shownTo(view, entry)
      if (shown === null || !matchesFilter(filter, shown.outline)) continue
      if (snapshot.length >= settings.snapshotAlertsMax) {
        this.#session.end(4500, `more than ${settings.snapshotAlertsMax} open alerts pass this filter: narrow it`)
        return
      }
      snapshot.push(stateInView(alerts, view, shown))
    }
    const positions = journal.endInView(view)
    this.#move(positions, cursors.seal(positions))
    this.#scanned = journal.end
    const frame = subscribedFrame(this.#id, false, this.#cursor, snapshot)
    this.#session.send(frame, 'subscribed')
    if (!this.#isEnded) this.#hub.join(this)
  }

  #beginAt(start: Positions): void {
    this.#move(start, this.#hub.deps.cursors.seal(start))
    this.#scanned = start
    this.#session.send(subscribedFrame(this.#id, true, this.#cursor, null), 'subscribed')
    void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    const standings = new Map<string, Standing>()
    try {
      while (!this.#isEnded && !this.#isLevel()) {
        const page = await this.#hub.deps.journal().read(this.#scanned, catchUpStep)
        if (this.#isEnded) return
        for (const record of page.records) {
          if (!(await this.#session.drained()) || this.#isEnded) return
          this.#replay(record, standings)
        }
        this.#scanned = page.next
      }
      if (this.#isEnded) return
      // Nothing is awaited between the look at the journal's end and joining: no event falls between the two.
      this.#scanned = furthest(this.#scanned, this.#hub.deps.journal().end)
      this.#hub.join(this)
    } catch (error) {
      this.#lost(error)
    }
  }

  /** The log did not answer: a position is never given up for that, the client comes back with it. Throws what is a defect of ours. */
  #lost(error: unknown): null {
    if (!(error instanceof EventLogError)) throw error
    if (!this.#isEnded) this.#session.end(4003, 'the log could not be read from this position')
    return null
  }

  /** True when nothing is left between here and the end that could mean anything to this reader. */
  #isLevel(): boolean {
    const journal = this.#hub.deps.journal()
    return hasPassed(this.#scanned, journal.end) || hasPassed(this.#scanned, journal.endInView(this.audience.view))
  }

  #replay(record: AlertRecord, standings: Map<string, Standing>): void {
    const { alerts, cursors } = this.#hub.deps
    const { alertId } = record.event.data
    const before = standings.get(alertId) ?? standingBefore(alerts, this.audience, record)
    const judged = judgeRecord(alerts, before, record, this.audience)
    standings.set(alertId, judged.standing)
    if (judged.verdict === 'nothing') return
    const positions = behind(this.#positions, record.partition, record.position)
    this.#tell(JSON.stringify(renderFor(alerts, this.audience, judged.verdict, record)), positions, cursors.seal(positions))
  }

  #move(positions: Positions, cursor: string): void {
    this.#positions = furthest(this.#positions.length === 0 ? positions : this.#positions, positions)
    this.#cursor = cursor
  }
}
