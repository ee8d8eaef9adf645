// Lines and a progress bar on one terminal: the bar stays below, lines go above it. Without a terminal there are only lines.

import { MultiBar, type SingleBar } from 'cli-progress'

export interface Progress {
  line(text: string): void
  /** The progress, and the text beside the bar. */
  at(done: number, total: number, note: string): void
  end(): void
}

/** A bar on standard output if it is a terminal, otherwise only lines. */
export function createProgress(isTerminal: boolean, printLine: (text: string) => void): Progress {
  if (!isTerminal) return { line: printLine, at: () => {}, end: () => {} }
  const bars = new MultiBar({
    format: '{bar} {note}',
    barsize: 30,
    hideCursor: false,
    stream: process.stdout,
    clearOnComplete: true
  })
  let bar: SingleBar | null = null
  return {
    line: text => (bar === null ? printLine(text) : void bars.log(`${text}\n`)),
    at(done, total, note) {
      bar ??= bars.create(total, done, { note })
      bar.setTotal(total)
      bar.update(done, { note })
    },
    end() {
      bars.stop()
      bar = null
    }
  }
}
