// One Fastify app for one or more services: what every request passes through, start and shutdown.
// Routes belong to their services.

import fastifyCookie from '@fastify/cookie'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { EventLog, Health } from '@tocsin/event-log/port'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyInstance } from 'fastify'
import '../sign-in/fastify-augmentation.ts'
import { addDocumentRoutes } from '@tocsin/service/http/document-routes'
import {
  createHostMetrics,
  type HostMetrics,
  requestLabels
} from '@tocsin/service/http/host-metrics'
import {
  addSecurityHeaders,
  closeHttp,
  createApp,
  endConnections,
  localUrl,
  watchConnections
} from '@tocsin/service/http/http-app'
import {
  answerClientError,
  answerErrors,
  answerFrameworkError,
  refuseUnknownRoutes
} from '@tocsin/service/http/http-problems'
import { takeJsonBodies } from '@tocsin/service/http/json-body'
import { addPlainPageStyle } from '@tocsin/service/http/plain-page'
import { traceRequests } from '@tocsin/service/http/request-spans'
import { RouteTable } from '@tocsin/service/http/route-table'
import { type CloseReport, type ClosingStep, closeInOrder } from '@tocsin/service/process/closing'
import type { Service } from '@tocsin/service/process/service'
import { within } from '@tocsin/service/process/within'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { SealedTokens } from '@tocsin/service/projection/sealed-cursor'
import type { BaseConfig } from '@tocsin/service/settings/base-settings'
import { checkOidc } from '@tocsin/service/settings/oidc-settings'
import type { KeyUse } from '../access/key-use.ts'
import { UsageLimits } from '../access/usage-limits.ts'
import { CodeFlow } from '../oidc/code-flow.ts'
import { type FetchFault, type FetchJson, fetchJson } from '../oidc/oidc-keys.ts'
import { TokenJudge } from '../oidc/oidc-tokens.ts'
import { guardAccess } from '../sign-in/access-guard.ts'
import { Authenticator, owner } from '../sign-in/authentication.ts'
import { addIdentityRoutes } from '../sign-in/identity-routes.ts'
import { cookieBytesMax, makeSignInLink } from '../sign-in/session.ts'
import { addSignInRoutes } from '../sign-in/sign-in-routes.ts'
import { addOperationalRoutes, type Phase } from './operational-routes.ts'
import { type BodyBudgetLimits, limitBodies, limitReads } from './request-quotas.ts'

export interface HostOptions
  extends Pick<ServiceDeps, 'clock' | 'random' | 'secrets' | 'logger' | 'metrics'> {
  readonly services: readonly Service[]
  /** With `catchUp`, keys that another process has just created are found here. */
  readonly control: Pick<ControlView, 'state' | 'failed'> & Partial<Pick<ControlView, 'catchUp'>>
  readonly config: BaseConfig
  /** Health of the log, for /readyz and metrics. Default: healthy. */
  readonly health?: () => Health
  /** Records the use of keys; default none. */
  readonly keyUse?: KeyUse
  /**
   * Writes the end of a session to the log; by default it is not written, and a restart restores
   * the session.
   */
  readonly log?: EventLog
  readonly limits?: Partial<BodyBudgetLimits>
  /** The network to the identity provider; default the real one. */
  readonly fetchJson?: FetchJson
  /** Closed after the services, in this order: views, then the log. */
  readonly thenClose?: readonly ClosingStep[]
}

export interface Host {
  readonly app: FastifyInstance
  readonly routes: RouteTable
  /**
   * Listens; resolves with the address for people to open. Liveness and readiness answer from here
   * on.
   */
  listen(): Promise<string>
  /**
   * Starts the services; until it resolves, their routes answer `starting-up`. Rejects if one
   * cannot run.
   */
  start(): Promise<void>
  /** A new one-use link for the owner's browser. */
  signInLink(): string
  /** Resolves with the error that permanently ended a service or the control view. */
  readonly failed: Promise<Error>
  /**
   * Turns readiness off, then ends requests, services and their dependencies in order, within the
   * deadline. Idempotent.
   */
  close(): Promise<CloseReport>
}

/**
 * Builds the app of a process, for `inject` or to listen. Rejects if a route states no access, or
 * settings contradict each other.
 */
