// start, up, intake, rules, notifier: the commands that run services. suite.ts composes the
// services; the process is run-service.ts of the service kit.

import { join, resolve } from 'node:path'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { playScenario } from '@tocsin/host/scenario/player'
import {
  demonstrationFile,
  readScenarioFile,
  type ScenarioFile
} from '@tocsin/host/scenario/scenario-file'
import { type Suite, type SuiteRole, startSuite, suiteRoles } from '@tocsin/host/suite/suite'
import { type SuiteConfig, suiteSettings } from '@tocsin/host/suite/suite-settings'
import { systemClock, systemRandom } from '@tocsin/service/process/clock'
import { type Running, runService, type StartContext } from '@tocsin/service/process/run-service'
import { quoteWord } from '@tocsin/service/process/shell-word'
import type { Override } from '@tocsin/service/settings/settings'
import type { Command } from 'commander'
import { formatEvent } from '../client/alert-lines.ts'
import { resolveUrl } from '../client/connection.ts'
import type { CommandContext } from '../client/context.ts'
import { followAlerts } from '../client/follow-alerts.ts'
import { formatPlayEvent } from '../scenario/player-lines.ts'
import { UsageError } from '../terminal/output.ts'
import { createProgress, type Progress } from '../terminal/progress.ts'

/** Scenario days per second: the demonstration's two years take three quarters of a minute. */
const defaultDaysPerSecond = 16

interface HostOptions {
  readonly data?: string
  readonly port?: string
  readonly log?: string
  readonly brokers?: string
}

interface ScenarioOptions extends HostOptions {
  readonly scenario?: string | boolean
  readonly speed: string
}

/**
 * Whether a name on the command line is one of these commands, and has no others below it as
 * `rules` has.
 */
export function isHostCommand(name: string | undefined): boolean {
  return ['start', 'up', ...suiteRoles].some(each => each === name && each !== 'rules')
}

/** Adds the commands that run services. They do not return: the process ends with its service. */
export function addHostCommands(program: Command, context: CommandContext): void {
  addScenarioOptions(
    addHostOptions(
      program
        .command('start')
        .description('everything in one process, with the demonstration (what npm start does)')
    )
  )
    .option('--no-scenario', 'start empty')
    .action((options: ScenarioOptions) =>
      runHost(
        'start',
        suiteRoles,
        options,
        context,
        options.scenario === false ? null : (findScenarioFile(options) ?? demonstrationFile)
      )
    )
  addScenarioOptions(
    addHostOptions(program.command('up').description('all three services in one process'))
  ).action((options: ScenarioOptions) =>
    runHost('up', suiteRoles, options, context, findScenarioFile(options))
  )
  for (const role of suiteRoles) {
    addHostOptions(program.command(role).description(descriptions[role])).action(
      (options: HostOptions) => runHost(role, [role], { ...options, speed: '0' }, context, null)
    )
  }
}

const descriptions: Readonly<Record<SuiteRole, string>> = {
  intake: 'the service that accepts reports',
  rules: 'the service that raises alerts',
  notifier: 'the service that delivers alerts, with the console'
}

function addHostOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'folder of the log, the keys and all state (default ./data)')
    .option('--port <port>', 'port to listen on (default 8080)')
    .option('--log <kind>', 'embedded, or kafka')
    .option('--brokers <list>', 'brokers of a Kafka log, separated by commas')
}

function addScenarioOptions(command: Command): Command {
  return command
    .option('--scenario <file>', 'play a scenario: NDJSON of {at, report|put|delete}')
    .option(
      '--speed <days>',
      'scenario days per second; 0 = without pauses',
      String(defaultDaysPerSecond)
    )
}

function findScenarioFile({ scenario }: ScenarioOptions): string | null {
  return typeof scenario === 'string' ? scenario : null
}

async function runHost(
  name: string,
  roles: readonly SuiteRole[],
  options: ScenarioOptions,
  context: CommandContext,
  scenarioFile: string | null
): Promise<void> {
  const scenario = scenarioFile === null ? null : readScenarioFile(scenarioFile)
  const daysPerSecond = Number(options.speed)
  if (!Number.isFinite(daysPerSecond) || daysPerSecond < 0)
    throw new UsageError(`--speed must be a number of days, not "${options.speed}"`)
  await runService({
    name,
    settings: suiteSettings,
    overrides: collectOverrides(name, options, context),
    start: started => run(started, { name, roles, scenario, daysPerSecond }, context)
  })
}

/**
 * Settings from the flags. `start` is for people: it logs only warnings unless the environment sets a
 * level.
 */
function collectOverrides(name: string, options: HostOptions, { env }: CommandContext): Override[] {
  const flags: Override[] = []
  for (const key of ['data', 'port', 'log', 'brokers'] as const) {
    const value = options[key]
    if (value !== undefined) flags.push({ key, value, origin: `--${key}` })
  }
  if (name === 'start' && !env.TOCSIN_LOG_LEVEL)
    flags.push({ key: 'logLevel', value: 'warn', origin: 'start' })
  return flags
}

