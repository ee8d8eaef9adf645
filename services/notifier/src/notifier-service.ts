// The notifier is the only way out. Wires the projection, the stream, the webhooks and the routes;
// makes no decisions itself.

import '@tocsin/auth/sign-in/fastify-augmentation'
import type { Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import { digest } from '@tocsin/contracts/json/digest'
import { topics } from '@tocsin/event-log/topics'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import { PrivateVault } from '@tocsin/service/privacy/private-vault'
import type { Service } from '@tocsin/service/process/service'
import { translateCursor } from '@tocsin/service/projection/epochs'
import { ReadPositions } from '@tocsin/service/projection/read-positions'
import { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { BaseConfig } from '@tocsin/service/settings/base-settings'
import { parseNetworks } from '@tocsin/webhooks/address-vetting'
import { createResolve, type Resolve } from '@tocsin/webhooks/name-resolver'
import { openUndiciTransport } from '@tocsin/webhooks/undici-transport'
import type { WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import type { FastifyInstance } from 'fastify'
import { addActionRoutes } from './actions/action-routes.ts'
import { watchBudgets } from './actions/dispositions.ts'
import { addIncidentRoutes } from './actions/incident-acts.ts'
import { addNotifiedRoutes, makeNotified } from './actions/notified-routes.ts'
import { addAnswerLinkRoutes, addAnswerRoutes, makeAnswerLinks } from './actions/partner-answers.ts'
import { addResponseRoutes } from './actions/response-routes.ts'
import { watchResponses } from './actions/response-watch.ts'
import { addRosterRoutes } from './actions/roster-routes.ts'
import { addSilenceRoutes } from './actions/silence-routes.ts'
import { addViewRoutes } from './actions/view-routes.ts'
import { addAuditRoutes } from './admin/audit-routes.ts'
import { addConsoleRoutes } from './admin/console-routes.ts'
import { ControlOperations } from './admin/control-operations.ts'
import { addKeyRoutes } from './admin/key-routes.ts'
import { addSourceRoutes, watchSilentSources } from './admin/source-routes.ts'
import { addTheatreRoutes } from './admin/theatre-routes.ts'
import { AlertCursors } from './alerts/alert-cursors.ts'
import { addAlertRoutes } from './alerts/alert-routes.ts'
import { EvidenceReading, type PrivateReader } from './alerts/evidence.ts'
import { addFeedRoutes } from './alerts/feed-routes.ts'
import { Liveness, markStaleAnswers } from './alerts/liveness.ts'
import { addParentRoutes } from './alerts/parent-routes.ts'
import { createProjection } from './alerts/projection.ts'
import { answerOnce } from './alerts/request-headers.ts'
import { ScanScheduler } from './alerts/scan-scheduler.ts'
import { SharedKnowledge } from './alerts/shared-knowledge.ts'
import { SignsOfLife } from './alerts/sign-of-life.ts'
import { readPublisher, recordPublisher } from './publication/cap-documents.ts'
import { addCapRoutes } from './publication/cap-routes.ts'
import { addExportRoutes } from './publication/export-routes.ts'
import { addDigestRoutes, findDueWeek, makeDigestFor } from './publication/week-digest.ts'
import { addEventRoutes } from './stream/event-routes.ts'
import { StreamHub } from './stream/stream-hub.ts'
import { addStreamRoutes } from './stream/stream-routes.ts'
import { addDeliveryRoutes } from './webhook/delivery-routes.ts'
import { Destinations } from './webhook/destinations.ts'
import { Dispatcher } from './webhook/dispatcher.ts'
import { withMail } from './webhook/mail-transport.ts'
import { makeNetworkRules } from './webhook/network-rules.ts'
import { makeSigningKeys } from './webhook/signing-keys.ts'
import { watchSubscriptions } from './webhook/subscription-health.ts'
import { makeSubscriptionOperations } from './webhook/subscription-operations.ts'
import { addSubscriptionRoutes } from './webhook/subscription-routes.ts'
import { addWebhookKeyRoutes } from './webhook/webhook-key-routes.ts'
import type { NotifierConfig } from './wiring/config.ts'
import { createNotifierMetrics, watchGauges } from './wiring/notifier-metrics.ts'

export interface NotifierDeps extends ServiceDeps {
  readonly config: NotifierConfig & Pick<BaseConfig, 'webhooks' | 'publicUrl'>
  /** Network access; the real network by default. */
  readonly transport?: WebhookTransport
  readonly resolve?: Resolve
  /** Closed by the caller. */
  readonly model: ProcessModel
  /** Folder for the tables of deliveries; default in memory. */
  readonly viewsFolder?: string
}

/** The parts of a notifier, which can be driven without HTTP. */
export type NotifierCores = ReturnType<typeof buildParts>

/** What the host makes before it registers any service. */
interface HostParts {
  app: FastifyInstance | null
}

/** A notifier without any data read. Call `start` before its routes are used: it folds the logs. */
export function createNotifier(deps: NotifierDeps): Service & NotifierCores {
  const host: HostParts = { app: null }
  const parts = buildParts(deps, host)
  const { projection, liveness, hub, dispatcher, vault } = parts
  const loops: Promise<void>[] = []
  const ends: (() => void)[] = []
  let state: 'starting' | 'ok' | 'closed' = 'starting'

  return {
    ...parts,
    name: 'notifier',
    async routes(app) {
      host.app = app
      // Other instances take over the webhooks while clients are still being asked to reconnect.
      app.addHook('preClose', () => dispatcher.handOver())
      await addRoutes(app, deps, parts)
    },
    failed: Promise.race([deps.model.failed, dispatcher.failed, vault.failed]),
    async start() {
      await Promise.all([deps.model.start(), vault.start()])
      ends.push(
        projection.subscribe({ take: record => hub.take(record) }),
        projection.subscribe({ take: parts.countResponse })
      )
      hub.watchLists(deps.control)
      ends.push(deps.control.subscribe((_, records) => hub.takeControl(records)))
      await recordPublisher(parts.publisher, deps, (payload, id) =>
        parts.controlOperations.append(payload, null, id)
      )
      await dispatcher.start()
      loops.push(hub.run(), liveness.run(), projection.renderHeadlines())
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
      projection.close()
      await hub.close()
      await Promise.all([dispatcher.close(), vault.close(), ...loops])
    }
  }
}

function buildParts(deps: NotifierDeps, host: Readonly<HostParts>) {
  const { metrics: registry, ...given } = deps
  const { log, clock, secrets, control, config } = given
  const metrics = createNotifierMetrics(registry)
  const cursorKey = secrets.derive('cursor')
  const policy = {
    allowHttp: config.webhooks.allowHttp,
    allowNetworks: parseNetworks(config.webhooks.allow)
  }
  const resolve = deps.resolve ?? createResolve()
  const { consent } = config.webhooks
  const networkRules = makeNetworkRules({ policy, resolve, consent })
  const limits = config.notifier
  const transport =
    deps.transport ??
    withMail(
      openUndiciTransport({
        policy,
        resolve,
        proxy: config.webhooks.proxy,
        // All attempts may be at one host: their slots limit them.
        connectionsPerOriginMax: 2 * limits.attemptsMax
      }),
      { policy, resolve }
    )

  const projection = createProjection({ ...given, metrics, limits })
  const rules = new RulesProgress(given)
  const { staleAfterMs } = config.stream
  const view = projection.views.alerts
  const liveness = new Liveness({ ...given, view, staleAfterMs, rules })
  const stale = () => liveness.stale
  const vault = new PrivateVault(deps)
  const journal = () => projection.journal
  const cursors = new AlertCursors({
    ...{ cursorKey, log, journal },
    translate: cursor => translateCursor(control.state, cursor)
  })
  const isReplay = (theatre: string) => control.state.theatres.get(theatre)?.clock === 'replay'
  const nowIn = (theatre: string) =>
    (isReplay(theatre) ? projection.clocks.nowIn(theatre) : null) ??
    new Date(clock.nowMs()).toISOString()
  const { views } = projection
  // Who has written to the incidents log reads the results: alerts and incidents, not reports.
  const positions = new ReadPositions({
    ...{ log, clock, control, key: cursorKey },
    waits: {
      [topics.alerts]: (cursor, timeoutMs) => views.alerts.waitFor(cursor, timeoutMs),
      [topics.assembly]: (cursor, timeoutMs) => views.assembly.waitFor(cursor, timeoutMs),
      [topics.incidents]: async (cursor, timeoutMs) => {
        const endMs = clock.monotonicMs() + timeoutMs
        if (!(await views.incidents.waitFor(cursor, timeoutMs))) return false
        return rules.outputIsFollowed(cursor, views, Math.max(0, endMs - clock.monotonicMs()))
      }
    }
  })
  const shared = new SharedKnowledge({ ...given, projection })
  const scans = new ScanScheduler()
  const publisher = readPublisher(config)
  const signs = new SignsOfLife({
    projection,
    clock,
    control,
    ageSeconds: () => liveness.ageSeconds
  })
  const isStillGood = (principal: Principal) =>
    host.app?.authenticator.isStillGood(principal) ?? true
  const hub = new StreamHub({
    ...{ ...given, metrics, scans, journal, cursors, signs, stale, isStillGood },
    alerts: projection.alerts,
    settings: config.stream,
    async authenticate(token, address) {
      const authenticator = host.app?.authenticator
      let authentication = await authenticator?.authenticateBearer(token, address)
      if (authentication?.kind === 'unavailable')
        throw new Error("the identity provider's keys are not available now")
      if (authentication?.kind === 'refused' && authentication.reason === 'unknown') {
        // It may have been created at another instance just now.
        await shared.learn('control')
        if (authenticator?.knows(`Bearer ${token}`))
          authentication = authenticator.authenticateKey(token, address)
      }
      return authentication?.kind === 'principal' ? authentication.principal : null
    },
    isOnWallClock: theatre => !isReplay(theatre)
  })
  const signing = makeSigningKeys(deps)
  const controlOperations = new ControlOperations({ ...given, shared })
  const answerLinks = makeAnswerLinks(secrets.derive('answer'), config.publicUrl)
  const destinations = new Destinations({ ...given, transport, publicUrl: config.publicUrl })
  const dispatcher = new Dispatcher({
    ...{ ...given, metrics, registry, projection, networkRules, destinations, signing, signs },
    origin: publisher.sender,
    digests: {
      findDueWeek: theatre =>
        isReplay(theatre) && projection.clocks.nowIn(theatre) === null
          ? null
          : findDueWeek(nowIn(theatre)),
      make: (subscription, theatre, week) =>
        makeDigestFor({ projection, nowIn, control }, subscription, theatre, week)
    },
    onDeliveries: ids => hub.takeDeliveries(ids),
    answerUrlOf: (subscription, delivery) => answerLinks.formatUrl(subscription, delivery),
    writeConsent: async ({ subscriptionId, consent }, given) => {
      const data = { subscriptionId, consentId: consent?.id ?? '', ...given }
      const id = digest('subscription-consented', subscriptionId, data.consentId)
      await controlOperations.append({ type: 'subscription.consented', data }, null, id)
    },
    limits,
    retention: limits,
    viewsFolder: deps.viewsFolder
  })
  const labelledMax = limits.subscriptionsLabelledMax
  watchSubscriptions(registry, dispatcher, { clock, labelledMax })
  const subscriptionOperations = makeSubscriptionOperations({
    ...{ ...deps, shared, operations: controlOperations, dispatcher },
    ...{ networkRules, destinations, limits, publicUrl: config.publicUrl }
  })
  const parts = {
    ...{ ...given, limits, nowIn, isReplay, stale, projection, positions, cursors, signs },
    ...{ networkRules, liveness, vault, cursorKey, hub, dispatcher, scans, controlOperations },
    ...{ subscriptionOperations, answerLinks, signing, shared, isStillGood },
    openPrivate: ((reportId, sealed) => {
      const opened = vault.open(reportId, sealed)
      return opened.kind === 'opened' ? opened.texts : null
    }) satisfies PrivateReader,
    feedWaits: new Quota({
      total: config.stream.feedWaitsMax,
      perKey: config.stream.feedWaitsPerKeyMax
    }),
    evidence: new EvidenceReading(log, projection),
    exports: new Quota({
      total: config.export.runningMax,
      perKey: config.export.runningPerKeyMax
    }),
    ...{ publisher, publicUrl: config.publicUrl }
  }
  watchGauges(registry, {
    tocsin_alerts_open: () => projection.alerts.openCount,
    tocsin_stream_unknown_seconds: () => liveness.silentMs / 1000,
    tocsin_stream_connections: () => hub.connections.used,
    tocsin_stream_strangers: () => hub.strangers.size,
    tocsin_stream_filter_cost: () => hub.filters.used,
    tocsin_feed_waits: () => parts.feedWaits.used,
    tocsin_exports_running: () => parts.exports.used,
    tocsin_stream_subscriptions: () => hub.subscriptionCount,
    tocsin_webhook_pending: () => dispatcher.deps.fold.pendingCount,
    tocsin_webhook_parked: () => dispatcher.deps.fold.parkedCount,
    tocsin_webhook_attempts_running: () => dispatcher.deps.slots.running,
    tocsin_webhook_attempts_waiting: () => dispatcher.deps.slots.waiting,
    tocsin_watches_unstaffed: () => dispatcher.deps.rosters.unstaffedCount(),
    tocsin_silences_holding: () => dispatcher.deps.silences.list().length,
    tocsin_webhook_subscriptions: () => control.state.subscriptions.size,
    tocsin_webhook_subscriptions_served: () => dispatcher.served.length
  })
  watchBudgets(registry, parts)
  watchSilentSources(registry, parts)
  return { ...parts, countResponse: watchResponses(registry, metrics, parts) }
}

async function addRoutes(
  app: FastifyInstance,
  { logger, config, secrets }: NotifierDeps,
  parts: NotifierCores
): Promise<void> {
  const { hub } = parts
  markStaleAnswers(app, parts.stale)
  answerOnce(app)
  addConsoleRoutes(app)
  const reading = { ...parts, ...hub.deps }
  addAlertRoutes(app, { ...reading, makeNotified: principal => makeNotified(parts, principal) })
  addParentRoutes(app, reading)
  addFeedRoutes(app, reading)
  addExportRoutes(app, { ...reading, slowMs: config.export.slowMs })
  const addressSecret = config.cap.addresses ? secrets.derive('cap-address') : null
  addCapRoutes(app, { ...parts, addressSecret })
  const others = [
    ...[addNotifiedRoutes, addResponseRoutes, addDigestRoutes, addActionRoutes, addIncidentRoutes],
    ...[addTheatreRoutes, addSourceRoutes, addAuditRoutes, addKeyRoutes, addSubscriptionRoutes],
    ...[addDeliveryRoutes, addSilenceRoutes, addRosterRoutes, addViewRoutes],
    ...[addWebhookKeyRoutes, addAnswerRoutes, addAnswerLinkRoutes]
  ]
  for (const add of others) add(app, parts)
  addEventRoutes(app, hub)
  await addStreamRoutes(app, hub, logger)
}
