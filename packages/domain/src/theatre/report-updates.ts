// Applies records of reports and sources: which revision wins, whether it counts in the window, and
// how its incidents change. Knows no rule and no alert; the theatre's fold passes the change on.

import type { Assembler, AssemblyChange } from '../assembly/assembly.ts'
import { type ReportView, viewOf } from '../incident/incident.ts'
import type { SourceConfig } from '../record/theatre-record.ts'
import type { ReportRevision } from '../report/report.ts'
import { parseSpan, parseTimeMs } from '../space-time/event-time.ts'
import type { IgnoredReason } from './fold-output.ts'
import type { HeardSources } from './heard-sources.ts'
import type { TheatreReports } from './theatre-reports.ts'

/** The effect of one record. */
export interface ReportEffect {
  readonly change: AssemblyChange
  readonly ignored: IgnoredReason | null
}

export interface WordsGround {
  readonly sources: HeardSources
  readonly reports: TheatreReports
  readonly assembler: Assembler
}

const nothing: AssemblyChange = { removed: [], added: [] }

export class ReportUpdates {
  readonly #theatre: string
  readonly #ground: WordsGround
  /**
   * While records are replayed with a corrected time: maximum of what sources were heard of,
   * despite a wrong clock. ms.
   */
  heardUntilMs = Number.POSITIVE_INFINITY

  constructor(theatre: string, ground: WordsGround) {
    this.#theatre = theatre
    this.#ground = ground
  }

  /** Sets a source; changes all incidents that rest on its reports. */
  setSource(config: SourceConfig): ReportEffect {
    const { sources, reports, assembler } = this.#ground
    if (!sources.set(config)) return { change: nothing, ignored: null }
    const changes = new Map<string, ReportView | null>()
    for (const [id, known] of reports) {
      if (known.winner?.sourceId === config.id && assembler.incidentOfReport(id))
        changes.set(id, this.viewOf(id))
    }
    return { change: assembler.update(changes), ignored: null }
  }

  /** `tickMs`: the theatre's last tick; nothing counts that ended before `boundaryMs`. */
  receive(
    revision: ReportRevision,
    recordId: string,
    tickMs: number,
    boundaryMs: number
  ): ReportEffect {
    const { reports, assembler } = this.#ground
    const span = parseSpan(revision.occurred)
    const known = reports.get(revision.reportId)
    // A backfilled report does not show how far its source is heard: it would hold the watermark
    // back. Nor does an exercise.
    if (revision.lane === 'live' && !revision.drill) this.#hear(revision, span.toMs)
    if (known?.withdrawn) {
      reports.noteRecord(revision.reportId, recordId)
      return { change: nothing, ignored: 'report-withdrawn' }
    }
    const beyond = span.toMs < boundaryMs
    // Reports that an open episode still rests on can be corrected, however old they are.
    const held =
      known?.winner &&
      assembler.incidentOfReport(revision.reportId) &&
      parseSpan(known.winner.occurred).toMs < boundaryMs
    const { winner, wins } = reports.receive(revision, recordId, tickMs)
    const winnerBeyond = parseSpan(winner.occurred).toMs < boundaryMs
    const view = winnerBeyond && !held ? null : this.viewOf(revision.reportId)
    const change = assembler.update(new Map([[revision.reportId, view]]))
    return { change, ignored: beyond ? 'beyond-window' : wins ? null : 'older-revision' }
  }

  withdraw(
    reportId: string,
    record: { readonly id: string; readonly time: string },
    tickMs: number
  ): ReportEffect {
    this.#ground.reports.withdraw(reportId, record, tickMs)
    return { change: this.#ground.assembler.update(new Map([[reportId, null]])), ignored: null }
  }

  /**
   * The report as assembly sees it; null if it counts as absent: withdrawn, or in another theatre.
   */
  viewOf(reportId: string): ReportView | null {
    const known = this.#ground.reports.get(reportId)
    if (!known?.winner || known.withdrawn || known.winner.theatre !== this.#theatre) return null
    const { reliability, archive } = this.#ground.sources.settingsOf(known.winner.sourceId)
    return viewOf(known.winner, known.firstReportedAtMs, reliability, archive)
  }

  #hear({ sourceId, reportedAt, handling }: ReportRevision, occurredToMs: number): void {
    const until = this.heardUntilMs
    this.#ground.sources.hear(
      sourceId,
      Math.min(occurredToMs, until),
      Math.min(parseTimeMs(reportedAt), until),
      handling
    )
  }
}
