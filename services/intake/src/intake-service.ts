// The intake service: wires views, vault, gate and acceptance to a host. It decides nothing itself.

import { createSecretKey } from 'node:crypto'
import type { Clock, Random } from '@tocsin/domain/ports'
import { NewerRecordError } from '@tocsin/event-log/follow'
import type { EventLog } from '@tocsin/event-log/port'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { openSahelGazetteer } from '@tocsin/gazetteer/sahel-gazetteer'
import type { ControlView } from '@tocsin/service-kit/control-view'
import type { Logger } from '@tocsin/service-kit/logger'
import { PrivateVault } from '@tocsin/service-kit/private-vault'
import type { Secrets } from '@tocsin/service-kit/secrets'
import type { Readiness, Service } from '@tocsin/service-kit/service'
import type { Registry } from 'prom-client'
import { ReportAcceptance } from './acceptance.ts'
import { BackfillGate } from './backfill-gate.ts'
import type { IntakeConfig } from './config.ts'
import { createIntakeMetrics } from './intake-metrics.ts'
import { IntakeViews } from './intake-views.ts'
import { ReportReading } from './report-reading.ts'
import { reportRoutes } from './routes.ts'
import { RulesProgress } from './rules-progress.ts'

export interface IntakeDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly secrets: Secrets
  readonly control: ControlView
  readonly logger: Logger
  readonly metrics: Registry
  readonly config: IntakeConfig
  /** Default: the one of the demonstration. */
  readonly gazetteer?: Gazetteer
}

export interface IntakeService extends Service {
  /** What decides, for those who drive it without HTTP. */
  readonly acceptance: ReportAcceptance
  readonly reading: ReportReading
  readonly views: IntakeViews
}

export function createIntake(deps: IntakeDeps): IntakeService {
  const { log, clock, secrets, control, config } = deps
  const limits = config.intake
  const vault = new PrivateVault(deps)
  const progress = new RulesProgress(deps)
  const backfill = new BackfillGate({ progress, clock, lagMs: limits.backfillLagMs, patienceMs: limits.backfillPatienceMs })
  const views = new IntakeViews({
    ...deps,
    progress,
    onFollowed: cursor => backfill.saw(cursor),
    onQuarantine: () => metrics.quarantined.inc()
  })
  const acceptance = new ReportAcceptance({
    log,
    clock,
    gazetteer: deps.gazetteer ?? openSahelGazetteer(),
    vault,
    control,
    reports: views.reports,
    time: views.time,
    backfill,
    personsSecret: createSecretKey(secrets.derive('persons')),
    catchUp: timeoutMs => views.catchUp(timeoutMs),
    isFollowing: () => vault.failure === null && views.failures().incidents === null,
    limits,
    onRetry: () => metrics.appendRetries.inc()
  })
  const metrics = createIntakeMetrics(deps.metrics, {
    inFlight: () => acceptance.inFlight,
    inFlightMax: () => limits.inFlightMax,
    reportsKnown: () => views.reports.size,
    dataKeys: () => vault.keyCount
  })
  const reading = new ReportReading({ log, views, acceptance, vault })
  let phase: Phase = 'starting'
  return {
    name: 'intake',
    acceptance,
    reading,
    views,
    routes: reportRoutes({ acceptance, reading, views, control, clock, metrics, cursorKey: secrets.derive('cursor') }),
    failed: endsProcess(Promise.race([views.failed, vault.failed])),
    async start() {
      phase = 'catching up'
      await Promise.all([vault.start(), views.start()])
      if (phase === 'catching up') phase = 'ok'
    },
    readiness: () => readinessOf(phase, { ...views.failures(), keys: vault.failure }),
    async close() {
      phase = 'closed'
      await acceptance.settled()
      await Promise.all([views.close(), vault.close()])
    }
  }
}

type Phase = 'starting' | 'catching up' | 'ok' | 'closed'

/** A record of a newer version stops the service where it stands, not the process: an upgrade is what helps, and until then it says so. */
function endsProcess(failed: Promise<Error>): Promise<Error> {
  return failed.then(error => (error instanceof NewerRecordError ? new Promise<never>(() => {}) : error))
}

function readinessOf(phase: Phase, failures: Readonly<Record<string, Error | null>>): Readiness {
  const checks = Object.fromEntries(
    Object.entries(failures).map(([name, error]) => [name, error === null ? phase : wordsOf(error)])
  )
  return { ready: phase === 'ok' && Object.values(failures).every(error => error === null), checks }
}

function wordsOf(error: Error): string {
  return error instanceof NewerRecordError ? error.message : `stopped: ${(error as { code?: string }).code ?? error.name}`
}
