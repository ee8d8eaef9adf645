// Commands in this process, and a suite for them.

import { PassThrough } from 'node:stream'
import { runCommand } from '../../src/run-command.ts'

export { RunningSuite } from '../../../host/test/support/running-suite.ts'

export interface CommandEnd {
  readonly code: number
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  /** The bytes of a file that was asked for as output. */
  readonly text: string
  /** True if it lowered its priority. */
  readonly gaveWay: boolean
}

/** Runs a command; resolves with its output and exit code. */
export async function runTocsin(...args: string[]): Promise<CommandEnd> {
  const lines: string[] = []
  const notes: string[] = []
  const bytes: Buffer[] = []
  const output = {
    line: (text: string) => lines.push(text),
    note: (text: string) => notes.push(text),
    bytes: new PassThrough().on('data', (chunk: Buffer) => bytes.push(chunk)),
    isTerminal: false,
    notesOnTerminal: false
  }
  let gaveWay = false
  const giveWay = () => {
    gaveWay = true
  }
  const code = await runCommand({
    args,
    output,
    env: {},
    stop: () => new AbortController().signal,
    giveWay
  })
  return { code, lines, notes, gaveWay, text: Buffer.concat(bytes).toString('utf8') }
}
