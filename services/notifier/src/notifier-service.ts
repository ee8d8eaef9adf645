// The notifier is the only way out. Wires the projection, the stream, the webhooks and the routes; decides nothing itself.

import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { PrivateVault } from '@tocsin/service-kit/privacy/private-vault'
import type { Secrets } from '@tocsin/service-kit/privacy/secrets'
import type { Service } from '@tocsin/service-kit/process/service'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { RulesProgress } from '@tocsin/service-kit/projection/rules-progress'
import type { BaseConfig } from '@tocsin/service-kit/settings/base-settings'
import type { Authenticator } from '@tocsin/service-kit/sign-in/authentication'
import type { Logger } from '@tocsin/service-kit/telemetry/logger'
import { parseNetworks } from '@tocsin/webhooks/address-vetting'
import { createResolve, type Resolve } from '@tocsin/webhooks/name-resolver'
import { openUndiciTransport } from '@tocsin/webhooks/undici-transport'
import type { WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { addAuditRoutes } from './administration/audit-routes.ts'
import { ControlDesk } from './administration/control-desk.ts'
import { addControlRoutes } from './administration/control-routes.ts'
import { KeyDesk } from './administration/key-desk.ts'
import { addKeyRoutes } from './administration/key-routes.ts'
import { AlertFeed } from './alert-http/alert-feed.ts'
import { addAlertRoutes } from './alert-http/alert-routes.ts'
import { EvidenceReading, type PrivateReader } from './alert-http/evidence.ts'
import { AlertCursors } from './cursor/alert-cursors.ts'
import { SharedKnowledge } from './cursor/shared-knowledge.ts'
import { notifierApi } from './notifier-api.ts'
import { addActionRoutes } from './officer/action-routes.ts'
import { IncidentDesk } from './officer/incident-desk.ts'
import { addIncidentRoutes } from './officer/incident-routes.ts'
import { OperatorDesk } from './officer/operator-desk.ts'
import { addPageRoutes } from './page/page-routes.ts'
import { Liveness } from './projection/liveness.ts'
import { Projection } from './projection/projection.ts'
import { ScanTurns } from './projection/scan-turns.ts'
import { markStaleAnswers } from './projection/stale-answers.ts'
import { Shares } from './reader/shares.ts'
import type { NotifierConfig } from './settings/config.ts'
import { StreamHub } from './stream/stream-hub.ts'
import { addStreamRoutes } from './stream/stream-routes.ts'
import { createNotifierMetrics, watchGauges } from './telemetry/notifier-metrics.ts'
import { Dispatcher } from './webhook/dispatcher.ts'
import { openSecret } from './webhook/sealed-secret.ts'
import { SubscriptionDesk } from './webhook/subscription-desk.ts'
import { addSubscriptionRoutes } from './webhook/subscription-routes.ts'

export interface NotifierDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly secrets: Secrets
  readonly control: ControlView
  readonly logger: Logger
  readonly metrics: Registry
  readonly config: NotifierConfig & Pick<BaseConfig, 'webhooks'>
  /** Network access; the real network by default. */
  readonly transport?: WebhookTransport
  readonly resolve?: Resolve
}

/** The parts of a notifier that can be driven without HTTP. */
export interface NotifierCores {
  readonly projection: Projection
  readonly liveness: Liveness
  readonly hub: StreamHub
  readonly feed: AlertFeed
  /** Waiting feed requests, by key. */
  readonly feedWaits: Shares
  readonly turns: ScanTurns
  readonly dispatcher: Dispatcher
  readonly operatorDesk: OperatorDesk
  readonly incidentDesk: IncidentDesk
  readonly controlDesk: ControlDesk
  readonly keyDesk: KeyDesk
  readonly subscriptionDesk: SubscriptionDesk
  readonly positions: ReadPositions
  readonly shared: SharedKnowledge
  readonly evidence: EvidenceReading
}

type Parts = NotifierCores & { readonly vault: PrivateVault; readonly openPrivate: PrivateReader; readonly cursorKey: Buffer }

