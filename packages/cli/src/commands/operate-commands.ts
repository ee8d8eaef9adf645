// Officers' actions from a terminal: alerts are acknowledged, assigned, given back, commented,
// resolved, and what was done about them is recorded; incidents are shown, split, merged. On a
// conflict the officer is told who came first, and when.

import { dispositions, responseKinds } from '@tocsin/domain/record/theatre-record'
import { handlings, talkHandling } from '@tocsin/domain/report/handling'
import { type ApiAnswer, problemLine, type SuiteApi } from '@tocsin/host/client/suite-api'
import type { Command } from 'commander'
import { type AlertHistory, alertHistoryLines, operatorLine } from '../client/alert-lines.ts'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  good,
  type Item,
  listSome,
  noteMore,
  print,
  withSuite
} from '../client/context.ts'
import {
  type IncidentHistory,
  type IncidentView,
  incidentHistoryLines,
  incidentLine,
  incidentTable
} from '../client/incident-lines.ts'
import { type ToldList, toldLines } from '../client/told-lines.ts'
import { CommandError, UsageError } from '../terminal/output.ts'
import { actOnMany } from './act-on-many.ts'
import { given, showList, wholeNumber } from './manage-actions.ts'

/** Default number of incidents listed. */
const listedUsually = 50

interface ActOptions extends ClientOptions {
  readonly seen?: string
  readonly note?: string
  readonly handling?: string
}

interface CorrectionOptions {
  readonly kind?: string
  readonly at?: string
  readonly text?: string
  readonly withdraw?: boolean
}

/** Adds `incidents`, and the actions of `alerts`, which without a subcommand lists. */
export function addOperateCommands(program: Command, context: CommandContext): void {
  const alerts =
    program.commands.find(command => command.name() === 'alerts') ?? program.command('alerts')
  alerts.description(
    `${alerts.description()}; or: show, told, deliveries, acknowledge, assign, give back, comment, respond to, correct a response to, resolve one`
  )
  addAlertActions(alerts, context)
  addIncidents(
    program.command('incidents').description('list, show, split and merge incidents'),
    context
  )
}

