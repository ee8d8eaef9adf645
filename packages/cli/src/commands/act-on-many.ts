// One act on several alerts: by the route of many, a part after the other, each alert as it stands
// now. What is refused of one is told of that one, and the command ends with a fault then.

import type { SuiteApi } from '@tocsin/host/client/suite-api'
import {
  type ClientOptions,
  type CommandContext,
  good,
  type Item,
  print,
  RefusedError,
  withSuite
} from '../client/context.ts'
import { CommandError, UsageError } from '../terminal/output.ts'

/** Alerts of one request. Source: interface.md#alerts-and-incidents. */
const partMax = 100

interface Outcome {
  readonly alertId: string
  readonly status: number
  readonly operatorRevision?: number
  readonly actionId?: string
  /** Of an answer that is recorded. */
  readonly at?: string
  readonly problem?: { readonly code: string; readonly detail: string }
}

/**
 * `what`: the act by the last part of its address, `said`: its body. Throws a CommandError when
 * some were refused.
 */
export async function actOnMany(
  context: CommandContext,
  options: ClientOptions & { readonly seen?: string },
  ids: readonly string[],
  what: string,
  said: object
): Promise<void> {
  if (options.seen !== undefined) throw new UsageError('--seen goes with one alert')
  await tellParts(context, options, [...new Set(ids)], async (api, part) => {
    const alerts = []
    for (const alertId of part)
      alerts.push({ alertId, operatorRevision: await standing(api, alertId) })
    return api.call('POST', '/v1/alerts/actions', { body: { alerts, [what]: said } })
  })
}

/**
 * The same words of a subscription about several alerts. `path`: its route of several. Throws as
 * `actOnMany`.
 */
export async function answerMany(
  context: CommandContext,
  options: ClientOptions,
  path: string,
  alertIds: readonly string[],
  said: object
): Promise<void> {
  await tellParts(context, options, alertIds, (api, part) =>
    api.call('POST', path, { body: { alertIds: part, ...said } })
  )
}

async function tellParts(
  context: CommandContext,
  options: ClientOptions,
  alertIds: readonly string[],
  ask: (api: SuiteApi, part: readonly string[]) => ReturnType<SuiteApi['call']>
): Promise<void> {
  await withSuite(context, options, async api => {
    const outcomes: Outcome[] = []
    const told = () =>
      print(context, options, outcomes as unknown as readonly Item[], () => outcomes.map(lineOf))
    try {
      for (let i = 0; i < alertIds.length; i += partMax) {
        const { body } = good(await ask(api, alertIds.slice(i, i + partMax)))
        outcomes.push(...(body as { readonly items: readonly Outcome[] }).items)
      }
    } catch (error) {
      // A later part was refused whole: what was done before is done, and is the result.
      if (outcomes.length === 0) throw error
      told()
      throw error instanceof RefusedError ? new CommandError(error.message) : error
    }
    told()
    const refused = outcomes.filter(({ problem }) => problem !== undefined).length
    if (refused > 0) throw new CommandError(`${refused} of ${outcomes.length} refused`)
  })
}

/** One that the key may not see is told by the route itself. */
async function standing(api: SuiteApi, alertId: string): Promise<number> {
  const answer = await api.call('GET', `/v1/alerts/${encodeURIComponent(alertId)}?revisions=0`)
  return answer.status === 404
    ? 0
    : (good(answer).body as { readonly operatorRevision: number }).operatorRevision
}

function lineOf({ alertId, status, problem, actionId, operatorRevision, at }: Outcome): string {
  if (problem !== undefined) return `${alertId}  refused: ${problem.code}: ${problem.detail}`
  if (status === 202)
    return `${alertId}  stored as action ${actionId}; the rules have not processed it yet`
  return `${alertId}  done ${at === undefined ? `(revision ${operatorRevision})` : `at ${at}`}`
}
