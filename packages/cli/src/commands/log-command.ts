// log inspect, log verify, log copy: the content of a log, whether it is intact, and moving it. The
// work is in log-commands.ts, port-log.ts and log-copy/.

import type { EventLog } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { systemClock } from '@tocsin/service/process/clock'
import type { Command } from 'commander'
import type { CommandContext } from '../client/context.ts'
import {
  computeExitCode,
  inspectLog,
  type LogInspection,
  type LogVerification,
  renderInspection,
  renderVerification,
  verifyLog
} from '../log/log-commands.ts'
import {
  kafkaLocation,
  type LogLocation,
  locationText,
  parseLogLocation
} from '../log/log-location.ts'
import { makeTopics, openLogAt } from '../log/open-log.ts'
import { inspectThroughPort, suiteConsumers, verifyThroughPort } from '../log/port-log.ts'
import { renderCopy } from '../log-copy/copy-report.ts'
import type { CopyOutcome } from '../log-copy/copy-types.ts'
import { copyLog, findRefusal } from '../log-copy/log-copy.ts'
import { CommandError, exitCodes, UsageError } from '../terminal/output.ts'
import { createProgress } from '../terminal/progress.ts'
import { addRestoredCommand } from './backup-command.ts'

interface LogOptions {
  readonly data?: string
  readonly log?: string
  readonly brokers?: string
  readonly json?: boolean
}

interface CopyCommandOptions {
  readonly from: string
  readonly to: string
  readonly json?: boolean
}

export function addLogCommand(program: Command, context: CommandContext): void {
  const log = program.command('log').description('inspect, verify or copy a log')
  logOptions(
    log
      .command('inspect')
      .description('show the content of the log and the progress of its readers')
  ).action(async (options: LogOptions) => {
    const inspection = await inspect(makeLocation(options, context), context)
    context.output.line(options.json ? JSON.stringify(inspection) : renderInspection(inspection))
    context.exitWith(computeExitCode(inspection))
  })
  logOptions(
    log
      .command('verify')
      .description(
        'read and check every record: lists faults with their place, and exits with 1 if there are any'
      )
  ).action(async (options: LogOptions) => {
    const progress = makeProgress(options, context)
    const verification = await verify(makeLocation(options, context), context, progress.update)
    progress.end()
    context.output.line(
      options.json ? JSON.stringify(verification) : renderVerification(verification)
    )
    context.exitWith(computeExitCode(verification))
  })
  log
    .command('topics')
    .description(
      'make the missing topics of a Kafka log and check all; for a user with the right to'
    )
    .option('--brokers <list>', 'brokers of a Kafka log, separated by commas')
    .action(async ({ brokers }: { brokers?: string }) => {
      const location = makeLocation({ log: 'kafka', ...(brokers ? { brokers } : {}) }, context)
      if (location.kind !== 'kafka') throw new UsageError('topics are those of a Kafka log')
      await makeTopics(location, context.env, warning => context.output.note(warning))
      context.output.line(`${locationText(location)}: every topic is there`)
    })
  log
    .command('copy')
    .description(
      'copy a log without a running suite into an empty one with the same partitions, and verify'
    )
    .requiredOption('--from <log>', 'embedded:DIR, or kafka:HOST:PORT[,HOST:PORT][/PREFIX]')
    .requiredOption('--to <log>', 'location of the new log, in the same form')
    .option('--json', 'print JSON for machines')
    .action((options: CopyCommandOptions) => copy(options, context))
  addRestoredCommand(log, context)
}

async function inspect(location: LogLocation, { env }: CommandContext): Promise<LogInspection> {
  if (location.kind === 'embedded') return inspectLog(location.dataDir)
  const log = await openLogAt(location, { env, make: null })
  try {
    return await inspectThroughPort(log, locationText(location))
  } finally {
    await log.close()
  }
}

async function verify(
  location: LogLocation,
  { env }: CommandContext,
  onProgress: (done: number, total: number, where: string) => void
): Promise<LogVerification> {
  if (location.kind === 'embedded') return verifyLog(location.dataDir, onProgress)
  const log = await openLogAt(location, { env, make: null })
  try {
    return await verifyThroughPort(log, locationText(location), onProgress)
  } finally {
    await log.close()
  }
}

async function copy(
  { from, to, json }: CopyCommandOptions,
  context: CommandContext
): Promise<void> {
  const [source, target] = [parseLogLocation(from), parseLogLocation(to)]
  if (locationText(source) === locationText(target))
    throw new UsageError('--from and --to name one log')
  const old = await openLogAt(source, { env: context.env, make: null })
  try {
    // Checked before the target is created, which would otherwise keep the partition counts of a
    // refused source.
    const outcome =
      (await findRefusal(old)) ?? (await copyInto(target, old, json === true, context))
    context.output.line(
      json
        ? JSON.stringify(outcome)
        : renderCopy(outcome, locationText(source), locationText(target))
    )
    context.exitWith(outcome.kind === 'copied' ? exitCodes.good : exitCodes.refused)
  } finally {
    await old.close()
  }
}

async function copyInto(
  target: LogLocation,
  from: EventLog,
  isJson: boolean,
  context: CommandContext
): Promise<CopyOutcome> {
  const make = await readPartitions(from)
  const to = await openLogAt(target, { env: context.env, make }).catch(explainPartitions)
  const progress = makeProgress({ json: isJson }, context)
  try {
    return await copyLog({
      from,
      to,
      clock: systemClock,
      consumers: suiteConsumers,
      onProgress: progress.update
    })
  } finally {
    progress.end()
    await to.close()
  }
}

async function readPartitions(log: EventLog): Promise<Partial<Record<Topic, number>>> {
  const counts: Partial<Record<Topic, number>> = {}
  for (const topic of Object.values(topics)) counts[topic] = await log.partitionCount(topic)
  return counts
}

/** For a target created earlier with other partition counts. */
function explainPartitions(error: unknown): never {
  if ((error as { code?: unknown }).code !== 'partitions-changed') throw error
  throw new CommandError(
    `the target has other partitions than the source (${(error as Error).message}): give an empty log`
  )
}

function makeProgress({ json }: LogOptions, { output }: CommandContext) {
  return createProgress(output.isTerminal && json !== true, text => output.line(text))
}

function logOptions(command: Command): Command {
  return command
    .option(
      '--data <dir>',
      'data folder of an embedded log (default ./data); a suite may be running on it'
    )
    .option('--log <kind>', 'embedded, or kafka')
    .option('--brokers <list>', 'brokers of a Kafka log, separated by commas')
    .option('--json', 'print JSON for machines')
}

function makeLocation({ data, log, brokers }: LogOptions, { env }: CommandContext): LogLocation {
  const kind = log ?? (data === undefined ? env.TOCSIN_LOG : undefined) ?? 'embedded'
  if (kind === 'kafka') {
    const named = brokers ?? env.TOCSIN_BROKERS ?? ''
    if (named === '')
      throw new UsageError(
        'a Kafka log needs brokers: --brokers HOST:PORT[,HOST:PORT], or TOCSIN_BROKERS in the environment'
      )
    return kafkaLocation(named, env.TOCSIN_KAFKA_PREFIX ?? '')
  }
  if (kind !== 'embedded') throw new UsageError(`--log is embedded or kafka, not "${kind}"`)
  return { kind, dataDir: data ?? env.TOCSIN_DATA ?? './data' }
}