/** What a command starts. */
interface Hosted {
  readonly name: string
  readonly roles: readonly SuiteRole[]
  readonly scenario: ScenarioFile | null
  readonly daysPerSecond: number
}

/** Commands typed by people. The others are run by supervisors, which read the log. */
const forPeople: ReadonlySet<string> = new Set(['start', 'up'])

async function run(
  { config, logger, metrics, stopping }: StartContext<typeof suiteSettings>,
  { name, roles, scenario, daysPerSecond }: Hosted,
  { output }: CommandContext
): Promise<Running> {
  const ports = { clock: systemClock, random: systemRandom }
  const messages = forPeople.has(name) ? { say: (sentence: string) => output.note(sentence) } : {}
  const parts = { roles, config, logger, metrics, stopping, rulesThread: true }
  const suite = await startSuite({ ...parts, ...ports, ...messages }).catch((error: unknown) => {
    // The log is for machines; this line is for whoever typed the command.
    if (!stopping.aborted)
      output.note(`it could not start: ${error instanceof Error ? error.message : String(error)}`)
    throw error
  })
  logger.info({ roles, url: suite.url, data: resolve(config.data) }, 'Tocsin is running')
  // Without a terminal standard output has nothing but lines of the log, for machines.
  const printLine = (text: string) => (output.isTerminal ? output.line(text) : output.note(text))
  if (output.isTerminal || name === 'start')
    for (const line of describeAddresses(suite, roles, config, output.isTerminal)) printLine(line)
  const stop = new AbortController()
  const progress = createProgress(output.isTerminal, printLine)
  const playing =
    scenario === null ? null : showScenario(suite, scenario, daysPerSecond, progress, stop.signal)
  return {
    failed: Promise.race([suite.host.failed, suite.log.failed]),
    async close() {
      stop.abort()
      await playing
      return suite.host.close()
    }
  }
}

/**
 * Plays the scenario and prints what happens. Never rejects: if the player fails, the suite
 * continues and the reason is printed.
 */
async function showScenario(
  suite: Suite,
  scenario: ScenarioFile,
  daysPerSecond: number,
  progress: Progress,
  signal: AbortSignal
): Promise<void> {
  const api = new SuiteApi({ url: suite.url, key: suite.secrets.ownerKey, timeoutMs: 30_000 })
  const printError = (error: unknown) =>
    progress.line(`stopped: ${error instanceof Error ? error.message : String(error)}`)
  const following = followAlerts({
    api,
    clock: systemClock,
    signal,
    from: 'latest',
    onRow: row => progress.line(`  >> ${formatEvent(row.event)}`)
  }).catch(printError)
  try {
    await playScenario({
      intake: api,
      notifier: api,
      ...scenario,
      clock: systemClock,
      daysPerSecond,
      signal,
      onEvent(event) {
        if (event.kind === 'ticked') progress.update(event.done, event.steps, event.at.slice(0, 10))
        if (event.kind === 'ended') progress.end()
        for (const line of formatPlayEvent(event)) progress.line(line)
      }
    })
  } catch (error) {
    progress.end()
    printError(error)
  }
  await following
  await api.close()
}

/**
 * Where the suite answers. The sign-in link makes administrators: only a terminal gets it, since a
 * log has other readers.
 */
function describeAddresses(
  suite: Suite,
  roles: readonly SuiteRole[],
  config: SuiteConfig,
  isTerminal: boolean
): readonly string[] {
  const dataDir = config.data
  const at = (what: string, where: string) => `  ${what.padEnd(9)} ${where}`
  const lines = [`Tocsin is running: ${roles.join(', ')}.`]
  if (roles.includes('notifier')) {
    // A key given in the environment is in no file.
    const owner =
      config.ownerKey === null
        ? `$(cat ${quoteWord(join(dataDir, 'owner.key'))})`
        : '$TOCSIN_OWNER_KEY'
    const connection = formatConnectionOptions(suite.url, dataDir)
    const key = `-H "Authorization: Bearer ${owner}"`
    lines.push(
      at('console', suite.url),
      at(
        'sign in',
        isTerminal
          ? `${suite.host.signInLink()}  (opens the console, once)`
          : `npm run -s tocsin -- keys link owner${connection}`
      ),
      at('alerts', `curl -s ${key} ${suite.url}/v1/alerts`),
      at('follow', `npm run -s tocsin -- tail${connection}`)
    )
  }
  if (roles.includes('intake')) lines.push(at('reports', `POST ${suite.url}/v1/reports`))
  lines.push(at('data', resolve(dataDir)))
  return lines
}

/** The options that locate this suite; none if it is at the default location. */
function formatConnectionOptions(url: string, dataDir: string): string {
  return `${url === resolveUrl({}, {}) ? '' : ` --url ${url}`}${dataDir === './data' ? '' : ` --data ${quoteWord(dataDir)}`}`
}