export async function buildHost(options: HostOptions): Promise<Host> {
  const { config, services, clock } = options
  let phase: Phase = 'starting'
  const tokens = createTokenJudge(options, outcome => metrics.identityFetches.inc({ outcome }))
  const authenticator = new Authenticator({ ...config, ...options, tokens })
  const limits = new UsageLimits({
    clock,
    perMinute: config.requestsPerMinute,
    perDay: config.reportsPerDay,
    onOver: policy => metrics.overLimit.inc({ policy })
  })
  const app = createApp(config, options.logger, {
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError
  })
  const connections = watchConnections(app, config.connectionsMax, () =>
    metrics.connectionsDropped.inc()
  )
  const bodies = limitBodies(app, { ...config, ...options.limits })
  const metrics = createHostMetrics(options.metrics, {
    tocsin_http_connections: connections.count,
    tocsin_http_body_bytes: () => bodies.used,
    tocsin_http_reads_running: () => reads.used,
    tocsin_log_up: () => (options.health?.().ok === false ? 0 : 1),
    tocsin_auth_identity_keys_age_seconds: () => tokens?.keysAgeS ?? -1
  })
  const routes = new RouteTable()

  app.decorate('baseUrl', () => config.publicUrl || localUrl(app, config))
  routes.watch(app)
  addSecurityHeaders(app)
  answerErrors(app, routes, metrics.problems)
  takeJsonBodies(app, { depthMax: config.jsonDepthMax, valuesMax: config.jsonValuesMax })
  endConnections(app, () => phase === 'closing')
  traceRequests(app)
  measureRequests(app, metrics)
  refuseWhileStarting(app, () => phase)
  await app.register(fastifyCookie, { hook: false })
  guardAccess(app, {
    names: config,
    authenticator,
    failures: metrics.authFailures,
    learnKeys: () => learnKeys(options),
    limits,
    keyUse: options.keyUse
  })
  const reads = limitReads(app)
  refuseUnknownRoutes(app, routes)
  addOperationalRoutes(app, { ...options, phase: () => phase })
  addSignInRoutes(app, { ...config, ...options })
  addPlainPageStyle(app)
  const { oidc, sessionHours } = config
  addIdentityRoutes(app, {
    provider:
      tokens === undefined || oidc.clientId === ''
        ? null
        : { flow: new CodeFlow({ ...options, config: oidc }), judge: tokens },
    cookies: new SealedTokens(options.secrets.derive('identity'), '', cookieBytesMax),
    sessionHours,
    onOutcome: outcome => metrics.identitySignIns.inc({ outcome }),
    warn: detail => options.logger.warn({ detail }, 'a sign-in by the identity provider failed')
  })
  addDocumentRoutes(app, routes)
  // In a scope of their own, where they answer only while their service is ready.
  await app.register(async scope => {
    scope.addHook('onRequest', (_request, _reply, done) => {
      if (phase === 'starting') done(startingUp())
      else done(phase === 'closing' ? shuttingDown() : undefined)
    })
    for (const service of services) await scope.register(service.routes)
  })
  await app.ready()

  const shutDown = async (): Promise<CloseReport> => {
    phase = 'draining'
    if (config.drainMs > 0) await clock.sleep(config.drainMs)
    phase = 'closing'
    const steps = [
      { name: 'http', close: () => closeHttp(app, connections, config.closeDeadlineMs / 2, clock) },
      ...services.map(service => ({ name: service.name, close: () => service.close() })),
      ...(options.thenClose ?? [])
    ]
    return closeInOrder(steps, config.closeDeadlineMs, clock)
  }

  let closing: Promise<CloseReport> | null = null
  return {
    app,
    routes,
    failed: Promise.race([options.control.failed, ...services.map(service => service.failed)]),
    async listen() {
      await app.listen({ host: config.host, port: config.port, backlog: waitingConnectionsMax })
      return app.baseUrl()
    },
    async start() {
      tokens?.warm()
      options.keyUse?.start()
      await Promise.all(services.map(service => service.start()))
      if (phase === 'starting') phase = 'serving'
    },
    signInLink: () => makeSignInLink(app, authenticator.makeGrant(owner)).url,
    close() {
      closing ??= shutDown()
      return closing
    }
  }
}

/**
 * The verifier of tokens, if an identity provider is configured. Throws ConfigError if its settings
 * contradict each other.
 */
function createTokenJudge(
  options: HostOptions,
  onFetch: (outcome: 'ok' | FetchFault) => void
): TokenJudge | undefined {
  const { oidc } = options.config
  checkOidc(oidc)
  if (oidc.issuer === '') return undefined
  return new TokenJudge({
    config: oidc,
    clock: options.clock,
    fetchJson: options.fetchJson ?? fetchJson,
    onFetch(outcome) {
      onFetch(outcome)
      if (outcome !== 'ok')
        options.logger.warn({ outcome }, "the identity provider's keys could not be fetched")
    }
  })
}

/**
 * Runs before authentication: until the control log is read no keys are known, and a valid key must
 * not be refused.
 */
function refuseWhileStarting(app: FastifyInstance, phaseNow: () => Phase): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { access = 'open' } = request.routeOptions.config
    done(phaseNow() === 'starting' && access !== 'open' ? startingUp() : undefined)
  })
}

/**
 * Backlog of connections while the process is busy; the system may allow fewer. A rejected client
 * retries for about a minute.
 */
const waitingConnectionsMax = 4096

/** Timeout for looking up an unknown key in the log, ms. */
const keyWaitMs = 1_000

/**
 * Resolves once all keys in the log are known. Rejects with `projection-behind`: a valid key must
 * not be refused as unknown.
 */
async function learnKeys({ control, clock }: HostOptions): Promise<void> {
  if (control.catchUp === undefined) return
  const learnt = control.catchUp(keyWaitMs).catch(() => false)
  if (await within(clock, keyWaitMs, learnt)) return
  throw new ProblemError(
    'projection-behind',
    'This instance cannot check the key at the moment. Try again.',
    { retryAfterS: 1 }
  )
}

function startingUp(): ProblemError {
  return new ProblemError('starting-up', 'The service is still reading its logs.')
}

function shuttingDown(): ProblemError {
  return new ProblemError(
    'shutting-down',
    'The service is shutting down. Try another instance, or again later.',
    { retryAfterS: 5 }
  )
}

function measureRequests(app: FastifyInstance, metrics: HostMetrics): void {
  app.addHook('onResponse', ({ method, routeOptions, log }, reply, done) => {
    const status = reply.statusCode
    const labels = requestLabels(method, routeOptions.url, status)
    const isEndless = routeOptions.config.isEndless === true && status < 300
    if (!isEndless) metrics.requests.observe(labels, reply.elapsedTime / 1000)
    const { route } = labels
    const durationMs = Math.round(reply.elapsedTime)
    const line = { method: labels.method, route, status, durationMs }
    // Readiness is polled every second: a negative answer is not logged as a failed request.
    if (route === '/readyz' || status < 400) log.debug(line, 'request answered')
    else if (status >= 500) log.warn(line, 'request failed')
    else log.info(line, 'request refused')
    done()
  })
}