/** A notifier that has read nothing yet. Call `start` before its routes are used: it folds the logs. */
export function createNotifier(deps: NotifierDeps): Service & NotifierCores {
  const authenticator: { current: Authenticator | null } = { current: null }
  const parts = buildParts(deps, authenticator)
  const { projection, liveness, hub, dispatcher, vault } = parts
  const loops: Promise<void>[] = []
  const ends: (() => void)[] = []
  let state: 'starting' | 'ok' | 'closed' = 'starting'

  return {
    ...parts,
    name: 'notifier',
    api: notifierApi,
    async routes(app) {
      // The host creates it before it registers any service.
      authenticator.current = app.authenticator
      // Other instances take over the webhooks while clients are still being told to reconnect.
      app.addHook('preClose', () => dispatcher.handOver())
      await addRoutes(app, deps, parts)
    },
    failed: Promise.race([projection.failed, dispatcher.failed, vault.failed]),
    async start() {
      await Promise.all([projection.start(), vault.start()])
      ends.push(projection.subscribe({ take: record => hub.take(record) }))
      ends.push(deps.control.subscribe(() => hub.checkPrincipals()))
      await dispatcher.start()
      loops.push(hub.run(), liveness.run())
      state = 'ok'
    },
    readiness() {
      const { stale } = liveness
      const checks = {
        ...projection.checks,
        deliveries: dispatcher.check,
        keys: vault.failure?.message ?? 'ok',
        stream: stale === null ? 'ok' : `not live since ${stale.since}: ${stale.detail}`,
        notifier: state
      }
      return { ready: Object.values(checks).every(check => check === 'ok'), checks }
    },
    async close() {
      state = 'closed'
      for (const end of ends.splice(0)) end()
      liveness.close()
      await hub.close()
      await Promise.all([dispatcher.close(), projection.close(), vault.close(), ...loops])
    }
  }
}

function buildParts(deps: NotifierDeps, authenticator: { readonly current: Authenticator | null }): Parts {
  const { log, clock, random, secrets, control, logger, config } = deps
  const metrics = createNotifierMetrics(deps.metrics)
  const cursorKey = secrets.derive('cursor')
  const sealingKey = secrets.derive('subscriptions')
  const policy = { allowHttp: config.webhooks.allowHttp, allowNetworks: parseNetworks(config.webhooks.allow) }
  const ownResolve = createResolve()
  const resolve = deps.resolve ?? ownResolve
  const transport = deps.transport ?? openUndiciTransport({ policy, resolve })
  const limits = config.notifier

  const projection = new Projection({
    log,
    clock,
    logger,
    metrics,
    registry: deps.metrics,
    limits: { ...limits, outcomesMax: 10_000, droppedMax: 100_000 }
  })
  const { alerts: view } = projection.views
  const liveness = new Liveness({ log, clock, logger, view, staleAfterMs: config.stream.staleAfterMs })
  const stale = () => liveness.stale
  const vault = new PrivateVault(deps)
  const journal = () => projection.journal
  const cursors = new AlertCursors(cursorKey, journal, cursor => translateCursor(control.state, cursor))
  const isReplay = (theatre: string) => control.state.theatres.get(theatre)?.clock === 'replay'
  const nowIn = (theatre: string) => {
    const tick = isReplay(theatre) ? projection.clocks.lastTick(theatre) : null
    return tick?.to ?? new Date(clock.nowMs()).toISOString()
  }
  const shared = new SharedKnowledge({ log, control, projection })
  const turns = new ScanTurns()
  const hub = new StreamHub({
    log,
    turns,
    alerts: projection.alerts,
    journal,
    cursors,
    clock,
    random,
    metrics,
    settings: config.stream,
    authenticate: (token, address) => principalOfToken(authenticator.current, shared, token, address),
    isStillGood: principal => authenticator.current?.isStillGood(principal) ?? true,
    isOnWallClock: theatre => !isReplay(theatre),
    stale
  })
  const secretOf = ({ subscriptionId, sealedSecret }: SubscriptionRecord) => openSecret(sealingKey, subscriptionId, sealedSecret)
  const dispatcher = new Dispatcher({
    log,
    clock,
    random,
    logger,
    metrics,
    registry: deps.metrics,
    control,
    projection,
    transport,
    secretOf,
    attemptsMax: limits.attemptsMax,
    pendingMax: limits.pendingMax
  })
  const controlDesk = new ControlDesk({ log, clock, random, control, projection, shared, limits })
  const parts: Parts = {
    projection,
    liveness,
    vault,
    cursorKey,
    openPrivate: (reportId, sealed) => {
      const opened = vault.open(reportId, sealed)
      return opened.kind === 'opened' ? opened.texts : null
    },
    hub,
    dispatcher,
    feed: new AlertFeed({ log, alerts: projection.alerts, journal, cursors, turns, stale }),
    feedWaits: new Shares({ each: config.stream.feedWaitsPerKeyMax, all: config.stream.feedWaitsMax }),
    turns,
    operatorDesk: new OperatorDesk({ log, clock, random, projection, shared, nowIn }),
    incidentDesk: new IncidentDesk({ log, clock, random, projection, shared, nowIn }),
    controlDesk,
    keyDesk: new KeyDesk({ clock, random, control, shared, desk: controlDesk, keysMax: limits.keysMax }),
    subscriptionDesk: new SubscriptionDesk({
      log,
      clock,
      random,
      control,
      shared,
      desk: controlDesk,
      dispatcher,
      policy,
      resolve,
      sealingKey,
      subscriptionsMax: limits.subscriptionsMax
    }),
    shared,
    positions: readPositionsOf(deps, projection, cursorKey),
    evidence: new EvidenceReading(log, projection)
  }
  watchGauges(deps.metrics, { ...gaugesOf(parts, control), names: ownResolve.counts })
  return parts
}

