// canary: checks the way from a report to its alert, from any machine, until told to stop. Its
// results are metrics of its own: where a stage of the suite is stopped, no metric of the suite can
// be trusted to say so.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { systemClock } from '@tocsin/service/process/clock'
import type { Command } from 'commander'
import { Canary, canaryName, canaryRule, formatCanaryMetrics } from '../canary/canary.ts'
import { resolveKey, resolveUrl } from '../client/connection.ts'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  requireGood,
  withSuite
} from '../client/context.ts'
import { exitCodes, UsageError } from '../terminal/output.ts'

interface CanaryCommandOptions extends ClientOptions {
  readonly country?: string
  readonly lat?: string
  readonly lon?: string
  readonly intakeUrl?: string
  readonly rulesUrl?: string
  readonly every: string
  readonly correctEvery: string
  readonly listen: string
  readonly once?: boolean
  readonly declare?: boolean
}

/** Timeout of an answer, and time in which a correction must be an alert, ms. */
const answerMs = 5_000
const patienceMs = 10_000

export function addCanaryCommand(program: Command, context: CommandContext): void {
  addConnectionOptions(
    program
      .command('canary')
      .description('check again and again that a report becomes an alert; serves its own /metrics')
  )
    .option('--country <code>', 'country of the report, ISO 3166')
    .option('--lat <degrees>', 'place of the report, in a declared theatre')
    .option('--lon <degrees>', 'the same')
    .option('--intake-url <url>', 'address of intake, if it is not that of --url')
    .option('--rules-url <url>', 'address of the rules, if it is not that of --url')
    .option('--every <seconds>', 'interval between rounds', '10')
    .option('--correct-every <seconds>', 'interval between corrections of the report', '480')
    .option('--listen <address>', 'host:port of /metrics', '127.0.0.1:9464')
    .option('--once', 'one round, without /metrics; exits with 1 if it failed')
    .option('--declare', 'declare the rule of the canary and end; needs a key with rules:manage')
    .action((options: CanaryCommandOptions) =>
      options.declare ? declareRule(context, options) : watchPath(context, options)
    )
}

function declareRule(context: CommandContext, options: CanaryCommandOptions): Promise<void> {
  return withSuite(context, options, async api => {
    const path = `/v1/rules/${canaryName}`
    const known = await api.call('GET', path)
    if (known.problem?.code === 'not-found')
      requireGood(await api.call('PUT', path, { body: canaryRule }))
    else requireGood(known)
    context.output.line('the rule of the canary is declared')
  })
}

async function watchPath(context: CommandContext, options: CanaryCommandOptions): Promise<void> {
  const { output, env, stop } = context
  const everyMs = parseSeconds(options.every, '--every')
  const url = resolveUrl(options, env)
  const key = resolveKey(options, env)
  const apiAt = (at = url) => new SuiteApi({ url: at, key, timeoutMs: answerMs })
  const apis = {
    intake: apiAt(options.intakeUrl),
    rules: apiAt(options.rulesUrl),
    notifier: apiAt()
  }
  const canary = new Canary({
    apis,
    place: parsePlace(options),
    clock: systemClock,
    correctMs: parseSeconds(options.correctEvery, '--correct-every'),
    patienceMs
  })
  const server = options.once ? null : await serveMetrics(canary, options.listen)
  if (server !== null) output.note(`metrics at http://${server.address}/metrics`)
  try {
    do {
      const startedMs = systemClock.monotonicMs()
      const failure = await canary.runRound()
      if (failure !== null) {
        output.note(`${new Date().toISOString()} failed at ${failure.stage}: ${failure.why}`)
        if (options.once) context.exitWith(exitCodes.refused)
      } else if (options.once) output.line('the report became an alert')
      const restMs = everyMs - (systemClock.monotonicMs() - startedMs)
      if (!options.once) await systemClock.sleep(Math.max(0, restMs), stop)
    } while (!options.once && !stop.aborted)
  } finally {
    server?.close()
    await Promise.all(Object.values(apis).map(api => api.close()))
  }
}

/** Resolves once it listens. */
async function serveMetrics(canary: Canary, listen: string) {
  const [, host, port] = /^(.+):(\d+)$/.exec(listen) ?? []
  if (host === undefined) throw new UsageError(`--listen must be host:port, not "${listen}"`)
  const server = createServer((request, response) => {
    const isMetrics = request.url === '/metrics'
    response.writeHead(isMetrics ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(isMetrics ? formatCanaryMetrics(canary) : 'not found\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(port), host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    address: `${host}:${bound}`,
    close() {
      server.close()
      server.closeAllConnections()
    }
  }
}

function parsePlace({ country, lat, lon }: CanaryCommandOptions) {
  if (country === undefined || lat === undefined || lon === undefined)
    throw new UsageError('--country, --lat and --lon name a place in a theatre')
  return { country, lat: Number(lat), lon: Number(lon) }
}

function parseSeconds(text: string, option: string): number {
  const seconds = Number(text)
  if (!(seconds >= 1)) throw new UsageError(`${option} must be seconds, 1 at least, not "${text}"`)
  return seconds * 1000
}
