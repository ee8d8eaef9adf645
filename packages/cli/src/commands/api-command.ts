// api METHOD PATH: any route of the API, for what has no command.

import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import { isEndless, type Method, type RawAnswer } from '@tocsin/host/client/suite-api'
import { type Command, InvalidArgumentError } from 'commander'
import { formatAnswer } from '../client/answer-lines.ts'
import {
  addConnectionOptions,
  type ClientOptions,
  type CommandContext,
  RefusedError,
  withSuite
} from '../client/context.ts'
import { exitCodes, UsageError } from '../terminal/output.ts'
import { toOneLine } from '../terminal/table.ts'

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
/** Timeout of an answer, ms: a route with `wait` takes up to 30 s. */
const timeoutMs = 60_000

interface ApiOptions extends ClientOptions {
  readonly file?: string
  readonly header: Readonly<Record<string, string>>
}

export function addApiCommand(program: Command, context: CommandContext): void {
  addConnectionOptions(
    program
      .command('api')
      .description('call any route of the API: api GET /v1/watches')
      .argument('<method>', methods.join(', '), parseMethod)
      .argument('<path>', 'path with its query, such as /v1/alerts?severity=severe', parsePath)
  )
    .option('--file <body>', 'file with the body of the request; "-" is standard input')
    .option(
      '-H, --header <header>',
      'a header of the request, such as "If-Match: 1"; may be repeated',
      addHeader,
      {}
    )
    .action((method: Method, path: string, options: ApiOptions) => {
      const { file, header: headers } = options
      return withSuite(
        context,
        options,
        async api => {
          const body = file === undefined ? {} : { body: await readBody(file) }
          const answer = await api.send(method, path, { ...body, headers })
          if (isEndless(answer)) throw new UsageError('This answer does not end: use tocsin tail.')
          printAnswer(context, options, answer)
        },
        timeoutMs
      )
    })
}

function parseMethod(text: string): Method {
  const method = methods.find(each => each === text.toUpperCase())
  if (method === undefined) throw new InvalidArgumentError(`Use one of ${methods.join(', ')}.`)
  return method
}

function parsePath(text: string): string {
  if (!text.startsWith('/')) throw new InvalidArgumentError('A path begins with "/".')
  return text
}

function addHeader(
  text: string,
  headers: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Write a header as "Name: value".')
  return { ...headers, [name.toLowerCase()]: value }
}

async function readBody(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin)
  return readFile(file).catch((cause: unknown) => {
    throw new UsageError(`--file: ${file} cannot be read`, { cause })
  })
}

/** Throws RefusedError for a problem. Other answers with an error status print and exit with 1. */
function printAnswer(
  { output, exitWith }: CommandContext,
  { json }: ClientOptions,
  { status, contentType, text }: RawAnswer
): void {
  const isJson = /[/+]json\b/.test(contentType) && text !== ''
  const answer: unknown = isJson ? JSON.parse(text) : text
  if (status >= 400 && isProblem(answer)) throw new RefusedError(answer)
  if (status >= 400) exitWith(exitCodes.refused)
  if (json || !isJson) {
    if (text !== '' || !json) output.line(text === '' ? 'done' : text.trimEnd())
    return
  }
  for (const line of formatAnswer(answer)) output.line(toOneLine(line))
  const next = (answer as { readonly next?: unknown } | null)?.next
  if (typeof next === 'string')
    output.note(`there are more: add cursor=${encodeURIComponent(next)} to the query`)
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'detail' in answer
}