/** Who has written to the incidents log reads what came of it: alerts and incidents, not reports. */
function readPositionsOf({ log, clock, control }: NotifierDeps, { views }: Projection, key: Buffer): ReadPositions {
  const progress = new RulesProgress({ log, clock })
  return new ReadPositions({
    log,
    clock,
    control,
    key,
    waits: {
      [topics.alerts]: (cursor, timeoutMs) => views.alerts.waitFor(cursor, timeoutMs),
      [topics.assembly]: (cursor, timeoutMs) => views.assembly.waitFor(cursor, timeoutMs),
      [topics.incidents]: async (cursor, timeoutMs) => {
        const endMs = clock.monotonicMs() + timeoutMs
        if (!(await views.incidents.waitFor(cursor, timeoutMs))) return false
        return progress.outputIsFollowed(cursor, views, Math.max(0, endMs - clock.monotonicMs()))
      }
    }
  })
}

function gaugesOf({ projection, liveness, hub, feedWaits, dispatcher }: NotifierCores, control: ControlView) {
  return {
    alertsOpen: () => projection.alerts.openCount,
    alertsClosed: () => projection.alerts.closedCount,
    incidents: () => projection.incidents.count,
    reports: () => projection.reports.count,
    sourcesHeard: () => projection.sources.count,
    recentEvents: () => (projection.isStarted ? projection.journal.recentCount : 0),
    dropped: () => (projection.isStarted ? projection.journal.droppedCount : 0),
    outcomes: () => projection.alerts.outcomeCount,
    requests: () => projection.clocks.requestCount,
    declarations: () => projection.declarations.count,
    auditEntries: () => control.audit.size,
    revokedKeys: () => control.state.revokedKeys.size,
    unknownMs: () => liveness.silentMs,
    connections: () => hub.admission.holderCount,
    strangers: () => hub.admission.strangerCount,
    filterCost: () => hub.filters.sum,
    feedWaits: () => feedWaits.sum,
    subscriptions: () => hub.subscriptionCount,
    deliveriesPending: () => dispatcher.book.pendingCount,
    deliveriesParked: () => dispatcher.book.parkedCount,
    attemptsRunning: () => dispatcher.runningCount,
    webhookSubscriptions: () => control.state.subscriptions.size,
    webhookSubscriptionsServed: () => dispatcher.servedCount
  }
}

/**
 * The principal of a key or token. An unknown key may have been created at another instance just now. Rejects if that can't be
 * determined.
 */
async function principalOfToken(
  authenticator: Authenticator | null,
  shared: SharedKnowledge,
  token: string,
  address: string
): Promise<Principal | null> {
  const judged = authenticator?.authenticateBearer(token, address)
  let authentication = judged?.kind === 'question' ? await judged.answer() : judged
  if (authentication?.kind === 'unavailable') throw new Error("the identity provider's keys cannot be had now")
  if (authentication?.kind === 'refused' && authentication.reason === 'unknown') {
    await shared.learn('control')
    if (authenticator?.knows(`Bearer ${token}`)) authentication = authenticator.authenticateKey(token, address)
  }
  return authentication?.kind === 'principal' ? authentication.principal : null
}

async function addRoutes(app: FastifyInstance, { control, clock, logger, config }: NotifierDeps, parts: Parts): Promise<void> {
  const { projection, positions } = parts
  markStaleAnswers(app, () => parts.liveness.stale)
  addPageRoutes(app)
  addAlertRoutes(app, parts)
  addActionRoutes(app, { desk: parts.operatorDesk, incidentDesk: parts.incidentDesk, projection, positions })
  addIncidentRoutes(app, parts)
  addControlRoutes(app, { desk: parts.controlDesk, control, projection, positions, clock })
  addAuditRoutes(app, { control, positions, cursorKey: parts.cursorKey })
  addKeyRoutes(app, { desk: parts.keyDesk, control, positions, clock })
  addSubscriptionRoutes(app, {
    desk: parts.subscriptionDesk,
    dispatcher: parts.dispatcher,
    alerts: projection.alerts,
    positions
  })
  await addStreamRoutes(app, { hub: parts.hub, clock, logger, messageBytesMax: config.stream.messageBytesMax })
}
