// `tocsin import` as a separate process, awaited or killed in the middle.

import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ImportOutcome } from '@tocsin/cli/import/import-run'

const mainFile = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))

export interface ImportProcessOptions {
  readonly file: string
  readonly format: string
  readonly url: string
  readonly dataDir: string
  readonly outDir: string
  readonly args?: readonly string[]
}

export interface ImportExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

export class ImportProcess {
  readonly exited: Promise<ImportExit>
  readonly #child: ChildProcess
  readonly #outDir: string
  readonly #name: string

  constructor({ file, format, url, dataDir, outDir, args = [] }: ImportProcessOptions) {
    const all = [
      'import',
      file,
      '--format',
      format,
      '--url',
      url,
      '--data',
      dataDir,
      '--out',
      outDir,
      '--json',
      ...args
    ]
    this.#child = spawn(process.execPath, [mainFile, ...all], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#outDir = outDir
    this.#name = file.split('/').at(-1) as string
    let [output, errors] = ['', '']
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8')
    })
    this.exited = new Promise(resolve => {
      this.#child.once('close', (code, signal) => resolve({ code, signal, output, errors }))
    })
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** The row in its progress note; null while there is none. */
  async notedRow(): Promise<number | null> {
    const isNote = (name: string) =>
      name.startsWith(`${this.#name}.`) && name.endsWith('.import-state.json')
    const note = (await readdir(this.#outDir)).find(isNote)
    const text =
      note === undefined ? null : await readFile(join(this.#outDir, note), 'utf8').catch(() => null)
    const row = text === null ? 0 : (JSON.parse(text) as { row: number }).row
    return row === 0 ? null : row
  }

  async kill9(): Promise<ImportExit> {
    this.#child.kill('SIGKILL')
    return this.exited
  }

  interrupt(): void {
    this.#child.kill('SIGINT')
  }

  /** Its JSON result. Rejects with its error output if there is none. */
  async outcome(): Promise<ImportOutcome> {
    const { output, errors, code, signal } = await this.exited
    if (output === '')
      throw new Error(`the import ended with ${code ?? signal} and told nothing: ${errors}`)
    return JSON.parse(output) as ImportOutcome
  }
}