function addAlertActions(parent: Command, context: CommandContext): void {
  addConnectionOptions(
    parent
      .command('show <alertId>')
      .description('show an alert with its events and the actions of officers')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const alert = good(await api.call('GET', `${alertPath(id)}?revisions=1000`))
        .body as AlertHistory
      print(context, options, alert, () => alertHistoryLines(alert))
    })
  )
  addConnectionOptions(
    parent
      .command('told <alertId>')
      .description('who was told of an alert, who has it, and what holds it back')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const told = good(await api.call('GET', `${alertPath(id)}/told`)).body as ToldList
      print(context, options, told, () => toldLines(told))
    })
  )
  addConnectionOptions(
    parent
      .command('deliveries <alertId>')
      .description('list to which webhooks an alert went, by subscription, newest first')
  )
    .option('--max <count>', 'how many at most', '100')
    .action((id: string, options: ClientOptions & { max: string }) => {
      const columns = [
        'subscriptionId',
        'host',
        'sequence',
        'type',
        'state',
        'plannedAt',
        'acceptedAt',
        'reason'
      ]
      return showList(
        context,
        options,
        { path: `${alertPath(id)}/deliveries`, columns },
        wholeNumber(options.max, '--max')
      )
    })
  const act = (usage: string, description: string) =>
    addConnectionOptions(parent.command(usage).description(description))
      .option(
        '--seen <revision>',
        'the operatorRevision that you have seen (default: the current one)'
      )
      .option(
        '--handling <level>',
        `who may read your name and words: ${handlings.join(', ')} (default: ${talkHandling})`
      )
  act(
    'acknowledge <alertIds...>',
    'acknowledge alerts: they page nobody until they escalate or the acknowledgement expires'
  )
    .option('--until <time>', 'when the acknowledgement expires, ISO 8601')
    .option('--note <text>', 'a few words')
    .action((ids: string[], options: ActOptions & { until?: string }) =>
      actOnAlerts(
        context,
        options,
        ids,
        'acknowledgement',
        given({ until: options.until, note: options.note })
      )
    )
  act('assign <alertIds...>', 'assign alerts to a person or a desk')
    .requiredOption('--to <name>', 'to whom')
    .action((ids: string[], options: ActOptions & { to: string }) =>
      actOnAlerts(context, options, ids, 'assignment', { to: options.to })
    )
  act('give-back <alertIds...>', 'give alerts back: nobody has them any longer')
    .option('--note <text>', 'a few words')
    .action((ids: string[], options: ActOptions) =>
      actOnAlerts(context, options, ids, 'assignment', {
        to: null,
        ...given({ note: options.note })
      })
    )
  act(
    'comment <alertIds...>',
    'comment on alerts: one alert and the words, or several alerts and --text'
  )
    .option('--text <text>', 'what to say')
    .action((said: string[], options: ActOptions & { text?: string }) => {
      const { ids, text } = commentOf(said, options.text)
      return actOnAlerts(context, options, ids, 'comment', { text })
    })
  act('respond <alertIds...>', 'record what was done about alerts')
    .requiredOption(
      '--kind <kind>',
      `one of ${responseKinds.join(', ')} (none: it was decided not to act, and --text says why)`
    )
    .option('--at <time>', 'when it was done, ISO 8601 with a UTC offset (default: now)')
    .option('--text <text>', 'what was done, in words')
    .action((ids: string[], options: ActOptions & { kind: string; at?: string; text?: string }) =>
      actOnAlerts(
        context,
        options,
        ids,
        'response',
        given({ kind: options.kind, at: options.at, text: options.text })
      )
    )
  act(
    'correct <alertId> <responseId>',
    'correct or withdraw what was recorded as done: `alerts show` has the ids'
  )
    .option(
      '--kind <kind>',
      `what was done: one of ${responseKinds.join(', ')} (default: as it was)`
    )
    .option('--at <time>', 'when it was done, ISO 8601 with a UTC offset (default: as it was)')
    .option('--text <text>', 'what was done, or why it is withdrawn, in words')
    .option('--withdraw', 'nothing takes its place')
    .action((id: string, corrects: string, options: ActOptions & CorrectionOptions) => {
      const { kind, at, text, withdraw } = options
      const withdrawn = withdraw === true ? { withdrawn: true } : {}
      return actOnAlert(context, options, id, 'response', {
        corrects,
        ...withdrawn,
        ...given({ kind, at, text })
      })
    })
  act('resolve <alertIds...>', 'close alerts')
    .requiredOption('--disposition <word>', `one of ${dispositions.join(', ')}`)
    .option('--note <text>', 'a few words')
    .action((ids: string[], options: ActOptions & { disposition: string }) =>
      actOnAlerts(
        context,
        options,
        ids,
        'resolution',
        given({ disposition: options.disposition, note: options.note })
      )
    )
}

function addIncidents(parent: Command, context: CommandContext): void {
  const list = addConnectionOptions(
    parent.command('list', { isDefault: true }).description('list incidents')
  )
  for (const name of ['theatre', 'category', 'country', 'admin1'])
    list.option(`--${name} <list>`, 'only these, separated by commas')
  list
    .option('--limit <count>', 'how many; most recently changed first', String(listedUsually))
    .action((options: ClientOptions & Record<string, string>) =>
      withSuite(context, options, async api => {
        const limit = wholeNumber(options.limit as string, '--limit')
        const wanted = given({
          theatre: options.theatre,
          category: options.category,
          country: options.country,
          admin1: options.admin1
        })
        const query = new URLSearchParams({
          ...wanted,
          limit: String(Math.min(limit, 100))
        }).toString()
        const listed = await listSome(api, `/v1/incidents?${query}`, limit)
        const items = listed.items as unknown as readonly IncidentView[]
        print(context, options, items, () => incidentTable(items))
        noteMore(context, listed, '--limit')
      })
    )
  addConnectionOptions(
    parent
      .command('show <incidentId>')
      .description('show an incident: its reports, why they were joined, its history')
  ).action((id: string, options: ClientOptions) =>
    withSuite(context, options, async api => {
      const incident = good(await api.call('GET', incidentPath(id))).body as IncidentHistory
      print(context, options, incident, () => incidentHistoryLines(incident))
    })
  )
  const act = (usage: string, description: string) =>
    addConnectionOptions(parent.command(usage).description(description))
      .option(
        '--seen <revision>',
        'the revision that you have seen; needed to override another officer'
      )
      .option('--note <text>', 'reason, shown in its history')
  act(
    'split <incidentId> <reportIds...>',
    'move reports out of an incident into another one'
  ).action((id: string, reports: string[], options: ActOptions) =>
    actOnIncident(context, options, `${incidentPath(id)}/split`, {
      reports,
      ...given({ note: options.note })
    })
  )
  act('merge <incidentId> <otherId>', 'make two incidents one').action(
    (id: string, other: string, options: ActOptions) =>
      actOnIncident(context, options, `${incidentPath(id)}/merge`, {
        with: other,
        ...given({ note: options.note })
      })
  )
}

