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
import { LeftBehind } from './left-behind.ts'
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
  const isFollowing = () => vault.failure === null && views.failures().incidents === null
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
    catchUp: (timeoutMs, maxAgeMs) => views.catchUp(timeoutMs, maxAgeMs),
    isFollowing,
    limits,
    onRetry: () => metrics.appendRetries.inc()
  })
  const metrics = createIntakeMetrics(deps.metrics, {
    inFlight: () => acceptance.inFlight,
    inFlightMax: () => limits.inFlightMax,
    reportsKnown: () => views.reports.size,
    dataKeys: () => vault.keyCount,
    reportsBehind: () => views.reports.behind.size
  })
  const leftBehind = new LeftBehind({
    ...deps,
    reports: views.reports,
    finish: reportId => acceptance.finish(reportId),
    mayWrite: () => isFollowing() && acceptance.logTrouble === null,
    onFinished: outcome => metrics.repairs.inc({ outcome })
  })
  const reading = new ReportReading({ log, views, acceptance, vault })
  let phase: Phase = 'starting'
  return {
    name: 'intake',
    acceptance,
    reading,
    views,
    routes: reportRoutes({ acceptance, reading, views, control, clock, metrics, cursorKey: secrets.derive('cursor') }),
    failed: endsProcess(Promise.race([views.failed, vault.failed, leftBehind.failed])),
    async start() {
      phase = 'catching up'
      await Promise.all([vault.start(), views.start()])
      if (phase !== 'catching up') return
      phase = 'ok'
      // Where no other instance writes, none can leave a report behind.
      if (log.capabilities.sharedRoles) leftBehind.start()
    },
    readiness: () =>
      readinessOf(phase, { ...views.failures(), keys: vault.failure }, { ...views.troubles(), keys: vault.trouble }),
    async close() {
      phase = 'closed'
      await leftBehind.close()
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

function readinessOf<Name extends string>(
  phase: Phase,
  failures: Readonly<Record<Name, Error | null>>,
  troubles: Readonly<Record<Name, string | null>>
): Readiness {
  const names = Object.keys(failures) as Name[]
  const checks = Object.fromEntries(names.map(name => [name, checkOf(phase, failures[name], troubles[name])]))
  return { ready: phase === 'ok' && names.every(name => failures[name] === null), checks }
}

function checkOf(phase: Phase, failure: Error | null, trouble: string | null): string {
  if (failure !== null) return wordsOf(failure)
  return trouble === null ? phase : `${phase}: the log cannot be read, ${trouble}`
}

function wordsOf(error: Error): string {
  return error instanceof NewerRecordError ? error.message : `stopped: ${(error as { code?: string }).code ?? error.name}`
}
