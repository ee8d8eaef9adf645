// Lines and a progress bar on one terminal: the bar stays below, lines go above it. Without a
// terminal there are only lines.

import { MultiBar, type SingleBar } from 'cli-progress'

export interface Progress {
  line(text: string): void
  /** The progress, and the text of the bar. */
  update(done: number, total: number, note: string): void
  end(): void
}

/** A bar on standard output, or standard error, if that is a terminal; else only lines. */
export function createProgress(
  isTerminal: boolean,
  printLine: (text: string) => void,
  where: 'standard output' | 'standard error' = 'standard output'
): Progress {
  if (!isTerminal) return { line: printLine, update: () => {}, end: () => {} }
  const bars = new MultiBar({
    format: '{bar} {note}',
    barsize: 30,
    hideCursor: false,
    stream: where === 'standard output' ? process.stdout : process.stderr,
    clearOnComplete: true
  })
  let bar: SingleBar | null = null
  return {
    line: text => (bar === null ? printLine(text) : void bars.log(`${text}\n`)),
    update(done, total, note) {
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