/**
 * Without `--text` the words come last, after the one alert: with several, forgotten words would
 * make one alert the words.
 */
function commentOf(
  said: readonly string[],
  text: string | undefined
): { readonly ids: readonly string[]; readonly text: string } {
  if (text !== undefined) return { ids: said, text }
  const [id, words, ...more] = said
  if (id === undefined || words === undefined || more.length > 0)
    throw new UsageError(
      'say what to comment: `alerts comment ALERT WORDS`, or `alerts comment ALERT... --text WORDS`'
    )
  return { ids: [id], text: words }
}

async function actOnAlerts(
  context: CommandContext,
  options: ActOptions,
  ids: readonly string[],
  what: string,
  body: object
) {
  const [only, ...more] = ids
  if (only !== undefined && more.length === 0) await actOnAlert(context, options, only, what, body)
  else
    await actOnMany(context, options, ids, what, {
      ...body,
      ...given({ handling: options.handling })
    })
}

async function actOnAlert(
  context: CommandContext,
  options: ActOptions,
  id: string,
  what: string,
  body: object
): Promise<void> {
  await withSuite(context, options, async api => {
    const seen =
      options.seen === undefined
        ? await standingRevision(api, id)
        : wholeNumber(options.seen, '--seen')
    const headers = { 'if-match': `"${seen}"` }
    const said = { ...body, ...given({ handling: options.handling }) }
    const { body: answer, status } = good(
      await api.call('POST', `${alertPath(id)}/${what}`, { body: said, headers })
    )
    print(context, options, answer, () =>
      status === 202 ? [pendingLine(answer)] : [operatorLine(answer as AlertHistory)]
    )
  })
}

async function standingRevision(api: SuiteApi, id: string): Promise<number> {
  return (good(await api.call('GET', `${alertPath(id)}?revisions=0`)).body as AlertHistory)
    .operatorRevision
}

async function actOnIncident(
  context: CommandContext,
  options: ActOptions,
  path: string,
  body: object
): Promise<void> {
  await withSuite(context, options, async api => {
    const headers =
      options.seen === undefined ? {} : { 'if-match': `"${wholeNumber(options.seen, '--seen')}"` }
    const { body: answer, status } = good(
      orSaySeen(await api.call('POST', path, { body, headers }))
    )
    const incidents = () =>
      (answer as { readonly incidents: readonly IncidentView[] }).incidents.map(incidentLine)
    print(context, options, answer, () => (status === 202 ? [pendingLine(answer)] : incidents()))
  })
}

/**
 * Overriding another officer's declaration requires the seen revision: an option here, a header in
 * HTTP.
 */
function orSaySeen(answer: ApiAnswer): ApiAnswer {
  const { reason, revision } = (answer.body ?? {}) as {
    readonly reason?: string
    readonly revision?: number | null
  }
  if (answer.problem === null || reason !== 'declared-otherwise') return answer
  throw new CommandError(`${problemLine(answer.problem)} Here: --seen ${revision}`)
}

function pendingLine(answer: unknown): string {
  return `stored as action ${(answer as Item).actionId}; the rules have not processed it yet`
}

function alertPath(id: string): string {
  return `/v1/alerts/${encodeURIComponent(id)}`
}

function incidentPath(id: string): string {
  return `/v1/incidents/${encodeURIComponent(id)}`
}
