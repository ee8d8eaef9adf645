// policies: what a policy would have told of a course of alerts. Needs no running suite: it reads what a backtest wrote.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { decodeAlertRecord } from '@tocsin/contracts/record/records'
import { checkPolicyShape } from '@tocsin/contracts/report/report-shape'
import { type NotificationPolicy, policyOf } from '@tocsin/domain/notification/notification-policy'
import { type PlayedFigures, playedFigures } from '@tocsin/domain/notification/policy-figures'
import type { Command } from 'commander'
import { type AlertMoment, busiestWeek, eventsToTell } from '../backtest/policy-moments.ts'
import { type CommandContext, type JsonOption, print } from '../client/context.ts'
import { CommandError, UsageError } from '../terminal/output.ts'
import { tableLines } from '../terminal/table.ts'

interface PlayOptions extends JsonOption {
  readonly policy: string
  readonly all?: true
}

export function addPolicyCommands(program: Command, context: CommandContext): void {
  const policies = program.command('policies').description('policies of webhooks: what they would have told')
  policies
    .command('play')
    .description('plays a policy over the alerts.ndjson of a backtest, for its busiest week')
    .argument('<file>', 'alerts.ndjson')
    .option('--policy <json>', 'the policy; what is left out has its default', '{}')
    .option('--all', 'the whole time, not the busiest week')
    .option('--json', 'print JSON')
    .action(async (file: string, options: PlayOptions) => {
      const policy = policyIn(options.policy)
      const events = eventsToTell(await momentsIn(file))
      const figures = playedFigures(policy, events, options.all ? null : busiestWeek(events))
      print(context, options, { policy, ...figures }, () => figureLines(figures))
    })
}

function policyIn(text: string): NotificationPolicy {
  const asked = checkPolicyShape(jsonIn(text))
  if (!asked.ok)
    throw new UsageError(
      `--policy: ${asked.errors.map(({ pointer }) => pointer || '/').join(', ')}: no such part, or out of its range`
    )
  const policy = policyOf(asked.report as Partial<NotificationPolicy>)
  if ('pointer' in policy) throw new UsageError(`--policy: ${policy.pointer}: ${policy.detail}`)
  return policy
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--policy is no JSON: ${(error as Error).message}`)
  }
}

async function momentsIn(file: string): Promise<AlertMoment[]> {
  const moments: AlertMoment[] = []
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) {
      if (line === '') continue
      const decoded = decodeAlertRecord(Buffer.from(line))
      if (decoded.kind !== 'decoded') throw new CommandError(`${file}: line ${moments.length + 1} is no event of an alert`)
      moments.push({ atMs: Date.parse(decoded.envelope.time), event: decoded.record })
    }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${file} can not be read: ${(error as Error).message}`)
  }
  return moments
}

function figureLines(figures: PlayedFigures): readonly string[] {
  const { from, to, missed } = figures
  if (from === null) return ['no events']
  const rate = (perHour: number) => perHour.toFixed(2)
  return [
    `${from} to ${to}`,
    ...tableLines(
      ['', 'in all', 'an hour', 'in the fullest hour'],
      [
        ['events', String(figures.events), rate(figures.eventsPerHour), String(figures.eventsInHourMax)],
        ['told', String(figures.told), rate(figures.toldPerHour), String(figures.toldInHourMax)]
      ]
    ),
    `told: ${named(figures.toldBySeverity)}; ${named(figures.toldByReason)}`,
    `not told: ${named(figures.untoldByReason)}; ${figures.briefCount} severe or extreme ones began and ended before they were due`,
    missed.length === 0
      ? 'no severe or extreme alert that stood was missed'
      : `${missed.length} severe or extreme alerts that stood were not told: ${missed.slice(0, 20).join(', ')}`
  ]
}

function named(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ')
}
