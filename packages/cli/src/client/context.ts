// The context of every command: output, environment, stop signal, and a client of the suite.

import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import { type ApiAnswer, formatProblem, type SuiteApi } from '@tocsin/host/client/suite-api'
import type { Command } from 'commander'
import { CommandError, type ExitCode, type Output } from '../terminal/output.ts'
import { toOneLine } from '../terminal/table.ts'
import { type ConnectionOptions, connect } from './connection.ts'

export interface CommandContext {
  readonly output: Output
  readonly env: NodeJS.ProcessEnv
  /** Aborts when a person or a supervisor asks the command to end. */
  readonly stop: AbortSignal
  /** Lowers the process's priority from now on. */
  giveWay(): void
  /** Sets the exit code; the greatest of several counts. */
  exitWith(code: ExitCode): void
}

/** Options that locate a running suite. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--url <url>', 'address of the suite (default http://127.0.0.1:8080)')
    .option('--port <port>', 'port of a suite on this machine')
    .option(
      '--key-file <file>',
      'file that holds a key (default: TOCSIN_OWNER_KEY, else owner.key of the data folder)'
    )
    .option('--data <dir>', 'data folder of the suite (default ./data)')
    .option('--json', 'print JSON for machines; a refusal of the suite is its problem')
}

export interface JsonOption {
  readonly json?: boolean
}

export interface ClientOptions extends ConnectionOptions, JsonOption {}

/**
 * Runs `use` with a client and closes it. A machine is given the problem that ends it as JSON,
 * instead of a result.
 */
export async function withSuite(
  context: CommandContext,
  options: ClientOptions,
  use: (api: SuiteApi) => Promise<void>,
  timeoutMs?: number
): Promise<void> {
  const api = connect(options, context.env, timeoutMs)
  try {
    await use(api)
  } catch (error) {
    if (options.json && error instanceof RefusedError)
      context.output.line(JSON.stringify(error.problem))
    throw error
  } finally {
    await api.close()
  }
}

/** JSON if requested, else lines for people. */
export function print(
  context: Pick<CommandContext, 'output'>,
  { json }: JsonOption,
  value: unknown,
  lines: () => readonly string[]
): void {
  if (json) context.output.line(JSON.stringify(value))
  else for (const line of lines()) context.output.line(toOneLine(line))
}

/** The suite answered with a problem. */
export class RefusedError extends CommandError {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(formatProblem(problem))
    this.problem = problem
  }
}

/** The answer; throws RefusedError if it is a problem. */
export function requireGood(answer: ApiAnswer): ApiAnswer {
  if (answer.problem) throw new RefusedError(answer.problem)
  return answer
}

export type Item = Readonly<Record<string, unknown>>

/** All items of a paged list, page by page. */
export async function listAll(api: Pick<SuiteApi, 'call'>, path: string): Promise<readonly Item[]> {
  return (await listSome(api, path, Number.POSITIVE_INFINITY)).items
}

export interface Listed {
  readonly items: readonly Item[]
  /** The list has more items. */
  readonly hasMore: boolean
}

/** The first items of a paged list, as many as asked for. */
export async function listSome(
  api: Pick<SuiteApi, 'call'>,
  path: string,
  itemsMax: number
): Promise<Listed> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const query: string =
      cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`
    const page = requireGood(await api.call('GET', `${path}${query}`)).body as {
      items: readonly Item[]
      next: string | null
    }
    for (const item of page.items) items.push(item)
    cursor = page.next
  } while (cursor !== null && items.length < itemsMax)
  return { items: items.slice(0, itemsMax), hasMore: cursor !== null || items.length > itemsMax }
}

/** Notes that a list has more items, so that its lines are not taken for all. */
export function printMore(
  { output }: Pick<CommandContext, 'output'>,
  { items, hasMore }: Listed,
  option: string
): void {
  if (hasMore)
    output.note(
      `there are more: these are the first ${items.length.toLocaleString('en')}; ${option} shows more`
    )
}
