// The intake service: wires views, vault, gate and acceptance to a host. It makes no decisions
// itself.

import { NewerRecordError } from '@tocsin/event-log/follow'
import { topics } from '@tocsin/event-log/topics'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { PrivateVault } from '@tocsin/service/privacy/private-vault'
import type { Readiness, Service } from '@tocsin/service/process/service'
import { ReadPositions } from '@tocsin/service/projection/read-positions'
import { RulesProgress } from '@tocsin/service/projection/rules-progress'
import { ReportAcceptance } from './acceptance/acceptance.ts'
import { RulesLagGate } from './backfill/rules-lag-gate.ts'
import { importRoutes } from './imports/import-routes.ts'
import { ReportReading, sumCounts, weekMs } from './outcome/report-reading.ts'
import { QuarantineOperations, quarantineRoutes } from './quarantine/quarantine-operations.ts'
import { WrittenCursors } from './report/written-cursors.ts'
import { reportRoutes } from './routes.ts'
import type { IntakeDeps } from './settings/config.ts'
import { ReportStreams } from './stream/report-streams.ts'
import { createIntakeMetrics } from './telemetry/intake-metrics.ts'
import { TheatreTime } from './time/theatre-time.ts'
import type { IntakeParts } from './wiring/intake-parts.ts'

export interface IntakeService extends Service {
  /** For callers that use it without HTTP. */
  readonly acceptance: ReportAcceptance
  readonly reading: ReportReading
  readonly quarantine: QuarantineOperations
}

export function createIntake(deps: IntakeDeps): IntakeService {
  const { log, clock, secrets, control, config, model } = deps
  const limits = config.intake
  const vault = new PrivateVault(deps)
  const progress = new RulesProgress(deps)
  const time = new TheatreTime(deps)
  const backfill = new RulesLagGate({
    progress,
    clock,
    lagMs: limits.backfillLagMs,
    patienceMs: limits.backfillPatienceMs
  })
  model.onFollowed(cursor => backfill.saw(cursor))
  const gazetteer =
    deps.gazetteer ?? openWorldGazetteer({ boundariesPath: config.gazetteer.boundaries })
  const parts: IntakeParts = { ...deps, gazetteer, vault, progress, backfill, time }
  const acceptance = new ReportAcceptance(parts)
  const intakeMetrics = createIntakeMetrics(deps.metrics, {
    tocsin_intake_in_flight: () => acceptance.inFlight,
    tocsin_intake_reports_known: () => model.reports.size,
    tocsin_intake_reports_unassigned: () =>
      sumCounts(model.reports.countOutside(clock.nowMs() - weekMs)),
    tocsin_intake_streams: () => streams.open,
    tocsin_intake_quarantine_open: () => quarantine.table.openCount
  })
  const quarantine = new QuarantineOperations({
    ...deps,
    model: model.file,
    quarantineDays: limits.quarantineDays,
    lastTickMs: () => time.lastWallTickMs()
  })
  const key = secrets.derive('cursor')
  const cursors = new WrittenCursors(model, key)
  const streaming = { ...parts, acceptance, intakeMetrics, cursors }
  const streams = new ReportStreams(streaming)
  const reading = new ReportReading(parts, acceptance)
  const { incidents, assembly, alerts } = model.views
  const positions = new ReadPositions({
    ...{ log, clock, control, key },
    waits: {
      [topics.incidents]: (cursor, timeoutMs) => incidents.waitFor(cursor, timeoutMs),
      [topics.assembly]: (cursor, timeoutMs) => assembly.waitFor(cursor, timeoutMs),
      [topics.alerts]: (cursor, timeoutMs) => alerts.waitFor(cursor, timeoutMs)
    }
  })
  const routing = { ...streaming, streams, reading, positions }
  let phase: Phase = 'starting'
  return {
    name: 'intake',
    acceptance,
    reading,
    quarantine,
    routes: async app => {
      await app.register(reportRoutes(routing))
      await app.register(importRoutes(parts, acceptance))
      await app.register(quarantineRoutes(quarantine))
    },
    failed: endsProcess(Promise.race([model.failed, vault.failed])),
    async start() {
      phase = 'catching up'
      await Promise.all([vault.start(), model.start()])
      if (phase !== 'catching up') return
      phase = 'ok'
      quarantine.start()
      void prepareByTurns(gazetteer, () => phase === 'closed')
    },
    readiness: () => checkReadiness(phase, { ...model.views, keys: vault }),
    async close() {
      phase = 'closed'
      await acceptance.settled()
      await quarantine.close()
      await vault.close()
    }
  }
}

/**
 * Prepared in small steps: without this, backfill from all over the world would build everything in
 * the turns of live reports.
 */
async function prepareByTurns(gazetteer: Gazetteer, isOver: () => boolean): Promise<void> {
  for (const _ of gazetteer.prepareSteps?.() ?? []) {
    await new Promise(resolve => setImmediate(resolve))
    if (isOver()) return
  }
}

type Phase = 'starting' | 'catching up' | 'ok' | 'closed'

/**
 * A record of a newer version stops the service but not the process: only an upgrade helps, and
 * until then readiness reports it.
 */
function endsProcess(failed: Promise<Error>): Promise<Error> {
  return failed.then(error =>
    error instanceof NewerRecordError ? new Promise<never>(() => {}) : error
  )
}

interface Followed {
  readonly failure: Error | null
  readonly trouble: string | null
}

function checkReadiness(phase: Phase, followed: Readonly<Record<string, Followed>>): Readiness {
  const checks = Object.entries(followed).map(([name, { failure, trouble }]) => {
    const standing = trouble === null ? phase : `${phase}: the log cannot be read, ${trouble}`
    return [name, failure === null ? standing : describeFailure(failure)] as const
  })
  const isFollowing = Object.values(followed).every(({ failure }) => failure === null)
  return { ready: phase === 'ok' && isFollowing, checks: Object.fromEntries(checks) }
}

function describeFailure(error: Error): string {
  return error instanceof NewerRecordError
    ? error.message
    : `stopped: ${(error as { code?: string }).code ?? error.name}`
}
